//! One file's text: decoding, byte order mark, line and column look-ups.
//!
//! Here bytes become text or a [`DecodeError`]; nothing is read from disk.
//! What is prose in the text is the business of [`crate::format`].

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::diagnostic::Edit;
use crate::encoding::Encoding;
use crate::limit::{MAX_FILE, mebibytes};
use crate::package::{Layout, Package};
use crate::span::{Span, Src, border_before};

/// The byte order mark, as a character.
const BOM: char = '\u{feff}';

/// Distance in bytes between two checkpoints of the character count.
const CHECKPOINT: usize = 1024;

/// How much of a file is looked at to tell binary data from text, in bytes.
const SNIFF: usize = 8192;

/// So many NUL bytes may have strayed into a text; what has more is none.
const STRAY_NULS: usize = 3;

/// The text of one file, whole: a byte order mark stays as its first character, line ends stay as they are.
///
/// In a file in UTF-8 byte offsets into [`Source::text`] are therefore byte offsets into the file; in another encoding
/// [`Source::disk_offset`] tells those. Of a package the text is one line for each line of its prose.
#[derive(Debug, Clone)]
pub struct Source {
    text: String,
    origin: Origin,
    index: OnceLock<LineIndex>,
}

/// What the text was read from, and is written back to.
#[derive(Debug, Clone)]
enum Origin {
    /// Bytes in this encoding.
    Bytes(Encoding),
    /// A package that holds it.
    Package(Arc<dyn Package>),
}

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

