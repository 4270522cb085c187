//! One rulebook with its scripts and records, as a snapshot holds it.

use std::sync::Arc;

use crate::assess::snapshot::Wide;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::model::condition::Condition;
use crate::model::derived_fact::DerivedFact;
use crate::model::jurisdiction::Jurisdictions;
use crate::model::published_results::Published;
use crate::model::rulebook::Rulebook;
use crate::model::waiver::Waivers;
use crate::script::Program;

/// One rulebook with its scripts and records.
#[derive(Debug)]
pub(crate) struct Criteria {
    pub(crate) rulebook: Arc<Rulebook>,
    /// Everything that scripts can read.
    pub(crate) wide: Arc<Wide>,
    pub(crate) records: Arc<Jurisdictions>,
    /// In order of their names.
    pub(crate) derived: Vec<Derivation>,
    pub(crate) conditions: Vec<Scripted>,
    pub(crate) decision: Option<Scripted>,
    /// The conditions and decisions of other programmes over the same base.
    pub(crate) others: Arc<[Scripted]>,
    pub(crate) waivers: Arc<Waivers>,
    /// The published results.
    pub(crate) published: Arc<Vec<Published>>,
    /// Statistics are stated by records, and not calculated.
    pub(crate) states_statistics: bool,
    /// For records from elsewhere: the population that each of them is compared with.
    pub(crate) among: Option<Arc<Criteria>>,
}

impl Criteria {
    /// The number of its scripts.
    pub(super) fn script_count(&self) -> usize {
        self.derived.len() + self.conditions.len() + usize::from(self.decision.is_some())
    }
}

/// A condition and its program; `None` if the script is broken.
#[derive(Clone, Debug)]
pub(crate) struct Scripted {
    pub(crate) condition: Arc<Condition>,
    pub(crate) program: Option<Arc<Program>>,
}

/// A derived fact and its program; `None` if the script is broken.
#[derive(Clone, Debug)]
pub(crate) struct Derivation {
    pub(crate) fact: Arc<DerivedFact>,
    pub(crate) program: Option<Arc<Program>>,
}

impl Criteria {
    /// The criteria over other records.
    pub(crate) fn with_records(&self, records: Arc<Jurisdictions>) -> Self {
        Self {
            records,
            ..self.with_wide(Arc::clone(&self.wide))
        }
    }

    /// The criteria with another schema for scripts to read.
    pub(crate) fn with_wide(&self, wide: Arc<Wide>) -> Self {
        Self {
            rulebook: Arc::clone(&self.rulebook),
            wide,
            records: Arc::clone(&self.records),
            derived: self.derived.clone(),
            conditions: self.conditions.clone(),
            decision: self.decision.clone(),
            others: Arc::clone(&self.others),
            waivers: Arc::clone(&self.waivers),
            published: Arc::clone(&self.published),
            states_statistics: self.states_statistics,
            among: self.among.clone(),
        }
    }
}

pub(crate) fn nothing(file: &str, message: impl Into<String>) -> Diagnostic {
    Diagnostic::in_file(Code::NothingToCheck, file, message)
}
