//! From candidates to hits: runs the matchers of the active rules over a document.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::checks::{self, Place};
use super::evidence::{self, Evidence, Known};
use super::phrase::PhraseMatch;
use super::prefilter::{Prefilter, Target};
use super::recall::{InSegment, Recall, Which};
use super::schema::RepeatUnit;
use super::tokens::TokenPattern;
use super::view::{Asked, DocumentView, SegmentView};
use super::vocabulary::{Memory, Verdicts};
use super::{Hit, Matcher, PhraseEntry, Preferred, RegexMatcher, RuleSet};
use super::{acronym, border, literal, memory, reach};
use crate::document::Document;
use crate::lexicon::Lexicon;
use crate::span::{Seg, Span};

/// A form of a group of names, met somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Occurrence {
    rule: usize,
    group: usize,
    entry: usize,
    segment: usize,
    span: Span<Seg>,
}

/// How many segments of a long document are searched together, rule by rule.
const CHUNK: usize = 256;

/// How many bytes of them, unless one segment alone has more: candidates take several times as much memory as the text.
const CHUNK_BYTES: usize = 256 << 10;

/// The candidates of the active rules, in two parts: of the rules that speak in any text, and of those that wait for
/// the verdict on the document. The second is made when first needed: most texts of a house are no translations.
#[derive(Debug)]
pub(crate) struct Prefilters {
    active: Vec<bool>,
    certain: Prefilter,
    waiting: OnceLock<Prefilter>,
}

impl Prefilters {
    /// For the rules of `set` that are `active`, one value a rule.
    pub(crate) fn new(set: &RuleSet, active: Vec<bool>) -> Self {
        let certain = Prefilter::new(set, |i| active[i] && !set.rules()[i].waits);
        Self { active, certain, waiting: OnceLock::new() }
    }

    fn waiting(&self, set: &RuleSet) -> &Prefilter {
        let waits = |i: usize| self.active[i] && set.rules()[i].waits;
        self.waiting.get_or_init(|| Prefilter::new(set, waits))
    }
}

/// What is known before a document is searched.
#[derive(Clone, Copy)]
pub(crate) struct Before<'b> {
    /// Of where the text is from.
    pub(crate) verdict: Known,
    /// Of its segments; what is known is not searched again, which changes nothing but the time.
    pub(crate) recall: Option<&'b Recall>,
    /// After the segment with more hits than that, counted from the start, the document is not searched.
    pub(crate) most: usize,
}

/// What was found in a document.
pub(crate) struct Outcome {
    /// Sorted by place and rule, whatever the number of threads.
    pub(crate) hits: Vec<Hit>,
    /// What they say about where the text is from.
    pub(crate) evidence: Evidence,
    /// So many segments were searched: all, unless there was too much in them.
    pub(crate) searched: usize,
}

/// All hits of the active rules in `document`.
pub(crate) fn hits(
    set: &RuleSet,
    prefilters: &Prefilters,
    view: &DocumentView<'_>,
    lexicon: &'static Lexicon,
    before: Before<'_>,
) -> Outcome {
    let (mut hits, mut searched) = unsorted(set, &prefilters.certain, view, lexicon, before, Which::Certain);
    let evidence = Evidence::weigh(set, &view.document.segments[..searched], &hits);
    if before.verdict == Known::Translated || evidence.translated {
        let waiting = prefilters.waiting(set);
        let (mut more, as_far) = unsorted(set, waiting, view, lexicon, before, Which::Waiting);
        hits.append(&mut more);
        searched = searched.min(as_far);
        hits.retain(|hit| hit.segment < searched);
    }
    if before.verdict == Known::Nothing {
        hits.retain(|h| !evidence::waits(set, h) || evidence.admits(&set.rules()[h.rule].source));
    }
    sort(set, &mut hits);
    Outcome { hits, evidence, searched }
}

/// How much has been found in each chunk of a document, so that no thread searches where nobody will look.
struct Tally {
    most: usize,
    found: Vec<AtomicUsize>,
}

impl Tally {
    fn new(most: usize, chunks: usize) -> Self {
        Self { most, found: std::iter::repeat_with(AtomicUsize::default).take(chunks).collect() }
    }

