//! The results of one jurisdiction as JSON.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::assess::assessment::RulebookAssessment;
use crate::assess::bulk_explanation::{Explaining, Told};
use crate::assess::prepared_rulebook::Prepared;
use crate::assess::request_evaluator::Explained;
use crate::assess::result_types::{Finding, JurisdictionAssessment};
use crate::model::jurisdiction::JurisdictionId;
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::PlaceIndex;
use crate::model::waiver::Waiver;
use crate::render::json::shared_shapes::{
    AssumptionShape, FactName, FactShape, PlaceShape, assumed, fact_used, kind, name, place, status,
};
use crate::render::json::{derived_and_statistics, published_results};
use crate::tree::{FactRef, Limit};

#[derive(Serialize)]
pub(crate) struct JurisdictionShape<'a> {
    id: &'a str,
    name: &'a str,
    determination: &'static str,
    reasons: &'a [String],
    missing: Vec<FactName<'a>>,
    cut_short: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    published: Vec<published_results::SaidHereShape<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    worked_out: BTreeMap<String, Option<serde_json::Value>>,
    findings: Vec<FindingShape<'a>>,
}

#[derive(Serialize)]
pub(crate) struct FindingShape<'a> {
    condition: &'a str,
    status: &'static str,
    reasons: &'a [String],
    facts: Vec<FactShape<'a>>,
    missing: Vec<FactName<'a>>,
    assumed: Vec<AssumptionShape<'a>>,
    cut_short: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<&'static str>,
    fault: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waived: Option<WaiverShape<'a>>,
}

#[derive(Serialize)]
pub(crate) struct WaiverShape<'a> {
    reason: &'a str,
    granted_by: &'a str,
    link: Option<&'a str>,
    granted: Option<String>,
    expires: Option<String>,
    place: PlaceShape,
}

pub(crate) fn waived(waiver: &Waiver) -> WaiverShape<'_> {
    WaiverShape {
        reason: &waiver.reason,
        granted_by: &waiver.granted_by,
        link: waiver.link.as_deref(),
        granted: waiver.granted.map(|day| day.to_string()),
        expires: waiver.expires.map(|day| day.to_string()),
        place: place(&waiver.span),
    }
}

pub(crate) fn jurisdiction<'a>(
    assessed: &'a RulebookAssessment,
    one: &'a JurisdictionAssessment,
) -> JurisdictionShape<'a> {
    let findings = ConditionIndex::each(&one.findings);
    let findings = findings.map(|(condition, found)| {
        let facts = facts_elsewhere(assessed, one, condition);
        finding(assessed, &one.jurisdiction.id, (condition, found), facts)
    });
    let id = one.jurisdiction.id.as_str();
    shape(one, findings.collect(), beside(assessed, id))
}

/// The published results of a jurisdiction, and its derived facts and statistics.
type Beside<'a> = (
    Vec<published_results::SaidHereShape<'a>>,
    BTreeMap<String, Option<serde_json::Value>>,
);

fn beside<'a>(assessed: &'a RulebookAssessment, id: &str) -> Beside<'a> {
    (
        published_results::here(assessed, id),
        derived_and_statistics::all(assessed, id),
    )
}

fn shape<'a>(
    one: &'a JurisdictionAssessment,
    findings: Vec<FindingShape<'a>>,
    (published, worked_out): Beside<'a>,
) -> JurisdictionShape<'a> {
    let id = &one.jurisdiction.id;
    JurisdictionShape {
        id: id.as_str(),
        name: &one.jurisdiction.name,
        determination: kind(one.determination.kind),
        reasons: &one.determination.reasons,
        missing: one
            .determination
            .missing
            .iter()
            .map(|fact| name(id, fact))
            .collect(),
        cut_short: one.determination.cut_short.is_some(),
        limit: one.determination.cut_short.map(Limit::name),
        published,
        worked_out,
        findings,
    }
}

fn finding<'a>(
    prepared: &'a Prepared,
    id: &'a JurisdictionId,
    (condition, found): (ConditionIndex, &'a Finding),
    facts: Vec<FactShape<'a>>,
) -> FindingShape<'a> {
    FindingShape {
        condition: prepared.conditions[condition].condition.id.as_str(),
        status: status(found.status),
        reasons: &found.reasons,
        facts,
        missing: found.missing.iter().map(|fact| name(id, fact)).collect(),
        assumed: assumed(id, found),
        cut_short: found.cut_short.is_some(),
        limit: found.cut_short.map(Limit::name),
        fault: found.fault.as_ref().map(|fault| fault.message.as_str()),
        waived: found.waived.as_deref().map(waived),
    }
}

/// Hands over the shape of a jurisdiction.
pub(super) fn explained<R>(
    assessed: &RulebookAssessment,
    explaining: &Explaining<'_, ()>,
    place: PlaceIndex,
    take: impl FnOnce(&JurisdictionShape<'_>) -> R,
) -> R {
    let (one, told) = explaining.all(assessed.record_of(place), assessed.kind(place));
    let id = &one.jurisdiction.id;
    let findings = ConditionIndex::each(one.findings.iter().zip(&told));
    let findings = findings.map(|(condition, (found, told))| {
        let facts = facts(assessed, &one, told);
        let facts = facts.unwrap_or_else(|| facts_elsewhere(assessed, &one, condition));
        finding(assessed, id, (condition, found), facts)
    });
    let findings = findings.collect();
    take(&shape(&one, findings, beside(assessed, id.as_str())))
}

/// The shape of a request's result; `None` if it depends on facts of other records too.
pub(crate) fn request<'a>(
    prepared: &'a Prepared,
    explained: &'a Explained,
) -> Option<JurisdictionShape<'a>> {
    let one = &explained.one;
    let mut findings = Vec::with_capacity(one.findings.len());
    let all = one.findings.iter().zip(&explained.told);
    for (condition, (found, told)) in ConditionIndex::each(all) {
        let facts = facts(prepared, one, told)?;
        findings.push(finding(
            prepared,
            &one.jurisdiction.id,
            (condition, found),
            facts,
        ));
    }
    let worked_out = derived_and_statistics::of_request(prepared, &explained.worked);
    Some(shape(one, findings, (Vec::new(), worked_out)))
}

/// The facts that a finding depends on; `None` if some are those of other records.
fn facts<'a>(
    prepared: &Prepared,
    one: &'a JurisdictionAssessment,
    told: &'a Told<()>,
) -> Option<Vec<FactShape<'a>>> {
    let id = &one.jurisdiction.id;
    let numbering = prepared.basis.bindings.schema.numbering();
    let shape = |fact: &'a FactRef| {
        let slot = fact.own_number(numbering);
        let stated = slot.and_then(|slot| one.jurisdiction.stated(slot, prepared.as_of));
        fact_used(id, Cow::Borrowed(fact), stated.map(Cow::Borrowed))
    };
    Some(told.facts.as_ref()?.iter().map(shape).collect())
}

/// The facts that a finding depends on, if some are facts of other records.
fn facts_elsewhere<'a>(
    assessed: &RulebookAssessment,
    one: &'a JurisdictionAssessment,
    condition: ConditionIndex,
) -> Vec<FactShape<'a>> {
    let id = &one.jurisdiction.id;
    let used = assessed
        .facts_used_by(&one.jurisdiction, condition)
        .into_iter();
    used.map(|(fact, stated)| fact_used(id, Cow::Owned(fact), stated.map(Cow::Owned)))
        .collect()
}
