//! Matchers that look at a block or at the whole document: `repeat`, `pair`, `consistent`, `acronym`.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

use super::phrase::folded;
use super::schema::RepeatUnit;
use crate::document::{BlockKind, Document, Segment};
use crate::span::{Seg, Span};
use crate::text::word::{fold_char, is_word_char};

/// A place in a document: segment index and span, and a text that the finding offers as `{name}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) segment: usize,
    pub(crate) span: Span<Seg>,
    /// Named texts: spans are captured by the caller, these are computed.
    pub(crate) named: Vec<(&'static str, String)>,
}

/// Fewest words of a sentence or paragraph that counts as repeated.
const fn least_words(unit: RepeatUnit) -> usize {
    match unit {
        RepeatUnit::Word => 1,
        RepeatUnit::Phrase => 2,
        RepeatUnit::Sentence => 5,
        RepeatUnit::Paragraph => 8,
    }
}

/// Longest phrase, in words, that is looked for twice in a row.
const MAX_PHRASE: usize = 6;

/// Words of `text`: letters, digits, inner apostrophes and hyphens.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut start = None;
    for (i, c) in text.char_indices() {
        let inside = is_word_char(c) || (start.is_some() && matches!(fold_char(c), '-' | '\''));
        match (inside, start) {
            (true, None) => start = Some(i),
            (false, Some(s)) => {
                all.push(s..i);
                start = None;
            }
            _ => {}
        }
    }
    all.extend(start.map(|s| s..text.len()));
    for word in &mut all {
        let slice = &text[word.clone()];
        word.end -= slice.len() - slice.trim_end_matches(|c| matches!(fold_char(c), '-' | '\'')).len();
    }
    all
}

/// Words or phrases that stand twice in a row in one segment.
///
/// The span runs from the first copy to the end of the second; `{once}` is the first copy.
/// A full stop, comma or other mark between the copies separates them.
pub(crate) fn doubled(
    segment: &Segment<'_>,
    index: usize,
    unit: RepeatUnit,
    ignore: &[String],
) -> Vec<Place> {
    let text: &str = &segment.text;
    let words = words(text);
    let mut found = Vec::new();
    let lengths = if unit == RepeatUnit::Word { 1..=1 } else { 2..=MAX_PHRASE };
    let mut at = 0;
    while at < words.len() {
        let mut next = at + 1;
        for n in lengths.clone().rev() {
            let Some(end) = words.get(at + 2 * n - 1) else { continue };
            let copies = (0..n).all(|i| same_word(text, &words[at + i], &words[at + n + i]));
            if !copies || !blanks_only(text, &words[at..at + 2 * n]) {
                continue;
            }
            let first = words[at].start..words[at + n - 1].end;
            // “no no no”, “bye bye bye”: a phrase of equal words is the word rule's business.
            let uniform = n > 1 && (1..n).all(|i| same_word(text, &words[at], &words[at + i]));
            let once = &text[first];
            if !uniform && !ignore.iter().any(|w| folded(once, false) == folded(w, false)) {
                found.push(Place {
                    segment: index,
                    span: Span::new(words[at].start, end.end),
                    named: vec![("once", once.to_owned())],
                });
                next = at + 2 * n;
            }
            break;
        }
        at = next;
    }
    found
}

fn same_word(text: &str, a: &Range<usize>, b: &Range<usize>) -> bool {
    let (a, b) = (&text[a.clone()], &text[b.clone()]);
    a.len() == b.len() && (a == b || a.eq_ignore_ascii_case(b) || folded(a, false) == folded(b, false))
}

fn blanks_only(text: &str, words: &[Range<usize>]) -> bool {
    words.windows(2).all(|pair| text[pair[0].end..pair[1].start].chars().all(|c| fold_char(c) == ' '))
}

/// Sentences or paragraphs that stand twice in the document; every copy but the first is reported.
pub(crate) fn doubled_in_document(document: &Document<'_>, unit: RepeatUnit) -> Vec<Place> {
    let hasher = RandomState::new();
    let mut seen: HashMap<u64, Vec<(usize, Span<Seg>)>> = HashMap::new();
    let mut found = Vec::new();
    for (index, segment) in document.segments.iter().enumerate() {
        let whole = [Span::new(0, segment.text.len())];
        let units = if unit == RepeatUnit::Sentence { segment.sentences() } else { &whole };
        for &span in units {
            let text = segment.slice(span);
            let key = folded(text.trim(), false);
            if words(&key).len() < least_words(unit) {
                continue;
            }
            let copies = seen.entry(hasher.hash_one(&key)).or_default();
            let same =
                |&&(s, at): &&(usize, Span<Seg>)| folded(document.segments[s].slice(at).trim(), false) == key;
            if copies.iter().find(same).is_some() {
                found.push(Place { segment: index, span, named: Vec::new() });
            } else {
                copies.push((index, span));
            }
        }
    }
    found
}

/// Opening marks without a closing one, and closing marks without an opening one.
///
/// A quotation of several paragraphs opens each of them and closes the last; that is not a fault.
pub(crate) fn unpaired(document: &Document<'_>, open: char, close: char) -> Vec<Place> {
    let mut found = Vec::new();
    let mut pending: Option<Place> = None;
    for (index, segment) in document.segments.iter().enumerate() {
        let mut depth: Vec<Place> = Vec::new();
        if let Some(first) = pending.take() {
            if segment.text.starts_with(open) {
                // The quotation goes on: the mark at the start of this paragraph stands for the pending one.
            } else if segment.text.find(open).is_some_and(|o| segment.text.find(close).is_none_or(|c| o < c))
            {
                found.push(first);
            } else {
                depth.push(first);
            }
        }
        for (at, c) in segment.text.char_indices() {
            let place =
                || Place { segment: index, span: Span::new(at, at + c.len_utf8()), named: Vec::new() };
            if c == open {
                depth.push(place());
            } else if c == close && depth.pop().is_none() {
                found.push(place());
            }
        }
        let last = depth.pop();
        found.extend(depth);
        pending = last;
    }
    found.extend(pending);
    found.sort_by_key(|p| (p.segment, p.span.start));
    found
}

