//! One condition for one jurisdiction: everything its missing facts still allow, and the finding.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::assess::explored_scripts::{ConditionUsed, Form};
use crate::assess::prepared_rulebook::Basis;
use crate::assess::result_types::{Assumption, Finding, Status};
use crate::assess::script_run_cache::ScriptRun;
use crate::assess::trace_to_stated_facts::behind;
use crate::model::fact::FactOrigin;
use crate::model::typed_indexes::RecordIndex;
use crate::script::Program;
use crate::tree::{
    Expression, FactRef, FactTable, Leaves, Limit, Outcome, Possible, Tree, Undecided, Verdict,
    deciding_facts, undecided, walk,
};

/// A finding, and the details that the determination needs.
#[derive(Clone, Debug)]
pub(crate) struct Examined {
    pub(crate) finding: Finding,
    /// The outcomes still possible; empty if the script is broken.
    pub(crate) leaves: OutcomesLeft,
}

/// The outcomes still possible, searched for on first use. A result found by a copy is kept by that
/// copy alone.
#[derive(Clone)]
pub(crate) struct OutcomesLeft {
    found: OnceLock<Arc<Leaves>>,
    open: Option<Arc<OpenRecord>>,
}

/// A record that several verdicts are possible for, without a fault or an assumption among them.
struct OpenRecord {
    tree: Arc<Tree>,
    facts: Arc<FactTable>,
    this: RecordIndex,
    left: Undecided,
}

impl From<Arc<Leaves>> for OutcomesLeft {
    fn from(leaves: Arc<Leaves>) -> Self {
        Self {
            found: OnceLock::from(leaves),
            open: None,
        }
    }
}

impl Deref for OutcomesLeft {
    type Target = Leaves;

    fn deref(&self) -> &Leaves {
        self.found.get_or_init(|| {
            let open = self.open.as_ref();
            let open = open.expect("what is not found is open");
            walk(&open.tree, &open.facts, open.this).into()
        })
    }
}

impl fmt::Debug for OutcomesLeft {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.found.fmt(fmt)
    }
}

impl OutcomesLeft {
    /// The possible verdicts and the tree, if these are known without a look at the outcomes: each
    /// verdict is proven.
    pub(super) fn open(&self) -> Option<(&Undecided, &Tree)> {
        self.open.as_ref().map(|open| (&open.left, &*open.tree))
    }

    /// Whether there are too many ways to combine them with those of other conditions.
    pub(super) fn are_many(&self) -> bool {
        const MANY: u64 = 64;
        match self.open() {
            Some((left, tree)) => left.ways > MANY && tree.has_states(),
            None => self.are_joined(),
        }
    }
}

impl Examined {
    /// A finding whose possible outcomes are not needed.
    pub(super) fn settled(finding: Finding) -> Self {
        Self {
            finding,
            leaves: Arc::new(Leaves {
                list: Vec::new(),
                cut_short: None,
            })
            .into(),
        }
    }
}

/// Examines a condition for record `this`: its finding, and the outcomes still possible.
pub(crate) fn examine(used: &ConditionUsed, basis: &Basis, this: RecordIndex) -> Examined {
    waived(used, basis, this, examine_bare(used, basis, this))
}

/// Examines a condition for record `this`, without reasons and what decides it, which take more
/// work.
pub(crate) fn come_to(used: &ConditionUsed, basis: &Basis, this: RecordIndex) -> Examined {
    waived(used, basis, this, come_to_bare(used, basis, this))
}

/// Examines a condition without reasons and regardless of waivers, so that similar records share
/// it.
pub(super) fn come_to_bare(used: &ConditionUsed, basis: &Basis, this: RecordIndex) -> Examined {
    if let Some(undecided) = undecided_by_single_facts(used, basis, this, false) {
        return undecided;
    }
    let looked = look(used, basis, this);
    looked.map_or_else(|| Examined::settled(fault()), |(leaves, _)| bare(leaves))
}

