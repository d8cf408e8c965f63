//! Phrase patterns: how they are written, and matching one around a candidate.
//!
//! A pattern is a row of pieces. A candidate is a place where one piece's literal stands;
//! the pieces before it are matched leftwards, those after it rightwards, so that a candidate
//! that fails costs a few comparisons. Comparison folds typographic variants
//! ([`fold_char`]), runs of blanks and, unless the rule is case-exact, capitals.

use std::ops::Range;
use std::sync::Arc;

use crate::lexicon::{Lexicon, Pos};
use crate::text::word::{fold_char, is_word_char};

/// A compiled phrase.
#[derive(Debug, Clone)]
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
#[derive(Debug, Clone)]
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
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    /// Longest first, so that the longest alternative that leads to a match wins.
    pub(crate) alternatives: Arc<[Alternative]>,
    /// Whether the group may be left out.
    pub(crate) optional: bool,
    /// Whether the group is `{lemma}` alone, which a replacement names by lemma and not by number.
    pub(crate) lone_lemma: bool,
    /// Whether some alternative is a form of a lemma.
    pub(crate) inflects: bool,
}

/// One alternative of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// Why a phrase cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PhraseError {
    #[error("the phrase is empty")]
    Empty,
    #[error("“{{” without “}}”")]
    Unclosed,
    #[error("“{{}}” is empty")]
    EmptyGroup,
    #[error("“{0}” is not a lemma that the lexicon knows")]
    UnknownLemma(String),
    #[error("“{0}” is not a class: use V (verb), N (noun) or A (adjective)")]
    UnknownClass(String),
    #[error("there is no word list “{0}”")]
    UnknownList(String),
    #[error("the phrase has no word that must stand in it")]
    NoLiteral,
    #[error("the phrase has more than {MAX_PIECES} parts")]
    TooLong,
}

/// Upper bound of pieces in a phrase; recursion in matching is as deep.
const MAX_PIECES: usize = 32;

/// Longest run of characters that `{*}` and `{#}` take.
const MAX_WORD: usize = 40;

impl Phrase {
    /// Compiles `pattern`; `list` gives the entries of a word list.
    pub(crate) fn new(
        pattern: &str,
        exact: bool,
        lexicon: &Lexicon,
        list: &dyn Fn(&str) -> Option<Arc<[Alternative]>>,
    ) -> Result<Self, PhraseError> {
        let mut pieces = Vec::new();
        let mut rest = pattern.trim();
        while !rest.is_empty() {
            let open = rest.find('{').unwrap_or(rest.len());
            if open > 0 {
                push_text(&mut pieces, &rest[..open], exact);
            }
            let Some(inner) = rest[open..].strip_prefix('{') else { break };
            let close = inner.find('}').ok_or(PhraseError::Unclosed)?;
            pieces.push(group(&inner[..close], exact, lexicon, list)?);
            rest = &inner[close + 1..];
        }
        if pieces.is_empty() {
            return Err(PhraseError::Empty);
        }
        if pieces.len() > MAX_PIECES {
            return Err(PhraseError::TooLong);
        }
        attach_blanks(&mut pieces);
        let choice =
            |p: &Piece| if let Piece::Choice(c) = p { Some((c.lone_lemma, c.inflects)) } else { None };
        let groups = pieces.iter().filter(|p| match choice(p) {
            Some((lone, _)) => !lone,
            None => !matches!(p, Piece::Text { .. }),
        });
        let groups = groups.count();
        let lemmas = pieces.iter().filter(|p| choice(p).is_some_and(|(_, inflects)| inflects)).count();
        let anchor = Anchor { piece: 0, literals: Vec::new() };
        let mut phrase = Self { pieces, exact, groups, lemmas, anchor };
        phrase.anchor = phrase.rarest(lexicon).ok_or(PhraseError::NoLiteral)?;
        Ok(phrase)
    }

