//! Walks a tree with the facts of one record: one path when all is known, every possible path when
//! something is missing.
//!
//! The outcomes found are exactly those that some completion of the missing facts would give,
//! except where a [`Possible`] is not proven.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::work_budget::spend;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::expression::Expression;
use crate::tree::fact_ref::FactRef;
use crate::tree::fact_table::FactTable;
use crate::tree::follow_meeting_paths_once::{Arrival, Meetings, WayTo};
use crate::tree::predicate::Test;
use crate::tree::region::Region;
use crate::tree::search_limits::Limit;
use crate::tree::single_fact_tests::{FactParts, TreeParts};
use crate::tree::witness::{May, Patience};
use crate::tree::{Asked, MessageTemplate, Outcome, Tree, TreeNode, Verdict};

/// One outcome that the missing facts still allow.
#[derive(Clone, Debug)]
pub(crate) struct Possible {
    pub(crate) outcome: Arc<Outcome>,
    /// The answers about missing facts that lead to it.
    pub(crate) answers: Vec<(Arc<Test>, bool)>,
    /// What the script assumed on the way because the record does not state it.
    pub(crate) assumed: Vec<(FactRef, Arc<Expression>)>,
    /// Whether some completion is known to take it; if false, it may be impossible.
    pub(crate) proven: bool,
    /// After this many answers it continues like an earlier one, and has its outcome.
    pub(crate) joins: Option<WayTo>,
}

/// Everything the missing facts still allow, in the order of the tree.
#[derive(Clone, Debug)]
pub(crate) struct Leaves {
    pub(crate) list: Vec<Possible>,
    /// The limit that ended the search; `None` if all paths were looked at.
    pub(crate) cut_short: Option<Limit>,
}

impl Leaves {
    /// The verdict of all paths; `None` if they differ or were cut short.
    pub(crate) fn settled(&self) -> Option<Verdict> {
        let first = self.list.first()?.outcome.verdict;
        let all = self.list.iter().all(|leaf| leaf.outcome.verdict == first);
        (all && self.cut_short.is_none()).then_some(first)
    }

    /// Adds a way that continues like an earlier one.
    pub(crate) fn join(
        &mut self,
        at: WayTo,
        answers: Vec<(Arc<Test>, bool)>,
        assumed: Vec<(FactRef, Arc<Expression>)>,
    ) {
        let first = &self.list[at.0];
        let joined = Possible {
            outcome: Arc::clone(&first.outcome),
            answers,
            assumed,
            proven: first.proven,
            joins: Some(at),
        };
        self.list.push(joined);
    }

    /// Whether some paths continue like others.
    pub(crate) fn are_joined(&self) -> bool {
        self.list.iter().any(|leaf| leaf.joins.is_some())
    }

    /// The leaves with each path followed to its end on its own, at most `most`.
    pub(crate) fn apart(self, most: usize) -> Self {
        if !self.are_joined() {
            return self;
        }
        let mut all = Self {
            list: Vec::new(),
            cut_short: self.cut_short,
        };
        for leaf in &self.list {
            self.go_on(leaf, leaf.answers.clone(), most, &mut all);
        }
        all
    }

    fn go_on(&self, leaf: &Possible, answers: Vec<(Arc<Test>, bool)>, most: usize, all: &mut Self) {
        if all.list.len() >= most {
            all.cut_short = Some(Limit::Combinations);
            return;
        }
        let Some((first, depth)) = leaf.joins else {
            return all.list.push(Possible {
                answers,
                ..leaf.clone()
            });
        };
        let (_, ways) = self.list.split_at(first);
        let begin = &ways[0].answers[..depth];
        let alike = |way: &&Possible| way.answers.get(..depth) == Some(begin);
        for way in ways.iter().take_while(alike) {
            let answers = [&answers[..], &way.answers[depth..]].concat();
            self.go_on(way, answers, most, all);
            if all.list.len() >= most {
                return;
            }
        }
    }

