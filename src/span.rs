//! Byte ranges that carry their frame of reference in the type.
//!
//! A [`Span<Src>`] counts bytes from the start of the file as it is on disk (BOM included);
//! a [`Span<Seg>`] counts bytes inside one segment's projected text.
//! Only [`crate::document::SourceMap`] turns one into the other.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;

/// Frame of reference: bytes of the source file.
#[derive(Debug)]
pub enum Src {}

/// Frame of reference: bytes of one segment's text.
#[derive(Debug)]
pub enum Seg {}

/// A half-open range of bytes, `start <= end`, in the frame `U`.
pub struct Span<U> {
    /// First byte of the range.
    pub start: usize,
    /// One past the last byte of the range.
    pub end: usize,
    frame: PhantomData<fn() -> U>,
}

impl<U> Span<U> {
    /// A span from `start` to `end`, in bytes.
    ///
    /// # Panics
    /// In debug builds, if `start > end`.
    #[inline]
    pub const fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        Self { start, end, frame: PhantomData }
    }

    /// The empty span at `at`.
    #[inline]
    pub const fn at(at: usize) -> Self {
        Self::new(at, at)
    }

    /// Length in bytes.
    #[inline]
    pub const fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether the span covers no byte.
    #[inline]
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The span as a range, for slicing.
    #[inline]
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// Whether both spans share at least one byte.
    #[inline]
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether the spans overlap or stand side by side.
    #[inline]
    pub const fn touches(self, other: Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    /// Whether `other` lies wholly inside this span.
    #[inline]
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest span that covers both.
    #[inline]
    pub fn cover(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// The same range, `by` bytes further on.
    #[inline]
    pub const fn shift(self, by: usize) -> Self {
        Self::new(self.start + by, self.end + by)
    }
}

/// The last character border of `text` up to `at`; the end of the text if `at` is beyond it.
pub(crate) fn border_before(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// The first character border of `text` from `at` on; the end of the text if `at` is beyond it.
pub(crate) fn border_after(text: &str, at: usize) -> usize {
    (at..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}

/// Spans that are asked, all at once, about another one: however many there are, that is one binary search.
#[derive(Debug)]
pub(crate) struct SpanSet<U> {
    /// In order; each ends where the farthest of those up to it does.
    reaching: Vec<Span<U>>,
}

impl<U> SpanSet<U> {
    pub(crate) fn new(spans: impl Iterator<Item = Span<U>>) -> Self {
        let mut reaching: Vec<Span<U>> = spans.collect();
        reaching.sort_unstable();
        let mut reach = 0;
        for span in &mut reaching {
            reach = reach.max(span.end);
            span.end = reach;
        }
        Self { reaching }
    }

    /// Whether one of them contains `span`.
    pub(crate) fn contains(&self, span: Span<U>) -> bool {
        let next = self.reaching.partition_point(|s| s.start <= span.start);
        next > 0 && span.end <= self.reaching[next - 1].end
    }

    /// Whether one of them overlaps `span`.
    pub(crate) fn overlaps(&self, span: Span<U>) -> bool {
        let next = self.reaching.partition_point(|s| s.start < span.end);
        next > 0 && self.reaching[next - 1].end > span.start
    }
}

// Derives would demand the same traits of the frame `U`, which is never a value.
impl<U> Clone for Span<U> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<U> Copy for Span<U> {}
impl<U> PartialEq for Span<U> {
    fn eq(&self, other: &Self) -> bool {
        (self.start, self.end) == (other.start, other.end)
    }
}
impl<U> Eq for Span<U> {}
impl<U> PartialOrd for Span<U> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<U> Ord for Span<U> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.start, self.end).cmp(&(other.start, other.end))
    }
}
impl<U> std::hash::Hash for Span<U> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.start, self.end).hash(state);
    }
}
impl<U> fmt::Debug for Span<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}
impl<U> From<Range<usize>> for Span<U> {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn side_by_side_spans_touch_but_do_not_overlap() {
        let (a, b) = (Span::<Seg>::new(0, 3), Span::<Seg>::new(3, 5));
        assert!(a.touches(b) && !a.overlaps(b));
        assert_eq!(a.cover(b), Span::new(0, 5));
    }

    #[test]
    fn borders_are_the_nearest() {
        let text = "aé“";
        let borders =
            |border: fn(&str, usize) -> usize| (0..9).map(|at| border(text, at)).collect::<Vec<_>>();
        assert_eq!(borders(border_before), [0, 1, 1, 3, 3, 3, 6, 6, 6]);
        assert_eq!(borders(border_after), [0, 1, 3, 3, 6, 6, 6, 6, 6]);
    }

    #[test]
    fn a_set_answers_as_each_of_its_spans_would() {
        let spans: Vec<Span<Seg>> =
            [(0, 9), (2, 4), (3, 12), (3, 3), (20, 22)].map(|(start, end)| Span::new(start, end)).into();
        let set = SpanSet::new(spans.iter().rev().copied());
        for start in 0..25 {
            for end in start..25 {
                let span = Span::new(start, end);
                assert_eq!(set.contains(span), spans.iter().any(|s| s.contains(span)), "{span:?}");
                assert_eq!(set.overlaps(span), spans.iter().any(|s| s.overlaps(span)), "{span:?}");
            }
        }
    }
}
