//! What stands between a block and nlprule, whose time grows with the cube of the sentence length
//! and which cannot be interrupted: invisible characters are taken out (with a way back),
//! the block is cut into sentences, and sentences that would take too long are left out.
//! The rules and the model are elsewhere.

use std::borrow::Cow;

use crate::span::{Seg, Span};

/// A sentence of more tokens than this is not checked. nlprule needs 16 ms for 125 tokens without
/// punctuation, 272 ms for 500 and 15 s for 2,000; edited prose has about one longer sentence in a thousand.
pub(super) const MAX_TOKENS: usize = 120;

/// A sentence with a word of more characters than this is not checked: the time for one word is quadratic.
pub(super) const MAX_TOKEN_CHARS: usize = 200;

/// A sentence of fewer words than this is not checked: there is little to get wrong in it,
/// and a list of single words would take as long as a page of prose.
const MIN_WORDS: usize = 3;

/// A block without its invisible characters, and where they were.
pub(super) struct Visible<'a> {
    /// The text that nlprule sees.
    pub(super) text: Cow<'a, str>,
    /// For each run taken out: where it was in `text`, and the bytes taken out up to and with it.
    cuts: Vec<(usize, usize)>,
}

impl<'a> Visible<'a> {
    /// Takes the invisible characters out of `block`.
    pub(super) fn new(block: &'a str) -> Self {
        if !block.contains(is_invisible) {
            return Self { text: Cow::Borrowed(block), cuts: Vec::new() };
        }
        let mut text = String::with_capacity(block.len());
        let mut cuts: Vec<(usize, usize)> = Vec::new();
        let mut removed = 0;
        for c in block.chars() {
            if !is_invisible(c) {
                text.push(c);
                continue;
            }
            removed += c.len_utf8();
            match cuts.last_mut() {
                Some((at, total)) if *at == text.len() => *total = removed,
                _ => cuts.push((text.len(), removed)),
            }
        }
        Self { text: Cow::Owned(text), cuts }
    }

    /// The place in the block of a range of `text`: from its first visible character to its last.
    /// `None` if the range is no slice of `text`.
    pub(super) fn to_block(&self, start: usize, end: usize) -> Option<Span<Seg>> {
        self.text.get(start..end)?;
        let removed = |cuts: usize| if cuts == 0 { 0 } else { self.cuts[cuts - 1].1 };
        let first = start + removed(self.cuts.partition_point(|&(at, _)| at <= start));
        let last = end + removed(self.cuts.partition_point(|&(at, _)| at < end));
        Some(Span::new(first, last.max(first)))
    }
}

/// Control characters, soft hyphens, zero-width characters and marks of direction:
/// nothing that a reader sees or that separates words, but nlprule would take them for letters.
fn is_invisible(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => false,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' => true,
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' => true,
        '\u{FE00}'..='\u{FE0F}' | '\u{E0000}'..='\u{E0FFF}' => true,
        _ => c.is_control(),
    }
}

/// Whether nlprule can be given this sentence: enough words, few enough tokens and no monstrous word.
pub(super) fn is_checkable(sentence: &str) -> bool {
    let (mut words, mut tokens, mut chars, mut letters) = (0_usize, 0_usize, 0_usize, false);
    for c in sentence.chars() {
        if c.is_whitespace() || splits_words(c) {
            tokens += usize::from(!c.is_whitespace());
            (chars, letters) = (0, false);
        } else {
            tokens += usize::from(chars == 0);
            chars += 1;
            words += usize::from(c.is_alphabetic() && !letters);
            letters |= c.is_alphabetic();
        }
        if tokens > MAX_TOKENS || chars > MAX_TOKEN_CHARS {
            return false;
        }
    }
    words >= MIN_WORDS
}

/// The characters that nlprule 0.6.4 makes a token of (`utils::splitting_chars`).
pub(super) const SPLITTING: &str = r##"¡¿«»'’`´‘],.:;!?/\()<=>„“”"+#…*"##;

/// Those, and the dashes at which nlprule splits a word that it does not know.
fn splits_words(c: char) -> bool {
    SPLITTING.contains(c) || matches!(c, '-' | '–' | '—')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn invisible_characters_go_and_spans_come_back() {
        let block = "a\u{200B}b\0\u{AD}c d";
        let visible = Visible::new(block);
        assert_eq!(visible.text, "abc d");
        let at = |start, end| visible.to_block(start, end).map(|s| &block[s.range()]);
        assert_eq!(at(0, 3), Some("a\u{200B}b\0\u{AD}c"));
        assert_eq!(at(0, 1), Some("a"));
        assert_eq!(at(1, 2), Some("b"));
        assert_eq!(at(2, 3), Some("c"));
        assert_eq!(at(1, 1), Some(""));
        assert_eq!(at(3, 9), None);
    }

    #[test]
    fn an_empty_span_after_a_cut_is_still_a_span() {
        let visible = Visible::new("a\u{200B}b");
        assert_eq!(visible.to_block(1, 1), Some(Span::new(4, 4)));
    }

    #[test]
    fn long_sentences_and_long_words_are_left_out() {
        assert!(is_checkable("He is here."));
        assert!(is_checkable(&"word ".repeat(MAX_TOKENS)));
        assert!(!is_checkable(&"word ".repeat(MAX_TOKENS + 1)));
        assert!(!is_checkable(&"\"".repeat(MAX_TOKENS + 1)));
        assert!(!is_checkable(&"a-".repeat(MAX_TOKENS)));
        let monster = |chars| format!("He is {}.", "a".repeat(chars));
        assert!(is_checkable(&monster(MAX_TOKEN_CHARS)));
        assert!(!is_checkable(&monster(MAX_TOKEN_CHARS + 1)));
        assert!(!is_checkable("… 12 %, A3-B4"), "two words are too few");
    }

    proptest! {
        #[test]
        fn every_visible_slice_maps_to_a_slice_of_the_block(block in "[a\u{E9}\u{200B}\u{AD}\0 .\u{1F600}]{0,40}") {
            let visible = Visible::new(&block);
            let borders: Vec<usize> = (0..=visible.text.len()).filter(|&i| visible.text.is_char_boundary(i)).collect();
            for &start in &borders {
                for &end in borders.iter().filter(|&&e| e >= start) {
                    let span = visible.to_block(start, end).expect("a slice of the text");
                    let original = block.get(span.range()).expect("a slice of the block");
                    let again = Visible::new(original);
                    prop_assert_eq!(again.text.as_ref(), &visible.text[start..end]);
                }
            }
        }
    }
}
