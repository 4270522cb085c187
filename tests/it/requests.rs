//! Requests: one record after the other, judged beside a folder that they cannot change.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use proptest::prelude::{Just, prop_oneof};

use crate::generate::{Choices, Generator, LIBRARY, Range, WIDE_SCHEMA, record};
use crate::law::{enough, law};
use crate::laws::{Record, bytes, full_record};
use rulebook::assess::{Options, assess};
use rulebook::assessment::{DeterminationKind, JurisdictionAssessment, Status};
use rulebook::fact::Date;
use rulebook::input_files::Files;
use rulebook::render::chosen_columns::Columns;
use rulebook::render::{answer_line, ndjson_line};
use rulebook::request_evaluator::{
    Answer, Evaluator, EvaluatorError, EvaluatorOptions, Given, Ids,
};
use rulebook::snapshot::Snapshot;
use rulebook::tree::Limits;

/// What there is to say of a record, but for the record itself.
fn told(one: &JurisdictionAssessment) -> String {
    let findings: Vec<_> = one
        .findings
        .iter()
        .map(|found| {
            let missing: Vec<_> = found.missing.iter().map(ToString::to_string).collect();
            let assumed: Vec<_> = found
                .assumed
                .iter()
                .map(|one| format!("{} is {:?}", one.fact, one.value))
                .collect();
            let fault = found.fault.as_ref().map(|fault| fault.message.clone());
            let limit = found.cut_short;
            format!(
                "{} {:?} {missing:?} {assumed:?} {fault:?} {limit:?}",
                found.status, found.reasons
            )
        })
        .collect();
    let together = &one.determination;
    let missing: Vec<_> = together.missing.iter().map(ToString::to_string).collect();
    format!(
        "{} {:?} {missing:?}\n{}",
        together.kind,
        together.reasons,
        findings.join("\n")
    )
}

fn statuses(answer: &Answer<'_>) -> Vec<Status> {
    answer.findings().map(|(_, status)| status).collect()
}

/// A fact of a record and its value, as YAML writes it, in JSON.
fn json_of(fact: &str, value: &str) -> String {
    let text = matches!(fact, "t" | "u" | "c" | "d" | "e" | "r") && value != "\"\"";
    if text {
        format!("{value:?}")
    } else {
        value.to_owned()
    }
}

fn line(id: &str, facts: &[(&str, String)]) -> String {
    let facts: Vec<String> = facts
        .iter()
        .map(|(fact, value)| format!("{fact:?}: {}", json_of(fact, value)))
        .collect();
    format!("{{\"id\": \"{id}\", \"facts\": {{{}}}}}", facts.join(", "))
}

fn given(fact: &str, value: &str) -> Given {
    match fact {
        "a" | "b" => Given::Boolean(value == "true"),
        "i" | "k" | "g.x" => Given::Whole(value.parse().unwrap()),
        "n" | "m" => Given::Number(value.parse().unwrap()),
        "d" | "e" => Given::Day(Date::parse(value).unwrap()),
        "l" => {
            let items = value.trim_matches(['[', ']']).split(", ");
            let items = items.filter(|item| !item.is_empty());
            Given::List(
                items
                    .map(|item| Given::Whole(item.parse().unwrap()))
                    .collect(),
            )
        }
        _ => Given::Text(value.trim_matches('"').to_owned()),
    }
}

const STATISTICS: &str = "statistics:
  members: {statistic: count, where: a}
  mean: {statistic: mean, of: n, by: c}
  most: {statistic: max, of: more, by: b, unknown: makes unknown}
";

/// What a rulebook knows beside what records state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beyond {
    /// Derived facts and statistics.
    WorkedOut,
    Nothing,
}

/// The scripts of a rulebook: references among what they read, and what is worked out.
pub(crate) fn scripts(drawn: &[Vec<u8>], beyond: Beyond) -> Vec<(String, String)> {
    let script = |bytes: &Vec<u8>| {
        let mut choices = Choices::new(bytes);
        Generator::new(&mut choices, Range::Wide)
            .with_statements()
            .script()
    };
    let mut scripts: Vec<_> = drawn
        .iter()
        .enumerate()
        .map(|(index, bytes)| (format!("s{index}"), script(bytes)))
        .collect();
    let more = [
        (
            "derive/more",
            "//! More\n//! @type integer\nif j.b { return j.i + 1; }\nj.i\n",
        ),
        (
            "stats",
            "//! Statistics\nif stats.members > 2 && j.more > 20 { return met(`${stats.mean}`); }\n\
             if stats.mean > 0.5 { return not_met(`${j.more}`); }\nstats.most > 10\n",
        ),
        (
            "seat",
            "//! Seat\nif j.r.b { return met(`${j.r.more} of ${j.r.name}`); }\nj.r.more > j.more\n",
        ),
    ];
    let stated = [
        (
            "stats",
            "//! Figures\nif j.i > 3 && j.a { return met(`${j.i}`); }\nif j.n > 0.5 { return \
             not_met(\"no\"); }\nj.i > 10\n",
        ),
        (
            "seat",
            "//! Seat\nif j.r.b { return met(`${j.r.i} of ${j.r.name}`); }\nj.r.i > j.i\n",
        ),
    ];
    let owned = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
    match beyond {
        Beyond::WorkedOut => scripts.extend(more.map(owned)),
        Beyond::Nothing => scripts.extend(stated.map(owned)),
    }
    scripts
}

