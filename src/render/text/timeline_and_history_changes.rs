//! One change of a timeline or a history as text: who changed, and why.

use std::collections::BTreeMap;

use crate::analysis::impact::{Impact, JurisdictionImpact};
use crate::assess::assessment::{Assessment, RulebookAssessment};
use crate::assess::result_types::DeterminationKind;
use crate::render::text::impact::{details, movement};
use crate::render::text_or_markdown_page::Page;

/// The most jurisdictions named in a line.
const MOST_NAMES: usize = 10;

/// A change of a jurisdiction, and its details.
type What = (String, Vec<String>);

/// The results of each rulebook: the determination of a single jurisdiction, or the counts of many.
pub(super) fn standing(assessment: &Assessment, page: &mut Page) {
    for assessed in &assessment.rulebooks {
        page.line(&format!(
            "{}: {}.",
            assessed.rulebook().title,
            standing_of(assessed)
        ));
    }
}

fn standing_of(assessed: &RulebookAssessment) -> String {
    if assessed.len() == 1 {
        let (name, kind) = (assessed.name(0.into()), assessed.kind(0.into()));
        return format!("{name} is {kind}");
    }
    let counts = DeterminationKind::ALL.map(|kind| (assessed.count(kind), kind));
    let there = counts.iter().filter(|(count, _)| *count > 0);
    let words: Vec<String> = there
        .map(|(count, kind)| format!("{count} {kind}"))
        .collect();
    match words.as_slice() {
        [] => "no jurisdictions".to_owned(),
        words => words.join(", "),
    }
}

/// The changes and their causes: jurisdictions with the same change and causes in one item.
pub(super) fn changes(impact: &Impact, page: &mut Page) {
    for rulebook in &impact.rulebooks {
        // In order of the first of each.
        let mut alike: Vec<(What, Vec<&JurisdictionImpact>)> = Vec::new();
        let mut numbers: BTreeMap<What, usize> = BTreeMap::new();
        for one in &rulebook.jurisdictions {
            let what = (movement(one), details(rulebook, one, page));
            let number = *numbers.entry(what.clone()).or_insert(alike.len());
            match alike.get_mut(number) {
                Some((_, list)) => list.push(one),
                None => alike.push((what, vec![one])),
            }
        }
        let name = |one: &&JurisdictionImpact| match &*one.name {
            name if name == one.delta.id.as_str() => name.to_owned(),
            name => format!("{name} ({})", one.delta.id),
        };
        for ((kind, details), list) in alike {
            let named: Vec<String> = list.iter().take(MOST_NAMES).map(name).collect();
            let more = match list.len().saturating_sub(MOST_NAMES) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            page.item(&format!("{}{more}: {kind}", named.join(", ")));
            for detail in details {
                page.detail(&detail);
            }
        }
    }
}
