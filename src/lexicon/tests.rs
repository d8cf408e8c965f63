//! Tests of the lexicon as a whole, over the embedded data.

use proptest::prelude::*;

use super::*;

fn lexicon() -> &'static Lexicon {
    Lexicon::embedded()
}

fn pairs(word: &str) -> Vec<String> {
    lexicon().readings(word).iter().map(|reading| format!("{}/{}", reading.lemma, reading.pos)).collect()
}

fn forms(lemma: &str) -> Vec<String> {
    lexicon().forms(lemma).iter().map(|form| format!("{}/{}", form.text, form.pos)).collect()
}

fn tagged(text: &str) -> String {
    let words: Vec<&str> = tokens(text).map(|span| &text[span.range()]).collect();
    let tags = lexicon().tag(&words);
    words.iter().zip(tags).map(|(word, tag)| format!("{word}/{}", tag.plain())).collect::<Vec<_>>().join(" ")
}

#[test]
fn readings_have_lemma_and_part_of_speech() {
    assert_eq!(pairs("took"), ["take/VBD"]);
    assert_eq!(pairs("mice"), ["mouse/NNS"]);
    assert!(pairs("better").contains(&"good/JJR".to_owned()));
    assert!(pairs("Xylqv").is_empty());
}

#[test]
fn a_capital_does_not_hide_the_word() {
    assert_eq!(pairs("Took"), ["take/VBD"]);
    assert_eq!(pairs("TOOK"), ["take/VBD"]);
    assert!(pairs("tOOk").is_empty());
    assert!(lexicon().knows("Took") && lexicon().knows("paris") == lexicon().knows("Xylqv"));
}

#[test]
fn forms_of_a_lemma() {
    assert_eq!(
        forms("take"),
        ["take/NN", "takes/NNS", "take/VB", "took/VBD", "taking/VBG", "taken/VBN", "take/VBP", "takes/VBZ"]
    );
    assert_eq!(forms("quickly"), ["quickly/RB"]);
    assert!(forms("Xylqv").is_empty());
}

#[test]
fn cut_off_and_old_forms_are_not_offered() {
    for lemma in ["be", "have", "do", "will", "can", "shall"] {
        for old in ["aren", "isn", "wast", "hath", "hast", "doth", "didn", "won", "wilt", "shalt"] {
            assert!(lexicon().forms(lemma).iter().all(|form| form.text != old), "{old} for {lemma}");
        }
    }
}

#[test]
fn inflection_prefers_the_usual_form() {
    let inflect = |lemma, pos| lexicon().inflect(lemma, pos).unwrap_or_default();
    assert_eq!(inflect("be", Pos::VBD), "was");
    assert_eq!(inflect("be", Pos::VBZ), "is");
    assert_eq!(inflect("be", Pos::VBP), "are");
    assert_eq!(inflect("go", Pos::VBD), "went");
    assert_eq!(inflect("country", Pos::NNS), "countries");
    assert_eq!(inflect("learn", Pos::VBD), "learned");
    assert_eq!(inflect("travel", Pos::VB), "travel");
    assert_eq!(inflect("travel", Pos::VBD), "traveled");
    assert_eq!(inflect("travel", Pos::VBG), "traveling");
    assert_eq!(inflect("shrink", Pos::VBD), "shrank");
    assert_eq!(inflect("program", Pos::VBN), "programmed");
    assert_eq!(inflect("horse", Pos::NNS), "horses");
    assert_eq!(inflect("fish", Pos::NNS), "fish");
    assert_eq!(inflect("information", Pos::NN), "information");
    assert_eq!(inflect("will", Pos::MD), "will");
    assert_eq!(inflect("big", Pos::JJS), "biggest");
    assert_eq!(lexicon().inflect("Xylqv", Pos::NNS), None);
}

#[test]
fn lemmas_follow_the_part_of_speech() {
    let lemma = |word, pos| lexicon().lemma(word, pos).into_owned();
    assert_eq!(lemma("left", Pos::VBD), "leave");
    assert_eq!(lemma("left", Pos::JJ), "left");
    assert_eq!(lemma("s", Pos::VBZ), "be");
    assert_eq!(lemma("Ministers", Pos::NNS), "minister");
    assert_eq!(lemma("Frobnicated", Pos::UNKNOWN), "frobnicated");
    assert_eq!(lemma("Xylqv", Pos::NNP), "Xylqv");
}

#[test]
fn frequencies_are_ordered() {
    let frequency = |word| lexicon().frequency(word);
    assert!(frequency("the") > frequency("house") && frequency("house") > frequency("interlocutor"));
    assert_eq!(frequency("The"), frequency("the"));
    assert_eq!(frequency("xylqv"), 1.0);
}

#[test]
fn tags_depend_on_the_words_around() {
    assert_eq!(
        tagged("They left the house on the left."),
        "They/PRP left/VBD the/DT house/NN on/IN the/DT left/NN ./."
    );
    assert_eq!(
        tagged("The minister said he would resign."),
        "The/DT minister/NN said/VBD he/PRP would/MD resign/VB ./."
    );
}

#[test]
fn unknown_words_with_a_capital_are_names_and_numbers_are_numbers() {
    assert_eq!(tagged("In 1914 Xylqv frobnicated."), "In/IN 1914/CD Xylqv/NNP frobnicated/UNKNOWN ./.");
}

#[test]
fn pieces_of_contracted_words_are_tagged() {
    assert_eq!(tagged("It’s John’s house."), "It/PRP ’/UNKNOWN s/VBZ John/NNP ’/POS s/POS house/NN ./.");
    let t = tagged("He doesn’t know that they’ll come.");
    assert!(t.contains("t/RB") && t.contains("ll/MD"), "{t}");
}

#[test]
fn an_empty_sentence_has_no_tags() {
    assert!(lexicon().tag(&[]).is_empty());
    assert_eq!(lexicon().tag(&[""]).len(), 1);
}

#[test]
fn a_tagger_that_remembers_says_the_same() {
    let words = ["The", "old", "man", "the", "boats", "."];
    let mut tagger = lexicon().tagger();
    assert_eq!(tagger.tag(&words), lexicon().tag(&words));
    assert_eq!(tagger.tag(&words), lexicon().tag(&words));
}

#[test]
fn a_long_sentence_takes_linear_time() {
    // Quadratic work on this many tokens would not end.
    let words = vec!["left"; 200_000];
    assert_eq!(lexicon().tag(&words).len(), words.len());
}

proptest! {
    #[test]
    fn no_word_is_too_strange(word in "\\PC{0,12}|[a-zA-Zéßİǅ’-]{0,12}") {
        let lexicon = lexicon();
        for reading in lexicon.readings(&word) {
            prop_assert!(lexicon.pos_set(&word).contains(reading.pos));
            prop_assert!(!reading.lemma.is_empty());
        }
        let _ = (lexicon.forms(&word), lexicon.family(&word), lexicon.knows(&word));
        prop_assert!(lexicon.frequency(&word) >= 1.0);
        for pos in Pos::all() {
            prop_assert!(lexicon.lemma(&word, pos).is_empty() == word.is_empty());
            let _ = (lexicon.inflect(&word, pos), regular_forms(&word, pos));
        }
    }

    #[test]
    fn one_tag_for_each_token(words in prop::collection::vec("\\PC{0,6}|the|to|run|left|s|’", 0..30)) {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        prop_assert_eq!(lexicon().tag(&words).len(), words.len());
    }
}
