//! Grammar checks on one block of prose.

use crate::diagnostic::Severity;
use crate::span::{Seg, Span};

/// Finds faults of grammar in prose.
pub trait Grammar: Send + Sync {
    /// Checks one block; spans are bytes of `block`.
    fn check(&self, block: &str) -> Vec<GrammarFinding>;
}

/// One fault of grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrammarFinding {
    /// Id of the rule.
    pub rule: String,
    /// The faulty bytes of the block.
    pub span: Span<Seg>,
    /// One line for the reader.
    pub message: String,
    /// What could stand there instead.
    pub replacements: Vec<String>,
    /// How bad it is.
    pub severity: Severity,
}
