//! Any bytes are read as a document, or refused; what was read is written back as it was.

use std::io::{Cursor, Write};

use mtlint::diagnostic::Applicability;
use mtlint::document::{Document, RunKind};
use mtlint::encoding::Encoding;
use mtlint::format::{self, Format};
use mtlint::source::Source;
use mtlint::span::Span;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::text::{mended, no_rules, some_rules};

/// The byte order mark in UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Reads, checks and fixes `data` as a file of that format.
pub(crate) fn read(format: Format, data: &[u8]) {
    let source = match format::decode(data.to_vec(), format, None) {
        Ok(source) => source,
        Err(error) => {
            assert!(error.position.byte <= data.len(), "the fault is beyond the file");
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    projected(&format::read(&source, format));
    let same = no_rules().fix(&source, format, Applicability::Unsafe).expect("no rules fight");
    assert_eq!(
        same.source.to_bytes().expect("it was read from bytes"),
        data,
        "changed though nothing was to be fixed"
    );
    mended(some_rules(), format, &source);
}

/// The same as JSON, or as JSON Lines where the first line is a value.
pub(crate) fn json(data: &[u8]) {
    let lines =
        data.split(|&b| b == b'\n').next().is_some_and(|line| line.starts_with(b"{") && line.ends_with(b"}"));
    read(if lines { Format::JsonLines } else { Format::Json }, data);
}

/// The same for a package: an archive as it is, or the body of a document, which is packed.
pub(crate) fn docx(data: &[u8]) {
    if data.starts_with(b"PK") {
        return read(Format::Docx, data);
    }
    read(Format::Docx, &packed(data));
}

/// A package with a document of this body; a byte order mark before it is one of the document.
fn packed(body: &[u8]) -> Vec<u8> {
    let (mark, body) = body.split_at(if body.starts_with(MARK) { MARK.len() } else { 0 });
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("word/document.xml", SimpleFileOptions::default()).expect("in memory");
    let head = b"<w:document xmlns:w=\"w\"><w:body>".as_slice();
    for part in [mark, head, body, b"</w:body></w:document>"] {
        writer.write_all(part).expect("in memory");
    }
    writer.finish().expect("in memory").into_inner()
}

/// Every segment leads back to the source.
fn projected(document: &Document<'_>) {
    let text = document.source.text();
    for comment in &document.comments {
        assert!(text.get(comment.range()).is_some(), "a comment is no place in the text");
    }
    for segment in &document.segments {
        assert!(!segment.text.is_empty(), "a segment without text");
        assert!(segment.text.len() <= format::MAX_SEGMENT, "a segment of {} bytes", segment.text.len());
        assert_eq!(segment.text.len(), segment.map.len(), "the map does not cover the segment");
        let mut at = 0;
        for run in segment.map.runs() {
            assert_eq!(run.seg.start, at, "runs are not side by side");
            at = run.seg.end;
            assert!(segment.text.get(run.seg.range()).is_some(), "{run:?} is no place in the segment");
            assert!(text.get(run.src.range()).is_some(), "{run:?} is no place in the text");
            if run.kind == RunKind::Exact {
                assert_eq!(document.source.slice(run.src), segment.slice(run.seg), "shown otherwise");
            }
        }
        assert_eq!(at, segment.text.len(), "runs do not cover the segment");
        let places = segment.sentences().iter().copied().chain(segment.quotations().iter().map(|q| q.span));
        for span in places {
            assert!(segment.text.get(span.range()).is_some(), "{span:?} is no place in the segment");
            assert!(text.get(segment.map.cover(span).range()).is_some(), "{span:?} leads nowhere");
        }
        let borders = segment.text.char_indices().map(|(at, _)| at).chain([segment.text.len()]);
        for (start, end) in borders.clone().zip(borders.skip(1)).take(512) {
            let span = Span::new(start, end);
            assert!(text.get(segment.map.cover(span).range()).is_some(), "{span:?} leads nowhere");
            if let Some(src) = segment.map.edit(span) {
                assert!(text.get(src.range()).is_some(), "{span:?} would be edited nowhere");
            }
        }
    }
}

/// A text in UTF-8, for targets that begin with a text.
pub(crate) fn source(data: &[u8]) -> Option<Source> {
    format::decode(data.to_vec(), Format::Plain, Some(Encoding::Utf8)).ok()
}
