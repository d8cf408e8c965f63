//! The encoding that a file of markup declares: in the declaration of XML, in a `meta` of HTML, in the header of a
//! message catalogue.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::Format;
use crate::encoding::Encoding;

/// A declaration stands in the first bytes; browsers look at so many.
const HEAD: usize = 1024;

/// A header of a catalogue may have a comment before it.
const CATALOGUE: usize = 8192;

fn pattern(pattern: &str) -> Regex {
    // They are fixed, and a test uses each.
    Regex::new(pattern).unwrap_or_else(|error| unreachable!("{error}"))
}

static XML: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"^(?:\xef\xbb\xbf)?<\?xml[^>]*\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)"#));
static META: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?i)<meta\s[^>]*charset\s*=\s*["']?\s*([a-z0-9._:-]+)"#));
static HEADER: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)Content-Type:[^\n]*charset=([a-z0-9._:-]+)"));

/// The encoding that a file declares, where its bytes do not tell another: `None` for UTF-8, for what is UTF-8 whatever
/// it says, and for encodings that are not known.
///
/// A file without any letter beyond ASCII is read in any encoding alike, but is to be written in its own.
pub(super) fn encoding(bytes: &[u8], format: Format) -> Option<Encoding> {
    let (patterns, length): (&[&LazyLock<Regex>], usize) = match format {
        Format::Html => (&[&XML, &META], HEAD),
        Format::Xliff => (&[&XML], HEAD),
        Format::Po => (&[&HEADER], CATALOGUE),
        _ => return None,
    };
    if Encoding::of_mark(bytes).is_some() {
        return None;
    }
    let head = &bytes[..bytes.len().min(length)];
    let label = patterns.iter().find_map(|pattern| Some(pattern.captures(head)?.get(1)?.as_bytes()))?;
    let label = str::from_utf8(label).ok()?;
    let is_ascii = ["ascii", "us-ascii"].iter().any(|ascii| label.eq_ignore_ascii_case(ascii));
    let declared = match format {
        // A browser reads that as Windows-1252; other programs refuse what is not ASCII.
        Format::Po | Format::Xliff if is_ascii => Encoding::Ascii,
        _ => label.parse().ok()?,
    };
    let is_utf8 = || !bytes.is_ascii() && str::from_utf8(bytes).is_ok();
    match declared {
        Encoding::Ascii if !bytes.is_ascii() => None,
        Encoding::Ascii | Encoding::SingleByte(_) if !is_utf8() => Some(declared),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format;

    fn read(bytes: &[u8], format: Format) -> Option<Encoding> {
        format::decode(bytes.to_vec(), format, None).ok().map(|source| source.encoding())
    }

    #[test]
    fn a_file_that_declares_an_encoding_was_written_in_another() {
        let windows: Encoding = "windows-1252".parse().expect("known");
        let html = b"<html><head><meta charset=\"windows-1252\"></head><p>text</p>";
        assert_eq!(read(html, Format::Html), Some(windows));
        let http = b"<meta http-equiv=Content-Type content='text/html; charset=iso-8859-1'><p>caf\xe9</p>";
        assert_eq!(read(http, Format::Html), Some(windows));
        let xml = b"<?xml version=\"1.0\" encoding='ISO-8859-1'?>\n<xliff/>";
        assert_eq!((read(xml, Format::Xliff), read(xml, Format::Html)), (Some(windows), Some(windows)));
        let po = b"msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=ASCII\\n\"\n";
        assert_eq!(read(po, Format::Po), Some(Encoding::Ascii));
        let source = format::decode(po.to_vec(), Format::Po, None).expect("it is ASCII");
        let edit = crate::diagnostic::Edit { span: crate::span::Span::at(0), text: "\u{2019}".to_owned() };
        assert!(source.edited(&[&[edit]]).source.to_bytes().is_err());
    }

    #[test]
    fn what_is_utf8_is_that_whatever_it_says() {
        let html = "<meta charset=latin1><p>caf\u{e9}</p>";
        assert_eq!(read(html.as_bytes(), Format::Html), Some(Encoding::Utf8));
        for label in ["utf-8", "shift_jis", "CHARSET", "utf-16"] {
            let html = format!("<meta charset={label}><p>text</p>");
            assert_eq!(read(html.as_bytes(), Format::Html), Some(Encoding::Utf8), "{label}");
        }
        assert_eq!(read(b"<meta charset=latin1> text", Format::Plain), Some(Encoding::Utf8));
    }
}
