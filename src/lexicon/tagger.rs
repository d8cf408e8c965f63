//! Choosing one part of speech for each token of a sentence.
//!
//! Greedy, left to right: each ambiguous token gets the candidate with the highest score, given the words around
//! it and the two tags before. It was taught by nlprule's rule-based disambiguation, whose faults it shares.

use std::collections::HashMap;

use super::Lexicon;
use super::features::{FEATURES, History, Shape, WEIGHTS, WordView, features};
use super::pos::{Pos, PosSet};

/// Words kept in the memo of a [`Tagger`] before it is emptied: bounds its memory on hostile input.
const MEMO_LIMIT: usize = 1 << 16;

/// The weights and the additional candidates, in place.
pub(super) struct Weights {
    /// [`WEIGHTS`] numbers of type `i8`.
    weights: &'static [u8],
    /// Sorted pairs of little-endian `u64`: class and outline (see [`class_key`]), and the tags seen for it.
    seen: &'static [u8],
}

impl Weights {
    /// Opens the weights; `None` if the sizes are wrong.
    pub(super) fn open(weights: &'static [u8], seen: &'static [u8]) -> Option<Self> {
        (weights.len() == WEIGHTS && seen.len().is_multiple_of(16)).then_some(Self { weights, seen })
    }

    fn seen(&self, key: u64) -> PosSet {
        let number = |at: usize| {
            self.seen.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes)
        };
        let (mut low, mut high) = (0, self.seen.len() / 16);
        while low < high {
            let middle = low + (high - low) / 2;
            match number(middle * 16).cmp(&key) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return PosSet::from_bits(number(middle * 16 + 8)),
            }
        }
        PosSet::EMPTY
    }

    fn best(&self, candidates: PosSet, rows: &[usize; FEATURES]) -> Pos {
        let score = |pos: &Pos| -> i32 {
            rows.iter()
                .map(|row| i32::from(self.weights[(row + usize::from(pos.number())) % WEIGHTS] as i8))
                .sum()
        };
        let mut best = (i32::MIN, Pos::UNKNOWN);
        for pos in candidates.iter() {
            let scored = score(&pos);
            // The first of equals, so that the answer depends on nothing else.
            if scored > best.0 {
                best = (scored, pos);
            }
        }
        best.1
    }
}

/// The key under which the tags seen for a word's class and outline are kept.
#[must_use]
pub fn class_key(class: PosSet, shape: Shape) -> u64 {
    class.bits() | (shape as u64) << 61
}

/// Tags sentences one after another and remembers the words it has looked up.
///
/// A view for one thread; make one per document or worker.
pub struct Tagger<'l> {
    lexicon: &'l Lexicon,
    memo: HashMap<Box<str>, WordView>,
}

impl<'l> Tagger<'l> {
    pub(super) fn new(lexicon: &'l Lexicon) -> Self {
        Self { lexicon, memo: HashMap::new() }
    }

    /// One part of speech per token of one sentence, in order. Linear in the length of the sentence.
    pub fn tag(&mut self, tokens: &[&str]) -> Vec<Pos> {
        if self.memo.len() > MEMO_LIMIT {
            self.memo.clear();
        }
        let views: Vec<WordView> = tokens.iter().map(|token| self.view(token)).collect();
        tag_views(&self.lexicon.weights, &views)
    }

    fn view(&mut self, word: &str) -> WordView {
        if let Some(view) = self.memo.get(word) {
            return *view;
        }
        let view = self.lexicon.view(word);
        // A word this long is not seen twice, and would only fill the memo.
        if word.len() <= 64 {
            self.memo.insert(word.into(), view);
        }
        view
    }
}

impl Lexicon {
    /// One part of speech per token of one sentence, in order.
    ///
    /// The part of speech is the one nlprule would leave, as far as it can be learned; an unknown word with a
    /// capital is a name ([`Pos::NNP`]), any other unknown word and most symbols are [`Pos::UNKNOWN`].
    /// To tag many sentences, keep a [`Lexicon::tagger`]: it remembers words.
    #[must_use]
    pub fn tag(&self, tokens: &[&str]) -> Vec<Pos> {
        let views: Vec<WordView> = tokens.iter().map(|token| self.view(token)).collect();
        tag_views(&self.weights, &views)
    }

    /// A tagger that remembers the words it has looked up.
    #[must_use]
    pub fn tagger(&self) -> Tagger<'_> {
        Tagger::new(self)
    }

    /// What the tagger knows about one word, whatever stands around it.
    #[must_use]
    pub fn view(&self, word: &str) -> WordView {
        let class = self.pos_set(word);
        let bare = WordView::new(word, class, class);
        let seen = self.weights.seen(class_key(class, bare.shape));
        bare.with(seen)
    }
}

fn tag_views(weights: &Weights, views: &[WordView]) -> Vec<Pos> {
    let border = WordView::border();
    let mut history: History = [None; 2];
    let mut tags = Vec::with_capacity(views.len());
    for (at, this) in views.iter().enumerate() {
        let tag = match this.candidates.len() {
            0 => Pos::UNKNOWN,
            1 => this.candidates.iter().next().unwrap_or(Pos::UNKNOWN),
            _ => {
                let near = |offset: isize| {
                    at.checked_add_signed(offset).and_then(|i| views.get(i)).unwrap_or(&border)
                };
                let rows = features([near(-2), near(-1), this, near(1), near(2)], history);
                weights.best(this.candidates, &rows)
            }
        };
        history = [Some(tag), history[0]];
        // nlprule leaves unknown names untagged; rules want to see them.
        let name =
            tag == Pos::UNKNOWN && this.class.is_empty() && matches!(this.shape, Shape::Title | Shape::Upper);
        tags.push(if name { Pos::NNP } else { tag });
    }
    tags
}
