//! Timelines: all days between two days on which a result changes, with the causes.
//!
//! A result depends on the day through dated facts, parameters, conditions in force, waivers, and
//! `params.as_of` in scripts. The first four change on days that are written somewhere. For the
//! last, the trees give the days on which a test changes its answer (`sweep/change_points`); where
//! they do not, each day is looked at. On each such day everything is assessed, so every change has
//! its causes.

use std::collections::BTreeSet;

use crate::analysis::impact::Impact;
use crate::analysis::sweep::change_points::Tests;
use crate::analysis::sweep::ranges_of_constant_statistics::{points_of, wholes};
use crate::assess::assessment::{Assessment, Delta};
use crate::assess::explored_scripts::{ConditionUsed, Form};
use crate::assess::snapshot::{Criteria, Snapshot};
use crate::assess::{Options, Swept, assess, assess_after};
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::work_budget;
use crate::model::fact::{Date, Dated, Number};
use crate::model::jurisdiction::RecordView;
use crate::model::rulebook::AS_OF;

/// The changes of results from one day to another.
#[derive(Debug)]
pub struct Timeline {
    /// The first and the last day.
    pub days: (Date, Date),
    /// The assessment of the first day.
    pub start: Assessment,
    /// The days on which a determination or a finding changes, in order.
    pub changes: Vec<DayOfChange>,
    /// How many days were assessed. Days before a change, assessed to find its causes, are not
    /// counted.
    pub assessed: usize,
    /// The first day that was not looked at, because the limit `rounds` was reached; `None` if all
    /// were.
    pub cut_short: Option<Date>,
}

/// A day on which results change.
#[derive(Debug)]
pub struct DayOfChange {
    /// The first day with the new results.
    pub day: Date,
    /// What changes, and why.
    pub impact: Impact,
}

/// The most days that a timeline covers: about two hundred years.
const MOST_DAYS: i64 = 75_000;

/// The changes of what options select, from one day to another.
///
/// # Errors
/// When the days are in the wrong order, or too far apart.
pub fn timeline(
    snapshot: &Snapshot,
    options: &Options,
    (from, to): (Date, Date),
) -> Result<Timeline, Diagnostic> {
    let problem = |message: String| Diagnostic::new(Code::UnknownSelection, message);
    if from > to {
        let message = format!("{from} is after {to}: a timeline goes from the earlier day");
        return Err(problem(message).help(format!("write `--from {to} --to {from}`")));
    }
    if to.days() - from.days() > MOST_DAYS {
        let message = format!("from {from} to {to} there are more than {MOST_DAYS} days");
        return Err(problem(message).help("ask for fewer years".to_owned()));
    }
    let on = |day: Date| Options {
        as_of: Some(day),
        ..options.clone()
    };
    let start = assess(snapshot, &on(from));
    let days = days(snapshot, options, &start, (from, to));
    let mut assessed = 1;
    let (mut changes, mut latest, mut cut_short) = (Vec::new(), None, None);
    let mut looked_at = from;
    // A day on which something changes is compared with the one before it.
    let mut left = options.limits.rounds / 2;
    for day in days {
        work_budget::look();
        match left.checked_sub(cost(latest.as_ref().unwrap_or(&start))) {
            Some(rest) => left = rest,
            None => {
                cut_short = Some(day);
                break;
            }
        }
        assessed += 1;
        let before = latest.as_ref().unwrap_or(&start);
        let now = assess_after(snapshot, &on(day), before);
        if Delta::between(before, &now)
            .rulebooks
            .iter()
            .any(|one| !one.jurisdictions.is_empty())
        {
            // Nothing is otherwise on the day before than on the latest one, but for the day
            // itself.
            let eve = after(day, -1).filter(|eve| *eve > looked_at);
            let eve = eve.map(|eve| assess_after(snapshot, &on(eve), before));
            let impact = Impact::between(eve.as_ref().unwrap_or(before), &now);
            changes.push(DayOfChange { day, impact });
        }
        (latest, looked_at) = (Some(now), day);
    }
    Ok(Timeline {
        days: (from, to),
        start,
        changes,
        assessed,
        cut_short,
    })
}

