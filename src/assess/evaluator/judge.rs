//! Judges one record beside those of a folder: straight over its values where all that counts is
//! known, else from a seat among the records that it can reach.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::assess::assessment::{Part, Results, RulebookAssessment};
use crate::assess::decisions::VERDICTS;
use crate::assess::determination::{Bounds, kind};
use crate::assess::evaluator::seat::Work;
use crate::assess::finding::come_to;
use crate::assess::form::Form;
use crate::assess::options::Ids;
use crate::assess::prepared::{Decider, Prepared};
use crate::assess::snapshot::taken;
use crate::assess::verdict::{DeterminationKind, Status};
use crate::base::diagnostic::{Code, Diagnostic};
use crate::model::condition::ConditionId;
use crate::model::fact::{FactPath, Row, Value};
use crate::model::jurisdiction::{Jurisdiction, Record, dangling, reference_facts, refused, wrong};
use crate::tree::{Direct, FactRef, Guest, Verdict, bit};

/// A rulebook made ready for one record after the other.
pub(crate) struct Judge {
    pub(super) prepared: Arc<Prepared>,
    /// What is worth saying of the files.
    pub(super) told: Vec<Diagnostic>,
    ids: Ids,
    /// The facts that are references.
    references: Vec<usize>,
    /// The ids of records with a waiver.
    waived: BTreeSet<String>,
    direct: Option<Straight>,
    pub(super) work: Work,
}

impl std::fmt::Debug for Judge {
    fn fmt(&self, fmt: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        fmt.debug_struct("Judge").finish_non_exhaustive()
    }
}

/// All trees, ready to be walked over values.
struct Straight {
    conditions: Vec<Direct>,
    decision: Option<Direct>,
}

/// What a record came to.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) kind: DeterminationKind,
    /// By condition.
    pub(super) statuses: Vec<Status>,
}

impl Straight {
    /// None where a script is one that no tree can hold.
    fn new(prepared: &Prepared, work: &Work) -> Option<Self> {
        let schema = &prepared.basis.bindings.schema;
        let conditions = prepared.conditions.iter().map(|used| match &used.form {
            Form::Tabular(tree) => Some(Direct::new(tree, schema, &|_| None, &verdict_bit)),
            _ => None,
        });
        let conditions = conditions.collect::<Option<Vec<_>>>()?;
        let finding = |fact: &FactRef| {
            let is = |id: &ConditionId| id.as_str() == fact.path.as_str();
            let mut conditions = prepared.conditions.iter();
            conditions.position(|used| is(&used.condition.id))
        };
        let decision = match &*prepared.decider {
            Decider::Tree(tree, _) => Some(Direct::new(tree, schema, &finding, &verdict_bit)),
            _ => None,
        };
        work.is_straight().then_some(Self {
            conditions,
            decision,
        })
    }
}

/// The bit of the verdict that a decision script names so.
fn verdict_bit(name: &str) -> u8 {
    let mut known = VERDICTS.iter();
    known
        .find(|(_, known)| *known == name)
        .map_or(0, |(verdict, _)| bit(*verdict))
}

fn status_of(verdict: Verdict) -> Status {
    match verdict {
        Verdict::Met => Status::Met,
        Verdict::NotMet => Status::NotMet,
        Verdict::NotApplicable => Status::NotApplicable,
        Verdict::Fault => Status::Fault,
    }
}

impl Judge {
    pub(super) fn new(prepared: Arc<Prepared>, ids: Ids, told: Vec<Diagnostic>) -> Self {
        let work = Work::new(&prepared);
        let waivers = &prepared.basis.criteria.waivers;
        Self {
            references: reference_facts(&prepared.rulebook().schema),
            waived: waivers
                .all()
                .map(|waiver| waiver.jurisdiction.to_string())
                .collect(),
            direct: Straight::new(&prepared, &work),
            work,
            prepared,
            told,
            ids,
        }
    }

    /// Whether an id is new.
    pub(super) fn takes(&self, id: &str) -> bool {
        self.records().find(id).is_none()
    }

    /// Why a record is not answered: its id is taken.
    pub(super) fn refusal(&self, record: &Jurisdiction) -> Option<Diagnostic> {
        let known = self.records().find(record.id.as_str());
        let known = known.filter(|_| self.ids == Ids::New)?;
        Some(taken(record, &self.records().get(known)))
    }

    fn records(&self) -> &crate::model::jurisdiction::Jurisdictions {
        self.prepared.records()
    }

    /// Whether all references lead to a record that they may lead to.
    pub(super) fn refers_well(&self, row: &Row) -> bool {
        self.references.iter().all(|slot| match row.text(*slot) {
            Some(name) => {
                let to = self.records().follow(*slot, name);
                to.is_some_and(|to| self.refused(*slot, to).is_none())
            }
            None => true,
        })
    }

    /// Why a reference may not lead to a record.
    fn refused(&self, slot: usize, to: usize) -> Option<(&FactPath, Value)> {
        let schema = &self.prepared.rulebook().schema;
        refused(schema, slot, self.records().records().view(to))
    }

