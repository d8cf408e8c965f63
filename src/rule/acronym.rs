//! The matcher `acronym`: acronyms against the initials of the names beside them, in either order.

use std::collections::HashMap;

use super::checks::{Place, words};
use crate::document::{BlockKind, Document};
use crate::span::border_before;

/// Words that do not count among the initials of a name.
const FUNCTION_WORDS: &[&str] = &[
    "of", "the", "and", "for", "in", "on", "to", "a", "an", "at", "de", "la", "le", "du", "des", "et", "les",
    "with", "by", "from",
];

/// How far before a bracket an acronym is looked for, in bytes.
const NEAR: usize = 64;

/// Characters in brackets that are read as a name.
const INSIDE: usize = 80;

fn is_acronym(text: &str) -> bool {
    (2..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase())
}

/// Acronyms whose letters are the initials of the name that stands before or after them in brackets, but in
/// another order.
///
/// `{acronym}`, `{expansion}` and `{initials}` are captured; later uses of the acronym are reported as well.
pub(crate) fn acronyms_against_initials(document: &Document<'_>, ignore: &[String]) -> Vec<Place> {
    let mut found = Vec::new();
    let mut wrong: Vec<(String, String, String)> = Vec::new();
    for segment in &document.segments {
        if matches!(segment.kind, BlockKind::Heading | BlockKind::Byline | BlockKind::Note) {
            continue;
        }
        let text: &str = &segment.text;
        for (open, _) in text.match_indices('(') {
            let rest = &text[open + 1..];
            let window = rest.char_indices().nth(INSIDE).map_or(rest.len(), |(i, _)| i);
            let Some(length) = rest[..window].find(')') else { continue };
            let inside = &rest[..length];
            let pair = if is_acronym(inside) {
                initials_before(text, open, inside.len()).map(|(name, initials)| (inside, name, initials))
            } else {
                // An acronym is short; to look at the whole text for each bracket would take too long.
                let before = &text[border_before(text, open.saturating_sub(NEAR))..open].trim_end();
                let word = words(before).pop().filter(|w| w.end == before.len()).map(|w| &before[w]);
                let pair = word.filter(|w| is_acronym(w)).map(|w| (w, initials_of(inside)));
                pair.and_then(|(word, initials)| Some((word, inside.trim().to_owned(), initials?)))
            };
            let Some((acronym, expansion, initials)) = pair else { continue };
            let known = ignore.iter().any(|a| a == acronym);
            if !known && initials != acronym && sorted(&initials) == sorted(acronym) {
                wrong.push((acronym.to_owned(), expansion, initials));
            }
        }
    }
    wrong.sort();
    wrong.dedup_by(|a, b| a.0 == b.0);
    let wrong: HashMap<&str, &(String, String, String)> =
        wrong.iter().map(|wrong| (wrong.0.as_str(), wrong)).collect();
    for (index, segment) in document.segments.iter().enumerate() {
        for word in words(&segment.text) {
            let Some((acronym, expansion, initials)) = wrong.get(&segment.text[word.clone()]) else {
                continue;
            };
            found.push(Place {
                segment: index,
                span: word.into(),
                named: vec![
                    ("acronym", acronym.clone()),
                    ("expansion", expansion.clone()),
                    ("initials", initials.clone()),
                ],
            });
        }
    }
    found
}

fn sorted(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.sort_unstable();
    bytes
}

/// The `n` words with initials before `open`, function words left out: their text and their initials.
fn initials_before(text: &str, open: usize, n: usize) -> Option<(String, String)> {
    let window = text[..open].char_indices().rev().nth(160).map_or(0, |(i, _)| i);
    let before = &text[window..open];
    let stop = before.rfind(['.', ';', ':', '(', ')', '“', '”', '"']).map_or(0, |i| i + 1);
    let before = before.get(stop..).unwrap_or_default();
    let mut initials = Vec::new();

    for word in words(before).into_iter().rev() {
        let text = &before[word.clone()];
        if FUNCTION_WORDS.contains(&text.to_lowercase().as_str()) {
            continue;
        }
        initials.push(text.chars().next()?.to_ascii_uppercase());
        let start = word.start;
        if initials.len() == n {
            // A name begins with a capital; “perform cardiopulmonary resuscitation (CPR)” is none.
            if !text.starts_with(char::is_uppercase) {
                return None;
            }
            initials.reverse();
            return Some((before[start..].trim().to_owned(), initials.into_iter().collect()));
        }
    }

    None
}

/// The initials of a name in brackets, function words left out, if each of its words has a capital.
fn initials_of(name: &str) -> Option<String> {
    let counts = |word: &&str| !FUNCTION_WORDS.contains(&word.to_lowercase().as_str());
    let initial = |word: &str| word.chars().next().filter(|c| c.is_uppercase());
    words(name).into_iter().map(|w| &name[w]).filter(counts).map(initial).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Format, read};
    use crate::source::Source;

    fn found(text: &str) -> Vec<String> {
        let source = Source::from_text(text).expect("short");
        let document = read(&source, Format::Plain);
        let places = acronyms_against_initials(&document, &[]);
        places.iter().map(|p| document.segments[p.segment].slice(p.span).to_owned()).collect()
    }

    #[test]
    fn acronym_in_source_order() {
        assert_eq!(found("The Shanghai Cooperation Organisation (OCS) met. The OCS grew."), ["OCS", "OCS"]);
        assert!(found("The Shanghai Cooperation Organisation (SCO) met.").is_empty());
        assert!(found("The Ministry of Defence (MOD) met.").is_empty());
    }

    #[test]
    fn the_name_may_stand_in_the_brackets() {
        assert_eq!(found("The APL (People's Liberation Army) fired."), ["APL"]);
        assert!(found("The PLA (People's Liberation Army) fired.").is_empty());
        assert!(found("The APL (formerly the army of the people) fired.").is_empty());
    }
}
