//! Statistics as window functions: the members of each group, and its value.
//!
//! A record that `where` excludes is not part of the population. One with an unknown input is left
//! out, or makes its group unknown. If a single member may differ here from what it is for `check`,
//! the statistic is unknown for all.

use std::collections::BTreeMap;

use crate::analysis::export_logic::{Needed, Used, Worth};
use crate::model::fact::Number;
use crate::model::rulebook::{StatisticKind, UnknownInputs};
use crate::model::typed_indexes::FactIndex;
use crate::render::sql::boolean_clauses::SelectColumns;
use crate::render::sql::fraction::Written;
use crate::render::sql::named_select::{Select, SelectVersion, turned};
use crate::render::sql::options::SqlOptions;
use crate::render::sql::outcomes::Writing;
use crate::render::sql::statistics::calculation_by_kind::{GroupMembers, Stages, stages};
use crate::render::sql::statistics::inputs::{self, SqlInput, assumed};
use crate::render::sql::validated_columns::{Fraction, SqlColumns};
use crate::tree::FactRef;

pub(super) fn windows(
    needed: &Needed<'_>,
    columns: &mut SqlColumns,
    (options, part): (&SqlOptions, SelectVersion),
) -> Result<Vec<Select>, (FactRef, String)> {
    let mut selects: Vec<Select> = Vec::new();
    let mut number = 0;
    for (turn, statistics) in needed.statistics.iter().enumerate() {
        let mut given: BTreeMap<FactIndex, SqlInput> = BTreeMap::new();
        let mut writing = Writing::new(
            options,
            columns,
            SelectColumns::named(&format!("_t{}_", turn + 1)),
        );
        let mut found: Vec<(FactRef, Fraction)> = Vec::new();
        let mut all = Stages::default();
        for used in statistics {
            number += 1;
            let members = members(&mut writing, used, &mut given, number);
            let stages =
                members.and_then(|members| stages(used, &members, options.dialect, number));
            let (stages, fraction) = stages.map_err(|why| (used.fact.clone(), why))?;
            all.extend(stages);
            found.push((used.fact.clone(), fraction));
        }
        let turns = std::mem::take(&mut writing.turns.columns);
        let name = format!("_input_{}", turn + 1);
        let inputs = turned(&turns, (part, &name, selects.last()));
        selects.extend(inputs);
        for (stage, chosen) in all.columns.iter().enumerate() {
            if chosen.is_empty() {
                continue;
            }
            let chosen = chosen
                .iter()
                .map(|(name, what)| format!("{what} AS {name}"));
            let chosen = chosen.collect::<Vec<_>>().join(",\n    ");
            let before = selects.last();
            let before = before.map_or_else(|| part.facts(), |select| select.name.clone());
            let text = format!("SELECT *,\n    {chosen}\n  FROM {before}");
            selects.push(Select {
                name: part.name(&format!("_measured_{}_{}", turn + 1, stage + 1)),
                text,
            });
        }
        for (fact, fraction) in found {
            columns.add(fact, fraction);
        }
    }
    Ok(selects)
}

/// The columns with the members of a statistic and their inputs.
fn members(
    writing: &mut Writing<'_>,
    used: &Used<'_>,
    given: &mut BTreeMap<FactIndex, SqlInput>,
    number: usize,
) -> Written<GroupMembers> {
    let turn = fill(writing, used, given)?;
    let slots = used.inputs;
    let input = |slot: Option<FactIndex>| slot.map(|slot| &given[&slot]);
    let by: Vec<String> = (slots.by.iter())
        .map(|slot| given[slot].value.clone())
        .collect();
    let who = Who::new(used, given, &by);
    let mut named = |suffix: &str, what: String, turn: usize| {
        let name = format!("_s{number}_{suffix}");
        writing.turns.put(&name, what, turn);
        name
    };
    let member = named("m", who.flag(&[&who.grouped, &who.complete]), turn);
    let makes_unknown = used.measured.statistic.unknown == UnknownInputs::MakesUnknown;
    let open = makes_unknown.then(|| {
        let left = who.flag(&[&who.grouped, &[not(&who.complete)]]);
        let lost = who.flag(&[&[not(&who.grouped)]]);
        (named("left", left, turn), named("lost", lost, turn))
    });
    let inexact = inexact(used, given);
    let bad = (!inexact.is_empty()).then(|| named("bad", who.flag(&[&[any(&inexact)]]), turn));
    let of = whole((used, &member), input(slots.of), Assume::AsDeclared)?;
    let over = whole((used, &member), input(slots.over), Assume::Nothing)?;
    let of = of.map(|(what, factor)| (named("x", what, turn + 1), factor));
    let over = over.map(|(what, factor)| (named("y", what, turn + 1), factor));
    // Members are ordered by the fact as stated, unless a value is assumed for it.
    let assumes = matches!(used.measured.statistic.unknown, UnknownInputs::Assumed(_));
    let sorted = match (input(slots.along), input(slots.of), &of) {
        (Some(along), ..) => Some(along.value.clone()),
        (None, _, Some((column, _))) if assumes => Some(column.clone()),
        (None, of, _) => of.map(|of| of.value.clone()),
    };
    let ties = slots.ties.iter();
    let ties = ties.map(|(slot, order)| (given[slot].value.clone(), *order));
    Ok(GroupMembers {
        member,
        open,
        bad,
        by,
        of,
        over,
        sorted,
        ties: ties.collect(),
    })
}

