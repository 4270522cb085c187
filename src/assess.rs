//! From a snapshot and options to an assessment: a pure function of the two.
//!
//! Each script is explored once with all facts free; a jurisdiction's finding is then a walk of the
//! tree. A script that no tree can hold is run for each jurisdiction. `determination` puts findings
//! together.

mod determination;
mod finding;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::assess::determination::{Decider, determine};
use crate::assess::finding::{Examined, examine};
use crate::assessment::{
    Assessment, Basis, ConditionUsed, Form, JurisdictionAssessment, Origin, ParameterUsed, RulebookAssessment,
};
use crate::diagnostic::{self, Code, Diagnostic, did_you_mean, list_of};
use crate::fact::{Date, FactType};
use crate::jurisdiction::Role;
use crate::script::{Bindings, Bound, Exploration, explore};
use crate::snapshot::{Criteria, Scripted, Snapshot};
use crate::tree::{Facts, Tree};

/// What to assess, and how.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The rulebooks to assess; all when empty.
    pub rulebooks: Vec<String>,
    /// The jurisdictions to assess; all when empty.
    pub jurisdictions: Vec<String>,
    /// The day to assess for; the rulebook's own when left out.
    pub as_of: Option<Date>,
    /// Values for parameters, by name, as text.
    pub parameters: Vec<(String, String)>,
}

/// Assesses every jurisdiction selected against every condition.
pub fn assess(snapshot: &Snapshot, options: &Options) -> Assessment {
    let mut diagnostics = snapshot.diagnostics.clone();
    let selected: Vec<_> = snapshot
        .rulebooks
        .iter()
        .filter(|criteria| is_selected(&options.rulebooks, criteria.rulebook.id.as_str()))
        .collect();
    // With a wrong option nothing is assessed: the result would not be what was asked for.
    let asked_for = check_options(snapshot, &selected, options, &mut diagnostics);
    let selected = if asked_for { selected } else { Vec::new() };
    let rulebooks =
        selected.into_iter().filter_map(|criteria| assess_rulebook(criteria, options, &mut diagnostics)).collect();
    diagnostic::sort(&mut diagnostics);
    Assessment { rulebooks, diagnostics }
}

fn is_selected(selection: &[String], name: &str) -> bool {
    selection.is_empty() || selection.iter().any(|selected| selected == name)
}

/// Reports every name in the options that stands for nothing and every value that cannot be; says
/// whether all is right.
fn check_options(
    snapshot: &Snapshot,
    selected: &[&Arc<Criteria>],
    options: &Options,
    diagnostics: &mut Vec<Diagnostic>,
) -> bool {
    let before = diagnostics.len();
    let mut check = |what: &str, wanted: &str, names: &[&str]| {
        if !names.contains(&wanted) {
            let known = format!("there is {}", list_of(names.iter().copied()));
            let near = did_you_mean(wanted, names.iter().copied());
            diagnostics.push(
                Diagnostic::new(Code::UnknownSelection, format!("there is no {what} `{wanted}`"))
                    .help(near.unwrap_or(known)),
            );
        }
    };
    let rulebooks: Vec<_> = snapshot.rulebooks().map(|rulebook| rulebook.id.as_str()).collect();
    options.rulebooks.iter().for_each(|wanted| check("rulebook", wanted, &rulebooks));
    // With a wrong rulebook name nothing is selected; the other names are then judged by all.
    let all: Vec<_> = snapshot.rulebooks.iter().collect();
    let selected = if selected.is_empty() { all.as_slice() } else { selected };
    let records: Vec<_> = selected.iter().flat_map(|criteria| criteria.records.ids()).collect();
    options.jurisdictions.iter().for_each(|wanted| check("jurisdiction", wanted, &records));
    let parameters: Vec<_> =
        selected.iter().flat_map(|criteria| &criteria.rulebook.parameters).map(|parameter| &*parameter.name).collect();
    options.parameters.iter().for_each(|(wanted, _)| check("parameter", wanted, &parameters));
    for (name, text) in &options.parameters {
        let declared = selected.iter().flat_map(|criteria| &criteria.rulebook.parameters);
        let named = declared.filter(|parameter| *parameter.name == **name);
        diagnostics.extend(named.filter_map(|parameter| parameter.read_override(text).err()));
    }
    diagnostics.len() == before
}

