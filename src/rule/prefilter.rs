//! One automaton over a required literal of every rule: where it finds nothing, no rule can match.
//!
//! A candidate is a necessary condition, never a finding. Rules whose literals are too common, or that
//! have none, share one `RegexSet` that says which of them match in a segment at all.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};
use regex::{RegexSet, RegexSetBuilder};

use super::{Matcher, PhraseEntry, RuleSet, literal};
use crate::lexicon::Lexicon;
use crate::text::word::is_word_char;

/// Candidates for the active rules of a set.
#[derive(Debug)]
pub(crate) struct Prefilter {
    automaton: Option<AhoCorasick>,
    /// For each literal, who asked for it.
    users: Vec<Vec<User>>,
    set: Vec<SetPart>,
    /// Rules that run on every segment or once on the document.
    pub(crate) always: Vec<usize>,
}

/// Patterns that are asked together whether they match in a segment.
#[derive(Debug)]
struct SetPart {
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
    /// Run the rule's tokens on the sentence of the candidate.
    Tokens { rule: u32 },
}

/// How many patterns share a `RegexSet`; larger sets outgrow the automaton's cache.
const SET_SIZE: usize = 12;

impl Prefilter {
    /// Collects the literals of the rules for which `active` holds.
    pub(crate) fn new(set: &RuleSet, active: impl Fn(usize) -> bool, lexicon: &Lexicon) -> Self {
        let mut literals = Literals::default();
        let mut always = Vec::new();
        let mut unanchored = Vec::new();
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
                        for literal in set {
                            literals.add(
                                literal,
                                User { target: Target::Regex { rule: id }, left: false, right: false },
                            );
                        }
                    }
                    None => unanchored.push((index, literal::without_borders(matcher.regex.as_str()))),
                },
                Matcher::Tokens(pattern) => match pattern.literals(lexicon) {
                    Some(set) => {
                        for literal in &set {
                            literals.add(
                                literal,
                                User { target: Target::Tokens { rule: id }, left: true, right: true },
                            );
                        }
                    }
                    None => always.push(index),
                },
                Matcher::Repeat { .. } | Matcher::Pair { .. } | Matcher::Acronym { .. } => always.push(index),
            }
        }
        let set = unanchored
            .chunks(SET_SIZE)
            .map(|chunk| SetPart {
                rules: chunk.iter().map(|(i, _)| *i).collect(),
                patterns: chunk.iter().map(|(_, p)| p.clone()).collect(),
                set: OnceLock::new(),
            })
            .collect();
        Self { automaton: literals.automaton(), users: literals.users, set, always }
    }

    /// Calls `found` with every candidate in `text`: what for, and where its literal begins and ends.
    pub(crate) fn candidates(&self, text: &str, mut found: impl FnMut(Target, usize, usize)) {
        if let Some(automaton) = &self.automaton {
            for hit in automaton.find_overlapping_iter(text) {
                let (start, end) = (hit.start(), hit.end());
                let (mut left, mut right) = (None, None);
                for user in &self.users[hit.pattern().as_usize()] {
                    let stands = (!user.left || *left.get_or_insert_with(|| free_left(text, start)))
                        && (!user.right || *right.get_or_insert_with(|| free_right(text, end)));
                    if stands {
                        found(user.target, start, end);
                    }
                }
            }
        }
        for part in &self.set {
            let set = part.set.get_or_init(|| {
                RegexSetBuilder::new(&part.patterns)
                    .size_limit(64 << 20)
                    .dfa_size_limit(16 << 20)
                    .build()
                    .ok()
            });
            match set {
                Some(set) => {
                    for index in &set.matches(text) {
                        found(Target::Regex { rule: part.rules[index] as u32 }, 0, 0);
                    }
                }
                // Too large together: every pattern is a candidate, which is slower but right.
                None => part.rules.iter().for_each(|&rule| found(Target::Regex { rule: rule as u32 }, 0, 0)),
            }
        }
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
            for (literal, l) in phrase.anchor.literals.iter().enumerate() {
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
