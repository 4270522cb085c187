//! A function that does not exist, or takes something else: what to write.

use rhai::Position;

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::script::defined_names::{arguments_of, named_here, token_at};
use crate::script::limits::{DISABLED, FUNCTIONS};
use crate::script::other_language_functions::{asks_whether_stated, in_english, instead_of};
use crate::script::presence_test_advice::asked_by_function;
use crate::script::reversed_ranges::as_comparisons;
use crate::script::rewrite_text_for_interpreter::{CASE_OF, PreparedText};
use crate::script::slip::Words;
use crate::script::spreadsheet_formulas::{called, decided_by};

/// Answers are no numbers.
pub(super) const TO_COUNT: &str = "to count what holds, begin with `let count = 0;` and add in branches, as in \
                                   `if j.x { count += 1; }`; if one of two is enough, write `||` between them";

pub(super) fn unknown_function(
    prepared: &PreparedText,
    position: Position,
    signature: &str,
) -> Diagnostic {
    prepared.said_of(position, signature, || said(prepared, position, signature))
}

fn said(prepared: &PreparedText, position: Position, signature: &str) -> Diagnostic {
    let (name, arguments) = signature.split_once(" (").unwrap_or((signature, ""));
    let imported = name.contains("::");
    let name = name.rsplit("::").next().unwrap_or(name).trim();
    let arguments = arguments.trim_end_matches(')');
    let kinds: Vec<_> = arguments
        .split(", ")
        .filter(|kind| !kind.is_empty())
        .map(kind_name)
        .collect();
    if matches!(name, ".." | "..=") {
        let message = "the ends of a range are whole numbers, written out";
        let (span, help) = as_comparisons(prepared, position).unzip();
        let span = span.unwrap_or_else(|| prepared.span(position));
        return Diagnostic::at(Code::WrongOperands, span, message).help(help);
    }
    if !name.starts_with(|c: char| c.is_alphabetic()) {
        return unknown_operator(prepared, position, name, &kinds);
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
        return misused(prepared, position, name, &kinds);
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
    let no_brackets = if of_parameters && name == "get" {
        Some("write the name of the parameter behind the point, as in `params.name`".to_owned())
    } else if of_parameters {
        Some(format!(
            "to read a parameter, leave the brackets out: `params.{name}`; of dated values the \
             as-of date picks one"
        ))
    } else {
        read_in_brackets(prepared, position, name, kinds.first().map(String::as_str))
    };
    let own = named_here(prepared);
    let several = kinds.len() > 1 && kinds.iter().all(|kind| kind == "true or false");
    let help = by_name
        .or_else(|| {
            let of_list = kinds.first().is_some_and(|kind| kind == "a list");
            (!of_list)
                .then(|| asked(prepared, position, name))
                .flatten()
        })
        .or(no_brackets)
        .or_else(|| {
            let first = kinds.first()?;
            of_list(prepared, position, name, first)
        })
        .or_else(|| stated_path(prepared, position, name))
        .or_else(|| several.then(|| joined(name)).flatten())
        .or_else(|| called(prepared, position, name))
        .or_else(|| instead_of(name))
        .or_else(|| {
            // A sheet has it under a name of another language.
            let small = name.to_lowercase();
            let english = in_english(&small);
            let is_known = english != small && FUNCTIONS.contains(&english);
            is_known.then(|| format!("write `{english}` in its place"))
        })
        .or_else(|| {
            let known = FUNCTIONS.into_iter().filter(|_| !imported);
            did_you_mean(name, known.chain(own))
        })
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

/// A function that is called with something else than it takes.
fn misused(
    prepared: &PreparedText,
    position: Position,
    name: &str,
    kinds: &[String],
) -> Diagnostic {
    let span = prepared.token(position);
    let given = if kinds.is_empty() {
        "nothing".to_owned()
    } else {
        kinds.join(" and ")
    };
    let message = format!("`{name}` cannot be called with {given}");
    let number = kinds.first().is_some_and(|kind| kind.ends_with("number"));
    let stated = asked(prepared, position, name);
    let help = if stated.is_some() {
        stated
    } else if name == "date" && kinds.first().is_some_and(|kind| kind == FACT) {
        let help = "it is a date already: write it alone, without `date(...)`";
        Some(help.to_owned())
    } else if let Some(help) = kinds
        .first()
        .and_then(|kind| of_list(prepared, position, name, kind))
    {
        Some(help)
    } else if let Some(help) = stated_path(prepared, position, name) {
        Some(help)
    } else if let Some(help) = decided_by(prepared, position, name, kinds) {
        Some(help)
    } else if name == "contains" && kinds.first().is_some_and(|kind| kind == "a map") {
        Some("write the names out in a list: `in [\"one\", \"other\"]`".to_owned())
    } else if name == "contains" && number {
        Some("write a list, as `in [1, 5]`, or a range: `in 1..=5` is 1 to 5".to_owned())
    } else {
        let usage = usage(name).map(|example| format!("write it as in `{example}`"));
        let other = called(prepared, position, name);
        let other = other.map_or_else(String::new, |it| it + "; of values of one record, ");
        usage.map(|usage| format!("{other}{usage}"))
    };
    Diagnostic::at(Code::WrongOperands, span, message).help(help)
}

/// Advice for a spreadsheet function over a list: `SUM(j.years)`.
fn of_list(prepared: &PreparedText, position: Position, name: &str, first: &str) -> Option<String> {
    if first != "a list" {
        return None;
    }
    let words = Words::new(prepared.source.text(), prepared.tokens());
    let index = token_at(prepared, &words, position);
    let open = (index..index + 2).find(|at| words.is(*at, "("))?;
    let inside = words.text(open + 1, words.closed(open)?.checked_sub(1)?);
    let (list, rest) = inside.split_once(',').unwrap_or((inside, ""));
    let (list, rest) = (list.trim(), rest.trim().trim_matches(['"', '\'']));
    if !list.starts_with("j.") {
        return None;
    }
    let loops = |first: String, turn: &str, result: &str| {
        Some(format!(
            "write `{result}` in its place, and in a line above `let {first}; for x in {list} {{ {turn} }}`"
        ))
    };
    match in_english(&name.to_lowercase()) {
        "sum" | "total" => loops("sum = 0".to_owned(), "sum += x;", "sum"),
        "average" | "avg" | "mean" => {
            let result = format!("sum / {list}.len()");
            loops("sum = 0".to_owned(), "sum += x;", &result)
        }
        name @ ("max" | "min") => loops(
            format!("{name} = {list}[0]"),
            &format!("{name} = {name}(x, {name});"),
            name,
        ),
        "count" | "counta" | "length" | "size" => Some(format!("write `{list}.len()`")),
        "countif" => {
            let sign = rest.find(|c: char| !matches!(c, '<' | '>' | '='))?;
            let (sign, value) = rest.split_at(sign);
            let sign = match sign {
                "" | "=" => "==",
                "<>" => "!=",
                other => other,
            };
            let value = value.trim();
            let number = value.parse::<f64>().is_ok();
            let value = if number || value.starts_with("j.") || value.starts_with("params.") {
                value.to_owned()
            } else {
                format!("\"{value}\"")
            };
            Some(format!("write `{list}.filter(|x| x {sign} {value}).len()`"))
        }
        _ => None,
    }
}

/// Advice for `j.assume(j.debt, 0)` and `COALESCE(j.debt, 0)`: the fact by its path.
fn stated_path(prepared: &PreparedText, position: Position, name: &str) -> Option<String> {
    let names = [
        "assume", "coalesce", "ifnull", "isnull", "nvl", "nz", "default",
    ];
    let named = names.iter().any(|one| one.eq_ignore_ascii_case(name));
    let words = Words::new(prepared.source.text(), prepared.tokens());
    let index = token_at(prepared, &words, position);
    let open = (index..index + 2).find(|at| words.is(*at, "("))?;
    let inside = words.text(open + 1, words.closed(open)?.checked_sub(1)?);
    let (fact, value) = inside.split_once(',')?;
    let path = fact.trim().strip_prefix("j.")?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    (named && path.chars().all(plain))
        .then(|| format!("write `j.assume(\"{path}\", {})`", value.trim()))
}

/// Advice if a function asks whether a fact is stated.
fn asked(prepared: &PreparedText, position: Position, name: &str) -> Option<String> {
    if name != "unknown" {
        asks_whether_stated(name)?;
    }
    let words = Words::new(prepared.source.text(), prepared.tokens());
    asked_by_function(&words, token_at(prepared, &words, position), name)
}

fn unknown_operator(
    prepared: &PreparedText,
    position: Position,
    name: &str,
    kinds: &[String],
) -> Diagnostic {
    let message = format!("cannot use `{name}` on {}", kinds.join(" and "));
    let of_answers = kinds.iter().all(|kind| kind == "true or false");
    let of_lists = matches!(name, "&" | "|") && kinds.iter().any(|kind| kind == "a list");
    let help = if of_lists {
        Some(
            "whether two lists share something is asked by `j.list.some(|x| x in [\"one\", \
                 \"other\"])`"
                .to_owned(),
        )
    } else {
        of_answers.then(|| TO_COUNT.to_owned())
    };
    let denied = (name == "!").then(|| COMPARE.to_owned());
    let nothing = kinds.iter().any(|kind| kind == "nothing");
    let help = denied
        .or(help)
        .or_else(|| nothing.then(|| NO_VALUE.to_owned()))
        .or_else(|| with_numbers(name).map(str::to_owned));
    Diagnostic::at(Code::WrongOperands, prepared.span(position), message).help(help)
}

/// Advice for an arithmetic operator beside a value that is no number.
pub(super) fn with_numbers(sign: &str) -> Option<&'static str> {
    Some(match sign {
        "+" | "-" | "*" | "/" | "%" | "**" => {
            "calculate with numbers alone: facts of `type: integer` or `type: number`; a day may have \
             days added, as in `j.since + 30`"
        }
        ">>" => "to compare, write `>`",
        "<<" => "to compare, write `<`",
        _ => return None,
    })
}

/// A word of the interpreter that scripts may not use.
pub(super) fn disabled(span: crate::base::source::Span, word: &str) -> Diagnostic {
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

/// Advice for `findings("size")`, `stats.mean("x")` and `findings.size.passes()`.
fn read_in_brackets(
    prepared: &PreparedText,
    position: Position,
    name: &str,
    first: Option<&str>,
) -> Option<String> {
    let span = prepared.token(position);
    if matches!(name, "findings" | "stats" | "params" | "j") {
        return Some(format!(
            "write what is read behind a point, as in `{name}.x`"
        ));
    }
    let before = prepared.source.text()[..span.range().start].trim_end();
    if before.ends_with("stats.") {
        let help = "a statistic is declared under `statistics:` in the rulebook file, and read \
                    without brackets, as `stats.name`";
        return Some(help.to_owned());
    }
    (name == "passes" && first == Some(FACT))
        .then(|| "leave the brackets out: `.passes`".to_owned())
}

/// Advice for a function that joins conditions in other languages.
fn joined(name: &str) -> Option<String> {
    let written = match name.to_lowercase().as_str() {
        "all" | "all_of" | "allof" | "every" => "a && b",
        "any" | "any_of" | "anyof" | "some" | "one_of" => "a || b",
        "none" | "none_of" | "noneof" => "!(a || b)",
        _ => return None,
    };
    Some(format!("write `{written}`"))
}

/// Advice if a side of a comparison or a calculation is `()`.
pub(super) const NO_VALUE: &str = "one side has no value in some case: where it is made, write an \
                                   `else` (or `_ =>` in a `switch`) with a value, or begin with \
                                   one, as in `let need = 0;`";
const PARAMETERS: &str = "all parameters at once";
pub(super) const COMPARE: &str = "compare it with something, as in `j.x >= 1`";
pub(super) const FACT: &str = "a fact, or what is calculated from facts";
pub(super) const RECORD: &str = "a record or a group of facts";
pub(super) const OUTCOME: &str = "an outcome";

/// The interpreter's name of a kind, in words.
pub(super) fn kind_name(name: &str) -> String {
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
