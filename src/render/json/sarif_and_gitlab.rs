//! SARIF 2.1.0 (OASIS), and GitLab's code quality report: JSON with the places of items.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::base::diagnostic::Code;
use crate::base::digest::sha256;
use crate::base::source::Span;
use crate::render::escape::{clean_line, for_sarif};
use crate::render::report::{ItemSeverity, Report, ReportItem, items};

/// The items as a SARIF log.
pub fn sarif(report: &Report<'_>) -> String {
    let items = items(report);
    let rules = rules(report, &items);
    let places: BTreeMap<&str, usize> = rules
        .iter()
        .enumerate()
        .map(|(index, (id, _))| (id.as_str(), index))
        .collect();
    let results: Vec<Value> = items
        .iter()
        .map(|item| result(report, item, places[item.rule.as_str()]))
        .collect();
    let described: Vec<Value> = rules
        .iter()
        .map(|(id, text)| json!({"id": id, "shortDescription": {"text": for_sarif(text)}}))
        .collect();
    crate::render::json::shared_shapes::written(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "rulebook",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": "https://crates.io/crates/rulebook",
                "rules": described,
            }},
            "originalUriBaseIds": {
                HERE: {
                    "uri": folder(report.here),
                    "description": {"text": "The folder in which rulebook was run."},
                },
                "ROOT": {
                    "uri": folder(&root(report)),
                    "description": {"text": "The folder that holds policies and scripts."},
                },
            },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

/// The base of the paths in a log.
const HERE: &str = "%SRCROOT%";

/// The root as a path from the root of the system.
fn root(report: &Report<'_>) -> String {
    if is_whole(report.base) {
        report.base.to_owned()
    } else {
        format!("{}/{}", report.here.trim_end_matches('/'), report.base)
    }
}

/// The address of a folder.
fn folder(path: &str) -> String {
    format!("{}/", address(path.trim_end_matches('/')))
}

/// Every kind of item that occurs, with a sentence on it.
fn rules(report: &Report<'_>, items: &[ReportItem]) -> Vec<(String, String)> {
    let mut rules: BTreeMap<String, String> = BTreeMap::new();
    for item in items {
        rules.entry(item.rule.clone()).or_insert_with(|| {
            let code = Code::ALL.iter().find(|code| code.as_str() == item.rule);
            match (code, item.rule.as_str()) {
                (Some(code), _) => code.summary().to_owned(),
                (None, "case") => "A case is not as expected.".to_owned(),
                (None, "compared") => "A result is not what is published.".to_owned(),
                (None, "accepted") => "A result is not as it was accepted.".to_owned(),
                (None, rule) => title(report, rule).unwrap_or_else(|| rule.to_owned()),
            }
        });
    }
    rules.into_iter().collect()
}

fn title(report: &Report<'_>, rule: &str) -> Option<String> {
    let (rulebook, id) = rule.split_once('/')?;
    let assessed = report.assessment.rulebook(rulebook)?;
    let used = assessed
        .conditions
        .iter()
        .find(|used| used.condition.id.as_str() == id)?;
    Some(used.condition.title.clone())
}

fn result(report: &Report<'_>, item: &ReportItem, rule: usize) -> Value {
    let level = match item.severity {
        ItemSeverity::Error => "error",
        ItemSeverity::Warning => "warning",
        ItemSeverity::Note => "note",
    };
    let mut result = json!({
        "ruleId": item.rule,
        "ruleIndex": rule,
        "level": level,
        "message": {"text": for_sarif(&item.message)},
        "partialFingerprints": {"rulebookKey/v1": fingerprint(&item.key)},
    });
    if let Some(file) = &item.file {
        result["locations"] = json!([location(&report.path(file), item.span.as_ref(), None)]);
    }
    if let Some(span) = &item.script {
        result["relatedLocations"] = json!([location(
            &report.path(span.source().name()),
            Some(span),
            Some("the test in the script")
        )]);
    }
    result
}

fn location(file: &str, span: Option<&Span>, message: Option<&str>) -> Value {
    let mut artifact = json!({"uri": address(file)});
    if !is_whole(file) {
        artifact["uriBaseId"] = json!(HERE);
    }
    let mut physical = json!({"artifactLocation": artifact});
    if let Some(span) = span {
        let (start, end) = (span.position(), span.end_position());
        physical["region"] = json!({
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        });
    }
    match message {
        Some(text) => json!({"physicalLocation": physical, "message": {"text": text}}),
        None => json!({"physicalLocation": physical}),
    }
}

/// Whether a path is absolute.
fn is_whole(path: &str) -> bool {
    path.starts_with('/') || path.as_bytes().get(1) == Some(&b':')
}

/// A path as an address (RFC 3986): a relative one, but for a path from the root of the system.
fn address(path: &str) -> String {
    let fine = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/:".contains(&byte);
    let scheme = match path {
        _ if path.starts_with('/') => "file://",
        _ if is_whole(path) => "file:///",
        "" => "file://",
        _ => "",
    };
    let address: String = path
        .bytes()
        .map(|byte| {
            if fine(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    format!("{scheme}{address}")
}

/// The items as GitLab's code quality report.
pub fn gitlab(report: &Report<'_>) -> String {
    let one = |item: ReportItem| {
        let severity = match item.severity {
            ItemSeverity::Error => "blocker",
            ItemSeverity::Warning => "major",
            ItemSeverity::Note => "info",
        };
        let line = item.span.as_ref().map_or(1, |span| span.position().line);
        json!({
            "description": clean_line(&item.message),
            "check_name": item.rule,
            "fingerprint": fingerprint(&item.key),
            "severity": severity,
            "location": {"path": report.path(item.file.as_deref().unwrap_or("policies")), "lines": {"begin": line}},
        })
    };
    crate::render::json::shared_shapes::written(
        &items(report).into_iter().map(one).collect::<Vec<_>>(),
    )
}

fn fingerprint(key: &str) -> String {
    let mut digits = sha256(key);
    digits.truncate(32);
    digits
}
