//! What several tests do: read the sample, run the program, put what is wrong into lines.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use rulebook::diagnostic::Diagnostic;
use rulebook::input_files::Files;

/// The files of the sample in this repository.
pub(crate) fn sample() -> Files {
    rulebook::disk::read(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// What the program writes to both streams when something is typed, and how it ends.
pub(crate) fn run(root: &Path, arguments: &[&str], typed: &[u8]) -> (String, String, i32) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rulebook"))
        .args(arguments)
        .arg("--root")
        .arg(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that reads nothing may have ended by now; one that answers as it reads waits to be
    // read itself.
    let (mut input, typed) = (child.stdin.take().unwrap(), typed.to_owned());
    let writer = std::thread::spawn(move || input.write_all(&typed));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let status = output.status.code().expect("no signal ends it");
    (text(output.stdout), text(output.stderr), status)
}

/// What is wrong, a line each: code, line, message.
pub(crate) fn problems(diagnostics: &[Diagnostic]) -> Vec<String> {
    let line = |one: &Diagnostic| one.span().map_or(0, |span| span.position().line);
    let shown = |one: &Diagnostic| format!("{} {} {}", one.code.as_str(), line(one), one.message);
    diagnostics.iter().map(shown).collect()
}
