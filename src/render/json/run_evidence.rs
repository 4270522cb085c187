//! Evidence: what was assessed, from which input, with which options, and all results, so that
//! anybody can assess it again and compare.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::assess::assessment::{Assessment, RulebookAssessment};
use crate::assess::bulk_explanation::each_explained;
use crate::assess::{Options, SetFact};
use crate::base::digest::sha256;
use crate::model::fact::Date;
use crate::model::input_files::Files;
use crate::render::json::shared_shapes::{JSON_VERSION, kind, status};

const FORMAT: &str = "rulebook-evidence";

/// A record of one assessment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    format: String,
    version: u32,
    /// The version of the program.
    program: String,
    options: OptionsShape,
    /// By path: the SHA-256 of its text.
    inputs: BTreeMap<String, String>,
    rulebooks: BTreeMap<String, RulebookShape>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OptionsShape {
    rulebooks: Vec<String>,
    jurisdictions: Vec<String>,
    as_of: Option<String>,
    parameters: Vec<(String, String)>,
    facts: Vec<(String, String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RulebookShape {
    as_of: String,
    parameters: BTreeMap<String, Option<String>>,
    jurisdictions: BTreeMap<String, JurisdictionShape>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JurisdictionShape {
    determination: String,
    findings: BTreeMap<String, FindingShape>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FindingShape {
    status: String,
    reasons: Vec<String>,
    missing: Vec<String>,
    waived: bool,
}

impl Evidence {
    /// The evidence of an assessment of these files with these options.
    pub fn of(files: &Files, options: &Options, assessment: &Assessment) -> Self {
        let inputs = ["policies/", "scripts/"]
            .into_iter()
            .flat_map(|folder| files.below(folder));
        let inputs = inputs.map(|source| (source.name().to_owned(), sha256(source.text())));
        let rulebooks = assessment
            .rulebooks
            .iter()
            .map(|one| (one.rulebook().id.to_string(), rulebook(one)));
        Self {
            format: FORMAT.to_owned(),
            version: JSON_VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            options: OptionsShape::of(options),
            inputs: inputs.collect(),
            rulebooks: rulebooks.collect(),
        }
    }

    /// As indented JSON with a newline at its end.
    pub fn written(&self) -> String {
        crate::render::json::shared_shapes::written(self)
    }

    /// Evidence from its text.
    ///
    /// # Errors
    /// Why the text is not evidence, in words.
    pub fn read(text: &str) -> Result<Self, String> {
        let read: Self =
            serde_json::from_str(text).map_err(|error| format!("this is no evidence: {error}"))?;
        if read.format != FORMAT || read.version != JSON_VERSION {
            return Err(format!(
                "this is no evidence that can be read here: expected `{FORMAT}` of version \
                 {JSON_VERSION}, found `{}` of version {}",
                read.format, read.version
            ));
        }
        Ok(read)
    }

    /// The options of the assessment.
    ///
    /// # Errors
    /// Why they cannot be, in words.
    pub fn options(&self) -> Result<Options, String> {
        let options = &self.options;
        let as_of = options.as_of.as_deref().map(Date::parse).transpose()?;
        let facts = options
            .facts
            .iter()
            .map(|(jurisdiction, path, value)| SetFact {
                jurisdiction: jurisdiction.clone(),
                path: path.clone(),
                value: value.clone(),
            });
        Ok(Options {
            rulebooks: options.rulebooks.clone(),
            jurisdictions: options.jurisdictions.clone(),
            as_of,
            parameters: options.parameters.clone(),
            facts: facts.collect(),
            ..Options::default()
        })
    }

    /// The differences of another one from this one, one per line: input first, then results. The
    /// version of the program is left out.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        for path in keys(&self.inputs, &other.inputs) {
            match (self.inputs.get(path), other.inputs.get(path)) {
                (Some(before), Some(after)) if before != after => {
                    lines.push(format!("input {path}: changed"));
                }
                (Some(_), None) => lines.push(format!("input {path}: gone")),
                (None, Some(_)) => lines.push(format!("input {path}: new")),
                _ => {}
            }
        }
        for id in keys(&self.rulebooks, &other.rulebooks) {
            match (self.rulebooks.get(id), other.rulebooks.get(id)) {
                (Some(before), Some(after)) => before.differences(id, after, &mut lines),
                (Some(_), None) => lines.push(format!("rulebook {id}: gone")),
                _ => lines.push(format!("rulebook {id}: new")),
            }
        }
        lines
    }

    /// The version of the program that wrote it.
    pub fn program(&self) -> &str {
        &self.program
    }
}

fn keys<'a, T>(one: &'a BTreeMap<String, T>, other: &'a BTreeMap<String, T>) -> BTreeSet<&'a str> {
    one.keys().chain(other.keys()).map(String::as_str).collect()
}

impl OptionsShape {
    fn of(options: &Options) -> Self {
        let facts = options.facts.iter().map(|fact| {
            (
                fact.jurisdiction.clone(),
                fact.path.clone(),
                fact.value.clone(),
            )
        });
        Self {
            rulebooks: options.rulebooks.clone(),
            jurisdictions: options.jurisdictions.clone(),
            as_of: options.as_of.map(|day| day.to_string()),
            parameters: options.parameters.clone(),
            facts: facts.collect(),
        }
    }
}

impl RulebookShape {
    fn differences(&self, id: &str, other: &Self, lines: &mut Vec<String>) {
        if self.as_of != other.as_of {
            lines.push(format!("{id}, as of: {} -> {}", self.as_of, other.as_of));
        }
        for name in keys(&self.parameters, &other.parameters) {
            let value = |shape: &Self| {
                shape
                    .parameters
                    .get(name)
                    .cloned()
                    .flatten()
                    .unwrap_or_else(|| "none".to_owned())
            };
            if value(self) != value(other) {
                lines.push(format!(
                    "{id}, parameter {name}: {} -> {}",
                    value(self),
                    value(other)
                ));
            }
        }
        for jurisdiction in keys(&self.jurisdictions, &other.jurisdictions) {
            match (
                self.jurisdictions.get(jurisdiction),
                other.jurisdictions.get(jurisdiction),
            ) {
                (Some(before), Some(after)) => {
                    before.differences(&format!("{id}, {jurisdiction}"), after, lines);
                }
                (Some(_), None) => lines.push(format!("{id}, {jurisdiction}: gone")),
                _ => lines.push(format!("{id}, {jurisdiction}: new")),
            }
        }
    }
}

impl JurisdictionShape {
    fn differences(&self, lead: &str, other: &Self, lines: &mut Vec<String>) {
        if self.determination != other.determination {
            lines.push(format!(
                "{lead}: {} -> {}",
                self.determination, other.determination
            ));
        }
        for id in keys(&self.findings, &other.findings) {
            match (self.findings.get(id), other.findings.get(id)) {
                (Some(before), Some(after)) if before == after => {}
                (Some(before), Some(after)) if before.status == after.status => {
                    lines.push(format!(
                        "{lead}, {id}: still {}, for other reasons",
                        before.status
                    ));
                }
                (before, after) => {
                    let word = |one: Option<&FindingShape>| {
                        one.map_or("not there", |one| one.status.as_str())
                            .to_owned()
                    };
                    lines.push(format!("{lead}, {id}: {} -> {}", word(before), word(after)));
                }
            }
        }
    }
}

fn rulebook(assessed: &RulebookAssessment) -> RulebookShape {
    let parameters = assessed.parameters.iter();
    let parameters = parameters.map(|used| {
        (
            used.name.to_string(),
            used.value.as_ref().map(ToString::to_string),
        )
    });
    let jurisdictions = each_explained(assessed).map(|(_, one)| {
        let findings = assessed
            .conditions
            .iter()
            .zip(&one.findings)
            .map(|(used, finding)| {
                let shape = FindingShape {
                    status: status(finding.status).to_owned(),
                    reasons: finding.reasons.clone(),
                    missing: finding.missing.iter().map(ToString::to_string).collect(),
                    waived: finding.waived.is_some(),
                };
                (used.condition.id.to_string(), shape)
            });
        let determination = kind(one.determination.kind).to_owned();
        (
            one.jurisdiction.id.to_string(),
            JurisdictionShape {
                determination,
                findings: findings.collect(),
            },
        )
    });
    RulebookShape {
        as_of: assessed.as_of.to_string(),
        parameters: parameters.collect(),
        jurisdictions: jurisdictions.collect(),
    }
}