pub(crate) const DECISIONS: [(&str, &str); 4] = [
    ("decision: all\n", ""),
    ("decision: {at_least: 2}\n", ""),
    (
        "decision: script\n",
        "//! Decision\nif findings.stats == \"met\" { return eligible(\"by figures\"); }\n\
         if findings.seat == \"not_met\" && j.a { return ineligible(); }\n\
         if findings.s0 == \"met\" { eligible() } else { ineligible(\"no\") }\n",
    ),
    (
        "decision: script\n",
        "//! Decision\nif findings.seat == \"not_met\" { return ineligible(\"no seat\"); }\n\
         if findings.s0 == \"met\" { eligible(\"met\") } else { ineligible(\"no\") }\n",
    ),
];

pub(crate) fn folder(decision: usize, scripts: &[(String, String)], records: &str) -> Files {
    let mut files = Files::new();
    let (line, script) = DECISIONS[decision];
    files.insert(
        "policies/laws/rulebook.yaml",
        &format!("{WIDE_SCHEMA}{}{line}", statistics(scripts)),
    );
    files.insert("policies/laws/jurisdictions/all.yaml", records);
    files.insert("scripts/laws/lib/f.rhai", LIBRARY);
    for (name, script) in scripts {
        files.insert(format!("scripts/laws/{name}.rhai"), script);
    }
    if !script.is_empty() {
        files.insert("scripts/laws/decision.rhai", script);
    }
    files
}

/// Statistics, where scripts read some.
fn statistics(scripts: &[(String, String)]) -> &'static str {
    let reads = scripts.iter().any(|(_, text)| text.contains("stats."));
    if reads { STATISTICS } else { "" }
}

/// A line of JSON, but for the places of facts.
fn without_places(line: &str) -> serde_json::Value {
    let mut value: serde_json::Value = serde_json::from_str(line).unwrap();
    for finding in value["findings"].as_array_mut().unwrap() {
        for fact in finding["facts"].as_array_mut().unwrap() {
            fact["place"] = serde_json::Value::Null;
        }
    }
    value
}

/// A record with some facts missing, or none.
pub(crate) fn drawn(choices: &mut Choices<'_>) -> Record {
    let mut facts = full_record(choices, Range::Wide);
    for _ in 0..choices.below(4) {
        let at = choices.below(facts.len());
        facts.remove(at);
    }
    facts
}

pub(crate) fn reference(choices: &mut Choices<'_>, below: usize) -> Option<String> {
    let to = choices.below(below + 1);
    (to < below).then(|| format!("f{to}"))
}

/// Limits as they are, and some at which searches give up.
fn some_limits() -> impl proptest::strategy::Strategy<Value = Limits> {
    prop_oneof![
        12 => Just(Limits::default()),
        1 => Just(Limits::all(1)),
        1 => Just(Limits::all(6)),
        1 => Just(Limits::all(60)),
    ]
}

/// What is settled by both is the same.
fn agree(answer: &Answer<'_>, one: &JurisdictionAssessment, context: &str) {
    let kinds = [answer.determination().unwrap(), one.determination.kind];
    let open = kinds.contains(&DeterminationKind::Undetermined);
    assert!(kinds[0] == kinds[1] || open, "{kinds:?} {context}");
    let details = answer.details().unwrap();
    assert_eq!(details.determination.kind, kinds[0], "{context}");
    for ((status, own), found) in statuses(answer)
        .into_iter()
        .zip(&details.findings)
        .zip(&one.findings)
    {
        let open = [status, found.status].contains(&Status::Unknown);
        assert!(status == found.status || open, "{context}");
        assert_eq!(own.status, status, "{context}");
        if status == found.status {
            assert_eq!(own.reasons, found.reasons, "{context}");
        }
    }
}

