//! Accepted results: what each jurisdiction came to when somebody looked and said yes.
//!
//! They lie in `tests/<rulebook>/expected.yaml`, written by `check --accept`. From then on a result
//! that moved is told, until it is accepted too. An entry for something that is gone is an error.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use crate::analysis::testing::{EXPECTED, determination_of, no_determination};
use crate::assess::assessment::{Assessment, RulebookAssessment};
use crate::assess::verdict::{DeterminationKind, JurisdictionAssessment, Status};
use crate::base::diagnostic::{self, Code, Diagnostic};
use crate::base::digest::Hash;
use crate::base::source::{Source, Span};
use crate::formats::yaml::{Entry, NodeKind, Section, one_or_many, text_of};
use crate::model::files::Files;

/// How results stand to those that were accepted.
#[derive(Clone, Debug, Default)]
pub struct Drift {
    /// Results that are not as accepted, in order of rulebooks and jurisdictions.
    pub moved: Vec<Moved>,
    /// Rulebooks whose accepted results are of other options, and were not compared.
    pub not_compared: Vec<String>,
    /// What is wrong with the files of accepted results.
    pub diagnostics: Vec<Diagnostic>,
}

/// A result that is not as accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The rulebook.
    pub rulebook: String,
    /// The jurisdiction.
    pub jurisdiction: String,
    /// What moved: `determination`, or a condition.
    pub what: String,
    /// What was accepted.
    pub accepted: String,
    /// What it is.
    pub found: String,
    /// Where the accepted result stands.
    pub span: Span,
}

/// The file of accepted results of a rulebook.
pub fn file_of(rulebook: &str) -> String {
    format!("tests/{rulebook}/{EXPECTED}")
}

/// The files of accepted results for an assessment, by path.
pub fn accepted(files: &Files, assessment: &Assessment) -> Vec<(String, String)> {
    let one = |assessed: &RulebookAssessment| {
        let id = assessed.rulebook().id.as_str();
        (file_of(id), written(files, assessed))
    };
    assessment.rulebooks.iter().map(one).collect()
}

fn written(files: &Files, assessed: &RulebookAssessment) -> String {
    let id = assessed.rulebook().id.as_str();
    let mut text = format!(
        "# Accepted results of `{id}`: `rulebook check` fails when one moves, `rulebook check \
         --accept`\n# writes this file anew.\n"
    );
    let _ = writeln!(text, "as_of: {}", assessed.as_of);
    text.push_str("parameters:\n");
    for used in &assessed.parameters {
        let value = used
            .value
            .as_ref()
            .map_or_else(|| "unknown".to_owned(), ToString::to_string);
        let _ = writeln!(text, "  {}: {value:?}", used.name);
    }
    if assessed.parameters.is_empty() {
        text.truncate(text.len() - "parameters:\n".len());
    }
    let _ = writeln!(text, "inputs: {}", inputs(files, id));
    text.push_str("jurisdictions:\n");
    for one in assessed.jurisdictions() {
        let _ = write!(
            text,
            "  {}: {{determination: {}",
            one.jurisdiction.id, one.determination.kind
        );
        for (key, status) in OPEN {
            let ids = conditions(assessed, one, status);
            if !ids.is_empty() {
                let _ = write!(text, ", {key}: [{}]", ids.join(", "));
            }
        }
        text.push_str("}\n");
    }
    text
}

/// The findings that are written down: those that do not pass.
const OPEN: [(&str, Status); 3] = [
    ("not_met", Status::NotMet),
    ("unknown", Status::Unknown),
    ("fault", Status::Fault),
];

fn conditions<'a>(
    assessed: &'a RulebookAssessment,
    one: &JurisdictionAssessment,
    status: Status,
) -> Vec<&'a str> {
    let all = assessed.conditions.iter().zip(&one.findings);
    all.filter(|(_, finding)| finding.status == status)
        .map(|(used, _)| used.condition.id.as_str())
        .collect()
}

/// A hash of everything that the results of a rulebook come from.
pub fn inputs(files: &Files, rulebook: &str) -> String {
    let mut hash = Hash::default();
    for folder in [
        format!("policies/{rulebook}/"),
        "scripts/lib/".to_owned(),
        format!("scripts/{rulebook}/"),
    ] {
        for source in files.below(&folder) {
            hash.add(source.name());
            hash.add(source.text());
        }
    }
    hash.short()
}

/// Compares an assessment with what was accepted. `whole` says that all jurisdictions were
/// selected.
pub fn drift(files: &Files, assessment: &Assessment, whole: bool) -> Drift {
    let mut drift = Drift::default();
    for assessed in &assessment.rulebooks {
        let file = file_of(assessed.rulebook().id.as_str());
        if let Some(source) = files.get(&file) {
            compare(source, assessed, whole, &mut drift);
        }
    }
    diagnostic::sort(&mut drift.diagnostics);
    drift
}

