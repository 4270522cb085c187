//! A YAML value and its place.

use std::sync::Arc;

use crate::base::data_limits::{SHAPES, grouped};
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::{Source, Span};

/// One YAML value and its place.
#[derive(Clone, Debug)]
pub(crate) struct YamlNode {
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
    Sequence(Vec<YamlNode>),
    /// A mapping, in the order of the file.
    Mapping(Vec<Entry>),
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) value: YamlNode,
}

impl YamlNode {
    fn is_list(&self) -> bool {
        matches!(self.kind, NodeKind::Sequence(_))
    }

    /// The kind of the node, for a message.
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

/// The signs with which a value begins that is not a plain one.
pub(super) const QUOTING: [char; 5] = ['"', '\'', '|', '>', '!'];

/// Entries of a mapping, whose keys should be different.
#[derive(Default)]
pub(crate) struct Entries {
    pub(crate) list: Vec<Entry>,
    seen: std::collections::HashMap<String, usize>,
    /// Whether a second record has begun among the entries of the first.
    another: bool,
}

impl Entries {
    /// Adds an entry, and reports one with the same key.
    pub(crate) fn push(&mut self, entry: Entry, diagnostics: &mut Vec<Diagnostic>) {
        let before = self.seen.insert(entry.key.clone(), self.list.len());
        // The keys after a second `id` belong to that record: it is reported once.
        if let Some(first) = before.filter(|_| !self.another) {
            let message = format!("the key `{}` stands here a second time", entry.key);
            let name = entry.key_span.source().name();
            let documents = [".yaml", ".yml"].iter().any(|end| name.ends_with(end));
            self.another = documents && entry.key == "id" && first == 0;
            let help = if self.another {
                "write `---` on a line of its own above it if another record begins here; else \
                 keep one of the two"
            } else if [&self.list[first].value, &entry.value]
                .iter()
                .all(|node| node.is_list())
            {
                "put the items of both into one list"
            } else {
                "keep one of the two"
            };
            diagnostics.push(
                Diagnostic::at(Code::DuplicateKey, entry.key_span.clone(), message)
                    .related(self.list[first].key_span.clone(), "first here")
                    .help(help.to_owned()),
            );
        }
        self.list.push(entry);
    }
}

/// Block collections come without a length: they reach from their first child to their last.
pub(super) fn around(source: &Arc<Source>, span: Span, kind: &NodeKind) -> Span {
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

pub(crate) fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}
