//! An assessment: all findings and determinations of one snapshot, with the diagnostics.
//!
//! It never changes, and every front end is a view of it. Reasons, and the tests behind a finding,
//! are expensive for all jurisdictions and wanted for few: they are computed on request from what
//! was prepared. A script that no tree can hold is run again for that, unless its run was kept.

mod derived_and_statistic_provenance;

pub use crate::assess::changes_between_assessments::{
    Delta, FindingDelta, JurisdictionDelta, Movement, RulebookDelta,
};
pub use crate::assess::explored_scripts::{
    ConditionUsed, DerivedUsed, Form, ParameterOrigin, ParameterUsed,
};
pub use crate::assess::prepared_rulebook::Prepared;
pub use crate::assess::result_types::{
    Assumption, Consulted, Determination, DeterminationKind, Finding, JurisdictionAssessment,
    Status,
};
pub(crate) use crate::assess::results_in_parts::{PART, ResultPart, Results, has};
pub use derived_and_statistic_provenance::{Provenance, StatisticUsed, WorkedOut};

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use crate::assess::overall_determination::afresh;
use crate::assess::trace_to_stated_facts::link;
use crate::base::diagnostic::Diagnostic;
use crate::model::fact::FactOrigin;
use crate::model::jurisdiction::{Jurisdiction, JurisdictionId};
use crate::model::rulebook::Stated;
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::PlaceIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::FactRef;

/// All findings and determinations, and all diagnostics of the input.
#[derive(Debug)]
#[non_exhaustive]
pub struct Assessment {
    /// One for each selected rulebook, in order of their ids.
    pub rulebooks: Vec<RulebookAssessment>,
    /// All diagnostics, in order of file and place.
    pub diagnostics: Vec<Diagnostic>,
}

/// The findings and determinations of one rulebook, for one day and one set of parameters.
#[derive(Debug)]
pub struct RulebookAssessment {
    prepared: Arc<Prepared>,
    pub(crate) results: Results,
}

/// Gives access to the prepared rulebook: `as_of`, `parameters`, `conditions` and others.
impl Deref for RulebookAssessment {
    type Target = Prepared;

    fn deref(&self) -> &Prepared {
        &self.prepared
    }
}

impl Assessment {
    /// The rulebook with this id; `None` if it was not assessed.
    pub fn rulebook(&self, id: &str) -> Option<&RulebookAssessment> {
        self.rulebooks
            .iter()
            .find(|assessed| assessed.rulebook().id.as_str() == id)
    }

    /// Whether any diagnostic is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

impl RulebookAssessment {
    pub(super) fn new(prepared: Arc<Prepared>, results: Results) -> Self {
        Self { prepared, results }
    }

    /// The prepared rulebook that was assessed.
    pub(crate) fn prepared(&self) -> &Arc<Prepared> {
        &self.prepared
    }

    /// How many jurisdictions have this determination.
    pub fn count(&self, kind: DeterminationKind) -> usize {
        let kinds = self.results.parts.iter().flat_map(|part| &part.kinds);
        kinds.filter(|known| **known == kind).count()
    }

    /// How many findings of a condition have this status; 0 if there is no such condition.
    pub fn count_findings(&self, condition: ConditionIndex, status: Status) -> usize {
        let statuses = self
            .results
            .parts
            .iter()
            .filter_map(|part| part.statuses.get(condition.get()))
            .flatten();
        statuses.filter(|known| **known == status).count()
    }

    /// How many jurisdictions were assessed.
    pub fn len(&self) -> usize {
        self.results.places.len()
    }

    /// The places of all assessed jurisdictions, in order of their ids.
    pub fn places(
        &self,
    ) -> impl DoubleEndedIterator<Item = PlaceIndex> + ExactSizeIterator + Clone {
        PlaceIndex::first(self.len())
    }

    /// Whether no jurisdiction was assessed.
    pub fn is_empty(&self) -> bool {
        self.results.places.is_empty()
    }

    /// The details of each jurisdiction, in order of their ids. They are computed on first access
    /// and kept.
    pub fn jurisdictions(
        &self,
    ) -> impl ExactSizeIterator<Item = &Arc<JurisdictionAssessment>> + Clone {
        self.places().map(|place| self.at(place))
    }

    /// The details of the jurisdiction at a place; `None` if the place is not below
    /// [`len`](Self::len).
    pub fn checked_at(&self, place: PlaceIndex) -> Option<&Arc<JurisdictionAssessment>> {
        (place.get() < self.len()).then(|| self.at(place))
    }

    /// The status of a condition for the jurisdiction at a place; `None` if there is no such place
    /// or condition.
    pub fn checked_status(&self, place: PlaceIndex, condition: ConditionIndex) -> Option<Status> {
        let fits = place.get() < self.len() && condition.get() < self.conditions.len();
        fits.then(|| self.status(place, condition))
    }

