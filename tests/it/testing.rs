//! Cases, accepted results, and that nothing is green on nothing.

use std::collections::BTreeMap;

use crate::common::problems;
use rulebook::accepted_results::{accepted, drift};
use rulebook::assess::{Options, assess};
use rulebook::assessment::Status;
use rulebook::input_files::Files;
use rulebook::snapshot::Snapshot;
use rulebook::test_cases::{Suite, TestOptions, TestRun, coverage, run, updated};

const RULEBOOK: &str = "\
title: T
as_of: 2017-08-03
parameters: {least: {value: 48, unit: hours}, unused: 1}
facts:
  h: {type: integer, unit: hours, range: {min: 0, max: 100}}
  a: {type: boolean}
  r: {type: jurisdiction}
";

fn files() -> Files {
    let mut files = Files::new();
    files.insert("policies/t/rulebook.yaml", RULEBOOK);
    files.insert(
        "policies/t/jurisdictions/x.yaml",
        "name: X\nfacts: {h: 30, a: true}\n",
    );
    files.insert(
        "policies/t/jurisdictions/y.yaml",
        "name: Y\nfacts: {a: true, r: x}\n",
    );
    files.insert(
        "scripts/t/hold.rhai",
        "//! Hold\nif j.h >= params.least { met(`${j.h} hours`) } else \
         { not_met(\"too short\") }\n",
    );
    files.insert(
        "scripts/t/later.rhai",
        "//! Later\n//! @from 2018-01-01\nj.a\n",
    );
    files.insert(
        "scripts/t/theirs.rhai",
        "//! Theirs\nif j.known(\"r\") { j.r.a } else { not_applicable(\"alone\") }\n",
    );
    files
}

fn with(path: &str, text: &str) -> Files {
    let mut files = files();
    files.insert(path, text);
    files
}

fn tested(files: &Files, filter: Option<&str>) -> TestRun {
    let snapshot = Snapshot::load(files);
    let suite = Suite::load(files, &snapshot);
    run(
        &snapshot,
        &suite,
        &TestOptions {
            filter: filter.map(str::to_owned),
            coverage: true,
            ..TestOptions::default()
        },
    )
}

fn yaml(text: &str) -> TestRun {
    tested(&with("tests/t/cases.yaml", text), None)
}

#[test]
fn a_case_passes_or_says_expected_and_found() {
    let run = yaml(
        "- name: Fine\n  given: {h: 48}\n  expect: {hold: met}\n  determination: eligible\n\
         - name: Wrong\n  given: {h: 47}\n  expect:\n    hold: {is: met, reason: so}\n    theirs: \
         n/a\n  determination: eligible\n\
         - name: Open\n  given: {}\n  expect: {hold: {is: unknown, unknown: [a]}}\n  unknown: \
         [h]\n",
    );
    assert_eq!(problems(&run.diagnostics), Vec::<String>::new());
    assert_eq!((run.results.len(), run.failed()), (3, 2));
    let text = |index: usize| -> Vec<String> {
        let list = run.results[index].mismatches.iter();
        list.map(|one| {
            format!(
                "{}: {}, {}, {:?}",
                one.span.position().line,
                one.what,
                one.found,
                one.because
            )
        })
        .collect()
    };
    assert_eq!(
        text(1),
        [
            "8: hold, not met, Some(\"too short\")",
            "8: reason of hold, too short, None",
            "10: determination, ineligible, None"
        ]
    );
    assert_eq!(text(2), ["13: unknown facts of hold, h, None"]);
}

#[test]
fn a_case_starts_from_a_record_with_its_own_day_parameters_and_other_records() {
    let run = yaml(
        "name: All of it\nfrom: y\ngiven: {h: 20}\nwith: {x: {a: false}}\nas_of: 2018-06-01\n\
         parameters: {least: 20}\n\
         expect: {hold: {is: met, reason: 20 hours}, later: met, theirs: not met}\n---\n\
         name: As it is\nfrom: y\nexpect: {theirs: met, hold: unknown}\nunknown: [h]\n---\n\
         name: A given reference\ngiven: {r: x}\nexpect: {theirs: met}\n",
    );
    assert_eq!(
        (problems(&run.diagnostics), run.results.len(), run.failed()),
        (Vec::new(), 3, 0),
        "{:#?}",
        run.results
    );
}

