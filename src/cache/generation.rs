//! What is known of many sentences, as bytes that are looked things up in as they are.
//!
//! ```text
//! head      magic, number of clean keys, number of other keys, check sum of these three
//! clean     keys of the sentences without findings, sorted
//! found     keys of the others, sorted
//! ends      for each of these, where its record ends in what follows
//! records   check sum with the key, then the findings as JSON
//! ```
//!
//! A key is the hash of a sentence, so a sentence without findings, as nearly all are, takes eight bytes.
//! Damage is harmless: a head that is not right makes it all empty, a damaged key is the key of nothing,
//! a damaged record is no record. No I/O here.

use std::hash::{DefaultHasher, Hash, Hasher};

/// The key of a sentence or a whole text: a hash, the most significant byte first, so that keys sort as bytes.
///
/// Among the 300,000 keys of a full cache, a sentence has the key of another one once in 6 × 10¹³ cases.
pub(crate) type Key = [u8; 8];

const MAGIC: [u8; 8] = *b"mtlint\x01\n";
/// Bytes of the head.
pub(super) const HEAD: usize = 24;

/// A sorted table of sentences, read-only.
#[derive(Debug, Default)]
pub(super) struct Generation {
    bytes: Vec<u8>,
    clean: usize,
    found: usize,
}

struct Tables<'a> {
    clean: &'a [Key],
    found: &'a [Key],
    ends: &'a [[u8; 4]],
    records: &'a [u8],
}

impl Generation {
    /// Takes the bytes that [`encode`] gave; empty if they are no longer that.
    pub(super) fn decode(bytes: Vec<u8>) -> Self {
        let number = |at: usize| {
            let bytes = bytes.get(at..at + 4)?.try_into().ok()?;
            usize::try_from(u32::from_le_bytes(bytes)).ok()
        };
        let counts = || {
            let sound = bytes.get(16..HEAD)? == key(&bytes[..16]) && bytes.starts_with(&MAGIC);
            Some((number(8)?, number(12)?)).filter(|_| sound)
        };
        let Some((clean, found)) = counts() else { return Self::default() };
        let whole = Self { bytes, clean, found };
        match whole.tables() {
            Some(tables) if tables.end(found) == Some(tables.records.len()) => whole,
            _ => Self::default(),
        }
    }

    /// Whether nothing is known.
    pub(super) fn is_empty(&self) -> bool {
        self.clean + self.found == 0
    }

    /// What is known of the sentence with this key.
    pub(super) fn get(&self, key: &Key) -> Option<&[u8]> {
        let tables = self.tables()?;
        if tables.clean.binary_search(key).is_ok() {
            return Some(&[]);
        }
        tables.record(tables.found.binary_search(key).ok()?, key)
    }

    /// All that is known, damaged records left out.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Key, &[u8])> {
        self.tables().into_iter().flat_map(|tables| {
            let clean = tables.clean.iter().map(|key| (*key, &[][..]));
            let found = tables.found.iter().enumerate();
            clean.chain(found.filter_map(move |(i, key)| Some((*key, tables.record(i, key)?))))
        })
    }

    fn tables(&self) -> Option<Tables<'_>> {
        let (clean, rest) = self.bytes.get(HEAD..)?.split_at_checked(self.clean.checked_mul(8)?)?;
        let (found, rest) = rest.split_at_checked(self.found.checked_mul(8)?)?;
        let (ends, records) = rest.split_at_checked(self.found.checked_mul(4)?)?;
        Some(Tables {
            clean: clean.as_chunks().0,
            found: found.as_chunks().0,
            ends: ends.as_chunks().0,
            records,
        })
    }
}

impl<'a> Tables<'a> {
    /// Where the first `count` records end.
    fn end(&self, count: usize) -> Option<usize> {
        match count.checked_sub(1) {
            None => Some(0),
            Some(last) => usize::try_from(u32::from_le_bytes(*self.ends.get(last)?)).ok(),
        }
    }

    fn record(&self, which: usize, of: &Key) -> Option<&'a [u8]> {
        let sealed = self.records.get(self.end(which)?..self.end(which + 1)?)?;
        let (sum, record) = sealed.split_at_checked(8)?;
        (sum == key((of, record))).then_some(record)
    }
}

