//! Tests with the real model, which is loaded once for all of them.

use crate::cache::Update;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::sync::{Arc, OnceLock};
use std::thread;

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::*;

fn model() -> &'static NlpruleModel {
    static MODEL: OnceLock<NlpruleModel> = OnceLock::new();
    MODEL.get_or_init(|| NlpruleModel::embedded().expect("the embedded model loads"))
}

/// What the embedded model was made from.
const PUBLISHED_TOKENIZER: &[u8] = include_bytes!("../../tests/model/en_tokenizer.bin.zst");
const PUBLISHED_RULES: &[u8] = include_bytes!("../../tests/model/en_rules.bin.zst");

fn decode(part: &[u8]) -> Vec<u8> {
    zstd::decode_all(part).expect("zstd")
}

/// The model of all tests, as one that can be given away.
struct Shared;

impl Grammar for Shared {
    fn check_sentences(&self, sentences: &[&str]) -> Vec<Vec<GrammarFinding>> {
        model().check_sentences(sentences)
    }
}

/// `text, rule group, replacement` of each finding.
fn found(block: &str) -> Vec<(&str, String, String)> {
    let finding = |f: GrammarFinding| {
        let group = f.rule.rsplit_once('/').expect("a rule id has a number").0.to_owned();
        (&block[f.span.range()], group, f.replacements.first().cloned().unwrap_or_default())
    };
    model().check(block).into_iter().map(finding).collect()
}

/// Wrong sentences, written for this test, and the word that must be found in each.
const WRONG: &[(&str, &str)] = &[
    ("The minister didn't saw the report.", "saw"),
    ("They have went to the border.", "went"),
    ("This is the most biggest port of the country.", "most"),
    ("The new law is more stricter than the old one.", "stricter"),
    ("Their army is superior than ours.", "superior than"),
    ("We will discuss about the treaty tomorrow.", "discuss about"),
    ("Despite of the sanctions, trade goes on.", "Despite of"),
    ("He must to leave before Sunday.", "must to"),
    ("If he would have known, he would have stayed.", "would have"),
    ("The treaty was signed in the 18 century.", "18 century"),
    ("He should of resigned last year.", "should of"),
    ("The vote can't be see as a defeat.", "see"),
    ("She is born in 10th of May.", "born in"),
    ("The price is higher then last year.", "then"),
    ("We met in august.", "august"),
    ("The talks will have an affect on prices.", "affect"),
    ("It happened yesterday night.", "yesterday night"),
    ("Who is in charge for the ministry?", "in charge for"),
    ("One of the biggest company is French.", "company"),
    ("This problems are not new.", "This"),
    ("Does you want to negotiate?", "Does"),
    ("The soldiers catched the spy; he payed for it.", "payed"),
    ("She explained me the plan.", "me"),
    ("“We shall never sign,”said the minister.", "”said"),
    ("The law passed on May 28,1945 without debate.", "28,1945"),
    ("We meet Friday July 15.", "Friday"),
    ("The U.S is a large market.", "U.S"),
    ("This was his 1nd visit.", "1nd"),
];

/// Right sentences, written for this test.
const RIGHT: &[&str] = &[
    "The president, who had arrived on Monday, met the ministers of both countries.",
    "Had they known about the sanctions, they would not have signed.",
    "China, like Russia, has built new ports in the Arctic.",
    "Neither side expects a quick agreement, but both want the talks to go on.",
    "“We shall never sign,” said the minister of foreign affairs.",
    "Mr. Brown and J. R. Smith left the U.S. on May 28, 1945.",
    "The price of oil rose by 3.5% in the first quarter of 2023, according to the ministry.",
    "It is one of the biggest companies in Europe and has been for years.",
    "",
    "…",
    "12 %",
];

#[test]
fn wrong_sentences_are_found_at_the_right_word() {
    let mut missed = String::new();
    for (sentence, word) in WRONG {
        let findings = found(sentence);
        if !findings.iter().any(|(text, ..)| text.contains(word) || word.contains(text)) {
            writeln!(missed, "{sentence} ({word}): {findings:?}").expect("a String can be written to");
        }
    }
    assert!(missed.is_empty(), "{missed}");
}

#[test]
fn right_sentences_are_left_alone() {
    for sentence in RIGHT {
        assert_eq!(found(sentence), [], "{sentence}");
    }
}