/// What requests come to is what records of the folder come to that are no members of it: by
/// bytes, by values in memory, in any order, on one thread and on two. Where limits are reached, one
/// of them may know more than the other, and neither says anything else.
#[test]
fn a_request_comes_to_what_a_record_beside_the_population_comes_to() {
    let seen = std::cell::RefCell::new(BTreeMap::<String, usize>::new());
    let strategy = (
        proptest::collection::vec(bytes(60), 1..3),
        bytes(300),
        0..DECISIONS.len(),
        prop_oneof![Just(Beyond::WorkedOut), Just(Beyond::Nothing)],
        some_limits(),
    );
    law(1_200)
        .run(
            &strategy,
            |(drawn_scripts, records, decision, beyond, limits)| {
                let scripts = scripts(&drawn_scripts, beyond);
                let mut choices = Choices::new(&records);
                let mut inside = String::new();
                for index in 0..4 {
                    let to = reference(&mut choices, index);
                    let facts = drawn(&mut choices);
                    let _ = write!(
                        inside,
                        "---\n{}",
                        record(&format!("f{index}"), &facts, to.as_deref())
                    );
                }
                let requests: Vec<_> = (0..3)
                    .map(|index| {
                        let to = reference(&mut choices, 4);
                        (format!("q{index}"), drawn(&mut choices), to)
                    })
                    .collect();
                let mut beside = inside.clone();
                for (id, facts, to) in &requests {
                    let text = record(id, facts, to.as_deref());
                    let _ = write!(beside, "---\nassess: false\n{text}");
                }
                let all = assess(
                    &Snapshot::load(&folder(decision, &scripts, &beside)),
                    &Options {
                        jurisdictions: requests.iter().map(|(id, ..)| id.clone()).collect(),
                        limits,
                        ..Options::default()
                    },
                );
                let options = EvaluatorOptions {
                    limits,
                    ..EvaluatorOptions::default()
                };
                let snapshot = Snapshot::load(&folder(decision, &scripts, &inside));
                let evaluator = match Evaluator::new(&snapshot, &options) {
                    Ok(evaluator) => evaluator,
                    // What one path of a script runs into is told of the rulebook.
                    Err(EvaluatorError::Broken(_)) => {
                        let options = Options {
                            limits,
                            ..Options::default()
                        };
                        let whole = assess(&snapshot, &options);
                        Evaluator::after(&whole.rulebooks[0], Ids::New)
                    }
                    Err(other) => panic!("{other}"),
                };
                let expected = |id: &str| all.rulebooks[0].jurisdiction(id).unwrap();
                let texts: Vec<_> = requests
                    .iter()
                    .map(|(id, facts, to)| {
                        let mut facts: Vec<_> = facts
                            .iter()
                            .map(|(fact, value)| (*fact, (*value).to_owned()))
                            .collect();
                        facts.extend(to.clone().map(|to| ("r", to)));
                        (id.clone(), line(id, &facts), facts)
                    })
                    .collect();
                let by_bytes = |(id, text, _): &(String, String, Vec<(&str, String)>)| {
                    let one = expected(id);
                    let context = format!("{limits:?}\n{scripts:#?}\n{beside}\n{text}");
                    let by_bytes = evaluator.assess(text.as_bytes());
                    assert_eq!(by_bytes.diagnostics(), [], "{context}");
                    if limits != Limits::default() {
                        agree(&by_bytes, one, &context);
                        return (by_bytes.determination(), statuses(&by_bytes));
                    }
                    let wanted: Vec<_> = one.findings.iter().map(|found| found.status).collect();
                    let kind = Some(one.determination.kind);
                    assert_eq!(by_bytes.determination(), kind, "{context}");
                    assert_eq!(statuses(&by_bytes), wanted, "{context}");
                    assert_eq!(told(by_bytes.details().unwrap()), told(one), "{context}");
                    let answered = without_places(&answer_line(&evaluator, &by_bytes));
                    let beside = without_places(&ndjson_line(&all.rulebooks[0], one));
                    assert_eq!(answered, beside, "{context}");
                    (by_bytes.determination(), wanted)
                };
                let check = |request: &(String, String, Vec<(&str, String)>)| {
                    let (determination, wanted) = by_bytes(request);
                    let (id, text, facts) = request;
                    let one = expected(id);
                    let context = format!("{limits:?}\n{scripts:#?}\n{beside}\n{text}");
                    let mut request = evaluator.facts(id.as_str());
                    for (fact, value) in facts {
                        request.set(fact, given(fact, value)).unwrap();
                    }
                    let by_values = request.assess();
                    assert_eq!(by_values.determination(), determination, "{context}");
                    assert_eq!(statuses(&by_values), wanted, "{context}");
                    if limits == Limits::default() {
                        assert_eq!(told(by_values.details().unwrap()), told(one), "{context}");
                    }
                };
                texts.iter().for_each(check);
                std::thread::scope(|scope| {
                    scope.spawn(|| texts.iter().rev().for_each(check));
                    for request in &texts {
                        by_bytes(request);
                    }
                });
                for (id, ..) in &texts {
                    let kind = expected(id).determination.kind.to_string();
                    *seen.borrow_mut().entry(kind).or_default() += 1;
                }
                Ok(())
            },
        )
        .unwrap();
    let seen = seen.into_inner();
    for kind in ["eligible", "ineligible", "undetermined"] {
        assert!(
            seen.get(kind).is_some_and(|count| *count > enough(50)),
            "{seen:?}"
        );
    }
}

/// What the program answers to lines, on so many threads.
pub(crate) fn streamed(root: &Path, threads: &str, more: &[&str], lines: &str) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_rulebook"))
        .args(["check", "--records", "-", "--root"])
        .arg(root)
        .args(more)
        .env("RAYON_NUM_THREADS", threads)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Answers come while lines are still being written.
    let (mut input, lines) = (program.stdin.take().unwrap(), lines.to_owned());
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let found = program.wait_with_output().unwrap();
    let written = writer.join().unwrap();
    // A program that refuses to answer need not read first what it is asked.
    assert!(written.is_ok() || found.stdout.is_empty());
    String::from_utf8(found.stdout).unwrap()
}

