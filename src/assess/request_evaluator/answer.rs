//! The answer to one request, and its details, which are computed on request.

use std::sync::{Arc, OnceLock};

use crate::assess::assessment::RulebookAssessment;
use crate::assess::request_evaluator::judge::{Explained, Judge, Judged, StatedRequest};
use crate::assess::result_types::{DeterminationKind, JurisdictionAssessment, Status};
use crate::base::diagnostic::{Code, Diagnostic, bound};
use crate::base::source::Source;
use crate::model::condition::ConditionId;
use crate::model::fact::{BUILT_IN, Dated, Row, Value};
use crate::model::jurisdiction::{Jurisdiction, JurisdictionId, Role, parse_request};
use crate::model::rulebook::Stated;
use crate::model::typed_indexes::FactIndex;

/// The answer to one request. Reasons, missing facts and other details are computed on first access
/// and kept.
#[derive(Debug)]
pub struct Answer<'a> {
    judge: &'a Judge,
    id: Option<String>,
    found: Option<(Request<'a>, Judged)>,
    diagnostics: Vec<Diagnostic>,
    details: OnceLock<RulebookAssessment>,
    explained: OnceLock<Option<Explained>>,
}

/// A request that was read.
#[derive(Debug)]
pub(super) struct Request<'a> {
    id: String,
    name: String,
    row: Row,
    /// The values of facts that a row cannot hold.
    lists: Vec<(FactIndex, Arc<[Value]>)>,
    origin: RequestOrigin<'a>,
}

#[derive(Debug)]
enum RequestOrigin<'a> {
    /// A text, to be read again in full.
    Text(RequestText<'a>),
    /// A record that was read in full.
    Record(Arc<Jurisdiction>),
    /// Values in memory.
    Memory,
}

/// A text with one record, and its place in a longer one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestText<'a> {
    pub(crate) text: &'a str,
    /// Its name in messages.
    pub(crate) name: &'a str,
    /// The number of lines before it.
    pub(crate) before: usize,
    /// Whether the record may have no id.
    pub(crate) only: bool,
}

impl RequestText<'_> {
    pub(super) fn source(&self) -> Arc<Source> {
        Source::behind(self.name, self.text, self.before)
    }
}

impl<'a> Request<'a> {
    /// A request from plain values of a text.
    pub(super) fn plain(
        place: RequestText<'a>,
        id: String,
        name: Option<String>,
        row: Row,
    ) -> Self {
        Self {
            name: name.unwrap_or_else(|| id.clone()),
            id,
            row,
            lists: Vec::new(),
            origin: RequestOrigin::Text(place),
        }
    }

    /// A request from values in memory.
    pub(super) fn given(
        id: String,
        name: Option<String>,
        row: Row,
        lists: Vec<(FactIndex, Arc<[Value]>)>,
    ) -> Self {
        Self {
            name: name.unwrap_or_else(|| id.clone()),
            id,
            row,
            lists,
            origin: RequestOrigin::Memory,
        }
    }

    /// A request from a record that was read in full.
    fn whole(record: Jurisdiction, judge: &Judge) -> Self {
        let schema = &judge.prepared.rulebook().schema;
        let (mut row, mut lists) = (Row::new(schema.facts().len()), Vec::new());
        for (slot, fact) in FactIndex::each(schema.facts()).skip(BUILT_IN.len()) {
            match record.value(slot, judge.prepared.as_of) {
                Some(Value::List(items)) => lists.push((slot, Arc::clone(items))),
                Some(value) => {
                    row.put(slot, fact, value);
                }
                None => {}
            }
        }
        Self {
            id: record.id.to_string(),
            name: record.name.to_string(),
            row,
            lists,
            origin: RequestOrigin::Record(record.into()),
        }
    }

    /// The record with everything stated, and the places.
    pub(super) fn record(&self, judge: &Judge) -> Jurisdiction {
        let rulebook = judge.prepared.rulebook();
        match &self.origin {
            RequestOrigin::Record(record) => (**record).clone(),
            RequestOrigin::Text(place) => {
                parse_request(rulebook, &place.source(), place.only, &mut Vec::new())
                    .expect("it was read before, and its values were plain")
            }
            RequestOrigin::Memory => self.in_memory(judge),
        }
    }

    fn in_memory(&self, judge: &Judge) -> Jurisdiction {
        let schema = &judge.prepared.rulebook().schema;
        let text = |value: &str| Source::new("request", value).span(0..value.len());
        let facts = FactIndex::each(schema.facts());
        let stated = facts.map(|(slot, fact)| {
            let value = match slot {
                FactIndex::ID => Some(Value::Text(self.id.as_str().into())),
                FactIndex::NAME => Some(Value::Text(self.name.as_str().into())),
                _ => self.value(slot, fact),
            };
            let Some(value) = value else {
                return Vec::new();
            };
            vec![Dated::always(Stated {
                span: text(&value.to_string()),
                value: Some(value),
                sources: Arc::from([]),
                as_of: None,
                note: None,
            })]
        });
        Jurisdiction {
            id: JurisdictionId::new(self.id.as_str()),
            name: self.name.as_str().into(),
            role: Role::Assessed,
            note: None,
            span: text(&self.id),
            facts: stated.collect(),
        }
    }

