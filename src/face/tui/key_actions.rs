//! The actions of keys: moving, choosing rows, columns and their order, opening a file.

use crate::base::source::Span;
use crate::face::tui::filter::{DETERMINATION, split, status_in_filter, term};
use crate::face::tui::state::{Effect, Key, Pane, Since, State, Typing};
use crate::face::tui::visible_row_order::{Direction, Only, Sort, slot};

impl State {
    /// A key that is a command.
    pub(super) fn command(&mut self, key: Key) -> Effect {
        let before = (self.row, self.column);
        match key {
            Key::Char('q') | Key::Control('c') => return Effect::Quit,
            Key::Char('/') => self.mode = Typing::Filter,
            Key::Char('o') => self.ask(Typing::Order),
            Key::Char('b') => self.ask(Typing::Group),
            Key::Char('?') => self.mode = Typing::Help,
            Key::Char('c') => self.toggle(Only::Changed),
            Key::Char('u') => self.toggle(Only::Undetermined),
            Key::Char('d') => self.show_only(self.arrangement.only.next_movement()),
            Key::Char('f') => self.filter_selected(),
            Key::Char('i') => self.show_ids = !self.show_ids,
            Key::Char('x') => self.turn_depth(),
            Key::Char('s') => self.sort_by(self.arrangement.sort.next()),
            Key::Char('S') => self.sort_by_selected(),
            Key::Char('[') => self.next_group(Direction::Up),
            Key::Char(']') => self.next_group(Direction::Down),
            Key::Char('a') => self.mark_since(),
            Key::Escape => {
                self.arrangement.filter.clear();
                self.arrangement.only = Only::All;
                self.pane = Pane::Detail;
                self.rearrange();
            }
            Key::Tab => self.next_rulebook(),
            Key::Char('m') => self.turn_to(Pane::Remedies(None)),
            Key::Char('p') => self.turn_to(Pane::Parameters),
            Key::Char('e') | Key::Enter => return self.open(self.place()),
            Key::Char('E') => return self.open(self.first_problem()),
            key => self.go(key),
        }
        if (self.row, self.column) != before {
            self.scroll = 0;
            if self.pane != Pane::Parameters {
                self.pane = Pane::Detail;
            }
        }
        Effect::Draw
    }

    /// A key that moves.
    fn go(&mut self, key: Key) {
        let last = self.rows.len().saturating_sub(1);
        let columns = self
            .assessed()
            .map_or(0, |assessed| assessed.conditions.len() + 1);
        match key {
            Key::Char('j') | Key::Down => self.row = (self.row + 1).min(last),
            Key::Char('k') | Key::Up => self.row = self.row.saturating_sub(1),
            Key::Char('h') | Key::Left => self.column = self.column.saturating_sub(1),
            Key::Char('l') | Key::Right => self.column = (self.column + 1).min(columns),
            Key::Char('g') | Key::Home => self.row = 0,
            Key::Char('G') | Key::End => self.row = last,
            Key::Control('f' | 'd') | Key::PageDown => {
                self.row = (self.row + self.page.max(1)).min(last);
            }
            Key::Control('b' | 'u') | Key::PageUp => {
                self.row = self.row.saturating_sub(self.page.max(1));
            }
            Key::Char('0' | '^') => self.column = 0,
            Key::Char('$') => self.column = columns,
            Key::Char('J') => self.scroll = self.scroll.saturating_add(1),
            Key::Char('K') => self.scroll = self.scroll.saturating_sub(1),
            _ => {}
        }
    }

    /// Shows something else below, or the detail again.
    fn turn_to(&mut self, pane: Pane) {
        let is_there = std::mem::discriminant(&self.pane) == std::mem::discriminant(&pane);
        self.pane = if is_there { Pane::Detail } else { pane };
        self.scroll = 0;
    }

    fn mark_since(&mut self) {
        self.since = match self.since {
            Since::Save => Since::Start,
            Since::Start => Since::Save,
        };
        self.mark();
        self.rearrange();
    }

    fn next_rulebook(&mut self) {
        self.rulebook = (self.rulebook + 1) % self.revision.assessment.rulebooks.len().max(1);
        (self.row, self.column) = (0, 0);
        self.rows.clear();
        self.pending = Some(None);
    }

    fn toggle(&mut self, only: Only) {
        let is_on = self.arrangement.only == only;
        self.show_only(if is_on { Only::All } else { only });
    }

    fn show_only(&mut self, only: Only) {
        self.arrangement.only = only;
        self.notice = Some(only.words().unwrap_or("all are shown").to_owned());
        self.rearrange();
    }

    fn sort_by(&mut self, sort: Sort) {
        self.notice = Some(format!("sorted {}", sort.words()));
        self.arrangement.sort = sort;
        self.rearrange();
    }

    fn sort_by_selected(&mut self) {
        let Some(assessed) = self.assessed() else {
            return;
        };
        let sort = match self.condition() {
            Some(condition) => Sort::Finding(assessed.conditions[condition].condition.id.clone()),
            None if self.column == 0 => Sort::Name,
            None => Sort::Determination,
        };
        self.sort_by(sort);
    }

