//! Rows and cases that stop at derived facts say what those do that go down to the facts behind them.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use rulebook::assess::{Options, assess};
use rulebook::assessment::{Assessment, DeterminationKind, Status};
use rulebook::decision_table::{DecisionTable, TableRow};
use rulebook::impact::Impact;
use rulebook::input_files::Files;
use rulebook::render::{self, Emphasis};
use rulebook::snapshot::Snapshot;
use rulebook::tree::{Limits, Verdict};

use crate::generate::{Choices, Generator, NARROW_SCHEMA, Range, record};
use crate::law::{enough, law};
use crate::laws::{bytes, full_record, load, partial};
use crate::understanding::{rows_of_completions, status};

/// The scripts of the derived facts `p` and `q`.
fn derived(choices: &mut Choices<'_>) -> [String; 2] {
    let mut test = || Generator::new(choices, Range::Narrow).test();
    let (first, second, third) = (test(), test(), test());
    let numbers = [
        "j.i + j.g.x".to_owned(),
        "j.g.x - j.i * 2".to_owned(),
        format!("if {first} {{ j.i }} else {{ j.k }}"),
        format!("if {first} {{ 1 }} else if {second} {{ 2 }} else {{ j.k }}"),
        "j.k % j.g.x".to_owned(),
    ];
    let booleans = [
        format!("{second} && {third}"),
        format!("if {first} {{ {second} }} else {{ j.p > 1 }}"),
    ];
    let number = &numbers[choices.below(numbers.len())];
    let boolean = &booleans[choices.below(booleans.len())];
    [
        format!("//! P\n//! @type integer\n{number}\n"),
        format!("//! Q\n//! @type boolean\n{boolean}\n"),
    ]
}

/// A script that reads derived facts in the place of some others.
fn reading(script: &str, choices: &mut Choices<'_>) -> String {
    let mut script = script.to_owned();
    for (from, to) in [
        ("j.i", "j.p"),
        ("j.a", "j.q"),
        ("j.r.i", "j.r.p"),
        ("j.b", "j.q"),
    ] {
        if choices.below(3) > 0 {
            script = script.replace(from, to);
        }
    }
    script
}

#[test]
fn a_record_is_in_the_rows_of_its_completions_where_rows_stop_at_derived_facts() {
    let seen = RefCell::new(BTreeMap::<&str, usize>::new());
    law(3_000)
        .run(&(bytes(140), bytes(40)), |(script, records)| {
            let mut choices = Choices::new(&script);
            let [p, q] = derived(&mut choices);
            let script = Generator::new(&mut choices, Range::Narrow).script();
            let script = reading(&script, &mut choices);
            let (yaml, completions, _) = partial(&mut Choices::new(&records));
            let scripts = [("derive/p", &*p), ("derive/q", &*q), ("s", &*script)];
            let assessment = load(NARROW_SCHEMA, &scripts, &yaml);
            let laws = &assessment.rulebooks[0];
            let Ok(table) = DecisionTable::at_derived_facts(laws, 0.into()) else {
                return Ok(());
            };
            let count = |what| *seen.borrow_mut().entry(what).or_default() += 1;
            let named = |name: &&str| table.columns.iter().any(|one| one.name.contains(*name));
            if ["p", "q", "r.p"].iter().any(named) {
                count("with derived facts");
            }
            let context = || format!("{p}{q}{script}\n{yaml}\n{:#?}", table.rows);
            let place = |id: &str| laws.place(id).unwrap();
            let all = (0..completions.len()).map(|index| place(&format!("c{index}")));
            let all: Vec<_> = all.collect();
            for one in &all {
                let rows = || table.rows.iter().filter(|row| row.inside.contains(one));
                prop_assert_eq!(rows().count(), 1, "{:?}\n{}", one, context());
                let row = rows().next().unwrap();
                prop_assert!(!row.open.contains(one), "{}", context());
                prop_assert!(row.is_possible, "{}\n{}", row.case, context());
                prop_assert_eq!(
                    status(row.verdict),
                    laws.status(*one, 0.into()),
                    "{}",
                    context()
                );
                count(["met or not", "fault"][usize::from(row.verdict == Verdict::Fault)]);
            }
            let open_rows = rows_of_completions(&table, completions.len(), &context())?;
            (0..open_rows).for_each(|_| count("open"));
            Ok(())
        })
        .unwrap();
    let seen = seen.into_inner();
    let most = [
        ("with derived facts", 500),
        ("fault", 300),
        ("open", 300),
        ("met or not", 3_000),
    ];
    for (what, most) in most {
        let found = seen.get(what).copied().unwrap_or_default();
        assert!(found > enough(most), "{what}: {seen:?}");
    }
}

