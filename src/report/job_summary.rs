//! `summary`: a page in Markdown for a CI job, with what was found by rule and by file and the worst of it.
//!
//! It is made for `$GITHUB_STEP_SUMMARY`, which takes 1 MiB, so all lists are short and all texts are cut.
//! Nothing in a text or a path can make markup: its punctuation is escaped, and it stands in a table cell.

use std::cmp::Reverse;
use std::io::{self, Write};

use super::correction::{corrected, foremost, reach};
use super::escape::visible;
use super::path::slashed;
use super::window::shorten;
use super::{Checked, Reporter, Summary, count};
use crate::diagnostic::Severity;

/// Rows of a table; what is left out is counted below it.
const ROWS: usize = 20;

/// Characters of a message or a path.
const LONGEST: usize = 200;

/// Collects what is shown at the end.
#[derive(Debug, Default)]
pub struct JobSummary {
    /// Files with findings, in order, with the findings of each severity.
    files: Vec<(String, [usize; 3])>,
    /// The first findings of each severity.
    first: [Vec<Row>; 3],
    /// The first files that could not be checked, and why.
    failures: Vec<(String, String)>,
}

/// A finding, its cells escaped.
#[derive(Debug)]
struct Row {
    place: String,
    rule: String,
    message: String,
    correction: String,
}

impl Reporter for JobSummary {
    fn file(&mut self, file: &Checked<'_>, _: &mut dyn Write) -> io::Result<()> {
        let mut counts = [0; 3];
        for diagnostic in file.diagnostics {
            counts[diagnostic.severity as usize] += 1;
            let rows = &mut self.first[diagnostic.severity as usize];
            if rows.len() == ROWS {
                continue;
            }
            let at = file.source.position(diagnostic.span.start);
            let correction = match foremost(diagnostic) {
                Some(fix) => {
                    let span = reach(diagnostic.span, fix);
                    let (old, new) = (file.source.slice(span), corrected(file.source, span, fix));
                    format!("“{}” → “{}”", cell(&shorten(old)), cell(&shorten(&new)))
                }
                None => String::new(),
            };
            rows.push(Row {
                place: cell(&format!("{} {at}", slashed(file.path))),
                rule: cell(&diagnostic.rule),
                message: cell(&diagnostic.message),
                correction,
            });
        }
        if !file.diagnostics.is_empty() {
            self.files.push((cell(&slashed(file.path)), counts));
        }
        Ok(())
    }

    fn failed(&mut self, path: &str, error: &str, _: &mut dyn Write) -> io::Result<()> {
        if self.failures.len() < ROWS {
            self.failures.push((cell(&slashed(path)), cell(error)));
        }
        Ok(())
    }

    fn finish(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "## mtlint\n\n{}\n", headline(summary))?;
        self.write_failures(summary, out)?;
        self.write_rules(summary, out)?;
        self.write_files(out)?;
        self.write_findings(summary, out)
    }
}

/// `6 findings (3 errors, 2 warnings, 1 info) in 3 of 5 files; 3 fixable …`
fn headline(summary: &Summary) -> String {
    let mut text = match summary.findings() {
        0 => format!("Nothing found in {}.", count(summary.files, "file")),
        found => {
            let [info, warning, error] = summary.by_severity;
            let parts = [(error, "error"), (warning, "warning"), (info, "info")];
            let parts = parts.into_iter().filter(|(number, _)| *number > 0);
            let parts: Vec<String> = parts.map(|(number, noun)| count(number, noun)).collect();
            let (with, files) = (summary.files_with_findings, count(summary.files, "file"));
            format!("**{}** ({}) in {with} of {files}.", count(found, "finding"), parts.join(", "))
        }
    };
    if summary.fixed > 0 {
        let (fixed, files) = (count(summary.fixed, "finding"), count(summary.files_fixed, "file"));
        text.push_str(&format!(" {fixed} fixed in {files}."));
    }
    match (summary.safe, summary.with_unsafe) {
        (0, 0) => {}
        (0, more) => text.push_str(&format!(" {more} fixable with `mtlint fix --unsafe`.")),
        (safe, 0) => text.push_str(&format!(" {safe} fixable with `mtlint fix`.")),
        (safe, more) => {
            text.push_str(&format!(" {safe} fixable with `mtlint fix`, {more} more with `--unsafe`."));
        }
    }
    text
}

impl JobSummary {
    fn write_failures(&self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if self.failures.is_empty() {
            return Ok(());
        }
        writeln!(out, "### Not checked\n\n| path | why |\n|---|---|")?;
        for (path, error) in &self.failures {
            writeln!(out, "| {path} | {error} |")?;
        }
        write_rest(summary.failed.saturating_sub(self.failures.len()), "path", out)
    }

    fn write_rules(&self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if summary.by_rule.is_empty() {
            return Ok(());
        }
        let mut rules: Vec<_> = summary.by_rule.iter().collect();
        // Rules come in order of their names, and the sort keeps that order among equals.
        rules.sort_by_key(|(_, count)| Reverse(count.findings));
        writeln!(out, "### By rule\n\n| rule | severity | findings | fixable |\n|---|---|--:|--:|")?;
        for (rule, count) in rules.iter().take(ROWS) {
            let (severity, findings, safe) = (count.severity.as_str(), count.findings, count.safe);
            writeln!(out, "| {} | {severity} | {findings} | {safe} |", cell(rule))?;
        }
        write_rest(rules.len().saturating_sub(ROWS), "rule", out)
    }

