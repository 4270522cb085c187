//! Numbers, dates and texts as they are written elsewhere: `3,000`, `15%`, `2024-02-29`, `'city'`.

use crate::script::scan::{Token, TokenKind};
use crate::script::slip::{Slip, Words};

/// What is wrong with how values are written in a script that cannot be read.
pub(super) fn badly_written(words: &Words<'_>) -> Vec<Slip> {
    let mut found = Vec::new();
    for index in 0..words.tokens.len() {
        let slip = match words.tokens[index].kind {
            TokenKind::Number => grouped(words, index)
                .or_else(|| spaced(words, index))
                .or_else(|| percent(words, index))
                .or_else(|| counted_in(words, index)),
            TokenKind::Other | TokenKind::Text | TokenKind::Piece => quotes(words, index),
            TokenKind::Symbol => currency(words, index).or_else(|| of_a_page(words, index)),
            TokenKind::Word => formatted(words, index),
        };
        found.extend(slip);
    }
    found
}

/// What can be read and is never meant: dates without quotation marks, units behind
/// numbers, `${...}` in plain marks.
pub(super) fn never_meant(words: &Words<'_>) -> Vec<Slip> {
    let mut found = Vec::new();
    for index in 0..words.tokens.len() {
        found.extend(
            date(words, index)
                .or_else(|| unit(words, index))
                .or_else(|| unfilled(words, index))
                .or_else(|| unmarked(words, index))
                .or_else(|| swapped(words, index)),
        );
    }
    found.extend(unclosed_remark(words));
    found
}

/// `1 000 000`.
fn spaced(words: &Words<'_>, index: usize) -> Option<Slip> {
    let group = |at: usize| {
        let digits = words.at(at);
        words.kind(at) == Some(TokenKind::Number)
            && digits.len() == 3
            && digits.bytes().all(|digit| digit.is_ascii_digit())
            && !words.ends_line(at - 1)
    };
    let mut last = index;
    while group(last + 1) {
        last += 1;
    }
    let begins = words.at(index).len() <= 3
        && !(index > 0 && words.kind(index - 1) == Some(TokenKind::Number) && group(index));
    if last == index || !begins {
        return None;
    }
    let number: String = (index..=last).map(|at| words.at(at)).collect();
    let message = format!("`{}` is no number here", words.text(index, last));
    Some(words.slip(index, last, message, format!("write `{number}`")))
}

/// `f"...{j.x}"`.
fn formatted(words: &Words<'_>, index: usize) -> Option<Slip> {
    let text = matches!(
        words.kind(index + 1),
        Some(TokenKind::Text | TokenKind::Other)
    );
    if !matches!(words.at(index), "f" | "F" | "fr" | "rf") || !text || !words.touch(index, 2) {
        return None;
    }
    let inner = words.at(index + 1).trim_matches(['"', '\'', '`']);
    let message = "facts are filled into texts between backticks".to_owned();
    let help = format!(
        "write `` `{}` ``",
        inner.replace('{', "${").replace("$${", "${")
    );
    Some(words.slip(index, index + 1, message, help))
}

/// `&gt;`, which was copied from the source of a page.
fn of_a_page(words: &Words<'_>, index: usize) -> Option<Slip> {
    let sign = match (words.at(index), words.at(index + 1), words.at(index + 2)) {
        ("&", "gt", ";") => ">",
        ("&", "lt", ";") => "<",
        ("&", "amp", ";") => "&",
        ("&", "quot", ";") => "\"",
        ("&", "nbsp", ";") => " ",
        _ => return None,
    };
    let sign = if sign == "&" && words.at(index + 3) == "&" {
        "&&"
    } else {
        sign
    };
    let last = if sign == "&&" { index + 5 } else { index + 2 };
    let last = last.min(words.tokens.len() - 1);
    let message = format!("`{}` means nothing here", words.text(index, last));
    Some(words.slip(index, last, message, format!("write `{sign}` in its place")))
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
    Some(Slip::new(range, message, help))
}

/// `points =+ 1`.
fn swapped(words: &Words<'_>, index: usize) -> Option<Slip> {
    let sign = words.at(index + 1);
    let swapped = words.is(index, "=")
        && matches!(sign, "+" | "-")
        && words.touch(index, 2)
        && !words.touch(index + 1, 2)
        && words.tokens.len() > index + 2;
    let message = format!("`={sign}` gives the name a new value, and adds nothing to it");
    swapped.then(|| words.slip(index, index + 1, message, format!("write `{sign}=`")))
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
    Some(Slip::new(
        start..start + 2,
        message,
        "write `*/` where it ends".to_owned(),
    ))
}

