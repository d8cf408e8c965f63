//! Lines and columns.

use std::fmt;

use crate::encoding::Encoding;

/// Distance in bytes between two checkpoints of the character count.
const CHECKPOINT: usize = 1024;

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Bytes from the start of the file as it is on disk, byte order mark included, counted from 0.
    pub byte: usize,
    /// Line, counted from 1.
    pub line: usize,
    /// Column in Unicode scalar values, counted from 1; a byte order mark is not counted.
    pub column: usize,
}

impl fmt::Display for Position {
    /// Writes `line:column`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Line and column of byte `at`, where everything before it is counted as text as far as it can be.
pub(super) fn position_in_bytes(bytes: &[u8], at: usize) -> Position {
    let body = if bytes.starts_with(b"\xef\xbb\xbf") { 3.min(at) } else { 0 };
    let head = &bytes[body..at];
    let (mut line, mut start) = (1, 0);
    for (i, &byte) in head.iter().enumerate() {
        let ends_line = byte == b'\n' || (byte == b'\r' && bytes.get(body + i + 1) != Some(&b'\n'));
        if ends_line {
            (line, start) = (line + 1, i + 1);
        }
    }
    Position { byte: at, line, column: scalars(&head[start..]) + 1 }
}

/// Number of Unicode scalar values that begin in `bytes`, which are UTF-8.
fn scalars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&b| b & 0xc0 != 0x80).count()
}

/// Where lines begin, and how many characters stand before every 1,024th byte.
#[derive(Debug, Clone)]
pub(super) struct LineIndex {
    /// First byte of every line; the first entry is 0.
    pub(super) starts: Vec<u32>,
    /// `before[k]` scalar values begin before byte `k * CHECKPOINT`.
    before: Vec<u32>,
    /// The same for bytes on disk; empty where these are the bytes of the text.
    disk: Vec<u32>,
}

impl LineIndex {
    pub(super) fn new(text: &str, encoding: Encoding) -> Self {
        let bytes = text.as_bytes();
        // Offsets fit 32 bits: `Source` refuses longer texts.
        let mut starts = vec![0];
        for (i, &byte) in bytes.iter().enumerate() {
            if byte == b'\n' || (byte == b'\r' && bytes.get(i + 1) != Some(&b'\n')) {
                starts.push((i + 1) as u32);
            }
        }
        let mut before = vec![0];
        let mut count = 0;
        for chunk in bytes.chunks(CHECKPOINT) {
            count += scalars(chunk) as u32;
            before.push(count);
        }
        let mut disk = Vec::new();
        if encoding != Encoding::Utf8 {
            let mut count = 0;
            disk.push(count);
            for chunk in bytes.chunks(CHECKPOINT) {
                count += encoding.disk_len_of(chunk) as u32;
                disk.push(count);
            }
        }
        Self { starts, before, disk }
    }

    /// How many bytes on disk stand before `byte`, a character border.
    pub(super) fn disk_before(&self, text: &str, byte: usize, encoding: Encoding) -> usize {
        let checkpoint = byte / CHECKPOINT;
        match self.disk.get(checkpoint) {
            Some(&disk) => {
                disk as usize + encoding.disk_len_of(&text.as_bytes()[checkpoint * CHECKPOINT..byte])
            }
            None => byte,
        }
    }

    /// Number of scalar values that begin before `byte`, a character border.
    pub(super) fn scalars_before(&self, text: &str, byte: usize) -> usize {
        let checkpoint = byte / CHECKPOINT;
        self.before[checkpoint] as usize + scalars(&text.as_bytes()[checkpoint * CHECKPOINT..byte])
    }
}
