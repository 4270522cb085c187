//! JSON Schemas (draft-07) of the files that analysts write, so that editors complete and check
//! them.
//!
//! The schema of records and cases follows from the fact schema of their rulebook. It checks less
//! than the program: which sources exist, or which dates overlap, only `check` knows.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::assess::snapshot::Snapshot;
use crate::model::fact::{BUILT_IN, FactOrigin, FactSchema, FactType, Schema, Value as Fact};
use crate::model::rulebook::Rulebook;

/// One schema file: its path below the root, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaFile {
    /// `policies/<rulebook>/schema/<kind>.json`.
    pub path: String,
    /// Indented JSON with a newline at its end.
    pub text: String,
}

/// The kinds of files that have a schema.
pub const SCHEMA_KINDS: [&str; 4] = ["record", "rulebook", "cases", "waivers"];

/// The schemas for all rulebooks of a snapshot, in order of rulebooks, then of kinds.
pub fn schemas(snapshot: &Snapshot) -> Vec<SchemaFile> {
    let mut files = Vec::new();
    for criteria in &snapshot.rulebooks {
        let rulebook = &criteria.rulebook;
        let conditions: Vec<&str> = criteria
            .conditions
            .iter()
            .map(|one| one.condition.id.as_str())
            .collect();
        for kind in SCHEMA_KINDS {
            let schema = match kind {
                "record" => record(rulebook),
                "rulebook" => rulebook_file(rulebook),
                "cases" => cases(rulebook, &criteria.wide.schema, &conditions),
                _ => waivers(&conditions),
            };
            files.push(SchemaFile {
                path: format!("policies/{}/schema/{kind}.json", rulebook.id),
                text: crate::render::json::shared_shapes::written(&schema),
            });
        }
    }
    files
}

/// The kinds of statistics.
const STATISTICS: [&str; 11] = [
    "count",
    "sum",
    "mean",
    "ratio",
    "min",
    "max",
    "median",
    "percentile",
    "share",
    "rank",
    "cumulative share",
];

fn titled(title: &str, schema: Value, definitions: Map<String, Value>) -> Value {
    let mut whole = Map::new();
    whole.insert(
        "$schema".to_owned(),
        "http://json-schema.org/draft-07/schema#".into(),
    );
    whole.insert("title".to_owned(), title.into());
    if let Value::Object(entries) = schema {
        whole.extend(entries);
    }
    whole.insert("definitions".to_owned(), Value::Object(definitions));
    Value::Object(whole)
}

fn object(properties: &Value, required: &[&str]) -> Value {
    json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties})
}

/// A reference to a part that occurs once in the document and is used in several places.
fn part(name: &str) -> Value {
    json!({"$ref": format!("#/definitions/{name}")})
}

fn day() -> Value {
    part("day")
}

fn text() -> Value {
    part("text")
}

/// The parts of every document.
fn parts() -> Map<String, Value> {
    let mut parts = Map::new();
    parts.insert(
        "day".to_owned(),
        json!({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}),
    );
    parts.insert(
        "text".to_owned(),
        json!({"type": ["string", "number", "boolean"]}),
    );
    parts
}

/// The common parts of schemas, and what a source is: a key of the rulebook's sources, or an
/// address.
fn source_parts(rulebook: &Rulebook) -> Map<String, Value> {
    let mut parts = parts();
    let keys: Vec<&String> = rulebook.sources.keys().collect();
    let source = json!({"anyOf": [{"enum": keys}, {"type": "string", "pattern": "^https?://"}]});
    parts.insert("source".to_owned(), source);
    parts.insert("sources".to_owned(), texts(&part("source")));
    parts
}

/// The parts of schemas with sources and facts: each fact, and all of them together.
fn fact_parts(rulebook: &Rulebook, schema: &Schema) -> Map<String, Value> {
    let mut parts = source_parts(rulebook);
    for fact in given(schema) {
        parts.insert(format!("fact:{}", fact.path), stated(fact));
    }
    parts.insert("facts".to_owned(), facts(schema));
    parts
}

/// One text or a list of them.
fn texts(one: &Value) -> Value {
    json!({"anyOf": [one, {"type": "array", "items": one}]})
}

fn record(rulebook: &Rulebook) -> Value {
    let properties = json!({
        "id": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]*$", "description": "The id; the file's name when left out"},
        "name": {"type": "string", "description": "The name that people read"},
        "assess": {"type": "boolean", "description": "false: only there to be referred to"},
        "source": {"anyOf": [part("sources")], "description": "For all facts that state none of their own"},
        "note": text(),
        "facts": part("facts"),
    });
    titled(
        &format!("A record of {}", rulebook.title),
        object(&properties, &[]),
        fact_parts(rulebook, &rulebook.schema),
    )
}

/// The facts that can be stated; in a case statistics too.
fn given(schema: &Schema) -> impl Iterator<Item = &Arc<FactSchema>> {
    let facts = schema.facts().iter().skip(BUILT_IN.len());
    facts.filter(|fact| fact.origin != FactOrigin::Derived)
}

