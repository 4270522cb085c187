//! `rulebook check`: everything in one go. The input, the findings, the cases, the accepted
//! results.

mod arguments;
mod run_all_checks;

pub(super) use arguments::CheckArguments;

use std::sync::Arc;

use crate::analysis::accepted_results::accepted;
use crate::analysis::published_results::compare;
use crate::assess::Options;
use crate::assess::result_types::DeterminationKind;
use crate::base::diagnostic::Diagnostic;
use crate::face::cli::check::arguments::CheckFailOn;
use crate::face::cli::check::run_all_checks::{CheckedRun, checked, loaded};
use crate::face::cli::common::{ExitStatus, here};
use crate::face::cli::output::{
    When, print, print_commands, print_error, print_with, show_problems,
};
use crate::face::cli::outside_records;
use crate::face::cli::phase_progress::Phases;
use crate::face::cli::report_formats::{Output, ReportFormat, aside, write};
use crate::face::cli::suggested_commands::suggestions;
use crate::host::disk;
use crate::model::input_files::Files;
use crate::render::Evidence;
use crate::render::chosen_columns::Columns;
use crate::render::report::{self, Counting, Report};

impl CheckFailOn {
    fn holds(self, checked: &CheckedRun) -> bool {
        self.counts(checked).0 > 0
    }

    /// The number of these results, and the number of all.
    fn counts(self, checked: &CheckedRun) -> (usize, usize) {
        let rulebooks = checked.assessment.rulebooks.iter();
        let both =
            |(some, all): (usize, usize), (more, of): (usize, usize)| (some + more, all + of);
        match self.kind() {
            Some(kind) => rulebooks
                .map(|assessed| (assessed.count(kind), assessed.len()))
                .fold((0, 0), both),
            None => rulebooks
                .flat_map(compare)
                .map(|one| (one.differ.len(), one.agree + one.differ.len()))
                .fold((0, 0), both),
        }
    }

    /// The cause of the failure, as a line.
    fn failure(self, checked: &CheckedRun) -> String {
        let (some, all) = self.counts(checked);
        let (what, option) = match self {
            Self::Ineligible => ("determinations are ineligible", "ineligible"),
            Self::Undetermined => ("determinations are undetermined", "undetermined"),
            Self::Difference => ("published results differ", "difference"),
        };
        format!("failed: {some} of {all} {what} (--fail-on {option})\n")
    }
}

pub(super) fn check(arguments: &CheckArguments) -> anyhow::Result<ExitStatus> {
    let options = arguments.selection.options();
    let partial = Options {
        rulebooks: options.rulebooks.clone(),
        ..Options::default()
    } != options;
    if arguments.accept && partial {
        anyhow::bail!(
            "what is accepted is the whole result as the rulebook has it: leave out \
             --jurisdiction, --as-of, --set and --set-fact"
        );
    }
    let rows = [ReportFormat::Csv, ReportFormat::Ndjson];
    let mut other = arguments.format.iter().filter(|one| !rows.contains(&one.0));
    if let (false, Some(other)) = (arguments.columns.is_empty(), other.next()) {
        anyhow::bail!(
            "`--columns` goes with `--format csv` and `--format ndjson`, not with `{}`",
            other.0.name()
        );
    }
    let mut phases = Phases::new(9);
    let progress = Arc::clone(&phases.progress);
    let of_files = |files: &Result<Files, disk::DiskError>| {
        files.as_ref().map_or_else(
            |_| Vec::new(),
            |files| vec![(files.len(), "files"), (files.bytes(), "bytes")],
        )
    };
    let files = phases.phase("read", of_files, || {
        disk::read_watched(&arguments.common.root, &progress)
    })?;
    let shape = lines_shape(arguments);
    let snapshot = loaded(&files, &mut phases);
    if let Some((file, shape)) = arguments
        .records
        .as_ref()
        .zip(shape)
        .filter(|(file, _)| outside_records::is_lines(file))
        .filter(|_| !arguments.fail_on.contains(&CheckFailOn::Difference))
        && arguments.outside.by_lines(file, &snapshot, &options)?
    {
        phases.end();
        let failed = |kind: DeterminationKind| {
            arguments
                .fail_on
                .iter()
                .any(|fail_on| fail_on.kind() == Some(kind))
        };
        return outside_records::answer(
            &snapshot,
            (&options, arguments.outside.ids()),
            file,
            (shape, arguments.common.color),
            &failed,
        );
    }
    let checked = checked(arguments, &files, snapshot, &mut phases)?;
    phases.end();
    if arguments.accept {
        return accept(arguments, &files, &checked);
    }
    phases.phase("render", |_| Vec::new(), || show(arguments, &checked))?;
    if let Some(file) = &arguments.evidence {
        let evidence = Evidence::of(&files, &arguments.selection.options(), &checked.assessment);
        disk::write(file, &evidence.written())?;
    }
    if arguments.timings {
        phases.print();
    }
    let status = status(arguments, &checked);
    if arguments.quiet && status == ExitStatus::Failed {
        let failed = arguments.fail_on.iter();
        for one in failed.filter(|one| one.holds(&checked)) {
            print_error(&one.failure(&checked));
        }
    }
    Ok(status)
}

