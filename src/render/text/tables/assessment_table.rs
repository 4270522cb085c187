//! The assessment as a table for a terminal, with details of each jurisdiction.

use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;

use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, Table, presets};

use crate::analysis::published_results::compare;
use crate::assess::assessment::{Assessment, RulebookAssessment};
use crate::assess::explored_scripts::{Form, ParameterOrigin};
use crate::assess::result_types::{DeterminationKind, JurisdictionAssessment, Status};
use crate::model::condition::Level;
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::PlaceIndex;
use crate::render::Colour;
use crate::render::escape::clean_line;
use crate::render::text::derived_results::{result_in_words, result_totals};
use crate::render::text::published_results::{compared_summary, differences};
use crate::render::text::reached_limits::cut_short;
use crate::render::text::tables::cells::{
    CellDetail, determination_cell, finding_cell, finding_text, lines_of,
};
use crate::render::text::tables::deciding_facts_section::missing;
use crate::render::text_or_markdown_page::wrapped;

/// The table of each rulebook, with what decides the undetermined, why others are ineligible, and
/// the counts. No line is longer than `width` where words can be broken.
pub fn table(assessment: &Assessment, colour: Colour, width: usize) -> String {
    let mut out = String::new();
    for (index, assessed) in assessment.rulebooks.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        View {
            assessed,
            colour,
            width,
        }
        .write(&mut out);
    }
    out
}

/// The heads of the outer columns; no determination is longer than its head.
const JURISDICTION: &str = "jurisdiction";
const DETERMINATION: &str = "determination";

/// The most jurisdictions that are listed; for more, only the counts are shown.
const MOST_JURISDICTIONS: usize = 1000;

/// All statuses, in the order in which they are counted.
const STATUSES: [Status; 5] = [
    Status::Met,
    Status::NotMet,
    Status::NotApplicable,
    Status::Unknown,
    Status::Fault,
];

struct View<'a> {
    assessed: &'a RulebookAssessment,
    colour: Colour,
    width: usize,
}

