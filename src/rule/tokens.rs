//! The `tokens` matcher: a row of tests on words, lemmas and parts of speech inside one sentence.

use std::collections::HashMap;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::condition::has_lemma;
use super::dead_ends::DeadEnds;
use super::pattern::LazyRegex;
use super::phrase::rarity;
use super::schema::{PlaceYaml, ShapeYaml};
use super::stored::map_in_order;
use super::view::{SegmentView, fold};
use super::vocabulary::Verdicts;
use crate::lexicon::{Lexicon, PosSet};
use crate::span::{Seg, Span};

/// A compiled row of token tests.
#[derive(Debug, Clone)]
pub(crate) struct TokenPattern {
    pub(crate) elements: Vec<Element>,
    /// The element that candidates are found by; `None` if no element has literals.
    pub(crate) anchor: Option<TokenAnchor>,
    /// Whether every element takes exactly one token, so that each can be tried before any other.
    pub(super) fixed: bool,
}

/// Words of which one must stand in every match, and how far from the start of the match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TokenAnchor {
    pub(crate) literals: Vec<String>,
    /// Fewest and most tokens between the start of a match and the literal.
    pub(crate) distance: RangeInclusive<usize>,
}

/// One entry of the row.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Element {
    pub(crate) test: Test,
    pub(crate) not: Option<Box<Element>>,
    pub(crate) optional: bool,
    pub(crate) skip: usize,
    pub(crate) at: Option<PlaceYaml>,
    pub(crate) space: Option<bool>,
    pub(crate) name: Option<Arc<str>>,
    pub(crate) mark: bool,
}

/// What a token must be; every part that is given must hold.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Test {
    /// Folded alternatives; empty: any.
    pub(crate) text: Vec<Box<str>>,
    /// Whether `text` and `list` heed capitals.
    pub(crate) exact: bool,
    pub(crate) lemma: Vec<String>,
    pub(crate) pos: Option<PosSet>,
    pub(crate) may: Option<PosSet>,
    pub(crate) never: Option<PosSet>,
    /// Shared by the elements of a row: see `token_lists`.
    #[serde(skip)]
    pub(crate) list: Option<Arc<TokenList>>,
    pub(crate) regex: Option<LazyRegex>,
    pub(crate) shape: Option<ShapeYaml>,
    pub(crate) known: Option<bool>,
}

/// A word list by the first token of its entries; each entry is a row of folded tokens, longest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct TokenList {
    #[serde(serialize_with = "map_in_order")]
    by_first: HashMap<Box<str>, Vec<Vec<Box<str>>>>,
    /// Most tokens of an entry.
    longest: usize,
}

impl TokenList {
    pub(crate) fn new<'a>(entries: impl Iterator<Item = &'a str>) -> Self {
        let mut by_first: HashMap<Box<str>, Vec<Vec<Box<str>>>> = HashMap::new();
        for entry in entries {
            let tokens: Vec<Box<str>> =
                crate::lexicon::tokens(entry).map(|t| fold(&entry[t.range()], false)).collect();
            if let Some(first) = tokens.first() {
                by_first.entry(first.clone()).or_default().push(tokens);
            }
        }
        for rows in by_first.values_mut() {
            rows.sort_by(|a, b| (b.len(), a).cmp(&(a.len(), b)));
            rows.dedup();
        }
        let longest = by_first.values().flatten().map(Vec::len).max().unwrap_or(1);
        Self { by_first, longest }
    }

    fn firsts(&self) -> impl Iterator<Item = &str> {
        self.by_first.keys().map(|k| &**k)
    }

    /// How many tokens from `at` on are an entry.
    fn matches(&self, view: &SegmentView<'_>, at: usize, end: usize) -> Option<usize> {
        let mut rows = self.by_first.get(view.folded(at))?.as_slice();
        // Those of one length stand together, in order.
        while let Some(length) = rows.first().map(Vec::len) {
            let shorter = rows.partition_point(|row| row.len() >= length);
            let text = |row: &Vec<Box<str>>| {
                row.iter().enumerate().map(|(i, t)| (**t).cmp(view.folded(at + i))).find(|o| o.is_ne())
            };
            let here = |row: &Vec<Box<str>>| text(row).unwrap_or(std::cmp::Ordering::Equal);
            if at + length <= end && rows[..shorter].binary_search_by(here).is_ok() {
                return Some(length);
            }
            rows = &rows[shorter..];
        }
        None
    }
}

