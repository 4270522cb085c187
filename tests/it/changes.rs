//! The laws of what would change a determination: remedies, and questions.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rulebook::assess::{Options, SetFact, assess};
use rulebook::assessment::{Assessment, DeterminationKind};
use rulebook::fact::Value;
use rulebook::input_files::Files;
use rulebook::questions::questions;
use rulebook::remedies::{Remedies, remedies};
use rulebook::render;
use rulebook::snapshot::Snapshot;

use crate::generate::{Choices, Generator, LIBRARY, NARROW_SCHEMA, Range, facts, record, values};
use crate::law::{enough, law};
use crate::laws::{bytes, full_record};

const DECISIONS: [(&str, &str); 4] = [
    ("decision: all\n", ""),
    ("decision: any\n", ""),
    ("decision: {at_least: 2}\n", ""),
    (
        "decision: script\n",
        "//! Decision\nif findings.s0.met && j.a { return true; }\n\
         findings.s1.passes || findings.s2 == \"not_met\"\n",
    ),
];

type Values = BTreeMap<&'static str, &'static str>;

/// A rulebook of three scripts, and a record with a few gaps that refers to another.
struct Case {
    files: Files,
    this: Values,
    other: Values,
}

fn case(scripts: [&[u8]; 3], decision: usize, records: &[u8], gaps: usize) -> Case {
    let mut choices = Choices::new(records);
    let mut this: Values = full_record(&mut choices, Range::Narrow)
        .into_iter()
        .collect();
    let other: Values = full_record(&mut choices, Range::Narrow)
        .into_iter()
        .collect();
    let all = facts(Range::Narrow);
    for _ in 0..choices.below(gaps) {
        this.remove(all[choices.below(all.len())]);
    }
    let (line, decision) = DECISIONS[decision];
    let mut files = Files::new();
    // A fact that nobody can change.
    let schema = NARROW_SCHEMA.replace("c: {type: choice,", "c: {type: choice, fixed: true,");
    assert_ne!(schema, NARROW_SCHEMA);
    files.insert("policies/laws/rulebook.yaml", &format!("{schema}{line}"));
    files.insert("scripts/laws/lib/f.rhai", LIBRARY);
    for (index, bytes) in scripts.iter().enumerate() {
        let mut choices = Choices::new(bytes);
        let script = Generator::new(&mut choices, Range::Narrow)
            .with_statements()
            .script();
        files.insert(format!("scripts/laws/s{index}.rhai"), &script);
    }
    if !decision.is_empty() {
        files.insert("scripts/laws/decision.rhai", decision);
    }
    Case { files, this, other }
}

fn text(id: &str, facts: &Values, reference: Option<&str>) -> String {
    let facts: Vec<_> = facts.iter().map(|(fact, value)| (*fact, *value)).collect();
    record(id, &facts, reference)
}

fn assessed(case: &Case, records: &str) -> Assessment {
    let mut files = case.files.clone();
    files.insert("policies/laws/jurisdictions/all.yaml", records);
    assess(&Snapshot::load(&files), &Options::default())
}

fn kind(assessment: &Assessment, id: &str) -> DeterminationKind {
    assessment.rulebooks[0]
        .jurisdiction(id)
        .unwrap()
        .determination
        .kind
}

/// One change: whether of the other record, the fact, the value.
type Change = (bool, &'static str, &'static str);

/// Every set of so many changes of facts that can be changed.
fn sets(case: &Case, size: usize) -> Vec<Vec<Change>> {
    let mut all: Vec<Vec<Change>> = vec![Vec::new()];
    for _ in 0..size {
        let longer = all.iter().flat_map(|set| {
            let places = [false, true]
                .into_iter()
                .flat_map(|other| facts(Range::Narrow).iter().map(move |fact| (other, *fact)));
            let later = places.filter(|place| {
                *place.1 != *"c" && set.last().is_none_or(|last| (last.0, last.1) < *place)
            });
            later
                .flat_map(|(other, fact)| {
                    let record = if other { &case.other } else { &case.this };
                    let differing = values(Range::Narrow, fact)
                        .iter()
                        .filter(|value| record.get(fact) != Some(*value));
                    differing
                        .map(move |value| (other, fact, *value))
                        .collect::<Vec<_>>()
                })
                .map(|change| set.iter().copied().chain([change]).collect())
                .collect::<Vec<Vec<Change>>>()
        });
        all = longer.collect();
    }
    all
}

