//! Which functions return an outcome, and where a value can be one.
//!
//! A function of the script that ends in `not_met(why)` is like `not_met` itself: dropping its
//! value drops an outcome.

use std::collections::{BTreeMap, BTreeSet};

use rhai::{AST, ASTNode, Expr, FnCallExpr, Position, Stmt};

use crate::script::verdict_functions::ENDINGS;

/// The functions of an import path that return an outcome.
pub(super) type Imported<'a> = &'a dyn Fn(&str) -> BTreeSet<String>;

/// The functions of a script, and the callable functions that return an outcome.
pub(super) struct Functions {
    own: Vec<Function>,
    /// As they are called: `refuse`, `lib::refuse`.
    outcomes: BTreeSet<String>,
}

struct Function {
    name: String,
    start: Position,
    end: Position,
}

/// A call that is the value of something, or a part of a value.
pub(super) struct Call {
    /// As it is called: `refuse`, `lib::refuse`.
    pub(super) name: String,
    pub(super) position: Position,
}

impl Functions {
    pub(super) fn new(ast: &AST, imported: Imported<'_>) -> Self {
        let function = |function: &rhai::Shared<rhai::ScriptFuncDef>| Function {
            name: function.name.to_string(),
            start: function.body.start_position(),
            end: function.body.end_position(),
        };
        let mut functions = Self {
            own: ast.iter_fn_def().map(function).collect(),
            outcomes: ENDINGS.iter().map(ToString::to_string).collect(),
        };
        functions.note_imports(ast, imported);
        functions.note_own(ast);
        functions
    }

    fn note_imports(&mut self, ast: &AST, imported: Imported<'_>) {
        ast.walk(&mut |path: &[ASTNode<'_>]| {
            if let Some(ASTNode::Stmt(Stmt::Import(parts, _))) = path.last()
                && let Expr::StringConstant(file, _) = &parts.0
            {
                let named = |name| format!("{}::{name}", parts.1.name);
                self.outcomes.extend(imported(file).into_iter().map(named));
            }
            true
        });
    }

    /// Follows calls from outcomes to the functions that return them.
    fn note_own(&mut self, ast: &AST) {
        let mut ends: BTreeMap<usize, Vec<Call>> = BTreeMap::new();
        let mut last: BTreeMap<usize, Vec<Call>> = BTreeMap::new();
        ast.walk(&mut |path: &[ASTNode<'_>]| {
            let Some(ASTNode::Stmt(statement)) = path.last() else {
                return true;
            };
            let Some(owner) = self.owner(statement.position()) else {
                return true;
            };
            if let Stmt::Return(Some(value), ..) = statement {
                calls_of_value(value, ends.entry(owner).or_default());
            }
            if path.len() == 1 {
                let mut calls = Vec::new();
                calls_of_statement(statement, &mut calls);
                last.insert(owner, calls);
            }
            true
        });
        let mut callers: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (owner, call) in ends.into_iter().chain(last).flat_map(|(owner, calls)| {
            let owner = self.own[owner].name.as_str();
            calls.into_iter().map(move |call| (owner, call))
        }) {
            callers.entry(call.name).or_default().push(owner);
        }
        let mut open: Vec<String> = self.outcomes.iter().cloned().collect();
        while let Some(name) = open.pop() {
            for caller in callers.get(&name).into_iter().flatten() {
                if self.outcomes.insert((*caller).to_owned()) {
                    open.push((*caller).to_owned());
                }
            }
        }
    }

    /// The script's own functions that return an outcome.
    pub(super) fn own_outcomes(&self) -> BTreeSet<String> {
        let own = self.own.iter().map(|function| function.name.clone());
        own.filter(|name| self.outcomes.contains(name)).collect()
    }

    /// Whether the script has a function of this name.
    pub(super) fn is_own(&self, name: &str) -> bool {
        self.own.iter().any(|function| function.name == name)
    }

    /// Whether a call returns an outcome.
    pub(super) fn is_outcome(&self, call: &FnCallExpr) -> bool {
        self.outcomes.contains(&name_of(call))
    }

    /// The outcome that a value is or holds, by the call that makes it.
    pub(super) fn outcome_in(&self, value: &Expr) -> Option<Call> {
        let mut calls = Vec::new();
        calls_held(value, &mut calls);
        let mut calls = calls.into_iter();
        calls.find(|call| self.outcomes.contains(&call.name))
    }

    /// The function whose body contains a statement: of those around it the one that begins last.
    pub(super) fn owner(&self, statement: Position) -> Option<usize> {
        let around = self.own.iter().enumerate().filter(|(_, function)| {
            // The body of `|x| x > 1` has no end of its own.
            let ends = if function.end.is_none() {
                function.start
            } else {
                function.end
            };
            !function.start.is_none() && function.start <= statement && statement <= ends
        });
        around
            .max_by_key(|(_, function)| function.start)
            .map(|(index, _)| index)
    }
}

/// A function as it is called.
pub(super) fn name_of(call: &FnCallExpr) -> String {
    let mut name = String::new();
    for part in &call.namespace.path {
        name.push_str(&part.name);
        name.push_str("::");
    }
    name.push_str(&call.name);
    name
}

/// The calls that a value can be, and those of the items of a list or map.
fn calls_held(value: &Expr, found: &mut Vec<Call>) {
    match value {
        Expr::Array(parts, _) => parts.iter().for_each(|part| calls_held(part, found)),
        Expr::Map(parts, _) => parts.0.iter().for_each(|(_, part)| calls_held(part, found)),
        value => calls_of_value(value, found),
    }
}

/// The calls that a value can be.
fn calls_of_value(value: &Expr, found: &mut Vec<Call>) {
    match value {
        Expr::FnCall(call, position) => found.push(Call {
            name: name_of(call),
            position: *position,
        }),
        Expr::Dot(parts, _, position) => {
            if let Expr::MethodCall(call, _) = &parts.rhs {
                let name = call.name.to_string();
                found.push(Call {
                    name,
                    position: *position,
                });
            }
        }
        Expr::Stmt(block) => {
            if let Some(last) = block.statements().last() {
                calls_of_statement(last, found);
            }
        }
        _ => {}
    }
}

fn calls_of_statement(statement: &Stmt, found: &mut Vec<Call>) {
    match statement {
        Stmt::FnCall(call, position) => found.push(Call {
            name: name_of(call),
            position: *position,
        }),
        Stmt::Expr(value) | Stmt::Return(Some(value), ..) => calls_of_value(value, found),
        Stmt::Block(block) => {
            if let Some(last) = block.statements().last() {
                calls_of_statement(last, found);
            }
        }
        Stmt::If(flow, _) => {
            for branch in [&flow.body, &flow.branch] {
                if let Some(last) = branch.statements().last() {
                    calls_of_statement(last, found);
                }
            }
        }
        Stmt::Switch(parts, _) => {
            let cases = parts.1.expressions.iter();
            cases.for_each(|case| calls_of_value(&case.rhs, found));
        }
        _ => {}
    }
}
