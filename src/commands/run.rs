//! What every run over texts needs, settled before the first one is read.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::cache::DiskCache;
use super::changed::{Changed, keep_changed};
use super::configs::Configs;
use super::each::{Reading, STDIN};
use super::known::Known;
use super::plan::{FilePlan, Plan, Wanted};
use super::report_file::spare_texts;
use super::reporting::{Report, Setting, Stream};
use super::{Exit, Failure, Stop, Terminal, engine, settings};
use crate::cli::{FileArgs, GlobalArgs, LevelArgs, OutputArgs, OutputFormat, RuleSelection};
use crate::diagnostic::{Applicability, Diagnostic};
use crate::document::Document;
use crate::fix::{FixError, Fixed};
use crate::report::{Summary, count, escape};
use crate::rule::RuleSet;
use crate::session::Examined;
use crate::source::Source;
use crate::unfinished::UNFINISHED;
use crate::walk::{self, Input, WalkError, folder_of};

/// Everything that is settled before the first text is read.
pub(super) struct Run<'a> {
    inputs: Vec<Result<Input, WalkError>>,
    plan: Plan,
    pub(super) known: Known,
    cache: Option<DiskCache>,
    files: &'a FileArgs,
    changed: Option<Changed>,
    level: &'a LevelArgs,
    /// Whether a file has a finding that fails the run.
    fails: AtomicBool,
    verbose: bool,
    pub(super) quiet: bool,
    started: Instant,
}

pub(super) fn prepare<'a>(
    global: &'a GlobalArgs,
    files: &'a FileArgs,
    rules: &'a RuleSelection,
    level: &'a LevelArgs,
    terminal: &mut Terminal<'_>,
) -> Result<Run<'a>, Stop> {
    let started = Instant::now();
    let color = terminal.err_color;
    let paths = settings::paths(files);
    let options = settings::options(rules, level, Some(files))?;
    let mut configs = Configs::new(global, Some(files), color)?;
    let start = match &files.stdin_filename {
        Some(name) if paths.iter().all(|path| path.as_os_str() == "-") => folder_of(name).to_path_buf(),
        _ => settings::start_folder(&paths),
    };
    // Read first, so that a mistake in it is told before anything else.
    let config = configs.of_folder(&start)?;
    let mut inputs = walk::walk(&paths, &mut |folder| configs.filter(folder));
    let changed = Changed::restrict(files, &mut |folder| configs.filter(folder), &mut inputs)?;
    configs.check()?;
    let known = Known::load(global, level, configs.chain(config), &start, color)?;
    let walked = started.elapsed();
    let cache = engine::open_cache(rules);
    let stdin = files.stdin_filename.as_deref().unwrap_or(Path::new(STDIN));
    let named = inputs.iter().flatten().map(|input| match input {
        Input::Stdin => stdin,
        Input::File(path) | Input::Staged { path, .. } => path,
    });
    let wanted = Wanted { rules, options: &options, cache: cache.as_ref(), color };
    let plan = Plan::new(&mut configs, &start, named, &wanted)?;
    if global.verbose {
        let config = match configs.chain(config).nearest() {
            Some(loaded) => loaded.path.display().to_string(),
            None => "none".to_owned(),
        };
        let config = format!("config:  {}", escape::visible(&config));
        writeln!(terminal.err, "{}", escape::harmless(&config))?;
        writeln!(terminal.err, "files:   {} listed in {}", inputs.len(), milliseconds(walked))?;
        let session = &plan.plans()[0].session;
        let grammar = if session.checks_grammar() { ", and grammar" } else { "" };
        let loading = started.elapsed().saturating_sub(walked);
        let (active, total) = (session.active_rules(), plan.rules()[0].len());
        writeln!(terminal.err, "rules:   {active} of {total}{grammar}, ready in {}", milliseconds(loading))?;
        let others = plan.plans().len() - 1;
        if others > 0 {
            writeln!(terminal.err, "         {} for other files", count(others, "more setting"))?;
        }
    }
    let (verbose, quiet) = (global.verbose, global.quiet);
    let fails = AtomicBool::new(false);
    Ok(Run { inputs, plan, known, cache, files, changed, level, fails, verbose, quiet, started })
}

