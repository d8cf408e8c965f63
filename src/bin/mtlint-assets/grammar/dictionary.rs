//! Tokenizers of which each does one thing: one runs a single rule, one finds chunks, one splits and tags.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use fst::{Map, MapBuilder};
use mtlint::grammar::mirror::Either::Left;
use mtlint::grammar::mirror::{Disambiguation, Tagger, Tokenizer, WordData};

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

/// A tokenizer that splits and tags, without rules, chunker and borders of sentences; the lemmas of
/// [`lemmas`] have their ids.
pub(super) fn dictionary(tokenizer: &Tokenizer) -> Result<Tokenizer> {
    let first = lemmas(tokenizer);
    let store = Map::new(tokenizer.tagger.word_store_fst.as_slice())?;
    let mut ids: BTreeMap<u64, u64> = BTreeMap::new();
    let words: Vec<(String, u64)> = store.stream().into_str_vec()?;
    for (lemma, id) in &first {
        ids.insert(store.get(lemma).with_context(|| format!("no word “{lemma}”"))?, u64::from(*id));
    }
    let mut free = first.len() as u64..;
    let mut words: Vec<(String, u64)> = words;
    for (_, id) in &mut words {
        *id = *ids.entry(*id).or_insert_with(|| free.next().expect("enough numbers"));
    }
    let tags = Map::new(tokenizer.tagger.tag_fst.as_slice())?;
    let mut tags = tags.stream().into_byte_vec();
    for (_, value) in &mut tags {
        *value = ids[&(*value >> 32)] << 32 | *value & 0xffff_ffff;
    }
    let tagger = Tagger {
        tag_fst: Map::from_iter(tags)?.into_fst().into_inner(),
        word_store_fst: Map::from_iter(words)?.into_fst().into_inner(),
        ..tokenizer.tagger.clone()
    };
    Ok(Tokenizer { multiwords: tokenizer.multiwords.clone(), tagger, ..bare(tokenizer)? })
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
