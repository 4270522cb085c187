//! Errors of the interpreter about a script, reworded for people who know no Rust.

use rhai::{EvalAltResult, ParseError, ParseErrorType, Position, Scope};

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::base::source::Span;
use crate::formats::yaml::lower_first;
use crate::script::Program;
use crate::script::defined_names::{
    assigned, is_own, name_given, named_elsewhere, named_here, named_so, within_function,
};
use crate::script::limits::{DISABLED, FUNCTIONS, MAX_CALLS, MAX_TEXT};
use crate::script::misplaced_finding_advice::asked;
use crate::script::other_language_functions::instead_of;
use crate::script::other_slip_where_brace_expected::instead_of_brace;
use crate::script::rewrite_text_for_interpreter::PreparedText;
use crate::script::slip::Words;
use crate::script::state_of_one_run::RunStop;
use crate::script::syntax_error_advice::{in_plain_words, value_missing_at_the_end};
use crate::script::unknown_function::{
    COMPARE, FACT, OUTCOME, RECORD, disabled, kind_name, unknown_function,
};
use crate::script::verdict_functions::ENDINGS;

/// A script that cannot be parsed.
pub(super) fn not_compiled(
    prepared: &PreparedText,
    scope: &Scope<'_>,
    error: &ParseError,
) -> Diagnostic {
    let position = error.1;
    let span = prepared.token(position);
    let syntax = |message: String| Diagnostic::at(Code::ScriptSyntax, span.clone(), message);
    if let ParseErrorType::MissingToken(token, _) = &*error.0
        && token == "{"
        && let Some(told) = instead_of_brace(prepared, position)
    {
        return told;
    }
    match &*error.0 {
        ParseErrorType::VariableUndefined(name) => {
            undefined_variable(prepared, scope, position, name)
        }
        ParseErrorType::ModuleUndefined(name) => Diagnostic::at(
            Code::UndefinedName,
            span,
            format!("there is no import named `{name}`"),
        )
        .help(format!("add `import \"lib/...\" as {name};` at the top")),
        ParseErrorType::Reserved(word) => reserved(prepared, position, word),
        ParseErrorType::BadInput(rhai::LexError::ImproperSymbol(word, _))
            if DISABLED.contains(&word.as_str()) =>
        {
            disabled(span, word)
        }
        ParseErrorType::BadInput(rhai::LexError::ImproperSymbol(word, hint))
            if !hint.is_empty() =>
        {
            syntax(format!("`{word}` means nothing here"))
                .help(hint.trim_end_matches('.').to_owned())
        }
        ParseErrorType::UnexpectedEOF => value_missing_at_the_end(prepared).unwrap_or_else(|| {
            let end = prepared.source.text().trim_end().len();
            let last = prepared.source.text()[..end]
                .char_indices()
                .next_back()
                .map_or(0, |(index, _)| index);
            Diagnostic::at(
                Code::ScriptSyntax,
                prepared.source.span(last..end),
                "the script ends in the middle of something",
            )
            .help("a `}`, a `)` or a quotation mark is missing".to_owned())
        }),
        ParseErrorType::MissingToken(token, why) => {
            missing_token(prepared, position, &error.0, (token, why))
        }
        ParseErrorType::ExprTooDeep => nested_too_deeply(span),
        ParseErrorType::TooManyFunctions => Diagnostic::at(
            Code::LimitReached,
            span,
            "there are too many functions in one file",
        ),
        ParseErrorType::LiteralTooLarge(_, _) => {
            Diagnostic::at(Code::LimitReached, span, "this text or list is too large")
        }
        ParseErrorType::WrongSwitchIntegerCase => {
            syntax("a number stands behind a range here".to_owned())
                .help("put the single numbers of a `switch` before its ranges".to_owned())
        }
        ParseErrorType::WrongSwitchDefaultCase => {
            syntax("a case stands behind `_`, which takes all that is left".to_owned())
                .help("put `_` last".to_owned())
        }
        ParseErrorType::AssignmentToConstant(name) => {
            syntax(format!("`{name}` cannot be changed")).help(changeable(name))
        }
        ParseErrorType::PropertyExpected => {
            syntax("the name of a fact is expected here".to_owned())
                .help("write it without quotation marks, as in `j.path.of.fact`".to_owned())
        }
        ParseErrorType::AssignmentToInvalidLHS(_) => {
            syntax("`=` gives a name a value, and this is no name".to_owned())
                .help("to compare, write `==`".to_owned())
        }
        ParseErrorType::LoopBreak => {
            let word = shown(&span);
            let message = format!("`{word}` stands in a loop, and there is none around it");
            syntax(message).help(
                "delete it: a case of `switch` ends by itself; to end the script, write `return`"
                    .to_owned(),
            )
        }
        other => {
            let message = lower_first(&other.to_string());
            let told = in_plain_words(prepared, position, other, &message);
            told.unwrap_or_else(|| syntax(message))
        }
    }
}

