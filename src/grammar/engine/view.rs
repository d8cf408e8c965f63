//! A sentence as patterns see it: words and lemmas as numbers, parts of speech as bits.

use std::collections::BTreeMap;

use nlprule::types::{IncompleteSentence, IncompleteToken};

use super::words::Words;

/// A sentence as patterns see it; in front stands the token for its start.
#[derive(Default)]
pub(super) struct View {
    tokens: Vec<Token>,
    readings: Vec<Reading>,
}

/// A token as patterns see it.
pub(super) struct Token {
    pub(super) word: u32,
    pub(super) space_before: bool,
    /// The parts of speech of all readings.
    pub(super) pos: u64,
    /// Where its readings end.
    end: usize,
}

/// One reading of a token.
pub(super) struct Reading {
    pub(super) lemma: u32,
    /// One bit.
    pub(super) pos: u64,
}

/// The bits of parts of speech that nlprule adds by itself, see `SpecialPos` there.
const NONE: u64 = 1;
const UNKNOWN: u64 = 1 << 1;
const SENT_START: u64 = 1 << 2;
const SENT_END: u64 = 1 << 3;

impl View {
    /// Reads `sentence` anew.
    pub(super) fn read(
        &mut self,
        sentence: &IncompleteSentence<'_>,
        pos_ids: &BTreeMap<String, u16>,
        words: &mut Words<'_>,
    ) {
        self.tokens.clear();
        self.readings.clear();
        self.readings.push(Reading { lemma: Words::EMPTY, pos: SENT_START });
        self.tokens.push(Token { word: Words::EMPTY, space_before: false, pos: SENT_START, end: 1 });
        for token in sentence.iter() {
            self.read_token(token, pos_ids, words);
        }
    }

    /// Adds a token with the readings it will have once the sentence is complete.
    fn read_token(
        &mut self,
        token: &IncompleteToken<'_>,
        pos_ids: &BTreeMap<String, u16>,
        words: &mut Words<'_>,
    ) {
        let word = words.number(token.word().as_str());
        let mut all = 0;
        for data in token.word().tags() {
            // A part of speech without an id cannot come up; if it did, it would be every one.
            let pos = pos_ids.get(data.pos().as_str()).map_or(u64::MAX, |id| 1 << id);
            let lemma = words.number(data.lemma().as_str());
            self.readings.push(Reading { lemma, pos });
            all |= pos;
        }
        let known = all & !NONE != 0;
        for (pos, has) in [(NONE, true), (UNKNOWN, !known), (SENT_END, token.is_sentence_end())] {
            if has {
                self.readings.push(Reading { lemma: word, pos });
                all |= pos;
            }
        }
        let space_before = token.has_space_before();
        self.tokens.push(Token { word, space_before, pos: all, end: self.readings.len() });
    }

    /// The number of tokens with the one for the start.
    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// One bit for each token; `None` if there are too many of them.
    pub(super) fn places(&self) -> Option<u128> {
        (self.len() < 127).then(|| (1 << self.len()) - 1)
    }

    pub(super) fn token(&self, at: usize) -> &Token {
        &self.tokens[at]
    }

    pub(super) fn readings(&self, at: usize) -> &[Reading] {
        let start = at.checked_sub(1).map_or(0, |before| self.tokens[before].end);
        &self.readings[start..self.tokens[at].end]
    }

    /// The words of all tokens.
    pub(super) fn words(&self) -> impl Iterator<Item = u32> {
        self.tokens.iter().map(|token| token.word)
    }

    /// The lemmas of all readings.
    pub(super) fn lemmas(&self) -> impl Iterator<Item = u32> {
        self.readings.iter().map(|reading| reading.lemma)
    }
}
