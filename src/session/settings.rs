//! What a session does with its rules: which of them run, and how severe their findings are.

use std::sync::Arc;

use super::{QuotePolicy, Selector};
use crate::diagnostic::Severity;
use crate::format::FieldError;
use crate::rule::Rule;

/// What a session does with its rules.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Settings {
    /// Rules to run; empty: all.
    pub select: Vec<Selector>,
    /// Rules not to run; wins over `select`.
    pub ignore: Vec<Selector>,
    /// Severities that override the rules' own; `None`: off. The last that fits counts.
    pub severity: Vec<(Selector, Option<Severity>)>,
    /// Findings below it are left out.
    pub min_severity: Severity,
    /// Fields of JSON whose texts are read, as [`crate::format::Field`] writes them; empty: [`crate::format::DEFAULT_FIELDS`].
    pub fields: Vec<String>,
    /// Language the text was translated from: rules for other languages do not run. `None`: all run.
    pub source_language: Option<String>,
    /// The text is known to be a translation: rules with the condition `translated` need no evidence for it.
    /// So it is with a source language.
    pub translated: bool,
    /// What becomes of fixes between quotation marks.
    pub quotes: QuotePolicy,
    /// Words and names in which nothing is found; see [`crate::accept`].
    pub accept: Vec<Arc<str>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            select: Vec::new(),
            ignore: Vec::new(),
            severity: Vec::new(),
            min_severity: Severity::Info,
            fields: Vec::new(),
            source_language: None,
            translated: false,
            quotes: QuotePolicy::Suggest,
            accept: Vec::new(),
        }
    }
}

/// Why settings do not fit the rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A selector names nothing.
    #[error("no rule, pack or tag is called “{selector}”{}", suggestion.as_ref().map(|s| format!("; did you mean “{s}”?")).unwrap_or_default())]
    UnknownRule {
        /// The selector.
        selector: String,
        /// The nearest name, if one is near.
        suggestion: Option<String>,
    },
    /// A field is none.
    #[error(transparent)]
    Field(#[from] FieldError),
}

impl Settings {
    pub(crate) fn runs(&self, rule: &Rule) -> bool {
        let selected = self.select.is_empty() || self.select.iter().any(|s| s.selects(rule));
        let spoken = rule.source.is_empty()
            || self
                .source_language
                .as_ref()
                .is_none_or(|language| rule.source.iter().any(|s| s == language || s == "any"));
        let off =
            self.severity.iter().rev().find(|(s, _)| s.selects(rule)).is_some_and(|(_, to)| to.is_none());
        selected && spoken && !off && !self.ignore.iter().any(|s| s.selects(rule))
    }

    pub(crate) fn severity_of(&self, rule: &Rule) -> Option<Severity> {
        self.severity.iter().rev().find(|(s, _)| s.selects(rule)).and_then(|(_, to)| *to)
    }

    pub(super) fn grammar_severity(&self, id: &str, own: Severity) -> Option<Severity> {
        let named = |s: &Selector| s.is_grammar() && s.selects_id(id);
        if self.ignore.iter().any(named) {
            return None;
        }
        let specific: Vec<&Selector> =
            self.select.iter().filter(|s| s.is_grammar() && s.0 != "grammar").collect();
        if !specific.is_empty() && !self.select.iter().any(named) {
            return None;
        }
        self.severity.iter().rev().find(|(s, _)| named(s)).map_or(Some(own), |(_, to)| *to)
    }
}
