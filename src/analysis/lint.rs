//! Lints: what is right and yet likely not meant. Each has a code, a page, a place, and a line that
//! silences it.
//!
//! Scripts are looked at under the parameters as they are, and under each choice of those that have
//! choices.

mod allow;
mod meanings;
mod names;
mod pages;
mod sources;
mod texts;

pub use pages::page;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::analysis::lint::allow::silenced;
use crate::assess::assessment::{Assessment, RulebookAssessment};
use crate::assess::form::{ConditionUsed, Form};
use crate::assess::statistics::Inputs;
use crate::base::diagnostic::{self, Code, Diagnostic};
use crate::base::source::Span;
use crate::model::fact::{BUILT_IN, Date, FactOrigin, Number, Value};
use crate::model::files::Files;
use crate::script::{Bindings, Bound, Program, code, numbers, unreached};
use crate::tree::{Tree, Verdict, alike};

/// What to look for beyond what is always looked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct LintOptions {
    /// A source older than so many days on the as-of date is worth saying.
    pub stale_after: Option<i64>,
    /// Divisions of whole numbers, which once dropped the fraction, are worth saying.
    pub divisions: bool,
}

/// Everything worth saying, in order of file and place; what is allowed is left out.
pub fn lint(files: &Files, assessment: &Assessment, options: LintOptions) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for assessed in &assessment.rulebooks {
        let mut linter = Linter {
            assessed,
            options,
            found: &mut found,
        };
        linter.conditions();
        linter.pairs();
        linter.rulebook();
        sources::of_records(assessed, linter.found);
        linter.ranges();
        linter.hidden_choices();
        texts::of_texts(assessed, linter.found);
    }
    let rulebooks: Vec<&str> = assessment
        .rulebooks
        .iter()
        .map(|one| one.rulebook().id.as_str())
        .collect();
    let mut found = sources::old_together(silenced(files, found, &rulebooks));
    diagnostic::sort(&mut found);
    diagnostic::bound(&mut found);
    found
}

struct Linter<'a> {
    assessed: &'a RulebookAssessment,
    options: LintOptions,
    found: &'a mut Vec<Diagnostic>,
}

