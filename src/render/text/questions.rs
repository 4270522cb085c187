//! Questions to ask, as text: for a terminal or as Markdown.

use crate::analysis::questions::Question;
use crate::assess::assessment::RulebookAssessment;
use crate::assess::result_types::{DeterminationKind, JurisdictionAssessment};
use crate::model::fact::FactType;
use crate::render::text_or_markdown_page::{Emphasis, Page, sentence};

/// The questions of a jurisdiction in their order.
pub fn questions(
    assessed: &RulebookAssessment,
    one: &JurisdictionAssessment,
    questions: &[Question],
    style: Emphasis,
) -> String {
    let mut page = Page::new(style);
    let kind = one.determination.kind;
    page.heading(1, &format!("What to ask of {}", one.jurisdiction.name));
    page.line(&format!(
        "{}, as of {}. It is {kind} now.",
        assessed.rulebook().title,
        assessed.as_of
    ));
    if kind != DeterminationKind::Undetermined {
        page.line("No answer can change that.");
    }
    for (index, question) in questions.iter().enumerate() {
        page.heading(2, &format!("{}. {}", index + 1, question.text()));
        for line in details(one, question) {
            page.item(&line);
        }
    }
    page.finish()
}

/// The most kinds of answers that are shown one by one.
const MOST_SHOWN: usize = 6;

/// The question and its reasons, one per line.
pub(crate) fn details(one: &JurisdictionAssessment, question: &Question) -> Vec<String> {
    let schema = &question.fact.schema;
    let unit = schema
        .unit
        .as_ref()
        .map(|unit| format!(" in {unit}"))
        .unwrap_or_default();
    let whose = if question.jurisdiction == one.jurisdiction.id {
        String::new()
    } else {
        format!(", a fact of {}", question.jurisdiction)
    };
    let ty = if schema.ty == FactType::Boolean {
        "yes or no".to_owned()
    } else {
        schema.ty.to_string()
    };
    let mut lines = vec![format!("fact {} ({ty}{unit}){whose}", question.fact.path)];
    if !question.conditions.is_empty() {
        let ids: Vec<_> = question
            .conditions
            .iter()
            .map(ToString::to_string)
            .collect();
        lines.push(format!("it can decide {}", ids.join(", ")));
    }
    let answers: Vec<_> = question
        .answers
        .iter()
        .map(|answer| match answer.settles {
            Some(kind) => format!("{}: {kind}", answer.values),
            None => format!("{}: still open", answer.values),
        })
        .collect();
    if answers.is_empty() && !matches!(schema.ty, FactType::List(_)) {
        lines.push("what each answer means was not looked at: there is too much to ask".to_owned());
    }
    if answers.len() > MOST_SHOWN {
        let settling = question.answers.iter();
        let settling = settling.filter(|answer| answer.settles.is_some()).count();
        let which = if question.are_all { "" } else { "first " };
        lines.push(format!(
            "{settling} of the {which}{} kinds of answers settle it",
            answers.len()
        ));
    } else if !answers.is_empty() {
        lines.push(
            sentence(&answers.join("; "))
                .trim_end_matches('.')
                .to_owned(),
        );
    }
    lines
}
