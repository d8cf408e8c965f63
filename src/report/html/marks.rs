//! Findings laid over the text of a segment, so that they nest: elements of HTML cannot overlap, findings can.
//!
//! Of two findings that overlap without nesting, the second is cut where the first ends and goes on behind it.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::span::{Seg, Span, border_before};

/// How many marks may lie in each other; what lies deeper is shown by its number alone.
const DEPTH: usize = 4;

/// A finding as it lies over a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// Where it is; empty where something is missing.
    pub(super) span: Span<Seg>,
    /// Which finding it is.
    pub(super) remark: usize,
    /// Whether its number stands in this segment: the first that it lies over.
    pub(super) numbered: bool,
}

/// A piece of a segment with its marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node<'t> {
    /// Text without another mark.
    Text(&'t str),
    /// What a finding covers, or a part of it; empty where something is missing.
    Marked(usize, Vec<Node<'t>>),
    /// The number of a finding, behind what it covers.
    Number(usize),
}

/// Marks by start, the longer first, then by their number.
type Queue = BTreeSet<(usize, Reverse<usize>, usize, bool)>;

/// `text` with `marks` over it; what the nodes hold is the text, whole.
pub(super) fn nest<'t>(text: &'t str, marks: &[Mark]) -> Vec<Node<'t>> {
    let border = |at| border_before(text, at);
    let queue = marks
        .iter()
        .map(|mark| (border(mark.span.start), Reverse(border(mark.span.end)), mark.remark, mark.numbered))
        .collect();
    nest_in(text, Span::new(0, text.len()), queue, 0)
}

fn nest_in<'t>(text: &'t str, span: Span<Seg>, mut queue: Queue, depth: usize) -> Vec<Node<'t>> {
    let mut nodes = Vec::new();
    let mut at = span.start;
    while let Some((start, Reverse(end), remark, numbered)) = queue.pop_first() {
        if at < start {
            nodes.push(Node::Text(&text[at..start]));
            at = start;
        }
        if depth == DEPTH {
            if numbered {
                nodes.push(Node::Number(remark));
            }
            continue;
        }
        let later = queue.split_off(&(end, Reverse(usize::MAX), 0, false));
        let mut inner = Queue::new();
        let mut rest = later;
        for (start, Reverse(inner_end), remark, numbered) in queue {
            // The number stands behind the last piece.
            inner.insert((start, Reverse(inner_end.min(end)), remark, numbered && inner_end <= end));
            if inner_end > end {
                rest.insert((end, Reverse(inner_end), remark, numbered));
            }
        }
        queue = rest;
        nodes.push(Node::Marked(remark, nest_in(text, Span::new(start, end), inner, depth + 1)));
        if numbered {
            nodes.push(Node::Number(remark));
        }
        at = end;
    }
    if at < span.end {
        nodes.push(Node::Text(&text[at..span.end]));
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn marks(spans: &[(usize, usize)]) -> Vec<Mark> {
        let mark = |(remark, &(start, end))| Mark { span: Span::new(start, end), remark, numbered: true };
        spans.iter().enumerate().map(mark).collect()
    }

    /// `a[0:bc]<0>`: what mark 0 covers in brackets, its number behind it.
    fn drawn(nodes: &[Node<'_>]) -> String {
        let draw = |node: &Node<'_>| match node {
            Node::Text(text) => (*text).to_owned(),
            Node::Marked(remark, inner) => format!("[{remark}:{}]", drawn(inner)),
            Node::Number(remark) => format!("<{remark}>"),
        };
        nodes.iter().map(draw).collect()
    }

    #[test]
    fn marks_nest_and_overlapping_ones_go_on() {
        let nested = |spans: &[(usize, usize)]| drawn(&nest("abcdef", &marks(spans)));
        assert_eq!(nested(&[]), "abcdef");
        assert_eq!(nested(&[(1, 3)]), "a[0:bc]<0>def");
        assert_eq!(nested(&[(1, 2), (0, 4)]), "[1:a[0:b]<0>cd]<1>ef");
        assert_eq!(nested(&[(0, 3), (2, 5)]), "[0:ab[1:c]]<0>[1:de]<1>f");
        assert_eq!(nested(&[(2, 4), (2, 4)]), "ab[0:[1:cd]<1>]<0>ef");
        assert_eq!(nested(&[(0, 2), (2, 4)]), "[0:ab]<0>[1:cd]<1>ef");
    }

    #[test]
    fn a_place_where_something_is_missing_has_a_mark() {
        let nested = |spans: &[(usize, usize)]| drawn(&nest("abc", &marks(spans)));
        assert_eq!(nested(&[(1, 1)]), "a[0:]<0>bc");
        assert_eq!(nested(&[(3, 3), (0, 3)]), "[1:abc]<1>[0:]<0>");
        assert_eq!(nested(&[(1, 1), (0, 3)]), "[1:a[0:]<0>bc]<1>");
    }

    #[test]
    fn what_lies_too_deep_keeps_its_number() {
        let spans: Vec<(usize, usize)> = (0..9).map(|_| (0, 3)).collect();
        let nested = drawn(&nest("abc", &marks(&spans)));
        assert_eq!(nested.matches('[').count(), DEPTH);
        assert!((0..9).all(|remark| nested.contains(&format!("<{remark}>"))), "{nested}");
    }

    proptest! {
        #[test]
        fn text_and_numbers_are_all_there_once(
            text in "[a-c é“]{0,30}",
            spans in proptest::collection::vec((0usize..40, 0usize..40), 0..20),
        ) {
            let spans: Vec<_> = spans.iter().map(|&(a, b)| (a.min(b), a.max(b))).collect();
            let shown = drawn(&nest(&text, &marks(&spans)));
            for remark in 0..spans.len() {
                prop_assert_eq!(shown.matches(&format!("<{remark}>")).count(), 1);
            }
            let mut left = String::new();
            let mut chars = shown.chars();
            while let Some(c) = chars.next() {
                match c {
                    '[' => { chars.by_ref().find(|&c| c == ':'); }
                    '<' => { chars.by_ref().find(|&c| c == '>'); }
                    ']' => {}
                    c => left.push(c),
                }
            }
            prop_assert_eq!(left, text);
        }
    }
}
