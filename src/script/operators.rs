//! The operators on symbolic values, and comparison of everything.
//!
//! One catch-all compares all pairs of values: the interpreter's own `==` answers a pair of unlike
//! kinds with a silent `false`, and here such a pair is a fault at its place.

use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use rhai::{Array, Dynamic, Engine, FLOAT, INT, ImmutableString, Map, NativeCallContext};

use crate::base::diagnostic::Code;
use crate::script::comparison::compare;
use crate::script::run::{Hosted, fault, opaque, with};
use crate::script::text::{has_mark, mark};
use crate::script::value::{Symbol, View, describe, from_dynamic, to_dynamic};
use crate::tree::{Binary, Comparison, Expression, Kind, Test, Trouble, Unary};

/// An operation of which at least one side is symbolic.
fn operate(
    ctx: &NativeCallContext<'_>,
    operation: Binary,
    left: &Dynamic,
    right: &Dynamic,
) -> Hosted<Dynamic> {
    let (Some(left_side), Some(right_side)) = (from_dynamic(left), from_dynamic(right)) else {
        return Err(cannot_operate(ctx, operation.symbol(), left, right));
    };
    let (left_kind, right_kind) = (left_side.kind(), right_side.kind());
    if operation == Binary::Add && (left_kind == Kind::Text || right_kind == Kind::Text) {
        let text = with(|run| format!("{}{}", mark(run, &left_side), mark(run, &right_side)));
        return Ok(text.into());
    }
    let fits = match (operation, left_kind, right_kind) {
        (_, left, right) if left.is_numeric() && right.is_numeric() => true,
        (Binary::Subtract | Binary::Min | Binary::Max, Kind::Date, Kind::Date) => true,
        (Binary::Add, Kind::Date, Kind::Integer) | (Binary::Add, Kind::Integer, Kind::Date) => true,
        (Binary::Subtract, Kind::Date, Kind::Integer) => true,
        _ => false,
    };
    if !fits {
        return Err(cannot_operate(ctx, operation.symbol(), left, right));
    }
    let trouble = likely_trouble(operation, left_kind, right_kind);
    checked(
        ctx,
        Expression::Binary(operation, left_side, right_side).into(),
        trouble,
    )
}

fn likely_trouble(operation: Binary, left: Kind, right: Kind) -> Trouble {
    match operation {
        Binary::Divide | Binary::Remainder => Trouble::DivisionByZero,
        Binary::Power => Trouble::NegativePower,
        _ if left == Kind::Date || right == Kind::Date => Trouble::OutsideCalendar,
        _ => Trouble::Overflow,
    }
}

/// How many parts a calculation may have. Looking at one takes time in proportion, and it can
/// double with each line of a script.
const MOST_PARTS: usize = 200;

