//! The one reader of YAML: text to nodes that know their place.
//!
//! Scalars keep the author's spelling (`NO`, `0123`, `1.10`), because only the schema knows what a
//! value is meant to be. Duplicate keys are found here, all of them; merge keys (`<<`) are refused;
//! anchors and aliases work within limits. Nothing outside this module names the YAML crate.

mod advice;
mod plain;
mod section;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::Spanned;

use crate::base::data_limits::{SHAPES, grouped};
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::{Position, Source, Span};
use crate::formats::yaml::advice::advice;

pub(crate) use plain::{Piece, has_plain_marks, last_mark, next_mark, parts, pieces};
pub(crate) use section::{Section, after_comma, one_or_many, text_of};

/// The deepest nesting taken; deeper files are refused before they can exhaust a stack.
pub(crate) const MAX_DEPTH: usize = SHAPES.depth;

/// One YAML value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) kind: NodeKind,
}

#[derive(Clone, Debug)]
pub(crate) enum NodeKind {
    /// Nothing, `null` or `~`.
    Null,
    /// A plain or quoted value, as its author wrote it.
    Scalar { text: String, quoted: bool },
    /// A list.
    Sequence(Vec<Node>),
    /// A mapping, in the order of the file.
    Mapping(Vec<Entry>),
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) value: Node,
}

impl Node {
    /// What it is, for a message.
    pub(crate) fn describe(&self) -> String {
        match &self.kind {
            NodeKind::Null => "nothing".to_owned(),
            NodeKind::Scalar { text, quoted: true } => {
                format!("the quoted text `{}`", shorten(text))
            }
            NodeKind::Scalar {
                text,
                quoted: false,
            } => format!("`{}`", shorten(text)),
            NodeKind::Sequence(_) => "a list".to_owned(),
            NodeKind::Mapping(_) => "a mapping".to_owned(),
        }
    }

    /// The text of a plain or quoted value.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }
}

/// A long value cut for a message.
pub(crate) fn shorten(text: &str) -> String {
    const MOST: usize = 60;
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line.to_owned(),
    }
}

/// The documents of a file, and every problem found; a document with a problem is left out.
pub(crate) fn parse(source: &Arc<Source>) -> (Vec<Node>, Vec<Diagnostic>) {
    let whole = documents(source, 0..source.text().len());
    let parts = parts(source.text(), 1);
    let lost = whole.0.is_empty() && !whole.1.is_empty();
    if !lost || parts.len() < 2 {
        return whole;
    }
    // What cannot be parsed hides all behind it: each document is then read for itself.
    let (mut nodes, mut diagnostics) = (Vec::new(), Vec::new());
    for part in parts {
        let (found, problems) = documents(source, part);
        nodes.extend(found);
        diagnostics.extend(problems);
    }
    (nodes, diagnostics)
}

