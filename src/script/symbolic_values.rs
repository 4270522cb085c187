//! The values that a script handles: views of records, symbolic values, parameters.
//!
//! None of these is a plain map or number, so no comparison can be answered by the interpreter
//! itself.

use std::sync::Arc;

use rhai::{Array, Dynamic, ImmutableString, Scope};

use crate::model::fact::{FactPath, FactType, Number, Schema, Value, read_value};
use crate::model::typed_indexes::FactIndex;
use crate::tree::{Expression, FactRef, Owner, PathStep};

/// The verdicts of a finding that a decision script can read.
pub(super) const VERDICTS: [&str; 3] = ["met", "not_met", "not_applicable"];

/// A calculation over facts and parameters.
#[derive(Clone)]
pub(super) struct Symbol(pub(super) Arc<Expression>);

/// `j`, a group of its facts, another record reached through a reference, or `findings`.
#[derive(Clone)]
pub(super) struct FactView {
    pub(super) owner: Owner,
    /// The whole path from the root.
    path: FactPath,
    /// The part since the last reference: what the schema is asked for.
    pub(super) local: FactPath,
    steps: Vec<PathStep>,
    /// The reference this view was reached through, when nothing was read from it yet.
    pub(super) reference: Option<FactRef>,
}

/// `params`.
#[derive(Clone)]
pub(super) struct Params;

/// The names a script finds: `j`, `params`, `stats`, and but for derived facts `findings`.
pub(super) fn scope(with_findings: bool) -> Scope<'static> {
    let mut scope = Scope::new();
    scope.push_constant("j", FactView::root(Owner::This));
    scope.push_constant("params", Params);
    scope.push_constant("stats", FactView::statistics());
    if with_findings {
        scope.push_constant("findings", FactView::root(Owner::Finding));
    }
    scope
}

/// Whether it is one of these values, by its own name.
pub(super) fn is_root(name: &str, value: &Dynamic) -> bool {
    matches!(name, "j" | "params" | "stats" | "findings")
        && !value.is_locked()
        && (value.is::<FactView>() || value.is::<Params>())
}

impl FactView {
    pub(super) fn root(owner: Owner) -> Self {
        let path = FactPath::new("");
        Self {
            owner,
            local: path.clone(),
            path,
            steps: Vec::new(),
            reference: None,
        }
    }

    /// `stats`: the statistics, as the jurisdiction sees them.
    pub(super) fn statistics() -> Self {
        Self::root(Owner::This).below("stats")
    }

    /// The view as written in a script.
    pub(super) fn name(&self) -> String {
        let root = if self.owner == Owner::Finding {
            "findings"
        } else {
            "j"
        };
        if self.steps.is_empty() && self.path.as_str().split('.').next() == Some("stats") {
            return self.path.to_string();
        }
        if self.path.as_str().is_empty() {
            root.to_owned()
        } else {
            format!("{root}.{}", self.path)
        }
    }

    /// The identity of a view.
    pub(super) fn identity(&self) -> (&Owner, &FactPath, bool) {
        (&self.owner, &self.path, self.reference.is_some())
    }

    pub(super) fn below(&self, name: &str) -> Self {
        let path = self.path.join(name);
        let local = if self.local == self.path {
            path.clone()
        } else {
            self.local.join(name)
        };
        Self {
            owner: self.owner.clone(),
            path,
            local,
            steps: self.steps.clone(),
            reference: None,
        }
    }

    pub(super) fn fact(&self, index: FactIndex, schema: &Schema) -> FactRef {
        let start = self.path.as_str().len() - self.local.as_str().len();
        let steps = self
            .steps
            .iter()
            .copied()
            .chain([PathStep { fact: index, start }]);
        FactRef::new(
            self.owner.clone(),
            self.path.clone(),
            &schema.facts()[index],
            schema.numbering(),
            steps,
        )
    }

    pub(super) fn through(self, reference: FactRef) -> Self {
        Self {
            steps: reference.steps().to_vec(),
            local: FactPath::new(""),
            reference: Some(reference),
            ..self
        }
    }
}

