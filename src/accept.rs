//! Words and names in which nothing is found: a house's own spellings, names, foreign words.
//!
//! A finding is dropped if it lies wholly inside a place where an accepted entry stands. An entry stands there if
//! it is written in the same letters, with the same capitals, between borders of words: neither before nor after it
//! is a letter or a digit. At the start of a sentence its first letter may be a capital. Apostrophes, quotation marks,
//! dashes and blanks count as equal however they are set, and any number of blanks and line breaks counts as one blank.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use crate::document::{Document, Segment};
use crate::span::{Seg, Span, SpanSet, Src};
use crate::text::word::{capitalised, fold_char, is_word_char};

/// Entries, ready to be looked for in any number of texts.
///
/// A hash table, and no automaton: what builds one takes quadratic time for a long list of names that have their
/// beginnings in common.
#[derive(Debug)]
pub(crate) struct Accepted {
    /// Each pattern, with whether it is one only at the start of a sentence.
    patterns: HashMap<String, bool>,
    /// By what a pattern begins with, see [`head`]: the lengths of those that do, in bytes.
    lengths: HashMap<String, BTreeSet<usize>>,
}

/// What a text begins with: its first word, or a character that is in none.
fn head(text: &str) -> &str {
    let word = text.find(|c| !is_word_char(c)).unwrap_or(text.len());
    let character = text.chars().next().map_or(0, char::len_utf8);
    &text[..word.max(character)]
}

/// Where accepted entries stand in a document.
#[derive(Debug)]
pub(crate) struct Places(SpanSet<Src>);

impl Accepted {
    /// `None` if there is no entry, or none that could stand in a text.
    pub(crate) fn new(entries: &[Arc<str>]) -> Option<Self> {
        let mut patterns: Vec<(String, bool)> = Vec::new();
        for entry in entries {
            // A text is composed or decomposed throughout, so both forms of an entry are looked for.
            for form in [entry.nfc().collect::<String>(), entry.nfd().collect()] {
                let folded = Folded::new(form.trim()).text;
                let start = capitalised(&folded);
                if start != folded {
                    patterns.push((start, true));
                }
                patterns.push((folded, false));
            }
        }
        patterns.retain(|(pattern, _)| pattern.contains(is_word_char));
        if patterns.is_empty() {
            return None;
        }
        let mut accepted = Self { patterns: HashMap::new(), lengths: HashMap::new() };
        for (pattern, at_start) in patterns {
            accepted.lengths.entry(head(&pattern).to_owned()).or_default().insert(pattern.len());
            accepted.patterns.entry(pattern).and_modify(|only| *only &= at_start).or_insert(at_start);
        }
        Some(accepted)
    }

    /// Where entries stand in `document`.
    pub(crate) fn places(&self, document: &Document<'_>) -> Places {
        let mut places = Vec::new();
        for segment in &document.segments {
            places.extend(self.in_segment(segment).into_iter().map(|span| segment.map.cover(span)));
        }
        Places(SpanSet::new(places.into_iter()))
    }

    fn in_segment(&self, segment: &Segment<'_>) -> Vec<Span<Seg>> {
        let folded = Folded::new(&segment.text);
        let text = folded.text.as_str();
        let mut found = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let head = head(rest);
            for &length in self.lengths.get(head).into_iter().flatten() {
                let Some(&at_start) = rest.get(..length).and_then(|pattern| self.patterns.get(pattern))
                else {
                    continue;
                };
                let ends_in_word = rest[..length].ends_with(is_word_char);
                if ends_in_word && rest[length..].starts_with(is_word_char) {
                    continue;
                }
                let span = folded.span(at, at + length);
                if at_start && !segment.starts_sentence(span.start) {
                    continue;
                }
                found.push(span);
            }
            at += head.len();
        }
        found
    }
}

impl Places {
    /// Whether a finding at `span` lies inside a place. One that covers nothing, a gap, lies inside where there is
    /// something of the place on both sides of it.
    pub(crate) fn hold(&self, span: Span<Src>) -> bool {
        match (span.is_empty(), span.start.checked_sub(1)) {
            (false, _) => self.0.contains(span),
            (true, Some(before)) => self.0.contains(Span::new(before, span.end + 1)),
            (true, None) => false,
        }
    }
}

/// A text as entries are compared with it, and the way back.
#[derive(Debug)]
struct Folded {
    text: String,
    /// Where each byte of `text`, and its end, stands in the original.
    from: Vec<usize>,
}

impl Folded {
    fn new(original: &str) -> Self {
        let mut text = String::with_capacity(original.len());
        let mut from = Vec::with_capacity(original.len() + 1);
        for (at, c) in original.char_indices() {
            let c = fold_char(c);
            if c == ' ' && text.ends_with(' ') {
                continue;
            }
            text.push(c);
            from.resize(text.len(), at);
        }
        from.push(original.len());
        Self { text, from }
    }

