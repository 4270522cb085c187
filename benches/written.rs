//! How fast criteria are as people write them: groups that most places have no part in, calculations
//! over what is missing, choices and texts beside each other. Each is compared with the quickest way
//! to write it, or with the plainest condition there is. Prints tables of `docs/PERFORMANCE.md`.
//!
//! `cargo bench --bench written`; with `-- quick` small ones, to see that it works.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "figures for people to read"
)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use rulebook::assess::{Options, assess, assess_after};
use rulebook::assessment::{Assessment, DeterminationKind, Status};
use rulebook::decision_table::DecisionTable;
use rulebook::impact::Impact;
use rulebook::input_files::Files;
use rulebook::remedies::remedies;
use rulebook::snapshot::{Loader, Snapshot};

const FACTS: &str = "
  member: {type: boolean}
  group: {type: text}
  district: {type: text}
  kind: {choices: [hamlet, village, town, city]}
  former: {choices: [hamlet, village, town, city, none]}
  open: {type: boolean}
  closed: {type: boolean}
  people: {type: integer, range: {min: 1, max: 1000000}}
  homes: {type: integer, range: {min: 1, max: 500000}}
  pupils: {type: integer, range: {min: 0, max: 500000}}
  income: {type: number, range: {min: 0, max: 1000000000}}
  roads: {type: number, range: {min: 0, max: 100000}}
  since: {type: date, range: {min: 1900-01-01, max: 2026-01-01}}
  seat: {type: text}
  town: {type: text}
";

const KINDS: [&str; 5] = ["hamlet", "village", "town", "city", "none"];

/// A made-up place.
struct Place {
    member: bool,
    /// Only of members.
    group: String,
    district: String,
    kind: usize,
    former: usize,
    open: bool,
    closed: bool,
    people: i64,
    homes: i64,
    pupils: i64,
    income: f64,
    roads: f64,
    since: String,
    seat: String,
    town: String,
}

struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// One in fifteen is a member, and has a group.
fn places(count: usize) -> Vec<Place> {
    let mut chance = Chance(11);
    let mut draw = |end: u64| chance.below(end);
    let place = |_| {
        let people = 30 + draw(20) * draw(20) * draw(40);
        let member = draw(15) == 0;
        Place {
            member,
            group: if member {
                format!("g{}", draw(400))
            } else {
                String::new()
            },
            district: format!("d{}", draw(300)),
            kind: draw(4) as usize,
            former: draw(5) as usize,
            open: draw(2) == 0,
            closed: draw(3) == 0,
            people: people as i64,
            homes: (people / 2 + 5) as i64,
            pupils: (people * (5 + draw(15)) / 100) as i64,
            income: (people * (900 + draw(900)) + draw(100)) as f64 / 100.0,
            roads: (people / 4 + draw(10)) as f64 / 10.0,
            since: format!(
                "{}-{:02}-{:02}",
                1950 + draw(70),
                1 + draw(12),
                1 + draw(28)
            ),
            seat: format!("t{}", draw(50)),
            town: format!("t{}", draw(50)),
        }
    };
    (0..count).map(place).collect()
}

/// Places as a sheet: each value but the first two is missing with some probability.
fn sheet_of(places: &[Place], missing: f64) -> String {
    let mut chance = Chance(5);
    let mut text = "id,member,group,district,kind,former,open,closed,people,homes,pupils,income,roads,since,seat,town\n"
        .to_owned();
    for (index, place) in places.iter().enumerate() {
        let values: [&dyn std::fmt::Display; 13] = [
            &place.district,
            &KINDS[place.kind],
            &KINDS[place.former],
            &place.open,
            &place.closed,
            &place.people,
            &place.homes,
            &place.pupils,
            &place.income,
            &place.roads,
            &place.since,
            &place.seat,
            &place.town,
        ];
        let _ = write!(text, "m{index:06},{},{}", place.member, place.group);
        for value in values {
            text.push(',');
            if chance.below(1_000_000) as f64 >= missing * 1_000_000.0 {
                let _ = write!(text, "{value}");
            }
        }
        text.push('\n');
    }
    text
}

fn sheet(count: usize, missing: f64) -> String {
    sheet_of(&places(count), missing)
}