/// The expression, after asking whether it can be calculated where that is not certain. One of too
/// many parts becomes the value it has, if all facts in it are known.
fn checked(
    ctx: &NativeCallContext<'_>,
    expression: Arc<Expression>,
    trouble: Trouble,
) -> Hosted<Dynamic> {
    if expression.has_more_parts(MOST_PARTS) {
        if let Some(value) = with(|run| run.value(&expression)) {
            return Ok(to_dynamic(&value));
        }
        // With all facts known it fails, which is said below.
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
    Err(fault(
        ctx,
        Code::Arithmetic,
        format!(
            "`{expression}` cannot be calculated: {}",
            trouble.describe()
        ),
        None,
    ))
}

fn cannot_operate(
    ctx: &NativeCallContext<'_>,
    symbol: &str,
    left: &Dynamic,
    right: &Dynamic,
) -> Box<rhai::EvalAltResult> {
    let help = match symbol {
        "&" => Some("did you mean `&&`?".to_owned()),
        "|" => Some("did you mean `||`?".to_owned()),
        _ => None,
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

fn operate_one(ctx: &NativeCallContext<'_>, operation: Unary, value: &Dynamic) -> Hosted<Dynamic> {
    let expression = from_dynamic(value).filter(|expression| expression.kind().is_numeric());
    let Some(expression) = expression else {
        let message = format!("cannot use `{}` on {}", operation.symbol(), describe(value));
        return Err(fault(ctx, Code::WrongOperands, message, None));
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
        move |ctx: NativeCallContext<'_>, a: View, b: Dynamic| f(&ctx, &Dynamic::from(a), &b),
    );
    engine.register_fn(
        name,
        move |ctx: NativeCallContext<'_>, a: Dynamic, b: View| f(&ctx, &a, &Dynamic::from(b)),
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
    let operations = [
        Binary::Add,
        Binary::Subtract,
        Binary::Multiply,
        Binary::Divide,
        Binary::Remainder,
        Binary::Power,
        Binary::Min,
        Binary::Max,
    ];
    for operation in operations {
        both_orders(engine, operation.symbol(), move |ctx, a, b| {
            operate(ctx, operation, a, b)
        });
    }
    for symbol in ["&", "|", "^", "<<", ">>"] {
        both_orders(engine, symbol, move |ctx, a, b| {
            Err(cannot_operate(ctx, symbol, a, b))
        });
    }
    let functions = [
        Unary::Negate,
        Unary::Abs,
        Unary::Floor,
        Unary::Ceiling,
        Unary::Round,
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
    }
    engine.register_fn(
        "!",
        |ctx: NativeCallContext<'_>, value: Symbol| -> Hosted<bool> {
            Err(fault(
                &ctx,
                Code::WrongOperands,
                format!("cannot use `!` on {}", describe(&Dynamic::from(value))),
                None,
            ))
        },
    );
    register_plain(engine);
    register_contains(engine);
}

/// The same functions on plain numbers, which scripts write as literals.
fn register_plain(engine: &mut Engine) {
    engine.register_fn("!", |value: bool| !value);
    engine.register_fn("-", |ctx: NativeCallContext<'_>, value: INT| {
        value
            .checked_neg()
            .ok_or_else(|| fault(&ctx, Code::Arithmetic, Trouble::Overflow.describe(), None))
    });
    engine.register_fn("-", |value: FLOAT| -value);
    engine.register_fn("+", |value: INT| value);
    engine.register_fn("+", |value: FLOAT| value);
    engine.register_fn("abs", |ctx: NativeCallContext<'_>, value: INT| {
        value
            .checked_abs()
            .ok_or_else(|| fault(&ctx, Code::Arithmetic, Trouble::Overflow.describe(), None))
    });
    engine.register_fn("abs", |value: FLOAT| value.abs());
    engine.register_fn("floor", |value: FLOAT| value.floor());
    engine.register_fn("ceiling", |value: FLOAT| value.ceil());
    engine.register_fn("round", |value: FLOAT| value.round());
    for operation in [Binary::Divide, Binary::Remainder] {
        let symbol = operation.symbol();
        engine.register_fn(
            symbol,
            move |ctx: NativeCallContext<'_>, a: FLOAT, b: FLOAT| divided(&ctx, operation, a, b),
        );
        engine.register_fn(
            symbol,
            move |ctx: NativeCallContext<'_>, a: FLOAT, b: INT| {
                divided(&ctx, operation, a, crate::tree::as_float(b))
            },
        );
        engine.register_fn(
            symbol,
            move |ctx: NativeCallContext<'_>, a: INT, b: FLOAT| {
                divided(&ctx, operation, crate::tree::as_float(a), b)
            },
        );
    }
    engine.register_fn("min", |a: INT, b: INT| a.min(b));
    engine.register_fn("max", |a: INT, b: INT| a.max(b));
    engine.register_fn("min", |a: FLOAT, b: FLOAT| a.min(b));
    engine.register_fn("max", |a: FLOAT, b: FLOAT| a.max(b));
}

fn divided(ctx: &NativeCallContext<'_>, operation: Binary, a: FLOAT, b: FLOAT) -> Hosted<FLOAT> {
    match operation {
        _ if b == 0.0 => Err(fault(
            ctx,
            Code::Arithmetic,
            Trouble::DivisionByZero.describe(),
            None,
        )),
        Binary::Divide => Ok(a / b),
        _ => Ok(a % b),
    }
}

fn register_contains(engine: &mut Engine) {
    engine.register_fn(
        "contains",
        |ctx: NativeCallContext<'_>, list: Array, value: Dynamic| -> Hosted<bool> {
            for item in &list {
                if compare(&ctx, Comparison::Equal, &value, item)? {
                    return Ok(true);
                }
            }
            Ok(false)
        },
    );
    engine.register_fn(
        "contains",
        |ctx: NativeCallContext<'_>, range: Range<INT>, value: Dynamic| -> Hosted<bool> {
            let (from, to) = (Dynamic::from(range.start), Dynamic::from(range.end));
            Ok(compare(&ctx, Comparison::GreaterOrEqual, &value, &from)?
                && compare(&ctx, Comparison::Less, &value, &to)?)
        },
    );
    engine.register_fn(
        "contains",
        |ctx: NativeCallContext<'_>, range: RangeInclusive<INT>, value: Dynamic| -> Hosted<bool> {
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
