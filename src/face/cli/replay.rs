//! `rulebook replay`: assesses again what a record of evidence describes, and compares the results.

use std::path::PathBuf;

use crate::assess::assess;
use crate::assess::snapshot::Snapshot;
use crate::face::cli::common::{Common, ExitStatus};
use crate::face::cli::output::{print, show_diagnostics};
use crate::host::disk;
use crate::render::Evidence;

#[derive(Debug, clap::Args)]
pub(super) struct ReplayArguments {
    /// The file that `check --evidence` wrote
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    common: Common,
}

pub(super) fn replay(arguments: &ReplayArguments) -> anyhow::Result<ExitStatus> {
    let shown = arguments.file.display();
    let wrong = |why: String| anyhow::anyhow!("`{shown}`: {why}");
    let before = Evidence::read(&disk::read_text(&arguments.file)?).map_err(wrong)?;
    let options = before.options().map_err(wrong)?;
    let files = disk::read(&arguments.common.root)?;
    let assessment = assess(&Snapshot::load(&files), &options);
    let after = Evidence::of(&files, &options, &assessment);
    if before.program() != after.program() {
        print(&format!(
            "Written by version {}, assessed again by {}.\n",
            before.program(),
            after.program()
        ))?;
    }
    let differences = before.differences(&after);
    let text = if differences.is_empty() {
        "The same: every input and every result.\n".to_owned()
    } else {
        let lines: Vec<_> = differences
            .iter()
            .map(|line| format!("  {line}\n"))
            .collect();
        format!("Not the same\n{}", lines.concat())
    };
    print(&text)?;
    show_diagnostics(&assessment, arguments.common.color, true);
    Ok(
        match (
            assessment.has_errors() || assessment.rulebooks.is_empty(),
            differences.is_empty(),
        ) {
            (true, _) => ExitStatus::Broken,
            (false, true) => ExitStatus::Good,
            (false, false) => ExitStatus::Failed,
        },
    )
}
