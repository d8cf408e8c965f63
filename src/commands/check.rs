//! `check`, `fix` and `diff`: one run over the texts, and three things to do with what it finds.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use colored::Colorize;

use super::cache::DiskCache;
use super::changed::{Changed, keep_changed};
use super::each::{Outcome, Reading};
use super::engine::StartedGrammar;
use super::settings::{self, Selection};
use super::{Exit, Failure, Stop, Terminal, engine, write};
use crate::cli::{
    CheckArgs, DiffArgs, FileArgs, FixArgs, GlobalArgs, LevelArgs, OutputArgs, OutputFormat, RuleSelection,
};
use crate::config::Loaded;
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::fix::{FixError, Fixed};
use crate::format::Format;
use crate::report::concise::Concise;
use crate::report::full::Full;
use crate::report::github::Github;
use crate::report::json::{Json, JsonLines};
use crate::report::statistics::Statistics;
use crate::report::{Checked, Reporter, Summary, count, diff as differences, escape};
use crate::session::{Examined, Guess, Session};
use crate::source::Source;
use crate::walk::{self, Input, WalkError};

/// Everything that is settled before the first text is read.
struct Run<'a> {
    inputs: Vec<Result<Input, WalkError>>,
    session: Session,
    grammar: Option<StartedGrammar>,
    cache: Option<DiskCache>,
    files: &'a FileArgs,
    changed: Option<Changed>,
    level: &'a LevelArgs,
    fail_on: Severity,
    verbose: bool,
    quiet: bool,
    started: Instant,
}

fn prepare<'a>(
    global: &'a GlobalArgs,
    files: &'a FileArgs,
    rules: &'a RuleSelection,
    level: &'a LevelArgs,
    terminal: &mut Terminal<'_>,
) -> Result<Run<'a>, Stop> {
    let started = Instant::now();
    let color = terminal.err_color;
    let paths = settings::paths(files);
    let folder = settings::start_folder(&paths);
    let loaded: Loaded = settings::load_config(global, &folder, color)?;
    let selection = Selection::new(rules, Some(level), &loaded, color)?;
    let filter = settings::filter_with(files, &loaded, color)?;
    let mut inputs = walk::walk(&paths, &filter);
    let changed = Changed::restrict(files, &filter, &mut inputs)?;
    let walked = started.elapsed();
    let cache = engine::open_cache(rules);
    // The model loads while the rules do; where there is nothing to read it is not wanted.
    let grammar = match inputs.iter().any(Result::is_ok) {
        true => engine::start_grammar(rules, &loaded, cache.as_ref())?,
        false => None,
    };
    let rule_files = engine::gather_rules(global, &loaded, &folder, &rules.rule_paths)?;
    let set = engine::compile(&rule_files, color)?;
    let total = set.len();
    let session = engine::session(set, grammar.as_ref(), &selection, &loaded, color)?;
    let session = match &cache {
        Some(cache) => session.remembering(Arc::clone(&cache.texts), &rule_files),
        None => session,
    };
    if global.verbose {
        let config = match loaded.folder() {
            Some(_) => loaded.path.display().to_string(),
            None => "none".to_owned(),
        };
        writeln!(terminal.err, "config:  {}", escape::visible(&config))?;
        writeln!(terminal.err, "files:   {} listed in {}", inputs.len(), milliseconds(walked))?;
        let grammar = if session.checks_grammar() { ", and grammar" } else { "" };
        let loading = started.elapsed().saturating_sub(walked);
        let active = session.active_rules();
        writeln!(terminal.err, "rules:   {active} of {total}{grammar}, ready in {}", milliseconds(loading))?;
    }
    let grammar = grammar.filter(|_| session.checks_grammar());
    let fail_on = settings::fail_on(level, &loaded);
    let (verbose, quiet) = (global.verbose, global.quiet);
    Ok(Run { inputs, session, grammar, cache, files, changed, level, fail_on, verbose, quiet, started })
}

