//! What is larger than is taken is refused early, with the limit and what to do; what is not is read.

use std::fs;
use std::io::Write;

use rulebook::assess::{Options, assess};
use rulebook::input_files::{DataLimits, Files};
use rulebook::render;
use rulebook::snapshot::{Loader, Snapshot};

use crate::law::is_quick;

const SCHEMA: &str = "title: T\nas_of: 2020-01-01\nfacts:\n  a: {type: integer, range: {min: 0, max: 9}}\n  \
                      t: {type: text}\n  r: {type: jurisdiction}\n";
const FOLDER: &str = "policies/t/jurisdictions";

/// A rulebook with a file of records.
fn files(limits: DataLimits, name: &str, text: &str) -> Files {
    let mut files = Files::within(limits);
    files.insert("policies/t/rulebook.yaml", SCHEMA);
    files.insert("scripts/t/c.rhai", "//! T\nj.a >= 3\n");
    files.insert(format!("{FOLDER}/{name}"), text);
    files
}

/// What is told, as code, place and message; and how many records are assessed.
fn told(files: &Files) -> (Vec<String>, usize) {
    let snapshot = Snapshot::load(files);
    let assessment = assess(&snapshot, &Options::default());
    let told = assessment.diagnostics.iter().filter(|one| one.is_error());
    let told = told.map(|one| {
        let line = one.span().map_or(0, |span| span.position().line);
        assert!(one.help.is_some() || line > 0, "no advice: {one:?}");
        format!("{} {line} {}", one.code.as_str(), one.message)
    });
    (told.collect(), snapshot.record_count())
}

fn few() -> DataLimits {
    DataLimits {
        records: 10,
        values: 10_000,
        problems: 5,
        root_bytes: 100_000,
        file_bytes: 50_000,
        ..DataLimits::default()
    }
}

