//! The schema for scripts: the facts that records state, then derived facts and statistics.

use std::sync::Arc;

use crate::assess::statistics::StatisticInputs;
use crate::base::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::model::derived_fact::DerivedFact;
use crate::model::fact::{
    AllowedRange, FactOrigin, FactPath, FactSchema, FactType, MAX_INTEGER, Missing, Number, Schema,
    Target, Value,
};
use crate::model::rulebook::{
    Rulebook, Statistic, StatisticInput, StatisticKind, Ties, UnknownInputs,
};
use crate::model::typed_indexes::FactIndex;

/// Everything that can be read of a jurisdiction.
#[derive(Debug)]
pub(crate) struct Wide {
    /// Stated facts, then derived ones in order of their names, then statistics in that of the
    /// file.
    pub(crate) schema: Arc<Schema>,
    pub(crate) statistics: Vec<Measured>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// A statistic with the facts it is calculated from, by index.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    pub(crate) statistic: Arc<Statistic>,
    /// Its own index.
    pub(crate) slot: FactIndex,
    /// `None` if its declaration has an error: it is then unknown.
    pub(crate) inputs: Option<StatisticInputs>,
}

impl Wide {
    pub(super) fn new(rulebook: &Rulebook, derived: &[Arc<DerivedFact>]) -> Self {
        let mut diagnostics = Vec::new();
        if derived.is_empty() && rulebook.statistics.is_empty() {
            return Self {
                schema: Arc::clone(&rulebook.schema),
                statistics: Vec::new(),
                diagnostics,
            };
        }
        let schema = rulebook
            .schema
            .with(derived.iter().map(|fact| fact.schema.clone()));
        let resolved: Vec<_> = rulebook
            .statistics
            .iter()
            .map(|statistic| resolve(statistic, &schema, derived, &mut diagnostics))
            .collect();
        let facts = rulebook
            .statistics
            .iter()
            .zip(&resolved)
            .map(|(statistic, inputs)| {
                let of = inputs.as_ref().and_then(|inputs| inputs.of);
                as_fact(statistic, of.map(|slot| &*schema.facts()[slot]))
            });
        let schema = Arc::new(schema.with(facts.collect::<Vec<_>>()));
        let measured =
            rulebook
                .statistics
                .iter()
                .zip(resolved)
                .filter_map(|(statistic, inputs)| {
                    let slot = schema.slot(&format!("stats.{}", statistic.name))?;
                    Some(Measured {
                        statistic: Arc::clone(statistic),
                        slot,
                        inputs,
                    })
                });
        Self {
            statistics: measured.collect(),
            schema: Arc::clone(&schema),
            diagnostics,
        }
    }

    /// The schema with one more fact after all others, which no record states.
    pub(crate) fn with(&self, fact: FactSchema) -> Self {
        Self {
            schema: self.schema.with([fact]).into(),
            statistics: self.statistics.clone(),
            diagnostics: self.diagnostics.clone(),
        }
    }

    /// Whether everything is calculated in the same way as before.
    pub(crate) fn reads_as(&self, other: &Self) -> bool {
        let same = |(one, other): (&Measured, &Measured)| {
            one.inputs == other.inputs && one.statistic.reads_as(&other.statistic)
        };
        self.schema.reads_as(&other.schema)
            && self.statistics.len() == other.statistics.len()
            && self.statistics.iter().zip(&other.statistics).all(same)
    }
}

/// The statistic as scripts see it.
fn as_fact(statistic: &Statistic, of: Option<&FactSchema>) -> FactSchema {
    use StatisticKind::{
        Count, CumulativeShare, Max, Mean, Median, Min, Percentile, Rank, Share, Sum,
    };
    let whole = |least: i64| AllowedRange {
        min: Some(Value::Integer(least)),
        max: Some(Value::Integer(MAX_INTEGER)),
    };
    let part = AllowedRange {
        min: Some(Value::Number(Number::ZERO)),
        max: Some(Value::Number(Number::ONE)),
    };
    let (ty, range) = match (statistic.kind, of) {
        (Count, _) => (FactType::Integer, whole(0)),
        (Rank, _) => (FactType::Integer, whole(1)),
        (Share | CumulativeShare, _) => (FactType::Number, part),
        (Min | Max, Some(of)) => (of.ty.clone(), of.range.clone()),
        // The result lies between the least and the greatest of its inputs.
        (Mean | Median | Percentile(..), Some(of)) => (FactType::Number, as_numbers(&of.range)),
        (Sum, Some(of)) => (FactType::Number, of_sum(&of.range)),
        _ => (FactType::Number, AllowedRange::default()),
    };
    let same_unit =
        !statistic.kind.is_own() && !matches!(statistic.kind, Count | Share | StatisticKind::Ratio);
    FactSchema {
        path: FactPath::new(format!("stats.{}", statistic.name)),
        ty,
        unit: statistic
            .unit
            .clone()
            .or_else(|| of.filter(|_| same_unit).and_then(|of| of.unit.clone())),
        range,
        decimals: statistic.decimals.or_else(|| of.and_then(|of| of.decimals)),
        description: statistic.description.clone(),
        question: None,
        fixed: true,
        origin: FactOrigin::Statistic,
        key: None,
        target: Target::default(),
        missing: Missing::default(),
        span: Some(statistic.span.clone()),
    }
}

