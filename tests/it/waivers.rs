//! Waivers: what they excuse, for how long, and what is wrong with them.

use crate::common::problems;
use rulebook::assess::{Options, SetFact, assess, assess_after};
use rulebook::assessment::{Assessment, DeterminationKind, Status};
use rulebook::decision_table::DecisionTable;
use rulebook::fact::Date;
use rulebook::impact::{Cause, Impact};
use rulebook::input_files::Files;
use rulebook::remedies::remedies;
use rulebook::render::{self, Colour};
use rulebook::snapshot::Loader;
use rulebook::tree::Verdict;

const WAIVER: &str = "\
- jurisdiction: x
  condition: hold
  reason: The new rule starts in spring
  granted_by: The council
  link: https://example.org/1
  granted: 2017-08-01
  expires: 2017-12-31
";

fn files(waivers: &str) -> Files {
    let mut files = Files::new();
    files.insert(
        "policies/t/rulebook.yaml",
        "title: T\nas_of: 2017-08-03\nfacts:\n  h: {type: integer}\n  a: {type: boolean}\n",
    );
    files.insert(
        "policies/t/jurisdictions/x.yaml",
        "facts: {h: 30, a: true}\n",
    );
    files.insert("policies/t/jurisdictions/y.yaml", "facts: {a: true}\n");
    files.insert("scripts/t/hold.rhai", "//! Hold\nj.h >= 48\n");
    files.insert("scripts/t/ready.rhai", "//! Ready\nj.a\n");
    if !waivers.is_empty() {
        files.insert("policies/t/waivers.yaml", waivers);
    }
    files
}

fn on(waivers: &str, day: &str) -> Assessment {
    let options = Options {
        as_of: Date::parse(day).ok(),
        ..Options::default()
    };
    assess(&Loader::default().load(&files(waivers)), &options)
}

fn kind(assessment: &Assessment, id: &str) -> DeterminationKind {
    assessment.rulebooks[0]
        .jurisdiction(id)
        .unwrap()
        .determination
        .kind
}

#[test]
fn a_waived_finding_stays_what_it_is_and_does_not_count() {
    let assessment = on(WAIVER, "2017-08-03");
    assert_eq!(problems(&assessment.diagnostics), Vec::<String>::new());
    let x = assessment.rulebooks[0].jurisdiction("x").unwrap();
    assert_eq!(
        (x.findings[0].status, x.determination.kind),
        (Status::NotMet, DeterminationKind::Eligible)
    );
    assert_eq!(
        x.findings[0].waived.as_ref().unwrap().granted_by,
        "The council"
    );
    let table = render::table(&assessment, Colour::Never, 100);
    assert!(table.contains("x             waived"), "{table}");
    assert!(
        table.contains(
            "x: hold is not met, waived by The council until 2017-12-31: The new rule \
                        starts in spring"
        ),
        "{table}"
    );
    // An unknown finding can be waived as well.
    let unknown = on(
        &WAIVER.replace("jurisdiction: x", "jurisdiction: y"),
        "2017-08-03",
    );
    assert_eq!(
        (kind(&unknown, "x"), kind(&unknown, "y")),
        (DeterminationKind::Ineligible, DeterminationKind::Eligible)
    );
}

#[test]
fn a_waived_finding_that_is_unknown_may_still_be_met() {
    let mut files = files(&WAIVER.replace("jurisdiction: x", "jurisdiction: y"));
    let head = "title: T\nas_of: 2017-08-03\ndecision: any\nfacts:\n  h: {type: integer}\n  a: {type: boolean}\n";
    files.insert("policies/t/rulebook.yaml", head);
    files.insert("policies/t/jurisdictions/y.yaml", "facts: {a: false}\n");
    let assessment = assess(&Loader::default().load(&files), &Options::default());
    let y = assessment.rulebooks[0].jurisdiction("y").unwrap();
    assert_eq!(y.determination.kind, DeterminationKind::Undetermined);
    let missing: Vec<String> = y
        .determination
        .missing
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(missing, ["h"]);
    let found = remedies(&assessment.rulebooks[0], y, DeterminationKind::Eligible);
    let named = |change: &rulebook::remedies::Change| change.fact.to_string();
    let named: Vec<Vec<String>> = found
        .list
        .iter()
        .map(|one| one.changes.iter().map(named).collect())
        .collect();
    assert_eq!(named, [["h"], ["a"]]);
    // So it may fall into two rows of the decision's table.
    let table = DecisionTable::of_decision(&assessment.rulebooks[0]).unwrap();
    let held = table.rows.iter().map(|row| {
        let place = assessment.rulebooks[0]
            .places()
            .find(|place| table.jurisdiction(*place) == "y");
        let place = place.unwrap();
        (
            row.verdict,
            row.inside.contains(&place),
            row.open.contains(&place),
        )
    });
    let held: Vec<_> = held.filter(|(_, inside, open)| *inside || *open).collect();
    assert_eq!(
        held,
        [(Verdict::Met, false, true), (Verdict::NotMet, false, true)]
    );
}

