//! Results of a script that no tree can hold, by the facts that it read.
//!
//! A script does the same if it reads the same values. So one run is enough for records that agree
//! in those facts, as long as there is room and no missing fact lies behind a reference.

use std::collections::{BTreeMap, BTreeSet};

use crate::assess::examine_condition::{come_to, come_to_by_reading};
use crate::assess::explored_scripts::ConditionUsed;
use crate::assess::overall_determination::verdicts;
use crate::assess::prepared_rulebook::Basis;
use crate::assess::result_types::Status;
use crate::model::fact::Value;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::{FactReading, FactRef, FactTable};

/// The results of a script, by the facts it read.
pub(super) struct ScriptMemo<T> {
    known: Vec<(Vec<FactRef>, KnownByFacts<T>)>,
}

/// By the values of the facts.
type KnownByFacts<T> = BTreeMap<Vec<Option<Value>>, T>;

/// A status, and the verdicts that are possible, as bits.
type Came = (Status, u8);

impl<T> Default for ScriptMemo<T> {
    fn default() -> Self {
        Self { known: Vec::new() }
    }
}

/// The most sets of facts kept, and the most records looked up among them.
const MOST_SETS: usize = 16;
const MOST_VALUES: usize = 4_096;

impl ScriptMemo<Came> {
    /// The status of a record's finding, and its possible verdicts as bits.
    pub(super) fn status(
        &mut self,
        used: &ConditionUsed,
        basis: &Basis,
        this: RecordIndex,
    ) -> Came {
        self.came(&basis.facts, this, || {
            match come_to_by_reading(used, basis, this) {
                Some((examined, reads)) => {
                    ((examined.finding.status, verdicts(&examined)), Some(reads))
                }
                None => {
                    let examined = come_to(used, basis, this);
                    ((examined.finding.status, verdicts(&examined)), None)
                }
            }
        })
    }
}

impl<T: Clone> ScriptMemo<T> {
    /// The result of a script for a record; `run` runs it, and returns the facts it read.
    pub(super) fn came(
        &mut self,
        facts: &FactTable,
        this: RecordIndex,
        run: impl FnOnce() -> (T, Option<BTreeSet<FactRef>>),
    ) -> T {
        for (reads, known) in &self.known {
            if let Some(came) = values(reads, facts, this).and_then(|values| known.get(&values)) {
                return came.clone();
            }
        }
        let (came, reads) = run();
        let Some(reads) = reads else { return came };
        let reads: Vec<FactRef> = reads.into_iter().collect();
        if let Some(values) = values(&reads, facts, this) {
            let place = self.known.iter().position(|(known, _)| *known == reads);
            match place {
                Some(place) if self.known[place].1.len() < MOST_VALUES => {
                    self.known[place].1.insert(values, came.clone());
                }
                None if self.known.len() < MOST_SETS => {
                    self.known
                        .push((reads, BTreeMap::from([(values, came.clone())])));
                }
                _ => {}
            }
        }
        came
    }
}

/// The values of facts; `None` if a missing one is behind a reference, as its name matters then.
fn values(reads: &[FactRef], facts: &FactTable, this: RecordIndex) -> Option<Vec<Option<Value>>> {
    let value = |fact: &FactRef| match facts.read(this, fact) {
        FactReading::Known(value) => Some(Some(value)),
        FactReading::Missing(_) => (fact.steps().len() == 1).then_some(None),
    };
    reads.iter().map(value).collect()
}
