//! The laws: what must hold for every script and every record.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rhai::{Dynamic, Engine, EvalAltResult, ImmutableString, Map, Module, Scope};
use rulebook::assess::{Options, assess};
use rulebook::assessment::{Assessment, DeterminationKind, Form, RulebookAssessment, Status};
use rulebook::fact::Date;
use rulebook::input_files::Files;
use rulebook::snapshot::Snapshot;

use crate::generate::{
    Choices, Generator, LIBRARY, NARROW_SCHEMA, Range, WIDE_SCHEMA, facts, record, values,
};
use crate::law::{enough, law};
use crate::{calendar, exact};

/// A day, for the interpreter without us.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub(crate) struct Day(pub(crate) i64);

type Checked<T> = Result<T, Box<EvalAltResult>>;

fn plain(date: &str) -> Checked<Day> {
    Date::parse(date)
        .map(|date| Day(date.days()))
        .map_err(Into::into)
}

/// The unmodified interpreter, with plain values, exact numbers and nothing of this crate but days.
fn interpreter() -> Engine {
    let mut engine = Engine::new();
    engine.set_fast_operators(false);
    exact::register(&mut engine);
    calendar::register(&mut engine);
    engine.register_fn("date", |text: ImmutableString| plain(&text));
    engine.register_fn("-", |a: Day, b: Day| a.0 - b.0);
    engine.register_fn("+", |a: Day, days: i64| Day(a.0 + days));
    engine.register_fn("==", |a: Day, b: Day| a == b);
    engine.register_fn("!=", |a: Day, b: Day| a != b);
    engine.register_fn("<", |a: Day, b: Day| a < b);
    engine.register_fn("<=", |a: Day, b: Day| a <= b);
    engine.register_fn(">", |a: Day, b: Day| a > b);
    engine.register_fn(">=", |a: Day, b: Day| a >= b);
    engine.register_fn("to_string", |a: &mut Day| {
        Date::from_days(a.0).unwrap().to_string()
    });
    engine.register_fn("band", |value: i64, ends: rhai::Array| {
        let below = ends.iter().filter(|end| end.as_int().unwrap() <= value);
        i64::try_from(below.count()).unwrap()
    });
    for (name, descending) in [("order", false), ("order_desc", true)] {
        engine.register_fn(name, move |list: rhai::Array| {
            let mut items: Vec<i64> = list.iter().map(|item| item.as_int().unwrap()).collect();
            items.sort_unstable();
            if descending {
                items.reverse();
            }
            items
                .into_iter()
                .map(Dynamic::from)
                .collect::<rhai::Array>()
        });
    }
    engine.register_fn("known", |_: &mut Map, _: ImmutableString| true);
    engine.register_fn(
        "assume",
        |record: &mut Map, path: ImmutableString, _: Dynamic| record[path.as_str()].clone(),
    );
    for verdict in ["met", "not_met", "not_applicable"] {
        engine.register_fn(verdict, move |reason: ImmutableString| {
            format!("{verdict}: {reason}")
        });
    }
    let library = engine.compile(LIBRARY).unwrap();
    let module = Module::eval_ast_as_new(Scope::new(), &library, &engine).unwrap();
    let mut resolver = rhai::module_resolvers::StaticModuleResolver::new();
    resolver.insert("lib/f", module);
    engine.set_module_resolver(resolver);
    engine
}

fn plain_value(fact: &str, text: &str) -> Dynamic {
    match fact {
        "a" | "b" => (text == "true").into(),
        "i" | "k" | "g.x" => text.parse::<i64>().unwrap().into(),
        "n" | "m" | "o" => exact::written(text),
        "d" | "e" => Dynamic::from(plain(text).unwrap()),
        "l" => text
            .trim_matches(['[', ']'])
            .split(", ")
            .filter(|x| !x.is_empty())
            .map(|x| Dynamic::from(x.parse::<i64>().unwrap()))
            .collect::<rhai::Array>()
            .into(),
        _ => text.trim_matches('"').to_owned().into(),
    }
}

