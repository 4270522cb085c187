//! Questions to ask, as JSON.

use serde::Serialize;

use crate::analysis::questions::{PossibleAnswer, Question};
use crate::assess::assessment::RulebookAssessment;
use crate::assess::result_types::JurisdictionAssessment;
use crate::base::diagnostic::Diagnostic;
use crate::model::condition::ConditionId;
use crate::render::json::shared_shapes::{SubjectShape, document, kind, subject, value};

#[derive(Serialize)]
struct QuestionsShape<'a> {
    #[serde(flatten)]
    subject: SubjectShape<'a>,
    questions: Vec<QuestionShape<'a>>,
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
    all_answers: bool,
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
    let body = QuestionsShape {
        subject: subject(assessed, &one.jurisdiction, &one.determination),
        questions: questions.iter().map(question).collect(),
    };
    document("rulebook-questions", body, diagnostics)
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
        all_answers: question.are_all,
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
