//! How much one rule may be: far more than a good one has, and little enough that no rule can fill the memory or keep
//! the program busy. `rules/README.md` lists them.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_saphyr::Spanned;

use super::complaint::Complaints;

/// Bytes of a rule file and of a word list.
pub(crate) const FILE: usize = 1 << 20;
/// Entries of a word list.
pub(super) const ENTRIES: usize = 20_000;
/// Bytes of an entry of a word list.
pub(super) const ENTRY: usize = 200;
/// Phrases of a rule, and names of all groups of `consistent`.
pub(super) const PHRASES: usize = 10_000;
/// Bytes of a phrase.
pub(super) const PHRASE: usize = 2_000;
/// Bytes of a message, a title or a correction.
pub(super) const TEXT: usize = 1_000;
/// Places in a message, a title or a correction that stand for something found.
pub(super) const SLOTS: usize = 32;
/// Corrections to choose from.
pub(super) const CHOICES: usize = 32;
/// Tokens of a row.
pub(super) const TOKENS: usize = 64;
/// Words that may stand before a token of a row.
pub(super) const SKIP: usize = 20;
/// Alternatives of `text` or `lemma` of a token.
pub(super) const ALTERNATIVES: usize = 1_000;
/// Conditions of a list.
pub(super) const CONDITIONS: usize = 64;
/// Words or acronyms of `ignore`.
pub(super) const IGNORED: usize = 1_000;
/// Bytes of a pattern as it is written.
pub(super) const PATTERN: usize = 8_000;
/// Bytes that the patterns of a rule compile to, and those of all rules that are loaded together.
pub(super) const COMPILED: [usize; 2] = [16 << 20, 512 << 20];
/// Entries of the word lists that a rule names, anew each time that it does, and those of all rules that are loaded
/// together: a phrase may be found by each of them.
pub(super) const LISTED: [usize; 2] = [200_000, 2_000_000];

/// Complains if there are too many of something.
pub(super) fn check<T>(
    node: &Spanned<T>,
    number: usize,
    most: usize,
    what: &str,
    complaints: &mut Complaints<'_>,
) -> bool {
    if number > most {
        complaints.on(node, format!("{number} {what}; at most {most} are allowed"), "here", "");
    }
    number <= most
}

/// Counts something that the rules have much of, so that it has an end.
#[derive(Debug)]
pub(super) struct Count<'a> {
    own: usize,
    all: &'a AtomicUsize,
    /// How much one rule may have, and all together.
    most: [usize; 2],
}

impl<'a> Count<'a> {
    /// The count of one rule among others.
    pub(super) const fn new(all: &'a AtomicUsize, most: [usize; 2]) -> Self {
        Self { own: 0, all, most }
    }

    /// Counts so many more.
    pub(super) fn add(&mut self, more: usize) {
        self.own += more;
        self.all.fetch_add(more, Ordering::Relaxed);
    }

    /// Whether the rule has too much.
    pub(super) const fn is_over(&self) -> bool {
        self.own > self.most[0]
    }

    /// Whether all rules together have too much, so that there is no point in going on.
    pub(super) fn all_are_over(&self) -> bool {
        self.all.load(Ordering::Relaxed) > self.most[1]
    }
}
