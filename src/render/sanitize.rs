//! Makes text from files and scripts safe for a terminal: control characters become visible.

use std::borrow::Cow;

/// The text with every control character but the newline replaced by its symbol.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().any(|c| is_control(c) && c != '\n') {
        Cow::Owned(
            text.chars()
                .map(|c| if c == '\n' { c } else { visible(c) })
                .collect(),
        )
    } else {
        Cow::Borrowed(text)
    }
}

/// On a single line.
#[cfg(feature = "app")]
pub(crate) fn clean_line(text: &str) -> String {
    text.chars()
        .map(|c| if c == '\n' { ' ' } else { visible(c) })
        .collect()
}

/// With the characters alone that XML 1.0 has (section 2.2).
#[cfg(feature = "app")]
pub(crate) fn for_xml(text: &str) -> String {
    let is = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars()
        .map(|c| if is(c) { c } else { '\u{fffd}' })
        .collect()
}

fn visible(c: char) -> char {
    match u32::from(c) {
        code @ 0..=0x1f => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
        0x7f => '\u{2421}',
        _ if is_control(c) => '\u{fffd}',
        _ => c,
    }
}

/// Control characters, and those that turn the direction of writing.
fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(all(test, feature = "app"))]
mod tests {
    use super::*;

    #[test]
    fn xml_has_no_other_characters() {
        let all = (0..=0x0010_ffff)
            .filter_map(char::from_u32)
            .collect::<String>();
        let left = for_xml(&all);
        assert_eq!(left.chars().count(), all.chars().count());
        for gone in ['\0', '\u{8}', '\u{b}', '\u{1f}', '\u{fffe}', '\u{ffff}'] {
            assert!(!left.contains(gone), "{gone:?}");
        }
        for kept in ['\t', '\n', 'é', '\u{7f}', '\u{fffd}', '\u{10ffff}'] {
            assert!(left.contains(kept), "{kept:?}");
        }
    }
}
