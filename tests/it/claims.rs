//! The laws of what commands claim beside verdicts: what made a difference, what nothing reaches,
//! what cases can reach.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use proptest::prelude::*;
use rulebook::assess::{Options, assess};
use rulebook::assessment::{Assessment, DeterminationKind, Status};
use rulebook::diagnostic::Code;
use rulebook::impact::{Cause, Impact};
use rulebook::input_files::Files;
use rulebook::lint::{LintOptions, lint};
use rulebook::render::{self, Emphasis};
use rulebook::snapshot::Snapshot;
use rulebook::test_cases::{Suite, TestOptions, coverage, run};

use crate::generate::{Choices, Generator, LIBRARY, NARROW_SCHEMA, Range, facts, record, values};
use crate::law::{enough, law};
use crate::laws::{DECISIONS, bytes, full_record};

type Record = BTreeMap<&'static str, &'static str>;

/// Everything an assessment is made of, so that each part can be changed on its own.
#[derive(Clone, PartialEq)]
struct Whole {
    scripts: [String; 3],
    library: String,
    parameters: [&'static str; 2],
    decision: usize,
    this: Record,
    other: Record,
    refers_to: &'static str,
}

impl Whole {
    fn files(&self) -> Files {
        let mut files = Files::new();
        let (line, decision) = DECISIONS[self.decision];
        let schema = NARROW_SCHEMA
            .replace("whole: 2", &format!("whole: {}", self.parameters[0]))
            .replace("value: green", &format!("value: {}", self.parameters[1]));
        files.insert("policies/laws/rulebook.yaml", &format!("{schema}{line}"));
        files.insert("scripts/laws/lib/f.rhai", &self.library);
        for (index, script) in self.scripts.iter().enumerate() {
            files.insert(format!("scripts/laws/s{index}.rhai"), script);
        }
        if !decision.is_empty() {
            files.insert("scripts/laws/decision.rhai", decision);
        }
        let text = |id: &str, record: &Record, reference: Option<&str>| {
            let list: Vec<_> = record.iter().map(|(fact, value)| (*fact, *value)).collect();
            self::record(id, &list, reference)
        };
        let third: Record = [("a", "true"), ("b", "false"), ("i", "2"), ("g.x", "1")].into();
        let records = [
            text("this", &self.this, Some(self.refers_to)),
            text("other", &self.other, None),
            text("third", &third, None),
        ];
        files.insert(
            "policies/laws/jurisdictions/all.yaml",
            &records.join("---\n"),
        );
        files
    }

