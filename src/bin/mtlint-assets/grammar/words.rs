//! The matchers of all rules, and an automaton over the strings that they match.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use fst::MapBuilder;
use mtlint::grammar::engine::words::{Lists, Matcher, WordTables, any_case_key, exact_key, regex};
use mtlint::grammar::mirror::Engine;

use super::{expand, patterns};

/// A matcher with more strings than this has no list: it is asked when it matters.
const MOST_STRINGS: usize = 400;

/// All matchers, those with a list of strings first, and these lists.
pub(super) fn matchers<'a>(
    engines: impl Iterator<Item = &'a Engine>,
) -> (Vec<Matcher>, Vec<BTreeSet<String>>) {
    let mut all = BTreeSet::new();
    for engine in engines {
        patterns::matchers(engine, &mut |matcher| _ = all.insert(matcher));
    }
    let (mut listed, mut unlisted, mut lists) = (Vec::new(), Vec::new(), Vec::new());
    for matcher in all {
        match strings(&matcher) {
            Some(strings) => {
                listed.push(matcher);
                lists.push(strings);
            }
            None => unlisted.push(matcher),
        }
    }
    println!("{} matchers with a list, {} without", listed.len(), unlisted.len());
    listed.extend(unlisted);
    (listed, lists)
}

/// The strings that a matcher matches, if it has a list.
fn strings(matcher: &Matcher) -> Option<BTreeSet<String>> {
    let all = match matcher {
        Matcher::Exact(text) | Matcher::AnyCase(text) => BTreeSet::from([text.clone()]),
        Matcher::Regex(pattern) => {
            let mut all = expand::expand(pattern.strip_suffix("(?i)").unwrap_or(pattern), MOST_STRINGS)?;
            let regex = regex(pattern)?;
            all.retain(|string| regex.is_match(string));
            all
        }
    };
    let any_case = any_case(matcher);
    all.iter().all(|string| !any_case || any_case_key(string).is_some()).then_some(all)
}

fn any_case(matcher: &Matcher) -> bool {
    match matcher {
        Matcher::AnyCase(_) => true,
        Matcher::Exact(_) => false,
        Matcher::Regex(pattern) => pattern.ends_with("(?i)"),
    }
}

/// The tables of all matchers; `waiting` says which rules wait for those with a list.
pub(super) fn tables(
    matchers: Vec<Matcher>,
    strings: &[BTreeSet<String>],
    waiting: [Lists; 3],
) -> Result<WordTables> {
    let mut keys: BTreeMap<Vec<u8>, Vec<u16>> = BTreeMap::new();
    for ((number, matcher), strings) in (0_u16..).zip(&matchers).zip(strings) {
        for string in strings {
            let key = if any_case(matcher) { any_case_key(string) } else { Some(exact_key(string)) };
            let numbers = keys.entry(key.context("a listed string has a key")?).or_default();
            if numbers.last() != Some(&number) {
                numbers.push(number);
            }
        }
    }
    let distinct: BTreeSet<&Vec<u16>> = keys.values().collect();
    let mut lists = Lists::default();
    distinct.iter().for_each(|list| lists.push(list));
    let numbers: BTreeMap<&Vec<u16>, u64> = distinct.into_iter().zip(0..).collect();
    let mut automaton = MapBuilder::memory();
    for (key, list) in &keys {
        automaton.insert(key, numbers[list])?;
    }
    let automaton = automaton.into_inner()?;
    println!("{} strings, {} lists, automaton {} bytes", keys.len(), numbers.len(), automaton.len());
    Ok(WordTables { matchers, listed: u16::try_from(strings.len())?, strings: automaton, lists, waiting })
}