    /// Makes references unknown that lead nowhere, or back to the record itself.
    pub(super) fn check_references(
        &self,
        record: &mut Jurisdiction,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let schema = &self.prepared.rulebook().schema;
        let own = self.records().find(record.id.as_str());
        for slot in &self.references {
            for stated in &mut record.facts[*slot] {
                let Some(Value::Text(name)) = &stated.value.value else {
                    continue;
                };
                let place = (&**name, stated.value.span.clone());
                let wrong = match self.records().follow(*slot, name) {
                    None => {
                        let fact = &schema.facts()[*slot];
                        Some(dangling(
                            fact,
                            *slot,
                            self.records(),
                            place,
                            diagnostics.len(),
                        ))
                    }
                    Some(to)
                        if own.is_some_and(|own| self.work.reaches(&self.prepared, to, own)) =>
                    {
                        let message =
                            format!("the reference to `{name}` leads back to the record itself");
                        let help = "write `unknown`".to_owned();
                        Some(Diagnostic::at(Code::CircularReference, place.1, message).help(help))
                    }
                    Some(to) => self.refused(*slot, to).map(|(path, found)| {
                        wrong(&schema.facts()[*slot].target, place, path, &found)
                    }),
                };
                if let Some(wrong) = wrong {
                    stated.value.value = None;
                    diagnostics.push(wrong);
                }
            }
        }
    }

    /// What a record comes to.
    pub(super) fn judge(
        &self,
        id: &str,
        name: &str,
        row: &Row,
        lists: &[(usize, Arc<[Value]>)],
    ) -> Judged {
        let plain = lists.is_empty() && !self.waived.contains(id);
        let plain = plain && (self.ids == Ids::New || self.takes(id));
        let direct = self.direct.as_ref().filter(|_| plain);
        direct
            .and_then(|direct| self.straight(direct, id, name, row))
            .unwrap_or_else(|| self.seated(id, name, row, lists))
    }

    /// Straight over the values; none where one that counts is not known.
    fn straight(&self, direct: &Straight, id: &str, name: &str, row: &Row) -> Option<Judged> {
        let mut guest = Guest {
            id,
            name,
            row,
            worked: &[],
            schema: &self.prepared.basis.bindings.schema,
            facts: &self.prepared.basis.facts,
            findings: &[],
        };
        let worked = self.work.straight(&guest)?;
        guest.worked = &worked;
        let mut statuses = Vec::with_capacity(direct.conditions.len());
        for condition in &direct.conditions {
            statuses.push(status_of(condition.outcome(&guest)?.verdict));
        }
        let kind = match &*self.prepared.decider {
            Decider::Broken => DeterminationKind::Fault,
            Decider::Count(decision, required) => {
                let mut bounds = Bounds::default();
                for condition in required {
                    bounds.add(bit_of(statuses[*condition]));
                }
                bounds.decided(decision)?
            }
            Decider::Tree(..) => {
                let findings: Vec<u8> = statuses.iter().map(|status| bit_of(*status)).collect();
                if findings.contains(&bit(Verdict::Fault)) {
                    return None;
                }
                guest.findings = &findings;
                match direct.decision.as_ref()?.outcome(&guest)?.verdict {
                    Verdict::Met => DeterminationKind::Eligible,
                    Verdict::NotMet | Verdict::NotApplicable => DeterminationKind::Ineligible,
                    Verdict::Fault => DeterminationKind::Fault,
                }
            }
        };
        Some(Judged { kind, statuses })
    }

    /// All there is to say of a record, as an assessment of it alone.
    pub(super) fn assessment(
        &self,
        record: Jurisdiction,
        row: &Row,
        lists: &[(usize, Arc<[Value]>)],
        found: &Judged,
    ) -> RulebookAssessment {
        let record = Record::from(record);
        let (basis, this) = self.work.seat(&self.prepared, record, row, lists);
        let prepared = self.prepared.over(basis);
        let part = Part {
            statuses: found.statuses.iter().map(|status| vec![*status]).collect(),
            kinds: vec![found.kind],
        };
        let this = u32::try_from(this).expect("few records are reached");
        let results = Results::new(Arc::from([this]), vec![part.into()]);
        RulebookAssessment::new(prepared.into(), results)
    }

    /// From a seat among the records that it can reach.
    fn seated(&self, id: &str, name: &str, row: &Row, lists: &[(usize, Arc<[Value]>)]) -> Judged {
        let stub = Record::from(self.work.stub(id, name));
        let (basis, this) = self.work.seat(&self.prepared, stub, row, lists);
        let conditions = self.prepared.conditions.iter();
        let examined: Vec<_> = conditions.map(|used| come_to(used, &basis, this)).collect();
        Judged {
            kind: kind(&self.prepared.decider, &basis, this, &examined),
            statuses: examined.iter().map(|one| one.finding.status).collect(),
        }
    }
}

/// The bit of a verdict that is settled.
fn bit_of(status: Status) -> u8 {
    match status {
        Status::Met => bit(Verdict::Met),
        Status::NotMet => bit(Verdict::NotMet),
        Status::NotApplicable => bit(Verdict::NotApplicable),
        Status::Fault | Status::Unknown => bit(Verdict::Fault),
    }
}
