//! Derived facts and statistics as JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::assess::assessment::{
    Assessment, Provenance, RulebookAssessment, StatisticUsed, WorkedOut,
};
use crate::assess::prepared_rulebook::Prepared;
use crate::assess::statistics::GroupFound;
use crate::model::fact::{FactPath, Value};
use crate::model::jurisdiction::JurisdictionId;
use crate::render::json::shared_shapes::{FactName, document, exact, name, value};

/// Values by path.
type Values = BTreeMap<String, Option<serde_json::Value>>;

#[derive(Serialize)]
pub(super) struct StatisticShape<'a> {
    name: &'a str,
    description: Option<&'a str>,
    how: String,
    unit: Option<&'a str>,
    groups: Vec<GroupShape>,
    ungrouped: usize,
    /// An input of it has an error.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    broken: bool,
}

#[derive(Serialize)]
struct GroupShape {
    group: Values,
    value: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exact: Option<String>,
    members: usize,
    left_out: usize,
    assumed: usize,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    rounded: bool,
}

/// A derived fact or a statistic that a finding depends on.
#[derive(Serialize)]
pub(super) struct WorkedShape<'a> {
    jurisdiction: &'a str,
    path: &'a str,
    kind: &'static str,
    value: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exact: Option<String>,
    unit: Option<&'a str>,
    how: Option<String>,
    file: Option<&'a str>,
    group: Option<GroupShape>,
}

#[derive(Serialize)]
struct StatisticsShape<'a> {
    rulebooks: Vec<RulebookShape<'a>>,
}

#[derive(Serialize)]
struct RulebookShape<'a> {
    id: &'a str,
    as_of: String,
    statistics: Vec<StatisticShape<'a>>,
}

/// The results of all statistics, as indented JSON with a newline at its end.
pub fn statistics_json(assessment: &Assessment) -> String {
    let body = StatisticsShape {
        rulebooks: assessment.rulebooks.iter().map(of_rulebook).collect(),
    };
    document("rulebook-statistics", body, &assessment.diagnostics)
}

fn of_rulebook(assessed: &RulebookAssessment) -> RulebookShape<'_> {
    RulebookShape {
        id: assessed.rulebook().id.as_str(),
        as_of: assessed.as_of.to_string(),
        statistics: statistics(assessed),
    }
}

fn named(key: &[(FactPath, Value)]) -> Values {
    key.iter()
        .map(|(path, key)| (path.to_string(), Some(value(key))))
        .collect()
}

fn group(key: &[(FactPath, Value)], found: &GroupFound) -> GroupShape {
    let (members, left_out, assumed) = (found.members, found.left_out, found.assumed);
    GroupShape {
        group: named(key),
        value: found.value.as_ref().map(value),
        exact: found.value.as_ref().and_then(exact),
        members,
        left_out,
        assumed,
        rounded: found.rounded,
    }
}

pub(super) fn statistics(assessed: &RulebookAssessment) -> Vec<StatisticShape<'_>> {
    fn one<'a>(used: &StatisticUsed<'a>) -> StatisticShape<'a> {
        StatisticShape {
            how: used.statistic.to_string(),
            groups: used
                .groups
                .iter()
                .map(|(key, found)| group(key, found))
                .collect(),
            ungrouped: used.ungrouped,
            broken: used.is_broken,
            name: used.name(),
            description: used.description(),
            unit: used.unit(),
        }
    }
    assessed.statistics().iter().map(one).collect()
}

/// All derived facts and statistics of a jurisdiction.
pub(super) fn all(assessed: &RulebookAssessment, id: &str) -> Values {
    let all = assessed.all_worked_out(id).into_iter();
    all.map(|(path, found)| (path.to_string(), found.as_ref().map(value)))
        .collect()
}

/// All derived facts and statistics of a request, given their values in the order of the schema.
pub(super) fn of_request(prepared: &Prepared, values: &[Option<Value>]) -> Values {
    let schema = &prepared.basis.bindings.schema;
    let facts = schema.facts()[schema.stated_len()..].iter().zip(values);
    facts
        .map(|(fact, found)| (fact.path.to_string(), found.as_ref().map(value)))
        .collect()
}

/// The derived facts and statistics that a finding depends on.
pub(super) fn worked_out<'a>(
    this: &'a JurisdictionId,
    worked: &'a [WorkedOut<'a>],
) -> Vec<WorkedShape<'a>> {
    let one = |worked: &'a WorkedOut<'a>| {
        let FactName {
            jurisdiction, path, ..
        } = name(this, &worked.fact);
        let (kind, how, file, group) = match &worked.how {
            Provenance::Derived {
                used, calculation, ..
            } => (
                "derived",
                calculation.clone(),
                Some(used.fact.source.name()),
                None,
            ),
            Provenance::Statistic {
                statistic,
                group: key,
                found,
                ..
            } => {
                let group = key
                    .as_ref()
                    .zip(*found)
                    .map(|(key, found)| group(key, found));
                ("statistic", Some(statistic.to_string()), None, group)
            }
        };
        let unit = worked.fact.schema.unit.as_deref();
        WorkedShape {
            jurisdiction,
            path,
            kind,
            value: worked.value.as_ref().map(value),
            exact: worked.value.as_ref().and_then(exact),
            unit,
            how,
            file,
            group,
        }
    };
    worked.iter().map(one).collect()
}
