//! The operators on symbolic values, and comparison of everything.
//!
//! One catch-all compares all pairs of values: the interpreter's own `==` answers a pair of unlike
//! kinds with a silent `false`, and here such a pair is a fault at its place.

use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use rhai::{Dynamic, Engine, FLOAT, INT, ImmutableString, Map, NativeCallContext};

use crate::base::diagnostic::Code;
use crate::model::fact::{Number, Value};
use crate::script::choice_check::choices_of;
use crate::script::comparison::{compare, day_of};
use crate::script::numeric_choices::{as_numbers, number_of};
use crate::script::reason_texts::mark;
use crate::script::rewrite_text_for_interpreter::WRITTEN;
use crate::script::state_of_one_run::{Hosted, fault, opaque, pay_for, with};
use crate::script::symbolic_values::{
    FactView, Symbol, describe, from_dynamic, has_mark, number_to_dynamic, to_dynamic,
};
use crate::script::unknown_function::{NO_VALUE, TO_COUNT, with_numbers};
use crate::tree::{
    Binary, Comparison, Expression, Owner, Test, Trouble, Unary, ValueKind, binary, unary,
};

/// An operation with at least one symbolic side.
pub(super) fn operate(
    ctx: &NativeCallContext<'_>,
    operation: Binary,
    left: &Dynamic,
    right: &Dynamic,
) -> Hosted<Dynamic> {
    let (Some(left_side), Some(right_side)) = (from_dynamic(left), from_dynamic(right)) else {
        return Err(cannot_operate(ctx, operation.symbol(), left, right));
    };
    let (left_side, right_side) = as_numbers(ctx, left_side, right_side)?;
    let (left_kind, right_kind) = (left_side.kind(), right_side.kind());
    if operation == Binary::Add && (left_kind == ValueKind::Text || right_kind == ValueKind::Text) {
        let text = with(|run| format!("{}{}", mark(run, &left_side), mark(run, &right_side)));
        return Ok(text.into());
    }
    let fits = match (operation, left_kind, right_kind) {
        (Binary::AddMonths, left, right) => left == ValueKind::Date && right == ValueKind::Integer,
        (Binary::MonthsBetween | Binary::Age, left, right) => {
            left == ValueKind::Date && right == ValueKind::Date
        }
        (_, left, right) if left.is_numeric() && right.is_numeric() => true,
        (Binary::Subtract | Binary::Min | Binary::Max, ValueKind::Date, ValueKind::Date) => true,
        (Binary::Add, ValueKind::Date, ValueKind::Integer)
        | (Binary::Add, ValueKind::Integer, ValueKind::Date) => true,
        (Binary::Subtract, ValueKind::Date, ValueKind::Integer) => true,
        _ => false,
    };
    if !fits {
        return Err(cannot_operate(ctx, operation.symbol(), left, right));
    }
    if let (Expression::Constant(one), Expression::Constant(other)) = (&*left_side, &*right_side) {
        return calculated(ctx, operation, one, other);
    }
    let trouble = likely_trouble(operation, left_kind, right_kind);
    checked(
        ctx,
        Expression::Binary(operation, left_side, right_side).into(),
        trouble,
    )
}

fn likely_trouble(operation: Binary, left: ValueKind, right: ValueKind) -> Trouble {
    match operation {
        Binary::Divide | Binary::Remainder => Trouble::DivisionByZero,
        Binary::Power => Trouble::Power,
        _ if left == ValueKind::Date || right == ValueKind::Date => Trouble::OutsideCalendar,
        _ => Trouble::TooManyDigits,
    }
}

/// An operation on two constant values.
fn calculated(
    ctx: &NativeCallContext<'_>,
    operation: Binary,
    left: &Value,
    right: &Value,
) -> Hosted<Dynamic> {
    binary(operation, left, right)
        .map(|value| number_to_dynamic(&value))
        .map_err(|trouble| {
            let message = format!(
                "`{left} {} {right}` cannot be calculated: {}",
                operation.symbol(),
                trouble.describe()
            );
            fault(
                ctx,
                Code::Arithmetic,
                message,
                Some(trouble.help().to_owned()),
            )
        })
}

