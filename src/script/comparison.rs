//! Compares two values of a script: by a test, or with a fault that says why they cannot be
//! compared.

use std::sync::Arc;

use rhai::{Array, Dynamic, Engine, ImmutableString, NativeCallContext};

use crate::base::diagnostic::Code;
use crate::model::fact::{Date, FactType, Number, Value};
use crate::script::choice_check::{check_choice, no_order};
use crate::script::misplaced_finding_advice::compared;
use crate::script::numeric_choices::{compare_numbered, numbered};
use crate::script::other_language_functions::ASK_STATED;
use crate::script::state_of_one_run::{Hosted, fault, opaque, pay_for, with};
use crate::script::symbolic_values::{
    CLOSE, OPEN, Symbol, describe, from_dynamic, has_mark, text_as,
};
use crate::script::unknown_function::NO_VALUE;
use crate::tree::{Comparison, Expression, Test, Unary, ValueKind};

/// Reports `&`, `|` and `^` between conditions: unlike `&&`, they evaluate both sides.
pub(super) fn register(engine: &mut Engine) {
    for (sign, meant) in [("&", "&&"), ("|", "||"), ("^", "!=")] {
        engine.register_fn(
            sign,
            move |ctx: NativeCallContext<'_>, _: bool, _: bool| -> Hosted<bool> {
                let message = format!("`{sign}` is no sign between conditions");
                let help = format!("write `{meant}`");
                Err(fault(&ctx, Code::WrongOperands, message, help))
            },
        );
    }
}

/// The answer of a comparison of any two values.
pub(super) fn compare(
    ctx: &NativeCallContext<'_>,
    comparison: Comparison,
    left: &Dynamic,
    right: &Dynamic,
) -> Hosted<bool> {
    refuse_marks(ctx, comparison, left, right)?;
    if let Some(answer) = compare_plain(ctx, comparison, left, right)? {
        return Ok(answer);
    }
    let (Some(left_side), Some(right_side)) = (from_dynamic(left), from_dynamic(right)) else {
        return Err(cannot_compare(ctx, comparison, left, right));
    };
    let (left_side, right_side) = (
        as_date_like(&left_side, &right_side),
        as_date_like(&right_side, &left_side),
    );
    let ordered = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    let fits = match (left_side.kind(), right_side.kind()) {
        (ValueKind::Boolean, ValueKind::Boolean) => !ordered,
        (left, right) => fit(left, right),
    };
    if (!fits || ordered)
        && let Some(answer) = compare_numbered(ctx, comparison, &left_side, &right_side)?
    {
        return Ok(answer);
    }
    if !fits {
        return Err(cannot_compare(ctx, comparison, left, right));
    }
    check_choice(ctx, &left_side, &right_side)?;
    check_choice(ctx, &right_side, &left_side)?;
    if ordered && let Some(refused) = no_order(ctx, comparison, &left_side, &right_side) {
        return Err(refused);
    }
    let test = Test::compare(left_side, comparison, right_side);
    with(|run| {
        let span = run.span(ctx.call_source(), ctx.call_position());
        run.ask(test, span)
    })
}

/// Two values of the language itself: texts, lists, nothing.
pub(super) fn compare_plain(
    ctx: &NativeCallContext<'_>,
    comparison: Comparison,
    left: &Dynamic,
    right: &Dynamic,
) -> Hosted<Option<bool>> {
    if let (Some(left), Some(right)) = (
        left.read_lock::<ImmutableString>(),
        right.read_lock::<ImmutableString>(),
    ) {
        pay_for(ctx, left.len().min(right.len()), 1)?;
        return Ok(Some(crate::tree::compare_exactly(
            comparison,
            left.as_str(),
            right.as_str(),
        )));
    }
    let equality = match comparison {
        Comparison::Equal => true,
        Comparison::NotEqual => false,
        _ => return Ok(None),
    };
    if let (Some(left), Some(right)) = (left.read_lock::<Array>(), right.read_lock::<Array>()) {
        return compare_lists(ctx, comparison, &left, &right).map(Some);
    }
    if left.is_unit() && right.is_unit() {
        return Ok(Some(equality));
    }
    if let (Ok(left), Ok(right)) = (left.as_char(), right.as_char()) {
        return Ok(Some((left == right) == equality));
    }
    Ok(None)
}

