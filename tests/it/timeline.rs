//! Timelines: against an assessment of each day.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use rulebook::assess::{Options, assess};
use rulebook::assessment::{Assessment, Delta, RulebookDelta};
use rulebook::fact::Date;
use rulebook::input_files::Files;
use rulebook::snapshot::Snapshot;
use rulebook::timeline::{Timeline, timeline};
use rulebook::tree::Limits;

use crate::common::run;
use crate::law::{enough, law};

/// Scripts that depend on the day, each in another way.
const SCRIPTS: [&str; 10] = [
    "//! C\nj.hours >= params.least\n",
    "//! C\nage(j.born, params.as_of) >= params.least\n",
    "//! C\nparams.as_of - j.since >= 400\n",
    "//! C\nif year(params.as_of) > 2019 { j.hours >= 10 } else { j.hours >= 20 }\n",
    "//! C\n//! @from 2019-03-01\n//! @until 2020-02-29\nj.hours > 15\n",
    "//! C\nmonths_between(j.since, params.as_of) >= 12 && j.hours >= params.least\n",
    "//! C\nj.since > add_months(params.as_of, -14)\n",
    "//! C\nmonth(params.as_of) == 5 || j.adult\n",
    "//! C\nstats.adults >= 2\n",
    "//! C\nif day(params.as_of) in [1, 15] { met() } else { not_met(`${params.as_of}`) }\n",
];

const ADULT: &str = "//! Adult\n//! @type boolean\nage(j.born, params.as_of) >= 18\n";

/// Values of hours with the days from which they hold, days of birth and since.
type Drawn = (Vec<(u16, Option<u8>)>, Option<u16>, Option<u16>);

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    let dated = prop::collection::vec((0..LAST, prop::option::weighted(0.8, 5_u8..25)), 0..8);
    let day = || prop::option::weighted(0.85, 0..LAST + 200);
    prop::collection::vec((dated, day(), day()), 1..4)
}

/// How many days after the first are looked at: ten years.
const LAST: u16 = 3_652;

fn first() -> Date {
    Date::parse("2019-01-01").unwrap()
}

fn day(offset: i64) -> Date {
    Date::from_days(first().days() + offset).unwrap()
}

fn files(population: &[Drawn], scripts: &[&str], waived: Option<u16>) -> Files {
    let mut files = Files::new();
    files.insert(
        "policies/t/rulebook.yaml",
        "title: T
as_of: 2019-01-01
parameters:
  least: [{value: 12, to: 2019-08-31}, {value: 19, from: 2019-09-01}]
facts:
  hours: {type: integer}
  born: {type: date}
  since: {type: date}
statistics:
  adults: {statistic: count, where: adult}
",
    );
    for (index, (dated, born, since)) in population.iter().enumerate() {
        let mut days: Vec<u16> = dated.iter().map(|(from, _)| *from).collect();
        days.sort_unstable();
        days.dedup();
        let mut text = format!("id: r{index}\nfacts:\n");
        let values = days.iter().enumerate().map(|(at, from)| {
            let value = dated.iter().find(|(known, _)| known == from).unwrap().1;
            let value = value.map_or("unknown".to_owned(), |value| value.to_string());
            let to = days
                .get(at + 1)
                .map(|next| format!(", to: {}", day(i64::from(*next) - 1)));
            let from = day(i64::from(*from));
            format!("{{value: {value}, from: {from}{}}}", to.unwrap_or_default())
        });
        let values: Vec<String> = values.collect();
        if !values.is_empty() {
            text += &format!("  hours: [{}]\n", values.join(", "));
        }
        // Of age, or long there, on some day of these years.
        if let Some(born) = born {
            text += &format!("  born: {}\n", day(i64::from(*born) - 18 * 365));
        }
        if let Some(since) = since {
            text += &format!("  since: {}\n", day(i64::from(*since) - 500));
        }
        if text.ends_with("facts:\n") {
            text += "  hours: unknown\n";
        }
        files.insert(format!("policies/t/jurisdictions/r{index}.yaml"), &text);
    }
    if let Some(last) = waived {
        let text = format!(
            "- jurisdiction: r0\n  condition: c0\n  reason: R\n  granted_by: G\n  granted: {}\n  expires: {}\n",
            day(i64::from(last) - 60),
            day(i64::from(last)),
        );
        files.insert("policies/t/waivers.yaml", &text);
    }
    files.insert("scripts/t/derive/adult.rhai", ADULT);
    for (index, script) in scripts.iter().enumerate() {
        files.insert(format!("scripts/t/c{index}.rhai"), script);
    }
    files
}

fn on(snapshot: &Snapshot, day: Date) -> Assessment {
    let options = Options {
        as_of: Some(day),
        ..Options::default()
    };
    assess(snapshot, &options)
}

