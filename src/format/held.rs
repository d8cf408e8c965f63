//! Texts that a file of data holds: decoded by the reader of that file, then read in a format of their own.
//!
//! JSON, PO and XLIFF files are not prose; some of their values are. The reader of such a file decodes a value into a
//! [`Projection`] and hands it to [`Held`], which reads it as plain text, Markdown or HTML, and puts the two source
//! maps one behind the other. So a value is read like a file, and what may be written in it is what both allow.

use super::Format;
use crate::document::{BlockKind, Document, Markup, Projection, Segment};
use crate::limit::{Excess, MAX_SEGMENTS, Unread};
use crate::source::Source;
use crate::span::Span;

/// Collects the texts of a file of data.
#[derive(Debug)]
pub(super) struct Held<'s> {
    source: &'s Source,
    carrier: Markup,
    segments: Vec<Segment<'s>>,
    parts: usize,
    unread: Option<Unread>,
}

impl<'s> Held<'s> {
    /// Begins to collect texts that stand in `carrier`.
    pub(super) fn new(source: &'s Source, carrier: Markup) -> Self {
        Self { source, carrier, segments: Vec::new(), parts: 0, unread: None }
    }

    /// Reads one text; `format` and `kind` are guessed from it where they are not known.
    ///
    /// A folded run of the text is to show one character.
    pub(super) fn text(&mut self, text: Projection<'s>, format: Option<Format>, kind: Option<BlockKind>) {
        let (text, outer) = text.into_parts();
        if !text.contains(char::is_alphanumeric) || self.unread.is_some() {
            return;
        }
        if self.segments.len() >= MAX_SEGMENTS {
            let from = outer.cover(Span::new(0, text.len())).start;
            self.unread = Some(Unread { from, excess: Excess::Segments });
            return;
        }
        let guess = || if looks_like_html(&text) { Format::Html } else { Format::Plain };
        let format = format.unwrap_or_else(guess);
        let Ok(inner) = Source::from_text(text) else {
            let from = outer.cover(Span::new(0, outer.len())).start;
            self.unread = Some(Unread { from, excess: Excess::Length });
            return;
        };
        let part = self.parts;
        self.parts += 1;
        for segment in super::read(&inner, format).segments {
            let map = segment.map.through(&outer);
            // A map of another length would be an inconsistency of the reader: such a text is left out.
            if map.len() != segment.text.len() {
                continue;
            }
            let kind = kind.unwrap_or(segment.kind);
            let (markup, borders) = (segment.markup, segment.borders);
            let mut segment = Segment::new(kind, segment.text.into_owned(), map).within(markup);
            segment.carrier = self.carrier;
            segment.part = part;
            segment.borders = borders;
            self.segments.push(segment);
        }
    }

    /// All that was read.
    pub(super) fn finish(self) -> Document<'s> {
        let Self { source, segments, unread, .. } = self;
        Document { source, segments, comments: Vec::new(), unread }
    }
}

/// Elements that a text may have without closing one.
const UNCLOSED: [&str; 14] =
    ["a", "br", "div", "embed", "figure", "hr", "iframe", "img", "input", "li", "p", "span", "td", "video"];

/// Whether the text is marked up: it closes an element that has a name, begins one that HTML knows, or has a comment.
fn looks_like_html(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| {
        let rest = &text[at + 1..];
        let name = rest.strip_prefix('/').unwrap_or_default();
        let closes = || {
            let end = name.find('>').filter(|end| (1..=12).contains(end));
            end.is_some_and(|end| name[..end].bytes().all(|b| b.is_ascii_alphanumeric()))
        };
        let begins = || {
            let length = rest.bytes().take(7).take_while(u8::is_ascii_alphanumeric).count();
            let (name, rest) = rest.split_at(length);
            UNCLOSED.iter().any(|known| known.eq_ignore_ascii_case(name))
                && rest.starts_with(['>', '/', ' ', '\n', '\t'])
        };
        closes() || begins() || rest.starts_with("!--")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::RunKind;

    #[test]
    fn only_what_is_marked_up_looks_like_html() {
        assert!(
            looks_like_html("<p>One.</p>") && looks_like_html("One.<br />Two") && looks_like_html("a</i>")
        );
        assert!(!looks_like_html("a < b </ c") && !looks_like_html("</ >") && !looks_like_html("<brag>"));
        // A fix went into the attributes of such a tag.
        assert!(looks_like_html("One. <img src='/a.jpg' alt='b'> Two") && looks_like_html("<p>One<p>Two"));
        assert!(looks_like_html("One<!-- x -->") && !looks_like_html("a <b and c> d <name>"));
    }

    #[test]
    fn a_text_that_grows_too_long_when_it_is_decoded_was_left_out_without_a_word() {
        let source = Source::from_text("a %s b").expect("short");
        let mut outer = Projection::new(&source);
        outer.exact(Span::new(0, 2));
        outer.folded(Span::new(2, 4), &"c".repeat(crate::limit::MAX_FILE));
        let mut held = Held::new(&source, Markup::Message);
        held.text(outer, None, None);
        assert_eq!(held.finish().unread, Some(Unread { from: 0, excess: Excess::Length }));
    }

    #[test]
    fn two_maps_are_one() {
        // A string with an escape and a break in it: "a \u00e9<b>c" + "d</b>".
        let source = Source::from_text(r#"a \u00e9<b>c"+"d</b>"#).expect("short");
        let mut outer = Projection::new(&source);
        outer.exact(Span::new(0, 2));
        outer.folded(Span::new(2, 8), "é");
        outer.exact(Span::new(8, 12));
        outer.exact(Span::new(15, 20));
        let mut held = Held::new(&source, Markup::Quoted('"'));
        held.text(outer, None, None);
        let document = held.finish();
        let [segment] = &document.segments[..] else { panic!("one segment") };
        assert_eq!(segment.text, "a écd");
        let kinds: Vec<(RunKind, &str)> =
            segment.map.runs().iter().map(|run| (run.kind, source.slice(run.src))).collect();
        let expected = [
            (RunKind::Exact, "a "),
            (RunKind::Folded, "\\u00e9"),
            (RunKind::Exact, "c"),
            (RunKind::Exact, "d"),
        ];
        assert_eq!(kinds, expected);
        assert_eq!(segment.edit(Span::new(0, 1), "x"), Some(Span::new(0, 1)));
        assert_eq!(segment.edit(Span::new(0, 1), "\""), None, "the carrier ends there");
        assert_eq!(segment.edit(Span::new(0, 1), "&"), None, "HTML would read it");
        assert_eq!(segment.edit(Span::new(4, 6), "x"), None, "across the break");
    }
}