/// The facts, nested or with dotted keys.
fn facts(schema: &Schema) -> Value {
    let all: Vec<(Vec<&str>, Value)> = given(schema)
        .map(|fact| {
            (
                fact.path.as_str().split('.').collect(),
                part(&format!("fact:{}", fact.path)),
            )
        })
        .collect();
    group(&all)
}

fn group(facts: &[(Vec<&str>, Value)]) -> Value {
    let mut properties = Map::new();
    let mut below: BTreeMap<&str, Vec<(Vec<&str>, Value)>> = BTreeMap::new();
    for (path, schema) in facts {
        properties.insert(path.join("."), schema.clone());
        if let [first, rest @ ..] = path.as_slice()
            && !rest.is_empty()
        {
            below
                .entry(first)
                .or_default()
                .push((rest.to_vec(), schema.clone()));
        }
    }
    for (name, facts) in below {
        properties.insert(name.to_owned(), group(&facts));
    }
    json!({
        "anyOf": [
            {"type": "object", "additionalProperties": false, "properties": properties},
            {"type": "null"},
            {"const": "unknown"},
        ]
    })
}

/// A fact as a record states it: plain, with details, or dated.
fn stated(fact: &FactSchema) -> Value {
    let mut forms = vec![
        plain(&fact.ty, fact),
        json!({"const": "unknown"}),
        json!({"type": "null"}),
    ];
    if !fact.missing.is_empty() {
        let words: Vec<&str> = fact.missing.words().collect();
        forms.push(json!({"enum": words, "description": "Not known"}));
    }
    let value = json!({"anyOf": forms});
    let details = object(
        &json!({
            "value": value,
            "source": part("sources"),
            "as_of": day(),
            "note": text(),
            "from": day(),
            "to": day(),
        }),
        &["value"],
    );
    let mut schema = json!({"anyOf": [value, details, {"type": "array", "items": details}]});
    let unit = fact
        .unit
        .as_ref()
        .map(|unit| format!(" ({unit})"))
        .unwrap_or_default();
    if let Some(description) = fact.description.as_ref().or(fact.question.as_ref()) {
        schema["description"] = format!("{description}{unit}").into();
    }
    schema
}

fn plain(ty: &FactType, fact: &FactSchema) -> Value {
    let mut schema = match ty {
        FactType::Boolean => json!({"type": "boolean"}),
        FactType::Integer => json!({"type": "integer"}),
        FactType::Number => json!({"type": "number"}),
        FactType::Text => text(),
        FactType::Choice(choices) => {
            json!({"enum": choices.iter().map(|choice| &**choice).collect::<Vec<_>>()})
        }
        FactType::Date => day(),
        FactType::Jurisdiction => json!({"type": "string"}),
        FactType::List(item) => json!({"type": "array", "items": plain(item, fact)}),
    };
    for (key, end) in [("minimum", &fact.range.min), ("maximum", &fact.range.max)] {
        match end {
            Some(Fact::Integer(end)) => schema[key] = (*end).into(),
            Some(Fact::Number(end)) => {
                schema[key] = crate::render::json::shared_shapes::number(end);
            }
            _ => {}
        }
    }
    schema
}

/// The words that mean a missing fact.
fn missing() -> Value {
    json!({
        "anyOf": [text(), {"type": "array", "items": text()}],
        "description": "Words that say that it is not known",
    })
}

/// With how many places numbers are shown.
fn decimals() -> Value {
    json!({
        "type": "integer",
        "minimum": 0,
        "maximum": 15,
        "description": "How many places after the point numbers are shown with",
    })
}

/// A statistic of a rulebook file.
fn statistic() -> Value {
    let named = json!({"type": "string"});
    object(
        &json!({
            "statistic": {"enum": STATISTICS},
            "of": {"type": "string", "description": "The fact it is about, stated or derived"},
            "over": {"type": "string", "description": "For a ratio: the fact whose sum divides"},
            "along": {"type": "string", "description": "For a cumulative share: the fact that \
                                                        gives the order"},
            "p": {"type": "number", "minimum": 0, "maximum": 100},
            "where": {"type": "string", "description": "A boolean fact that members meet"},
            "by": texts(&named),
            "order": {"enum": ["ascending", "descending"]},
            "ties": texts(&named),
            "unknown": {"anyOf": [
                {"enum": ["left out", "makes unknown"]},
                object(&json!({"assume": {"type": ["number", "boolean"]}}), &["assume"]),
            ]},
            "unit": text(),
            "decimals": decimals(),
            "description": text(),
        }),
        &["statistic"],
    )
}

