//! Changes of results as text: one line for all, and one for each jurisdiction.

use std::fmt::Write;

use crate::assess::assessment::{Delta, JurisdictionDelta, Movement, RulebookDelta};

/// The movements that are counted, and the word for each.
const WORDS: [(Movement, &str); 6] = [
    (Movement::Gained, "gained"),
    (Movement::Lost, "lost"),
    (Movement::BecameUnknown, "became unknown"),
    (Movement::Failed, "failed"),
    (Movement::Appeared, "new"),
    (Movement::Vanished, "gone"),
];

/// One line: how many gained, lost, became unknown, how many findings flipped.
pub fn delta_summary(delta: &RulebookDelta) -> String {
    let counted = WORDS
        .iter()
        .map(|(movement, word)| (delta.count(*movement), (*word).to_owned()));
    let flips = delta.flips();
    let flipped = (
        flips,
        format!("finding{} flipped", if flips == 1 { "" } else { "s" }),
    );
    let counted = counted.chain([flipped]).filter(|(count, _)| *count > 0);
    let counted = counted.map(|(count, word)| format!("{count} {word}"));
    let conditions = [(&delta.added, "added"), (&delta.removed, "removed")];
    let conditions = conditions
        .into_iter()
        .filter(|(ids, _)| !ids.is_empty())
        .map(|(ids, word)| {
            let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
            format!("{word}: {}", ids.join(", "))
        });
    let parts: Vec<_> = counted.chain(conditions).collect();
    if parts.is_empty() {
        "nothing changed".to_owned()
    } else {
        parts.join(", ")
    }
}

/// The summary of each rulebook, and a line for each jurisdiction that changed; at most `most` of
/// these for a rulebook.
pub fn delta(delta: &Delta, most: usize) -> String {
    let mut out = String::new();
    for rulebook in &delta.rulebooks {
        let _ = writeln!(out, "{}: {}", rulebook.id.as_str(), delta_summary(rulebook));
        for one in rulebook.jurisdictions.iter().take(most) {
            let _ = writeln!(out, "  {}", line(one));
        }
        if rulebook.jurisdictions.len() > most {
            let _ = writeln!(out, "  and {} more", rulebook.jurisdictions.len() - most);
        }
    }
    out
}

fn line(one: &JurisdictionDelta) -> String {
    let kind = match (one.before, one.after) {
        (Some(before), Some(after)) if before == after => format!("still {after}"),
        (Some(before), Some(after)) => format!("{before} -> {after}"),
        (None, Some(after)) => format!("new, {after}"),
        (Some(before), None) => format!("gone, was {before}"),
        (None, None) => String::new(),
    };
    let status = |status: Option<crate::assess::result_types::Status>| {
        status.map_or("none".to_owned(), |one| one.to_string())
    };
    let findings = one.findings.iter();
    let findings: Vec<_> = findings
        .map(|finding| {
            format!(
                "{}: {} -> {}",
                finding.condition,
                status(finding.before),
                status(finding.after)
            )
        })
        .collect();
    let findings = if findings.is_empty() {
        String::new()
    } else {
        format!(" ({})", findings.join(", "))
    };
    format!("{}: {kind}{findings}", one.id)
}
