//! Sweeps: what is said at each value is what an assessment with that value comes to.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use rulebook::assess::{Options, assess};
use rulebook::assessment::{DeterminationKind, RulebookAssessment};
use rulebook::fact::{Number, Value};
use rulebook::input_files::Files;
use rulebook::snapshot::Snapshot;
use rulebook::sweep::{ParameterPoint, Sweep};
use rulebook::tree::Limits;

use crate::common::run;
use crate::law::{enough, law};

/// Scripts that read the parameter, each in another way.
const SCRIPTS: [&str; 17] = [
    "//! C\nj.people >= params.least\n",
    "//! C\nif params.least > 31 { j.seat } else { j.people >= 20 }\n",
    "//! C\nj.rate * 3 >= params.least - 5\n",
    "//! C\nj.people * 2 > params.least && j.people < params.least + 20\n",
    "//! C\nif j.seat { j.people >= params.least / 2 } else { j.people != params.least }\n",
    "//! C\nfloor(j.rate * params.least) >= 60\n",
    "//! C\nj.large && j.rate > 2.5\n",
    "//! C\nj.other.people >= params.least\n",
    "//! C\nif j.people == 0 { met() } else { params.least / j.people <= 2 }\n",
    "//! C\nstats.large >= 4 || j.large\n",
    "//! C\nj.people >= params.least && j.people < 40 && j.rate >= 1\n",
    "//! C\nif params.least in 20..30 { not_applicable() } else { j.rate >= params.least / 20 }\n",
    "//! C\nstats.rank <= 3\n",
    "//! C\nj.people * 2 > stats.mean_score\n",
    "//! C\nj.people >= params.least && j.people <= params.least\n",
    "//! C\nj.people != params.least || j.people == 27\n",
    "//! C\nj.people > params.least && j.people < 24.5\n",
];

const LARGE: &str = "//! Large\n//! @type boolean\nj.people >= params.least\n";

/// What is measured for a rank and a mean, and moves with the parameter.
const SCORE: &str =
    "//! Score\n//! @type number\nif j.people >= params.least { j.people } else { j.rate }\n";

/// People, rate in quarters, seat, the record referred to.
type Drawn = (Option<u8>, Option<u8>, Option<bool>, Option<u8>);

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    let one = (
        prop::option::weighted(0.85, 0_u8..60),
        prop::option::weighted(0.9, 0_u8..25),
        prop::option::weighted(0.9, any::<bool>()),
        prop::option::weighted(0.8, 0_u8..6),
    );
    prop::collection::vec(one, 1..8)
}

fn files(population: &[Drawn], ty: &str, scripts: &[&str], statistic: bool) -> Files {
    let mut rulebook = format!(
        "title: T
as_of: 2020-01-01
parameters:
  least: {{value: 30, type: {ty}}}
facts:
  people: {{type: integer, range: {{min: 0, max: 1000}}}}
  rate: {{type: number, range: {{min: 0, max: 100}}}}
  seat: {{type: boolean}}
  other: {{type: jurisdiction}}
"
    );
    if statistic {
        rulebook += "statistics:
  large: {statistic: count, where: large}
  rank: {statistic: rank, of: score, order: descending}
  mean_score: {statistic: mean, of: score}
";
    }
    let mut sheet = "id,people,rate,seat,other\n".to_owned();
    for (index, (people, rate, seat, other)) in population.iter().enumerate() {
        let people = people.map_or(String::new(), |people| people.to_string());
        let rate = rate.map_or(String::new(), |rate| {
            format!("{:.2}", f64::from(rate) / 4.0)
        });
        let seat = seat.map_or(String::new(), |seat| seat.to_string());
        let other = other.map(usize::from).filter(|other| *other < index);
        let other = other.map_or(String::new(), |other| format!("r{other}"));
        sheet += &format!("r{index},{people},{rate},{seat},{other}\n");
    }
    let mut files = Files::new();
    files.insert("policies/t/rulebook.yaml", &rulebook);
    files.insert("policies/t/jurisdictions/all.csv", &sheet);
    files.insert("scripts/t/derive/large.rhai", LARGE);
    files.insert("scripts/t/derive/score.rhai", SCORE);
    for (index, script) in scripts.iter().enumerate() {
        files.insert(format!("scripts/t/c{index}.rhai"), script);
    }
    files
}

