//! Runs a script once for each path it can take.
//!
//! A run consults a list of answers and adds one where the list ends. After it, the last yes
//! becomes a no, and the script runs again from the start, until there is none left. The
//! interpreter alone decides what a script means. A script with many paths is watched as it runs,
//! so that paths that reach the same state are followed once (`state_merging`).
//!
//! Example: `if j.a { true } else { j.n > 3 }` runs three times: `a` yes; `a` no and `n > 3` yes;
//! `a` no and `n > 3` no. These are the three paths, and the tree is built of them.
//!
//! INVARIANT: any two paths differ in the answer of a test that both ask, and every completion of
//! the facts takes exactly one, as long as `incomplete` is not set.
//! INVARIANT: a run with the same list of answers asks the same: no clock, no chance, no order of a
//! hash map reaches a script.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rhai::{Dynamic, Scope};

use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::Span;
use crate::model::fact::{FactSchema, Value};
use crate::model::typed_indexes::RecordIndex;
use crate::script::condition_tree_memo::ConditionExplored;
use crate::script::reason_texts::message;
use crate::script::rhai_errors::ended;
use crate::script::sandbox::{ENGINE, WATCHED};
use crate::script::script_environment::Bindings;
use crate::script::state_merging::{Joined, States};
use crate::script::state_of_one_run::{BoundRecord, Run, RunStop, during};
use crate::script::symbolic_values::{from_dynamic, scope};
use crate::script::verdict_functions::{ENDINGS, ending};
use crate::script::{Program, Roots, derived_outcome};
use crate::tree::{
    Asked, Expression, FactRef, FactTable, Limits, May, Outcome, Path, Patience, Region, Test,
    Tree, Verdict, ask_about_single_facts,
};

/// Everything found out about a script by running it on every path.
#[derive(Debug, Default)]
pub(crate) struct Exploration {
    /// Each path, in the order of a depth-first walk, yes before no.
    pub(crate) paths: Vec<Path>,
    /// For a record: every question of any path, once each, in the order they were first asked.
    pub(crate) steps: Vec<(Asked, bool)>,
    /// Missing facts that were read.
    pub(crate) missing: BTreeSet<FactRef>,
    /// For a record: the facts that were looked up.
    pub(crate) reads: BTreeSet<FactRef>,
    /// With all facts free: where outcomes were called, by file and offset.
    pub(crate) endings: BTreeSet<(String, usize)>,
    /// With all facts free: which answers (no, yes) the tests of a place were given.
    pub(crate) answers: Answers,
    /// Derived facts that were read, by their places.
    pub(crate) derived: BTreeSet<usize>,
    /// The derived fact, by its place, that has to be explored before this.
    pub(crate) needs: Option<usize>,
    /// Why the paths are not all, and where.
    pub(crate) incomplete: Option<Arc<Diagnostic>>,
    /// Values that do not fit together whatever the lists that it reads contain.
    pub(crate) misfits: Vec<Arc<Diagnostic>>,
    /// There are more paths than were followed apart.
    has_more: bool,
}

/// By file and range of a test: its place and its first question, whether no and yes were given,
/// and whether the values that its facts can have decide it.
pub(crate) type Answers = BTreeMap<(String, usize, usize), (Span, String, [bool; 2], bool)>;

/// The mistakes of the author that some path runs into; a calculation that could fail for some
/// facts is a mistake only if it does on a path. Values that do not fit together count once per
/// place, even if they differ on other paths.
pub(crate) fn mistakes(found: &Exploration) -> impl Iterator<Item = &Arc<Diagnostic>> {
    let mut places = BTreeSet::new();
    let faults = found
        .paths
        .iter()
        .filter_map(|path| path.outcome.fault.as_ref());
    faults
        .chain(&found.misfits)
        .filter(|fault| fault.code != Code::Arithmetic)
        .filter(move |fault| {
            let place = fault.span().filter(|_| fault.code == Code::WrongOperands);
            place.is_none_or(|place| places.insert(place))
        })
}

