//! Texts: reasons with facts in them, and the few functions on text.
//!
//! If a text is made from a fact whose value is not known, a mark takes the value's place. Only
//! reasons may contain marks; every function that looks into a text refuses one with marks.

use std::sync::Arc;

use rhai::{Array, Dynamic, Engine, ImmutableString, Map, NativeCallContext};

use crate::base::diagnostic::Code;
use crate::model::fact::Value;
use crate::script::limits::MAX_LIST;
use crate::script::state_of_one_run::{Hosted, Run, fault, is_running, opaque, pay_for, with};
use crate::script::symbolic_values::{
    CLOSE, FactView, OPEN, Symbol, describe, from_dynamic, has_mark,
};
use crate::tree::{Expression, MessagePiece, MessageTemplate, ValueKind};

/// The text of an expression: its value when it is certain, or a mark.
pub(super) fn mark(run: &mut Run, expression: &Arc<Expression>) -> String {
    if let Some(value) = expression.constant() {
        return value.to_string();
    }
    if let Some(value) = run.value(expression) {
        return value.to_string();
    }
    run.marks.push(Arc::clone(expression));
    format!("{OPEN}{}{CLOSE}", run.marks.len() - 1)
}

/// A text with marks as a message.
pub(super) fn message(text: &str, marks: &[Arc<Expression>]) -> MessageTemplate {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let Some((number, after)) = after.split_once(CLOSE) else {
            break;
        };
        let expression = number
            .parse::<usize>()
            .ok()
            .and_then(|number| marks.get(number));
        pieces.extend((!before.is_empty()).then(|| MessagePiece::Text(before.into())));
        pieces.extend(expression.map(|expression| MessagePiece::Value(Arc::clone(expression))));
        rest = after;
    }
    pieces.extend((!rest.is_empty()).then(|| MessagePiece::Text(rest.into())));
    MessageTemplate(pieces)
}

/// The text of any value, for interpolation and `+`.
fn text_of(ctx: &NativeCallContext<'_>, value: &Dynamic) -> Hosted<String> {
    match from_dynamic(value) {
        Some(expression) => Ok(with(|run| mark(run, &expression))),
        None if value.is_char() => Ok(value.to_string()),
        None => Err(fault(
            ctx,
            Code::WrongOperands,
            format!("cannot put {} into a text", describe(value)),
            None,
        )),
    }
}

/// The text of a list or a map, with that of each value in it. No error: the interpreter would write
/// the name of a type in its place.
fn text_of_all(value: &Dynamic) -> String {
    if let Some(list) = value.read_lock::<Array>() {
        let items: Vec<String> = list.iter().map(text_of_all).collect();
        return format!("[{}]", items.join(", "));
    }
    if let Some(map) = value.read_lock::<Map>() {
        let lines = map
            .iter()
            .map(|(name, value)| format!("{name}: {}", text_of_all(value)));
        return format!("#{{{}}}", lines.collect::<Vec<_>>().join(", "));
    }
    match from_dynamic(value) {
        Some(expression) if is_running() => with(|run| mark(run, &expression)),
        _ => value.to_string(),
    }
}

/// A text to look into, or why a tree cannot hold that.
fn plain(ctx: &NativeCallContext<'_>, text: &Dynamic) -> Hosted<String> {
    let text = match from_dynamic(text) {
        Some(expression) if expression.kind() == ValueKind::Text => {
            match with(|run| run.value(&expression)) {
                Some(value) => value.to_string(),
                None => {
                    with(|run| run.note_missing(&expression));
                    return Err(opaque(
                        ctx,
                        format!(
                            "the text of `{expression}` is looked into here, and a tree cannot \
                             hold that"
                        ),
                    ));
                }
            }
        }
        _ => {
            return Err(fault(
                ctx,
                Code::WrongOperands,
                format!("expected a text, found {}", describe(text)),
                None,
            ));
        }
    };
    if has_mark(&text) {
        return Err(opaque(
            ctx,
            "a text made from a fact is looked into here, and a tree cannot hold that",
        ));
    }
    Ok(text)
}

