//! nlprule's disambiguation and grammar rules, run only where they can match: the findings are those of nlprule.
//!
//! Every rule is kept apart and decoded when it is first wanted. For each sentence
//! 1. the words say which rules can match at all ([`words`], each rule waits for its rarest word),
//! 2. a weaker form of each of these is tried ([`pattern`], on the sentence as `view` shows it),
//! 3. nlprule runs what is left: disambiguation rules one by one in their order, then the grammar rules;
//!    the chunker only if a rule that is left asks for chunks.
//!
//! Every check brings a tokenizer that splits and tags, which [`dictionary`] makes. `mtlint-assets` writes the tables.

mod borders;
pub mod dictionary;
pub mod pattern;
mod shelf;
mod view;
pub mod words;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use nlprule::types::{IncompleteSentence, Position, Sentence, Suggestion, Word, WordData};
use nlprule::{Rules, Tokenizer};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use self::borders::Borders;
use self::pattern::Pattern;
use self::shelf::Shelf;
use self::view::View;
use self::words::{Matchers, Memory, WordTables, Words};
use super::RuleList;
use crate::diagnostic::Severity;

pub use shelf::Packed;

/// All that is stored.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Tables {
    /// What is known about words.
    pub words: WordTables,
    /// Part of speech → its id.
    pub pos_ids: BTreeMap<String, u16>,
    /// The rules for borders of sentences, as nlprule's tokenizer stores them.
    pub borders: Vec<u8>,
    /// The rules of grammar: `nlprule::Rules` of one rule each.
    pub grammar: RuleTables,
    /// Id and name of each rule of grammar.
    pub names: Vec<(String, String)>,
    /// The disambiguation rules: `nlprule::Tokenizer` with one rule and nothing else each.
    pub disambiguation: RuleTables,
}

/// Rules of one kind, in the order of the model.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct RuleTables {
    /// The rules as nlprule reads them.
    pub rules: Packed,
    /// Those that have exceptions to their patterns, without these.
    pub bare: Packed,
    /// Their patterns.
    pub patterns: Packed,
    /// The rules that wait for no word.
    pub always: Vec<u16>,
}

/// Rules with their patterns, each decoded when it is first wanted.
struct RuleSet<T> {
    rules: Shelf<T>,
    /// Those that have exceptions to their patterns, without these.
    bare: Shelf<T>,
    patterns: Shelf<Pattern>,
    always: Vec<u16>,
}

/// The rules, ready to check sentences.
pub(super) struct Engine {
    matchers: Matchers,
    pos_ids: BTreeMap<String, u16>,
    borders: Borders,
    grammar: RuleSet<Rules>,
    disambiguation: RuleSet<Tokenizer>,
    names: Vec<(String, String)>,
    /// For each rule of grammar its severity, if it is on.
    severities: Vec<Option<Severity>>,
    /// What earlier checks have found out about words.
    memories: Mutex<Vec<Memory>>,
}

/// Which of [`WordTables::waiting`] is meant.
const BY_WORD: usize = 0;
const BY_LEMMA: usize = 1;
const DISAMBIGUATION: usize = 2;

impl Engine {
    /// The engine with the rules that `list` turns on; `None` if the tables contradict each other.
    pub(super) fn new(tables: Tables, list: &RuleList) -> Option<Self> {
        let level = |id: &str| match list.severity(id)? {
            Severity::Error | Severity::Warning => Some(Severity::Warning),
            Severity::Info => Some(Severity::Info),
        };
        let severities = tables.names.iter().map(|(id, _)| level(id)).collect();
        Some(Self {
            matchers: Matchers::new(tables.words)?,
            pos_ids: tables.pos_ids,
            borders: Borders::new(tables.borders),
            grammar: RuleSet::new(tables.grammar),
            disambiguation: RuleSet::new(tables.disambiguation),
            names: tables.names,
            severities,
            memories: Mutex::default(),
        })
    }

    /// The rules that are on: id, severity and nlprule's name for it, in the order of the model.
    pub(super) fn rules(&self) -> impl Iterator<Item = (&str, Severity, &str)> {
        let rules = self.names.iter().zip(&self.severities);
        rules.filter_map(|((id, name), severity)| Some((id.as_str(), (*severity)?, name.as_str())))
    }

