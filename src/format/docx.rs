//! The lines of a `.docx` to segments.
//!
//! [`crate::docx`] has read the package; here each of its lines becomes a block. Letters that look different are one
//! text for rules, and no edit goes across the place where the looks change.

use super::{MAX_SEGMENT, plain};
use crate::document::{BlockKind, Document, Markup, Projection};
use crate::limit::{Excess, MAX_SEGMENTS, Unread};
use crate::package::{Layout, Line, Role};
use crate::source::Source;
use crate::span::{Span, border_before};

/// Reads the lines of the package that `source` comes from; without one, plain text.
pub(super) fn read(source: &Source) -> Document<'_> {
    let Some(layout) = source.layout() else { return plain::read(source) };
    let mut segments = Vec::with_capacity(layout.lines.len().min(MAX_SEGMENTS));
    let mut unread = None;
    for line in &layout.lines {
        if segments.len() >= MAX_SEGMENTS {
            unread = Some(Unread { from: line.span.start, excess: Excess::Segments });
            break;
        }
        let mut start = line.span.start;
        while start < line.span.end {
            let rest = source.slice(Span::new(start, line.span.end));
            let border = border_before(rest, MAX_SEGMENT);
            let cut = if border == rest.len() {
                border
            } else {
                rest[..border].rfind(' ').filter(|at| *at > 0).unwrap_or(border)
            };
            let piece = Line { span: Span::new(start, start + cut), role: line.role };
            segments.extend(project(source, layout, piece));
            start += cut;
        }
    }
    Document { source, segments, comments: Vec::new(), unread }
}

fn project<'s>(source: &'s Source, layout: &Layout, line: Line) -> Option<crate::document::Segment<'s>> {
    let Line { span, role } = line;
    let mut projection = Projection::new(source);
    let mut at = span.start;
    let fixed = layout.fixed.partition_point(|fixed| fixed.start < span.start);
    let mut seams = layout.seams[layout.seams.partition_point(|&seam| seam <= span.start)..].iter().copied();
    let mut seam = seams.next();
    let mut show = |projection: &mut Projection<'s>, mut from: usize, to: usize| {
        while let Some(here) = seam.filter(|&seam| seam <= to && seam < span.end) {
            projection.exact(Span::new(from, here.max(from)));
            projection.seam();
            from = here.max(from);
            seam = seams.next();
        }
        projection.exact(Span::new(from, to));
    };
    for fixed in layout.fixed[fixed..].iter().take_while(|fixed| fixed.end <= span.end) {
        show(&mut projection, at, fixed.start);
        projection.kept(*fixed);
        at = fixed.end;
    }
    show(&mut projection, at, span.end);
    let kind = match role {
        Role::Heading => BlockKind::Heading,
        Role::Paragraph => BlockKind::Paragraph,
        Role::ListItem => BlockKind::ListItem,
        Role::TableCell => BlockKind::TableCell,
        Role::Footnote => BlockKind::Footnote,
    };
    Some(projection.finish(kind)?.within(Markup::Line))
}