#[test]
fn a_waiver_holds_from_its_first_day_to_its_last() {
    let eligible = |day: &str| kind(&on(WAIVER, day), "x") == DeterminationKind::Eligible;
    let days = ["2017-07-31", "2017-08-01", "2017-12-31", "2018-01-01"];
    assert_eq!(days.map(eligible), [false, true, true, false]);
    // Before it is granted nothing is to be said; after it has expired there is.
    assert_eq!(
        problems(&on(WAIVER, "2017-07-31").diagnostics),
        Vec::<String>::new()
    );
    let expired = on(WAIVER, "2018-01-01");
    assert_eq!(
        problems(&expired.diagnostics),
        ["R203 2 the waiver has expired on 2017-12-31: `hold` counts again for `x`"]
    );
    assert!(!expired.has_errors());
}

#[test]
fn a_waiver_that_excuses_nothing_is_an_error() {
    let met = on(
        &WAIVER.replace("condition: hold", "condition: ready"),
        "2017-08-03",
    );
    assert_eq!(
        problems(&met.diagnostics),
        ["R173 2 the waiver is not needed: `ready` is met for `x`"]
    );
    for (from, to, problem) in [
        (
            "jurisdiction: x",
            "jurisdiction: xx",
            "R124 1 there is no jurisdiction `xx`",
        ),
        (
            "condition: hold",
            "condition: hodl",
            "R171 2 there is no condition `hodl`",
        ),
        (
            "  reason: The new rule starts in spring\n",
            "",
            "R113 1 a waiver needs `reason`",
        ),
        (
            "  granted_by: The council\n",
            "",
            "R113 1 a waiver needs `granted_by`",
        ),
        (
            "granted: 2017-08-01",
            "granted: 2018-08-01",
            "R118 7 the waiver expires on 2017-12-31, before it is granted",
        ),
        (
            "expires:",
            "expiers:",
            "R112 7 `expiers` is not a key of a waiver",
        ),
        ("2017-12-31", "soon", "R115 7 `expires` must be a date"),
    ] {
        let found = on(&WAIVER.replace(from, to), "2017-08-03");
        assert!(
            problems(&found.diagnostics)
                .iter()
                .any(|found| found.starts_with(problem)),
            "{problem}: {:?}",
            problems(&found.diagnostics)
        );
        assert_eq!(
            kind(&found, "x"),
            DeterminationKind::Ineligible,
            "what cannot be read excuses nothing"
        );
    }
    for empty in ["# nothing\n", "[]\n"] {
        assert_eq!(
            problems(&on(empty, "2017-08-03").diagnostics),
            ["R100 0 this file holds no waiver"]
        );
    }
}

#[test]
fn another_waiver_is_taken_in_and_named_as_the_cause() {
    let mut loader = Loader::default();
    let before = assess(&loader.load(&files("")), &Options::default());
    let snapshot = loader.load(&files(WAIVER));
    let after = assess_after(&snapshot, &Options::default(), &before);
    let cold = assess(&snapshot, &Options::default());
    assert_eq!(render::json(&after), render::json(&cold));
    let impact = Impact::between(&before, &after);
    let one = &impact.rulebooks[0].jurisdictions[0];
    assert_eq!(
        (one.delta.id.as_str(), one.gained(), one.causes.as_slice()),
        ("x", true, &[Cause::Waivers][..])
    );
    // And taken away again.
    let back = assess_after(&loader.load(&files("")), &Options::default(), &after);
    assert_eq!(render::json(&back), render::json(&before));
}

/// What would be on another day, with another parameter or another fact, is no mistake of a waiver.
#[test]
fn a_what_if_makes_no_waiver_an_error() {
    let mut files = files(WAIVER);
    let script = "//! Hold\nj.h >= params.least\n";
    files.insert("scripts/t/hold.rhai", script);
    files.insert(
        "policies/t/rulebook.yaml",
        "title: T\nas_of: 2017-08-03\nparameters:\n  least:\n    value:\n    \
         - {value: 48, to: 2017-10-01}\n    - {value: 10, from: 2017-10-02}\n\
         facts:\n  h: {type: integer}\n  a: {type: boolean}\n",
    );
    let told = |options: &Options| {
        let assessment = assess(&Loader::default().load(&files), options);
        problems(&assessment.diagnostics)
    };
    let parameter = Options {
        parameters: vec![("least".to_owned(), "20".to_owned())],
        ..Options::default()
    };
    let fact = Options {
        facts: vec![SetFact {
            jurisdiction: "x".to_owned(),
            path: "h".to_owned(),
            value: "60".to_owned(),
        }],
        ..Options::default()
    };
    let day = |day: &str| Options {
        as_of: Date::parse(day).ok(),
        ..Options::default()
    };
    let nothing = Vec::<String>::new();
    assert_eq!(told(&Options::default()), nothing);
    assert_eq!(told(&parameter), nothing);
    assert_eq!(told(&fact), nothing);
    assert_eq!(told(&day("2017-11-01")), nothing);
    // The rulebook as it stands, on its own day, is held to it.
    let text = files.get("scripts/t/hold.rhai").unwrap().text();
    let text = text.replace("params.least", "10");
    files.insert("scripts/t/hold.rhai", &text);
    let as_it_stands = assess(&Loader::default().load(&files), &day("2017-08-03"));
    assert!(as_it_stands.has_errors());
}

