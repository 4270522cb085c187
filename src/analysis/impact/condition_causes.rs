//! Which changes made a condition differ. Each is tried on its own: the old script with one new
//! parameter, and so on; the files of one script count as one change. A change that makes a
//! difference is a cause; if only several together make one, all of them are.

use std::sync::Arc;

use crate::analysis::impact::differing_cases::{BoundScript, Cases, cases_between};
use crate::analysis::impact::inputs_named_in_script::ReadByScript;
use crate::analysis::impact::rulebook_impact::{Cause, ConditionImpact};
use crate::assess::assessment::RulebookAssessment;
use crate::assess::explored_scripts::{ConditionUsed, Form};
use crate::assess::prepared_rulebook::Basis;
use crate::assess::result_types::Status;
use crate::assess::{status_by, status_by_script};
use crate::model::typed_indexes::RecordIndex;
use crate::script::{Bindings, Program, explore};
use crate::tree::{BothSchemas, Tree, differences, same};

/// One change of a condition on its own: its causes, and the old condition with this change.
#[derive(Debug)]
pub(super) struct CauseTrial {
    pub(super) causes: Vec<Cause>,
    form: TrialForm,
}

/// The script of a condition with one of its changes.
#[derive(Debug)]
enum TrialForm {
    Tree(Tree),
    /// No tree can hold it: it is run for each record.
    Script(Arc<Program>, Arc<Bindings>),
    /// It is broken, or its facts differ from those of the records.
    Untried,
}

/// A condition that changed, and its changes one by one if there are several.
pub(super) type Changed = (ConditionImpact, Vec<CauseTrial>);

/// The conditions that changed.
pub(super) fn condition_impacts(
    before: &RulebookAssessment,
    after: &RulebookAssessment,
) -> Vec<Changed> {
    let mut found = Vec::new();
    for used in &before.conditions {
        if after.condition(used.condition.id.as_str()).is_none() {
            let there = after
                .basis
                .criteria
                .conditions
                .iter()
                .any(|one| one.condition.id == used.condition.id);
            found.push(alone(
                used,
                if there {
                    Cause::NotInForce
                } else {
                    Cause::Removed
                },
            ));
        }
    }
    for used in &after.conditions {
        let id = &used.condition.id;
        match before.condition(id.as_str()) {
            Some(old) => found.extend(changed(before, after, &before.conditions[old], used)),
            None => {
                let there = before
                    .basis
                    .criteria
                    .conditions
                    .iter()
                    .any(|one| one.condition.id == *id);
                found.push(alone(
                    used,
                    if there { Cause::InForce } else { Cause::Added },
                ));
            }
        }
    }
    found.sort_by(|a, b| a.0.id.cmp(&b.0.id));
    found
}

fn alone(used: &ConditionUsed, cause: Cause) -> Changed {
    let condition = &used.condition;
    let impact = ConditionImpact {
        id: condition.id.clone(),
        title: condition.title.clone(),
        causes: [cause].into(),
        cases: None,
    };
    (impact, Vec::new())
}

fn changed(
    before: &RulebookAssessment,
    after: &RulebookAssessment,
    old: &ConditionUsed,
    new: &ConditionUsed,
) -> Option<Changed> {
    let (was, is) = (&before.basis.bindings, &after.basis.bindings);
    let cases = cases_between((was, old), (is, new));
    let level = old.condition.level != new.condition.level;
    if cases.is_empty() && !level {
        return None;
    }
    let (mut causes, trials) = if cases.is_empty() {
        (Vec::new(), Vec::new())
    } else {
        causes_of((before, after), (old, new), &cases)
    };
    causes.extend(level.then_some(Cause::Level));
    let condition = &new.condition;
    let impact = ConditionImpact {
        id: condition.id.clone(),
        title: condition.title.clone(),
        causes: causes.into(),
        cases: Some(cases),
    };
    Some((impact, trials))
}

