//! Cases of a sheet, each row as the node that a case in YAML is.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::source::{Source, Span};
use crate::formats::csv;
use crate::formats::yaml::{Entry, NodeKind, YamlNode};

/// Each row as the mapping it stands for. Columns: `name`, `from`, `as_of`, `determination`,
/// `unknown` (divided by `;`), `param.NAME`, `expect.CONDITION`, `reason.CONDITION`, and paths of
/// facts.
pub(super) fn from_sheet(source: &Arc<Source>, diagnostics: &mut Vec<Diagnostic>) -> Vec<YamlNode> {
    let csv::Sheet { head, rows } = csv::sheet(source, diagnostics);
    rows.iter()
        .map(|(row, span)| as_case(&head, row, span))
        .collect()
}

pub(super) fn as_case(head: &[csv::CsvCell], row: &[csv::CsvCell], span: &Span) -> YamlNode {
    let scalar = |text: &str, span: &Span| YamlNode {
        span: span.clone(),
        kind: NodeKind::Scalar {
            text: text.trim().to_owned(),
            quoted: false,
        },
    };
    let entry = |key: &str, key_span: &Span, value: YamlNode| Entry {
        key: key.to_owned(),
        key_span: key_span.clone(),
        value,
    };
    let mut parts: BTreeMap<&str, Vec<Entry>> = BTreeMap::new();
    let mut expect: BTreeMap<&str, Vec<Entry>> = BTreeMap::new();
    let mut top = Vec::new();
    for (head, cell) in head
        .iter()
        .zip(row)
        .filter(|(_, cell)| !cell.text.is_empty())
    {
        let value = scalar(&cell.text, &cell.span);
        match head.text.as_str() {
            "unknown" => {
                let items = cell
                    .text
                    .split(';')
                    .map(|item| scalar(item, &cell.span))
                    .collect();
                top.push(entry(
                    "unknown",
                    &head.span,
                    YamlNode {
                        span: cell.span.clone(),
                        kind: NodeKind::Sequence(items),
                    },
                ));
            }
            "name" | "from" | "as_of" | "determination" | "note" => {
                top.push(entry(&head.text, &head.span, value));
            }
            other => match other.split_once('.') {
                Some(("param", name)) => parts
                    .entry("parameters")
                    .or_default()
                    .push(entry(name, &head.span, value)),
                Some(("expect", id)) => expect
                    .entry(id)
                    .or_default()
                    .push(entry("is", &head.span, value)),
                Some(("reason", id)) => expect
                    .entry(id)
                    .or_default()
                    .push(entry("reason", &head.span, value)),
                _ => parts
                    .entry("given")
                    .or_default()
                    .push(entry(other, &head.span, value)),
            },
        }
    }
    let expect = expect.into_iter().map(|(id, entries)| {
        let key_span = entries[0].key_span.clone();
        entry(
            id,
            &key_span,
            YamlNode {
                span: span.clone(),
                kind: NodeKind::Mapping(entries),
            },
        )
    });
    let expect: Vec<Entry> = expect.collect();
    let expect = (!expect.is_empty()).then_some(("expect", expect));
    for (key, entries) in parts.into_iter().chain(expect) {
        top.push(entry(
            key,
            span,
            YamlNode {
                span: span.clone(),
                kind: NodeKind::Mapping(entries),
            },
        ));
    }
    YamlNode {
        span: span.clone(),
        kind: NodeKind::Mapping(top),
    }
}
