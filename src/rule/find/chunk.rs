//! Some segments of a document, searched together.

use std::collections::BTreeMap;

use super::verify::{Found, phrase_at};
use super::{Before, Occurrence};
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
    /// The last segment that was searched, if it was not searched to its end: there is too much in it.
    pub(super) cut: Option<usize>,
    /// Each of the segments that were searched to their ends, with the document-wide conditions that were
    /// asked for it, if that is to be known.
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

/// A place where a literal of a phrase stands: what for, in which of the texts, and where it begins.
type Candidate = (Target, usize, usize);

/// A part of a text that is to be searched: rule, text, and from where to where.
type Part = (usize, usize, usize, usize);

/// When so many candidates have been gathered, they are verified before there are more: thousands of phrases
/// may wait for one word. An article has far fewer.
const BATCH: usize = 64 << 10;

/// What candidates for phrases were found to be, each with its candidate: in whatever batches they are
/// verified, it is told in one order, and once.
#[derive(Default)]
struct Verified {
    hits: Vec<(Candidate, Hit)>,
    names: Vec<(Candidate, Occurrence)>,
}

impl Verified {
    /// Whether there are more than `most`. Each may stand here twice: a candidate is gathered again where a
    /// text has odd blanks.
    fn is_over(&self, most: usize) -> bool {
        (self.hits.len() + self.names.len()) / 2 > most
    }

    /// The same for those of one text.
    fn is_over_in(&self, nth: usize, most: usize) -> bool {
        let of_hits = || self.hits.iter().filter(|((_, text, _), _)| *text == nth).count();
        let of_names = || self.names.iter().filter(|((_, text, _), _)| *text == nth).count();
        self.is_over(most) && (of_hits() + of_names()) / 2 > most
    }
}

/// Verifies the candidates in order of their rules, and leaves none of them.
fn verify<'f, 'a: 'f>(
    found: &impl Fn(usize) -> Found<'f, 'a>,
    candidates: &mut Vec<Candidate>,
    verified: &mut Verified,
) {
    candidates.sort_unstable();
    candidates.dedup();
    for candidate in candidates.drain(..) {
        let (target, nth, start) = candidate;
        let Target::Phrase { rule, group, entry, literal } = target else { continue };
        let (rule, group, entry) = (rule as usize, group as usize, entry as usize);
        let mut found = found(nth);
        let (of_rule, text) = (&found.set.rules()[rule], found.view.text());
        match of_rule.matcher() {
            Matcher::Phrases(entries) => {
                if let Some(m) = phrase_at(&entries[entry], text, literal as usize, start) {
                    found.phrase(rule, entry, &entries[entry], m);
                    verified.hits.extend(found.hits.into_iter().map(|hit| (candidate, hit)));
                }
            }
            Matcher::Consistent { groups, .. } => {
                let span =
                    phrase_at(&groups[group][entry], text, literal as usize, start).map(|m| m.span.into());
                let stands = |s: &Span<Seg>| of_rule.conditions().allow(found.document, found.view, *s);
                if let Some(span) = span.filter(stands) {
                    let name = Occurrence { rule, group, entry, segment: found.index, span };
                    verified.names.push((candidate, name));
                }
            }
            _ => {}
        }
    }
}

/// What was found, in the order of its candidates, and once for each.
fn in_order<T>(mut found: Vec<(Candidate, T)>) -> Vec<T> {
    found.sort_unstable_by_key(|(candidate, _)| *candidate);
    found.dedup_by_key(|(candidate, _)| *candidate);
    found.into_iter().map(|(_, found)| found).collect()
}

/// Adds a part. Where there are very many, those that meet are joined before room is made for more.
fn add(parts: &mut Vec<Part>, part: Part) {
    if parts.len() >= BATCH && parts.len() == parts.capacity() {
        join(parts);
        parts.reserve(parts.len());
    }
    parts.push(part);
}

/// Joins the parts that overlap or stand side by side.
fn join(parts: &mut Vec<Part>) {
    parts.sort_unstable();
    parts.dedup_by(|next, last| {
        let meets = (next.0, next.1) == (last.0, last.1) && next.2 <= last.3;
        if meets {
            last.3 = last.3.max(next.3);
        }
        meets
    });
}

