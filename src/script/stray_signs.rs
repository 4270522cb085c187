//! Signs and blanks that slipped in: `&& &&`, `;` before `&&`, `j,applied`, `j$applied`, a name of
//! two words.

use crate::script::scan::TokenKind;
use crate::script::slip::{Slip, Words};

/// `j.ok && && j.here`.
pub(super) fn joined_twice(words: &Words<'_>, index: usize) -> Option<Slip> {
    let sign = words.at(index);
    let twice = matches!(sign, "&&" | "||") && words.is(index + 1, sign);
    let message = format!("`{sign}` stands twice");
    twice.then(|| {
        words.slip(
            index + 1,
            index + 1,
            message,
            "delete one of them".to_owned(),
        )
    })
}

/// `j.ok &&& j.here` and `j.ok ||| j.here`.
pub(super) fn one_sign_more(words: &Words<'_>, index: usize) -> Option<Slip> {
    let more = match (words.at(index), words.at(index + 1)) {
        ("&&", "&") | ("||", "|") => words.touch(index, 2),
        _ => false,
    };
    let help = format!("write `{}` in its place", words.at(index));
    more.then(|| words.means_nothing(index, index + 1, help))?
}

/// `let ok = j.a;` above a line that begins with `&&`.
pub(super) fn ended_too_early(words: &Words<'_>, index: usize) -> Option<Slip> {
    let goes_on = words.is(index, ";") && matches!(words.at(index + 1), "&&" | "||");
    let message = "`;` ends the line here, and the next one goes on with it".to_owned();
    goes_on.then(|| words.slip(index, index, message, "delete it".to_owned()))
}

/// `j,applied` and `j$applied`, which are one word but for the sign.
pub(super) fn no_point(words: &Words<'_>, index: usize) -> Option<Slip> {
    let parts = words.is(index, "j") && matches!(words.at(index + 1), "," | "$");
    let named = words.kind(index + 2) == Some(TokenKind::Word) && words.touch(index, 3);
    (parts && named && !words.in_brackets(index)).then(|| {
        words.means_nothing(
            index,
            index + 2,
            format!("write `j.{}`", words.at(index + 2)),
        )
    })?
}

/// `let total debt = 5;` and `let total-debt = 5;`.
pub(super) fn name_of_two_words(words: &Words<'_>, index: usize) -> Option<Slip> {
    const OTHERS: [&str; 9] = [
        "mut", "const", "int", "integer", "float", "number", "string", "bool", "var",
    ];
    let word = |at: usize| words.kind(at) == Some(TokenKind::Word);
    let dash = usize::from(words.is(index + 2, "-"));
    let second = index + 2 + dash;
    let two = words.is(index, "let") && word(index + 1) && word(second);
    if !two || !words.is(second + 1, "=") || words.any(index + 1, &OTHERS) {
        return None;
    }
    let written = words.text(index + 1, second);
    let message = format!("`{written}` is no name: a name has no blank and no dash in it");
    let help = format!(
        "write `{}_{}`, here and wherever it stands",
        words.at(index + 1),
        words.at(second)
    );
    Some(words.slip(index + 1, second, message, help))
}
