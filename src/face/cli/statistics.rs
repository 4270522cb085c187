//! `rulebook statistics`.

use crate::face::cli::assessment_options::Selection;
use crate::face::cli::common::{Common, ExitStatus, Format};
use crate::face::cli::output::{print, show_diagnostics};
use crate::render::{self};

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

pub(super) fn statistics_command(arguments: &StatisticsArguments) -> anyhow::Result<ExitStatus> {
    let options = arguments.selection.options();
    let assessment = arguments.common.assess(&options)?.assessment;
    print(&match arguments.common.style(arguments.format) {
        Some(style) => render::statistics(&assessment.rulebooks, style),
        None => render::statistics_json(&assessment),
    })?;
    show_diagnostics(&assessment, arguments.common.color, true);
    Ok(ExitStatus::good_if(!assessment.has_errors()))
}