/// Adds the inputs of a statistic; returns the first SELECT that has all of them.
fn fill(
    writing: &mut Writing<'_>,
    used: &Used<'_>,
    given: &mut BTreeMap<FactIndex, SqlInput>,
) -> Written<usize> {
    let mut turn = 0;
    for (slot, worth) in &used.worth {
        if !given.contains_key(slot) {
            let input = match worth {
                Worth::Stated(fact) => inputs::stated(writing, fact)?,
                Worth::Derived(valued) => {
                    let ty = &used.schema.facts()[*slot].ty;
                    inputs::derived(writing, valued, ty)?
                }
            };
            given.insert(*slot, input);
        }
        turn = turn.max(given[slot].turn);
    }
    Ok(turn)
}

/// Requirements for a record.
struct Who {
    /// For it to be one of the population.
    counts: Option<String>,
    /// For it to be in a group.
    grouped: Vec<String>,
    /// For it to be a member there.
    complete: Vec<String>,
}

impl Who {
    fn new(used: &Used<'_>, given: &BTreeMap<FactIndex, SqlInput>, by: &[String]) -> Self {
        let is_known = |value: &String| format!("{value} IS NOT NULL");
        let slots = used.inputs;
        let statistic = &used.measured.statistic;
        let assumes = matches!(statistic.unknown, UnknownInputs::Assumed(_));
        let of = slots.of.filter(|_| !assumes);
        let needs = [slots.over, slots.along, slots.filter, of];
        let complete = needs.into_iter().flatten();
        let counts = slots.filter.map(|filter| {
            let value = &given[&filter].value;
            format!("({value} IS NULL OR {value})")
        });
        Self {
            counts,
            grouped: by.iter().map(is_known).collect(),
            complete: complete.map(|slot| is_known(&given[&slot].value)).collect(),
        }
    }

    /// 1 for a record of the population that meets all of these.
    fn flag(&self, parts: &[&[String]]) -> String {
        let parts = parts.iter().flat_map(|part| part.iter());
        let all: Vec<String> = self.counts.iter().chain(parts).cloned().collect();
        if all.is_empty() {
            return "1".to_owned();
        }
        format!("CASE WHEN {} THEN 1 ELSE 0 END", all.join(" AND "))
    }
}

fn not(parts: &[String]) -> String {
    match parts {
        [] => "FALSE".to_owned(),
        parts => format!("NOT ({})", parts.join(" AND ")),
    }
}

fn any(parts: &[String]) -> String {
    let parts = parts.iter().map(|part| format!("({part})"));
    format!("({})", parts.collect::<Vec<_>>().join(" OR "))
}

/// Conditions under which a member may differ from the one in `check`.
fn inexact(used: &Used<'_>, given: &BTreeMap<FactIndex, SqlInput>) -> Vec<String> {
    let slots = used.inputs;
    let statistic = &used.measured.statistic;
    let assumes = matches!(statistic.unknown, UnknownInputs::Assumed(_));
    let ranks = statistic.kind == StatisticKind::Rank && !assumes;
    let mut all = Vec::new();
    for (slot, worth) in &used.worth {
        // A stated number that is only compared may have any places.
        let summed = [slots.of, slots.over].contains(&Some(*slot)) && !ranks;
        if summed || matches!(worth, Worth::Derived(_)) {
            all.extend(given[slot].inexact.iter().cloned());
        }
    }
    all.dedup();
    all
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Assume {
    Nothing,
    AsDeclared,
}

/// The integer of a member, and its factor.
fn whole(
    (used, member): (&Used<'_>, &str),
    input: Option<&SqlInput>,
    assume: Assume,
) -> Written<Option<(String, Number)>> {
    let Some((text, factor)) = input.and_then(|input| input.whole.clone()) else {
        return Ok(None);
    };
    let value = match &used.measured.statistic.unknown {
        UnknownInputs::Assumed(value) if assume == Assume::AsDeclared => {
            format!("COALESCE({text}, {})", assumed(value, &factor)?)
        }
        _ => text,
    };
    let value = format!("CASE WHEN {member} = 1 THEN {value} END");
    Ok(Some((value, factor)))
}
