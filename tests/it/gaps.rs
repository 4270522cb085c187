//! Gaps in calculations: what many records come to at once, by completions, is what each comes to by
//! itself, by a search.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::prelude::*;
use rulebook::assess::{Options, assess};
use rulebook::assessment::{Assessment, DeterminationKind, Status};
use rulebook::input_files::Files;
use rulebook::render;
use rulebook::snapshot::Snapshot;
use rulebook::tree::Limits;

use crate::law::{enough, law};
use crate::laws::{agree, bytes};

const SCHEMA: &str = "title: T\nas_of: 2020-01-01\nfacts:\n  \
     a: {type: integer, range: {min: 0, max: 12}}\n  b: {type: integer, range: {min: -5, max: 5}}\n  \
     c: {type: number, range: {min: 0, max: 100}}\n  d: {type: integer}\n  \
     kind: {choices: [x, y, z]}\n  former: {choices: [z, x, none]}\n  word: {type: text}\n  \
     town: {type: text}\n  flag: {type: boolean}\n  since: {type: date, range: {min: 2000-01-01, max: 2020-01-01}}\n\
     statistics:\n  most: {statistic: max, of: c, by: kind, where: flag}\n";

/// What facts are drawn from; `unknown` stands among each.
const FACTS: [(&str, &[&str]); 10] = [
    ("a", &["", "", "0", "3", "5", "12"]),
    ("b", &["", "", "-5", "0", "1", "5"]),
    ("c", &["", "", "0", "2.5", "7.1", "100"]),
    ("d", &["", "-3", "0", "7", "1000000"]),
    ("kind", &["", "x", "y", "z"]),
    ("former", &["", "z", "x", "none"]),
    ("word", &["", "one", "two"]),
    ("town", &["", "two", "three"]),
    ("flag", &["", "true", "false"]),
    ("since", &["", "2001-02-03", "2019-12-31"]),
];

const TESTS: [&str; 28] = [
    "j.a + j.b > 1",
    "j.a - 2 * j.b <= j.d",
    "j.a < 4",
    "j.b >= 1",
    "j.a + j.b > 6",
    "j.a * 2 <= j.b + 20",
    "j.c / (j.a + 1) >= 2.5",
    "j.total > 4",
    // `b` falls out of both.
    "-3 * j.b < j.a - 3 * j.b + 4 * j.d",
    "3 * j.a + j.d - j.b > 17 - j.b",
    "j.total / 2 < j.c",
    "j.a - j.b == 5",
    "j.d * 3 > j.a",
    "j.d + j.d > 14",
    "10 / j.b > 3",
    "j.kind != j.former",
    "j.kind == j.former",
    "j.word == j.town",
    "j.word != \"two\"",
    "j.word != j.town && j.flag",
    "j.c < stats.most",
    "stats.most > 5",
    "j.known(\"a\") && j.a > 3",
    "j.assume(\"c\", 3.0) + j.a > 6",
    "year(j.since) + j.a > 2012",
    "max(j.a, j.b) >= 4",
    "j.flag",
    "round(j.c) % 2 == 0",
];

fn drawn(choices: &mut impl Iterator<Item = u8>, below: usize) -> usize {
    usize::from(choices.next().unwrap_or_default()) % below
}

fn programme(script: &[u8], records: &[u8]) -> Files {
    let mut files = Files::new();
    let mut choices = script.iter().copied();
    let decision = ["all", "any", "{at_least: 2}"][drawn(&mut choices, 3)];
    files.insert(
        "policies/t/rulebook.yaml",
        &format!("{SCHEMA}decision: {decision}\n"),
    );
    files.insert(
        "scripts/t/derive/total.rhai",
        "//! Total\n//! @type number\nj.a + j.c * j.b\n",
    );
    for condition in 0..=drawn(&mut choices, 4) {
        let mut test = || TESTS[drawn(&mut choices, TESTS.len())];
        let text = match condition % 3 {
            0 => format!("{} || {}", test(), test()),
            1 => format!("if {} {{ return met(\"yes\"); }}\n{}", test(), test()),
            _ => format!(
                "if {} {{ return not_applicable(\"no\"); }}\n{}",
                test(),
                test()
            ),
        };
        files.insert(
            format!("scripts/t/c{condition}.rhai"),
            &format!("//! C\n{text}\n"),
        );
    }
    let names: Vec<&str> = FACTS.iter().map(|(name, _)| *name).collect();
    let mut sheet = format!("id,{}\n", names.join(","));
    let mut choices = records.iter().copied();
    for record in 0..records.len() / FACTS.len() {
        let _ = write!(sheet, "r{record:03}");
        for (_, values) in FACTS {
            let _ = write!(sheet, ",{}", values[drawn(&mut choices, values.len())]);
        }
        sheet.push('\n');
    }
    files.insert("policies/t/jurisdictions/all.csv", &sheet);
    files
}

