//! One run of a script: the given answers, the questions it asks, and what it learns.
//!
//! Host functions reach the run of their thread through [`with`]. A run is set before the
//! interpreter is called and removed after; nothing of it remains.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rhai::{Dynamic, EvalAltResult, NativeCallContext, Position};

use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::Span;
use crate::base::work_budget;
use crate::model::fact::{Schema, Value};
use crate::model::typed_indexes::RecordIndex;
use crate::script::Program;
use crate::script::limits::MAX_WITHIN;
use crate::script::script_environment::Bindings;
use crate::script::state_merging::{Joined, States};
use crate::tree::{
    Asked, Expression, FactRef, FactTable, May, Owner, Patience, Region, Test, placeholder,
};

/// The result of a host function.
pub(super) type Hosted<T> = Result<T, Box<EvalAltResult>>;

/// How a host function ends a run before the script does.
#[derive(Clone, Debug)]
pub(super) enum RunStop {
    /// The script is wrong, or a calculation fails.
    Fault(Arc<Diagnostic>),
    /// A tree cannot hold what the script does here.
    Opaque(Arc<Diagnostic>),
    /// Too many questions on one path.
    TooDeep,
    /// The script of a derived fact, by its place, has to be explored first.
    Needs(usize),
    /// The continuation is known.
    Joined(Joined),
}

/// The record whose facts are bound.
pub(super) type BoundRecord = Option<(Arc<FactTable>, RecordIndex)>;

pub(super) struct Run {
    pub(super) program: Arc<Program>,
    pub(super) bindings: Arc<Bindings>,
    pub(super) known: BoundRecord,
    /// The answers to give, in the order of the questions; new ones are put at the end.
    pub(super) answers: Vec<bool>,
    pub(super) cursor: usize,
    pub(super) region: Arc<Region>,
    /// The branches of the questions, in their order; those of the run before are kept as long as
    /// this run is the same.
    pub(super) turns: Vec<Branches>,
    /// The number of branches used so far.
    turn: usize,
    /// By choice: the number of turns and steps when it was made.
    pub(super) choices: Vec<(usize, usize)>,
    pub(super) stated: BTreeMap<FactRef, bool>,
    /// The questions that could have been answered otherwise.
    pub(super) path: Vec<(Asked, bool)>,
    /// Every question asked, in order.
    pub(super) steps: Vec<(Asked, bool)>,
    /// Missing facts that were read.
    pub(super) missing: BTreeSet<FactRef>,
    /// With a record: the facts that were looked up.
    pub(super) reads: BTreeSet<FactRef>,
    /// Calculations in texts, by the number of their mark.
    pub(super) marks: Vec<Arc<Expression>>,
    /// The places where outcomes were called, by file and offset.
    pub(super) endings: BTreeSet<(String, usize)>,
    /// Derived facts that were read, by their places, and their values on this path.
    pub(super) derived: BTreeSet<usize>,
    pub(super) worked: BTreeMap<FactRef, Arc<Expression>>,
    /// Steps of the interpreter.
    pub(super) operations: u64,
    /// The work of host functions, in the same units.
    charged: u64,
    /// The units left for the script, including this run.
    allowance: u64,
    /// The number of items used for a list of unknown content; `None`: such a list ends the run.
    pub(super) items: Option<usize>,
    /// Whether such a list was read.
    pub(super) lists: bool,
    /// The states of the script, where they are looked at.
    pub(super) states: Option<Box<States>>,
    /// The region that was last searched for a record, and the result.
    pub(super) looked: Option<(Arc<Region>, May)>,
    /// The patience of such searches, on all paths.
    pub(super) patience: Patience,
    /// Whether something was picked out of a value that may be a text.
    pub(super) picks: bool,
    /// The number of conditions that the run is within, each read by the one before.
    within: usize,
}

/// The script that reads a finding, while the script of that is run.
pub(super) struct Outer {
    program: Arc<Program>,
    operations: u64,
}

/// The cost of a question.
const QUESTION: u64 = 20;

/// The most units of work of one run: more than any script of a rule needs.
const MOST_OF_A_RUN: u64 = 1_500_000;

