//! The laws of what is derived from trees: tables, differences, remedies, questions.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rulebook::assessment::{Assessment, Form, Status};
use rulebook::decision_table::{DecisionTable, NoTable};
use rulebook::explanation::explain_finding;
use rulebook::impact::Impact;
use rulebook::tree::Verdict;

use crate::generate::{Choices, Generator, NARROW_SCHEMA, Range, WIDE_SCHEMA, record};
use crate::law::{enough, is_fresh, law};
use crate::laws::{DECISIONS, bytes, full_record, load, partial};

pub(crate) fn status(verdict: Verdict) -> Status {
    match verdict {
        Verdict::Met => Status::Met,
        Verdict::NotMet => Status::NotMet,
        Verdict::NotApplicable => Status::NotApplicable,
        Verdict::Fault => Status::Fault,
    }
}

/// Holds the rows in which `this` is, or may be, to those of its completions `c0`, `c1`, ...; says in how many
/// it may be.
pub(crate) fn rows_of_completions(
    table: &DecisionTable<'_>,
    completions: usize,
    context: &str,
) -> Result<usize, TestCaseError> {
    let place = |id: &str| table.assessed.place(id).unwrap();
    let this = place("this");
    let all = (0..completions).map(|index| place(&format!("c{index}")));
    let all: Vec<_> = all.collect();
    let mut open_rows = 0;
    for row in &table.rows {
        let reached = all.iter().filter(|place| row.inside.contains(place));
        let expected = match reached.count() {
            0 => (false, false),
            reached => (reached == all.len(), reached < all.len()),
        };
        let found = (row.inside.contains(&this), row.open.contains(&this));
        prop_assert_eq!(found, expected, "(in, may be in) {}\n{}", row.case, context);
        open_rows += usize::from(expected.1);
    }
    Ok(open_rows)
}

#[test]
fn each_record_falls_into_one_row_and_the_row_says_what_the_tree_says() {
    let seen = RefCell::new(BTreeMap::<&str, usize>::new());
    law(1_500)
        .run(&(bytes(120), bytes(400)), |(script, records)| {
            let script = Generator::new(&mut Choices::new(&script), Range::Wide).script();
            let mut choices = Choices::new(&records);
            let mut yaml = record("other", &full_record(&mut choices, Range::Wide), None);
            for index in 0..24 {
                let facts = full_record(&mut choices, Range::Wide);
                yaml += &format!(
                    "---\n{}",
                    record(&format!("x{index}"), &facts, Some("other"))
                );
            }
            let assessment = load(WIDE_SCHEMA, &[("s", &script)], &yaml);
            let laws = &assessment.rulebooks[0];
            let table = match DecisionTable::of_condition(laws, 0.into()) {
                Ok(table) => table,
                Err(NoTable::NotTabular(_)) => {
                    *seen.borrow_mut().entry("not tabular").or_default() += 1;
                    return Ok(());
                }
                Err(other) => panic!("{other:?}"),
            };
            *seen.borrow_mut().entry("rows").or_default() += table.rows.len();
            for (place, one) in laws.places().zip(laws.jurisdictions()) {
                let rows: Vec<_> = table
                    .rows
                    .iter()
                    .filter(|row| row.inside.contains(&place))
                    .collect();
                let open = table
                    .rows
                    .iter()
                    .filter(|row| row.open.contains(&place))
                    .count();
                let context = format!(
                    "script:\n{script}\n{yaml}\n{:?}\n{:#?}",
                    one.jurisdiction.id, table.rows
                );
                // The other record refers to nothing.
                if one.jurisdiction.id.as_str() == "other" {
                    continue;
                }
                prop_assert_eq!((rows.len(), open), (1, 0), "{}", context);
                prop_assert_eq!(
                    status(rows[0].verdict),
                    one.findings[0].status,
                    "{}",
                    context
                );
            }
            Ok(())
        })
        .unwrap();
    let seen = seen.into_inner();
    assert!(
        seen["rows"] > enough(3_000) && seen["not tabular"] > enough(50),
        "{seen:?}"
    );
}

