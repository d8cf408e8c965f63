//! Tokenizers of which each does one thing (one runs a single rule, one finds chunks), and the dictionary.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};
use fst::{Map, MapBuilder};
use mtlint::grammar::engine::dictionary::DictionaryTables;
use mtlint::grammar::mirror::Either::Left;
use mtlint::grammar::mirror::{Disambiguation, Filter, Tagger, Tokenizer, WordData};

/// The lemmas that disambiguation rules name, with the ids they have in every dictionary: a rule that removes a
/// reading compares ids. The empty word has 0, the others follow in order.
pub(super) fn lemmas(tokenizer: &Tokenizer) -> BTreeMap<String, u32> {
    let mut changes: Vec<Disambiguation> =
        tokenizer.rules.iter().map(|rule| rule.disambiguations.clone()).collect();
    let words = changes.iter_mut().flat_map(words_of).map(|data| data.lemma.0.clone());
    let lemmas: BTreeSet<String> = words.chain([String::new()]).collect();
    lemmas.into_iter().zip(0..).collect()
}

/// A tokenizer with an empty dictionary, without rules and chunker.
pub(super) fn bare(tokenizer: &Tokenizer) -> Result<Tokenizer> {
    let nothing = MapBuilder::memory().into_inner()?;
    Ok(Tokenizer {
        rules: Vec::new(),
        chunker: None,
        sentencizer: Vec::new(),
        multiwords: None,
        tagger: Tagger {
            tag_fst: nothing.clone(),
            word_store_fst: nothing,
            tag_store: BTreeMap::new(),
            options: tokenizer.tagger.options.clone(),
            anchors: Vec::new(),
        },
        options: tokenizer.options.clone(),
    })
}

/// The dictionary as the engine asks it.
pub(super) fn dictionary(tokenizer: &Tokenizer) -> Result<DictionaryTables> {
    let tagger = &tokenizer.tagger;
    ensure!(!tagger.options.use_compound_split_heuristic, "the engine does not look up parts of compounds");
    let words: Vec<(String, u64)> = Map::new(tagger.word_store_fst.as_slice())?.stream().into_str_vec()?;
    let places: BTreeMap<u64, u64> = words.iter().map(|(_, id)| *id).zip(0..).collect();
    let mut readings = Map::new(tagger.tag_fst.as_slice())?.stream().into_byte_vec();
    for (_, value) in &mut readings {
        *value = places[&(*value >> 32)] << 32 | *value & 0xffff_ffff;
    }
    let named = lemmas(tokenizer).into_keys().collect();
    let filters = tokenizer.rules.iter().filter_map(|rule| rule.filter.as_ref());
    let parts: BTreeSet<String> =
        filters.map(|Filter::NoDisambiguationEnglishPartialPosTag { regexp, .. }| regexp.clone()).collect();
    Ok(DictionaryTables {
        words: Map::from_iter(words.iter().map(|(word, _)| word).zip(0..))?.into_fst().into_inner(),
        readings: Map::from_iter(readings)?.into_fst().into_inner(),
        named,
        pos_ids: tagger.tag_store.clone(),
        phrases: tokenizer.multiwords.clone().unwrap_or_default(),
        parts: parts.into_iter().collect(),
        tagging: tagger.options.clone(),
        splitting: tokenizer.options.clone(),
    })
}

/// The words that a change names.
pub(super) fn words_of(change: &mut Disambiguation) -> Vec<&mut WordData> {
    match change {
        Disambiguation::Remove(all) => {
            all.iter_mut().filter_map(|one| if let Left(data) = one { Some(data) } else { None }).collect()
        }
        Disambiguation::Filter(all, _) => all
            .iter_mut()
            .flatten()
            .filter_map(|one| if let Left(data) = one { Some(data) } else { None })
            .collect(),
        Disambiguation::Add(all) | Disambiguation::Replace(all) => all.iter_mut().collect(),
        Disambiguation::Unify(..) | Disambiguation::Nop => Vec::new(),
    }
}