/// A known value in the hands of a script. Items of lists are symbols, so that comparing them with
/// something of another kind is refused and not answered.
pub(super) fn to_dynamic(value: &Value) -> Dynamic {
    match value {
        Value::Boolean(value) => Dynamic::from(*value),
        Value::List(items) => Dynamic::from(items.iter().map(to_dynamic).collect::<Array>()),
        value => Dynamic::from(Symbol(Expression::Constant(value.clone()).into())),
    }
}

/// A number calculated from constants of the script: an integer becomes one of the interpreter, so
/// that it can be used where one is required.
pub(super) fn number_to_dynamic(value: &Value) -> Dynamic {
    match value {
        Value::Integer(whole) => Dynamic::from(*whole),
        Value::Number(number) => match number.whole() {
            Some(whole) => Dynamic::from(whole),
            None => to_dynamic(value),
        },
        value => to_dynamic(value),
    }
}

/// The ends of a mark, from the private use area: `OPEN number CLOSE`.
pub(super) const OPEN: char = '\u{F8D0}';
pub(super) const CLOSE: char = '\u{F8D1}';

/// Whether a text has a mark in it.
pub(super) fn has_mark(text: &str) -> bool {
    text.contains(OPEN)
}

/// A value of a script as an expression; `None` if no fact can be compared with it.
pub(super) fn from_dynamic(value: &Dynamic) -> Option<Arc<Expression>> {
    if let Some(symbol) = value.read_lock::<Symbol>() {
        return Some(Arc::clone(&symbol.0));
    }
    if let Some(view) = value.read_lock::<FactView>() {
        return view
            .reference
            .clone()
            .map(|reference| Expression::Fact(reference).into());
    }
    let value = if let Ok(value) = value.as_bool() {
        Value::Boolean(value)
    } else if let Ok(value) = value.as_int() {
        Value::Integer(value)
    } else if let Ok(value) = value.as_float() {
        Value::Number(Number::of_binary(value)?)
    } else if let Some(text) = value.read_lock::<ImmutableString>() {
        Value::Text(text.as_str().into())
    } else {
        return None;
    };
    Some(Expression::Constant(value).into())
}

/// The kind of a value, in words, for messages.
pub(super) fn describe(value: &Dynamic) -> String {
    if let Some(view) = value.read_lock::<FactView>() {
        return match &view.reference {
            Some(_) => format!("the record `{}`", view.name()),
            None => format!("`{}` (a group of facts)", view.name()),
        };
    }
    match from_dynamic(value) {
        Some(expression) => match &*expression {
            Expression::Constant(Value::Boolean(_)) => "true or false".to_owned(),
            Expression::Constant(Value::Text(text)) if has_mark(text) => {
                "a text made from a fact".to_owned()
            }
            Expression::Constant(Value::Text(text)) => {
                format!("the text `{}`", crate::formats::yaml::shorten(text))
            }
            Expression::Constant(value) => format!("`{value}`"),
            Expression::Fact(fact) | Expression::Derived(fact, _) => {
                format!("`{fact}` ({})", fact.schema.ty)
            }
            other => format!("`{other}` ({})", other.kind().describe()),
        },
        None if value.is_unit() => "nothing".to_owned(),
        None if value.is_char() => format!("the character `'{value}'`"),
        None if value.is_array() => "a list".to_owned(),
        None if value.is_map() => "a map".to_owned(),
        None => "a value of another kind".to_owned(),
    }
}

/// The text of a constant as a value of a type: a date compared with a text that is a date.
pub(super) fn text_as(ty: &FactType, text: &str) -> Option<Value> {
    let source = crate::base::source::Source::new("script", text);
    let kind = crate::formats::yaml::NodeKind::Scalar {
        text: text.to_owned(),
        quoted: false,
    };
    read_value(
        ty,
        &crate::formats::yaml::YamlNode {
            span: source.span(0..0),
            kind,
        },
    )
    .ok()
}
