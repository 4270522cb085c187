//! From one version to another: who is concerned, and because of which change.

use rulebook::assess::{Options, assess, assess_after};
use rulebook::assessment::Assessment;
use rulebook::fact::Date;
use rulebook::impact::{Cause, Impact};
use rulebook::input_files::Files;
use rulebook::render::{self, Emphasis};
use rulebook::snapshot::Loader;

const RULEBOOK: &str = "\
title: T
as_of: 2017-08-03
parameters:
  least: {value: 48, unit: hours}
  other: {value: 1}
facts:
  h: {type: integer, unit: hours, range: {min: 0, max: 100}}
  a: {type: boolean}
  r: {type: jurisdiction}
";

fn files() -> Files {
    let mut files = Files::new();
    files.insert("policies/t/rulebook.yaml", RULEBOOK);
    files.insert(
        "policies/t/jurisdictions/all.yaml",
        "id: x\nname: X\nfacts: {h: 30, a: true, r: y}\n---\nid: y\nname: Y\n\
         facts: {h: 60, a: true, r: w}\n---\nid: w\nassess: false\nfacts: {a: true}\n",
    );
    files.insert(
        "scripts/t/hold.rhai",
        "//! Hold\nimport \"lib/f\" as f;\nf::enough(j.h, params.least)\n",
    );
    files.insert("scripts/t/ready.rhai", "//! Ready\nj.r.a\n");
    files.insert(
        "scripts/t/lib/f.rhai",
        "fn enough(h, least) { h >= least }\n",
    );
    files
}

fn edited(edits: &[(&str, &str, &str)]) -> Files {
    let mut files = files();
    for (path, from, to) in edits {
        let text = files.get(path).unwrap().text().to_owned();
        assert!(text.contains(from), "{path} has no {from}");
        files.insert(*path, &text.replacen(from, to, 1));
    }
    files
}

fn between(before: &Files, after: &Files, options: &Options) -> (Impact, Assessment, Assessment) {
    let mut loader = Loader::default();
    let old = assess(&loader.load(before), &Options::default());
    let new = assess_after(&loader.load(after), options, &old);
    (Impact::between(&old, &new), old, new)
}

/// The causes of a finding of X, and of its determination, as text.
fn causes(after: &Files, options: &Options, condition: &str) -> Vec<String> {
    let (impact, _, new) = between(&files(), after, options);
    assert!(
        new.diagnostics.iter().all(|one| !one.is_error()),
        "{:?}",
        new.diagnostics
    );
    let rulebook = &impact.rulebooks[0];
    let Some(one) = rulebook
        .jurisdictions
        .iter()
        .find(|one| one.delta.id.as_str() == "x")
    else {
        return Vec::new();
    };
    let named = one
        .delta
        .findings
        .iter()
        .zip(&one.findings)
        .find(|(finding, _)| finding.condition.as_str() == condition);
    let list = named.map_or_else(|| one.causes.clone(), |(_, causes)| causes.to_vec());
    let text = |cause: &Cause| match cause {
        Cause::Fact(index) => {
            let change = &rulebook.facts[*index];
            format!("fact {}.{}", change.jurisdiction, change.schema.path)
        }
        other => format!("{other:?}"),
    };
    list.iter().map(text).collect()
}

const HOLD: &str = "scripts/t/hold.rhai";
const ALL: &str = "policies/t/jurisdictions/all.yaml";
const BOOK: &str = "policies/t/rulebook.yaml";