/// This many paths that continue like others count as one.
const JOINED: usize = 16;

/// Explores a script, after those whose findings it reads. With `known`, the facts of one record
/// are bound and the missing ones free; without, all are free.
pub(crate) fn explore(
    program: &Arc<Program>,
    bindings: &Arc<Bindings>,
    known: Option<(&Arc<FactTable>, RecordIndex)>,
) -> Exploration {
    explore_read(program, bindings);
    alone(program, bindings, known)
}

/// Explores the script of a condition with all facts free: once for all readers of its finding.
pub(crate) fn explore_condition(
    program: &Arc<Program>,
    bindings: &Arc<Bindings>,
) -> ConditionExplored {
    explore_read(program, bindings);
    once(program, bindings)
}

/// Explores the scripts of conditions that a script depends on, in an order in which none waits for
/// another: what one that is explored depends on is so too.
fn explore_read(program: &Arc<Program>, bindings: &Arc<Bindings>) {
    for read in program.rests_on(|one| bindings.condition_trees.has(one)) {
        once(read, bindings);
    }
}

fn once(program: &Arc<Program>, bindings: &Arc<Bindings>) -> ConditionExplored {
    bindings.condition_trees.of(program, || {
        let found = alone(program, bindings, None);
        let mistakes = mistakes(&found).cloned().collect();
        let tree = match found.incomplete {
            None => Ok(Tree::build(&found.paths, bindings.limits).into()),
            Some(why) => Err(why),
        };
        ConditionExplored { tree, mistakes }
    })
}

fn alone(
    program: &Arc<Program>,
    bindings: &Arc<Bindings>,
    known: Option<(&Arc<FactTable>, RecordIndex)>,
) -> Exploration {
    let limits = bindings.limits;
    let (mut found, mut lists) = explored(program, bindings, known, None, None);
    if found.has_more {
        // A host that lowers `apart` has more paths followed together, whatever their tests.
        let any = limits.apart < limits.paths;
        let fit = |found: &Exploration| any || ask_about_single_facts(&found.paths, limits);
        if fit(&found) {
            let states = Box::new(States::new(program.places()));
            (found, lists) = explored(program, bindings, None, None, Some(states));
        }
        if found.incomplete.is_none() && (found.has_more || !fit(&found)) {
            let work = u64::try_from(bindings.work_of_a_script()).unwrap_or(u64::MAX);
            found.incomplete = Some(too_many(program, limits.paths, work));
        }
    }
    // A script says nothing else of the types of its lists because a record states some facts.
    if lists && known.is_none() {
        found.misfits = misfits(program, bindings);
    }
    found
}

/// The values that do not fit together in a script that reads lists. No tree holds such a script,
/// and what is compared with the items of an empty list is never checked; so each list gets a few
/// items of its type, and only errors that follow from the types are reported.
fn misfits(program: &Arc<Program>, bindings: &Arc<Bindings>) -> Vec<Arc<Diagnostic>> {
    const COUNTS: [usize; 2] = [1, 3];
    let of_types = [
        Code::WrongOperands,
        Code::BadChoice,
        Code::ScriptUnknownFact,
        Code::UnknownParameter,
    ];
    let mut misfits: Vec<Arc<Diagnostic>> = Vec::new();
    for count in COUNTS {
        let (found, _) = explored(program, bindings, None, Some(count), None);
        let faults = found
            .paths
            .into_iter()
            .filter_map(|path| path.outcome.fault);
        for fault in faults.filter(|fault| of_types.contains(&fault.code)) {
            if !misfits.contains(&fault) {
                misfits.push(fault);
            }
        }
    }
    misfits
}

