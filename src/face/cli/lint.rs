//! `rulebook lint`.

use crate::analysis::lint::{LintOptions, lint, page};
use crate::base::diagnostic::{Code, Diagnostic, list_of};
use crate::face::cli::assessment_options::ReadingOptions;
use crate::face::cli::common::{Assessed, Common, ExitStatus};
use crate::face::cli::output::{print, show_problems};

#[derive(Debug, clap::Args)]
pub(super) struct LintArguments {
    /// Say what a lint means, by its code
    #[arg(long, value_name = "CODE")]
    explain: Option<String>,

    /// Say so when a source is older than so many days on the as-of date
    #[arg(long, value_name = "DAYS")]
    stale_after: Option<u32>,

    /// Point at divisions of whole numbers, which dropped the fraction before numbers were exact
    #[arg(long)]
    divisions: bool,

    /// End with code 1 if there is anything to say
    #[arg(long)]
    deny: bool,

    #[command(flatten)]
    common: Common,

    #[command(flatten)]
    reading: ReadingOptions,
}

pub(super) fn lint_command(arguments: &LintArguments) -> anyhow::Result<ExitStatus> {
    if let Some(name) = &arguments.explain {
        let Some(page) = page(name) else {
            let lints = Code::ALL
                .iter()
                .map(|code| code.as_str())
                .filter(|code| code.starts_with("R3"));
            anyhow::bail!("there is no lint `{name}`: there is {}", list_of(lints));
        };
        print(&page)?;
        return Ok(ExitStatus::Good);
    }
    let Assessed {
        files, assessment, ..
    } = arguments.common.assess(&arguments.reading.options(&[]))?;
    let options = LintOptions {
        stale_after: arguments.stale_after.map(i64::from),
        divisions: arguments.divisions,
    };
    let found = lint(&files, &assessment, options);
    let any = !found.is_empty();
    let mut problems: Vec<Diagnostic> = found
        .into_iter()
        .chain(assessment.diagnostics.iter().cloned())
        .collect();
    crate::base::diagnostic::sort(&mut problems);
    if problems.is_empty() {
        print("Nothing to say.\n")?;
    }
    show_problems(&problems, arguments.common.color, false);
    let broken = problems.iter().any(Diagnostic::is_error) || assessment.rulebooks.is_empty();
    Ok(match (broken, any && arguments.deny) {
        (true, _) => ExitStatus::Broken,
        (false, true) => ExitStatus::Failed,
        (false, false) => ExitStatus::Good,
    })
}
