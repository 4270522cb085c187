//! Sweeps as CSV: a row for each step, and one for each jurisdiction that changes there.

use crate::analysis::sweep::Sweep;
use crate::formats::csv::written;
use crate::model::fact::Value;
use crate::render::json::words;

/// Sweeps: `kind` is `start`, `step` or `flip`; `above` says that a step begins just above its
/// value.
pub fn sweep_csv(sweeps: &[Sweep]) -> String {
    let head = [
        "kind",
        "rulebook",
        "parameter",
        "value",
        "above",
        "eligible",
        "ineligible",
        "undetermined",
        "fault",
        "jurisdiction",
        "before",
        "after",
    ];
    let head = head.map(str::to_owned).to_vec();
    written(std::iter::once(head).chain(sweeps.iter().flat_map(rows)))
}

fn rows(sweep: &Sweep) -> Vec<Vec<String>> {
    let names = [sweep.rulebook().id.to_string(), sweep.parameter.clone()];
    let counted = |kind: &str, value: String, above: bool, counts: &[usize; 4]| {
        let place = [value, above.to_string()];
        let counts = counts.iter().map(ToString::to_string);
        let start = std::iter::once(kind.to_owned())
            .chain(names.clone())
            .chain(place);
        start
            .chain(counts)
            .chain([(); 3].map(|()| String::new()))
            .collect()
    };
    let mut rows = vec![counted(
        "start",
        sweep.ends.0.to_string(),
        false,
        &sweep.start,
    )];
    for step in &sweep.steps {
        let value = exact(&sweep.value(&step.place.at));
        let above = step.place.above;
        rows.push(counted("step", value.clone(), above, &step.counts));
        for flip in &step.flips {
            let kinds = [flip.before, flip.after].map(|kind| words::kind(kind).to_owned());
            let start = std::iter::once("flip".to_owned()).chain(names.clone());
            let place = [value.clone(), above.to_string()].into_iter();
            let nothing = [(); 4].map(|()| String::new());
            let who = std::iter::once(sweep.id(flip.jurisdiction).to_owned()).chain(kinds);
            rows.push(start.chain(place).chain(nothing).chain(who).collect());
        }
    }
    rows
}

/// A value that `--set` reads again: a fraction where its decimals have no end.
fn exact(value: &Value) -> String {
    match value {
        Value::Number(number) if number.places().is_none() => number.as_fraction(),
        value => value.to_string(),
    }
}
