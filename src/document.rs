//! Prose projected out of a file: [`Document`], [`Segment`] and the [`SourceMap`] back to bytes.
//!
//! Rules see segments only. A segment is one block of prose with its markup taken away; the source map is
//! the one place where offsets in that text become offsets in the file. Readers of formats, which decide
//! what a block is, live in [`crate::format`]; they build segments with [`Projection`].

use std::borrow::Cow;
use std::sync::OnceLock;

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

/// How a run of segment text relates to the bytes of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunKind {
    /// The same bytes on both sides; editable anywhere.
    Exact,
    /// The same bytes on both sides; never editable, for something else refers to them: the label of a link.
    Kept,
    /// Other bytes with the same meaning: an entity, an escape, a line break shown as one blank.
    /// Editable as a whole only.
    Folded,
    /// Something that is not prose, shown as one placeholder character: code, an address, an image.
    /// Never editable.
    Opaque,
}

/// A stretch of segment text and the source bytes it stands for; empty on neither side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Place in the segment text.
    pub seg: Span<Seg>,
    /// Place in the file.
    pub src: Span<Src>,
    /// How they relate.
    pub kind: RunKind,
}

impl Run {
    /// Source offset of a border at `at`, which lies in or at an end of the run.
    /// Inside a folded or opaque run the border falls on the run's start.
    fn border(&self, at: usize) -> usize {
        match self.kind {
            RunKind::Exact | RunKind::Kept => self.src.start + (at - self.seg.start),
            _ if at >= self.seg.end => self.src.end,
            _ => self.src.start,
        }
    }
}

/// The way from offsets in a segment back to offsets in the file.
///
/// The runs follow each other without a hole on the segment side. On the source side there may be bytes
/// between two runs that show up nowhere: markers of emphasis, tags. These are *gaps*.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceMap {
    runs: Vec<Run>,
    /// Offsets in the segment that no edit may cross, in order: no byte stands there, but the looks of the text change.
    seams: Vec<usize>,
}

impl SourceMap {
    /// The map of a segment that is one stretch of the source, byte for byte.
    pub fn exact(src: Span<Src>) -> Self {
        if src.is_empty() {
            return Self::default();
        }
        // Most maps of a plain text are like this, and there may be a million of them.
        let run = Run { seg: Span::new(0, src.len()), src, kind: RunKind::Exact };
        Self { runs: vec![run], seams: Vec::new() }
    }

    /// Appends a run of `len` bytes of segment text for the source bytes `src`.
    ///
    /// A run that is empty on either side is left out; an exact run that continues another is joined to it.
    ///
    /// # Panics
    /// In debug builds, if `src` lies before the end of the last run, or an exact run has two lengths.
    pub fn push(&mut self, kind: RunKind, len: usize, src: Span<Src>) {
        debug_assert!(kind != RunKind::Exact || len == src.len(), "an exact run has one length");
        if len == 0 || src.is_empty() {
            return;
        }
        let start = self.len();
        if let Some(last) = self.runs.last_mut() {
            debug_assert!(last.src.end <= src.start, "runs come in source order");
            if (last.kind, kind) == (RunKind::Exact, RunKind::Exact) && last.src.end == src.start {
                last.seg.end += len;
                last.src.end = src.end;
                return;
            }
        }
        self.runs.push(Run { seg: Span::new(start, start + len), src, kind });
    }

    /// Lets no edit cross the end of what has been pushed so far.
    pub fn seam(&mut self) {
        let at = self.len();
        if at > 0 && self.seams.last() != Some(&at) {
            self.seams.push(at);
        }
    }

    /// The runs, sorted on both sides.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Length of the segment text in bytes.
    pub fn len(&self) -> usize {
        self.runs.last().map_or(0, |run| run.seg.end)
    }

    /// Whether the segment has no text.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// The source bytes to *show* for a piece of segment text: all that it touches. Always works.
    ///
    /// A piece of a folded or opaque run covers the whole run. An empty span maps to a point: at a border
    /// between two runs it is the end of the run on the left (before a marker that stands between them).
    /// Offsets past the end count as the end.
    pub fn cover(&self, span: Span<Seg>) -> Span<Src> {
        let Some(len) = self.runs.last().map(|run| run.seg.end) else { return Span::at(0) };
        let (start, end) = (span.start.min(len), span.end.min(len));
        if start == end {
            return Span::at(self.runs[self.ending_at(start)].border(start));
        }
        let (first, last) = (self.runs[self.beginning_at(start)], self.runs[self.ending_at(end)]);
        let last_end = match last.kind {
            RunKind::Exact | RunKind::Kept => last.border(end),
            _ => last.src.end,
        };
        Span::new(first.border(start), last_end)
    }

