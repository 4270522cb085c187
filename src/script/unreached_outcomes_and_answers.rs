//! Which outcomes of a script, and which answers of its tests, no path reaches.

use std::sync::Arc;

use crate::base::source::Span;
use crate::base::work_budget::Budget;
use crate::script::explore::Answers;
use crate::script::scan::{TokenKind, scan};
use crate::script::verdict_functions::ENDINGS;
use crate::script::{Bindings, Program, explore};
use crate::tree::Verdict;

/// The outcomes and answers that no path reaches.
#[derive(Debug, Default)]
pub(crate) struct Unreached {
    /// Calls of outcomes, as `not_met`.
    pub(crate) outcomes: Vec<Span>,
    /// Tests that always have one answer.
    pub(crate) one_sided: Vec<OneSided>,
    /// Some path ends in "not met".
    pub(crate) fails: bool,
}

/// A test that always has one answer.
#[derive(Debug)]
pub(crate) struct OneSided {
    pub(crate) span: Span,
    /// The test as written.
    pub(crate) written: String,
    pub(crate) answer: bool,
    /// The values that its facts can have decide it, without any test before it.
    pub(crate) by_range: bool,
}

/// The parts that no path reaches under any of these bindings; `None` if no tree holds the script.
pub(crate) fn unreached(program: &Arc<Program>, bindings: &[Arc<Bindings>]) -> Option<Unreached> {
    let mut fails = false;
    let mut endings = std::collections::BTreeSet::new();
    let mut answers = Answers::new();
    let budget = Budget::new(bindings.first()?.limits.work);
    for bindings in bindings {
        let found = explore(program, bindings, None);
        if found.incomplete.is_some() || budget.is_used_up() {
            return None;
        }
        fails |= found
            .paths
            .iter()
            .any(|path| path.outcome.verdict == Verdict::NotMet);
        endings.extend(found.endings);
        for (place, (span, question, given, by_range)) in found.answers {
            let known = answers
                .entry(place)
                .or_insert((span, question, [false; 2], by_range));
            known.2 = [known.2[0] || given[0], known.2[1] || given[1]];
            known.3 &= by_range;
        }
    }
    let source = program.source();
    let calls =
        calls(source.text()).filter(|start| !endings.contains(&(source.name().to_owned(), *start)));
    let outcomes = calls.map(|start| {
        let rest = &source.text()[start..];
        let length = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        source.span(start..start + length)
    });
    let one_sided = answers
        .into_values()
        .filter(|(span, _, given, _)| given[0] != given[1] && span.source().name() == source.name())
        .map(|(span, question, given, by_range)| {
            let written = span.text().split_whitespace().collect::<Vec<_>>().join(" ");
            // A `switch` has no text for its questions.
            let written = if written.is_empty() {
                question
            } else {
                written
            };
            OneSided {
                span,
                written,
                answer: given[1],
                by_range,
            }
        });
    Some(Unreached {
        fails,
        outcomes: outcomes.collect(),
        one_sided: one_sided.collect(),
    })
}

/// The places where outcomes are called.
fn calls(text: &str) -> impl Iterator<Item = usize> {
    let tokens = scan(text);
    let word = move |index: usize| {
        tokens
            .get(index)
            .map(|token| (token.kind, token.range.clone()))
    };
    let text = text.to_owned();
    let is = move |index: usize| {
        let (kind, range) = word(index)?;
        let before = index
            .checked_sub(1)
            .and_then(&word)
            .map_or("", |(_, range)| &text[range]);
        let after = word(index + 1).map_or("", |(_, range)| &text[range]);
        let call =
            kind == TokenKind::Word && after == "(" && !matches!(before, "." | "?." | "fn" | "::");
        Some((call && ENDINGS.contains(&&text[range.clone()])).then_some(range.start))
    };
    let mut index = 0;
    let mut found = Vec::new();
    while let Some(start) = is(index) {
        found.extend(start);
        index += 1;
    }
    found.into_iter()
}
