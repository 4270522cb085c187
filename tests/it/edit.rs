//! Writing facts into records: the layout stays, and nothing else changes.

use rulebook::fact::{Date, Value};
use rulebook::input_files::Files;
use rulebook::jurisdiction::{JurisdictionId, NewFact, with_fact};
use rulebook::snapshot::Snapshot;
use rulebook::source::Source;

const RULEBOOK: &str = "\
title: T
as_of: 2017-08-03
sources: {post: {title: Post}}
facts:
  a: {type: boolean}
  g.x: {type: integer}
  g.h.y: {type: text}
  g.h.z: {type: date}
  c: {type: choice, choices: [red, yes-no]}
";

fn write(text: &str, path: &str, value: Value, source: Option<&str>) -> Result<String, String> {
    let mut files = Files::new();
    files.insert("policies/t/rulebook.yaml", RULEBOOK);
    let snapshot = Snapshot::load(&files);
    let rulebook = snapshot.rulebooks().next().unwrap();
    let fact = NewFact {
        jurisdiction: JurisdictionId::new("p"),
        path: path.to_owned(),
        value,
        source: source.map(str::to_owned),
    };
    with_fact(
        rulebook,
        &Source::new("policies/t/jurisdictions/p.yaml", text),
        &fact,
        Date::parse("2017-08-03").unwrap(),
    )
}

