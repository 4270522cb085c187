//! Bytes that are not UTF-8 text: what they look like, and how to save the file again.

use crate::base::diagnostic::{Code, Diagnostic};

/// The diagnostic of a file that is not UTF-8 text, or contains a zero byte.
pub(crate) fn not_text(path: &str, bytes: &[u8]) -> Diagnostic {
    let (message, help) = match looks_like(bytes) {
        Some(Looks::File(kind, help)) => (
            format!("this file is no text: it begins as {kind} does"),
            help.to_owned(),
        ),
        Some(Looks::Encoding(name)) => (
            format!("this file is not UTF-8 text: it looks like {name}"),
            again(name),
        ),
        None => of_one_byte(bytes),
    };
    Diagnostic::in_file(Code::NotText, path, message).help(help)
}

enum Looks {
    /// No text at all: the kind of file, and advice.
    File(&'static str, &'static str),
    Encoding(&'static str),
}

fn again(encoding: &str) -> String {
    format!(
        "save it again as UTF-8: in a spreadsheet choose \"CSV UTF-8\", in an editor the encoding \
         UTF-8, or run `iconv -f {encoding} -t UTF-8 OLD > NEW`"
    )
}

/// The number of bytes looked at if the first bytes do not show what a file is.
const LOOKED_AT: usize = 4096;

/// The kind of a file, by its first bytes and the places of zero bytes.
fn looks_like(bytes: &[u8]) -> Option<Looks> {
    use Looks::{Encoding, File};
    const SHEET: &str = "open it in a spreadsheet, and save the sheet as \"CSV UTF-8\"";
    const PACKED: &str = "name it so that it ends in `.gz` or `.zst`, or unpack it";
    let begins: [(&[u8], Looks); 11] = [
        (
            b"PK\x03\x04",
            File("a spreadsheet (.xlsx, .ods) or an archive", SHEET),
        ),
        (b"\xd0\xcf\x11\xe0", File("a spreadsheet (.xls)", SHEET)),
        (
            b"PAR1",
            File("a Parquet file", "name it so that it ends in `.parquet`"),
        ),
        (b"%PDF", File("a PDF", "save its table as \"CSV UTF-8\"")),
        (b"\x1f\x8b", File("a file packed by gzip", PACKED)),
        (b"\x28\xb5\x2f\xfd", File("a file packed by zstd", PACKED)),
        (b"\xff\xfe\0\0", Encoding("UTF-32LE")),
        (b"\0\0\xfe\xff", Encoding("UTF-32BE")),
        (b"\xff\xfe", Encoding("UTF-16LE")),
        (b"\xfe\xff", Encoding("UTF-16BE")),
        (b"\x2b\x2f\x76", Encoding("UTF-7")),
    ];
    if let Some((_, looks)) = begins
        .into_iter()
        .find(|(first, _)| bytes.starts_with(first))
    {
        return Some(looks);
    }
    // In text in Latin letters every other byte is zero.
    let start = &bytes[..bytes.len().min(LOOKED_AT)];
    let zeros = |odd: usize| {
        let places = start.iter().skip(odd).step_by(2);
        places.filter(|byte| **byte == 0).count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let most = |zeros: usize, others: usize| zeros > start.len() / 4 && others < zeros / 4;
    match (most(odd, even), most(even, odd)) {
        (true, _) => Some(Encoding("UTF-16LE")),
        (_, true) => Some(Encoding("UTF-16BE")),
        _ => None,
    }
}

/// The encoding of a text with mostly non-Latin letters: words in Latin letters have few accents.
fn other_alphabet(bytes: &[u8]) -> Option<&'static str> {
    let is_high = |byte: &u8| *byte >= 0xc0;
    let runs = bytes.split(|byte| !is_high(byte)).map(<[u8]>::len);
    let (long, short) = runs
        .filter(|length| *length > 0)
        .fold((0, 0), |(long, short), length| {
            if length > 3 {
                (long + 1, short)
            } else {
                (long, short + 1)
            }
        });
    // In Windows-1251 lower-case letters begin at 0xe0, and most letters are lower-case; in KOI8-R
    // upper-case letters do.
    let small = bytes.iter().filter(|byte| **byte >= 0xe0).count();
    let capital = bytes
        .iter()
        .filter(|byte| (0xc0..0xe0).contains(*byte))
        .count();
    // In texts of Chinese and Japanese half of the bytes are lower ones.
    let low = bytes
        .iter()
        .filter(|byte| (0x80..0xc0).contains(*byte))
        .count();
    let is_likely = long > short && low * 10 <= small + capital;
    is_likely.then_some(if small >= capital {
        "WINDOWS-1251"
    } else {
        "KOI8-R"
    })
}

/// The message and advice for a byte that is a letter in an older encoding, or zero.
fn of_one_byte(bytes: &[u8]) -> (String, String) {
    let valid = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    let valid = bytes[..valid]
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(valid);
    let line = bytes[..valid].split(|byte| *byte == b'\n').count();
    let byte = bytes.get(valid).copied().unwrap_or_default();
    if byte == 0 {
        let message = format!("this file is not text: line {line} has a zero byte");
        let help = "save it as plain UTF-8 text, or move it out of the folder".to_owned();
        return (message, help);
    }
    if let Some(encoding) = other_alphabet(bytes) {
        let message = format!(
            "this file is not UTF-8 text: line {line} has the byte {byte:#04x}, and whole words of \
             such bytes stand in it, as of Cyrillic letters"
        );
        return (message, again(encoding));
    }
    let is_letter = |byte: &u8| matches!(byte, 0xc0..=0xff | 0x91..=0x97 | 0xa0..=0xbf | 0x80);
    let high = || bytes.iter().filter(|byte| **byte >= 0x80);
    let western = high().all(is_letter);
    let message = format!("this file is not UTF-8 text: line {line} has the byte {byte:#04x}");
    if western {
        let name = match byte {
            0xa0..=0xff => format!(
                ", which is `{}` in Windows-1252 and Latin-1",
                char::from(byte)
            ),
            _ => ", which is a quotation mark, a dash or `\u{20ac}` in Windows-1252".to_owned(),
        };
        return (format!("{message}{name}"), again("WINDOWS-1252"));
    }
    let help = "save it again with the encoding UTF-8: where a program asks for the encoding it has \
                now, try those of the country that it comes from";
    (message, help.to_owned())
}
