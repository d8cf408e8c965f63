//! The part of nlprule's tokenizer file that the lexicon needs: its dictionary.
//!
//! nlprule keeps the dictionary private, but its `Tagger` can be written out again.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result};
use fst::{Map, Streamer};
use mtlint::grammar::mirror::Tagger;
use nlprule::Tokenizer;
use serde::de::DeserializeOwned;

/// nlprule's dictionary: every word with its readings, in nlprule's order.
pub(crate) struct Dictionary {
    /// word -> its (lemma, part of speech) pairs
    pub(crate) words: BTreeMap<String, Vec<(String, String)>>,
    /// Every part of speech nlprule knows.
    pub(crate) parts_of_speech: Vec<String>,
}

/// Loads nlprule's tokenizer from its binary file (decoded, not the `.xz`).
pub(crate) fn tokenizer(path: &Path) -> Result<Tokenizer> {
    let file = File::open(path).with_context(|| format!("cannot open the model {}", path.display()))?;
    Tokenizer::from_reader(BufReader::new(file))
        .with_context(|| format!("{} is not a tokenizer file of nlprule 0.6.4", path.display()))
}

/// One half of the model as the library mirrors it, from a file that is plain or compressed.
pub(crate) fn mirrored<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let mut bytes = fs::read(path).with_context(|| format!("cannot read the model {}", path.display()))?;
    if path.extension().is_some_and(|extension| extension == "zst") {
        bytes = zstd::decode_all(bytes.as_slice())?;
    }
    bincode::deserialize(&bytes).with_context(|| format!("{} is not of nlprule 0.6.4", path.display()))
}

/// Reads the dictionary out of a loaded tokenizer.
pub(crate) fn dictionary(tokenizer: &Tokenizer) -> Result<Dictionary> {
    let bytes =
        bincode::serialize(tokenizer.tagger().as_ref()).context("nlprule could not write its tagger")?;
    let fields: Tagger = bincode::deserialize(&bytes).context("the tagger is not that of nlprule 0.6.4")?;

    let store = Map::new(fields.word_store_fst)?;
    let mut by_id = BTreeMap::new();
    let mut stream = store.stream();
    while let Some((word, id)) = stream.next() {
        by_id.insert(id, String::from_utf8(word.to_vec())?);
    }
    let names: BTreeMap<u16, &String> = fields.tag_store.iter().map(|(name, id)| (*id, name)).collect();

    let tags = Map::new(fields.tag_fst)?;
    let mut words: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let mut stream = tags.stream();
    while let Some((key, value)) = stream.next() {
        let word = std::str::from_utf8(&key[..key.len() - 1])?;
        let lemma = by_id.get(&(value >> 32)).with_context(|| format!("no lemma for “{word}”"))?;
        let pos_id = (value & 0xffff) as u16;
        let pos = names.get(&pos_id).with_context(|| format!("no part of speech for “{word}”"))?;
        words.entry(word.to_owned()).or_default().push((lemma.clone(), (*pos).clone()));
    }
    Ok(Dictionary { words, parts_of_speech: names.values().map(|name| (*name).clone()).collect() })
}
