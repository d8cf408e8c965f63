//! How much is read: bounds that keep memory and time in hand, whoever wrote the text.
//!
//! A file that is too large is not read at all ([`MAX_FILE`]). A text with too many faults, blocks or comments is read
//! as far as it goes, and the last that is said about it is that the rest was not read; see [`crate::unfinished`]. Where
//! reading ends depends on nothing but the text and the rules.

/// The largest file that is read, in bytes: a novel has about one MiB, and the catalogues of the largest programs some ten.
pub const MAX_FILE: usize = 32 << 20;

/// The largest package that is read, in bytes: most of a large `.docx` are pictures, which nobody unpacks.
pub const MAX_PACKAGE: usize = 128 << 20;

/// So many faults of one text are told: more than raw machine translation of [`MAX_FILE`] bytes has.
pub const MAX_FINDINGS: usize = 500_000;

/// So many bytes are told of the faults of one text: half a KiB for each of [`MAX_FINDINGS`].
pub const MAX_SAID: usize = 256 << 20;

/// So many blocks of one text are read.
pub const MAX_SEGMENTS: usize = 1_000_000;

/// So many comments for mtlint, and rules in them, are heeded in one text.
pub(crate) const MAX_SILENCED: usize = 100_000;

/// Why a text is not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Excess {
    /// It has more faults than this.
    Findings(usize),
    /// There are more bytes than this to tell of its faults.
    Said(usize),
    /// It has more than [`MAX_SEGMENTS`] blocks.
    Segments,
    /// It has more than [`MAX_SILENCED`] comments for mtlint.
    Comments,
    /// A text in it is longer than [`MAX_FILE`] with all that stands for something else in it.
    Length,
}

/// Where the reading of a text ends, if it ends too early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unread {
    /// The byte of the text from which on it is not read.
    pub(crate) from: usize,
    /// Why.
    pub(crate) excess: Excess,
}

impl Unread {
    /// The one of both that comes first.
    pub(crate) fn first(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        one.into_iter().chain(other).min_by_key(|unread| unread.from)
    }
}

/// `500,000`
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `12.5 MiB`, for a number of bytes.
pub(crate) fn mebibytes(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10).div_ceil(1 << 20);
    match tenths % 10 {
        0 => format!("{} MiB", tenths / 10),
        tenth => format!("{}.{tenth} MiB", tenths / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(
            [7, 999, 1000, 500_000, 1_000_000].map(grouped),
            ["7", "999", "1,000", "500,000", "1,000,000"]
        );
        assert_eq!(mebibytes(32 << 20), "32 MiB");
        assert_eq!(mebibytes((32 << 20) + 1), "32.1 MiB");
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([0, 999, 1000, 1234567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