#[test]
fn a_waiver_is_told_in_the_month_before_it_expires() {
    let told = |day: &str| problems(&on(WAIVER, day).diagnostics);
    let nothing = Vec::<String>::new();
    assert_eq!(told("2017-11-30"), nothing);
    let left = |when: &str| {
        vec![format!(
            "R206 2 the waiver expires {when}, on 2017-12-31: after it `hold` counts again for `x`"
        )]
    };
    assert_eq!(told("2017-12-01"), left("in 30 days"));
    assert_eq!(told("2017-12-30"), left("in a day"));
    assert_eq!(told("2017-12-31"), left("today"));
    assert!(!on(WAIVER, "2017-12-31").has_errors());
    // One that is not needed is not missed either.
    let other = WAIVER.replace("condition: hold", "condition: ready");
    assert_eq!(problems(&on(&other, "2017-12-31").diagnostics), nothing);
    // Nor one whose place another has taken, before its last day or after.
    let renewed = format!(
        "{WAIVER}{}",
        WAIVER.replace(
            "  granted: 2017-08-01\n  expires: 2017-12-31\n",
            "  granted: 2017-12-01\n"
        )
    );
    for day in ["2017-12-31", "2018-01-01"] {
        assert_eq!(problems(&on(&renewed, day).diagnostics), nothing);
    }
    // Nor one without a last day.
    let open = WAIVER.replace("  expires: 2017-12-31\n", "");
    assert_eq!(problems(&on(&open, "2017-12-31").diagnostics), nothing);
}

#[test]
fn a_waiver_excuses_nobody_who_has_the_same_gaps() {
    for decision in ["all", "any"] {
        let mut files = Files::new();
        files.insert(
            "policies/t/rulebook.yaml",
            &format!(
                "title: T\nas_of: 2017-08-03\ndecision: {decision}\nfacts:\n  h: {{type: integer}}\n"
            ),
        );
        for id in ["x", "y"] {
            files.insert(format!("policies/t/jurisdictions/{id}.yaml"), "facts: {}\n");
        }
        files.insert("scripts/t/hold.rhai", "//! Hold\nj.h >= 48\n");
        files.insert("policies/t/waivers.yaml", WAIVER);
        let assessment = assess(&Loader::default().load(&files), &Options::default());
        let kinds = [0, 1].map(|place| assessment.rulebooks[0].kind(place.into()));
        let excused = if decision == "all" {
            DeterminationKind::Eligible
        } else {
            // It may still be met, and that would count.
            DeterminationKind::Undetermined
        };
        assert_eq!(kinds, [excused, DeterminationKind::Undetermined]);
    }
}

#[test]
fn a_waiver_changes_nothing_for_others_that_are_alike() {
    let waiver = |condition: &str| {
        format!(
            "- {{jurisdiction: x, condition: {condition}, reason: R, granted_by: G, granted: 2017-01-01, link: 'https://example.org'}}\n"
        )
    };
    let mut files = Files::new();
    files.insert(
        "policies/t/rulebook.yaml",
        "title: T\nas_of: 2017-08-03\nfacts:\n  urban: {type: boolean}\n",
    );
    files.insert("policies/t/jurisdictions/all.csv", "id,urban\nx,\ny,\nz,\n");
    files.insert(
        "policies/t/waivers.yaml",
        &format!("{}{}", waiver("a"), waiver("b")),
    );
    files.insert("scripts/t/a.rhai", "//! A\nj.urban\n");
    files.insert("scripts/t/b.rhai", "//! B\n!j.urban\n");
    let assessment = assess(&Loader::default().load(&files), &Options::default());
    let assessed = &assessment.rulebooks[0];
    let kinds: Vec<_> = (0..3_usize)
        .map(|place| assessed.kind(place.into()))
        .collect();
    // What is not met, whatever is true, is excused for the first alone.
    let [eligible, ineligible] = [DeterminationKind::Eligible, DeterminationKind::Ineligible];
    assert_eq!(kinds, [eligible, ineligible, ineligible]);
}
