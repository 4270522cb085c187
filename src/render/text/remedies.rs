//! Remedies in plain sentences: for a terminal or as Markdown.

use crate::analysis::explanation::with_unit;
use crate::analysis::remedies::{Change, Remedies};
use crate::assess::verdict::DeterminationKind;
use crate::render::document::{Page, Style};

/// The remedies as text.
pub fn remedies(remedies: &Remedies<'_>, style: Style) -> String {
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
        // Where not all was tried, fewer may do.
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
    }
    page.gap();
    if remedies.jointly {
        page.line(
            "Statistics were worked out anew with each change; single facts were tried at \
                   some values.",
        );
    } else if !list.is_empty() && remedies.cut_short {
        page.line("Each was tried: with these values it comes to this.");
    } else if !list.is_empty() {
        page.line(
            "Each was tried: with these values it comes to this, and with fewer of them it \
                   does not.",
        );
    }
    if !remedies.jointly && !assessed.statistics().is_empty() {
        page.line(
            "Statistics were left as they are; `--joint` works them out anew with each change.",
        );
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
