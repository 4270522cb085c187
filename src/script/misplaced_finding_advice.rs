//! Advice on the finding of another condition where something else is expected.

use rhai::{Dynamic, NativeCallContext};

use crate::base::diagnostic::Code;
use crate::script::state_of_one_run::{Hosted, fault};
use crate::script::symbolic_values::Symbol;
use crate::tree::{Expression, FactRef, Owner};

/// The path of the condition whose finding a value is.
pub(super) fn finding(value: &Expression) -> Option<&str> {
    let (Expression::Fact(fact) | Expression::Derived(fact, _)) = value else {
        return None;
    };
    (fact.owner == Owner::Finding).then(|| path(fact))
}

fn path(fact: &FactRef) -> &str {
    fact.path.as_str()
}

/// Advice on which properties a finding has.
pub(super) fn asked(condition: &str) -> String {
    format!(
        "write `findings.{condition}.met`, or `.not_met`, `.not_applicable` or `.passes` (met or not \
         applicable) in place of `.met`"
    )
}

/// Advice if a finding is compared with true or false.
pub(super) fn compared(left: &Dynamic, right: &Dynamic) -> Option<String> {
    let path = |side: &Dynamic| {
        let side = side.read_lock::<Symbol>()?;
        finding(&side.0).map(ToOwned::to_owned)
    };
    path(left).or_else(|| path(right)).map(|path| asked(&path))
}

/// `findings.size.met()`, which would end the script.
pub(super) fn no_reason(
    ctx: &NativeCallContext<'_>,
    name: &str,
    reason: &Expression,
) -> Hosted<()> {
    let Some(condition) = finding(reason) else {
        return Ok(());
    };
    let message = format!("`{name}(...)` ends a script, and a finding is no reason");
    let help = format!("write `findings.{condition}.{name}`, without brackets, to ask for it");
    Err(fault(ctx, Code::WrongOperands, message, Some(help)))
}