#[test]
fn the_decoded_files_are_those_of_the_readmes() {
    let embedded: [&[u8]; 3] = [
        include_bytes!("model/chunker.bin.zst"),
        include_bytes!("model/dictionary.bin.zst"),
        include_bytes!("model/rules.bin.zst"),
    ];
    let published: [&[u8]; 2] = [PUBLISHED_TOKENIZER, PUBLISHED_RULES];
    let (ours, theirs) = (include_str!("model/README.md"), include_str!("../../tests/model/README.md"));
    for (readme, part) in
        embedded.map(|part| (ours, part)).into_iter().chain(published.map(|part| (theirs, part)))
    {
        let hash = Sha256::digest(decode(part)).iter().map(|b| format!("{b:02x}")).collect::<String>();
        assert!(readme.contains(&hash), "{hash}");
    }
}

#[test]
fn the_mirrored_model_is_the_published_one() {
    let (tokenizer, rules) = (decode(PUBLISHED_TOKENIZER), decode(PUBLISHED_RULES));
    let mirrored: mirror::Tokenizer = bincode::deserialize(&tokenizer).expect("the mirror of a tokenizer");
    // Only the order within maps and sets may differ, so the mirror of what the mirror writes is the same.
    let again = bincode::serialize(&mirrored).expect("it can be written");
    assert_eq!(again.len(), tokenizer.len());
    assert!(bincode::deserialize::<mirror::Tokenizer>(&again).expect("it can be read again") == mirrored);
    let mirrored: mirror::Rules = bincode::deserialize(&rules).expect("the mirror of the rules");
    let again = bincode::serialize(&mirrored).expect("it can be written");
    assert_eq!(again.len(), rules.len());
    assert!(bincode::deserialize::<mirror::Rules>(&again).expect("it can be read again") == mirrored);
}

