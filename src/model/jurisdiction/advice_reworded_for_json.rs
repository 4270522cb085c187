//! Rewords the advice of diagnostics for records in JSON: unknown is `null` there, and texts need
//! quotation marks.

use crate::base::diagnostic::Diagnostic;
use crate::base::source::Source;
use crate::formats::json;
use crate::model::jurisdiction::format::RecordFormat;

/// Puts advice on records that are JSON into the words of JSON.
pub(crate) fn advise_in_json(diagnostics: &mut [Diagnostic]) {
    let is_json = |source: &Source| {
        matches!(
            RecordFormat::of(source),
            RecordFormat::Lines | RecordFormat::Json
        )
    };
    for one in diagnostics {
        if one.span().is_some_and(|span| is_json(span.source())) {
            one.help = one.help.take().map(|help| in_json(&help));
        }
    }
}

fn in_json(help: &str) -> String {
    let help = help
        .replace(
            "add `value:`, or `value: unknown` when it is not known",
            "add `\"value\": ...`, or `\"value\": null` when it is not known",
        )
        .replace(
            "add a line `id: ...` at the top of this document",
            "add `\"id\": \"...\"` to this record",
        )
        .replace("`unknown`", "`null`");
    let Some((value, rest)) = help
        .strip_prefix("write `")
        .and_then(|help| help.split_once('`'))
    else {
        return help;
    };
    format!("write `{}`{rest}", written(value))
}

/// A value, or a list of them, as JSON writes it.
fn written(value: &str) -> String {
    let list = value
        .strip_prefix('[')
        .and_then(|list| list.strip_suffix(']'));
    match list {
        Some(items) => {
            let items: Vec<String> = items.split(", ").map(json::written).collect();
            format!("[{}]", items.join(", "))
        }
        None if value.contains(": ") => value.to_owned(),
        None => json::written(value),
    }
}
