//! The one reader of JSON (RFC 8259): text to nodes that know their place, or piece by piece.
//!
//! Numbers keep the spelling of the author, as in YAML.

mod error_advice;
mod streaming_reader;

pub(crate) use streaming_reader::pieces;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::base::data_limits::SHAPES;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::{Position, Source};
use crate::formats::json::error_advice::{in_words, shown};
use crate::formats::yaml::{
    Entries, Entry, MAX_DEPTH, NodeKind, YamlNode, too_long_value, too_many_values,
};

/// The lines of a text, in parts that can be read in parallel. One range per line, without empty
/// ones; at most `most` lines are looked for.
pub(crate) fn lines(text: &str, about: usize, most: usize) -> Vec<Vec<Range<usize>>> {
    let mut parts = Vec::new();
    let (mut part, mut bytes, mut start, mut count) = (Vec::new(), 0, 0, 0);
    for line in text.split_inclusive('\n') {
        if count == most {
            break;
        }
        let trimmed = line.trim();
        let from = start + line.len() - line.trim_start().len();
        start += line.len();
        if trimmed.is_empty() {
            continue;
        }
        part.push(from..from + trimmed.len());
        count += 1;
        bytes += line.len();
        if bytes >= about {
            parts.push(std::mem::take(&mut part));
            bytes = 0;
        }
    }
    parts.push(part);
    parts
}

/// The objects of a file that is a list of them, or a single one; at most `most` are looked for.
pub(crate) fn list(
    source: &Arc<Source>,
    about: usize,
    most: usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<Vec<Range<usize>>>> {
    let text = source.text();
    if !text.trim_start().starts_with('[') {
        let start = text.len() - text.trim_start().len();
        let all = start..start + text.trim().len();
        return Some(vec![if all.is_empty() {
            Vec::new()
        } else {
            std::iter::once(all).collect()
        }]);
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = Items(most).deserialize(&mut reader);
    let read = read.and_then(|items| {
        // After the last item that is looked for, the rest is ignored.
        let whole = items.len() < most;
        if whole {
            reader.end().map(|()| items)
        } else {
            Ok(items)
        }
    });
    let items: Vec<&RawValue> = match read {
        Ok(items) => items,
        Err(error) => {
            diagnostics.push(syntax(source, 0..text.len(), &error));
            return None;
        }
    };
    let places: Vec<_> = items.iter().map(|item| place(text, item.get())).collect();
    let count = (about * items.len() / text.len().max(1)).max(1);
    Some(places.chunks(count).map(<[_]>::to_vec).collect())
}

/// The items of a list, at most this many.
struct Items(usize);

impl<'de> DeserializeSeed<'de> for Items {
    type Value = Vec<&'de RawValue>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Items {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            if items.len() < self.0 {
                items.push(item);
            }
        }
        Ok(items)
    }
}

/// The items in a part of a list, which begins behind another item, ends before one, or both.
pub(crate) fn items(
    text: &str,
    part: Range<usize>,
    (behind, before): (bool, bool),
) -> Option<Vec<Range<usize>>> {
    let mut inner = part;
    let trim = |inner: &mut Range<usize>| {
        let text = &text[inner.clone()];
        *inner =
            inner.start + text.len() - text.trim_start().len()..inner.start + text.trim_end().len();
    };
    trim(&mut inner);
    let comma = |at: Option<&u8>| at == Some(&b',');
    if behind && (before || !inner.is_empty()) {
        comma(text.as_bytes().get(inner.start)).then(|| inner.start += 1)?;
    }
    trim(&mut inner);
    if before && !(behind && inner.is_empty()) {
        comma(text[inner.clone()].as_bytes().last()).then(|| inner.end -= 1)?;
    }
    let list = format!("[{}]", &text[inner.clone()]);
    let items: Vec<&RawValue> = serde_json::from_str(&list).ok()?;
    let places = items.iter().map(|item| place(&list, item.get()));
    Some(
        places
            .map(|place| place.start + inner.start - 1..place.end + inner.start - 1)
            .collect(),
    )
}

/// The place of a part of a text.
fn place(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr().addr() - text.as_ptr().addr();
    start..start + part.len()
}

