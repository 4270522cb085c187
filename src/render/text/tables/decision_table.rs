//! A decision table for a person: at a terminal, or as Markdown.

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};

use crate::analysis::decision_table::{DecisionTable, TableColumn, TableRow};
use crate::assess::explored_scripts::ParameterOrigin;
use crate::render::escape::clean_line;
use crate::render::text_or_markdown_page::{Emphasis, Page};

/// The most jurisdictions named for a row.
const MOST_NAMES: usize = 8;

/// The table with its legend.
pub fn decision_table(table: &DecisionTable<'_>, style: Emphasis) -> String {
    let mut page = Page::new(style);
    let rulebook = table.assessed.rulebook();
    let (title, place) = match table.condition {
        Some(used) => (
            used.condition.title.clone(),
            format!(
                "`{}` in {}",
                used.condition.id,
                used.condition.source.name()
            ),
        ),
        None => (
            format!("Decision of {}", rulebook.title),
            format!("eligible when {}", rulebook.decision),
        ),
    };
    page.heading(1, &title);
    let place = if style == Emphasis::Markdown {
        place
    } else {
        place.replace('`', "")
    };
    page.line(&format!(
        "{}, {place}, as of {}.",
        rulebook.title, table.assessed.as_of
    ));
    if !table.assessed.what_if.is_empty() {
        page.line(&format!("What if {}?", table.assessed.what_if.join(", ")));
    }
    let layout = layout(table, style);
    if let Emphasis::Plain(width) = style {
        page.gap();
        match layout {
            Layout::Sentences => sentences(table, &mut page),
            _ => page.block(&drawn(table, layout, width)),
        }
    } else {
        let (head, rows) = texts(table, layout);
        let safe = |cells: Vec<String>| -> Vec<String> {
            cells.iter().map(|cell| page.safe(cell)).collect()
        };
        let (head, rows) = (safe(head), rows.into_iter().map(safe).collect::<Vec<_>>());
        page.markdown_table(&head, &rows);
    }
    legend(table, layout, &mut page);
    unreached(table, &mut page);
    page.finish()
}

/// The form of column heads, and the place of reasons.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// Names over the columns, reasons within the rows.
    Full,
    /// Names over the columns, reasons below.
    Names,
    /// A letter over each column, reasons below.
    Letters,
    /// A sentence for each row, where the width allows no more.
    Sentences,
}

fn texts(table: &DecisionTable<'_>, layout: Layout) -> (Vec<String>, Vec<Vec<String>>) {
    let named = |(index, column): (usize, &TableColumn)| match (&column.unit, layout) {
        (_, Layout::Letters) => letter(index),
        (Some(unit), _) => format!("{} ({unit})", column.name),
        (None, _) => column.name.clone(),
    };
    let reasons = layout == Layout::Full && table.rows.iter().any(|row| row.reason.is_some());
    let head = ["#".to_owned()]
        .into_iter()
        .chain(table.columns.iter().enumerate().map(named));
    let head = head
        .chain(["outcome".to_owned()])
        .chain(reasons.then(|| "reason".to_owned()));
    let head = head
        .chain(["jurisdictions".to_owned()])
        .map(|text| clean_line(&text))
        .collect();
    let rows = table.rows.iter().enumerate().map(|(index, row)| {
        let outcome = row.outcome(table.condition.is_none()).to_owned();
        let reason = reasons.then(|| row.reason.clone().unwrap_or_default());
        let cells = row.cells.iter().map(|cell| {
            if cell.is_empty() {
                "any".to_owned()
            } else {
                cell.clone()
            }
        });
        let cells = [(index + 1).to_string()]
            .into_iter()
            .chain(cells)
            .chain([outcome])
            .chain(reason);
        cells
            .chain([counted(row)])
            .map(|cell| clean_line(&cell))
            .collect()
    });
    (head, rows.collect())
}

fn letter(index: usize) -> String {
    let last = char::from(b'A' + u8::try_from(index % 26).expect("below 26"));
    if index < 26 {
        last.to_string()
    } else {
        format!("{}{last}", letter(index / 26 - 1))
    }
}

fn counted(row: &TableRow) -> String {
    match (row.inside.len(), row.open.len()) {
        (inside, 0) => inside.to_string(),
        (0, open) => format!("0 ({open} may)"),
        (inside, open) => format!("{inside} ({open} more may)"),
    }
}

/// The layout for a width: the first that fits. A reason may be broken into lines, nothing else.
fn layout(table: &DecisionTable<'_>, style: Emphasis) -> Layout {
    const NARROWEST_REASON: usize = 24;
    let Emphasis::Plain(width) = style else {
        return Layout::Full;
    };
    let fits = |layout: &Layout| {
        let (head, rows) = texts(table, *layout);
        let widest = |column: usize| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            let widest = cells
                .chain([head[column].chars().count()])
                .max()
                .unwrap_or_default();
            if head[column] == "reason" {
                widest.min(NARROWEST_REASON)
            } else {
                widest
            }
        };
        (0..head.len())
            .map(|column| widest(column) + 3)
            .sum::<usize>()
            < width
    };
    [Layout::Full, Layout::Names, Layout::Letters]
        .into_iter()
        .find(fits)
        .unwrap_or(Layout::Sentences)
}

