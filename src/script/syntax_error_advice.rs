//! Advice where the interpreter fails at a token, from the tokens around it: a missing value, name
//! or comma.

use rhai::{LexError, ParseErrorType, Position};

use crate::base::diagnostic::{Code, Diagnostic};
use crate::script::defined_names::token_at;
use crate::script::rewrite_text_for_interpreter::PreparedText;
use crate::script::scan::TokenKind;
use crate::script::slip::Words;
use crate::script::verdict_functions::ENDINGS;

/// The message, if not that of the interpreter, and what to write.
type Advised = (Option<String>, String);

/// A message of our own for an error; `None` if the interpreter's is as good.
pub(super) fn in_plain_words(
    prepared: &PreparedText,
    position: Position,
    error: &ParseErrorType,
    message: &str,
) -> Option<Diagnostic> {
    let words = Words::new(prepared.source.text(), prepared.tokens());
    let index = token_at(prepared, &words, position);
    let (own, help) = match error {
        ParseErrorType::VariableExpected => name_missing(&words, index)?,
        ParseErrorType::ExprExpected(_) => value_missing(&words, index)?,
        ParseErrorType::BadInput(LexError::UnexpectedInput(_)) => {
            foreign(&words, index).or_else(|| value_missing(&words, index))?
        }
        ParseErrorType::BadInput(LexError::MalformedEscapeSequence(_)) => escaped(&words, index)?,
        ParseErrorType::MissingToken(token, why) => (None, missing(&words, index, token, why)?),
        ParseErrorType::DuplicatedProperty(name) => (
            Some(format!("the map has two lines for `{name}`")),
            "delete one of them, or give it another name".to_owned(),
        ),
        error => of_function(error)?,
    };
    let message = own.unwrap_or_else(|| message.to_owned());
    let span = prepared.token(position);
    Some(Diagnostic::at(Code::ScriptSyntax, span, message).help(help))
}

/// The last token of a script that ends where a value is expected.
pub(super) fn value_missing_at_the_end(prepared: &PreparedText) -> Option<Diagnostic> {
    let words = Words::new(prepared.source.text(), prepared.tokens());
    let last = prepared.tokens().len().checked_sub(1)?;
    let (message, help) = value_missing(&words, last + 1)?;
    let span = prepared.source.span(prepared.tokens()[last].range.clone());
    Some(Diagnostic::at(Code::ScriptSyntax, span, message?).help(help))
}

/// A token, for a message.
fn shown(words: &Words<'_>, index: usize) -> String {
    match words.at(index) {
        "" => "the end".to_owned(),
        word => format!("`{word}`"),
    }
}

/// `let = 3`, `let if = 3`, `for in j.tags`.
fn name_missing(words: &Words<'_>, index: usize) -> Option<Advised> {
    let before = words.at(index.checked_sub(1)?);
    let message = format!("a name is expected here, found {}", shown(words, index));
    if words.kind(index) == Some(TokenKind::Word) && before != "for" {
        let word = words.at(index);
        let help = format!("take another name, as in `the_{word}`: `{word}` means something else");
        return Some((Some(message), help));
    }
    let help = match before {
        "for" => "write one behind `for`, as in `for x in j.list {`",
        "as" => "write one behind `as`, as in `import \"lib/reading\" as reading;`",
        "const" => "write one behind `const`, as in `const LEAST = 3;`",
        _ => "write one behind `let`, as in `let least = 3;`",
    };
    Some((Some(message), help.to_owned()))
}

/// A letter that no name may have.
fn foreign(words: &Words<'_>, index: usize) -> Option<Advised> {
    let word = words.at(index);
    let letter = word
        .chars()
        .find(|c| !c.is_ascii() && c.is_alphanumeric())
        .filter(|_| words.kind(index) == Some(TokenKind::Word))?;
    let message = format!("`{word}` is no name: it has the letter `{letter}` in it");
    let help = "a name has the letters a to z without accents, digits and `_`; a text stands in \
                quotation marks, and a remark begins with `//`";
    Some((Some(message), help.to_owned()))
}

