//! How long one request takes: a record of twenty facts against eight conditions, on the caller's
//! thread. Prints the table of `docs/PERFORMANCE.md`.
//!
//! `cargo bench --profile dist --bench request`; with `-- quick` few, to see that it works. Each
//! request is timed by itself, in random order. Compare figures of one run with each other.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "figures for people to read"
)]

#[path = "population/data.rs"]
#[expect(dead_code, reason = "large populations have a benchmark of their own")]
mod data;

use std::time::{Duration, Instant};

use data::{Format, Population, conditions};
use rulebook::input_files::Files;
use rulebook::request_evaluator::{Evaluator, EvaluatorOptions, Facts};
use rulebook::snapshot::Snapshot;

/// The records of a population, a line of JSON each, in an order that is none.
fn requests(size: usize, unknown: f64) -> Vec<String> {
    let population = Population::new(size, unknown);
    let texts = population.texts(Format::Ndjson, &[]);
    let (_, lines) = texts.last().expect("records come last");
    let mut lines: Vec<String> = lines.lines().map(str::to_owned).collect();
    for index in 0..lines.len() {
        let other = (index * 7_919 + 13) % lines.len();
        lines.swap(index, other);
    }
    lines
}

/// The rulebook without a record of its own.
fn evaluator() -> Evaluator {
    let mut files = Files::new();
    let texts = Population::new(0, 0.0).texts(Format::Ndjson, &conditions(8));
    for (path, text) in texts {
        if !path.contains("/jurisdictions/") {
            files.insert(path, &text);
        }
    }
    Evaluator::new(&Snapshot::load(&files), &EvaluatorOptions::default()).expect("it is right")
}

/// The facts of a line, set one by one from values in memory.
fn set<'e>(evaluator: &'e Evaluator, facts: &[(String, Option<String>)]) -> Facts<'e> {
    let mut request = evaluator.facts("request");
    for (path, value) in facts {
        let value = value.as_deref().unwrap_or("unknown");
        let set = match value {
            "true" | "false" => request.set(path, value == "true"),
            _ if path.starts_with("count") => request.set(path, value.parse::<i64>().ok()),
            _ if path.starts_with("rate") => request.set(path, value.parse::<f64>().ok()),
            _ => request.set(path, value),
        };
        set.expect("it is right");
    }
    request
}

fn row(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |part: usize| times[(times.len() * part / 1_000).min(times.len() - 1)];
    let us = |time: Duration| time.as_secs_f64() * 1e6;
    let mean = times.iter().sum::<Duration>() / times.len() as u32;
    println!(
        "| {name} | {:.2} | {:.2} | {:.2} |",
        us(at(500)),
        us(mean),
        us(at(990))
    );
}

fn each<T>(items: &[T], work: impl Fn(&T)) -> Vec<Duration> {
    let one = |item: &T| {
        let start = Instant::now();
        work(item);
        start.elapsed()
    };
    items.iter().map(one).collect()
}

fn main() {
    let quick = std::env::args().any(|argument| argument == "quick");
    let size = if quick { 500 } else { 50_000 };
    let evaluator = evaluator();
    let known = requests(size, 0.0);
    let gaps = requests(size, 0.05);
    let verdict = |line: &String| {
        let answer = evaluator.assess(line.as_bytes());
        assert!(std::hint::black_box(answer.verdict()).is_ok());
    };
    let full = |line: &String| {
        let answer = evaluator.assess(line.as_bytes());
        std::hint::black_box(answer.details());
    };
    println!("| one request | median, us | mean, us | p99, us |\n|---|--:|--:|--:|");
    each(&known, verdict);
    row("JSON, all facts known", each(&known, verdict));
    let population = Population::new(size.min(5_000), 0.0);
    let facts: Vec<_> = (0..population.size)
        .map(|record| population.facts(record))
        .collect();
    let set_facts: Vec<_> = facts.iter().map(|facts| set(&evaluator, facts)).collect();
    row(
        "values in memory, all facts known",
        each(&set_facts, |facts| {
            assert!(std::hint::black_box(facts.assess().verdict()).is_ok());
        }),
    );
    row(
        "values in memory, set and answered",
        each(&facts, |facts| {
            let request = set(&evaluator, facts);
            assert!(std::hint::black_box(request.assess().verdict()).is_ok());
        }),
    );
    row("JSON, one fact in twenty missing", each(&gaps, verdict));
    row(
        "JSON, with reasons",
        each(&known[..known.len().min(5_000)], full),
    );
    row(
        "JSON, one fact in twenty missing, with reasons and what is missing",
        each(&gaps[..gaps.len().min(5_000)], full),
    );
    let two = std::thread::scope(|scope| {
        let (some, others) = known.split_at(known.len() / 2);
        let other = scope.spawn(|| each(others, verdict));
        let mut times = each(some, verdict);
        times.extend(other.join().expect("it ended well"));
        times
    });
    row("JSON, all facts known, on two threads", two);
}
