//! Lists in a script that are compared with choices: an item that is no choice is reported before
//! anything is asked, whichever item would fit first.

use std::ops::Range;

use rhai::{Array, Dynamic, Engine, INT, ImmutableString, NativeCallContext};

use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::Span;
use crate::model::fact::{Number, Value};
use crate::script::choice_check::{no_choice, pay_for_looking};
use crate::script::comparison::compare;
use crate::script::numeric_choices::no_number;
use crate::script::scan::{TokenKind, scan};
use crate::script::state_of_one_run::{Hosted, RunStop, place, raise};
use crate::script::symbolic_values::{from_dynamic, has_mark};
use crate::tree::{Comparison, Expression};

/// Puts looking for an item into the language.
pub(super) fn register(engine: &mut Engine) {
    engine.register_fn(
        "contains",
        |ctx: NativeCallContext<'_>, list: Array, value: Dynamic| -> Hosted<bool> {
            Ok(place_of(&ctx, &list, &value)?.is_some())
        },
    );
    engine.register_fn(
        "index_of",
        |ctx: NativeCallContext<'_>, list: &mut Array, value: Dynamic| -> Hosted<INT> {
            let found = place_of(&ctx, list, &value)?;
            Ok(found.and_then(|at| INT::try_from(at).ok()).unwrap_or(-1))
        },
    );
}

/// The place of the first item that is equal to a value.
fn place_of(ctx: &NativeCallContext<'_>, list: &Array, value: &Dynamic) -> Hosted<Option<usize>> {
    check(ctx, value, list)?;
    for (at, item) in list.iter().enumerate() {
        if compare(ctx, Comparison::Equal, value, item)? {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

/// Refuses an item that something with choices can never be.
fn check(ctx: &NativeCallContext<'_>, value: &Dynamic, list: &Array) -> Hosted<()> {
    let Some(side) = from_dynamic(value).filter(|side| side.constant().is_none()) else {
        return Ok(());
    };
    pay_for_looking(ctx, &side, list.len())?;
    for item in list {
        // A text made from a fact is refused where it is compared.
        let text = item.read_lock::<ImmutableString>();
        if text.is_some_and(|text| has_mark(&text)) {
            continue;
        }
        let Some(item) = from_dynamic(item) else {
            continue;
        };
        let wrong = no_choice(&side, &item)
            .or_else(|| no_number(&side, &item).map(|message| (message, None)));
        if let Some((message, help)) = wrong {
            let span = written(&place(ctx), &item);
            let told = Diagnostic::at(Code::BadChoice, span, message).help(help);
            return Err(raise(RunStop::Fault(told.into())));
        }
    }
    Ok(())
}

/// The place of an item within `whole`; all of it if the item is not found there.
fn written(whole: &Span, item: &Expression) -> Span {
    let Expression::Constant(item) = item else {
        return whole.clone();
    };
    let text = whole.text();
    let is_it = |kind: TokenKind, range: &Range<usize>| match (kind, item) {
        (TokenKind::Text, Value::Text(item)) => text[range.clone()].trim_matches('"') == &**item,
        (TokenKind::Number, Value::Integer(item)) => {
            text[range.clone()].parse() == Ok(Number::from(*item))
        }
        (TokenKind::Number, Value::Number(item)) => {
            text[range.clone()].parse().as_ref() == Ok(item)
        }
        _ => false,
    };
    let tokens = scan(text);
    let found = tokens.iter().find(|token| is_it(token.kind, &token.range));
    found.map_or_else(
        || whole.clone(),
        |token| {
            let start = whole.range().start;
            let source = whole.source();
            source.span(start + token.range.start..start + token.range.end)
        },
    )
}
