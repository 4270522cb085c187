//! Exact numbers for the interpreter without us: fractions, in the plainest way.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Pow, Signed, ToPrimitive, Zero};
use rhai::{Dynamic, Engine, EvalAltResult, ImmutableString};

/// A number that is no whole one of 64 bits.
#[derive(Clone)]
pub(crate) struct Exact(BigRational);

type Checked<T> = Result<T, Box<EvalAltResult>>;

/// Above and below the line there are at most so many bits.
const MOST_BITS: u64 = 6_644;

/// What is written, as a value of a script.
pub(crate) fn written(text: &str) -> Dynamic {
    told(decimal(text))
}

fn decimal(text: &str) -> BigRational {
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (before, after) = digits.split_once('.').unwrap_or((digits, ""));
    let whole: BigInt = format!("{before}{after}").parse().unwrap();
    let places = i32::try_from(after.len()).unwrap() - exponent.parse::<i32>().unwrap();
    BigRational::from(whole) * BigRational::from(BigInt::from(10)).pow(-places)
}

fn told(number: BigRational) -> Dynamic {
    match number.to_integer().to_i64() {
        Some(whole) if number.is_integer() => whole.into(),
        _ => Dynamic::from(Exact(number)),
    }
}

fn text(number: &BigRational) -> String {
    let ten = BigRational::from(BigInt::from(10));
    let (mut places, mut scaled) = (0_usize, number.abs());
    // What a fraction of at most so many bits is divided by is gone after so many steps, or never.
    let mut rest = number.denom().clone();
    for part in [2, 5].map(BigInt::from) {
        while BigInt::is_zero(&(&rest % &part)) {
            rest /= &part;
        }
    }
    let ends = rest == BigInt::from(1);
    if ends {
        while !scaled.is_integer() {
            (scaled, places) = (scaled * &ten, places + 1);
        }
    } else {
        let least = BigRational::from(ten.numer().pow(27_u32));
        while scaled < least {
            (scaled, places) = (scaled * &ten, places + 1);
        }
    }
    let digits = format!("{:0>1$}", scaled.to_integer().to_string(), places + 1);
    let (before, after) = digits.split_at(digits.len() - places);
    let sign = if number.is_negative() { "-" } else { "" };
    let point = if after.is_empty() { "" } else { "." };
    let more = if ends { "" } else { "…" };
    format!("{sign}{before}{point}{after}{more}")
}

fn of(value: &Dynamic) -> BigRational {
    if let Ok(whole) = value.as_int() {
        return BigRational::from(BigInt::from(whole));
    }
    if let Ok(float) = value.as_float() {
        return decimal(&format!("{float:e}"));
    }
    value.clone_cast::<Exact>().0
}

fn fits(number: BigRational) -> Checked<Dynamic> {
    if number.numer().bits().max(number.denom().bits()) > MOST_BITS {
        return Err("too many digits".into());
    }
    Ok(told(number))
}

fn power(x: &BigRational, y: &BigRational) -> Checked<Dynamic> {
    let none = || Err("no such power".into());
    let (Some(times), Some(root)) = (y.numer().to_i64(), y.denom().to_u32()) else {
        return none();
    };
    if root > 64 || (times < 0 && x.is_zero()) || (root % 2 == 0 && x.is_negative()) {
        return none();
    }
    let base = BigRational::new(x.numer().nth_root(root), x.denom().nth_root(root));
    if base.clone().pow(i32::try_from(root).unwrap()) != *x {
        return none();
    }
    if base.is_zero() || base.abs() == BigRational::from(BigInt::from(1)) {
        let odd = times % 2 != 0;
        return Ok(told(match times {
            0 => BigRational::from(BigInt::from(1)),
            _ if odd || base.is_zero() => base,
            _ => base.abs(),
        }));
    }
    let bits = base.numer().bits().max(base.denom().bits()) - 1;
    match i32::try_from(times) {
        Ok(times) if bits * u64::from(times.unsigned_abs()) <= MOST_BITS => {
            Ok(told(base.pow(times)))
        }
        _ => none(),
    }
}

fn calculated(name: &str, x: &Dynamic, y: &Dynamic) -> Checked<Dynamic> {
    let (x, y) = (of(x), of(y));
    match name {
        "+" => fits(x + y),
        "-" => fits(x - y),
        "*" => fits(x * y),
        "/" | "%" if y.is_zero() => Err("division by zero".into()),
        "/" => fits(x / y),
        "%" => fits(&x - &y * (&x / &y).trunc()),
        "**" => power(&x, &y),
        "min" => Ok(told(x.min(y))),
        _ => Ok(told(x.max(y))),
    }
}

fn compared(name: &str, x: &Dynamic, y: &Dynamic) -> bool {
    let (x, y) = (of(x), of(y));
    match name {
        "==" => x == y,
        "!=" => x != y,
        "<" => x < y,
        "<=" => x <= y,
        ">" => x > y,
        _ => x >= y,
    }
}

/// Registers something for all pairs of kinds of numbers.
macro_rules! pairs {
    ($engine:expr, $name:expr, $work:expr, $($a:ty, $b:ty);+) => {
        $($engine.register_fn($name, move |a: $a, b: $b| {
            $work($name, &Dynamic::from(a), &Dynamic::from(b))
        });)+
    };
}

type Work = fn(BigRational) -> BigRational;

/// Puts exact numbers into an interpreter, in the place of its own.
pub(crate) fn register(engine: &mut Engine) {
    for name in ["+", "-", "*", "/", "%", "**", "min", "max"] {
        pairs!(engine, name, calculated,
            i64, i64; i64, f64; f64, i64; f64, f64;
            i64, Exact; Exact, i64; f64, Exact; Exact, f64; Exact, Exact);
    }
    for name in ["==", "!=", "<", "<=", ">", ">="] {
        pairs!(engine, name, compared,
            i64, i64; i64, f64; f64, i64; f64, f64;
            i64, Exact; Exact, i64; f64, Exact; Exact, f64; Exact, Exact);
    }
    let functions: [(&str, Work); 5] = [
        ("-", |x| -x),
        ("abs", |x| x.abs()),
        ("floor", |x| x.floor()),
        ("ceiling", |x| x.ceil()),
        ("round", |x| x.round()),
    ];
    for (name, work) in functions {
        engine.register_fn(name, move |x: i64| told(work(of(&x.into()))));
        engine.register_fn(name, move |x: f64| told(work(of(&x.into()))));
        engine.register_fn(name, move |x: Exact| told(work(x.0)));
    }
    engine.register_fn("to_string", |x: &mut Exact| -> ImmutableString {
        text(&x.0).into()
    });
    engine.register_fn("to_string", |x: &mut f64| -> ImmutableString {
        text(&of(&(*x).into())).into()
    });
}
