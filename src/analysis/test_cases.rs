//! Cases: small records with the results that a rulebook should give, as tests of the criteria.
//!
//! They lie in `tests/<rulebook>/*.yaml` and `*.csv`. A case that tests nothing is an error, and so
//! is a name that nothing has.

mod case;
mod coverage;
mod parse;
mod run;
mod sheet;
mod update_expected;

pub use case::{Case, Expectation, Expected};
pub(crate) use case::{determination_of, no_determination};
pub use coverage::{Boundary, Branch, ConditionCoverage, Coverage, coverage};
pub use run::{CaseMismatch, CaseResult, TestOptions, TestRun, run};
pub use update_expected::updated;

use crate::assess::snapshot::Snapshot;
use crate::base::diagnostic::{self, Diagnostic};
use crate::base::source::Source;
use crate::model::input_files::Files;

/// All cases of some files, with diagnostics.
#[derive(Clone, Debug, Default)]
pub struct Suite {
    /// The cases, in order of files and places.
    pub cases: Vec<Case>,
    /// The diagnostics; a case with an error is left out.
    pub diagnostics: Vec<Diagnostic>,
}

impl Suite {
    /// Reads the cases of all rulebooks of a snapshot.
    pub fn load(files: &Files, snapshot: &Snapshot) -> Self {
        let mut suite = Self::default();
        for criteria in &snapshot.rulebooks {
            let folder = format!("tests/{}/", criteria.rulebook.id);
            let sources: Vec<_> = files
                .below(&folder)
                .filter(|source| is_case_file(source))
                .collect();
            for source in sources {
                suite
                    .cases
                    .extend(parse::cases(criteria, source, &mut suite.diagnostics));
            }
        }
        diagnostic::sort(&mut suite.diagnostics);
        diagnostic::bound(&mut suite.diagnostics);
        suite
    }
}

/// The name of the file of accepted results, which has another form.
pub(crate) const EXPECTED: &str = "expected.yaml";

fn is_case_file(source: &Source) -> bool {
    let name = source.name();
    let known = [".yaml", ".yml", ".csv"]
        .iter()
        .any(|extension| name.ends_with(extension));
    known && !name.ends_with(&format!("/{EXPECTED}"))
}
