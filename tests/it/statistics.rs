//! Derived facts and statistics: against naive calculations over random populations, against the
//! same criteria written out, and what is said of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::law::{enough, law};
use proptest::prelude::*;
use rulebook::assess::{Options, assess, assess_after};
use rulebook::assessment::{Assessment, RulebookAssessment, Status};
use rulebook::fact::Value;
use rulebook::input_files::Files;
use rulebook::render;
use rulebook::request_evaluator::{Evaluator, EvaluatorOptions};
use rulebook::snapshot::{Loader, Snapshot};
use rulebook::summary::{SummaryOptions, summarize};

const RULEBOOK: &str = "title: T
as_of: 2020-01-01
facts:
  group: {type: choice, choices: [a, b, c]}
  part: {type: boolean}
  x: {type: number}
  y: {type: integer}
statistics:
  count: {statistic: count, where: part, by: group}
  sum: {statistic: sum, of: x, by: group}
  mean: {statistic: mean, of: x}
  of_all: {statistic: mean, of: y, unknown: {assume: 3}}
  ratio: {statistic: ratio, of: x, over: y, by: [group, part]}
  min: {statistic: min, of: y, by: group}
  max: {statistic: max, of: x, by: group}
  median: {statistic: median, of: x, by: group}
  p90: {statistic: percentile, p: 90, of: y}
  share: {statistic: share, of: part, by: group}
  strict: {statistic: sum, of: y, by: group, unknown: makes unknown}
  rank: {statistic: rank, of: x}
  place: {statistic: rank, of: x, by: group, order: descending, ties: [-y]}
  up_to: {statistic: cumulative share, of: y, along: x, order: descending}
";

/// A record: group, part, x in quarters, y.
type Drawn = (Option<u8>, Option<bool>, Option<i16>, Option<u8>);

fn drawn() -> impl Strategy<Value = Drawn> {
    (
        prop::option::weighted(0.9, 0_u8..3),
        prop::option::weighted(0.9, any::<bool>()),
        // Few values, so that there are ties.
        prop::option::weighted(0.85, -6_i16..7),
        prop::option::weighted(0.85, 1_u8..6),
    )
}

fn sheet(population: &[Drawn]) -> String {
    let mut text = "id,group,part,x,y\n".to_owned();
    for (index, (group, part, x, y)) in population.iter().enumerate() {
        let group = group.map_or("", |group| ["a", "b", "c"][usize::from(group)]);
        let part = part.map_or(String::new(), |part| part.to_string());
        let x = x.map_or(String::new(), |x| format!("{:.2}", f64::from(x) / 4.0));
        let y = y.map_or(String::new(), |y| y.to_string());
        let _ = writeln!(text, "r{index:04},{group},{part},{x},{y}");
    }
    text
}

fn files(rulebook: &str, scripts: &[(&str, &str)], records: &str) -> Files {
    let mut files = Files::new();
    files.insert("policies/t/rulebook.yaml", rulebook);
    files.insert("policies/t/jurisdictions/all.csv", records);
    for (name, script) in scripts {
        files.insert(format!("scripts/t/{name}.rhai"), script);
    }
    files
}

fn all(rulebook: &str, scripts: &[(&str, &str)], records: &str) -> Assessment {
    let assessment = assess(
        &Snapshot::load(&files(rulebook, scripts, records)),
        &Options::default(),
    );
    assessment.rulebooks.iter().for_each(crate::laws::agree);
    assessment
}

const ANY: (&str, &str) = ("any", "//! Any\nj.x > 0.0");

/// The members of a group as one of the population sees it.
fn members<'a>(
    population: &'a [Drawn],
    same: impl Fn(&Drawn) -> bool + 'a,
) -> impl Iterator<Item = &'a Drawn> {
    population.iter().filter(move |one| same(one))
}

fn quarters(x: i16) -> f64 {
    f64::from(x) / 4.0
}

fn quantile(mut numbers: Vec<f64>, part: f64) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    let last = numbers.len().checked_sub(1)?;
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small"
    )]
    let (at, low) = (
        last as f64 * part / 100.0,
        (last as f64 * part / 100.0).floor() as usize,
    );
    let above = numbers[(low + 1).min(last)];
    Some(numbers[low] + (at - at.floor()) * (above - numbers[low]))
}