    /// The piece that is rarest in English, with the literals of which one must stand there.
    ///
    /// The rarity of a piece is the summed frequency of its literals.
    fn rarest(&self, lexicon: &Lexicon) -> Option<Anchor> {
        let mut best: Option<(f32, Anchor)> = None;
        for (index, piece) in self.pieces.iter().enumerate() {
            let candidates: Vec<Vec<(AnchorLiteral, f32)>> = match piece {
                Piece::Text { folded, .. } => {
                    words(folded).map(|word| vec![self.literal(index, folded, word, lexicon)]).collect()
                }
                Piece::Choice(choice) if !choice.optional => {
                    let literals = choice.alternatives.iter().map(|alternative| {
                        let literals = words(&alternative.text)
                            .map(|word| self.literal(index, &alternative.text, word, lexicon));
                        literals.min_by(|a, b| a.1.total_cmp(&b.1))
                    });
                    literals.collect::<Option<Vec<_>>>().into_iter().collect()
                }
                _ => continue,
            };
            for literals in candidates {
                let cost: f32 = literals.iter().map(|(_, cost)| cost).sum();
                if best.as_ref().is_none_or(|(c, _)| cost < *c) {
                    let literals = literals.into_iter().map(|(literal, _)| literal).collect();
                    best = Some((cost, Anchor { piece: index, literals }));
                }
            }
        }
        best.map(|(_, anchor)| anchor)
    }

    /// The literal around `word`, made longer while it is common, and how often per million words it is expected.
    fn literal(
        &self,
        piece: usize,
        text: &str,
        word: Range<usize>,
        lexicon: &Lexicon,
    ) -> (AnchorLiteral, f32) {
        let (word, cost) = rare_enough(lexicon, text, word);
        let inside_left = text[..word.start].chars().next_back();
        let inside_right = text[word.end..].chars().next();
        let left = inside_left.map_or_else(|| self.edge(piece, false), |c| !is_word_char(c));
        let right = inside_right.map_or_else(|| self.edge(piece, true), |c| !is_word_char(c));
        let literal = AnchorLiteral {
            text: text[word.clone()].into(),
            offset: word.start,
            alternative: text.into(),
            left,
            right,
        };
        (literal, cost)
    }

    /// Whether a word border stands at the given side of a piece.
    fn edge(&self, piece: usize, right: bool) -> bool {
        let neighbour =
            if right { self.pieces.get(piece + 1) } else { piece.checked_sub(1).map(|i| &self.pieces[i]) };
        match neighbour {
            None => true,
            Some(Piece::Text { folded, .. }) => {
                let c = if right { folded.chars().next() } else { folded.chars().next_back() };
                c.is_none_or(|c| !is_word_char(c))
            }
            // A neighbouring group may begin or end with a letter; do not promise a border.
            Some(_) => false,
        }
    }

    /// Matches the phrase in `text` around a piece that begins at `at`.
    ///
    /// Only a match at word borders counts. Of several, the longest.
    pub(crate) fn match_around(&self, text: &str, piece: usize, at: usize) -> Option<PhraseMatch> {
        // Most candidates fail: what the pieces matched is noted only for those that do not.
        let end = self.forward(text, piece, at, &mut [])?;
        let start = self.backward(text, piece, at, &mut [])?;
        if start == end {
            return None;
        }
        let mut trail = vec![0..0; self.pieces.len()];
        self.forward(text, piece, at, &mut trail)?;
        self.backward(text, piece, at, &mut trail)?;
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
        let here = |a: &&Alternative| match_text(text, place.start, &a.text, self.exact) == Some(place.end);
        choice.alternatives.iter().find(here).map(|a| a.forms.clone()).unwrap_or_default()
    }

