//! What a rule of nlprule asks for, in a form that is quick to refute.
//!
//! A [`Pattern`] is weaker than its rule: where it finds no match the rule has none, where it finds one the rule
//! may still have none. What it cannot know (chunks, words of an earlier group) is `Truth::Maybe`.

use serde::{Deserialize, Serialize};

use super::view::View;
use super::words::Words;

/// An answer that may be missing; ordered, so that “and” is `min` and “or” is `max`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Truth {
    No,
    Maybe,
    Yes,
}

impl Truth {
    pub(super) fn of(known: bool) -> Self {
        if known { Self::Yes } else { Self::No }
    }

    pub(super) fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Maybe => Self::Maybe,
            Self::Yes => Self::No,
        }
    }
}

/// What a rule asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pattern {
    /// The tokens that must follow each other; `None` if the rule reads the text instead.
    pub sequence: Option<Sequence>,
    /// Whether the sequence asks for chunks.
    pub uses_chunks: bool,
    /// The sequences that prevent a match.
    pub exceptions: Vec<Exception>,
}

/// Tokens that prevent a match where they follow each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exception {
    /// The tokens.
    pub sequence: Sequence,
    /// Whether the sequence asks for chunks.
    pub uses_chunks: bool,
}

/// Tokens that follow each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sequence {
    /// The tests, in order.
    pub steps: Vec<Step>,
    /// Whether a match may end before each step.
    pub may_end: Vec<bool>,
}

/// A test that some tokens in a row pass.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The test.
    pub test: Test,
    /// How many tokens at least.
    pub min: u32,
    /// How many tokens at most.
    pub max: u32,
}

/// A test of one token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Test {
    /// Known beforehand.
    Always(bool),
    /// Not known here.
    Unknown,
    /// Whether white space is before the token.
    Space(bool),
    /// The word as it stands.
    Text(WordTest),
    /// Some reading has one of these parts of speech (bits by id) and this lemma.
    Reading {
        /// The parts of speech.
        pos: u64,
        /// The lemma; any if there is none.
        lemma: Option<WordTest>,
    },
    /// All of them.
    All(Vec<Test>),
    /// One of them.
    Any(Vec<Test>),
    /// The contrary.
    Not(Box<Test>),
    /// The test of the token so many places further on; false where there is none.
    At(Box<Test>, i32),
}

/// A test of a word or a lemma.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WordTest {
    /// Not known here.
    Unknown,
    /// By the matcher with this number.
    Matcher {
        /// The number.
        number: u16,
        /// Whether the matcher must not match.
        negate: bool,
        /// The answer for the empty word.
        empty: bool,
    },
}

impl Sequence {
    /// Whether the sequence may match somewhere in the sentence.
    pub(super) fn may_match(&self, view: &View, words: &mut Words<'_>) -> bool {
        let Some(all) = view.places() else { return true };
        // Where a match may have come to, for all its beginnings at once.
        let mut reached = all;
        for (step, may_end) in self.steps.iter().zip(&self.may_end) {
            if *may_end {
                return true;
            }
            let mut next = if step.min == 0 { reached } else { 0 };
            let (mut here, mut count) = (reached, 0);
            while here & all != 0 && count < step.max {
                here = step.test.filter(here & all, view, words) << 1;
                count += 1;
                if count >= step.min {
                    next |= here;
                }
            }
            if next == 0 {
                return false;
            }
            reached = next;
        }
        true
    }
}

impl Test {
    /// Those of the places in `places` where the test is not known to fail.
    fn filter(&self, places: u128, view: &View, words: &mut Words<'_>) -> u128 {
        let (mut left, mut passed) = (places, 0);
        while left != 0 {
            let at = left.trailing_zeros() as usize;
            if self.holds(at, view, words) != Truth::No {
                passed |= 1 << at;
            }
            left &= left - 1;
        }
        passed
    }

    fn holds(&self, at: usize, view: &View, words: &mut Words<'_>) -> Truth {
        match self {
            Self::Always(known) => Truth::of(*known),
            Self::Unknown => Truth::Maybe,
            Self::Space(space) => Truth::of(view.token(at).space_before == *space),
            Self::Text(test) => test.holds(view.token(at).word, words),
            Self::Reading { pos, lemma } if view.token(at).pos & pos == 0 => Truth::No,
            Self::Reading { lemma: None, .. } => Truth::Yes,
            Self::Reading { pos, lemma: Some(test) } => {
                let readings = view.readings(at).iter().filter(|reading| reading.pos & pos != 0);
                readings.map(|reading| test.holds(reading.lemma, words)).max().unwrap_or(Truth::No)
            }
            Self::All(tests) => {
                let mut all = Truth::Yes;
                for test in tests {
                    all = all.min(test.holds(at, view, words));
                    if all == Truth::No {
                        break;
                    }
                }
                all
            }
            Self::Any(tests) => {
                let mut any = Truth::No;
                for test in tests {
                    any = any.max(test.holds(at, view, words));
                    if any == Truth::Yes {
                        break;
                    }
                }
                any
            }
            Self::Not(test) => test.holds(at, view, words).not(),
            Self::At(test, offset) => match at.checked_add_signed(*offset as isize) {
                Some(there) if there < view.len() => test.holds(there, view, words),
                _ => Truth::No,
            },
        }
    }
}

impl WordTest {
    fn holds(self, word: u32, words: &mut Words<'_>) -> Truth {
        match self {
            Self::Unknown => Truth::Maybe,
            Self::Matcher { empty, .. } if word == Words::EMPTY => Truth::of(empty),
            Self::Matcher { number, negate: false, .. } => words.matches(word, number),
            Self::Matcher { number, negate: true, .. } => words.matches(word, number).not(),
        }
    }
}