fn changed(case: &Case, number: usize, set: &[Change]) -> String {
    let (mut this, mut other) = (case.this.clone(), case.other.clone());
    for (of_other, fact, value) in set {
        if *of_other { &mut other } else { &mut this }.insert(fact, value);
    }
    let name = format!("o{number}");
    format!(
        "---\n{}---\n{}",
        text(&format!("c{number}"), &this, Some(&name)),
        text(&name, &other, None)
    )
}

/// The changes of each remedy as they are generated here.
fn as_sets(found: &Remedies<'_>) -> Vec<BTreeSet<(bool, String)>> {
    let one = |change: &rulebook::remedies::Change| {
        let of_other = change.fact.to_string().starts_with("other: ");
        (of_other, change.fact.path.to_string())
    };
    found
        .list
        .iter()
        .map(|remedy| remedy.changes.iter().map(one).collect())
        .collect()
}

#[test]
fn a_remedy_gives_what_is_wanted_and_none_smaller_does() {
    let allowed = RefCell::new(0);
    let seen = RefCell::new(BTreeMap::<String, usize>::new());
    let strategy = (
        bytes(60),
        bytes(60),
        bytes(60),
        bytes(40),
        0..DECISIONS.len(),
        any::<bool>(),
    );
    law(1_000)
        .run(&strategy, |(a, b, c, records, decision, eligible)| {
            let case = case([&a, &b, &c], decision, &records, 4);
            let want = if eligible {
                DeterminationKind::Eligible
            } else {
                DeterminationKind::Ineligible
            };
            let base = format!(
                "{}---\n{}",
                text("this", &case.this, Some("other")),
                text("other", &case.other, None)
            );
            let before = assessed(&case, &base);
            let one = before.rulebooks[0].jurisdiction("this").unwrap();
            if one.determination.kind == want {
                return Ok(());
            }
            let found = remedies(&before.rulebooks[0], one, want);
            let context = format!("{base}\n{:#?}\n{:#?}", case.files, found.list);
            let count = |what: String| *seen.borrow_mut().entry(what).or_default() += 1;
            if found.cut_short {
                count("cut short".to_owned());
                return Ok(());
            }
            // Applied, each gives what is wanted.
            let mut applied = base.clone();
            for (number, remedy) in found.list.iter().enumerate() {
                let (mut this, mut other) = (case.this.clone(), case.other.clone());
                let mut texts = Vec::new();
                for change in &remedy.changes {
                    texts.push((
                        change.fact.to_string().starts_with("other: "),
                        change.fact.path.to_string(),
                        change.to.to_string(),
                    ));
                }
                for (of_other, fact, value) in &texts {
                    let fact = facts(Range::Narrow).iter().find(|name| *name == fact);
                    let Some(fact) = fact else {
                        panic!("a fact that cannot be changed\n{context}")
                    };
                    let value = values(Range::Narrow, fact)
                        .iter()
                        .find(|known| *known == value)
                        .expect("in its domain");
                    if *of_other { &mut other } else { &mut this }.insert(fact, value);
                }
                let name = format!("p{number}");
                applied += &format!(
                    "---\n{}---\n{}",
                    text(&format!("r{number}"), &this, Some(&name)),
                    text(&name, &other, None)
                );
            }
            let after = assessed(&case, &applied);
            for number in 0..found.list.len() {
                prop_assert_eq!(
                    kind(&after, &format!("r{number}")),
                    want,
                    "{}\n{}",
                    context,
                    applied
                );
            }
            // Of one change, no value that is nearer does.
            for remedy in found.list.iter().filter(|one| one.changes.len() == 1) {
                nearest(&case, &remedy.changes[0], want)?;
            }
            for remedy in &found.list {
                *allowed.borrow_mut() += all_that_do(&case, remedy, want)?;
            }
            // No set of changes gives it but those that take in a remedy.
            let smallest = found.list.first().map_or(3, |remedy| remedy.changes.len());
            count(found.list.first().map_or("none".to_owned(), |remedy| {
                format!("{} changes", remedy.changes.len())
            }));
            let known = as_sets(&found);
            for size in 1..=smallest.min(2) {
                let sets = sets(&case, size);
                let sets: Vec<_> = if sets.len() > 900 {
                    sets.into_iter().step_by(2).collect()
                } else {
                    sets
                };
                let records: String = sets
                    .iter()
                    .enumerate()
                    .map(|(number, set)| changed(&case, number, set))
                    .collect();
                let tried = assessed(&case, &records);
                for (number, set) in sets.iter().enumerate() {
                    if kind(&tried, &format!("c{number}")) != want {
                        continue;
                    }
                    let set: BTreeSet<_> = set
                        .iter()
                        .map(|(other, fact, _)| (*other, (*fact).to_owned()))
                        .collect();
                    let takes_in = found.more || known.iter().any(|remedy| remedy.is_subset(&set));
                    prop_assert!(
                        takes_in && set.len() >= smallest,
                        "{:?} is smaller or not known\n{}",
                        set,
                        context
                    );
                }
            }
            Ok(())
        })
        .unwrap();
    let seen = seen.into_inner();
    assert!(
        seen["1 changes"] > enough(40)
            && seen["2 changes"] > enough(10)
            && seen["none"] > enough(10),
        "{seen:?}"
    );
    let cut_short = seen.get("cut short").copied().unwrap_or_default();
    assert!(cut_short * 12 < seen.values().sum(), "{seen:?}");
    let allowed = allowed.into_inner();
    assert!(allowed > enough(300), "{allowed}");
}

