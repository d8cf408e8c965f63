//! What is known and to stay quiet: the baseline, and the findings that somebody has allowed.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;

use super::configs::Configs;
use super::engine::drawn;
use super::write::Before;
use super::{Failure, Terminal, settings};
use crate::allow::{self, Allowed};
use crate::baseline::{self, Baseline};
use crate::bounded;
use crate::cli::{GlobalArgs, LevelArgs};
use crate::config::Loaded;
use crate::config::chain::Chain;
use crate::config::upward::Upward;
use crate::diagnostic::{Diagnostic, Fingerprint};
use crate::report::escape::{harmless, visible};
use crate::walk;

/// Names the day that is today, such as 2027-01-31, so that a run can be repeated.
const TODAY: &str = "MTLINT_TODAY";

/// What is known, and how much of it was met.
#[derive(Debug, Default)]
pub(super) struct Known {
    baseline: Option<BaselineFile>,
    allow: Option<AllowFile>,
    /// Findings in the baseline, by text; a text that is fixed is looked at several times.
    met: Mutex<HashMap<PathBuf, usize>>,
}

/// A baseline, and what it knows of files that are gone.
#[derive(Debug)]
struct BaselineFile {
    folder: PathBuf,
    baseline: Baseline,
    gone: HashMap<Fingerprint, usize>,
}

/// The allowed findings, and which of them were met.
#[derive(Debug)]
pub(super) struct AllowFile {
    /// The file, as it is shown.
    pub(super) path: PathBuf,
    folder: PathBuf,
    pub(super) allowed: Allowed,
    /// The whole file, as it was read.
    text: String,
    /// Of each entry: whether it has expired, whether a text was read that it is about, whether it was met.
    states: Vec<State>,
}

#[derive(Debug)]
struct State {
    expired: bool,
    read: AtomicBool,
    met: AtomicBool,
}

/// The folder that a file stands in, with links resolved.
fn real_folder_of(path: &Path) -> PathBuf {
    absolute(walk::folder_of(path))
}

fn absolute(path: &Path) -> PathBuf {
    fs::canonicalize(path).or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_path_buf())
}

/// `path` as it is written in a file in `folder`: relative to it, with slashes.
pub(super) fn written(path: &Path, folder: &Path) -> String {
    let absolute = absolute(path);
    let below = absolute.strip_prefix(folder).unwrap_or(&absolute);
    below.to_string_lossy().replace('\\', "/")
}

/// The day that is today, by Universal Time.
///
/// # Errors
/// When `MTLINT_TODAY` names another one and is no date.
pub(super) fn today() -> Result<Date, Failure> {
    match std::env::var(TODAY) {
        Ok(day) => day.parse().map_err(|_| {
            Failure::new(TODAY, format!("“{day}” is no date"))
                .help("write it as 2027-01-31, or leave it unset")
        }),
        Err(_) => Ok(jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()),
    }
}

/// The baseline that is named: on the command line, else in the config.
pub(super) fn baseline_path(named: Option<&Path>, chain: &Chain) -> Option<PathBuf> {
    let below = |loaded: &Loaded| {
        let path = loaded.config.baseline.as_ref()?.get_ref();
        let path = loaded.folder().unwrap_or(Path::new(".")).join(path);
        Some(path.strip_prefix(".").map(Path::to_path_buf).unwrap_or(path))
    };
    // The nearest file that says it.
    named.map(Path::to_path_buf).or_else(|| chain.files.iter().rev().find_map(|loaded| below(loaded)))
}

/// Reads a baseline; gives its text too, to see before it is written whether it is that still.
///
/// # Errors
/// When it cannot be read or is none.
pub(super) fn read_baseline(path: &Path) -> Result<(Baseline, String), Failure> {
    let shown = path.display().to_string();
    let text = bounded::read_text(path, baseline::MAX_BYTES).map_err(|error| {
        let help = match error.kind() {
            std::io::ErrorKind::NotFound => {
                "`mtlint baseline create` makes one; --no-baseline goes without it"
            }
            _ => "check the file, or go without it with --no-baseline",
        };
        Failure::new(shown.as_str(), "the baseline cannot be read").why(error.to_string()).help(help)
    })?;
    let baseline = Baseline::parse(&text).map_err(|error| {
        Failure::new(format!("{shown}:{}:{}", error.line, error.column), "this is no baseline")
            .why(error.what)
            .help(
                "take back what was changed by hand, or make a new one with `mtlint baseline create --force`",
            )
    })?;
    Ok((baseline, text))
}

