//! Checks the references between records: each must lead to a record, to one that the schema
//! allows, and not in a circle.
//!
//! A reference with an error is made unknown, so that nothing is concluded from it.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean_after, list_of};
use crate::base::source::Span;
use crate::model::fact::{FactPath, FactSchema, FactType, Schema, Target, Value};
use crate::model::jurisdiction::advice_reworded_for_json::advise_in_json;
use crate::model::jurisdiction::all_records_by_id::{Keys, MOST_LOOKED_THROUGH};
use crate::model::jurisdiction::{Jurisdictions, Record, RecordView};
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::RecordIndex;

/// One reference: which fact, which of its dated values.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct ReferencePlace {
    record: RecordIndex,
    fact: FactIndex,
    dated: usize,
}

/// The records with every bad reference made unknown, and a diagnostic for each, or for all that
/// lead in circles with one another.
pub(crate) fn check_references(
    schema: &Schema,
    records: Jurisdictions,
    diagnostics: &mut Vec<Diagnostic>,
) -> Jurisdictions {
    let references = reference_facts(schema);
    if references.is_empty() {
        return records;
    }
    let before = diagnostics.len();
    let records = records.with_keys(&Arc::default());
    let keys = Arc::new(keys(schema, &references, &records, diagnostics));
    let records = records.with_keys(&keys);
    let mut bad = BTreeSet::new();
    let mut edges = vec![Vec::new(); records.len()];
    for (place, id) in places(&records, &references) {
        match records.follow(place.fact, &id) {
            Some(to) => {
                let target = &schema.facts()[place.fact].target;
                if let Some((path, found)) = refused(schema, place.fact, records.view(to)) {
                    bad.insert(place);
                    let (id, span) = self::target(&records, place);
                    diagnostics.push(wrong(target, (&id, span), path, &found));
                } else if to != place.record || !target.itself {
                    edges[place.record].push((to, place));
                }
            }
            None => {
                bad.insert(place);
                let (id, span) = target(&records, place);
                let fact = &schema.facts()[place.fact];
                let told = diagnostics.len();
                diagnostics.push(dangling(fact, place.fact, &records, (&id, span), told));
            }
        }
    }
    for circle in circles(&edges) {
        let place = circle.way[0];
        let (id, span) = target(&records, place);
        let from = records.id(place.record);
        let message = format!(
            "the reference from `{from}` to `{id}` leads back to `{from}`{}",
            further(&records, &circle)
        );
        let help = if *from == *id {
            let path = &schema.facts()[place.fact].path;
            format!(
                "write `unknown`; or, where a record may refer to itself, `itself: true` at \
                 `{path}` in the rulebook file"
            )
        } else {
            "records may not refer to one another in a circle; write `unknown` in one of them"
                .to_owned()
        };
        diagnostics.push(Diagnostic::at(Code::CircularReference, span, message).help(help));
        bad.extend(circle.all);
    }
    advise_in_json(&mut diagnostics[before..]);
    forget(records, &bad)
}

/// The diagnostic of a reference that leads to no record. `told`: the number of such messages so
/// far.
pub(crate) fn dangling(
    fact: &FactSchema,
    slot: FactIndex,
    records: &Jurisdictions,
    (id, span): (&str, Span),
    told: usize,
) -> Diagnostic {
    let (message, near) = match (&fact.key, records.keys().get(&slot)) {
        (Some(key), Some(known)) => {
            let message = format!("there is no single record of which `{key}` is `{id}`");
            let few = known.len() <= MOST_LOOKED_THROUGH;
            let known = known.keys().map(|known| &**known).filter(|_| few);
            (message, did_you_mean_after(told, id, known))
        }
        _ => (
            format!("there is no record `{id}`"),
            records.instead_of(told, id),
        ),
    };
    let help = near.unwrap_or_else(|| match &fact.key {
        Some(key) => format!("add a record that states this `{key}`, or write `unknown`"),
        None => "add a record of that id, or write `unknown`".to_owned(),
    });
    Diagnostic::at(Code::DanglingReference, span, message).help(help)
}

