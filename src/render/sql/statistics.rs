//! Statistics as columns beside the facts: calculated by the engine, or given as values.
//!
//! A statistic is `factor * over / under`: an exact fraction, and columns with whole numbers. It is
//! NULL if it is unknown.

mod calculation_by_kind;
mod inputs;
mod precomputed_values;
mod window_functions;

use crate::analysis::export_logic::{Needed, Statistics, Used, Worth};
use crate::assess::prepared_rulebook::Prepared;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::model::typed_indexes::FactIndex;
use crate::render::sql::named_select::{Select, SelectVersion};
use crate::render::sql::options::SqlOptions;
use crate::render::sql::validated_columns::SqlColumns;
use crate::tree::FactRef;

/// The SELECTs after that of the facts; the last one has all columns.
pub(super) fn statistics(
    needed: &Needed<'_>,
    columns: &mut SqlColumns,
    (options, part): (&SqlOptions, SelectVersion),
    prepared: &Prepared,
) -> Result<Vec<Select>, Vec<Diagnostic>> {
    let refused = |(fact, why): (FactRef, String)| {
        let span = fact.schema.span.clone();
        let span = span.unwrap_or_else(|| prepared.rulebook().span.clone());
        let message = format!("the statistic `{fact}` cannot be written as SQL: {why}");
        let help = match options.statistics {
            _ if options.missing && why.contains("--missing") => "leave `--missing` out",
            Statistics::Calculated => "`--statistics literals` writes its value",
            Statistics::Literal => "`check --records` answers for it",
        };
        vec![Diagnostic::at(Code::NotExported, span, message).help(help.to_owned())]
    };
    for used in needed.statistics.iter().flatten() {
        let behind = behind(used, options);
        let behind = behind.map_err(|why| refused((used.fact.clone(), why)))?;
        columns.rests_on(used.fact.clone(), behind);
    }
    match options.statistics {
        _ if needed.statistics.is_empty() => Ok(Vec::new()),
        Statistics::Calculated => {
            window_functions::windows(needed, columns, (options, part)).map_err(refused)
        }
        Statistics::Literal => {
            precomputed_values::literals(needed, columns, (options, part), prepared)
                .map_err(refused)
        }
    }
}

/// The record's own facts that can be missing if its statistic is unknown.
fn behind(used: &Used<'_>, options: &SqlOptions) -> Result<Vec<FactRef>, String> {
    let own: Vec<FactIndex> = if used.measured.statistic.kind.is_own() {
        used.inputs.all().collect()
    } else {
        used.inputs.by.clone()
    };
    let mut found = Vec::new();
    for input in own {
        match used.worth.iter().find(|(slot, _)| *slot == input) {
            Some((_, Worth::Stated(fact))) => found.push(fact.clone()),
            _ if options.missing => {
                return Err("with `--missing`: it rests on a derived fact of the record".to_owned());
            }
            _ => {}
        }
    }
    if options.missing && used.fact.steps().len() > 1 {
        return Err("with `--missing`: it is of another record".to_owned());
    }
    Ok(found)
}