/// Whether words as `1 or >= 3` are about a value.
fn told(words: &str, value: &str) -> bool {
    let value = match value {
        "true" => "yes",
        "false" => "no",
        other => other,
    };
    if let Some(other) = words.strip_prefix("not ") {
        return other != value;
    }
    let compared = |span: &str| {
        let (sign, end) = span.split_once(' ').unwrap_or(("", span));
        let order = match (value.parse::<i64>(), end.parse::<i64>()) {
            (Ok(value), Ok(end)) => value.cmp(&end),
            _ => value.cmp(end),
        };
        match sign {
            "" => order.is_eq() || end == "anything",
            "<" => order.is_lt(),
            "<=" => order.is_le(),
            ">" => order.is_gt(),
            ">=" => order.is_ge(),
            _ => panic!("what is {span:?}?"),
        }
    };
    let mut spans = words.split(" or ");
    spans.any(|span| span.split(" and ").all(compared))
}

/// Tries, for each change of a remedy, all values beside the others; says of how many changes all
/// were told.
fn all_that_do(
    case: &Case,
    remedy: &rulebook::remedies::Remedy,
    want: DeterminationKind,
) -> Result<usize, TestCaseError> {
    let one = |change: &rulebook::remedies::Change| -> Option<Change> {
        let of_other = change.fact.to_string().starts_with("other: ");
        let fact = fact_of(change.fact.path.as_str())?;
        let to = change.to.to_string();
        let value = values(Range::Narrow, fact).iter().find(|one| **one == to)?;
        Some((of_other, fact, value))
    };
    let Some(all) = remedy.changes.iter().map(one).collect::<Option<Vec<_>>>() else {
        return Ok(0);
    };
    let mut exact = 0;
    for (index, change) in remedy.changes.iter().enumerate() {
        // What gave up says so.
        if change.allowed.ends_with("perhaps others") {
            continue;
        }
        exact += 1;
        let (of_other, fact, _) = all[index];
        let with = |value: &'static str| {
            let mut set = all.clone();
            set[index] = (of_other, fact, value);
            set
        };
        let tried = values(Range::Narrow, fact);
        let records: String = tried
            .iter()
            .enumerate()
            .map(|(number, value)| changed(case, number, &with(value)))
            .collect();
        let assessed = assessed(case, &records);
        for (number, value) in tried.iter().enumerate() {
            let does = kind(&assessed, &format!("c{number}")) == want;
            prop_assert_eq!(
                told(&change.allowed, value),
                does,
                "{} as {}, said to do: {:?}\n{:#?}\n{:?} {:?}\n{:#?}",
                fact,
                value,
                change.allowed,
                remedy,
                case.this,
                case.other,
                case.files
            );
        }
    }
    Ok(exact)
}