fn plain_record(values: &[(&str, &str)]) -> Map {
    let mut record = Map::new();
    let mut group = Map::new();
    for (fact, text) in values {
        match fact.strip_prefix("g.") {
            Some(name) => group.insert(name.into(), plain_value(fact, text)),
            None => record.insert((*fact).into(), plain_value(fact, text)),
        };
    }
    record.insert("g".into(), group.into());
    record
}

/// What the interpreter says, as `verdict: reason`, or that it fails.
fn interpreted(
    engine: &Engine,
    script: &str,
    this: &[(&str, &str)],
    other: &[(&str, &str)],
) -> String {
    let mut record = plain_record(this);
    record.insert("r".into(), plain_record(other).into());
    let mut params = Map::new();
    params.insert("whole".into(), 24_i64.into());
    params.insert("part".into(), exact::written("1.5"));
    params.insert("colour".into(), "green".into());
    let mut scope = Scope::new();
    // A constant cannot be asked for its text.
    scope.push("j", record).push("params", params);
    match engine.eval_with_scope::<Dynamic>(&mut scope, script) {
        Ok(value) if value.is_bool() => if value.as_bool().unwrap() {
            "met: "
        } else {
            "not_met: "
        }
        .to_owned(),
        Ok(value) => value.into_string().unwrap(),
        Err(_) => "fault: ".to_owned(),
    }
}

pub(crate) fn verdict(status: Status) -> &'static str {
    match status {
        Status::Met => "met",
        Status::NotMet => "not_met",
        Status::NotApplicable => "not_applicable",
        Status::Unknown => "unknown",
        Status::Fault => "fault",
    }
}

pub(crate) fn load(schema: &str, scripts: &[(&str, &str)], records: &str) -> Assessment {
    load_with(schema, scripts, records, "")
}

/// With waivers, if there are any.
fn load_with(schema: &str, scripts: &[(&str, &str)], records: &str, waivers: &str) -> Assessment {
    let mut files = Files::new();
    files.insert("policies/laws/rulebook.yaml", schema);
    files.insert("policies/laws/jurisdictions/all.yaml", records);
    files.insert("scripts/laws/lib/f.rhai", LIBRARY);
    if !waivers.is_empty() {
        files.insert("policies/laws/waivers.yaml", waivers);
    }
    for (name, script) in scripts {
        files.insert(format!("scripts/laws/{name}.rhai"), script);
    }
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    assessment.rulebooks.iter().for_each(agree);
    assessment
}

/// What is told of many at once by columns must be what is told of each by itself.
pub(crate) fn agree(assessed: &RulebookAssessment) {
    for (place, one) in assessed.jurisdictions().enumerate() {
        assert_eq!(
            assessed.kind(place.into()),
            one.determination.kind,
            "{one:#?}"
        );
        for (condition, finding) in one.findings.iter().enumerate() {
            assert_eq!(
                assessed.status(place.into(), condition.into()),
                finding.status,
                "condition {condition} of {one:#?}"
            );
        }
    }
}

pub(crate) fn full_record(
    choices: &mut Choices<'_>,
    range: Range,
) -> Vec<(&'static str, &'static str)> {
    facts(range)
        .iter()
        .map(|fact| (*fact, choices.pick(values(range, fact))))
        .collect()
}

pub(crate) fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 1..most)
}