/// Explores a script, with `items` items in each list if given; also returns whether unknown lists
/// were read.
fn explored(
    program: &Arc<Program>,
    bindings: &Arc<Bindings>,
    known: Option<(&Arc<FactTable>, RecordIndex)>,
    items: Option<usize>,
    mut states: Option<Box<States>>,
) -> (Exploration, bool) {
    let known: BoundRecord = known.map(|(facts, this)| (Arc::clone(facts), this));
    let mut found = Exploration::default();
    let mut lists = false;
    let (mut answers, mut turns) = (Vec::new(), Vec::new());
    // The index of the first step that differs from the run before.
    let mut fresh = 0;
    let free = known.is_none() && items.is_none();
    let work = match (&known, items) {
        (Some(_), _) => bindings.limits.work / 4,
        (None, Some(_)) => bindings.work_of_a_script() / 4,
        (None, None) => bindings.work_of_a_script(),
    };
    let whole = u64::try_from(work).unwrap_or(u64::MAX);
    let mut most_work = whole;
    let mut work = 0;
    let mut patience = Patience::new(bindings.limits);
    let mut noted = BTreeSet::new();
    let alone = free && states.is_none();
    let mut joined = 0;
    loop {
        let mut run = Run::new(
            Arc::clone(program),
            Arc::clone(bindings),
            known.clone(),
            answers,
            turns,
            most_work.saturating_sub(work),
        );
        run.items = items;
        run.patience = patience;
        let before = found.paths.len();
        if let Some(states) = &mut states {
            states.begin(before);
        }
        run.states = states;
        let mut run = one(program, run, &mut found);
        (patience, states) = (run.patience.clone(), run.states.take());
        let joins = |path: &Path| path.joins.is_some();
        joined += usize::from(found.paths.get(before).is_some_and(joins));
        let impossible = found.paths.len() == before && found.incomplete.is_none();
        lists |= run.lists;
        found.missing.append(&mut run.missing);
        found.derived.append(&mut run.derived);
        work += run.work();
        if known.is_some() {
            // One run is always done; the others share what there is with other records.
            most_work = whole.min(bindings.work_of_a_record());
        }
        if run.known.is_some() {
            found.reads.append(&mut run.reads);
            let steps = std::mem::take(&mut run.steps).into_iter();
            let others = steps.filter(|(asked, answer)| noted.insert(step_key(asked, *answer)));
            found.steps.extend(others);
        } else if !impossible {
            found.endings.append(&mut run.endings);
            // A run that ended early may have fewer steps than it shares with the one before.
            let steps = run.steps.get(fresh..).unwrap_or_default();
            note_answers(steps, &mut found.answers);
        }
        if found.incomplete.is_some() || found.needs.is_some() {
            return (found, lists);
        }
        (answers, turns) = (run.answers, run.turns);
        while answers.last() == Some(&false) {
            answers.pop();
        }
        match answers.last_mut() {
            Some(last) => *last = false,
            None => return (found, lists),
        }
        if let Some(states) = &mut states {
            states.turn_back(answers.len() - 1, found.paths.len());
        }
        let (asked, steps) = run.choices[answers.len() - 1];
        turns.truncate(asked);
        // The first questions of an impossible run are not noted yet.
        fresh = if impossible { steps.min(fresh) } else { steps };
        if alone && found.paths.len() >= bindings.limits.apart {
            found.has_more = true;
            return (found, lists);
        }
        let most = bindings.limits.paths;
        let paths = found.paths.len() - joined + joined / JOINED;
        if paths >= most || work >= most_work {
            found.incomplete = Some(too_many(program, most, most_work));
            return (found, lists);
        }
    }
}

fn too_many(program: &Program, most: usize, most_work: u64) -> Arc<Diagnostic> {
    let message = format!(
        "the script has more than {most} paths, or takes more than {most_work} steps on all of them"
    );
    Diagnostic::at(Code::LimitReached, program.end(), message).into()
}

/// The identity of a step: its place, its question, its answer.
fn step_key(asked: &Asked, answer: bool) -> (usize, usize, usize, bool, Test) {
    let (range, source) = (asked.span.range(), asked.span.source());
    let file = Arc::as_ptr(source).addr();
    (file, range.start, range.end, answer, asked.test.clone())
}

