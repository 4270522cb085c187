//! Counts of a population as JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::analysis::summary::{
    Amount, ConditionCount, Group, NearMiss, Needs, Summary, Threshold,
};
use crate::assess::result_types::{DeterminationKind, Status};
use crate::base::diagnostic::Diagnostic;
use crate::model::fact::Value;
use crate::model::typed_indexes::ConditionIndex;
use crate::render::json::shared_shapes::{document, exact, kind, status, value};

/// Numbers by words.
type Counts = BTreeMap<&'static str, usize>;

#[derive(Serialize)]
struct SummariesShape<'a> {
    rulebooks: Vec<SummaryShape<'a>>,
}

#[derive(Serialize)]
struct SummaryShape<'a> {
    id: &'a str,
    title: &'a str,
    as_of: String,
    what_if: &'a [String],
    jurisdictions: usize,
    determinations: Counts,
    conditions: Vec<ConditionShape<'a>>,
    unmet: Vec<UnmetShape<'a>>,
    near: Vec<ThresholdShape<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    results: Vec<ResultShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<GroupsShape<'a>>,
}

#[derive(Serialize)]
struct ConditionShape<'a> {
    id: &'a str,
    title: &'a str,
    counts: bool,
    findings: Counts,
    only: Vec<&'a str>,
    only_so_far: usize,
}

#[derive(Serialize)]
struct UnmetShape<'a> {
    conditions: Vec<&'a str>,
    settled: usize,
    so_far: usize,
}

#[derive(Serialize)]
struct ThresholdShape<'a> {
    condition: &'a str,
    measured: &'a str,
    unit: Option<&'a str>,
    count: usize,
    nearest: Vec<NearShape<'a>>,
}

#[derive(Serialize)]
struct NearShape<'a> {
    jurisdiction: &'a str,
    name: &'a str,
    value: NumberShape,
    needs: &'static str,
    end: NumberShape,
    distance: NumberShape,
}

/// A number, and all its digits where JSON cannot hold them.
#[derive(Serialize)]
struct NumberShape {
    value: serde_json::Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    exact: Option<String>,
}

/// A result added up.
#[derive(Serialize)]
struct ResultShape<'a> {
    name: &'a str,
    title: Option<&'a str>,
    unit: Option<&'a str>,
    totals: BTreeMap<&'static str, TotalShape>,
}

#[derive(Serialize)]
struct TotalShape {
    #[serde(flatten)]
    sum: NumberShape,
    known: usize,
    unknown: usize,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    rounded: bool,
}

#[derive(Serialize)]
struct GroupsShape<'a> {
    by: &'a [String],
    list: Vec<GroupShape<'a>>,
}

#[derive(Serialize)]
struct GroupShape<'a> {
    /// In the order of `by`; null for what is unknown.
    key: Vec<Option<serde_json::Value>>,
    jurisdictions: usize,
    determinations: Counts,
    findings: BTreeMap<&'a str, Counts>,
}

/// Summaries as indented JSON with a newline at its end.
pub fn summary_json(summaries: &[Summary<'_>], diagnostics: &[Diagnostic]) -> String {
    let body = SummariesShape {
        rulebooks: summaries.iter().map(of_rulebook).collect(),
    };
    document("rulebook-summary", body, diagnostics)
}

fn of_rulebook<'a>(summary: &'a Summary<'a>) -> SummaryShape<'a> {
    let rulebook = summary.assessed.rulebook();
    let conditions = ConditionIndex::each(&summary.conditions);
    let unmet = summary.unmet.iter().map(|set| UnmetShape {
        conditions: set.conditions.iter().map(|one| id(summary, *one)).collect(),
        settled: set.settled,
        so_far: set.open,
    });
    SummaryShape {
        id: rulebook.id.as_str(),
        title: &rulebook.title,
        as_of: summary.assessed.as_of.to_string(),
        what_if: &summary.assessed.what_if,
        jurisdictions: summary.assessed.len(),
        determinations: determinations(&summary.determinations),
        conditions: conditions
            .map(|(at, one)| condition(summary, at, one))
            .collect(),
        unmet: unmet.collect(),
        near: summary
            .near
            .iter()
            .map(|one| threshold(summary, one))
            .collect(),
        results: summary.amounts.iter().map(result).collect(),
        groups: summary.groups.as_ref().map(|groups| GroupsShape {
            by: &groups.by,
            list: groups.list.iter().map(|one| group(summary, one)).collect(),
        }),
    }
}

fn id<'a>(summary: &Summary<'a>, condition: ConditionIndex) -> &'a str {
    summary.assessed.conditions[condition].condition.id.as_str()
}

fn determinations(counts: &[usize; 4]) -> Counts {
    let words = DeterminationKind::ALL.map(kind);
    words.into_iter().zip(counts.iter().copied()).collect()
}

fn findings(counts: &[usize; 5]) -> Counts {
    let words = Status::ALL.map(status);
    words.into_iter().zip(counts.iter().copied()).collect()
}

fn condition<'a>(
    summary: &Summary<'a>,
    at: ConditionIndex,
    count: &'a ConditionCount,
) -> ConditionShape<'a> {
    ConditionShape {
        id: id(summary, at),
        title: &summary.assessed.conditions[at].condition.title,
        counts: count.counts,
        findings: findings(&count.findings),
        only: count
            .only
            .iter()
            .map(|place| summary.assessed.id(*place))
            .collect(),
        only_so_far: count.only_so_far,
    }
}

fn threshold<'a>(summary: &Summary<'a>, threshold: &'a Threshold) -> ThresholdShape<'a> {
    ThresholdShape {
        condition: id(summary, threshold.condition),
        measured: &threshold.measured,
        unit: threshold.unit.as_deref(),
        count: threshold.count,
        nearest: threshold
            .nearest
            .iter()
            .map(|one| near(summary, one))
            .collect(),
    }
}

fn near<'a>(summary: &Summary<'a>, one: &NearMiss) -> NearShape<'a> {
    NearShape {
        jurisdiction: summary.assessed.id(one.place),
        name: summary.assessed.name(one.place),
        value: number(&one.found),
        needs: match one.needs {
            Needs::AtLeast(_) => "at_least",
            Needs::MoreThan(_) => "more_than",
            Needs::AtMost(_) => "at_most",
            Needs::LessThan(_) => "less_than",
        },
        end: number(one.needs.value()),
        distance: number(&Value::Number(one.distance.clone())),
    }
}

fn result(amount: &Amount) -> ResultShape<'_> {
    let totals = DeterminationKind::ALL
        .iter()
        .zip(&amount.totals)
        .map(|(one, total)| {
            let shape = TotalShape {
                sum: number(&Value::Number(total.sum.clone())),
                known: total.members,
                unknown: total.unknown,
                rounded: total.rounded,
            };
            (kind(*one), shape)
        });
    ResultShape {
        name: &amount.name,
        title: amount.title.as_deref(),
        unit: amount.unit.as_deref(),
        totals: totals.collect(),
    }
}

fn number(number: &Value) -> NumberShape {
    NumberShape {
        value: value(number),
        exact: exact(number),
    }
}

fn group<'a>(summary: &Summary<'a>, group: &'a Group) -> GroupShape<'a> {
    let by_condition = ConditionIndex::each(&group.findings);
    GroupShape {
        key: group
            .key
            .iter()
            .map(|one| one.as_ref().map(value))
            .collect(),
        jurisdictions: group.len(),
        determinations: determinations(&group.determinations),
        findings: by_condition
            .map(|(at, counts)| (id(summary, at), findings(counts)))
            .collect(),
    }
}
