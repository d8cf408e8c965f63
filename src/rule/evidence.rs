//! Whether a document is machine translated, and from which language, judged by what is found in it.
//!
//! Much of what gives a translation away is ordinary English elsewhere: *deputies*, *the text* for a bill,
//! *underlined* for *stressed*. Rules with the condition `translated: true` wait for the verdict given here.
//! The verdict rests on the findings of all other rules; what it decides lives in [`super::find`].

use std::collections::{BTreeMap, BTreeSet};

use super::{Hit, RuleSet};
use crate::diagnostic::Severity;
use crate::document::Segment;

/// A finding at warning counts this much, in halves.
const CERTAIN: usize = 2;
/// A finding at info counts half as much.
const POSSIBLE: usize = 1;
/// A certain finding and a possible one are the least that makes a translation: of 2,183 pieces of edited English
/// of 490 words, 36 have as much.
const LEAST: usize = CERTAIN + POSSIBLE;
/// Evidence per 1,000 words that a translation has at the least. Edited English has about 1, and raw machine
/// translation 25 or more.
const DENSITY: usize = 5;
/// A source language stands if it has at least half the evidence for the likeliest one.
const SHARE: usize = 2;

/// What the findings of a document say about where it is from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// Whether there is enough to call the document a translation.
    pub(crate) translated: bool,
    /// The evidence for each source language, in half findings.
    languages: BTreeMap<String, usize>,
}

/// What is known before the text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// Nothing: the findings decide.
    Nothing,
    /// The text is a translation; which languages count is settled by the choice of rules.
    Translated,
}

impl Evidence {
    /// Weighs the hits of rules that do not wait for the verdict. The same words found again add nothing.
    pub(crate) fn weigh(set: &RuleSet, segments: &[Segment<'_>], hits: &[Hit]) -> Self {
        let mut seen = BTreeSet::new();
        let mut total = 0;
        let mut languages: BTreeMap<String, usize> = BTreeMap::new();
        for hit in hits.iter().filter(|h| !waits(set, h)) {
            let rule = &set.rules()[hit.rule];
            // A house's own rules of style say nothing about where a text is from.
            if !rule.builtin && rule.source.is_empty() {
                continue;
            }
            let words = segments[hit.segment].slice(hit.span).to_lowercase();
            if !seen.insert((hit.rule, words)) {
                continue;
            }
            let weight = if severity(set, hit) >= Severity::Warning { CERTAIN } else { POSSIBLE };
            total += weight;
            for language in &rule.source {
                *languages.entry(language.clone()).or_default() += weight;
            }
        }
        let words = || segments.iter().map(|s| s.text.split_whitespace().count()).sum::<usize>();
        let translated = total >= LEAST && total * 1000 >= DENSITY * words();
        Self { translated, languages }
    }

    /// Whether a rule for these source languages (none: any) may speak.
    pub(crate) fn admits(&self, source: &[String]) -> bool {
        let most = self.languages.values().max().copied().unwrap_or(0);
        let fits = |language: &String| {
            most < LEAST || self.languages.get(language).is_some_and(|weight| weight * SHARE >= most)
        };
        self.translated && (source.is_empty() || source.iter().any(fits))
    }

    /// The likeliest source language and the number of distinct findings that name it, if the document is a
    /// translation and no other language has as much for it.
    pub(crate) fn likeliest(&self) -> Option<(&str, usize)> {
        let most = self.languages.values().max().copied().filter(|most| *most >= LEAST)?;
        let mut first = self.languages.iter().filter(|(_, weight)| **weight == most);
        match (self.translated, first.next(), first.next()) {
            (true, Some((language, weight)), None) => Some((language, weight.div_ceil(CERTAIN))),
            _ => None,
        }
    }
}

/// Whether the hit's rule or phrase has the condition `translated`.
pub(crate) fn waits(set: &RuleSet, hit: &Hit) -> bool {
    let rule = &set.rules()[hit.rule];
    rule.waits || rule.entry(hit.entry).is_some_and(|e| e.conditions.translated)
}

fn severity(set: &RuleSet, hit: &Hit) -> Severity {
    let rule = &set.rules()[hit.rule];
    rule.entry(hit.entry).and_then(|e| e.severity).unwrap_or(rule.severity)
}
