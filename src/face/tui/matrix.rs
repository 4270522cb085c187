//! The matrix: a row for each jurisdiction, a column for each condition, the determination last.

use ratatui::layout::{Constraint, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Cell, Row, Table};

use crate::assess::assessment::{JurisdictionDelta, RulebookAssessment};
use crate::assess::result_types::DeterminationKind;
use crate::face::tui::colours_and_marks::{Palette, sign, status_sign, status_word};
use crate::face::tui::state::State;
use crate::face::tui::visible_row_order::{Sort, slot};
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::PlaceIndex;
use crate::render::clean_line;

/// Columns: the sign, the determination; the others share the remaining width.
const SIGN: u16 = 1;
const DETERMINATION: u16 = 13;

/// A column has room for words from this width on.
const WORDS: u16 = 8;

/// The matrix, with as many rows as there is room for.
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
    let rows = rows.map(|(row, place)| line(state, assessed, (row, *place), &layout, palette));
    let head = head(state, assessed, &layout, palette);
    let mut widths = vec![Constraint::Length(SIGN), Constraint::Length(layout.name)];
    widths.extend(layout.id.map(Constraint::Length));
    let facts = layout.facts.iter();
    widths.extend(facts.map(|fact| Constraint::Length(fact.width)));
    widths.extend(std::iter::repeat_n(
        Constraint::Length(layout.finding),
        layout.to - layout.from,
    ));
    widths.push(Constraint::Length(DETERMINATION));
    Table::new(rows.collect::<Vec<_>>(), widths)
        .header(head)
        .column_spacing(1)
}

