//! Words: borders, neighbours, articles, letter case, typographic folding.

use crate::span::{Seg, Span};

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
/// brackets, dashes and a list number may stand before it.
pub fn starts_sentence(text: &str, sentences: &[Span<Seg>], byte: usize) -> bool {
    let next = sentences.partition_point(|s| s.start <= byte);
    let Some(sentence) = next.checked_sub(1).map(|i| sentences[i]).filter(|s| byte < s.end) else {
        return false;
    };
    text.get(sentence.start..byte).is_some_and(|head| !head.contains(char::is_alphanumeric))
}

/// The indefinite articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Article {
    /// Before a consonant sound.
    A,
    /// Before a vowel sound.
    An,
}

impl Article {
    /// `a` or `an`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::An => "an",
        }
    }
}

/// The article that the sound of `next_word` asks for.
pub fn indefinite_article(next_word: &str) -> Article {
    if next_word.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']) {
        Article::An
    } else {
        Article::A
    }
}

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
