//! `--statistics`: a table of findings by rule, most frequent first.

use std::io::{self, Write};

use colored::Colorize;

use super::full::{severity_label, write_summary};
use super::{Checked, Reporter, Summary};
use crate::report::escape::visible;

/// Writes a table instead of findings, then the summary unless it is quiet.
#[derive(Debug, Clone, Copy)]
pub struct Statistics {
    /// Leave the summary out.
    pub quiet: bool,
}

impl Reporter for Statistics {
    fn file(&mut self, _: &Checked<'_>, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        let mut rows: Vec<_> = summary.by_rule.iter().collect();
        // Rules come in order of their names, and the sort keeps that order among equals.
        rows.sort_by_key(|(_, count)| std::cmp::Reverse(count.findings));
        let width = rows.first().map_or(1, |(_, count)| count.findings.to_string().len());
        for (rule, count) in rows {
            let pad = " ".repeat("warning".len() - count.severity.as_str().len());
            let fixable = match count.safe {
                0 => String::new(),
                safe => format!("  {safe} fixable"),
            };
            writeln!(
                out,
                "{:>width$}  {}{pad}  {}{}",
                count.findings,
                severity_label(count.severity),
                visible(rule),
                fixable.dimmed()
            )?;
        }
        if self.quiet { Ok(()) } else { write_summary(summary, out) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Applicability;
    use crate::report::testing::finding;

    #[test]
    fn the_commonest_rule_comes_first() {
        let text = "a b c";
        let mut other = finding(text, "c", &[]);
        other.rule = "a/first".into();
        let mut summary = Summary::default();
        summary.add(&[other, finding(text, "a", &[(Applicability::Safe, "")]), finding(text, "b", &[])]);
        let mut out = Vec::new();
        colored::control::set_override(false);
        Statistics { quiet: true }.finish(&summary, &mut out).expect("writing to memory");
        assert_eq!(String::from_utf8_lossy(&out), "2  warning  pack/rule  1 fixable\n1  warning  a/first\n");
    }
}