impl Source {
    /// Reads bytes in UTF-8, or in the encoding that a byte order mark tells.
    ///
    /// # Errors
    /// When the bytes are not UTF-8, are UTF-16 without a mark or binary data, or are more than [`MAX_FILE`].
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, DecodeError> {
        refuse_large(bytes.len())?;
        if let Some(encoding @ (Encoding::Utf16Le | Encoding::Utf16Be)) = Encoding::of_mark(&bytes) {
            return Self::decode(bytes, encoding);
        }
        if let Some((fault, at)) = sniff(&bytes) {
            return Err(DecodeError { position: position_in_bytes(&bytes, at), fault });
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(text, Origin::Bytes(Encoding::Utf8))),
            Err(error) => {
                let offset = error.utf8_error().valid_up_to();
                let bytes = error.as_bytes();
                let head = &bytes[..bytes.len().min(SNIFF)];
                let fault = match head.iter().position(|&b| b == 0) {
                    Some(offset) => DecodeFault::Binary { offset },
                    None => DecodeFault::NotUtf8 { byte: bytes[offset], offset },
                };
                let at = match fault {
                    DecodeFault::Binary { offset } => offset.min(error.utf8_error().valid_up_to()),
                    _ => offset,
                };
                Err(DecodeError { position: position_in_bytes(bytes, at), fault })
            }
        }
    }

    /// Reads bytes in `encoding`; a byte order mark of another one wins.
    ///
    /// # Errors
    /// When the bytes are not in that encoding, or are more than [`MAX_FILE`], as they are or as UTF-8.
    pub fn decode(bytes: Vec<u8>, encoding: Encoding) -> Result<Self, DecodeError> {
        let encoding = Encoding::of_mark(&bytes).unwrap_or(encoding);
        if encoding == Encoding::Utf8 {
            return Self::from_bytes(bytes);
        }
        refuse_large(bytes.len())?;
        match encoding.decode(&bytes) {
            Ok(text) => {
                refuse_large(text.len())?;
                Ok(Self::new(text, Origin::Bytes(encoding)))
            }
            Err((before, offset)) => {
                let Position { line, column, .. } = position_in_bytes(before.as_bytes(), before.len());
                Err(DecodeError {
                    position: Position { byte: offset, line, column },
                    fault: DecodeFault::NotInEncoding { encoding, offset },
                })
            }
        }
    }

    /// The prose of a package.
    ///
    /// # Errors
    /// When it is more than [`MAX_FILE`].
    pub fn from_package(package: Arc<dyn Package>) -> Result<Self, DecodeError> {
        let text = package.layout().text.clone();
        refuse_large(text.len())?;
        Ok(Self::new(text, Origin::Package(package)))
    }

    fn new(text: String, origin: Origin) -> Self {
        Self { text, origin, index: OnceLock::new() }
    }

    /// The same file with `edits` made: sorted by span, not overlapping, on character borders.
    ///
    /// Every byte outside them stays. An edit that a package cannot take is left out; the reader of the
    /// format offers none of those.
    #[must_use]
    pub fn edited(&self, edits: &[&Edit]) -> Self {
        match &self.origin {
            Origin::Bytes(_) => {
                let mut text = String::with_capacity(self.text.len() + 64);
                let mut at = 0;
                for edit in edits {
                    text.push_str(&self.text[at..edit.span.start]);
                    text.push_str(&edit.text);
                    at = edit.span.end;
                }
                text.push_str(&self.text[at..]);
                Self::new(text, self.origin.clone())
            }
            Origin::Package(package) => {
                let package = package.edited(edits);
                Self::new(package.layout().text.clone(), Origin::Package(package))
            }
        }
    }

    /// The bytes to write to the file.
    ///
    /// # Errors
    /// When the encoding of the file lacks a character of the text, or a package cannot be packed.
    pub fn to_bytes(&self) -> Result<Cow<'_, [u8]>, EncodeError> {
        match &self.origin {
            Origin::Bytes(encoding) => encoding.encode(&self.text).map_err(|(character, byte)| {
                let position = Position { byte, ..self.position(byte) };
                EncodeError::Character { character, position, encoding: *encoding }
            }),
            Origin::Package(package) => package.to_bytes().map(Cow::Owned).map_err(EncodeError::Package),
        }
    }

    /// The encoding of the file; UTF-8 for a package.
    pub fn encoding(&self) -> Encoding {
        match &self.origin {
            Origin::Bytes(encoding) => *encoding,
            Origin::Package(_) => Encoding::Utf8,
        }
    }

    /// Whether the bytes of the file are the text and nothing else, as UTF-8.
    pub fn is_utf8_text(&self) -> bool {
        matches!(self.origin, Origin::Bytes(Encoding::Utf8))
    }

    /// How the text of a package is made up; `None` for other files.
    pub fn layout(&self) -> Option<&Layout> {
        match &self.origin {
            Origin::Bytes(_) => None,
            Origin::Package(package) => Some(package.layout()),
        }
    }

    /// Takes text that is already decoded.
    ///
    /// # Errors
    /// When the text is longer than [`MAX_FILE`].
    pub fn from_text(text: impl Into<String>) -> Result<Self, DecodeError> {
        let text = text.into();
        refuse_large(text.len())?;
        Ok(Self::new(text, Origin::Bytes(Encoding::Utf8)))
    }

    /// The whole text, byte order mark included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of one span; empty if the span does not lie on character borders inside the text.
    pub fn slice(&self, span: Span<Src>) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Gives the text back, for instance to edit it.
    pub fn into_text(self) -> String {
        self.text
    }

    /// Whether the text begins with a byte order mark.
    pub fn has_bom(&self) -> bool {
        self.text.starts_with(BOM)
    }

    /// Offset of the first byte after the byte order mark: 0 or 3.
    pub fn body_start(&self) -> usize {
        if self.has_bom() { BOM.len_utf8() } else { 0 }
    }

    /// Line and column of a byte.
    ///
    /// LF, CR LF and a lone CR end a line and belong to the line they end. A byte inside a character gives
    /// the position of that character, a byte past the end the position after the last character.
    /// The first call indexes the text; each call then costs a binary search and at most 1 KiB of counting,
    /// however long the line is.
    pub fn position(&self, byte: usize) -> Position {
        let byte = border_before(&self.text, byte);
        let index = self.index();
        let line = index.starts.partition_point(|&start| start as usize <= byte);
        let start = index.starts[line - 1] as usize;
        let mut column = index.scalars_before(&self.text, byte) - index.scalars_before(&self.text, start);
        if line == 1 && byte > 0 && self.has_bom() {
            column -= 1;
        }
        Position { byte: index.disk_before(&self.text, byte, self.encoding()), line, column: column + 1 }
    }

    /// The offset in the file, as it is on disk, of a byte of the text.
    pub fn disk_offset(&self, byte: usize) -> usize {
        match self.encoding() {
            Encoding::Utf8 => byte,
            encoding => self.index().disk_before(&self.text, border_before(&self.text, byte), encoding),
        }
    }

    /// Number of lines; an empty text has one, and a text that ends with a line end has an empty last one.
    pub fn line_count(&self) -> usize {
        self.index().starts.len()
    }

    /// The bytes of line `line` (counted from 1) without byte order mark and line end; `None` if there is no
    /// such line.
    pub fn line_span(&self, line: usize) -> Option<Span<Src>> {
        let starts = &self.index().starts;
        let start = *starts.get(line.checked_sub(1)?)? as usize;
        let end = starts.get(line).map_or(self.text.len(), |&next| next as usize);
        let start = if line == 1 { self.body_start() } else { start };
        let content = self.text[start..end].trim_end_matches(['\r', '\n']);
        Some(Span::new(start, start + content.len()))
    }

    fn index(&self) -> &LineIndex {
        self.index.get_or_init(|| LineIndex::new(&self.text, self.encoding()))
    }
}

