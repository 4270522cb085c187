//! A request built from values in memory.

use std::sync::Arc;

use crate::assess::request_evaluator::answer::{Answer, Request};
use crate::assess::request_evaluator::host_values::{FactError, Given, StatedForm, slot_of, state};
use crate::assess::request_evaluator::judge::Judge;
use crate::model::fact::{Cell, Value};
use crate::model::jurisdiction::RecordBuilder;
use crate::model::typed_indexes::FactIndex;

/// The facts of a request, set one by one. A wrong name or value is reported at once.
pub struct Facts<'e> {
    judge: &'e Judge,
    id: String,
    name: Option<String>,
    stating: RecordBuilder<'e>,
    lists: Vec<(FactIndex, Arc<[Value]>)>,
}

impl<'e> Facts<'e> {
    pub(super) fn new(judge: &'e Judge, id: String) -> Self {
        Self {
            judge,
            id,
            name: None,
            stating: RecordBuilder::new(&judge.prepared.rulebook().schema),
            lists: Vec::new(),
        }
    }

    /// Gives the request a name, which reasons may show.
    pub fn name(&mut self, name: impl Into<String>) -> &mut Self {
        self.name = Some(name.into());
        self
    }

    /// Sets a fact by its path, in place of an earlier value.
    ///
    /// # Errors
    /// When records state no such fact, or it cannot have this value.
    pub fn set(&mut self, path: &str, value: impl Into<Given>) -> Result<&mut Self, FactError> {
        let schema = &self.judge.prepared.rulebook().schema;
        let slot = slot_of(schema, path)?;
        self.stating.row.cells[slot] = Cell::Absent;
        self.lists.retain(|(listed, _)| *listed != slot);
        let fact = (slot, &*schema.facts()[slot]);
        if let StatedForm::List(values) = state(&mut self.stating, fact, &value.into())? {
            self.lists.push((slot, values));
        }
        Ok(self)
    }

    /// Answers the request. Diagnostics about its references come with the answer.
    pub fn assess(&self) -> Answer<'e> {
        let (row, lists) = (self.stating.row.clone(), self.lists.clone());
        let request = Request::given(self.id.clone(), self.name.clone(), row, lists);
        if self.judge.takes(&self.id) && self.judge.refers_well(&self.id, &self.stating.row) {
            return Answer::new(self.judge, request, Vec::new());
        }
        Answer::of_record(self.judge, request.record(self.judge), Vec::new())
    }
}