fn assess_rulebook(
    criteria: &Arc<Criteria>,
    options: &Options,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<RulebookAssessment> {
    let rulebook = &criteria.rulebook;
    let Some(as_of) = options.as_of.or(rulebook.as_of) else {
        diagnostics.push(
            Diagnostic::at(
                Code::NoDate,
                rulebook.span.source().span(0..0),
                format!("there is no as-of date for the rulebook `{}`", rulebook.id),
            )
            .help("add `as_of: 2017-08-03` (the day to assess for) to the rulebook, or give `--as-of`".to_owned()),
        );
        return None;
    };
    let parameters = bind_parameters(criteria, options, as_of);
    let in_force: Vec<_> =
        criteria.conditions.iter().filter(|scripted| scripted.condition.is_in_force(as_of)).collect();
    let basis = Basis {
        criteria: Arc::clone(criteria),
        facts: Facts::new(Arc::clone(&criteria.records), as_of).into(),
        bindings: bindings(criteria, &parameters, &in_force).into(),
    };
    let conditions: Vec<_> = in_force.iter().map(|scripted| explored(scripted, &basis, diagnostics)).collect();
    let decider = Decider::new(&basis, &conditions, as_of, diagnostics);
    let records = criteria.records.list().iter().enumerate();
    let wanted: Vec<usize> = records
        .filter(|(_, record)| match options.jurisdictions.as_slice() {
            [] => record.role == Role::Assessed,
            wanted => wanted.iter().any(|id| id == record.id.as_str()),
        })
        .map(|(index, _)| index)
        .collect();
    let assess_one = |this: &usize| {
        let examined: Vec<Examined> = conditions.iter().map(|used| examine(used, &basis, *this)).collect();
        let determination = determine(&decider, &basis, *this, &examined);
        let findings = examined.into_iter().map(|one| one.finding).collect();
        JurisdictionAssessment { jurisdiction: Arc::clone(&criteria.records.list()[*this]), findings, determination }
    };
    let jurisdictions: Vec<_> = wanted.par_iter().map(assess_one).collect();
    report_faults(&jurisdictions, diagnostics);
    Some(RulebookAssessment { as_of, parameters, conditions, jurisdictions, basis })
}

fn bind_parameters(criteria: &Criteria, options: &Options, as_of: Date) -> Vec<ParameterUsed> {
    let used = criteria.rulebook.parameters.iter().map(|parameter| {
        let option = options.parameters.iter().rev().find(|(name, _)| **name == *parameter.name);
        let given = option.and_then(|(_, text)| parameter.read_override(text).ok());
        let origin = if given.is_some() { Origin::Option } else { Origin::Rulebook };
        let value = given.or_else(|| parameter.on(as_of).and_then(|stated| stated.value.clone()));
        ParameterUsed { name: Arc::clone(&parameter.name), value, unit: parameter.unit.clone(), origin }
    });
    used.collect()
}

fn bindings(criteria: &Criteria, parameters: &[ParameterUsed], in_force: &[&Scripted]) -> Bindings {
    let bound = criteria.rulebook.parameters.iter().zip(parameters).map(|(parameter, used)| {
        let choices = match &parameter.ty {
            FactType::Choice(choices) => Some(Arc::clone(choices)),
            _ => None,
        };
        (Arc::clone(&used.name), Bound { value: used.value.clone(), choices })
    });
    Bindings {
        schema: Arc::clone(&criteria.rulebook.schema),
        findings: criteria.decision.is_some().then(|| determination::findings_schema(in_force).into()),
        parameters: bound.collect(),
    }
}

/// The form of a condition's script; mistakes that some path of it runs into are reported.
fn explored(scripted: &Scripted, basis: &Basis, diagnostics: &mut Vec<Diagnostic>) -> ConditionUsed {
    let form = scripted.program.as_ref().map_or(Form::Broken, |program| {
        let found = explore(program, &basis.bindings, None);
        report_mistakes(&found, diagnostics);
        match found.incomplete {
            Some(why) => Form::NotTabular(why),
            None => Form::Tabular(Tree::build(&found.paths).into()),
        }
    });
    ConditionUsed { condition: Arc::clone(&scripted.condition), form, program: scripted.program.clone() }
}

/// Mistakes of the author are reported even when no record runs into them; a calculation that could
/// fail for some facts is not a mistake until it does.
fn report_mistakes(found: &Exploration, diagnostics: &mut Vec<Diagnostic>) {
    let faults = found.paths.iter().filter_map(|path| path.outcome.fault.as_ref());
    diagnostics.extend(faults.filter(|fault| fault.code != Code::Arithmetic).map(|fault| (**fault).clone()));
}

/// Reports what went wrong for single jurisdictions, each mistake once with all it went wrong for.
fn report_faults(jurisdictions: &[JurisdictionAssessment], diagnostics: &mut Vec<Diagnostic>) {
    let mut faults: BTreeMap<_, (Arc<Diagnostic>, Vec<&str>)> = BTreeMap::new();
    for one in jurisdictions {
        for fault in one.findings.iter().filter_map(|finding| finding.fault.as_ref()) {
            let key = (fault.span().cloned(), fault.message.clone());
            faults.entry(key).or_insert_with(|| (Arc::clone(fault), Vec::new())).1.push(one.jurisdiction.id.as_str());
        }
    }
    for (fault, ids) in faults.into_values() {
        if diagnostics.contains(&fault) {
            continue;
        }
        let message = format!("{} (for {})", fault.message, list_of(ids).replace(" or ", " and "));
        diagnostics.push(Diagnostic { message, ..(*fault).clone() });
    }
}
