//! Reading many files, several at a time, and handing on the results in the order of the paths.

use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Instant;

use rayon::prelude::*;

use super::bytes::{self, Unread};
use super::changed::Changed;
use super::fault::caught;
use super::plan::Plan;
use super::progress::{BEAT, Progress};
use super::{Failure, Stop, Terminal};
use crate::limit::MAX_PACKAGE;
use crate::source::{DecodeFault, Source};
use crate::walk::{Input, WalkError};

/// Files held in memory at a time, with what was found in them; enough to keep all threads busy.
const CHUNK: usize = 64;

/// Bytes of files held in memory at a time, unless one file alone has more.
const CHUNK_BYTES: u64 = 8 << 20;

/// The name of standard input, unless it is given one.
pub(super) const STDIN: &str = "<stdin>";

/// What came of one input.
pub(super) struct Outcome<R> {
    /// The path to show.
    pub path: String,
    /// Whether it came from standard input.
    pub stdin: bool,
    /// The text and what the job made of it, or why there is none.
    pub result: Result<(Source, R), Failure>,
}

/// How inputs are read.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    /// Files at a time.
    pub jobs: Option<u16>,
    /// The name of standard input.
    pub stdin_name: Option<&'a Path>,
    /// Whether a folder without articles is fine.
    pub allow_empty: bool,
    /// Format and encoding of each file.
    pub plan: &'a Plan,
    /// Where staged files are read.
    pub changed: Option<&'a Changed>,
    /// Whether the files that are done are counted on the screen.
    pub counted: bool,
}

impl Reading<'_> {
    /// The name to show for standard input.
    fn stdin_name(&self) -> &Path {
        self.stdin_name.unwrap_or(Path::new(STDIN))
    }

    /// How many bytes are read of the file at `path`.
    fn most(&self, path: &Path) -> usize {
        bytes::most(self.plan.for_file(path).format(path))
    }

    /// Decodes what was read of `path`.
    fn read(&self, path: &Path, bytes: Result<Vec<u8>, Unread>) -> Result<Source, Failure> {
        let place = path.display().to_string();
        let bytes = bytes.map_err(|unread| unread.failure(&place))?;
        self.plan.for_file(path).decode(path, bytes).map_err(|error| match error.fault {
            fault @ DecodeFault::TooLarge { .. } => bytes::too_large(&place, &fault),
            fault => {
                Failure::new(format!("{place}:{}", error.position), fault.to_string()).help(fault.advice())
            }
        })
    }

    /// Runs `job` over the texts of `inputs`, and `emit` over what comes of them, in order.
    ///
    /// `job` gets the text, the path to show, and the path on disk (none for standard input).
    ///
    /// # Errors
    /// What `emit` gives; the remaining inputs are then not read.
    pub(super) fn each<R: Send>(
        &self,
        inputs: Vec<Result<Input, WalkError>>,
        stdin: &mut dyn Read,
        terminal: &mut Terminal<'_>,
        job: impl Fn(&Source, &Path, Option<&Path>) -> R + Sync,
        mut emit: impl FnMut(Outcome<R>, &mut Terminal<'_>) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.jobs.unwrap_or(0).into())
            .build()
            .map_err(|error| Failure::new("--jobs", format!("no threads to work with: {error}")))?;
        let mut progress = Progress::new(inputs.len(), self.counted, terminal, Instant::now());
        let done = AtomicUsize::new(0);
        let mut inputs = inputs.into_iter().peekable();
        while let Some(first) = inputs.next() {
            let mut held = size(&first);
            let rest = std::iter::from_fn(|| {
                inputs.next_if(|input| {
                    held += size(input);
                    held <= CHUNK_BYTES
                })
            });
            // Standard input is read here, where its reader is; it comes at most once.
            let chunk: Vec<_> = std::iter::once(first)
                .chain(rest.take(CHUNK - 1))
                .filter(|input| !(self.allow_empty && matches!(input, Err(WalkError::Empty { .. }))))
                .map(|input| match input {
                    Ok(Input::Stdin) => {
                        let most = self.most(self.stdin_name());
                        (Ok(Input::Stdin), Some(bytes::of_stream(&mut *stdin, 0, most)))
                    }
                    input => (input, None),
                })
                .collect();
            let work = || {
                chunk
                    .into_par_iter()
                    .map(|(input, stdin)| {
                        let outcome = self.caught_outcome(input, stdin, &job);
                        done.fetch_add(1, Ordering::Relaxed);
                        outcome
                    })
                    .collect::<Vec<Outcome<R>>>()
            };
            let outcomes = if progress.is_shown() {
                watched(
                    || pool.install(work),
                    || progress.tick(done.load(Ordering::Relaxed), Instant::now(), terminal),
                )?
            } else {
                pool.install(work)
            };
            for outcome in outcomes {
                progress.clear(terminal)?;
                emit(outcome, terminal)?;
            }
        }
        Ok(progress.clear(terminal)?)
    }

    /// The outcome of one input; a fault of the program is one too, so that the others are read all the same.
    fn caught_outcome<R>(
        &self,
        input: Result<Input, WalkError>,
        bytes: Option<Result<Vec<u8>, Unread>>,
        job: impl Fn(&Source, &Path, Option<&Path>) -> R,
    ) -> Outcome<R> {
        let stdin = matches!(input, Ok(Input::Stdin));
        let path = match &input {
            Ok(Input::File(path) | Input::Staged { path, .. }) => path.display().to_string(),
            Ok(Input::Stdin) => self.stdin_name().display().to_string(),
            Err(error) => error.path().display().to_string(),
        };
        caught(&path, || self.outcome(input, bytes, job)).unwrap_or_else(|failure| Outcome {
            path,
            stdin,
            result: Err(failure),
        })
    }

    /// Reads one input and runs `job` over its text.
    fn outcome<R>(
        &self,
        input: Result<Input, WalkError>,
        stdin: Option<Result<Vec<u8>, Unread>>,
        job: impl Fn(&Source, &Path, Option<&Path>) -> R,
    ) -> Outcome<R> {
        match (input, stdin) {
            (Ok(Input::File(path)), _) => {
                let source = self.read(&path, bytes::of_file(&path, self.most(&path)));
                outcome(&path, false, source, |source| job(source, &path, Some(&path)))
            }
            (Ok(Input::Staged { path, object }), _) => {
                let no_git = || Err(io::Error::other("git was not asked").into());
                let bytes =
                    self.changed.map_or_else(no_git, |changed| changed.bytes(&object, self.most(&path)));
                outcome(&path, false, self.read(&path, bytes), |source| job(source, &path, None))
            }
            (Ok(Input::Stdin), bytes) => {
                let name = self.stdin_name();
                let source = self.read(name, bytes.unwrap_or_else(|| Ok(Vec::new())));
                outcome(name, true, source, |source| job(source, name, None))
            }
            (Err(error), _) => {
                Outcome { path: error.path().display().to_string(), stdin: false, result: Err(named(&error)) }
            }
        }
    }
}

