//! The matchers end to end: a rule in YAML, a text, what is found and what becomes of it.

use std::collections::HashMap;
use std::sync::Arc;

use proptest::prelude::*;
use rayon::prelude::*;

use super::condition::Conditions;
use super::examples;
use super::{Matcher, PhraseEntry, Rule, RuleErrors, RuleFiles, load, proof, properties};
use crate::diagnostic::Applicability;
use crate::format::Format;
use crate::session::{Session, Settings};
use crate::source::Source;

fn files(rule: &str) -> RuleFiles {
    let mut files = RuleFiles::new();
    files.add("p/r.yml", "p/r.yml", rule.to_owned());
    files.add(
        "p/lists/state.txt",
        "state.txt",
        "China\nRussia\nMoscow\nBeijing\nUnited States # two words\n".to_owned(),
    );
    files
}

fn session(rule: &str) -> Session {
    let set = load(&files(rule)).unwrap_or_else(|e| panic!("{e}"));
    Session::new(Arc::new(set), None, Settings::default()).expect("no selectors")
}

fn errors(rule: &str) -> RuleErrors {
    load(&files(rule)).expect_err("the rule is wrong")
}

/// A rule around a `match` (and more), with the examples that the loader demands.
fn rule(body: &str) -> String {
    format!("message: \"{{0}} → {{fix}}\"\n{body}\nexamples:\n  - {{bad: x, good: y}}\n  - {{ok: z}}\n")
}

/// The text after all fixes down to unsafe ones.
fn fixed(body: &str, text: &str) -> String {
    let source = Source::from_text(text).expect("short");
    session(&rule(body)).fix(&source, Format::Plain, Applicability::Unsafe).expect("ends").source.into_text()
}

fn found(body: &str, text: &str) -> Vec<String> {
    let source = Source::from_text(text).expect("short");
    let diagnostics = session(&rule(body)).check(&source, Format::Plain);
    diagnostics.iter().map(|d| source.slice(d.span).to_owned()).collect()
}

#[test]
fn phrases_fold_typography_and_copy_case() {
    let body = "match: {phrases: {\"let's quote the case of\": \"take the case of\"}}";
    assert_eq!(fixed(body, "Let’s quote\u{a0}the case of oil."), "Take the case of oil.");
    assert_eq!(fixed(body, "LET'S QUOTE THE CASE OF OIL"), "TAKE THE CASE OF OIL");
    assert!(found(body, "outlet's quote the case of").is_empty());
}

#[test]
fn lemmas_carry_their_inflection_over() {
    let body = "match: {phrases: {\"{go} to posterity\": \"{go} down in history\", \"{participate} in the {rise|fall}\": \"{contribute} to the {1}\"}}";
    assert_eq!(fixed(body, "He went to posterity."), "He went down in history.");
    assert_eq!(fixed(body, "assured of going to posterity"), "assured of going down in history");
    assert_eq!(
        fixed(body, "It has participated in the fall of prices."),
        "It has contributed to the fall of prices."
    );
    assert_eq!(fixed(body, "It participates in the rise."), "It contributes to the rise.");
}

#[test]
fn the_tagger_decides_between_equal_forms() {
    let body = "match: {phrases: {\"{put} in place\": \"{establish}\"}}";
    assert_eq!(fixed(body, "They have put in place a fund."), "They have established a fund.");
    assert_eq!(fixed(body, "They will put in place a fund."), "They will establish a fund.");
}

#[test]
fn capitals_of_the_alternative_that_matched_are_the_rules_own() {
    let body = "match: {phrases: {\"{national|French} territory\": this country}}";
    assert_eq!(fixed(body, "in French territory"), "in this country");
    assert_eq!(fixed(body, "National territory is large."), "This country is large.");
}

#[test]
fn irregular_forms_are_carried_over() {
    let body = "match: {phrases: {\"{make} a victory\": \"{win} a victory\"}}";
    assert_eq!(fixed(body, "He made a victory."), "He won a victory.");
    assert_eq!(fixed(body, "He has made a victory."), "He has won a victory.");
}

#[test]
fn optional_groups_leave_one_blank() {
    let body = "match: {phrases: {\"on the {international|world|} scene\": \"on the {1} stage\"}}";
    assert_eq!(fixed(body, "Alone on the international scene."), "Alone on the international stage.");
    assert_eq!(fixed(body, "Alone on the scene."), "Alone on the stage.");
    assert!(found(body, "on the  crime scene").is_empty());
}

