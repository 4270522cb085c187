//! Syntax that is valid and never meant: `2024-02-29`, `48h`, `"of ${j.x}"`, `x in ..3`, `=+`.

use std::collections::{BTreeMap, BTreeSet};

use crate::script::literals_in_foreign_notation::{added_text, times};
use crate::script::marks_of_other_tools::fenced;
use crate::script::other_language_habits::{finding_by_text, no_test, percent_of};
use crate::script::other_language_phrases::open_range;
use crate::script::reversed_ranges::{parted, pointed_groups, reversed};
use crate::script::scan::{COMPARISONS, FAR, TokenKind, left_end, right_end};
use crate::script::slip::{Slip, Words};
use crate::script::spreadsheet_choices::choice_call;
use crate::script::spreadsheet_formulas::{formula_call, joining_call};

/// Valid code that is never intended: dates without quotation marks, units after numbers, `${...}`
/// in plain marks.
pub(super) fn never_meant(words: &Words<'_>) -> Vec<Slip> {
    let mut found = Vec::new();
    let names = NamePlaces::of(words);
    for index in words.each() {
        found.extend(
            fenced(words, index)
                .or_else(|| date(words, index))
                .or_else(|| unit(words, index))
                .or_else(|| unfilled(words, index))
                .or_else(|| unmarked(words, index))
                .or_else(|| swapped(words, index))
                .or_else(|| unlike(words, index))
                .or_else(|| power(words, index))
                .or_else(|| open_range(words, index))
                .or_else(|| reversed(words, index))
                .or_else(|| parted(words, index))
                .or_else(|| pointed_groups(words, index))
                .or_else(|| small_letters(words, index))
                .or_else(|| percent_of(words, index))
                .or_else(|| finding_by_text(words, index))
                .or_else(|| no_test(words, index))
                .or_else(|| added_text(words, index))
                .or_else(|| formula_call(words, index, &names.functions))
                .or_else(|| choice_call(words, index, &names.functions))
                .or_else(|| {
                    let own = names.functions.contains(words.at(index));
                    (!own).then(|| joining_call(words, index)).flatten()
                })
                .or_else(|| shadowed(words, &names, index))
                .or_else(|| before_first(words, index)),
        );
    }
    found.extend(unclosed_remark(words));
    found
}

/// `{j.x}` and `$j.x` in a text, where `${j.x}` is meant.
fn unmarked(words: &Words<'_>, index: usize) -> Option<Slip> {
    let written = words.at(index);
    let kind = words.kind(index)?;
    if !matches!(kind, TokenKind::Text | TokenKind::Other | TokenKind::Piece) {
        return None;
    }
    let is_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let holes = ["j.", "params.", "stats."].into_iter().flat_map(|root| {
        written.match_indices(root).filter_map(move |(at, _)| {
            let before = &written[..at];
            let rest = &written[at..];
            let path = &rest[..rest.find(|c: char| !is_path(c)).unwrap_or(rest.len())];
            let path = path.trim_end_matches('.');
            let braced = before.ends_with('{')
                && !before.ends_with("${")
                && rest[path.len()..].starts_with('}');
            let named = path.len() > root.len() && (braced || before.ends_with('$'));
            named.then_some((at, path, braced))
        })
    });
    let (at, path, braced) = holes.min_by_key(|(at, ..)| *at)?;
    let shown = if braced {
        format!("{{{path}}}")
    } else {
        format!("${path}")
    };
    let message = format!("`{shown}` stays as it is in a text");
    let help = if kind == TokenKind::Text {
        let inner = written
            .trim_matches('"')
            .replace(&shown, &format!("${{{path}}}"));
        format!("write the text between backticks: `` `{inner}` ``")
    } else {
        format!("write `${{{path}}}`")
    };
    let start = words.tokens[index].range.start + at - 1;
    let range = if kind == TokenKind::Text {
        words.tokens[index].range.clone()
    } else {
        start..start + shown.len()
    };
    Some(words.slip_at(range, message, help))
}

