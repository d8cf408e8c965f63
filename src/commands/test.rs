//! `test`: rules proved by the examples they carry.

use std::collections::BTreeSet;

use colored::Colorize;
use unicode_segmentation::UnicodeSegmentation;

use super::configs::Configs;
use super::{Exit, Failure, Stop, Terminal, engine, rule_files};
use crate::cli::{GlobalArgs, TestArgs};
use crate::report::count;
use crate::report::escape::visible;
use crate::rule::RuleFiles;
use crate::rule::examples::{self, ExampleFailure};

/// `mtlint test`.
pub(super) fn test(global: &GlobalArgs, args: &TestArgs, terminal: &mut Terminal<'_>) -> Result<Exit, Stop> {
    let color = terminal.err_color;
    let mut configs = Configs::new(global, None, color)?;
    let mut files = RuleFiles::builtin();
    engine::add_rules_here(&mut configs, &mut files)?;
    let mut wanted = BTreeSet::new();
    for path in args.paths.iter().chain(&args.rule_paths) {
        wanted.extend(rule_files::add_named(path, &mut files)?);
    }
    let set = engine::compile(&files, color)?;
    let everything = wanted.is_empty();
    let verdicts = examples::test(&set, |rule| everything || wanted.contains(&*rule.id))
        .map_err(|error| Failure::new("", error.to_string()))?;
    let mut failed = 0;
    let mut run = 0;
    for verdict in &verdicts {
        run += verdict.examples;
        if verdict.failures.is_empty() {
            if global.verbose {
                let examples = count(verdict.examples, "example");
                writeln!(terminal.out, "{} {} ({examples})", "pass".green(), visible(&verdict.rule))?;
            }
            continue;
        }
        failed += 1;
        let (rule, path) = (visible(&verdict.rule), visible(&verdict.path));
        writeln!(terminal.out, "{} {} in {path}", "FAIL".red().bold(), rule.bold())?;
        for failure in &verdict.failures {
            for (i, line) in failure.to_string().lines().enumerate() {
                let indent = if i == 0 { "  " } else { "    " };
                writeln!(terminal.out, "{indent}{}", visible(line.trim_start()))?;
            }
            if let ExampleFailure::Wrong { expected, got, .. } = failure {
                let (expected, got) = difference(expected, got);
                writeln!(terminal.out, "    differs: “{}” is “{}”", visible(expected), visible(got))?;
            }
        }
    }
    let rules = count(verdicts.len(), "rule");
    let examples = count(run, "example");
    if failed > 0 {
        writeln!(terminal.out, "{failed} of {rules} failed ({examples})")?;
        return Ok(Exit::Findings);
    }
    if verdicts.is_empty() {
        return Err(Failure::new("", "there is no rule to test").help("name a folder of rules").into());
    }
    if !global.quiet {
        writeln!(terminal.out, "{rules} passed ({examples})")?;
    }
    Ok(Exit::Clean)
}

/// The words in which two texts differ: what is left when their common beginning and end are taken away.
fn difference<'t>(expected: &'t str, got: &'t str) -> (&'t str, &'t str) {
    let words = |text: &'t str| text.split_word_bounds().collect::<Vec<&'t str>>();
    let (a, b) = (words(expected), words(got));
    let start: usize = a.iter().zip(&b).take_while(|(a, b)| a == b).map(|(a, _)| a.len()).sum();
    let (a_rest, b_rest) = (&expected[start..], &got[start..]);
    let end: usize = words(a_rest)
        .iter()
        .rev()
        .zip(words(b_rest).iter().rev())
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len())
        .sum();
    (&a_rest[..a_rest.len() - end], &b_rest[..b_rest.len() - end])
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn the_difference_is_what_is_not_common() {
        assert_eq!(
            difference("a union of interests now", "a union by interest now"),
            ("of interests", "by interest")
        );
        assert_eq!(difference("same", "same"), ("", ""));
        assert_eq!(difference("a a", "a"), (" a", ""));
        assert_eq!(difference("", "é"), ("", "é"));
    }
}
