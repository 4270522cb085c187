//! A program that stands on rulebook: it reads a folder, says what is wrong there, answers a record
//! a line with reasons, and follows the folder: a script that is saved counts from then on.
//!
//!     echo '{"facts": {"population": 900}}' |
//!         cargo run --example embed --no-default-features -- examples/grants town
#![expect(clippy::print_stdout, reason = "a program says what it finds")]

use rulebook::{Answer, Colour, Files, Ids, Live, Options, Snapshot, assess, diagnostics, read};

#[expect(clippy::disallowed_methods, reason = "a program reads its arguments")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [root, rulebook] = &arguments[..] else {
        return Err("which folder, and which rulebook?".into());
    };
    let files: Files = read(root.as_ref())?;
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    let problems = diagnostics(&assessment.diagnostics, Colour::Never, 100);
    print!("{problems}");

    let live = Live::start(root.as_ref(), Options::default());
    for request in std::io::stdin().lines() {
        let evaluator = live.evaluator(rulebook, Ids::New);
        let evaluator = evaluator.ok_or("there is no such rulebook")?;
        show(&evaluator.assess(request?.as_bytes()));
    }
    Ok(())
}

fn show(answer: &Answer<'_>) {
    let (Ok(verdict), Some(details)) = (answer.verdict(), answer.details()) else {
        let problems = diagnostics(answer.diagnostics(), Colour::Never, 100);
        return print!("{problems}");
    };
    println!("{verdict}");
    for ((condition, status), finding) in answer.findings().zip(&details.findings) {
        let missing: Vec<String> = finding.missing.iter().map(ToString::to_string).collect();
        let why = [&finding.reasons[..], &missing[..]].concat().join(", ");
        println!("  {condition}: {status} {why}");
    }
}
