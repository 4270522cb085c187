//! The schemas for editors fit the files that are right, and not those that are wrong.

use rulebook::input_files::Files;
use rulebook::render::{SchemaFile, schemas};
use rulebook::snapshot::Snapshot;
use serde_json::Value;

fn documents(text: &str) -> Vec<Value> {
    serde_yaml::from_multiple(text).unwrap()
}

fn sample() -> (Files, Vec<SchemaFile>) {
    let files = crate::common::sample();
    let schemas = schemas(&Snapshot::load(&files));
    (files, schemas)
}

fn validator(schemas: &[SchemaFile], kind: &str) -> jsonschema::Validator {
    let file = schemas
        .iter()
        .find(|file| file.path.ends_with(&format!("/{kind}.json")))
        .unwrap();
    jsonschema::validator_for(&serde_json::from_str(&file.text).unwrap()).unwrap()
}

#[test]
fn the_files_of_the_sample_fit() {
    let (files, schemas) = sample();
    let mut seen = 0;
    for (folder, kind) in [
        ("policies/psp/jurisdictions/", "record"),
        ("tests/psp/", "cases"),
        ("policies/psp/", "rulebook"),
    ] {
        let validator = validator(&schemas, kind);
        for source in files
            .below(folder)
            .filter(|source| source.name().ends_with(".yaml"))
        {
            let direct = !source.name()[folder.len()..].contains('/');
            if !direct || source.name().ends_with("/expected.yaml") {
                continue;
            }
            for document in documents(source.text()) {
                let errors: Vec<_> = validator
                    .iter_errors(&document)
                    .map(|error| error.to_string())
                    .collect();
                assert!(errors.is_empty(), "{}: {errors:#?}", source.name());
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn the_written_schemas_of_the_sample_are_fresh() {
    let (files, schemas) = sample();
    for file in schemas {
        assert_eq!(
            files.get(&file.path).map(|source| source.text()),
            Some(file.text.as_str()),
            "{}",
            file.path
        );
    }
}

#[test]
fn what_is_wrong_does_not_fit() {
    let (_, schemas) = sample();
    for (kind, text, fits) in [
        ("record", "facts: {detainers: {hold_hours: 48}}", true),
        (
            "record",
            "facts: {detainers.hold_hours: {value: 48, source: post, as_of: 2017-08-03}}",
            true,
        ),
        (
            "record",
            "facts: {detainers: {hold_hours: [{value: 48, from: 2017-08-03}, \
             {value: unknown, to: 2017-08-02}]}}",
            true,
        ),
        ("record", "facts: {detainers: unknown, jail: }", true),
        ("record", "facts: {detainers: {hold_hour: 48}}", false),
        ("record", "facts: {detainers: {hold_hours: many}}", false),
        ("record", "facts: {detainers: {hold_hours: 10000}}", false),
        (
            "record",
            "facts: {detainers: {honors: {value: true, source: nobody}}}",
            false,
        ),
        ("record", "fact: {}", false),
        (
            "rulebook",
            "title: T\nfacts: {a: {type: boolean, fixed: true}}\ndecision: {at_least: 2}",
            true,
        ),
        ("rulebook", "title: T\nfacts: {a: {type: bool}}", false),
        ("rulebook", "facts: {}", false),
        (
            "cases",
            "- {name: A, given: {detainers: {honors: true}}, expect: {hold: met}}",
            true,
        ),
        (
            "cases",
            "{name: A, expect: {hold: {is: n/a, reason: x, unknown: [a]}}, parameters: \
             {reading: control}}",
            true,
        ),
        ("cases", "- {name: A, expect: {hodl: met}}", false),
        ("cases", "- {name: A, expect: {hold: mett}}", false),
        ("cases", "- {expect: {hold: met}}", false),
        (
            "waivers",
            "- {jurisdiction: x, condition: hold, reason: r, granted_by: g, expires: 2017-01-01}",
            true,
        ),
        (
            "waivers",
            "- {jurisdiction: x, condition: hodl, reason: r, granted_by: g}",
            false,
        ),
        (
            "waivers",
            "- {jurisdiction: x, condition: hold, reason: r}",
            false,
        ),
    ] {
        let validator = validator(&schemas, kind);
        assert_eq!(
            documents(text)
                .iter()
                .all(|document| validator.is_valid(document)),
            fits,
            "{kind}: {text}"
        );
    }
}
