//! Draws a state: equal states on equal areas give equal cells. What takes long to compute is kept
//! in the state.

use std::fmt::Write;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::{Block, Borders, Clear, Paragraph, Widget, Wrap};

use crate::assess::assessment::RulebookAssessment;
use crate::assess::result_types::DeterminationKind;
use crate::base::diagnostic::Diagnostic;
use crate::face::tui::colours_and_marks::Palette;
use crate::face::tui::detail_pane::detail;
use crate::face::tui::matrix::{cut, legend, matrix};
use crate::face::tui::state::{Since, State, Typing};
use crate::face::tui::time_of_day::clock;
use crate::host::watch::Mode;
use crate::render::{
    Colour, cases_passed, clean_line, delta_summary, diagnostics, drift, failed_cases, moved,
};

/// From this width on the panes lie beside each other.
const WIDE: u16 = 130;

/// Draws the whole screen.
pub fn view(state: &mut State, frame: &mut Frame<'_>, palette: Palette) {
    state.work_out();
    let area = frame.area();
    let most = (area.height / 3).max(4);
    let problems = fitting(problem_lines(state, area.width), usize::from(most) - 1);
    let problem_height = match problems.len() {
        0 => 0,
        lines => u16::try_from(lines + 1).unwrap_or(most),
    };
    let [head, middle, below, change, status] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Min(4),
        Constraint::Length(problem_height),
        Constraint::Length(1),
        Constraint::Length(1),
    ])
    .areas(area);
    let [left, right] = if area.width >= WIDE {
        Layout::horizontal([Constraint::Percentage(58), Constraint::Percentage(42)]).areas(middle)
    } else {
        let wanted = u16::try_from(state.rows.len() + 1)
            .unwrap_or(u16::MAX)
            .clamp(3, (middle.height * 6 / 10).max(3));
        Layout::vertical([Constraint::Length(wanted), Constraint::Min(2)]).areas(middle)
    };
    let heading = cut(&heading(state), head.width);
    frame.render_widget(Line::from(Span::styled(heading, palette.head())), head);
    show_matrix(state, frame, left, palette);
    pane(state, frame, right, palette);
    if problem_height > 0 {
        let title = cut(&problem_title(state), below.width);
        let block = Block::new()
            .borders(Borders::TOP)
            .title(Span::styled(title, palette.error()));
        frame.render_widget(Paragraph::new(Text::from(problems)).block(block), below);
    }
    frame.render_widget(Line::from(cut(&changes(state), change.width)), change);
    let spans = cut_spans(status_spans(state, palette), status.width);
    frame.render_widget(Line::from(spans), status);
    if state.mode == Typing::Help {
        help(frame, area, palette);
    }
}

/// The matrix, and below it the notes that it has no room for.
fn show_matrix(state: &mut State, frame: &mut Frame<'_>, area: Rect, palette: Palette) {
    let Some(assessed) = state.assessed() else {
        return frame.render_widget(Paragraph::new("nothing is assessed yet"), area);
    };
    let legend = legend(state, assessed, area);
    let height = u16::try_from(legend.len()).unwrap_or(0);
    let [table, below] =
        Layout::vertical([Constraint::Min(1), Constraint::Length(height)]).areas(area);
    frame.render_widget(matrix(state, assessed, table, palette), table);
    let legend: Vec<Line<'_>> = legend
        .into_iter()
        .map(|line| Line::from(Span::styled(line, palette.faint())))
        .collect();
    frame.render_widget(Paragraph::new(legend), below);
    state.page = usize::from(table.height.saturating_sub(1));
}

/// Spans that fit on a line, with a sign where something was left out.
fn cut_spans(spans: Vec<Span<'static>>, width: u16) -> Vec<Span<'static>> {
    let mut left = width;
    let fit = |span: Span<'static>| {
        let text = cut(&span.content, left);
        left = left.saturating_sub(u16::try_from(text.chars().count()).unwrap_or(u16::MAX));
        Span::styled(text, span.style)
    };
    spans.into_iter().map(fit).collect()
}

