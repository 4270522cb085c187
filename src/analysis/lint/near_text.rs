//! What a text of a script is likely to be that no record states: one of those which some do, in other letters,
//! or several of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::diagnostic::did_you_mean_after;
use crate::model::fact::hidden_signs;
use crate::model::jurisdiction::MOST_LOOKED_THROUGH;
use crate::script::TextLook;

/// Texts with fewer letters are near too many others.
const SHORT: usize = 5;

/// So are parts of texts with fewer letters.
const SHORT_PART: usize = 6;

/// The most stated texts that are looked at for all texts of a script together: for those that differ in capital
/// letters, blanks and zeros.
const MOST_LOOKS: usize = 1 << 20;

/// What a text is likely to be.
#[derive(Debug)]
pub(super) enum Meant {
    /// Another text: a line of help.
    Other(String),
    /// These texts.
    Several(Vec<String>),
}

/// A search for the texts of one script.
pub(super) struct TextSearch<'a> {
    /// The texts that the script looks for.
    compared: BTreeSet<&'a str>,
    told: usize,
    looks: usize,
}

impl<'a> TextSearch<'a> {
    pub(super) fn new(compared: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            compared: compared.into_iter().collect(),
            told: 0,
            looks: MOST_LOOKS,
        }
    }

    /// What a text is likely to be; none where it is stated, or where that says little.
    pub(super) fn meant(&mut self, text: &str, stated: &BTreeSet<Arc<str>>) -> Option<Meant> {
        if stated.len() > MOST_LOOKED_THROUGH || stated.contains(text) {
            return None;
        }
        let found = self.other(text, stated).map(Meant::Other);
        let found = found.or_else(|| several(text, stated).map(Meant::Several));
        let found = found.or_else(|| self.near(text, stated).map(Meant::Other));
        self.told += usize::from(found.is_some());
        found
    }

    /// What is likely meant by a text that stands for a part of another one.
    pub(super) fn part_meant(
        &mut self,
        text: &str,
        stated: &BTreeSet<Arc<str>>,
        look: TextLook,
    ) -> Option<Meant> {
        let many = stated.len() > MOST_LOOKED_THROUGH;
        if many || text.is_empty() || stated.iter().any(|other| fits(look, other, text)) {
            return None;
        }
        let found = self.other_part(text, stated, look);
        self.told += usize::from(found.is_some());
        found.map(Meant::Other)
    }

    /// The stated text that is the same but for a sign that stands for any text elsewhere, for capital letters,
    /// for blanks, for zeros before a number.
    fn other(&mut self, text: &str, stated: &BTreeSet<Arc<str>>) -> Option<String> {
        if let Some(help) = wildcard(text) {
            return Some(help);
        }
        self.pay(stated.len())?;
        let mut others = stated
            .iter()
            .filter(|other| !self.compared.contains(&***other));
        let other = others.find(|other| is_same_but_for_letters(text, other))?;
        Some(did_you_mean(other))
    }

    /// The stated text that differs in a few letters.
    fn near(&self, text: &str, stated: &BTreeSet<Arc<str>>) -> Option<String> {
        if hidden_signs(text).is_some() {
            return None;
        }
        // One of several that the script tells apart is no slip, nor is one with another number.
        let others = stated.iter().map(|text| &**text);
        let mut others =
            others.filter(|other| !self.compared.contains(other) && digits(other) == digits(text));
        if text.chars().count() < SHORT {
            return others
                .find(|other| are_swapped(text, other))
                .map(did_you_mean);
        }
        did_you_mean_after(self.told, text, others)
    }

    fn other_part(
        &mut self,
        text: &str,
        stated: &BTreeSet<Arc<str>>,
        look: TextLook,
    ) -> Option<String> {
        self.pay(stated.len())?;
        let plain = text.trim_matches(['*', '%']);
        let any = plain.len() < text.len() && !plain.is_empty();
        if any && stated.iter().any(|other| fits(look, other, plain)) {
            let help = format!("a `*` or `%` stands for itself: write `\"{plain}\"` in its place");
            return Some(help);
        }
        let alike = |other: &'_ Arc<str>| alike_part(look, other, text.trim()).map(did_you_mean);
        if let Some(help) = stated.iter().find_map(alike) {
            return Some(help);
        }
        if text.chars().count() < SHORT_PART || hidden_signs(text).is_some() {
            return None;
        }
        let words = stated.iter().flat_map(|other| words_at(look, other));
        let words: BTreeSet<&str> = words.filter(|word| digits(word) == digits(text)).collect();
        did_you_mean_after(self.told, text, words)
    }

    /// Pays for a look at so many texts, where it can.
    fn pay(&mut self, looks: usize) -> Option<()> {
        self.looks = self.looks.checked_sub(looks)?;
        Some(())
    }
}

fn did_you_mean(text: &(impl AsRef<str> + ?Sized)) -> String {
    format!("did you mean `{}`?", text.as_ref())
}

