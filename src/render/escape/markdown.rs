//! For Markdown, as GitHub and GitLab read it: no text becomes HTML, a link, an image, a mention, a
//! list or emphasis. Text within backticks stays code.

use std::fmt::Write;

use crate::render::escape::clean_line;

/// Text for a single line: a paragraph, or an item of a list.
pub(crate) fn for_markdown_line(text: &str) -> String {
    at_the_beginning(&for_markdown(text))
}

/// On a single line, behind what makes it a heading or a cell of a table.
pub(crate) fn for_markdown(text: &str) -> String {
    let text = clean_line(text);
    let parts: Vec<&str> = text.split('`').collect();
    // An odd backtick has no partner and is an ordinary character.
    let paired = (parts.len() - 1) / 2 * 2;
    let mut out = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index > paired {
            out.push_str("\\`");
        }
        if index % 2 == 1 && index < paired {
            code(part, &mut out);
        } else {
            words(part, &mut out);
        }
    }
    out
}

/// Nothing is live within backticks; a sign that would end a table cell is put outside.
fn code(text: &str, out: &mut String) {
    for (index, part) in text.split('|').enumerate() {
        if index > 0 {
            out.push_str("\\|");
        }
        if part.trim().is_empty() {
            out.push_str(part);
        } else {
            // Two spans side by side would be one.
            let apart = if out.ends_with('`') { " " } else { "" };
            let _ = write!(out, "{apart}`{part}`");
        }
    }
}

/// Words that GitHub would make a mention or a link become code: no backslash keeps it from that.
fn words(text: &str, out: &mut String) {
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            out.push(' ');
        }
        if is_live(word) {
            code(word, out);
        } else {
            escaped(word, out);
        }
    }
}

fn is_live(word: &str) -> bool {
    let before_digit = |lead: &str| {
        let mut behind = word
            .match_indices(lead)
            .map(|(at, _)| &word[at + lead.len()..]);
        behind.any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    let lower = word.to_ascii_lowercase();
    word.contains('@')
        || lower.contains("://")
        || lower.contains("www.")
        || before_digit("#")
        || before_digit("GH-")
}

fn escaped(word: &str, out: &mut String) {
    let letters: Vec<char> = word.chars().collect();
    let within = |index: usize| {
        let is_word = |at: Option<&char>| at.is_some_and(|c| c.is_alphanumeric());
        is_word(index.checked_sub(1).and_then(|at| letters.get(at)))
            && is_word(letters.get(index + 1))
    };
    for (index, letter) in letters.iter().enumerate() {
        match letter {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            // Within a word it emphasises nothing.
            '_' if within(index) => out.push('_'),
            '\\' | '*' | '_' | '[' | '~' | '|' | '#' | '$' => {
                out.push('\\');
                out.push(*letter);
            }
            _ => out.push(*letter),
        }
    }
}

/// Escapes what would begin a list or a quotation.
fn at_the_beginning(text: &str) -> String {
    let trimmed = text.trim_start();
    if trimmed.is_empty() {
        // A list sign with nothing after it would underline the line above.
        return "&nbsp;".to_owned();
    }
    let digits = trimmed.len()
        - trimmed
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .len();
    let sign = trimmed[digits..].chars().next();
    match sign {
        Some('.' | ')') if digits > 0 => {
            format!("{}\\{}", &trimmed[..digits], &trimmed[digits..])
        }
        Some('>' | '-' | '+' | '=') if digits == 0 => format!("\\{trimmed}"),
        _ => trimmed.to_owned(),
    }
}
