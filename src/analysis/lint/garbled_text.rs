//! A text or a name of a record that was read in another encoding than it was written in, or that has a sign as web
//! pages write it; `suspicious_record_texts` finds the texts.

use std::collections::BTreeMap;

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::{Code, Diagnostic, some_of};
use crate::base::source::Span;
use crate::model::fact::FactPath;
use crate::model::jurisdiction::RecordView;

lint! {
    /// `Ã‰lm` was `Élm` in a file that a program took for one in another encoding; a `�` stands where it knew no
    /// letter. `&amp;` is how web pages write `&`. To a script it is another text.
    ///
    /// Example: `name: Dorn &amp; Co // write Dorn & Co`
    GarbledText
}

/// What a text is likely to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Garbled {
    /// A letter is lost.
    Lost,
    /// Another encoding.
    Encoding(String),
    /// A sign as web pages write it.
    Web(String),
}

/// What a text is likely to be, where it is garbled.
pub(super) fn garbled(text: &str) -> Option<Garbled> {
    if text.is_ascii() {
        return text.contains('&').then(|| of_web(text)).flatten();
    }
    if text.contains('\u{fffd}') {
        return Some(Garbled::Lost);
    }
    of_encoding(text)
        .map(Garbled::Encoding)
        .or_else(|| of_web(text))
}

pub(super) fn of_fact(
    span: Span,
    path: &FactPath,
    text: &str,
    garbled: &Garbled,
    by: &str,
) -> Diagnostic {
    let message = format!("`{path}` is `{text}` (by {by}), with {}", garbled.what());
    Diagnostic::at(Code::GarbledText, span, message).help(garbled.help())
}

impl Linter<'_> {
    /// Names of records that are garbled: of each file the first, with the number of the others.
    pub(super) fn garbled_names(&mut self) {
        let records = self.assessed.records().records();
        let is_garbled = |record: RecordView<'_>| garbled(record.name()).is_some();
        let mut by_file: BTreeMap<(&str, &str), Vec<RecordView<'_>>> = BTreeMap::new();
        for number in self.records_where(is_garbled) {
            let record = records.view(number);
            if let Some(found) = garbled(record.name())
                && record.source().is_in_policies()
            {
                let file = (record.source().name(), found.what());
                by_file.entry(file).or_default().push(record);
            }
        }
        for records in by_file.into_values() {
            let Some((first, found)) = records
                .first()
                .and_then(|first| Some((first.read(), garbled(first.name())?)))
            else {
                continue;
            };
            let by = some_of(records.iter().map(|record| record.id()));
            let message = format!("the name `{}` (of {by}) has {}", first.name, found.what());
            let span = name_within(&first.span, &first.name);
            self.say(Code::GarbledText, span, message, &found.help());
        }
    }
}

/// Where a name stands in a record.
fn name_within(record: &Span, name: &str) -> Span {
    let (source, range) = (record.source(), record.range());
    let text = source.text();
    let at = text[range.start..].find(name).map(|at| range.start + at);
    at.map_or_else(|| record.clone(), |at| source.span(at..at + name.len()))
}

impl Garbled {
    fn what(&self) -> &'static str {
        match self {
            Self::Lost => "a `\u{fffd}` in the place of a letter",
            Self::Encoding(_) => "letters of another encoding",
            Self::Web(_) => "a sign as web pages write it",
        }
    }

    fn help(&self) -> String {
        match self {
            Self::Lost => {
                "write the letter anew; if there are many, export the file again as UTF-8"
            }
            Self::Encoding(text) => {
                return format!(
                    "write `{text}`; if there are many, export the file again as UTF-8"
                );
            }
            Self::Web(text) => return format!("write `{text}`"),
        }
        .to_owned()
    }
}

/// A text that was UTF-8, and was read as Windows-1252.
fn of_encoding(text: &str) -> Option<String> {
    let bytes: Option<Vec<u8>> = text.chars().map(byte_of).collect();
    String::from_utf8(bytes?).ok().filter(|meant| {
        meant != text && meant.chars().any(char::is_alphabetic) && !meant.contains('\u{fffd}')
    })
}

/// The byte that Windows-1252 writes for a sign.
fn byte_of(sign: char) -> Option<u8> {
    /// From 0x80 on; those that are not used stand for themselves.
    const HIGH: [char; 32] = [
        '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}',
        '\u{2021}', '\u{2c6}', '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}',
        '\u{8f}', '\u{90}', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '\u{2022}', '\u{2013}',
        '\u{2014}', '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}', '\u{153}', '\u{9d}', '\u{17e}',
        '\u{178}',
    ];
    let plain = u8::try_from(u32::from(sign)).ok();
    if plain.is_some_and(|byte| !(0x80..0xa0).contains(&byte)) {
        return plain;
    }
    let high = (0x80_u8..).zip(HIGH).find(|(_, one)| *one == sign);
    high.map(|(byte, _)| byte)
}

/// A text with signs as web pages write them.
fn of_web(text: &str) -> Option<Garbled> {
    const NAMES: [(&str, &str); 24] = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&#038;", "&"),
        ("&nbsp;", " "),
        ("&ndash;", "\u{2013}"),
        ("&rsquo;", "\u{2019}"),
        ("&auml;", "\u{e4}"),
        ("&ouml;", "\u{f6}"),
        ("&uuml;", "\u{fc}"),
        ("&Auml;", "\u{c4}"),
        ("&Ouml;", "\u{d6}"),
        ("&Uuml;", "\u{dc}"),
        ("&szlig;", "\u{df}"),
        ("&eacute;", "\u{e9}"),
        ("&egrave;", "\u{e8}"),
        ("&agrave;", "\u{e0}"),
        ("&ccedil;", "\u{e7}"),
        ("&ntilde;", "\u{f1}"),
        ("&oacute;", "\u{f3}"),
        // Last, since what it makes is no sign of a web page.
        ("&amp;", "&"),
    ];
    text.contains('&').then_some(())?;
    let signs = NAMES.iter().filter(|(name, _)| text.contains(name));
    let meant = signs.fold(text.to_owned(), |text, (name, sign)| {
        text.replace(name, sign)
    });
    (meant != text).then_some(Garbled::Web(meant))
}
