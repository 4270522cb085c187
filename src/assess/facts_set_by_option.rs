//! Facts set by an option: what if a record stated this?

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::assess::options::SetFact;
use crate::assess::snapshot::Criteria;
use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, list_of};
use crate::base::source::Source;
use crate::formats::yaml::{NodeKind, YamlNode};
use crate::model::fact::{Dated, FactType, Lookup, Schema, Value, read_value};
use crate::model::jurisdiction::{
    Jurisdiction, Jurisdictions, Record, check_references, dangling, refused, wrong,
};
use crate::model::rulebook::Stated;
use crate::model::typed_indexes::FactIndex;

/// The rulebooks as if their records stated these facts. One that no rulebook can have is reported.
pub(super) fn with_facts(
    rulebooks: &[Arc<Criteria>],
    facts: &[SetFact],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Arc<Criteria>> {
    for fact in facts {
        let mut problems = rulebooks
            .iter()
            .map(|criteria| read(criteria, fact).map(|_| ()));
        if let Some(first) = problems.next()
            && let Err(problem) = problems.fold(first, Result::or)
        {
            diagnostics.push(problem);
        }
    }
    // Programmes over the same records still share them.
    let mut known: Vec<(Arc<Jurisdictions>, Arc<Jurisdictions>)> = Vec::new();
    let mut one = |criteria: &Arc<Criteria>| {
        let mut changed: BTreeMap<&str, Jurisdiction> = BTreeMap::new();
        for (fact, value) in facts
            .iter()
            .filter_map(|fact| Some((fact, read(criteria, fact).ok()?)))
        {
            let record = changed.entry(&fact.jurisdiction).or_insert_with(|| {
                let record = criteria.records.find(&fact.jurisdiction);
                (*criteria.records.get(record.expect("it was read"))).clone()
            });
            record.facts[value.0] = vec![Dated::always(value.1)];
        }
        if changed.is_empty() {
            return Arc::clone(criteria);
        }
        let changed: Vec<_> = changed
            .into_values()
            .map(|record| Record::Whole(record.into()))
            .collect();
        let same = known
            .iter()
            .find(|one| Arc::ptr_eq(&one.0, &criteria.records));
        let records = match same {
            Some((_, records)) => Arc::clone(records),
            None => {
                let records = criteria.records.with(&changed);
                let schema = &criteria.rulebook.schema;
                if facts
                    .iter()
                    .any(|fact| bears_on_references(schema, &fact.path))
                {
                    with_references(schema, records, diagnostics).into()
                } else {
                    records.into()
                }
            }
        };
        known.push((Arc::clone(&criteria.records), Arc::clone(&records)));
        criteria.with_records(records).into()
    };
    rulebooks.iter().map(&mut one).collect()
}

/// Whether a fact is a reference, or one that references find records by or are limited to.
fn bears_on_references(schema: &Schema, path: &str) -> bool {
    let mut facts = schema.facts().iter();
    facts.any(|fact| {
        let is_one = fact.ty == FactType::Jurisdiction && fact.path.as_str() == path;
        let is_key = fact.key.as_ref().is_some_and(|key| key.as_str() == path);
        let mut limits = fact.target.facts.iter();
        is_one || is_key || limits.any(|(limit, _)| limit.as_str() == path)
    })
}

/// The records with the facts that are set. References that no file may state are reported and made
/// unknown; keys that records share were reported with the files.
fn with_references(
    schema: &Schema,
    records: Jurisdictions,
    diagnostics: &mut Vec<Diagnostic>,
) -> Jurisdictions {
    let mut found = Vec::new();
    let records = check_references(schema, records, &mut found);
    let found = found.into_iter();
    diagnostics.extend(found.filter(|found| found.code != Code::DuplicateId));
    records
}

/// The index of the fact and the value, or an error.
fn read(criteria: &Criteria, fact: &SetFact) -> Result<(FactIndex, Stated), Diagnostic> {
    let unknown = |message: String, help: Option<String>| {
        Diagnostic::new(Code::UnknownSelection, message).help(help)
    };
    let records: &Jurisdictions = &criteria.records;
    if records.find(&fact.jurisdiction).is_none() {
        let message = format!(
            "there is no jurisdiction `{}` to set a fact of",
            fact.jurisdiction
        );
        return Err(unknown(message, records.instead_of(0, &fact.jurisdiction)));
    }
    let schema = &criteria.rulebook.schema;
    let (index, declared) = match schema.look_up(&fact.path) {
        Lookup::Fact(index, declared) if !index.is_built_in() => (index, declared),
        Lookup::Group => {
            let below: Vec<_> = schema
                .paths()
                .filter(|path| path.starts_with(&format!("{}.", fact.path)))
                .collect();
            let message = format!("`{}` is a group of facts", fact.path);
            return Err(unknown(
                message,
                Some(format!("set one of them: {}", list_of(below))),
            ));
        }
        _ => {
            let message = format!("the schema has no fact `{}` that can be set", fact.path);
            return Err(unknown(message, did_you_mean(&fact.path, schema.paths())));
        }
    };
    let source = Source::new("--set-fact", fact.value.as_str());
    let span = source.span(0..fact.value.len());
    let stated = |value| Stated {
        value,
        span: span.clone(),
        sources: Arc::from([]),
        as_of: None,
        note: None,
    };
    if fact.value == "unknown" || declared.missing.has(&declared.ty, &fact.value) {
        return Ok((index, stated(None)));
    }
    let node = YamlNode {
        span: span.clone(),
        kind: NodeKind::Scalar {
            text: fact.value.clone(),
            quoted: false,
        },
    };
    let value = read_value(&declared.ty, &node).map_err(|mismatch| {
        Diagnostic::new(
            mismatch.code,
            format!("`{}`: {}", fact.path, mismatch.message),
        )
        .help(mismatch.help)
    })?;
    if !declared.range.holds(&value) {
        let message = format!(
            "`{}`: `{value}` is out of range: expected {}",
            fact.path, declared.range
        );
        return Err(Diagnostic::new(Code::OutOfRange, message));
    }
    if let Value::Text(name) = &value
        && declared.ty == FactType::Jurisdiction
    {
        let Some(to) = records.follow(index, name) else {
            let found = dangling(declared, index, records, (name, span.clone()), 0);
            let message = format!("`{}`: {}", fact.path, found.message);
            return Err(unknown(message, found.help));
        };
        if let Some((path, found)) = refused(schema, index, records.view(to)) {
            let named = (&**name, span.clone());
            return Err(wrong(&declared.target, named, path, &found));
        }
    }
    Ok((index, stated(Some(value))))
}
