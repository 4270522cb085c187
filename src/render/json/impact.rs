//! An impact as JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::analysis::decision_table::verdict_in_words;
use crate::analysis::impact::{
    AmountImpact, Cases, Cause, Impact, ImpactGroups, JurisdictionImpact, RulebookImpact,
};
use crate::assess::assessment::Movement;
use crate::base::diagnostic::Diagnostic;
use crate::model::jurisdiction::JurisdictionId;
use crate::render::json::shared_shapes::{
    DiagnosticShape, JSON_VERSION, PlaceShape, kind, number, place, status, value,
};

#[derive(Serialize)]
struct DocumentShape<'a> {
    format: &'static str,
    version: u32,
    before: SideShape<'a>,
    after: SideShape<'a>,
    rulebooks: Vec<RulebookShape<'a>>,
}

#[derive(Serialize)]
struct SideShape<'a> {
    version: &'a str,
    diagnostics: Vec<DiagnosticShape<'a>>,
}

#[derive(Serialize)]
struct RulebookShape<'a> {
    id: &'a str,
    title: &'a str,
    assessed_before: usize,
    assessed_after: usize,
    settings: Vec<SettingShape<'a>>,
    conditions: Vec<ConditionShape<'a>>,
    decision: Option<CasesShape<'a>>,
    facts: Vec<FactShape<'a>>,
    records_added: Vec<&'a str>,
    records_removed: Vec<&'a str>,
    jurisdictions: Vec<JurisdictionShape<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    results: Vec<AmountShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<GroupsShape<'a>>,
}

/// The movements by group.
#[derive(Serialize)]
struct GroupsShape<'a> {
    by: &'a [String],
    list: Vec<GroupShape>,
}

#[derive(Serialize)]
struct GroupShape {
    key: Vec<Option<serde_json::Value>>,
    jurisdictions: usize,
    moved: BTreeMap<&'static str, usize>,
}

/// A result that has changed.
#[derive(Serialize)]
struct AmountShape<'a> {
    name: &'a str,
    unit: Option<&'a str>,
    /// The total over the eligible jurisdictions.
    before: Option<serde_json::Value>,
    after: Option<serde_json::Value>,
    /// Members were rounded to 34 digits before they were added up.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    rounded: bool,
    changes: Vec<AmountChangeShape<'a>>,
}

#[derive(Serialize)]
struct AmountChangeShape<'a> {
    jurisdiction: &'a str,
    before: Option<serde_json::Value>,
    after: Option<serde_json::Value>,
}

#[derive(Serialize)]
struct SettingShape<'a> {
    what: &'a str,
    before: &'a str,
    after: &'a str,
}

#[derive(Serialize)]
struct ConditionShape<'a> {
    id: &'a str,
    title: &'a str,
    causes: Vec<CauseShape>,
    cases: Option<CasesShape<'a>>,
}

#[derive(Serialize)]
struct CasesShape<'a> {
    list: Vec<CaseShape<'a>>,
    cut_short: bool,
    reasons_only: bool,
    not_compared: Option<NotComparedShape<'a>>,
    /// The derived facts in which alone they differ.
    calculated_otherwise: &'a [String],
}

#[derive(Serialize)]
struct NotComparedShape<'a> {
    why: &'a str,
    place: Option<PlaceShape>,
}

#[derive(Serialize)]
struct CaseShape<'a> {
    case: &'a str,
    before: String,
    after: String,
    example: Option<BTreeMap<&'a str, &'a str>>,
}

#[derive(Serialize)]
struct FactShape<'a> {
    jurisdiction: &'a str,
    fact: &'a str,
    unit: Option<&'a str>,
    before: Option<String>,
    after: Option<String>,
}

#[derive(Serialize)]
pub(super) struct JurisdictionShape<'a> {
    id: &'a str,
    name: &'a str,
    before: Option<&'static str>,
    after: Option<&'static str>,
    movement: &'static str,
    settled: bool,
    lost: bool,
    findings: Vec<FindingShape<'a>>,
    causes: Vec<CauseShape>,
}