/// Whether two lists are equal, or are not, item by item. Lists that differ already are looked at
/// to their ends, so that a slip behind is no silent `false`.
pub(super) fn compare_lists(
    ctx: &NativeCallContext<'_>,
    comparison: Comparison,
    left: &[Dynamic],
    right: &[Dynamic],
) -> Hosted<bool> {
    pay_for(ctx, 0, left.len().min(right.len()))?;
    let mut same = left.len() == right.len();
    for (left, right) in left.iter().zip(right) {
        if same {
            same = compare(ctx, Comparison::Equal, left, right)?;
        } else if !go_together(left, right) {
            return Err(cannot_compare(ctx, comparison, left, right));
        }
    }
    Ok(same == (comparison == Comparison::Equal))
}

/// Ends a run that compares a text made from a fact whose value is not at hand.
fn refuse_marks(
    ctx: &NativeCallContext<'_>,
    comparison: Comparison,
    left: &Dynamic,
    right: &Dynamic,
) -> Hosted<()> {
    let marked = |side: &Dynamic| {
        let text = side.read_lock::<ImmutableString>()?;
        has_mark(&text).then(|| text.to_string())
    };
    let marked: Vec<String> = [left, right].into_iter().filter_map(marked).collect();
    if marked.is_empty() {
        return Ok(());
    }
    let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    let number = marked.iter().find_map(|text| number_made_text(text));
    if let Some(number) = number.filter(|_| !equality) {
        let message = "a number that was made a text is compared here: of texts, `9` is greater \
                       than `15`";
        let help = format!("compare the number itself, which is `{number}`");
        return Err(fault(
            ctx,
            Code::WrongOperands,
            message.to_owned(),
            Some(help),
        ));
    }
    Err(opaque(
        ctx,
        "a text made from a fact is compared here, and a tree cannot hold that",
    ))
}

/// Ends a run in which a text made from a fact, whose value is not at hand, has to be known.
pub(super) fn refuse_mark(ctx: &NativeCallContext<'_>, text: &str, what: &str) -> Hosted<()> {
    if has_mark(text) {
        let message =
            format!("a text made from a fact is {what} here, and a tree cannot hold that");
        return Err(opaque(ctx, message));
    }
    Ok(())
}

/// The number that a text begins with, if the text is made from one.
fn number_made_text(text: &str) -> Option<Arc<Expression>> {
    let (number, _) = text.split_once(OPEN)?.1.split_once(CLOSE)?;
    let made = with(|run| run.marks.get(number.parse::<usize>().ok()?).cloned())?;
    match &*made {
        Expression::Unary(Unary::Fixed(_) | Unary::Percent(_) | Unary::Thousands, number) => {
            Some(Arc::clone(number))
        }
        other => other.kind().is_numeric().then_some(made),
    }
}

/// Whether the kinds of two list items can be equal.
fn go_together(left: &Dynamic, right: &Dynamic) -> bool {
    if let (Some(left), Some(right)) = (left.read_lock::<Array>(), right.read_lock::<Array>()) {
        return left
            .iter()
            .zip(right.iter())
            .all(|(left, right)| go_together(left, right));
    }
    let same_plain = (left.is_unit() && right.is_unit()) || (left.is_char() && right.is_char());
    let (Some(left), Some(right)) = (from_dynamic(left), from_dynamic(right)) else {
        return same_plain;
    };
    let (left, right) = (as_date_like(&left, &right), as_date_like(&right, &left));
    let numbers = |one: &Expression, other: &Expression| {
        numbered(one).is_some() && (other.kind().is_numeric() || numbered(other).is_some())
    };
    fit(left.kind(), right.kind()) || numbers(&left, &right) || numbers(&right, &left)
}

/// Whether values of two kinds can be equal.
fn fit(left: ValueKind, right: ValueKind) -> bool {
    left == right || (left.is_numeric() && right.is_numeric())
}

/// A text beside a date as a date, if it is one.
pub(super) fn as_date_like(side: &Arc<Expression>, other: &Arc<Expression>) -> Arc<Expression> {
    match &**side {
        Expression::Constant(Value::Text(text)) if other.kind() == ValueKind::Date => {
            text_as(&FactType::Date, text).map_or_else(
                || Arc::clone(side),
                |date| Expression::Constant(date).into(),
            )
        }
        _ => Arc::clone(side),
    }
}