/// As many lines as there is room for; if there are more, the last says so.
fn fitting(mut lines: Vec<Line<'static>>, room: usize) -> Vec<Line<'static>> {
    if lines.len() > room {
        lines.truncate(room.saturating_sub(1));
        lines.push(Line::from("... and more: `rulebook check` shows all"));
    }
    lines
}

fn heading(state: &State) -> String {
    let Some(assessed) = state.assessed() else {
        return "rulebook".to_owned();
    };
    let (place, count) = state.place_of_rulebook();
    let mut text = if count > 1 {
        format!("[{place}/{count}] ")
    } else {
        String::new()
    };
    let _ = write!(
        text,
        "{}, as of {}",
        clean_line(&assessed.rulebook().title),
        assessed.as_of
    );
    for used in &assessed.parameters {
        let value = used
            .value
            .as_ref()
            .map_or("unknown".to_owned(), |value| value.shown(used.decimals));
        let _ = write!(text, ", {} = {}", used.name, clean_line(&value));
    }
    for fact in &assessed.what_if {
        let _ = write!(text, ", what if {}", clean_line(fact));
    }
    text
}

fn pane(state: &State, frame: &mut Frame<'_>, area: Rect, palette: Palette) {
    let (title, lines) = detail(state, palette);
    let borders = if frame.area().width >= WIDE {
        Borders::LEFT | Borders::TOP
    } else {
        Borders::TOP
    };
    let title = cut(&title, area.width);
    let block = Block::new()
        .borders(borders)
        .title(Span::styled(title, palette.head()));
    let text = Paragraph::new(lines)
        .wrap(Wrap { trim: false })
        .scroll((state.scroll, 0));
    let inner = block.inner(area);
    let more = goes_on(&text, inner);
    frame.render_widget(text.block(block), area);
    let sign = match (state.scroll > 0, more) {
        (false, false) => return,
        (false, true) => " J: more ",
        (true, false) => " K: back ",
        (true, true) => " J: more, K: back ",
    };
    let width = u16::try_from(sign.len()).unwrap_or(0).min(area.width);
    if area.height > 1 {
        let place = Rect::new(area.right() - width, area.bottom() - 1, width, 1);
        frame.render_widget(Clear, place);
        frame.render_widget(Line::from(Span::styled(sign, palette.head())), place);
    }
}

/// Whether a text has more lines than an area shows.
fn goes_on(text: &Paragraph<'_>, area: Rect) -> bool {
    // Empty lines may be between the visible part and the rest.
    const FURTHER: u16 = 20;
    let longer = Rect::new(0, 0, area.width, area.height.saturating_add(FURTHER));
    let mut buffer = Buffer::empty(longer);
    text.render(longer, &mut buffer);
    let mut hidden =
        (area.height..longer.height).flat_map(|y| (0..area.width).map(move |x| (x, y)));
    hidden.any(|place| buffer[place].symbol() != " ")
}

fn problem_title(state: &State) -> String {
    let errors = state.problems().iter().filter(|one| one.is_error()).count();
    let stale = state.revision.stale.iter();
    let stale: Vec<_> = stale
        .map(|stale| format!("{} since {}", clean_line(&stale.file), clock(stale.since)))
        .collect();
    let count = match (errors, state.problems().len()) {
        (0, 0) => "not as expected".to_owned(),
        (0, 1) => "1 warning".to_owned(),
        (0, count) => format!("{count} warnings"),
        (1, _) => "1 error".to_owned(),
        (errors, _) => format!("{errors} errors"),
    };
    if stale.is_empty() {
        count
    } else {
        format!("{count}; last good version in force: {}", stale.join(", "))
    }
}

fn problem_lines(state: &State, width: u16) -> Vec<Line<'static>> {
    let mut shown = diagnostics(state.problems(), Colour::Never, usize::from(width));
    if let Some(checks) = &state.checks {
        let problems: Vec<Diagnostic> = checks.diagnostics().cloned().collect();
        shown += &diagnostics(&problems, Colour::Never, usize::from(width));
        shown += &failed_cases(&checks.tests);
        shown += drift(&checks.drift, true).trim_start();
    }
    shown
        .trim_end()
        .lines()
        .map(|line| Line::from(cut(line, width)))
        .collect()
}

/// The counts of determinations.
pub fn counts(assessed: &RulebookAssessment) -> String {
    let counts = DeterminationKind::ALL
        .into_iter()
        .map(|kind| (kind, assessed.count(kind)));
    let counts = counts.filter(|(kind, count)| *count > 0 || *kind != DeterminationKind::Fault);
    let counts: Vec<_> = counts
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    counts.join(", ")
}

