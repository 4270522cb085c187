//! The sample rulebook: what the README promises of it, and what must never be said of a real
//! place.

use std::path::Path;

use rulebook::accepted_results::drift;
use rulebook::assess::{Options, assess};
use rulebook::assessment::{Assessment, DeterminationKind, Status};
use rulebook::render::Emphasis;
use rulebook::snapshot::Snapshot;
use rulebook::test_cases::{Suite, TestOptions, coverage, run};

fn check(parameters: &[(&str, &str)]) -> Assessment {
    let files = crate::common::sample();
    let parameters = parameters
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    assess(
        &Snapshot::load(&files),
        &Options {
            parameters,
            ..Options::default()
        },
    )
}

fn statuses(assessment: &Assessment, id: &str) -> Vec<(String, Status, Vec<String>)> {
    let psp = &assessment.rulebooks[0];
    let one = psp.jurisdiction(id).unwrap();
    let names = psp
        .conditions
        .iter()
        .map(|used| used.condition.id.to_string());
    names
        .zip(&one.findings)
        .map(|(name, finding)| {
            (
                name,
                finding.status,
                finding.missing.iter().map(ToString::to_string).collect(),
            )
        })
        .collect()
}

#[test]
fn nothing_is_wrong_with_it() {
    for reading in ["letter", "control", "operator"] {
        let assessment = check(&[("reading", reading)]);
        assert_eq!(assessment.diagnostics, []);
        assert!(assessment.rulebooks[0].len() >= 16);
    }
}

#[test]
fn nothing_is_called_not_met_for_a_fact_nobody_stated() {
    for (reading, ineligible) in [("letter", 0), ("control", 0), ("operator", 5)] {
        let assessment = check(&[("reading", reading)]);
        let psp = &assessment.rulebooks[0];
        assert_eq!(psp.count(DeterminationKind::Ineligible), ineligible);
        for one in psp.jurisdictions() {
            let not_met = |condition: &usize| one.findings[*condition].status == Status::NotMet;
            for condition in (0..psp.conditions.len()).filter(not_met) {
                let facts = psp.facts_used(&one.jurisdiction.id, condition.into());
                assert!(!facts.is_empty(), "{}", one.jurisdiction.id);
                for (fact, stated) in facts {
                    let stated = stated.unwrap_or_else(|| panic!("nobody states {fact}"));
                    assert!(
                        stated.value.is_some() && !stated.sources.is_empty(),
                        "{fact}"
                    );
                }
            }
        }
    }
}

#[test]
fn baltimore_depends_on_the_reading() {
    let control = check(&[("reading", "control")]);
    let letter = check(&[("reading", "letter")]);
    let operator = check(&[("reading", "operator")]);
    let missing = |assessment: &Assessment, name: &str| {
        let found = statuses(assessment, "baltimore-md")
            .into_iter()
            .find(|(condition, ..)| condition == name)
            .unwrap();
        (found.1, found.2)
    };
    for question in ["access", "notice", "hold"] {
        assert_eq!(missing(&control, question), (Status::NotApplicable, vec![]));
    }
    let unknown = |facts: &[&str]| {
        (
            Status::Unknown,
            facts
                .iter()
                .map(|fact| (*fact).to_owned())
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(missing(&letter, "access"), unknown(&["detainers.access"]));
    assert_eq!(
        missing(&letter, "notice"),
        unknown(&["detainers.gives_notice", "detainers.notice_hours"])
    );
    assert_eq!(
        missing(&letter, "hold"),
        unknown(&["detainers.hold_hours", "detainers.honors"])
    );
    assert_eq!(
        missing(&operator, "hold"),
        unknown(&[
            "maryland: detainers.hold_hours",
            "maryland: detainers.honors"
        ])
    );
}

#[test]
fn every_fact_of_it_has_a_source() {
    let files = crate::common::sample();
    for source in files.below("policies/psp/jurisdictions/") {
        let text = source.text();
        let values = text.matches("value:").count();
        let sources = text
            .lines()
            .filter(|line| line.trim_start().starts_with("source:") || line.contains(", source:"))
            .count();
        assert_eq!(values, sources, "{}", source.name());
    }
}

#[test]
fn json_fits_its_schema() {
    let schema = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/check-1.schema.json"),
    )
    .unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let cases: Vec<_> = crate::cases::Case::all()
        .iter()
        .map(crate::cases::Case::root)
        .collect();
    let mut roots: Vec<std::path::PathBuf> = cases.iter().map(|root| root.path().into()).collect();
    roots.push(env!("CARGO_MANIFEST_DIR").into());
    for example in ["examples/solidarity", "examples/euro"] {
        roots.push(Path::new(env!("CARGO_MANIFEST_DIR")).join(example));
    }
    for root in roots {
        let files = rulebook::disk::read(&root).unwrap();
        let snapshot = Snapshot::load(&files);
        let assessment = assess(&snapshot, &Options::default());
        let tests = run(
            &snapshot,
            &Suite::load(&files, &snapshot),
            &TestOptions::default(),
        );
        let drift = drift(&files, &assessment, true);
        let alone = rulebook::render::json(&assessment);
        let whole = rulebook::render::check_json(&assessment, &tests, &drift, &tests.diagnostics);
        for text in [alone, whole] {
            let errors: Vec<_> = validator
                .iter_errors(&serde_json::from_str(&text).unwrap())
                .map(|error| format!("{error} at {}", error.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{}: {errors:#?}", root.display());
        }
    }
}

#[test]
fn its_cases_pass_and_reach_every_branch_outcome_and_boundary() {
    let files = crate::common::sample();
    let snapshot = Snapshot::load(&files);
    let tests = run(
        &snapshot,
        &Suite::load(&files, &snapshot),
        &TestOptions {
            coverage: true,
            ..TestOptions::default()
        },
    );
    assert!(
        tests.diagnostics.is_empty() && tests.failed() == 0 && tests.results.len() > 20,
        "{:#?}",
        tests.diagnostics
    );
    let found = coverage(&tests);
    assert_eq!(
        found.reached().0,
        found.reached().1,
        "{}",
        rulebook::render::coverage(&found, Emphasis::Plain(100))
    );
    let untried = found
        .conditions
        .iter()
        .flat_map(|one| &one.boundaries)
        .flat_map(|one| &one.values);
    assert!(
        untried.clone().all(|(_, tried)| *tried),
        "{}",
        rulebook::render::coverage(&found, Emphasis::Plain(100))
    );
    assert!(found.never_varied.is_empty(), "{:?}", found.never_varied);
    let moved = drift(&files, &assess(&snapshot, &Options::default()), true);
    assert!(
        moved.moved.is_empty() && moved.not_compared.is_empty() && moved.diagnostics.is_empty(),
        "{moved:?}"
    );
}
