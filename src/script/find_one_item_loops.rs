//! Loops that depend on one item alone: those that end in their first turn, whatever the item is,
//! and those whose turns each overwrite a value, so that the last one is left.

use std::collections::{BTreeMap, BTreeSet};

use rhai::{AST, ASTFlags, ASTNode, Expr, Position, Stmt};

use crate::base::source::Span;
use crate::script::Program;

/// Which item alone decides.
#[derive(Debug)]
pub(crate) enum OneItem {
    First,
    /// Under this name.
    Last(String),
}

/// The variables that a loop body reads and writes.
#[derive(Default)]
struct LoopBody {
    reads: BTreeSet<String>,
    /// Some turn may end the loop, or itself, before its end.
    leaves: bool,
    /// Some turn may continue with the next item from its middle.
    continues: bool,
}

/// The loops of a script that depend on one item alone, each with its place.
pub(crate) fn one_item_loops(program: &Program) -> Vec<(Span, OneItem)> {
    let ast = &program.ast;
    let bodies = bodies(ast);
    let (mut found, mut told) = (Vec::new(), BTreeSet::new());
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        let (block, position, over_items) = match path.last() {
            Some(ASTNode::Stmt(Stmt::For(parts, position))) => (&parts.2.body, position, true),
            Some(ASTNode::Stmt(Stmt::While(flow, position))) => (&flow.body, position, false),
            _ => return true,
        };
        let Some(body) = bodies.get(position) else {
            return true;
        };
        let statements = block.statements();
        if !body.continues && statements.iter().any(ends) {
            found.push((program.prepared.token(*position), OneItem::First));
        }
        if body.leaves || body.continues || !over_items {
            return true;
        }
        let given: BTreeSet<&str> = statements.iter().filter_map(given).collect();
        let own: BTreeSet<&str> = statements.iter().filter_map(declared).collect();
        for (name, position) in statements.iter().flat_map(assigned) {
            let is_last = given.contains(name) && !body.reads.contains(name) && !own.contains(name);
            if is_last && told.insert(name.to_owned()) {
                let last = OneItem::Last(name.to_owned());
                found.push((program.prepared.token(position), last));
            }
        }
        true
    });
    found
}

/// The variables that each loop reads and writes, by its place.
fn bodies(ast: &AST) -> BTreeMap<Position, LoopBody> {
    let mut bodies: BTreeMap<Position, LoopBody> = BTreeMap::new();
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        let Some((node, above)) = path.split_last() else {
            return true;
        };
        // From the inside out; `None` for one whose turns are not looked at.
        let mut loops = above.iter().rev().filter_map(|one| match one {
            ASTNode::Stmt(Stmt::For(_, position) | Stmt::While(_, position)) => {
                Some(Some(*position))
            }
            ASTNode::Stmt(Stmt::Do(..)) => Some(None),
            _ => None,
        });
        match node {
            ASTNode::Stmt(Stmt::Return(..)) => {
                for position in loops.flatten() {
                    bodies.entry(position).or_default().leaves = true;
                }
            }
            ASTNode::Stmt(Stmt::BreakLoop(_, flags, _)) => {
                if let Some(Some(position)) = loops.next() {
                    let body = bodies.entry(position).or_default();
                    body.leaves |= flags.contains(ASTFlags::BREAK);
                    body.continues |= !flags.contains(ASTFlags::BREAK);
                }
            }
            ASTNode::Stmt(Stmt::For(_, position) | Stmt::While(_, position)) => {
                bodies.entry(*position).or_default();
            }
            ASTNode::Expr(Expr::Variable(name, _, place)) if !is_written(above, *place) => {
                for position in loops.flatten() {
                    let reads = &mut bodies.entry(position).or_default().reads;
                    reads.insert(name.1.to_string());
                }
            }
            _ => {}
        }
        true
    });
    bodies
}

/// Whether the variable there is assigned, and not read.
fn is_written(above: &[ASTNode<'_>], place: Position) -> bool {
    match above.last() {
        Some(ASTNode::Stmt(Stmt::Assignment(parts))) => {
            !parts.0.is_op_assignment()
                && matches!(&parts.1.lhs, Expr::Variable(.., at) if *at == place)
        }
        _ => false,
    }
}

/// Whether nothing behind a statement is ever reached: it leaves the loop in each of its ways.
fn ends(statement: &Stmt) -> bool {
    match statement {
        Stmt::Return(..) => true,
        Stmt::BreakLoop(_, flags, _) => flags.contains(ASTFlags::BREAK),
        Stmt::If(flow, _) => flow.body.iter().any(ends) && flow.branch.iter().any(ends),
        Stmt::Block(block) => block.iter().any(ends),
        _ => false,
    }
}

/// The name that a statement gives a new value in each of its ways.
fn given(statement: &Stmt) -> Option<&str> {
    match statement {
        Stmt::Assignment(parts) if !parts.0.is_op_assignment() => match &parts.1.lhs {
            Expr::Variable(name, ..) => Some(&name.1),
            _ => None,
        },
        Stmt::If(flow, _) => {
            let name = flow.body.iter().find_map(given)?;
            let other = flow.branch.iter().filter_map(given);
            other.into_iter().find(|other| *other == name)
        }
        Stmt::Block(block) => block.iter().find_map(given),
        _ => None,
    }
}

/// The names that are given new values, with their places.
fn assigned(statement: &Stmt) -> Vec<(&str, Position)> {
    match statement {
        Stmt::Assignment(parts) => match &parts.1.lhs {
            Expr::Variable(name, _, place) => vec![(&name.1, *place)],
            _ => Vec::new(),
        },
        Stmt::If(flow, _) => flow.body.iter().flat_map(assigned).collect(),
        Stmt::Block(block) => block.iter().flat_map(assigned).collect(),
        _ => Vec::new(),
    }
}

fn declared(statement: &Stmt) -> Option<&str> {
    match statement {
        Stmt::Var(parts, ..) => Some(&parts.0.name),
        _ => None,
    }
}
