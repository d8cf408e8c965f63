//! From candidates to hits: runs the matchers of the active rules over a document.

mod brute_force;
mod chunk;
mod verify;
mod whole;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

pub(crate) use self::brute_force::hits_by_brute_force;
use self::chunk::{InChunk, in_chunk};
use self::whole::{in_document, inconsistent};
use super::evidence::{self, Evidence, Known};
use super::prefilter::Prefilter;
use super::recall::{Recall, Which};
use super::view::DocumentView;
use super::vocabulary::Memory;
use super::{Hit, RuleSet};
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
    /// After the segment with more hits than that, counted from the start, the document is not searched; nor
    /// is one to its end that alone has twice as many.
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
    /// Whether the last of them was not searched to its end.
    pub(crate) cut: bool,
}

/// All hits of the active rules in `document`.
pub(crate) fn hits(
    set: &RuleSet,
    prefilters: &Prefilters,
    view: &DocumentView<'_>,
    lexicon: &'static Lexicon,
    before: Before<'_>,
) -> Outcome {
    let (mut hits, mut searched, mut cut) =
        unsorted(set, &prefilters.certain, view, lexicon, before, Which::Certain);
    let evidence = Evidence::weigh(set, &view.document.segments[..searched], &hits);
    if before.verdict == Known::Translated || evidence.translated {
        let waiting = prefilters.waiting(set);
        let (mut more, as_far, cut_there) = unsorted(set, waiting, view, lexicon, before, Which::Waiting);
        hits.append(&mut more);
        searched = searched.min(as_far);
        cut = cut.into_iter().chain(cut_there).min();
        hits.retain(|hit| hit.segment < searched);
    }
    if before.verdict == Known::Nothing {
        hits.retain(|h| !evidence::waits(set, h) || evidence.admits(&set.rules()[h.rule].source));
    }
    sort(set, &mut hits);
    Outcome { hits, evidence, searched, cut: cut.is_some_and(|segment| segment < searched) }
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

/// The hits, how many segments were searched, and the first of them that was not searched to its end.
fn unsorted(
    set: &RuleSet,
    prefilter: &Prefilter,
    view: &DocumentView<'_>,
    lexicon: &'static Lexicon,
    before: Before<'_>,
    which: Which,
) -> (Vec<Hit>, usize, Option<usize>) {
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
            let part = in_chunk(set, prefilter, view, chunk, lexicon, memory, before);
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
    let cut = parts.iter().filter_map(|part| part.cut).min();
    for part in parts {
        hits.extend(part.hits);
        occurrences.extend(part.names);
    }
    let found = hits.iter().map(|hit| hit.segment).chain(occurrences.iter().map(|name| name.segment));
    let searched = reach_of(document.segments.len(), found, before.most);
    hits.retain(|hit| hit.segment < searched);
    occurrences.retain(|name| name.segment < searched);
    inconsistent(set, document, occurrences, &mut hits);
    (hits, searched, cut)
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
