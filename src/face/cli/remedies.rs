//! `rulebook remedies`.

use crate::analysis::remedies::{ALL_REMEDIES, MOST_REMEDIES, at_most, jointly, with_statistics};
use crate::assess::result_types::DeterminationKind;
use crate::face::cli::assessment_options::ReadingOptions;
use crate::face::cli::common::{Assessed, Common, ExitStatus, Format};
use crate::face::cli::output::{print, show_diagnostics};
use crate::render::{self};

#[derive(Debug, clap::Args)]
pub(super) struct RemediesArguments {
    /// The id of the jurisdiction
    #[arg(value_name = "JURISDICTION")]
    jurisdiction: String,

    /// What the result should be
    #[arg(long, value_enum, default_value_t = Want::Eligible)]
    want: Want,

    /// Compute statistics anew with each change, in place of holding them fixed
    #[arg(long)]
    joint: bool,

    /// Show all that are found, and not those alone with the fewest changes
    #[arg(long)]
    all: bool,

    #[command(flatten)]
    common: Common,

    #[command(flatten)]
    reading: ReadingOptions,

    /// How to show the remedies
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Want {
    Eligible,
    #[value(alias = "not eligible", alias = "not_eligible", alias = "not-eligible")]
    Ineligible,
}

pub(super) fn remedies_command(arguments: &RemediesArguments) -> anyhow::Result<ExitStatus> {
    let options = arguments
        .reading
        .options(std::slice::from_ref(&arguments.jurisdiction));
    let Assessed {
        snapshot,
        assessment,
        ..
    } = arguments.common.assess(&options)?;
    let want = match arguments.want {
        Want::Eligible => DeterminationKind::Eligible,
        Want::Ineligible => DeterminationKind::Ineligible,
    };
    let mut any = false;
    for assessed in &assessment.rulebooks {
        let Some(one) = assessed.jurisdiction(&arguments.jurisdiction) else {
            continue;
        };
        let most = if arguments.all {
            ALL_REMEDIES
        } else {
            MOST_REMEDIES
        };
        let found = at_most(assessed, one, want, most);
        let found = if arguments.joint {
            jointly(&snapshot, &options, &assessment, found)
        } else {
            with_statistics(&snapshot, &options, &assessment, found)
        };
        // A program reads them all.
        let found = if arguments.all || arguments.format == Format::Json {
            found
        } else {
            found.shortest()
        };
        if any && arguments.format != Format::Json {
            print("\n")?;
        }
        any = true;
        print(&match arguments.common.style(arguments.format) {
            Some(style) => render::remedies(&found, style),
            None => render::remedies_json(&found, &assessment.diagnostics),
        })?;
    }
    show_diagnostics(&assessment, arguments.common.color, any);
    let fine = !assessment.has_errors() && any;
    Ok(ExitStatus::good_if(fine))
}
