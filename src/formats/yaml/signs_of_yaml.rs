//! Characters with a meaning in YAML where a value was intended: `&Co`, `*`, `-`, `{pop: >5}`.
//!
//! Example: in `name: &Co` YAML reads an anchor, by which a value can be repeated, and no value.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::Source;
use crate::formats::yaml::layout_slips::LayoutSlip;
use crate::formats::yaml::node::{NodeKind, YamlNode};

/// Notes each `&name` before a plain value, or before nothing, that no `*name` of the same document
/// repeats: it was meant as a text.
pub(super) fn marks_for_nothing(
    source: &Arc<Source>,
    part: &Range<usize>,
    node: &YamlNode,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let text = &source.text()[..part.end];
    // To the end of the document: a repeated value has the place of the original.
    let Range { start, end } = node.span.range();
    let rest = text.get(end..).unwrap_or_default();
    let marks = ["\n---", "\r---", "\n...", "\r..."];
    let ends = marks.iter().filter_map(|mark| rest.find(mark));
    let end = end + ends.min().unwrap_or(rest.len());
    let Some(repeated) = text.get(start..end).and_then(repeated_names) else {
        return;
    };
    let mut look = |from: usize, value: &YamlNode, place: Within| {
        let loses = matches!(
            value.kind,
            NodeKind::Null | NodeKind::Scalar { quoted: false, .. }
        );
        let mark = loses.then(|| mark(text, from, value, place)).flatten()?;
        let end = mark.end;
        if !repeated.contains(&text[mark.start + 1..end]) {
            diagnostics.push(told(source, mark, value));
        }
        Some(end)
    };
    each_value(node, node.span.range().start, &mut look);
}

/// The names that a text repeats by `*name`; `None` if nothing is marked by `&name`.
fn repeated_names(text: &str) -> Option<BTreeSet<&str>> {
    // Names that people give are not longer.
    const LONGEST: usize = 100;
    let names = text.match_indices('*').map(|(at, _)| {
        let rest = &text[at + 1..];
        let mut signs = rest.char_indices().take(LONGEST);
        let end = signs.find(|(_, sign)| ends_name(*sign));
        let end = end.map_or(rest.len().min(LONGEST), |(end, _)| end);
        rest.get(..end).unwrap_or_default()
    });
    text.contains('&').then(|| names.collect())
}

/// Whether a sign ends the name of a mark.
fn ends_name(sign: char) -> bool {
    sign.is_whitespace() || matches!(sign, ',' | '[' | ']' | '{' | '}')
}

/// The collection around a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Mapping,
    List,
}

/// Looks at a value, given where the text before it begins, and returns where a mark before it
/// ends.
type Look<'a> = &'a mut dyn FnMut(usize, &YamlNode, Within) -> Option<usize>;

/// Passes on each value in a node, with the start of the text before it.
fn each_value(node: &YamlNode, start: usize, look: Look<'_>) {
    match &node.kind {
        NodeKind::Mapping(entries) => {
            for entry in entries {
                let behind = entry.key_span.range().end;
                look(behind, &entry.value, Within::Mapping);
                each_value(&entry.value, behind, look);
            }
        }
        NodeKind::Sequence(items) => {
            let mut from = start;
            for item in items {
                let mark = look(from, item, Within::List);
                each_value(item, from, look);
                // If an item is empty, its own end is not known.
                from = match item.kind {
                    NodeKind::Null => mark.unwrap_or(from),
                    _ => item.span.range().end,
                };
            }
        }
        NodeKind::Null | NodeKind::Scalar { .. } => {}
    }
}

/// The `&name` before a value, behind what divides it from its key or from the item before.
fn mark(text: &str, from: usize, value: &YamlNode, place: Within) -> Option<Range<usize>> {
    const BLANKS: [char; 2] = [' ', '\t'];
    let rest = text.get(from..)?.trim_start_matches(BLANKS);
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let rest = match place {
        Within::Mapping => rest,
        Within::List => {
            let rest = rest.trim_start();
            rest.strip_prefix(['-', ',', '[']).unwrap_or(rest)
        }
    };
    let rest = rest.trim_start_matches(BLANKS);
    let start = text.len() - rest.len();
    let name = rest.strip_prefix('&')?;
    let end = start + 1 + name.find(ends_name).unwrap_or(name.len());
    // In `&t [port]` the mark is before the list, and not before its first item.
    let between = text.get(end..value.span.range().start);
    let before = matches!(value.kind, NodeKind::Null)
        || between.is_some_and(|between| between.trim().is_empty());
    (before && end > start + 1).then_some(start..end)
}

