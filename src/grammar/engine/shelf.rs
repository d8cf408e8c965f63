//! Many values side by side in one run of bytes, each decoded when it is first wanted.

use std::sync::OnceLock;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The bytes of a `Shelf`, as they are stored.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Packed {
    bytes: Vec<u8>,
    /// Where each value ends.
    ends: Vec<u32>,
}

impl Packed {
    /// Leaves a place empty.
    ///
    /// # Errors
    /// If there are 4 GB of values.
    pub fn skip(&mut self) -> bincode::Result<()> {
        let end = u32::try_from(self.bytes.len());
        self.ends.push(end.map_err(|_| bincode::Error::from(bincode::ErrorKind::SizeLimit))?);
        Ok(())
    }

    /// Adds a value at the end.
    ///
    /// # Errors
    /// If the value cannot be written, or there are 4 GB of them.
    pub fn push(&mut self, value: &impl Serialize) -> bincode::Result<()> {
        bincode::serialize_into(&mut self.bytes, value)?;
        self.skip()
    }
}

/// Values that are decoded when they are first wanted.
pub(super) struct Shelf<T> {
    packed: Packed,
    values: Box<[OnceLock<T>]>,
}

impl<T: DeserializeOwned> Shelf<T> {
    pub(super) fn new(packed: Packed) -> Self {
        let values = packed.ends.iter().map(|_| OnceLock::new()).collect();
        Self { packed, values }
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// The value with this number.
    pub(super) fn get(&self, number: usize) -> &T {
        self.values[number].get_or_init(|| {
            let start = number.checked_sub(1).map_or(0, |before| self.packed.ends[before] as usize);
            let bytes = &self.packed.bytes[start..self.packed.ends[number] as usize];
            bincode::deserialize(bytes).expect("a test decodes every embedded value")
        })
    }
}
