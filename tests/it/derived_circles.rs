//! Derived facts that read each other in any way: a circle is an error, whether trees hold the scripts or not,
//! and nothing else is.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::prelude::*;
use rulebook::assess::{Options, assess};
use rulebook::assessment::{Assessment, Status};
use rulebook::input_files::Files;
use rulebook::snapshot::Snapshot;
use rulebook::{Evaluator, EvaluatorError, EvaluatorOptions};

use crate::law::{enough, law};

const RULEBOOK: &str = "title: C
as_of: 2017-08-03
facts:
  x: {type: integer}
  tags: {type: list, items: text}
";

const RECORDS: &str = "id: a\nfacts: {x: 1, tags: [p]}\n---\nid: b\nfacts: {x: 2, tags: []}\n";

/// A derived fact: whether its script goes through a list, before or after what it reads, and what it reads,
/// by value or only whether it is known.
#[derive(Clone, Debug)]
struct Derived {
    list: Option<bool>,
    reads: Vec<(usize, bool)>,
}

impl Derived {
    fn script(&self) -> String {
        let mut text = "//! D\n//! @type integer\nlet n = j.x;\n".to_owned();
        let list = "for tag in j.tags { if tag == \"p\" { n += 1; } }\n";
        text += if self.list == Some(true) { list } else { "" };
        for (other, known) in &self.reads {
            if *known {
                writeln!(text, "if j.known(\"d{other}\") {{ n += 1; }}").unwrap();
            } else {
                writeln!(text, "n += j.d{other};").unwrap();
            }
        }
        text += if self.list == Some(false) { list } else { "" };
        text + "n\n"
    }
}

fn derived(count: usize) -> impl Strategy<Value = Vec<Derived>> {
    let list = prop_oneof![Just(None), any::<bool>().prop_map(Some)];
    let reads = proptest::collection::vec((0..count, any::<bool>()), 0..3);
    let one = (list, reads).prop_map(|(list, reads)| Derived { list, reads });
    proptest::collection::vec(one, count)
}

/// Those that each rests on, by one step or more.
fn rests_on(all: &[Derived]) -> Vec<BTreeSet<usize>> {
    let mut found: Vec<BTreeSet<usize>> = all
        .iter()
        .map(|one| one.reads.iter().map(|read| read.0).collect())
        .collect();
    for _ in all {
        for at in 0..all.len() {
            let further = found[at].iter().flat_map(|other| found[*other].clone());
            let further: Vec<usize> = further.collect();
            found[at].extend(further);
        }
    }
    found
}

fn criteria(all: &[Derived]) -> Files {
    let mut files = Files::new();
    files.insert("policies/c/rulebook.yaml", RULEBOOK);
    for (index, one) in all.iter().enumerate() {
        files.insert(format!("scripts/c/derive/d{index}.rhai"), &one.script());
        let condition = format!("//! S\nj.d{index} >= 1\n");
        files.insert(format!("scripts/c/s{index}.rhai"), &condition);
    }
    files
}

fn assessed(all: &[Derived]) -> Assessment {
    let mut files = criteria(all);
    files.insert("policies/c/jurisdictions/all.yaml", RECORDS);
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    assessment.rulebooks.iter().for_each(crate::laws::agree);
    assessment
}

#[test]
fn circles_of_derived_facts_are_errors_and_nothing_else_is() {
    let (circles, others) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    law(800)
        .run(&derived(3), |all| {
            let assessment = assessed(&all);
            let rests = rests_on(&all);
            let circle = (0..all.len()).any(|at| rests[at].contains(&at));
            let said = |code: &str| {
                let mut codes = assessment.diagnostics.iter().map(|one| one.code.as_str());
                codes.any(|one| one == code)
            };
            prop_assert_eq!(said("R151"), circle, "{:?}", assessment.diagnostics);
            let counter = if circle { &circles } else { &others };
            counter.set(counter.get() + 1);
            let rulebook = &assessment.rulebooks[0];
            for record in 0..2_usize {
                let assessed = rulebook.at(record.into());
                for (at, finding) in assessed.findings.iter().enumerate() {
                    let in_circle = |at: usize| rests[at].contains(&at);
                    let is_free = !in_circle(at) && !rests[at].iter().any(|it| in_circle(*it));
                    // What rests on a circle is not known, and somebody may ask just that.
                    let asks = all.iter().any(|one| one.reads.iter().any(|read| read.1));
                    if is_free || !asks {
                        let settled = finding.status == Status::Met;
                        prop_assert_eq!(settled, is_free, "d{} of {:?}: {:?}", at, all, finding);
                    }
                }
            }
            Ok(())
        })
        .unwrap();
    assert!(circles.get() >= enough(100), "{}", circles.get());
    assert!(others.get() >= enough(100), "{}", others.get());
}

