//! From places in the file to places in what a reader sees: which segments a finding lies over.

use super::marks::Mark;
use crate::diagnostic::Diagnostic;
use crate::document::{Document, RunKind, Segment};
use crate::span::{Seg, Span, Src};

/// Findings laid out over the segments of a document.
#[derive(Debug)]
pub(super) struct Layout {
    /// The marks of each segment.
    pub(super) marks: Vec<Vec<Mark>>,
    /// For each finding, the segment beside which it is spoken of.
    pub(super) home: Vec<usize>,
}

impl Layout {
    /// Leaves the first `number` findings.
    pub(super) fn truncate(&mut self, number: usize) {
        self.home.truncate(number);
        for marks in &mut self.marks {
            marks.retain(|mark| mark.remark < number);
        }
    }
}

/// Lays `diagnostics` over the segments of `document`, which has at least one.
pub(super) fn lay(document: &Document<'_>, diagnostics: &[Diagnostic]) -> Layout {
    let segments = &document.segments;
    let spans: Vec<Span<Src>> = segments.iter().map(Segment::source_span).collect();
    // The texts of images lie inside paragraphs, so ends are not in order; the farthest up to each segment is.
    let reach: Vec<usize> = spans
        .iter()
        .scan(0, |reach, span| {
            *reach = span.end.max(*reach);
            Some(*reach)
        })
        .collect();
    let mut layout = Layout { marks: vec![Vec::new(); segments.len()], home: Vec::new() };
    for (remark, diagnostic) in diagnostics.iter().enumerate() {
        let first = reach.partition_point(|&end| end < diagnostic.span.start);
        let last = spans.partition_point(|span| span.start <= diagnostic.span.end);
        let mut over: Vec<(usize, Span<Seg>)> = (first..last)
            .filter_map(|i| Some((i, segments[i].map.shown(diagnostic.span)?)))
            .filter(|&(i, span)| shows(&segments[i], span, diagnostic.span))
            .collect();
        if over.is_empty() {
            // Between two segments: a mark at the end of the one before, or at the start of the first.
            let before = last.checked_sub(1).map(|i| (i, Span::at(segments[i].text.len())));
            over.push(before.unwrap_or((0, Span::at(0))));
        }
        for (n, &(i, span)) in over.iter().enumerate() {
            layout.marks[i].push(Mark { span, remark, numbered: n == 0 });
        }
        layout.home.push(over[0].0);
    }
    layout
}

/// Whether a reader sees something of the finding in the segment: more than a border or a placeholder.
fn shows(segment: &Segment<'_>, span: Span<Seg>, src: Span<Src>) -> bool {
    if span.is_empty() {
        return src.is_empty();
    }
    let runs = segment.map.runs();
    let first = runs.partition_point(|run| run.seg.end <= span.start);
    runs[first..].iter().take_while(|run| run.seg.start < span.end).any(|run| run.kind != RunKind::Opaque)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Format, read};
    use crate::report::testing::finding;
    use crate::source::Source;

    /// What is marked in each segment for a finding over `fault`, and the segment it belongs to.
    fn laid(text: &str, format: Format, fault: &str) -> (Vec<(usize, String)>, usize) {
        let source = Source::from_text(text).expect("short");
        let document = read(&source, format);
        let layout = lay(&document, &[finding(text, fault, &[])]);
        let marked = layout.marks.iter().enumerate().flat_map(|(i, marks)| {
            let segment = &document.segments[i];
            marks.iter().map(move |mark| (i, segment.slice(mark.span).to_owned()))
        });
        (marked.collect(), layout.home[0])
    }

    #[test]
    fn markup_inside_a_fault_is_not_seen() {
        let text = "# Title\n\nA **b** &amp; c ![old photo](x.png) end.\n";
        let laid = |fault| laid(text, Format::Markdown, fault);
        assert_eq!(laid("A **b**"), (vec![(1, "A b".into())], 1));
        assert_eq!(laid("&amp; c"), (vec![(1, "& c".into())], 1));
        assert_eq!(
            laid("old photo"),
            (vec![(2, "old photo".into())], 2),
            "not the placeholder in the paragraph"
        );
        assert_eq!(laid("Title"), (vec![(0, "Title".into())], 0));
    }

    #[test]
    fn a_fault_between_or_over_paragraphs_has_a_place() {
        let text = "\u{feff}One two.\n\n\n\nThree four.\n";
        let laid = |fault| laid(text, Format::Plain, fault);
        assert_eq!(laid("two.\n\n\n\nThree"), (vec![(0, "two.".into()), (1, "Three".into())], 0));
        assert_eq!(laid("\n\n\n"), (vec![(0, String::new())], 0));
        assert_eq!(laid("\u{feff}"), (vec![(0, String::new())], 0));
    }
}
