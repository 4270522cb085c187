//! Syntax of Python, JavaScript and SQL that is written differently here: `any(x > 3 for x in l)`,
//! `x => x > 3`, `let n: int = 3`, `fn big(x):`, `select ... from`.

use crate::script::literals_in_foreign_notation::rewritten;
use crate::script::scan::TokenKind;
use crate::script::slip::{Slip, Words};
use crate::script::switch_slips::in_cases;

/// `any(x > 3 for x in j.counts)`, `[x for x in j.counts if x > 3]`.
pub(super) fn comprehended(words: &Words<'_>, index: usize) -> Option<Slip> {
    let function = match words.at(index) {
        "[" => "",
        word if words.is(index + 1, "(") && words.any(index, &["any", "all", "sum", "len"]) => word,
        _ => return None,
    };
    let open = index + usize::from(!function.is_empty());
    let open = open + usize::from(open > index && words.is(open + 1, "["));
    let within = |at: &usize| words.bracket(*at) == Some(open);
    let close = words.closed(open)?;
    let each = (open + 2..close).find(|at| within(at) && words.is(*at, "for"))?;
    if !words.is(each + 2, "in") {
        return None;
    }
    let last = close + usize::from(!function.is_empty() && words.is(open, "["));
    let test = (each + 3..close).find(|at| within(at) && words.is(*at, "if"));
    let (name, value) = (words.at(each + 1), words.text(open + 1, each - 1));
    let list = words.text(each + 3, test.unwrap_or(close) - 1);
    let test = test.map(|at| words.text(at + 1, close - 1));
    let written = match (function.to_lowercase().as_str(), test) {
        ("any", None) => format!("{list}.some(|{name}| {value})"),
        ("any", Some(test)) => format!("{list}.some(|{name}| {test} && {value})"),
        ("all", None) => format!("{list}.all(|{name}| {value})"),
        ("all", Some(test)) => format!("{list}.all(|{name}| !({test}) || {value})"),
        ("sum", test) => {
            let add = match test {
                Some(test) => format!("if {test} {{ sum += {value}; }}"),
                None => format!("sum += {value};"),
            };
            let help = format!(
                "write `sum` in its place, and in a line above \
                 `let sum = 0; for {name} in {list} {{ {add} }}`"
            );
            return words.means_nothing(index, last, help);
        }
        ("len", Some(test)) => format!("{list}.filter(|{name}| {test}).len()"),
        ("", Some(test)) if value == name => format!("{list}.filter(|{name}| {test})"),
        ("", None) => format!("{list}.map(|{name}| {value})"),
        ("", Some(test)) => {
            format!("{list}.filter(|{name}| {test}).map(|{name}| {value})")
        }
        _ => return None,
    };
    words.means_nothing(index, last, format!("write `{written}`"))
}

/// The parameters before a `=>`, in brackets or as one name, and the token where they begin.
fn taken<'a>(words: &Words<'a>, arrow: usize) -> Option<(usize, &'a str)> {
    let last = arrow.checked_sub(1)?;
    if words.kind(last) == Some(TokenKind::Word) {
        return Some((last, words.at(last)));
    }
    let mut before = Words::before(last).rev();
    let open = before.find(|at| words.is(*at, "(") && words.bracket(*at) == words.bracket(last))?;
    let names = |at: usize| words.kind(at) == Some(TokenKind::Word) || words.is(at, ",");
    let plain = words.is(last, ")") && (open + 1..last).all(names);
    plain.then(|| (open, words.text(open, last).trim_matches(['(', ')'])))
}

/// The last token of the function behind a `=>`: up to a comma, a `;`, or the end of its brackets.
fn value_end(words: &Words<'_>, arrow: usize) -> usize {
    let around = words.bracket(arrow);
    let ends = |at: &usize| match words.at(*at) {
        "," | ";" => words.bracket(*at) == around,
        ")" | "]" | "}" => around.is_some_and(|open| words.bracket(*at) == words.bracket(open)),
        _ => false,
    };
    let end = words.ahead(arrow + 1).find(ends);
    end.map_or(words.tokens.len(), |end| end) - 1
}

