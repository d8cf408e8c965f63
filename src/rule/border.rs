//! The matcher `border`: words that a link is glued to.
//!
//! Whoever takes a text out of a page and puts it back may lose the blank before or after a tag:
//! `the<a>market</a>was`. A tag inside a word is no fault where it marks a part of that word: `<a>dog</a>s`, `un<a>do</a>`.

use super::checks::Place;
use crate::document::{Border, Document, Segment};
use crate::lexicon::Lexicon;
use crate::span::Span;

/// Words beside the border of a link with no blank between them, one in the link and one outside.
///
/// The span is the word outside; `{left}` and `{right}` are the two words, `{parted}` is the word outside with the blank
/// that is missing. Both words are known and what they make together is not; the word outside has two letters or more, all
/// of them small, so that parts of words and names of code stay alone.
pub(crate) fn glued_at_links(document: &Document<'_>, lexicon: &Lexicon) -> Vec<Place> {
    let mut found = Vec::new();
    for (index, segment) in document.segments.iter().enumerate() {
        let borders = &segment.borders;
        for (nth, border) in borders.iter().enumerate() {
            let before = nth.checked_sub(1).map_or(0, |before| borders[before].at);
            let after = borders.get(nth + 1).map_or(segment.text.len(), |after| after.at);
            // Two links side by side have two borders at one place, which are left alone: one of both pieces is empty.
            if let (Some(left), Some(right)) =
                (segment.text.get(before..border.at), segment.text.get(border.at..after))
            {
                let place = glued(segment, left, right, border, lexicon);
                found.extend(place.map(|place| Place { segment: index, ..place }));
            }
        }
    }
    found
}

/// The place if the texts on the `left` and `right` of a border, as far as the next borders, are glued there.
fn glued(
    segment: &Segment<'_>,
    left: &str,
    right: &str,
    border: &Border,
    lexicon: &Lexicon,
) -> Option<Place> {
    let at = border.at;
    let is_letter = |c: char| c.is_alphabetic();
    let left = &left[left.trim_end_matches(is_letter).len()..];
    let right = &right[..right.len() - right.trim_start_matches(is_letter).len()];
    // Marks of code and compounds on the far side, too: `snake_case`, `a.b`, `co-operate`.
    let joined = |c: char| c.is_numeric() || matches!(c, '_' | '-' | '’' | '\'' | '/' | '@' | '#');
    let beyond = (&segment.text[..at - left.len()], &segment.text[at + right.len()..]);
    let bound = beyond.0.ends_with(joined) || beyond.1.starts_with(joined);
    let (outside, inside) = if border.opens { (left, right) } else { (right, left) };
    let known = |word: &str| lexicon.knows(word);
    let small = outside.chars().count() > 1 && outside.chars().all(char::is_lowercase);
    // A common word with a capital in the middle is how code is written: `get<a>Name</a>`.
    let whole = inside.chars().count() > 1
        && inside.chars().skip(1).all(char::is_lowercase)
        && known(&inside.to_lowercase()) != inside.starts_with(char::is_uppercase);
    let together = format!("{left}{right}");
    if bound || !small || !whole || !known(outside) || known(&together) || known(&together.to_lowercase()) {
        return None;
    }
    let span = if border.opens { Span::new(at - left.len(), at) } else { Span::new(at, at + right.len()) };
    let parted = if border.opens { format!("{left} ") } else { format!(" {right}") };
    let named = vec![("left", left.to_owned()), ("right", right.to_owned()), ("parted", parted)];
    Some(Place { segment: 0, span, named })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Format, read};
    use crate::source::Source;

    fn found(text: &str) -> Vec<String> {
        let source = Source::from_text(text).expect("short");
        let document = read(&source, Format::Html);
        let places = glued_at_links(&document, Lexicon::embedded());
        places.iter().map(|p| format!("{}|{}", p.named[0].1, p.named[1].1)).collect()
    }

    #[test]
    fn words_are_glued_to_a_link() {
        assert_eq!(found("<p>He saw the<a href=x>market</a>was closed.</p>"), ["the|market", "market|was"]);
        assert_eq!(found("<p>It is in<a href=x> Paris</a>, with<a>Moscow</a> far.</p>"), ["with|Moscow"]);
    }

    #[test]
    fn parts_of_words_and_code_are_left_alone() {
        for right in [
            "<p>Many <a>dog</a>s, <a>bak</a>ing, <a>foot</a>ball and un<a>do</a>.</p>",
            "<p>See <a>String</a>Builder, get<a>Name</a>s, my_<a>name</a>, <a>the</a> <a>market</a>.</p>",
            "<p>The <a>old</a><a>market</a> of <a>2015</a>was.</p>",
        ] {
            assert!(found(right).is_empty(), "{right}: {:?}", found(right));
        }
    }
}
