//! What grammar found in sentences, remembered from one run to the next.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};

use super::{Grammar, GrammarFinding, LazyGrammar};
use crate::cache::{Cache, Key, PROGRAM, key};
use crate::diagnostic::Severity;
use crate::span::Span;

/// What is known of sentences, shared by all threads.
#[derive(Debug)]
pub struct SentenceCache {
    rule_set: Key,
    cache: Cache,
    asked: AtomicUsize,
    missed: AtomicUsize,
}

impl SentenceCache {
    /// No generation takes more bytes than this.
    pub const MAX_BYTES: usize = 2 << 20;

    /// A cache over the two generations that were written before, each empty if there is none.
    ///
    /// `rule_set` names the model, the rules and the program that findings come from; those of another are not seen.
    pub fn new(rule_set: &str, young: Vec<u8>, old: Vec<u8>) -> Self {
        Self {
            rule_set: key(rule_set),
            cache: Cache::new(Self::MAX_BYTES, young, old),
            asked: AtomicUsize::new(0),
            missed: AtomicUsize::new(0),
        }
    }

    /// The name of this program's own rule set: model, rule list and code, as they were when it was built.
    pub fn builtin_rule_set() -> &'static str {
        PROGRAM
    }

    /// The records, to be written.
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// How many sentences were looked up, and how many of them were not known.
    pub fn asked_and_missed(&self) -> (usize, usize) {
        (self.asked.load(Ordering::Relaxed), self.missed.load(Ordering::Relaxed))
    }

    fn key(&self, sentence: &str) -> Key {
        key((self.rule_set, sentence))
    }

    fn get(&self, sentence: &str) -> Option<Vec<GrammarFinding>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let known = self.cache.get(&self.key(sentence), |record| from_record(record, sentence));
        if known.is_none() {
            self.missed.fetch_add(1, Ordering::Relaxed);
        }
        known
    }

    fn put(&self, sentence: &str, findings: &[GrammarFinding]) {
        if let Some(record) = to_record(findings) {
            self.cache.learn(self.key(sentence), record);
        }
    }
}

/// A grammar that asks its model only for sentences that a cache does not know.
pub struct Cached {
    cache: Arc<SentenceCache>,
    model: Arc<LazyGrammar>,
}

impl Cached {
    /// Puts `cache` before `model`.
    pub fn new(cache: Arc<SentenceCache>, model: Arc<LazyGrammar>) -> Self {
        Self { cache, model }
    }
}

impl Grammar for Cached {
    fn check_sentences(&self, sentences: &[&str]) -> Vec<Vec<GrammarFinding>> {
        let mut known: Vec<_> = sentences.iter().map(|sentence| self.cache.get(sentence)).collect();
        let missing: Vec<usize> = (0..known.len()).filter(|&i| known[i].is_none()).collect();
        // A model that did not load has found nothing, which is not to be remembered.
        if let Some(model) = (!missing.is_empty()).then(|| self.model.wait().ok()).flatten() {
            let texts: Vec<&str> = missing.iter().map(|&i| sentences[i]).collect();
            for (i, findings) in missing.into_iter().zip(model.check_sentences(&texts)) {
                self.cache.put(sentences[i], &findings);
                known[i] = Some(findings);
            }
        }
        known.into_iter().map(Option::unwrap_or_default).collect()
    }

    fn has_failed(&self) -> bool {
        self.model.has_failed()
    }
}

/// A finding as it is stored: rule, start, end, message, replacements, severity.
#[derive(Serialize, Deserialize)]
struct Stored(String, usize, usize, String, Vec<String>, Severity);

/// Nothing for no findings; `None` if they cannot be stored.
fn to_record(findings: &[GrammarFinding]) -> Option<Vec<u8>> {
    if findings.is_empty() {
        return Some(Vec::new());
    }
    let stored = |f: &GrammarFinding| {
        let GrammarFinding { rule, span, message, replacements, severity } = f.clone();
        Stored(rule, span.start, span.end, message, replacements, severity)
    };
    serde_json::to_vec(&findings.iter().map(stored).collect::<Vec<_>>()).ok()
}

