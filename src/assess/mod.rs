//! From a snapshot and options to an assessment: a pure function of the two.
//!
//! `explored` runs each script with all facts free, which needs no record; `jurisdictions` walks
//! the trees for each record; `finding` and `determination` are for one. A script that no tree can
//! hold is run for each jurisdiction. With an earlier assessment at hand, what has not changed is
//! taken from there; the result is the same.

pub mod assessment;
mod computed_columns;
mod decide_block;
pub(crate) mod delta;
mod derive;
mod determination;
mod explored;
mod finding;
pub(crate) mod form;
mod jurisdictions;
mod memo;
mod missing_inputs;
mod missing_patterns;
mod population;
pub(crate) mod prepared;
pub(crate) mod results;
pub mod snapshot;
pub mod statistics;
pub(crate) mod verdict;
mod what_if;
mod world;

pub(crate) use derive::WorkPlan;
pub(crate) use determination::{VERDICTS, findings_schema};
pub(crate) use explored::Explored;
pub(crate) use finding::examine;
pub(crate) use jurisdictions::afresh;
pub(crate) use world::{Place, World};

use std::sync::Arc;

use crate::assess::assessment::Assessment;
use crate::assess::snapshot::{Criteria, Snapshot};
use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, list_of};
use crate::model::fact::Date;

/// What to assess, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The rulebooks to assess; all when empty.
    pub rulebooks: Vec<String>,
    /// The jurisdictions to assess; all when empty.
    pub jurisdictions: Vec<String>,
    /// The day to assess for; the rulebook's own when left out.
    pub as_of: Option<Date>,
    /// Values for parameters, by name, as text.
    pub parameters: Vec<(String, String)>,
    /// Facts to take as if records stated them.
    pub facts: Vec<SetFact>,
}

/// A fact to take as if a record stated it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetFact {
    /// The id of the jurisdiction.
    pub jurisdiction: String,
    /// The path of the fact.
    pub path: String,
    /// The value, as a record would state it; `unknown` takes it away.
    pub value: String,
}

/// Assesses every jurisdiction selected against every condition.
pub fn assess(snapshot: &Snapshot, options: &Options) -> Assessment {
    Explored::new(snapshot, options, None).assess(None)
}

/// The same, taking from an earlier assessment what has not changed since.
pub fn assess_after(snapshot: &Snapshot, options: &Options, earlier: &Assessment) -> Assessment {
    Explored::new(snapshot, options, Some(earlier)).assess(Some(earlier))
}

/// The rulebooks to assess. With a wrong option there are none: the result would not be what was
/// asked for.
fn selected(
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
    let selected = what_if::with_facts(&selected, &options.facts, diagnostics);
    if asked_for && diagnostics.len() == before {
        selected
    } else {
        Vec::new()
    }
}

fn is_selected(selection: &[String], name: &str) -> bool {
    selection.is_empty() || selection.iter().any(|selected| selected == name)
}

/// Reports every name in the options that stands for nothing and every value that cannot be; says
/// whether all is right.
fn check_options(
    snapshot: &Snapshot,
    selected: &[&Arc<Criteria>],
    options: &Options,
    diagnostics: &mut Vec<Diagnostic>,
) -> bool {
    let before = diagnostics.len();
    let mut check = |what: &str, wanted: &str, names: &[&str]| {
        if !names.contains(&wanted) {
            let known = format!("there is {}", list_of(names.iter().copied()));
            let near = did_you_mean(wanted, names.iter().copied());
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
    options
        .parameters
        .iter()
        .for_each(|(wanted, _)| check("parameter", wanted, &parameters));
    for (name, text) in &options.parameters {
        let declared = selected
            .iter()
            .flat_map(|criteria| &criteria.rulebook.parameters);
        let named = declared.filter(|parameter| *parameter.name == **name);
        diagnostics.extend(named.filter_map(|parameter| parameter.read_override(text).err()));
    }
    diagnostics.len() == before
}
