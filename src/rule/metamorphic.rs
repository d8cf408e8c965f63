//! What becomes of the findings when a text is cut, put together and moved about.
//!
//! Only rules that look no further than their paragraph are held to this: the others are there to compare paragraphs.

use std::sync::{Arc, OnceLock};

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::properties::rules;
use super::schema::RepeatUnit;
use super::{Example, Matcher, Rule};
use crate::diagnostic::Applicability;
use crate::format::Format;
use crate::session::{Session, Settings};
use crate::source::Source;

/// Edited English of our own.
const CLEAN: [&str; 3] = [
    include_str!("../../fixtures/articles/clean/assembly-debate.txt"),
    include_str!("../../fixtures/articles/clean/museum-heist.txt"),
    include_str!("../../fixtures/articles/clean/port-strike.txt"),
];

/// Whether what the rule finds in a paragraph depends on nothing but that paragraph.
fn is_local(rule: &Rule) -> bool {
    let matcher = match rule.matcher() {
        Matcher::Phrases(_) | Matcher::Regex(_) | Matcher::Tokens(_) | Matcher::LinkBorder => true,
        Matcher::Repeat { unit, .. } => matches!(unit, RepeatUnit::Word | RepeatUnit::Phrase),
        _ => false,
    };
    let entries = (0..rule.entries()).filter_map(|index| rule.entry(index)).map(|entry| &entry.conditions);
    let mut conditions = entries.chain([rule.conditions()]).flat_map(|c| c.when.iter().chain(&c.unless));
    matcher && conditions.all(|condition| condition.document.is_none())
}

/// A session of the local rules.
fn session() -> &'static Session {
    static SESSION: OnceLock<Session> = OnceLock::new();
    SESSION.get_or_init(|| {
        let others = rules().rules().iter().filter(|rule| !is_local(rule));
        let ignore = others.map(|rule| rule.id.parse().expect("an id")).collect();
        let settings = Settings { ignore, translated: true, ..Settings::default() };
        Session::new(Arc::clone(rules()), None, settings).expect("ids of rules")
    })
}

/// A paragraph of faulty sentences out of the rules' own examples: so long that it is no heading, and without marks of
/// quotation and apostrophes before or after its fixes, which are written as the rest of the text writes them.
fn paragraph() -> impl Strategy<Value = String> {
    static SENTENCES: OnceLock<Vec<String>> = OnceLock::new();
    let sentences = SENTENCES.get_or_init(|| {
        let examples = rules().rules().iter().filter(|rule| is_local(rule)).flat_map(Rule::examples);
        let bad = examples.filter_map(|example| match example {
            Example::Bad { bad, good, .. } => Some((bad, good.as_deref().unwrap_or_default())),
            Example::Ok { .. } => None,
        });
        let marks = ['\n', '“', '”', '"', '«', '»', '‘', '’', '\'', '„', '<', 'â'];
        let plain =
            |(bad, good): &(&String, &str)| bad.len() < 300 && !bad.contains(marks) && !good.contains(marks);
        bad.filter(plain).map(|(bad, _)| bad.clone()).collect()
    });
    prop::collection::vec(0..sentences.len(), 2..5).prop_map(move |picked| {
        let text: Vec<&str> = picked.iter().map(|&i| sentences[i].as_str()).collect();
        format!(
            "The report of the day, which everybody has read by now, says this. {} So it was in the end.",
            text.join(" ")
        )
    })
}

fn clean() -> impl Strategy<Value = String> {
    let paragraphs: Vec<&str> =
        CLEAN.iter().flat_map(|text| text.split("\n\n")).filter(|paragraph| paragraph.len() > 200).collect();
    prop::sample::select(paragraphs).prop_map(str::to_owned)
}

/// What is found: rule, place in bytes from `start` on, message.
type Found = Vec<(Arc<str>, usize, usize, String)>;

fn found(text: &str, start: usize) -> Found {
    let source = Source::from_text(text).expect("short");
    let found = session().check(&source, Format::Plain);
    found.into_iter().map(|d| (d.rule, d.span.start + start, d.span.end + start, d.message)).collect()
}

/// The findings of each paragraph by itself, at the places that they have in all of them together.
fn apart(paragraphs: &[String]) -> Found {
    let mut start = 0;
    let mut all = Vec::new();
    for paragraph in paragraphs {
        all.extend(found(paragraph, start));
        start += paragraph.len() + 2;
    }
    all
}

fn fixed(text: &str) -> String {
    let source = Source::from_text(text).expect("short");
    session()
        .fix(&source, Format::Plain, Applicability::Safe)
        .expect("safe fixes do not fight")
        .source
        .into_text()
}

#[test]
fn most_rules_look_no_further_than_their_paragraph() {
    let local = rules().rules().iter().filter(|rule| is_local(rule)).count();
    assert!(local * 10 > rules().len() * 8, "{local} of {}", rules().len());
    assert!(CLEAN.iter().all(|text| found(text, 0).is_empty()), "the clean texts are not");
}

proptest! {
    // The same texts in each run: a rule of tomorrow is to fail the day it comes, not some day.
    #![proptest_config(ProptestConfig {
        cases: 64,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(2026),
        ..ProptestConfig::default()
    })]

    /// One text cut in two files is the two together.
    #[test]
    fn a_text_in_two_files_has_the_findings_of_one(
        paragraphs in prop::collection::vec(paragraph(), 2..6), cut in 0..6usize,
    ) {
        let (a, b) = paragraphs.split_at(cut.min(paragraphs.len()));
        let (a, b) = (a.join("\n\n"), b.join("\n\n"));
        let gap = if a.is_empty() { 0 } else { a.len() + 2 };
        let mut parts = found(&a, 0);
        parts.extend(found(&b, gap));
        prop_assert_eq!(found(&paragraphs.join("\n\n"), 0), parts);
    }

    #[test]
    fn moving_a_paragraph_moves_its_findings(
        paragraphs in prop::collection::vec(paragraph(), 2..6).prop_shuffle(), by in 1..6usize,
    ) {
        prop_assert_eq!(found(&paragraphs.join("\n\n"), 0), apart(&paragraphs));
        let mut moved = paragraphs.clone();
        moved.rotate_left(by % paragraphs.len());
        prop_assert_eq!(found(&moved.join("\n\n"), 0), apart(&moved));
    }

    #[test]
    fn clean_text_adds_no_findings(
        faulty in prop::collection::vec(paragraph(), 1..4), clean in clean(), at in 0..4usize,
    ) {
        let mut with = faulty.clone();
        with.insert(at.min(faulty.len()), clean);
        let (before, after) = (found(&faulty.join("\n\n"), 0), found(&with.join("\n\n"), 0));
        let said = |found: &Found| found.iter().map(|f| (f.0.clone(), f.3.clone())).collect::<Vec<_>>();
        prop_assert_eq!(said(&before), said(&after));
    }

    #[test]
    fn the_fixed_whole_is_the_whole_of_the_fixed_parts(paragraphs in prop::collection::vec(paragraph(), 1..6)) {
        let parts: Vec<String> = paragraphs.iter().map(|paragraph| fixed(paragraph)).collect();
        prop_assert_eq!(fixed(&paragraphs.join("\n\n")), parts.join("\n\n"));
    }
}
