//! The outcomes of all conditions as a small table, to be joined by the numbers that `--rows`
//! gives.

use crate::analysis::export_logic::refusal;
use crate::assess::explored_scripts::Form;
use crate::assess::prepared_rulebook::Prepared;
use crate::base::diagnostic::Diagnostic;
use crate::render::sql::literal;
use crate::render::sql::options::SqlOptions;
use crate::render::sql::quote::{Quoting, quoted};
use crate::render::sql::table_and_column_names::path;
use crate::tree::Verdict;

/// The statement that makes it: by condition and row, the finding, its reason with `{...}` for what
/// depends on the record, and the sources of the condition.
///
/// # Errors
/// The conditions that no tree holds.
pub fn reasons(prepared: &Prepared, options: &SqlOptions) -> Result<String, Vec<Diagnostic>> {
    let dialect = options.dialect;
    let name = |text: &str| quoted(dialect, Quoting::Name, text);
    let text = |text: &str| literal::text(dialect, text);
    let (mut rows, mut refused) = (Vec::new(), Vec::new());
    for used in &prepared.conditions {
        let Form::Tabular(tree) = &used.form else {
            refused.push(refusal(used, "no tree holds it"));
            continue;
        };
        let sources = text(&used.condition.sources.join(", "));
        for (number, outcome) in tree.outcomes().enumerate() {
            let finding = match outcome.verdict {
                Verdict::Met => "met",
                Verdict::NotMet => "not met",
                Verdict::NotApplicable => "not applicable",
                Verdict::Fault => "fault",
            };
            let reason = outcome.reason.as_ref();
            let reason = reason.map(|why| why.fill(&mut |value| format!("{{{value}}}")));
            let reason = reason.or_else(|| Some(outcome.fault.as_ref()?.message.clone()));
            rows.push(format!(
                "SELECT {} AS {}, {} AS {}, {} AS {}, {} AS {}, {sources} AS {}",
                text(used.condition.id.as_str()),
                name("condition"),
                number + 1,
                name("row"),
                text(finding),
                name("finding"),
                text(reason.as_deref().unwrap_or_default()),
                name("reason"),
                name("sources"),
            ));
        }
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    if rows.is_empty() {
        return Ok(String::new());
    }
    let made = options
        .name
        .clone()
        .unwrap_or_else(|| format!("{}_reasons", prepared.rulebook().id));
    Ok(format!(
        "CREATE TABLE {} AS\n{};\n",
        path(dialect, &made),
        rows.join("\nUNION ALL ")
    ))
}