/// A sign or a word where a value is expected.
fn value_missing(words: &Words<'_>, index: usize) -> Option<Advised> {
    const JOINS: [&str; 19] = [
        "&&", "||", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "**", "=", "+=",
        "-=", "!", "??",
    ];
    let found = shown(words, index);
    let before = index.checked_sub(1).map_or("", |at| words.at(at));
    let help = match (before, words.at(index)) {
        ("if" | "while", "{") => {
            let message = format!("no condition stands behind `{before}`");
            let help = format!("write one, as in `{before} j.x >= 1 {{`");
            return Some((Some(message), help));
        }
        ("in", "{") => {
            let message = "no list and no range stands behind `in`".to_owned();
            let help = "write one, as in `for x in j.list {` or `for i in 0..10 {`".to_owned();
            return Some((Some(message), help));
        }
        ("switch", _) | (_, "=>") if words.any(index, &["{"]) => {
            "write what the cases are of, as in `switch j.kind {`; for conditions write \
             `if ... { ... } else { ... }`"
                .to_owned()
        }
        ("if", "=>") => {
            let message = "no condition stands behind `if`".to_owned();
            return Some((Some(message), "write one, or delete the `if`".to_owned()));
        }
        ("=>", _) => "write what the case gives, as in `\"city\" => met(\"why\"),`".to_owned(),
        ("(" | "[" | ",", ",") => "delete the `,`, or write a value before it".to_owned(),
        (_, "." | "?.") if words.kind(index + 1) == Some(TokenKind::Word) => {
            let name = words.at(index + 1);
            let message = "nothing stands before this point".to_owned();
            let help = format!("write `j` before it, as in `j.{name}`, if it is a fact");
            return Some((Some(message), help));
        }
        (before, sign) if JOINS.contains(&sign) && !JOINS.contains(&before) => {
            let message = format!("nothing stands before `{sign}`");
            let help = format!("write a value before it, as in `j.x {sign} 3`, or delete it");
            return Some((Some(message), help));
        }
        (before, _) if JOINS.contains(&before) => {
            let message = format!("no value stands behind `{before}`");
            let help = format!("write one, or delete the `{before}`");
            return Some((Some(message), help));
        }
        _ => return None,
    };
    Some((
        Some(format!("a value is expected here, found {found}")),
        help,
    ))
}

/// `"a\q"`.
fn escaped(words: &Words<'_>, index: usize) -> Option<Advised> {
    const KNOWN: [char; 9] = ['\\', 'n', 't', 'r', 'x', 'u', 'U', '\n', '\r'];
    let text = words.at(index);
    let mut signs = text.chars();
    let mark = signs.next()?;
    while let Some(sign) = signs.next() {
        if sign != '\\' {
            continue;
        }
        let next = signs.next()?;
        if next != mark && !KNOWN.contains(&next) {
            let message = format!("`\\{next}` means nothing in a text");
            let help = match next {
                '\'' | '"' | '`' => format!("write `{next}` alone"),
                _ => format!("write `\\\\{next}` for a `\\`"),
            };
            return Some((Some(message), help));
        }
    }
    None
}

/// Advice if a sign is missing between two things.
fn missing(words: &Words<'_>, index: usize, token: &str, why: &str) -> Option<String> {
    let text = |at: usize| {
        matches!(
            words.kind(at),
            Some(TokenKind::Text | TokenKind::Other | TokenKind::Piece)
        )
    };
    let help = match (token, words.at(index)) {
        ("in", ",") => {
            let (name, other) = (words.at(index.checked_sub(1)?), words.at(index + 1));
            format!("two names stand in brackets: write `for ({name}, {other}) in`")
        }
        ("in", _) => "write `in` before it, as in `for x in j.list {`".to_owned(),
        ("while", _) => {
            "what begins with `do` ends in `while` and a condition: write `while j.x {` at the \
             head of the loop in place of `do {`"
                .to_owned()
        }
        (":", _) => "write `:` between a name of the map and its value".to_owned(),
        (",", "|") if words.is(index.wrapping_sub(1), "||") => {
            "write `||` in its place, and nothing more".to_owned()
        }
        (",", _) if why.contains("function call") => {
            let open = words.bracket(index)?;
            let outcome = open.checked_sub(1).map_or("", |at| words.at(at));
            if ENDINGS.contains(&outcome) && (text(index) || text(index - 1)) {
                "an outcome has one text: write `+` between the two".to_owned()
            } else {
                "write `,` before it; a text is put behind another by `+`".to_owned()
            }
        }
        (",", _) if why.contains("switch") => {
            "write `,` before it: commas divide the cases".to_owned()
        }
        (",", _) => "write `,` before it".to_owned(),
        _ => return None,
    };
    Some(help)
}

/// The error in the declaration of a function.
fn of_function(error: &ParseErrorType) -> Option<Advised> {
    let (message, help) = match error {
        ParseErrorType::FnDuplicatedParam(name, given) => (
            format!("`fn {name}` takes two values of the name `{given}`"),
            "give one of them another name".to_owned(),
        ),
        ParseErrorType::FnMissingName => (
            "a name is expected behind `fn`".to_owned(),
            "write one, as in `fn is_large(n) { n > 3 }`".to_owned(),
        ),
        ParseErrorType::FnMissingParams(name) => (
            format!("brackets are expected behind `fn {name}`"),
            format!("write `fn {name}()`, with the names of what it takes between the brackets"),
        ),
        ParseErrorType::FnMissingBody(name) => (
            format!("braces are expected behind the head of `fn {name}`"),
            "write `{` before what it gives, and `}` behind it".to_owned(),
        ),
        ParseErrorType::FnDuplicatedDefinition(name, _) => (
            format!("there is a second function `{name}`"),
            "delete one of them, or give it another name".to_owned(),
        ),
        ParseErrorType::WrongFnDefinition => (
            "a function stands within braces here".to_owned(),
            "move it out of them, to the top of the script".to_owned(),
        ),
        _ => return None,
    };
    Some((Some(message), help))
}
