//! Numbers that are likely meant as ranges and are read as something else: `in [18, 65]`, and labels
//! of a `switch` that leave a number out between them, as `0..5` and `6..10`.

use crate::base::source::Span;
use crate::script::Program;
use crate::script::scan::TokenKind;
use crate::script::slip::Words;

/// `value in [low, high]`.
#[derive(Debug)]
pub(crate) struct TwoItems {
    /// The list.
    pub(crate) span: Span,
    /// What is looked for in it, as it is written.
    pub(crate) value: String,
    /// The two items, as they are written.
    pub(crate) low: String,
    pub(crate) high: String,
    /// How far apart two whole numbers are; none of two days.
    pub(crate) apart: Option<i64>,
}

/// Two labels of a `switch`, one beside the other.
#[derive(Debug)]
pub(crate) struct LabelGap {
    /// The lower label.
    pub(crate) span: Span,
    /// What the `switch` is about, as it is written.
    pub(crate) value: String,
    pub(crate) lower: String,
    pub(crate) upper: String,
    /// Where the lower one ends, and whether that number is in it.
    pub(crate) end: i64,
    pub(crate) with_end: bool,
}

/// Each list of two whole numbers, or of two days, the lower first, in which a value is looked for.
pub(crate) fn lists_of_two(program: &Program) -> Vec<TwoItems> {
    let source = program.source();
    let tokens = program.prepared.tokens();
    let words = Words::new(source.text(), tokens);
    let all = (0..tokens.len()).filter(|index| words.is(*index, "in") && words.is(index + 1, "["));
    let found = all.filter_map(|index| {
        let open = index + 1;
        let comma = words.ahead(open).find(|at| words.is(*at, ","))?;
        let close = words.closed(open)?;
        let (low, high) = (
            words.text(open + 1, comma - 1),
            words.text(comma + 1, close - 1),
        );
        let apart = match (number(&words, open + 1), number(&words, comma + 1)) {
            (Some(one), Some(other)) if comma == open + 2 && close == comma + 2 => {
                Some(other.checked_sub(one)?)
            }
            _ if is_day(low) && is_day(high) && low < high => None,
            _ => return None,
        };
        let (_, value) = words.left(index)?;
        apart.is_none_or(|apart| apart > 0).then(|| TwoItems {
            span: source.span(tokens[open].range.start..tokens[close].range.end),
            value: value.to_owned(),
            low: low.to_owned(),
            high: high.to_owned(),
            apart,
        })
    });
    found.collect()
}

/// `date("2025-09-01")`.
fn is_day(text: &str) -> bool {
    let inner = text
        .strip_prefix("date(\"")
        .and_then(|rest| rest.strip_suffix("\")"));
    inner.is_some_and(|day| day.len() == 10 && !day.contains(['"', ',']))
}

/// A label of a `switch` that is a number or a range of numbers.
struct NumberLabel {
    first: usize,
    last: usize,
    low: i64,
    end: i64,
    with_end: bool,
}

/// Each two labels that stand one after the other, where the number behind the end of the lower one is
/// the first of the upper one.
pub(crate) fn labels_with_a_gap(program: &Program) -> Vec<LabelGap> {
    let source = program.source();
    let tokens = program.prepared.tokens();
    let words = Words::new(source.text(), tokens);
    let mut found = Vec::new();
    // By brace that is open: the label before, if it is one of numbers.
    let mut before: Vec<Option<NumberLabel>> = Vec::new();
    for index in 0..tokens.len() {
        match words.at(index) {
            "{" | "(" | "[" | "#{" | "?[" => before.push(None),
            "}" | ")" | "]" => {
                before.pop();
            }
            "=>" => {
                let Some(place) = before.last_mut() else {
                    continue;
                };
                let label = label(&words, index);
                let earlier = std::mem::replace(place, label);
                let (Some(earlier), Some(later)) = (earlier, place.as_ref()) else {
                    continue;
                };
                let (lower, upper) = if earlier.low < later.low {
                    (&earlier, later)
                } else {
                    (later, &earlier)
                };
                if lower.end.checked_add(1) != Some(upper.low) {
                    continue;
                }
                let Some((_, value)) = words.bracket(index).and_then(|open| words.left(open))
                else {
                    continue;
                };
                let value = value.trim_start_matches("switch").trim();
                found.push(LabelGap {
                    span: source
                        .span(tokens[lower.first].range.start..tokens[lower.last].range.end),
                    value: value.to_owned(),
                    lower: words.text(lower.first, lower.last).to_owned(),
                    upper: words.text(upper.first, upper.last).to_owned(),
                    end: lower.end,
                    with_end: lower.with_end,
                });
            }
            _ => {}
        }
    }
    found
}

/// The label before `=>`, where it is one number or one range of numbers.
fn label(words: &Words<'_>, arrow: usize) -> Option<NumberLabel> {
    let last = arrow.checked_sub(1)?;
    let end = number(words, last)?;
    let sign = last.checked_sub(1).map_or("", |at| words.at(at));
    let first = if matches!(sign, ".." | "..=") {
        last.checked_sub(2)?
    } else {
        last
    };
    let begins = first.checked_sub(1).map_or("", |at| words.at(at));
    matches!(begins, "{" | "," | "}").then_some(())?;
    Some(NumberLabel {
        first,
        last,
        low: number(words, first)?,
        end,
        with_end: sign != "..",
    })
}

fn number(words: &Words<'_>, index: usize) -> Option<i64> {
    let is_number = words.kind(index) == Some(TokenKind::Number);
    let digits = words.at(index).replace('_', "");
    digits.parse().ok().filter(|_| is_number)
}