/// What each statistic is for a record, worked out in the plainest way. Quarters and small whole
/// numbers add up exactly; a division rounds.
#[expect(clippy::cast_precision_loss, reason = "there are few members")]
fn naive(population: &[Drawn], this: usize) -> BTreeMap<&'static str, Option<f64>> {
    let (group, part, x, y) = population[this];
    let in_group = move |one: &Drawn| group.is_some() && one.0 == group;
    let xs: Vec<f64> = members(population, in_group)
        .filter_map(|one| one.2)
        .map(quarters)
        .collect();
    let ys: Vec<f64> = members(population, in_group)
        .filter_map(|one| one.3)
        .map(f64::from)
        .collect();
    let all: Vec<f64> = population
        .iter()
        .filter_map(|one| one.2)
        .map(quarters)
        .collect();
    let assumed: Vec<f64> = population
        .iter()
        .map(|one| one.3.map_or(3.0, f64::from))
        .collect();
    let parts: Vec<bool> = members(population, in_group)
        .filter_map(|one| one.1)
        .collect();
    let both: Vec<(f64, f64)> = population
        .iter()
        .filter(|one| part.is_some() && one.1 == part && in_group(one))
        .filter_map(|one| Some((quarters(one.2?), f64::from(one.3?))))
        .collect();
    let over = |sum: f64, by: f64| (by != 0.0).then(|| sum / by);
    let known = |value: f64| group.map(|_| value);
    let some = |numbers: &[f64], value: f64| (!numbers.is_empty()).then_some(value);
    // Someone whose group is unknown could belong to any.
    let open = population
        .iter()
        .any(|one| one.0.is_none() || (in_group(one) && one.3.is_none()));
    let rank = x.map(|x| {
        1 + population
            .iter()
            .filter(|one| one.2.is_some_and(|other| other < x))
            .count()
    });
    let ahead = |one: &Drawn| one.2 > x || (one.2 == x && one.3 > y);
    // Among those of one x, a missing y leaves the order open.
    let alike: Vec<&Drawn> = members(population, in_group)
        .filter(|one| one.2 == x)
        .collect();
    let told_apart = alike.len() < 2 || alike.iter().all(|one| one.3.is_some());
    let place = x.filter(|_| group.is_some() && told_apart);
    let place = place.map(|_| {
        1 + members(population, in_group)
            .filter(|one| one.2.is_some() && ahead(one))
            .count()
    });
    let weighed: Vec<(i16, f64)> = population
        .iter()
        .filter_map(|one| Some((one.2?, f64::from(one.3?))))
        .collect();
    let total: f64 = weighed.iter().map(|(_, y)| y).sum();
    let up_to = x.filter(|_| y.is_some()).map(|x| {
        weighed
            .iter()
            .filter(|(o, _)| *o >= x)
            .map(|(_, y)| y)
            .sum::<f64>()
    });
    BTreeMap::from([
        (
            "count",
            known(parts.iter().filter(|part| **part).count() as f64),
        ),
        ("sum", some(&xs, xs.iter().sum())),
        ("mean", over(all.iter().sum(), all.len() as f64)),
        ("of_all", over(assumed.iter().sum(), assumed.len() as f64)),
        (
            "ratio",
            over(
                both.iter().map(|(x, _)| x).sum(),
                both.iter().map(|(_, y)| y).sum(),
            ),
        ),
        (
            "min",
            some(&ys, ys.iter().copied().fold(f64::INFINITY, f64::min)),
        ),
        (
            "max",
            some(&xs, xs.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
        ),
        ("median", quantile(xs.clone(), 50.0)),
        (
            "p90",
            quantile(
                population
                    .iter()
                    .filter_map(|one| one.3)
                    .map(f64::from)
                    .collect(),
                90.0,
            ),
        ),
        (
            "share",
            over(
                parts.iter().filter(|part| **part).count() as f64,
                parts.len() as f64,
            ),
        ),
        (
            "strict",
            group
                .filter(|_| !open)
                .and_then(|_| some(&ys, ys.iter().sum())),
        ),
        ("rank", rank.map(|rank| rank as f64)),
        ("place", place.map(|place| place as f64)),
        ("up_to", up_to.and_then(|sum| over(sum, total))),
    ])
}

fn number(value: Option<Value>) -> Option<f64> {
    value.map(|value| match value {
        #[expect(clippy::cast_precision_loss, reason = "they are small")]
        Value::Integer(whole) => whole as f64,
        Value::Number(number) => number.near(),
        other => panic!("{other} is no number"),
    })
}

/// All that is worked out, to the last bit.
fn values(assessed: &RulebookAssessment) -> Vec<Vec<(String, String)>> {
    let shown = |value: Option<Value>| match value {
        Some(Value::Number(number)) => number.fraction(),
        other => format!("{other:?}"),
    };
    let one = |id: &str| {
        let all = assessed.all_worked_out(id).into_iter();
        all.map(|(path, value)| (path.to_string(), shown(value)))
            .collect()
    };
    (0..assessed.len())
        .map(|place| one(assessed.id(place.into())))
        .collect()
}

#[test]
fn statistics_are_what_a_naive_calculation_gives() {
    let mut seen: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    // Some are so small that all is known of their groups.
    let populations = prop_oneof![
        3 => prop::collection::vec(drawn(), 1..40),
        1 => prop::collection::vec(drawn(), 1..6),
    ];
    let seen_here = std::cell::RefCell::new(&mut seen);
    law(400)
        .run(&populations, |population| {
            let assessment = all(RULEBOOK, &[ANY], &sheet(&population));
            prop_assert!(!assessment.has_errors(), "{:?}", assessment.diagnostics);
            let assessed = &assessment.rulebooks[0];
            for this in 0..population.len() {
                for (name, expected) in naive(&population, this) {
                    let found =
                        number(assessed.value_of(&format!("r{this:04}"), &format!("stats.{name}")));
                    // Ours is exact, and rounded once; the naive one rounds where it goes.
                    let near = match (found, expected) {
                        (Some(found), Some(expected)) => (found - expected).abs() < 1e-12,
                        (found, expected) => found == expected,
                    };
                    prop_assert!(
                        near,
                        "{name} of {this} is {found:?}, not {expected:?}, in {population:?}"
                    );
                    seen_here.borrow_mut().entry(name).or_default()
                        [usize::from(found.is_some())] += 1;
                }
            }
            Ok(())
        })
        .unwrap();
    // Each was seen known and unknown, but for those that one record is enough for.
    for (name, [unknown, known]) in seen {
        let hardly_ever = ["mean", "of_all", "p90", "min", "max", "median"].contains(&name);
        assert!(
            known > enough(200) && (unknown > enough(20) || hardly_ever),
            "{name}: {unknown} unknown, {known} known"
        );
    }
}

