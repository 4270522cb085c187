//! A text of headings, sentences and lists, for a terminal or as Markdown.

use std::fmt::Write;

use crate::render::escape::{clean_line, for_markdown, for_markdown_line};

/// The layout of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emphasis {
    /// Plain text for a terminal with this many columns.
    Plain(usize),
    /// Markdown: for a page, a pull request, a message.
    Markdown,
}

/// A text being written.
pub(super) struct Page {
    pub(super) style: Emphasis,
    out: String,
}

impl Page {
    pub(super) fn new(style: Emphasis) -> Self {
        Self {
            style,
            out: String::new(),
        }
    }

    /// The whole text, with one newline at its end.
    pub(super) fn finish(mut self) -> String {
        self.close();
        self.out + "\n"
    }

    /// Removes empty lines and spaces at the end.
    fn close(&mut self) {
        let written = self.out.trim_end().len();
        self.out.truncate(written);
    }

    pub(super) fn heading(&mut self, level: usize, text: &str) {
        let text = self.safe(text);
        self.close();
        let between = if self.out.is_empty() { "" } else { "\n\n" };
        self.out.push_str(between);
        match self.style {
            Emphasis::Plain(width) => wrapped(&mut self.out, &text, 2, width),
            Emphasis::Markdown => {
                let _ = writeln!(self.out, "{} {text}\n", "#".repeat(level));
            }
        }
    }

    pub(super) fn line(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let text = self.safe_line(text);
        match self.style {
            Emphasis::Plain(width) => wrapped(&mut self.out, &format!("  {text}"), 2, width),
            Emphasis::Markdown => {
                let _ = write!(self.out, "{text}\n\n");
            }
        }
    }

    pub(super) fn item(&mut self, text: &str) {
        let text = self.safe_line(text);
        match self.style {
            Emphasis::Plain(width) => wrapped(&mut self.out, &format!("    {text}"), 6, width),
            Emphasis::Markdown => {
                let _ = writeln!(self.out, "- {text}");
            }
        }
    }

    /// An item below an item.
    pub(super) fn detail(&mut self, text: &str) {
        let text = self.safe_line(text);
        match self.style {
            Emphasis::Plain(width) => wrapped(&mut self.out, &format!("      {text}"), 8, width),
            Emphasis::Markdown => {
                let _ = writeln!(self.out, "  - {text}");
            }
        }
    }

    /// Ends a list.
    pub(super) fn gap(&mut self) {
        self.close();
        self.out.push_str("\n\n");
    }

    /// Something already laid out, as a table.
    #[cfg(feature = "app")]
    pub(super) fn block(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    /// Something already laid out, that is to stay so on a page as well.
    #[cfg(feature = "app")]
    pub(super) fn fenced(&mut self, text: &str) {
        match self.style {
            Emphasis::Plain(_) => self.block(text),
            Emphasis::Markdown => self.block(&format!("```text\n{}\n```", text.trim_end())),
        }
    }

    /// A table in Markdown, of cells in Markdown.
    #[cfg(feature = "app")]
    pub(super) fn markdown_table(&mut self, head: &[String], rows: &[Vec<String>]) {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let rule = format!("|{}\n", " --- |".repeat(head.len()));
        let rows = rows.iter().map(|row| line(row)).collect::<String>();
        let text = [line(head), rule, rows].concat();
        self.out.push_str(&text);
        self.out.push('\n');
    }

    pub(super) fn code(&self, text: &str) -> String {
        match self.style {
            Emphasis::Plain(_) => text.to_owned(),
            Emphasis::Markdown => format!("`{}`", text.replace('`', "'")),
        }
    }

    /// Safe at the beginning of a line.
    fn safe_line(&self, text: &str) -> String {
        match self.style {
            Emphasis::Plain(_) => clean_line(text),
            Emphasis::Markdown => for_markdown_line(text),
        }
    }

    /// Makes a text safe for its output; text in backticks is code on a page.
    pub(super) fn safe(&self, text: &str) -> String {
        match self.style {
            Emphasis::Plain(_) => clean_line(text),
            Emphasis::Markdown => for_markdown(text),
        }
    }
}

/// A reason as a sentence.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    let end = if text.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{first}{}{end}", letters.as_str())
}

/// Adds a line, broken between words; continuation lines are indented.
pub(super) fn wrapped(out: &mut String, text: &str, indent: usize, width: usize) {
    let (lead, behind) = text.split_at(text.len() - text.trim_start().len());
    let indent = " ".repeat(indent);
    let options = textwrap::Options::new(width)
        .initial_indent(lead)
        .subsequent_indent(&indent)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit)
        .break_words(false);
    out.push_str(&textwrap::fill(behind, options));
    out.push('\n');
}
