//! Rules that see the document as a whole.

use rayon::prelude::*;

use super::Occurrence;
use super::verify::Found;
use crate::document::Document;
use crate::lexicon::Lexicon;
use crate::rule::prefilter::Prefilter;
use crate::rule::schema::RepeatUnit;
use crate::rule::view::{DocumentView, SegmentView};
use crate::rule::{Hit, Matcher, Preferred, RuleSet, acronym, border, checks, memory};

/// Hits of the rules that see the document as a whole; each rule may run in a thread of its own.
pub(super) fn in_document(
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
pub(super) fn inconsistent(
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
