//! What the screen shows, and what keys and revisions make of it. Pure.

use std::sync::Arc;

use crate::analysis::impact::{Cases, differing_conditions};
use crate::analysis::remedies::remedies;
use crate::assess::assessment::{Assessment, Delta, RulebookAssessment, RulebookDelta};
use crate::assess::verdict::{DeterminationKind, JurisdictionAssessment};
use crate::base::diagnostic::Diagnostic;
use crate::base::source::Span;
use crate::face::tui::rows::{Only, Sort, rows};
use crate::host::live::{Checks, Revision};
use crate::model::condition::ConditionId;
use crate::model::jurisdiction::JurisdictionId;
use crate::model::rulebook::RulebookId;
use crate::render::{self, Style};

/// What the screen shows.
#[derive(Debug)]
pub struct State {
    pub(super) revision: Arc<Revision>,
    first: Arc<Assessment>,
    last_save: Arc<Delta>,
    /// The changes that are marked.
    pub(super) marked: Arc<Delta>,
    pub(super) since: Since,
    rulebook: usize,
    /// The places of the jurisdictions shown.
    pub(super) rows: Vec<usize>,
    /// The one of them that is selected.
    pub(super) row: usize,
    /// The column selected: 0 the jurisdiction, then the conditions, then the determination.
    pub(super) column: usize,
    pub(super) only: Only,
    pub(super) sort: Sort,
    pub(super) filter: String,
    pub(super) mode: Typing,
    /// The first line shown of the pane below.
    pub(super) scroll: u16,
    /// How many rows the matrix had room for when it was last drawn.
    pub(super) page: usize,
    pub(super) notice: Option<String>,
    pub(super) pane: Pane,
    /// The cases in which the last save made conditions differ.
    pub(super) cases: Vec<(RulebookId, ConditionId, Cases)>,
    /// What was in force before the last save, while those cases are not worked out.
    earlier: Option<Arc<Assessment>>,
    /// What the cases and accepted results say of the revision; none while that is worked out.
    pub(super) checks: Option<Arc<Checks>>,
}

/// What the pane below shows of the jurisdiction selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pane {
    /// Why it came to what it came to.
    Detail,
    /// What would make it eligible, as text; none while nobody has looked for it.
    Remedies(Option<String>),
}

/// What is marked as changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Since {
    Save,
    Start,
}

/// What keys mean at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typing {
    Commands,
    Filter,
    Help,
}

/// A key, as far as the screen knows keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A letter or sign.
    Char(char),
    /// A letter with the control key.
    Control(char),
    /// Up, and so on.
    Up,
    #[expect(missing_docs, reason = "the names say it")]
    Down,
    #[expect(missing_docs, reason = "the names say it")]
    Left,
    #[expect(missing_docs, reason = "the names say it")]
    Right,
    #[expect(missing_docs, reason = "the names say it")]
    PageUp,
    #[expect(missing_docs, reason = "the names say it")]
    PageDown,
    #[expect(missing_docs, reason = "the names say it")]
    Home,
    #[expect(missing_docs, reason = "the names say it")]
    End,
    #[expect(missing_docs, reason = "the names say it")]
    Enter,
    #[expect(missing_docs, reason = "the names say it")]
    Escape,
    #[expect(missing_docs, reason = "the names say it")]
    Backspace,
    #[expect(missing_docs, reason = "the names say it")]
    Tab,
}

/// What happens to the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// A key was pressed.
    Key(Key),
    /// A revision was published.
    Revision(Arc<Revision>),
    /// What the cases and accepted results say of the revision of this number.
    Checked(u64, Arc<Checks>),
    /// Something to be said in the status line.
    Notice(String),
    /// The terminal has another size, or was used by another program.
    Redraw,
}

/// What the screen wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Draw again.
    Draw,
    /// Open this file at this line in the editor.
    Open(String, usize),
    /// End.
    Quit,
}