    /// Matches pieces from `piece` on, rightwards from `at`; gives the end.
    fn forward(&self, text: &str, piece: usize, at: usize, trail: &mut [Range<usize>]) -> Option<usize> {
        let Some(this) = self.pieces.get(piece) else {
            return border_after(text, at).then_some(at);
        };
        let step = |end: usize, phrase: &Self, trail: &mut [Range<usize>]| {
            if let Some(place) = trail.get_mut(piece) {
                *place = at..end;
            }
            phrase.forward(text, piece + 1, end, trail)
        };
        match this {
            Piece::Text { folded, .. } => step(match_text(text, at, folded, self.exact)?, self, trail),
            Piece::Word => step(word_end(text, at)?, self, trail),
            Piece::Number => step(number_end(text, at)?, self, trail),
            Piece::Choice(choice) => {
                for alternative in choice.alternatives.iter() {
                    if let Some(end) = match_text(text, at, &alternative.text, self.exact)
                        && let Some(end) = step(end, self, trail)
                    {
                        return Some(end);
                    }
                }
                if choice.optional { step(at, self, trail) } else { None }
            }
        }
    }

    /// Matches the pieces before `piece`, leftwards from `at`; gives the start.
    fn backward(&self, text: &str, piece: usize, at: usize, trail: &mut [Range<usize>]) -> Option<usize> {
        let Some(before) = piece.checked_sub(1) else {
            return border_before(text, at).then_some(at);
        };
        let step = |start: usize, trail: &mut [Range<usize>]| {
            if let Some(place) = trail.get_mut(before) {
                *place = start..at;
            }
            self.backward(text, before, start, trail)
        };
        match &self.pieces[before] {
            Piece::Text { folded, .. } => step(match_text_back(text, at, folded, self.exact)?, trail),
            Piece::Word => step(word_start(text, at)?, trail),
            Piece::Number => step(number_start(text, at)?, trail),
            Piece::Choice(choice) => {
                for alternative in choice.alternatives.iter() {
                    if let Some(start) = match_text_back(text, at, &alternative.text, self.exact)
                        && let Some(start) = step(start, trail)
                    {
                        return Some(start);
                    }
                }
                if choice.optional { step(at, trail) } else { None }
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
                    let here = |a: &&Alternative| match_text(text, start, &a.text, self.exact).is_some();
                    match choice.alternatives.iter().find(here) {
                        Some(alternative) => return upper(&alternative.written),
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

/// The piece that candidates are found by.
#[derive(Debug, Clone)]
pub(crate) struct Anchor {
    /// Index of the piece.
    pub(crate) piece: usize,
    /// Literals of which one must stand in the piece.
    pub(crate) literals: Vec<AnchorLiteral>,
}

/// A literal of an anchor.
#[derive(Debug, Clone)]
pub(crate) struct AnchorLiteral {
    /// The literal.
    pub(crate) text: Box<str>,
    /// Its byte offset in `alternative`.
    pub(crate) offset: usize,
    /// The text of the piece or alternative that it is taken from.
    pub(crate) alternative: Box<str>,
    /// Whether a word border must stand on its left.
    pub(crate) left: bool,
    /// Whether a word border must stand on its right.
    pub(crate) right: bool,
}

impl AnchorLiteral {
    /// Where the piece begins if the literal stands at `at`, folding blanks; `None` if it cannot.
    pub(crate) fn piece_start(&self, text: &str, at: usize, exact: bool) -> Option<usize> {
        match_text_back(text, at, &self.alternative[..self.offset], exact)
    }
}

impl Phrase {
    /// Whether capitals matter.
    pub(crate) fn is_exact(&self) -> bool {
        self.exact
    }
}

fn push_text(pieces: &mut Vec<Piece>, text: &str, exact: bool) {
    pieces.push(Piece::Text { folded: folded(text, exact).into(), written: folded(text, true).into() });
}

/// `text` with typographic variants, blanks and (unless `exact`) capitals folded.
pub(crate) fn folded(text: &str, exact: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().map(fold_char) {
        if c == ' ' && out.ends_with(' ') {
            continue;
        }
        if exact { out.push(c) } else { out.extend(c.to_lowercase()) }
    }
    out
}

fn group(
    inner: &str,
    exact: bool,
    lexicon: &Lexicon,
    list: &dyn Fn(&str) -> Option<Arc<[Alternative]>>,
) -> Result<Piece, PhraseError> {
    match inner {
        "" => return Err(PhraseError::EmptyGroup),
        "*" => return Ok(Piece::Word),
        "#" => return Ok(Piece::Number),
        _ => {}
    }
    if let Some(name) = inner.strip_prefix('@') {
        let alternatives = list(name).ok_or_else(|| PhraseError::UnknownList(name.to_owned()))?;
        return Ok(Piece::Choice(Choice {
            alternatives,
            optional: false,
            lone_lemma: false,
            inflects: false,
        }));
    }
    let items: Vec<&str> = inner.split('|').collect();
    let lone = items.len() == 1;
    let mut alternatives = Vec::new();
    let mut optional = false;
    let mut inflects = false;
    for item in items {
        let item = item.trim();
        if item.is_empty() {
            optional = true;
        } else if let Some((lemma, class)) = item.split_once(':') {
            let class =
                Class::from_letter(class).ok_or_else(|| PhraseError::UnknownClass(class.to_owned()))?;
            alternatives.extend(lemma_forms(lemma, Some(class), exact, lexicon)?);
            inflects = true;
        } else if lone {
            alternatives.extend(lemma_forms(item, None, exact, lexicon)?);
            inflects = true;
        } else {
            alternatives.push(Alternative::plain(item, exact));
        }
    }
    // Longest first; the order among equals stays as written.
    alternatives.sort_by_key(|a| std::cmp::Reverse(a.text.len()));
    alternatives.dedup_by(|a, b| a.text == b.text && a.forms == b.forms);
    Ok(Piece::Choice(Choice { alternatives: alternatives.into(), optional, lone_lemma: lone, inflects }))
}

/// A class of parts of speech that a lemma can be limited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Verb,
    Noun,
    Adjective,
}

impl Class {
    fn from_letter(letter: &str) -> Option<Self> {
        match letter {
            "V" => Some(Self::Verb),
            "N" => Some(Self::Noun),
            "A" => Some(Self::Adjective),
            _ => None,
        }
    }

    fn has(self, pos: Pos) -> bool {
        match self {
            Self::Verb => pos.is_verb(),
            Self::Noun => pos.is_noun(),
            Self::Adjective => pos.is_adjective(),
        }
    }
}

fn lemma_forms(
    lemma: &str,
    class: Option<Class>,
    exact: bool,
    lexicon: &Lexicon,
) -> Result<Vec<Alternative>, PhraseError> {
    let mut all: Vec<Alternative> = Vec::new();
    for form in lexicon.forms(lemma) {
        if class.is_some_and(|c| !c.has(form.pos)) {
            continue;
        }
        let text: Box<str> = folded(&form.text, exact).into();
        match all.iter_mut().find(|a| a.text == text) {
            Some(known) => known.forms.push(form.pos),
            None => all.push(Alternative { text, written: form.text.into(), forms: vec![form.pos] }),
        }
    }
    if all.is_empty() { Err(PhraseError::UnknownLemma(lemma.to_owned())) } else { Ok(all) }
}

/// Gives an optional group one of the blanks beside it, so that leaving it out leaves one blank, not two.
fn attach_blanks(pieces: &mut Vec<Piece>) {
    for i in 0..pieces.len() {
        if !matches!(&pieces[i], Piece::Choice(c) if c.optional) {
            continue;
        }
        let blank_after =
            matches!(pieces.get(i + 1), Some(Piece::Text { folded, .. }) if folded.starts_with(' '));
        let blank_before =
            i > 0 && matches!(&pieces[i - 1], Piece::Text { folded, .. } if folded.ends_with(' '));
        let (neighbour, after) = match (blank_before, blank_after) {
            (_, true) if i == 0 || blank_before => (i + 1, true),
            (true, false) if i + 1 == pieces.len() => (i - 1, false),
            _ => continue,
        };
        let Piece::Text { folded, written } = &mut pieces[neighbour] else { continue };
        for text in [folded, written] {
            *text = if after { text[1..].into() } else { text[..text.len() - 1].into() };
        }
        let Piece::Choice(choice) = &mut pieces[i] else { continue };
        choice.alternatives = choice
            .alternatives
            .iter()
            .map(|a| {
                let blank = |text: &str| if after { format!("{text} ") } else { format!(" {text}") }.into();
                Alternative { text: blank(&a.text), written: blank(&a.written), forms: a.forms.clone() }
            })
            .collect();
    }
    pieces.retain(|p| !matches!(p, Piece::Text { folded, .. } if folded.is_empty()));
}

/// Ranges of the ASCII words of at least two letters in a folded text.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let bytes = text.as_bytes();
        loop {
            while at < bytes.len() && !bytes[at].is_ascii_alphanumeric() {
                at += 1;
            }
            let start = at;
            while at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
                at += 1;
            }
            if start == at {
                return None;
            }
            if at - start >= 2 {
                return Some(start..at);
            }
        }
    })
}

