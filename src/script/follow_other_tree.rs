//! Follows the tree of another script, whose result a script reads.

use std::sync::Arc;

use crate::script::state_of_one_run::{Hosted, RunStop, raise, with};
use crate::tree::{FactRef, Next, Outcome, Tree};

/// Asks the tests of a derived fact's or condition's tree, down to its outcome; `since`: the number
/// of events before.
pub(super) fn follow(tree: &Tree, fact: &FactRef, since: usize) -> Hosted<Arc<Outcome>> {
    let own = fact.steps().len() == 1;
    let place = |inner: &FactRef| inner.seen_through(fact);
    let mut node = tree.start();
    loop {
        with(|run| run.at_node(since, fact, node))?;
        match tree.at(node) {
            Next::Outcome(outcome) => match &outcome.fault {
                None => return Ok(Arc::clone(outcome)),
                Some(fault) => return Err(raise(RunStop::Fault(Arc::clone(fault)))),
            },
            Next::Test(asked, yes, no) => {
                let test = if own {
                    asked.test.clone()
                } else {
                    asked.test.seen_from(&place)
                };
                let answer = with(|run| run.ask(test, asked.span.clone()))?;
                node = if answer { yes } else { no };
            }
        }
    }
}
