//! Lists and maps in scripts: look-ups by a fact, bands of numbers or days, sorting.

use std::cmp::Ordering;
use std::sync::Arc;

use rhai::{Array, Dynamic, Engine, FnPtr, INT, ImmutableString, NativeCallContext};

use crate::base::diagnostic::Code;
use crate::model::fact::{FactType, Value};
use crate::script::comparison::{compare, refuse_mark};
use crate::script::numeric_choices::{ask, number_of};
use crate::script::rewrite_text_for_interpreter::KEY_OF;
use crate::script::state_of_one_run::{Hosted, fault, is_running, opaque, pay_for, place, with};
use crate::script::symbolic_values::{FactView, Symbol, describe, from_dynamic};
use crate::tree::{Comparison, Expression, Test, ValueKind};

/// The most values of a number that a look-up tests one by one.
const MOST_VALUES: i64 = 64;

/// The most items with facts that a sort compares by tests, and the most items that it then may
/// have.
const MOST_ASKED: usize = 4;
const MOST_BESIDE: usize = 16;

/// An item of a list, with the key by which it is compared.
type ListItem = (Arc<Expression>, Dynamic);

/// Registers look-ups, bands and sorting.
pub(super) fn register(engine: &mut Engine) {
    engine.register_fn(KEY_OF, |ctx: NativeCallContext<'_>, key: Dynamic| {
        key_of(&ctx, key)
    });
    engine.register_fn(
        KEY_OF,
        |ctx: NativeCallContext<'_>, key: Dynamic, _: bool| -> Hosted<Dynamic> {
            let key = key_of(&ctx, key)?;
            // A map is looked up by a text: no text is. What is picked from is not made yet.
            if !key.is_string() && is_running() {
                with(|run| run.picks = true);
            }
            Ok(key)
        },
    );
    engine.register_fn(
        "band",
        |ctx: NativeCallContext<'_>, value: Dynamic, ends: Array| band(&ctx, &value, &ends),
    );
    for (name, descending) in [("sort", false), ("sort_desc", true)] {
        engine.register_fn(name, move |ctx: NativeCallContext<'_>, list: &mut Array| {
            *list = sorted(&ctx, list, descending)?;
            Hosted::Ok(())
        });
    }
    for (name, descending) in [("order", false), ("order_desc", true)] {
        engine.register_fn(name, move |ctx: NativeCallContext<'_>, list: &mut Array| {
            sorted(&ctx, list, descending)
        });
    }
    for name in ["sort", "sort_by", "order", "order_by"] {
        engine.register_fn(
            name,
            move |ctx: NativeCallContext<'_>, _: &mut Array, _: FnPtr| -> Hosted<()> {
                let message = format!("`{name}` cannot be given an order of its own");
                let help = "write `sort()` or `sort_desc()`: values are put in their own order";
                Err(fault(&ctx, Code::WrongOperands, message, help.to_owned()))
            },
        );
    }
}

/// The key of a look-up. For a fact, each value that it can have is tested.
fn key_of(ctx: &NativeCallContext<'_>, key: Dynamic) -> Hosted<Dynamic> {
    if let Some(text) = key.read_lock::<ImmutableString>() {
        refuse_mark(ctx, &text, "looked up")?;
    }
    if !key.is::<Symbol>() && !key.is::<FactView>() {
        return Ok(key);
    }
    let Some(expression) = from_dynamic(&key) else {
        return Ok(key);
    };
    for value in possible(&expression) {
        let test = Test::compare(
            Arc::clone(&expression),
            Comparison::Equal,
            Expression::Constant(value.clone()).into(),
        );
        // Nobody wrote down the question for each value.
        let span = place(ctx).beginning();
        if with(|run| run.ask(test, span))? {
            return as_key(ctx, &key, &value);
        }
    }
    match with(|run| run.value(&expression)) {
        Some(value) => as_key(ctx, &key, &value),
        None => {
            with(|run| run.note_missing(&expression));
            let message = format!(
                "something is looked up by `{expression}` here, and a tree cannot hold that"
            );
            Err(opaque(ctx, message))
        }
    }
}

/// The values that something can have; empty if they are not known or too many.
fn possible(expression: &Expression) -> Vec<Value> {
    let (Expression::Fact(fact) | Expression::Derived(fact, _)) = expression else {
        return Vec::new();
    };
    match &fact.schema.ty {
        FactType::Choice(choices) => choices.iter().cloned().map(Value::Text).collect(),
        FactType::Integer if matches!(expression, Expression::Fact(_)) => {
            let (low, high) = with(|run| {
                // If the record states it, nothing is asked.
                if run.known.is_some() && run.value(expression).is_some() {
                    (0, i64::MAX)
                } else {
                    run.region().hull(fact)
                }
            });
            let few = high.checked_sub(low).is_some_and(|more| more < MOST_VALUES);
            let all = few.then_some(low..=high);
            all.into_iter().flatten().map(Value::Integer).collect()
        }
        _ => Vec::new(),
    }
}

fn as_key(ctx: &NativeCallContext<'_>, key: &Dynamic, value: &Value) -> Hosted<Dynamic> {
    match value {
        Value::Text(text) => Ok(text.to_string().into()),
        Value::Integer(whole) => Ok(Dynamic::from(*whole)),
        _ => {
            let message = format!("nothing is looked up by {}", describe(key));
            let help = "a list is looked up by a whole number, a map by a text".to_owned();
            Err(fault(ctx, Code::WrongOperands, message, help))
        }
    }
}