/// A literal expected more often than this, per million words, is made longer if its neighbours allow.
const COMMON: f32 = 40.0;

/// How much more often than by chance two words of a phrase stand side by side; a guess that only steers the choice.
const LIFT: f32 = 20.0;

/// `word` with as many neighbours as it takes to be rare, and its expected frequency per million words.
///
/// A neighbour is joined only across a single blank: in the text, other blanks are folded for the search.
fn rare_enough(lexicon: &Lexicon, text: &str, word: Range<usize>) -> (Range<usize>, f32) {
    let mut cost = rarity(lexicon, &text[word.clone()]);
    let mut range = word;
    while cost > COMMON {
        let alphanumeric = |c: char| c.is_ascii_alphanumeric();
        let after = text[range.end..].strip_prefix(' ').and_then(|rest| {
            let len = rest.find(|c| !alphanumeric(c)).unwrap_or(rest.len());
            (len > 0).then(|| range.end + 1..range.end + 1 + len)
        });
        let before = text[..range.start].strip_suffix(' ').and_then(|rest| {
            let start = rest
                .rfind(|c| !alphanumeric(c))
                .map_or(0, |i| i + rest[i..].chars().next().map_or(1, char::len_utf8));
            (start < rest.len()).then_some(start..rest.len())
        });
        let rarest = after
            .into_iter()
            .chain(before)
            .min_by(|a, b| rarity(lexicon, &text[a.clone()]).total_cmp(&rarity(lexicon, &text[b.clone()])));
        let Some(neighbour) = rarest else { break };
        cost *= (rarity(lexicon, &text[neighbour.clone()]) * LIFT / 1e6).min(1.0);
        range = range.start.min(neighbour.start)..range.end.max(neighbour.end);
    }
    (range, cost)
}