/// A rulebook as somebody wrote it: what the schema states further, and its scripts.
#[derive(Clone, Copy)]
struct Written<'a> {
    further: &'a str,
    scripts: &'a [(&'a str, &'a str)],
}

fn files(written: Written<'_>, sheet: &str) -> Files {
    let mut files = Files::new();
    files.insert(
        "policies/g/rulebook.yaml",
        &format!(
            "title: Made up\nas_of: 2026-01-01\nparameters:\n  limit: {{value: 48, range: {{min: 0, max: 1000}}}}\n\
             facts:{FACTS}{}",
            written.further
        ),
    );
    for (name, script) in written.scripts {
        files.insert(
            format!("scripts/g/{name}.rhai"),
            &format!("//! {name}\n{script}\n"),
        );
    }
    files.insert("policies/g/jurisdictions/all.csv", sheet);
    files
}

fn load(written: Written<'_>, sheet: &str) -> Snapshot {
    let snapshot = Snapshot::load(&files(written, sheet));
    let error = snapshot.diagnostics.iter().find(|one| one.is_error());
    assert!(error.is_none(), "{error:?}");
    snapshot
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    let result = work();
    let took = start.elapsed();
    drop(result);
    took
}

/// The best times of some works, in turns: each at most so many times, and for a second at most.
fn in_turns(runs: usize, works: &mut [&mut dyn FnMut() -> Duration]) -> Vec<Duration> {
    let mut best = vec![Duration::MAX; works.len()];
    let mut spent = vec![Duration::ZERO; works.len()];
    for _ in 0..runs {
        for ((best, spent), work) in best.iter_mut().zip(&mut spent).zip(works.iter_mut()) {
            if *spent < Duration::from_secs(1) {
                let took = work();
                *best = took.min(*best);
                *spent += took;
            }
        }
    }
    best
}

fn single<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    static POOL: std::sync::OnceLock<rayon::ThreadPool> = std::sync::OnceLock::new();
    POOL.get_or_init(|| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .expect("there is a thread")
    })
    .install(work)
}

fn assessed(snapshot: &Snapshot) -> Duration {
    single(|| timed(|| assess(snapshot, &Options::default())))
}

const INDEX: &str = "//! @type number\n0.5 * stats.mean_income / max(j.income / j.people, 0.01) + \
                     0.3 * (j.pupils / j.people) / stats.mean_pupils + 0.2 * (j.roads / j.people) / stats.mean_roads";
const GUARDED: &str = "//! @type number\nif !j.member { return 0; }\n0.5 * stats.mean_income / max(j.income / j.people, 0.01) + \
                       0.3 * (j.pupils / j.people) / stats.mean_pupils + 0.2 * (j.roads / j.people) / stats.mean_roads";
const STATISTICS: &str = "statistics:
  mean_income: {statistic: ratio, of: income, over: people, by: group, where: member}
  mean_pupils: {statistic: ratio, of: pupils, over: people, by: group, where: member}
  mean_roads: {statistic: ratio, of: roads, over: people, by: group, where: member}
  rank: {statistic: rank, of: index, order: descending, where: member}
";
const RANKED: (&str, &str) = (
    "ranked",
    "if !j.member { return not_applicable(\"no member\"); }\nstats.rank <= 500",
);

