//! `return;` in the body of a script: the script ends there, and in nothing.

use rhai::{AST, ASTNode, Stmt};

use crate::base::diagnostic::{Code, Diagnostic};
use crate::script::outcome_returning_functions::Functions;
use crate::script::program::Roots;
use crate::script::rewrite_text_for_interpreter::PreparedText;

/// Each `return` of a script that has nothing behind it, those of its functions aside.
pub(super) fn empty_returns(
    prepared: &PreparedText,
    ast: &AST,
    functions: &Functions,
    roots: Roots,
) -> Vec<Diagnostic> {
    let (message, help) = match roots {
        Roots::Condition => (
            "`return` ends the script here without an outcome",
            "write the outcome behind it, as in `return met(\"why\");` or \
             `return not_met(\"why\");`",
        ),
        Roots::Decision => (
            "`return` ends the script here without a decision",
            "write the decision behind it, as in `return eligible(\"why\");` or \
             `return ineligible(\"why\");`",
        ),
        Roots::Derived => (
            "`return` ends the script here without a value",
            "write the value behind it, as in `return 0;`",
        ),
    };
    let mut found = Vec::new();
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        if let Some(ASTNode::Stmt(Stmt::Return(None, _, position))) = path.last()
            && functions.owner(*position).is_none()
        {
            let span = prepared.token(*position);
            found.push(Diagnostic::at(Code::BadOutcome, span, message).help(help.to_owned()));
        }
        true
    });
    found
}