#[test]
fn nothing_depends_on_order_threads_or_history() {
    let populations = prop::collection::vec(drawn(), 2..18);
    let derive = [
        (
            "derive/z",
            "//! Z\n//! @type number\nj.x / stats.ratio + j.assume(\"y\", 2) * 0.1",
        ),
        ("derive/big", "//! Big\n//! @type boolean\nj.z > stats.mean"),
        ("one", "//! One\nj.big || stats.rank <= 3"),
        ("two", "//! Two\nstats.z_rank < stats.count || j.z > 0.3"),
    ];
    let rulebook = format!(
        "{RULEBOOK}  z_rank: {{statistic: rank, of: z, where: part}}\n  z_sum: {{statistic: sum, \
         of: z}}\n"
    );
    let on = |threads: usize, files: &Files| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| assess(&Snapshot::load(files), &Options::default()))
    };
    law(8)
        .run(&(populations, any::<u64>()), |(mut population, seed)| {
            let before = files(&rulebook, &derive, &sheet(&population));
            let (one, two) = (on(1, &before), on(2, &before));
            prop_assert_eq!(values(&one.rulebooks[0]), values(&two.rulebooks[0]));
            prop_assert_eq!(render::json(&one), render::json(&two));
            // Another order of the rows.
            let mut rows: Vec<String> = sheet(&population).lines().map(str::to_owned).collect();
            rows[1..].reverse();
            let turned = on(2, &files(&rulebook, &derive, &(rows.join("\n") + "\n")));
            prop_assert_eq!(values(&one.rulebooks[0]), values(&turned.rulebooks[0]));
            // A few edits, one after the other.
            let mut loader = Loader::default();
            let mut now = assess(&loader.load(&before), &Options::default());
            for step in 0..4_u64 {
                let at = usize::try_from(seed.rotate_left(u32::try_from(step).unwrap() * 13))
                    .unwrap()
                    % population.len();
                population[at].2 = population[at]
                    .2
                    .map_or(Some(2), |x| (x < 5).then_some(x + 1));
                let after = files(&rulebook, &derive, &sheet(&population));
                now = assess_after(&loader.load(&after), &Options::default(), &now);
                let cold = on(1, &after);
                prop_assert_eq!(values(&now.rulebooks[0]), values(&cold.rulebooks[0]));
                prop_assert_eq!(render::json(&now), render::json(&cold));
            }
            Ok(())
        })
        .unwrap();
}

/// A condition that reads derived facts says what it says with their scripts written into it.
#[test]
fn a_derived_fact_is_as_good_as_its_script_written_out() {
    let populations = prop::collection::vec(drawn(), 1..30);
    let derive = [
        (
            "derive/size",
            "//! Size\n//! @choices small, large\nif j.y < 3 { \"small\" } else { \"large\" }",
        ),
        (
            "derive/twice",
            "//! Twice\n//! @type number\nif j.part { j.x * 2.0 } else { j.x }",
        ),
        (
            "derive/both",
            "//! Both\n//! @type boolean\nj.size == \"large\" && j.twice > 0.5",
        ),
        (
            "by_name",
            "//! By name\nif j.both { met() } else if j.size == \"small\" { j.twice < j.y } else \
             { not_applicable() }",
        ),
        (
            "in_full",
            "//! In full\nlet size = if j.y < 3 { \"small\" } else { \"large\" };\n\
             let twice = if j.part { j.x * 2.0 } else { j.x };\n\
             if size == \"large\" && twice > 0.5 { met() } else if size == \"small\" \
             { twice < j.y } else { not_applicable() }",
        ),
    ];
    let mut unknown = 0;
    let count = std::cell::RefCell::new(&mut unknown);
    law(150)
        .run(&populations, |population| {
            let assessment = all(RULEBOOK, &derive, &sheet(&population));
            prop_assert!(!assessment.has_errors(), "{:?}", assessment.diagnostics);
            for one in assessment.rulebooks[0].jurisdictions() {
                let [by_name, in_full] = &one.findings[..] else {
                    panic!("two conditions")
                };
                prop_assert_eq!(by_name.status, in_full.status);
                prop_assert_eq!(&by_name.missing, &in_full.missing);
                **count.borrow_mut() += usize::from(by_name.status == Status::Unknown);
            }
            Ok(())
        })
        .unwrap();
    assert!(unknown > enough(400), "{unknown}");
}

fn messages(assessment: &Assessment) -> Vec<String> {
    assessment
        .diagnostics
        .iter()
        .map(|one| format!("{}: {}", one.code.as_str(), one.message))
        .collect()
}

const SMALL: &str =
    "title: T\nas_of: 2020-01-01\nfacts:\n  x: {type: number}\n  on: {type: boolean}\n";

