//! One test of an explanation: its question, its answer, what was found, and what a yes needs.
//!
//! A list behind `in` is tested item by item, a range by its two ends. People see it as the one
//! test that was written ([`as_written`]).

use crate::assess::result_types::Consulted;
use crate::base::source::Span;
use crate::model::fact::{FactOrigin, Number, Value};
use crate::tree::{Comparison, Expression, FactRef, Test, ValueKind};

/// One test and its answer.
#[derive(Clone, Debug)]
pub struct TestExplained {
    /// The place of the test in the script.
    pub place: Span,
    /// The question as its author wrote it, on one line.
    pub written: String,
    /// The question, with facts by their paths.
    pub question: String,
    /// The answer; `None` if missing facts leave it open.
    pub answer: Option<bool>,
    /// What was found: the value of a single fact with its unit, or "unknown"; the result of a
    /// calculation. `None` if the calculation depends on an unknown fact, or the test is whether it
    /// can be done.
    pub found: Option<String>,
    /// What it would have to be for a yes; `None` if the test does not compare.
    pub needed: Option<String>,
    /// The test itself.
    pub(crate) test: Test,
}

impl TestExplained {
    /// The place of the test as seen from a script: `line 5`, with the file if it is another.
    pub fn place_in(&self, script: &str) -> String {
        let (file, line) = (self.place.source().name(), self.place.position().line);
        if file == script {
            format!("line {line}")
        } else {
            format!("line {line} of {file}")
        }
    }
}

type KnownValue<'a> = &'a dyn Fn(&FactRef) -> Option<Value>;

/// A test with its answer, from what is known of the facts.
pub(super) fn explain_test(consulted: &Consulted, known: KnownValue<'_>) -> TestExplained {
    let test = &consulted.asked.test;
    let place = consulted.asked.span.clone();
    let question = test.to_string();
    let written = place
        .text()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    // Nobody writes down the question whether a calculation can be done.
    let written = if written.is_empty() || matches!(test, Test::Succeeds(_)) {
        question.clone()
    } else {
        written
    };
    TestExplained {
        place,
        written,
        question,
        answer: consulted.answer,
        found: found(test, known),
        needed: needed(test, known),
        test: test.clone(),
    }
}

fn found(test: &Test, known: KnownValue<'_>) -> Option<String> {
    let fact = match test {
        Test::Holds(fact) | Test::Known(fact, _) => fact,
        Test::Compare(..) => {
            let (left, ..) = sides(test)?;
            match left {
                Expression::Fact(fact) | Expression::Derived(fact, _) => fact,
                other => return calculated(other, known).map(|value| rounded(&value)),
            }
        }
        Test::Succeeds(_) => return None,
    };
    let unknown = if fact.schema.origin == FactOrigin::Stated {
        "unknown"
    } else {
        "not known"
    };
    Some(known(fact).map_or_else(|| unknown.to_owned(), |value| with_unit(&value, fact)))
}

/// What would have to be found for a yes, in words.
fn needed(test: &Test, known: KnownValue<'_>) -> Option<String> {
    if matches!(test, Test::Holds(_)) {
        return Some("true".to_owned());
    }
    let (left, comparison, right) = sides(test)?;
    let value = match right.constant() {
        Some(value) => value.clone(),
        None => calculated(right, known)?,
    };
    let value = match (left, &value) {
        (
            Expression::Fact(fact) | Expression::Derived(fact, _),
            Value::Integer(_) | Value::Number(_),
        ) => with_unit(&value, fact),
        _ => rounded(&value),
    };
    Some(format!("{}{value}", words(comparison, left.kind())))
}

/// The sides of a comparison, the one with facts on the left.
fn sides(test: &Test) -> Option<(&Expression, Comparison, &Expression)> {
    let Test::Compare(left, comparison, right) = test else {
        return None;
    };
    if left.constant().is_some() && right.constant().is_none() {
        return Some((right, comparison.flipped(), left));
    }
    Some((left, *comparison, right))
}

/// The value of a calculation; `None` if a fact of it is unknown.
fn calculated(expression: &Expression, known: KnownValue<'_>) -> Option<Value> {
    let mut all = true;
    let value = expression.evaluate(&mut |fact| {
        known(fact).unwrap_or_else(|| {
            all = false;
            crate::tree::placeholder(fact)
        })
    });
    value.ok().filter(|_| all)
}