#[test]
fn a_sheet_holds_a_case_a_row() {
    let sheet = "name,h,from,param.least,as_of,expect.hold,reason.hold,determination,unknown\n\
                 \"Fine, in quotes\",50,,,,met,50 hours,,\n\
                 Short,24,,24,2017-08-03,met,,eligible,\nOpen,,y,,,unknown,,undetermined,h\n";
    let run = tested(&with("tests/t/cases.csv", sheet), None);
    assert_eq!(
        (problems(&run.diagnostics), run.results.len(), run.failed()),
        (Vec::new(), 3, 0),
        "{:#?}",
        run.results
    );
    assert_eq!(run.results[1].case.span.text(), "Short");
    let twice = tested(
        &with("tests/t/cases.csv", "name,h,h,expect.hold\nA,1,2,met\n"),
        None,
    );
    assert!(
        problems(&twice.diagnostics)
            .contains(&"R111 1 the column `h` stands here twice".to_owned())
    );
    assert!(twice.results.is_empty());
    let wrong = tested(
        &with("tests/t/cases.csv", "name,hh,expect.hodl\nA,1,met\nB,1\n"),
        None,
    );
    assert_eq!(
        problems(&wrong.diagnostics),
        [
            "R120 1 the schema has no fact `hh`",
            "R171 1 there is no condition `hodl`",
            "R114 3 this row has 2 cells, and the head has 3",
        ]
    );
}

#[test]
fn every_mistake_in_a_case_is_told_at_its_place_and_the_case_is_not_run() {
    let one = |text: &str| {
        let run = yaml(text);
        assert!(run.results.is_empty(), "{text}");
        problems(&run.diagnostics).join("; ")
    };
    for (text, problem) in [
        (
            "- {name: A, given: {h: 1}, expect: {hodl: met}}",
            "R171 1 there is no condition `hodl`",
        ),
        (
            "- {name: A, given: {hh: 1}, expect: {hold: met}}",
            "R120 1 the schema has no fact `hh`",
        ),
        (
            "- {name: A, given: {h: x}, expect: {hold: met}}",
            "R121 1 `h`: expected a whole number, found `x`",
        ),
        (
            "- {name: A, given: {h: 1}, expect: {hold: mett}}",
            "R115 1 `mett` is no outcome of a condition",
        ),
        (
            "- {name: A, given: {h: 1}, determination: elligible}",
            "R115 1 `elligible` is no determination",
        ),
        (
            "- {name: A, given: {h: 1}, expect: {later: met}}",
            "R171 1 the condition `later` is not in force on 2017-08-03",
        ),
        (
            "- {name: A, from: z, expect: {hold: met}}",
            "R124 1 there is no record `z`",
        ),
        (
            "- {name: A, given: {r: z}, expect: {hold: met}}",
            "R124 1 there is no record `z`",
        ),
        (
            "- {name: A, with: {z: {a: true}}, expect: {hold: met}}",
            "R124 1 there is no record `z`",
        ),
        (
            "- {name: A, parameters: {leest: 1}, expect: {hold: met}}",
            "R143 1 there is no parameter `leest`",
        ),
        (
            "- {name: A, parameters: {least: x}, expect: {hold: met}}",
            "R121 1",
        ),
        ("- {name: A, unknown: [hh]}", "R120 1 there is no fact `hh`"),
        (
            "- {name: A, expects: {hold: met}}",
            "R112 1 `expects` is not a key of a case",
        ),
        (
            "- {given: {h: 1}, expect: {hold: met}}",
            "R113 1 a case needs a name",
        ),
        (
            "- {name: A, expect: {hold: met}, as_of: soon}",
            "R115 1 `as_of` must be a date",
        ),
        (
            "- {name: A, given: {h: 1}, expect: {hold: {why: x}}}",
            "R112 1 `why` is not a key",
        ),
        ("- {name: A", "R110"),
        ("- 3", "R114 1 expected a case as `key: value` lines"),
    ] {
        let found = one(text);
        assert!(found.contains(problem), "{text}\n{found}");
    }
    let twice = yaml(
        "- {name: A, determination: ineligible, given: {h: 1}}\n\
         - {name: A, determination: ineligible, given: {h: 2}}\n",
    );
    assert_eq!(
        problems(&twice.diagnostics),
        ["R117 2 there are two cases with the name `A`"]
    );
}

