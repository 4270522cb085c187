//! Mistakes in the layout of YAML, for a file that cannot be read: the reader fails a line or more
//! after the mistake.
//!
//! Example: in `tags: [port` with `risks: [flood]` below it the reader fails at the second `:`; the
//! mistake is the `[` that nothing closes.

use std::ops::Range;

use crate::base::data_limits::SHAPES;
use crate::base::diagnostic::unseen;

/// A slip: its place in bytes of the text, the message, and advice.
pub(super) struct LayoutSlip {
    pub(super) place: Range<usize>,
    pub(super) message: String,
    pub(super) help: String,
}

/// The number of lines looked at above the place of an error.
const LOOKED_AT: usize = 60;

/// A line that holds something, and where it begins.
#[derive(Clone, Copy)]
struct LayoutLine<'a> {
    start: usize,
    text: &'a str,
}

impl<'a> LayoutLine<'a> {
    fn spaces(self) -> usize {
        self.text.len() - self.text.trim_start_matches(' ').len()
    }

    fn trimmed(self) -> &'a str {
        self.text.trim()
    }

    /// The name and the value of `name: value` and `name:`.
    fn pair(self) -> Option<(&'a str, &'a str)> {
        let line = self.trimmed();
        let (name, value) = line
            .split_once(": ")
            .or(line.strip_suffix(':').map(|name| (name, "")))?;
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
        (!name.is_empty() && name.chars().all(is_name)).then_some((name, value.trim()))
    }

    fn slip(self, message: &str, help: String) -> LayoutSlip {
        let start = self.start + self.text.len() - self.text.trim_start().len();
        LayoutSlip {
            place: start..start + self.trimmed().len(),
            message: message.to_owned(),
            help,
        }
    }
}

/// Words in errors that are not about layout.
const OTHERWISE: [&str; 7] = [
    "<<",
    "depth",
    "recursion",
    "alias",
    "budget",
    "escape",
    "unclosed quote",
];

/// The slip behind an error in a line (the first is 1), if it is a known one.
pub(super) fn cause(text: &str, message: &str, line: usize) -> Option<LayoutSlip> {
    if OTHERWISE.iter().any(|word| message.contains(word)) {
        return None;
    }
    let mut at = 0;
    let mut lines = Vec::new();
    for (number, line_of_text) in text.split_inclusive('\n').enumerate() {
        let content = line_of_text.trim_end();
        let starts_record = content == "---";
        if starts_record && number < line {
            lines.clear();
        } else if !content.is_empty() && !content.trim_start().starts_with('#') && !starts_record {
            let one = LayoutLine {
                start: at,
                text: content,
            };
            lines.push((number + 1, one));
        }
        at += line_of_text.len();
        // One more line shows how it continues.
        if number > line || (number >= line && starts_record) {
            break;
        }
    }
    let stumbled = lines.iter().position(|(number, _)| *number >= line);
    let here = stumbled.unwrap_or(lines.len());
    let lines: Vec<LayoutLine<'_>> = lines.into_iter().map(|(_, line)| line).collect();
    let seen = &lines[here.saturating_sub(LOOKED_AT)..lines.len().min(here + 1)];
    // A character that looks like a space is reported as that.
    let is_hidden = |sign: char| sign.is_whitespace() && unseen(sign).is_some();
    if seen.iter().any(|line| line.text.contains(is_hidden)) {
        return None;
    }
    seen.iter()
        .find_map(|line| tab(*line))
        .or_else(|| quote_never_closed(seen))
        .or_else(|| never_closed(seen))
        .or_else(|| no_colon(seen))
        .or_else(|| set_in_otherwise(&lines, here))
}

/// A tab before a name.
fn tab(line: LayoutLine<'_>) -> Option<LayoutSlip> {
    let margin = line.text.len() - line.text.trim_start().len();
    let at = line.text[..margin].find('\t')?;
    Some(LayoutSlip {
        place: line.start + at..line.start + at + 1,
        message: "a tab stands at the beginning of this line".to_owned(),
        help:
            "YAML is indented with spaces, never with tabs: begin the line with as many spaces as \
               those beside it"
                .to_owned(),
    })
}