    /// The source bytes to *replace* for a piece of segment text; `None` where that would do damage.
    ///
    /// `None` if the span cuts a folded run, overlaps an opaque run, crosses a seam, or spans a gap between two runs
    /// (the bytes in the gap are markup that must stay). An empty span, an insertion, is possible everywhere but
    /// inside a folded or opaque run; at a gap the new text goes before the gap.
    pub fn edit(&self, span: Span<Seg>) -> Option<Span<Src>> {
        if span.end > self.len() || self.is_empty() {
            return None;
        }
        let last = self.ending_at(span.end);
        let first = if span.is_empty() { last } else { self.beginning_at(span.start) };
        let runs = &self.runs[first..=last];
        let cuts =
            |run: &Run, at: usize| run.kind != RunKind::Exact && run.seg.start < at && at < run.seg.end;
        let refused = cuts(&runs[0], span.start)
            || cuts(&runs[runs.len() - 1], span.end)
            || (!span.is_empty()
                && runs.iter().any(|run| matches!(run.kind, RunKind::Opaque | RunKind::Kept)))
            || runs.windows(2).any(|pair| pair[0].src.end != pair[1].src.start)
            || self
                .seams
                .get(self.seams.partition_point(|&seam| seam <= span.start))
                .is_some_and(|&seam| seam < span.end);
        (!refused).then(|| self.cover(span))
    }

    /// The way from a text that was read out of another one to the file, where `outer` is the way from that other
    /// text to the file.
    ///
    /// What is exact in both stays exact. What is folded stays folded unless something else stands in the middle of
    /// its bytes. A folded run of `outer` is to show one character, so that no run ends inside of it.
    #[must_use]
    pub fn through(&self, outer: &Self) -> Self {
        let mut map = Self::default();
        for run in self.runs.iter().filter(|_| !outer.is_empty()) {
            // The source of the inner text is the segment of the outer one.
            let middle: Span<Seg> = Span::new(run.src.start, run.src.end);
            let pieces = &outer.runs[outer.beginning_at(middle.start)..=outer.ending_at(middle.end)];
            match run.kind {
                RunKind::Exact | RunKind::Kept => {
                    for piece in pieces {
                        let part =
                            Span::new(piece.seg.start.max(middle.start), piece.seg.end.min(middle.end));
                        let kind = match (run.kind, piece.kind) {
                            (RunKind::Exact, kind) | (_, kind @ RunKind::Opaque) => kind,
                            (_, RunKind::Folded) => RunKind::Opaque,
                            (kind, _) => kind,
                        };
                        map.push(kind, part.len(), outer.cover(part));
                    }
                }
                RunKind::Folded | RunKind::Opaque => {
                    let whole = pieces.windows(2).all(|pair| pair[0].src.end == pair[1].src.start)
                        && pieces.iter().all(|piece| matches!(piece.kind, RunKind::Exact | RunKind::Folded));
                    let kind = if whole { run.kind } else { RunKind::Opaque };
                    map.push(kind, run.seg.len(), outer.cover(middle));
                }
            }
        }
        map
    }

    /// The segment text that *shows* a piece of the source: the way back from [`SourceMap::cover`].
    ///
    /// A piece of a folded or opaque run is shown by the whole run. Bytes that show up nowhere (markers, tags) map to
    /// the border where they stand, and an empty span to a point. `None` if the span lies outside of the segment.
    pub fn shown(&self, span: Span<Src>) -> Option<Span<Seg>> {
        let (first, last) = (self.runs.first()?, self.runs.last()?);
        if span.end < first.src.start || last.src.end < span.start {
            return None;
        }
        let border = |run: &Run, at: usize, folded: usize| match run.kind {
            RunKind::Exact | RunKind::Kept => {
                run.seg.start + at.clamp(run.src.start, run.src.end) - run.src.start
            }
            RunKind::Folded | RunKind::Opaque => folded,
        };
        let after = self.runs.get(self.runs.partition_point(|run| run.src.end <= span.start));
        let start = after.map_or(self.len(), |run| border(run, span.start, run.seg.start));
        let before = self.runs[..self.runs.partition_point(|run| run.src.start < span.end)].last();
        let end = before.map_or(0, |run| border(run, span.end, run.seg.end));
        Some(Span::new(start, end))
    }

    /// Index of the run that holds the byte after the border `at`; the last run at the end.
    fn beginning_at(&self, at: usize) -> usize {
        self.runs.partition_point(|run| run.seg.end <= at).min(self.runs.len() - 1)
    }