    /// The limit that keeps several verdicts from being proven possible; `None` if they are proven,
    /// or only one is possible.
    pub(crate) fn unproven(&self) -> Option<Limit> {
        let several = |proven: bool| {
            let mut list = self.list.iter().filter(|leaf| !proven || leaf.proven);
            let first = list.next().map(|leaf| leaf.outcome.verdict);
            list.any(|leaf| Some(leaf.outcome.verdict) != first)
        };
        self.cut_short
            .or_else(|| (several(false) && !several(true)).then_some(Limit::Tries))
    }

    /// The limit if a reason, a fault or an assumption occurs on some paths only, none of which is
    /// proven possible. Some path is taken, so what all of them have is certain.
    pub(crate) fn says_more_than_proven(&self) -> Option<Limit> {
        self.more_than_proven(true)
    }

    /// The limit if an assumption is made on some paths only, none of which is proven possible.
    pub(crate) fn assumes_more_than_proven(&self) -> Option<Limit> {
        self.more_than_proven(false)
    }

    fn more_than_proven(&self, with_reasons: bool) -> Option<Limit> {
        #[derive(PartialEq)]
        enum Said<'a> {
            Reason(&'a MessageTemplate),
            Fault(&'a Diagnostic),
            Assumed(&'a (FactRef, Arc<Expression>)),
        }
        if self.list.iter().all(|leaf| leaf.proven) {
            return None;
        }
        // Each with on how many paths, and whether one of them is shown to be possible.
        let mut said: Vec<(Said<'_>, usize, bool)> = Vec::new();
        for leaf in &self.list {
            let outcome = Some(&*leaf.outcome).filter(|_| with_reasons);
            let reason = outcome.and_then(|it| it.reason.as_ref()).map(Said::Reason);
            let fault = outcome.and_then(|it| it.fault.as_deref()).map(Said::Fault);
            let assumed = leaf.assumed.iter().map(Said::Assumed);
            for one in reason.into_iter().chain(fault).chain(assumed) {
                match said.iter_mut().find(|(known, ..)| *known == one) {
                    Some((_, count, proven)) => {
                        *count += 1;
                        *proven |= leaf.proven;
                    }
                    None => said.push((one, 1, leaf.proven)),
                }
            }
        }
        let mut unsure = said
            .iter()
            .filter(|(_, count, proven)| !proven && *count < self.list.len());
        unsure.next().map(|_| Limit::Reasons)
    }
}

/// The outcomes possible for record `this`.
pub(crate) fn walk(tree: &Tree, facts: &FactTable, this: RecordIndex) -> Leaves {
    Walker::went(tree, facts, this, None).leaves
}

/// The tests that were asked on the way to all of these outcomes, each with its answer, or without
/// one where a missing fact left it open. In the order of the tree.
pub(crate) fn consulted<'a>(
    tree: &'a Tree,
    facts: &FactTable,
    this: RecordIndex,
) -> Vec<(&'a Asked, Option<bool>)> {
    let walker = Walker::went(tree, facts, this, Some(Vec::new()));
    let found = walker.consulted.unwrap_or_default();
    let answered = found.into_iter().filter(|(_, given)| given[0] || given[1]);
    answered
        .map(|(asked, [no, yes])| (tree.test(asked), (no != yes).then_some(yes)))
        .collect()
}

/// Continues from a place, with the answers that lead there.
type Follow<'f, W> = dyn FnMut(&mut W, &mut Vec<(Arc<Test>, bool)>) + 'f;

struct Walker<'a> {
    tree: &'a Tree,
    facts: &'a FactTable,
    this: RecordIndex,
    leaves: Leaves,
    /// The tests asked, if wanted: each with whether some path answers no, and yes.
    consulted: Option<Vec<(usize, [bool; 2])>>,
    assumed: Vec<(FactRef, Arc<Expression>)>,
    patience: Patience,
    /// The places where ways meet; `None` if there are few ways.
    meetings: Option<Meetings<usize>>,
    /// The places where paths meet if each test is about one fact.
    been: BTreeMap<(usize, FactParts), WayTo>,
    parts: Option<&'a TreeParts>,
    /// By number of a test: the record's answer, or what is left of the test; `None` if it was not
    /// asked yet.
    answered: Vec<Option<Result<bool, Arc<Test>>>>,
}

/// What the answers leave possible.
#[derive(Clone)]
enum Left {
    Region(Region),
    /// For trees whose tests are about single facts.
    Parts(FactParts),
}

impl<'a> Walker<'a> {
    /// Follows all ways; if there are many, a second time, with those that meet followed once.
    fn went(
        tree: &'a Tree,
        facts: &'a FactTable,
        this: RecordIndex,
        consulted: Option<Vec<(usize, [bool; 2])>>,
    ) -> Self {
        let walker = |consulted, meetings| {
            let leaves = Leaves {
                list: Vec::new(),
                cut_short: None,
            };
            let mut walker = Self {
                tree,
                facts,
                this,
                leaves,
                consulted,
                assumed: Vec::new(),
                patience: Patience::new(tree.limits),
                meetings,
                been: BTreeMap::new(),
                parts: tree.parts.as_deref(),
                answered: vec![None; tree.asked.len()],
            };
            let all = match walker.parts {
                Some(_) => Left::Parts(FactParts::default()),
                None => Left::Region(Region::new(tree.limits)),
            };
            walker.go(tree.root, &all, &mut Vec::new());
            walker
        };
        let apart = walker(consulted.clone(), None);
        if apart.leaves.cut_short.is_none() {
            return apart;
        }
        walker(consulted, Some(Meetings::new()))
    }