#[test]
fn lists_words_and_numbers_in_phrases() {
    let body =
        "match: {phrases: {\"chief of {@state}\": \"head of {1}\", \"aged of {#} years\": \"aged {1}\"}}";
    assert_eq!(
        fixed(body, "the chief of the United States, the chief of united states"),
        "the chief of the United States, the head of united states"
    );
    assert_eq!(fixed(body, "a man aged of 34 years"), "a man aged 34");
}

#[test]
fn a_preceding_article_agrees() {
    let body = "match: {phrases: {ONU: UN, OCS: SCO}, case: exact}";
    assert_eq!(fixed(body, "an ONU vote"), "a UN vote");
    let body = "match: {phrases: {treaty: accord}}";
    assert_eq!(fixed(body, "It is a “treaty” of a kind."), "It is an “accord” of a kind.");
}

#[test]
fn quotation_marks_follow_the_document() {
    let body = "match: {phrases: {foo: '“bar”'}}";
    assert_eq!(fixed(body, "He said \"yes\" to foo."), "He said \"yes\" to \"bar\".");
    assert_eq!(fixed(body, "He said “yes” to foo."), "He said “yes” to “bar”.");
}

#[test]
fn a_mark_follows_its_own_paragraph_before_the_document() {
    let body = "match: {phrases: {foo: '“bar”'}}";
    let text = "\"One\" \"two\" \"three\".\n\nHe said “yes” to foo.";
    assert_eq!(fixed(body, text), text.replace("foo", "“bar”"));
}

#[test]
fn speech_is_protected() {
    let body = "match: {phrases: {foo: bar}}\nfix: {safety: safe}";
    let source = Source::from_text("He said “we have seen foo before”, and foo.").expect("short");
    let fixed = session(&rule(body)).fix(&source, Format::Plain, Applicability::Safe).expect("ends");
    assert_eq!(fixed.text(), "He said “we have seen foo before”, and bar.");
}

#[test]
fn regex_with_where_mark_and_conditions() {
    let body =
        "match:\n  regex: '\\bfrom (?P<x>\\p{Lu}\\p{L}+) to (?P<y>\\p{Lu}\\p{L}+)\\b'\n  where: x == y";
    assert_eq!(found(body, "from China to China, from Europe to China"), ["from China to China"]);
    let body = "match: {regex: '\\)(?P<mark>\\p{Ll})'}\nunless: [{before: '\\(\\p{L}{1,3}\\)$'}]\nfix: {to: ' {mark}'}";
    assert_eq!(fixed(body, "(Japan)who, minister(s)who"), "(Japan) who, minister(s)who");
}

#[test]
fn tokens_with_lemma_tag_list_and_mark() {
    let body = "match:\n  tokens:\n    - {list: state, as: x}\n    - {text: as}\n    - {list: state, as: y}\n    - {lemma: share|have}\nfix: {to: '{x} and {y} share'}";
    assert_eq!(found(body, "China as the United States has."), Vec::<String>::new());
    assert_eq!(found(body, "China as Russia has a base."), ["China as Russia has"]);
    let body = "match:\n  tokens:\n    - {text: without}\n    - {may: VBN, mark: true}";
    assert_eq!(found(body, "an alliance without treated terms"), ["treated"]);
    let body = "match:\n  tokens:\n    - {list: state}\n    - {text: ','}\n    - {text: for}\n    - {text: his|her, mark: true}\n    - {text: part}\nfix: {to: its}";
    assert_eq!(fixed(body, "Moscow, for his part, agreed."), "Moscow, for its part, agreed.");
}

#[test]
fn tokens_may_be_optional_or_skipped() {
    let body = "match:\n  tokens:\n    - {lemma: look}\n    - {text: with, skip: 1, optional: true}\n    - {text: what, skip: 3}";
    assert_eq!(
        found(body, "China looks with great interest what happens."),
        ["looks with great interest what"]
    );
    assert_eq!(found(body, "Look what happens."), ["Look what"]);
}

