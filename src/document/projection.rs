//! A segment in the making.

use super::{BlockKind, Border, Run, RunKind, Segment, SourceMap};
use crate::source::Source;
use crate::span::{Span, Src};

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
