//! Phrase patterns, and matching one around a candidate.
//!
//! A pattern is a row of pieces. A candidate is a place where one piece's literal stands;
//! the pieces before it are matched leftwards, those after it rightwards, so that a candidate
//! that fails costs a few comparisons. `parse` says how phrases are written, `anchor` which literal
//! finds them, `fold` how text is compared, `alternatives` which of many texts stand at a place.

mod alternatives;
mod anchor;
mod fold;
mod parse;

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::dead_ends::DeadEnds;
use crate::lexicon::Pos;
pub(crate) use alternatives::Alternatives;
pub(crate) use anchor::{Anchor, rarity};
pub(crate) use fold::folded;
use fold::{
    border_after, border_before, match_text, match_text_back, number_end, number_start, trim, word_end,
    word_start,
};
pub(crate) use parse::PhraseError;

/// A compiled phrase.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Phrase {
    pub(crate) pieces: Vec<Piece>,
    /// Whether capitals matter.
    exact: bool,
    /// Where candidates are found.
    pub(crate) anchor: Anchor,
    /// Number of groups that a replacement can name: `{1}` to `{n}`.
    pub(crate) groups: usize,
    /// Lemmas of the groups that carry inflection, in order.
    pub(crate) lemmas: usize,
}

/// One piece of a phrase.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Piece {
    /// Text as it stands, folded; a blank stands for one or more.
    Text { folded: Box<str>, written: Box<str> },
    /// One of several texts.
    Choice(Choice),
    /// Any one word, up to 40 characters.
    Word,
    /// A number in digits.
    Number,
}

/// A group of alternatives.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Choice {
    /// Longest first, so that the longest alternative that leads to a match wins.
    pub(crate) alternatives: Arc<Alternatives>,
    /// Whether the group may be left out.
    pub(crate) optional: bool,
    /// Whether the group is `{lemma}` alone, which a replacement names by lemma and not by number.
    pub(crate) lone_lemma: bool,
    /// Whether some alternative is a form of a lemma.
    pub(crate) inflects: bool,
}

/// One alternative of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Alternative {
    /// The text, folded.
    pub(crate) text: Box<str>,
    /// The text as it is written in the rule.
    pub(crate) written: Box<str>,
    /// The parts of speech that the form can have, if it stands for a lemma.
    pub(crate) forms: Vec<Pos>,
}

impl Alternative {
    /// A text that is no form of a lemma.
    pub(crate) fn plain(text: &str, exact: bool) -> Self {
        Self { text: folded(text, exact).into(), written: folded(text, true).into(), forms: Vec::new() }
    }
}

/// What a phrase captured: the span of each piece that is not plain text, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PhraseMatch {
    pub(crate) span: Range<usize>,
    /// Spans of the numbered groups; an absent optional group has an empty span.
    pub(crate) groups: Vec<Range<usize>>,
    /// Span and possible parts of speech of each inflected group.
    pub(crate) inflected: Vec<(Range<usize>, Vec<Pos>)>,
}

/// Where the pieces of a phrase have matched so far, and from where they do not.
#[derive(Default)]
struct Trail {
    /// The place of each piece; empty where nobody asks for them.
    places: Vec<Range<usize>>,
    dead_ends: DeadEnds,
}

impl Trail {
    fn note(&mut self, piece: usize, place: Range<usize>) {
        if let Some(known) = self.places.get_mut(piece) {
            *known = place;
        }
    }
}

impl Phrase {
    /// Matches the phrase in `text` around a piece that begins at `at`.
    ///
    /// Only a match at word borders counts. Of several, the longest.
    pub(crate) fn match_around(&self, text: &str, piece: usize, at: usize) -> Option<PhraseMatch> {
        // Most candidates fail: what the pieces matched is noted only for those that do not.
        let end = self.forward(text, piece, at, &mut Trail::default())?;
        let start = self.backward(text, piece, at, &mut Trail::default())?;
        if start == end {
            return None;
        }
        let mut trail = Trail { places: vec![0..0; self.pieces.len()], dead_ends: DeadEnds::default() };
        self.forward(text, piece, at, &mut trail)?;
        trail.dead_ends.clear();
        self.backward(text, piece, at, &mut trail)?;
        let trail = trail.places;
        Some(self.captures(text, start..end, &trail))
    }

    fn captures(&self, text: &str, span: Range<usize>, trail: &[Range<usize>]) -> PhraseMatch {
        let mut found = PhraseMatch { span, ..PhraseMatch::default() };
        for (piece, place) in self.pieces.iter().zip(trail) {
            match piece {
                Piece::Text { .. } => {}
                Piece::Word | Piece::Number => found.groups.push(place.clone()),
                Piece::Choice(choice) => {
                    if !choice.lone_lemma {
                        found.groups.push(trim(text, place.clone()));
                    }
                    if choice.inflects {
                        let forms = self.forms_at(choice, text, place);
                        found.inflected.push((trim(text, place.clone()), forms));
                    }
                }
            }
        }
        found
    }

