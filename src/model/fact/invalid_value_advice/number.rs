//! Numbers as people write them: with separators, currencies, units, percent signs, decimal commas.

use crate::model::fact::{FactType, is_in_thousands, plain_integer, plain_number};

/// A decimal number: its digits, and how many of them are after the point.
#[derive(Clone, Copy)]
struct Decimal {
    digits: i128,
    places: u32,
}

/// Advice for a text that is no number, or no integer.
pub(super) fn advice(ty: &FactType, text: &str) -> Option<String> {
    if let Some(number) = based(text) {
        return Some(format!("write `{number}`"));
    }
    if text.contains(['/', '⅓', '⅔']) || text.chars().any(|sign| quarter(sign).is_some()) {
        return fraction(text).map(|number| format!("write `{number}`"));
    }
    if let Some(meant) = letters_for_digits(text) {
        return fits(ty, &meant)
            .then(|| format!("write `{meant}`: a letter stands in it where a digit should"));
    }
    let (core, sign, unit) = parts(text)?;
    let (reading, other) = readings(&core)?;
    let factor = match magnitude(&unit) {
        Magnitude::Of(factor) => factor,
        Magnitude::Unclear => {
            return Some("write the number out, with all its digits".to_owned());
        }
    };
    let scaled = |number: Decimal| number.times(factor).scaled(unit.trim());
    let first = scaled(reading).written(sign);
    if *ty == FactType::Integer && unit.trim() == "%" {
        let whole = reading.written(sign);
        let percent =
            format!("write `{whole}` where the fact is in percent; a share needs `type: number`");
        return Some(if fits(ty, &whole) {
            percent
        } else {
            not_whole(&whole)
        });
    }
    if *ty == FactType::Integer && unit.trim().is_empty() && is_in_thousands(&core) {
        return Some(in_thousands(&core, sign, &first));
    }
    if fits(&FactType::Number, &first) && !fits(ty, &first) {
        return Some(not_whole(&first));
    }
    if let Some(other) = other.map(|other| scaled(other).written(sign)) {
        if *ty == FactType::Integer {
            return Some(format!("write `{first}`"));
        }
        return Some(format!(
            "write `{first}` if the separator parts thousands, `{other}` if it comes before the \
             decimals"
        ));
    }
    if !fits(ty, &first) {
        return too_long(&first);
    }
    let whole = reading.written(sign);
    Some(match unit.trim() {
        "%" if fits(ty, &whole) && whole != first => {
            format!(
                "write `{first}` where the fact is a share of 1, `{whole}` where it is in percent"
            )
        }
        "" if core.len() > 1 && core.starts_with('0') && !core.starts_with("0.") => format!(
            "write `{first}`; for a code that begins with zeros, declare the fact as `type: text`"
        ),
        "" => format!("write `{first}`"),
        note if note.starts_with('(') && note.ends_with(')') && note.len() > 4 => {
            let note = note.trim_matches(['(', ')']);
            format!("write `{first}`, or `{{value: {first}, note: {note}}}` in YAML")
        }
        _ if fits(ty, text) => format!("write `{first}` without quotation marks"),
        mark if is_mark(mark) => format!("write `{first}` alone, without `{mark}`"),
        _ => format!("write `{first}`; the unit is said once, by `unit:` in the schema"),
    })
}

/// The number meant by `80OO` or `l50`.
fn letters_for_digits(text: &str) -> Option<String> {
    let alike = |sign: char| match sign {
        'o' | 'O' => '0',
        'l' | 'I' => '1',
        sign => sign,
    };
    let meant: String = text.trim().chars().map(alike).collect();
    let stated = text.bytes().any(|sign| sign.is_ascii_digit());
    let letters = text.contains(['o', 'O', 'l', 'I']);
    (stated && letters && meant.bytes().all(|sign| sign.is_ascii_digit())).then_some(meant)
}

/// Whether the text after a number names nothing that is counted: `*`, `[b]`, `;`, `1)`.
fn is_mark(text: &str) -> bool {
    let in_brackets = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let inside = in_brackets.unwrap_or(text);
    let of_note = in_brackets.is_some() && inside.chars().count() < 4;
    let currency = text.contains(['$', '€', '£', '¥', '₹', '%', '°', '‰']);
    of_note || (!currency && !text.chars().any(char::is_alphabetic))
}