#[test]
fn circles_are_named() {
    let rulebook = format!("{SMALL}statistics:\n  mean: {{statistic: mean, of: a}}\n");
    let records = "id,x,on\nr,1.0,true\n";
    let scripts = [
        ("derive/a", "//! A\n//! @type number\nj.b + 1.0"),
        ("derive/b", "//! B\n//! @type number\nj.x - stats.mean"),
        ("c", "//! C\nj.a > 0.0"),
        ("other", "//! Other\nj.on"),
    ];
    let assessment = all(&rulebook, &scripts, records);
    let said = messages(&assessment);
    assert_eq!(
        said,
        ["R151: `stats.mean` is calculated from itself: stats.mean -> a -> b -> stats.mean"]
    );
    let statuses: Vec<_> = assessment.rulebooks[0]
        .at(0.into())
        .findings
        .iter()
        .map(|one| one.status)
        .collect();
    assert_eq!(statuses, [Status::Unknown, Status::Met]);
    let scripts = [
        ("derive/a", "//! A\n//! @type number\nj.b + 1.0"),
        ("derive/b", "//! B\n//! @type number\nj.a"),
        ("c", "//! C\nj.a > 0.0"),
        ("other", "//! Other\nj.on"),
    ];
    let assessment = all(SMALL, &scripts, records);
    let said = messages(&assessment);
    assert_eq!(said, ["R151: `a` is calculated from itself: a -> b -> a"]);
    let statuses: Vec<_> = assessment.rulebooks[0]
        .at(0.into())
        .findings
        .iter()
        .map(|one| one.status)
        .collect();
    assert_eq!(statuses, [Status::Fault, Status::Met]);
}

#[test]
fn mistakes_are_said_all_at_once() {
    let rulebook = format!(
        "{SMALL}statistics:\n  a: {{statistic: meen, of: x}}\n  b: {{statistic: mean}}\n  c: \
         {{statistic: mean, of: y}}\n  \
         d: {{statistic: mean, of: on}}\n  e: {{statistic: percentile, of: x, p: 101}}\n  \
         f: {{statistic: count, of: x}}\n  g: {{statistic: sum, of: x, unknown: zero}}\n  \
         h: {{statistic: rank, of: x, order: up}}\n  i: {{statistic: mean, of: stats.c}}\n"
    );
    let scripts = [
        ("derive/none", "//! None\nj.x"),
        ("derive/kind", "//! Kind\n//! @type choice\nj.x"),
        ("derive/x", "//! X\n//! @type number\nj.x"),
        ("derive/wrong", "//! Wrong\n//! @type boolean\nj.x"),
        (
            "derive/ends",
            "//! Ends\n//! @choices a, b\nif j.on { \"a\" } else { \"c\" }",
        ),
        (
            "derive/outcome",
            "//! Outcome\n//! @type boolean\nmet(\"so\")",
        ),
        ("one", "//! One\nstats.nothing > 3"),
        ("two", "//! Two\nj.wrong"),
    ];
    let assessment = all(&rulebook, &scripts, "id,x,on\nr,1.0,true\n");
    insta::assert_snapshot!(render::diagnostics(
        &assessment.diagnostics,
        render::Colour::Never,
        100
    ));
}

#[test]
fn a_reference_may_name_a_record_by_a_fact() {
    let rulebook = "title: T\nas_of: 2020-01-01\n\
                    facts:\n  code: {type: text}\n  people: {type: integer}\n  seat: \
                    {type: jurisdiction, by: code}\n";
    let scripts = [
        (
            "seat",
            "//! Seat\nif j.seat.people >= 10000 { met(`${j.seat.name}`) } else \
             { not_met(\"small\") }",
        ),
        (
            "stated",
            "//! Assumed\nj.assume(\"seat.people\", 0) >= 10000",
        ),
    ];
    let records = "id,code,people,seat\na,01,20000,\nb,02,10,01\nc,03,10,04\nd,04,400,\ne,05,1,\n";
    let assessment = all(rulebook, &scripts, records);
    assert!(!assessment.has_errors(), "{:?}", assessment.diagnostics);
    let of = |id: &str, condition: usize| {
        assessment.rulebooks[0].jurisdiction(id).unwrap().findings[condition].status
    };
    assert_eq!(
        ["b", "c", "e"].map(|id| of(id, 0)),
        [Status::Met, Status::NotMet, Status::Unknown]
    );
    assert_eq!(
        ["b", "c", "e"].map(|id| of(id, 1)),
        [Status::Met, Status::NotMet, Status::NotMet]
    );
    let twice = all(
        rulebook,
        &scripts,
        "id,code,people,seat\na,01,20000,\nb,01,10,\nc,03,10,01\nd,04,1,09\n",
    );
    let said = messages(&twice);
    assert_eq!(
        said,
        [
            "R117: `a` and `b` both have the code `01`",
            "R124: there is no single record of which `code` is `01`",
            "R124: there is no single record of which `code` is `09`",
        ]
    );
}