impl Run<'_> {
    fn reading(&self) -> Reading<'_> {
        Reading {
            jobs: self.files.jobs,
            stdin_name: self.files.stdin_filename.as_deref(),
            allow_empty: self.files.allow_empty,
            changed: self.changed.as_ref(),
        }
    }

    /// What is left of the findings in a file at `path` if only changed lines count.
    fn keep(&self, path: &Path) -> impl Fn(&Source, &mut Vec<Diagnostic>) + use<> {
        let before = self.changed.as_ref().and_then(|changed| changed.before(path));
        move |now, diagnostics| {
            if let Some(before) = &before {
                keep_changed(before, now, diagnostics);
            }
        }
    }

    /// Fixes one text.
    fn fixed(&self, source: &Source, path: &Path, with_unsafe: bool) -> Result<Fixed, Failure> {
        let (format, threshold) = (Format::from_path(path), threshold(with_unsafe));
        let fixed = self.session.fix_kept(source, format, threshold, self.keep(path));
        fixed.map_err(|error| fight(path, &error))
    }

    /// Takes the inputs, so that the rest of the run can be borrowed while they are read.
    fn take_inputs(&mut self) -> Vec<Result<Input, WalkError>> {
        std::mem::take(&mut self.inputs)
    }

    /// Ends a run: a model that did not load, the time it took, and the exit code.
    ///
    /// `found` counts what the exit code is about.
    fn end(&self, found: &Summary, terminal: &mut Terminal<'_>) -> Result<Exit, Stop> {
        let mut exit = Exit::Clean;
        if found.reaches(self.fail_on) && !self.level.exit_zero {
            exit = Exit::Findings;
        }
        if found.failed > 0 {
            exit = Exit::Failed;
        }
        // Only a text makes the run wait for the model; without one there is nothing to say about it.
        let grammar = self.grammar.as_ref().filter(|_| found.files > 0);
        if let Some(error) = grammar.and_then(|grammar| grammar.model.take_failure()) {
            terminal.out.flush()?;
            terminal.report(&Failure::new("grammar", error.to_string()))?;
            exit = Exit::Failed;
        }
        if self.verbose {
            terminal.out.flush()?;
            if let Some(cache) = &self.cache {
                let known = |(asked, missed): (usize, usize), what| {
                    format!("{} of {} known", asked - missed, count(asked, what))
                };
                let texts = known(cache.texts.asked_and_missed(), "text");
                let sentences = known(cache.sentences.asked_and_missed(), "sentence");
                writeln!(terminal.err, "cache:   {texts}, {sentences}")?;
            }
            let files = count(found.files, "file");
            writeln!(terminal.err, "checked: {files}, {} in all", milliseconds(self.started.elapsed()))?;
        }
        Ok(exit)
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

fn reporter(output: &OutputArgs, quiet: bool) -> Box<dyn Reporter> {
    if output.statistics && matches!(output.output_format, OutputFormat::Full | OutputFormat::Concise) {
        return Box::new(Statistics { quiet });
    }
    match output.output_format {
        OutputFormat::Full => Box::new(Full { quiet }),
        OutputFormat::Concise => Box::new(Concise { quiet }),
        OutputFormat::Json => Box::new(Json::default()),
        OutputFormat::Jsonl => Box::new(JsonLines),
        OutputFormat::Github => Box::new(Github),
    }
}

/// Where a report goes: to standard output, unless the fixed text goes there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stream {
    Out,
    Err,
}

impl Stream {
    fn of<'t>(self, terminal: &'t mut Terminal<'_>) -> &'t mut dyn Write {
        match self {
            Self::Out => terminal.out,
            Self::Err => terminal.err,
        }
    }
}

/// A report in the making.
struct Report {
    reporter: Box<dyn Reporter>,
    stream: Stream,
    summary: Summary,
}

impl Report {
    fn new(reporter: Box<dyn Reporter>, stream: Stream) -> Self {
        Self { reporter, stream, summary: Summary::default() }
    }

    fn file(
        &mut self,
        path: &str,
        source: &Source,
        diagnostics: &[Diagnostic],
        guess: Option<&Guess>,
        terminal: &mut Terminal<'_>,
    ) -> Result<(), Stop> {
        self.summary.add(diagnostics);
        if let Some(guess) = guess {
            *self.summary.guesses.entry(guess.language.clone()).or_default() += 1;
        }
        Ok(self.reporter.file(&Checked { path, source, diagnostics, guess }, self.stream.of(terminal))?)
    }

    /// Says that an input failed: to a person on standard error, to a program in its report.
    fn failed(&mut self, path: &str, failure: &Failure, terminal: &mut Terminal<'_>) -> Result<(), Stop> {
        self.summary.failed += 1;
        terminal.out.flush()?;
        terminal.report(failure)?;
        Ok(self.reporter.failed(path, &failure.summary(), self.stream.of(terminal))?)
    }

    fn finish(&mut self, terminal: &mut Terminal<'_>) -> Result<(), Stop> {
        Ok(self.reporter.finish(&self.summary, self.stream.of(terminal))?)
    }
}

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
    let job = |source: &Source, path: &Path, _: Option<&Path>| {
        let mut examined = run.session.examine(source, Format::from_path(path));
        run.keep(path)(source, &mut examined.diagnostics);
        examined
    };
    run.reading().each(inputs, input, job, |Outcome { path, result, .. }| match result {
        Ok((source, Examined { diagnostics, guess })) => {
            report.file(&path, &source, &diagnostics, guess.as_ref(), terminal)
        }
        Err(failure) => report.failed(&path, &failure, terminal),
    })?;
    report.finish(terminal)?;
    run.end(&report.summary, terminal)
}

fn threshold(with_unsafe: bool) -> Applicability {
    if with_unsafe { Applicability::Unsafe } else { Applicability::Safe }
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

fn fight(path: &Path, error: &FixError) -> Failure {
    Failure::new(path.display().to_string(), error.to_string())
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
    let job = |source: &Source, path: &Path, _: Option<&Path>| run.fixed(source, path, args.with_unsafe);
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