/// Words that do not count among the initials of a name.
const FUNCTION_WORDS: &[&str] = &[
    "of", "the", "and", "for", "in", "on", "to", "a", "an", "at", "de", "la", "le", "du", "des", "et", "les",
    "with", "by", "from",
];

/// Acronyms in brackets whose letters are the initials of the words before them, but in another order.
///
/// `{acronym}`, `{expansion}` and `{initials}` are captured; later uses of the acronym are reported as well.
pub(crate) fn acronyms_against_initials(document: &Document<'_>, ignore: &[String]) -> Vec<Place> {
    let mut found = Vec::new();
    let mut wrong: Vec<(String, String, String)> = Vec::new();
    for segment in &document.segments {
        if segment.kind == BlockKind::Heading {
            continue;
        }
        let text: &str = &segment.text;
        for (open, _) in text.match_indices('(') {
            let rest = &text[open + 1..];
            let Some(length) = rest.find(')').filter(|&n| (2..=8).contains(&n)) else { continue };
            let acronym = &rest[..length];
            let known = ignore.iter().any(|a| a == acronym);
            if known || !acronym.bytes().all(|b| b.is_ascii_uppercase()) {
                continue;
            }
            let Some((expansion, initials)) = initials_before(text, open, acronym.len()) else { continue };
            if initials != acronym && sorted(&initials) == sorted(acronym) {
                wrong.push((acronym.to_owned(), expansion, initials));
            }
        }
    }
    wrong.sort();
    wrong.dedup_by(|a, b| a.0 == b.0);
    for (index, segment) in document.segments.iter().enumerate() {
        for word in words(&segment.text) {
            let Some((acronym, expansion, initials)) =
                wrong.iter().find(|(a, ..)| *a == segment.text[word.clone()])
            else {
                continue;
            };
            found.push(Place {
                segment: index,
                span: word.into(),
                named: vec![
                    ("acronym", acronym.clone()),
                    ("expansion", expansion.clone()),
                    ("initials", initials.clone()),
                ],
            });
        }
    }
    found
}

fn sorted(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.sort_unstable();
    bytes
}

/// The `n` words with initials before `open`, function words left out: their text and their initials.
fn initials_before(text: &str, open: usize, n: usize) -> Option<(String, String)> {
    let window = text[..open].char_indices().rev().nth(160).map_or(0, |(i, _)| i);
    let before = &text[window..open];
    let stop = before.rfind(['.', ';', ':', '(', ')', '“', '”', '"']).map_or(0, |i| i + 1);
    let before = before.get(stop..).unwrap_or_default();
    let mut initials = Vec::new();

    for word in words(before).into_iter().rev() {
        let text = &before[word.clone()];
        if FUNCTION_WORDS.contains(&text.to_lowercase().as_str()) {
            continue;
        }
        initials.push(text.chars().next()?.to_ascii_uppercase());
        let start = word.start;
        if initials.len() == n {
            initials.reverse();
            return Some((before[start..].trim().to_owned(), initials.into_iter().collect()));
        }
    }

    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::format::{Format, read};
    use crate::source::Source;

    fn with<T>(text: &str, ask: impl FnOnce(&Document<'_>) -> T) -> T {
        let source = Source::from_text(text).expect("short");
        ask(&read(&source, Format::Plain))
    }

    fn slices(text: &str, ask: impl FnOnce(&Document<'_>) -> Vec<Place>) -> Vec<String> {
        with(text, |document| {
            ask(document).iter().map(|p| document.segments[p.segment].slice(p.span).to_owned()).collect()
        })
    }

    #[test]
    fn doubled_words_and_phrases() {
        let word = |t: &str| slices(t, |d| doubled(&d.segments[0], 0, RepeatUnit::Word, &["had".to_owned()]));
        assert_eq!(word("It is the The end, and he had had it. No, no."), ["the The"]);
        let phrase = |t: &str| slices(t, |d| doubled(&d.segments[0], 0, RepeatUnit::Phrase, &[]));
        assert_eq!(phrase("He came to the town to the town. Bye bye bye bye."), ["to the town to the town"]);
    }

    #[test]
    fn doubled_sentences_count_once_less() {
        let text = "The minister resigned on Monday evening. It rained.\n\nThe minister resigned on Monday evening. It rained.";
        let found = slices(text, |d| doubled_in_document(d, RepeatUnit::Sentence));
        assert_eq!(found, ["The minister resigned on Monday evening."]);
    }

    #[test]
    fn quotations_may_run_over_paragraphs() {
        let pair = |t: &str| slices(t, |d| unpaired(d, '“', '”'));
        assert!(pair("“One.\n\n“Two.”").is_empty());
        assert_eq!(pair("“One.\n\nTwo. “Three.”"), ["“"]);
        assert_eq!(pair("One.” he said"), ["”"]);
    }

    #[test]
    fn acronym_in_source_order() {
        let found = |t: &str| slices(t, |d| acronyms_against_initials(d, &[]));
        assert_eq!(found("The Shanghai Cooperation Organisation (OCS) met. The OCS grew."), ["OCS", "OCS"]);
        assert!(found("The Shanghai Cooperation Organisation (SCO) met.").is_empty());
        assert!(found("The Ministry of Defence (MOD) met.").is_empty());
    }
}
