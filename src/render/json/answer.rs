//! The answer to one request, as one object on one line.

use serde::Serialize;

use crate::assess::evaluator::{Answer, Evaluator};
use crate::render::json::jurisdiction::{jurisdiction, request};
use crate::render::json::shapes::{DiagnosticShape, diagnostic};

/// The head of a line, and what is wrong.
#[derive(Serialize)]
struct Head<'a> {
    rulebook: &'a str,
    as_of: String,
}

/// A request that could not be read.
#[derive(Serialize)]
struct Refused<'a> {
    id: Option<&'a str>,
    determination: Option<&'a str>,
}

#[derive(Serialize)]
struct Told<'a> {
    diagnostics: Vec<DiagnosticShape<'a>>,
}

/// One object on a line for a request: as for a jurisdiction, with what is wrong with it where
/// something is. Where it could not be read, its determination is null.
pub fn answer_line(evaluator: &Evaluator, answer: &Answer<'_>) -> String {
    let mut line = Line(String::from("{"));
    line.add(&Head {
        rulebook: evaluator.rulebook().id.as_str(),
        as_of: evaluator.as_of().to_string(),
    });
    match answer
        .explained()
        .and_then(|(one, told)| request(evaluator.prepared(), one, told))
    {
        Some(shape) => line.add(&shape),
        None => match answer.assessment() {
            Some(assessed) => line.add(&jurisdiction(assessed, assessed.at(0))),
            None => line.add(&Refused {
                id: answer.id(),
                determination: None,
            }),
        },
    }
    if !answer.diagnostics().is_empty() {
        line.add(&Told {
            diagnostics: answer.diagnostics().iter().map(diagnostic).collect(),
        });
    }
    line.0 + "}\n"
}

/// An object that is put together from the fields of others.
struct Line(String);

impl Line {
    fn add(&mut self, shape: &impl Serialize) {
        let text = serde_json::to_string(shape).expect("the shapes have text keys");
        let fields = text
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push_str(fields.expect("each shape is an object"));
    }
}
