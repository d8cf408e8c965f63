//! Which kinds of characters stand next to each other: a pattern that asks for a letter right after a comma need not be
//! run over a text in which no comma has a letter behind it.
//!
//! This is for patterns without a literal worth looking for. Characters are sorted into 16 kinds, a text or a pattern
//! is described by a set of pairs of kinds: those that it has, or those of which every match has one.

use std::sync::LazyLock;

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind};
use serde::{Deserialize, Serialize};

/// Pairs of kinds of characters, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pairs([u64; 4]);

/// The kinds that are listed: small letters, capitals, digits, blanks, ends of lines, full stops, commas, colons,
/// other ends of sentences, quotation marks, apostrophes, dashes, brackets, the rest of ASCII.
const LISTED: [&[(char, char)]; 14] = [
    &[('a', 'z')],
    &[('A', 'Z')],
    &[('0', '9')],
    &[(' ', ' '), ('\t', '\t'), ('\u{a0}', '\u{a0}'), ('\u{2000}', '\u{200a}'), ('\u{202f}', '\u{202f}')],
    &[('\n', '\r'), ('\u{85}', '\u{85}'), ('\u{2028}', '\u{2029}')],
    &[('.', '.')],
    &[(',', ',')],
    &[(':', ';')],
    &[('!', '!'), ('?', '?'), ('…', '…')],
    &[('"', '"'), ('«', '«'), ('»', '»'), ('“', '„')],
    &[('\'', '\''), ('`', '`'), ('‘', '’')],
    &[('-', '-'), ('–', '—'), ('−', '−')],
    &[('(', ')'), ('[', '['), (']', ']'), ('{', '{'), ('}', '}')],
    &[
        ('\0', '\u{8}'),
        ('\u{e}', '\u{1f}'),
        ('#', '&'),
        ('*', '+'),
        ('/', '/'),
        ('<', '>'),
        ('@', '@'),
        ('\\', '\\'),
        ('^', '_'),
        ('|', '|'),
        ('~', '\u{7f}'),
    ],
];

/// Other characters up to [`LAST_LATIN`], most of them letters; and all beyond.
const LATIN: u8 = 14;
const BEYOND: u8 = 15;
const LAST_LATIN: char = '\u{24f}';

/// How many in a hundred pairs of edited prose are of a kind, where that is more than a few in a thousand;
/// the kinds as they are numbered in [`LISTED`]. Rough: it only says which pair of a pattern is worth asking for.
const COMMON: [((u8, u8), f32); 14] = [
    ((0, 0), 60.0),
    ((0, 3), 14.0),
    ((3, 0), 14.0),
    ((1, 0), 2.5),
    ((3, 1), 2.0),
    ((0, 6), 0.9),
    ((6, 3), 0.9),
    ((0, 5), 0.8),
    ((5, 3), 0.7),
    ((2, 2), 0.5),
    ((3, 2), 0.5),
    ((2, 3), 0.4),
    ((1, 1), 0.4),
    ((0, 11), 0.3),
];

/// The same for all other pairs.
const UNCOMMON: f32 = 0.05;

/// Pairs that are more common than this together, in a hundred, are in most paragraphs.
const WORTH: f32 = 0.65;

fn kind(c: char) -> u8 {
    static ASCII: LazyLock<[u8; 128]> =
        LazyLock::new(|| std::array::from_fn(|byte| listed(char::from(byte as u8)).unwrap_or(BEYOND)));
    if c.is_ascii() {
        return ASCII[c as usize];
    }
    listed(c).unwrap_or(if c <= LAST_LATIN { LATIN } else { BEYOND })
}

fn listed(c: char) -> Option<u8> {
    let kind = LISTED.iter().position(|ranges| ranges.iter().any(|(a, z)| (*a..=*z).contains(&c)))?;
    Some(kind as u8)
}

/// One bit for each kind that has a character of the class.
fn kinds(class: &ClassUnicode) -> u16 {
    let mut rest = class.clone();
    let mut kinds = 0;
    let mut take = |number: u8, ranges: &[(char, char)]| {
        let of_kind = ClassUnicode::new(ranges.iter().map(|(a, z)| ClassUnicodeRange::new(*a, *z)));
        let mut common = rest.clone();
        common.intersect(&of_kind);
        if !common.ranges().is_empty() {
            kinds |= 1 << number;
        }
        rest.difference(&of_kind);
    };
    LISTED.iter().zip(0..).for_each(|(ranges, number)| take(number, ranges));
    take(LATIN, &[('\0', LAST_LATIN)]);
    take(BEYOND, &[('\0', char::MAX)]);
    kinds
}

impl Pairs {
    fn insert(&mut self, first: u8, second: u8) {
        self.0[usize::from(first / 4)] |= 1 << (first % 4 * 16 + second);
    }

    fn contains(&self, first: u8, second: u8) -> bool {
        self.0[usize::from(first / 4)] >> (first % 4 * 16 + second) & 1 != 0
    }

    fn product(firsts: u16, seconds: u16) -> Self {
        let mut pairs = Self::default();
        for first in (0..16).filter(|kind| firsts >> kind & 1 != 0) {
            for second in (0..16).filter(|kind| seconds >> kind & 1 != 0) {
                pairs.insert(first, second);
            }
        }
        pairs
    }

