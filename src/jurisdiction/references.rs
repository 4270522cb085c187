//! Checks the references between records: none may dangle, none may lead back to where it began.
//!
//! A reference that does either is made unknown, so that nothing is concluded from it.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::fact::{FactType, Schema, Value};
use crate::jurisdiction::{Jurisdiction, Jurisdictions};
use crate::source::Span;

/// One reference: which fact, which of its dated values.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    record: usize,
    fact: usize,
    dated: usize,
}

/// The records with every bad reference made unknown, and a diagnostic for each.
pub(crate) fn check_references(
    schema: &Schema,
    records: Jurisdictions,
    diagnostics: &mut Vec<Diagnostic>,
) -> Jurisdictions {
    let references = reference_facts(schema);
    if references.is_empty() {
        return records;
    }
    let mut bad = BTreeSet::new();
    let mut edges = vec![Vec::new(); records.list().len()];
    for place in places(&records, &references) {
        let (id, span) = target(&records, place).expect("places are where a reference stands");
        match records.find(id) {
            Some(to) => edges[place.record].push((to, place)),
            None => {
                bad.insert(place);
                let message = format!("there is no record `{id}`");
                let help = did_you_mean(id, records.ids())
                    .unwrap_or_else(|| "add a record of that id, or write `unknown`".to_owned());
                diagnostics.push(Diagnostic::at(Code::DanglingReference, span.clone(), message).help(help));
            }
        }
    }
    for place in on_a_circle(&edges) {
        let (id, span) = target(&records, place).expect("places are where a reference stands");
        let from = &records.list()[place.record].id;
        let message = format!("the reference from `{from}` to `{id}` leads back to `{from}`");
        let help =
            "a record may not refer to itself, directly or through others; write `unknown` in one of them".to_owned();
        diagnostics.push(Diagnostic::at(Code::CircularReference, span.clone(), message).help(help));
        bad.insert(place);
    }
    forget(&records, &bad)
}

/// The numbers of the facts that are references.
pub(crate) fn reference_facts(schema: &Schema) -> Vec<usize> {
    let facts = schema.facts().iter().enumerate();
    facts.filter(|(_, fact)| fact.ty == FactType::Jurisdiction).map(|(index, _)| index).collect()
}

/// Whether two readings of a record refer to the same records.
pub(crate) fn same_references(references: &[usize], one: &Jurisdiction, other: &Jurisdiction) -> bool {
    let targets = |record: &Jurisdiction, fact: usize| -> Vec<Option<Value>> {
        record.facts[fact].iter().map(|dated| dated.value.value.clone()).collect()
    };
    references.iter().all(|fact| targets(one, *fact) == targets(other, *fact))
}

fn places<'a>(records: &'a Jurisdictions, references: &'a [usize]) -> impl Iterator<Item = Place> + 'a {
    records
        .list()
        .iter()
        .enumerate()
        .flat_map(move |(record, jurisdiction)| {
            references.iter().flat_map(move |fact| {
                let dated = 0..jurisdiction.facts[*fact].len();
                dated.map(move |dated| Place { record, fact: *fact, dated })
            })
        })
        .filter(|place| target(records, *place).is_some())
}

fn target(records: &Jurisdictions, place: Place) -> Option<(&str, &Span)> {
    let stated = &records.list()[place.record].facts[place.fact][place.dated].value;
    match &stated.value {
        Some(Value::Text(id)) => Some((id, &stated.span)),
        _ => None,
    }
}

/// References whose both ends lie in one strongly connected component.
fn on_a_circle(edges: &[Vec<(usize, Place)>]) -> Vec<Place> {
    let reaches = |from: usize, to: usize| {
        let mut seen = BTreeSet::from([from]);
        let mut next = vec![from];
        while let Some(record) = next.pop() {
            if record == to {
                return true;
            }
            next.extend(edges[record].iter().map(|(to, _)| *to).filter(|to| seen.insert(*to)));
        }
        false
    };
    // A record that nobody refers to, or that refers to none, is on no circle.
    let mut referred = vec![false; edges.len()];
    edges.iter().flatten().for_each(|(to, _)| referred[*to] = true);
    let candidates = edges.iter().enumerate().filter(|(from, _)| referred[*from]);
    candidates
        .flat_map(|(from, out)| out.iter().map(move |(to, place)| (from, *to, *place)))
        .filter(|(from, to, _)| reaches(*to, *from))
        .map(|(_, _, place)| place)
        .collect()
}

fn forget(records: &Jurisdictions, bad: &BTreeSet<Place>) -> Jurisdictions {
    let mut list = records.list().to_vec();
    for place in bad {
        let record: &mut Jurisdiction = Arc::make_mut(&mut list[place.record]);
        record.facts[place.fact][place.dated].value.value = None;
    }
    Jurisdictions::new(list)
}
