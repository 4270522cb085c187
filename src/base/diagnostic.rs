//! Errors, warnings and lints about the user's files: values, never errors of the program.
//!
//! A diagnostic names the place, shows the author's own text, says what was found and what was
//! expected, and gives advice. The kinds are listed in [`Code`]; `render` draws them. Every layer
//! makes diagnostics; none removes another's.

mod code;
mod describe_invisible_characters;
mod letters_that_look_latin;
mod nearest;

pub use code::{Code, Severity};
pub(crate) use describe_invisible_characters::unseen;
pub(crate) use letters_that_look_latin::in_latin_letters;
pub(crate) use nearest::{
    did_you_mean, did_you_mean_after, id_of_title, is_one_slip, list_of, some_of,
};

use std::collections::BTreeMap;

use crate::base::source::Span;

/// An error, a warning or a lint about the input.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "internals"), non_exhaustive)]
pub struct Diagnostic {
    /// The kind of problem.
    pub code: Code,
    /// One line: what was found, what was expected. Lower case, no full stop.
    pub message: String,
    /// Where the problem lies; `None` if it is not at a place in a file.
    pub place: Option<ProblemPlace>,
    /// Further places that explain the problem, in reading order.
    pub related: Vec<Label>,
    /// Advice on what to do; `None` if there is none.
    pub help: Option<String>,
}

/// Where a problem lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemPlace {
    /// A file or folder as a whole, by its path below the root.
    File(String),
    /// A range of text.
    Text(Label),
}

/// A range of text with a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The range.
    pub span: Span,
    /// The note to write beside it; may be empty.
    pub text: String,
}

impl Diagnostic {
    /// A problem without a place.
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            code,
            message,
            place: None,
            related: Vec::new(),
            help: None,
        }
    }

    /// A problem of a file or folder as a whole.
    pub(crate) fn in_file(code: Code, file: &str, message: impl Into<String>) -> Self {
        Self {
            place: Some(ProblemPlace::File(file.to_owned())),
            ..Self::new(code, message)
        }
    }

    /// A problem at a range of text.
    pub(crate) fn at(code: Code, span: Span, message: impl Into<String>) -> Self {
        let label = Label {
            span,
            text: String::new(),
        };
        Self {
            place: Some(ProblemPlace::Text(label)),
            ..Self::new(code, message)
        }
    }

    /// Sets the advice; `None` leaves what was there.
    pub(crate) fn help(mut self, help: impl Into<Option<String>>) -> Self {
        self.help = help.into().or(self.help);
        self
    }

    /// Adds a further place that explains the problem.
    pub(crate) fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// The path of the file it lies in; `None` if it has no place.
    pub fn file(&self) -> Option<&str> {
        match self.place.as_ref()? {
            ProblemPlace::File(file) => Some(file),
            ProblemPlace::Text(label) => Some(label.span.source().name()),
        }
    }

    /// The marked text; `None` if it has no place, or is about a file as a whole.
    pub fn span(&self) -> Option<&Span> {
        match self.place.as_ref()? {
            ProblemPlace::File(_) => None,
            ProblemPlace::Text(label) => Some(&label.span),
        }
    }

    /// Whether its severity is error: the input is broken.
    pub fn is_error(&self) -> bool {
        self.code.severity() == Severity::Error
    }
}

/// How many of one kind are shown; the others are counted.
pub(crate) const MOST_OF_A_KIND: usize = 100;

/// The first hundred of each kind, and a count of the others.
#[cfg(feature = "app")]
pub(crate) fn bounded(diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut few = diagnostics.to_vec();
    bound(&mut few);
    few
}

/// Keeps the first hundred of each kind and counts the others. Idempotent: the counts are in no
/// file, and only diagnostics in files are counted.
pub(crate) fn bound(diagnostics: &mut Vec<Diagnostic>) {
    let mut counts: BTreeMap<Code, usize> = BTreeMap::new();
    diagnostics.retain(|one| {
        if one.file().is_none() {
            return true;
        }
        let count = counts.entry(one.code).or_default();
        *count += 1;
        *count <= MOST_OF_A_KIND
    });
    let more = counts
        .into_iter()
        .filter(|(_, count)| *count > MOST_OF_A_KIND);
    diagnostics.extend(more.map(|(code, count)| {
        let message = format!("there are {} more of this kind", count - MOST_OF_A_KIND);
        let help = "they are listed once those before are repaired".to_owned();
        Diagnostic::new(code, message).help(help)
    }));
}

/// Sorts diagnostics by file, place, code and message, and drops exact repeats.
pub(crate) fn sort(diagnostics: &mut Vec<Diagnostic>) {
    let place = |one: &Diagnostic| one.span().map(Span::range).map(|it| (it.start, it.end));
    diagnostics.sort_by(|a, b| {
        let files = a.file().cmp(&b.file());
        files
            .then_with(|| place(a).cmp(&place(b)))
            .then_with(|| (a.code, &a.message).cmp(&(b.code, &b.message)))
    });
    diagnostics.dedup();
}
