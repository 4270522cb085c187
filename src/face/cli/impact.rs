//! `rulebook impact`.

use std::path::Path;

use crate::analysis::impact::{Impact, JurisdictionImpact};
use crate::assess::assessment::Assessment;
use crate::assess::snapshot::Loader;
use crate::assess::{Options, SetFact, assess, assess_after};
use crate::base::diagnostic::{Code, Diagnostic};
use crate::face::cli::assessment_options::{ReadingOptions, assignment, fact};
use crate::face::cli::common::{Common, ExitStatus};
use crate::face::cli::output::{print, print_error, show_diagnostics, standard_output};
use crate::formats::written_date::typed_day;
use crate::host::disk;
use crate::model::fact::Date;
use crate::model::input_files::Files;
use crate::render::{self, Emphasis, Side};

#[derive(Debug, clap::Args)]
pub(super) struct ImpactArguments {
    /// What to compare with: a folder or a git revision [default: HEAD, the last commit; with an
    /// option for one side alone, the files as they are]
    #[arg(value_name = "BASE")]
    base: Option<String>,

    /// What to compare: a folder or a git revision [default: the files as they are]
    #[arg(value_name = "HEAD")]
    head: Option<String>,

    #[command(flatten)]
    common: Common,

    #[command(flatten)]
    reading: ReadingOptions,

    /// The day to assess the base for
    #[arg(long, value_name = "DATE", value_parser = typed_day)]
    base_as_of: Option<Date>,

    /// The day to assess the head for
    #[arg(long, value_name = "DATE", value_parser = typed_day)]
    head_as_of: Option<Date>,

    /// Another value for a parameter in the base alone; may be given several times
    #[arg(long, value_name = "PARAM=VALUE", value_parser = assignment)]
    base_set: Vec<(String, String)>,

    /// Another value for a parameter in the head alone; may be given several times
    #[arg(long, value_name = "PARAM=VALUE", value_parser = assignment)]
    head_set: Vec<(String, String)>,

    /// What if a record of the base stated this; may be given several times
    #[arg(long, value_name = "JURISDICTION.PATH=VALUE", value_parser = fact)]
    base_set_fact: Vec<SetFact>,

    /// What if a record of the head stated this; may be given several times
    #[arg(long, value_name = "JURISDICTION.PATH=VALUE", value_parser = fact)]
    head_set_fact: Vec<SetFact>,

    /// Count who gains and who loses by the values of this fact too, those that are unknown as a group
    /// of their own; may be given several times
    #[arg(long, value_name = "FACT")]
    by: Vec<String>,

    /// Go down to the facts behind derived facts, in the cases in which conditions differ
    #[arg(long)]
    expand: bool,

    /// End with code 1 if this happens; may be given several times
    #[arg(long, value_enum, value_name = "CHANGE")]
    fail_on: Vec<ImpactFailOn>,