/// The most parts of a calculation. Processing one takes time in proportion, and it can double with
/// each line of a script.
///
/// INVARIANT: at most half of them are numbers, and no result has more bits than all its numbers
/// together and one for each part. That is less than `Number::MOST_BITS_OF_A_PART`: so a sum, a
/// product or a quotient in a tree never fails for its digits, and a comparison has an answer.
const MOST_PARTS: usize = 200;

/// The expression, after asking whether it can be calculated where that is not certain. One of too
/// many parts becomes the value it has, if all facts in it are known.
fn checked(
    ctx: &NativeCallContext<'_>,
    expression: Arc<Expression>,
    trouble: Trouble,
) -> Hosted<Dynamic> {
    let (many, words) = expression.size(MOST_PARTS);
    // Working it out multiplies long numbers with what came before them.
    let products = usize::try_from(words * words / 16).unwrap_or(usize::MAX);
    pay_for(ctx, 0, products)?;
    if many {
        if let Some(value) = with(|run| run.value(&expression)) {
            return match &value {
                Value::Number(number) if !number.fits() => {
                    Err(cannot_calculate(ctx, &expression, Trouble::TooManyDigits))
                }
                _ => Ok(to_dynamic(&value)),
            };
        }
        // If all facts are known, it fails, which is reported below.
        if with(|run| run.note_missing(&expression)) {
            let message = format!(
                "this calculation has more than {MOST_PARTS} parts, and a tree cannot hold that"
            );
            return Err(opaque(ctx, message));
        }
    }
    let works = with(|run| {
        let test = Test::Succeeds(Arc::clone(&expression));
        let hull = |fact: &crate::tree::FactRef| run.region().hull(fact);
        if test.decide(&hull) == Some(true) {
            return Ok(true);
        }
        let span = run.span(ctx.call_source(), ctx.call_position());
        run.ask(test, span)
    })?;
    if works {
        return Ok(Dynamic::from(Symbol(expression)));
    }
    Err(cannot_calculate(ctx, &expression, trouble))
}

fn cannot_calculate(
    ctx: &NativeCallContext<'_>,
    expression: &Expression,
    trouble: Trouble,
) -> Box<rhai::EvalAltResult> {
    let message = format!(
        "`{expression}` cannot be calculated: {}",
        trouble.describe()
    );
    fault(
        ctx,
        Code::Arithmetic,
        message,
        Some(trouble.help().to_owned()),
    )
}

fn cannot_operate(
    ctx: &NativeCallContext<'_>,
    symbol: &str,
    left: &Dynamic,
    right: &Dynamic,
) -> Box<rhai::EvalAltResult> {
    let is_text = |value: &Dynamic| value.is_string();
    let help = match symbol {
        "&" if is_text(left) || is_text(right) => {
            Some("texts are put together by `+`, or filled in between backticks".to_owned())
        }
        "^" => Some("write `**` for a power".to_owned()),
        "+" | "-" if left.is_bool() || right.is_bool() => Some(TO_COUNT.to_owned()),
        "-" if dated(left, right).is_some() => dated(left, right),
        "%" if is_text(left) => {
            Some("fill values into a text between backticks: `` `of ${j.x}` ``".to_owned())
        }
        "&" => Some("did you mean `&&`?".to_owned()),
        "|" => Some("did you mean `||`?".to_owned()),
        "add_months" => {
            Some("write a date and a whole number: `add_months(j.since, 3)`".to_owned())
        }
        "months_between" | "age" => Some(format!(
            "write two dates, as `{symbol}(j.born, date(\"2026-01-01\"))`"
        )),
        _ if left.is_unit() || right.is_unit() => Some(NO_VALUE.to_owned()),
        _ => with_numbers(symbol).map(str::to_owned),
    };
    fault(
        ctx,
        Code::WrongOperands,
        format!(
            "cannot use `{symbol}` on {} and {}",
            describe(left),
            describe(right)
        ),
        help,
    )
}

