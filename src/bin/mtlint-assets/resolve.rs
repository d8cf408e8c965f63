//! Choosing one tag where nlprule leaves several.
//!
//! nlprule's rules only remove what is surely wrong, so a quarter of the tokens keep more than one tag, and a
//! tagger taught with the sets alone is free to say anything among them. A hidden Markov model over pairs of tags
//! is therefore fitted to the sets with the Baum-Welch algorithm, the tags being restricted to the set of each
//! token (Merialdo 1994); words too rare to be counted are lumped together by their set (Cutting et al. 1992).
//! The most likely path then gives one tag per token, always one of nlprule's.

use std::collections::HashMap;

use mtlint::lexicon::{Pos, PosSet};

/// Words seen at least this often are observed as themselves.
const FREQUENT: u32 = 12;

const ROUNDS: usize = 10;

/// Tags, and the border of a sentence.
const STATES: usize = Pos::COUNT + 1;
const BORDER: usize = Pos::COUNT;

/// A token as the model sees it: its observation and its possible tags.
type Token = (usize, Vec<usize>);

/// One tag per token for sentences of (words in lower case, nlprule's tags).
pub(crate) fn resolve(sentences: &[(Vec<String>, Vec<PosSet>)]) -> Vec<Vec<Pos>> {
    let (tokens, observations) = observe(sentences);
    let mut model = Model::even(observations);
    for _ in 0..ROUNDS {
        let mut counts = Model::zero(observations);
        for sentence in &tokens {
            model.expect(sentence, &mut counts);
        }
        model = counts.normalised();
    }
    tokens.iter().map(|sentence| model.path(sentence)).collect()
}

fn observe(sentences: &[(Vec<String>, Vec<PosSet>)]) -> (Vec<Vec<Token>>, usize) {
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for word in sentences.iter().flat_map(|(words, _)| words) {
        *counts.entry(word).or_default() += 1;
    }
    // Numbers are given in order of first sight, so they do not depend on the order of the map.
    let mut numbers: HashMap<(&str, PosSet), usize> = HashMap::new();
    let mut token = |word: &str, set: PosSet| {
        let tags = if set.len() > 1 { set.iter().filter(|tag| *tag != Pos::PCT).collect() } else { set };
        let tags = if tags.is_empty() { PosSet::from_iter([Pos::UNKNOWN]) } else { tags };
        let key = counts.get_key_value(word).filter(|(_, count)| **count >= FREQUENT);
        let key = key.map_or(("", tags), |(word, _)| (*word, PosSet::EMPTY));
        let next = numbers.len();
        let number = *numbers.entry(key).or_insert(next);
        (number, tags.iter().map(|tag| usize::from(tag.number())).collect())
    };
    let tokens = sentences
        .iter()
        .map(|(words, sets)| words.iter().zip(sets).map(|(word, set)| token(word, *set)).collect())
        .collect();
    (tokens, numbers.len())
}

struct Model {
    /// From a tag to the next.
    moves: Vec<[f64; STATES]>,
    /// From an observation to its weight under each tag.
    shows: Vec<[f64; STATES]>,
}

impl Model {
    fn even(observations: usize) -> Self {
        Self { moves: vec![[1.0; STATES]; STATES], shows: vec![[1.0; STATES]; observations] }
    }

    fn zero(observations: usize) -> Self {
        // A little of everything, so that nothing becomes impossible.
        Self { moves: vec![[0.1; STATES]; STATES], shows: vec![[0.001; STATES]; observations] }
    }

