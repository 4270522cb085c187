//! Made-up records that fit a schema: to try criteria on a large population, and to measure speed.
//!
//! A seed gives the same records on every machine. Every record says that it is made up.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::formats::csv::push_cell;
use crate::formats::json;
use crate::formats::yaml::quoted;
use crate::model::fact::{BUILT_IN, Date, FactSchema, FactType, Number, Value};
use crate::model::rulebook::Rulebook;

/// What to make up.
#[derive(Clone, Debug)]
pub struct Generate {
    /// The number of records.
    pub count: usize,
    /// The seed of the random numbers.
    pub seed: u64,
    /// The share of facts that are unknown, from 0 to 1.
    pub unknown: f64,
    /// How facts are drawn, by path. Others are drawn by their type and range.
    pub draws: BTreeMap<String, Draw>,
}

/// How a fact is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Draw {
    /// Uniform between two numbers.
    Uniform(f64, f64),
    /// Uniform over orders of magnitude between two numbers: for populations, incomes.
    Log(f64, f64),
    /// The normal distribution, by its mean and its standard deviation.
    Normal(f64, f64),
    /// True, or the first choice, with this probability.
    Share(f64),
}

impl Draw {
    /// Reads a draw such as `uniform:0..100`, `log:1..1000000`, `normal:50,10` or `share:0.3`.
    ///
    /// # Errors
    /// When it is no draw; the text says what was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let expected =
            || "expected uniform:0..100, log:1..1000000, normal:50,10 or share:0.3".to_owned();
        let (kind, rest) = text.split_once(':').ok_or_else(expected)?;
        let number = |text: &str| {
            text.trim()
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
        };
        let pair = |sign: &str| {
            rest.split_once(sign)
                .and_then(|(a, b)| Some((number(a)?, number(b)?)))
        };
        let draw = match kind {
            "uniform" => pair("..")
                .filter(|(low, high)| low <= high)
                .map(|(low, high)| Self::Uniform(low, high)),
            "log" => pair("..")
                .filter(|(low, high)| *low > 0.0 && low <= high)
                .map(|(low, high)| Self::Log(low, high)),
            "normal" => pair(",")
                .filter(|(_, spread)| *spread >= 0.0)
                .map(|(mean, spread)| Self::Normal(mean, spread)),
            "share" => number(rest)
                .filter(|share| (0.0..=1.0).contains(share))
                .map(Self::Share),
            _ => None,
        };
        draw.ok_or_else(expected)
    }
}

/// The format of the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// CSV: a header, then a row for each record.
    Csv,
    /// NDJSON: a JSON object on each line.
    Ndjson,
    /// YAML: a document for each record.
    Yaml,
}

/// The records as text, in pieces that together are one file.
pub fn generate<'a>(
    rulebook: &'a Rulebook,
    wanted: &'a Generate,
    notation: Notation,
) -> impl Iterator<Item = String> + 'a {
    let facts: Vec<&FactSchema> = rulebook
        .schema
        .facts()
        .iter()
        .skip(BUILT_IN.len())
        .map(|fact| &**fact)
        .filter(|fact| can_be_drawn(fact))
        .collect();
    let mut chance = Chance(wanted.seed);
    let paths: Vec<&str> = facts.iter().map(|fact| fact.path.as_str()).collect();
    let head = (notation == Notation::Csv).then(|| format!("id,name,note,{}\n", paths.join(",")));
    let today = rulebook.as_of;
    let records = (0..wanted.count).map(move |number| {
        let values = facts.iter().map(|fact| {
            let known = chance.share() >= wanted.unknown;
            let value = value(
                fact,
                wanted.draws.get(fact.path.as_str()),
                today,
                &mut chance,
            );
            (*fact, Some(value).filter(|_| known))
        });
        let values: Vec<_> = values.collect();
        written(number, wanted.seed, &values, notation)
    });
    head.into_iter().chain(records)
}

/// Whether a fact can be drawn: not a list or a reference, which depend on other records.
fn can_be_drawn(fact: &FactSchema) -> bool {
    !matches!(fact.ty, FactType::List(_) | FactType::Jurisdiction)
}

