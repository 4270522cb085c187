//! Finding the case of a `switch`: labels are asked one after the other, as `==` would be.
//!
//! The interpreter's `switch` then gets a value that it sends to that case: the label itself, or a
//! number that lies among all labels where the value does. A label that the value can never be is a
//! fault at the label, as it is for `==`.

use std::sync::Arc;

use rhai::{Dynamic, Engine, FLOAT, INT, ImmutableString, NativeCallContext};

use crate::base::diagnostic::{Code, Diagnostic, list_of};
use crate::model::fact::{Number, Value};
use crate::script::choice_check::{no_choice, pay_for_looking};
use crate::script::comparison::as_date_like;
use crate::script::numeric_choices::{Numbered, numbered, resolved};
use crate::script::rewrite_text_for_interpreter::CASE_OF;
use crate::script::state_of_one_run::{Hosted, RunStop, fault, opaque, pay_for, raise, with};
use crate::script::switch_labels::{LabelValue, TextLabel};
use crate::script::symbolic_values::{describe, from_dynamic, has_mark};
use crate::tree::{Comparison, Expression, Test, ValueKind};

/// A value that no label matches.
#[derive(Clone)]
struct NoCase;

/// Puts the search for a case into the language.
pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<NoCase>("no case");
    engine.register_fn(
        CASE_OF,
        |ctx: NativeCallContext<'_>, value: Dynamic, switch: INT| case_of(&ctx, &value, switch),
    );
}

/// A plain value that the interpreter's `switch` sends to the right case.
fn case_of(ctx: &NativeCallContext<'_>, value: &Dynamic, switch: INT) -> Hosted<Dynamic> {
    let marked = value
        .read_lock::<ImmutableString>()
        .is_some_and(|text| has_mark(&text));
    if marked {
        return Err(opaque(
            ctx,
            "a text made from a fact is switched on here, and a tree cannot hold that",
        ));
    }
    let Some(expression) = from_dynamic(value) else {
        let message = format!("cannot `switch` on {}", describe(value));
        let help = "look at one value, or write `if ... && ... { ... } else { ... }` for several";
        return Err(fault(
            ctx,
            Code::WrongOperands,
            message,
            Some(help.to_owned()),
        ));
    };
    let labels = with(|run| {
        run.program
            .prepared(ctx.call_source())
            .switches
            .get(usize::try_from(switch).unwrap_or_default())
            .cloned()
    });
    let labels = labels.unwrap_or_default();
    pay_for(ctx, 0, labels.len())?;
    pay_for_looking(ctx, &expression, labels.len())?;
    let expression = by_number(ctx, &expression, &labels)?.unwrap_or(expression);
    for label in &*labels {
        check(value, &expression, label)?;
    }
    for label in &*labels {
        if let LabelValue::Range(..) = label.value {
            continue;
        }
        if is(
            ctx,
            &expression,
            Comparison::Equal,
            constant(&label.value, &expression),
        )? {
            return Ok(to_plain(&label.value));
        }
    }
    among_ranges(ctx, &expression, &labels)
}

/// For numeric choices and labels that are numbers: the number; each label must be a choice.
fn by_number(
    ctx: &NativeCallContext<'_>,
    expression: &Arc<Expression>,
    labels: &[TextLabel],
) -> Hosted<Option<Arc<Expression>>> {
    let is_number = |label: &TextLabel| match label.value {
        LabelValue::Integer(value) => Some(Number::from(value)),
        LabelValue::Number(value) => Number::of_binary(value),
        _ => None,
    };
    let range = |label: &TextLabel| matches!(label.value, LabelValue::Range(..));
    let any = labels
        .iter()
        .any(|label| range(label) || is_number(label).is_some());
    let Some(numbers) = numbered(expression).filter(|_| any) else {
        return Ok(None);
    };
    for label in labels {
        let is_choice = |number: Number| numbers.iter().any(|(_, choice)| *choice == number);
        if is_number(label).is_some_and(|number| !is_choice(number)) {
            return Err(no_such_choice(expression, label, &numbers));
        }
    }
    resolved(ctx, expression, &numbers).map(Some)
}

