//! Prose projected out of a file: [`Document`], [`Segment`] and the [`SourceMap`] back to bytes.
//!
//! Rules see segments only. A segment is one block of prose with its markup taken away; the source map is
//! the one place where offsets in that text become offsets in the file. Readers of formats, which decide
//! what a block is, live in [`crate::format`]; they build segments with [`Projection`].

mod map;
mod projection;

use std::borrow::Cow;
use std::sync::OnceLock;

pub use self::map::{Run, RunKind, SourceMap};
pub use self::projection::{PLACEHOLDER, Projection};
use crate::limit::Unread;
use crate::source::Source;
use crate::span::{Seg, Span, SpanSet, Src};
use crate::text::quotation::{Quotation, quotations};
use crate::text::sentence::sentences;
use crate::text::word::starts_sentence;

/// What kind of block a segment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BlockKind {
    /// A title or a heading.
    Heading,
    /// Running text.
    Paragraph,
    /// One item of a list.
    ListItem,
    /// A block quotation, or a pull quote that stands alone between its marks.
    Quote,
    /// One cell of a table.
    TableCell,
    /// The caption of a figure or table.
    Caption,
    /// The standfirst below a headline.
    Deck,
    /// Who wrote the text.
    Byline,
    /// A question of an interview.
    Question,
    /// An answer in an interview.
    Answer,
    /// A note of the editors or the translator, a credit, a pointer to other articles.
    Note,
    /// Text shown in place of an image.
    AltText,
    /// A footnote or endnote.
    Footnote,
}

/// What the text of a segment stands in, as far as it limits what may be written there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Markup {
    /// Plain text: anything may be written.
    #[default]
    None,
    /// Markdown.
    Markdown,
    /// HTML.
    Html,
    /// A text between these marks, in YAML or TOML.
    Quoted(char),
    /// A text without marks, in YAML.
    Unquoted,
    /// A line of a package: anything that stays on a line may be written.
    Line,
    /// A message of a program, in double quotes: it may have places to be filled in.
    Message,
}

/// One text as prose: its segments in the order of the source.
#[derive(Debug)]
pub struct Document<'s> {
    /// Where the segments come from.
    pub source: &'s Source,
    /// The blocks of prose, in source order; none of them is empty.
    pub segments: Vec<Segment<'s>>,
    /// The comments of Markdown and HTML, with their delimiters, in source order.
    pub comments: Vec<Span<Src>>,
    /// From where on there are no segments, because there are too many before.
    pub(crate) unread: Option<Unread>,
}

/// One block of prose.
#[derive(Debug)]
pub struct Segment<'s> {
    /// What kind of block it is.
    pub kind: BlockKind,
    /// The text as a reader sees it, without markup.
    pub text: Cow<'s, str>,
    /// The way from `text` back to the bytes of the file.
    pub map: SourceMap,
    /// What the text stands in.
    pub markup: Markup,
    /// What in turn holds that, if the file is one of data: the marks of a string, or tags.
    pub carrier: Markup,
    /// Which text of the file the segment belongs to, from 0: a file of data holds several, which say nothing of
    /// each other.
    pub part: usize,
    /// Where links begin and end, in order.
    pub borders: Vec<Border>,
    /// Whether its text has marks that an edit near them might bring to life; asked for each edit, and found once.
    pub(crate) fragile: OnceLock<bool>,
    sentences: OnceLock<Box<[Span<Seg>]>>,
    quoted: OnceLock<Box<Quoted>>,
}

/// What stands between quotation marks.
#[derive(Debug)]
struct Quoted {
    /// By start, the outer before the inner.
    quotations: Box<[Quotation]>,
    /// All of them, between their marks.
    inner: SpanSet<Seg>,
    /// Somebody's words.
    speech: SpanSet<Seg>,
    /// The words of all of them, without the blanks beside the marks.
    words: SpanSet<Seg>,
}

impl Quoted {
    fn of(text: &str) -> Self {
        let quotations = quotations(text).into_boxed_slice();
        let words = |q: &Quotation| {
            let inner = text.get(q.inner.range()).unwrap_or_default();
            let start = q.inner.start + (inner.len() - inner.trim_start().len());
            Span::new(start, start + inner.trim().len())
        };
        Self {
            inner: SpanSet::new(quotations.iter().map(|q| q.inner)),
            speech: SpanSet::new(quotations.iter().filter(|q| q.is_speech()).map(|q| q.inner)),
            words: SpanSet::new(quotations.iter().map(words)),
            quotations,
        }
    }
}

impl<'s> Segment<'s> {
    /// A segment whose text has the length that `map` covers.
    pub fn new(kind: BlockKind, text: impl Into<Cow<'s, str>>, map: SourceMap) -> Self {
        let text = text.into();
        debug_assert_eq!(text.len(), map.len(), "the map covers the text");
        Self {
            kind,
            text,
            map,
            markup: Markup::None,
            carrier: Markup::None,
            part: 0,
            borders: Vec::new(),
            fragile: OnceLock::new(),
            sentences: OnceLock::new(),
            quoted: OnceLock::new(),
        }
    }

    /// The same segment, standing in `markup`.
    #[must_use]
    pub fn within(self, markup: Markup) -> Self {
        Self { markup, ..self }
    }

    /// The sentences, in order, without the blanks between them; found at the first call.
    pub fn sentences(&self) -> &[Span<Seg>] {
        self.sentences.get_or_init(|| sentences(&self.text).into_boxed_slice())
    }

    /// The sentence in which `byte` lies, or the one that begins or ends there.
    pub fn sentence_at(&self, byte: usize) -> Option<Span<Seg>> {
        let sentences = self.sentences();
        let next = sentences.partition_point(|s| s.end <= byte);
        let here = sentences.get(next).filter(|s| s.start <= byte);
        here.or_else(|| sentences.get(next.checked_sub(1)?).filter(|s| s.end == byte)).copied()
    }

    /// The regions between quotation marks, by start, the outer before the inner; found at the first call.
    pub fn quotations(&self) -> &[Quotation] {
        &self.quoted().quotations
    }

    fn quoted(&self) -> &Quoted {
        self.quoted.get_or_init(|| Box::new(Quoted::of(&self.text)))
    }

    /// Whether `span` lies between the marks of a quotation.
    pub fn in_quotation(&self, span: Span<Seg>) -> bool {
        self.quoted().inner.contains(span)
    }

    /// Whether `span` has anything to do with what stands between quotation marks; the marks themselves, and the
    /// blanks beside them, stand outside.
    pub fn touches_quotation(&self, span: Span<Seg>) -> bool {
        self.quoted().words.overlaps(span)
    }

    /// Whether `span` lies between the marks of a quotation of four words or more: somebody else's words.
    pub fn in_speech(&self, span: Span<Seg>) -> bool {
        self.quoted().speech.contains(span)
    }

    /// Whether the letter at `byte` is the first letter of a sentence (see [`starts_sentence`]).
    pub fn starts_sentence(&self, byte: usize) -> bool {
        starts_sentence(&self.text, self.sentences(), byte)
    }

    /// The text of a span; empty if the span does not lie on character borders inside the text.
    pub fn slice(&self, span: Span<Seg>) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The bytes of the file that the whole segment covers.
    pub fn source_span(&self) -> Span<Src> {
        self.map.cover(Span::new(0, self.text.len()))
    }
}

/// A place in a segment where a link begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Border {
    /// The byte of the segment that the border is before.
    pub at: usize,
    /// Whether a link begins there; else one ends.
    pub opens: bool,
}

#[cfg(test)]
mod tests;
