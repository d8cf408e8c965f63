//! nlprule's dictionary, of which a text gets the words it has: a tokenizer with all 330,000 words takes a quarter
//! of a second to load, one with the words of an article a few milliseconds.
//!
//! What nlprule looks up is always one of four things, see `Dictionary::words_in`; a test compares.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use fst::{Map, MapBuilder};
use nlprule::Tokenizer;
use onig::Regex;
use serde::{Deserialize, Serialize};

use super::words::regex;
use crate::grammar::guard::SPLITTING;
use crate::grammar::mirror::{self, PosId, TaggerOptions, TokenizerOptions};

/// The dictionary as it is stored.
#[derive(Debug, Serialize, Deserialize)]
pub struct DictionaryTables {
    /// fst: word or lemma → its place in the order of all.
    pub words: Vec<u8>,
    /// fst: word and one byte that counts its readings → `place of the lemma << 32 | part-of-speech id`.
    pub readings: Vec<u8>,
    /// The words that have ids of their own in every dictionary, from 0: those that disambiguation rules name.
    pub named: Vec<String>,
    /// Part of speech → its id.
    pub pos_ids: BTreeMap<String, u16>,
    /// The phrases that are tagged as one, with their part of speech.
    pub phrases: Vec<(String, PosId)>,
    /// Regular expressions whose first group, in a token, is looked up as well.
    pub parts: Vec<String>,
    /// How nlprule asks its dictionary.
    pub tagging: TaggerOptions,
    /// How nlprule splits.
    pub splitting: TokenizerOptions,
}

/// The dictionary, ready to be asked.
pub(in crate::grammar) struct Dictionary {
    words: Map<Vec<u8>>,
    readings: Map<Vec<u8>>,
    rest: DictionaryTables,
    joins: OnceLock<Vec<Regex>>,
    parts: OnceLock<Vec<Regex>>,
}

/// The words of some texts, as nlprule looks them up.
pub(in crate::grammar) type WordSet<'t> = BTreeSet<&'t str>;

impl Dictionary {
    /// `None` if the tables are damaged.
    pub(in crate::grammar) fn new(mut tables: DictionaryTables) -> Option<Self> {
        let words = Map::new(std::mem::take(&mut tables.words)).ok()?;
        let readings = Map::new(std::mem::take(&mut tables.readings)).ok()?;
        Some(Self { words, readings, rest: tables, joins: OnceLock::new(), parts: OnceLock::new() })
    }

    /// Adds what nlprule looks up in a sentence: its tokens; what would be tokens if they were not split at hyphens;
    /// parts of tokens that disambiguation rules cut out. Lower-case forms are left to [`Dictionary::tokenizer`].
    pub(in crate::grammar) fn words_in<'t>(&self, sentence: &'t str, found: &mut WordSet<'t>) {
        let joins = self.joins.get_or_init(|| compiled(&self.rest.splitting.extra_join_regexes));
        let mut joined: Vec<(usize, usize)> = Vec::new();
        for join in joins {
            for (start, end) in join.find_iter(sentence) {
                if joined.iter().all(|other| end <= other.0 || other.1 <= start) {
                    joined.push((start, end));
                }
            }
        }
        joined.sort_unstable();
        let mut from = 0;
        for (start, end) in joined {
            self.words_between(&sentence[from..start], found);
            found.insert(sentence[start..end].trim());
            from = end;
        }
        self.words_between(&sentence[from..], found);
    }

    fn words_between<'t>(&self, text: &'t str, found: &mut WordSet<'t>) {
        let splits = |c: char| c.is_whitespace() || SPLITTING.contains(c);
        let extra = &self.rest.splitting.extra_split_chars;
        for piece in text.split_inclusive(splits) {
            let mut rest = piece;
            if let Some(last) = piece.chars().next_back().filter(|&c| splits(c)) {
                let (word, mark) = piece.split_at(piece.len() - last.len_utf8());
                rest = word;
                if !last.is_whitespace() {
                    found.insert(mark);
                }
            }
            if rest.is_empty() || !found.insert(rest) {
                continue;
            }
            for part in rest.split_inclusive(|c| extra.contains(&c)).filter(|part| part.len() < rest.len()) {
                let word = part.trim_end_matches(|c| extra.contains(&c));
                found.extend([word, &part[word.len()..]].into_iter().filter(|word| !word.is_empty()));
            }
        }
    }

    /// A tokenizer that splits and tags sentences of `words` as one with the whole dictionary does.
    pub(in crate::grammar) fn tokenizer(&self, words: &WordSet<'_>) -> Tokenizer {
        let mut excerpt = Excerpt::new(self);
        let parts = self.parts.get_or_init(|| compiled(&self.rest.parts));
        let mut phrases = PhraseFilter::default();
        for word in words {
            excerpt.add_with_lower(word);
            phrases.add(word);
            for captures in parts.iter().filter_map(|part| part.captures(word)) {
                if let Some(part) = captures.at(1) {
                    excerpt.add_with_lower(part);
                }
            }
        }
        let tagger = excerpt.into_tagger();
        let phrases = self.rest.phrases.iter().filter(|(phrase, _)| phrases.may_hold(phrase));
        let tokenizer = mirror::Tokenizer {
            rules: Vec::new(),
            chunker: None,
            sentencizer: Vec::new(),
            multiwords: Some(phrases.cloned().collect()),
            tagger,
            options: self.rest.splitting.clone(),
        };
        let bytes = bincode::serialize(&tokenizer).expect("a vector takes all that is written");
        bincode::deserialize(&bytes).expect("the mirror is what nlprule reads")
    }
}

