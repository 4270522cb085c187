//! Typical slips of analysts in scripts: `tests/slips.txt` has each with what the message must say,
//! and the script after doing what it says, which then has nothing wrong with it.

use rulebook::assess::{Options, assess};
use rulebook::assessment::Status;
use rulebook::diagnostic::{Diagnostic, Severity};
use rulebook::input_files::Files;
use rulebook::snapshot::Snapshot;

const RULEBOOK: &str = "\
title: T
as_of: 2026-01-01
parameters: {least: {value: 3}}
facts:
  ok: {type: boolean}
  here: {type: boolean}
  a: {type: integer}
  age: {type: integer, range: {min: 0, max: 9}}
  n: {type: number}
  share: {type: number}
  kind: {type: choice, choices: [city, county, state]}
  size: {type: choice, choices: [small, medium, large]}
  band: {type: choice, choices: [1, 2, 10]}
  place: {type: choice, choices: [\"Orl\u{e9}ans\", Paris]}
  town: {type: text}
  day: {type: date}
  tags: {type: list, items: text}
  risks: {type: list, items: choice, choices: [flood, fire]}
  counts: {type: list, items: integer}
  seat: {type: jurisdiction}
  debt_ratio: {type: number}
statistics: {mean_age: {statistic: mean, of: age}}
";

const RECORD: &str = "\
id: x
facts: {ok: true, here: false, a: 5, age: 4, n: 4.5, share: 0.2, kind: city, size: medium, band: 2,
  place: Paris, town: York, day: 2024-03-01, tags: [], risks: [], counts: [2, 1], seat: y,
  debt_ratio: 0.5}
---
id: y
assess: false
";

/// What is wrong with a script, and whether its result is a fault.
fn wrong(script: &str) -> (Vec<Diagnostic>, bool) {
    let mut files = Files::new();
    files.insert("policies/t/rulebook.yaml", RULEBOOK);
    files.insert("policies/t/jurisdictions/x.yaml", RECORD);
    files.insert("scripts/t/s.rhai", &format!("//! S\n{script}"));
    files.insert("scripts/t/zone.rhai", "//! Zone\nj.here\n");
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    let is_error = |one: &&Diagnostic| one.code.severity() == Severity::Error;
    let errors = assessment.diagnostics.iter().filter(is_error).cloned();
    let finding = &assessment.rulebooks[0].jurisdiction("x").unwrap().findings[0];
    (errors.collect(), finding.status == Status::Fault)
}

/// The parts of a case: its title, the script with the slip, what must be said, the script after.
fn cases(text: &str) -> impl Iterator<Item = [&str; 4]> {
    let parts = |case| {
        let (title, rest) = str::split_once(case, '\n').expect("a title");
        let (slip, rest) = rest.split_once("\n--> ").expect("what must be said");
        let (said, after) = rest.split_once('\n').expect("the script after");
        [title, slip, said, after]
    };
    text.split("\n### ").skip(1).map(parts)
}

/// What a part of a table stands for: `\u{a0}` is that character, so that it shows.
fn shown(text: &str) -> String {
    let mut parts = text.split("<U+");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('>').expect("a code");
        let code = u32::from_str_radix(code, 16).expect("a number");
        whole.push(char::from_u32(code).expect("a character"));
        whole.push_str(rest);
    }
    whole
}

#[test]
fn each_slip_is_told_and_doing_what_is_said_makes_the_script_run() {
    let text = std::fs::read_to_string("tests/slips.txt").unwrap();
    let mut count = 0;
    let mut failed = String::new();
    for [title, slip, said, after] in cases(&text) {
        count += 1;
        let (errors, _) = wrong(&shown(slip));
        let told: Vec<String> = errors
            .iter()
            .map(|one| {
                let line = one.span().map_or(0, |span| span.position().line);
                let help = one.help.as_deref().unwrap_or_default();
                format!("{line}: {}; {help}", one.message)
            })
            .collect();
        // The head is the first line, and the slip stands on the second unless a number says so.
        for part in said.split(" | ") {
            let part = if part.starts_with(|c: char| c.is_ascii_digit()) && part.contains(": ") {
                part.to_owned()
            } else {
                format!("2: {part}")
            };
            let (line, what) = part.split_once(": ").unwrap();
            let line = format!("{line}: ");
            if !told
                .iter()
                .any(|one| one.starts_with(&line) && one.contains(what))
            {
                failed.push_str(&format!("{title}: `{part}` is not said: {told:#?}\n"));
            }
        }
        let internal = ["::", "Symbol", "never written"];
        if told
            .iter()
            .any(|one| internal.iter().any(|word| one.contains(word)))
        {
            failed.push_str(&format!("{title}: {told:#?}\n"));
        }
        let (errors, fault) = wrong(&shown(after));
        if !errors.is_empty() || fault {
            failed.push_str(&format!("{title}: the script after has {errors:#?}\n"));
        }
    }
    assert!(count >= 60, "{count}");
    assert!(failed.is_empty(), "{failed}");
}