/// `name: "Alda`, and another name below it, set in no further.
fn quote_never_closed(lines: &[LayoutLine<'_>]) -> Option<LayoutSlip> {
    lines.windows(2).find_map(|pair| {
        let (line, below) = (pair[0], pair[1]);
        let (_, value) = line.pair()?;
        let mark = value.chars().next().filter(|sign| "\"'".contains(*sign))?;
        let mut before = ' ';
        let closes = |sign: char| {
            let escaped = mark == '"' && before == '\\';
            before = if escaped { ' ' } else { sign };
            sign == mark && !escaped
        };
        let open = !value[1..].contains(closes);
        let ends = below.pair().is_some() && below.spaces() <= line.spaces();
        let help = || format!("write `{}{mark}`", line.trimmed());
        (open && ends).then(|| line.slip("the quotation mark in this line is never closed", help()))
    })
}

/// `tags: [port`, where the list is never closed, or its end is in a comment.
fn never_closed(lines: &[LayoutLine<'_>]) -> Option<LayoutSlip> {
    let mut open: Vec<(LayoutLine<'_>, usize, char)> = Vec::new();
    for line in lines {
        let (mut quote, mut before, mut strokes_alone) = (None, None, true);
        for (at, sign) in line.text.char_indices() {
            // A sign within a plain text opens nothing.
            let begins = match before {
                None => true,
                Some(':') => !open.is_empty() || line.text[..at].ends_with(": "),
                Some('-') => strokes_alone,
                Some(before) => !open.is_empty() && matches!(before, ',' | '[' | '{'),
            };
            match (quote, sign) {
                (Some(mark), sign) if sign == mark => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') if begins => quote = Some(sign),
                (None, '#') if line.text[..at].ends_with(' ') => break,
                (None, '[' | '{') if begins => open.push((*line, at, sign)),
                (None, ']' | '}') => {
                    open.pop();
                }
                _ => {}
            }
            if !sign.is_whitespace() {
                before = Some(sign);
                strokes_alone &= sign == '-';
            }
            if open.len() > SHAPES.depth {
                return None;
            }
        }
        if quote.is_some() {
            // In a text over several lines, open brackets are not known.
            return None;
        }
    }
    let (line, at, sign) = open.first().copied()?;
    // A bracket that is open in the last line may be closed later.
    let is_last = lines.last().is_some_and(|last| last.start == line.start);
    let close = if sign == '[' { ']' } else { '}' };
    let place = line.start + at..line.start + at + 1;
    let message = format!("this `{sign}` is never closed");
    let remark = line.text[at..].find(" #").map(|found| at + found);
    if let Some(remark) = remark.filter(|remark| line.text[*remark..].contains(close)) {
        let (kept, lost) = line.text.split_at(remark);
        let lost = lost
            .trim_start_matches([' ', '#'])
            .trim_end_matches([close, ' ']);
        let help = format!(
            "` #` begins a remark, which has the `{close}` in it: write `{}{close} # {lost}`, or a text \
             with `#` in quotation marks",
            kept.trim()
        );
        return Some(LayoutSlip {
            place,
            message,
            help,
        });
    }
    let goes_on = lines
        .iter()
        .skip_while(|one| one.start <= line.start)
        .any(|one| one.pair().is_some());
    (!is_last && goes_on).then(|| LayoutSlip {
        place,
        message,
        help: format!("write `{}{close}`, if it ends there", line.trimmed()),
    })
}

/// `population; 8000`, `population 8000`, between lines that have a colon.
fn no_colon(lines: &[LayoutLine<'_>]) -> Option<LayoutSlip> {
    let (line, below) = (lines.len().checked_sub(2)?, lines.last()?);
    let (above, line) = (line.checked_sub(1).map(|above| lines[above]), lines[line]);
    below.pair()?;
    let beside = line.spaces() == below.spaces();
    let under = above.is_some_and(|above| match above.pair() {
        Some((_, value)) => value.is_empty() || above.spaces() == line.spaces(),
        None => false,
    });
    let text = line.trimmed();
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    let (name, rest) = text.split_at(end);
    let value =
        rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ';' | '：' | '=' | ':'));
    let plain = !name.is_empty() && !value.is_empty() && !value.contains([':', '[', '{', '"']);
    let marked = rest.starts_with([';', '：', '=', ' ']);
    (beside && under && plain && marked && line.pair().is_none() && !name.starts_with('-')).then(
        || {
            line.slip(
                "a name and its value are divided by a colon and a space",
                format!("write `{name}: {value}`"),
            )
        },
    )
}

/// A line that is set in more or less than those beside it.
fn set_in_otherwise(lines: &[LayoutLine<'_>], here: usize) -> Option<LayoutSlip> {
    let stumbled = lines.get(here)?;
    let before = lines[..here].last()?;
    let (name, value) = before.pair()?;
    stumbled.pair()?;
    let spaces = |count: usize| match count {
        0 => "no space".to_owned(),
        1 => "1 space".to_owned(),
        count => format!("{count} spaces"),
    };
    let message = "this line is set in otherwise than those beside it";
    if stumbled.spaces() > before.spaces() && !value.is_empty() {
        // Of three lines, the middle one has lost its indentation.
        let above = lines[..here - 1].last();
        if above.is_some_and(|above| above.spaces() == stumbled.spaces()) {
            return Some(before.slip(
                message,
                format!("begin it with {}, as they do", spaces(stumbled.spaces())),
            ));
        }
        // Several lines with the same indentation: the name above them is missing.
        let below = lines
            .get(here + 1)
            .filter(|below| below.spaces() == stumbled.spaces());
        return below.map(|_| {
            stumbled.slip(
                "this line and those below are set in, and what they belong to is missing",
                format!(
                    "write the name above them on a line of its own, as `facts:`; or begin each with {}, \
                     as the line `{name}: ...`",
                    spaces(before.spaces())
                ),
            )
        });
    }
    // The first of several is set in more than the rest.
    let parent = lines[..here - 1].last();
    let is_first = parent.is_none_or(|parent| {
        parent.pair().is_some_and(|(_, value)| value.is_empty())
            && parent.spaces() < stumbled.spaces()
    });
    (stumbled.spaces() < before.spaces() && is_first && !value.is_empty()).then(|| {
        before.slip(
            message,
            format!(
                "begin it with {}, as the line below",
                spaces(stumbled.spaces())
            ),
        )
    })
}
