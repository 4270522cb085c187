//! Accepted results: the results of each jurisdiction that somebody looked at and accepted.
//!
//! They lie in `tests/<rulebook>/expected.yaml`, written by `check --accept`. From then on a result
//! that differs is reported until it is accepted too. An entry about something that no longer
//! exists is an error.

mod lines;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use crate::analysis::accepted_results::lines::{Line, Lines, OPEN, lines};
use crate::formats::yaml::in_quotation_marks;
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::PlaceIndex;

use crate::analysis::test_cases::{EXPECTED, determination_of, no_determination};
use crate::assess::assessment::{Assessment, RulebookAssessment};
use crate::assess::result_types::{DeterminationKind, Status};
use crate::base::diagnostic::{self, Code, Diagnostic};
use crate::base::digest::Hash;
use crate::base::parallel;
use crate::base::source::{Source, Span};
use crate::formats::yaml::{Entry, NodeKind, Section, one_or_many, text_of};
use crate::model::input_files::Files;

/// The differences between results and accepted results.
#[derive(Clone, Debug, Default)]
pub struct Drift {
    /// Results that are not as accepted, in order of rulebooks and jurisdictions.
    pub moved: Vec<Moved>,
    /// The rulebooks whose accepted results were not compared, because they are for other options.
    pub not_compared: Vec<String>,
    /// Diagnostics about the files of accepted results.
    pub diagnostics: Vec<Diagnostic>,
}

/// A result that is not as accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The id of the rulebook.
    pub rulebook: String,
    /// The id of the jurisdiction.
    pub jurisdiction: String,
    /// What differs: `determination`, or the id of a condition.
    pub what: String,
    /// The accepted result.
    pub accepted: String,
    /// The result now.
    pub found: String,
    /// The place of the accepted result.
    pub span: Span,
}

/// The keys of a file of accepted results.
const KEYS: [&str; 4] = ["as_of", "parameters", "inputs", "jurisdictions"];

/// The path of the file of accepted results of a rulebook.
pub fn file_of(rulebook: &str) -> String {
    format!("tests/{rulebook}/{EXPECTED}")
}

/// The files of accepted results for an assessment: pairs of path and text.
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
        let _ = writeln!(text, "  {}: {}", used.name, in_quotation_marks(&value));
    }
    if assessed.parameters.is_empty() {
        text.truncate(text.len() - "parameters:\n".len());
    }
    let _ = writeln!(text, "inputs: {}", inputs(files, id));
    text.push_str("jurisdictions:\n");
    for place in assessed.places() {
        let (id, kind) = (assessed.id(place), assessed.kind(place));
        // The one id that YAML takes for no text.
        let id = if id.eq_ignore_ascii_case("null") {
            Cow::Owned(in_quotation_marks(id))
        } else {
            Cow::Borrowed(id)
        };
        let _ = write!(text, "  {id}: {{determination: {kind}");
        for (key, status) in OPEN {
            let ids = conditions(assessed, place, status);
            if !ids.is_empty() {
                let _ = write!(text, ", {key}: [{}]", ids.join(", "));
            }
        }
        text.push_str("}\n");
    }
    text
}

fn conditions(assessed: &RulebookAssessment, place: PlaceIndex, status: Status) -> Vec<&str> {
    let all = ConditionIndex::each(&assessed.conditions);
    all.filter(|(condition, _)| assessed.status(place, *condition) == status)
        .map(|(_, used)| used.condition.id.as_str())
        .collect()
}

/// A hash of everything that the results of a rulebook depend on.
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

/// Compares an assessment with the accepted results. `whole` says that all jurisdictions were
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
    let comparing = Comparing {
        source,
        assessed,
        whole,
    };
    let by_lines = lines(source.text()).and_then(|lines| comparing.by_lines(&lines));
    let mut found = by_lines.unwrap_or_else(|| comparing.by_yaml());
    drift.moved.append(&mut found.moved);
    drift.not_compared.append(&mut found.not_compared);
    drift.diagnostics.append(&mut found.diagnostics);
}

/// Whether the accepted results are for the same day and parameters.
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
        .any(|used| used.origin == crate::assess::explored_scripts::ParameterOrigin::Option);
    let value = |used: &crate::assess::explored_scripts::ParameterUsed| {
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

/// The accepted results of a jurisdiction.
struct Accepted {
    /// Its determination; `None` if it could not be read.
    kind: Option<DeterminationKind>,
    /// The place of the entry.
    span: Span,
    /// By condition: the status, and the place where it is written.
    statuses: BTreeMap<String, (Status, Span)>,
}

/// A rulebook's accepted results beside its assessment.
struct Comparing<'a> {
    source: &'a Arc<Source>,
    assessed: &'a RulebookAssessment,
    whole: bool,
}

