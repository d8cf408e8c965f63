//! What the cache of grammar findings costs: a full one opened from disk, an article looked up, one sentence added.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use divan::Bencher;
use mtlint::cache::Update;
use mtlint::grammar::{Cached, Grammar, GrammarFinding, LazyGrammar, SentenceCache};

fn main() {
    divan::main();
}

/// Finds nothing.
struct Content;

impl Grammar for Content {
    fn check_sentences(&self, sentences: &[&str]) -> Vec<Vec<GrammarFinding>> {
        vec![Vec::new(); sentences.len()]
    }
}

fn cached(cache: &Arc<SentenceCache>) -> Cached {
    let model = LazyGrammar::on_demand(|| Ok(Box::new(Content)));
    Cached::new(Arc::clone(cache), Arc::new(model))
}

/// The bytes of a generation with the sentences of `numbers`.
fn generation(numbers: std::ops::Range<usize>) -> Vec<u8> {
    let cache = Arc::new(SentenceCache::new("rules", Vec::new(), Vec::new()));
    let sentences: Vec<String> = numbers.map(sentence).collect();
    cached(&cache).check_sentences(&sentences.iter().map(String::as_str).collect::<Vec<_>>());
    match cache.cache().update(Vec::new()) {
        Update::Young(bytes) | Update::Turn(bytes) => bytes,
    }
}

/// A sentence of 112 bytes.
fn sentence(number: usize) -> String {
    format!(
        "{number:08} ministers met in the capital of the republic on Monday, and nobody spoke to the press about it.  "
    )
}

fn open(folder: &Path) -> Arc<SentenceCache> {
    let read = |name| fs::read(folder.join(name)).expect("written before");
    Arc::new(SentenceCache::new("rules", read("young"), read("old")))
}

/// Two generations of two megabytes each, on disk.
fn full() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("young"), generation(0..260_000)).expect("written");
    fs::write(folder.path().join("old"), generation(1_000_000..1_260_000)).expect("written");
    folder
}

#[divan::bench]
fn open_full(bencher: Bencher<'_, '_>) {
    let folder = full();
    bencher.bench_local(|| open(folder.path()).cache().is_empty());
}

#[divan::bench]
fn open_full_and_look_up_100_sentences(bencher: Bencher<'_, '_>) {
    let folder = full();
    let sentences: Vec<String> = (0..100).map(|i| sentence(i * 997)).collect();
    let texts: Vec<&str> = sentences.iter().map(String::as_str).collect();
    bencher.bench_local(|| {
        let cache = open(folder.path());
        cached(&cache).check_sentences(&texts);
        assert_eq!(cache.asked_and_missed(), (100, 0));
    });
}

#[divan::bench]
fn add_one_sentence_to_a_full_cache(bencher: Bencher<'_, '_>) {
    let young = generation(0..260_000);
    let cache = Arc::new(SentenceCache::new("rules", Vec::new(), Vec::new()));
    cached(&cache).check_sentences(&["A new one."]);
    bencher.bench_local(|| cache.cache().update(young.clone()));
}
