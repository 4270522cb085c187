//! Texts as they are written into YAML.

/// A text as it stands in YAML, in quotation marks unless it is plainly a word.
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
        format!(
            "\"{}\"",
            text.replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\n")
                .replace('\r', "\\r")
                .replace('\t', "\\t")
        )
    }
}
