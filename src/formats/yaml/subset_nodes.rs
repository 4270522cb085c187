//! Nodes of a document that the subset reads, at the places that the reader of all of YAML gives
//! them.

use std::ops::Range;
use std::sync::Arc;

use crate::base::data_limits::SHAPES;
use crate::base::diagnostic::Diagnostic;
use crate::base::source::{Source, Span};
use crate::formats::yaml::node::{Entries, Entry, NodeKind, QUOTING, YamlNode, around};
use crate::formats::yaml::subset::{Events, Scalar, YamlEvent, document, index};

/// The document at the start of a part of a text, with all that is wrong with it, and where it
/// ends. None where it is more than the subset.
pub(super) fn read(
    source: &Arc<Source>,
    part: Range<usize>,
    events: &mut Events,
) -> Option<(YamlNode, Vec<Diagnostic>, usize)> {
    let end = document(source.text(), part, events)?;
    if events.list.len() > SHAPES.nodes {
        return None;
    }
    let mut nodes = NodeBuilder {
        source,
        events,
        next: 0,
        diagnostics: Vec::new(),
    };
    let node = nodes.node()?;
    Some((node, nodes.diagnostics, end))
}

struct NodeBuilder<'s> {
    source: &'s Arc<Source>,
    events: &'s Events,
    /// The event that comes next.
    next: usize,
    diagnostics: Vec<Diagnostic>,
}

impl NodeBuilder<'_> {
    /// The next value; `None` if its collection ends.
    fn node(&mut self) -> Option<YamlNode> {
        let event = *self.events.list.get(self.next)?;
        self.next += 1;
        Some(match event {
            YamlEvent::MappingEnd | YamlEvent::SequenceEnd => return None,
            YamlEvent::Null(start, end) => YamlNode {
                span: self.span(start, end),
                kind: NodeKind::Null,
            },
            YamlEvent::Scalar(scalar) => self.scalar(scalar),
            YamlEvent::Mapping(start) => {
                let mut entries = Entries::default();
                while let Some(key) = self.node() {
                    let value = self.node().expect("each key has a value");
                    let entry = Entry {
                        key: key.text().unwrap_or_default().to_owned(),
                        key_span: key.span,
                        value,
                    };
                    entries.push(entry, &mut self.diagnostics);
                }
                self.collection(start, NodeKind::Mapping(entries.list))
            }
            YamlEvent::Sequence(start) => {
                let mut items = Vec::new();
                while let Some(item) = self.node() {
                    items.push(item);
                }
                self.collection(start, NodeKind::Sequence(items))
            }
        })
    }

    fn scalar(&self, scalar: Scalar) -> YamlNode {
        let span = self.span(scalar.start, scalar.end);
        let text = self.events.text(self.source.text(), scalar).to_owned();
        let quoted = span.text().starts_with(QUOTING);
        YamlNode {
            span,
            kind: NodeKind::Scalar { text, quoted },
        }
    }

    fn collection(&self, start: u32, kind: NodeKind) -> YamlNode {
        let span = around(self.source, self.span(start, start + 1), &kind);
        YamlNode { span, kind }
    }

    fn span(&self, start: u32, end: u32) -> Span {
        self.source.span(index(start)..index(end))
    }
}
