//! Which of the matchers in nlprule's rules match a word.
//!
//! Most matchers match a finite list of strings, and all these strings are keys of one automaton; the others are
//! regular expressions that are asked when it matters, by the engine nlprule asks. All answers are remembered.

use std::collections::HashMap;
use std::sync::OnceLock;

use fst::Map;
use onig::{Regex, RegexOptions, Syntax};
use serde::{Deserialize, Serialize};

use super::pattern::Truth;

/// A matcher of words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Matcher {
    /// The word, in any case.
    AnyCase(String),
    /// The word, in this case.
    Exact(String),
    /// A regular expression over the whole word; `(?i)` at its end is for all of it.
    Regex(String),
}

/// Lists of numbers.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lists {
    items: Vec<u16>,
    ends: Vec<u32>,
}

/// What is known about words beforehand, as it is stored.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct WordTables {
    /// All matchers; those with a list of strings come first.
    pub matchers: Vec<Matcher>,
    /// How many matchers have a list of strings.
    pub listed: u16,
    /// fst: [`exact_key`] or [`any_case_key`] of a string → the number of its list in `lists`.
    pub strings: Vec<u8>,
    /// The matchers that match, in order.
    pub lists: Lists,
    /// For each listed matcher the rules that wait for a word, those that wait for a lemma, and the disambiguation
    /// rules that wait for a word.
    pub waiting: [Lists; 3],
}

impl Lists {
    /// Adds a list at the end.
    pub fn push(&mut self, items: &[u16]) {
        self.items.extend(items);
        self.ends.push(u32::try_from(self.items.len()).expect("the lists are small"));
    }

    /// The list with this number.
    #[must_use]
    pub fn get(&self, number: usize) -> &[u16] {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.items[start..self.ends[number] as usize]
    }
}

/// The key of a string that is compared as it stands.
#[must_use]
pub fn exact_key(word: &str) -> Vec<u8> {
    [b"=", word.as_bytes()].concat()
}

/// The key of a string that is compared in any case; `None` if a letter of it has no single other case, so that
/// engines differ in what they find equal.
#[must_use]
pub fn any_case_key(word: &str) -> Option<Vec<u8>> {
    let mut key = String::with_capacity(word.len() + 1);
    key.push('~');
    for c in word.chars() {
        if c.is_ascii() {
            key.push(c.to_ascii_lowercase());
            continue;
        }
        let mut upper = c.to_uppercase();
        let (upper, None) = (upper.next()?, upper.next()) else { return None };
        let mut lower = upper.to_lowercase();
        let (lower, None) = (lower.next()?, lower.next()) else { return None };
        if lower.is_ascii() || upper.is_ascii() || c.to_lowercase().any(|c| c.is_ascii()) {
            return None;
        }
        key.push(lower);
    }
    Some(key.into_bytes())
}

/// Compiles a regular expression as nlprule does; `None` if it is none.
#[must_use]
pub fn regex(pattern: &str) -> Option<Regex> {
    let (pattern, case) = match pattern.strip_suffix("(?i)") {
        Some(pattern) => (pattern, RegexOptions::REGEX_OPTION_IGNORECASE),
        None => (pattern, RegexOptions::REGEX_OPTION_NONE),
    };
    Regex::with_options(pattern, case | RegexOptions::REGEX_OPTION_CAPTURE_GROUP, Syntax::default()).ok()
}

/// All matchers, ready to be asked.
pub(super) struct Matchers {
    tables: WordTables,
    strings: Map<Vec<u8>>,
    /// The compiled regular expressions of the matchers without a list.
    regexes: Box<[OnceLock<Option<Regex>>]>,
}

impl Matchers {
    pub(super) fn new(mut tables: WordTables) -> Option<Self> {
        let strings = Map::new(std::mem::take(&mut tables.strings)).ok()?;
        let unlisted = tables.matchers.get(usize::from(tables.listed)..)?;
        let regexes = unlisted.iter().map(|_| OnceLock::new()).collect();
        Some(Self { tables, strings, regexes })
    }

