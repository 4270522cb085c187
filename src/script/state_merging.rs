//! Where paths of a script meet again: states that were reached before.
//!
//! A point system of thirty questions has a thousand million paths and a few hundred states: after
//! each question only the points count. So a script with many paths is watched before each
//! statement (`end_run_at_known_state`). The values of its variables there, and those of the
//! answers so far that matter to what follows, are a *state*; a run that reaches a state which was
//! followed to its end stops there, and continues in the tree like the run that came first.
//!
//! INVARIANT: what follows from a state depends on nothing else. Within an expression, or a
//! function that is called in one, there are intermediate values that no variable holds; but they
//! follow from the last statement's state and what happened since (`events`: answers, values of
//! calls and of derived facts). So a state in a function consists of its variables, and how it was
//! entered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rhai::{Dynamic, ImmutableString, Position, Scope, Stmt};

use crate::model::fact::{FactPath, Value};
use crate::script::merge_points::Places;
use crate::script::symbolic_values::{FactView, Params, Symbol};
use crate::tree::{Expression, FactRef, Owner, Region};

/// The most states of one place, with the same variables, that are kept apart by answers.
const MOST_ALIKE: usize = 64;

/// The value of a variable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum HeldValue {
    Unit,
    Boolean(bool),
    Whole(i64),
    Sign(char),
    Text(ImmutableString),
    /// The value of a calculation without facts.
    Value(Value),
    Symbol(Arc<Expression>),
    View(Owner, FactPath, bool),
    Params,
    List(Vec<HeldValue>),
    Map(Vec<(String, HeldValue)>),
    Derived(FactRef, Arc<Expression>),
}

/// The identity of a state, except for the answers given so far.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum StateKey {
    /// A value of a call or of a derived fact.
    Value(HeldValue),
    /// A function called: after which state, what happened since, and as which call since then.
    Entered(usize, Vec<usize>, usize),
    /// Before a statement.
    Statement {
        entered: usize,
        file: String,
        position: Position,
        variables: Vec<(ImmutableString, HeldValue)>,
        /// By `for` loop around it: its values, and the turn.
        loops: Vec<(LoopTurns, usize)>,
        /// The value on which a method is called.
        this: Option<HeldValue>,
    },
    /// At a node of a derived fact's tree, read after a state and what happened since.
    Node(usize, Vec<usize>, FactRef, usize),
}

/// The values of a `for` loop: the variables they are made from, and the events meanwhile.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct LoopTurns {
    variables: Vec<HeldValue>,
    events: Vec<usize>,
}

/// A function that is running; the first is the script itself.
struct Frame {
    /// The depth of the call.
    depth: usize,
    entered: usize,
    /// The number of events at its start.
    began: usize,
    /// The last state, and how many events there were then.
    last: usize,
    since: usize,
    /// The number of functions it called since.
    calls: usize,
    loops: BTreeMap<Position, Looping>,
}

struct Looping {
    through: LoopTurns,
    /// The number of events before it.
    since: usize,
    turns: usize,
}

/// What is known in a run when it reaches a state.
#[derive(Clone)]
pub(super) struct Situation {
    pub(super) region: Arc<Region>,
    pub(super) stated: BTreeMap<FactRef, bool>,
    pub(super) worked: BTreeMap<FactRef, Arc<Expression>>,
    pub(super) marks: Vec<Arc<Expression>>,
    /// Whether something was picked out of a value that may be a text.
    pub(super) picks: bool,
}

/// A state that is being followed.
struct OpenState {
    key: usize,
    /// The number of choices made before it, and of questions asked.
    depth: usize,
    steps: usize,
    /// The first path that leads through it.
    path: usize,
    before: Situation,
    /// The facts that matter from here on.
    uses: BTreeSet<FactRef>,
}

/// A state whose continuation is known.
struct Closed {
    /// Its first path, and the number of that path's answers that lead here; `None` if no record
    /// reaches it.
    at: Option<(usize, usize)>,
    before: Situation,
    uses: BTreeSet<FactRef>,
}

/// How a run continues like an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joined {
    /// Like this path after this many answers.
    To(usize, usize),
    /// No record comes here.
    Nowhere,
}

/// The states of a script.
#[derive(Default)]
pub(super) struct States {
    places: BTreeMap<String, Arc<Places>>,
    keys: BTreeMap<StateKey, usize>,
    closed: BTreeMap<usize, Vec<Closed>>,
    open: Vec<OpenState>,
    /// The number of the next path.
    pub(super) path: usize,
    frames: Vec<Frame>,
    events: Vec<usize>,
}

impl States {
    pub(super) fn new(places: BTreeMap<String, Arc<Places>>) -> Self {
        Self {
            places,
            ..Self::default()
        }
    }

