//! What is in a model file of nlprule 0.6.4, field by field.
//!
//! nlprule keeps these types private, but reads and writes them with serde: the order of the fields is the format
//! (bincode 1.3 defaults: fixed-width little endian, lengths as `u64`). Maps and sets are ordered here, so that what
//! is written is the same every time. Nothing here knows what the fields mean to nlprule.
#![expect(missing_docs, reason = "the fields have nlprule's names, and what they mean is said there")]

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// The file `en_tokenizer.bin`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tokenizer {
    pub rules: Vec<DisambiguationRule>,
    pub chunker: Option<Chunker>,
    pub sentencizer: Vec<SentenceRule>,
    /// The phrases that are tagged as one, with their part of speech.
    pub multiwords: Option<Vec<(String, PosId)>>,
    pub tagger: Tagger,
    pub options: TokenizerOptions,
}

/// The file `en_rules.bin`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    pub rules: Vec<Rule>,
}

/// A sentence border, or none, where a regular expression matches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SentenceRule {
    pub regex: String,
    pub do_break: bool,
}

/// How the tokenizer was built and splits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TokenizerOptions {
    pub allow_errors: bool,
    /// Categories, groups or rules, as text.
    pub ids: Vec<String>,
    pub ignore_ids: Vec<String>,
    pub known_failures: Vec<String>,
    pub extra_split_chars: Vec<char>,
    pub extra_join_regexes: Vec<String>,
}

/// The dictionary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tagger {
    /// fst: word and one byte that counts its readings → `lemma id << 32 | part-of-speech id`.
    pub tag_fst: Vec<u8>,
    /// fst: word → word id; the ids are dense, and 0 is the empty word.
    pub word_store_fst: Vec<u8>,
    /// Part of speech → its id.
    pub tag_store: BTreeMap<String, u16>,
    pub options: TaggerOptions,
    /// Words at which the dictionary may be cut to be loaded in parallel; the first word is one of them.
    pub anchors: Vec<String>,
}

/// How the dictionary is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaggerOptions {
    pub use_compound_split_heuristic: bool,
    pub always_add_lower_tags: bool,
    pub extra_tags: Vec<String>,
    pub retain_last: bool,
}

/// The statistical chunker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chunker {
    pub token_model: MaxentModel,
    pub pos_model: MaxentModel,
    pub pos_tagdict: BTreeMap<String, Vec<String>>,
    pub chunk_model: MaxentModel,
}

/// One maximum-entropy model of the chunker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MaxentModel {
    pub outcome_labels: Vec<String>,
    pub pmap: Vec<(u64, u8)>,
    pub outcomes: Vec<u8>,
    /// The bits of `bf16` numbers.
    pub parameters: Vec<u16>,
}

/// The full id of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    pub category: String,
    pub group: String,
    pub number: usize,
}

/// A word with its id in the dictionary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WordId(pub String, pub Option<u32>);

/// A part of speech with its id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PosId(pub String, pub u16);

/// One reading of a word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WordData {
    pub lemma: WordId,
    pub pos: PosId,
}

/// A word with its readings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    pub text: WordId,
    pub tags: Vec<WordData>,
}

/// Whether each part of speech is in, by its id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PosMask(pub Vec<bool>);

/// `either::Either`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Either<L, R> {
    Left(L),
    Right(R),
}

/// A rule that changes the readings of words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DisambiguationRule {
    pub id: Index,
    pub engine: Engine,
    pub disambiguations: Disambiguation,
    pub filter: Option<Filter>,
    pub start: usize,
    pub end: usize,
    pub examples: Vec<DisambiguationExample>,
    pub unification: Option<Unification>,
}

/// What a disambiguation rule does to the words between its start and its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Disambiguation {
    Remove(Vec<Either<WordData, PosMask>>),
    Add(Vec<WordData>),
    Replace(Vec<WordData>),
    Filter(Vec<Option<Either<WordData, PosMask>>>, bool),
    Unify(Vec<Vec<PosMask>>, Vec<Option<PosMask>>, Vec<bool>),
    Nop,
}

/// An example of a disambiguation rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum DisambiguationExample {
    Unchanged(String),
    Changed { text: String, char_span: Range<usize>, before: Word, after: Word },
}

/// A further condition of a disambiguation rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Filter {
    NoDisambiguationEnglishPartialPosTag {
        id: usize,
        regexp: String,
        postag_regexp: String,
        negate_postag: bool,
    },
}

/// Features on which the words of a match must agree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unification {
    pub mask: Vec<Option<bool>>,
    pub filters: Vec<Vec<PosMask>>,
}

/// A rule of grammar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    pub id: Index,
    pub engine: Engine,
    pub examples: Vec<Example>,
    pub suggesters: Vec<Synthesizer>,
    pub message: Synthesizer,
    pub start: usize,
    pub end: usize,
    pub url: Option<String>,
    pub short: Option<String>,
    pub name: String,
    pub category_name: String,
    pub category_type: Option<String>,
    pub unification: Option<Unification>,
    pub enabled: bool,
}

/// An example of a rule of grammar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Example {
    pub text: String,
    pub suggestion: Option<Suggestion>,
}

/// What a rule suggests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    pub source: String,
    pub message: String,
    pub byte: Range<usize>,
    pub char: Range<usize>,
    pub replacements: Vec<String>,
}

/// A text put together from constant pieces and pieces of the match.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Synthesizer {
    pub use_titlecase_adjust: bool,
    pub parts: Vec<SynthesizerPart>,
}

/// A piece of a [`Synthesizer`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SynthesizerPart {
    Text(String),
    Match {
        id: usize,
        conversion: Conversion,
        pos_replacer: Option<PosMask>,
        regex_replacer: Option<(String, String)>,
    },
}

/// A change of case.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Conversion {
    Nop,
    AllLower,
    StartLower,
    AllUpper,
    StartUpper,
}

/// What a rule matches: a sequence of tokens, or a regular expression over the text with its groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Engine {
    Token { composition: Composition, antipatterns: Vec<Composition> },
    Text(String, BTreeMap<usize, usize>),
}

/// A sequence of tokens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Composition {
    pub parts: Vec<Part>,
    pub id_to_idx: BTreeMap<usize, usize>,
    pub can_stop_mask: Vec<bool>,
}

/// A token of a sequence, with how often it may come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub atom: Atom,
    pub min: usize,
    pub max: usize,
    pub greedy: bool,
    pub visible: bool,
    pub unify: Option<bool>,
}

/// A condition on one token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Atom {
    Chunk(Matcher),
    SpaceBefore(bool),
    Text(TextMatcher),
    WordData { pos: Option<PosMask>, inflect: Option<TextMatcher>, case_sensitive: bool },
    True,
    False,
    And(Vec<Atom>),
    Or(Vec<Atom>),
    Not(Box<Atom>),
    Offset(Box<Atom>, isize),
}

/// A condition on a string: a literal, the text of an earlier group of the match, or a regular expression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Matcher {
    pub matcher: Either<Either<String, usize>, String>,
    pub negate: bool,
    pub case_sensitive: bool,
    pub empty_always_false: bool,
}

/// A condition on a word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextMatcher {
    pub matcher: Matcher,
    /// The ids of all words of the dictionary that match; asked in place of the matcher for these words.
    pub set: Option<BTreeSet<u32>>,
}
