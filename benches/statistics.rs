//! How fast criteria are that look at the whole population: five grouped ratio means, two weighted
//! indices, three ranks, four conditions. Prints the table of `docs/PERFORMANCE.md`.
//!
//! `cargo bench --bench statistics`; with `-- quick` small ones, to see that it works.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "figures for people to read"
)]

use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use rulebook::assess::{Options, assess, assess_after};
use rulebook::input_files::Files;
use rulebook::snapshot::{Loader, Snapshot};

const RULEBOOK: &str = "title: Grants (made up)
as_of: 2026-01-01
facts:
  group: {choices: [hamlet, village, town, city, coast, hill]}
  in_scheme: {type: boolean}
  population: {type: integer, range: {min: 1}}
  tax_base: {type: number, range: {min: 0}}
  income: {type: number, range: {min: 0}}
  homes: {type: integer, range: {min: 1}}
  social_homes: {type: integer, range: {min: 0}}
  road_km: {type: number, range: {min: 0}}
  pupils: {type: integer, range: {min: 0}}
  seat_population: {type: integer, range: {min: 0}}
  district: {type: text}
  area_km2: {type: number}
  budget: {type: number}
statistics:
  wealth: {statistic: ratio, of: tax_base, over: population, by: size}
  income: {statistic: ratio, of: income, over: population, by: size}
  social: {statistic: ratio, of: social_homes, over: homes, by: size}
  roads: {statistic: ratio, of: road_km, over: population, by: [size, group]}
  pupils: {statistic: ratio, of: pupils, over: population, by: size}
  members: {statistic: count, where: in_scheme}
  rank: {statistic: rank, of: need, order: descending, where: in_scheme, ties: [-population]}
  rank_in_size: {statistic: rank, of: cost, order: descending, by: size}
  rank_of_wealth: {statistic: rank, of: wealth_each}
";

const SCRIPTS: [(&str, &str); 9] = [
    (
        "derive/size",
        "//! Size class\n//! @choices s1, s2, s3, s4, s5\n\
         if j.population < 200 { \"s1\" } else if j.population < 500 { \"s2\" } \
         else if j.population < 2000 { \"s3\" } else if j.population < 10000 { \"s4\" } else \
         { \"s5\" }\n",
    ),
    (
        "derive/wealth_each",
        "//! Wealth\n//! @type number\nj.tax_base / j.population\n",
    ),
    (
        "derive/income_each",
        "//! Income\n//! @type number\nj.assume(\"income\", stats.income * j.population) / \
         j.population\n",
    ),
    (
        "derive/need",
        "//! Need\n//! @type number\n0.5 * stats.wealth / max(j.wealth_each, 0.01) + 0.3 * \
         stats.income / j.income_each \
         + 0.2 * (j.social_homes / to_float(j.homes)) / stats.social\n",
    ),
    (
        "derive/cost",
        "//! Cost\n//! @type number\n0.6 * (j.road_km / j.population) / stats.roads \
         + 0.4 * (j.pupils / to_float(j.population)) / stats.pupils\n",
    ),
    ("in_scheme", "//! In the scheme\nj.in_scheme\n"),
    (
        "rank",
        "//! First two thirds\nif !j.in_scheme { return not_applicable(\"not in it\"); }\n\
         if stats.rank <= (2 * stats.members + 2) / 3 { met(`rank ${stats.rank}`) } else \
         { not_met(`rank ${stats.rank}`) }\n",
    ),
    (
        "wealth",
        "//! Not wealthy\nif j.wealth_each <= 2.0 * stats.wealth && stats.rank_of_wealth < 30000 \
         { met() } \
         else { not_met(\"too wealthy\") }\n",
    ),
    (
        "cost",
        "//! Cost or seat\nj.cost > 1.0 || j.seat_population < 10000 || stats.rank_in_size <= \
         100\n",
    ),
];

/// A sheet of so many made-up municipalities, of which one in a hundred states no income.
fn sheet(count: usize) -> String {
    let mut state = 7_u64;
    let mut draw = |end: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % end
    };
    let mut text =
        "id,name,group,in_scheme,population,tax_base,income,homes,social_homes,road_km,pupils,\
                    seat_population,district,area_km2,budget,note\n"
            .to_owned();
    for index in 0..count {
        let people = 30 + draw(20) * draw(20) * draw(40);
        let homes = people / 2 + 5;
        let income = if draw(100) == 0 {
            String::new()
        } else {
            format!("{}.{:02}", people * (9_000 + draw(9_000)), draw(100))
        };
        let _ = writeln!(
            text,
            "m{index:06},Made-up municipality number \
             {index},{},{},{people},{}.{:02},{income},{homes},{},{}.{},{},{},{:05}-{:02},{}.{:02},{}.{:02},drawn by chance",
            ["hamlet", "village", "town", "city", "coast", "hill"]
                [usize::try_from(draw(6)).expect("it is small")],
            draw(4) != 0,
            people * (300 + draw(1_500)),
            draw(100),
            homes * draw(25) / 100,
            people / 40,
            draw(10),
            people * (5 + draw(15)) / 100,
            2_000 + draw(60_000),
            draw(99_999),
            draw(99),
            1 + draw(80),
            draw(100),
            people * (700 + draw(900)),
            draw(100),
        );
    }
    text
}