#[test]
fn a_finding_names_what_made_it_differ_and_nothing_else() {
    let plain = Options::default();
    let script = (HOLD, "params.least", "24");
    assert_eq!(
        causes(&edited(&[script]), &plain, "hold"),
        ["File(\"scripts/t/hold.rhai\")"]
    );
    let library = ("scripts/t/lib/f.rhai", "h >= least", "h >= least - 30");
    assert_eq!(
        causes(&edited(&[library]), &plain, "hold"),
        ["File(\"scripts/t/lib/f.rhai\")"]
    );
    let parameter = (BOOK, "value: 48", "value: 24");
    assert_eq!(
        causes(&edited(&[parameter]), &plain, "hold"),
        ["Parameter(\"least\")"]
    );
    let unrelated = (BOOK, "value: 1", "value: 2");
    assert_eq!(
        causes(&edited(&[parameter, unrelated]), &plain, "hold"),
        ["Parameter(\"least\")"]
    );
    let fact = (ALL, "h: 30", "h: 50");
    assert_eq!(causes(&edited(&[fact]), &plain, "hold"), ["fact x.h"]);
    let other_fact = (ALL, "h: 60", "h: 70");
    assert_eq!(
        causes(&edited(&[script, other_fact]), &plain, "hold"),
        ["File(\"scripts/t/hold.rhai\")"]
    );
    let option = Options {
        parameters: vec![("least".to_owned(), "24".to_owned())],
        ..Options::default()
    };
    assert_eq!(causes(&files(), &option, "hold"), ["Parameter(\"least\")"]);
}

#[test]
fn of_several_changes_those_count_that_do_it_alone() {
    let plain = Options::default();
    // The fact alone does it; the script alone does as well.
    let (script, fact) = ((HOLD, "params.least", "24"), (ALL, "h: 30", "h: 50"));
    assert_eq!(
        causes(&edited(&[script, fact]), &plain, "hold"),
        ["File(\"scripts/t/hold.rhai\")", "fact x.h"]
    );
    // The fact alone does not.
    let (script, fact) = ((HOLD, "params.least", "24"), (ALL, "h: 30", "h: 31"));
    assert_eq!(
        causes(&edited(&[script, fact]), &plain, "hold"),
        ["File(\"scripts/t/hold.rhai\")"]
    );
    // Only both together.
    let (script, fact) = ((HOLD, "params.least", "40"), (ALL, "h: 30", "h: 45"));
    assert_eq!(
        causes(&edited(&[script, fact]), &plain, "hold"),
        ["File(\"scripts/t/hold.rhai\")", "fact x.h"]
    );
    // Script and parameter: the parameter is no longer read.
    let (script, parameter) = (
        (HOLD, "params.least", "20"),
        (BOOK, "value: 48", "value: 47"),
    );
    assert_eq!(
        causes(&edited(&[script, parameter]), &plain, "hold"),
        ["File(\"scripts/t/hold.rhai\")"]
    );
}

#[test]
fn a_statistic_that_moved_because_of_others_has_no_other_cause() {
    let book = "title: T
as_of: 2017-08-03
parameters:
  least: {value: 5, type: integer, range: {min: 0, max: 9}}
facts:
  a: {type: integer}
  b: {type: integer}
statistics:
  mean: {statistic: mean, of: a}
  score: {statistic: mean, of: score}
";
    let mut before = Files::new();
    before.insert(BOOK, book);
    before.insert(
        ALL,
        "id: x\nfacts: {a: 3, b: 1}\n---\nid: y\nfacts: {a: 1, b: 9}\n",
    );
    before.insert(
        "scripts/t/derive/score.rhai",
        "//! S\n//! @type integer\nj.b + params.least\n",
    );
    before.insert("scripts/t/above.rhai", "//! A\nj.a > stats.mean\n");
    before.insert("scripts/t/scored.rhai", "//! B\nstats.score > 10\n");
    before.insert("scripts/t/enough.rhai", "//! E\nj.b >= params.least\n");
    let mut after = before.clone();
    after.insert(BOOK, &book.replace("value: 5", "value: 9"));
    after.insert(
        ALL,
        "id: x\nfacts: {a: 3, b: 1}\n---\nid: y\nfacts: {a: 9, b: 9}\n",
    );
    let (impact, ..) = between(&before, &after, &Options::default());
    let rulebook = &impact.rulebooks[0];
    let x = rulebook
        .jurisdictions
        .iter()
        .find(|one| one.delta.id.as_str() == "x")
        .unwrap();
    let causes = |condition: &str| {
        let mut all = x.delta.findings.iter().zip(&x.findings);
        let (_, causes) = all
            .find(|(finding, _)| finding.condition.as_str() == condition)
            .unwrap();
        causes.to_vec()
    };
    let above = causes("above");
    assert!(
        matches!(&above[..], [Cause::Statistic(change)] if change.by_others && change.path == "stats.mean"),
        "{above:?}"
    );
    let scored = causes("scored");
    assert!(
        matches!(&scored[..], [Cause::Parameter(least), Cause::Statistic(change)]
            if least == "least" && !change.by_others && change.path == "stats.score"),
        "{scored:?}"
    );
}

