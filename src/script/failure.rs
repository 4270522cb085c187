//! What the interpreter says of a broken script, in words for people who know no Rust.

use rhai::{EvalAltResult, ParseError, ParseErrorType, Position, Scope};

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, list_of};
use crate::formats::yaml::lower_first;
use crate::script::Program;
use crate::script::foreign_functions::instead_of;
use crate::script::formulas::called;
use crate::script::limits::{DISABLED, FUNCTIONS, MAX_CALLS, MAX_TEXT};
use crate::script::outcome::ENDINGS;
use crate::script::own_names::{
    arguments_of, assigned, is_own, name_given, named_here, within_function,
};
use crate::script::prepare::{CASE_OF, PreparedText};
use crate::script::reversed_ranges::as_comparisons;
use crate::script::run::RunStop;

/// A script that cannot be parsed.
pub(super) fn not_compiled(
    prepared: &PreparedText,
    scope: &Scope<'_>,
    error: &ParseError,
) -> Diagnostic {
    let position = error.1;
    let span = prepared.token(position);
    let syntax = |message: String| Diagnostic::at(Code::ScriptSyntax, span.clone(), message);
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
        ParseErrorType::Reserved(word) => disabled(span, word),
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
        ParseErrorType::UnexpectedEOF => {
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
        }
        ParseErrorType::MissingToken(token, why) => syntax(format!(
            "expected `{token}` {}, found `{}`",
            lower_first(why),
            shown(&span)
        ))
        .help(match token.as_str() {
            ";" => Some("end the line before with `;`".to_owned()),
            "{" => Some("write `{` here, and `}` where the branch ends".to_owned()),
            "}" if why.contains("map") => Some(format!(
                "put names in a map into quotation marks, as in `#{{\"{}\": 1}}`",
                shown(&span).trim_matches('\'')
            )),
            _ => None,
        }),
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
        other => syntax(lower_first(&other.to_string())),
    }
}

/// An expression, or a chain of branches, that goes too deep.
pub(super) fn nested_too_deeply(span: crate::base::source::Span) -> Diagnostic {
    Diagnostic::at(
        Code::LimitReached,
        span,
        "this expression is nested too deeply",
    )
    .help("give parts of it a name with `let`".to_owned())
}

fn shown(span: &crate::base::source::Span) -> &str {
    if span.text().is_empty() {
        "the end"
    } else {
        span.text()
    }
}

/// What to write where a constant gets another value.
fn changeable(name: &str) -> String {
    format!("write `let {name}` in place of `const {name}`, or give the other value another name")
}