#[test]
fn nothing_is_green_on_nothing() {
    let test = |files: &Files, filter| problems(&tested(files, filter).diagnostics).join("; ");
    let mut expected: BTreeMap<&str, (String, &str)> = BTreeMap::new();
    expected.insert(
        "no case at all",
        (test(&files(), None), "R170 0 there is nothing to test"),
    );
    let case = "- {name: A, given: {h: 50}, expect: {hold: met}}\n";
    expected.insert(
        "a filter of nothing",
        (
            test(&with("tests/t/c.yaml", case), Some("B")),
            "R160 0 no case has `B`",
        ),
    );
    for (what, text) in [
        ("an empty file", ""),
        ("only a comment", "# nothing\n"),
        ("an empty list", "[]\n"),
    ] {
        expected.insert(
            what,
            (
                test(&with("tests/t/c.yaml", text), None),
                "R170 0 this file holds no case",
            ),
        );
    }
    expected.insert(
        "an empty sheet",
        (
            test(&with("tests/t/c.csv", ""), None),
            "R170 0 this file holds no case",
        ),
    );
    expected.insert(
        "a head alone",
        (
            test(&with("tests/t/c.csv", "name,h\n"), None),
            "R170 0 this file holds no case",
        ),
    );
    for (what, text) in [
        ("no expectation", "- {name: A, given: {h: 1}}\n"),
        (
            "no expectation of a condition",
            "- {name: A, given: {h: 1}, expect: {hold: {}}}\n",
        ),
        (
            "an empty expect",
            "- {name: A, given: {h: 1}, expect: {}}\n",
        ),
        ("a row of a name alone", ""),
    ] {
        let found = match text {
            "" => test(&with("tests/t/c.csv", "name,h,expect.hold\nA,,\n"), None),
            text => test(&with("tests/t/c.yaml", text), None),
        };
        expected.insert(what, (found, "R170"));
    }
    for (what, (found, wanted)) in expected {
        assert!(found.contains(wanted), "{what}: {found}");
    }
    // And for check: no rulebook, no records, no scripts, nothing assessed, none in force, none
    // required.
    let check = |files: &Files, options: &Options| {
        problems(&assess(&Snapshot::load(files), options).diagnostics).join("; ")
    };
    let without = |prefix: &str| {
        let mut rest = files();
        let paths: Vec<String> = files()
            .paths()
            .filter(|path| path.starts_with(prefix))
            .map(str::to_owned)
            .collect();
        for path in &paths {
            rest.remove(path);
        }
        rest
    };
    let all = Options::default();
    let nowhere = Options {
        jurisdictions: vec!["nowhere".to_owned()],
        ..Options::default()
    };
    let nothing = Options {
        rulebooks: vec!["nothing".to_owned()],
        ..Options::default()
    };
    let unassessed = {
        let mut files = without("policies/t/jurisdictions/");
        files.insert(
            "policies/t/jurisdictions/z.yaml",
            "assess: false\nfacts: {h: 1}\n",
        );
        files
    };
    let advisory = {
        let mut files = without("scripts/");
        files.insert("scripts/t/a.rhai", "//! A\n//! @level advisory\nj.a\n");
        files
    };
    let expired = {
        let mut files = without("scripts/");
        files.insert("scripts/t/a.rhai", "//! A\n//! @until 2016-01-01\nj.a\n");
        files
    };
    for (what, found, wanted) in [
        (
            "no files",
            check(&Files::new(), &all),
            "R100 0 there is nothing to check",
        ),
        ("no rulebook", check(&without("policies/"), &all), "R100"),
        (
            "no rulebook file",
            check(&without("policies/t/rulebook.yaml"), &all),
            "R100",
        ),
        ("no scripts", check(&without("scripts/"), &all), "R100"),
        (
            "no records",
            check(&without("policies/t/jurisdictions/"), &all),
            "R100",
        ),
        ("no record to assess", check(&unassessed, &all), "R100"),
        ("an unknown jurisdiction", check(&files(), &nowhere), "R160"),
        ("an unknown rulebook", check(&files(), &nothing), "R160"),
        ("advisory conditions alone", check(&advisory, &all), "R161"),
        ("no condition in force", check(&expired, &all), "R161"),
        (
            "an empty record file",
            check(&with("policies/t/jurisdictions/x.yaml", "# x\n"), &all),
            "R100",
        ),
    ] {
        assert!(found.contains(wanted), "{what}: {found}");
    }
}

