//! A watched run: it reports its states, and ends where everything that follows is known.

use std::sync::Arc;

use rhai::{Dynamic, Scope, Stmt};

use crate::script::state_merging::{Joined, Situation};
use crate::script::state_of_one_run::{Hosted, Run, RunStop, raise, with};
use crate::tree::{Expression, FactRef, May, Test};

/// Before a statement.
pub(super) fn before_statement(
    file: &str,
    statement: &Stmt,
    scope: &Scope<'_>,
    this: Option<&Dynamic>,
) -> Hosted<()> {
    with(|run| {
        let states = run.states.as_mut();
        let key = states.and_then(|states| states.statement(file, statement, scope, this));
        run.arrive(key)
    })
}

/// A function of the script begins, at this depth of calls.
pub(super) fn enter_function(calls: usize) {
    with(|run| {
        if let Some(states) = &mut run.states {
            states.enter(calls);
        }
    });
}

/// A function ends, of the script or of the language.
pub(super) fn leave_function(
    calls: usize,
    value: Option<&Dynamic>,
    scope: &Scope<'_>,
    on_this: bool,
) {
    with(|run| {
        if let Some(states) = &mut run.states {
            states.leave(calls, value, scope, on_this);
        }
    });
}

impl Run {
    /// Whether this run asks what the one before did not.
    fn is_fresh(&self) -> bool {
        self.cursor == self.answers.len()
    }

    /// Notes that the facts of a question matter.
    pub(super) fn use_facts(&mut self, test: &Test) {
        let fresh = self.is_fresh();
        let Some(states) = self.states.as_mut().filter(|_| fresh) else {
            return;
        };
        if let Test::Known(fact, _) = test {
            states.used([fact]);
        }
        states.used(test.facts());
    }

    /// Comes to a state: the run ends where what follows is known.
    fn arrive(&mut self, key: Option<usize>) -> Hosted<()> {
        let Some(key) = key.filter(|_| self.is_fresh()) else {
            return Ok(());
        };
        // That the answers contradict each other is found out at the end of a path. Where they do,
        // nothing follows for others.
        match self.look() {
            May::No => return Err(raise(RunStop::Joined(Joined::Nowhere))),
            May::Perhaps => return Ok(()),
            May::Yes => {}
        }
        let place = (self.cursor, self.steps.len());
        let now = Situation {
            region: Arc::clone(&self.region),
            stated: self.stated.clone(),
            worked: self.worked.clone(),
            marks: self.marks.clone(),
            picks: self.picks,
        };
        let joined = self
            .states
            .as_mut()
            .and_then(|states| states.arrive(key, place, now));
        joined.map_or(Ok(()), |joined| Err(raise(RunStop::Joined(joined))))
    }

    /// Whether some record takes this path as far as it goes.
    pub(super) fn look(&mut self) -> May {
        if let Some((region, may)) = &self.looked
            && Arc::ptr_eq(region, &self.region)
        {
            return *may;
        }
        let may = self.patience.look(&self.region);
        self.looked = Some((Arc::clone(&self.region), may));
        may
    }

    /// Reaches a node of the tree of a derived fact that is read; `since` is an earlier result of
    /// [`Self::happened`].
    pub(super) fn at_node(&mut self, since: usize, fact: &FactRef, node: usize) -> Hosted<()> {
        let key = self
            .states
            .as_mut()
            .and_then(|states| states.node(since, fact, node));
        self.arrive(key)
    }

    /// The number of events so far.
    pub(super) fn happened(&self) -> usize {
        self.states.as_ref().map_or(0, |states| states.happened())
    }

    /// Notes that a derived fact is read.
    pub(super) fn reads_derived(&mut self, fact: &FactRef) {
        let fresh = self.is_fresh();
        if let Some(states) = self.states.as_mut().filter(|_| fresh) {
            states.used([fact]);
        }
    }

    /// Notes the value of a derived fact.
    pub(super) fn came_to(&mut self, since: usize, fact: &FactRef, value: &Arc<Expression>) {
        if let Some(states) = &mut self.states {
            states.read(since, fact, value);
        }
        self.worked.insert(fact.clone(), Arc::clone(value));
    }
}
