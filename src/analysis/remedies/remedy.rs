//! What a search for remedies came to.

use crate::assess::assessment::RulebookAssessment;
use crate::assess::result_types::{DeterminationKind, JurisdictionAssessment};
use crate::model::condition::ConditionId;
use crate::model::fact::Value;
use crate::tree::FactRef;

/// How a jurisdiction could get another determination.
#[derive(Debug)]
pub struct Remedies<'a> {
    /// Where it comes from.
    pub assessed: &'a RulebookAssessment,
    /// The jurisdiction and what it comes to now.
    pub one: &'a JurisdictionAssessment,
    /// What is wanted.
    pub want: DeterminationKind,
    /// The ways to get there, those with the fewest changes first. None takes in all changes of
    /// another.
    pub list: Vec<Remedy>,
    /// There are more than are listed.
    pub more: bool,
    /// How many that were found need more changes than those listed, and are left out of the list.
    pub longer: usize,
    /// Not everything was tried.
    pub cut_short: bool,
    /// Statistics were worked out anew with each change; else they stay as they are.
    pub jointly: bool,
    /// When there is none: fixed facts that would have to change, if that would help.
    pub in_the_way: Vec<FactRef>,
}

/// One way to get there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// The changes, all of them needed, in order of records and of the schema.
    pub changes: Vec<Change>,
    /// What statistics make of it when they are computed anew with its changes; none where its
    /// changes move no statistic that matters here, or where that was not tried.
    pub with_statistics: Option<WithStatistics>,
}

/// What becomes of a remedy when the statistics that its changes move are computed anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithStatistics {
    /// Whether it comes to what is wanted all the same.
    pub holds: bool,
    /// The statistics of the jurisdiction that are others then.
    pub moved: Vec<MovedStatistic>,
}

/// A statistic that moves with the changes of a remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedStatistic {
    /// Its path, as `stats.rank`.
    pub path: String,
    /// How many places after the point it is shown with.
    pub decimals: Option<u8>,
    /// What it is; none when it is unknown.
    pub before: Option<Value>,
    /// What it would be; none when it would be unknown.
    pub after: Option<Value>,
}

impl Remedies<'_> {
    /// Keeps those with the fewest changes and counts the others.
    #[must_use]
    pub fn shortest(mut self) -> Self {
        let least = self.list.iter().map(|remedy| remedy.changes.len()).min();
        let all = self.list.len();
        self.list
            .retain(|remedy| Some(remedy.changes.len()) == least);
        self.longer = all - self.list.len();
        self
    }
}

/// One fact to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The fact.
    pub fact: FactRef,
    /// What it is; none when it is unknown.
    pub from: Option<Value>,
    /// What it would have to be: of several values, the nearest.
    pub to: Value,
    /// All values that do, in words: `>= 48`.
    pub allowed: String,
    /// The conditions whose finding would not be what it must be without this change.
    pub cures: Vec<ConditionId>,
}