impl View<'_> {
    fn write(&self, out: &mut String) {
        self.wrapped(out, &self.heading(), 0);
        if let Some(description) = &self.assessed.rulebook().description {
            self.wrapped(out, &format!("  {}", clean_line(description)), 2);
        }
        out.push('\n');
        if self.assessed.len() > MOST_JURISDICTIONS {
            return self.write_summary(out);
        }
        self.write_matrix(out);
        out.push('\n');
        self.write_legend(out);
        self.write_waived(out);
        self.write_reasons(out);
        self.write_missing(out);
        self.write_results(out);
        let cut_short = cut_short(self.assessed);
        if !cut_short.is_empty() {
            out.push_str("\nCut short\n");
        }
        for line in cut_short {
            self.wrapped(out, &format!("  {line}"), 4);
        }
        self.write_compared(out);
        out.push('\n');
        self.wrapped(out, &self.counts(), 0);
        self.wrapped(out, &self.counts_of_findings(), 0);
    }

    fn heading(&self) -> String {
        let rulebook = self.assessed.rulebook();
        let mut heading = format!(
            "{} ({}), as of {}",
            clean_line(&rulebook.title),
            rulebook.id,
            self.assessed.as_of
        );
        for used in &self.assessed.parameters {
            let value = used
                .value
                .as_ref()
                .map_or("unknown".to_owned(), |value| value.shown(used.decimals));
            let unit = used
                .unit
                .as_ref()
                .map(|unit| format!(" {unit}"))
                .unwrap_or_default();
            let origin = if used.origin == ParameterOrigin::Option {
                " (set)"
            } else {
                ""
            };
            let _ = write!(
                heading,
                ", {} = {}{}{origin}",
                used.name,
                clean_line(&value),
                clean_line(&unit)
            );
        }
        for fact in &self.assessed.what_if {
            let _ = write!(heading, ", what if {}", clean_line(fact));
        }
        heading
    }

    /// The counts of results, by condition and in total.
    fn write_summary(&self, out: &mut String) {
        let counts: Vec<[usize; 5]> = ConditionIndex::first(self.assessed.conditions.len())
            .map(|condition| STATUSES.map(|status| self.assessed.count_findings(condition, status)))
            .collect();
        let shown: Vec<usize> = (0..5)
            .filter(|kind| *kind < 4 || counts.iter().any(|counts| counts[*kind] > 0))
            .collect();
        let mut table = self.plain_table();
        let words = shown.iter().map(|kind| STATUSES[*kind].to_string());
        let head = std::iter::once("condition".to_owned()).chain(words);
        table.set_header(head.map(|head| Cell::new(head).add_attribute(Attribute::Bold)));
        for (used, counts) in self.assessed.conditions.iter().zip(&counts) {
            let cells = shown
                .iter()
                .map(|kind| Cell::new(counts[*kind]).set_alignment(CellAlignment::Right));
            table.add_row(std::iter::once(Cell::new(used.condition.id.as_str())).chain(cells));
        }
        out.push_str(&lines_of(&mut table));
        out.push('\n');
        self.wrapped(out, &self.counts(), 0);
        let help = "Too many to be listed here: `--format csv` or `--format ndjson` lists each, \
             `rulebook explain ID` says why of one.";
        self.wrapped(out, help, 0);
        for line in result_totals(self.assessed) {
            self.wrapped(out, &clean_line(&line), 2);
        }
        self.write_compared(out);
    }

    /// The derived facts that are marked as results, of each and added up.
    fn write_results(&self, out: &mut String) {
        let results: Vec<_> = self.assessed.amounts().collect();
        if results.is_empty() {
            return;
        }
        out.push_str("\nResults\n");
        for (place, one) in PlaceIndex::each(self.assessed.jurisdictions()) {
            let each = results.iter().map(|used| {
                let words = result_in_words(self.assessed, place, used);
                format!("{} = {words}", used.fact.schema.path)
            });
            let each = each.collect::<Vec<_>>().join(", ");
            let text = format!("  {}: {each}", one.jurisdiction.name);
            self.wrapped(out, &clean_line(&text), 4);
        }
        for line in result_totals(self.assessed) {
            self.wrapped(out, &format!("  {}", clean_line(&line)), 4);
        }
    }

    fn plain_table(&self) -> Table {
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Disabled);
        if self.colour == Colour::Always {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        table
    }

    /// Words if they fit, symbols if they do not, in several blocks if even those do not.
    fn write_matrix(&self, out: &mut String) {
        let count = self.assessed.conditions.len();
        if self.fits(CellDetail::Words, 0..count) {
            return out.push_str(&self.matrix(CellDetail::Words, 0..count));
        }
        let mut from = 0;
        while from < count {
            let widest = (from + 1..=count)
                .take_while(|to| self.fits(CellDetail::Symbols, from..*to))
                .last();
            let to = widest.unwrap_or(from + 1);
            if from > 0 {
                out.push('\n');
            }
            out.push_str(&self.matrix(CellDetail::Symbols, from..to));
            from = to;
        }
    }

    /// Whether these columns fit side by side, with two spaces between them.
    fn fits(&self, cells: CellDetail, columns: Range<usize>) -> bool {
        let column = |index: usize| {
            let texts = self
                .assessed
                .jurisdictions()
                .map(|one| finding_text(&one.findings[index], cells).len());
            texts
                .max()
                .unwrap_or_default()
                .max(self.head(cells, index).chars().count())
        };
        let names = self
            .assessed
            .jurisdictions()
            .map(|one| self.name(one, cells).chars().count());
        let name = names.max().unwrap_or_default().max(JURISDICTION.len());
        let findings: usize = columns.map(|index| column(index) + 2).sum();
        name + 2 + findings + DETERMINATION.len() <= self.width
    }

    fn head(&self, cells: CellDetail, index: usize) -> String {
        match cells {
            CellDetail::Words => self.assessed.conditions[index].condition.id.to_string(),
            CellDetail::Symbols => (index + 1).to_string(),
        }
    }

    fn matrix(&self, cells: CellDetail, columns: Range<usize>) -> String {
        let mut table = self.plain_table();
        let heads = columns.clone().map(|index| self.head(cells, index));
        let heads = [JURISDICTION.to_owned()]
            .into_iter()
            .chain(heads)
            .chain([DETERMINATION.to_owned()]);
        table.set_header(heads.map(|head| Cell::new(head).add_attribute(Attribute::Bold)));
        for one in self.assessed.jurisdictions() {
            let name = Cell::new(self.name(one, cells));
            let findings = one.findings[columns.clone()]
                .iter()
                .map(|finding| finding_cell(finding, cells));
            let row = std::iter::once(name)
                .chain(findings)
                .chain([determination_cell(one.determination.kind)]);
            table.add_row(row);
        }
        lines_of(&mut table)
    }

    fn name(&self, one: &JurisdictionAssessment, cells: CellDetail) -> String {
        let name = clean_line(&one.jurisdiction.name);
        let most = if cells == CellDetail::Words {
            40
        } else {
            (self.width / 3).max(12)
        };
        match name.char_indices().nth(most) {
            Some((end, _)) => format!("{}…", &name[..end]),
            None => name,
        }
    }

    fn write_legend(&self, out: &mut String) {
        let words = self.fits(CellDetail::Words, 0..self.assessed.conditions.len());
        let widest = self
            .assessed
            .conditions
            .iter()
            .map(|used| used.condition.id.as_str().len())
            .max()
            .unwrap_or_default();
        for (index, used) in self.assessed.conditions.iter().enumerate() {
            let mut text = format!(
                "{:widest$}  {}",
                used.condition.id.as_str(),
                clean_line(&used.condition.title)
            );
            if !words {
                text = format!("{:>2}  {text}", index + 1);
            }
            match used.condition.level {
                Level::Advisory => text.push_str(" (advisory: does not count)"),
                Level::Required => {}
            }
            match &used.form {
                Form::NotTabular(why) => {
                    let place = why.span().map(ToString::to_string).unwrap_or_default();
                    let why = clean_line(&why.message);
                    let _ = write!(text, " (run for each jurisdiction, as {why}: see {place})");
                }
                Form::Broken => text.push_str(" (broken: see below)"),
                Form::Tabular(_) => {}
            }
            self.wrapped(out, &text, widest + if words { 2 } else { 6 });
        }
        let symbols = if words {
            "n/a: not applicable; unknown: depends on facts that nobody stated"
        } else {
            "+ met, - not met, o not applicable, ? unknown, ! fault"
        };
        self.wrapped(out, symbols, 0);
        let decision = format!("eligible when: {}", self.assessed.rulebook().decision);
        self.wrapped(out, &decision, 0);
    }

    /// The findings that are excused, why, and by whom.
    fn write_waived(&self, out: &mut String) {
        let mut heading = false;
        for one in self.assessed.jurisdictions() {
            let findings = self.assessed.conditions.iter().zip(&one.findings);
            for (used, finding, waiver) in
                findings.filter_map(|(used, one)| Some((used, one, one.waived.as_ref()?)))
            {
                if !std::mem::replace(&mut heading, true) {
                    out.push_str("\nWaived: counts as not applicable\n");
                }
                let until = waiver
                    .expires
                    .map(|day| format!(" until {day}"))
                    .unwrap_or_default();
                let by = clean_line(&waiver.granted_by);
                let (id, condition) = (&one.jurisdiction.id, &used.condition.id);
                let why = clean_line(&waiver.reason);
                let text = format!(
                    "  {id}: {condition} is {}, waived by {by}{until}: {why}",
                    finding.status
                );
                self.wrapped(out, &text, 4);
            }
        }
    }

    fn write_reasons(&self, out: &mut String) {
        let ineligible = |one: &&Arc<JurisdictionAssessment>| {
            one.determination.kind == DeterminationKind::Ineligible
        };
        let mut heading = false;
        for one in self.assessed.jurisdictions().filter(ineligible) {
            if !std::mem::replace(&mut heading, true) {
                out.push_str("\nWhy ineligible\n");
            }
            let before = out.len();
            for reason in &one.determination.reasons {
                self.wrapped(
                    out,
                    &format!("  {}: {}", one.jurisdiction.id, clean_line(reason)),
                    4,
                );
            }
            for (used, finding) in self.assessed.conditions.iter().zip(&one.findings) {
                if finding.status == Status::NotMet
                    && finding.waived.is_none()
                    && used.condition.level == Level::Required
                {
                    let why = finding
                        .reasons
                        .iter()
                        .map(|why| clean_line(why))
                        .collect::<Vec<_>>()
                        .join("; or ");
                    let why = if why.is_empty() {
                        "not met".to_owned()
                    } else {
                        why
                    };
                    self.wrapped(
                        out,
                        &format!("  {}: {}: {why}", one.jurisdiction.id, used.condition.id),
                        4,
                    );
                }
            }
            if out.len() == before {
                let why = "whatever the unknown facts turn out to be, its conditions cannot be met \
                           together";
                self.wrapped(out, &format!("  {}: {why}", one.jurisdiction.id), 4);
            }
        }
    }

    /// The facts that would decide, jurisdictions that want the same ones together.
    fn write_missing(&self, out: &mut String) {
        let (lines, questions) = missing(self.assessed);
        if !lines.is_empty() {
            out.push_str("\nFacts that would decide\n");
        }
        for line in lines {
            self.wrapped(out, &format!("  {line}"), 4);
        }
        if !questions.is_empty() {
            out.push_str("\nQuestions to ask\n");
        }
        let widest = questions
            .keys()
            .map(|path| path.len())
            .max()
            .unwrap_or_default();
        for (path, question) in questions {
            self.wrapped(
                out,
                &format!("  {path:widest$}  {}", clean_line(question)),
                widest + 4,
            );
        }
    }

    /// A comparison of the results with published ones.
    fn write_compared(&self, out: &mut String) {
        for compared in compare(self.assessed) {
            out.push('\n');
            self.wrapped(out, &clean_line(&compared_summary(&compared)), 2);
            for line in differences(&compared) {
                self.wrapped(out, &clean_line(&format!("  {line}")), 4);
            }
        }
    }

    fn counts(&self) -> String {
        let kinds = [
            DeterminationKind::Eligible,
            DeterminationKind::Ineligible,
            DeterminationKind::Undetermined,
            DeterminationKind::Fault,
        ];
        let counts = kinds
            .into_iter()
            .map(|kind| (kind, self.assessed.count(kind)));
        let counts: Vec<_> = counts
            .filter(|(kind, count)| *count > 0 || *kind != DeterminationKind::Fault)
            .map(|(kind, count)| format!("{count} {kind}"))
            .collect();
        let count = self.assessed.len();
        let s = if count == 1 { "" } else { "s" };
        let referred = self.assessed.records().len() - self.assessed.len();
        let others = match referred {
            0 => String::new(),
            1 => " (1 more record is not assessed here)".to_owned(),
            more => format!(" ({more} more records are not assessed here)"),
        };
        format!("{} jurisdiction{s}: {}{others}", count, counts.join(", "))
    }

    fn counts_of_findings(&self) -> String {
        let count_of = |status: Status| {
            let conditions = ConditionIndex::first(self.assessed.conditions.len());
            conditions
                .map(|one| self.assessed.count_findings(one, status))
                .sum()
        };
        let counts = STATUSES.map(|status| (status, count_of(status)));
        let all: usize = counts.iter().map(|(_, count)| count).sum();
        let s = if all == 1 { "" } else { "s" };
        let some = counts.iter().filter(|(_, count)| *count > 0);
        let some: Vec<_> = some
            .map(|(status, count)| format!("{count} {status}"))
            .collect();
        format!("{all} finding{s}: {}", some.join(", "))
    }

    fn wrapped(&self, out: &mut String, text: &str, indent: usize) {
        wrapped(out, text, indent, self.width);
    }
}
