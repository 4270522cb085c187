//! Turns each row of a sheet of cases into the node that a case in YAML is.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::assess::snapshot::Criteria;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::{Source, Span};
use crate::formats::csv;
use crate::formats::yaml::{Entry, NodeKind, YamlNode};
use crate::model::jurisdiction::divided_otherwise;

/// Each row as the mapping of a case. Columns: `name`, `from`, `as_of`, `determination`,
/// `unknown` (divided by `;`), `param.NAME`, `expect.CONDITION`, `reason.CONDITION`, and paths of
/// facts.
pub(super) fn from_sheet(
    criteria: &Criteria,
    source: &Arc<Source>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<YamlNode> {
    let csv::Sheet { mut head, rows } = csv::sheet(source, diagnostics);
    if let Some(told) = divided_otherwise(&head, "name") {
        diagnostics.push(told);
        return Vec::new();
    }
    for cell in &mut head {
        if let Some(meant) = meant(criteria, &cell.text) {
            let message = format!("`{}` is no column of a sheet of cases", cell.text);
            let help = format!("write `{meant}`");
            diagnostics
                .push(Diagnostic::at(Code::UnknownKey, cell.span.clone(), message).help(help));
            cell.text = meant;
        }
    }
    rows.iter()
        .map(|(row, span)| as_case(&head, row, span))
        .collect()
}

/// The column that is meant by `params.least`, `given.population` or `expected.size`.
fn meant(criteria: &Criteria, written: &str) -> Option<String> {
    let (rulebook, conditions) = (&criteria.rulebook, &criteria.conditions);
    if rulebook.schema.has(written) {
        return None;
    }
    let is_condition = |name: &str| {
        conditions
            .iter()
            .any(|one| one.condition.id.as_str() == name)
    };
    let Some((before, name)) = written.split_once('.') else {
        return is_condition(written).then(|| format!("expect.{written}"));
    };
    let is_parameter = |name: &str| rulebook.parameters.iter().any(|one| *one.name == *name);
    match before {
        "params" | "parameter" | "parameters" | "set" if is_parameter(name) => {
            Some(format!("param.{name}"))
        }
        "expected" | "expects" | "expectation" if is_condition(name) => {
            Some(format!("expect.{name}"))
        }
        "reasons" if is_condition(name) => Some(format!("reason.{name}")),
        "given" | "facts" | "fact" | "j" if rulebook.schema.has(name) => Some(name.to_owned()),
        _ => None,
    }
}

fn as_case(head: &[csv::CsvCell], row: &[csv::CsvCell], span: &Span) -> YamlNode {
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
