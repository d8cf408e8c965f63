//! How phrases are written: groups, lemmas, lists, optional parts.

use std::sync::Arc;

use super::fold::folded;
use super::{Alternative, Alternatives, Anchor, Choice, Phrase, Piece};
use crate::lexicon::{Lexicon, Pos};

/// Why a phrase cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PhraseError {
    #[error("the phrase is empty")]
    Empty,
    #[error("“{{” without “}}”")]
    Unclosed,
    #[error("“{{}}” is empty")]
    EmptyGroup,
    #[error("“{0}” is not a lemma that the lexicon knows")]
    UnknownLemma(String),
    #[error("“{0}” is not a class: use V (verb), N (noun) or A (adjective)")]
    UnknownClass(String),
    #[error("there is no word list “{0}”")]
    UnknownList(String),
    #[error("the phrase has no word that must stand in it")]
    NoLiteral,
    #[error("the phrase has more than {MAX_PIECES} parts")]
    TooLong,
    #[error("the phrase is longer than {0} bytes")]
    Long(usize),
}

/// Upper bound of pieces in a phrase; recursion in matching is as deep.
const MAX_PIECES: usize = 32;

impl Phrase {
    /// Compiles `pattern`; `list` gives the entries of a word list.
    pub(crate) fn new(
        pattern: &str,
        exact: bool,
        lexicon: &Lexicon,
        list: &dyn Fn(&str) -> Option<Arc<Alternatives>>,
    ) -> Result<Self, PhraseError> {
        let mut pieces = Vec::new();
        let mut rest = pattern.trim();
        while !rest.is_empty() {
            let open = rest.find('{').unwrap_or(rest.len());
            if open > 0 {
                push_text(&mut pieces, &rest[..open], exact);
            }
            let Some(inner) = rest[open..].strip_prefix('{') else { break };
            let close = inner.find('}').ok_or(PhraseError::Unclosed)?;
            pieces.push(group(&inner[..close], exact, lexicon, list)?);
            rest = &inner[close + 1..];
        }
        if pieces.is_empty() {
            return Err(PhraseError::Empty);
        }
        if pieces.len() > MAX_PIECES {
            return Err(PhraseError::TooLong);
        }
        attach_blanks(&mut pieces);
        let choice =
            |p: &Piece| if let Piece::Choice(c) = p { Some((c.lone_lemma, c.inflects)) } else { None };
        let groups = pieces.iter().filter(|p| match choice(p) {
            Some((lone, _)) => !lone,
            None => !matches!(p, Piece::Text { .. }),
        });
        let groups = groups.count();
        let lemmas = pieces.iter().filter(|p| choice(p).is_some_and(|(_, inflects)| inflects)).count();
        let anchor = Anchor { piece: 0, literals: Vec::new() };
        let mut phrase = Self { pieces, exact, groups, lemmas, anchor };
        phrase.anchor = phrase.rarest(lexicon).ok_or(PhraseError::NoLiteral)?;
        Ok(phrase)
    }
}

fn push_text(pieces: &mut Vec<Piece>, text: &str, exact: bool) {
    pieces.push(Piece::Text { folded: folded(text, exact).into(), written: folded(text, true).into() });
}