    fn forms_at(&self, choice: &Choice, text: &str, place: &Range<usize>) -> Vec<Pos> {
        let mut standing = choice.alternatives.beginning_at(text, place.start, self.exact);
        standing.find(|(_, end)| *end == place.end).map(|(a, _)| a.forms.clone()).unwrap_or_default()
    }

    /// Matches pieces from `piece` on, rightwards from `at`; gives the end.
    fn forward(&self, text: &str, piece: usize, at: usize, trail: &mut Trail) -> Option<usize> {
        let Some(this) = self.pieces.get(piece) else {
            return border_after(text, at).then_some(at);
        };
        let mut step = |end: usize| {
            if trail.dead_ends.has(piece + 1, end) {
                return None;
            }
            trail.note(piece, at..end);
            let found = self.forward(text, piece + 1, end, trail);
            if found.is_none() {
                trail.dead_ends.add(piece + 1, end);
            }
            found
        };
        match this {
            Piece::Text { folded, .. } => step(match_text(text, at, folded, self.exact)?),
            Piece::Word => step(word_end(text, at)?),
            Piece::Number => step(number_end(text, at)?),
            Piece::Choice(choice) => {
                let ends = choice.alternatives.beginning_at(text, at, self.exact).map(|(_, end)| end);
                ends.chain(choice.optional.then_some(at)).find_map(step)
            }
        }
    }

    /// Matches the pieces before `piece`, leftwards from `at`; gives the start.
    fn backward(&self, text: &str, piece: usize, at: usize, trail: &mut Trail) -> Option<usize> {
        let Some(before) = piece.checked_sub(1) else {
            return border_before(text, at).then_some(at);
        };
        let mut step = |start: usize| {
            if trail.dead_ends.has(before, start) {
                return None;
            }
            trail.note(before, start..at);
            let found = self.backward(text, before, start, trail);
            if found.is_none() {
                trail.dead_ends.add(before, start);
            }
            found
        };
        match &self.pieces[before] {
            Piece::Text { folded, .. } => step(match_text_back(text, at, folded, self.exact)?),
            Piece::Word => step(word_start(text, at)?),
            Piece::Number => step(number_start(text, at)?),
            Piece::Choice(choice) => {
                let starts = choice.alternatives.ending_at(text, at, self.exact).map(|(_, start)| start);
                starts.chain(choice.optional.then_some(at)).find_map(step)
            }
        }
    }

    /// Whether the rule writes the first letter of a match at `start` as a capital.
    pub(crate) fn capital_at(&self, text: &str, start: usize) -> bool {
        let upper = |written: &str| written.trim_start().starts_with(char::is_uppercase);
        // An optional group that is left out passes the question on to the next piece.
        for piece in &self.pieces {
            match piece {
                Piece::Text { written, .. } => return upper(written),
                Piece::Word | Piece::Number => return false,
                Piece::Choice(choice) => {
                    match choice.alternatives.beginning_at(text, start, self.exact).next() {
                        Some((alternative, _)) => return upper(&alternative.written),
                        None => continue,
                    }
                }
            }
        }
        false
    }

    /// Texts that the phrase matches, one for each alternative of each group: the others take their first.
    pub(crate) fn specimens(&self) -> Vec<String> {
        let mut all = vec![self.specimen(usize::MAX, 0)];
        for (index, piece) in self.pieces.iter().enumerate() {
            if let Piece::Choice(choice) = piece {
                let shortest_list = choice.alternatives.len().min(64);
                all.extend(
                    (0..shortest_list + usize::from(choice.optional)).map(|n| self.specimen(index, n)),
                );
            }
        }
        all.sort();
        all.dedup();
        all
    }

    fn specimen(&self, varied: usize, nth: usize) -> String {
        let mut text = String::new();
        for (index, piece) in self.pieces.iter().enumerate() {
            match piece {
                Piece::Text { written, .. } => text.push_str(written),
                Piece::Word => text.push_str("something"),
                Piece::Number => text.push_str("12"),
                Piece::Choice(choice) => {
                    let nth = if index == varied { nth } else { 0 };
                    if let Some(alternative) = choice.alternatives.get(nth) {
                        text.push_str(&alternative.written);
                    }
                }
            }
        }
        let text: Vec<&str> = text.split_whitespace().collect();
        text.join(" ")
    }
}

impl Phrase {
    /// Whether capitals matter.
    pub(crate) fn is_exact(&self) -> bool {
        self.exact
    }
}
