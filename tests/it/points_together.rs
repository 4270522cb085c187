//! Several point systems over the same facts: what they come to together, by every completion.

use std::collections::BTreeSet;
use std::fmt::Write;

use proptest::prelude::*;
use rulebook::assess::{Options, assess};
use rulebook::assessment::{DeterminationKind, Status};
use rulebook::input_files::Files;
use rulebook::render::json;
use rulebook::snapshot::Snapshot;
use rulebook::tree::Limits;

use crate::generate::Choices;
use crate::law::{enough, law};
use crate::laws::{agree, bytes};

/// So many questions have more paths than are followed apart.
const COUNT: usize = 11;

/// A point system: the weight of each question, and how many points are enough.
struct Points(Vec<i64>, i64);

impl Points {
    fn met(&self, answers: &[bool]) -> bool {
        let given = self.0.iter().zip(answers).filter(|(_, yes)| **yes);
        given.map(|(weight, _)| weight).sum::<i64>() >= self.1
    }
}

/// All ways to fill the gaps.
fn completions(answers: &[Option<bool>]) -> Vec<Vec<bool>> {
    answers.iter().fold(vec![Vec::new()], |all, answer| {
        let both = [false, true];
        let some = both
            .iter()
            .filter(|yes| answer.is_none_or(|is| is == **yes));
        some.flat_map(|yes| all.iter().map(move |one| [&one[..], &[*yes]].concat()))
            .collect()
    })
}

/// The missing answers of which one alone makes a difference in some completion.
fn deciding(answers: &[Option<bool>], is: &dyn Fn(&[bool]) -> bool) -> BTreeSet<String> {
    let decides = |one: &usize| {
        completions(answers).iter().any(|filled| {
            let mut other = filled.clone();
            other[*one] = !other[*one];
            is(filled) != is(&other)
        })
    };
    let open = (0..COUNT).filter(|one| answers[*one].is_none());
    open.filter(decides).map(|one| format!("q{one}")).collect()
}

/// Ways to decide, and how many of three conditions that takes.
const DECISIONS: [(&str, usize); 3] = [("all", 3), ("any", 1), ("{at_least: 2}", 2)];

