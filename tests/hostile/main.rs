//! What somebody hostile, or only unlucky, might hand over: each kind of script and of file, in every
//! command that reads it, ends in time, within bounds of memory and of what it writes.
//!
//! `RULEBOOK_PROGRAM=$PWD/target/release/rulebook cargo test --test hostile -- --nocapture` prints what
//! each took. What a command may take is stated for a machine of usual pace (`pace`). What `check`
//! refuses is read and refused by all commands alike: `check`, `impact`, what reads records from a stream
//! and one more command try it, and all with `RULEBOOK_HOSTILE=whole`. Large inputs are made here, by
//! code. Without the variable the program of the tests' own build is tried, which may take longer.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::too_many_lines,
    reason = "tests read files and clocks, write files, and favour short code and tables"
)]

mod child;
mod data;
mod input;
mod pace;
mod placed;
mod points;
mod scripts;

use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::child::{Took, run};
use crate::input::Input;
use crate::placed::Placed;

/// How many commands run side by side: of one kind of input at a time.
const AT_ONCE: usize = 2;

/// What each input is tried with.
const BOTH: [&str; 2] = ["check", "impact"];

/// How often one that was too slow beside another is run by itself.
const ALONE: usize = 3;

/// What is asked of each input, in the words of the command line; `number` picks the one more command.
fn commands(placed: &Placed, number: usize) -> Vec<Vec<String>> {
    let Input { id, script, .. } = placed.input;
    let base = placed.base.to_str().unwrap();
    let mut commands = vec![
        vec!["check"],
        vec!["explain", id],
        vec!["remedies", id],
        vec!["ask", id],
        vec!["impact", base, "."],
        vec!["table", script],
        vec!["lint"],
        vec!["test", "--coverage"],
        vec!["summary"],
        vec!["sql"],
    ];
    let is_refused = placed.input.comes_to.0 == 2;
    if is_refused && std::env::var_os("RULEBOOK_HOSTILE").is_none() {
        let others = commands.iter().filter(|one| !BOTH.contains(&one[0]));
        let other = others.cycle().nth(number).cloned();
        commands.retain(|one| BOTH.contains(&one[0]));
        commands.extend(other);
    }
    if placed.stream.is_some() {
        commands.push(vec!["check", "--records", "-"]);
    }
    let owned = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect();
    commands.into_iter().map(owned).collect()
}

/// Runs all commands over some inputs, and tells what each took and all that is out of bounds.
fn hold(inputs: fn() -> Vec<Input>) {
    static ONE_BY_ONE: Mutex<()> = Mutex::new(());
    // One that failed does not keep the others from being tried.
    let _alone = ONE_BY_ONE.lock().unwrap_or_else(PoisonError::into_inner);
    // Before anything runs beside it.
    let _ = pace::pace();
    let inputs = inputs();
    let placed: Vec<Placed> = inputs.iter().map(Placed::new).collect();
    let open = placed.iter().enumerate().flat_map(|(number, placed)| {
        let each = move |words| (placed, words);
        commands(placed, number).into_iter().map(each)
    });
    let open = Mutex::new(open.enumerate());
    let done = Mutex::new(Vec::new());
    let work = || {
        loop {
            let next = open.lock().unwrap().next();
            let Some((number, (placed, words))) = next else {
                return;
            };
            let took = run(placed, &words);
            done.lock().unwrap().push((number, placed, words, took));
        }
    };
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(work);
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|one| one.0);
    // Two commands may share a core, and a machine may be shared with others: that only adds to what
    // a command takes, so the least of a few times alone counts.
    for (_, placed, words, took) in done.iter_mut().filter(|one| one.3.is_too_slow()) {
        for _ in 0..ALONE {
            println!(
                "{:<14} {:<16} {took}, again alone",
                placed.input.name, words[0]
            );
            *took = run(placed, words);
            if !took.is_too_slow() {
                break;
            }
        }
    }
    let mut wrong = Vec::new();
    for (_, placed, words, took) in &done {
        let input = placed.input;
        let words = words[..words.len().min(2)].join(" ");
        let words = words.split('/').next().unwrap_or_default();
        println!("{:<14} {words:<16} {took}", input.name);
        let is_check = words == "check";
        wrong.extend(
            took.out_of_bounds()
                .or_else(|| is_check.then(|| surprise(input, took)).flatten())
                .map(|why| format!("{} {words}: {why}", input.name)),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where `check` does not come to what it should: what is refused as wrong shows nothing.
fn surprise(input: &Input, took: &Took) -> Option<String> {
    let (code, words) = input.comes_to;
    let right = took.code == Some(code) && took.said.contains(words);
    let start: String = took.said.chars().take(800).collect();
    (!right).then(|| format!("not {code} with `{words}`: {:?}\n{start}", took.code))
}

#[test]
fn scripts_end_in_time() {
    hold(scripts::all);
}

#[test]
fn points_end_in_time() {
    hold(points::all);
}

#[test]
fn records_and_sheets_end_in_time() {
    hold(data::records);
}

#[test]
fn other_files_end_in_time() {
    hold(data::others);
}