#[test]
fn a_record_with_gaps_may_fall_into_the_rows_of_its_completions_and_no_others() {
    let open_rows = RefCell::new(0);
    law(1_000)
        .run(&(bytes(100), bytes(40)), |(script, records)| {
            let script = Generator::new(&mut Choices::new(&script), Range::Narrow).script();
            let (yaml, completions, _) = partial(&mut Choices::new(&records));
            let assessment = load(NARROW_SCHEMA, &[("s", &script)], &yaml);
            let laws = &assessment.rulebooks[0];
            let Ok(table) = DecisionTable::of_condition(laws, 0.into()) else {
                return Ok(());
            };
            let context = format!("script:\n{script}\n{yaml}");
            *open_rows.borrow_mut() += rows_of_completions(&table, completions.len(), &context)?;
            Ok(())
        })
        .unwrap();
    assert!(open_rows.into_inner() > enough(300));
}

#[test]
fn the_decision_table_says_may_only_of_rows_that_some_completion_falls_into() {
    let open_rows = RefCell::new(0);
    let scripts = [bytes(50), bytes(50), bytes(50)];
    law(1_000)
        .run(
            &(scripts, bytes(40), 0..DECISIONS.len()),
            |(scripts, records, decision)| {
                let (yaml, completions, _) = partial(&mut Choices::new(&records));
                let (decision, script) = DECISIONS[decision];
                let texts = scripts
                    .map(|bytes| Generator::new(&mut Choices::new(&bytes), Range::Narrow).script());
                let mut all = vec![("s0", &*texts[0]), ("s1", &texts[1]), ("s2", &texts[2])];
                all.extend((!script.is_empty()).then_some(("decision", script)));
                let assessment = load(&format!("{NARROW_SCHEMA}{decision}"), &all, &yaml);
                let laws = &assessment.rulebooks[0];
                let Ok(table) = DecisionTable::of_decision(laws) else {
                    return Ok(());
                };
                // What fails falls into no row, and says so elsewhere.
                if laws
                    .jurisdictions()
                    .any(|one| one.findings.iter().any(|one| one.status == Status::Fault))
                {
                    return Ok(());
                }
                let context = format!("{texts:#?}\n{yaml}");
                *open_rows.borrow_mut() +=
                    rows_of_completions(&table, completions.len(), &context)?;
                Ok(())
            },
        )
        .unwrap();
    assert!(open_rows.into_inner() > enough(200));
}

#[test]
fn an_explained_test_has_the_answer_that_all_completions_give() {
    let counts = RefCell::new([0_usize; 2]);
    law(1_000)
        .run(&(bytes(100), bytes(40)), |(script, records)| {
            let script = Generator::new(&mut Choices::new(&script), Range::Narrow).script();
            // Half of them read a derived fact in the place of a stated one.
            let script = if records.len() % 2 == 0 {
                script.replace("j.g.x", "j.told")
            } else {
                script
            };
            let told = "//! Told\n//! @type integer\nif j.a { j.i } else { j.g.x }\n";
            let (yaml, completions, _) = partial(&mut Choices::new(&records));
            let scripts = [("s", script.as_str()), ("derive/told", told)];
            let assessment = load(NARROW_SCHEMA, &scripts, &yaml);
            let laws = &assessment.rulebooks[0];
            // Where no tree holds the script, a test is told as it was met on a path.
            if !matches!(laws.conditions[0].form, Form::Tabular(_)) {
                return Ok(());
            }
            let tests = |id: &str| {
                let one = laws.jurisdiction(id).unwrap();
                let explained = explain_finding(laws, one, 0.into()).tests;
                let told = explained
                    .into_iter()
                    .map(|one| ((one.place.range().start, one.question), one.answer));
                told.collect::<Vec<_>>()
            };
            let mut given: BTreeMap<(usize, String), BTreeSet<bool>> = BTreeMap::new();
            for index in 0..completions.len() {
                for (test, answer) in tests(&format!("c{index}")) {
                    given.entry(test).or_default().extend(answer);
                }
            }
            for (test, answer) in tests("this") {
                let all = given.get(&test).cloned().unwrap_or_default();
                counts.borrow_mut()[usize::from(answer.is_none())] += 1;
                let fine = match answer {
                    Some(answer) => all == BTreeSet::from([answer]),
                    // What earlier tests say of the facts behind a derived one is not looked at.
                    None => all.len() == 2 || test.1.contains("told"),
                };
                prop_assert!(
                    fine,
                    "{test:?}: {answer:?}, {all:?}\nscript:\n{script}\n{yaml}"
                );
            }
            Ok(())
        })
        .unwrap();
    assert!(
        counts.borrow().iter().all(|count| *count > enough(100)),
        "{counts:?}"
    );
}

