//! `full`: for a person at a terminal. The fault in its surroundings, the correction below it, the reason.

use std::io::{self, Write};

use colored::{ColoredString, Colorize};
use unicode_width::UnicodeWidthStr;

use super::correction::{corrected, foremost, reach};
use super::escape::visible;
use super::window::{Window, shorten};
use super::{Checked, Reporter, Summary, count};
use crate::diagnostic::{Applicability, Diagnostic, Fix, Severity};
use crate::source::Source;
use crate::span::{Span, Src};

/// Writes each finding as a paragraph, then the summary unless it is quiet.
#[derive(Debug, Clone, Copy)]
pub struct Full {
    /// Leave the summary out.
    pub quiet: bool,
}

impl Reporter for Full {
    fn file(&mut self, file: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
        for diagnostic in file.diagnostics {
            write_finding(file, diagnostic, out)?;
        }
        Ok(())
    }

    fn finish(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if self.quiet { Ok(()) } else { write_summary(summary, out) }
    }
}

fn write_finding(file: &Checked<'_>, diagnostic: &Diagnostic, out: &mut dyn Write) -> io::Result<()> {
    let at = file.source.position(diagnostic.span.start);
    let place = format!("{}:{at}", visible(file.path));
    let rule = visible(&diagnostic.rule);
    writeln!(out, "{} {} {}", place.bold(), severity_label(diagnostic.severity), rule.dimmed())?;

    let first = foremost(diagnostic);
    // Where a fix reaches further than the fault, the line shows all it changes.
    let span = diagnostic.fixes.iter().fold(diagnostic.span, reach);
    let window = Window::new(file.source, span);
    let fault = window.fault.as_str().color(severity_color(diagnostic.severity)).bold();
    writeln!(out, "  {}{}{}", window.before, fault, window.after)?;

    let indent = " ".repeat(2 + window.indent());
    let marks = match window.fault.width() {
        0 => "^".to_owned(), // something is missing here
        width => "^".repeat(width),
    };
    writeln!(out, "{indent}{}", marks.color(severity_color(diagnostic.severity)))?;
    if let Some(first) = first {
        writeln!(out, "{indent}{}  {}", correction(file.source, span, first), hint(diagnostic, first))?;
        for other in diagnostic.fixes.iter().filter(|&fix| !std::ptr::eq(fix, first)) {
            let text = correction(file.source, span, other);
            let title = visible(&other.title);
            // A title that only repeats the replacement says nothing new.
            let repeats = title.is_empty() || other.edits.iter().all(|edit| title.contains(&edit.text));
            let title = if repeats { String::new() } else { format!("  ({title})") };
            writeln!(out, "{indent}{text}{}", title.dimmed())?;
        }
    }
    writeln!(out, "  {}\n", visible(&diagnostic.message))
}

/// What the shown span becomes, in green; where that cannot be seen, in words.
fn correction(source: &Source, span: Span<Src>, fix: &Fix) -> ColoredString {
    let text = corrected(source, span, fix);
    match text.as_str() {
        "" => "(delete)".green(),
        text if text.chars().all(char::is_whitespace) && !text.contains(['\n', '\r', '\t']) => {
            "(a blank)".green()
        }
        text => shorten(text).green(),
    }
}

/// How far the fix shown can be trusted.
fn hint(diagnostic: &Diagnostic, fix: &Fix) -> ColoredString {
    let choices = diagnostic.fixes.iter().filter(|fix| fix.applicability >= Applicability::Unsafe).count();
    match fix.applicability {
        _ if choices > 1 => "(choose)",
        Applicability::Safe => "(safe fix)",
        Applicability::Unsafe => "(unsafe fix)",
        Applicability::Suggest => "(suggestion)",
    }
    .dimmed()
}

/// The colour of a severity, the same in all reports.
pub(super) fn severity_color(severity: Severity) -> colored::Color {
    match severity {
        Severity::Info => colored::Color::Cyan,
        Severity::Warning => colored::Color::Yellow,
        Severity::Error => colored::Color::Red,
    }
}

/// The name of a severity in its colour.
pub(crate) fn severity_label(severity: Severity) -> ColoredString {
    severity.as_str().color(severity_color(severity)).bold()
}

/// The last lines for people: how many findings, and the command that repairs them.
/// Where the texts seem to be from.
fn write_guesses(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let mut guesses: Vec<_> = summary.guesses.iter().collect();
    guesses.sort_by_key(|(_, files)| std::cmp::Reverse(**files));
    match guesses[..] {
        [] => Ok(()),
        [(code, 1)] if summary.files == 1 => {
            let code = visible(code);
            writeln!(out, "translated from {}, it seems: `--source {code}` makes sure", language(&code))
        }
        _ => {
            let part = |(code, files): &(&String, &usize)| format!("{files} from {}", language(code));
            let parts: Vec<String> = guesses.iter().map(part).collect();
            writeln!(out, "translated, it seems: {}", visible(&parts.join(", ")))
        }
    }
}

/// The English name of a source language.
pub(super) fn language(code: &str) -> &str {
    match code {
        "fr" => "French",
        "es" => "Spanish",
        "de" => "German",
        "it" => "Italian",
        "pt" => "Portuguese",
        "nl" => "Dutch",
        "ru" => "Russian",
        other => other,
    }
}

