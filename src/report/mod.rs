//! Reports: findings in the forms that people and programs read.
//!
//! [`Reporter`] has one implementation a file; each writes to a writer it is given.
//! Nothing here reads files, decides exit codes or looks at the terminal: colours are on or off globally,
//! in `colored`, set once by `main`.

pub mod checkstyle;
pub mod concise;
pub mod diff;
pub mod escape;
pub mod fingerprint;
pub mod full;
pub mod github;
pub mod gitlab;
pub mod html;
pub mod job_summary;
pub mod json;
pub mod junit;
pub mod path;
pub mod rdjson;
pub mod sarif;
pub mod statistics;
pub mod window;
mod xml;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use crate::diagnostic::{Applicability, Diagnostic, Severity};
pub use crate::fix::effect as correction;
use crate::session::Guess;
use crate::source::Source;

/// One text that was checked, and what was found in it.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'a> {
    /// The path as the user named it.
    pub path: &'a str,
    /// The text that the findings point into.
    pub source: &'a Source,
    /// What was found, in order.
    pub diagnostics: &'a [Diagnostic],
    /// The language that the text seems to be translated from.
    pub guess: Option<&'a Guess>,
}

/// Writes findings in one form.
///
/// Files come in their order, each once; `finish` comes once, after the last.
pub trait Reporter {
    /// Writes the findings of one file.
    ///
    /// # Errors
    /// When `out` cannot be written.
    fn file(&mut self, file: &Checked<'_>, out: &mut dyn Write) -> io::Result<()>;

    /// Says that a file could not be checked; people read that on standard error, so most forms say nothing.
    ///
    /// # Errors
    /// When `out` cannot be written.
    fn failed(&mut self, path: &str, error: &str, out: &mut dyn Write) -> io::Result<()> {
        let _ = (path, error, out);
        Ok(())
    }

    /// Ends the report.
    ///
    /// # Errors
    /// When `out` cannot be written.
    fn finish(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()>;
}

/// What a whole run found, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Texts that were checked.
    pub files: usize,
    /// Files and paths that could not be checked.
    pub failed: usize,
    /// Texts with at least one finding.
    pub files_with_findings: usize,
    /// Findings by severity: info, warning, error.
    pub by_severity: [usize; 3],
    /// Findings that one safe fix would repair.
    pub safe: usize,
    /// Findings that one unsafe fix would repair.
    pub with_unsafe: usize,
    /// Fixes that were applied.
    pub fixed: usize,
    /// Texts that were changed.
    pub files_fixed: usize,
    /// Findings that are in the baseline; nothing else counts them.
    pub known: usize,
    /// Findings by rule.
    pub by_rule: BTreeMap<Arc<str>, RuleCount>,
    /// Texts by the language that they seem to be translated from.
    pub guesses: BTreeMap<String, usize>,
}

/// The findings of one rule, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleCount {
    /// The highest severity among them.
    pub severity: Severity,
    /// How many.
    pub findings: usize,
    /// How many of them one safe fix would repair.
    pub safe: usize,
}

impl Summary {
    /// Counts the findings of one text.
    pub fn add(&mut self, diagnostics: &[Diagnostic]) {
        self.files += 1;
        self.files_with_findings += usize::from(!diagnostics.is_empty());
        for diagnostic in diagnostics {
            self.by_severity[diagnostic.severity as usize] += 1;
            let fix = diagnostic.unattended_fix(Applicability::Safe).is_some();
            self.safe += usize::from(fix);
            self.with_unsafe +=
                usize::from(!fix && diagnostic.unattended_fix(Applicability::Unsafe).is_some());
            let count = self.by_rule.entry(diagnostic.rule.clone()).or_insert(RuleCount {
                severity: diagnostic.severity,
                findings: 0,
                safe: 0,
            });
            count.severity = count.severity.max(diagnostic.severity);
            count.findings += 1;
            count.safe += usize::from(fix);
        }
    }

    /// All findings.
    pub fn findings(&self) -> usize {
        self.by_severity.iter().sum()
    }

    /// Whether there is a finding of at least this severity.
    pub fn reaches(&self, severity: Severity) -> bool {
        self.by_severity[severity as usize..].iter().any(|&count| count > 0)
    }
}

/// `1 file`, `2 files`.
pub fn count(number: usize, noun: &str) -> String {
    match (number, noun) {
        (1, _) => format!("1 {noun}"),
        (_, "info") => format!("{number} info"),
        (_, "fix") => format!("{number} fixes"),
        _ => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! Findings to report.

    use super::*;
    use crate::diagnostic::{Edit, Fix};
    use crate::fingerprint::Fingerprint;
    use crate::span::Span;

    /// A warning of `pack/rule` over the first `fault` in `text`, with these replacements.
    pub(crate) fn finding(text: &str, fault: &str, fixes: &[(Applicability, &str)]) -> Diagnostic {
        let start = text.find(fault).expect("the fault is in the text");
        let span = Span::new(start, start + fault.len());
        let fix = |&(applicability, to): &(Applicability, &str)| Fix {
            title: format!("write “{to}”"),
            applicability,
            edits: vec![Edit { span, text: to.to_owned() }],
        };
        Diagnostic {
            rule: "pack/rule".into(),
            severity: Severity::Warning,
            message: "Something is wrong.".to_owned(),
            why_url: None,
            span,
            fixes: fixes.iter().map(fix).collect(),
            priority: 0,
            fingerprint: Fingerprint::of(text, "pack/rule", fault, 0),
        }
    }

    /// What `reporter` writes about one text, without its end.
    pub(crate) fn report(reporter: &mut dyn Reporter, text: &str, diagnostics: &[Diagnostic]) -> String {
        report_on(reporter, &Source::from_text(text).expect("short"), diagnostics)
    }

    /// The same about a text that was read from a file.
    pub(crate) fn report_on(
        reporter: &mut dyn Reporter,
        source: &Source,
        diagnostics: &[Diagnostic],
    ) -> String {
        colored::control::set_override(false);
        let mut out = Vec::new();
        let file = Checked { path: "a.txt", source, diagnostics, guess: None };
        reporter.file(&file, &mut out).expect("writing to memory");
        String::from_utf8(out).expect("reports are UTF-8")
    }
}
