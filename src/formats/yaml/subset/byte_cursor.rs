//! A cursor over the bytes of a text, and the ends of lines.

/// A text up to where it is read.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t>(&'t [u8]);

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self(text)
    }

    pub(super) fn len(self) -> usize {
        self.0.len()
    }

    /// The byte at an offset; 0 after the end. A text that contains this byte is refused at its
    /// place.
    #[inline]
    pub(super) fn at(self, offset: usize) -> u8 {
        self.0.get(offset).copied().unwrap_or_default()
    }

    pub(super) fn range(self, start: usize, end: usize) -> &'t [u8] {
        self.0.get(start..end).unwrap_or_default()
    }

    /// The first place that holds no space.
    #[inline]
    pub(super) fn behind_spaces(self, mut at: usize) -> usize {
        while self.at(at) == b' ' {
            at += 1;
        }
        at
    }

    /// Whether a line ends here, or the text.
    #[inline]
    pub(super) fn is_end(self, at: usize) -> bool {
        matches!(self.at(at), b'\n' | b'\r' | 0)
    }

    /// Whether a blank is here, or a line ends.
    #[inline]
    pub(super) fn is_blank_or_end(self, at: usize) -> bool {
        matches!(self.at(at), b' ' | b'\t') || self.is_end(at)
    }

    /// The start of the next line, if nothing but a comment is left of this one.
    #[inline]
    pub(super) fn rest(self, from: usize) -> Option<usize> {
        let at = self.behind_spaces(from);
        match self.at(at) {
            b'#' if at > from => self.comment(at),
            _ => self.line_end(at),
        }
    }

    /// The start of the next line, if this one ends here.
    #[inline]
    pub(super) fn line_end(self, at: usize) -> Option<usize> {
        match self.at(at) {
            b'\n' => Some(at + 1),
            b'\r' if self.at(at + 1) == b'\n' => Some(at + 2),
            0 if at >= self.len() => Some(at),
            _ => None,
        }
    }

    /// The start of the line behind a comment.
    pub(super) fn comment(self, mut at: usize) -> Option<usize> {
        loop {
            match self.at(at) {
                b'\t' => at += 1,
                0xc2 | 0xef => at = self.behind_odd(at)?,
                0..b' ' => return self.line_end(at),
                0x7f => return None,
                _ => at += 1,
            }
        }
    }

    /// The place behind a character of more than a byte whose first is C2 or EF. Among these are
    /// control characters and the mark of byte order, which are refused.
    pub(super) fn behind_odd(self, at: usize) -> Option<usize> {
        match (self.at(at), self.at(at + 1), self.at(at + 2)) {
            (0xc2, 0xa0.., _) => Some(at + 2),
            (0xef, 0xbb, 0xbf) | (0xef, 0xbf, 0xbe | 0xbf) => None,
            (0xef, _, _) => Some(at + 3),
            _ => None,
        }
    }

    /// Whether a line of three hyphens begins here, which parts documents.
    pub(super) fn is_mark(self, line: usize) -> bool {
        self.range(line, line + 3) == b"---" && self.is_blank_or_end(line + 3)
    }
}