/// The diagnostic for a sign that is missing where another one was found.
fn missing_token(
    prepared: &PreparedText,
    position: Position,
    error: &ParseErrorType,
    (token, why): (&str, &str),
) -> Diagnostic {
    let span = prepared.token(position);
    let message = format!(
        "expected `{token}` {}, found `{}`",
        lower_first(why).replace('\'', "`"),
        shown(&span)
    );
    let help = match token {
        ";" if shown(&span) == "," => Some("write `;` in its place".to_owned()),
        ";" if shown(&span) == "==" => Some("write `=`, which gives a name its value".to_owned()),
        ";" => Some("end the line before with `;`".to_owned()),
        "{" => Some("write `{` here, and `}` where the branch ends".to_owned()),
        "}" if why.contains("map") => Some(format!(
            "put names in a map into quotation marks, as in `#{{\"{}\": 1}}`",
            shown(&span).trim_matches('\'')
        )),
        _ => None,
    };
    in_plain_words(prepared, position, error, &message)
        .unwrap_or_else(|| Diagnostic::at(Code::ScriptSyntax, span, message))
        .help(help)
}

/// A word that the interpreter keeps for itself.
fn reserved(prepared: &PreparedText, position: Position, word: &str) -> Diagnostic {
    let told = disabled(prepared.token(position), word);
    match named_so(prepared, position, word) {
        Some(help) => told.help(help),
        None => told,
    }
}

/// An expression, or a chain of branches, that goes too deep.
pub(super) fn nested_too_deeply(span: Span) -> Diagnostic {
    Diagnostic::at(
        Code::LimitReached,
        span,
        "this expression is nested too deeply",
    )
    .help("give parts of it a name with `let`".to_owned())
}

fn shown(span: &Span) -> &str {
    if span.text().is_empty() {
        "the end"
    } else {
        span.text()
    }
}

/// Advice if a constant is assigned to.
fn changeable(name: &str) -> String {
    format!("write `let {name}` in place of `const {name}`, or give the other value another name")
}

fn undefined_variable(
    prepared: &PreparedText,
    scope: &Scope<'_>,
    position: Position,
    name: &str,
) -> Diagnostic {
    let names: Vec<String> = scope.iter().map(|(name, ..)| name.to_owned()).collect();
    let names = || names.iter().map(String::as_str);
    let span = prepared.token(position);
    let message = format!("there is nothing named `{name}` here");
    let told = Diagnostic::at(Code::UndefinedName, span, message);
    let hidden = is_own(prepared, name) && within_function(prepared, position);
    let help = if let Some(help) = named_elsewhere(prepared, position, name) {
        help
    } else if hidden || matches!(name, "j" | "params" | "findings") {
        format!("a function sees only what it is given: add `{name}` to its arguments")
    } else if let Some(help) = name_given(prepared, position, name) {
        help
    } else if ENDINGS.contains(&name) && is_compared(prepared, position) {
        format!("write `\"{name}\"`, in quotation marks")
    } else if ENDINGS.contains(&name) {
        format!("write `{name}(\"why\")`")
    } else if let Some(function) = prepared
        .property(position)
        .map(|called| called.split('(').next().unwrap_or_default().to_owned())
        .filter(|function| FUNCTIONS.contains(&function.as_str()))
    {
        format!("write `{function}(...)` in its place, without `{name}.`")
    } else {
        let own = named_here(prepared);
        let near = names().chain(own.iter().copied().filter(|own| *own != name));
        // The meaning of the name in the rulebook file is not known here.
        return told.help(did_you_mean(name, near));
    };
    told.help(help)
}

/// A library file whose top level fails.
pub(super) fn not_loaded(prepared: &PreparedText, error: &EvalAltResult) -> Diagnostic {
    let inner = error.unwrap_inner();
    let span = prepared.span(inner.position());
    Diagnostic::at(Code::ScriptFailed, span, lower_first(&plain(inner)))
        .help("a file in `lib` holds functions and nothing else".to_owned())
}