/// The factor of a word after a number.
enum Magnitude {
    Of(i128),
    /// A word for many with several meanings: `m`, `T`, `crore`.
    Unclear,
}

/// The factor that a unit names, currencies and the like beside it.
fn magnitude(unit: &str) -> Magnitude {
    let parts = |sign: char| sign.is_whitespace() || matches!(sign, '$' | '€' | '£' | '¥' | '₹');
    let mut factor = 1;
    for word in unit.split(parts) {
        factor = match word.to_lowercase().as_str() {
            "k" | "thousand" | "thousands" | "tsd" | "tsd." => 1_000,
            "million" | "millions" | "mio" | "mio." | "mln" => 1_000_000,
            "billion" | "billions" | "bn" | "mrd" | "mrd." => 1_000_000_000,
            "m" | "mm" | "mn" | "b" | "t" | "tn" | "trillion" | "trillions" | "lakh" | "lakhs"
            | "crore" | "crores" | "hundred" | "hundreds" | "dozen" => return Magnitude::Unclear,
            _ => continue,
        };
    }
    Magnitude::Of(factor)
}

fn fits(ty: &FactType, text: &str) -> bool {
    match ty {
        FactType::Integer => plain_integer(text).is_some(),
        _ => plain_number(text).is_some(),
    }
}

/// For `116.000` or `1.234` where an integer is expected: both readings.
fn in_thousands(core: &str, sign: &str, number: &str) -> String {
    let whole = format!(
        "write `{sign}{}` if the point parts thousands",
        core.replace('.', "")
    );
    if fits(&FactType::Integer, number) {
        return format!("{whole}, `{number}` if it comes before the decimals");
    }
    format!(
        "{whole}; if it comes before the decimals, {}",
        not_whole(number).replacen("write ", "", 1)
    )
}

fn not_whole(number: &str) -> String {
    let whole = number.split('.').next().unwrap_or(number);
    if plain_integer(number).is_none() && !number.contains('.') {
        return "whole numbers reach to 9007199254740992 (2 to the 53rd)".to_owned();
    }
    format!("write a whole number such as `{whole}`, or declare it as `type: number`")
}

fn too_long(number: &str) -> Option<String> {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    if !number.contains('.') && digits > 15 {
        return Some("whole numbers reach to 9007199254740992 (2 to the 53rd)".to_owned());
    }
    (digits > 15).then(|| {
        "it has too many digits: a number is held with up to 17, rounded by whoever writes it"
            .to_owned()
    })
}

/// The decimals of a sign for a part.
fn quarter(sign: char) -> Option<&'static str> {
    Some(match sign {
        '½' => "5",
        '¼' => "25",
        '¾' => "75",
        '⅛' => "125",
        '⅜' => "375",
        '⅝' => "625",
        '⅞' => "875",
        '⅕' => "2",
        '⅖' => "4",
        '⅗' => "6",
        '⅘' => "8",
        _ => return None,
    })
}

/// `1½` and `3/4`, where a decimal number is the same.
fn fraction(text: &str) -> Option<String> {
    const PLACES: u32 = 9;
    let digits = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
    if let Some((above, below)) = text.split_once('/') {
        let (above, below) = (above.trim(), below.trim());
        if !digits(above) || !digits(below) || above.len() > 9 {
            return None;
        }
        let (above, below) = (above.parse::<i128>().ok()?, below.parse::<i128>().ok()?);
        let scaled = above * 10_i128.pow(PLACES);
        let exact = below > 0 && scaled % below == 0;
        return exact.then(|| {
            Decimal {
                digits: scaled / below,
                places: PLACES,
            }
            .written("")
        });
    }
    let sign = text.chars().next_back()?;
    let whole = text[..text.len() - sign.len_utf8()].trim();
    let whole = if whole.is_empty() { "0" } else { whole };
    let places = quarter(sign).filter(|_| digits(whole))?;
    Some(format!("{whole}.{places}"))
}

/// A number to another base: `0x1F`.
fn based(text: &str) -> Option<i64> {
    let lower = text.to_lowercase();
    let to = |prefix: &str, base| {
        let digits = lower.strip_prefix(prefix)?;
        i64::from_str_radix(digits, base).ok()
    };
    to("0x", 16).or_else(|| to("0o", 8)).or_else(|| to("0b", 2))
}

