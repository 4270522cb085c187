//! Sweeps: the number of jurisdictions with each determination as a step function of a parameter,
//! and who changes at each step.
//!
//! For each jurisdiction the trees give the values at which something may change. Its result is
//! found at each of these values and between them, for all jurisdictions at once: the first value
//! of each, then the second. So `FROM..TO` is covered without a gap. If statistics depend on the
//! parameter, that is done piece by piece between the values at which they change. Where this is
//! not possible, evenly spaced values are looked at, and the sweep says that it is not exact.

pub(super) mod change_points;
pub(super) mod ranges_of_constant_statistics;
mod results_at_points;
mod steps_and_flips;

pub use steps_and_flips::{Flip, Inexact, ParameterPoint, SweepStep};

use std::collections::BTreeMap;

use crate::analysis::sweep::change_points::{Tests, on_line};
use crate::analysis::sweep::ranges_of_constant_statistics::{ValueRange, pieces, points_of};
use crate::analysis::sweep::results_at_points::{PieceFound, RoundsLeft, rounds};
use crate::assess::result_types::DeterminationKind;
use crate::assess::snapshot::Snapshot;
use crate::assess::{Options, Swept};
use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, list_of};
use crate::base::parallel;
use crate::model::fact::{Date, FactType, Number, Value};
use crate::model::rulebook::{Parameter, Rulebook};

/// The results over the values of a parameter.
#[derive(Debug)]
pub struct Sweep {
    swept: Swept,
    /// The name of the parameter.
    pub parameter: String,
    /// The unit of the parameter; `None` if it has none.
    pub unit: Option<String>,
    /// The number of decimals the parameter is shown with; `None` for all.
    #[cfg_attr(
        not(feature = "internals"),
        expect(dead_code, reason = "tests alone ask for it")
    )]
    pub decimals: Option<u8>,
    /// The value in the rulebook, or by an option; `None` if no value is in force.
    pub now: Option<Value>,
    /// The first and the last value.
    pub ends: (Value, Value),
    /// How many jurisdictions have each determination at the first value, in the order of
    /// [`DeterminationKind::ALL`].
    pub start: [usize; 4],
    /// The steps, in order of values.
    pub steps: Vec<SweepStep>,
    /// Why there may be more steps; default if there are none.
    pub inexact: Inexact,
}

/// How many evenly spaced values are looked at where trees do not give the steps.
const SAMPLES: usize = 100;

impl Sweep {
    /// Sweeps a parameter of a rulebook between two values, written as for options.
    ///
    /// # Errors
    /// When a name or a value is wrong.
    pub fn new(
        snapshot: &Snapshot,
        options: &Options,
        rulebook: &str,
        parameter: &str,
        (from, to): (&str, &str),
    ) -> Result<Self, Diagnostic> {
        let problem = |message: String| Diagnostic::new(Code::UnknownSelection, message);
        let read = snapshot.rulebooks().find(|one| one.id.as_str() == rulebook);
        let read = read.ok_or_else(|| problem(format!("there is no rulebook `{rulebook}`")))?;
        let declared = declared(read, parameter)?;
        let ends = (declared.read_override(from)?, declared.read_override(to)?);
        if ends.0 > ends.1 {
            let message =
                format!("`{from}` is more than `{to}`: a sweep goes from the lesser value");
            return Err(problem(message).help(format!("write `{parameter}={to}..{from}`")));
        }
        let Some(swept) = Swept::new(snapshot, options, rulebook, parameter) else {
            let message = format!(
                "the parameter `{parameter}` cannot be left open: something is wrong with the options or the rulebook"
            );
            return Err(problem(message).help("`rulebook check` says what".to_owned()));
        };
        let mut used = swept.prepared.parameters.iter();
        let now = used
            .find(|used| *used.name == *parameter)
            .and_then(|used| used.value.clone());
        let mut sweep = Self {
            swept,
            parameter: parameter.to_owned(),
            unit: declared.unit.clone(),
            decimals: declared.decimals,
            now,
            ends,
            start: [0; 4],
            steps: Vec::new(),
            inexact: Inexact::default(),
        };
        sweep.find(matches!(declared.ty, FactType::Integer | FactType::Date));
        Ok(sweep)
    }

