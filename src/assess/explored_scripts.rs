//! What scripts came to when they were explored, and which values parameters have.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::model::condition::Condition;
use crate::model::derived_fact::DerivedFact;
use crate::model::fact::Value;
use crate::model::typed_indexes::FactIndex;
use crate::script::{self, Exploration, Program};
use crate::tree::Tree;

/// A derived fact, and what its script came to when it was explored.
#[derive(Clone, Debug)]
pub struct DerivedUsed {
    /// The derived fact.
    pub fact: Arc<DerivedFact>,
    /// Its script's form.
    pub form: Form,
    /// Its number in the schema.
    pub(crate) slot: FactIndex,
    pub(crate) program: Option<Arc<Program>>,
    /// The facts it is worked out from, by their numbers, other derived facts and statistics among
    /// them.
    pub(crate) reads: BTreeSet<FactIndex>,
    /// Those among them of which only the words of its script say so, where it was not followed to its end.
    pub(super) named: BTreeSet<FactIndex>,
    /// Of others that are calculated: those that it may read by a name that is not written in it whole.
    pub(super) any: BTreeSet<FactIndex>,
    /// What exploring the script found wrong with it.
    pub(crate) mistakes: Arc<[Diagnostic]>,
}

/// A parameter and the value used.
#[derive(Clone, Debug)]
pub struct ParameterUsed {
    /// Its name.
    pub name: Arc<str>,
    /// Its value; none when no value is in force.
    pub value: Option<Value>,
    /// Its unit.
    pub unit: Option<String>,
    /// How many places after the point it is shown with.
    pub decimals: Option<u8>,
    /// Whether an option gave the value.
    pub origin: ParameterOrigin,
}

/// Where the value of a parameter comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterOrigin {
    /// From the rulebook file.
    Rulebook,
    /// From an option.
    Option,
}

/// A condition in force, and what its script came to when it was explored.
#[derive(Clone, Debug)]
pub struct ConditionUsed {
    /// The condition.
    pub condition: Arc<Condition>,
    /// Its script's form.
    pub form: Form,
    pub(crate) program: Option<Arc<Program>>,
    /// What exploring the script found wrong with it.
    pub(crate) mistakes: Arc<[Diagnostic]>,
}

/// The form of a script.
#[derive(Clone, Debug)]
pub enum Form {
    /// A tree holds it.
    Tabular(Arc<Tree>),
    /// A tree cannot hold it, for this reason and at this place; it is run for each jurisdiction.
    NotTabular(Arc<Diagnostic>),
    /// The script is broken.
    Broken,
}

/// Mistakes of the author are reported even when no record runs into them.
pub(super) fn mistakes(found: &Exploration) -> Arc<[Diagnostic]> {
    script::mistakes(found)
        .map(|fault| (**fault).clone())
        .collect()
}
