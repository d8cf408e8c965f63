//! `check`, `fix` and `diff`: one run over the texts, and three things to do with what it finds.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use colored::Colorize;

use super::each::Outcome;
use super::reporting::{Report, Stream, reporter};
use super::run::prepare;
use super::{Exit, Failure, Stop, Terminal, write};
use crate::cli::{CheckArgs, DiffArgs, FixArgs, GlobalArgs, OutputFormat};
use crate::fix::Fixed;
use crate::report::{Summary, count, diff as differences, escape};
use crate::session::Examined;
use crate::source::Source;
use crate::walk::Input;

/// `mtlint check`.
pub(super) fn check(
    global: &GlobalArgs,
    args: &CheckArgs,
    input: &mut dyn Read,
    terminal: &mut Terminal<'_>,
) -> Result<Exit, Stop> {
    let mut run = prepare(global, &args.files, &args.rules, &args.level, terminal)?;
    let inputs = run.take_inputs();
    let mut report = Report::new(reporter(&args.output, run.quiet), Stream::Out);
    let job = |source: &Source, path: &Path, _: Option<&Path>| run.examined(source, path);
    run.reading().each(inputs, input, job, |Outcome { path, result, .. }| match result {
        Ok((source, Examined { diagnostics, guess })) => {
            report.file(&path, &source, &diagnostics, guess.as_ref(), terminal)
        }
        Err(failure) => report.failed(&path, &failure, terminal),
    })?;
    report.finish(terminal)?;
    run.end(&report.summary, terminal)
}

/// `mtlint fix`.
pub(super) fn fix(
    global: &GlobalArgs,
    args: &FixArgs,
    input: &mut dyn Read,
    terminal: &mut Terminal<'_>,
) -> Result<Exit, Stop> {
    if args.files.change.staged {
        return Err(Failure::new("--staged", "`fix` changes files, not what is staged")
            .help("run `mtlint diff --staged` to see the changes, or `mtlint fix` and `git add`")
            .into());
    }
    let mut run = prepare(global, &args.files, &args.rules, &args.level, terminal)?;
    let inputs = run.take_inputs();
    let takes_out = inputs.iter().any(|input| matches!(input, Ok(Input::Stdin)));
    let stream = if takes_out { Stream::Err } else { Stream::Out };
    let mut report = Report::new(reporter(&args.output, run.quiet), stream);
    let for_people = matches!(args.output.output_format, OutputFormat::Full | OutputFormat::Concise);
    let job = |source: &Source, path: &Path, file: Option<&Path>| {
        let fixed = run.fixed(source, path, args.with_unsafe)?;
        run.judge(path, &fixed.remaining);
        if let Some(file) = file.filter(|_| fixed.text != source.text()) {
            write::replace(file, source.text(), &fixed.text).map_err(|error| {
                Failure::new(path.display().to_string(), "cannot be written")
                    .why(error.to_string())
                    .help(error.advice())
            })?;
        }
        Ok(fixed)
    };
    run.reading().each(inputs, input, job, |Outcome { path, stdin, result }| {
        let (source, result) = match result {
            Ok(outcome) => outcome,
            Err(failure) => return report.failed(&path, &failure, terminal),
        };
        let fixed = match result {
            Ok(fixed) => fixed,
            Err(failure) => {
                report.failed(&path, &failure, terminal)?;
                // Whoever waits for the text gets it, as it was.
                if stdin {
                    terminal.out.write_all(source.text().as_bytes())?;
                }
                return Ok(());
            }
        };
        report.summary.fixed += fixed.applied.len();
        report.summary.files_fixed += usize::from(!fixed.applied.is_empty());
        if stdin {
            terminal.out.write_all(fixed.text.as_bytes())?;
        }
        if for_people && !run.quiet && !fixed.applied.is_empty() {
            writeln!(stream.of(terminal), "{}", fixed_line(&path, &fixed))?;
        }
        let Fixed { text, remaining, .. } = fixed;
        match Source::from_text(text) {
            Ok(source) => report.file(&path, &source, &remaining, None, terminal),
            Err(error) => report.failed(&path, &Failure::new(path.as_str(), error.to_string()), terminal),
        }
    })?;
    report.finish(terminal)?;
    let exit = run.end(&report.summary, terminal)?;
    let stops = args.exit_non_zero_on_fix && report.summary.files_fixed > 0;
    Ok(if stops { exit.max(Exit::Findings) } else { exit })
}

/// `fixed a.txt: 2 × typography/doubled-quote, 1 × capitals/mid-sentence`.
fn fixed_line(path: &str, fixed: &Fixed) -> String {
    let mut by_rule: BTreeMap<&str, usize> = BTreeMap::new();
    for diagnostic in &fixed.applied {
        *by_rule.entry(&diagnostic.rule).or_default() += 1;
    }
    let rules: Vec<String> = by_rule.iter().map(|(rule, count)| format!("{count} × {rule}")).collect();
    format!("{} {}: {}", "fixed".green(), escape::visible(path).bold(), escape::visible(&rules.join(", ")))
}

/// `mtlint diff`.
pub(super) fn diff(
    global: &GlobalArgs,
    args: &DiffArgs,
    input: &mut dyn Read,
    terminal: &mut Terminal<'_>,
) -> Result<Exit, Stop> {
    let mut run = prepare(global, &args.files, &args.rules, &args.level, terminal)?;
    let inputs = run.take_inputs();
    let mut found = Summary::default();
    let job = |source: &Source, path: &Path, _: Option<&Path>| {
        let fixed = run.fixed(source, path, args.with_unsafe)?;
        run.judge(path, &fixed.applied);
        run.judge(path, &fixed.remaining);
        Ok(fixed)
    };
    run.reading().each(inputs, input, job, |Outcome { path, result, .. }| {
        let (source, fixed) = match result {
            Ok((source, Ok(fixed))) => (source, fixed),
            Ok((_, Err(failure))) | Err(failure) => {
                found.failed += 1;
                terminal.out.flush()?;
                return Ok(terminal.report(&failure)?);
            }
        };
        found.fixed += fixed.applied.len();
        found.files_fixed += usize::from(!fixed.applied.is_empty());
        let (old, new) = (source.text(), fixed.text.as_str());
        if terminal.color {
            differences::readable(&path, old, new, terminal.out)?;
        } else if terminal.out_is_screen {
            let mut patch = Vec::new();
            differences::patch(&path, old, new, &mut patch)?;
            for line in String::from_utf8_lossy(&patch).split_terminator('\n') {
                writeln!(terminal.out, "{}", escape::visible(line))?;
            }
        } else {
            differences::patch(&path, old, new, terminal.out)?;
        }
        // The text stays as it is, so all that was found in it counts.
        let mut all = fixed.applied;
        all.extend(fixed.remaining);
        found.add(&all);
        Ok(())
    })?;
    if !run.quiet {
        terminal.out.flush()?;
        let left = found.findings() - found.fixed;
        let (would, files) = (count(found.fixed, "finding"), count(found.files_fixed, "file"));
        writeln!(terminal.err, "{would} would be fixed in {files}, {left} left")?;
    }
    run.end(&found, terminal)
}