/// The form in which lines of records are answered, if they are.
fn lines_shape(arguments: &CheckArguments) -> Option<outside_records::AnswerForm<'_>> {
    let to_output = arguments
        .format
        .iter()
        .all(|Output(_, file)| file.is_none());
    let formats: Vec<ReportFormat> = arguments.format.iter().map(|one| one.0).collect();
    let columns = &*arguments.columns;
    match (columns.is_empty(), formats.as_slice()) {
        _ if !to_output => None,
        (true, formats) if formats.iter().all(|one| *one == ReportFormat::Ndjson) => {
            Some(outside_records::AnswerForm::Whole)
        }
        (false, [] | [ReportFormat::Csv]) => Some(outside_records::AnswerForm::Csv(columns)),
        (false, [ReportFormat::Ndjson]) => Some(outside_records::AnswerForm::Ndjson(columns)),
        _ => None,
    }
}

fn accept(
    arguments: &CheckArguments,
    files: &Files,
    checked: &CheckedRun,
) -> anyhow::Result<ExitStatus> {
    show_problems(&checked.problems, arguments.common.color, false);
    if is_broken(checked) {
        print("Nothing was accepted: the input is broken.\n")?;
        return Ok(ExitStatus::Broken);
    }
    for (name, text) in accepted(files, &checked.assessment) {
        disk::write_inside(&arguments.common.root, &name, &text)?;
        print(&format!("Written into {name}.\n"))?;
    }
    Ok(ExitStatus::Good)
}

fn show(arguments: &CheckArguments, checked: &CheckedRun) -> anyhow::Result<()> {
    let when: When = arguments.common.color;
    let columns = match Columns::new(&arguments.columns, &checked.assessment) {
        _ if arguments.columns.is_empty() => None,
        Ok(columns) => Some(columns),
        Err(unknown) => {
            show_problems(&checked.problems, when, false);
            // If no rulebook could be read, the missing column follows from that.
            anyhow::ensure!(checked.assessment.rulebooks.is_empty(), unknown);
            return Ok(());
        }
    };
    let usual = if columns.is_some() {
        ReportFormat::Csv
    } else {
        ReportFormat::Table
    };
    let standard = [Output(usual, None)];
    let outputs = if arguments.format.is_empty() {
        &standard[..]
    } else {
        &arguments.format
    };
    let (base, here) = (arguments.common.base(), here());
    let kinds: Vec<DeterminationKind> = arguments
        .fail_on
        .iter()
        .filter_map(|on| on.kind())
        .collect();
    let report = Report {
        assessment: &checked.assessment,
        tests: &checked.tests,
        drift: &checked.drift,
        diagnostics: &checked.problems,
        base: &base,
        here: &here,
        counting: Counting {
            kinds: &kinds,
            differences: arguments.fail_on.contains(&CheckFailOn::Difference),
            findings: arguments.findings,
        },
    };
    // Suggestions are only for those who look at all results and changed nothing.
    let suggest = *outputs == standard && arguments.selection.options() == Options::default();
    for Output(format, file) in outputs {
        match file {
            Some(file) => {
                disk::write_with(file.as_ref(), |out| {
                    write(*format, columns.as_ref(), &report, None, out)
                })?;
            }
            None if arguments.quiet => {}
            None if *format == ReportFormat::Github => {
                print_commands(&report::github(&report))?;
            }
            None => {
                print_with(|out| write(*format, columns.as_ref(), &report, Some(when), out))?;
            }
        }
    }
    if arguments.quiet {
        print(&aside(&report, true))?;
    } else if suggest && arguments.records.is_none() && !is_broken(checked) {
        print(&suggestions(&arguments.common.root, &checked.assessment))?;
    }
    let shown = !arguments.quiet && !checked.assessment.rulebooks.is_empty();
    show_problems(&checked.problems, when, shown);
    Ok(())
}

fn any(checked: &CheckedRun, kind: DeterminationKind) -> bool {
    checked
        .assessment
        .rulebooks
        .iter()
        .any(|assessed| assessed.count(kind) > 0)
}

fn is_broken(checked: &CheckedRun) -> bool {
    let assessed = checked
        .assessment
        .rulebooks
        .iter()
        .any(|assessed| !assessed.is_empty());
    checked.problems.iter().any(Diagnostic::is_error)
        || any(checked, DeterminationKind::Fault)
        || !assessed
}

fn status(arguments: &CheckArguments, checked: &CheckedRun) -> ExitStatus {
    if is_broken(checked) {
        return ExitStatus::Broken;
    }
    let failed = arguments
        .fail_on
        .iter()
        .any(|fail_on| fail_on.holds(checked));
    let failed = failed || checked.tests.failed() > 0 || !checked.drift.moved.is_empty();
    if failed {
        ExitStatus::Failed
    } else {
        ExitStatus::Good
    }
}
