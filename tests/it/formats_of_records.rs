//! The same records in every format a file of records may have come to the same, on the quick way
//! through columns and on the careful one.

use std::fmt::Write;

use proptest::prelude::*;
use rulebook::assess::{Options, assess, assess_after};
use rulebook::input_files::Files;
use rulebook::render::json;
use rulebook::snapshot::{Loader, Snapshot};

use crate::laws::agree;

const RULEBOOK: &str = "title: T\nas_of: 2020-01-01\n\
                        sources: {s: {title: S}, t: {title: T}}\nrecords: {\"*\": {source: t}}\n\
                        facts:\n  a.yes: {type: boolean}\n  a.many: \
                        {type: integer, range: {min: 0, max: 5000000000}}\n  \
     b.c.share: {type: number, range: {max: 100}}\n  since: {type: date}\n  kind: \
     {type: choice, choices: [small, large]}\n  \
     words: {type: text}\n  list: {type: list, items: text}\n  seat: {type: jurisdiction}\n";

const SCRIPT: &str = "//! C\nif j.a.yes { return met(`${j.words}`); }\n\
                      if j.kind == \"small\" && j.a.many > 10 { return not_met(`${j.b.c.share}`); \
                      }\n\
     if j.seat.a.yes { return not_applicable(); }\n\
     j.since > date(\"2000-01-01\") || j.b.c.share >= 50.0\n";