/// `50 ^ 2`, which compares before it does anything.
fn power(words: &Words<'_>, index: usize) -> Option<Slip> {
    if !words.is(index, "^") {
        return None;
    }
    let number = |at: usize| words.kind(at) == Some(TokenKind::Number);
    let beside = number(index.wrapping_sub(1)) || number(index + 1);
    // `j.a > 3 ^ j.b > 2` means that exactly one of two answers is yes.
    let compares = |at: usize| COMPARISONS.contains(&words.at(at));
    let first = left_end(words.source, words.tokens, index);
    let last = right_end(words.source, words.tokens, index);
    let answers = compares(first.wrapping_sub(1)) && compares(last + 1);
    let message = "`^` is no power here".to_owned();
    (beside && !answers).then(|| words.slip(index, index, message, "write `**`".to_owned()))
}

/// `points =+ 1`.
fn swapped(words: &Words<'_>, index: usize) -> Option<Slip> {
    let sign = words.at(index + 1);
    let swapped = words.is(index, "=")
        && matches!(sign, "+" | "-")
        && words.touch(index, 2)
        && !words.touch(index + 1, 2)
        && words.tokens.len() > index + 2;
    swapped.then(|| {
        let message = format!("`={sign}` gives the name a new value, and adds nothing to it");
        words.slip(index, index + 1, message, format!("write `{sign}=`"))
    })
}

/// `/*` without an end: all below it would be a remark.
fn unclosed_remark(words: &Words<'_>) -> Option<Slip> {
    let from = words.tokens.last().map_or(0, |token| token.range.end);
    let rest = &words.source[from..];
    let (mut at, mut open): (usize, Vec<usize>) = (0, Vec::new());
    while let Some(left) = rest.get(at..).filter(|left| !left.is_empty()) {
        if open.is_empty() && left.starts_with("//") {
            at += left.find('\n').unwrap_or(left.len());
        } else if left.starts_with("/*") {
            open.push(at);
            at += 2;
        } else if left.starts_with("*/") {
            open.pop();
            at += 2;
        } else {
            at += left.chars().next().map_or(1, char::len_utf8);
        }
    }
    let start = from + open.first()?;
    let message = "this remark is never closed".to_owned();
    Some(words.slip_at(
        start..start + 2,
        message,
        "write `*/` where it ends".to_owned(),
    ))
}

/// `j.kind /= "a"` and `j.kind =! "a"`.
fn unlike(words: &Words<'_>, index: usize) -> Option<Slip> {
    let last = match words.at(index) {
        "/=" => index,
        "=" if words.is(index + 1, "!") && words.touch(index, 2) && !words.touch(index + 1, 2) => {
            index + 1
        }
        _ => return None,
    };
    let first = left_end(words.source, words.tokens, index);
    let of_fact = words.is(first, "j") && first + 1 < index;
    let message = format!("`{}` compares nothing here", words.text(index, last));
    of_fact.then(|| words.slip(index, last, message, "write `!=`".to_owned()))
}

/// `j.town.to_lower() == "York"`, which never holds.
fn small_letters(words: &Words<'_>, index: usize) -> Option<Slip> {
    let small = words.is(index, "to_lower");
    let called = (small || words.is(index, "to_upper"))
        && words.is(index + 1, "(")
        && words.is(index + 2, ")");
    let at = match (words.at(index + 3), words.at(index + 4)) {
        ("==" | "!=", _) => index + 4,
        (".", "contains" | "starts_with" | "ends_with") => index + 6,
        _ => return None,
    };
    let text = words.at(at);
    let meant = if small {
        text.to_lowercase()
    } else {
        text.to_uppercase()
    };
    if !called || words.kind(at) != Some(TokenKind::Text) || text == meant || text.contains('\\') {
        return None;
    }
    let which = if small { "small" } else { "capital" };
    let message = format!("`{text}` is never found among {which} letters");
    Some(words.slip(at, at, message, format!("write `{meant}`")))
}