    fn stating(&self) -> StatedRequest<'_> {
        StatedRequest {
            id: &self.id,
            name: &self.name,
            row: &self.row,
            lists: &self.lists,
        }
    }

    fn value(&self, slot: FactIndex, fact: &crate::model::fact::FactSchema) -> Option<Value> {
        let list = self.lists.iter().find(|(listed, _)| *listed == slot);
        list.map_or_else(
            || self.row.value(slot, fact),
            |(_, items)| Some(Value::List(Arc::clone(items))),
        )
    }
}

impl<'a> Answer<'a> {
    /// The answer to a request that was read.
    pub(super) fn new(
        judge: &'a Judge,
        request: Request<'a>,
        mut diagnostics: Vec<Diagnostic>,
    ) -> Self {
        let found = judge.judge(request.stating());
        diagnostics.extend_from_slice(&found.wrong);
        bound(&mut diagnostics);
        Self {
            judge,
            id: None,
            found: Some((request, found)),
            diagnostics,
            details: OnceLock::new(),
            explained: OnceLock::new(),
        }
    }

    /// The answer to a record that was read in full.
    pub(super) fn of_record(
        judge: &'a Judge,
        mut record: Jurisdiction,
        mut diagnostics: Vec<Diagnostic>,
    ) -> Self {
        let asks_nothing = || {
            let message = "a request with `assess: false` asks for nothing";
            let help = "leave `assess` out: such a record is there to be referred to".to_owned();
            Diagnostic::at(Code::WrongValue, record.span.clone(), message).help(help)
        };
        let referred = (record.role == Role::Referred).then(asks_nothing);
        if let Some(refusal) = judge.refusal(&record).or(referred) {
            diagnostics.push(refusal);
            return Self::refused(judge, Some(record.id.to_string()), diagnostics);
        }
        judge.check_references(&mut record, &mut diagnostics);
        Self::new(judge, Request::whole(record, judge), diagnostics)
    }

    /// A refusal: no answer, with the reason.
    pub(super) fn refused(
        judge: &'a Judge,
        id: Option<String>,
        mut diagnostics: Vec<Diagnostic>,
    ) -> Self {
        bound(&mut diagnostics);
        Self {
            judge,
            id,
            found: None,
            diagnostics,
            details: OnceLock::new(),
            explained: OnceLock::new(),
        }
    }

    /// The id of the request; `None` if it could not be read.
    pub fn id(&self) -> Option<&str> {
        match &self.found {
            Some((request, _)) => Some(&request.id),
            None => self.id.as_deref(),
        }
    }

    /// The name of the request, or its id if it states no name; `None` if it could not be read.
    pub fn name(&self) -> Option<&str> {
        self.found.as_ref().map(|(request, _)| &*request.name)
    }

    /// The determination of the request.
    ///
    /// # Errors
    /// When the request or a part of it could not be read: a misspelt fact is never taken for a
    /// missing one. [`determination`](Self::determination) is the result of what could be read.
    pub fn verdict(&self) -> Result<DeterminationKind, &[Diagnostic]> {
        match &self.found {
            Some((_, found)) if !self.is_broken() => Ok(found.kind),
            _ => Err(&self.diagnostics),
        }
    }

    /// The determination from what could be read of the request; `None` if nothing could.
    pub fn determination(&self) -> Option<DeterminationKind> {
        self.found.as_ref().map(|(_, found)| found.kind)
    }

    /// The status of each condition in force, in order of the conditions' ids; empty if the request
    /// could not be read.
    pub fn findings(&self) -> impl ExactSizeIterator<Item = (&'a ConditionId, Status)> {
        let conditions = &self.judge.prepared.conditions;
        let statuses = self.found.iter().flat_map(|(_, found)| &found.statuses);
        let pairs: Vec<_> = conditions
            .iter()
            .zip(statuses)
            .map(|(used, status)| (&used.condition.id, *status))
            .collect();
        pairs.into_iter()
    }

    /// The status of the condition with this id; `None` if there is no such condition or the
    /// request could not be read.
    pub fn finding(&self, condition: &str) -> Option<Status> {
        let condition = self.judge.prepared.condition(condition)?;
        self.found
            .as_ref()
            .map(|(_, found)| found.statuses[condition])
    }

    /// The details: reasons, missing facts and assumptions. `None` if the request could not be
    /// read.
    pub fn details(&self) -> Option<&JurisdictionAssessment> {
        match self.explained() {
            Some(explained) => Some(&explained.one),
            None => Some(self.assessment()?.at(0.into())),
        }
    }

    /// All diagnostics about this request.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Whether any diagnostic about this request is an error.
    pub fn is_broken(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// The details, if the request's own values give them; `None` if that takes an
    /// [`assessment`](Self::assessment), or the request could not be read.
    pub(crate) fn explained(&self) -> Option<&Explained> {
        let (request, found) = self.found.as_ref()?;
        let record = || request.record(self.judge);
        let explain = || self.judge.explained(request.stating(), found, record);
        self.explained.get_or_init(explain).as_ref()
    }

    /// An assessment of this one record; `None` if the request could not be read.
    pub(crate) fn assessment(&self) -> Option<&RulebookAssessment> {
        let (request, found) = self.found.as_ref()?;
        let record = || request.record(self.judge);
        let make = || {
            self.judge
                .assessment(record(), &request.row, &request.lists, found)
        };
        Some(self.details.get_or_init(make))
    }
}
