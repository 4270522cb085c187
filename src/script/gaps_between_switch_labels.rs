//! Labels of a `switch` that leave a number out between them, as `0..5` and `6..10`.

use crate::base::source::Span;
use crate::script::Program;
use crate::script::slip::Words;

/// Two labels of a `switch`, one beside the other.
#[derive(Debug)]
pub(crate) struct LabelGap {
    /// The lower label.
    pub(crate) span: Span,
    /// The value of the `switch`, as written.
    pub(crate) value: String,
    pub(crate) lower: String,
    pub(crate) upper: String,
    /// The end of the lower label, and whether that number is included.
    pub(crate) end: i64,
    pub(crate) with_end: bool,
}

/// A label of a `switch` that is a number or a range of numbers.
struct NumberLabel {
    first: usize,
    last: usize,
    low: i64,
    end: i64,
    with_end: bool,
}

/// Each pair of adjacent labels in which the upper one begins at the number after the end of the
/// lower one.
pub(crate) fn labels_with_a_gap(program: &Program) -> Vec<LabelGap> {
    let source = program.source();
    let tokens = program.prepared.tokens();
    let words = Words::new(source.text(), tokens);
    let mut found = Vec::new();
    // By open brace: the label before, if it is one of numbers.
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

/// The label before `=>`, if it is one number or one range of numbers.
fn label(words: &Words<'_>, arrow: usize) -> Option<NumberLabel> {
    let last = arrow.checked_sub(1)?;
    let end = words.whole_number(last)?;
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
        low: words.whole_number(first)?,
        end,
        with_end: sign != "..",
    })
}
