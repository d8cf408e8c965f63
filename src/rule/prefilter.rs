//! Looks for a required literal of every rule in one pass: where there is none, no rule can match.
//!
//! A candidate is a necessary condition, never a finding. Rules whose literals are too common, or that have none,
//! wait for a rare pair of characters; the rest share `RegexSet`s that say which of them match in a segment at all.

use std::sync::{Arc, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};
use regex::{RegexSet, RegexSetBuilder};

use super::RuleSet;
use super::candidates::Candidates;
pub(crate) use super::candidates::Target;
use super::literal;
use super::pairs::Pairs;
use super::script::Script;
use super::stored::Stored;
use crate::text::word::{fold_char, is_word_char};

/// Candidates for the active rules of a set.
#[derive(Debug)]
pub(crate) struct Prefilter {
    sources: Vec<Literals>,
    /// Rules of one pattern of which every match has one of some rare pairs of characters.
    rare: Vec<(usize, Pairs)>,
    set: Vec<SetPart>,
    /// Rules that run on every segment or once on the document.
    pub(crate) always: Vec<usize>,
}

/// Patterns that are asked together whether they match in a segment.
#[derive(Debug)]
struct SetPart {
    /// Whether every match of every pattern has a digit in it.
    digits: bool,
    rules: Vec<usize>,
    /// For any text, and for texts of [`Script::Plain`].
    patterns: [Vec<String>; 2],
    sets: [OnceLock<Option<RegexSet>>; 2],
}

/// How many patterns share a `RegexSet`; larger sets outgrow the automaton's cache.
const SET_SIZE: usize = 12;

impl Prefilter {
    /// Collects the literals of the rules for which `active` holds.
    pub(crate) fn new(set: &RuleSet, active: impl Fn(usize) -> bool) -> Self {
        let own: Vec<_> = set.own().filter(|(place, _)| active(*place as usize)).collect();
        let place = |place: Option<u32>| place.filter(|&i| active(i as usize));
        let builtin = set.builtin.iter().map(|builtin| {
            let places = builtin.places.iter().copied().map(place).collect();
            Literals::new(Arc::clone(&builtin.candidates), places)
        });
        let mut sources: Vec<Literals> = builtin.collect();
        if !own.is_empty() {
            // Their numbers are their places already.
            let places = (0..set.len() as u32).map(Some).collect();
            let own = Candidates::gather(own.into_iter());
            sources.push(Literals::new(Arc::new(own.into()), places));
        }
        let mut always = Vec::new();
        let (mut rare, mut unanchored) = (Vec::new(), Vec::new());
        for source in &sources {
            let place = |rule: u32| source.place(rule).map(|place| place as usize);
            always.extend(source.candidates.always.iter().filter_map(|&rule| place(rule)));
            let waiting = source.candidates.rare.iter();
            rare.extend(waiting.filter_map(|(rule, pairs)| Some((place(*rule)?, *pairs))));
            let patterns = source.candidates.unanchored.iter();
            unanchored
                .extend(patterns.filter_map(|u| Some((place(u.rule)?, [&u.pattern, &u.plain], u.digits))));
        }
        let split = |digits: bool| -> Vec<(usize, [&String; 2])> {
            let of_kind = unanchored.iter().filter(|(_, _, d)| *d == digits);
            of_kind.map(|(i, patterns, _)| (*i, *patterns)).collect()
        };
        let (with_digits, without) = (split(true), split(false));
        let part = |digits: bool, chunk: &[(usize, [&String; 2])]| SetPart {
            digits,
            rules: chunk.iter().map(|(i, _)| *i).collect(),
            patterns: [0, 1].map(|which| chunk.iter().map(|(_, p)| p[which].clone()).collect()),
            sets: Default::default(),
        };
        let mut set: Vec<SetPart> = without.chunks(SET_SIZE).map(|c| part(false, c)).collect();
        set.extend(with_digits.chunks(SET_SIZE).map(|c| part(true, c)));
        Self { sources, rare, set, always }
    }

    fn literals_in(&self, text: &str, mut found: impl FnMut(Target, usize)) {
        for source in &self.sources {
            source.find(text, |literal, start, end| {
                let (mut left, mut right) = (None, None);
                for user in source.candidates.users(literal) {
                    let Some(place) = source.place(user.target.rule()) else { continue };
                    let stands = (!user.left || *left.get_or_insert_with(|| free_left(text, start)))
                        && (!user.right || *right.get_or_insert_with(|| free_right(text, end)));
                    if stands {
                        found(user.target.of(place), start);
                    }
                }
            });
        }
    }

    /// Calls `found` with every candidate that a literal in `text` gives: what for, and where the literal begins.
    pub(crate) fn literals(&self, text: &str, mut found: impl FnMut(Target, usize)) {
        self.literals_in(text, &mut found);
        if literal::has_unusual_case(text) {
            for source in &self.sources {
                let rules = source.candidates.anchored.iter().filter_map(|&rule| source.place(rule));
                rules.for_each(|rule| found(Target::Regex { rule }, 0));
            }
        }
        if let Some(folded) = FoldedBlanks::of(text) {
            // Literals of phrases have plain single blanks; those of patterns stand in the text as they are.
            self.literals_in(&folded.text, |target, start| {
                if let Target::Phrase { .. } = target {
                    found(target, folded.original(start));
                }
            });
        }
    }

