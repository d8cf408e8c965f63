//! One automaton over a required literal of every rule: where it finds nothing, no rule can match.
//!
//! A candidate is a necessary condition, never a finding. Rules whose literals are too common, or that
//! have none, share one `RegexSet` that says which of them match in a segment at all.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};
use regex::{RegexSet, RegexSetBuilder};

use super::RuleSet;
pub(crate) use super::candidates::Target;
use super::candidates::{Candidates, User};
use super::literal;
use crate::text::word::{fold_char, is_word_char};

/// Candidates for the active rules of a set.
#[derive(Debug)]
pub(crate) struct Prefilter {
    automaton: Option<AhoCorasick>,
    /// For each literal, who asked for it.
    users: Vec<Vec<User>>,
    /// Rules of one pattern that are found by literals.
    anchored: Vec<u32>,
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
    patterns: Vec<String>,
    set: OnceLock<Option<RegexSet>>,
}

/// How many patterns share a `RegexSet`; larger sets outgrow the automaton's cache.
const SET_SIZE: usize = 12;

impl Prefilter {
    /// Collects the literals of the rules for which `active` holds.
    pub(crate) fn new(set: &RuleSet, active: impl Fn(usize) -> bool) -> Self {
        let mut literals = Literals::default();
        let mut always = Vec::new();
        let mut unanchored = Vec::new();
        let mut add = |candidates: &Candidates, place: &dyn Fn(u32) -> Option<u32>| {
            literals.add(candidates, place);
            always.extend(candidates.always.iter().filter_map(|&rule| place(rule)).map(|i| i as usize));
            let patterns = candidates.unanchored.iter();
            unanchored.extend(
                patterns
                    .filter_map(|u| Some((place(u.rule)? as usize, u)))
                    .map(|(place, u)| (place, u.pattern.clone(), u.digits)),
            );
        };
        if let Some(builtin) = &set.builtin {
            let place = |rule: u32| {
                builtin.places.get(rule as usize).copied().flatten().filter(|&i| active(i as usize))
            };
            add(&builtin.candidates, &place);
        }
        add(&Candidates::gather(set.own().filter(|(place, _)| active(*place as usize))), &Some);
        let mut anchored: Vec<u32> = literals
            .users
            .iter()
            .flatten()
            .filter_map(|user| match user.target {
                Target::Regex { rule } => Some(rule),
                _ => None,
            })
            .collect();
        anchored.sort_unstable();
        anchored.dedup();
        let split = |digits: bool| -> Vec<(usize, String)> {
            let of_kind = unanchored.iter().filter(|(_, _, d)| *d == digits);
            of_kind.map(|(i, pattern, _)| (*i, pattern.clone())).collect()
        };
        let (with_digits, without) = (split(true), split(false));
        let part = |digits: bool, chunk: &[(usize, String)]| SetPart {
            digits,
            rules: chunk.iter().map(|(i, _)| *i).collect(),
            patterns: chunk.iter().map(|(_, p)| p.clone()).collect(),
            set: OnceLock::new(),
        };
        let mut set: Vec<SetPart> = without.chunks(SET_SIZE).map(|c| part(false, c)).collect();
        set.extend(with_digits.chunks(SET_SIZE).map(|c| part(true, c)));
        Self { automaton: literals.automaton(), users: literals.users, anchored, set, always }
    }

    fn literals_in(&self, text: &str, mut found: impl FnMut(Target, usize)) {
        let Some(automaton) = &self.automaton else { return };
        for hit in automaton.find_overlapping_iter(text) {
            let (start, end) = (hit.start(), hit.end());
            let (mut left, mut right) = (None, None);
            for user in &self.users[hit.pattern().as_usize()] {
                let stands = (!user.left || *left.get_or_insert_with(|| free_left(text, start)))
                    && (!user.right || *right.get_or_insert_with(|| free_right(text, end)));
                if stands {
                    found(user.target, start);
                }
            }
        }
    }

    /// Calls `found` with every candidate that a literal in `text` gives: what for, and where the literal begins.
    pub(crate) fn literals(&self, text: &str, mut found: impl FnMut(Target, usize)) {
        self.literals_in(text, &mut found);
        if literal::has_unusual_case(text) {
            self.anchored.iter().for_each(|&rule| found(Target::Regex { rule }, 0));
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
        for part in &self.set {
            let set = part.set.get_or_init(|| {
                RegexSetBuilder::new(&part.patterns)
                    .size_limit(64 << 20)
                    .dfa_size_limit(16 << 20)
                    .build()
                    .ok()
            });
            for (nth, text) in texts.clone().enumerate() {
                if part.digits && !text.chars().any(char::is_numeric) {
                    continue;
                }
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

/// The literals of the active rules, as the automaton numbers them.
#[derive(Default)]
struct Literals {
    texts: Vec<String>,
    users: Vec<Vec<User>>,
}

impl Literals {
    /// Adds those of `candidates` whose rule `place` has a place for, under the number of that place.
    fn add(&mut self, candidates: &Candidates, place: impl Fn(u32) -> Option<u32>) {
        for literal in 0..candidates.len() {
            let user = |user: User| Some(User { target: user.target.of(place(user.target.rule())?), ..user });
            let users: Vec<User> = candidates.users(literal).filter_map(user).collect();
            if !users.is_empty() {
                self.texts.push(candidates.text(literal).to_owned());
                self.users.push(users);
            }
        }
    }

    fn automaton(&self) -> Option<AhoCorasick> {
        if self.texts.is_empty() {
            return None;
        }
        AhoCorasickBuilder::new()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .ascii_case_insensitive(true)
            .prefilter(false)
            .build(&self.texts)
            .ok()
    }
}

fn free_left(text: &str, at: usize) -> bool {
    !text[..at].chars().next_back().is_some_and(is_word_char)
}

fn free_right(text: &str, at: usize) -> bool {
    !text[at..].chars().next().is_some_and(is_word_char)
}