/// The rounds that a day takes: facts and statistics are calculated for all records, whichever are
/// selected.
fn cost(assessment: &Assessment) -> usize {
    let of_each = assessment.rulebooks.iter().map(|one| {
        let run = |used: &&ConditionUsed| matches!(used.form, Form::NotTabular(_));
        let run = one.conditions.iter().filter(run).count();
        one.records().len() + 20 * run * one.len()
    });
    of_each.sum()
}

/// The days after the first on which results may change.
fn days(
    snapshot: &Snapshot,
    options: &Options,
    start: &Assessment,
    (from, to): (Date, Date),
) -> BTreeSet<Date> {
    let mut found = BTreeSet::new();
    for assessed in &start.rulebooks {
        let id = assessed.rulebook().id.as_str();
        let Some(criteria) = snapshot.criteria(id) else {
            continue;
        };
        let mut written = BTreeSet::new();
        written_days(criteria, &mut |day| {
            written.insert(day);
        });
        written.retain(|day| from < *day && *day <= to);
        if assessed.parameters.iter().any(|used| &*used.name == AS_OF) {
            let firsts = std::iter::once(from).chain(written.iter().copied());
            let lasts = written.iter().filter_map(|day| after(*day, -1)).chain([to]);
            for (first, last) in firsts.zip(lasts) {
                found.extend(days_of_scripts(snapshot, options, id, (first, last)));
            }
        }
        found.extend(written);
    }
    found
}

fn after(day: Date, days: i64) -> Option<Date> {
    Date::from_days(day.days() + days)
}

/// The days on which something begins to hold, and the days after it ends.
fn written_days(criteria: &Criteria, take: &mut dyn FnMut(Date)) {
    fn ends<T>(dated: &Dated<T>, take: &mut dyn FnMut(Date)) {
        dated.from.into_iter().for_each(&mut *take);
        dated
            .to
            .and_then(|last| after(last, 1))
            .into_iter()
            .for_each(take);
    }
    for parameter in &criteria.rulebook.parameters {
        parameter.values.iter().for_each(|dated| ends(dated, take));
    }
    for scripted in criteria.conditions.iter().chain(&criteria.decision) {
        ends(&scripted.condition.in_force, take);
    }
    for waiver in criteria.waivers.all() {
        waiver.granted.into_iter().for_each(&mut *take);
        waiver
            .expires
            .and_then(|last| after(last, 1))
            .into_iter()
            .for_each(&mut *take);
    }
    for view in criteria.records.records().iter() {
        // Rows of a table are the same on every day.
        if let RecordView::Whole(record) = view {
            record
                .facts
                .iter()
                .flatten()
                .for_each(|dated| ends(dated, take));
        }
    }
}

/// The days after the first on which the use of `params.as_of` in scripts may change a result.
fn days_of_scripts(
    snapshot: &Snapshot,
    options: &Options,
    rulebook: &str,
    (first, last): (Date, Date),
) -> Vec<Date> {
    let every = || {
        let days = first.days() + 1..=last.days();
        days.filter_map(Date::from_days).collect()
    };
    let options = Options {
        as_of: Some(first),
        ..options.clone()
    };
    let Some(swept) = Swept::new(snapshot, &options, rulebook, AS_OF) else {
        return every();
    };
    let deciding = swept.deciding();
    if deciding.beyond || swept.moving().is_some() {
        return every();
    }
    let limits = swept.prepared.basis.bindings.limits;
    let tests = Tests::new(&deciding.trees, &swept.fact, limits);
    let within = (Number::from(first.days()), Number::from(last.days()));
    let points = points_of(&tests, &swept.prepared.basis.facts, &swept.places, &within);
    if points.iter().any(|points| points.unsure) {
        return every();
    }
    let ends = points.iter().flat_map(|points| &points.list);
    let days: BTreeSet<i64> = ends
        .flat_map(wholes)
        .filter_map(|day| day.whole())
        .collect();
    let inside = days
        .into_iter()
        .filter(|day| first.days() < *day && *day <= last.days());
    inside.filter_map(Date::from_days).collect()
}