impl Comparing<'_> {
    /// Compares line by line; `None` if the text before the lines is not as `check --accept` writes
    /// it.
    fn by_lines(&self, lines: &Lines<'_>) -> Option<Drift> {
        const PART: usize = 1_024;
        let mut drift = Drift::default();
        let head =
            crate::formats::yaml::part(self.source, lines.head.clone(), &mut drift.diagnostics);
        let head = head.filter(|_| drift.diagnostics.is_empty() && !lines.list.is_empty())?;
        let section = Section::new(&head, "accepted results", &KEYS, &mut drift.diagnostics)?;
        if section.get("jurisdictions").is_some() || !drift.diagnostics.is_empty() {
            return None;
        }
        if !same_options(&section, self.assessed, &mut drift.diagnostics) {
            drift
                .not_compared
                .push(self.assessed.rulebook().id.to_string());
            return Some(drift);
        }
        let parts = lines.list.chunks(PART).collect();
        for mut found in parallel::map(parts, |part| self.of_lines(part)) {
            drift.moved.append(&mut found.moved);
            drift.diagnostics.append(&mut found.diagnostics);
        }
        let start = section.span().range().start;
        let end = lines.list.last().map_or(start, |line| line.end);
        let ids = lines.list.iter().map(|line| line.id.0);
        self.not_accepted(ids, &self.source.span(start..end), &mut drift);
        Some(drift)
    }

    /// Compares consecutive lines, which are in order of ids, as jurisdictions are.
    fn of_lines(&self, lines: &[Line<'_>]) -> Drift {
        let mut drift = Drift::default();
        let mut next = PlaceIndex::default();
        for line in lines {
            let id = line.id.0;
            let follows = next.get() < self.assessed.len() && self.assessed.id(next) == id;
            match if follows {
                Some(next)
            } else {
                self.assessed.place(id)
            } {
                Some(place) => {
                    next = PlaceIndex::from(place.get() + 1);
                    if !self.is_as_accepted(place, line) {
                        self.results(place, self.accepted(line), &mut drift);
                    }
                }
                None => self.gone(id, &self.span(line.id), &mut drift),
            }
        }
        drift
    }

    fn is_as_accepted(&self, place: PlaceIndex, line: &Line<'_>) -> bool {
        let mut open = 0;
        let same = |(condition, used): (
            ConditionIndex,
            &crate::assess::explored_scripts::ConditionUsed,
        )| {
            let status = self.assessed.status(place, condition);
            if matches!(status, Status::Met | Status::NotApplicable) {
                return true;
            }
            open += 1;
            let id = used.condition.id.as_str();
            line.open
                .iter()
                .any(|(accepted, known, _)| *known == id && *accepted == status)
        };
        let all = ConditionIndex::each(&self.assessed.conditions).all(same);
        all && open == line.open.len() && self.assessed.kind(place) == line.kind.1
    }

    fn span(&self, (text, start): (&str, usize)) -> Span {
        self.source.span(start..start + text.len())
    }

    fn accepted(&self, line: &Line<'_>) -> Accepted {
        let (text, kind, start) = line.kind;
        let open = line
            .open
            .iter()
            .map(|(status, id, start)| ((*id).to_owned(), (*status, self.span((id, *start)))));
        Accepted {
            kind: Some(kind),
            span: self.span((text, start)),
            statuses: open.collect(),
        }
    }

    fn by_yaml(&self) -> Drift {
        let mut drift = Drift::default();
        let (documents, problems) = crate::formats::yaml::parse(self.source);
        let broken = !problems.is_empty();
        drift.diagnostics.extend(problems);
        let empty = || {
            let message = "this file holds no accepted results";
            let help = "write it with `rulebook check --accept`, or remove it".to_owned();
            Diagnostic::in_file(Code::TestsNothing, self.source.name(), message).help(help)
        };
        let Some(node) = documents
            .first()
            .filter(|node| !matches!(node.kind, NodeKind::Null))
        else {
            drift.diagnostics.extend((!broken).then(empty));
            return drift;
        };
        let Some(section) = Section::new(node, "accepted results", &KEYS, &mut drift.diagnostics)
        else {
            return drift;
        };
        let entries = section.named("jurisdictions", "jurisdictions", &mut drift.diagnostics);
        if entries.is_empty() {
            drift.diagnostics.push(empty());
            return drift;
        }
        if !same_options(&section, self.assessed, &mut drift.diagnostics) {
            drift
                .not_compared
                .push(self.assessed.rulebook().id.to_string());
            return drift;
        }
        for entry in entries {
            self.entry(entry, &mut drift);
        }
        let mut ids: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
        ids.sort_unstable();
        self.not_accepted(ids.into_iter(), section.span(), &mut drift);
        drift
    }

    fn entry(&self, entry: &Entry, drift: &mut Drift) {
        let keys = ["determination", "not_met", "unknown", "fault"];
        let Some(section) = Section::new(
            &entry.value,
            "an accepted result",
            &keys,
            &mut drift.diagnostics,
        ) else {
            return;
        };
        let text = section.text("determination", &mut drift.diagnostics);
        let kind = text.as_deref().and_then(determination_of);
        let span = section
            .get("determination")
            .map_or(section.span(), |node| &node.span)
            .clone();
        if kind.is_none() {
            let problem = no_determination(&text.unwrap_or_default(), &span);
            drift.diagnostics.push(problem);
        }
        let mut statuses: BTreeMap<String, (Status, Span)> = BTreeMap::new();
        for (key, status) in OPEN {
            for item in section.get(key).map(one_or_many).unwrap_or_default() {
                let Some(id) = text_of(item, key, &mut drift.diagnostics) else {
                    continue;
                };
                statuses.insert(id, (status, item.span.clone()));
            }
        }
        let accepted = Accepted {
            kind,
            span,
            statuses,
        };
        match self.assessed.place(&entry.key) {
            Some(place) => self.results(place, accepted, drift),
            None => self.gone(&entry.key, &entry.key_span, drift),
        }
    }

    /// Reports accepted results of a jurisdiction that is not assessed.
    fn gone(&self, id: &str, span: &Span, drift: &mut Drift) {
        if self.whole {
            stale(
                format!("there is no jurisdiction `{id}` any more"),
                span,
                drift,
            );
        }
    }

    /// Reports jurisdictions without accepted results. `known` are the others, in order; `span` is
    /// the list of all accepted results.
    fn not_accepted<'i>(
        &self,
        known: impl Iterator<Item = &'i str>,
        span: &Span,
        drift: &mut Drift,
    ) {
        let mut known = known.peekable();
        for place in self.assessed.places() {
            let id = self.assessed.id(place);
            while known.next_if(|known| *known < id).is_some() {}
            if known.peek() != Some(&id) {
                let kind = self.assessed.kind(place).to_string();
                let moved = self.moved(place, "determination", ("nothing", &kind), span);
                drift.moved.push(moved);
            }
        }
    }

    fn results(&self, place: PlaceIndex, accepted: Accepted, drift: &mut Drift) {
        let Accepted {
            kind,
            span,
            mut statuses,
        } = accepted;
        let found = self.assessed.kind(place);
        if let Some(kind) = kind.filter(|kind| *kind != found) {
            let change = (&*kind.to_string(), &*found.to_string());
            drift
                .moved
                .push(self.moved(place, "determination", change, &span));
        }
        for (condition, used) in ConditionIndex::each(&self.assessed.conditions) {
            let status = self.assessed.status(place, condition);
            let id = used.condition.id.as_str();
            let accepted = statuses.remove(id);
            let passes = |status: Status| matches!(status, Status::Met | Status::NotApplicable);
            let (was, place_of) = match &accepted {
                Some((status, span)) => (Some(*status), span),
                None => (None, &span),
            };
            if was != Some(status) && !(was.is_none() && passes(status)) {
                let was = was.map_or_else(
                    || "met or not applicable".to_owned(),
                    |status| status.to_string(),
                );
                let moved = self.moved(place, id, (&was, &status.to_string()), place_of);
                drift.moved.push(moved);
            }
        }
        for (id, (_, span)) in statuses {
            stale(
                format!("there is no condition `{id}` in force any more"),
                &span,
                drift,
            );
        }
    }

    fn moved(
        &self,
        place: PlaceIndex,
        what: &str,
        (accepted, found): (&str, &str),
        span: &Span,
    ) -> Moved {
        Moved {
            rulebook: self.assessed.rulebook().id.to_string(),
            jurisdiction: self.assessed.id(place).to_owned(),
            what: what.to_owned(),
            accepted: accepted.to_owned(),
            found: found.to_owned(),
            span: span.clone(),
        }
    }
}

fn stale(message: String, span: &Span, drift: &mut Drift) {
    let help = "remove it, or accept the results anew with `rulebook check --accept`".to_owned();
    drift
        .diagnostics
        .push(Diagnostic::at(Code::StaleExpectation, span.clone(), message).help(help));
}
