//! A sweep of a parameter for a person: a chart, the steps, who changes.

mod chart;

use std::fmt::Write;

use crate::analysis::sweep::{ParameterPoint, Sweep, SweepStep};
use crate::model::fact::Value;
use crate::render::text::sweep::chart::chart;
use crate::render::text_or_markdown_page::{Emphasis, Page};

/// The most steps that are listed.
const MOST_STEPS: usize = 25;
/// The most jurisdictions named at a step.
const MOST_NAMES: usize = 6;

/// Sweeps with their steps. With `wanted`, also the values for which exactly that many are
/// eligible.
pub fn sweep(sweeps: &[Sweep], wanted: Option<usize>, style: Emphasis) -> String {
    let mut page = Page::new(style);
    for sweep in sweeps {
        one(sweep, wanted, &mut page);
    }
    page.finish()
}

fn one(sweep: &Sweep, wanted: Option<usize>, page: &mut Page) {
    let (from, to) = &sweep.ends;
    let name = &sweep.parameter;
    page.heading(
        1,
        &format!("{name} from {} to {}", shown(sweep, from), shown(sweep, to)),
    );
    let now = sweep
        .now
        .as_ref()
        .map(|now| format!(" It is {} now.", shown(sweep, now)));
    page.line(&format!(
        "{}, as of {}, {} jurisdictions.{}",
        sweep.rulebook().title,
        sweep.as_of(),
        sweep.len(),
        now.unwrap_or_default()
    ));
    if sweep.steps.is_empty() && sweep.is_exact() {
        let counts = counted(&sweep.start);
        page.line(&format!("Whatever it is between the two: {counts}."));
        page.gap();
    } else {
        page.line(&exactness(sweep));
        let width = match page.style {
            Emphasis::Plain(width) => width,
            Emphasis::Markdown => 80,
        };
        page.gap();
        page.fenced(&chart(sweep, width));
        steps(sweep, page);
    }
    if let Some(wanted) = wanted {
        exactly(sweep, wanted, page);
    }
}

/// A value with its unit.
fn shown(sweep: &Sweep, value: &Value) -> String {
    let unit = sweep.unit.as_ref().map(|unit| format!(" {unit}"));
    format!("{value}{}", unit.unwrap_or_default())
}

fn at(sweep: &Sweep, place: &ParameterPoint) -> String {
    let value = shown(sweep, &sweep.value(&place.at));
    if place.above {
        format!("above {value}")
    } else {
        format!("from {value} on")
    }
}

fn exactness(sweep: &Sweep) -> String {
    if sweep.is_exact() {
        return "These are all steps there are.".to_owned();
    }
    let inexact = &sweep.inexact;
    let mut why = Vec::new();
    if let Some(samples) = inexact.sampled {
        let because = if inexact.cut_short {
            "to find all steps takes more than the limit `rounds`"
        } else {
            "a script that is no table, or a statistic that is calculated from it, moves with it"
        };
        why.push(format!(
            "it was looked at at {} evenly spaced values alone, because {because}; a step may lie anywhere \
             before its value",
            samples + 1
        ));
    }
    if inexact.unsure > 0 {
        why.push(format!(
            "of {} jurisdictions not all values were found at which they may change",
            inexact.unsure
        ));
    }
    if inexact.near {
        why.push("some steps are exact to 15 digits alone".to_owned());
    }
    format!("Not exact: {}.", why.join("; "))
}

fn steps(sweep: &Sweep, page: &mut Page) {
    page.heading(2, &format!("Steps: {}", sweep.steps.len()));
    let start = shown(sweep, &sweep.ends.0);
    page.item(&format!("from {start} on: {}", counted(&sweep.start)));
    for step in sweep.steps.iter().take(MOST_STEPS) {
        page.item(&format!(
            "{}: {}",
            at(sweep, &step.place),
            counted(&step.counts)
        ));
        page.detail(&flips(sweep, step));
    }
    if let more @ 1.. = sweep.steps.len().saturating_sub(MOST_STEPS) {
        page.item(&format!("{more} more steps are in the CSV and in the JSON"));
    }
    page.gap();
}

fn counted([eligible, ineligible, undetermined, fault]: &[usize; 4]) -> String {
    let open = [(undetermined, "undetermined"), (fault, "fault")];
    let open = open.into_iter().filter(|(count, _)| **count > 0);
    let mut text = format!("{eligible} eligible, {ineligible} ineligible");
    for (count, word) in open {
        let _ = write!(text, ", {count} {word}");
    }
    text
}

/// The jurisdictions that change at a step, from what to what.
fn flips(sweep: &Sweep, step: &SweepStep) -> String {
    let mut kinds: Vec<_> = step
        .flips
        .iter()
        .map(|flip| (flip.after, flip.before))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    let one = |(after, before)| {
        let who = step
            .flips
            .iter()
            .filter(|flip| (flip.after, flip.before) == (after, before));
        let ids: Vec<&str> = who.map(|flip| sweep.id(flip.jurisdiction)).collect();
        let more = match ids.len().saturating_sub(MOST_NAMES) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let named = ids[..ids.len().min(MOST_NAMES)].join(", ");
        format!("{after}, was {before}: {named}{more}")
    };
    kinds.into_iter().map(one).collect::<Vec<_>>().join("; ")
}

/// The values for which exactly `wanted` are eligible, or the nearest ones.
fn exactly(sweep: &Sweep, wanted: usize, page: &mut Page) {
    page.heading(2, &format!("Exactly {wanted} eligible"));
    let stretches = sweep.with_eligible(wanted);
    for (from, next) in &stretches {
        let end = match next {
            None => String::new(),
            Some(next) if next.above => {
                format!(", up to {}", shown(sweep, &sweep.value(&next.at)))
            }
            Some(next) => format!(", below {}", shown(sweep, &sweep.value(&next.at))),
        };
        page.item(&format!("{}{end}", at(sweep, from)));
    }
    if stretches.is_empty() {
        let counts =
            std::iter::once(sweep.start[0]).chain(sweep.steps.iter().map(|step| step.counts[0]));
        let (below, above): (Vec<usize>, Vec<usize>) = counts.partition(|count| *count < wanted);
        let near = [below.into_iter().max(), above.into_iter().min()];
        let near: Vec<String> = near
            .into_iter()
            .flatten()
            .map(|count| count.to_string())
            .collect();
        page.item(&format!(
            "no value: the nearest counts are {}",
            near.join(" and ")
        ));
    }
    page.gap();
}