/// What requests come to where the criteria have no records of their own: by request the statuses by condition,
/// and whether a circle is an error. `None` where it is one before any request.
fn requested(all: &[Derived]) -> Option<Vec<(Vec<Status>, bool)>> {
    let snapshot = Snapshot::load(&criteria(all));
    let evaluator = match Evaluator::new(&snapshot, &EvaluatorOptions::default()) {
        Ok(evaluator) => evaluator,
        Err(EvaluatorError::Broken(why)) => {
            assert!(why.iter().any(|one| one.code.as_str() == "R151"), "{why:?}");
            return None;
        }
        Err(other) => panic!("{other}"),
    };
    let ask = |request: &str| {
        let answer = evaluator.assess(request.as_bytes());
        let mut codes = answer.diagnostics().iter().map(|one| one.code.as_str());
        let is_circle = codes.any(|code| code == "R151");
        let statuses = answer.findings().map(|(_, status)| status);
        (statuses.collect(), is_circle)
    };
    let requests = [
        r#"{"id": "a", "facts": {"x": 1, "tags": ["p"]}}"#,
        r#"{"id": "b", "facts": {"x": 2, "tags": []}}"#,
    ];
    Some(requests.into_iter().map(ask).collect())
}

#[test]
fn requests_come_to_what_records_of_the_folder_come_to_in_circles_too() {
    let circles = std::cell::Cell::new(0);
    law(800)
        .run(&derived(3), |all| {
            let assessment = assessed(&all);
            let rests = rests_on(&all);
            let circle = (0..all.len()).any(|at| rests[at].contains(&at));
            let Some(answers) = requested(&all) else {
                prop_assert!(circle, "{:?}", all);
                return Ok(());
            };
            prop_assert_eq!(answers.iter().any(|(_, said)| *said), circle, "{:?}", all);
            circles.set(circles.get() + usize::from(circle));
            for (record, (statuses, _)) in answers.iter().enumerate() {
                let assessed = assessment.rulebooks[0].at(record.into());
                let known: Vec<Status> = assessed.findings.iter().map(|one| one.status).collect();
                prop_assert_eq!(statuses, &known, "record {} of {:?}", record, all);
            }
            Ok(())
        })
        .unwrap();
    assert!(circles.get() >= enough(20), "{}", circles.get());
}

/// Two derived facts that go through lists, what they begin with and end in, and a condition: it is met for
/// both records, and nothing is wrong.
fn both_are_met(a: (&str, &str), zz: (&str, &str), condition: &str) {
    let mut files = Files::new();
    files.insert("policies/c/rulebook.yaml", RULEBOOK);
    files.insert("policies/c/jurisdictions/all.yaml", RECORDS);
    for (name, (begins, ends)) in [("a", a), ("zz", zz)] {
        let list = "for tag in j.tags { n += 1; }";
        let script = format!("//! D\n//! @type integer\n{begins}\n{list}\n{ends}\n");
        files.insert(format!("scripts/c/derive/{name}.rhai"), &script);
    }
    files.insert("scripts/c/s.rhai", &format!("//! S\n{condition}\n"));
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    let told = crate::common::problems(&assessment.diagnostics);
    assert_eq!(told, Vec::<String>::new());
    let status = |record: usize| assessment.rulebooks[0].at(record.into()).findings[0].status;
    assert_eq!([status(0), status(1)], [Status::Met, Status::Met]);
}

#[test]
fn a_name_that_is_put_together_is_no_circle() {
    let any = "let n = 0;\nfor k in [\"x\", \"zz\"] { n += j[k]; }";
    // 1 + (1 + 1) + 1, and 2 + 2.
    both_are_met((any, "n"), ("let n = j.x;", "n"), "j.a == 4");
}

#[test]
fn what_scripts_may_read_beside_what_they_name_takes_no_order_from_them() {
    // Each may read anything; A names Z, which comes first.
    let any = "let n = 0;\nfor k in [\"x\", \"x\"] { n += j[k]; }";
    // 2 * (1 + 1 + 1), and 2 * (2 + 2).
    both_are_met((any, "n + j.zz"), (any, "n"), "j.a in [6, 8]");
}

#[test]
fn a_long_chain_is_explored_without_the_stack() {
    // A thread of tests has 2 MiB: each explores the next before it is explored itself.
    let mut files = Files::new();
    files.insert("policies/c/rulebook.yaml", RULEBOOK);
    files.insert("policies/c/jurisdictions/all.yaml", RECORDS);
    let count = 4_000;
    for index in 0..count {
        let next = match index + 1 {
            last if last == count => "j.x > 0".to_owned(),
            next => format!("!j.d{next:05}"),
        };
        let script = format!("//! D\n//! @type boolean\n{next}\n");
        files.insert(format!("scripts/c/derive/d{index:05}.rhai"), &script);
    }
    files.insert("scripts/c/s.rhai", "//! S\nj.d00000\n");
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    assert!(assessment.diagnostics.iter().all(|one| !one.is_error()));
    // An odd number of turns of a yes.
    assert_eq!(
        assessment.rulebooks[0].at(0.into()).findings[0].status,
        Status::NotMet
    );
}
