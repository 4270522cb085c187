//! `rulebook summary`.

use std::collections::BTreeSet;

use crate::analysis::summary::{Summary, SummaryOptions, summarize};
use crate::assess::assessment::Assessment;
use crate::face::cli::assessment_options::Selection;
use crate::face::cli::common::{Common, ExitStatus, PictureFormat};
use crate::face::cli::output::{print, show_diagnostics};
use crate::render::{self, Emphasis};

#[derive(Debug, clap::Args)]
pub(super) struct SummaryArguments {
    #[command(flatten)]
    common: Common,

    #[command(flatten)]
    selection: Selection,

    /// Count by the values of this fact too, those that are unknown as a group of their own; up to 16
    /// facts, each given once
    #[arg(long, value_name = "FACT")]
    by: Vec<String>,

    /// How many of those nearest to each threshold are named
    #[arg(long, value_name = "COUNT", default_value_t = 5)]
    near: usize,

    /// How to show the summary
    #[arg(long, value_enum, default_value_t = PictureFormat::Text)]
    format: PictureFormat,
}

pub(super) fn summary_command(arguments: &SummaryArguments) -> anyhow::Result<ExitStatus> {
    let options = arguments.selection.options();
    let assessment = arguments.common.assess(&options)?.assessment;
    let summaries = summaries(arguments, &assessment)?;
    print(&match arguments.format {
        PictureFormat::Text => render::summary(&summaries, arguments.common.plain()),
        PictureFormat::Markdown => render::summary(&summaries, Emphasis::Markdown),
        PictureFormat::Csv => render::summary_csv(&summaries),
        PictureFormat::Json => render::summary_json(&summaries, &assessment.diagnostics),
        PictureFormat::Svg => render::summary_svg(&summaries),
        PictureFormat::Html => render::summary_html(&summaries),
    })?;
    show_diagnostics(&assessment, arguments.common.color, true);
    let any = assessment.rulebooks.iter().any(|one| !one.is_empty());
    Ok(ExitStatus::good_if(any && !assessment.has_errors()))
}

/// One for each rulebook. A fact to group by has to be one of some rulebook; the others have no
/// groups.
fn summaries<'a>(
    arguments: &SummaryArguments,
    assessment: &'a Assessment,
) -> anyhow::Result<Vec<Summary<'a>>> {
    const MOST: usize = 16;
    let different: BTreeSet<&String> = arguments.by.iter().collect();
    if different.len() > MOST || different.len() < arguments.by.len() {
        anyhow::bail!("give `--by` each fact once, and at most {MOST} of them");
    }
    let with = |by: &[String]| SummaryOptions {
        by: by.to_vec(),
        near: arguments.near,
    };
    let (mut found, mut problem) = (Vec::new(), None);
    for assessed in &assessment.rulebooks {
        let summary = summarize(assessed, &with(&arguments.by)).or_else(|why| {
            problem = Some(why);
            summarize(assessed, &with(&[]))
        });
        found.extend(summary);
    }
    let grouped = found.iter().any(|summary| summary.groups.is_some());
    match problem.filter(|_| !grouped) {
        Some(why) => {
            let help = why.help.map(|help| format!(": {help}")).unwrap_or_default();
            anyhow::bail!("{}{help}", why.message)
        }
        None => Ok(found),
    }
}