#[test]
fn every_line_of_the_rule_list_names_a_rule() {
    let rules: mirror::Rules =
        bincode::deserialize(&decode(PUBLISHED_RULES)).expect("the mirror of the rules");
    let id = |id: &mirror::Index| format!("{}/{}/{}", id.category, id.group, id.number);
    let rules: Vec<String> = rules.rules.iter().map(|rule| id(&rule.id)).collect();
    let mut known = BTreeSet::new();
    for id in &rules {
        let (group, _) = id.rsplit_once('/').expect("category/group/number");
        let (category, _) = group.rsplit_once('/').expect("category/group");
        known.extend([id.as_str(), group, category]);
    }
    let list = RuleList::builtin();
    let unknown: Vec<&str> = list.names().filter(|name| !known.contains(name)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn stripped_characters_do_not_move_findings() {
    let block = "A\u{200B} first senten\u{AD}ce. They ha\u{AD}ve\0 we\u{AD}nt home.";
    let findings = model().check(block);
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(&block[findings[0].span.range()], "we\u{AD}nt");
    assert_eq!(findings[0].replacements.first().map(String::as_str), Some("gone"));
}

#[test]
fn findings_of_later_sentences_are_at_their_place() {
    let block = "Über Köln. Il pleut à Paris. They have went home. He should of stayed.";
    let texts: Vec<&str> = found(block).into_iter().map(|(text, ..)| text).collect();
    assert_eq!(texts, ["went", "should of"]);
}

/// Unguarded, the first two alone take over half a minute.
#[test]
fn a_repeated_sentence_is_found_each_time() {
    let block = "They have went home. They have\u{AD} went home. They have went home.";
    let texts: Vec<&str> = found(block).into_iter().map(|(text, ..)| text).collect();
    assert_eq!(texts, ["went", "went", "went"]);
}

#[test]
fn hostile_blocks_never_reach_nlprule() {
    let blocks = [
        "word ".repeat(2_000),
        "\"".repeat(4_000),
        "\0".repeat(16_000),
        "\u{200B}".repeat(16_000),
        "e\u{301}".repeat(8_000),
        "A".repeat(64_000),
        "\r\n".repeat(50_000),
        "a-".repeat(4_000),
    ];
    for block in &blocks {
        let text = guard::Visible::new(block).text;
        let reaches = |span: &Span<Seg>| guard::is_checkable(&text[span.range()]);
        assert_eq!(
            crate::text::sentence::sentences(&text).iter().find(|s| reaches(s)),
            None,
            "{:?}",
            &block[..8]
        );
        assert_eq!(model().check(block), []);
    }
}

#[test]
fn a_cache_gives_what_the_model_gives() {
    let blocks: Vec<&str> =
        WRONG.iter().map(|(sentence, _)| *sentence).chain(RIGHT.iter().copied()).collect();
    let alone: Vec<_> = blocks.iter().map(|block| model().check(block)).collect();
    let check = |cache: &Arc<SentenceCache>| {
        let model = LazyGrammar::on_demand(|| Ok(Box::new(Shared) as Box<dyn Grammar>));
        let grammar = Cached::new(Arc::clone(cache), Arc::new(model));
        blocks.iter().map(|block| grammar.check(block)).collect::<Vec<_>>()
    };
    let cold = Arc::new(SentenceCache::new("rules", Vec::new(), Vec::new()));
    assert_eq!(check(&cold), alone);
    let Update::Young(bytes) = cold.cache().update(Vec::new()) else { panic!("nothing was there") };
    let warm = Arc::new(SentenceCache::new("rules", bytes, Vec::new()));
    assert_eq!(check(&warm), alone);
    assert_eq!(warm.asked_and_missed().1, 0);
}

#[test]
fn two_threads_give_what_one_gives() {
    let blocks: Vec<&str> = WRONG.iter().map(|(sentence, _)| *sentence).collect();
    let alone: Vec<_> = blocks.iter().map(|block| model().check(block)).collect();
    let outside = thread::scope(|scope| {
        let workers: Vec<_> = (0..2)
            .map(|_| scope.spawn(|| blocks.iter().map(|b| model().check(b)).collect::<Vec<_>>()))
            .collect();
        workers.into_iter().map(|w| w.join().expect("no panic")).collect::<Vec<_>>()
    });
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("a pool");
    let inside: Vec<_> = pool.install(|| {
        use rayon::prelude::*;
        blocks.par_iter().map(|block| model().check(block)).collect()
    });
    assert!(outside.iter().all(|found| *found == alone));
    assert_eq!(inside, alone);
}

#[test]
fn a_model_can_be_read_from_a_folder() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let missing = NlpruleModel::from_dir(dir.path()).err().map(|e| e.to_string());
    assert!(missing.is_some_and(|m| m.contains("en_tokenizer.bin")));

    fs::write(dir.path().join("en_rules.bin"), decode(PUBLISHED_RULES)).expect("written");
    fs::write(dir.path().join("en_tokenizer.bin.zst"), &PUBLISHED_TOKENIZER[..1_000_000]).expect("written");
    let cut = NlpruleModel::from_dir(dir.path()).err();
    assert!(matches!(cut, Some(ModelError::Unpack { .. })), "{cut:?}");

    fs::write(dir.path().join("en_tokenizer.bin.zst"), PUBLISHED_TOKENIZER).expect("written");
    let model = NlpruleModel::from_dir(dir.path()).expect("a model in two forms");
    assert_eq!(model.check("They have went home.").len(), 1);

    fs::write(dir.path().join("en_rules.bin"), [0xFF; 64]).expect("written");
    let garbage = NlpruleModel::from_dir(dir.path()).err();
    assert!(matches!(garbage, Some(ModelError::Decode { .. })), "{garbage:?}");
}

#[test]
fn the_lazy_grammar_checks_like_the_model() {
    let lazy = LazyGrammar::start(|| Ok(Box::new(NlpruleModel::embedded()?)));
    let block = "They have went home.";
    assert_eq!(lazy.check(block), model().check(block));
    assert!(lazy.take_failure().is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_text_gives_valid_spans(block in "(They have went|He don't|\\PC|[ .,;'’“”\"\u{200B}\u{AD}\0\r\n-]|é|😀|[a-zA-Z0-9]{1,8} ){0,40}") {
        let findings = model().check(&block);
        for finding in &findings {
            prop_assert!(block.get(finding.span.range()).is_some(), "{:?}", finding);
            prop_assert!(!finding.message.is_empty());
        }
        prop_assert!(findings.is_sorted_by_key(|f| f.span));
        for pair in findings.windows(2) {
            prop_assert!(!pair[0].span.overlaps(pair[1].span), "{:?}", pair);
        }
    }
}
