//! Advice on a text that is not a value of its type: the value that was most likely meant.

mod number;

use crate::formats::written_date::meant_day;
use crate::model::fact::FactType;
use crate::model::fact::scalar_from_text::{plain_integer, plain_number};

/// A line of advice on a text that cannot be read as a type.
pub(crate) fn correction(ty: &FactType, text: &str, quoted: bool) -> Option<String> {
    if text == "unknown" {
        return Some("write `unknown`, without quotation marks".to_owned());
    }
    if is_placeholder(text) {
        return Some(format!(
            "write `unknown`; or, for all records, name it in the rulebook file: `missing: \
             [\"{text}\"]`, or one more in that list"
        ));
    }
    if let Some(help) = of_sheet(text) {
        return Some(help.to_owned());
    }
    if let Some(help) = bound(ty, text).or_else(|| shortened(ty, text)) {
        return Some(help);
    }
    let shown = seen(text);
    let marks = [
        '\u{201c}', '\u{201d}', '\u{201e}', '\u{2018}', '\u{2019}', '\u{201a}', '\u{00ab}',
        '\u{00bb}',
    ];
    let shown = shown.trim_matches(marks).to_owned();
    match ty {
        FactType::Boolean => Some(boolean_help(shown.trim_end_matches([',', ';'])).to_owned()),
        FactType::Integer | FactType::Number => number::advice(ty, &shown),
        FactType::Date => meant_day(&shown),
        _ if quoted => Some("leave out the quotation marks".to_owned()),
        _ => None,
    }
}

/// `>5`, `<5`, `≥ 5`: a bound, where a number is expected.
pub(crate) fn bound(ty: &FactType, text: &str) -> Option<String> {
    const SIGNS: [char; 5] = ['<', '>', '=', '≤', '≥'];
    let number = text.trim().strip_prefix(['<', '>', '≤', '≥'])?;
    let number = number.trim_start_matches(SIGNS).trim();
    let fits = match ty {
        FactType::Integer => plain_integer(number).is_some(),
        FactType::Number => plain_number(number).is_some(),
        _ => false,
    };
    fits.then(|| {
        format!("write `{number}` if it is that, or `unknown` where only a bound is known")
    })
}

/// Whether a text is a number as sheets shorten one: `7.02608E+17`.
pub(crate) fn is_shortened(text: &str) -> bool {
    let parts = text.split_once(['E', 'e']);
    parts.is_some_and(|(digits, zeros)| {
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let all = |part: &str| part.bytes().all(|sign| sign.is_ascii_digit());
        let zeros = zeros.strip_prefix('+').unwrap_or_default();
        whole.len() == 1 && all(whole) && all(decimals) && zeros.len() > 1 && all(zeros)
    })
}

/// Advice for a shortened number, if an integer is expected.
fn shortened(ty: &FactType, text: &str) -> Option<String> {
    let is_whole = *ty == FactType::Integer && is_shortened(text);
    is_whole.then(|| format!("{SHORTENED}; what is no quantity is declared as `type: text`"))
}

/// Advice if a spreadsheet has shortened a number.
pub(crate) const SHORTENED: &str = "a sheet has shortened this number, and its last digits are \
                                    lost: show the column as text there, and write all digits \
                                    again";

/// Advice for an error or other text that a spreadsheet leaves in place of a value.
fn of_sheet(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let is_error = text.starts_with('#') && text.ends_with(['!', '?']);
    if is_error {
        return Some(
            "the formula of this cell has an error: repair it in the sheet, and save it again",
        );
    }
    if text.len() > 2 && text.bytes().all(|sign| sign == b'#') {
        return Some("the column is too narrow in the sheet: widen it, and save it again");
    }
    let formula = text
        .strip_prefix('=')
        .is_some_and(|rest| rest.contains('('));
    formula.then_some("a formula stands here: save the values of the sheet")
}

/// Advice for a plain text that is likely meant as another type, where the type follows from the
/// value alone: `1_000`, `15%`, `yes`, `31.12.2024`.
pub(crate) fn read_as_text(text: &str) -> Option<String> {
    let numeric = |sign: char| {
        sign.is_ascii_digit() || sign.is_whitespace() || "_,.'’+-−–%€$£()".contains(sign)
    };
    let boolean = boolean_help(text);
    if boolean != ANY_BOOLEAN && text.len() > 1 {
        return Some(boolean.to_owned());
    }
    let likely = text.chars().all(numeric).then_some(());
    meant_day(text).or_else(|| number::advice(&FactType::Number, likely.map(|()| text)?))
}

/// Words that people write where nothing is known. `unknown` itself is read as such.
pub(crate) fn is_placeholder(text: &str) -> bool {
    const LONGEST: usize = 20;
    let text = text.trim();
    if text.is_ascii() {
        // Most texts: no sign of theirs is invisible. Most begin with a letter that few words begin with.
        let first = text.bytes().next();
        let words = first.map_or(&[""][..], |first| placeholders(first.to_ascii_lowercase()));
        let is_it = |word: &&str| word.eq_ignore_ascii_case(text);
        return text.len() <= LONGEST
            && (words.iter().any(is_it) || SMALL_PLACEHOLDERS.contains(&text));
    }
    let text = seen(text).to_lowercase();
    let words = text.bytes().next().map_or(&[""][..], placeholders);
    text.len() <= LONGEST && words.contains(&text.as_str())
}

