//! `jsonl` and `json`: findings for programs. The form of a record is stable.
//!
//! Bytes count from the start of the file as it is on disk, byte order mark included; in a `.docx`, from the start of
//! its text, one line for each line of prose. Lines and columns count from 1; a column is a Unicode scalar value.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;

use super::escape::without_commands;
use super::{Checked, Reporter, Summary};
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::fingerprint::Fingerprint;
use crate::source::{Position, Source};

/// The version of the records and of the document; it grows when a key changes its meaning or goes.
pub const VERSION: u32 = 1;

/// One finding.
#[derive(Debug, Serialize)]
struct Record<'a> {
    path: &'a str,
    rule: &'a str,
    severity: Severity,
    message: &'a str,
    why_url: Option<&'a str>,
    start: Place,
    end: Place,
    text: &'a str,
    fixes: Vec<FixRecord<'a>>,
    /// What names the finding wherever its sentence goes; see [`crate::fingerprint`].
    fingerprint: Fingerprint,
}

#[derive(Debug, Serialize)]
struct Place {
    byte: usize,
    line: usize,
    column: usize,
}

#[derive(Debug, Serialize)]
struct FixRecord<'a> {
    title: &'a str,
    applicability: Applicability,
    edits: Vec<EditRecord<'a>>,
}

#[derive(Debug, Serialize)]
struct EditRecord<'a> {
    start: usize,
    end: usize,
    text: &'a str,
}

impl From<Position> for Place {
    fn from(Position { byte, line, column }: Position) -> Self {
        Self { byte, line, column }
    }
}

impl<'a> Record<'a> {
    fn new(path: &'a str, source: &'a Source, diagnostic: &'a Diagnostic) -> Self {
        let fixes = diagnostic.fixes.iter().map(|fix| FixRecord {
            title: &fix.title,
            applicability: fix.applicability,
            edits: fix
                .edits
                .iter()
                .map(|edit| EditRecord {
                    start: source.disk_offset(edit.span.start),
                    end: source.disk_offset(edit.span.end),
                    text: &edit.text,
                })
                .collect(),
        });
        Self {
            path,
            rule: &diagnostic.rule,
            severity: diagnostic.severity,
            message: &diagnostic.message,
            why_url: diagnostic.why_url.as_deref(),
            start: source.position(diagnostic.span.start).into(),
            end: source.position(diagnostic.span.end).into(),
            text: source.slice(diagnostic.span),
            fixes: fixes.collect(),
            fingerprint: diagnostic.fingerprint,
        }
    }
}

/// `value` on one line, [`harmless`].
pub(super) fn line<T: Serialize>(value: &T) -> io::Result<String> {
    Ok(harmless(serde_json::to_string(value)?))
}