#[test]
fn a_fact_of_another_record_and_the_reference_to_it_are_causes() {
    let plain = Options::default();
    let theirs = (ALL, "h: 60, a: true", "h: 60, a: false");
    assert_eq!(causes(&edited(&[theirs]), &plain, "ready"), ["fact y.a"]);
    let mut moved = edited(&[(ALL, "r: y", "r: z")]);
    moved.insert(
        "policies/t/jurisdictions/z.yaml",
        "assess: false\nfacts: {a: false}\n",
    );
    assert_eq!(causes(&moved, &plain, "ready"), ["fact x.r"]);
}

#[test]
fn levels_dates_decisions_and_schemas_are_causes() {
    let plain = Options::default();
    let advisory = (HOLD, "//! Hold\n", "//! Hold\n//! @level advisory\n");
    assert_eq!(causes(&edited(&[advisory]), &plain, "none"), ["Level"]);
    let later = (HOLD, "//! Hold\n", "//! Hold\n//! @from 2018-01-01\n");
    assert_eq!(causes(&edited(&[later]), &plain, "hold"), ["NotInForce"]);
    let mut gone = files();
    gone.remove(HOLD);
    assert_eq!(causes(&gone, &plain, "hold"), ["Removed"]);
    let any = (BOOK, "as_of:", "decision: any\nas_of:");
    assert_eq!(causes(&edited(&[any]), &plain, "none"), ["Decision"]);
    let (impact, ..) = between(&files(), &edited(&[any]), &plain);
    let cases = impact.rulebooks[0].decision.as_ref().unwrap();
    let cases: Vec<_> = cases.list.iter().map(|case| case.case.as_str()).collect();
    assert_eq!(
        cases,
        [
            "hold is not met and ready is met",
            "hold is met and ready is not met",
            "hold is n/a and ready is n/a"
        ]
    );
    let dated = (
        BOOK,
        "{value: 48, unit: hours}",
        "{value: [{value: 48, to: 2017-12-31}, {value: 24, from: 2018-01-01}], unit: hours}",
    );
    let day = Options {
        as_of: Date::parse("2018-06-01").ok(),
        ..Options::default()
    };
    assert_eq!(
        causes(&edited(&[dated]), &day, "hold"),
        ["Parameter(\"least\")"]
    );
    let wider = (BOOK, "max: 100", "max: 200");
    let (impact, ..) = between(&files(), &edited(&[wider]), &plain);
    let rulebook = &impact.rulebooks[0];
    assert_eq!(rulebook.settings[0].what, "schema of h");
    assert!(rulebook.conditions.is_empty() && rulebook.jurisdictions.is_empty());
}

#[test]
fn a_fact_of_another_kind_is_not_compared_case_by_case() {
    let number = (BOOK, "h: {type: integer", "h: {type: number");
    let script = (HOLD, "params.least", "24");
    let (impact, ..) = between(&files(), &edited(&[number, script]), &Options::default());
    let cases = impact.rulebooks[0].conditions[0].cases.as_ref().unwrap();
    assert!(
        cases
            .not_compared
            .as_ref()
            .unwrap()
            .why
            .contains("`h` is of another kind now")
    );
}

