//! Which conditions read the findings of others, and diagnostics about that.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::assess::snapshot::compile_order::CompileOrder;
use crate::base::data_limits::SHAPES;
use crate::base::diagnostic::{Code, Diagnostic, did_you_mean_after, list_of};
use crate::base::source::{Source, Span};
use crate::model::condition::Condition;
use crate::script::{Program, Reads, findings_named};

/// The findings that conditions name.
pub(super) struct FindingsNamed {
    ids: Vec<String>,
    /// By condition: those it reads, with the first place of each.
    reads: Vec<Vec<(usize, Span)>>,
    /// Whether a condition names one that does not exist.
    mistaken: Vec<bool>,
}

impl FindingsNamed {
    pub(super) fn new(
        found: &[(Arc<Condition>, Option<Arc<Source>>)],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let ids: Vec<String> = found.iter().map(|(it, _)| it.id.to_string()).collect();
        let places: BTreeMap<&str, usize> = ids.iter().map(String::as_str).zip(0..).collect();
        let mut mistaken = vec![false; found.len()];
        let mut reads = vec![Vec::new(); found.len()];
        for (index, (_, source)) in found.iter().enumerate() {
            let mut seen = BTreeSet::new();
            let named = source.iter().flat_map(findings_named);
            // Each once: a script may name one at many places.
            for (name, span) in named {
                if !seen.insert(name.clone()) {
                    continue;
                }
                if let Some(place) = places.get(name.as_str()) {
                    reads[index].push((*place, span));
                } else {
                    diagnostics.push(no_condition(&ids, diagnostics.len(), &name, span));
                    mistaken[index] = true;
                }
            }
        }
        Self {
            ids,
            reads,
            mistaken,
        }
    }

    /// The order to compile them in, without those that depend on themselves.
    pub(super) fn in_order(&self, diagnostics: &mut Vec<Diagnostic>) -> Vec<usize> {
        let reads = self.reads.iter();
        let reads: Vec<Vec<usize>> = reads
            .map(|list| list.iter().map(|(place, _)| *place).collect())
            .collect();
        let order = CompileOrder::new(&reads);
        for circle in &order.circles {
            diagnostics.push(self.in_a_circle(circle));
        }
        let most = SHAPES.row_of_scripts;
        let deep = order.turns.iter().find(|(_, deep)| *deep > most);
        if let Some((index, _)) = deep {
            let message =
                format!("more than {most} conditions read one another's findings in a row");
            let help = "write what they share as a derived fact".to_owned();
            let place = self.reads[*index][0].1.clone();
            diagnostics.push(Diagnostic::at(Code::LimitReached, place, message).help(help));
        }
        let turns = order.turns.into_iter();
        turns
            .filter(|(index, deep)| *deep <= most && !self.mistaken[*index])
            .map(|(index, _)| index)
            .collect()
    }

    /// The scripts that a condition reads; `None` if one of them is broken.
    pub(super) fn reads(
        &self,
        index: usize,
        programs: &[Option<Arc<Program>>],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Reads> {
        let mut found = Reads::new();
        for (place, span) in &self.reads[index] {
            let Some(program) = &programs[*place] else {
                let id = &self.ids[*place];
                let message = format!("the finding of `{id}` cannot be read: its script is broken");
                let help = "repair that script first".to_owned();
                diagnostics
                    .push(Diagnostic::at(Code::ScriptFailed, span.clone(), message).help(help));
                return None;
            };
            found.insert(self.ids[*place].clone(), Arc::clone(program));
        }
        Some(found)
    }

    fn in_a_circle(&self, circle: &[usize]) -> Diagnostic {
        let way = circle.iter().chain(&circle[..1]);
        let way: Vec<&str> = way.map(|index| self.ids[*index].as_str()).collect();
        let next = circle.get(1).unwrap_or(&circle[0]);
        let named = self.reads[circle[0]].iter().find(|(read, _)| read == next);
        let place = named.map(|(_, span)| span.clone());
        let place = place.expect("each of a circle names the next");
        let message = format!("`{}` reads its own finding: {}", way[0], way.join(" -> "));
        let help =
            "take one of these steps out, or write what both need as a derived fact".to_owned();
        Diagnostic::at(Code::CircularCriteria, place, message).help(help)
    }
}

fn no_condition(ids: &[String], told: usize, name: &str, span: Span) -> Diagnostic {
    let ids = || ids.iter().map(String::as_str);
    let known = format!("the conditions are {}", list_of(ids()));
    let message = format!("there is no condition `{name}`");
    let help = did_you_mean_after(told, name, ids()).unwrap_or(known);
    Diagnostic::at(Code::ScriptUnknownFact, span, message).help(help)
}