/// The band that a number or a day is in, between ends that rise: 0 below the first end.
fn band(ctx: &NativeCallContext<'_>, value: &Dynamic, ends: &Array) -> Hosted<INT> {
    for pair in ends.windows(2) {
        if !is_below(ctx, &pair[0], &pair[1])? {
            let message = "the ends of bands do not rise";
            let help = without_thousands(ends).unwrap_or_else(|| {
                "write the least first, as in `band(j.x, [500, 1000])`, and decimals with a point, \
                 as in `2.5`"
                    .to_owned()
            });
            return Err(fault(ctx, Code::WrongOperands, message, help));
        }
    }
    let mut place = 0;
    for end in ends {
        if is_below(ctx, value, end)? {
            break;
        }
        place += 1;
    }
    Ok(place)
}

/// `[5,000, 50,000]`: advice with the ends without commas; `None` if they are not written so.
fn without_thousands(ends: &Array) -> Option<String> {
    let number = |end: &Dynamic| end.as_int().ok();
    let pairs = ends.chunks(2).map(|pair| match pair {
        [high, low] => number(high).filter(|_| number(low) == Some(0)),
        _ => None,
    });
    let high: Vec<INT> = pairs.collect::<Option<_>>()?;
    let rise = high.len() > 1 && high.is_sorted();
    high.first().filter(|least| rise && **least > 0)?;
    let written: Vec<String> = high.iter().map(|high| format!("{high}000")).collect();
    let written = written.join(", ");
    Some(format!("`,` stands between values: write `[{written}]`"))
}

/// Whether a number or a day is below another. The test is not written in the script, so its place
/// is the empty beginning of the call.
fn is_below(ctx: &NativeCallContext<'_>, value: &Dynamic, end: &Dynamic) -> Hosted<bool> {
    let of_number = |side: &Dynamic| match from_dynamic(side) {
        Some(side) => number_of(ctx, &side).map(Some),
        None => Ok(None),
    };
    let (left, right) = (of_number(value)?, of_number(end)?);
    if let (Some(left), Some(right)) = (left, right) {
        let (one, other) = (left.kind(), right.kind());
        if one.is_numeric() && other.is_numeric()
            || (one, other) == (ValueKind::Date, ValueKind::Date)
        {
            let test = Test::compare(left, Comparison::Less, right);
            return ask(test, place(ctx).beginning());
        }
    }
    // Values of other kinds give an error here, or a text is read as a date.
    compare(ctx, Comparison::Less, value, end)
}

/// The items of a list in ascending order, or descending.
fn sorted(ctx: &NativeCallContext<'_>, list: &Array, descending: bool) -> Hosted<Array> {
    pay_for(ctx, 0, list.len() * 16)?;
    let mut items = Vec::with_capacity(list.len());
    let mut kind: Option<ValueKind> = None;
    for item in list {
        if let Some(text) = item.read_lock::<ImmutableString>() {
            refuse_mark(ctx, &text, "put in order")?;
        }
        let expression = match from_dynamic(item) {
            Some(expression) => Some(number_of(ctx, &expression)?),
            None => None,
        };
        let expression = expression.filter(|it| it.kind() != ValueKind::Boolean);
        let Some(expression) = expression else {
            let message = format!("a list with {} in it has no order", describe(item));
            return Err(fault(ctx, Code::WrongOperands, message, None));
        };
        let alike = |known: ValueKind| {
            known == expression.kind() || (known.is_numeric() && expression.kind().is_numeric())
        };
        if !kind.is_none_or(alike) {
            let message = format!(
                "a list of unlike values has no order: there is {}",
                describe(item)
            );
            return Err(fault(ctx, Code::WrongOperands, message, None));
        }
        kind = Some(expression.kind());
        let value = with(|run| run.value(&expression));
        let known = value.map_or(expression, |value| Expression::Constant(value).into());
        items.push((known, item.clone()));
    }
    let mut items = in_order(ctx, items)?;
    if descending {
        items.reverse();
    }
    Ok(items.into_iter().map(|(_, item)| item).collect())
}

/// Sorts items. If facts are in few of them, it tests which is less.
fn in_order(ctx: &NativeCallContext<'_>, mut items: Vec<ListItem>) -> Hosted<Vec<ListItem>> {
    let mut open = items.iter().filter(|(item, _)| item.constant().is_none());
    let asked = open.clone().count();
    if asked == 0 {
        items.sort_by(|(one, _), (other, _)| {
            let less = |one: &Arc<Expression>, other: &Arc<Expression>| {
                Test::compare(Arc::clone(one), Comparison::Less, Arc::clone(other))
                    .answer(&mut |_| unreachable!("there is no fact in it"))
            };
            match (less(one, other), less(other, one)) {
                (true, _) => Ordering::Less,
                (_, true) => Ordering::Greater,
                _ => Ordering::Equal,
            }
        });
        return Ok(items);
    }
    if asked > MOST_ASKED || items.len() > MOST_BESIDE {
        let expression = &open.next().expect("there are some").0;
        let message = format!("`{expression}` is put in order here, and a tree cannot hold that");
        with(|run| run.note_missing(expression));
        return Err(opaque(ctx, message));
    }
    // Nobody wrote these questions down.
    let span = place(ctx).beginning();
    let mut sorted: Vec<ListItem> = Vec::with_capacity(items.len());
    for (item, value) in items {
        let mut at = sorted.len();
        while at > 0 {
            let before = Arc::clone(&sorted[at - 1].0);
            if !ask(
                Test::compare(Arc::clone(&item), Comparison::Less, before),
                span.clone(),
            )? {
                break;
            }
            at -= 1;
        }
        sorted.insert(at, (item, value));
    }
    Ok(sorted)
}
