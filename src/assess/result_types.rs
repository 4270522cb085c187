//! The results of one jurisdiction, as plain data: findings, statuses and the determination.

use std::fmt;
use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::model::fact::Value;
use crate::model::jurisdiction::Jurisdiction;
use crate::model::waiver::Waiver;
use crate::tree::{Asked, FactRef, Limit};

/// The findings and the determination of one jurisdiction.
#[derive(Debug)]
#[non_exhaustive]
pub struct JurisdictionAssessment {
    /// The record of the jurisdiction.
    pub jurisdiction: Arc<Jurisdiction>,
    /// One for each condition in force, in the order of the conditions.
    pub findings: Vec<Finding>,
    /// The determination that follows from the findings.
    pub determination: Determination,
}

/// What a condition says of a jurisdiction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// The condition is met, whatever the missing facts are.
    Met,
    /// The condition is not met, whatever the missing facts are.
    NotMet,
    /// The condition does not apply, whatever the missing facts are.
    NotApplicable,
    /// It depends on missing facts whether the condition is met.
    Unknown,
    /// The script of the condition is broken or failed.
    Fault,
}

/// The result of one condition for one jurisdiction.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// What the condition says.
    pub status: Status,
    /// The reasons, in the words of the script; several if missing facts leave open which one
    /// applies.
    pub reasons: Vec<String>,
    /// For an unknown finding: exactly the missing facts that decide it, in order. Otherwise empty.
    pub missing: Vec<FactRef>,
    /// The values that the script assumed for facts that are not stated.
    pub assumed: Vec<Assumption>,
    /// The limit at which a search ended; `None` if everything was looked at. With a limit, an
    /// unknown finding may be so only for caution, `missing` may name facts that do not decide, and
    /// `reasons` and `assumed` may name what does not apply. A status other than unknown is certain
    /// all the same.
    pub cut_short: Option<Limit>,
    /// What failed, for a fault; otherwise `None`.
    pub fault: Option<Arc<Diagnostic>>,
    /// The waiver, if the finding is not met or unknown and is excused: the determination counts it
    /// as not applicable.
    pub waived: Option<Arc<Waiver>>,
}

/// A value that a script assumed for a fact that is not stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// The fact that is not stated.
    pub fact: FactRef,
    /// The value assumed; `None` if it is calculated from something unknown.
    pub value: Option<Value>,
}

/// The overall result of one jurisdiction.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Determination {
    /// Eligible, ineligible, undetermined or fault.
    pub kind: DeterminationKind,
    /// The reasons, in the words of the decision script; empty if there is none or it states none.
    pub reasons: Vec<String>,
    /// If undetermined: exactly the missing facts that decide it, in order. Otherwise empty.
    pub missing: Vec<FactRef>,
    /// The limit at which a search ended; `None` if everything was looked at. With a limit, it may
    /// be undetermined only for caution, `missing` may name facts that do not decide, and `reasons`
    /// may name what does not apply.
    pub cut_short: Option<Limit>,
}

/// The overall result of a jurisdiction, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeterminationKind {
    /// Eligible, whatever the missing facts are.
    Eligible,
    /// Ineligible, whatever the missing facts are.
    Ineligible,
    /// It depends on missing facts whether the jurisdiction is eligible.
    Undetermined,
    /// A script that the determination depends on is broken or failed.
    Fault,
}

/// A test that a finding depends on.
#[derive(Clone, Debug)]
pub struct Consulted {
    /// The test and its place in the script.
    pub asked: Asked,
    /// The answer; `None` if missing facts leave it open.
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
    /// All statuses, in their order.
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
