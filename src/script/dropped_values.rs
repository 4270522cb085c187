//! Values that a script calculates and drops: outcomes, tests and values that nothing uses.
//!
//! `if !j.ok { not_met("why") }` with more script after it continues as if nothing had been said.
//! The interpreter allows it, so its syntax tree is searched: the value of a block is that of its
//! last statement, and the values of all other statements are dropped. Only what can have no effect
//! is reported: an unknown function may be called for its effects.

use std::collections::BTreeMap;

use rhai::{AST, ASTNode, Expr, FnCallExpr, Position, Stmt};

use crate::base::diagnostic::{Code, Diagnostic};
use crate::script::limits::FUNCTIONS;
use crate::script::outcome_returning_functions::{Functions, name_of};
use crate::script::rewrite_text_for_interpreter::{PreparedText, WRITTEN};
use crate::script::unused_names::{added, used_names, written_to};
use crate::script::verdict_functions::ENDINGS;

/// The dropped values of a script.
pub(super) fn dropped(
    prepared: &PreparedText,
    ast: &AST,
    functions: &Functions,
) -> Vec<Diagnostic> {
    let mut bodies: BTreeMap<Option<usize>, Body> = BTreeMap::new();
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        if let [ASTNode::Stmt(stmt)] = path {
            let look = |used| {
                let mut look = DroppedSearch {
                    functions,
                    found: Vec::new(),
                    bound: Vec::new(),
                    in_turns: false,
                };
                look.statement(stmt, used);
                look
            };
            let (used, unused) = (look(true), look(false));
            let body = bodies.entry(functions.owner(stmt.position())).or_default();
            body.found.extend(behind(&mut body.ended, stmt));
            body.found.append(&mut body.last);
            body.bound.extend(used.bound);
            (body.last_used, body.last) = (used.found, unused.found);
        }
        true
    });
    let used = used_names(ast);
    let mut found = Vec::new();
    for body in bodies.into_values() {
        let never =
            |told: &Dropped| !matches!(&told.what, What::Named(name, _) if used.contains(name));
        let all = body
            .found
            .into_iter()
            .chain(body.last_used)
            .chain(body.bound);
        found.extend(all.filter(never).map(|dropped| told(prepared, &dropped)));
    }
    found
}

/// A dropped value, and its place.
struct Dropped {
    position: Position,
    what: What,
}

enum What {
    Outcome,
    /// That of a function of the script.
    OwnOutcome,
    /// The one for items that do not answer, in a loop over them.
    OtherItems,
    /// Any other value.
    Value,
    /// A text behind a `return`.
    Reason,
    /// An outcome assigned to a name, with its function.
    Named(String, String),
    /// An outcome used with an operator, or as a condition, with its function.
    Operand(String, String),
}

/// The statements of a function, or of the script itself, that were looked at so far.
#[derive(Default)]
struct Body {
    found: Vec<Dropped>,
    /// The slips in the last statement if another follows, and if none does.
    last: Vec<Dropped>,
    last_used: Vec<Dropped>,
    /// Whether one of them is a `return`.
    ended: bool,
    /// Outcomes that were given a name.
    bound: Vec<Dropped>,
}

struct DroppedSearch<'a> {
    functions: &'a Functions,
    found: Vec<Dropped>,
    bound: Vec<Dropped>,
    /// Whether the current place is in a loop over items.
    in_turns: bool,
}

