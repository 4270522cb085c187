//! Diagnostics for a person: the message, the place, the author's text with the place marked, what
//! to do.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::diagnostic::{Diagnostic, Label, Place, Severity};
use crate::render::Colour;
use crate::render::clean::clean;

/// All diagnostics, one after the other, in their order. `width` is that of the terminal.
pub fn diagnostics(list: &[Diagnostic], colour: Colour, width: usize) -> String {
    let renderer = match colour {
        Colour::Always => Renderer::styled(),
        Colour::Never => Renderer::plain(),
    };
    let renderer = renderer.term_width(width).decor_style(DecorStyle::Ascii);
    let shown: Vec<_> = list.iter().map(|diagnostic| renderer.render(&[group(diagnostic)])).collect();
    shown.join("\n\n") + if shown.is_empty() { "" } else { "\n" }
}

fn group(diagnostic: &Diagnostic) -> Group<'_> {
    let level = match diagnostic.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(clean(&diagnostic.message)).id(diagnostic.code.as_str());
    let mut group = Group::with_title(title);
    match &diagnostic.place {
        Some(Place::Text(label)) => {
            for snippet in snippets(label, &diagnostic.related) {
                group = group.element(snippet);
            }
        }
        Some(Place::File(file)) => group = group.element(annotate_snippets::Origin::path(clean(file))),
        None => {}
    }
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(clean(help))),
        None => group,
    }
}

/// One snippet a file, the primary file first.
fn snippets<'a>(primary: &'a Label, related: &'a [Label]) -> Vec<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    let source = primary.span.source();
    let (same, other): (Vec<_>, Vec<_>) = related.iter().partition(|label| label.span.source().name() == source.name());
    let annotate = |kind: AnnotationKind, label: &'a Label| {
        let range = label.span.range();
        kind.span(range).label((!label.text.is_empty()).then(|| clean(&label.text)))
    };
    let first = Snippet::source(source.text()).path(clean(source.name()));
    let first = first.annotation(annotate(AnnotationKind::Primary, primary));
    let first = first.annotations(same.into_iter().map(|label| annotate(AnnotationKind::Context, label)));
    let rest = other.into_iter().map(|label| {
        let source = label.span.source();
        Snippet::source(source.text()).path(clean(source.name())).annotation(annotate(AnnotationKind::Context, label))
    });
    std::iter::once(first).chain(rest).collect()
}
