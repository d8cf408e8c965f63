//! How far a match of a pattern can reach from a literal inside it, so that only that much of a text is searched.
//!
//! Distance is counted in characters that are no part of a word: `\\p{L}+ said \\p{L}+` can be of any length,
//! but it holds two blanks and no more.

use std::collections::HashMap;
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

/// The windows of one text. Those of a word that is very long are remembered: each of its letters has the same one,
/// and to look for its ends from each of them would take the square of its length.
pub(crate) struct Windows<'t> {
    text: &'t str,
    /// For each rule the last place that had a long window, and that window.
    long: HashMap<usize, (usize, Range<usize>), foldhash::fast::RandomState>,
}

/// A window of so many bytes is long.
const LONG: usize = 1000;

impl<'t> Windows<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        Self { text, long: HashMap::default() }
    }

    /// The part of the text in which all matches of `rule` lie that have something at `at` and reach no farther than
    /// `reach`.
    pub(crate) fn around(&mut self, rule: usize, at: usize, reach: Option<usize>) -> Range<usize> {
        if let Some((last, window)) = self.long.get_mut(&rule) {
            let between = &self.text[at.min(*last)..at.max(*last)];
            if between.len() < window.len() && between.chars().all(of_word) {
                *last = at;
                return window.clone();
            }
        }
        let window = window(self.text, at, reach);
        if window.len() >= LONG && reach.is_some() {
            self.long.insert(rule, (at, window.clone()));
        }
        window
    }
}

fn window(text: &str, at: usize, reach: Option<usize>) -> Range<usize> {
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

    #[test]
    fn a_window_that_is_remembered_is_the_same() {
        let text = format!("One {} two {}, {}.", "x".repeat(LONG), "y’z".repeat(LONG), "é".repeat(LONG));
        for reach in [Some(0), Some(1), Some(3), None] {
            let mut windows = Windows::of(&text);
            let places = text.char_indices().map(|(at, _)| at).filter(|at| at % 7 < 3);
            for at in places.clone().chain(places.rev()) {
                assert_eq!(windows.around(at % 2, at, reach), window(&text, at, reach), "{at}");
            }
        }
    }
}
