//! Summaries: counts against those of the CSV of `check`, near misses against what comes of setting
//! the fact, and what is shown.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use rulebook::assess::{Options, SetFact, assess};
use rulebook::assessment::{Assessment, Status};
use rulebook::fact::Value;
use rulebook::input_files::Files;
use rulebook::snapshot::Snapshot;
use rulebook::summary::{NearMiss, Needs, Summary, SummaryOptions, summarize};
use rulebook::typed_indexes::ConditionIndex;

use crate::common::run;
use crate::law::{enough, law};

const RULEBOOK: &str = "title: Grants
as_of: 2020-01-01
parameters:
  least: {value: 50, unit: people}
facts:
  county: {type: choice, choices: [north, south]}
  population: {type: integer, unit: people, range: {min: 0, max: 100000}}
  rate: {type: number, unit: percent}
  seat: {type: boolean}
  since: {type: date}
";

const SIZE: &str = "//! Large enough
if j.seat { j.population >= params.least / 2 } else { j.population >= params.least && j.population != 60 }
";

const RATE: &str = "//! A high rate\nj.rate > 4.5 || j.rate < 0.5\n";

const SINCE: &str = "//! Long there\n//! @level advisory\nj.since < date(\"2000-01-01\")\n";

/// County, population, rate in quarters, seat, day.
type Drawn = (
    Option<bool>,
    Option<u8>,
    Option<u8>,
    Option<bool>,
    Option<u8>,
);

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    let one = (
        prop::option::weighted(0.8, any::<bool>()),
        prop::option::weighted(0.9, 10_u8..70),
        prop::option::weighted(0.9, 0_u8..25),
        prop::option::weighted(0.9, any::<bool>()),
        prop::option::weighted(0.9, 1_u8..28),
    );
    prop::collection::vec(one, 1..30)
}

fn sheet(population: &[Drawn]) -> String {
    let mut text = "id,name,county,population,rate,seat,since\n".to_owned();
    for (index, (county, people, rate, seat, day)) in population.iter().enumerate() {
        let county = county.map_or("", |north| if north { "north" } else { "south" });
        let people = people.map_or(String::new(), |people| people.to_string());
        let rate = rate.map_or(String::new(), |rate| {
            format!("{:.2}", f64::from(rate) / 4.0)
        });
        let seat = seat.map_or(String::new(), |seat| seat.to_string());
        let day = day.map_or(String::new(), |day| format!("1999-12-{day:02}"));
        text += &format!("r{index:02},R {index},{county},{people},{rate},{seat},{day}\n");
    }
    text
}

fn files(population: &[Drawn], decision: &str) -> Vec<(&'static str, String)> {
    vec![
        (
            "policies/t/rulebook.yaml",
            format!("{RULEBOOK}decision: {decision}\n"),
        ),
        ("policies/t/jurisdictions/all.csv", sheet(population)),
        ("scripts/t/size.rhai", SIZE.to_owned()),
        ("scripts/t/rate.rhai", RATE.to_owned()),
        ("scripts/t/since.rhai", SINCE.to_owned()),
    ]
}