/// The digits of a number with their separators, its sign, and the text after it. `None` if the
/// text before it says that it is not exact, or there are several numbers.
fn parts(text: &str) -> Option<(String, &'static str, String)> {
    let joins = |sign: char| sign.is_whitespace() || matches!(sign, '_' | '\'' | '’');
    let in_brackets = text
        .strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'));
    let text = in_brackets.unwrap_or(text);
    let minus = |sign: char| matches!(sign, '-' | '\u{2212}' | '–');
    let start = text.find(|sign: char| sign.is_ascii_digit())?;
    let note = note_behind(text).unwrap_or(text.len());
    let end = text[..note].rfind(|sign: char| sign.is_ascii_digit())? + 1;
    let before = &text[..start];
    if before.contains(['~', '<', '>', '≤', '≥', '±', '.', ','])
        || before.to_lowercase().contains("ca")
    {
        return None;
    }
    let behind = text[end..].trim();
    // `Jun-05` and `5-Jan` are days.
    let dashed = before.contains(minus) || behind.starts_with(minus);
    let named = |text: &str| text.chars().any(char::is_alphabetic);
    if dashed && (named(before) || (named(behind) && behind.starts_with(minus))) {
        return None;
    }
    // `1,234-` and `$(5)` are negative in the books of accountants.
    let last = behind.strip_prefix(minus);
    let bracket = behind.strip_prefix(')').filter(|_| before.ends_with('('));
    let negative = in_brackets.is_some() || before.contains(minus) || last.or(bracket).is_some();
    let behind = last.or(bracket).unwrap_or(&text[end..]);
    // Separate digits are one number only if they are grouped in thousands.
    let mut groups = text[start..end].split(joins).skip(1);
    let of_three = |group: &str| {
        let whole = group.split([',', '.']).next().unwrap_or_default();
        whole.len() == 3
    };
    if !groups.all(of_three) {
        return None;
    }
    let core = text[start..end].split(joins).collect::<String>();
    let plain = core
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.'));
    let sign = if negative { "-" } else { "" };
    let unit = behind.to_owned() + before.trim_end_matches(['-', '\u{2212}', '–', '+', '(']);
    let of_hundred = ["percent", "per cent", "pct", "prozent", "pour cent", "v.h."];
    let unit = if of_hundred.contains(&unit.trim().to_lowercase().as_str()) {
        "%".to_owned()
    } else {
        unit
    };
    plain.then_some((core, sign, unit))
}

/// The start of a footnote mark after a number: `8000 1)`, `8000 [2]`.
fn note_behind(text: &str) -> Option<usize> {
    let (at, mark) = text
        .rsplit_once(' ')
        .map(|(number, mark)| (number.len(), mark))?;
    let inside = mark
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .or_else(|| mark.strip_suffix(')').filter(|rest| !rest.contains('(')))?;
    let stated = text[..at].bytes().any(|sign| sign.is_ascii_digit());
    (stated && !inside.is_empty() && inside.len() < 3).then_some(at)
}

/// The number in digits with separators, and a second reading if a single separator may separate
/// thousands or decimals.
fn readings(core: &str) -> Option<(Decimal, Option<Decimal>)> {
    let (commas, points) = (core.matches(',').count(), core.matches('.').count());
    let last = core.rfind([',', '.']);
    let without = core.replace([',', '.'], "");
    let behind = |at: usize| core[at + 1..].len();
    let whole = Decimal::new(&without, 0)?;
    match (last, commas, points) {
        (None, ..) => Some((whole, None)),
        (Some(at), 1, 0) if behind(at) == 3 && at <= 3 && !core.starts_with('0') => {
            Some((whole, Decimal::new(&without, 3)))
        }
        (Some(at), 1, 0) | (Some(at), 0, 1) => Some((Decimal::new(&without, behind(at))?, None)),
        (Some(at), _, 0) | (Some(at), 0, _) if behind(at) == 3 => Some((whole, None)),
        (Some(at), 1, _) if core[at..].starts_with(',') => {
            Some((Decimal::new(&without, behind(at))?, None))
        }
        (Some(at), _, 1) if core[at..].starts_with('.') => {
            Some((Decimal::new(&without, behind(at))?, None))
        }
        _ => None,
    }
}