    /// Calls `found` with the rule and the text's number where a pattern without rare literals may match in a text.
    pub(crate) fn patterns<'t>(
        &self,
        texts: impl Iterator<Item = &'t str> + Clone,
        mut found: impl FnMut(usize, usize),
    ) {
        for (nth, text) in texts.clone().enumerate() {
            let pairs = Pairs::of(text);
            for (rule, rare) in &self.rare {
                if rare.meets(&pairs) {
                    found(*rule, nth);
                }
            }
        }
        // One form for all of them: a set costs more to compile than the difference is worth.
        let plain = texts.clone().all(|text| Script::of(text) == Script::Plain);
        let which = usize::from(plain);
        for part in &self.set {
            for (nth, text) in texts.clone().enumerate() {
                if part.digits && !text.chars().any(char::is_numeric) {
                    continue;
                }
                let set = part.sets[which].get_or_init(|| {
                    RegexSetBuilder::new(&part.patterns[which])
                        .size_limit(64 << 20)
                        .dfa_size_limit(16 << 20)
                        .build()
                        .ok()
                });
                match set {
                    Some(set) => set.matches(text).iter().for_each(|i| found(part.rules[i], nth)),
                    // Too large together: every pattern is a candidate, which is slower but right.
                    None => part.rules.iter().for_each(|&rule| found(rule, nth)),
                }
            }
        }
    }
}

/// A text in which every run of blanks is one plain blank.
struct FoldedBlanks {
    text: String,
    /// Where a folded run ends: in the folded text, and in the original.
    ends: Vec<(usize, usize)>,
}

impl FoldedBlanks {
    /// `None` if the text has only plain single blanks, as nearly all text has.
    fn of(text: &str) -> Option<Self> {
        let unusual = |(i, c): (usize, char)| c != ' ' || text[i + 1..].starts_with(|c| fold_char(c) == ' ');
        text.char_indices().filter(|(_, c)| fold_char(*c) == ' ').find(|&place| unusual(place))?;
        let mut folded = Self { text: String::with_capacity(text.len()), ends: Vec::new() };
        for (i, c) in text.char_indices() {
            if fold_char(c) != ' ' {
                folded.text.push(c);
                continue;
            }
            if !folded.text.ends_with(' ') {
                folded.text.push(' ');
            }
            let end = (folded.text.len(), i + c.len_utf8());
            match folded.ends.last_mut() {
                Some(last) if last.0 == end.0 => *last = end,
                _ => folded.ends.push(end),
            }
        }
        Some(folded)
    }

    /// The place in the original text of a place outside the blanks of the folded one.
    fn original(&self, at: usize) -> usize {
        let runs = self.ends.partition_point(|(folded, _)| *folded <= at);
        runs.checked_sub(1).map_or(at, |i| self.ends[i].1 + (at - self.ends[i].0))
    }
}

/// The literals of some rules.
#[derive(Debug)]
struct Literals {
    candidates: Arc<Stored<Candidates>>,
    /// Rule, by the number that `candidates` knows it by -> its place in the set, if it is active.
    places: Vec<Option<u32>>,
    /// Finds the literals that are too short for the table, and which these are.
    short: Option<(AhoCorasick, Vec<u32>)>,
}

impl Literals {
    fn new(candidates: Arc<Stored<Candidates>>, places: Vec<Option<u32>>) -> Self {
        let short: Vec<u32> = candidates.grams.short().collect();
        let automaton = AhoCorasickBuilder::new()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .ascii_case_insensitive(true)
            .prefilter(false)
            .build(short.iter().map(|literal| candidates.text(*literal as usize)));
        let short = automaton.ok().filter(|_| !short.is_empty()).map(|automaton| (automaton, short));
        Self { candidates, places, short }
    }

    fn place(&self, rule: u32) -> Option<u32> {
        self.places.get(rule as usize).copied().flatten()
    }

    /// Calls `found` with every literal in `text`: its number, where it begins and where it ends.
    fn find(&self, text: &str, mut found: impl FnMut(usize, usize, usize)) {
        if let Some((automaton, literals)) = &self.short {
            for hit in automaton.find_overlapping_iter(text) {
                found(literals[hit.pattern().as_usize()] as usize, hit.start(), hit.end());
            }
        }
        let candidates = &**self.candidates;
        let literal = |number| candidates.text(number);
        candidates.grams.find(text, literal, |number, start| {
            found(number, start, start + candidates.text(number).len());
        });
    }
}

fn free_left(text: &str, at: usize) -> bool {
    !text[..at].chars().next_back().is_some_and(is_word_char)
}

fn free_right(text: &str, at: usize) -> bool {
    !text[at..].chars().next().is_some_and(is_word_char)
}
