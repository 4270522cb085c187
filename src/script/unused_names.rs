//! The names of a script that are used.
//!
//! A name that is only assigned is not used; nor is one that is read only to make another name that
//! is not used: `let r = refuse(); let s = r;` or `list.push(r);`.

use std::collections::{BTreeMap, BTreeSet};

use rhai::{AST, ASTNode, Expr, Stmt};

use crate::base::source::Span;
use crate::script::rewrite_text_for_interpreter::PreparedText;
use crate::script::scan::TokenKind;
use crate::script::slip::Words;

/// The names that are used.
pub(super) fn used_names(ast: &AST) -> BTreeSet<String> {
    // By the purpose of reading (a name or the script itself): the names that are read.
    let mut reads: BTreeMap<Option<String>, BTreeSet<String>> = BTreeMap::new();
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        if let Some((ASTNode::Expr(Expr::Variable(name, ..)), above)) = path.split_last() {
            let serves = match serves(path, above) {
                Serves::Nothing => return true,
                Serves::Script => None,
                Serves::Name(name) => Some(name),
            };
            reads.entry(serves).or_default().insert(name.1.to_string());
        }
        true
    });
    let mut used = BTreeSet::new();
    let mut open = vec![None];
    while let Some(serves) = open.pop() {
        for name in reads.get(&serves).into_iter().flatten() {
            if used.insert(name.clone()) {
                open.push(Some(name.clone()));
            }
        }
    }
    used
}

/// The names that a script gives to values and nothing reads, with their places. One that begins
/// with `_` says that this is meant.
pub(super) fn unused_names(prepared: &PreparedText, ast: &AST) -> Vec<Span> {
    let used = used_names(ast);
    let mut found = Vec::new();
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        if let Some(ASTNode::Stmt(Stmt::Var(parts, ..))) = path.last()
            && !used.contains(&*parts.0.name)
            && !parts.0.name.starts_with('_')
        {
            found.push(prepared.token(parts.0.pos));
        }
        true
    });
    found.extend(given_twice(prepared, &used));
    found
}

/// The first of two `let` of one name in one block between which the name is not read: its value is
/// lost.
fn given_twice(prepared: &PreparedText, used: &BTreeSet<String>) -> Vec<Span> {
    let words = Words::new(prepared.source.text(), prepared.tokens());
    // By name and block: the last `let` that nothing has read since.
    let mut given: BTreeMap<&str, BTreeMap<Option<usize>, usize>> = BTreeMap::new();
    let mut found = Vec::new();
    for index in words.each() {
        let name = words.at(index);
        if words.kind(index) != Some(TokenKind::Word) {
            continue;
        }
        let before = index.checked_sub(1).map_or("", |at| words.at(at));
        if before != "let" {
            // A name that is read here, in any block, and not one after a point.
            if !matches!(before, "." | "?.") {
                given.remove(name);
            }
            continue;
        }
        // `let n = n + 1` reads the one before: it is looked at where its statement ends.
        let level = |at: &usize| words.bracket(*at) == words.bracket(index);
        let end = words
            .ahead(index + 1)
            .find(|at| level(at) && words.is(*at, ";"));
        let reads = end.is_none_or(|end| (index + 1..end).any(|at| words.is(at, name)));
        let of_name = given.entry(name).or_default();
        let earlier = of_name.insert(words.bracket(index), index);
        let earlier = earlier.filter(|_| !reads);
        let is_told = used.contains(name) && !name.starts_with('_');
        found.extend(
            earlier
                .filter(|_| is_told)
                .map(|at| prepared.source.span(words.tokens[at].range.clone())),
        );
    }
    found
}

/// The purpose for which a name is read.
enum Serves {
    /// The script itself.
    Script,
    /// Another name.
    Name(String),
    /// None: it is only assigned.
    Nothing,
}

fn serves(path: &[ASTNode<'_>], above: &[ASTNode<'_>]) -> Serves {
    for node in above.iter().rev() {
        let ASTNode::Stmt(statement) = node else {
            continue;
        };
        match statement {
            Stmt::Return(..) | Stmt::BreakLoop(..) => return Serves::Script,
            Stmt::Var(parts, ..) => return Serves::Name(parts.0.name.to_string()),
            statement => {
                if let Some((name, root)) = written_to(statement) {
                    let is_root = matches!(
                        path.last(),
                        Some(ASTNode::Expr(one)) if one.position() == root.position()
                    );
                    return if is_root {
                        Serves::Nothing
                    } else {
                        Serves::Name(name.to_owned())
                    };
                }
            }
        }
    }
    Serves::Script
}

/// The name that a statement writes to, and its place: `x = 1`, `m.a = 1`, `list.push(1)`.
pub(super) fn written_to(statement: &Stmt) -> Option<(&str, &Expr)> {
    match statement {
        Stmt::Assignment(parts) => root(&parts.1.lhs),
        Stmt::Expr(value) => match &**value {
            Expr::Dot(parts, ..) if adds(&parts.rhs) => root(&parts.lhs),
            _ => None,
        },
        _ => None,
    }
}

/// The values put into a name by a method: the arguments of `list.push(1)`.
pub(super) fn added(statement: &Stmt) -> &[Expr] {
    match statement {
        Stmt::Expr(value) => match &**value {
            Expr::Dot(parts, ..) if adds(&parts.rhs) => match &parts.rhs {
                Expr::MethodCall(call, _) => &call.args,
                _ => &[],
            },
            _ => &[],
        },
        _ => &[],
    }
}

/// Whether a method puts something into its target, and returns nothing.
fn adds(method: &Expr) -> bool {
    match method {
        Expr::MethodCall(call, _) => {
            matches!(
                &*call.name,
                "push" | "append" | "insert" | "set" | "fill_with" | "mixin"
            )
        }
        _ => false,
    }
}

/// The name at the start of a chain of properties.
fn root(value: &Expr) -> Option<(&str, &Expr)> {
    match value {
        Expr::Variable(name, ..) => Some((&name.1, value)),
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) => root(&parts.lhs),
        _ => None,
    }
}