fn words(comparison: Comparison, kind: ValueKind) -> &'static str {
    let date = kind == ValueKind::Date;
    match comparison {
        Comparison::Equal => "",
        Comparison::NotEqual => "other than ",
        Comparison::Less if date => "before ",
        Comparison::LessOrEqual if date => "on or before ",
        Comparison::Greater if date => "after ",
        Comparison::GreaterOrEqual if date => "on or after ",
        Comparison::Less => "less than ",
        Comparison::LessOrEqual => "at most ",
        Comparison::Greater => "more than ",
        Comparison::GreaterOrEqual => "at least ",
    }
}

/// A value with the unit of its fact.
pub fn with_unit(value: &Value, fact: &FactRef) -> String {
    match &fact.schema.unit {
        Some(unit) => format!("{} {unit}", value.shown(fact.schema.decimals)),
        None => value.shown(fact.schema.decimals),
    }
}

/// The result of a calculation for people, with a sign if it has more digits than are shown.
fn rounded(value: &Value) -> String {
    const PLACES: u8 = 6;
    match value {
        Value::Number(number) if number.places().is_none_or(|has| has > PLACES.into()) => {
            value.shown(Some(PLACES))
        }
        value => value.to_string(),
    }
}

/// The tests as their author wrote them: a list or a range behind `in` is one test, and a check
/// that something can be calculated is left out if it can.
pub fn as_written(tests: &[TestExplained]) -> Vec<TestExplained> {
    let mut told: Vec<TestExplained> = Vec::new();
    let mut parts: Vec<&TestExplained> = Vec::new();
    let plain = |test: &&TestExplained| {
        !(matches!(test.test, Test::Succeeds(_)) && test.answer == Some(true))
    };
    for test in tests.iter().filter(plain) {
        let goes_on = parts
            .last()
            .is_some_and(|last| joined(last, test).is_some());
        if !goes_on {
            told.extend(together(&parts));
            parts.clear();
        }
        parts.push(test);
    }
    told.extend(together(&parts));
    told
}

/// How tests that were written as one are joined: all of them, or any.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Join {
    All,
    Any,
}

/// How two consecutive tests are joined; `None` if they were not written as one.
fn joined(one: &TestExplained, next: &TestExplained) -> Option<Join> {
    use Comparison::{Equal, GreaterOrEqual, Less, LessOrEqual};
    let (left, first, _) = sides(&one.test)?;
    let (same, second, _) = sides(&next.test)?;
    let written = one.place.text();
    if one.place != next.place || left != same || one.question == next.question {
        return None;
    }
    match (first, second) {
        (Equal, Equal) if !written.is_empty() && !written.contains("==") => Some(Join::Any),
        (GreaterOrEqual, Less | LessOrEqual) if written.contains(" in ") => Some(Join::All),
        _ => None,
    }
}

fn together(parts: &[&TestExplained]) -> Option<TestExplained> {
    let (first, rest) = parts.split_first()?;
    let needed = |asked: Option<String>| behind_in(first).or_else(|| of_choices(first)).or(asked);
    let Some(next) = rest.first() else {
        return Some(TestExplained {
            needed: needed(first.needed.clone()),
            ..(*first).clone()
        });
    };
    let join = joined(first, next)?;
    let answers = || parts.iter().map(|one| one.answer);
    let (wanted, sign) = match join {
        Join::Any => (true, " || "),
        Join::All => (false, " && "),
    };
    let answer = if answers().any(|answer| answer == Some(wanted)) {
        Some(wanted)
    } else if answers().all(|answer| answer == Some(!wanted)) {
        Some(!wanted)
    } else {
        None
    };
    let questions: Vec<&str> = parts.iter().map(|one| one.question.as_str()).collect();
    Some(TestExplained {
        question: questions.join(sign),
        answer,
        needed: needed(needed_of(parts, join)),
        ..(*first).clone()
    })
}

/// The unit of what is tested, with a space before it.
fn unit_of(test: &TestExplained) -> Option<String> {
    let unit = match sides(&test.test)?.0 {
        Expression::Fact(fact) | Expression::Derived(fact, _) => fact.schema.unit.as_deref(),
        _ => None,
    };
    Some(unit.map(|unit| format!(" {unit}")).unwrap_or_default())
}

