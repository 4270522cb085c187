//! Whether a jurisdiction is in a row, which may ask about its findings.

use crate::assess::assessment::RulebookAssessment;
use crate::assess::result_types::Status;
use crate::assess::{VERDICTS, come_to};
use crate::model::fact::Value;
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::PlaceIndex;
use crate::tree::{
    Conjunction, Expression, FactReading, FactRef, Membership, NumberTests, Owner, Patience,
    Region, Test, Verdict,
};

/// One combination of findings that a jurisdiction can have.
pub(super) struct MembershipWay {
    /// The verdicts of the conditions asked for, in their order; `None` for one that may be
    /// anything.
    verdicts: Vec<Option<Verdict>>,
    /// What the missing facts can be in this combination.
    pub(super) region: Region,
}

/// The conditions that cases ask about.
pub(super) fn conditions_of<'c>(
    assessed: &RulebookAssessment,
    cases: impl Iterator<Item = &'c Conjunction>,
) -> Vec<ConditionIndex> {
    let facts: Vec<&FactRef> = cases.flat_map(Conjunction::facts).collect();
    let named = |condition: &ConditionIndex| {
        let id = assessed.conditions[*condition].condition.id.as_str();
        let mut findings = facts.iter().filter(|fact| fact.owner == Owner::Finding);
        findings.any(|fact| fact.path.as_str() == id)
    };
    ConditionIndex::first(assessed.conditions.len())
        .filter(named)
        .collect()
}

/// Every combination of these findings that is possible.
pub(super) fn ways(
    assessed: &RulebookAssessment,
    place: PlaceIndex,
    conditions: &[ConditionIndex],
) -> Vec<MembershipWay> {
    let (basis, this) = (&assessed.basis, assessed.record_of(place));
    let limits = basis.bindings.limits;
    let mut ways = vec![MembershipWay {
        verdicts: Vec::new(),
        region: Region::new(limits),
    }];
    for condition in conditions {
        let examined = come_to(&assessed.conditions[*condition], basis, this);
        // What is waived does not count where it is not met, and may be met where it is unknown.
        let is_waived = examined.finding.waived.is_some();
        let counted = |verdict| match verdict {
            Verdict::NotMet if is_waived => Verdict::NotApplicable,
            other => other,
        };
        let settled = match examined.finding.status {
            Status::Met => Some(Verdict::Met),
            Status::NotMet => Some(counted(Verdict::NotMet)),
            Status::NotApplicable => Some(Verdict::NotApplicable),
            Status::Unknown | Status::Fault => None,
        };
        let open = settled.is_none()
            && examined.finding.status == Status::Unknown
            && examined.leaves.cut_short.is_none()
            && !examined.leaves.are_joined();
        let leaves = examined.leaves.list.iter().filter(|_| open);
        let mut longer = Vec::new();
        for way in &ways {
            for leaf in leaves.clone() {
                let mut region = way.region.clone();
                let mut answers = leaf.answers.iter();
                if answers.all(|(test, answer)| region.narrow(test, *answer)) {
                    let verdict =
                        Some(counted(leaf.outcome.verdict)).filter(|one| *one != Verdict::Fault);
                    let verdicts = [&way.verdicts[..], &[verdict]].concat();
                    longer.push(MembershipWay { verdicts, region });
                }
            }
        }
        if !open || longer.len() > limits.combinations {
            longer.clear();
            longer.extend(ways.into_iter().map(|way| MembershipWay {
                verdicts: [&way.verdicts[..], &[settled]].concat(),
                region: way.region,
            }));
        }
        ways = longer;
    }
    let mut patience = Patience::new(limits);
    ways.retain(|way| patience.may_be(&way.region));
    ways
}

/// Whether the jurisdiction at a place is in a case.
pub(super) fn membership(
    assessed: &RulebookAssessment,
    place: PlaceIndex,
    case: &Conjunction,
    conditions: &[ConditionIndex],
    ways: &[MembershipWay],
    tests: &NumberTests<'_>,
) -> Membership {
    let mut all = ways
        .iter()
        .map(|way| in_way(assessed, place, case, conditions, way, tests));
    let first = all.next().unwrap_or(Membership::Out);
    all.fold(first, |known, one| {
        if known == one {
            known
        } else {
            Membership::Open
        }
    })
}

fn in_way(
    assessed: &RulebookAssessment,
    place: PlaceIndex,
    case: &Conjunction,
    conditions: &[ConditionIndex],
    way: &MembershipWay,
    tests: &NumberTests<'_>,
) -> Membership {
    let (facts, this) = (&assessed.basis.facts, assessed.record_of(place));
    let read = |fact: &FactRef| match found_in(assessed, fact, conditions, way) {
        Some(value) => FactReading::Known(value),
        None if fact.owner == Owner::Finding => FactReading::Missing(fact.clone()),
        None => facts.read(this, fact),
    };
    let answer = |test: &Test| answer_in(assessed, place, test, conditions, way);
    case.holds(&read, &answer, &way.region, tests)
}

/// The answer of a test about facts and findings, or the test over what is missing.
pub(super) fn answer_in(
    assessed: &RulebookAssessment,
    place: PlaceIndex,
    test: &Test,
    conditions: &[ConditionIndex],
    way: &MembershipWay,
) -> Result<bool, Test> {
    let filled = test.substitute(&mut |fact| {
        let found = found_in(assessed, fact, conditions, way);
        found.map_or_else(|| Expression::Fact(fact.clone()), Expression::Constant)
    });
    let this = assessed.record_of(place);
    assessed.basis.facts.answer(this, &filled)
}

/// The name of a finding in a combination; `None` for a fact, and for a finding that may be
/// anything.
fn found_in(
    assessed: &RulebookAssessment,
    fact: &FactRef,
    conditions: &[ConditionIndex],
    way: &MembershipWay,
) -> Option<Value> {
    if fact.owner != Owner::Finding {
        return None;
    }
    let named = |condition: &ConditionIndex| {
        assessed.conditions[*condition].condition.id.as_str() == fact.path.as_str()
    };
    let verdict = way.verdicts[conditions.iter().position(named)?]?;
    let (_, name) = VERDICTS.iter().find(|(known, _)| *known == verdict)?;
    Some(Value::Text((*name).into()))
}
