//! Diagnostics as text: the message, the place, the author's text with the place marked, and
//! advice.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::base::diagnostic::{Diagnostic, Label, ProblemPlace, Severity};
use crate::base::source::Position;
use crate::render::Colour;
use crate::render::escape::{clean, clean_line, for_quotation};

/// All diagnostics as text, in their order. `width` is that of the terminal, in columns.
pub fn diagnostics(list: &[Diagnostic], colour: Colour, width: usize) -> String {
    let renderer = match colour {
        Colour::Always => Renderer::styled(),
        Colour::Never => Renderer::plain(),
    };
    let renderer = renderer.term_width(width).decor_style(DecorStyle::Ascii);
    let shown: Vec<_> = list
        .iter()
        .map(|diagnostic| renderer.render(&[group(diagnostic)]))
        .collect();
    shown.join("\n\n") + if shown.is_empty() { "" } else { "\n" }
}

fn group(diagnostic: &Diagnostic) -> Group<'_> {
    let level = match diagnostic.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(clean_line(&diagnostic.message))
        .id(diagnostic.code.as_str());
    let mut group = Group::with_title(title);
    match &diagnostic.place {
        Some(ProblemPlace::Text(label)) => {
            for snippet in snippets(label, &diagnostic.related) {
                group = group.element(snippet);
            }
        }
        Some(ProblemPlace::File(file)) => {
            group = group.element(annotate_snippets::Origin::path(clean_line(file)));
        }
        None => {}
    }
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(clean(help))),
        None => group,
    }
}

/// The lines around some labels of one source. A long line is cut some way after them: drawing a
/// whole long file would take long.
fn window<'a>(labels: &[&'a Label]) -> (Snippet<'a, annotate_snippets::Annotation<'a>>, usize) {
    const AROUND: usize = 3;
    const BEHIND: usize = 4_096;
    let source = labels[0].span.source();
    let first = labels
        .iter()
        .map(|label| label.span.position().line)
        .min()
        .unwrap_or(1);
    let last = labels
        .iter()
        .map(|label| label.span.end_position().line)
        .max()
        .unwrap_or(1);
    let first = first.saturating_sub(AROUND).max(1 + source.lines_before());
    let start = source.offset(Position {
        line: first,
        column: 1,
    });
    let end = source.offset(Position {
        line: last + AROUND,
        column: usize::MAX,
    });
    let marked = labels.iter().map(|label| label.span.range().end).max();
    let far = source
        .text()
        .floor_char_boundary(marked.unwrap_or(start) + BEHIND);
    let snippet = Snippet::source(for_quotation(&source.text()[start..end.min(far)]))
        .line_start(first)
        .path(clean_line(source.name()));
    (snippet, start)
}

/// The primary label with those near it in one snippet; each other label in its own.
fn snippets<'a>(
    primary: &'a Label,
    related: &'a [Label],
) -> Vec<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    const NEAR: usize = 50;
    let line = primary.span.position().line;
    let near = |label: &&Label| {
        label.span.source().name() == primary.span.source().name()
            && label.span.position().line.abs_diff(line) <= NEAR
    };
    let (same, other): (Vec<_>, Vec<_>) = related.iter().partition(near);
    let first: Vec<&Label> = std::iter::once(primary).chain(same).collect();
    let (snippet, start) = window(&first);
    let first = first
        .iter()
        .enumerate()
        .fold(snippet, |snippet, (index, label)| {
            let kind = if index == 0 {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            snippet.annotation(annotation(kind, label, start))
        });
    let rest = other.into_iter().map(|label| {
        let (snippet, start) = window(&[label]);
        snippet.annotation(annotation(AnnotationKind::Context, label, start))
    });
    std::iter::once(first).chain(rest).collect()
}

/// A label as an annotation of a text that begins at `start`.
fn annotation(
    kind: AnnotationKind,
    label: &Label,
    start: usize,
) -> annotate_snippets::Annotation<'_> {
    let range = label.span.range();
    kind.span(range.start - start..range.end - start)
        .label((!label.text.is_empty()).then(|| clean_line(&label.text)))
}
