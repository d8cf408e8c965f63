//! How far a match of a pattern can reach from a literal inside it, so that only that much of a text is searched.
//!
//! Distance is counted in characters that are no part of a word: `\\p{L}+ said \\p{L}+` can be of any length,
//! but it holds two blanks and no more.

use std::ops::Range;

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind};

/// Characters that words are taken to consist of. More than true letters: whatever is here costs a longer window,
/// and a letter that were missing a whole segment.
const WORD: [(char, char); 14] = [
    ('\'', '\''),
    ('-', '-'),
    ('0', '9'),
    ('A', 'Z'),
    ('_', '_'),
    ('a', 'z'),
    ('\u{aa}', '\u{aa}'),
    ('\u{ac}', '\u{ba}'),
    ('\u{bc}', '\u{1fff}'),
    ('\u{200c}', '\u{200d}'),
    ('\u{2019}', '\u{2019}'),
    ('\u{203f}', '\u{2040}'),
    ('\u{2054}', '\u{2054}'),
    ('\u{2070}', '\u{10ffff}'),
];

/// Whether a character is part of a word here.
fn of_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '\'');
    }
    WORD.iter().any(|(start, end)| (*start..=*end).contains(&c))
}

/// Most characters outside words that a match of `hir` can have; `None` if there is no limit.
pub(crate) fn reach(hir: &Hir) -> Option<usize> {
    let word = ClassUnicode::new(WORD.map(|(start, end)| ClassUnicodeRange::new(start, end)));
    walk(hir, &word)
}

fn walk(hir: &Hir, word: &ClassUnicode) -> Option<usize> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(0),
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            Some(text.chars().filter(|c| !of_word(*c)).count())
        }
        HirKind::Class(Class::Unicode(class)) => {
            let mut others = class.clone();
            others.difference(word);
            Some(usize::from(!others.ranges().is_empty()))
        }
        HirKind::Class(Class::Bytes(_)) => Some(1),
        HirKind::Capture(capture) => walk(&capture.sub, word),
        HirKind::Repetition(repetition) => match (walk(&repetition.sub, word)?, repetition.max) {
            (0, _) => Some(0),
            (_, None) => None,
            (reach, Some(max)) => reach.checked_mul(max as usize),
        },
        HirKind::Concat(parts) => {
            parts.iter().try_fold(0_usize, |sum, part| sum.checked_add(walk(part, word)?))
        }
        HirKind::Alternation(parts) => {
            parts.iter().try_fold(0, |most, part| Some(walk(part, word)?.max(most)))
        }
    }
}

/// The part of `text` in which all matches lie that have something at `at` and reach no farther than `reach`.
pub(crate) fn window(text: &str, at: usize, reach: Option<usize>) -> Range<usize> {
    let Some(reach) = reach else { return 0..text.len() };
    let outside = |(_, c): &(usize, char)| !of_word(*c);
    let start = text[..at].char_indices().rev().filter(outside).nth(reach);
    let end = text[at..].char_indices().filter(outside).nth(reach);
    start.map_or(0, |(i, c)| i + c.len_utf8())..end.map_or(text.len(), |(i, _)| at + i)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pattern: &str) -> Option<usize> {
        reach(&regex_syntax::parse(pattern).expect("a valid pattern"))
    }

    #[test]
    fn words_are_free_and_the_rest_counts() {
        assert_eq!(of(r"\b\p{L}+ said \w+"), Some(2));
        assert_eq!(of(r"(?:a, b|c)(?: x){0,3}"), Some(5));
        assert_eq!(of(r"“[^”]+”"), None);
        assert_eq!(of(r"\d+[.,]\d+"), Some(1));
    }

    #[test]
    fn a_window_holds_as_many_words_as_the_reach_allows() {
        let text = "One two, three’s four-five six";
        let at = text.find("three").expect("it is there");
        assert_eq!(&text[window(text, at, Some(0))], "three’s");
        assert_eq!(&text[window(text, at, Some(1))], " three’s four-five");
        assert_eq!(&text[window(text, at, Some(2))], "two, three’s four-five six");
        assert_eq!(window(text, at, None), 0..text.len());
    }
}