/// The rows of a sheet by their ids, and its head.
fn rows(sheet: &str) -> (BTreeMap<String, csv::StringRecord>, csv::StringRecord) {
    let mut sheet = csv::Reader::from_reader(sheet.as_bytes());
    let head = sheet.headers().unwrap().clone();
    let rows = sheet.records().map(Result::unwrap);
    (rows.map(|row| (row[0].to_owned(), row)).collect(), head)
}

/// Lines are answered by the program as the evaluator answers them and as `check` has it of records
/// beside the folder, with all facts to the last digit: in any order, on one thread and on two, in
/// full and by columns.
#[test]
fn a_stream_comes_to_what_the_evaluator_and_the_folder_come_to() {
    let strategy = (
        proptest::collection::vec(bytes(60), 1..3),
        bytes(4_000),
        0..DECISIONS.len(),
        prop_oneof![Just(Beyond::WorkedOut), Just(Beyond::Nothing)],
    );
    let tried = std::cell::Cell::new(0);
    law(24)
        .run(&strategy, |(drawn_scripts, records, decision, beyond)| {
            let scripts = scripts(&drawn_scripts, beyond);
            let mut choices = Choices::new(&records);
            let mut inside = String::new();
            for index in 0..4 {
                let to = reference(&mut choices, index);
                let one = record(&format!("f{index}"), &drawn(&mut choices), to.as_deref());
                let _ = write!(inside, "---\n{one}");
            }
            let (mut beside, mut lines) = (inside.clone(), Vec::new());
            for index in 0..60 {
                let to = reference(&mut choices, 4);
                let (id, facts) = (format!("q{index:02}"), drawn(&mut choices));
                let text = record(&id, &facts, to.as_deref());
                let _ = write!(beside, "---\nassess: false\n{text}");
                let facts = facts
                    .iter()
                    .map(|(fact, value)| (*fact, (*value).to_owned()));
                let facts: Vec<_> = facts.chain(to.map(|to| ("r", to))).collect();
                let place = choices.below(lines.len() + 1);
                lines.insert(place, (id.clone(), line(&id, &facts) + "\n"));
            }
            let files = folder(decision, &scripts, &inside);
            let snapshot = Snapshot::load(&files);
            let Ok(evaluator) = Evaluator::new(&snapshot, &EvaluatorOptions::default()) else {
                return Ok(());
            };
            tried.set(tried.get() + 1);
            let root = tempfile::tempdir().unwrap();
            for source in files.below("") {
                let path = root.path().join(source.name());
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, source.text()).unwrap();
            }
            let all = assess(
                &Snapshot::load(&folder(decision, &scripts, &beside)),
                &Options {
                    jurisdictions: lines.iter().map(|(id, _)| id.clone()).collect(),
                    ..Options::default()
                },
            );
            let assessed = &all.rulebooks[0];
            let typed: String = lines.iter().map(|(_, line)| line.as_str()).collect();
            let answered = streamed(root.path(), "1", &[], &typed);
            assert_eq!(answered, streamed(root.path(), "2", &[], &typed));
            assert_eq!(answered.lines().count(), lines.len());
            for ((id, line), answer) in lines.iter().zip(answered.lines()) {
                let context = format!("{scripts:#?}\n{inside}\n{line}");
                let one =
                    without_places(&ndjson_line(assessed, assessed.jurisdiction(id).unwrap()));
                assert_eq!(without_places(answer), one, "{context}");
                let answer = evaluator.assess(line.as_bytes());
                let by_evaluator = without_places(&answer_line(&evaluator, &answer));
                assert_eq!(by_evaluator, one, "{context}");
            }
            let conditions = assessed
                .conditions
                .iter()
                .map(|used| used.condition.id.as_str());
            let conditions: Vec<&str> = conditions.collect();
            let own = ["id", "name", "determination", "missing", "reasons"];
            let of_conditions = conditions.iter().flat_map(|id| {
                [
                    (*id).to_owned(),
                    format!("{id}.missing"),
                    format!("{id}.reasons"),
                ]
            });
            let names: Vec<String> = own
                .map(str::to_owned)
                .into_iter()
                .chain(of_conditions)
                .collect();
            let arguments = ["--columns", &names.join(",")];
            let by_columns = streamed(root.path(), "2", &arguments, &typed);
            let mut expected = Vec::new();
            let columns = Columns::new(&names, &all).unwrap();
            columns.csv(&all, &mut expected).unwrap();
            let (by_id, head) = rows(std::str::from_utf8(&expected).unwrap());
            let (found, same_head) = rows(&by_columns);
            assert_eq!(head, same_head);
            assert_eq!(found, by_id, "{scripts:#?}\n{inside}");
            let order = csv::Reader::from_reader(by_columns.as_bytes())
                .into_records()
                .map(|row| row.unwrap()[0].to_owned());
            assert!(order.eq(lines.iter().map(|(id, _)| id.clone())));
            Ok(())
        })
        .unwrap();
    assert!(tried.get() > 1, "most scripts are broken");
}

