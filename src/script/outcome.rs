//! How a script ends: `met(why)` and its like, and finding the case of a `switch`.

use std::sync::Arc;

use rhai::{Dynamic, Engine, INT, ImmutableString, NativeCallContext};

use crate::base::diagnostic::Code;
use crate::model::fact::Value;
use crate::script::prepare::{CASE_OF, Label};
use crate::script::run::{Hosted, fault, is_running, opaque, with};
use crate::script::text::has_mark;
use crate::script::value::{Symbol, describe, from_dynamic};
use crate::tree::{Comparison, Expression, FactRef, Kind, Test, Verdict};

/// What `met`, `not_met` and `not_applicable` give back.
#[derive(Clone)]
pub(super) struct Ending {
    pub(super) verdict: Verdict,
    pub(super) reason: Option<ImmutableString>,
}

/// A value that no `case` matches.
#[derive(Clone)]
struct NoCase;

/// Puts outcomes into the language.
pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Ending>("outcome");
    engine.register_type_with_name::<NoCase>("no case");
    let endings = [
        ("met", Verdict::Met),
        ("not_met", Verdict::NotMet),
        ("not_applicable", Verdict::NotApplicable),
        ("eligible", Verdict::Met),
        ("ineligible", Verdict::NotMet),
    ];
    for (name, verdict) in endings {
        engine.register_fn(name, move |ctx: NativeCallContext<'_>| {
            note(&ctx);
            Ending {
                verdict,
                reason: None,
            }
        });
        engine.register_fn(
            name,
            move |ctx: NativeCallContext<'_>, reason: ImmutableString| {
                note(&ctx);
                Ending {
                    verdict,
                    reason: Some(reason),
                }
            },
        );
        engine.register_fn(name, move |ctx: NativeCallContext<'_>, reason: Symbol| {
            note(&ctx);
            let text = with(|run| crate::script::text::mark(run, &reason.0));
            Ending {
                verdict,
                reason: Some(text.into()),
            }
        });
    }
    engine.register_fn(
        CASE_OF,
        |ctx: NativeCallContext<'_>, value: Dynamic, switch: INT| case_of(&ctx, value, switch),
    );
}

/// Notes that an outcome was called, and where.
fn note(ctx: &NativeCallContext<'_>) {
    if is_running() {
        with(|run| {
            let prepared = run.program.prepared(ctx.call_source());
            let span = prepared.token(ctx.call_position());
            let place = (span.source().name().to_owned(), span.range().start);
            run.endings.insert(place);
        });
    }
}

/// A plain value that the interpreter's `switch` sends to the right case.
fn case_of(ctx: &NativeCallContext<'_>, value: Dynamic, switch: INT) -> Hosted<Dynamic> {
    if value
        .read_lock::<ImmutableString>()
        .is_some_and(|text| has_mark(&text))
    {
        return Err(opaque(
            ctx,
            "a text made from a fact is switched on here, and a tree cannot hold that",
        ));
    }
    let symbolic = value.is::<Symbol>() || value.is::<crate::script::value::View>();
    let Some(expression) = from_dynamic(&value).filter(|_| symbolic) else {
        return if value.is_bool() || value.is_int() || value.is_string() {
            Ok(value)
        } else {
            Err(fault(
                ctx,
                Code::WrongOperands,
                format!("cannot `switch` on {}", describe(&value)),
                None,
            ))
        };
    };
    let labels = with(|run| {
        run.program
            .prepared(ctx.call_source())
            .switches
            .get(usize::try_from(switch).unwrap_or_default())
            .cloned()
    });
    let labels = labels.unwrap_or_default();
    match expression.kind() {
        Kind::Text => text_case(ctx, &expression, &labels),
        Kind::Integer => integer_case(ctx, &expression, &labels),
        _ => {
            let help = "write comparisons with `if` instead".to_owned();
            Err(fault(
                ctx,
                Code::WrongOperands,
                format!("cannot `switch` on {}", describe(&value)),
                Some(help),
            ))
        }
    }
}

fn ask(
    ctx: &NativeCallContext<'_>,
    expression: &Arc<Expression>,
    comparison: Comparison,
    value: Value,
) -> Hosted<bool> {
    let test = Test::compare(
        expression.clone(),
        comparison,
        Expression::Constant(value).into(),
    );
    with(|run| {
        let span = run.span(ctx.call_source(), ctx.call_position());
        run.ask(test, span)
    })
}

fn text_case(
    ctx: &NativeCallContext<'_>,
    expression: &Arc<Expression>,
    labels: &[Label],
) -> Hosted<Dynamic> {
    for label in labels {
        let Label::Text(text) = label else { continue };
        crate::script::comparison::check_choice(
            ctx,
            expression,
            &Expression::Constant(Value::Text(text.as_str().into())),
        )?;
        if ask(
            ctx,
            expression,
            Comparison::Equal,
            Value::Text(text.as_str().into()),
        )? {
            return Ok(text.clone().into());
        }
    }
    Ok(Dynamic::from(NoCase))
}

/// Asks where the number lies among all labels; any number that lies there goes to the same case.
fn integer_case(
    ctx: &NativeCallContext<'_>,
    expression: &Arc<Expression>,
    labels: &[Label],
) -> Hosted<Dynamic> {
    for label in labels {
        match label {
            Label::Text(_) => {}
            Label::Integer(value) => {
                if ask(ctx, expression, Comparison::Equal, Value::Integer(*value))? {
                    return Ok(Dynamic::from(*value));
                }
            }
            Label::Range(from, to, inclusive) => {
                let end = if *inclusive {
                    Comparison::LessOrEqual
                } else {
                    Comparison::Less
                };
                if ask(
                    ctx,
                    expression,
                    Comparison::GreaterOrEqual,
                    Value::Integer(*from),
                )? {
                    ask(ctx, expression, end, Value::Integer(*to))?;
                }
            }
        }
    }
    let value = with(|run| run.value(expression)).or_else(|| match &**expression {
        Expression::Fact(fact) => any_value(fact),
        _ => None,
    });
    match value {
        Some(Value::Integer(value)) => Ok(Dynamic::from(value)),
        _ => {
            with(|run| run.note_missing(expression));
            Err(opaque(
                ctx,
                format!(
                    "`{expression}` is calculated and then switched on here, and a tree cannot \
                     hold that"
                ),
            ))
        }
    }
}

/// Some value the fact can still have on this path.
fn any_value(fact: &FactRef) -> Option<Value> {
    with(|run| {
        let name = match &run.known {
            Some((facts, this)) => facts.own_name(*this, fact),
            None => fact.clone(),
        };
        let (low, _) = run.region().hull(&name);
        Some(Value::Integer(low))
    })
}

/// The verdict and reason of a script's last value.
pub(super) fn ending(value: &Dynamic) -> Result<(Verdict, Option<ImmutableString>), String> {
    if let Some(ending) = value.read_lock::<Ending>() {
        return Ok((ending.verdict, ending.reason.clone()));
    }
    match value.as_bool() {
        Ok(true) => Ok((Verdict::Met, None)),
        Ok(false) => Ok((Verdict::NotMet, None)),
        Err(_) if value.is_unit() => Err("the script ends without an outcome".to_owned()),
        Err(_) => Err(format!(
            "the script ends in {}, which is no outcome",
            describe(value)
        )),
    }
}