    /// Index of the run that holds the byte before the border `at`; the first run at the start.
    fn ending_at(&self, at: usize) -> usize {
        self.runs.partition_point(|run| run.seg.end < at).min(self.runs.len() - 1)
    }
}

/// A segment in the making: text and map grow together, so that they cannot disagree.
#[derive(Debug)]
pub struct Projection<'s> {
    source: &'s Source,
    text: String,
    map: SourceMap,
    borders: Vec<Border>,
}

/// What stands in a segment for something that is not prose.
pub const PLACEHOLDER: char = '\u{fffc}';

impl<'s> Projection<'s> {
    /// Begins a segment of `source`.
    pub fn new(source: &'s Source) -> Self {
        Self { source, text: String::new(), map: SourceMap::default(), borders: Vec::new() }
    }

    /// Shows these source bytes as they are.
    pub fn exact(&mut self, src: Span<Src>) {
        self.text.push_str(self.source.slice(src));
        self.map.push(RunKind::Exact, src.len(), src);
    }

    /// Shows these source bytes as they are, not to be edited.
    pub fn kept(&mut self, src: Span<Src>) {
        self.text.push_str(self.source.slice(src));
        self.map.push(RunKind::Kept, src.len(), src);
    }

    /// Shows `text` for these source bytes.
    pub fn folded(&mut self, src: Span<Src>, text: &str) {
        if !src.is_empty() {
            self.text.push_str(text);
            self.map.push(RunKind::Folded, text.len(), src);
        }
    }

    /// Shows [`PLACEHOLDER`] for these source bytes.
    pub fn opaque(&mut self, src: Span<Src>) {
        if !src.is_empty() {
            self.text.push(PLACEHOLDER);
            self.map.push(RunKind::Opaque, PLACEHOLDER.len_utf8(), src);
        }
    }

    /// Lets no edit cross this place.
    pub fn seam(&mut self) {
        self.map.seam();
    }

    /// A link begins here, or ends.
    pub fn border(&mut self, opens: bool) {
        self.borders.push(Border { at: self.text.len(), opens });
    }

    /// Text and map as they are, to be read on.
    pub fn into_parts(self) -> (String, SourceMap) {
        (self.text, self.map)
    }