impl DroppedSearch<'_> {
    fn block<'b>(&mut self, statements: impl IntoIterator<Item = &'b Stmt>, used: bool) {
        let mut statements = statements.into_iter().peekable();
        let mut ended = false;
        while let Some(statement) = statements.next() {
            let last = statements.peek().is_none();
            self.found.extend(behind(&mut ended, statement));
            self.statement(statement, used && last);
        }
    }

    fn statement(&mut self, statement: &Stmt, used: bool) {
        match statement {
            Stmt::If(flow, _) => {
                self.condition(&flow.expr);
                let before = self.found.len();
                self.block(&flow.body, used);
                let is_outcome = |one: &Dropped| matches!(one.what, What::Outcome);
                let answers = self.found[before..].iter().any(is_outcome);
                let others = self.found.len();
                self.block(&flow.branch, used);
                let is_last = !matches!(flow.branch.statements(), [Stmt::If(..)]);
                if self.in_turns && answers && is_last {
                    let others = self.found[others..].iter_mut();
                    others
                        .filter(|one| is_outcome(one))
                        .for_each(|one| one.what = What::OtherItems);
                }
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
                let outside = std::mem::replace(&mut self.in_turns, true);
                self.block(&parts.2.body, false);
                self.in_turns = outside;
            }
            Stmt::Var(parts, ..) => self.bind(&parts.0.name, &parts.1),
            Stmt::Assignment(parts) => match written_to(statement) {
                Some((name, _)) => self.bind(name, &parts.1.rhs),
                None => self.value(&parts.1.rhs),
            },
            Stmt::FnCall(call, position) => self.call(call, *position, used),
            Stmt::Block(block) => self.block(&**block, used),
            Stmt::Expr(expression) => {
                if let Some((name, _)) = written_to(statement) {
                    let name = name.to_owned();
                    for value in added(statement) {
                        self.keep(&name, value);
                    }
                }
                self.expression(expression, used);
            }
            Stmt::Return(Some(expression), ..) | Stmt::BreakLoop(Some(expression), ..) => {
                self.value(expression);
            }
            _ => {}
        }
    }

    /// A value with a name: an outcome in it is dropped if the name is not used.
    fn bind(&mut self, name: &str, value: &Expr) {
        self.value(value);
        self.keep(name, value);
    }

    fn keep(&mut self, name: &str, value: &Expr) {
        if let Some(outcome) = self.functions.outcome_in(value) {
            self.bound.push(Dropped {
                position: outcome.position,
                what: What::Named(name.to_owned(), outcome.name),
            });
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
                // An outcome beside an operator was reported already.
                let functions = self.functions;
                let outcome = |part: &Expr| matches!(part, Expr::FnCall(call, _) if functions.is_outcome(call));
                self.drop_plain(*position, used || parts.iter().any(outcome));
            }
            Expr::Dot(parts, _, position) | Expr::Index(parts, _, position) => {
                self.value(&parts.lhs);
                self.value(&parts.rhs);
                if reads_only(expression) {
                    self.drop_plain(*position, used);
                } else if !used && self.functions.outcome_in(expression).is_some() {
                    self.found.push(Dropped {
                        position: *position,
                        what: What::Outcome,
                    });
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
        if self.functions.is_outcome(call) {
            let what = if self.functions.is_own(name) {
                What::OwnOutcome
            } else {
                What::Outcome
            };
            self.found.push(Dropped { position, what });
        } else if operator
            || !call.namespace.is_empty()
            || self.functions.is_own(name)
            || changes_nothing(name)
        {
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
        if !self.functions.is_outcome(call) {
            return self.value(expression);
        }
        let what = What::Operand(name_of(call), operator.to_owned());
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
}

/// For `not_met(j.a < 3)`: the test, which is no reason, and the outcome.
fn decided(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once('(')?;
    let test = rest.trim_end().trim_end_matches(';').strip_suffix(')')?;
    let signs = ["<", ">", "==", "!="];
    let compares = test.starts_with("j.") && signs.iter().any(|sign| test.contains(sign));
    let plain = !test.contains([',', '`', '{']);
    ((compares || test.starts_with('!')) && plain).then_some((test, name))
}

/// Whether a name of the script precedes `==`.
fn compares_name(text: &str) -> bool {
    let name = text.split_once("==").map_or("", |(name, _)| name.trim());
    let rest = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(rest)
}

/// The diagnostic of a dropped value.
fn told(prepared: &PreparedText, dropped: &Dropped) -> Diagnostic {
    let span = match &dropped.what {
        What::Value => prepared.statement(dropped.position),
        _ => prepared.span(dropped.position),
    };
    let text = span.text();
    let (message, help) = match &dropped.what {
        What::Outcome => (
            "this outcome is dropped: the script goes on after it".to_owned(),
            match decided(text) {
                Some((test, name)) => format!(
                    "to end so where that holds, write `if {test} {{ return {name}(\"why\"); }}`"
                ),
                None => format!("to end with it, write `return {text}`"),
            },
        ),
        What::OwnOutcome => (
            "this outcome is dropped: the script goes on after it".to_owned(),
            format!(
                "to end with it, write `return {text}`; where the function ends in an outcome in some \
                 cases alone, let it answer `true` or `false`, and write `if !{text} {{ return \
                 not_met(\"why\"); }}`"
            ),
        ),
        What::OtherItems => (
            "this outcome is dropped: the loop goes on with the next item".to_owned(),
            format!(
                "write `{text}` once, behind the loop, where no item has ended the script, and take this \
                 `else` away: `return` here would end it with the first item"
            ),
        ),
        What::Value => (
            "this value is dropped: the script goes on after it".to_owned(),
            match text {
                "true" | "false" => format!("to end with it, write `return {text};`"),
                _ if compares_name(text) => format!(
                    "`==` compares: to give the name another value, write `{};`",
                    text.replacen("==", "=", 1)
                ),
                _ if is_calculated(text) => format!(
                    "to give a name another value, write it with `=`, as in `points += 1`; to end with it, \
                     write `return {text};`"
                ),
                _ => format!(
                    "to end with it, write `return {text};`; where it has to be true, \
                     `if !({text}) {{ return false; }}`"
                ),
            },
        ),
        What::Reason => (
            "no script goes on behind `return`: this text is never read".to_owned(),
            format!(
                "to give it as the reason, write `return not_met({text})`, or `return met({text})`"
            ),
        ),
        What::Named(name, outcome) => (
            format!("the outcome is kept as `{name}`, and nothing uses that"),
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
            let what = if ENDINGS.contains(&name.as_str()) {
                "ends a script, and is"
            } else {
                "ends in an outcome, which is"
            };
            let message = format!("`{name}` {what} neither true nor false");
            (message, help)
        }
    };
    Diagnostic::at(Code::DroppedValue, span, message).help(help)
}

/// Whether a number is calculated, and nothing compared: `points + 10`.
fn is_calculated(text: &str) -> bool {
    let signs = ["+", "-", "*", "/"];
    let words: Vec<&str> = text.split_whitespace().collect();
    let [name, sign, number] = words.as_slice() else {
        return false;
    };
    signs.contains(sign)
        && name
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'_')
        && number
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'.'))
}

