//! `check`, `fix` and `diff`: one run over the texts, and three things to do with what it finds.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Write};
use std::path::Path;

use colored::Colorize;

use super::each::Outcome;
use super::fault::caught;
use super::reporting::Stream;
use super::run::prepare;
use super::{Exit, Failure, Stop, Terminal, WhileRead, write};
use crate::cli::{CheckArgs, DiffArgs, FixArgs, GlobalArgs};
use crate::fix::{Change, Fixed};
use crate::report::window::shorten;
use crate::report::{Summary, count, diff as differences, escape};
use crate::session::Examined;
use crate::source::{EncodeError, Source};
use crate::walk::Input;

/// `mtlint check`.
pub(super) fn check(
    global: &GlobalArgs,
    args: &CheckArgs,
    input: &mut dyn Read,
    terminal: &mut Terminal<'_>,
) -> Result<Exit, Stop> {
    let mut run = prepare(global, &args.run.files, &args.run.rules, &args.run.level, terminal)?;
    let inputs = run.take_inputs();
    let mut report = run.report(&inputs, &args.output, Stream::Out)?;
    let job = |source: &Source, path: &Path, _: Option<&Path>| run.examined(source, path);
    run.reading().each(
        inputs,
        input,
        terminal,
        job,
        |Outcome { path, result, .. }, terminal| match result {
            Ok((source, Examined { diagnostics, guess })) => {
                report.file(&path, &source, &diagnostics, guess.as_ref(), terminal)
            }
            Err(failure) => report.failed(&path, &failure, terminal),
        },
    )?;
    report.summary.known = run.known.met();
    let written = report.finish(terminal)?;
    Ok(run.end(&report.summary, terminal)?.max(written))
}

/// `mtlint fix`.
pub(super) fn fix(
    global: &GlobalArgs,
    args: &FixArgs,
    input: &mut dyn Read,
    terminal: &mut Terminal<'_>,
) -> Result<Exit, Stop> {
    if args.run.files.change.staged {
        return Err(Failure::new("--staged", "`fix` changes files, not what is staged")
            .help("run `mtlint diff --staged` to see the changes, or `mtlint fix` and `git add`")
            .into());
    }
    let mut run = prepare(global, &args.run.files, &args.run.rules, &args.run.level, terminal)?;
    let inputs = run.take_inputs();
    let takes_out = inputs.iter().any(|input| matches!(input, Ok(Input::Stdin)));
    let stream = if takes_out { Stream::Err } else { Stream::Out };
    let mut out = WhileRead { out: &mut *terminal.out, is_closed: false };
    let mut err = WhileRead { out: &mut *terminal.err, is_closed: false };
    let terminal = &mut Terminal { out: &mut out, err: &mut err, ..*terminal };
    let mut report = run.report(&inputs, &args.output, stream)?;
    let fix = |source: &Source, path: &Path, file: Option<&Path>| {
        let fixed = run.fixed(source, path, args.with_unsafe)?;
        run.judge(path, &fixed.remaining);
        let mut other_names = 0;
        if let Some(file) = file.filter(|_| fixed.text() != source.text()) {
            let (old, new) = (bytes(source, path)?, bytes(&fixed.source, path)?);
            let replaced = write::replace(file, &old, &new).map_err(|error| {
                Failure::new(path.display().to_string(), "cannot be written")
                    .why(error.to_string())
                    .help(error.advice())
            })?;
            other_names = replaced.other_names;
        }
        Ok((fixed, other_names))
    };
    // Whoever waits for a text gets it, though the program fails on it.
    let job = |source: &Source, path: &Path, file: Option<&Path>| {
        caught(&path.display().to_string(), || fix(source, path, file)).and_then(|done| done)
    };
    run.reading().each(inputs, input, terminal, job, |Outcome { path, stdin, result }, terminal| {
        let (source, result) = match result {
            Ok(outcome) => outcome,
            Err(failure) => return report.failed(&path, &failure, terminal),
        };
        let (fixed, other_names) = match result {
            Ok(done) => done,
            Err(failure) => {
                report.failed(&path, &failure, terminal)?;
                return if stdin { pass_on(&source, terminal) } else { Ok(()) };
            }
        };
        if stdin {
            match bytes(&fixed.source, Path::new(&path)) {
                Ok(bytes) => terminal.out.write_all(&bytes)?,
                Err(failure) => {
                    report.failed(&path, &failure, terminal)?;
                    return pass_on(&source, terminal);
                }
            }
        }
        report.summary.fixed += fixed.applied.len();
        report.summary.files_fixed += usize::from(!fixed.applied.is_empty());
        if report.for_people && !run.quiet && !fixed.applied.is_empty() {
            writeln!(stream.of(terminal), "{}", escape::harmless(&fixed_line(&path, &fixed)))?;
        }
        if other_names > 0 && !run.quiet {
            terminal.out.flush()?;
            writeln!(
                terminal.err,
                "note: {}: the file has {}, which kept the old text",
                escape::visible(&path),
                count(other_names as usize, "other name")
            )?;
        }
        if args.show_fixes {
            let out = report.people.of(terminal);
            escape::lines(out, |out| write_changes(&path, &fixed.changes, out))?;
        }
        report.file(&path, &fixed.source, &fixed.remaining, None, terminal)
    })?;
    report.summary.known = run.known.met();
    let written = report.finish(terminal)?;
    let exit = run.end(&report.summary, terminal)?.max(written);
    let stops = args.exit_non_zero_on_fix && report.summary.files_fixed > 0;
    Ok(if stops { exit.max(Exit::Findings) } else { exit })
}