/// What a yes needs for the whole list or range behind `in`. A record is only asked about it until
/// one item fits.
fn behind_in(test: &TestExplained) -> Option<String> {
    let (_, behind) = test.written.split_once(" in ")?;
    let unit = unit_of(test)?;
    let (left, ..) = sides(&test.test)?;
    if let Some((from, to)) = behind.split_once("..") {
        let (to, included) = match to.strip_prefix('=') {
            Some(to) => (to, Comparison::LessOrEqual),
            None => (to, Comparison::Less),
        };
        let (from, to) = (literal(from)?, literal(to)?);
        let least = words(Comparison::GreaterOrEqual, left.kind());
        let most = words(included, left.kind());
        return Some(format!("{least}{from} and {most}{to}{unit}"));
    }
    let items = held_in(test, behind).unwrap_or(behind);
    let items = items.strip_prefix('[')?.strip_suffix(']')?;
    let items: Option<Vec<&str>> = items
        .trim_end_matches(',')
        .split(',')
        .map(literal)
        .collect();
    Some(format!("{}{unit}", one_of(&items?, "or")?))
}

/// The list that a name is bound to; `None` if the name is given another value too.
fn held_in<'a>(test: &'a TestExplained, name: &str) -> Option<&'a str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty() || !name.chars().all(is_part) {
        return None;
    }
    let script = test.place.source().text();
    let mut lists = script.match_indices(name).filter_map(|(at, _)| {
        let (before, behind) = (&script[..at], &script[at + name.len()..]);
        let whole = !before.ends_with(is_part) && !behind.starts_with(is_part);
        // Where it is given a value, or something is called that may change it.
        let behind = behind.trim_start();
        let given = behind
            .strip_prefix('=')
            .filter(|rest| !rest.starts_with('='));
        let changed = behind.starts_with(['.', '[']) || behind.starts_with("+=");
        (whole && (given.is_some() || changed)).then_some(given.map(str::trim_start))
    });
    let list = lists.next()??;
    let end = list.find(']')? + 1;
    lists.next().is_none().then(|| &list[..end])
}

/// What a yes needs of choices that are numbers: `j.band < 10` tests them one by one.
fn of_choices(test: &TestExplained) -> Option<String> {
    let (left, Comparison::Equal, _) = sides(&test.test)? else {
        return None;
    };
    let signs = [
        (" < ", Comparison::Less),
        (" <= ", Comparison::LessOrEqual),
        (" > ", Comparison::Greater),
        (" >= ", Comparison::GreaterOrEqual),
    ];
    let (comparison, to) = signs
        .iter()
        .find_map(|(sign, comparison)| Some((*comparison, test.written.split_once(*sign)?.1)))?;
    let to = literal(to).filter(|to| !to.is_empty())?;
    let unit = unit_of(test)?;
    Some(format!("{}{to}{unit}", words(comparison, left.kind())))
}

/// A whole number or a text as a script writes it, without its quotation marks.
fn literal(text: &str) -> Option<&str> {
    let text = text.trim();
    let quoted = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    match quoted {
        Some(text) => (!text.contains(['"', '\\'])).then_some(text),
        None => text.parse::<Number>().is_ok().then_some(text),
    }
}

/// The first few items, and how many more there are.
fn one_of(all: &[&str], word: &str) -> Option<String> {
    const MOST: usize = 12;
    let (last, before) = all.split_last()?;
    Some(if before.is_empty() {
        (*last).to_owned()
    } else if all.len() > MOST {
        format!(
            "{} {word} {} more",
            all[..MOST].join(", "),
            all.len() - MOST
        )
    } else {
        format!("{} {word} {last}", before.join(", "))
    })
}

/// What a yes needs for tests that belong together, with the unit once.
fn needed_of(parts: &[&TestExplained], join: Join) -> Option<String> {
    let unit = unit_of(parts[0])?;
    let all: Option<Vec<&str>> = parts
        .iter()
        .map(|one| Some(one.needed.as_deref()?.trim_end_matches(&unit)))
        .collect();
    let all = all?;
    let word = match join {
        Join::Any => "or",
        Join::All => "and",
    };
    Some(format!("{}{unit}", one_of(&all, word)?))
}
