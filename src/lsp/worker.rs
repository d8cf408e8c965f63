//! A thread that checks texts one after the other, so that the conversation with the client never waits for one.
//!
//! Of a document only the newest state waits to be checked; the one that changed last is taken first.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::{io, thread};

use gen_lsp_types::Uri;
use ropey::Rope;

use super::checker::{Checker, Stop};
use super::findings::Revision;
use crate::diagnostic::{Applicability, Diagnostic};
use crate::format::Format;
use crate::rule::Recall;
use crate::session::Session;
use crate::source::Source;

/// What a worker is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    /// Find what the rules find.
    Rules,
    /// Find what rules and grammar find.
    All,
    /// Apply all safe fixes, for the request of this number.
    Fix(u64),
}

/// Work on one state of one document.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) task: Task,
    pub(super) uri: Uri,
    pub(super) revision: Revision,
    pub(super) text: Rope,
    pub(super) format: Format,
    pub(super) checker: Arc<Checker>,
    /// What is known of the document's paragraphs.
    pub(super) recall: Arc<Recall>,
}

/// What came of a job.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) task: Task,
    pub(super) uri: Uri,
    pub(super) revision: Revision,
    /// What it is about.
    pub(super) text: Rope,
    /// Why there is nothing, or what was made.
    pub(super) made: Result<Made, String>,
}

/// What a job makes.
#[derive(Debug)]
pub(super) enum Made {
    /// What was found.
    Findings(Vec<Diagnostic>),
    /// The text with all safe fixes.
    Fixed(String),
}

/// A thread and the jobs that wait for it; the thread ends with its owner.
#[derive(Debug)]
pub(super) struct Worker {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    stop: Stop,
}

#[derive(Debug, Default)]
struct State {
    /// The job to take next stands last.
    jobs: Vec<Job>,
    /// What is being worked on.
    running: Option<(Uri, Task)>,
    closed: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next job; waits for one. `None` at the end.
    fn next(&self) -> Option<Job> {
        let mut state = self.lock();
        state.running = None;
        loop {
            if state.closed {
                return None;
            }
            if let Some(job) = state.jobs.pop() {
                state.running = Some((job.uri.clone(), job.task));
                self.stop.set(false);
                return Some(job);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Worker {
    /// Starts a thread that hands on what it has done, unless it was told meanwhile that it is not wanted.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn start(name: &str, stop: Stop, done: impl Fn(Done) + Send + 'static) -> io::Result<Self> {
        let shared = Arc::new(Shared { stop, ..Shared::default() });
        let theirs = Arc::clone(&shared);
        thread::Builder::new().name(name.to_owned()).spawn(move || {
            while let Some(job) = theirs.next() {
                let result = work(job);
                if !theirs.stop.is_set() {
                    done(result);
                }
            }
        })?;
        Ok(Self { shared })
    }

    /// Adds a job; another that does the same with an older state of the document is not wanted any more.
    pub(super) fn add(&self, job: Job) {
        self.cancel(&job.uri, job.task);
        self.shared.lock().jobs.push(job);
        self.shared.changed.notify_one();
    }

    /// Leaves the task undone for the document, even if it has been begun.
    pub(super) fn cancel(&self, uri: &Uri, task: Task) {
        let mut state = self.shared.lock();
        state.jobs.retain(|job| job.task != task || job.uri != *uri);
        if state.running.as_ref().is_some_and(|(running, doing)| *doing == task && running == uri) {
            self.shared.stop.set(true);
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.stop.set(true);
        self.shared.changed.notify_one();
    }
}

fn work(job: Job) -> Done {
    let Job { task, uri, revision, text, format, checker, recall } = job;
    // A fault of ours in one text is not to end the work on all others.
    let made = catch_unwind(AssertUnwindSafe(|| make(task, &text, format, &checker, &recall)));
    let made = made.unwrap_or_else(|panic| Err(format!("the check failed: {}", message(panic.as_ref()))));
    Done { task, uri, revision, text, made }
}

fn make(task: Task, text: &Rope, format: Format, checker: &Checker, recall: &Recall) -> Result<Made, String> {
    let source = Source::from_text(text.to_string()).map_err(|error| error.to_string())?;
    let check = |session: &Session| Made::Findings(session.check_again(&source, format, recall));
    match task {
        Task::Rules => Ok(check(&checker.quick)),
        Task::All => Ok(check(checker.full.as_ref().unwrap_or(&checker.quick))),
        Task::Fix(_) => {
            let fixed = checker.quick.fix(&source, format, Applicability::Safe);
            fixed.map(|fixed| Made::Fixed(fixed.source.into_text())).map_err(|error| error.to_string())
        }
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("for an unknown reason")
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::rule::{self, RuleFiles};
    use crate::session::Settings;

    fn checker() -> Arc<Checker> {
        let mut files = RuleFiles::new();
        let rule = "message: No x.\nseverity: warning\nmatch: {regex: 'x'}\nfix: {to: y, safety: safe}\n\
                    examples:\n  - {bad: the x, good: the y}\n  - {ok: y}\n";
        files.add("a/b.yml", "a/b.yml", rule.to_owned());
        let rules = Arc::new(rule::load(&files).unwrap_or_else(|error| panic!("{error}")));
        let quick = Session::new(Arc::clone(&rules), None, Settings::default()).expect("no selectors");
        Arc::new(Checker { rules, quick, full: None, config: None })
    }

    fn job(task: Task, uri: &str, text: &str) -> Job {
        let (uri, text) = (uri.into(), Rope::from_str(text));
        Job {
            task,
            uri,
            revision: Revision(1),
            text,
            format: Format::Plain,
            checker: checker(),
            recall: Arc::default(),
        }
    }

    #[test]
    fn jobs_are_done_and_their_results_handed_on() {
        let (send, receive) = mpsc::channel();
        let worker = Worker::start("test", Stop::default(), move |done| {
            let _ = send.send(done);
        });
        let worker = worker.expect("a thread");
        worker.add(job(Task::Rules, "a", "The x is here."));
        let done = receive.recv().expect("a result");
        assert!(matches!(&done.made, Ok(Made::Findings(found)) if found.len() == 1), "{done:?}");
        worker.add(job(Task::Fix(7), "a", "The x is here."));
        let done = receive.recv().expect("a result");
        assert!(matches!(&done.made, Ok(Made::Fixed(text)) if text == "The y is here."), "{done:?}");
    }

    #[test]
    fn only_the_newest_state_waits_and_the_last_changed_comes_first() {
        // A worker whose thread is held up, so that jobs pile up.
        let shared = Arc::new(Shared::default());
        let worker = Worker { shared: Arc::clone(&shared) };
        for (uri, text) in [("a", "1"), ("b", "1"), ("a", "2"), ("b", "2"), ("a", "3")] {
            worker.add(job(Task::Rules, uri, text));
        }
        worker.add(job(Task::Fix(1), "a", "fix"));
        worker.cancel(&"a".into(), Task::Fix(1));
        let next = || shared.next().map(|job| format!("{} {}", job.uri, job.text));
        assert_eq!([next(), next()], [Some("a 3".to_owned()), Some("b 2".to_owned())]);
        worker.cancel(&"a".into(), Task::Rules);
        assert!(!shared.stop.is_set(), "another document is being checked");
        worker.add(job(Task::Rules, "b", "3"));
        assert!(shared.stop.is_set(), "what is being checked is old");
        assert_eq!(next(), Some("b 3".to_owned()));
        assert!(!shared.stop.is_set());
        drop(worker);
        assert!(shared.next().is_none());
    }
}