#[test]
fn what_is_unknown_leads_to_what_can_be_found_out() {
    let rulebook = format!(
        "{SMALL}  y: {{type: number}}\nstatistics:\n  rank: {{statistic: rank, of: z, where: on}}\n"
    );
    let scripts = [
        ("derive/z", "//! Z\n//! @type number\nj.x + j.y"),
        ("first", "//! First\nj.on && stats.rank == 1"),
    ];
    let assessment = all(
        &rulebook,
        &scripts,
        "id,x,on,y\na,1.0,true,2.0\nb,1.0,true,\nc,,false,\nd,1.0,,3.0\n",
    );
    let missing = |id: &str| {
        let one = assessment.rulebooks[0].jurisdiction(id).unwrap();
        one.findings[0]
            .missing
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(missing("b"), ["y"]);
    assert_eq!(missing("c"), [""; 0]);
    assert_eq!(missing("d"), ["on"]);
}

/// A text with one more change, of any kind a person could make in an editor.
fn edited(text: &str, (kind, at, what): (u8, usize, u8)) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let line = at % lines.len();
    let joined = |lines: Vec<String>| lines.join("\n") + "\n";
    let all = || {
        lines
            .iter()
            .map(|line| (*line).to_owned())
            .collect::<Vec<_>>()
    };
    match kind % 6 {
        0 => joined(
            all()
                .into_iter()
                .enumerate()
                .filter(|(index, _)| *index != line.max(1))
                .map(|(_, one)| one)
                .collect(),
        ),
        1 => {
            let mut all = all();
            all.insert(line + 1, format!("new{what:03},b,true,0.5,{}", what % 7));
            joined(all)
        }
        2 => {
            let mut all = all();
            all.swap(line, (line + 1) % lines.len());
            joined(all)
        }
        _ => {
            // A sign more, or one less, anywhere.
            let place = text
                .char_indices()
                .map(|(index, _)| index)
                .nth(at % text.len())
                .unwrap_or(0);
            let sign = ['1', ',', '"', '\n', 'x', '.', ' ', '-'][usize::from(what % 8)];
            let rest = if kind % 2 == 0 {
                &text[place..]
            } else {
                &text[(place + 1).min(text.len())..]
            };
            format!("{}{sign}{rest}", &text[..place])
        }
    }
}

#[test]
fn an_edited_sheet_comes_to_what_a_fresh_reading_comes_to() {
    let populations = prop::collection::vec(drawn(), 1..24);
    let edits = prop::collection::vec((any::<u8>(), any::<usize>(), any::<u8>()), 1..6);
    let scripts = [ANY, ("y", "//! Y\nj.y > 2 || stats.rank < 4")];
    law(300)
        .run(&(populations, edits), |(population, edits)| {
            let mut text = sheet(&population);
            let mut loader = Loader::default();
            let mut now = assess(
                &loader.load(&files(RULEBOOK, &scripts, &text)),
                &Options::default(),
            );
            for edit in edits {
                text = edited(&text, edit);
                let after = files(RULEBOOK, &scripts, &text);
                now = assess_after(&loader.load(&after), &Options::default(), &now);
                let cold = assess(&Snapshot::load(&after), &Options::default());
                let (now, cold) = (render::json(&now), render::json(&cold));
                let differing = now
                    .lines()
                    .zip(cold.lines())
                    .find(|(now, cold)| now != cold);
                prop_assert!(now == cold, "{differing:?} of {text}");
            }
            Ok(())
        })
        .unwrap();
}

fn solidarity() -> Files {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/solidarity");
    rulebook::disk::read(&root).unwrap()
}

#[test]
fn nothing_is_wrong_with_the_second_sample_and_its_cases_pass() {
    use rulebook::test_cases::{Suite, TestOptions, coverage, run};
    let files = solidarity();
    let snapshot = Snapshot::load(&files);
    let assessment = assess(&snapshot, &Options::default());
    assert!(
        assessment.diagnostics.is_empty(),
        "{:?}",
        messages(&assessment)
    );
    crate::laws::agree(&assessment.rulebooks[0]);
    let said = rulebook::lint::lint(&files, &assessment, rulebook::lint::LintOptions::default());
    assert!(
        said.is_empty(),
        "{:?}",
        said.iter().map(|one| &one.message).collect::<Vec<_>>()
    );
    let tests = run(
        &snapshot,
        &Suite::load(&files, &snapshot),
        &TestOptions {
            coverage: true,
            ..TestOptions::default()
        },
    );
    assert!(tests.failed() == 0 && tests.results.len() > 10);
    let found = coverage(&tests);
    assert_eq!(
        found.reached().0,
        found.reached().1,
        "{}",
        render::coverage(&found, render::Emphasis::Plain(100))
    );
}

#[test]
fn an_explanation_names_the_statistic_its_members_and_its_group() {
    let assessment = assess(&Snapshot::load(&solidarity()), &Options::default());
    let assessed = &assessment.rulebooks[0];
    let one = assessed.jurisdiction("made-up-bocq").unwrap();
    let explanation = rulebook::explanation::explain(assessed, one, None);
    insta::assert_snapshot!(render::explanation(
        &explanation,
        render::Emphasis::Plain(100)
    ));
}

#[test]
fn who_flips_only_because_others_moved_is_told_so() {
    let rulebook =
        format!("{SMALL}statistics:\n  rank: {{statistic: rank, of: x, order: descending}}\n");
    let scripts = [(
        "first",
        "//! First two\nif stats.rank <= 2 { met() } else { not_met(`rank ${stats.rank}`) }",
    )];
    let before = all(&rulebook, &scripts, "id,x,on\na,3.0,\nb,2.0,\nc,1.0,\n");
    let after = all(&rulebook, &scripts, "id,x,on\na,3.0,\nb,2.0,\nc,5.0,\n");
    let impact = rulebook::impact::Impact::between(&before, &after);
    let told: Vec<_> = impact
        .jurisdictions()
        .map(|one| (one.delta.id.as_str(), one.only_others_moved()))
        .collect();
    assert_eq!(told, [("b", true), ("c", false)]);
    let text = render::impact(&impact, "before", "after", render::Emphasis::Plain(100));
    assert!(
        text.contains("stats.rank 2 -> 3, only because others changed"),
        "{text}"
    );
}

