//! One automaton over a required literal of every rule: where it finds nothing, no rule can match.
//!
//! A candidate is a necessary condition, never a finding. Rules whose literals are too common, or that
//! have none, share one `RegexSet` that says which of them match in a segment at all.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};
use regex::{RegexSet, RegexSetBuilder};

use super::{Matcher, PhraseEntry, RuleSet, literal};
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

/// Who waits for a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct User {
    target: Target,
    /// Whether a word border must stand on the left and right of the literal.
    left: bool,
    right: bool,
}

/// What a candidate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// A phrase of a rule of phrases; `group` is set for rules of consistency.
    Phrase { rule: u32, group: u32, entry: u32, literal: u32 },
    /// Run the rule's pattern on the segment.
    Regex { rule: u32 },
    /// Run the rule's tokens at the starts within reach of the candidate.
    Tokens { rule: u32 },
}

/// How many patterns share a `RegexSet`; larger sets outgrow the automaton's cache.
const SET_SIZE: usize = 12;

impl Prefilter {
    /// Collects the literals of the rules for which `active` holds.
    pub(crate) fn new(set: &RuleSet, active: impl Fn(usize) -> bool) -> Self {
        let mut literals = Literals::default();
        let mut always = Vec::new();
        let mut unanchored = Vec::new();
        let mut anchored = Vec::new();
        for (index, rule) in set.rules().iter().enumerate().filter(|(i, _)| active(*i)) {
            let id = index as u32;
            match &rule.matcher {
                Matcher::Phrases(entries) => literals.add_entries(id, 0, entries),
                Matcher::Consistent { groups, .. } => {
                    for (group, entries) in groups.iter().enumerate() {
                        literals.add_entries(id, group as u32, entries);
                    }
                    always.push(index);
                }
                Matcher::Regex(matcher) => match &matcher.literals {
                    Some(set) => {
                        anchored.push(id);
                        for literal in set {
                            literals.add(
                                literal,
                                User { target: Target::Regex { rule: id }, left: false, right: false },
                            );
                        }
                    }
                    None => unanchored.push((index, literal::without_borders(matcher.regex.as_str()))),
                },
                Matcher::Tokens(pattern) => match &pattern.anchor {
                    Some(anchor) => {
                        for literal in &anchor.literals {
                            literals.add(
                                literal,
                                User { target: Target::Tokens { rule: id }, left: true, right: true },
                            );
                        }
                    }
                    None => always.push(index),
                },
                Matcher::Repeat { .. }
                | Matcher::Pair { .. }
                | Matcher::Acronym { .. }
                | Matcher::BrokenParagraph
                | Matcher::NameVariant
                | Matcher::Gender(_) => always.push(index),
            }
        }
        let (with_digits, without): (Vec<_>, Vec<_>) = unanchored
            .into_iter()
            .partition(|(_, p)| regex_syntax::parse(p).is_ok_and(|hir| literal::requires_digit(&hir)));
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

/// Literals and who asked for each, gathered before the automaton is built.
#[derive(Default)]
struct Literals {
    index: std::collections::HashMap<String, usize>,
    texts: Vec<String>,
    users: Vec<Vec<User>>,
}

impl Literals {
    fn add(&mut self, literal: &str, user: User) {
        let literal = literal.to_ascii_lowercase();
        let id = *self.index.entry(literal).or_insert_with_key(|literal| {
            self.texts.push(literal.clone());
            self.users.push(Vec::new());
            self.texts.len() - 1
        });
        if !self.users[id].contains(&user) {
            self.users[id].push(user);
        }
    }

    fn add_entries(&mut self, rule: u32, group: u32, entries: &[PhraseEntry]) {
        for (entry, phrase) in entries.iter().enumerate() {
            for (literal, l) in phrase.phrase.anchor.literals.iter().enumerate() {
                let target = Target::Phrase { rule, group, entry: entry as u32, literal: literal as u32 };
                self.add(&l.text, User { target, left: l.left, right: l.right });
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