fn group(
    inner: &str,
    exact: bool,
    lexicon: &Lexicon,
    list: &dyn Fn(&str) -> Option<Arc<Alternatives>>,
) -> Result<Piece, PhraseError> {
    match inner {
        "" => return Err(PhraseError::EmptyGroup),
        "*" => return Ok(Piece::Word),
        "#" => return Ok(Piece::Number),
        _ => {}
    }
    if let Some(name) = inner.strip_prefix('@') {
        let alternatives = list(name).ok_or_else(|| PhraseError::UnknownList(name.to_owned()))?;
        return Ok(Piece::Choice(Choice {
            alternatives,
            optional: false,
            lone_lemma: false,
            inflects: false,
        }));
    }
    let items: Vec<&str> = inner.split('|').collect();
    let lone = items.len() == 1;
    let mut alternatives = Vec::new();
    let mut optional = false;
    let mut inflects = false;
    for item in items {
        let item = item.trim();
        if item.is_empty() {
            optional = true;
        } else if let Some((lemma, class)) = item.split_once(':') {
            let class =
                Class::from_letter(class).ok_or_else(|| PhraseError::UnknownClass(class.to_owned()))?;
            alternatives.extend(lemma_forms(lemma, Some(class), exact, lexicon)?);
            inflects = true;
        } else if lone {
            alternatives.extend(lemma_forms(item, None, exact, lexicon)?);
            inflects = true;
        } else {
            alternatives.push(Alternative::plain(item, exact));
        }
    }
    // Longest first; the order among equals stays as written.
    alternatives.sort_by_key(|a| std::cmp::Reverse(a.text.len()));
    alternatives.dedup_by(|a, b| a.text == b.text && a.forms == b.forms);
    let alternatives = Arc::new(alternatives.into_iter().collect());
    Ok(Piece::Choice(Choice { alternatives, optional, lone_lemma: lone, inflects }))
}

/// A class of parts of speech that a lemma can be limited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Verb,
    Noun,
    Adjective,
}

impl Class {
    fn from_letter(letter: &str) -> Option<Self> {
        match letter {
            "V" => Some(Self::Verb),
            "N" => Some(Self::Noun),
            "A" => Some(Self::Adjective),
            _ => None,
        }
    }

    fn has(self, pos: Pos) -> bool {
        match self {
            Self::Verb => pos.is_verb(),
            Self::Noun => pos.is_noun(),
            Self::Adjective => pos.is_adjective(),
        }
    }
}

fn lemma_forms(
    lemma: &str,
    class: Option<Class>,
    exact: bool,
    lexicon: &Lexicon,
) -> Result<Vec<Alternative>, PhraseError> {
    let mut all: Vec<Alternative> = Vec::new();
    for form in lexicon.forms(lemma) {
        if class.is_some_and(|c| !c.has(form.pos)) {
            continue;
        }
        let text: Box<str> = folded(&form.text, exact).into();
        match all.iter_mut().find(|a| a.text == text) {
            Some(known) => known.forms.push(form.pos),
            None => all.push(Alternative { text, written: form.text.into(), forms: vec![form.pos] }),
        }
    }
    if all.is_empty() { Err(PhraseError::UnknownLemma(lemma.to_owned())) } else { Ok(all) }
}

/// Gives an optional group one of the blanks beside it, so that leaving it out leaves one blank, not two.
fn attach_blanks(pieces: &mut Vec<Piece>) {
    for i in 0..pieces.len() {
        if !matches!(&pieces[i], Piece::Choice(c) if c.optional) {
            continue;
        }
        let blank_after =
            matches!(pieces.get(i + 1), Some(Piece::Text { folded, .. }) if folded.starts_with(' '));
        let blank_before =
            i > 0 && matches!(&pieces[i - 1], Piece::Text { folded, .. } if folded.ends_with(' '));
        let (neighbour, after) = match (blank_before, blank_after) {
            (_, true) if i == 0 || blank_before => (i + 1, true),
            (true, false) if i + 1 == pieces.len() => (i - 1, false),
            _ => continue,
        };
        let Piece::Text { folded, written } = &mut pieces[neighbour] else { continue };
        for text in [folded, written] {
            *text = if after { text[1..].into() } else { text[..text.len() - 1].into() };
        }
        let Piece::Choice(choice) = &mut pieces[i] else { continue };
        let with_blank = choice.alternatives.iter().map(|a| {
            let blank = |text: &str| if after { format!("{text} ") } else { format!(" {text}") }.into();
            Alternative { text: blank(&a.text), written: blank(&a.written), forms: a.forms.clone() }
        });
        choice.alternatives = Arc::new(with_blank.collect());
    }
    pieces.retain(|p| !matches!(p, Piece::Text { folded, .. } if folded.is_empty()));
}