impl State {
    /// The screen of a first revision.
    pub fn new(revision: Arc<Revision>) -> Self {
        let mut state = Self {
            first: Arc::clone(&revision.assessment),
            revision,
            last_save: Arc::default(),
            marked: Arc::default(),
            since: Since::Save,
            rulebook: 0,
            rows: Vec::new(),
            row: 0,
            column: 0,
            only: Only::All,
            sort: Sort::Id,
            filter: String::new(),
            mode: Typing::Commands,
            scroll: 0,
            page: 10,
            notice: None,
            pane: Pane::Detail,
            cases: Vec::new(),
            earlier: None,
            checks: None,
        };
        state.arrange(None);
        state
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Effect {
        match message {
            Message::Revision(revision) => self.take(revision),
            Message::Key(key) => {
                self.notice = None;
                match self.mode {
                    Typing::Commands => return self.command(key),
                    Typing::Filter => return self.type_filter(key),
                    Typing::Help => self.mode = Typing::Commands,
                }
            }
            Message::Checked(number, checks) => {
                // Of an earlier one nobody wants to know any more.
                if number == self.revision.number {
                    self.checks = Some(checks);
                }
            }
            Message::Notice(text) => self.notice = Some(text),
            Message::Redraw => {}
        }
        Effect::Draw
    }

    fn take(&mut self, revision: Arc<Revision>) {
        let selected = self.selected_id();
        // Waiting for a folder, or looking again instead of hearing, is no save.
        if !revision.changed.is_empty() {
            self.last_save = Arc::clone(&revision.delta);
            self.cases = Vec::new();
            self.earlier = Some(Arc::clone(&self.revision.assessment));
        }
        if self.first.rulebooks.is_empty() {
            self.first = Arc::clone(&revision.assessment);
        }
        if !revision.changed.is_empty() {
            self.checks = None;
        }
        self.revision = revision;
        self.scroll = 0;
        self.mark();
        self.arrange(selected.as_ref());
        if self.pane != Pane::Detail {
            self.pane = Pane::Remedies(None);
        }
    }

    /// Works out what is to be shown and takes its time: the cases in which the last save made
    /// conditions differ, and what would make the jurisdiction selected eligible.
    pub(super) fn work_out(&mut self) {
        if let Some(earlier) = &self.earlier {
            self.cases = differing_conditions(earlier, &self.revision.assessment);
            self.earlier = None;
        }
        let (Pane::Remedies(None), Some(assessed), Some(one)) =
            (&self.pane, self.assessed(), self.selected())
        else {
            return;
        };
        let found = remedies(assessed, one, DeterminationKind::Eligible);
        let text = render::remedies(&found, Style::Plain(usize::MAX));
        self.pane = Pane::Remedies(Some(text));
    }

    fn mark(&mut self) {
        self.marked = match self.since {
            Since::Save => Arc::clone(&self.last_save),
            Since::Start => Delta::between(&self.first, &self.revision.assessment).into(),
        };
    }

    /// Works out the rows again, and keeps a jurisdiction selected.
    fn arrange(&mut self, selected: Option<&JurisdictionId>) {
        let count = self.revision.assessment.rulebooks.len();
        self.rulebook = self.rulebook.min(count.saturating_sub(1));
        let Some(assessed) = self.assessed() else {
            self.rows.clear();
            (self.row, self.column) = (0, 0);
            return;
        };
        let rows = rows(assessed, self.delta(), self.only, &self.filter, self.sort);
        let is = |row: &usize| Some(&assessed.at(*row).jurisdiction.id) == selected;
        let row = rows
            .iter()
            .position(is)
            .unwrap_or(self.row)
            .min(rows.len().saturating_sub(1));
        self.column = self.column.min(assessed.conditions.len() + 1);
        (self.rows, self.row) = (rows, row);
    }

    fn rearrange(&mut self) {
        let selected = self.selected_id();
        self.arrange(selected.as_ref());
    }

    fn command(&mut self, key: Key) -> Effect {
        let last = self.rows.len().saturating_sub(1);
        let columns = self
            .assessed()
            .map_or(0, |assessed| assessed.conditions.len() + 1);
        let before = (self.row, self.column);
        match key {
            Key::Char('q') | Key::Control('c') => return Effect::Quit,
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
            Key::Char('/') => self.mode = Typing::Filter,
            Key::Char('?') => self.mode = Typing::Help,
            Key::Char('c') => self.toggle(Only::Changed),
            Key::Char('u') => self.toggle(Only::Undetermined),
            Key::Char('s') => {
                self.sort = self.sort.next();
                self.rearrange();
                self.notice = Some(format!("sorted {}", self.sort.word()));
            }
            Key::Char('a') => {
                self.since = if self.since == Since::Save {
                    Since::Start
                } else {
                    Since::Save
                };
                self.mark();
                self.rearrange();
            }
            Key::Escape => {
                self.filter.clear();
                self.only = Only::All;
                self.pane = Pane::Detail;
                self.rearrange();
            }
            Key::Tab => {
                self.rulebook =
                    (self.rulebook + 1) % self.revision.assessment.rulebooks.len().max(1);
                (self.row, self.column) = (0, 0);
                self.arrange(None);
            }
            Key::Char('m') => {
                self.pane = if self.pane == Pane::Detail {
                    Pane::Remedies(None)
                } else {
                    Pane::Detail
                };
                self.scroll = 0;
            }
            Key::Char('e') | Key::Enter => return self.open(self.place()),
            Key::Char('E') => return self.open(self.first_problem()),
            _ => {}
        }
        if (self.row, self.column) != before {
            self.scroll = 0;
            self.pane = Pane::Detail;
        }
        Effect::Draw
    }

    fn toggle(&mut self, only: Only) {
        self.only = if self.only == only { Only::All } else { only };
        self.rearrange();
    }

    fn type_filter(&mut self, key: Key) -> Effect {
        match key {
            Key::Char(letter) => self.filter.push(letter),
            Key::Backspace => {
                self.filter.pop();
            }
            Key::Control('c') => return Effect::Quit,
            Key::Escape => {
                self.filter.clear();
                self.mode = Typing::Commands;
            }
            Key::Enter => self.mode = Typing::Commands,
            _ => {}
        }
        self.rearrange();
        Effect::Draw
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

    /// The file and line of what is selected: the record, or the script at the first test asked.
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

    /// Whether letters are text now, and no commands.
    pub(super) fn is_typing(&self) -> bool {
        self.mode == Typing::Filter
    }

    pub(super) fn problems(&self) -> &[Diagnostic] {
        &self.revision.assessment.diagnostics
    }

    pub(super) fn assessed(&self) -> Option<&RulebookAssessment> {
        self.revision.assessment.rulebooks.get(self.rulebook)
    }

    /// Which of how many rulebooks is shown, from 1.
    pub(super) fn place_of_rulebook(&self) -> (usize, usize) {
        (self.rulebook + 1, self.revision.assessment.rulebooks.len())
    }

    pub(super) fn delta(&self) -> Option<&RulebookDelta> {
        self.marked.rulebook(&self.assessed()?.rulebook().id)
    }

    pub(super) fn selected(&self) -> Option<&JurisdictionAssessment> {
        Some(self.assessed()?.at(*self.rows.get(self.row)?))
    }

    fn selected_id(&self) -> Option<JurisdictionId> {
        self.selected().map(|one| one.jurisdiction.id.clone())
    }

    /// The number of the condition selected; none on the outer columns.
    pub(super) fn condition(&self) -> Option<usize> {
        let count = self.assessed()?.conditions.len();
        self.column
            .checked_sub(1)
            .filter(|condition| *condition < count)
    }
}