/// Runs `work` on another thread and, until it is done, `tick` on this one at every beat.
fn watched<T: Send>(
    work: impl FnOnce() -> T + Send,
    mut tick: impl FnMut() -> io::Result<()>,
) -> io::Result<T> {
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel::<()>(0);
        let worker = scope.spawn(move || {
            // Dropped when the work is done or has panicked.
            let _sender = sender;
            work()
        });
        let mut ticked = Ok(());
        while ticked.is_ok() && receiver.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
            ticked = tick();
        }
        let done = worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        ticked.map(|()| done)
    })
}

fn outcome<R>(
    path: &Path,
    stdin: bool,
    source: Result<Source, Failure>,
    job: impl FnOnce(&Source) -> R,
) -> Outcome<R> {
    let result = source.map(|source| {
        let made = job(&source);
        (source, made)
    });
    Outcome { path: path.display().to_string(), stdin, result }
}

/// How many bytes an input will take; what is too large is not held.
fn size(input: &Result<Input, WalkError>) -> u64 {
    match input {
        Ok(Input::File(path)) => {
            let length = std::fs::metadata(path).map_or(0, |meta| meta.len());
            if length > MAX_PACKAGE as u64 { 0 } else { length }
        }
        // Nobody knows, and it is rarely more.
        Ok(Input::Stdin | Input::Staged { .. }) => CHUNK_BYTES / CHUNK as u64,
        Err(_) => 0,
    }
}

/// The failure of a path that was named.
fn named(error: &WalkError) -> Failure {
    let place = error.path().display().to_string();
    let what = error.to_string();
    let what = what.strip_prefix(&format!("{place}: ")).unwrap_or(&what).to_owned();
    Failure::new(place, what).help(error.advice())
}