/// Puts texts into the language.
pub(super) fn register(engine: &mut Engine) {
    engine.register_fn(
        "to_string",
        |ctx: NativeCallContext<'_>, value: &mut Symbol| {
            text_of(&ctx, &Dynamic::from(value.clone()))
        },
    );
    engine.register_fn(
        "to_string",
        |ctx: NativeCallContext<'_>, value: &mut FactView| {
            text_of(&ctx, &Dynamic::from(value.clone()))
        },
    );
    engine.register_fn("to_string", |list: &mut Array| {
        text_of_all(&Dynamic::from(list.clone()))
    });
    engine.register_fn("to_string", |map: &mut Map| {
        text_of_all(&Dynamic::from(map.clone()))
    });
    for name in ["len", "to_upper", "to_lower", "trim", "is_empty"] {
        engine.register_fn(
            name,
            move |ctx: NativeCallContext<'_>, text: ImmutableString| {
                look(&ctx, name, &Dynamic::from(text))
            },
        );
        engine.register_fn(name, move |ctx: NativeCallContext<'_>, text: Symbol| {
            look(&ctx, name, &Dynamic::from(text))
        });
    }
    for name in ["contains", "starts_with", "ends_with", "split"] {
        engine.register_fn(
            name,
            move |ctx: NativeCallContext<'_>, text: ImmutableString, part: Dynamic| {
                look_for(&ctx, name, &Dynamic::from(text), &part)
            },
        );
        engine.register_fn(
            name,
            move |ctx: NativeCallContext<'_>, text: Symbol, part: Dynamic| {
                look_for(&ctx, name, &Dynamic::from(text), &part)
            },
        );
    }
    engine.register_fn(
        "+",
        |ctx: NativeCallContext<'_>, a: ImmutableString, b: Dynamic| {
            let b = text_of(&ctx, &b)?;
            joined(&ctx, &a, &b)
        },
    );
    engine.register_fn(
        "+",
        |ctx: NativeCallContext<'_>, a: Dynamic, b: ImmutableString| {
            let a = text_of(&ctx, &a)?;
            joined(&ctx, &a, &b)
        },
    );
    engine.register_fn(
        "+",
        |ctx: NativeCallContext<'_>, a: ImmutableString, b: ImmutableString| joined(&ctx, &a, &b),
    );
}

fn joined(ctx: &NativeCallContext<'_>, a: &str, b: &str) -> Hosted<String> {
    pay_for(ctx, a.len() + b.len(), 1)?;
    Ok(format!("{a}{b}"))
}

fn look(ctx: &NativeCallContext<'_>, name: &str, text: &Dynamic) -> Hosted<Dynamic> {
    let text = plain(ctx, text)?;
    pay_for(ctx, text.len(), 1)?;
    Ok(match name {
        "len" => Dynamic::from(i64::try_from(text.chars().count()).unwrap_or(i64::MAX)),
        "is_empty" => Dynamic::from(text.is_empty()),
        "to_upper" => symbol(&text.to_uppercase()),
        "to_lower" => symbol(&text.to_lowercase()),
        _ => symbol(text.trim()),
    })
}

fn look_for(
    ctx: &NativeCallContext<'_>,
    name: &str,
    text: &Dynamic,
    part: &Dynamic,
) -> Hosted<Dynamic> {
    let text = plain(ctx, text)?;
    if name == "contains" {
        no_list(ctx, &text, part)?;
    }
    let part = plain(ctx, part)?;
    pay_for(ctx, text.len() + part.len(), 1)?;
    Ok(match name {
        "contains" => Dynamic::from(text.contains(&part)),
        "starts_with" => Dynamic::from(text.starts_with(&part)),
        "ends_with" => Dynamic::from(text.ends_with(&part)),
        _ => {
            let parts: Array = text.split(&part).take(MAX_LIST + 1).map(symbol).collect();
            pay_for(ctx, 0, parts.len())?;
            Dynamic::from(parts)
        }
    })
}

/// Refuses `j.kind in "city, county"`, which looks for a piece of a text.
fn no_list(ctx: &NativeCallContext<'_>, text: &str, part: &Dynamic) -> Hosted<()> {
    let is_fact = from_dynamic(part).is_some_and(|part| !matches!(*part, Expression::Constant(_)));
    let items: Vec<&str> = text.split([',', ';', '|']).map(str::trim).collect();
    if !is_fact || items.len() < 2 {
        return Ok(());
    }
    let list: Vec<String> = items.iter().map(|item| format!("\"{item}\"")).collect();
    Err(fault(
        ctx,
        Code::WrongOperands,
        format!("`{text}` is a single text: this looks for a piece of it"),
        Some(format!(
            "write the list `[{}]`; where a piece is meant, ask each part of the text: \
             `{}.contains(...) || {}.contains(...)`",
            list.join(", "),
            list[0],
            list[1]
        )),
    ))
}

fn symbol(text: &str) -> Dynamic {
    Dynamic::from(Symbol(
        Expression::Constant(Value::Text(text.into())).into(),
    ))
}