/// The hits of some segments, given by index; after one with more than [`Before::most`] none is searched. If
/// there is a [`Before::recall`], what was asked about the document is told for each.
///
/// Candidates are gathered for all of them first, unless there are too many, and then verified in order of
/// their rules: what one rule needs is in the cache when the next segment asks for it.
pub(super) fn in_chunk(
    set: &RuleSet,
    prefilter: &Prefilter,
    document: &DocumentView<'_>,
    chunk: &[usize],
    lexicon: &'static Lexicon,
    memory: &mut Memory,
    before: Before<'_>,
) -> InChunk {
    memory.bound();
    let Memory { vocabulary, verdicts: remembered } = memory;
    let vocabulary = &*vocabulary;
    let records = before.recall.is_some();
    let segments = chunk.iter().map(|&index| &document.document.segments[index]);
    let views: Vec<SegmentView<'_>> =
        segments.map(|s| SegmentView::among(s, lexicon, vocabulary).recording(records)).collect();
    let found = |nth: usize| Found { set, document, view: &views[nth], index: chunk[nth], hits: Vec::new() };
    let mut phrases: Vec<Candidate> = Vec::new();
    let mut verified = Verified::default();
    let mut patterns: Vec<Part> = Vec::new();
    // Of these a part is counted in tokens: a row may start at each.
    let mut rows: Vec<Part> = Vec::new();
    let mut searched = 0;
    let mut is_cut = false;
    for (nth, view) in views.iter().enumerate() {
        let mut windows = reach::Windows::of(view.text());
        // Batches begin with the segment: what is found in one that is cut depends on that segment alone.
        let mut of_others = phrases.len();
        prefilter.literals(view.text(), |target, start| match target {
            Target::Regex { rule } => {
                if let Matcher::Regex(matcher) = set.rules()[rule as usize].matcher() {
                    let window = windows.around(rule as usize, start, matcher.reach);
                    add(&mut patterns, (rule as usize, nth, window.start, window.end));
                }
            }
            Target::Phrase { .. } if is_cut => {}
            Target::Phrase { .. } => {
                phrases.push((target, nth, start));
                if phrases.len() - of_others >= BATCH {
                    verify(&found, &mut phrases, &mut verified);
                    of_others = 0;
                    is_cut = verified.is_over_in(nth, before.most);
                }
            }
            Target::Tokens { rule } => {
                if let Matcher::Tokens(TokenPattern { anchor: Some(anchor), .. }) =
                    set.rules()[rule as usize].matcher()
                {
                    let token = view.token_at(start);
                    let first = view.sentences()[view.sentence_of(token)].start;
                    let from = token.saturating_sub(*anchor.distance.end()).max(first);
                    let to = (token + 1).saturating_sub(*anchor.distance.start());
                    if from < to {
                        add(&mut rows, (rule as usize, nth, from, to));
                    }
                }
            }
        });
        if phrases.len() >= BATCH {
            verify(&found, &mut phrases, &mut verified);
        }
        searched = nth + 1;
        if verified.is_over(before.most) {
            break;
        }
    }
    verify(&found, &mut phrases, &mut verified);
    let views = &views[..searched];
    let mut hits = in_order(verified.hits);
    let names = in_order(verified.names);
    prefilter.patterns(views.iter().map(SegmentView::text), |rule, nth| {
        add(&mut patterns, (rule, nth, 0, views[nth].text().len()));
    });
    join(&mut patterns);
    for (rule, nth, start, end) in patterns {
        if let Matcher::Regex(matcher) = set.rules()[rule].matcher() {
            let mut found = found(nth);
            found.regex(rule, matcher, start..end);
            hits.append(&mut found.hits);
        }
    }
    join(&mut rows);
    for of_rule in rows.chunk_by(|a, b| a.0 == b.0) {
        let verdicts = remembered.entry(of_rule[0].0).or_default();
        for row in of_rule.chunk_by(|a, b| a.1 == b.1) {
            let mut found = found(row[0].1);
            found.tokens(row[0].0, row.iter().flat_map(|(_, _, from, to)| *from..*to), verdicts);
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
    let whole = searched - usize::from(is_cut);
    let cut = chunk[whole..searched].first().copied();
    let asked = views[..whole].iter().zip(chunk).map(|(view, index)| (*index, view.asked())).collect();
    InChunk { hits, names, cut, asked }
}
