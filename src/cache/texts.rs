//! What was found in whole texts: an article that is checked again as it was costs next to nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};

use super::{Cache, Key};
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Severity};
use crate::examined::{Examined, Guess};
use crate::fingerprint::Fingerprint;
use crate::span::{Span, Src};

/// What is known of whole texts, shared by all threads.
#[derive(Debug)]
pub struct TextCache {
    cache: Cache,
    asked: AtomicUsize,
    missed: AtomicUsize,
}

impl TextCache {
    /// No generation takes more bytes than this: what is found in several hundred articles.
    pub const MAX_BYTES: usize = 4 << 20;

    /// What is found in one text is not kept if it takes more bytes than this; one text is not to drive out all others.
    const MAX_RECORD: usize = Self::MAX_BYTES / 16;

    /// A cache over the two generations that were written before, each empty if there is none.
    pub fn new(young: Vec<u8>, old: Vec<u8>) -> Self {
        let cache = Cache::new(Self::MAX_BYTES, young, old);
        Self { cache, asked: AtomicUsize::new(0), missed: AtomicUsize::new(0) }
    }

    /// The records, to be written.
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// How many texts were looked up, and how many of them were not known.
    pub fn asked_and_missed(&self) -> (usize, usize) {
        (self.asked.load(Ordering::Relaxed), self.missed.load(Ordering::Relaxed))
    }

    /// What was found in `text`, whose key is `key`.
    pub(crate) fn get(&self, key: &Key, text: &str) -> Option<Examined> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let known = self.cache.get(key, |record| from_record(record, text));
        if known.is_none() {
            self.missed.fetch_add(1, Ordering::Relaxed);
        }
        known
    }

    /// Remembers what was found in the text whose key is `key`.
    pub(crate) fn put(&self, key: Key, examined: &Examined) {
        if let Some(record) = to_record(examined).filter(|record| record.len() <= Self::MAX_RECORD) {
            self.cache.learn(key, record);
        }
    }
}

/// A finding as it is stored: rule, severity, message, page, start, end, fixes, priority, fingerprint.
#[derive(Serialize, Deserialize)]
struct StoredDiagnostic(
    String,
    Severity,
    String,
    Option<String>,
    usize,
    usize,
    Vec<StoredFix>,
    i32,
    Fingerprint,
);

/// A fix as it is stored: title, applicability, edits as start, end and text.
#[derive(Serialize, Deserialize)]
struct StoredFix(String, Applicability, Vec<(usize, usize, String)>);

/// A text as it is stored: findings, and the language it seems to be translated from with how many say so.
#[derive(Serialize, Deserialize)]
struct StoredText(Vec<StoredDiagnostic>, Option<(String, usize)>);

/// Nothing for no findings; `None` if they cannot be stored.
fn to_record(examined: &Examined) -> Option<Vec<u8>> {
    if examined.diagnostics.is_empty() && examined.guess.is_none() {
        return Some(Vec::new());
    }
    let fix = |fix: &Fix| {
        let edits = fix.edits.iter().map(|edit| (edit.span.start, edit.span.end, edit.text.clone()));
        StoredFix(fix.title.clone(), fix.applicability, edits.collect())
    };
    let diagnostic = |d: &Diagnostic| {
        let url = d.why_url.as_deref().map(str::to_owned);
        let fixes = d.fixes.iter().map(fix).collect();
        let (rule, message) = (d.rule.to_string(), d.message.clone());
        let Span { start, end, .. } = d.span;
        StoredDiagnostic(rule, d.severity, message, url, start, end, fixes, d.priority, d.fingerprint)
    };
    let guess = examined.guess.as_ref().map(|guess| (guess.language.clone(), guess.findings));
    serde_json::to_vec(&StoredText(examined.diagnostics.iter().map(diagnostic).collect(), guess)).ok()
}

