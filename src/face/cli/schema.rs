//! `rulebook schema`.

use crate::assess::snapshot::Snapshot;
use crate::base::diagnostic::{Diagnostic, did_you_mean, list_of};
use crate::face::cli::common::{Common, ExitStatus};
use crate::face::cli::output::{print, show_problems};
use crate::host::disk;
use crate::render::{SCHEMA_KINDS, SchemaFile, schemas};

#[derive(Debug, clap::Args)]
pub(super) struct SchemaArguments {
    /// Which schema to print: record, rulebook, cases or waivers
    #[arg(value_name = "KIND", required_unless_present = "write", value_parser = SCHEMA_KINDS)]
    kind: Option<String>,

    /// Of this rulebook; needed when there are several
    #[arg(long, value_name = "NAME")]
    rulebook: Option<String>,

    /// Write all schemas into `policies/<rulebook>/schema/`
    #[arg(long, conflicts_with = "kind")]
    write: bool,

    #[command(flatten)]
    common: Common,
}

pub(super) fn schema_command(arguments: &SchemaArguments) -> anyhow::Result<ExitStatus> {
    let files = disk::read(&arguments.common.root)?;
    let snapshot = Snapshot::load(&files);
    let names: Vec<&str> = snapshot
        .rulebooks()
        .map(|rulebook| rulebook.id.as_str())
        .collect();
    if let Some(wanted) = arguments
        .rulebook
        .as_deref()
        .filter(|wanted| !names.contains(wanted))
    {
        let known = format!("there is {}", list_of(names.iter().copied()));
        let near = did_you_mean(wanted, names.iter().copied()).unwrap_or(known);
        anyhow::bail!("there is no rulebook `{wanted}`: {near}");
    }
    let of = |name: &str| format!("policies/{name}/");
    let chosen = |file: &SchemaFile| {
        arguments
            .rulebook
            .as_ref()
            .is_none_or(|name| file.path.starts_with(&of(name)))
    };
    let found: Vec<SchemaFile> = schemas(&snapshot).into_iter().filter(chosen).collect();
    if found.is_empty() {
        show_problems(&snapshot.diagnostics, arguments.common.color, false);
        return Ok(ExitStatus::Broken);
    }
    match &arguments.kind {
        Some(kind) => {
            let end = format!("/{kind}.json");
            let mut found = found.iter().filter(|file| file.path.ends_with(&end));
            match (found.next(), found.next()) {
                (Some(file), None) => print(&file.text).map(|_| ())?,
                _ => anyhow::bail!("there are several rulebooks: choose one with `--rulebook`"),
            }
        }
        None => {
            for file in &found {
                disk::write_inside(&arguments.common.root, &file.path, &file.text)?;
                print(&format!("Written into {}.\n", file.path))?;
            }
        }
    }
    let broken = snapshot.diagnostics.iter().any(Diagnostic::is_error);
    show_problems(&snapshot.diagnostics, arguments.common.color, true);
    Ok(if broken {
        ExitStatus::Broken
    } else {
        ExitStatus::Good
    })
}
