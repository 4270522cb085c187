//! `rulebook timeline`.

use crate::analysis::timeline::timeline;
use crate::assess::snapshot::Snapshot;
use crate::face::cli::assessment_options::ReadingOptions;
use crate::face::cli::common::{Common, ExitStatus, SheetFormat};
use crate::face::cli::output::{print, show_diagnostics};
use crate::formats::written_date::typed_day;
use crate::host::disk;
use crate::model::fact::Date;
use crate::render::{self, Emphasis};

#[derive(Debug, clap::Args)]
pub(super) struct TimelineArguments {
    /// The id of the jurisdiction; all when left out
    #[arg(value_name = "JURISDICTION")]
    jurisdiction: Option<String>,

    #[command(flatten)]
    common: Common,

    #[command(flatten)]
    reading: ReadingOptions,

    /// The first day
    #[arg(long, value_name = "DATE", value_parser = typed_day)]
    from: Date,

    /// The last day
    #[arg(long, value_name = "DATE", value_parser = typed_day)]
    to: Date,

    /// How to show the timeline
    #[arg(long, value_enum, default_value_t = SheetFormat::Text)]
    format: SheetFormat,
}

pub(super) fn timeline_command(arguments: &TimelineArguments) -> anyhow::Result<ExitStatus> {
    let wanted: Vec<String> = arguments.jurisdiction.iter().cloned().collect();
    let options = arguments.reading.options(&wanted);
    if options.as_of.is_some() {
        anyhow::bail!("a timeline goes from day to day: leave out --as-of");
    }
    let snapshot = Snapshot::load(&disk::read(&arguments.common.root)?);
    let days = (arguments.from, arguments.to);
    let found = timeline(&snapshot, &options, days).map_err(|why| {
        let help = why.help.map(|help| format!(": {help}")).unwrap_or_default();
        anyhow::anyhow!("{}{help}", why.message)
    })?;
    let any = found.start.rulebooks.iter().any(|one| !one.is_empty());
    // Without results there is no answer in words: "does not change" would be wrong.
    let in_words = matches!(arguments.format, SheetFormat::Text | SheetFormat::Markdown);
    let page = match arguments.format {
        _ if in_words && !any => String::new(),
        SheetFormat::Text => render::timeline(&found, arguments.common.plain()),
        SheetFormat::Markdown => render::timeline(&found, Emphasis::Markdown),
        SheetFormat::Csv => render::timeline_csv(&found),
        SheetFormat::Json => render::timeline_json(&found),
    };
    print(&page)?;
    show_diagnostics(&found.start, arguments.common.color, true);
    Ok(ExitStatus::good_if(any && !found.start.has_errors()))
}
