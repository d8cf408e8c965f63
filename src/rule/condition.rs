//! `when` and `unless`: conditions on the surroundings of a match.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::pattern::LazyRegex;
use super::schema::{InsideYaml, PlaceYaml};
use super::view::{DocumentView, SegmentView, window_end, window_start};
use crate::document::{BlockKind, Segment};
use crate::lexicon::PosSet;
use crate::span::{Seg, Span, border_after, border_before};

/// The longest sentence, in bytes, that a condition sees whole.
const LONGEST_SENTENCE: usize = 4000;

/// One condition; it holds if every part does.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Condition {
    pub(crate) before: Option<LazyRegex>,
    pub(crate) after: Option<LazyRegex>,
    pub(crate) matched: Option<LazyRegex>,
    pub(crate) sentence: Option<LazyRegex>,
    /// The pattern and its index among all document-wide conditions of the rule set.
    pub(crate) document: Option<(usize, LazyRegex)>,
    pub(crate) inside: Option<InsideYaml>,
    pub(crate) at: Option<PlaceYaml>,
    pub(crate) lemma_before: Vec<String>,
    pub(crate) lemma_after: Vec<String>,
    pub(crate) pos_before: Option<PosSet>,
    pub(crate) pos_after: Option<PosSet>,
}

/// `when` and `unless` of a rule or of one phrase.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Conditions {
    /// Whether the match waits for the verdict on the whole document: see [`super::evidence`].
    pub(crate) translated: bool,
    pub(crate) when: Vec<Condition>,
    pub(crate) unless: Vec<Condition>,
}

impl Conditions {
    /// Gives each document-wide pattern the next number.
    pub(crate) fn number(&mut self, next: &mut usize) {
        for (number, _) in self.when.iter_mut().chain(&mut self.unless).filter_map(|c| c.document.as_mut()) {
            *number = *next;
            *next += 1;
        }
    }

    /// Whether a match at `span` stands.
    pub(crate) fn allow(&self, document: &DocumentView<'_>, view: &SegmentView<'_>, span: Span<Seg>) -> bool {
        self.when.iter().all(|c| c.holds(document, view, span))
            && !self.unless.iter().any(|c| c.holds(document, view, span))
    }
}

impl Condition {
    fn holds(&self, document: &DocumentView<'_>, view: &SegmentView<'_>, span: Span<Seg>) -> bool {
        let text = view.text();
        let is = |pattern: &Option<LazyRegex>, text: &str| pattern.as_ref().is_none_or(|p| p.is_match(text));
        self.at.is_none_or(|place| at(place, view, span))
            && is(&self.matched, &text[span.range()])
            && (self.before.is_none() || is(&self.before, &text[window_start(text, span.start)..span.start]))
            && (self.after.is_none() || is(&self.after, &text[span.end..window_end(text, span.end)]))
            && self.inside.is_none_or(|what| inside(what, view, span))
            && (self.sentence.is_none() || {
                let sentence =
                    view.segment.sentence_at(span.start).unwrap_or_else(|| Span::new(0, text.len()));
                is(&self.sentence, &text[near(text, sentence, span)])
            })
            && neighbour(view, view_before(self, view, span), &self.lemma_before, self.pos_before)
            && neighbour(view, view_after(self, view, span), &self.lemma_after, self.pos_after)
            && self.document.as_ref().is_none_or(|(index, pattern)| view.ask(document, *index, pattern))
    }
}

fn view_before(condition: &Condition, view: &SegmentView<'_>, span: Span<Seg>) -> Option<usize> {
    let asked = !condition.lemma_before.is_empty() || condition.pos_before.is_some();
    asked.then(|| view.word_before(span.start)).flatten()
}

fn view_after(condition: &Condition, view: &SegmentView<'_>, span: Span<Seg>) -> Option<usize> {
    let asked = !condition.lemma_after.is_empty() || condition.pos_after.is_some();
    asked.then(|| view.word_after(span.end)).flatten()
}

/// Whether the neighbouring token has one of the lemmas and a predicted tag of the set; true if neither is asked.
fn neighbour(view: &SegmentView<'_>, token: Option<usize>, lemmas: &[String], tags: Option<PosSet>) -> bool {
    if lemmas.is_empty() && tags.is_none() {
        return true;
    }
    let Some(token) = token else { return false };
    tags.is_none_or(|tags| tags.contains(view.tag(token)))
        && (lemmas.is_empty() || has_lemma(view, token, lemmas))
}

/// Whether some reading of the token has one of the lemmas.
pub(crate) fn has_lemma(view: &SegmentView<'_>, token: usize, lemmas: &[String]) -> bool {
    let word = view.token(token);
    lemmas.iter().any(|l| l.eq_ignore_ascii_case(word))
        || view.lexicon.readings(word).iter().any(|r| lemmas.iter().any(|l| *l == *r.lemma))
}

/// Whether the span stands at the given place of its sentence.
pub(crate) fn at(place: PlaceYaml, view: &SegmentView<'_>, span: Span<Seg>) -> bool {
    match place {
        PlaceYaml::SentenceStart => view.segment.starts_sentence(span.start),
        PlaceYaml::NotSentenceStart => !view.segment.starts_sentence(span.start),
        PlaceYaml::ClauseStart => {
            let token = view.token_at(span.start);
            token < view.token_spans().len() && view.starts_clause(token)
        }
    }
}

fn inside(what: InsideYaml, view: &SegmentView<'_>, span: Span<Seg>) -> bool {
    match what {
        InsideYaml::Heading => is_heading(view.segment),
        InsideYaml::Deck => view.segment.kind == BlockKind::Deck,
        InsideYaml::Byline => view.segment.kind == BlockKind::Byline,
        InsideYaml::Question => view.segment.kind == BlockKind::Question,
        InsideYaml::Answer => view.segment.kind == BlockKind::Answer,
        InsideYaml::PullQuote => view.segment.kind == BlockKind::Quote,
        InsideYaml::Note => view.segment.kind == BlockKind::Note,
        InsideYaml::Quote => view.segment.in_quotation(span),
        InsideYaml::Brackets => {
            let text = view.text();
            let before = &text[window_start(text, span.start)..span.start];
            let after = &text[span.end..window_end(text, span.end)];
            let open = before.rfind('(').is_some_and(|o| before.rfind(')').is_none_or(|c| c < o));
            let close = after.find(')').is_some_and(|c| after.find('(').is_none_or(|o| c < o));
            open && close
        }
    }
}

/// Whether the segment is set like a heading: one, a byline, or a credit that is no sentence.
fn is_heading(segment: &Segment<'_>) -> bool {
    match segment.kind {
        BlockKind::Heading | BlockKind::Byline => true,
        BlockKind::Note => {
            !segment.text.trim_end_matches([')', ']', '”', '"']).ends_with(['.', '!', '?', '…'])
        }
        _ => false,
    }
}

/// The sentence, or of one that is far too long what is near the match.
fn near(text: &str, sentence: Span<Seg>, span: Span<Seg>) -> Range<usize> {
    if sentence.len() <= LONGEST_SENTENCE {
        return sentence.range();
    }
    let start = border_before(text, span.start.saturating_sub(LONGEST_SENTENCE / 2));
    let end = border_after(text, span.end + LONGEST_SENTENCE / 2);
    start.max(sentence.start)..end.min(sentence.end)
}
