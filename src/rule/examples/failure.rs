//! How an example of a rule can fail.

use std::fmt;
use std::sync::Arc;

use crate::fix::FixError;

/// How an example failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExampleFailure {
    /// The rule is silent on a `bad` example.
    Missing {
        /// The example.
        bad: String,
    },
    /// The rule fires on a `good` or `ok` example.
    Noisy {
        /// The example.
        text: String,
        /// What it found there.
        found: String,
    },
    /// The fix does not give what `good` says.
    Wrong {
        /// The example.
        bad: String,
        /// What `good` says.
        expected: String,
        /// What the fix gives.
        got: String,
    },
    /// The rule has a fix, and the example does not say what it gives.
    NoGood {
        /// The example.
        bad: String,
        /// What the fix gives.
        got: String,
    },
    /// The rule still changes its own result.
    Unstable {
        /// The example.
        bad: String,
        /// The first result.
        once: String,
        /// The second result.
        twice: String,
    },
    /// The fix does not come to an end.
    Endless {
        /// The example.
        bad: String,
        /// How often it stood in one paragraph.
        times: usize,
        /// What became of it.
        error: FixError,
    },
    /// No example reaches a phrase or alternative.
    Unreached {
        /// The phrase as written.
        phrase: String,
        /// The text that was tried.
        tried: String,
    },
    /// Another rule fires, at warning or error, on a text that should be right.
    Clash {
        /// The example.
        text: String,
        /// The other rule.
        other: Arc<str>,
        /// What it found there.
        found: String,
    },
    /// A safe fix of another rule overlaps this rule's safe fix.
    Overlap {
        /// The example.
        bad: String,
        /// The other rule.
        other: Arc<str>,
    },
}

impl fmt::Display for ExampleFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { bad } => write!(f, "missing: the rule does not fire on\n  bad:  {bad}"),
            Self::Noisy { text, found } => write!(f, "noisy: the rule fires on “{found}” in\n  text: {text}"),
            Self::Wrong { bad, expected, got } => {
                write!(
                    f,
                    "wrong: the fix gives another text\n  bad:  {bad}\n  good: {expected}\n  got:  {got}"
                )
            }
            Self::NoGood { bad, got } => {
                write!(
                    f,
                    "no `good`: the rule has a fix, so the example must say what it gives\n  bad:  {bad}\n  got:  {got}"
                )
            }
            Self::Unstable { bad, once, twice } => {
                write!(
                    f,
                    "unstable: the rule changes its own result\n  bad:   {bad}\n  once:  {once}\n  twice: {twice}"
                )
            }
            Self::Endless { bad, times, error } => {
                let times =
                    if *times == 1 { String::new() } else { format!(", {times} times in a paragraph") };
                write!(f, "endless: {error}\n  bad:  {bad}{times}")
            }
            Self::Unreached { phrase, tried } => {
                write!(f, "unreached: no example reaches “{phrase}”\n  tried: {tried}")
            }
            Self::Clash { text, other, found } => {
                write!(f, "clash: {other} fires on “{found}” in a text that should be right\n  text: {text}")
            }
            Self::Overlap { bad, other } => {
                write!(f, "overlap: the safe fix of {other} overlaps this rule's safe fix\n  bad:  {bad}")
            }
        }
    }
}