#[test]
fn a_row_of_a_decision_that_no_completion_falls_into_is_not_one_it_may() {
    // Each can be met and not met; both met at once, the two numbers would have a sum and a product
    // that none have.
    let scripts = [
        ("s0", "//! A\nj.i * j.g.x == 4\n"),
        ("s1", "//! B\nj.i * j.i + j.g.x == 3\n"),
        (
            "decision",
            "//! D\nif findings.s0.met && findings.s1.met { eligible(\"a\") } else { ineligible(\"b\") }\n",
        ),
    ];
    let schema = format!("{NARROW_SCHEMA}decision: script\n");
    let assessment = load(&schema, &scripts, &record("this", &[], None));
    let laws = &assessment.rulebooks[0];
    let table = DecisionTable::of_decision(laws).unwrap();
    let found: Vec<_> = table
        .rows
        .iter()
        .map(|row| {
            (
                row.verdict,
                row.inside.contains(&0.into()),
                row.open.contains(&0.into()),
            )
        })
        .collect();
    let kind = laws.jurisdiction("this").unwrap().determination.kind;
    assert_eq!(kind.to_string(), "ineligible");
    for (verdict, _, open) in found {
        assert!(verdict != Verdict::Met || !open);
    }
}

#[test]
fn a_statistic_that_no_record_can_state_falls_into_the_row_that_tests_say() {
    // The mean is a third; a threshold may be a third too.
    let schema = "title: T
as_of: 2020-01-01
parameters: {third: {value: 1/3, type: number, range: {min: 0, max: 1}}}
facts:
  a: {type: integer, range: {min: 0, max: 8}}
  b: {type: integer, range: {min: 0, max: 8}}
statistics:
  n: {statistic: mean, of: a}
";
    let records = "id: r1\nfacts: {a: 1}\n---\nid: r2\nfacts: {a: 0, b: 5}\n---\nid: r3\nfacts: {a: 0, b: 8}\n";
    let rows = |script: &str| {
        let assessment = load(schema, &[("c", script)], records);
        let table = DecisionTable::of_condition(&assessment.rulebooks[0], 0.into()).unwrap();
        let held = table
            .rows
            .iter()
            .map(|row| (row.verdict, row.inside.len(), row.open.len()));
        held.collect::<Vec<_>>()
    };
    let script = "//! C\nif j.b >= 7 { stats.n > 3 } else { not_met() }\n";
    assert_eq!(
        rows(script),
        [
            (Verdict::Met, 0, 0),
            (Verdict::NotMet, 1, 1),
            (Verdict::NotMet, 1, 1)
        ]
    );
    for (test, met) in [(">=", 3), ("<=", 3), (">", 0), ("<", 0)] {
        let script = format!("//! C\nstats.n {test} params.third\n");
        let expected = [(Verdict::Met, met, 0), (Verdict::NotMet, 3 - met, 0)];
        assert_eq!(rows(&script), expected, "{test}");
    }
}

