//! `concise`: one line for each finding, as compilers write it.

use std::io::{self, Write};

use colored::Colorize;

use super::full::{severity_label, write_summary};
use super::{Checked, Reporter, Summary};
use crate::report::escape::visible;

/// Writes `path:line:column: severity rule message`, then the summary unless it is quiet.
#[derive(Debug, Clone, Copy)]
pub struct Concise {
    /// Leave the summary out.
    pub quiet: bool,
}

impl Reporter for Concise {
    fn file(&mut self, file: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
        let path = visible(file.path);
        for diagnostic in file.diagnostics {
            let at = file.source.position(diagnostic.span.start);
            writeln!(
                out,
                "{}{at}: {} {} {}",
                format!("{path}:").bold(),
                severity_label(diagnostic.severity),
                visible(&diagnostic.rule).dimmed(),
                visible(&diagnostic.message),
            )?;
        }
        Ok(())
    }

    fn finish(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if self.quiet { Ok(()) } else { write_summary(summary, out) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{finding, report};

    #[test]
    fn a_finding_is_one_line_whatever_its_message_holds() {
        let text = "one\ntwo";
        let mut diagnostic = finding(text, "two", &[]);
        diagnostic.message = "a\nb\u{1b}[0m".to_owned();
        let shown = report(&mut Concise { quiet: true }, text, &[diagnostic]);
        assert_eq!(shown, "a.txt:2:1: warning pack/rule a\\nb\\u{1b}[0m\n");
    }
}