    /// Begins another run.
    pub(super) fn begin(&mut self, path: usize) {
        self.path = path;
        self.events.clear();
        self.frames.clear();
        self.enter(0);
    }

    /// Notes the answer to a question.
    pub(super) fn answered(&mut self, answer: bool) {
        // A function of the script begins, at this depth of calls, built-in ones included.
        self.events.push(usize::from(answer));
    }

    /// A function of the script begins, at this depth of calls, built-in ones included.
    pub(super) fn enter(&mut self, calls: usize) {
        if self.frames.last().is_some_and(|frame| frame.depth >= calls) {
            // A statement that is empty.
            return;
        }
        let key = match self.frames.last_mut() {
            Some(frame) => {
                frame.calls += 1;
                let since = self.events.get(frame.since..).unwrap_or_default();
                StateKey::Entered(frame.last, since.to_vec(), frame.calls)
            }
            None => StateKey::Entered(0, Vec::new(), 0),
        };
        let entered = self.number(key);
        let began = self.events.len();
        self.frames.push(Frame {
            depth: calls,
            entered,
            began,
            last: entered,
            since: began,
            calls: 0,
            loops: BTreeMap::new(),
        });
    }

    /// A function ends. If nothing but its value remains of it, the value replaces all events in
    /// it. A built-in function, which is deeper, is ignored.
    pub(super) fn leave(
        &mut self,
        calls: usize,
        value: Option<&Dynamic>,
        scope: &Scope<'_>,
        on_this: bool,
    ) {
        let Some(frame) = self.frames.pop_if(|frame| frame.depth == calls) else {
            return;
        };
        let shared = on_this || scope.iter_raw().any(|(_, _, value)| value.is_shared());
        if let Some(held) = value.filter(|_| !shared).and_then(held) {
            self.events.truncate(frame.began);
            self.came(held);
        }
    }

    /// The number of events.
    pub(super) fn happened(&self) -> usize {
        self.events.len()
    }

    /// A derived fact was read: its value replaces all events since.
    pub(super) fn read(&mut self, since: usize, fact: &FactRef, value: &Arc<Expression>) {
        self.events.truncate(since);
        self.came(HeldValue::Derived(fact.clone(), Arc::clone(value)));
    }

    fn came(&mut self, held: HeldValue) {
        let key = self.number(StateKey::Value(held));
        self.events.push(key + 2);
    }

    fn number(&mut self, key: StateKey) -> usize {
        let next = self.keys.len();
        *self.keys.entry(key).or_insert(next)
    }

    /// Before a statement: the number of the state's key; `None` if no states are kept there.
    pub(super) fn statement(
        &mut self,
        file: &str,
        statement: &Stmt,
        scope: &Scope<'_>,
        this: Option<&Dynamic>,
    ) -> Option<usize> {
        let place = self.places.get(file)?.at(statement)?;
        let frame = self.frames.last_mut()?;
        let now = self.events.len();
        if let Some(names) = &place.goes_through {
            let variables: Option<Vec<HeldValue>> = names
                .iter()
                .map(|name| scope.get(name).map_or(Some(HeldValue::Unit), held))
                .collect();
            frame.loops.remove(&statement.position());
            if let Some(variables) = variables {
                let through = LoopTurns {
                    variables,
                    events: Vec::new(),
                };
                let looping = Looping {
                    through,
                    since: now,
                    turns: 0,
                };
                frame.loops.insert(statement.position(), looping);
            }
        }
        if let Some(looping) = place
            .turn_of
            .and_then(|position| frame.loops.get_mut(&position))
        {
            if looping.turns == 0 {
                looping.through.events = self
                    .events
                    .get(looping.since..)
                    .unwrap_or_default()
                    .to_vec();
            }
            looping.turns += 1;
        }
        let loops = place.loops.as_ref()?.iter().map(|position| {
            let looping = frame.loops.get(position)?;
            Some((looping.through.clone(), looping.turns))
        });
        let loops: Option<Vec<_>> = loops.collect();
        let this = match this {
            Some(this) => Some(held(this)?),
            None => None,
        };
        let key = StateKey::Statement {
            entered: frame.entered,
            file: file.to_owned(),
            position: statement.position(),
            variables: variables(scope)?,
            loops: loops?,
            this,
        };
        let number = self.number(key);
        let frame = self.frames.last_mut()?;
        (frame.last, frame.since, frame.calls) = (number, now, 0);
        Some(number)
    }

    /// At a node of the tree of a derived fact that is read; `since`: the number of events before.
    pub(super) fn node(&mut self, since: usize, fact: &FactRef, node: usize) -> Option<usize> {
        let frame = self.frames.last()?;
        let before = self.events.get(frame.since..since)?.to_vec();
        let key = StateKey::Node(frame.last, before, fact.clone(), node);
        Some(self.number(key))
    }