/// Tries all values of a whole number that is known.
fn nearest(
    case: &Case,
    change: &rulebook::remedies::Change,
    want: DeterminationKind,
) -> Result<(), TestCaseError> {
    let number = |value: &Value| match value {
        Value::Integer(number) => Some(*number),
        _ => None,
    };
    let (from, to) = (change.from.as_ref().and_then(number), number(&change.to));
    let (Some(from), Some(to)) = (from, to) else {
        return Ok(());
    };
    let of_other = change.fact.to_string().starts_with("other: ");
    let fact = fact_of(change.fact.path.as_str()).expect("it is one of the facts");
    let all = values(Range::Narrow, fact);
    let records: String = all
        .iter()
        .enumerate()
        .map(|(number, value)| changed(case, number, &[(of_other, fact, *value)]))
        .collect();
    let tried = assessed(case, &records);
    for (number, value) in all.iter().enumerate() {
        let value: i64 = value.parse().expect("it is a whole number");
        if kind(&tried, &format!("c{number}")) == want {
            prop_assert!(
                (value - from).abs() >= (to - from).abs(),
                "{} is nearer to {} than {}, for {}\n{:#?}",
                value,
                from,
                to,
                fact,
                case.files
            );
        }
    }
    Ok(())
}

fn fact_of(path: &str) -> Option<&'static str> {
    facts(Range::Narrow)
        .iter()
        .copied()
        .find(|name| *name == path)
}

#[test]
fn only_what_can_matter_is_asked_and_all_answers_settle_it() {
    let (asked, seen) = (RefCell::new(0), RefCell::new(BTreeSet::new()));
    let strategy = (
        bytes(60),
        bytes(60),
        bytes(60),
        bytes(60),
        0..DECISIONS.len(),
        bytes(20),
        any::<bool>(),
    );
    law(3_600)
        .run(
            &strategy,
            |(a, b, c, records, decision, answers, refers)| {
                let case = case([&a, &b, &c], decision, &records, 7);
                let mut files = case.files.clone();
                let this = text("this", &case.this, refers.then_some("other"));
                let base = format!(
                    "{this}---\n{}",
                    text("other", &case.other, None).replace("facts:", "assess: false\nfacts:")
                );
                files.insert("policies/laws/jurisdictions/all.yaml", &base);
                let snapshot = Snapshot::load(&files);
                let written = || {
                    let texts = files.below("").map(|file| file.text().to_string());
                    texts.collect::<Vec<_>>().join("\n====\n")
                };
                let mut answers = Choices::new(&answers);
                let mut options = Options {
                    jurisdictions: vec!["this".to_owned()],
                    ..Options::default()
                };
                for _ in 0..20 {
                    let assessment = assess(&snapshot, &options);
                    let laws = &assessment.rulebooks[0];
                    let one = laws.jurisdiction("this").unwrap();
                    let questions = questions(laws, one);
                    *asked.borrow_mut() += 1;
                    let undetermined = one.determination.kind == DeterminationKind::Undetermined;
                    prop_assert_eq!(
                        undetermined,
                        !questions.is_empty(),
                        "{:?}\n{}",
                        one.determination,
                        written()
                    );
                    let Some(first) = questions.first() else {
                        return Ok(());
                    };
                    let path = first.fact.path.to_string();
                    // It matters: two of its kinds of answers leave different things behind, or
                    // that it is stated at all does.
                    let kinds: BTreeSet<_> = first
                        .answers
                        .iter()
                        .map(|one| (one.settles, one.left))
                        .collect();
                    let mut texts = files.below("scripts/").map(|file| file.text());
                    let asks_whether_stated =
                        texts.any(|text| text.contains("known(") || text.contains("assume("));
                    let all_open = first.answers.iter().all(|one| one.settles.is_none());
                    prop_assert!(
                        kinds.len() > 1 || all_open || path == "r" || asks_whether_stated,
                        "{:?}\n{}",
                        first,
                        written()
                    );
                    if let Some(fact) = fact_of(&path).filter(|_| {
                        first
                            .answers
                            .iter()
                            .all(|one| !one.values.starts_with("for example"))
                    }) {
                        let with = |value: &&str| {
                            let mut options = options.clone();
                            let (jurisdiction, path, value) =
                                ("this".to_owned(), path.clone(), (*value).to_owned());
                            options.facts.push(SetFact {
                                jurisdiction,
                                path,
                                value,
                            });
                            kind(&assess(&snapshot, &options), "this")
                        };
                        let found: BTreeSet<_> =
                            values(Range::Narrow, fact).iter().map(with).collect();
                        let told = first
                            .answers
                            .iter()
                            .map(|one| one.settles.unwrap_or(DeterminationKind::Undetermined));
                        prop_assert_eq!(
                            told.collect::<BTreeSet<_>>(),
                            found,
                            "{:?}\n{}",
                            first,
                            written()
                        );
                    }
                    let behind =
                        |missing: &str| missing == path || missing.starts_with(&format!("{path}."));
                    prop_assert!(
                        one.determination
                            .missing
                            .iter()
                            .any(|fact| behind(fact.path.as_str()))
                    );
                    let value = fact_of(&path)
                        .map_or("other", |fact| answers.pick(values(Range::Narrow, fact)))
                        .to_owned();
                    seen.borrow_mut().insert(path.clone());
                    options.facts.push(SetFact {
                        jurisdiction: "this".to_owned(),
                        path,
                        value,
                    });
                }
                prop_assert!(false, "it asks without end\n{}", written());
                Ok(())
            },
        )
        .unwrap();
    let asked = asked.into_inner();
    assert!(asked > enough(900), "{asked}");
    let all = facts(Range::Narrow).len() + 1;
    let seen = seen.into_inner();
    assert!(seen.len() >= enough(all), "{seen:?}");
}

