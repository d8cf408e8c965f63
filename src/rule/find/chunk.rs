//! Some segments of a document, searched together.

use std::collections::BTreeMap;

use super::Occurrence;
use super::verify::{Found, phrase_at};
use crate::document::Document;
use crate::lexicon::Lexicon;
use crate::rule::prefilter::{Prefilter, Target};
use crate::rule::recall::InSegment;
use crate::rule::schema::RepeatUnit;
use crate::rule::tokens::TokenPattern;
use crate::rule::view::{Asked, DocumentView, SegmentView};
use crate::rule::vocabulary::Memory;
use crate::rule::{Hit, Matcher, RuleSet, checks, reach};
use crate::span::{Seg, Span};

/// What was found in some segments.
#[derive(Default)]
pub(super) struct InChunk {
    pub(super) hits: Vec<Hit>,
    pub(super) names: Vec<Occurrence>,
    /// Each of the segments, with the document-wide conditions that were asked for it, if that is to be known.
    asked: Vec<(usize, Vec<Asked>)>,
}

impl InChunk {
    /// The same by segment.
    pub(super) fn by_segment(&self, document: &Document<'_>) -> BTreeMap<usize, InSegment> {
        let asked = self.asked.iter();
        let mut all: BTreeMap<usize, InSegment> = asked
            .map(|(index, asked)| (*index, InSegment::new(&document.segments[*index], asked.clone())))
            .collect();
        for hit in &self.hits {
            all.entry(hit.segment).and_modify(|found| found.hits.push(hit.clone()));
        }
        for name in &self.names {
            all.entry(name.segment).and_modify(|found| found.names.push(*name));
        }
        all
    }
}

/// The hits of some segments, given by index. If `records`, what was asked about the document is told for each.
///
/// Candidates are gathered for all of them first and then verified in order of their rules:
/// what one rule needs is in the cache when the next segment asks for it.
pub(super) fn in_chunk(
    set: &RuleSet,
    prefilter: &Prefilter,
    document: &DocumentView<'_>,
    chunk: &[usize],
    lexicon: &'static Lexicon,
    memory: &mut Memory,
    records: bool,
) -> InChunk {
    memory.bound();
    let Memory { vocabulary, verdicts: remembered } = memory;
    let vocabulary = &*vocabulary;
    let segments = chunk.iter().map(|&index| &document.document.segments[index]);
    let views: Vec<SegmentView<'_>> =
        segments.map(|s| SegmentView::among(s, lexicon, vocabulary).recording(records)).collect();
    let mut phrases: Vec<(Target, usize, usize)> = Vec::new();
    // Rule, text, and the part of the text that is to be searched.
    let mut patterns: Vec<(usize, usize, usize, usize)> = Vec::new();
    let mut rows: Vec<(usize, usize, usize)> = Vec::new();
    for (nth, view) in views.iter().enumerate() {
        let mut windows = reach::Windows::of(view.text());
        prefilter.literals(view.text(), |target, start| match target {
            Target::Regex { rule } => {
                if let Matcher::Regex(matcher) = set.rules()[rule as usize].matcher() {
                    let window = windows.around(rule as usize, start, matcher.reach);
                    patterns.push((rule as usize, nth, window.start, window.end));
                }
            }
            Target::Phrase { .. } => phrases.push((target, nth, start)),
            Target::Tokens { rule } => {
                if let Matcher::Tokens(TokenPattern { anchor: Some(anchor), .. }) =
                    set.rules()[rule as usize].matcher()
                {
                    let token = view.token_at(start);
                    let first = view.sentences()[view.sentence_of(token)].start;
                    let from = token.saturating_sub(*anchor.distance.end()).max(first);
                    let to = (token + 1).saturating_sub(*anchor.distance.start());
                    rows.extend((from..to).map(|at| (rule as usize, nth, at)));
                }
            }
        });
    }
    prefilter.patterns(views.iter().map(SegmentView::text), |rule, nth| {
        patterns.push((rule, nth, 0, views[nth].text().len()));
    });
    let mut hits = Vec::new();
    let mut names = Vec::new();
    let found = |nth: usize| Found { set, document, view: &views[nth], index: chunk[nth], hits: Vec::new() };
    phrases.sort_unstable();
    phrases.dedup();
    for (target, nth, start) in phrases {
        let Target::Phrase { rule, group, entry, literal } = target else { continue };
        let (rule, group, entry) = (rule as usize, group as usize, entry as usize);
        let text = views[nth].text();
        match set.rules()[rule].matcher() {
            Matcher::Phrases(entries) => {
                if let Some(m) = phrase_at(&entries[entry], text, literal as usize, start) {
                    let mut found = found(nth);
                    found.phrase(rule, entry, &entries[entry], m);
                    hits.append(&mut found.hits);
                }
            }
            Matcher::Consistent { groups, .. } => {
                let span =
                    phrase_at(&groups[group][entry], text, literal as usize, start).map(|m| m.span.into());
                let stands = |s: &Span<Seg>| set.rules()[rule].conditions().allow(document, &views[nth], *s);
                if let Some(span) = span.filter(stands) {
                    names.push(Occurrence { rule, group, entry, segment: chunk[nth], span });
                }
            }
            _ => {}
        }
    }
    patterns.sort_unstable();
    patterns.dedup_by(|next, last| {
        let meets = (next.0, next.1) == (last.0, last.1) && next.2 <= last.3;
        if meets {
            last.3 = last.3.max(next.3);
        }
        meets
    });
    for (rule, nth, start, end) in patterns {
        if let Matcher::Regex(matcher) = set.rules()[rule].matcher() {
            let mut found = found(nth);
            found.regex(rule, matcher, start..end);
            hits.append(&mut found.hits);
        }
    }
    rows.sort_unstable();
    rows.dedup();
    for of_rule in rows.chunk_by(|a, b| a.0 == b.0) {
        let verdicts = remembered.entry(of_rule[0].0).or_default();
        for row in of_rule.chunk_by(|a, b| a.1 == b.1) {
            let mut found = found(row[0].1);
            found.tokens(row[0].0, row.iter().map(|(_, _, at)| *at), verdicts);
            hits.append(&mut found.hits);
        }
    }
    for &rule in &prefilter.always {
        let verdicts = remembered.entry(rule).or_default();
        for (nth, view) in views.iter().enumerate() {
            let mut found = found(nth);
            match set.rules()[rule].matcher() {
                Matcher::Tokens(_) => found.tokens(rule, 0..view.token_spans().len(), verdicts),
                Matcher::Repeat { unit: unit @ (RepeatUnit::Word | RepeatUnit::Phrase), ignore } => {
                    let places = checks::doubled(view.segment, found.index, view.words(), *unit, ignore);
                    places.into_iter().for_each(|p| found.place(rule, p));
                }
                _ => {}
            }
            hits.append(&mut found.hits);
        }
    }
    let asked = views.iter().zip(chunk).map(|(view, index)| (*index, view.asked())).collect();
    InChunk { hits, names, asked }
}