/// The regions after each answer to a question about free facts; `None` if that answer is
/// impossible.
pub(super) struct Branches {
    yes: Option<Arc<Region>>,
    no: Option<Arc<Region>>,
}

/// The most questions on one path.
const MOST_QUESTIONS: usize = 200;

thread_local! {
    static RUN: RefCell<Option<Run>> = const { RefCell::new(None) };
}

/// Runs something with a run in place, and gives the run back.
pub(super) fn during<T>(run: Run, interpret: impl FnOnce() -> T) -> (T, Run) {
    /// Work that is ended from outside leaves no run behind.
    struct Away;
    impl Drop for Away {
        fn drop(&mut self) {
            RUN.take();
        }
    }
    let _away = Away;
    RUN.set(Some(run));
    let result = interpret();
    let run = RUN.take().expect("nothing else takes the run away");
    work_budget::spend(run.work());
    (result, run)
}

/// The run of this thread.
pub(super) fn with<T>(work: impl FnOnce(&mut Run) -> T) -> T {
    RUN.with(|slot| {
        work(
            slot.borrow_mut()
                .as_mut()
                .expect("host functions are called within a run"),
        )
    })
}

/// The schema of an owner's facts.
pub(super) fn schema_of(owner: &Owner) -> Arc<Schema> {
    with(|run| match owner {
        Owner::Finding => run.bindings.findings.clone().unwrap_or_default(),
        _ => Arc::clone(&run.bindings.schema),
    })
}

/// Counts copied items; returns whether they are more than a run may copy.
pub(super) fn note_copy(items: usize) -> bool {
    RUN.with_borrow_mut(|run| {
        run.as_mut().is_some_and(|run| {
            run.charged += u64::try_from(items / 4).unwrap_or(u64::MAX / 2);
            run.charged > MOST_OF_A_RUN
        })
    })
}

/// Notes how many steps the interpreter has taken; whether they are too many. A function that another
/// one calls for each item counts on from where that one stands, and what it counted is lost when it
/// returns: those steps are charged.
pub(super) fn note_operations(operations: u64) -> bool {
    if operations.is_multiple_of(1024) {
        work_budget::look();
    }
    RUN.with(|slot| {
        let Ok(mut slot) = slot.try_borrow_mut() else {
            return false;
        };
        slot.as_mut().is_some_and(|run| {
            run.charged += (run.operations + 1).saturating_sub(operations);
            run.operations = operations;
            run.charged > MOST_OF_A_RUN
        })
    })
}

/// Whether a run is in place: while a library is loaded, none is.
pub(super) fn is_running() -> bool {
    RUN.with(|slot| slot.borrow().is_some())
}

impl Run {
    /// A run that begins with some answers. As long as it is given the same answers as the run
    /// before, it asks the same: `turns` holds the branches of those questions, which are not
    /// computed again.
    pub(super) fn new(
        program: Arc<Program>,
        bindings: Arc<Bindings>,
        known: BoundRecord,
        answers: Vec<bool>,
        turns: Vec<Branches>,
        allowance: u64,
    ) -> Self {
        let limits = bindings.limits;
        let region = Region::new(limits).into();
        Self {
            program,
            bindings,
            known,
            answers,
            cursor: 0,
            region,
            turns,
            turn: 0,
            choices: Vec::new(),
            stated: BTreeMap::new(),
            path: Vec::new(),
            steps: Vec::new(),
            missing: BTreeSet::new(),
            reads: BTreeSet::new(),
            marks: Vec::new(),
            endings: BTreeSet::new(),
            derived: BTreeSet::new(),
            worked: BTreeMap::new(),
            operations: 0,
            charged: 0,
            allowance,
            items: None,
            lists: false,
            states: None,
            looked: None,
            patience: Patience::new(limits),
            picks: false,
            within: 0,
        }
    }

    /// The item and the number of items used for a list of which only the type is known.
    pub(super) fn stand_in(&mut self, list: &Expression) -> Option<(FactRef, usize)> {
        let Expression::Fact(fact) = list else {
            return None;
        };
        self.lists |= self.known.is_none();
        Some((fact.item()?, self.items?))
    }