fn written(
    number: usize,
    seed: u64,
    values: &[(&FactSchema, Option<Value>)],
    notation: Notation,
) -> String {
    let (id, name) = (
        format!("made-up-{number:07}"),
        format!("Made-up place {number}"),
    );
    let note = format!("made up by rulebook generate (seed {seed})");
    let mut line = match notation {
        Notation::Csv => format!("{id},{name},{note}"),
        Notation::Ndjson => {
            format!("{{\"id\":\"{id}\",\"name\":\"{name}\",\"note\":\"{note}\",\"facts\":{{")
        }
        Notation::Yaml => format!("---\nid: {id}\nname: {name}\nnote: {note}\nfacts:\n"),
    };
    let mut first = true;
    for (fact, value) in values {
        let text = value.as_ref().map(ToString::to_string);
        let is_text = matches!(value, Some(Value::Text(_) | Value::Date(_)));
        match (notation, text) {
            (Notation::Csv, text) => {
                line.push(',');
                push_cell(&mut line, &text.unwrap_or_default());
            }
            (_, None) => {}
            (Notation::Ndjson, Some(text)) => {
                let comma = if first { "" } else { "," };
                first = false;
                let value = if is_text { json::quoted(&text) } else { text };
                let path = json::quoted(fact.path.as_str());
                let _ = write!(line, "{comma}{path}:{value}");
            }
            (Notation::Yaml, Some(text)) => {
                let value = if is_text { quoted(&text) } else { text };
                let _ = writeln!(line, "  {}: {value}", fact.path);
            }
        }
    }
    match notation {
        Notation::Csv => line + "\n",
        Notation::Ndjson => line + "}}\n",
        Notation::Yaml => line,
    }
}

fn value(
    fact: &FactSchema,
    draw: Option<&Draw>,
    today: Option<Date>,
    chance: &mut Chance,
) -> Value {
    let key = |value: &Option<Value>| match value {
        Some(Value::Integer(number)) => number.to_string().parse().ok(),
        Some(Value::Number(number)) => Some(number.near()),
        Some(Value::Date(day)) => day.days().to_string().parse().ok(),
        _ => None,
    };
    let (least, most): (Option<f64>, Option<f64>) = (key(&fact.range.min), key(&fact.range.max));
    let number = |chance: &mut Chance, otherwise: Draw| {
        let drawn = chance.draw(draw.copied().unwrap_or(otherwise));
        drawn.clamp(least.unwrap_or(f64::MIN), most.unwrap_or(f64::MAX))
    };
    match &fact.ty {
        FactType::Boolean => Value::Boolean(chance.share() < share(draw, 0.5)),
        FactType::Choice(choices) => {
            let place = match draw {
                Some(Draw::Share(first)) if choices.len() > 1 && chance.share() >= *first => {
                    1 + chance.below(choices.len() - 1)
                }
                Some(Draw::Share(_)) => 0,
                _ => chance.below(choices.len()),
            };
            Value::Text(std::sync::Arc::clone(&choices[place]))
        }
        FactType::Integer => Value::Integer(whole(number(chance, usual(least, most)))),
        FactType::Number => {
            let drawn = (number(chance, usual(least, most)) * 100.0).round() / 100.0;
            Value::Number(Number::of_binary(drawn).unwrap_or(Number::ZERO))
        }
        FactType::Date => {
            let end = today
                .and_then(|day| i32::try_from(day.days()).ok())
                .map_or(20_000.0, f64::from);
            let drawn = number(
                chance,
                Draw::Uniform(least.unwrap_or(0.0), most.unwrap_or(end)),
            );
            Value::Date(
                Date::from_days(whole(drawn))
                    .or(today)
                    .unwrap_or_else(Date::first_written),
            )
        }
        FactType::Text => Value::Text(format!("made up {}", chance.below(1000)).into()),
        FactType::List(_) | FactType::Jurisdiction => unreachable!("they are not drawn"),
    }
}

fn share(draw: Option<&Draw>, otherwise: f64) -> f64 {
    match draw {
        Some(Draw::Share(share)) => *share,
        _ => otherwise,
    }
}

/// The default draw: wide ranges by orders of magnitude, others uniform.
fn usual(least: Option<f64>, most: Option<f64>) -> Draw {
    let low = least.unwrap_or(0.0);
    let high = most.unwrap_or(low.abs().max(1.0) * 1000.0);
    if low >= 0.0 && high > 10_000.0 {
        Draw::Log(low.max(1.0), high)
    } else {
        Draw::Uniform(low, high)
    }
}

fn whole(number: f64) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what is too large is cut to the ends of what can be"
    )]
    let number = number.round() as i64;
    number
}

/// Pseudo-random numbers by `SplitMix64` (Steele, Lea and Flood, 2014,
/// doi:10.1145/2714064.2660195).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to below 1.
    fn share(&mut self) -> f64 {
        // The upper 32 bits are enough, and every number has a form with fractions.
        let bits = u32::try_from(self.next() >> 32).expect("32 bits are left");
        f64::from(bits) / 4_294_967_296.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap_or(1)).unwrap_or(0)
    }

    fn draw(&mut self, draw: Draw) -> f64 {
        match draw {
            Draw::Uniform(low, high) => low + (high - low) * self.share(),
            Draw::Log(low, high) => (low.ln() + (high.ln() - low.ln()) * self.share()).exp(),
            Draw::Normal(mean, spread) => {
                // Box and Muller, 1958.
                let radius = (-2.0 * (1.0 - self.share()).ln()).sqrt();
                mean + spread * radius * (std::f64::consts::TAU * self.share()).cos()
            }
            Draw::Share(share) => f64::from(u8::from(self.share() < share)),
        }
    }
}
