//! What earlier runs found, as bytes: reading and writing them is the program's business.
//!
//! The store is two sorted tables, the young generation and the old one. What a run learns, and what it finds in
//! the old one, goes to the young one; when that is full it becomes the old one, and the old one goes. So the size is
//! bounded, and what has been of use lately stays.
//!
//! Tables of our own, and no embedded database: redb lets only one process open a file, so a second mtlint would be
//! without a cache; SQLite adds 2 MB to the program, and a look-up in it takes 20 times as long as a binary search
//! in bytes that were read at once. Neither has anything to offer for a thing that may be lost at any time.

mod generation;
mod texts;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use generation::{Generation, HEAD, encode, weight};
pub(crate) use generation::{Key, key};
pub use texts::TextCache;

/// Names this program as far as it decides what is found: code, rules, model, data, as they were when it was built.
pub const PROGRAM: &str = concat!(env!("CARGO_PKG_VERSION"), " ", env!("MTLINT_FINGERPRINT"));

/// Records under keys, shared by all threads.
#[derive(Debug)]
pub struct Cache {
    max_bytes: usize,
    young: Generation,
    old: Generation,
    learnt: Mutex<Learnt>,
}

/// What is stored under a key; empty if nothing was found.
type Record = Vec<u8>;

/// What a run adds.
#[derive(Debug, Default)]
struct Learnt {
    records: HashMap<Key, Record>,
    weight: usize,
}

/// What is to be written after a run.
#[derive(Debug, PartialEq, Eq)]
pub enum Update {
    /// The young generation, anew.
    Young(Vec<u8>),
    /// The young generation, anew, after the one that is there has become the old one.
    Turn(Vec<u8>),
}

impl Cache {
    /// A cache over the two generations that were written before, each empty if there is none.
    ///
    /// No generation takes more than `max_bytes`.
    pub(crate) fn new(max_bytes: usize, young: Vec<u8>, old: Vec<u8>) -> Self {
        Self {
            max_bytes,
            young: Generation::decode(young),
            old: Generation::decode(old),
            learnt: Mutex::default(),
        }
    }

    /// The most bytes that a generation takes.
    pub fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    /// Whether nothing was known before this run.
    pub fn is_empty(&self) -> bool {
        self.young.is_empty() && self.old.is_empty()
    }

    /// Whether this run has added nothing, so that nothing is to be written.
    pub fn has_learnt_nothing(&self) -> bool {
        self.learnt.lock().unwrap_or_else(PoisonError::into_inner).records.is_empty()
    }

    /// What is to be written; `young` is the young generation as it is by now, for another process may have written.
    pub fn update(&self, young: Vec<u8>) -> Update {
        let learnt = self.learnt.lock().unwrap_or_else(PoisonError::into_inner);
        let young = Generation::decode(young);
        let new = learnt.records.iter().map(|(key, record)| (*key, record.as_slice()));
        let bytes = encode(young.entries().chain(new.clone()));
        if bytes.len() > self.max_bytes && !young.is_empty() {
            return Update::Turn(encode(new));
        }
        Update::Young(bytes)
    }

    /// What `read` makes of the record under `key`; `None` if there is none that it can read.
    pub(crate) fn get<T>(&self, key: &Key, read: impl Fn(&[u8]) -> Option<T>) -> Option<T> {
        let known = self.young.get(key).and_then(&read);
        let known = known.or_else(|| {
            let record = self.old.get(key)?;
            let known = read(record)?;
            self.learn(*key, record.to_vec());
            Some(known)
        });
        known.or_else(|| {
            let learnt = self.learnt.lock().unwrap_or_else(PoisonError::into_inner);
            read(learnt.records.get(key)?)
        })
    }

    /// Keeps a record, unless this run has filled a generation already.
    pub(crate) fn learn(&self, key: Key, record: Record) {
        let mut learnt = self.learnt.lock().unwrap_or_else(PoisonError::into_inner);
        let weight = learnt.weight + weight(&record);
        if weight + HEAD <= self.max_bytes && learnt.records.insert(key, record).is_none() {
            learnt.weight = weight;
        }
    }
}
