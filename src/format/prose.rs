//! Segments in the making, for readers of markup: pieces of text come in, blocks come out.

use super::MAX_SEGMENT;
use crate::document::{BlockKind, Document, Markup, Projection, Segment};
use crate::limit::{Excess, MAX_SEGMENTS, Unread};
use crate::source::Source;
use crate::span::{Span, Src, border_before};

/// Collects the prose of a source, block by block.
#[derive(Debug)]
pub(super) struct Prose<'s> {
    source: &'s Source,
    /// What the text stands in.
    pub(super) markup: Markup,
    /// What the next block is.
    pub(super) kind: BlockKind,
    /// Whether the text that comes is not to be edited.
    pub(super) kept: bool,
    open: Option<Projection<'s>>,
    segments: Vec<Segment<'s>>,
    unread: Option<Unread>,
}

impl<'s> Prose<'s> {
    /// Begins to collect.
    pub(super) fn new(source: &'s Source, markup: Markup) -> Self {
        let (kind, segments) = (BlockKind::Paragraph, Vec::new());
        Self { source, markup, kind, kept: false, open: None, segments, unread: None }
    }

    /// Whether the block has no text yet.
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_none()
    }

    /// These bytes, as they are. A block that grows too long is cut at a blank.
    pub(super) fn exact(&mut self, mut span: Span<Src>) {
        while !span.is_empty() {
            let room = MAX_SEGMENT.saturating_sub(self.length());
            if span.len() <= room {
                self.show(span);
                return;
            }
            let text = self.source.slice(span);
            let border = border_before(text, room);
            let blank = text[..border].rfind(' ').filter(|blank| *blank > 0).unwrap_or(border);
            if blank > 0 {
                self.show(Span::new(span.start, span.start + blank));
            }
            span.start += blank;
            self.end();
        }
    }

    /// `text` for these bytes.
    pub(super) fn folded(&mut self, span: Span<Src>, text: &str) {
        self.make_room(text.len());
        self.projection().folded(span, text);
    }

    /// A placeholder for these bytes.
    pub(super) fn opaque(&mut self, span: Span<Src>) {
        self.make_room(4);
        self.projection().opaque(span);
    }

    /// A link begins here, or ends, in the middle of a block.
    pub(super) fn border(&mut self, opens: bool) {
        if let Some(open) = &mut self.open {
            open.border(opens);
        }
    }

    /// Ends the block.
    pub(super) fn end(&mut self) {
        let segment = self.open.take().and_then(|open| open.finish(self.kind));
        // What holds no letter and no digit is no prose.
        let spoken = segment.filter(|segment| segment.text.contains(char::is_alphanumeric));
        let Some(segment) = spoken.map(|segment| segment.within(self.markup)) else { return };
        if self.segments.len() < MAX_SEGMENTS {
            self.segments.push(segment);
        } else {
            let from = segment.source_span().start;
            self.unread = Unread::first(self.unread, Some(Unread { from, excess: Excess::Segments }));
        }
    }

    /// Puts the block aside, to make another one first.
    pub(super) fn suspend(&mut self) -> Option<Projection<'s>> {
        self.open.take()
    }

    /// Ends the block, and goes on with one that was put aside.
    pub(super) fn resume(&mut self, open: Option<Projection<'s>>) {
        self.end();
        self.open = open;
    }

    /// All blocks, in the order of the source.
    pub(super) fn finish(mut self, comments: Vec<Span<Src>>) -> Document<'s> {
        self.end();
        self.segments.sort_by_key(Segment::source_span);
        let Self { source, segments, unread, .. } = self;
        Document { source, segments, comments, unread }
    }

    fn show(&mut self, span: Span<Src>) {
        let kept = self.kept;
        let projection = self.projection();
        if kept { projection.kept(span) } else { projection.exact(span) }
    }

    fn length(&self) -> usize {
        self.open.as_ref().map_or(0, |open| open.text().len())
    }

    fn make_room(&mut self, bytes: usize) {
        if self.length() + bytes > MAX_SEGMENT {
            self.end();
        }
    }

    fn projection(&mut self) -> &mut Projection<'s> {
        self.open.get_or_insert_with(|| Projection::new(self.source))
    }
}