fn groups(count: usize, runs: usize) {
    println!(
        "\n## Statistics of groups, {count} places of which one in fifteen has a group, one thread\n"
    );
    println!("| what | as written | the quick way | ratio |\n|---|--:|--:|--:|");
    let sheet = sheet(count, 0.0);
    let compare = |what: &str, natural: Written<'_>, quick: Written<'_>| {
        let (natural, quick) = (load(natural, &sheet), load(quick, &sheet));
        let found = in_turns(
            runs,
            &mut [&mut || assessed(&natural), &mut || assessed(&quick)],
        );
        row(what, &found);
    };
    let index = |script| [("derive/index", script), RANKED];
    compare(
        "a derived index read by a rank with `where`",
        Written {
            further: STATISTICS,
            scripts: &index(INDEX),
        },
        Written {
            further: STATISTICS,
            scripts: &index(GUARDED),
        },
    );
    let reads = ("most", "j.income < stats.most");
    let most = |filter: &str| {
        format!("statistics:\n  most: {{statistic: max, of: income, by: district{filter}}}\n")
    };
    compare(
        "`max` by a group, with `where`",
        Written {
            further: &most(", where: member"),
            scripts: &[reads],
        },
        Written {
            further: &most(""),
            scripts: &[reads],
        },
    );
    let most = |filter: &str| {
        format!("statistics:\n  most: {{statistic: max, of: each, by: district{filter}}}\n")
    };
    let each = ("derive/each", "//! @type number\nj.income / j.people");
    compare(
        "`max` of a calculation by a group, with `where`",
        Written {
            further: &most(", where: member"),
            scripts: &[each, reads],
        },
        Written {
            further: &most(""),
            scripts: &[each, reads],
        },
    );
}

fn row(what: &str, found: &[Duration]) {
    let (natural, quick) = (ms(found[0]), ms(found[1]));
    println!(
        "| {what} | {natural:.2} ms | {quick:.2} ms | {:.2}x |",
        natural / quick
    );
}

/// A calculated derived fact compared as people write it, and behind a question that settles first
/// whether it can be calculated.
fn calculated(count: usize, runs: usize) {
    println!("\n## Comparing a derived fact that is calculated, {count} places, one thread\n");
    println!("| what | as written | the quick way | ratio |\n|---|--:|--:|--:|");
    let sheet = sheet(count, 0.02);
    let index = "//! @type number\n0.5 * j.income / j.people + 0.3 * j.pupils / j.people + 0.2 * j.roads / j.homes";
    let flat = "//! @type number\n0.5 * j.income + 0.3 * j.pupils + 0.2 * j.roads";
    let conditions = [
        ("a", "j.index > params.limit / 10"),
        (
            "b",
            "if j.open { j.index > 3 } else { j.index > 5 && j.kind != \"hamlet\" }",
        ),
        (
            "c",
            "if j.index < 2 { return not_met(\"low\"); }\nj.index < 100",
        ),
    ];
    let with = |index: &'static str| {
        let mut scripts = vec![("derive/index", index)];
        scripts.extend(conditions);
        scripts
    };
    let (natural, quick) = (with(index), with(flat));
    let load = |scripts: &[(&str, &str)]| {
        load(
            Written {
                further: "",
                scripts,
            },
            &sheet,
        )
    };
    let both = [load(&natural), load(&quick)];
    let [natural, quick] = &both;
    row(
        "`check`",
        &in_turns(
            runs,
            &mut [&mut || assessed(natural), &mut || assessed(quick)],
        ),
    );
    let set = Options {
        parameters: vec![("limit".to_owned(), "52".to_owned())],
        ..Options::default()
    };
    let impact = |snapshot: &Snapshot| {
        single(|| {
            let before = assess(snapshot, &Options::default());
            timed(|| {
                let after = assess_after(snapshot, &set, &before);
                Impact::between(&before, &after)
            })
        })
    };
    row(
        "`impact` of a parameter",
        &in_turns(runs, &mut [&mut || impact(natural), &mut || impact(quick)]),
    );
    let tables = |snapshot: &Snapshot| {
        let assessment = assess(snapshot, &Options::default());
        timed(|| {
            (0..3)
                .filter_map(|condition| {
                    DecisionTable::of_condition(&assessment.rulebooks[0], condition.into()).ok()
                })
                .map(|table| table.rows.len())
                .sum::<usize>()
        })
    };
    row(
        "`table` of the three conditions",
        &in_turns(runs, &mut [&mut || tables(natural), &mut || tables(quick)]),
    );
    let remedied = |snapshot: &Snapshot| {
        let assessment = assess(snapshot, &Options::default());
        let assessed = &assessment.rulebooks[0];
        let some: Vec<_> = assessed
            .jurisdictions()
            .filter(|one| one.determination.kind == DeterminationKind::Ineligible)
            .take(5)
            .collect();
        timed(|| {
            some.iter()
                .map(|one| {
                    remedies(assessed, one, DeterminationKind::Eligible)
                        .list
                        .len()
                })
                .sum::<usize>()
        })
    };
    row(
        "`remedies` of five places",
        &in_turns(
            runs,
            &mut [&mut || remedied(natural), &mut || remedied(quick)],
        ),
    );
}