fn files(records: &str) -> Files {
    let mut files = Files::new();
    files.insert("policies/grants/rulebook.yaml", RULEBOOK);
    for (name, script) in SCRIPTS {
        files.insert(format!("scripts/grants/{name}.rhai"), script);
    }
    files.insert("policies/grants/jurisdictions/all.csv", records);
    files
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The best of a few runs: what the machine adds is never less than nothing.
fn best<T>(runs: usize, mut work: impl FnMut() -> T) -> Duration {
    let one = |_| {
        let start = Instant::now();
        let result = work();
        let took = start.elapsed();
        drop(result);
        took
    };
    (0..runs).map(one).min().unwrap_or_default()
}

fn on<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("there are threads");
    pool.install(work)
}

/// The sheet with another income for a record in its middle.
fn edited(text: &str, count: usize, step: usize) -> String {
    let id = format!("\nm{:06},", count / 2);
    let at = text.find(&id).expect("it is there") + 1;
    let end = at + text[at..].find('\n').expect("the line ends");
    let mut cells: Vec<String> = text[at..end].split(',').map(str::to_owned).collect();
    cells[6] = format!("{}.5", 1_000_000 + step);
    format!("{}{}{}", &text[..at], cells.join(","), &text[end..])
}

fn row(count: usize, runs: usize) {
    let text = sheet(count);
    let before = files(&text);
    let snapshot = Snapshot::load(&before);
    assert!(
        snapshot.diagnostics.iter().all(|one| !one.is_error()),
        "{:?}",
        snapshot.diagnostics.first()
    );
    let options = Options::default();
    let alone = |threads| on(threads, || best(runs, || assess(&snapshot, &options)));
    let (one, two) = (alone(1), alone(2));
    let mut loader = Loader::default();
    let mut now = assess(&loader.load(&before), &options);
    let (mut read, mut again) = (Duration::MAX, Duration::MAX);
    let mut both = Duration::MAX;
    for step in 0..runs {
        let mut after = before.clone();
        after.insert(
            "policies/grants/jurisdictions/all.csv",
            &edited(&text, count, step),
        );
        let start = Instant::now();
        let snapshot = loader.load(&after);
        let reading = start.elapsed();
        let next = assess_after(&snapshot, &options, &now);
        let all = start.elapsed();
        (read, again, both) = (
            read.min(reading),
            again.min(all.saturating_sub(reading)),
            both.min(all),
        );
        now = next;
    }
    println!(
        "| {count} | {:.1} MB | {:.1} ms | {:.1} ms | {:.2} ms | {:.2} ms | {:.2} ms |",
        f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX)) / 1e6,
        ms(one),
        ms(two),
        ms(read),
        ms(again),
        ms(both)
    );
}

/// The whole program over a folder.
fn process(count: usize, runs: usize) {
    let folder = tempfile::tempdir().expect("there is room");
    for source in files(&sheet(count)).below("") {
        let path = folder.path().join(source.name());
        std::fs::create_dir_all(path.parent().expect("it lies in a folder"))
            .expect("it can be made");
        std::fs::write(path, source.text()).expect("it can be written");
    }
    let run = || {
        let found = Command::new(env!("CARGO_BIN_EXE_rulebook"))
            .arg("check")
            .arg("--root")
            .arg(folder.path())
            .output();
        assert!(found.expect("the program starts").status.success());
    };
    println!(
        "\nThe whole program over {count}: {:.0} ms.",
        ms(best(runs, run))
    );
}

fn main() {
    let quick = std::env::args().any(|argument| argument == "quick");
    println!("\n## Five grouped ratio means, two indices, three ranks, four conditions\n");
    println!(
        "| jurisdictions | CSV | assess, 1 thread | 2 threads | an edit: read again | assess again \
         | both |"
    );
    println!("|--:|--:|--:|--:|--:|--:|--:|");
    let sizes: &[usize] = if quick {
        &[2_000]
    } else {
        &[3_500, 35_000, 350_000]
    };
    for size in sizes {
        row(*size, if quick { 2 } else { 15 });
    }
    process(
        if quick { 2_000 } else { 35_000 },
        if quick { 1 } else { 7 },
    );
}