fn refuse_large(bytes: usize) -> Result<(), DecodeError> {
    if bytes <= MAX_FILE {
        return Ok(());
    }
    Err(DecodeError {
        position: Position { byte: 0, line: 1, column: 1 },
        fault: DecodeFault::TooLarge { bytes: Some(bytes as u64), most: MAX_FILE },
    })
}

/// Recognises what is surely not UTF-8 text; gives the fault and the byte to show.
///
/// The NULs are counted, not weighed against the length: a fix makes a text shorter, and it must be a text still.
fn sniff(bytes: &[u8]) -> Option<(DecodeFault, usize)> {
    if bytes.iter().filter(|&&b| b == 0).count() <= STRAY_NULS {
        return None;
    }
    let head = &bytes[..bytes.len().min(SNIFF)];
    let first = bytes.iter().position(|&b| b == 0)?;
    let nuls = |skip: usize| head.iter().skip(skip).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd) = (nuls(0), nuls(1));
    // Western text in UTF-16 has a NUL in nearly every second byte and hardly any in the others.
    if even.max(odd) * 5 >= head.len() * 2 && even.min(odd) * 20 <= head.len() && head.len() >= 4 {
        return Some((DecodeFault::Utf16 { big_endian: even > odd }, first));
    }
    Some((DecodeFault::Binary { offset: first }, first))
}

