//! How the characters of a file are written as bytes, and back: UTF-8, UTF-16, and encodings with one byte a character.
//!
//! A text is written back in the encoding that it was read in, or not at all: a character that the encoding does not
//! have is an error, never a question mark. Encodings of several bytes a character other than Unicode's are not offered,
//! for not all of their texts come back as they were.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

/// An encoding that texts are read in and written back in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    #[default]
    Utf8,
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
    /// The first half of a byte, and nothing else: what a file may declare.
    Ascii,
    /// One byte a character, such as Windows-1252.
    SingleByte(&'static encoding_rs::Encoding),
}

impl Hash for Encoding {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a name names no encoding that texts can be read in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is no encoding that texts are read in: write utf-8, utf-16le, utf-16be, windows-1252 or another of one byte a character"
)]
pub struct UnknownEncoding(String);

impl FromStr for Encoding {
    type Err = UnknownEncoding;

    /// Any label of the Encoding Standard: `latin1` is Windows-1252, as in browsers.
    fn from_str(label: &str) -> Result<Self, UnknownEncoding> {
        let unknown = || UnknownEncoding(label.to_owned());
        let known = encoding_rs::Encoding::for_label(label.as_bytes()).ok_or_else(unknown)?;
        match known.name() {
            "UTF-8" => Ok(Self::Utf8),
            "UTF-16LE" => Ok(Self::Utf16Le),
            "UTF-16BE" => Ok(Self::Utf16Be),
            _ if known.is_single_byte() => Ok(Self::SingleByte(known)),
            _ => Err(unknown()),
        }
    }
}

impl Encoding {
    /// The name in the Encoding Standard.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Ascii => "us-ascii",
            Self::SingleByte(encoding) => encoding.name(),
        }
    }

    /// The encoding that a byte order mark at the start of `bytes` tells.
    pub fn of_mark(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xef, 0xbb, 0xbf, ..] => Some(Self::Utf8),
            [0xff, 0xfe, ..] => Some(Self::Utf16Le),
            [0xfe, 0xff, ..] => Some(Self::Utf16Be),
            _ => None,
        }
    }

    /// The text that `bytes` are, a byte order mark included as its first character.
    ///
    /// # Errors
    /// With the text before the first byte that means nothing, and the offset of that byte.
    pub fn decode(self, bytes: &[u8]) -> Result<String, (String, usize)> {
        let known = match self {
            Self::Ascii => {
                let length = encoding_rs::Encoding::ascii_valid_up_to(bytes);
                let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
                return if length == bytes.len() { Ok(text) } else { Err((text, length)) };
            }
            Self::Utf8 => encoding_rs::UTF_8,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
            Self::SingleByte(encoding) => encoding,
        };
        match known.decode_without_bom_handling_and_without_replacement(bytes) {
            Some(text) => Ok(text.into_owned()),
            None => {
                let mut decoder = known.new_decoder_without_bom_handling();
                let mut text = String::with_capacity(bytes.len() * 3 + 8);
                // What is decodable goes to the text; that it ends too early is known already.
                let _ = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
                let offset = self.disk_len(&text);
                Err((text, offset))
            }
        }
    }

    /// The bytes of `text`.
    ///
    /// # Errors
    /// With the first character that the encoding does not have, and its offset in `text`.
    pub fn encode(self, text: &str) -> Result<Cow<'_, [u8]>, (char, usize)> {
        match self {
            Self::Utf8 => Ok(Cow::Borrowed(text.as_bytes())),
            Self::Utf16Le => Ok(text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>().into()),
            Self::Utf16Be => Ok(text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>().into()),
            Self::Ascii => match text.char_indices().find(|(_, c)| !c.is_ascii()) {
                Some((at, c)) => Err((c, at)),
                None => Ok(Cow::Borrowed(text.as_bytes())),
            },
            Self::SingleByte(encoding) => {
                let (bytes, _, replaced) = encoding.encode(text);
                if !replaced {
                    return Ok(bytes);
                }
                let lacks = |c: &char| encoding.encode(c.encode_utf8(&mut [0; 4])).2;
                let (at, missing) =
                    text.char_indices().find(|(_, c)| lacks(c)).unwrap_or((0, char::REPLACEMENT_CHARACTER));
                Err((missing, at))
            }
        }
    }

    /// How many bytes `text` takes in a file.
    pub fn disk_len(self, text: &str) -> usize {
        self.disk_len_of(text.as_bytes())
    }

    /// The same for a piece of UTF-8 that may begin or end inside a character: each counts where it begins.
    pub(crate) fn disk_len_of(self, utf8: &[u8]) -> usize {
        let begin = || utf8.iter().filter(|&&byte| byte & 0xc0 != 0x80);
        match self {
            Self::Utf8 => utf8.len(),
            // What takes four bytes in UTF-8 takes two units in UTF-16.
            Self::Utf16Le | Self::Utf16Be => begin().map(|&byte| if byte >= 0xf0 { 4 } else { 2 }).sum(),
            Self::Ascii | Self::SingleByte(_) => begin().count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn windows() -> Encoding {
        "windows-1252".parse().expect("a known label")
    }

    #[test]
    fn labels_are_those_of_the_encoding_standard() {
        assert_eq!("latin1".parse(), Ok(windows()));
        assert_eq!("UTF-8".parse(), Ok(Encoding::Utf8));
        assert_eq!("utf-16".parse(), Ok(Encoding::Utf16Le));
        for unknown in ["shift_jis", "gbk", "replacement", "wtf", ""] {
            assert!(unknown.parse::<Encoding>().is_err(), "{unknown}");
        }
    }

    #[test]
    fn a_character_that_the_encoding_lacks_is_named_with_its_place() {
        assert_eq!(windows().encode("caf\u{e9} \u{202f}»"), Err(('\u{202f}', 6)));
        assert_eq!(windows().encode("“été”").as_deref(), Ok(&b"\x93\xe9t\xe9\x94"[..]));
    }

    #[test]
    fn half_a_pair_of_surrogates_is_refused_at_its_place() {
        let bytes: Vec<u8> = [0x61, 0xd83d, 0x62].into_iter().flat_map(u16::to_le_bytes).collect();
        let (text, offset) = Encoding::Utf16Le.decode(&bytes).expect_err("a lone surrogate");
        assert_eq!((text.as_str(), offset), ("a", 2));
        assert!(Encoding::Utf16Be.decode(b"\0a\0").is_err(), "half a unit at the end");
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_back(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            for encoding in [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be, Encoding::Ascii, windows()] {
                match encoding.decode(&bytes) {
                    Ok(text) => {
                        prop_assert_eq!(encoding.disk_len(&text), bytes.len());
                        let encoded = encoding.encode(&text);
                        prop_assert_eq!(encoded.as_deref(), Ok(&bytes[..]));
                    }
                    Err((_, offset)) => prop_assert!(offset < bytes.len()),
                }
            }
        }
    }
}
