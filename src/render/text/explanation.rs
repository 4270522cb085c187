//! An explanation in plain sentences, for a terminal or as Markdown.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::analysis::explanation::{
    Explanation, FindingExplained, ParameterExplained, TestExplained, as_written, how_in_words,
    source_in_words, with_unit,
};
use crate::assess::assessment::{Provenance, WorkedOut};
use crate::assess::explored_scripts::ParameterOrigin;
use crate::assess::result_types::Status;
use crate::model::condition::Level;
use crate::model::rulebook::Stated;
use crate::render::text::published_results::said;
use crate::render::text_or_markdown_page::{Emphasis, Page, sentence};
use crate::tree::FactRef;

/// The explanation as text.
pub fn explanation(explanation: &Explanation<'_>, style: Emphasis) -> String {
    let mut writer = Writer {
        explanation,
        page: Page::new(style),
        sources: BTreeSet::new(),
    };
    writer.write();
    writer.page.finish()
}

struct Writer<'a> {
    explanation: &'a Explanation<'a>,
    page: Page,
    /// The keys of sources that were named.
    sources: BTreeSet<String>,
}

impl Writer<'_> {
    fn write(&mut self) {
        let Explanation {
            assessed,
            jurisdiction,
            determination,
            findings,
            ..
        } = self.explanation;
        let title = format!("{} is {}", jurisdiction.name, determination.kind);
        self.page.heading(1, &title);
        let rulebook = assessed.rulebook();
        self.page.line(&format!(
            "{}, as of {}. Eligible when {}.",
            rulebook.title, assessed.as_of, rulebook.decision
        ));
        if !assessed.what_if.is_empty() {
            self.page
                .line(&format!("What if {}?", assessed.what_if.join(", ")));
        }
        if let Some(description) = &rulebook.description {
            self.page.line(description);
        }
        if let Some(note) = &jurisdiction.note {
            self.page.line(&format!("Note: {note}"));
        }
        for why in &determination.reasons {
            self.page.line(&sentence(why));
        }
        for one in &self.explanation.published {
            self.page.line(&said(one));
            self.note_sources(one.comparison.sources.iter().map(|key| &**key));
        }
        match (
            findings.as_slice(),
            findings.len() < assessed.conditions.len(),
        ) {
            ([alone], true) => {
                self.finding(alone);
                self.questions(&alone.finding.missing);
            }
            _ => {
                self.page.line(&self.summary());
                for finding in findings {
                    self.finding(finding);
                }
                self.questions(&determination.missing);
                if let Some(limit) = determination.cut_short {
                    self.page.line(&sentence(&limit.to_string()));
                }
            }
        }
        self.named_sources();
    }

    fn summary(&self) -> String {
        let named = |status: Status| {
            let of = self.explanation.findings.iter().filter(|one| {
                one.finding.status == status && one.condition.condition.level == Level::Required
            });
            of.map(|one| one.condition.condition.id.to_string())
                .collect::<Vec<_>>()
        };
        let parts = [
            (Status::Met, "Met"),
            (Status::NotApplicable, "Not applicable"),
            (Status::NotMet, "Not met"),
            (Status::Unknown, "Not known"),
            (Status::Fault, "Failed"),
        ];
        let parts = parts.map(|(status, word)| (named(status), word));
        let parts = parts.iter().filter(|(ids, _)| !ids.is_empty());
        parts
            .map(|(ids, word)| format!("{word}: {}.", ids.join(", ")))
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn finding(&mut self, one: &FindingExplained<'_>) {
        let condition = &one.condition.condition;
        self.page
            .heading(2, &format!("{}: {}", condition.title, one.finding.status));
        let advisory = if condition.level == Level::Advisory {
            " It is advisory: it does not count."
        } else {
            ""
        };
        self.page.line(&format!(
            "Condition {} in {}.{advisory}",
            self.page.code(condition.id.as_str()),
            condition.source.name()
        ));
        self.note_sources(condition.sources.iter().map(String::as_str));
        if let Some(waiver) = &one.finding.waived {
            let until = waiver
                .expires
                .map(|day| format!(" until {day}"))
                .unwrap_or_default();
            let link = waiver
                .link
                .as_ref()
                .map(|link| format!(" ({link})"))
                .unwrap_or_default();
            self.page.line(&format!(
                "Waived{until} by {}{link}: {}",
                waiver.granted_by,
                sentence(&waiver.reason)
            ));
        }
        for why in &one.finding.reasons {
            self.page.line(&sentence(why));
        }
        if let Some(fault) = &one.finding.fault {
            self.page.line(&sentence(&fault.message));
        }
        self.tests(&one.tests, condition.source.name());
        for (fact, stated) in &one.facts {
            self.fact(fact, stated.as_ref());
        }
        for worked in &one.worked_out {
            self.worked_out(worked);
        }
        for parameter in &one.parameters {
            self.parameter(parameter);
        }
        for assumed in &one.finding.assumed {
            let value = assumed.value.as_ref().map_or_else(
                || "unknown".to_owned(),
                |value| with_unit(value, &assumed.fact),
            );
            self.page.item(&format!(
                "assumed, because nobody states it: {} = {value}",
                self.page.code(&assumed.fact.to_string())
            ));
        }
        if let Some(limit) = one.finding.cut_short {
            self.page.item(&limit.to_string());
        }
    }

    /// The tests, each line once; for a loop with many turns, the first ones.
    fn tests(&mut self, tests: &[TestExplained], script: &str) {
        const MOST: usize = 60;
        let mut lines = Vec::new();
        let mut known = BTreeSet::new();
        for test in &as_written(tests) {
            let line = self.test(test, script);
            if known.insert(line.clone()) {
                lines.push(line);
            }
        }
        for line in lines.iter().take(MOST) {
            self.page.item(line);
        }
        if lines.len() > MOST {
            self.page
                .item(&format!("and {} more tests", lines.len() - MOST));
        }
    }

    fn test(&self, test: &TestExplained, script: &str) -> String {
        let answer = match test.answer {
            Some(true) => "yes",
            Some(false) => "no",
            None => "not known",
        };
        let mut text = format!(
            "{}, {}: {answer}",
            test.place_in(script),
            self.page.code(&test.written)
        );
        let found = test.found.as_ref().map(|found| match found.as_str() {
            "unknown" => "nobody states it".to_owned(),
            found => format!("it is {found}"),
        });
        let needed = test
            .needed
            .as_ref()
            .filter(|needed| *needed != "true")
            .map(|needed| format!("asked for is {needed}"));
        let both: Vec<_> = found.into_iter().chain(needed).collect();
        if !both.is_empty() {
            let _ = write!(text, " ({})", both.join(", "));
        }
        text
    }

    fn fact(&mut self, fact: &FactRef, stated: Option<&Stated>) {
        let value = stated.and_then(|stated| stated.value.as_ref());
        let value = value.map_or_else(|| "unknown".to_owned(), |value| with_unit(value, fact));
        let mut text = format!("fact {} = {value}", self.page.code(&fact.to_string()));
        match stated {
            Some(stated) => text.push_str(&self.origin(stated)),
            None => text.push_str(", nobody states it"),
        }
        self.page.item(&text);
    }

    fn worked_out(&mut self, worked: &WorkedOut<'_>) {
        let kind = match &worked.how {
            Provenance::Derived { used, .. } => {
                self.note_sources(used.fact.sources.iter().map(String::as_str));
                "derived fact"
            }
            Provenance::Statistic { .. } => "statistic",
        };
        let value = worked.value.as_ref();
        let value = value.map_or_else(
            || "unknown".to_owned(),
            |value| with_unit(value, &worked.fact),
        );
        let name = self.page.code(&worked.fact.to_string());
        self.page
            .item(&format!("{kind} {name} = {value}{}", how_in_words(worked)));
    }

    fn parameter(&mut self, parameter: &ParameterExplained<'_>) {
        let mut text = format!(
            "parameter {} = {}",
            self.page.code(parameter.name),
            parameter.value
        );
        match (parameter.origin, parameter.stated) {
            (ParameterOrigin::Option, _) => text.push_str(", set by an option"),
            (ParameterOrigin::Rulebook, Some(stated)) => text.push_str(&self.origin(stated)),
            (ParameterOrigin::Rulebook, None) => {}
        }
        self.page.item(&text);
    }

    /// The source of a value, its date, its remark and its place.
    fn origin(&mut self, stated: &Stated) -> String {
        self.note_sources(stated.sources.iter().map(|source| &**source));
        let mut text = String::new();
        if !stated.sources.is_empty() {
            let _ = write!(text, ", source {}", stated.sources.join(", "));
        }
        if let Some(day) = stated.as_of {
            let _ = write!(text, ", as of {day}");
        }
        if let Some(note) = &stated.note {
            let _ = write!(text, ", note: {}", note.trim_end_matches('.'));
        }
        let position = stated.span.position();
        let _ = write!(text, " [{}:{}]", stated.span.source().name(), position.line);
        text
    }

    fn note_sources<'s>(&mut self, keys: impl Iterator<Item = &'s str>) {
        self.sources.extend(keys.map(str::to_owned));
    }

    fn questions(&mut self, missing: &[FactRef]) {
        if missing.is_empty() {
            return;
        }
        self.page.heading(2, "To decide it, find out");
        for fact in missing {
            let question = fact
                .schema
                .question
                .as_deref()
                .or(fact.schema.description.as_deref());
            let question = question.map(|text| format!(": {text}")).unwrap_or_default();
            let id = self.explanation.jurisdiction.id.as_str();
            let worked = self.explanation.assessed.worked_out(id, fact);
            let question = worked.map_or(question, |worked| how_in_words(&worked));
            self.page
                .item(&format!("{}{question}", self.page.code(&fact.to_string())));
        }
    }

    fn named_sources(&mut self) {
        let keys = std::mem::take(&mut self.sources);
        if keys.is_empty() {
            return;
        }
        self.page.heading(2, "Sources");
        for key in keys {
            let words = source_in_words(self.explanation.assessed, &key);
            self.page.item(&if words == key {
                key
            } else {
                format!("{key}: {words}")
            });
        }
    }
}