/// Why a run ended.
pub(super) fn ended(program: &Program, error: &EvalAltResult) -> RunStop {
    let source = innermost_source(error);
    let inner = error.unwrap_inner();
    if let EvalAltResult::ErrorRuntime(payload, _) = inner
        && let Some(stop) = payload.read_lock::<RunStop>()
    {
        return stop.clone();
    }
    let prepared = program.prepared(source.as_deref());
    let position = innermost_position(error);
    if inner.to_string().contains('\u{F8D0}') {
        let message = "a text made from a fact is looked up here, and a tree cannot hold that";
        return RunStop::Opaque(
            Diagnostic::at(Code::ScriptFailed, prepared.span(position), message).into(),
        );
    }
    RunStop::Fault(described(prepared, inner, position).into())
}

/// The place of an error; of one without a place, that of the call that it ended.
fn innermost_position(error: &EvalAltResult) -> Position {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, position)
        | EvalAltResult::ErrorInModule(_, inner, position) => Some(innermost_position(inner))
            .filter(|place| !place.is_none())
            .unwrap_or(*position),
        other => other.position(),
    }
}

fn innermost_source(error: &EvalAltResult) -> Option<String> {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, source, inner, _) => {
            innermost_source(inner).or_else(|| (!source.is_empty()).then(|| source.clone()))
        }
        EvalAltResult::ErrorInModule(_, inner, _) => innermost_source(inner),
        _ => None,
    }
}

fn described(prepared: &PreparedText, error: &EvalAltResult, position: Position) -> Diagnostic {
    let span = prepared.span(position);
    let at = |code: Code, message: String| Diagnostic::at(code, span.clone(), message);
    match error {
        EvalAltResult::ErrorVariableNotFound(name, _) => undefined_variable(
            prepared,
            &crate::script::symbolic_values::scope(false),
            position,
            name,
        ),
        EvalAltResult::ErrorFunctionNotFound(signature, _) => {
            unknown_function(prepared, position, signature)
        }
        EvalAltResult::ErrorMismatchDataType(wanted, found, _) if wanted == "bool" => {
            let span = prepared.value(position);
            let (kind, help) = no_condition(kind_name(found), span.text());
            let message = format!("expected true or false, found {kind}");
            Diagnostic::at(Code::WrongOperands, span, message).help(help)
        }
        EvalAltResult::ErrorTooManyOperations(_) | EvalAltResult::ErrorTerminated(..) => at(
            Code::LimitReached,
            "the script takes too many steps".to_owned(),
        )
        .help(
            "is there a loop that never ends, or one that copies a long list in each turn?"
                .to_owned(),
        ),
        EvalAltResult::ErrorStackOverflow(_) => at(
            Code::LimitReached,
            format!("functions call one another more than {MAX_CALLS} deep"),
        )
        .help("does a function call itself without end?".to_owned()),
        EvalAltResult::ErrorDataTooLarge(..) => at(
            Code::LimitReached,
            format!("a text or list grows too large: a text may have {MAX_TEXT} bytes"),
        ),
        EvalAltResult::ErrorTooManyVariables(_) => at(
            Code::LimitReached,
            "there are too many variables".to_owned(),
        ),
        EvalAltResult::ErrorTooManyModules(_) => {
            at(Code::LimitReached, "there are too many imports".to_owned())
        }
        EvalAltResult::ErrorModuleNotFound(path, _) => at(
            Code::BadImport,
            format!("there is no file for the import `{path}`"),
        ),
        EvalAltResult::ErrorArithmetic(text, _) => at(Code::Arithmetic, lower_first(text)),
        EvalAltResult::ErrorDotExpr(why, _) if why.contains("setter") => {
            let (message, help) = assigned(prepared, position);
            at(Code::WrongOperands, message).help(help)
        }
        EvalAltResult::ErrorDotExpr(..) => at(
            Code::WrongOperands,
            "nothing lies below this value".to_owned(),
        )
        .help(
            span.text()
                .rsplit_once('.')
                .and_then(|(_, name)| instead_of(name))
                .unwrap_or_else(|| {
                    "a fact is read as `j.path.of.fact`; a function is called with brackets, as \
                     `.len()`"
                        .to_owned()
                }),
        ),
        EvalAltResult::ErrorMismatchDataType(wanted, found, _) if wanted == "i64" => at(
            Code::WrongOperands,
            format!(
                "a list is looked up by a whole number, found {}",
                kind_name(found)
            ),
        )
        .help(
            "look a text, or one of choices, up in a map: `let least = #{\"1\": 10, \"2\": 20};`, \
             then `least[j.level]`"
                .to_owned(),
        ),
        EvalAltResult::ErrorPropertyNotFound(name, _) => {
            at(Code::UndefinedName, format!("the map has no `{name}`"))
                .help("write a line for it into the map, or ask for it before".to_owned())
        }
        EvalAltResult::ErrorArrayBounds(count, index, _) => {
            let message = format!("there is no item {index} in a list of {count}: the first is 0");
            at(Code::ScriptFailed, message).help(NO_ITEM.to_owned())
        }
        EvalAltResult::ErrorFor(_) => {
            at(Code::WrongOperands, NO_LIST.to_owned()).help(COUNTED.to_owned())
        }
        EvalAltResult::ErrorDataRace(what, _) => read_meanwhile(prepared, what, span),
        EvalAltResult::ErrorAssignmentToConstant(name, _) => {
            at(Code::WrongOperands, format!("`{name}` cannot be changed")).help(changeable(name))
        }
        EvalAltResult::ErrorIndexingType(..) => at(
            Code::WrongOperands,
            "nothing can be picked out of this by `[...]`".to_owned(),
        ),
        other => at(Code::ScriptFailed, lower_first(&plain(other))),
    }
}