/// A match: token ranges of the whole, of the marked part, and of the named tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenMatch {
    pub(crate) span: Span<Seg>,
    pub(crate) named: Vec<(Arc<str>, Span<Seg>)>,
}

struct Search<'v, 'a> {
    view: &'v SegmentView<'a>,
    verdicts: &'v mut Verdicts,
    end: usize,
    start: usize,
    /// Token range of each element; empty where an optional one is missing.
    trail: Vec<Range<usize>>,
    /// Elements and tokens of the sentence from which the rest of the row does not match.
    dead_ends: DeadEnds,
}

impl TokenPattern {
    /// A pattern over `elements`, anchored at the element that is rarest in English.
    pub(crate) fn new(elements: Vec<Element>, lexicon: &Lexicon) -> Self {
        let cost = |set: &[String]| set.iter().map(|s| rarity(lexicon, s)).sum::<f32>();
        let required = elements.iter().enumerate().filter(|(_, e)| !e.optional);
        let sets = required.filter_map(|(i, e)| Some((i, e.test.literals(lexicon)?)));
        let anchor = sets.min_by(|a, b| cost(&a.1).total_cmp(&cost(&b.1))).map(|(index, literals)| {
            let before = &elements[..index];
            let least = before.iter().filter(|e| !e.optional).count();
            let most = before.iter().map(|e| e.skip + e.test.longest()).sum::<usize>() + elements[index].skip;
            TokenAnchor { literals, distance: least..=most }
        });
        let fixed = elements.iter().all(|e| !e.optional && e.skip == 0 && e.test.longest() == 1);
        Self { elements, anchor, fixed }
    }

    /// Whether the words from `at` on allow a match, as far as that can be said without looking at places and tags.
    fn may_start(&self, view: &SegmentView<'_>, verdicts: &mut Verdicts, at: usize, end: usize) -> bool {
        let mut stands = |i: usize| {
            at + i < end && verdicts.of(i, view, at + i, || self.elements[i].test.word(view, at + i))
        };
        match self.elements.first() {
            _ if self.fixed => (0..self.elements.len()).all(&mut stands),
            Some(first) => first.optional || first.skip > 0 || stands(0),
            None => false,
        }
    }

    /// The first of `starts` (token indices, in order) that matches, the next one after its end, and so on.
    pub(crate) fn find_at(
        &self,
        view: &SegmentView<'_>,
        starts: impl Iterator<Item = usize>,
        verdicts: &mut Verdicts,
    ) -> Vec<TokenMatch> {
        let mut found = Vec::new();
        let mut free = 0;
        let mut trail = vec![0..0; self.elements.len()];
        let mut dead_ends = DeadEnds::default();
        let mut sentence = 0..0;
        for at in starts {
            if at < free {
                continue;
            }
            if !sentence.contains(&at) {
                sentence = view.sentences()[view.sentence_of(at)].clone();
                dead_ends.clear();
            }
            if !self.may_start(view, verdicts, at, sentence.end) {
                continue;
            }
            let (start, end) = (sentence.start, sentence.end);
            let mut search = Search { view, verdicts, end, start, trail, dead_ends };
            if let Some(end) = self.step(&mut search, 0, at).filter(|end| *end > at)
                && let Some(captured) = self.captured(view, &search.trail)
            {
                found.push(captured);
                free = end;
            }
            trail = search.trail;
            dead_ends = search.dead_ends;
        }
        found
    }

