//! Recent explorations of single records by scripts that no tree can hold. A finding is needed
//! several times: to count it, to combine it with others, to explain it, and by questions and
//! remedies.
//!
//! INVARIANT: a cached result is the one that exploring the script again would find, and it costs
//! the same units of work. So no result depends on what was asked before.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use crate::base::work_budget::{pay_anew, spend, spent};
use crate::model::typed_indexes::RecordIndex;
use crate::script::{Bindings, Exploration, Program, explore};
use crate::tree::{Asked, FactRef, FactTable, Leaves, Limit, MessageTemplate, Possible};

/// About how many bytes are kept in all, and what an answer or a question takes, and a path.
const MOST_BYTES: usize = 64 << 20;
const ANSWER: usize = 64;
const PATH: usize = 512;

/// The result of a script for a record, on every path that its missing facts allow.
#[derive(Debug)]
pub(crate) struct ScriptRun {
    pub(super) leaves: Arc<Leaves>,
    /// Every question of any path, once each, in the order they were first asked.
    pub(super) steps: Vec<(Asked, bool)>,
    /// Missing facts that were read.
    pub(super) missing: Vec<FactRef>,
    /// The facts that were looked up.
    pub(super) reads: BTreeSet<FactRef>,
}

/// Explorations of scripts over single records; the oldest is dropped first.
#[derive(Debug, Default)]
pub(crate) struct ScriptRuns(Mutex<KeptRuns>);

#[derive(Debug, Default)]
struct KeptRuns {
    by_key: HashMap<RunKey, KeptRun>,
    order: VecDeque<RunKey>,
    bytes: usize,
}

/// The addresses of a script, of its bindings and of the facts, and a record.
type RunKey = ([usize; 3], RecordIndex);

/// One exploration.
#[derive(Debug)]
struct KeptRun {
    found: Arc<ScriptRun>,
    units: u64,
    bytes: usize,
    /// Kept so that nothing else takes their places.
    _rests_on: (Arc<Program>, Arc<Bindings>, Arc<FactTable>),
}

impl ScriptRuns {
    /// Explores a script over a record, or returns the cached result.
    pub(super) fn explored(
        &self,
        program: &Arc<Program>,
        bindings: &Arc<Bindings>,
        facts: &Arc<FactTable>,
        record: RecordIndex,
    ) -> Arc<ScriptRun> {
        let addresses = [
            Arc::as_ptr(program).addr(),
            Arc::as_ptr(bindings).addr(),
            Arc::as_ptr(facts).addr(),
        ];
        let key = (addresses, record);
        // Its cost does not depend on what was paid elsewhere.
        pay_anew();
        if let Some((found, units)) = self.kept(&key) {
            spend(units);
            return found;
        }
        let before = spent();
        let found = Arc::new(ScriptRun::of(explore(
            program,
            bindings,
            Some((facts, record)),
        )));
        pay_anew();
        let one = KeptRun {
            units: spent().wrapping_sub(before),
            bytes: found.bytes(),
            found: Arc::clone(&found),
            _rests_on: (Arc::clone(program), Arc::clone(bindings), Arc::clone(facts)),
        };
        self.keep(key, one);
        found
    }

    fn kept(&self, key: &RunKey) -> Option<(Arc<ScriptRun>, u64)> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let one = kept.by_key.get(key)?;
        Some((Arc::clone(&one.found), one.units))
    }

    fn keep(&self, key: RunKey, one: KeptRun) {
        // Old runs are dropped after the lock is released.
        let mut gone = Vec::new();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if one.bytes > MOST_BYTES || kept.by_key.contains_key(&key) {
            return;
        }
        kept.bytes += one.bytes;
        kept.by_key.insert(key, one);
        kept.order.push_back(key);
        while kept.bytes > MOST_BYTES {
            let Some(oldest) = kept.order.pop_front() else {
                break;
            };
            let oldest = kept.by_key.remove(&oldest);
            kept.bytes -= oldest.as_ref().map_or(0, |oldest| oldest.bytes);
            gone.extend(oldest);
        }
        drop(kept);
        drop(gone);
    }
}

impl ScriptRun {
    fn of(found: Exploration) -> Self {
        let list = found.paths.into_iter().map(|path| Possible {
            outcome: path.outcome.into(),
            answers: path
                .answers
                .into_iter()
                .map(|(asked, answer)| (asked.test.into(), answer))
                .collect(),
            assumed: path.assumed,
            proven: path.proven,
            joins: None,
        });
        let leaves = Leaves {
            list: list.collect(),
            cut_short: found.incomplete.map(|_| Limit::Paths),
        };
        Self {
            leaves: leaves.into(),
            steps: found.steps,
            missing: found.missing.into_iter().collect(),
            reads: found.reads,
        }
    }

    /// About how many bytes it takes.
    fn bytes(&self) -> usize {
        let paths = self.leaves.list.iter().map(|path| {
            let reason = path.outcome.reason.as_ref();
            PATH + path.answers.len() * ANSWER + reason.map_or(0, MessageTemplate::bytes)
        });
        PATH + self.steps.len() * ANSWER + paths.sum::<usize>()
    }
}
