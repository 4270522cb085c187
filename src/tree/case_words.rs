//! Cases in words: `detainers.honors and 24 <= detainers.hold_hours < 48`.
//!
//! The ends of ranges are given as the constants that tests compare with, so that `< 48` does not
//! become `<= 47`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::fact::{FactType, Value};
use crate::tree::cases::Conjunction;
use crate::tree::domain::Domain;
use crate::tree::exact_arithmetic::{key_below, key_of, number_of};
use crate::tree::expression::value_of_key;
use crate::tree::expression::{Expression, ValueKind};
use crate::tree::fact_ref::{FactRef, Owner};
use crate::tree::predicate::Test;
use crate::tree::ranges::Ranges;
use crate::tree::{Next, Tree};

/// The tests of some trees, in the order in which they are asked.
#[derive(Debug, Default)]
pub(crate) struct Wording {
    /// The facts.
    pub(crate) facts: Vec<FactRef>,
    /// The tests.
    pub(crate) tests: Vec<Test>,
    /// Tests as they are asked, with derived facts by name, by what cases know them as.
    named: BTreeMap<Test, Test>,
    /// The constants that a fact is compared with.
    marks: BTreeMap<FactRef, BTreeSet<Value>>,
}

/// One range of values: its ends with `<` or `<=` and so on, or a single value.
enum WrittenRange {
    Point(String),
    Between(
        Option<(&'static str, String)>,
        Option<(&'static str, String)>,
    ),
}

impl Wording {
    pub(crate) fn of<'a>(trees: impl IntoIterator<Item = &'a Tree>) -> Self {
        let mut wording = Self::default();
        for tree in trees {
            let mut seen = BTreeSet::new();
            wording.visit(tree, tree.start(), &mut seen);
        }
        wording
    }

    /// The wording of cases over these tests.
    pub(crate) fn of_tests<'a>(tests: impl IntoIterator<Item = &'a Test>) -> Self {
        let mut wording = Self::default();
        tests.into_iter().for_each(|test| wording.add(test));
        wording
    }

    fn visit(&mut self, tree: &Tree, node: usize, seen: &mut BTreeSet<usize>) {
        let Next::Test(asked, yes, no) = tree.at(node) else {
            return;
        };
        if seen.insert(node) {
            self.add(&asked.test);
            self.visit(tree, yes, seen);
            self.visit(tree, no, seen);
        }
    }

    fn add(&mut self, test: &Test) {
        let known = match test {
            Test::Known(fact, _) => Some(fact),
            _ => None,
        };
        // A calculation may name its facts in any order; as written is best.
        let mut named: Vec<&FactRef> = test.facts().into_iter().collect();
        let text = test.to_string();
        named.sort_by_key(|fact| text.find(&fact.to_string()));
        for fact in named.into_iter().chain(known) {
            if !self.facts.contains(fact) {
                self.facts.push(fact.clone());
            }
        }
        if let Test::Compare(left, _, right) = test
            && let (Expression::Fact(fact), Some(value)) = (&**left, right.constant())
        {
            self.marks
                .entry(fact.clone())
                .or_default()
                .insert(value.clone());
        }
        let plain = test.without_names();
        if !self.tests.contains(&plain) {
            self.tests.push(plain.clone().into_owned());
        }
        if let Cow::Owned(plain) = plain {
            self.named.entry(plain).or_insert_with(|| test.clone());
        }
    }

    /// A test that a case knows, with derived facts by name.
    pub(crate) fn written<'a>(&'a self, test: &'a Test) -> &'a Test {
        self.named.get(test).unwrap_or(test)
    }

    /// A case as a sentence without its full stop; "always" when it leaves nothing out.
    pub(crate) fn sentence(&self, case: &Conjunction) -> String {
        let mut parts = Vec::new();
        let others = case
            .facts()
            .into_iter()
            .filter(|fact| !self.facts.contains(fact));
        for fact in self.facts.iter().chain(others) {
            if let Some(known) = case.known.get(fact) {
                parts.push(format!(
                    "{fact} is {}stated",
                    if *known { "" } else { "not " }
                ));
            }
            if let Some(domain) = case.domains.get(fact) {
                parts.push(self.clause(fact, domain));
            }
        }
        let other = case
            .answers
            .keys()
            .filter(|test| !self.tests.contains(test));
        for test in self.tests.iter().chain(other) {
            if let Some(answer) = case.answers.get(test) {
                parts.push(answered(self.written(test), *answer));
            }
        }
        if parts.is_empty() {
            "always".to_owned()
        } else {
            parts.join(" and ")
        }
    }

