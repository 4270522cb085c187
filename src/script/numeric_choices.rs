//! Choices that are numbers: `choices: [1, 2, 10]` compare as numbers, not as texts.
//!
//! A record states one of a few texts. Beside a number each of them is read as its number, so
//! `j.band < 10` asks whether `band` is `1`, or else whether it is `2`.

use std::sync::Arc;

use rhai::NativeCallContext;

use crate::base::diagnostic::{Code, list_of};
use crate::base::source::Span;
use crate::model::fact::{Number, Value, choice_numbers};
use crate::script::choice_check::choices_of;
use crate::script::state_of_one_run::{Hosted, fault, place, with};
use crate::tree::{Comparison, Expression, Test, compare_exactly};

/// Choices with the numbers that they are.
pub(super) type Numbered = Vec<(Arc<str>, Number)>;

/// The choices of a fact or a parameter, where all of them are numbers.
pub(super) fn numbered(side: &Expression) -> Option<Numbered> {
    let choices = choices_of(side)?;
    let numbers = choice_numbers(&choices)?;
    Some(choices.iter().cloned().zip(numbers).collect())
}

/// Why a number is never a value of something that has choices which are numbers.
pub(super) fn no_number(side: &Expression, other: &Expression) -> Option<String> {
    let numbers = numbered(side)?;
    let number = as_number(other).filter(|_| matches!(other, Expression::Constant(_)))?;
    let known = numbers.iter().any(|(_, choice)| *choice == number);
    (!known).then(|| is_never(side, Comparison::Equal, other, &numbers))
}

/// Both sides of a calculation as numbers, if numeric choices are combined with a number or with
/// each other; beside a text they stay texts.
pub(super) fn as_numbers(
    ctx: &NativeCallContext<'_>,
    left: Arc<Expression>,
    right: Arc<Expression>,
) -> Hosted<(Arc<Expression>, Arc<Expression>)> {
    if beside_number(&left) && beside_number(&right) {
        return Ok((number_of(ctx, &left)?, number_of(ctx, &right)?));
    }
    Ok((left, right))
}

/// The answer of a comparison with a number, where one side has choices that are numbers.
pub(super) fn compare_numbered(
    ctx: &NativeCallContext<'_>,
    comparison: Comparison,
    left: &Arc<Expression>,
    right: &Arc<Expression>,
) -> Hosted<Option<bool>> {
    let (numbers, side, other, comparison) = match (numbered(left), numbered(right)) {
        (Some(numbers), _) if beside_number(right) => (numbers, left, right, comparison),
        (_, Some(numbers)) if beside_number(left) => (numbers, right, left, comparison.flipped()),
        _ => return Ok(None),
    };
    let Some(number) = as_number(other) else {
        let side = resolved(ctx, side, &numbers)?;
        let test = Test::compare(side, comparison, number_of(ctx, other)?);
        return ask(test, place(ctx)).map(Some);
    };
    let negated = comparison == Comparison::NotEqual;
    let wanted = if negated {
        Comparison::Equal
    } else {
        comparison
    };
    let fits = |(_, choice): &&(Arc<str>, Number)| compare_exactly(wanted, choice, &number);
    let meant: Vec<_> = numbers.iter().filter(fits).collect();
    if meant.is_empty() && matches!(**other, Expression::Constant(_)) {
        return Err(never(ctx, side, wanted, other, &numbers));
    }
    for (choice, _) in meant {
        let test = Test::compare(
            Arc::clone(side),
            if negated {
                comparison
            } else {
                Comparison::Equal
            },
            constant(choice),
        );
        if ask(test, place(ctx))? != negated {
            return Ok(Some(!negated));
        }
    }
    Ok(Some(negated))
}

/// Whether something is a number, or has choices that are.
fn beside_number(side: &Expression) -> bool {
    side.kind().is_numeric() || numbered(side).is_some()
}

/// The number that something is, where no fact is in it.
fn as_number(side: &Expression) -> Option<Number> {
    match side.constant()? {
        Value::Integer(whole) => Some((*whole).into()),
        Value::Number(number) => Some(number.clone()),
        Value::Text(text) if numbered(side).is_some() => text.parse().ok(),
        _ => None,
    }
}

/// A number as it is; for a numeric choice, the number found by asking for each.
pub(super) fn number_of(
    ctx: &NativeCallContext<'_>,
    side: &Arc<Expression>,
) -> Hosted<Arc<Expression>> {
    match numbered(side) {
        Some(numbers) => resolved(ctx, side, &numbers),
        None => Ok(Arc::clone(side)),
    }
}

/// The number that one of choices is, found by asking for each.
pub(super) fn resolved(
    ctx: &NativeCallContext<'_>,
    side: &Arc<Expression>,
    numbers: &Numbered,
) -> Hosted<Arc<Expression>> {
    let plain = |number: &Number| Expression::Constant(Value::Number(number.clone())).into();
    if let Some(number) = as_number(side) {
        return Ok(plain(&number));
    }
    let (last, others) = numbers.split_last().expect("a choice has choices");
    for (choice, number) in others {
        let test = Test::compare(Arc::clone(side), Comparison::Equal, constant(choice));
        if ask(test, place(ctx).beginning())? {
            return Ok(plain(number));
        }
    }
    // If it is none of the others, it is the last.
    Ok(plain(&last.1))
}

fn constant(choice: &Arc<str>) -> Arc<Expression> {
    Expression::Constant(Value::Text(Arc::clone(choice))).into()
}

/// The answer to a question.
pub(super) fn ask(test: Test, place: Span) -> Hosted<bool> {
    // A test without facts is not a question.
    if test.facts().is_empty() {
        return Ok(test.answer(&mut |_| unreachable!("there is no fact in it")));
    }
    with(|run| run.ask(test, place))
}

/// The error for a number that no choice is equal to.
fn never(
    ctx: &NativeCallContext<'_>,
    side: &Expression,
    comparison: Comparison,
    other: &Expression,
    numbers: &Numbered,
) -> Box<rhai::EvalAltResult> {
    let message = is_never(side, comparison, other, numbers);
    fault(ctx, Code::BadChoice, message, None)
}

fn is_never(
    side: &Expression,
    comparison: Comparison,
    other: &Expression,
    numbers: &Numbered,
) -> String {
    let choices = list_of(numbers.iter().map(|(choice, _)| &**choice));
    match comparison {
        Comparison::Equal => format!("`{other}` is never a value of `{side}`: expected {choices}"),
        _ => format!(
            "`{side}` is never `{} {other}`: it is {choices}",
            comparison.symbol()
        ),
    }
}