/// JSON with the controls that it would let through written as escapes too, and what a CI service would take for a
/// command in its log.
pub fn harmless(json: String) -> String {
    let json = match without_commands(&json, ":", "\\u0023") {
        Cow::Borrowed(_) => json,
        Cow::Owned(json) => json,
    };
    let hidden = |c: char| {
        ('\u{7f}'..='\u{9f}').contains(&c) || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !json.contains(hidden) {
        return json;
    }
    // Outside its strings JSON is ASCII, so all of these stand inside one.
    let mut escaped = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if hidden(c) {
            escaped.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// Writes one object a line for each finding, nothing else.
#[derive(Debug, Clone, Copy)]
pub struct JsonLines;

impl Reporter for JsonLines {
    fn file(&mut self, file: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
        for diagnostic in file.diagnostics {
            writeln!(out, "{}", line(&Record::new(file.path, file.source, diagnostic))?)?;
        }
        Ok(())
    }

    fn finish(&mut self, _: &Summary, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// Writes one document: `version`, `diagnostics`, `files`, `summary`.
///
/// The findings are written as they come, so that a long run does not fill the memory.
#[derive(Debug, Default)]
pub struct Json {
    files: Vec<FileRecord>,
    open: bool,
    findings: usize,
}

#[derive(Debug, Serialize)]
struct FileRecord {
    path: String,
    findings: usize,
    /// The language that the text seems to be translated from, where none was given.
    source_guess: Option<String>,
    error: Option<String>,
}

#[derive(Debug, Serialize)]
struct SummaryRecord {
    files: usize,
    failed: usize,
    findings: usize,
    error: usize,
    warning: usize,
    info: usize,
    fixable: usize,
    fixable_unsafe: usize,
    fixed: usize,
    /// Findings that are in the baseline.
    known: usize,
}

impl Json {
    fn open(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if std::mem::replace(&mut self.open, true) {
            return Ok(());
        }
        write!(out, "{{\"version\":{VERSION},\"diagnostics\":[")
    }
}

impl Reporter for Json {
    fn file(&mut self, file: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.open(out)?;
        for diagnostic in file.diagnostics {
            let comma = if self.findings == 0 { "" } else { "," };
            write!(out, "{comma}\n{}", line(&Record::new(file.path, file.source, diagnostic))?)?;
            self.findings += 1;
        }
        let (path, findings) = (file.path.to_owned(), file.diagnostics.len());
        let source_guess = file.guess.map(|guess| guess.language.clone());
        self.files.push(FileRecord { path, findings, source_guess, error: None });
        Ok(())
    }

    fn failed(&mut self, path: &str, error: &str, _: &mut dyn Write) -> io::Result<()> {
        let (path, error) = (path.to_owned(), Some(error.to_owned()));
        self.files.push(FileRecord { path, findings: 0, source_guess: None, error });
        Ok(())
    }

    fn finish(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        self.open(out)?;
        let [info, warning, error] = summary.by_severity;
        let record = SummaryRecord {
            files: summary.files,
            failed: summary.failed,
            findings: summary.findings(),
            error,
            warning,
            info,
            fixable: summary.safe,
            fixable_unsafe: summary.with_unsafe,
            fixed: summary.fixed,
            known: summary.known,
        };
        writeln!(out, "\n],\n\"files\":{},\n\"summary\":{}}}", line(&self.files)?, line(&record)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{finding, report};

    #[test]
    fn a_record_has_exactly_the_documented_keys_in_their_order() {
        let text = "\u{feff}one\nthe “”quote";
        let shown = report(&mut JsonLines, text, &[finding(text, "“”", &[(Applicability::Safe, "“")])]);
        assert_eq!(
            shown,
            r#"{"path":"a.txt","rule":"pack/rule","severity":"warning","message":"Something is wrong.","why_url":null,"start":{"byte":11,"line":2,"column":5},"end":{"byte":17,"line":2,"column":7},"text":"“”","fixes":[{"title":"write ““”","applicability":"safe","edits":[{"start":11,"end":17,"text":"“"}]}],"fingerprint":"0dd33cbf7bdc6d84"}
"#
        );
    }

    #[test]
    fn controls_are_escaped_and_come_back_unchanged() {
        let text = "a \u{9b}b\u{1b}\u{202e}\u{7f}c";
        let shown = report(&mut JsonLines, text, &[finding(text, "\u{9b}b\u{1b}\u{202e}\u{7f}c", &[])]);
        assert!(!shown.trim_end().contains(|c: char| c.is_control() || c == '\u{202e}'), "{shown:?}");
        let value: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
        assert_eq!(value["text"], "\u{9b}b\u{1b}\u{202e}\u{7f}c");
    }

    #[test]
    fn the_document_is_json_with_and_without_findings() {
        let document = |diagnostics: &[Diagnostic]| {
            let mut json = Json::default();
            let mut out = report(&mut json, "the end", diagnostics).into_bytes();
            json.failed("b.txt", "not there", &mut out).expect("writing to memory");
            let mut summary = Summary::default();
            summary.add(diagnostics);
            json.finish(&summary, &mut out).expect("writing to memory");
            serde_json::from_slice::<serde_json::Value>(&out).expect("JSON")
        };
        assert_eq!(document(&[])["diagnostics"].as_array().map(Vec::len), Some(0));
        let twice = document(&[finding("the end", "the", &[]), finding("the end", "end", &[])]);
        assert_eq!(twice["diagnostics"][1]["text"], "end");
        assert_eq!(twice["summary"]["warning"], 2);
        assert_eq!(twice["files"][1]["error"], "not there");
    }
}