pub(super) fn cannot_compare(
    ctx: &NativeCallContext<'_>,
    comparison: Comparison,
    left: &Dynamic,
    right: &Dynamic,
) -> Box<rhai::EvalAltResult> {
    let message = format!(
        "cannot compare {} with {} by `{}`",
        describe(left),
        describe(right),
        comparison.symbol()
    );
    let unit = left.is_unit() || right.is_unit();
    let text = |value: &Dynamic| {
        value
            .read_lock::<ImmutableString>()
            .map(|text| text.to_lowercase())
    };
    let word = text(left).or_else(|| text(right));
    let character = [left, right].into_iter().find(|value| value.is_char());
    let help = match word.as_deref() {
        _ if compared(left, right).is_some() => compared(left, right),
        Some(text) if has_mark(text) => Some(
            "compare the fact or the number itself, and make a text of it for a reason".to_owned(),
        ),
        _ if character.is_some() => character
            .map(|value| format!("a text stands in double quotation marks: write `\"{value}\"`")),
        _ if [left, right]
            .iter()
            .any(|side| side.type_name().to_lowercase().contains("range")) =>
        {
            Some(
                "a range stands behind `in` without square brackets, as in `j.x in 1..=5`"
                    .to_owned(),
            )
        }
        _ if unit && !matches!(comparison, Comparison::Equal | Comparison::NotEqual) => {
            Some(NO_VALUE.to_owned())
        }
        _ if unit || matches!(word.as_deref(), Some("" | "unknown")) => Some(ASK_STATED.to_owned()),
        Some(text) if is_day(left, text) || is_day(right, text) => Some(day_of(text)),
        _ if left.is_bool() != right.is_bool() => {
            truth_wanted(comparison, left, right).or_else(|| other_kind(comparison, left, right))
        }
        _ => other_kind(comparison, left, right),
    };
    fault(ctx, Code::WrongOperands, message, help)
}

/// Advice if a value of another kind is compared with a fact.
fn other_kind(comparison: Comparison, left: &Dynamic, right: &Dynamic) -> Option<String> {
    let (side, value) = match (left.is::<Symbol>(), right.is::<Symbol>()) {
        (true, false) => (left, right),
        (false, true) => (right, left),
        _ if left.is_array() != right.is_array() => {
            let (other, sign) = if left.is_array() {
                (right, comparison.symbol())
            } else {
                (left, comparison.flipped().symbol())
            };
            if other.is_int() || other.is_float() {
                return Some(format!(
                    "write `j.list.some(|x| x {sign} {other})` if one item is enough, and \
                     `j.list.all(|x| x {sign} {other})` if all have to"
                ));
            }
            let help = "a list is looked through: write `\"word\" in j.list` for one word, and \
                        `j.list.some(|x| x in [\"one\", \"other\"])` for one of several";
            return Some(help.to_owned());
        }
        _ => return Some("compare values of one kind: `facts:` says of what type each is".into()),
    };
    let side = from_dynamic(side)?;
    let equal = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    if value.is_array() && equal {
        let within = format!("j.{side} in [...]");
        return Some(if comparison == Comparison::Equal {
            format!("write `in` in its place, as in `{within}`")
        } else {
            format!("write `!({within})`")
        });
    }
    let constant = from_dynamic(value)?;
    match (side.kind(), &*constant) {
        (_, Expression::Constant(Value::Text(text)))
            if ["params.", "stats.", "j."]
                .iter()
                .any(|root| text.starts_with(root)) =>
        {
            Some(format!("write `{text}`, without quotation marks"))
        }
        (ValueKind::Text, Expression::Constant(Value::Integer(_) | Value::Number(_))) if equal => {
            Some(format!("write `\"{constant}\"`, in quotation marks"))
        }
        (ValueKind::Text, Expression::Constant(Value::Integer(_) | Value::Number(_))) => Some(
            format!("declare `{side}` as `type: number` in the rulebook file, if it is one"),
        ),
        (kind, Expression::Constant(Value::Text(text)))
            if kind.is_numeric() && text.parse::<Number>().is_ok() =>
        {
            Some(format!("write `{text}`, without quotation marks"))
        }
        (ValueKind::Date, Expression::Constant(Value::Integer(1000..=2999))) => {
            let (year, sign) = (format!("year(j.{side})"), comparison.symbol());
            let written = if left.is::<Symbol>() {
                format!("{year} {sign} {constant}")
            } else {
                format!("{constant} {sign} {year}")
            };
            Some(format!("write `{written}` for the year"))
        }
        (kind, Expression::Constant(Value::Text(text)))
            if kind.is_numeric() && counted(text).is_some() =>
        {
            counted(text)
        }
        (kind, _) => Some(format!("compare it with {}", kind.describe())),
    }
}