#[test]
fn remedies_leave_statistics_as_they_are_unless_they_are_joint() {
    use rulebook::assess::SetFact;
    use rulebook::assessment::DeterminationKind;
    use rulebook::remedies::{jointly, remedies, with_statistics};
    let rulebook = format!(
        "{SMALL}statistics:\n  mean: {{statistic: mean, of: x}}\n  rank: {{statistic: rank, of: x, \
         order: descending}}\n"
    );
    let scripts = [
        (
            "above",
            "//! Above\nif j.x > 2.0 * stats.mean { met() } else { not_met(\"too little\") }",
        ),
        (
            "first",
            "//! First\nif stats.rank <= 3 { met() } else { not_met(\"behind\") }",
        ),
    ];
    let records = "id,x,on\na,9.0,\nb,1.0,\nc,1.0,\nd,1.0,\n";
    let snapshot = Snapshot::load(&files(&rulebook, &scripts, records));
    let options = Options::default();
    let assessment = assess(&snapshot, &options);
    let assessed = &assessment.rulebooks[0];
    let one = assessed.jurisdiction("b").unwrap();
    let fixed = remedies(assessed, one, DeterminationKind::Eligible);
    let change = &fixed.list[0].changes[0];
    assert!(
        fixed.list.len() == 1 && change.to.to_string() == "7" && change.allowed == "> 6",
        "{:?}",
        fixed.list
    );
    // A remedy says what becomes of it when the mean moves with it, and that is what assessing says.
    let tried = with_statistics(&snapshot, &options, &assessment, fixed);
    let moved = tried.list[0].with_statistics.clone().unwrap();
    let stated = Options {
        facts: vec![SetFact {
            jurisdiction: "b".to_owned(),
            path: "x".to_owned(),
            value: "7".to_owned(),
        }],
        ..Options::default()
    };
    let anew = assess(&snapshot, &stated);
    let anew = &anew.rulebooks[0];
    let kind = anew.jurisdiction("b").unwrap().determination.kind;
    assert_eq!(moved.holds, kind == DeterminationKind::Eligible);
    assert!(!moved.holds && !moved.moved.is_empty());
    for statistic in &moved.moved {
        assert_eq!(statistic.before, assessed.value_of("b", &statistic.path));
        assert_eq!(statistic.after, anew.value_of("b", &statistic.path));
    }
    let text = rulebook::render::remedies(&tried, rulebook::render::Emphasis::Plain(200));
    assert!(
        text.contains("with statistics computed anew: stats.mean 3 -> 4.5")
            && text.contains("it does not suffice"),
        "{text}"
    );
    let fixed = remedies(assessed, one, DeterminationKind::Eligible);
    // With 6 for `b` the mean would be 4.25, and 6 no more than twice that: it takes more than 11.
    let joint = jointly(&snapshot, &options, &assessment, fixed);
    let values: Vec<_> = joint
        .list
        .iter()
        .flat_map(|one| &one.changes)
        .map(|one| one.to.to_string())
        .collect();
    assert!(joint.jointly && values == ["11.01"], "{values:?}");
}

#[test]
fn a_derived_fact_that_no_tree_can_hold_is_worked_out_all_the_same() {
    use rulebook::assessment::{DeterminationKind, Form};
    use rulebook::remedies::remedies;
    let scripts = [
        ("derive/word", "//! Word\n//! @type text\n`${j.x}`"),
        ("derive/long", "//! Long\n//! @type integer\nj.word.len()"),
        (
            "one",
            "//! One\nif j.long > 3 { met() } else { not_met(\"short\") }",
        ),
    ];
    let rulebook = format!("{SMALL}statistics:\n  longest: {{statistic: max, of: long}}\n");
    let assessment = all(&rulebook, &scripts, "id,x,on\na,1.5,\nb,12.25,\nc,,\n");
    assert!(!assessment.has_errors(), "{:?}", messages(&assessment));
    let assessed = &assessment.rulebooks[0];
    assert!(
        assessed
            .derived()
            .iter()
            .all(|used| matches!(used.form, Form::NotTabular(_)))
    );
    let status = |id: &str| assessed.jurisdiction(id).unwrap().findings[0].status;
    assert_eq!(
        ["a", "b", "c"].map(status),
        [Status::NotMet, Status::Met, Status::Unknown]
    );
    assert_eq!(
        assessed.value_of("c", "stats.longest"),
        Some(Value::Integer(5))
    );
    let c = assessed.jurisdiction("c").unwrap();
    assert_eq!(
        c.findings[0]
            .missing
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        ["x"]
    );
    // What is said to do does so, though no tree tells how.
    for remedy in &remedies(
        assessed,
        assessed.jurisdiction("a").unwrap(),
        DeterminationKind::Eligible,
    )
    .list
    {
        let facts = remedy
            .changes
            .iter()
            .map(|change| rulebook::assess::SetFact {
                jurisdiction: "a".to_owned(),
                path: change.fact.path.to_string(),
                value: change.to.to_string(),
            });
        let options = Options {
            facts: facts.collect(),
            ..Options::default()
        };
        let then = assess(
            &Snapshot::load(&files(
                &rulebook,
                &scripts,
                "id,x,on\na,1.5,\nb,12.25,\nc,,\n",
            )),
            &options,
        );
        assert_eq!(
            then.rulebooks[0]
                .jurisdiction("a")
                .unwrap()
                .determination
                .kind,
            DeterminationKind::Eligible
        );
    }
}

