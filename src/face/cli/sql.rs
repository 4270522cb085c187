//! `rulebook sql`: the criteria for an engine that holds the records.

use crate::assess::snapshot::Snapshot;
use crate::assess::{Explored, Options};
use crate::base::diagnostic::Diagnostic;
use crate::face::cli::assessment_options::assignment;
use crate::face::cli::common::{Common, ExitStatus};
use crate::face::cli::impact::version;
use crate::face::cli::output::{print, show_problems};
use crate::formats::written_date::typed_day;
use crate::host::disk;
use crate::model::fact::Date;
use crate::render::sql::{
    Dialect, Make, Mapping, Naming, SqlOptions, Statistics, ddl, impact, reasons, sql,
};
use crate::tree::Limits;

#[derive(Debug, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "options that are there or not"
)]
pub(super) struct SqlArguments {
    /// The engine it is for
    #[arg(long, value_name = "DIALECT", default_value = "duckdb", value_parser = Dialect::ALL.map(Dialect::name))]
    dialect: String,

    /// What the statement makes
    #[arg(long = "as", value_enum, default_value_t = StatementForm::View)]
    make: StatementForm,

    /// The table that holds the records
    #[arg(long, value_name = "NAME", default_value = "records")]
    table: String,

    /// The name of the view or the table [default: the rulebook's, and `_results`]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// How the columns of the facts are named
    #[arg(long, value_enum, default_value_t = Names::Underscored)]
    columns: Names,

    /// The column of a fact, as `jail.access=Access`; may be given several times
    #[arg(long = "column", value_name = "FACT=COLUMN", value_parser = assignment)]
    named: Vec<(String, String)>,

    /// Name the missing facts that decide, for the determination and for each finding
    #[arg(long)]
    missing: bool,

    /// Give the number of the outcome of each finding, as the remarks have it
    #[arg(long)]
    rows: bool,

    /// Where statistics come from: the engine calculates them from its own records, or the statement
    /// holds their values in the files
    #[arg(long, value_enum, default_value_t = From::Engine)]
    statistics: From,

    /// Write a statement that names those whose determination differs from that of another version: a
    /// folder or a git revision
    #[arg(long, value_name = "BASE", conflicts_with_all = ["missing", "rows"])]
    impact: Option<String>,

    /// Write the statement that makes a table for the records instead
    #[arg(long, conflicts_with_all = ["make", "missing", "rows", "name", "impact"])]
    ddl: bool,

    /// Write the statement that makes a table of all outcomes and their reasons instead, to be joined
    /// by condition and row
    #[arg(long, conflicts_with_all = ["make", "missing", "rows", "ddl", "impact"])]
    reasons: bool,

    #[command(flatten)]
    common: Common,

    /// Only this rulebook; may be given several times
    #[arg(long = "rulebook", value_name = "NAME")]
    rulebooks: Vec<String>,

    /// The day to assess for, as 2017-08-03 [default: the rulebook's own]
    #[arg(long, value_name = "DATE", value_parser = typed_day)]
    as_of: Option<Date>,

    /// Another value for a parameter; may be given several times
    #[arg(long = "set", value_name = "PARAM=VALUE", value_parser = assignment)]
    parameters: Vec<(String, String)>,
}

/// Scripts with more paths are written state by state: point systems have many paths, few totals.
const APART: usize = 500;

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum StatementForm {
    View,
    Select,
    Table,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum From {
    /// Calculated from all rows of the table
    Engine,
    /// Their values in the files, as numbers
    Literals,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Names {
    /// `jail_access` for `jail.access`
    Underscored,
    /// `jail.access`
    Dotted,
}

pub(super) fn sql_command(arguments: &SqlArguments) -> anyhow::Result<ExitStatus> {
    let options = Options {
        rulebooks: arguments.rulebooks.clone(),
        as_of: arguments.as_of,
        parameters: arguments.parameters.clone(),
        ..Options::default()
    };
    let root = &arguments.common.root;
    let base = arguments.impact.as_ref();
    let base = base.map(|named| version(root, named)).transpose()?;
    let snapshot = Snapshot::load(&disk::read(root)?);
    let explored_now = explored(&snapshot, options.clone());
    let mut problems = explored_now.diagnostics.clone();
    let (mut text, mut refused) = (String::new(), false);
    let prepared = explored_now.prepared();
    let before = base.map(|base| {
        let explored = explored(&Snapshot::load(&base.files), options);
        // Problems of another version are not problems here.
        (base.name, explored.prepared())
    });
    let wanted = wanted(arguments);
    if wanted.name.is_some() && prepared.len() > 1 {
        anyhow::bail!("`--name` is for one rulebook: choose it with `--rulebook`");
    }
    for one in &prepared {
        if let Some((path, _)) = (wanted.mapping.named.iter())
            .find(|(path, _)| !one.rulebook().schema.paths().any(|known| known == path))
        {
            anyhow::bail!("the rulebook `{}` has no fact `{path}`", one.rulebook().id);
        }
        let written = if arguments.ddl {
            Ok(ddl(one, &wanted))
        } else if arguments.reasons {
            reasons(one, &wanted)
        } else if let Some((name, before)) = &before {
            let id = &one.rulebook().id;
            let Some(before) = before.iter().find(|before| before.rulebook().id == *id) else {
                anyhow::bail!("{name} has no rulebook `{id}`");
            };
            impact((name, before), one, &wanted)
        } else {
            sql(one, &wanted)
        };
        match written {
            Ok(statement) => text += &statement,
            Err(why) => {
                refused = true;
                problems.extend(why);
            }
        }
    }
    // Problems of single records do not concern the criteria.
    let whole = !prepared.is_empty() && !refused;
    if whole {
        print(&text)?;
    }
    show_problems(&problems, arguments.common.color, whole);
    let broken = problems.iter().any(Diagnostic::is_error);
    Ok(ExitStatus::good_if(whole && !broken))
}

/// All scripts explored. If some have no tree, paths that meet are followed once, and these scripts
/// share the work.
fn explored(snapshot: &Snapshot, options: Options) -> Explored {
    let explored = Explored::new(snapshot, &options, None);
    let many = explored.without_tree();
    if many == 0 {
        return explored;
    }
    let limits = Limits {
        apart: APART,
        work: options.limits.work / many,
        ..options.limits
    };
    Explored::new(snapshot, &Options { limits, ..options }, None)
}

fn wanted(arguments: &SqlArguments) -> SqlOptions {
    SqlOptions {
        dialect: Dialect::named(&arguments.dialect).expect("it is one of the names"),
        make: match arguments.make {
            StatementForm::View => Make::View,
            StatementForm::Select => Make::Select,
            StatementForm::Table => Make::Table,
        },
        table: arguments.table.clone(),
        name: arguments.name.clone(),
        mapping: Mapping {
            naming: match arguments.columns {
                Names::Underscored => Naming::Underscored,
                Names::Dotted => Naming::Dotted,
            },
            named: arguments.named.clone(),
        },
        missing: arguments.missing,
        rows: arguments.rows,
        statistics: match arguments.statistics {
            From::Engine => Statistics::Calculated,
            From::Literals => Statistics::Literal,
        },
    }
}
