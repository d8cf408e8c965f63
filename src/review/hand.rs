//! Editing by hand: from a sentence that somebody has written anew to edits that its markup can take.

use unicode_segmentation::UnicodeSegmentation;

use super::passage::differences;
use super::round::Round;
use crate::diagnostic::Edit;
use crate::report::escape::visible;
use crate::span::{Seg, Span};
use similar::DiffOp;

/// Why a change cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is as it was.
    #[error("Nothing has been changed.")]
    Unchanged,
    /// It would do harm to the markup of the file.
    #[error("“{}” cannot be written there: it is in the way of markup, such as emphasis or a link.", visible(.0))]
    Markup(String),
    /// It stands beside a change that was accepted.
    #[error(
        "That stands right beside a change that you have accepted: take that back (u), or save first (s)."
    )]
    Touches,
    /// The file has no place for it.
    #[error("The file cannot take that change: a reader of it would not see what you mean.")]
    File,
    /// It is not in a paragraph.
    #[error("This place cannot be edited here: it is not in a paragraph.")]
    NotProse,
}

impl Round {
    /// What is edited by hand: the sentence of a remark, as far as no accepted change stands in it.
    pub(super) fn sentence(&self, remark: usize) -> Result<Span<Seg>, Refused> {
        let paragraph = self.paragraph(remark);
        if !paragraph.is_prose {
            return Err(Refused::NotProse);
        }
        let (segment, fault) = (&paragraph.segment, self.fault(remark));
        let mut sentence = fault;
        for at in [fault.start, fault.end] {
            sentence = segment.sentence_at(at).map_or(sentence, |s| sentence.cover(s));
        }
        for (taken, _) in self.placed(remark) {
            if taken.end <= fault.start {
                sentence.start = sentence.start.max(taken.end);
            } else if taken.start >= fault.end {
                sentence.end = sentence.end.min(taken.start);
            }
        }
        Ok(sentence)
    }

    /// The edits that make `new` of the sentence of a remark, word by word.
    pub(super) fn hand_edits(&self, remark: usize, new: &str) -> Result<Vec<Edit>, Refused> {
        let sentence = self.sentence(remark)?;
        let segment = &self.paragraph(remark).segment;
        let old = segment.slice(sentence);
        let (old_words, new_words): (Vec<&str>, Vec<&str>) =
            (old.split_word_bounds().collect(), new.split_word_bounds().collect());
        let starts: Vec<usize> =
            old.split_word_bound_indices().map(|(at, _)| at).chain([old.len()]).collect();
        // What goes and what comes at one place is one edit.
        let mut changes: Vec<(Span<Seg>, String)> = Vec::new();
        for op in differences(&old_words, &new_words) {
            if let DiffOp::Equal { .. } = op {
                continue;
            }
            let range = op.old_range();
            let span = Span::new(starts[range.start], starts[range.end]).shift(sentence.start);
            let text = new_words[op.new_range()].concat();
            match changes.last_mut() {
                Some((last, before)) if last.end == span.start => {
                    *last = last.cover(span);
                    before.push_str(&text);
                }
                _ => changes.push((span, text)),
            }
        }
        if changes.is_empty() {
            return Err(Refused::Unchanged);
        }
        let edits = changes.into_iter().map(|(span, text)| match segment.edit(span, &text) {
            Some(span) if self.is_touched(span) => Err(Refused::Touches),
            Some(span) => Ok(Edit { span, text }),
            None if text.trim().is_empty() => Err(Refused::Markup(segment.slice(span).to_owned())),
            None => Err(Refused::Markup(text)),
        });
        edits.collect()
    }

    /// Whether edits from elsewhere could have been made by hand for this remark.
    pub(super) fn can_write(&self, remark: usize, edits: &[Edit]) -> bool {
        let paragraph = self.paragraph(remark);
        let fits = |edit: &Edit| {
            let shown = paragraph.segment.map.shown(edit.span);
            let written = shown.and_then(|span| {
                let borders = [span.start, span.end];
                let fine = borders.iter().all(|&at| paragraph.segment.text.is_char_boundary(at));
                paragraph.segment.edit(span, &edit.text).filter(|_| fine)
            });
            written == Some(edit.span) && !self.is_touched(edit.span)
        };
        let in_order = edits.windows(2).all(|pair| pair[0].span.end < pair[1].span.start);
        paragraph.is_prose && !edits.is_empty() && in_order && edits.iter().all(fits)
    }
}
