//! Which rulebooks options name, and whether all that they name is there.

use std::sync::Arc;

use crate::assess::facts_set_by_option;
use crate::assess::options::Options;
use crate::assess::snapshot::{Criteria, Snapshot};
use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, list_of};
use crate::model::rulebook::AS_OF;

/// The rulebooks to assess; none if an option is wrong, as the result would not be what was asked
/// for.
pub(crate) fn selected(
    snapshot: &Snapshot,
    options: &Options,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Arc<Criteria>> {
    let selected: Vec<_> = snapshot
        .rulebooks
        .iter()
        .filter(|criteria| is_selected(&options.rulebooks, criteria.rulebook.id.as_str()))
        .collect();
    let asked_for = check_options(snapshot, &selected, options, diagnostics);
    let selected: Vec<_> = selected.into_iter().cloned().collect();
    let before = diagnostics.len();
    let selected = facts_set_by_option::with_facts(&selected, &options.facts, diagnostics);
    if asked_for && diagnostics.len() == before {
        selected
    } else {
        Vec::new()
    }
}

pub(crate) fn is_selected(selection: &[String], name: &str) -> bool {
    selection.is_empty() || selection.iter().any(|selected| selected == name)
}

/// Reports every name in the options that does not exist and every value that is not allowed;
/// returns whether all is right.
pub(crate) fn check_options(
    snapshot: &Snapshot,
    selected: &[&Arc<Criteria>],
    options: &Options,
    diagnostics: &mut Vec<Diagnostic>,
) -> bool {
    let before = diagnostics.len();
    let mut check = |what: &str, wanted: &str, names: &[&str]| {
        if !names.contains(&wanted) {
            let known = format!("there is {}", list_of(names.iter().copied()));
            let other = something_else(snapshot, what, wanted);
            let mut all = selected.iter().filter(|_| what == "jurisdiction");
            let near = all
                .find_map(|criteria| criteria.records.named(0, wanted))
                .or_else(|| did_you_mean(wanted, names.iter().copied()));
            let near = near.or(other);
            diagnostics.push(
                Diagnostic::new(
                    Code::UnknownSelection,
                    format!("there is no {what} `{wanted}`"),
                )
                .help(near.unwrap_or(known)),
            );
        }
    };
    let rulebooks: Vec<_> = snapshot
        .rulebooks()
        .map(|rulebook| rulebook.id.as_str())
        .collect();
    options
        .rulebooks
        .iter()
        .for_each(|wanted| check("rulebook", wanted, &rulebooks));
    // With a wrong rulebook name nothing is selected; the other names are then judged by all.
    let all: Vec<_> = snapshot.rulebooks.iter().collect();
    let selected = if selected.is_empty() {
        all.as_slice()
    } else {
        selected
    };
    for wanted in &options.jurisdictions {
        if !selected
            .iter()
            .any(|criteria| criteria.records.find(wanted).is_some())
        {
            let records: Vec<_> = selected
                .iter()
                .flat_map(|criteria| criteria.records.ids())
                .collect();
            check("jurisdiction", wanted, &records);
        }
    }
    let parameters: Vec<_> = selected
        .iter()
        .flat_map(|criteria| &criteria.rulebook.parameters)
        .map(|parameter| &*parameter.name)
        .collect();
    let set = options.parameters.iter().map(|(wanted, _)| &**wanted);
    let (facts, others): (Vec<_>, Vec<_>) = set
        .clone()
        .filter(|wanted| *wanted != AS_OF)
        .partition(|wanted| wanted.contains('.') && !wanted.starts_with("params."));
    for wanted in others {
        check("parameter", wanted, &parameters);
    }
    for path in facts {
        let message = format!("`{path}` is no parameter");
        let help = "a fact of a record is set with `--set-fact JURISDICTION.PATH=VALUE`".to_owned();
        diagnostics.push(Diagnostic::new(Code::UnknownSelection, message).help(help));
    }
    if set.into_iter().any(|wanted| wanted == AS_OF) {
        let message = format!("`{AS_OF}` is the day of the assessment");
        let help = "set it with `--as-of`".to_owned();
        diagnostics.push(Diagnostic::new(Code::UnknownSelection, message).help(help));
    }
    let declared = selected
        .iter()
        .flat_map(|criteria| &criteria.rulebook.parameters);
    let given = declared.flat_map(|parameter| options.given(parameter));
    diagnostics.extend(given.filter_map(Result::err));
    diagnostics.len() == before
}

/// Advice if a name exists, but as something else.
fn something_else(snapshot: &Snapshot, what: &str, wanted: &str) -> Option<String> {
    let mut all = snapshot.rulebooks.iter();
    match what {
        "parameter" => {
            let is_fact = |one: &Arc<Criteria>| one.rulebook.schema.slot(wanted).is_some();
            all.any(is_fact).then(|| {
                format!("`{wanted}` is a fact: write `--set-fact JURISDICTION.{wanted}=VALUE`")
            })
        }
        "jurisdiction" => {
            let is_condition = |one: &Arc<Criteria>| {
                one.conditions
                    .iter()
                    .any(|used| used.condition.id.as_str() == wanted)
            };
            all.any(is_condition)
                .then(|| format!("`{wanted}` is a condition, and the jurisdiction comes before it"))
        }
        _ => None,
    }
}
