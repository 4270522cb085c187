//! Remedies in plain sentences: for a terminal or as Markdown.

use crate::analysis::explanation::with_unit;
use crate::analysis::remedies::{Change, Remedies, WithStatistics};
use crate::assess::result_types::DeterminationKind;
use crate::model::fact::Value;
use crate::render::text_or_markdown_page::{Emphasis, Page};

/// The remedies as text.
pub fn remedies(remedies: &Remedies<'_>, style: Emphasis) -> String {
    let mut page = Page::new(style);
    let Remedies {
        assessed,
        one,
        want,
        list,
        ..
    } = remedies;
    let now = one.determination.kind;
    page.heading(
        1,
        &format!("What would make {} {want}", one.jurisdiction.name),
    );
    page.line(&format!(
        "{}, as of {}. It is {now} now.",
        assessed.rulebook().title,
        assessed.as_of
    ));
    if !assessed.what_if.is_empty() {
        page.line(&format!("What if {}?", assessed.what_if.join(", ")));
    }
    if now == *want {
        page.line("Nothing has to change.");
        return page.finish();
    }
    if list.is_empty() {
        page.line(&none(remedies, &page));
    }
    for (index, remedy) in list.iter().enumerate() {
        let count = remedy.changes.len();
        // If not all was tried, fewer may be enough.
        let needed = if remedies.cut_short {
            ""
        } else {
            ", all of them needed"
        };
        let title = match (count, list.len()) {
            (1, 1) => "One change".to_owned(),
            (count, 1) => format!("{count} changes{needed}"),
            (1, _) => format!("{}. One change", index + 1),
            (count, _) => format!("{}. {count} changes{needed}", index + 1),
        };
        page.heading(2, &title);
        for change in &remedy.changes {
            let text = in_words(change, &page);
            page.item(&text);
        }
        if let Some(found) = &remedy.with_statistics {
            let text = with_statistics(found, &page);
            page.item(&text);
        }
    }
    page.gap();
    if remedies.longer > 0 {
        page.line(&format!(
            "{} more need more changes: `rulebook remedies --all` shows them.",
            remedies.longer
        ));
    }
    if remedies.jointly {
        page.line(
            "Statistics were computed anew with each change; single facts were tried at some \
             values.",
        );
    } else if !list.is_empty() && remedies.cut_short {
        page.line("Each was tried: these values suffice.");
    } else if !list.is_empty() {
        page.line("Each was tried: these values suffice, and fewer of them do not.");
    }
    let tried = list.iter().any(|one| one.with_statistics.is_some());
    if tried {
        page.line(
            "They were looked for with statistics held fixed, and those that move one were tried \
             again with statistics computed anew; `--joint` looks for others that way.",
        );
    } else if !remedies.jointly && !assessed.statistics().is_empty() {
        page.line("Statistics were held fixed; `--joint` computes them anew with each change.");
    }
    if !list.is_empty() {
        page.line("What would suffice is no claim that a fact should be so.");
    }
    if remedies.more {
        page.line("There are more, with as many changes or more.");
    }
    if remedies.cut_short {
        page.line("Not everything was tried: fewer changes may do, and there may be others.");
    }
    page.finish()
}

/// The effect of a remedy after the statistics that it moves are recalculated.
fn with_statistics(found: &WithStatistics, page: &Page) -> String {
    let moved = found.moved.iter().map(|moved| {
        let shown = |value: &Value| value.shown(moved.decimals);
        let words = |value: &Option<Value>| value.as_ref().map_or("unknown".to_owned(), shown);
        let (before, after) = (words(&moved.before), words(&moved.after));
        format!("{} {before} -> {after}", page.code(&moved.path))
    });
    let moved: Vec<String> = moved.collect();
    let moved = if moved.is_empty() {
        "no statistic of it moves".to_owned()
    } else {
        moved.join(", ")
    };
    if found.holds {
        format!("with statistics computed anew: {moved}; it suffices all the same")
    } else {
        format!("with statistics computed anew: {moved}; it does not suffice")
    }
}

fn none(remedies: &Remedies<'_>, page: &Page) -> String {
    let fixed: Vec<_> = remedies
        .in_the_way
        .iter()
        .map(|fact| page.code(&fact.to_string()))
        .collect();
    if remedies.one.determination.kind == DeterminationKind::Fault {
        return "A script that it depends on is broken or fails: see what `check` says.".to_owned();
    }
    match (remedies.cut_short, fixed.is_empty()) {
        (true, _) => "None was found.".to_owned(),
        (false, true) => "There is none: no change of facts makes it so.".to_owned(),
        (false, false) => {
            format!(
                "There is none: it would take another {}, which nobody can change.",
                fixed.join(" and ")
            )
        }
    }
}

fn in_words(change: &Change, page: &Page) -> String {
    let from = change.from.as_ref().map_or_else(
        || "unknown".to_owned(),
        |value| with_unit(value, &change.fact),
    );
    let to = with_unit(&change.to, &change.fact);
    let allowed = if change.allowed == change.to.to_string()
        || change.allowed == format!("for example {}", change.to)
        || matches!(change.allowed.as_str(), "yes" | "no")
    {
        String::new()
    } else {
        format!(" ({})", change.allowed)
    };
    let cures: Vec<_> = change
        .cures
        .iter()
        .map(|id| page.code(id.as_str()))
        .collect();
    let cures = if cures.is_empty() {
        String::new()
    } else {
        format!(", for {}", cures.join(", "))
    };
    format!(
        "{}: {from} -> {to}{allowed}{cures}",
        page.code(&change.fact.to_string())
    )
}
