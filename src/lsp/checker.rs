//! What checks a document, and how it gets that.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::grammar::{Grammar, GrammarFinding};
use crate::rule::RuleSet;
use crate::session::Session;

use super::settings::ClientSettings;

/// Sentences that grammar is given at a time, so that a check that is no longer wanted ends soon.
const ROW: usize = 32;

/// Two sessions over the same rules, of which the first is fast, and what is to be said of the rules.
#[derive(Debug)]
pub struct Checker {
    /// The rules.
    pub rules: Arc<RuleSet>,
    /// Runs the rules alone.
    pub quick: Session,
    /// Runs rules and grammar; `None` if grammar is not wanted.
    pub full: Option<Session>,
    /// The config that holds, if there is one.
    pub config: Option<PathBuf>,
}

/// Where the server gets its checkers: from config and rules on disk, or from a test.
pub trait Checkers {
    /// What checks a text that is, or would be, at `path`; `None` if that is left out.
    ///
    /// # Errors
    /// With a text for the user, if config or rules have a mistake.
    fn checker(&mut self, path: &Path) -> Result<Option<Arc<Checker>>, String>;

    /// Forgets what was read: config, rules or the client's settings have changed.
    fn reload(&mut self, settings: &ClientSettings);

    /// The text of a config; `None` if it is not there, or cannot be read.
    fn config_text(&self, path: &Path) -> Option<String>;

    /// What does not stop the work but should be said, such as a grammar model that could not be loaded; once.
    fn take_warning(&mut self) -> Option<String> {
        None
    }
}

/// A sign that the check that is running is not wanted any more.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Whether it is to stop.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn set(&self, stop: bool) {
        self.0.store(stop, Ordering::Relaxed);
    }
}

/// A grammar that finds nothing from the moment on that it is told to stop.
pub struct Stoppable {
    grammar: Arc<dyn Grammar>,
    stop: Stop,
}

impl Stoppable {
    /// Puts `stop` before `grammar`.
    pub fn new(grammar: Arc<dyn Grammar>, stop: Stop) -> Self {
        Self { grammar, stop }
    }
}

impl Grammar for Stoppable {
    fn check_sentences(&self, sentences: &[&str]) -> Vec<Vec<GrammarFinding>> {
        let rows = sentences.chunks(ROW).flat_map(|row| match self.stop.is_set() {
            true => vec![Vec::new(); row.len()],
            false => self.grammar.check_sentences(row),
        });
        rows.collect()
    }

    fn has_failed(&self) -> bool {
        self.grammar.has_failed()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// Sets the sign after the first row that it sees.
    struct StopsItself(Stop, Mutex<Vec<usize>>);

    impl Grammar for StopsItself {
        fn check_sentences(&self, sentences: &[&str]) -> Vec<Vec<GrammarFinding>> {
            self.1.lock().expect("one thread").push(sentences.len());
            self.0.set(true);
            vec![Vec::new(); sentences.len()]
        }
    }

    #[test]
    fn a_check_ends_soon_after_it_is_told_to() {
        let stop = Stop::default();
        let inner = Arc::new(StopsItself(stop.clone(), Mutex::default()));
        let grammar = Stoppable::new(Arc::clone(&inner) as Arc<dyn Grammar>, stop);
        assert_eq!(grammar.check_sentences(&["a sentence"; 3 * ROW]).len(), 3 * ROW);
        assert_eq!(*inner.1.lock().expect("one thread"), [ROW]);
    }
}
