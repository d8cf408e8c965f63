//! How fast tokens are cut and tagged, in bytes of prose per second.

use divan::Bencher;
use divan::counter::BytesCount;
use mtlint::lexicon::{Lexicon, tokens};

const PROSE: &str = include_str!("../tests/lexicon/prose.txt");

fn main() {
    divan::main();
}

fn sentences() -> Vec<&'static str> {
    PROSE.split_inclusive(['.', '\n']).collect()
}

#[divan::bench]
fn cut(bencher: Bencher<'_, '_>) {
    bencher.counter(BytesCount::of_str(PROSE)).bench(|| tokens(divan::black_box(PROSE)).count());
}

#[divan::bench]
fn cut_and_tag(bencher: Bencher<'_, '_>) {
    let lexicon = Lexicon::embedded();
    let sentences = sentences();
    bencher.counter(BytesCount::of_str(PROSE)).bench(|| {
        let tag = |text: &&str| {
            let words: Vec<&str> = tokens(text).map(|span| &text[span.range()]).collect();
            lexicon.tag(&words).len()
        };
        sentences.iter().map(tag).sum::<usize>()
    });
}

#[divan::bench]
fn cut_and_tag_remembering(bencher: Bencher<'_, '_>) {
    let lexicon = Lexicon::embedded();
    let sentences = sentences();
    let mut tagger = lexicon.tagger();
    bencher.counter(BytesCount::of_str(PROSE)).bench_local(|| {
        let mut count = 0;
        for text in &sentences {
            let words: Vec<&str> = tokens(text).map(|span| &text[span.range()]).collect();
            count += tagger.tag(&words).len();
        }
        count
    });
}

#[divan::bench]
fn look_up(bencher: Bencher<'_, '_>) {
    let lexicon = Lexicon::embedded();
    let words: Vec<&str> = tokens(PROSE).map(|span| &PROSE[span.range()]).collect();
    bencher
        .counter(BytesCount::of_str(PROSE))
        .bench(|| words.iter().map(|word| lexicon.readings(word).len()).sum::<usize>());
}