    /// Reaches a state: if its continuation is known, returns where that is.
    pub(super) fn arrive(
        &mut self,
        key: usize,
        (depth, steps): (usize, usize),
        now: Situation,
    ) -> Option<Joined> {
        let before = self.closed.get(&key).map_or(&[][..], Vec::as_slice);
        if let Some(known) = before.iter().find(|known| known.is_as(&now)) {
            let uses = known.uses.clone();
            let at = known.at;
            if let Some(open) = self.open.last_mut() {
                open.uses.extend(uses);
            }
            return Some(at.map_or(Joined::Nowhere, |(path, depth)| Joined::To(path, depth)));
        }
        if before.len() >= MOST_ALIKE {
            return None;
        }
        // Between the two nothing was asked: the later one is as good.
        if self.open.last().is_some_and(|open| open.steps == steps) {
            self.open.pop();
        }
        self.open.push(OpenState {
            key,
            depth,
            steps,
            path: self.path,
            before: now,
            uses: BTreeSet::new(),
        });
        None
    }

    /// Notes facts that matter from here on.
    pub(super) fn used<'a>(&mut self, facts: impl IntoIterator<Item = &'a FactRef>) {
        if let Some(open) = self.open.last_mut() {
            open.uses.extend(facts.into_iter().cloned());
        }
    }

    /// The choice of this number is made otherwise next: what lies behind it is known. So many
    /// paths were found.
    pub(super) fn turn_back(&mut self, choice: usize, paths: usize) {
        while let Some(open) = self.open.pop_if(|open| open.depth > choice) {
            if let Some(outer) = self.open.last_mut() {
                outer.uses.extend(open.uses.iter().cloned());
            }
            let closed = Closed {
                at: (paths > open.path).then_some((open.path, open.depth)),
                before: open.before.about(&open.uses),
                uses: open.uses,
            };
            self.closed.entry(open.key).or_default().push(closed);
        }
    }
}

impl Closed {
    /// Whether all that follows is the same.
    fn is_as(&self, now: &Situation) -> bool {
        let about = now.about(&self.uses);
        about.stated == self.before.stated
            && about.worked == self.before.worked
            && about.marks == self.before.marks
            && about.picks == self.before.picks
            && about.region.says_as(&self.before.region)
    }
}

impl Situation {
    /// The part that matters to some facts.
    fn about(&self, facts: &BTreeSet<FactRef>) -> Self {
        let stated = self.stated.iter().filter(|(fact, _)| facts.contains(fact));
        let worked = self.worked.iter().filter(|(fact, _)| facts.contains(fact));
        Self {
            region: self.region.about(facts).into(),
            stated: stated.map(|(fact, is)| (fact.clone(), *is)).collect(),
            worked: worked
                .map(|(fact, value)| (fact.clone(), value.clone()))
                .collect(),
            marks: self.marks.clone(),
            picks: self.picks,
        }
    }
}

/// The values of all variables; `None` if one of them cannot be compared.
fn variables(scope: &Scope<'_>) -> Option<Vec<(ImmutableString, HeldValue)>> {
    scope
        .iter_raw()
        .map(|(name, _, value)| Some((name.into(), held(value)?)))
        .collect()
}

fn held(value: &Dynamic) -> Option<HeldValue> {
    if value.is_shared() {
        return None;
    }
    if let Some(symbol) = value.read_lock::<Symbol>() {
        return Some(of_expression(&symbol.0));
    }
    if let Some(view) = value.read_lock::<FactView>() {
        let (owner, path, is_reference) = view.identity();
        return Some(HeldValue::View(owner.clone(), path.clone(), is_reference));
    }
    if value.is::<Params>() {
        return Some(HeldValue::Params);
    }
    if let Ok(list) = value.as_array_ref() {
        return list
            .iter()
            .map(held)
            .collect::<Option<_>>()
            .map(HeldValue::List);
    }
    if let Ok(map) = value.as_map_ref() {
        let parts = map
            .iter()
            .map(|(name, value)| Some((name.to_string(), held(value)?)));
        return parts.collect::<Option<_>>().map(HeldValue::Map);
    }
    Some(if value.is_unit() {
        HeldValue::Unit
    } else if let Ok(value) = value.as_bool() {
        HeldValue::Boolean(value)
    } else if let Ok(value) = value.as_int() {
        HeldValue::Whole(value)
    } else if let Ok(value) = value.as_char() {
        HeldValue::Sign(value)
    } else {
        HeldValue::Text(value.read_lock::<ImmutableString>()?.clone())
    })
}

/// A calculation without facts is replaced by its value.
fn of_expression(expression: &Arc<Expression>) -> HeldValue {
    let known = expression.known().map(HeldValue::Value);
    known.unwrap_or_else(|| HeldValue::Symbol(Arc::clone(expression)))
}
