//! Parts of speech: the tag set of the lexicon and its classes.
//!
//! The names are the Penn Treebank's with LanguageTool's additions (`NN:U` uncountable, `NN:UN` countable or
//! not, `PCT`, `ORD`, `RB_SENT`), as nlprule 0.6.4 uses them. The few tags its dictionary holds by a slip of the
//! pen (`NNs`, `VG`, `NNNP` …) are read as the tag they stand for when the data is built.

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Every part of speech by number. The embedded tables hold these numbers: append, never reorder.
const NAMES: [&str; 47] = [
    "UNKNOWN", "$", "''", ",", ".", ":", "CC", "CD", "DT", "EX", "FW", "IN", "JJ", "JJR", "JJS", "MD", "NN",
    "NN:U", "NN:UN", "NNP", "NNPS", "NNS", "ORD", "PCT", "PDT", "POS", "PRP", "PRP$", "RB", "RBR", "RBS",
    "RB_SENT", "RP", "SYM", "TO", "UH", "VB", "VBD", "VBG", "VBN", "VBP", "VBZ", "WDT", "WP", "WP$", "WRB",
    "``",
];

/// A part of speech, such as `VBD` (past tense of a verb).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pos(u8);

macro_rules! constants {
    ($($(#[$doc:meta])* $name:ident = $number:literal;)*) => {
        impl Pos {
            $($(#[$doc])* pub const $name: Self = Self($number);)*
        }
        impl Serialize for Pos {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.number())
    }
}

impl<'de> Deserialize<'de> for Pos {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u8::deserialize(deserializer)?;
        Self::from_number(number.into()).ok_or_else(|| D::Error::custom("no part of speech has this number"))
    }
}

impl Serialize for PosSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.bits())
    }
}

impl<'de> Deserialize<'de> for PosSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u64::deserialize(deserializer).map(Self::from_bits)
    }
}

#[cfg(test)]
        const CONSTANTS: &[(&str, Pos)] = &[$((stringify!($name), Pos::$name)),*];
    };
}

constants! {
    /// A word the lexicon does not know, a symbol, a quotation mark.
    UNKNOWN = 0;
    /// Coordinating conjunction: and, or, but.
    CC = 6;
    /// Cardinal number: 12, three.
    CD = 7;
    /// Determiner: the, a, some.
    DT = 8;
    /// Existential there.
    EX = 9;
    /// Foreign word.
    FW = 10;
    /// Preposition or subordinating conjunction: of, because.
    IN = 11;
    /// Adjective.
    JJ = 12;
    /// Comparative adjective: larger.
    JJR = 13;
    /// Superlative adjective: largest.
    JJS = 14;
    /// Modal verb: can, will.
    MD = 15;
    /// Singular noun.
    NN = 16;
    /// Uncountable noun: information.
    NN_U = 17;
    /// Noun countable in one sense and not in another: culture.
    NN_UN = 18;
    /// Name.
    NNP = 19;
    /// Plural name: Americans.
    NNPS = 20;
    /// Plural noun.
    NNS = 21;
    /// Ordinal number.
    ORD = 22;
    /// Punctuation.
    PCT = 23;
    /// Predeterminer: all, such.
    PDT = 24;
    /// Possessive ending: the apostrophe and s of “John’s”.
    POS = 25;
    /// Personal pronoun.
    PRP = 26;
    /// Possessive pronoun: my, its.
    PRP_S = 27;
    /// Adverb.
    RB = 28;
    /// Comparative adverb.
    RBR = 29;
    /// Superlative adverb.
    RBS = 30;
    /// Sentence adverb: However.
    RB_SENT = 31;
    /// Particle: up, off.
    RP = 32;
    /// The word to.
    TO = 34;
    /// Interjection.
    UH = 35;
    /// Base form of a verb: take.
    VB = 36;
    /// Past tense: took.
    VBD = 37;
    /// Gerund or present participle: taking.
    VBG = 38;
    /// Past participle: taken.
    VBN = 39;
    /// Present tense, not third person singular: take.
    VBP = 40;
    /// Present tense, third person singular: takes.
    VBZ = 41;
    /// Determiner that asks or relates: which.
    WDT = 42;
    /// Pronoun that asks or relates: who.
    WP = 43;
    /// Possessive pronoun that asks or relates: whose.
    WP_S = 44;
    /// Adverb that asks or relates: where.
    WRB = 45;
}

impl Pos {
    /// How many parts of speech there are; numbers run from 0 to `COUNT - 1`.
    pub const COUNT: usize = NAMES.len();

