//! `sarif`: the Static Analysis Results Interchange Format 2.1.0, for code scanning services and editors.
//!
//! Results are written as they come; the rules they name, and what could not be checked, follow at the end.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use super::escape::{is_web, visible};
use super::json::line;
use super::path::uri;
use super::{Checked, Reporter, Summary};
use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::rule::RuleSet;
use crate::source::Source;
use crate::span::{Span, Src};
use crate::suppress;

/// Where the form is described.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes one log with one run.
#[derive(Debug)]
pub struct Sarif {
    rules: Arc<RuleSet>,
    /// Rules that have found something, in the order in which they did.
    met: Vec<Arc<str>>,
    places: HashMap<Arc<str>, usize>,
    failures: Vec<Value>,
    open: bool,
    results: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'static str,
    message: Value,
    locations: [Value; 1],
    partial_fingerprints: Value,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Value>,
}

impl Sarif {
    /// A report on findings of `rules`, which say what each is about.
    pub fn new(rules: Arc<RuleSet>) -> Self {
        let (met, places, failures) = (Vec::new(), HashMap::new(), Vec::new());
        Self { rules, met, places, failures, open: false, results: 0 }
    }

    fn open(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if std::mem::replace(&mut self.open, true) {
            return Ok(());
        }
        let columns = r#""columnKind":"unicodeCodePoints","newlineSequences":["\r\n","\n","\r"]"#;
        write!(out, "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{{columns},\"results\":[")
    }

    /// The place of the rule among those of the run.
    fn place(&mut self, rule: &Arc<str>) -> usize {
        *self.places.entry(Arc::clone(rule)).or_insert_with(|| {
            self.met.push(Arc::clone(rule));
            self.met.len() - 1
        })
    }

    fn descriptor(&self, id: &str) -> Value {
        let Some(rule) = self.rules.get(id) else {
            if let Some((_, severity, what, why)) = suppress::ABOUT.iter().find(|(known, ..)| *known == id) {
                return json!({
                    "id": id,
                    "shortDescription": message(what),
                    "fullDescription": message(why),
                    "help": message(why),
                    "defaultConfiguration": { "level": level(*severity) },
                });
            }
            // Grammar rules carry no text of their own; their findings do.
            return json!({ "id": id, "shortDescription": { "text": format!("grammar rule {id}") } });
        };
        let why = rule.why().unwrap_or(rule.message());
        let mut descriptor = json!({
            "id": id,
            "shortDescription": message(rule.message()),
            "fullDescription": message(why),
            "help": message(why),
            "defaultConfiguration": { "level": level(rule.severity) },
            "properties": { "tags": rule.tags() },
        });
        if let Some(url) = rule.url().filter(|url| is_web(url)) {
            descriptor["helpUri"] = url.as_ref().into();
        }
        descriptor
    }
}

impl Reporter for Sarif {
    fn file(&mut self, file: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.open(out)?;
        let artifact = artifact(file.path);
        for diagnostic in file.diagnostics {
            let physical = json!({
                "artifactLocation": artifact,
                "region": region(file.source, diagnostic.span),
            });
            let outcome = Outcome {
                rule_id: &diagnostic.rule,
                rule_index: self.place(&diagnostic.rule),
                level: level(diagnostic.severity),
                message: message(&diagnostic.message),
                locations: [json!({ "physicalLocation": physical })],
                // Of the rule and its sentence: the finding is the same one wherever the paragraph goes.
                partial_fingerprints: json!({ "mtlint/v1": diagnostic.fingerprint.to_string() }),
                fixes: fixes(diagnostic, file.source, &artifact),
            };
            let comma = if self.results == 0 { "" } else { "," };
            write!(out, "{comma}\n{}", line(&outcome)?)?;
            self.results += 1;
        }
        Ok(())
    }

    fn failed(&mut self, path: &str, error: &str, _: &mut dyn Write) -> io::Result<()> {
        self.failures.push(json!({
            "level": "error",
            "message": message(error),
            "locations": [{ "physicalLocation": { "artifactLocation": artifact(path) } }],
        }));
        Ok(())
    }