    /// The sentences that nlprule sees in `text`, without gaps.
    pub(super) fn sentences(&self, text: &str) -> Vec<Range<usize>> {
        self.borders.split(text)
    }

    /// What the rules find in each of the `sentences` of `text` (see [`Engine::sentences`]):
    /// the suggestions of each severity, as nlprule's `Rules::apply` gives them for the rules of that severity.
    ///
    /// `tokenizer` splits and tags only: it has no rules, no chunker and no borders of sentences.
    /// `chunker` is a tokenizer that has a chunker.
    pub(super) fn check<'t>(
        &'t self,
        text: &'t str,
        sentences: &[Range<usize>],
        tokenizer: &'t Tokenizer,
        chunker: &'t Tokenizer,
    ) -> Vec<[Vec<Suggestion>; 2]> {
        let memory = self.memories.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        let mut words = Words::new(&self.matchers, memory);
        let mut position = Position::default();
        let mut found = Vec::new();
        for range in sentences {
            let part = &text[range.clone()];
            if let Some(sentence) = tokenizer.sentencize(part).next() {
                found.push(Check::new(self, sentence, position, chunker, &mut words).run());
            }
            position += Position { byte: part.len(), char: part.chars().count() };
        }
        self.memories.lock().unwrap_or_else(PoisonError::into_inner).push(words.into_memory());
        found
    }
}

impl<T: DeserializeOwned> RuleSet<T> {
    fn new(tables: RuleTables) -> Self {
        let RuleTables { rules, bare, patterns, always } = tables;
        Self { rules: Shelf::new(rules), bare: Shelf::new(bare), patterns: Shelf::new(patterns), always }
    }
}

/// The check of one sentence.
struct Check<'c, 't> {
    engine: &'t Engine,
    chunker: &'t Tokenizer,
    words: &'c mut Words<'t>,
    view: View,
    /// As it came from the tokenizer: what the chunker must see.
    fresh: IncompleteSentence<'t>,
    sentence: IncompleteSentence<'t>,
    has_chunks: bool,
}

impl<'c, 't> Check<'c, 't> {
    fn new(
        engine: &'t Engine,
        fresh: IncompleteSentence<'t>,
        position: Position,
        chunker: &'t Tokenizer,
        words: &'c mut Words<'t>,
    ) -> Self {
        let sentence = fresh.clone().rshift(position);
        let mut view = View::default();
        view.read(&sentence, &engine.pos_ids, words);
        Self { engine, chunker, words, view, fresh, sentence, has_chunks: false }
    }

    fn run(mut self) -> [Vec<Suggestion>; 2] {
        self.disambiguate();
        let set = &self.engine.grammar;
        let mut rules = self.waiting(set, [Some(BY_WORD), Some(BY_LEMMA)]);
        rules.retain(|rule| self.engine.severities[*rule].is_some());
        let rules: Vec<(usize, &Rules)> =
            rules.into_iter().filter_map(|rule| Some((rule, self.possible(set, rule)?))).collect();
        let sentence = self.sentence.into_sentence();
        let apply = |severity: Severity| {
            let rules = rules.iter().filter(|(rule, _)| self.engine.severities[*rule] == Some(severity));
            let found = rules.flat_map(|(number, rule)| {
                rule.apply(&sentence).into_iter().map(|suggestion| (*number, suggestion))
            });
            merged(found.collect(), &sentence)
        };
        [apply(Severity::Warning), apply(Severity::Info)]
    }

    /// Runs the disambiguation rules, one after the other, each on what the last one left.
    fn disambiguate(&mut self) {
        let set = &self.engine.disambiguation;
        for rule in self.waiting(set, [Some(DISAMBIGUATION), None]) {
            if let Some(rule) = self.possible(set, rule) {
                let sentence = self.sentence.clone();
                self.sentence = rule.disambiguate(sentence);
                self.view.read(&self.sentence, &self.engine.pos_ids, self.words);
            }
        }
    }

