//! From blocks to the sentences that a model is given, and from its findings back to the blocks.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::GrammarFinding;
use super::guard::{Visible, is_checkable};
use crate::text::sentence::sentences;

/// So many bytes of text are checked at a time, so that memory is bounded.
const BATCH: usize = 256 << 10;

/// The blocks in rows of about [`BATCH`] bytes.
pub(super) fn batches<'b, 't>(mut blocks: &'b [&'t str]) -> impl Iterator<Item = &'b [&'t str]> {
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let mut fits = |block: &&str| {
            bytes += block.len();
            bytes <= BATCH
        };
        let count = blocks.iter().take_while(|block| fits(block)).count().max(1);
        let (batch, rest) = blocks.split_at_checked(count)?;
        blocks = rest;
        Some(batch)
    })
}

/// The findings of each of `blocks`, of which `check` sees the sentences: each once, however often it occurs.
///
/// `check` gives the findings of each sentence it is given, in their order, with spans of that sentence.
pub(super) fn by_sentence(
    blocks: &[&str],
    check: impl FnOnce(&[&str]) -> Vec<Vec<GrammarFinding>>,
) -> Vec<Vec<GrammarFinding>> {
    let visible: Vec<Visible<'_>> = blocks.iter().map(|block| Visible::new(block)).collect();
    let mut distinct: Vec<&str> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    // For each block, where its sentences begin and which of the distinct ones they are.
    let mut places: Vec<Vec<(usize, usize)>> = Vec::with_capacity(blocks.len());
    for visible in &visible {
        let mut here = Vec::new();
        for sentence in sentences(&visible.text) {
            let text = &visible.text[sentence.range()];
            let which = match known.entry(text) {
                Entry::Occupied(entry) => *entry.get(),
                Entry::Vacant(_) if !is_checkable(text) => continue,
                Entry::Vacant(entry) => {
                    distinct.push(text);
                    *entry.insert(distinct.len() - 1)
                }
            };
            here.push((sentence.start, which));
        }
        places.push(here);
    }
    let of_sentences = if distinct.is_empty() { Vec::new() } else { check(&distinct) };
    visible
        .iter()
        .zip(&places)
        .map(|(visible, places)| {
            let mut found = Vec::new();
            for &(start, which) in places {
                for finding in of_sentences.get(which).into_iter().flatten() {
                    let bytes = finding.span.shift(start);
                    if let Some(span) = visible.to_block(bytes.start, bytes.end) {
                        found.push(GrammarFinding { span, ..finding.clone() });
                    }
                }
            }
            found.sort_by(|a, b| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
            found
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::span::Span;

    /// A finding at the first `x` of each sentence that has one.
    fn finds_x(sentences: &[&str]) -> Vec<Vec<GrammarFinding>> {
        let finding = |at| GrammarFinding {
            rule: "TEST/X/0".to_owned(),
            span: Span::new(at, at + 1),
            message: "an x".to_owned(),
            replacements: Vec::new(),
            severity: Severity::Info,
        };
        sentences.iter().map(|s| s.find('x').map(finding).into_iter().collect()).collect()
    }

    #[test]
    fn a_sentence_is_checked_once_and_found_everywhere() {
        let blocks = ["Here is x one. Here is no more.", "…", "Here is\u{AD} x one. Too short."];
        let mut seen = Vec::new();
        let found = by_sentence(&blocks, |sentences| {
            seen.extend(sentences.iter().map(ToString::to_string));
            finds_x(sentences)
        });
        assert_eq!(seen, ["Here is x one.", "Here is no more."]);
        let starts: Vec<Vec<usize>> =
            found.iter().map(|f| f.iter().map(|f| f.span.start).collect()).collect();
        assert_eq!(starts, [vec![8], vec![], vec![10]]);
    }

    #[test]
    fn batches_leave_nothing_out() {
        let (small, large) = ("a".repeat(BATCH / 3), "b".repeat(2 * BATCH));
        let blocks = [&*small, &*small, &*small, &*large, "", &*small];
        let counts: Vec<usize> = batches(&blocks).map(<[&str]>::len).collect();
        assert_eq!(counts, [3, 1, 2]);
        assert_eq!(batches(&[]).count(), 0);
    }

    #[test]
    fn nothing_to_check_asks_nobody() {
        assert_eq!(by_sentence(&["", "One."], |_| unreachable!()), [[], []]);
    }
}