/// `1,000` and `15,5`.
fn grouped(words: &Words<'_>, index: usize) -> Option<Slip> {
    // The first of them tells of all.
    if index >= 2 && words.touch(index - 2, 3) && words.is(index - 1, ",") {
        return None;
    }
    let mut last = index;
    while words.is(last + 1, ",")
        && words.kind(last + 2) == Some(TokenKind::Number)
        && words.touch(last, 3)
    {
        last += 2;
    }
    if last == index {
        return None;
    }
    let parts: Vec<&str> = (index..=last).step_by(2).map(|at| words.at(at)).collect();
    let (first, rest) = parts.split_first()?;
    let group = |part: &&str| part.len() == 3 && part.bytes().all(|digit| digit.is_ascii_digit());
    let (whole, end) = rest.split_last()?;
    let tail = whole.split_once('.').map_or(*whole, |(group, _)| group);
    let grouped = first.len() <= 3 && end.iter().all(group) && group(&tail);
    // In brackets a comma may well divide two numbers.
    let certain = tail == "000" || !words.in_brackets(index);
    let written = match (grouped && certain, rest) {
        (true, _) => parts.concat(),
        (false, [fraction]) if !words.in_brackets(index) && !first.contains('.') => {
            format!("{first}.{fraction}")
        }
        _ => return None,
    };
    let message = format!(
        "`{}` is no number here: `,` stands between values",
        words.text(index, last)
    );
    Some(words.slip(index, last, message, format!("write `{written}`")))
}

/// `15%`, where nothing follows that it could be the remainder by.
fn percent(words: &Words<'_>, index: usize) -> Option<Slip> {
    if !words.is(index + 1, "%") || words.starts_operand(index + 2) {
        return None;
    }
    let number = words.at(index).replace('_', "");
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
    if !whole
        .bytes()
        .chain(fraction.bytes())
        .all(|digit| digit.is_ascii_digit())
    {
        return None;
    }
    let padded = format!("{whole:0>3}");
    let (units, hundredths) = padded.split_at(padded.len() - 2);
    let fraction = format!("{hundredths}{fraction}");
    let fraction = fraction.trim_end_matches('0');
    let units = units.trim_start_matches('0');
    let units = if units.is_empty() { "0" } else { units };
    let written = if fraction.is_empty() {
        units.to_owned()
    } else {
        format!("{units}.{fraction}")
    };
    let message = format!("`{}` is no number here", words.text(index, index + 1));
    let help = format!("write `{written}`, or `{number}` where the fact itself is in percent");
    Some(words.slip(index, index + 1, message, help))
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
    let message = format!("`{written}` is no number: a number has no unit");
    let help = format!("write `{number}`, counted in what the fact is counted in, not `{unit}`");
    Some(words.slip(index, index, message, help))
}

/// `2 years`.
fn counted_in(words: &Words<'_>, index: usize) -> Option<Slip> {
    const OTHERS: [&str; 26] = [
        "and", "or", "then", "in", "is", "mod", "xor", "to", "upto", "not", "else", "if", "end",
        "percent", "between", "equals", "eq", "than", "times", "unless", "when", "as", "do",
        "begin", "max", "until",
    ];
    let unit = words.at(index + 1);
    let is_word = words.kind(index + 1) == Some(TokenKind::Word) && !words.ends_line(index);
    let known = OTHERS.iter().any(|other| other.eq_ignore_ascii_case(unit));
    if !is_word || known || !words.in_condition(index) {
        return None;
    }
    let message = format!(
        "`{}` is no number: a number has no unit",
        words.text(index, index + 1)
    );
    let number = words.at(index);
    let mut help = format!("write `{number}`, counted in what it is compared with");
    let counts = [("year", "years_between"), ("month", "months_between")];
    if let Some((_, counts)) = counts.iter().find(|(start, _)| unit.starts_with(start)) {
        help = format!("{help}; `{counts}(earlier, later)` counts them");
    }
    Some(words.slip(index, index + 1, message, help))
}

/// `$500`.
fn currency(words: &Words<'_>, index: usize) -> Option<Slip> {
    let sign = matches!(words.at(index), "$" | "€" | "£");
    if !sign || words.kind(index + 1) != Some(TokenKind::Number) {
        return None;
    }
    let message = format!(
        "`{}` means nothing here: a number has no unit",
        words.at(index)
    );
    let help = format!("write `{}`", words.at(index + 1));
    Some(words.slip(index, index + 1, message, help))
}

/// Texts in single quotation marks, and marks that nothing closes.
fn quotes(words: &Words<'_>, index: usize) -> Option<Slip> {
    let written = words.at(index);
    let mark = written.chars().next()?;
    let piece = words.kind(index) == Some(TokenKind::Piece);
    let closed = written.len() > 1 && written.ends_with(if piece { '`' } else { mark });
    if !closed {
        if piece && !(index + 1 == words.tokens.len() && mark == '}') {
            return None;
        }
        let mark = if piece { '`' } else { mark };
        let message = "this quotation mark is never closed".to_owned();
        let help = match mark {
            '`' => "write a backtick where the text ends".to_owned(),
            _ => format!("write `{mark}` where the text ends"),
        };
        let place = Token {
            kind: TokenKind::Other,
            range: words.tokens[index].range.start..words.tokens[index].range.start + 1,
        };
        return Some(Slip::new(place.range, message, help));
    }
    let inner = written.trim_matches('\'');
    if mark != '\'' || inner.starts_with('\\') || inner.chars().count() < 2 {
        return None;
    }
    let message = format!("`{written}` is no text: a text stands in double quotation marks");
    Some(words.slip(index, index, message, format!("write `\"{inner}\"`")))
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
