//! `rulebook statistics`.

use crate::assess::assess;
use crate::assess::snapshot::Snapshot;
use crate::face::cli::common::{Common, ExitStatus};
use crate::face::cli::output::{print, show_diagnostics, standard_output};
use crate::face::cli::selection::Selection;
use crate::render::{self, Style};

#[derive(Debug, clap::Args)]
pub(super) struct StatisticsArguments {
    #[command(flatten)]
    common: Common,

    #[command(flatten)]
    selection: Selection,

    /// How to show the statistics
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Markdown,
    Json,
}

pub(super) fn statistics_command(arguments: &StatisticsArguments) -> anyhow::Result<ExitStatus> {
    let files = crate::host::disk::read(&arguments.common.root)?;
    let assessment = assess(&Snapshot::load(&files), &arguments.selection.options());
    print(&match arguments.format {
        Format::Text => render::statistics(
            &assessment.rulebooks,
            Style::Plain(standard_output(arguments.common.color).width),
        ),
        Format::Markdown => render::statistics(&assessment.rulebooks, Style::Markdown),
        Format::Json => render::statistics_json(&assessment),
    })?;
    show_diagnostics(&assessment, arguments.common.color, true);
    Ok(if assessment.has_errors() {
        ExitStatus::Broken
    } else {
        ExitStatus::Good
    })
}
