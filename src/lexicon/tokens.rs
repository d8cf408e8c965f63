//! Splitting a segment's text into the tokens that token rules and the tagger see.
//!
//! The splitting is nlprule 0.6.4's, so that its tags and ours are about the same tokens: white space separates
//! and is no token; each of 31 splitting characters is a token of its own; a web address is one token.
//! So `don’t` is `don` `’` `t`, and `well-known` is whole. Two things are added, because nlprule glues words to
//! them: dashes longer than the en dash, and the opening square bracket, are tokens of their own, too.
//! Sentences are found elsewhere.

use crate::span::{Seg, Span};

/// Characters that are a token of their own, after nlprule (the first 31) and the three of our own.
const fn splits(c: char) -> bool {
    matches!(
        c,
        '¡' | '¿'
            | '«'
            | '»'
            | '\''
            | '’'
            | '`'
            | '´'
            | '‘'
            | ']'
            | ','
            | '.'
            | ':'
            | ';'
            | '!'
            | '?'
            | '/'
            | '\\'
            | '('
            | ')'
            | '<'
            | '='
            | '>'
            | '„'
            | '“'
            | '”'
            | '"'
            | '+'
            | '#'
            | '…'
            | '*'
    ) || matches!(c, '—' | '―' | '[')
}

/// The tokens of `text` in order, as byte ranges. They do not overlap, are not empty, and cover every character
/// that is not white space. Takes linear time.
#[must_use]
pub fn tokens(text: &str) -> Tokens<'_> {
    Tokens { text, at: 0, address: next_address(text, 0) }
}

/// The iterator of [`tokens`].
#[derive(Clone, Debug)]
pub struct Tokens<'t> {
    text: &'t str,
    at: usize,
    /// The next web address, at or after `at`.
    address: Option<(usize, usize)>,
}

impl Iterator for Tokens<'_> {
    type Item = Span<Seg>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.text[self.at..];
        let start = self.at + rest.find(|c: char| !c.is_whitespace())?;
        let limit = match self.address {
            Some((from, to)) if from == start => {
                self.at = to;
                self.address = next_address(self.text, to);
                return Some(Span::new(from, to));
            }
            Some((from, _)) => from,
            None => self.text.len(),
        };
        let mut characters = self.text[start..limit].char_indices();
        let first = characters.next().map_or(0, |(_, c)| c.len_utf8());
        let alone = self.text[start..].starts_with(splits);
        let length = if alone {
            first
        } else {
            characters.find(|(_, c)| splits(*c) || c.is_whitespace()).map_or(limit - start, |(at, _)| at)
        };
        self.at = start + length;
        Some(Span::new(start, self.at))
    }
}

/// The first web address that starts at `from` or later: `http://`, `https://` or `www.`, a host name with a dot in
/// it, and everything up to the next white space, as nlprule's expression has it.
fn next_address(text: &str, from: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(offset) = bytes[at..].iter().position(|b| matches!(b, b'h' | b'w')) {
        at += offset;
        if let Some(host) = host_start(&bytes[at..])
            && let Some(length) = address_tail(&text[at + host..])
        {
            return Some((at, at + host + length));
        }
        at += 1;
    }
    None
}

/// How long the part before the host name is, if an address may start here.
fn host_start(bytes: &[u8]) -> Option<usize> {
    let scheme = [&b"https://"[..], b"http://"]
        .into_iter()
        .find(|scheme| bytes.starts_with(scheme))
        .map_or(0, <[u8]>::len);
    let rest = &bytes[scheme..];
    match (scheme, rest.starts_with(b"www."), rest.starts_with(b"www")) {
        (_, true, _) => Some(scheme + 4),
        (0, ..) | (_, false, true) => None,
        _ => Some(scheme),
    }
}

/// The length of host name, dot and the rest, if that is what `text` begins with.
fn address_tail(text: &str) -> Option<usize> {
    let host = text.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'-').count();
    let name = &text.as_bytes()[..host];
    let framed = name.first()?.is_ascii_alphanumeric() && name.last()?.is_ascii_alphanumeric();
    let rest = text[host..].strip_prefix('.')?;
    let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
    (framed && rest[..length].chars().nth(1).is_some()).then_some(host + 1 + length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<&str> {
        tokens(text).map(|span| &text[span.range()]).collect()
    }

    #[test]
    fn splitting_characters_stand_alone() {
        assert_eq!(words("I don’t (ever) know."), ["I", "don", "’", "t", "(", "ever", ")", "know", "."]);
        assert_eq!(words("a well-known, 12.5 %"), ["a", "well-known", ",", "12", ".", "5", "%"]);
        assert_eq!(words("“Yes\u{a0}…” he said—once"), ["“", "Yes", "…", "”", "he", "said", "—", "once"]);
        assert!(words(" \t\n\u{a0}").is_empty() && words("").is_empty());
    }

    #[test]
    fn addresses_are_whole() {
        assert_eq!(
            words("See https://www.example.org/a?b=c#d, or"),
            ["See", "https://www.example.org/a?b=c#d,", "or"]
        );
        assert_eq!(words("www.my-site.net it"), ["www.my-site.net", "it"]);
        assert_eq!(words("(http://a.bc"), ["(", "http://a.bc"]);
    }

    #[test]
    fn what_only_looks_like_an_address_is_split() {
        assert_eq!(words("http://-a.bc"), ["http", ":", "/", "/", "-a", ".", "bc"]);
        assert_eq!(words("www."), ["www", "."]);
        assert_eq!(words("http://a.b"), ["http", ":", "/", "/", "a", ".", "b"]);
    }

    proptest! {
        #[test]
        fn spans_are_ordered_and_cover_all_but_white_space(
            text in "(\\PC|\\s|https?://|www\\.|[a-z.’—-]){0,40}"
        ) {
            let mut end = 0;
            for span in tokens(&text) {
                prop_assert!(end <= span.start && span.start < span.end);
                prop_assert!(text[end..span.start].trim().is_empty());
                prop_assert!(!text[span.range()].contains(char::is_whitespace));
                end = span.end;
            }
            prop_assert!(text[end..].trim().is_empty());
        }
    }
}