/// What one condition costs, beside one about a single number.
fn single_conditions(count: usize, runs: usize) {
    println!("\n## One condition over {count} places, one thread: ns a finding\n");
    println!(
        "| condition | nothing missing | a quarter missing | half missing | a quarter, beside a number |\n|---|--:|--:|--:|--:|"
    );
    let sheets = [0.0, 0.25, 0.5].map(|missing| sheet(count, missing));
    let conditions = [
        "j.people >= 5000",
        "j.people + j.homes > 9000",
        "j.income / j.people >= 14",
        "(j.pupils + j.homes) / j.people > 0.62",
        "j.people * 3 > j.homes * 5 + j.pupils",
        "j.kind != j.former",
        "j.known(\"people\") && j.known(\"kind\")",
        "j.seat == j.town",
        "j.seat == \"t7\"",
        "j.seat in [\"t1\", \"t2\", \"t3\"]",
        "j.open == j.closed",
        "j.kind in [\"town\", \"city\"]",
        "j.since < date(\"1980-01-01\")",
        "year(j.since) < 1980",
        "years_between(j.since, params.as_of) >= 30",
    ];
    let mut number = Duration::ZERO;
    for condition in conditions {
        let scripts = [("one", condition)];
        let snapshots = sheets.each_ref().map(|sheet| {
            load(
                Written {
                    further: "",
                    scripts: &scripts,
                },
                sheet,
            )
        });
        let found = in_turns(
            runs,
            &mut [
                &mut || assessed(&snapshots[0]),
                &mut || assessed(&snapshots[1]),
                &mut || assessed(&snapshots[2]),
            ],
        );
        if number == Duration::ZERO {
            number = found[1];
        }
        let each = |time: Duration| ms(time) * 1e6 / count as f64;
        println!(
            "| `{condition}` | {:.1} | {:.1} | {:.1} | {:.1}x |",
            each(found[0]),
            each(found[1]),
            each(found[2]),
            ms(found[1]) / ms(number)
        );
    }
}

const MIXED: [(&str, &str); 8] = [
    (
        "a",
        "if j.kind != j.former { return met(\"it has changed\"); }\nj.people >= 5000",
    ),
    ("b", "j.seat == j.town || j.income / j.people >= 14"),
    (
        "c",
        "j.known(\"people\") && j.people > 200 && j.open != j.closed",
    ),
    (
        "d",
        "if j.kind in [\"town\", \"city\"] { j.pupils >= 40 } else { j.roads < 30 }",
    ),
    ("e", "(j.pupils + j.homes) / j.people > 0.62"),
    ("f", "j.since < date(\"1980-01-01\") && j.seat != \"t7\""),
    ("g", "j.people - j.homes * 2 < j.pupils"),
    (
        "h",
        "if !j.open { return not_met(\"not open\"); }\nj.homes >= params.limit",
    ),
];

/// The eight as somebody would write them in Rust over structs.
fn by_hand(places: &[Place]) -> Vec<[bool; 8]> {
    let one = |p: &Place| {
        [
            p.kind != p.former || p.people >= 5000,
            p.seat == p.town || p.income / p.people as f64 >= 14.0,
            p.people > 200 && p.open != p.closed,
            if p.kind == 2 || p.kind == 3 {
                p.pupils >= 40
            } else {
                p.roads < 30.0
            },
            (p.pupils + p.homes) as f64 / p.people as f64 > 0.62,
            *p.since < *"1980-01-01" && p.seat != "t7",
            p.people - p.homes * 2 < p.pupils,
            p.open && p.homes >= 48,
        ]
    };
    places.iter().map(one).collect()
}