    /// Adds the expected counts of one sentence (forward and backward pass, scaled at each token).
    fn expect(&self, sentence: &[Token], counts: &mut Self) {
        let mut forward: Vec<Vec<f64>> = Vec::with_capacity(sentence.len());
        for (at, (seen, tags)) in sentence.iter().enumerate() {
            let reach = |tag: usize| match at.checked_sub(1) {
                None => self.moves[BORDER][tag],
                Some(before) => sentence[before]
                    .1
                    .iter()
                    .zip(&forward[before])
                    .map(|(from, p)| p * self.moves[*from][tag])
                    .sum(),
            };
            forward.push(scaled(tags.iter().map(|tag| reach(*tag) * self.shows[*seen][*tag]).collect()));
        }
        let mut after: Vec<f64> = Vec::new();
        for at in (0..sentence.len()).rev() {
            let (seen, tags) = &sentence[at];
            let backward: Vec<f64> = match sentence.get(at + 1) {
                None => scaled(tags.iter().map(|tag| self.moves[*tag][BORDER]).collect()),
                Some((next_seen, next)) => {
                    let onward = |from: usize, to: usize, p: f64| {
                        self.moves[from][to] * self.shows[*next_seen][to] * p
                    };
                    let pairs = tags.iter().zip(&forward[at]).flat_map(|(from, f)| {
                        next.iter().zip(&after).map(move |(to, b)| (*from, *to, f * onward(*from, *to, *b)))
                    });
                    let pairs: Vec<(usize, usize, f64)> = pairs.collect();
                    let total: f64 = pairs.iter().map(|(.., p)| p).sum();
                    for (from, to, p) in pairs {
                        counts.moves[from][to] += p / total;
                    }
                    let sum =
                        |from: usize| next.iter().zip(&after).map(|(to, b)| onward(from, *to, *b)).sum();
                    scaled(tags.iter().map(|tag| sum(*tag)).collect())
                }
            };
            let here = scaled(forward[at].iter().zip(&backward).map(|(f, b)| f * b).collect());
            for (tag, p) in tags.iter().zip(here) {
                counts.shows[*seen][*tag] += p;
                if at == 0 {
                    counts.moves[BORDER][*tag] += p;
                }
                if at + 1 == sentence.len() {
                    counts.moves[*tag][BORDER] += p;
                }
            }
            after = backward;
        }
    }

    fn normalised(mut self) -> Self {
        for row in &mut self.moves {
            let total: f64 = row.iter().sum();
            row.iter_mut().for_each(|p| *p /= total);
        }
        let mut totals = [0.0; STATES];
        for row in &self.shows {
            totals.iter_mut().zip(row).for_each(|(total, p)| *total += p);
        }
        for row in &mut self.shows {
            row.iter_mut().zip(&totals).for_each(|(p, total)| *p /= total);
        }
        self
    }

    /// The most likely tags (Viterbi).
    fn path(&self, sentence: &[Token]) -> Vec<Pos> {
        let mut best: Vec<f64> = Vec::new();
        let mut came_from: Vec<Vec<usize>> = Vec::new();
        for (at, (seen, tags)) in sentence.iter().enumerate() {
            let arrive = |tag: usize| -> (usize, f64) {
                let Some(before) = at.checked_sub(1) else { return (0, self.moves[BORDER][tag]) };
                let routes = sentence[before].1.iter().zip(&best).map(|(from, p)| p * self.moves[*from][tag]);
                routes.enumerate().fold((0, 0.0), |most, route| if route.1 > most.1 { route } else { most })
            };
            let arrived: Vec<(usize, f64)> = tags.iter().map(|tag| arrive(*tag)).collect();
            let last = |tag: usize| if at + 1 == sentence.len() { self.moves[tag][BORDER] } else { 1.0 };
            let shown =
                arrived.iter().zip(tags).map(|((_, p), tag)| p * self.shows[*seen][*tag] * last(*tag));
            best = scaled(shown.collect());
            came_from.push(arrived.into_iter().map(|(from, _)| from).collect());
        }
        let most =
            |best: &[f64]| (0..best.len()).rev().max_by(|a, b| best[*a].total_cmp(&best[*b])).unwrap_or(0);
        let mut choice = most(&best);
        let mut tags = Vec::with_capacity(sentence.len());
        for ((_, possible), from) in sentence.iter().zip(&came_from).rev() {
            tags.push(Pos::from_number(possible[choice]).expect("states were made from tags"));
            choice = from[choice];
        }
        tags.reverse();
        tags
    }
}

/// The numbers in proportion, with the sum 1.
fn scaled(mut numbers: Vec<f64>) -> Vec<f64> {
    let total: f64 = numbers.iter().sum();
    if total > 0.0 {
        numbers.iter_mut().for_each(|number| *number /= total);
    }
    numbers
}