/// Examines a condition without its waivers.
pub(super) fn examine_bare(used: &ConditionUsed, basis: &Basis, this: RecordIndex) -> Examined {
    if let Some(undecided) = undecided_by_single_facts(used, basis, this, true) {
        return undecided;
    }
    let Some((leaves, missing)) = look(used, basis, this) else {
        return Examined::settled(fault());
    };
    let finding = finding(&leaves, basis, this, missing);
    let leaves = leaves.into();
    Examined { finding, leaves }
}

/// A condition with several possible verdicts in which each test is about one fact: the facts that
/// decide are found without a look at each way, if they are wanted.
fn undecided_by_single_facts(
    used: &ConditionUsed,
    basis: &Basis,
    this: RecordIndex,
    why: bool,
) -> Option<Examined> {
    let Form::Tabular(tree) = &used.form else {
        return None;
    };
    let (left, missing) = undecided(tree, (&basis.facts, this), why)?;
    let finding = Finding {
        status: Status::Unknown,
        cut_short: any_value(&missing),
        missing: behind(missing, basis, this),
        ..fault()
    };
    let open = OpenRecord {
        tree: Arc::clone(tree),
        facts: Arc::clone(&basis.facts),
        this,
        left,
    };
    let leaves = OutcomesLeft {
        found: OnceLock::new(),
        open: Some(open.into()),
    };
    Some(Examined { finding, leaves })
}

/// Examines a condition that no tree can hold, without reasons, and gives the facts it looked up;
/// `None` for others.
pub(super) fn come_to_by_reading(
    used: &ConditionUsed,
    basis: &Basis,
    this: RecordIndex,
) -> Option<(Examined, BTreeSet<FactRef>)> {
    let run = run_of(used, basis, this)?;
    Some((bare(Arc::clone(&run.leaves)), run.reads.clone()))
}

fn bare(leaves: Arc<Leaves>) -> Examined {
    let status = status_of(&leaves);
    let finding = Finding { status, ..fault() };
    let leaves = leaves.into();
    Examined { finding, leaves }
}

fn waived(
    used: &ConditionUsed,
    basis: &Basis,
    this: RecordIndex,
    mut examined: Examined,
) -> Examined {
    let waivers = &basis.criteria.waivers;
    if !waivers.is_empty() && matches!(examined.finding.status, Status::NotMet | Status::Unknown) {
        let id = basis.facts.records.id_of(this);
        examined.finding.waived = waivers
            .find(&id, &used.condition.id, basis.facts.day())
            .cloned();
    }
    if examined.finding.waived.is_some() {
        let mut leaves = (*examined.leaves).clone();
        leaves.list.iter_mut().for_each(excuse);
        examined.leaves = Arc::new(leaves).into();
    }
    examined
}

/// Applies a waiver to an outcome: "not met" becomes "not applicable", in each completion.
fn excuse(possible: &mut Possible) {
    if possible.outcome.verdict == Verdict::NotMet {
        possible.outcome = Arc::new(Outcome {
            verdict: Verdict::NotApplicable,
            ..(*possible.outcome).clone()
        });
    }
}

/// All outcomes that a script can still have for a record, and the missing facts it read if no tree
/// holds it; `None` if the script is broken.
fn look(
    used: &ConditionUsed,
    basis: &Basis,
    this: RecordIndex,
) -> Option<(Arc<Leaves>, Vec<FactRef>)> {
    if let Form::Tabular(tree) = &used.form {
        return Some((walk(tree, &basis.facts, this).into(), Vec::new()));
    }
    let run = run_of(used, basis, this)?;
    Some((Arc::clone(&run.leaves), run.missing.clone()))
}

/// The run of a script that no tree can hold; `None` for others.
fn run_of(used: &ConditionUsed, basis: &Basis, this: RecordIndex) -> Option<Arc<ScriptRun>> {
    let is_run = matches!(used.form, Form::NotTabular(_));
    let program = used.program.as_ref().filter(|_| is_run)?;
    Some(basis.explored(program, this))
}

/// The finding of a condition whose script is broken; its diagnostic is reported elsewhere.
fn fault() -> Finding {
    Finding {
        status: Status::Fault,
        reasons: Vec::new(),
        missing: Vec::new(),
        assumed: Vec::new(),
        cut_short: None,
        fault: None,
        waived: None,
    }
}

