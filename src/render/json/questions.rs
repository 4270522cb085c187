//! Questions to ask, as JSON.

use serde::Serialize;

use crate::analysis::questions::{PossibleAnswer, Question};
use crate::assess::assessment::RulebookAssessment;
use crate::assess::verdict::JurisdictionAssessment;
use crate::base::diagnostic::Diagnostic;
use crate::model::condition::ConditionId;
use crate::render::json::shapes::{DiagnosticShape, JSON_VERSION, kind, value};

#[derive(Serialize)]
struct QuestionsShape<'a> {
    format: &'static str,
    version: u32,
    rulebook: &'a str,
    as_of: String,
    what_if: &'a [String],
    jurisdiction: &'a str,
    name: &'a str,
    determination: &'static str,
    questions: Vec<QuestionShape<'a>>,
    diagnostics: Vec<DiagnosticShape<'a>>,
}

#[derive(Serialize)]
struct QuestionShape<'a> {
    jurisdiction: &'a str,
    path: String,
    question: String,
    #[serde(rename = "type")]
    ty: &'static str,
    unit: Option<&'a str>,
    conditions: Vec<&'a str>,
    answers: Vec<AnswerShape<'a>>,
}

#[derive(Serialize)]
struct AnswerShape<'a> {
    values: &'a str,
    example: serde_json::Value,
    settles: Option<&'static str>,
    left: usize,
}

/// The questions as indented JSON with a newline at its end.
pub fn questions_json(
    assessed: &RulebookAssessment,
    one: &JurisdictionAssessment,
    questions: &[Question],
    diagnostics: &[Diagnostic],
) -> String {
    crate::render::json::shapes::written(&QuestionsShape {
        format: "rulebook-questions",
        version: JSON_VERSION,
        rulebook: assessed.rulebook().id.as_str(),
        as_of: assessed.as_of.to_string(),
        what_if: &assessed.what_if,
        jurisdiction: one.jurisdiction.id.as_str(),
        name: &one.jurisdiction.name,
        determination: kind(one.determination.kind),
        questions: questions.iter().map(question).collect(),
        diagnostics: diagnostics
            .iter()
            .map(crate::render::json::shapes::diagnostic)
            .collect(),
    })
}

fn question(question: &Question) -> QuestionShape<'_> {
    QuestionShape {
        jurisdiction: question.jurisdiction.as_str(),
        path: question.fact.path.to_string(),
        question: question.text(),
        ty: question.fact.schema.ty.name(),
        unit: question.fact.schema.unit.as_deref(),
        conditions: question
            .conditions
            .iter()
            .map(ConditionId::as_str)
            .collect(),
        answers: question.answers.iter().map(answer_shape).collect(),
    }
}

fn answer_shape(answer: &PossibleAnswer) -> AnswerShape<'_> {
    AnswerShape {
        values: &answer.values,
        example: value(&answer.example),
        settles: answer.settles.map(kind),
        left: answer.left,
    }
}