/// Advice for a text with a digit beside a date.
fn dated(left: &Dynamic, right: &Dynamic) -> Option<String> {
    let is_date =
        |side: &Dynamic| from_dynamic(side).is_some_and(|it| it.kind() == ValueKind::Date);
    let text = match (is_date(left), is_date(right)) {
        (true, false) => right,
        (false, true) => left,
        _ => return None,
    };
    let text = text.clone().into_string().ok()?;
    text.contains(|c: char| c.is_ascii_digit())
        .then(|| day_of(&text))
}

pub(super) fn operate_one(
    ctx: &NativeCallContext<'_>,
    operation: Unary,
    value: &Dynamic,
) -> Hosted<Dynamic> {
    let expression = match from_dynamic(value) {
        Some(expression) => Some(number_of(ctx, &expression)?),
        None => None,
    };
    let expression = expression.filter(|expression| expression.kind().is_numeric());
    if let Some(Expression::Constant(value)) = expression.as_deref() {
        return unary(operation, value)
            .map(|value| number_to_dynamic(&value))
            .map_err(|trouble| {
                let help = trouble.help().to_owned();
                fault(ctx, Code::Arithmetic, trouble.describe(), Some(help))
            });
    }
    let Some(expression) = expression else {
        let message = format!("cannot use `{}` on {}", operation.symbol(), describe(value));
        let help = with_numbers(operation.symbol()).map(str::to_owned);
        return Err(fault(ctx, Code::WrongOperands, message, help));
    };
    checked(
        ctx,
        Expression::Unary(operation, expression).into(),
        Trouble::Overflow,
    )
}

/// Registers both orders of operands and both symbolic.
fn both_orders(
    engine: &mut Engine,
    name: &str,
    f: impl Fn(&NativeCallContext<'_>, &Dynamic, &Dynamic) -> Hosted<Dynamic>
    + Copy
    + Send
    + Sync
    + 'static,
) {
    engine.register_fn(
        name,
        move |ctx: NativeCallContext<'_>, a: Symbol, b: Symbol| {
            f(&ctx, &Dynamic::from(a), &Dynamic::from(b))
        },
    );
    engine.register_fn(
        name,
        move |ctx: NativeCallContext<'_>, a: Symbol, b: Dynamic| f(&ctx, &Dynamic::from(a), &b),
    );
    engine.register_fn(
        name,
        move |ctx: NativeCallContext<'_>, a: Dynamic, b: Symbol| f(&ctx, &a, &Dynamic::from(b)),
    );
    engine.register_fn(
        name,
        move |ctx: NativeCallContext<'_>, a: FactView, b: Dynamic| f(&ctx, &Dynamic::from(a), &b),
    );
    engine.register_fn(
        name,
        move |ctx: NativeCallContext<'_>, a: Dynamic, b: FactView| f(&ctx, &a, &Dynamic::from(b)),
    );
}

/// Puts the operators into the language.
pub(super) fn register(engine: &mut Engine) {
    for comparison in Comparison::ALL {
        engine.register_fn(
            comparison.symbol(),
            move |ctx: NativeCallContext<'_>, a: Dynamic, b: Dynamic| {
                compare(&ctx, comparison, &a, &b)
            },
        );
    }
    for operation in Binary::ALL.into_iter().filter(|one| !one.is_of_dates()) {
        both_orders(engine, operation.symbol(), move |ctx, a, b| {
            operate(ctx, operation, a, b)
        });
    }
    for symbol in ["&", "|", "^", "<<", ">>"] {
        both_orders(engine, symbol, move |ctx, a, b| {
            Err(cannot_operate(ctx, symbol, a, b))
        });
        // The interpreter has them for whole numbers, bit by bit, which no rule means.
        engine.register_fn(
            symbol,
            move |ctx: NativeCallContext<'_>, a: INT, b: INT| -> Hosted<INT> {
                Err(cannot_operate(&ctx, symbol, &a.into(), &b.into()))
            },
        );
    }
    let functions = [
        Unary::Negate,
        Unary::Abs,
        Unary::Floor,
        Unary::Ceiling,
        Unary::Round,
        Unary::RoundEven,
        Unary::ToInteger,
        Unary::ToNumber,
    ];
    for function in functions {
        engine.register_fn(
            function.symbol(),
            move |ctx: NativeCallContext<'_>, value: Symbol| {
                operate_one(&ctx, function, &Dynamic::from(value))
            },
        );
        let name = function.symbol();
        engine.register_fn(name, move |ctx: NativeCallContext<'_>, value: INT| {
            operate_one(&ctx, function, &value.into())
        });
        engine.register_fn(name, move |ctx: NativeCallContext<'_>, value: FLOAT| {
            operate_one(&ctx, function, &value.into())
        });
    }
    engine.register_fn(
        "!",
        |ctx: NativeCallContext<'_>, value: Symbol| -> Hosted<bool> {
            let help = denied(&value.0);
            let message = format!("cannot use `!` on {}", describe(&Dynamic::from(value)));
            Err(fault(&ctx, Code::WrongOperands, message, help))
        },
    );
    register_plain(engine);
    register_rounding(engine);
    register_contains(engine);
}

