//! Statements of `rulebook sql`, run by engines of others over made-up rulebooks and records, and
//! compared with what `check` says. Needs python3 with venv, PyPI, PostgreSQL and a Java runtime.
//!
//! `RULEBOOK_PROGRAM` names the program that is tried, in place of the one of the tests' own build.
//! `RULEBOOK_ENGINES=200x500` makes so many rulebooks with so many records each, for all engines.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads files and runs programs"
)]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The program that is tried.
fn program() -> OsString {
    let named = std::env::var_os("RULEBOOK_PROGRAM");
    named.unwrap_or_else(|| env!("CARGO_BIN_EXE_rulebook").into())
}

/// Python with the engines.
fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("engines");
        if !folder.join("bin/python").exists() {
            run(Command::new("python3").args(["-m", "venv"]).arg(&folder));
        }
        // What is run, and what reads every dialect.
        run(Command::new(folder.join("bin/pip"))
            .args(["install", "--quiet", "--disable-pip-version-check", "-r"])
            .arg(script("packages.txt")));
        folder.join("bin/python")
    })
}

#[track_caller]
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{command:?}\n{text}");
    text
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/engines")
        .join(name)
}

#[test]
fn engines_answer_as_check_does() {
    let folder = tempfile::tempdir().unwrap();
    let text = run(Command::new(python())
        .arg(script("compare.py"))
        .arg(program())
        .arg(folder.path())
        .args(size("24x100"))
        .args(["duckdb", "sqlite", "datafusion", "polars"]));
    println!("{text}");
    assert!(text.contains(" 0 differences"), "{text}");
}

/// So many rulebooks with so many records each, unless a variable says otherwise.
fn size(usual: &str) -> [String; 2] {
    let wanted = std::env::var("RULEBOOK_ENGINES").unwrap_or(usual.to_owned());
    let (rulebooks, records) = wanted.split_once('x').unwrap();
    [rulebooks.to_owned(), records.to_owned()]
}

#[test]
fn postgres_answers_as_check_does_in_the_order_of_bytes_and_of_words() {
    let folder = tempfile::tempdir().unwrap();
    let served = || {
        let mut command = Command::new(python());
        command.arg(script("served.py")).arg(python());
        command
    };
    let text = run(served()
        .arg(script("compare.py"))
        .arg(program())
        .arg(folder.path())
        .args(size("24x100"))
        .arg("postgres"));
    println!("{text}");
    assert_eq!(text.matches(" 0 differences").count(), 2, "{text}");
    let text = run(served()
        .arg(script("samples.py"))
        .arg(program())
        .arg(env!("CARGO_MANIFEST_DIR"))
        .arg("postgres"));
    println!("{text}");
    assert_eq!(text.matches(" 0 differences").count(), 2, "{text}");
}

#[test]
fn spark_answers_as_check_does_with_errors_and_without() {
    let folder = tempfile::tempdir().unwrap();
    for ansi in ["true", "false"] {
        let spark = || {
            let mut command = Command::new(python());
            command.env("RULEBOOK_ANSI", ansi);
            command.env("SPARK_LOCAL_IP", "127.0.0.1");
            command
        };
        let text = run(spark()
            .arg(script("compare.py"))
            .arg(program())
            .arg(folder.path())
            .args(size("12x60"))
            .arg("spark"));
        assert!(text.contains(" 0 differences"), "{text}");
        let text = run(spark()
            .arg(script("samples.py"))
            .arg(program())
            .arg(env!("CARGO_MANIFEST_DIR"))
            .arg("spark"));
        assert!(text.contains(" 0 differences"), "{text}");
    }
}

#[test]
fn engines_answer_the_samples_as_check_does() {
    let text = run(Command::new(python())
        .arg(script("samples.py"))
        .arg(program())
        .arg(env!("CARGO_MANIFEST_DIR"))
        .args(["duckdb", "sqlite", "datafusion", "polars"]));
    println!("{text}");
    assert!(text.contains(" 0 differences"), "{text}");
}

#[test]
fn every_dialect_can_be_parsed() {
    let folder = tempfile::tempdir().unwrap();
    let text = run(Command::new(python())
        .arg(script("parse.py"))
        .arg(program())
        .arg(folder.path())
        .arg("20"));
    println!("{text}");
    assert!(text.contains("statements parsed"), "{text}");
}

#[test]
fn the_examples_of_engines_run() {
    let folder = tempfile::tempdir().unwrap();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/engines");
    let text = run(Command::new(python())
        .arg(script("examples.py"))
        .arg(program())
        .arg(folder.path())
        .arg(examples));
    assert!(text.contains("examples run"), "{text}");
}
