//! Findings as CSV: a row for each jurisdiction and condition.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use crate::analysis::published_results::{Said, published_of};
use crate::assess::assessment::{DerivedUsed, RulebookAssessment};
use crate::assess::bulk_explanation::{Explaining, Told};
use crate::assess::result_types::Determination;
use crate::base::source::{Source, Span};
use crate::formats::csv::{push_cell, written};
use crate::model::jurisdiction::{Jurisdiction, RecordView};
use crate::model::rulebook::ComparedWith;
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::PlaceIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::render::chunked_output::write_texts;
use crate::render::report::Report;
use crate::tree::{FactRef, Limit};

/// A row for each finding, and one for each determination with an empty condition.
///
/// # Errors
/// What keeps the text from being written.
pub fn csv(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let head = [
        "rulebook",
        "as_of",
        "jurisdiction",
        "name",
        "condition",
        "result",
        "reasons",
        "missing",
        "cut_short",
        "published",
        "file",
        "line",
        "script",
        "script_line",
    ];
    let mut head = head.map(str::to_owned).to_vec();
    let amounts = amounts_of(report);
    head.extend(amounts.iter().cloned());
    out.write_all(written(std::iter::once(head)).as_bytes())?;
    for assessed in &report.assessment.rulebooks {
        let rows = Rows::new(assessed, &amounts);
        write_texts(assessed.len(), out, |places| rows.text(places))?;
    }
    Ok(())
}

/// The names of results of all rulebooks, each once: columns behind the others.
fn amounts_of(report: &Report<'_>) -> Vec<String> {
    let all = report
        .assessment
        .rulebooks
        .iter()
        .flat_map(RulebookAssessment::amounts);
    let names: BTreeSet<String> = all.map(|used| used.fact.schema.path.to_string()).collect();
    names.into_iter().collect()
}

/// The rows of a rulebook.
struct Rows<'a> {
    assessed: &'a RulebookAssessment,
    explaining: Explaining<'a, Shown>,
    /// The cells that all rows begin with.
    lead: String,
    /// Whether there are published results to compare with.
    compares: bool,
    /// By column of a result: the derived fact, if the rulebook has it.
    amounts: Vec<Option<&'a DerivedUsed>>,
}

/// The cells that similar findings have in common.
struct Shown {
    /// The condition and its status.
    before: String,
    /// The reasons, where they are the same for all.
    reasons: String,
    /// The missing facts, and the limit that cut the search short.
    after: String,
    /// The place of the last test in the script.
    script: String,
}

/// A jurisdiction, as its rows show it.
struct Subject {
    record: RecordIndex,
    place: PlaceIndex,
    /// The cells that its rows begin with.
    lead: String,
    /// The cells of its file and line.
    at: String,
    /// Whether all of its facts are on that line.
    is_on_a_line: bool,
    /// The record in full, read on first use.
    whole: OnceCell<Arc<Jurisdiction>>,
}

impl<'a> Rows<'a> {
    fn new(assessed: &'a RulebookAssessment, amounts: &[String]) -> Self {
        let amount = |name: &String| {
            let mut all = assessed.amounts();
            all.find(|used| used.fact.schema.path.as_str() == name)
        };
        let mut lead = String::new();
        push_cell(&mut lead, assessed.rulebook().id.as_str());
        lead.push(',');
        push_cell(&mut lead, &assessed.as_of.to_string());
        lead.push(',');
        Self {
            assessed,
            explaining: Explaining::new(assessed.prepared()),
            lead,
            compares: !assessed.basis.criteria.published.is_empty(),
            amounts: amounts.iter().map(amount).collect(),
        }
    }

    fn text(&self, places: Range<usize>) -> String {
        let mut text = String::new();
        for place in places.map(PlaceIndex::from) {
            self.rows(place, &mut text);
        }
        text
    }

    /// The rows of a jurisdiction.
    fn rows(&self, place: PlaceIndex, text: &mut String) {
        let subject = self.subject(place);
        let conditions = ConditionIndex::first(self.assessed.conditions.len());
        let told: Vec<_> = conditions
            .map(|condition| self.explaining.told(condition, subject.record))
            .collect();
        let kind = self.assessed.kind(place);
        let determination = self.explaining.determination(subject.record, kind, &told);
        self.decided(&subject, &determination, text);
        for (condition, told) in ConditionIndex::each(&told) {
            self.found(&subject, condition, told, text);
        }
    }

    fn subject(&self, place: PlaceIndex) -> Subject {
        let record = self.assessed.record_of(place);
        let view = self.assessed.records().view(record);
        let whole = OnceCell::new();
        let mut lead = self.lead.clone();
        push_cell(&mut lead, view.id());
        lead.push(',');
        push_cell(&mut lead, view.name());
        lead.push(',');
        let on_a_line = on_a_line(view);
        let at = match on_a_line {
            Some((source, line)) => at(source, line),
            None => at_start(&whole.get_or_init(|| view.read()).span),
        };
        Subject {
            record,
            place,
            lead,
            at,
            is_on_a_line: on_a_line.is_some(),
            whole,
        }
    }