/// Decision scripts that read findings and derived facts.
const DECISIONS: [&str; 5] = [
    "if j.q { return eligible(\"by q\"); }
if findings.s0.met && j.p > 1 { eligible(\"both\") } else { ineligible(\"not both\") }",
    "if findings.s0.not_met { return ineligible(\"s0\"); }
if j.p + j.i > 3 || findings.s1.met { eligible(\"enough\") } else { ineligible(\"too little\") }",
    "if findings.count(\"met\") > 1 || j.r.p < j.p { eligible(\"a\") } else { ineligible(\"b\") }",
    "if j.p == 2 && j.k > 0 { return ineligible(\"two\"); }
if j.q && findings.s1.passes { eligible(\"a\") } else { ineligible(\"b\") }",
    "if j.q == findings.s0.met { eligible(\"alike\") } else { ineligible(\"unlike\") }",
];

#[test]
fn a_record_is_in_the_rows_of_its_completions_where_a_decision_stops_at_derived_facts() {
    let seen = RefCell::new(BTreeMap::<&str, usize>::new());
    law(1_500)
        .run(
            &(bytes(140), bytes(40), 0..DECISIONS.len()),
            |(script, records, decision)| {
                let mut choices = Choices::new(&script);
                let [p, q] = derived(&mut choices);
                let mut condition = || {
                    let script = Generator::new(&mut choices, Range::Narrow).script();
                    reading(&script, &mut choices)
                };
                let texts = [condition(), condition()];
                let (yaml, completions, _) = partial(&mut Choices::new(&records));
                let decision = format!("//! D\n{}\n", DECISIONS[decision]);
                let scripts = [
                    ("derive/p", &*p),
                    ("derive/q", &*q),
                    ("s0", &*texts[0]),
                    ("s1", &*texts[1]),
                    ("decision", &*decision),
                ];
                let schema = format!("{NARROW_SCHEMA}decision: script\n");
                let assessment = load(&schema, &scripts, &yaml);
                let laws = &assessment.rulebooks[0];
                let Ok(table) = DecisionTable::decision_at_derived_facts(laws) else {
                    return Ok(());
                };
                // A finding that fails is in no row, and is reported elsewhere.
                let mut findings = laws.jurisdictions().flat_map(|one| &one.findings);
                if findings.any(|one| one.status == Status::Fault) {
                    return Ok(());
                }
                // What it reads of a record two references away nobody states.
                let open = |place| laws.kind(place) == DeterminationKind::Undetermined;
                let mut all = (0..completions.len()).map(|one| laws.place(&format!("c{one}")));
                if all.any(|place| open(place.unwrap())) {
                    return Ok(());
                }
                let context = || format!("{p}{q}{texts:#?}\n{decision}{yaml}\n{:#?}", table.rows);
                let count = |what| *seen.borrow_mut().entry(what).or_default() += 1;
                let named = |name: &&str| table.columns.iter().any(|one| one.name == **name);
                if ["p", "q", "r.p"].iter().any(named) {
                    count("with derived facts");
                }
                for index in 0..completions.len() {
                    let place = laws.place(&format!("c{index}")).unwrap();
                    let mut rows = table.rows.iter().filter(|row| row.inside.contains(&place));
                    let row = rows.next().map(|row| row.outcome(true).to_owned());
                    let kind = laws.kind(place).to_string();
                    prop_assert_eq!(row, Some(kind), "c{}\n{}", index, context());
                    prop_assert!(rows.next().is_none(), "c{}\n{}", index, context());
                }
                let open_rows = rows_of_completions(&table, completions.len(), &context())?;
                (0..open_rows).for_each(|_| count("open"));
                Ok(())
            },
        )
        .unwrap();
    let seen = seen.into_inner();
    for (what, most) in [("with derived facts", 300), ("open", 150)] {
        let found = seen.get(what).copied().unwrap_or_default();
        assert!(found > enough(most), "{what}: {seen:?}");
    }
}

/// Records of the examples of cases, each with one that it refers to, and one that this one refers to.
fn examples(impact: &Impact, choices: &mut Choices<'_>) -> (String, Vec<(Status, Status)>) {
    let cases = impact.rulebooks[0]
        .conditions
        .iter()
        .filter_map(|one| one.cases.as_ref());
    let (mut yaml, mut wanted) = (String::new(), Vec::new());
    for case in cases.flat_map(|cases| &cases.list) {
        let Some(example) = &case.example else {
            continue;
        };
        let mut facts = [(); 3].map(|()| {
            let facts = full_record(choices, Range::Narrow).into_iter();
            facts.collect::<BTreeMap<&str, &str>>()
        });
        for (fact, value) in example {
            let (mut record, mut fact) = (0, fact.as_str());
            while let Some(behind) = fact.strip_prefix("r.") {
                (record, fact) = (record + 1, behind);
            }
            if !["p", "q"].contains(&fact) {
                facts[record].insert(fact, value);
            }
        }
        let number = wanted.len();
        let stated = |facts: &BTreeMap<&str, &str>| -> Vec<(String, String)> {
            facts
                .iter()
                .map(|(fact, value)| ((*fact).to_owned(), (*value).to_owned()))
                .collect()
        };
        for (record_of, id, to) in [
            (&facts[0], format!("e{number}"), Some(format!("o{number}"))),
            (&facts[1], format!("o{number}"), Some(format!("z{number}"))),
            (&facts[2], format!("z{number}"), None),
        ] {
            let stated = stated(record_of);
            let stated: Vec<(&str, &str)> = stated
                .iter()
                .map(|(fact, value)| (&**fact, &**value))
                .collect();
            yaml += &format!("---\n{}", record(&id, &stated, to.as_deref()));
        }
        wanted.push((status(case.before), status(case.after)));
    }
    (yaml, wanted)
}

#[test]
fn two_versions_differ_in_the_cases_that_stop_at_derived_facts() {
    let seen = RefCell::new(BTreeMap::<&str, usize>::new());
    let changes = proptest::collection::vec((any::<usize>(), any::<u8>()), 1..4);
    law(3_000)
        .run(
            &(bytes(60), bytes(120), changes, bytes(300)),
            |(names, script, changes, records)| {
                let [p, q] = derived(&mut Choices::new(&names));
                let mut other = script.clone();
                for (place, byte) in changes {
                    let length = other.len();
                    other[place % length] = byte;
                }
                let version = |bytes: &[u8]| {
                    let mut choices = Choices::new(bytes);
                    let script = Generator::new(&mut choices, Range::Narrow).script();
                    reading(&script, &mut Choices::new(&names))
                };
                let (old, new) = (version(&script), version(&other));
                let mut choices = Choices::new(&records);
                let mut yaml = record("last", &full_record(&mut choices, Range::Narrow), None);
                let other = full_record(&mut choices, Range::Narrow);
                yaml += &format!("---\n{}", record("other", &other, Some("last")));
                for index in 0..20 {
                    let facts = full_record(&mut choices, Range::Narrow);
                    yaml += &format!(
                        "---\n{}",
                        record(&format!("x{index}"), &facts, Some("other"))
                    );
                }
                let versions = |yaml: &str| {
                    [&old, &new].map(|script| {
                        let scripts = [("derive/p", &*p), ("derive/q", &*q), ("s", script)];
                        load(NARROW_SCHEMA, &scripts, yaml)
                    })
                };
                let statuses = |versions: &[Assessment; 2], id: &str| {
                    let of = |one: &Assessment| {
                        one.rulebooks[0].jurisdiction(id).unwrap().findings[0].status
                    };
                    (of(&versions[0]), of(&versions[1]))
                };
                let both = versions(&yaml);
                let impact =
                    Impact::between(&both[0], &both[1]).at_derived_facts(&both[0], &both[1]);
                let cases = impact.rulebooks[0].conditions.first();
                let cases = cases.and_then(|one| one.cases.clone()).unwrap_or_default();
                if cases.not_compared.is_some() || cases.cut_short {
                    return Ok(());
                }
                let context = || format!("{p}{q}\n{old}\n{new}\n{cases:#?}\n{yaml}");
                let pairs: Vec<_> = cases
                    .list
                    .iter()
                    .map(|one| (status(one.before), status(one.after)))
                    .collect();
                for index in 0..20 {
                    let found = statuses(&both, &format!("x{index}"));
                    let told = found.0 == found.1 || pairs.contains(&found);
                    prop_assert!(told, "{:?}\n{}", found, context());
                }
                let (yaml, wanted) = examples(&impact, &mut choices);
                let both = versions(&yaml);
                for (number, wanted) in wanted.into_iter().enumerate() {
                    let found = statuses(&both, &format!("e{number}"));
                    prop_assert_eq!(found, wanted, "e{}\n{}\n{}", number, yaml, context());
                    *seen.borrow_mut().entry("examples").or_default() += 1;
                }
                let derived =
                    |case: &str| case.contains(" p ") || case.contains('q') || case.contains("p =");
                if cases.list.iter().any(|one| derived(&one.case)) {
                    *seen
                        .borrow_mut()
                        .entry("told by derived facts")
                        .or_default() += 1;
                }
                Ok(())
            },
        )
        .unwrap();
    let seen = seen.into_inner();
    for (what, most) in [("examples", 600), ("told by derived facts", 200)] {
        let found = seen.get(what).copied().unwrap_or_default();
        assert!(found > enough(most), "{what}: {seen:?}");
    }
}

const RULEBOOK: &str = "title: Help
as_of: 2026-01-01
parameters:
  most_share: {value: 60, unit: percent}
facts:
  debt: {type: integer, range: {min: 0, max: 1000}}
  income: {type: integer, range: {min: 0, max: 1000}}
  renters: {type: integer, range: {min: 0, max: 100000}}
";

const SHARE: &str = "//! Share\n//! @type number\nj.debt * 100.0 / j.income\n";
const SIZE: &str =
    "//! Size\n//! @choices small, large\nif j.renters < 100 { \"small\" } else { \"large\" }\n";
const OWES: &str = "//! It owes little
if j.share > params.most_share { return j.debt > 0; }
if j.size == \"large\" && j.renters < 50 { return true; }
j.share < 20
";

fn help(scripts: [&str; 3], limits: Limits, most_share: &str) -> Assessment {
    let options = Options {
        limits,
        parameters: vec![("most_share".to_owned(), most_share.to_owned())],
        ..Options::default()
    };
    assess(&Snapshot::load(&help_files(scripts)), &options)
}

fn help_files(scripts: [&str; 3]) -> Files {
    let mut files = Files::new();
    files.insert("policies/h/rulebook.yaml", RULEBOOK);
    files.insert(
        "policies/h/jurisdictions/all.csv",
        "id,debt,income,renters\na,10,100,50\nb,,100,50\nc,10,0,5000\n",
    );
    for (name, script) in ["derive/share", "derive/size", "owes"].iter().zip(scripts) {
        files.insert(format!("scripts/h/{name}.rhai"), script);
    }
    files
}

fn rows(table: &DecisionTable<'_>) -> Vec<String> {
    let row = |row: &TableRow| {
        let names = |places: &[_]| {
            let names = places.iter().map(|place| table.jurisdiction(*place));
            names.collect::<Vec<_>>().concat()
        };
        let (inside, open) = (names(&row.inside), names(&row.open));
        format!("{}: {} [{inside}] [{open}]", row.case, row.outcome(false))
    };
    table.rows.iter().map(row).collect()
}

#[test]
fn derived_facts_are_cells_and_no_row_is_one_that_cannot_be() {
    let assessment = help([SHARE, SIZE, OWES], Limits::default(), "60");
    let table = DecisionTable::at_derived_facts(&assessment.rulebooks[0], 0.into()).unwrap();
    // A share above 60 is one of some debt, and nobody is large with 50 renters.
    let expected = [
        "share cannot be calculated: fault [c] []",
        "share > 60 and debt is not 0: met [] [b]",
        "share < 20 and size = large and renters >= 50: met [] []",
        "20 <= share <= 60 and size = large and renters >= 50: not met [] []",
        "share < 20 and size = small: met [a] [b]",
        "20 <= share <= 60 and size = small: not met [] [b]",
    ];
    assert_eq!(rows(&table), expected);
    let expanded = DecisionTable::of_condition(&assessment.rulebooks[0], 0.into()).unwrap();
    let names: Vec<&str> = expanded.columns.iter().map(|one| &*one.name).collect();
    assert_eq!(
        names.first(),
        Some(&"((debt * 100) / income) can be calculated"),
        "{names:?}"
    );
    // Where there are more ways behind than are followed, rows go down to them.
    let few = help([SHARE, SIZE, OWES], Limits::all(1), "60");
    let few = &few.rulebooks[0];
    let (at_derived, expanded) = (
        DecisionTable::at_derived_facts(few, 0.into()),
        DecisionTable::of_condition(few, 0.into()),
    );
    assert_eq!(at_derived.is_ok(), expanded.is_ok());
    if let (Ok(one), Ok(other)) = (at_derived, expanded) {
        assert_eq!(rows(&one), rows(&other));
    }
}

#[test]
fn a_change_of_a_derived_fact_is_that_change_and_no_list_of_what_lies_behind() {
    let told = |scripts: [&str; 3], most_share: &str| {
        let before = help([SHARE, SIZE, OWES], Limits::default(), "60");
        let after = help(scripts, Limits::default(), most_share);
        let impact = Impact::between(&before, &after).at_derived_facts(&before, &after);
        let text = render::impact(&impact, "one", "other", Emphasis::Plain(200));
        let start = text.find("Cases in which").expect("they differ");
        let lines = text[start..].lines().skip(1).map(str::trim);
        lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        told([SHARE, SIZE, OWES], "50"),
        [
            "50 < share <= 60 and debt is not 0 and size = large and renters >= 50: not met -> met",
            "50 < share <= 60 and debt is not 0 and size = small: not met -> met",
        ]
    );
    let other = SHARE.replace("100.0", "10.0");
    assert_eq!(
        told([&other, SIZE, OWES], "60"),
        ["share is calculated otherwise; `--expand` shows the cases behind it"]
    );
    // With another condition beside it, a name would mean two things.
    let script = OWES.replace("< 20", "< 10");
    let both = told([&other, SIZE, &script], "60").join("\n");
    assert!(both.contains("((debt * 100) / income)"), "{both}");
    assert_eq!(
        told([SHARE, SIZE, &script], "60"),
        [
            "10 <= share < 20 and size = large and renters >= 50: met -> not met",
            "10 <= share < 20 and size = small: met -> not met",
        ]
    );
    // A share that is asked about earlier is missed earlier.
    let script = "//! It owes little\nif j.debt == 0 { return true; }\n".to_owned()
        + OWES.split_once('\n').unwrap().1;
    assert_eq!(
        told([SHARE, SIZE, &script], "60"),
        ["debt = 0 and share cannot be calculated: fault -> met"]
    );
}

const TWICE: &str = "//! Share\n//! @type integer\nj.debt * 2\n";

#[test]
fn a_change_of_the_decision_script_stops_at_derived_facts_unless_asked_to_go_on() {
    let version = |size: &str| {
        let mut files = help_files([TWICE, SIZE, OWES]);
        let script = format!(
            "//! All of it\nif findings.owes.met && j.size == \"{size}\" {{ return eligible(); }}\nineligible()\n"
        );
        files.insert("scripts/h/decision.rhai", &script);
        let rulebook = RULEBOOK.replace("as_of:", "decision: script\nas_of:");
        files.insert("policies/h/rulebook.yaml", &rulebook);
        let assessment = assess(&Snapshot::load(&files), &Options::default());
        assert!(!assessment.has_errors(), "{:#?}", assessment.diagnostics);
        assessment
    };
    let (before, after) = (version("large"), version("small"));
    let expanded = Impact::between(&before, &after);
    let short = expanded.clone().at_derived_facts(&before, &after);
    let text = |impact: &Impact| render::impact(impact, "one", "other", Emphasis::Plain(200));
    let of_cases = |text: String| {
        let (_, cases) = text.split_once("differs\n").unwrap();
        cases
            .lines()
            .map(|line| line.trim().to_owned())
            .collect::<Vec<_>>()
    };
    let size = [
        "owes is met and size = large: eligible -> ineligible",
        "owes is met and size = small: ineligible -> eligible",
    ];
    assert_eq!(of_cases(text(&short)), size);
    let renters = [
        "owes is met and renters < 100: ineligible -> eligible",
        "owes is met and renters >= 100: eligible -> ineligible",
    ];
    assert_eq!(of_cases(text(&expanded)), renters);
}