/// `.some(x => x > 3)`, `let big = x => x > 3;`.
pub(super) fn arrow(words: &Words<'_>, index: usize) -> Option<Slip> {
    if !words.is(index, "=>") || in_cases(words, index) || index + 1 >= words.tokens.len() {
        return None;
    }
    let (first, names) = taken(words, index)?;
    let before = first.checked_sub(1)?;
    let last = value_end(words, index);
    let body = words.text(index + 1, last);
    if words.is(before, "=") && before >= 2 && words.any(before - 2, &["let", "const", "var"]) {
        let body = if body.starts_with('{') {
            body.to_owned()
        } else {
            format!("{{ {body} }}")
        };
        let end = last + usize::from(words.is(last + 1, ";"));
        let name = words.at(before - 1);
        let help = format!("write `fn {name}({names}) {body}`");
        return words.means_nothing(before - 2, end, help);
    }
    let call = words.bracket(first).filter(|open| words.is(*open, "("))?;
    let function = call.checked_sub(1)?;
    let called = words.kind(function) == Some(TokenKind::Word)
        && !words.any(
            function,
            &["if", "while", "and", "or", "not", "return", "in", "switch"],
        );
    let starts = before == call || words.is(before, ",");
    let help = format!("write `|{names}| {body}`");
    (called && starts).then(|| words.means_nothing(first, last, help))?
}

/// `lambda x: x > 3`, `function(x) { ... }`.
pub(super) fn nameless(words: &Words<'_>, index: usize) -> Option<Slip> {
    let end = match words.at(index) {
        "lambda" => words.ahead(index + 1).find(|at| words.is(*at, ":"))?,
        "function" | "fn" if words.is(index + 1, "(") => words.closed(index + 1)?,
        _ => return None,
    };
    let names = words.text(index + 1, end).trim_matches(['(', ')', ':']);
    if let Some(slip) = under_a_name(words, index, end, names) {
        return Some(slip);
    }
    let help = format!("write `|{}|` in its place", names.trim());
    words.means_nothing(index, end, help)
}

/// `big = lambda x: x > 3`: a name that is called is a function.
fn under_a_name(words: &Words<'_>, index: usize, head: usize, names: &str) -> Option<Slip> {
    let equals = index.checked_sub(1).filter(|at| words.is(*at, "="))?;
    let name = equals.checked_sub(1)?;
    let first = name
        .checked_sub(1)
        .filter(|at| words.any(*at, &["let", "const", "var"]));
    let last = value_end(words, head);
    let last = (head + 1..=last)
        .find(|at| words.ends_line(*at))
        .unwrap_or(last);
    let body = words.text(head + 1, last);
    let body = if body.starts_with('{') {
        body.to_owned()
    } else {
        format!("{{ {body} }}")
    };
    let end = last + usize::from(words.is(last + 1, ";"));
    let help = format!("write `fn {}({}) {body}`", words.at(name), names.trim());
    words.means_nothing(first.unwrap_or(name), end, help)
}

/// `#{...}` without its sign: `{"city": 5}`, `{city: 5}`.
pub(super) fn map_without_sign(words: &Words<'_>, index: usize) -> Option<Slip> {
    let key = words.is_value(index + 1) || words.kind(index + 1) == Some(TokenKind::Word);
    let begins = words.is(index, "{") && key && words.is(index + 2, ":");
    let before = index.checked_sub(1).map_or("", |at| words.at(at));
    let value = matches!(before, "=" | "(" | "," | "in" | "return" | ":");
    let message = "`{` opens a block here: a map begins with `#{`".to_owned();
    (begins && value).then(|| words.slip(index, index, message, "write `#{` in its place".into()))
}

/// `return (false, "too small")`.
pub(super) fn returned_pair(words: &Words<'_>, index: usize) -> Option<Slip> {
    let bracket = usize::from(words.is(index + 1, "("));
    let answer = index + 1 + bracket;
    if !words.is(index, "return") || !words.is(answer + 1, ",") {
        return None;
    }
    let function = match words.at(answer).to_lowercase().as_str() {
        "true" => "met",
        "false" => "not_met",
        _ => return None,
    };
    let last = answer + 2;
    let end = last + bracket;
    if !words.is_value(last) || (bracket == 1 && !words.is(end, ")")) {
        return None;
    }
    let reason = rewritten(words, last, last, true);
    words.means_nothing(index, end, format!("write `return {function}({reason})`"))
}