    fn find(&mut self, whole: bool) {
        let line = |value: &Value| on_line(value).expect("it is a number or a date");
        let within = (line(&self.ends.0), line(&self.ends.1));
        let deciding = self.swept.deciding();
        let moving = self.swept.moving();
        let exact = !deciding.beyond && moving.as_ref().is_none_or(|moving| !moving.beyond);
        let limits = self.swept.prepared.basis.bindings.limits;
        let tests = Tests::new(&deciding.trees, &self.swept.fact, limits);
        // Each round recalculates all that depends on the parameter, for all records.
        let left = limits.rounds / self.swept.prepared.records().len().max(1);
        let mut inexact = Inexact::default();
        let pieces = match moving {
            _ if !exact => None,
            None => Some(vec![ValueRange::all(&within)]),
            Some(moving) => {
                let moving = Tests::new(&moving.trees, &self.swept.fact, limits);
                pieces(&self.swept, &moving, &within, whole, (&mut inexact, left))
            }
        };
        let left = RoundsLeft::new(left);
        let several = pieces.as_ref().is_some_and(|pieces| pieces.len() > 1);
        let same = several && !tests.ask_also_for(&self.swept.rests_on_it());
        let facts = &self.swept.prepared.basis.facts;
        let known = same.then(|| points_of(&tests, facts, &self.swept.places, &within));
        let tests = (&tests, known.as_deref());
        let one = |piece: ValueRange| rounds(&self.swept, tests, &piece, whole, &left);
        let found = pieces.map(|pieces| parallel::map(pieces, one));
        let found: Option<Vec<PieceFound>> = found.and_then(|found| found.into_iter().collect());
        let found = match found {
            Some(found) => {
                inexact.near |= found.iter().any(|one| one.near);
                let unsure = found.iter().map(|one| one.unsure);
                inexact.unsure = unsure.fold(inexact.unsure, usize::max);
                found
            }
            None => {
                inexact = Inexact {
                    sampled: Some(SAMPLES),
                    cut_short: exact,
                    ..Inexact::default()
                };
                results_at_points::sampled(&self.swept, &within, whole, SAMPLES)
            }
        };
        self.inexact = inexact;
        self.put_together(found);
    }

    /// Joins the results of pieces into steps.
    fn put_together(&mut self, pieces: Vec<PieceFound>) {
        let mut now: Vec<DeterminationKind> = Vec::new();
        let mut steps: BTreeMap<ParameterPoint, Vec<Flip>> = BTreeMap::new();
        for piece in pieces {
            if now.is_empty() {
                now.clone_from(&piece.first);
                self.start = counts(&now);
            }
            for (jurisdiction, (now, first)) in now.iter_mut().zip(&piece.first).enumerate() {
                if now != first {
                    let flip = Flip {
                        jurisdiction,
                        before: *now,
                        after: *first,
                    };
                    steps.entry(piece.from.clone()).or_default().push(flip);
                    *now = *first;
                }
            }
            for (place, flip) in piece.flips {
                now[flip.jurisdiction] = flip.after;
                steps.entry(place).or_default().push(flip);
            }
        }
        let mut counts = self.start;
        for (place, mut flips) in steps {
            flips.sort_by_key(|flip| flip.jurisdiction);
            for flip in &flips {
                counts[index(flip.before)] -= 1;
                counts[index(flip.after)] += 1;
            }
            self.steps.push(SweepStep {
                place,
                counts,
                flips,
            });
        }
    }

    /// Whether all steps were found.
    pub fn is_exact(&self) -> bool {
        self.inexact == Inexact::default()
    }

    /// The rulebook whose parameter is swept.
    pub fn rulebook(&self) -> &Rulebook {
        self.swept.prepared.rulebook()
    }