/// The bytes of the file at `path` with this text.
fn bytes<'s>(source: &'s Source, path: &Path) -> Result<Cow<'s, [u8]>, Failure> {
    source.to_bytes().map_err(|error| match error {
        EncodeError::Character { position, character, encoding } => {
            let place = format!("{}:{position}", path.display());
            let number = u32::from(character);
            Failure::new(
                place,
                format!("the correction needs “{character}” (U+{number:04X}), which {encoding} has not"),
            )
            .why("a file is written back in the encoding that it was read in")
            .help("convert the file to UTF-8, or leave the rule out with --ignore; the file is as it was")
        }
        error @ EncodeError::Package(_) => Failure::new(path.display().to_string(), error.to_string())
            .help("open it in a word processor and save it anew; the file is as it was"),
    })
}

/// Whoever waits for the text gets it, as it was.
fn pass_on(source: &Source, terminal: &mut Terminal<'_>) -> Result<(), Stop> {
    // What was read can be written.
    let bytes = source.to_bytes().unwrap_or_default();
    Ok(terminal.out.write_all(&bytes)?)
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

/// `a.txt:2:4 house/doubled-the “the the” → “the”`, a line for each change.
fn write_changes(path: &str, changes: &[Change], out: &mut dyn Write) -> io::Result<()> {
    for Change { rule, at, old, new } in changes {
        let place = format!("{}:{at}", escape::visible(path));
        let rule = escape::visible(rule);
        writeln!(out, "{} {} “{}” → “{}”", place.bold(), rule.dimmed(), shorten(old), shorten(new).green())?;
    }
    Ok(())
}

/// `mtlint diff`.
pub(super) fn diff(
    global: &GlobalArgs,
    args: &DiffArgs,
    input: &mut dyn Read,
    terminal: &mut Terminal<'_>,
) -> Result<Exit, Stop> {
    let mut run = prepare(global, &args.run.files, &args.run.rules, &args.run.level, terminal)?;
    let inputs = run.take_inputs();
    let mut found = Summary::default();
    let job = |source: &Source, path: &Path, _: Option<&Path>| {
        let fixed = run.fixed(source, path, args.with_unsafe)?;
        run.judge(path, &fixed.applied);
        run.judge(path, &fixed.remaining);
        Ok(fixed)
    };
    run.reading().each(inputs, input, terminal, job, |Outcome { path, result, .. }, terminal| {
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
        let (old, new) = (source.text(), fixed.text());
        if terminal.color {
            escape::lines(terminal.out, |out| differences::readable(&path, old, new, out))?;
        } else if terminal.out_is_screen {
            let mut patch = Vec::new();
            differences::patch(&path, old, new, &mut patch)?;
            for line in String::from_utf8_lossy(&patch).split_terminator('\n') {
                writeln!(terminal.out, "{}", escape::visible(line))?;
            }
        } else {
            if old != new && !source.is_utf8_text() {
                let what = if source.layout().is_some() { "a package" } else { source.encoding().name() };
                let what = format!(
                    "{} is {what}: what follows shows the change, and patch cannot apply it",
                    escape::visible(&path)
                );
                writeln!(terminal.out, "{}", escape::harmless(&what))?;
            }
            let mut patch = Vec::new();
            differences::patch(&path, old, new, &mut patch)?;
            unheard(&patch, terminal.out)?;
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
        match run.known.met() {
            0 => {}
            known => writeln!(terminal.err, "{} in the baseline", count(known, "known finding"))?,
        }
    }
    run.end(&found, terminal)
}

/// Writes a patch as it is. In a job of GitHub Actions, which obeys what looks like a command in the log, it is told
/// to listen to none while a patch passes that has such a line; to `patch` and `git apply` the two lines round it are
/// nothing.
fn unheard(patch: &[u8], out: &mut dyn Write) -> io::Result<()> {
    let text = String::from_utf8_lossy(patch);
    let is_quiet = escape::harmless(&text) == text;
    if is_quiet || std::env::var_os("GITHUB_ACTIONS").is_none_or(|set| set != "true") {
        return out.write_all(patch);
    }
    // Whoever wrote the text cannot guess the word that ends it.
    let random = || RandomState::new().hash_one(patch);
    let word = format!("mtlint-{:016x}{:016x}", random(), random());
    writeln!(out, "::stop-commands::{word}")?;
    out.write_all(patch)?;
    writeln!(out, "::{word}::")
}