    /// Whether there is too much before the chunk already. What it says depends on the threads, but what it says of a
    /// chunk that counts does not.
    fn is_full_before(&self, chunk: usize) -> bool {
        let mut sum = 0;
        self.found[..chunk].iter().any(|found| {
            sum += found.load(Ordering::Relaxed);
            sum > self.most
        })
    }

    fn add(&self, chunk: usize, found: usize) {
        self.found[chunk].store(found, Ordering::Relaxed);
    }
}

/// The segments of these numbers in chunks: of about `size`, and of no more bytes than a chunk may have.
fn chunks<'u>(document: &Document<'_>, unknown: &'u [usize], size: usize) -> Vec<&'u [usize]> {
    let mut bytes = 0;
    let mut count = 0;
    let together = |_: &usize, next: &usize| {
        bytes += document.segments[*next].text.len();
        count += 1;
        let fits = count < size && bytes <= CHUNK_BYTES;
        if !fits {
            (bytes, count) = (0, 0);
        }
        fits
    };
    unknown.chunk_by(together).collect()
}

/// How many segments are searched if there are to be no more than `most` hits before the last of them.
fn reach_of(segments: usize, found: impl Iterator<Item = usize>, most: usize) -> usize {
    let mut counts = vec![0_usize; segments];
    let mut all = 0;
    for segment in found {
        counts[segment] += 1;
        all += 1;
    }
    if all <= most {
        return segments;
    }
    let mut sum = 0;
    let last = counts.iter().position(|count| {
        sum += count;
        sum > most
    });
    last.map_or(segments, |last| last + 1)
}

/// The hits, and how many segments were searched.
fn unsorted(
    set: &RuleSet,
    prefilter: &Prefilter,
    view: &DocumentView<'_>,
    lexicon: &'static Lexicon,
    before: Before<'_>,
    which: Which,
) -> (Vec<Hit>, usize) {
    let document = view.document;
    let recall = before.recall.map(|recall| (recall, which));
    let mut known = match recall {
        Some((recall, which)) => recall.known(which, view),
        None => vec![None; document.segments.len()],
    };
    let unknown: Vec<usize> = (0..known.len()).filter(|&index| known[index].is_none()).collect();
    // Small chunks share an article between threads, large ones keep a rule's tables in the cache.
    let size = if unknown.len() > 16 * CHUNK { CHUNK } else { (unknown.len() / 8).max(4) };
    let chunks = chunks(document, &unknown, size);
    let tally = Tally::new(before.most, chunks.len());
    let in_chunks = || -> Vec<InChunk> {
        let find = |memory: &mut Memory, (nth, chunk): (usize, &&[usize])| {
            if tally.is_full_before(nth) {
                return InChunk::default();
            }
            let part = in_chunk(set, prefilter, view, chunk, lexicon, memory, recall.is_some());
            tally.add(nth, part.hits.len() + part.names.len());
            part
        };
        chunks.par_iter().enumerate().map_init(Memory::default, find).collect()
    };
    let (parts, mut hits) =
        rayon::join(in_chunks, || in_document(set, prefilter, view, lexicon, before.most));
    let mut occurrences = Vec::new();
    for (index, known) in known.iter().enumerate() {
        let Some(known) = known else { continue };
        hits.extend(known.hits.iter().map(|hit| Hit { segment: index, ..hit.clone() }));
        occurrences.extend(known.names.iter().map(|name| Occurrence { segment: index, ..*name }));
    }
    if let Some((recall, which)) = recall {
        for part in &parts {
            for (index, found) in part.by_segment(document) {
                known[index] = Some(Arc::new(found));
            }
        }
        recall.keep(which, view, known);
    }
    for part in parts {
        hits.extend(part.hits);
        occurrences.extend(part.names);
    }
    let found = hits.iter().map(|hit| hit.segment).chain(occurrences.iter().map(|name| name.segment));
    let searched = reach_of(document.segments.len(), found, before.most);
    hits.retain(|hit| hit.segment < searched);
    occurrences.retain(|name| name.segment < searched);
    inconsistent(set, document, occurrences, &mut hits);
    (hits, searched)
}

/// What was found in some segments.
#[derive(Default)]
struct InChunk {
    hits: Vec<Hit>,
    names: Vec<Occurrence>,
    /// Each of the segments, with the document-wide conditions that were asked for it, if that is to be known.
    asked: Vec<(usize, Vec<Asked>)>,
}