#[test]
fn columns_of_a_sheet_of_cases_by_other_names_are_reported_with_the_right_one() {
    let sheet = "name,given.h,params.least,expected.hold,reasons.hold\nA,47,40,met,47 hours\n";
    let run = tested(&with("tests/t/cases.csv", sheet), None);
    let told: Vec<_> = run
        .diagnostics
        .iter()
        .map(|one| {
            (
                one.help.as_deref().unwrap_or_default(),
                one.span().unwrap().position().line,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("write `h`", 1),
            ("write `param.least`", 1),
            ("write `expect.hold`", 1),
            ("write `reason.hold`", 1)
        ],
    );
    assert_eq!((run.results.len(), run.failed()), (1, 0));
    let help = |file: &str, text: &str| {
        let run = tested(&with(file, text), None);
        let told: Vec<_> = run
            .diagnostics
            .iter()
            .filter_map(|one| one.help.clone())
            .collect();
        told
    };
    let bare = "name,h,hold\nA,50,met\n";
    assert_eq!(help("tests/t/cases.csv", bare), ["write `expect.hold`"]);
    let divided = "name;h;expect.hold\nA;50;met\n";
    let as_divided = "save the sheet as CSV with commas, so that this line is `name,h,expect.hold`";
    assert_eq!(help("tests/t/cases.csv", divided), [as_divided]);
    let whole = "- {name: A, given: {h: 50}, result: ineligible}\n";
    assert_eq!(help("tests/t/cases.yaml", whole), ["write `determination`"]);
}

/// What the rulebook file has wrong is said there, and not of each case that rests on it.
#[test]
fn a_case_with_a_fact_that_could_not_be_read_is_no_second_error() {
    let mut files = with(
        "tests/t/cases.yaml",
        "- {name: A, given: {h: 50, stats.mean_h: 4}, expect: {hold: met}}\n",
    );
    for (right, wrong) in [
        ("h: {type: integer", "h: {type: float"),
        ("statistic: mean", "statistic: average"),
    ] {
        let rulebook = format!("{RULEBOOK}statistics: {{mean_h: {{statistic: mean, of: h}}}}\n");
        assert!(rulebook.contains(right));
        files.insert("policies/t/rulebook.yaml", &rulebook.replace(right, wrong));
        let run = tested(&files, None);
        assert!(run.diagnostics.is_empty(), "{:?}", run.diagnostics);
        assert!(run.results.is_empty());
    }
}

#[test]
fn update_writes_what_was_found_and_leaves_the_rest() {
    let text = "# Cases\n- name: A # one\n  given: {h: 47}\n  expect:\n    hold: \
                {is: met, reason: so} # why\n    theirs: \
                {is: met, unknown: [a, h]}\n  determination: eligible\n  unknown: [h]\n";
    let files = with("tests/t/cases.yaml", text);
    let found = updated(&tested(&files, None));
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].1,
        "# Cases\n- name: A # one\n  given: {h: 47}\n  expect:\n    hold: \
         {is: not met, reason: \"too short\"} # why\n    theirs: \
         {is: not applicable, unknown: []}\n  determination: ineligible\n  unknown: []\n"
    );
    assert_eq!(
        tested(&with("tests/t/cases.yaml", &found[0].1), None).failed(),
        0
    );
    let spoken = "//! Hold\nif j.a { met(\"100\\u00a0000 \\u200b: \\\"so\\\"\") } else { not_met(\"no\") }\n";
    let mut files = with(
        "tests/t/cases.yaml",
        "- name: B\n  given: {a: true}\n  expect: {hold: {is: met, reason: so}}\n",
    );
    files.insert("scripts/t/hold.rhai", spoken);
    let found = updated(&tested(&files, None));
    files.insert("tests/t/cases.yaml", &found[0].1);
    let again = tested(&files, None);
    assert_eq!(
        (again.failed(), again.diagnostics.len()),
        (0, 0),
        "{}",
        found[0].1
    );
    let sheet = "name,h,expect.hold,reason.hold\n\"A, b\",47,met,so\n";
    let found = updated(&tested(&with("tests/t/cases.csv", sheet), None));
    assert_eq!(
        found[0].1,
        "name,h,expect.hold,reason.hold\n\"A, b\",47,not met,too short\n"
    );
}

