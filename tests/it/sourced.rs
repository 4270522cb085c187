//! Values with sources, dates and notes mean the same and are said the same, wherever they stand:
//! in a large file they go straight into columns, in a small one each record is read with care.

use proptest::prelude::*;
use rulebook::assess::{Options, assess};
use rulebook::explanation::explain;
use rulebook::input_files::Files;
use rulebook::render::{Colour, diagnostics, explanation_json, json};
use rulebook::snapshot::Snapshot;

use crate::laws::agree;

const RULEBOOK: &str = "title: T\nas_of: 2020-01-01\nsources: {s: {title: S}, t: {title: T}}\nfacts:\n  \
    a.yes: {type: boolean}\n  a.many: {type: integer, range: {max: 100}}\n  since: {type: date}\n  \
    words: {type: text}\n  seat: {type: jurisdiction}\n";

const SCRIPT: &str = "//! C\nif j.a.yes { return met(`${j.words}`); }\n\
                      j.since > date(\"2000-01-01\") || j.a.many >= 50\n";

/// What stands behind the name of a fact; `V` is its value. The last ones are wrong.
const FORMS: [&str; 22] = [
    " V",
    " V # by phone",
    " {value: V, source: s}",
    " {value: V, source: s, as_of: 2019-05-01, note: by phone}",
    " {source: [s, t], value: V}",
    " { value: V , source: \"https://example.org/a?b=c#d\" }",
    " {value: V}",
    " {value: V, source: ~, as_of: ~, note: ~}",
    "\n      value: V\n      source: t\n      note: >-\n        by phone,\n        twice",
    "\n      value: V\n      source:\n        - s\n        - t\n      note: 'it''s'",
    " {value: unknown, source: s}",
    " {value: ~}",
    " {value: V, source: s, from: 2019-01-01}",
    "\n    - {value: V, source: s, to: 2018-12-31}\n    - {value: V, from: 2019-01-01}",
    " {value: V, source: []}",
    " {value: V, source: u}",
    " {value: V, source: s, source: t}",
    " {source: s}",
    " {value: V, as_of: 2019-02-30}",
    " {value: V, sauce: s}",
    " {value: {value: V}, source: s}",
    " {value: V, source: [s, {t: 1}]}",
];

const FACTS: [(&str, &[&str]); 4] = [
    ("a.yes", &["true", "false", "unknown", "yes"]),
    ("a.many", &["12", "99", "120", "x"]),
    (
        "since",
        &["1999-12-31", "2001-01-01", "\"2000-01-02\"", "2000"],
    ),
    ("words", &["x", "\"y, z\"", "''", "'null'"]),
];

/// By fact: whether it is stated, in which form, and with which value.
type Record = (Option<&'static str>, Vec<(bool, usize, usize)>);

fn record() -> impl Strategy<Value = Record> {
    // Most records are right.
    let form = prop_oneof![12 => 0..12_usize, 2 => 12..15_usize, 1 => 15..FORMS.len()];
    let value = prop_oneof![9 => 0..2_usize, 1 => 2..4_usize];
    let fact = (proptest::bool::weighted(0.8), form, value);
    let source =
        proptest::option::weighted(0.2, proptest::sample::select(&["s", "[s, t]", "u"][..]));
    (source, proptest::collection::vec(fact, FACTS.len()))
}

fn yaml(index: usize, (source, facts): &Record) -> String {
    let source = source.map_or_else(String::new, |source| format!("source: {source}\n"));
    let mut text = format!("id: r{index:02}\n{source}facts:\n  seat: {{value: r00, note: near}}\n");
    for ((path, values), (stated, form, value)) in FACTS.iter().zip(facts) {
        if *stated {
            text += &format!("  {path}:{}\n", FORMS[*form].replace('V', values[*value]));
        }
    }
    if index == 0 {
        text = text.replace("  seat: {value: r00, note: near}\n", "");
    }
    text
}

/// All that is said of some files of records.
fn said(records: &[(String, String)]) -> String {
    let mut files = Files::new();
    files.insert("policies/t/rulebook.yaml", RULEBOOK);
    files.insert("scripts/t/c.rhai", SCRIPT);
    for (name, text) in records {
        files.insert(format!("policies/t/jurisdictions/{name}"), text);
    }
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    let mut text = diagnostics(&assessment.diagnostics, Colour::Never, 80);
    for assessed in &assessment.rulebooks {
        agree(assessed);
        let ids = (0..12).map(|index| format!("r{index:02}"));
        for record in ids.filter_map(|id| assessed.jurisdiction(&id)) {
            let explanation = explain(assessed, record, None);
            text += &explanation_json(&explanation, &assessment.diagnostics);
        }
    }
    text + json(&assessment).as_str()
}

#[test]
fn sourced_values_are_read_alike_in_large_and_in_small_files() {
    let records = proptest::collection::vec(record(), 2..12);
    let outcome = crate::law::law(300).run(&records, |records| {
        let documents: Vec<String> = records
            .iter()
            .enumerate()
            .map(|(index, record)| yaml(index, record))
            .collect();
        let file = |text: String| vec![("all.yaml".to_owned(), text)];
        let text = format!("---\n{}", documents.join("---\n"));
        // A remark makes the file large enough for the quick way.
        let large = format!("{text}# {}\n", "x".repeat(140_000));
        prop_assert_eq!(&said(&file(large)), &said(&file(text)));

        // Many files make it worth while to read them as one table.
        let mut single: Vec<_> = (0..)
            .zip(&documents)
            .map(|(index, text)| (format!("r{index:02}.yaml"), text.clone()))
            .collect();
        let few = said(&single);
        let others = (0..80).map(|index| (format!("s{index}.yaml"), "assess: false\n".to_owned()));
        single.extend(others);
        prop_assert_eq!(&said(&single), &few);
        Ok(())
    });
    outcome.unwrap();
}
