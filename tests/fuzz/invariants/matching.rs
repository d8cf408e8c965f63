//! Rules match the same with the prefilter and without it.

use std::sync::Arc;

use mtlint::format::Format;
use mtlint::rule::{self, proof};
use mtlint::source::Source;

use super::sections::rules_and_text;

/// Longest text, in bytes, over which every matcher is tried at every place.
const LONGEST: usize = 2000;

/// Compares what rules match with the prefilter and without it.
pub(crate) fn both_ways(data: &[u8]) {
    let Some((files, text)) = rules_and_text(data) else { return };
    let Ok(rules) = rule::load(&files) else { return };
    if text.len() > LONGEST {
        return;
    }
    let Ok(source) = Source::from_text(text) else { return };
    let rules = Arc::new(rules);
    for format in [Format::Plain, Format::Markdown] {
        let [with, without] = proof::both_ways(&rules, &source, format);
        assert_eq!(with, without, "the prefilter makes a difference");
    }
}
