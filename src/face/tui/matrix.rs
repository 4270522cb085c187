//! The matrix: a row for each jurisdiction, a column for each condition, the determination last.

use ratatui::layout::{Constraint, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Cell, Row, Table};

use crate::assess::assessment::{JurisdictionDelta, RulebookAssessment};
use crate::assess::verdict::JurisdictionAssessment;
use crate::face::tui::palette::{Palette, sign, status_sign, status_word};
use crate::face::tui::state::State;
use crate::render::clean_line;

/// Columns: the sign, the determination; the others share what is left.
const SIGN: u16 = 1;
const DETERMINATION: u16 = 13;

/// A column has room for words from this width on.
const WORDS: u16 = 8;

/// The matrix of what is shown, with as many rows as there is room for.
pub(super) fn matrix(
    state: &State,
    assessed: &RulebookAssessment,
    area: Rect,
    palette: Palette,
) -> Table<'static> {
    let layout = Layout::new(state, assessed, area.width);
    let room = usize::from(area.height.saturating_sub(1)).max(1);
    let top = (state.row + 1).saturating_sub(room);
    let rows = state.rows.iter().enumerate().skip(top).take(room);
    let rows = rows.map(|(row, index)| line(state, row, assessed.at(*index), &layout, palette));
    let head = head(state, assessed, &layout, palette);
    let mut widths = vec![Constraint::Length(SIGN), Constraint::Length(layout.name)];
    widths.extend(std::iter::repeat_n(
        Constraint::Length(layout.finding),
        layout.to - layout.from,
    ));
    widths.push(Constraint::Length(DETERMINATION));
    Table::new(rows.collect::<Vec<_>>(), widths)
        .header(head)
        .column_spacing(1)
}

/// What the matrix has no room for, in lines of its own: which rows and columns are shown, and
/// which condition a number in the head stands for.
pub(super) fn legend(state: &State, assessed: &RulebookAssessment, area: Rect) -> Vec<String> {
    const MOST: usize = 3;
    let layout = Layout::new(state, assessed, area.width);
    let (rows, columns) = (state.rows.len(), assessed.conditions.len());
    let mut parts = Vec::new();
    if layout.is_numbered() {
        parts.extend((layout.from..layout.to).map(|index| {
            let id = &assessed.conditions[index].condition.id;
            format!("{} {id}", index + 1)
        }));
    }
    if layout.to - layout.from < columns {
        let (from, to) = (layout.from + 1, layout.to);
        parts.push(format!("columns {from} to {to} of {columns}"));
    }
    let height = usize::from(area.height);
    // Two lines are the head and a row.
    let room = MOST.min(height.saturating_sub(2));
    let fold = |parts: &[String]| in_lines(parts, usize::from(area.width));
    let mut lines = fold(&parts);
    if rows + 1 + lines.len().min(room) > height {
        let shown = |lines: usize| {
            let fit = height.saturating_sub(1 + lines.min(room)).max(1);
            let top = (state.row + 1).saturating_sub(fit);
            format!("rows {} to {} of {rows}", top + 1, (top + fit).min(rows))
        };
        parts.insert(0, shown(lines.len().max(1)));
        lines = fold(&parts);
        parts[0] = shown(lines.len());
        lines = fold(&parts);
    }
    if lines.len() > room {
        lines.truncate(room);
        if let Some(last) = lines.last_mut() {
            *last = cut(&format!("{last}, ..."), area.width);
        }
    }
    lines
}

/// Parts with commas between them, in lines that are not too long.
fn in_lines(parts: &[String], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 2 + part.chars().count() <= width => {
                line.push_str(", ");
                line.push_str(part);
            }
            _ => lines.push(part.clone()),
        }
    }
    lines
}

/// What fits: the width of names and findings, and the conditions shown, `from` to `to`.
struct Layout {
    name: u16,
    finding: u16,
    from: usize,
    to: usize,
}

impl Layout {
    /// Whether the heads of columns have no room for words.
    fn is_numbered(&self) -> bool {
        self.finding < 4
    }