#[test]
fn what_is_assumed_is_asked_for_with_all_that_an_answer_can_come_to() {
    let mut files = Files::new();
    let schema = "title: T\nas_of: 2017-08-03\nfacts:\n  i: {type: integer, range: {min: 0, max: 3}}\n  k: {type: boolean}\n";
    files.insert("policies/t/rulebook.yaml", schema);
    files.insert("policies/t/jurisdictions/x.yaml", "facts: {}\n");
    let script = "//! C\nif j.k && j.i == 3 { return met(\"\"); }\n\
                  if j.assume(\"i\", 1) > 1 { not_applicable(\"\") } else { not_met(\"\") }\n";
    files.insert("scripts/t/c.rhai", script);
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    let one = &assessment.rulebooks[0];
    let asked = questions(one, one.jurisdiction("x").unwrap());
    let about = asked.iter().find(|one| one.fact.path.as_str() == "i");
    let answers = about.unwrap().answers.iter();
    let told: Vec<_> = answers
        .map(|answer| (answer.values.as_str(), answer.settles))
        .collect();
    let (eligible, ineligible) = (DeterminationKind::Eligible, DeterminationKind::Ineligible);
    assert_eq!(
        told,
        [
            ("3", Some(eligible)),
            ("2", Some(eligible)),
            ("<= 1", Some(ineligible))
        ]
    );
}

/// A whole number among the choices is an end of a range like any other.
#[test]
fn a_remedy_beside_a_choice_of_numbers_says_which_values_do() {
    let mut files = Files::new();
    files.insert(
        "policies/t/rulebook.yaml",
        "title: T\nas_of: 2026-01-01\nfacts:\n  i: {type: integer, range: {min: 0, max: 3}}\n  \
         o: {type: choice, choices: [1, 2.5, 10]}\n",
    );
    files.insert(
        "policies/t/jurisdictions/t.yaml",
        "---\nid: whole\nfacts: {i: 0, o: 1}\n---\nid: part\nfacts: {i: 0, o: 2.5}\n",
    );
    files.insert("scripts/t/s.rhai", "//! S\nj.o >= j.i\n");
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    let allowed = |id: &str| {
        let assessed = &assessment.rulebooks[0];
        let one = assessed.jurisdiction(id).unwrap();
        let found = remedies(assessed, one, DeterminationKind::Ineligible);
        found.list[0].changes[0].allowed.clone()
    };
    assert_eq!([allowed("whole"), allowed("part")], ["> 1", "3"]);
}

