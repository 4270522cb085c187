//! Decision tables as JSON.

use serde::Serialize;

use crate::analysis::decision_table::{DecisionTable, TableColumn, TableRow};
use crate::base::diagnostic::Diagnostic;
use crate::model::typed_indexes::PlaceIndex;
use crate::render::json::shared_shapes::document;

#[derive(Serialize)]
struct DocumentShape<'a> {
    tables: Vec<TableShape<'a>>,
}

#[derive(Serialize)]
struct TableShape<'a> {
    rulebook: &'a str,
    as_of: String,
    what_if: &'a [String],
    /// Null for the decision.
    condition: Option<&'a str>,
    title: Option<&'a str>,
    columns: Vec<ColumnShape<'a>>,
    rows: Vec<RowShape<'a>>,
}

#[derive(Serialize)]
struct ColumnShape<'a> {
    name: &'a str,
    unit: Option<&'a str>,
    description: Option<&'a str>,
}

#[derive(Serialize)]
struct RowShape<'a> {
    case: &'a str,
    /// By column; null if it does not matter.
    cells: Vec<Option<&'a str>>,
    outcome: String,
    reason: Option<&'a str>,
    jurisdictions: Vec<&'a str>,
    possible: Vec<&'a str>,
    /// Whether such a record can exist; null if that was not shown.
    can_be: Option<bool>,
}

/// The tables as indented JSON with a newline at its end.
pub fn decision_table_json(tables: &[DecisionTable<'_>], diagnostics: &[Diagnostic]) -> String {
    let body = DocumentShape {
        tables: tables.iter().map(table).collect(),
    };
    document("rulebook-table", body, diagnostics)
}

fn table<'a>(table: &'a DecisionTable<'a>) -> TableShape<'a> {
    let column = |column: &'a TableColumn| ColumnShape {
        name: &column.name,
        unit: column.unit.as_deref(),
        description: column.description.as_deref(),
    };
    let ids = |places: &[PlaceIndex]| {
        places
            .iter()
            .map(|place| table.jurisdiction(*place))
            .collect()
    };
    let row = |row: &'a TableRow| RowShape {
        case: &row.case,
        cells: row
            .cells
            .iter()
            .map(|cell| (!cell.is_empty()).then_some(cell.as_str()))
            .collect(),
        outcome: row.outcome(table.condition.is_none()).replace(' ', "_"),
        reason: row.reason.as_deref(),
        jurisdictions: ids(&row.inside),
        possible: ids(&row.open),
        can_be: row.is_possible.then_some(true),
    };
    TableShape {
        rulebook: table.assessed.rulebook().id.as_str(),
        as_of: table.assessed.as_of.to_string(),
        what_if: &table.assessed.what_if,
        condition: table.condition.map(|used| used.condition.id.as_str()),
        title: table.condition.map(|used| used.condition.title.as_str()),
        columns: table.columns.iter().map(column).collect(),
        rows: table.rows.iter().map(row).collect(),
    }
}
