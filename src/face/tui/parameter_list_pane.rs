//! The pane of all parameters, in full.

use ratatui::text::{Line, Span};

use crate::assess::assessment::{ParameterOrigin, RulebookAssessment};
use crate::face::tui::colours_and_marks::Palette;
use crate::render::clean_line;

/// The title and the lines of the pane.
pub(super) fn parameters(
    assessed: &RulebookAssessment,
    palette: Palette,
) -> (String, Vec<Line<'static>>) {
    let mut lines = Vec::new();
    let declared = &assessed.rulebook().parameters;
    for used in &assessed.parameters {
        let value = used.value.as_ref();
        let value = value.map_or("unknown".to_owned(), |value| value.shown(used.decimals));
        let unit = used.unit.as_ref().map(|unit| format!(" {unit}"));
        let declared = declared.iter().find(|one| one.name == used.name);
        let stated = declared.and_then(|one| one.on(assessed.as_of));
        let origin = match (used.origin, stated) {
            (ParameterOrigin::Option, Some(stated)) => {
                let own = stated.value.as_ref();
                let own = own.map_or("unknown".to_owned(), |value| value.shown(used.decimals));
                vec![format!("given by an option; the rulebook has {own}")]
            }
            (ParameterOrigin::Option, None) => vec!["given by an option".to_owned()],
            (ParameterOrigin::Rulebook, Some(stated)) => {
                let mut parts: Vec<String> =
                    stated.sources.iter().map(ToString::to_string).collect();
                parts.extend(stated.note.as_ref().map(ToString::to_string));
                parts
            }
            (ParameterOrigin::Rulebook, None) => Vec::new(),
        };
        let origin = if origin.is_empty() {
            String::new()
        } else {
            format!("  ({})", clean_line(&origin.join("; ")))
        };
        let text = format!("{} = {value}{}", used.name, unit.unwrap_or_default());
        lines.push(Line::from(vec![
            Span::from(clean_line(&text)),
            Span::styled(origin, palette.faint()),
        ]));
        let meaning = declared.and_then(|one| one.description.as_deref());
        lines.extend(meaning.map(|text| Line::from(format!("  {}", clean_line(text)))));
    }
    let what_if = assessed.what_if.iter();
    lines.extend(what_if.map(|fact| Line::from(format!("what if {}", clean_line(fact)))));
    if lines.is_empty() {
        lines.push(Line::from("this rulebook has no parameters"));
    }
    (format!("Parameters as of {}", assessed.as_of), lines)
}
