//! The pane with details of the selection: reasons, the facts used, and what would decide.

use ratatui::text::{Line, Span};

use crate::analysis::explanation::{
    FindingExplained, as_written, explain_finding, how_in_words, with_unit,
};
use crate::analysis::published_results::published_of;
use crate::assess::assessment::RulebookAssessment;
use crate::assess::result_types::JurisdictionAssessment;
use crate::face::tui::colours_and_marks::{Palette, status_word};
use crate::face::tui::parameter_list_pane::parameters;
use crate::face::tui::state::{Pane, Since, State};
use crate::model::rulebook::Stated;
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::PlaceIndex;
use crate::render::{case_lines, clean_line, result_in_words, said, why_lines};
use crate::tree::FactRef;

/// The title and the lines of the pane.
pub(super) fn detail(state: &State, palette: Palette) -> (String, Vec<Line<'static>>) {
    let (Some(assessed), Some(one)) = (state.assessed(), state.selected()) else {
        return (String::new(), vec![Line::from("no jurisdiction is shown")]);
    };
    if let Pane::Remedies(Some(text)) = &state.pane {
        let mut lines = text
            .lines()
            .map(|line| line.strip_prefix("  ").unwrap_or(line).to_owned());
        return (
            lines.next().unwrap_or_default(),
            lines.map(Line::from).collect(),
        );
    }
    if state.pane == Pane::Parameters {
        return parameters(assessed, palette);
    }
    let (title, mut lines) = match state.condition() {
        Some(condition) => finding(assessed, one, condition, palette),
        None => determination(assessed, one, palette),
    };
    let cases = changed_cases(state, assessed, palette);
    // Under the verdict, where they are seen.
    lines.splice(1..1, cases);
    lines.splice(0..0, changed_because(state, assessed, palette));
    (title, lines)
}

/// Why the one selected changed: its determination and findings, or the finding selected.
fn changed_because(
    state: &State,
    assessed: &RulebookAssessment,
    palette: Palette,
) -> Vec<Line<'static>> {
    let Some((impact, one)) = state.why() else {
        return Vec::new();
    };
    let condition = state
        .condition()
        .map(|condition| assessed.conditions[condition].condition.id.as_str());
    let found = why_lines(impact, one, condition);
    if found.is_empty() {
        return Vec::new();
    }
    let since = match state.since {
        Since::Save => "Changed with the last save",
        Since::Start => "Changed since the start",
    };
    let mut lines = vec![Line::from(Span::styled(since, palette.head()))];
    lines.extend(
        found
            .iter()
            .map(|line| Line::from(format!("  {}", clean_line(line)))),
    );
    if condition.is_none() {
        let by_others = one.only_others_moved();
        lines.extend(by_others.then(|| Line::from("  only because others changed")));
    }
    lines
}

/// The cases in which the last save made conditions differ: of the one selected, or of all.
fn changed_cases(
    state: &State,
    assessed: &RulebookAssessment,
    palette: Palette,
) -> Vec<Line<'static>> {
    const MOST: usize = 4;
    let selected = state
        .condition()
        .map(|condition| &assessed.conditions[condition].condition.id);
    let mut lines = Vec::new();
    for (rulebook, id, cases) in &state.cases {
        if *rulebook != assessed.rulebook().id || selected.is_some_and(|selected| selected != id) {
            continue;
        }
        lines.push(Line::from(Span::styled(
            format!("Cases in which the last save changed {id}"),
            palette.head(),
        )));
        let found = case_lines(cases, "`x`");
        lines.extend(
            found
                .iter()
                .take(MOST)
                .map(|line| Line::from(format!("  {}", clean_line(line)))),
        );
        if found.len() > MOST {
            lines.push(Line::from(format!(
                "  and {} more: see `rulebook impact`",
                found.len() - MOST
            )));
        }
    }
    lines
}

fn determination(
    assessed: &RulebookAssessment,
    one: &JurisdictionAssessment,
    palette: Palette,
) -> (String, Vec<Line<'static>>) {
    let determination = &one.determination;
    let kind = determination.kind;
    let mut lines = vec![Line::from(Span::styled(
        kind.to_string(),
        palette.kind(kind),
    ))];
    lines.extend(
        determination
            .reasons
            .iter()
            .map(|why| Line::from(format!("  {}", clean_line(why)))),
    );
    let place = assessed.place(one.jurisdiction.id.as_str());
    for one in place
        .map(|place| published_of(assessed, place))
        .unwrap_or_default()
    {
        lines.push(Line::from(format!("  {}", clean_line(&said(&one)))));
    }
    if let Some(place) = place {
        lines.extend(results(assessed, place));
    }
    for (used, finding) in assessed.conditions.iter().zip(&one.findings) {
        let why = finding
            .reasons
            .iter()
            .map(|why| clean_line(why))
            .collect::<Vec<_>>()
            .join("; or ");
        let why = if why.is_empty() {
            String::new()
        } else {
            format!(": {why}")
        };
        lines.push(Line::from(vec![
            Span::styled(
                format!("  {:<8}", status_word(finding.status)),
                palette.status(finding.status),
            ),
            Span::from(format!("{}{why}", clean_line(&used.condition.title))),
        ]));
    }
    missing(&determination.missing, palette, &mut lines);
    lines.extend(
        determination
            .cut_short
            .map(|limit| Line::from(format!("  {limit}"))),
    );
    (
        format!(
            "{} ({})",
            clean_line(&one.jurisdiction.name),
            one.jurisdiction.id
        ),
        lines,
    )
}

