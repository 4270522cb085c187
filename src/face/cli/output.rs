//! What the commands print, and where.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::assess::assessment::Assessment;
use crate::base::diagnostic::{self, Diagnostic};
use crate::render::{Colour, for_log};

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

/// Whether the output is still being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutputReader {
    There,
    Gone,
}

impl OutputReader {
    pub(super) fn is_gone(self) -> bool {
        self == Self::Gone
    }
}

/// Writes to standard output a text that a log must not take for a command.
pub(crate) fn print(text: &str) -> anyhow::Result<OutputReader> {
    print_commands(&for_log(text))
}

/// Writes to standard output a text that is produced in pieces, with commands to a log disabled.
pub(crate) fn print_with(
    text: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> anyhow::Result<OutputReader> {
    let mut out = LogLines {
        out: io::stdout().lock(),
        pending: Vec::new(),
    };
    reader(text(&mut out).and_then(|()| out.flush()))
}

/// Lines on their way to standard output, each as a log may have it.
struct LogLines<W> {
    out: W,
    /// Bytes not yet passed on, with or without the end of a line.
    pending: Vec<u8>,
}

impl<W: Write> LogLines<W> {
    /// Passes on the first pending bytes, which are whole lines or all there is.
    fn hand_on(&mut self, end: usize) -> io::Result<()> {
        let bytes = &self.pending[..end];
        let lines = match std::str::from_utf8(bytes) {
            Ok(lines) => Cow::Borrowed(lines),
            Err(_) => String::from_utf8_lossy(bytes),
        };
        self.out.write_all(for_log(&lines).as_bytes())?;
        self.pending.drain(..end);
        Ok(())
    }
}

impl<W: Write> Write for LogLines<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        const ROOM: usize = 1 << 16;
        self.pending.extend_from_slice(bytes);
        if self.pending.len() >= ROOM
            && let Some(last) = self.pending.iter().rposition(|byte| *byte == b'\n')
        {
            self.hand_on(last + 1)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.hand_on(self.pending.len())?;
        self.out.flush()
    }
}

/// Writes to standard output as it is; a reader that has closed it is not an error.
pub(crate) fn print_commands(text: &str) -> anyhow::Result<OutputReader> {
    let mut out = io::stdout().lock();
    reader(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

fn reader(written: io::Result<()>) -> anyhow::Result<OutputReader> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(OutputReader::Gone),
        Err(error) => Err(error.into()),
        Ok(()) => Ok(OutputReader::There),
    }
}

/// Shows the problems of the input, with a summary; separated from a result shown before.
pub(crate) fn show_diagnostics(assessment: &Assessment, when: When, after_a_result: bool) {
    show_problems(&assessment.diagnostics, when, after_a_result);
}

pub(crate) fn show_problems(problems: &[Diagnostic], when: When, after_a_result: bool) {
    if problems.is_empty() {
        return;
    }
    let error = standard_error(when);
    let problems = diagnostic::bounded(problems);
    let shown = crate::render::diagnostics(&problems, error.colour, error.width);
    let between = if after_a_result { "\n" } else { "" };
    print_error(&format!("{between}{shown}{}", summary(&problems)));
}

pub(crate) fn print_error(text: &str) {
    // There is nowhere left to say that this failed.
    let _ = std::io::stderr().lock().write_all(for_log(text).as_bytes());
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
