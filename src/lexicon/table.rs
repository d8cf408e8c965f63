//! The form of the embedded word tables: a finite-state map over sets of (ending, part of speech).
//!
//! A table answers "which strings belong to this one?": the lemmas of a word, or the forms of a lemma.
//! The map gives a set number; each member of the set says how many bytes to take off the end of the key,
//! what to put on instead, and which part of speech that is. Thousands of words share a set, so the sets are few.
//! The map is queried in place; the sets (a few thousand numbers) are read once when the table is opened.
//!
//! File of sets, little endian: `u16` number of endings, each `u8` length + UTF-8; `u16` number of sets, each
//! `u8` number of members, each `u8` bytes to take off, `u16` ending, `u8` part of speech.

use std::borrow::Cow;

use fst::Map;

use super::pos::{Pos, PosSet};

/// One member of a set: the key without its last `strip` bytes, plus an ending.
#[derive(Clone, Copy)]
pub(super) struct Member {
    strip: u8,
    ending: u16,
    /// Its part of speech.
    pub(super) pos: Pos,
}

/// A table opened over bytes that live as long as the program.
pub(super) struct Table {
    map: Map<&'static [u8]>,
    endings: Vec<&'static str>,
    /// All members, set after set.
    members: Vec<Member>,
    /// Set number -> where its members start; one entry more than there are sets.
    starts: Vec<u32>,
    /// Set number -> the parts of speech of its members.
    classes: Vec<PosSet>,
}

impl Table {
    /// Opens a table; `None` if the bytes are not one.
    pub(super) fn open(map: &'static [u8], sets: &'static [u8]) -> Option<Self> {
        let map = Map::new(map).ok()?;
        let mut rest = Reader(sets);
        let endings = (0..rest.u16()?)
            .map(|_| {
                let length = usize::from(rest.u8()?);
                std::str::from_utf8(rest.take(length)?).ok()
            })
            .collect::<Option<Vec<_>>>()?;
        let count = rest.u16()?;
        let mut table = Self { map, endings, members: Vec::new(), starts: vec![0], classes: Vec::new() };
        for _ in 0..count {
            let mut class = PosSet::EMPTY;
            for _ in 0..rest.u8()? {
                let (strip, ending, pos) =
                    (rest.u8()?, rest.u16()?, Pos::from_number(usize::from(rest.u8()?))?);
                table.endings.get(usize::from(ending))?;
                class.insert(pos);
                table.members.push(Member { strip, ending, pos });
            }
            table.starts.push(table.members.len() as u32);
            table.classes.push(class);
        }
        Some(table)
    }

    /// The members for `key`; empty if it is not listed.
    pub(super) fn members(&self, key: &str) -> &[Member] {
        self.set(key)
            .map_or(&[], |set| &self.members[self.starts[set] as usize..self.starts[set + 1] as usize])
    }

    /// The parts of speech of the members for `key`; empty if it is not listed.
    pub(super) fn class(&self, key: &str) -> PosSet {
        self.set(key).map_or(PosSet::EMPTY, |set| self.classes[set])
    }

    /// The string a member stands for, given its key.
    pub(super) fn string<'k>(&self, key: &'k str, member: Member) -> Cow<'k, str> {
        let keep = key.len().saturating_sub(usize::from(member.strip));
        // A member is only ever read with the key whose set it is in, so the cut is on a character border.
        let stem = key.get(..keep).unwrap_or(key);
        match self.endings[usize::from(member.ending)] {
            "" => Cow::Borrowed(stem),
            ending => Cow::Owned(format!("{stem}{ending}")),
        }
    }

    fn set(&self, key: &str) -> Option<usize> {
        let set = self.map.get(key)? as usize;
        (set < self.classes.len()).then_some(set)
    }
}

/// Reads numbers off the front of a slice.
struct Reader(&'static [u8]);

impl Reader {
    fn take(&mut self, length: usize) -> Option<&'static [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn u8(&mut self) -> Option<u8> {
        Some(self.take(1)?[0])
    }

    fn u16(&mut self) -> Option<u16> {
        let bytes = self.take(2)?;
        Some(u16::from_le_bytes([bytes[0], bytes[1]]))
    }
}