    /// Enters the script of a condition that is read; returns what to restore afterwards, or `None`
    /// if that would be too deep.
    pub(super) fn enter(&mut self, program: &Arc<Program>) -> Option<Outer> {
        if self.within == MAX_WITHIN {
            return None;
        }
        self.within += 1;
        self.charged += self.operations;
        Some(Outer {
            program: std::mem::replace(&mut self.program, Arc::clone(program)),
            operations: std::mem::take(&mut self.operations),
        })
    }

    /// Comes back from it.
    pub(super) fn leave(&mut self, outer: Outer) {
        self.within -= 1;
        self.program = outer.program;
        self.charged += self.operations;
        self.charged -= outer.operations;
        self.operations = outer.operations;
    }

    /// The work done so far.
    pub(super) fn work(&self) -> u64 {
        self.operations + self.charged
    }

    /// Pays for work. Ends the run if there was too much: a single run is then a fault of the
    /// script; all paths together are more than a tree can hold.
    fn pay(&mut self, units: u64, span: &dyn Fn(&Self) -> Span) -> Hosted<()> {
        self.charged += units;
        let (work, code) = (self.work(), Code::LimitReached);
        if self.charged > MOST_OF_A_RUN {
            let message = "the script does more work than a run may: it goes through long texts or \
                           lists again and again, multiplies very long numbers, or asks without end";
            return Err(raise(RunStop::Fault(
                Diagnostic::at(code, span(self), message)
                    .help("calculate what stays the same once, before the loop".to_owned())
                    .into(),
            )));
        }
        if work > self.allowance {
            let message = "all paths of the script together take more work than a tree may";
            return Err(raise(RunStop::Opaque(
                Diagnostic::at(code, span(self), message).into(),
            )));
        }
        Ok(())
    }

    /// The answer to a question, given, implied or chosen.
    pub(super) fn ask(&mut self, test: Test, span: Span) -> Hosted<bool> {
        self.pay(QUESTION, &|_| span.clone())?;
        let asked = Asked { test, span };
        self.use_facts(&asked.test);
        let answer = match &asked.test {
            Test::Known(fact, _) => {
                let fact = fact.clone();
                self.ask_known(&fact, &asked)?
            }
            test => {
                let answered = self.known.as_ref().map(|(facts, this)| {
                    self.reads.extend(test.facts().into_iter().cloned());
                    facts.answer(*this, test)
                });
                match answered {
                    None => self.ask_free(test, &asked)?,
                    Some(Ok(answer)) => answer,
                    Some(Err(residual)) => self.ask_free(&residual, &asked)?,
                }
            }
        };
        self.steps.push((asked, answer));
        if let Some(states) = &mut self.states {
            states.answered(answer);
        }
        Ok(answer)
    }

    fn ask_known(&mut self, fact: &FactRef, asked: &Asked) -> Hosted<bool> {
        if let Some((facts, this)) = &self.known {
            self.reads.insert(fact.clone());
            return Ok(facts.states(*this, fact));
        }
        if let Some(known) = self.stated.get(fact) {
            return Ok(*known);
        }
        let answer = self.choose(asked.clone())?;
        self.stated.insert(fact.clone(), answer);
        Ok(answer)
    }

    fn ask_free(&mut self, test: &Test, asked: &Asked) -> Hosted<bool> {
        if test.facts().is_empty() {
            return Ok(test.answer(&mut |_| unreachable!("there is no fact in it")));
        }
        if self.turn == self.turns.len() {
            self.missing.extend(test.facts().into_iter().cloned());
            let after = |answer| self.region.assume(test, answer).map(Arc::new);
            self.turns.push(Branches {
                yes: after(true),
                no: after(false),
            });
        }
        let turn = &self.turns[self.turn];
        let (yes, no) = (turn.yes.clone(), turn.no.clone());
        self.turn += 1;
        let answer = match (&yes, &no) {
            (Some(_), Some(_)) => self.choose(Asked {
                test: test.clone(),
                span: asked.span.clone(),
            })?,
            (yes, _) => yes.is_some(),
        };
        // A contradiction between several facts may show late; the path is then dropped.
        if let Some(region) = if answer { yes } else { no } {
            self.region = region;
        }
        Ok(answer)
    }

