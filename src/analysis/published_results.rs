//! Compares an assessment with published results: who agrees, and each difference.

use std::borrow::Cow;

use crate::assess::assessment::RulebookAssessment;
use crate::assess::explored_scripts::Form;
use crate::base::source::Span;
use crate::model::published_results::Published;
use crate::model::rulebook::{ComparedWith, ComparisonSource, GivenIn};
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::PlaceIndex;

/// An assessment beside a published result.
#[derive(Debug)]
pub struct Compared<'a> {
    /// The published result.
    pub comparison: &'a ComparisonSource,
    /// How many jurisdictions have the result that is published.
    pub agree: usize,
    /// The jurisdictions that have another result, in order of their ids.
    pub differ: Vec<Difference<'a>>,
    /// How many jurisdictions nothing is published about.
    pub not_published: usize,
    /// Why nothing was compared; `None` if the comparison was made.
    pub left_out: Option<String>,
}

/// A jurisdiction with another result than published.
#[derive(Debug)]
pub struct Difference<'a> {
    /// The id of the jurisdiction.
    pub jurisdiction: &'a str,
    /// What the published result says, in its own words.
    pub published: String,
    /// The outcomes that would agree with the published result.
    pub agreeing: &'a [&'static str],
    /// The result of the assessment.
    pub found: String,
    /// The place of the published result.
    pub span: Span,
}

/// What is published about one jurisdiction.
#[derive(Debug)]
pub struct Said<'a> {
    /// The published result.
    pub comparison: &'a ComparisonSource,
    /// What is published, in its own words.
    pub published: String,
    /// The result of the assessment that it is compared with.
    pub found: String,
    /// Whether both agree.
    pub agrees: bool,
    /// The place of the published result.
    pub span: Span,
}

/// Compares an assessment with all published results of its rulebook.
pub fn compare(assessed: &RulebookAssessment) -> Vec<Compared<'_>> {
    let lists = assessed.basis.criteria.published.iter();
    lists.map(|published| beside(assessed, published)).collect()
}

/// What is published about the jurisdiction at a place; empty if there is no such place.
pub fn published_of(assessed: &RulebookAssessment, place: PlaceIndex) -> Vec<Said<'_>> {
    let lists = assessed.basis.criteria.published.iter();
    let comparable = lists.filter(|_| place.get() < assessed.len());
    let comparable =
        comparable.filter_map(|published| Some((published, ours(assessed, published).ok()?)));
    comparable
        .filter_map(|(published, ours)| said(assessed, published, ours, place))
        .collect()
}

fn beside<'a>(assessed: &'a RulebookAssessment, published: &'a Published) -> Compared<'a> {
    let mut compared = Compared {
        comparison: &published.comparison,
        agree: 0,
        differ: Vec::new(),
        not_published: 0,
        left_out: None,
    };
    let ours = match ours(assessed, published) {
        Ok(ours) => ours,
        Err(why) => {
            compared.left_out = Some(why);
            return compared;
        }
    };
    for place in assessed.places() {
        let Some(published_word) = word(assessed, published, place) else {
            compared.not_published += 1;
            continue;
        };
        let found = found(assessed, ours, place);
        let agreeing = published
            .comparison
            .agreeing(&published_word)
            .unwrap_or_default();
        if agreeing.contains(&found.as_str()) {
            compared.agree += 1;
        } else if let Some(span) = span(assessed, published, place) {
            compared.differ.push(Difference {
                jurisdiction: assessed.id(place),
                published: published_word.into_owned(),
                agreeing,
                found,
                span,
            });
        }
    }
    compared
}

/// What is compared: a condition, or the determination; an error that says why nothing is.
fn ours(
    assessed: &RulebookAssessment,
    published: &Published,
) -> Result<Option<ConditionIndex>, String> {
    let comparison = &published.comparison;
    if published.broken {
        return Err("something is wrong with it".to_owned());
    }
    if let Some(day) = comparison.as_of.filter(|day| *day != assessed.as_of) {
        return Err(format!("it is about {day}"));
    }
    let ComparedWith::Condition(id, _) = &comparison.with else {
        return Ok(None);
    };
    match assessed.condition(id) {
        Some(condition) if matches!(assessed.conditions[condition].form, Form::Broken) => {
            Err(format!("the condition {id} is broken"))
        }
        Some(condition) => Ok(Some(condition)),
        None => Err(format!("the condition {id} is not in force")),
    }
}

fn said<'a>(
    assessed: &'a RulebookAssessment,
    published: &'a Published,
    condition: Option<ConditionIndex>,
    place: PlaceIndex,
) -> Option<Said<'a>> {
    let comparison = &*published.comparison;
    let word = word(assessed, published, place)?.into_owned();
    let found = found(assessed, condition, place);
    let agreeing = comparison.agreeing(&word).unwrap_or_default();
    Some(Said {
        comparison,
        agrees: agreeing.contains(&found.as_str()),
        published: word,
        found,
        span: span(assessed, published, place)?,
    })
}

/// What is published about the jurisdiction at a place.
fn word<'a>(
    assessed: &'a RulebookAssessment,
    published: &'a Published,
    place: PlaceIndex,
) -> Option<Cow<'a, str>> {
    match published.comparison.given_in {
        GivenIn::File { .. } => Some(published.said(assessed.id(place))?.0.into()),
        GivenIn::Fact(slot) => {
            let record = assessed.records().view(assessed.record_of(place));
            Some(record.value(slot, assessed.as_of)?.to_string().into())
        }
    }
}

/// The place of that in a file; a record is read again for it.
fn span(assessed: &RulebookAssessment, published: &Published, place: PlaceIndex) -> Option<Span> {
    match published.comparison.given_in {
        GivenIn::File { .. } => Some(published.said(assessed.id(place))?.1),
        GivenIn::Fact(slot) => {
            let record = assessed.records().view(assessed.record_of(place));
            Some(record.read().stated(slot, assessed.as_of)?.span.clone())
        }
    }
}

/// The outcome of a condition, or the determination.
fn found(
    assessed: &RulebookAssessment,
    condition: Option<ConditionIndex>,
    place: PlaceIndex,
) -> String {
    match condition {
        Some(condition) => assessed.status(place, condition).to_string(),
        None => assessed.kind(place).to_string(),
    }
}
