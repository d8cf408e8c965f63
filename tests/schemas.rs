//! What other programs read is what their schemas allow, whatever stands in texts, paths and rules.
//!
//! The schemas are described in `tests/schemas/README.md`.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use mtlint::diagnostic::{Applicability, Diagnostic, Edit, Fix, Severity};
use mtlint::report::checkstyle::Checkstyle;
use mtlint::report::gitlab::Gitlab;
use mtlint::report::junit::Junit;
use mtlint::report::rdjson::Rdjson;
use mtlint::report::sarif::Sarif;
use mtlint::report::{Checked, Reporter, Summary};
use mtlint::rule::RuleSet;
use mtlint::source::Source;
use mtlint::span::Span;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;

/// One run: texts with findings, and files that could not be checked.
#[derive(Debug, Clone)]
struct Run {
    files: Vec<File>,
    failures: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
struct File {
    path: String,
    text: String,
    findings: Vec<Finding>,
}

/// Where a finding begins and how long it is, in parts of the text and of what follows; what it says.
#[derive(Debug, Clone)]
struct Finding {
    start: prop::sample::Index,
    end: prop::sample::Index,
    severity: u8,
    rule: String,
    message: String,
    url: Option<String>,
    replacement: Option<String>,
}

/// Texts that have broken reports: markup, controls, characters that XML and terminals forbid, commands.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("]]>".to_owned()),
        Just("::error::x%0A".to_owned()),
        Just("\"'<&>{0}|`[x](http://y)\\".to_owned()),
        Just("\u{fffe}\u{ffff}\u{0}\u{1b}[2J\u{9b}\u{202e}\u{2028}\r\n\t".to_owned()),
        Just("\u{feff}“é”日本\u{1f600}e\u{301}".to_owned()),
        "\\PC{0,6}",
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

fn named() -> impl Strategy<Value = String> {
    hostile().prop_map(|text| format!("a/{text}.txt"))
}

fn findings() -> impl Strategy<Value = Vec<Finding>> {
    let url = prop::option::of(prop_oneof![Just("https://a.example/b".to_owned()), hostile()]);
    let finding = (
        (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0u8..3),
        ("[a-z]{1,3}/[a-z]{1,3}", hostile().prop_map(|text| format!("m{text}"))),
        (url, prop::option::of(hostile())),
    );
    let finding = finding.prop_map(|((start, end, severity), (rule, message), (url, replacement))| Finding {
        start,
        end,
        severity,
        rule,
        message,
        url,
        replacement,
    });
    prop::collection::vec(finding, 0..4)
}

fn runs() -> impl Strategy<Value = Run> {
    let file = (named(), hostile(), findings());
    let file = file.prop_map(|(path, text, findings)| File { path, text, findings });
    let failure = (named(), hostile().prop_map(|text| format!("e{text}")));
    (prop::collection::vec(file, 0..3), prop::collection::vec(failure, 0..2))
        .prop_map(|(files, failures)| Run { files, failures })
}

impl Finding {
    fn diagnostic(&self, text: &str) -> Diagnostic {
        let borders: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let (a, b) = (*self.start.get(&borders), *self.end.get(&borders));
        let span = Span::new(a.min(b), a.max(b));
        let fix = self.replacement.as_ref().map(|text| Fix {
            title: text.clone(),
            applicability: Applicability::Safe,
            edits: vec![Edit { span, text: text.clone() }],
        });
        Diagnostic {
            rule: self.rule.as_str().into(),
            severity: [Severity::Info, Severity::Warning, Severity::Error][usize::from(self.severity)],
            message: self.message.clone(),
            why_url: self.url.as_deref().map(Into::into),
            span,
            fixes: fix.into_iter().collect(),
            priority: 0,
            fingerprint: mtlint::diagnostic::Fingerprint::default(),
        }
    }
}

/// What `reporter` writes of `run`.
fn document(mut reporter: impl Reporter, run: &Run) -> Vec<u8> {
    let (mut out, mut summary) = (Vec::new(), Summary::default());
    for File { path, text, findings } in &run.files {
        let source = Source::from_text(text.as_str()).expect("short");
        let diagnostics: Vec<Diagnostic> = findings.iter().map(|finding| finding.diagnostic(text)).collect();
        summary.add(&diagnostics);
        let file = Checked { path, source: &source, diagnostics: &diagnostics, guess: None };
        reporter.file(&file, &mut out).expect("writing to memory");
    }
    for (path, error) in &run.failures {
        summary.failed += 1;
        reporter.failed(path, error, &mut out).expect("writing to memory");
    }
    reporter.finish(&summary, &mut out).expect("writing to memory");
    out
}

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas")
}

fn validator(name: &str) -> jsonschema::Validator {
    let text = fs::read_to_string(schemas().join(name)).expect("the schema is there");
    // The published schema of SARIF has a bracket too many in the pattern of a language.
    let text = text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema = serde_json::from_str(&text).expect("JSON");
    jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema")
}