#[test]
fn a_script_that_no_tree_can_hold_is_compared_over_the_records() {
    let looping = (
        HOLD,
        "f::enough(j.h, params.least)",
        "let n = 0; for t in [j.h] { if t.to_string() == \"30\" { n += 1; } } n == 1",
    );
    let (impact, old, new) = between(&files(), &edited(&[looping]), &Options::default());
    let rulebook = &impact.rulebooks[0];
    let cases = rulebook.conditions[0].cases.as_ref().unwrap();
    let why = cases.not_compared.as_ref().expect("it is not tabular");
    assert_eq!(why.place.as_ref().unwrap().source().name(), HOLD);
    assert!(
        rulebook
            .jurisdictions
            .iter()
            .any(rulebook::impact::JurisdictionImpact::gained),
        "{:#?}\n{:?}",
        rulebook.jurisdictions,
        new.diagnostics
    );
    // And the other way round.
    let back = Impact::between(&new, &old);
    assert!(
        back.rulebooks[0].conditions[0]
            .cases
            .as_ref()
            .unwrap()
            .not_compared
            .is_some()
    );
}

/// A script with a loop, over days and a limit.
fn looping(edits: &[(&str, &str, &str)]) -> Files {
    let script = "let n = 0; for d in [j.h] { if d <= params.least { n += 1; } } \
                  n == 1 || params.as_of > date(\"2018-01-01\")";
    let begin = (HOLD, "f::enough(j.h, params.least)", script);
    let mut files = edited(&[begin]);
    for (path, from, to) in edits {
        let text = files.get(path).unwrap().text().replacen(from, to, 1);
        files.insert(*path, &text);
    }
    files
}

#[test]
fn a_parameter_that_a_loop_reads_is_a_cause() {
    let shown = |after: &Files, options: &Options| {
        let (impact, ..) = between(&looping(&[]), after, options);
        let rulebook = &impact.rulebooks[0];
        let of_x = rulebook
            .jurisdictions
            .iter()
            .find(|one| one.delta.id.as_str() == "x");
        let of_x = of_x.map(|one| format!("{:?}", one.findings));
        (of_x, rulebook.conditions.len())
    };
    let plain = Options::default();
    let lower = (BOOK, "value: 48", "value: 24");
    let unread = (BOOK, "value: 1", "value: 2");
    let least = Some("[[Parameter(\"least\")]]".to_owned());
    assert_eq!(shown(&looping(&[lower]), &plain), (least.clone(), 1));
    assert_eq!(shown(&looping(&[lower, unread]), &plain), (least, 1));
    assert_eq!(shown(&looping(&[unread]), &plain), (None, 0));
    let later = Options {
        as_of: Date::parse("2019-01-01").ok(),
        parameters: vec![("least".to_owned(), "24".to_owned())],
        ..Options::default()
    };
    let (impact, ..) = between(&looping(&[lower]), &looping(&[lower]), &later);
    let of_x = &impact.rulebooks[0].jurisdictions[0];
    assert_eq!(format!("{:?}", of_x.findings), "[[Parameter(\"as_of\")]]");
}

