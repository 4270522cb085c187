//! What strangers wrote, on its way into SQL: names, texts and comments. Nothing gets there otherwise.

use std::fmt::Write;

use crate::render::escape::clean_line;
use crate::render::sql::dialect::Dialect;

/// What a piece of text becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quoting {
    /// The name of a column or a table.
    Name,
    /// A text to compare with.
    Text,
    /// A line that is read by people alone.
    Comment,
}

/// A text as a part of a statement that ends where it ends.
pub(super) fn quoted(dialect: Dialect, kind: Quoting, text: &str) -> String {
    match kind {
        Quoting::Name => name(dialect, text),
        Quoting::Text if dialect.escapes() => escaped('\'', text),
        Quoting::Text => format!("'{}'", text.replace('\'', "''")),
        // Whatever a dialect takes for the end of a line is none of these signs.
        Quoting::Comment => format!("-- {}", clean_line(text)).trim_end().to_owned(),
    }
}

fn name(dialect: Dialect, text: &str) -> String {
    let mark = dialect.quotation_mark();
    if dialect == Dialect::BigQuery {
        return escaped(mark, text);
    }
    let twice: String = [mark; 2].iter().collect();
    format!("{mark}{}{mark}", text.replace(mark, &twice))
}

/// Between marks, with a backslash before what would end it or begin something else.
fn escaped(mark: char, text: &str) -> String {
    let mut out = String::from(mark);
    for sign in text.chars() {
        match sign {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\\' => out.push_str("\\\\"),
            sign if sign == mark => {
                let _ = write!(out, "\\{sign}");
            }
            sign => out.push(sign),
        }
    }
    out.push(mark);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reads a quoted piece as the documentation of a dialect says: what it holds, and what is left.
    fn read(dialect: Dialect, kind: Quoting, sql: &str) -> Option<(String, &str)> {
        let mark = match kind {
            Quoting::Name => dialect.quotation_mark(),
            _ => '\'',
        };
        let backslash =
            dialect == Dialect::BigQuery || (kind == Quoting::Text && dialect.escapes());
        let mut held = String::new();
        let mut signs = sql.strip_prefix(mark)?.char_indices();
        while let Some((at, sign)) = signs.next() {
            let rest = &sql[mark.len_utf8() + at + sign.len_utf8()..];
            match sign {
                '\\' if backslash => held.push(match signs.next()?.1 {
                    'n' => '\n',
                    'r' => '\r',
                    other => other,
                }),
                sign if sign == mark && !backslash && rest.starts_with(mark) => {
                    held.push(mark);
                    signs.next();
                }
                sign if sign == mark => return Some((held, rest)),
                // BigQuery ends a literal at the end of its line, as a mistake.
                '\n' | '\r' if dialect == Dialect::BigQuery => return None,
                sign => held.push(sign),
            }
        }
        None
    }

    fn stranger() -> impl Strategy<Value = String> {
        let sign = prop_oneof![
            Just("'".to_owned()),
            Just("\"".to_owned()),
            Just("`".to_owned()),
            Just("\\".to_owned()),
            Just("\n".to_owned()),
            Just("\r".to_owned()),
            Just("--".to_owned()),
            Just("*/".to_owned()),
            Just(";".to_owned()),
            Just("$$".to_owned()),
            Just("\u{2028}".to_owned()),
            Just("\u{85}".to_owned()),
            Just("\u{b}".to_owned()),
            any::<char>().prop_map(String::from),
        ];
        proptest::collection::vec(sign, 0..12).prop_map(|signs| signs.concat())
    }

    proptest! {
        #[test]
        fn what_is_quoted_is_read_as_it_was_and_ends_where_it_ends(text in stranger()) {
            for dialect in Dialect::ALL {
                for kind in [Quoting::Name, Quoting::Text] {
                    let sql = format!("{} rest", quoted(dialect, kind, &text));
                    let found = read(dialect, kind, &sql);
                    prop_assert_eq!(found, Some((text.clone(), " rest")), "{}", dialect);
                }
                let comment = quoted(dialect, Quoting::Comment, &text);
                prop_assert!(comment.starts_with("--"));
                let ends_it = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
                prop_assert!(!comment.chars().any(ends_it), "{:?}", comment);
            }
        }
    }
}
