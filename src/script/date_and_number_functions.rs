//! The functions on days, and numbers as texts for people.

use std::sync::Arc;

use rhai::{Dynamic, Engine, INT, NativeCallContext};

use crate::base::diagnostic::Code;
use crate::model::fact::Value;
use crate::script::operators::{operate, operate_one};
use crate::script::reason_texts::mark;
use crate::script::state_of_one_run::{Hosted, fault, with};
use crate::script::symbolic_values::{Symbol, describe, from_dynamic, number_to_dynamic};
use crate::tree::{Binary, Expression, Unary, ValueKind, unary};

/// Puts them into the language.
pub(super) fn register(engine: &mut Engine) {
    for part in Unary::OF_DATES {
        engine.register_fn(
            part.symbol(),
            move |ctx: NativeCallContext<'_>, day: Dynamic| part_of(&ctx, part, &day),
        );
    }
    for operation in [Binary::AddMonths, Binary::MonthsBetween, Binary::Age] {
        engine.register_fn(
            operation.symbol(),
            move |ctx: NativeCallContext<'_>, a: Dynamic, b: Dynamic| {
                operate(&ctx, operation, &a, &b)
            },
        );
    }
    engine.register_fn(
        "add_years",
        |ctx: NativeCallContext<'_>, day: Dynamic, years: Dynamic| {
            if years.is_string() {
                let message = format!("`add_years` cannot add {}", describe(&years));
                let help = "write a whole number: `add_years(j.born, 18)`".to_owned();
                return Err(fault(&ctx, Code::WrongOperands, message, help));
            }
            let months = operate(&ctx, Binary::Multiply, &years, &Dynamic::from(12 as INT))?;
            operate(&ctx, Binary::AddMonths, &day, &months)
        },
    );
    engine.register_fn(
        "years_between",
        |ctx: NativeCallContext<'_>, from: Dynamic, to: Dynamic| {
            let months = operate(&ctx, Binary::MonthsBetween, &from, &to)?;
            let years = operate(&ctx, Binary::Divide, &months, &Dynamic::from(12 as INT))?;
            let whole = operate_one(&ctx, Unary::Floor, &years)?;
            operate_one(&ctx, Unary::ToInteger, &whole)
        },
    );
    engine.register_fn(
        "thousands",
        |ctx: NativeCallContext<'_>, number: Dynamic| shown(&ctx, Unary::Thousands, &number),
    );
    for form in [Unary::Fixed, Unary::Percent] {
        let name = form(0).symbol();
        engine.register_fn(
            name,
            move |ctx: NativeCallContext<'_>, number: Dynamic, places: Dynamic| {
                const MOST: u8 = 15;
                let places = places.as_int().ok().and_then(|it| u8::try_from(it).ok());
                let Some(places) = places.filter(|it| *it <= MOST) else {
                    let message =
                        format!("`{name}` takes a number of places from 0 to {MOST}, written out");
                    return Err(fault(&ctx, Code::WrongOperands, message, None));
                };
                shown(&ctx, form(places), &number)
            },
        );
        engine.register_fn(name, move |ctx: NativeCallContext<'_>, number: Dynamic| {
            shown(&ctx, form(0), &number)
        });
    }
}

/// A part of a date, or the end of its month.
fn part_of(ctx: &NativeCallContext<'_>, part: Unary, day: &Dynamic) -> Hosted<Dynamic> {
    let expression = from_dynamic(day).filter(|expression| expression.kind() == ValueKind::Date);
    match expression.as_deref() {
        Some(Expression::Constant(value)) => match unary(part, value) {
            Ok(part) => Ok(number_to_dynamic(&part)),
            Err(trouble) => {
                let help = trouble.help().to_owned();
                Err(fault(ctx, Code::Arithmetic, trouble.describe(), Some(help)))
            }
        },
        Some(_) => Ok(Dynamic::from(Symbol(
            Expression::Unary(part, expression.expect("it is one")).into(),
        ))),
        None => Err(fault(
            ctx,
            Code::WrongOperands,
            format!("`{}` takes a date, not {}", part.symbol(), describe(day)),
            None,
        )),
    }
}

/// A number as a text; if its value is not known, a mark that represents it.
fn shown(ctx: &NativeCallContext<'_>, form: Unary, number: &Dynamic) -> Hosted<String> {
    let expression = from_dynamic(number).filter(|number| number.kind().is_numeric());
    let Some(expression) = expression else {
        let message = format!(
            "`{}` takes a number, not {}",
            form.symbol(),
            describe(number)
        );
        return Err(fault(ctx, Code::WrongOperands, message, None));
    };
    if let Expression::Constant(value) = &*expression
        && let Ok(Value::Text(text)) = unary(form, value)
    {
        return Ok(text.to_string());
    }
    let text = Arc::new(Expression::Unary(form, expression));
    Ok(with(|run| mark(run, &text)))
}