fn compiled(patterns: &[String]) -> Vec<Regex> {
    patterns.iter().map(|pattern| regex(pattern).expect("a test compiles the embedded expressions")).collect()
}

/// A dictionary of some words, as it grows.
struct Excerpt<'d> {
    dictionary: &'d Dictionary,
    /// Word or lemma → its id in the excerpt.
    ids: BTreeMap<String, u64>,
    /// The ids of the lemmas, by their place in the whole dictionary.
    lemmas: HashMap<u64, u64>,
    readings: BTreeMap<Vec<u8>, u64>,
}

impl<'d> Excerpt<'d> {
    fn new(dictionary: &'d Dictionary) -> Self {
        let ids = dictionary.rest.named.iter().cloned().zip(0..).collect();
        Self { dictionary, ids, lemmas: HashMap::new(), readings: BTreeMap::new() }
    }

    fn add_with_lower(&mut self, word: &str) {
        self.add(word);
        if word.chars().any(|c| !c.is_lowercase()) {
            let lower = word.to_lowercase();
            if lower != word {
                self.add(&lower);
            }
        }
    }

    fn add(&mut self, word: &str) {
        if self.dictionary.words.get(word).is_none() {
            return;
        }
        self.id(word);
        let mut key = word.as_bytes().to_vec();
        key.push(0);
        if self.readings.contains_key(&key) {
            return;
        }
        for count in 0..=u8::MAX {
            key[word.len()] = count;
            let Some(reading) = self.dictionary.readings.get(&key) else { break };
            let lemma = self.lemma(reading >> 32);
            self.readings.insert(key.clone(), lemma << 32 | reading & 0xffff_ffff);
        }
    }

    fn id(&mut self, word: &str) -> u64 {
        if let Some(id) = self.ids.get(word) {
            return *id;
        }
        let id = self.ids.len() as u64;
        self.ids.insert(word.to_owned(), id);
        id
    }

    fn lemma(&mut self, place: u64) -> u64 {
        if let Some(id) = self.lemmas.get(&place) {
            return *id;
        }
        let lemma = self.dictionary.words.as_fst().get_key(place).unwrap_or_default();
        let id = self.id(&String::from_utf8_lossy(&lemma));
        self.lemmas.insert(place, id);
        id
    }

    fn into_tagger(self) -> mirror::Tagger {
        let rest = &self.dictionary.rest;
        mirror::Tagger {
            tag_fst: written(self.readings.iter().map(|(key, value)| (key.as_slice(), *value))),
            word_store_fst: written(self.ids.iter().map(|(key, value)| (key.as_bytes(), *value))),
            tag_store: rest.pos_ids.clone(),
            options: rest.tagging.clone(),
            anchors: vec![String::new()],
        }
    }
}

fn written<'k>(entries: impl Iterator<Item = (&'k [u8], u64)>) -> Vec<u8> {
    let mut builder = MapBuilder::memory();
    builder.extend_iter(entries).expect("the keys are in order");
    builder.into_inner().expect("a vector takes all that is written")
}

/// Three bytes after each other that some words have, to say which phrases cannot be made of them.
struct PhraseFilter {
    seen: Vec<u64>,
}

impl Default for PhraseFilter {
    fn default() -> Self {
        Self { seen: vec![0; 1 << 12] }
    }
}

impl PhraseFilter {
    fn place(three: &[u8]) -> (usize, u64) {
        let number = three.iter().fold(0_usize, |sum, byte| sum << 6 ^ usize::from(*byte)) & 0x3_ffff;
        (number / 64, 1 << (number % 64))
    }

    fn add(&mut self, word: &str) {
        for three in word.as_bytes().windows(3) {
            let (at, bit) = Self::place(three);
            self.seen[at] |= bit;
        }
    }

    /// Whether each word of the phrase may be a part of a word that was added.
    fn may_hold(&self, phrase: &str) -> bool {
        let mut threes = phrase.split(' ').flat_map(|word| word.as_bytes().windows(3));
        threes.all(|three| {
            let (at, bit) = Self::place(three);
            self.seen[at] & bit != 0
        })
    }
}

#[cfg(test)]
mod tests {
    use super::PhraseFilter;

    #[test]
    fn a_phrase_may_be_there_if_its_words_are() {
        let mut filter = PhraseFilter::default();
        ["Hong", "Kongs", "a"].into_iter().for_each(|word| filter.add(word));
        assert!(filter.may_hold("Hong Kong"));
        assert!(filter.may_hold("ad hoc") != filter.may_hold("ad xx"), "short words may always be there");
        assert!(!filter.may_hold("New York"));
    }
}
