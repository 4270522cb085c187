//! The number eligible over the values of a parameter, drawn with blocks.

use std::fmt::Write;

use crate::analysis::sweep::{ParameterPoint, Sweep};
use crate::model::fact::{Number, Value};

/// The height in lines.
const HEIGHT: usize = 8;
/// Eighths of a block, from nothing to a whole one.
const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A chart no wider than this: a column for each of as many values.
pub(super) fn chart(sweep: &Sweep, width: usize) -> String {
    let columns = columns(sweep, width.clamp(40, 100) - 14);
    let most = columns.iter().copied().max().unwrap_or(0).max(1);
    let mut out = String::new();
    for line in (0..HEIGHT).rev() {
        let label = match line {
            _ if line == HEIGHT - 1 => most.to_string(),
            0 => "0".to_owned(),
            _ => String::new(),
        };
        let cells: String = columns
            .iter()
            .map(|count| cell(*count, most, line))
            .collect();
        let _ = writeln!(out, "{label:>9} │{}", cells.trim_end());
    }
    let (from, to) = (sweep.ends.0.to_string(), sweep.ends.1.to_string());
    let space = columns.len().saturating_sub(from.chars().count());
    let rule = "─".repeat(columns.len());
    let _ = writeln!(out, "{:>9} └{rule}", "");
    let _ = write!(out, "{:>11}{from}{to:>space$}", "");
    out
}

/// The part of a bar that lies in a line.
fn cell(count: usize, most: usize, line: usize) -> char {
    let eighths = (count * HEIGHT * 8).div_ceil(most);
    BLOCKS[eighths.saturating_sub(line * 8).min(8)]
}

/// The number of eligible jurisdictions in the middle of each column.
fn columns(sweep: &Sweep, count: usize) -> Vec<usize> {
    let line = |value: &Value| match value {
        Value::Date(day) => Number::from(day.days()),
        Value::Integer(whole) => Number::from(*whole),
        Value::Number(number) => number.clone(),
        _ => Number::ZERO,
    };
    let number = |count: usize| Number::from(i64::try_from(count).unwrap_or(i64::MAX));
    let (from, to) = (line(&sweep.ends.0), line(&sweep.ends.1));
    let at = |column: usize| {
        let part = to.minus(&from).times(&number(2 * column + 1));
        let part = part.over(&number(2 * count)).unwrap_or(Number::ZERO);
        let place = ParameterPoint {
            at: from.plus(&part),
            above: false,
        };
        sweep.counts_at(&place)[0]
    };
    (0..count).map(at).collect()
}
