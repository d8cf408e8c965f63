//! The parts of a compiled rule: what it looks for, what it says, what it would write instead.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::condition::Conditions;
use super::memory::GivenNames;
use super::pattern::LazyRegex;
use super::phrase::Phrase;
use super::schema::{ExampleFormat, FixArticle, FixCase, FixQuotes, RepeatUnit};
use super::stored::Stored;
use super::template::Template;
use super::tokens::TokenPattern;
use crate::diagnostic::{Applicability, Severity};

/// What a rule needs where it has a candidate.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Body {
    pub(crate) template: Template,
    pub(crate) url: Option<Arc<str>>,
    pub(crate) conditions: Conditions,
    pub(crate) fixes: Vec<FixPlan>,
    pub(crate) matcher: Matcher,
}

/// What a rule says about itself to people.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Details {
    pub(crate) message: String,
    pub(crate) why: Option<String>,
    pub(crate) mqm: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) examples: Vec<Example>,
    pub(crate) budget: Option<f64>,
    pub(crate) path: String,
}

/// An example of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Example {
    /// A text in which the rule fires, and the text after the fix where there is one.
    Bad {
        /// The faulty text.
        bad: String,
        /// The text after the fix.
        good: Option<String>,
        /// How both are marked up.
        format: ExampleFormat,
    },
    /// A near miss, in which the rule is silent.
    Ok {
        /// The text.
        ok: String,
        /// How it is marked up.
        format: ExampleFormat,
    },
}

/// What a rule looks for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) enum Matcher {
    Phrases(Vec<Stored<PhraseEntry>>),
    Regex(RegexMatcher),
    Tokens(TokenPattern),
    Repeat { unit: RepeatUnit, ignore: Vec<String> },
    Pair { open: char, close: char },
    Consistent { groups: Vec<Vec<Stored<PhraseEntry>>>, preferred: Preferred },
    Acronym { ignore: Vec<String> },
    BrokenParagraph,
    LinkBorder,
    NameVariant,
    Gender(GivenNames),
}

/// Which form of a group a document should keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Preferred {
    ListedFirst,
    MostUsed,
}

/// One phrase of a rule with what it says for itself.
#[derive(Debug, Serialize, Deserialize)]
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
#[derive(Debug, Serialize, Deserialize)]
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
    /// How far a match can reach from a literal: see [`super::reach`].
    pub(crate) reach: Option<usize>,
}

/// A correction as a rule states it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FixPlan {
    pub(crate) title: Option<Template>,
    /// `None`: the phrase or group gives the replacement.
    pub(crate) to: Option<Template>,
    pub(crate) safety: Applicability,
    pub(crate) case: FixCase,
    pub(crate) article: FixArticle,
    pub(crate) quotes: FixQuotes,
}