/// A text as a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Hands over the fields of an object, key and value as they are written.
fn fields(text: &str, field: &mut dyn FnMut(&str, &str)) -> Result<(), serde_json::Error> {
    struct Fields<'f>(&'f mut dyn FnMut(&str, &str));

    impl<'de> Visitor<'de> for Fields<'_> {
        type Value = ();

        fn expecting(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
            fmt.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
            while let Some((key, value)) = access.next_entry::<&RawValue, &RawValue>()? {
                (self.0)(key.get(), value.get());
            }
            Ok(())
        }
    }

    let mut reader = serde_json::Deserializer::from_str(text);
    reader.deserialize_map(Fields(field))?;
    reader.end()
}

/// An object as a node.
pub(crate) fn node(
    source: &Arc<Source>,
    part: Range<usize>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<YamlNode> {
    let text = &source.text()[part.clone()];
    // The whole text is checked first, so that errors have their places.
    if values(text) > SHAPES.nodes {
        let start = source.span(part.start..part.start + 20);
        diagnostics.push(too_many_values(start));
        return None;
    }
    let whole = serde_json::from_str::<&RawValue>(text);
    let node = whole.map_err(|error| syntax(source, part.clone(), &error));
    let node = node.and_then(|raw| match too_deep(text) {
        Some(at) => {
            let span = source.span(part.start + at..part.start + at + 1);
            let message = "values lie within one another too deep";
            let help = format!("a record nests at most {MAX_DEPTH} deep");
            Err(Diagnostic::at(Code::JsonSyntax, span, message).help(help))
        }
        None => Ok(raw),
    });
    match node.and_then(|raw| node_of(source, raw.get(), diagnostics)) {
        Ok(node) => Some(node),
        Err(problem) => {
            diagnostics.push(problem);
            None
        }
    }
}

/// The most values that a text can contain: one more than its commas.
fn values(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b',').count() + 1
}

/// Where a value begins that is nested more deeply than is read.
fn too_deep(text: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    text.bytes().position(|byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > MAX_DEPTH
    })
}

fn node_of(
    source: &Arc<Source>,
    raw: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<YamlNode, Diagnostic> {
    let span = source.span(place(source.text(), raw));
    // A part is read by itself: places of its errors are counted from its start.
    let told = |part: &str| {
        let part = place(source.text(), part);
        move |error: serde_json::Error| syntax(source, part, &error)
    };
    let kind = match raw.as_bytes().first() {
        Some(b'{') => {
            let mut entries = Entries::default();
            let mut wrong = None;
            fields(raw, &mut |key, value| {
                let key_span = source.span(place(source.text(), key));
                let name = serde_json::from_str(key).map_err(told(key));
                let read = name.and_then(|key: String| {
                    Ok(Entry {
                        key,
                        key_span,
                        value: node_of(source, value, diagnostics)?,
                    })
                });
                match read {
                    Ok(entry) => entries.push(entry, diagnostics),
                    Err(problem) => wrong = Some(problem),
                }
            })
            .map_err(told(raw))?;
            wrong.map_or(Ok(NodeKind::Mapping(entries.list)), Err)?
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(raw).map_err(told(raw))?;
            let items: Result<Vec<_>, _> = items
                .into_iter()
                .map(|item| node_of(source, item.get(), diagnostics))
                .collect();
            NodeKind::Sequence(items?)
        }
        Some(b'"') => {
            let text: String = serde_json::from_str(raw).map_err(told(raw))?;
            if text.len() > SHAPES.value_bytes {
                return Err(too_long_value(text.len(), &span));
            }
            NodeKind::Scalar { text, quoted: true }
        }
        _ if raw == "null" => NodeKind::Null,
        _ => NodeKind::Scalar {
            text: raw.to_owned(),
            quoted: false,
        },
    };
    Ok(YamlNode { span, kind })
}

fn syntax(source: &Arc<Source>, part: Range<usize>, error: &serde_json::Error) -> Diagnostic {
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or(&text);
    let before = source.position(part.start);
    let column = if error.line() <= 1 {
        before.column + error.column().max(1) - 1
    } else {
        error.column().max(1)
    };
    let position = Position {
        line: before.line + error.line().max(1) - 1,
        column,
    };
    let start = source.offset(position).clamp(part.start, part.end);
    let rest = source.text()[start..part.end]
        .lines()
        .next()
        .unwrap_or_default();
    let end = start + shown(rest).len();
    let (message, help) = in_words(message, rest);
    Diagnostic::at(
        Code::JsonSyntax,
        source.span(start..end),
        format!("not valid JSON: {message}"),
    )
    .help(help)
}

/// A value in JSON: a text that is no other value in quotation marks.
pub(crate) fn written(text: &str) -> String {
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => text.to_owned(),
        Err(_) => serde_json::Value::from(text).to_string(),
    }
}
