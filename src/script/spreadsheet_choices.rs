//! Functions of sheets that choose among several values: `SWITCH(a; "x"; 1; "y"; 2)`,
//! `IFS(a > 3; "x"; a > 1; "y")`, `DATEDIF(a; b; m)`.

use std::collections::BTreeSet;

use crate::script::literals_in_foreign_notation::rewritten;
use crate::script::slip::{Slip, Words};
use crate::script::spreadsheet_formulas::{arguments, condition, elapsed, is_outcome};

/// The first and last token of a value.
type Part = (usize, usize);

/// A choice in a script that cannot be read.
pub(super) fn choice(words: &Words<'_>, index: usize) -> Option<Slip> {
    choice_call(words, index, &BTreeSet::new()).or_else(|| counted_between(words, index))
}

/// A choice where the script has no function of that name: it can be read, and nothing has it.
pub(super) fn choice_call(words: &Words<'_>, index: usize, own: &BTreeSet<&str>) -> Option<Slip> {
    const SWITCHES: [&str; 3] = ["switch", "schalter", "ersterwert"];
    const IFS: [&str; 3] = ["ifs", "wenns", "ifelse"];
    let open = index + 1;
    let behind = index > 0 && matches!(words.at(index - 1), "." | "?." | "::" | "fn");
    if behind || !words.is(open, "(") || words.is(index, "switch") || own.contains(words.at(index))
    {
        return None;
    }
    let by_value = words.any(index, &SWITCHES);
    if !by_value && !words.any(index, &IFS) {
        return None;
    }
    let close = words.closed(open)?;
    let given = arguments(words, open, close);
    let written = match given.split_first() {
        Some((first, rest)) if by_value && !words.any(first.0, &["true"]) => {
            cases(words, *first, rest)?
        }
        Some((_, rest)) if by_value => branches(words, rest)?,
        _ => branches(words, &given)?,
    };
    let ends = matches!(words.at(close + 1), "" | ")" | "," | ";" | "}" | "]");
    // A value used in a calculation is put in brackets.
    let written = if ends || words.ends_line(close) {
        written
    } else {
        format!("({written})")
    };
    words.means_nothing(index, close, format!("write `{written}`"))
}

/// The last value of an odd number of values, or `not_met` if the others are outcomes.
fn rest_of<'a>(words: &Words<'_>, given: &'a [Part]) -> Option<(&'a [Part], String)> {
    match given {
        [pairs @ .., last] if !given.len().is_multiple_of(2) && !pairs.is_empty() => {
            Some((pairs, text(words, *last)))
        }
        [_, first, ..] if is_outcome(words, *first) => Some((given, "not_met(\"why\")".to_owned())),
        _ => None,
    }
}

fn text(words: &Words<'_>, (first, last): Part) -> String {
    rewritten(words, first, last, true)
}

/// A `switch` with a case for each two values.
fn cases(words: &Words<'_>, value: Part, given: &[Part]) -> Option<String> {
    let (pairs, rest) = rest_of(words, given)?;
    let case = |pair: &[Part]| match pair {
        [label, result] if label.0 == label.1 && words.is_value(label.0) => Some(format!(
            "{} => {}",
            text(words, *label),
            text(words, *result)
        )),
        _ => None,
    };
    let cases: Option<Vec<String>> = pairs.chunks(2).map(case).collect();
    Some(format!(
        "switch {} {{ {}, _ => {rest} }}",
        text(words, value),
        cases?.join(", ")
    ))
}

/// Branches, one for each condition with its value.
fn branches(words: &Words<'_>, given: &[Part]) -> Option<String> {
    let last_is_rest = match given {
        [.., test, _] => {
            given.len().is_multiple_of(2) && words.any(test.0, &["true", "wahr", "vrai"])
        }
        _ => false,
    };
    let (pairs, rest) = match given {
        [pairs @ .., _, last] if last_is_rest && !pairs.is_empty() => (pairs, text(words, *last)),
        _ => rest_of(words, given)?,
    };
    let branch = |pair: &[Part]| match pair {
        [test, result] => Some(format!(
            "if {} {{ {} }} else ",
            condition(words, *test, 0),
            text(words, *result)
        )),
        _ => None,
    };
    let branches: Option<String> = pairs.chunks(2).map(branch).collect();
    Some(format!("{}{{ {rest} }}", branches?))
}

/// `DATEDIFF(month, a, b)`: the unit is a word without marks.
fn counted_between(words: &Words<'_>, index: usize) -> Option<Slip> {
    let open = index + 1;
    if !words.any(index, &["datediff", "datedif"]) || !words.is(open, "(") {
        return None;
    }
    let close = words.closed(open)?;
    let [one, two, three] = *arguments(words, open, close).as_slice() else {
        return None;
    };
    let unit = |(first, last): Part| if first == last { words.at(first) } else { "" };
    let help =
        elapsed(words, two, three, unit(one)).or_else(|| elapsed(words, one, two, unit(three)))?;
    words.means_nothing(index, close, help)
}
