//! `rdjson`: the diagnostic format of reviewdog, which writes findings and suggestions into a review.
//!
//! Its columns count bytes of UTF-8 from 1 and its ranges end before their last position. A suggestion is one
//! range and its new text, so a fix of several edits becomes one that spans them all.

use std::io::{self, Write};

use serde::Serialize;

use super::correction::{corrected, reach};
use super::escape::{is_web, visible};
use super::json::line;
use super::path::slashed;
use super::{Checked, Reporter, Summary};
use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::source::Source;
use crate::span::{Span, Src, border_before};

/// Fixes whose edits lie further apart, in bytes, are not suggested: a review shows all that lies between.
const FARTHEST: usize = 2048;

/// Writes one result with all diagnostics; a file that could not be checked is one too.
#[derive(Debug, Default)]
pub struct Rdjson {
    open: bool,
    diagnostics: usize,
}

#[derive(Debug, Serialize)]
struct Record<'a> {
    message: &'a str,
    location: Location<'a>,
    severity: &'static str,
    code: Code<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
}

#[derive(Debug, Serialize)]
struct Location<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Debug, Serialize)]
struct Range {
    start: Place,
    end: Place,
}

#[derive(Debug, Serialize)]
struct Place {
    line: usize,
    column: usize,
}

#[derive(Debug, Serialize)]
struct Code<'a> {
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

impl Rdjson {
    fn open(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if std::mem::replace(&mut self.open, true) {
            return Ok(());
        }
        write!(out, "{{\"source\":{{\"name\":\"mtlint\"}},\"diagnostics\":[")
    }

    fn write(&mut self, record: &Record<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.open(out)?;
        let comma = if self.diagnostics == 0 { "" } else { "," };
        self.diagnostics += 1;
        write!(out, "{comma}\n{}", line(record)?)
    }
}

impl Reporter for Rdjson {
    fn file(&mut self, file: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
        let path = slashed(file.path);
        for diagnostic in file.diagnostics {
            let record = Record {
                message: &visible(&diagnostic.message),
                location: Location { path: &path, range: Some(range(file.source, diagnostic.span)) },
                severity: severity(diagnostic.severity),
                code: Code {
                    value: &diagnostic.rule,
                    url: diagnostic.why_url.as_deref().filter(|url| is_web(url)),
                },
                suggestions: suggestions(file.source, diagnostic),
            };
            self.write(&record, out)?;
        }
        Ok(())
    }

    fn failed(&mut self, path: &str, error: &str, out: &mut dyn Write) -> io::Result<()> {
        let record = Record {
            message: &visible(error),
            location: Location { path: &slashed(path), range: None },
            severity: "ERROR",
            code: Code { value: "mtlint/not-checked", url: None },
            suggestions: Vec::new(),
        };
        self.write(&record, out)
    }

    fn finish(&mut self, _: &Summary, out: &mut dyn Write) -> io::Result<()> {
        self.open(out)?;
        writeln!(out, "\n]}}")
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "INFO",
        Severity::Warning => "WARNING",
        Severity::Error => "ERROR",
    }
}

fn range(source: &Source, span: Span<Src>) -> Range {
    Range { start: place(source, span.start), end: place(source, span.end) }
}

/// Line and column in bytes of the text as UTF-8, whatever the file is in; a byte order mark is part of its line
/// for reviewdog.
fn place(source: &Source, byte: usize) -> Place {
    let byte = border_before(source.text(), byte);
    let line = source.position(byte).line;
    let start = if line == 1 { 0 } else { source.line_span(line).map_or(0, |span| span.start) };
    Place { line, column: byte - start + 1 }
}

fn suggestions(source: &Source, diagnostic: &Diagnostic) -> Vec<Suggestion> {
    let suggestion = |fix: &Fix| {
        let first = fix.edits.first()?;
        let span = reach(first.span, fix);
        (span.end - span.start <= FARTHEST)
            .then(|| Suggestion { range: range(source, span), text: corrected(source, span, fix) })
    };
    diagnostic.fixes.iter().filter_map(suggestion).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Applicability, Edit};
    use crate::encoding::Encoding;
    use crate::report::testing::{finding, report_on};

    fn result(text: &str, diagnostics: &[Diagnostic]) -> serde_json::Value {
        result_on(&Source::from_text(text).expect("short"), diagnostics)
    }

    fn result_on(source: &Source, diagnostics: &[Diagnostic]) -> serde_json::Value {
        let mut rdjson = Rdjson::default();
        let mut out = report_on(&mut rdjson, source, diagnostics).into_bytes();
        rdjson.finish(&Summary::default(), &mut out).expect("writing to memory");
        serde_json::from_slice(&out).expect("JSON")
    }

    #[test]
    fn columns_count_bytes() {
        let text = "one\n“é” the the";
        let result = result(text, &[finding(text, "the the", &[(Applicability::Safe, "the")])]);
        let found = &result["diagnostics"][0];
        assert_eq!(found["location"]["range"]["start"], serde_json::json!({ "line": 2, "column": 10 }));
        assert_eq!(found["suggestions"][0]["range"]["end"], serde_json::json!({ "line": 2, "column": 17 }));
        assert_eq!(found["suggestions"][0]["text"], "the");
    }

    /// Of a file in Latin-1 the column was less than nothing, which ended the program.
    #[test]
    fn columns_of_a_text_that_was_not_utf_8_mixed_bytes_of_the_file_and_of_the_text() {
        let text = format!("é teh {}\nHe went to the the market.\n", "é".repeat(100));
        let found = ["teh", "the the"].map(|fault| finding(&text, fault, &[(Applicability::Safe, "the")]));
        for label in ["utf-8", "windows-1252", "utf-16le", "utf-16be"] {
            let encoding: Encoding = label.parse().expect("a known label");
            let bytes = encoding.encode(&text).expect("it has all of them").into_owned();
            let result = result_on(&Source::decode(bytes, encoding).expect("it is text"), &found);
            let place = |index: usize, end: &str| &result["diagnostics"][index]["location"]["range"][end];
            assert_eq!(*place(0, "start"), serde_json::json!({ "line": 1, "column": 4 }), "{label}");
            assert_eq!(*place(1, "start"), serde_json::json!({ "line": 2, "column": 12 }), "{label}");
            assert_eq!(*place(1, "end"), serde_json::json!({ "line": 2, "column": 19 }), "{label}");
        }
    }

    #[test]
    fn a_fix_of_two_edits_is_one_suggestion() {
        let text = "a important event";
        let mut found = finding(text, "important", &[(Applicability::Safe, "big")]);
        found.fixes[0].edits.insert(0, Edit { span: Span::new(1, 1), text: "n".to_owned() });
        let result = result(text, &[found]);
        let suggestion = &result["diagnostics"][0]["suggestions"][0];
        assert_eq!(suggestion["text"], "n big");
        assert_eq!(suggestion["range"]["start"]["column"], 2);
    }
}
