//! Boolean clauses of SQL, and the SELECTs that name those that are used more than once or grow
//! long.
//!
//! A clause may only read columns of earlier SELECTs, so each knows its earliest SELECT. Clauses
//! are never NULL: each part about a fact has a value for a missing fact too.

use std::collections::BTreeMap;

/// A condition that is true or false.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clause {
    pub(super) text: String,
    /// The first SELECT that can hold it.
    pub(super) turn: usize,
    form: Form,
    /// The nesting depth of brackets.
    depth: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Always,
    Never,
    /// Binds more tightly than any operator beside it.
    Single,
    All,
    Any,
}

impl Clause {
    pub(super) fn always() -> Self {
        Self::constant(Form::Always, "TRUE")
    }

    pub(super) fn never() -> Self {
        Self::constant(Form::Never, "FALSE")
    }

    fn constant(form: Form, text: &str) -> Self {
        Self {
            text: text.to_owned(),
            turn: 0,
            form,
            depth: 0,
        }
    }

    /// A condition that needs no brackets, over the columns of the facts.
    pub(super) fn single(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            turn: 0,
            form: Form::Single,
            depth: 0,
        }
    }

    pub(super) fn is_never(&self) -> bool {
        self.form == Form::Never
    }

    pub(super) fn is_always(&self) -> bool {
        self.form == Form::Always
    }

    /// Whether it is a name already.
    fn is_name(&self) -> bool {
        let sign = |c: char| c == '_' || c == 't' || c.is_ascii_digit();
        self.form == Form::Single && self.text.starts_with('_') && self.text.chars().all(sign)
    }

    /// Whether it is worth a name if it is used more than once.
    fn is_long(&self) -> bool {
        self.text.len() > 60
    }

    /// Whether it is not to grow any more.
    fn is_too_long(&self) -> bool {
        self.text.len() > 160 || self.depth > 5
    }

    /// The conjunction of clauses.
    pub(super) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::joined(parts, Form::All, Form::Always, Form::Never)
    }

    /// Any of these.
    pub(super) fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::joined(parts, Form::Any, Form::Never, Form::Always)
    }

    pub(super) fn not(self) -> Self {
        match self.form {
            Form::Always => Self::never(),
            Form::Never => Self::always(),
            Form::Single => Self {
                text: format!("(NOT {})", self.text),
                ..self
            },
            Form::All | Form::Any => Self {
                text: format!("(NOT ({}))", self.text),
                form: Form::Single,
                depth: self.depth + 1,
                ..self
            },
        }
    }

    /// `empty` is the neutral clause, which also results from no parts; `full` decides the whole.
    fn joined(parts: impl IntoIterator<Item = Self>, form: Form, empty: Form, full: Form) -> Self {
        let mut kept: Vec<Self> = Vec::new();
        for part in parts {
            if part.form == full {
                return part;
            }
            if part.form != empty && !kept.iter().any(|known| known.text == part.text) {
                kept.push(part);
            }
        }
        let turn = kept.iter().map(|part| part.turn).max().unwrap_or(0);
        let word = if form == Form::All { " AND " } else { " OR " };
        if kept.len() < 2 {
            let constant = match empty {
                Form::Always => Self::always(),
                _ => Self::never(),
            };
            return kept.pop().unwrap_or(constant);
        }
        let depth = kept
            .iter()
            .map(|part| part.depth + usize::from(part.form != form && part.form != Form::Single));
        let depth = depth.max().unwrap_or(0);
        let texts: Vec<String> = kept
            .into_iter()
            .map(|part| match part.form {
                inner if inner == form || inner == Form::Single => part.text,
                _ => format!("({})", part.text),
            })
            .collect();
        Self {
            text: texts.join(word),
            turn,
            form,
            depth,
        }
    }
}

/// The columns that were given names, SELECT by SELECT.
#[derive(Debug, Default)]
pub(super) struct SelectColumns {
    /// By SELECT, beginning with the one after the facts: names and their expressions.
    pub(super) columns: Vec<Vec<(String, String)>>,
    /// Names that were given to a text.
    known: BTreeMap<String, Clause>,
    count: usize,
    /// The prefix of all names.
    prefix: String,
}

impl SelectColumns {
    /// Names that begin so.
    pub(super) fn named(prefix: &str) -> Self {
        Self {
            prefix: prefix.to_owned(),
            ..Self::default()
        }
    }

    /// A column by a name of its own, in a SELECT.
    pub(super) fn put(&mut self, name: &str, what: String, turn: usize) {
        while self.columns.len() <= turn {
            self.columns.push(Vec::new());
        }
        self.columns[turn].push((name.to_owned(), what));
    }

    /// The clause, or a name for it if it is long and used several times, or too long to grow.
    pub(super) fn short(&mut self, clause: Clause, uses: usize) -> Clause {
        if (uses > 1 && clause.is_long()) || clause.is_too_long() {
            self.name(clause)
        } else {
            clause
        }
    }

    /// A name for it in any case, unless it has one or is constant.
    pub(super) fn name(&mut self, clause: Clause) -> Clause {
        if matches!(clause.form, Form::Always | Form::Never) || clause.is_name() {
            return clause;
        }
        if let Some(known) = self.known.get(&clause.text) {
            return known.clone();
        }
        self.count += 1;
        let name = format!("{}{}", self.prefix, self.count);
        while self.columns.len() <= clause.turn {
            self.columns.push(Vec::new());
        }
        self.columns[clause.turn].push((name.clone(), clause.text.clone()));
        let named = Clause {
            turn: clause.turn + 1,
            ..Clause::single(name)
        };
        self.known.insert(clause.text, named.clone());
        named
    }
}

impl SelectColumns {
    /// The name of a value that becomes a column of a SELECT.
    pub(super) fn value(&mut self, text: String, turn: usize) -> String {
        let clause = Clause {
            turn,
            ..Clause::single(text)
        };
        self.name(clause).text
    }

    /// A value that may be NULL as a condition: whether it can be true, or false.
    pub(super) fn can_be(&mut self, text: String, turn: usize, answer: bool) -> Clause {
        let name = self.value(text, turn);
        let not = if answer { "" } else { "NOT " };
        Clause {
            turn: turn + 1,
            ..Clause::single(format!("({name} IS NULL OR {not}{name})"))
        }
    }

    /// The total length of the named columns so far, in bytes.
    pub(super) fn length(&self) -> usize {
        let columns = self.columns.iter().flatten();
        columns.map(|(name, what)| name.len() + what.len()).sum()
    }
}