    /// What a match is about; `None` if it has none of the tokens that are marked.
    fn captured(&self, view: &SegmentView<'_>, trail: &[Range<usize>]) -> Option<TokenMatch> {
        let spans = view.token_spans();
        let cover = |range: &Range<usize>| {
            (!range.is_empty()).then(|| Span::new(spans[range.start].start, spans[range.end - 1].end))
        };
        let is_whole = !self.elements.iter().any(|e| e.mark);
        let chosen = self.elements.iter().zip(trail).filter(|(e, _)| is_whole || e.mark);
        let span = chosen.filter_map(|(_, range)| cover(range)).reduce(Span::cover)?;
        let named = self
            .elements
            .iter()
            .zip(trail)
            .filter_map(|(e, range)| Some((e.name.clone()?, cover(range).unwrap_or(Span::at(span.start)))))
            .collect();
        Some(TokenMatch { span, named })
    }

    /// Matches elements from `index` on at token `at`; gives the token after the match.
    fn step(&self, search: &mut Search<'_, '_>, index: usize, at: usize) -> Option<usize> {
        let Some(element) = self.elements.get(index) else { return Some(at) };
        for skipped in 0..=element.skip {
            let here = at + skipped;
            if here >= search.end {
                break;
            }
            if let Some(length) = element.matches(search, index, here)
                && let Some(end) = self.rest(search, index + 1, here + length)
            {
                // Deeper levels have overwritten only their own places.
                search.trail[index] = here..here + length;
                return Some(end);
            }
        }
        if element.optional {
            let end = self.rest(search, index + 1, at)?;
            search.trail[index] = at..at;
            return Some(end);
        }
        None
    }

    /// The same, each place once.
    fn rest(&self, search: &mut Search<'_, '_>, index: usize, at: usize) -> Option<usize> {
        if search.dead_ends.has(index, at) {
            return None;
        }
        let end = self.step(search, index, at);
        if end.is_none() {
            search.dead_ends.add(index, at);
        }
        end
    }
}

impl Element {
    /// How many tokens the element takes at `at`, at least one.
    ///
    /// `slot`: where the verdicts on the words of this element are kept. The slots of the row come first, then those
    /// of what each element must not be, then those of what that must not be, and so on.
    fn matches(&self, search: &mut Search<'_, '_>, slot: usize, at: usize) -> Option<usize> {
        let view = search.view;
        let length = self.test.matches(view, search.verdicts, slot, at, search.end)?;
        if let Some(space) = self.space {
            let blank = at == search.start || view.token_spans()[at - 1].end < view.token_spans()[at].start;
            if blank != space {
                return None;
            }
        }
        let placed = self.at.is_none_or(|place| match place {
            PlaceYaml::SentenceStart => view.starts_sentence(at),
            PlaceYaml::ClauseStart => view.starts_clause(at),
            PlaceYaml::NotSentenceStart => !view.starts_sentence(at),
        });
        let below = slot + search.trail.len();
        (placed && self.not.as_ref().is_none_or(|not| not.matches(search, below, at).is_none()))
            .then_some(length)
    }
}

impl Test {
    /// How many tokens the test takes at `at`.
    fn matches(
        &self,
        view: &SegmentView<'_>,
        verdicts: &mut Verdicts,
        slot: usize,
        at: usize,
        end: usize,
    ) -> Option<usize> {
        let holds = verdicts.of(slot, view, at, || self.word(view, at))
            && self.pos.is_none_or(|pos| pos.contains(view.tag(at)));
        match &self.list {
            Some(list) if holds => list.matches(view, at, end),
            _ => holds.then_some(1),
        }
    }