fn rows(count: usize, value: &str) -> [(&'static str, String); 4] {
    let all = |row: &dyn Fn(usize) -> String| (0..count).map(row).collect::<String>();
    let json = |id| format!("{{\"id\":\"x{id}\",\"facts\":{{\"a\":{value}}}}}");
    [
        (
            "a.csv",
            format!("id,a\n{}", all(&|id| format!("x{id},{value}\n"))),
        ),
        ("a.ndjson", all(&|id| json(id) + "\n")),
        (
            "a.json",
            format!("[{}]", (0..count).map(json).collect::<Vec<_>>().join(",")),
        ),
        (
            "a.yaml",
            all(&|id| format!("id: x{id}\nfacts: {{a: {value}}}\n---\n")),
        ),
    ]
}

/// So many pieces of text, one behind the other.
fn repeated(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect()
}

#[test]
fn as_many_records_as_are_taken_are_read_and_with_one_more_nothing_is_assessed() {
    for (name, text) in rows(10, "5") {
        assert_eq!(told(&files(few(), name, &text)), (vec![], 10), "{name}");
    }
    for (name, text) in rows(11, "5") {
        let (told, count) = told(&files(few(), name, &text));
        assert!(
            told[0].starts_with("R105 0 the records of this root have more than 10 records"),
            "{told:?}"
        );
        assert_eq!((told.len(), count), (1, 0), "{name}");
    }
    // Also of several files and rulebooks together.
    let mut several = files(few(), "a.csv", "id,a\nx,1\n");
    for number in 0..10 {
        several.insert(format!("{FOLDER}/f{number}.yaml"), "facts: {a: 1}\n");
    }
    let (found, count) = told(&several);
    assert_eq!((found.len(), count), (1, 0), "{found:?}");
}

#[test]
fn values_and_problems_of_records_have_a_total() {
    let limits = DataLimits {
        records: 1_000,
        values: 100,
        ..few()
    };
    // Five facts with the two that every record has.
    let [(name, text), ..] = rows(20, "5");
    assert_eq!(told(&files(limits, name, &text)), (vec![], 20));
    let [(name, text), ..] = rows(21, "5");
    let (found, _) = told(&files(limits, name, &text));
    assert!(found[0].contains("more than 100 values"), "{found:?}");
    // A record with more than plain values takes more.
    let whole = "id: x\nassess: false\nfacts: {a: 1}\n---\nid: y\nassess: false\nfacts: {a: 1}\n";
    let (found, _) = told(&files(limits, "a.yaml", whole));
    assert!(found[0].contains("more than 100 values"), "{found:?}");
    for (name, text) in rows(6, "55") {
        let (found, count) = told(&files(few(), name, &text));
        let problems = found.iter().filter(|one| one.starts_with("R123")).count();
        assert!(
            found.iter().any(|one| one.contains("more than 5 problems")),
            "{found:?}"
        );
        assert!(problems >= 5 && count == 0, "{name}: {found:?}");
    }
}

#[test]
fn values_that_are_calculated_have_the_limit_of_those_that_are_stated() {
    let limits = DataLimits {
        records: 1_000,
        values: 200,
        ..few()
    };
    let with = |derived: usize| {
        let [(name, text), ..] = rows(20, "5");
        let mut files = files(limits, name, &text);
        for number in 0..derived {
            let script = format!("//! D\n//! @type integer\nj.a + {number}\n");
            files.insert(format!("scripts/t/derive/d{number}.rhai"), &script);
        }
        told(&files)
    };
    assert_eq!(with(10), (vec![], 20));
    let (found, count) = with(11);
    assert_eq!((found.len(), count), (1, 0), "{found:?}");
    assert!(
        found[0].contains("`t` has 11 derived facts and statistics, with more than 200 values"),
        "{found:?}"
    );
}

#[test]
fn the_bytes_of_a_file_and_of_a_root_have_limits() {
    let long = |bytes: usize| format!("id,a\n{}", "x,1\n".repeat(bytes / 4));
    let (found, count) = told(&files(few(), "a.csv", &long(60_000)));
    assert!(
        found[0].contains("a file of 60,005 bytes is larger than the limit of 50,000"),
        "{found:?}"
    );
    assert_eq!(count, 0);
    let mut several = files(few(), "a.yaml", "facts: {a: 1}\n");
    for name in ["b.csv", "c.csv", "d.csv"] {
        several.insert(format!("{FOLDER}/{name}"), &"# a comment\n".repeat(4_000));
    }
    let (found, count) = told(&several);
    assert!(
        found[0].starts_with("R105 0 the files of this root have more than 100,000 bytes"),
        "{found:?}"
    );
    assert_eq!((found.len(), count), (1, 0));
    // In any order: which file is one too many is not said.
    let names = ["b.csv", "c.csv", "d.csv", "e.csv"];
    let in_order = |names: &[&str]| {
        let mut several = files(few(), "a.yaml", "facts: {a: 1}\n");
        for name in names {
            several.insert(format!("{FOLDER}/{name}"), &"# a comment\n".repeat(4_000));
        }
        let snapshot = Snapshot::load(&several);
        render::json(&assess(&snapshot, &Options::default()))
    };
    let turned: Vec<&str> = names.into_iter().rev().collect();
    assert_eq!(in_order(&names), in_order(&turned));
}

#[test]
fn a_root_that_was_too_large_is_read_as_if_it_never_had_been() {
    let mut loader = Loader::default();
    let [(_, few_rows), ..] = rows(10, "5");
    let [(_, many_rows), ..] = rows(11, "5");
    for text in [&few_rows, &many_rows, &few_rows, &many_rows, &few_rows] {
        let files = files(few(), "a.csv", text);
        let (again, cold) = (loader.load(&files), Snapshot::load(&files));
        assert_eq!(again.diagnostics, cold.diagnostics);
        assert_eq!(again.record_count(), cold.record_count());
        assert_eq!(cold.record_count(), if text == &few_rows { 10 } else { 0 });
    }
}

#[test]
fn what_packed_files_hold_is_bounded_by_what_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    put("policies/t/rulebook.yaml", SCHEMA.as_bytes());
    put("scripts/t/c.rhai", b"//! T\nj.a >= 3\n");
    let packed = |text: &str| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(text.as_bytes()).unwrap();
        packer.finish().unwrap()
    };
    let name = format!("{FOLDER}/a.csv.gz");
    for (text, expected) in [
        (
            format!("id,a\nx,1\n{}", "\n".repeat(20_000_000)),
            "holds more than 250 times as much",
        ),
        (format!("id,a\nx,1\n{}", "\n".repeat(2_000_000)), ""),
    ] {
        put(&name, &packed(&text));
        let (found, count) = told(&rulebook::disk::read(folder.path()).unwrap());
        assert!(
            found
                .iter()
                .all(|one| !expected.is_empty() && one.contains(expected)),
            "{found:?}"
        );
        assert_eq!(count, usize::from(expected.is_empty()));
    }
    // Together with others, and without being unpacked as a whole.
    let limits = DataLimits {
        root_bytes: 1_000_000,
        ..DataLimits::default()
    };
    let (found, count) = told(&rulebook::disk::read_within(folder.path(), limits).unwrap());
    assert!(
        found.len() == 1 && found[0].starts_with("R105"),
        "{found:?}"
    );
    assert_eq!(count, 0);
    // Many files, and many bytes, are told before any is read.
    put(&name, &packed("id,a\nx,1\n"));
    for (limits, expected) in [
        (
            DataLimits {
                files: 2,
                ..DataLimits::default()
            },
            "more than 2 files",
        ),
        (
            DataLimits {
                root_bytes: 50,
                ..DataLimits::default()
            },
            "more than 50 bytes",
        ),
    ] {
        let (found, _) = told(&rulebook::disk::read_within(folder.path(), limits).unwrap());
        assert!(found.len() == 1 && found[0].contains(expected), "{found:?}");
    }
}

