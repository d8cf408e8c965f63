//! Segments that are made by hand, and their maps.

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
