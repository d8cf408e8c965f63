//! How a paragraph reads: with the changes that were accepted in it, and with one more.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

use super::round::{Paragraph, Round};
use crate::diagnostic::{Edit, Fix};
use crate::span::{Seg, Span};

/// More words than this are compared as one: comparing takes time.
const MOST_WORDS: usize = 2000;

/// How much of the unchanged text is shown on each side of a change, in words and what stands between them.
const AROUND: usize = 6;

/// A paragraph as it reads with all that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The text.
    pub text: String,
    /// The bytes of it that the remark is about; empty where something is missing.
    pub fault: Range<usize>,
}

/// A piece of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// It stays.
    Same(String),
    /// It goes.
    Old(String),
    /// It comes.
    New(String),
}

/// Edits of a paragraph by their places in its text.
type Placed<'e> = (Span<Seg>, &'e str);

impl Paragraph {
    fn placed<'e>(&self, edit: &'e Edit) -> Option<Placed<'e>> {
        let here = self.segment.source_span().contains(edit.span);
        Some((self.segment.map.shown(edit.span).filter(|_| here)?, edit.text.as_str()))
    }

    /// The text of `range` with those edits, in order, that lie in it.
    fn read(&self, range: Span<Seg>, edits: &[Placed<'_>]) -> String {
        let (mut text, mut at) = (String::new(), range.start);
        for (span, new) in edits {
            if span.start >= at && span.end <= range.end {
                text.push_str(self.segment.slice(Span::new(at, span.start)));
                text.push_str(new);
                at = span.end;
            }
        }
        text.push_str(self.segment.slice(Span::new(at, range.end)));
        text
    }
}

impl Round {
    /// The edits that were taken in the paragraph of a remark.
    pub(super) fn placed(&self, remark: usize) -> Vec<Placed<'_>> {
        let paragraph = self.paragraph(remark);
        self.taken_in(paragraph.segment.source_span()).filter_map(|edit| paragraph.placed(edit)).collect()
    }

    /// What a remark is about, in its paragraph.
    pub(super) fn fault(&self, remark: usize) -> Span<Seg> {
        let segment = &self.paragraph(remark).segment;
        let fault = segment.map.shown(self.remarks[remark].diagnostic.span);
        // A paragraph that was made for a remark holds it; if not, nothing is marked.
        fault.unwrap_or(Span::at(0))
    }

    /// The paragraph of a remark as it reads now.
    pub(super) fn passage(&self, remark: usize) -> Passage {
        let (paragraph, fault, edits) = (self.paragraph(remark), self.fault(remark), self.placed(remark));
        let read = |start, end| paragraph.read(Span::new(start, end), &edits);
        let before = read(0, fault.start);
        let inside = read(fault.start, fault.end);
        let fault_end = before.len() + inside.len();
        let text = format!("{before}{inside}{}", read(fault.end, paragraph.segment.text.len()));
        Passage { fault: before.len()..fault_end, text }
    }

    /// What a fix changes, with a few words on both sides; `None` if that does not show in one paragraph.
    pub(super) fn change(&self, remark: usize, fix: &Fix) -> Option<Vec<Piece>> {
        let paragraph = self.paragraph(remark);
        let new: Vec<Placed<'_>> = fix.edits.iter().map(|e| paragraph.placed(e)).collect::<Option<_>>()?;
        let taken = self.placed(remark);
        let mut all = [taken.as_slice(), new.as_slice()].concat();
        all.sort();
        let whole = Span::new(0, paragraph.segment.text.len());
        let pieces = compare(&paragraph.read(whole, &taken), &paragraph.read(whole, &all));
        Some(shorten(pieces))
    }
}

/// The word-level difference of two texts.
pub(super) fn compare(old: &str, new: &str) -> Vec<Piece> {
    let (old_words, new_words): (Vec<&str>, Vec<&str>) =
        (old.split_word_bounds().collect(), new.split_word_bounds().collect());
    let mut pieces: Vec<Piece> = Vec::new();
    for op in differences(&old_words, &new_words) {
        let (old, new) = (old_words[op.old_range()].concat(), new_words[op.new_range()].concat());
        if let DiffOp::Equal { .. } = op {
            pieces.push(Piece::Same(old));
            continue;
        }
        // What goes and comes with nothing but a blank between is one change.
        if let [.., Piece::Old(_) | Piece::New(_), Piece::Same(blank)] = pieces.as_slice()
            && blank.chars().all(char::is_whitespace)
        {
            let blank = blank.clone();
            pieces.pop();
            join(&mut pieces, &blank, &blank);
        }
        join(&mut pieces, &old, &new);
    }
    pieces
}