/// What made the two versions of a condition differ.
fn causes_of(
    (before, after): (&RulebookAssessment, &RulebookAssessment),
    (old, new): (&ConditionUsed, &ConditionUsed),
    cases: &Cases,
) -> (Vec<Cause>, Vec<CauseTrial>) {
    let files = changed_files(old.program.as_ref(), new.program.as_ref(), new);
    let (was, is) = (&before.basis.bindings, &after.basis.bindings);
    let read = read_by_either((was, old), (is, new));
    let names: Vec<&Arc<str>> = was
        .parameters
        .keys()
        .chain(
            is.parameters
                .keys()
                .filter(|name| !was.parameters.contains_key(*name)),
        )
        .collect();
    let parameters: Vec<&Arc<str>> = names
        .into_iter()
        .filter(|name| was.parameters.get(*name) != is.parameters.get(*name))
        .filter(|name| read.is_empty() || read.iter().any(|one| one.has_parameter(name)))
        .filter(|name| {
            let mut programs = old.program.iter().chain(&new.program);
            programs.any(|program| program.may_read_parameter(name))
                || was.derived.may_read(name)
                || is.derived.may_read(name)
        })
        .collect();
    let schema = !was.schema.reads_as(&is.schema);
    let derived = was.derived.changed_files(&is.derived);
    let derived: Vec<String> = derived
        .into_iter()
        .filter(|file| !files.contains(file))
        .filter(|file| read.is_empty() || read.iter().any(|one| one.has_file(file)))
        .collect();
    let mut all: Vec<Cause> = files
        .iter()
        .chain(&derived)
        .cloned()
        .map(Cause::File)
        .collect();
    all.extend(
        parameters
            .iter()
            .map(|name| Cause::Parameter(name.to_string())),
    );
    all.extend(schema.then_some(Cause::Schema));
    if all.len() < 2 {
        return (all, Vec::new());
    }
    let mut trials = Vec::new();
    let mut trial = |causes: Vec<Cause>, program: Option<&Arc<Program>>, bindings: &Arc<_>| {
        let form = match program.map(|program| (program, tree_of(program, bindings))) {
            Some((_, Some(tree))) => TrialForm::Tree(tree),
            Some((program, None)) if bindings.schema.reads_as(&was.schema) => {
                TrialForm::Script(Arc::clone(program), Arc::clone(bindings))
            }
            _ => TrialForm::Untried,
        };
        trials.push(CauseTrial { causes, form });
    };
    if !files.is_empty() {
        let causes = files.into_iter().map(Cause::File).collect();
        trial(causes, new.program.as_ref(), was);
    }
    for name in parameters {
        let mut values = was.parameters.clone();
        match is.parameters.get(name) {
            Some(value) => values.insert(Arc::clone(name), value.clone()),
            None => values.remove(name),
        };
        let causes = vec![Cause::Parameter(name.to_string())];
        trial(causes, old.program.as_ref(), &was.with_parameters(values));
    }
    if schema || !derived.is_empty() {
        let causes = derived.into_iter().map(Cause::File);
        let causes = causes.chain(schema.then_some(Cause::Schema)).collect();
        trial(causes, old.program.as_ref(), &was.with_facts_of(is));
    }
    let verdicts = !cases.list.is_empty();
    let allowed = (&*was.schema, &*is.schema);
    let differs = |one: &&CauseTrial| one.differs(&old.form, verdicts, allowed);
    let differing = trials.iter().filter(differs);
    let found: Vec<Cause> = differing.flat_map(|one| one.causes.clone()).collect();
    // Alone none makes a difference; together they do.
    (if found.is_empty() { all } else { found }, trials)
}

/// What the scripts may read, if no tree can hold one of them: no trial then shows what makes the
/// difference. Otherwise empty.
fn read_by_either((was, old): BoundScript<'_>, (is, new): BoundScript<'_>) -> Vec<ReadByScript> {
    let is_tabular = |used: &ConditionUsed| matches!(used.form, Form::Tabular(_));
    if is_tabular(old) && is_tabular(new) {
        return Vec::new();
    }
    let read = [(was, old), (is, new)]
        .into_iter()
        .filter_map(|(bindings, used)| {
            let program = used.program.as_ref()?;
            Some(ReadByScript::of(program, bindings))
        });
    read.collect()
}

fn tree_of(program: &Arc<Program>, bindings: &Arc<Bindings>) -> Option<Tree> {
    let found = explore(program, bindings, None);
    let whole = found.incomplete.is_none();
    whole.then(|| Tree::build(&found.paths, bindings.limits))
}

/// The files of a script whose text changed.
fn changed_files(
    old: Option<&Arc<Program>>,
    new: Option<&Arc<Program>>,
    used: &ConditionUsed,
) -> Vec<String> {
    let (Some(old), Some(new)) = (old, new) else {
        return vec![used.condition.source.name().to_owned()];
    };
    let (old, new) = (old.files(), new.files());
    let differs = |(name, source): &(&&str, &&Arc<crate::base::source::Source>)| {
        old.get(*name)
            .is_none_or(|other| other.text() != source.text())
    };
    let changed = new
        .iter()
        .filter(differs)
        .map(|(name, _)| (*name).to_owned());
    let gone = old
        .keys()
        .filter(|name| !new.contains_key(*name))
        .map(|name| (*name).to_owned());
    changed.chain(gone).collect()
}

impl CauseTrial {
    /// Whether a record with this status before has another one with the change; true if that is
    /// not known.
    pub(super) fn changes(&self, before: Status, basis: &Basis, this: RecordIndex) -> bool {
        let status = match &self.form {
            TrialForm::Tree(tree) => status_by(tree, &basis.facts, this),
            TrialForm::Script(program, bindings) => {
                status_by_script(program, &basis.bound(bindings), this)
            }
            TrialForm::Untried => return true,
        };
        status != before
    }

    /// Whether the condition has another outcome; with `verdicts`, other wording alone does not
    /// count.
    fn differs(&self, old: &Form, verdicts: bool, allowed: BothSchemas<'_>) -> bool {
        let (TrialForm::Tree(new), Form::Tabular(old)) = (&self.form, old) else {
            return true;
        };
        if !verdicts {
            return !same(new, old);
        }
        differences(old, new, allowed).is_ok_and(|found| found.cut_short || !found.cases.is_empty())
    }
}
