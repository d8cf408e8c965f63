//! Which part of a text a comment for the next line is about.

use crate::document::{Document, Markup};
use crate::span::{Span, Src};

/// The blocks of a document, and how far what belongs together reaches.
pub(super) struct Blocks {
    /// Start and end of each segment, in source order.
    blocks: Vec<(usize, usize)>,
    /// For each segment, where the lines end in which it and what follows in them stand.
    reach: Vec<usize>,
    /// For each segment, the furthest end of it and those before it.
    furthest: Vec<usize>,
}

impl Blocks {
    pub(super) fn of(document: &Document<'_>) -> Self {
        let spans = document.segments.iter().map(|segment| (segment.source_span(), segment.markup));
        let blocks: Vec<(Span<Src>, Markup)> = spans.collect();
        let mut reach = vec![0; blocks.len()];
        for index in (0..blocks.len()).rev() {
            let (span, markup) = blocks[index];
            // An element of HTML is a block wherever its line ends.
            let whole = if markup == Markup::Html { span.end } else { line_end(document, span.end) };
            let next = blocks.get(index + 1).filter(|(next, _)| next.start < whole);
            reach[index] = next.map_or(whole, |_| whole.max(reach[index + 1]));
        }
        let furthest = blocks.iter().scan(0, |furthest, (span, _)| {
            *furthest = span.end.max(*furthest);
            Some(*furthest)
        });
        let furthest = furthest.collect();
        Self { blocks: blocks.iter().map(|(span, _)| (span.start, span.end)).collect(), reach, furthest }
    }

    /// What follows `comment`: the next line if it stands inside a block, else the next block.
    pub(super) fn after(&self, comment: Span<Src>, document: &Document<'_>) -> Span<Src> {
        let next = self.blocks.partition_point(|(start, _)| *start < comment.end);
        let inside = next.checked_sub(1).is_some_and(|last| self.furthest[last] > comment.start);
        if inside {
            let line = document.source.position(comment.end).line + 1;
            return document.source.line_span(line).unwrap_or(Span::at(document.source.text().len()));
        }
        let end = self.reach.get(next).copied().unwrap_or(comment.end);
        Span::new(comment.end, end.max(comment.end))
    }
}

/// Where the line ends in which `byte` lies.
fn line_end(document: &Document<'_>, byte: usize) -> usize {
    let source = document.source;
    source.line_span(source.position(byte).line).map_or(source.text().len(), |line| line.end)
}
