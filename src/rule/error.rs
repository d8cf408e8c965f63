//! What is wrong with a rule file, drawn at its place.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::span::border_before;
use crate::text::drawing::Mistake;

/// One mistake in a rule file: where, what, why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleError {
    /// The file, as it is shown to people.
    pub path: String,
    /// The file's whole text, for drawing.
    pub text: Arc<str>,
    /// The faulty bytes of `text`.
    pub span: Range<usize>,
    /// What is wrong, one line.
    pub message: String,
    /// A word or two beside the marked place; may be empty.
    pub label: String,
    /// What to do about it; may be empty.
    pub help: String,
}

impl RuleError {
    /// Line and column of the mistake, from 1; the column counts Unicode scalar values.
    pub fn line_column(&self) -> (usize, usize) {
        let before = &self.text[..border_before(&self.text, self.span.start)];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// The error as text for a person: message, `path:line:column`, the lines drawn, and help.
    pub fn render(&self, color: bool) -> String {
        let Self { path, text, span, message, label, help } = self;
        Mistake { what: message, path, text, span: (span.start, span.end), label, help }.draw(color)
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for RuleError {}

/// Everything that is wrong with a set of rule files; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleErrors(pub Vec<RuleError>);

impl fmt::Display for RuleErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n\n")?;
            }
            fmt::Display::fmt(error, f)?;
        }
        Ok(())
    }
}

impl std::error::Error for RuleErrors {}
