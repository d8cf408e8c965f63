//! Matchers that look at a block or at the whole document: `repeat` and `pair`; and what such matchers share.
//!
//! `acronym` is in [`super::acronym`], `name-variant` and `gender` are in [`super::memory`].

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hasher};
use std::ops::Range;

use foldhash::quality::RandomState;

use super::phrase::folded;
use super::schema::RepeatUnit;
use crate::document::{BlockKind, Document, Markup, Segment};
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
pub(crate) fn words(text: &str) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut start = None;
    for (i, c) in text.char_indices() {
        let inside = if c.is_ascii() {
            c.is_ascii_alphanumeric() || (start.is_some() && matches!(c, '-' | '\''))
        } else {
            is_word_char(c) || (start.is_some() && matches!(fold_char(c), '-' | '\''))
        };
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
///
/// `words` are the [`words`] of the segment.
pub(crate) fn doubled(
    segment: &Segment<'_>,
    index: usize,
    words: &[Range<usize>],
    unit: RepeatUnit,
    ignore: &[String],
) -> Vec<Place> {
    let text: &str = &segment.text;
    let mut found = Vec::new();
    let lengths = if unit == RepeatUnit::Word { 1..=1 } else { 2..=MAX_PHRASE };
    let mut ignored: Option<HashSet<String>> = None;
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
            let ignored =
                ignored.get_or_insert_with(|| ignore.iter().map(|word| folded(word, false)).collect());
            if !uniform && !ignored.contains(&folded(once, false)) {
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
    a.len() == b.len()
        && (a.eq_ignore_ascii_case(b) || (!a.is_ascii() && folded(a, false) == folded(b, false)))
}

fn blanks_only(text: &str, words: &[Range<usize>]) -> bool {
    words.windows(2).all(|pair| text[pair[0].end..pair[1].start].chars().all(|c| fold_char(c) == ' '))
}

/// Sentences or paragraphs that stand twice in the document; every copy but the first is reported.
pub(crate) fn doubled_in_document(document: &Document<'_>, unit: RepeatUnit) -> Vec<Place> {
    let key = RandomState::default();
    let mut seen: HashMap<u64, Vec<(usize, Span<Seg>)>> = HashMap::new();
    let mut found = Vec::new();
    let mut part = 0;
    for (index, segment) in document.segments.iter().enumerate() {
        // The texts of a catalogue or of a list of articles may well say the same.
        if std::mem::replace(&mut part, segment.part) != segment.part {
            seen.clear();
        }
        let whole = [Span::new(0, segment.text.len())];
        let units = if unit == RepeatUnit::Sentence { segment.sentences() } else { &whole };
        for &span in units {
            let text = segment.slice(span).trim();
            if text.split_whitespace().nth(least_words(unit) - 1).is_none() {
                continue;
            }
            let copies = seen.entry(fingerprint(text, &key)).or_default();
            let same = |&(s, at): &(usize, Span<Seg>)| {
                let other = document.segments[s].slice(at).trim();
                other == text || folded(other, false) == folded(text, false)
            };
            if copies.iter().any(same) {
                found.push(Place { segment: index, span, named: Vec::new() });
            } else {
                copies.push((index, span));
            }
        }
    }
    found
}

/// A hash of the text with case and typographic variants folded, under a key that nobody can write a text for.
///
/// Equal texts have equal hashes; the caller compares texts with equal hashes.
fn fingerprint(text: &str, key: &RandomState) -> u64 {
    let mut hash = key.build_hasher();
    let mut blank = false;
    for c in text.chars() {
        let c = if c.is_ascii() { c.to_ascii_lowercase() } else { fold_char(c) };
        if c == ' ' && blank {
            continue;
        }
        blank = c == ' ';
        if c.is_ascii() {
            hash.write_u8(c as u8);
        } else {
            for lower in c.to_lowercase() {
                hash.write(lower.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
    }
    hash.finish()
}

/// Opening marks without a closing one, and closing marks without an opening one.
///
/// A quotation of several paragraphs opens each of them and closes the last; that is not a fault.
pub(crate) fn unpaired(document: &Document<'_>, open: char, close: char) -> Vec<Place> {
    let mut found = Vec::new();
    let mut pending: Option<Place> = None;
    let mut part = 0;
    for (index, segment) in document.segments.iter().enumerate() {
        let mut depth: Vec<Place> = Vec::new();
        if std::mem::replace(&mut part, segment.part) != segment.part {
            found.extend(pending.take());
        }
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

/// Words after which no paragraph ends.
const UNFINISHED: &[&str] = &[
    "a", "about", "against", "among", "an", "and", "as", "at", "because", "between", "but", "by", "during",
    "for", "from", "his", "if", "in", "into", "its", "of", "on", "or", "our", "since", "than", "that", "the",
    "their", "through", "to", "under", "until", "which", "while", "who", "whose", "with", "without",
];

/// Words of a paragraph that is too long for a headline.
const HEADLINE: usize = 9;

/// Paragraphs that break off in mid-sentence and go on in the next: an inline link or a word in italics became a
/// paragraph of its own. The last word of the first part is reported.
///
/// A heading or a list item is no first part, and verse is left alone: lines of it begin with capitals.
pub(crate) fn broken_paragraphs(document: &Document<'_>) -> Vec<Place> {
    let mut found: Vec<Place> = Vec::new();
    for (index, pair) in document.segments.windows(2).enumerate() {
        let (first, next) = (pair[0].text.trim_end(), pair[1].text.trim_start());
        if !follows(document, &pair[0], &pair[1]) {
            continue;
        }
        let Some(last) = words(first).pop() else { continue };
        let word = first[last.clone()].to_lowercase();
        let open =
            first[last.end..].chars().all(|c| matches!(c, ',' | '-' | '–' | '—' | '"' | '“' | '(' | ' '));
        let mark = next.starts_with([',', '.', ';', ')', '”', '»']) && !next.starts_with("..");
        // A headline ends without a full stop too, and what follows it may begin with a small letter.
        let headline = first.split_whitespace().count() < HEADLINE
            && found.last().is_none_or(|f| f.segment + 1 != index);
        let small = next.starts_with(char::is_lowercase) && !headline;
        let several = first.split_whitespace().nth(2).is_some();
        let unfinished =
            several && UNFINISHED.contains(&word.as_str()) && first[last.end..].trim().is_empty();
        if open && (mark || small || unfinished) {
            found.push(Place { segment: index, span: (last.start..first.len()).into(), named: Vec::new() });
        }
    }
    found
}

/// Whether `next` is running text that could go on where `first` ends: nothing but the border of a paragraph is
/// between them, no code, no picture, no line break that somebody has set.
fn follows(document: &Document<'_>, first: &Segment<'_>, next: &Segment<'_>) -> bool {
    use BlockKind::{Answer, Deck, Heading, Paragraph, Question, Quote};
    let runs_on = |s: &Segment<'_>| matches!(s.kind, Paragraph | Heading | Quote | Deck | Question | Answer);
    let between = document.source.text().get(first.source_span().end..next.source_span().start);
    let between = between.unwrap_or_default();
    let bordered = match first.markup {
        Markup::Markdown => {
            between.matches('\n').count() > 1
                && between.chars().all(|c| c.is_whitespace() || "*_~>".contains(c))
        }
        Markup::Html => {
            let tags = between.to_ascii_lowercase();
            tags.contains("<p")
                && !["<br", "<pre", "<img", "<code", "<hr"].iter().any(|tag| tags.contains(tag))
        }
        _ => true,
    };
    let one = first.markup == next.markup && first.part == next.part;
    runs_on(first) && runs_on(next) && one && bordered
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
    fn only_paragraphs_side_by_side_are_broken() {
        let broken = |format, text: &str| {
            let source = Source::from_text(text).expect("short");
            broken_paragraphs(&read(&source, format)).len()
        };
        let (one, two) =
            ("The minister said to the deputies that they should go on", "and not wait for the vote.");
        assert_eq!(broken(Format::Plain, &format!("{one}\n\n{two}")), 1);
        assert_eq!(broken(Format::Markdown, &format!("{one}\n\n**{two}**")), 1);
        assert_eq!(broken(Format::Html, &format!("<p>{one}</p>\n<p>{two}</p>")), 1);
        assert_eq!(broken(Format::Markdown, &format!("{one}  \n{two}")), 0, "a line break");
        assert_eq!(broken(Format::Markdown, &format!("{one}\n\n    code\n\n{two}")), 0);
        assert_eq!(broken(Format::Markdown, &format!("| {one} | {two} |\n|---|---|\n")), 0);
        assert_eq!(broken(Format::Html, &format!("<p>{one}<br>{two}</p>")), 0);
        assert_eq!(broken(Format::Html, &format!("<td>{one}<td>{two}")), 0);
    }

    #[test]
    fn doubled_words_and_phrases() {
        let word = |t: &str| {
            slices(t, |d| {
                doubled(&d.segments[0], 0, &words(&d.segments[0].text), RepeatUnit::Word, &["had".to_owned()])
            })
        };
        assert_eq!(word("It is the The end, and he had had it. No, no."), ["the The"]);
        let phrase = |t: &str| {
            slices(t, |d| doubled(&d.segments[0], 0, &words(&d.segments[0].text), RepeatUnit::Phrase, &[]))
        };
        assert_eq!(phrase("He came to the town to the town. Bye bye bye bye."), ["to the town to the town"]);
    }

    #[test]
    fn doubled_sentences_count_once_less() {
        let text = "The minister resigned on Monday evening. It rained.\n\nThe minister resigned on Monday evening. It rained.";
        let found = slices(text, |d| doubled_in_document(d, RepeatUnit::Sentence));
        assert_eq!(found, ["The minister resigned on Monday evening."]);
    }

    #[test]
    fn a_paragraph_that_goes_on_in_the_next() {
        let broken = |t: &str| slices(t, broken_paragraphs);
        assert_eq!(
            broken("He confirmed a report seen by\n\nLe Courrier\n\n, which came first."),
            ["by", "Courrier"]
        );
        assert_eq!(
            broken("The ministry of the interior and its services were\n\nnot informed of it."),
            ["were"]
        );
        assert!(broken("A storm in the west\n\nIt rained all night.\n\nThen it stopped.").is_empty());
    }

    #[test]
    fn quotations_may_run_over_paragraphs() {
        let pair = |t: &str| slices(t, |d| unpaired(d, '“', '”'));
        assert!(pair("“One.\n\n“Two.”").is_empty());
        assert_eq!(pair("“One.\n\nTwo. “Three.”"), ["“"]);
        assert_eq!(pair("One.” he said"), ["”"]);
    }
}
