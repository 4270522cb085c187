//! `rulebook check`.

use crate::assess::{Options, assess};
use crate::assessment::{Assessment, DeterminationKind};
use crate::cli::{Common, ExitStatus, When, print, print_error, standard_error, standard_output};
use crate::fact::Date;
use crate::snapshot::Snapshot;
use crate::{disk, render};

#[derive(Debug, clap::Args)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    common: Common,

    /// Only this rulebook; may be given several times
    #[arg(long = "rulebook", value_name = "NAME")]
    rulebooks: Vec<String>,

    /// Only this jurisdiction; may be given several times
    #[arg(long = "jurisdiction", value_name = "ID")]
    jurisdictions: Vec<String>,

    /// The day to assess for, as 2017-08-03 [default: the rulebook's own]
    #[arg(long, value_name = "DATE", value_parser = Date::parse)]
    as_of: Option<Date>,

    /// Another value for a parameter; may be given several times
    #[arg(long = "set", value_name = "PARAM=VALUE", value_parser = assignment)]
    parameters: Vec<(String, String)>,

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

fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.trim().to_owned())),
        _ => Err("expected a name, `=` and a value, as in `reading=control`".to_owned()),
    }
}

pub(super) fn check(arguments: &CheckArguments) -> anyhow::Result<ExitStatus> {
    let files = disk::read(&arguments.common.root)?;
    let snapshot = Snapshot::load(&files);
    let options = Options {
        rulebooks: arguments.rulebooks.clone(),
        jurisdictions: arguments.jurisdictions.clone(),
        as_of: arguments.as_of,
        parameters: arguments.parameters.clone(),
    };
    let assessment = assess(&snapshot, &options);
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
    let error = standard_error(when);
    let shown = render::diagnostics(&assessment.diagnostics, error.colour, error.width);
    if !shown.is_empty() {
        let between = if arguments.quiet || assessment.rulebooks.is_empty() { "" } else { "\n" };
        print_error(&format!("{between}{shown}{}", summary(assessment)));
    }
    Ok(())
}

fn summary(assessment: &Assessment) -> String {
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
