//! All that is known of a rulebook before a jurisdiction is looked at.

use std::sync::Arc;

use crate::assess::statistics::Measurement;
use crate::model::rulebook::Decision;
use crate::script::Bindings;
use crate::tree::{Facts, Tree};

/// How the findings of a rulebook are put together.
#[derive(Debug)]
pub(crate) enum Decider {
    /// By counting the required conditions, given by their numbers.
    Count(Decision, Vec<usize>),
    /// By the tree of the decision script; beside it the ids of the conditions.
    Tree(Arc<Tree>, Vec<String>),
    /// Not at all: why, stands among the diagnostics.
    Broken,
}

/// What an assessment was made from.
#[derive(Clone, Debug)]
pub(crate) struct Basis {
    pub(crate) criteria: Arc<crate::assess::snapshot::Criteria>,
    pub(crate) facts: Arc<Facts>,
    pub(crate) bindings: Arc<Bindings>,
    /// What statistics came to.
    pub(crate) measurements: Arc<Measurements>,
}

/// What statistics came to, in the order of the rulebook file; none for one that is not worked out.
pub(crate) type Measurements = Vec<Option<Arc<Measurement>>>;
