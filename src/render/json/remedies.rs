//! Remedies as JSON.

use serde::Serialize;

use crate::analysis::remedies::{Change, Remedies, WithStatistics};
use crate::base::diagnostic::Diagnostic;
use crate::model::condition::ConditionId;
use crate::render::json::shared_shapes::{
    FactName, SubjectShape, document, kind, name, subject, value,
};

#[derive(Serialize)]
struct RemediesShape<'a> {
    #[serde(flatten)]
    subject: SubjectShape<'a>,
    want: &'static str,
    remedies: Vec<RemedyShape<'a>>,
    more: bool,
    cut_short: bool,
    jointly: bool,
    in_the_way: Vec<FactName<'a>>,
}

#[derive(Serialize)]
struct RemedyShape<'a> {
    changes: Vec<ChangeShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    with_statistics: Option<WithStatisticsShape<'a>>,
}

/// The result of a remedy after statistics are recalculated.
#[derive(Serialize)]
struct WithStatisticsShape<'a> {
    holds: bool,
    moved: Vec<MovedShape<'a>>,
}

#[derive(Serialize)]
struct MovedShape<'a> {
    fact: &'a str,
    before: Option<serde_json::Value>,
    after: Option<serde_json::Value>,
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
        ..
    } = remedies;
    let id = &one.jurisdiction.id;
    let body = RemediesShape {
        subject: subject(assessed, &one.jurisdiction, &one.determination),
        want: kind(*want),
        remedies: list
            .iter()
            .map(|remedy| RemedyShape {
                changes: remedy
                    .changes
                    .iter()
                    .map(|change| change_shape(id, change))
                    .collect(),
                with_statistics: remedy.with_statistics.as_ref().map(with_statistics),
            })
            .collect(),
        more: *more,
        cut_short: *cut_short,
        jointly: *jointly,
        in_the_way: in_the_way.iter().map(|fact| name(id, fact)).collect(),
    };
    document("rulebook-remedies", body, diagnostics)
}

fn with_statistics(found: &WithStatistics) -> WithStatisticsShape<'_> {
    let moved = found.moved.iter().map(|moved| MovedShape {
        fact: &moved.path,
        before: moved.before.as_ref().map(value),
        after: moved.after.as_ref().map(value),
    });
    WithStatisticsShape {
        holds: found.holds,
        moved: moved.collect(),
    }
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
