//! nlprule's tokens, tags and readings of a text, as the tests of the lexicon read them.

use std::collections::BTreeSet;
use std::fmt::Write;

use mtlint::lexicon::{Pos, PosSet};
use nlprule::Tokenizer;

use crate::tables::pos;

/// One token a line: word, tags after disambiguation, readings before it; an empty line ends a sentence.
pub(crate) fn write(tokenizer: &Tokenizer, text: &str) -> String {
    let mut answers = String::new();
    for paragraph in text.lines().filter(|line| !line.trim().is_empty()) {
        for sentence in tokenizer.pipe(paragraph) {
            for token in sentence.tokens() {
                let word = token.word().as_str();
                let tags: PosSet =
                    token.word().tags().iter().filter_map(|data| pos(data.pos().as_str())).collect();
                let tags: Vec<&str> = tags.iter().map(Pos::name).collect();
                let readings: BTreeSet<String> = tokenizer
                    .tagger()
                    .get_tags_with_options(word, None, None)
                    .filter_map(|data| {
                        Some(format!("{}/{}", data.lemma().as_str(), pos(data.pos().as_str())?))
                    })
                    .collect();
                let readings: Vec<String> = readings.into_iter().collect();
                writeln!(answers, "{word}\t{}\t{}", tags.join(" "), readings.join(" "))
                    .expect("a String takes all");
            }
            answers.push('\n');
        }
    }
    answers
}
