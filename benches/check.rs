//! What a check costs by part: loading the rules, checking an article without grammar, fixing it.

use std::sync::Arc;

use divan::Bencher;
use divan::counter::BytesCount;
use mtlint::diagnostic::Applicability;
use mtlint::format::Format;
use mtlint::rule::{self, RuleFiles, RuleSet};
use mtlint::session::{Session, Settings};
use mtlint::source::Source;

const ARTICLE: &str = include_str!("../fixtures/articles/seed.txt");

fn main() {
    divan::main();
}

fn rules() -> Arc<RuleSet> {
    Arc::new(rule::load(&RuleFiles::builtin()).unwrap_or_else(|e| panic!("{e}")))
}

fn session() -> Session {
    Session::new(rules(), None, Settings::default()).expect("no selectors")
}

#[divan::bench]
fn load_rules() -> usize {
    rules().len()
}

#[divan::bench(args = [1, 10, 100])]
fn check_articles(bencher: Bencher<'_, '_>, copies: usize) {
    let session = session();
    let source = Source::from_text(ARTICLE.repeat(copies)).expect("short");
    bencher
        .counter(BytesCount::of_str(source.text()))
        .bench_local(|| session.check(&source, Format::Plain).len());
}

#[divan::bench]
fn fix_article(bencher: Bencher<'_, '_>) {
    let session = session();
    let source = Source::from_text(ARTICLE).expect("short");
    bencher.bench_local(|| session.fix(&source, Format::Plain, Applicability::Safe).map(|f| f.text().len()));
}
