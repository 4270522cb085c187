//! The values that `assume` may give for a missing fact: of its type and within its range, or a
//! calculation.

use std::sync::Arc;

use rhai::{Dynamic, ImmutableString, NativeCallContext};

use crate::base::diagnostic::Code;
use crate::model::fact::{FactType, Value, choice_of};
use crate::script::state_of_one_run::{Hosted, fault};
use crate::script::symbolic_values::{describe, from_dynamic, text_as};
use crate::tree::{Expression, FactRef, Unary, ValueKind};

/// The assumed value, in the fact's own type: a constant, or a calculation.
pub(super) fn assumed_value(
    ctx: &NativeCallContext<'_>,
    fact: &FactRef,
    value: &Dynamic,
) -> Hosted<Arc<Expression>> {
    let given = from_dynamic(value);
    let calculated = given.as_ref().filter(|given| given.constant().is_none());
    if let Some(given) = calculated
        && !matches!(fact.schema.ty, FactType::Choice(_) | FactType::List(_))
    {
        match (ValueKind::of(&fact.schema.ty), given.kind()) {
            (ValueKind::Number, ValueKind::Integer) => {
                return Ok(Expression::Unary(Unary::ToNumber, Arc::clone(given)).into());
            }
            (one, other) if one == other => return Ok(Arc::clone(given)),
            _ => {}
        }
    }
    let given = given.and_then(|given| given.constant().cloned());
    let fits = match (&fact.schema.ty, given) {
        (FactType::Boolean, Some(value @ Value::Boolean(_)))
        | (FactType::Integer, Some(value @ Value::Integer(_)))
        | (FactType::Number, Some(value @ Value::Number(_)))
        | (FactType::Text | FactType::Jurisdiction, Some(value @ Value::Text(_)))
        | (FactType::Date, Some(value @ Value::Date(_))) => Some(value),
        (FactType::Number, Some(Value::Integer(whole))) => Some(Value::Number(whole.into())),
        (FactType::Choice(choices), Some(value)) => choice_of(choices, &value),
        _ => None,
    };
    if let Some(value) = fits
        .as_ref()
        .filter(|value| !fact.schema.range.holds(value))
    {
        let range = &fact.schema.range;
        let message = format!("cannot assume {value} for `{}`: it is {range}", fact.path);
        let help = "assume a value that a record may state, or widen `range:` in the rulebook file";
        return Err(fault(
            ctx,
            Code::WrongOperands,
            message,
            Some(help.to_owned()),
        ));
    }
    let fits: Hosted<Value> = fits.ok_or_else(|| {
        let message = format!(
            "cannot assume {} for `{}`: expected {}",
            describe(value),
            fact.path,
            fact.schema.ty
        );
        fault(
            ctx,
            Code::WrongOperands,
            message,
            assumed_help(&fact.schema.ty, value),
        )
    });
    fits.map(|value| Expression::Constant(value).into())
}

/// Advice for an assumed value of another type.
fn assumed_help(ty: &FactType, value: &Dynamic) -> Option<String> {
    let text = value.read_lock::<ImmutableString>()?;
    if text_as(ty, &text).is_some() {
        return Some(format!("write `{}`, without quotation marks", &*text));
    }
    matches!(ty, FactType::Integer | FactType::Number).then(|| "write a number, as `0`".to_owned())
}
