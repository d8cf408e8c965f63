//! What characters a text has, as far as the cost of running a pattern over it depends on that.
//!
//! `\\p{L}` has hundreds of ranges, and English prose meets a few of them. A pattern that is cut down to the characters
//! of a text matches the same in it and compiles in a fraction of the time. And in a text without letters beyond
//! ASCII a word border is what it is in ASCII, which an automaton can decide.

use regex_syntax::hir::{Capture, Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look, Repetition};

/// Characters of a text; each holds those of the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    /// ASCII, and blanks and marks beyond it that are no part of words: quotation marks, dashes, no-break spaces.
    Plain,
    /// Latin letters and general punctuation.
    Latin,
    /// Whatever there is.
    Any,
}

/// [`Script::Plain`].
const PLAIN: [(char, char); 9] = [
    ('\0', '\u{7f}'),
    ('\u{a0}', '\u{a9}'),
    ('\u{ab}', '\u{b1}'),
    ('\u{b4}', '\u{b4}'),
    ('\u{b6}', '\u{b8}'),
    ('\u{bb}', '\u{bb}'),
    ('\u{2000}', '\u{200b}'),
    ('\u{200e}', '\u{203e}'),
    ('\u{2055}', '\u{206f}'),
];

/// [`Script::Latin`].
const LATIN: [(char, char); 2] = [('\0', '\u{24f}'), ('\u{2000}', '\u{206f}')];

/// [`Script::Any`].
const ANY: [(char, char); 1] = [('\0', '\u{10ffff}')];

impl Script {
    /// The narrowest that holds every character of `text`.
    pub(crate) fn of(text: &str) -> Self {
        if text.is_ascii() {
            return Self::Plain;
        }
        let beyond = text.chars().filter(|c| !c.is_ascii());
        let within = |c: char, script: Self| script.ranges().iter().any(|(a, z)| (*a..=*z).contains(&c));
        beyond.fold(Self::Plain, |script, c| match script {
            Self::Plain if within(c, Self::Plain) => Self::Plain,
            Self::Plain | Self::Latin if within(c, Self::Latin) => Self::Latin,
            _ => Self::Any,
        })
    }

    fn ranges(self) -> &'static [(char, char)] {
        match self {
            Self::Plain => &PLAIN,
            Self::Latin => &LATIN,
            Self::Any => &ANY,
        }
    }

    /// All its characters.
    pub(crate) fn characters(self) -> ClassUnicode {
        ClassUnicode::new(self.ranges().iter().map(|(a, z)| ClassUnicodeRange::new(*a, *z)))
    }

    /// A smaller pattern that matches the same as `hir` in texts of this script.
    pub(crate) fn narrowed(self, hir: &Hir) -> Hir {
        match self {
            Self::Any => hir.clone(),
            Self::Plain | Self::Latin => self.walk(hir, &self.characters()),
        }
    }

    fn walk(self, hir: &Hir, characters: &ClassUnicode) -> Hir {
        let all = |parts: &[Hir]| parts.iter().map(|part| self.walk(part, characters)).collect();
        match hir.kind() {
            HirKind::Class(Class::Unicode(class)) => {
                let mut class = class.clone();
                class.intersect(characters);
                Hir::class(Class::Unicode(class))
            }
            HirKind::Look(look) if self == Self::Plain => Hir::look(in_ascii(*look)),
            HirKind::Empty | HirKind::Look(_) | HirKind::Literal(_) | HirKind::Class(_) => hir.clone(),
            HirKind::Capture(capture) => {
                let sub = Box::new(self.walk(&capture.sub, characters));
                Hir::capture(Capture { sub, ..capture.clone() })
            }
            HirKind::Repetition(repetition) => {
                let sub = Box::new(self.walk(&repetition.sub, characters));
                Hir::repetition(Repetition { sub, ..repetition.clone() })
            }
            HirKind::Concat(parts) => Hir::concat(all(parts)),
            HirKind::Alternation(parts) => Hir::alternation(all(parts)),
        }
    }
}

/// The same border where no letter is beyond ASCII.
const fn in_ascii(look: Look) -> Look {
    match look {
        Look::WordUnicode => Look::WordAscii,
        Look::WordUnicodeNegate => Look::WordAsciiNegate,
        Look::WordStartUnicode => Look::WordStartAscii,
        Look::WordEndUnicode => Look::WordEndAscii,
        Look::WordStartHalfUnicode => Look::WordStartHalfAscii,
        Look::WordEndHalfUnicode => Look::WordEndHalfAscii,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrowest_script_is_taken() {
        assert_eq!(Script::of("“plain” – as\u{a0}it is…"), Script::Plain);
        assert_eq!(Script::of("café"), Script::Latin);
        assert_eq!(Script::of("café Москва"), Script::Any);
    }

    #[test]
    fn no_plain_character_beyond_ascii_is_part_of_a_word() {
        let word = regex::Regex::new(r"\w").expect("a valid pattern");
        let beyond = PLAIN.iter().skip(1).flat_map(|(a, z)| *a..=*z);
        assert_eq!(beyond.filter(|c| word.is_match(&c.to_string())).collect::<String>(), "");
    }
}
