//! Words: borders, neighbours, letter case, typographic folding.
//!
//! The choice between *a* and *an* is in a file of its own and shown here, too.

use crate::span::{Seg, Span};

pub use super::article::{Article, indefinite_article};

/// Whether `c` is part of a word by itself: a letter, a digit or a combining accent.
pub fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36f}')
}

/// Whether `c` is an apostrophe, straight or curly.
pub const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '\u{2bc}')
}

/// The word that ends before `byte`, if only blanks stand between; apostrophes inside a word belong to it.
pub fn word_before(text: &str, byte: usize) -> Option<Span<Seg>> {
    let head = text.get(..byte)?.trim_end();
    let mut start = head.len();
    let mut chars = head.char_indices().rev().peekable();
    while let Some((at, c)) = chars.next() {
        let inner = is_apostrophe(c) && start < head.len() && chars.peek().is_some_and(|p| is_word_char(p.1));
        if !is_word_char(c) && !inner {
            break;
        }
        start = at;
    }
    (start < head.len()).then(|| Span::new(start, head.len()))
}

/// The word that begins after `byte`, if only blanks stand between; apostrophes inside a word belong to it.
pub fn word_after(text: &str, byte: usize) -> Option<Span<Seg>> {
    let rest = text.get(byte..)?;
    let start = byte + (rest.len() - rest.trim_start().len());
    let mut end = start;
    let mut chars = text[start..].chars().peekable();
    while let Some(c) = chars.next() {
        let inner = is_apostrophe(c) && end > start && chars.peek().is_some_and(|&n| is_word_char(n));
        if !is_word_char(c) && !inner {
            break;
        }
        end += c.len_utf8();
    }
    (start < end).then(|| Span::new(start, end))
}

/// Whether `byte` is the first letter or digit of one of the `sentences` of `text`; opening quotation marks,
/// brackets, dashes, an ellipsis and a list number (`1.`, `2)`) may stand before it.
pub fn starts_sentence(text: &str, sentences: &[Span<Seg>], byte: usize) -> bool {
    let next = sentences.partition_point(|s| s.start <= byte);
    let Some(sentence) = next.checked_sub(1).map(|i| sentences[i]).filter(|s| byte < s.end) else {
        return false;
    };
    let Some(head) = text.get(sentence.start..byte).filter(|head| head.len() <= MAX_LEAD) else {
        return false;
    };
    let number = head.find(|c: char| !c.is_ascii_digit()).unwrap_or(head.len());
    let numbered = number == 0 || head[number..].starts_with(['.', ')']);
    let lead = &head[number..];
    numbered && !lead.contains(is_word_char) && text[byte..].starts_with(is_word_char)
}

/// Longest stretch of marks and list number before the first letter of a sentence, in bytes.
const MAX_LEAD: usize = 32;

/// How the letters of a string are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Casing {
    /// No capital: `as well as`; also a string without letters.
    Lower,
    /// A capital at the start and no other: `As well as`.
    First,
    /// Every word of several begins with a capital and has no other: `As Well As`.
    Title,
    /// All capitals, at least two: `AS WELL AS`.
    Upper,
    /// Anything else: `iPhone`, `NATO member`.
    Mixed,
}

impl Casing {
    /// The casing of `text`.
    pub fn of(text: &str) -> Self {
        let capitals = text.chars().filter(|c| c.is_uppercase()).count();
        let small = text.chars().filter(|c| c.is_lowercase()).count();
        let first = text.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase);
        let mut words = text.split_whitespace().filter(|w| w.contains(char::is_alphabetic)).peekable();
        let titled = |word: &str| {
            let mut letters = word.chars().filter(|c| c.is_alphabetic());
            letters.next().is_some_and(char::is_uppercase) && !letters.any(char::is_uppercase)
        };
        match (capitals, small) {
            (0, _) => Self::Lower,
            (2.., 0) => Self::Upper,
            (1, _) if first => Self::First,
            _ if words.peek().is_some() && words.all(titled) => Self::Title,
            _ => Self::Mixed,
        }
    }
}

/// Writes `replacement` with the casing of what it replaces. `Lower` and `Mixed` leave it as it is, so that
/// names in it keep their capitals.
pub fn apply_case(casing: Casing, replacement: &str) -> String {
    match casing {
        Casing::Lower | Casing::Mixed => replacement.to_owned(),
        Casing::First => capitalised(replacement),
        Casing::Upper => replacement.to_uppercase(),
        Casing::Title => replacement.split_inclusive(char::is_whitespace).map(capitalised).collect(),
    }
}

