//! Lines that silence a lint: `//@ allow R301 reason` in a script, `#@ allow R305 reason` in YAML.
//!
//! In the head of a file, before anything else but comments, it holds for the whole file; elsewhere
//! a comment line holds for itself and the next line that is none, and one behind code for that line.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::analysis::lint::page::lint;
use crate::base::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::base::source::{Source, Span};
use crate::model::input_files::Files;
use crate::model::jurisdiction::is_sheet;

lint! {
    /// A line that allows what nobody says, or for no reason, hides what somebody will look for
    /// later.
    ///
    /// Example: `//@ allow R303 everybody who applies is taken`
    BadAllow
}

struct Allowed {
    code: Code,
    /// The lines it holds for; `None` for all.
    lines: Option<(usize, usize)>,
    span: Span,
}

/// The diagnostics that are not allowed, and those about the lines that allow, in the rulebooks
/// looked at.
pub(super) fn silenced(
    files: &Files,
    found: Vec<Diagnostic>,
    rulebooks: &[&str],
) -> Vec<Diagnostic> {
    let mut kept = Vec::new();
    let mut allowed: BTreeMap<String, Vec<(Allowed, bool)>> = BTreeMap::new();
    let looked_at = |source: &&Arc<Source>| {
        let folder = source.name().split('/').nth(1).unwrap_or_default();
        rulebooks.contains(&folder)
            || (folder == "lib" && rulebooks.len() == files.folders("policies/").len())
    };
    let said_of: BTreeSet<&str> = found.iter().filter_map(Diagnostic::file).collect();
    for source in files
        .below("policies/")
        .chain(files.below("scripts/"))
        .filter(looked_at)
    {
        // Most files allow nothing, and need no more than a look; sheets, which are long and have no
        // remarks, not even that where nothing is said of them.
        let is_looked_at = !is_sheet(source) || said_of.contains(source.name());
        if is_looked_at && source.text().contains("@ allow") {
            let list = read(source, &mut kept);
            allowed.insert(
                source.name().to_owned(),
                list.into_iter().map(|one| (one, false)).collect(),
            );
        }
    }
    for diagnostic in found {
        let line = || diagnostic.span().map_or(0, |span| span.position().line);
        let list = diagnostic.file().and_then(|file| allowed.get_mut(file));
        let fits = |(one, _): &&mut (Allowed, bool)| {
            one.code == diagnostic.code
                && one
                    .lines
                    .is_none_or(|(from, to)| (from..=to).contains(&line()))
        };
        match list.and_then(|list| list.iter_mut().find(fits)) {
            Some((_, used)) => *used = true,
            None => kept.push(diagnostic),
        }
    }
    for (one, _) in allowed.into_values().flatten().filter(|(_, used)| !used) {
        let message = format!(
            "there is nothing here for which `{}` would be said",
            one.code.as_str()
        );
        kept.push(
            Diagnostic::at(Code::BadAllow, one.span, message).help("remove this line".to_owned()),
        );
    }
    kept
}

fn read(source: &Arc<Source>, problems: &mut Vec<Diagnostic>) -> Vec<Allowed> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut head = true;
    let lines: Vec<&str> = source.text().split('\n').collect();
    // By line: the next one that is not a comment.
    let mut next = vec![None; lines.len() + 1];
    for (index, line) in lines.iter().enumerate().rev() {
        let line = line.trim();
        let comment = line.is_empty() || line.starts_with("//") || line.starts_with('#');
        next[index] = if comment {
            next[index + 1]
        } else {
            Some(index)
        };
    }
    for (index, line) in lines.iter().enumerate() {
        let start = at;
        at += line.len() + 1;
        let text = line.trim();
        let comment = text.starts_with("//") || text.starts_with('#');
        let place = line.find("//@ allow").or_else(|| line.find("#@ allow"));
        if let Some(place) = place {
            let span = source.span(start + place..start + line.trim_end().len());
            let code = code_of(&line[place..], &span, problems);
            let last = if comment {
                next[index + 1].map_or(index + 1, |next| next + 1)
            } else {
                index + 1
            };
            let lines = (!(head && comment)).then_some((index + 1, last));
            found.extend(code.map(|code| Allowed { code, lines, span }));
        }
        head &= comment || text.is_empty();
    }
    found
}

fn code_of(text: &str, span: &Span, problems: &mut Vec<Diagnostic>) -> Option<Code> {
    let mut words = text.split_whitespace().skip(2);
    let name = words.next().unwrap_or_default();
    let lints = || {
        Code::ALL
            .iter()
            .filter(|code| code.as_str().starts_with("R3"))
    };
    let known = lints().find(|code| code.as_str() == name || code.name() == name);
    let mut wrong = |message: String, help: Option<String>| {
        problems.push(Diagnostic::at(Code::BadAllow, span.clone(), message).help(help));
        None
    };
    match (known, words.next()) {
        (None, _) => wrong(
            format!("there is no lint `{name}` to allow"),
            did_you_mean(name, lints().map(|code| code.as_str())),
        ),
        (Some(code), None) => wrong(
            format!("why `{}` is allowed is not said", code.as_str()),
            Some(format!(
                "write the reason behind it: `allow {} because ...`",
                code.as_str()
            )),
        ),
        (Some(code), Some(_)) => Some(*code),
    }
}
