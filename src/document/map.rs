//! The way from offsets in a segment back to offsets in the file: runs of text, the gaps between them, and seams.

use crate::span::{Seg, Span, Src};

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
    pub(super) runs: Vec<Run>,
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
