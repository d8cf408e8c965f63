//! What a check of one text yields.

use crate::diagnostic::Diagnostic;

/// What a check of one text yields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Examined {
    /// Everything found, sorted by place and rule.
    pub diagnostics: Vec<Diagnostic>,
    /// The language that the text seems to be translated from, judged by what was found.
    pub guess: Option<Guess>,
}

/// The language that a text seems to be translated from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// Its code, such as `fr`.
    pub language: String,
    /// How many distinct findings say so.
    pub findings: usize,
}