    /// Whether there are more ways than are looked at.
    fn is_full(&mut self) -> bool {
        const JOINED: usize = 16;
        // In a tree with more than `apart` paths, a few are looked at first.
        const FEW: usize = 64;
        let found = self.leaves.list.len();
        let limits = self.tree.limits;
        let many = self.tree.has_states();
        let full = match (&self.meetings, self.parts) {
            (None, Some(_)) if many => found > limits.apart.min(FEW),
            (None, _) => found > limits.apart,
            // No more than the exploration of the script found.
            (Some(_), Some(_)) => false,
            (Some(_), None) => found > limits.paths.saturating_mul(JOINED),
        };
        if full {
            self.leaves.cut_short = Some(Limit::Paths);
        }
        full
    }

    fn go(&mut self, node: usize, left: &Left, answers: &mut Vec<(Arc<Test>, bool)>) {
        if self.is_full() {
            return;
        }
        let assumed = self.assumed.len();
        self.follow(node, left, answers);
        self.assumed.truncate(assumed);
    }

    fn follow(&mut self, mut node: usize, left: &Left, answers: &mut Vec<(Arc<Test>, bool)>) {
        loop {
            spend(1);
            let (asked, yes, no) = match self.tree.nodes[node] {
                TreeNode::Leaf(outcome) => {
                    return self.leaf(&self.tree.outcomes[outcome], left, answers);
                }
                TreeNode::Branch { asked, yes, no } => (asked, yes, no),
            };
            let test = &self.tree.test(asked).test;
            let answered = match &self.answered[asked] {
                Some(answered) => answered.clone(),
                None => {
                    let answered = self.facts.answer(self.this, test).map_err(Arc::new);
                    self.answered[asked].insert(answered).clone()
                }
            };
            match answered {
                Ok(answer) => {
                    self.note(asked, [!answer, answer]);
                    if let (Test::Known(fact, Some(value)), false) = (test, answer) {
                        self.assumed.push((fact.clone(), value.clone()));
                    }
                    node = if answer { yes } else { no };
                }
                Err(test) => {
                    return self.come(node, left, answers, &mut |walker, answers| {
                        walker.split(asked, &test, (yes, no), left, answers);
                    });
                }
            }
        }
    }

