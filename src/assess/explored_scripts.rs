//! Explored scripts of conditions and derived facts, and the values of parameters.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::model::condition::Condition;
use crate::model::derived_fact::DerivedFact;
use crate::model::fact::Value;
use crate::model::typed_indexes::FactIndex;
use crate::script::{self, Exploration, Program};
use crate::tree::Tree;

/// A derived fact and its explored script.
#[derive(Clone, Debug)]
pub struct DerivedUsed {
    /// The derived fact.
    pub fact: Arc<DerivedFact>,
    /// Whether a tree holds its script.
    pub form: Form,
    /// Its index in the schema.
    pub(crate) slot: FactIndex,
    pub(crate) program: Option<Arc<Program>>,
    /// The facts it is calculated from, other derived facts and statistics included.
    pub(crate) reads: BTreeSet<FactIndex>,
    /// The facts read that are known only from the words of the script, because it was not explored
    /// to its end.
    pub(super) named: BTreeSet<FactIndex>,
    /// The calculated facts that it may read by a name that is not written out in the script.
    pub(super) any: BTreeSet<FactIndex>,
    /// Diagnostics that exploring the script gave.
    pub(crate) mistakes: Arc<[Diagnostic]>,
}

/// A parameter and the value used.
#[derive(Clone, Debug)]
pub struct ParameterUsed {
    /// Its name.
    pub name: Arc<str>,
    /// Its value; `None` if no value is in force.
    pub value: Option<Value>,
    /// Its unit; `None` if the rulebook states none.
    pub unit: Option<String>,
    /// The number of decimals it is shown with; `None` for all.
    pub decimals: Option<u8>,
    /// Where the value comes from.
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

/// A condition in force and its explored script.
#[derive(Clone, Debug)]
pub struct ConditionUsed {
    /// The condition.
    pub condition: Arc<Condition>,
    /// Whether a tree holds its script.
    pub form: Form,
    pub(crate) program: Option<Arc<Program>>,
    /// Diagnostics that exploring the script gave.
    pub(crate) mistakes: Arc<[Diagnostic]>,
}

/// Whether a tree holds a script.
#[derive(Clone, Debug)]
pub enum Form {
    /// A tree holds every path of the script.
    Tabular(Arc<Tree>),
    /// No tree can hold it, for this reason and at this place: it is run for each jurisdiction.
    NotTabular(Arc<Diagnostic>),
    /// The script is broken.
    Broken,
}

/// The mistakes of the author, which are reported even if no record runs into them.
pub(super) fn mistakes(found: &Exploration) -> Arc<[Diagnostic]> {
    script::mistakes(found)
        .map(|fault| (**fault).clone())
        .collect()
}