/// What all come to with a value of the parameter.
fn set(snapshot: &Snapshot, value: &str) -> Vec<DeterminationKind> {
    let options = Options {
        parameters: vec![("least".to_owned(), value.to_owned())],
        ..Options::default()
    };
    let assessment = assess(snapshot, &options);
    assert!(!assessment.has_errors(), "{:?}", assessment.diagnostics);
    kinds(&assessment.rulebooks[0])
}

fn kinds(assessed: &RulebookAssessment) -> Vec<DeterminationKind> {
    (0..assessed.len())
        .map(|place| assessed.kind(place.into()))
        .collect()
}

fn counts(kinds: &[DeterminationKind]) -> [usize; 4] {
    DeterminationKind::ALL.map(|kind| kinds.iter().filter(|one| **one == kind).count())
}

fn fraction(value: &Value) -> String {
    match value {
        Value::Number(number) => number.fraction(),
        other => other.to_string(),
    }
}

/// What a sweep says of a value, step by step: each jurisdiction.
fn said(
    sweep: &Sweep,
    start: &[DeterminationKind],
    place: &ParameterPoint,
) -> Vec<DeterminationKind> {
    let mut now = start.to_vec();
    for step in sweep.steps.iter().take_while(|step| step.place <= *place) {
        for flip in &step.flips {
            assert_eq!(now[flip.jurisdiction], flip.before);
            assert_ne!(flip.before, flip.after);
            now[flip.jurisdiction] = flip.after;
        }
    }
    now
}

#[test]
fn a_sweep_says_of_each_value_what_an_assessment_comes_to() {
    let seen = RefCell::new(BTreeMap::<&str, usize>::new());
    let note = |what, count| *seen.borrow_mut().entry(what).or_default() += count;
    let cases = (
        drawn(),
        (0..SCRIPTS.len(), 0..SCRIPTS.len()),
        any::<bool>(),
        prop::collection::vec(0_u16..4000, 3),
    );
    law(400)
        .run(&cases, |(population, (one, other), whole, drawn)| {
            let (one, other) = (SCRIPTS[one], SCRIPTS[other]);
            let ty = if whole { "integer" } else { "number" };
            let statistic = [one, other].iter().any(|script| script.contains("stats."));
            let snapshot = Snapshot::load(&files(&population, ty, &[one, other], statistic));
            let options = Options::default();
            let sweep = Sweep::new(&snapshot, &options, "t", "least", ("10", "50"));
            let sweep = sweep.map_err(|why| TestCaseError::fail(why.message))?;
            let start = set(&snapshot, "10");
            prop_assert_eq!(sweep.start, counts(&start));
            prop_assert_eq!(sweep.inexact.sampled, None);
            note("steps", sweep.steps.len());
            note(
                "above",
                sweep.steps.iter().filter(|step| step.place.above).count(),
            );
            note(
                "statistic",
                usize::from(statistic && !sweep.steps.is_empty()),
            );
            // At each step, beside it, and anywhere.
            let mut places: Vec<(ParameterPoint, String)> = Vec::new();
            for step in &sweep.steps {
                let at = sweep.value(&step.place.at);
                places.push((
                    ParameterPoint {
                        above: false,
                        ..step.place.clone()
                    },
                    fraction(&at),
                ));
                // Behind the last value the sweep says nothing.
                if !whole && step.place.at < place_of("50").at {
                    let place = ParameterPoint {
                        above: true,
                        ..step.place.clone()
                    };
                    places.extend(beside(&fraction(&at), 1).map(|value| (place, value)));
                }
                // One step before it.
                let before = match (&at, whole) {
                    (Value::Integer(at), true) => Some((*at - 1).to_string()),
                    _ => beside(&fraction(&at), -1),
                };
                let at = ParameterPoint {
                    above: false,
                    ..step.place.clone()
                };
                let first = place_of("10");
                if first < at {
                    let mut earlier = sweep.steps.iter().rev().map(|step| &step.place);
                    let earlier = earlier.find(|place| **place < at).unwrap_or(&first);
                    places.extend(before.map(|value| (earlier.clone(), value)));
                }
            }
            for quarter in drawn {
                let value = if whole {
                    format!("{}", 10 + quarter % 41)
                } else {
                    format!("{}/100", 1000 + quarter)
                };
                places.push((place_of(&value), value));
                // A whole number, of which there may be something to say where a fact is whole.
                if !whole {
                    let value = format!("{}/100", (1000 + quarter) / 100 * 100);
                    places.push((place_of(&value), value));
                }
            }
            for (place, value) in places {
                // What is unsure is said to be so, and not held to more.
                if sweep.inexact.unsure > 0 || sweep.inexact.near {
                    note("inexact", 1);
                    continue;
                }
                let found = set(&snapshot, &value);
                let context = format!(
                    "{one}{other}{population:?} {ty} at {value} {place:?} {:?}",
                    sweep.steps
                );
                prop_assert_eq!(counts(&found), sweep.counts_at(&place), "{}", context);
                prop_assert_eq!(&said(&sweep, &start, &place), &found, "{}", context);
                note("values", 1);
            }
            // With a small limit it is as it was, or says that it is not exact, and is right where it looked.
            let limits = Limits {
                rounds: 3 * population.len(),
                ..Limits::default()
            };
            let options = Options { limits, ..options };
            let few = Sweep::new(&snapshot, &options, "t", "least", ("10", "50")).unwrap();
            if few.inexact.cut_short {
                note("cut short", 1);
                prop_assert!(!few.is_exact() && few.inexact.sampled.is_some());
                for value in ["10", "20", "30", "50"] {
                    let found = set(&snapshot, value);
                    prop_assert_eq!(counts(&found), few.counts_at(&place_of(value)));
                }
            } else {
                prop_assert_eq!(format!("{:?}", few.steps), format!("{:?}", sweep.steps));
            }
            Ok(())
        })
        .unwrap();
    let seen = seen.into_inner();
    for (what, count) in [
        ("steps", 300),
        ("above", 50),
        ("statistic", 20),
        ("values", 800),
        ("cut short", 50),
    ] {
        assert!(
            seen.get(what).is_some_and(|found| *found >= enough(count)),
            "{what}: {seen:?}"
        );
    }
    assert!(
        seen["values"] > seen.get("inexact").copied().unwrap_or(0),
        "{seen:?}"
    );
}

