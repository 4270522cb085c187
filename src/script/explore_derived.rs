//! Explores the scripts of derived facts, those first that others read.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::script::script_environment::{Bindings, Bound, differing};
use crate::script::{ConditionTrees, DerivedForm, Exploration, explore, mistakes};
use crate::tree::Tree;

/// The explored script of a derived fact; `None` if it is broken.
pub(crate) struct DerivedExplored {
    pub(crate) worked: DerivedForm,
    pub(crate) found: Option<Exploration>,
}

/// Explores the scripts of all derived facts, those first that others read, and notes their forms
/// in the bindings. Also returns the circles, by places, in which they read one another.
pub(crate) fn explore_derived(bindings: &Arc<Bindings>) -> (Vec<DerivedExplored>, Vec<Vec<usize>>) {
    let count = bindings.derived.len();
    let mut explorer = Explorer {
        bindings,
        found: (0..count).map(|_| None).collect(),
        circles: Vec::new(),
    };
    for index in 0..count {
        explorer.visit(index);
    }
    (
        explorer
            .found
            .into_iter()
            .map(|found| found.expect("all were visited"))
            .collect(),
        explorer.circles,
    )
}

pub(super) struct Explorer<'a> {
    bindings: &'a Arc<Bindings>,
    found: Vec<Option<DerivedExplored>>,
    circles: Vec<Vec<usize>>,
}

impl Explorer<'_> {
    /// Explores one, after those that it reads. With a list for a stack: a chain of them may be
    /// long.
    fn visit(&mut self, index: usize) {
        let derived = &self.bindings.derived;
        let mut open = vec![index];
        while let Some(index) = open.last().copied() {
            if self.found[index].is_some() {
                open.pop();
                continue;
            }
            derived.begin(index);
            // The fact at which a circle was found is noted as broken.
            let program = derived.program(index);
            let program = program.filter(|_| derived.found(index).is_none());
            let found = program.map(|program| explore(program, self.bindings, None));
            if let Some(needed) = found.as_ref().and_then(|found| found.needs) {
                match open.iter().position(|one| *one == needed) {
                    // None of these can be calculated.
                    Some(from) => {
                        let circle = &open[from..];
                        let broken = |one: &usize| derived.note(*one, DerivedForm::Broken, true);
                        circle.iter().for_each(broken);
                        self.circles.push(circle.to_vec());
                    }
                    None => open.push(needed),
                }
                continue;
            }
            let worked = match &found {
                Some(found) if found.incomplete.is_none() => {
                    DerivedForm::Tree(Tree::build(&found.paths, self.bindings.limits).into())
                }
                Some(_) => DerivedForm::Beforehand,
                None => DerivedForm::Broken,
            };
            let mistaken = found
                .as_ref()
                .is_none_or(|found| mistakes(found).next().is_some());
            derived.note(index, worked.clone(), mistaken);
            self.found[index] = Some(DerivedExplored { worked, found });
            open.pop();
        }
    }
}

impl Bindings {
    /// The bindings with other values of the parameters.
    pub(crate) fn with_parameters(&self, parameters: BTreeMap<Arc<str>, Bound>) -> Arc<Self> {
        let changed = differing(&self.parameters, &parameters);
        let read = changed.iter().any(|name| self.derived.may_read(name));
        let bindings = Arc::new(Self {
            parameters,
            derived: if read {
                self.derived.unexplored()
            } else {
                self.derived.clone()
            },
            condition_trees: ConditionTrees::default(),
            ..self.clone()
        });
        if read {
            explore_derived(&bindings);
        }
        bindings
    }

    /// The bindings with derived facts read by name: reading one does not follow its tree.
    pub(crate) fn with_derived_by_name(&self) -> Arc<Self> {
        Arc::new(Self {
            derived: self.derived.by_name(),
            condition_trees: ConditionTrees::default(),
            ..self.clone()
        })
    }

    /// The bindings with the facts of another version, stated and derived.
    pub(crate) fn with_facts_of(&self, other: &Self) -> Arc<Self> {
        let bindings = Arc::new(Self {
            schema: Arc::clone(&other.schema),
            derived: other.derived.unexplored(),
            statistics: Arc::clone(&other.statistics),
            condition_trees: ConditionTrees::default(),
            ..self.clone()
        });
        explore_derived(&bindings);
        bindings
    }
}
