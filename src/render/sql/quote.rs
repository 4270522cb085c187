//! Quotes text from others for SQL: names, texts and comments. It gets there in no other way.

use std::fmt::Write;

use crate::base::hidden_characters::is_hidden;
use crate::render::escape::clean_line;
use crate::render::sql::dialect::Dialect;

/// The use of a piece of text.
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
        Quoting::Text => text_in_pieces(dialect, text),
        // These characters end no line in any dialect.
        Quoting::Comment => format!("-- {}", clean_line(text)).trim_end().to_owned(),
    }
}

/// A text as a literal, or as several put together where one would hold what steers a terminal or
/// a log: hidden characters, `##[`, a line that begins with `::`.
fn text_in_pieces(dialect: Dialect, text: &str) -> String {
    let literal = |piece: &str| {
        if dialect.escapes() {
            escaped('\'', piece)
        } else {
            format!("'{}'", piece.replace('\'', "''"))
        }
    };
    let (mut pieces, mut piece) = (Vec::new(), String::new());
    for (at, sign) in text.char_indices() {
        let begins_line = || piece.contains(['\n', '\r']) && piece.ends_with(char::is_whitespace);
        let command = (sign == '[' && piece.ends_with("##"))
            || (text[at..].starts_with("::") && begins_line());
        let by_number = number_of_sign(dialect, sign);
        if (command || by_number.is_some()) && !piece.is_empty() {
            pieces.push(literal(&std::mem::take(&mut piece)));
        }
        match by_number {
            Some(call) => pieces.push(call),
            None => piece.push(sign),
        }
    }
    if pieces.is_empty() {
        return literal(&piece);
    }
    if !piece.is_empty() {
        pieces.push(literal(&piece));
    }
    format!("({})", pieces.join(" || "))
}

/// The function call for a hidden character in a dialect whose literals cannot name it.
fn number_of_sign(dialect: Dialect, sign: char) -> Option<String> {
    let function = match dialect {
        Dialect::DuckDb | Dialect::Postgres | Dialect::DataFusion => "chr",
        Dialect::Sqlite => "char",
        Dialect::Spark | Dialect::BigQuery | Dialect::Snowflake | Dialect::Polars => return None,
    };
    let seen = matches!(sign, '\n' | '\t' | '\0') || !is_hidden(sign);
    (!seen).then(|| format!("{function}({})", u32::from(sign)))
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
            sign if is_hidden(sign) && mark == '\'' && u32::from(sign) <= 0xffff => {
                let _ = write!(out, "\\u{:04x}", u32::from(sign));
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
    use crate::render::escape::for_log;
    use proptest::prelude::*;

    /// Reads a quoted piece as the documentation of a dialect says; returns its content and the
    /// rest.
    fn read(dialect: Dialect, kind: Quoting, sql: &str) -> Option<(String, &str)> {
        if let Some(mut rest) = sql.strip_prefix('(') {
            let mut held = String::new();
            loop {
                let (piece, behind) = piece_read(dialect, kind, rest)?;
                held += &piece;
                match behind.strip_prefix(" || ") {
                    Some(behind) => rest = behind,
                    None => return Some((held, behind.strip_prefix(')')?)),
                }
            }
        }
        piece_read(dialect, kind, sql)
    }

    /// Reads one piece of a text, or a name.
    fn piece_read(dialect: Dialect, kind: Quoting, sql: &str) -> Option<(String, &str)> {
        let mark = match kind {
            Quoting::Name => dialect.quotation_mark(),
            _ => '\'',
        };
        let call = sql
            .strip_prefix("chr(")
            .or_else(|| sql.strip_prefix("char("));
        if let Some((number, rest)) = call.and_then(|call| call.split_once(')')) {
            return Some((char::from_u32(number.parse().ok()?)?.to_string(), rest));
        }
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
                    'u' => {
                        let digits: String =
                            signs.by_ref().take(4).map(|(_, digit)| digit).collect();
                        char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?
                    }
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
            Just("##[".to_owned()),
            Just("\n ::x::".to_owned()),
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
                let sql = quoted(dialect, Quoting::Text, &text);
                prop_assert_eq!(for_log(&sql), sql.as_str(), "a text is no command to a log");
                let shown = |c: char| matches!(c, '\0' | '\n' | '\t') || u32::from(c) > 0xffff;
                let steers = sql.chars().any(|c| is_hidden(c) && !shown(c));
                prop_assert!(!steers || dialect == Dialect::Polars, "{:?}", sql);
                let comment = quoted(dialect, Quoting::Comment, &text);
                prop_assert!(comment.starts_with("--"));
                let ends_it = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
                prop_assert!(!comment.chars().any(ends_it), "{:?}", comment);
            }
        }
    }
}