/// A value a little above one, or below it, with no step between them.
fn beside(text: &str, step: i64) -> Option<String> {
    let (over, under) = text.split_once('/').unwrap_or((text, "1"));
    let (whole, places) = over.split_once('.').unwrap_or((over, ""));
    let scale = 10_i64.checked_pow(u32::try_from(places.len()).ok()?)?;
    let over: i64 = format!("{whole}{places}").parse().ok()?;
    let under = under.parse::<i64>().ok()?.checked_mul(scale)?;
    let fine = 1_000_000;
    Some(format!(
        "{}/{}",
        over.checked_mul(fine)?.checked_add(step)?,
        under.checked_mul(fine)?
    ))
}

fn place_of(value: &str) -> ParameterPoint {
    let at = value.parse::<Number>().ok().or_else(|| {
        let (over, _) = value.split_once('/')?;
        let over: i64 = over.parse().ok()?;
        format!("{}.{:02}", over / 100, over % 100).parse().ok()
    });
    ParameterPoint {
        at: at.unwrap(),
        above: false,
    }
}

/// What `check --set` shows of all, as somebody looks for a step by hand.
fn checked(root: &std::path::Path, value: i64) -> String {
    let set = format!("least={value}");
    let (text, ..) = run(
        root,
        &["check", "--set", &set, "--columns", "id,determination"],
        b"",
    );
    text
}

/// Looks for the whole numbers at which the result differs from that of the one before, by halving as
/// long as the ends of a stretch differ.
fn halved(
    ends: (i64, &str),
    last: (i64, &str),
    check: &dyn Fn(i64) -> String,
    found: &mut Vec<i64>,
) {
    if ends.1 == last.1 {
        return;
    }
    if ends.0 + 1 == last.0 {
        return found.push(last.0);
    }
    let middle = i64::midpoint(ends.0, last.0);
    let text = check(middle);
    halved(ends, (middle, &text), check, found);
    halved((middle, &text), last, check, found);
}

