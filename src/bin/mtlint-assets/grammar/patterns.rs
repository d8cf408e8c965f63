//! From what nlprule stores of a rule to the pattern that may rule it out.

use std::collections::BTreeMap;

use mtlint::grammar::engine::pattern::{Exception, Pattern, Sequence, Step, Test, WordTest};
use mtlint::grammar::engine::words::Matcher;
use mtlint::grammar::mirror::{Atom, Composition, Either, Engine, Matcher as Stored, PosMask, TextMatcher};

/// The matchers with their numbers.
pub(super) type Numbers = BTreeMap<Matcher, u16>;

/// The matcher that nlprule asks, if it is one of words alone. `WordData` atoms say themselves whether case counts.
pub(super) fn matcher(stored: &Stored, case_sensitive: Option<bool>) -> Option<Matcher> {
    match &stored.matcher {
        Either::Left(Either::Right(_)) => None,
        Either::Left(Either::Left(text)) if case_sensitive.unwrap_or(stored.case_sensitive) => {
            Some(Matcher::Exact(text.clone()))
        }
        Either::Left(Either::Left(text)) => Some(Matcher::AnyCase(text.clone())),
        Either::Right(pattern) => Some(Matcher::Regex(pattern.clone())),
    }
}

/// Calls `seen` with each matcher of a rule.
pub(super) fn matchers(engine: &Engine, seen: &mut impl FnMut(Matcher)) {
    if let Engine::Token { composition, antipatterns } = engine {
        for part in [composition].into_iter().chain(antipatterns).flat_map(|sequence| &sequence.parts) {
            atom_matchers(&part.atom, seen);
        }
    }
}

fn atom_matchers(atom: &Atom, seen: &mut impl FnMut(Matcher)) {
    match atom {
        Atom::Text(text) => matcher(&text.matcher, None).into_iter().for_each(seen),
        Atom::WordData { inflect: Some(text), case_sensitive, .. } => {
            matcher(&text.matcher, Some(*case_sensitive)).into_iter().for_each(seen);
        }
        Atom::And(atoms) | Atom::Or(atoms) => atoms.iter().for_each(|atom| atom_matchers(atom, seen)),
        Atom::Not(atom) | Atom::Offset(atom, _) => atom_matchers(atom, seen),
        _ => {}
    }
}

/// The pattern of a rule.
pub(super) fn pattern(engine: &Engine, numbers: &Numbers) -> Pattern {
    match engine {
        Engine::Text(..) => Pattern { sequence: None, uses_chunks: false, exceptions: Vec::new() },
        Engine::Token { composition, antipatterns } => Pattern {
            sequence: Some(sequence(composition, numbers)),
            uses_chunks: uses_chunks(composition),
            exceptions: antipatterns
                .iter()
                .map(|antipattern| Exception {
                    sequence: sequence(antipattern, numbers),
                    uses_chunks: uses_chunks(antipattern),
                })
                .collect(),
        },
    }
}

fn uses_chunks(composition: &Composition) -> bool {
    composition.parts.iter().any(|part| asks_for_chunks(&part.atom))
}

fn asks_for_chunks(atom: &Atom) -> bool {
    match atom {
        Atom::Chunk(_) => true,
        Atom::And(atoms) | Atom::Or(atoms) => atoms.iter().any(asks_for_chunks),
        Atom::Not(atom) | Atom::Offset(atom, _) => asks_for_chunks(atom),
        _ => false,
    }
}

fn sequence(composition: &Composition, numbers: &Numbers) -> Sequence {
    let cut = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let steps = composition.parts.iter().map(|part| Step {
        test: test(&part.atom, numbers),
        min: cut(part.min),
        max: cut(part.max),
    });
    Sequence { steps: steps.collect(), may_end: composition.can_stop_mask.clone() }
}

fn test(atom: &Atom, numbers: &Numbers) -> Test {
    let all = |atoms: &[Atom]| atoms.iter().map(|atom| test(atom, numbers)).collect();
    match atom {
        Atom::Chunk(_) => Test::Unknown,
        Atom::SpaceBefore(space) => Test::Space(*space),
        Atom::Text(text) => Test::Text(word_test(&text.matcher, None, numbers)),
        Atom::WordData { pos, inflect, case_sensitive } => Test::Reading {
            pos: pos.as_ref().map_or(u64::MAX, pos_bits),
            lemma: inflect.as_ref().map(|text| word_test(&text.matcher, Some(*case_sensitive), numbers)),
        },
        Atom::True => Test::Always(true),
        Atom::False => Test::Always(false),
        Atom::And(atoms) => Test::All(all(atoms)),
        Atom::Or(atoms) => Test::Any(all(atoms)),
        Atom::Not(atom) => Test::Not(Box::new(test(atom, numbers))),
        Atom::Offset(atom, offset) => match i32::try_from(*offset) {
            Ok(offset) => Test::At(Box::new(test(atom, numbers)), offset),
            Err(_) => Test::Unknown,
        },
    }
}

/// A part of speech is a bit; nlprule has 59 of them.
fn pos_bits(mask: &PosMask) -> u64 {
    assert!(mask.0.len() <= 64, "more parts of speech than bits");
    mask.0.iter().enumerate().filter(|(_, has)| **has).map(|(id, _)| 1 << id).sum()
}

fn word_test(stored: &Stored, case_sensitive: Option<bool>, numbers: &Numbers) -> WordTest {
    let Some(matcher) = matcher(stored, case_sensitive) else { return WordTest::Unknown };
    let empty = !stored.empty_always_false && stored.negate;
    WordTest::Matcher { number: numbers[&matcher], negate: stored.negate, empty }
}

/// Takes out the sets of word ids, which belong to one dictionary: without them nlprule asks the matcher itself.
pub(super) fn strip_sets(engine: &mut Engine) {
    let Engine::Token { composition, antipatterns } = engine else { return };
    let sequences = [composition].into_iter().chain(antipatterns);
    for Composition { parts, .. } in sequences {
        parts.iter_mut().for_each(|part| strip_atom(&mut part.atom));
    }
}

/// A rule's pattern without its exceptions, if it has any.
pub(super) fn without_exceptions(engine: &Engine) -> Option<Engine> {
    match engine {
        Engine::Token { composition, antipatterns } if !antipatterns.is_empty() => {
            Some(Engine::Token { composition: composition.clone(), antipatterns: Vec::new() })
        }
        _ => None,
    }
}

fn strip_atom(atom: &mut Atom) {
    match atom {
        Atom::Text(TextMatcher { set, .. })
        | Atom::WordData { inflect: Some(TextMatcher { set, .. }), .. } => *set = None,
        Atom::And(atoms) | Atom::Or(atoms) => atoms.iter_mut().for_each(strip_atom),
        Atom::Not(atom) | Atom::Offset(atom, _) => strip_atom(atom),
        _ => {}
    }
}
