//! Loading a grammar model while other work goes on. Knows nothing about what is loaded.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};

use super::{Grammar, GrammarFinding, ModelError};

type Loaded = Result<Box<dyn Grammar>, ModelError>;

/// A grammar that loads in its own thread, shared by all workers.
pub struct LazyGrammar {
    loaded: OnceLock<Loaded>,
    loading: Mutex<Option<Loading>>,
    reported: AtomicBool,
}

enum Loading {
    Later(Box<dyn FnOnce() -> Loaded + Send>),
    Now(io::Result<JoinHandle<Loaded>>),
}

impl Loading {
    fn begin(load: impl FnOnce() -> Loaded + Send + 'static) -> io::Result<JoinHandle<Loaded>> {
        thread::Builder::new().name("grammar model".to_owned()).spawn(load)
    }
}

impl LazyGrammar {
    /// Starts `load` in a new thread and returns at once.
    ///
    /// `load` must not wait for rayon's global pool: all of its threads may be waiting for `load`.
    pub fn start(load: impl FnOnce() -> Loaded + Send + 'static) -> Self {
        Self::new(Loading::Now(Loading::begin(load)))
    }

    /// As [`LazyGrammar::start`], but `load` starts when something waits for it, if ever.
    pub fn on_demand(load: impl FnOnce() -> Loaded + Send + 'static) -> Self {
        Self::new(Loading::Later(Box::new(load)))
    }

    fn new(loading: Loading) -> Self {
        let (loaded, loading) = (OnceLock::new(), Mutex::new(Some(loading)));
        Self { loaded, loading, reported: AtomicBool::new(false) }
    }

    /// The grammar, once it is loaded; blocks until then. Every caller gets the same answer.
    ///
    /// # Errors
    /// What the loader reported, or that it panicked.
    pub fn wait(&self) -> Result<&dyn Grammar, &ModelError> {
        let loaded = self.loaded.get_or_init(|| {
            // Even if it starts only now it has a thread of its own: a rayon worker that loaded could be given
            // a job that waits for the load.
            let handle = match self.loading.lock().unwrap_or_else(PoisonError::into_inner).take() {
                Some(Loading::Now(handle)) => handle,
                Some(Loading::Later(load)) => Loading::begin(load),
                None => Err(io::Error::other("the loading thread was never started")),
            };
            let thread_error = |reason: String| Err(ModelError::Thread { reason });
            match handle.map(JoinHandle::join) {
                Ok(Ok(loaded)) => loaded,
                Ok(Err(_)) => thread_error("the loading thread panicked".to_owned()),
                Err(error) => thread_error(error.to_string()),
            }
        });
        loaded.as_ref().map(AsRef::as_ref)
    }

    /// Why the model could not be loaded; given to the first caller only, so that it is said once.
    /// Blocks until the load has ended; one that nobody has needed is not begun.
    pub fn take_failure(&self) -> Option<&ModelError> {
        if matches!(*self.loading.lock().unwrap_or_else(PoisonError::into_inner), Some(Loading::Later(_))) {
            return None;
        }
        let error = self.wait().err()?;
        (!self.reported.swap(true, Ordering::Relaxed)).then_some(error)
    }
}

impl Grammar for LazyGrammar {
    /// Waits for the model, then checks; finds nothing if the model could not be loaded
    /// (ask [`LazyGrammar::take_failure`] why).
    fn check_sentences(&self, sentences: &[&str]) -> Vec<Vec<GrammarFinding>> {
        self.wait().map_or_else(|_| vec![Vec::new(); sentences.len()], |g| g.check_sentences(sentences))
    }

    fn has_failed(&self) -> bool {
        self.loaded.get().is_some_and(Result::is_err)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use crate::diagnostic::Severity;
    use crate::span::Span;

    /// Finds every `x`.
    struct FindsX;

    impl Grammar for FindsX {
        fn check_sentences(&self, sentences: &[&str]) -> Vec<Vec<GrammarFinding>> {
            let finding = |(at, _)| GrammarFinding {
                rule: "TEST/X/0".to_owned(),
                span: Span::new(at, at + 1),
                message: "an x".to_owned(),
                replacements: Vec::new(),
                severity: Severity::Info,
            };
            sentences.iter().map(|s| s.match_indices('x').map(finding).collect()).collect()
        }
    }

    #[test]
    fn workers_share_one_load() {
        let loads = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&loads);
        let lazy = LazyGrammar::start(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok(Box::new(FindsX))
        });
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| assert_eq!(lazy.check("This axbx is it.").len(), 2));
            }
        });
        assert_eq!(loads.load(Ordering::Relaxed), 1);
        assert!(lazy.take_failure().is_none());
    }

    #[test]
    fn a_failure_is_reported_once_and_finds_nothing() {
        let lazy =
            LazyGrammar::start(|| Err(ModelError::Missing { dir: "models".into(), file: "en_rules.bin" }));
        assert!(lazy.check("This x is it.").is_empty());
        let said = lazy.take_failure().map(ToString::to_string);
        assert!(said.is_some_and(|s| s.contains("models") && s.contains("--model-dir")));
        assert!(lazy.take_failure().is_none());
        assert!(lazy.wait().is_err());
    }

    #[test]
    fn a_loader_that_panics_is_an_error() {
        let lazy = LazyGrammar::start(|| panic!("expected by this test"));
        assert!(matches!(lazy.wait(), Err(ModelError::Thread { .. })));
    }

    #[test]
    fn a_load_on_demand_begins_when_it_is_needed() {
        let loads = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&loads);
        let lazy = LazyGrammar::on_demand(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok(Box::new(FindsX))
        });
        assert!(lazy.take_failure().is_none());
        assert!(lazy.check("No words: 12.").is_empty(), "no sentence, no load");
        assert_eq!(loads.load(Ordering::Relaxed), 0);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| assert_eq!(lazy.check("This axbx is it.").len(), 2));
            }
        });
        assert_eq!(loads.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_load_on_demand_that_fails_is_reported() {
        let lazy = LazyGrammar::on_demand(|| panic!("expected by this test"));
        assert!(lazy.check("This x is it.").is_empty());
        assert!(matches!(lazy.take_failure(), Some(ModelError::Thread { .. })));
    }
}
