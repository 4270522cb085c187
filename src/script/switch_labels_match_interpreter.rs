//! Whether the labels found for each `switch` are those that the interpreter has.
//!
//! An overlooked label would be skipped silently, so any difference is refused. So is `??` after a
//! fact: a fact is never `()`, and what follows would never be evaluated.

use std::collections::BTreeSet;

use rhai::{AST, ASTNode, Expr, Stmt};

use crate::base::diagnostic::{Code, Diagnostic};
use crate::script::rewrite_text_for_interpreter::{CASE_OF, PreparedText};
use crate::script::switch_labels::LabelValue;

/// Each `switch` whose labels are not understood, and each `??` behind a fact.
pub(super) fn not_understood(prepared: &PreparedText, ast: &AST) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        if let Some(ASTNode::Stmt(Stmt::Switch(parts, position))) = path.last() {
            let known = number_of(&parts.0).and_then(|number| prepared.switches.get(number));
            let same = known.is_some_and(|labels| {
                // Ranges may be anywhere among the others.
                let all: BTreeSet<String> = labels
                    .iter()
                    .map(|label| match &label.value {
                        LabelValue::Other => format!("other {}", label.span.text()),
                        value => format!("{value:?}"),
                    })
                    .collect();
                all.len() == parts.1.cases.len()
            });
            if !same {
                let message = "the labels of this `switch` are not understood";
                found.push(
                    Diagnostic::at(Code::ScriptSyntax, prepared.token(*position), message)
                        .help("write each label as one number, text or range".to_owned()),
                );
            }
        }
        if let Some(ASTNode::Expr(Expr::Coalesce(parts, position))) = path.last()
            && parts.first().is_some_and(reads_a_fact)
        {
            found.push(never_nothing(prepared, *position));
        }
        true
    });
    found
}

/// `j.x ?? 0`, where nothing ever takes the place of the fact.
fn never_nothing(prepared: &PreparedText, position: rhai::Position) -> Diagnostic {
    let span = prepared.span(position);
    let (fact, other) = span.text().split_once("??").unwrap_or((span.text(), ""));
    let (fact, other) = (fact.trim(), other.trim());
    let message = format!("`??` never takes over: `{fact}` is unknown where nobody states it");
    let path = fact.strip_prefix("j.").unwrap_or("path.of.fact");
    let help = format!("write `j.assume(\"{path}\", {other})`");
    Diagnostic::at(Code::WrongOperands, span, message).help(help)
}

/// Whether a value is read from `j`.
fn reads_a_fact(value: &Expr) -> bool {
    match value {
        Expr::Dot(parts, ..) => match &parts.lhs {
            Expr::Variable(name, ..) => &*name.1 == "j",
            _ => false,
        },
        _ => false,
    }
}

/// The number under which the labels of a `switch` are kept.
fn number_of(value: &Expr) -> Option<usize> {
    match value {
        Expr::FnCall(call, _) if &*call.name == CASE_OF => match call.args.last()? {
            Expr::IntegerConstant(number, _) => usize::try_from(*number).ok(),
            _ => None,
        },
        _ => None,
    }
}