/// Whether the side is a date, and the text beside it contains a digit.
fn is_day(side: &Dynamic, text: &str) -> bool {
    let date = from_dynamic(side).is_some_and(|side| side.kind() == ValueKind::Date);
    date && text.contains(|c: char| c.is_ascii_digit())
}

/// Advice on how to write a day that is given in another form.
pub(super) fn day_of(text: &str) -> String {
    // `"2025-09-30" + 30` puts two texts together.
    if let Some((day, more)) = text.split_at_checked(10)
        && Date::parse(day).is_ok()
        && !more.is_empty()
        && more.bytes().all(|sign| sign.is_ascii_digit())
    {
        return format!(
            "write `date(\"{day}\") + {more}`: days are added to a date, not to a text"
        );
    }
    let parts: Vec<&str> = text.split(['.', '/', '-', ' ']).map(str::trim).collect();
    let number = |part: &str| part.parse::<u32>().ok();
    let numbers: Vec<u32> = parts.iter().filter_map(|part| number(part)).collect();
    let day =
        |year: u32, month: u32, day: u32| format!("write `date(\"{year}-{month:0>2}-{day:0>2}\")`");
    match numbers[..] {
        [first, second, year] if year > 999 && second > 12 => day(year, first, second),
        [first, second, year] if year > 999 && (first > 12 || text.contains('.')) => {
            day(year, second, first)
        }
        [first, second, year] if year > 999 => format!(
            "{} if the day comes first, {} if the month does",
            day(year, second, first),
            day(year, first, second).trim_start_matches("write ")
        ),
        [year, month, of_month] if year > 999 => day(year, month, of_month),
        _ => "write the day as `date(\"year-month-day\")`, as in `date(\"2026-01-31\")`".to_owned(),
    }
}

/// Advice if a boolean fact is compared with 1 or 0, `yes` or `no`.
fn truth_wanted(comparison: Comparison, left: &Dynamic, right: &Dynamic) -> Option<String> {
    let (comparison, value) = if left.is_bool() {
        (comparison, right)
    } else {
        (comparison.flipped(), left)
    };
    let text = value
        .read_lock::<ImmutableString>()
        .map(|text| text.to_lowercase());
    let (one, is_word) = match text.as_deref() {
        Some("yes" | "true" | "ja" | "wahr" | "oui" | "vrai" | "1") => (1, true),
        Some("no" | "false" | "nein" | "falsch" | "non" | "faux" | "0") => (0, true),
        Some(_) => return None,
        None => (value.as_int().ok()?, false),
    };
    let holds = |truth: i64| match comparison {
        Comparison::Equal => truth == one,
        Comparison::NotEqual => truth != one,
        _ if is_word => false,
        _ => crate::tree::compare_exactly(comparison, &truth, &one),
    };
    match (holds(1), holds(0)) {
        (true, false) => Some("write the fact alone, without a comparison".to_owned()),
        (false, true) => Some("write the fact with `!` before it, without a comparison".to_owned()),
        _ => Some(
            "write the fact alone if it has to be true, with `!` before it if it has to be false"
                .to_owned(),
        ),
    }
}

/// Advice for a number followed by a unit, such as `7 %`.
fn counted(text: &str) -> Option<String> {
    let number = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = text[number.len()..].trim();
    if number.parse::<Number>().is_err() || unit.contains(['.', ',']) {
        return None;
    }
    // The other side may be a number of days between two dates, or a fact in this unit.
    Some(match unit.trim_end_matches('s') {
        unit @ ("year" | "month") => format!(
            "compare `{number}` with a fact that is counted in {unit}s, or, of two days, with \
             `{unit}s_between(earlier, later)`"
        ),
        "week" => format!(
            "compare `{number}` with a fact that is counted in weeks; the days between two dates are \
             7 for each week"
        ),
        _ => format!("write `{number}`, counted in what the fact is counted in, not `{unit}`"),
    })
}
