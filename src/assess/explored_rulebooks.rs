//! Explores the scripts of rulebooks, before any record is looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::assess::assessment::{Assessment, RulebookAssessment};
use crate::assess::cascading_diagnostics::{advise_on_conditions, drop_consequences};
use crate::assess::computed_columns::{Computation, Filled};
use crate::assess::derivation_order::WorkPlan;
use crate::assess::explored_before::ExploredBefore;
use crate::assess::explored_scripts::{ConditionUsed, Form, ParameterOrigin, ParameterUsed};
use crate::assess::fault_and_waiver_diagnostics::Scenario;
use crate::assess::incremental_assessment::Earlier;
use crate::assess::next_step_of_decision::findings_schema;
use crate::assess::options::{Options, SetFact};
use crate::assess::outside_record_statistics::Beside;
use crate::assess::prepared_rulebook::{Basis, Decider, Prepared};
use crate::assess::selected_rulebooks::selected;
use crate::assess::snapshot::{Criteria, Scripted, Snapshot};
use crate::assess::{fault_and_waiver_diagnostics, incremental_assessment};
use crate::base::diagnostic::{self, Code, Diagnostic};
use crate::base::parallel;
use crate::model::condition::Level;
use crate::model::fact::{Date, FactOrigin, FactType, Schema, Value};
use crate::model::rulebook::AS_OF;
use crate::model::typed_indexes::FactIndex;
use crate::script::{self, Bindings, Bound, ConditionTrees, Derivations, code, explore_condition};
use crate::tree::{FactRef, FactTable, Limits, Owner};

/// All scripts of a snapshot explored with all facts free.
#[derive(Debug)]
pub(crate) struct Explored {
    rulebooks: Vec<ExploredRulebook>,
    options: Options,
    /// All diagnostics of files and scripts; faults of single records are not known yet.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

#[derive(Debug)]
struct ExploredRulebook {
    criteria: Arc<Criteria>,
    as_of: Date,
    parameters: Vec<ParameterUsed>,
    bindings: Arc<Bindings>,
    plan: Arc<WorkPlan>,
    conditions: Vec<ConditionUsed>,
    decision: Option<ConditionUsed>,
    decider: Arc<Decider>,
}

impl Explored {
    pub(crate) fn new(
        snapshot: &Snapshot,
        options: &Options,
        earlier: Option<&Assessment>,
    ) -> Self {
        let mut diagnostics = snapshot.diagnostics.clone();
        let selected = selected(snapshot, options, &mut diagnostics);
        let explored = selected.into_iter().filter_map(|criteria| {
            let earlier =
                earlier.and_then(|earlier| earlier.rulebook(criteria.rulebook.id.as_str()));
            ExploredRulebook::new(
                criteria,
                (options, snapshot.scripts),
                earlier,
                &mut diagnostics,
            )
        });
        let rulebooks = explored.collect();
        drop_consequences(&snapshot.rulebooks, &mut diagnostics);
        diagnostic::sort(&mut diagnostics);
        Self {
            rulebooks,
            options: options.clone(),
            diagnostics,
        }
    }

    /// The number of scripts explored.
    #[cfg(feature = "app")]
    pub(crate) fn script_count(&self) -> usize {
        self.rulebooks
            .iter()
            .map(|one| one.conditions.len() + usize::from(one.decision.is_some()))
            .sum()
    }

    /// The number of conditions and decisions that no tree can hold.
    #[cfg(feature = "app")]
    pub(crate) fn without_tree(&self) -> usize {
        let used = self
            .rulebooks
            .iter()
            .flat_map(|one| one.conditions.iter().chain(&one.decision));
        let forms = used.map(|used| &used.form);
        forms
            .filter(|form| matches!(form, Form::NotTabular(_)))
            .count()
    }

    /// Makes ready to assess, rulebook by rulebook.
    pub(crate) fn prepared(self) -> Vec<Prepared> {
        let options = self.options;
        let mut found: Vec<Prepared> = Vec::new();
        for one in self.rulebooks {
            let bases = found.iter().map(|one| &one.basis);
            let beside = one.beside(bases).cloned();
            found.push(one.prepared(&options, beside.as_ref()));
        }
        found
    }