#[derive(Serialize)]
struct FindingShape<'a> {
    condition: &'a str,
    before: Option<&'static str>,
    after: Option<&'static str>,
    causes: Vec<CauseShape>,
}

/// A cause: its kind, and the file, parameter or fact it is about; a fact by `jurisdiction.path`.
#[derive(Serialize)]
struct CauseShape {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// One side of the comparison: its name, and its problems.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The version in words.
    pub version: &'a str,
    /// Everything wrong with its input.
    pub diagnostics: &'a [Diagnostic],
}

/// The impact as indented JSON with a newline at its end.
pub fn impact_json(impact: &Impact, before: Side<'_>, after: Side<'_>) -> String {
    crate::render::json::shared_shapes::written(&DocumentShape {
        format: "rulebook-impact",
        version: JSON_VERSION,
        before: SideShape {
            version: before.version,
            diagnostics: diagnostics(before),
        },
        after: SideShape {
            version: after.version,
            diagnostics: diagnostics(after),
        },
        rulebooks: impact.rulebooks.iter().map(rulebook).collect(),
    })
}

fn diagnostics(side: Side<'_>) -> Vec<DiagnosticShape<'_>> {
    side.diagnostics
        .iter()
        .map(crate::render::json::shared_shapes::diagnostic)
        .collect()
}

fn rulebook(impact: &RulebookImpact) -> RulebookShape<'_> {
    let conditions = impact.conditions.iter().map(|condition| ConditionShape {
        id: condition.id.as_str(),
        title: &condition.title,
        causes: causes(impact, &condition.causes),
        cases: condition.cases.as_ref().map(|found| cases(found, false)),
    });
    let settings = impact.settings.iter().map(|setting| SettingShape {
        what: &setting.what,
        before: &setting.before,
        after: &setting.after,
    });
    let facts = impact.facts.iter().map(|change| FactShape {
        jurisdiction: change.jurisdiction.as_str(),
        fact: change.schema.path.as_str(),
        unit: change.schema.unit.as_deref(),
        before: change.before.as_ref().map(ToString::to_string),
        after: change.after.as_ref().map(ToString::to_string),
    });
    RulebookShape {
        id: impact.delta.id.as_str(),
        title: &impact.title,
        assessed_before: impact.assessed.0,
        assessed_after: impact.assessed.1,
        settings: settings.collect(),
        conditions: conditions.collect(),
        decision: impact.decision.as_ref().map(|found| cases(found, true)),
        facts: facts.collect(),
        records_added: impact
            .records
            .0
            .iter()
            .map(JurisdictionId::as_str)
            .collect(),
        records_removed: impact
            .records
            .1
            .iter()
            .map(JurisdictionId::as_str)
            .collect(),
        jurisdictions: impact
            .jurisdictions
            .iter()
            .map(|one| jurisdiction(impact, one))
            .collect(),
        results: impact.amounts.iter().map(amount).collect(),
        groups: impact.groups.as_ref().map(groups),
    }
}

fn groups(groups: &ImpactGroups) -> GroupsShape<'_> {
    let list = groups.list.iter().map(|group| GroupShape {
        key: group
            .key
            .iter()
            .map(|one| one.as_ref().map(value))
            .collect(),
        jurisdictions: group.all,
        moved: group
            .moved
            .iter()
            .map(|(there, count)| (movement(*there), *count))
            .collect(),
    });
    GroupsShape {
        by: &groups.by,
        list: list.collect(),
    }
}