impl Decimal {
    fn new(digits: &str, places: usize) -> Option<Self> {
        let digits = (digits.len() < 30).then(|| digits.parse().ok())??;
        let places = u32::try_from(places).ok()?;
        Some(Self { digits, places })
    }

    /// As its unit says: a percentage as a share.
    fn scaled(self, unit: &str) -> Self {
        match unit {
            "%" => Self {
                places: self.places + 2,
                ..self
            },
            _ => self,
        }
    }

    fn times(self, factor: i128) -> Self {
        Self {
            digits: self.digits.saturating_mul(factor),
            ..self
        }
    }

    fn written(self, sign: &str) -> String {
        let places = usize::try_from(self.places).unwrap_or(usize::MAX);
        let digits = format!("{:0>1$}", self.digits, places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        match fraction.trim_end_matches('0') {
            "" => format!("{sign}{whole}"),
            fraction => format!("{sign}{whole}.{fraction}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them_are_written_out() {
        let number = |text: &str| advice(&FactType::Number, text).unwrap_or_default();
        for (text, written) in [
            ("1,234,567", "1234567"),
            ("1.234.567,5", "1234567.5"),
            ("1,234.50", "1234.5"),
            ("1 000", "1000"),
            ("1_000", "1000"),
            ("12'500", "12500"),
            ("3,5", "3.5"),
            ("−5", "-5"),
            ("(120)", "-120"),
            ("0x1F", "31"),
            ("0123", "123"),
            ("€ 1.250,00", "1250"),
            ("USD 1,500.75", "1500.75"),
            ("48 hours", "48"),
            ("1.5 million", "1500000"),
            ("$366K", "366000"),
            ("2 k€", "2000"),
            ("1,2 Mrd. €", "1200000000"),
            ("1,234.50-", "-1234.5"),
            ("5 -", "-5"),
            ("$(5)", "-5"),
            ("10k", "10000"),
            ("7 %", "0.07"),
            ("7 percent", "0.07"),
            ("80OO", "8000"),
            ("l50", "150"),
            ("8000 1)", "8000"),
            ("8000 [2]", "8000"),
            ("8000*", "8000"),
            ("8000;", "8000"),
            ("1 250 000,5", "1250000.5"),
            ("1½", "1.5"),
            ("¾", "0.75"),
            ("3/4", "0.75"),
        ] {
            let said = number(text);
            assert!(
                said.contains(&format!("write `{written}`")),
                "{text}: {said}"
            );
        }
    }

    #[test]
    fn what_may_be_two_numbers_is_written_both_ways() {
        let said = advice(&FactType::Number, "1,234").unwrap_or_default();
        assert!(
            said.contains("`1234`") && said.contains("`1.234`"),
            "{said}"
        );
        let said = advice(&FactType::Integer, "1,234").unwrap_or_default();
        assert!(
            said.contains("`1234`") && !said.contains("`1.234`"),
            "{said}"
        );
        let said = advice(&FactType::Number, "15%").unwrap_or_default();
        assert!(said.contains("`0.15`") && said.contains("`15`"), "{said}");
    }

    #[test]
    fn what_is_not_exact_is_not_guessed() {
        for text in [
            "~50",
            "> 48",
            "about",
            "10-20",
            "ca. 30",
            "1,23,4.5.6",
            "8000 8000",
            "12 34",
            "1/3",
            "1⅓",
            "2023/24",
            "Jun-05",
            "5-Jan",
        ] {
            assert_eq!(advice(&FactType::Number, text), None, "{text}");
        }
        for text in ["$56.7M", "2B", "12 crore", "1.2m"] {
            let said = advice(&FactType::Number, text).unwrap_or_default();
            assert_eq!(said, "write the number out, with all its digits", "{text}");
        }
        let said = advice(&FactType::Integer, "5.5%").unwrap_or_default();
        assert!(said.contains("such as `5`"), "{said}");
        let said = advice(&FactType::Integer, "48.5").unwrap_or_default();
        assert!(
            said.contains("`48`") && said.contains("`type: number`"),
            "{said}"
        );
    }
}
