//! `rulebook test`.

use crate::analysis::test_cases::{Suite, TestOptions, TestRun, coverage, run, updated};
use crate::assess::snapshot::Snapshot;
use crate::face::cli::common::{Common, ExitStatus};
use crate::face::cli::output::{print, show_problems, standard_output};
use crate::host::disk;
use crate::render;
use crate::render::Emphasis;

#[derive(Debug, clap::Args)]
pub(super) struct TestArguments {
    /// Only cases that have this in their name or in the name of their file
    #[arg(value_name = "FILTER")]
    filter: Option<String>,

    #[command(flatten)]
    common: Common,

    /// Only this rulebook; may be given several times
    #[arg(long = "rulebook", value_name = "NAME")]
    rulebooks: Vec<String>,

    /// Write what was found in the place of what was expected
    #[arg(long)]
    update: bool,

    /// Show the first failure alone
    #[arg(long)]
    fail_fast: bool,

    /// Show the cases that passed as well
    #[arg(long)]
    all: bool,

    /// Show which branches and outcomes the cases reached, or write it: `lcov=FILE`, `json=FILE`;
    /// may be given several times
    #[arg(long, value_name = "FORMAT=FILE", num_args = 0..=1, require_equals = true, default_missing_value = "text", value_parser = output)]
    coverage: Vec<TestOutput>,

    /// End with code 1 if less than so many percent of branches and outcomes are reached
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    min: Option<f64>,
}

/// From 1 to 100, or 0: anything between is likely meant as a share.
fn percent(text: &str) -> Result<f64, String> {
    let number = text.trim_end_matches('%').trim();
    let Ok(percent) = number.parse::<f64>() else {
        return Err("expected a number of percent, as in `90`".to_owned());
    };
    if percent > 0.0 && percent < 1.0 {
        let meant = (percent * 1_000.0).round() / 10.0;
        return Err(format!("it is counted in percent: write `{meant}`"));
    }
    if (0.0..=100.0).contains(&percent) {
        Ok(percent)
    } else {
        Err("expected 0 to 100 percent".to_owned())
    }
}

/// A format of coverage, and the file to write; `None` for the terminal.
#[derive(Clone, Debug)]
struct TestOutput(CoverageFormat, Option<String>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CoverageFormat {
    Text,
    Lcov,
    Json,
}

fn output(text: &str) -> Result<TestOutput, String> {
    let (name, file) = text
        .split_once('=')
        .map_or((text, None), |(name, file)| (name, Some(file.to_owned())));
    let format = match name {
        "text" => CoverageFormat::Text,
        "lcov" => CoverageFormat::Lcov,
        "json" => CoverageFormat::Json,
        _ => {
            return Err(
                "expected `text`, `lcov` or `json`, and a file, as in `lcov=coverage.info`"
                    .to_owned(),
            );
        }
    };
    Ok(TestOutput(format, file.filter(|file| !file.is_empty())))
}

pub(super) fn test_command(arguments: &TestArguments) -> anyhow::Result<ExitStatus> {
    let files = disk::read(&arguments.common.root)?;
    let snapshot = Snapshot::load(&files);
    for wanted in &arguments.rulebooks {
        if !snapshot
            .rulebooks()
            .any(|rulebook| rulebook.id.as_str() == wanted)
        {
            anyhow::bail!("there is no rulebook `{wanted}`");
        }
    }
    let suite = Suite::load(&files, &snapshot);
    let options = TestOptions {
        filter: arguments.filter.clone(),
        rulebooks: arguments.rulebooks.clone(),
        coverage: !arguments.coverage.is_empty() || arguments.min.is_some(),
    };
    let mut tests = run(&snapshot, &suite, &options);
    if arguments.fail_fast {
        let first = tests.results.iter().position(|result| !result.passed());
        tests
            .results
            .truncate(first.map_or(tests.results.len(), |first| first + 1));
    }
    let mut problems: Vec<_> = snapshot
        .diagnostics
        .iter()
        .chain(&tests.diagnostics)
        .cloned()
        .collect();
    // Problems that follow from something unreadable are no causes.
    problems.retain(|problem| !snapshot.rulebooks().any(|one| one.explains(problem)));
    crate::base::diagnostic::sort(&mut problems);
    let is_error = crate::base::diagnostic::Diagnostic::is_error;
    let broken = problems.iter().any(is_error);
    // The cause of a failure comes first.
    if broken {
        show_problems(&problems, arguments.common.color, false);
        print("\n")?;
    }
    print(&render::test_run(&tests, arguments.all))?;
    let low = cover(arguments, &tests)?;
    let written = if arguments.update {
        update(arguments, &tests)?
    } else {
        0
    };
    if !broken {
        show_problems(&problems, arguments.common.color, true);
    }
    Ok(
        match (
            broken || tests.results.is_empty(),
            low || (tests.failed() > 0 && written == 0),
        ) {
            (true, _) => ExitStatus::Broken,
            (false, true) => ExitStatus::Failed,
            (false, false) => ExitStatus::Good,
        },
    )
}

/// Shows and writes the coverage, and says whether it is too low.
fn cover(arguments: &TestArguments, tests: &TestRun) -> anyhow::Result<bool> {
    if arguments.coverage.is_empty() && arguments.min.is_none() {
        return Ok(false);
    }
    let found = coverage(tests);
    for TestOutput(format, file) in &arguments.coverage {
        let text = match format {
            CoverageFormat::Text => {
                let width = standard_output(arguments.common.color).width;
                render::coverage(&found, Emphasis::Plain(width))
            }
            CoverageFormat::Lcov => render::coverage_lcov(&found),
            CoverageFormat::Json => render::coverage_json(&found),
        };
        match file {
            Some(file) => disk::write(file.as_ref(), &text)?,
            None => {
                print(&format!("\n{text}"))?;
            }
        }
    }
    let low = arguments.min.filter(|min| found.percent() < *min);
    if let Some(min) = low {
        print(&format!(
            "\nCoverage is {:.1} %, and {min} % are asked for.\n",
            found.percent()
        ))?;
    }
    Ok(low.is_some())
}

/// Writes the found results into the files of cases; returns how many changed.
fn update(arguments: &TestArguments, tests: &TestRun) -> anyhow::Result<usize> {
    let files = updated(tests);
    for (source, text) in &files {
        disk::rewrite(&arguments.common.root, source.name(), source.text(), text)?;
        print(&format!("Written into {}.\n", source.name()))?;
    }
    Ok(files.len())
}