impl Run<'_> {
    pub(super) fn reading(&self) -> Reading<'_> {
        Reading {
            jobs: self.files.jobs,
            stdin_name: self.files.stdin_filename.as_deref(),
            allow_empty: self.files.allow_empty,
            plan: &self.plan,
            changed: self.changed.as_ref(),
            counted: !self.quiet,
        }
    }

    /// The reports on `inputs` that were asked for; the one without a file goes to `stream`.
    ///
    /// # Errors
    /// When a report would overwrite one of the texts, or cannot be written.
    pub(super) fn report(
        &self,
        inputs: &[Result<Input, WalkError>],
        output: &OutputArgs,
        stream: Stream,
    ) -> Result<Report, Failure> {
        // One that is added to a file overwrites nothing.
        let overwrite = output.output_format.iter().filter(|target| target.format != OutputFormat::Summary);
        overwrite
            .filter_map(|target| target.file.as_deref())
            .try_for_each(|file| spare_texts("report", file, inputs))?;
        let (rules, fail_on, quiet) = (self.rules(), self.plan.plans()[0].fail_on, self.quiet);
        Report::new(&Setting { output, rules, fail_on, quiet }, stream)
    }

    /// The rules of the folder that the run begins with.
    pub(super) fn rules(&self) -> &Arc<RuleSet> {
        &self.plan.rules()[0]
    }

    /// What holds for the file at `path`.
    pub(super) fn plan(&self, path: &Path) -> &FilePlan {
        self.plan.for_file(path)
    }

    /// Whether all rules of that name have run on every file.
    pub(super) fn has_run(&self, rule: &str) -> bool {
        self.plan.plans().iter().all(|plan| plan.session.has_run(rule))
    }

    /// The prose of a text, which is what is checked of it.
    pub(super) fn read<'s>(&self, source: &'s Source, path: &Path) -> Document<'s> {
        let plan = self.plan.for_file(path);
        plan.session.read(source, plan.format(path))
    }

    /// Everything found in a text that counts.
    pub(super) fn found(&self, source: &Source, path: &Path) -> Examined {
        let plan = self.plan.for_file(path);
        let mut examined = plan.session.examine(source, plan.format(path));
        self.keep(path)(source, &mut examined.diagnostics);
        examined
    }

    /// The same, remembering whether it fails the run.
    pub(super) fn examined(&self, source: &Source, path: &Path) -> Examined {
        let examined = self.found(source, path);
        self.judge(path, &examined.diagnostics);
        examined
    }

    /// Remembers whether findings in the file at `path` fail the run.
    pub(super) fn judge(&self, path: &Path, diagnostics: &[Diagnostic]) {
        let fail_on = self.plan.for_file(path).fail_on;
        if diagnostics.iter().any(|diagnostic| diagnostic.severity >= fail_on) {
            self.fails.store(true, Ordering::Relaxed);
        }
    }

    /// What is left of the findings in a file at `path` without those that are known, and if only changed lines count.
    pub(super) fn keep<'r>(&'r self, path: &'r Path) -> impl Fn(&Source, &mut Vec<Diagnostic>) + use<'r> {
        let plan = self.plan.for_file(path);
        let before = self.changed.as_ref().and_then(|changed| changed.before(path, plan));
        move |now, diagnostics| {
            // That a text was not read to its end is never known already, and no matter of lines.
            let unfinished = diagnostics.pop_if(|last| &*last.rule == UNFINISHED);
            self.known.drop(path, diagnostics, |diagnostics| {
                if let Some(before) = &before {
                    keep_changed(before, now, diagnostics);
                }
            });
            diagnostics.extend(unfinished);
        }
    }

    /// Fixes one text.
    pub(super) fn fixed(&self, source: &Source, path: &Path, with_unsafe: bool) -> Result<Fixed, Failure> {
        let plan = self.plan.for_file(path);
        let (format, threshold) = (plan.format(path), threshold(with_unsafe));
        let fixed = plan.session.fix_kept(source, format, threshold, self.keep(path));
        fixed.map_err(|error| fight(path, &error))
    }

    /// Takes the inputs, so that the rest of the run can be borrowed while they are read.
    pub(super) fn take_inputs(&mut self) -> Vec<Result<Input, WalkError>> {
        std::mem::take(&mut self.inputs)
    }

    /// Ends a run: a model that did not load, the time it took, and the exit code.
    ///
    /// `found` counts what the exit code is about.
    pub(super) fn end(&self, found: &Summary, terminal: &mut Terminal<'_>) -> Result<Exit, Stop> {
        let mut exit = Exit::Clean;
        if self.fails.load(Ordering::Relaxed) && !self.level.exit_zero {
            exit = Exit::Findings;
        }
        if found.failed > 0 {
            exit = Exit::Failed;
        }
        // Only a text makes the run wait for the model; without one there is nothing to say about it.
        let grammar = self.plan.grammar.as_ref().filter(|_| found.files > 0);
        if let Some(error) = grammar.and_then(|grammar| grammar.model.take_failure()) {
            terminal.out.flush()?;
            terminal.report(&Failure::new("grammar", error.to_string()))?;
            exit = Exit::Failed;
        }
        if !self.quiet && found.files > 0 {
            let shows_all = self.plan.plans().iter().all(|plan| plan.session.shows_all());
            self.known.notes(|rule| shows_all && self.has_run(rule), terminal)?;
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

fn threshold(with_unsafe: bool) -> Applicability {
    if with_unsafe { Applicability::Unsafe } else { Applicability::Safe }
}

fn fight(path: &Path, error: &FixError) -> Failure {
    Failure::new(path.display().to_string(), error.to_string())
}
