//! The options of `rulebook check`.

use std::path::PathBuf;

use crate::assess::result_types::DeterminationKind;
use crate::face::cli::assessment_options::Selection;
use crate::face::cli::common::Common;
use crate::face::cli::outside_records;
use crate::face::cli::report_formats::{Output, output};

#[derive(Debug, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "options that are there or not"
)]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    pub(super) common: Common,

    #[command(flatten)]
    pub(super) selection: Selection,

    /// End with code 1 if a jurisdiction has this result, or differs from a published one; may be
    /// given several times
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(super) fail_on: Vec<CheckFailOn>,

    /// Tell findings in `github`, `gitlab` and `sarif` too, as `--fail-on` does
    #[arg(long)]
    pub(super) findings: bool,

    /// How to show the result, or the file to write it to, as `junit=out.xml`; may be given several
    /// times: table, json, ndjson, csv, markdown, job-summary, junit, sarif, github, gitlab, tap,
    /// html
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = output)]
    pub(super) format: Vec<Output>,

    /// Accept the results as they are: write `tests/<rulebook>/expected.yaml`
    #[arg(long)]
    pub(super) accept: bool,

    /// Write what was assessed, from which input, with which options, and all results, for
    /// `replay`
    #[arg(long, value_name = "FILE")]
    pub(super) evidence: Option<PathBuf>,

    /// Leave out the cases and the accepted results
    #[arg(long, conflicts_with = "accept")]
    pub(super) no_tests: bool,

    /// Assess the records of this file in place of those of the folder; `-` is standard input.
    /// Lines of JSON are answered by lines of JSON, in their order, one for each programme
    #[arg(long, value_name = "FILE", conflicts_with_all = ["accept", "jurisdictions", "facts", "evidence"])]
    pub(super) records: Option<PathBuf>,

    /// Write just these columns, as CSV or with `--format ndjson`: `id`, `name`, `rulebook`, `as_of`,
    /// `determination`, `missing`, `reasons`, the id of a condition, and of that `hold.missing` and
    /// `hold.reasons`
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub(super) columns: Vec<String>,

    #[command(flatten)]
    pub(super) outside: outside_records::Outside,

    /// Say on standard error how long each phase took
    #[arg(long)]
    pub(super) timings: bool,

    /// Show only what is wrong
    #[arg(short, long)]
    pub(super) quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum CheckFailOn {
    Ineligible,
    Undetermined,
    Difference,
}

impl CheckFailOn {
    /// The determination it is about; `None` for published results.
    pub(super) fn kind(self) -> Option<DeterminationKind> {
        match self {
            Self::Ineligible => Some(DeterminationKind::Ineligible),
            Self::Undetermined => Some(DeterminationKind::Undetermined),
            Self::Difference => None,
        }
    }
}