    fn decided(&self, subject: &Subject, determination: &Determination, text: &mut String) {
        text.push_str(&subject.lead);
        text.push(',');
        push_cell(text, &determination.kind.to_string());
        text.push(',');
        push_cell(text, &determination.reasons.join("; "));
        text.push(',');
        push_cell(text, &names(&determination.missing));
        text.push(',');
        push_cell(text, limit(determination.cut_short));
        text.push(',');
        self.published(subject.place, None, text);
        text.push_str(&subject.at);
        text.push_str(",,");
        for used in &self.amounts {
            let value = used.and_then(|used| self.assessed.amount(subject.place, used));
            text.push(',');
            push_cell(
                text,
                &value.map_or_else(String::new, |value| value.to_string()),
            );
        }
        text.push('\n');
    }

    fn found(
        &self,
        subject: &Subject,
        condition: ConditionIndex,
        told: &Told<Shown>,
        text: &mut String,
    ) {
        let finding = told.finding();
        let id = self.assessed.conditions[condition].condition.id.as_str();
        let shown = told.shown.get_or_init(|| Shown {
            before: cells(&[id, &finding.status.to_string()]),
            reasons: cells(&[&finding.reasons.join("; ")]),
            after: cells(&[&names(&finding.missing), limit(finding.cut_short)]),
            script: self.script(condition, told),
        });
        text.push_str(&subject.lead);
        let waiver = self
            .explaining
            .waived(condition, subject.record, finding.status);
        if waiver.is_some() {
            text.push_str(&cells(&[id, &format!("{} (waived)", finding.status)]));
        } else {
            text.push_str(&shown.before);
        }
        if told.varies() {
            let reasons = self.explaining.reasons(told, subject.record);
            push_cell(text, &reasons.join("; "));
            text.push(',');
        } else {
            text.push_str(&shown.reasons);
        }
        text.push_str(&shown.after);
        self.published(subject.place, Some(id), text);
        if subject.is_on_a_line && told.facts.is_some() {
            text.push_str(&subject.at);
        } else {
            text.push_str(&at_start(&self.fact(subject, told)));
        }
        text.push_str(&shown.script);
    }

    /// The cells of where the script asks the last test, and the end of the row.
    fn script<T>(&self, condition: ConditionIndex, told: &Told<T>) -> String {
        let source = &self.assessed.conditions[condition].condition.source;
        let mut cells = String::from(",");
        cells.push_str(&told.tests.last().map_or_else(
            || at_start(&source.span(0..0)),
            |last| at_start(&last.asked.span),
        ));
        self.amounts.iter().for_each(|_| cells.push(','));
        cells.push('\n');
        cells
    }

    /// The fact that the last test was about, or else the record.
    fn fact<T>(&self, subject: &Subject, told: &Told<T>) -> Span {
        let (assessed, facts) = (self.assessed, &self.assessed.basis.facts);
        let records = assessed.records();
        let whole = subject.whole.get_or_init(|| records.get(subject.record));
        let stated = |fact: &FactRef| {
            let (owner, slot) = facts.locate(subject.record, fact).ok()?;
            let span = |record: &Jurisdiction| {
                let stated = record.stated(slot, assessed.as_of)?;
                Some(stated.span.clone())
            };
            if owner == subject.record {
                span(whole)
            } else {
                span(&records.get(owner))
            }
        };
        let mut tests = told.tests.iter().rev();
        let found = tests.find_map(|one| one.asked.test.facts().into_iter().find_map(stated));
        found
            .filter(|span| span.source().is_in_policies())
            .unwrap_or_else(|| whole.span.clone())
    }

    /// The cells of a published result, for a determination or a condition, and whether it agrees.
    fn published(&self, place: PlaceIndex, condition: Option<&str>, text: &mut String) {
        if self.compares {
            let with = |said: &Said<'_>| match &said.comparison.with {
                ComparedWith::Determination => condition.is_none(),
                ComparedWith::Condition(id, _) => condition == Some(id.as_str()),
            };
            let said = published_of(self.assessed, place).into_iter().filter(with);
            let said = said.map(|one| {
                let stands = if one.agrees { "agrees" } else { "differs" };
                format!("{}: {} ({stands})", one.comparison.name, one.published)
            });
            push_cell(text, &said.collect::<Vec<_>>().join("; "));
        }
        text.push(',');
    }
}

/// The file and the line of a record that has a line of its own.
fn on_a_line(record: RecordView<'_>) -> Option<(&Arc<Source>, usize)> {
    let RecordView::Row(table, row) = record else {
        return None;
    };
    let text = table.text(row);
    let line = text.trim_end();
    let is_one = !line.contains('\n') && !text.starts_with(char::is_whitespace);
    let (source, range) = table.place(row);
    is_one.then(|| (source, source.line(range.start)))
}

/// The cells of a place.
fn at(source: &Source, line: usize) -> String {
    let mut cells = String::new();
    push_cell(&mut cells, source.name());
    let _ = write!(cells, ",{line}");
    cells
}

fn at_start(span: &Span) -> String {
    at(span.source(), span.position().line)
}

/// Cells, each with the comma behind it.
fn cells(texts: &[&str]) -> String {
    let mut cells = String::new();
    for text in texts {
        push_cell(&mut cells, text);
        cells.push(',');
    }
    cells
}

fn names(facts: &[FactRef]) -> String {
    let names: Vec<String> = facts.iter().map(ToString::to_string).collect();
    names.join("; ")
}

fn limit(limit: Option<Limit>) -> &'static str {
    limit.map_or("", Limit::name)
}