    /// The part of speech of that name, as in `"VBD"`; `None` if there is none.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.iter().position(|known| *known == name).and_then(Self::from_number)
    }

    /// The part of speech of that number; `None` from [`Pos::COUNT`] on.
    #[must_use]
    pub fn from_number(number: usize) -> Option<Self> {
        (number < Self::COUNT).then_some(Self(number as u8))
    }

    /// Its number, less than [`Pos::COUNT`].
    #[inline]
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Its name, as in `"VBD"`.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES[usize::from(self.0)]
    }

    /// Every part of speech, in the order of their numbers.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..NAMES.len() as u8).map(Self)
    }

    /// The plain tag behind LanguageTool's finer one: `NN` for `NN:U` and `NN:UN`, `RB` for `RB_SENT`, else itself.
    #[must_use]
    pub const fn plain(self) -> Self {
        match self {
            Self::NN_U | Self::NN_UN => Self::NN,
            Self::RB_SENT => Self::RB,
            other => other,
        }
    }

    /// Whether it is a noun or a name, singular or plural.
    #[must_use]
    pub const fn is_noun(self) -> bool {
        matches!(self, Self::NN | Self::NN_U | Self::NN_UN | Self::NNS | Self::NNP | Self::NNPS)
    }

    /// Whether it is a name: `NNP` or `NNPS`.
    #[must_use]
    pub const fn is_name(self) -> bool {
        matches!(self, Self::NNP | Self::NNPS)
    }

    /// Whether it is a form of a full or auxiliary verb (modals are not).
    #[must_use]
    pub const fn is_verb(self) -> bool {
        matches!(self, Self::VB | Self::VBD | Self::VBG | Self::VBN | Self::VBP | Self::VBZ)
    }

    /// Whether it is a finite verb: `VBD`, `VBP`, `VBZ` or a modal.
    #[must_use]
    pub const fn is_finite_verb(self) -> bool {
        matches!(self, Self::VBD | Self::VBP | Self::VBZ | Self::MD)
    }

    /// Whether it is an adjective, compared or not.
    #[must_use]
    pub const fn is_adjective(self) -> bool {
        matches!(self, Self::JJ | Self::JJR | Self::JJS)
    }

    /// Whether it is an adverb, compared or not.
    #[must_use]
    pub const fn is_adverb(self) -> bool {
        matches!(self, Self::RB | Self::RBR | Self::RBS | Self::RB_SENT)
    }

    /// Whether it is a pronoun: personal, possessive, asking or relating.
    #[must_use]
    pub const fn is_pronoun(self) -> bool {
        matches!(self, Self::PRP | Self::PRP_S | Self::WP | Self::WP_S)
    }

    /// Whether it is a determiner: `DT`, `PDT` or `WDT`.
    #[must_use]
    pub const fn is_determiner(self) -> bool {
        matches!(self, Self::DT | Self::PDT | Self::WDT)
    }
}

impl fmt::Debug for Pos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Pos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A set of parts of speech, in one machine word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PosSet(u64);

impl PosSet {
    /// The empty set.
    pub const EMPTY: Self = Self(0);

    /// The set whose member number `n` is bit `n`; bits beyond [`Pos::COUNT`] are dropped.
    #[must_use]
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits & ((1 << NAMES.len()) - 1))
    }

    /// The set as bits: member number `n` is bit `n`.
    #[inline]
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Adds one member.
    #[inline]
    pub const fn insert(&mut self, pos: Pos) {
        self.0 |= 1 << pos.0;
    }

    /// Whether `pos` is a member.
    #[inline]
    #[must_use]
    pub const fn contains(self, pos: Pos) -> bool {
        self.0 >> pos.0 & 1 == 1
    }

    /// Whether both sets share a member.
    #[inline]
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The members of either set.
    #[inline]
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The members of both sets.
    #[inline]
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// How many members there are.
    #[inline]
    #[must_use]
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether there is no member.
    #[inline]
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The members, in the order of their numbers.
    pub fn iter(self) -> impl Iterator<Item = Pos> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let number = rest.trailing_zeros();
            rest &= rest.wrapping_sub(1);
            (number < u64::BITS).then_some(Pos(number as u8))
        })
    }
}

impl FromIterator<Pos> for PosSet {
    fn from_iter<I: IntoIterator<Item = Pos>>(members: I) -> Self {
        let mut set = Self::EMPTY;
        members.into_iter().for_each(|pos| set.insert(pos));
        set
    }
}

impl fmt::Debug for PosSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_constants_agree() {
        for (constant, pos) in CONSTANTS {
            let name = match *constant {
                "PRP_S" => "PRP$",
                "WP_S" => "WP$",
                "NN_U" => "NN:U",
                "NN_UN" => "NN:UN",
                same => same,
            };
            assert_eq!(pos.name(), name);
        }
        for pos in Pos::all() {
            assert_eq!(Pos::from_name(pos.name()), Some(pos));
        }
        assert_eq!(Pos::from_name("SENT_END"), None);
    }

    #[test]
    fn sets_list_their_members_in_order() {
        let set: PosSet = [Pos::VBZ, Pos::NN].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [Pos::NN, Pos::VBZ]);
        assert!(set.contains(Pos::NN) && !set.contains(Pos::VB) && set.len() == 2);
    }
}
