//! Names of rules: what they select, and what was meant by one that selects nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::SettingsError;
use crate::rule::{Rule, RuleSet};
use crate::suppress;

/// Names rules: `pack/rule`, `pack`, `tag:calque`, or `all`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Selector(pub(super) String);

/// Why a text is no selector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” selects no rules: write a rule id (typography/doubled-quote), a pack (typography) or a tag (tag:calque)"
)]
pub struct SelectorError(String);

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, SelectorError> {
        let text = text.trim();
        let fine = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | ':');
        if text.is_empty() || !text.chars().all(fine) || text.starts_with('/') || text == "tag:" {
            return Err(SelectorError(text.to_owned()));
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Selector {
    /// Whether the selector names the rule.
    pub fn selects(&self, rule: &Rule) -> bool {
        match self.0.strip_prefix("tag:") {
            Some(tag) => rule.has_tag(tag),
            None => self.selects_id(&rule.id),
        }
    }

    /// Whether the selector names the id, tags left aside; for findings of the grammar checker.
    pub fn selects_id(&self, id: &str) -> bool {
        self.0 == "all"
            || self.0 == id
            || id.strip_prefix(self.0.as_str()).is_some_and(|rest| rest.starts_with('/'))
    }

    /// Makes sure that there is something of that name.
    ///
    /// # Errors
    /// [`SettingsError::UnknownRule`] if the selector names no rule of `rules` and no grammar.
    pub fn names_some_of(&self, rules: &RuleSet) -> Result<(), SettingsError> {
        if self.is_grammar()
            || self.is_of_comments()
            || self.0 == "all"
            || rules.rules().iter().any(|r| self.selects(r))
        {
            return Ok(());
        }
        Err(SettingsError::UnknownRule { selector: self.0.clone(), suggestion: nearest(rules, &self.0) })
    }

    pub(super) fn is_grammar(&self) -> bool {
        self.0 == "grammar" || self.0.starts_with("grammar/")
    }

    /// Whether it names what is said about comments.
    pub(super) fn is_of_comments(&self) -> bool {
        [suppress::PACK, suppress::UNUSED, suppress::MALFORMED].contains(&self.0.as_str())
    }
}

/// The rule id, pack or tag nearest to `name`, if it is near enough to be a slip of the keyboard.
pub(super) fn nearest(rules: &RuleSet, name: &str) -> Option<String> {
    let mut names: BTreeMap<String, ()> = BTreeMap::new();
    for rule in rules.rules() {
        names.insert(rule.id.to_string(), ());
        names.insert(rule.pack().to_owned(), ());
        names.extend(rule.tags().iter().map(|t| (format!("tag:{t}"), ())));
    }
    let names: Vec<String> = names.into_keys().collect();
    closest(name, names.iter().map(String::as_str)).map(str::to_owned)
}

/// The longest name, in bytes, for which a similar one is looked for.
const LONGEST_SLIP: usize = 200;

/// The candidate most similar to `name`, if it is similar enough to be what was meant.
pub fn closest<'c>(name: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    // What is that long is no slip, and to compare it would take its time.
    if name.len() > LONGEST_SLIP {
        return None;
    }
    let words: Vec<&str> = candidates.collect();
    similar::get_close_matches(name, &words, 1, 0.7).into_iter().next()
}