/// Whether a question is written in a script; those of a `switch` are behind that word.
fn is_written(span: &Span) -> bool {
    let range = span.range();
    let before = span.source().text()[..range.start].trim_end();
    !range.is_empty() || before.ends_with("switch")
}

/// Notes the answers of one run. Questions whether a calculation can be done, and which value a
/// lookup uses, are not written in a script and are left out.
fn note_answers(steps: &[(Asked, bool)], answers: &mut Answers) {
    for (asked, answer) in steps
        .iter()
        .filter(|(asked, _)| !matches!(asked.test, Test::Succeeds(_)) && is_written(&asked.span))
    {
        let (span, range) = (&asked.span, asked.span.range());
        let key = (span.source().name().to_owned(), range.start, range.end);
        answers
            .entry(key)
            .or_insert_with(|| {
                let free = Region::new(Limits::default());
                let decided = asked.test.decide(&|fact| free.hull(fact)).is_some();
                (span.clone(), asked.test.to_string(), [false; 2], decided)
            })
            .2[usize::from(*answer)] = true;
    }
}

/// One run: adds its path, or the reason why there is none.
fn one(program: &Arc<Program>, run: Run, found: &mut Exploration) -> Run {
    let engine = if run.states.is_some() {
        &WATCHED
    } else {
        &ENGINE
    };
    let ((result, fact, numbers), mut run) = during(run, || {
        let mut scope = scope(program.roots != Roots::Derived);
        let fact = if program.roots == Roots::Derived {
            derived_outcome::expected(program)
        } else {
            None
        };
        let result = engine.eval_ast_with_scope::<Dynamic>(&mut scope, &program.ast);
        (result, fact, numbers_in(&scope))
    });
    let outcome = match result {
        Ok(value) => match &fact {
            Some(fact) => {
                let worked = worked_out(program, fact, &value);
                if worked.is_err() {
                    // The text lacks the facts that it is made from.
                    for mark in std::mem::take(&mut run.marks) {
                        run.note_missing(&mark);
                    }
                }
                worked
            }
            None => Ok(concluded(program, &run, &value)),
        },
        Err(error) => match ended(program, &error) {
            RunStop::Fault(diagnostic) => Ok(faulty(diagnostic)),
            RunStop::Opaque(diagnostic) => Err(diagnostic),
            RunStop::Needs(index) => {
                found.needs = Some(index);
                return run;
            }
            RunStop::Joined(Joined::Nowhere) => return run,
            RunStop::Joined(Joined::To(path, depth)) => {
                found.paths.push(Path {
                    answers: run.path.clone(),
                    assumed: assumed(&run),
                    outcome: found.paths[path].outcome.clone(),
                    proven: found.paths[path].proven,
                    joins: Some((path, depth)),
                    numbers: Vec::new(),
                });
                return run;
            }
            RunStop::TooDeep => Err(Diagnostic::at(
                Code::LimitReached,
                program.end(),
                "the script asks too many questions on one path",
            )
            .into()),
        },
    };
    let outcome = if run.picks && !run.marks.is_empty() {
        Err(picked_apart(program))
    } else {
        outcome
    };
    match outcome {
        // Answers about several facts can contradict each other.
        Ok(outcome) => {
            let may = run.look();
            if may != May::No {
                found.paths.push(Path {
                    answers: run.path.clone(),
                    assumed: assumed(&run),
                    outcome,
                    proven: may == May::Yes,
                    joins: None,
                    numbers,
                });
            }
        }
        Err(why) => found.incomplete = Some(why),
    }
    run
}

/// The numbers that variables hold.
fn numbers_in(scope: &Scope<'_>) -> Vec<(Arc<str>, Value)> {
    let number = |value: &Dynamic| match from_dynamic(value)?.known()? {
        value @ (Value::Integer(_) | Value::Number(_)) => Some(value),
        _ => None,
    };
    scope
        .iter_raw()
        .filter(|(_, constant, _)| !constant)
        .filter_map(|(name, _, value)| Some((name.into(), number(value)?)))
        .collect()
}