    /// How to show the impact
    #[arg(long, value_enum, default_value_t = ImpactFormat::Text)]
    format: ImpactFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum ImpactFormat {
    Text,
    Markdown,
    Csv,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum ImpactFailOn {
    /// A jurisdiction was eligible and is not, or is ineligible and was not
    Lost,
    /// A jurisdiction is eligible and was not
    Gained,
    /// Any determination or finding changed
    Any,
}

/// One version of the criteria and records.
pub(super) struct Version {
    pub(super) files: Files,
    pub(super) name: String,
}

pub(super) fn impact_command(arguments: &ImpactArguments) -> anyhow::Result<ExitStatus> {
    let (base, head) = versions(arguments)?;
    let (base_options, head_options) = options(arguments);
    let base_files = base.files;
    let mut loader = Loader::default();
    let all_new = !has_rulebook(&base_files);
    // Files without a rulebook have nothing to report.
    let base_files = if all_new { Files::new() } else { base_files };
    let before = if all_new {
        Assessment {
            rulebooks: Vec::new(),
            diagnostics: Vec::new(),
        }
    } else {
        assess(&loader.load(&base_files), &base_options)
    };
    let head_files = sharing(head.files, &base_files);
    let after = assess_after(&loader.load(&head_files), &head_options, &before);
    // A refused option is not a change of any result.
    if let Some(refused) = [&before, &after].into_iter().find(|side| is_refused(side)) {
        show_diagnostics(refused, arguments.common.color, false);
        return Ok(ExitStatus::Broken);
    }
    let impact = Impact::between(&before, &after);
    let impact = if arguments.expand {
        impact
    } else {
        impact.at_derived_facts(&before, &after)
    };
    let impact = match arguments.by.as_slice() {
        [] => impact,
        by => impact.by(&before, &after, by).map_err(|why| {
            let help = why.help.map(|help| format!(": {help}")).unwrap_or_default();
            anyhow::anyhow!("{}{help}", why.message)
        })?,
    };
    let base_name = if all_new {
        format!("{}, which has no rulebook", base.name)
    } else {
        base.name
    };
    let (base_name, head_name) = names(arguments, base_name, head.name);
    show(
        arguments,
        &impact,
        (&base_name, &before),
        (&head_name, &after),
    )?;
    let assessed = |assessment: &Assessment| assessment.rulebooks.iter().any(|one| !one.is_empty());
    if after.has_errors() || !assessed(&after) || !(all_new || assessed(&before)) {
        return Ok(ExitStatus::Broken);
    }
    let failed = arguments.fail_on.iter().any(|fail_on| match fail_on {
        ImpactFailOn::Lost => impact.jurisdictions().any(JurisdictionImpact::lost),
        ImpactFailOn::Gained => impact.jurisdictions().any(JurisdictionImpact::gained),
        ImpactFailOn::Any => impact.jurisdictions().next().is_some(),
    });
    Ok(if failed {
        ExitStatus::Failed
    } else {
        ExitStatus::Good
    })
}

/// Whether an option named something that is not there, or cannot be: nothing was assessed then.
fn is_refused(side: &Assessment) -> bool {
    let of_an_option = |one: &Diagnostic| {
        one.is_error() && one.file().is_none() && one.code != Code::NothingToCheck
    };
    side.rulebooks.is_empty() && side.diagnostics.iter().any(of_an_option)
}

/// Whether there is a rulebook at all: one that is added is new as a whole.
fn has_rulebook(files: &Files) -> bool {
    let is_one = |path: &str| {
        let inside = path.strip_prefix("policies/");
        let rest = inside.and_then(|path| path.split_once('/'));
        rest.is_some_and(|(_, name)| name.starts_with("rulebook."))
    };
    files.paths().any(is_one)
}

fn versions(arguments: &ImpactArguments) -> anyhow::Result<(Version, Version)> {
    let root = &arguments.common.root;
    let tree = || -> anyhow::Result<Version> {
        Ok(Version {
            files: disk::read(root)?,
            name: "the files as they are".to_owned(),
        })
    };
    let one_side = one_side(arguments);
    let base = match &arguments.base {
        Some(named) => version(root, named)?,
        None if one_side => tree()?,
        None => revision(root, "HEAD").map_err(|error| {
            error.context(
                "without a base the last commit is compared with; name two folders or \
                 revisions, or give one side another parameter with `--head-set`",
            )
        })?,
    };
    let head = match &arguments.head {
        Some(named) => version(root, named)?,
        None => tree()?,
    };
    Ok((base, head))
}

/// Whether an option is about one side alone.
fn one_side(arguments: &ImpactArguments) -> bool {
    arguments.base_as_of.is_some()
        || arguments.head_as_of.is_some()
        || !arguments.base_set.is_empty()
        || !arguments.head_set.is_empty()
        || !arguments.base_set_fact.is_empty()
        || !arguments.head_set_fact.is_empty()
}

/// A folder of this name, or else a revision.
#[expect(clippy::disallowed_methods, reason = "a folder that somebody named")]
pub(super) fn version(root: &Path, named: &str) -> anyhow::Result<Version> {
    if Path::new(named).is_dir() {
        return Ok(Version {
            files: disk::read(Path::new(named))?,
            name: format!("the folder {named}"),
        });
    }
    revision(root, named)
}

fn revision(root: &Path, named: &str) -> anyhow::Result<Version> {
    let (files, short) = disk::read_revision(root, named)?;
    let name = if named.starts_with(&short) {
        short
    } else {
        format!("{named} ({short})")
    };
    Ok(Version { files, name })
}

fn options(arguments: &ImpactArguments) -> (Options, Options) {
    let common = arguments.reading.options(&[]);
    let with = |as_of: Option<Date>, parameters: &[(String, String)], facts: &[SetFact]| Options {
        as_of: as_of.or(common.as_of),
        parameters: common
            .parameters
            .iter()
            .chain(parameters)
            .cloned()
            .collect(),
        facts: common.facts.iter().chain(facts).cloned().collect(),
        ..common.clone()
    };
    (
        with(
            arguments.base_as_of,
            &arguments.base_set,
            &arguments.base_set_fact,
        ),
        with(
            arguments.head_as_of,
            &arguments.head_set,
            &arguments.head_set_fact,
        ),
    )
}

/// The versions in words, with what options make of them.
fn names(arguments: &ImpactArguments, base: String, head: String) -> (String, String) {
    let with =
        |name: String, as_of: Option<Date>, parameters: &[(String, String)], facts: &[SetFact]| {
            let as_of = as_of.map(|day| format!("as of {day}"));
            let parameters = parameters
                .iter()
                .map(|(name, value)| format!("with {name} = {value}"));
            let facts = facts
                .iter()
                .map(|fact| format!("if {}.{} = {}", fact.jurisdiction, fact.path, fact.value));
            [name]
                .into_iter()
                .chain(as_of)
                .chain(parameters)
                .chain(facts)
                .collect::<Vec<_>>()
                .join(", ")
        };
    (
        with(
            base,
            arguments.base_as_of,
            &arguments.base_set,
            &arguments.base_set_fact,
        ),
        with(
            head,
            arguments.head_as_of,
            &arguments.head_set,
            &arguments.head_set_fact,
        ),
    )
}

/// Copies of files that share the texts which others also have: shared texts are not read twice.
fn sharing(mut files: Files, others: &Files) -> Files {
    let same: Vec<String> = files
        .paths()
        .filter(|path| files.agrees_with(others, path))
        .map(str::to_owned)
        .collect();
    for path in same {
        files.copy_from(others, &path);
    }
    files
}

fn show(
    arguments: &ImpactArguments,
    impact: &Impact,
    (base_name, before): (&str, &Assessment),
    (head_name, after): (&str, &Assessment),
) -> anyhow::Result<()> {
    let when = arguments.common.color;
    print(&match arguments.format {
        ImpactFormat::Text => {
            let style = Emphasis::Plain(standard_output(when).width);
            render::impact(impact, base_name, head_name, style)
        }
        ImpactFormat::Markdown => render::impact(impact, base_name, head_name, Emphasis::Markdown),
        ImpactFormat::Csv => render::impact_csv(impact),
        ImpactFormat::Json => render::impact_json(
            impact,
            Side {
                version: base_name,
                diagnostics: &before.diagnostics,
            },
            Side {
                version: head_name,
                diagnostics: &after.diagnostics,
            },
        ),
    })?;
    let fresh = before
        .diagnostics
        .iter()
        .filter(|one| !after.diagnostics.contains(one))
        .count();
    if fresh > 0 {
        print_error(&format!("\nIn {base_name}:\n"));
        show_diagnostics(before, when, true);
    }
    if !after.diagnostics.is_empty() {
        print_error(&format!("\nIn {head_name}:\n"));
        show_diagnostics(after, when, true);
    }
    Ok(())
}
