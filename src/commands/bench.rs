//! `bench`: how often each rule speaks in text that is known to be good, against what it may.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;

use colored::Colorize;

use super::configs::Configs;
use super::each::{Outcome, Reading, STDIN};
use super::plan::{Plan, Wanted};
use super::{Exit, Stop, Terminal, engine, settings};
use crate::cli::{BenchArgs, GlobalArgs, LevelArgs};
use crate::diagnostic::{Diagnostic, Severity};
use crate::report::escape::visible;
use crate::report::window::Window;
use crate::report::{count, full};
use crate::rule::Rule;
use crate::source::Source;
use crate::walk::{self, Input};

/// Budgets are told for this many words.
const UNIT: f64 = 100_000.0;

/// What was heard of one rule.
#[derive(Debug)]
struct Heard {
    severity: Severity,
    findings: usize,
    /// The first of them, in their surroundings.
    contexts: Vec<String>,
}

/// A line of the table.
struct Row<'h> {
    rule: &'h str,
    heard: &'h Heard,
    budget: f64,
    over: bool,
}

/// `mtlint bench`.
pub(super) fn bench(
    global: &GlobalArgs,
    args: &BenchArgs,
    input: &mut dyn Read,
    terminal: &mut Terminal<'_>,
) -> Result<Exit, Stop> {
    let color = terminal.err_color;
    let start = settings::start_folder(&args.corpus);
    let options = settings::options(&args.rules, &LevelArgs::default(), None)?;
    let mut configs = Configs::new(global, None, color)?;
    configs.of_folder(&start)?;
    let inputs = walk::walk(&args.corpus, &mut |folder| configs.filter(folder));
    configs.check()?;
    let cache = engine::open_cache(&args.rules);
    let named = inputs.iter().flatten().map(|input| match input {
        Input::Stdin => Path::new(STDIN),
        Input::File(path) | Input::Staged { path, .. } => path,
    });
    let wanted = Wanted { rules: &args.rules, options: &options, cache: cache.as_ref(), color };
    let plan = Plan::new(&mut configs, &start, named, &wanted)?;
    let reading = Reading {
        jobs: args.jobs,
        stdin_name: None,
        allow_empty: false,
        plan: &plan,
        changed: None,
        counted: !global.quiet,
    };
    let mut heard: BTreeMap<Arc<str>, Heard> = BTreeMap::new();
    let (mut words, mut files, mut failed) = (0_usize, 0_usize, 0_usize);
    let job = |source: &Source, path: &Path, _: Option<&Path>| {
        let words = source.text().split_whitespace().count();
        let plan = plan.for_file(path);
        (words, plan.session.check(source, plan.format(path)))
    };
    reading.each(inputs, input, terminal, job, |Outcome { path, result, .. }, terminal| match result {
        Ok((source, (more, diagnostics))) => {
            words += more;
            files += 1;
            for diagnostic in &diagnostics {
                let entry = heard.entry(Arc::clone(&diagnostic.rule)).or_insert(Heard {
                    severity: diagnostic.severity,
                    findings: 0,
                    contexts: Vec::new(),
                });
                entry.findings += 1;
                entry.severity = entry.severity.max(diagnostic.severity);
                if entry.contexts.len() < args.show {
                    entry.contexts.push(context(&path, &source, diagnostic));
                }
            }
            Ok(())
        }
        Err(failure) => {
            failed += 1;
            terminal.out.flush()?;
            Ok(terminal.report(&failure)?)
        }
    })?;
    let mut rows: Vec<Row<'_>> = heard
        .iter()
        .map(|(id, heard)| {
            let rule = plan.rules().iter().find_map(|set| set.get(id));
            let budget = rule.map_or(Rule::default_budget(heard.severity), Rule::budget);
            // One finding is always allowed: a small corpus says little about a rare rule.
            let allowed = (budget * words as f64 / UNIT).ceil().max(1.0);
            Row { rule: id, heard, budget, over: heard.findings as f64 > allowed }
        })
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.heard.findings));
    let over = rows.iter().filter(|row| row.over).count();
    write_table(&rows, words, terminal.out)?;
    let findings = rows.iter().map(|row| row.heard.findings).sum();
    let text = format!(
        "{} words in {}: {}, {:.1} per 100,000 words; {} over budget",
        words,
        count(files, "file"),
        count(findings, "finding"),
        rate(findings, words),
        count(over, "rule"),
    );
    if !global.quiet {
        writeln!(terminal.out, "{text}")?;
    }
    Ok(match (failed, over) {
        (1.., _) => Exit::Failed,
        (_, 1..) => Exit::Findings,
        _ => Exit::Clean,
    })
}

fn rate(findings: usize, words: usize) -> f64 {
    findings as f64 * UNIT / words.max(1) as f64
}

fn context(path: &str, source: &Source, diagnostic: &Diagnostic) -> String {
    let Window { before, fault, after } = Window::new(source, diagnostic.span);
    let at = source.position(diagnostic.span.start);
    format!("{}:{at}  {before}{}{after}", visible(path), fault.bold())
}

fn write_table(rows: &[Row<'_>], words: usize, out: &mut dyn Write) -> std::io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", "findings  per 100,000  budget  severity  rule".bold())?;
    for Row { rule, heard, budget, over } in rows {
        let pad = " ".repeat("severity".len() - heard.severity.as_str().len());
        let note = if *over { "  over budget".red().to_string() } else { String::new() };
        writeln!(
            out,
            "{:>8}  {:>11.2}  {budget:>6.1}  {}{pad}  {}{note}",
            heard.findings,
            rate(heard.findings, words),
            full::severity_label(heard.severity),
            visible(rule),
        )?;
        for context in &heard.contexts {
            writeln!(out, "{}{context}", " ".repeat(10))?;
        }
    }
    Ok(())
}
