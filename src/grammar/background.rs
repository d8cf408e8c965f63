//! Loading a grammar model while other work goes on. Knows nothing about what is loaded.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};

use super::{Grammar, GrammarFinding, ModelError};

type Loaded = Result<Box<dyn Grammar>, ModelError>;

/// A grammar that loads in its own thread from the moment it is started, shared by all workers.
///
/// Do not start one where no grammar is wanted: nothing is loaded before [`LazyGrammar::start`].
pub struct LazyGrammar {
    loaded: OnceLock<Loaded>,
    loading: Mutex<Option<JoinHandle<Loaded>>>,
    reported: AtomicBool,
}

impl LazyGrammar {
    /// Starts `load` in a new thread and returns at once.
    ///
    /// `load` must not wait for rayon's global pool: all of its threads may be waiting for `load`.
    pub fn start(load: impl FnOnce() -> Loaded + Send + 'static) -> Self {
        let (loaded, loading) = (OnceLock::new(), Mutex::new(None));
        match thread::Builder::new().name("grammar model".to_owned()).spawn(load) {
            Ok(handle) => {
                *loading.lock().unwrap_or_else(PoisonError::into_inner) = Some(handle);
            }
            Err(error) => {
                // The cell was made two lines above, so it is empty and the value is taken.
                let _ = loaded.set(Err(ModelError::Thread { reason: error.to_string() }));
            }
        }
        Self { loaded, loading, reported: AtomicBool::new(false) }
    }

    /// The grammar, once it is loaded; blocks until then. Every caller gets the same answer.
    ///
    /// # Errors
    /// What the loader reported, or that it panicked.
    pub fn wait(&self) -> Result<&dyn Grammar, &ModelError> {
        let loaded = self.loaded.get_or_init(|| {
            let handle = self.loading.lock().unwrap_or_else(PoisonError::into_inner).take();
            let thread_error = |reason: &str| Err(ModelError::Thread { reason: reason.to_owned() });
            match handle.map(JoinHandle::join) {
                Some(Ok(loaded)) => loaded,
                Some(Err(_)) => thread_error("the loading thread panicked"),
                None => thread_error("the loading thread was never started"),
            }
        });
        loaded.as_ref().map(AsRef::as_ref)
    }

    /// Why the model could not be loaded; given to the first caller only, so that it is said once.
    /// Blocks until the load has ended.
    pub fn take_failure(&self) -> Option<&ModelError> {
        let error = self.wait().err()?;
        (!self.reported.swap(true, Ordering::Relaxed)).then_some(error)
    }
}

impl Grammar for LazyGrammar {
    /// Waits for the model, then checks; finds nothing if the model could not be loaded
    /// (ask [`LazyGrammar::take_failure`] why).
    fn check(&self, block: &str) -> Vec<GrammarFinding> {
        self.wait().map_or_else(|_| Vec::new(), |grammar| grammar.check(block))
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
        fn check(&self, block: &str) -> Vec<GrammarFinding> {
            block
                .match_indices('x')
                .map(|(at, _)| GrammarFinding {
                    rule: "TEST/X/0".to_owned(),
                    span: Span::new(at, at + 1),
                    message: "an x".to_owned(),
                    replacements: Vec::new(),
                    severity: Severity::Info,
                })
                .collect()
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
                scope.spawn(|| assert_eq!(lazy.check("axbx").len(), 2));
            }
        });
        assert_eq!(loads.load(Ordering::Relaxed), 1);
        assert!(lazy.take_failure().is_none());
    }

    #[test]
    fn a_failure_is_reported_once_and_finds_nothing() {
        let lazy =
            LazyGrammar::start(|| Err(ModelError::Missing { dir: "models".into(), file: "en_rules.bin" }));
        assert!(lazy.check("x").is_empty());
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
}