fn no_such_choice(
    expression: &Expression,
    label: &TextLabel,
    numbers: &Numbered,
) -> Box<rhai::EvalAltResult> {
    let choices = list_of(numbers.iter().map(|(choice, _)| &**choice));
    let written = label.span.text();
    let message = format!("`{written}` is never a value of `{expression}`: expected {choices}");
    let diagnostic = Diagnostic::at(Code::BadChoice, label.span.clone(), message);
    raise(RunStop::Fault(diagnostic.into()))
}

/// Refuses a label that the value can never be.
fn check(value: &Dynamic, expression: &Arc<Expression>, label: &TextLabel) -> Hosted<()> {
    let kind = expression.kind();
    let fits = match &label.value {
        LabelValue::Boolean(_) => kind == ValueKind::Boolean,
        LabelValue::Integer(_) | LabelValue::Number(_) | LabelValue::Range(..) => kind.is_numeric(),
        LabelValue::Text(_) => match constant(&label.value, expression) {
            Some(found) => found.kind() == kind,
            None => false,
        },
        LabelValue::Character(_) | LabelValue::Other => false,
    };
    let at = |code: Code, message: String, help: Option<String>| {
        let diagnostic = Diagnostic::at(code, label.span.clone(), message).help(help);
        raise(RunStop::Fault(diagnostic.into()))
    };
    if !fits {
        let message = format!("{} is never {}", describe(value), described(label));
        return Err(at(Code::WrongOperands, message, Some(help(label, kind))));
    }
    let choice =
        constant(&label.value, expression).and_then(|constant| no_choice(expression, &constant));
    match choice {
        Some((message, help)) => Err(at(Code::BadChoice, message, help)),
        None => Ok(()),
    }
}

fn described(label: &TextLabel) -> String {
    let written = label.span.text();
    match &label.value {
        LabelValue::Boolean(_) => format!("`{written}`"),
        LabelValue::Integer(_) | LabelValue::Number(_) => format!("the number `{written}`"),
        LabelValue::Range(..) => format!("a number of `{written}`"),
        LabelValue::Text(_) => format!("the text `{written}`"),
        LabelValue::Character(_) => format!("the character `{written}`"),
        LabelValue::Other => format!("the value of `{written}`"),
    }
}

/// Advice for a label of another kind.
fn help(label: &TextLabel, kind: ValueKind) -> String {
    let written = label.span.text();
    let inner = || written.trim_matches(['"', '\'', '`']).to_owned();
    match (&label.value, kind) {
        (LabelValue::Character(_), ValueKind::Text) => format!("write `\"{}\"`", inner()),
        (LabelValue::Text(_), ValueKind::Integer | ValueKind::Number)
            if inner().parse::<FLOAT>().is_ok() =>
        {
            format!("write `{}`, without quotation marks", inner())
        }
        (LabelValue::Integer(_) | LabelValue::Number(_), ValueKind::Text) => {
            format!("write `\"{written}\"`, in quotation marks")
        }
        (LabelValue::Text(_), ValueKind::Boolean) => "write `true` or `false`".to_owned(),
        (LabelValue::Text(_), ValueKind::Date) => {
            "write a date as a text, year first, as in `\"2024-02-29\"`".to_owned()
        }
        (LabelValue::Other, _) if written.ends_with("..") => {
            format!("write both ends, as in `{written}1000000`, or `_` for all that is left")
        }
        (LabelValue::Other, _) if alternatives(written).is_some() => {
            format!("write `{}`", alternatives(written).unwrap_or_default())
        }
        (LabelValue::Other, _) if written.contains('\n') => "write the text on one line".to_owned(),
        _ => format!("write {}, or take the case out", kind.describe()),
    }
}

/// The items of a list as labels of one case.
fn alternatives(written: &str) -> Option<String> {
    let items = written.strip_prefix('[')?.strip_suffix(']')?.split(',');
    let items: Vec<&str> = items
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .collect();
    let plain =
        |item: &&str| item.matches(['"', '\'']).count().is_multiple_of(2) && !item.contains('[');
    (!items.is_empty() && items.iter().all(plain)).then(|| items.join(" | "))
}