/// `text` with its first letter as a capital.
pub fn capitalised(text: &str) -> String {
    let Some((at, first)) = text.char_indices().find(|(_, c)| c.is_alphanumeric()) else {
        return text.to_owned();
    };
    let (head, tail) = (&text[..at], &text[at + first.len_utf8()..]);
    head.chars().chain(first.to_uppercase()).chain(tail.chars()).collect()
}

/// Folds typographic variants for matching: curly quotes and apostrophes to straight ones, every dash and
/// hyphen to `-`, every blank (no-break and narrow ones included) to a space. Other characters stay.
pub const fn fold_char(c: char) -> char {
    match c {
        '‘' | '’' | '‚' | '‛' | '\u{2bc}' | '′' | '‹' | '›' => '\'',
        '“' | '”' | '„' | '‟' | '″' | '«' | '»' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => '-',
        '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{a0}' | '\u{1680}' => ' ',
        '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        other => other,
    }
}

/// Whether the character may open a sentence or a word before its first letter.
pub(super) const fn is_opener(c: char) -> bool {
    matches!(c, '“' | '‘' | '«' | '‹' | '„' | '(' | '[' | '{' | '"' | '\'' | '¿' | '¡')
}

/// Whether the character is a dash or a blank.
pub(super) const fn is_dash_or_blank(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '―' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\t')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::sentence::sentences;
    use proptest::prelude::*;

    #[test]
    fn neighbours_stand_behind_blanks_only() {
        let text = "It’s China's\u{a0}turn, now";
        let word = |span: Option<Span<Seg>>| span.map(|s| &text[s.range()]);
        let comma = text.find(',').expect("there");
        assert_eq!(word(word_before(text, comma)), Some("turn"));
        assert_eq!(word(word_after(text, comma)), None, "a comma stands between");
        assert_eq!(word(word_after(text, comma + 1)), Some("now"));
        let turn = text.find("turn").expect("there");
        assert_eq!(word(word_before(text, turn)), Some("China's"));
        assert_eq!(word(word_after(text, 0)), Some("It’s"));
        assert_eq!(word(word_before(text, 0)), None);
        assert_eq!(word(word_after(text, 3)), None, "inside a character");
        assert_eq!(word(word_after("'tis", 0)), None);
    }

    #[test]
    fn a_sentence_starts_after_marks_and_numbers() {
        let text = "“(The end.) 1. Then it – or It – ended. … And so";
        let found = sentences(text);
        let starts: Vec<&str> = text
            .char_indices()
            .filter(|&(i, c)| c.is_alphabetic() && starts_sentence(text, &found, i))
            .map(|(i, _)| &text[i..i + 3])
            .collect();
        assert_eq!(starts, ["The", "The", "And"]);
    }

    #[test]
    fn casing_of_words_and_phrases() {
        use Casing::{First, Lower, Mixed, Title, Upper};
        let cases = [
            ("as well as", Lower),
            ("As well as", First),
            ("As Well As", Title),
            ("AS WELL", Upper),
            ("A", First),
            ("iPhone", Mixed),
            ("NATO member", Mixed),
            ("2019", Lower),
            ("“The end", First),
            ("the End", Mixed),
            ("Été", First),
            ("New York is", Mixed),
        ];
        for (text, casing) in cases {
            assert_eq!(Casing::of(text), casing, "{text}");
        }
    }

    #[test]
    fn a_replacement_takes_the_casing_of_what_it_replaces() {
        assert_eq!(apply_case(Casing::of("At the level"), "in terms of NATO"), "In terms of NATO");
        assert_eq!(apply_case(Casing::Lower, "French"), "French");
        assert_eq!(apply_case(Casing::Upper, "straße"), "STRASSE");
        assert_eq!(apply_case(Casing::Title, "“five eyes"), "“Five Eyes");
        assert_eq!(apply_case(Casing::First, "écoute"), "Écoute");
        assert_eq!(apply_case(Casing::First, "…"), "…");
    }

    #[test]
    fn typographic_variants_fold() {
        let folded: String = "‘a’ “b” «c»\u{a0}–\u{202f}—\u{2011}x".chars().map(fold_char).collect();
        assert_eq!(folded, "'a' \"b\" \"c\" - --x");
    }

    proptest! {
        #[test]
        fn words_and_starts_are_defined_everywhere(text in "[a-cA’' .“1é\u{a0}]{0,20}", at in 0usize..30) {
            for span in [word_before(&text, at), word_after(&text, at)].into_iter().flatten() {
                prop_assert!(text[span.range()].chars().all(|c| is_word_char(c) || is_apostrophe(c)));
            }
            starts_sentence(&text, &sentences(&text), at);
            for casing in [Casing::Lower, Casing::First, Casing::Title, Casing::Upper, Casing::Mixed] {
                let once = apply_case(casing, &text);
                prop_assert_eq!(apply_case(casing, &once), once.clone());
            }
        }
    }
}
