//! Reuses explored scripts of an earlier assessment, if only parameters changed that they do not
//! read.

use std::sync::Arc;

use crate::assess::assessment::RulebookAssessment;
use crate::assess::derivation_order::WorkPlan;
use crate::assess::explored_scripts::ConditionUsed;
use crate::assess::snapshot::Scripted;
use crate::script::Bindings;

/// The earlier exploration of scripts that have the same meaning now.
pub(super) struct ExploredBefore<'a> {
    earlier: &'a RulebookAssessment,
    /// The parameters that have changed.
    changed: Vec<Arc<str>>,
    /// The names of all scripts have the same meaning as before.
    same: bool,
}

impl<'a> ExploredBefore<'a> {
    /// `None` if every script may have another meaning.
    pub(super) fn new(earlier: &'a RulebookAssessment, bindings: &Bindings) -> Option<Self> {
        let known = &earlier.basis.bindings;
        let changed = known.parameters_changed(bindings)?;
        Some(Self {
            earlier,
            changed: changed.into_iter().cloned().collect(),
            same: known.same(bindings),
        })
    }

    /// The current bindings, with what is known of derived facts.
    pub(super) fn bindings(&self, now: Bindings) -> Arc<Bindings> {
        let known = &self.earlier.basis.bindings;
        if self.same {
            return Arc::clone(known);
        }
        Arc::new(Bindings {
            derived: known.derived.clone(),
            ..now
        })
    }

    /// The derived facts, which mean the same.
    pub(super) fn plan(&self) -> Arc<WorkPlan> {
        Arc::clone(&self.earlier.basis.plan)
    }

    /// The earlier exploration of a script, if it is the same and reads no changed parameter.
    pub(super) fn found(&self, scripted: &Scripted) -> Option<ConditionUsed> {
        let program = scripted.program.as_ref()?;
        if self
            .changed
            .iter()
            .any(|name| program.may_read_parameter(name))
        {
            return None;
        }
        let same = |used: &&ConditionUsed| {
            let known = used.program.as_ref();
            known.is_some_and(|known| Arc::ptr_eq(known, program))
        };
        let conditions = &self.earlier.conditions;
        let found = conditions.iter().chain(&self.earlier.decision).find(same)?;
        Some(ConditionUsed {
            condition: Arc::clone(&scripted.condition),
            ..found.clone()
        })
    }
}
