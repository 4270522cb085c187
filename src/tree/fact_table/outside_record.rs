//! The facts of a request, with those of the records it refers to.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::fact::{Column, FactSchema, Schema, Value};
use crate::model::jurisdiction::{Jurisdictions, Keys, Record};
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::fact_table::FactTable;

impl FactTable {
    /// A table of `guest`, which is not in this table, and of the records `others`, in order of
    /// their indexes; one of these with the guest's id is left out. Returns the guest's index too.
    /// `value` gives the values that the guest states.
    pub(crate) fn with_guest(
        &self,
        schema: &Schema,
        guest: Record,
        value: &dyn Fn(FactIndex) -> Option<Value>,
        others: &[RecordIndex],
    ) -> (Self, RecordIndex) {
        let id = |record: &RecordIndex| self.records.id(*record);
        let this = others.partition_point(|record| id(record) < guest.id());
        let same = others
            .get(this)
            .is_some_and(|record| id(record) == guest.id());
        let (before, after) = (&others[..this], &others[this + usize::from(same)..]);
        let few = |(slot, fact): (FactIndex, &Arc<FactSchema>)| {
            let from = &self.columns[slot];
            let mut column = match &**from {
                Column::Few(_, values) => Column::Few(Vec::new(), Arc::clone(values)),
                _ => Column::of(fact),
            };
            if !slot.is_built_in() {
                let has = from.len() > 0;
                let take = |records: &[RecordIndex], column: &mut Column| {
                    for record in records {
                        if has {
                            column.push_from(from, record.get());
                        } else {
                            column.push(None);
                        }
                    }
                };
                take(before, &mut column);
                column.push(value(slot).as_ref());
                take(after, &mut column);
            }
            Arc::new(column)
        };
        let other = |record: &RecordIndex| self.records.view(*record).to_record();
        let list = before.iter().map(other).chain([guest]);
        let list: Vec<Record> = list.chain(after.iter().map(other)).collect();
        let facts = Self {
            records: Jurisdictions::new(list)
                .with_keys(self.records.keys())
                .into(),
            day: self.day,
            numbering: self.numbering.clone(),
            columns: FactIndex::each(schema.facts()).map(few).collect(),
            free: BTreeSet::new(),
            to_come: schema.calculated().collect(),
        };
        (facts, this.into())
    }

    /// Makes references of a guest by a key of its own lead to the guest. `itself`: the references
    /// by which it names itself, each with the name.
    pub(crate) fn find_by_own_names(
        &mut self,
        guest: RecordIndex,
        schema: &Schema,
        itself: &[(FactIndex, Arc<str>)],
    ) {
        let by_key = |slot: &FactIndex| schema.facts()[*slot].key.is_some();
        if !itself.iter().any(|(slot, _)| by_key(slot)) {
            return;
        }
        // There are few records here: only the keys that lead to one of them are kept.
        let mut keys = Keys::new();
        for (reference, known) in &**self.records.keys() {
            let key = schema.facts()[*reference].key.as_ref();
            let key = key.and_then(|key| schema.slot(key.as_str()));
            let records = RecordIndex::first(self.records.len()).filter(|record| *record != guest);
            let names = records.filter_map(|record| match self.value(record, key?)? {
                Value::Text(name) if *known.get(&name)?.as_str() == *self.records.id(record) => {
                    Some((name, self.records.id_of(record)))
                }
                _ => None,
            });
            keys.insert(*reference, names.collect());
        }
        for (reference, name) in itself.iter().filter(|(slot, _)| by_key(slot)) {
            let known = keys.entry(*reference).or_default();
            known.insert(Arc::clone(name), self.records.id_of(guest));
        }
        let records = self.records.records().to_vec();
        self.records = Jurisdictions::new(records).with_keys(&keys.into()).into();
    }

    /// Puts the value in place that was calculated for a guest.
    pub(crate) fn set(&mut self, record: RecordIndex, slot: FactIndex, value: Option<&Value>) {
        Arc::make_mut(&mut self.columns[slot]).set(record.get(), value);
        self.to_come.remove(&slot);
    }
}