/// The line with the counts and changes.
fn changes(state: &State) -> String {
    let Some(assessed) = state.assessed() else {
        return String::new();
    };
    let since = match state.since {
        Since::Save => "last save",
        Since::Start => "since the start",
    };
    let changed = match state.delta() {
        Some(delta) => delta_summary(delta),
        None if state.revision.number == 1 => String::new(),
        None => "nothing changed".to_owned(),
    };
    let mut text = counts(assessed);
    if !changed.is_empty() {
        let _ = write!(text, " | {since}: {changed}");
    }
    if let Some(checks) = &state.checks {
        let counted = [cases_passed(&checks.tests), moved(&checks.drift)];
        for counted in counted.into_iter().flatten() {
            let _ = write!(text, " | {counted}");
        }
    }
    if let Some(shown) = state.arrangement.only.words() {
        // First, as all the rest is about these rows.
        text = format!("{shown} ({}) | {text}", state.rows.len());
    }
    text
}

fn status_spans(state: &State, palette: Palette) -> Vec<Span<'static>> {
    match state.mode {
        Typing::Filter => {
            let typed = clean_line(&state.arrangement.filter);
            return typed_spans(state, format!("/{typed}_"), palette);
        }
        Typing::Order | Typing::Group => {
            let what = if state.mode == Typing::Order {
                "order by fact (-fact: greatest first; empty: by id)"
            } else {
                "group by fact (empty: no groups)"
            };
            return vec![Span::from(format!(
                "{what}: {}_",
                clean_line(&state.prompt)
            ))];
        }
        Typing::Commands | Typing::Help => {}
    }
    let revision = &state.revision;
    let mut spans = Vec::new();
    if !revision.stale.is_empty() {
        spans.push(Span::styled("STALE ", palette.error()));
    }
    if let Some(trouble) = &revision.trouble {
        spans.push(Span::styled(
            format!("waiting: {} ", clean_line(trouble)),
            palette.error(),
        ));
    }
    let mode = match &revision.mode {
        Mode::Events => "events".to_owned(),
        Mode::Polling(why) => format!("polling, {why}"),
    };
    let took = revision.took.as_secs_f64() * 1000.0;
    spans.push(Span::from(format!(
        "revision {} | {} files | {took:.1} ms | {mode}",
        revision.number, revision.files
    )));
    if let Some(trouble) = &state.trouble {
        spans.insert(
            0,
            Span::styled(format!("{} | ", clean_line(trouble)), palette.error()),
        );
    }
    if !state.arrangement.filter.is_empty() {
        let (filter, count) = (clean_line(&state.arrangement.filter), state.rows.len());
        spans.insert(0, Span::from(format!("/{filter} ({count}) | ")));
    }
    let notice = state.notice.as_ref().map_or_else(
        || " | ? help".to_owned(),
        |notice| format!(" | {}", clean_line(notice)),
    );
    spans.push(Span::styled(notice, palette.faint()));
    spans
}

/// The filter being typed, the number of rows it leaves, and names in it that do not exist.
fn typed_spans(state: &State, typed: String, palette: Palette) -> Vec<Span<'static>> {
    let said = match &state.trouble {
        Some(trouble) => Span::styled(format!("  {}", clean_line(trouble)), palette.error()),
        None => Span::styled(format!("  ({})", state.rows.len()), palette.faint()),
    };
    vec![Span::from(typed), said]
}

const HELP: &str = "\
arrows, h j k l  move     g G  first, last     PgUp PgDn  page
/   show those with these words: kent hold=not_met population>5000
    county=\"St. Kent\" determination=eligible hold=changed size=unknown
f   only those that have what is selected     Esc  all again
c   only what changed         u    only undetermined
d   only gained, only lost, and so on
a   mark changes since the start, or of the last save
s   sort by id, determination, open facts, change, name
S   sort by the column selected      o  by a fact (Tab completes)
b   group by a fact                  [ ]  group before, after
m   what would make it eligible      p  all parameters, and back
i   ids beside names, or not         x  cases down to stated facts, or not
e   open the record or script at its line in $EDITOR
E   open the first file with a problem
J K scroll the lower pane     Tab  next rulebook     q  quit

signs: ^ gained  v lost  ? became unknown  ! failed  * a finding flipped  + new
cells: + met  - not met  o not applicable  ? unknown  ! fault  w waived";

fn help(frame: &mut Frame<'_>, area: Rect, palette: Palette) {
    let (width, height) = (76.min(area.width), 20.min(area.height));
    let place = Rect::new(
        (area.width - width) / 2,
        (area.height - height) / 2,
        width,
        height,
    );
    let block = Block::bordered().title(Span::styled(" keys ", palette.head()));
    frame.render_widget(Clear, place);
    frame.render_widget(Paragraph::new(HELP).block(block), place);
}
