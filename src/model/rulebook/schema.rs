//! Reads the fact schema of a rulebook file: one fact a key, the key its dotted path.

use std::collections::HashSet;
use std::sync::Arc;

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, list_of};
use crate::formats::yaml::{Entry, NodeKind, Section, YamlNode, one_or_many, text_of};
use crate::model::fact::{
    AllowedRange, BUILT_IN, Date, FactOrigin, FactPath, FactSchema, FactType, MAX_INTEGER,
    Mismatch, Missing, Schema, Target, Value, name_problem, read_value,
};
use crate::model::rulebook::allowed_reference_targets::{
    is_reference, read_flag, read_itself, read_targets,
};

const KEYS: [&str; 13] = [
    "type",
    "choices",
    "items",
    "unit",
    "decimals",
    "range",
    "description",
    "question",
    "fixed",
    "by",
    "references",
    "itself",
    "missing",
];

/// Names that a script finds something else under.
pub(crate) const TAKEN: [&str; 4] = ["findings", "stats", "known", "assume"];

/// The schema, with the built-in facts first.
pub(super) fn read_schema(rulebook: &Section<'_>, diagnostics: &mut Vec<Diagnostic>) -> Schema {
    let mut facts: Vec<FactSchema> = BUILT_IN.iter().map(|name| built_in(name)).collect();
    let everywhere = texts(rulebook, "missing", diagnostics);
    let entries = rulebook.named("facts", "facts", diagnostics);
    for entry in entries {
        facts.extend(read_fact(entry, &everywhere, diagnostics));
    }
    report_nesting(&facts, diagnostics);
    report_keys(&mut facts, diagnostics);
    read_targets(entries, &mut facts, diagnostics);
    let ignored = texts(rulebook, "ignore", diagnostics);
    let ignored = patterns(rulebook, ignored, diagnostics);
    Schema::new(facts).ignoring(ignored)
}

/// Whether the value of a key is a single text or a list. A list without its brackets is neither,
/// and is reported.
fn is_list(section: &Section<'_>, key: &str, diagnostics: &mut Vec<Diagnostic>) -> bool {
    let Some((node, text)) = section.get(key).and_then(|node| Some((node, node.text()?))) else {
        return true;
    };
    let Some(sign) = [',', ';', '|']
        .into_iter()
        .find(|sign| text.contains(*sign))
    else {
        return true;
    };
    let items: Vec<&str> = text.split(sign).map(str::trim).collect();
    let message = format!("`{key}` has one text here: a list stands in square brackets");
    let help = format!(
        "write `[{}]`; where it is one text that holds `{sign}`, `[\"{text}\"]`",
        items.join(", ")
    );
    diagnostics.push(Diagnostic::at(Code::WrongShape, node.span.clone(), message).help(help));
    false
}

/// The texts under a key, one or a list of them.
fn texts(section: &Section<'_>, key: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<Arc<str>> {
    if !is_list(section, key, diagnostics) {
        return Vec::new();
    }
    let nodes = section.get(key).map(one_or_many).unwrap_or_default();
    let texts = nodes.iter();
    let texts = texts.filter_map(|node| text_of(node, key, diagnostics));
    texts.map(Into::into).collect()
}