    /// The answer that was chosen before on this path, or else one that is chosen now.
    pub(super) fn choose_once(&mut self, asked: &Asked) -> Hosted<bool> {
        let before = self.path.iter().find(|(one, _)| one.test == asked.test);
        match before {
            Some((_, answer)) => Ok(*answer),
            None => self.choose(asked.clone()),
        }
    }

    fn choose(&mut self, asked: Asked) -> Hosted<bool> {
        if self.path.len() >= MOST_QUESTIONS {
            return Err(raise(RunStop::TooDeep));
        }
        if self.cursor == self.answers.len() {
            self.answers.push(true);
        }
        let answer = self.answers[self.cursor];
        self.cursor += 1;
        self.choices.push((self.turn, self.steps.len()));
        self.path.push((asked, answer));
        Ok(answer)
    }

    /// The region of this path.
    pub(super) fn region(&self) -> &Region {
        &self.region
    }

    /// The value of an expression whose facts are all known.
    pub(super) fn value(&mut self, expression: &Expression) -> Option<Value> {
        let mut all = true;
        let (bound, reads) = (&self.known, &mut self.reads);
        let value = expression.evaluate(&mut |fact| {
            reads.insert(fact.clone());
            let known = bound
                .as_ref()
                .and_then(|(facts, this)| match facts.read(*this, fact) {
                    crate::tree::FactReading::Known(value) => Some(value),
                    crate::tree::FactReading::Missing(_) => None,
                });
            all &= known.is_some();
            known.unwrap_or_else(|| placeholder(fact))
        });
        // If a missing fact was replaced, the result is meaningless.
        value.ok().filter(|_| all)
    }

    /// Notes the missing facts of an expression as read, and says whether there are any.
    pub(super) fn note_missing(&mut self, expression: &Expression) -> bool {
        let mut facts = BTreeSet::new();
        expression.collect(&mut facts);
        let mut missing = false;
        for fact in facts {
            self.reads.insert(fact.clone());
            let name = match &self.known {
                None => Some(fact.clone()),
                Some((known, this)) => match known.read(*this, fact) {
                    crate::tree::FactReading::Known(_) => None,
                    crate::tree::FactReading::Missing(name) => Some(name),
                },
            };
            missing |= name.is_some();
            self.missing.extend(name);
        }
        missing
    }

    /// The place of a call in the author's text.
    pub(super) fn span(&self, source: Option<&str>, position: Position) -> Span {
        self.program.prepared(source).span(position)
    }
}

/// The place of the call that is being made.
pub(super) fn place(ctx: &NativeCallContext<'_>) -> Span {
    with(|run| run.span(ctx.call_source(), ctx.call_position()))
}

/// Pays for what a function looks at, at the current call: one unit for 16 bytes, and the number of
/// items.
pub(super) fn pay_for(ctx: &NativeCallContext<'_>, bytes: usize, items: usize) -> Hosted<()> {
    // While a library is loaded no run is in place: steps bound that.
    if !is_running() {
        return Ok(());
    }
    let units = u64::try_from(bytes / 16 + items).unwrap_or(u64::MAX / 2);
    let place = |run: &Run| run.span(ctx.call_source(), ctx.call_position());
    with(|run| run.pay(units, &place))
}

/// An error that only this crate raises and takes apart again.
pub(super) fn raise(stop: RunStop) -> Box<EvalAltResult> {
    EvalAltResult::ErrorRuntime(Dynamic::from(stop), Position::NONE).into()
}

/// A fault of the script at the call being made.
pub(super) fn fault(
    ctx: &NativeCallContext<'_>,
    code: Code,
    message: impl Into<String>,
    help: impl Into<Option<String>>,
) -> Box<EvalAltResult> {
    raise(RunStop::Fault(
        Diagnostic::at(code, place(ctx), message).help(help).into(),
    ))
}

/// Something a tree cannot hold, at the call being made.
pub(super) fn opaque(
    ctx: &NativeCallContext<'_>,
    message: impl Into<String>,
) -> Box<EvalAltResult> {
    raise(RunStop::Opaque(
        Diagnostic::at(Code::ScriptFailed, place(ctx), message).into(),
    ))
}
