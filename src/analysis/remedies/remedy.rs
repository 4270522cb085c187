//! What a search for remedies came to.

use crate::assess::assessment::RulebookAssessment;
use crate::assess::verdict::{DeterminationKind, JurisdictionAssessment};
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
