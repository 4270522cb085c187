//! Names of invisible characters, for messages.

/// The name for a message of a character that is invisible or only shows as part of another; `None`
/// for others.
pub(crate) fn unseen(c: char) -> Option<String> {
    let name = match c {
        '\u{a0}' => "a no-break space",
        '\u{ad}' => "a soft hyphen",
        '\u{200b}' => "a zero width space",
        '\u{200c}' => "a zero width non-joiner",
        '\u{200d}' => "a zero width joiner",
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            "a sign for the direction of text"
        }
        '\u{2028}' => "a line separator",
        '\u{2029}' => "a paragraph separator",
        '\u{2060}' => "a word joiner",
        '\u{feff}' => "a byte order mark",
        '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
            "a space of its own width"
        }
        '\u{300}'..='\u{36f}' => "an accent that is a character of its own",
        _ => return None,
    };
    Some(format!("{name} (U+{:04X})", u32::from(c)))
}