impl Linter<'_> {
    fn say(&mut self, code: Code, span: Span, message: String, help: &str) {
        self.found
            .push(Diagnostic::at(code, span, message).help(help.to_owned()));
    }

    fn conditions(&mut self) {
        let assessed = self.assessed;
        for used in assessed.conditions.iter().chain(&assessed.decision) {
            let Some(program) = &used.program else {
                continue;
            };
            self.reach(used, program);
            self.written(program, &used.form);
        }
        for used in assessed.derived() {
            if let Some(program) = &used.program {
                self.written(program, &used.form);
            }
        }
        for used in &assessed.conditions {
            let condition = &used.condition;
            let head = head(used);
            if condition.sources.is_empty() && !assessed.rulebook().sources.is_empty() {
                let message = format!("the condition `{}` names no source", condition.id);
                self.say(
                    Code::NoSource,
                    head.clone(),
                    message,
                    "add a line `//! @source KEY` to its head",
                );
            }
            if let (Form::Tabular(tree), []) = (&used.form, &*used.mistakes) {
                self.outcomes(used, tree, &head);
            }
        }
    }

    /// What a script is written with: numbers, texts, words.
    fn written(&mut self, program: &Program, form: &Form) {
        self.literals(program);
        self.meanings(program, form);
        self.ids(form);
        self.hidden(program);
    }

    /// Outcomes and answers that no path reaches.
    fn reach(&mut self, used: &ConditionUsed, program: &Arc<Program>) {
        // One that no tree holds was explored as far as it can be.
        if matches!(used.form, Form::NotTabular(_)) {
            return;
        }
        let bindings = self.variants(program);
        let Some(found) = unreached(program, &bindings) else {
            return;
        };
        for span in found.outcomes {
            let message = format!("no path of the script reaches this `{}`", span.text());
            self.say(
                Code::UnreachedOutcome,
                span,
                message,
                "an earlier test or `return` leaves nothing for it",
            );
        }
        for (span, written, answer) in found.one_sided {
            let message = format!(
                "`{written}` is always {} here",
                if answer { "yes" } else { "no" }
            );
            let help =
                "earlier tests have decided it: leave it out, or look whether they are right";
            self.say(Code::UnreachableBranch, span, message, help);
        }
        let decides = self
            .assessed
            .decision
            .as_ref()
            .is_some_and(|one| Arc::ptr_eq(&one.condition, &used.condition));
        if !found.fails && used.mistakes.is_empty() && !decides {
            let message = format!(
                "no jurisdiction can fail the condition `{}`",
                used.condition.id
            );
            let help = "it is met or not applicable whatever the facts are";
            self.say(Code::NeverFails, head(used), message, help);
        }
    }

    /// The bindings as they are, and with each choice of the parameters that a script names.
    fn variants(&self, program: &Program) -> Vec<Arc<Bindings>> {
        const MOST: usize = 24;
        let now = &self.assessed.basis.bindings;
        let mut all = vec![Arc::clone(now)];
        for (name, bound) in &now.parameters {
            let Some(choices) = bound
                .choices
                .as_ref()
                .filter(|_| names_parameter(program, name))
            else {
                continue;
            };
            let with = |bindings: &Arc<Bindings>, choice: &Arc<str>| -> Arc<Bindings> {
                let mut parameters = bindings.parameters.clone();
                let value = Some(Value::Text(Arc::clone(choice)));
                parameters.insert(
                    Arc::clone(name),
                    Bound {
                        value,
                        choices: Some(Arc::clone(choices)),
                        open: None,
                    },
                );
                bindings.with_parameters(parameters)
            };
            let more = all
                .iter()
                .flat_map(|bindings| choices.iter().map(|choice| with(bindings, choice)));
            all = more.take(MOST).collect();
        }
        all
    }

    /// Numbers that are the value of a parameter.
    fn literals(&mut self, program: &Program) {
        for (span, text) in numbers(program) {
            let Ok(number) = text.parse::<Number>() else {
                continue;
            };
            let small = Number::from(2);
            let is = |value: &Option<Value>| match value {
                // Small numbers mean many things.
                Some(Value::Integer(value)) => value.abs() > 2 && value.to_string() == text,
                Some(Value::Number(value)) => value.magnitude() > small && *value == number,
                _ => false,
            };
            let named = self
                .assessed
                .parameters
                .iter()
                .filter(|used| is(&used.value));
            let named: Vec<String> = named
                .map(|used| format!("`params.{}`", used.name))
                .collect();
            if !named.is_empty() {
                let message = format!("`{text}` is also the value of {}", named.join(" and of "));
                self.say(
                    Code::LiteralIsParameter,
                    span,
                    message,
                    "write the parameter, or allow this number",
                );
            }
        }
    }

    fn outcomes(&mut self, used: &ConditionUsed, tree: &Tree, head: &Span) {
        let id = &used.condition.id;
        let mut fails = tree
            .outcomes()
            .filter(|outcome| outcome.verdict == Verdict::NotMet);
        if fails.any(|outcome| outcome.reason.is_none()) {
            let message = format!("the condition `{id}` can be not met without saying why");
            let place = used
                .program
                .as_ref()
                .map_or_else(|| head.clone(), |program| program.last());
            self.say(
                Code::NoReason,
                place,
                message,
                "end with `not_met(\"why\")`",
            );
        }
    }

    /// Conditions that are the same, each with the first of its kind.
    fn pairs(&mut self) {
        let tabular = self.assessed.conditions.iter().filter_map(|used| {
            match (&used.form, &*used.mistakes) {
                (Form::Tabular(tree), []) => Some((used, tree)),
                _ => None,
            }
        });
        let tabular: Vec<_> = tabular.collect();
        let kinds = alike(tabular.iter().map(|(_, tree)| &***tree));
        let mut first: BTreeMap<usize, &ConditionUsed> = BTreeMap::new();
        for ((used, _), kind) in tabular.into_iter().zip(kinds) {
            if let Some(other) = first.get(&kind) {
                let (id, other) = (&used.condition.id, &other.condition.id);
                let message = format!("the condition `{id}` is the same as `{other}`");
                self.say(
                    Code::SameCondition,
                    head(used),
                    message,
                    "remove one, or make them differ",
                );
            } else {
                first.insert(kind, used);
            }
        }
    }

    /// Facts and parameters that nothing reads, sources that are old.
    fn rulebook(&mut self) {
        let assessed = self.assessed;
        let used = || assessed.conditions.iter().chain(&assessed.decision);
        // A script with a mistake may read more than it seems to.
        let derived = assessed.derived();
        let sound = used().all(|used| used.program.is_some() && used.mistakes.is_empty())
            && derived
                .iter()
                .all(|used| used.program.is_some() && used.mistakes.is_empty());
        let derived = derived.iter().filter_map(|used| used.program.as_ref());
        let programs: Vec<&Arc<Program>> = used()
            .filter_map(|used| used.program.as_ref())
            .chain(derived)
            .collect();
        // A condition that is not in force today may read what the others do not, and so may another
        // programme over the same base.
        let everything = &assessed.basis.criteria;
        let others = everything.conditions.iter().chain(&*everything.others);
        let others = others.filter_map(|scripted| scripted.program.as_ref());
        let texts: BTreeSet<String> = programs
            .iter()
            .copied()
            .chain(others)
            .flat_map(|program| program.files().into_values().map(|source| code(source)))
            .collect();
        if sound {
            let wide = &everything.wide;
            let inputs: BTreeSet<usize> = wide
                .statistics
                .iter()
                .flat_map(|one| &one.inputs)
                .flat_map(Inputs::all)
                .collect();
            let keys: Vec<_> = wide
                .schema
                .facts()
                .iter()
                .filter_map(|fact| fact.key.as_ref())
                .collect();
            for (slot, fact) in wide.schema.facts().iter().enumerate().skip(BUILT_IN.len()) {
                let last = fact.path.as_str().rsplit('.').next().unwrap_or_default();
                let is_result = assessed.amounts().any(|used| used.slot == slot);
                let counted = is_result
                    || inputs.contains(&slot)
                    || keys.contains(&&fact.path)
                    || assessed.rulebook().compares(slot);
                let read = counted || texts.iter().any(|text| has_word(text, last));
                if let Some(span) = fact.span.clone().filter(|_| !read) {
                    let what = match fact.origin {
                        FactOrigin::Stated | FactOrigin::Parameter => "fact",
                        FactOrigin::Derived => "derived fact",
                        FactOrigin::Statistic => "statistic",
                    };
                    let name = fact
                        .path
                        .as_str()
                        .strip_prefix("stats.")
                        .unwrap_or(fact.path.as_str());
                    let message = format!("no script reads the {what} `{name}`");
                    self.say(
                        Code::UnreadFact,
                        span,
                        message,
                        "remove it, or allow it when it is there to be known",
                    );
                }
            }
            for parameter in &assessed.rulebook().parameters {
                let written = format!("params.{}", parameter.name);
                if !texts.iter().any(|text| has_word(text, &written)) {
                    let message = format!("no script reads the parameter `{}`", parameter.name);
                    self.say(
                        Code::UnusedParameter,
                        parameter.span.clone(),
                        message,
                        "remove it",
                    );
                }
            }
        }
        let Some(days) = self.options.stale_after else {
            return;
        };
        for (key, source) in assessed.rulebook().sources.iter() {
            let age = source
                .date
                .map(|date: Date| assessed.as_of.days() - date.days());
            if let Some(age) = age.filter(|age| *age > days) {
                let message = format!("the source `{key}` is {age} days old on {}", assessed.as_of);
                if let Some(span) = assessed.rulebook().source_spans.get(key) {
                    self.say(
                        Code::OldSource,
                        span.clone(),
                        message,
                        "look whether it still holds",
                    );
                }
            }
        }
    }

    /// Parameters that are numbers and may be any number.
    fn ranges(&mut self) {
        for parameter in &self.assessed.rulebook().parameters {
            if parameter.is_any_number() {
                let message = format!("the parameter `{}` may be any number", parameter.name);
                self.say(
                    Code::NoRange,
                    parameter.span.clone(),
                    message,
                    "say what it can be at all, as `range: {min: 0, max: 100}`",
                );
            }
        }
    }
}

/// The first line of a script.
fn head(used: &ConditionUsed) -> Span {
    let source = &used.condition.source;
    source.span(0..source.text().lines().next().unwrap_or_default().len())
}

fn names_parameter(program: &Program, name: &str) -> bool {
    let written = format!("params.{name}");
    program
        .files()
        .values()
        .any(|source| has_word(&code(source), &written))
}

/// Whether a text has a word by itself, and not as a part of another.
fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back().is_some_and(part);
        let after = text[at + word.len()..].chars().next().is_some_and(part);
        !before && !after
    })
}