impl InChunk {
    /// The same by segment.
    fn by_segment(&self, document: &Document<'_>) -> BTreeMap<usize, InSegment> {
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

fn sort(set: &RuleSet, hits: &mut Vec<Hit>) {
    // Of overlapping hits of one rule the longest stands, then the first.
    hits.sort_by(|a, b| {
        (a.rule, a.segment, a.span.start, std::cmp::Reverse(a.span.end), a.entry).cmp(&(
            b.rule,
            b.segment,
            b.span.start,
            std::cmp::Reverse(b.span.end),
            b.entry,
        ))
    });
    let mut kept: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits.drain(..) {
        let clash = kept.last().is_some_and(|last| {
            last.rule == hit.rule
                && last.segment == hit.segment
                && (last.span == hit.span || last.span.overlaps(hit.span))
        });
        match (clash, kept.last_mut()) {
            (true, Some(last)) if hit.span.len() > last.span.len() => *last = hit,
            (true, _) => {}
            (false, _) => kept.push(hit),
        }
    }
    kept.sort_by(|a, b| {
        let id = |h: &Hit| &set.rules()[h.rule].id;
        (a.segment, a.span.start, a.span.end, id(a)).cmp(&(b.segment, b.span.start, b.span.end, id(b)))
    });
    *hits = kept;
}

/// The hits of some segments, given by index. If `records`, what was asked about the document is told for each.
///
/// Candidates are gathered for all of them first and then verified in order of their rules:
/// what one rule needs is in the cache when the next segment asks for it.
fn in_chunk(
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

fn phrase_at(entry: &PhraseEntry, text: &str, literal: usize, start: usize) -> Option<PhraseMatch> {
    let literal = entry.phrase.anchor.literals.get(literal)?;
    let at = literal.piece_start(text, start, entry.phrase.is_exact())?;
    entry.phrase.match_around(text, entry.phrase.anchor.piece, at)
}

/// Collects the hits of one segment whose conditions hold.
struct Found<'f, 'a> {
    set: &'f RuleSet,
    document: &'f DocumentView<'a>,
    view: &'f SegmentView<'a>,
    index: usize,
    hits: Vec<Hit>,
}

impl Found<'_, '_> {
    fn hit(&self, rule: usize, span: Span<Seg>) -> Hit {
        Hit::new(rule, self.index, span)
    }

    /// Keeps the hit if the rule's conditions hold.
    fn keep(&mut self, hit: Hit) {
        if self.set.rules()[hit.rule].conditions().allow(self.document, self.view, hit.span) {
            self.hits.push(hit);
        }
    }

    fn phrase(&mut self, rule: usize, index: usize, entry: &PhraseEntry, found: PhraseMatch) {
        let span = found.span.clone().into();
        if entry.conditions.allow(self.document, self.view, span) {
            let hit = self.hit(rule, span);
            self.keep(Hit { entry: index, groups: found.groups, inflected: found.inflected, ..hit });
        }
    }

    /// Runs a pattern over a part of the segment; what stands around it is seen by borders only.
    fn regex(&mut self, rule: usize, matcher: &RegexMatcher, window: Range<usize>) {
        let text = self.view.text();
        let around = literal::with_neighbours(text, &window);
        let Some(regex) = matcher.regex.of(around) else { return };
        regex.captures(text, window, |captures| {
            let named = |name: &str| captures.get_group_by_name(name).map(|m| &text[m.range()]);
            if let Some((x, y, equal)) = &matcher.compare {
                let (Some(x), Some(y)) = (named(x), named(y)) else { return };
                if (x.to_lowercase() == y.to_lowercase()) != *equal {
                    return;
                }
            }
            let Some(whole) = captures.get_group_by_name("mark").or_else(|| captures.get_group(0)) else {
                return;
            };
            let texts = matcher.names.iter();
            let named =
                texts.map(|n| (Arc::from(n.as_str()), named(n).unwrap_or_default().to_owned())).collect();
            let groups = (1..captures.group_len()).map(|i| captures.get_group(i).map_or(0..0, |m| m.range()));
            let groups = groups.collect();
            let hit = self.hit(rule, whole.range().into());
            self.keep(Hit { named, groups, ..hit });
        });
    }

    /// Runs a row of tokens at the given starts, which are token indices in order.
    fn tokens(&mut self, rule: usize, starts: impl Iterator<Item = usize>, verdicts: &mut Verdicts) {
        let Matcher::Tokens(pattern) = self.set.rules()[rule].matcher() else { return };
        for found in pattern.find_at(self.view, starts, verdicts) {
            let text = self.view.text();
            let named = found.named.iter().map(|(n, s)| (n.clone(), text[s.range()].to_owned())).collect();
            let hit = self.hit(rule, found.span);
            self.keep(Hit { named, ..hit });
        }
    }

    fn place(&mut self, rule: usize, place: Place) {
        let named = place.named.into_iter().map(|(n, t)| (Arc::from(n), t)).collect();
        let hit = self.hit(rule, place.span);
        self.keep(Hit { named, ..hit });
    }
}

/// Hits of the rules that see the document as a whole; each rule may run in a thread of its own.
fn in_document(
    set: &RuleSet,
    prefilter: &Prefilter,
    view: &DocumentView<'_>,
    lexicon: &'static Lexicon,
    most: usize,
) -> Vec<Hit> {
    let document = view.document;
    let of_rule = |&rule: &usize| -> Vec<Hit> {
        let places = match set.rules()[rule].matcher() {
            Matcher::Repeat { unit: unit @ (RepeatUnit::Sentence | RepeatUnit::Paragraph), .. } => {
                checks::doubled_in_document(document, *unit)
            }
            Matcher::Pair { open, close } => checks::unpaired(document, *open, *close),
            Matcher::Acronym { ignore } => acronym::acronyms_against_initials(document, ignore),
            Matcher::BrokenParagraph => checks::broken_paragraphs(document),
            Matcher::LinkBorder => border::glued_at_links(document, lexicon),
            Matcher::NameVariant => memory::rare_variants(document, lexicon),
            Matcher::Gender(given) => memory::stray_pronouns(document, given, lexicon),
            _ => Vec::new(),
        };
        let mut hits = Vec::new();
        let mut places = places.into_iter().peekable();
        // They come in the order of the text, so that after too many there is none that counts.
        while let Some(segment) = places.peek().map(|place| place.segment).filter(|_| hits.len() <= most) {
            let segment_view = SegmentView::new(&document.segments[segment], lexicon);
            let mut found = Found { set, document: view, view: &segment_view, index: segment, hits };
            while let Some(place) = places.next_if(|place| place.segment == segment) {
                found.place(rule, place);
            }
            hits = found.hits;
        }
        hits
    };
    prefilter.always.par_iter().flat_map_iter(of_rule).collect()
}

/// Groups of which the document uses more than one form: every form but the preferred one.
fn inconsistent(
    set: &RuleSet,
    document: &Document<'_>,
    mut occurrences: Vec<Occurrence>,
    hits: &mut Vec<Hit>,
) {
    occurrences.sort_unstable();
    occurrences.dedup();
    for of_group in occurrences.chunk_by(|a, b| (a.rule, a.group) == (b.rule, b.group)) {
        let (rule, group) = (of_group[0].rule, of_group[0].group);
        let Matcher::Consistent { groups, preferred } = set.rules()[rule].matcher() else { continue };
        let mut counts = vec![0_usize; groups[group].len()];
        of_group.iter().for_each(|o| counts[o.entry] += 1);
        if counts.iter().filter(|c| **c > 0).count() < 2 {
            continue;
        }
        let keep = match preferred {
            Preferred::ListedFirst => 0,
            // The first of the commonest.
            Preferred::MostUsed => (0..counts.len()).rev().max_by_key(|&i| counts[i]).unwrap_or(0),
        };
        let written = groups[group][keep].written.clone();
        for o in of_group.iter().filter(|o| o.entry != keep) {
            debug_assert!(o.segment < document.segments.len());
            let replacement = Some(written.clone());
            hits.push(Hit { replacement, ..Hit::new(rule, o.segment, o.span) });
        }
    }
}

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
                                if let Some(m) =
                                    phrase.phrase.match_around(text, phrase.phrase.anchor.piece, at)
                                {
                                    names.push(Occurrence {
                                        rule,
                                        group,
                                        entry,
                                        segment: index,
                                        span: m.span.into(),
                                    });
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