fn rulebook_file(rulebook: &Rulebook) -> Value {
    let names = FactType::NAMES;
    let range = object(&json!({"min": text(), "max": text()}), &[]);
    let sources = json!({"type": "object", "additionalProperties": object(&json!({"title": text(), "date": day(), "url": {"type": "string"}}), &["title"])});
    let choices = json!({"type": "array", "items": text()});
    let value = json!({"type": ["string", "number", "boolean", "array"]});
    let dated = object(
        &json!({"value": value, "from": day(), "to": day(), "source": part("sources"), "as_of": day(), "note": text()}),
        &["value"],
    );
    let parameter = object(
        &json!({
            "value": {"anyOf": [value, {"type": "array", "items": dated}]},
            "type": {"enum": names},
            "choices": choices,
            "unit": text(),
            "decimals": decimals(),
            "range": range,
            "source": part("sources"),
            "description": text(),
            "note": text(),
            "from": day(),
            "to": day(),
            "as_of": day(),
        }),
        &["value"],
    );
    let fact = object(
        &json!({
            "type": {"enum": names},
            "choices": choices,
            "items": {"enum": names},
            "unit": text(),
            "decimals": decimals(),
            "range": range,
            "description": text(),
            "question": text(),
            "missing": missing(),
            "fixed": {"type": "boolean", "description": "true: nobody can change it"},
            "by": {"type": "string", "description": "For a reference: the fact that it names \
                                                     records by, in place of the id"},
            "references": {"type": "object", "description": "For a reference: facts of the record \
                                                             it leads to, and their values"},
            "itself": {"type": "boolean", "description": "true: it may lead to its own record"},
        }),
        &[],
    );
    let named = json!({"type": "string"});
    let comparison = object(
        &json!({
            "title": text(),
            "source": part("sources"),
            "as_of": day(),
            "file": {"type": "string", "pattern": "^[^./\\\\][^/\\\\]*[.]csv$", "description": "A sheet beside this file"},
            "id": {"type": "string", "description": "Its column of ids; `id` when left out"},
            "column": {"type": "string", "description": "Its column of results"},
            "fact": {"type": "string", "description": "In place of a file: the fact of the records"},
            "with": {"type": "string", "description": "`determination`, or the id of a condition"},
            "words": {"type": "object", "additionalProperties": texts(&named)},
        }),
        &[],
    );
    let properties = json!({
        "title": {"type": "string"},
        "description": {"type": "string"},
        "as_of": day(),
        "sources": sources,
        "records": {"type": "object", "additionalProperties": object(&json!({"source": part("sources")}), &[])},
        "compare": {"type": "object", "additionalProperties": comparison},
        "try": texts(&named),
        "parameters": {"type": "object", "additionalProperties": {"anyOf": [parameter, value]}},
        "facts": {"type": "object", "additionalProperties": fact},
        "missing": missing(),
        "ignore": texts(&named),
        "statistics": {"type": "object", "additionalProperties": statistic()},
        "decision": {"anyOf": [
            {"enum": ["all", "any", "script"]},
            object(&json!({"at_least": {"type": "integer", "minimum": 1}}), &["at_least"]),
        ]},
    });
    titled(
        "A rulebook",
        object(&properties, &["title"]),
        source_parts(rulebook),
    )
}

fn cases(rulebook: &Rulebook, schema: &Schema, conditions: &[&str]) -> Value {
    let status = json!({"enum": ["met", "not met", "not_met", "not applicable", "not_applicable", "n/a", "unknown", "fault"]});
    let names = texts(&json!({"type": "string"}));
    let outcome = json!({"anyOf": [status, object(&json!({"is": status, "reason": text(), "unknown": names}), &[])]});
    let expect: Map<String, Value> = conditions
        .iter()
        .map(|id| ((*id).to_owned(), part("outcome")))
        .collect();
    let parameters: Map<String, Value> = rulebook
        .parameters
        .iter()
        .map(|parameter| (parameter.name.to_string(), text()))
        .collect();
    let case = object(
        &json!({
            "name": {"type": "string"},
            "note": text(),
            "from": {"type": "string", "description": "The id of a record to start from"},
            "given": part("facts"),
            "with": {"type": "object", "additionalProperties": part("facts")},
            "as_of": day(),
            "parameters": {"type": "object", "additionalProperties": false, "properties": parameters},
            "expect": {"type": "object", "additionalProperties": false, "properties": expect},
            "determination": {"enum": ["eligible", "ineligible", "undetermined", "fault"]},
            "unknown": names,
        }),
        &["name"],
    );
    let mut parts = fact_parts(rulebook, schema);
    parts.insert("case".to_owned(), case);
    parts.insert("outcome".to_owned(), outcome);
    let whole =
        json!({"anyOf": [part("case"), {"type": "array", "items": part("case"), "minItems": 1}]});
    titled(&format!("Cases of {}", rulebook.title), whole, parts)
}

fn waivers(conditions: &[&str]) -> Value {
    let waiver = object(
        &json!({
            "jurisdiction": {"type": "string"},
            "condition": {"enum": conditions},
            "reason": {"type": "string"},
            "granted_by": {"type": "string"},
            "link": {"type": "string"},
            "granted": day(),
            "expires": day(),
        }),
        &["jurisdiction", "condition", "reason", "granted_by"],
    );
    titled(
        "Waivers",
        json!({"type": "array", "items": waiver, "minItems": 1}),
        parts(),
    )
}