/// Why a reference, by its index, may not lead to a record: the fact, and its value there. An
/// unstated fact is no reason.
pub(crate) fn refused<'a>(
    schema: &'a Schema,
    reference: FactIndex,
    to: RecordView<'_>,
) -> Option<(&'a FactPath, Value)> {
    let limits = &schema.facts()[reference].target.facts;
    limits.iter().find_map(|(path, allowed)| {
        let known: Vec<Value> = stated(to, schema.slot(path.as_str())?)
            .into_iter()
            .flatten()
            .collect();
        let fits = known.is_empty() || known.iter().any(|value| allowed.contains(value));
        (!fits).then(|| (path, known[0].clone()))
    })
}

/// The diagnostic of a reference to a record that it may not lead to.
pub(crate) fn wrong(
    target: &Target,
    (id, span): (&str, Span),
    path: &FactPath,
    found: &Value,
) -> Diagnostic {
    let allowed = target.facts.iter().find(|(one, _)| one == path);
    let allowed = allowed.iter().flat_map(|(_, values)| values);
    let allowed: Vec<String> = allowed.map(ToString::to_string).collect();
    let expected = list_of(allowed.iter().map(String::as_str));
    let message =
        format!("the record `{id}` has the {path} `{found}`, expected one with {expected}");
    let help = "write the id of such a record, or `unknown`".to_owned();
    Diagnostic::at(Code::WrongReference, span, message).help(help)
}

/// The records by keys of references. A key that two records have leads nowhere, and is reported.
fn keys(
    schema: &Schema,
    references: &[FactIndex],
    records: &Jurisdictions,
    diagnostics: &mut Vec<Diagnostic>,
) -> Keys {
    let mut keys = Keys::new();
    for reference in references {
        let Some(key) = &schema.facts()[*reference].key else {
            continue;
        };
        let Some(slot) = schema.slot(key.as_str()) else {
            continue;
        };
        let mut found: HashMap<Arc<str>, Vec<RecordIndex>> = HashMap::new();
        for (number, record) in RecordIndex::each(records.records().iter()) {
            for (_, name) in targets(record, slot) {
                let with = found.entry(name).or_default();
                if with.last() != Some(&number) {
                    with.push(number);
                }
            }
        }
        let mut twice: Vec<_> = found.iter().filter(|(_, with)| with.len() > 1).collect();
        twice.sort();
        for (name, with) in twice {
            let (first, second) = (records.get(with[0]), records.get(with[1]));
            let message = format!(
                "`{}` and `{}` both have the {key} `{name}`",
                first.id, second.id
            );
            let found = Diagnostic::at(Code::DuplicateId, second.span.clone(), message)
                .related(first.span.clone(), "the other record")
                .help(format!(
                    "`{}` finds records by `{key}`: it must be another for each",
                    schema.facts()[*reference].path
                ));
            if !diagnostics.contains(&found) {
                diagnostics.push(found);
            }
        }
        let single = found.into_iter().filter(|(_, with)| with.len() == 1);
        keys.insert(
            *reference,
            single
                .map(|(name, with)| (name, records.id_of(with[0])))
                .collect(),
        );
    }
    keys
}

/// The numbers of the facts that decide where references lead: themselves, the keys of records, and
/// what limits them.
pub(crate) fn facts_of_references(schema: &Schema) -> Vec<FactIndex> {
    let references = reference_facts(schema);
    let others = references.iter().flat_map(|slot| {
        let fact = &schema.facts()[*slot];
        let limits = fact.target.facts.iter().map(|(path, _)| path);
        fact.key.iter().chain(limits)
    });
    let others: Vec<FactIndex> = others
        .filter_map(|path| schema.slot(path.as_str()))
        .collect();
    references.into_iter().chain(others).collect()
}

