//! Trains the tagger on what nlprule's disambiguation says about plain text.
//!
//! Averaged perceptron (Collins 2002). nlprule often leaves several tags: one of them is chosen for learning,
//! and in the figures any of them counts as right.
//! Every tenth paragraph is held out for the figures that are printed.

use std::collections::BTreeMap;

use mtlint::lexicon::features::{FEATURES, History, Shape, WEIGHTS, WordView, features};
use mtlint::lexicon::{Lexicon, Pos, PosSet, class_key};
use nlprule::Tokenizer;

use crate::resolve;
use crate::tables::pos;

const PASSES: usize = 8;

/// A tag becomes a candidate for a class and outline once it was right this often without being in the class …
const SEEN_OFTEN: u32 = 3;

/// … and for at least one in this many of their tokens: set phrases give single words odd tags.
const SEEN_SHARE: u32 = 100;

/// Longer sentences are left out: the teacher's time grows with the cube of the length.
const MAX_BYTES: usize = 6_000;

struct Sentence {
    words: Vec<String>,
    /// The tags nlprule leaves each word.
    right: Vec<PosSet>,
    /// The one among them to be learned.
    best: Vec<Pos>,
}

/// The files and their names.
pub(crate) fn train(tokenizer: &Tokenizer, texts: &[String]) -> Vec<(&'static str, Vec<u8>)> {
    let (mut learn, mut held_out) = taught(tokenizer, texts);
    choose(&mut learn, &mut held_out);
    println!("{} sentences to learn from, {} held out", learn.len(), held_out.len());
    let lexicon = Lexicon::embedded();
    let seen = candidates(lexicon, &learn);
    let learn: Vec<_> = learn.into_iter().map(|sentence| viewed(lexicon, &seen, sentence)).collect();
    let held_out: Vec<_> = held_out.into_iter().map(|sentence| viewed(lexicon, &seen, sentence)).collect();
    let weights = quantised(&perceptron(&learn));
    report("learned from", &weights, &learn);
    report("held out", &weights, &held_out);
    let seen =
        seen.iter().flat_map(|(key, set)| [key.to_le_bytes(), set.bits().to_le_bytes()]).flatten().collect();
    vec![("tagger.bin", weights.iter().map(|weight| *weight as u8).collect()), ("candidates.bin", seen)]
}

/// The sentences of the texts with nlprule's tags.
fn taught(tokenizer: &Tokenizer, texts: &[String]) -> (Vec<Sentence>, Vec<Sentence>) {
    let (mut learn, mut held_out) = (Vec::new(), Vec::new());
    let paragraphs = texts.iter().flat_map(|text| text.lines()).filter(|line| !line.trim().is_empty());
    for (number, paragraph) in paragraphs.enumerate() {
        for piece in pieces(paragraph) {
            for sentence in tokenizer.pipe(piece) {
                let mut words = Vec::new();
                let mut right = Vec::new();
                for token in sentence.tokens() {
                    words.push(token.word().as_str().to_owned());
                    right.push(
                        token.word().tags().iter().filter_map(|data| pos(data.pos().as_str())).collect(),
                    );
                }
                let to = if number % 10 == 9 { &mut held_out } else { &mut learn };
                to.push(Sentence { words, right, best: Vec::new() });
            }
        }
    }
    (learn, held_out)
}

/// The paragraph in pieces the teacher can read in reasonable time, cut after a full stop.
fn pieces(paragraph: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, _) in paragraph.match_indices(". ") {
        if at - start > MAX_BYTES {
            pieces.push(&paragraph[start..=at]);
            start = at + 1;
        }
    }
    pieces.push(&paragraph[start..]);
    pieces.retain(|piece| !piece.trim().is_empty());
    pieces
}

/// Fills in `best`. The model is fitted to both parts, as it is a way of reading nlprule's answers.
fn choose(learn: &mut [Sentence], held_out: &mut [Sentence]) {
    let all = || learn.iter().chain(held_out.iter());
    let lower = |words: &[String]| words.iter().map(|word| word.to_lowercase()).collect();
    let sets: Vec<_> = all().map(|sentence| (lower(&sentence.words), sentence.right.clone())).collect();
    let chosen = resolve::resolve(&sets);
    for (sentence, best) in learn.iter_mut().chain(held_out).zip(chosen) {
        sentence.best = best;
    }
}

/// Tags that were right although no reading has them, by class and outline.
fn candidates(lexicon: &Lexicon, sentences: &[Sentence]) -> BTreeMap<u64, PosSet> {
    let mut counts: BTreeMap<(u64, Pos), u32> = BTreeMap::new();
    let mut totals: BTreeMap<u64, u32> = BTreeMap::new();
    for sentence in sentences {
        for (word, right) in sentence.words.iter().zip(&sentence.right) {
            let class = lexicon.pos_set(word);
            *totals.entry(class_key(class, Shape::of(word))).or_default() += 1;
            if !class.intersects(*right) {
                for pos in right.iter() {
                    *counts.entry((class_key(class, Shape::of(word)), pos)).or_default() += 1;
                }
            }
        }
    }
    let mut seen: BTreeMap<u64, PosSet> = BTreeMap::new();
    for ((key, pos), count) in counts {
        if count >= SEEN_OFTEN && count * SEEN_SHARE >= totals[&key] {
            seen.entry(key).or_default().insert(pos);
        }
    }
    seen
}

