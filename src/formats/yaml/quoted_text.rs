//! Texts as they are written into YAML.

use crate::base::hidden_characters::is_hidden;

/// A text in YAML, in quotation marks unless it is plainly a word.
pub(crate) fn quoted(text: &str) -> String {
    const OTHER: [&str; 10] = [
        "true", "false", "yes", "no", "on", "off", "null", "unknown", "y", "n",
    ];
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let word = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(plain)
        && !OTHER.contains(&text.to_ascii_lowercase().as_str());
    if word {
        text.to_owned()
    } else {
        in_quotation_marks(text)
    }
}

/// A text in quotation marks.
pub(crate) fn in_quotation_marks(text: &str) -> String {
    let signs: String = text.chars().map(escaped).collect();
    format!("\"{signs}\"")
}

/// A character within quotation marks: invisible ones are written by their numbers.
fn escaped(sign: char) -> String {
    match sign {
        '\\' | '"' => format!("\\{sign}"),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        _ if is_hidden(sign) => format!("\\U{:08X}", u32::from(sign)),
        _ => sign.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;
    use crate::base::source::Source;
    use crate::formats::yaml;

    #[test]
    fn what_is_written_is_read_as_it_was() {
        for text in [
            "",
            "no",
            "a: b",
            "100\u{a0}000",
            "\u{200b}x\u{202e}",
            "\u{7}\"\\\r\n\t'",
            " a ",
            "\u{feff}",
            "\u{1f600}",
            "1",
        ] {
            let source = Source::new("x.yaml", quoted(text));
            let (nodes, problems) = yaml::parse(&source);
            assert!(problems.is_empty(), "{text:?}: {problems:?}");
            assert_eq!(nodes[0].text(), Some(text), "{}", quoted(text));
        }
    }
}