#[test]
fn a_tree_answers_as_the_interpreter_does() {
    let engine = interpreter();
    let seen = std::cell::RefCell::new(BTreeMap::<&str, usize>::new());
    law(10_000)
        .run(&(bytes(120), bytes(60)), |(script, records)| {
            let script = Generator::new(&mut Choices::new(&script), Range::Wide).script();
            let mut choices = Choices::new(&records);
            let (this, other) = (
                full_record(&mut choices, Range::Wide),
                full_record(&mut choices, Range::Wide),
            );
            let records = format!(
                "{}---\n{}",
                record("this", &this, Some("other")),
                record("other", &other, None)
            );
            let assessment = load(WIDE_SCHEMA, &[("s", &script)], &records);
            let laws = &assessment.rulebooks[0];
            let finding = &laws.jurisdiction("this").unwrap().findings[0];
            let ours = format!(
                "{}: {}",
                verdict(finding.status),
                finding.reasons.first().cloned().unwrap_or_default()
            );
            let theirs = interpreted(&engine, &script, &this, &other);
            let form = if matches!(laws.conditions[0].form, Form::Tabular(_)) {
                "tabular"
            } else {
                "not tabular"
            };
            *seen.borrow_mut().entry(form).or_default() += 1;
            *seen
                .borrow_mut()
                .entry(verdict(finding.status))
                .or_default() += 1;
            prop_assert_eq!(
                ours,
                theirs,
                "script:\n{}\nrecord: {:?}\nother: {:?}\n{:#?}",
                script,
                this,
                other,
                assessment.diagnostics
            );
            Ok(())
        })
        .unwrap();
    let seen = seen.into_inner();
    for kind in [
        "tabular",
        "not tabular",
        "met",
        "not_met",
        "not_applicable",
        "fault",
    ] {
        assert!(
            seen.get(kind).is_some_and(|count| *count > enough(50)),
            "too few of {kind}: {seen:?}"
        );
    }
}

/// The facts of a record and their values.
pub(crate) type Record = Vec<(&'static str, &'static str)>;

/// All ways to give the missing facts a value.
fn completions(
    known: &BTreeMap<&'static str, &'static str>,
    missing: &[&'static str],
) -> Vec<Vec<(&'static str, &'static str)>> {
    let mut all: Vec<BTreeMap<&str, &str>> = vec![known.clone()];
    for fact in missing {
        all = all
            .into_iter()
            .flat_map(|record| {
                values(Range::Narrow, fact).iter().map(move |value| {
                    let mut record = record.clone();
                    record.insert(fact, value);
                    record
                })
            })
            .collect();
    }
    all.into_iter()
        .map(|record| record.into_iter().collect())
        .collect()
}

/// A record with a few facts missing, and every completion of it, as YAML. The missing facts too.
pub(crate) fn partial(choices: &mut Choices<'_>) -> (String, Vec<Record>, Vec<&'static str>) {
    let all = facts(Range::Narrow);
    let mut known: BTreeMap<_, _> = full_record(choices, Range::Narrow).into_iter().collect();
    let other = full_record(choices, Range::Narrow);
    let mut missing: Vec<&str> = (0..=choices.below(4))
        .map(|_| all[choices.below(all.len())])
        .collect();
    missing.sort_unstable();
    missing.dedup();
    known.retain(|fact, _| !missing.contains(fact));
    let this: Vec<_> = known.iter().map(|(fact, value)| (*fact, *value)).collect();
    let completions = completions(&known, &missing);
    let mut yaml = format!(
        "{}---\n{}",
        record("this", &this, Some("other")),
        record("other", &other, None)
    );
    for (index, completion) in completions.iter().enumerate() {
        yaml += &format!(
            "---\n{}",
            record(&format!("c{index}"), completion, Some("other"))
        );
    }
    (yaml, completions, missing)
}

/// The facts in which two completions differ alone and come to different results.
fn deciding<'a, T: PartialEq>(
    completions: &[Vec<(&'a str, &'a str)>],
    results: &[T],
    missing: &[&'a str],
) -> BTreeSet<&'a str> {
    let decides = |fact: &str| {
        let without = |index: usize| -> Vec<_> {
            completions[index]
                .iter()
                .filter(|(name, _)| *name != fact)
                .collect()
        };
        let mut groups: BTreeMap<_, &T> = BTreeMap::new();
        (0..completions.len()).any(|index| {
            **groups.entry(without(index)).or_insert(&results[index]) != results[index]
        })
    };
    missing
        .iter()
        .copied()
        .filter(|fact| decides(fact))
        .collect()
}

