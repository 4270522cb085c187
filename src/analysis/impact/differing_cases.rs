//! The cases in which two versions of a condition, or of the decision, have different verdicts.

use std::sync::Arc;

use crate::analysis::decision_table::counting_tree;
use crate::analysis::impact::inputs_named_in_script::ReadByScript;
use crate::assess::assessment::RulebookAssessment;
use crate::assess::explored_scripts::{ConditionUsed, Form};
use crate::assess::prepared_rulebook::Decider;
use crate::base::source::Span;
use crate::script::Bindings;
use crate::tree::{
    BothSchemas, Conjunction, Tree, Verdict, Witness, Wording, differences, same, told_apart,
};

/// The cases in which two versions differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cases {
    /// The cases, in the order of the old script.
    pub list: Vec<DifferingCase>,
    /// Whether there may be more than were found.
    pub cut_short: bool,
    /// Whether the verdicts are equal everywhere, and only the wording differs.
    pub reasons_only: bool,
    /// Why the versions could not be compared; `None` if they could.
    pub not_compared: Option<NotCompared>,
    /// The derived facts that are the only difference: they are calculated differently, and the
    /// cases lie behind them.
    pub otherwise: Vec<String>,
}

/// A case in which two versions differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DifferingCase {
    /// Which records it is about: `detainers.honors and 24 <= detainers.hold_hours < 48`.
    pub case: String,
    /// The verdict before.
    pub before: Verdict,
    /// The verdict now.
    pub after: Verdict,
    /// A record in the case: its facts with their values, `unknown` for one it must not state;
    /// `None` if no such record was found.
    pub example: Option<Vec<(String, String)>>,
}

/// Why two versions could not be compared case by case. How they differ for the records is listed
/// with the jurisdictions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotCompared {
    /// The reason in words.
    pub why: String,
    /// The place in a script; `None` if it is not about one.
    pub place: Option<Span>,
}

impl Cases {
    /// Whether there is no difference and no reason why none was found.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
            && !self.cut_short
            && !self.reasons_only
            && self.not_compared.is_none()
            && self.otherwise.is_empty()
    }

    /// Whether there are cases that derived facts could express.
    pub(super) fn can_be_shorter(&self) -> bool {
        !self.list.is_empty() || self.not_compared.is_some()
    }

    fn not_compared(why: String, place: Option<Span>) -> Self {
        Self {
            not_compared: Some(NotCompared { why, place }),
            ..Self::default()
        }
    }
}

/// A script of a version, with its bindings.
pub(super) type BoundScript<'a> = (&'a Bindings, &'a ConditionUsed);

/// The cases in which two versions of a condition differ.
pub(super) fn cases_between((was, before): BoundScript<'_>, (is, after): BoundScript<'_>) -> Cases {
    match (&before.form, &after.form) {
        (Form::Tabular(before), Form::Tabular(after)) => {
            compared(before, after, (&was.schema, &is.schema))
        }
        (Form::NotTabular(one), Form::NotTabular(other)) => {
            let programs = (&before.program, &after.program);
            if let (Some(old), Some(new)) = programs
                && Arc::ptr_eq(old, new)
                && was.same(is)
            {
                return Cases::default();
            }
            let read = |bindings: &Bindings, used: &ConditionUsed| {
                let program = used.program.as_ref();
                program.map(|program| ReadByScript::of(program, bindings))
            };
            if one.message == other.message && read(was, before) == read(is, after) {
                return Cases::default();
            }
            Cases::not_compared(other.message.clone(), other.span().cloned())
        }
        (Form::NotTabular(why), _) => {
            Cases::not_compared(format!("as it was, {}", why.message), why.span().cloned())
        }
        (_, Form::NotTabular(why)) => Cases::not_compared(why.message.clone(), why.span().cloned()),
        (Form::Broken, Form::Broken) => Cases::default(),
        (Form::Broken, _) => Cases::not_compared("the script was broken".to_owned(), None),
        (_, Form::Broken) => Cases::not_compared("the script is broken".to_owned(), None),
    }
}

fn compared(before: &Arc<Tree>, after: &Arc<Tree>, allowed: BothSchemas<'_>) -> Cases {
    if Arc::ptr_eq(before, after) || same(before, after) {
        return Cases::default();
    }
    let (before, after) = told_apart(before, after);
    let found = match differences(&before, &after, allowed) {
        Ok(found) => found,
        Err(fact) => {
            let why = format!(
                "the fact `{fact}` is of another kind now ({})",
                fact.schema.ty
            );
            return Cases::not_compared(why, None);
        }
    };
    let wording = Wording::of([&before, &after]);
    let list = found.cases.iter().map(|one| DifferingCase {
        case: wording.sentence(&one.case),
        before: one.before,
        after: one.after,
        example: one.witness.as_ref().map(|values| stated(values, &one.case)),
    });
    Cases {
        list: list.collect(),
        cut_short: found.cut_short,
        reasons_only: found.reasons_only,
        ..Cases::default()
    }
}

/// What a record of a case states.
pub(super) fn stated(values: &Witness, case: &Conjunction) -> Vec<(String, String)> {
    let stated = values
        .iter()
        .map(|(fact, value)| (fact.to_string(), value.to_string()));
    let missing = case.known.iter().filter(|(_, known)| !**known);
    stated
        .chain(missing.map(|(fact, _)| (fact.to_string(), "unknown".to_owned())))
        .collect()
}

/// The cases in which two decisions differ; `None` if they are equal.
pub(super) fn of_decision(
    before: &RulebookAssessment,
    after: &RulebookAssessment,
) -> Option<Cases> {
    let tree = |assessed: &RulebookAssessment| match &*assessed.decider {
        Decider::Tree(tree, _) => Some(Arc::clone(tree)),
        Decider::Count(decision, required) => {
            counting_tree(assessed, decision, required).map(Arc::new)
        }
        Decider::Broken => None,
    };
    let rules = |assessed: &RulebookAssessment| {
        let counted = match &*assessed.decider {
            Decider::Count(_, required) => required
                .iter()
                .map(|index| assessed.conditions[*index].condition.id.clone())
                .collect(),
            _ => Vec::new(),
        };
        (assessed.rulebook().decision.clone(), counted)
    };
    match (tree(before), tree(after)) {
        (Some(old), Some(new)) => {
            let schema =
                |assessed: &RulebookAssessment| Arc::clone(&assessed.basis.bindings.schema);
            let (was, is) = (schema(before), schema(after));
            Some(compared(&old, &new, (&was, &is))).filter(|cases| !cases.is_empty())
        }
        (None, None) if rules(before) == rules(after) => None,
        _ => Some(Cases::not_compared(
            "a decision has no table".to_owned(),
            None,
        )),
    }
}