/// What is wrong with a document.
fn mistakes(validator: &jsonschema::Validator, document: &[u8]) -> Vec<String> {
    let value: Value = serde_json::from_slice(document).expect("JSON");
    validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn check_json(schema: &str, write: impl Fn(&Run) -> Vec<u8>, more: impl Fn(&Value)) {
    let validator = validator(schema);
    let check = |run: &Run| {
        let document = write(run);
        let mistakes = mistakes(&validator, &document);
        assert!(mistakes.is_empty(), "{mistakes:#?}\n{}", String::from_utf8_lossy(&document));
        more(&serde_json::from_slice(&document).expect("JSON"));
    };
    check(&Run { files: Vec::new(), failures: Vec::new() });
    proptest!(ProptestConfig::with_cases(64), |(run in runs())| check(&run));
}

#[test]
fn sarif_is_valid() {
    let write = |run: &Run| document(Sarif::new(Arc::new(RuleSet::default())), run);
    check_json("sarif-2.1.0.json", write, |log| {
        let run = &log["runs"][0];
        for result in run["results"].as_array().expect("results") {
            let place = result["ruleIndex"].as_u64().expect("an index") as usize;
            assert_eq!(run["tool"]["driver"]["rules"][place]["id"], result["ruleId"]);
        }
    });
}

#[test]
fn gitlab_is_valid_and_no_two_issues_have_one_fingerprint() {
    check_json(
        "gitlab-code-quality.json",
        |run| document(Gitlab::default(), run),
        |issues| {
            let issues = issues.as_array().expect("issues");
            // Two files may have the same name here, which no run has.
            let name =
                |issue: &Value| (issue["location"]["path"].to_string(), issue["fingerprint"].to_string());
            let names: HashSet<_> = issues.iter().map(name).collect();
            let paths: HashSet<_> =
                issues.iter().map(|issue| issue["location"]["path"].to_string()).collect();
            if paths.len() == issues.len() {
                assert_eq!(names.len(), issues.len());
            }
        },
    );
}

#[test]
fn rdjson_is_valid() {
    check_json("rdformat.json", |run| document(Rdjson::default(), run), |_| ());
}

/// A schema that allows anything would make these tests worthless.
#[test]
fn the_schemas_refuse_what_is_wrong() {
    assert!(!mistakes(&validator("sarif-2.1.0.json"), br#"{"version":"2.1.0"}"#).is_empty());
    assert!(!mistakes(&validator("gitlab-code-quality.json"), br#"[{"description":"x"}]"#).is_empty());
    assert!(!mistakes(&validator("rdformat.json"), br#"{"diagnostics":[{"message":"x"}]}"#).is_empty());
}

/// Whether `xmllint` is there; without it a test is skipped, but not in CI.
fn has_xmllint() -> bool {
    let there = Command::new("xmllint").arg("--version").output().is_ok();
    if !there {
        assert!(std::env::var_os("CI").is_none(), "xmllint is missing: install libxml2-utils");
        // The harness would keep what a macro prints to itself.
        let _ =
            writeln!(io::stderr(), "SKIPPED: XML is not validated, for xmllint is missing (libxml2-utils)");
    }
    there
}

/// What `xmllint` says about the documents that hold against a schema; empty if all do.
fn xml_mistakes(schema: &str, documents: &[Vec<u8>]) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new("xmllint");
    command.args(["--noout", "--nonet", "--schema"]).arg(schemas().join(schema));
    for (number, document) in documents.iter().enumerate() {
        let path = folder.path().join(format!("{number}.xml"));
        fs::write(&path, document).expect("written");
        command.arg(path);
    }
    let output = command.output().expect("it runs");
    if output.status.success() { String::new() } else { String::from_utf8_lossy(&output.stderr).into_owned() }
}

/// The empty run, and many that are hostile; the same ones every time.
fn sample() -> Vec<Run> {
    let mut runner = TestRunner::deterministic();
    let mut run = || runs().new_tree(&mut runner).expect("a run").current();
    let hostile = std::iter::repeat_with(&mut run).take(150);
    [Run { files: Vec::new(), failures: Vec::new() }].into_iter().chain(hostile).collect()
}

#[test]
fn xml_is_valid() {
    if !has_xmllint() {
        return;
    }
    let runs = sample();
    let junit: Vec<_> = runs.iter().map(|run| document(Junit::new(Severity::Warning), run)).collect();
    assert_eq!(xml_mistakes("junit-10.xsd", &junit), "");
    let checkstyle: Vec<_> = runs.iter().map(|run| document(Checkstyle::default(), run)).collect();
    assert_eq!(xml_mistakes("checkstyle.xsd", &checkstyle), "");
    let wrong = [b"<checkstyle version='1'><x/></checkstyle>".to_vec()];
    assert_ne!(xml_mistakes("checkstyle.xsd", &wrong), "");
}

/// What the program itself writes: several reports of one run, in which a file cannot be read.
#[test]
fn the_reports_of_the_program_are_valid() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = |name: &str| folder.path().join(name).display().to_string();
    let formats = ["sarif", "gitlab", "rdjson", "junit", "checkstyle"];
    let targets: Vec<String> = formats.iter().map(|name| format!("{name}={}", file(name))).collect();
    let output = Command::new(env!("CARGO_BIN_EXE_mtlint"))
        .args(["check", "a.txt", "clean.txt", "missing.txt", "--no-cache", "--output-format"])
        .arg(targets.join(","))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd/check.in"))
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("3 findings"), "people see the findings");
    let read = |name: &str| fs::read(file(name)).expect("the report is there");
    let json =
        [("sarif", "sarif-2.1.0.json"), ("gitlab", "gitlab-code-quality.json"), ("rdjson", "rdformat.json")];
    for (name, schema) in json {
        assert_eq!(mistakes(&validator(schema), &read(name)), [""; 0], "{name}");
    }
    let sarif: Value = serde_json::from_slice(&read("sarif")).expect("JSON");
    let driver = &sarif["runs"][0]["tool"]["driver"];
    assert_eq!(driver["rules"][0]["id"], "house/doubled-the");
    assert_eq!(driver["rules"][0]["defaultConfiguration"]["level"], "error");
    assert_eq!(sarif["runs"][0]["invocations"][0]["executionSuccessful"], false);
    if has_xmllint() {
        assert_eq!(xml_mistakes("junit-10.xsd", &[read("junit")]), "");
        assert_eq!(xml_mistakes("checkstyle.xsd", &[read("checkstyle")]), "");
    }
}
