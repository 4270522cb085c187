//! Judges one record beside those of a folder: directly from its values if all that matters is
//! known, otherwise from a seat among the records that it can reach.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::assess::assessment::{ResultPart, Results, RulebookAssessment};
use crate::assess::count_bounds::CountBounds;
use crate::assess::derived_faults::RecordFaults;
use crate::assess::examine_condition::{come_to, reasons_by};
use crate::assess::explored_scripts::Form;
use crate::assess::next_step_of_decision::VERDICTS;
use crate::assess::options::Ids;
use crate::assess::overall_determination::{counted, determine, kind, verdicts};
use crate::assess::prepared_rulebook::{Basis, Decider, Prepared};
use crate::assess::reasons_by_answers_memo::{ReasonMemo, Told};
use crate::assess::request_evaluator::request_calculated_values::SeatWork;
use crate::assess::result_types::{
    Determination, DeterminationKind, Finding, JurisdictionAssessment, Status,
};
use crate::assess::snapshot::taken;
use crate::base::diagnostic::Diagnostic;
use crate::model::fact::{Row, Value};
use crate::model::jurisdiction::{Jurisdiction, Record, reference_facts};
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::{Direct, Expression, FactRef, Guest, Verdict, bit};

/// A rulebook made ready for one record after the other.
pub(crate) struct Judge {
    pub(super) prepared: Arc<Prepared>,
    /// The diagnostics of the files that are shown.
    pub(super) told: Vec<Diagnostic>,
    ids: Ids,
    /// The facts that are references.
    pub(super) references: Vec<FactIndex>,
    /// The ids of records with a waiver.
    waived: BTreeSet<String>,
    direct: Option<Straight>,
    pub(super) work: SeatWork,
    /// The results of requests with gaps, by their answers.
    pub(super) memo: ReasonMemo<()>,
}

impl std::fmt::Debug for Judge {
    fn fmt(&self, fmt: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        fmt.debug_struct("Judge").finish_non_exhaustive()
    }
}

/// All trees, prepared for walks over values.
pub(super) struct Straight {
    pub(super) conditions: Vec<Direct>,
    decision: Option<Direct>,
}

/// The details of a request, from its own values.
#[derive(Debug)]
pub(crate) struct Explained {
    pub(crate) one: JurisdictionAssessment,
    /// By condition: the explanation of its finding.
    #[cfg_attr(
        not(any(feature = "app", feature = "internals")),
        expect(dead_code, reason = "formats of the program show it")
    )]
    pub(crate) told: Vec<Arc<Told<()>>>,
    /// The values of derived facts and statistics, in the order of the schema.
    #[cfg_attr(
        not(any(feature = "app", feature = "internals")),
        expect(dead_code, reason = "formats of the program show them")
    )]
    pub(crate) worked: Vec<Option<Value>>,
}

/// The explanations of the findings of a request, and its determination.
type RequestFindings = (Vec<Arc<Told<()>>>, Arc<Determination>);

/// A request as it is stated.
#[derive(Clone, Copy)]
pub(super) struct StatedRequest<'r> {
    pub(super) id: &'r str,
    pub(super) name: &'r str,
    pub(super) row: &'r Row,
    pub(super) lists: &'r [(FactIndex, Arc<[Value]>)],
}

/// The results of a record.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) kind: DeterminationKind,
    /// By condition.
    pub(super) statuses: Vec<Status>,
    /// The faults of the derived facts that it was calculated from.
    pub(super) wrong: Vec<Diagnostic>,
    /// The calculated values that trees read; `None` if the record took a seat.
    worked: Option<Vec<Option<Value>>>,
}

impl Judged {
    pub(super) fn new(
        kind: DeterminationKind,
        statuses: Vec<Status>,
        wrong: Vec<Diagnostic>,
    ) -> Self {
        Self {
            kind,
            statuses,
            wrong,
            worked: None,
        }
    }
}