/// The status of a condition with this tree for a record.
pub(crate) fn status_by(tree: &Tree, facts: &FactTable, this: RecordIndex) -> Status {
    status_of(&walk(tree, facts, this))
}

/// The status of a condition that no tree can hold for a record.
pub(crate) fn status_by_script(program: &Arc<Program>, basis: &Basis, this: RecordIndex) -> Status {
    status_of(&basis.explored(program, this).leaves)
}

fn status_of(leaves: &Leaves) -> Status {
    match leaves.settled() {
        Some(Verdict::Met) => Status::Met,
        Some(Verdict::NotMet) => Status::NotMet,
        Some(Verdict::NotApplicable) => Status::NotApplicable,
        Some(Verdict::Fault) => Status::Fault,
        None => Status::Unknown,
    }
}

fn finding(leaves: &Leaves, basis: &Basis, this: RecordIndex, read: Vec<FactRef>) -> Finding {
    let status = status_of(leaves);
    let mut cut_short = leaves.unproven();
    let missing = match status {
        Status::Unknown if leaves.cut_short.is_some() && !read.is_empty() => read,
        Status::Unknown => {
            let (missing, unsure) = deciding_facts(leaves, basis.bindings.limits);
            cut_short = cut_short.or(unsure.then_some(Limit::Pairs));
            missing
        }
        _ => Vec::new(),
    };
    cut_short = cut_short.or_else(|| match status {
        Status::Unknown => any_value(&missing).or_else(|| leaves.assumes_more_than_proven()),
        _ => leaves.says_more_than_proven(),
    });
    let missing = behind(missing, basis, this);
    let fault = leaves
        .list
        .iter()
        .find_map(|leaf| leaf.outcome.fault.as_ref());
    Finding {
        reasons: if status == Status::Unknown {
            Vec::new()
        } else {
            reasons(leaves, basis, this)
        },
        assumed: assumptions(leaves, basis, this),
        cut_short,
        fault: fault.filter(|_| status == Status::Fault).map(Arc::clone),
        waived: None,
        status,
        missing,
    }
}

/// That a derived fact decides: only one whose script no tree holds is a fact of its own, and it is
/// taken to have any value at all.
pub(super) fn any_value(deciding: &[FactRef]) -> Option<Limit> {
    let mut facts = deciding.iter();
    let is_derived = |fact: &FactRef| fact.schema.origin == FactOrigin::Derived;
    facts.any(is_derived).then_some(Limit::Derived)
}

/// The reasons of all paths, each once, in the order of the tree.
pub(super) fn reasons(leaves: &Leaves, basis: &Basis, this: RecordIndex) -> Vec<String> {
    reasons_by(leaves, &mut |expression| text_of(expression, basis, this))
}

/// The reasons of all paths, each once, with a text for each calculation.
pub(super) fn reasons_by(
    leaves: &Leaves,
    text: &mut dyn FnMut(&Expression) -> String,
) -> Vec<String> {
    let mut reasons = Vec::new();
    for message in leaves
        .list
        .iter()
        .filter_map(|leaf| leaf.outcome.reason.as_ref())
    {
        let text = message.fill(text);
        if !reasons.contains(&text) {
            reasons.push(text);
        }
    }
    reasons
}

/// The value of an expression as text; "unknown" if a fact in it is.
fn text_of(expression: &Expression, basis: &Basis, this: RecordIndex) -> String {
    let value = basis.facts.calculated(this, expression);
    value.map_or_else(|| "unknown".to_owned(), |value| value.to_string())
}

pub(super) fn assumptions(leaves: &Leaves, basis: &Basis, this: RecordIndex) -> Vec<Assumption> {
    let mut assumptions = Vec::new();
    for (fact, value) in leaves.list.iter().flat_map(|leaf| &leaf.assumed) {
        let value = basis.facts.calculated(this, value);
        let assumption = Assumption {
            fact: basis.facts.own_name(this, fact),
            value,
        };
        if !assumptions.contains(&assumption) {
            assumptions.push(assumption);
        }
    }
    assumptions
}
