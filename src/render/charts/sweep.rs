//! A sweep as a picture: how many are eligible as the parameter moves.

use crate::analysis::sweep::Sweep;
use crate::model::fact::{Number, Value};
use crate::render::charts::axis::{Axis, counted, round_step, size};
use crate::render::charts::page;
use crate::render::charts::svg::{Anchor, Svg, WIDTH, cut};
use crate::render::text;
use crate::render::text_or_markdown_page::Emphasis;

const LEFT: f64 = 80.0;
const RIGHT: f64 = WIDTH - 40.0;
const HEIGHT: f64 = 260.0;

/// Sweeps of a parameter, as one picture.
pub fn sweep_svg(sweeps: &[Sweep]) -> String {
    let mut svg = Svg::new();
    for sweep in sweeps {
        one(sweep, &mut svg);
    }
    let words = sweeps.iter().map(in_words).collect::<Vec<_>>().join(" ");
    svg.finish(&title(sweeps), &words)
}

/// That picture on a page, with the steps in words below.
pub fn sweep_html(sweeps: &[Sweep], wanted: Option<usize>) -> String {
    let words = text::sweep::sweep(sweeps, wanted, Emphasis::Plain(100));
    page(&title(sweeps), &sweep_svg(sweeps), &words)
}

fn title(sweeps: &[Sweep]) -> String {
    let first = sweeps.first();
    first.map_or_else(String::new, |sweep| {
        let (from, to) = &sweep.ends;
        format!("{} from {from} to {to}", sweep.parameter)
    })
}

/// For those who do not see the picture.
fn in_words(sweep: &Sweep) -> String {
    let last = sweep
        .steps
        .last()
        .map_or(sweep.start[0], |step| step.counts[0]);
    format!(
        "{}: {} eligible at the first value, {last} at the last, {} steps between.",
        sweep.rulebook().title,
        sweep.start[0],
        sweep.steps.len()
    )
}

/// A number or a day on a line.
fn line(value: &Value) -> Number {
    match value {
        Value::Date(day) => Number::from(day.days()),
        Value::Integer(whole) => Number::from(*whole),
        Value::Number(number) => number.clone(),
        _ => Number::ZERO,
    }
}

fn one(sweep: &Sweep, svg: &mut Svg) {
    svg.heading(&sweep.rulebook().title, "title");
    let unit = sweep.unit.as_ref().map(|unit| format!(" ({unit})"));
    let what = format!("{}{}", sweep.parameter, unit.unwrap_or_default());
    let exact = if sweep.is_exact() {
        format!("all {} steps", counted(sweep.steps.len()))
    } else {
        format!("{} steps, not exact", counted(sweep.steps.len()))
    };
    svg.note(&format!(
        "How many of {} are eligible by {what}, as of {}: {exact}",
        counted(sweep.len()),
        sweep.as_of()
    ));
    let open = |counts: &[usize; 4]| counts[2] + counts[3];
    let steps = || std::iter::once(&sweep.start).chain(sweep.steps.iter().map(|step| &step.counts));
    let any_open = steps().any(|counts| open(counts) > 0);
    let legend = [("met", "eligible"), ("unknown", "undetermined or at fault")];
    svg.legend(if any_open { &legend } else { &legend[..1] });
    let most = steps().map(|counts| counts[0].max(open(counts))).max();
    let most = most.unwrap_or(1).max(1);
    let (top, base) = (svg.y + 8.0, svg.y + 8.0 + HEIGHT);
    let axis = Axis {
        from: line(&sweep.ends.0),
        to: line(&sweep.ends.1),
        start: LEFT,
        end: RIGHT,
        days: matches!(sweep.ends.0, Value::Date(_)),
    };
    let height = |count: usize| base - size(count) / size(most) * HEIGHT;
    heights(most, &height, svg);
    svg.line((LEFT, top), (LEFT, base), "rule");
    svg.line((LEFT, base), (RIGHT, base), "rule");
    for tick in axis.ticks() {
        let x = axis.at(&tick);
        svg.line((x, base), (x, base + 4.0), "rule");
        svg.text(
            (x, base + 18.0),
            &axis.label(&tick),
            "small",
            Anchor::Middle,
        );
    }
    svg.text(
        (f64::midpoint(LEFT, RIGHT), base + 36.0),
        &cut(&what, RIGHT - LEFT),
        "",
        Anchor::Middle,
    );
    if any_open {
        svg.path(&points(sweep, &axis, &open, &height), "second");
    }
    svg.path(&points(sweep, &axis, &|counts| counts[0], &height), "line");
    if let Some(now) = sweep.now.as_ref().map(line).filter(|now| axis.has(now)) {
        let x = axis.at(&now);
        svg.line((x, top - 4.0), (x, base), "mark");
        let (at, anchor) = if x > WIDTH / 2.0 {
            (x - 5.0, Anchor::End)
        } else {
            (x + 5.0, Anchor::Start)
        };
        let label = format!("now {}", axis.label(&now));
        svg.text((at, top), &label, "small marked", anchor);
    }
    svg.y = base + 56.0;
}

/// Lines at round counts.
fn heights(most: usize, height: &dyn Fn(usize) -> f64, svg: &mut Svg) {
    let length = Number::from(i64::try_from(most).unwrap_or(i64::MAX));
    let step = round_step(&length, 5).ceiling().whole().unwrap_or(1);
    let step = usize::try_from(step).unwrap_or(1).max(1);
    for count in (0..=most).step_by(step).take(20) {
        let y = height(count);
        svg.line((LEFT, y), (RIGHT, y), "grid");
        svg.text((LEFT - 8.0, y + 4.0), &counted(count), "small", Anchor::End);
    }
}

/// The corners of a step function. Of many steps in one place of the picture the least and the
/// greatest are drawn, and where they end.
fn points(
    sweep: &Sweep,
    axis: &Axis,
    count: &dyn Fn(&[usize; 4]) -> usize,
    height: &dyn Fn(usize) -> f64,
) -> Vec<(f64, f64)> {
    let mut points = vec![(axis.start, height(count(&sweep.start)))];
    let mut steps = sweep.steps.iter().peekable();
    while let Some(step) = steps.next() {
        let x = axis.at(&step.place.at);
        let mut here = vec![height(count(&step.counts))];
        while let Some(next) = steps.next_if(|next| axis.at(&next.place.at) - x < 0.2) {
            here.push(height(count(&next.counts)));
        }
        let before = points.last().map_or(0.0, |point| point.1);
        points.push((x, before));
        let last = here[here.len() - 1];
        if here.len() > 1 {
            let least = here.iter().copied().fold(f64::INFINITY, f64::min);
            let most = here.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            points.extend([(x, least), (x, most)]);
        }
        points.push((x, last));
    }
    let last = points.last().map_or(0.0, |point| point.1);
    points.push((axis.end, last));
    points
}
