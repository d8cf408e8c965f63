//! The piece of a phrase that candidates are found by, and its literals.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::fold::match_text_back;
use super::{Phrase, Piece};
use crate::lexicon::Lexicon;
use crate::text::word::is_word_char;

impl Phrase {
    /// The piece that is rarest in English, with the literals of which one must stand there.
    ///
    /// The rarity of a piece is the summed frequency of its literals.
    pub(super) fn rarest(&self, lexicon: &Lexicon) -> Option<Anchor> {
        let mut best: Option<(f32, Anchor)> = None;
        for (index, piece) in self.pieces.iter().enumerate() {
            let candidates: Vec<Vec<(AnchorLiteral, f32)>> = match piece {
                Piece::Text { folded, .. } => {
                    words(folded).map(|word| vec![self.literal(index, folded, word, lexicon)]).collect()
                }
                Piece::Choice(choice) if !choice.optional => {
                    let literals = choice.alternatives.iter().map(|alternative| {
                        let literals = words(&alternative.text)
                            .map(|word| self.literal(index, &alternative.text, word, lexicon));
                        literals.min_by(|a, b| a.1.total_cmp(&b.1))
                    });
                    literals.collect::<Option<Vec<_>>>().into_iter().collect()
                }
                _ => continue,
            };
            for literals in candidates {
                let cost: f32 = literals.iter().map(|(_, cost)| cost).sum();
                if best.as_ref().is_none_or(|(c, _)| cost < *c) {
                    let literals = literals.into_iter().map(|(literal, _)| literal).collect();
                    best = Some((cost, Anchor { piece: index, literals }));
                }
            }
        }
        best.map(|(_, anchor)| anchor)
    }

    /// The literal around `word`, made longer while it is common, and how often per million words it is expected.
    fn literal(
        &self,
        piece: usize,
        text: &str,
        word: Range<usize>,
        lexicon: &Lexicon,
    ) -> (AnchorLiteral, f32) {
        let (word, cost) = rare_enough(lexicon, text, word);
        let inside_left = text[..word.start].chars().next_back();
        let inside_right = text[word.end..].chars().next();
        let left = inside_left.map_or_else(|| self.edge(piece, false), |c| !is_word_char(c));
        let right = inside_right.map_or_else(|| self.edge(piece, true), |c| !is_word_char(c));
        let literal = AnchorLiteral {
            text: text[word.clone()].into(),
            offset: word.start,
            alternative: text.into(),
            left,
            right,
        };
        (literal, cost)
    }

    /// Whether a word border stands at the given side of a piece.
    fn edge(&self, piece: usize, right: bool) -> bool {
        let neighbour =
            if right { self.pieces.get(piece + 1) } else { piece.checked_sub(1).map(|i| &self.pieces[i]) };
        match neighbour {
            None => true,
            Some(Piece::Text { folded, .. }) => {
                let c = if right { folded.chars().next() } else { folded.chars().next_back() };
                c.is_none_or(|c| !is_word_char(c))
            }
            // A neighbouring group may begin or end with a letter; do not promise a border.
            Some(_) => false,
        }
    }
}

/// The piece that candidates are found by.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Anchor {
    /// Index of the piece.
    pub(crate) piece: usize,
    /// Literals of which one must stand in the piece.
    pub(crate) literals: Vec<AnchorLiteral>,
}

/// A literal of an anchor.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AnchorLiteral {
    /// The literal.
    pub(crate) text: Box<str>,
    /// Its byte offset in `alternative`.
    pub(crate) offset: usize,
    /// The text of the piece or alternative that it is taken from.
    pub(crate) alternative: Box<str>,
    /// Whether a word border must stand on its left.
    pub(crate) left: bool,
    /// Whether a word border must stand on its right.
    pub(crate) right: bool,
}

impl AnchorLiteral {
    /// Where the piece begins if the literal stands at `at`, folding blanks; `None` if it cannot.
    pub(crate) fn piece_start(&self, text: &str, at: usize, exact: bool) -> Option<usize> {
        match_text_back(text, at, &self.alternative[..self.offset], exact)
    }
}

/// Ranges of the ASCII words of at least two letters in a folded text.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let bytes = text.as_bytes();
        loop {
            while at < bytes.len() && !bytes[at].is_ascii_alphanumeric() {
                at += 1;
            }
            let start = at;
            while at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
                at += 1;
            }
            if start == at {
                return None;
            }
            if at - start >= 2 {
                return Some(start..at);
            }
        }
    })
}

/// A literal expected more often than this, per million words, is made longer if its neighbours allow.
const COMMON: f32 = 40.0;

/// How much more often than by chance two words of a phrase stand side by side; a guess that only steers the choice.
const LIFT: f32 = 20.0;

/// `word` with as many neighbours as it takes to be rare, and its expected frequency per million words.
///
/// A neighbour is joined only across a single blank: in the text, other blanks are folded for the search.
fn rare_enough(lexicon: &Lexicon, text: &str, word: Range<usize>) -> (Range<usize>, f32) {
    let mut cost = rarity(lexicon, &text[word.clone()]);
    let mut range = word;
    while cost > COMMON {
        let alphanumeric = |c: char| c.is_ascii_alphanumeric();
        let after = text[range.end..].strip_prefix(' ').and_then(|rest| {
            let len = rest.find(|c| !alphanumeric(c)).unwrap_or(rest.len());
            (len > 0).then(|| range.end + 1..range.end + 1 + len)
        });
        let before = text[..range.start].strip_suffix(' ').and_then(|rest| {
            let start = rest
                .rfind(|c| !alphanumeric(c))
                .map_or(0, |i| i + rest[i..].chars().next().map_or(1, char::len_utf8));
            (start < rest.len()).then_some(start..rest.len())
        });
        let rarest = after
            .into_iter()
            .chain(before)
            .min_by(|a, b| rarity(lexicon, &text[a.clone()]).total_cmp(&rarity(lexicon, &text[b.clone()])));
        let Some(neighbour) = rarest else { break };
        cost *= (rarity(lexicon, &text[neighbour.clone()]) * LIFT / 1e6).min(1.0);
        range = range.start.min(neighbour.start)..range.end.max(neighbour.end);
    }
    (range, cost)
}

/// Occurrences per million words to expect of a literal.
pub(crate) fn rarity(lexicon: &Lexicon, literal: &str) -> f32 {
    lexicon.frequency(literal).max(0.01)
}