/// The places of names, so that they are looked up and not searched for.
struct NamePlaces<'a> {
    /// By block and name: its first `let`.
    given: BTreeMap<(Option<usize>, &'a str), usize>,
    /// By name: all places, in order.
    places: BTreeMap<&'a str, Vec<usize>>,
    /// The names of the script's own functions.
    functions: BTreeSet<&'a str>,
}

impl<'a> NamePlaces<'a> {
    fn of(words: &Words<'a>) -> Self {
        let (mut given, mut places) = (BTreeMap::new(), BTreeMap::<_, Vec<_>>::new());
        let mut functions = BTreeSet::new();
        for index in words.each() {
            if words.kind(index) != Some(TokenKind::Word) {
                continue;
            }
            let name = words.at(index);
            places.entry(name).or_default().push(index);
            if index > 0 && words.is(index - 1, "fn") {
                functions.insert(name);
            }
            if index > 0 && words.is(index - 1, "let") {
                given.entry((words.bracket(index), name)).or_insert(index);
            }
        }
        Self {
            given,
            places,
            functions,
        }
    }

    /// The next place of a name.
    fn next(&self, name: &str, behind: usize) -> Option<usize> {
        let places = self.places.get(name)?;
        let next = places.partition_point(|place| *place <= behind);
        places.get(next).copied()
    }
}

/// `let n = 1;` in a branch, where another `n` exists outside and nothing reads this one.
fn shadowed(words: &Words<'_>, names: &NamePlaces<'_>, index: usize) -> Option<Slip> {
    let name = words.at(index + 1);
    let open = words.bracket(index).filter(|_| words.is(index, "let"))?;
    if words.kind(index + 1) != Some(TokenKind::Word) || !words.is(index + 2, "=") {
        return None;
    }
    let blocks = |of: Option<usize>| std::iter::successors(of, |open| words.bracket(*open));
    let given_in = |block: usize| names.given.get(&(words.bracket(block), name));
    let outside = blocks(Some(open))
        .filter_map(given_in)
        .any(|at| *at < index);
    let inside = |at: usize| blocks(words.bracket(at)).any(|block| block == open);
    // Its own value is made from the outer one: `let n = n + 1;`.
    let level = |at: &usize| words.bracket(*at) == Some(open);
    let mut end = words.ahead(index + 2);
    let end = end.find(|at| level(at) && matches!(words.at(*at), ";" | "}"));
    let mut next = names.next(name, index + 1);
    while let (Some(at), Some(end)) = (next, end)
        && at < end
    {
        next = names.next(name, at);
    }
    if !outside || next.is_some_and(inside) {
        return None;
    }
    let message = format!("this `{name}` is another one than that outside, and nothing reads it");
    let help = format!("write `{name} =` to give the one outside a new value");
    Some(words.slip(index, index + 1, message, help))
}

/// `for i in 0..3 { list[i - 1] }`: in the first turn it is the last item.
fn before_first(words: &Words<'_>, index: usize) -> Option<Slip> {
    let name = words.at(index + 1);
    let minus = words.is(index, "[") && words.is(index + 2, "-") && words.is(index + 4, "]");
    let less = words.whole_number(index + 3).filter(|_| minus)?;
    if words.kind(index + 1) != Some(TokenKind::Word) || less < 1 {
        return None;
    }
    let mut blocks = std::iter::successors(words.bracket(index), |open| words.bracket(*open));
    let is_head = |open: usize| {
        let mut before = Words::before(open).rev();
        let head = before.find(|at| matches!(words.at(*at), "for" | ";" | "{" | "}"))?;
        let begins = words.is(head, "for") && words.is(head + 1, name) && words.is(head + 2, "in");
        let from_zero = words.is(head + 3, "0") && matches!(words.at(head + 4), ".." | "..=");
        (begins && from_zero).then_some((head, open))
    };
    let (head, open) = blocks.find_map(is_head)?;
    // A script that first asks about the number may know which turn is the first.
    let asks = |at: usize| {
        let compares = |at: usize| COMPARISONS.contains(&words.at(at));
        words.is(at, name) && (compares(at + 1) || compares(at - 1))
    };
    if index - open > FAR || (open..index).any(asks) {
        return None;
    }
    let written = words.text(index + 1, index + 3);
    let message = format!(
        "in the first turn `{written}` is -{less}, which is an item counted from the end of the list"
    );
    let rest = words.text(head + 4, open - 1);
    let help = format!("begin the loop with {less}: write `for {name} in {less}{rest} {{`");
    Some(words.slip(index + 1, index + 3, message, help))
}

