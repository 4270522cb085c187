//! Changes of amounts as text: the sums, and the jurisdictions with another amount.

use std::cmp::Reverse;

use crate::analysis::impact::{AmountChange, AmountImpact};
use crate::model::fact::Value;
use crate::render::text_or_markdown_page::Page;
use crate::tree::number_of;

/// The most jurisdictions that are listed.
const MOST: usize = 20;

pub(super) fn amounts(amounts: &[AmountImpact], page: &mut Page) {
    if amounts.is_empty() {
        return;
    }
    page.heading(2, "Results");
    for amount in amounts {
        let name = page.code(&amount.name);
        let sums = amount.sums.as_ref().map(|(before, after)| {
            let shown = |sum: &_| shown(amount, Some(&Value::Number(Clone::clone(sum))));
            let about = if amount.rounded { "≈" } else { "" };
            format!(
                " of those eligible {about}{} -> {about}{}",
                shown(before),
                shown(after)
            )
        });
        page.item(&format!(
            "{name}{}{}",
            sums.unwrap_or_default(),
            who(amount)
        ));
        for change in greatest_first(amount).into_iter().take(MOST) {
            page.detail(&of_one(amount, change));
        }
        if let more @ 1.. = amount.changes.len().saturating_sub(MOST) {
            page.detail(&format!("and {more} more"));
        }
    }
    page.gap();
}

/// The jurisdictions with another value than before.
fn who(amount: &AmountImpact) -> String {
    if amount.changes.is_empty() {
        return String::new();
    }
    let (more, less) = amount.more_and_less();
    let other = match amount.changes.len() - more - less {
        0 => String::new(),
        other => format!(", {other} have one now or then and not both"),
    };
    format!("; of all, eligible or not, {more} have more, {less} less{other}")
}

/// The changes, greatest first; those that are no difference of two numbers come last.
fn greatest_first(amount: &AmountImpact) -> Vec<&AmountChange> {
    let mut changes: Vec<&AmountChange> = amount.changes.iter().collect();
    changes.sort_by_cached_key(|change| {
        let number = |value: &Option<Value>| Some(number_of(value.as_ref()?)?.into_owned());
        let both = number(&change.before).zip(number(&change.after));
        let moved = both.map(|(before, after)| after.minus(&before));
        Reverse(moved.map(|moved| moved.negated().max(moved)))
    });
    changes
}

fn of_one(amount: &AmountImpact, change: &AmountChange) -> String {
    let (before, after) = (change.before.as_ref(), change.after.as_ref());
    let (before, after) = (shown(amount, before), shown(amount, after));
    format!("{}: {before} -> {after}", change.jurisdiction)
}

/// A value with its unit.
fn shown(amount: &AmountImpact, value: Option<&Value>) -> String {
    match (value, &amount.unit) {
        (None, _) => "none".to_owned(),
        (Some(value), Some(unit)) => format!("{} {unit}", value.shown(amount.decimals)),
        (Some(value), None) => value.shown(amount.decimals),
    }
}