#[test]
fn coverage_names_branches_outcomes_boundaries_and_parameters() {
    let half = yaml("- {name: A, given: {h: 60}, expect: {hold: met}}\n");
    let found = coverage(&half);
    let hold = found
        .conditions
        .iter()
        .find(|one| one.id.as_str() == "hold")
        .unwrap();
    let branches: Vec<_> = hold
        .branches
        .iter()
        .map(|branch| (branch.answer, branch.hits))
        .collect();
    assert_eq!(branches, [(true, 1), (false, 0)]);
    assert_eq!(
        hold.outcomes,
        [(Status::Met, 1), (Status::NotMet, 0), (Status::Unknown, 0)]
    );
    let values: Vec<_> = hold.boundaries[0]
        .values
        .iter()
        .map(|(value, tried)| (value.to_string(), *tried))
        .collect();
    assert_eq!(values, [("47".to_owned(), false), ("48".to_owned(), false)]);
    let names: Vec<_> = found
        .never_varied
        .iter()
        .map(|(_, name)| name.as_str())
        .collect();
    assert_eq!(names, ["least"], "`unused` is read by no script");
    let whole = yaml(
        "- {name: A, given: {h: 48, r: x}, expect: {hold: met, theirs: met}}\n\
         - {name: B, given: {h: 47}, expect: {hold: not met, theirs: n/a}}\n\
         - {name: C, given: {}, expect: {hold: unknown}}\n\
         - {name: D, given: {h: 20}, parameters: {least: 20}, expect: {hold: met}}\n\
         - {name: E, given: {h: 19, r: x}, with: {x: {a: false}}, parameters: {least: 20}, expect: \
         {theirs: not met}}\n\
         - {name: F, given: {r: x}, with: {x: {a: unknown}}, expect: {theirs: unknown}}\n",
    );
    let found = coverage(&whole);
    assert!((found.percent() - 100.0).abs() < 1e-9, "{found:#?}");
    assert!(found.never_varied.is_empty());
    assert!(
        found
            .conditions
            .iter()
            .flat_map(|one| &one.boundaries)
            .all(|one| one.values.iter().all(|(_, tried)| *tried))
    );
}

