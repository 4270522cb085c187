//! The names that a script gives to something itself, for advice on one that is not there.

use std::collections::BTreeSet;

use rhai::Position;

use crate::base::diagnostic::is_one_slip;
use crate::script::other_language_functions::ASK_STATED;
use crate::script::presence_test_advice::asked_by_comparison;
use crate::script::rewrite_text_for_interpreter::PreparedText;
use crate::script::scan::TokenKind;
use crate::script::slip::Words;

/// The names that a script gives to values and functions, and to what functions take.
pub(super) fn own_names<'a>(words: &Words<'a>) -> BTreeSet<&'a str> {
    let mut own = BTreeSet::new();
    for index in words.each() {
        match words.at(index) {
            "let" | "const" | "for" | "as" => drop(own.insert(words.at(index + 1))),
            "fn" => {
                let close = words.rest(index).find(|at| words.is(*at, ")"));
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

/// The names that a script defines, without operators.
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

/// Advice for a name that exists, but not here: one defined within braces, and a function that
/// assigns to its own name.
pub(super) fn named_elsewhere(
    prepared: &PreparedText,
    position: Position,
    name: &str,
) -> Option<String> {
    let words = words(prepared);
    let index = token_at(prepared, &words, position);
    let mut around: Vec<usize> = Vec::new();
    around.extend(std::iter::successors(words.bracket(index), |open| {
        words.bracket(*open)
    }));
    let mut functions = around.iter().filter(|open| opens_function(&words, **open));
    let own = functions.next_back().and_then(|open| {
        let head = (0..*open).rev().find(|at| words.is(*at, "fn"))?;
        Some(words.at(head + 1))
    });
    if own == Some(name) && words.is(index + 1, "=") {
        let end = words
            .ahead(index + 2)
            .find(|at| matches!(words.at(*at), ";" | "}"))?;
        let value = words.text(index + 2, end - 1);
        return Some(format!(
            "write `{value}` alone, without `;`: a function gives the value of its last line"
        ));
    }
    let within = |at: usize| {
        let open = words.bracket(at).filter(|open| words.is(*open, "{"))?;
        (words.is(at, "let") && words.is(at + 1, name) && !around.contains(&open)).then_some(())
    };
    own.is_none().then_some(())?;
    (0..index).find_map(within)?;
    Some(format!(
        "`let {name}` stands within braces, and holds only there: give the name a first value above \
         them, as in `let {name} = 0;`, and write `{name} = ...` without `let` within"
    ))
}

/// Advice for a keyword used as a name: `let case = 5`.
pub(super) fn named_so(prepared: &PreparedText, position: Position, word: &str) -> Option<String> {
    let words = words(prepared);
    let index = token_at(prepared, &words, position);
    let before = index.checked_sub(1)?;
    matches!(words.at(before), "let" | "const" | "for" | "fn").then(|| {
        format!("take another name, as in `the_{word}`: this word is kept for later versions")
    })
}

/// Advice for a name that is not defined, by what follows it or by its meaning in other languages.
pub(super) fn name_given(
    prepared: &PreparedText,
    position: Position,
    name: &str,
) -> Option<String> {
    let words = words(prepared);
    let index = token_at(prepared, &words, position);
    let next = words.at(index + 1);
    let help = match (name.to_lowercase().as_str(), next) {
        (_, "=") if is_named_value(&words, index) => {
            "write the value alone: what a function is given has no name here".to_owned()
        }
        ("pass", _) => "leave it out: a branch may be empty".to_owned(),
        ("met" | "not_met" | "not_applicable", "=") => outcome_given(&words, index)?,
        (_, ")" | ",") if is_path_of_call(&words, index) => {
            format!("write `\"{name}\"`, in quotation marks: it takes the path of a fact")
        }
        ("n", "/") if words.is(index + 2, "a") => {
            "write `not_applicable` in the place of `n/a`".to_owned()
        }
        (_, "<") if is_arrow(&words, index + 1) => {
            in_place_of_arrow(&words, index, name)
        }
        ("select", _) if words.is(index + 1, "Case") => {
            "write `switch j.x { \"one\" => met(\"why\"), _ => not_met(\"why\") }`, with a line for each \
             case"
                .to_owned()
        }
        ("function" | "sub" | "procedure", _)
            if words.is(index + 2, "(") =>
        {
            "write `fn` in its place, `{` behind the brackets and `}` at the end: what the last line \
             says is its value"
                .to_owned()
        }
        ("select", _) => OVER_ALL.to_owned(),
        ("records" | "jurisdictions" | "rows" | "data" | "towns" | "cities" | "places", _)
            if words.is(index.wrapping_sub(1), "in") =>
        {
            OVER_ALL.to_owned()
        }
        ("table" | "range", "," | ")") if is_looked_up(&words, index) => {
            "look it up in a map: `let least = #{\"city\": 10, \"county\": 20};`, then \
             `least[j.kind]`"
                .to_owned()
        }
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
        ("yes" | "ja" | "wahr" | "oui" | "vrai", _) => "write `true`".to_owned(),
        ("no" | "nein" | "falsch" | "non" | "faux", _) => "write `false`".to_owned(),
        ("unknown" | "missing", _) => {
            asked_by_comparison(&words, index)
                .unwrap_or_else(|| ASK_STATED.to_owned())
        }
        ("otherwise", "{") => "write `else` in its place".to_owned(),
        ("than", _) => "delete it".to_owned(),
        ("exists", "j") => {
            let (_, what) = words.right(index)?;
            format!("write `j.known(\"{}\")`", what.strip_prefix("j.")?)
        }
        ("na" | "nan", _) => asked_by_comparison(&words, index)?,
        ("statistics" | "statistic" | "stat", ".") => "write `stats` in its place".to_owned(),
        ("todo" | "tbd" | "fixme" | "xxx", _) => {
            "an outcome is missing here: `met(\"why\")`, `not_met(\"why\")` or \
             `not_applicable(\"why\")`"
                .to_owned()
        }
        ("usd" | "eur" | "euro" | "euros" | "gbp" | "chf" | "dkk" | "sek" | "nok", amount)
            if amount.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            format!("write `{amount}`: a number has no unit")
        }
        ("replace", _) if words.is(index + 2, "=") => {
            "delete it: a name is given another value by `=` alone".to_owned()
        }
        ("gen" | "generate" | "egen" | "local" | "scalar", _)
            if words.is(index + 2, "=") =>
        {
            "write `let` in its place: it gives a value a name".to_owned()
        }
        ("parameters" | "parameter" | "param", _) => "write `params` in its place".to_owned(),
        ("conditions" | "condition" | "rules" | "rule" | "results" | "outcomes", ".") => {
            "write `findings` in its place: it has what the other conditions find".to_owned()
        }
        ("facts" | "fact" | "record" | "row" | "this" | "self" | "jurisdiction", ".") => {
            "write `j` in its place: it is the record".to_owned()
        }
        _ => return misspelt(&words, index),
    };
    Some(help)
}

/// `met = true` and `met = j.ok`, which are meant to set the outcome.
fn outcome_given(words: &Words<'_>, index: usize) -> Option<String> {
    let (name, given) = (words.at(index), words.at(index + 2));
    let outcome = match (name, given) {
        (_, "true") => Some(name),
        ("met", "false") => Some("not_met"),
        ("not_met", "false") => Some("met"),
        _ => None,
    };
    if let Some(outcome) = outcome {
        return Some(format!("write `{outcome}(\"why\")` in its place"));
    }
    let (_, value) = words.right(index + 1)?;
    let is_text = words.kind(index + 2) == Some(TokenKind::Text);
    let written = match name {
        "met" => format!("`{value}` alone"),
        "not_met" => format!("`!({value})` alone"),
        _ => return None,
    };
    (!is_text).then(|| format!("write {written}: a script ends in its outcome"))
}

/// `known(population)`.
fn is_path_of_call(words: &Words<'_>, index: usize) -> bool {
    let call = index.checked_sub(2);
    call.is_some_and(|call| words.is(call + 1, "(") && words.any(call, &["known", "assume"]))
}

/// `esle {`, `retrun x`, `While i < 3`: a word of the language, with a slip in it or in capital
/// letters. And a sentence, which is meant as a remark.
fn misspelt(words: &Words<'_>, index: usize) -> Option<String> {
    const KEYWORDS: [&str; 12] = [
        "if", "else", "for", "while", "switch", "return", "let", "const", "break", "continue",
        "fn", "import",
    ];
    let starts =
        index == 0 || matches!(words.at(index - 1), ";" | "{" | "}") || words.begins_line(index);
    let next = words.kind(index + 1);
    let goes_on = next.is_some() && !words.ends_line(index);
    let value = matches!(
        next,
        Some(TokenKind::Word | TokenKind::Text | TokenKind::Number)
    );
    if !starts || !goes_on || !(value || matches!(words.at(index + 1), "{" | "!" | "(")) {
        return None;
    }
    let line = words
        .rest(index)
        .take_while(|at| *at == index || !words.begins_line(*at));
    let is_name =
        |at: usize| words.kind(at) == Some(TokenKind::Word) && !KEYWORDS.contains(&words.at(at));
    let sentence = words.begins_line(index) && line.take(4).filter(|at| is_name(*at)).count() == 4;
    let name = words.at(index).to_lowercase();
    let near = KEYWORDS
        .into_iter()
        .find(|word| name == *word || is_one_slip(&name, word));
    let Some(near) = near.filter(|near| !sentence || *near == "for") else {
        return sentence.then(|| "a remark begins with `//`".to_owned());
    };
    // Code after another keyword would be no more right.
    let fits = match near {
        "else" => words.is(index + 1, "{") || words.is(index + 1, "if"),
        "let" | "const" => words.is(index + 2, "="),
        "for" => words.is(index + 2, "in"),
        "fn" => words.is(index + 2, "("),
        _ => value || matches!(words.at(index + 1), "!" | "("),
    };
    fits.then(|| format!("write `{near}` in its place"))
}

/// Advice for `name <- value`.
fn in_place_of_arrow(words: &Words<'_>, index: usize, name: &str) -> String {
    let mut rest = words.ahead(index);
    let last = rest.find(|at| words.ends_line(*at));
    let is_ended = last.is_some_and(|last| words.is(last, ";"));
    let end = if is_ended {
        ""
    } else {
        ", and `;` at the end of the line"
    };
    format!("write `let {name} =` in the place of `{name} <-`{end}")
}

/// Whether there is a `<-` after a name at the start of a line or statement.
fn is_arrow(words: &Words<'_>, index: usize) -> bool {
    let name = index - 1;
    let before = name.checked_sub(1).map_or(";", |at| words.at(at));
    let starts = words.begins_line(name) || matches!(before, ";" | "{" | "}");
    starts && words.touch(index, 2) && words.is(index + 1, "-")
}

/// Advice for a loop over all records.
const OVER_ALL: &str = "a script is about one record: what is counted over all of them stands under \
                        `statistics:` in the rulebook file, and is read as in `stats.mean_income`";

/// Whether a name is an argument of a lookup function of spreadsheets.
fn is_looked_up(words: &Words<'_>, index: usize) -> bool {
    let function = words.bracket(index).and_then(|open| open.checked_sub(1));
    function.is_some_and(|at| words.any(at, &["vlookup", "hlookup", "xlookup", "lookup"]))
}

/// Whether a name precedes a value in the arguments of a call: `max(a, key=b)`.
fn is_named_value(words: &Words<'_>, index: usize) -> bool {
    let open = words.bracket(index).filter(|open| words.is(*open, "("));
    open.and_then(|open| open.checked_sub(1))
        .is_some_and(|function| words.kind(function) == Some(TokenKind::Word))
}

/// Whether a name is given to an import.
fn is_import(words: &Words<'_>, name: &str) -> bool {
    (1..words.tokens.len()).any(|at| words.is(at, name) && words.is(at - 1, "as"))
}

/// The message and the advice for `j.x = 5` and `j.x += 1`.
pub(super) fn assigned(prepared: &PreparedText, position: Position) -> (String, String) {
    let words = words(prepared);
    let tokens = words.tokens;
    let place = token_at(prepared, &words, position);
    let signs = ["=", "+=", "-=", "*=", "/=", "%="];
    let Some(sign) = words.rest(place).find(|at| signs.contains(&words.at(*at))) else {
        return (
            "a fact has the value that its record states".to_owned(),
            "give what is calculated a name: `let x = j.x + 1;`".to_owned(),
        );
    };
    let fact = words.left(sign).map_or("j", |(_, fact)| fact);
    let end = words
        .rest(sign + 1)
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

/// The number of parameters of a function of the script, by its name.
pub(super) fn arguments_of(prepared: &PreparedText, name: &str) -> Option<usize> {
    let words = words(prepared);
    let at = words
        .each()
        .find(|at| words.is(*at, "fn") && words.is(at + 1, name))?;
    let taken = words.rest(at + 3).take_while(|at| !words.is(*at, ")"));
    Some(taken.filter(|at| !words.is(*at, ",")).count())
}
