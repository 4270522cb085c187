//! Files that are no UTF-8 text: each is reported once, with what it looks like; and texts of records
//! that are likely not meant as they stand.

use rulebook::assess::{Options, assess};
use rulebook::input_files::Files;
use rulebook::lint::{LintOptions, lint};
use rulebook::snapshot::Snapshot;

const RULEBOOK: &str = "title: T\nas_of: 2026-01-01\nfacts:\n  people: {type: integer}\n  \
    town: {type: text}\n  tags: {type: list, items: text}\n";
const SHEET: &str = "id,name,people,town\na,München,1500,Müllersdorf\nb,Leeds,500,Leeds\n";

fn files(name: &str, bytes: &[u8]) -> Files {
    let mut files = Files::new();
    files.insert("policies/t/rulebook.yaml", RULEBOOK);
    files.insert_bytes(format!("policies/t/jurisdictions/{name}"), bytes);
    let script =
        "//! Some\nif j.people > 9 { met(`${j.town} ${j.tags}`) } else { not_met(\"n\") }\n";
    files.insert("scripts/t/some.rhai", script);
    files
}

/// What is wrong, and what is said to do about it.
fn told(name: &str, bytes: &[u8]) -> Vec<String> {
    let assessment = assess(&Snapshot::load(&files(name, bytes)), &Options::default());
    let errors = assessment.diagnostics.iter().filter(|one| one.is_error());
    let words = errors.map(|one| {
        let help = one.help.as_deref().unwrap_or_default();
        format!("{}; {help}", one.message)
    });
    words.collect()
}

fn latin(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
        .collect()
}

fn wide(text: &str, first: &[u8], big: bool) -> Vec<u8> {
    let pairs = text.encode_utf16().flat_map(|unit| {
        if big {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        }
    });
    first.iter().copied().chain(pairs).collect()
}

#[test]
fn what_is_no_text_is_reported_once_with_what_it_looks_like() {
    let plain = SHEET.replace('ü', "u");
    let record = "id: a\nname: München\nfacts: {people: 5}\n";
    let cases = [
        ("a.csv", latin(SHEET), "`ü` in Windows-1252 and Latin-1"),
        (
            "a.csv",
            latin(&SHEET.replace(',', ";")),
            "`ü` in Windows-1252",
        ),
        ("a.yaml", latin(record), "iconv -f WINDOWS-1252 -t UTF-8"),
        (
            "a.csv",
            b"id,town\na,\x93York\x94\n".to_vec(),
            "a quotation mark",
        ),
        (
            "a.csv",
            b"id,town\na,M\x81ller\n".to_vec(),
            "of the country that it comes from",
        ),
        (
            "a.csv",
            wide(SHEET, b"\xff\xfe", false),
            "looks like UTF-16LE; save it again as UTF-8",
        ),
        (
            "a.csv",
            wide(SHEET, b"\xfe\xff", true),
            "looks like UTF-16BE",
        ),
        ("a.csv", wide(SHEET, b"", false), "looks like UTF-16LE"),
        ("a.csv", wide(&plain, b"", true), "looks like UTF-16BE"),
        (
            "a.yaml",
            wide(record, b"\xff\xfe", false),
            "iconv -f UTF-16LE",
        ),
        (
            "a.csv",
            b"\xff\xfe\0\0i\0\0\0d\0\0\0".to_vec(),
            "looks like UTF-32LE",
        ),
        (
            "a.csv",
            b"PK\x03\x04\x14\0\x06\0".to_vec(),
            "a spreadsheet (.xlsx, .ods)",
        ),
        ("a.csv", b"\x1f\x8b\x08\0\0".to_vec(), "packed by gzip"),
        (
            "a.csv",
            b"%PDF-1.7\n%\xe2\xe3\n".to_vec(),
            "a PDF does; save its table",
        ),
        (
            "a.csv",
            b"id,town\na,Yo\0rk\n".to_vec(),
            "line 2 has a zero byte",
        ),
    ];
    for (name, bytes, said) in cases {
        let told = told(name, &bytes);
        let [told] = told.as_slice() else {
            panic!("not told once: {said}\n{told:#?}");
        };
        assert!(told.contains(said), "{said}: {told}");
    }
    assert_eq!(told("a.csv", SHEET.as_bytes()), Vec::<String>::new());
}

