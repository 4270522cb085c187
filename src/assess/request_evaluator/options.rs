//! The options of an evaluator, and why none could be made.

use std::fmt;

use crate::assess::options::{Ids, Options};
use crate::assess::request_evaluator::host_values::Given;
use crate::assess::selected_rulebooks::check_options;
use crate::assess::snapshot::Snapshot;
use crate::base::diagnostic::{Code, Diagnostic, list_of};
use crate::formats::date::Date;
use crate::tree::Limits;

/// The options of an evaluator.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(not(feature = "internals"), non_exhaustive)]
pub struct EvaluatorOptions {
    /// The id of the rulebook; may be `None` if there is only one.
    pub rulebook: Option<String>,
    /// The as-of date; `None` for the one that the rulebook states.
    pub as_of: Option<Date>,
    /// Pairs of a parameter's name and its value.
    pub parameters: Vec<(String, Given)>,
    /// Which ids requests may have.
    pub ids: Ids,
    /// How far searches go.
    pub limits: Limits,
}

/// Why no evaluator could be made.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum EvaluatorError {
    /// The options name something that does not exist, or give a value that is not allowed.
    Options(Vec<Diagnostic>),
    /// The files have errors, or hold no rulebook.
    Broken(Vec<Diagnostic>),
}

impl EvaluatorError {
    /// The diagnostics with the reasons.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        match self {
            Self::Options(problems) | Self::Broken(problems) => problems,
        }
    }
}

impl fmt::Display for EvaluatorError {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errors = || self.diagnostics().iter().filter(|one| one.is_error());
        let first = errors()
            .next()
            .map_or("nothing to judge by", |one| &one.message);
        let more = errors().count().saturating_sub(1);
        match (self, more) {
            (_, 0) => fmt.write_str(first),
            (_, more) => write!(fmt, "{first}, and {more} more"),
        }
    }
}

impl std::error::Error for EvaluatorError {}

impl EvaluatorOptions {
    /// Sets the rulebook.
    #[must_use]
    pub fn rulebook(mut self, id: impl Into<String>) -> Self {
        self.rulebook = Some(id.into());
        self
    }

    /// Sets the as-of date.
    #[must_use]
    pub fn as_of(mut self, day: Date) -> Self {
        self.as_of = Some(day);
        self
    }

    /// Adds a value for a parameter.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<Given>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Sets which ids requests may have.
    #[must_use]
    pub fn ids(mut self, ids: Ids) -> Self {
        self.ids = ids;
        self
    }

    /// The options as those of an assessment.
    ///
    /// # Errors
    /// When they name something that does not exist, or give a value that is not allowed.
    pub(super) fn chosen(&self, snapshot: &Snapshot) -> Result<Options, EvaluatorError> {
        let rulebook = self.chosen_rulebook(snapshot)?;
        let parameters = self.parameters.iter();
        let options = Options {
            rulebooks: vec![rulebook.clone()],
            as_of: self.as_of,
            parameters: parameters
                .map(|(name, value)| (name.clone(), value.to_string()))
                .collect(),
            limits: self.limits,
            ..Options::default()
        };
        let selected: Vec<_> = snapshot.criteria(&rulebook).into_iter().collect();
        let mut diagnostics = Vec::new();
        if check_options(snapshot, &selected, &options, &mut diagnostics) {
            Ok(options)
        } else {
            Err(EvaluatorError::Options(diagnostics))
        }
    }

    fn chosen_rulebook(&self, snapshot: &Snapshot) -> Result<String, EvaluatorError> {
        let ids: Vec<&str> = snapshot.rulebooks().map(|one| one.id.as_str()).collect();
        let message = match (&self.rulebook, ids.as_slice()) {
            (Some(one), _) => return Ok(one.clone()),
            (None, [one]) => return Ok((*one).to_owned()),
            (None, []) => {
                return Err(EvaluatorError::Broken(snapshot.diagnostics.clone()));
            }
            (None, _) => format!(
                "there are several rulebooks: {}",
                list_of(ids.iter().copied())
            ),
        };
        let help = "say by which of them to judge".to_owned();
        let problem = Diagnostic::new(Code::UnknownSelection, message).help(help);
        Err(EvaluatorError::Options(vec![problem]))
    }
}
