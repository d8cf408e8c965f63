//! Proof that the search for candidates loses nothing: a search with it beside one without it.

use std::sync::Arc;

use super::evidence::Known;
use super::find::{self, Before, Prefilters};
use super::view::DocumentView;
use super::{Hit, RuleSet};
use crate::format::{self, Format};
use crate::lexicon::Lexicon;
use crate::source::Source;

/// What the rules of `set` match in `source`: with the prefilter, and with every matcher tried at every place.
///
/// A line for each match, of which only equality is promised. The second takes a time that only short texts allow.
/// All rules run, those included that wait for evidence of a translation.
pub fn both_ways(set: &Arc<RuleSet>, source: &Source, format: Format) -> [Vec<String>; 2] {
    let document = format::read(source, format);
    let lexicon = Lexicon::embedded();
    let view = DocumentView::new(&document, set.document_conditions);
    let prefilters = Prefilters::new(set, vec![true; set.len()]);
    let before = Before { verdict: Known::Translated, recall: None, most: usize::MAX };
    let with = find::hits(set, &prefilters, &view, lexicon, before).hits;
    let without = find::hits_by_brute_force(set, &view, lexicon);
    [with, without].map(|hits| hits.iter().map(|hit| described(set, hit)).collect())
}

fn described(set: &RuleSet, hit: &Hit) -> String {
    format!("{} {hit:?}", set.rules()[hit.rule].id)
}