/// Line and column of byte `at`, where everything before it is counted as text as far as it can be.
fn position_in_bytes(bytes: &[u8], at: usize) -> Position {
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
struct LineIndex {
    /// First byte of every line; the first entry is 0.
    starts: Vec<u32>,
    /// `before[k]` scalar values begin before byte `k * CHECKPOINT`.
    before: Vec<u32>,
    /// The same for bytes on disk; empty where these are the bytes of the text.
    disk: Vec<u32>,
}

impl LineIndex {
    fn new(text: &str, encoding: Encoding) -> Self {
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
    fn disk_before(&self, text: &str, byte: usize, encoding: Encoding) -> usize {
        let checkpoint = byte / CHECKPOINT;
        match self.disk.get(checkpoint) {
            Some(&disk) => {
                disk as usize + encoding.disk_len_of(&text.as_bytes()[checkpoint * CHECKPOINT..byte])
            }
            None => byte,
        }
    }

    /// Number of scalar values that begin before `byte`, a character border.
    fn scalars_before(&self, text: &str, byte: usize) -> usize {
        let checkpoint = byte / CHECKPOINT;
        self.before[checkpoint] as usize + scalars(&text.as_bytes()[checkpoint * CHECKPOINT..byte])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn source(text: &str) -> Source {
        Source::from_text(text).expect("short")
    }

    fn line_column(text: &str, byte: usize) -> (usize, usize) {
        let position = source(text).position(byte);
        (position.line, position.column)
    }

    #[test]
    fn every_kind_of_line_end_ends_a_line_once() {
        let text = "a\nb\r\nc\rd";
        assert_eq!(line_column(text, 2), (2, 1));
        assert_eq!(line_column(text, 3), (2, 2), "CR of a CR LF belongs to its line");
        assert_eq!(line_column(text, 4), (2, 3));
        assert_eq!(line_column(text, 5), (3, 1));
        assert_eq!(line_column(text, 7), (4, 1));
        assert_eq!(source(text).line_count(), 4);
    }

    #[test]
    fn columns_count_characters_and_not_the_byte_order_mark() {
        assert_eq!(line_column("“é”x", 8), (1, 4));
        assert_eq!(line_column("\u{feff}ab", 3), (1, 1));
        assert_eq!(line_column("\u{feff}ab", 1), (1, 1));
        assert_eq!(line_column("\u{feff}ab", 4), (1, 2));
        assert_eq!(line_column("\u{feff}a\nb", 6), (2, 2));
    }

    #[test]
    fn a_position_past_the_end_is_the_end() {
        assert_eq!(line_column("ab\n", 99), (2, 1));
        assert_eq!(line_column("", 0), (1, 1));
    }

    #[test]
    fn lines_come_without_their_ends() {
        let source = source("\u{feff}a\r\nbc\n");
        let lines: Vec<_> = (1..=3).map(|n| source.line_span(n).map(|s| source.slice(s))).collect();
        assert_eq!(lines, [Some("a"), Some("bc"), Some("")]);
        assert_eq!((source.line_span(0), source.line_span(4)), (None, None));
    }

    #[test]
    fn a_bad_byte_is_named_with_its_place_and_remedy() {
        let error = Source::from_bytes(b"\xef\xbb\xbfun\ncaf\xe9 noir".to_vec()).expect_err("Latin-1");
        assert_eq!(error.position, Position { byte: 9, line: 2, column: 4 });
        assert_eq!(
            error.to_string(),
            "byte 0xE9 at offset 9 is not valid UTF-8 (“é” in Windows-1252); \
             name its encoding, for example with --encoding windows-1252"
        );
    }

    #[test]
    fn utf16_without_its_mark_is_recognised_and_with_it_read() {
        let encode = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let error = Source::from_bytes(encode("Hello there")).expect_err("UTF-16");
        assert_eq!(error.fault, DecodeFault::Utf16 { big_endian: false });
        let big: Vec<u8> = "Hello there".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let error = Source::from_bytes(big).expect_err("UTF-16");
        assert_eq!(error.fault, DecodeFault::Utf16 { big_endian: true });
        let bytes = encode("\u{feff}Caf\u{e9} 𝄞\r\nx");
        let read = Source::from_bytes(bytes.clone()).expect("with its mark");
        assert_eq!(read.to_bytes().as_deref(), Ok(&bytes[..]));
        let at = read.text().find('x').expect("there");
        assert_eq!(read.position(at), Position { byte: bytes.len() - 2, line: 2, column: 1 });
        assert_eq!(read.disk_offset(at), bytes.len() - 2);
    }

    #[test]
    fn a_text_is_written_back_in_its_encoding_or_not_at_all() {
        let windows = "windows-1252".parse().expect("known");
        let read = Source::decode(b"caf\xe9\r\n\x93\x94 the".to_vec(), windows).expect("any bytes are");
        assert_eq!(read.text(), "café\r\n“” the");
        let at = read.text().find("the").expect("there");
        assert_eq!(read.disk_offset(at), 9);
        let edit = |text: &str| Edit { span: Span::new(at, at + 3), text: text.to_owned() };
        let fixed = read.edited(&[&edit("a")]);
        assert_eq!(fixed.to_bytes().as_deref(), Ok(&b"caf\xe9\r\n\x93\x94 a"[..]));
        let error = read.edited(&[&edit("\u{202f}")]).to_bytes().expect_err("not in Windows-1252");
        let EncodeError::Character { character, position, .. } = error else { panic!("{error}") };
        assert_eq!((character, position.line, position.column), ('\u{202f}', 2, 4));
    }

    /// Found by fuzzing: a text with a few NULs was read, mended, and then too short for them to be read again.
    #[test]
    fn a_text_that_was_made_shorter_was_taken_for_binary_data() {
        let text = |words: &str| Source::from_bytes(format!("{words}\0\0\0").into_bytes()).is_ok();
        assert!(text(&"word ".repeat(100)) && text("word ") && text(""));
        let late = format!("{}{}", "word ".repeat(10_000), "\0".repeat(STRAY_NULS + 1));
        assert!(matches!(
            Source::from_bytes(late.into_bytes()).map_err(|error| error.fault),
            Err(DecodeFault::Binary { offset: 50_000 })
        ));
    }

    #[test]
    fn binary_data_is_refused_and_one_stray_nul_is_not() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0".to_vec();
        assert!(matches!(Source::from_bytes(png).map_err(|e| e.fault), Err(DecodeFault::Binary { .. })));
        let text = format!("{}\0{}", "word ".repeat(100), "word ".repeat(100));
        assert!(Source::from_bytes(text.into_bytes()).is_ok());
    }

    proptest! {
        #[test]
        fn positions_agree_with_counting(text in "\u{feff}?[a-cé“\r\n 𝄞]{0,60}", at in 0usize..200) {
            let source = source(&text);
            let byte = source.position(at).byte;
            let body = text.strip_prefix('\u{feff}').unwrap_or(&text);
            let head = &body[..byte.saturating_sub(source.body_start())];
            let ended = |i: usize, c: char| {
                c == '\n' || (c == '\r' && !body[i + 1..].starts_with('\n'))
            };
            let mut last = head.char_indices().filter(|&(i, c)| ended(i, c)).map(|(i, _)| i + 1);
            let line = last.clone().count() + 1;
            let column = head[last.next_back().unwrap_or(0)..].chars().count() + 1;
            let position = source.position(at);
            prop_assert_eq!((position.line, position.column), (line, column));
        }

        #[test]
        fn any_bytes_decode_or_give_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            match Source::from_bytes(bytes.clone()) {
                Ok(source) => prop_assert_eq!(source.text().as_bytes(), &bytes),
                Err(error) => prop_assert!(error.position.byte <= bytes.len()),
            }
        }
    }

    #[test]
    fn long_lines_are_counted_across_checkpoints() {
        let text = "é".repeat(5000);
        assert_eq!(line_column(&text, 9998), (1, 5000));
        assert_eq!(line_column(&text, 8192), (1, 4097));
    }
}
