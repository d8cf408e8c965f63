//! One file's text: decoding, byte order mark, line and column look-ups.
//!
//! Here bytes become text or a [`DecodeError`]; nothing is read from disk.
//! What is prose in the text is the business of [`crate::format`].

mod fault;
mod lines;

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

pub use self::fault::{DecodeError, DecodeFault, EncodeError};
pub use self::lines::Position;
use self::lines::{LineIndex, position_in_bytes};
use crate::diagnostic::Edit;
use crate::encoding::Encoding;
use crate::limit::MAX_FILE;
use crate::package::{Layout, Package};
use crate::span::{Span, Src, border_before};

/// The byte order mark, as a character.
pub(crate) const BOM: char = '\u{feff}';

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

/// A file in which fixes were made.
#[derive(Debug, Clone)]
pub struct Edited {
    /// The file as it is now.
    pub source: Source,
    /// The indices of the fixes that it cannot take, in order; nothing of them was made.
    pub refused: Vec<usize>,
}

/// What the text was read from, and is written back to.
#[derive(Debug, Clone)]
enum Origin {
    /// Bytes in this encoding.
    Bytes(Encoding),
    /// A package that holds it.
    Package(Arc<dyn Package>),
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

    /// The same file with `fixes` made, each a list of edits; no two edits overlap, and all begin and end on character
    /// borders.
    ///
    /// Every byte outside them stays. A package may be unable to take some: [`Edited::refused`] names them.
    #[must_use]
    pub fn edited(&self, fixes: &[&[Edit]]) -> Edited {
        match &self.origin {
            Origin::Bytes(_) => {
                let mut edits: Vec<&Edit> = fixes.iter().copied().flatten().collect();
                edits.sort();
                let mut text = String::with_capacity(self.text.len() + 64);
                let mut at = 0;
                for edit in edits {
                    text.push_str(&self.text[at..edit.span.start]);
                    text.push_str(&edit.text);
                    at = edit.span.end;
                }
                text.push_str(&self.text[at..]);
                Edited { source: Self::new(text, self.origin.clone()), refused: Vec::new() }
            }
            Origin::Package(package) => {
                let (package, refused) = package.edited(fixes);
                let source = Self::new(package.layout().text.clone(), Origin::Package(package));
                Edited { source, refused }
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

#[cfg(test)]
mod tests;
