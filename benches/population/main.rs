//! How fast large populations are read and assessed, beside the same conditions written by hand in
//! Rust and run by the plain interpreter. Prints the tables of `docs/PERFORMANCE.md`.
//!
//! `cargo bench --bench population`; with `-- quick` small ones, to see that it works; with names
//! of tables those alone. Compare figures of one run with each other: machines are noisy.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "figures for people to read"
)]

mod by_hand;
mod data;
mod interpreted;
mod processes;

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use rulebook::assess::{Options, assess, assess_after};
use rulebook::input_files::Files;
use rulebook::snapshot::{Loader, Snapshot};

use data::{Format, Population};

/// The best time of each of some works: what the machine adds is never less than nothing. They are
/// run in turns, so that what slows the machine for a while slows all of them.
fn in_turns<const N: usize>(runs: usize, works: [&dyn Fn() -> Duration; N]) -> [Duration; N] {
    let mut best = [Duration::MAX; N];
    for _ in 0..runs.max(1) {
        for (best, work) in best.iter_mut().zip(works) {
            *best = work().min(*best);
        }
    }
    best
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = work();
    (start.elapsed(), result)
}

/// How long a work takes on so many threads; making these, and letting go of what comes of it, does
/// not count.
fn time_on<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> Duration {
    on(threads, || timed(work).0)
}

fn on<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    static POOLS: [OnceLock<rayon::ThreadPool>; 2] = [OnceLock::new(), OnceLock::new()];
    let build = || {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("there are threads")
    };
    POOLS[threads - 1].get_or_init(build).install(work)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Assessing alone, once, on so many threads.
fn assessed_on(threads: usize, snapshot: &Snapshot) -> Duration {
    time_on(threads, || assess(snapshot, &Options::default()))
}

/// Two whole assessments at once, on a thread each, that have nothing to do with one another: how
/// much the machine does with its second thread at the best.
fn assessed_twice(snapshot: &Snapshot) -> Duration {
    static POOLS: [OnceLock<rayon::ThreadPool>; 2] = [OnceLock::new(), OnceLock::new()];
    let build = || {
        rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .expect("there are threads")
    };
    let alone = |pool: usize| {
        POOLS[pool]
            .get_or_init(build)
            .install(|| assess(snapshot, &Options::default()))
    };
    let both = || {
        std::thread::scope(|scope| {
            let other = scope.spawn(|| alone(0));
            (alone(1), other.join())
        })
    };
    timed(both).0
}

/// Assessing alone, on one thread and on two.
fn assessed(snapshot: &Snapshot, runs: usize) -> [Duration; 2] {
    in_turns(
        runs,
        [&|| assessed_on(1, snapshot), &|| assessed_on(2, snapshot)],
    )
}

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let quick = arguments.iter().any(|argument| argument == "quick");
    let top = if quick { 10_000 } else { 1_000_000 };
    let middle = if quick { 2_000 } else { 100_000 };
    let tables: [(&str, &dyn Fn()); 8] = [
        ("jurisdictions", &|| {
            by_jurisdictions(&[1_000, 10_000, 100_000, 1_000_000].map(|size| top.min(size)));
        }),
        ("conditions", &|| {
            by_conditions(
                middle,
                if quick {
                    &[1, 8]
                } else {
                    &[1, 8, 50, 100, 200]
                },
            );
        }),
        ("unknowns", &|| by_unknowns(middle)),
        ("branches", &|| {
            by_branches(middle, if quick { &[2, 8] } else { &[2, 8, 32, 64] });
        }),
        ("load", &|| load(middle)),
        ("edits", &|| {
            edits(if quick { 1_000 } else { 35_000 }, middle);
        }),
        ("processes", &|| processes::table(middle)),
        ("outputs", &|| processes::outputs(middle)),
    ];
    let named = |table: &str| arguments.iter().any(|argument| argument == table);
    let some = tables.iter().any(|(table, _)| named(table));
    assert!(
        arguments.is_empty() || quick || some,
        "there is no such table; there are {:?}",
        tables.map(|(table, _)| table)
    );
    for (table, print) in tables {
        if !some || named(table) {
            print();
        }
    }
}

fn by_jurisdictions(sizes: &[usize]) {
    println!("\n## Eight conditions, all facts known\n");
    println!(
        "| jurisdictions | 1 thread | 2 threads | 2 beside 1 | two apart | by hand, 1 thread | to \
         by hand | ns a finding |"
    );
    println!("|--:|--:|--:|--:|--:|--:|--:|--:|");
    let mut last = Duration::ZERO;
    let mut count = 0;
    for size in sizes {
        let population = Population::new(*size, 0.0);
        let snapshot = Snapshot::load(&population.files(Format::Csv));
        let runs = (4_000_000 / size).clamp(15, 50);
        let by_hand_alone = || timed(|| by_hand::assess(&population)).0;
        let [one, two, twice, hand] = in_turns(
            runs,
            [
                &|| assessed_on(1, &snapshot),
                &|| assessed_on(2, &snapshot),
                &|| assessed_twice(&snapshot),
                &by_hand_alone,
            ],
        );
        by_hand::compare(
            &by_hand::assess(&population),
            &assess(&snapshot, &Options::default()),
        );
        println!(
            "| {size} | {:.2} ms | {:.2} ms | {:.2}x | {:.2}x | {:.2} ms | {:.2}x | {:.2} |",
            ms(one),
            ms(two),
            ms(one) / ms(two),
            2.0 * ms(one) / ms(twice),
            ms(hand),
            ms(one) / ms(hand),
            ms(one) * 1e6 / (size * 8) as f64,
        );
        (last, count) = (one, *size);
    }
    let population = Population::new(2_000.min(count), 0.0);
    let findings = interpreted::assess(&population);
    let [plain] = in_turns(3, [&|| timed(|| interpreted::assess(&population)).0]);
    let each = ms(plain) * 1e6 / findings as f64;
    let tree = ms(last) * 1e6 / (count * 8) as f64;
    println!(
        "\nThe plain interpreter takes {each:.0} ns a finding on one thread: {:.0} times as long.",
        each / tree
    );
}

