//! Letters of other scripts that look like Latin ones, in the words of a script: a Cyrillic `а` in
//! `mаx`.

use crate::base::diagnostic::in_latin_letters;
use crate::script::scan::TokenKind;
use crate::script::slip::{Slip, Words};

/// Words outside texts that look like Latin letters, and contain others.
pub(super) fn foreign_letters(words: &Words<'_>) -> Vec<Slip> {
    let found = words.each().filter_map(|index| {
        let word = words.at(index);
        if word.is_ascii() || words.kind(index) != Some(TokenKind::Word) {
            return None;
        }
        let (latin, what) = in_latin_letters(word)?;
        let message = format!("`{word}` has {what} in it");
        Some(words.slip(
            index,
            index,
            message,
            format!("write `{latin}`, typed anew"),
        ))
    });
    found.collect()
}