/// A list that is read while a call holds it, as in `l.filter(|x| l.len() > x)`. The interpreter says
/// of which function that is, and not where.
fn read_meanwhile(prepared: &PreparedText, what: &str, otherwise: Span) -> Diagnostic {
    let name = what.split('\'').nth(1).unwrap_or_default();
    let words = Words::new(prepared.source.text(), prepared.tokens());
    let tokens = prepared.tokens();
    let is_call = |at: &usize| {
        words.is(*at, name) && words.is(*at - 1, ".") && !words.is(at.wrapping_sub(3), ".")
    };
    let at = (2..tokens.len()).find(is_call);
    let span = at.map(|at| tokens[at - 2].range.start..tokens[at].range.end);
    let span = span.map_or(otherwise, |range| prepared.source.span(range));
    let message = "a function that is called for each item of a list reads that list";
    let help = "give the list a second name before, as in `let all = list;`, and read that one in \
                the function";
    Diagnostic::at(Code::WrongOperands, span, message).help(help.to_owned())
}

/// Advice if a list has no item at an index.
const NO_ITEM: &str = "ask first how many there are, as in `if j.list.len() > 2 { ... }`, or go \
                       through the list: `for x in j.list { ... }`";

/// The message for a loop over something other than items, and the advice.
const NO_LIST: &str = "a loop goes through a list or a range, and this is neither";
const COUNTED: &str = "to count up to a number, write `for i in 0..10`: from 0 up to 9";

/// The interpreter's words without its position, which the span gives.
fn plain(error: &EvalAltResult) -> String {
    let text = error.to_string();
    text.split(" (line ").next().unwrap_or(&text).to_owned()
}

/// Whether a name follows `==` or `!=`.
fn is_compared(prepared: &PreparedText, position: Position) -> bool {
    let start = prepared.token(position).range().start;
    let before = prepared.source.text()[..start].trim_end();
    before.ends_with("==") || before.ends_with("!=")
}

/// What was found where a condition is expected, and the advice.
fn no_condition(kind: String, written: &str) -> (String, String) {
    match kind.as_str() {
        FACT => {
            let help = match written.strip_prefix("findings.") {
                Some(condition) => asked(condition),
                None => {
                    "compare it with something, as in `j.x >= 1` or `j.x == \"text\"`".to_owned()
                }
            };
            (format!("`{written}`, which is neither"), help)
        }
        RECORD => {
            let path = written.strip_prefix("j.").unwrap_or("path.of.reference");
            let help = format!(
                "read one of its facts, as in `{written}.path.of.fact`; to ask whether it is \
                 stated, write `j.known(\"{path}\")`"
            );
            (kind, help)
        }
        OUTCOME => {
            let help = "write the test itself here, and the outcome where the script ends";
            (kind, help.to_owned())
        }
        _ => (kind, COMPARE.to_owned()),
    }
}
