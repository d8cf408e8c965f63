//! Comparison of phrases with text: typographic variants, blanks and capitals folded, in both directions.

use std::ops::Range;

use crate::text::word::{fold_char, is_word_char};

/// Longest run of characters that `{*}` and `{#}` take.
const MAX_WORD: usize = 40;

/// `text` with typographic variants, blanks and (unless `exact`) capitals folded.
pub(crate) fn folded(text: &str, exact: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().map(fold_char) {
        if c == ' ' && out.ends_with(' ') {
            continue;
        }
        if exact { out.push(c) } else { out.extend(c.to_lowercase()) }
    }
    out
}

pub(super) fn trim(text: &str, span: Range<usize>) -> Range<usize> {
    let slice = &text[span.clone()];
    let start = span.start + (slice.len() - slice.trim_start().len());
    let end = span.end - (slice.len() - slice.trim_end().len());
    start..end.max(start)
}

#[inline]
fn same(pattern: char, c: char, exact: bool) -> bool {
    if c.is_ascii() && !c.is_ascii_control() {
        return if exact { pattern == c } else { pattern == c.to_ascii_lowercase() };
    }
    let c = fold_char(c);
    pattern == c || (!exact && c.to_lowercase().eq([pattern]))
}

/// The characters of a folded pattern that `c` is the [`same`] as.
pub(super) fn readings(c: char, exact: bool) -> impl Iterator<Item = char> {
    let folded = fold_char(c);
    let (one, other) = if c.is_ascii() && !c.is_ascii_control() {
        (if exact { c } else { c.to_ascii_lowercase() }, None)
    } else {
        let mut small = folded.to_lowercase();
        let small = small.next().filter(|_| small.next().is_none());
        (folded, small.filter(|&small| !exact && small != folded))
    };
    std::iter::once(one).chain(other)
}

/// Takes a run of blanks; gives its bytes.
#[inline]
pub(super) fn take_blanks(rest: &mut (impl Iterator<Item = char> + Clone)) -> usize {
    let mut bytes = 0;
    let mut ahead = rest.clone();
    while let Some(c) = ahead.next()
        && fold_char(c) == ' '
    {
        bytes += c.len_utf8();
        *rest = ahead.clone();
    }
    bytes
}

/// Matches the folded `pattern` in `text` at `at`; a blank takes a run of blanks. Gives the end.
pub(crate) fn match_text(text: &str, at: usize, pattern: &str, exact: bool) -> Option<usize> {
    let mut end = at;
    let mut rest = text.get(at..)?.chars();
    for p in pattern.chars() {
        let c = rest.next()?;
        if !same(p, c, exact) {
            return None;
        }
        end += c.len_utf8();
        if p == ' ' {
            end += take_blanks(&mut rest);
        }
    }
    Some(end)
}

/// Matches the folded `pattern` in `text` so that it ends at `at`. Gives the start.
pub(crate) fn match_text_back(text: &str, at: usize, pattern: &str, exact: bool) -> Option<usize> {
    let mut start = at;
    let mut rest = text.get(..at)?.chars().rev();
    for p in pattern.chars().rev() {
        let c = rest.next()?;
        if !same(p, c, exact) {
            return None;
        }
        start -= c.len_utf8();
        if p == ' ' {
            start -= take_blanks(&mut rest);
        }
    }
    Some(start)
}

/// Whether a phrase may begin at `at`: not inside a word, nor after a hyphen that joins it to one.
pub(crate) fn border_before(text: &str, at: usize) -> bool {
    let starts_with_word = text[at..].chars().next().is_some_and(is_word_char);
    if !starts_with_word {
        return true;
    }
    let mut before = text[..at].chars().rev().map(fold_char);
    match before.next() {
        Some('-') => !before.next().is_some_and(is_word_char),
        Some(c) => !is_word_char(c),
        None => true,
    }
}

/// Whether a phrase may end at `at`: not inside a word, nor before a hyphen that joins it to one.
pub(crate) fn border_after(text: &str, at: usize) -> bool {
    let ends_with_word = text[..at].chars().next_back().is_some_and(is_word_char);
    if !ends_with_word {
        return true;
    }
    let mut after = text[at..].chars().map(fold_char);
    match after.next() {
        Some('-') => !after.next().is_some_and(is_word_char),
        Some(c) => !is_word_char(c),
        None => true,
    }
}

fn word_part(c: char) -> bool {
    is_word_char(c) || matches!(fold_char(c), '-' | '\'')
}

pub(super) fn word_end(text: &str, at: usize) -> Option<usize> {
    let len: usize =
        text[at..].chars().take_while(|&c| word_part(c)).take(MAX_WORD).map(char::len_utf8).sum();
    (len > 0).then_some(at + len)
}

pub(super) fn word_start(text: &str, at: usize) -> Option<usize> {
    let len: usize =
        text[..at].chars().rev().take_while(|&c| word_part(c)).take(MAX_WORD).map(char::len_utf8).sum();
    (len > 0).then_some(at - len)
}

fn number_part(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '.' | ',')
}

pub(super) fn number_end(text: &str, at: usize) -> Option<usize> {
    let run = text[at..].bytes().take(MAX_WORD).take_while(|&b| number_part(b as char)).count();
    let digits = text[at..at + run].trim_end_matches(['.', ',']);
    digits.starts_with(|c: char| c.is_ascii_digit()).then_some(at + digits.len())
}

pub(super) fn number_start(text: &str, at: usize) -> Option<usize> {
    let run = text[..at].bytes().rev().take(MAX_WORD).take_while(|&b| number_part(b as char)).count();
    let digits = text[at - run..at].trim_start_matches(['.', ',']);
    digits.ends_with(|c: char| c.is_ascii_digit()).then_some(at - digits.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_is_the_same_as_its_readings() {
        for (c, exact) in ('\0'..='\u{1ffff}').flat_map(|c| [(c, false), (c, true)]) {
            let candidates = [c, fold_char(c), c.to_ascii_lowercase()].into_iter();
            for pattern in candidates.chain(c.to_lowercase()).chain(fold_char(c).to_lowercase()) {
                let reads = readings(c, exact).any(|reading| reading == pattern);
                assert_eq!(reads, same(pattern, c, exact), "{c:?} {pattern:?} {exact}");
            }
        }
    }
}