    fn write_files(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.files.is_empty() {
            return Ok(());
        }
        self.files.sort_by_key(|(_, counts)| Reverse(counts.iter().sum::<usize>()));
        writeln!(out, "### By file\n\n| file | errors | warnings | info |\n|---|--:|--:|--:|")?;
        for (path, [info, warning, error]) in self.files.iter().take(ROWS) {
            writeln!(out, "| {path} | {error} | {warning} | {info} |")?;
        }
        write_rest(self.files.len().saturating_sub(ROWS), "file", out)
    }

    fn write_findings(&self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if summary.findings() == 0 {
            return Ok(());
        }
        writeln!(
            out,
            "### Findings\n\n| place | severity | rule | message | correction |\n|---|---|---|---|---|"
        )?;
        let worst = [Severity::Error, Severity::Warning, Severity::Info];
        let rows = worst.iter().flat_map(|&severity| {
            self.first[severity as usize].iter().map(move |row| (severity.as_str(), row))
        });
        let mut shown = 0;
        for (severity, Row { place, rule, message, correction }) in rows.take(ROWS) {
            writeln!(out, "| {place} | {severity} | {rule} | {message} | {correction} |")?;
            shown += 1;
        }
        write_rest(summary.findings().saturating_sub(shown), "finding", out)
    }
}

/// Ends a table, and says how much of it was left out.
fn write_rest(rest: usize, noun: &str, out: &mut dyn Write) -> io::Result<()> {
    match rest {
        0 => writeln!(out),
        rest => writeln!(out, "\nand {} more\n", count(rest, noun)),
    }
}

/// `text` for a cell of a table: cut if it is long, on one line, and without markup.
///
/// CommonMark takes a backslash before any ASCII punctuation; these are the marks that begin something. A colon does
/// in an address, and two of them in the name of an emoji.
fn cell(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut characters = text.chars();
    let shown: String = characters.by_ref().take(LONGEST).collect();
    let shown = visible(&shown);
    for (at, c) in shown.char_indices() {
        let after = &shown[at + c.len_utf8()..];
        let marks = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '@' | '$' | '#' | '!' => true,
            ':' => after.starts_with('/') || after.contains(':'),
            _ => false,
        };
        if marks {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    if characters.next().is_some() {
        escaped.push('…');
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Applicability;
    use crate::report::testing::{finding, report};
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    fn page(path: &str, message: &str) -> String {
        let text = "the the";
        let mut found = finding(text, "the the", &[(Applicability::Safe, message)]);
        found.message = message.to_owned();
        let mut summary = Summary::default();
        summary.add(std::slice::from_ref(&found));
        let mut page = JobSummary::default();
        let mut out = report(&mut page, text, &[found]).into_bytes();
        page.failed(path, message, &mut out).expect("writing to memory");
        summary.failed = 1;
        page.finish(&summary, &mut out).expect("writing to memory");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_page_counts_and_shows() {
        let page = page("b_c.txt", "twice");
        assert!(
            page.starts_with("## mtlint\n\n**1 finding** (1 warning) in 1 of 1 file. 1 fixable with"),
            "{page}"
        );
        assert!(page.contains("| b\\_c.txt | twice |"), "{page}");
        assert!(page.contains("| pack/rule | warning | 1 | 1 |"), "{page}");
        assert!(page.contains("| a.txt 1:1 | warning | pack/rule | twice | “the the” → “twice” |"), "{page}");
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let text = "ab ".repeat(50);
        let found: Vec<_> = (0..50).map(|_| finding(&text, "ab", &[])).collect();
        let mut summary = Summary::default();
        summary.add(&found);
        let mut page = JobSummary::default();
        let mut out = report(&mut page, &text, &found).into_bytes();
        page.finish(&summary, &mut out).expect("writing to memory");
        assert!(String::from_utf8_lossy(&out).ends_with("\n\nand 30 findings more\n\n"));
    }

    /// Cells of the tables, and whether there is anything that only a text could have brought in.
    fn shape(page: &str) -> (usize, bool) {
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH;
        let (mut cells, mut foreign) = (0, false);
        for event in Parser::new_ext(page, options) {
            match event {
                Event::Start(Tag::TableCell) => cells += 1,
                Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::Emphasis | Tag::Strikethrough)
                | Event::Html(_)
                | Event::InlineHtml(_)
                | Event::InlineMath(_) => foreign = true,
                Event::Code(code) if !["mtlint fix", "--unsafe"].contains(&&*code) => foreign = true,
                _ => {}
            }
        }
        (cells, foreign)
    }

    proptest! {
        #[test]
        fn no_text_changes_the_tables(text in "([|`*_~<>\\[\\]()\\\\\r\n&#!$:a\u{202e}-]|https://a|<b>|\\PC){0,40}") {
            let plain = shape(&page("b.txt", "twice"));
            prop_assert_eq!(shape(&page(&text, &text)), plain);
            prop_assert!(!plain.1);
        }
    }
}