    /// Comes to a test that is open: it is followed if it was not before, with nothing else to say.
    fn come(
        &mut self,
        node: usize,
        left: &Left,
        answers: &mut Vec<(Arc<Test>, bool)>,
        follow: &mut Follow<'_, Self>,
    ) {
        let before = self.leaves.list.len();
        let Some(meetings) = &mut self.meetings else {
            return follow(self, answers);
        };
        let at = (before, answers.len());
        let region = match left {
            Left::Region(region) => region,
            Left::Parts(left) => {
                let first = *self.been.entry((node, left.clone())).or_insert(at);
                if first == at {
                    return follow(self, answers);
                }
                let answers = self.kept(answers);
                return self.leaves.join(first, answers, self.assumed.clone());
            }
        };
        match meetings.arrive(node, at, region, &mut self.patience) {
            Arrival::Known(None) => {}
            Arrival::Known(Some(at)) => {
                let answers = self.kept(answers);
                self.leaves.join(at, answers, self.assumed.clone());
            }
            Arrival::Apart => follow(self, answers),
            Arrival::New => {
                follow(self, answers);
                let found = self.leaves.list.len() > before;
                if let Some(meetings) = &mut self.meetings {
                    meetings.leave(found);
                }
            }
        }
    }

    /// Notes that a test is asked, in the order of the tree, and with which answers.
    fn note(&mut self, asked: usize, [no, yes]: [bool; 2]) {
        let Some(consulted) = &mut self.consulted else {
            return;
        };
        match consulted.iter_mut().find(|(known, _)| *known == asked) {
            Some((_, given)) => *given = [given[0] || no, given[1] || yes],
            None => consulted.push((asked, [no, yes])),
        }
    }

    /// Goes both ways of a test that missing facts leave open, as far as they are possible.
    fn split(
        &mut self,
        asked: usize,
        test: &Arc<Test>,
        (yes, no): (usize, usize),
        left: &Left,
        answers: &mut Vec<(Arc<Test>, bool)>,
    ) {
        if let Some(meetings) = &mut self.meetings {
            meetings.used(test.facts());
        }
        // It is asked before what follows from its answer.
        self.note(asked, [false; 2]);
        let mut possible = [false; 2];
        for (answer, node) in [(true, yes), (false, no)] {
            let before = self.leaves.list.len();
            let there = match (left, self.parts) {
                (Left::Region(region), _) => region.assume(test, answer).map(Left::Region),
                (Left::Parts(left), parts) => parts
                    .and_then(|parts| parts.after(left, (asked, answer), node))
                    .map(Left::Parts),
            };
            if let Some(left) = there {
                answers.push((Arc::clone(test), answer));
                self.go(node, &left, answers);
                answers.pop();
            }
            possible[usize::from(answer)] = self.leaves.list.len() > before;
        }
        self.note(asked, possible);
    }

    /// The answers of a way; of ways that are followed for their tests alone, none are kept.
    fn kept(&self, answers: &[(Arc<Test>, bool)]) -> Vec<(Arc<Test>, bool)> {
        match self.consulted {
            Some(_) => Vec::new(),
            None => answers.to_vec(),
        }
    }

    fn leaf(&mut self, outcome: &Arc<Outcome>, left: &Left, answers: &[(Arc<Test>, bool)]) {
        // Cautious: a path that may or may not be possible still keeps the finding unsettled.
        let may = match left {
            Left::Region(region) => self.patience.look(region),
            Left::Parts(_) => May::Yes,
        };
        if may != May::No {
            let assumed = self.assumed.clone();
            self.leaves.list.push(Possible {
                outcome: Arc::clone(outcome),
                answers: self.kept(answers),
                assumed,
                proven: may == May::Yes,
                joins: None,
            });
        }
    }
}
