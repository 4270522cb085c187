//! Makes text from others (values, names of files, ids, titles, messages) safe for where it is
//! shown: functions named after the destination. CSV, SQL and JSON have their own.

use std::borrow::Cow;

use crate::base::hidden_characters::{is_hidden, visible};

mod markdown;

pub(crate) use markdown::{for_markdown, for_markdown_line};

/// Several lines of plain text, as for a terminal: hidden characters are made visible.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().any(|c| is_hidden(c) && c != '\n') {
        Cow::Owned(
            text.chars()
                .map(|c| if c == '\n' { c } else { visible(c) })
                .collect(),
        )
    } else {
        Cow::Borrowed(text)
    }
}

/// A single line of plain text: line breaks become spaces, and hidden characters are made visible.
pub(crate) fn clean_line(text: &str) -> String {
    text.chars()
        .map(|c| if c == '\n' { ' ' } else { visible(c) })
        .collect()
}

/// For a terminal, the text of a file that is quoted: every sign takes as many bytes as before, so
/// that places in it stay where they are. Whoever quotes it takes care of ASCII.
pub(super) fn for_quotation(text: &str) -> Cow<'_, str> {
    let shown = |c: char| match c.len_utf8() {
        _ if c.is_ascii() || !is_hidden(c) => c,
        2 => '·',
        3 => '\u{fffd}',
        _ => '\u{1fbc4}',
    };
    if text.chars().any(|c| shown(c) != c) {
        Cow::Owned(text.chars().map(shown).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// For a log, several lines: none is a command to what reads the log. GitHub takes `##[` for one
/// anywhere, and a word between two `::` at the beginning of a line. JSON keeps its meaning.
#[cfg(feature = "app")]
pub(crate) fn for_log(text: &str) -> Cow<'_, str> {
    let text = if text.contains(BRACKET) {
        Cow::Owned(text.replace(BRACKET, "#\\u0023["))
    } else {
        Cow::Borrowed(text)
    };
    // As the runner of GitHub looks for one: a second `::` ends the name of a command.
    let is_command = |line: &str| {
        let rest = line.trim_start().strip_prefix("::");
        rest.is_some_and(|rest| rest.contains("::"))
    };
    if !text.contains("::") || !text.split(['\n', '\r']).any(is_command) {
        return text;
    }
    let line = |line: &str| {
        if is_command(line) {
            line.replacen("::", "\\u003a:", 1)
        } else {
            line.to_owned()
        }
    };
    Cow::Owned(text.split_inclusive(['\n', '\r']).map(line).collect())
}

/// The older beginning of a command in a log of GitHub.
#[cfg(feature = "app")]
const BRACKET: &str = "##[";

/// For what a workflow command of GitHub says, as the runner's own toolkit writes it.
#[cfg(feature = "app")]
pub(crate) fn for_command(text: &str) -> String {
    clean_line(text)
        .replace('%', "%25")
        .replace(BRACKET, "#%23[")
}

/// For a property of a workflow command.
#[cfg(feature = "app")]
pub(crate) fn for_property(text: &str) -> String {
    for_command(text).replace(':', "%3A").replace(',', "%2C")
}

/// For XML 1.0, on a single line: only characters that XML allows (section 2.2). The writer of the
/// document escapes markup.
#[cfg(feature = "app")]
pub(crate) fn for_xml(text: &str) -> String {
    xml(&clean_line(text))
}

/// For XML 1.0, on several lines.
#[cfg(feature = "app")]
pub(crate) fn for_xml_lines(text: &str) -> String {
    xml(&clean(text))
}

#[cfg(feature = "app")]
fn xml(text: &str) -> String {
    let is = |c: char| !matches!(c, '\u{fffe}' | '\u{ffff}');
    text.chars()
        .map(|c| if is(c) { c } else { '\u{fffd}' })
        .collect()
}

/// For HTML and SVG: between tags, or in an attribute within quotation marks.
#[cfg(feature = "app")]
pub(crate) fn for_html(text: &str) -> String {
    for_xml(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// For a line of the Test Anything Protocol.
#[cfg(feature = "app")]
pub(crate) fn for_tap(text: &str) -> String {
    clean_line(text).replace('\\', "\\\\").replace('#', "\\#")
}

/// For a message in SARIF, in which `[text](address)` would be a link.
#[cfg(feature = "app")]
pub(crate) fn for_sarif(text: &str) -> String {
    let text = clean_line(text);
    if text.contains("](") {
        let text = text.replace('\\', "\\\\");
        text.replace('[', "\\[").replace(']', "\\]")
    } else {
        text
    }
}

#[cfg(test)]
#[cfg(feature = "app")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every sign there is, alone and between words, in texts of a few hundred.
    fn all_of_unicode() -> impl Iterator<Item = String> {
        let signs = (0..=0x0010_ffff).step_by(256).map(|first| {
            let signs = (first..first + 256).filter_map(char::from_u32);
            signs.map(|sign| format!("{sign}a {sign}{sign} b{sign}"))
        });
        signs.map(Iterator::collect)
    }

    /// Texts that attackers try, and any other text.
    fn texts() -> impl Strategy<Value = String> {
        const TRICKS: &[&str] = &[
            "`",
            "``",
            "<img src=x onerror=y>",
            "</",
            "<!--",
            "&lt;",
            "&#60;",
            "@you",
            "a@b.org",
            "\\",
            "[a](http://b.org)",
            "![a](b)",
            "[a]: http://b.org",
            "[a][b]",
            "http://b.org",
            "WWW.b.org",
            "#1",
            "GH-1",
            "a/b#1",
            "|",
            "\n",
            "\r",
            "\t",
            " ",
            "  ",
            "*",
            "_",
            "__",
            "~~",
            "#",
            "- ",
            "1. ",
            "> ",
            "=",
            "::",
            "::add-mask::x",
            "##[",
            "#",
            "[error]",
            "\u{1b}[31m",
            "\u{202e}",
            "\u{200b}",
            "\u{fffe}",
            "]]>",
            "\"",
            "'",
            "%0A",
            ",",
            ":",
            "x",
            "é",
        ];
        let piece = prop_oneof![
            3 => proptest::sample::select(TRICKS).prop_map(str::to_owned),
            1 => any::<char>().prop_map(String::from),
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    /// INVARIANT: nothing that steers a reader is invisible.
    fn is_seen(text: &str) -> bool {
        !text.chars().any(is_hidden)
    }

    #[test]
    fn nothing_hides_in_any_destination() {
        for text in all_of_unicode() {
            for shown in [
                clean_line(&text),
                for_command(&text),
                for_property(&text),
                for_xml(&text),
                for_html(&text),
                for_tap(&text),
                for_sarif(&text),
                for_markdown(&text),
                for_markdown_line(&text),
                clean(&text).replace('\n', ""),
                for_xml_lines(&text).replace('\n', ""),
            ] {
                assert!(is_seen(&shown), "{shown:?}");
            }
            let quoted = for_quotation(&text);
            assert_eq!(quoted.len(), text.len());
            let signs = quoted.chars().filter(|sign| !sign.is_ascii());
            assert!(is_seen(&signs.collect::<String>()), "{quoted:?}");
        }
    }

    #[test]
    fn what_is_harmless_stays_as_it_is() {
        let text = "São Tomé, 東京 👍: 50% of 12 (1.5) \"a\" -> b";
        assert_eq!(clean_line(text), text);
        assert_eq!(for_xml(text), text);
        assert_eq!(for_tap(text), text);
        assert_eq!(for_sarif(text), text);
        assert_eq!(for_markdown(text), text);
        assert_eq!(for_log(text), text);
        assert_eq!(
            for_markdown("`a < b` of hold_hours"),
            "`a < b` of hold_hours"
        );
        assert_eq!(for_sarif("expected [a, b]"), "expected [a, b]");
        assert_eq!(for_sarif("[a](b)"), "\\[a\\](b)");
    }

    /// As the runner of GitHub looks at each line of a log.
    fn is_command(line: &str) -> bool {
        let name = line.trim_start().strip_prefix("::");
        name.is_some_and(|rest| rest.contains("::")) || line.contains("##[")
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_line_of_a_log_is_a_command(text in texts()) {
            let shown = for_log(&text).into_owned();
            prop_assert!(!shown.split(['\n', '\r']).any(is_command), "{shown:?}");
            // A JSON text still means the same.
            let json = serde_json::to_string(&text).unwrap();
            let read: String = serde_json::from_str(&for_log(&json)).unwrap();
            prop_assert_eq!(read, text);
        }

        #[test]
        fn a_command_is_one_line_and_one_command(text in texts()) {
            for shown in [for_command(&text), for_property(&text)] {
                prop_assert!(!shown.contains(['\n', '\r']) && !shown.contains("##["));
            }
            prop_assert!(!for_property(&text).contains([',', ':']));
        }

        #[test]
        fn tap_has_one_line_and_no_directive(text in texts()) {
            let shown = for_tap(&text);
            prop_assert!(!shown.contains(['\n', '\r']));
            let unescaped = shown.replace("\\\\", "").replace("\\#", "");
            prop_assert!(!unescaped.contains(['#', '\\']), "{shown:?}");
        }

        /// Judged by roxmltree.
        #[test]
        fn html_and_xml_say_what_was_said(text in texts()) {
            let shown = for_html(&text);
            let document = format!("<a b=\"{shown}\">{shown}</a>");
            let tree = roxmltree::Document::parse(&document);
            let tree = tree.map_err(|error| TestCaseError::fail(format!("{document:?}: {error}")))?;
            let said = clean_line(&text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
            let root = tree.root_element();
            prop_assert_eq!(root.children().filter(|node| !node.is_text()).count(), 0);
            prop_assert_eq!(root.text().unwrap_or_default(), &said);
            prop_assert_eq!(root.attribute("b").unwrap(), &said);
            let written = quick_xml(&for_xml_lines(&text));
            prop_assert!(roxmltree::Document::parse(&written).is_ok(), "{written:?}");
        }

        /// Judged by comrak, which reads what GitHub reads.
        #[test]
        fn markdown_has_nothing_that_is_live(text in texts(), other in texts()) {
            let (line, item) = (for_markdown_line(&text), for_markdown_line(&other));
            let (text, other) = (for_markdown(&text), for_markdown(&other));
            judged(&format!("# {text}\n\n{line}\n\n- {line}\n- {item}\n  - {line}\n"), 1, 3, 0)?;
            judged(&format!("| {text} | {other} |\n| --- | --- |\n| {other} | {text} |\n"), 0, 0, 4)?;
        }
    }

    /// A text between tags, escaped as the writer of reports does it.
    fn quick_xml(text: &str) -> String {
        let text = text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        format!("<a>{text}</a>")
    }

    /// Headings, items and cells are those that we wrote, and nothing in them is live.
    fn judged(
        page: &str,
        headings: usize,
        items: usize,
        cells: usize,
    ) -> Result<(), TestCaseError> {
        use comrak::nodes::NodeValue;
        let mut options = comrak::Options::default();
        options.extension.autolink = true;
        options.extension.table = true;
        options.extension.strikethrough = true;
        options.extension.tasklist = true;
        options.extension.footnotes = true;
        let arena = comrak::Arena::new();
        let root = comrak::parse_document(&arena, page, &options);
        let mut found = (0, 0, 0);
        for node in root.descendants() {
            match &node.data.borrow().value {
                NodeValue::Heading(_) => found.0 += 1,
                NodeValue::Item(_) => found.1 += 1,
                NodeValue::TableCell => found.2 += 1,
                NodeValue::Text(text) => {
                    let is_mention = text.contains('@') || text.contains("://");
                    prop_assert!(!is_mention, "{page:?}: {text:?}");
                }
                NodeValue::Document
                | NodeValue::Paragraph
                | NodeValue::List(_)
                | NodeValue::Table(_)
                | NodeValue::TableRow(_)
                | NodeValue::Code(_) => {}
                other => prop_assert!(false, "{page:?}: {other:?}"),
            }
        }
        prop_assert_eq!(found, (headings, items, cells), "{:?}", page);
        Ok(())
    }
}
