//! What the commands print, and where.

use std::io::{BufWriter, Write};

use crate::assess::assessment::Assessment;
use crate::base::diagnostic::Diagnostic;
use crate::render::Colour;

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum When {
    Auto,
    Always,
    Never,
}

/// Colours and width of a stream.
pub(crate) struct Stream {
    pub(super) colour: Colour,
    pub(super) width: usize,
}

/// Whether a stream takes colours, and how wide it is: 100 columns when it is no terminal.
pub(crate) fn stream(
    when: When,
    choice: anstream::ColorChoice,
    size: Option<(terminal_size::Width, terminal_size::Height)>,
) -> Stream {
    let colour = match (when, choice) {
        (When::Always, _) => Colour::Always,
        (When::Never, _) | (When::Auto, anstream::ColorChoice::Never) => Colour::Never,
        (When::Auto, _) => Colour::Always,
    };
    let width = size.map_or(100, |(width, _)| usize::from(width.0));
    Stream {
        colour,
        width: width.max(40),
    }
}

pub(crate) fn standard_output(when: When) -> Stream {
    let out = std::io::stdout();
    stream(
        when,
        anstream::AutoStream::choice(&out),
        terminal_size::terminal_size_of(&out),
    )
}

pub(crate) fn standard_error(when: When) -> Stream {
    let error = std::io::stderr();
    stream(
        when,
        anstream::AutoStream::choice(&error),
        terminal_size::terminal_size_of(&error),
    )
}

/// Whether anybody reads what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    There,
    Gone,
}

impl Reader {
    pub(super) fn is_gone(self) -> bool {
        self == Self::Gone
    }
}

/// Writes to standard output; a reader that has gone away is no mistake.
pub(crate) fn print(text: &str) -> anyhow::Result<Reader> {
    print_with(|out| out.write_all(text.as_bytes()))
}

/// The same with what is written as it is made.
pub(crate) fn print_with(
    text: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> anyhow::Result<Reader> {
    let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    match text(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(Reader::Gone),
        Err(error) => Err(error.into()),
        Ok(()) => Ok(Reader::There),
    }
}

/// Shows what is wrong with the input, with a summary; set apart from a result that was shown.
pub(crate) fn show_diagnostics(assessment: &Assessment, when: When, after_a_result: bool) {
    show_problems(&assessment.diagnostics, when, after_a_result);
}

pub(crate) fn show_problems(problems: &[Diagnostic], when: When, after_a_result: bool) {
    if problems.is_empty() {
        return;
    }
    let error = standard_error(when);
    let shown = crate::render::diagnostics(problems, error.colour, error.width);
    let between = if after_a_result { "\n" } else { "" };
    print_error(&format!("{between}{shown}{}", summary(problems)));
}

pub(crate) fn print_error(text: &str) {
    // There is nowhere left to say that this failed.
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

pub(super) fn summary(problems: &[Diagnostic]) -> String {
    let errors = problems
        .iter()
        .filter(|diagnostic| diagnostic.is_error())
        .count();
    let warnings = problems.len() - errors;
    let count = |number: usize, what: &str| {
        format!("{number} {what}{}", if number == 1 { "" } else { "s" })
    };
    match (errors, warnings) {
        (0, warnings) => format!("\n{}\n", count(warnings, "warning")),
        (errors, 0) => format!("\n{}\n", count(errors, "error")),
        (errors, warnings) => format!(
            "\n{}, {}\n",
            count(errors, "error"),
            count(warnings, "warning")
        ),
    }
}