/// The same records, the last one first.
fn turned(files: &Files) -> Files {
    const SHEET: &str = "policies/t/jurisdictions/all.csv";
    let sheet = files.get(SHEET).unwrap().text().to_owned();
    let (head, records) = sheet.split_once('\n').unwrap();
    let records: Vec<&str> = records.lines().rev().collect();
    let mut turned = files.clone();
    turned.insert(SHEET, &format!("{head}\n{}\n", records.join("\n")));
    turned
}

/// What is said of each record, whichever line of the sheet it stands in.
fn lines_of(assessment: &Assessment) -> BTreeSet<String> {
    let mut lines = Vec::new();
    render::ndjson(&mut lines, assessment, &[]).unwrap();
    let place = |line: &str| {
        let parts = line.split("line\":");
        let behind = |part: &str| {
            part.trim_start_matches(|c: char| c.is_ascii_digit())
                .to_owned()
        };
        parts.map(behind).collect::<Vec<_>>().join("line\":")
    };
    String::from_utf8(lines)
        .unwrap()
        .lines()
        .map(place)
        .collect()
}

#[test]
fn completions_come_to_what_a_search_comes_to() {
    let open = std::cell::Cell::new(0);
    law(1_200)
        .run(&(bytes(14), bytes(600)), |(script, records)| {
            let files = programme(&script, &records);
            let snapshot = Snapshot::load(&files);
            let assessment = assess(&snapshot, &Options::default());
            let assessed = &assessment.rulebooks[0];
            agree(assessed);
            // What decides is the same by combinations of values and by a search.
            let mut lines = Vec::new();
            render::ndjson(&mut lines, &assessment, &[]).unwrap();
            let each = |place| render::ndjson_line(assessed, assessed.at(place));
            let each: String = assessed.places().map(each).collect();
            prop_assert_eq!(String::from_utf8(lines).unwrap(), each);
            open.set(open.get() + assessed.count(DeterminationKind::Undetermined));
            // With small limits less is said, and nothing else.
            let small = [1, 2, 5, 40][records.len() % 4];
            let options = Options {
                limits: Limits::all(small),
                ..Options::default()
            };
            let limited_all = assess(&snapshot, &options);
            if let Some(limited) = limited_all.rulebooks.first() {
                for place in limited.places() {
                    let (kind, known) = (assessed.kind(place), limited.kind(place));
                    let settled = [DeterminationKind::Eligible, DeterminationKind::Ineligible];
                    prop_assert!(
                        known == kind || !settled.contains(&known),
                        "limits of {small}: {known:?}, not {kind:?}"
                    );
                }
                let turned = assess(&Snapshot::load(&turned(&files)), &options);
                prop_assert_eq!(lines_of(&limited_all), lines_of(&turned));
            }
            Ok(())
        })
        .unwrap();
    assert!(
        open.get() > enough(400),
        "hardly anything was open: {}",
        open.get()
    );
}

/// What a mean is compared with, as it is written and as a fraction, in order. Between two of them that a record can
/// state there are fractions that none can.
const BOUNDS: [(&str, i128, i128); 12] = [
    ("0", 0, 1),
    (
        "0.3333333333333333",
        3_333_333_333_333_333,
        10_000_000_000_000_000,
    ),
    ("1 / 3", 1, 3),
    (
        "0.33333333333333337",
        33_333_333_333_333_337,
        100_000_000_000_000_000,
    ),
    ("0.5", 1, 2),
    (
        "0.5000000000000001",
        5_000_000_000_000_001,
        10_000_000_000_000_000,
    ),
    ("2 / 3", 2, 3),
    ("1", 1, 1),
    (
        "1.0000000000000002",
        10_000_000_000_000_002,
        10_000_000_000_000_000,
    ),
    ("17 / 12", 17, 12),
    ("5 / 3", 5, 3),
    ("2", 2, 1),
];

/// A comparison of the mean, the way in which it is written, and whether `&&` stands before it.
type Compared = (usize, usize, usize, bool);

fn written(all: &[Compared]) -> String {
    const SIGNS: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];
    const FLIPPED: [&str; 6] = ["==", "!=", ">", ">=", "<", "<="];
    let mut text = String::new();
    for (sign, bound, way, and) in all {
        let (bound, ..) = BOUNDS[*bound];
        let is = SIGNS[*sign];
        // Nothing is less than zero: what is at most zero is zero.
        let zero = ["<= 0", "> 0"].get(*sign);
        let one = match (way, zero) {
            (1, _) => format!("3 * stats.n {is} 3 * ({bound})"),
            (2, Some(zero)) => format!("abs(stats.n - {bound}) {zero}"),
            (3, Some(zero)) => format!("(stats.n - {bound}) * (stats.n - {bound}) {zero}"),
            (2 | 4, _) => format!("stats.n * stats.n {is} ({bound}) * ({bound})"),
            (3 | 5, _) => format!("1 / (stats.n + 1) {} 1 / ({bound} + 1)", FLIPPED[*sign]),
            (6, _) => format!("stats.n - stats.k + stats.k {is} {bound}"),
            (7, _) => format!("stats.k + stats.n {is} {bound} + stats.k"),
            _ => format!("stats.n {is} {bound}"),
        };
        text = match (text.as_str(), and) {
            ("", _) => one,
            (before, true) => format!("({before}) && {one}"),
            (before, false) => format!("{before} || {one}"),
        };
    }
    text
}