    fn assessed(&self) -> Assessment {
        assess(&Snapshot::load(&self.files()), &Options::default())
    }
}

/// A change of one part, as its cause is named.
fn changes(before: &Whole, choices: &mut Choices<'_>) -> Vec<(String, Whole)> {
    let mut found = Vec::new();
    let mut with = |name: String, change: &dyn Fn(&mut Whole)| {
        let mut changed = before.clone();
        change(&mut changed);
        if changed != *before {
            found.push((name, changed));
        }
    };
    for _ in 0..=choices.below(3) {
        match choices.below(6) {
            0 | 1 => {
                let of_other = choices.below(2) == 1;
                let fact = choices.pick(facts(Range::Narrow));
                let value = choices.below(values(Range::Narrow, fact).len() + 1);
                let owner = if of_other { "other" } else { "this" };
                with(format!("fact {owner} {fact}"), &|whole| {
                    let record = if of_other {
                        &mut whole.other
                    } else {
                        &mut whole.this
                    };
                    match values(Range::Narrow, fact).get(value) {
                        Some(value) => record.insert(fact, value),
                        None => record.remove(fact),
                    };
                });
            }
            2 => {
                let value = choices.pick(&["1", "3", "-1"]);
                with("parameter whole".to_owned(), &|whole| {
                    whole.parameters[0] = value;
                });
            }
            3 => {
                let value = choices.pick(&["red", "blue"]);
                with("parameter colour".to_owned(), &|whole| {
                    whole.parameters[1] = value;
                });
            }
            4 => with("fact this r".to_owned(), &|whole| whole.refers_to = "third"),
            _ => {
                let decision = choices.below(3);
                with("decision".to_owned(), &|whole| whole.decision = decision);
            }
        }
    }
    let other = choices.below(3);
    if other < 2 {
        let bytes: Vec<u8> = (0..40)
            .map(|_| u8::try_from(choices.below(256)).expect("below 256"))
            .collect();
        let script = Generator::new(&mut Choices::new(&bytes), Range::Narrow)
            .with_statements()
            .script();
        with("files".to_owned(), &|whole| {
            if other == 0 {
                whole.library = LIBRARY.replace("x >= y", "x > y");
            } else {
                whole.scripts[0].clone_from(&script);
            }
        });
    }
    // One change of each part.
    let mut names = BTreeSet::new();
    found.retain(|(name, _)| names.insert(name.clone()));
    found
}

/// All of these changes at once.
fn together(before: &Whole, changes: &[(String, Whole)]) -> Whole {
    let mut all = before.clone();
    for (name, one) in changes {
        match name.split(' ').collect::<Vec<_>>().as_slice() {
            ["fact", "this", "r"] => all.refers_to = one.refers_to,
            ["fact", owner, fact] => {
                let (from, to) = if *owner == "this" {
                    (&one.this, &mut all.this)
                } else {
                    (&one.other, &mut all.other)
                };
                let known = facts(Range::Narrow).iter().find(|one| *one == fact);
                let fact = known.expect("it is a fact");
                match from.get(fact) {
                    Some(value) => to.insert(fact, value),
                    None => to.remove(fact),
                };
            }
            ["parameter", "whole"] => all.parameters[0] = one.parameters[0],
            ["parameter", _] => all.parameters[1] = one.parameters[1],
            ["decision"] => all.decision = one.decision,
            _ => {
                all.library.clone_from(&one.library);
                all.scripts.clone_from(&one.scripts);
            }
        }
    }
    all
}

/// The findings of the record, and what they come to.
fn results(assessment: &Assessment) -> (Vec<Status>, DeterminationKind) {
    let one = assessment.rulebooks[0].jurisdiction("this").unwrap();
    let findings = one.findings.iter().map(|finding| finding.status).collect();
    (findings, one.determination.kind)
}

/// A cause as changes are named here, and the words it is told in.
fn named(impact: &Impact, cause: &Cause) -> (String, String) {
    match cause {
        Cause::Fact(index) => {
            let change = &impact.rulebooks[0].facts[*index];
            let path = change.schema.path.as_str();
            let words = |value: &Option<_>| change.in_words(value.as_ref());
            (
                format!("fact {} {path}", change.jurisdiction),
                format!(
                    "{path} of {} {} -> {}",
                    change.jurisdiction,
                    words(&change.before),
                    words(&change.after)
                ),
            )
        }
        Cause::Parameter(name) => (format!("parameter {name}"), format!("parameter {name} ")),
        Cause::Decision => ("decision".to_owned(), "the decision changed".to_owned()),
        Cause::File(path) => ("files".to_owned(), format!("{path} changed")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_cause_makes_the_difference_by_itself_or_none_does() {
    let seen = RefCell::new(BTreeMap::<&str, usize>::new());
    let strategy = (
        [bytes(60), bytes(60), bytes(60)],
        bytes(40),
        bytes(80),
        0..3_usize,
    );
    law(1_400)
        .run(&strategy, |(scripts, records, edits, decision)| {
            let mut choices = Choices::new(&records);
            let mut full = || {
                full_record(&mut choices, Range::Narrow)
                    .into_iter()
                    .collect()
            };
            let (this, other): (Record, Record) = (full(), full());
            let mut before = Whole {
                scripts: scripts.map(|bytes| {
                    Generator::new(&mut Choices::new(&bytes), Range::Narrow)
                        .with_statements()
                        .script()
                }),
                library: LIBRARY.to_owned(),
                parameters: ["2", "green"],
                decision,
                this,
                other,
                refers_to: "other",
            };
            for _ in 0..choices.below(3) {
                before.this.remove(choices.pick(facts(Range::Narrow)));
            }
            let changes = changes(&before, &mut Choices::new(&edits));
            let after = together(&before, &changes);
            let (old, new) = (before.assessed(), after.assessed());
            let impact = Impact::between(&old, &new);
            let alone: Vec<(&str, _)> = changes
                .iter()
                .map(|(name, one)| (name.as_str(), results(&one.assessed())))
                .collect();
            let text = render::impact(&impact, "a", "b", Emphasis::Plain(10_000));
            let (was, is) = (results(&old), results(&new));
            let context = format!(
                "{:#?}\n{:#?}\n{alone:#?}\n{text}",
                before.files(),
                after.files()
            );
            let count = |what| *seen.borrow_mut().entry(what).or_default() += 1;
            let found = impact.rulebooks[0].jurisdictions.iter();
            let Some(found) = found.clone().find(|one| one.delta.id.as_str() == "this") else {
                prop_assert_eq!(&was, &is, "{}", context);
                return Ok(());
            };
            for index in 0..3 {
                let (before, after) = (was.0[index], is.0[index]);
                let condition = format!("s{index}");
                let mut told = found.delta.findings.iter().zip(&found.findings);
                let told = told.find(|(one, _)| one.condition.as_str() == condition);
                prop_assert_eq!(
                    told.is_some(),
                    before != after,
                    "{}: {}",
                    condition,
                    context
                );
                let Some((_, causes)) = told else {
                    continue;
                };
                let expected = alone.iter().filter(|(_, one)| one.0[index] != before);
                let expected: BTreeSet<String> =
                    expected.map(|(name, _)| (*name).to_owned()).collect();
                let (names, words): (BTreeSet<String>, Vec<String>) =
                    causes.iter().map(|cause| named(&impact, cause)).unzip();
                // Read back: the line says from what to what, and all causes.
                let start = format!("{condition}: {before} -> {after}, because ");
                let mut lines = text.lines().map(str::trim);
                let fits = |line: &str| {
                    let causes = line.strip_prefix(&start);
                    causes.is_some_and(|line| words.iter().all(|word| line.contains(word)))
                };
                prop_assert!(lines.any(fits), "{} {:?}: {}", start, words, context);
                if expected.is_empty() {
                    count("together");
                    prop_assert!(names.len() > 1, "{:?}: {}", names, context);
                } else {
                    count(if alone.len() > expected.len() {
                        "some of them"
                    } else {
                        "all"
                    });
                    prop_assert_eq!(names, expected, "{}: {}", condition, context);
                }
            }
            if was.1 != is.1 && changes.iter().any(|(name, _)| name == "decision") {
                count("decision");
                let by_decision =
                    |(name, one): &(&str, (_, _))| *name == "decision" && one.1 != was.1;
                let rest: Vec<_> = changes
                    .iter()
                    .filter(|(name, _)| name != "decision")
                    .cloned()
                    .collect();
                let without = results(&together(&before, &rest).assessed());
                let expected = alone.iter().any(by_decision) || without.1 == was.1;
                let named = found.causes.contains(&Cause::Decision);
                prop_assert_eq!(named, expected, "{}", context);
            }
            let moved = format!("{} -> {}", was.1, is.1);
            prop_assert!(was.1 == is.1 || text.contains(&moved), "{}", context);
            Ok(())
        })
        .unwrap();
    let seen = seen.into_inner();
    for what in ["some of them", "all", "decision"] {
        assert!(
            seen.get(what).is_some_and(|count| *count > enough(15)),
            "{what}: {seen:?}"
        );
    }
}

/// All records of the facts that some script names; the others are the first of their values.
fn all_records(text: &str) -> Vec<Vec<(&'static str, &'static str)>> {
    let mut all = vec![Vec::new()];
    for fact in facts(Range::Narrow) {
        let named = text.contains(&format!("j.{fact}"));
        let values = values(Range::Narrow, fact);
        let values = if named { values } else { &values[..1] };
        let longer = all.iter().flat_map(|record: &Vec<_>| {
            let with = |value| record.iter().copied().chain([(*fact, value)]).collect();
            values.iter().copied().map(with).collect::<Vec<_>>()
        });
        all = longer.collect();
    }
    all
}

/// A script of tests, each with an outcome of its own; the last outcome is for what is left.
fn ladder(tests: &[String], verdicts: &[&str]) -> String {
    let mut script = "//! Ladder\n".to_owned();
    for (index, test) in tests.iter().enumerate() {
        let verdict = verdicts[index];
        let _ = writeln!(script, "if {test} {{ return {verdict}(\"{index}\"); }}");
    }
    let _ = writeln!(script, "{}(\"{}\")", verdicts[tests.len()], tests.len());
    script
}

#[test]
fn what_lints_call_unreached_or_one_sided_is_just_what_no_record_reaches() {
    let seen = RefCell::new(BTreeMap::<&str, usize>::new());
    law(1_000)
        .run(
            &(bytes(80), bytes(20), any::<bool>()),
            |(tests, rest, derived)| {
                let mut choices = Choices::new(&rest);
                let count = 1 + choices.below(4);
                let mut drawn = Choices::new(&tests);
                let mut tests: Vec<String> = (0..count)
                    .map(|_| {
                        let mut generator = Generator::new(&mut drawn, Range::Narrow);
                        generator
                            .test()
                            .replace("j.r.", "j.")
                            .replace("params.colour", "\"blue\"")
                    })
                    .collect();
                let mut files = Files::new();

                if derived {
                    // The last test is what a derived fact says, and stands before the first too.
                    let last = tests.last().cloned().unwrap_or_default();
                    let told = format!("//! Told\n//! @type boolean\n{last}\n");
                    files.insert("scripts/laws/derive/told.rhai", &told);
                    *tests.last_mut().expect("there is one") = "j.told".to_owned();
                    if choices.below(2) == 1 {
                        tests.insert(0, "!j.told".to_owned());
                    }
                    tests.push(last);
                }
                let verdicts: Vec<&str> = (0..=tests.len())
                    .map(|_| choices.pick(&["met", "not_met", "not_applicable", "met"]))
                    .collect();
                let script = ladder(&tests, &verdicts);
                files.insert("policies/laws/rulebook.yaml", NARROW_SCHEMA);
                files.insert("scripts/laws/ladder.rhai", &script);
                for (index, test) in tests.iter().enumerate() {
                    files.insert(
                        format!("scripts/laws/t{index}.rhai"),
                        &format!("//! T\n{test}\n"),
                    );
                }
                let records: Vec<_> = all_records(&tests.join(" "))
                    .iter()
                    .enumerate()
                    .map(|(index, facts)| record(&format!("x{index}"), facts, None))
                    .collect();
                let records = records.join("---\n");
                files.insert("policies/laws/jurisdictions/all.yaml", &records);
                let assessment = assess(&Snapshot::load(&files), &Options::default());
                let laws = &assessment.rulebooks[0];
                let context = format!("{script}\n{:#?}", assessment.diagnostics);
                prop_assert!(!assessment.has_errors(), "{}", context);
                // By brute force: which tests are reached with which answers, which outcomes.
                let mut reached = vec![[false; 2]; tests.len()];
                let mut ends = vec![false; verdicts.len()];
                let mut fails = false;
                for one in laws.jurisdictions() {
                    let status = |condition: &str| {
                        let place = laws
                            .conditions
                            .iter()
                            .position(|used| used.condition.id.as_str() == condition);
                        one.findings[place.expect("it is a condition")].status
                    };
                    let answers = (0..tests.len()).map(|index| status(&format!("t{index}")));
                    let answers: Vec<bool> = answers.map(|status| status == Status::Met).collect();
                    let end = answers.iter().position(|yes| *yes).unwrap_or(tests.len());
                    for (index, answer) in answers.iter().enumerate().take(end + 1) {
                        reached[index][usize::from(*answer)] = true;
                    }
                    ends[end] = true;
                    fails |= verdicts[end] == "not_met";
                }
                let list: Vec<_> = lint(&files, &assessment, LintOptions::default())
                    .into_iter()
                    .filter(|one| one.file() == Some("scripts/laws/ladder.rhai"))
                    .collect();
                let told = |code: Code| -> Vec<(usize, String)> {
                    let here = list.iter().filter(|one| one.code == code);
                    let line = |one: &rulebook::diagnostic::Diagnostic| {
                        one.span().map_or(0, |span| span.position().line)
                    };
                    here.map(|one| (line(one), one.message.clone())).collect()
                };
                let count = |what, times| *seen.borrow_mut().entry(what).or_default() += times;
                // The first test stands on the second line.
                let unreached: Vec<usize> = (0..ends.len())
                    .filter(|end| !ends[*end])
                    .map(|end| end + 2)
                    .collect();
                let lines: Vec<usize> = told(Code::UnreachedOutcome)
                    .into_iter()
                    .map(|(line, _)| line)
                    .collect();
                prop_assert_eq!(&lines, &unreached, "{}\n{:#?}", context, list);
                count("unreached", lines.len());
                prop_assert_eq!(
                    told(Code::NeverFails).len(),
                    usize::from(!fails),
                    "{}\n{:#?}",
                    context,
                    list
                );
                count("never fails", usize::from(!fails));
                // A test over no fact is none; and what the script says of one told twice is one.
                let one_sided = told(Code::UnreachableBranch);
                for (index, given) in reached.iter().enumerate() {
                    let said: Vec<_> = one_sided
                        .iter()
                        .filter(|(line, _)| *line == index + 2)
                        .collect();
                    let expected = given[0] != given[1];
                    // Of what is about no fact, only some is a question at all.
                    if !tests[index].contains("j.") {
                        continue;
                    }
                    // A derived fact is asked about where its own script asks, and a list item by
                    // item: of these, what is said is true, and something may be left unsaid.
                    let parts = tests[index].contains("told") || tests[index].contains(" in ");
                    let expected = expected && (!parts || !said.is_empty());
                    prop_assert!(
                        said.len() == usize::from(expected)
                            && said.iter().all(|(_, message)| {
                                let answer = if given[1] { "yes" } else { "no" };
                                message.contains(&format!("is always {answer} here"))
                            }),
                        "line {}: {:?}, {:?}\n{}\n{:#?}",
                        index + 2,
                        given,
                        said,
                        context,
                        list
                    );
                    count("one-sided", said.len());
                }
                Ok(())
            },
        )
        .unwrap();
    let seen = seen.into_inner();
    for what in ["unreached", "never fails", "one-sided"] {
        assert!(seen[what] > enough(100), "{seen:?}");
    }
}

#[test]
fn cases_of_all_records_reach_all_that_coverage_lists() {
    let seen = RefCell::new(0);
    law(1_000)
        .run(&bytes(60), |script| {
            let mut choices = Choices::new(&script);
            let script = Generator::new(&mut choices, Range::Narrow).script();
            let script = script.replace("j.r.", "j.");
            let mut files = Files::new();
            files.insert("policies/laws/rulebook.yaml", NARROW_SCHEMA);
            files.insert("policies/laws/jurisdictions/x.yaml", "facts: {}\n");
            files.insert("scripts/laws/lib/f.rhai", LIBRARY);
            files.insert("scripts/laws/s.rhai", &script);
            let records = all_records(&script);
            if records.len() > 600 {
                return Ok(());
            }
            // The cases that state nothing, and everything; each is right or wrong, as may be.
            let mut cases = "- {name: nothing, given: {}, expect: {s: met}}\n".to_owned();
            for (index, facts) in records.iter().enumerate() {
                let given: Vec<_> = facts
                    .iter()
                    .map(|(fact, value)| match fact.strip_prefix("g.") {
                        Some(fact) => format!("g: {{{fact}: {value}}}"),
                        None => format!("{fact}: {value}"),
                    })
                    .collect();
                let given = given.join(", ");
                let _ = writeln!(
                    cases,
                    "- {{name: n{index}, given: {{{given}}}, expect: {{s: met}}}}"
                );
            }
            files.insert("tests/laws/cases.yaml", &cases);
            let snapshot = Snapshot::load(&files);
            let suite = Suite::load(&files, &snapshot);
            let run = run(
                &snapshot,
                &suite,
                &TestOptions {
                    coverage: true,
                    ..TestOptions::default()
                },
            );
            prop_assert!(
                run.diagnostics.is_empty(),
                "{:?}\n{}",
                run.diagnostics,
                script
            );
            let found = coverage(&run);
            let found = &found.conditions[0];
            if found.not_tabular {
                return Ok(());
            }
            let missed: Vec<_> = found.branches.iter().filter(|one| one.hits == 0).collect();
            let ends: Vec<_> = found.outcomes.iter().filter(|one| one.1 == 0).collect();
            prop_assert!(
                missed.is_empty() && ends.is_empty(),
                "{:#?}\n{:?}\n{}",
                missed,
                ends,
                script
            );
            let sides = found.boundaries.iter().flat_map(|one| &one.values);
            let untried: Vec<_> = sides.filter(|(_, tried)| !tried).collect();
            prop_assert!(untried.is_empty(), "{:?}\n{}", untried, script);
            *seen.borrow_mut() += found.branches.len();
            Ok(())
        })
        .unwrap();
    assert!(seen.into_inner() > enough(300));
}
