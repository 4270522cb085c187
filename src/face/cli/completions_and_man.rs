//! `rulebook completions` and `rulebook man`: written from the options themselves.

use std::path::PathBuf;

use clap::Command;
use clap_complete::Shell;

use crate::face::cli::common::ExitStatus;
use crate::face::cli::output::print;
use crate::host::disk;

#[derive(Debug, clap::Args)]
pub(super) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

#[derive(Debug, clap::Args)]
pub(super) struct ManArguments {
    /// Write a page for each command into this folder instead of printing the first
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub(super) fn completions(
    arguments: &CompletionsArguments,
    mut command: Command,
) -> anyhow::Result<ExitStatus> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "rulebook", &mut text);
    print(&String::from_utf8(text)?)?;
    Ok(ExitStatus::Good)
}

pub(super) fn man(arguments: &ManArguments, mut command: Command) -> anyhow::Result<ExitStatus> {
    command.build();
    let Some(folder) = &arguments.folder else {
        print(&page(&command, "rulebook")?)?;
        return Ok(ExitStatus::Good);
    };
    let below = command
        .get_subcommands()
        .filter(|command| command.get_name() != "help");
    let pages = below.map(|command| (command, format!("rulebook-{}", command.get_name())));
    for (command, name) in [(&command, "rulebook".to_owned())].into_iter().chain(pages) {
        let path = folder.join(format!("{name}.1"));
        disk::write(&path, &page(command, &name)?)?;
        print(&format!("Written: {}\n", path.display()))?;
    }
    Ok(ExitStatus::Good)
}

fn page(command: &Command, name: &str) -> anyhow::Result<String> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command.clone())
        .title(name)
        .render(&mut text)?;
    Ok(String::from_utf8(text)?)
}