/// What would make record `x` eligible where its reference is free.
fn with_a_free_reference(script: &str, records: &str) -> (Vec<String>, bool) {
    let mut files = Files::new();
    let head = "title: T\nas_of: 2025-01-01\nfacts:\n  population: {type: integer}\n  parent: {type: \
                jurisdiction, fixed: false}\n";
    files.insert("policies/t/rulebook.yaml", head);
    files.insert("policies/t/jurisdictions/all.csv", records);
    files.insert("scripts/t/s.rhai", &format!("//! S\n{script}\n"));
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    let one = assessment.rulebooks[0].jurisdiction("x").unwrap();
    let found = remedies(&assessment.rulebooks[0], one, DeterminationKind::Eligible);
    let change = |change: &rulebook::remedies::Change| format!("{} {}", change.fact, change.to);
    let changes = found.list.iter().flat_map(|one| one.changes.iter());
    (changes.map(change).collect(), found.cut_short)
}

#[test]
fn a_free_reference_may_stay_as_it_is() {
    let either = "j.population > 5 || j.parent.population > 100";
    let (found, cut_short) = with_a_free_reference(either, "id,population,parent\nx,3,\n");
    assert_eq!((found, cut_short), (vec!["population 6".to_owned()], false));
    let asked = "if !j.known(\"parent\") { return j.population > 5; }\nj.parent.population > 1000";
    let (found, cut_short) =
        with_a_free_reference(asked, "id,population,parent\nx,3,\ny,50,z\nz,50,\n");
    assert_eq!((found, cut_short), (vec!["population 6".to_owned()], false));
}

#[test]
fn records_that_a_reference_was_not_tried_with_are_told_of() {
    let rows = |count: usize| {
        let row = |number: usize| {
            let (population, next) = (
                if number == count { 500 } else { 5 },
                number.min(count - 1) + 1,
            );
            format!("z{number},{population},z{next}\n")
        };
        let rows: String = (0..=count).map(row).collect();
        format!("id,population,parent\nx,3,\n{rows}")
    };
    let script = "j.parent.population > 100";
    let (found, cut_short) = with_a_free_reference(script, &rows(150));
    assert_eq!((found, cut_short), (vec!["parent z150".to_owned()], false));
    // In the order of the records the one that does comes last.
    let (_, cut_short) = with_a_free_reference(script, &rows(900));
    assert!(cut_short);
}

fn rulebook(facts: &str, records: &str, script: &str) -> Assessment {
    let mut files = Files::new();
    let head = format!("title: T\nas_of: 2025-01-01\nfacts:\n{facts}");
    files.insert("policies/t/rulebook.yaml", &head);
    files.insert("policies/t/jurisdictions/all.yaml", records);
    files.insert("scripts/t/s.rhai", &format!("//! S\n{script}\n"));
    assess(&Snapshot::load(&files), &Options::default())
}

fn proposed(assessment: &Assessment, id: &str) -> (Vec<String>, bool) {
    let one = assessment.rulebooks[0].jurisdiction(id).unwrap();
    let found = remedies(&assessment.rulebooks[0], one, DeterminationKind::Eligible);
    let change = |change: &rulebook::remedies::Change| format!("{} {}", change.fact, change.to);
    let changes = found.list.iter().flat_map(|one| one.changes.iter());
    (changes.map(change).collect(), found.cut_short)
}

const BY_CODE: &str = "  code: {type: text, fixed: true}\n  ok: {type: boolean, fixed: true}\n  seat: {type: \
                       jurisdiction, by: code, fixed: false}\n";

