//! Which literals and patterns find candidates for which rules: plain data, of which the prefilter is built.
//!
//! For the built-in rules it is gathered when the program is built, for a user's rules when they are loaded.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::grams::Grams;
use super::literal;
use super::pairs::Pairs;
use super::parts::{Matcher, PhraseEntry};
use super::script::Script;
use super::set::Rule;
use super::stored::{Numbers, Stored};

/// Who waits for a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) target: Target,
    /// Whether a word border must stand on the left and right of the literal.
    pub(crate) left: bool,
    pub(crate) right: bool,
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

impl Target {
    pub(crate) fn rule(self) -> u32 {
        match self {
            Self::Phrase { rule, .. } | Self::Regex { rule } | Self::Tokens { rule } => rule,
        }
    }

    /// The same target where the rule has another number.
    pub(crate) fn of(self, number: u32) -> Self {
        match self {
            Self::Phrase { group, entry, literal, .. } => {
                Self::Phrase { rule: number, group, entry, literal }
            }
            Self::Regex { .. } => Self::Regex { rule: number },
            Self::Tokens { .. } => Self::Tokens { rule: number },
        }
    }
}

/// A pattern without rare literals and without rare pairs of characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Unanchored {
    pub(crate) rule: u32,
    /// Matches wherever the rule does, and more.
    pub(crate) pattern: String,
    /// The same for texts of [`Script::Plain`].
    pub(crate) plain: String,
    /// Whether every match has a digit in it.
    pub(crate) digits: bool,
}

/// What finds candidates for some rules.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Candidates {
    /// All literals one after the other, in small letters as far as ASCII goes; and where each ends.
    texts: String,
    ends: Numbers,
    /// Who waits for each literal, [`USER`] numbers a user; and where the users of each literal end.
    users: Numbers,
    user_ends: Numbers,
    /// Finds the literals in texts.
    pub(crate) grams: Grams,
    /// Rules of one pattern that are found by literals.
    pub(crate) anchored: Vec<u32>,
    /// Rules of one pattern of which every match has one of some rare pairs of characters.
    pub(crate) rare: Vec<(u32, Pairs)>,
    pub(crate) unanchored: Vec<Unanchored>,
    /// Rules that run on every segment or once on the document.
    pub(crate) always: Vec<u32>,
}

/// How many numbers a [`User`] is kept in.
const USER: usize = 4;

impl Candidates {
    /// Gathers what finds candidates for the rules, each with the number that stands for it.
    pub(crate) fn gather<'r>(rules: impl Iterator<Item = (u32, &'r Rule)>) -> Self {
        let mut literals = Literals::default();
        let mut gathered = Self::default();
        for (id, rule) in rules {
            match rule.matcher() {
                Matcher::Phrases(entries) => literals.add_entries(id, 0, entries),
                Matcher::Consistent { groups, .. } => {
                    for (group, entries) in groups.iter().enumerate() {
                        literals.add_entries(id, group as u32, entries);
                    }
                    gathered.always.push(id);
                }
                Matcher::Regex(matcher) => match &matcher.literals {
                    Some(set) => {
                        gathered.anchored.push(id);
                        let user = User { target: Target::Regex { rule: id }, left: false, right: false };
                        set.iter().for_each(|literal| literals.add(literal, user));
                    }
                    None => {
                        let written = regex_syntax::parse(matcher.regex.as_str()).ok();
                        match written.as_ref().and_then(Pairs::required) {
                            Some(pairs) => gathered.rare.push((id, pairs)),
                            None => {
                                let pattern = literal::without_borders(matcher.regex.as_str());
                                let plain = regex_syntax::parse(&pattern)
                                    .map(|wide| Script::Plain.narrowed(&wide).to_string())
                                    .unwrap_or_else(|_| pattern.clone());
                                let digits = written.as_ref().is_some_and(literal::requires_digit);
                                gathered.unanchored.push(Unanchored { rule: id, pattern, plain, digits });
                            }
                        }
                    }
                },
                Matcher::Tokens(pattern) => match &pattern.anchor {
                    Some(anchor) => {
                        let user = User { target: Target::Tokens { rule: id }, left: true, right: true };
                        anchor.literals.iter().for_each(|literal| literals.add(literal, user));
                    }
                    None => gathered.always.push(id),
                },
                Matcher::Repeat { .. }
                | Matcher::Pair { .. }
                | Matcher::Acronym { .. }
                | Matcher::BrokenParagraph
                | Matcher::LinkBorder
                | Matcher::NameVariant
                | Matcher::Gender(_) => gathered.always.push(id),
            }
        }
        for (text, users) in literals.texts.iter().zip(&literals.users) {
            gathered.texts.push_str(text);
            gathered.ends.push(gathered.texts.len() as u32);
            users.iter().for_each(|user| gathered.push(*user));
            gathered.user_ends.push((gathered.users.len() / USER) as u32);
        }
        gathered.grams = Grams::of(literals.texts.iter().map(String::as_str));
        gathered
    }

    /// The literal of that number.
    pub(crate) fn text(&self, literal: usize) -> &str {
        let start = literal.checked_sub(1).map_or(0, |before| self.ends.at(before) as usize);
        &self.texts[start..self.ends.at(literal) as usize]
    }

    /// Who waits for the literal of that number.
    pub(crate) fn users(&self, literal: usize) -> impl Iterator<Item = User> {
        let start = literal.checked_sub(1).map_or(0, |before| self.user_ends.at(before) as usize);
        (start..self.user_ends.at(literal) as usize).map(|user| self.user(user))
    }

    fn push(&mut self, user: User) {
        let (kind, group, entry, literal) = match user.target {
            Target::Phrase { group, entry, literal, .. } => (0, group, entry, literal),
            Target::Regex { .. } => (1, 0, 0, 0),
            Target::Tokens { .. } => (2, 0, 0, 0),
        };
        let head = kind | u32::from(user.left) << 2 | u32::from(user.right) << 3 | user.target.rule() << 4;
        [head, group, entry, literal].into_iter().for_each(|number| self.users.push(number));
    }

    fn user(&self, index: usize) -> User {
        let [head, group, entry, literal] = std::array::from_fn(|i| self.users.at(index * USER + i));
        let rule = head >> 4;
        let target = match head & 3 {
            0 => Target::Phrase { rule, group, entry, literal },
            1 => Target::Regex { rule },
            _ => Target::Tokens { rule },
        };
        User { target, left: head & 4 != 0, right: head & 8 != 0 }
    }
}

/// Literals and who asked for each.
#[derive(Default)]
struct Literals {
    index: HashMap<String, usize>,
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
        // The users of one rule come one after the other.
        if self.users[id].last() != Some(&user) {
            self.users[id].push(user);
        }
    }

    fn add_entries(&mut self, rule: u32, group: u32, entries: &[Stored<PhraseEntry>]) {
        for (entry, phrase) in entries.iter().enumerate() {
            for (literal, l) in phrase.phrase.anchor.literals.iter().enumerate() {
                let target = Target::Phrase { rule, group, entry: entry as u32, literal: literal as u32 };
                self.add(&l.text, User { target, left: l.left, right: l.right });
            }
        }
    }
}
