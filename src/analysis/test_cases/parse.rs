//! Reads cases: from YAML, one or a list of them in each document, and from CSV, one in each row.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analysis::test_cases::case::{
    Case, Expectation, Expected, determination_of, no_determination, no_status, status_of,
};
use crate::analysis::test_cases::sheet::from_sheet;
use crate::assess::snapshot::Criteria;
use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, id_of_title, list_of};
use crate::base::source::{Source, Span};
use crate::formats::yaml::{Entry, NodeKind, Section, YamlNode, one_or_many, text_of};
use crate::model::condition::ConditionId;
use crate::model::fact::{FactSchema, FactType, Schema, Value};
use crate::model::jurisdiction::{Jurisdiction, JurisdictionId, parse_given, reference_facts};
use crate::model::rulebook::SourceEntry;

const KEYS: [&str; 10] = [
    "name",
    "note",
    "from",
    "given",
    "with",
    "as_of",
    "parameters",
    "expect",
    "determination",
    "unknown",
];

/// The cases of a file.
pub(super) fn cases(
    criteria: &Criteria,
    source: &Arc<Source>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Case> {
    let before = diagnostics.len();
    let nodes = if source.name().ends_with(".csv") {
        from_sheet(criteria, source, diagnostics)
    } else {
        from_yaml(source, diagnostics)
    };
    if nodes.is_empty() && diagnostics.len() == before {
        let message = "this file holds no case";
        let help = "add a case with `name`, `given` and `expect`, or remove the file".to_owned();
        diagnostics
            .push(Diagnostic::in_file(Code::TestsNothing, source.name(), message).help(help));
    }
    let mut reader = CaseReader {
        criteria,
        diagnostics,
    };
    let mut names: BTreeMap<String, Span> = BTreeMap::new();
    let mut found = Vec::new();
    for node in nodes {
        let Some(case) = reader.case(&node) else {
            continue;
        };
        if let Some(first) = names.insert(case.name.clone(), case.span.clone()) {
            let message = format!("there are two cases with the name `{}`", case.name);
            reader.diagnostics.push(
                Diagnostic::at(Code::DuplicateId, case.span.clone(), message)
                    .related(first, "the other case"),
            );
        }
        found.push(case);
    }
    // What the rulebook file has wrong is said there.
    let mut told = diagnostics.split_off(before);
    told.retain(|one| !criteria.rulebook.explains(one));
    diagnostics.append(&mut told);
    found
}

fn from_yaml(source: &Arc<Source>, diagnostics: &mut Vec<Diagnostic>) -> Vec<YamlNode> {
    let (documents, problems) = crate::formats::yaml::parse(source);
    diagnostics.extend(problems);
    let documents = documents
        .into_iter()
        .filter(|node| !matches!(node.kind, NodeKind::Null));
    documents
        .flat_map(|node| match node.kind {
            NodeKind::Sequence(items) => items,
            _ => vec![node],
        })
        .collect()
}

struct CaseReader<'a> {
    criteria: &'a Criteria,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl<'a> CaseReader<'a> {
    fn case(&mut self, node: &YamlNode) -> Option<Case> {
        let before = self.diagnostics.len();
        let section = Section::new(node, "a case", &KEYS, self.diagnostics)?;
        let Some(name) = section.text("name", self.diagnostics) else {
            let message = "a case needs a name";
            let help = "add `name:` with what it shows, in a few words".to_owned();
            let told = Diagnostic::at(Code::MissingKey, section.span().clone(), message).help(help);
            let misnamed = section.is_misnamed("name");
            self.diagnostics.extend((!misnamed).then_some(told));
            return None;
        };
        let span = section
            .entry("name")
            .map_or(section.span(), |entry| &entry.value.span)
            .clone();
        let record = self.record(&section, &span)?;
        let with = self.with(&section);
        for one in [&record].into_iter().chain(with.iter().map(|one| &**one)) {
            self.references(one);
        }
        let parameters = self.parameters(&section);
        let expected = self.expected(&section);
        if expected.is_empty() && self.diagnostics.len() == before {
            let message = format!("the case `{name}` tests nothing");
            let help =
                "add `expect:` with conditions and their outcomes, or `determination:`".to_owned();
            self.diagnostics
                .push(Diagnostic::at(Code::TestsNothing, span.clone(), message).help(help));
        }
        let case = Case {
            rulebook: self.criteria.rulebook.id.clone(),
            as_of: section.date("as_of", self.diagnostics),
            name,
            span,
            parameters,
            expected,
            record,
            with,
        };
        // A case with a mistake is not run: it could pass for the wrong reason.
        (self.diagnostics.len() == before).then_some(case)
    }

    fn record(&mut self, section: &Section<'_>, span: &Span) -> Option<Jurisdiction> {
        let base = match section.get("from") {
            Some(node) => Some(self.existing(node)?),
            None => None,
        };
        let given = section.named("given", "facts", self.diagnostics);
        if let Some(text) = section.get("given").and_then(YamlNode::text) {
            self.advise_on_text(format!("to begin with a record, write `from: {text}`"));
        }
        let before = self.diagnostics.len();
        // A name that reads well in a reason.
        let record = parse_given(
            self.readable(),
            base.as_deref(),
            given,
            "The place",
            span,
            self.diagnostics,
        );
        self.advise_on_parameters(before);
        Some(record)
    }

    /// Advises what to write for a text in place of lines, which was reported last.
    fn advise_on_text(&mut self, help: String) {
        if let Some(told) = self.diagnostics.last_mut() {
            told.help = Some(help);
        }
    }

    /// Advises what to write for unknown facts that are parameters.
    fn advise_on_parameters(&mut self, before: usize) {
        let parameters = &self.criteria.rulebook.parameters;
        for told in &mut self.diagnostics[before..] {
            let name = told.span().map(|span| span.text().to_owned());
            let known = name.filter(|name| parameters.iter().any(|one| *one.name == **name));
            if let Some(name) = known.filter(|_| told.code == Code::UnknownFact) {
                told.help = Some(format!(
                    "`{name}` is a parameter: write `parameters: {{{name}: ...}}` in a line beside \
                     `given:`"
                ));
            }
        }
    }

    /// The facts that a case may state, statistics included, and the sources it may name.
    fn readable(&self) -> (&'a Schema, &'a BTreeMap<String, SourceEntry>) {
        (&self.criteria.wide.schema, &self.criteria.rulebook.sources)
    }

    /// Reports references that lead nowhere.
    fn references(&mut self, record: &Jurisdiction) {
        let references = reference_facts(&self.criteria.rulebook.schema);
        for fact in references {
            for stated in record.facts[fact].iter().map(|dated| &dated.value) {
                if let Some(Value::Text(name)) = &stated.value
                    && self.criteria.records.follow(fact, name).is_none()
                {
                    self.no_record(name, &stated.span);
                }
            }
        }
    }

    fn existing(&mut self, node: &YamlNode) -> Option<Arc<Jurisdiction>> {
        let id = text_of(node, "from", self.diagnostics)?;
        self.record_of(&id, &node.span)
    }

    fn record_of(&mut self, id: &str, span: &Span) -> Option<Arc<Jurisdiction>> {
        let records = &self.criteria.records;
        if let Some(found) = records.find(id) {
            return Some(records.get(found));
        }
        self.no_record(id, span);
        None
    }

    fn no_record(&mut self, id: &str, span: &Span) {
        let records = &self.criteria.records;
        let message = format!("there is no record `{id}`");
        let schema = &self.criteria.rulebook.schema;
        let leads = |fact: &FactSchema| fact.ty == FactType::Jurisdiction;
        let is_reference = schema
            .slot(id)
            .is_some_and(|slot| leads(&schema.facts()[slot]));
        let help = if is_reference {
            let record = "write the id of a record in its place, and that `given:` refers to it";
            Some(format!("{record}: `{id}: ID`"))
        } else {
            records.instead_of(self.diagnostics.len(), id)
        };
        self.diagnostics
            .push(Diagnostic::at(Code::DanglingReference, span.clone(), message).help(help));
    }

    /// Records that differ from those in the files, for this case.
    fn with(&mut self, section: &Section<'_>) -> Vec<Arc<Jurisdiction>> {
        let entries = section.named("with", "records", self.diagnostics);
        let mut found = Vec::new();
        for entry in entries {
            let node = YamlNode {
                span: entry.key_span.clone(),
                kind: NodeKind::Scalar {
                    text: entry.key.clone(),
                    quoted: false,
                },
            };
            let Some(base) = self.existing(&node) else {
                continue;
            };
            let NodeKind::Mapping(given) = &entry.value.kind else {
                let message = format!(
                    "expected the facts of `{}`, found {}",
                    entry.key,
                    entry.value.describe()
                );
                self.diagnostics.push(Diagnostic::at(
                    Code::WrongShape,
                    entry.value.span.clone(),
                    message,
                ));
                continue;
            };
            found.push(
                parse_given(
                    self.readable(),
                    Some(&base),
                    given,
                    &base.name,
                    &entry.key_span,
                    self.diagnostics,
                )
                .into(),
            );
        }
        found
    }

    fn parameters(&mut self, section: &Section<'_>) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for entry in section.named("parameters", "values of parameters", self.diagnostics) {
            let declared = &self.criteria.rulebook.parameters;
            let Some(parameter) = declared
                .iter()
                .find(|parameter| *parameter.name == *entry.key)
            else {
                let names: Vec<&str> = declared.iter().map(|parameter| &*parameter.name).collect();
                let message = format!("there is no parameter `{}`", entry.key);
                let near = did_you_mean(&entry.key, names.iter().copied());
                let known = format!("there is {}", list_of(names));
                self.diagnostics.push(
                    Diagnostic::at(Code::UnknownParameter, entry.key_span.clone(), message)
                        .help(near.unwrap_or(known)),
                );
                continue;
            };
            let Some(text) = text_of(&entry.value, &entry.key, self.diagnostics) else {
                continue;
            };
            match parameter.read_override(&text) {
                Ok(_) => found.push((entry.key.clone(), text)),
                Err(problem) => self.diagnostics.push(
                    Diagnostic::at(problem.code, entry.value.span.clone(), problem.message)
                        .help(problem.help),
                ),
            }
        }
        found
    }

    fn expected(&mut self, section: &Section<'_>) -> Vec<Expected> {
        let mut found = Vec::new();
        let outcomes = section.named("expect", "outcomes of conditions", self.diagnostics);
        if let Some(text) = section.get("expect").and_then(YamlNode::text) {
            let help = match determination_of(text) {
                Some(kind) => format!("write `determination: {kind}` in place of `expect: {text}`"),
                None => "write the conditions below it, as in `size: met`".to_owned(),
            };
            self.advise_on_text(help);
        }
        for entry in outcomes {
            let known = self
                .criteria
                .conditions
                .iter()
                .find(|one| one.condition.id.as_str() == entry.key);
            let Some(condition) = known.map(|one| one.condition.id.clone()) else {
                self.no_condition(entry);
                continue;
            };
            self.of_condition(&condition, entry, &mut found);
        }
        if let Some(node) = section.get("determination")
            && let Some(text) = text_of(node, "determination", self.diagnostics)
        {
            match determination_of(&text) {
                Some(kind) => found.push(Expected {
                    what: Expectation::Determination(kind),
                    span: node.span.clone(),
                }),
                None => self.diagnostics.push(no_determination(&text, &node.span)),
            }
        }
        if let Some(node) = section.get("unknown") {
            let facts = self.facts(node);
            found.push(Expected {
                what: Expectation::Unknown(facts),
                span: node.span.clone(),
            });
        }
        found
    }

    fn no_condition(&mut self, entry: &Entry) {
        let ids: Vec<&str> = self
            .criteria
            .conditions
            .iter()
            .map(|one| one.condition.id.as_str())
            .collect();
        let message = format!("there is no condition `{}`", entry.key);
        let titles = self.criteria.conditions.iter().map(|one| &one.condition);
        let titles = titles.map(|one| (one.id.as_str(), one.title.as_str()));
        let reason = matches!(entry.key.as_str(), "reason" | "is").then(|| {
            let first = ids.first().unwrap_or(&"condition");
            format!("write it below its condition, as in `{first}: {{is: not met, reason: ...}}`")
        });
        let below = ["determination", "unknown"]
            .contains(&entry.key.as_str())
            .then(|| {
                format!(
                    "write `{}:` in a line of its own, set in as `expect:` is",
                    entry.key
                )
            });
        let near = below
            .or(reason)
            .or_else(|| id_of_title(&entry.key, titles))
            .or_else(|| did_you_mean(&entry.key, ids.iter().copied()));
        let known = format!("the conditions are {}", list_of(ids));
        self.diagnostics.push(
            Diagnostic::at(Code::UnknownCondition, entry.key_span.clone(), message)
                .help(near.unwrap_or(known)),
        );
    }

    fn of_condition(&mut self, condition: &ConditionId, entry: &Entry, found: &mut Vec<Expected>) {
        let node = &entry.value;
        if let Some(text) = node.text() {
            return self.status(condition, text, &node.span, found);
        }
        let what = format!("the outcome of `{condition}`");
        let Some(section) =
            Section::new(node, &what, &["is", "reason", "unknown"], self.diagnostics)
        else {
            return;
        };
        let before = found.len();
        if let Some(node) = section.get("is")
            && let Some(text) = text_of(node, "is", self.diagnostics)
        {
            self.status(condition, &text, &node.span, found);
        }
        if let Some(node) = section.get("reason")
            && let Some(text) = text_of(node, "reason", self.diagnostics)
        {
            found.push(Expected {
                what: Expectation::Reason(condition.clone(), text),
                span: node.span.clone(),
            });
        }
        if let Some(node) = section.get("unknown") {
            let facts = self.facts(node);
            found.push(Expected {
                what: Expectation::Missing(condition.clone(), facts),
                span: node.span.clone(),
            });
        }
        if found.len() == before {
            let message = format!("nothing is expected of `{condition}`");
            let help = "write the outcome, or `is:`, `reason:`, `unknown:` below it".to_owned();
            self.diagnostics.push(
                Diagnostic::at(Code::TestsNothing, entry.key_span.clone(), message).help(help),
            );
        }
    }

    fn status(
        &mut self,
        condition: &ConditionId,
        text: &str,
        span: &Span,
        found: &mut Vec<Expected>,
    ) {
        match status_of(text) {
            Some(status) => {
                let what = Expectation::Finding(condition.clone(), status);
                found.push(Expected {
                    what,
                    span: span.clone(),
                });
            }
            None => self.diagnostics.push(no_status(text, span)),
        }
    }

    /// Names of facts: paths, with `record: ` before those of other records. An unknown name is
    /// reported.
    fn facts(&mut self, node: &YamlNode) -> Vec<String> {
        let mut found = Vec::new();
        for item in one_or_many(node) {
            let Some(text) = text_of(item, "unknown", self.diagnostics) else {
                continue;
            };
            let (record, path) = text
                .split_once(": ")
                .map_or((None, text.as_str()), |(id, path)| (Some(id), path));
            let schema = &self.criteria.wide.schema;
            // A path may lead through a reference that is not known.
            let last = schema
                .paths()
                .any(|known| path == known || path.ends_with(&format!(".{known}")));
            let there = record.is_none_or(|id| self.criteria.records.find(id).is_some());
            if last && there {
                found.push(text);
                continue;
            }
            let message = format!("there is no fact `{text}`");
            let help = did_you_mean(path, schema.paths());
            self.diagnostics
                .push(Diagnostic::at(Code::UnknownFact, item.span.clone(), message).help(help));
        }
        found.sort();
        found
    }
}

/// An id that no record can have: several cases may come from one record.
pub(super) fn id_of(number: usize) -> JurisdictionId {
    JurisdictionId::new(format!("case {number:06}"))
}
