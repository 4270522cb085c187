//! `rulebook table`.

use std::collections::BTreeSet;

use crate::analysis::decision_table::{DecisionTable, NoTable};
use crate::assess::assessment::{Assessment, RulebookAssessment};
use crate::assess::explored_scripts::ConditionUsed;
use crate::base::diagnostic::{Diagnostic, did_you_mean, id_of_title, list_of};
use crate::face::cli::assessment_options::Selection;
use crate::face::cli::common::{Common, ExitStatus, SheetFormat};
use crate::face::cli::output::{print, show_diagnostics};
use crate::model::typed_indexes::ConditionIndex;
use crate::render::{self, Emphasis};

#[derive(Debug, clap::Args)]
pub(super) struct TableArguments {
    /// The condition: the name of its script, or where that is
    #[arg(value_name = "CONDITION", required_unless_present = "decision")]
    condition: Option<String>,

    /// How the findings are put together, instead of a condition
    #[arg(long, conflicts_with = "condition")]
    decision: bool,

    /// Go down to the facts behind derived facts
    #[arg(long)]
    expand: bool,

    #[command(flatten)]
    common: Common,

    #[command(flatten)]
    selection: Selection,

    /// How to show the table
    #[arg(long, value_enum, default_value_t = SheetFormat::Text)]
    format: SheetFormat,
}

pub(super) fn table_command(arguments: &TableArguments) -> anyhow::Result<ExitStatus> {
    let options = arguments.selection.options();
    let mut assessment = arguments.common.assess(&options)?.assessment;
    let mut problems = Vec::new();
    let tables = tables(arguments, &assessment, &mut problems)?;
    let style = match arguments.format {
        SheetFormat::Markdown => Emphasis::Markdown,
        _ => arguments.common.plain(),
    };
    let shown = match arguments.format {
        SheetFormat::Text | SheetFormat::Markdown => {
            let tables: Vec<_> = tables
                .iter()
                .map(|table| render::decision_table(table, style))
                .collect();
            tables.join("\n")
        }
        SheetFormat::Csv => render::decision_table_csv(&tables),
        SheetFormat::Json => {
            let all: Vec<_> = assessment
                .diagnostics
                .iter()
                .chain(&problems)
                .cloned()
                .collect();
            render::decision_table_json(&tables, &all)
        }
    };
    print(&shown)?;
    let any = !tables.is_empty();
    assessment.diagnostics.append(&mut problems);
    show_diagnostics(&assessment, arguments.common.color, any);
    Ok(ExitStatus::good_if(any && !assessment.has_errors()))
}

/// A table for each rulebook that has the condition; reports why one has none.
fn tables<'a>(
    arguments: &TableArguments,
    assessment: &'a Assessment,
    problems: &mut Vec<Diagnostic>,
) -> anyhow::Result<Vec<DecisionTable<'a>>> {
    let mut found = Vec::new();
    let mut seen = false;
    for assessed in &assessment.rulebooks {
        let table = match &arguments.condition {
            None if arguments.expand => DecisionTable::of_decision(assessed),
            None => DecisionTable::decision_at_derived_facts(assessed),
            Some(wanted) => match condition_named(assessed, wanted) {
                Some(one) if arguments.expand => DecisionTable::of_condition(assessed, one),
                Some(one) => DecisionTable::at_derived_facts(assessed, one),
                None => continue,
            },
        };
        seen = true;
        match table {
            Ok(table) => found.push(table),
            Err(why) => problems.extend(no_table(assessed, &why)),
        }
    }
    match &arguments.condition {
        Some(wanted) if !seen && !assessment.rulebooks.is_empty() => {
            Err(no_condition(wanted, assessment))
        }
        _ => Ok(found),
    }
}

/// The condition in force with an id, or whose script is at a path.
pub(super) fn condition_named(
    assessed: &RulebookAssessment,
    wanted: &str,
) -> Option<ConditionIndex> {
    let path = wanted.trim_start_matches("./");
    let is_at = |used: &ConditionUsed| used.condition.source.name() == path;
    let at_path = || assessed.conditions.iter().position(is_at);
    assessed
        .condition(wanted)
        .or_else(|| at_path().map(ConditionIndex::from))
}

/// The error if no rulebook has a condition of this name in force.
pub(super) fn no_condition(wanted: &str, assessment: &Assessment) -> anyhow::Error {
    let ids = assessment
        .rulebooks
        .iter()
        .flat_map(|assessed| &assessed.conditions);
    let ids: BTreeSet<&str> = ids.map(|used| used.condition.id.as_str()).collect();
    let used = assessment.rulebooks.iter();
    let used = used.flat_map(|assessed| &assessed.conditions);
    let titles = used.map(|used| (used.condition.id.as_str(), used.condition.title.as_str()));
    let near = id_of_title(wanted, titles).or_else(|| did_you_mean(wanted, ids.iter().copied()));
    let known = format!("there is {}", list_of(ids.iter().copied()));
    anyhow::anyhow!(
        "there is no condition `{wanted}` in force: {}",
        near.unwrap_or(known)
    )
}

fn no_table(assessed: &RulebookAssessment, why: &NoTable) -> Option<Diagnostic> {
    match why {
        NoTable::NotTabular(why) => {
            let message = format!("there is no table of this script: {}", why.message);
            let help =
                "it is run for each jurisdiction instead; `check` and `explain` work as ever"
                    .to_owned();
            Some(
                Diagnostic {
                    message,
                    ..(**why).clone()
                }
                .help(help),
            )
        }
        // Its error is among the diagnostics.
        NoTable::Broken => None,
        NoTable::TooManyRows => {
            let rulebook = assessed.rulebook();
            let message = format!(
                "the decision has too many rows for a table: eligible when {}",
                rulebook.decision
            );
            Some(Diagnostic::at(
                crate::base::diagnostic::Code::LimitReached,
                rulebook.span.clone(),
                message,
            ))
        }
    }
}
