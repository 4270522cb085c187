//! Numbers on a line of a picture.

use crate::model::fact::{Date, Number, Value};

/// Coordinates of a count or a number, for drawing alone.
#[expect(
    clippy::cast_precision_loss,
    reason = "a place in a picture needs no more than a few digits"
)]
pub(super) fn size(count: usize) -> f64 {
    count as f64
}

/// From one number to another, over so much of a picture.
pub(super) struct Axis {
    pub(super) from: Number,
    pub(super) to: Number,
    pub(super) start: f64,
    pub(super) end: f64,
    /// Whether the numbers are days since 1970.
    pub(super) days: bool,
}

impl Axis {
    /// The place of a number on the axis.
    pub(super) fn at(&self, number: &Number) -> f64 {
        let part = number.minus(&self.from).over(&self.to.minus(&self.from));
        let part = part.map_or(0.5, |part| part.near());
        self.start + part.clamp(0.0, 1.0) * (self.end - self.start)
    }

    /// Whether a number lies on it.
    pub(super) fn has(&self, number: &Number) -> bool {
        *number >= self.from && *number <= self.to
    }

    /// A number as it is written on it.
    pub(super) fn label(&self, number: &Number) -> String {
        if self.days
            && let Some(day) = number.floor().whole().and_then(Date::from_days)
        {
            return day.to_string();
        }
        written(number)
    }

    /// Round numbers on it: a few, the first at or after its start.
    pub(super) fn ticks(&self) -> Vec<Number> {
        let step = round_step(&self.to.minus(&self.from), 6);
        let Some(first) = self.from.over(&step) else {
            return Vec::new();
        };
        let mut next = first.ceiling().times(&step);
        let mut found = Vec::new();
        while next <= self.to && found.len() < 20 {
            found.push(next.clone());
            next = next.plus(&step);
        }
        found
    }
}

/// 1, 2 or 5 times a power of ten, such that at most `most` of them make up a length.
pub(super) fn round_step(length: &Number, most: i64) -> Number {
    let ten = Number::from(10);
    let fits = |step: &Number| step.times(&most.into()) >= *length;
    let mut unit = Number::ONE;
    for _ in 0..400 {
        match unit.over(&ten).filter(|one| !length.is_zero() && fits(one)) {
            Some(smaller) => unit = smaller,
            None => break,
        }
    }
    for _ in 0..400 {
        for times in [1, 2, 5] {
            let step = unit.times(&times.into());
            if fits(&step) {
                return step;
            }
        }
        unit = unit.times(&ten);
    }
    unit
}

/// A number with commas between thousands; after `≈` if it was rounded.
pub(super) fn written(number: &Number) -> String {
    let text = Value::Number(number.clone()).shown(None);
    let text = if text.chars().count() > 14 {
        Value::Number(number.clone()).shown(Some(2))
    } else {
        text
    };
    let (whole, rest) = match text.find('.') {
        Some(point) => text.split_at(point),
        None => (text.as_str(), ""),
    };
    let digits = whole.chars().filter(char::is_ascii_digit).count();
    let mut out = String::new();
    let mut left = digits;
    for c in whole.chars() {
        out.push(c);
        if c.is_ascii_digit() {
            left -= 1;
            if left > 0 && left % 3 == 0 {
                out.push(',');
            }
        }
    }
    out + rest
}

/// A count with commas between thousands.
pub(super) fn counted(count: usize) -> String {
    written(&i64::try_from(count).unwrap_or(i64::MAX).into())
}
