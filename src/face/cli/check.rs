//! `rulebook check`: everything in one go. The input, the findings, the cases, the accepted
//! results.

use std::path::PathBuf;
use std::sync::Arc;

use crate::analysis::comparison::compare;
use crate::analysis::expectations::{Drift, accepted, drift};
use crate::analysis::lint::{LintOptions, lint};
use crate::analysis::testing::{Suite, TestOptions, TestRun, run};
use crate::assess::assessment::{Assessment, RulebookAssessment};
use crate::assess::snapshot::{Loader, Parsed, Snapshot};
use crate::assess::verdict::DeterminationKind;
use crate::assess::{Explored, Options};
use crate::base::diagnostic::{self, Code, Diagnostic};
use crate::face::cli::common::{Common, ExitStatus, here};
use crate::face::cli::formats::{Output, ReportFormat, aside, output, write};
use crate::face::cli::output::{
    When, print, print_commands, print_error, print_with, show_problems,
};
use crate::face::cli::phases::Phases;
use crate::face::cli::records;
use crate::face::cli::selection::Selection;
use crate::face::cli::suggestions::suggestions;
use crate::host::disk;
use crate::model::files::Files;
use crate::render;
use crate::render::Evidence;
use crate::render::columns::Columns;
use crate::render::report::{self, Counting, Report};

#[derive(Debug, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "options that are there or not"
)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    common: Common,

    #[command(flatten)]
    selection: Selection,

    /// End with code 1 if a jurisdiction has this result, or differs from a published one; may be
    /// given several times
    #[arg(long, value_enum, value_name = "WHAT")]
    fail_on: Vec<CheckFailOn>,

    /// Tell findings in `github`, `gitlab` and `sarif` too, as `--fail-on` does
    #[arg(long)]
    findings: bool,

    /// How to show the result, or the file to write it to, as `junit=out.xml`; may be given several
    /// times: table, json, ndjson, csv, markdown, job-summary, junit, sarif, github, gitlab, tap,
    /// html
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = output)]
    format: Vec<Output>,

    /// Accept the results as they are: write `tests/<rulebook>/expected.yaml`
    #[arg(long)]
    accept: bool,

    /// Write what was assessed, from which input, with which options, and all results, for
    /// `replay`
    #[arg(long, value_name = "FILE")]
    evidence: Option<PathBuf>,

    /// Leave out the cases and the accepted results
    #[arg(long, conflicts_with = "accept")]
    no_tests: bool,

    /// Assess the records of this file in place of those of the folder; `-` is standard input.
    /// Lines of JSON are answered by lines of JSON, in their order, one for each programme
    #[arg(long, value_name = "FILE", conflicts_with_all = ["accept", "jurisdictions", "facts", "evidence"])]
    records: Option<PathBuf>,

    /// Write just these columns, as CSV or with `--format ndjson`: `id`, `name`, `rulebook`, `as_of`,
    /// `determination`, `missing`, `reasons`, the id of a condition, and of that `hold.missing` and
    /// `hold.reasons`
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    columns: Vec<String>,

    #[command(flatten)]
    outside: records::Outside,

    /// Say on standard error how long each phase took
    #[arg(long)]
    timings: bool,

    /// Show only what is wrong
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum CheckFailOn {
    Ineligible,
    Undetermined,
    Difference,
}

impl CheckFailOn {
    /// The determination it is about; none when it is about published results.
    fn kind(self) -> Option<DeterminationKind> {
        match self {
            Self::Ineligible => Some(DeterminationKind::Ineligible),
            Self::Undetermined => Some(DeterminationKind::Undetermined),
            Self::Difference => None,
        }
    }

    fn holds(self, checked: &CheckedRun) -> bool {
        self.counts(checked).0 > 0
    }

    /// How many results are such, and of how many.
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