fn sentences(table: &DecisionTable<'_>, page: &mut Page) {
    for (index, row) in table.rows.iter().enumerate() {
        let outcome = row.outcome(table.condition.is_none());
        page.item(&format!(
            "{}  {}: {outcome}; jurisdictions: {}",
            index + 1,
            row.case,
            counted(row)
        ));
    }
}

fn drawn(table: &DecisionTable<'_>, layout: Layout, width: usize) -> String {
    let (head, rows) = texts(table, layout);
    let mut drawn = Table::new();
    drawn
        .load_style(presets::ASCII_MARKDOWN)
        .set_content_arrangement(ContentArrangement::Dynamic);
    drawn.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    let last = head.len() - 1;
    drawn.set_header(head);
    for row in rows {
        drawn.add_row(row.into_iter().enumerate().map(|(column, text)| {
            let right = column == 0 || column == last;
            Cell::new(text).set_alignment(if right {
                CellAlignment::Right
            } else {
                CellAlignment::Left
            })
        }));
    }
    drawn.to_string()
}

/// The meaning of the columns, and the reasons if the table has no room for them.
fn legend(table: &DecisionTable<'_>, layout: Layout, page: &mut Page) {
    let about = |column: &TableColumn| {
        column
            .description
            .as_ref()
            .map(|text| format!(": {text}"))
            .unwrap_or_default()
    };
    let described = |(index, column): (usize, &TableColumn)| match (layout, &column.unit) {
        (Layout::Letters, None) => Some(format!(
            "{}  {}{}",
            letter(index),
            column.name,
            about(column)
        )),
        (Layout::Letters, Some(unit)) => Some(format!(
            "{}  {} ({unit}){}",
            letter(index),
            column.name,
            about(column)
        )),
        _ if column.description.is_none() => None,
        _ => Some(format!("{}{}", page.code(&column.name), about(column))),
    };
    let described: Vec<_> = table
        .columns
        .iter()
        .enumerate()
        .filter_map(described)
        .collect();
    if !described.is_empty() {
        page.heading(
            2,
            if layout == Layout::Letters {
                "Columns"
            } else {
                "Facts"
            },
        );
        for text in &described {
            page.item(text);
        }
    }
    if !table.parameters.is_empty() {
        page.heading(2, "Parameters");
        for parameter in &table.parameters {
            let set = if parameter.origin == ParameterOrigin::Option {
                ", set by an option"
            } else {
                ""
            };
            page.item(&format!(
                "{} = {}{set}",
                page.code(parameter.name),
                parameter.value
            ));
        }
    }
    if table
        .rows
        .iter()
        .flat_map(|row| &row.cells)
        .any(|cell| cell == "passes")
    {
        page.gap();
        page.line("A finding passes when it is met or not applicable.");
    }
    if layout != Layout::Full && table.rows.iter().any(|row| row.reason.is_some()) {
        page.heading(2, "Reasons");
        for (index, row) in table.rows.iter().enumerate() {
            if let Some(reason) = &row.reason {
                page.item(&format!("{}  {reason}", index + 1));
            }
        }
    }
}

/// The rows that no jurisdiction reaches, and the jurisdictions in rows that few reach.
fn unreached(table: &DecisionTable<'_>, page: &mut Page) {
    let rows = || {
        table
            .rows
            .iter()
            .enumerate()
            .map(|(index, row)| (index + 1, row))
    };
    let few = |row: &TableRow| !row.inside.is_empty() && row.inside.len() <= MOST_NAMES;
    if rows().any(|(_, row)| few(row)) {
        page.heading(2, "Who falls into a row");
        for (number, row) in rows().filter(|(_, row)| few(row)) {
            let ids: Vec<&str> = row
                .inside
                .iter()
                .map(|place| table.jurisdiction(*place))
                .collect();
            page.item(&format!(
                "{number}  {}: {}",
                page.code(&row.case),
                ids.join(", ")
            ));
        }
    }
    if rows().any(|(_, row)| !row.is_possible) {
        page.heading(2, "Rows that may be impossible");
        for (number, row) in rows().filter(|(_, row)| !row.is_possible) {
            let why = "whether there can be such a record was not shown";
            page.item(&format!("{number}  {}: {why}", page.code(&row.case)));
        }
    }
    if rows().any(|(_, row)| row.is_unreached()) && !table.assessed.is_empty() {
        page.heading(2, "Rows that no jurisdiction reaches");
        for (number, row) in rows().filter(|(_, row)| row.is_unreached()) {
            let outcome = row.outcome(table.condition.is_none());
            page.item(&format!("{number}  {}: {outcome}", page.code(&row.case)));
        }
    }
}