#[track_caller]
fn becomes(before: &str, path: &str, value: Value, after: &str) {
    assert_eq!(write(before, path, value, None).as_deref(), Ok(after));
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

#[test]
fn a_fact_that_is_stated_gets_another_value() {
    becomes(
        "id: p\nfacts:\n  a: unknown # nobody said\n",
        "a",
        true.into_value(),
        "id: p\nfacts:\n  a: true # nobody said\n",
    );
    becomes(
        "facts: {a: false, g: {x: 1}}\n",
        "g.x",
        Value::Integer(7),
        "facts: {a: false, g: {x: 7}}\n",
    );
    becomes(
        "facts:\n  g.x:\n  a: true\n",
        "g.x",
        Value::Integer(7),
        "facts:\n  g.x: 7\n  a: true\n",
    );
    becomes(
        "facts:\n  g.x: ~\n",
        "g.x",
        Value::Integer(7),
        "facts:\n  g.x: 7\n",
    );
    becomes(
        "facts:\n  g:\n    x:\n      value: unknown\n      note: \
         >-\n        Long\n        text\n    h.y: \"old\" # why\n",
        "g.x",
        Value::Integer(-3),
        "facts:\n  g:\n    x:\n      value: -3\n      note: \
         >-\n        Long\n        text\n    h.y: \"old\" # why\n",
    );
    becomes(
        "facts:\n  g: {h.y: 'it''s'}\n",
        "g.h.y",
        text("a: \"b\""),
        "facts:\n  g: {h.y: \"a: \\\"b\\\"\"}\n",
    );
    becomes(
        "facts:\n  g.h.y: >-\n    one\n    two\n  a: true\n",
        "a",
        false.into_value(),
        "facts:\n  g.h.y: >-\n    one\n    two\n  a: false\n",
    );
}

#[test]
fn a_dated_fact_gets_the_value_of_its_day() {
    let before = "facts:\n  a:\n    - {value: true, to: 2017-08-02}\n    - \
                  {value: unknown, from: 2017-08-03}\n";
    becomes(
        before,
        "a",
        false.into_value(),
        &before.replace("unknown", "false"),
    );
    let gone = "facts:\n  a:\n    - {value: true, to: 2016-01-01}\n";
    assert_eq!(
        write(gone, "a", false.into_value(), None).unwrap_err(),
        "none of its dated values holds on 2017-08-03"
    );
}

#[test]
fn a_fact_that_is_not_stated_finds_its_place() {
    becomes(
        "facts:\n  a: true\n",
        "g.x",
        Value::Integer(1),
        "facts:\n  a: true\n  g:\n    x: 1\n",
    );
    becomes(
        "facts:\n    a: true # note\n# end\n",
        "g.h.y",
        text("x y"),
        "facts:\n    a: true # note\n    g:\n        h:\n            y: \"x y\"\n# end\n",
    );
    becomes(
        "facts:\n  g:\n    x: 1\n\n  a: true\n",
        "g.h.z",
        Value::Date(Date::parse("2017-01-02").unwrap()),
        "facts:\n  g:\n    x: 1\n    h:\n      z: 2017-01-02\n\n  a: true\n",
    );
    becomes(
        "facts: {a: true}\n",
        "g.h.y",
        text("unknown"),
        "facts: {a: true, g: {h: {y: \"unknown\"}}}\n",
    );
    becomes(
        "facts: { a: true }\n",
        "c",
        text("red"),
        "facts: { a: true, c: red }\n",
    );
    becomes("facts: {}\n", "a", true.into_value(), "facts: {a: true}\n");
    becomes(
        "facts:\n  g: {}\n  a: true\n",
        "g.x",
        Value::Integer(1),
        "facts:\n  g: {x: 1}\n  a: true\n",
    );
    becomes(
        "facts:\n  g: unknown\n",
        "g.x",
        Value::Integer(1),
        "facts:\n  g: {x: 1}\n",
    );
    becomes(
        "facts:\n  g:\n  a: true\n",
        "g.x",
        Value::Integer(1),
        "facts:\n  g: {x: 1}\n  a: true\n",
    );
    becomes(
        "name: P\n",
        "a",
        true.into_value(),
        "name: P\nfacts:\n  a: true\n",
    );
    becomes(
        "name: P\nfacts:\n",
        "a",
        true.into_value(),
        "name: P\nfacts: {a: true}\n",
    );
    becomes(
        "name: P\r\nfacts:\r\n  a: true\r\n",
        "c",
        text("yes-no"),
        "name: P\r\nfacts:\r\n  a: true\r\n  c: yes-no\r\n",
    );
    becomes(
        "name: P\nfacts:\n  a: true",
        "g.x",
        Value::Integer(1),
        "name: P\nfacts:\n  a: true\n  g:\n    x: 1",
    );
    becomes(
        "facts:\n  g:\n    x: {value: 1, note: one}\n    h:\n      y: \
         >-\n        two\n        lines\n# end\n",
        "a",
        true.into_value(),
        "facts:\n  g:\n    x: {value: 1, note: one}\n    h:\n      y: \
         >-\n        two\n        lines\n  a: true\n# end\n",
    );
}

#[test]
fn it_is_written_into_the_right_record() {
    let before =
        "id: o\nfacts:\n  a: true\n---\nid: p\nfacts:\n  g.x: 1\n---\nid: q\nfacts:\n  a: true\n";
    becomes(
        before,
        "a",
        false.into_value(),
        &before.replace("  g.x: 1\n", "  g.x: 1\n  a: false\n"),
    );
    assert_eq!(
        write("id: o\nfacts: {a: true}\n", "a", false.into_value(), None).unwrap_err(),
        "the record `p` was not found in policies/t/jurisdictions/p.yaml"
    );
}

#[test]
fn a_source_is_written_beside_the_value() {
    let written = |before: &str| write(before, "a", true.into_value(), Some("post"));
    assert_eq!(
        written("facts:\n  a: unknown\n").unwrap(),
        "facts:\n  a: {value: true, source: post}\n"
    );
    assert_eq!(
        written("facts:\n  a: {value: unknown}\n").unwrap(),
        "facts:\n  a: {value: true, source: post}\n"
    );
    assert_eq!(
        written("facts:\n  a:\n    value: unknown\n    note: n\n").unwrap(),
        "facts:\n  a:\n    value: true\n    note: n\n    source: post\n"
    );
    let unknown = write(
        "facts:\n  a: unknown\n",
        "a",
        true.into_value(),
        Some("nobody"),
    );
    assert!(unknown.unwrap_err().contains("too unusual"));
}

#[test]
fn what_cannot_be_written_safely_is_not_written() {
    // The anchor's text is another fact's value as well.
    let shared = "facts:\n  a: &x true\n  g.h.y: t\n";
    let result = write(shared, "a", false.into_value(), None);
    assert!(
        result.is_err() || result.as_deref() == Ok("facts:\n  a: &x false\n  g.h.y: t\n"),
        "{result:?}"
    );
}

trait IntoValue {
    fn into_value(self) -> Value;
}

impl IntoValue for bool {
    fn into_value(self) -> Value {
        Value::Boolean(self)
    }
}
