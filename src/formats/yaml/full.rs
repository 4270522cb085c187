//! The reader of all of YAML: turns the events of serde-saphyr into nodes with places.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::Spanned;

use crate::base::data_limits::SHAPES;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::{Position, Source, Span};
use crate::formats::yaml::error_advice::advice;
use crate::formats::yaml::layout_slips::cause;
use crate::formats::yaml::node::{
    Entries, Entry, NodeKind, QUOTING, YamlNode, around, lower_first, too_long_value,
    too_many_values,
};
use crate::formats::yaml::signs_of_yaml::{lone_sign, marks_for_nothing, repeats_elsewhere};

/// The deepest nesting taken; deeper files are refused before they can exhaust a stack.
pub(crate) const MAX_DEPTH: usize = SHAPES.depth;

/// The documents of a part of a file, and every problem found.
pub(super) fn documents(
    source: &Arc<Source>,
    part: Range<usize>,
) -> (Vec<YamlNode>, Vec<Diagnostic>) {
    let text = &source.text()[part.clone()];
    let raw: Result<Vec<Spanned<Raw>>, _> =
        serde_yaml::from_multiple_with_options(text, options(text));
    let documents = match raw {
        Ok(documents) => documents,
        Err(error) if has_too_many_values(&error) => {
            let start = source.span(part.start..part.start + 20);
            return (Vec::new(), vec![too_many_values(start)]);
        }
        Err(error) => return (Vec::new(), vec![syntax(source, part, &error)]),
    };
    let mut diagnostics = Vec::new();
    let mut nodes = Vec::new();
    for document in documents {
        let before = diagnostics.len();
        let node = node(source, part.start, document, &mut diagnostics);
        marks_for_nothing(source, &part, &node, &mut diagnostics);
        if diagnostics.len() == before {
            nodes.push(node);
        }
    }
    (nodes, diagnostics)
}

fn options(text: &str) -> serde_yaml::Options {
    // A node takes at least one byte, so the text's length bounds what an honest file can hold.
    let nodes = (text.len() + 64).min(SHAPES.nodes);
    serde_yaml::options! {
        budget: serde_yaml::budget! {
            max_depth: MAX_DEPTH,
            max_nodes: nodes,
            max_events: nodes.saturating_mul(3),
            max_documents: nodes,
            max_total_scalar_bytes: (text.len() + 64).saturating_mul(2),
        },
        duplicate_keys: serde_yaml::options::DuplicateKeyPolicy::PassThrough,
        merge_keys: serde_yaml::options::MergeKeyPolicy::Error,
        non_finite_float_policy: serde_yaml::options::NonFiniteFloatPolicy::AsString,
        strict_booleans: true,
        reject_unsupported_tags: true,
        with_snippet: false,
    }
}

fn has_too_many_values(error: &serde_yaml::Error) -> bool {
    use serde_yaml::budget::BudgetBreach::{Documents, Events, Nodes};
    let serde_yaml::Error::Budget { breach, .. } = error else {
        return false;
    };
    matches!(breach, Nodes { .. } | Events { .. } | Documents { .. })
}

fn syntax(source: &Arc<Source>, part: Range<usize>, error: &serde_yaml::Error) -> Diagnostic {
    let text = error.to_string();
    let message = text
        .split(" at line ")
        .next()
        .unwrap_or(&text)
        .trim_end_matches('.')
        .to_owned();
    let message = lower_first(message.lines().next().unwrap_or_default());
    let message = if message.contains("merge keys") {
        "`<<` takes keys over from elsewhere".to_owned()
    } else {
        message
    };
    let Some(location) = error.location() else {
        return Diagnostic::in_file(
            Code::YamlSyntax,
            source.name(),
            format!("not valid YAML: {message}"),
        );
    };
    let number = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    let before = source.position(part.start).line - 1;
    let line = number(location.line());
    let position = Position {
        line: before + line,
        column: number(location.column()),
    };
    let start = source.offset(position);
    if let Some(name) = unsupported_tag(&message) {
        return tag(source, name, start);
    }
    if let Some(slip) = repeats_elsewhere(source.text(), start, &message) {
        return Diagnostic::at(Code::YamlSyntax, source.span(slip.place), slip.message)
            .help(slip.help);
    }
    let within = &source.text()[part.clone()];
    let sign = start.checked_sub(part.start);
    let sign = sign.and_then(|start| lone_sign(within, start, &message));
    if let Some(slip) = sign.or_else(|| cause(within, &message, line)) {
        let place = part.start + slip.place.start..part.start + slip.place.end;
        let message = format!("not valid YAML: {}", slip.message);
        return Diagnostic::at(Code::YamlSyntax, source.span(place), message).help(slip.help);
    }
    let rest = source.text()[start..].lines().next().unwrap_or_default();
    let end = start + rest.trim_end().len().min(40);
    Diagnostic::at(
        Code::YamlSyntax,
        source.span(start..end),
        format!("not valid YAML: {message}"),
    )
    .help(advice(&source.text()[part], before, &message, line))
}