/// Names that may contain a `*` for any text; one with two of them is reported.
fn patterns(
    rulebook: &Section<'_>,
    names: Vec<Arc<str>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Arc<str>> {
    let several = |name: &str| name.matches('*').count() > 1;
    let nodes = rulebook.get("ignore").map(one_or_many).unwrap_or_default();
    for node in nodes {
        let Some(name) = node.text().filter(|name| several(name)) else {
            continue;
        };
        let message = format!("`{name}` has more than one `*`: one stands for any text");
        let help = "write one `*` in each, as in `note_*`, or write the names out".to_owned();
        diagnostics.push(Diagnostic::at(Code::WrongValue, node.span.clone(), message).help(help));
    }
    names.into_iter().filter(|name| !several(name)).collect()
}

/// The words by which a fact is missing: its own and those of the rulebook. None can be a choice.
fn read_missing(
    section: &Section<'_>,
    everywhere: &[Arc<str>],
    ty: &FactType,
    diagnostics: &mut Vec<Diagnostic>,
) -> Missing {
    let own = texts(section, "missing", diagnostics);
    let all = own.into_iter().chain(everywhere.iter().cloned());
    let FactType::Choice(choices) = ty else {
        return Missing::new(all);
    };
    let (both, fine): (Vec<_>, Vec<_>) = all.partition(|word| choices.contains(word));
    for word in both {
        let entry = section.entry("missing").or(section.entry("choices"));
        let span = entry.map_or(section.span(), |entry| &entry.value.span);
        let message = format!("`{word}` is a choice, and cannot say that the fact is missing");
        let help = "leave it out of `choices`, or of `missing`".to_owned();
        diagnostics.push(Diagnostic::at(Code::WrongValue, span.clone(), message).help(help));
    }
    Missing::new(fine)
}

fn built_in(name: &str) -> FactSchema {
    FactSchema {
        fixed: true,
        ..FactSchema::of(name, FactType::Text)
    }
}

fn read_fact(
    entry: &Entry,
    everywhere: &[Arc<str>],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<FactSchema> {
    let problem = entry.key.split('.').find_map(name_problem);
    let first = entry.key.split('.').next().unwrap_or_default();
    let taken = (BUILT_IN.contains(&first) || TAKEN.contains(&first))
        .then(|| format!("`{first}` has a meaning of its own and cannot be declared as a fact"));
    if let Some(problem) = problem.or(taken) {
        diagnostics.push(Diagnostic::at(
            Code::BadName,
            entry.key_span.clone(),
            problem,
        ));
        return None;
    }
    if let Some(inner) = inner_fact(entry) {
        let path = format!("{}.{inner}", entry.key);
        let message = format!(
            "`{}` is a group: a fact is declared by its whole path",
            entry.key
        );
        let help = format!("write `{path}:` in a line of its own, and so each of them");
        let span = entry.key_span.clone();
        diagnostics.push(Diagnostic::at(Code::WrongShape, span, message).help(help));
        return None;
    }
    let named = entry.value.text().filter(|name| !name.is_empty());
    let advice = named.map(|name| format!("write `{{type: {name}}}`"));
    let what = "a fact of the schema";
    let section = Section::advised(&entry.value, what, &KEYS, advice, diagnostics)?;
    let ty = read_type(&section, diagnostics)?;
    Some(FactSchema {
        path: FactPath::new(entry.key.as_str()),
        range: read_range(&section, &ty, read_value, diagnostics),
        decimals: read_decimals(&section, &ty, diagnostics),
        missing: read_missing(&section, everywhere, &ty, diagnostics),
        fixed: read_fixed(&section, &ty, diagnostics),
        ty,
        unit: section.text("unit", diagnostics),
        description: section.text("description", diagnostics),
        question: section.text("question", diagnostics),
        origin: FactOrigin::Stated,
        key: read_key(&section, diagnostics),
        target: Target {
            itself: read_itself(&section, diagnostics),
            facts: Vec::new(),
        },
        span: Some(entry.key_span.clone()),
    })
}

/// The first fact of a group whose entry looks like a fact: `budget: {total: {type: number}}`.
fn inner_fact(entry: &Entry) -> Option<&str> {
    let inner = entries_of(&entry.value)?;
    let declares = |entry: &Entry| {
        let keys = entries_of(&entry.value).into_iter().flatten();
        keys.into_iter()
            .any(|one| matches!(one.key.as_str(), "type" | "choices"))
    };
    let group = inner.iter().all(declares);
    inner.first().filter(|_| group).map(|entry| &*entry.key)
}

pub(super) fn entries_of(node: &YamlNode) -> Option<&[Entry]> {
    match &node.kind {
        NodeKind::Mapping(entries) => Some(entries),
        _ => None,
    }
}

/// The number of decimals that numbers are shown with: `decimals: 2`.
pub(super) fn read_decimals(
    section: &Section<'_>,
    ty: &FactType,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<u8> {
    let node = section.get("decimals")?;
    if *ty != FactType::Number {
        let message = format!("`decimals` is about numbers, and this is {ty}");
        let help = "write `type: number`, or leave `decimals` out".to_owned();
        diagnostics.push(Diagnostic::at(Code::WrongValue, node.span.clone(), message).help(help));
        return None;
    }
    let decimals = node.text().and_then(decimals_of);
    if decimals.is_none() {
        let message = format!("expected {DECIMALS}, found {}", node.describe());
        diagnostics.push(Diagnostic::at(Code::WrongValue, node.span.clone(), message));
    }
    decimals
}

/// The values that `decimals` may have, in words.
pub(crate) const DECIMALS: &str = "a number of places after the point, from 0 to 15";

/// A number of places after the point.
pub(crate) fn decimals_of(text: &str) -> Option<u8> {
    text.parse::<u8>().ok().filter(|places| *places <= 15)
}

/// The fact by which a reference names a record: `by: insee_code`.
fn read_key(section: &Section<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<FactPath> {
    let name = section.text("by", diagnostics)?;
    if !is_reference(section, "by", diagnostics) {
        return None;
    }
    Some(FactPath::new(name.as_str()))
}

/// A reference by a fact that does not exist, or is no text, is read by the id instead.
fn report_keys(facts: &mut [FactSchema], diagnostics: &mut Vec<Diagnostic>) {
    let texts: Vec<FactPath> = facts
        .iter()
        .filter(|fact| fact.ty == FactType::Text)
        .map(|fact| fact.path.clone())
        .collect();
    for fact in facts {
        let Some(key) = fact.key.take_if(|key| !texts.contains(key)) else {
            continue;
        };
        let span = fact.span.clone().expect("only declared facts have a key");
        let message = format!(
            "`{}` finds records by `{key}`, which is not a fact of type text",
            fact.path
        );
        let near = did_you_mean(key.as_str(), texts.iter().map(FactPath::as_str));
        diagnostics.push(Diagnostic::at(Code::WrongValue, span, message).help(near));
    }
}

/// Whether a fact cannot be changed; a reference cannot, unless the schema says otherwise.
fn read_fixed(section: &Section<'_>, ty: &FactType, diagnostics: &mut Vec<Diagnostic>) -> bool {
    if *ty == FactType::Jurisdiction && section.get("fixed").is_none() {
        return true;
    }
    let help = "write `fixed: true` for a fact that nobody can change";
    read_flag(section, "fixed", help, diagnostics)
}

/// The type of a fact or parameter, from `type`, `choices` and `items`.
pub(super) fn read_type(
    section: &Section<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<FactType> {
    let choices = section.get("choices");
    let name = match section.text("type", diagnostics) {
        Some(name) => name,
        None if choices.is_some() => "choice".to_owned(),
        None if section.is_misnamed("type") => return None,
        None => {
            let message = "a fact must have a type";
            let help = format!("add `type:` with one of {}", list_of(FactType::NAMES));
            diagnostics
                .push(Diagnostic::at(Code::MissingKey, section.span().clone(), message).help(help));
            return None;
        }
    };
    if let Some(choices) = choices.filter(|_| !matches!(name.as_str(), "choice" | "list")) {
        let message = format!("`choices` belong to `type: choice`, and this is `type: {name}`");
        let help = "write `type: choice`, or leave the choices out; choices may be numbers";
        diagnostics.push(
            Diagnostic::at(Code::WrongValue, choices.span.clone(), message).help(help.to_owned()),
        );
    }
    match name.as_str() {
        "boolean" => Some(FactType::Boolean),
        "integer" => Some(FactType::Integer),
        "number" => Some(FactType::Number),
        "text" => Some(FactType::Text),
        "date" => Some(FactType::Date),
        "jurisdiction" => Some(FactType::Jurisdiction),
        "choice" => read_choices(section, diagnostics),
        "list" => Some(FactType::List(Box::new(read_items(section, diagnostics)?))),
        _ => {
            diagnostics.push(unknown_type(section, "type", &name));
            None
        }
    }
}

fn unknown_type(section: &Section<'_>, key: &str, name: &str) -> Diagnostic {
    let span = section
        .get(key)
        .map_or(section.span(), |node| &node.span)
        .clone();
    let known = format!("the types are {}", list_of(FactType::NAMES));
    Diagnostic::at(Code::WrongValue, span, format!("there is no type `{name}`")).help(
        elsewhere(name)
            .map(|name| format!("write `{name}`"))
            .or_else(|| did_you_mean(name, FactType::NAMES))
            .unwrap_or(known),
    )
}

/// The type that goes by another name elsewhere.
fn elsewhere(name: &str) -> Option<&'static str> {
    Some(match name.to_lowercase().as_str() {
        "string" | "str" | "varchar" | "char" => "text",
        "bool" | "yesno" | "yes/no" | "flag" => "boolean",
        "int" | "whole number" | "long" | "count" => "integer",
        "float" | "decimal" | "double" | "numeric" | "percent" | "currency" | "money" => "number",
        "enum" | "category" | "select" | "option" => "choice",
        "datetime" | "day" | "timestamp" => "date",
        "array" | "set" | "multiselect" => "list",
        "reference" | "ref" | "record" | "id" => "jurisdiction",
        _ => return None,
    })
}

fn read_choices(section: &Section<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<FactType> {
    if !is_list(section, "choices", diagnostics) {
        return None;
    }
    let nodes = section.get("choices").map(one_or_many).unwrap_or_default();
    if nodes.is_empty() {
        let message = "a choice must say which choices there are";
        diagnostics.push(
            Diagnostic::at(Code::MissingKey, section.span().clone(), message)
                .help("add `choices: [a, b]`".to_owned()),
        );
        return None;
    }
    let mut choices: Vec<Arc<str>> = Vec::new();
    let mut known: HashSet<Arc<str>> = HashSet::new();
    for node in nodes {
        let Some(text) = text_of(node, "choices", diagnostics) else {
            continue;
        };
        let problem = match text.as_str() {
            "unknown" => Some("`unknown` cannot be a choice: every fact may be unknown".to_owned()),
            text if known.contains(text) => Some(format!("the choice `{text}` stands here twice")),
            _ => None,
        };
        match problem {
            Some(problem) => {
                diagnostics.push(Diagnostic::at(Code::WrongValue, node.span.clone(), problem));
            }
            None => {
                let text: Arc<str> = text.into();
                known.insert(Arc::clone(&text));
                choices.push(text);
            }
        }
    }
    Some(FactType::Choice(choices.into()))
}

fn read_items(section: &Section<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<FactType> {
    let Some(name) = section.text("items", diagnostics) else {
        return Some(FactType::Text);
    };
    match name.as_str() {
        "boolean" => Some(FactType::Boolean),
        "integer" => Some(FactType::Integer),
        "number" => Some(FactType::Number),
        "text" => Some(FactType::Text),
        "date" => Some(FactType::Date),
        "choice" => read_choices(section, diagnostics),
        _ => {
            diagnostics.push(unknown_type(section, "items", &name));
            None
        }
    }
}

/// The range of a number or date; integers always have one, 2^53 either way.
pub(super) fn read_range(
    section: &Section<'_>,
    ty: &FactType,
    read_value: fn(&FactType, &YamlNode) -> Result<Value, Mismatch>,
    diagnostics: &mut Vec<Diagnostic>,
) -> AllowedRange {
    let mut range = AllowedRange::default();
    if *ty == FactType::Integer {
        range = AllowedRange {
            min: Some(Value::Integer(-MAX_INTEGER)),
            max: Some(Value::Integer(MAX_INTEGER)),
        };
    }
    let Some(node) = section.get("range") else {
        return range;
    };
    if !matches!(ty, FactType::Integer | FactType::Number | FactType::Date) {
        let message = format!("only numbers and dates have a range; this is {ty}");
        diagnostics.push(Diagnostic::at(Code::WrongValue, node.span.clone(), message));
        return range;
    }
    let keys = ["min", "max"];
    let advice =
        ends_meant(node).or_else(|| Some("write it as in `{min: 0, max: 100}`".to_owned()));
    let Some(ends) = Section::advised(node, "a range", &keys, advice, diagnostics) else {
        return range;
    };
    let mut read = |key: &str| {
        let node = ends.get(key)?;
        let value = read_value(ty, node);
        value
            .map_err(|why| {
                let told = Diagnostic::at(why.code, node.span.clone(), why.message);
                diagnostics.push(told.help(why.help));
            })
            .ok()
    };
    range.min = read("min").or(range.min);
    range.max = read("max").or(range.max);
    if let (Some(min), Some(max)) = (&range.min, &range.max)
        && max < min
    {
        let told = Diagnostic::at(
            Code::WrongValue,
            node.span.clone(),
            "the range ends before it starts",
        );
        diagnostics.push(told.help(format!("write `{{min: {max}, max: {min}}}`")));
        return AllowedRange::default();
    }
    range
}

/// Advice for a range in another notation: `0..100`, `[0, 100]`, `0 to 100`, `>= 0`.
fn ends_meant(node: &YamlNode) -> Option<String> {
    let item = |node: &YamlNode| node.text().map(str::to_owned);
    let text = match &node.kind {
        NodeKind::Sequence(items) => items
            .iter()
            .map(item)
            .collect::<Option<Vec<_>>>()?
            .join(".."),
        _ => item(node)?,
    };
    let text = text.trim_matches(['[', ']', '(', ')', ' ']);
    let end = |text: &str| {
        let text = text.trim().trim_end_matches('%').trim_end();
        let sound = text.parse::<f64>().is_ok_and(f64::is_finite) || Date::parse(text).is_ok();
        sound.then(|| text.to_owned())
    };
    let alone = |key: &str, signs: &[&str]| {
        let rest = signs.iter().find_map(|sign| text.strip_prefix(sign));
        rest.and_then(end).map(|end| format!("{key}: {end}"))
    };
    let between = || {
        let marks = ["..=", "...", "..", " to ", " - ", "–", ",", ";", "-"];
        marks.iter().find_map(|mark| {
            let (min, max) = text.split_once(mark)?;
            Some(format!("min: {}, max: {}", end(min)?, end(max)?))
        })
    };
    let ends = alone("min", &[">=", "≥"])
        .or_else(|| alone("max", &["<=", "≤"]))
        .or_else(between)?;
    Some(format!("write `{{{ends}}}`"))
}

/// A path cannot be a fact and at once hold other facts, except that a reference leads on.
fn report_nesting(facts: &[FactSchema], diagnostics: &mut Vec<Diagnostic>) {
    for fact in facts {
        let prefix = format!("{}.", fact.path);
        let Some(inner) = facts
            .iter()
            .find(|other| other.path.as_str().starts_with(&prefix))
        else {
            continue;
        };
        let Some(span) = inner.span.clone() else {
            continue;
        };
        let message = format!(
            "`{}` lies inside `{}`, which is a fact itself",
            inner.path, fact.path
        );
        diagnostics.push(
            Diagnostic::at(Code::BadName, span, message).help("rename one of the two".to_owned()),
        );
    }
}
