//! What every run over texts needs, settled before the first one is read.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::cache::DiskCache;
use super::changed::{Changed, keep_changed};
use super::each::Reading;
use super::engine::StartedGrammar;
use super::known::Known;
use super::settings::{self, Selection};
use super::{Exit, Failure, Stop, Terminal, engine};
use crate::cli::{FileArgs, GlobalArgs, LevelArgs, RuleSelection};
use crate::config::Loaded;
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::fix::{FixError, Fixed};
use crate::format::Format;
use crate::report::{Summary, count, escape};
use crate::session::Session;
use crate::source::Source;
use crate::walk::{self, Input, WalkError};

/// Everything that is settled before the first text is read.
pub(super) struct Run<'a> {
    inputs: Vec<Result<Input, WalkError>>,
    pub(super) session: Session,
    pub(super) known: Known,
    grammar: Option<StartedGrammar>,
    cache: Option<DiskCache>,
    files: &'a FileArgs,
    changed: Option<Changed>,
    level: &'a LevelArgs,
    fail_on: Severity,
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
    let folder = settings::start_folder(&paths);
    let loaded: Loaded = settings::load_config(global, &folder, color)?;
    let selection = Selection::new(rules, Some(level), &loaded, color)?;
    let filter = settings::filter_with(files, &loaded, color)?;
    let mut inputs = walk::walk(&paths, &filter);
    let changed = Changed::restrict(files, &filter, &mut inputs)?;
    let known = Known::load(global, level, &loaded, &folder, color)?;
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
    Ok(Run {
        inputs,
        session,
        known,
        grammar,
        cache,
        files,
        changed,
        level,
        fail_on,
        verbose,
        quiet,
        started,
    })
}

impl Run<'_> {
    pub(super) fn reading(&self) -> Reading<'_> {
        Reading {
            jobs: self.files.jobs,
            stdin_name: self.files.stdin_filename.as_deref(),
            allow_empty: self.files.allow_empty,
            encoding: self.files.encoding,
            changed: self.changed.as_ref(),
        }
    }

    /// What is left of the findings in a file at `path` without those that are known, and if only changed lines count.
    pub(super) fn keep<'r>(&'r self, path: &'r Path) -> impl Fn(&Source, &mut Vec<Diagnostic>) + use<'r> {
        let before = self.changed.as_ref().and_then(|changed| changed.before(path));
        move |now, diagnostics| {
            self.known.drop(path, diagnostics, |diagnostics| {
                if let Some(before) = &before {
                    keep_changed(before, now, diagnostics);
                }
            });
        }
    }

    /// Fixes one text.
    pub(super) fn fixed(&self, source: &Source, path: &Path, with_unsafe: bool) -> Result<Fixed, Failure> {
        let (format, threshold) = (Format::from_path(path), threshold(with_unsafe));
        let fixed = self.session.fix_kept(source, format, threshold, self.keep(path));
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
        if !self.quiet && found.files > 0 {
            let shows_all = self.session.shows_all();
            self.known.notes(|rule| shows_all && self.session.has_run(rule), terminal)?;
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
