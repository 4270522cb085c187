//! Parquet files written by others: every one holds the sheet that it should. Needs python3 with
//! venv, and its registry.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads files and runs programs"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use rulebook::disk;

const SHEET: &str = r#"id,name,a.yes,a.many,b.share,b.half,b.money,b.small,c.tiny,c.huge,c.short,since,from,until,words
r0,"R, ""0""",true,11,50.5,0.25,48,1.5,255,18446744073709551615,-7,2017-08-03,2017-08-03,2017-08-03,x
r1,,,,,,,,,,,,,,
r2,Ŕ 2,,-3,3,0.0000001,-0.05,-1.5,0,0,7,1969-12-31,1969-12-31T23:59:01,1969-12-31T23:59:01,"two
lines"
"#;

const RULEBOOK: &str = "title: T\nas_of: 2017-08-03\n\
                        facts:\n  a.yes: {type: boolean}\n  a.many: {type: integer}\n  \
     b.share: {type: number}\n  b.half: {type: number}\n  b.money: {type: number}\n  b.small: \
     {type: number}\n  \
     c.tiny: {type: integer}\n  c.huge: {type: text}\n  c.short: {type: integer}\n  since: \
     {type: date}\n  \
     from: {type: date}\n  until: {type: text}\n  words: {type: text}\n";

#[track_caller]
fn run(command: &mut Command) -> (String, i32) {
    let output = command
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (text, output.status.code().unwrap())
}

/// Has the script write files into a folder.
fn write(arguments: &[&str]) {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    let python = PYTHON.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("parquet");
        let (text, status) = run(Command::new("python3").args(["-m", "venv"]).arg(&folder));
        assert_eq!(status, 0, "{text}");
        let install = ["install", "--quiet", "pyarrow==26.*", "polars==2.*"];
        let (text, status) = run(Command::new(folder.join("bin/pip")).args(install));
        assert_eq!(status, 0, "{text}");
        folder.join("bin/python")
    });
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parquet/write.py");
    let (text, status) = run(Command::new(python).arg(script).args(arguments));
    assert_eq!(status, 0, "{text}");
}

/// A root with the rulebook and nothing else.
fn root() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("policies/t/rulebook.yaml", RULEBOOK),
        (
            "scripts/t/many.rhai",
            "//! Many\nif j.a.many >= 10 { met(`${j.a.many}`) } else { not_met(\"few\") }\n",
        ),
    ] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    fs::create_dir_all(folder.path().join("policies/t/jurisdictions")).unwrap();
    folder
}

/// The files that the script writes, by their names.
fn written() -> Vec<(String, Vec<u8>)> {
    let folder = tempfile::tempdir().unwrap();
    write(&[folder.path().to_str().unwrap()]);
    let mut found: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect();
    found.sort();
    found
}

const NAME: &str = "policies/t/jurisdictions/all.parquet";

/// What is read of a file: its text, or the messages.
fn read(root: &Path, bytes: &[u8]) -> Result<String, String> {
    fs::write(root.join(NAME), bytes).unwrap();
    let files = disk::read(root).unwrap();
    match files.get(NAME) {
        Some(source) => Ok(source.text().to_owned()),
        None => Err(files
            .unreadable()
            .map(|(_, problem)| problem.message.clone())
            .collect()),
    }
}

#[test]
fn each_way_of_writing_a_sheet_is_read_as_that_sheet() {
    let root = root();
    let (mut right, mut wrong) = (0, Vec::new());
    for (name, bytes) in written() {
        match read(root.path(), &bytes) {
            found if name.starts_with("wrong-") => wrong.push((name, found.unwrap_err())),
            found if name.starts_with("empty-") => {
                assert_eq!(found.unwrap(), SHEET[..=SHEET.find('\n').unwrap()])
            }
            found => {
                assert_eq!(found.as_deref(), Ok(SHEET), "{name}");
                right += 1;
            }
        }
    }
    assert_eq!(right, 15);
    let said: Vec<_> = wrong
        .iter()
        .map(|(name, said)| (name.as_str(), said.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (
                "wrong-brotli.parquet",
                "this Parquet file cannot be read: Disabled feature at compile time: brotli"
            ),
            (
                "wrong-bytes.parquet",
                "the value of `b` in row 2 is no text, number, date or boolean"
            ),
            (
                "wrong-half.parquet",
                "the value of `b` in row 1 is no text, number, date or boolean"
            ),
            (
                "wrong-lists.parquet",
                "a row holds several values for `l.list.element` and `m.list.element`"
            ),
            (
                "wrong-nothing.parquet",
                "this Parquet file cannot be read: it has no column that could hold a fact"
            ),
        ]
    );
}

#[test]
fn the_program_assesses_explains_and_points_at_a_row() {
    let root = root();
    let files = written();
    let (_, bytes) = files
        .iter()
        .find(|(name, _)| name == "polars.parquet")
        .unwrap();
    fs::write(root.path().join(NAME), bytes).unwrap();
    let rulebook = |arguments: &[&str]| {
        run(Command::new(env!("CARGO_BIN_EXE_rulebook"))
            .args(arguments)
            .arg("--root")
            .arg(root.path()))
    };
    let (text, status) = rulebook(&["check"]);
    assert_eq!(status, 2, "{text}");
    assert!(
        text.contains("all.parquet:4") && text.contains("`from`: "),
        "{text}"
    );
    assert!(
        text.contains("3 jurisdictions: 1 eligible, 1 ineligible, 1 undetermined"),
        "{text}"
    );
    let (text, _) = rulebook(&["explain", "r0"]);
    assert!(
        text.contains("fact a.many = 11 [policies/t/jurisdictions/all.parquet:2]"),
        "{text}"
    );
    let outside = root.path().join("outside.parquet");
    fs::rename(root.path().join(NAME), &outside).unwrap();
    let (text, _) = rulebook(&["check", "--records", outside.to_str().unwrap()]);
    assert!(
        text.contains("3 jurisdictions: 1 eligible, 1 ineligible, 1 undetermined"),
        "{text}"
    );
}

#[test]
fn whatever_the_bytes_nothing_panics() {
    let root = root();
    let files = written();
    let (mut chance, mut refused) = (1_u64, 0);
    let mut draw = |end: usize| {
        // Knuth's linear congruence: chance enough to pick bytes.
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(chance >> 33).unwrap() % end
    };
    let times = std::env::var("RULEBOOK_LAWS").map_or(1, |times| times.parse().unwrap());
    for (_, bytes) in files.iter().filter(|(name, _)| !name.starts_with("wrong-")) {
        for _ in 0..200 * times {
            let mut bytes = bytes.clone();
            for _ in 0..=draw(3) {
                let place = draw(bytes.len());
                bytes[place] = u8::try_from(draw(256)).unwrap();
            }
            if draw(4) == 0 {
                bytes.truncate(draw(bytes.len()));
            }
            refused += usize::from(read(root.path(), &bytes).is_err());
        }
    }
    assert!(refused > 100, "{refused}");
}