/// One was told in the second paragraph because of what the first one says.
#[test]
fn what_a_token_must_not_be_was_mixed_up_with_the_next_token() {
    let body = "match: {tokens: [{shape: word, not: {shape: word, not: {text: foo}}}, {text: yy|qq}]}";
    assert_eq!(found(body, "foo yy.\n\nyy qq."), ["foo yy"]);
}

const WORDS: [&str; 3] = ["foo", "bar", "zug"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Tokens with up to three `not` inside each other.
    #[test]
    fn tokens_are_what_their_nots_leave_of_them_whatever_other_paragraphs_say(
        row in prop::collection::vec(
            prop::collection::vec(prop::sample::subsequence(WORDS.to_vec(), 1..=WORDS.len()), 1..5),
            1..4,
        ),
        paragraphs in prop::collection::vec(
            prop::collection::vec(prop::sample::select(WORDS.to_vec()), 1..6),
            1..5,
        ),
    ) {
        let token = |levels: &Vec<Vec<&str>>| {
            levels.iter().rev().fold(String::new(), |not, words| {
                let not = if not.is_empty() { not } else { format!(", not: {not}") };
                format!("{{text: {}{not}}}", words.join("|"))
            })
        };
        let holds = |levels: &Vec<Vec<&str>>, word: &str| {
            levels.iter().rev().fold(false, |inside, words| words.contains(&word) && !inside)
        };
        let tokens: Vec<String> = row.iter().map(token).collect();
        let mut expected: Vec<String> = Vec::new();
        for paragraph in &paragraphs {
            let mut at = 0;
            while let Some(words) = paragraph.get(at..at + row.len()) {
                let matches = row.iter().zip(words).all(|(levels, &word)| holds(levels, word));
                expected.extend(matches.then(|| words.join(" ")));
                at += if matches { row.len() } else { 1 };
            }
        }
        let text: Vec<String> = paragraphs.iter().map(|words| words.join(" ")).collect();
        let body = format!("match: {{tokens: [{}]}}", tokens.join(", "));
        prop_assert_eq!(found(&body, &text.join("\n\n")), expected, "{}", body);
    }
}

#[test]
fn consistent_names() {
    let body = "match: {consistent: [[Tajikistan, Tadjikistan]]}\nfix: {safety: safe}";
    assert_eq!(fixed(body, "Tadjikistan. Tajikistan."), "Tajikistan. Tajikistan.");
    assert!(found(body, "Tadjikistan twice: Tadjikistan.").is_empty());
}

/// 32 corrections with 32 places that stand for 4 KiB took thousands of bytes for each byte of a text.
#[test]
fn what_was_made_of_a_long_match_had_no_end() {
    let places = "{0}".repeat(32);
    let check = |text: &str, fix: &str| {
        let yaml = rule(&format!("match: {{regex: 'abx\\p{{L}}*'}}\nfix: {fix}"));
        let yaml = yaml.replacen("{0} → {fix}", &places, 1);
        let source = Source::from_text(text).expect("short");
        let mut found = session(&yaml).check(&source, Format::Plain);
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    };
    let all = format!("{{to: '{places}'}}");
    let short = check("so abxé it is", &all);
    assert_eq!((short.message, short.fixes.len()), ("abxé".repeat(32), 1));
    // 1,003 bytes, and no border of a character at the 400th.
    let text = format!("so abx{} it is", "é".repeat(500));
    let told = format!("abx{}…", "é".repeat(198)).repeat(32);
    let long = check(&text, &all);
    assert_eq!((&long.message, long.fixes.len()), (&told, 0));
    let long = check(&text, &format!("{{title: '{places}', to: 'not {{0}}'}}"));
    assert_eq!((long.fixes.len(), &long.fixes[0].title), (1, &told));
    // Nor is what is left of several choices taken for the only one.
    let long = check(&text, &format!("[{{to: 'not {{0}}'}}, {all}]"));
    assert_eq!(long.fixes.len(), 0, "{:?}", long.fixes);
}

#[test]
fn document_conditions() {
    let body = "match: {phrases: {APL: PLA}, case: exact}\nwhen: [{document: 'Liberation Army'}]";
    assert_eq!(found(body, "APL is a language."), Vec::<String>::new());
    assert_eq!(found(body, "The Liberation Army met.\n\nThe APL won."), ["APL"]);
}