fn by_conditions(size: usize, counts: &[usize]) {
    println!(
        "\n## {size} jurisdictions, more conditions\n\n\
         | conditions | 1 thread | 2 threads | ns a finding |\n|--:|--:|--:|--:|"
    );
    let population = Population::new(size, 0.0);
    for count in counts {
        let snapshot =
            Snapshot::load(&population.files_with(Format::Csv, &data::conditions(*count)));
        let [one, two] = assessed(&snapshot, 5);
        println!(
            "| {count} | {:.2} ms | {:.2} ms | {:.2} |",
            ms(one),
            ms(two),
            ms(one) * 1e6 / (size * count) as f64
        );
    }
}

fn by_unknowns(size: usize) {
    println!("\n## {size} jurisdictions, eight conditions, facts that are not known\n");
    println!(
        "| unknown | 1 thread | 2 threads | beside none | undetermined |\n|--:|--:|--:|--:|--:|"
    );
    let mut none = None;
    for share in [0.0, 0.01, 0.05, 0.1, 0.25, 0.5] {
        let snapshot = Snapshot::load(&Population::new(size, share).files(Format::Csv));
        let [one, two] = assessed(&snapshot, 5);
        let none = *none.get_or_insert(one);
        let assessment = assess(&snapshot, &Options::default());
        let open =
            assessment.rulebooks[0].count(rulebook::assessment::DeterminationKind::Undetermined);
        let percent = share * 100.0;
        println!(
            "| {percent} % | {:.2} ms | {:.2} ms | {:.2}x | {open} |",
            ms(one),
            ms(two),
            ms(one) / ms(none)
        );
    }
}

fn by_branches(size: usize, counts: &[usize]) {
    println!(
        "\n## {size} jurisdictions, one condition, more branches\n\n\
         | branches | 1 thread | explore alone |\n|--:|--:|--:|"
    );
    let population = Population::new(size, 0.0);
    let single = Population::new(1, 0.0);
    for count in counts {
        let script = vec![("c".to_owned(), data::branches(*count))];
        let many = Snapshot::load(&population.files_with(Format::Csv, &script));
        let one = Snapshot::load(&single.files_with(Format::Csv, &script));
        let [time, explore] = in_turns(5, [&|| assessed_on(1, &many), &|| assessed_on(1, &one)]);
        println!("| {count} | {:.2} ms | {:.2} ms |", ms(time), ms(explore));
    }
}

fn load(size: usize) {
    println!("\n## Reading {size} records of 20 facts, on 2 threads, from memory\n");
    println!(
        "| format | bytes | time | MB a second | bare events | beside bare |\n\
         |---|--:|--:|--:|--:|--:|"
    );
    let population = Population::new(size, 0.0);
    for format in Format::ALL {
        let files = population.files(format);
        let bytes = files.bytes();
        let read = || {
            time_on(2, || {
                assert_eq!(Snapshot::load(&files).record_count(), size);
            })
        };
        let events = || time_on(2, || data::bare_events(&files));
        let (time, bare) = if format.is_yaml() {
            let [time, bare] = in_turns(7, [&read, &events]);
            (
                time,
                format!("{:.0} ms | {:.2}x", ms(bare), ms(time) / ms(bare)),
            )
        } else {
            let [time] = in_turns(7, [&read]);
            (time, "- | -".to_owned())
        };
        let speed = bytes as f64 / 1e6 / time.as_secs_f64();
        println!(
            "| {} | {bytes} | {:.0} ms | {speed:.0} | {bare} |",
            format.name(),
            ms(time)
        );
    }
}

/// Reading and assessing again after one edit.
fn edits(small: usize, large: usize) {
    println!(
        "\n## One edit, eight conditions, on 2 threads\n\n\
         | what is edited | records | read again | assess again |\n|---|--:|--:|--:|"
    );
    for size in [small, large] {
        for (what, format, path, from, to) in data::EDITS {
            // The files of a folder are as many as its records; one size of them is enough.
            if format == Format::YamlFiles && size == large {
                continue;
            }
            let mut files = Population::new(size, 0.05).files(format);
            let (read, again) = on(2, || edit(&mut files, path, from, to));
            println!(
                "| {what} | {size} | {:.2} ms | {:.2} ms |",
                ms(read),
                ms(again)
            );
        }
    }
}

fn edit(files: &mut Files, path: &str, from: &str, to: &str) -> (Duration, Duration) {
    let (mut loader, options) = (Loader::default(), Options::default());
    let mut before = assess(&loader.load(files), &options);
    let (mut read, mut again) = (Duration::MAX, Duration::MAX);
    let text = files.get(path).expect("it is there").text().to_owned();
    let changed = text.replacen(from, to, 1);
    assert_ne!(text, changed);
    for text in [&changed, &text, &changed, &text] {
        files.insert(path, text);
        let (took, snapshot) = timed(|| loader.load(files));
        read = read.min(took);
        let (took, after) = timed(|| assess_after(&snapshot, &options, &before));
        again = again.min(took);
        before = after;
    }
    (read, again)
}