    /// The details of the jurisdiction at a place. They are computed on first access and kept.
    ///
    /// # Panics
    /// When there is no such place; [`checked_at`](Self::checked_at) gives `None` then.
    pub fn at(&self, place: PlaceIndex) -> &Arc<JurisdictionAssessment> {
        self.results
            .details(place, || afresh(self, self.record_of(place)))
    }

    /// The determination of the jurisdiction at a place.
    ///
    /// # Panics
    /// When there is no such place; [`checked_at`](Self::checked_at) gives `None` then.
    pub fn kind(&self, place: PlaceIndex) -> DeterminationKind {
        self.results.kind(place)
    }

    /// The status of a condition for the jurisdiction at a place.
    ///
    /// # Panics
    /// When there is no such place or condition; [`checked_status`](Self::checked_status) gives
    /// `None` then.
    pub fn status(&self, place: PlaceIndex, condition: ConditionIndex) -> Status {
        self.results.status(place, condition)
    }

    /// The id of the jurisdiction at a place.
    ///
    /// # Panics
    /// When there is no such place; [`checked_at`](Self::checked_at) gives `None` then.
    pub fn id(&self, place: PlaceIndex) -> &str {
        self.records().id(self.record_of(place))
    }

    /// The name of the jurisdiction at a place.
    ///
    /// # Panics
    /// When there is no such place; [`checked_at`](Self::checked_at) gives `None` then.
    pub fn name(&self, place: PlaceIndex) -> &str {
        self.records().view(self.record_of(place)).name()
    }

    /// The index of the record of the jurisdiction at a place.
    pub(crate) fn record_of(&self, place: PlaceIndex) -> RecordIndex {
        self.results.places[place].into()
    }

    /// The place of the jurisdiction with this id; `None` if it was not assessed.
    pub fn place(&self, id: &str) -> Option<PlaceIndex> {
        let record = self.records().find(id)?.narrow();
        self.results
            .places
            .binary_search(&record)
            .ok()
            .map(PlaceIndex::from)
    }

    /// The details of the jurisdiction with this id; `None` if it was not assessed.
    pub fn jurisdiction(&self, id: &str) -> Option<&JurisdictionAssessment> {
        Some(self.at(self.place(id)?))
    }

    /// The stated facts that a finding depends on, sorted by name, each with what is stated of it;
    /// `None` if nothing is. Empty if there is no such record.
    pub fn facts_used(
        &self,
        jurisdiction: &JurisdictionId,
        condition: ConditionIndex,
    ) -> Vec<(FactRef, Option<Stated>)> {
        let whole = |place| Arc::clone(&self.at(place).jurisdiction);
        let number = || self.records().find(jurisdiction.as_str());
        let own = match self.place(jurisdiction.as_str()) {
            Some(place) => Some(whole(place)),
            None => number().map(|number| self.records().get(number)),
        };
        own.map_or_else(Vec::new, |own| self.facts_used_by(&own, condition))
    }

    /// The stated facts that a finding depends on, for a record that was already read. See
    /// [`facts_used`](Self::facts_used).
    pub(crate) fn facts_used_by(
        &self,
        own: &Jurisdiction,
        condition: ConditionIndex,
    ) -> Vec<(FactRef, Option<Stated>)> {
        let Some(this) = self.records().find(own.id.as_str()) else {
            return Vec::new();
        };
        let consulted = self.consulted(&own.id, condition);
        let named = consulted
            .iter()
            .flat_map(|one| one.asked.test.facts())
            .map(|fact| {
                link(fact, &self.basis, this)
                    .unwrap_or_else(|| self.basis.facts.own_name(this, fact))
            });
        let names: BTreeSet<FactRef> = named
            .filter(|fact| fact.schema.origin == FactOrigin::Stated)
            .collect();
        let facts = names.into_iter();
        facts
            .map(|name| {
                let stated = self.stated_by(own, &name);
                (name, stated)
            })
            .collect()
    }

    /// What is stated of a fact, as seen from a jurisdiction; `None` if nothing is.
    pub fn stated(&self, jurisdiction: &JurisdictionId, fact: &FactRef) -> Option<Stated> {
        let this = self.records().find(jurisdiction.as_str())?;
        let (record, slot) = self.basis.facts.locate(this, fact).ok()?;
        // Its own record may have been read already.
        let own = self.place(jurisdiction.as_str()).filter(|_| record == this);
        let record = own.map_or_else(
            || self.records().get(record),
            |place| Arc::clone(&self.at(place).jurisdiction),
        );
        record.stated(slot, self.as_of).cloned()
    }

    /// What is stated of a fact, as seen from a record that was already read; `None` if nothing is.
    pub(crate) fn stated_by(&self, own: &Jurisdiction, fact: &FactRef) -> Option<Stated> {
        let this = self.records().find(own.id.as_str())?;
        let (record, slot) = self.basis.facts.locate(this, fact).ok()?;
        if record == this {
            return own.stated(slot, self.as_of).cloned();
        }
        self.records().get(record).stated(slot, self.as_of).cloned()
    }
}