/// The numbers of the facts that are references.
pub(crate) fn reference_facts(schema: &Schema) -> Vec<FactIndex> {
    let facts = FactIndex::each(schema.facts());
    facts
        .filter(|(_, fact)| fact.ty == FactType::Jurisdiction)
        .map(|(index, _)| index)
        .collect()
}

/// Whether two readings of a record are the same in facts that decide where references lead.
pub(crate) fn same_references(
    facts: &[FactIndex],
    one: RecordView<'_>,
    other: RecordView<'_>,
) -> bool {
    facts
        .iter()
        .all(|fact| stated(one, *fact) == stated(other, *fact))
}

/// The dated values that a record states of a fact; empty for an unknown value of a row.
fn stated(record: RecordView<'_>, fact: FactIndex) -> Vec<Option<Value>> {
    match record {
        RecordView::Whole(record) => {
            let dated = record.facts[fact].iter();
            dated.map(|dated| dated.value.value.clone()).collect()
        }
        RecordView::Row(table, row) => table.value(row, fact).map(Some).into_iter().collect(),
    }
}

/// The ids that a reference of a record leads to, each with the index of its dated value.
fn targets(record: RecordView<'_>, fact: FactIndex) -> Vec<(usize, Arc<str>)> {
    let text = |value: Option<Value>| match value {
        Some(Value::Text(id)) => Some(id),
        _ => None,
    };
    match record {
        RecordView::Whole(record) => {
            let dated = record.facts[fact].iter().enumerate();
            dated
                .filter_map(|(number, dated)| Some((number, text(dated.value.value.clone())?)))
                .collect()
        }
        RecordView::Row(table, row) => text(table.value(row, fact))
            .map(|id| (0, id))
            .into_iter()
            .collect(),
    }
}

fn places<'a>(
    records: &'a Jurisdictions,
    references: &'a [FactIndex],
) -> impl Iterator<Item = (ReferencePlace, Arc<str>)> + 'a {
    RecordIndex::each(records.records().iter()).flat_map(move |(number, record)| {
        references.iter().flat_map(move |fact| {
            let found = targets(record, *fact).into_iter();
            found.map(move |(dated, id)| {
                (
                    ReferencePlace {
                        record: number,
                        fact: *fact,
                        dated,
                    },
                    id,
                )
            })
        })
    })
}

/// The id at a place, and where it is written.
fn target(records: &Jurisdictions, place: ReferencePlace) -> (Arc<str>, Span) {
    let stated = &records.get(place.record).facts[place.fact][place.dated].value;
    match &stated.value {
        Some(Value::Text(id)) => (Arc::clone(id), stated.span.clone()),
        _ => unreachable!("places are where a reference stands"),
    }
}

/// References that lead in circles with one another.
struct Circle {
    /// A shortest way from the first of the records back to it.
    way: Vec<ReferencePlace>,
    /// All references with both ends in one strongly connected component.
    all: Vec<ReferencePlace>,
}

/// The other records of a circle, and the number of references in circles with it.
fn further(records: &Jurisdictions, circle: &Circle) -> String {
    const MOST: usize = 6;
    let between = circle.way.iter().skip(2);
    let mut names: Vec<String> = between
        .clone()
        .take(MOST)
        .map(|place| format!("`{}`", records.id(place.record)))
        .collect();
    let left = between.count().saturating_sub(MOST);
    names.extend((left > 0).then(|| format!("{left} more")));
    let by = match names.split_last() {
        None => String::new(),
        Some((last, [])) => format!(", by {last}"),
        Some((last, before)) => format!(", by {} and {last}", before.join(", ")),
    };
    match circle.all.len() - circle.way.len() {
        0 => by,
        1 => format!("{by}; 1 more reference leads in a circle with these"),
        more => format!("{by}; {more} more references lead in circles with these"),
    }
}