    /// Assesses the jurisdictions selected.
    pub(crate) fn assess(self, earlier: Option<&Assessment>) -> Assessment {
        let Self {
            rulebooks,
            options,
            mut diagnostics,
        } = self;
        let criteria = rulebooks.iter().map(|one| Arc::clone(&one.criteria));
        let criteria: Vec<_> = criteria.collect();
        let mut assessed: Vec<RulebookAssessment> = Vec::new();
        for explored in rulebooks {
            let earlier = earlier
                .and_then(|earlier| earlier.rulebook(explored.criteria.rulebook.id.as_str()));
            let bases = assessed.iter().map(|one| &one.basis);
            let beside = explored.beside(bases).cloned();
            let one = explored.assess(&options, earlier, beside.as_ref(), &mut diagnostics);
            assessed.push(one);
        }
        let rulebooks = assessed;
        drop_consequences(&criteria, &mut diagnostics);
        advise_on_conditions(&criteria, &mut diagnostics);
        diagnostic::sort(&mut diagnostics);
        diagnostic::bound(&mut diagnostics);
        Assessment {
            rulebooks,
            diagnostics,
        }
    }
}

impl ExploredRulebook {
    fn new(
        criteria: Arc<Criteria>,
        (options, scripts): (&Options, usize),
        earlier: Option<&RulebookAssessment>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let rulebook = &criteria.rulebook;
        let Some(as_of) = options.as_of.or(rulebook.as_of) else {
            diagnostics.push(no_date(&criteria));
            return None;
        };
        let parameters = bind_parameters(&criteria, options, as_of);
        let in_force: Vec<_> = criteria
            .conditions
            .iter()
            .filter(|scripted| scripted.condition.is_in_force(as_of))
            .collect();
        let bindings = bindings(&criteria, &parameters, &in_force, (options.limits, scripts));
        let before = earlier.and_then(|earlier| ExploredBefore::new(earlier, &bindings));
        let (bindings, plan) = match &before {
            Some(before) => (before.bindings(bindings), before.plan()),
            None => {
                let bindings = Arc::new(bindings);
                let plan = WorkPlan::new(&criteria, &bindings).into();
                (bindings, plan)
            }
        };
        diagnostics.extend(plan.diagnostics.iter().cloned());
        let explored = |scripted: &Scripted| {
            let before = before.as_ref().and_then(|before| before.found(scripted));
            before.unwrap_or_else(|| explored(scripted, &bindings))
        };
        let conditions = parallel::map(in_force, explored);
        let decision = criteria.decision.as_ref().map(explored);
        let forms = conditions.iter().map(|used| &used.form);
        let forms = forms.chain(plan.derived.iter().map(|used| &used.form));
        let run = forms.filter(|form| matches!(form, Form::NotTabular(_)));
        let bindings = bindings.shared_by(run.count());
        let mistakes = conditions
            .iter()
            .chain(&decision)
            .flat_map(|used| used.mistakes.iter().cloned());
        diagnostics.extend(mistakes);
        let decider = Decider::new(
            &criteria,
            &conditions,
            decision.as_ref(),
            as_of,
            diagnostics,
        )
        .into();
        Some(Self {
            criteria,
            as_of,
            parameters,
            bindings,
            plan,
            conditions,
            decision,
            decider,
        })
    }

