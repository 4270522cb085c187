//! What a script works out and drops: outcomes, tests and values that nothing looks at.
//!
//! `if !j.ok { not_met("why") }` with more script after it goes on as if nothing had been said. The
//! interpreter allows it, so its syntax tree is looked through: the value of the last statement of
//! a block is that of the block, and what every other statement comes to is dropped. Only what can
//! have no effect is told: a function that is not known here may be called for its own.

use std::collections::{BTreeMap, BTreeSet};

use rhai::{AST, ASTNode, Expr, FnCallExpr, Position, Stmt};

use crate::base::diagnostic::{Code, Diagnostic};
use crate::script::outcome::ENDINGS;
use crate::script::prepare::{Prepared, WRITTEN};

/// What is dropped in a script.
pub(super) fn dropped(prepared: &Prepared, ast: &AST) -> Vec<Diagnostic> {
    let functions = functions(ast);
    let mut bodies: BTreeMap<Option<usize>, Body> = BTreeMap::new();
    let mut read = BTreeSet::new();
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        note_read(path, &mut read);
        if let [ASTNode::Stmt(stmt)] = path {
            let look = |used| {
                let mut look = Look {
                    functions: &functions,
                    found: Vec::new(),
                    bound: Vec::new(),
                };
                look.statement(stmt, used);
                look
            };
            let (used, unused) = (look(true), look(false));
            let body = bodies
                .entry(owner(&functions, stmt.position()))
                .or_default();
            body.found.append(&mut body.last);
            body.bound.extend(used.bound);
            (body.last_used, body.last) = (used.found, unused.found);
        }
        true
    });
    let mut found = Vec::new();
    for body in bodies.into_values() {
        let never =
            |told: &Dropped| !matches!(&told.what, What::Named(name, _) if read.contains(name));
        let all = body
            .found
            .into_iter()
            .chain(body.last_used)
            .chain(body.bound);
        found.extend(all.filter(never).map(|dropped| told(prepared, &dropped)));
    }
    found
}

/// Something that is dropped, and where it stands.
struct Dropped {
    position: Position,
    what: What,
}

enum What {
    Outcome,
    /// Any other value.
    Value,
    /// An outcome under a name; its function.
    Named(String, String),
    /// An outcome beside an operator, or as a condition; its function.
    Operand(String, String),
}

/// The statements of a function, or of the script itself, that were looked at so far.
#[derive(Default)]
struct Body {
    found: Vec<Dropped>,
    /// What is wrong with the last one if another follows, and if none does.
    last: Vec<Dropped>,
    last_used: Vec<Dropped>,
    /// Outcomes that were given a name.
    bound: Vec<Dropped>,
}

struct Function {
    name: String,
    start: Position,
    end: Position,
}

fn functions(ast: &AST) -> Vec<Function> {
    let function = |function: &rhai::Shared<rhai::ScriptFuncDef>| Function {
        name: function.name.to_string(),
        start: function.body.start_position(),
        end: function.body.end_position(),
    };
    ast.iter_fn_def().map(function).collect()
}

