//! Reads the finding of another condition by following its tree. If no tree holds the script, it is
//! run in its place, for a record.

use std::sync::Arc;

use rhai::{Dynamic, NativeCallContext};

use crate::base::diagnostic::{Code, Diagnostic};
use crate::model::fact::Value;
use crate::script::Program;
use crate::script::follow_other_tree::follow;
use crate::script::rhai_errors::ended;
use crate::script::state_of_one_run::{Hosted, RunStop, fault, opaque, raise, with};
use crate::script::symbolic_values::{Symbol, VERDICTS, scope};
use crate::script::verdict_functions::ending;
use crate::tree::{Expression, FactRef, Verdict};

/// Reading the finding of another condition.
pub(super) fn read_finding(ctx: &NativeCallContext<'_>, finding: FactRef) -> Hosted<Dynamic> {
    let (program, bindings, known, since) = with(|run| {
        run.reads_derived(&finding);
        let program = run.program.reads.get(finding.path.as_str()).cloned();
        let known = run.worked.get(&finding).cloned();
        (program, Arc::clone(&run.bindings), known, run.happened())
    });
    let Some(program) = program else {
        let message = format!(
            "the finding of `{}` is not named in this condition",
            finding.path
        );
        let help = format!("write `findings.{}` out where it is read", finding.path);
        return Err(fault(ctx, Code::ScriptUnknownFact, message, help));
    };
    let value = if let Some(value) = known {
        value
    } else {
        let verdict = match bindings.condition_trees.tree(&program) {
            Some(tree) => follow(&tree, &finding, since)?.verdict,
            None => run_in_place(ctx, &program, &finding)?,
        };
        let value = Arc::new(Expression::Constant(Value::Text(name_of(verdict).into())));
        with(|run| run.came_to(since, &finding, &value));
        value
    };
    Ok(Dynamic::from(Symbol(
        Expression::Derived(finding, value).into(),
    )))
}

/// A fault has ended the run before.
fn name_of(verdict: Verdict) -> &'static str {
    let [met, not_met, not_applicable] = VERDICTS;
    match verdict {
        Verdict::Met => met,
        Verdict::NotApplicable => not_applicable,
        Verdict::NotMet | Verdict::Fault => not_met,
    }
}

/// Runs the script of a condition within the run of the one that reads it.
fn run_in_place(
    ctx: &NativeCallContext<'_>,
    program: &Arc<Program>,
    finding: &FactRef,
) -> Hosted<Verdict> {
    if with(|run| run.known.is_none()) {
        let message =
            format!("`{finding}` is read here, and no tree can hold the script of that condition");
        return Err(opaque(ctx, message));
    }
    let Some(outer) = with(|run| run.enter(program)) else {
        let message = "conditions that no tree can hold read one another too deep";
        let help = "write what they share as a derived fact".to_owned();
        return Err(fault(ctx, Code::LimitReached, message, help));
    };
    let result = ctx
        .engine()
        .eval_ast_with_scope::<Dynamic>(&mut scope(true), &program.ast);
    with(|run| run.leave(outer));
    let value = result.map_err(|error| raise(ended(program, &error)))?;
    ending(&value).map(|(verdict, _)| verdict).map_err(|why| {
        raise(RunStop::Fault(
            Diagnostic::at(Code::BadOutcome, program.end(), why).into(),
        ))
    })
}