/// Such words in small letters alone: in capital letters they are places, as `N.D.` is.
const SMALL_PLACEHOLDERS: [&str; 6] = ["n.d.", "s.d.", "b.d.", "n.c.", "n.b.", "s/d"];

/// Such words, in small letters, by the first byte: in English, German, French, Spanish, Italian, Dutch,
/// Portuguese and Polish.
fn placeholders(first: u8) -> &'static [&'static str] {
    match first {
        b'-' => &["-", "--", "---"],
        b'?' => &["?", "??", "???"],
        b'.' => &[".", "..", "..."],
        b':' => &[":"],
        b'*' => &["*"],
        b'#' => &["#n/a"],
        b'(' => &[
            "(blank)",
            "(empty)",
            "(leer)",
            "(vide)",
            "(none)",
            "(unknown)",
        ],
        b'b' => &["brak danych"],
        b'd' => &["desconocido", "desconocida", "desconhecido", "desconhecida"],
        b'g' => &["geen gegevens", "geen opgave"],
        b'i' => &["inconnu", "inconnue"],
        b'k' => &["k.a.", "k. a.", "k.a", "keine angabe", "keine angaben"],
        b'n' => &[
            "n/a",
            "na",
            "n.a.",
            "n.a",
            "n. a.",
            "null",
            "none",
            "nil",
            "nan",
            "not available",
            "not known",
            "not stated",
            "not reported",
            "no data",
            "nicht bekannt",
            "nicht angegeben",
            "niet bekend",
            "nieznany",
            "nieznana",
            "non disponible",
            "non disponibile",
            "non connu",
            "non communiqu\u{e9}",
            "non renseign\u{e9}",
            "non pr\u{e9}cis\u{e9}",
            "no disponible",
            "no consta",
            "n\u{e3}o informado",
            "n\u{e3}o dispon\u{ed}vel",
        ],
        b'o' => &["onbekend"],
        b's' => &["sin datos", "sem dados", "sconosciuto", "sconosciuta"],
        b't' => &["tbd", "tba", "todo"],
        b'u' => &["unknown", "unbekannt", "unspecified"],
        // Dashes and dots of typesetters.
        0xe2 => &["\u{2013}", "\u{2014}", "\u{2026}"],
        _ => &[],
    }
}

/// A text without the signs that cannot be seen.
pub(super) fn seen(text: &str) -> String {
    let text: String = text.chars().filter(|sign| !is_invisible(*sign)).collect();
    text.trim().to_owned()
}

/// Whether a character takes no room, or looks like an ordinary space but is not.
pub(crate) fn is_invisible(sign: char) -> bool {
    matches!(sign,
        '\u{a0}' | '\u{ad}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{2064}'
        | '\u{3000}' | '\u{feff}')
}

/// The signs of a text that cannot be seen, by their names: "a no-break space (U+00A0)".
pub(crate) fn invisible_signs(text: &str) -> Option<String> {
    let mut signs: Vec<char> = text.chars().filter(|sign| is_invisible(*sign)).collect();
    signs.sort_unstable();
    signs.dedup();
    let names = signs.iter().map(|sign| {
        let name = match sign {
            '\u{a0}' | '\u{202f}' => "a no-break space",
            '\u{ad}' => "a soft hyphen",
            '\u{200b}' => "a space without width",
            '\u{200c}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2064}' => {
                "a sign that cannot be seen"
            }
            '\u{feff}' => "a byte order mark",
            _ => "a space of another width",
        };
        format!("{name} (U+{:04X})", u32::from(*sign))
    });
    let names: Vec<String> = names.collect();
    (!names.is_empty()).then(|| names.join(" and "))
}

/// The characters by which a text differs from one that looks the same: invisible ones, and accents
/// separate from their letters.
pub(crate) fn hidden_signs(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let named = |sign: char| {
        let number = u32::from(sign);
        Some(match sign {
            // Signs on letters of any script, and parts of Korean syllables.
            '\u{300}'..='\u{36f}'
            | '\u{653}'..='\u{655}'
            | '\u{93c}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{3099}'..='\u{309a}' => {
                format!("an accent apart from its letter (U+{number:04X})")
            }
            '\u{1100}'..='\u{11ff}' => format!("a part of a syllable (U+{number:04X})"),
            // Unicode has each of them twice.
            '\u{212a}' | '\u{212b}' | '\u{2126}' | '\u{f900}'..='\u{fad9}' => {
                format!("a letter that Unicode has a second time (U+{number:04X})")
            }
            _ => return None,
        })
    };
    invisible_signs(text).or_else(|| text.chars().find_map(named))
}

const ANY_BOOLEAN: &str = "write `true`, `false` or `unknown`";

/// Advice for a boolean.
pub(crate) fn boolean_help(text: &str) -> &'static str {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "on" | "y" | "t" | "1" | "oui" | "vrai" | "ja" | "wahr" | "sí" | "si"
        | "sim" | "verdadero" => "write `true`",
        "x" | "✓" | "✔" | "✗" => {
            "write `true`; where no mark stands and no is meant, write `false`: an empty cell is unknown"
        }
        "false" | "no" | "off" | "n" | "f" | "0" | "non" | "faux" | "nein" | "falsch" | "não"
        | "falso" => "write `false`",
        _ => ANY_BOOLEAN,
    }
}
