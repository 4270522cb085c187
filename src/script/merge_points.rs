//! The places of a script where everything that follows depends only on the values of its
//! variables.
//!
//! Before a statement that is not in an expression, nothing is half calculated. Within a `for`
//! loop, one thing is in no variable: the number of the turn. So turns are counted by the first
//! statement of the body.

use std::collections::{BTreeSet, HashMap};
use std::mem::{Discriminant, discriminant};

use rhai::{AST, ASTNode, Expr, Position, Stmt};

/// Such places, by file.
#[derive(Debug, Default)]
pub(super) struct Places(HashMap<(Position, Discriminant<Stmt>), StatementPlace>);

/// A statement that is not part of an expression.
#[derive(Debug)]
pub(super) struct StatementPlace {
    /// The `for` loops around it, outermost first; `None` if a turn of one cannot be identified.
    pub(super) loops: Option<Vec<Position>>,
    /// The `for` loop in whose body it is the first statement.
    pub(super) turn_of: Option<Position>,
    /// For a `for` loop: the variables in the value it iterates over.
    pub(super) goes_through: Option<BTreeSet<String>>,
}

impl Places {
    pub(super) fn of(ast: &AST) -> Self {
        let mut places = Self::default();
        ast.walk(&mut |path: &[ASTNode<'_>]| {
            if let [ASTNode::Stmt(statement)] = path {
                places.add(statement, Some(&[]), None);
            }
            true
        });
        places
    }

    pub(super) fn at(&self, statement: &Stmt) -> Option<&StatementPlace> {
        self.0.get(&(statement.position(), discriminant(statement)))
    }

    fn add(&mut self, statement: &Stmt, loops: Option<&[Position]>, turn_of: Option<Position>) {
        let goes_through = match statement {
            Stmt::For(parts, _) => Some(variables(&parts.2.expr)),
            _ => None,
        };
        let place = StatementPlace {
            loops: loops.map(<[_]>::to_vec),
            turn_of,
            goes_through,
        };
        let key = (statement.position(), discriminant(statement));
        self.0.insert(key, place);
        match statement {
            Stmt::If(flow, _) => {
                self.block(flow.body.statements(), loops);
                self.block(flow.branch.statements(), loops);
            }
            Stmt::While(flow, _) | Stmt::Do(flow, ..) => {
                self.block(flow.body.statements(), loops);
            }
            Stmt::Block(block) => self.block(block.statements(), loops),
            Stmt::Switch(parts, _) => {
                for case in &parts.1.expressions {
                    if let Expr::Stmt(block) = &case.rhs {
                        self.block(block.statements(), loops);
                    }
                }
            }
            Stmt::For(parts, position) => {
                let body = parts.2.body.statements();
                // An expression as a statement is not seen before it is evaluated.
                let counted = body
                    .first()
                    .filter(|first| !matches!(first, Stmt::Expr(_) | Stmt::Noop(_)));
                let within = loops
                    .filter(|_| counted.is_some())
                    .map(|loops| [loops, &[*position]].concat());
                for (index, statement) in body.iter().enumerate() {
                    let turn_of = (index == 0).then_some(*position);
                    self.add(statement, within.as_deref(), turn_of);
                }
            }
            _ => {}
        }
    }

    fn block(&mut self, statements: &[Stmt], loops: Option<&[Position]>) {
        for statement in statements {
            self.add(statement, loops, None);
        }
    }
}

fn variables(expression: &Expr) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    expression.walk(&mut Vec::new(), &mut |path: &[ASTNode<'_>]| {
        if let Some(ASTNode::Expr(Expr::Variable(variable, ..))) = path.last() {
            found.insert(variable.1.to_string());
        }
        true
    });
    found
}
