//! What a script that no tree can hold came to, by the facts that it read.
//!
//! A script does the same wherever it reads the same, so of records that agree in those facts one is
//! enough.

use std::collections::BTreeMap;

use crate::assess::determination::verdicts;
use crate::assess::finding::{examine, examine_reading};
use crate::assessment::{Basis, ConditionUsed, Status};
use crate::fact::Value;
use crate::tree::{FactRef, Reading};

/// What a script came to, by what it read.
#[derive(Default)]
pub(super) struct Memo {
    known: Vec<(Vec<FactRef>, Known)>,
}

/// By the values of facts.
type Known = BTreeMap<Vec<Option<Value>>, Came>;

/// A status, and the verdicts that are possible, as bits.
type Came = (Status, u8);

/// The most sets of facts kept, and the most records looked up among them.
const MOST_SETS: usize = 16;
const MOST_VALUES: usize = 4_096;

impl Memo {
    /// The status of a record's finding, and the verdicts it can still come to, as bits.
    pub(super) fn status(&mut self, used: &ConditionUsed, basis: &Basis, this: usize) -> Came {
        for (reads, known) in &self.known {
            if let Some(status) = values(reads, basis, this).and_then(|values| known.get(&values)) {
                return *status;
            }
        }
        let Some((examined, reads)) = examine_reading(used, basis, this) else {
            let examined = examine(used, basis, this);
            return (examined.finding.status, verdicts(&examined));
        };
        let status = (examined.finding.status, verdicts(&examined));
        let reads: Vec<FactRef> = reads.into_iter().collect();
        if let Some(values) = values(&reads, basis, this) {
            let place = self.known.iter().position(|(known, _)| *known == reads);
            match place {
                Some(place) if self.known[place].1.len() < MOST_VALUES => {
                    self.known[place].1.insert(values, status);
                }
                None if self.known.len() < MOST_SETS => self.known.push((reads, BTreeMap::from([(values, status)]))),
                _ => {}
            }
        }
        status
    }
}

/// The values of facts. None where what is missing lies behind a reference: its name matters then.
fn values(reads: &[FactRef], basis: &Basis, this: usize) -> Option<Vec<Option<Value>>> {
    let value = |fact: &FactRef| match basis.facts.read(this, fact) {
        Reading::Known(value) => Some(Some(value)),
        Reading::Missing(_) => (fact.steps.len() == 1).then_some(None),
    };
    reads.iter().map(value).collect()
}