    /// The values of a fact, as part of a sentence.
    pub(crate) fn clause(&self, fact: &FactRef, domain: &Domain) -> String {
        let several = |spans: &[String]| {
            if spans.len() > 1 {
                format!("({})", spans.join(" or "))
            } else {
                spans.concat()
            }
        };
        match domain {
            Domain::Keys(keys) if ValueKind::of(&fact.schema.ty) == ValueKind::Boolean => {
                if keys.contains(&1) {
                    fact.to_string()
                } else {
                    format!("not {fact}")
                }
            }
            Domain::Keys(_) => {
                if let Some(other) = self.all_but(fact, domain) {
                    return format!("{fact} is not {other}");
                }
                let spans = self.spans(fact, domain).into_iter().map(|span| match span {
                    WrittenRange::Point(value) => format!("{fact} = {value}"),
                    WrittenRange::Between(None, None) => format!("{fact} is anything"),
                    WrittenRange::Between(Some((sign, end)), None)
                    | WrittenRange::Between(None, Some((sign, end))) => {
                        format!("{fact} {sign} {end}")
                    }
                    WrittenRange::Between(Some((low, from)), Some((high, to))) => {
                        let turned = if low == ">=" { "<=" } else { "<" };
                        format!("{from} {turned} {fact} {high} {to}")
                    }
                });
                several(&spans.collect::<Vec<_>>())
            }
            Domain::Texts(_) if fact.owner == Owner::Finding => match self.cell(fact, domain) {
                cell if cell == "passes" => format!("{} {cell}", fact.path),
                cell => format!("{} is {cell}", fact.path),
            },
            Domain::Texts(_) => match self.cell(fact, domain) {
                cell if cell.starts_with(['<', '>', '(']) => format!("{fact} {cell}"),
                cell if cell.starts_with("not ") => format!("{fact} is {cell}"),
                cell => format!("{fact} = {cell}"),
            },
        }
    }

    /// The values of a fact, for a table whose heading names the fact.
    pub(crate) fn cell(&self, fact: &FactRef, domain: &Domain) -> String {
        if let Domain::Keys(keys) = domain
            && ValueKind::of(&fact.schema.ty) == ValueKind::Boolean
        {
            return match (keys.contains(&1), keys.contains(&0)) {
                (true, true) => "yes or no",
                (true, false) => "yes",
                _ => "no",
            }
            .to_owned();
        }
        if let Some(other) = self.all_but(fact, domain) {
            return format!("not {other}");
        }
        if fact.owner == Owner::Finding
            && ["met", "not_applicable"]
                .iter()
                .all(|name| contains(domain, name))
        {
            return "passes".to_owned();
        }
        let spans = self.spans(fact, domain).into_iter().map(|span| match span {
            WrittenRange::Point(value) => value,
            WrittenRange::Between(None, None) => "anything".to_owned(),
            WrittenRange::Between(Some((sign, end)), None)
            | WrittenRange::Between(None, Some((sign, end))) => {
                format!("{sign} {end}")
            }
            WrittenRange::Between(Some((low, from)), Some((high, to))) => {
                format!("{low} {from} and {high} {to}")
            }
        });
        spans.collect::<Vec<_>>().join(" or ")
    }

    /// The one value that is left out, of a fact with too many others to name.
    fn all_but(&self, fact: &FactRef, domain: &Domain) -> Option<String> {
        if matches!(fact.schema.ty, FactType::Choice(_)) {
            return None;
        }
        let rest = Domain::of(fact).without(domain);
        match self.spans(fact, &rest).as_slice() {
            [WrittenRange::Point(value)] => Some(value.clone()),
            _ => None,
        }
    }

    fn spans(&self, fact: &FactRef, domain: &Domain) -> Vec<WrittenRange> {
        match domain {
            Domain::Texts(texts) => texts
                .ranges()
                .iter()
                .map(|(from, to)| text_span(fact, from, to.as_deref()))
                .collect(),
            Domain::Keys(keys) => {
                let (least, most) = match Domain::of(fact) {
                    Domain::Keys(all) => all.hull().unwrap_or((i64::MIN, i64::MAX)),
                    Domain::Texts(_) => unreachable!("a fact has one kind"),
                };
                let span = |(from, to): &(i64, Option<i64>)| {
                    let last = to.map_or(i64::MAX, |to| to - 1);
                    self.key_span(
                        fact,
                        (*from > least).then_some(*from),
                        (last < most).then_some(last),
                        (*from, last),
                    )
                };
                ordered(keys).map(span).collect()
            }
        }
    }