/// The bytes that [`Generation::decode`] takes; of two entries with the same key the later one counts.
pub(super) fn encode<'r>(entries: impl Iterator<Item = (Key, &'r [u8])>) -> Vec<u8> {
    let mut entries: Vec<(Key, &[u8])> = entries.collect();
    // Most of them come from a table and are in order already, which makes this cheap.
    entries.sort_by_key(|(key, _)| *key);
    entries.dedup_by(|later, kept| {
        let same = later.0 == kept.0;
        if same {
            kept.1 = later.1;
        }
        same
    });
    let weight: usize = entries.iter().map(|(_, record)| weight(record)).sum();
    let (clean, found): (Vec<_>, Vec<_>) = entries.into_iter().partition(|(_, record)| record.is_empty());
    let mut bytes = Vec::with_capacity(HEAD + weight);
    bytes.extend(MAGIC);
    for count in [clean.len(), found.len()] {
        bytes.extend(u32::try_from(count).unwrap_or_default().to_le_bytes());
    }
    bytes.extend(key(bytes.as_slice()));
    bytes.extend(clean.iter().chain(&found).flat_map(|(key, _)| *key));
    let mut end = 0_u32;
    for (_, record) in &found {
        end += u32::try_from(record.len() + 8).unwrap_or_default();
        bytes.extend(end.to_le_bytes());
    }
    for (of, record) in found {
        bytes.extend(key((of, record)));
        bytes.extend(record);
    }
    bytes
}

/// How many bytes a record takes in a generation, its key included.
pub(super) fn weight(record: &[u8]) -> usize {
    if record.is_empty() { 8 } else { 8 + 4 + 8 + record.len() }
}

/// The key of what is hashed: the same in every run of one build of the program.
pub(crate) fn key(of: impl Hash) -> Key {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish().to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [(&str, &str); 5] =
        [("a", ""), ("b", "findings of b"), ("c", ""), ("d", "findings of d"), ("e", "")];

    fn some() -> impl Iterator<Item = (Key, &'static [u8])> {
        TEXTS.iter().map(|(text, record)| (key(text), record.as_bytes()))
    }

    #[test]
    fn what_was_written_is_found_again() {
        let generation = Generation::decode(encode(some()));
        for (key, record) in some() {
            assert_eq!(generation.get(&key), Some(record));
        }
        assert_eq!(generation.get(&key("f")), None);
        assert_eq!(generation.entries().count(), TEXTS.len());
        assert!(!generation.is_empty());
        assert!(Generation::decode(encode(std::iter::empty())).is_empty());
    }

    #[test]
    fn the_later_entry_counts() {
        let young = encode(some());
        let (young, new) = (Generation::decode(young), [(key("b"), &b"new"[..]), (key("f"), &[])]);
        let merged = Generation::decode(encode(young.entries().chain(new)));
        assert_eq!(merged.get(&key("b")), Some(&b"new"[..]));
        assert_eq!(merged.get(&key("d")), Some(&b"findings of d"[..]));
        assert_eq!(merged.entries().count(), TEXTS.len() + 1);
    }

    #[test]
    fn the_weight_is_the_length() {
        let weights: usize = some().map(|(_, record)| weight(record)).sum();
        assert_eq!(encode(some()).len(), HEAD + weights);
    }

    /// Every byte changed, every byte cut off, every tail lost: what is still found is right.
    #[test]
    fn damage_loses_and_never_lies() {
        let whole = encode(some());
        let cut = (0..whole.len()).map(|length| whole[..length].to_vec());
        let changed = (0..whole.len()).flat_map(|at| {
            [0x01, 0x80, 0xFF].map(|bits| {
                let mut bytes = whole.clone();
                bytes[at] ^= bits;
                bytes
            })
        });
        let zeroed = (0..whole.len()).map(|at| {
            let mut bytes = whole.clone();
            bytes[at..].fill(0);
            bytes
        });
        for bytes in cut.chain(changed).chain(zeroed) {
            let generation = Generation::decode(bytes);
            for (key, record) in some() {
                assert!(generation.get(&key).is_none_or(|known| known == record));
            }
            for (_, record) in generation.entries() {
                assert!(record.is_empty() || some().any(|(_, whole)| record == whole));
            }
        }
    }
}