#[test]
fn references_by_a_key_are_proposed_and_asked_for_by_it() {
    let records = "id: a\nfacts: {code: '01', seat: '03'}\n---\nid: b\nfacts: {code: '02', ok: true}\n---\n\
                   id: c\nfacts: {code: '03', ok: false}\n---\nid: d\nfacts: {seat: '02'}\n---\n\
                   id: e\nfacts: {code: '05'}\n";
    let assessment = rulebook(BY_CODE, records, "j.seat.ok");
    assert_eq!(
        proposed(&assessment, "a"),
        (vec!["seat 02".to_owned()], false)
    );
    let one = assessment.rulebooks[0].jurisdiction("e").unwrap();
    let asked = questions(&assessment.rulebooks[0], one);
    let answers = asked[0].answers.iter();
    let answers: Vec<_> = answers
        .map(|answer| (answer.values.as_str(), answer.settles))
        .collect();
    assert_eq!(
        answers,
        [
            ("02", Some(DeterminationKind::Eligible)),
            ("03", Some(DeterminationKind::Ineligible))
        ]
    );
    let names: Vec<_> = asked[0]
        .conditions
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(names, ["s"]);
}

#[test]
fn no_remedy_leads_a_reference_back() {
    let facts = "  ok: {type: boolean, fixed: true}\n  seat: {type: jurisdiction, fixed: false}\n";
    let records = "id: a\nfacts: {ok: true, seat: c}\n---\nid: b\nfacts: {seat: a}\n---\nid: c\nassess: \
                   false\nfacts: {ok: false}\n";
    let assessment = rulebook(facts, records, "j.seat.ok");
    assert_eq!(proposed(&assessment, "a"), (Vec::new(), false));
}

/// What a reference finds a record by is no remedy, nor is a value that it is not limited to: it would
/// lead nowhere. Then it is not said that nothing else would do.
#[test]
fn no_remedy_takes_a_record_from_a_reference() {
    let limited = "  size: {type: choice, choices: [s, m, l]}\n  seat: {type: jurisdiction, references: {size: [s, m]}}\n";
    let records = "id: a\nfacts: {size: s, seat: b}\n---\nid: b\nfacts: {size: s}\n";
    let remedy = |script: &str, id: &str| proposed(&rulebook(limited, records, script), id);
    let found = |remedy: &str| (vec![remedy.to_owned()], false);
    assert_eq!(remedy("j.seat.size == \"l\"", "a"), (Vec::new(), true));
    assert_eq!(remedy("j.seat.size == \"m\"", "a"), found("b: size m"));
    assert_eq!(remedy("j.size == \"l\"", "a"), found("size l"));
    assert_eq!(remedy("j.size == \"l\"", "b"), (Vec::new(), true));

    let by_code = BY_CODE.replace("code: {type: text, fixed: true}", "code: {type: text}");
    let by_code = by_code.replace(", fixed: false", ", fixed: true");
    let records = "id: a\nfacts: {code: '01', seat: '02'}\n---\nid: b\nfacts: {code: '02'}\n";
    let remedy = |script: &str| proposed(&rulebook(&by_code, records, script), "a");
    assert_eq!(remedy("j.seat.code == \"03\""), (Vec::new(), true));
    assert_eq!(remedy("j.code == \"03\""), found("code 03"));
}

#[test]
fn a_word_for_missing_is_no_remedy() {
    let facts = "  n: {type: integer, range: {min: 0, max: 100}, missing: [0]}\n";
    let few = rulebook(facts, "id: a\nfacts: {n: 10}\n", "j.n < 1");
    assert_eq!(proposed(&few, "a"), (Vec::new(), false));
    let some = rulebook(facts, "id: a\nfacts: {n: 10}\n", "j.n < 3");
    assert_eq!(proposed(&some, "a"), (vec!["n 2".to_owned()], false));
    // However it is written.
    let other = rulebook(
        &facts.replace("[0]", "[0.0]"),
        "id: a\nfacts: {n: 10}\n",
        "j.n < 1",
    );
    assert_eq!(proposed(&other, "a"), (Vec::new(), false));
}