fn unsupported_tag(message: &str) -> Option<&str> {
    message.strip_prefix("unsupported tag `")?.strip_suffix('`')
}

/// The diagnostic of a tag, by its name; it is the last of that name up to the offset `before`.
fn tag(source: &Arc<Source>, name: &str, before: usize) -> Diagnostic {
    let text = source.text();
    let end = (before + 1).min(text.len());
    let found = text.get(..end).and_then(|text| text.rfind(name));
    let span = source.span(found.map_or(before..end, |start| start..start + name.len()));
    let message = format!("`{name}` is a tag, and tags are not read");
    let help = "leave the tag out, or put a text that begins with `!` in quotation marks";
    Diagnostic::at(Code::YamlSyntax, span, message).help(help.to_owned())
}

fn node(
    source: &Arc<Source>,
    offset: usize,
    raw: Spanned<Raw>,
    diagnostics: &mut Vec<Diagnostic>,
) -> YamlNode {
    let Range { start, end } = bytes(raw.defined);
    let span = source.span(offset + start..offset + end);
    let kind = match raw.value {
        Raw::Null => NodeKind::Null,
        Raw::Inferred => NodeKind::Scalar {
            text: span.text().trim().to_owned(),
            quoted: false,
        },
        Raw::Text(text) => scalar(text, &span, diagnostics),
        Raw::Sequence(items) => NodeKind::Sequence(
            items
                .into_iter()
                .map(|item| node(source, offset, item, diagnostics))
                .collect(),
        ),
        Raw::Mapping(entries) => mapping(source, offset, entries, diagnostics),
    };
    YamlNode {
        span: around(source, span, &kind),
        kind,
    }
}

fn scalar(text: String, span: &Span, diagnostics: &mut Vec<Diagnostic>) -> NodeKind {
    if text.len() > SHAPES.value_bytes {
        diagnostics.push(too_long_value(text.len(), span));
    }
    let quoted = span.text().starts_with(QUOTING);
    // A number that is too large for the crate is handed over as that; the author's spelling
    // counts.
    let written = span.text().trim();
    let infinite = matches!(text.as_str(), ".inf" | "-.inf");
    if infinite && !quoted && written.parse::<f64>().is_ok() {
        let text = written.to_owned();
        return NodeKind::Scalar { text, quoted };
    }
    NodeKind::Scalar { text, quoted }
}

fn mapping(
    source: &Arc<Source>,
    offset: usize,
    raw: Vec<(Spanned<Raw>, Spanned<Raw>)>,
    diagnostics: &mut Vec<Diagnostic>,
) -> NodeKind {
    let mut entries = Entries::default();
    for (key, value) in raw {
        let key = node(source, offset, key, diagnostics);
        let value = node(source, offset, value, diagnostics);
        let Some(name) = key.text().map(str::to_owned) else {
            let message = format!("expected a name before the `:`, found {}", key.describe());
            diagnostics.push(Diagnostic::at(Code::WrongShape, key.span, message));
            continue;
        };
        entries.push(
            Entry {
                key: name,
                key_span: key.span,
                value,
            },
            diagnostics,
        );
    }
    NodeKind::Mapping(entries.list)
}

fn bytes(location: serde_yaml::Location) -> Range<usize> {
    let number =
        |value: Option<u64>| usize::try_from(value.unwrap_or_default()).unwrap_or_default();
    let start = number(location.span().byte_offset());
    start..start + number(location.span().byte_len())
}

/// The output of serde: shapes, and text if the crate did not infer a number or a boolean.
enum Raw {
    Null,
    Inferred,
    Text(String),
    Sequence(Vec<Spanned<Raw>>),
    Mapping(Vec<(Spanned<Raw>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt.write_str("any YAML value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Raw, E> {
        Ok(Raw::Inferred)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Raw, E> {
        Ok(Raw::Inferred)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Raw, E> {
        Ok(Raw::Inferred)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Raw, E> {
        Ok(Raw::Inferred)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Raw, E> {
        Ok(Raw::Inferred)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::Inferred)
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Raw, E> {
        Ok(Raw::Text(text))
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Raw::Sequence(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Mapping(entries))
    }
}