#[test]
fn several_point_systems_hold_for_every_completion_or_say_that_they_were_cut_short() {
    let counts = std::cell::RefCell::new([0_usize; 3]);
    law(60)
        .run(&(bytes(120), 0..DECISIONS.len()), |(bytes, decision)| {
            let mut choices = Choices::new(&bytes);
            let (decision, least) = DECISIONS[decision];
            let mut files = Files::new();
            let facts: Vec<String> = (0..COUNT)
                .map(|one| format!("  q{one}: {{type: boolean}}\n"))
                .collect();
            files.insert(
                "policies/t/rulebook.yaml",
                &format!(
                    "title: T\nas_of: 2020-01-01\ndecision: {decision}\nfacts:\n{}",
                    facts.concat()
                ),
            );
            let mut all = Vec::new();
            for name in ["a", "b", "c"] {
                let weights: Vec<i64> = (0..COUNT)
                    .map(|_| 1 + i64::try_from(choices.below(3)).unwrap())
                    .collect();
                let sum = weights.iter().sum::<i64>();
                let enough = sum / 4 + i64::try_from(choices.below(COUNT)).unwrap();
                let mut script = "//! Points\nlet n = 0;\n".to_owned();
                for (one, weight) in weights.iter().enumerate() {
                    let _ = writeln!(script, "if j.q{one} {{ n += {weight} }}");
                }
                let _ = writeln!(
                    script,
                    "if n >= {enough} {{ met(`${{n}} points`) }} else {{ not_met(\"few\") }}"
                );
                files.insert(format!("scripts/t/{name}.rhai"), &script);
                all.push(Points(weights, enough));
            }
            let mut records = "id".to_owned();
            (0..COUNT).for_each(|one| write!(records, ",q{one}").unwrap());
            let mut stated = Vec::new();
            for number in 0..5 {
                // From no gap at all to nothing but gaps.
                let gaps = [0, 3, 6, 8, COUNT][number];
                let mut one: Vec<_> = (0..COUNT).map(|_| Some(choices.below(2) == 0)).collect();
                (0..gaps).for_each(|_| one[choices.below(COUNT)] = None);
                let _ = write!(records, "\nr{number}");
                for answer in &one {
                    let cell = answer.map_or_else(String::new, |yes| yes.to_string());
                    let _ = write!(records, ",{cell}");
                }
                stated.push(one);
            }
            files.insert("policies/t/jurisdictions/all.csv", &(records + "\n"));
            let few = Limits {
                pairs: 20,
                tries: 3,
                combinations: 5,
                ..Limits::default()
            };
            for limits in [Limits::default(), few] {
                let options = Options {
                    limits,
                    ..Options::default()
                };
                let assessment = assess(&Snapshot::load(&files), &options);
                prop_assert!(!assessment.has_errors());
                let assessed = &assessment.rulebooks[0];
                agree(assessed);
                let told: serde_json::Value = serde_json::from_str(&json(&assessment)).unwrap();
                for (number, answers) in stated.iter().enumerate() {
                    let one = assessed.jurisdiction(&format!("r{number}")).unwrap();
                    for (points, finding) in all.iter().zip(&one.findings) {
                        let met = |answers: &[bool]| points.met(answers);
                        let can: BTreeSet<bool> =
                            completions(answers).iter().map(|one| met(one)).collect();
                        let status = match (can.contains(&true), can.contains(&false)) {
                            (true, false) => Status::Met,
                            (false, true) => Status::NotMet,
                            _ => Status::Unknown,
                        };
                        let named = finding.missing.iter().map(ToString::to_string).collect();
                        if finding.cut_short.is_none() {
                            prop_assert_eq!(finding.status, status);
                            prop_assert_eq!(deciding(answers, &met), named);
                        } else if finding.status != Status::Unknown {
                            prop_assert_eq!(finding.status, status);
                        }
                    }
                    let eligible = |answers: &[bool]| {
                        all.iter().filter(|points| points.met(answers)).count() >= least
                    };
                    let filled = completions(answers);
                    let can: BTreeSet<bool> = filled.iter().map(|one| eligible(one)).collect();
                    let whole = &one.determination;
                    let named: BTreeSet<String> =
                        whole.missing.iter().map(ToString::to_string).collect();
                    let exact = deciding(answers, &eligible);
                    match whole.kind {
                        DeterminationKind::Undetermined if whole.cut_short.is_some() => {
                            prop_assert!(named.is_superset(&exact));
                            counts.borrow_mut()[0] += 1;
                        }
                        DeterminationKind::Undetermined => {
                            prop_assert_eq!(can.len(), 2);
                            prop_assert_eq!(&named, &exact);
                            counts.borrow_mut()[1] += 1;
                        }
                        kind => {
                            let is = BTreeSet::from([kind == DeterminationKind::Eligible]);
                            prop_assert_eq!(&can, &is);
                            counts.borrow_mut()[2] += 1;
                        }
                    }
                    // What is said of many at once is what is said of each; with small limits it may be
                    // more, and holds as well.
                    let bulk = &told["rulebooks"][0]["jurisdictions"][number];
                    let facts = bulk["missing"].as_array().unwrap().iter();
                    let facts: BTreeSet<String> = facts
                        .map(|one| one["path"].as_str().unwrap_or_default().to_owned())
                        .collect();
                    let cut_short = bulk["cut_short"].as_bool().unwrap();
                    if limits == Limits::default() {
                        prop_assert_eq!(cut_short, whole.cut_short.is_some());
                        prop_assert_eq!(&facts, &named);
                    }
                    if whole.kind == DeterminationKind::Undetermined && !cut_short {
                        prop_assert_eq!(can.len(), 2);
                        prop_assert_eq!(&facts, &exact);
                    } else if cut_short {
                        prop_assert!(facts.is_superset(&exact));
                    }
                }
            }
            Ok(())
        })
        .unwrap();
    let counts = counts.into_inner();
    assert!(counts.iter().all(|count| *count > enough(30)), "{counts:?}");
}
