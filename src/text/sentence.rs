//! Sentences of a segment.

use unicode_segmentation::UnicodeSegmentation;

use crate::span::{Seg, Span};

/// The sentences of `text`, in order, not overlapping, without the blanks between them.
pub fn sentences(text: &str) -> Vec<Span<Seg>> {
    text.split_sentence_bound_indices()
        .filter_map(|(start, piece)| {
            let trimmed = piece.trim();
            let start = start + (piece.len() - piece.trim_start().len());
            (!trimmed.is_empty()).then(|| Span::new(start, start + trimmed.len()))
        })
        .collect()
}