#[test]
fn a_finding_is_exact_about_its_missing_facts() {
    let counts = std::cell::RefCell::new([0_usize; 3]);
    law(3_000)
        .run(&(bytes(100), bytes(40)), |(script, records)| {
            let script = Generator::new(&mut Choices::new(&script), Range::Narrow).script();
            let (yaml, completions, missing) = partial(&mut Choices::new(&records));
            let assessment = load(NARROW_SCHEMA, &[("s", &script)], &yaml);
            let laws = &assessment.rulebooks[0];
            let status = |id: &str| laws.jurisdiction(id).unwrap().findings[0].status;
            let results: Vec<_> = (0..completions.len())
                .map(|index| status(&format!("c{index}")))
                .collect();
            let finding = &laws.jurisdiction("this").unwrap().findings[0];
            let settled = results.iter().all(|result| *result == results[0]);
            let context = format!("script:\n{script}\n{yaml}\n{finding:?}");
            if finding.status == Status::Unknown {
                counts.borrow_mut()[1] += 1;
                prop_assert!(
                    !settled,
                    "unknown, and every completion gives {:?}\n{}",
                    results[0],
                    context
                );
                let named: BTreeSet<_> = finding.missing.iter().map(ToString::to_string).collect();
                let expected: BTreeSet<_> = deciding(&completions, &results, &missing)
                    .into_iter()
                    .map(str::to_owned)
                    .collect();
                prop_assert_eq!(named, expected, "{}", context);
            } else {
                counts.borrow_mut()[0] += 1;
                prop_assert!(
                    results.iter().all(|result| *result == finding.status),
                    "settled, and completions differ: {:?}\n{}",
                    results,
                    context
                );
            }
            Ok(())
        })
        .unwrap();
    assert!(
        counts.borrow()[..2]
            .iter()
            .all(|count| *count > enough(200)),
        "{counts:?}"
    );
}

/// What conditions begin with so that they fail for some values: then nobody knows what they say.
const FAILING: [&str; 3] = [
    "if 6 / j.i > 2 { return met(\"few\"); }\n",
    "if j.a && 4 / j.k != 2 { return not_met(\"many\"); }\n",
    "if 1 / j.i + 1 / j.k > 0 { return not_applicable(\"none\"); }\n",
];

pub(crate) const DECISIONS: [(&str, &str); 5] = [
    ("decision: all\n", ""),
    ("decision: any\n", ""),
    ("decision: {at_least: 2}\n", ""),
    (
        "decision: script\n",
        "//! Decision\nif findings.s0.met && j.a { return true; }\n\
         findings.s1.passes || findings.s2 == \"not_met\"\n",
    ),
    (
        "decision: script\n",
        "//! Decision\nif findings.count(\"met\") >= 2 { eligible(\"two\") } else \
         { ineligible(`not two, s0 is ${findings.s0}`) }\n",
    ),
];

/// Waivers of a condition for a record with gaps and for all its completions.
fn waivers(place: usize, completions: usize) -> String {
    let ids = (0..completions).map(|number| format!("c{number}"));
    let waiver = |id| {
        format!(
            "- {{jurisdiction: {id}, condition: s{place}, reason: R, granted_by: G, link: 'https://example.org'}}\n"
        )
    };
    ids.chain(["this".to_owned()]).map(waiver).collect()
}