/// `None` if these cannot be findings of `sentence`.
fn from_record(record: &[u8], sentence: &str) -> Option<Vec<GrammarFinding>> {
    if record.is_empty() {
        return Some(Vec::new());
    }
    let stored: Vec<Stored> = serde_json::from_slice(record).ok()?;
    let finding = |Stored(rule, start, end, message, replacements, severity)| {
        sentence.get(start..end)?;
        Some(GrammarFinding { rule, span: Span::new(start, end), message, replacements, severity })
    };
    stored.into_iter().map(finding).collect()
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::cache::Update;

    /// Finds each `x`, and says so in the words of `message`.
    struct FindsX {
        message: &'static str,
        asked: Arc<AtomicUsize>,
    }

    impl Grammar for FindsX {
        fn check_sentences(&self, sentences: &[&str]) -> Vec<Vec<GrammarFinding>> {
            self.asked.fetch_add(sentences.len(), Ordering::Relaxed);
            let finding = |(at, _)| GrammarFinding {
                rule: "TEST/X/0".to_owned(),
                span: Span::new(at, at + 1),
                message: self.message.to_owned(),
                replacements: vec!["“y”".to_owned(), String::new()],
                severity: Severity::Warning,
            };
            sentences.iter().map(|s| s.match_indices('x').map(finding).collect()).collect()
        }
    }

    const TEXT: &str = "Here is an x and an x. Nothing is here. É is an x. Nothing is here.";

    /// A cached grammar, its cache, and how often its model was asked.
    fn cached(cache: SentenceCache) -> (Cached, Arc<SentenceCache>, Arc<AtomicUsize>) {
        let (cache, asked) = (Arc::new(cache), Arc::new(AtomicUsize::new(0)));
        let counted = Arc::clone(&asked);
        let load = move || Ok(Box::new(FindsX { message: "an “x”", asked: counted }) as Box<dyn Grammar>);
        (Cached::new(Arc::clone(&cache), Arc::new(LazyGrammar::on_demand(load))), cache, asked)
    }

    fn empty() -> SentenceCache {
        SentenceCache::new("rules", Vec::new(), Vec::new())
    }

    fn young(update: Update) -> Vec<u8> {
        match update {
            Update::Young(bytes) => bytes,
            Update::Turn(_) => panic!("the young generation is not full"),
        }
    }

    /// The bytes after a run over `text` with `before`.
    fn after(text: &str, before: Vec<u8>) -> Vec<u8> {
        let (grammar, cache, _) = cached(SentenceCache::new("rules", before.clone(), Vec::new()));
        grammar.check(text);
        young(cache.cache().update(before))
    }

    #[test]
    fn what_is_known_is_found_without_the_model() {
        let (grammar, cache, asked) = cached(empty());
        let cold = grammar.check(TEXT);
        assert_eq!((cold.len(), asked.load(Ordering::Relaxed)), (3, 3));
        assert_eq!(grammar.check(TEXT), cold, "known within the run");
        assert_eq!(asked.load(Ordering::Relaxed), 3);

        let bytes = young(cache.cache().update(Vec::new()));
        for (young, old) in [(bytes.clone(), Vec::new()), (Vec::new(), bytes)] {
            let (grammar, cache, asked) = cached(SentenceCache::new("rules", young, old));
            assert!(!cache.cache().is_empty());
            assert_eq!(grammar.check(TEXT), cold);
            assert_eq!(asked.load(Ordering::Relaxed), 0);
            assert_eq!(cache.asked_and_missed(), (3, 0));
        }
    }

    #[test]
    fn another_rule_set_sees_nothing() {
        let bytes = after(TEXT, Vec::new());
        let (grammar, cache, asked) = cached(SentenceCache::new("other rules", bytes.clone(), Vec::new()));
        grammar.check(TEXT);
        assert_eq!(asked.load(Ordering::Relaxed), 3);
        assert!(young(cache.cache().update(bytes.clone())).len() > bytes.len(), "both are kept");
    }

    #[test]
    fn nothing_new_is_nothing_to_write_and_the_old_that_is_used_is_new() {
        let bytes = after(TEXT, Vec::new());
        let (grammar, cache, _) = cached(SentenceCache::new("rules", bytes.clone(), Vec::new()));
        grammar.check(TEXT);
        assert!(cache.cache().has_learnt_nothing());
        let (grammar, cache, _) = cached(SentenceCache::new("rules", Vec::new(), bytes.clone()));
        grammar.check(TEXT);
        assert_eq!(cache.cache().update(Vec::new()), Update::Young(bytes));
    }

    #[test]
    fn what_another_process_wrote_meanwhile_is_kept() {
        let theirs = after("They wrote this x.", Vec::new());
        let (grammar, cache, _) = cached(empty());
        grammar.check(TEXT);
        let both = young(cache.cache().update(theirs));
        let (grammar, _, asked) = cached(SentenceCache::new("rules", both, Vec::new()));
        assert_eq!(grammar.check("They wrote this x.").len() + grammar.check(TEXT).len(), 4);
        assert_eq!(asked.load(Ordering::Relaxed), 0);
    }

    /// Every byte of the file changed: the findings are the same, and the next run has them all again.
    #[test]
    fn a_damaged_cache_changes_no_finding_and_is_mended() {
        let whole = after(TEXT, Vec::new());
        let (grammar, ..) = cached(empty());
        let expected = grammar.check(TEXT);
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x11;
            let (grammar, cache, _) = cached(SentenceCache::new("rules", damaged.clone(), Vec::new()));
            assert_eq!(grammar.check(TEXT), expected, "byte {at}");
            if !cache.cache().has_learnt_nothing() {
                let mended = SentenceCache::new("rules", young(cache.cache().update(damaged)), Vec::new());
                let (grammar, _, asked) = cached(mended);
                assert_eq!(grammar.check(TEXT), expected, "byte {at}");
                assert_eq!(asked.load(Ordering::Relaxed), 0, "byte {at}");
            }
        }
    }

    #[test]
    fn what_a_model_that_did_not_load_has_not_found_is_not_remembered() {
        let cache = Arc::new(empty());
        let model = Arc::new(LazyGrammar::on_demand(|| panic!("expected by this test")));
        let grammar = Cached::new(Arc::clone(&cache), Arc::clone(&model));
        assert!(grammar.check(TEXT).is_empty());
        assert!(cache.cache().has_learnt_nothing());
        assert!(model.take_failure().is_some());
    }

    #[test]
    fn threads_share_a_cache() {
        let (grammar, cache, _) = cached(empty());
        let texts: Vec<String> = (0..200).map(|i| format!("Number {i} is an x. {TEXT}")).collect();
        let lengths = || texts.iter().map(|text| grammar.check(text).len());
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| assert!(lengths().all(|length| length == 4)));
            }
        });
        let bytes = young(cache.cache().update(Vec::new()));
        let (grammar, _, asked) = cached(SentenceCache::new("rules", bytes, Vec::new()));
        assert!(texts.iter().all(|text| grammar.check(text).len() == 4));
        assert_eq!(asked.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn a_full_generation_gives_way_and_none_exceeds_its_size() {
        let run = |from: usize, young: &[u8]| {
            let cache = SentenceCache::new("rules", young.to_vec(), Vec::new());
            (from..from + 300_000).for_each(|i| cache.put(&i.to_string(), &[]));
            cache.cache().update(young.to_vec())
        };
        let Update::Young(first) = run(0, &[]) else { panic!("nothing was there to become old") };
        assert!(first.len() <= SentenceCache::MAX_BYTES);
        assert!(first.len() > SentenceCache::MAX_BYTES / 2);
        let Update::Turn(second) = run(1_000_000, &first) else { panic!("there is no room for both") };
        assert!(second.len() <= SentenceCache::MAX_BYTES);
        let cache = SentenceCache::new("rules", second, first);
        assert_eq!(cache.get("1"), Some(Vec::new()));
        assert_eq!(cache.get("1000001"), Some(Vec::new()));
        assert_eq!(cache.get("2000000"), None);
    }
}
