//! Reads a JSON object in pieces: no tree of nodes, no allocation for a value.
//!
//! A number is passed on as the nearest binary number if it has at most fifteen digits, which is
//! exact enough to restore it; a longer one is passed on as written.

use std::fmt;
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::base::data_limits::SHAPES;
use crate::formats::yaml::{MAX_DEPTH, YamlPiece};

/// Passes on an object piece by piece. An unreadable value is one piece that is not plain.
pub(crate) fn pieces(text: &str, part: Range<usize>, piece: &mut dyn FnMut(YamlPiece<'_>)) -> bool {
    let text = &text[part.clone()];
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = JsonPieces {
        piece,
        text,
        spelled: has_long_number(text),
        depth: 0,
    }
    .deserialize(&mut reader)
    .and_then(|()| reader.end());
    if read.is_err() {
        piece(YamlPiece::Other);
    }
    piece(YamlPiece::Document(part));
    true
}

/// The number of digits that a binary number always keeps.
const KEPT: usize = 15;

/// Whether more digits follow each other than a binary number keeps. It may be within a text.
fn has_long_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_part = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    // A run of this many characters has one at each step.
    (0..bytes.len()).step_by(KEPT + 1).any(|at| {
        is_part(&bytes[at]) && {
            let near = |byte: &&u8| is_part(byte);
            let before = bytes[..at].iter().rev().take(2 * KEPT).take_while(near);
            let behind = bytes[at..].iter().take(2 * KEPT).take_while(near);
            before.chain(behind).filter(|byte| **byte != b'.').count() > KEPT
        }
    })
}

/// Whether there is a number with a negative exponent, or what looks like one.
fn has_negative_exponent(text: &str) -> bool {
    let mut signs = text.as_bytes().windows(3);
    signs.any(|signs| matches!(signs, [b'0'..=b'9' | b'.', b'e' | b'E', b'-']))
}

/// Hands over a value of any kind.
struct JsonPieces<'p, 't> {
    piece: &'p mut dyn FnMut(YamlPiece<'_>),
    /// The text of the object.
    text: &'t str,
    /// There are long numbers.
    spelled: bool,
    depth: usize,
}

impl JsonPieces<'_, '_> {
    /// The value of a key.
    fn value<'de, A: MapAccess<'de>>(&mut self, access: &mut A) -> Result<(), A::Error> {
        if !self.spelled {
            return access.next_value_seed(self.again());
        }
        let spelled = access.next_value::<&RawValue>()?.get();
        let is_number = spelled.starts_with(|sign: char| sign.is_ascii_digit() || sign == '-');
        if is_number && has_long_number(spelled) {
            (self.piece)(YamlPiece::Long(spelled));
            return Ok(());
        }
        if self.depth == MAX_DEPTH {
            (self.piece)(YamlPiece::Other);
            return Ok(());
        }
        let mut reader = serde_json::Deserializer::from_str(spelled);
        self.again()
            .deserialize(&mut reader)
            .map_err(serde::de::Error::custom)
    }

    fn again(&mut self) -> JsonPieces<'_, '_> {
        JsonPieces {
            piece: self.piece,
            text: self.text,
            spelled: self.spelled,
            depth: self.depth + 1,
        }
    }
}

impl<'de> DeserializeSeed<'de> for JsonPieces<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for JsonPieces<'_, '_> {
    type Value = ();

    fn expecting(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt.write_str("any value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        (self.piece)(YamlPiece::Scalar {
            text: Some(if value { "true" } else { "false" }),
            quoted: false,
        });
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        (self.piece)(YamlPiece::Whole(value));
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        (self.piece)(i64::try_from(value).map_or(YamlPiece::Other, YamlPiece::Whole));
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        // The smallest binary numbers keep fewer digits, and `1e-400` none.
        let tiny = value.abs() < f64::MIN_POSITIVE && has_negative_exponent(self.text);
        (self.piece)(if tiny {
            YamlPiece::Other
        } else {
            YamlPiece::Float(value)
        });
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        (self.piece)(if text.len() > SHAPES.value_bytes {
            YamlPiece::Other
        } else {
            YamlPiece::Scalar {
                text: Some(text),
                quoted: true,
            }
        });
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        (self.piece)(YamlPiece::Scalar {
            text: None,
            quoted: false,
        });
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        (self.piece)(YamlPiece::Other);
        while access.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut access: A) -> Result<(), A::Error> {
        (self.piece)(YamlPiece::Open);
        while access.next_key_seed(JsonKey(self.piece))?.is_some() {
            self.value(&mut access)?;
        }
        (self.piece)(YamlPiece::Close);
        Ok(())
    }
}

/// Hands over a key.
struct JsonKey<'p>(&'p mut dyn FnMut(YamlPiece<'_>));

impl<'de> DeserializeSeed<'de> for JsonKey<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for JsonKey<'_> {
    type Value = ();

    fn expecting(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt.write_str("a key")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        (self.0)(YamlPiece::Scalar {
            text: Some(text),
            quoted: false,
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_found_wherever_they_stand() {
        for at in 0..40 {
            let before = " ".repeat(at);
            for long in [
                "1234567890.123456",
                "1234567890123456",
                "0.1234567890123456",
            ] {
                assert!(has_long_number(&format!("{before}{long}}}")), "{at} {long}");
            }
            for short in ["123456789.012345", "123456789012345"] {
                assert!(
                    !has_long_number(&format!("{before}{short}}}")),
                    "{at} {short}"
                );
            }
        }
    }

    #[test]
    fn long_numbers_come_as_they_are_spelled() {
        let text = r#"{"a":{"b":0.12345678901234567890,"c":1.5,"d":[1]},"e":1e-400}"#;
        let mut found = Vec::new();
        pieces(text, 0..text.len(), &mut |piece| {
            found.push(match piece {
                YamlPiece::Long(text) => format!("long {text}"),
                YamlPiece::Scalar { text, .. } => text.unwrap_or_default().to_owned(),
                YamlPiece::Float(value) => value.to_string(),
                YamlPiece::Other => "other".to_owned(),
                _ => return,
            });
        });
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(
            found,
            [
                "a",
                "b",
                "long 0.12345678901234567890",
                "c",
                "1.5",
                "d",
                "other",
                "e",
                "other"
            ]
        );
    }

    #[test]
    fn what_is_nested_deeply_is_not_followed() {
        let text = format!(
            "{}1234567890123456{}",
            "{\"a\":".repeat(100_000),
            "}".repeat(100_000)
        );
        let mut others = 0;
        pieces(&text, 0..text.len(), &mut |piece| {
            others += usize::from(matches!(piece, YamlPiece::Other));
        });
        assert_eq!(others, 1);
    }
}