/// What the baseline knows of files that are no longer there.
pub(super) fn gone(baseline: &Baseline, folder: &Path) -> HashMap<Fingerprint, usize> {
    baseline.gone(|path| !folder.join(path).exists())
}

/// The folder that the paths of a baseline at `path` are relative to.
pub(super) fn baseline_folder(path: &Path) -> PathBuf {
    real_folder_of(path)
}

impl AllowFile {
    /// The file that holds for texts in `folder`, if there is one: the nearest above it, else above the current one.
    ///
    /// # Errors
    /// When it cannot be read or has a mistake.
    pub(super) fn find(folder: &Path, color: bool) -> Result<Option<Self>, Failure> {
        let mut search = Upward::file(allow::FILE_NAME);
        let mut nearest = |folder: &Path| search.find(folder).map(|path| path.to_path_buf());
        match nearest(folder).or_else(|| nearest(Path::new("."))) {
            Some(path) => Self::read(path, color).map(Some),
            None => Ok(None),
        }
    }

    fn read(path: PathBuf, color: bool) -> Result<Self, Failure> {
        let shown = path.display().to_string();
        let text = bounded::read_text(&path, allow::MAX_BYTES).map_err(|error| {
            Failure::new(shown.as_str(), "cannot be read")
                .why(error.to_string())
                .help("check the file, or run with --isolated to go without it")
        })?;
        let allowed = Allowed::parse(&shown, &text).map_err(|mistakes| drawn(&mistakes, color))?;
        let today = today()?;
        let state = |entry: &allow::Entry| State {
            expired: entry.has_expired(today),
            read: AtomicBool::new(false),
            met: AtomicBool::new(false),
        };
        let states = allowed.entries.iter().map(state).collect();
        Ok(Self { folder: real_folder_of(&path), path, allowed, text, states })
    }

    /// What a new text of the file is to take the place of.
    pub(super) fn before(&self) -> Before<'_> {
        Before::Was(self.text.as_bytes())
    }

    /// The folder that its paths are relative to.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    fn drop(&self, path: &Path, diagnostics: &mut Vec<Diagnostic>) {
        let path = written(path, &self.folder);
        let mut about: HashMap<Fingerprint, Vec<usize>> = HashMap::new();
        for (index, (entry, state)) in self.allowed.entries.iter().zip(&self.states).enumerate() {
            if entry.is_about(&path) {
                state.read.store(true, Ordering::Relaxed);
                about.entry(entry.fingerprint).or_default().push(index);
            }
        }
        diagnostics.retain(|diagnostic| {
            let mut holds = false;
            for &index in about.get(&diagnostic.fingerprint).into_iter().flatten() {
                if self.allowed.entries[index].names(diagnostic) {
                    self.states[index].met.store(true, Ordering::Relaxed);
                    holds |= !self.states[index].expired;
                }
            }
            !holds
        });
    }

    /// The entries that have expired.
    pub(super) fn expired(&self) -> Vec<usize> {
        (0..self.states.len()).filter(|index| self.states[*index].expired).collect()
    }

    /// The entries that hold still and were not met, though the text was read that they are about; those about a text
    /// that is gone as well, if `gone` is asked for.
    ///
    /// One that is not about a single text may be about one that nobody has read.
    pub(super) fn unused(&self, gone: bool) -> Vec<usize> {
        let unused = |index: &usize| {
            let (entry, state) = (&self.allowed.entries[*index], &self.states[*index]);
            let Some(path) = &entry.path else { return false };
            let is_gone = || !entry.has_pattern() && !self.folder.join(path).exists();
            let was_read = state.read.load(Ordering::Relaxed) || (gone && is_gone());
            !state.expired && was_read && !state.met.load(Ordering::Relaxed)
        };
        (0..self.states.len()).filter(unused).collect()
    }
}

impl Known {
    /// What is known of texts in `folder`.
    ///
    /// # Errors
    /// When a file cannot be read or has a mistake.
    pub(super) fn load(
        global: &GlobalArgs,
        level: &LevelArgs,
        chain: &Chain,
        folder: &Path,
        color: bool,
    ) -> Result<Self, Failure> {
        let path = if level.no_baseline { None } else { baseline_path(level.baseline.as_deref(), chain) };
        let baseline = match path {
            Some(path) => {
                let (baseline, _) = read_baseline(&path)?;
                let folder = real_folder_of(&path);
                Some(BaselineFile { gone: gone(&baseline, &folder), folder, baseline })
            }
            None => None,
        };
        let allow = if global.isolated { None } else { AllowFile::find(folder, color)? };
        Ok(Self { baseline, allow, met: Mutex::default() })
    }

