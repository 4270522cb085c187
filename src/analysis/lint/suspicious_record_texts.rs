//! Texts of records that are likely not intended: words for "not known", invisible characters,
//! quotation marks that are part of the text.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::analysis::lint::lint_context::text;
use crate::analysis::lint::{
    garbled_text, hidden_sign, placeholder_for_unknown, several_in_one_item, shortened_number,
    text_in_quotation_marks,
};
use crate::assess::assessment::RulebookAssessment;
use crate::base::diagnostic::{Diagnostic, some_of};
use crate::model::fact::{
    BUILT_IN, Column, FactSchema, FactType, Value, hidden_signs, is_placeholder, is_shortened,
};
use crate::model::jurisdiction::{RecordView, Table};
use crate::model::typed_indexes::FactIndex;

/// Reports the suspicious texts of all facts.
pub(super) fn of_texts(assessed: &RulebookAssessment, found: &mut Vec<Diagnostic>) {
    let schema = &assessed.rulebook().schema;
    for (slot, fact) in FactIndex::each(schema.facts()).skip(BUILT_IN.len()) {
        let of_list = matches!(&fact.ty, FactType::List(item) if **item == FactType::Text);
        if fact.ty == FactType::Text || of_list {
            of_fact(assessed, slot, fact, found);
        }
    }
}

/// Each text that is likely not meant, with the records that state it.
fn of_fact(
    assessed: &RulebookAssessment,
    slot: FactIndex,
    fact: &FactSchema,
    found: &mut Vec<Diagnostic>,
) {
    let mut unlikely: BTreeMap<Arc<str>, Vec<RecordView<'_>>> = BTreeMap::new();
    let own = |record: &RecordView<'_>| record.source().is_in_policies();
    let is_list = matches!(fact.ty, FactType::List(_));
    let is_told = |text: &str| {
        is_list && several_in_one_item::several(text).is_some()
            || is_placeholder(text)
            || hidden_signs(text).is_some()
            || garbled_text::garbled(text).is_some()
            || is_shortened(text)
            || text_in_quotation_marks::quoted(text).is_some()
    };
    // Most texts occur in many rows: each text of a table is looked at once.
    let mut last: Option<(&Arc<Table>, BTreeSet<u32>)> = None;
    for record in assessed.records().records().iter() {
        if let RecordView::Row(table, row) = record
            && let Column::Texts(numbers, texts) = &**table.column(slot)
        {
            if !last
                .as_ref()
                .is_some_and(|(known, _)| Arc::ptr_eq(known, table))
            {
                let told = (0..).zip(texts.list()).filter(|(_, text)| is_told(text));
                last = Some((table, told.map(|(number, _)| number).collect()));
            }
            let told = last.as_ref().map(|(_, told)| told);
            if !told.is_some_and(|told| told.contains(&numbers[row])) {
                continue;
            }
        }
        let texts = match record.value(slot, assessed.as_of) {
            Some(Value::Text(text)) => vec![text],
            Some(Value::List(items)) => items.iter().filter_map(text).collect(),
            _ => continue,
        };
        for text in texts {
            if is_told(&text) && own(&record) {
                unlikely.entry(text).or_default().push(record);
            }
        }
    }
    for (text, records) in unlikely {
        found.extend(told(assessed, slot, fact, &text, &records));
    }
}

fn told(
    assessed: &RulebookAssessment,
    slot: FactIndex,
    fact: &FactSchema,
    text: &str,
    records: &[RecordView<'_>],
) -> Option<Diagnostic> {
    let first = records.first()?.read();
    let span = first.stated(slot, assessed.as_of)?.span.clone();
    let by = some_of(records.iter().map(|record| record.id()));
    let path = &fact.path;
    let is_list = matches!(fact.ty, FactType::List(_));
    if let Some(garbled) = garbled_text::garbled(text) {
        return Some(garbled_text::of_fact(span, path, text, &garbled, &by));
    }
    Some(match hidden_signs(text) {
        Some(signs) => hidden_sign::of_fact(span, path, text, &signs, &by),
        None if text_in_quotation_marks::quoted(text).is_some() => {
            text_in_quotation_marks::of_fact(span, path, text, &by)
        }
        None if is_list && several_in_one_item::several(text).is_some() => {
            several_in_one_item::of_fact(span, path, text, &by)
        }
        None if is_shortened(text) => shortened_number::of_fact(span, path, text, &by),
        None => placeholder_for_unknown::of_fact(span, path, is_list, text, &by),
    })
}