/// `None` if this cannot have been found in `text`.
fn from_record(record: &[u8], text: &str) -> Option<Examined> {
    if record.is_empty() {
        return Some(Examined::default());
    }
    let span = |start: usize, end: usize| -> Option<Span<Src>> {
        text.get(start..end)?;
        Some(Span::new(start, end))
    };
    let fix = |StoredFix(title, applicability, edits): StoredFix| {
        let edits = edits.into_iter().map(|(start, end, text)| Some(Edit { span: span(start, end)?, text }));
        Some(Fix { title, applicability, edits: edits.collect::<Option<_>>()? })
    };
    let StoredText(diagnostics, guess) = serde_json::from_slice(record).ok()?;
    let diagnostic = |stored| {
        let StoredDiagnostic(rule, severity, message, url, start, end, fixes, priority, fingerprint) = stored;
        Some(Diagnostic {
            rule: rule.into(),
            severity,
            message,
            why_url: url.map(Arc::from),
            span: span(start, end)?,
            fixes: fixes.into_iter().map(fix).collect::<Option<_>>()?,
            priority,
            fingerprint,
        })
    };
    Some(Examined {
        diagnostics: diagnostics.into_iter().map(diagnostic).collect::<Option<_>>()?,
        guess: guess.map(|(language, findings)| Guess { language, findings }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::Update;
    use crate::format::Format;
    use crate::rule::{self, RuleFiles};
    use crate::session::{Session, Settings};
    use crate::source::Source;

    const TEXT: &str = "They met at the the summit in “ “Paris” ”.\n\nThe minister, precised the Élysée, comes from from Lyon.\n";

    fn session(files: &RuleFiles, settings: Settings) -> Session {
        let rules = Arc::new(rule::load(files).expect("the built-in rules compile"));
        Session::new(rules, None, settings).expect("no selector")
    }

    fn examine(session: &Session) -> Examined {
        session.examine(&Source::from_text(TEXT).expect("short"), Format::Plain)
    }

    fn young(cache: &TextCache) -> Vec<u8> {
        match cache.cache().update(Vec::new()) {
            Update::Young(bytes) => bytes,
            Update::Turn(_) => panic!("nothing was there to become old"),
        }
    }

    #[test]
    fn a_text_that_is_known_gives_what_was_found() {
        let files = RuleFiles::builtin();
        let anew = examine(&session(&files, Settings::default()));
        assert!(anew.diagnostics.iter().any(|d| !d.fixes.is_empty()));
        let cold = Arc::new(TextCache::new(Vec::new(), Vec::new()));
        let with = |cache: &Arc<TextCache>, settings| {
            examine(&session(&files, settings).remembering(Arc::clone(cache), &files))
        };
        assert_eq!(with(&cold, Settings::default()), anew);
        assert_eq!(with(&cold, Settings::default()), anew, "within the run");
        assert_eq!(cold.asked_and_missed(), (2, 1));
        for generations in [(young(&cold), Vec::new()), (Vec::new(), young(&cold))] {
            let warm = Arc::new(TextCache::new(generations.0, generations.1));
            assert_eq!(with(&warm, Settings::default()), anew);
            assert_eq!(warm.asked_and_missed(), (1, 0));
            let severe = Settings { min_severity: Severity::Error, ..Settings::default() };
            with(&warm, severe);
            assert_eq!(warm.asked_and_missed(), (2, 1), "other settings, other findings");
        }
    }

    #[test]
    fn rules_of_a_user_tell_runs_apart() {
        let cache = Arc::new(TextCache::new(Vec::new(), Vec::new()));
        let mut files = RuleFiles::builtin();
        let builtin = session(&files, Settings::default()).remembering(Arc::clone(&cache), &files);
        examine(&builtin);
        files.add("typography/lists/none.txt", "none.txt", "summit\n".to_owned());
        let own = session(&files, Settings::default()).remembering(Arc::clone(&cache), &files);
        examine(&own);
        assert_eq!(cache.asked_and_missed(), (2, 2));
    }

    /// Every byte changed: what is found is the same.
    #[test]
    fn a_damaged_record_changes_no_finding() {
        let examined = examine(&session(&RuleFiles::builtin(), Settings::default()));
        let cache = TextCache::new(Vec::new(), Vec::new());
        let key = super::super::key("text");
        cache.put(key, &examined);
        let whole = young(&cache);
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x15;
            let known = TextCache::new(damaged, Vec::new()).get(&key, TEXT);
            assert!(known.is_none_or(|known| known == examined), "byte {at}");
        }
        assert_eq!(TextCache::new(whole.clone(), Vec::new()).get(&key, "another"), None, "it is too short");
        assert_eq!(TextCache::new(whole, Vec::new()).get(&key, TEXT), Some(examined));
    }
}