/// Notes that the matrix has no room for: which rows and columns are shown, and which conditions
/// the numbers in the head mean.
pub(super) fn legend(state: &State, assessed: &RulebookAssessment, area: Rect) -> Vec<String> {
    const MOST: usize = 3;
    let layout = Layout::new(state, assessed, area.width);
    let (rows, columns) = (state.rows.len(), assessed.conditions.len());
    let mut parts: Vec<String> = group_counts(state, assessed).into_iter().collect();
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

/// The results of the selected row's group.
fn group_counts(state: &State, assessed: &RulebookAssessment) -> Option<String> {
    let values = state.group_values()?;
    let (path, own) = (state.arrangement.group.as_ref()?, values.get(state.row)?);
    let rows = state.rows.iter().zip(&values);
    let places = rows.filter(|(_, value)| *value == own).map(|(row, _)| *row);
    let kinds: Vec<DeterminationKind> = places.map(|place| assessed.kind(place)).collect();
    let counts = DeterminationKind::ALL.into_iter().filter_map(|kind| {
        let count = kinds.iter().filter(|one| **one == kind).count();
        (count > 0).then(|| format!("{count} {kind}"))
    });
    let counts: Vec<String> = counts.collect();
    let value = own
        .as_ref()
        .map_or("unknown".to_owned(), |value| clean_line(&value.to_string()));
    Some(format!("{path} {value}: {}", counts.join(" + ")))
}

/// A column of a fact: the one by which rows are grouped or sorted.
struct FactColumn {
    path: String,
    slot: FactIndex,
    decimals: Option<u8>,
    width: u16,
}

impl FactColumn {
    fn text(&self, assessed: &RulebookAssessment, place: PlaceIndex) -> String {
        let facts = &assessed.basis.facts;
        let value = facts.value(assessed.record_of(place), self.slot);
        value.map_or("unknown".to_owned(), |value| {
            clean_line(&value.shown(self.decimals))
        })
    }
}

/// The layout: the width of names, ids and findings, and the conditions shown, `from` to `to`.
struct Layout {
    name: u16,
    id: Option<u16>,
    facts: Vec<FactColumn>,
    finding: u16,
    from: usize,
    to: usize,
}

fn longest(lengths: impl Iterator<Item = usize>) -> u16 {
    u16::try_from(lengths.max().unwrap_or_default()).unwrap_or(u16::MAX)
}

impl Layout {
    /// Whether the heads of columns have no room for words.
    fn is_numbered(&self) -> bool {
        self.finding < 4
    }

    fn new(state: &State, assessed: &RulebookAssessment, width: u16) -> Self {
        // With thousands of places, not all are measured.
        const MEASURED: usize = 500;
        let shown = || state.rows.iter().take(MEASURED).copied();
        let names = longest(shown().map(|row| assessed.name(row).chars().count()));
        let ids = longest(shown().map(|row| assessed.id(row).chars().count()));
        let facts = fact_columns(state, assessed, width);
        let room = facts.iter().map(|fact| fact.width + 1).sum::<u16>();
        let name = names.clamp(12, (width / 3).max(12));
        let left = width.saturating_sub(SIGN + 1 + name + 1 + DETERMINATION + room);
        let id_width = ids.clamp(2, (width / 4).max(2));
        let without = Self::findings(state, assessed, left);
        let with = Self::findings(state, assessed, left.saturating_sub(id_width + 1));
        // Ids are shown if conditions do not lose room, and if they were asked for or two rows have
        // one name.
        let differ = shown().any(|row| assessed.id(row) != assessed.name(row));
        let all = without.2 - without.1;
        let fits = with.2 - with.1 == all && (with.0 >= WORDS || with.0 == without.0);
        let wanted = state.show_ids || fits || has_doubles(assessed, shown());
        let id = (differ && wanted && left > id_width + 4).then_some(id_width);
        let (finding, from, to) = if id.is_some() { with } else { without };
        Self {
            name,
            id,
            facts,
            finding,
            from,
            to,
        }
    }

    /// The width of findings and the conditions shown, in so much room.
    fn findings(state: &State, assessed: &RulebookAssessment, left: u16) -> (u16, usize, usize) {
        let count = assessed.conditions.len();
        let ids = assessed.conditions.iter();
        let most = longest(ids.map(|used| used.condition.id.as_str().len())).max(WORDS);
        let each = left / u16::try_from(count.max(1)).unwrap_or(u16::MAX);
        let finding = each.saturating_sub(1).clamp(2, most);
        let fit = usize::from(left / (finding + 1)).max(1).min(count);
        let from = state.column.clamp(1, count.max(1)).saturating_sub(fit);
        (finding, from, from + fit)
    }
}

/// Whether two of some jurisdictions have one name.
fn has_doubles(assessed: &RulebookAssessment, places: impl Iterator<Item = PlaceIndex>) -> bool {
    let mut names: Vec<&str> = places.map(|place| assessed.name(place)).collect();
    names.sort_unstable();
    names.windows(2).any(|two| two[0] == two[1])
}

fn fact_columns(state: &State, assessed: &RulebookAssessment, width: u16) -> Vec<FactColumn> {
    let order = match &state.arrangement.sort {
        Sort::Fact(path, _) => Some(path),
        _ => None,
    };
    let group = state.arrangement.group.as_ref();
    let paths = group
        .into_iter()
        .chain(order.filter(|path| Some(*path) != group));
    let column = |path: &String| {
        let slot = slot(assessed, path)
            .ok()
            .filter(|slot| !slot.is_built_in())?;
        let mut column = FactColumn {
            path: path.clone(),
            slot,
            decimals: assessed.basis.bindings.schema.facts()[slot].decimals,
            width: 0,
        };
        let rows = state.rows.iter().take(200);
        let texts = rows.map(|row| column.text(assessed, *row).chars().count());
        let widest = longest(texts.chain([path.chars().count()]));
        column.width = widest.clamp(4, (width / 6).max(4));
        Some(column)
    };
    paths.filter_map(column).collect()
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
    let outer = outer.into_iter().chain(
        layout
            .id
            .map(|_| Cell::from(Span::styled("id", palette.head()))),
    );
    let facts = layout.facts.iter();
    let facts =
        facts.map(|fact| Cell::from(Span::styled(cut(&fact.path, fact.width), palette.head())));
    let outer = outer.chain(facts);
    let last = Cell::from(Span::styled(
        "determination",
        style(assessed.conditions.len() + 1),
    ));
    Row::new(outer.chain(conditions).chain([last]))
}

fn line(
    state: &State,
    assessed: &RulebookAssessment,
    (row, place): (usize, PlaceIndex),
    layout: &Layout,
    palette: Palette,
) -> Row<'static> {
    let one = assessed.at(place);
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
    let count = assessed.conditions.len();
    let last = Line::from(Span::styled(kind.to_string(), selected(count + 1, style)));
    let sign = delta.map_or(" ", |delta| sign(delta.movement()));
    let outer = [
        Cell::from(Span::styled(sign, palette.head())),
        Cell::from(name),
    ];
    let id = layout.id.map(|width| {
        let id = clean_line(one.jurisdiction.id.as_str());
        Cell::from(Span::styled(cut(&id, width), palette.faint()))
    });
    let facts = layout
        .facts
        .iter()
        .map(|fact| Cell::from(cut(&fact.text(assessed, place), fact.width)));
    Row::new(
        outer
            .into_iter()
            .chain(id)
            .chain(facts)
            .chain(findings)
            .chain([Cell::from(last)]),
    )
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