/// A rulebook in which a request can go wrong in every way, with two records.
fn small(records: &str) -> Files {
    let mut files = Files::new();
    files.insert(
        "policies/t/rulebook.yaml",
        "title: T\nas_of: 2020-01-01\nparameters:\n  least: {value: 10, type: integer}\nfacts:\n  \
         n: {type: integer, range: {min: 0, max: 100}}\n  ok: {type: boolean}\n  \
         size: {type: choice, choices: [small, large]}\n  since: {type: date}\n  \
         tags: {type: list, items: text}\n  county: {type: jurisdiction}\n",
    );
    files.insert("policies/t/jurisdictions/all.yaml", records);
    files.insert(
        "scripts/t/enough.rhai",
        "//! Enough\nif j.n >= params.least { met(`${j.n}`) } else { not_met(`only ${j.n}`) }\n",
    );
    files.insert(
        "scripts/t/county.rhai",
        "//! County\n//! @level advisory\nif j.county.ok { met(j.county.name) } else { not_met() }\n",
    );
    files
}

const RECORDS: &str =
    "id: a\nname: A\nfacts: {n: 5, ok: true, county: b}\n---\nid: b\nfacts: {n: 50, ok: false}\n";

fn made(files: &Files, options: &EvaluatorOptions) -> Evaluator {
    Evaluator::new(&Snapshot::load(files), options).unwrap()
}

/// The code and the place of what is wrong.
fn wrong(answer: &Answer<'_>) -> Vec<String> {
    crate::common::problems(answer.diagnostics())
}

#[test]
fn a_request_cannot_take_the_place_of_a_record_unless_the_host_asks_for_it() {
    let files = small(RECORDS);
    let own = br#"{"id": "b", "facts": {"n": 20, "ok": true, "county": "b"}}"#;
    let other = br#"{"id": "a", "facts": {"n": 20, "county": "b"}}"#;
    let strict = made(&files, &EvaluatorOptions::default());
    for request in [&own[..], &other[..]] {
        let answer = strict.assess(request);
        assert_eq!(answer.determination(), None);
        let told = wrong(&answer);
        assert!(
            told[0].starts_with("R117 1 there is a record `"),
            "{told:?}"
        );
    }
    let any = made(&files, &EvaluatorOptions::default().ids(Ids::Any));
    let answer = any.assess(other);
    assert_eq!(answer.verdict(), Ok(DeterminationKind::Eligible));
    // It refers to the record of the folder, which is as it was.
    assert_eq!(answer.finding("county"), Some(Status::NotMet));
    // A record does not refer to itself, by whichever way.
    let answer = any.assess(own);
    let told = wrong(&answer);
    assert_eq!(
        told,
        ["R125 1 the reference to `b` leads back to the record itself"]
    );
    assert_eq!(answer.finding("county"), Some(Status::Unknown));
    let back = br#"{"id": "b", "facts": {"county": "a"}}"#;
    assert_eq!(wrong(&any.assess(back)).len(), 1);
}