fn amount(amount: &AmountImpact) -> AmountShape<'_> {
    let changes = amount.changes.iter().map(|change| AmountChangeShape {
        jurisdiction: change.jurisdiction.as_str(),
        before: change.before.as_ref().map(value),
        after: change.after.as_ref().map(value),
    });
    AmountShape {
        name: &amount.name,
        unit: amount.unit.as_deref(),
        before: amount.sums.as_ref().map(|(before, _)| number(before)),
        after: amount.sums.as_ref().map(|(_, after)| number(after)),
        rounded: amount.rounded,
        changes: changes.collect(),
    }
}

fn cases(cases: &Cases, of_decision: bool) -> CasesShape<'_> {
    let words = |verdict| verdict_in_words(verdict, of_decision).replace(' ', "_");
    let list = cases.list.iter().map(|case| CaseShape {
        case: &case.case,
        before: words(case.before),
        after: words(case.after),
        example: case.example.as_ref().map(|values| {
            values
                .iter()
                .map(|(fact, value)| (fact.as_str(), value.as_str()))
                .collect()
        }),
    });
    let not_compared = cases.not_compared.as_ref();
    CasesShape {
        list: list.collect(),
        cut_short: cases.cut_short,
        reasons_only: cases.reasons_only,
        not_compared: not_compared.map(|why| NotComparedShape {
            why: &why.why,
            place: why.place.as_ref().map(place),
        }),
        calculated_otherwise: &cases.otherwise,
    }
}

pub(super) fn jurisdiction<'a>(
    impact: &RulebookImpact,
    one: &'a JurisdictionImpact,
) -> JurisdictionShape<'a> {
    let findings = one
        .delta
        .findings
        .iter()
        .zip(&one.findings)
        .map(|(finding, why)| FindingShape {
            condition: finding.condition.as_str(),
            before: finding.before.map(status),
            after: finding.after.map(status),
            causes: causes(impact, why),
        });
    JurisdictionShape {
        id: one.delta.id.as_str(),
        name: &one.name,
        before: one.delta.before.map(kind),
        after: one.delta.after.map(kind),
        movement: movement(one.delta.movement()),
        settled: one.settled(),
        lost: one.lost(),
        findings: findings.collect(),
        causes: causes(impact, &one.causes),
    }
}

/// The name of a movement in every format.
pub(in crate::render) fn movement(movement: Movement) -> &'static str {
    match movement {
        Movement::Gained => "gained",
        Movement::Lost => "lost",
        Movement::BecameUnknown => "became_undetermined",
        Movement::Failed => "failed",
        Movement::Flipped => "flipped",
        Movement::Appeared => "new",
        Movement::Vanished => "gone",
    }
}

fn causes(impact: &RulebookImpact, causes: &[Cause]) -> Vec<CauseShape> {
    let one = |cause: &Cause| {
        let (kind, name) = cause_in_code(impact, cause);
        CauseShape { kind, name }
    };
    causes.iter().map(one).collect()
}

/// A cause for a program: its kind, and the name of the file, parameter or fact it is about.
pub(in crate::render) fn cause_in_code(
    impact: &RulebookImpact,
    cause: &Cause,
) -> (&'static str, Option<String>) {
    match cause {
        Cause::File(path) => ("file", Some(path.clone())),
        Cause::Parameter(name) => ("parameter", Some(name.clone())),
        Cause::Added => ("added", None),
        Cause::Removed => ("removed", None),
        Cause::InForce => ("in_force", None),
        Cause::NotInForce => ("not_in_force", None),
        Cause::Level => ("level", None),
        Cause::Schema => ("schema", None),
        Cause::Decision => ("decision", None),
        Cause::Waivers => ("waivers", None),
        Cause::Fact(index) => {
            let change = &impact.facts[*index];
            (
                "fact",
                Some(format!("{}.{}", change.jurisdiction, change.schema.path)),
            )
        }
        Cause::Statistics => ("statistics", None),
        Cause::Statistic(change) if change.by_others => {
            ("statistic_by_others", Some(change.path.clone()))
        }
        Cause::Statistic(change) => ("statistic", Some(change.path.clone())),
    }
}
