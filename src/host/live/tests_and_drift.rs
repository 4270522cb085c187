//! What the cases and the accepted results say of what is in force. Worked out when somebody asks:
//! it takes longer than most saves, and no result waits for it.

use crate::analysis::accepted_results::{Drift, drift};
use crate::analysis::test_cases::{Suite, TestOptions, TestRun, run};
use crate::assess::Options;
use crate::assess::assessment::Assessment;
use crate::assess::snapshot::Snapshot;
use crate::base::diagnostic::Diagnostic;
use crate::model::input_files::Files;

/// What is in force beside the assessment: what its cases and accepted results are asked of.
#[derive(Debug)]
pub struct InForce {
    snapshot: Snapshot,
    /// The files of cases and of accepted results.
    tests: Files,
    options: Options,
}

/// What came of the cases, and how the results stand to those accepted.
#[derive(Debug)]
pub struct Checks {
    /// The cases that were run; none when there are no cases.
    pub tests: TestRun,
    /// Results that are not as they were accepted.
    pub drift: Drift,
}

impl InForce {
    /// What is read of these files, assessed with these options.
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

    /// Runs the cases, and compares what was assessed with the accepted results.
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
        // What is broken is told; that results moved follows from it.
        if assessment.diagnostics.iter().any(Diagnostic::is_error) {
            drift.moved.clear();
        }
        Checks { tests, drift }
    }
}

impl Checks {
    /// What is wrong with the files of cases and accepted results.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.tests.diagnostics.iter().chain(&self.drift.diagnostics)
    }
}