#[test]
fn a_timeline_has_the_days_on_which_an_assessment_of_each_day_differs() {
    let seen = RefCell::new(BTreeMap::<&str, usize>::new());
    let note = |what, count| *seen.borrow_mut().entry(what).or_default() += count;
    let cases = (
        drawn(),
        (0..SCRIPTS.len(), 0..SCRIPTS.len()),
        prop::option::weighted(0.4, 30..LAST),
    );
    law(6)
        .run(&cases, |(population, (one, other), waived)| {
            let scripts = [SCRIPTS[one], SCRIPTS[other]];
            let snapshot = Snapshot::load(&files(&population, &scripts, waived));
            prop_assert!(
                snapshot.diagnostics.is_empty(),
                "{:?}",
                snapshot.diagnostics
            );
            let (from, to) = (first(), day(i64::from(LAST)));
            let found = timeline(&snapshot, &Options::default(), (from, to));
            let found = found.map_err(|why| TestCaseError::fail(why.message))?;
            let mut changes = found.changes.iter();
            let mut before = on(&snapshot, from);
            note("days", found.assessed);
            for offset in 1..=i64::from(LAST) {
                let now = on(&snapshot, day(offset));
                let delta = Delta::between(&before, &now);
                let differs = |one: &&RulebookDelta| !one.jurisdictions.is_empty();
                if let Some(delta) = delta.rulebooks.iter().find(differs) {
                    let next = changes.next();
                    let context = format!("{scripts:?} {population:?} {waived:?}");
                    prop_assert_eq!(
                        next.map(|change| change.day),
                        Some(day(offset)),
                        "{}",
                        context
                    );
                    let impact = &next.unwrap().impact.rulebooks[0];
                    prop_assert_eq!(&impact.delta.jurisdictions, &delta.jurisdictions);
                    let mut all = impact.jurisdictions.iter();
                    let why = all.all(|one| {
                        one.findings.iter().all(|causes| !causes.is_empty())
                            && !(one.findings.is_empty() && one.causes.is_empty())
                    });
                    prop_assert!(why, "no cause: {:?} {}", impact.jurisdictions, context);
                    note("changes", 1);
                }
                before = now;
            }
            prop_assert!(changes.next().is_none());
            // A small limit ends it on a day, and what is before that day is as it was.
            let limits = Limits {
                rounds: population.len() * found.assessed / 2,
                ..Limits::default()
            };
            let options = Options {
                limits,
                ..Options::default()
            };
            let few = timeline(&snapshot, &options, (from, to)).unwrap();
            let end = few.cut_short;
            prop_assert_eq!(
                end.is_some(),
                found.assessed > 1 && few.assessed < found.assessed
            );
            let days = |all: &Timeline| {
                let days = all.changes.iter().map(|change| change.day);
                days.filter(|day| end.is_none_or(|end| *day < end))
                    .collect::<Vec<_>>()
            };
            prop_assert_eq!(days(&few), days(&found));
            prop_assert_eq!(few.changes.len(), days(&few).len());
            note("cut short", usize::from(end.is_some()));
            Ok(())
        })
        .unwrap();
    let seen = seen.into_inner();
    assert!(seen["changes"] >= enough(40), "{seen:?}");
    assert!(seen["cut short"] >= enough(4), "{seen:?}");
}

#[test]
fn a_timeline_says_on_which_day_and_why() {
    let population: Vec<Drawn> = vec![
        (vec![(40, Some(14)), (200, Some(22))], Some(100), Some(150)),
        (vec![(40, Some(20))], Some(300), Some(150)),
    ];
    let folder = tempfile::tempdir().unwrap();
    let files = files(
        &population,
        &[SCRIPTS[0], ADULT_CONDITION, SCRIPTS[4]],
        Some(130),
    );
    for path in files.paths() {
        let target = folder.path().join(path);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::write(target, files.get(path).unwrap().text()).unwrap();
    }
    let days = ["--from", "2019-01-01", "--to", "2020-06-30"];
    let shown = |more: &[&str]| {
        let arguments = [&["timeline"], more, &days].concat();
        let (text, told, status) = run(folder.path(), &arguments, b"");
        assert_eq!((told.as_str(), status), ("", 0));
        text
    };
    insta::assert_snapshot!(shown(&["r0"]));
    insta::assert_snapshot!(shown(&[]));
    insta::assert_snapshot!(shown(&["r1", "--format", "csv"]));
    insta::assert_snapshot!(shown(&["r1", "--format", "json"]));
    let (_, told, status) = run(
        folder.path(),
        &["timeline", "--from", "2020-01-01", "--to", "2019-01-01"],
        b"",
    );
    assert_eq!(status, 2);
    assert!(
        told.contains("write `--from 2019-01-01 --to 2020-01-01`"),
        "{told}"
    );
}

const ADULT_CONDITION: &str = "//! Of age\nj.adult\n";
