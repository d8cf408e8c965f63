//! The lexicon and its tagger against what nlprule says about the same text.
//!
//! `lexicon/prose.tsv` was written by `mtlint-assets answers`; no model is needed to run this.

use mtlint::lexicon::{Lexicon, Pos, PosSet, tokens};

const PROSE: &str = include_str!("lexicon/prose.txt");
const ANSWERS: &str = include_str!("lexicon/prose.tsv");

/// A token: word, nlprule's tags, nlprule's readings.
type Token = (&'static str, PosSet, Vec<&'static str>);

fn sentences() -> Vec<Vec<Token>> {
    let token = |line: &'static str| -> Token {
        let columns: Vec<&str> = line.split('\t').collect();
        let tags = columns[1].split(' ').map(|name| Pos::from_name(name).expect("a tag of ours")).collect();
        (columns[0], tags, columns[2].split(' ').filter(|reading| !reading.is_empty()).collect())
    };
    ANSWERS
        .split("\n\n")
        .filter(|s| !s.is_empty())
        .map(|sentence| sentence.lines().map(token).collect())
        .collect()
}

#[test]
fn tokens_are_those_of_nlprule() {
    let ours: Vec<&str> =
        PROSE.lines().flat_map(|line| tokens(line).map(move |span| &line[span.range()])).collect();
    let theirs: Vec<&str> = sentences().iter().flatten().map(|(word, ..)| *word).collect();
    assert_eq!(ours, theirs);
}

#[test]
fn readings_are_those_of_nlprule() {
    for (word, _, theirs) in sentences().into_iter().flatten() {
        let mut ours: Vec<String> =
            Lexicon::embedded().readings(word).iter().map(|r| format!("{}/{}", r.lemma, r.pos)).collect();
        ours.sort();
        assert_eq!(ours, theirs, "“{word}”");
    }
}

/// Held out in training: 99.2 % of the tokens nlprule has tags for, 98.6 % of those with a choice.
#[test]
fn tags_are_mostly_those_of_nlprule() {
    let mut figures = [(0, 0); 2];
    let mut wrong = Vec::new();
    for sentence in sentences() {
        let words: Vec<&str> = sentence.iter().map(|(word, ..)| *word).collect();
        let tags = Lexicon::embedded().tag(&words);
        for ((word, right, readings), tag) in sentence.iter().zip(tags) {
            if right.contains(Pos::UNKNOWN) {
                continue;
            }
            let choice = readings.len() != 1;
            for figure in figures.iter_mut().take(1 + usize::from(choice)) {
                figure.0 += usize::from(right.contains(tag));
                figure.1 += 1;
            }
            if !right.contains(tag) {
                wrong.push(format!("{word}: {tag}, nlprule {right:?}"));
            }
        }
    }
    let [all, choice] = figures.map(|(right, all)| right as f64 / f64::from(all as u32) * 100.0);
    assert!(all >= 98.0 && choice >= 97.0, "{all:.2} % of all, {choice:.2} % with a choice: {wrong:#?}");
}
