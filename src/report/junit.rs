//! `junit`: the XML that test runners write and every CI service shows.
//!
//! A file is a test suite, a finding a test case. What would fail the run fails its case; a finding below
//! `--fail-on` is a case that passes and has something to say.

use std::io::{self, Write};

use quick_xml::events::BytesText;

use super::correction::{corrected, foremost, reach};
use super::path::slashed;
use super::window::shorten;
use super::xml::{self, Xml};
use super::{Checked, Reporter, Summary};
use crate::diagnostic::{Diagnostic, Severity};

/// Writes a test suite for each file.
#[derive(Debug)]
pub struct Junit {
    fail_on: Severity,
    open: bool,
}

impl Junit {
    /// A report in which findings of at least `fail_on` are failures.
    pub fn new(fail_on: Severity) -> Self {
        Self { fail_on, open: false }
    }

    fn open(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if std::mem::replace(&mut self.open, true) {
            return Ok(());
        }
        xml::open("testsuites", ("name", "mtlint"), out)
    }

    fn write_case(&self, file: &Checked<'_>, diagnostic: &Diagnostic, xml: &mut Xml) -> io::Result<()> {
        let at = file.source.position(diagnostic.span.start);
        let path = slashed(file.path);
        let mut details = format!("{path}:{at}: {}", diagnostic.message);
        if let Some(fix) = foremost(diagnostic) {
            let span = reach(diagnostic.span, fix);
            let (old, new) = (file.source.slice(span), corrected(file.source, span, fix));
            details.push_str(&format!(" “{}” → “{}”", shorten(old), shorten(&new)));
        }
        let details = xml::text(&details);
        let case = xml
            .create_element("testcase")
            .with_attribute(("name", &*format!("{} at {at}", xml::text(&diagnostic.rule))))
            .with_attribute(("classname", &*xml::text(&path)));
        case.write_inner_content(|xml| {
            if diagnostic.severity >= self.fail_on {
                xml.create_element("failure")
                    .with_attribute(("type", diagnostic.severity.as_str()))
                    .with_attribute(("message", &*xml::text(&diagnostic.message)))
                    .write_text_content(BytesText::new(&details))?;
            } else {
                let said = format!("{}: {details}", diagnostic.severity.as_str());
                xml.create_element("system-out").write_text_content(BytesText::new(&said))?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// Writes the suite of one file.
fn write_suite(
    out: &mut dyn Write,
    path: &str,
    [tests, failures, errors]: [usize; 3],
    cases: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> io::Result<()> {
    xml::element(out, |xml| {
        xml.create_element("testsuite")
            .with_attribute(("name", &*xml::text(path)))
            .with_attribute(("tests", &*tests.to_string()))
            .with_attribute(("failures", &*failures.to_string()))
            .with_attribute(("errors", &*errors.to_string()))
            .write_inner_content(cases)?;
        Ok(())
    })
}

impl Reporter for Junit {
    fn file(&mut self, file: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.open(out)?;
        let path = slashed(file.path);
        let failures = file.diagnostics.iter().filter(|d| d.severity >= self.fail_on).count();
        // A suite without cases would look as if the file had not been checked.
        let tests = file.diagnostics.len().max(1);
        write_suite(out, &path, [tests, failures, 0], |xml| {
            if file.diagnostics.is_empty() {
                xml.create_element("testcase")
                    .with_attribute(("name", "nothing found"))
                    .with_attribute(("classname", &*xml::text(&path)))
                    .write_empty()?;
            }
            file.diagnostics.iter().try_for_each(|diagnostic| self.write_case(file, diagnostic, xml))
        })
    }

    fn failed(&mut self, path: &str, error: &str, out: &mut dyn Write) -> io::Result<()> {
        self.open(out)?;
        let path = slashed(path);
        write_suite(out, &path, [1, 0, 1], |xml| {
            let case = xml
                .create_element("testcase")
                .with_attribute(("name", "not checked"))
                .with_attribute(("classname", &*xml::text(&path)));
            case.write_inner_content(|xml| {
                let error = xml::text(error);
                xml.create_element("error")
                    .with_attribute(("type", "not checked"))
                    .with_attribute(("message", &*error))
                    .write_text_content(BytesText::new(&error))?;
                Ok(())
            })?;
            Ok(())
        })
    }

    fn finish(&mut self, _: &Summary, out: &mut dyn Write) -> io::Result<()> {
        self.open(out)?;
        xml::close("testsuites", out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Applicability;
    use crate::report::testing::{finding, report};

    fn document(fail_on: Severity, text: &str, diagnostics: &[Diagnostic]) -> String {
        let mut junit = Junit::new(fail_on);
        let mut out = report(&mut junit, text, diagnostics).into_bytes();
        junit.failed("b.txt", "not <there>", &mut out).expect("writing to memory");
        junit.finish(&Summary::default(), &mut out).expect("writing to memory");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn only_what_fails_the_run_is_a_failure() {
        let text = "the the";
        let found = [finding(text, "the the", &[(Applicability::Safe, "the")])];
        let shown = document(Severity::Warning, text, &found);
        assert!(shown.contains(r#"<testsuite name="a.txt" tests="1" failures="1" errors="0">"#), "{shown}");
        assert!(shown.contains("a.txt:1:1: Something is wrong. “the the” → “the”</failure>"), "{shown}");
        assert!(shown.contains(r#"message="not &lt;there&gt;""#), "{shown}");
        let shown = document(Severity::Error, text, &found);
        assert!(shown.contains(r#"failures="0""#) && shown.contains("<system-out>warning: "), "{shown}");
    }

    #[test]
    fn a_clean_file_is_a_case_that_passes() {
        let shown = document(Severity::Warning, "fine", &[]);
        assert!(shown.contains(r#"<testcase name="nothing found" classname="a.txt"/>"#), "{shown}");
    }
}
