//! The context that all lints share, and how they report what they find.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::assess::assessment::RulebookAssessment;
use crate::assess::explored_scripts::ConditionUsed;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::parallel;
use crate::base::source::Span;
use crate::model::fact::{Column, FactType, Number, Value};
use crate::model::jurisdiction::{MOST_LOOKED_THROUGH, RecordView, Table};
use crate::model::typed_indexes::FactIndex;

/// Lints that are looked for on request only.
#[derive(Clone, Copy, Debug, Default)]
pub struct LintOptions {
    /// Report sources older than this many days on the as-of date; `None` for no limit.
    pub stale_after: Option<i64>,
    /// Whether to report divisions of whole numbers, whose fraction older versions dropped.
    pub divisions: bool,
}

/// One rulebook that is looked at. Each lint adds a method.
pub(super) struct Linter<'a> {
    pub(super) assessed: &'a RulebookAssessment,
    /// Whether to report what its base declares: only the first programme over it does.
    pub(super) speaks_for_base: bool,
    pub(super) options: LintOptions,
    /// The texts that records state, by fact; found once for all scripts.
    pub(super) stated: BTreeMap<FactIndex, BTreeSet<Arc<str>>>,
    /// The numbers that they state, likewise.
    pub(super) numbers: BTreeMap<FactIndex, StatedNumbers>,
    pub(super) found: &'a mut Vec<Diagnostic>,
}

/// The numbers that records state for a fact.
#[derive(Clone, Debug, Default)]
pub(super) struct StatedNumbers {
    /// Whether nearly all are whole numbers from a thousand on.
    pub(super) are_thousands: bool,
    /// The first records that state a smaller one.
    pub(super) small: Vec<usize>,
}

impl Linter<'_> {
    /// The indexes of the records for which something holds, which should be few.
    pub(super) fn records_where(&self, is: impl Fn(RecordView<'_>) -> bool + Sync) -> Vec<usize> {
        const PART: usize = 1 << 14;
        let records = self.assessed.records().records();
        let count = records.len();
        let parts = (0..count)
            .step_by(PART)
            .map(|from| from..count.min(from + PART));
        let found = parallel::map(parts.collect(), |part| {
            part.filter(|number| is(records.view(*number)))
                .collect::<Vec<_>>()
        });
        found.concat()
    }

    /// The texts that records state for a fact, with the items of lists; each text of a table once.
    pub(super) fn texts_stated(&mut self, slot: FactIndex) -> &BTreeSet<Arc<str>> {
        let assessed = self.assessed;
        let texts = self.stated.entry(slot);
        texts.or_insert_with(|| texts_of(assessed, slot))
    }

    /// A fact of the jurisdiction itself, as a script writes it; `None` if it is none.
    pub(super) fn own_fact(&self, written: &str) -> Option<FactIndex> {
        let path = written.strip_prefix("j.")?;
        self.assessed.rulebook().schema.slot(path)
    }

    /// The fact of the jurisdiction, or of a record that its references lead to, as a script writes it.
    pub(super) fn fact_written(&self, written: &str) -> Option<FactIndex> {
        let schema = &self.assessed.rulebook().schema;
        let mut path = written.strip_prefix("j.")?;
        loop {
            if let Some(slot) = schema.slot(path) {
                return Some(slot);
            }
            let mut points = path.match_indices('.').map(|(at, _)| at);
            let is_reference = |at: &usize| {
                let slot = schema.slot(&path[..*at]);
                slot.is_some_and(|slot| schema.facts()[slot].ty == FactType::Jurisdiction)
            };
            let at = points.find(is_reference)?;
            path = &path[at + 1..];
        }
    }

    /// The type of such a fact.
    pub(super) fn type_of(&self, written: &str) -> Option<&FactType> {
        let slot = self.own_fact(written)?;
        Some(&self.assessed.rulebook().schema.facts()[slot].ty)
    }

    pub(super) fn say(&mut self, code: Code, span: Span, message: String, help: &str) {
        self.found
            .push(Diagnostic::at(code, span, message).help(help.to_owned()));
    }
}

fn texts_of(assessed: &RulebookAssessment, slot: FactIndex) -> BTreeSet<Arc<str>> {
    let mut texts = BTreeSet::new();
    if slot == FactIndex::NAME {
        let records = assessed.records().records().iter();
        let names = records.take(MOST_LOOKED_THROUGH + 1);
        return names.map(|record| record.name().into()).collect();
    }
    let mut tables: BTreeSet<*const Table> = BTreeSet::new();
    for record in assessed.records().records().iter() {
        if let RecordView::Row(table, _) = record
            && let Column::Texts(_, list) = &**table.column(slot)
        {
            if tables.insert(Arc::as_ptr(table)) {
                texts.extend(list.list().iter().map(Arc::clone));
            }
            continue;
        }
        match record.value(slot, assessed.as_of) {
            Some(Value::Text(text)) => {
                texts.insert(text);
            }
            Some(Value::List(items)) => texts.extend(items.iter().filter_map(text)),
            _ => {}
        }
    }
    texts
}

/// The text of a value; `None` if it is no text.
pub(super) fn text(value: &Value) -> Option<Arc<str>> {
    match value {
        Value::Text(text) => Some(Arc::clone(text)),
        _ => None,
    }
}

/// A number among values, as near as a binary number is to it.
pub(super) fn near_number(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(number) => Some(Number::from(*number).near()),
        Value::Number(number) => Some(number.near()),
        _ => None,
    }
}

/// The first line of a script.
pub(super) fn head(used: &ConditionUsed) -> Span {
    let source = &used.condition.source;
    source.span(0..source.text().lines().next().unwrap_or_default().len())
}