#[test]
fn ties_may_be_broken_by_the_id_and_groups_made_by_the_name() {
    let rulebook = format!(
        "{SMALL}statistics:\n  rank: {{statistic: rank, of: x, ties: [-id]}}\n  namesakes: \
         {{statistic: count, by: name}}\n"
    );
    let records = "id,name,x,on\na,N,1.0,\nb,N,1.0,\nc,M,1.0,\n";
    let assessment = all(&rulebook, &[("any", "//! Any\nj.x > stats.rank")], records);
    assert!(!assessment.has_errors(), "{:?}", messages(&assessment));
    let of = |id: &str, path: &str| number(assessment.rulebooks[0].value_of(id, path));
    assert_eq!(
        ["a", "b", "c"].map(|id| of(id, "stats.rank")),
        [Some(3.0), Some(2.0), Some(1.0)]
    );
    assert_eq!(
        ["a", "b", "c"].map(|id| of(id, "stats.namesakes")),
        [Some(2.0), Some(2.0), Some(1.0)]
    );
}

/// The facts of a drawn record, for JSON and for YAML.
fn object((group, part, x, y): &Drawn) -> String {
    let mut facts = Vec::new();
    facts
        .extend(group.map(|group| format!("\"group\": {:?}", ["a", "b", "c"][usize::from(group)])));
    facts.extend(part.map(|part| format!("\"part\": {part}")));
    facts.extend(x.map(|x| format!("\"x\": {:?}", quarters(x))));
    facts.extend(y.map(|y| format!("\"y\": {y}")));
    format!("{{{}}}", facts.join(", "))
}

/// Of what all in a group share, a request reads what one beside the population reads; its own place
/// is that of a member who is added alone.
#[test]
fn a_request_reads_what_one_reads_who_is_added_alone() {
    let rulebook = format!(
        "{RULEBOOK}  strictly: {{statistic: rank, of: y, by: group, unknown: makes unknown}}\n  \
         of_part: {{statistic: rank, of: x, where: part, unknown: {{assume: 0.25}}}}\n  \
         lowest: {{statistic: cumulative share, of: y, along: x, by: part, ties: [group, -y]}}\n"
    );
    let own = (
        "own",
        "//! Own\nmet(`${stats.rank} ${stats.place} ${stats.up_to} ${stats.strictly} ${stats.of_part} \
         ${stats.lowest}`)",
    );
    let shared = (
        "together",
        "//! Together\nmet(`${stats.count} ${stats.sum} ${stats.mean} ${stats.of_all} ${stats.ratio} \
         ${stats.min} ${stats.max} ${stats.median} ${stats.p90} ${stats.share} ${stats.strict}`)",
    );
    let scripts = [own, shared];
    let ranked = std::cell::Cell::new(0);
    law(400)
        .run(
            &(
                prop::collection::vec(drawn(), 0..12),
                prop::collection::vec(drawn(), 1..4),
            ),
            |(some, requests)| {
                // Somebody is in every group, and all is known of them.
                let mut population: Vec<Drawn> = (0..6)
                    .map(|one: u8| {
                        (
                            Some(one / 2),
                            Some(one.is_multiple_of(2)),
                            Some(1),
                            Some(one + 1),
                        )
                    })
                    .collect();
                population.extend(some);
                let folder = files(&rulebook, &scripts, &sheet(&population));
                let options = EvaluatorOptions::default();
                let evaluator = Evaluator::new(&Snapshot::load(&folder), &options).unwrap();
                for request in &requests {
                    let text = format!("{{\"id\": \"q\", \"facts\": {}}}", object(request));
                    let answer = evaluator.assess(text.as_bytes());
                    let found = &answer.details().unwrap().findings;
                    let with = |role: &str| {
                        let mut files = folder.clone();
                        let record = format!("id: q\n{role}facts: {}\n", object(request));
                        files.insert("policies/t/jurisdictions/q.yaml", &record);
                        let options = Options {
                            jurisdictions: vec!["q".to_owned()],
                            ..Options::default()
                        };
                        assess(&Snapshot::load(&files), &options)
                    };
                    let (added, beside) = (with(""), with("assess: false\n"));
                    let of = |assessment: &Assessment, condition: usize| {
                        let one = assessment.rulebooks[0].at(0.into());
                        one.findings[condition].reasons.clone()
                    };
                    prop_assert_eq!(
                        &found[0].reasons,
                        &of(&added, 0),
                        "{:?} {}",
                        population,
                        text
                    );
                    prop_assert_eq!(
                        &found[1].reasons,
                        &of(&beside, 1),
                        "{:?} {}",
                        population,
                        text
                    );
                    let known = found[0].reasons[0]
                        .split(' ')
                        .filter(|one| *one != "unknown");
                    ranked.set(ranked.get() + known.count());
                }
                Ok(())
            },
        )
        .unwrap();
    assert!(ranked.get() > enough(1_000), "{}", ranked.get());
}

