//! Diagnostics about faults and waivers of single jurisdictions.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::assess::assessment::RulebookAssessment;
use crate::assess::result_types::Status;
use crate::base::diagnostic::{Code, Diagnostic, list_of};
use crate::model::fact::Date;
use crate::model::waiver::Waiver;

/// A waiver is reported this many days before it expires.
const SOON: i64 = 30;

/// Whether results are those of the rulebook as it is, or of a "what if".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scenario {
    AsItStands,
    WhatIf,
}

/// Reports waivers that have expired while they are needed, or are about to, and waivers that are
/// not needed. For a "what if" none of them is reported.
pub(super) fn report_waivers(
    assessed: &RulebookAssessment,
    asked: Scenario,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for waiver in assessed.basis.criteria.waivers.all() {
        let Some(one) = assessed.jurisdiction(waiver.jurisdiction.as_str()) else {
            continue;
        };
        let not_yet = !waiver.holds(assessed.as_of) && !waiver.has_expired(assessed.as_of);
        let place = assessed.condition(waiver.condition.as_str());
        let Some(finding) = place.filter(|_| !not_yet).map(|place| &one.findings[place]) else {
            continue;
        };
        let (id, condition) = (&waiver.jurisdiction, &waiver.condition);
        match (finding.status, waiver.has_expired(assessed.as_of)) {
            (Status::Met | Status::NotApplicable, _) if asked == Scenario::WhatIf => {}
            (Status::Met | Status::NotApplicable, _) => {
                let message = format!(
                    "the waiver is not needed: `{condition}` is {} for `{id}`",
                    finding.status
                );
                let help = "remove it".to_owned();
                diagnostics.push(
                    Diagnostic::at(Code::UnusedWaiver, waiver.span.clone(), message).help(help),
                );
            }
            // Another has taken its place.
            (Status::NotMet | Status::Unknown, true) if finding.waived.is_some() => {}
            (Status::NotMet | Status::Unknown, true) => {
                let day = waiver
                    .expires
                    .map_or_else(String::new, |day| format!(" on {day}"));
                let message =
                    format!("the waiver has expired{day}: `{condition}` counts again for `{id}`");
                let help = "have it granted anew, or remove it".to_owned();
                diagnostics.push(
                    Diagnostic::at(Code::ExpiredWaiver, waiver.span.clone(), message).help(help),
                );
            }
            (Status::NotMet | Status::Unknown, false) => {
                let after = waiver
                    .expires
                    .and_then(|last| Date::from_days(last.days() + 1));
                let waivers = &assessed.basis.criteria.waivers;
                if after.is_none_or(|day| waivers.find(id, condition, day).is_none()) {
                    diagnostics.extend(expires_soon(waiver, assessed.as_of));
                }
            }
            (Status::Fault, _) => {}
        }
    }
}

fn expires_soon(waiver: &Waiver, day: Date) -> Option<Diagnostic> {
    let last = waiver.expires?;
    let left = last.days() - day.days();
    let (id, condition) = (&waiver.jurisdiction, &waiver.condition);
    let when = match left {
        0 => "today".to_owned(),
        1 => "in a day".to_owned(),
        2..=SOON => format!("in {left} days"),
        _ => return None,
    };
    let message = format!(
        "the waiver expires {when}, on {last}: after it `{condition}` counts again for `{id}`"
    );
    let help = "have it granted anew in time".to_owned();
    Some(Diagnostic::at(Code::ExpiringWaiver, waiver.span.clone(), message).help(help))
}

/// Reports what went wrong for single jurisdictions, each mistake once with all it went wrong for.
pub(super) fn report_faults(assessed: &RulebookAssessment, diagnostics: &mut Vec<Diagnostic>) {
    let mut faults: BTreeMap<_, (Arc<Diagnostic>, Vec<&str>)> = BTreeMap::new();
    // Most populations have no fault; the status bytes show that.
    for one in assessed
        .results
        .with_status(Status::Fault)
        .into_iter()
        .map(|place| assessed.at(place))
    {
        for fault in one
            .findings
            .iter()
            .filter_map(|finding| finding.fault.as_ref())
        {
            let key = (fault.span().cloned(), fault.message.clone());
            let (_, ids) = faults
                .entry(key)
                .or_insert_with(|| (Arc::clone(fault), Vec::new()));
            let id = one.jurisdiction.id.as_str();
            // Several conditions may run into what one derived fact does.
            if ids.last() != Some(&id) {
                ids.push(id);
            }
        }
    }
    for (fault, ids) in faults.into_values() {
        told_of(&fault, ids, diagnostics);
    }
    let records = assessed.records();
    for (fault, numbers) in assessed.basis.faults.values().flat_map(|one| one.all()) {
        let ids: Vec<_> = numbers.iter().map(|number| records.id(*number)).collect();
        told_of(fault, ids.iter().map(|id| &**id).collect(), diagnostics);
    }
}

/// Adds the fault of some records, unless it was already reported for all.
fn told_of(fault: &Diagnostic, ids: Vec<&str>, diagnostics: &mut Vec<Diagnostic>) {
    if diagnostics.contains(fault) {
        return;
    }
    let message = format!(
        "{} (for {})",
        fault.message,
        list_of(ids).replace(" or ", " and ")
    );
    diagnostics.push(Diagnostic {
        message,
        ..fault.clone()
    });
}