    fn union(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] | other.0[i]))
    }

    /// Whether some pair is in both.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }

    /// All pairs in a text.
    pub(crate) fn of(text: &str) -> Self {
        let mut pairs = Self::default();
        let mut kinds = text.chars().map(kind);
        if let Some(mut last) = kinds.next() {
            for kind in kinds {
                pairs.insert(last, kind);
                last = kind;
            }
        }
        pairs
    }

    fn frequency(&self) -> f32 {
        let common = |first: u8, second: u8| {
            COMMON.iter().find(|(pair, _)| *pair == (first, second)).map_or(UNCOMMON, |(_, many)| *many)
        };
        let all = (0..16).flat_map(|first| (0..16).map(move |second| (first, second)));
        all.filter(|&(first, second)| self.contains(first, second))
            .map(|(first, second)| common(first, second))
            .sum()
    }

    /// Pairs of which every match of the pattern has one; `None` if none are known that are rare.
    pub(crate) fn required(hir: &Hir) -> Option<Self> {
        walk(hir).pairs.filter(|pairs| pairs.frequency() < WORTH)
    }
}

/// What is known of the strings that a part of a pattern matches.
#[derive(Clone, Copy)]
struct Part {
    /// Whether the empty string is one of them.
    empty: bool,
    /// The kinds of their first and of their last characters.
    first: u16,
    last: u16,
    /// Each of them has one of these pairs.
    pairs: Option<Pairs>,
}

impl Part {
    fn of_one(kinds: u16) -> Self {
        Self { empty: false, first: kinds, last: kinds, pairs: None }
    }
}

fn rarer(a: Option<Pairs>, b: Option<Pairs>) -> Option<Pairs> {
    a.into_iter().chain(b).min_by(|a, b| a.frequency().total_cmp(&b.frequency()))
}

fn walk(hir: &Hir) -> Part {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Part { empty: true, first: 0, last: 0, pairs: None },
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => concat(text.chars().map(|c| Part::of_one(1 << kind(c))).collect()),
            Err(_) => Part::of_one(u16::MAX),
        },
        HirKind::Class(Class::Unicode(class)) => Part::of_one(kinds(class)),
        HirKind::Class(Class::Bytes(_)) => Part::of_one(u16::MAX),
        HirKind::Capture(capture) => walk(&capture.sub),
        HirKind::Repetition(repetition) => {
            let once = walk(&repetition.sub);
            match repetition.min {
                0 => Part { empty: true, pairs: None, ..once },
                1 => once,
                _ if once.empty => once,
                _ => Part { pairs: rarer(once.pairs, Some(Pairs::product(once.last, once.first))), ..once },
            }
        }
        HirKind::Concat(parts) => concat(parts.iter().map(walk).collect()),
        HirKind::Alternation(parts) => {
            let all = parts.iter().map(walk);
            all.reduce(|a, b| Part {
                empty: a.empty || b.empty,
                first: a.first | b.first,
                last: a.last | b.last,
                pairs: a.pairs.zip(b.pairs).map(|(a, b)| a.union(b)),
            })
            .unwrap_or(Part::of_one(u16::MAX))
        }
    }
}

fn concat(parts: Vec<Part>) -> Part {
    let mut whole = Part { empty: true, first: 0, last: 0, pairs: None };
    // From the end: `whole` is what follows.
    for part in parts.into_iter().rev() {
        let mut pairs = rarer(part.pairs, whole.pairs);
        if !part.empty && !whole.empty {
            pairs = rarer(pairs, Some(Pairs::product(part.last, whole.first)));
        }
        whole = Part {
            empty: part.empty && whole.empty,
            first: if part.empty { part.first | whole.first } else { part.first },
            last: if whole.empty { part.last | whole.last } else { whole.last },
            pairs,
        };
    }
    whole
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn required(pattern: &str) -> Option<Pairs> {
        Pairs::required(&regex_syntax::parse(pattern).expect("a valid pattern"))
    }

    #[test]
    fn every_character_has_one_kind() {
        for c in '\0'..=char::MAX {
            let class = ClassUnicode::new([ClassUnicodeRange::new(c, c)]);
            if c < '\u{3000}' {
                assert_eq!(kinds(&class), 1 << kind(c), "{c:?}");
            }
            let listed = LISTED.iter().filter(|ranges| ranges.iter().any(|(a, z)| (*a..=*z).contains(&c)));
            assert!(listed.count() <= 1, "{c:?}");
        }
    }

    #[test]
    fn rare_pairs_are_required_where_every_match_has_one() {
        let pairs = required(r"\p{Ll}+,\p{L}").expect("a letter after a comma is rare");
        assert!(pairs.meets(&Pairs::of("one,two")));
        assert!(!pairs.meets(&Pairs::of("One, two. Three 3,000")));
        let optional = required(r"[a-z] ?[!?][A-Z]").expect("a capital after a question mark is rare");
        assert!(optional.meets(&Pairs::of("Who ?Me")) && !optional.meets(&Pairs::of("Who ? Me")));
        assert_eq!(required(r"\b[a-z]+ [a-z]+"), None, "two words are everywhere");
        assert_eq!(required(r"(?:;;|the)"), None, "one of two is everywhere");
    }

    proptest! {
        #[test]
        fn no_match_without_its_pairs(
            pattern in "([a-c.,]|[A-C]|\\\\d| |“|é|\\\\.){1,4}(\\?|\\+|\\{2\\})?([a-b]|,|\\(x\\|,A\\)){0,3}",
            text in "[a-cxA-C0-3.,“ é]{0,30}",
        ) {
            if let (Ok(regex), Ok(hir)) = (regex::Regex::new(&pattern), regex_syntax::parse(&pattern)) {
                let pairs = Pairs::required(&hir);
                prop_assert!(!regex.is_match(&text) || pairs.is_none_or(|p| p.meets(&Pairs::of(&text))), "{pattern}");
            }
        }
    }
}
