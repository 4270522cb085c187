//! A dotted path, the address of a fact: `detainers.hold_hours`.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// The path of a fact within a record; through a reference it continues in another record.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactPath(Arc<str>);

impl FactPath {
    /// A path from a text, which is not checked: it is checked when it is read from a file.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The path as a text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// This path with one more part.
    pub(crate) fn join(&self, part: &str) -> Self {
        if self.0.is_empty() {
            Self::new(part)
        } else {
            Self::new(format!("{}.{part}", self.0))
        }
    }
}

impl fmt::Display for FactPath {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt.write_str(&self.0)
    }
}

impl fmt::Debug for FactPath {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt.write_str(&self.0)
    }
}

impl Borrow<str> for FactPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// Words that a script cannot use after a dot.
const RESERVED: &[&str] = &[
    "true",
    "false",
    "let",
    "const",
    "if",
    "else",
    "switch",
    "do",
    "while",
    "until",
    "loop",
    "for",
    "in",
    "continue",
    "break",
    "return",
    "throw",
    "try",
    "catch",
    "import",
    "export",
    "as",
    "global",
    "private",
    "fn",
    "this",
    "is",
    "var",
    "static",
    "shared",
    "goto",
    "exit",
    "match",
    "case",
    "public",
    "protected",
    "new",
    "use",
    "with",
    "module",
    "package",
    "super",
    "spawn",
    "thread",
    "go",
    "sync",
    "async",
    "await",
    "yield",
    "default",
    "void",
    "null",
    "nil",
    "print",
    "debug",
    "eval",
    "call",
    "curry",
    "type_of",
    "is_def_var",
    "is_def_fn",
    "is_shared",
];

/// What is wrong with a name for scripts; `None` if it is right.
pub(crate) fn name_problem(name: &str) -> Option<String> {
    let mut chars = name.chars();
    let starts_well = chars.next().is_some_and(|first| first.is_ascii_lowercase());
    let goes_on_well = chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !(starts_well && goes_on_well) {
        let sign = |c: char| if c.is_alphanumeric() { c } else { '_' };
        let other: String = name.to_lowercase().chars().map(sign).collect();
        let other = other.trim_matches('_');
        let usable = other.is_ascii() && other.starts_with(|c: char| c.is_ascii_lowercase());
        let example = if usable { other } else { "people_2024" };
        return Some(format!(
            "`{name}` cannot be a name in a script: expected a small letter, then small letters, \
             digits and `_`, as in `{example}`"
        ));
    }
    RESERVED
        .contains(&name)
        .then(|| format!("`{name}` is a word of the script language and cannot be a name"))
}