#[test]
fn a_missing_statistic_may_be_a_number_that_no_record_can_state() {
    let schema = "title: T
as_of: 2020-01-01
parameters: {third: {value: 1/3, type: number, range: {min: 0, max: 1}}}
facts: {a: {type: integer, range: {min: 0, max: 8}}}
statistics: {n: {statistic: mean, of: a}}
";
    let scripts = [
        ("stats.n == params.third", Status::Unknown),
        ("stats.n != params.third", Status::Unknown),
        (
            "stats.n >= params.third && stats.n <= params.third",
            Status::Unknown,
        ),
        (
            "stats.n >= params.third || stats.n < params.third",
            Status::Met,
        ),
        (
            "stats.n > params.third && stats.n < params.third",
            Status::NotMet,
        ),
        ("stats.n < params.third && stats.n > 0.5", Status::NotMet),
        ("stats.n <= 8 || stats.n == params.third", Status::Met),
        (
            "stats.n * 2 <= params.third && stats.n * 2 >= params.third",
            Status::Unknown,
        ),
    ];
    for (script, status) in scripts {
        let script = format!("//! C\n{script}\n");
        let records = "id: x\nfacts: {}\n";
        let assessment = load(schema, &[("c", &script)], records);
        let x = assessment.rulebooks[0].jurisdiction("x").unwrap();
        assert_eq!(x.findings[0].status, status, "{script}");
        assert_eq!(x.findings[0].cut_short, None, "{script}");
    }
    // What is not linear is not looked for between the numbers that records can state, and says so.
    for script in ["1 / stats.n == 3", "stats.n * stats.n * 9 == 1"] {
        let script = format!("//! C\nif stats.n == 0 {{ return not_met(); }}\n{script}\n");
        let records = "id: x\nfacts: {}\n";
        let assessment = load(schema, &[("c", &script)], records);
        let x = assessment.rulebooks[0].jurisdiction("x").unwrap();
        assert_eq!(x.findings[0].status, Status::Unknown, "{script}");
        assert!(x.findings[0].cut_short.is_some(), "{script}");
    }
}

/// A script and one that differs from it in a few places.
fn two_scripts(bytes: &[u8], changes: &[(usize, u8)], range: Range) -> (String, String) {
    let mut other = bytes.to_vec();
    for (place, byte) in changes {
        let length = other.len();
        other[place % length] = *byte;
    }
    let script = |bytes: &[u8]| Generator::new(&mut Choices::new(bytes), range).script();
    (script(bytes), script(&other))
}

/// The record of an example and the one it refers to: its facts, and any for the others.
fn of_example(
    number: usize,
    example: &[(String, String)],
    others: [&[(&'static str, &'static str)]; 2],
) -> String {
    let mut records = others.map(|facts| {
        facts
            .iter()
            .map(|(fact, value)| ((*fact).to_owned(), (*value).to_owned()))
            .collect::<BTreeMap<_, _>>()
    });
    for (fact, value) in example {
        let (record, fact) = fact
            .strip_prefix("r.")
            .map_or((0, fact.as_str()), |fact| (1, fact));
        let value = if ["t", "u"].contains(&fact) && value != "unknown" {
            format!("{value:?}")
        } else {
            value.clone()
        };
        records[record].insert(fact.to_owned(), value.replace("\\0", "\\u0000"));
    }
    let text = |facts: &BTreeMap<String, String>, id: &str, reference: Option<&str>| {
        let facts: Vec<(&str, &str)> = facts
            .iter()
            .map(|(fact, value)| (fact.as_str(), value.as_str()))
            .collect();
        record(id, &facts, reference)
    };
    let other = format!("o{number}");
    format!(
        "---\n{}---\n{}",
        text(&records[0], &format!("e{number}"), Some(&other)),
        text(&records[1], &other, None)
    )
}

