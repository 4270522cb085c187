//! What conditions and they together come to for a jurisdiction: plain data.

use std::fmt;
use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::model::fact::Value;
use crate::model::jurisdiction::Jurisdiction;
use crate::model::waiver::Waiver;
use crate::tree::{Asked, FactRef, Limit};

/// What one jurisdiction came to.
#[derive(Debug)]
#[non_exhaustive]
pub struct JurisdictionAssessment {
    /// The record.
    pub jurisdiction: Arc<Jurisdiction>,
    /// One for each condition in force, in the same order.
    pub findings: Vec<Finding>,
    /// What they come to together.
    pub determination: Determination,
}

/// What a condition came to for a jurisdiction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// The condition is met, whatever the missing facts are.
    Met,
    /// It is not met, whatever the missing facts are.
    NotMet,
    /// It does not apply, whatever the missing facts are.
    NotApplicable,
    /// It depends on facts that are not known.
    Unknown,
    /// The script is broken or failed.
    Fault,
}

/// A condition for a jurisdiction.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// What it came to.
    pub status: Status,
    /// Why, in the words of the script; several when missing facts leave open which applies.
    pub reasons: Vec<String>,
    /// For an unknown finding: the missing facts that decide it, in order, and no others.
    pub missing: Vec<FactRef>,
    /// What the script assumed because the record does not state it.
    pub assumed: Vec<Assumption>,
    /// Not all possibilities were looked at, and which limit ended it: the finding is unknown for
    /// caution, `missing` names facts that may not decide, or `reasons` and `assumed` name what may
    /// not apply. A status other than unknown is certain all the same.
    pub cut_short: Option<Limit>,
    /// What went wrong, for a fault.
    pub fault: Option<Arc<Diagnostic>>,
    /// It is not met or unknown, and excused: for the determination it counts as not applicable.
    pub waived: Option<Arc<Waiver>>,
}

/// A value that a script took for a fact that is not stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// The fact.
    pub fact: FactRef,
    /// The value taken; none where it is worked out from something unknown.
    pub value: Option<Value>,
}

/// What the findings come to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Determination {
    /// What they come to.
    pub kind: DeterminationKind,
    /// Why, in the words of the decision script, if there is one and it says so.
    pub reasons: Vec<String>,
    /// When undetermined: the missing facts that decide it, in order, and no others.
    pub missing: Vec<FactRef>,
    /// Not all possibilities were looked at, and which limit ended it: it is undetermined for
    /// caution, `missing` names facts that may not decide, or `reasons` names what may not apply.
    pub cut_short: Option<Limit>,
}

/// What the findings of a jurisdiction come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeterminationKind {
    /// Eligible, whatever the missing facts are.
    Eligible,
    /// Ineligible, whatever the missing facts are.
    Ineligible,
    /// It depends on facts that are not known.
    Undetermined,
    /// A script that it depends on is broken or failed.
    Fault,
}

/// A test that a finding rests on.
#[derive(Clone, Debug)]
pub struct Consulted {
    /// The test and its place in the script.
    pub asked: Asked,
    /// The answer; none where missing facts leave it open.
    pub answer: Option<bool>,
}

impl fmt::Display for Status {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt.write_str(match self {
            Self::Met => "met",
            Self::NotMet => "not met",
            Self::NotApplicable => "not applicable",
            Self::Unknown => "unknown",
            Self::Fault => "fault",
        })
    }
}

impl fmt::Display for DeterminationKind {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt.write_str(match self {
            Self::Eligible => "eligible",
            Self::Ineligible => "ineligible",
            Self::Undetermined => "undetermined",
            Self::Fault => "fault",
        })
    }
}

impl Status {
    /// All of them, in their order.
    pub const ALL: [Self; 5] = [
        Self::Met,
        Self::NotMet,
        Self::NotApplicable,
        Self::Unknown,
        Self::Fault,
    ];
}

impl DeterminationKind {
    /// All kinds, in their order.
    pub const ALL: [Self; 4] = [
        Self::Eligible,
        Self::Ineligible,
        Self::Undetermined,
        Self::Fault,
    ];
}