pub(super) fn write_summary(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    if summary.fixed > 0 {
        let done =
            format!("{} fixed in {}", count(summary.fixed, "finding"), count(summary.files_fixed, "file"));
        writeln!(out, "{}", done.green())?;
    }
    if summary.failed > 0 {
        // What was wrong with each stands on standard error.
        writeln!(out, "{}", format!("{} not checked", count(summary.failed, "path")).red())?;
    }
    if summary.known > 0 {
        writeln!(out, "{} in the baseline", count(summary.known, "known finding"))?;
    }
    let found = summary.findings();
    if found == 0 {
        if summary.files == 0 {
            return Ok(());
        }
        let left = if summary.fixed > 0 { "nothing left" } else { "nothing found" };
        return writeln!(out, "{left} in {}", count(summary.files, "file"));
    }
    let [info, warning, error] = summary.by_severity;
    let parts = [(error, Severity::Error), (warning, Severity::Warning), (info, Severity::Info)]
        .into_iter()
        .filter(|&(number, _)| number > 0)
        .map(|(number, severity)| {
            count(number, severity.as_str()).color(severity_color(severity)).to_string()
        })
        .collect::<Vec<_>>();
    let left = if summary.fixed > 0 { " left" } else { "" };
    writeln!(
        out,
        "{}{left} ({}) in {} of {}",
        count(found, "finding"),
        parts.join(", "),
        summary.files_with_findings,
        count(summary.files, "file"),
    )?;
    write_guesses(summary, out)?;
    let (safe, with_unsafe) = (summary.safe, summary.with_unsafe);
    match (safe, with_unsafe) {
        (0, 0) => Ok(()),
        (0, _) => writeln!(out, "{with_unsafe} fixable with `mtlint fix --unsafe`: read the result"),
        (_, 0) => writeln!(out, "{safe} fixable with `mtlint fix`"),
        _ => writeln!(out, "{safe} fixable with `mtlint fix`, {with_unsafe} more with `--unsafe`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{finding, report};
    use Applicability::{Safe, Suggest, Unsafe};

    fn full(text: &str, diagnostic: Diagnostic) -> String {
        report(&mut Full { quiet: true }, text, &[diagnostic])
    }

    #[test]
    fn the_correction_stands_below_the_fault() {
        let text = "It is a marriage of reason.";
        let shown = full(text, finding(text, "marriage of reason", &[(Unsafe, "marriage of convenience")]));
        let want = "\
a.txt:1:9 warning pack/rule
  It is a marriage of reason.
          ^^^^^^^^^^^^^^^^^^
          marriage of convenience  (unsafe fix)
  Something is wrong.

";
        assert_eq!(shown, want);
    }

    #[test]
    fn several_choices_are_listed() {
        let text = "the sovereign pontiff";
        let shown =
            full(text, finding(text, "sovereign pontiff", &[(Suggest, "Pope"), (Suggest, "pontiff")]));
        assert!(shown.contains("      Pope  (suggestion)\n"), "{shown}");
        assert!(shown.contains("      pontiff\n"), "{shown}");
    }

    #[test]
    fn a_deletion_and_a_missing_piece_can_be_seen() {
        let text = "the the end";
        assert!(full(text, finding(text, "the ", &[(Safe, "")])).contains("  (delete)  (safe fix)\n"));
        let mut missing = finding(text, "the end", &[(Safe, ",")]);
        missing.span.end = missing.span.start;
        missing.fixes[0].edits[0].span = missing.span;
        assert!(full(text, missing).contains("      ^\n      ,  (safe fix)\n"));
    }

    #[test]
    fn a_paragraph_of_1300_characters_fits_a_terminal() {
        let text = format!("{}the the{}", "word word ".repeat(65), " more words".repeat(60));
        let shown = full(&text, finding(&text, "the the", &[(Safe, "the")]));
        assert!(shown.lines().all(|line| line.width() < 100), "{shown}");
    }

    #[test]
    fn escapes_in_text_path_and_message_are_not_sent_to_the_terminal() {
        let text = "a \u{1b}[2Jb \u{9b}c";
        let mut diagnostic = finding(text, "b", &[(Safe, "\u{7}")]);
        diagnostic.message = "\u{1b}]0;x\u{7}".to_owned();
        let shown = full(text, diagnostic);
        assert!(shown.chars().all(|c| c == '\n' || !c.is_control()), "{shown:?}");
    }

    #[test]
    fn the_summary_names_the_command_to_run() {
        let text = "the the end";
        let mut summary = Summary::default();
        summary.add(&[finding(text, "the", &[(Safe, "")]), finding(text, "end", &[(Unsafe, "x")])]);
        let mut out = Vec::new();
        colored::control::set_override(false);
        write_summary(&summary, &mut out).expect("writing to memory");
        let want = "2 findings (2 warnings) in 1 of 1 file\n\
                    1 fixable with `mtlint fix`, 1 more with `--unsafe`\n";
        assert_eq!(String::from_utf8_lossy(&out), want);
    }
}