/// The function in whose body a statement stands: of those around it the one that begins last.
fn owner(functions: &[Function], statement: Position) -> Option<usize> {
    let around = functions.iter().enumerate().filter(|(_, function)| {
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

/// Notes that a name is read; a name that is only written to is not.
fn note_read(path: &[ASTNode<'_>], read: &mut BTreeSet<String>) {
    let Some(ASTNode::Expr(Expr::Variable(name, _, place))) = path.last() else {
        return;
    };
    let written = match path.len().checked_sub(2).map(|index| &path[index]) {
        Some(ASTNode::Stmt(Stmt::Assignment(parts))) => {
            matches!(&parts.1.lhs, Expr::Variable(_, _, left) if left == place)
        }
        _ => false,
    };
    if !written {
        read.insert(name.1.to_string());
    }
}

struct Look<'a> {
    functions: &'a [Function],
    found: Vec<Dropped>,
    bound: Vec<Dropped>,
}

impl Look<'_> {
    fn block<'b>(&mut self, statements: impl IntoIterator<Item = &'b Stmt>, used: bool) {
        let mut statements = statements.into_iter().peekable();
        while let Some(statement) = statements.next() {
            let last = statements.peek().is_none();
            self.statement(statement, used && last);
        }
    }

    fn statement(&mut self, statement: &Stmt, used: bool) {
        match statement {
            Stmt::If(flow, _) => {
                self.condition(&flow.expr);
                self.block(&flow.body, used);
                self.block(&flow.branch, used);
            }
            Stmt::Switch(parts, _) => {
                self.value(&parts.0);
                for case in &parts.1.expressions {
                    self.condition(&case.lhs);
                    self.expression(&case.rhs, used);
                }
            }
            Stmt::While(flow, _) | Stmt::Do(flow, ..) => {
                self.condition(&flow.expr);
                self.block(&flow.body, false);
            }
            Stmt::For(parts, _) => {
                self.value(&parts.2.expr);
                self.block(&parts.2.body, false);
            }
            Stmt::Var(parts, ..) => self.bind(&parts.0.name, &parts.1),
            Stmt::Assignment(parts) => match &parts.1.lhs {
                Expr::Variable(name, ..) => self.bind(&name.1, &parts.1.rhs),
                _ => self.value(&parts.1.rhs),
            },
            Stmt::FnCall(call, position) => self.call(call, *position, used),
            Stmt::Block(block) => self.block(&**block, used),
            Stmt::Expr(expression) => self.expression(expression, used),
            Stmt::Return(Some(expression), ..) | Stmt::BreakLoop(Some(expression), ..) => {
                self.value(expression);
            }
            _ => {}
        }
    }

    /// A value with a name: an outcome in it is dropped where nobody reads the name.
    fn bind(&mut self, name: &str, value: &Expr) {
        self.value(value);
        if let Some((outcome, position)) = outcome_in(value) {
            let what = What::Named(name.to_owned(), outcome.to_owned());
            self.bound.push(Dropped { position, what });
        }
    }

    fn value(&mut self, expression: &Expr) {
        self.expression(expression, true);
    }

    fn expression(&mut self, expression: &Expr, used: bool) {
        match expression {
            Expr::Stmt(block) => self.block(&**block, used),
            Expr::FnCall(call, position) => self.call(call, *position, used),
            Expr::And(parts, position) | Expr::Or(parts, position) => {
                let sign = if matches!(expression, Expr::And(..)) {
                    "&&"
                } else {
                    "||"
                };
                for part in &**parts {
                    self.operand(part, sign);
                }
                // An outcome beside a sign was told already.
                let outcome =
                    |part: &Expr| matches!(part, Expr::FnCall(call, _) if is_outcome(call));
                self.drop_plain(*position, used || parts.iter().any(outcome));
            }
            Expr::Dot(parts, _, position) | Expr::Index(parts, _, position) => {
                self.value(&parts.lhs);
                self.value(&parts.rhs);
                if reads_only(expression) {
                    self.drop_plain(*position, used);
                }
            }
            Expr::MethodCall(call, _) => call.args.iter().for_each(|it| self.value(it)),
            Expr::Coalesce(parts, position) => {
                parts.iter().for_each(|part| self.value(part));
                self.drop_plain(*position, used);
            }
            Expr::InterpolatedString(parts, position) | Expr::Array(parts, position) => {
                parts.iter().for_each(|part| self.value(part));
                self.drop_plain(*position, used);
            }
            Expr::Map(parts, position) => {
                parts.0.iter().for_each(|(_, part)| self.value(part));
                self.drop_plain(*position, used);
            }
            Expr::Variable(_, _, position)
            | Expr::BoolConstant(_, position)
            | Expr::IntegerConstant(_, position)
            | Expr::FloatConstant(_, position)
            | Expr::CharConstant(_, position)
            | Expr::StringConstant(_, position)
            | Expr::DynamicConstant(_, position) => self.drop_plain(*position, used),
            _ => {}
        }
    }

    fn call(&mut self, call: &FnCallExpr, position: Position, used: bool) {
        let name = &*call.name;
        let operator = call.op_token.is_some();
        for argument in &call.args {
            if operator || name == WRITTEN {
                self.operand(argument, name);
            } else {
                self.value(argument);
            }
        }
        if used {
            return;
        }
        if is_outcome(call) {
            let what = What::Outcome;
            self.found.push(Dropped { position, what });
        } else if operator || !call.namespace.is_empty() || self.is_own(name) {
            self.drop_plain(position, used);
        }
    }

    /// A condition, or a part of one: an outcome is neither true nor false.
    fn condition(&mut self, expression: &Expr) {
        self.operand(expression, "");
    }

    /// A part of a condition or calculation, beside an operator.
    fn operand(&mut self, expression: &Expr, operator: &str) {
        let Expr::FnCall(call, position) = expression else {
            return self.value(expression);
        };
        if !is_outcome(call) {
            return self.value(expression);
        }
        let what = What::Operand(call.name.to_string(), operator.to_owned());
        self.found.push(Dropped {
            position: *position,
            what,
        });
    }

    /// Notes a value that is dropped.
    fn drop_plain(&mut self, position: Position, used: bool) {
        if !used {
            let what = What::Value;
            self.found.push(Dropped { position, what });
        }
    }

    /// Whether the script has a function of this name: it works on copies, so it has no effect.
    fn is_own(&self, name: &str) -> bool {
        self.functions.iter().any(|function| function.name == name)
    }
}

/// What to say of it.
fn told(prepared: &Prepared, dropped: &Dropped) -> Diagnostic {
    let span = prepared.span(dropped.position);
    let text = span.text();
    let (message, help) = match &dropped.what {
        What::Outcome => (
            "this outcome is worked out and dropped: the script goes on after it".to_owned(),
            format!("to end with it, write `return {text}`"),
        ),
        What::Value => (
            "what this comes to is dropped: the script goes on after it".to_owned(),
            match text {
                "true" | "false" => format!("to end with it, write `return {text};`"),
                _ => format!(
                    "to end with it, write `return {text};`; where it has to be true, \
                     `if !({text}) {{ return false; }}`"
                ),
            },
        ),
        What::Named(name, outcome) => (
            format!("the outcome is named `{name}`, and nothing reads that name"),
            format!("to end with it, write `return {outcome}(...)` in its place"),
        ),
        What::Operand(name, operator) => {
            let before = before(prepared, span.range().start);
            let help = match operator.as_str() {
                "||" if !before.is_empty() => {
                    format!("write `if !({before}) {{ return {text}; }}`")
                }
                "&&" if !before.is_empty() => format!("write `if {before} {{ return {text}; }}`"),
                _ => format!("write the test itself here, and `{name}` where the script ends"),
            };
            let message = format!("`{name}` ends a script, and is neither true nor false");
            (message, help)
        }
    };
    Diagnostic::at(Code::DroppedValue, span, message).help(help)
}

/// What stands before the sign in front of an operand, in its statement; empty where it is the first.
fn before(prepared: &Prepared, end: usize) -> String {
    let text = &prepared.source.text()[..end];
    let signs = |c: char| c.is_whitespace() || matches!(c, '|' | '&');
    let joined = text.trim_end_matches(signs);
    if !text[joined.len()..].contains(['|', '&']) {
        return String::new();
    }
    let start = joined.rfind([';', '{', '}', '\n']).map_or(0, |at| at + 1);
    joined[start..].trim().to_owned()
}

fn is_outcome(call: &FnCallExpr) -> bool {
    ENDINGS.contains(&&*call.name) && call.namespace.is_empty()
}

/// The outcome that a value can be, and where it stands.
fn outcome_in(value: &Expr) -> Option<(&str, Position)> {
    match value {
        Expr::FnCall(call, position) if is_outcome(call) => Some((&call.name, *position)),
        Expr::Stmt(block) => outcome_of(block.statements().last()?),
        _ => None,
    }
}

fn outcome_of(statement: &Stmt) -> Option<(&str, Position)> {
    match statement {
        Stmt::FnCall(call, position) if is_outcome(call) => Some((&call.name, *position)),
        Stmt::Expr(value) => outcome_in(value),
        Stmt::Block(block) => outcome_of(block.statements().last()?),
        Stmt::If(flow, _) => flow
            .body
            .statements()
            .last()
            .and_then(outcome_of)
            .or_else(|| flow.branch.statements().last().and_then(outcome_of)),
        Stmt::Switch(parts, _) => {
            let mut cases = parts.1.expressions.iter();
            cases.find_map(|case| outcome_in(&case.rhs))
        }
        _ => None,
    }
}

/// Whether a chain of properties is read and nothing else: a method may change what it is called on.
fn reads_only(expression: &Expr) -> bool {
    match expression {
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) => {
            reads_only(&parts.lhs) && reads_only(&parts.rhs)
        }
        Expr::MethodCall(call, _) => matches!(&*call.name, "known" | "assume" | "contains"),
        _ => true,
    }
}