    fn finish(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        self.open(out)?;
        let version = env!("CARGO_PKG_VERSION");
        let rules: Vec<Value> = self.met.iter().map(|id| self.descriptor(id)).collect();
        let driver =
            json!({ "name": "mtlint", "version": version, "semanticVersion": version, "rules": rules });
        let invocation = json!({
            "executionSuccessful": summary.failed == 0,
            "toolExecutionNotifications": self.failures,
        });
        writeln!(
            out,
            "\n],\n\"tool\":{{\"driver\":{}}},\n\"invocations\":[{}]}}]}}",
            line(&driver)?,
            line(&invocation)?
        )
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// A plain text message. SARIF reads `[text](target)` in one as a link, and no text may make one.
fn message(text: &str) -> Value {
    let text = visible(text);
    let text = if text.contains("](") { text.replace('[', "\\[").replace(']', "\\]") } else { text.into() };
    json!({ "text": if text.is_empty() { "-" } else { &text } })
}

fn artifact(path: &str) -> Value {
    let uri = uri(path);
    if uri.relative {
        json!({ "uri": uri.text, "uriBaseId": "%SRCROOT%" })
    } else {
        json!({ "uri": uri.text })
    }
}

/// The lines and columns of `span`; the end is the first character that does not belong to it.
fn region(source: &Source, span: Span<Src>) -> Value {
    let (start, end) = (source.position(span.start), source.position(span.end));
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

/// Alternatives that a person may choose from.
fn fixes(diagnostic: &Diagnostic, source: &Source, artifact: &Value) -> Vec<Value> {
    let with_edits = diagnostic.fixes.iter().filter(|fix| !fix.edits.is_empty());
    let fix = |fix: &Fix| {
        let replacements: Vec<Value> = fix
            .edits
            .iter()
            .map(|edit| {
                json!({
                    "deletedRegion": region(source, edit.span),
                    "insertedContent": { "text": edit.text },
                })
            })
            .collect();
        json!({
            "description": message(&fix.title),
            "artifactChanges": [{ "artifactLocation": artifact, "replacements": replacements }],
            "properties": { "applicability": fix.applicability },
        })
    };
    with_edits.map(fix).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Applicability;
    use crate::report::testing::{finding, report};

    fn log(text: &str, diagnostics: &[Diagnostic], failed: usize) -> Value {
        let mut sarif = Sarif::new(Arc::new(RuleSet::default()));
        let mut out = report(&mut sarif, text, diagnostics).into_bytes();
        for _ in 0..failed {
            sarif.failed("b c.txt", "cannot be read", &mut out).expect("writing to memory");
        }
        let summary = Summary { failed, ..Summary::default() };
        sarif.finish(&summary, &mut out).expect("writing to memory");
        serde_json::from_slice(&out).expect("JSON")
    }

    #[test]
    fn a_result_has_its_region_and_its_fixes() {
        let text = "\u{feff}“é” the the";
        let log = log(text, &[finding(text, "the the", &[(Applicability::Safe, "the")])], 0);
        let result = &log["runs"][0]["results"][0];
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert_eq!(*region, json!({ "startLine": 1, "startColumn": 5, "endLine": 1, "endColumn": 12 }));
        assert_eq!(result["level"], "warning");
        let fix = &result["fixes"][0];
        assert_eq!(fix["properties"]["applicability"], "safe");
        assert_eq!(fix["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"], "the");
        assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][0]["id"], "pack/rule");
    }

    #[test]
    fn a_file_that_failed_makes_the_run_unsuccessful() {
        let log = log("the end", &[], 1);
        let invocation = &log["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        let notification = &invocation["toolExecutionNotifications"][0];
        let place = &notification["locations"][0]["physicalLocation"]["artifactLocation"];
        assert_eq!(place["uri"], "b%20c.txt");
        assert_eq!(log["runs"][0]["results"], json!([]));
    }

    #[test]
    fn no_message_makes_a_link() {
        assert_eq!(message("[x](http://evil)")["text"], r"\[x\](http://evil)");
        assert_eq!(message("a [b] c")["text"], "a [b] c");
    }
}
