//! The events of a document, in order.

use crate::base::data_limits::SHAPES;

/// A piece of a document. Places are bytes of the whole text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum YamlEvent {
    /// A mapping begins.
    Mapping(u32),
    /// The innermost mapping ends.
    MappingEnd,
    /// A list begins.
    Sequence(u32),
    /// The innermost list ends.
    SequenceEnd,
    /// A key or a value.
    Scalar(Scalar),
    /// A value that is nothing: left out, `~` or `null`.
    Null(u32, u32),
}

/// A scalar: its place, and how its text is written there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scalar {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) style: YamlStyle,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum YamlStyle {
    /// The text is exactly that place.
    Plain,
    /// The text is between the quotation marks.
    Quoted,
    /// The text is a part of [`Events::texts`]: it has escapes, or several lines.
    Made(u32, u32),
}

/// The events of a document, and the texts that are not written in it literally.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Events {
    pub(crate) list: Vec<YamlEvent>,
    pub(super) texts: String,
}

impl Events {
    pub(super) fn clear(&mut self) {
        self.list.clear();
        self.texts.clear();
    }

    /// Adds a scalar; `None` if its text is longer than is read.
    pub(super) fn push(&mut self, scalar: Scalar) -> Option<()> {
        let length = match scalar.style {
            YamlStyle::Plain | YamlStyle::Quoted => scalar.end - scalar.start,
            YamlStyle::Made(start, end) => end - start,
        };
        self.list.push(YamlEvent::Scalar(scalar));
        (usize::try_from(length).ok()? <= SHAPES.value_bytes).then_some(())
    }

    /// The text of a scalar of a source.
    pub(crate) fn text<'t>(&'t self, source: &'t str, scalar: Scalar) -> &'t str {
        let (start, end) = (index(scalar.start), index(scalar.end));
        match scalar.style {
            YamlStyle::Plain => &source[start..end],
            YamlStyle::Quoted => &source[start + 1..end - 1],
            YamlStyle::Made(start, end) => &self.texts[index(start)..index(end)],
        }
    }
}

/// A place as it is kept. No text is longer than 32 bits count: [`document`](super::document)
/// refuses it.
pub(super) fn place(index: usize) -> u32 {
    u32::try_from(index).expect("longer texts are refused")
}

/// A place as an index.
pub(crate) fn index(place: u32) -> usize {
    usize::try_from(place).expect("it was one")
}