/// Occurrences per million words to expect of a literal.
pub(crate) fn rarity(lexicon: &Lexicon, literal: &str) -> f32 {
    lexicon.frequency(literal).max(0.01)
}

fn trim(text: &str, span: Range<usize>) -> Range<usize> {
    let slice = &text[span.clone()];
    let start = span.start + (slice.len() - slice.trim_start().len());
    let end = span.end - (slice.len() - slice.trim_end().len());
    start..end.max(start)
}

#[inline]
fn same(pattern: char, c: char, exact: bool) -> bool {
    if c.is_ascii() && !c.is_ascii_control() {
        return if exact { pattern == c } else { pattern == c.to_ascii_lowercase() };
    }
    let c = fold_char(c);
    pattern == c || (!exact && c.to_lowercase().eq([pattern]))
}

/// Matches the folded `pattern` in `text` at `at`; a blank takes a run of blanks. Gives the end.
pub(crate) fn match_text(text: &str, at: usize, pattern: &str, exact: bool) -> Option<usize> {
    let mut end = at;
    let mut rest = text.get(at..)?.chars();
    for p in pattern.chars() {
        let c = rest.next()?;
        if !same(p, c, exact) {
            return None;
        }
        end += c.len_utf8();
        if p == ' ' {
            let mut ahead = rest.clone();
            while let Some(c) = ahead.next()
                && fold_char(c) == ' '
            {
                end += c.len_utf8();
                rest = ahead.clone();
            }
        }
    }
    Some(end)
}