/// Ten rulebooks: each step that somebody finds by halving is one of the sweep, for the same places, and
/// beside it, one before and at the step, the sweep counts what `check` shows.
#[test]
fn halving_by_check_finds_steps_of_the_sweep_alone() {
    let population: Vec<Drawn> = (0_u8..7)
        .map(|index| {
            (
                Some(8 + 7 * index),
                Some(4 + 3 * index),
                Some(index % 2 == 0),
                index.checked_sub(1),
            )
        })
        .collect();
    let mut steps = 0;
    for number in 0..10 {
        let pair = [SCRIPTS[number], SCRIPTS[(number + 1) % SCRIPTS.len()]];
        let statistic = pair.iter().any(|script| script.contains("stats."));
        let files = files(&population, "integer", &pair, statistic);
        let folder = tempfile::tempdir().unwrap();
        for path in files.paths() {
            let target = folder.path().join(path);
            std::fs::create_dir_all(target.parent().unwrap()).unwrap();
            std::fs::write(target, files.get(path).unwrap().text()).unwrap();
        }
        let snapshot = Snapshot::load(&files);
        let sweep = Sweep::new(&snapshot, &Options::default(), "t", "least", ("10", "50")).unwrap();
        assert!(sweep.is_exact(), "{pair:?}");
        let check = |value| checked(folder.path(), value);
        let mut found = Vec::new();
        halved((10, &check(10)), (50, &check(50)), &check, &mut found);
        let start = set(&snapshot, "10");
        for at in found {
            let place = place_of(&at.to_string());
            assert!(
                sweep.steps.iter().any(|step| step.place == place),
                "{pair:?} {at}"
            );
            for value in [at - 1, at] {
                let said = said(&sweep, &start, &place_of(&value.to_string()));
                let rows = said.iter().enumerate();
                let rows = rows.map(|(index, kind)| format!("r{index},{kind}\n"));
                assert_eq!(
                    checked(folder.path(), value),
                    format!("id,determination\n{}", rows.collect::<String>())
                );
            }
            steps += 1;
        }
    }
    assert!(steps >= 20, "{steps}");
}

#[test]
fn a_sweep_is_shown_with_its_chart_and_who_changes() {
    let population: Vec<Drawn> = (0..8)
        .map(|index| (Some(12 + 5 * index), Some(20), Some(true), None))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let files = files(&population, "integer", &[SCRIPTS[0]], false);
    for path in files.paths() {
        let target = folder.path().join(path);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::write(target, files.get(path).unwrap().text()).unwrap();
    }
    let (text, told, status) = run(
        folder.path(),
        &["sweep", "least=10..60", "--exactly", "3"],
        b"",
    );
    assert_eq!((told.as_str(), status), ("", 0));
    insta::assert_snapshot!(text);
    for format in ["csv", "json", "markdown"] {
        let arguments = [
            "sweep",
            "least=10..20",
            "--exactly",
            "9",
            "--format",
            format,
        ];
        let (text, ..) = run(folder.path(), &arguments, b"");
        insta::assert_snapshot!(format!("a_sweep_as_{format}"), text);
    }
    let rulebook = folder.path().join("policies/t/rulebook.yaml");
    let text = std::fs::read_to_string(&rulebook).unwrap();
    std::fs::write(
        rulebook,
        text.replace("type: integer}\nfacts", "type: number}\nfacts"),
    )
    .unwrap();
    std::fs::write(
        folder.path().join("scripts/t/c0.rhai"),
        "//! C\nj.people >= params.least * 3\n",
    )
    .unwrap();
    let (text, ..) = run(
        folder.path(),
        &["sweep", "least=4..6", "--format", "csv"],
        b"",
    );
    assert!(text.contains("\nstep,t,least,17/3,true,"), "{text}");
    let (_, told, status) = run(folder.path(), &["sweep", "lest=10..20"], b"");
    assert_eq!(status, 2);
    assert!(
        told.contains("there is no parameter `lest`: did you mean `least`?"),
        "{told}"
    );
    let (_, told, _) = run(folder.path(), &["sweep", "least=20..10"], b"");
    assert!(told.contains("write `least=10..20`"), "{told}");
}
