//! Rules: what they are once loaded, and finding their matches in a document.
//!
//! [`files`] holds rule files in memory, `schema` says what they may contain, `compile` turns them into a
//! [`RuleSet`]; for the built-in rules that is done when the program is built, and `load` opens the `image` of them.
//! `prefilter` finds candidates for all rules at once, and the matchers (`phrase`, `pattern`, `tokens`, `checks`)
//! verify them. [`examples`] proves rules by their own examples, [`proof`] that the prefilter loses nothing.

pub mod error;
pub mod examples;
pub mod files;
pub mod proof;
pub mod schema;

pub(crate) mod acronym;
pub(crate) mod border;
pub(crate) mod builtin;
pub(crate) mod candidates;
pub(crate) mod checks;
pub(crate) mod compile;
pub(crate) mod condition;
pub(crate) mod dead_ends;
pub(crate) mod engine;
pub(crate) mod evidence;
pub(crate) mod find;
pub(crate) mod grams;
pub(crate) mod image;
pub(crate) mod literal;
pub(crate) mod load;
pub(crate) mod memory;
pub(crate) mod pairs;
pub(crate) mod parts;
pub(crate) mod pattern;
pub(crate) mod phrase;
pub(crate) mod prefilter;
pub(crate) mod reach;
pub(crate) mod recall;
pub(crate) mod script;
pub(crate) mod set;
pub(crate) mod stored;
pub(crate) mod template;
pub(crate) mod token_lists;
pub(crate) mod tokens;
pub(crate) mod view;
pub(crate) mod vocabulary;

#[cfg(test)]
mod load_tests;
#[cfg(test)]
mod metamorphic;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

pub use error::{RuleError, RuleErrors};
pub use files::{RuleFile, RuleFiles};
pub use load::load;
pub use parts::Example;
pub(crate) use parts::{FixPlan, Matcher, PhraseEntry, Preferred, RegexMatcher};
pub use recall::Recall;
pub use schema::ExampleFormat;
pub use set::{Pack, Rule, RuleSet};

use crate::lexicon::Pos;
use crate::span::{Seg, Span};

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