#[test]
fn what_is_wrong_with_a_request_is_told_with_its_answer_alone() {
    let evaluator = made(&small(RECORDS), &EvaluatorOptions::default());
    let misspelt = evaluator.assess(br#"{"id": "x", "facts": {"m": 20}}"#);
    assert_eq!(wrong(&misspelt), ["R120 1 the schema has no fact `m`"]);
    // It is undetermined, and no verdict hides why.
    assert_eq!(
        misspelt.determination(),
        Some(DeterminationKind::Undetermined)
    );
    assert!(misspelt.verdict().is_err());
    let cases: [(&[u8], &str); 8] = [
        (b"{\"id\": \"x\", \"facts\": {\"n\": 200}}", "R123 1"),
        (
            b"{\"id\": \"x\", \"facts\": {\"n\": 20, \"county\": \"c\"}}",
            "R124 1",
        ),
        (b"{\"id\": \"x y\", \"facts\": {}}", "R116 1"),
        (
            b"{\"id\": \"x\", \"assess\": false, \"facts\": {}}",
            "R115 1",
        ),
        (b"[1]", "R114 1"),
        (b"", "R127 1"),
        (b"{\"id\": ", "R127 1"),
        (b"\xff", "R102 0"),
    ];
    for (request, expected) in cases {
        let answer = evaluator.assess(request);
        let told = wrong(&answer);
        assert!(told[0].starts_with(expected), "{told:?}");
        assert!(answer.verdict().is_err());
    }
    let fine = evaluator.assess(br#"{"facts": {"n": 20}}"#);
    assert_eq!(
        (fine.id(), fine.verdict()),
        (Some("request"), Ok(DeterminationKind::Eligible))
    );
}

#[test]
fn what_goes_wrong_in_a_derived_fact_of_a_request_is_told_with_its_answer() {
    let mut files = Files::new();
    files.insert(
        "policies/t/rulebook.yaml",
        "title: T\nas_of: 2026-01-01\nfacts:\n  n: {type: integer}\n  l: {type: list, items: integer}\n",
    );
    files.insert(
        "policies/t/jurisdictions/x.yaml",
        "facts: {n: 1, l: [1, 2, 3]}\n",
    );
    // No tree holds it: it is worked out for each record.
    files.insert(
        "scripts/t/derive/third.rhai",
        "//! Third\n//! @type integer\nlet sum = 0;\nfor x in j.l { sum += x; }\ndiv(sum, j.n) + j.l[2]\n",
    );
    files.insert("scripts/t/s.rhai", "//! S\nj.third > 2\n");
    let evaluator = made(&files, &EvaluatorOptions::default());
    let asked = |facts: &str| {
        let request = format!("{{\"id\": \"z\", \"facts\": {facts}}}");
        let answer = evaluator.assess(request.as_bytes());
        (wrong(&answer), answer.finding("s"))
    };
    assert_eq!(
        asked("{\"n\": 1, \"l\": [1, 2, 3]}"),
        (Vec::new(), Some(Status::Met))
    );
    assert_eq!(
        asked("{\"n\": 1, \"l\": [1]}"),
        (
            vec!["R150 5 there is no item 2 in a list of 1: the first is 0".to_owned()],
            Some(Status::Unknown)
        )
    );
    let (told, _) = asked("{\"n\": 0, \"l\": [1, 2, 3]}");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("R149 5 "), "{told:?}");
    // One after the other: nothing is kept of the one before.
    assert_eq!(
        asked("{\"n\": 1, \"l\": [1, 2, 3]}").0,
        Vec::<String>::new()
    );
}

#[test]
fn names_and_values_that_cannot_be_are_refused_where_they_are_set() {
    let files = small(RECORDS);
    let snapshot = Snapshot::load(&files);
    let options = EvaluatorOptions::default;
    let refused = |options: &EvaluatorOptions| match Evaluator::new(&snapshot, options) {
        Err(EvaluatorError::Options(problems)) => problems[0].message.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        refused(&options().rulebook("u")),
        "there is no rulebook `u`"
    );
    assert_eq!(
        refused(&options().parameter("leest", 3)),
        "there is no parameter `leest`"
    );
    assert!(refused(&options().parameter("least", "many")).contains("`many`"));
    let evaluator = made(&files, &options().parameter("least", 30).rulebook("t"));
    assert_eq!(
        evaluator.assess(br#"{"facts": {"n": 20}}"#).verdict(),
        Ok(DeterminationKind::Ineligible)
    );
    let mut facts = evaluator.facts("x");
    let wrong: [(&str, Given, &str); 10] = [
        ("m", 1.into(), "R120"),
        ("name", "x".into(), "R120"),
        ("n", "many".into(), "R121"),
        ("n", 1.5.into(), "R121"),
        ("n", 101.into(), "R123"),
        ("n", f64::NAN.into(), "R121"),
        ("ok", 1.into(), "R121"),
        ("size", "smal".into(), "R122"),
        ("since", "2020-02-30".into(), "R121"),
        ("tags", Given::List(vec![1.into(), true.into()]), "R121"),
    ];
    for (path, value, code) in wrong {
        let error = facts.set(path, value).map(|_| ()).unwrap_err();
        assert_eq!(error.0.code.as_str(), code, "{error}");
        assert!(error.to_string().contains(&format!("`{path}`")), "{error}");
    }
    facts
        .set("n", 3)
        .unwrap()
        .set("n", 40)
        .unwrap()
        .set("ok", None::<bool>)
        .unwrap();
    facts
        .set("since", "2019-05-01")
        .unwrap()
        .set("tags", vec!["x", "y"])
        .unwrap();
    facts.set("county", "a").unwrap().name("Somewhere");
    let answer = facts.assess();
    assert_eq!(answer.verdict(), Ok(DeterminationKind::Eligible));
    let details = answer.details().unwrap();
    assert_eq!(details.findings[0].reasons, ["A"]);
    assert_eq!(&*details.jurisdiction.name, "Somewhere");
}

/// A statistic of the folder is as it was for whoever asks, and there is none where nobody is.
#[test]
fn a_single_record_is_no_population() {
    let with = |records: &str| {
        let mut files = small(records);
        let rulebook = files
            .get("policies/t/rulebook.yaml")
            .unwrap()
            .text()
            .to_owned();
        let statistics = "statistics:\n  \
            rank: {statistic: rank, of: n, order: descending}\n  \
            all: {statistic: sum, of: n}\n  how_many: {statistic: count}\n  \
            of_size: {statistic: mean, of: n, by: size}\n";
        files.insert(
            "policies/t/rulebook.yaml",
            &format!("{rulebook}{statistics}"),
        );
        files.insert(
            "scripts/t/first.rhai",
            "//! First\nlet told = `${stats.rank} of ${stats.how_many}, ${stats.all}, ${stats.of_size}`;\n\
             if stats.rank == 1 { met(told) } else { not_met(told) }\n",
        );
        made(&files, &EvaluatorOptions::default())
    };
    let reason = |evaluator: &Evaluator, request: &[u8]| {
        let answer = evaluator.assess(request);
        let place = evaluator
            .conditions()
            .iter()
            .position(|one| one.condition.id.as_str() == "first");
        let details = answer.details().unwrap();
        let found = &details.findings[place.unwrap()];
        format!("{} {}", found.status, found.reasons.join(" / "))
    };
    let some = with("id: a\nfacts: {n: 5, size: small}\n---\nid: b\nfacts: {n: 50, size: small}\n");
    assert_eq!(
        reason(&some, br#"{"facts": {"n": 60, "size": "small"}}"#),
        "met 1 of 2, 55, 27.5"
    );
    assert_eq!(
        reason(&some, br#"{"facts": {"n": 5, "size": "large"}}"#),
        "not met 2 of 2, 55, unknown"
    );
    assert_eq!(
        reason(&some, br#"{"facts": {"n": 1}}"#),
        "not met 3 of 2, 55, unknown"
    );
    assert_eq!(reason(&some, br#"{"facts": {}}"#), "unknown ");
    let none = with("id: a\nassess: false\nfacts: {n: 5}\n");
    assert_eq!(reason(&none, br#"{"facts": {"n": 60}}"#), "unknown ");
}

/// Criteria without a record of their own answer all the same.
#[test]
fn criteria_without_records_answer() {
    let mut files = small("");
    files.remove("policies/t/jurisdictions/all.yaml");
    let evaluator = made(&files, &EvaluatorOptions::default());
    assert_eq!(
        evaluator.assess(br#"{"facts": {"n": 20}}"#).verdict(),
        Ok(DeterminationKind::Eligible)
    );
    files.insert("scripts/t/enough.rhai", "//! Enough\nj.m > 3\n");
    let broken = Evaluator::new(&Snapshot::load(&files), &EvaluatorOptions::default());
    assert!(
        matches!(broken, Err(EvaluatorError::Broken(_))),
        "{broken:?}"
    );
}

#[test]
fn a_reference_of_a_request_leads_where_the_schema_lets_it() {
    let records = "id: a\nfacts: {size: large, ok: true}\n---\nid: b\nfacts: {size: small, ok: true}\n\
                   ---\nid: c\nfacts: {ok: true}\n";
    let mut files = small(records);
    let schema = files.get("policies/t/rulebook.yaml").unwrap().text();
    let limited = schema.replace(
        "{type: jurisdiction}",
        "{type: jurisdiction, references: {size: large}}",
    );
    assert_ne!(schema, limited);
    files.insert("policies/t/rulebook.yaml", &limited);
    let evaluator = made(&files, &EvaluatorOptions::default());
    for (county, status, told) in [
        ("a", Status::Met, None),
        // What nobody states is no reason to refuse it.
        ("c", Status::Met, None),
        (
            "b",
            Status::Unknown,
            Some("R130 1 the record `b` has the size `small`, expected one with `large`"),
        ),
    ] {
        let request = format!(r#"{{"facts": {{"n": 20, "county": "{county}"}}}}"#);
        let answer = evaluator.assess(request.as_bytes());
        assert_eq!(answer.finding("county"), Some(status), "{county}");
        assert_eq!(wrong(&answer).first().map(String::as_str), told, "{county}");
        let mut facts = evaluator.facts("x");
        facts.set("n", 20).unwrap().set("county", county).unwrap();
        let by_values = facts.assess();
        assert_eq!(by_values.finding("county"), Some(status), "{county}");
    }
}

#[test]
fn what_lies_too_deep_is_told_and_exhausts_nothing() {
    let evaluator = made(&small(RECORDS), &EvaluatorOptions::default());
    for deep in [
        format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000)),
        format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("{}1{}", "[{\"value\":".repeat(2_000), "}]".repeat(2_000)),
    ] {
        let fact = format!(r#"{{"facts": {{"n": {deep}}}}}"#);
        let unknown = format!(r#"{{"odd": {deep}, "facts": {{"n": 20}}}}"#);
        for request in [fact, unknown] {
            let answer = evaluator.assess(request.as_bytes());
            let told = wrong(&answer);
            assert_eq!(told, ["R127 1 values lie within one another too deep"]);
            assert!(answer.verdict().is_err());
            let mut files = small(RECORDS);
            files.insert("policies/t/jurisdictions/b.json", &request);
            files.insert("policies/t/jurisdictions/c.ndjson", &request);
            let whole = assess(&Snapshot::load(&files), &Options::default());
            let told = |file: &str| {
                let mut all = whole.diagnostics.iter();
                all.any(|one| one.file() == Some(file) && one.message.contains("too deep"))
            };
            assert!(
                told("policies/t/jurisdictions/b.json"),
                "{:?}",
                whole.diagnostics
            );
            assert!(
                told("policies/t/jurisdictions/c.ndjson"),
                "{:?}",
                whole.diagnostics
            );
        }
    }
}

#[test]
fn a_request_refers_to_itself_where_the_schema_lets_it() {
    let schema = "title: T\nas_of: 2020-01-01\nfacts:\n  code: {type: text}\n  people: {type: integer}\n  \
         seat: {type: jurisdiction, itself: true}\n  \
         hub: {type: jurisdiction, by: code, itself: true, references: {people: [1, 7]}}\n  \
         court: {type: jurisdiction}\n  place: {type: jurisdiction, by: code}\n";
    let records = "id: a\nfacts: {code: \"01\", people: 1, seat: a, hub: \"01\"}\n---\n\
         id: b\nfacts: {code: \"02\", people: 1, seat: a}\n";
    let mut files = Files::new();
    files.insert("policies/t/rulebook.yaml", schema);
    files.insert("policies/t/jurisdictions/all.yaml", records);
    files.insert(
        "scripts/t/seat.rhai",
        "//! Its seat is large\nj.seat.people >= 5 && j.known(\"seat.people\")\n",
    );
    files.insert(
        "scripts/t/hub.rhai",
        "//! Its hub is large\nj.hub.people >= 5\n",
    );
    let new = made(&files, &EvaluatorOptions::default());
    let any = made(&files, &EvaluatorOptions::default().ids(Ids::Any));
    let nothing: [&str; 0] = [];
    // By its id, and by a key of its own; a new one, and in the place of one of the folder.
    for (evaluator, id) in [(&new, "x"), (&any, "x"), (&any, "a"), (&any, "b")] {
        let request = format!(
            r#"{{"id": "{id}", "facts": {{"code": "09", "people": 7, "seat": "{id}", "hub": "09"}}}}"#
        );
        let answer = evaluator.assess(request.as_bytes());
        assert_eq!(wrong(&answer), nothing, "{request}");
        assert_eq!(statuses(&answer), [Status::Met, Status::Met], "{request}");
        assert!(answer.details().is_some());
        let mut facts = evaluator.facts(id);
        for (path, value) in [("code", "09"), ("seat", id), ("hub", "09")] {
            facts.set(path, value).unwrap();
        }
        facts.set("people", 7).unwrap();
        assert_eq!(
            statuses(&facts.assess()),
            [Status::Met, Status::Met],
            "{id}"
        );
    }
    // What it may lead to is asked of the request too; the old key of the folder's record is gone;
    // of two with one key none is found; and without `itself` nothing leads back.
    for (facts, told) in [
        (r#""code": "09", "people": 8, "hub": "09""#, "R130"),
        (r#""code": "09", "people": 7, "hub": "01""#, "R124"),
        (r#""code": "02", "people": 7, "hub": "02""#, "R124"),
        (r#""code": "09", "court": "a""#, "R125"),
        (r#""code": "09", "place": "09""#, "R125"),
        (r#""court": "b""#, "R125"),
    ] {
        let request = format!(r#"{{"id": "a", "facts": {{{facts}}}}}"#);
        let found = wrong(&any.assess(request.as_bytes()));
        assert!(
            found.len() == 1 && found[0].starts_with(told),
            "{request}: {found:?}"
        );
    }
}

#[test]
fn a_request_is_not_ranked_beside_the_record_in_whose_place_it_stands() {
    let schema = "title: T\nas_of: 2020-01-01\nfacts: {n: {type: integer}, g: {type: text}}\nstatistics:\n  \
         place: {statistic: rank, of: n, by: [g]}\n  \
         part: {statistic: cumulative share, of: n, along: n, by: [g]}\n";
    let records = "id: a\nfacts: {n: 1, g: x}\n---\nid: b\nfacts: {n: 2, g: x}\n---\n\
         id: c\nfacts: {n: 4, g: x}\n---\nid: d\nfacts: {n: 4, g: y}\n";
    let mut files = Files::new();
    files.insert("policies/t/rulebook.yaml", schema);
    files.insert("policies/t/jurisdictions/all.yaml", records);
    files.insert(
        "scripts/t/s.rhai",
        "//! S\nmet(`${stats.place} ${stats.part * 315}`)\n",
    );
    let any = made(&files, &EvaluatorOptions::default().ids(Ids::Any));
    // Each as it is in the folder; then in another place; then a new one; then one with nobody left.
    for (id, n, group, said) in [
        ("a", 1, "x", Some("1 45")),
        ("b", 2, "x", Some("2 135")),
        ("c", 4, "x", Some("3 315")),
        ("a", 5, "x", Some("3 315")),
        ("c", 1, "x", Some("1 157.5")),
        ("new", 2, "x", Some("2 175")),
        ("d", 9, "y", Some("unknown unknown")),
        ("d", 9, "x", Some("4 315")),
    ] {
        let request = format!(r#"{{"id": "{id}", "facts": {{"n": {n}, "g": "{group}"}}}}"#);
        let answer = any.assess(request.as_bytes());
        let details = answer.details().unwrap();
        let reasons = &details.findings[0].reasons;
        let found = reasons.iter().next().map(ToString::to_string);
        assert_eq!(found.as_deref(), said, "{request}");
    }
}