/// The eight by the plain interpreter, with the facts as variables: no unknowns, no reasons kept.
fn interpreted(places: &[Place]) -> Duration {
    use rhai::{Dynamic, Engine, Scope};
    let mut engine = Engine::new();
    for name in ["met", "not_met"] {
        engine.register_fn(name, move |_: &str| name == "met");
    }
    engine.register_fn("date", |text: &str| text.to_owned());
    engine.register_fn("known", |_: &str| true);
    let scripts: Vec<_> = MIXED
        .iter()
        .map(|(_, script)| {
            let flat = script
                .replace("j.", "")
                .replace("params.", "")
                .replace("/ people", "/ people.to_float()");
            engine.compile(flat).expect("it is right")
        })
        .collect();
    timed(|| {
        for p in places {
            let mut scope = Scope::new();
            let kind = |kind: usize| Dynamic::from(KINDS[kind]);
            scope.push_constant("limit", 48_i64);
            scope.push_constant_dynamic("kind", kind(p.kind));
            scope.push_constant_dynamic("former", kind(p.former));
            scope.push_constant("open", p.open);
            scope.push_constant("closed", p.closed);
            scope.push_constant("people", p.people);
            scope.push_constant("homes", p.homes);
            scope.push_constant("pupils", p.pupils);
            scope.push_constant("income", p.income);
            scope.push_constant("roads", p.roads);
            scope.push_constant("since", p.since.clone());
            scope.push_constant("seat", p.seat.clone());
            scope.push_constant("town", p.town.clone());
            for script in &scripts {
                let met: bool = engine
                    .eval_ast_with_scope(&mut scope, script)
                    .expect("it is right");
                std::hint::black_box(met);
            }
        }
    })
}

fn compare(found: &[[bool; 8]], assessment: &Assessment) {
    for (place, found) in found.iter().enumerate() {
        for (condition, met) in found.iter().enumerate() {
            let status = assessment.rulebooks[0].status(place.into(), condition.into());
            assert_eq!(
                status == Status::Met,
                *met,
                "condition {condition}, place {place}"
            );
        }
    }
}

fn mixed(sizes: &[usize], runs: usize) {
    println!("\n## Eight mixed conditions, one thread, trees ready\n");
    println!(
        "| places | assessed | by hand | ratio | ns a finding | plain interpreter |\n|--:|--:|--:|--:|--:|--:|"
    );
    let written = Written {
        further: "",
        scripts: &MIXED,
    };
    for size in sizes {
        let all = places(*size);
        let sheet = sheet_of(&all, 0.0);
        // Every record has another id before, so that all are assessed again with the trees at hand.
        let mut loader = Loader::default();
        let other = loader.load(&files(written, &sheet.replace("\nm", "\nn")));
        let before = assess(&other, &Options::default());
        let snapshot = loader.load(&files(written, &sheet));
        compare(&by_hand(&all), &assess(&snapshot, &Options::default()));
        let ready = || single(|| timed(|| assess_after(&snapshot, &Options::default(), &before)));
        let few = &all[..(*size).min(1_000)];
        let found = in_turns(
            runs * 3,
            &mut [
                &mut || ready(),
                &mut || timed(|| by_hand(&all)),
                &mut || interpreted(few),
            ],
        );
        let each = ms(found[0]) * 1e6 / (size * 8) as f64;
        let plain = ms(found[2]) * 1e6 / (few.len() * 8) as f64;
        println!(
            "| {size} | {:.3} ms | {:.3} ms | {:.2}x | {each:.1} | {plain:.0} ns, {:.0}x |",
            ms(found[0]),
            ms(found[1]),
            ms(found[0]) / ms(found[1]),
            plain / each
        );
    }
    let one = load(written, &sheet(1, 0.0));
    let found = in_turns(runs * 10, &mut [&mut || assessed(&one)]);
    println!("\nExploring the eight: {:.3} ms.", ms(found[0]));
    println!(
        "\n| missing of 100000 | assessed | beside none | a thread of two |\n|--:|--:|--:|--:|"
    );
    let size = sizes.iter().copied().max().unwrap_or_default();
    let mut none = Duration::ZERO;
    for missing in [0.0, 0.01, 0.05, 0.25, 0.5] {
        let snapshot = load(written, &sheet(size, missing));
        let found = in_turns(
            runs,
            &mut [&mut || assessed(&snapshot), &mut || {
                timed(|| assess(&snapshot, &Options::default()))
            }],
        );
        if missing == 0.0 {
            none = found[0];
        }
        println!(
            "| {:.0} % | {:.2} ms | {:.1}x | {:.2} ms |",
            missing * 100.0,
            ms(found[0]),
            ms(found[0]) / ms(none),
            ms(found[1])
        );
    }
}

