//! Regular expressions of rules: checked when a rule loads, compiled when first needed.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

/// Largest program that a pattern may compile to, in bytes.
const SIZE_LIMIT: usize = 2 << 20;

/// A pattern whose compilation is put off: most rules never meet a candidate in one article.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LazyRegex {
    pattern: Box<str>,
    whole: bool,
    #[serde(skip)]
    cell: OnceLock<Option<Regex>>,
}

/// Why a pattern is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PatternError {
    #[error("{0}")]
    Syntax(String),
    #[error("the pattern is too large when compiled (over {} KiB): use fewer repetitions", SIZE_LIMIT >> 10)]
    TooLarge,
    #[error("the pattern can match the empty text")]
    MatchesEmpty,
}

impl LazyRegex {
    /// Checks syntax and compiled size of `pattern` if `eager`; a test does so for the built-in rules.
    pub(crate) fn new(pattern: &str, eager: bool) -> Result<Self, PatternError> {
        Self::build(pattern, false, eager)
    }

    /// The same for a pattern that must match a text as a whole.
    pub(crate) fn whole(pattern: &str, eager: bool) -> Result<Self, PatternError> {
        Self::build(pattern, true, eager)
    }

    fn build(pattern: &str, whole: bool, eager: bool) -> Result<Self, PatternError> {
        if let (true, Err(error)) = (eager, regex_syntax::parse(pattern)) {
            return Err(PatternError::Syntax(plain_syntax_error(&error)));
        }
        let lazy = Self { pattern: pattern.into(), whole, cell: OnceLock::new() };
        if eager && lazy.get().is_none() {
            return Err(PatternError::TooLarge);
        }
        Ok(lazy)
    }

    /// The compiled pattern; `None` only for a built-in pattern over the size limit, which a test rules out.
    pub(crate) fn get(&self) -> Option<&Regex> {
        self.cell
            .get_or_init(|| {
                let pattern =
                    if self.whole { format!("^(?:{})$", self.pattern) } else { self.pattern.to_string() };
                RegexBuilder::new(&pattern).size_limit(SIZE_LIMIT).build().ok()
            })
            .as_ref()
    }

    /// The compiled pattern where it is needed at once.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.get().is_some_and(|r| r.is_match(text))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.pattern
    }
}

/// The parser's message in one line, without its own drawing of the pattern.
fn plain_syntax_error(error: &regex_syntax::Error) -> String {
    let what = match error {
        regex_syntax::Error::Parse(e) => e.kind().to_string(),
        regex_syntax::Error::Translate(e) => e.kind().to_string(),
        other => other.to_string(),
    };
    match what.as_str() {
        w if w.contains("look-around") => {
            "look-around is not supported: use `unless` or `when` with `before` and `after`".to_owned()
        }
        w if w.contains("backreferences") => {
            "backreferences are not supported: name two groups and compare them with `where`".to_owned()
        }
        _ => what,
    }
}