#[test]
fn a_column_without_a_name_is_reported_once_however_many_rows_it_has() {
    let rows: Vec<String> = (0..500).map(|row| format!("r{row},1,x\n")).collect();
    let rows = rows.concat();
    let told = told("a.csv", format!("id,people,\n{rows}").as_bytes());
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(
        told[0].contains("stands in a column without a name"),
        "{told:#?}"
    );
}

#[test]
fn a_bound_is_no_number() {
    for value in [">5000", "> 5000", ">=5000"] {
        let record = format!("id: a\nfacts:\n  people: {value}\n");
        let told = told("a.yaml", record.as_bytes());
        assert!(
            told.len() == 1 && told[0].contains("write `people: 5000` if it is that"),
            "{told:#?}"
        );
    }
    let told = told("a.yaml", "id: a\nfacts: {people: “5”}\n".as_bytes());
    assert!(told[0].ends_with("write `5`"), "{told:#?}");
}

/// The lints of a file of records: code and message.
fn lints(name: &str, text: &str) -> Vec<String> {
    let files = files(name, text.as_bytes());
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    assert!(!assessment.has_errors(), "{:#?}", assessment.diagnostics);
    let found = lint(&files, &assessment, LintOptions::default());
    let of_texts = |code: &&str| matches!(*code, "R320" | "R321" | "R324" | "R325");
    let shown = found.iter().filter(|one| of_texts(&one.code.as_str()));
    shown
        .map(|one| format!("{} {}", one.code.as_str(), one.message))
        .collect()
}

#[test]
fn texts_that_are_not_meant_as_they_stand_are_pointed_at() {
    let yaml = |facts: &str| lints("a.yaml", &format!("id: a\nfacts: {{people: 5, {facts}}}\n"));
    for text in ["“York”", "„York“", "‘York’", "«York»"] {
        let found = yaml(&format!("town: {text}"));
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert!(
            found[0].starts_with("R324") && found[0].contains(text),
            "{found:?}"
        );
    }
    for text in ["=\"01234\"", "'01234"] {
        let sheet = format!("id,people,town\na,5,{text}\n");
        let found = lints("a.csv", &sheet);
        assert!(
            found.len() == 1 && found[0].starts_with("R324") && found[0].contains(text),
            "{found:?}"
        );
    }
    // Texts that look the same by Unicode and are not: in a text, and in a list.
    for text in [
        "Cafe\u{301}",
        "\u{212b}ngström",
        "\u{304b}\u{3099}",
        "\u{1112}\u{1161}\u{11ab}",
    ] {
        let found = [
            yaml(&format!("town: {text}")),
            yaml(&format!("tags: [{text}]")),
        ];
        for found in found {
            assert!(
                found.len() == 1 && found[0].starts_with("R321"),
                "{text}: {found:?}"
            );
        }
    }
    for text in ["York", "Café", "\"\\\"York\\\"\"", "a ‘b’ c", "가"] {
        assert_eq!(
            yaml(&format!("town: {text}")),
            Vec::<String>::new(),
            "{text}"
        );
    }
}

#[test]
fn a_row_that_sums_up_the_others_is_pointed_at() {
    for (row, is_told) in [
        ("Total,,2000,", true),
        ("x,Grand total,2000,", true),
        ("all,,2000,", true),
        ("x,Land insgesamt,2000,", true),
        ("x,\"Total, all counties\",2000,", true),
        ("x,State total,2000,", true),
        ("x,Totale,2000,", true),
        ("x,Totalán,2000,", false),
        ("totality,,2000,", false),
        ("small,,2000,", false),
    ] {
        let found = lints("a.csv", &format!("{SHEET}{row}\n"));
        assert_eq!(found.len(), usize::from(is_told), "{row}: {found:?}");
        assert!(!is_told || found[0].starts_with("R325"), "{found:?}");
    }
    let kept = "id,name,assess,people\na,A,true,5\nTotal,,false,5\n";
    assert_eq!(lints("a.csv", kept), Vec::<String>::new());
}