impl Straight {
    /// `None` if no tree can hold some script.
    fn new(prepared: &Prepared, work: &SeatWork) -> Option<Self> {
        let schema = &prepared.basis.bindings.schema;
        let conditions = prepared.conditions.iter().map(|used| match &used.form {
            Form::Tabular(tree) => Some(Direct::new(tree, schema, &|_| None, &verdict_bit)),
            _ => None,
        });
        let conditions = conditions.collect::<Option<Vec<_>>>()?;
        let finding = |fact: &FactRef| prepared.condition(fact.path.as_str());
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
        let work = SeatWork::new(&prepared);
        let waivers = &prepared.basis.criteria.waivers;
        Self {
            references: reference_facts(&prepared.rulebook().schema),
            waived: waivers
                .all()
                .map(|waiver| waiver.jurisdiction.to_string())
                .collect(),
            direct: Straight::new(&prepared, &work),
            memo: ReasonMemo::new(&prepared),
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

    pub(super) fn records(&self) -> &crate::model::jurisdiction::Jurisdictions {
        self.prepared.records()
    }

    /// The results of a record.
    pub(super) fn judge(&self, request: StatedRequest<'_>) -> Judged {
        self.judge_as_guest(request)
            .unwrap_or_else(|| self.seated(request))
    }

    /// Judges a request by its own values; `None` if these are not plain, or something calculated
    /// from them is unknown.
    fn judge_as_guest(&self, request: StatedRequest<'_>) -> Option<Judged> {
        let (direct, mut guest) = self.guest(request)?;
        let worked = self.work.read_by_trees(&guest)?;
        guest.worked = &worked;
        let judged = self.straight(direct, &guest);
        let mut judged = judged.unwrap_or_else(|| self.open(direct, &guest, request));
        judged.worked = Some(worked);
        Some(judged)
    }

    /// A request as a guest; `None` if its values are not plain.
    fn guest<'r>(&'r self, request: StatedRequest<'r>) -> Option<(&'r Straight, Guest<'r>)> {
        let StatedRequest {
            id,
            name,
            row,
            lists,
        } = request;
        let plain = lists.is_empty() && !self.waived.contains(id);
        let plain = plain && self.own_names(id, row).is_empty();
        let plain = plain && (self.ids == Ids::New || self.takes(id));
        let direct = self.direct.as_ref().filter(|_| plain)?;
        let guest = Guest {
            id,
            name,
            row,
            worked: &[],
            schema: &self.prepared.basis.bindings.schema,
            facts: &self.prepared.basis.facts,
            findings: &[],
        };
        Some((direct, guest))
    }

    /// Walks the trees over the values; `None` if a value that counts is unknown.
    fn straight(&self, direct: &Straight, guest: &Guest<'_>) -> Option<Judged> {
        let mut statuses = Vec::with_capacity(direct.conditions.len());
        for condition in &direct.conditions {
            statuses.push(status_of(condition.outcome(guest)?.verdict));
        }
        let kind = match &*self.prepared.decider {
            Decider::Broken => DeterminationKind::Fault,
            Decider::Count(decision, required) => {
                let mut bounds = CountBounds::default();
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
                let guest = Guest {
                    findings: &findings,
                    ..*guest
                };
                match direct.decision.as_ref()?.outcome(&guest)?.verdict {
                    Verdict::Met => DeterminationKind::Eligible,
                    Verdict::NotMet | Verdict::NotApplicable => DeterminationKind::Ineligible,
                    Verdict::Fault => DeterminationKind::Fault,
                }
            }
        };
        Some(Judged::new(kind, statuses, Vec::new()))
    }

    /// The explanations of the findings of a request, and its determination.
    fn told(
        &self,
        direct: &Straight,
        guest: &Guest<'_>,
        request: StatedRequest<'_>,
    ) -> RequestFindings {
        let prepared = &self.prepared;
        let seat = OnceCell::new();
        let seated = || seat.get_or_init(|| self.seat(request));
        let conditions = ConditionIndex::each(&direct.conditions);
        let told = conditions.map(|(condition, tree)| {
            let answers = tree.pattern(guest).map(|answers| (answers, false));
            self.memo.told(condition, answers, || {
                let (basis, this, _) = seated();
                Told::alone(prepared, basis, condition, *this)
            })
        });
        let told: Vec<_> = told.collect();
        let together = || {
            let (basis, this, _) = seated();
            let examined: Vec<_> = told.iter().map(|told| told.examined.clone()).collect();
            determine(&prepared.decider, basis, *this, &examined)
        };
        let counted = counted(&prepared.decider, |condition| {
            verdicts(&told[condition].examined)
        });
        let determination = match counted {
            Some(kind) => self.memo.plain(kind),
            None => self.memo.together(&told, together),
        };
        (told, determination)
    }

    /// The details of a request that was judged by its own values; `None` if these are not enough.
    pub(super) fn explained(
        &self,
        request: StatedRequest<'_>,
        judged: &Judged,
        record: impl FnOnce() -> Jurisdiction,
    ) -> Option<Explained> {
        if !self.prepared.basis.criteria.published.is_empty() {
            return None;
        }
        let read = judged.worked.as_ref()?;
        let (direct, mut guest) = self.guest(request)?;
        let worked = if read.is_empty() {
            self.work.all(&guest)?
        } else {
            read.clone()
        };
        guest.worked = &worked;
        let (told, determination) = self.told(direct, &guest, request);
        let mut findings = Vec::with_capacity(told.len());
        for told in &told {
            findings.push(finding(told, &guest)?);
        }
        let one = JurisdictionAssessment {
            jurisdiction: record().into(),
            findings,
            determination: (*determination).clone(),
        };
        Some(Explained { one, told, worked })
    }

    /// The assessment of one record alone.
    pub(super) fn assessment(
        &self,
        record: Jurisdiction,
        row: &Row,
        lists: &[(FactIndex, Arc<[Value]>)],
        found: &Judged,
    ) -> RulebookAssessment {
        let itself = self.own_names(record.id.as_str(), row);
        let record = Record::from(record);
        let (basis, this, _) = self
            .work
            .seat(&self.prepared, record, (row, lists), &itself);
        let prepared = self.prepared.over(basis);
        let part = ResultPart {
            statuses: found.statuses.iter().map(|status| vec![*status]).collect(),
            kinds: vec![found.kind],
        };
        let results = Results::new(Arc::from([this.narrow()]), vec![part.into()]);
        RulebookAssessment::new(prepared.into(), results)
    }

    /// A seat among the records that it can reach, and its number there.
    pub(super) fn seat(&self, request: StatedRequest<'_>) -> (Basis, RecordIndex, RecordFaults) {
        let StatedRequest {
            id,
            name,
            row,
            lists,
        } = request;
        let stub = Record::from(self.work.stub(id, name));
        let itself = self.own_names(id, row);
        self.work.seat(&self.prepared, stub, (row, lists), &itself)
    }

    /// From a seat among the records that it can reach.
    fn seated(&self, request: StatedRequest<'_>) -> Judged {
        let (basis, this, faults) = self.seat(request);
        let conditions = self.prepared.conditions.iter();
        let examined: Vec<_> = conditions.map(|used| come_to(used, &basis, this)).collect();
        let wrong = faults.all().map(|(fault, _)| (**fault).clone());
        Judged::new(
            kind(&self.prepared.decider, &basis, this, &examined),
            examined.iter().map(|one| one.finding.status).collect(),
            wrong.collect(),
        )
    }
}

/// A finding of a request; `None` if it makes assumptions, whose names are its own.
fn finding(told: &Told<()>, guest: &Guest<'_>) -> Option<Finding> {
    let mut finding = told.finding().clone();
    if told.varies() && finding.status != Status::Unknown {
        let value = |expression: &Expression| match guest.value(expression) {
            Ok(value) => value.to_string(),
            Err(_) => "unknown".to_owned(),
        };
        finding.reasons = reasons_by(&told.examined.leaves, &mut { value });
    }
    finding.assumed.is_empty().then_some(finding)
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
