//! `rulebook check`.

use crate::assess::assess;
use crate::assessment::{Assessment, DeterminationKind};
use crate::cli::selection::Selection;
use crate::cli::{Common, ExitStatus, When, print, show_diagnostics, standard_output};
use crate::snapshot::Snapshot;
use crate::{disk, render};

#[derive(Debug, clap::Args)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    common: Common,

    #[command(flatten)]
    selection: Selection,

    /// End with code 1 if a jurisdiction comes to this; may be given several times
    #[arg(long, value_enum, value_name = "DETERMINATION")]
    fail_on: Vec<FailOn>,

    /// How to show the result
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,

    /// Show only what is wrong with the input
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Table,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    Ineligible,
    Undetermined,
}

pub(super) fn check(arguments: &CheckArguments) -> anyhow::Result<ExitStatus> {
    let files = disk::read(&arguments.common.root)?;
    let snapshot = Snapshot::load(&files);
    let assessment = assess(&snapshot, &arguments.selection.options());
    show(arguments, &assessment)?;
    Ok(status(arguments, &assessment))
}

fn show(arguments: &CheckArguments, assessment: &Assessment) -> anyhow::Result<()> {
    let when: When = arguments.common.color;
    if !arguments.quiet {
        let out = standard_output(when);
        print(&match arguments.format {
            Format::Table => render::table(assessment, out.colour, out.width),
            Format::Json => render::json(assessment),
        })?;
    }
    // In JSON the diagnostics are part of the document; people read them as well, on the other stream.
    show_diagnostics(assessment, when, !arguments.quiet && !assessment.rulebooks.is_empty());
    Ok(())
}

pub(super) fn summary(assessment: &Assessment) -> String {
    let errors = assessment.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let warnings = assessment.diagnostics.len() - errors;
    let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    match (errors, warnings) {
        (0, warnings) => format!("\n{}\n", count(warnings, "warning")),
        (errors, 0) => format!("\n{}\n", count(errors, "error")),
        (errors, warnings) => format!("\n{}, {}\n", count(errors, "error"), count(warnings, "warning")),
    }
}

fn status(arguments: &CheckArguments, assessment: &Assessment) -> ExitStatus {
    let any = |kind: DeterminationKind| assessment.rulebooks.iter().any(|assessed| assessed.count(kind) > 0);
    let assessed = assessment.rulebooks.iter().any(|assessed| !assessed.jurisdictions.is_empty());
    if assessment.has_errors() || any(DeterminationKind::Fault) || !assessed {
        return ExitStatus::Broken;
    }
    let failed = arguments.fail_on.iter().any(|fail_on| {
        any(match fail_on {
            FailOn::Ineligible => DeterminationKind::Ineligible,
            FailOn::Undetermined => DeterminationKind::Undetermined,
        })
    });
    if failed { ExitStatus::Failed } else { ExitStatus::Good }
}
