//! A derived fact: a value that a script calculates for a jurisdiction from its other facts.
//!
//! The scripts lie in `scripts/<rulebook>/derive/`; the stem of a file's name is the fact's path.
//! The comment head describes the value: the title, then `@type` or `@choices`, `@unit`, `@source`,
//! `@result` and free text.

use std::sync::Arc;

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, list_of};
use crate::base::source::{Source, Span};
use crate::model::condition::{bad_tag, head, no_such_tag, plain_tags, source_keys};
use crate::model::fact::{
    AllowedRange, FactOrigin, FactPath, FactSchema, FactType, MAX_INTEGER, Missing, Target, Value,
    name_problem,
};
use crate::model::rulebook::{DECIMALS, Rulebook, TAKEN, decimals_of};

/// One derived fact, as the head of its script describes it.
#[derive(Clone, Debug)]
pub struct DerivedFact {
    /// Its path, type and unit, with the title as description.
    pub schema: FactSchema,
    /// The free text of the head; `None` if there is none.
    pub description: Option<String>,
    /// Keys of the rulebook's sources, in the order of the head.
    pub sources: Vec<String>,
    /// The script.
    pub source: Arc<Source>,
    /// Whether it is an amount, such as a grant or a score: shown with the results, and added up.
    pub is_result: bool,
    /// Whether its head could be read; otherwise its type is not known, and it is not calculated.
    pub(crate) is_sound: bool,
}

/// The types that a derived fact may have.
const TYPES: [&str; 5] = ["boolean", "integer", "number", "text", "date"];

const TAGS: [&str; 6] = ["type", "choices", "unit", "decimals", "source", "result"];