#[test]
fn accepted_results_are_compared_until_something_moves() {
    let files = files();
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    let (name, text) = accepted(&files, &assessment).remove(0);
    assert_eq!(name, "tests/t/expected.yaml");
    let compared = |files: &Files, text: &str, options: &Options| {
        let mut files = files.clone();
        files.insert(name.as_str(), text);
        drift(
            &files,
            &assess(&Snapshot::load(&files), options),
            options.jurisdictions.is_empty(),
        )
    };
    let same = compared(&files, &text, &Options::default());
    assert!(
        same.moved.is_empty() && same.diagnostics.is_empty() && same.not_compared.is_empty(),
        "{same:?}"
    );
    // A script that changes moves a result, and so does a parameter of the rulebook.
    let mut other = files.clone();
    other.insert(
        "policies/t/rulebook.yaml",
        &RULEBOOK.replace("value: 48", "value: 24"),
    );
    let moved = compared(&other, &text, &Options::default());
    let moved: Vec<_> = moved
        .moved
        .iter()
        .map(|one| {
            format!(
                "{} {} {} {}",
                one.jurisdiction, one.what, one.accepted, one.found
            )
        })
        .collect();
    assert_eq!(
        moved,
        ["x determination ineligible eligible", "x hold not met met"]
    );
    // What an option asks is something else.
    let option = Options {
        parameters: vec![("least".to_owned(), "24".to_owned())],
        ..Options::default()
    };
    assert_eq!(compared(&files, &text, &option).not_compared, ["t"]);
    // One jurisdiction alone is compared with its own.
    let one = Options {
        jurisdictions: vec!["x".to_owned()],
        ..Options::default()
    };
    let alone = compared(
        &files,
        &text.replace(
            "x: {determination: ineligible",
            "x: {determination: eligible",
        ),
        &one,
    );
    assert_eq!(
        (alone.moved.len(), alone.diagnostics.len()),
        (1, 0),
        "{alone:?}"
    );
    // What is gone is an error; what is new is told.
    let gone = text
        .replace("  y: {", "  z: {")
        .replace("not_met: [hold]", "not_met: [hodl]");
    let gone = compared(&files, &gone, &Options::default());
    assert_eq!(
        problems(&gone.diagnostics),
        [
            "R172 6 there is no condition `hodl` in force any more",
            "R172 7 there is no jurisdiction `z` any more"
        ]
        .map(|line| {
            let line_of =
                |word: &str| text.lines().position(|line| line.contains(word)).unwrap() + 1;
            line.replace(" 6 ", &format!(" {} ", line_of("  x: {")))
                .replace(" 7 ", &format!(" {} ", line_of("  y: {")))
        })
    );
    assert!(
        gone.moved
            .iter()
            .any(|one| one.jurisdiction == "y" && one.accepted == "nothing")
    );
    for (broken, code) in [
        ("", "R170"),
        ("jurisdictions: {}\n", "R170"),
        ("x: 1\n", "R112"),
        ("a: [", "R110"),
    ] {
        let found = problems(&compared(&files, broken, &Options::default()).diagnostics).join("; ");
        assert!(found.contains(code), "{broken}: {found}");
    }
}

/// All that a comparison says, with its places.
fn drifted(files: &Files, text: &str) -> Vec<String> {
    let mut files = files.clone();
    files.insert("tests/t/expected.yaml", text);
    let found = drift(
        &files,
        &assess(&Snapshot::load(&files), &Options::default()),
        true,
    );
    let moved = found.moved.iter().map(|one| {
        let (what, place) = (&one.what, one.span.range());
        let (id, accepted, now) = (&one.jurisdiction, &one.accepted, &one.found);
        format!("{id} {what} {accepted} {now} {place:?}")
    });
    let wrong = found.diagnostics.iter().map(|one| {
        let place = one.span().map(rulebook::source::Span::range);
        format!("{} {} {place:?}", one.code.as_str(), one.message)
    });
    moved.chain(wrong).chain(found.not_compared).collect()
}

/// An id may be a word that YAML takes for something else.
#[test]
fn accepted_results_are_read_again_whatever_ids_are() {
    let mut files = files();
    let ids = "null Null NULL true no NO 007 1e3 0x10 2024-01-01 1_000";
    let rows = ids.replace(' ', ",3,true\n") + ",3,true\n";
    files.insert(
        "policies/t/jurisdictions/all.csv",
        &format!("id,h,a\n{rows}"),
    );
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    let (_, text) = accepted(&files, &assessment).remove(0);
    let places: Vec<&str> = assessment.rulebooks[0]
        .places()
        .map(|place| assessment.rulebooks[0].id(place))
        .collect();
    assert!(ids.split(' ').all(|id| places.contains(&id)), "{places:?}");
    assert_eq!(drifted(&files, &text), [""; 0], "{text}");
}

