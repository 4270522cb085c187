//! Which rulebooks are programmes over a base, and diagnostics about that.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, list_of};
use crate::model::input_files::Files;
use crate::model::rulebook::named_base;

/// The programmes, each with the base it names.
pub(super) fn named(
    names: &BTreeSet<String>,
    files: &Files,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<String, String> {
    let source = |name: &String| files.get(&format!("policies/{name}/rulebook.yaml"));
    let found = names.iter().filter_map(|name| {
        let (base, span) = named_base(source(name)?)?;
        Some((name.clone(), (base, span)))
    });
    let found: BTreeMap<_, _> = found.collect();
    let mut named = BTreeMap::new();
    for (name, (base, span)) in &found {
        let problem = if base.is_empty() {
            Some((
                "`base` has to be the name of another rulebook".to_owned(),
                "write the name of its folder below `policies/`".to_owned(),
            ))
        } else if base == name {
            Some((
                "a rulebook cannot be its own base".to_owned(),
                "name another rulebook, or leave `base:` out".to_owned(),
            ))
        } else if !names.contains(base) {
            let others = names.iter().map(String::as_str).filter(|one| one != name);
            let near = did_you_mean(base, others.clone());
            let known = format!("there is {}", list_of(others));
            Some((
                format!("there is no rulebook `{base}`"),
                near.unwrap_or(known),
            ))
        } else if let Some((further, _)) = found.get(base) {
            Some((
                format!("the base `{base}` is a programme of `{further}` itself"),
                format!("write `base: {further}`"),
            ))
        } else {
            None
        };
        if let Some((message, help)) = problem {
            diagnostics.push(Diagnostic::at(Code::WrongValue, span.clone(), message).help(help));
        }
        // One that names no other is not read: it would lack all that it shares.
        named.insert(name.clone(), base.clone());
    }
    diagnostics.extend(
        named
            .keys()
            .flat_map(|name| misplaced(name, &named[name], files)),
    );
    named
}

/// Files of a programme that belong to its base, and that nothing reads.
fn misplaced(name: &str, base: &str, files: &Files) -> Vec<Diagnostic> {
    let folders = [
        (
            "records",
            format!("policies/{name}/jurisdictions/"),
            format!("policies/{base}/jurisdictions/"),
        ),
        (
            "derived facts",
            format!("scripts/{name}/derive/"),
            format!("scripts/{base}/derive/"),
        ),
    ];
    let misplaced = folders.iter().flat_map(|(what, here, there)| {
        files.below(here).map(move |source| {
            let message = format!("nothing reads this file: the {what} lie with the base `{base}`");
            Diagnostic::in_file(Code::UnusedFile, source.name(), message)
                .help(format!("move it to `{there}`"))
        })
    });
    misplaced.collect()
}
