//! A stated value with its details, piece by piece: `{value: 12, source: survey, note: by phone}`.

use crate::formats::date::Date;
use crate::formats::yaml::YamlPiece;
use crate::model::jurisdiction::plain_record_into_columns::RecordBuilder;
use crate::model::rulebook::{Rulebook, is_source};
use crate::model::typed_indexes::FactIndex;

/// The details of a fact that is being read. A value that holds from a day or up to one is not
/// plain.
pub(super) struct Details {
    slot: FactIndex,
    /// Which keys there were.
    seen: [bool; 4],
    /// The key whose value comes next.
    key: Option<Detail>,
    /// Sources are listed.
    listing: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    Value,
    Source,
    AsOf,
    Note,
}

/// Whether more comes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum NextPiece {
    More,
    Over,
}

impl Details {
    pub(super) fn new(slot: FactIndex) -> Self {
        Self {
            slot,
            seen: [false; 4],
            key: None,
            listing: false,
        }
    }

    /// Handles one piece; `None` if it is not plain, or not right.
    pub(super) fn step_on(
        &mut self,
        piece: &YamlPiece<'_>,
        stating: &mut RecordBuilder<'_>,
        rulebook: &Rulebook,
    ) -> Option<NextPiece> {
        if self.listing {
            match piece {
                YamlPiece::ListEnd => self.listing = false,
                YamlPiece::Scalar { text, .. } => self.source((*text)?, stating, rulebook)?,
                _ => return None,
            }
            return Some(NextPiece::More);
        }
        match (self.key.take(), piece) {
            (None, YamlPiece::Close) => {
                return self.seen[Detail::Value as usize].then_some(NextPiece::Over);
            }
            (
                None,
                YamlPiece::Scalar {
                    text,
                    quoted: false,
                },
            ) => self.begin(Detail::of((*text)?)?)?,
            (Some(Detail::Value), piece) => state(self.slot, piece, stating)?,
            (Some(Detail::Source), YamlPiece::List) => self.listing = true,
            (
                Some(Detail::Source),
                YamlPiece::Scalar {
                    text: Some(text), ..
                },
            ) => {
                self.source(text, stating, rulebook)?;
            }
            (
                Some(Detail::AsOf),
                YamlPiece::Scalar {
                    text: Some(text), ..
                },
            ) => {
                Date::parse(text).ok()?;
            }
            (Some(Detail::Note), YamlPiece::Scalar { .. }) => {}
            (Some(_), YamlPiece::Scalar { text: None, .. }) => {}
            _ => return None,
        }
        Some(NextPiece::More)
    }

    fn begin(&mut self, detail: Detail) -> Option<()> {
        self.key = Some(detail);
        let again = std::mem::replace(&mut self.seen[detail as usize], true);
        (!again).then_some(())
    }

    fn source(
        &self,
        text: &str,
        stating: &mut RecordBuilder<'_>,
        rulebook: &Rulebook,
    ) -> Option<()> {
        let known = is_source(text, &rulebook.sources);
        known.then(|| stating.has_source(self.slot))
    }
}

impl Detail {
    fn of(key: &str) -> Option<Self> {
        Some(match key {
            "value" => Self::Value,
            "source" => Self::Source,
            "as_of" => Self::AsOf,
            "note" => Self::Note,
            _ => return None,
        })
    }
}

/// States a fact by a piece; `None` if it is no plain value, or not right.
pub(super) fn state(
    slot: FactIndex,
    piece: &YamlPiece<'_>,
    stating: &mut RecordBuilder<'_>,
) -> Option<()> {
    match piece {
        YamlPiece::Scalar {
            text: Some(text),
            quoted,
        } => stating.state(slot, text, *quoted),
        YamlPiece::Scalar { text: None, .. } => stating.state_unknown(slot),
        YamlPiece::Whole(number) => stating.state_whole(slot, *number),
        YamlPiece::Float(number) => stating.state_float(slot, *number),
        YamlPiece::Long(text) => stating.state_long(slot, text),
        _ => return None,
    }
    .ok()
}
