//! A parameter: a constant of the rulebook that analysts vary, with its unit and its source.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::{Source, Span};
use crate::formats::yaml::{Entry, NodeKind, Section, YamlNode};
use crate::model::fact::{
    AllowedRange, Date, Dated, FactOrigin, FactSchema, FactType, MAX_INTEGER, Value, is_fraction,
    is_in_thousands, is_placeholder, name_problem, read_as_text, read_fraction,
};
use crate::model::rulebook::schema::{read_decimals, read_range, read_type};
use crate::model::rulebook::{SourceEntry, Stated, read_dated, read_sources};

/// A constant of the rulebook, read by scripts as `params.<name>`.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The name of the parameter.
    pub name: Arc<str>,
    /// Its type, declared or taken from its first value.
    pub ty: FactType,
    /// The unit, such as `hours`; `None` if there is none.
    pub unit: Option<String>,
    /// The number of decimals it is shown with; `None` for all.
    pub decimals: Option<u8>,
    /// What it means; `None` if the rulebook does not say.
    pub description: Option<String>,
    /// The allowed values.
    pub range: AllowedRange,
    /// The place where it is declared.
    pub span: Span,
    pub(crate) values: Vec<Dated<Stated>>,
}

/// The built-in parameter of every rulebook: the as-of date.
pub(crate) const AS_OF: &str = "as_of";

const KEYS: [&str; 12] = [
    "value",
    "type",
    "choices",
    "unit",
    "decimals",
    "range",
    "source",
    "description",
    "note",
    "from",
    "to",
    "as_of",
];

impl Parameter {
    /// The values that are written with a point and three digits behind it, and where.
    pub(crate) fn numbers_in_thousands(&self) -> Vec<(Span, String)> {
        let values = self.values.iter().map(|dated| &dated.value);
        let numbers = values.filter(|stated| matches!(stated.value, Some(Value::Number(_))));
        let written = numbers.filter_map(|stated| {
            let text = stated.span.text();
            is_in_thousands(text).then(|| (stated.span.clone(), text.to_owned()))
        });
        written.collect()
    }

    /// The value in force on a day.
    pub fn on(&self, day: Date) -> Option<&Stated> {
        self.values
            .iter()
            .find(|dated| dated.holds(day))
            .map(|dated| &dated.value)
    }

    /// Whether it is a number without a range.
    pub(crate) fn is_any_number(&self) -> bool {
        let open = |end: &Option<Value>, widest: i64| {
            end.is_none() || *end == Some(Value::Integer(widest))
        };
        matches!(self.ty, FactType::Integer | FactType::Number)
            && open(&self.range.min, -MAX_INTEGER)
            && open(&self.range.max, MAX_INTEGER)
    }

    /// A value for this parameter from the text of an option.
    ///
    /// # Errors
    /// When the text is no value for it.
    pub(crate) fn read_override(&self, text: &str) -> Result<Value, Diagnostic> {
        let source = Source::new("option", text);
        let kind = NodeKind::Scalar {
            text: text.to_owned(),
            quoted: false,
        };
        let node = YamlNode {
            span: source.span(0..text.len()),
            kind,
        };
        let value = read_fraction(&self.ty, &node).map_err(|mismatch| {
            let own = || {
                let none = matches!(text.trim(), "" | "unknown") || is_placeholder(text.trim());
                let help = "write a value; the rulebook's own counts where the option is left out";
                none.then(|| help.to_owned())
            };
            let help = self.several(text).or_else(own).or(mismatch.help);
            Diagnostic::new(
                mismatch.code,
                format!("parameter `{}`: {}", self.name, mismatch.message),
            )
            .help(help)
        })?;
        if !self.range.holds(&value) {
            return Err(Diagnostic::new(
                Code::OutOfRange,
                format!(
                    "parameter `{}`: `{text}` is out of range: expected {}",
                    self.name, self.range
                ),
            ));
        }
        Ok(value)
    }

    /// Advice for several values in one, as in `1,other=2`; `None` for others.
    fn several(&self, text: &str) -> Option<String> {
        let (value, rest) = text.split_once(',')?;
        let (name, other) = rest.split_once('=')?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        name.trim().chars().all(is_name).then(|| {
            format!(
                "set each by itself: `{}={value}` and `{}={}`",
                self.name,
                name.trim(),
                other.trim()
            )
        })
    }
}

