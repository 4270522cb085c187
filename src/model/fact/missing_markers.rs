//! The words for missing facts in records, as a rulebook names them: `N/A`, `-`, `-999`.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::fact::{FactType, plain_number};

/// Words that mean a missing fact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing(Arc<Markers>);

#[derive(Debug, Default, PartialEq, Eq)]
struct Markers {
    /// As they are written.
    words: Vec<Arc<str>>,
    known: BTreeSet<Arc<str>>,
    /// The words that are numbers, by their bits.
    numbers: BTreeSet<u64>,
}

impl Missing {
    /// Markers with these words.
    pub(crate) fn new(words: impl IntoIterator<Item = Arc<str>>) -> Self {
        let words: Vec<Arc<str>> = words.into_iter().collect();
        let numbers = words.iter().filter_map(|word| plain_number(word));
        Self(Arc::new(Markers {
            numbers: numbers.map(bits).collect(),
            known: words.iter().cloned().collect(),
            words,
        }))
    }

    /// The words.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.0.words.iter().map(|word| &**word)
    }

    /// Whether there are no such words.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.words.is_empty()
    }

    /// Whether a text means a missing fact of a type; a number in any notation.
    pub(crate) fn has(&self, ty: &FactType, text: &str) -> bool {
        if self.is_empty() {
            return false;
        }
        let numeric = matches!(ty, FactType::Integer | FactType::Number);
        let number = || plain_number(text).is_some_and(|number| self.has_number(number));
        self.0.known.contains(text) || (numeric && number())
    }

    /// Whether a number means a missing fact.
    pub(crate) fn has_number(&self, number: f64) -> bool {
        self.0.numbers.contains(&bits(number))
    }
}

/// 0.0 and -0.0 have the same bits.
fn bits(number: f64) -> u64 {
    (number + 0.0).to_bits()
}