/// Candidates are verified in batches, some of them twice: as they stand, and with their blanks folded.
#[test]
fn what_very_many_candidates_find_is_told_in_order_and_once() {
    let phrases: String = (0..1000).map(|number| format!("    zz w{number}: ~\n")).collect();
    let rule = format!(
        "message: m\nmatch:\n  phrases:\n    \"zz {{*}}\": ~\n{phrases}examples: [{{bad: x}}, {{ok: z}}]\n"
    );
    let set = Arc::new(load(&files(&rule)).unwrap_or_else(|e| panic!("{e}")));
    let text: String = (0..100).map(|number| format!("zz  w{number} zz w{} zz. ", number * 7)).collect();
    let source = Source::from_text(text).expect("short");
    let [with, without] = proof::both_ways(&set, &source, Format::Plain);
    assert_eq!(with.len(), 200);
    assert_eq!(with, without);
}

#[test]
fn mistakes_are_drawn_at_their_place() {
    let drawn = |yaml: &str| errors(yaml).to_string();
    let unknown = drawn(&rule("match: {phrases: {a b: c}}\nseverty: error"));
    assert!(unknown.contains("severty") && unknown.contains("p/r.yml:3:"), "{unknown}");
    let kind = drawn(&rule("match: {phrases: {ab: c}}\nseverity: [1]"));
    assert!(kind.contains("p/r.yml:3:"), "{kind}");
    let regex = drawn(&rule("match: {regex: '(ab'}"));
    assert!(regex.contains("bad pattern") && regex.contains("p/r.yml:2:16"), "{regex}");
    let look = drawn(&rule("match: {regex: 'a(?=b)'}"));
    assert!(look.contains("look-around is not supported"), "{look}");
    let none = drawn("message: m\nmatch: {phrases: {ab: c}}\n");
    assert!(none.contains("no examples"), "{none}");
    let two = drawn(&rule("match: {phrases: {ab: c}, regex: x}"));
    assert!(two.contains("exactly one kind"), "{two}");
    let lemma = drawn(&rule("match: {phrases: {'{wugg} ab': c}}"));
    assert!(lemma.contains("not a lemma"), "{lemma}");
    let slot = drawn(&rule("match: {regex: 'ab'}\nfix: {to: '{x}'}"));
    assert!(slot.contains("nothing is captured as {x}"), "{slot}");
    let marks = drawn(&rule("match: {tokens: [{text: zz}, {text: yy, optional: true, mark: true}]}"));
    assert!(marks.contains("every marked token is optional") && marks.contains("p/r.yml:2:"), "{marks}");
    let choice = drawn(&rule("match: {regex: 'ab'}\nfix: sometimes"));
    assert!(choice.contains("`none`, a map"), "{choice}");
}

/// Editors and reports made a link of whatever stood there.
#[test]
fn an_address_that_is_no_page_on_the_web_was_loaded() {
    let with = |url: &str| rule(&format!("match: {{phrases: {{ab: c}}}}\nurl: \"{url}\""));
    for url in ["command:workbench.action.quit", "javascript:alert(1)", "//example.org", "https://a b", ""] {
        let drawn = errors(&with(url)).to_string();
        assert!(drawn.contains("no address of a page") && drawn.contains("p/r.yml:3:"), "{drawn}");
    }
    for url in ["https://example.org/a_(b)", "http://example.org"] {
        let set = load(&files(&with(url))).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(set.get("p/r").and_then(Rule::url).map(|url| &**url), Some(url));
    }
}

#[test]
fn examples_are_judged() {
    let verdicts = |yaml: &str| {
        let set = Arc::new(load(&files(yaml)).unwrap_or_else(|e| panic!("{e}")));
        examples::test(&set, |_| true).expect("one rule").remove(0).failures
    };
    let good = "message: m\nmatch: {phrases: {'{go} to posterity': '{go} down in history'}}\nexamples:\n  - {bad: He goes to posterity., good: He goes down in history.}\n  - {ok: He goes to prison.}\n";
    assert_eq!(verdicts(good), []);
    let wrong = good.replace("goes down in history", "goes down");
    assert!(matches!(verdicts(&wrong)[..], [examples::ExampleFailure::Wrong { .. }]));
    let noisy = good.replace("goes to prison", "went to posterity");
    assert!(matches!(verdicts(&noisy)[..], [examples::ExampleFailure::Noisy { .. }]));
    let missing = good.replace("He goes to posterity", "He leaves to posterity");
    assert!(matches!(verdicts(&missing)[..], [examples::ExampleFailure::Missing { .. }]));
}

