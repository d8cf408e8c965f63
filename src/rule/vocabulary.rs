//! The distinct words of some segments, so that what a rule asks of a word alone is asked once.
//!
//! Of the words of a chunk of prose nine in ten have been met before in it.

use std::cell::RefCell;
use std::collections::HashMap;

use super::view::SegmentView;

/// What one thread remembers from one chunk of a document to the next.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) vocabulary: Vocabulary,
    /// For each rule of tokens that has run.
    pub(crate) verdicts: HashMap<usize, Verdicts>,
}

/// More words than a book has; what is remembered of them is dropped then.
const MOST_WORDS: usize = 60_000;

impl Memory {
    /// Forgets everything if it has become too much.
    pub(crate) fn bound(&mut self) {
        if self.vocabulary.numbers.borrow().len() > MOST_WORDS {
            *self = Self::default();
        }
    }
}

/// Numbers for words, shared by the views of the segments that are checked together. Lives in one thread.
#[derive(Default)]
pub(crate) struct Vocabulary {
    numbers: RefCell<HashMap<Box<str>, u32, foldhash::fast::RandomState>>,
}

impl Vocabulary {
    /// The number of `word`, counted from 0 in the order of first meeting.
    pub(crate) fn number(&self, word: &str) -> u32 {
        let mut numbers = self.numbers.borrow_mut();
        if let Some(number) = numbers.get(word) {
            return *number;
        }
        let next = numbers.len() as u32;
        numbers.insert(word.into(), next);
        next
    }
}

/// What the tests of one row of tokens said of each word of a vocabulary.
#[derive(Debug, Default)]
pub(crate) struct Verdicts {
    /// For each test, by the number of the word.
    answers: Vec<Vec<Option<bool>>>,
}

impl Verdicts {
    /// The answer of the test number `slot` to the word of the token at `at`, asked for if it is not known.
    pub(crate) fn of(
        &mut self,
        slot: usize,
        view: &SegmentView<'_>,
        at: usize,
        ask: impl FnOnce() -> bool,
    ) -> bool {
        let word = view.word_number(at) as usize;
        if self.answers.len() <= slot {
            self.answers.resize_with(slot + 1, Vec::new);
        }
        let answers = &mut self.answers[slot];
        if answers.len() <= word {
            answers.resize((word + 1).max(answers.len() * 2), None);
        }
        *answers[word].get_or_insert_with(ask)
    }
}