    fn new(state: &State, assessed: &RulebookAssessment, width: u16) -> Self {
        let longest = |texts: &mut dyn Iterator<Item = usize>| {
            u16::try_from(texts.max().unwrap_or_default()).unwrap_or(u16::MAX)
        };
        // Names of thousands of places are not all measured.
        let shown = state.rows.iter().take(500).map(|row| assessed.at(*row));
        let names = longest(&mut shown.map(|one| one.jurisdiction.name.chars().count()));
        let name = names.clamp(12, (width / 3).max(12));
        let count = assessed.conditions.len();
        let left = width.saturating_sub(SIGN + 1 + name + 1 + DETERMINATION);
        let most = longest(
            &mut assessed
                .conditions
                .iter()
                .map(|used| used.condition.id.as_str().len()),
        )
        .max(WORDS);
        let each = left / u16::try_from(count.max(1)).unwrap_or(u16::MAX);
        let finding = each.saturating_sub(1).clamp(2, most);
        let fit = usize::from(left / (finding + 1)).max(1).min(count);
        let selected = state.condition().unwrap_or(if state.column == 0 {
            0
        } else {
            count.saturating_sub(1)
        });
        let from = (selected + 1).saturating_sub(fit);
        Self {
            name,
            finding,
            from,
            to: from + fit,
        }
    }
}

fn head(
    state: &State,
    assessed: &RulebookAssessment,
    layout: &Layout,
    palette: Palette,
) -> Row<'static> {
    let style = |column: usize| {
        if state.column == column {
            palette.selected(palette.head())
        } else {
            palette.head()
        }
    };
    let conditions = (layout.from..layout.to).map(|index| {
        let id = assessed.conditions[index].condition.id.as_str();
        let text = if layout.is_numbered() {
            (index + 1).to_string()
        } else {
            cut(id, layout.finding)
        };
        Cell::from(Span::styled(text, style(index + 1)))
    });
    let outer = [
        Cell::from(""),
        Cell::from(Span::styled("jurisdiction", style(0))),
    ];
    let last = Cell::from(Span::styled(
        "determination",
        style(assessed.conditions.len() + 1),
    ));
    Row::new(outer.into_iter().chain(conditions).chain([last]))
}

fn line(
    state: &State,
    row: usize,
    one: &JurisdictionAssessment,
    layout: &Layout,
    palette: Palette,
) -> Row<'static> {
    let delta = state
        .delta()
        .and_then(|delta| delta.jurisdiction(one.jurisdiction.id.as_str()));
    let selected = |column: usize, style| {
        if row == state.row && column == state.column {
            palette.selected(style)
        } else {
            style
        }
    };
    let name_style = if row == state.row {
        palette.head()
    } else {
        ratatui::style::Style::new()
    };
    let name = Span::styled(
        cut(&clean_line(&one.jurisdiction.name), layout.name),
        selected(0, name_style),
    );
    let findings = (layout.from..layout.to).map(|index| {
        let status = one.findings[index].status;
        let text = match (
            layout.finding >= WORDS,
            one.findings[index].waived.is_some(),
        ) {
            (true, true) => "waived",
            (false, true) => "w",
            (true, false) => status_word(status),
            (false, false) => status_sign(status),
        };
        let changed = delta.is_some_and(|delta| changed_finding(state, delta, index));
        let style = palette.status(status);
        let style = if changed {
            palette.changed(style)
        } else {
            style
        };
        let text = if changed {
            format!("{text}*")
        } else {
            text.to_owned()
        };
        Cell::from(Span::styled(text, selected(index + 1, style)))
    });
    let kind = one.determination.kind;
    let moved = delta.is_some_and(|delta| delta.before != delta.after);
    let style = if moved {
        palette.changed(palette.kind(kind))
    } else {
        palette.kind(kind)
    };
    let count = state
        .assessed()
        .map_or(0, |assessed| assessed.conditions.len());
    let last = Line::from(Span::styled(kind.to_string(), selected(count + 1, style)));
    let sign = delta.map_or(" ", |delta| sign(delta.movement()));
    let outer = [
        Cell::from(Span::styled(sign, palette.head())),
        Cell::from(name),
    ];
    Row::new(outer.into_iter().chain(findings).chain([Cell::from(last)]))
}

fn changed_finding(state: &State, delta: &JurisdictionDelta, index: usize) -> bool {
    let id = state
        .assessed()
        .map(|assessed| &assessed.conditions[index].condition.id);
    delta
        .findings
        .iter()
        .any(|finding| Some(&finding.condition) == id && finding.before.is_some())
}

/// A text that fits, with a sign where something was left out.
pub(super) fn cut(text: &str, width: u16) -> String {
    let width = usize::from(width);
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars()
        .take(width.saturating_sub(1))
        .chain(['…'])
        .collect()
}