/// `48h`.
fn unit(words: &Words<'_>, index: usize) -> Option<Slip> {
    if words.kind(index) != Some(TokenKind::Number) {
        return None;
    }
    let written = words.at(index);
    let digits = written
        .find(|c: char| c.is_ascii_alphabetic())
        .filter(|_| {
            !matches!(
                written.get(..2),
                Some("0x" | "0X" | "0o" | "0O" | "0b" | "0B")
            )
        })?;
    let (number, unit) = written.split_at(digits);
    if written.replace('_', "").parse::<f64>().is_ok() {
        return None;
    }
    let of_name = |at: usize| at > 0 && words.is(at - 1, "let") && words.is(at, written);
    if Words::before(index + 1).any(of_name) {
        let message = format!("`{written}` is no name: a name begins with a letter");
        let help = format!("write `{unit}_{number}`, here and wherever it stands");
        return Some(words.slip(index, index, message, help));
    }
    let message = format!("`{written}` is no number: a number has no unit");
    let help = match times(number, unit) {
        Some(times) => format!("write `{times}`"),
        None => format!("write `{number}`, counted in what the fact is counted in, not `{unit}`"),
    };
    Some(words.slip(index, index, message, help))
}

/// `"${j.x}"`.
fn unfilled(words: &Words<'_>, index: usize) -> Option<Slip> {
    let written = words.at(index);
    let hole = written
        .find("${")
        .filter(|at| written[*at..].contains('}'))?;
    if words.kind(index) != Some(TokenKind::Text) || written[..hole].ends_with('\\') {
        return None;
    }
    let inner = written.trim_start_matches('"').trim_end_matches('"');
    let message = "nothing is filled in between plain quotation marks".to_owned();
    let help = format!(
        "write it between backticks: `` `{}` ``",
        inner.replace("\\\"", "\"").replace('`', "'")
    );
    Some(words.slip(index, index, message, help))
}

/// `2024-02-29`, `29.02.2024` and `02/29/2024`, which are calculations.
fn date(words: &Words<'_>, index: usize) -> Option<Slip> {
    if words.kind(index) != Some(TokenKind::Number) || (index > 0 && words.touch(index - 1, 2)) {
        return None;
    }
    let mut last = index;
    while last < index + 4 && words.touch(last, 2) && words.is_part_of_date(last + 1) {
        last += 1;
    }
    let written = words.text(index, last);
    let sign = written.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
    let parts: Vec<&str> = written.split(sign).collect();
    let [first, second, third] = parts.as_slice() else {
        return None;
    };
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|digit| digit.is_ascii_digit())
    };
    let day = |year: &str, month: &str, day: &str| {
        format!("write `date(\"{year}-{month:0>2}-{day:0>2}\")`")
    };
    let number = |part: &str| part.parse::<u32>().unwrap_or_default();
    let help = if first.len() == 4 && digits(first, 4) && second.len() == 2 && third.len() == 2 {
        (digits(second, 2) && digits(third, 2)).then(|| day(first, second, third))?
    } else if third.len() == 4
        && digits(third, 4)
        && digits(first, 2)
        && digits(second, 2)
        && sign != '-'
    {
        match (sign, number(first), number(second)) {
            ('.', _, _) | (_, 13.., _) => day(third, second, first),
            (_, _, 13..) => day(third, first, second),
            _ => format!("write the day as `date(\"{third}-month-day\")`"),
        }
    } else {
        return None;
    };
    let message = format!("`{written}` is a calculation here, not a date");
    Some(words.slip(index, last, message, help))
}