/// No tree holds the script: each change is tried by running it over the record.
#[test]
fn of_the_changes_of_a_script_without_a_tree_those_count_that_do_it_alone() {
    let script = "let n = 0; for t in [j.h] { if t.to_string() == \"30\" { n += 1; } } \
                  n == 1 && params.least > 40";
    let files = |edits: &[(&str, &str, &str)]| {
        let mut all = vec![(HOLD, "f::enough(j.h, params.least)", script)];
        all.extend(edits);
        edited(&all)
    };
    let of_x = |edits: &[(&str, &str, &str)]| {
        let (impact, ..) = between(&files(&[]), &files(edits), &Options::default());
        let found = impact.rulebooks[0].jurisdictions.iter();
        let mut of_x = found.filter(|one| one.delta.id.as_str() == "x");
        of_x.next().map(|one| format!("{:?}", one.findings))
    };
    let lower = (BOOK, "value: 48", "value: 24");
    let same = (HOLD, "n == 1 &&", "1 == n &&");
    let never = (HOLD, "n == 1 &&", "n == 2 &&");
    let file = "[[File(\"scripts/t/hold.rhai\")]]".to_owned();
    let least = "[[Parameter(\"least\")]]".to_owned();
    assert_eq!(of_x(&[same, lower]), Some(least));
    assert_eq!(of_x(&[never]), Some(file));
    let both = "[[File(\"scripts/t/hold.rhai\"), Parameter(\"least\")]]".to_owned();
    assert_eq!(of_x(&[never, lower]), Some(both));
}

#[test]
fn cases_are_among_what_both_versions_allow() {
    let version = |most: u32, script: &str| {
        let mut files = Files::new();
        let facts = format!(
            "  n: {{type: integer, range: {{min: 0, max: {most}}}}}\n  \
             k: {{type: choice, choices: [x, y]}}\n"
        );
        files.insert(
            "policies/t/rulebook.yaml",
            &format!("title: T\nas_of: 2020-01-01\nfacts:\n{facts}"),
        );
        files.insert("policies/t/jurisdictions/a.yaml", "facts: {n: 5, k: y}\n");
        files.insert("scripts/t/c.rhai", &format!("//! C\n{script}\n"));
        files
    };
    let before = version(10, "j.n > 20 || j.k == \"x\"");
    let cases = |after: &Files| {
        let (impact, ..) = between(&before, after, &Options::default());
        let conditions = impact.rulebooks[0].conditions.iter();
        let cases = conditions.filter_map(|one| one.cases.as_ref());
        let found: Vec<_> = cases
            .flat_map(|cases| cases.list.iter().map(|case| case.case.clone()))
            .collect();
        (found, impact.rulebooks[0].conditions.len())
    };
    let beyond = version(100, "j.n > 30 || j.k == \"x\"");
    assert_eq!(cases(&beyond), (vec![], 0));
    let within = version(100, "j.n > 8 || j.k == \"x\"");
    assert_eq!(
        cases(&within),
        (vec!["k = y and 8 < n <= 10".to_owned()], 1)
    );
}

#[test]
fn nothing_changed_is_said_so() {
    let (impact, ..) = between(&files(), &files(), &Options::default());
    assert!(
        impact
            .rulebooks
            .iter()
            .all(rulebook::impact::RulebookImpact::is_empty)
    );
    let text = render::impact(&impact, "a", "b", Emphasis::Plain(80));
    assert_eq!(
        text,
        "From a to b\n\n  T: the results of all 2 jurisdictions are as they were.\n"
    );
}

#[test]
fn an_assessment_after_another_is_the_same_whatever_the_options() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = rulebook::disk::read(root).unwrap();
    let set = |reading: &str| vec![("reading".to_owned(), reading.to_owned())];
    let options = [
        Options::default(),
        Options {
            parameters: set("control"),
            ..Options::default()
        },
        Options {
            parameters: set("operator"),
            ..Options::default()
        },
        Options {
            as_of: Date::parse("2017-07-01").ok(),
            ..Options::default()
        },
        Options {
            as_of: Date::parse("2019-07-01").ok(),
            parameters: set("operator"),
            ..Options::default()
        },
        Options {
            jurisdictions: vec!["stockton-ca".to_owned()],
            ..Options::default()
        },
    ];
    let mut loader = Loader::default();
    let snapshot = loader.load(&files);
    for before in &options {
        let earlier = assess(&snapshot, before);
        for after in &options {
            let (cold, warm) = (
                assess(&snapshot, after),
                assess_after(&snapshot, after, &earlier),
            );
            assert_eq!(
                render::json(&cold),
                render::json(&warm),
                "{before:?} then {after:?}"
            );
        }
    }
}

