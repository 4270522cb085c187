//! Comparisons with published results as text.

use std::collections::BTreeMap;

use crate::analysis::published_results::{Compared, Said};

/// The most ids that a line names.
const MOST: usize = 40;

/// One line: how many agree.
pub fn compared_summary(compared: &Compared<'_>) -> String {
    let title = named(&compared.comparison.title, &compared.comparison.name);
    if let Some(why) = &compared.left_out {
        return format!("Not compared with {title}: {why}");
    }
    let (agree, differ) = (compared.agree, compared.differ.len());
    let counts = match (agree + differ, differ) {
        (0, _) => "nothing is published of any jurisdiction here".to_owned(),
        (all, 0) => format!("{agree} of {all} agree"),
        (all, 1) => format!("{agree} of {all} agree, 1 differs"),
        (all, _) => format!("{agree} of {all} agree, {differ} differ"),
    };
    let rest = match (agree + differ, compared.not_published) {
        (0, _) | (_, 0) => String::new(),
        (_, more) => format!("; nothing is published of {more} more"),
    };
    format!("Compared with {title}: {counts}{rest}")
}

/// The differences, equal ones on one line.
pub fn differences(compared: &Compared<'_>) -> Vec<String> {
    let mut alike: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for one in &compared.differ {
        let ids = alike.entry((&one.published, &one.found)).or_default();
        ids.push(one.jurisdiction);
    }
    let line = |((published, found), ids): ((&str, &str), Vec<&str>)| {
        let more = match ids.len().saturating_sub(MOST) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let ids = ids[..ids.len().min(MOST)].join(", ");
        format!(
            "published \"{}\", here {found}: {ids}{more}",
            short(published)
        )
    };
    let more = alike.len().saturating_sub(MOST_LINES);
    let mut lines: Vec<String> = alike.into_iter().take(MOST_LINES).map(line).collect();
    lines.extend((more > 0).then(|| format!("and {more} more kinds of differences")));
    lines
}

/// The most lines of differences.
const MOST_LINES: usize = 20;

/// One sentence: the published result of a jurisdiction, and whether its result agrees.
pub fn said(said: &Said<'_>) -> String {
    let title = named(&said.comparison.title, &said.comparison.name);
    let stands = if said.agrees { "agrees" } else { "differs" };
    let (file, line) = (said.span.source().name(), said.span.position().line);
    format!(
        "{title}: \"{}\". The result here {stands} [{file}:{line}].",
        short(&said.published)
    )
}

/// A published word, cut if it is long.
fn short(word: &str) -> String {
    const MOST: usize = 60;
    match word.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &word[..end]),
        None => word.to_owned(),
    }
}

fn named(title: &str, name: &str) -> String {
    if title == name {
        title.to_owned()
    } else {
        format!("{title} ({name})")
    }
}
