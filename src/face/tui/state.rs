//! The state of the screen, and how keys and revisions change it. Pure.

use std::sync::Arc;

use crate::analysis::impact::{
    Cases, Depth, JurisdictionImpact, RulebookImpact, Why, differing_conditions,
};
use crate::analysis::remedies::remedies;
use crate::assess::assessment::{Assessment, Delta, RulebookAssessment, RulebookDelta};
use crate::assess::result_types::{DeterminationKind, JurisdictionAssessment};
use crate::base::diagnostic::Diagnostic;
use crate::face::tui::visible_row_order::{Arrangement, Only, Sort, rows, slot};
use crate::host::live::{Checks, Revision};
use crate::model::condition::ConditionId;
use crate::model::fact::Value;
use crate::model::jurisdiction::JurisdictionId;
use crate::model::rulebook::RulebookId;
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::PlaceIndex;
use crate::render::{self, Emphasis};

/// The state of the screen.
#[derive(Debug)]
pub struct State {
    pub(super) revision: Arc<Revision>,
    first: Arc<Assessment>,
    last_save: Arc<Delta>,
    /// The changes that are marked.
    pub(super) marked: Arc<Delta>,
    pub(super) since: Since,
    pub(super) rulebook: usize,
    /// The places of the jurisdictions shown.
    pub(super) rows: Vec<PlaceIndex>,
    /// The one of them that is selected.
    pub(super) row: usize,
    /// The column selected: 0 the jurisdiction, then the conditions, then the determination.
    pub(super) column: usize,
    pub(super) arrangement: Arrangement,
    /// A name in the arrangement that does not exist.
    pub(super) trouble: Option<String>,
    /// The rows are to be sorted again; the jurisdiction to stay selected.
    #[expect(
        clippy::option_option,
        reason = "nothing waits, or an order waits that keeps nobody selected"
    )]
    pub(super) pending: Option<Option<JurisdictionId>>,
    pub(super) mode: Typing,
    /// The fact being typed, to put rows in order or together.
    pub(super) prompt: String,
    /// Ids are shown beside names, even without room.
    pub(super) show_ids: bool,
    /// The first line shown of the pane below.
    pub(super) scroll: u16,
    /// The number of rows in the matrix when it was last drawn.
    pub(super) page: usize,
    pub(super) notice: Option<String>,
    pub(super) pane: Pane,
    /// The cases in which the last save made conditions differ.
    pub(super) cases: Vec<(RulebookId, ConditionId, Cases)>,
    /// The depth of these.
    pub(super) depth: Depth,
    /// The cases are to be searched for.
    cases_wanted: bool,
    /// The assessment before the last save.
    before_save: Option<Arc<Assessment>>,
    /// The causes of changes in the rulebook shown since the mark; `None` until asked for.
    why: Option<(RulebookId, Why)>,
    /// Why the jurisdiction selected changed.
    pub(super) changed_because: Option<JurisdictionImpact>,
    /// The results of cases and accepted results; `None` while they are computed.
    pub(super) checks: Option<Arc<Checks>>,
}

/// The pane below, about the selected jurisdiction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pane {
    /// The explanation of its result.
    Detail,
    /// The remedies, as text; `None` until they are searched for.
    Remedies(Option<String>),
    /// All parameters.
    Parameters,
}

/// The changes that are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Since {
    Save,
    Start,
}

/// The current meaning of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typing {
    Commands,
    Filter,
    /// A fact to put rows in order by.
    Order,
    /// A fact to put rows together by.
    Group,
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

/// An event for the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// A key was pressed.
    Key(Key),
    /// A revision was published.
    Revision(Arc<Revision>),
    /// The results of cases and accepted results for the revision of this number.
    Checked(u64, Arc<Checks>),
    /// A text for the status line.
    Notice(String),
    /// The terminal has another size, or was used by another program.
    Redraw,
}