/// One edit after which all is assessed again, among places with statistics.
fn edits(count: usize, runs: usize) {
    println!("\n## One edit, {count} places with statistics, two threads\n");
    println!("| edited | loaded | assessed | both |\n|---|--:|--:|--:|");
    let sheet = sheet(count, 0.01);
    let scripts = [
        ("derive/index", GUARDED),
        RANKED,
        ("a", MIXED[0].1),
        ("b", MIXED[1].1),
        ("c", "j.index > 1 || stats.rank < 100"),
    ];
    let written = Written {
        further: STATISTICS,
        scripts: &scripts,
    };
    let before = files(written, &sheet);
    let path = |name: &str| match name {
        "sheet" => "policies/g/jurisdictions/all.csv".to_owned(),
        "rulebook" => "policies/g/rulebook.yaml".to_owned(),
        name => format!("scripts/g/{name}.rhai"),
    };
    let text = |name: &str| {
        let path = path(name);
        let found = before.below("").find(|source| source.name() == path);
        found.expect("it is there").text().to_owned()
    };
    let (rulebook, condition, index) = (text("rulebook"), text("a"), text("derive/index"));
    let line = sheet.lines().nth(count / 2).expect("it is there");
    let edit = |what: usize, step: usize| -> (&str, String) {
        match what {
            0 => ("a", condition.replace("5000", &format!("50{step:02}"))),
            1 => ("a", format!("{condition}// seen {step}\n")),
            2 => ("sheet", sheet.replace(line, &format!("{line}{step}"))),
            3 => (
                "rulebook",
                rulebook.replace("value: 48", &format!("value: 4{step}")),
            ),
            4 => ("derive/index", index.replace("0.3", &format!("0.3{step}"))),
            _ => ("derive/index", format!("{index}// seen {step}\n")),
        }
    };
    let names = [
        "a condition",
        "a comment of a condition",
        "a record",
        "a parameter",
        "a derived fact",
        "a comment of a derived fact",
    ];
    for (what, name) in names.iter().enumerate() {
        let mut loader = Loader::default();
        let mut now = assess(&loader.load(&before), &Options::default());
        let (mut read, mut again) = (Duration::MAX, Duration::MAX);
        for step in 0..runs {
            let mut after = before.clone();
            let (at, text) = edit(what, step % 10);
            after.insert(path(at), &text);
            let start = Instant::now();
            let snapshot = loader.load(&after);
            let reading = start.elapsed();
            let next = assess_after(&snapshot, &Options::default(), &now);
            let all = start.elapsed();
            if step > 0 {
                (read, again) = (read.min(reading), again.min(all.saturating_sub(reading)));
            }
            now = next;
        }
        println!(
            "| {name} | {:.2} ms | {:.2} ms | {:.2} ms |",
            ms(read),
            ms(again),
            ms(read + again)
        );
    }
}

fn main() {
    let names: Vec<String> = std::env::args()
        .skip(1)
        .filter(|name| !name.starts_with('-'))
        .collect();
    let quick = names.iter().any(|argument| argument == "quick");
    let runs = if quick { 2 } else { 15 };
    let size = if quick { 2_000 } else { 35_000 };
    let tables: [(&str, &dyn Fn()); 5] = [
        ("groups", &|| groups(size, runs)),
        ("calculated", &|| calculated(size, runs)),
        ("conditions", &|| {
            single_conditions(if quick { 2_000 } else { 20_000 }, runs);
        }),
        ("mixed", &|| {
            mixed(
                if quick {
                    &[1_000]
                } else {
                    &[1_000, 10_000, 100_000]
                },
                runs,
            );
        }),
        ("edits", &|| edits(size, runs)),
    ];
    let some = tables
        .iter()
        .any(|(table, _)| names.iter().any(|name| name == table));
    for (table, print) in tables {
        if !some || names.iter().any(|name| name == table) {
            print();
        }
    }
}