    fn key_span(
        &self,
        fact: &FactRef,
        from: Option<i64>,
        last: Option<i64>,
        ends: (i64, i64),
    ) -> WrittenRange {
        let text =
            |key: i64| value_of_key(fact, key).map_or_else(String::new, |value| value.to_string());
        if ends.0 == ends.1 {
            return WrittenRange::Point(text(ends.0));
        }
        // Of a number and its neighbour, the one with fewer digits is the one that was written.
        let end = |key: i64, beside: i64, (at, next): (&'static str, &'static str)| {
            let (here, there) = (text(key), text(beside));
            if ValueKind::of(&fact.schema.ty) == ValueKind::Number && there.len() < here.len() {
                (next, there)
            } else {
                (at, here)
            }
        };
        let low = from.map(|key| {
            self.mark(fact, key, true)
                .unwrap_or_else(|| end(key, key - 1, (">=", ">")))
        });
        let high = last.map(|key| {
            self.mark(fact, key, false)
                .unwrap_or_else(|| end(key, key + 1, ("<=", "<")))
        });
        match (&low, &high) {
            (Some((">=", low)), Some(("<=", high))) if low == high => {
                WrittenRange::Point(low.clone())
            }
            _ => WrittenRange::Between(low, high),
        }
    }

    /// The end of a range by the constant that a test compares with.
    fn mark(&self, fact: &FactRef, key: i64, low: bool) -> Option<(&'static str, String)> {
        let marks = self.marks.get(fact)?;
        let signs = |inside: bool| match (low, inside) {
            (true, true) => ">=",
            (true, false) => ">",
            (false, true) => "<=",
            (false, false) => "<",
        };
        let outside = if low { key - 1 } else { key + 1 };
        let found = marks.iter().find_map(|mark| {
            if let Value::Integer(_) | Value::Date(_) = mark
                && ValueKind::of(&fact.schema.ty) != ValueKind::Number
            {
                let at = key_of(mark)?;
                return (at == key)
                    .then_some((true, mark))
                    .or((at == outside).then_some((false, mark)));
            }
            let (below, exact) = match ValueKind::of(&fact.schema.ty) {
                ValueKind::Number => key_below(&*number_of(mark)?),
                _ => {
                    let number = number_of(mark)?;
                    (number.floor().whole()?, number.is_whole())
                }
            };
            match (low, exact) {
                (_, true) if key == below => Some((true, mark)),
                (true, _) if key == below + 1 => Some((!exact, mark)),
                (false, true) if key == below - 1 => Some((false, mark)),
                (false, false) if key == below => Some((true, mark)),
                _ => None,
            }
        });
        found.map(|(inside, mark)| (signs(inside), mark.to_string()))
    }
}

fn contains(domain: &Domain, text: &str) -> bool {
    domain.contains(&Value::Text(text.into()))
}

fn ordered(keys: &Ranges<i64>) -> impl Iterator<Item = &(i64, Option<i64>)> {
    keys.ranges().iter()
}

fn text_span(fact: &FactRef, from: &str, to: Option<&str>) -> WrittenRange {
    let quoted = |text: &str| match (&fact.schema.ty, &fact.owner) {
        (_, Owner::Finding) if text == "not_applicable" => "n/a".to_owned(),
        (_, Owner::Finding) => text.replace('_', " "),
        (FactType::Text, _) => format!("{text:?}"),
        _ => text.to_owned(),
    };
    // The text that comes next after another ends with a zero.
    if to.and_then(|to| to.strip_suffix('\0')) == Some(from) {
        return WrittenRange::Point(quoted(from));
    }
    let low = (!from.is_empty()).then(|| match from.strip_suffix('\0') {
        Some(before) => (">", quoted(before)),
        None => (">=", quoted(from)),
    });
    let high = to.map(|to| match to.strip_suffix('\0') {
        Some(last) => ("<=", quoted(last)),
        None => ("<", quoted(to)),
    });
    WrittenRange::Between(low, high)
}

/// An answer about several facts, as part of a sentence.
fn answered(test: &Test, answer: bool) -> String {
    match (test, answer) {
        (Test::Succeeds(expression), false) => format!("{expression} cannot be calculated"),
        (_, true) => test.to_string(),
        (Test::Compare(left, comparison, right), false) => {
            format!("{left} {} {right}", comparison.opposite().symbol())
        }
        _ => format!("not ({test})"),
    }
}
