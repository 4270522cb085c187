//! The names that a script gives to something itself, for advice on one that is not there.

use std::collections::BTreeSet;

use rhai::Position;

use crate::script::other_language_functions::ASK_STATED;
use crate::script::prepare::PreparedText;
use crate::script::scan::TokenKind;
use crate::script::slip::Words;

/// The names that a script gives to values and functions, and to what functions take.
pub(super) fn own_names<'a>(words: &Words<'a>) -> BTreeSet<&'a str> {
    let mut own = BTreeSet::new();
    for index in 0..words.tokens.len() {
        match words.at(index) {
            "let" | "const" | "for" | "as" => drop(own.insert(words.at(index + 1))),
            "fn" => {
                let close = (index..words.tokens.len()).find(|at| words.is(*at, ")"));
                own.extend((index + 1..close.unwrap_or(index + 1)).map(|at| words.at(at)));
            }
            _ => {}
        }
    }
    own
}

fn words(prepared: &PreparedText) -> Words<'_> {
    Words::new(prepared.source.text(), prepared.tokens())
}

/// The same of a script, without signs.
pub(super) fn named_here(prepared: &PreparedText) -> Vec<&str> {
    let is_name = |name: &&str| name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    own_names(&words(prepared))
        .into_iter()
        .filter(is_name)
        .collect()
}

/// Whether a script gives a name to something.
pub(super) fn is_own(prepared: &PreparedText, name: &str) -> bool {
    own_names(&words(prepared)).contains(name)
}

/// The token at a place.
pub(super) fn token_at(prepared: &PreparedText, words: &Words<'_>, position: Position) -> usize {
    let start = prepared.token(position).range().start;
    words
        .tokens
        .partition_point(|token| token.range.start < start)
}

/// Whether a place lies between the braces of a function.
pub(super) fn within_function(prepared: &PreparedText, position: Position) -> bool {
    let words = words(prepared);
    let mut brackets = std::iter::successors(
        words.bracket(token_at(prepared, &words, position)),
        |open| words.bracket(*open),
    );
    brackets.any(|open| opens_function(&words, open))
}

fn opens_function(words: &Words<'_>, brace: usize) -> bool {
    let Some(close) = brace.checked_sub(1).filter(|at| words.is(*at, ")")) else {
        return false;
    };
    let open = (0..close).rev().find(|at| words.is(*at, "("));
    open.is_some_and(|open| open >= 2 && words.is(open - 2, "fn"))
}

/// What to write for a name that is given to nothing, by what stands behind it or by what it means
/// elsewhere.
pub(super) fn name_given(
    prepared: &PreparedText,
    position: Position,
    name: &str,
) -> Option<String> {
    let words = words(prepared);
    let next = words.at(token_at(prepared, &words, position) + 1);
    let help = match (name.to_lowercase().as_str(), next) {
        (_, "=") if is_named_value(&words, token_at(prepared, &words, position)) => {
            "write the value alone: what a function is given has no name here".to_owned()
        }
        ("pass", _) => "leave it out: a branch may be empty".to_owned(),
        (_, "=") => format!("write `let {name}` in its place: it gives a value a name"),
        ("lambda", _) | (_, "=>") => {
            "a function without a name is written as in `|x| x > 3`".to_owned()
        }
        (_, ".") if is_import(&words, name) => {
            format!("write `{name}::`: what is imported stands behind two colons")
        }
        ("now" | "today" | "as_of", _) => {
            "write `params.as_of`, the day of the assessment".to_owned()
        }
        ("yes", _) => "write `true`".to_owned(),
        ("no", _) => "write `false`".to_owned(),
        ("unknown" | "missing", _) => ASK_STATED.to_owned(),
        ("parameters" | "parameter" | "param", _) => "write `params` in its place".to_owned(),
        ("conditions" | "condition" | "rules" | "rule" | "results" | "outcomes", ".") => {
            "write `findings` in its place: it has what the other conditions find".to_owned()
        }
        ("facts" | "fact" | "record" | "row" | "this" | "self" | "jurisdiction", ".") => {
            "write `j` in its place: it is the record".to_owned()
        }
        _ => return None,
    };
    Some(help)
}

/// Whether a name stands before a value in the brackets of a call: `max(a, key=b)`.
fn is_named_value(words: &Words<'_>, index: usize) -> bool {
    let open = words.bracket(index).filter(|open| words.is(*open, "("));
    open.and_then(|open| open.checked_sub(1))
        .is_some_and(|function| words.kind(function) == Some(TokenKind::Word))
}

/// Whether a name is given to an import.
fn is_import(words: &Words<'_>, name: &str) -> bool {
    (1..words.tokens.len()).any(|at| words.is(at, name) && words.is(at - 1, "as"))
}

/// What is said of `j.x = 5` and `j.x += 1`: the message, and what to write.
pub(super) fn assigned(prepared: &PreparedText, position: Position) -> (String, String) {
    let words = words(prepared);
    let tokens = words.tokens;
    let place = token_at(prepared, &words, position);
    let signs = ["=", "+=", "-=", "*=", "/=", "%="];
    let Some(sign) = (place..tokens.len()).find(|at| signs.contains(&words.at(*at))) else {
        return (
            "a fact has the value that its record states".to_owned(),
            "give what is calculated a name: `let x = j.x + 1;`".to_owned(),
        );
    };
    let fact = words.left(sign).map_or("j", |(_, fact)| fact);
    let end = (sign + 1..tokens.len())
        .find(|at| matches!(words.at(*at), ";" | "}") || words.ends_line(*at - 1))
        .unwrap_or(tokens.len());
    let value = words.text((sign + 1).min(end - 1), end - 1);
    let name = fact.rsplit('.').next().unwrap_or(fact);
    let message = format!("a script gives `{fact}` no other value: its record states it");
    let help = match words.at(sign) {
        "=" => format!(
            "to compare, write `{fact} == {value}`; to go on with another value, write \
             `let {name} = {value};`"
        ),
        sign => format!(
            "write `let {name} = {fact} {} {value};`, and go on with `{name}`",
            sign.trim_end_matches('=')
        ),
    };
    (message, help)
}

/// How many values a function of the script takes, by its name.
pub(super) fn arguments_of(prepared: &PreparedText, name: &str) -> Option<usize> {
    let words = words(prepared);
    let at = (0..words.tokens.len()).find(|at| words.is(*at, "fn") && words.is(at + 1, name))?;
    let taken = (at + 3..words.tokens.len()).take_while(|at| !words.is(*at, ")"));
    Some(taken.filter(|at| !words.is(*at, ",")).count())
}