/// The examples of a rule whose fix goes on for ever were taken for good ones.
#[test]
fn a_fix_that_comes_to_no_end_passed_its_examples() {
    let verdicts = |body: &str| {
        let yaml = rule(body).replace("bad: x, good: y", "bad: xx, good: yy");
        let set = Arc::new(load(&files(&yaml)).unwrap_or_else(|e| panic!("{e}")));
        examples::test(&set, |_| true).expect("one rule").remove(0).failures
    };
    let times = |body: &str| match &verdicts(body)[..] {
        [examples::ExampleFailure::Endless { times, .. }, ..] => *times,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        times("match: {phrases: {xx: yy, 'abc of': 'bac of', 'bac of': 'abc of'}}"),
        1,
        "no example reaches the two"
    );
    let first = "match: {regex: '^[^x]*(?P<mark>xx)'}\nfix: {to: yy, safety: safe}";
    assert_eq!(times(first), 12, "one place in a pass");
    assert_eq!(verdicts(&first.replace("safe}", "unsafe}")), [], "a person reads each of them");
}

/// With `mtlint fix --unsafe`, “the indignados” became “the indignados protesters protesters …”, and the file was left
/// as it was.
#[test]
fn a_correction_that_holds_what_it_corrects_was_corrected_again() {
    let body = "match: {phrases: {the strikers: the strikers of the port, committee: joint committee}}";
    assert_eq!(fixed(body, "The strikers left."), "The strikers of the port left.");
    assert_eq!(fixed(body, "A committee met."), "A joint committee met.");
    for right in ["The strikers\u{a0}of the Port left.", "the JOINT\u{a0}committee", "joint committee"] {
        assert_eq!(found(body, right), [""; 0], "{right}");
    }
    assert_eq!(
        found(body, "The strikers of the portal, and the joints committee."),
        ["The strikers", "committee"]
    );
}

#[test]
fn a_plural_that_is_to_be_was_given_the_base_form() {
    let body = "match: {phrases: {'{have} right to': '{be} entitled to'}}";
    assert_eq!(fixed(body, "They have right to a vote."), "They are entitled to a vote.");
    assert_eq!(fixed(body, "They will have right to a vote."), "They will be entitled to a vote.");
    assert_eq!(fixed(body, "They must also have right to it."), "They must also be entitled to it.");
    assert_eq!(fixed(body, "She has right to a vote."), "She is entitled to a vote.");
}

/// It was looked for between the bytes of a character, and past the last word.
#[test]
fn an_empty_alternative_of_a_token_ended_the_program() {
    for key in ["text", "lemma"] {
        let told =
            errors(&rule(&format!("match: {{tokens: [{{text: x}}, {{{key}: 'the||an'}}]}}"))).to_string();
        assert!(told.contains(&format!("an alternative of `{key}` is empty")), "{told}");
    }
}

#[test]
fn a_verb_that_stays_lost_its_number() {
    let body = "match: {phrases: {'{be} imputed': '{be} charged'}}";
    for form in ["He was", "They were", "I am", "We are", "To be", "They have been"] {
        assert_eq!(fixed(body, &format!("{form} imputed.")), format!("{form} charged."));
    }
}

#[test]
fn a_message_had_an_article_that_the_fix_had_not() {
    let source = Source::from_text("the committee").expect("short");
    let found = session(&rule("match: {phrases: {the committee: a agency}}")).check(&source, Format::Plain);
    assert_eq!(found[0].message, "the committee → an agency");
}

/// Each of the marks wanted to mend the same article, and one of them was mended in a pass.
#[test]
fn marks_after_an_article_were_mended_one_in_a_pass() {
    let body = "match: {regex: '\"\"'}\nfix: {to: '\"', safety: safe}";
    assert_eq!(fixed(body, &format!("A {}egg", "\"".repeat(60))), "A \"egg");
    let word = "match: {regex: 'very '}\nfix: {to: '', safety: safe}";
    assert_eq!(fixed(word, "A \"very old egg"), "An \"old egg");
}

