//! Coverage as JSON.

use serde::Serialize;

use crate::analysis::test_cases::{ConditionCoverage, Coverage};
use crate::render::json::shared_shapes::{JSON_VERSION, PlaceShape, place, status, value};

#[derive(Serialize)]
struct DocumentShape<'a> {
    format: &'static str,
    version: u32,
    reached: usize,
    all: usize,
    percent: f64,
    conditions: Vec<ConditionShape<'a>>,
    never_varied: Vec<ParameterShape<'a>>,
}

#[derive(Serialize)]
struct ParameterShape<'a> {
    rulebook: &'a str,
    parameter: &'a str,
}

#[derive(Serialize)]
struct ConditionShape<'a> {
    rulebook: &'a str,
    condition: &'a str,
    file: &'a str,
    not_tabular: bool,
    branches: Vec<BranchShape<'a>>,
    outcomes: Vec<OutcomeShape>,
    boundaries: Vec<BoundaryShape<'a>>,
}

#[derive(Serialize)]
struct BranchShape<'a> {
    test: &'a str,
    answer: bool,
    hits: usize,
    place: PlaceShape,
}

#[derive(Serialize)]
struct OutcomeShape {
    status: &'static str,
    hits: usize,
}

#[derive(Serialize)]
struct BoundaryShape<'a> {
    test: &'a str,
    tried: Vec<serde_json::Value>,
    not_tried: Vec<serde_json::Value>,
    place: PlaceShape,
}

/// The coverage as indented JSON with a newline at its end.
pub fn coverage_json(coverage: &Coverage) -> String {
    let (reached, all) = coverage.reached();
    let parameter = |(rulebook, name): &'_ (crate::model::rulebook::RulebookId, String)| {
        (rulebook.to_string(), name.clone())
    };
    let parameters: Vec<(String, String)> = coverage.never_varied.iter().map(parameter).collect();
    crate::render::json::shared_shapes::written(&DocumentShape {
        format: "rulebook-coverage",
        version: JSON_VERSION,
        reached,
        all,
        percent: (coverage.percent() * 100.0).round() / 100.0,
        conditions: coverage.conditions.iter().map(condition).collect(),
        never_varied: parameters
            .iter()
            .map(|(rulebook, parameter)| ParameterShape {
                rulebook,
                parameter,
            })
            .collect(),
    })
}

fn condition(condition: &ConditionCoverage) -> ConditionShape<'_> {
    let branches = condition.branches.iter().map(|branch| BranchShape {
        test: &branch.test,
        answer: branch.answer,
        hits: branch.hits,
        place: place(&branch.span),
    });
    let boundaries = condition.boundaries.iter().map(|boundary| {
        let values = |wanted: bool| {
            boundary
                .values
                .iter()
                .filter(move |(_, tried)| *tried == wanted)
        };
        BoundaryShape {
            test: &boundary.test,
            tried: values(true).map(|(tried, _)| value(tried)).collect(),
            not_tried: values(false).map(|(untried, _)| value(untried)).collect(),
            place: place(&boundary.span),
        }
    });
    ConditionShape {
        rulebook: condition.rulebook.as_str(),
        condition: condition.id.as_str(),
        file: &condition.file,
        not_tabular: condition.not_tabular,
        branches: branches.collect(),
        outcomes: condition
            .outcomes
            .iter()
            .map(|(kind, hits)| OutcomeShape {
                status: status(*kind),
                hits: *hits,
            })
            .collect(),
        boundaries: boundaries.collect(),
    }
}