#[test]
fn a_determination_is_exact_across_conditions() {
    let counts = std::cell::RefCell::new(BTreeMap::<String, usize>::new());
    law(2_000)
        .run(
            &(
                bytes(60),
                bytes(60),
                bytes(60),
                bytes(40),
                (0..DECISIONS.len(), 0..16_usize, 0..16_usize),
            ),
            |(a, b, c, records, (decision, failing, waived))| {
                let script =
                    |bytes: &[u8]| Generator::new(&mut Choices::new(bytes), Range::Narrow).script();
                let mut scripts = [script(&a), script(&b), script(&c)];
                // Half of the time none fails.
                for (place, script) in scripts.iter_mut().enumerate() {
                    if failing >= 8 && failing & (1 << place) != 0 {
                        script.insert_str(0, FAILING[(place + decision) % FAILING.len()]);
                    }
                }
                let [a, b, c] = scripts;
                let (line, decision) = DECISIONS[decision];
                let (yaml, completions, missing) = partial(&mut Choices::new(&records));
                let mut scripts = vec![("s0", a.as_str()), ("s1", b.as_str()), ("s2", c.as_str())];
                scripts.extend((!decision.is_empty()).then_some(("decision", decision)));
                // Half of the time none is waived.
                let waived = (0..3).filter(|place| waived >= 8 && waived & (1 << place) != 0);
                let waivers: String = waived
                    .map(|place| waivers(place, completions.len()))
                    .collect();
                let schema = format!("{NARROW_SCHEMA}{line}");
                // Of two that are alike the second has no waiver.
                let this = yaml.split("---\n").find(|one| one.contains("id: this\n"));
                let twin = this
                    .expect("it is there")
                    .replace("id: this\n", "id: twin\n");
                let yaml = format!("{yaml}---\n{twin}");
                let assessment = load_with(&schema, &scripts, &yaml, &waivers);
                let laws = &assessment.rulebooks[0];
                let kind = |id: &str| laws.jurisdiction(id).unwrap().determination.kind;
                let results: Vec<_> = (0..completions.len())
                    .map(|index| kind(&format!("c{index}")))
                    .collect();
                let determination = &laws.jurisdiction("this").unwrap().determination;
                let context =
                    format!("{scripts:#?}\n{yaml}\n{waivers}\n{determination:?}\n{results:?}");
                *counts
                    .borrow_mut()
                    .entry(determination.kind.to_string())
                    .or_default() += 1;
                if determination.kind == DeterminationKind::Undetermined {
                    prop_assert!(
                        results.iter().any(|result| *result != results[0]),
                        "undetermined, and no completion differs\n{}",
                        context
                    );
                    let named: BTreeSet<_> = determination
                        .missing
                        .iter()
                        .map(ToString::to_string)
                        .collect();
                    let expected: BTreeSet<_> = deciding(&completions, &results, &missing)
                        .into_iter()
                        .map(str::to_owned)
                        .collect();
                    prop_assert_eq!(named, expected, "{}", context);
                } else {
                    prop_assert!(
                        results.iter().all(|result| *result == determination.kind),
                        "settled, and completions differ\n{}",
                        context
                    );
                }
                Ok(())
            },
        )
        .unwrap();
    for kind in ["eligible", "ineligible", "undetermined", "fault"] {
        assert!(
            counts
                .borrow()
                .get(kind)
                .is_some_and(|count| *count > enough(20)),
            "{counts:?}"
        );
    }
}

#[test]
fn the_order_of_files_changes_nothing() {
    law(200)
        .run(&(bytes(100), bytes(60)), |(script, records)| {
            let script = Generator::new(&mut Choices::new(&script), Range::Wide).script();
            let mut choices = Choices::new(&records);
            let mut files = vec![
                (
                    "policies/laws/rulebook.yaml".to_owned(),
                    WIDE_SCHEMA.to_owned(),
                ),
                ("scripts/laws/lib/f.rhai".to_owned(), LIBRARY.to_owned()),
                ("scripts/laws/s.rhai".to_owned(), script),
                (
                    "scripts/laws/z.rhai".to_owned(),
                    "//! Z\nj.missing".to_owned(),
                ),
            ];
            for id in ["x", "y", "z"] {
                let facts = full_record(&mut choices, Range::Wide);
                let cut = choices.below(facts.len());
                files.push((
                    format!("policies/laws/jurisdictions/{id}.yaml"),
                    record(id, &facts[cut..], None),
                ));
            }
            let shown = |order: &[(String, String)]| {
                let mut all = Files::new();
                for (path, text) in order {
                    all.insert(path.clone(), text);
                }
                rulebook::render::json(&assess(&Snapshot::load(&all), &Options::default()))
            };
            let forward = shown(&files);
            files.reverse();
            prop_assert_eq!(forward, shown(&files));
            Ok(())
        })
        .unwrap();
}

