//! `rulebook explain`.

use crate::analysis::explanation::{Explanation, explain};
use crate::assess::assess;
use crate::assess::assessment::Assessment;
use crate::assess::snapshot::Snapshot;
use crate::face::cli::common::{Common, ExitStatus};
use crate::face::cli::output::{print, show_diagnostics, standard_output};
use crate::face::cli::selection::Reading;
use crate::face::cli::table::no_condition;
use crate::host::disk;
use crate::render::{self, Style};

#[derive(Debug, clap::Args)]
pub(super) struct ExplainArguments {
    /// The id of the jurisdiction
    #[arg(value_name = "JURISDICTION")]
    jurisdiction: String,

    /// Only this condition
    #[arg(value_name = "CONDITION")]
    condition: Option<String>,

    #[command(flatten)]
    common: Common,

    #[command(flatten)]
    reading: Reading,

    /// How to show the explanation
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Markdown,
    Json,
}

pub(super) fn explain_command(arguments: &ExplainArguments) -> anyhow::Result<ExitStatus> {
    let files = disk::read(&arguments.common.root)?;
    let options = arguments
        .reading
        .options(std::slice::from_ref(&arguments.jurisdiction));
    let assessment = assess(&Snapshot::load(&files), &options);
    let explanations = explanations(arguments, &assessment)?;
    for (index, explanation) in explanations.iter().enumerate() {
        if index > 0 && arguments.format != Format::Json {
            print("\n")?;
        }
        print(&match arguments.format {
            Format::Text => render::explanation(
                explanation,
                Style::Plain(standard_output(arguments.common.color).width),
            ),
            Format::Markdown => render::explanation(explanation, Style::Markdown),
            Format::Json => render::explanation_json(explanation, &assessment.diagnostics),
        })?;
    }
    show_diagnostics(
        &assessment,
        arguments.common.color,
        !explanations.is_empty(),
    );
    let fine = !assessment.has_errors() && !explanations.is_empty();
    Ok(if fine {
        ExitStatus::Good
    } else {
        ExitStatus::Broken
    })
}

/// One for each rulebook that has the jurisdiction, and the condition if one is named.
fn explanations<'a>(
    arguments: &ExplainArguments,
    assessment: &'a Assessment,
) -> anyhow::Result<Vec<Explanation<'a>>> {
    let mut found = Vec::new();
    let mut seen = false;
    for assessed in &assessment.rulebooks {
        let Some(one) = assessed.jurisdiction(&arguments.jurisdiction) else {
            continue;
        };
        let ids: Vec<&str> = assessed
            .conditions
            .iter()
            .map(|used| used.condition.id.as_str())
            .collect();
        match &arguments.condition {
            None => found.push(explain(assessed, one, None)),
            Some(wanted) => {
                found.extend(
                    ids.iter()
                        .position(|id| id == wanted)
                        .map(|index| explain(assessed, one, Some(index))),
                );
            }
        }
        seen = true;
    }
    match &arguments.condition {
        Some(wanted) if found.is_empty() && seen => Err(no_condition(wanted, assessment)),
        _ => Ok(found),
    }
}
