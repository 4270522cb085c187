//! `rulebook history`.

use crate::analysis::history::{Commit, History, HistoryEntry};
use crate::assess::snapshot::Loader;
use crate::face::cli::assessment_options::ReadingOptions;
use crate::face::cli::common::{Common, ExitStatus, SheetFormat};
use crate::face::cli::output::{print, show_diagnostics};
use crate::host::disk::{GitRevision, Revisions};
use crate::render::{self, Emphasis};

#[derive(Debug, clap::Args)]
pub(super) struct HistoryArguments {
    /// The id of the jurisdiction; all when left out
    #[arg(value_name = "JURISDICTION")]
    jurisdiction: Option<String>,

    #[command(flatten)]
    common: Common,

    #[command(flatten)]
    reading: ReadingOptions,

    /// Only so many commits: the last ones
    #[arg(long, value_name = "COUNT", default_value_t = 10_000)]
    commits: usize,

    /// How to show the history
    #[arg(long, value_enum, default_value_t = SheetFormat::Text)]
    format: SheetFormat,
}

pub(super) fn history_command(arguments: &HistoryArguments) -> anyhow::Result<ExitStatus> {
    let wanted: Vec<String> = arguments.jurisdiction.iter().cloned().collect();
    let options = arguments.reading.options(&wanted);
    let mut revisions = Revisions::of(&arguments.common.root, arguments.commits)?;
    let (mut history, mut loader) = (History::default(), Loader::default());
    for place in 0..revisions.list.len() {
        let snapshot = loader.load(&revisions.read(place)?);
        let commit = commit(&revisions.list[place]);
        history.add(commit, &snapshot, &options);
    }
    if history.commits == 0 {
        anyhow::bail!("no commit has a rulebook in this folder: `policies` and `scripts` are new");
    }
    print(&match arguments.format {
        SheetFormat::Text => render::history(&history, arguments.common.plain()),
        SheetFormat::Markdown => render::history(&history, Emphasis::Markdown),
        SheetFormat::Csv => render::history_csv(&history),
        SheetFormat::Json => render::history_json(&history),
    })?;
    let Some(last) = &history.last else {
        return Ok(ExitStatus::Broken);
    };
    show_diagnostics(last, arguments.common.color, true);
    let changed = |entry: &HistoryEntry| matches!(entry, HistoryEntry::Changed(..));
    if !wanted.is_empty() && !history.entries.iter().any(changed) {
        anyhow::bail!("no commit has a jurisdiction `{}`", wanted.join(", "));
    }
    Ok(ExitStatus::good_if(!last.has_errors()))
}

fn commit(revision: &GitRevision) -> Commit {
    Commit {
        id: revision.id.clone(),
        short: revision.short.clone(),
        day: revision.day.clone(),
        author: revision.author.clone(),
        subject: revision.subject.clone(),
    }
}