    /// The basis of another programme over the same records, so that facts are calculated once.
    fn beside<'b>(&self, mut bases: impl Iterator<Item = &'b Basis>) -> Option<&'b Basis> {
        bases.find(|basis| {
            Arc::ptr_eq(&basis.criteria.records, &self.criteria.records)
                && basis.facts.day() == self.as_of
                && self.bindings.works_as(&basis.bindings)
        })
    }

    fn assess(
        self,
        options: &Options,
        earlier: Option<&RulebookAssessment>,
        beside: Option<&Basis>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> RulebookAssessment {
        let before = beside.or(earlier.map(|earlier| &earlier.basis));
        let prepared = self.prepared(options, before);
        let earlier = earlier.map(|earlier| Earlier::new(earlier, &earlier.results, &prepared));
        let results = incremental_assessment::assess(&prepared, earlier.as_ref());
        let assessed = RulebookAssessment::new(prepared.into(), results);
        fault_and_waiver_diagnostics::report_faults(&assessed, diagnostics);
        fault_and_waiver_diagnostics::report_waivers(
            &assessed,
            asked(&assessed, options),
            diagnostics,
        );
        assessed
    }

    /// Prepares a rulebook for assessment. `before`: the basis of an earlier assessment, or of
    /// another programme over the same records.
    fn prepared(self, options: &Options, before: Option<&Basis>) -> Prepared {
        let Self {
            criteria,
            as_of,
            parameters,
            bindings,
            plan,
            conditions,
            decision,
            decider,
        } = self;
        let known = before.map(|before| Arc::clone(&before.facts));
        let facts = FactTable::after(
            before.map(|before| &before.facts),
            &criteria.wide.schema,
            &criteria.records,
            as_of,
        );
        let beside = criteria
            .among
            .as_ref()
            .map(|folder| population(folder, &bindings, &plan, as_of));
        let worked = Computation {
            criteria: &criteria,
            bindings: &bindings,
            plan: &plan,
            beside: beside.as_ref(),
            only: None,
        };
        let Filled {
            facts,
            measurements,
            faults,
        } = worked.fill(facts, before);
        let facts = known.filter(|known| known.is(&facts)).unwrap_or(facts);
        Prepared {
            as_of,
            parameters,
            what_if: what_if(&criteria, &options.facts),
            conditions,
            decision,
            basis: Basis {
                criteria,
                facts,
                bindings,
                plan,
                measurements: measurements.into(),
                faults: faults.into(),
                runs: Arc::default(),
            },
            decider,
            selection: options.jurisdictions.clone(),
        }
    }
}

/// The records of a folder as the population of others, which are not part of it.
fn population(
    folder: &Arc<Criteria>,
    bindings: &Arc<Bindings>,
    plan: &Arc<WorkPlan>,
    as_of: Date,
) -> Beside {
    let facts = FactTable::after(None, &folder.wide.schema, &folder.records, as_of);
    let worked = Computation {
        criteria: folder,
        bindings,
        plan,
        beside: None,
        only: None,
    };
    let filled = worked.fill(facts, None);
    Beside::new(&Basis {
        criteria: Arc::clone(folder),
        facts: filled.facts,
        bindings: Arc::clone(bindings),
        plan: Arc::clone(plan),
        measurements: filled.measurements.into(),
        faults: filled.faults.into(),
        runs: Arc::default(),
    })
}

/// Whether options ask what would be on another day, with other parameters, or other facts.
fn asked(assessed: &RulebookAssessment, options: &Options) -> Scenario {
    let own = assessed.rulebook().as_of;
    let other_day = own.is_some_and(|own| own != assessed.as_of);
    if other_day || !options.parameters.is_empty() || !options.facts.is_empty() {
        Scenario::WhatIf
    } else {
        Scenario::AsItStands
    }
}

/// The facts set of this rulebook's records, in words.
fn what_if(criteria: &Criteria, facts: &[SetFact]) -> Vec<String> {
    let here = facts
        .iter()
        .filter(|fact| criteria.records.find(&fact.jurisdiction).is_some());
    here.map(|fact| format!("{}.{} = {}", fact.jurisdiction, fact.path, fact.value))
        .collect()
}

fn no_date(criteria: &Criteria) -> Diagnostic {
    let rulebook = &criteria.rulebook;
    let message = format!("there is no as-of date for the rulebook `{}`", rulebook.id);
    Diagnostic::at(Code::NoDate, rulebook.span.source().span(0..0), message).help(
        "add `as_of: 2017-08-03` (the day to assess for) to the rulebook, or give `--as-of`"
            .to_owned(),
    )
}

fn bind_parameters(criteria: &Criteria, options: &Options, as_of: Date) -> Vec<ParameterUsed> {
    let used = criteria.rulebook.parameters.iter().map(|parameter| {
        let given = options.given(parameter).last().and_then(Result::ok);
        let origin = if given.is_some() {
            ParameterOrigin::Option
        } else {
            ParameterOrigin::Rulebook
        };
        let value = given.or_else(|| parameter.on(as_of).and_then(|stated| stated.value.clone()));
        ParameterUsed {
            name: Arc::clone(&parameter.name),
            value,
            unit: parameter.unit.clone(),
            decimals: parameter.decimals,
            origin,
        }
    });
    let day = ParameterUsed {
        name: AS_OF.into(),
        value: Some(Value::Date(as_of)),
        unit: None,
        decimals: None,
        origin: if options.as_of.is_some() {
            ParameterOrigin::Option
        } else {
            ParameterOrigin::Rulebook
        },
    };
    used.chain(reads_day(criteria).then_some(day)).collect()
}

