//! A case and its expectations.

use std::sync::Arc;

use crate::assess::result_types::{DeterminationKind, Status};
use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, list_of};
use crate::base::source::Span;
use crate::model::condition::ConditionId;
use crate::model::fact::Date;
use crate::model::jurisdiction::Jurisdiction;
use crate::model::rulebook::RulebookId;

/// One case.
#[derive(Clone, Debug)]
pub struct Case {
    /// The id of the rulebook.
    pub rulebook: RulebookId,
    /// The name of the case, unique in its rulebook.
    pub name: String,
    /// The place of the case.
    pub span: Span,
    /// The as-of date; `None` for the one that the rulebook states.
    pub as_of: Option<Date>,
    /// Pairs of a parameter's name and its value as text.
    pub parameters: Vec<(String, String)>,
    /// The expectations, in the order of the file; never empty.
    pub expected: Vec<Expected>,
    /// The record.
    pub(crate) record: Jurisdiction,
    /// Records that differ from those in the files, for this case alone.
    pub(crate) with: Vec<Arc<Jurisdiction>>,
}

/// One expectation and its place.
#[derive(Clone, Debug)]
pub struct Expected {
    /// What is expected.
    pub what: Expectation,
    /// The place of the expectation.
    pub span: Span,
}

/// A result that a case expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// A finding has this status.
    Finding(ConditionId, Status),
    /// The finding of the condition has this reason.
    Reason(ConditionId, String),
    /// The finding of the condition is unknown, and exactly these facts decide it.
    Missing(ConditionId, Vec<String>),
    /// The jurisdiction has this determination.
    Determination(DeterminationKind),
    /// The determination is undetermined, and exactly these facts decide it.
    Unknown(Vec<String>),
}

/// A status as cases write it; `None` for other words.
pub(crate) fn status_of(text: &str) -> Option<Status> {
    match text.trim().replace('_', " ").as_str() {
        "met" => Some(Status::Met),
        "not met" => Some(Status::NotMet),
        "not applicable" | "n/a" => Some(Status::NotApplicable),
        "unknown" => Some(Status::Unknown),
        "fault" => Some(Status::Fault),
        _ => None,
    }
}

/// A determination as cases write it; `None` for other words.
pub(crate) fn determination_of(text: &str) -> Option<DeterminationKind> {
    DeterminationKind::ALL
        .into_iter()
        .find(|kind| kind.to_string() == text.trim())
}

pub(crate) const STATUSES: [&str; 5] = ["met", "not met", "not applicable", "unknown", "fault"];

pub(crate) fn no_status(text: &str, span: &Span) -> Diagnostic {
    let message = format!(
        "`{}` is no outcome of a condition",
        crate::formats::yaml::shorten(text)
    );
    let known = format!("the outcomes are {}", list_of(STATUSES));
    let named = named_elsewhere(text).map(|[status, _]| format!("write `{status}`"));
    let near = named.or_else(|| did_you_mean(text, STATUSES));
    Diagnostic::at(Code::WrongValue, span.clone(), message).help(near.unwrap_or(known))
}

/// The outcome and the determination that words of other tools mean; `None` for other words.
fn named_elsewhere(text: &str) -> Option<[&'static str; 2]> {
    Some(match text.trim().to_lowercase().as_str() {
        "yes" | "true" | "pass" | "passed" | "eligible" | "ok" | "met" => ["met", "eligible"],
        "no" | "false" | "fail" | "failed" | "ineligible" | "unmet" | "not met"
        | "not eligible" => ["not met", "ineligible"],
        "undetermined" | "missing" | "null" | "unknown" => ["unknown", "undetermined"],
        _ => return None,
    })
}

pub(crate) fn no_determination(text: &str, span: &Span) -> Diagnostic {
    let kinds: Vec<String> = DeterminationKind::ALL
        .iter()
        .map(ToString::to_string)
        .collect();
    let names = || kinds.iter().map(String::as_str);
    let message = format!(
        "`{}` is no determination",
        crate::formats::yaml::shorten(text)
    );
    let known = format!("the determinations are {}", list_of(names()));
    let named = named_elsewhere(text).map(|[_, kind]| format!("write `{kind}`"));
    let near = named.or_else(|| did_you_mean(text, names()));
    Diagnostic::at(Code::WrongValue, span.clone(), message).help(near.unwrap_or(known))
}