/// The derived facts that are marked as results.
fn results(
    assessed: &RulebookAssessment,
    place: PlaceIndex,
) -> impl Iterator<Item = Line<'static>> {
    let results = assessed.amounts().map(move |used| {
        let words = result_in_words(assessed, place, used);
        let text = format!("  {} = {words}", used.fact.schema.path);
        Line::from(clean_line(&text))
    });
    results.collect::<Vec<_>>().into_iter()
}

fn finding(
    assessed: &RulebookAssessment,
    one: &JurisdictionAssessment,
    condition: ConditionIndex,
    palette: Palette,
) -> (String, Vec<Line<'static>>) {
    let (used, finding) = (&assessed.conditions[condition], &one.findings[condition]);
    let mut lines = vec![Line::from(Span::styled(
        finding.status.to_string(),
        palette.status(finding.status),
    ))];
    if let Some(waiver) = &finding.waived {
        let until = waiver
            .expires
            .map(|day| format!(" until {day}"))
            .unwrap_or_default();
        let text = format!(
            "  waived{until} by {}: {}",
            waiver.granted_by, waiver.reason
        );
        lines.push(Line::from(clean_line(&text)));
    }
    for why in &finding.reasons {
        lines.push(Line::from(format!("  {}", clean_line(why))));
    }
    if let Some(fault) = &finding.fault {
        lines.push(Line::from(Span::styled(
            format!("  {}", clean_line(&fault.message)),
            palette.error(),
        )));
    }
    for assumed in &finding.assumed {
        lines.push(Line::from(format!(
            "  assumed: {} = {}",
            assumed.fact,
            clean_line(
                &assumed
                    .value
                    .as_ref()
                    .map_or_else(|| "unknown".to_owned(), ToString::to_string)
            )
        )));
    }
    let explained = explain_finding(assessed, one, condition);
    rests_on(
        &explained,
        used.condition.source.name(),
        palette,
        &mut lines,
    );
    missing(&finding.missing, palette, &mut lines);
    lines.extend(
        finding
            .cut_short
            .map(|limit| Line::from(format!("  {limit}"))),
    );
    (
        format!(
            "{}, {}",
            clean_line(&one.jurisdiction.name),
            clean_line(&used.condition.title)
        ),
        lines,
    )
}

fn value(fact: &FactRef, stated: Option<&Stated>) -> String {
    let value = stated.and_then(|stated| stated.value.as_ref());
    value.map_or_else(
        || "unknown".to_owned(),
        |value| clean_line(&with_unit(value, fact)),
    )
}

/// The source of a value, its date and its remark.
fn origin(stated: Option<&Stated>) -> String {
    let Some(stated) = stated else {
        return "  (not stated)".to_owned();
    };
    let mut parts: Vec<String> = stated
        .sources
        .iter()
        .map(|source| clean_line(source))
        .collect();
    parts.extend(stated.as_of.map(|day| format!("as of {day}")));
    parts.extend(stated.note.as_ref().map(|note| clean_line(note)));
    if parts.is_empty() {
        String::new()
    } else {
        format!("  ({})", parts.join("; "))
    }
}

fn missing(facts: &[FactRef], palette: Palette, lines: &mut Vec<Line<'static>>) {
    heading("Facts that would decide", facts.is_empty(), palette, lines);
    for fact in facts {
        let question = fact
            .schema
            .question
            .as_deref()
            .or(fact.schema.description.as_deref());
        let question = question
            .map(|text| format!(": {}", clean_line(text)))
            .unwrap_or_default();
        lines.push(Line::from(format!("  {fact}{question}")));
    }
}

fn heading(text: &'static str, empty: bool, palette: Palette, lines: &mut Vec<Line<'static>>) {
    if !empty {
        lines.push(Line::from(Span::styled(text, palette.head())));
    }
}

/// The tests, facts and parameters that a finding depends on; `script` is where they are asked.
fn rests_on(
    explained: &FindingExplained<'_>,
    script: &str,
    palette: Palette,
    lines: &mut Vec<Line<'static>>,
) {
    let tests = as_written(&explained.tests);
    heading("Tests", tests.is_empty(), palette, lines);
    for test in &tests {
        let answer = match test.answer {
            Some(true) => "yes",
            Some(false) => "no",
            None => "not known",
        };
        let needed = test
            .needed
            .as_ref()
            .filter(|needed| *needed != "true" && test.answer != Some(true));
        let needed = needed
            .map(|needed| format!(", asked for is {needed}"))
            .unwrap_or_default();
        let place = test.place_in(script);
        lines.push(Line::from(clean_line(&format!(
            "  {place:<8} {}: {answer}{needed}",
            test.question
        ))));
    }
    heading(
        "Facts",
        explained.facts.is_empty() && explained.worked_out.is_empty(),
        palette,
        lines,
    );
    for (fact, stated) in &explained.facts {
        lines.push(Line::from(vec![
            Span::from(format!("  {fact} = ")),
            Span::from(value(fact, stated.as_ref())),
            Span::styled(origin(stated.as_ref()), palette.faint()),
        ]));
    }
    for worked in &explained.worked_out {
        let value = worked.value.as_ref();
        let value = value.map_or_else(
            || "unknown".to_owned(),
            |value| clean_line(&with_unit(value, &worked.fact)),
        );
        lines.push(Line::from(vec![
            Span::from(format!("  {} = {value}", worked.fact)),
            Span::styled(clean_line(&how_in_words(worked)), palette.faint()),
        ]));
    }
    for parameter in &explained.parameters {
        lines.push(Line::from(vec![
            Span::from(clean_line(&format!(
                "  params.{} = {}",
                parameter.name, parameter.value
            ))),
            Span::styled(
                parameter
                    .stated
                    .map(|stated| origin(Some(stated)))
                    .unwrap_or_default(),
                palette.faint(),
            ),
        ]));
    }
}