/// What that says of a mean that stands so to each bound.
fn holds(all: &[Compared], beside: impl Fn(usize) -> Ordering) -> bool {
    let mut said = None;
    for (sign, bound, _, and) in all {
        let order = beside(*bound);
        let one = match sign {
            0 => order.is_eq(),
            1 => order.is_ne(),
            2 => order.is_lt(),
            3 => order.is_le(),
            4 => order.is_gt(),
            _ => order.is_ge(),
        };
        said = Some(said.map_or(one, |said| if *and { said && one } else { said || one }));
    }
    said.expect("there is one")
}

/// Whether each compares the mean as it is, or a sum in which it is once: of these hardly any is left open.
fn is_linear(all: &[Compared]) -> bool {
    all.iter().all(|(_, _, way, _)| !(2..=5).contains(way))
}

fn comparisons() -> impl Strategy<Value = Vec<Compared>> {
    let one = (0..6_usize, 0..BOUNDS.len(), 0..9_usize, any::<bool>());
    prop::collection::vec(one, 1..5)
}

fn mean_of(records: &str, all: &[Compared], limits: Limits) -> Assessment {
    let mut files = Files::new();
    let schema = "title: T\nas_of: 2020-01-01\nfacts: {a: {type: integer, range: {min: 0, max: 2}}}\n\
                  statistics: {n: {statistic: mean, of: a}, k: {statistic: median, of: a}}\n";
    files.insert("policies/t/rulebook.yaml", schema);
    files.insert("policies/t/jurisdictions/x.csv", records);
    files.insert("scripts/t/c.rhai", &format!("//! C\n{}\n", written(all)));
    let options = Options {
        limits,
        ..Options::default()
    };
    assess(&Snapshot::load(&files), &options)
}

/// A mean that is known is judged as the fraction that it is, in whatever way it is compared.
#[test]
fn a_known_mean_is_compared_as_the_fraction_it_is() {
    let seen = std::cell::Cell::new([0; 2]);
    law(800)
        .run(&(comparisons(), 0..=24_i128), |(all, total)| {
            let mut records = String::from("id,a\n");
            for place in 0..12 {
                let _ = writeln!(records, "r{place},{}", (total + 11 - place) / 12);
            }
            for limits in [Limits::default(), Limits::all(1)] {
                let assessment = mean_of(&records, &all, limits);
                let expected = holds(&all, |bound| {
                    let (_, above, below) = BOUNDS[bound];
                    (total * below).cmp(&(above * 12))
                });
                for finding in assessment.rulebooks[0].jurisdictions() {
                    let status = finding.findings[0].status;
                    let is = if expected {
                        Status::Met
                    } else {
                        Status::NotMet
                    };
                    prop_assert_eq!(status, is, "{} of {}/12", written(&all), total);
                }
                let mut counts = seen.get();
                counts[usize::from(expected)] += 1;
                seen.set(counts);
            }
            Ok(())
        })
        .unwrap();
    assert!(
        seen.get().iter().all(|count| *count > enough(300)),
        "{seen:?}"
    );
}

#[test]
fn a_missing_mean_may_be_any_fraction_and_what_is_settled_holds_of_all() {
    let seen = std::cell::Cell::new((0, 0, 0));
    // An odd place lies between two bounds.
    let places = 0..2 * BOUNDS.len() - 1;
    law(600)
        .run(&comparisons(), |all| {
            let said = places.clone();
            let said = said.map(|place| holds(&all, |bound| place.cmp(&(2 * bound))));
            let said: BTreeSet<bool> = said.collect();
            for limits in [Limits::default(), Limits::all(1), Limits::all(5)] {
                let assessment = mean_of("id,a\nx,\n", &all, limits);
                let finding = &assessment.rulebooks[0].at(0.into()).findings[0];
                let settled = match finding.status {
                    Status::Met => Some(true),
                    Status::NotMet => Some(false),
                    _ => None,
                };
                let context = format!("{}: {finding:?}", written(&all));
                if let Some(settled) = settled {
                    prop_assert_eq!(&said, &BTreeSet::from([settled]), "{}", context);
                }
                if limits == Limits::default() {
                    let (open, sure, cut) = seen.get();
                    let is_cut = finding.cut_short.is_some();
                    prop_assert!(
                        said.len() == 2 || settled.is_some() || is_cut,
                        "{}",
                        context
                    );
                    seen.set((
                        open + usize::from(said.len() == 2),
                        sure + usize::from(settled.is_some()),
                        cut + usize::from(said.len() == 1 && is_cut && is_linear(&all)),
                    ));
                }
            }
            Ok(())
        })
        .unwrap();
    let (open, sure, cut) = seen.get();
    assert!(
        open >= enough(150) && sure >= enough(100),
        "{:?}",
        seen.get()
    );
    assert!(cut * 10 <= sure.max(10), "{:?}", seen.get());
}
