//! Faults of single records in derived facts that a script calculates in advance: each mistake
//! once, with the records it occurs for.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::Span;
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::RecordIndex;

/// A fault, and the indexes of its records.
type Wrong = (Arc<Diagnostic>, Vec<RecordIndex>);

/// The faults, by place and message.
#[derive(Clone, Debug, Default)]
pub(crate) struct RecordFaults(BTreeMap<(Option<Span>, String), Wrong>);

/// By index of a derived fact in the schema: its faults, if there are any.
pub(crate) type FaultsByFact = BTreeMap<FactIndex, Arc<RecordFaults>>;

impl RecordFaults {
    /// Notes that something went wrong for a record.
    pub(super) fn note(&mut self, fault: &Arc<Diagnostic>, record: RecordIndex) {
        let key = (fault.span().cloned(), fault.message.clone());
        let (_, records) = self
            .0
            .entry(key)
            .or_insert_with(|| (Arc::clone(fault), Vec::new()));
        records.push(record);
    }

    /// Adds what went wrong for later records.
    pub(super) fn append(&mut self, later: Self) {
        for (key, (fault, mut records)) in later.0 {
            let (_, known) = self.0.entry(key).or_insert_with(|| (fault, Vec::new()));
            known.append(&mut records);
        }
    }

    /// Whether nothing went wrong.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether something is a mistake of the author, and no calculation that some facts do not
    /// allow.
    pub(super) fn has_mistake(&self) -> bool {
        self.0
            .values()
            .any(|(fault, _)| fault.code != Code::Arithmetic)
    }

    /// All faults, each with its records.
    pub(super) fn all(&self) -> impl Iterator<Item = &Wrong> {
        self.0.values()
    }
}
