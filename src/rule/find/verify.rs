//! From a candidate to a hit: the matcher and the conditions of its rule.

use std::ops::Range;
use std::sync::Arc;

use crate::rule::checks::Place;
use crate::rule::phrase::PhraseMatch;
use crate::rule::view::{DocumentView, SegmentView};
use crate::rule::vocabulary::Verdicts;
use crate::rule::{Hit, Matcher, PhraseEntry, RegexMatcher, RuleSet, literal};
use crate::span::{Seg, Span};

pub(super) fn phrase_at(
    entry: &PhraseEntry,
    text: &str,
    literal: usize,
    start: usize,
) -> Option<PhraseMatch> {
    let literal = entry.phrase.anchor.literals.get(literal)?;
    let at = literal.piece_start(text, start, entry.phrase.is_exact())?;
    entry.phrase.match_around(text, entry.phrase.anchor.piece, at)
}

/// Collects the hits of one segment whose conditions hold.
pub(super) struct Found<'f, 'a> {
    pub(super) set: &'f RuleSet,
    pub(super) document: &'f DocumentView<'a>,
    pub(super) view: &'f SegmentView<'a>,
    pub(super) index: usize,
    pub(super) hits: Vec<Hit>,
}

impl Found<'_, '_> {
    pub(super) fn hit(&self, rule: usize, span: Span<Seg>) -> Hit {
        Hit::new(rule, self.index, span)
    }

    /// Keeps the hit if the rule's conditions hold.
    pub(super) fn keep(&mut self, hit: Hit) {
        if self.set.rules()[hit.rule].conditions().allow(self.document, self.view, hit.span) {
            self.hits.push(hit);
        }
    }

    pub(super) fn phrase(&mut self, rule: usize, index: usize, entry: &PhraseEntry, found: PhraseMatch) {
        let span = found.span.clone().into();
        if entry.conditions.allow(self.document, self.view, span) {
            let hit = self.hit(rule, span);
            self.keep(Hit { entry: index, groups: found.groups, inflected: found.inflected, ..hit });
        }
    }

    /// Runs a pattern over a part of the segment; what stands around it is seen by borders only.
    pub(super) fn regex(&mut self, rule: usize, matcher: &RegexMatcher, window: Range<usize>) {
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
    pub(super) fn tokens(
        &mut self,
        rule: usize,
        starts: impl Iterator<Item = usize>,
        verdicts: &mut Verdicts,
    ) {
        let Matcher::Tokens(pattern) = self.set.rules()[rule].matcher() else { return };
        for found in pattern.find_at(self.view, starts, verdicts) {
            let text = self.view.text();
            let named = found.named.iter().map(|(n, s)| (n.clone(), text[s.range()].to_owned())).collect();
            let hit = self.hit(rule, found.span);
            self.keep(Hit { named, ..hit });
        }
    }

    pub(super) fn place(&mut self, rule: usize, place: Place) {
        let named = place.named.into_iter().map(|(n, t)| (Arc::from(n), t)).collect();
        let hit = self.hit(rule, place.span);
        self.keep(Hit { named, ..hit });
    }
}
