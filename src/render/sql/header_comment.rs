//! The comment before a statement: where it comes from, with which values, and a line for each row
//! of each condition.

use std::collections::BTreeMap;

use crate::analysis::export_logic::{Export, Exported};
use crate::assess::explored_scripts::ParameterOrigin;
use crate::base::digest::Hash;
use crate::render::sql::calculation_with_missing_facts::cautious;
use crate::render::sql::dialect::Dialect;
use crate::render::sql::options::SqlOptions;
use crate::render::sql::quote::{Quoting, quoted};
use crate::tree::{Tree, Verdict, Wording, cases};

/// A condition with more ways than this is described by its outcomes alone.
const MOST_ROWS: u64 = 500;

/// And so is one whose rows are longer in total, in bytes.
const MOST_TEXT: usize = 64 * 1024;

/// All comments, each on lines of its own.
pub(super) fn head(export: &Export<'_>, options: &SqlOptions) -> String {
    let prepared = export.prepared;
    let rulebook = prepared.rulebook();
    let mut lines = vec![
        format!("{} ({})", rulebook.title, rulebook.id),
        format!(
            "written by rulebook {} for {}, as of {}",
            env!("CARGO_PKG_VERSION"),
            options.dialect,
            prepared.as_of
        ),
        format!("criteria: sha256 {}", hash(export)),
        format!("eligible when {}", rulebook.decision),
    ];
    for parameter in &prepared.parameters {
        let value = parameter
            .value
            .as_ref()
            .map_or_else(|| "no value".to_owned(), ToString::to_string);
        let option = match parameter.origin {
            ParameterOrigin::Option => " (by an option)",
            ParameterOrigin::Rulebook => "",
        };
        lines.push(format!("params.{} = {value}{option}", parameter.name));
    }
    for exported in &export.conditions {
        lines.push(String::new());
        lines.extend(condition(exported));
    }
    lines
        .iter()
        .map(|line| comment(options.dialect, line) + "\n")
        .collect()
}

fn comment(dialect: Dialect, line: &str) -> String {
    quoted(dialect, Quoting::Comment, line)
}

fn condition(exported: &Exported<'_>) -> Vec<String> {
    let condition = &exported.used.condition;
    let sources = if condition.sources.is_empty() {
        String::new()
    } else {
        format!(" [{}]", condition.sources.join(", "))
    };
    let mut lines = vec![format!(
        "{}: {}{sources}, {}",
        condition.id,
        condition.title,
        condition.source.name()
    )];
    let tree = exported.tree;
    let mut when: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    if tree.paths() <= MOST_ROWS {
        let wording = Wording::of([tree]);
        let rows = cases(tree);
        let rows = rows
            .into_iter()
            .map(|(case, (outcome, _))| (wording.sentence(&case), outcome));
        let rows: Vec<(String, usize)> = rows.collect();
        if rows.iter().map(|(row, _)| row.len()).sum::<usize>() <= MOST_TEXT {
            for (row, outcome) in rows {
                when.entry(outcome).or_default().push(row);
            }
        }
    }
    for (number, outcome) in tree.outcomes().enumerate() {
        let rows = when.remove(&number).unwrap_or_default();
        let rows = if rows.is_empty() {
            vec![String::new()]
        } else {
            rows
        };
        for row in rows {
            let row = if row.is_empty() {
                row
            } else {
                format!(" when {row}")
            };
            let reason = reason(tree, number).map_or_else(String::new, |why| format!(": {why}"));
            lines.push(format!(
                "  {} {}{row}{reason}",
                number + 1,
                verdict(outcome.verdict)
            ));
        }
    }
    for test in cautious(&exported.decided) {
        lines.push(format!(
            "  unknown for caution, at times, where a fact of {test} is missing"
        ));
    }
    if !exported.waived.is_empty() {
        lines.push(format!("  waived for {}", exported.waived.join(", ")));
    }
    lines
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::NotMet => "not met",
        Verdict::NotApplicable => "not applicable",
        Verdict::Fault => "fault",
    }
}

fn reason(tree: &Tree, outcome: usize) -> Option<String> {
    let outcome = tree.outcome(outcome);
    let why = outcome.reason.as_ref();
    why.map(|why| why.fill(&mut |value| format!("{{{value}}}")))
}

/// A hash of the rulebook file and of all scripts.
fn hash(export: &Export<'_>) -> String {
    let prepared = export.prepared;
    let mut hash = Hash::default();
    let rulebook = prepared.rulebook().span.source();
    hash.add(rulebook.name());
    hash.add(rulebook.text());
    let used = prepared.conditions.iter().chain(&prepared.decision);
    let programs = used.filter_map(|used| used.program.as_ref());
    let derived = prepared.derived().iter();
    let derived = derived.filter_map(|used| used.program.as_ref());
    for program in programs.chain(derived) {
        for (name, source) in program.files() {
            hash.add(name);
            hash.add(source.text());
        }
    }
    hash.short()
}