/// The only document of a part of a file.
pub(crate) fn part(
    source: &Arc<Source>,
    part: Range<usize>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node> {
    let (nodes, problems) = documents(source, part);
    diagnostics.extend(problems);
    nodes.into_iter().next()
}

fn documents(source: &Arc<Source>, part: Range<usize>) -> (Vec<Node>, Vec<Diagnostic>) {
    let text = &source.text()[part.clone()];
    let raw: Result<Vec<Spanned<Raw>>, _> =
        serde_yaml::from_multiple_with_options(text, options(text));
    let documents = match raw {
        Ok(documents) => documents,
        Err(error) if has_too_many_values(&error) => {
            let start = source.span(part.start..part.start + 20);
            return (Vec::new(), vec![too_many_values(start)]);
        }
        Err(error) => return (Vec::new(), vec![syntax(source, part.start, &error)]),
    };
    let mut diagnostics = Vec::new();
    let mut nodes = Vec::new();
    for document in documents {
        let before = diagnostics.len();
        let node = node(source, part.start, document, &mut diagnostics);
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

fn syntax(source: &Arc<Source>, offset: usize, error: &serde_yaml::Error) -> Diagnostic {
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
    let before = source.position(offset).line - 1;
    let position = Position {
        line: before + number(location.line()),
        column: number(location.column()),
    };
    let start = source.offset(position);
    let rest = source.text()[start..].lines().next().unwrap_or_default();
    let end = start + rest.trim_end().len().min(40);
    Diagnostic::at(
        Code::YamlSyntax,
        source.span(start..end),
        format!("not valid YAML: {message}"),
    )
    .help(advice(source, &message, position.line))
}

pub(crate) fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}

fn node(
    source: &Arc<Source>,
    offset: usize,
    raw: Spanned<Raw>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Node {
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
    Node {
        span: around(source, span, &kind),
        kind,
    }
}

fn scalar(text: String, span: &Span, diagnostics: &mut Vec<Diagnostic>) -> NodeKind {
    if text.len() > SHAPES.value_bytes {
        diagnostics.push(too_long_value(text.len(), span));
    }
    let quoted = span.text().starts_with(['"', '\'', '|', '>', '!']);
    NodeKind::Scalar { text, quoted }
}

/// A value that is longer than is read, at its beginning.
pub(crate) fn too_long_value(bytes: usize, span: &Span) -> Diagnostic {
    let most = SHAPES.value_bytes;
    let message = format!("a value of {bytes} bytes is longer than the limit of {most}");
    let start = span.range().start;
    let shown = span.source().span(start..start + 20);
    let help = "keep long documents elsewhere and give their address".to_owned();
    Diagnostic::at(Code::TooLarge, shown, message).help(help)
}

/// A document or a record of more values than are read.
pub(crate) fn too_many_values(span: Span) -> Diagnostic {
    let most = grouped(SHAPES.nodes as u64);
    let message = format!("more than {most} values stand here together: they are not read");
    let help = "put each record into a document or onto a line of its own".to_owned();
    Diagnostic::at(Code::TooLarge, span, message).help(help)
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

/// Entries of a mapping, of which none should have the key of another.
#[derive(Default)]
pub(crate) struct Entries {
    pub(crate) list: Vec<Entry>,
    seen: std::collections::HashMap<String, usize>,
}

impl Entries {
    /// Adds an entry, and tells of one that has its key.
    pub(crate) fn push(&mut self, entry: Entry, diagnostics: &mut Vec<Diagnostic>) {
        if let Some(first) = self.seen.insert(entry.key.clone(), self.list.len()) {
            let message = format!("the key `{}` stands here a second time", entry.key);
            diagnostics.push(
                Diagnostic::at(Code::DuplicateKey, entry.key_span.clone(), message)
                    .related(self.list[first].key_span.clone(), "first here")
                    .help("keep one of the two".to_owned()),
            );
        }
        self.list.push(entry);
    }
}

/// Block collections come without a length: they reach from their first child to their last.
fn around(source: &Arc<Source>, span: Span, kind: &NodeKind) -> Span {
    let (first, last) = match kind {
        NodeKind::Sequence(items) => (
            items.first().map(|n| &n.span),
            items.last().map(|n| &n.span),
        ),
        NodeKind::Mapping(entries) => (
            entries.first().map(|e| &e.key_span),
            entries.last().map(|e| &e.value.span),
        ),
        _ => return span,
    };
    match (first, last) {
        // An alias may put a child before its parent; such a range would make no sense.
        (Some(first), Some(last))
            if first.range().start <= last.range().end && span.range().len() <= 1 =>
        {
            source.span(first.range().start..last.range().end)
        }
        _ => span,
    }
}

fn bytes(location: serde_yaml::Location) -> Range<usize> {
    let number =
        |value: Option<u64>| usize::try_from(value.unwrap_or_default()).unwrap_or_default();
    let start = number(location.span().byte_offset());
    start..start + number(location.span().byte_len())
}

/// What serde hands over: shapes, and text where the crate did not infer a number or a boolean.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let source = Source::new("a.yaml", text);
        let (nodes, diagnostics) = parse(&source);
        let nodes: Vec<_> = nodes
            .iter()
            .map(|node| format!("{} {}", node.describe(), node.span.text()))
            .collect();
        let diagnostics: Vec<_> = diagnostics
            .iter()
            .map(|d| format!("{} {}", d.code.as_str(), d.message))
            .collect();
        [nodes, diagnostics].concat().join("\n")
    }

    #[test]
    fn a_scalar_keeps_its_spelling_and_place() {
        for text in [
            "NO",
            "0123",
            "1.10",
            "18446744073709551616",
            "2017-08-03",
            "yes",
            ".nan",
            "1_000",
            "0x1F",
        ] {
            assert_eq!(shown(text), format!("`{text}` {text}"));
        }
        assert_eq!(shown("\"null\""), "the quoted text `null` \"null\"");
        assert_eq!(shown("[~]"), "a list ~");
    }

    #[test]
    fn every_duplicate_key_is_reported() {
        assert_eq!(
            shown("a: 1\na: 2\nb: {c: 1, c: 2}"),
            "R111 the key `a` stands here a second time\nR111 the key `c` stands here a second time"
        );
    }

    #[test]
    fn depth_and_aliases_are_bounded() {
        assert!(shown(&"[".repeat(1000)).starts_with("R110"));
        let first = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        let level = |level: usize| {
            format!(
                "a{level}: &a{level} [{}]\n",
                vec![format!("*a{}", level - 1); 10].join(", ")
            )
        };
        let bomb: String = std::iter::once(first).chain((1..12).map(level)).collect();
        assert!(shown(&bomb).starts_with("R110"), "{}", shown(&bomb));
    }
}
