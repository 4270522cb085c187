//! Comparisons with choices: texts that are no choice, and operators that need an order.

use std::sync::Arc;

use rhai::NativeCallContext;

use crate::base::diagnostic::{Code, did_you_mean, list_of, unseen};
use crate::model::fact::{FactType, Number, Value, hidden_signs};
use crate::script::state_of_one_run::{Hosted, fault, pay_for, with};
use crate::tree::{Comparison, Expression, compare_exactly};

/// A text that is compared with a choice must be one of the choices.
pub(super) fn check_choice(
    ctx: &NativeCallContext<'_>,
    side: &Expression,
    other: &Expression,
) -> Hosted<()> {
    pay_for_looking(ctx, side, 1)?;
    match no_choice(side, other) {
        Some((message, help)) => Err(fault(ctx, Code::BadChoice, message, help)),
        None => Ok(()),
    }
}

/// Pays for looking up `times` constants among the choices of a side that has some.
pub(super) fn pay_for_looking(
    ctx: &NativeCallContext<'_>,
    side: &Expression,
    times: usize,
) -> Hosted<()> {
    const IN_A_UNIT: usize = 16;
    let choices = choices_of(side).map_or(0, |choices| choices.len());
    pay_for(ctx, 0, times.saturating_mul(choices) / IN_A_UNIT)
}

/// Why a constant is never a value of something that has choices, and the choice it may mean.
pub(super) fn no_choice(side: &Expression, other: &Expression) -> Option<(String, Option<String>)> {
    let Expression::Constant(Value::Text(text)) = other else {
        return None;
    };
    let choices = choices_of(side)?;
    if choices.contains(text) {
        return None;
    }
    let names = || choices.iter().map(|choice| &**choice);
    let message = format!(
        "`{text}` is never a value of `{side}`: expected {}",
        list_of(names())
    );
    let near = did_you_mean(text, names());
    let odd = choices.iter().find_map(|choice| {
        let looks_alike = near.as_ref().is_some_and(|near| near.contains(&**choice));
        let signs = hidden_signs(choice).filter(|_| looks_alike)?;
        Some(format!(
            "the choice `{choice}` has {signs} in the rulebook file: write it anew there"
        ))
    });
    Some((message, unseen_in(text).or(odd).or(near)))
}

/// The choices of a fact or a parameter that has some.
pub(super) fn choices_of(side: &Expression) -> Option<Arc<[Arc<str>]>> {
    match side {
        Expression::Fact(fact) | Expression::Derived(fact, _) => match &fact.schema.ty {
            FactType::Choice(choices) => Some(Arc::clone(choices)),
            _ => None,
        },
        Expression::Parameter(name, _) => {
            with(|run| run.bindings.parameters.get(name)?.choices.clone())
        }
        _ => None,
    }
}

/// The invisible character in a text, and advice; `None` if there is none.
fn unseen_in(text: &str) -> Option<String> {
    let found = text.chars().find_map(unseen)?;
    Some(format!(
        "the text has {found} in it: write the word anew, or copy it from the rulebook file"
    ))
}

/// The error if choices are compared by order: choices have no order, not even the alphabet's.
pub(super) fn no_order(
    ctx: &NativeCallContext<'_>,
    comparison: Comparison,
    left: &Expression,
    right: &Expression,
) -> Option<Box<rhai::EvalAltResult>> {
    let (fact, other, comparison) = match (choices_of(left), choices_of(right)) {
        (Some(choices), _) => ((left, choices), right, comparison),
        (None, Some(choices)) => ((right, choices), left, comparison.flipped()),
        (None, None) => return None,
    };
    let (side, choices) = fact;
    let message = format!("`{side}` is one of choices, and choices have no order");
    let place = other.constant().and_then(|other| {
        let Value::Text(text) = other else {
            return None;
        };
        choices.iter().position(|choice| choice == text)
    });
    if let Some(text) = place.map(|place| &choices[place])
        && text.parse::<Number>().is_ok()
    {
        let help = format!("write `{text}`, a number, without quotation marks");
        return Some(fault(ctx, Code::WrongOperands, message, help));
    }
    let wanted = place.map(|place| {
        let fits = |index: &usize| compare_exactly(comparison, index, &place);
        let names = (0..choices.len())
            .filter(fits)
            .map(|index| format!("\"{}\"", choices[index]));
        names.collect::<Vec<_>>().join(", ")
    });
    let help = format!(
        "write out which ones are meant, as in `{side} in [{}]`",
        wanted.unwrap_or_else(|| "...".to_owned())
    );
    Some(fault(ctx, Code::WrongOperands, message, help))
}
