//! A rulebook: one body of criteria, read from `policies/<name>/rulebook.yaml`.
//!
//! It holds the title, the sources, the parameters, the fact schema and the decision. The scripts
//! and the records lie beside it and are read elsewhere. `parse` turns the file into a value and
//! says everything that is wrong with it.

mod allowed_reference_targets;
mod base;
mod parameter;
mod parse;
mod published_result;
mod schema;
mod source_entry;
mod sources_of_whole_files;
mod statistic;
mod suggested_commands;
mod value_with_source_and_dates;

pub(crate) use base::named_base;
pub(crate) use parameter::AS_OF;
pub use parameter::Parameter;
pub(crate) use parse::parse;
pub use published_result::{ComparedWith, ComparisonSource};
pub(crate) use published_result::{GivenIn, unexplained};
pub(crate) use schema::{DECIMALS, TAKEN, decimals_of};
pub use source_entry::SourceEntry;
pub(crate) use sources_of_whole_files::RecordFiles;
pub use statistic::{Order, Statistic, StatisticInput, StatisticKind, Ties, UnknownInputs};
pub use value_with_source_and_dates::Stated;
pub(crate) use value_with_source_and_dates::{is_source, read_dated, read_sources, stated_keys};

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::Span;
use crate::model::fact::{Date, Schema};
use crate::model::typed_indexes::FactIndex;

/// The name in `unread` that means that some source could not be read.
const SOURCES: &str = "sources:";

/// The name in `unread` that means that the decision could not be read.
const DECISION: &str = "decision:";

/// The id of a rulebook, which is the name of its folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RulebookId(pub(crate) Arc<str>);

/// One body of criteria, as its rulebook file states it.
#[derive(Clone, Debug)]
pub struct Rulebook {
    /// The id, which is the name of its folder.
    pub id: RulebookId,
    /// The title; the id if the file gives none.
    pub title: String,
    /// The description of the programme; `None` if the file gives none.
    pub description: Option<String>,
    /// The base whose records, facts, parameters and statistics it shares; `None` if it has no
    /// base.
    pub base: Option<RulebookId>,
    /// The as-of date unless an option gives another; `None` if the file gives none.
    pub as_of: Option<Date>,
    /// The sources, by key.
    pub sources: Arc<BTreeMap<String, SourceEntry>>,
    /// The sources of whole files of records.
    pub(crate) record_files: Arc<RecordFiles>,
    /// The place where each source is defined.
    pub(crate) source_spans: BTreeMap<String, Span>,
    /// The parameters, in the order of the file.
    pub parameters: Vec<Parameter>,
    /// The facts that a record may state.
    pub schema: Arc<Schema>,
    /// The statistics, in the order of the file.
    pub statistics: Vec<Arc<Statistic>>,
    /// How findings are combined into a determination.
    pub decision: Decision,
    /// The place of the decision in the file; `None` if the file states none.
    pub(crate) decision_span: Option<Span>,
    /// Published results to compare with, in the order of the file.
    pub comparisons: Vec<Arc<ComparisonSource>>,
    /// Whether a comparison could not be read, so that the files it names are not known.
    pub(crate) lost_comparisons: bool,
    /// Names of facts, parameters and statistics, and `as_of`, that are declared but could not be
    /// read; keys that it does not have; and parts that could not be read as a whole, with a colon.
    pub(crate) unread: BTreeSet<String>,
    /// Commands that its author suggests to a newcomer, without the name of the program.
    pub suggestions: Vec<String>,
    /// The place of the rulebook file's content.
    pub span: Span,
}

/// How the findings of required conditions are combined into a determination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Every required condition is met or not applicable.
    All,
    /// At least one required condition is met.
    Any,
    /// At least this many required conditions are met.
    AtLeast(usize),
    /// `scripts/<rulebook>/decision.rhai` decides.
    Script,
}

impl Decision {
    /// Whether a jurisdiction is eligible if between `met.0` and `met.1` required conditions are
    /// met, and between `not_met.0` and `not_met.1` are not; `None` if that leaves it open.
    pub(crate) fn by_counts(&self, met: (usize, usize), not_met: (usize, usize)) -> Option<bool> {
        let least = match self {
            Self::AtLeast(least) => *least,
            _ => 1,
        };
        match self {
            Self::All if not_met.0 > 0 => Some(false),
            Self::All => (not_met.1 == 0).then_some(true),
            _ if met.0 >= least => Some(true),
            _ => (met.1 < least).then_some(false),
        }
    }
}

impl Rulebook {
    /// Whether a fact is a published result to compare with.
    pub(crate) fn compares(&self, slot: FactIndex) -> bool {
        let mut comparisons = self.comparisons.iter();
        comparisons.any(|one| matches!(one.given_in, GivenIn::Fact(fact) if fact == slot))
    }

    /// Whether a problem only follows from something declared here that could not be read, which is
    /// reported.
    pub(crate) fn explains(&self, problem: &Diagnostic) -> bool {
        let names = |name: &String| {
            let quoted = |shown: String| problem.message.contains(&shown);
            quoted(format!("`{name}`")) || quoted(format!("`stats.{name}`"))
        };
        let file = problem.file().unwrap_or_default();
        let folder = |top: &str| file.starts_with(&format!("{top}/{}/", self.id));
        let here = folder("policies") || folder("scripts") || folder("tests");
        let no_source = problem.message.starts_with("the rulebook has no source");
        (here || file.starts_with("scripts/lib/"))
            && match problem.code {
                Code::UnknownFact | Code::ScriptUnknownFact | Code::UnknownParameter => {
                    let whole = [
                        ("there is no parameter ", "parameters:"),
                        ("the rulebook has no statistic ", "statistics:"),
                        ("the schema has no fact ", "facts:"),
                    ];
                    let is_lost = |(said, key): &(&str, &str)| {
                        problem.message.starts_with(said) && self.unread.contains(*key)
                    };
                    self.unread.iter().any(names) || whole.iter().any(is_lost)
                }
                Code::NoDate => self.unread.contains("as_of"),
                Code::UnknownSource | Code::BadMetadata => {
                    no_source && self.unread.contains(SOURCES)
                }
                _ => false,
            }
    }

    /// Whether the decision could be read.
    pub(crate) fn has_decision(&self) -> bool {
        !self.unread.contains(DECISION)
    }

    /// Whether it declares parameters beside those of its base.
    pub(crate) fn has_own_parameters(&self) -> bool {
        let file = self.span.source().name();
        let mut declared = self.parameters.iter();
        declared.any(|one| one.span.source().name() == file)
    }

    /// Whether records have the same meaning under both.
    pub(crate) fn reads_as(&self, other: &Self) -> bool {
        self.schema.reads_as(&other.schema)
            && self.sources == other.sources
            && self.record_files == other.record_files
    }
}

impl RulebookId {
    /// The id as a text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RulebookId {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt.write_str(&self.0)
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => fmt.write_str("every required condition is met or not applicable"),
            Self::Any => fmt.write_str("at least one required condition is met"),
            Self::AtLeast(count) => write!(fmt, "at least {count} required conditions are met"),
            Self::Script => fmt.write_str("as the decision script says"),
        }
    }
}