    /// The allowed findings.
    pub(super) fn allow_file(&self) -> Option<&AllowFile> {
        self.allow.as_ref()
    }

    /// Takes what is known out of the findings in the text at `path`; `changed` keeps those that the run is about.
    ///
    /// What the run is not about is met first: of two equal findings, the one in a line that has changed is the new one.
    pub(super) fn drop(
        &self,
        path: &Path,
        diagnostics: &mut Vec<Diagnostic>,
        changed: impl FnOnce(&mut Vec<Diagnostic>),
    ) {
        if let Some(allow) = &self.allow {
            allow.drop(path, diagnostics);
        }
        let Some(BaselineFile { folder, baseline, gone }) = &self.baseline else {
            return changed(diagnostics);
        };
        let all = diagnostics.clone();
        changed(diagnostics);
        let mut known = baseline.known(&written(path, folder), gone);
        let mut left = diagnostics.iter().peekable();
        for diagnostic in &all {
            if left.next_if_eq(&diagnostic).is_none() {
                known.take(diagnostic.fingerprint);
            }
        }
        let before = diagnostics.len();
        diagnostics.retain(|diagnostic| !known.take(diagnostic.fingerprint));
        let met = before - diagnostics.len();
        self.met.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_path_buf(), met);
    }

    /// How many findings were in the baseline.
    pub(super) fn met(&self) -> usize {
        self.met.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }

    /// Says which allowed findings are allowed no longer, and which are found no longer; the latter only if `ran` holds
    /// for their rule.
    pub(super) fn notes(
        &self,
        ran: impl Fn(&str) -> bool,
        terminal: &mut Terminal<'_>,
    ) -> std::io::Result<()> {
        let Some(allow) = &self.allow else { return Ok(()) };
        let mut notes: Vec<(usize, String)> = Vec::new();
        for index in allow.expired() {
            let entry = &allow.allowed.entries[index];
            let until = entry.until.map(|until| until.to_string()).unwrap_or_default();
            notes.push((entry.line, format!("the entry for {} held until {until}", entry.rule)));
        }
        for index in allow.unused(false) {
            let entry = &allow.allowed.entries[index];
            if ran(&entry.rule) {
                notes.push((
                    entry.line,
                    format!("the entry for {} allows nothing that is still found", entry.rule),
                ));
            }
        }
        if notes.is_empty() {
            return Ok(());
        }
        notes.sort();
        terminal.out.flush()?;
        let shown = allow.path.display().to_string();
        for (line, note) in notes {
            let note = format!("note: {}:{line}: {}", visible(&shown), visible(&note));
            writeln!(terminal.err, "{}", harmless(&note))?;
        }
        writeln!(terminal.err, "note: `mtlint allow --prune` removes such entries")
    }
}

/// The level of a run that is about everything, with no baseline.
pub(super) fn everything() -> LevelArgs {
    LevelArgs {
        min_severity: Some(crate::cli::SeverityArg::Info),
        fail_on: None,
        exit_zero: false,
        baseline: None,
        no_baseline: true,
    }
}

/// What is read of `paths`: all of it.
pub(super) fn files(paths: Vec<PathBuf>) -> crate::cli::FileArgs {
    crate::cli::FileArgs {
        paths,
        stdin_filename: None,
        encoding: None,
        format: None,
        fields: Vec::new(),
        allow_empty: true,
        exclude: Vec::new(),
        force_exclude: false,
        change: crate::cli::ChangeArgs { since: None, staged: false, changed_lines: false },
        jobs: None,
    }
}

/// The config that holds for these paths, with those that it extends.
///
/// # Errors
/// When it cannot be read or has a mistake.
pub(super) fn config_of(global: &GlobalArgs, paths: &[PathBuf], color: bool) -> Result<Arc<Chain>, Failure> {
    let mut configs = Configs::new(global, None, color)?;
    let number = configs.of_folder(&settings::start_folder(paths))?;
    Ok(Arc::clone(configs.chain(number)))
}