/// Adds to the change at the end of `pieces`, or begins one.
fn join(pieces: &mut Vec<Piece>, old: &str, new: &str) {
    let mut all_new = String::new();
    if let Some(Piece::New(before)) = pieces.last_mut() {
        all_new = std::mem::take(before);
        pieces.pop();
    }
    match pieces.last_mut() {
        Some(Piece::Old(before)) => before.push_str(old),
        _ if old.is_empty() => {}
        _ => pieces.push(Piece::Old(old.to_owned())),
    }
    all_new.push_str(new);
    if !all_new.is_empty() {
        pieces.push(Piece::New(all_new));
    }
}

/// How `old` becomes `new`; quick however much they differ.
pub(super) fn differences(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_len, new_len) = (old_rest.len() - end, new_rest.len() - end);
    if old_len + new_len <= MOST_WORDS {
        return capture_diff_slices(Algorithm::Myers, old, new);
    }
    let equal = |old_index, new_index, len| DiffOp::Equal { old_index, new_index, len };
    let ops = [
        equal(0, 0, start),
        DiffOp::Replace { old_index: start, old_len, new_index: start, new_len },
        equal(start + old_len, start + new_len, end),
    ];
    ops.into_iter().filter(|op| !op.old_range().is_empty() || !op.new_range().is_empty()).collect()
}

/// Leaves a few words of what stays at the ends, and of long stretches between changes.
fn shorten(pieces: Vec<Piece>) -> Vec<Piece> {
    let last = pieces.len().saturating_sub(1);
    let short = |(index, piece): (usize, Piece)| match piece {
        Piece::Same(text) => Piece::Same(elide(&text, index > 0, index < last)),
        changed => changed,
    };
    pieces.into_iter().enumerate().map(short).collect()
}

/// The beginning and the end of `text`, as far as they are wanted.
fn elide(text: &str, wants_head: bool, wants_tail: bool) -> String {
    let words: Vec<&str> = text.split_word_bounds().collect();
    let (head, tail) = (if wants_head { AROUND } else { 0 }, if wants_tail { AROUND } else { 0 });
    if words.len() <= head + tail + 2 {
        return text.to_owned();
    }
    let (head, tail) = (words[..head].concat(), words[words.len() - tail..].concat());
    match (wants_head, wants_tail) {
        (true, true) => format!("{} … {}", head.trim_end(), tail.trim_start()),
        (true, false) => format!("{} …", head.trim_end()),
        (false, _) => format!("… {}", tail.trim_start()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(pieces: &[Piece]) -> String {
        let draw = |piece: &Piece| match piece {
            Piece::Same(text) => text.clone(),
            Piece::Old(text) => format!("[-{text}-]"),
            Piece::New(text) => format!("{{+{text}+}}"),
        };
        pieces.iter().map(draw).collect()
    }

    #[test]
    fn changes_are_whole_words_and_neighbours_are_one() {
        let change = |old, new| drawn(&compare(old, new));
        assert_eq!(
            change("a marriage of reason", "a marriage of convenience"),
            "a marriage of [-reason-]{+convenience+}"
        );
        assert_eq!(change("the old big house", "the new small house"), "the [-old big-]{+new small+} house");
        assert_eq!(change("same", "same"), "same");
        assert_eq!(change("", "new"), "{+new+}");
    }

    #[test]
    fn a_long_paragraph_is_shown_by_the_words_round_the_change() {
        let around = "many words ".repeat(50);
        let shown =
            drawn(&shorten(compare(&format!("{around}old {around}"), &format!("{around}new {around}"))));
        assert!(shown.starts_with("… ") && shown.ends_with(" …"), "{shown}");
        assert!(shown.contains(" words [-old-]{+new+} many ") && shown.len() < 120, "{shown}");
    }

    #[test]
    fn texts_that_have_nothing_in_common_are_compared_quickly() {
        let (old, new) = ("a ".repeat(30_000), "b,".repeat(30_000));
        assert_eq!(compare(&format!("x {old} y"), &format!("x {new} y")).len(), 4);
    }
}
