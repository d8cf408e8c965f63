//! What mtlint knows about English words: lemmas, parts of speech, inflected forms, frequencies.
//!
//! Everything is embedded and queried in place; nothing is loaded and nothing changes. [`Lexicon::embedded`] opens
//! it in microseconds. [`tokens()`] splits a segment into the tokens that rules and the tagger see.
//! Sentences are found elsewhere; grammar checking is not done here. Where the data comes from and how to write it
//! anew is in `src/lexicon/data/README.md`.

pub mod features;
mod forms;
pub mod pos;
mod regular;
mod table;
mod tagger;
mod tokens;

use std::borrow::Cow;
use std::sync::LazyLock;

use fst::Map;

pub use forms::Form;
pub use pos::{Pos, PosSet};
pub use regular::regular_forms;
pub use tagger::{Tagger, class_key};
pub use tokens::{Tokens, tokens};

use table::Table;
use tagger::Weights;

/// One way to read a word: “left” is the past tense of “leave”, an adjective, a noun …
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading<'w> {
    /// The dictionary form.
    pub lemma: Cow<'w, str>,
    /// The part of speech.
    pub pos: Pos,
}

/// The embedded knowledge of words.
pub struct Lexicon {
    words: Table,
    lemmas: Table,
    frequencies: Map<&'static [u8]>,
    weights: Weights,
}

impl Lexicon {
    /// The lexicon inside the program.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Lexicon> = LazyLock::new(|| {
            Lexicon::open().expect("the embedded tables are written by mtlint-assets and opened by a test")
        });
        &EMBEDDED
    }

    fn open() -> Option<Self> {
        Some(Self {
            words: Table::open(include_bytes!("data/words.fst"), include_bytes!("data/readings.bin"))?,
            lemmas: Table::open(include_bytes!("data/lemmas.fst"), include_bytes!("data/forms.bin"))?,
            frequencies: Map::new(&include_bytes!("data/frequencies.fst")[..]).ok()?,
            weights: Weights::open(include_bytes!("data/tagger.bin"), include_bytes!("data/candidates.bin"))?,
        })
    }

    /// Every reading of `word` and, if it is capitalised or all capitals, of its lower-case form.
    /// Empty for an unknown word.
    #[must_use]
    pub fn readings<'w>(&self, word: &'w str) -> Vec<Reading<'w>> {
        let mut readings: Vec<Reading<'w>> = self
            .words
            .members(word)
            .iter()
            .map(|member| Reading { lemma: self.words.string(word, *member), pos: member.pos })
            .collect();
        if let Some(lower) = lower_form(word) {
            for member in self.words.members(&lower) {
                let lemma = Cow::Owned(self.words.string(&lower, *member).into_owned());
                let reading = Reading { lemma, pos: member.pos };
                if !readings.contains(&reading) {
                    readings.push(reading);
                }
            }
        }
        readings
    }

    /// The parts of speech of [`Lexicon::readings`], without their lemmas.
    #[must_use]
    pub fn pos_set(&self, word: &str) -> PosSet {
        let exact = self.words.class(word);
        lower_form(word).map_or(exact, |lower| exact.union(self.words.class(&lower)))
    }

    /// Whether `word` is listed, as it stands or in lower case.
    #[must_use]
    pub fn knows(&self, word: &str) -> bool {
        !self.words.class(word).is_empty() || !self.words.class(&word.to_lowercase()).is_empty()
    }

    /// The dictionary form of `word` when it is a `pos`.
    ///
    /// Knows the pieces of contracted forms: of “it’s”, the `s` as a verb is “be”. If `word` is not listed as that
    /// part of speech, the lemma of its first reading of the same kind (noun, verb, adjective, adverb), else the
    /// word itself in lower case, or as it stands if it is a name.
    #[must_use]
    pub fn lemma<'w>(&self, word: &'w str, pos: Pos) -> Cow<'w, str> {
        if let Some(whole) = contracted(word, pos) {
            return Cow::Borrowed(whole);
        }
        let mut readings = self.readings(word);
        let exact = readings.iter().position(|reading| reading.pos == pos);
        let like = |other: Pos| {
            pos.plain() == other.plain()
                || pos.is_noun() && other.is_noun() && pos.is_name() == other.is_name()
                || pos.is_verb() && other.is_verb()
                || pos.is_adjective() && other.is_adjective()
                || pos.is_adverb() && other.is_adverb()
        };
        match exact.or_else(|| readings.iter().position(|reading| like(reading.pos))) {
            Some(at) => readings.swap_remove(at).lemma,
            None if pos.is_name() || word.chars().all(|c| !c.is_uppercase()) => Cow::Borrowed(word),
            None => Cow::Owned(word.to_lowercase()),
        }
    }

    /// How often `word`, in any case, stands in a million words of general prose.
    /// 1.0 if it is not among the few thousand most frequent; the rarest listed word has 16.
    #[must_use]
    pub fn frequency(&self, word: &str) -> f32 {
        let logarithm = self.frequencies.get(word).or_else(|| self.frequencies.get(word.to_lowercase()));
        logarithm.map_or(1.0, |twelfths| (twelfths as f32 / 12.0).exp2())
    }
}

/// The lower-case form under which nlprule also looks a word up: of a word with one capital, in front, or
/// without any small letter. `None` for others and if nothing changes.
fn lower_form(word: &str) -> Option<String> {
    let mut capitals = word.chars().map(char::is_uppercase);
    let title = capitals.next()? && !capitals.any(|capital| capital);
    if title || !word.chars().any(char::is_lowercase) {
        let lower = word.to_lowercase();
        return (lower != word).then_some(lower);
    }
    None
}

/// The whole word behind the piece after (or before) an apostrophe.
fn contracted(piece: &str, pos: Pos) -> Option<&'static str> {
    const PIECES: &[(&str, Pos, &str)] = &[
        ("s", Pos::VBZ, "be"),
        ("re", Pos::VBP, "be"),
        ("re", Pos::VB, "be"),
        ("m", Pos::VBP, "be"),
        ("ve", Pos::VBP, "have"),
        ("ve", Pos::VB, "have"),
        ("ll", Pos::MD, "will"),
        ("d", Pos::MD, "would"),
        ("d", Pos::VBD, "have"),
        ("t", Pos::RB, "not"),
        ("don", Pos::VBP, "do"),
        ("don", Pos::VB, "do"),
        ("doesn", Pos::VBZ, "do"),
        ("didn", Pos::VBD, "do"),
        ("isn", Pos::VBZ, "be"),
        ("aren", Pos::VBP, "be"),
        ("wasn", Pos::VBD, "be"),
        ("weren", Pos::VBD, "be"),
        ("hasn", Pos::VBZ, "have"),
        ("haven", Pos::VBP, "have"),
        ("hadn", Pos::VBD, "have"),
        ("won", Pos::MD, "will"),
        ("wouldn", Pos::MD, "would"),
        ("couldn", Pos::MD, "could"),
        ("shouldn", Pos::MD, "should"),
    ];
    let found = PIECES.iter().find(|(known, kind, _)| *kind == pos && known.eq_ignore_ascii_case(piece));
    found.map(|(_, _, whole)| *whole)
}

#[cfg(test)]
mod tests;