    /// Shows only rows with the same value in the selected column as the selected row; a second
    /// time all again.
    fn filter_selected(&mut self) {
        let (Some(assessed), Some(place)) = (self.assessed(), self.selected_place()) else {
            return;
        };
        let word = match (self.condition(), &self.arrangement.group) {
            (Some(condition), _) => term(
                assessed.conditions[condition].condition.id.as_str(),
                status_in_filter(assessed.status(place, condition)),
            ),
            (None, _) if self.column > 0 => term(DETERMINATION, &assessed.kind(place).to_string()),
            (None, Some(group)) => {
                let value = slot(assessed, group).ok().and_then(|slot| {
                    let record = assessed.record_of(place);
                    assessed.basis.facts.value(record, slot)
                });
                let value = value.map_or("unknown".to_owned(), |value| value.to_string());
                term(group, &value)
            }
            (None, None) => {
                let text = "select a condition or the determination, or group by a fact with b";
                self.notice = Some(text.to_owned());
                return;
            }
        };
        let filter = &mut self.arrangement.filter;
        let own = split(&word);
        let is_there = split(filter).iter().any(|one| Some(one) == own.first());
        *filter = if is_there {
            filter.replace(&word, "").trim().to_owned()
        } else {
            format!("{filter} {word}").trim().to_owned()
        };
        self.rearrange();
    }

    /// Selects the first of the group before or after.
    fn next_group(&mut self, direction: Direction) {
        let Some(values) = self.group_values() else {
            self.notice = Some("group by a fact with b first".to_owned());
            return;
        };
        let same = |row: usize, other: usize| values[row] == values[other];
        let first = |mut row: usize| {
            while row > 0 && same(row - 1, row) {
                row -= 1;
            }
            row
        };
        let row = self.row;
        self.row = match direction {
            Direction::Up if first(row) < row => first(row),
            Direction::Up => first(row.saturating_sub(1)),
            Direction::Down => (row + 1..values.len())
                .find(|next| !same(*next, row))
                .unwrap_or(row),
        };
    }

    fn ask(&mut self, mode: Typing) {
        self.mode = mode;
        self.prompt.clear();
    }

    /// A key while a filter is typed.
    pub(super) fn type_filter(&mut self, key: Key) -> Effect {
        match key {
            Key::Char(letter) => self.arrangement.filter.push(letter),
            Key::Backspace => {
                self.arrangement.filter.pop();
            }
            Key::Control('c') => return Effect::Quit,
            Key::Escape => {
                self.arrangement.filter.clear();
                self.mode = Typing::Commands;
            }
            Key::Enter => {
                self.mode = Typing::Commands;
                return Effect::Draw;
            }
            _ => {}
        }
        self.rearrange();
        Effect::Draw
    }

    /// A key while a fact is typed, to put rows in order or together.
    pub(super) fn type_fact(&mut self, key: Key) -> Effect {
        match key {
            Key::Char(letter) => self.prompt.push(letter),
            Key::Backspace => {
                self.prompt.pop();
            }
            Key::Control('c') => return Effect::Quit,
            Key::Escape => self.mode = Typing::Commands,
            Key::Tab => self.complete(),
            Key::Enter => {
                self.take_fact();
                self.mode = Typing::Commands;
            }
            _ => {}
        }
        Effect::Draw
    }

    fn take_fact(&mut self) {
        let typed = self.prompt.trim().to_owned();
        let (path, direction) = match typed.strip_prefix('-') {
            Some(path) => (path.trim(), Direction::Down),
            None => (typed.as_str(), Direction::Up),
        };
        let found = self.assessed().map(|assessed| slot(assessed, path));
        match (self.mode, found) {
            (Typing::Group, _) if typed.is_empty() => self.arrangement.group = None,
            (_, None) => return,
            (Typing::Order, _) if typed.is_empty() => self.arrangement.sort = Sort::Id,
            (_, Some(Err(why))) => {
                self.notice = Some(why);
                return;
            }
            (Typing::Group, _) => self.arrangement.group = Some(path.to_owned()),
            (_, _) => {
                self.arrangement.sort = Sort::Fact(path.to_owned(), direction);
                self.notice = Some(format!("sorted {}", self.arrangement.sort.words()));
            }
        }
        self.rearrange();
    }

    /// Completes the typed text with the common beginning of all facts that begin with it.
    fn complete(&mut self) {
        let sign = if self.prompt.starts_with('-') {
            "-"
        } else {
            ""
        };
        let typed = self.prompt.trim_start_matches('-');
        let Some(assessed) = self.assessed() else {
            return;
        };
        let mut paths = assessed.basis.bindings.schema.paths();
        let Some(first) = paths.find(|path| path.starts_with(typed)) else {
            return;
        };
        let mut common = first;
        for path in paths.filter(|path| path.starts_with(typed)) {
            let same = common.chars().zip(path.chars());
            let same: usize = same
                .take_while(|(a, b)| a == b)
                .map(|(a, _)| a.len_utf8())
                .sum();
            common = &common[..same];
        }
        self.prompt = format!("{sign}{common}");
    }

    fn open(&mut self, place: Option<(String, usize)>) -> Effect {
        match place {
            Some((file, line)) => Effect::Open(file, line),
            None => {
                self.notice = Some("there is nothing here to open".to_owned());
                Effect::Draw
            }
        }
    }

    /// The file and line of the selection: the record, or the script at the first test asked.
    fn place(&self) -> Option<(String, usize)> {
        let (assessed, one) = (self.assessed()?, self.selected()?);
        let at = |span: &Span| (span.source().name().to_owned(), span.position().line);
        let Some(condition) = self.condition() else {
            return Some(at(&one.jurisdiction.span));
        };
        let asked = assessed.consulted(&one.jurisdiction.id, condition);
        let script = &assessed.conditions[condition].condition.source;
        Some(
            asked
                .first()
                .map_or_else(|| (script.name().to_owned(), 1), |one| at(&one.asked.span)),
        )
    }

    fn first_problem(&self) -> Option<(String, usize)> {
        let problems = self.problems();
        let first = problems
            .iter()
            .find(|one| one.is_error())
            .or_else(|| problems.first())?;
        Some((
            first.file()?.to_owned(),
            first.span().map_or(1, |span| span.position().line),
        ))
    }
}