/// A request of the screen.
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
            arrangement: Arrangement {
                only: Only::All,
                filter: String::new(),
                sort: Sort::Id,
                group: None,
            },
            trouble: None,
            pending: None,
            mode: Typing::Commands,
            prompt: String::new(),
            show_ids: false,
            scroll: 0,
            page: 10,
            notice: None,
            pane: Pane::Detail,
            cases: Vec::new(),
            depth: Depth::DerivedFacts,
            cases_wanted: false,
            before_save: None,
            why: None,
            changed_because: None,
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
                    Typing::Commands => {
                        self.settle();
                        return self.command(key);
                    }
                    Typing::Filter => return self.type_filter(key),
                    Typing::Order | Typing::Group => return self.type_fact(key),
                    Typing::Help => self.mode = Typing::Commands,
                }
            }
            Message::Checked(number, checks) => {
                // Results of an earlier revision are dropped.
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
        let selected = self.kept();
        // Waiting for a folder, or looking again instead of hearing, is no save.
        if !revision.changed.is_empty() {
            self.last_save = Arc::clone(&revision.delta);
            self.before_save = Some(Arc::clone(&self.revision.assessment));
            self.find_cases();
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
        // The places of the revision before are no longer valid.
        self.rows.clear();
        self.pending = Some(selected);
        if let Pane::Remedies(_) = self.pane {
            self.pane = Pane::Remedies(None);
        }
    }

    /// Has the cases looked for before they are drawn.
    fn find_cases(&mut self) {
        self.cases.clear();
        self.cases_wanted = true;
    }

    /// Has cases go down to the facts behind derived facts, or stop there again.
    pub(super) fn turn_depth(&mut self) {
        let (depth, notice) = match self.depth {
            Depth::DerivedFacts => (
                Depth::StatedFacts,
                "cases go down to the facts records state",
            ),
            Depth::StatedFacts => (Depth::DerivedFacts, "cases stop at derived facts"),
        };
        (self.depth, self.notice) = (depth, Some(notice.to_owned()));
        self.find_cases();
    }

    /// Computes the parts that take time: the order of the rows, the cases in which the last save
    /// made conditions differ, why the selected jurisdiction changed, and its remedies. It is
    /// called before drawing, and the next key cancels it.
    pub(super) fn work_out(&mut self) {
        self.settle();
        if let Some(before) = self.before_save.as_ref().filter(|_| self.cases_wanted) {
            self.cases = differing_conditions(before, &self.revision.assessment, self.depth);
            self.cases_wanted = false;
        }
        self.find_why();
        let (Pane::Remedies(None), Some(assessed), Some(one)) =
            (&self.pane, self.assessed(), self.selected())
        else {
            return;
        };
        let found = remedies(assessed, one, DeterminationKind::Eligible).shortest();
        let text = render::remedies(&found, Emphasis::Plain(usize::MAX));
        self.pane = Pane::Remedies(Some(text));
    }

    /// Finds why the jurisdiction selected changed, where it did.
    fn find_why(&mut self) {
        let before = match self.since {
            Since::Save => self.before_save.clone(),
            Since::Start => Some(Arc::clone(&self.first)),
        };
        let now = Arc::clone(&self.revision.assessment);
        let after = now.rulebooks.get(self.rulebook);
        let before =
            after.and_then(|after| before.as_ref()?.rulebook(after.rulebook().id.as_str()));
        let delta = self
            .selected_place()
            .zip(after)
            .and_then(|(place, after)| self.delta()?.jurisdiction(after.id(place)))
            .filter(|delta| delta.before.is_some())
            .cloned();
        let (Some(before), Some(after), Some(delta)) = (before, after, delta) else {
            self.changed_because = None;
            return;
        };
        if self
            .changed_because
            .as_ref()
            .is_some_and(|one| one.delta == delta)
        {
            return;
        }
        self.changed_because = None;
        let id = &after.rulebook().id;
        let why = match self.why.take() {
            Some((known, why)) if known == *id => why,
            _ => Why::between(before, after),
        };
        self.changed_because = Some(why.of(before, after, &delta));
        self.why = Some((id.clone(), why));
    }

    /// The impact on the rulebook, if the selected jurisdiction changed.
    pub(super) fn why(&self) -> Option<(&RulebookImpact, &JurisdictionImpact)> {
        let (_, why) = self.why.as_ref()?;
        Some((&why.impact, self.changed_because.as_ref()?))
    }

    pub(super) fn mark(&mut self) {
        (self.why, self.changed_because) = (None, None);
        self.marked = match self.since {
            Since::Save => Arc::clone(&self.last_save),
            Since::Start => Delta::between(&self.first, &self.revision.assessment).into(),
        };
    }

    /// Works out the rows again, and keeps a jurisdiction selected.
    fn arrange(&mut self, selected: Option<&JurisdictionId>) {
        self.trouble = None;
        let count = self.revision.assessment.rulebooks.len();
        self.rulebook = self.rulebook.min(count.saturating_sub(1));
        let Some(assessed) = self.assessed() else {
            self.rows.clear();
            (self.row, self.column) = (0, 0);
            return;
        };
        let (rows, trouble) = rows(assessed, self.delta(), &self.arrangement);
        let place = selected.and_then(|id| assessed.place(id.as_str()));
        let row = place
            .and_then(|place| rows.iter().position(|row| *row == place))
            .unwrap_or(self.row)
            .min(rows.len().saturating_sub(1));
        self.column = self.column.min(assessed.conditions.len() + 1);
        (self.rows, self.row, self.trouble) = (rows, row, trouble);
    }

    /// Has the rows put in order before they are drawn or moved through.
    pub(super) fn rearrange(&mut self) {
        self.pending = Some(self.kept());
    }

    /// The jurisdiction that is to stay selected.
    fn kept(&self) -> Option<JurisdictionId> {
        match &self.pending {
            Some(pending) => pending.clone(),
            None => self.selected_id(),
        }
    }

    /// Puts the rows in order, where that waits.
    pub(super) fn settle(&mut self) {
        if let Some(selected) = self.pending.clone() {
            self.arrange(selected.as_ref());
            self.pending = None;
        }
    }

    /// Whether letters are text now, and no commands.
    pub(super) fn is_typing(&self) -> bool {
        matches!(self.mode, Typing::Filter | Typing::Order | Typing::Group)
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

    /// The place of the jurisdiction selected.
    pub(super) fn selected_place(&self) -> Option<PlaceIndex> {
        self.rows.get(self.row).copied()
    }

    fn selected_id(&self) -> Option<JurisdictionId> {
        let (assessed, place) = (self.assessed()?, self.selected_place()?);
        Some(JurisdictionId::new(assessed.id(place)))
    }

    /// By row: the value of the fact by which rows are grouped; `None` if they are not.
    pub(super) fn group_values(&self) -> Option<Vec<Option<Value>>> {
        let (assessed, path) = (self.assessed()?, self.arrangement.group.as_ref()?);
        let slot = slot(assessed, path).ok()?;
        let facts = &assessed.basis.facts;
        let rows = self.rows.iter();
        Some(
            rows.map(|row| facts.value(assessed.record_of(*row), slot))
                .collect(),
        )
    }

    /// The index of the selected condition; `None` on the outer columns.
    pub(super) fn condition(&self) -> Option<ConditionIndex> {
        let count = self.assessed()?.conditions.len();
        let condition = self.column.checked_sub(1);
        condition
            .filter(|number| *number < count)
            .map(ConditionIndex::from)
    }
}
