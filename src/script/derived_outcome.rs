//! The outcome of the script of a derived fact: a value of its type.

use std::sync::Arc;

use rhai::{Dynamic, ImmutableString};

use crate::base::diagnostic::{Code, Diagnostic};
use crate::model::fact::{FactSchema, FactType, Value, choice_of};
use crate::script::Program;
use crate::script::state_of_one_run::with;
use crate::script::symbolic_values::{describe, from_dynamic, has_mark};
use crate::script::verdict_functions::Ending;
use crate::tree::{Expression, Unary, ValueKind};

/// The schema of the derived fact that a script calculates.
pub(super) fn expected(program: &Arc<Program>) -> Option<Arc<FactSchema>> {
    with(|run| {
        let derived = &run.bindings.derived;
        let index = derived.index_of(program)?;
        Some(Arc::clone(
            &run.bindings.schema.facts()[derived.slot(index)],
        ))
    })
}

/// The value in which the script of a derived fact ends.
pub(super) enum DerivedEnd {
    Value(Arc<Expression>),
    /// It is made from a fact in a way that a tree cannot hold.
    Opaque,
    /// It is no value of the type: the message, and the advice.
    Wrong(String, String),
}

pub(super) fn ended(program: &Program, value: &Dynamic, fact: &FactSchema) -> DerivedEnd {
    let wrong = || {
        let found = if value.is::<Ending>() {
            "an outcome".to_owned()
        } else {
            describe(value)
        };
        let message = format!(
            "the script of `{}` ends in {found}, expected {}",
            fact.path, fact.ty
        );
        let no_case = value.is_unit() && program.ends_with_cases();
        let help = if no_case {
            format!(
                "where no case fits, it ends so: write `_ =>` and {} as the last case",
                fact.ty
            )
        } else {
            help(value, fact)
        };
        DerivedEnd::Wrong(message, help)
    };
    if value
        .read_lock::<ImmutableString>()
        .is_some_and(|text| has_mark(&text))
    {
        return DerivedEnd::Opaque;
    }
    let Some(value) = from_dynamic(value) else {
        return wrong();
    };
    match (&fact.ty, value.kind()) {
        (FactType::Number, ValueKind::Integer) => match value.constant() {
            Some(Value::Integer(whole)) => {
                DerivedEnd::Value(Expression::Constant(Value::Number((*whole).into())).into())
            }
            _ => DerivedEnd::Value(Expression::Unary(Unary::ToNumber, value).into()),
        },
        (FactType::Choice(choices), ValueKind::Integer | ValueKind::Number) => {
            let choice = value.constant().and_then(|value| choice_of(choices, value));
            choice.map_or_else(wrong, |choice| {
                DerivedEnd::Value(Expression::Constant(choice).into())
            })
        }
        (FactType::Choice(choices), ValueKind::Text) => match (&*value, value.constant()) {
            (_, Some(Value::Text(text))) if choices.contains(text) => DerivedEnd::Value(value),
            (Expression::Fact(other) | Expression::Derived(other, _), None) => match &other
                .schema
                .ty
            {
                FactType::Choice(others) if others.iter().all(|other| choices.contains(other)) => {
                    DerivedEnd::Value(value)
                }
                _ => wrong(),
            },
            _ => wrong(),
        },
        (ty, kind) if ValueKind::of(ty) == kind => DerivedEnd::Value(value),
        _ => wrong(),
    }
}

/// Advice if a script ends in a value of another type.
fn help(value: &Dynamic, fact: &FactSchema) -> String {
    let kind = from_dynamic(value).map(|value| value.kind());
    match (&fact.ty, kind) {
        (FactType::Integer, Some(ValueKind::Number)) => {
            "write `to_int(...)` around the value for its whole part, `to_int(round(...))` for the \
             nearest whole number, or `@type number` in the head"
        }
        _ => "end with a value of the type that `@type` or `@choices` in the head says",
    }
    .to_owned()
}

/// The fault for a text that is made from a fact, where a tree cannot hold it.
pub(super) fn opaque_text(program: &Program) -> Arc<Diagnostic> {
    let message = "the script ends in a text made from a fact, and a tree cannot hold that";
    Diagnostic::at(Code::ScriptFailed, program.end(), message).into()
}