/// The derived fact of a script file, and everything wrong with its name and head.
pub(crate) fn parse(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<DerivedFact> {
    let file = source.name().rsplit('/').next().unwrap_or_default();
    let stem = file.trim_end_matches(".rhai");
    if let Some(problem) = bad_name(rulebook, stem) {
        let help = "rename the file, as in `income_per_head.rhai`".to_owned();
        diagnostics.push(Diagnostic::in_file(Code::BadName, source.name(), problem).help(help));
        return None;
    }
    plain_tags(source, &TAGS, diagnostics);
    let lines: Vec<Span> = head(source).collect();
    let title = lines
        .first()
        .filter(|line| !line.text().starts_with('@') && !line.text().is_empty());
    let first = || source.span(0..source.text().lines().next().map_or(0, str::len));
    if title.is_none() {
        diagnostics.push(no_title(first()));
    }
    let (mut ty, mut is_sound, mut is_result) = (None, true, false);
    let (mut unit, mut decimals, mut sources, mut text) = (None, None, Vec::new(), Vec::new());
    for span in lines.iter().skip(usize::from(title.is_some())) {
        let Some(tag) = span.text().strip_prefix('@') else {
            text.push(span.text());
            continue;
        };
        let (name, value) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        let value = value.trim();
        match name {
            "type" | "choices" => {
                let read = read_kind(name, value, span, diagnostics);
                is_sound = read.is_some();
                // If it is read anyway, the script is reported, not its type.
                ty = read.or(Some(FactType::Number));
            }
            "unit" => unit = Some(value.to_owned()),
            "result" => is_result = true,
            "decimals" => {
                decimals = decimals_of(value);
                if decimals.is_none() {
                    let message = format!("expected {DECIMALS}, found `{value}`");
                    diagnostics.push(Diagnostic::at(Code::BadMetadata, span.clone(), message));
                }
            }
            "source" => sources.extend(source_keys(rulebook, value, span, diagnostics)),
            _ => no_such_tag(name, &TAGS, span, diagnostics),
        }
    }
    let ty = ty.unwrap_or_else(|| {
        diagnostics.push(no_type(first()));
        is_sound = false;
        FactType::Number
    });
    let end = |value: i64| (ty == FactType::Integer).then_some(Value::Integer(value));
    let schema = FactSchema {
        path: FactPath::new(stem),
        range: AllowedRange {
            min: end(-MAX_INTEGER),
            max: end(MAX_INTEGER),
        },
        ty,
        unit,
        decimals,
        description: title.map(|line| line.text().to_owned()),
        question: None,
        fixed: true,
        origin: FactOrigin::Derived,
        key: None,
        target: Target::default(),
        missing: Missing::default(),
        span: Some(first()),
    };
    let text = text.join("\n").trim().to_owned();
    Some(DerivedFact {
        schema,
        description: (!text.is_empty()).then_some(text),
        sources,
        source: Arc::clone(source),
        is_result,
        is_sound,
    })
}

/// Why a derived fact cannot have this name; `None` if it can.
fn bad_name(rulebook: &Rulebook, stem: &str) -> Option<String> {
    if let Some(problem) = name_problem(stem) {
        return Some(problem);
    }
    if TAKEN.contains(&stem) {
        return Some(format!("`{stem}` has a meaning of its own"));
    }
    let mut facts = rulebook.schema.facts().iter();
    let declared = facts.find(|fact| fact.path.as_str().split('.').next() == Some(stem))?;
    Some(format!(
        "`{stem}` cannot be derived: the rulebook declares the fact `{}`",
        declared.path
    ))
}

fn no_title(place: Span) -> Diagnostic {
    let message = "this derived fact has no title";
    let help = "make the first line `//! What the value is, in a few words`".to_owned();
    Diagnostic::at(Code::MissingTitle, place, message).help(help)
}

fn no_type(place: Span) -> Diagnostic {
    let help = "add a line `//! @type number` (or boolean, integer, text, date), or `//! @choices \
                small, large`";
    let message = "a derived fact must say of which type it is";
    Diagnostic::at(Code::BadMetadata, place, message).help(help.to_owned())
}

/// The type that the tag `type` or `choices` gives.
fn read_kind(
    tag: &str,
    value: &str,
    span: &Span,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<FactType> {
    if tag == "type" {
        read_type(value, span, diagnostics)
    } else {
        read_choices(value, span, diagnostics)
    }
}

fn read_type(name: &str, span: &Span, diagnostics: &mut Vec<Diagnostic>) -> Option<FactType> {
    match name {
        "boolean" => Some(FactType::Boolean),
        "integer" => Some(FactType::Integer),
        "number" => Some(FactType::Number),
        "text" => Some(FactType::Text),
        "date" => Some(FactType::Date),
        _ => {
            let known = format!(
                "the types of derived facts are {}; for a choice write `@choices a, b`",
                list_of(TYPES)
            );
            let help = did_you_mean(name, TYPES).or(Some(known));
            bad_tag(
                format!("a derived fact cannot be of type `{name}`"),
                help,
                span,
                diagnostics,
            );
            None
        }
    }
}

/// Advice for choices in brackets or quotation marks, or with other separators.
fn bare_choices(value: &str) -> Option<String> {
    let inner = value
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let inner = inner.unwrap_or(value);
    let other = [';', '|']
        .into_iter()
        .find(|sign| inner.contains(*sign) && !inner.contains(','));
    let parts = inner.split(other.unwrap_or(',')).map(str::trim);
    let bare = |part: &str| -> String {
        let marks = ['"', '\''].into_iter();
        let mut inner = marks.filter_map(|mark| part.strip_prefix(mark)?.strip_suffix(mark));
        inner.next().unwrap_or(part).to_owned()
    };
    let bare: Vec<String> = parts.clone().map(bare).collect();
    let same = inner.len() == value.len() && other.is_none() && parts.eq(bare.iter());
    (!same).then(|| bare.join(", "))
}

fn read_choices(value: &str, span: &Span, diagnostics: &mut Vec<Diagnostic>) -> Option<FactType> {
    if let Some(meant) = bare_choices(value) {
        let message = format!("`{value}` has signs that would be part of the choices");
        let help = format!("write `@choices {meant}`");
        bad_tag(message, Some(help), span, diagnostics);
        return None;
    }
    let choices: Vec<Arc<str>> = value
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(Arc::from)
        .collect();
    let twice = (1..choices.len()).find(|index| choices[..*index].contains(&choices[*index]));
    if choices.is_empty() || twice.is_some() {
        let message = match twice {
            Some(index) => format!("the choice `{}` stands here twice", choices[index]),
            None => "`@choices` names no choice".to_owned(),
        };
        bad_tag(
            message,
            Some("write `@choices small, large`".to_owned()),
            span,
            diagnostics,
        );
        return None;
    }
    Some(FactType::Choice(choices.into()))
}