/// The text before the operator in front of an operand, within its statement; empty for the first
/// operand.
fn before(prepared: &PreparedText, end: usize) -> String {
    let text = &prepared.source.text()[..end];
    let signs = |c: char| c.is_whitespace() || matches!(c, '|' | '&');
    let joined = text.trim_end_matches(signs);
    if !text[joined.len()..].contains(['|', '&']) {
        return String::new();
    }
    let start = joined.rfind([';', '{', '}', '\n']).map_or(0, |at| at + 1);
    let before = joined[start..].trim();
    // Behind these words a condition is only begun.
    let begun = [
        "if ", "if(", "else ", "while ", "switch ", "return ", "let ",
    ];
    if begun.iter().any(|word| before.starts_with(word)) {
        return String::new();
    }
    before.to_owned()
}

/// A text after a `return`, meant as its reason; `ended` says whether there was one.
fn behind(ended: &mut bool, statement: &Stmt) -> Option<Dropped> {
    let reason = text_alone(statement).filter(|_| *ended);
    *ended |= matches!(statement, Stmt::Return(..));
    reason.map(|position| Dropped {
        position,
        what: What::Reason,
    })
}

/// The place of a statement that is only a text.
fn text_alone(statement: &Stmt) -> Option<Position> {
    let Stmt::Expr(value) = statement else {
        return None;
    };
    match &**value {
        Expr::StringConstant(_, position) | Expr::InterpolatedString(_, position) => {
            Some(*position)
        }
        _ => None,
    }
}

/// Whether a chain of properties is only read: a method may change the value it is called on.
fn reads_only(expression: &Expr) -> bool {
    match expression {
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) => {
            reads_only(&parts.lhs) && reads_only(&parts.rhs)
        }
        Expr::MethodCall(call, _) => changes_nothing(&call.name),
        _ => true,
    }
}

/// Whether a built-in function has no effect but its value; `sort` may reorder its list, and a
/// function that takes one of the author's may do what that does.
fn changes_nothing(name: &str) -> bool {
    FUNCTIONS.contains(&name) && !ENDINGS.contains(&name) && !name.starts_with("sort")
}
