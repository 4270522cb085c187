//! The result of a search for remedies.

use crate::assess::assessment::RulebookAssessment;
use crate::assess::result_types::{DeterminationKind, JurisdictionAssessment};
use crate::model::condition::ConditionId;
use crate::model::fact::Value;
use crate::tree::FactRef;

/// How a jurisdiction could get another determination.
#[derive(Debug)]
pub struct Remedies<'a> {
    /// The assessment that the remedies are for.
    pub assessed: &'a RulebookAssessment,
    /// The jurisdiction with its present results.
    pub one: &'a JurisdictionAssessment,
    /// The wanted determination.
    pub want: DeterminationKind,
    /// The remedies, those with the fewest changes first. None includes all changes of another.
    pub list: Vec<Remedy>,
    /// Whether there are more remedies than listed.
    pub more: bool,
    /// How many of the remedies found need more changes than those listed, and are left out.
    pub longer: usize,
    /// Whether the search was cut short: not everything was tried.
    pub cut_short: bool,
    /// Whether statistics were calculated again with each change; otherwise they stay as they are.
    pub jointly: bool,
    /// If there is no remedy: fixed facts that would have to change, if that would help.
    pub in_the_way: Vec<FactRef>,
}

/// One set of changes that gives the wanted determination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// The changes, all of them needed, in order of records and of the schema.
    pub changes: Vec<Change>,
    /// The effect if statistics are calculated again with its changes; `None` if its changes move
    /// no statistic that matters here, or that was not tried.
    pub with_statistics: Option<WithStatistics>,
}

/// The effect of a remedy when the statistics that its changes move are calculated again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithStatistics {
    /// Whether it still gives the wanted determination.
    pub holds: bool,
    /// The statistics of the jurisdiction that change.
    pub moved: Vec<MovedStatistic>,
}

/// A statistic that changes with a remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedStatistic {
    /// The path of the statistic, such as `stats.rank`.
    pub path: String,
    /// The number of decimals it is shown with; `None` for all.
    pub decimals: Option<u8>,
    /// The value now; `None` if it is unknown.
    pub before: Option<Value>,
    /// The value with the remedy; `None` if it would be unknown.
    pub after: Option<Value>,
}

impl Remedies<'_> {
    /// Keeps the remedies with the fewest changes and counts the others.
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

/// The change of one fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The fact.
    pub fact: FactRef,
    /// The value now; `None` if it is unknown.
    pub from: Option<Value>,
    /// The proposed value: the nearest to what is stated; of choices, the first in the order of the
    /// schema.
    pub to: Value,
    /// All values that would do, in words: `>= 48`. Only an example for changes found with
    /// `jointly`.
    pub allowed: String,
    /// The conditions whose finding depends on this change; empty for changes found with `jointly`.
    pub cures: Vec<ConditionId>,
}