/// A label as something to compare the value with.
fn constant(label: &LabelValue, expression: &Arc<Expression>) -> Option<Arc<Expression>> {
    let value = match label {
        LabelValue::Boolean(value) => Value::Boolean(*value),
        LabelValue::Integer(value) => Value::Integer(*value),
        LabelValue::Number(value) => Value::Number(Number::of_binary(*value)?),
        LabelValue::Text(text) => Value::Text(text.as_str().into()),
        LabelValue::Character(_) | LabelValue::Range(..) | LabelValue::Other => return None,
    };
    Some(as_date_like(
        &Expression::Constant(value).into(),
        expression,
    ))
}

/// The value by which the interpreter finds a label.
fn to_plain(label: &LabelValue) -> Dynamic {
    match label {
        LabelValue::Boolean(value) => Dynamic::from(*value),
        LabelValue::Integer(value) => Dynamic::from(*value),
        LabelValue::Number(value) => Dynamic::from(*value),
        LabelValue::Text(text) => text.clone().into(),
        LabelValue::Character(_) | LabelValue::Range(..) | LabelValue::Other => {
            Dynamic::from(NoCase)
        }
    }
}

fn is(
    ctx: &NativeCallContext<'_>,
    expression: &Arc<Expression>,
    comparison: Comparison,
    other: Option<Arc<Expression>>,
) -> Hosted<bool> {
    let Some(other) = other else {
        return Ok(false);
    };
    let test = Test::compare(Arc::clone(expression), comparison, other);
    // A test without facts is not a question.
    if test.facts().is_empty() && expression.constant().is_some() {
        return Ok(test.answer(&mut |_| unreachable!("there is no fact in it")));
    }
    with(|run| {
        let span = run.span(ctx.call_source(), ctx.call_position());
        run.ask(test, span)
    })
}

/// Asks in which ranges the value lies; a number that lies in the same ranges, and is no label,
/// leads to the same case.
fn among_ranges(
    ctx: &NativeCallContext<'_>,
    expression: &Arc<Expression>,
    labels: &[TextLabel],
) -> Hosted<Dynamic> {
    let mut found = Vec::new();
    for label in labels {
        let LabelValue::Range(from, to, inclusive) = label.value else {
            continue;
        };
        let end = if inclusive {
            Comparison::LessOrEqual
        } else {
            Comparison::Less
        };
        let number = |value| Some(Expression::Constant(Value::Integer(value)).into());
        let inside = is(ctx, expression, Comparison::GreaterOrEqual, number(from))?
            && is(ctx, expression, end, number(to))?;
        found.push(((from, to, inclusive), inside));
    }
    if found.iter().all(|(_, inside)| !inside) {
        return Ok(Dynamic::from(NoCase));
    }
    alike(&found, labels).ok_or_else(|| {
        let message =
            format!("`{expression}` lies among ranges here in a way that a tree cannot hold");
        opaque(ctx, message)
    })
}

/// A number in exactly the ranges found to contain the value, and no label: an integer, or the
/// middle between two. All are counted in halves.
fn alike(found: &[((INT, INT, bool), bool)], labels: &[TextLabel]) -> Option<Dynamic> {
    let halves = |value: INT| 2 * i128::from(value);
    let single = labels.iter().filter_map(|label| match label.value {
        LabelValue::Integer(value) => Some(value),
        _ => None,
    });
    let ends = found.iter().flat_map(|((from, to, _), _)| [*from, *to]);
    let single: Vec<i128> = single.map(halves).collect();
    let near: Vec<i128> = ends.map(halves).chain(single.iter().copied()).collect();
    let steps = [0, -2, 2, -1, 1];
    let mut candidates = steps
        .iter()
        .flat_map(|step| near.iter().map(move |place| place + step));
    let place = candidates.find(|place| {
        let holds = |((from, to, inclusive), inside): &((INT, INT, bool), bool)| {
            let end = halves(*to) + i128::from(*inclusive);
            (halves(*from)..end).contains(place) == *inside
        };
        !single.contains(place) && found.iter().all(holds)
    })?;
    let whole = INT::try_from(place.div_euclid(2)).ok()?;
    Some(if place % 2 == 0 {
        Dynamic::from(whole)
    } else {
        // Within two to the 53rd the middle is a number of the language.
        Dynamic::from(f64::from(i32::try_from(whole).ok()?) + 0.5)
    })
}