/// Advice if `!` is used on something other than a boolean.
fn denied(value: &Expression) -> String {
    let compared = match (choices_of(value), value.kind()) {
        (Some(choices), _) => format!("j.{value} != \"{}\"", choices[0]),
        (None, ValueKind::Text) => format!("j.{value} != \"text\""),
        (None, ValueKind::Date) => "j.day < date(\"2026-01-31\")".to_owned(),
        _ => "j.x == 0".to_owned(),
    };
    let known = match value {
        Expression::Fact(fact) if matches!(fact.owner, Owner::This) => {
            format!("; to ask whether it is stated, write `!j.known(\"{value}\")`")
        }
        _ => String::new(),
    };
    format!("compare it with something, as in `{compared}`{known}")
}

/// Registers operators on whole numbers as scripts write them, and how numbers with a fraction are
/// written. The interpreter's own floating-point numbers are never made, so nothing rounds.
fn register_plain(engine: &mut Engine) {
    engine.register_fn(
        WRITTEN,
        |ctx: NativeCallContext<'_>, text: ImmutableString| -> Hosted<Dynamic> {
            match text.replace('_', "").parse::<Number>() {
                Ok(number) => Ok(number_to_dynamic(&Value::Number(number))),
                Err(()) => {
                    let message = format!("`{text}` has more than 2,000 digits");
                    Err(fault(&ctx, Code::Arithmetic, message, None))
                }
            }
        },
    );
    engine.register_fn("!", |value: bool| !value);
    engine.register_fn("+", |value: INT| value);
    for operation in Binary::ALL.into_iter().filter(|one| !one.is_of_dates()) {
        let name = operation.symbol();
        engine.register_fn(name, move |ctx: NativeCallContext<'_>, a: INT, b: INT| {
            calculated(&ctx, operation, &Value::Integer(a), &Value::Integer(b))
        });
        // A number that was not rewritten is a number of the interpreter.
        engine.register_fn(
            name,
            move |ctx: NativeCallContext<'_>, a: FLOAT, b: FLOAT| {
                operate(&ctx, operation, &a.into(), &b.into())
            },
        );
        engine.register_fn(name, move |ctx: NativeCallContext<'_>, a: FLOAT, b: INT| {
            operate(&ctx, operation, &a.into(), &b.into())
        });
        engine.register_fn(name, move |ctx: NativeCallContext<'_>, a: INT, b: FLOAT| {
            operate(&ctx, operation, &a.into(), &b.into())
        });
    }
    for operation in [
        Binary::Add,
        Binary::Subtract,
        Binary::Multiply,
        Binary::Divide,
        Binary::Remainder,
        Binary::Power,
    ] {
        engine.register_fn(
            format!("{}=", operation.symbol()),
            move |ctx: NativeCallContext<'_>, a: &mut Dynamic, b: INT| -> Hosted<()> {
                let found = match a.as_int() {
                    Ok(whole) => {
                        calculated(&ctx, operation, &Value::Integer(whole), &Value::Integer(b))
                    }
                    Err(_) => operate(&ctx, operation, a, &Dynamic::from(b)),
                };
                *a = found?;
                Ok(())
            },
        );
    }
}