    fn span(&self, start: usize, end: usize) -> Span<Seg> {
        Span::new(self.from[start], self.from[end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{self, Format};
    use crate::rule::{RuleFiles, load};
    use crate::session::{Session, Settings};
    use crate::source::Source;
    use proptest::prelude::*;

    fn places(entries: &[&str], text: &str) -> Vec<String> {
        let entries: Vec<Arc<str>> = entries.iter().map(|&e| e.into()).collect();
        let accepted = Accepted::new(&entries).expect("an entry");
        let source = Source::from_text(text).expect("short");
        let document = format::read(&source, Format::Plain);
        let spans = document.segments.iter().flat_map(|s| {
            accepted.in_segment(s).into_iter().map(|span| s.slice(span).to_owned()).collect::<Vec<_>>()
        });
        spans.collect()
    }

    #[test]
    fn whole_words_with_their_capitals() {
        assert_eq!(places(&["Monde"], "Le Monde, l’Monde: Mondes, LeMonde, monde, MONDE."), ["Monde"; 2]);
        assert_eq!(places(&["C#", "a.b"], "C#m, C#, xa.b, a.b."), ["C#", "C#", "a.b"]);
        assert_eq!(places(&["Monde"], "Mondé"), [] as [&str; 0]);
        assert_eq!(places(&["Monde"], "Monde\u{301}"), [] as [&str; 0], "an accent belongs to the word");
    }

    #[test]
    fn a_long_list_of_names_with_common_beginnings_took_quadratic_time() {
        let entries: Vec<Arc<str>> = (0..100_000).map(|number| format!("a{number:x}").into()).collect();
        let accepted = Accepted::new(&entries).expect("entries");
        let source = Source::from_text("a1869f, a186a0; A0.").expect("short");
        let document = format::read(&source, Format::Plain);
        assert_eq!(accepted.in_segment(&document.segments[0]).len(), 1);
    }

    #[test]
    fn a_capital_is_accepted_at_the_start_of_a_sentence() {
        let text = "Le Monde wrote. “Le Monde” said: Le Monde, le Monde.";
        assert_eq!(places(&["le Monde"], text), ["Le Monde", "Le Monde", "le Monde"]);
        assert_eq!(places(&["Élysée"], "The élysée. élysée."), [] as [&str; 0]);
    }

    #[test]
    fn typographic_marks_blanks_and_composed_accents_are_equal() {
        let text = "L'Humanité, L’Humanité, the Saint\u{2011}Denis, Le\u{a0} Monde, e\u{301}tat";
        let found = places(&["L’Humanité", "Saint-Denis", "Le Monde", "état"], text);
        assert_eq!(
            found,
            ["L'Humanité", "L’Humanité", "Saint\u{2011}Denis", "Le\u{a0} Monde", "e\u{301}tat"]
        );
    }

    #[test]
    fn a_finding_inside_is_dropped_and_one_that_reaches_out_is_not() {
        let rules = Arc::new(load(&RuleFiles::builtin()).expect("valid"));
        let session = |accept: &[&str]| {
            let accept = accept.iter().map(|&e| e.into()).collect();
            let settings = Settings { accept, ..Settings::default() };
            Session::new(Arc::clone(&rules), None, settings).expect("no selectors")
        };
        let source = Source::from_text("They met at the the summit.").expect("short");
        let found = |accept: &[&str]| session(accept).check(&source, Format::Plain).len();
        assert_eq!((found(&[]), found(&["the the"]), found(&["at the the summit"])), (1, 0, 0));
        assert_eq!((found(&["the"]), found(&["The The"]), found(&["the the s"])), (1, 1, 1));
        let fixed = |accept: &[&str]| {
            let safe = crate::diagnostic::Applicability::Safe;
            session(accept).fix(&source, Format::Plain, safe).expect("comes to an end").source.into_text()
        };
        assert_eq!(fixed(&[]), "They met at the summit.");
        assert_eq!(fixed(&["the the"]), source.text());
    }

    #[test]
    fn a_gap_is_inside_only_between_two_characters_of_a_place() {
        let places = Places(SpanSet::new([Span::new(3, 6), Span::new(0, 2)].into_iter()));
        let inside = |at| places.hold(Span::at(at));
        let all: Vec<usize> = (0..8).filter(|&at| inside(at)).collect();
        assert_eq!(all, [1, 4, 5]);
    }

    proptest! {
        /// Whatever the entries and the text: places lie on character borders, and the way back is the way there.
        #[test]
        fn places_lie_on_borders(
            entries in prop::collection::vec("[aéA’' #]{0,4}", 0..4),
            text in "[aéA’'. \u{a0}\n#]{0,30}",
        ) {
            let entries: Vec<Arc<str>> = entries.iter().map(|e| e.as_str().into()).collect();
            if let Some(accepted) = Accepted::new(&entries) {
                let source = Source::from_text(&text).expect("short");
                for segment in &format::read(&source, Format::Plain).segments {
                    for span in accepted.in_segment(segment) {
                        let there = segment.text.get(span.range()).expect("on borders");
                        let there = Folded::new(there).text.to_lowercase();
                        let nfc = there.nfc().collect::<String>();
                        prop_assert!(entries.iter().any(|e| Folded::new(e.trim()).text.to_lowercase() == nfc));
                    }
                }
            }
        }
    }
}
