//! `github`: workflow commands, which GitHub Actions shows as annotations beside the text.
//!
//! The escapes are those of `actions/toolkit`, `packages/core/src/command.ts`: `%`, CR and LF in the message,
//! and `:` and `,` in a property as well.

use std::borrow::Cow;
use std::io::{self, Write};

use super::correction::{corrected, foremost, reach};
use super::escape::{push_visible, visible};
use super::{Checked, Reporter, Summary};
use crate::diagnostic::Severity;

/// Writes one workflow command for each finding.
#[derive(Debug, Clone, Copy)]
pub struct Github;

impl Reporter for Github {
    fn file(&mut self, file: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
        let path = named(&file.path.replace('\\', "/"));
        for diagnostic in file.diagnostics {
            let start = file.source.position(diagnostic.span.start);
            let end = file.source.position(diagnostic.span.end);
            let command = match diagnostic.severity {
                Severity::Info => "notice",
                Severity::Warning => "warning",
                Severity::Error => "error",
            };
            write!(
                out,
                "::{command} title={},file={},line={},endLine={}",
                property(&diagnostic.rule),
                property(&path),
                start.line,
                end.line
            )?;
            // Columns are only taken when the annotation stands on one line.
            if start.line == end.line {
                write!(out, ",col={},endColumn={}", start.column, end.column)?;
            }
            let mut message = visible(&diagnostic.message).into_owned();
            if let Some(fix) = foremost(diagnostic) {
                let reach = reach(diagnostic.span, fix);
                let (old, new) = (file.source.slice(reach), corrected(file.source, reach, fix));
                message.push_str(&format!("\n“{}” → “{}”", visible(old), visible(&new)));
            }
            writeln!(out, "::{}", data(&message))?;
        }
        Ok(())
    }

    fn finish(&mut self, _: &Summary, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// A path as GitHub finds its file; line ends have escapes of their own, and no file of a repository needs the others.
fn named(path: &str) -> String {
    let mut shown = String::with_capacity(path.len());
    for c in path.chars() {
        if matches!(c, '\r' | '\n') { shown.push(c) } else { push_visible(&mut shown, c) }
    }
    shown
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> Cow<'_, str> {
    if text.contains(['%', '\r', '\n', ':', ',']) {
        return data(text).replace(':', "%3A").replace(',', "%2C").into();
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Applicability;
    use crate::report::testing::{finding, report};

    #[test]
    fn a_finding_is_one_escaped_command() {
        let text = "one\nthe the";
        let mut diagnostic = finding(text, "the the", &[(Applicability::Safe, "the")]);
        diagnostic.message = "100 %: twice,\nhere".to_owned();
        assert_eq!(
            report(&mut Github, text, &[diagnostic]),
            "::warning title=pack/rule,file=a.txt,line=2,endLine=2,col=1,endColumn=8\
             ::100 %25: twice,\\nhere%0A“the the” → “the”\n"
        );
        assert_eq!(named("a\u{1b}[31m\n\u{9b}b"), "a\\u{1b}[31m\n\\u{9b}b");
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }

    #[test]
    fn a_finding_over_two_lines_has_no_columns() {
        let text = "a b\nc";
        let shown = report(&mut Github, text, &[finding(text, "b\nc", &[])]);
        assert!(shown.starts_with("::warning title=pack/rule,file=a.txt,line=1,endLine=2::"), "{shown}");
    }
}