/// Whether a script reads the day of the assessment as a parameter.
fn reads_day(criteria: &Criteria) -> bool {
    let programs = criteria
        .conditions
        .iter()
        .chain(&criteria.decision)
        .map(|scripted| scripted.program.as_ref())
        .chain(criteria.derived.iter().map(|one| one.program.as_ref()));
    // Many may be made of the same files.
    let mut seen = BTreeSet::new();
    programs.flatten().any(|program| {
        let mut files = program.files().into_iter();
        files.any(|(name, source)| {
            let text = source.text();
            seen.insert(name) && text.contains(AS_OF) && code(source).contains(AS_OF)
        })
    })
}

fn bindings(
    criteria: &Criteria,
    parameters: &[ParameterUsed],
    in_force: &[&Scripted],
    (limits, scripts): (Limits, usize),
) -> Bindings {
    let declared = &criteria.rulebook.parameters;
    let bound = parameters.iter().enumerate().map(|(place, used)| {
        let choices = match declared.get(place).map(|parameter| &parameter.ty) {
            Some(FactType::Choice(choices)) => Some(Arc::clone(choices)),
            _ => None,
        };
        (
            Arc::clone(&used.name),
            Bound {
                value: used.value.clone(),
                choices,
                open: left_open(&criteria.wide.schema, &used.name),
            },
        )
    });
    let schema = &criteria.wide.schema;
    let beside = criteria.among.as_deref().unwrap_or(criteria);
    Bindings {
        schema: Arc::clone(schema),
        advisory: in_force
            .iter()
            .filter(|one| one.condition.level == Level::Advisory)
            .map(|one| one.condition.id.as_str().into())
            .collect(),
        limits,
        population: beside.records.len().next_power_of_two(),
        run_for_each: 1,
        work_shares: script::work_shares(scripts),
        derived: Derivations::new(
            schema,
            criteria.derived.iter().map(|one| one.program.clone()),
        ),
        condition_trees: ConditionTrees::default(),
        findings: (criteria.decision.is_some() || read_findings(in_force))
            .then(|| findings_schema(in_force.iter().map(|one| &one.condition.id)).into()),
        parameters: bound.collect(),
        statistics: statistics_of(criteria).into(),
    }
}

/// Whether a condition reads the finding of another.
fn read_findings(in_force: &[&Scripted]) -> bool {
    let mut programs = in_force.iter().filter_map(|one| one.program.as_ref());
    programs.any(|program| program.reads_findings())
}

/// A parameter as a fact, where it is left open.
fn left_open(schema: &Schema, name: &str) -> Option<FactRef> {
    let slot = schema.slot(&format!("params.{name}"))?;
    let open = schema.facts()[slot].origin == FactOrigin::Parameter;
    open.then(|| FactRef::of(Owner::This, slot, schema))
}

/// The inputs of the statistics that are calculated, by index.
fn statistics_of(criteria: &Criteria) -> BTreeMap<FactIndex, Option<Vec<FactIndex>>> {
    let measured = criteria.wide.statistics.iter();
    measured
        .filter(|_| !criteria.states_statistics)
        .map(|one| {
            let inputs = one.inputs.as_ref();
            (one.slot, inputs.map(|inputs| inputs.all().collect()))
        })
        .collect()
}

/// The form of a script, and the mistakes that some path of it runs into.
fn explored(scripted: &Scripted, bindings: &Arc<Bindings>) -> ConditionUsed {
    let program = scripted.program.clone();
    let found = program
        .as_ref()
        .map(|program| explore_condition(program, bindings));
    let (form, mistakes) = match found {
        None => (Form::Broken, Arc::from([])),
        Some(found) => {
            let mistakes = found.mistakes.iter().map(|fault| (**fault).clone());
            let form = found.tree.map_or_else(Form::NotTabular, Form::Tabular);
            (form, mistakes.collect())
        }
    };
    ConditionUsed {
        condition: Arc::clone(&scripted.condition),
        form,
        program,
        mistakes,
    }
}