/// `j.name[0:3]`.
pub(super) fn slice(words: &Words<'_>, index: usize) -> Option<Slip> {
    let open = words
        .bracket(index)
        .filter(|open| words.is(index, ":") && words.is(*open, "["))?;
    let close = words.closed(open)?;
    let number = |at: usize| words.kind(at) == Some(TokenKind::Number);
    let plain = (open + 1..close).all(|at| at == index || number(at) || words.is(at, "-"));
    let (first, _) = words.left(open + 1).filter(|_| plain).unwrap_or((open, ""));
    let help = "ask for the beginning or the end: `.starts_with(\"...\")`, `.ends_with(\"...\")`";
    plain.then(|| words.means_nothing(first.min(open), close, help.to_owned()))?
}

/// `let n: int = 3`, `fn big(n: int)`.
pub(super) fn with_type(words: &Words<'_>, index: usize) -> Option<Slip> {
    let name = index.checked_sub(1).filter(|_| words.is(index, ":"))?;
    let before = name.checked_sub(1)?;
    let plain = [name, index + 1]
        .iter()
        .all(|at| words.kind(*at) == Some(TokenKind::Word));
    let given = words.any(before, &["let", "const", "var"]) && words.is(index + 2, "=");
    let of_function = || {
        let head = words.bracket(name).and_then(|open| open.checked_sub(2));
        head.is_some_and(|head| words.any(head, &["fn", "def", "function"]))
            && matches!(words.at(index + 2), "," | ")" | "=")
    };
    if !plain || !(given || of_function()) {
        return None;
    }
    let help = format!("write `{}`: a name has no type here", words.at(name));
    words.means_nothing(name, index + 1, help)
}

/// Whether the head of a function, such as `fn big(n)`, ends at a token.
fn ends_head(words: &Words<'_>, close: usize) -> bool {
    let mut before = Words::before(close).rev();
    let open = before.find(|at| words.is(*at, "(") && words.bracket(*at) == words.bracket(close));
    let head = open.and_then(|open| open.checked_sub(2));
    words.is(close, ")") && head.is_some_and(|head| words.any(head, &["fn", "def", "function"]))
}

/// `fn big(n) -> bool {`.
pub(super) fn returned_type(words: &Words<'_>, index: usize) -> Option<Slip> {
    let close = index.checked_sub(1).filter(|_| words.is(index, "->"))?;
    let help = "delete it: a function has no type here".to_owned();
    ends_head(words, close).then(|| words.means_nothing(index, index + 1, help))?
}

/// `def big(n):`.
pub(super) fn opened_function(words: &Words<'_>, index: usize) -> Option<Slip> {
    if !words.is(index, ":") || !words.ends_line(index) {
        return None;
    }
    let mut close = index.checked_sub(1)?;
    if close > 1 && words.is(close - 1, "->") {
        close -= 2;
    }
    let message = "`:` opens no function here".to_owned();
    let help = "write `{` in its place, and `}` where the function ends".to_owned();
    ends_head(words, close).then(|| words.slip(index, index, message, help))
}

/// `select * from towns where ...`.
pub(super) fn select(words: &Words<'_>, index: usize) -> Option<Slip> {
    let begins = words.any(index, &["select"]) && words.begins_line(index);
    if !begins || matches!(words.at(index + 1), "(" | "=") {
        return None;
    }
    let from = words
        .ahead(index + 1)
        .find(|at| words.any(*at, &["from"]))?;
    let end = words.ahead(from).find(|at| words.any(*at, &["where"]));
    let help = "a script is about one record: write the test alone, as in `j.x > 5`; what is \
                counted over all records stands under `statistics:` in the rulebook file";
    words.means_nothing(index, end.unwrap_or(from), help.to_owned())
}

/// `typeof j.x == "string"`.
pub(super) fn kind_of(words: &Words<'_>, index: usize) -> Option<Slip> {
    let named = words.kind(index + 1) == Some(TokenKind::Word);
    if !words.is(index, "typeof") || !named {
        return None;
    }
    let (last, _) = words.right(index)?;
    let last = if words.is(last + 1, "==") {
        words.right(last + 1)?.0
    } else {
        last
    };
    let help = "leave it out: of which type a fact is stands in the rulebook file";
    words.means_nothing(index, last, help.to_owned())
}