/// Each of these was fixed once in a pass, and a paragraph with more of them than passes was left as it was.
#[test]
fn a_fix_that_waited_for_the_one_before_it_left_the_file_as_it_was() {
    for (bad, good) in [
        ("The captain doesn`t know.", "The captain doesn’t know."),
        ("It was \"a trick \", he says.", "It was \"a trick\", he says."),
        ("It was \" a trick\", he says.", "It was \"a trick\", he says."),
        ("He spoke of a storm“, then left.", "He spoke of a storm”, then left."),
    ] {
        let source = Source::from_text(vec![bad; 30].join(" ")).expect("short");
        let fixed = properties::session().fix(&source, Format::Plain, Applicability::Safe).expect("ends");
        assert_eq!(fixed.text(), vec![good; 30].join(" "));
        assert_eq!(fixed.passes, 1, "{bad}");
    }
}

/// Of guillemets in a row or inside each other, one was mended in a pass.
#[test]
fn marks_in_a_row_were_mended_one_in_a_pass() {
    let marks = [
        "“", "”", "\"", "‘", "’", "'", "''", "„", "«", "»", "‹", "›", "<<", ">>", "(", ")", "*", "_", "`",
        "´", "–", ".", ",", "…", "!", "\u{a0}",
    ];
    let endless: Vec<String> = marks
        .iter()
        .flat_map(|open| marks.iter().map(move |close| (open, close)))
        .flat_map(|(open, close)| {
            ["", " ", " x "].map(|between| {
                let (before, after) = (format!("{open}{between}"), format!("{between}{close}"));
                format!("He spoke of {}the storm{} today.", before.repeat(12), after.repeat(12))
            })
        })
        .collect::<Vec<_>>()
        .into_par_iter()
        .filter(|text| {
            let source = Source::from_text(text.clone()).expect("short");
            properties::session().fix(&source, Format::Plain, Applicability::Safe).is_err()
        })
        .collect();
    assert_eq!(endless, [""; 0]);
}

/// A phrase that adds nothing to the phrases of other packs is written twice, and will be mended once.
///
/// Alternatives may overlap; what must not be is a phrase of which every text is matched by phrases of other packs
/// that speak whenever it does.
#[test]
fn no_phrase_stands_in_two_packs() {
    let set = properties::rules();
    let mut phrases = Vec::new();
    let mut by_text: HashMap<String, Vec<usize>> = HashMap::new();
    for rule in set.rules() {
        let Matcher::Phrases(entries) = rule.matcher() else { continue };
        for entry in entries {
            for text in entry.phrase.specimens() {
                by_text.entry(text.to_lowercase()).or_default().push(phrases.len());
            }
            phrases.push((rule, entry));
        }
    }
    let speaks_whenever = |other: usize, one: usize| {
        let ((rule, entry), (one_rule, one_entry)) = (phrases[other], phrases[one]);
        let waits = |rule: &Rule, entry: &PhraseEntry| rule.waits || entry.conditions.translated;
        let plain = |c: &Conditions| c.unless.is_empty() && c.when.len() == usize::from(c.translated);
        let spoken = |source: &String| rule.source.contains(source);
        rule.pack() != one_rule.pack()
            && plain(rule.conditions())
            && plain(&entry.conditions)
            && (!waits(rule, entry) || waits(one_rule, one_entry))
            && (rule.source.is_empty() || (!one_rule.source.is_empty() && one_rule.source.iter().all(spoken)))
            && !entry.phrase.is_exact()
    };
    let mut dropped = vec![false; phrases.len()];
    let mut doubled = Vec::new();
    for one in 0..phrases.len() {
        let said = |text: &String| {
            by_text[&text.to_lowercase()].iter().find(|&&o| !dropped[o] && speaks_whenever(o, one)).copied()
        };
        let specimens = phrases[one].1.phrase.specimens();
        if let Some(others) = specimens.iter().map(said).collect::<Option<Vec<usize>>>() {
            dropped[one] = true;
            let (rule, entry) = phrases[one];
            doubled.push(format!(
                "{}: “{}”, said in {}",
                rule.path(),
                entry.written,
                phrases[others[0]].0.id
            ));
        }
    }
    assert!(doubled.is_empty(), "{} phrases add nothing:\n{}", doubled.len(), doubled.join("\n"));
}
