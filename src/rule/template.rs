//! Templates of messages and replacements: `{0}`, `{name|filter}`, `{{` and `}}`.

use serde::{Deserialize, Serialize};

use crate::lexicon::{Lexicon, Pos};
use crate::text::word::capitalised;

/// A parsed template.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Part {
    Text(String),
    Slot(Slot, Vec<Filter>),
}

/// What a template can name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Slot {
    /// `{0}`: the match.
    Match,
    /// `{fix}`: the replacement.
    Fix,
    /// `{1}` and on: a numbered group.
    Number(usize),
    /// A named capture; in the correction of a phrase, a lemma to inflect.
    Name(String),
}

/// What can be done to a slot's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Filter {
    Lower,
    Cap,
    Upper,
    Title,
    Plural,
    Singular,
    Third,
    Base,
    Past,
    Participle,
    Ing,
}

/// Why a template cannot be parsed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TemplateError {
    #[error("“{{” without “}}”; write “{{{{” for a brace")]
    Unclosed,
    #[error("“}}” without “{{”; write “}}}}” for a brace")]
    Unopened,
    #[error("“{{}}” names nothing")]
    Empty,
    #[error(
        "there is no filter “{0}”: use lower, cap, upper, title, plural, singular, third, base, past, participle or ing"
    )]
    UnknownFilter(String),
    #[error("the text is longer than {0} bytes")]
    Long(usize),
    #[error("more than {0} places in braces in one text")]
    ManySlots(usize),
}

impl Template {
    /// Parses a template.
    pub(crate) fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                plain.push_str(brace);
                rest = after;
            } else if brace == "}" {
                return Err(TemplateError::Unopened);
            } else {
                let close = rest.find('}').ok_or(TemplateError::Unclosed)?;
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(slot(&rest[..close])?);
                rest = &rest[close + 1..];
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self { parts })
    }

    /// The slots, in order.
    pub(crate) fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.parts.iter().filter_map(|part| match part {
            Part::Slot(slot, _) => Some(slot),
            Part::Text(_) => None,
        })
    }

    /// Fills the slots by `get` and runs the filters.
    pub(crate) fn expand(&self, lexicon: &Lexicon, get: impl FnMut(&Slot) -> String) -> String {
        self.expand_within(usize::MAX, lexicon, get).unwrap_or_default()
    }

    /// The same; `None` if that makes more than `most` bytes.
    pub(crate) fn expand_within(
        &self,
        most: usize,
        lexicon: &Lexicon,
        mut get: impl FnMut(&Slot) -> String,
    ) -> Option<String> {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Slot(slot, filters) => {
                    let text = filters.iter().fold(get(slot), |text, filter| filter.apply(lexicon, &text));
                    out.push_str(&text);
                }
            }
            if out.len() > most {
                return None;
            }
        }
        Some(out)
    }
}

fn slot(inner: &str) -> Result<Part, TemplateError> {
    let mut pieces = inner.split('|').map(str::trim);
    let name = pieces.next().filter(|n| !n.is_empty()).ok_or(TemplateError::Empty)?;
    let slot = match name {
        "0" => Slot::Match,
        "fix" => Slot::Fix,
        _ => match name.parse::<usize>() {
            Ok(number) => Slot::Number(number),
            Err(_) => Slot::Name(name.to_owned()),
        },
    };
    let filters = pieces.map(Filter::named).collect::<Result<_, _>>()?;
    Ok(Part::Slot(slot, filters))
}

impl Filter {
    fn named(name: &str) -> Result<Self, TemplateError> {
        Ok(match name {
            "lower" => Self::Lower,
            "cap" => Self::Cap,
            "upper" => Self::Upper,
            "title" => Self::Title,
            "plural" => Self::Plural,
            "singular" => Self::Singular,
            "third" => Self::Third,
            "base" => Self::Base,
            "past" => Self::Past,
            "participle" => Self::Participle,
            "ing" => Self::Ing,
            _ => return Err(TemplateError::UnknownFilter(name.to_owned())),
        })
    }

    fn apply(self, lexicon: &Lexicon, text: &str) -> String {
        match self {
            Self::Lower => text.to_lowercase(),
            Self::Cap => capitalised(text),
            Self::Upper => text.to_uppercase(),
            Self::Title => title_case(text),
            Self::Plural => reinflected(lexicon, text, Pos::NNS, Pos::is_noun),
            Self::Singular => reinflected(lexicon, text, Pos::NN, Pos::is_noun),
            Self::Third => reinflected(lexicon, text, Pos::VBZ, Pos::is_verb),
            Self::Base => reinflected(lexicon, text, Pos::VB, Pos::is_verb),
            Self::Past => reinflected(lexicon, text, Pos::VBD, Pos::is_verb),
            Self::Participle => reinflected(lexicon, text, Pos::VBN, Pos::is_verb),
            Self::Ing => reinflected(lexicon, text, Pos::VBG, Pos::is_verb),
        }
    }
}

/// First letter of each word upper case, the rest lower; hyphenated parts too (`JEAN-PIERRE` → `Jean-Pierre`).
fn title_case(text: &str) -> String {
    let mut at_start = true;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if at_start {
            out.extend(c.to_uppercase());
        } else {
            out.extend(c.to_lowercase());
        }
        at_start = !c.is_alphanumeric();
    }
    out
}

/// The word in another form; unchanged if the lexicon does not know it as such.
fn reinflected(lexicon: &Lexicon, text: &str, pos: Pos, class: fn(Pos) -> bool) -> String {
    let readings = lexicon.readings(text);
    let lemma = readings.iter().find(|r| class(r.pos)).map(|r| r.lemma.to_string());
    let form = lemma.and_then(|lemma| lexicon.inflect(&lemma, pos));
    match form {
        Some(form) if text.starts_with(char::is_uppercase) => capitalised(&form),
        Some(form) => form,
        None => text.to_owned(),
    }
}