/// A range of integers as a range of numbers.
fn as_numbers(range: &AllowedRange) -> AllowedRange {
    let number = |end: &Option<Value>| match end {
        Some(Value::Integer(whole)) => Some(Value::Number((*whole).into())),
        end => end.clone(),
    };
    AllowedRange {
        min: number(&range.min),
        max: number(&range.max),
    }
}

/// The range of a sum: one of values never below zero is never below zero; the same for above.
fn of_sum(range: &AllowedRange) -> AllowedRange {
    let zero = Value::Number(Number::ZERO);
    let range = as_numbers(range);
    AllowedRange {
        min: range.min.filter(|min| *min >= zero).map(|_| zero.clone()),
        max: range.max.filter(|max| *max <= zero).map(|_| zero),
    }
}

/// A check of the type that an input needs.
type Fits = fn(&FactType) -> bool;

fn is_number(ty: &FactType) -> bool {
    matches!(ty, FactType::Integer | FactType::Number)
}

fn is_ordered(ty: &FactType) -> bool {
    is_number(ty) || *ty == FactType::Date
}

fn is_boolean(ty: &FactType) -> bool {
    *ty == FactType::Boolean
}

fn is_group(ty: &FactType) -> bool {
    !matches!(ty, FactType::List(_) | FactType::Number)
}

fn is_single(ty: &FactType) -> bool {
    !matches!(ty, FactType::List(_))
}

fn resolve(
    statistic: &Statistic,
    schema: &Schema,
    derived: &[Arc<DerivedFact>],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<StatisticInputs> {
    let mut fine = true;
    let of: (Fits, &str) = match statistic.kind {
        StatisticKind::Share => (is_boolean, "true or false"),
        StatisticKind::Rank => (is_ordered, "a number or a date"),
        _ => (is_number, "a number"),
    };
    let mut slot = |input: &StatisticInput, (fits, expected): (Fits, &str)| {
        // A derived fact without a readable type was already reported.
        let unsound =
            |fact: &Arc<DerivedFact>| !fact.is_sound && fact.schema.path.as_str() == &*input.path;
        if derived.iter().any(unsound) {
            fine = false;
            return FactIndex::default();
        }
        find(input, schema, fits, expected).unwrap_or_else(|problem| {
            diagnostics.push(problem);
            fine = false;
            FactIndex::default()
        })
    };
    let inputs = StatisticInputs {
        of: statistic.of.as_ref().map(|input| slot(input, of)),
        over: statistic
            .over
            .as_ref()
            .map(|input| slot(input, (is_number, "a number"))),
        along: statistic
            .along
            .as_ref()
            .map(|input| slot(input, (is_ordered, "a number or a date"))),
        filter: statistic
            .filter
            .as_ref()
            .map(|input| slot(input, (is_boolean, "true or false"))),
        by: statistic
            .by
            .iter()
            .map(|input| slot(input, (is_group, "something that has few values")))
            .collect(),
        ties: match &statistic.ties {
            Ties::Shared => Vec::new(),
            Ties::Broken(by) => by
                .iter()
                .map(|(input, order)| (slot(input, (is_single, "a single value")), *order))
                .collect(),
        },
    };
    if let (UnknownInputs::Assumed(_), Some(of)) = (&statistic.unknown, &statistic.of)
        && fine
        && schema.facts()[inputs.of.unwrap_or_default()].ty == FactType::Date
    {
        let message = format!("`{}` is a date, and no date can be assumed", of.path);
        diagnostics.push(Diagnostic::at(Code::WrongValue, of.span.clone(), message));
        return None;
    }
    fine.then_some(inputs)
}

fn find(
    input: &StatisticInput,
    schema: &Schema,
    fits: Fits,
    expected: &str,
) -> Result<FactIndex, Diagnostic> {
    let Some(slot) = schema.slot(&input.path) else {
        let statistic = input.path.starts_with("stats.");
        let message = if statistic {
            format!(
                "`{}` is a statistic, and a statistic is calculated from facts",
                input.path
            )
        } else {
            format!("there is no fact `{}`, declared or derived", input.path)
        };
        let through = "make a derived fact that returns it, and name that".to_owned();
        let help = as_derived(&input.path)
            .or_else(|| did_you_mean(&input.path, schema.paths()).filter(|_| !statistic))
            .or(Some(through));
        return Err(Diagnostic::at(Code::UnknownFact, input.span.clone(), message).help(help));
    };
    let ty = &schema.facts()[slot].ty;
    if fits(ty) {
        return Ok(slot);
    }
    let message = format!("`{}` is {ty}, expected {expected}", input.path);
    let help = format!(
        "name a fact that is {expected}: a script in the folder `derive` can make one of `j.{}`",
        input.path
    );
    Err(Diagnostic::at(Code::WrongType, input.span.clone(), message).help(help))
}

/// Advice if a test or a calculation is written in place of a fact: `population > 5`.
fn as_derived(written: &str) -> Option<String> {
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
    let mut signs = ['<', '>', '=', '!', '+', '*', '/'].iter();
    if written.chars().all(is_path) || !signs.any(|sign| written.contains(*sign)) {
        return None;
    }
    let lone = !["==", ">=", "<=", "!="]
        .iter()
        .any(|sign| written.contains(sign));
    let written = if lone {
        written.replace('=', "==")
    } else {
        written.to_owned()
    };
    Some(format!(
        "only the name of a fact stands here: write a script in the folder `derive`, as \
         `selected.rhai`, that ends with `j.{written}`, and its name here: `selected`"
    ))
}
