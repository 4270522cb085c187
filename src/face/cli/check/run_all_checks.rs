//! Runs all checks of `rulebook check`: findings, cases, accepted results, and all diagnostics.

use std::path::Path;

use crate::analysis::accepted_results::{Drift, drift};
use crate::analysis::lint::{LintOptions, lint};
use crate::analysis::published_results::compare;
use crate::analysis::test_cases::{Suite, TestOptions, TestRun, run};
use crate::assess::assessment::{Assessment, RulebookAssessment};
use crate::assess::snapshot::{Loader, Parsed, Snapshot};
use crate::assess::{Explored, Options};
use crate::base::diagnostic::{self, Code, Diagnostic};
use crate::face::cli::check::arguments::{CheckArguments, CheckFailOn};
use crate::face::cli::outside_records;
use crate::face::cli::phase_progress::Phases;
use crate::model::input_files::Files;
use crate::render;

/// Everything that was found out.
pub(super) struct CheckedRun {
    pub(super) assessment: Assessment,
    pub(super) tests: TestRun,
    pub(super) drift: Drift,
    /// Everything wrong with the input.
    pub(super) problems: Vec<Diagnostic>,
}

/// The files, read and checked.
pub(super) fn loaded(files: &Files, phases: &mut Phases) -> Snapshot {
    let of_parsed =
        |parsed: &Parsed| vec![(parsed.record_count(), "records"), (files.bytes(), "bytes")];
    let of_records = |snapshot: &Snapshot| vec![(snapshot.record_count(), "records")];
    let mut loader = Loader::watched(&phases.progress);
    // The values of facts are checked as they are read; ids, references and waivers remain.
    let parsed = phases.phase("parse", of_parsed, || loader.parse(files));
    phases.phase("check facts", of_records, || loader.checked(files, parsed))
}

/// Assesses, runs the cases, compares with accepted results, and looks for lints.
pub(super) fn checked(
    arguments: &CheckArguments,
    files: &Files,
    mut snapshot: Snapshot,
    phases: &mut Phases,
) -> anyhow::Result<CheckedRun> {
    let mut options = arguments.selection.options();
    if let Some(file) = &arguments.records {
        snapshot = with_outside(arguments, file, &snapshot, &mut options, phases)?;
    }
    let assessment = assessed(&snapshot, &options, phases);
    let (mut tests, mut moved) = (TestRun::default(), Drift::default());
    if !arguments.no_tests && arguments.records.is_none() {
        tests = tested(files, &snapshot, phases);
        if !arguments.accept {
            let whole = options.jurisdictions.is_empty();
            moved = phases.phase(
                "accepted",
                |_| Vec::new(),
                || drift(files, &assessment, whole),
            );
            // Errors are reported; moved results follow from them.
            if assessment.diagnostics.iter().any(Diagnostic::is_error) {
                moved.moved.clear();
            }
        }
    }
    let asked = arguments.fail_on.contains(&CheckFailOn::Difference);
    let nothing = asked.then(|| compared_nothing(&assessment)).flatten();
    let stale: Vec<_> = stale_schemas(files, &snapshot).collect();
    // Errors come first: lints would report their consequences.
    let lints = phases.phase(
        "lint",
        |_| Vec::new(),
        || {
            if assessment.has_errors() {
                Vec::new()
            } else {
                lint(files, &assessment, LintOptions::default())
            }
        },
    );
    let all = assessment
        .diagnostics
        .iter()
        .chain(&tests.diagnostics)
        .chain(&moved.diagnostics)
        .chain(&stale)
        .chain(&nothing)
        .chain(&lints);
    let mut problems: Vec<Diagnostic> = all.cloned().collect();
    diagnostic::sort(&mut problems);
    Ok(CheckedRun {
        assessment,
        tests,
        drift: moved,
        problems,
    })
}

/// The records of a file outside of the folder, in place of those of the rulebooks named.
fn with_outside(
    arguments: &CheckArguments,
    file: &Path,
    snapshot: &Snapshot,
    options: &mut Options,
    phases: &mut Phases,
) -> anyhow::Result<Snapshot> {
    let names = outside_records::rulebooks(snapshot, options)?;
    let of_records = |found: &anyhow::Result<Snapshot>| {
        let of = |snapshot: &Snapshot| vec![(snapshot.record_count(), "records")];
        found.as_ref().map_or_else(|_| Vec::new(), of)
    };
    let with_records = phases.phase("records", of_records, || {
        let (source, outside) = (outside_records::read(file)?, &arguments.outside);
        Ok(snapshot
            .with_records_among(&names, &source, outside.ids(), outside.among(file))
            .expect("they are of the snapshot, over one base"))
    })?;
    options.rulebooks = names;
    Ok(with_records)
}

fn assessed(snapshot: &Snapshot, options: &Options, phases: &mut Phases) -> Assessment {
    let explored = phases.phase(
        "explore",
        |explored: &Explored| vec![(explored.script_count(), "scripts")],
        || Explored::new(snapshot, options, None),
    );
    let of_findings = |assessment: &Assessment| {
        let rulebooks = assessment.rulebooks.iter();
        let findings = rulebooks
            .clone()
            .map(|one| one.len() * one.conditions.len());
        vec![
            (
                rulebooks.map(RulebookAssessment::len).sum(),
                "jurisdictions",
            ),
            (findings.sum(), "findings"),
        ]
    };
    phases.phase("assess", of_findings, || explored.assess(None))
}

/// The results of the cases, if there are any.
fn tested(files: &Files, snapshot: &Snapshot, phases: &mut Phases) -> TestRun {
    let suite = Suite::load(files, snapshot);
    if suite.cases.is_empty() && suite.diagnostics.is_empty() {
        return TestRun::default();
    }
    let of_cases = |tests: &TestRun| vec![(tests.results.len(), "cases")];
    phases.phase("cases", of_cases, || {
        run(snapshot, &suite, &TestOptions::default())
    })
}

/// An error if no result was compared with published ones: that is never green.
fn compared_nothing(assessment: &Assessment) -> Option<Diagnostic> {
    let all = assessment.rulebooks.iter().flat_map(compare);
    let count: usize = all.map(|one| one.agree + one.differ.len()).sum();
    let message = "nothing was compared with a published result";
    let help = "`--fail-on difference` needs a list under `compare:` in the rulebook file that says \
                something of the jurisdictions that are assessed, for the day that is assessed";
    (count == 0).then(|| Diagnostic::new(Code::NothingToCheck, message).help(help.to_owned()))
}

/// A warning for each schema file that differs from the one that would be written now.
fn stale_schemas(files: &Files, snapshot: &Snapshot) -> impl Iterator<Item = Diagnostic> {
    // Most folders have none: nothing is made to be compared with nothing.
    let any = files
        .paths()
        .any(|path| path.starts_with("policies/") && path.ends_with(".json"));
    let made = if any {
        render::schemas(snapshot)
    } else {
        Vec::new()
    };
    let stale = made.into_iter().filter(|file| {
        files
            .get(&file.path)
            .is_some_and(|source| source.text() != file.text)
    });
    stale.map(|file| {
        let message = "this schema is not what the rulebook asks for now";
        let help = "write it anew with `rulebook schema --write`".to_owned();
        Diagnostic::in_file(Code::StaleSchema, &file.path, message).help(help)
    })
}
