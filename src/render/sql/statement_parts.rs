//! The parts of a statement: the SELECTs that others read from, and the wanted columns.

use std::collections::BTreeSet;

use crate::analysis::export_logic::{
    Export, ExportedWays, Needed, Statistics, Wanted, WayStep, refusal,
};
use crate::assess::prepared_rulebook::Prepared;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::model::fact::FactOrigin;
use crate::render::sql::boolean_clauses::SelectColumns;
use crate::render::sql::calculation::{Calculating, Ends};
use crate::render::sql::dialect::Dialect;
use crate::render::sql::header_comment;
use crate::render::sql::named_select::{Select, SelectVersion, turned};
use crate::render::sql::options::SqlOptions;
use crate::render::sql::outcomes::{SqlResults, results};
use crate::render::sql::quote::{Quoting, quoted};
use crate::render::sql::statistics::statistics;
use crate::render::sql::table_and_column_names::path;
use crate::render::sql::validated_columns::SqlColumns;
use crate::tree::FactRef;

/// A rulebook as SQL.
#[derive(Debug)]
pub(super) struct WrittenSelects {
    /// Lines for those who read it.
    pub(super) remarks: String,
    /// Each reads from those before it.
    pub(super) selects: Vec<Select>,
    /// The columns of the result, by name, over the last SELECT; the id comes before them.
    pub(super) columns: Vec<(String, String)>,
    /// The part that takes most of the text, in words.
    pub(super) longest: String,
}

/// All parts for a rulebook; `part` begins the names of its SELECTs.
pub(super) fn written(
    prepared: &Prepared,
    options: &SqlOptions,
    part: SelectVersion,
) -> Result<WrittenSelects, Vec<Diagnostic>> {
    let wanted = if options.missing {
        Wanted::ResultsAndMissing
    } else {
        Wanted::Results
    };
    let export = Export::new(prepared, wanted, options.statistics)?;
    let schema = &prepared.basis.bindings.schema;
    let needed = Needed::new(prepared, &export.facts, options.statistics)?;
    let mut columns = SqlColumns::new(options, &needed.facts, &export.facts, schema);
    let measured = statistics(&needed, &mut columns, (options, part), prepared)?;
    let refused = uncalculable(&export, &columns, options);
    if !refused.is_empty() {
        return Err(refused);
    }
    let results = results(&export, &columns, options, SelectColumns::named("_"));
    if let Some(twice) = repeated(&results) {
        return Err(vec![problem(
            prepared,
            format!("two columns of the result would have the name `{twice}`"),
            "rename the condition of that name",
        )]);
    }
    let longest = results.longest.map_or_else(
        || "the decision".to_owned(),
        |place| {
            let id = &prepared.conditions[place].condition.id;
            format!("the condition `{id}`")
        },
    );
    let turns = turned(&results.turns, (part, "_turn", measured.last()));
    let mut selects = vec![facts(&columns, options, part)];
    selects.extend(measured);
    selects.extend(turns);
    Ok(WrittenSelects {
        remarks: header_comment::head(&export, options),
        selects,
        columns: results.columns,
        longest,
    })
}

/// The facts in their shape.
fn facts(columns: &SqlColumns, options: &SqlOptions, part: SelectVersion) -> Select {
    let dialect: Dialect = options.dialect;
    let id = format!("{} AS {}", columns.id, quoted(dialect, Quoting::Name, "id"));
    let problems = if columns.problems.is_empty() {
        "0".to_owned()
    } else {
        columns.problems.join("\n      + ")
    };
    let shaped = std::iter::once(id)
        .chain(columns.shaped.iter().cloned())
        .chain(std::iter::once(format!("{problems} AS _problems")));
    Select {
        name: part.facts(),
        text: format!(
            "SELECT\n    {}\n  FROM {}",
            shaped.collect::<Vec<_>>().join(",\n    "),
            columns.links.from(&path(dialect, &options.table))
        ),
    }
}

/// The conditions with calculations that cannot be written.
fn uncalculable(
    export: &Export<'_>,
    columns: &SqlColumns,
    options: &SqlOptions,
) -> Vec<Diagnostic> {
    // One that the engine calculates may be unknown for caution.
    let asks_statistic = |fact: &FactRef| {
        fact.schema.origin == FactOrigin::Statistic && options.statistics == Statistics::Calculated
    };
    let of = |ways: &ExportedWays| {
        let mut turns = SelectColumns::named("_");
        let mut calculating = Calculating {
            dialect: options.dialect,
            columns,
            turns: &mut turns,
            ends: Ends::new(),
        };
        ways.steps().find_map(|step| match step {
            WayStep::Answered(test, _) => calculating.answer(test).err(),
            WayStep::Stated(fact, _) if asks_statistic(fact) => {
                Some(format!("it asks whether `{fact}` is known"))
            }
            _ => None,
        })
    };
    let conditions = export.conditions.iter();
    let conditions = conditions.filter_map(|one| Some(refusal(one.used, &of(&one.decided.ways)?)));
    let conditions: Vec<Diagnostic> = conditions.collect();
    if !conditions.is_empty() {
        return conditions;
    }
    let decision = of(&export.decision.ways).map(|why| {
        let message = format!("the decision cannot be written as SQL: {why}");
        problem(export.prepared, message, "`check --records` answers for it")
    });
    decision.into_iter().collect()
}

pub(super) fn problem(prepared: &Prepared, message: String, help: &str) -> Diagnostic {
    let span = prepared.rulebook().span.clone();
    Diagnostic::at(Code::NotExported, span, message).help(help.to_owned())
}

fn repeated(results: &SqlResults) -> Option<&str> {
    let mut seen = BTreeSet::from(["id"]);
    let mut names = results.columns.iter().map(|(name, _)| name.as_str());
    names.find(|name| !seen.insert(name))
}
