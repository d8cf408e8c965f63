//! Why bytes are no text, or a text cannot be written as bytes.

use super::Position;
use crate::encoding::Encoding;
use crate::limit::mebibytes;

/// Why bytes could not be read as text, and where.
///
/// The message says what and what to do; [`DecodeError::position`] says where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault}; {}", fault.advice())]
pub struct DecodeError {
    /// The first byte that cannot be read.
    pub position: Position,
    /// What is wrong with it.
    pub fault: DecodeFault,
}

impl DecodeError {
    /// A package that cannot be opened, and why.
    pub fn package(why: String) -> Self {
        let position = Position { byte: 0, line: 1, column: 1 };
        Self { position, fault: DecodeFault::Package(why) }
    }
}

/// What is wrong with bytes that are not text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeFault {
    /// A byte that UTF-8 does not allow where it stands.
    #[error("byte 0x{byte:02X} at offset {offset} is not valid UTF-8{}", guess(*byte))]
    NotUtf8 {
        /// The first bad byte.
        byte: u8,
        /// Its offset in the file, counted from 0.
        offset: usize,
    },
    /// UTF-16 without a byte order mark, told by a NUL in every second byte.
    #[error("the file is UTF-16 ({}) without a byte order mark, not UTF-8", if *.big_endian { "big endian" } else { "little endian" })]
    Utf16 {
        /// Whether the high byte comes first.
        big_endian: bool,
    },
    /// Bytes that mean nothing in the encoding that the file is said to have.
    #[error("byte {offset} is not valid {encoding}")]
    NotInEncoding {
        /// The encoding.
        encoding: Encoding,
        /// Offset of the first bad byte in the file, counted from 0.
        offset: usize,
    },
    /// A package that cannot be opened, and why.
    #[error("the file cannot be opened: {0}")]
    Package(String),
    /// Binary data, told by its NUL bytes.
    #[error("the file looks like binary data (NUL byte at offset {offset})")]
    Binary {
        /// Offset of the first NUL byte, counted from 0.
        offset: usize,
    },
    /// More bytes than are read.
    #[error("it is {} long, and {} are read at most", length(*bytes), mebibytes(*.most as u64))]
    TooLarge {
        /// Length of the file in bytes; `None` if it was not read to its end.
        bytes: Option<u64>,
        /// So many are read.
        most: usize,
    },
}

impl DecodeFault {
    /// What a user can do about it: a clause without capital or full stop.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::NotUtf8 { .. } => "name its encoding, for example with --encoding windows-1252",
            Self::Utf16 { big_endian: false } => "run with --encoding utf-16le",
            Self::Utf16 { big_endian: true } => "run with --encoding utf-16be",
            Self::NotInEncoding { .. } => "name the encoding that it has, or leave --encoding out",
            Self::Package(_) => "open it in a word processor and save it anew, or leave it out",
            Self::Binary { .. } => "name text files only, or exclude this one",
            Self::TooLarge { .. } => "split it, or leave it out",
        }
    }
}

fn length(bytes: Option<u64>) -> String {
    bytes.map_or_else(|| "too".to_owned(), mebibytes)
}

/// What a bad byte would be in Windows-1252, the most frequent wrong encoding of Western prose.
fn guess(byte: u8) -> &'static str {
    match byte {
        0x80 => " (“€” in Windows-1252)",
        0x85 => " (“…” in Windows-1252)",
        0x91 => " (“‘” in Windows-1252)",
        0x92 => " (“’” in Windows-1252)",
        0x93 => " (an opening quotation mark in Windows-1252)",
        0x94 => " (a closing quotation mark in Windows-1252)",
        0x96 | 0x97 => " (a dash in Windows-1252)",
        0x9c => " (“œ” in Windows-1252)",
        0xa0 => " (a no-break space in Windows-1252)",
        0xab | 0xbb => " (a guillemet in Windows-1252)",
        0xe0 => " (“à” in Windows-1252)",
        0xe7 => " (“ç” in Windows-1252)",
        0xe8 => " (“è” in Windows-1252)",
        0xe9 => " (“é” in Windows-1252)",
        0xea => " (“ê” in Windows-1252)",
        0xf4 => " (“ô” in Windows-1252)",
        _ => "",
    }
}

/// Why a text cannot be written to its file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// A character that the encoding of the file does not have.
    #[error("{position}: {encoding} has no “{character}” (U+{:04X})", u32::from(*.character))]
    Character {
        /// The character.
        character: char,
        /// Where it stands in the text that was to be written; its byte counts in the text.
        position: Position,
        /// The encoding of the file.
        encoding: Encoding,
    },
    /// A package that cannot be packed, and why.
    #[error("the file cannot be packed again: {0}")]
    Package(String),
}
