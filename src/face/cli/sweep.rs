//! `rulebook sweep`.

use crate::analysis::sweep::Sweep;
use crate::assess::Options;
use crate::assess::snapshot::Snapshot;
use crate::base::diagnostic::{Diagnostic, did_you_mean, list_of};
use crate::face::cli::assessment_options::Selection;
use crate::face::cli::common::{Common, ExitStatus, PictureFormat};
use crate::face::cli::output::{print, show_problems};
use crate::host::disk;
use crate::render::{self, Emphasis};

#[derive(Debug, clap::Args)]
pub(super) struct SweepArguments {
    /// The parameter and its values, as `least=50..200`
    #[arg(value_name = "PARAMETER=FROM..TO", value_parser = range)]
    range: ParameterRange,

    #[command(flatten)]
    common: Common,

    #[command(flatten)]
    selection: Selection,

    /// Say for which values exactly so many are eligible
    #[arg(long, value_name = "COUNT")]
    exactly: Option<usize>,

    /// How to show the sweep
    #[arg(long, value_enum, default_value_t = PictureFormat::Text)]
    format: PictureFormat,
}

/// A parameter and two values, as they are written.
#[derive(Clone, Debug)]
struct ParameterRange {
    parameter: String,
    from: String,
    to: String,
}

fn range(text: &str) -> Result<ParameterRange, String> {
    let parts = text.split_once('=');
    let parts = parts.and_then(|(name, values)| Some((name, values.split_once("..")?)));
    match parts {
        Some((name, (from, to))) if ![name, from, to].iter().any(|part| part.trim().is_empty()) => {
            Ok(ParameterRange {
                parameter: name.trim().to_owned(),
                from: from.trim().to_owned(),
                to: to.trim().to_owned(),
            })
        }
        _ => Err(
            "expected a parameter, `=` and two values with `..` between them, as in \
                  `least=50..200`"
                .to_owned(),
        ),
    }
}

pub(super) fn sweep_command(arguments: &SweepArguments) -> anyhow::Result<ExitStatus> {
    let options = arguments.selection.options();
    let files = disk::read(&arguments.common.root)?;
    let snapshot = Snapshot::load(&files);
    let sweeps = sweeps(arguments, &snapshot, &options)?;
    let mut problems = snapshot.diagnostics.clone();
    for one in sweeps.iter().flat_map(Sweep::diagnostics) {
        if !problems.contains(one) {
            problems.push(one.clone());
        }
    }
    print(&match arguments.format {
        PictureFormat::Text => render::sweep(&sweeps, arguments.exactly, arguments.common.plain()),
        PictureFormat::Markdown => render::sweep(&sweeps, arguments.exactly, Emphasis::Markdown),
        PictureFormat::Csv => render::sweep_csv(&sweeps),
        PictureFormat::Json => render::sweep_json(&sweeps, arguments.exactly, &problems),
        PictureFormat::Svg => render::sweep_svg(&sweeps),
        PictureFormat::Html => render::sweep_html(&sweeps, arguments.exactly),
    })?;
    show_problems(&problems, arguments.common.color, true);
    let any = sweeps.iter().any(|sweep| !sweep.is_empty());
    Ok(ExitStatus::good_if(
        any && !problems.iter().any(Diagnostic::is_error),
    ))
}

/// One for each rulebook that has the parameter.
fn sweeps(
    arguments: &SweepArguments,
    snapshot: &Snapshot,
    options: &Options,
) -> anyhow::Result<Vec<Sweep>> {
    let ParameterRange {
        parameter,
        from,
        to,
    } = &arguments.range;
    let wanted =
        |id: &str| options.rulebooks.is_empty() || options.rulebooks.iter().any(|one| one == id);
    let read = || snapshot.rulebooks().filter(|one| wanted(one.id.as_str()));
    let names = || read().flat_map(|one| one.parameters.iter().map(|known| &*known.name));
    let having = read().filter(|one| {
        one.parameters
            .iter()
            .any(|known| *known.name == **parameter)
    });
    let sweep = |id: &str| {
        Sweep::new(snapshot, options, id, parameter, (from, to)).map_err(|why| {
            let help = why.help.map(|help| format!(": {help}")).unwrap_or_default();
            anyhow::anyhow!("{}{help}", why.message)
        })
    };
    let found: Vec<Sweep> = having
        .map(|one| sweep(one.id.as_str()))
        .collect::<anyhow::Result<_>>()?;
    if found.is_empty() && read().next().is_some() {
        let known = format!("there is {}", list_of(names()));
        let help = did_you_mean(parameter, names()).unwrap_or(known);
        anyhow::bail!("there is no parameter `{parameter}`: {help}");
    }
    Ok(found)
}