pub(super) fn read_parameter(
    entry: &Entry,
    sources: &BTreeMap<String, SourceEntry>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Parameter> {
    if let Some(problem) = name_problem(&entry.key) {
        diagnostics.push(Diagnostic::at(
            Code::BadName,
            entry.key_span.clone(),
            problem,
        ));
        return None;
    }
    if entry.key == AS_OF {
        let message = format!("`{AS_OF}` is the name of the day of the assessment");
        diagnostics.push(
            Diagnostic::at(Code::BadName, entry.key_span.clone(), message).help(format!(
                "scripts read it as `params.{AS_OF}` without more; take this line out, or choose \
                 another name"
            )),
        );
        return None;
    }
    let section = match &entry.value.kind {
        NodeKind::Mapping(_) => Some(Section::new(
            &entry.value,
            "a parameter",
            &KEYS,
            diagnostics,
        )?),
        _ => None,
    };
    let section = section.as_ref();
    if section.is_some_and(|section| section.is_misnamed("value")) {
        return None;
    }
    let value = value_node(entry, diagnostics)?;
    let declared = section.filter(|s| s.get("type").is_some() || s.get("choices").is_some());
    let ty = match declared {
        Some(section) => read_type(section, diagnostics)?,
        None => inferred(first_value(value)),
    };
    let ranged = section.is_some_and(|section| section.get("range").is_some());
    let problem = || unlikely(entry, value).or_else(|| text_in_range(entry, value, ranged));
    if let (FactType::Text, None) = (&ty, declared)
        && let Some(problem) = problem()
    {
        diagnostics.push(problem);
        return None;
    }
    let range = section
        .map(|section| read_range(section, &ty, read_fraction, diagnostics))
        .unwrap_or_default();
    let fact = FactSchema {
        range: range.clone(),
        origin: FactOrigin::Parameter,
        ..FactSchema::of(entry.key.as_str(), ty.clone())
    };
    let mut values = match section {
        // The details of a single value are beside the parameter's own keys.
        Some(_) if !is_dated(value) => {
            read_dated(&fact, &details(&entry.value), sources, diagnostics)
        }
        _ => read_dated(&fact, value, sources, diagnostics),
    };
    if let Some(section) = section.filter(|_| is_dated(value)) {
        let shared = read_sources(section.get("source"), sources, diagnostics);
        for stated in values
            .iter_mut()
            .map(|dated| &mut dated.value)
            .filter(|stated| stated.sources.is_empty())
        {
            stated.sources = Arc::clone(&shared);
        }
    }
    Some(Parameter {
        name: entry.key.as_str().into(),
        unit: section.and_then(|section| section.text("unit", diagnostics)),
        description: section.and_then(|section| section.text("description", diagnostics)),
        decimals: section.and_then(|section| read_decimals(section, &ty, diagnostics)),
        ty,
        range,
        span: entry.key_span.clone(),
        values,
    })
}

fn value_node<'a>(entry: &'a Entry, diagnostics: &mut Vec<Diagnostic>) -> Option<&'a YamlNode> {
    let value = match &entry.value.kind {
        NodeKind::Mapping(entries) => entries
            .iter()
            .find(|entry| entry.key == "value")
            .map(|entry| &entry.value),
        _ => Some(&entry.value),
    };
    let value = value.filter(|node| !matches!(node.kind, NodeKind::Null));
    if value.is_none() {
        let message = format!("the parameter `{}` has no value", entry.key);
        diagnostics.push(
            Diagnostic::at(Code::MissingKey, entry.key_span.clone(), message)
                .help("add `value:` below it".to_owned()),
        );
    }
    value
}

/// Whether a value is a list of values, each with the days on which it holds.
fn is_dated(node: &YamlNode) -> bool {
    let NodeKind::Sequence(items) = &node.kind else {
        return false;
    };
    items
        .iter()
        .any(|item| matches!(item.kind, NodeKind::Mapping(_)))
}

/// A warning about a value without quotation marks that became a text, and was likely not meant as
/// one.
fn unlikely(entry: &Entry, value: &YamlNode) -> Option<Diagnostic> {
    let node = first_value(value);
    let NodeKind::Scalar {
        text,
        quoted: false,
    } = &node.kind
    else {
        return None;
    };
    let written = read_as_text(text)?;
    let message = format!(
        "the parameter `{}`: `{text}` is a text as it stands",
        entry.key
    );
    let help = format!("{written}; or put it in quotation marks if it is meant as a text");
    Some(Diagnostic::at(Code::WrongType, node.span.clone(), message).help(help))
}

/// A text where a range says that a number or a day is meant.
fn text_in_range(entry: &Entry, value: &YamlNode, ranged: bool) -> Option<Diagnostic> {
    let node = first_value(value);
    let NodeKind::Scalar { text, .. } = &node.kind else {
        return None;
    };
    let bare = YamlNode {
        span: node.span.clone(),
        kind: NodeKind::Scalar {
            text: text.clone(),
            quoted: false,
        },
    };
    let message = format!(
        "the parameter `{}` has a range, and `{text}` is a text",
        entry.key
    );
    let help = match inferred(&bare) {
        FactType::Text if text == "unknown" => {
            "add `type: number` (or `integer`, or `date`) beside it".to_owned()
        }
        FactType::Text => "write a number or a day".to_owned(),
        _ => format!("write `{text}`, without quotation marks"),
    };
    ranged.then(|| Diagnostic::at(Code::WrongType, node.span.clone(), message).help(help))
}

/// Only the keys that belong to the stated value, not to the parameter.
fn details(node: &YamlNode) -> YamlNode {
    let NodeKind::Mapping(entries) = &node.kind else {
        return node.clone();
    };
    let entries = entries.iter().filter(|entry| {
        ["value", "source", "note", "from", "to", "as_of"].contains(&entry.key.as_str())
    });
    YamlNode {
        span: node.span.clone(),
        kind: NodeKind::Mapping(entries.cloned().collect()),
    }
}

/// The first value of a dated list, or the value itself.
fn first_value(node: &YamlNode) -> &YamlNode {
    let NodeKind::Sequence(items) = &node.kind else {
        return node;
    };
    let Some(NodeKind::Mapping(entries)) = items.first().map(|item| &item.kind) else {
        return node;
    };
    entries
        .iter()
        .find(|entry| entry.key == "value")
        .map_or(node, |entry| &entry.value)
}

/// The type of a plain value if none is declared.
fn inferred(node: &YamlNode) -> FactType {
    let order = [
        FactType::Boolean,
        FactType::Integer,
        FactType::Number,
        FactType::Date,
    ];
    let fitting = order.into_iter().find(|ty| read_fraction(ty, node).is_ok());
    match &node.kind {
        NodeKind::Scalar {
            text,
            quoted: false,
        } if is_fraction(text) => FactType::Number,
        NodeKind::Sequence(items) => {
            FactType::List(Box::new(items.first().map_or(FactType::Text, inferred)))
        }
        _ => fitting.unwrap_or(FactType::Text),
    }
}