/// Matches the folded `pattern` in `text` so that it ends at `at`. Gives the start.
pub(crate) fn match_text_back(text: &str, at: usize, pattern: &str, exact: bool) -> Option<usize> {
    let mut start = at;
    let mut rest = text.get(..at)?.chars().rev();
    for p in pattern.chars().rev() {
        let c = rest.next()?;
        if !same(p, c, exact) {
            return None;
        }
        start -= c.len_utf8();
        if p == ' ' {
            let mut ahead = rest.clone();
            while let Some(c) = ahead.next()
                && fold_char(c) == ' '
            {
                start -= c.len_utf8();
                rest = ahead.clone();
            }
        }
    }
    Some(start)
}

/// Whether a phrase may begin at `at`: not inside a word, nor after a hyphen that joins it to one.
pub(crate) fn border_before(text: &str, at: usize) -> bool {
    let starts_with_word = text[at..].chars().next().is_some_and(is_word_char);
    if !starts_with_word {
        return true;
    }
    let mut before = text[..at].chars().rev().map(fold_char);
    match before.next() {
        Some('-') => !before.next().is_some_and(is_word_char),
        Some(c) => !is_word_char(c),
        None => true,
    }
}

/// Whether a phrase may end at `at`: not inside a word, nor before a hyphen that joins it to one.
pub(crate) fn border_after(text: &str, at: usize) -> bool {
    let ends_with_word = text[..at].chars().next_back().is_some_and(is_word_char);
    if !ends_with_word {
        return true;
    }
    let mut after = text[at..].chars().map(fold_char);
    match after.next() {
        Some('-') => !after.next().is_some_and(is_word_char),
        Some(c) => !is_word_char(c),
        None => true,
    }
}

fn word_part(c: char) -> bool {
    is_word_char(c) || matches!(fold_char(c), '-' | '\'')
}

fn word_end(text: &str, at: usize) -> Option<usize> {
    let len: usize =
        text[at..].chars().take_while(|&c| word_part(c)).take(MAX_WORD).map(char::len_utf8).sum();
    (len > 0).then_some(at + len)
}

fn word_start(text: &str, at: usize) -> Option<usize> {
    let len: usize =
        text[..at].chars().rev().take_while(|&c| word_part(c)).take(MAX_WORD).map(char::len_utf8).sum();
    (len > 0).then_some(at - len)
}

fn number_part(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '.' | ',')
}

fn number_end(text: &str, at: usize) -> Option<usize> {
    let run = text[at..].bytes().take(MAX_WORD).take_while(|&b| number_part(b as char)).count();
    let digits = text[at..at + run].trim_end_matches(['.', ',']);
    digits.starts_with(|c: char| c.is_ascii_digit()).then_some(at + digits.len())
}

fn number_start(text: &str, at: usize) -> Option<usize> {
    let run = text[..at].bytes().rev().take(MAX_WORD).take_while(|&b| number_part(b as char)).count();
    let digits = text[at - run..at].trim_start_matches(['.', ',']);
    digits.ends_with(|c: char| c.is_ascii_digit()).then_some(at - digits.len())
}