fn viewed(lexicon: &Lexicon, seen: &BTreeMap<u64, PosSet>, sentence: Sentence) -> Taught {
    let view = |word: &String| {
        let class = lexicon.pos_set(word);
        let more = seen.get(&class_key(class, Shape::of(word))).copied().unwrap_or_default();
        WordView::new(word, class, class.union(more))
    };
    Taught { views: sentence.words.iter().map(view).collect(), right: sentence.right, best: sentence.best }
}

struct Taught {
    views: Vec<WordView>,
    right: Vec<PosSet>,
    best: Vec<Pos>,
}

/// Weights, averaged over all steps.
fn perceptron(sentences: &[Taught]) -> Vec<f64> {
    let mut weights = vec![0.0_f64; WEIGHTS];
    let mut totals = vec![0.0_f64; WEIGHTS];
    let mut step = 1.0_f64;
    let mut order: Vec<usize> = (0..sentences.len()).collect();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..PASSES {
        shuffle(&mut order, &mut random);
        for number in &order {
            let Taught { views, best: right, .. } = &sentences[*number];
            walk(views, |at, rows| {
                let candidates = views[at].candidates;
                let score = |pos: Pos| rows.iter().map(|row| weights[weight(*row, pos)]).sum::<f64>();
                let guess = best(candidates, &score);
                let better = right[at];
                if guess != better && candidates.contains(better) {
                    for row in rows {
                        for (pos, change) in [(better, 1.0), (guess, -1.0)] {
                            weights[weight(*row, pos)] += change;
                            totals[weight(*row, pos)] += step * change;
                        }
                    }
                }
                step += 1.0;
                guess
            });
        }
    }
    weights.iter().zip(&totals).map(|(weight, total)| weight - total / step).collect()
}

fn weight(row: usize, pos: Pos) -> usize {
    (row + usize::from(pos.number())) % WEIGHTS
}

/// The best candidate; the first of equals.
fn best(candidates: PosSet, score: &impl Fn(Pos) -> f64) -> Pos {
    let mut best = (f64::NEG_INFINITY, Pos::UNKNOWN);
    for pos in candidates.iter() {
        let scored = score(pos);
        if scored > best.0 {
            best = (scored, pos);
        }
    }
    best.1
}

/// Walks a sentence as the tagger does; `choose` sees each token that has a choice.
fn walk(views: &[WordView], mut choose: impl FnMut(usize, &[usize; FEATURES]) -> Pos) -> Vec<Pos> {
    let border = WordView::border();
    let mut history: History = [None; 2];
    let mut tags = Vec::new();
    for (at, this) in views.iter().enumerate() {
        let tag = if this.candidates.len() > 1 {
            let near =
                |offset: isize| at.checked_add_signed(offset).and_then(|i| views.get(i)).unwrap_or(&border);
            choose(at, &features([near(-2), near(-1), this, near(1), near(2)], history))
        } else {
            this.candidates.iter().next().unwrap_or(Pos::UNKNOWN)
        };
        history = [Some(tag), history[0]];
        tags.push(tag);
    }
    tags
}

/// Fisher-Yates with xorshift, so that every run gives the same order.
fn shuffle(order: &mut [usize], random: &mut u64) {
    for at in (1..order.len()).rev() {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        order.swap(at, (*random % (at as u64 + 1)) as usize);
    }
}

/// Weights as `i8`; the largest thousandth is cut off at ±127.
fn quantised(weights: &[f64]) -> Vec<i8> {
    let mut sizes: Vec<f64> = weights.iter().map(|weight| weight.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    let scale = 127.0 / sizes[sizes.len() - 1 - sizes.len() / 1000].max(f64::MIN_POSITIVE);
    weights.iter().map(|weight| (weight * scale).round().clamp(-127.0, 127.0) as i8).collect()
}

/// Prints how often the tagger's choice is among nlprule's tags.
fn report(name: &str, weights: &[i8], sentences: &[Taught]) {
    // All known tokens, those with a choice, those where nlprule leaves exactly one tag.
    let mut figures = [(0_u32, 0_u32); 3];
    let mut chosen = 0;
    let mut confused: BTreeMap<(PosSet, Pos), u32> = BTreeMap::new();
    for Taught { views, right, best: learned } in sentences {
        let tags = walk(views, |at, rows| {
            let sum = |pos: Pos| rows.iter().map(|row| f64::from(weights[weight(*row, pos)])).sum();
            best(views[at].candidates, &sum)
        });
        for (((view, right), learned), tag) in views.iter().zip(right).zip(learned).zip(tags) {
            if right.contains(Pos::UNKNOWN) {
                continue;
            }
            let counts = [true, view.candidates.len() > 1, view.candidates.len() > 1 && right.len() == 1];
            for (figure, _) in figures.iter_mut().zip(counts).filter(|(_, counts)| *counts) {
                figure.0 += 1;
                figure.1 += u32::from(right.contains(tag));
            }
            chosen += u32::from(tag == *learned);
            if !right.contains(tag) {
                *confused.entry((*right, tag)).or_default() += 1;
            }
        }
    }
    let [all, choice, one] = figures.map(|(all, right)| f64::from(right) / f64::from(all.max(1)) * 100.0);
    println!(
        "{name}: {} tokens, {all:.2} % right; with a choice {choice:.2} %; where nlprule leaves one tag {one:.2} %",
        figures[0].0
    );
    println!("  {:.2} % the very tag chosen", f64::from(chosen) / f64::from(figures[0].0.max(1)) * 100.0);
    let mut confused: Vec<_> = confused.into_iter().collect();
    confused.sort_by_key(|(_, count)| u32::MAX - count);
    for ((right, tag), count) in confused.into_iter().take(12) {
        println!("  {count:>5} {right:?} taken for {tag}");
    }
}
