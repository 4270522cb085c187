//! Rows about what changed, for an impact, a timeline and a history.

use crate::analysis::impact::{Cause, RulebookImpact};
use crate::render::json::cause_in_code;

/// All cells of a row but the rulebook.
pub(super) type FindingCells = [String; 6];

/// A whole row.
pub(super) fn whole(
    impact: &RulebookImpact,
    [kind, jurisdiction, what, before, after, because]: FindingCells,
) -> Vec<String> {
    let rulebook = impact.delta.id.to_string();
    vec![kind, rulebook, jurisdiction, what, before, after, because]
}

/// A row for each determination and each finding that changed.
pub(super) fn change_rows(impact: &RulebookImpact) -> Vec<Vec<String>> {
    let rows = of_jurisdictions(impact).into_iter();
    rows.map(|cells| whole(impact, cells)).collect()
}

pub(super) fn cells(
    kind: &str,
    jurisdiction: &str,
    what: &str,
    before: &str,
    after: &str,
    why: &str,
) -> FindingCells {
    [kind, jurisdiction, what, before, after, why].map(str::to_owned)
}

pub(super) fn because(impact: &RulebookImpact, causes: &[Cause]) -> String {
    let one = |cause: &Cause| match cause_in_code(impact, cause) {
        (kind, Some(name)) => format!("{kind} {name}"),
        (kind, None) => kind.to_owned(),
    };
    causes.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// A value as text; empty for `None`.
pub(super) fn text(what: Option<impl ToString>) -> String {
    what.map_or_else(String::new, |what| what.to_string())
}

pub(super) fn of_jurisdictions(impact: &RulebookImpact) -> Vec<FindingCells> {
    let mut rows = Vec::new();
    for one in &impact.jurisdictions {
        let (id, delta) = (one.delta.id.as_str(), &one.delta);
        if delta.before != delta.after {
            let (before, after) = (text(delta.before), text(delta.after));
            let why = because(impact, &one.causes);
            rows.push(cells("determination", id, "", &before, &after, &why));
        }
        for (finding, why) in delta.findings.iter().zip(&one.findings) {
            let (before, after) = (text(finding.before), text(finding.after));
            let (what, why) = (finding.condition.as_str(), because(impact, why));
            rows.push(cells("finding", id, what, &before, &after, &why));
        }
    }
    rows
}
