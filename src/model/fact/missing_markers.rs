//! The words by which records say that a fact is not known, where a rulebook names some: `N/A`, `-`,
//! `-999`.

use std::sync::Arc;

use crate::model::fact::{FactType, plain_number};

/// Words that stand for a missing fact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing(Arc<[Arc<str>]>);

impl Missing {
    /// These words.
    pub(crate) fn new(words: impl IntoIterator<Item = Arc<str>>) -> Self {
        Self(words.into_iter().collect())
    }

    /// The words.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|word| &**word)
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a text stands for a missing fact of a type; of a number, however it is written.
    pub(crate) fn has(&self, ty: &FactType, text: &str) -> bool {
        if self.is_empty() {
            return false;
        }
        let numeric = matches!(ty, FactType::Integer | FactType::Number);
        let number = || plain_number(text).is_some_and(|number| self.has_number(number));
        self.words().any(|word| word == text) || (numeric && number())
    }

    /// Whether a number stands for a missing fact.
    pub(crate) fn has_number(&self, number: f64) -> bool {
        self.words().any(|word| plain_number(word) == Some(number))
    }
}
