//! The error for a name that is no fact, statistic or finding, and advice.

use rhai::NativeCallContext;

use crate::base::diagnostic::{Code, did_you_mean, list_of};
use crate::model::fact::{Lookup, Schema};
use crate::script::state_of_one_run::{fault, with};
use crate::script::symbolic_values::FactView;
use crate::tree::Owner;

/// The error for a path that does not exist in a view.
pub(super) fn unknown(
    ctx: &NativeCallContext<'_>,
    schema: &Schema,
    view: &FactView,
) -> Box<rhai::EvalAltResult> {
    let statistic = view.local.as_str().strip_prefix("stats.");
    let (what, all) = match (&view.owner, statistic) {
        (Owner::Finding, _) => ("there is no condition", "the conditions in force are"),
        (_, Some(_)) => ("the rulebook has no statistic", "the statistics are"),
        _ => ("the schema has no fact", "the facts are"),
    };
    let name = statistic.unwrap_or(view.local.as_str());
    let paths = || {
        let names = schema.paths().map(|path| {
            path.strip_prefix("stats.")
                .map_or((path, false), |name| (name, true))
        });
        names
            .filter(|(_, of_all)| *of_all == statistic.is_some())
            .map(|(name, _)| name)
    };
    let near = did_you_mean(name, paths());
    let known = if paths().next().is_none() {
        "it has none".to_owned()
    } else {
        format!("{all} {}", list_of(paths()))
    };
    fault(
        ctx,
        Code::ScriptUnknownFact,
        format!("{what} `{name}`"),
        elsewhere(view, name, schema).or(near).or(Some(known)),
    )
}

/// Advice for a name of something else: a fact, a statistic, a parameter. The conditions are not
/// known here.
fn elsewhere(view: &FactView, name: &str, schema: &Schema) -> Option<String> {
    let is_there = |path: &str| matches!(schema.look_up(path), Lookup::Fact(..));
    if view.owner == Owner::Finding {
        return None;
    }
    if view.local.as_str() != name {
        let of_it = |path: &str| {
            let statistic = path.strip_prefix("stats.")?;
            let mut words = statistic.split('_');
            words.any(|word| word == name).then(|| statistic.to_owned())
        };
        let found: Vec<String> = schema.paths().filter_map(of_it).collect();
        return is_there(name).then(|| match found.as_slice() {
            [statistic] => {
                format!(
                    "`{name}` is a fact: write `j.{name}`, or `stats.{statistic}` for all records"
                )
            }
            _ => format!(
                "`{name}` is a fact: write `j.{name}`; what is counted over all records stands \
                 under `statistics:` in the rulebook file"
            ),
        });
    }
    if is_there(&format!("stats.{name}")) {
        let path = view.name();
        let before = path.strip_suffix(name).filter(|before| *before != "j.");
        return Some(format!(
            "write `{}stats.{name}`: it is a statistic",
            before.unwrap_or_default()
        ));
    }
    let is_parameter = with(|run| run.bindings.parameters.contains_key(name));
    is_parameter.then(|| format!("write `params.{name}`: it is a parameter"))
}
