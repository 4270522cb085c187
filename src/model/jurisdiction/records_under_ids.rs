//! Records under their ids, `a: {facts: {...}}`, or below a common name: reported once for a file.

use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::Source;
use crate::formats::yaml::{Entry, NodeKind, YamlNode};
use crate::model::fact::{Lookup, Schema};
use crate::model::jurisdiction::format::RecordFormat;

/// The keys by which a mapping is recognised as a record.
const KEYS: [&str; 6] = ["id", "name", "assess", "source", "note", "facts"];

/// The diagnostic of a mapping that contains several records in place of one.
pub(super) fn under_ids(schema: &Schema, node: &YamlNode, source: &Source) -> Option<Diagnostic> {
    let NodeKind::Mapping(entries) = &node.kind else {
        return None;
    };
    let first = entries.first()?;
    let is_name = |entry: &Entry| {
        let is_known = !matches!(schema.look_up(&entry.key), Lookup::Nothing);
        !is_known && !schema.ignores(&entry.key) && !KEYS.contains(&entry.key.as_str())
    };
    if !entries.iter().all(is_name) {
        return None;
    }
    let is_json = matches!(
        RecordFormat::of(source),
        RecordFormat::Lines | RecordFormat::Json
    );
    let help = match &first.value.kind {
        NodeKind::Mapping(inner) if entries.iter().all(is_mapping) => {
            under_names(entries, first, inner, is_json)?
        }
        NodeKind::Sequence(items) if entries.len() == 1 && items.iter().all(is_record) => {
            let name = &first.key;
            if is_json {
                format!("write the list alone, without `{{\"{name}\": ...}}` around it")
            } else {
                format!(
                    "delete `{name}:` and the `-` before each record, and write `---` between two records"
                )
            }
        }
        _ => return None,
    };
    let message = format!(
        "`{}` is not a key of a record: records stand below it",
        first.key
    );
    Some(Diagnostic::at(Code::WrongShape, first.key_span.clone(), message).help(help))
}

fn is_mapping(entry: &Entry) -> bool {
    matches!(entry.value.kind, NodeKind::Mapping(_))
}

/// Whether an item of a list is a record.
fn is_record(item: &YamlNode) -> bool {
    match &item.kind {
        NodeKind::Mapping(entries) => entries.iter().any(|one| KEYS.contains(&one.key.as_str())),
        _ => false,
    }
}

/// Advice for records under their ids.
fn under_names(entries: &[Entry], first: &Entry, inner: &[Entry], is_json: bool) -> Option<String> {
    // `pop: {value: 5}` is a fact that is not declared.
    if inner.is_empty() || inner.iter().any(|one| one.key == "value") {
        return None;
    }
    let named = inner.iter().any(|one| KEYS.contains(&one.key.as_str()));
    let (id, all) = (&first.key, inner.first().map_or("", |one| &one.key));
    let below_one_name = !named && entries.len() == 1 && inner.iter().all(is_mapping);
    Some(match (is_json, named) {
        (true, true) => format!(
            "records stand in a list, each with its id: write `[{{\"id\": \"{id}\", ...}}, ...]`"
        ),
        (true, false) => format!(
            "records stand in a list, each with its id and its facts: write \
             `[{{\"id\": \"{id}\", \"facts\": {{...}}}}, ...]`"
        ),
        (false, _) if below_one_name => format!(
            "a record begins with its id, and its facts stand below `facts:`: write `id: {all}` in the \
             place of `{id}:` and `{all}:`, and `---` between two records"
        ),
        (false, true) => format!(
            "a record begins with its id: write `id: {id}` here and the lines below without setting \
             them in, and `---` between two records"
        ),
        (false, false) => format!(
            "a record begins with its id: write `id: {id}` here and `facts:` above the lines below it, \
             and `---` between two records"
        ),
    })
}
