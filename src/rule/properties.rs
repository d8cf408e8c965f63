//! What must hold for the built-in rules on any text.

use std::sync::{Arc, OnceLock};

use proptest::prelude::*;

use super::{Example, Recall, RuleFiles, RuleSet, load, proof};
use crate::diagnostic::{Applicability, Diagnostic};
use crate::format::Format;
use crate::session::{Session, Settings};
use crate::source::Source;

/// The built-in rules, loaded once for all tests.
pub(super) fn rules() -> &'static Arc<RuleSet> {
    static RULES: OnceLock<Arc<RuleSet>> = OnceLock::new();
    RULES.get_or_init(|| Arc::new(load(&RuleFiles::builtin()).unwrap_or_else(|e| panic!("{e}"))))
}

/// A session of them, with nothing set.
pub(super) fn session() -> &'static Session {
    static SESSION: OnceLock<Session> = OnceLock::new();
    SESSION
        .get_or_init(|| Session::new(Arc::clone(rules()), None, Settings::default()).expect("no selectors"))
}

/// Words and marks out of the rules' own examples, where faults are dense.
fn vocabulary() -> &'static Vec<String> {
    static WORDS: OnceLock<Vec<String>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut words: Vec<String> = Vec::new();
        for example in rules().rules().iter().flat_map(super::Rule::examples) {
            let text = match example {
                Example::Bad { bad, .. } => bad,
                Example::Ok { ok, .. } => ok,
            };
            let tokens: Vec<&str> = text.split(' ').collect();
            words.extend(tokens.iter().map(|t| (*t).to_owned()));
            words.extend(tokens.chunks(4).map(|c| c.join(" ")));
        }
        words.sort();
        words.dedup();
        words
    })
}

/// A text of faulty snippets, line ends, and stray characters.
fn text() -> impl Strategy<Value = String> {
    let snippet = prop_oneof![
        12 => (0..vocabulary().len()).prop_map(|i| vocabulary()[i].clone()),
        1 => Just("\n\n".to_owned()),
        1 => Just("\r\n".to_owned()),
        1 => Just("\u{a0}".to_owned()),
        1 => Just("“".to_owned()),
        1 => Just("” »".to_owned()),
        1 => "\\PC{1,3}",
    ];
    let glue = prop_oneof![9 => Just(" "), 1 => Just(""), 1 => Just("\u{a0} ")];
    prop::collection::vec((snippet, glue), 0..40)
        .prop_map(|parts| parts.into_iter().map(|(s, g)| format!("{s}{g}")).collect())
}

fn check(text: &str) -> Vec<Diagnostic> {
    session().check(&Source::from_text(text).expect("short"), Format::Plain)
}

fn valid(text: &str, found: &[Diagnostic]) -> Result<(), TestCaseError> {
    for d in found {
        prop_assert!(text.get(d.span.range()).is_some(), "{:?} of {} in {text:?}", d.span, d.rule);
        prop_assert!(!d.message.is_empty());
        for fix in &d.fixes {
            prop_assert!(!fix.edits.is_empty(), "{} gives an empty fix in {text:?}", d.rule);
            for edit in &fix.edits {
                prop_assert!(text.get(edit.span.range()).is_some(), "{:?} of {} in {text:?}", edit, d.rule);
            }
            prop_assert!(
                fix.edits.windows(2).all(|e| e[0].span.end <= e[1].span.start),
                "{} in {text:?}",
                d.rule
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_are_valid_and_sorted(text in text()) {
        let found = check(&text);
        valid(&text, &found)?;
        prop_assert!(found.windows(2).all(|d| d[0].span.start <= d[1].span.start));
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,200}") {
        valid(&text, &check(&text))?;
    }

    #[test]
    fn fixing_twice_is_fixing_once(text in text()) {
        let source = Source::from_text(text.as_str()).expect("short");
        let once = session().fix(&source, Format::Plain, Applicability::Safe).expect("safe fixes do not fight");
        let source = Source::from_text(once.text()).expect("short");
        let twice = session().fix(&source, Format::Plain, Applicability::Safe).expect("safe fixes do not fight");
        prop_assert_eq!(once.text(), twice.text());
        prop_assert_eq!(twice.passes, 0);
    }

    #[test]
    fn bytes_outside_the_edits_stay(text in text()) {
        let found = check(&text);
        let mut cut = vec![true; text.len()];
        for d in &found {
            for edit in d.unattended_fix(Applicability::Safe).iter().flat_map(|f| &f.edits) {
                cut[edit.span.range()].fill(false);
            }
        }
        // What no edit covers must come out in the same order.
        let kept: Vec<u8> = text.bytes().zip(&cut).filter(|(_, keep)| **keep).map(|(b, _)| b).collect();
        let source = Source::from_text(text.as_str()).expect("short");
        let fixed = session().fix(&source, Format::Plain, Applicability::Safe).expect("safe fixes do not fight");
        if fixed.passes <= 1 {
            let mut rest = fixed.text().bytes();
            prop_assert!(kept.iter().all(|b| rest.any(|c| c == *b)));
        }
    }

    /// A text that is edited again and again: what is recalled is what would be found.
    #[test]
    fn a_text_that_was_known_is_checked_as_a_new_one(
        parts in prop::collection::vec(text(), 1..8),
        edits in prop::collection::vec((0..8usize, text(), any::<bool>()), 1..6),
    ) {
        let (recall, mut parts) = (Recall::default(), parts);
        for (at, part, replaces) in edits {
            let at = at % parts.len();
            parts.splice(at..at + usize::from(replaces), [part]);
            let text = parts.join("\n\n");
            let source = Source::from_text(text.as_str()).expect("short");
            let again = session().check_again(&source, Format::Plain, &recall);
            prop_assert_eq!(again, check(&text));
        }
    }

    #[test]
    fn one_thread_equals_many(text in text()) {
        let many = check(&text.repeat(8));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
        let one = pool.install(|| check(&text.repeat(8)));
        prop_assert_eq!(many, one);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_prefilter_equals_brute_force(text in text()) {
        let source = Source::from_text(text.as_str()).expect("short");
        let [fast, brute] = proof::both_ways(rules(), &source, Format::Plain);
        prop_assert_eq!(fast, brute);
    }
}

/// Our engine and windows against the `regex` crate on whole texts: of each script, and at the borders of words.
#[test]
fn patterns_match_what_the_regex_crate_matches() {
    let words = vocabulary().iter().filter(|w| w.contains(' ')).step_by(37);
    let mut texts: Vec<String> = words.clone().map(|w| format!("“{w}” – {w}, the {w}.")).collect();
    texts.extend(words.clone().step_by(3).map(|w| format!("é{w}é à {w}ñ")));
    texts.extend(words.step_by(5).map(|w| format!("Москва {w}ж, {w} ſK")));
    let text = texts.join(" ");
    let parts: Vec<&str> = texts.iter().map(String::as_str).chain([text.as_str()]).collect();
    for rule in rules().rules() {
        let super::Matcher::Regex(matcher) = rule.matcher() else { continue };
        let regex = regex::Regex::new(matcher.regex.as_str()).expect("a built-in pattern");
        for part in &parts {
            let expected: Vec<_> = regex.find_iter(part).map(|m| m.range()).collect();
            let engine = matcher.regex.of(part).expect("within the limit");
            let mut found = Vec::new();
            engine.captures(part, 0..part.len(), |c| found.extend(c.get_match().map(|m| m.range())));
            assert_eq!(found, expected, "{} in {part}", rule.id);
        }
    }
}
