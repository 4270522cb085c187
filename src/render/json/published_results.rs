//! Comparisons with published results as JSON.

use serde::Serialize;

use crate::analysis::published_results::{Compared, Difference, Said, published_of};
use crate::assess::assessment::RulebookAssessment;
use crate::model::rulebook::ComparedWith;
use crate::render::json::shared_shapes::{PlaceShape, place};

#[derive(Serialize)]
pub(crate) struct ComparedShape<'a> {
    name: &'a str,
    title: &'a str,
    with: &'a str,
    agree: usize,
    not_published: usize,
    left_out: Option<String>,
    differ: Vec<DifferenceShape<'a>>,
}

#[derive(Serialize)]
struct DifferenceShape<'a> {
    jurisdiction: &'a str,
    published: String,
    agreeing: &'a [&'static str],
    found: String,
    place: PlaceShape,
}

#[derive(Serialize)]
pub(crate) struct SaidShape<'a> {
    name: &'a str,
    title: &'a str,
    published: &'a str,
    found: &'a str,
    agrees: bool,
    place: PlaceShape,
}

pub(crate) fn compared(one: Compared<'_>) -> ComparedShape<'_> {
    let differ = one
        .differ
        .into_iter()
        .map(|one: Difference<'_>| DifferenceShape {
            jurisdiction: one.jurisdiction,
            agreeing: one.agreeing,
            place: place(&one.span),
            published: one.published,
            found: one.found,
        });
    ComparedShape {
        name: &one.comparison.name,
        title: &one.comparison.title,
        with: match &one.comparison.with {
            ComparedWith::Determination => "determination",
            ComparedWith::Condition(id, _) => id,
        },
        agree: one.agree,
        not_published: one.not_published,
        left_out: one.left_out,
        differ: differ.collect(),
    }
}

pub(crate) fn said<'a>(one: &'a Said<'_>) -> SaidShape<'a> {
    SaidShape {
        name: &one.comparison.name,
        title: &one.comparison.title,
        published: &one.published,
        found: &one.found,
        agrees: one.agrees,
        place: place(&one.span),
    }
}

/// A published result of a jurisdiction, beside its own results.
#[derive(Serialize)]
pub(crate) struct SaidHereShape<'a> {
    name: &'a str,
    published: String,
    agrees: bool,
}

pub(crate) fn here<'a>(assessed: &'a RulebookAssessment, id: &str) -> Vec<SaidHereShape<'a>> {
    let said = assessed
        .place(id)
        .map(|place| published_of(assessed, place));
    let said = said.into_iter().flatten().map(|one| SaidHereShape {
        name: &one.comparison.name,
        published: one.published,
        agrees: one.agrees,
    });
    said.collect()
}
