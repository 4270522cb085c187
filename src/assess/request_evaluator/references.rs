//! Where the references of a request lead: to records of the folder, or to the request itself if it
//! takes the place of a record with its id.

use std::sync::Arc;

use crate::assess::request_evaluator::judge::Judge;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::model::fact::{FactPath, Row, Schema, Value};
use crate::model::jurisdiction::{
    Jurisdiction, RecordView, advise_in_json, dangling, refused, wrong,
};
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::RecordIndex;

/// Where a reference leads.
enum RequestTarget {
    Itself,
    Record(RecordIndex),
}

impl Judge {
    /// Whether all references lead to records that they may lead to.
    pub(super) fn refers_well(&self, id: &str, row: &Row) -> bool {
        self.references.iter().all(|slot| match row.text(*slot) {
            Some(name) => match self.target(*slot, name, id, &|key| row.text(key) == Some(name)) {
                Some(RequestTarget::Record(to)) => self.refused(*slot, to).is_none(),
                Some(RequestTarget::Itself) | None => false,
            },
            None => true,
        })
    }

    /// The references by which a request names itself: each fact with the name.
    pub(super) fn own_names(&self, id: &str, row: &Row) -> Vec<(FactIndex, Arc<str>)> {
        let own = self.references.iter().filter_map(|slot| {
            let name = row.text(*slot)?;
            let found = self.target(*slot, name, id, &|key| row.text(key) == Some(name));
            matches!(found, Some(RequestTarget::Itself)).then(|| (*slot, name.into()))
        });
        own.collect()
    }

    /// Where a reference of a request leads by a name. `states` says whether that name is the
    /// request's own under a key.
    fn target(
        &self,
        slot: FactIndex,
        name: &str,
        id: &str,
        states: &dyn Fn(FactIndex) -> bool,
    ) -> Option<RequestTarget> {
        let schema = self.schema();
        let key = schema.facts()[slot].key.as_ref();
        let key = key.and_then(|key| schema.slot(key.as_str()));
        let is_own = key.map_or(name == id, states);
        // A record of the folder with that id gives way.
        let other = self.records().follow(slot, name);
        let other = other.filter(|to| *self.records().id(*to) != *id);
        match (is_own, other) {
            // By one key no two are found.
            (true, Some(_)) if key.is_some() => None,
            (true, _) => Some(RequestTarget::Itself),
            (false, other) => other.map(RequestTarget::Record),
        }
    }

    /// Why a reference may not lead to a record of the folder; `None` if it may.
    fn refused(&self, slot: FactIndex, to: RecordIndex) -> Option<(&FactPath, Value)> {
        refused(self.schema(), slot, self.records().view(to))
    }

    fn schema(&self) -> &Schema {
        &self.prepared.rulebook().schema
    }

    /// Makes references unknown that lead nowhere, to a record they may not lead to, or in a
    /// circle, and reports them.
    pub(super) fn check_references(
        &self,
        record: &mut Jurisdiction,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let before = diagnostics.len();
        let as_stated = Arc::new(record.clone());
        for slot in &self.references {
            for stated in &mut record.facts[*slot] {
                let Some(Value::Text(name)) = &stated.value.value else {
                    continue;
                };
                let place = (&**name, stated.value.span.clone());
                if let Some(wrong) = self.wrong(*slot, place, &as_stated, diagnostics.len()) {
                    stated.value.value = None;
                    diagnostics.push(wrong);
                }
            }
        }
        advise_in_json(&mut diagnostics[before..]);
    }

    /// The error of a reference; `None` if it is right. `told` is the number of messages so far.
    fn wrong(
        &self,
        slot: FactIndex,
        place: (&str, crate::base::source::Span),
        record: &Arc<Jurisdiction>,
        told: usize,
    ) -> Option<Diagnostic> {
        let fact = &self.schema().facts()[slot];
        let states = |key: FactIndex| {
            let mut stated = record.facts[key].iter();
            stated
                .any(|one| matches!(&one.value.value, Some(Value::Text(own)) if **own == *place.0))
        };
        let id = record.id.as_str();
        let own = self.records().find(id);
        let found = match self.target(slot, place.0, id, &states) {
            None => return Some(dangling(fact, slot, self.records(), place, told)),
            Some(RequestTarget::Itself) if !fact.target.itself => {
                let help = format!(
                    "write `unknown`; or, where a record may refer to itself, `itself: true` at \
                     `{}` in the rulebook file",
                    fact.path
                );
                return Some(leads_back(place, help));
            }
            Some(RequestTarget::Itself) => refused(self.schema(), slot, RecordView::Whole(record)),
            Some(RequestTarget::Record(to))
                if own.is_some_and(|own| self.work.reaches(&self.prepared, to, own)) =>
            {
                return Some(leads_back(place, "write `unknown`".to_owned()));
            }
            Some(RequestTarget::Record(to)) => self.refused(slot, to),
        };
        found.map(|(path, found)| wrong(&fact.target, place, path, &found))
    }
}

fn leads_back((name, span): (&str, crate::base::source::Span), help: String) -> Diagnostic {
    let message = format!("the reference to `{name}` leads back to the record itself");
    Diagnostic::at(Code::CircularReference, span, message).help(help)
}
