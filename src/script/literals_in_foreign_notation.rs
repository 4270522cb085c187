//! Numbers, dates and texts in the notation of other languages: `3,000`, `15%`, `2024-02-29`,
//! `'city'`.

use crate::script::scan::{Token, TokenKind};
use crate::script::slip::{Slip, Words};

/// The slips in literals of a script that cannot be read.
pub(super) fn badly_written(words: &Words<'_>) -> Vec<Slip> {
    let mut found = Vec::new();
    for index in words.each() {
        let slip = match words.tokens[index].kind {
            TokenKind::Number => grouped(words, index)
                .or_else(|| spaced(words, index))
                .or_else(|| percent(words, index))
                .or_else(|| counted_in(words, index)),
            TokenKind::Other | TokenKind::Text | TokenKind::Piece => quotes(words, index),
            TokenKind::Symbol => currency(words, index)
                .or_else(|| of_a_page(words, index))
                .or_else(|| pointed(words, index)),
            TokenKind::Word => formatted(words, index),
        };
        found.extend(slip);
    }
    found
}

/// `met("the "big" one")`: the inner marks end the text.
pub(super) fn inner_marks(words: &Words<'_>, index: usize) -> Option<Slip> {
    let text = |at: usize| words.kind(at) == Some(TokenKind::Text);
    if !text(index) || words.kind(index + 1) != Some(TokenKind::Word) || !words.touch(index, 2) {
        return None;
    }
    let mut rest = (index + 1..index + 8).take_while(|at| !words.ends_line(*at - 1));
    let last = rest.find(|at| text(*at) && words.touch(*at - 1, 2))?;
    let whole = words.text(index, last);
    let inner = whole.trim_matches('"').replace('"', "'");
    let message = "a quotation mark within a text ends it".to_owned();
    Some(words.slip(index, last, message, format!("write `\"{inner}\"`")))
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

/// `.5`.
fn pointed(words: &Words<'_>, index: usize) -> Option<Slip> {
    let alone = index == 0 || !words.touch(index - 1, 2);
    let number = words.is(index, ".")
        && words.touch(index, 2)
        && words.kind(index + 1) == Some(TokenKind::Number);
    let message = || format!("`{}` is no number here", words.text(index, index + 1));
    (alone && number).then(|| {
        let help = format!("write `0.{}`", words.at(index + 1));
        words.slip(index, index + 1, message(), help)
    })
}

/// A text without a closing mark, so that it ends where the next one was meant to begin:
/// `j.x == "city { met("yes")`.
pub(super) fn swallowed(words: &Words<'_>) -> Option<Slip> {
    let last = words.tokens.len().checked_sub(1)?;
    let text = words.at(last);
    let open =
        words.kind(last) == Some(TokenKind::Text) && (text.len() == 1 || !text.ends_with('"'));
    let runs_on = |at: &usize| {
        let next = words.kind(at + 1);
        words.kind(*at) == Some(TokenKind::Text)
            && words.touch(*at, 2)
            && matches!(next, Some(TokenKind::Word | TokenKind::Number))
    };
    let first = (0..last).find(runs_on).filter(|_| open)?;
    let start = words.tokens[first].range.start;
    let message = "this quotation mark is never closed".to_owned();
    let help = "write `\"` where the text ends".to_owned();
    Some(words.slip_at(start..start + 1, message, help))
}

/// `&gt;`, which was copied from the source of a page.
fn of_a_page(words: &Words<'_>, index: usize) -> Option<Slip> {
    let sign = match (words.at(index), words.at(index + 1), words.at(index + 2)) {
        ("&", "gt", ";") if words.at(index + 3) == "=" && words.touch(index + 2, 2) => ">=",
        ("&", "lt", ";") if words.at(index + 3) == "=" && words.touch(index + 2, 2) => "<=",
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
    let last = match sign {
        "&&" => index + 5,
        ">=" | "<=" => index + 3,
        _ => index + 2,
    };
    let last = last.min(words.tokens.len() - 1);
    let message = format!("`{}` means nothing here", words.text(index, last));
    Some(words.slip(index, last, message, format!("write `{sign}` in its place")))
}

/// `1,000` and `15,5`.
fn grouped(words: &Words<'_>, index: usize) -> Option<Slip> {
    // Only the first comma of a number is reported.
    if index >= 2 && words.touch(index - 2, 3) && words.is(index - 1, ",") {
        return None;
    }
    let (last, written) = group(words, index, words.in_brackets(index))?;
    let message = format!(
        "`{}` is no number here: `,` stands between values",
        words.text(index, last)
    );
    Some(words.slip(index, last, message, format!("write `{written}`")))
}

/// The grouped number that begins at a token: its last token, and the number in Rhai. `divides`: a
/// comma may separate two values.
pub(super) fn group(words: &Words<'_>, index: usize, divides: bool) -> Option<(usize, String)> {
    let mut last = index;
    while words.is(last + 1, ",")
        && words.kind(last + 2) == Some(TokenKind::Number)
        && words.touch(last, 3)
    {
        last += 2;
    }
    if last == index || words.kind(index) != Some(TokenKind::Number) {
        return None;
    }
    let parts: Vec<&str> = (index..=last).step_by(2).map(|at| words.at(at)).collect();
    let (first, rest) = parts.split_first()?;
    let group = |part: &&str| part.len() == 3 && part.bytes().all(|digit| digit.is_ascii_digit());
    let (whole, end) = rest.split_last()?;
    let tail = whole.split_once('.').map_or(*whole, |(group, _)| group);
    let grouped = first.len() <= 3 && end.iter().all(group) && group(&tail);
    let certain = tail == "000" || !divides;
    let written = match (grouped && certain, rest) {
        (true, _) => parts.concat(),
        (false, [fraction]) if !divides && !first.contains('.') => format!("{first}.{fraction}"),
        _ => return None,
    };
    Some((last, written))
}

/// Tokens in Rhai: `'a'` as `"a"`, `1,000` as `1000`, `=` as `==`. `divides`: a comma separates two
/// values.
pub(super) fn rewritten(words: &Words<'_>, first: usize, last: usize, divides: bool) -> String {
    let mut written = String::new();
    let (mut at, mut end) = (first, None);
    while at <= last && at < words.tokens.len() {
        let range = &words.tokens[at].range;
        written.push_str(&words.source[end.unwrap_or(range.start)..range.start]);
        let number = group(words, at, divides).filter(|(end, _)| *end <= last);
        let token = words.at(at);
        let inner = token
            .strip_prefix('\'')
            .and_then(|token| token.strip_suffix('\''));
        let until = match (number, inner) {
            (Some((until, number)), _) => {
                written.push_str(&number);
                until
            }
            (None, Some(inner)) => {
                written.extend(["\"", inner, "\""]);
                at
            }
            (None, None) if token == "<" && words.is(at + 1, ">") && words.touch(at, 2) => {
                written.push_str("!=");
                at + 1
            }
            (None, None) => {
                written.push_str(if token == "=" { "==" } else { token });
                at
            }
        };
        end = Some(words.tokens[until].range.end);
        at = until + 1;
    }
    written
}

/// `15%`, where nothing follows that it could be the remainder by, and `15 per cent`.
fn percent(words: &Words<'_>, index: usize) -> Option<Slip> {
    let per_cent = words.any(index + 1, &["per"]) && words.any(index + 2, &["cent"]);
    let last = index + 1 + usize::from(per_cent);
    let sign = words.is(index + 1, "%") && !words.starts_operand(index + 2);
    if !sign && !per_cent && !words.any(index + 1, &["percent"]) {
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
    let message = format!("`{}` is no number here", words.text(index, last));
    let mut help = format!("write `{written}`, or `{number}` where the fact itself is in percent");
    let compared = index.checked_sub(1).and_then(|sign| words.left(sign));
    if compared.is_some_and(|(_, what)| what.starts_with("stats.")) {
        help = format!(
            "{help}; of a rank, `{written} * stats.many` with `many: {{statistic: count}}` below \
             `statistics:` in the rulebook file"
        );
    }
    Some(words.slip(index, last, message, help))
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
    let begins = matches!(unit, "return" | "true" | "false") || words.is(index + 2, "(");
    // `1. j.a > 3` counts the lines.
    let counts = words.at(index).ends_with('.') && words.begins_line(index);
    if !is_word || known || begins || counts {
        return None;
    }
    let message = format!(
        "`{}` is no number: a number has no unit",
        words.text(index, index + 1)
    );
    let number = words.at(index);
    if let Some(times) = times(number, unit) {
        return Some(words.slip(index, index + 1, message, format!("write `{times}`")));
    }
    if matches!(unit, "j" | "params" | "stats") && words.is(index + 2, ".") {
        let message = format!("no sign stands between `{number}` and `{unit}.`");
        let help = format!("to multiply, write `{number} * {unit}.`");
        return Some(words.slip(index, index + 1, message, help));
    }
    if let Some(slip) = named_day(words, index) {
        return Some(slip);
    }
    if let Some(slip) = added(words, index) {
        return Some(slip);
    }
    let mut help = format!("write `{number}`, counted in what it is compared with");
    let counts = [("year", "years_between"), ("month", "months_between")];
    if let Some((_, counts)) = counts.iter().find(|(start, _)| unit.starts_with(start)) {
        help = format!("{help}; `{counts}(earlier, later)` counts them");
    }
    Some(words.slip(index, index + 1, message, help))
}

/// `30 September 2025`.
fn named_day(words: &Words<'_>, index: usize) -> Option<Slip> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let name = words.at(index + 1).to_lowercase();
    let month = MONTHS.iter().position(|month| name.starts_with(month))? + 1;
    let day: u32 = words
        .at(index)
        .parse()
        .ok()
        .filter(|day| (1..=31).contains(day))?;
    let year = words.at(index + 2);
    let is_year = year.len() == 4 && year.bytes().all(|digit| digit.is_ascii_digit());
    let message = format!("`{}` is no date here", words.text(index, index + 2));
    let help = format!("write `date(\"{year}-{month:02}-{day:02}\")`");
    is_year.then(|| words.slip(index, index + 2, message, help))
}

/// A number of thousands or millions in digits: `1.5` and `million` are `1500000`; `None` for any
/// other unit, or if decimals are left.
pub(super) fn times(number: &str, unit: &str) -> Option<String> {
    let zeros = match unit.to_lowercase().trim_end_matches(['s', '.']) {
        "k" | "thousand" | "tsd" => 3,
        "mio" | "million" | "mln" => 6,
        "billion" | "bn" | "mrd" => 9,
        // A small one may be metres.
        _ if unit == "M" => 6,
        _ => return None,
    };
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let zeros = "0".repeat(zeros);
    let digits = format!("{whole}{decimals}{}", zeros.get(decimals.len()..)?);
    let digits = digits.trim_start_matches('0');
    (!digits.is_empty()).then(|| digits.to_owned())
}

/// `j.since + 3 months`.
fn added(words: &Words<'_>, index: usize) -> Option<Slip> {
    let (first, written) = later(words, index, words.at(index), words.at(index + 1))?;
    let message = format!("`{}` is no number", words.text(index, index + 1));
    Some(words.slip(first, index + 1, message, format!("write `{written}`")))
}

/// `j.since + "3 months"`.
pub(super) fn added_text(words: &Words<'_>, index: usize) -> Option<Slip> {
    if words.kind(index) != Some(TokenKind::Text) {
        return None;
    }
    let (number, unit) = words.at(index).trim_matches('"').split_once(' ')?;
    let digits = !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
    let (first, written) = later(words, index, number, unit).filter(|_| digits)?;
    // Text appended to a text becomes part of it.
    let starts = |beginning: &&str| {
        written.contains(&format!("({beginning}")) || written.starts_with(beginning)
    };
    if !["j.", "params.", "date(", "add_"].iter().any(starts) {
        return None;
    }
    let of_text = |at: usize| {
        !matches!(
            words.kind(at),
            Some(TokenKind::Word | TokenKind::Symbol | TokenKind::Number)
        )
    };
    if (first..index).any(of_text) {
        return None;
    }
    let message = format!("{} is a text, and no number", words.at(index));
    Some(words.slip(first, index, message, format!("write `{written}`")))
}

/// The day that is this much later or earlier than the one before a token, and where that begins.
fn later(words: &Words<'_>, index: usize, number: &str, unit: &str) -> Option<(usize, String)> {
    let sign = index
        .checked_sub(1)
        .filter(|at| matches!(words.at(*at), "+" | "-"))?;
    let minus = if words.is(sign, "-") { "-" } else { "" };
    let (first, day) = words.left(sign)?;
    let written = match unit.trim_end_matches('s') {
        "month" => format!("add_months({day}, {minus}{number})"),
        "year" => format!("add_years({day}, {minus}{number})"),
        "day" => format!("{day} {} {number}", words.at(sign)),
        "week" => format!("{day} {} {number} * 7", words.at(sign)),
        _ => return None,
    };
    Some((first, written))
}

/// `$500` and `500 €`.
fn currency(words: &Words<'_>, index: usize) -> Option<Slip> {
    let sign = matches!(words.at(index), "$" | "€" | "£" | "¥");
    let before = index
        .checked_sub(1)
        .filter(|at| words.kind(*at) == Some(TokenKind::Number));
    if let Some(number) = before.filter(|_| sign) {
        let message = format!(
            "`{}` means nothing here: a number has no unit",
            words.at(index)
        );
        let help = format!("write `{}`", words.at(number));
        return Some(words.slip(number, index, message, help));
    }
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
    if let Some(slip) = apostrophes(words, index).or_else(|| with_apostrophe(words, index)) {
        return Some(slip);
    }
    let written = words.at(index);
    let mark = written.chars().next()?;
    let piece = words.kind(index) == Some(TokenKind::Piece);
    let closed = written.len() > 1 && written.ends_with(if piece { '`' } else { mark });
    if !closed {
        if piece && !(index + 1 == words.tokens.len() && mark == '}') {
            return None;
        }
        let mark = if piece { '`' } else { mark };
        if mark == '\'' && words.begins_line(index) {
            let message = "`'` means nothing here".to_owned();
            let start = words.tokens[index].range.start;
            let help = "a remark begins with `//`".to_owned();
            return Some(words.slip_at(start..start + 1, message, help));
        }
        let message = "this quotation mark is never closed".to_owned();
        let help = match mark {
            '`' => "write a backtick where the text ends".to_owned(),
            _ => format!("write `{mark}` where the text ends"),
        };
        let place = Token {
            kind: TokenKind::Other,
            range: words.tokens[index].range.start..words.tokens[index].range.start + 1,
        };
        return Some(words.slip_at(place.range, message, help));
    }
    let inner = written.trim_matches('\'');
    if mark != '\'' || inner.starts_with('\\') || inner.chars().count() < 2 {
        return None;
    }
    let message = format!("`{written}` is no text: a text stands in double quotation marks");
    Some(words.slip(index, index, message, format!("write `\"{inner}\"`")))
}

/// A text in single marks that is longer is not looked for its end.
const LONGEST: usize = 400;

/// `'it didn't apply'`: a mark within a text ends it.
fn with_apostrophe(words: &Words<'_>, index: usize) -> Option<Slip> {
    let written = words.at(index);
    let runs_on = words.touch(index, 2) && words.kind(index + 1) == Some(TokenKind::Word);
    if !written.starts_with('\'') || written.len() < 3 || !written.ends_with('\'') || !runs_on {
        return None;
    }
    let start = words.tokens[index].range.start;
    let line = words.source[start..].lines().next()?;
    let line = line.get(..LONGEST).unwrap_or(line);
    let end = line.rfind('\'').filter(|end| *end >= written.len())?;
    let text = &line[1..end];
    if text.contains(['"', '(', ')']) {
        return None;
    }
    let message = format!("`'{text}'` is no text: a text stands in double quotation marks");
    Some(words.slip_at(
        start..start + end + 1,
        message,
        format!("write `\"{text}\"`"),
    ))
}

/// `10'000`, whose mark begins a text.
fn apostrophes(words: &Words<'_>, index: usize) -> Option<Slip> {
    let number = index
        .checked_sub(1)
        .filter(|at| words.kind(*at) == Some(TokenKind::Number) && words.touch(*at, 2))?;
    let place = words.tokens[number].range.clone();
    let mut end = place.end;
    let group = |at: usize| {
        let group = words.source.get(at..at + 4)?.strip_prefix('\'')?;
        group
            .bytes()
            .all(|digit| digit.is_ascii_digit())
            .then_some(())
    };
    while group(end).is_some() {
        end += 4;
    }
    let written = &words.source[place.start..end];
    (end > place.end).then(|| {
        let message = format!("`{written}` is no number here");
        let help = format!("write `{}`", written.replace('\'', ""));
        words.slip_at(place.start..end, message, help)
    })
}
