//! The answer to one request, as one object on one line.

use serde::Serialize;

use crate::assess::request_evaluator::{Answer, Evaluator};
use crate::render::json::jurisdiction_result::{jurisdiction, request};
use crate::render::json::shared_shapes::{DiagnosticShape, diagnostic};

/// The head of a line, and the problems.
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

/// One object on a line for a request: as for a jurisdiction, with its problems if it has any. If
/// it could not be read, its determination is null.
pub fn answer_line(evaluator: &Evaluator, answer: &Answer<'_>) -> String {
    let mut line = Line(Vec::with_capacity(1_024));
    line.add(&Head {
        rulebook: evaluator.rulebook().id.as_str(),
        as_of: evaluator.as_of().to_string(),
    });
    let explained = answer.explained();
    match explained.and_then(|explained| request(evaluator.prepared(), explained)) {
        Some(shape) => line.add(&shape),
        None => match answer.assessment() {
            Some(assessed) => line.add(&jurisdiction(assessed, assessed.at(0.into()))),
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
    line.end()
}

/// An object that is put together from the fields of others.
struct Line(Vec<u8>);

impl Line {
    fn add(&mut self, shape: &impl Serialize) {
        let start = self.0.len();
        serde_json::to_writer(&mut self.0, shape).expect("the shapes have text keys");
        let (opened, closed) = (self.0[start], self.0.pop());
        assert!(
            opened == b'{' && closed == Some(b'}'),
            "each shape is an object"
        );
        if start > 0 {
            self.0[start] = b',';
        }
    }

    fn end(mut self) -> String {
        self.0.extend_from_slice(b"}\n");
        String::from_utf8(self.0).expect("JSON is text")
    }
}