/// Assesses files, and writes all that there is to say.
fn shown_whole(files: &Files) {
    let assessment = assess(&Snapshot::load(files), &Options::default());
    rulebook::render::json(&assessment);
    let plain = rulebook::render::Colour::Never;
    rulebook::render::diagnostics(&assessment.diagnostics, plain, 100);
}

#[test]
fn no_text_makes_it_panic() {
    let text = || "(?s).{0,200}";
    law(200)
        .run(&(text(), text(), text()), |(rulebook, record, script)| {
            let mut files = Files::new();
            files.insert("policies/laws/rulebook.yaml", &rulebook);
            files.insert("policies/laws/jurisdictions/a.yaml", &record);
            files.insert("scripts/laws/s.rhai", &script);
            files.insert("policies/fine/rulebook.yaml", WIDE_SCHEMA);
            files.insert("policies/fine/jurisdictions/a.yaml", &record);
            files.insert("scripts/fine/s.rhai", &script);
            shown_whole(&files);
            Ok(())
        })
        .unwrap();
}

/// What scripts are written with, and what people write who come from a sheet, a database or another
/// language: whole, and in parts.
const WORDS: &[&str] = &[
    "j.a",
    "j.since",
    "j.t",
    "j",
    ".",
    "params.least",
    "params",
    "stats.x",
    "3",
    "1.5",
    "3,000",
    "15%",
    "2024-02-29",
    "months",
    "years",
    "EUR",
    "+",
    "-",
    "*",
    "/",
    "%",
    "=",
    "==",
    "=!",
    "!=",
    "<",
    ">=",
    "=>",
    "<>",
    "->",
    "&&",
    "||",
    "&",
    "|",
    "!",
    "??",
    "?",
    "and",
    "or",
    "not",
    "AND",
    "NOT",
    "BETWEEN",
    "IN",
    "in",
    "LIKE",
    "IS",
    "NULL",
    "null",
    "is",
    "if",
    "IF",
    "else",
    "elif",
    "then",
    "end",
    "switch",
    "_",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "#{",
    ";",
    ",",
    ":",
    "..",
    "..=",
    "\"x\"",
    "'x'",
    "\"",
    "'",
    "`",
    "`${",
    "return",
    "true",
    "met(\"m\")",
    "let",
    "x",
    "for",
    "while",
    "fn",
    "lambda",
    "range",
    "date",
    "SUM",
    "IFERROR",
    "//",
    "/*",
    "no",
    "unknown",
    "“x”",
    "−",
    "\u{a0}",
];

#[test]
fn no_words_in_any_order_make_it_panic() {
    let words = proptest::collection::vec((0..WORDS.len(), 0..4_usize), 1..16);
    law(4_000)
        .run(&words, |words| {
            let parts = words
                .iter()
                .flat_map(|(word, gap)| [WORDS[*word], ["", " ", " ", "\n"][*gap]]);
            let mut files = Files::new();
            files.insert("policies/fine/rulebook.yaml", WIDE_SCHEMA);
            files.insert("policies/fine/jurisdictions/a.yaml", "facts: {}\n");
            files.insert("scripts/fine/s.rhai", &parts.collect::<String>());
            shown_whole(&files);
            Ok(())
        })
        .unwrap();
}
