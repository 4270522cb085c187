//! A sweep of a parameter as JSON.

use serde::Serialize;

use crate::analysis::sweep::{Flip, ParameterPoint, Sweep, SweepStep};
use crate::base::diagnostic::Diagnostic;
use crate::render::json::shared_shapes::{document, exact, kind, value};

#[derive(Serialize)]
struct SweepsShape<'a> {
    sweeps: Vec<SweepShape<'a>>,
}

#[derive(Serialize)]
struct SweepShape<'a> {
    rulebook: &'a str,
    as_of: String,
    parameter: &'a str,
    unit: Option<&'a str>,
    from: serde_json::Value,
    to: serde_json::Value,
    now: Option<serde_json::Value>,
    jurisdictions: usize,
    /// There are no other steps than these.
    exact: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    sampled: Option<usize>,
    #[serde(skip_serializing_if = "is_zero")]
    unsure: usize,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    near: bool,
    /// Sampled because of the limit `rounds`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    cut_short: bool,
    start: CountsShape,
    steps: Vec<StepShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wanted: Option<WantedShape>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

#[derive(Serialize)]
struct CountsShape {
    eligible: usize,
    ineligible: usize,
    undetermined: usize,
    fault: usize,
}

#[derive(Serialize)]
struct StepShape<'a> {
    #[serde(flatten)]
    place: PlaceShape,
    #[serde(flatten)]
    counts: CountsShape,
    flips: Vec<FlipShape<'a>>,
}

#[derive(Serialize)]
struct PlaceShape {
    value: serde_json::Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    exact: Option<String>,
    /// Just above the value, and not at it.
    above: bool,
}

#[derive(Serialize)]
struct FlipShape<'a> {
    jurisdiction: &'a str,
    before: &'static str,
    after: &'static str,
}

#[derive(Serialize)]
struct WantedShape {
    eligible: usize,
    stretches: Vec<StretchShape>,
}

#[derive(Serialize)]
struct StretchShape {
    from: PlaceShape,
    /// Where the next stretch begins; `None` if it continues to the end.
    before: Option<PlaceShape>,
}

/// Sweeps as indented JSON with a newline at its end. With `wanted`, also the values for which
/// exactly that many are eligible.
pub fn sweep_json(sweeps: &[Sweep], wanted: Option<usize>, diagnostics: &[Diagnostic]) -> String {
    let body = SweepsShape {
        sweeps: sweeps.iter().map(|sweep| shape(sweep, wanted)).collect(),
    };
    document("rulebook-sweep", body, diagnostics)
}

fn shape(sweep: &Sweep, wanted: Option<usize>) -> SweepShape<'_> {
    SweepShape {
        rulebook: sweep.rulebook().id.as_str(),
        as_of: sweep.as_of().to_string(),
        parameter: &sweep.parameter,
        unit: sweep.unit.as_deref(),
        from: value(&sweep.ends.0),
        to: value(&sweep.ends.1),
        now: sweep.now.as_ref().map(value),
        jurisdictions: sweep.len(),
        exact: sweep.is_exact(),
        sampled: sweep.inexact.sampled,
        unsure: sweep.inexact.unsure,
        near: sweep.inexact.near,
        cut_short: sweep.inexact.cut_short,
        start: counts(&sweep.start),
        steps: sweep.steps.iter().map(|one| step(sweep, one)).collect(),
        wanted: wanted.map(|eligible| WantedShape {
            eligible,
            stretches: sweep
                .with_eligible(eligible)
                .iter()
                .map(|(from, next)| StretchShape {
                    from: place(sweep, from),
                    before: next.as_ref().map(|next| place(sweep, next)),
                })
                .collect(),
        }),
    }
}

fn counts(counts: &[usize; 4]) -> CountsShape {
    let [eligible, ineligible, undetermined, fault] = *counts;
    CountsShape {
        eligible,
        ineligible,
        undetermined,
        fault,
    }
}

fn place(sweep: &Sweep, place: &ParameterPoint) -> PlaceShape {
    let at = sweep.value(&place.at);
    PlaceShape {
        value: value(&at),
        exact: exact(&at),
        above: place.above,
    }
}

fn step<'a>(sweep: &'a Sweep, step: &'a SweepStep) -> StepShape<'a> {
    let flip = |flip: &Flip| FlipShape {
        jurisdiction: sweep.id(flip.jurisdiction),
        before: kind(flip.before),
        after: kind(flip.after),
    };
    StepShape {
        place: place(sweep, &step.place),
        counts: counts(&step.counts),
        flips: step.flips.iter().map(flip).collect(),
    }
}