    /// What made the check fail, as a line.
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

/// Everything that was found out.
struct CheckedRun {
    assessment: Assessment,
    tests: TestRun,
    drift: Drift,
    /// Everything wrong with the input.
    problems: Vec<Diagnostic>,
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
        .filter(|(file, _)| records::is_lines(file))
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
        return records::answer(
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

/// How lines of records are answered, if they are.
fn lines_shape(arguments: &CheckArguments) -> Option<records::AnswerForm<'_>> {
    let to_output = arguments
        .format
        .iter()
        .all(|Output(_, file)| file.is_none());
    let formats: Vec<ReportFormat> = arguments.format.iter().map(|one| one.0).collect();
    let columns = &*arguments.columns;
    match (columns.is_empty(), formats.as_slice()) {
        _ if !to_output => None,
        (true, formats) if formats.iter().all(|one| *one == ReportFormat::Ndjson) => {
            Some(records::AnswerForm::Whole)
        }
        (false, [] | [ReportFormat::Csv]) => Some(records::AnswerForm::Csv(columns)),
        (false, [ReportFormat::Ndjson]) => Some(records::AnswerForm::Ndjson(columns)),
        _ => None,
    }
}

fn loaded(files: &Files, phases: &mut Phases) -> Snapshot {
    let of_parsed =
        |parsed: &Parsed| vec![(parsed.record_count(), "records"), (files.bytes(), "bytes")];
    let of_records = |snapshot: &Snapshot| vec![(snapshot.record_count(), "records")];
    let mut loader = Loader::watched(&phases.progress);
    // The values of facts are checked as they are read, without a second pass: what is left are
    // ids, references and waivers.
    let parsed = phases.phase("parse", of_parsed, || loader.parse(files));
    phases.phase("check facts", of_records, || loader.checked(files, parsed))
}

fn checked(
    arguments: &CheckArguments,
    files: &Files,
    mut snapshot: Snapshot,
    phases: &mut Phases,
) -> anyhow::Result<CheckedRun> {
    let of_records = |snapshot: &Snapshot| vec![(snapshot.record_count(), "records")];
    let mut options = arguments.selection.options();
    if let Some(file) = &arguments.records {
        let names = records::rulebooks(&snapshot, &options)?;
        let of_outside = |found: &anyhow::Result<Snapshot>| {
            found.as_ref().map_or_else(|_| Vec::new(), of_records)
        };
        snapshot = phases.phase("records", of_outside, || {
            let (source, outside) = (records::read(file)?, &arguments.outside);
            Ok(snapshot
                .with_records_among(&names, &source, outside.ids(), outside.among(file))
                .expect("they are of the snapshot, over one base"))
        })?;
        options.rulebooks = names;
    }
    let explored = phases.phase(
        "explore",
        |explored: &Explored| vec![(explored.script_count(), "scripts")],
        || Explored::new(&snapshot, &options, None),
    );
    let of_findings = |assessment: &Assessment| {
        let findings = assessment
            .rulebooks
            .iter()
            .map(|one| one.len() * one.conditions.len())
            .sum();
        vec![
            (
                assessment
                    .rulebooks
                    .iter()
                    .map(RulebookAssessment::len)
                    .sum(),
                "jurisdictions",
            ),
            (findings, "findings"),
        ]
    };
    let assessment = phases.phase("assess", of_findings, || explored.assess(None));
    let (mut tests, mut moved) = (TestRun::default(), Drift::default());
    if !arguments.no_tests && arguments.records.is_none() {
        let suite = Suite::load(files, &snapshot);
        if !suite.cases.is_empty() || !suite.diagnostics.is_empty() {
            let of_cases = |tests: &TestRun| vec![(tests.results.len(), "cases")];
            tests = phases.phase("cases", of_cases, || {
                run(&snapshot, &suite, &TestOptions::default())
            });
        }
        if !arguments.accept {
            let whole = options.jurisdictions.is_empty();
            moved = phases.phase(
                "accepted",
                |_| Vec::new(),
                || drift(files, &assessment, whole),
            );
            // What is broken is told; that results moved follows from it.
            if assessment.diagnostics.iter().any(Diagnostic::is_error) {
                moved.moved.clear();
            }
        }
    }
    let asked = arguments.fail_on.contains(&CheckFailOn::Difference);
    let nothing = asked.then(|| compared_nothing(&assessment)).flatten();
    let stale: Vec<_> = stale_schemas(files, &snapshot).collect();
    // What is broken comes first: of that, lints would say what is wrong anyway.
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

/// An error where nothing at all was compared with what is published: that is never green.
fn compared_nothing(assessment: &Assessment) -> Option<Diagnostic> {
    let all = assessment.rulebooks.iter().flat_map(compare);
    let count: usize = all.map(|one| one.agree + one.differ.len()).sum();
    let message = "nothing was compared with a published result";
    let help = "`--fail-on difference` needs a list under `compare:` in the rulebook file that says \
                something of the jurisdictions that are assessed, for the day that is assessed";
    (count == 0).then(|| Diagnostic::new(Code::NothingToCheck, message).help(help.to_owned()))
}

/// A warning for each schema file that is not what it would be if it were written now.
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
            // Where no rulebook could be read, that is why there is no such column.
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
    // Only somebody who looks at all of it, and changed nothing, is new to it.
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