/// Lines from a pipe are no population: each stands beside the folder. A file is one, unless it is
/// asked to stand there too.
#[test]
fn lines_from_a_pipe_stand_beside_the_folder() {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let rulebook =
        format!("{SMALL}statistics:\n  rank: {{statistic: rank, of: x, order: descending}}\n");
    let scripts = [(
        "first",
        "//! First\nif stats.rank == 1 { met() } else { not_met(`rank ${stats.rank}`) }",
    )];
    let folder = tempfile::tempdir().unwrap();
    for source in files(&rulebook, &scripts, "id,x,on\nz,100.0,\n").below("") {
        let path = folder.path().join(source.name());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, source.text()).unwrap();
    }
    let run = |arguments: &[&str], lines: &str| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_rulebook"))
            .args(["check", "--format", "ndjson", "--root"])
            .arg(folder.path())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Answers come while lines are still being written.
        let (mut input, lines) = (program.stdin.take().unwrap(), lines.to_owned());
        let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
        let found = program.wait_with_output().unwrap();
        let _ = writer.join().unwrap();
        let text = String::from_utf8(found.stdout).unwrap();
        let lines = text
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let of_records = lines.filter(|line| !line["id"].is_null());
        of_records
            .map(|line| line["worked_out"]["stats.rank"].as_i64())
            .collect::<Vec<_>>()
    };
    let line = |index: u32| format!("{{\"id\":\"r{index}\",\"facts\":{{\"x\":{index}.0}}}}\n");
    let many: String = (0..5_000).map(line).collect();
    let beside: Vec<_> = (0..5_000)
        .map(|x| Some(if x < 100 { 2 } else { 1 }))
        .collect();
    assert_eq!(run(&["--records", "-"], &many), beside);
    // Read to its end before it is answered, it is no population either.
    let mut sorted: Vec<_> = (0..5_000).map(|x| format!("r{x}")).zip(&beside).collect();
    sorted.sort();
    let sorted: Vec<_> = sorted.into_iter().map(|(_, rank)| *rank).collect();
    let whole = ["--records", "-", "--fail-on", "difference"];
    assert_eq!(run(&whole, &many), sorted);
    for name in ["many.ndjson", "many.json"] {
        let file = folder.path().join(name);
        let text = match name {
            "many.json" => format!("[{}]", many.trim().replace('\n', ",")),
            _ => many.clone(),
        };
        std::fs::write(&file, text).unwrap();
        let file = file.to_str().unwrap();
        // By their ids, which are in the order of their signs.
        let mut own: Vec<(String, Option<i64>)> = (0..5_000)
            .map(|x| (format!("r{x}"), Some(5_000 - x)))
            .collect();
        let mut others: Vec<_> = own
            .iter()
            .map(|(id, _)| id.clone())
            .zip(beside.clone())
            .collect();
        own.sort();
        let ranks =
            |list: &[(String, Option<i64>)]| list.iter().map(|(_, rank)| *rank).collect::<Vec<_>>();
        assert_eq!(run(&["--records", file], ""), ranks(&own), "{name}");
        if name == "many.json" {
            others.sort();
        }
        assert_eq!(
            run(&["--records", file, "--among", "folder"], ""),
            ranks(&others),
            "{name}"
        );
    }
}

#[test]
fn a_table_names_derived_facts() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/solidarity");
    let table = |expand: &[&str]| {
        let found = std::process::Command::new(env!("CARGO_BIN_EXE_rulebook"))
            .args(["table", "rank", "--root"])
            .arg(&root)
            .args(expand)
            .output()
            .unwrap();
        String::from_utf8(found.stdout).unwrap()
    };
    let text = table(&[]);
    assert!(
        text.contains("    A  takes_part: ") && !text.contains("wealth"),
        "{text}"
    );
    let text = table(&["--expand"]);
    assert!(
        text.contains("    B  wealth > 0\n") && !text.contains("(tax_base / population)"),
        "{text}"
    );
    // Each jurisdiction falls into one row, or may fall into some.
    assert!(
        text.contains("| 2 | no  | yes | yes | met            | 37 (2 more may) |"),
        "{text}"
    );
}

#[test]
fn a_sum_of_many_quotients_says_that_its_members_were_rounded() {
    // Divided by so many primes there is no common divisor of less than 2,000 digits.
    let primes: Vec<u32> = (2..12_000)
        .filter(|n| (2..=110).all(|d| d >= *n || n % d != 0))
        .collect();
    let said = |count: usize| {
        let mut files = Files::new();
        files.insert(
            "policies/t/rulebook.yaml",
            "title: T\nas_of: 2020-01-01\nfacts:\n  a: {type: integer}\n\
             statistics:\n  mean: {statistic: mean, of: part}\n",
        );
        let mut rows = String::new();
        for n in &primes[..count] {
            let _ = writeln!(rows, "r{n},{n}");
        }
        files.insert("policies/t/jurisdictions/all.csv", &format!("id,a\n{rows}"));
        files.insert(
            "scripts/t/derive/part.rhai",
            "//! Part\n//! @type number\n//! @result\n1 / j.a\n",
        );
        files.insert("scripts/t/c.rhai", "//! T\nstats.mean > 0\n");
        let assessment = assess(&Snapshot::load(&files), &Options::default());
        assert!(
            assessment.diagnostics.iter().all(|one| !one.is_error()),
            "{:?}",
            assessment.diagnostics
        );
        let text = render::statistics(&assessment.rulebooks, render::Emphasis::Plain(200));
        let json = render::statistics_json(&assessment);
        let rounded = text.contains("each rounded at the 34th digit");
        assert_eq!(rounded, json.contains("\"rounded\": true"));
        // So does the total of those results, as a sheet.
        let options = SummaryOptions {
            by: Vec::new(),
            near: 0,
        };
        let summary = summarize(&assessment.rulebooks[0], &options).unwrap();
        let csv = render::summary_csv(&[summary]);
        let total = csv
            .lines()
            .find(|line| line.starts_with("result,"))
            .unwrap();
        assert_eq!(rounded, total.ends_with(",true"), "{total}");
        rounded
    };
    assert!(!said(300));
    assert!(said(primes.len()));
}
