//! Waivers: findings that are excused, by name, for a reason, until a day.
//!
//! They lie in `policies/<rulebook>/waivers.yaml`. A waived finding keeps its status and is shown
//! as waived; the determination counts it as not applicable. Whether a waiver is in force depends
//! on the as-of date.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, list_of};
use crate::base::source::{Source, Span};
use crate::formats::yaml::{Entry, NodeKind, Section, YamlNode, text_of};
use crate::model::condition::ConditionId;
use crate::model::fact::Date;
use crate::model::jurisdiction::{JurisdictionId, Jurisdictions};

/// A waiver of one finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The jurisdiction whose finding is waived.
    pub jurisdiction: JurisdictionId,
    /// The condition whose finding is waived.
    pub condition: ConditionId,
    /// The reason of the waiver.
    pub reason: String,
    /// Who granted the waiver.
    pub granted_by: String,
    /// An address with more on it; `None` if there is none.
    pub link: Option<String>,
    /// The first day on which it holds; `None` if it always did.
    pub granted: Option<Date>,
    /// The last day on which it holds; `None` if it has no end.
    pub expires: Option<Date>,
    /// The place of the waiver.
    pub span: Span,
}

/// The waivers of a rulebook, by jurisdiction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waivers(BTreeMap<JurisdictionId, Vec<Arc<Waiver>>>);

const KEYS: [&str; 7] = [
    "jurisdiction",
    "condition",
    "reason",
    "granted_by",
    "link",
    "granted",
    "expires",
];

impl Waiver {
    /// Whether it holds on a day.
    pub fn holds(&self, day: Date) -> bool {
        self.granted.is_none_or(|granted| granted <= day) && !self.has_expired(day)
    }

    /// Whether its last day is before this day.
    pub fn has_expired(&self, day: Date) -> bool {
        self.expires.is_some_and(|expires| expires < day)
    }
}

impl Waivers {
    /// Whether there are no waivers.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All waivers, in order of jurisdictions, then of places.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Waiver>> {
        self.0.values().flatten()
    }

    /// The waiver that holds for a finding on a day; `None` if there is none.
    pub(crate) fn find(
        &self,
        jurisdiction: &JurisdictionId,
        condition: &ConditionId,
        day: Date,
    ) -> Option<&Arc<Waiver>> {
        let list = self.0.get(jurisdiction)?;
        list.iter()
            .find(|waiver| waiver.condition == *condition && waiver.holds(day))
    }
}

/// Reads a file of waivers. One that names something unknown is reported and left out.
pub(crate) fn parse(
    source: &Arc<Source>,
    records: &Jurisdictions,
    conditions: &[&ConditionId],
    diagnostics: &mut Vec<Diagnostic>,
) -> Waivers {
    let (documents, problems) = crate::formats::yaml::parse(source);
    let broken = !problems.is_empty();
    diagnostics.extend(problems);
    let items = documents.into_iter().flat_map(|node| match node.kind {
        NodeKind::Sequence(items) => items,
        NodeKind::Null => Vec::new(),
        _ => vec![node],
    });
    let mut waivers = Waivers::default();
    let mut any = false;
    for node in items {
        any = true;
        if let Some(told) = by_jurisdiction(&node) {
            diagnostics.push(told);
            continue;
        }
        let before = diagnostics.len();
        let Some(section) = Section::new(&node, "a waiver", &KEYS, diagnostics) else {
            continue;
        };
        // One with a mistake excuses nothing.
        if let Some(waiver) = waiver(&section, records, conditions, diagnostics)
            && diagnostics.len() == before
        {
            waivers
                .0
                .entry(waiver.jurisdiction.clone())
                .or_default()
                .push(waiver.into());
        }
    }
    if !any && !broken {
        let message = "this file holds no waiver";
        let help =
            "add one with `jurisdiction`, `condition`, `reason`, `granted_by`, or remove the file"
                .to_owned();
        diagnostics
            .push(Diagnostic::in_file(Code::NothingToCheck, source.name(), message).help(help));
    }
    waivers
}

/// Waivers under the names of jurisdictions, where a list is expected.
fn by_jurisdiction(node: &YamlNode) -> Option<Diagnostic> {
    let NodeKind::Mapping(entries) = &node.kind else {
        return None;
    };
    let below = |entry: &Entry| matches!(entry.value.kind, NodeKind::Mapping(_));
    let first = entries.first()?;
    if let ([only], NodeKind::Sequence(_)) = (entries.as_slice(), &first.value.kind) {
        let message = format!(
            "`{}` is not a key of a waiver: the file is the list itself",
            only.key
        );
        let help = format!(
            "delete the line `{}:`; the list below may stay as it is",
            only.key
        );
        return Some(Diagnostic::at(Code::WrongShape, only.key_span.clone(), message).help(help));
    }
    let message = "waivers stand in a list, a `-` before each, found names";
    let help = format!(
        "write `- jurisdiction: {}` in place of `{0}:`, with the rest set in below it",
        first.key
    );
    let told = Diagnostic::at(Code::WrongShape, first.key_span.clone(), message).help(help);
    entries.iter().all(below).then_some(told)
}

fn waiver(
    section: &Section<'_>,
    records: &Jurisdictions,
    conditions: &[&ConditionId],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Waiver> {
    let mut text = |key: &str| match section.get(key) {
        Some(node) => text_of(node, key, diagnostics).filter(|text| !text.trim().is_empty()),
        None if section.is_misnamed(key) => None,
        None => {
            let message = format!("a waiver needs `{key}`");
            diagnostics.push(Diagnostic::at(
                Code::MissingKey,
                section.span().clone(),
                message,
            ));
            None
        }
    };
    let (jurisdiction, condition) = (text("jurisdiction"), text("condition"));
    let (reason, granted_by) = (text("reason"), text("granted_by"));
    let link = section.text("link", diagnostics);
    let (granted, expires) = (
        section.date("granted", diagnostics),
        section.date("expires", diagnostics),
    );
    let span = |key: &str| {
        section
            .get(key)
            .map_or(section.span(), |node| &node.span)
            .clone()
    };
    if let Some(id) = jurisdiction
        .as_ref()
        .filter(|id| records.find(id).is_none())
    {
        let message = format!("there is no jurisdiction `{id}`");
        let near = records.instead_of(diagnostics.len(), id);
        diagnostics.push(
            Diagnostic::at(Code::DanglingReference, span("jurisdiction"), message).help(near),
        );
    }
    if let Some(id) = condition
        .as_ref()
        .filter(|id| !conditions.iter().any(|known| known.as_str() == **id))
    {
        let names = || conditions.iter().map(|known| known.as_str());
        let message = format!("there is no condition `{id}`");
        let known = format!("the conditions are {}", list_of(names()));
        let help = did_you_mean(id, names()).unwrap_or(known);
        diagnostics
            .push(Diagnostic::at(Code::UnknownCondition, span("condition"), message).help(help));
    }
    if let (Some(granted), Some(expires)) = (granted, expires)
        && expires < granted
    {
        let message = format!("the waiver expires on {expires}, before it is granted");
        let help = format!("write a day that is not before {granted}, or exchange the two days");
        diagnostics.push(Diagnostic::at(Code::DatesOverlap, span("expires"), message).help(help));
    }
    Some(Waiver {
        jurisdiction: JurisdictionId::new(jurisdiction?),
        condition: ConditionId::new(condition?),
        reason: reason?,
        granted_by: granted_by?,
        link,
        granted,
        expires,
        span: span("condition"),
    })
}
