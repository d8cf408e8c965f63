//! The same hits without the prefilter, for the proof that it loses nothing.

use super::verify::Found;
use super::whole::{in_document, inconsistent};
use super::{Occurrence, sort};
use crate::lexicon::Lexicon;
use crate::rule::prefilter::Prefilter;
use crate::rule::schema::RepeatUnit;
use crate::rule::view::{DocumentView, SegmentView};
use crate::rule::vocabulary::Verdicts;
use crate::rule::{Hit, Matcher, RuleSet, checks};
use crate::span::{Seg, Span};

/// All hits without the prefilter: every matcher tried at every place. For the proof that the prefilter loses nothing.
pub(crate) fn hits_by_brute_force(
    set: &RuleSet,
    view: &DocumentView<'_>,
    lexicon: &'static Lexicon,
) -> Vec<Hit> {
    let document = view.document;
    let everything = Prefilter::new(set, |_| true);
    let mut hits = Vec::new();
    let mut names = Vec::new();
    for (index, segment) in document.segments.iter().enumerate() {
        let segment_view = SegmentView::new(segment, lexicon);
        let text = segment_view.text();
        let places: Vec<usize> = (0..=text.len()).filter(|&at| text.is_char_boundary(at)).collect();
        let mut found = Found { set, document: view, view: &segment_view, index, hits: Vec::new() };
        for (rule, of_rule) in set.rules().iter().enumerate() {
            match of_rule.matcher() {
                Matcher::Phrases(entries) => {
                    for (number, entry) in entries.iter().enumerate() {
                        for &at in &places {
                            if let Some(m) = entry.phrase.match_around(text, entry.phrase.anchor.piece, at) {
                                found.phrase(rule, number, entry, m);
                            }
                        }
                    }
                }
                Matcher::Consistent { groups, .. } => {
                    for (group, entries) in groups.iter().enumerate() {
                        for (entry, phrase) in entries.iter().enumerate() {
                            for &at in &places {
                                let matched =
                                    phrase.phrase.match_around(text, phrase.phrase.anchor.piece, at);
                                let span = matched.map(|m| m.span.into());
                                let stands =
                                    |s: &Span<Seg>| of_rule.conditions().allow(view, &segment_view, *s);
                                if let Some(span) = span.filter(stands) {
                                    names.push(Occurrence { rule, group, entry, segment: index, span });
                                }
                            }
                        }
                    }
                }
                Matcher::Regex(matcher) => found.regex(rule, matcher, 0..text.len()),
                Matcher::Tokens(_) => {
                    found.tokens(rule, 0..segment_view.token_spans().len(), &mut Verdicts::default());
                }
                Matcher::Repeat { unit: unit @ (RepeatUnit::Word | RepeatUnit::Phrase), ignore } => {
                    let places = checks::doubled(segment, index, segment_view.words(), *unit, ignore);
                    places.into_iter().for_each(|p| found.place(rule, p));
                }
                _ => {}
            }
        }
        hits.append(&mut found.hits);
    }
    hits.extend(in_document(set, &everything, view, lexicon, usize::MAX));
    inconsistent(set, document, names, &mut hits);
    sort(set, &mut hits);
    hits
}
