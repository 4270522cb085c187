//! Remedies as JSON.

use serde::Serialize;

use crate::analysis::remedies::{Change, Remedies};
use crate::base::diagnostic::Diagnostic;
use crate::model::condition::ConditionId;
use crate::render::json::shapes::{DiagnosticShape, FactName, JSON_VERSION, kind, name, value};

#[derive(Serialize)]
struct RemediesShape<'a> {
    format: &'static str,
    version: u32,
    rulebook: &'a str,
    as_of: String,
    what_if: &'a [String],
    jurisdiction: &'a str,
    name: &'a str,
    determination: &'static str,
    want: &'static str,
    remedies: Vec<RemedyShape<'a>>,
    more: bool,
    cut_short: bool,
    jointly: bool,
    in_the_way: Vec<FactName<'a>>,
    diagnostics: Vec<DiagnosticShape<'a>>,
}

#[derive(Serialize)]
struct RemedyShape<'a> {
    changes: Vec<ChangeShape<'a>>,
}

#[derive(Serialize)]
struct ChangeShape<'a> {
    #[serde(flatten)]
    fact: FactName<'a>,
    unit: Option<&'a str>,
    from: Option<serde_json::Value>,
    to: serde_json::Value,
    allowed: &'a str,
    cures: Vec<&'a str>,
}

/// The remedies as indented JSON with a newline at its end.
pub fn remedies_json(remedies: &Remedies<'_>, diagnostics: &[Diagnostic]) -> String {
    let Remedies {
        assessed,
        one,
        want,
        list,
        more,
        cut_short,
        jointly,
        in_the_way,
    } = remedies;
    let id = &one.jurisdiction.id;
    crate::render::json::shapes::written(&RemediesShape {
        format: "rulebook-remedies",
        version: JSON_VERSION,
        rulebook: assessed.rulebook().id.as_str(),
        as_of: assessed.as_of.to_string(),
        what_if: &assessed.what_if,
        jurisdiction: id.as_str(),
        name: &one.jurisdiction.name,
        determination: kind(one.determination.kind),
        want: kind(*want),
        remedies: list
            .iter()
            .map(|remedy| RemedyShape {
                changes: remedy
                    .changes
                    .iter()
                    .map(|change| change_shape(id, change))
                    .collect(),
            })
            .collect(),
        more: *more,
        cut_short: *cut_short,
        jointly: *jointly,
        in_the_way: in_the_way.iter().map(|fact| name(id, fact)).collect(),
        diagnostics: diagnostics
            .iter()
            .map(crate::render::json::shapes::diagnostic)
            .collect(),
    })
}

fn change_shape<'a>(
    id: &'a crate::model::jurisdiction::JurisdictionId,
    change: &'a Change,
) -> ChangeShape<'a> {
    ChangeShape {
        fact: name(id, &change.fact),
        unit: change.fact.schema.unit.as_deref(),
        from: change.from.as_ref().map(value),
        to: value(&change.to),
        allowed: &change.allowed,
        cures: change.cures.iter().map(ConditionId::as_str).collect(),
    }
}