#[test]
fn lists_that_might_do_are_not_said_to_do_nothing() {
    let facts = "  tags: {type: list, items: text}\n  n: {type: integer}\n";
    let list = rulebook(
        facts,
        "id: a\nfacts: {tags: [y], n: 1}\n",
        "\"x\" in j.tags && j.n > 2",
    );
    assert_eq!(proposed(&list, "a"), (Vec::new(), true));
}

#[test]
fn of_many_values_the_nearest_is_proposed() {
    let list: Vec<String> = (1..60).map(|ten| (ten * 10).to_string()).collect();
    let script = format!("j.n in [{}, 999]", list.join(", "));
    let far = rulebook(
        "  n: {type: integer}\n",
        "id: a\nfacts: {n: 1000}\n",
        &script,
    );
    assert_eq!(proposed(&far, "a"), (vec!["n 999".to_owned()], false));
}

#[test]
fn what_no_file_may_state_is_no_what_if() {
    let facts = "  ok: {type: boolean}\n  kind: {type: text, missing: [N/A]}\n  size: {type: choice, choices: [s, l]}\n  seat: {type: jurisdiction, references: {size: [s]}}\n";
    let records = "id: a\nfacts: {ok: true, size: s}\n---\nid: b\nfacts: {seat: a}\n---\nid: c\nfacts: \
                   {size: l}\n";
    let mut files = Files::new();
    files.insert(
        "policies/t/rulebook.yaml",
        &format!("title: T\nas_of: 2025-01-01\nfacts:\n{facts}"),
    );
    files.insert("policies/t/jurisdictions/all.yaml", records);
    files.insert("scripts/t/s.rhai", "//! S\nj.seat.ok || j.kind == \"y\"\n");
    let snapshot = Snapshot::load(&files);
    let with = |path: &str, value: &str| {
        let fact = SetFact {
            jurisdiction: "a".to_owned(),
            path: path.to_owned(),
            value: value.to_owned(),
        };
        let options = Options {
            facts: vec![fact],
            ..Options::default()
        };
        let found = assess(&snapshot, &options);
        let errors = found.diagnostics.iter().filter(|one| one.is_error());
        let errors: Vec<_> = errors.map(|one| one.code.as_str()).collect();
        let kind = errors.is_empty().then(|| kind(&found, "a"));
        (kind, errors)
    };
    assert_eq!(with("seat", "a"), (None, vec!["R125"]));
    assert_eq!(with("seat", "b"), (None, vec!["R125"]));
    // A record of the wrong kind, now or by what is set.
    assert_eq!(with("seat", "c"), (None, vec!["R130"]));
    assert_eq!(with("size", "l"), (None, vec!["R130"]));
    let undetermined = Some(DeterminationKind::Undetermined);
    assert_eq!(with("kind", "N/A"), (undetermined, Vec::new()));
    assert_eq!(with("kind", "z"), (undetermined, Vec::new()));
}

#[test]
fn questions_say_whether_they_know_all_kinds_of_answers() {
    let asked = |targets: usize| {
        let row = |number| {
            let next = if number == 0 { targets } else { number };
            format!("---\nid: z{number:02}\nassess: false\nfacts: {{n: {next}}}\n")
        };
        let rows: String = (0..targets).map(row).collect();
        let facts = "  n: {type: integer}\n  seat: {type: jurisdiction}\n";
        let assessment = rulebook(facts, &format!("id: a\n{rows}"), "j.seat.n > 20");
        let one = assessment.rulebooks[0].jurisdiction("a").unwrap();
        let found = questions(&assessment.rulebooks[0], one);
        let plain = render::Emphasis::Plain(100);
        let page = render::questions(&assessment.rulebooks[0], one, &found, plain);
        (found[0].answers.len(), found[0].are_all, page)
    };
    let (count, are_all, shown) = asked(24);
    assert_eq!((count, are_all), (24, true));
    assert!(
        shown.contains("24 of the 24 kinds of answers settle it"),
        "{shown}"
    );
    let (count, are_all, shown) = asked(25);
    assert_eq!((count, are_all), (24, false));
    assert!(
        shown.contains("24 of the first 24 kinds of answers settle it"),
        "{shown}"
    );
}
