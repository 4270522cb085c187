//! A page for each lint: what it says, why, and what to do, from the documentation of the lint.

use crate::base::diagnostic::Code;

/// A lint: its code, and its documentation as written in its file.
pub(super) struct Lint {
    pub(super) code: Code,
    pub(super) documentation: &'static [&'static str],
}

/// Documents a lint in its own file: why it matters, and behind an empty line an example.
/// `docs/lint.md` and `rulebook lint --explain` are made of it.
macro_rules! lint {
    ($(#[doc = $line:literal])+ $code:ident) => {
        $(#[doc = $line])+
        pub(super) const LINT: crate::analysis::lint::page::Lint =
            crate::analysis::lint::page::Lint {
                code: crate::base::diagnostic::Code::$code,
                documentation: &[$($line),+],
            };
    };
}
pub(super) use lint;

impl Lint {
    /// Its page: a paragraph is a line.
    pub(super) fn page(&self) -> String {
        let Self {
            code,
            documentation,
        } = self;
        let mut page = format!(
            "{} ({})\n\n{}\n\n",
            code.as_str(),
            code.name(),
            code.summary()
        );
        for paragraph in documentation.split(|line| line.trim().is_empty()) {
            let lines: Vec<&str> = paragraph.iter().map(|line| line.trim()).collect();
            page += &lines.join(" ");
            page += "\n\n";
        }
        page.truncate(page.trim_end().len());
        page + "\n"
    }
}