    /// The part of the test that asks only what the word is, wherever it stands.
    fn word(&self, view: &SegmentView<'_>, at: usize) -> bool {
        let word = view.token(at);
        self.shape.is_none_or(|s| has_shape(s, word))
            && (self.text.is_empty() || self.has_text(view, at))
            && self.list.as_ref().is_none_or(|list| list.by_first.contains_key(view.folded(at)))
            && self.regex.as_ref().is_none_or(|r| r.is_match(word))
            && self.known.is_none_or(|k| view.lexicon.knows(word) == k)
            && self.may.is_none_or(|may| view.lexicon.pos_set(word).intersects(may))
            && self.never.is_none_or(|never| !view.lexicon.pos_set(word).intersects(never))
            && (self.lemma.is_empty() || has_lemma(view, at, &self.lemma))
    }

    /// Most tokens that the test can take.
    fn longest(&self) -> usize {
        self.list.as_ref().map_or(1, |list| list.longest)
    }

    fn has_text(&self, view: &SegmentView<'_>, at: usize) -> bool {
        if self.exact && view.token(at).is_ascii() {
            return self.text.iter().any(|t| **t == *view.token(at));
        }
        if self.exact {
            let word = fold(view.token(at), true);
            return self.text.contains(&word);
        }
        self.text.iter().any(|t| **t == *view.folded(at))
    }

    fn literals(&self, lexicon: &Lexicon) -> Option<Vec<String>> {
        let mut set: Vec<String> = if !self.text.is_empty() {
            self.text.iter().map(|t| t.to_lowercase()).collect()
        } else if !self.lemma.is_empty() {
            let forms = |lemma: &String| {
                let mut forms: Vec<String> = lexicon.forms(lemma).into_iter().map(|f| f.text).collect();
                forms.push(lemma.clone());
                forms
            };
            self.lemma.iter().flat_map(forms).map(|f| f.to_lowercase()).collect()
        } else if let Some(list) = &self.list {
            list.firsts().map(str::to_owned).collect()
        } else {
            return None;
        };
        set.sort();
        set.dedup();
        // Folded punctuation would have to be searched in all its variants.
        let plain = |s: &String| s.is_ascii() && s.bytes().all(|b| b.is_ascii_alphanumeric());
        (!set.is_empty() && set.iter().all(plain)).then_some(set)
    }
}

fn has_shape(shape: ShapeYaml, word: &str) -> bool {
    let letters = || word.chars().filter(|c| c.is_alphabetic());
    let first_upper = word.chars().next().is_some_and(char::is_uppercase);
    match shape {
        ShapeYaml::Lower => letters().next().is_some() && letters().all(|c| !c.is_uppercase()),
        ShapeYaml::First => first_upper && letters().skip(1).all(|c| !c.is_uppercase()),
        ShapeYaml::Upper => letters().nth(1).is_some() && letters().all(char::is_uppercase),
        ShapeYaml::Mixed => letters().skip(1).any(char::is_uppercase) && letters().any(char::is_lowercase),
        ShapeYaml::Number => word.starts_with(|c: char| c.is_ascii_digit()),
        ShapeYaml::Punct => !word.chars().any(char::is_alphanumeric),
        ShapeYaml::Word => letters().next().is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Format, read};
    use crate::source::Source;

    /// A token that is this word.
    fn element(text: &str) -> Element {
        Element { test: Test { text: vec![text.into()], ..Test::default() }, ..Element::default() }
    }

    #[test]
    fn a_missing_marked_token_was_found_at_the_start_of_the_paragraph() {
        let marked = Element { optional: true, mark: true, ..element("yy") };
        let pattern = TokenPattern::new(vec![element("zz"), marked], Lexicon::embedded());
        let found = |text: &str| -> Vec<String> {
            let source = Source::from_text(text).expect("short");
            let document = read(&source, Format::Plain);
            let view = SegmentView::new(&document.segments[0], Lexicon::embedded());
            let all = pattern.find_at(&view, 0..view.token_spans().len(), &mut Verdicts::default());
            all.iter().map(|found| view.text()[found.span.range()].to_owned()).collect()
        };
        assert!(found("The aaa zz bbb.").is_empty());
        assert_eq!(found("The aaa zz bbb zz yy."), ["yy"]);
    }
}