    /// The as-of date of the sweep.
    pub fn as_of(&self) -> Date {
        self.swept.prepared.as_of
    }

    /// The number of assessed jurisdictions.
    pub fn len(&self) -> usize {
        self.swept.places.len()
    }

    /// Whether no jurisdiction is assessed.
    pub fn is_empty(&self) -> bool {
        self.swept.places.is_empty()
    }

    /// The id of a jurisdiction by its position among those assessed.
    ///
    /// # Panics
    /// When there is no such position.
    pub fn id(&self, jurisdiction: usize) -> &str {
        let record = self.swept.places[jurisdiction].into();
        self.swept.prepared.records().id(record)
    }

    /// The diagnostics about the files and the scripts.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.swept.diagnostics
    }

    /// The value of the parameter for a number: a day for a date.
    pub fn value(&self, at: &Number) -> Value {
        match &self.ends.0 {
            Value::Date(_) => {
                let day = at.whole().and_then(Date::from_days);
                day.map_or_else(|| Value::Number(at.clone()), Value::Date)
            }
            _ => at
                .whole()
                .map_or_else(|| Value::Number(at.clone()), Value::Integer),
        }
    }

    /// How many jurisdictions have each determination at a point, in the order of
    /// [`DeterminationKind::ALL`].
    pub fn counts_at(&self, place: &ParameterPoint) -> [usize; 4] {
        let behind = self.steps.partition_point(|step| step.place <= *place);
        behind
            .checked_sub(1)
            .map_or(self.start, |last| self.steps[last].counts)
    }

    /// The ranges in which exactly `count` jurisdictions are eligible: the beginning of each, and
    /// the beginning of the next; `None` after the last.
    pub fn with_eligible(&self, count: usize) -> Vec<(ParameterPoint, Option<ParameterPoint>)> {
        let first = ParameterPoint {
            at: on_line(&self.ends.0).expect("it is a number or a date"),
            above: false,
        };
        let starts = std::iter::once((first, self.start[0]));
        let steps = self
            .steps
            .iter()
            .map(|step| (step.place.clone(), step.counts[0]));
        let all: Vec<(ParameterPoint, usize)> = starts.chain(steps).collect();
        let mut found: Vec<(ParameterPoint, Option<ParameterPoint>)> = Vec::new();
        for (number, (place, eligible)) in all.iter().enumerate() {
            if *eligible != count {
                continue;
            }
            let next = all.get(number + 1).map(|(next, _)| next.clone());
            match found.last_mut() {
                Some((_, end)) if end.as_ref() == Some(place) => *end = next,
                _ => found.push((place.clone(), next)),
            }
        }
        found
    }
}

fn index(kind: DeterminationKind) -> usize {
    let mut all = DeterminationKind::ALL.iter();
    all.position(|one| *one == kind).expect("these are all")
}

fn counts(kinds: &[DeterminationKind]) -> [usize; 4] {
    let mut counts = [0; 4];
    for kind in kinds {
        counts[index(*kind)] += 1;
    }
    counts
}

/// A parameter that can be swept.
fn declared<'a>(rulebook: &'a Rulebook, name: &str) -> Result<&'a Parameter, Diagnostic> {
    let problem = |message: String| Diagnostic::new(Code::UnknownParameter, message);
    let names = || rulebook.parameters.iter().map(|one| &*one.name);
    let mut found = rulebook.parameters.iter();
    let Some(parameter) = found.find(|one| *one.name == *name) else {
        let message = format!("the rulebook `{}` has no parameter `{name}`", rulebook.id);
        let known = format!("there is {}", list_of(names()));
        return Err(problem(message).help(did_you_mean(name, names()).unwrap_or(known)));
    };
    match parameter.ty {
        FactType::Integer | FactType::Number | FactType::Date => Ok(parameter),
        _ => {
            let message = format!(
                "the parameter `{name}` is {}: a sweep needs a number or a date",
                parameter.ty
            );
            let help = "compare two values with `rulebook impact --head-set`".to_owned();
            Err(problem(message).help(help))
        }
    }
}
