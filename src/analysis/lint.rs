//! Lints: warnings about what is valid and likely a mistake. Each has a file of its own with its
//! documentation, a code, a page, a place, and a line that silences it (except for the lint about
//! such lines).
//!
//! Unreached paths are looked for under the parameters as they are, and under each choice of those
//! that have choices.

mod alike_ids;
mod allow_lines;
mod compared_with_empty_text;
mod condition_without_source;
mod days_compared_as_years;
mod decimal_sign;
mod fact_without_source;
mod float_functions_and_divisions;
mod gap_between_labels;
mod garbled_text;
mod hidden_sign;
mod later_day_first;
mod lint_context;
mod list_for_range;
mod literal_is_parameter;
mod loop_decided_by_one_item;
mod misspelt_text;
mod mixed_operators;
mod near_text;
mod never_fails;
mod no_reason;
mod no_such_id;
mod old_source;
mod page;
mod parameter_without_range;
mod placeholder_for_unknown;
mod remark_in_text;
mod same_condition;
mod several_in_one_item;
mod shortened_number;
mod suspicious_record_texts;
mod text_in_quotation_marks;
mod total_row;
mod two_spellings;
mod unreachable_branch;
mod unreached_outcome;
mod unreached_over_parameter_choices;
mod unread_fact;
mod unused_name;
mod unused_parameter;

pub use lint_context::LintOptions;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::Lint;
use crate::assess::assessment::Assessment;
use crate::assess::explored_scripts::Form;
use crate::base::diagnostic::{self, Diagnostic};
use crate::model::input_files::Files;
use crate::script::{Program, code};

/// Every lint, in the order of codes.
const LINTS: [Lint; 35] = [
    allow_lines::LINT,
    unreachable_branch::LINT,
    unreached_outcome::LINT,
    never_fails::LINT,
    same_condition::LINT,
    unread_fact::LINT,
    unused_parameter::LINT,
    literal_is_parameter::LINT,
    condition_without_source::LINT,
    old_source::LINT,
    fact_without_source::LINT,
    no_reason::LINT,
    float_functions_and_divisions::LINT,
    placeholder_for_unknown::LINT,
    hidden_sign::LINT,
    parameter_without_range::LINT,
    no_such_id::LINT,
    text_in_quotation_marks::LINT,
    total_row::LINT,
    compared_with_empty_text::LINT,
    alike_ids::LINT,
    unused_name::LINT,
    mixed_operators::LINT,
    days_compared_as_years::LINT,
    misspelt_text::LINT,
    loop_decided_by_one_item::LINT,
    list_for_range::LINT,
    gap_between_labels::LINT,
    later_day_first::LINT,
    two_spellings::LINT,
    remark_in_text::LINT,
    several_in_one_item::LINT,
    shortened_number::LINT,
    decimal_sign::LINT,
    garbled_text::LINT,
];

/// The page of a lint, by its code or its name; `None` if there is no such lint.
pub fn page(name: &str) -> Option<String> {
    let is_it = |lint: &&Lint| lint.code.as_str() == name || lint.code.name() == name;
    LINTS.iter().find(is_it).map(Lint::page)
}

/// All lint diagnostics, in order of file and place; allowed ones are left out.
pub fn lint(files: &Files, assessment: &Assessment, options: LintOptions) -> Vec<Diagnostic> {
    let (mut found, mut bases) = (Vec::new(), BTreeSet::new());
    for assessed in &assessment.rulebooks {
        let base = assessed.rulebook().base.clone();
        let mut linter = Linter {
            speaks_for_base: base.is_none_or(|base| bases.insert(base)),
            assessed,
            options,
            stated: BTreeMap::new(),
            numbers: BTreeMap::new(),
            found: &mut found,
        };
        linter.conditions();
        linter.pairs();
        linter.rulebook();
        fact_without_source::of_records(assessed, linter.found);
        linter.ranges();
        linter.points_in_parameters();
        linter.hidden_choices();
        linter.totals();
        linter.alike_ids();
        linter.two_spellings();
        linter.remarks_in_texts();
        linter.garbled_names();
        linter.points_in_records();
        suspicious_record_texts::of_texts(assessed, linter.found);
    }
    let rulebooks: Vec<&str> = assessment
        .rulebooks
        .iter()
        .map(|one| one.rulebook().id.as_str())
        .collect();
    let mut found = old_source::old_together(allow_lines::silenced(files, found, &rulebooks));
    diagnostic::sort(&mut found);
    diagnostic::bound(&mut found);
    found
}

impl Linter<'_> {
    /// Lints about single scripts: what they say, and how.
    fn conditions(&mut self) {
        let assessed = self.assessed;
        for used in assessed.conditions.iter().chain(&assessed.decision) {
            let Some(program) = &used.program else {
                continue;
            };
            // Behind a mistake nothing is reached, and that is no mistake of its own.
            let found = used
                .mistakes
                .is_empty()
                .then(|| self.unreached(used, program));
            if let Some(found) = found.flatten() {
                self.unreached_outcomes(&found);
                self.unreachable_branches(&found);
                self.never_fails(used, &found);
            }
            self.written(program, &used.form);
        }
        for used in assessed.derived() {
            if let Some(program) = &used.program {
                self.written(program, &used.form);
            }
        }
        for used in &assessed.conditions {
            self.no_source(used);
            self.no_reason(used);
        }
    }

    /// Lints about what a script is written with: numbers, texts, words.
    fn written(&mut self, program: &Program, form: &Form) {
        self.literals(program);
        self.meanings(program, form);
        self.ids(form);
        self.texts_compared(program, form);
        self.hidden(program);
        self.empty(program);
        self.unused_names(program);
        self.mixed_operators(program);
        self.days_for_years(program, form);
        self.one_item_alone(program);
        self.lists_for_ranges(program);
        self.commas_in_lists(program);
        self.points_in_script(program);
        self.gaps_between_labels(program);
        self.later_days_first(program);
    }

    /// Lints about the rulebook: facts and parameters that nothing reads, sources that are old.
    fn rulebook(&mut self) {
        let assessed = self.assessed;
        self.old_sources();
        // What is declared in a base is spoken of once, not by each programme over it.
        if !self.speaks_for_base && !assessed.rulebook().has_own_parameters() {
            return;
        }
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
        // A condition that is not in force today may read what the others do not, and so may
        // another programme over the same base.
        let everything = &assessed.basis.criteria;
        let others = everything.conditions.iter().chain(&*everything.others);
        let others = others.filter_map(|scripted| scripted.program.as_ref());
        // Many may be made of the same files.
        let all = programs.iter().copied().chain(others);
        let files: BTreeMap<&str, _> = all.flat_map(|program| program.files()).collect();
        let texts: BTreeSet<String> = files.into_values().map(|source| code(source)).collect();
        if sound {
            if self.speaks_for_base {
                self.unread_facts(&texts);
            }
            self.unused_parameters(&texts);
        }
    }
}