fn digits(text: &str) -> String {
    text.replace(|c: char| !c.is_ascii_digit(), "")
}

/// What to write for `"*County"` and `"County%"`, which fit other texts elsewhere.
fn wildcard(text: &str) -> Option<String> {
    let inner = text.trim_matches(['*', '%']);
    let [before, behind] = [
        text.len() > inner.len() && !text.starts_with(inner),
        text.len() > inner.len() && !text.ends_with(inner),
    ];
    let function = match (before, behind) {
        _ if inner.is_empty() || inner.ends_with(|c: char| c.is_ascii_digit()) => return None,
        (true, true) => "contains",
        (true, false) => "ends_with",
        (false, true) => "starts_with",
        (false, false) => return None,
    };
    Some(format!(
        "a `*` or `%` stands for itself: write `.{function}(\"{inner}\")` behind the fact"
    ))
}

/// The stated texts that one text joins: `DE, NO`, `DE|NO`, `DE or NO`.
fn several(text: &str, stated: &BTreeSet<Arc<str>>) -> Option<Vec<String>> {
    const SIGNS: [&str; 5] = ["|", ";", ",", "/", "&"];
    const WORDS: [&str; 12] = [
        " or ", " and ", " OR ", " AND ", " oder ", " und ", " ou ", " et ", " o ", " y ", " of ",
        " en ",
    ];
    let mut joins = SIGNS
        .iter()
        .chain(&WORDS)
        .filter(|join| text.contains(**join));
    joins.find_map(|join| {
        let parts = text.split(join).map(str::trim);
        let parts: Vec<&str> = parts.map(|part| part.trim_matches(['\'', '"'])).collect();
        let are_stated = parts.len() > 1 && parts.iter().all(|part| stated.contains(*part));
        are_stated.then(|| parts.into_iter().map(str::to_owned).collect())
    })
}

/// Whether two texts differ in capital letters, in blanks or in zeros before a number alone.
fn is_same_but_for_letters(one: &str, other: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let (mut one, mut other) = (one.trim(), other.trim());
    if is_number(one) && is_number(other) {
        (one, other) = (one.trim_start_matches('0'), other.trim_start_matches('0'));
        return one == other;
    }
    let mut words = other.split_whitespace();
    let same = one
        .split_whitespace()
        .all(|word| words.next().is_some_and(|other| is_alike(word, other)));
    same && words.next().is_none() && !one.is_empty()
}

/// Whether two texts differ in capital letters alone.
fn is_alike(one: &str, other: &str) -> bool {
    let small =
        |text: &'_ str| -> Vec<char> { text.chars().flat_map(char::to_lowercase).collect() };
    if one.is_ascii() && other.is_ascii() {
        return one.eq_ignore_ascii_case(other);
    }
    one.len().abs_diff(other.len()) <= one.len() && small(one) == small(other)
}

/// Whether two texts of at least four letters differ in two that stand side by side and change places.
fn are_swapped(one: &str, other: &str) -> bool {
    let small = |text: &str| -> Vec<char> { text.chars().flat_map(char::to_lowercase).collect() };
    if one.len() != other.len() {
        return false;
    }
    let (one, other) = (small(one), small(other));
    let pairs = one.iter().zip(&other).enumerate();
    let apart: Vec<usize> = pairs
        .filter(|(_, (a, b))| a != b)
        .map(|(at, _)| at)
        .collect();
    let letters = one.len() + 1 >= SHORT && one.iter().all(|sign| sign.is_alphabetic());
    let [first, second] = apart[..] else {
        return false;
    };
    letters && first + 1 == second && one[first] == other[second] && one[second] == other[first]
}

/// Whether a part is found in a text as it is looked for.
fn fits(look: TextLook, text: &str, part: &str) -> bool {
    match look {
        TextLook::Start => text.starts_with(part),
        TextLook::End => text.ends_with(part),
        _ => text.contains(part),
    }
}

/// The part of a text that would be found if capital letters were small ones.
fn alike_part<'a>(look: TextLook, text: &'a str, part: &str) -> Option<&'a str> {
    let length = part.chars().count();
    let mut bounds: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    bounds.push(text.len());
    let last = bounds.len().checked_sub(length + 1)?;
    let starts = match look {
        _ if length == 0 => return None,
        TextLook::Start => 0..1,
        TextLook::End => last..last + 1,
        _ => 0..last + 1,
    };
    let mut parts = starts.map(|start| &text[bounds[start]..bounds[start + length]]);
    parts.find(|one| is_alike(one, part))
}

/// What of a text a part is compared with by its letters: the text, and its words, or the one at that end.
fn words_at(look: TextLook, text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    match look {
        TextLook::Start => words.truncate(1),
        TextLook::End => drop(words.drain(..words.len().saturating_sub(1))),
        _ => {}
    }
    words.push(text);
    words
}
