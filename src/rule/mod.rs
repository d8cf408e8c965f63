//! Rules: what they are once loaded, and finding their matches in a document.
//!
//! [`files`] holds rule files in memory, `schema` says what they may contain, [`compile`] turns them into a
//! [`RuleSet`], `prefilter` finds candidates for all rules at once, and the matchers (`phrase`, `pattern`,
//! `tokens`, `checks`) verify them. [`examples`] proves rules by their own examples.

pub mod compile;
pub mod error;
pub mod examples;
pub mod files;
pub mod schema;

pub(crate) mod acronym;
pub(crate) mod checks;
pub(crate) mod condition;
pub(crate) mod engine;
pub(crate) mod evidence;
pub(crate) mod find;
pub(crate) mod literal;
pub(crate) mod memory;
pub(crate) mod pattern;
pub(crate) mod phrase;
pub(crate) mod prefilter;
pub(crate) mod reach;
pub(crate) mod script;
pub(crate) mod template;
pub(crate) mod tokens;
pub(crate) mod view;
pub(crate) mod vocabulary;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

pub use compile::load;
pub use error::{RuleError, RuleErrors};
pub use files::{RuleFile, RuleFiles};

use crate::diagnostic::{Applicability, Severity};
use crate::lexicon::Pos;
use crate::span::{Seg, Span};
use condition::Conditions;
use memory::GivenNames;
use pattern::LazyRegex;
use phrase::Phrase;
use schema::{FixArticle, FixCase, FixQuotes, RepeatUnit};
use template::Template;
use tokens::TokenPattern;

/// A set of loaded rules, in order of their ids.
#[derive(Debug, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
    packs: Vec<Pack>,
    by_id: HashMap<Arc<str>, usize>,
    /// Number of document-wide conditions; each has an index below it.
    pub(crate) document_conditions: usize,
}

impl RuleSet {
    pub(crate) fn new(rules: Vec<Rule>, packs: Vec<Pack>, document_conditions: usize) -> Self {
        let by_id = rules.iter().enumerate().map(|(i, r)| (r.id.clone(), i)).collect();
        Self { rules, packs, by_id, document_conditions }
    }

    /// The rules, in order of their ids.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The packs, in order of their names.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// The rule of that id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.by_id.get(id).map(|&i| &self.rules[i])
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

/// A pack of rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// The folder's name.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// What the pack is for.
    pub description: String,
}

/// One rule, ready to use.
#[derive(Debug)]
pub struct Rule {
    /// `<pack>/<rule>`.
    pub id: Arc<str>,
    /// The message as it is written in the rule.
    pub message: String,
    /// Why it is a fault; a paragraph.
    pub why: Option<String>,
    /// A page that explains more.
    pub url: Option<Arc<str>>,
    /// How bad it is.
    pub severity: Severity,
    /// Languages translated from that the rule is for; empty: any.
    pub source: Vec<String>,
    /// MQM category.
    pub mqm: Option<String>,
    /// Tags, the pack's included.
    pub tags: Vec<String>,
    /// Examples that prove the rule.
    pub examples: Vec<Example>,
    /// Findings allowed per 100,000 words of edited English.
    pub budget: Option<f64>,
    /// Whether the rule is embedded in the program.
    pub builtin: bool,
    /// The file the rule is from, as shown to people.
    pub path: String,
    pub(crate) template: Template,
    pub(crate) matcher: Matcher,
    pub(crate) conditions: Conditions,
    pub(crate) fixes: Vec<FixPlan>,
    pub(crate) priority: i32,
}

impl Rule {
    /// The pack: the part of the id before the slash.
    pub fn pack(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }

    /// Findings allowed per 100,000 words of edited English: what the rule says, else what its severity allows.
    pub fn budget(&self) -> f64 {
        self.budget.unwrap_or(Self::default_budget(self.severity))
    }

    /// The budget of a rule that states none.
    pub const fn default_budget(severity: Severity) -> f64 {
        match severity {
            Severity::Error => 0.5,
            Severity::Warning => 1.0,
            Severity::Info => 10.0,
        }
    }