/// One circle for each strongly connected component that has references in it; references of a
/// record to itself are circles of their own.
fn circles(edges: &[Vec<(RecordIndex, ReferencePlace)>]) -> Vec<Circle> {
    let component = components(edges);
    let mut circles = Vec::new();
    let mut by_component: BTreeMap<
        Option<RecordIndex>,
        Vec<(RecordIndex, RecordIndex, ReferencePlace)>,
    > = BTreeMap::new();
    for (from, out) in RecordIndex::each(edges) {
        for (to, place) in out {
            if from == *to {
                circles.push(Circle {
                    way: vec![*place],
                    all: vec![*place],
                });
            } else if component[from] == component[*to] {
                let within = by_component.entry(component[from]).or_default();
                within.push((from, *to, *place));
            }
        }
    }
    circles.extend(by_component.into_values().map(|within| Circle {
        way: way_back(&within),
        all: within.iter().map(|(.., place)| *place).collect(),
    }));
    circles.sort_by_key(|circle| circle.way[0]);
    circles
}

/// A shortest way from the record of the first reference back to that record.
fn way_back(within: &[(RecordIndex, RecordIndex, ReferencePlace)]) -> Vec<ReferencePlace> {
    let first = within[0].0;
    // They are in order of their records.
    let out = |record: RecordIndex| {
        let start = within.partition_point(|(from, ..)| *from < record);
        within[start..]
            .iter()
            .take_while(move |(from, ..)| *from == record)
    };
    let mut came: HashMap<RecordIndex, (RecordIndex, ReferencePlace)> = HashMap::new();
    let mut open = VecDeque::from([first]);
    while let Some(record) = open.pop_front() {
        for (_, to, place) in out(record) {
            if !came.contains_key(to) {
                came.insert(*to, (record, *place));
                open.push_back(*to);
            }
        }
        if came.contains_key(&first) {
            break;
        }
    }
    let (mut way, mut at) = (Vec::new(), first);
    while let Some((from, place)) = came.get(&at) {
        way.push(*place);
        at = *from;
        if at == first {
            break;
        }
    }
    way.reverse();
    way
}

/// Which strongly connected component each record is in, by Tarjan's algorithm: in one walk, and
/// without going deep on the stack.
fn components(edges: &[Vec<(RecordIndex, ReferencePlace)>]) -> Vec<Option<RecordIndex>> {
    let mut component = vec![None; edges.len()];
    // When a record was first seen, and the first seen one that is known to be reached from it.
    let mut seen: Vec<Option<usize>> = vec![None; edges.len()];
    let mut reached = vec![0; edges.len()];
    let (mut clock, mut waiting, mut path) = (0, Vec::new(), Vec::new());
    for start in RecordIndex::first(edges.len()) {
        if seen[start].is_none() {
            path.push((start, 0));
        }
        while let Some((record, next)) = path.last_mut() {
            let (record, edge) = (*record, edges[*record].get(*next));
            if seen[record].is_none() {
                (seen[record], reached[record]) = (Some(clock), clock);
                clock += 1;
                waiting.push(record);
            }
            if let Some((to, _)) = edge {
                *next += 1;
                match (seen[*to], component[*to]) {
                    (None, _) => path.push((*to, 0)),
                    (Some(when), None) => reached[record] = reached[record].min(when),
                    _ => {}
                }
                continue;
            }
            path.pop();
            if let Some((before, _)) = path.last() {
                reached[*before] = reached[*before].min(reached[record]);
            }
            while seen[record] == Some(reached[record])
                && component[record].is_none()
                && let Some(last) = waiting.pop()
            {
                component[last] = Some(record);
            }
        }
    }
    component
}

fn forget(records: Jurisdictions, bad: &BTreeSet<ReferencePlace>) -> Jurisdictions {
    if bad.is_empty() {
        return records;
    }
    let mut list = records.records().to_vec();
    for place in bad {
        let mut record = list[place.record].view().read();
        Arc::make_mut(&mut record).facts[place.fact][place.dated]
            .value
            .value = None;
        list[place.record] = Record::Whole(record);
    }
    let keys = Arc::clone(records.keys());
    Jurisdictions::new(list).with_keys(&keys)
}
