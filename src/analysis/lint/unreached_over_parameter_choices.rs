//! What no path of a script reaches, over all choices of the parameters that it names: what three
//! lints look at.

use std::sync::Arc;

use crate::analysis::lint::lint_context::Linter;
use crate::assess::explored_scripts::{ConditionUsed, Form};
use crate::model::fact::Value;
use crate::script::{Bindings, Bound, Program, Unreached, code, has_word, unreached};

impl Linter<'_> {
    /// What no path reaches; `None` if not every path could be looked at.
    pub(super) fn unreached(
        &self,
        used: &ConditionUsed,
        program: &Arc<Program>,
    ) -> Option<Unreached> {
        // One that no tree holds was explored as far as it can be.
        if matches!(used.form, Form::NotTabular(_)) {
            return None;
        }
        unreached(program, &self.variants(program)?)
    }

    /// The bindings as they are, and with each choice of the parameters that a script names; `None`
    /// if those are too many.
    fn variants(&self, program: &Program) -> Option<Vec<Arc<Bindings>>> {
        const MOST: usize = 24;
        let now = &self.assessed.basis.bindings;
        let mut all = vec![Arc::clone(now)];
        for (name, bound) in &now.parameters {
            let Some(choices) = bound
                .choices
                .as_ref()
                .filter(|_| names_parameter(program, name))
            else {
                continue;
            };
            if all.len().saturating_mul(choices.len()) > MOST {
                return None;
            }
            let with = |bindings: &Arc<Bindings>, choice: &Arc<str>| -> Arc<Bindings> {
                let mut parameters = bindings.parameters.clone();
                let value = Some(Value::Text(Arc::clone(choice)));
                parameters.insert(
                    Arc::clone(name),
                    Bound {
                        value,
                        choices: Some(Arc::clone(choices)),
                        open: None,
                    },
                );
                bindings.with_parameters(parameters)
            };
            let more = all
                .iter()
                .flat_map(|bindings| choices.iter().map(|choice| with(bindings, choice)));
            all = more.collect();
        }
        // What holds now is one of the choices, or nothing is in force.
        Some(all)
    }
}

fn names_parameter(program: &Program, name: &str) -> bool {
    let written = format!("params.{name}");
    program
        .files()
        .values()
        .any(|source| has_word(&code(source), &written))
}
