//! Answers requests: single records that a program hands over. Each is answered by itself, on the
//! caller's thread, and changes nothing that others are judged by.
//!
//! A request may refer to the records of the folder but is not one of them: it reads statistics as
//! a record beside the population (`statistics/non_member_values`). If all facts on the path are
//! known, trees are walked directly over the values of the request (`tree/outside_record_walk`). If
//! one is missing, the request takes a seat among the records that it can reach, and is examined
//! like any other record. Reasons and missing facts are computed on request.

mod answer;
mod host_values;
mod judge;
mod options;
mod references;
mod request_builder;
mod request_calculated_values;
mod request_with_gaps;

pub use crate::assess::options::Ids;
pub use answer::Answer;
pub use host_values::{FactError, Given};
pub use options::{EvaluatorError, EvaluatorOptions};
pub use request_builder::Facts;

use std::fmt;
use std::sync::Arc;

use crate::assess::assessment::RulebookAssessment;
use crate::assess::explored_rulebooks::Explored;
use crate::assess::explored_scripts::ConditionUsed;
use crate::assess::options::Options;
use crate::assess::prepared_rulebook::Prepared;
use crate::assess::request_evaluator::answer::Request;
pub(crate) use crate::assess::request_evaluator::answer::RequestText;
pub(crate) use crate::assess::request_evaluator::judge::Explained;
use crate::assess::request_evaluator::judge::Judge;
use crate::assess::snapshot::{Snapshot, is_about_no_records};
use crate::base::diagnostic::{Code, Diagnostic};
use crate::formats::date::Date;
use crate::model::jurisdiction::{parse_request, plain_record};
use crate::model::rulebook::Rulebook;

/// The name of a request in messages.
const NAME: &str = "request.json";

/// A rulebook made ready to answer requests. Clones are cheap and share it; threads may too.
#[derive(Clone)]
pub struct Evaluator(Arc<Judge>);

impl fmt::Debug for Evaluator {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt.debug_struct("Evaluator")
            .field("rulebook", &self.rulebook().id)
            .finish_non_exhaustive()
    }
}

impl Evaluator {
    /// Makes one rulebook of a snapshot ready.
    ///
    /// # Errors
    /// When the options name something that does not exist, or the files have an error.
    pub fn new(snapshot: &Snapshot, options: &EvaluatorOptions) -> Result<Self, EvaluatorError> {
        let mut found = Self::each(snapshot, &options.chosen(snapshot)?, options.ids)?;
        Ok(found.pop().expect("what nothing is wrong with is there"))
    }

    /// Makes all selected rulebooks ready together: what programmes share is computed once.
    pub(crate) fn each(
        snapshot: &Snapshot,
        options: &Options,
        ids: Ids,
    ) -> Result<Vec<Self>, EvaluatorError> {
        let explored = Explored::new(snapshot, options, None);
        let wrong = |one: &Diagnostic| one.is_error() && !is_about_no_records(one);
        if explored.diagnostics.iter().any(wrong) {
            return Err(EvaluatorError::Broken(explored.diagnostics));
        }
        let told = explored.diagnostics.iter();
        let told: Vec<_> = told
            .filter(|one| !is_about_no_records(one))
            .cloned()
            .collect();
        let prepared = explored.prepared();
        if prepared.is_empty() {
            return Err(EvaluatorError::Broken(told));
        }
        let of = |one: Prepared| Self::of(one.into(), ids, told.clone());
        Ok(prepared.into_iter().map(of).collect())
    }

    /// An evaluator from what an assessment was made from, its options included. Nothing is read or
    /// explored again.
    pub fn after(assessed: &RulebookAssessment, ids: Ids) -> Self {
        Self::of(Arc::clone(assessed.prepared()), ids, Vec::new())
    }

    fn of(prepared: Arc<Prepared>, ids: Ids, told: Vec<Diagnostic>) -> Self {
        Self(Judge::new(prepared, ids, told).into())
    }

    /// The prepared rulebook that requests are judged by.
    pub(crate) fn prepared(&self) -> &Prepared {
        &self.0.prepared
    }

    /// Warnings about the files, never errors. Empty for an evaluator made by
    /// [`after`](Self::after).
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.0.told
    }

    /// The rulebook that requests are judged by.
    pub fn rulebook(&self) -> &Rulebook {
        self.0.prepared.rulebook()
    }

    /// The as-of date for which requests are answered.
    pub fn as_of(&self) -> Date {
        self.0.prepared.as_of
    }

    /// The conditions in force, in the order of the findings of an answer.
    pub fn conditions(&self) -> &[ConditionUsed] {
        &self.0.prepared.conditions
    }

    /// Answers one record: a JSON object with `facts`, and optionally `id` and `name`.
    pub fn assess<'a>(&'a self, request: &'a [u8]) -> Answer<'a> {
        match std::str::from_utf8(request) {
            Ok(text) => self.assess_text(RequestText {
                text,
                name: NAME,
                before: 0,
                only: true,
            }),
            Err(_) => {
                let message = "this request is not UTF-8 text".to_owned();
                Answer::refused(&self.0, None, vec![Diagnostic::new(Code::NotText, message)])
            }
        }
    }

    /// Starts a request with this id: its facts are set one by one from values in memory.
    pub fn facts(&self, id: impl Into<String>) -> Facts<'_> {
        Facts::new(&self.0, id.into())
    }

    /// Answers one record in a text.
    pub(crate) fn assess_text<'a>(&'a self, place: RequestText<'a>) -> Answer<'a> {
        let judge = &*self.0;
        let rulebook = &judge.prepared.basis.criteria.rulebook;
        let id_of = |id: Option<String>| id.or_else(|| place.only.then(|| "request".to_owned()));
        let plain = plain_record(rulebook, place.text)
            .and_then(|plain| Some((id_of(plain.id)?, plain.name, plain.row)));
        if let Some((id, called, row)) = plain
            && judge.refers_well(&id, &row)
            && judge.takes(&id)
        {
            let request = Request::plain(place, id, called, row);
            return Answer::new(judge, request, Vec::new());
        }
        let mut diagnostics = Vec::new();
        match parse_request(rulebook, &place.source(), place.only, &mut diagnostics) {
            Some(record) => Answer::of_record(judge, record, diagnostics),
            None => Answer::refused(judge, None, diagnostics),
        }
    }

    /// A refusal: no answer, with the reason.
    #[cfg(feature = "app")]
    pub(crate) fn refuse(&self, why: Diagnostic) -> Answer<'_> {
        Answer::refused(&self.0, None, vec![why])
    }

    /// A refusal of a record whose id an earlier line of the same text has.
    #[cfg(feature = "app")]
    pub(crate) fn refuse_again<'a>(&'a self, place: RequestText<'a>, earlier: usize) -> Answer<'a> {
        let mut diagnostics = Vec::new();
        let (judge, source) = (&*self.0, place.source());
        let record = parse_request(self.rulebook(), &source, place.only, &mut diagnostics);
        diagnostics.extend(record.map(|record| twice(&record, earlier)));
        Answer::refused(judge, None, diagnostics)
    }
}

/// The error that an earlier line has the same id.
#[cfg(feature = "app")]
fn twice(record: &crate::model::jurisdiction::Jurisdiction, earlier: usize) -> Diagnostic {
    let message = format!("there are two records with the id `{}`", record.id);
    let help = format!(
        "line {earlier} has it too: give one of them another id, or allow any with `--ids any`"
    );
    Diagnostic::at(Code::DuplicateId, record.span.clone(), message).help(help)
}