    /// The rules that can match by the words of the sentence (and by its lemmas, if they are asked), in order.
    fn waiting<T: DeserializeOwned>(&self, set: &RuleSet<T>, kinds: [Option<usize>; 2]) -> Vec<usize> {
        let mut rules = Marks::new(set.rules.len());
        set.always.iter().for_each(|rule| rules.mark(*rule));
        for word in self.view.words() {
            self.mark(word, kinds[0], &mut rules);
        }
        for lemma in self.view.lemmas() {
            self.mark(lemma, kinds[1], &mut rules);
        }
        rules.into_vec()
    }

    fn mark(&self, word: u32, kind: Option<usize>, rules: &mut Marks) {
        let Some(kind) = kind else { return };
        match self.words.waiting(word, kind) {
            Some(waiting) => waiting.iter().for_each(|rule| rules.mark(*rule)),
            None => rules.mark_all(),
        }
    }

    /// The rule to run, if it can match: without its exceptions where none of them can. If chunks matter to it,
    /// they are there from now on.
    fn possible<T: DeserializeOwned>(&mut self, set: &'t RuleSet<T>, rule: usize) -> Option<&'t T> {
        let pattern = set.patterns.get(rule);
        if pattern.sequence.as_ref().is_some_and(|sequence| !sequence.may_match(&self.view, self.words)) {
            return None;
        }
        let mut uses_chunks = pattern.uses_chunks;
        let mut is_bare = !pattern.exceptions.is_empty();
        for exception in &pattern.exceptions {
            // One that may match is enough, unless another asks for chunks as well.
            if (is_bare || !uses_chunks && exception.uses_chunks)
                && exception.sequence.may_match(&self.view, self.words)
            {
                is_bare = false;
                uses_chunks |= exception.uses_chunks;
            }
        }
        if uses_chunks && !self.has_chunks {
            self.chunk();
        }
        Some(if is_bare { set.bare.get(rule) } else { set.rules.get(rule) })
    }

    /// Runs the chunker on the sentence as it was before its words got tags as parts of phrases, as nlprule does.
    fn chunk(&mut self) {
        self.has_chunks = true;
        let Some(chunker) = self.chunker.chunker() else { return };
        let mut fresh = self.fresh.clone();
        for token in fresh.iter_mut() {
            if token.word().tags().iter().any(WordData::frozen) {
                let tags = token.word().tags().iter().filter(|data| !data.frozen()).cloned().collect();
                *token.word_mut() = Word::new(token.word().text().clone(), tags);
            }
        }
        chunker.apply(&mut fresh);
        for (token, chunked) in self.sentence.iter_mut().zip(fresh.iter()) {
            *token.chunks_mut() = chunked.chunks().to_vec();
        }
    }
}

/// Marked numbers below a bound.
struct Marks {
    bits: Vec<u64>,
    bound: usize,
}

impl Marks {
    fn new(bound: usize) -> Self {
        Self { bits: vec![0; bound.div_ceil(64)], bound }
    }

    fn mark(&mut self, number: u16) {
        self.bits[usize::from(number / 64)] |= 1 << (number % 64);
    }

    fn mark_all(&mut self) {
        self.bits.fill(u64::MAX);
    }

    fn into_vec(self) -> Vec<usize> {
        let mut marked = Vec::new();
        for (at, mut bits) in self.bits.into_iter().enumerate() {
            while bits != 0 {
                marked.push(at * 64 + bits.trailing_zeros() as usize);
                bits &= bits - 1;
            }
        }
        marked.retain(|number| *number < self.bound);
        marked
    }
}

/// Keeps of the suggestions (with the numbers of their rules) those that nlprule's `Rules::apply` keeps: of
/// overlapping ones the one that starts first, of those that start together the one of the later rule.
fn merged(mut found: Vec<(usize, Suggestion)>, sentence: &Sentence<'_>) -> Vec<Suggestion> {
    found.sort_by_key(|(rule, suggestion)| (suggestion.span().char().start, Reverse(*rule)));
    let mut taken = vec![false; sentence.text().chars().count()];
    found.retain(|(_, suggestion)| {
        let span = suggestion.span().clone().lshift(sentence.span().start());
        let place = &mut taken[span.char().clone()];
        let free = !place.contains(&true);
        if free {
            place.fill(true);
        }
        free
    });
    found.into_iter().map(|(_, suggestion)| suggestion).collect()
}
