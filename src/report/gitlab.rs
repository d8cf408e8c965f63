//! `gitlab`: a Code Quality report, which GitLab compares with that of the target branch of a merge request.
//!
//! GitLab takes one issue a fingerprint, and knows an issue again by it, so it does not depend on line numbers.

use std::io::{self, Write};

use serde::Serialize;

use super::escape::visible;
use super::fingerprint::{Fingerprints, of_failure};
use super::json::line;
use super::path::slashed;
use super::{Checked, Reporter, Summary};
use crate::diagnostic::Severity;

/// Writes one array of issues; a file that could not be checked is one too.
#[derive(Debug, Default)]
pub struct Gitlab {
    issues: usize,
}

#[derive(Debug, Serialize)]
struct Issue<'a> {
    description: &'a str,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Debug, Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Debug, Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

impl Gitlab {
    fn write(&mut self, issue: &Issue<'_>, out: &mut dyn Write) -> io::Result<()> {
        let before = if self.issues == 0 { "[\n" } else { ",\n" };
        self.issues += 1;
        write!(out, "{before}{}", line(issue)?)
    }
}

impl Reporter for Gitlab {
    fn file(&mut self, file: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
        let path = slashed(file.path);
        let mut fingerprints = Fingerprints::new(file.path, file.source);
        for diagnostic in file.diagnostics {
            let begin = file.source.position(diagnostic.span.start).line;
            let end = file.source.position(diagnostic.span.end).line;
            let issue = Issue {
                description: &visible(&diagnostic.message),
                check_name: &diagnostic.rule,
                fingerprint: fingerprints.next(diagnostic),
                severity: severity(diagnostic.severity),
                location: Location { path: &path, lines: Lines { begin, end } },
            };
            self.write(&issue, out)?;
        }
        Ok(())
    }

    fn failed(&mut self, path: &str, error: &str, out: &mut dyn Write) -> io::Result<()> {
        let issue = Issue {
            description: &visible(error),
            check_name: "mtlint/not-checked",
            fingerprint: of_failure(path),
            severity: "blocker",
            location: Location { path: &slashed(path), lines: Lines { begin: 1, end: 1 } },
        };
        self.write(&issue, out)
    }

    fn finish(&mut self, _: &Summary, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", if self.issues == 0 { "[]" } else { "\n]" })
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "minor",
        Severity::Error => "major",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{finding, report};

    #[test]
    fn issues_have_fingerprints_of_their_own_and_an_empty_report_is_an_array() {
        let text = "the the";
        let mut gitlab = Gitlab::default();
        let mut out =
            report(&mut gitlab, text, &[finding(text, "the", &[]), finding(text, "the", &[])]).into_bytes();
        gitlab.failed("./b.txt", "cannot be read", &mut out).expect("writing to memory");
        gitlab.finish(&Summary::default(), &mut out).expect("writing to memory");
        let issues: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
        assert_ne!(issues[0]["fingerprint"], issues[1]["fingerprint"]);
        assert_eq!(issues[0]["severity"], "minor");
        assert_eq!(
            (&issues[2]["severity"], &issues[2]["location"]["path"]),
            (&"blocker".into(), &"b.txt".into())
        );
        let mut empty = Vec::new();
        Gitlab::default().finish(&Summary::default(), &mut empty).expect("writing to memory");
        assert_eq!(empty, b"[]\n");
    }
}