/// The values that the script assumed for facts that the record does not state.
fn assumed(run: &Run) -> Vec<(FactRef, Arc<Expression>)> {
    let assumed = run
        .steps
        .iter()
        .filter_map(|(asked, answer)| match (&asked.test, answer) {
            (Test::Known(fact, Some(value)), false) => Some((fact.clone(), value.clone())),
            _ => None,
        });
    assumed.collect()
}

fn concluded(program: &Program, run: &Run, value: &Dynamic) -> Outcome {
    match ending(value) {
        Ok((verdict, reason)) => {
            let reason = reason
                .map(|text| message(&text, &run.marks))
                .filter(|message| !message.0.is_empty());
            Outcome {
                verdict,
                reason,
                fault: None,
                value: None,
                total: None,
            }
        }
        Err(why) => {
            let open = value
                .is_unit()
                .then(|| program.last_if_without_else(&ENDINGS))
                .flatten();
            let help = match &open {
                Some(_) => {
                    "where none of its branches is taken, the script ends so: write `else { \
                            not_met(\"why\") }` behind the last branch of this `if`"
                }
                None => outcome_in_place_of(program, value),
            };
            let place = open.unwrap_or_else(|| program.end());
            faulty(
                Diagnostic::at(Code::BadOutcome, place, why)
                    .help(help.to_owned())
                    .into(),
            )
        }
    }
}

/// Advice if a script ends in something other than an outcome.
fn outcome_in_place_of(program: &Program, value: &Dynamic) -> &'static str {
    if value.is_unit() && program.ends_with_cases() {
        return "where no case fits, it ends so: write `_ => not_met(\"why\")` as the last case";
    }
    if value.is_unit() && program.source().text().trim_end().ends_with('}') {
        return "write the outcome on a line below: `met(\"why\")`, `not_met(\"why\")` or a test";
    }
    let text = value.clone().into_string().unwrap_or_default();
    match text.to_lowercase().replace(['_', '-'], " ").trim() {
        "met" | "yes" | "true" | "eligible" | "pass" | "ok" => {
            "write `met(\"why\")`, without quotation marks around it"
        }
        "not met" | "no" | "false" | "ineligible" | "fail" | "unmet" => {
            "write `not_met(\"why\")`, without quotation marks around it"
        }
        _ if value.as_int() == Ok(1) => "write `true` in place of 1, or `met(\"why\")`",
        _ if value.as_int() == Ok(0) => "write `false` in place of 0, or `not_met(\"why\")`",
        _ => {
            "end with true, false, `met(\"why\")`, `not_met(\"why\")` or `not_applicable(\"why\")`"
        }
    }
}

/// The outcome of the script of a derived fact.
fn worked_out(
    program: &Program,
    fact: &FactSchema,
    value: &Dynamic,
) -> Result<Outcome, Arc<Diagnostic>> {
    match derived_outcome::ended(program, value, fact) {
        derived_outcome::DerivedEnd::Value(value) => Ok(Outcome {
            verdict: Verdict::Met,
            reason: None,
            fault: None,
            value: Some(value),
            total: None,
        }),
        derived_outcome::DerivedEnd::Opaque => Err(derived_outcome::opaque_text(program)),
        derived_outcome::DerivedEnd::Wrong(why, help) => Ok(faulty(
            Diagnostic::at(Code::BadOutcome, program.end(), why)
                .help(help)
                .into(),
        )),
    }
}

fn faulty(diagnostic: Arc<Diagnostic>) -> Outcome {
    Outcome {
        verdict: Verdict::Fault,
        reason: None,
        fault: Some(diagnostic),
        value: None,
        total: None,
    }
}

fn picked_apart(program: &Program) -> Arc<Diagnostic> {
    let message = "something is picked by `[...]` out of what may be a text, and unknown facts are put \
                   into texts: a tree cannot hold both";
    Diagnostic::at(Code::ScriptFailed, program.end(), message).into()
}
