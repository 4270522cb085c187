//! What the cases and accepted results say of the files in force. This is computed on request: it
//! takes longer than most saves, and no result waits for it.

use crate::analysis::accepted_results::{Drift, drift};
use crate::analysis::test_cases::{Suite, TestOptions, TestRun, run};
use crate::assess::Options;
use crate::assess::assessment::Assessment;
use crate::assess::snapshot::Snapshot;
use crate::base::diagnostic::Diagnostic;
use crate::model::input_files::Files;

/// The files in force, by which cases are run and accepted results are compared.
#[derive(Debug)]
pub struct InForce {
    snapshot: Snapshot,
    /// The files with cases and accepted results.
    tests: Files,
    options: Options,
}

/// The results of the cases, and the differences from the accepted results.
#[derive(Debug)]
pub struct Checks {
    /// The run of the cases; empty if there are none.
    pub tests: TestRun,
    /// The differences from the accepted results; `moved` is empty while the input has errors.
    pub drift: Drift,
}

impl InForce {
    /// The files in force, with the options of the assessment.
    pub fn new(snapshot: Snapshot, files: &Files, options: Options) -> Self {
        let mut tests = Files::new();
        for path in files.paths().filter(|path| path.starts_with("tests/")) {
            tests.copy_from(files, path);
        }
        Self {
            snapshot,
            tests,
            options,
        }
    }

    /// Runs the cases, and compares an assessment with the accepted results.
    pub(super) fn checks(&self, assessment: &Assessment) -> Checks {
        let suite = Suite::load(&self.tests, &self.snapshot);
        let options = TestOptions {
            rulebooks: self.options.rulebooks.clone(),
            ..TestOptions::default()
        };
        let tests = if suite.cases.is_empty() && suite.diagnostics.is_empty() {
            TestRun::default()
        } else {
            run(&self.snapshot, &suite, &options)
        };
        let mut drift = drift(
            &self.tests,
            assessment,
            self.options.jurisdictions.is_empty(),
        );
        // Errors are reported; moved results follow from them.
        if assessment.diagnostics.iter().any(Diagnostic::is_error) {
            drift.moved.clear();
        }
        Checks { tests, drift }
    }
}

impl Checks {
    /// The diagnostics about the files with cases and accepted results.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.tests.diagnostics.iter().chain(&self.drift.diagnostics)
    }
}