/// `round(x, 2)`, `round_even(x, 2)`: to this many decimals; `div(a, b)`: how often one goes into
/// the other, towards zero.
fn register_rounding(engine: &mut Engine) {
    for function in [Unary::Round, Unary::RoundEven] {
        let round = move |ctx: &NativeCallContext<'_>, value: &Dynamic, places: &Dynamic| {
            const MOST: INT = 15;
            let places = places.as_int().ok().filter(|it| (0..=MOST).contains(it));
            let Some(places) = places.and_then(|it| u32::try_from(it).ok()) else {
                let message = format!(
                    "`{}` takes a number of places from 0 to {MOST}, written out",
                    function.symbol()
                );
                return Err(fault(ctx, Code::WrongOperands, message, None));
            };
            let power = Dynamic::from(INT::pow(10, places));
            let scaled = operate(ctx, Binary::Multiply, value, &power)?;
            let rounded = operate_one(ctx, function, &scaled)?;
            operate(ctx, Binary::Divide, &rounded, &power)
        };
        both_orders(engine, function.symbol(), round);
        engine.register_fn(
            function.symbol(),
            move |ctx: NativeCallContext<'_>, value: INT, places: INT| {
                round(&ctx, &value.into(), &places.into())
            },
        );
        engine.register_fn(
            function.symbol(),
            move |ctx: NativeCallContext<'_>, value: FLOAT, places: INT| {
                round(&ctx, &value.into(), &places.into())
            },
        );
    }
    let divide = |ctx: &NativeCallContext<'_>, left: &Dynamic, right: &Dynamic| {
        let quotient = operate(ctx, Binary::Divide, left, right)?;
        operate_one(ctx, Unary::ToInteger, &quotient)
    };
    both_orders(engine, "div", divide);
    engine.register_fn("div", move |ctx: NativeCallContext<'_>, a: INT, b: INT| {
        divide(&ctx, &a.into(), &b.into())
    });
}

/// `j.x in most..least`.
fn backwards(ctx: &NativeCallContext<'_>, from: INT, to: INT) -> Box<rhai::EvalAltResult> {
    let message = format!("a range from {from} to {to} has nothing in it");
    let help = "write the smaller end first".to_owned();
    fault(ctx, Code::WrongOperands, message, help)
}

fn register_contains(engine: &mut Engine) {
    engine.register_fn(
        "contains",
        |ctx: NativeCallContext<'_>, range: Range<INT>, value: Dynamic| -> Hosted<bool> {
            if range.start > range.end {
                return Err(backwards(&ctx, range.start, range.end));
            }
            let (from, to) = (Dynamic::from(range.start), Dynamic::from(range.end));
            Ok(compare(&ctx, Comparison::GreaterOrEqual, &value, &from)?
                && compare(&ctx, Comparison::Less, &value, &to)?)
        },
    );
    engine.register_fn(
        "contains",
        |ctx: NativeCallContext<'_>, range: RangeInclusive<INT>, value: Dynamic| -> Hosted<bool> {
            if range.start() > range.end() {
                return Err(backwards(&ctx, *range.start(), *range.end()));
            }
            let (from, to) = (Dynamic::from(*range.start()), Dynamic::from(*range.end()));
            Ok(compare(&ctx, Comparison::GreaterOrEqual, &value, &from)?
                && compare(&ctx, Comparison::LessOrEqual, &value, &to)?)
        },
    );
    engine.register_fn(
        "contains",
        |ctx: NativeCallContext<'_>, map: Map, key: ImmutableString| -> Hosted<bool> {
            if has_mark(&key) {
                return Err(opaque(
                    &ctx,
                    "a text made from a fact is looked up here, and a tree cannot hold that",
                ));
            }
            Ok(map.contains_key(key.as_str()))
        },
    );
}
