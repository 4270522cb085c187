//! `rulebook explain`.

use crate::analysis::explanation::{Explanation, explain};
use crate::assess::assessment::Assessment;
use crate::face::cli::assessment_options::ReadingOptions;
use crate::face::cli::common::{Common, ExitStatus, Format};
use crate::face::cli::decision_table::{condition_named, no_condition};
use crate::face::cli::output::{print, show_diagnostics};
use crate::render::{self};

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
    reading: ReadingOptions,

    /// How to show the explanation
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn explain_command(arguments: &ExplainArguments) -> anyhow::Result<ExitStatus> {
    let options = arguments
        .reading
        .options(std::slice::from_ref(&arguments.jurisdiction));
    let assessment = arguments.common.assess(&options)?.assessment;
    let explanations = explanations(arguments, &assessment)?;
    for (index, explanation) in explanations.iter().enumerate() {
        if index > 0 && arguments.format != Format::Json {
            print("\n")?;
        }
        print(&match arguments.common.style(arguments.format) {
            Some(style) => render::explanation(explanation, style),
            None => render::explanation_json(explanation, &assessment.diagnostics),
        })?;
    }
    show_diagnostics(
        &assessment,
        arguments.common.color,
        !explanations.is_empty(),
    );
    let fine = !assessment.has_errors() && !explanations.is_empty();
    Ok(ExitStatus::good_if(fine))
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
        match &arguments.condition {
            None => found.push(explain(assessed, one, None)),
            Some(wanted) => {
                let condition = condition_named(assessed, wanted);
                found.extend(condition.map(|_| explain(assessed, one, condition)));
            }
        }
        seen = true;
    }
    match &arguments.condition {
        Some(wanted) if found.is_empty() && seen => Err(no_condition(wanted, assessment)),
        _ => Ok(found),
    }
}
