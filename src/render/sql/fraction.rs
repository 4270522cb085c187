//! Fractions with parts that an engine calculates: `factor * over / under`, an exact fraction and
//! two integers, of which `under` is positive if the calculation succeeds.

use crate::model::fact::Number;

/// A whole number that the engine calculates.
#[derive(Clone, Debug)]
pub(super) struct Whole {
    pub(super) text: String,
    /// Its least and greatest value.
    pub(super) bounds: (f64, f64),
    /// At least its magnitude, as the engine finds it without overflow.
    pub(super) estimate: String,
}

/// `factor * over / under`; a missing part is one.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub(super) factor: Number,
    pub(super) over: Option<Whole>,
    pub(super) under: Option<Whole>,
}

/// An error says what cannot be written.
pub(super) type Written<T> = Result<T, String>;

/// The two parts of a fraction.
pub(super) fn parts(number: &Number) -> Written<(Number, Number)> {
    const MOST_BITS: u64 = 100;
    if number.bits() > MOST_BITS {
        return Err(format!("`{number}` has too many digits"));
    }
    let fraction = number.fraction();
    let (above, below) = fraction.split_once('/').unwrap_or((&fraction, "1"));
    match (above.parse(), below.parse()) {
        (Ok(above), Ok(below)) => Ok((above, below)),
        _ => Err(format!("`{number}` has too many digits")),
    }
}

impl Term {
    pub(super) fn of(factor: Number) -> Self {
        Self {
            factor,
            over: None,
            under: None,
        }
    }

    pub(super) fn times(&self, other: &Self) -> Self {
        let both = |one: &Option<Whole>, two: &Option<Whole>| match (one, two) {
            (Some(one), Some(two)) => Some(product(&Number::from(1), [one, two])),
            (one, two) => one.clone().or_else(|| two.clone()),
        };
        Self {
            factor: self.factor.times(&other.factor),
            over: both(&self.over, &other.over),
            under: both(&self.under, &other.under),
        }
    }
}

/// A number times some whole numbers.
pub(super) fn product<'a>(factor: &Number, parts: impl IntoIterator<Item = &'a Whole>) -> Whole {
    let near = factor.near();
    let parts: Vec<&Whole> = parts.into_iter().collect();
    let mut bounds = (near, near);
    for part in &parts {
        let ends = [
            bounds.0 * part.bounds.0,
            bounds.0 * part.bounds.1,
            bounds.1 * part.bounds.0,
            bounds.1 * part.bounds.1,
        ];
        bounds = (
            ends.iter().copied().fold(f64::INFINITY, f64::min),
            ends.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        );
    }
    let one = *factor == Number::from(1) && !parts.is_empty();
    let digits = factor.to_string();
    let factor = (!one).then_some(digits);
    let texts = parts.iter().map(|part| part.text.clone());
    let texts: Vec<String> = texts.chain(factor).collect();
    let estimates = parts.iter().map(|part| part.estimate.clone());
    let estimates = estimates.chain((!one).then(|| format!("{:e}", near.abs())));
    let estimates: Vec<String> = estimates.collect();
    let text = match texts.as_slice() {
        [one] => one.clone(),
        several => format!("({})", several.join(" * ")),
    };
    Whole {
        text,
        bounds,
        estimate: estimates.join(" * "),
    }
}

pub(super) fn magnitude(whole: Whole) -> Whole {
    let (low, high) = whole.bounds;
    if low >= 0.0 {
        return whole;
    }
    Whole {
        text: format!("ABS({})", whole.text),
        bounds: (0.0, low.abs().max(high.abs())),
        ..whole
    }
}

pub(super) fn sum(left: &Term, right: &Term) -> Written<Term> {
    if let (None, None, None, None) = (&left.over, &left.under, &right.over, &right.under) {
        return Ok(Term::of(left.factor.plus(&right.factor)));
    }
    // Over the product of both lower parts, unless they are the same.
    let text = |whole: &Option<Whole>| whole.as_ref().map(|whole| whole.text.clone());
    let alike = text(&left.under) == text(&right.under);
    let (beside_left, beside_right, under) = if alike {
        (None, None, left.under.clone())
    } else {
        let one = Number::from(1);
        let both: Vec<&Whole> = left.under.iter().chain(&right.under).collect();
        let under = (!both.is_empty()).then(|| product(&one, both));
        (right.under.clone(), left.under.clone(), under)
    };
    let ((p, q), (r, s)) = (
        parts(&left.factor.magnitude())?,
        parts(&right.factor.magnitude())?,
    );
    let signed = |number: Number, of: &Number| {
        if of.is_negative() {
            number.negated()
        } else {
            number
        }
    };
    // p/q * a + r/s * b = (p*s*a + r*q*b) / (q*s), divided by the common divisor.
    let (one, two) = (
        signed(p.times(&s), &left.factor),
        signed(r.times(&q), &right.factor),
    );
    let shared = common(&one, &two);
    let by = |number: &Number| number.over(&shared).unwrap_or_else(|| number.clone());
    let one = product(&by(&one), left.over.iter().chain(&beside_left));
    let two = product(&by(&two), right.over.iter().chain(&beside_right));
    let factor = shared
        .over(&q.times(&s))
        .ok_or("a fraction is not over zero")?;
    Ok(Term {
        factor,
        over: Some(Whole {
            text: format!("({} + {})", one.text, two.text),
            bounds: (one.bounds.0 + two.bounds.0, one.bounds.1 + two.bounds.1),
            estimate: format!("({} + {})", one.estimate, two.estimate),
        }),
        under,
    })
}

/// The greatest whole number that divides both, which are whole.
fn common(one: &Number, two: &Number) -> Number {
    let (mut one, mut two) = (one.magnitude(), two.magnitude());
    while !two.is_zero() {
        let rest = one.remainder(&two).unwrap_or(Number::from(0));
        (one, two) = (two, rest);
    }
    if one.is_zero() { Number::from(1) } else { one }
}

/// A quotient. The divisor is positive, or the calculation fails.
pub(super) fn divided(left: &Term, right: Term, divisors: &mut Vec<Whole>) -> Written<Term> {
    let Some(factor) = left.factor.over(&right.factor) else {
        return Err("it divides by zero".to_owned());
    };
    let Some(below) = right.over else {
        let turned = Term {
            factor,
            over: right.under,
            under: None,
        };
        return Ok(Term {
            factor: Number::from(1),
            ..left.clone()
        }
        .times(&turned));
    };
    divisors.push(below.clone());
    let sign = (below.bounds.0 < 0.0).then(|| Whole {
        text: format!("(CASE WHEN {} < 0 THEN -1 ELSE 1 END)", below.text),
        bounds: (-1.0, 1.0),
        estimate: "1".to_owned(),
    });
    let turned = Term {
        factor,
        over: match (sign, right.under) {
            (Some(sign), Some(under)) => Some(product(&Number::from(1), [&sign, &under])),
            (sign, under) => sign.or(under),
        },
        under: Some(magnitude(below)),
    };
    Ok(Term {
        factor: Number::from(1),
        ..left.clone()
    }
    .times(&turned))
}