/// A record as pairs of a path and a value, written as in YAML.
type Pairs = Vec<(&'static str, String)>;

fn record() -> impl Strategy<Value = Pairs> {
    let one = |path: &'static str, values: &'static [&'static str]| {
        let chosen = proptest::option::weighted(0.8, proptest::sample::select(values));
        chosen.prop_map(move |value| value.map(|value| (path, value.to_owned())))
    };
    let all = (
        one("a.yes", &["true", "false", "unknown"]),
        one("a.many", &["0", "11", "4000000000", "-0"]),
        one(
            "b.c.share",
            &[
                "1.10",
                "50",
                "99.99999999999999",
                "1e1",
                "0.30000000000000004",
                "2.00000000000000000",
            ],
        ),
        one("since", &["1999-12-31", "2000-01-02"]),
        one("kind", &["small", "large"]),
        one("words", &["x", "y z", "null", "0123"]),
        one("seat", &["r0", "unknown"]),
        one(SOURCE, &["s", "https://example.org/x"]),
    );
    all.prop_map(|(a, b, c, d, e, f, g, h)| {
        [a, b, c, d, e, f, g, h].into_iter().flatten().collect()
    })
}

/// What is no fact, and stands beside the id and the name.
const SOURCE: &str = "source";

/// The source of a record, and its facts.
fn parts(pairs: &Pairs) -> (Option<&str>, Pairs) {
    let source = pairs.iter().find(|(path, _)| *path == SOURCE);
    let facts = pairs.iter().filter(|(path, _)| *path != SOURCE);
    (
        source.map(|(_, value)| value.as_str()),
        facts.cloned().collect(),
    )
}

fn is_text(path: &str, value: &str) -> bool {
    matches!(path, "words" | "kind" | "since" | "seat") && value != "unknown"
}

fn yaml(index: usize, pairs: &Pairs) -> String {
    let (source, pairs) = parts(pairs);
    let source = source.map_or_else(String::new, |source| format!("source: {source}\n"));
    let mut text = format!("id: r{index}\nname: \"R {index}\"\n{source}facts:\n");
    for (path, value) in &pairs {
        let value = if is_text(path, value) {
            format!("{value:?}")
        } else {
            value.clone()
        };
        let _ = writeln!(text, "  {path}: {value}");
    }
    if pairs.is_empty() {
        text.replace("facts:\n", "")
    } else {
        text
    }
}

fn object(index: usize, pairs: &Pairs) -> String {
    let (source, pairs) = parts(pairs);
    let source = source.map_or_else(String::new, |source| format!("\"source\":{source:?},"));
    let facts = pairs.iter().map(|(path, value)| match value.as_str() {
        "unknown" => format!("{path:?}:null"),
        value if is_text(path, value) => format!("{path:?}:{value:?}"),
        value => format!("{path:?}:{value}"),
    });
    format!(
        "{{\"id\":\"r{index}\",\"name\":\"R {index}\",{source}\"facts\":{{{}}}}}",
        facts.collect::<Vec<_>>().join(",")
    )
}

fn csv(records: &[Pairs]) -> String {
    let paths = [
        "a.yes",
        "a.many",
        "b.c.share",
        "since",
        "kind",
        "words",
        "seat",
        SOURCE,
    ];
    let mut text = format!("id,name,{}\n", paths.join(","));
    for (index, pairs) in records.iter().enumerate() {
        let cell = |path: &&str| {
            pairs
                .iter()
                .find(|(known, _)| known == path)
                .map_or("", |(_, value)| value)
        };
        let cells: Vec<_> = paths.iter().map(cell).collect();
        let _ = writeln!(text, "r{index},R {index},{}", cells.join(","));
    }
    text
}

/// All that is said of the records, but for where it stands.
fn said(files: &[(String, String)]) -> String {
    let mut all = Files::new();
    all.insert("policies/t/rulebook.yaml", RULEBOOK);
    all.insert("scripts/t/c.rhai", SCRIPT);
    for (name, text) in files {
        all.insert(format!("policies/t/jurisdictions/{name}"), text);
    }
    let assessment = assess(&Snapshot::load(&all), &Options::default());
    assert!(!assessment.has_errors(), "{:#?}", assessment.diagnostics);
    assessment.rulebooks.iter().for_each(agree);
    let text = json(&assessment);
    let mut place = 0;
    let kept = text.lines().filter(|line| {
        if line.trim_start().starts_with("\"place\": {") {
            place = 8;
        }
        place -= i32::from(place > 0);
        place == 0
    });
    kept.collect::<Vec<_>>().join("\n")
}

#[test]
fn all_formats_come_to_the_same() {
    let records = proptest::collection::vec(record(), 1..40);
    let outcome = crate::law::law(40).run(&records, |records| {
        // The first is what others refer to; a reference of its own would be a circle.
        let mut records = records;
        records[0].retain(|(path, _)| *path != "seat");
        let indexed = || records.iter().enumerate();
        let file = |name: &str, text: String| vec![(name.to_owned(), text)];
        let documents: Vec<_> = indexed()
            .map(|(index, pairs)| format!("---\n{}", yaml(index, pairs)))
            .collect();
        let careful = said(&file("all.yaml", documents.concat()));
        // Remarks make the file large enough for the quick way.
        let padding = format!("# {}\n", "x".repeat(140_000));
        let large = documents
            .concat()
            .replacen("---\n", &format!("---\n{padding}"), 1);
        if records.len() > 1 {
            prop_assert_eq!(&said(&file("all.yaml", large)), &careful);
        }
        prop_assert_eq!(&said(&file("all.csv", csv(&records))), &careful);
        let lines: Vec<_> = indexed()
            .map(|(index, pairs)| object(index, pairs))
            .collect();
        prop_assert_eq!(&said(&file("all.ndjson", lines.join("\n"))), &careful);
        prop_assert_eq!(
            &said(&file("all.json", format!("[{}]", lines.join(", ")))),
            &careful
        );
        let mut single: Vec<_> = indexed()
            .map(|(index, pairs)| {
                (
                    format!("r{index}.yaml"),
                    yaml(index, pairs).replace(&format!("id: r{index}\n"), ""),
                )
            })
            .collect();
        prop_assert_eq!(&said(&single), &careful);
        // Many files make it worth while to read them as one table.
        single
            .extend((0..80).map(|index| (format!("s{index}.yaml"), "assess: false\n".to_owned())));
        prop_assert_eq!(&said(&single), &careful);
        Ok(())
    });
    outcome.unwrap();
}

/// A text with one more change, as somebody could make it in an editor, in its last bytes.
fn edited(text: &str, (kind, at, what): (u8, usize, usize)) -> String {
    let start = text.len() - text.len().min(4_000);
    let start = text[start..].find('\n').map_or(0, |line| start + line + 1);
    let (head, tail) = text.split_at(start);
    let mut lines: Vec<&str> = tail.split_inclusive('\n').collect();
    let line = at % lines.len().max(1);
    match kind % 8 {
        0 if lines.len() > 1 => drop(lines.remove(line)),
        1 if lines.len() > 1 => lines[line.min(1)..].reverse(),
        2 if !lines.is_empty() => lines.insert(line, lines[line]),
        3 => return text.replacen("true", "false", 1 + at % 3),
        4 => return text.replace(&format!("r{}", what % 9), &format!("r{}", what % 7 + 50)),
        _ => {
            let place = tail
                .char_indices()
                .map(|(index, _)| index)
                .nth(at % tail.len().max(1))
                .unwrap_or(0);
            let sign = [
                "1", ",", "\"", "\n", "x", ".", " ", "---\n", "{", "}", "]", "[", ":", "#",
            ][what % 14];
            let rest = if kind % 2 == 0 {
                &tail[place..]
            } else {
                &tail[(place + 1).min(tail.len())..]
            };
            return format!("{head}{}{sign}{rest}", &tail[..place]);
        }
    }
    format!("{head}{}", lines.concat())
}

#[test]
fn an_edited_file_comes_to_what_a_fresh_reading_comes_to() {
    let records = proptest::collection::vec(record(), 4..40);
    let edits = proptest::collection::vec((any::<u8>(), any::<usize>(), any::<usize>()), 1..8);
    let runner = &mut crate::law::law(40);
    let all = |name: &str, text: &str| {
        let mut all = Files::new();
        all.insert("policies/t/rulebook.yaml", RULEBOOK);
        all.insert("scripts/t/c.rhai", SCRIPT);
        all.insert(format!("policies/t/jurisdictions/{name}"), text);
        all
    };
    let outcome = runner.run(&(records, edits), |(mut records, edits)| {
        records[0].retain(|(path, _)| *path != "seat");
        // In JSON this is read with care, and so would be the whole file.
        records
            .iter_mut()
            .flatten()
            .filter(|(_, value)| value == "-0")
            .for_each(|(_, value)| "7".clone_into(value));
        let indexed = || records.iter().enumerate();
        let objects = || {
            indexed()
                .map(|(index, pairs)| object(index, pairs))
                .collect::<Vec<_>>()
        };
        let documents: Vec<_> = indexed()
            .map(|(index, pairs)| format!("---\n{}", yaml(index, pairs)))
            .collect();
        // Remarks make the file large enough for the quick way.
        let remark = format!("---\n# {}\n", "x".repeat(140_000));
        let texts = [
            ("all.csv", csv(&records)),
            ("all.ndjson", objects().join("\n")),
            ("all.json", format!("[{}]", objects().join(",\n"))),
            ("all.yaml", documents.concat().replacen("---\n", &remark, 1)),
        ];
        for (name, mut text) in texts {
            let mut loader = Loader::default();
            let mut now = assess(&loader.load(&all(name, &text)), &Options::default());
            for edit in &edits {
                text = edited(&text, *edit);
                let after = all(name, &text);
                now = assess_after(&loader.load(&after), &Options::default(), &now);
                let cold = assess(&Snapshot::load(&after), &Options::default());
                let (now, cold) = (json(&now), json(&cold));
                let differing = now
                    .lines()
                    .zip(cold.lines())
                    .find(|(now, cold)| now != cold);
                let end = &text[text.len() - text.len().min(2_000)..];
                prop_assert!(now == cold, "{differing:?} after {edit:?} in {name}: {end}");
            }
        }
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn json_refuses_what_has_more_digits_than_a_number_keeps() {
    for (number, is_read) in [
        ("0.12345678901234568", true),
        ("0.12345678901234567", false),
        ("0.12345678901234567890", false),
        ("12345678901234567890.5", false),
        ("1e-400", false),
        ("0.0", true),
        ("0e-1", true),
        ("5e-1", true),
    ] {
        for record in [
            "{\"id\":\"a\",\"facts\":{\"b\":{\"c\":{\"share\":N}}}}",
            "id: a\nfacts: {b.c.share: N}\n",
        ] {
            let name = if record.starts_with('{') {
                "all.ndjson"
            } else {
                "all.yaml"
            };
            let mut all = Files::new();
            all.insert("policies/t/rulebook.yaml", RULEBOOK);
            all.insert("scripts/t/c.rhai", SCRIPT);
            all.insert(
                format!("policies/t/jurisdictions/{name}"),
                &record.replace('N', number),
            );
            let read = Snapshot::load(&all);
            let refused = read
                .diagnostics
                .iter()
                .any(rulebook::diagnostic::Diagnostic::is_error);
            assert_eq!(!refused, is_read, "{number} in {name}");
        }
    }
}