    /// The name of the kind of match.
    pub fn kind(&self) -> &'static str {
        match &self.matcher {
            Matcher::Phrases(_) => "phrases",
            Matcher::Regex(_) => "regex",
            Matcher::Tokens(_) => "tokens",
            Matcher::Repeat { .. } => "repeat",
            Matcher::Pair { .. } => "pair",
            Matcher::Consistent { .. } => "consistent",
            Matcher::Acronym { .. } => "acronym",
            Matcher::BrokenParagraph => "broken-paragraph",
            Matcher::NameVariant => "name-variant",
            Matcher::Gender(_) => "gender",
        }
    }

    /// How far the rule's best fix can be trusted; `None` if it has no fix.
    pub fn safety(&self) -> Option<Applicability> {
        let of_rule = self.fixes.iter().filter(|f| f.to.is_some()).map(|f| f.safety).max();
        let of_entries = match &self.matcher {
            Matcher::Phrases(entries) => {
                entries.iter().filter(|e| !e.to.is_empty()).map(|e| self.entry_safety(e)).max()
            }
            Matcher::Consistent { .. } => self.fixes.first().map(|f| f.safety),
            _ => None,
        };
        of_rule.max(of_entries)
    }

    /// How many phrases the rule has; 1 for other kinds.
    pub fn entries(&self) -> usize {
        if let Matcher::Phrases(entries) = &self.matcher { entries.len() } else { 1 }
    }

    /// Whether the rule carries the tag.
    pub fn has_tag(&self, tag: &str) -> bool {
        self.tags.iter().any(|t| t == tag)
    }

    /// The phrase of that index, for rules of phrases.
    pub(crate) fn entry(&self, index: usize) -> Option<&PhraseEntry> {
        match &self.matcher {
            Matcher::Phrases(entries) => entries.get(index),
            _ => None,
        }
    }

    pub(crate) fn entry_safety(&self, entry: &PhraseEntry) -> Applicability {
        entry.safety.or_else(|| self.fixes.first().map(|f| f.safety)).unwrap_or(Applicability::Unsafe)
    }
}

/// An example of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Example {
    /// A text in which the rule fires, and the text after the fix where there is one.
    Bad {
        /// The faulty text.
        bad: String,
        /// The text after the fix.
        good: Option<String>,
    },
    /// A near miss, in which the rule is silent.
    Ok(String),
}

/// What a rule looks for.
#[derive(Debug)]
pub(crate) enum Matcher {
    Phrases(Vec<PhraseEntry>),
    Regex(RegexMatcher),
    Tokens(TokenPattern),
    Repeat { unit: RepeatUnit, ignore: Vec<String> },
    Pair { open: char, close: char },
    Consistent { groups: Vec<Vec<PhraseEntry>>, preferred: Preferred },
    Acronym { ignore: Vec<String> },
    BrokenParagraph,
    NameVariant,
    Gender(GivenNames),
}

/// Which form of a group a document should keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Preferred {
    ListedFirst,
    MostUsed,
}

/// One phrase of a rule with what it says for itself.
#[derive(Debug)]
pub(crate) struct PhraseEntry {
    /// The phrase as written.
    pub(crate) written: String,
    pub(crate) phrase: Phrase,
    pub(crate) to: Vec<Template>,
    pub(crate) safety: Option<Applicability>,
    pub(crate) severity: Option<Severity>,
    pub(crate) message: Option<Template>,
    pub(crate) conditions: Conditions,
}

/// A regular expression with the comparison of two captures.
#[derive(Debug)]
pub(crate) struct RegexMatcher {
    pub(crate) regex: LazyRegex,
    /// Names of its groups.
    pub(crate) names: Vec<String>,
    /// Number of its groups.
    pub(crate) groups: usize,
    /// Two capture names, and whether they must be equal.
    pub(crate) compare: Option<(String, String, bool)>,
    /// Literals of which one stands in every match, if they are rare enough to search for.
    pub(crate) literals: Option<Vec<String>>,
    /// How far a match can reach from a literal: see [`reach`].
    pub(crate) reach: Option<usize>,
}

/// A correction as a rule states it.
#[derive(Debug, Clone)]
pub(crate) struct FixPlan {
    pub(crate) title: Option<Template>,
    /// `None`: the phrase or group gives the replacement.
    pub(crate) to: Option<Template>,
    pub(crate) safety: Applicability,
    pub(crate) case: FixCase,
    pub(crate) article: FixArticle,
    pub(crate) quotes: FixQuotes,
}

/// A verified match of a rule.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hit {
    /// Index of the rule in its set.
    pub(crate) rule: usize,
    /// Index of the phrase for rules of phrases, else 0.
    pub(crate) entry: usize,
    /// Index of the segment in its document.
    pub(crate) segment: usize,
    pub(crate) span: Span<Seg>,
    /// Numbered groups.
    pub(crate) groups: Vec<Range<usize>>,
    /// Inflected groups: span and the parts of speech the form can have.
    pub(crate) inflected: Vec<(Range<usize>, Vec<Pos>)>,
    /// Named captures and computed texts.
    pub(crate) named: Vec<(Arc<str>, String)>,
    /// A replacement that the matcher itself gives.
    pub(crate) replacement: Option<String>,
}

impl Hit {
    /// A match that captured nothing.
    pub(crate) fn new(rule: usize, segment: usize, span: Span<Seg>) -> Self {
        Self {
            rule,
            entry: 0,
            segment,
            span,
            groups: Vec::new(),
            inflected: Vec::new(),
            named: Vec::new(),
            replacement: None,
        }
    }
}