/// Places in counties, with a derived fact, a mean and a parameter of which the sums of two depend.
fn counties(limit: u32, incomes: &[u32]) -> Files {
    let mut files = Files::new();
    files.insert(
        "policies/t/rulebook.yaml",
        &format!(
            "title: Grant\nas_of: 2024-01-01\nfacts:\n  county: {{type: text}}\n  income: {{type: number}}\n  \
             debt: {{type: number}}\nparameters:\n  limit: {limit}\nstatistics:\n  mean: {{statistic: mean, \
             of: income}}\n",
        ),
    );
    files.insert(
        "scripts/t/need.rhai",
        "//! Need\nj.income + j.debt < params.limit && j.income < stats.mean\n",
    );
    files.insert(
        "scripts/t/low.rhai",
        "//! Low\nj.income - j.debt < params.limit\n",
    );
    let mut sheet = "id,county,income,debt\n".to_owned();
    for (number, income) in incomes.iter().enumerate() {
        let county = ["North", "South", ""][number % 3];
        sheet.push_str(&format!("p{number:02},{county},{income},0\n"));
    }
    files.insert("policies/t/jurisdictions/all.csv", &sheet);
    files
}

#[test]
fn groups_are_counted_causes_stand_once_and_parameters_are_told_apart() {
    let incomes: Vec<u32> = (0..12).map(|number| 20 + number * 10).collect();
    let (before, after) = (counties(60, &incomes), counties(90, &incomes));
    let options = Options::default();
    let (impact, before, after) = between(&before, &after, &options);
    let by = ["county".to_owned()];
    let impact = impact.by(&before, &after, &by).unwrap();
    let rulebook = &impact.rulebooks[0];
    let groups = rulebook.groups.as_ref().unwrap();
    // The groups add up to what changed and to all there are.
    let moved: usize = groups.list.iter().flat_map(|one| one.moved.values()).sum();
    let all: usize = groups.list.iter().map(|group| group.all).sum();
    assert_eq!((moved, all), (rulebook.jurisdictions.len(), 12));
    for group in &groups.list {
        let county = group.key[0].as_ref().map(ToString::to_string);
        let own = |id: &str| {
            after.rulebooks[0]
                .value_of(id, "county")
                .map(|one| one.to_string())
        };
        let count = rulebook.delta.jurisdictions.iter();
        let count = count.filter(|one| own(one.id.as_str()) == county).count();
        assert_eq!(group.moved.values().sum::<usize>(), count, "{county:?}");
    }
    let text = render::impact(&impact, "a", "b", Emphasis::Plain(100));
    let cause = "parameter limit: 60 -> 90";
    assert_eq!(text.matches(cause).count(), 1, "{text}");
    assert!(
        text.contains("limit (was 60)") && text.contains("limit (now 90)"),
        "{text}"
    );
    // No example is at the end of all numbers.
    assert!(!text.contains("000000000000000"), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn those_to_whom_the_same_happened_stand_together_with_their_own_values() {
    let incomes: Vec<u32> = (0..12).map(|number| 20 + number * 10).collect();
    let more: Vec<u32> = incomes.iter().map(|income| income + 25).collect();
    let (impact, ..) = between(
        &counties(60, &incomes),
        &counties(60, &more),
        &Options::default(),
    );
    insta::assert_snapshot!(render::impact(&impact, "a", "b", Emphasis::Plain(100)));
}

#[test]
fn what_cannot_be_grouped_by_is_an_error() {
    let files = counties(60, &[1, 2, 3]);
    let (impact, before, after) = between(&files, &files, &Options::default());
    let error = impact
        .by(&before, &after, &["cuonty".to_owned()])
        .unwrap_err();
    assert!(error.help.unwrap().contains("did you mean `county`?"));
}
