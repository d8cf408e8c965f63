//! Parts of the built-in rules that stay encoded until they are asked for.
//!
//! An article touches a few of the rules and a few phrases of each: decoding the rest would be most of the work of a
//! short run. The encoding is private to one build of the program, which writes it and reads it back.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;
use std::ops::Deref;
use std::sync::OnceLock;

use bincode::Options;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value, or the bytes that it is decoded from at first use.
#[derive(Debug)]
pub(crate) struct Stored<T> {
    encoded: &'static [u8],
    value: OnceLock<Box<T>>,
}

impl<T> Stored<T> {
    /// A value that is encoded in `bytes`, as [`encode`] does it.
    pub(crate) const fn at(bytes: &'static [u8]) -> Self {
        Self { encoded: bytes, value: OnceLock::new() }
    }

    /// The value, to be changed; `None` while it is still encoded.
    pub(crate) fn get_mut(&mut self) -> Option<&mut T> {
        self.value.get_mut().map(|value| &mut **value)
    }
}

impl<T> From<T> for Stored<T> {
    fn from(value: T) -> Self {
        Self { encoded: &[], value: OnceLock::from(Box::new(value)) }
    }
}

impl<T: Deserialize<'static>> Deref for Stored<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.get_or_init(|| {
            Box::new(decode(self.encoded).expect("the build wrote it, and a test decodes all of it"))
        })
    }
}

/// The bytes of a value.
pub(crate) fn encode<T: Serialize>(value: &T) -> bincode::Result<Vec<u8>> {
    bincode::DefaultOptions::new().serialize(value)
}

/// The value of bytes that [`encode`] made.
pub(crate) fn decode<T: Deserialize<'static>>(bytes: &'static [u8]) -> bincode::Result<T> {
    bincode::DefaultOptions::new().deserialize(bytes)
}

impl<T: Serialize + Deserialize<'static>> Serialize for Stored<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&encode(&**self).map_err(serde::ser::Error::custom)?)
    }
}

impl<'de: 'static, T> Deserialize<'de> for Stored<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&'static [u8]>::deserialize(deserializer).map(Self::at)
    }
}

/// A row of numbers that is read in place: nothing is decoded, whatever its length.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Numbers(Cow<'static, [u8]>);

impl Numbers {
    /// The number at `index`; 0 beyond the end.
    pub(crate) fn at(&self, index: usize) -> u32 {
        let bytes = self.0.get(index * 4..).and_then(|rest| rest.first_chunk());
        bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len() / 4
    }

    pub(crate) fn push(&mut self, number: u32) {
        self.0.to_mut().extend(number.to_le_bytes());
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes))
    }
}

impl fmt::Debug for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Serialize for Numbers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de: 'static> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&'static [u8]>::deserialize(deserializer).map(|bytes| Self(Cow::Borrowed(bytes)))
    }
}

/// Writes a map in order of its keys, so that the same rules give the same bytes.
pub(crate) fn map_in_order<K, V, S>(map: &HashMap<K, V>, serializer: S) -> Result<S::Ok, S::Error>
where
    K: Serialize + Ord,
    V: Serialize,
    S: Serializer,
{
    map.iter().collect::<BTreeMap<_, _>>().serialize(serializer)
}

/// Writes a set in order.
pub(crate) fn set_in_order<T, S>(set: &HashSet<T>, serializer: S) -> Result<S::Ok, S::Error>
where
    T: Serialize + Ord,
    S: Serializer,
{
    set.iter().collect::<BTreeSet<_>>().serialize(serializer)
}
