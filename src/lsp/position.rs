//! Places in a text as the protocol counts them, and as mtlint does.
//!
//! The protocol counts lines from 0, and in a line units of an encoding that both sides agree on: UTF-16 unless the
//! client offers another first. LF, CR LF and a lone CR end a line. Here a place is a byte of UTF-8.

use std::ops::Range as Bytes;

use gen_lsp_types::{Position, PositionEncodingKind, Range};
use ropey::{Rope, RopeSlice};

/// What is counted in a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units; what every client can do.
    #[default]
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

impl Encoding {
    /// The first of what a client `offers` that is known here.
    pub fn agree(offers: impl IntoIterator<Item = PositionEncodingKind>) -> Self {
        let known = |kind| match kind {
            PositionEncodingKind::UTF8 => Some(Self::Utf8),
            PositionEncodingKind::UTF16 => Some(Self::Utf16),
            PositionEncodingKind::UTF32 => Some(Self::Utf32),
            PositionEncodingKind::Custom(_) => None,
        };
        offers.into_iter().find_map(known).unwrap_or_default()
    }

    /// Its name in the protocol.
    pub const fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    /// The byte at `position`.
    ///
    /// A column past the end of its line is the end of the line, a line past the end of the text is that end, and a
    /// place inside a character is the start of it.
    pub fn byte(self, text: &Rope, position: Position) -> usize {
        let line = position.line as usize;
        if line >= text.len_lines() {
            return text.len_bytes();
        }
        let start = text.line_to_byte(line);
        let line = without_end(text.line(line));
        let column = position.character as usize;
        let char = match self {
            Self::Utf8 => line.byte_to_char(column.min(line.len_bytes())),
            Self::Utf16 => line.utf16_cu_to_char(column.min(line.len_utf16_cu())),
            Self::Utf32 => column.min(line.len_chars()),
        };
        start + line.char_to_byte(char)
    }

    /// The bytes in `range`; a range that ends before it starts is empty.
    pub fn bytes(self, text: &Rope, range: Range) -> Bytes<usize> {
        let start = self.byte(text, range.start);
        start..self.byte(text, range.end).max(start)
    }

    /// The position of a byte; past the end of the text it is the end.
    pub fn position(self, text: &Rope, byte: usize) -> Position {
        let byte = byte.min(text.len_bytes());
        let line = text.byte_to_line(byte);
        let start = text.line_to_byte(line);
        let column = match self {
            Self::Utf8 => text.char_to_byte(text.byte_to_char(byte)) - start,
            Self::Utf16 => {
                let units = |byte| text.char_to_utf16_cu(text.byte_to_char(byte));
                units(byte) - units(start)
            }
            Self::Utf32 => text.byte_to_char(byte) - text.byte_to_char(start),
        };
        // A text has less than 4 GiB.
        Position { line: line as u32, character: column as u32 }
    }

    /// The range of some bytes.
    pub fn range(self, text: &Rope, bytes: Bytes<usize>) -> Range {
        Range { start: self.position(text, bytes.start), end: self.position(text, bytes.end) }
    }
}

fn without_end(line: RopeSlice<'_>) -> RopeSlice<'_> {
    let chars = line.len_chars();
    let last = |back: usize| chars.checked_sub(back).map(|at| line.char(at));
    let end = match (last(2), last(1)) {
        (Some('\r'), Some('\n')) => 2,
        (_, Some('\r' | '\n')) => 1,
        _ => 0,
    };
    line.slice(..chars - end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_count_what_was_agreed_on() {
        let text = Rope::from_str("a\r\né😀x\n");
        let columns = ALL.map(|encoding| encoding.position(&text, "a\r\né😀".len()));
        assert_eq!(columns, [at(1, 6), at(1, 3), at(1, 2)]);
        for (encoding, position) in ALL.into_iter().zip(columns) {
            assert_eq!(encoding.byte(&text, position), "a\r\né😀".len());
        }
    }

    #[test]
    fn every_character_border_goes_there_and_back() {
        let text = "é\r\n\r😀\n\nx—\u{2028}y\u{85}z\r";
        let rope = Rope::from_str(text);
        assert_eq!(rope.len_lines(), 6, "only LF, CR and CR LF end a line");
        for encoding in ALL {
            for (byte, _) in text.char_indices().filter(|(at, _)| !text[..*at].ends_with('\r')) {
                assert_eq!(encoding.byte(&rope, encoding.position(&rope, byte)), byte, "{encoding:?} {byte}");
            }
        }
    }

    #[test]
    fn places_that_are_not_there_are_the_nearest_that_are() {
        let text = Rope::from_str("a😀\r\nb");
        assert_eq!(Encoding::Utf16.byte(&text, at(0, 2)), 1, "inside a surrogate pair");
        assert_eq!(Encoding::Utf8.byte(&text, at(0, 3)), 1, "inside a character");
        assert_eq!(Encoding::Utf16.byte(&text, at(0, u32::MAX)), 5, "before the line end");
        assert_eq!(Encoding::Utf16.byte(&text, at(9, 0)), 8);
        assert_eq!(Encoding::Utf16.bytes(&text, Range { start: at(1, 1), end: at(0, 0) }), 8..8);
    }

    #[test]
    fn the_first_known_offer_is_taken() {
        let offers = |kinds: &[&str]| kinds.iter().map(|k| (*k).to_owned().into()).collect::<Vec<_>>();
        assert_eq!(Encoding::agree(offers(&["utf-7", "utf-8", "utf-16"])), Encoding::Utf8);
        assert_eq!(Encoding::agree(offers(&["utf-32"])), Encoding::Utf32);
        assert_eq!(Encoding::agree(offers(&[])), Encoding::Utf16);
    }
}