    /// The text so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Ends the segment; `None` if it has no text. A segment that is one exact run borrows its text.
    pub fn finish(mut self, kind: BlockKind) -> Option<Segment<'s>> {
        self.map.runs.shrink_to_fit();
        let segment = match self.map.runs() {
            [] => return None,
            [Run { kind: RunKind::Exact, src, .. }] => Segment::new(kind, self.source.slice(*src), self.map),
            _ => Segment::new(kind, self.text, self.map),
        };
        Some(Segment { borders: self.borders, ..segment })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `ab **cd**\n&amp;` and a piece of code, as a Markdown reader would map it.
    fn sample(source: &Source) -> Segment<'_> {
        let mut projection = Projection::new(source);
        projection.exact(Span::new(0, 3));
        projection.exact(Span::new(5, 7));
        projection.folded(Span::new(9, 10), " ");
        projection.folded(Span::new(10, 15), "&");
        projection.opaque(Span::new(15, 18));
        projection.exact(Span::new(18, 19));
        projection.finish(BlockKind::Paragraph).expect("not empty")
    }

    fn markdown() -> Source {
        Source::from_text("ab **cd**\n&amp;`x`.").expect("short")
    }

    #[test]
    fn cover_works_everywhere() {
        let source = markdown();
        let segment = sample(&source);
        assert_eq!(segment.text, "ab cd &\u{fffc}.");
        let cover = |a, b| segment.map.cover(Span::new(a, b));
        assert_eq!(cover(0, 2), Span::new(0, 2));
        assert_eq!(cover(3, 5), Span::new(5, 7), "without the markers");
        assert_eq!(cover(2, 4), Span::new(2, 6));
        assert_eq!(cover(6, 7), Span::new(10, 15));
        assert_eq!(cover(8, 9), Span::new(15, 18), "a piece of an opaque run is all of it");
        assert_eq!(cover(3, 3), Span::at(3), "before the gap");
        assert_eq!(cover(99, 99), Span::at(19));
    }

    #[test]
    fn shown_is_the_way_back_from_cover() {
        let source = markdown();
        let segment = sample(&source);
        let map = &segment.map;
        let shown = |a, b| map.shown(Span::new(a, b));
        assert_eq!(shown(0, 2), Some(Span::new(0, 2)));
        assert_eq!(shown(3, 9), Some(Span::new(3, 5)), "the markers show up nowhere");
        assert_eq!(shown(7, 9), Some(Span::at(5)), "where markers stand");
        assert_eq!(shown(11, 12), Some(Span::new(6, 7)), "a piece of an entity is all of it");
        assert_eq!(shown(16, 16), Some(Span::new(7, 10)), "so is a place in it");
        assert_eq!(shown(4, 99), Some(Span::new(3, 11)));
        assert_eq!(shown(20, 21), None);
        assert_eq!(SourceMap::default().shown(Span::at(0)), None);
        let all = segment.text.char_indices().map(|(at, _)| at).chain([segment.text.len()]);
        let borders: Vec<usize> = all.collect();
        for (i, &start) in borders.iter().enumerate() {
            for &end in &borders[i + 1..] {
                let span = Span::new(start, end);
                assert_eq!(map.shown(map.cover(span)), Some(span));
            }
        }
    }

    #[test]
    fn edit_refuses_what_would_do_damage() {
        let source = markdown();
        let segment = sample(&source);
        let edit = |a, b| segment.map.edit(Span::new(a, b));
        assert_eq!(edit(3, 5), Some(Span::new(5, 7)));
        assert_eq!(edit(2, 4), None, "spans the opening marker");
        assert_eq!(edit(5, 7), Some(Span::new(9, 15)), "two whole folded runs side by side");
        assert_eq!(edit(7, 10), None, "opaque");
        assert_eq!(edit(8, 8), None, "inside the opaque run");
        assert_eq!(edit(10, 10), Some(Span::at(18)), "an insertion after the opaque run");
        assert_eq!(edit(3, 3), Some(Span::at(3)), "an insertion at a gap");
        assert_eq!(edit(10, 12), None, "past the end");
    }

    #[test]
    fn a_cut_folded_run_cannot_be_edited() {
        let mut map = SourceMap::default();
        map.push(RunKind::Exact, 2, Span::new(0, 2));
        map.push(RunKind::Folded, 3, Span::new(2, 8));
        assert_eq!(map.edit(Span::new(0, 3)), None);
        assert_eq!(map.edit(Span::new(0, 5)), Some(Span::new(0, 8)));
        assert_eq!(map.edit(Span::new(3, 5)), None);
    }

    #[test]
    fn an_empty_map_points_at_the_start() {
        assert_eq!(SourceMap::default().cover(Span::new(0, 4)), Span::at(0));
        assert_eq!(SourceMap::default().edit(Span::at(0)), None);
    }

    #[test]
    fn one_exact_run_borrows() {
        let source = markdown();
        let mut projection = Projection::new(&source);
        projection.exact(Span::new(0, 1));
        projection.exact(Span::new(1, 2));
        let segment = projection.finish(BlockKind::Paragraph).expect("not empty");
        assert!(matches!(segment.text, Cow::Borrowed("ab")));
        assert_eq!(segment.map.runs().len(), 1);
        assert!(Projection::new(&source).finish(BlockKind::Paragraph).is_none());
    }

    proptest! {
        #[test]
        fn cover_and_edit_agree(
            pieces in proptest::collection::vec((0usize..4, 1usize..5, 1usize..5, 0usize..3), 1..12),
            a in 0usize..60,
            b in 0usize..60,
        ) {
            let mut map = SourceMap::default();
            let mut at = 0;
            for (kind, len, src_len, gap) in pieces {
                at += gap;
                let kind = [RunKind::Exact, RunKind::Folded, RunKind::Opaque, RunKind::Kept][kind];
                let src_len = if matches!(kind, RunKind::Exact | RunKind::Kept) { len } else { src_len };
                map.push(kind, len, Span::new(at, at + src_len));
                at += src_len;
            }
            let span = Span::new(a.min(b).min(map.len()), a.max(b).min(map.len()));
            let cover = map.cover(span);
            prop_assert_eq!(cover.is_empty(), span.is_empty());
            if let Some(edit) = map.edit(span) {
                prop_assert_eq!(edit, cover);
                // The runs inside an edit are whole or exact, and together they are the edit.
                let inside: usize = map.runs().iter().filter(|r| r.seg.overlaps(span)).map(|r| {
                    match r.kind {
                        RunKind::Exact => r.seg.end.min(span.end) - r.seg.start.max(span.start),
                        _ => r.src.len(),
                    }
                }).sum();
                prop_assert_eq!(inside, edit.len());
            }
            // A wider span never covers less.
            let wide = map.cover(Span::new(span.start, map.len()));
            prop_assert!(span.is_empty() || wide.contains(cover));
        }
    }
}