/// Lines as they are written are told without a reader of YAML, and come to the same.
#[test]
fn accepted_lines_are_read_as_yaml_reads_them() {
    let mut files = files();
    let row = |row: usize| {
        let (h, a) = (row * 7 % 100, row % 3);
        let h = if row.is_multiple_of(5) {
            String::new()
        } else {
            h.to_string()
        };
        format!("j{row:02},{h},{}\n", ["true", "false", ""][a])
    };
    let sheet: String = (0..40).map(row).collect();
    files.insert(
        "policies/t/jurisdictions/all.csv",
        &format!("id,h,a\n{sheet}"),
    );
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    let (_, text) = accepted(&files, &assessment).remove(0);
    assert_eq!(drifted(&files, &text), [""; 0]);
    let line = |id: &str| text.lines().find(|line| line.contains(id)).unwrap();
    let (one, other) = (line("j02:"), line("j03:"));
    let instead = |new: &str| text.replace(one, new);
    let texts = [
        text.replace("determination: eligible", "determination: ineligible"),
        text.replace("determination: ineligible", "determination: undetermined"),
        text.replace(", not_met: [hold]", ""),
        text.replace("not_met: [hold]", "unknown: [hold]"),
        text.replace("not_met: [hold]", "not_met: [hold], unknown: [hold]"),
        text.replace("not_met: [hold]", "not_met: [hold, hold]"),
        text.replace("not_met: [hold]", "not_met: [gone, held]"),
        text.replace("not_met: [hold]", "not_met: []"),
        text.replace("not_met: [hold]", "not_met: hold"),
        text.replace("not_met: [hold]", "not_met: [null, true, 12]"),
        text.replace("not_met: [hold]", "fault: [hold], not_met: [hold]"),
        text.replace("not_met: [hold]", "not_met: [hold"),
        instead(""),
        instead("  j02: {determination: perhaps}"),
        instead("  j02: {determination: eligible, determination: fault}"),
        instead("  j02: {}"),
        instead("  j02:"),
        instead("  j02: eligible"),
        instead("  null: {determination: eligible}"),
        instead("  j02b: {determination: eligible}"),
        instead("  02: {determination: eligible}"),
        instead("  \"j02\": {determination: eligible}"),
        instead("  - j02: {determination: eligible}"),
        instead("  j02: {determination: &kind eligible}"),
        instead("  j02: {determination: eligible,"),
        instead("\tj02: {determination: eligible}"),
        instead(&format!("{one} ")),
        instead(&format!("{one}\n{one}")),
        instead(&format!("{one}\n{other}\n{one}")),
        instead(&format!("{other}\n{one}")).replacen(&format!("{other}\n{other}"), other, 1),
        text.replace('\n', "\r\n"),
        text.replace("as_of: 2017", "as_of: 2018"),
        text.replace("as_of:", "asof:"),
        text.replace("inputs:", "---\ninputs:"),
        text.replace("inputs:", "inputs: \"a\njurisdictions:\n"),
        text.replace(
            "inputs:",
            "jurisdictions:\n  j02: {determination: fault}\ninputs:",
        ),
        text.replace("least: \"48\"", "least: 48"),
        text[..text.find("  j00").unwrap()].to_owned(),
        text[..text.find("  j02").unwrap()].to_owned(),
        text[..text.len() - 1].to_owned(),
        text[..text.len() - 2].to_owned(),
    ];
    for text in texts {
        // With a remark in it, it is read as YAML.
        let remark = if text.ends_with('\n') {
            "# by hand\n"
        } else {
            "\n# by hand\n"
        };
        assert_eq!(
            drifted(&files, &text),
            drifted(&files, &format!("{text}{remark}")),
            "{text}"
        );
    }
}

/// Cases that share what scripts come to, on whatever day and with whatever parameters, come to the
/// same as each by itself.
#[test]
fn a_case_comes_to_the_same_alone_as_among_others() {
    let files = crate::common::sample();
    let all = tested(&files, None);
    assert!(all.results.len() > 50 && all.diagnostics.is_empty());
    let shown = |run: &TestRun, name: &str| {
        let mut results = run.results.iter();
        let one = results.find(|one| one.case.name == name);
        one.map(|one| format!("{:?}", one.mismatches))
    };
    for case in &all.results {
        let name = &case.case.name;
        assert_eq!(
            shown(&tested(&files, Some(name)), name),
            shown(&all, name),
            "{name}"
        );
    }
    // On a day when criteria read otherwise.
    let mut other = files.clone();
    let source = files.get("tests/psp/readings.yaml").unwrap().text();
    let later = source.replace("determination: ", "as_of: 2019-06-02\n  determination: ");
    other.insert(
        "tests/psp/later.yaml",
        &later.replace("name: \"", "name: \"later "),
    );
    let all = tested(&other, None);
    for case in all
        .results
        .iter()
        .filter(|one| one.case.name.starts_with("later"))
    {
        let name = &case.case.name;
        assert_eq!(
            shown(&tested(&other, Some(name)), name),
            shown(&all, name),
            "{name}"
        );
    }
}