fn disabled(span: crate::base::source::Span, word: &str) -> Diagnostic {
    let help = match word {
        "print" | "debug" => {
            "a script shows nothing of its own; put what you want to see into the reason, as \
             `met(\"...\")`"
        }
        "eval" | "Fn" | "call" | "curry" => "write the code itself instead",
        "try" | "catch" => "a mistake in a script is shown, never passed over",
        "throw" => "end with `not_met(\"...\")`, or ask `j.known(...)` first",
        "sleep" | "timestamp" => {
            "criteria have no clock; compare with a parameter that holds a date"
        }
        _ => "leave it out",
    };
    Diagnostic::at(
        Code::ScriptSyntax,
        span,
        format!("`{word}` cannot be used in a script"),
    )
    .help(help.to_owned())
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
    let help = if hidden || matches!(name, "j" | "params" | "findings") {
        format!("a function sees only what it is given: add `{name}` to its arguments")
    } else if let Some(help) = name_given(prepared, position, name) {
        help
    } else if ENDINGS.contains(&name) {
        format!("write `{name}(\"why\")`")
    } else if let Some(function) = prepared
        .property(position)
        .map(|called| called.split('(').next().unwrap_or_default().to_owned())
        .filter(|function| FUNCTIONS.contains(&function.as_str()))
    {
        format!("write `{function}(...)` in its place, without `{name}.`")
    } else {
        let below = prepared.property(position).map(|property| {
            format!(
                "write `j.{property}` if it is a fact; the names are {}",
                list_of(names())
            )
        });
        let own = named_here(prepared);
        let near = names().chain(own.iter().copied().filter(|own| *own != name));
        // What the name is in the rulebook file is not known here.
        return told.help(did_you_mean(name, near).or(below));
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

/// What ended a run, taken apart.
pub(super) fn ended(program: &Program, error: &EvalAltResult) -> RunStop {
    let source = innermost_source(error);
    let inner = error.unwrap_inner();
    if let EvalAltResult::ErrorRuntime(payload, _) = inner
        && let Some(stop) = payload.read_lock::<RunStop>()
    {
        return stop.clone();
    }
    let prepared = program.prepared(source.as_deref());
    let position = inner.position();
    if inner.to_string().contains('\u{F8D0}') {
        let message = "a text made from a fact is looked up here, and a tree cannot hold that";
        return RunStop::Opaque(
            Diagnostic::at(Code::ScriptFailed, prepared.span(position), message).into(),
        );
    }
    RunStop::Fault(described(prepared, inner, position).into())
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
            &crate::script::value::scope(false),
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
        EvalAltResult::ErrorTooManyOperations(_) => at(
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
            at(Code::ScriptFailed, message)
        }
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

/// The interpreter's words without its position, which the span gives.
fn plain(error: &EvalAltResult) -> String {
    let text = error.to_string();
    text.split(" (line ").next().unwrap_or(&text).to_owned()
}

fn unknown_function(prepared: &PreparedText, position: Position, signature: &str) -> Diagnostic {
    let (name, arguments) = signature.split_once(" (").unwrap_or((signature, ""));
    let name = name.rsplit("::").next().unwrap_or(name).trim();
    let arguments = arguments.trim_end_matches(')');
    let kinds: Vec<_> = arguments
        .split(", ")
        .filter(|kind| !kind.is_empty())
        .map(kind_name)
        .collect();
    if matches!(name, ".." | "..=") {
        let message = "the ends of a range are whole numbers, written out";
        let help = as_comparisons(prepared, position);
        return Diagnostic::at(Code::WrongOperands, prepared.span(position), message).help(help);
    }
    if !name.starts_with(|c: char| c.is_alphabetic()) {
        let message = format!("cannot use `{name}` on {}", kinds.join(" and "));
        let of_answers = kinds.iter().all(|kind| kind == "true or false");
        let help = of_answers
            .then(|| "to count what holds, add in branches: `if j.x { count += 1; }`".to_owned());
        let denied = (name == "!").then(|| COMPARE.to_owned());
        let help = denied.or(help);
        return Diagnostic::at(Code::WrongOperands, prepared.span(position), message).help(help);
    }
    if name == CASE_OF {
        return Diagnostic::at(
            Code::WrongOperands,
            prepared.span(position),
            "cannot `switch` on this",
        );
    }
    let span = prepared.token(position);
    if DISABLED.contains(&name) {
        return disabled(span, name);
    }
    if FUNCTIONS.contains(&name) {
        let given = if kinds.is_empty() {
            "nothing".to_owned()
        } else {
            kinds.join(" and ")
        };
        let message = format!("`{name}` cannot be called with {given}");
        let number = kinds.first().is_some_and(|kind| kind.ends_with("number"));
        let help = if name == "contains" && number {
            Some("write a list, as `in [1, 5]`, or a range: `in 1..=5` is 1 to 5".to_owned())
        } else {
            let usage = usage(name).map(|example| format!("write it as in `{example}`"));
            let other = called(prepared, position, name);
            let other = other.map_or_else(String::new, |it| it + "; of values of one record, ");
            usage.map(|usage| format!("{other}{usage}"))
        };
        return Diagnostic::at(Code::WrongOperands, span, message).help(help);
    }
    if let Some(wanted) = arguments_of(prepared, name) {
        let message = format!(
            "`{name}` takes {wanted} in its brackets, found {}",
            kinds.len()
        );
        let help = format!("`fn {name}` says what it takes: give it as much, or change it there");
        return Diagnostic::at(Code::WrongOperands, span, message).help(help);
    }
    let fact = kinds
        .first()
        .is_some_and(|kind| kind.starts_with("a record"));
    let by_name = (fact && name == "get")
        .then(|| "write the name of the fact behind the point, as in `j.path.of.fact`".to_owned());
    let of_parameters = kinds.first().is_some_and(|kind| kind == PARAMETERS);
    let no_brackets = (of_parameters && kinds.len() == 1)
        .then(|| format!("to read a parameter, leave the brackets out: `params.{name}`"));
    let own = named_here(prepared);
    let several = kinds.len() > 1 && kinds.iter().all(|kind| kind == "true or false");
    let help = by_name
        .or(no_brackets)
        .or_else(|| several.then(|| joined(name)).flatten())
        .or_else(|| called(prepared, position, name))
        .or_else(|| instead_of(name))
        .or_else(|| did_you_mean(name, FUNCTIONS.into_iter().chain(own)))
        .or_else(|| fact.then(|| format!("to read a fact, leave the brackets out: `.{name}`")));
    let known = format!(
        "the functions are {}",
        FUNCTIONS.map(|name| format!("`{name}`")).join(", ")
    );
    Diagnostic::at(
        Code::UndefinedName,
        span,
        format!("there is no function `{name}`"),
    )
    .help(help.unwrap_or(known))
}

/// What stands where a condition is expected, and what to write there.
fn no_condition(kind: String, written: &str) -> (String, String) {
    match kind.as_str() {
        FACT => (
            format!("`{written}`, which is neither"),
            "compare it with something, as in `j.x >= 1` or `j.x == \"text\"`".to_owned(),
        ),
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

/// What to write for a function that joins conditions elsewhere.
fn joined(name: &str) -> Option<String> {
    let written = match name.to_lowercase().as_str() {
        "all" | "all_of" | "allof" | "every" => "a && b",
        "any" | "any_of" | "anyof" | "some" | "one_of" => "a || b",
        "none" | "none_of" | "noneof" => "!(a || b)",
        _ => return None,
    };
    Some(format!("write `{written}`"))
}

const PARAMETERS: &str = "all parameters at once";
const COMPARE: &str = "compare it with something, as in `j.x >= 1`";
const FACT: &str = "a fact, or what is calculated from facts";
const RECORD: &str = "a record or a group of facts";
const OUTCOME: &str = "an outcome";

/// The interpreter's name of a kind, in words.
fn kind_name(name: &str) -> String {
    let words = match name.trim() {
        "i64" => "a whole number",
        "f64" => "a number",
        "bool" => "true or false",
        "()" => "nothing",
        "array" | "Array" => "a list",
        "map" | "Map" => "a map",
        "char" => "a character",
        name if name.ends_with("Symbol") || name == "fact" => FACT,
        name if name.ends_with("View") || name == "record" => RECORD,
        name if name.ends_with("Ending") || name == "outcome" => OUTCOME,
        name if name.ends_with("Params") || name == "params" => PARAMETERS,
        name if name.contains("string") || name.contains("String") => "a text",
        name => name,
    };
    words.to_owned()
}

/// A call of a function whose arguments are easily mistaken.
fn usage(name: &str) -> Option<&'static str> {
    Some(match name {
        "met" | "eligible" => "met(\"why\")",
        "not_met" | "ineligible" => "not_met(\"why\")",
        "not_applicable" => "not_applicable(\"why\")",
        "known" => "j.known(\"path.of.fact\")",
        "assume" => "j.assume(\"path.of.fact\", 0)",
        "min" => "min(j.a, j.b)",
        "max" => "max(j.a, j.b)",
        "band" => "band(j.people, [500, 1000])",
        "date" => "date(\"2026-01-31\")",
        "year" => "year(j.born)",
        "month" => "month(j.born)",
        "day" => "day(j.born)",
        "add_months" => "add_months(j.since, 3)",
        "add_years" => "add_years(j.born, 18)",
        "months_between" => "months_between(j.since, params.as_of)",
        "years_between" => "years_between(j.since, params.as_of)",
        "age" => "age(j.born, params.as_of)",
        "first_of_month" => "first_of_month(j.since)",
        "last_of_month" => "last_of_month(j.since)",
        "fixed" => "fixed(j.share, 2)",
        "percent" => "percent(j.share, 1)",
        "thousands" => "thousands(j.people)",
        "round" | "round_even" => "round(j.share, 2)",
        "div" => "div(j.seats, 2)",
        _ => return None,
    })
}