fn compare(source: &Arc<Source>, assessed: &RulebookAssessment, whole: bool, drift: &mut Drift) {
    let (documents, problems) = crate::formats::yaml::parse(source);
    let broken = !problems.is_empty();
    drift.diagnostics.extend(problems);
    let empty = || {
        let message = "this file holds no accepted results";
        let help = "write it with `rulebook check --accept`, or remove it".to_owned();
        Diagnostic::in_file(Code::TestsNothing, source.name(), message).help(help)
    };
    let Some(node) = documents
        .first()
        .filter(|node| !matches!(node.kind, NodeKind::Null))
    else {
        drift.diagnostics.extend((!broken).then(empty));
        return;
    };
    let keys = ["as_of", "parameters", "inputs", "jurisdictions"];
    let Some(section) = Section::new(node, "accepted results", &keys, &mut drift.diagnostics)
    else {
        return;
    };
    let entries = section.named("jurisdictions", "jurisdictions", &mut drift.diagnostics);
    if entries.is_empty() {
        drift.diagnostics.push(empty());
        return;
    }
    if !same_options(&section, assessed, &mut drift.diagnostics) {
        drift.not_compared.push(assessed.rulebook().id.to_string());
        return;
    }
    let mut comparing = Comparing {
        assessed,
        drift,
        whole,
    };
    let known: BTreeMap<&str, &Entry> = entries
        .iter()
        .map(|entry| (entry.key.as_str(), entry))
        .collect();
    for entry in entries {
        comparing.entry(entry);
    }
    for one in assessed.jurisdictions() {
        if !known.contains_key(one.jurisdiction.id.as_str()) {
            let kind = one.determination.kind.to_string();
            comparing.moved(one, "determination", "nothing", &kind, section.span());
        }
    }
}

/// Whether the accepted results are of the same day and parameters.
fn same_options(
    section: &Section<'_>,
    assessed: &RulebookAssessment,
    diagnostics: &mut Vec<Diagnostic>,
) -> bool {
    let day = section.date("as_of", diagnostics);
    let accepted = section.named("parameters", "parameters", diagnostics);
    let accepted: BTreeMap<&str, &str> = accepted
        .iter()
        .filter_map(|entry| Some((entry.key.as_str(), entry.value.text()?)))
        .collect();
    let by_option = assessed
        .parameters
        .iter()
        .any(|used| used.origin == crate::assess::form::Origin::Option);
    let value = |used: &crate::assess::form::ParameterUsed| {
        used.value
            .as_ref()
            .map_or_else(|| "unknown".to_owned(), ToString::to_string)
    };
    let same = assessed
        .parameters
        .iter()
        .all(|used| accepted.get(&*used.name).copied() == Some(value(used).as_str()));
    // A parameter that was changed in the rulebook moves results; one set by an option asks
    // something else.
    day == Some(assessed.as_of) && assessed.what_if.is_empty() && (same || !by_option)
}

struct Comparing<'a> {
    assessed: &'a RulebookAssessment,
    drift: &'a mut Drift,
    whole: bool,
}

impl Comparing<'_> {
    fn entry(&mut self, entry: &Entry) {
        let keys = ["determination", "not_met", "unknown", "fault"];
        let Some(section) = Section::new(
            &entry.value,
            "an accepted result",
            &keys,
            &mut self.drift.diagnostics,
        ) else {
            return;
        };
        let text = section.text("determination", &mut self.drift.diagnostics);
        let kind = text.as_deref().and_then(determination_of);
        let kind_span = section
            .get("determination")
            .map_or(section.span(), |node| &node.span)
            .clone();
        if kind.is_none() {
            let problem = no_determination(&text.unwrap_or_default(), &kind_span);
            self.drift.diagnostics.push(problem);
        }
        let mut statuses: BTreeMap<String, (Status, Span)> = BTreeMap::new();
        for (key, status) in OPEN {
            for item in section.get(key).map(one_or_many).unwrap_or_default() {
                let Some(id) = text_of(item, key, &mut self.drift.diagnostics) else {
                    continue;
                };
                statuses.insert(id, (status, item.span.clone()));
            }
        }
        let Some(one) = self.assessed.jurisdiction(&entry.key) else {
            if self.whole {
                let message = format!("there is no jurisdiction `{}` any more", entry.key);
                self.stale(message, &entry.key_span);
            }
            return;
        };
        self.results(one, kind, &kind_span, statuses);
    }

    fn results(
        &mut self,
        one: &JurisdictionAssessment,
        kind: Option<DeterminationKind>,
        span: &Span,
        mut statuses: BTreeMap<String, (Status, Span)>,
    ) {
        let found = one.determination.kind;
        if let Some(kind) = kind.filter(|kind| *kind != found) {
            self.moved(
                one,
                "determination",
                &kind.to_string(),
                &found.to_string(),
                span,
            );
        }
        for (used, finding) in self.assessed.conditions.iter().zip(&one.findings) {
            let accepted = statuses.remove(used.condition.id.as_str());
            let passes = |status: Status| matches!(status, Status::Met | Status::NotApplicable);
            let (was, place) = match &accepted {
                Some((status, place)) => (Some(*status), place),
                None => (None, span),
            };
            if was != Some(finding.status) && !(was.is_none() && passes(finding.status)) {
                let was = was.map_or_else(
                    || "met or not applicable".to_owned(),
                    |status| status.to_string(),
                );
                self.moved(
                    one,
                    used.condition.id.as_str(),
                    &was,
                    &finding.status.to_string(),
                    place,
                );
            }
        }
        for (id, (_, place)) in statuses {
            self.stale(
                format!("there is no condition `{id}` in force any more"),
                &place,
            );
        }
    }

    fn moved(
        &mut self,
        one: &JurisdictionAssessment,
        what: &str,
        accepted: &str,
        found: &str,
        span: &Span,
    ) {
        self.drift.moved.push(Moved {
            rulebook: self.assessed.rulebook().id.to_string(),
            jurisdiction: one.jurisdiction.id.to_string(),
            what: what.to_owned(),
            accepted: accepted.to_owned(),
            found: found.to_owned(),
            span: span.clone(),
        });
    }

    fn stale(&mut self, message: String, span: &Span) {
        let help =
            "remove it, or accept the results anew with `rulebook check --accept`".to_owned();
        self.drift
            .diagnostics
            .push(Diagnostic::at(Code::StaleExpectation, span.clone(), message).help(help));
    }
}