#[test]
fn two_scripts_differ_in_just_the_cases_that_are_told() {
    let seen = RefCell::new(BTreeMap::<&str, usize>::new());
    let strategy = (
        bytes(120),
        proptest::collection::vec((any::<usize>(), any::<u8>()), 1..4),
        bytes(300),
        prop_oneof![Just(Range::Wide), Just(Range::Narrow)],
    );
    law(1_000)
        .run(&strategy, |(script, changes, records, range)| {
            let (old, new) = two_scripts(&script, &changes, range);
            let schema = if range == Range::Wide {
                WIDE_SCHEMA
            } else {
                NARROW_SCHEMA
            };
            let mut choices = Choices::new(&records);
            let mut yaml = record("other", &full_record(&mut choices, range), None);
            for index in 0..20 {
                let facts = full_record(&mut choices, range);
                yaml += &format!(
                    "---\n{}",
                    record(&format!("x{index}"), &facts, Some("other"))
                );
            }
            let (before, after) = (
                load(schema, &[("s", &old)], &yaml),
                load(schema, &[("s", &new)], &yaml),
            );
            let impact = Impact::between(&before, &after);
            let condition = impact.rulebooks[0].conditions.first();
            let cases = condition
                .and_then(|one| one.cases.clone())
                .unwrap_or_default();
            let context = format!("before:\n{old}\nafter:\n{new}\n{cases:#?}");
            let count = |what: &'static str, how_many: usize| {
                *seen.borrow_mut().entry(what).or_default() += how_many;
            };
            if cases.not_compared.is_some() {
                count("not compared", 1);
                return Ok(());
            }
            // Powers of fractions that nobody states are more than a search goes through.
            count("cut short", usize::from(cases.cut_short));
            if cases.cut_short {
                return Ok(());
            }
            count("compared", 1);
            let pairs: Vec<_> = cases
                .list
                .iter()
                .map(|one| (status(one.before), status(one.after)))
                .collect();
            let statuses = |id: &str, before: &Assessment, after: &Assessment| {
                let status = |one: &Assessment| {
                    one.rulebooks[0].jurisdiction(id).unwrap().findings[0].status
                };
                (status(before), status(after))
            };
            for index in 0..20 {
                let found = statuses(&format!("x{index}"), &before, &after);
                prop_assert!(
                    found.0 == found.1 || pairs.contains(&found),
                    "{:?}\n{}\n{}",
                    found,
                    context,
                    yaml
                );
                count("agreeing records", usize::from(pairs.is_empty()));
            }
            let others = [
                full_record(&mut choices, range),
                full_record(&mut choices, range),
            ];
            let examples: Vec<_> = cases
                .list
                .iter()
                .map(|case| case.example.as_ref())
                .collect();
            let found = examples
                .iter()
                .enumerate()
                .filter_map(|(number, example)| Some((number, (*example)?)));
            let yaml: String = found
                .map(|(number, one)| of_example(number, one, [&others[0], &others[1]]))
                .collect();
            let (before, after) = (
                load(schema, &[("s", &old)], &yaml),
                load(schema, &[("s", &new)], &yaml),
            );
            for (number, (case, pair)) in cases.list.iter().zip(pairs).enumerate() {
                if case.example.is_none() {
                    // A fact that is left out and has a value, or arithmetic too hard to search.
                    let unstated = case.case.contains("not stated");
                    prop_assert!(unstated || case.case.contains(['(', '*']), "{}", case.case);
                    count("without example", usize::from(!unstated));
                    continue;
                }
                let found = statuses(&format!("e{number}"), &before, &after);
                prop_assert_eq!(
                    found,
                    pair,
                    "{}\n{}\n{}\n{:#?}",
                    case.case,
                    context,
                    yaml,
                    before.diagnostics
                );
                count("examples", 1);
            }
            Ok(())
        })
        .unwrap();
    let seen = seen.into_inner();
    // Of some kinds there may be none.
    let of = |what: &str| seen.get(what).copied().unwrap_or(0);
    assert!(
        of("agreeing records") > enough(10_000) && of("examples") > enough(300),
        "{seen:?}"
    );
    assert!(
        is_fresh()
            || of("examples") > 8 * of("without example") && of("compared") > 40 * of("cut short"),
        "{seen:?}"
    );
}