#[test]
fn long_values_long_rows_and_wide_heads_are_one_message_each() {
    let long = "y".repeat(65_537);
    let wide = |count: usize| repeated(count, |at| format!(",c{at}"));
    let cases = [
        (
            "a.csv",
            format!("id,t\nx,{long}\nz,fine\n"),
            "R103 2 a value of 65537 bytes",
        ),
        (
            "a.csv",
            format!("id,t\nx,\"{long}\"\nz,fine\n"),
            "R103 2 a value of 65537 bytes",
        ),
        (
            "a.ndjson",
            format!("{{\"id\":\"x\",\"facts\":{{\"t\":\"{long}\"}}}}\n{{\"id\":\"z\"}}\n"),
            "R103 1 a value of",
        ),
        (
            "a.yaml",
            format!("id: x\nfacts: {{t: {long}}}\n---\nid: z\nfacts: {{}}\n"),
            "R103 2 a value of",
        ),
        (
            "a.csv",
            format!("id,t\nx,{}\n", "y".repeat(17 << 20)),
            "R103 2 a row is longer than the limit of 16,777,216 bytes",
        ),
        (
            "a.csv",
            format!("id,t\nx,\"{}\"\n", "y".repeat(17 << 20)),
            "R103 2 a row is longer than the limit of",
        ),
        (
            "a.csv",
            format!("id{}\nx\n", wide(10_000)),
            "R103 1 this head has more than 10,000 columns",
        ),
        (
            "a.json",
            format!(
                "[{{\"id\":\"x\",\"facts\":{{\"t\":[1{}]}}}}]",
                ",1".repeat(2_000_001)
            ),
            "R103 1 more than 2,000,000 values",
        ),
        (
            "a.yaml",
            format!("id: x\nfacts: {{t: [1{}]}}\n", ",1".repeat(2_000_001)),
            "R103 1 more than 2,000,000 values",
        ),
    ];
    // Two million values in YAML take half a minute without optimisation.
    let are_few =
        |(name, text, _): &(&str, String, &str)| *name != "a.yaml" || text.len() < 1 << 20;
    let tried = cases
        .into_iter()
        .filter(|case| !is_quick() || are_few(case));
    for (name, text, expected) in tried {
        let (found, count) = told(&files(DataLimits::default(), name, &text));
        assert!(found[0].starts_with(expected), "{expected}: {found:?}");
        let others = found[1..].iter().filter(|one| !one.starts_with("R100"));
        assert_eq!(others.count(), 0, "{found:?}");
        assert!(count <= 1 || name != "a.csv", "{count}");
    }
    let mut many = files(DataLimits::default(), "x.yaml", "facts: {a: 1}\n");
    let facts = repeated(10_001, |at| format!("  f{at}: {{type: integer}}\n"));
    many.insert("policies/t/rulebook.yaml", &format!("{SCHEMA}{facts}"));
    let (found, _) = told(&many);
    assert!(
        found[0].contains("there are 10,004 facts, and a rulebook has at most 10,000"),
        "{found:?}"
    );
}

#[test]
fn references_of_many_records_are_followed_in_one_walk() {
    let count = 60_000;
    let row = |at: usize| {
        let to = match at {
            // A circle of three among them, and one that refers to itself.
            32 => "x30".to_owned(),
            77 => "x77".to_owned(),
            _ if at + 1 < count => format!("x{}", at + 1),
            _ => String::new(),
        };
        format!("x{at},1,{to}\n")
    };
    let text = format!("id,a,r\n{}", (0..count).map(row).collect::<String>());
    let (found, records) = told(&files(DataLimits::default(), "a.csv", &text));
    let circles: Vec<_> = found.iter().map(|one| &one[..8]).collect();
    assert_eq!(circles, ["R125 32 ", "R125 79 "], "{found:?}");
    assert_eq!(records, count);
}