    /// Asks a matcher without a list.
    fn ask(&self, unlisted: usize, word: &str) -> Truth {
        match &self.tables.matchers[usize::from(self.tables.listed) + unlisted] {
            Matcher::AnyCase(_) => Truth::Maybe,
            Matcher::Exact(text) => Truth::of(text == word),
            Matcher::Regex(pattern) => match self.regexes[unlisted].get_or_init(|| regex(pattern)) {
                Some(regex) => Truth::of(regex.is_match(word)),
                None => Truth::Maybe,
            },
        }
    }
}

/// What has been found out about words so far.
#[derive(Default)]
pub(super) struct Memory {
    numbers: HashMap<String, u32>,
    words: Vec<Word>,
}

#[derive(Default)]
struct Word {
    text: String,
    /// No answer is sure: case means different things to different engines.
    odd: bool,
    /// The matchers with a list that match, in order.
    listed: Vec<u16>,
    /// The answers of the matchers without a list, two bits each.
    asked: Vec<u8>,
    /// The rules that wait for this word, see [`WordTables::waiting`].
    waiting: [Vec<u16>; 3],
}

/// Memory is thrown away when it holds so many words.
const MAX_WORDS: usize = 20_000;

/// The matchers with what has been found out so far.
pub(super) struct Words<'e> {
    matchers: &'e Matchers,
    memory: Memory,
}

impl<'e> Words<'e> {
    /// The number of the empty word.
    pub(super) const EMPTY: u32 = 0;

    pub(super) fn new(matchers: &'e Matchers, mut memory: Memory) -> Self {
        if memory.words.is_empty() || memory.words.len() > MAX_WORDS {
            memory = Memory::default();
            memory.words.push(Word::default());
            memory.numbers.insert(String::new(), Self::EMPTY);
        }
        Self { matchers, memory }
    }

    pub(super) fn into_memory(self) -> Memory {
        self.memory
    }

    /// The number of a word.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.memory.numbers.get(text) {
            return *number;
        }
        let number = self.memory.words.len() as u32;
        let word = self.look_up(text);
        self.memory.words.push(word);
        self.memory.numbers.insert(text.to_owned(), number);
        number
    }

    fn look_up(&self, text: &str) -> Word {
        let Matchers { tables, strings, regexes } = self.matchers;
        let folded = any_case_key(text);
        let odd = folded.is_none();
        let mut listed = Vec::new();
        for key in [Some(exact_key(text)), folded].into_iter().flatten() {
            if let Some(list) = strings.get(key) {
                listed.extend(tables.lists.get(list as usize));
            }
        }
        listed.sort_unstable();
        let waiting = tables.waiting.each_ref().map(|lists| {
            let mut rules: Vec<u16> =
                listed.iter().flat_map(|matcher| lists.get(usize::from(*matcher))).copied().collect();
            rules.sort_unstable();
            rules.dedup();
            rules
        });
        Word { text: text.to_owned(), odd, listed, asked: vec![0; regexes.len().div_ceil(4)], waiting }
    }

    /// Whether a matcher matches a word.
    pub(super) fn matches(&mut self, word: u32, matcher: u16) -> Truth {
        let word = &mut self.memory.words[word as usize];
        if word.odd {
            return Truth::Maybe;
        }
        let Some(unlisted) = usize::from(matcher).checked_sub(usize::from(self.matchers.tables.listed))
        else {
            return Truth::of(word.listed.binary_search(&matcher).is_ok());
        };
        let (byte, shift) = (unlisted / 4, unlisted % 4 * 2);
        match word.asked[byte] >> shift & 3 {
            1 => Truth::No,
            2 => Truth::Maybe,
            3 => Truth::Yes,
            _ => {
                let answer = self.matchers.ask(unlisted, &word.text);
                word.asked[byte] |= (answer as u8 + 1) << shift;
                answer
            }
        }
    }

    /// The rules that wait for a word, by kind (see [`WordTables::waiting`]); `None` if that is not known.
    pub(super) fn waiting(&self, word: u32, kind: usize) -> Option<&[u16]> {
        let word = &self.memory.words[word as usize];
        (!word.odd).then_some(word.waiting[kind].as_slice())
    }
}
