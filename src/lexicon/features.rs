//! What the tagger looks at: the view of a token and the hashed features of its surroundings.
//!
//! The maintainer's tool trains with exactly this code, so a change here needs new weights.
//! The classifier is an averaged perceptron (Collins 2002) over hashed features (the hashing trick of
//! Weinberger et al. 2009); which part of speech a word *can* have comes from the lexicon.

use super::pos::{Pos, PosSet};

/// Number of weights; a power of two.
pub const WEIGHTS: usize = 1 << 18;

/// How many features a token has.
pub const FEATURES: usize = 17;

/// The outline of a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// Letters without a capital: house, don.
    Lower,
    /// A capital, then none: Paris, I.
    Title,
    /// Several capitals, no small letter: NATO.
    Upper,
    /// Digits only: 1914.
    Digit,
    /// No letter, no digit.
    Mark,
    /// Anything else: eBay, 2nd.
    Mixed,
}

impl Shape {
    /// The outline of `word`.
    #[must_use]
    pub fn of(word: &str) -> Self {
        let (mut upper, mut lower, mut first_upper) = (0, 0, false);
        let (mut letters, mut digits, mut marks) = (0, 0, 0);
        for (at, c) in word.chars().enumerate() {
            match c {
                _ if c.is_alphabetic() => letters += 1,
                _ if c.is_numeric() => digits += 1,
                _ => marks += 1,
            }
            if c.is_uppercase() {
                upper += 1;
                first_upper |= at == 0;
            } else if c.is_lowercase() {
                lower += 1;
            }
        }
        match (upper, lower) {
            _ if digits > 0 && letters == 0 && marks == 0 => Self::Digit,
            _ if digits > 0 => Self::Mixed,
            _ if letters == 0 => Self::Mark,
            (0, _) => Self::Lower,
            (1, _) if first_upper => Self::Title,
            (_, 0) => Self::Upper,
            _ => Self::Mixed,
        }
    }
}

/// What the tagger knows about one word, whatever stands around it.
#[derive(Clone, Copy, Debug)]
pub struct WordView {
    /// Parts of speech of its readings.
    pub class: PosSet,
    /// Parts of speech it may be given: its class and what was seen for words of that class and outline.
    pub candidates: PosSet,
    /// Its outline.
    pub shape: Shape,
    word: u64,
    ending: u64,
}

impl WordView {
    /// The view of `word`, whose readings have the parts of speech `class`.
    #[must_use]
    pub fn new(word: &str, class: PosSet, candidates: PosSet) -> Self {
        let shape = Shape::of(word);
        let (class, candidates) = match shape {
            Shape::Digit => (PosSet::from_iter([Pos::CD]), PosSet::from_iter([Pos::CD])),
            _ => (class, candidates),
        };
        let lower = if shape == Shape::Lower { None } else { Some(word.to_lowercase()) };
        let lower = lower.as_deref().unwrap_or(word);
        // The three last characters tell -ing, -ed, -ly apart; a number is known by its class alone.
        let cut = lower.char_indices().rev().nth(2).map_or(0, |(at, _)| at);
        let ending = if shape == Shape::Digit { "0" } else { &lower[cut..] };
        let whole = if shape == Shape::Digit { "0" } else { lower };
        Self { class, candidates, shape, word: hash(whole.as_bytes()), ending: hash(ending.as_bytes()) }
    }

    /// The same word with more candidates; a number is a number and nothing else.
    #[must_use]
    pub fn with(self, more: PosSet) -> Self {
        if self.shape == Shape::Digit {
            return self;
        }
        Self { candidates: self.candidates.union(more), ..self }
    }

    /// What stands before the first and after the last token.
    #[must_use]
    pub fn border() -> Self {
        Self { class: PosSet::EMPTY, candidates: PosSet::EMPTY, shape: Shape::Mark, word: 1, ending: 1 }
    }
}

/// The tags chosen for the two tokens before, nearest first; `None` before the sentence.
pub type History = [Option<Pos>; 2];

/// The features of the token in the middle of `window` (two before, itself, two after), as first weights:
/// the weight of feature `f` for the part of speech number `n` stands at `(f + n) % WEIGHTS`.
#[must_use]
pub fn features(window: [&WordView; 5], history: History) -> [usize; FEATURES] {
    let [before2, before, this, after, after2] = window;
    let tag1 = history[0].map_or(u64::from(u8::MAX), |pos| u64::from(pos.number()));
    let tag2 = history[1].map_or(u64::from(u8::MAX), |pos| u64::from(pos.number()));
    let class = this.class.bits();
    let start = u64::from(history[0].is_none());
    let shape = this.shape as u64 * 2 + start;
    [
        key(0, this.word, 0),
        key(1, class, shape),
        key(2, this.ending, class),
        key(3, tag1, class),
        key(4, tag1 << 8 | tag2, class),
        key(5, tag1, this.word),
        key(6, tag1 << 8 | tag2, this.word),
        key(7, before.word, class),
        key(8, after.word, class),
        key(9, before.word, this.word),
        key(10, after.word, this.word),
        key(11, after.class.bits(), class),
        key(12, mix(after.class.bits() ^ after2.class.bits().rotate_left(17)), class),
        key(13, mix(before.class.bits() ^ after.class.bits().rotate_left(17)), class),
        key(14, mix(after.class.bits() ^ tag1 << 50), class),
        key(15, before2.word, class),
        key(16, mix(after.ending ^ after.shape as u64), class),
    ]
}

fn key(slot: u64, a: u64, b: u64) -> usize {
    let mixed = mix(a ^ mix(b.wrapping_add(slot.wrapping_mul(0x9e37_79b9_7f4a_7c15))));
    mixed as usize & (WEIGHTS - 1)
}

/// The finaliser of MurmurHash3.
fn mix(mut x: u64) -> u64 {
    x ^= x >> 33;
    x = x.wrapping_mul(0xff51_afd7_ed55_8ccd);
    x ^= x >> 33;
    x = x.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^ x >> 33
}

/// FNV-1a.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |state, byte| {
        (state ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlines() {
        let outlines = ["house", "Paris", "NATO", "1914", "’", "eBay", "I", "2nd", "été"].map(Shape::of);
        use Shape::{Digit, Lower, Mark, Mixed, Title, Upper};
        assert_eq!(outlines, [Lower, Title, Upper, Digit, Mark, Mixed, Title, Mixed, Lower]);
    }
}