fn folder(files: &[(&str, String)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

fn assessed(population: &[Drawn], facts: Vec<SetFact>) -> Assessment {
    let mut read = Files::new();
    for (path, text) in files(population, "all") {
        read.insert(path, &text);
    }
    let options = Options {
        facts,
        ..Options::default()
    };
    assess(&Snapshot::load(&read), &options)
}

/// Rows of a CSV by the names of its columns. No cell of these has a comma or a line of its own.
fn rows(root: &Path, arguments: &[&str]) -> Vec<BTreeMap<String, String>> {
    let (text, told, _) = run(root, arguments, b"");
    assert!(!told.contains("error"), "{told}");
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    let row = |line: &str| {
        let cells = line.split(',').map(str::to_owned);
        head.iter()
            .map(|name| (*name).to_owned())
            .zip(cells)
            .collect()
    };
    lines.map(row).collect()
}

type Counts = BTreeMap<(String, String, String), usize>;

/// What the CSV of `check` says: of each condition, and of all together, how many came to what, by
/// county; and who fails what.
fn counted(root: &Path) -> (Counts, BTreeMap<String, Vec<String>>) {
    let mut counts = Counts::new();
    let mut unmet: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let counties = fs::read_to_string(root.join("policies/t/jurisdictions/all.csv")).unwrap();
    let county: BTreeMap<&str, &str> = counties
        .lines()
        .map(|line| (&line[..3], line.split(',').nth(2).unwrap()))
        .collect();
    for row in rows(root, &["check", "--format", "csv"]) {
        let (condition, result) = (row["condition"].clone(), row["result"].replace(' ', "_"));
        let id = row["jurisdiction"].as_str();
        let group = match county[id] {
            "" => "unknown",
            other => other,
        };
        for group in ["", group] {
            let key = (group.to_owned(), condition.clone(), result.clone());
            *counts.entry(key).or_default() += 1;
        }
        let failed = unmet.entry(id.to_owned()).or_default();
        if ["size", "rate"].contains(&condition.as_str()) && result != "met" {
            failed.push(format!("{condition} {result}"));
        }
    }
    (counts, unmet)
}

#[test]
fn counts_are_those_of_the_csv_of_check() {
    law(60)
        .run(&(drawn(), 0_usize..3), |(population, decision)| {
            let decision = ["all", "any", "{at_least: 2}"][decision];
            let root = folder(&files(&population, decision));
            let (counts, unmet) = counted(root.path());
            let found = rows(
                root.path(),
                &[
                    "summary", "--by", "county", "--format", "csv", "--near", "1000",
                ],
            );
            let number = |row: &BTreeMap<String, String>| row["count"].parse::<usize>().unwrap();
            let mut seen = Counts::new();
            for row in &found {
                if ["determination", "finding"].contains(&row["kind"].as_str()) && number(row) > 0 {
                    let key = (
                        row["group"].clone(),
                        row["condition"].clone(),
                        row["what"].clone(),
                    );
                    prop_assert!(seen.insert(key, number(row)).is_none());
                }
            }
            prop_assert_eq!(seen, counts);
            // Who fails one alone, and which fail together.
            let mut sets: BTreeMap<(String, bool), usize> = BTreeMap::new();
            for (id, failed) in &unmet {
                let (not_met, open): (Vec<_>, Vec<_>) =
                    failed.iter().partition(|one| one.ends_with(" not_met"));
                let names: Vec<&str> = not_met.iter().map(|one| &one[..4]).collect();
                *sets.entry((names.join("; "), open.is_empty())).or_default() += 1;
                let only = found.iter().any(|row| {
                    row["kind"] == "only"
                        && row["jurisdiction"] == *id
                        && row["condition"] == names[0]
                });
                prop_assert_eq!(only, names.len() == 1 && open.is_empty(), "{}", id);
            }
            let told = found
                .iter()
                .filter(|row| row["kind"].starts_with("unmet") && number(row) > 0);
            let told: BTreeMap<(String, bool), usize> = told
                .map(|row| ((row["what"].clone(), row["kind"] == "unmet"), number(row)))
                .collect();
            prop_assert_eq!(told, sets);
            Ok(())
        })
        .unwrap();
}

/// Whether a condition is met for a jurisdiction if its fact were this.
fn met(
    population: &[Drawn],
    summary: &Summary<'_>,
    condition: ConditionIndex,
    set: &SetFact,
) -> bool {
    let assessment = assessed(population, vec![set.clone()]);
    let after = &assessment.rulebooks[0];
    let place = after.place(&set.jurisdiction).unwrap();
    assert_eq!(after.len(), summary.assessed.len());
    after.status(place, condition) == Status::Met
}

#[test]
fn a_near_miss_is_met_at_its_threshold_and_nowhere_nearer() {
    let seen = std::cell::RefCell::new(BTreeMap::<&str, usize>::new());
    law(60)
        .run(&drawn(), |population| {
            let assessment = assessed(&population, Vec::new());
            let options = SummaryOptions {
                by: Vec::new(),
                near: 1000,
            };
            let summary = summarize(&assessment.rulebooks[0], &options).unwrap();
            for threshold in &summary.near {
                for one in threshold.nearest.iter().take(4) {
                    *seen.borrow_mut().entry(one.needs.words()).or_default() += 1;
                    let set = |value: String| SetFact {
                        jurisdiction: summary.assessed.id(one.place).to_owned(),
                        path: threshold.measured.clone(),
                        value,
                    };
                    let is_met =
                        |value| met(&population, &summary, threshold.condition, &set(value));
                    prop_assert!(is_met(enough_for(one)), "{:?} {}", one, threshold.measured);
                    for nearer in nearer_than(one) {
                        prop_assert!(!is_met(nearer.clone()), "{:?} at {}", one, nearer);
                    }
                }
            }
            Ok(())
        })
        .unwrap();
    for words in ["at least", "more than", "at most", "less than"] {
        assert!(
            seen.borrow().get(words).copied().unwrap_or_default() >= enough(3),
            "{seen:?}"
        );
    }
}

/// The nearest value that is enough, of numbers with a step of a hundredth.
fn enough_for(one: &NearMiss) -> String {
    let step = |value: &Value, by: f64| (number(value) + by).to_string();
    match &one.needs {
        Needs::AtLeast(value) | Needs::AtMost(value) => value.to_string(),
        Needs::MoreThan(value) => step(value, 0.01),
        Needs::LessThan(value) => step(value, -0.01),
    }
}

fn number(value: &Value) -> f64 {
    value.to_string().parse().unwrap()
}

/// Values between what was found and what is needed.
fn nearer_than(one: &NearMiss) -> Vec<String> {
    match (&one.found, one.needs.value()) {
        (Value::Date(found), Value::Date(end)) => {
            let (low, high) = (found.days().min(end.days()), found.days().max(end.days()));
            let between = (low + 1..high).filter_map(rulebook::fact::Date::from_days);
            between.map(|day| day.to_string()).collect()
        }
        (Value::Integer(found), Value::Integer(end)) => {
            let between = found.min(end) + 1..*found.max(end);
            between.map(|value| value.to_string()).collect()
        }
        (found, end) => {
            let (found, end) = (number(found), number(end));
            let strict = matches!(one.needs, Needs::MoreThan(_) | Needs::LessThan(_));
            let parts = if strict { 1..5 } else { 1..4 };
            parts
                .map(|part| (found + (end - found) * f64::from(part) / 4.0).to_string())
                .collect()
        }
    }
}

#[test]
fn what_is_measured_is_near_only_where_it_can_be_there_and_is_enough() {
    let near = |fact: &str, script: &str| {
        let facts =
            format!("facts:\n  k: {{type: integer}}\n  h: {{type: integer}}\n  n: {{{fact}}}\n");
        let files = [
            (
                "policies/t/rulebook.yaml",
                format!("title: T\nas_of: 2020-01-01\n{facts}"),
            ),
            (
                "policies/t/jurisdictions/a.yaml",
                "facts: {n: 30, k: 2, h: 150}\n".to_owned(),
            ),
            (
                "scripts/t/derive/share.rhai",
                "//! Share\n//! @type number\nj.n * 1.5\n".to_owned(),
            ),
            ("scripts/t/c.rhai", format!("//! C\n{script}\n")),
        ];
        let mut all = Files::new();
        for (path, text) in files {
            all.insert(path, &text);
        }
        let assessment = assess(&Snapshot::load(&all), &Options::default());
        assert!(!assessment.has_errors(), "{:#?}", assessment.diagnostics);
        let options = SummaryOptions {
            by: Vec::new(),
            near: 10,
        };
        let summary = summarize(&assessment.rulebooks[0], &options).unwrap();
        let found = summary.near.iter().flat_map(|threshold| {
            let one = |miss: &NearMiss| {
                let needs = &miss.needs;
                format!("{} {} {}", threshold.measured, needs.words(), needs.value())
            };
            threshold.nearest.iter().map(one).collect::<Vec<_>>()
        });
        found.collect::<Vec<_>>()
    };
    let wide = "type: integer";
    assert_eq!(near(wide, "j.share > 50"), ["share more than 50"]);
    assert!(near(wide, "j.share > 50 && j.share * j.k < 95").is_empty());
    assert!(near(wide, "j.n * 3 > 100 && (j.n * 3) * j.k < 190").is_empty());
    assert_eq!(near(wide, "j.n > j.h"), ["n at least 151"]);
    let narrow = "type: integer, range: {min: 0, max: 100}";
    assert!(near(narrow, "j.n > j.h").is_empty());
    // What it needs lies out of the range of one fact, and another can do it.
    assert_eq!(near(narrow, "j.n * j.k > 200"), ["(n * k) at least 201"]);
    assert_eq!(near(narrow, "j.n >= 100"), ["n at least 100"]);
    let number = "type: number, range: {max: 100}";
    assert!(near(number, "j.n > 100").is_empty());
}

#[test]
fn a_summary_is_shown_in_sentences_and_tables() {
    let population: Vec<Drawn> = vec![
        (Some(true), Some(48), Some(20), Some(false), Some(1)),
        (Some(true), Some(24), Some(20), Some(true), Some(1)),
        (Some(false), Some(60), Some(18), Some(false), None),
        (None, Some(65), Some(20), None, Some(1)),
        (Some(false), None, Some(8), Some(true), Some(1)),
    ];
    let root = folder(&files(&population, "all"));
    let (text, told, status) = run(root.path(), &["summary", "--by", "county"], b"");
    assert_eq!((told.as_str(), status), ("", 0));
    insta::assert_snapshot!(text);
    let markdown = ["summary", "--by", "county", "--format", "markdown"];
    let (text, ..) = run(root.path(), &markdown, b"");
    insta::assert_snapshot!(text);
    let (text, ..) = run(
        root.path(),
        &["summary", "--near", "1", "--format", "json"],
        b"",
    );
    insta::assert_snapshot!(text);
}

#[test]
fn what_cannot_be_grouped_by_is_named() {
    let root = folder(&files(&[(None, None, None, None, None)], "all"));
    let (_, told, status) = run(root.path(), &["summary", "--by", "country"], b"");
    assert_eq!(status, 2);
    assert!(
        told.contains("there is no fact `country`, declared or derived, to group by")
            && told.contains("did you mean `county`"),
        "{told}"
    );
}

/// The stretches of a picture, with what lies outside and what is unknown, are all there are; and what
/// each counts is what lies in it.
#[test]
fn a_distribution_counts_everybody_once() {
    use rulebook::summary::distributions;
    law(60)
        .run(&drawn(), |population| {
            let assessment = assessed(&population, Vec::new());
            let assessed = &assessment.rulebooks[0];
            for one in distributions(assessed).0 {
                let inside: usize = one.stretches.iter().flatten().sum();
                let all = inside + one.outside.0 + one.outside.1 + one.unknown;
                prop_assert_eq!(all, assessed.len());
                prop_assert!(one.stretches.len() <= 42, "{}", one.stretches.len());
                let values = (0..assessed.len())
                    .map(|place| assessed.value_of(assessed.id(place.into()), &one.fact))
                    .collect::<Vec<_>>();
                let unknown = values.iter().filter(|value| value.is_none()).count();
                prop_assert_eq!(unknown, one.unknown);
                let line = |value: &Value| match value {
                    Value::Date(day) => rulebook::fact::Number::from(day.days()).near(),
                    Value::Integer(whole) => rulebook::fact::Number::from(*whole).near(),
                    Value::Number(number) => number.near(),
                    _ => unreachable!("it is a number or a day"),
                };
                for (stretch, counts) in one.stretches.iter().enumerate() {
                    let (from, width) = (one.from.near(), one.width.near());
                    let start = from + width * f64::from(u32::try_from(stretch).unwrap());
                    let known = values.iter().flatten().map(line);
                    // Values and widths are decimals: a little room for binary numbers.
                    let inside = known
                        .filter(|value| *value >= start - 1e-9 && *value < start + width - 1e-9);
                    prop_assert_eq!(inside.count(), counts.iter().sum::<usize>());
                }
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_picture_is_xml_with_words_and_no_script_whatever_names_say() {
    let population: Vec<Drawn> = vec![
        (Some(true), Some(48), Some(20), Some(false), Some(1)),
        (Some(false), Some(60), Some(18), Some(false), None),
        (None, Some(200), Some(20), None, Some(1)),
        (Some(false), None, Some(8), Some(true), Some(1)),
    ];
    let mut all = files(&population, "all");
    for (_, text) in &mut all {
        *text = text.replace("title: Grants", "title: \"Grants <script> & 'more'\"");
    }
    let root = folder(&all);
    for command in [&["summary"][..], &["sweep", "least=10..80"]] {
        let (svg, ..) = run(root.path(), &[command, &["--format", "svg"]].concat(), b"");
        let read = roxmltree::Document::parse(&svg).unwrap();
        let root_element = read.root_element();
        let child = |name: &str| {
            let mut children = root_element.children();
            children.any(|one| one.has_tag_name(("http://www.w3.org/2000/svg", name)))
        };
        assert!(child("title") && child("desc"), "{svg}");
        assert!(!svg.contains("<script"), "{svg}");
        assert!(svg.contains("prefers-color-scheme:dark"), "{svg}");
        let (page, ..) = run(root.path(), &[command, &["--format", "html"]].concat(), b"");
        assert!(
            page.contains("<svg ") && !page.contains("<script"),
            "{page}"
        );
    }
}

#[test]
fn a_picture_says_what_it_leaves_out() {
    let numbers = |one: fn(usize) -> String| (0..14).map(one).collect::<String>();
    let facts = numbers(|n| format!("  n{n:02}: {{type: integer}}\n"));
    let stated = numbers(|n| format!("  n{n:02}: {n}\n"));
    let tests = numbers(|n| {
        if n == 0 {
            String::new()
        } else {
            format!("j.n{n:02} > 5 && ")
        }
    });
    let eight: Vec<String> = (0..8).map(|n| format!("j.n00 == {n}")).collect();
    let script = format!("//! C\n{tests}({})\n", eight.join(" || "));
    let all = [
        (
            "policies/t/rulebook.yaml",
            format!("title: T\nas_of: 2020-01-01\nfacts:\n{facts}"),
        ),
        (
            "policies/t/jurisdictions/a.yaml",
            format!("facts:\n{stated}"),
        ),
        (
            "policies/t/jurisdictions/b.yaml",
            format!("facts:\n{}", stated.replace("n00: 0", "n00: 9")),
        ),
        ("scripts/t/c.rhai", script),
    ];
    let root = folder(&all);
    let (svg, ..) = run(root.path(), &["summary", "--format", "svg"], b"");
    for words in [
        "2 more facts that conditions compare are not drawn",
        "2 more lines are thresholds too",
    ] {
        assert!(svg.contains(words), "{words}: {svg}");
    }
}
