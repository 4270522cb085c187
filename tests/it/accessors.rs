//! What a host asks with odd numbers and names is answered, or said not to be there: nothing panics
//! but what says that it does.

use proptest::prelude::*;
use rulebook::assess::{Options, assess};
use rulebook::assessment::{DeterminationKind, Status};
use rulebook::decision_table::DecisionTable;
use rulebook::explanation::explain;
use rulebook::input_files::Files;
use rulebook::jurisdiction::JurisdictionId;
use rulebook::published_results::published_of;
use rulebook::questions::questions;
use rulebook::remedies::remedies;
use rulebook::snapshot::Snapshot;
use rulebook::source::{Position, Source};

use crate::common::sample;
use crate::law::law;

/// Numbers that are likely to be just beside what is there, or far from it.
fn odd() -> impl Strategy<Value = usize> {
    prop_oneof![
        0..40_usize,
        Just(usize::MAX),
        Just(usize::MAX / 2),
        0..5_000_usize,
        any::<usize>()
    ]
}

#[test]
fn odd_calls_of_accessors_are_answered() {
    let assessment = assess(&Snapshot::load(&sample()), &Options::default());
    let assessed = &assessment.rulebooks[0];
    let records = assessed.records();
    law(4_000)
        .run(&(odd(), odd(), ".{0,12}"), |(place, condition, name)| {
            let here = place < assessed.len();
            prop_assert_eq!(
                records.checked_get(place.into()).is_some(),
                place < records.len()
            );
            prop_assert_eq!(assessed.checked_at(place.into()).is_some(), here);
            let both = here && condition < assessed.conditions.len();
            prop_assert_eq!(
                assessed
                    .checked_status(place.into(), condition.into())
                    .is_some(),
                both
            );
            if condition >= assessed.conditions.len() {
                prop_assert_eq!(assessed.count_findings(condition.into(), Status::Met), 0);
                prop_assert!(DecisionTable::of_condition(assessed, condition.into()).is_err());
            }
            if !here {
                prop_assert_eq!(published_of(assessed, place.into()).len(), 0);
            }
            prop_assert!(assessment.rulebook(&name).is_none());
            prop_assert!(records.find(&name).is_none() && assessed.place(&name).is_none());
            let nobody = JurisdictionId::new(name.as_str());
            let somebody = assessed
                .checked_at((place % 64).into())
                .map(|one| one.jurisdiction.id.clone());
            for id in std::iter::once(nobody).chain(somebody) {
                let consulted = assessed.consulted(&id, condition.into()).len();
                let used = assessed.facts_used(&id, condition.into()).len();
                prop_assert!(
                    both || condition < assessed.conditions.len() || consulted + used == 0
                );
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn odd_places_in_a_text_are_moved_into_it() {
    law(4_000)
        .run(
            &(odd(), odd(), "[aé\n\r\u{1f600}]{0,12}"),
            |(one, other, text)| {
                let source = Source::new("a.yaml", text.as_str());
                let span = source.span(one..other);
                prop_assert!(span.range().end <= text.len() && text.get(span.range()).is_some());
                let position = source.position(one);
                prop_assert!(source.offset(position) <= text.len());
                let (line, column) = (one, other);
                let place = Position { line, column };
                prop_assert!(source.offset(place) <= text.len());
                Ok(())
            },
        )
        .unwrap();
}

#[test]
fn a_jurisdiction_of_another_assessment_breaks_nothing() {
    let sample = assess(&Snapshot::load(&sample()), &Options::default());
    let mut files = Files::new();
    files.insert(
        "policies/t/rulebook.yaml",
        "title: T\nas_of: 2020-01-01\nfacts: {a: {type: integer}}\n",
    );
    files.insert("policies/t/jurisdictions/x.yaml", "facts: {}\n");
    files.insert("scripts/t/c.rhai", "//! C\nj.a >= 3\n");
    let other = assess(&Snapshot::load(&files), &Options::default());
    for (assessed, stranger) in [
        (&sample.rulebooks[0], &other.rulebooks[0]),
        (&other.rulebooks[0], &sample.rulebooks[0]),
    ] {
        let one = stranger.checked_at(0.into()).unwrap();
        for condition in [None, Some(0), Some(usize::MAX)] {
            let explained = explain(assessed, one, condition.map(Into::into));
            assert!(explained.findings.len() <= one.findings.len());
        }
        for want in [DeterminationKind::Eligible, DeterminationKind::Ineligible] {
            assert!(remedies(assessed, one, want).list.is_empty());
        }
        questions(assessed, one);
    }
}