fn told(source: &Arc<Source>, mark: Range<usize>, value: &YamlNode) -> Diagnostic {
    let name = &source.text()[mark.start + 1..mark.end];
    let message = format!("`&{name}` marks a value that is to be repeated, and no `*{name}` does");
    let (end, text) = match value.text() {
        Some(text) => (value.span.range().end, format!("&{name} {text}")),
        None => (mark.end, format!("&{name}")),
    };
    let help = format!("write `\"{}\"`, in quotation marks", text.replace('"', "'"));
    Diagnostic::at(Code::YamlSyntax, source.span(mark.start..end), message).help(help)
}

/// `*name` at a place, where an earlier document of the file has marked a value by `&name`.
pub(super) fn repeats_elsewhere(text: &str, start: usize, message: &str) -> Option<LayoutSlip> {
    let rest = text.get(start..)?.strip_prefix('*')?;
    let name = &rest[..rest.find(ends_name).unwrap_or(rest.len())];
    let marked = |mark: (usize, &str)| text[mark.0 + mark.1.len()..].starts_with(ends_name);
    let mark = format!("&{name}");
    let known = !name.is_empty() && text[..start].match_indices(&mark).any(marked);
    (known && message.contains("unknown anchor")).then(|| LayoutSlip {
        place: start..start + 1 + name.len(),
        message: format!("not valid YAML: `*{name}` repeats nothing"),
        help: format!(
            "a mark such as `&{name}` holds within its own record, which ends at `---`: write the value \
             out here"
        ),
    })
}

/// A sign of YAML as a value, which is an error for the reader: `pop: -`, `[*, b]`, `{pop: >5}`.
pub(super) fn lone_sign(text: &str, start: usize, message: &str) -> Option<LayoutSlip> {
    let rest = text.get(start..)?.lines().next()?;
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line..start];
    let in_braces = before.contains(['{', '[']);
    let end = if in_braces {
        rest.find([',', ']', '}'])
    } else {
        rest.find(" #")
    };
    let value = rest[..end.unwrap_or(rest.len())].trim_end();
    let name = before.trim_end().strip_suffix(':');
    let name = name.and_then(|name| name.rsplit(['{', ',', '[', ' ']).next());
    let signs = |c: char| "-*?&!|>%@`~".contains(c);
    let place = start..start + value.len();
    let slip = |message: String, help: String| LayoutSlip {
        place: place.clone(),
        message,
        help,
    };
    if !value.is_empty() && value.len() < 4 && value.chars().all(signs) {
        // `--` on a line of its own, and `-` before an item, have their own messages.
        let help = match name {
            Some(_) => format!(
                "write `unknown` if nobody knows the value, or `\"{value}\"` in quotation marks if it is \
                 a text"
            ),
            None if before.contains('[') => {
                format!("write `\"{value}\"`, in quotation marks, or leave it out")
            }
            None => return None,
        };
        return Some(slip(format!("`{value}` is no value by itself"), help));
    }
    if let Some(number) = value.strip_prefix('>').filter(|_| in_braces) {
        let number = number.trim_start_matches('=').trim();
        return Some(if number.starts_with(|c: char| c.is_ascii_digit()) {
            slip(
                format!("`{value}` is a bound, and no value"),
                format!("write `{number}` if it is that, or `unknown` where only a bound is known"),
            )
        } else {
            slip(
                format!("`{value}` begins with a sign of YAML"),
                format!("write `\"{value}\"`, in quotation marks"),
            )
        });
    }
    let alias = value.strip_prefix('*')?;
    let unknown = message.contains("unknown anchor") && !alias.contains(['*', ' ', '"']);
    let holds_values = ["facts", "given", "with", "expect", "parameters"];
    let is_elsewhere = text.contains(&format!("&{alias}"));
    if !unknown {
        return None;
    }
    if is_elsewhere || name.is_some_and(|name| holds_values.contains(&name)) {
        return Some(slip(
            format!("nothing in this record is marked by `&{alias}`"),
            "write the values out: a mark holds within its own record alone".to_owned(),
        ));
    }
    // Lines without braces are reported elsewhere.
    in_braces.then(|| {
        slip(
            format!("nothing is marked by `&{alias}`, so `{value}` repeats nothing"),
            format!("write `\"{value}\"`, in quotation marks"),
        )
    })
}
