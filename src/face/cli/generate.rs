//! `rulebook generate`: made-up records.

use std::path::PathBuf;

use crate::analysis::synthetic_records::{Draw, Generate, Notation, generate as made_up};
use crate::assess::snapshot::Snapshot;
use crate::face::cli::common::{Common, ExitStatus};
use crate::face::cli::output::{print_with, show_problems};
use crate::face::cli::outside_records;
use crate::host::disk;

#[derive(Debug, clap::Args)]
pub(super) struct GenerateArguments {
    #[command(flatten)]
    common: Common,

    /// The rulebook whose facts are drawn; needed where there are several
    #[arg(long, value_name = "NAME")]
    rulebook: Option<String>,

    /// How many records
    #[arg(long, default_value_t = 1000)]
    count: usize,

    /// Where chance begins: the same seed gives the same records
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// The share of facts that are not known, from 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.05, value_parser = share)]
    unknown: f64,

    /// How a fact is drawn, as `population=log:1000..1000000`, `rate=normal:50,10`,
    /// `big=share:0.3`, `hours=uniform:0..72`; may be given several times
    #[arg(long = "draw", value_name = "PATH=DRAW", value_parser = draw)]
    draws: Vec<(String, Draw)>,

    /// How the records are written
    #[arg(long, value_enum, default_value_t = GenerateFormat::Csv)]
    format: GenerateFormat,

    /// The file to write; standard output when left out
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum GenerateFormat {
    Csv,
    Ndjson,
    Yaml,
}

fn share(text: &str) -> Result<f64, String> {
    let share = text
        .parse()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "expected a number from 0 to 1".to_owned())
}

fn draw(text: &str) -> Result<(String, Draw), String> {
    let (path, draw) = text
        .split_once('=')
        .ok_or("expected the path of a fact, `=` and how it is drawn")?;
    Ok((path.trim().to_owned(), Draw::parse(draw.trim())?))
}

pub(super) fn generate(arguments: &GenerateArguments) -> anyhow::Result<ExitStatus> {
    let snapshot = Snapshot::load(&disk::read(&arguments.common.root)?);
    let options = crate::assess::Options {
        rulebooks: arguments.rulebook.iter().cloned().collect(),
        ..Default::default()
    };
    if snapshot.rulebooks.is_empty() {
        show_problems(&snapshot.diagnostics, arguments.common.color, false);
        return Ok(ExitStatus::Broken);
    }
    // Programmes over one base have the same facts.
    let name = &outside_records::rulebooks(&snapshot, &options)?[0];
    let rulebook = &snapshot
        .criteria(name)
        .expect("it is one of the snapshot")
        .rulebook;
    if let Some((path, _)) = arguments
        .draws
        .iter()
        .find(|(path, _)| !rulebook.schema.has(path))
    {
        anyhow::bail!("the rulebook `{name}` has no fact `{path}`");
    }
    let draws = arguments.draws.iter().cloned().collect();
    let wanted = Generate {
        count: arguments.count,
        seed: arguments.seed,
        unknown: arguments.unknown,
        draws,
    };
    let notation = match arguments.format {
        GenerateFormat::Csv => Notation::Csv,
        GenerateFormat::Ndjson => Notation::Ndjson,
        GenerateFormat::Yaml => Notation::Yaml,
    };
    let pieces = made_up(rulebook, &wanted, notation);
    if let Some(file) = &arguments.out {
        disk::write(file, &pieces.collect::<String>())?;
        return Ok(ExitStatus::Good);
    }
    print_with(|out| {
        let mut pieces = pieces;
        pieces.try_for_each(|piece| out.write_all(piece.as_bytes()))
    })?;
    Ok(ExitStatus::Good)
}
