//! Finds many literals in a text at once, by four bytes of each: a table that is written when the program is built
//! and read in place, where an automaton of all literals would have to be made at every start.
//!
//! Of each literal the four bytes in a row are taken that the fewest of all literals have, which are rare in texts
//! too. The text is read byte by byte; where the last four bytes are in the table, the literal is compared.

use serde::{Deserialize, Serialize};

use super::stored::Numbers;

/// The table. Letters of ASCII are small in it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Grams {
    /// One bit for each hash: whether some entry has it.
    seen: Numbers,
    /// Where the entries of each bucket begin; one number more than there are buckets.
    starts: Numbers,
    /// Two numbers each: the four bytes; the number of the literal, and how far in it they end.
    entries: Numbers,
    /// The literals of fewer bytes, which are not in the table.
    short: Numbers,
}

/// Bits of a hash, and those of them that name a bucket.
const BITS: u32 = 18;
const BUCKET_BITS: u32 = 13;

/// The four bytes are looked for among so many first bytes of a literal.
const WITHIN: usize = 200;

fn hash(gram: u32) -> u32 {
    // Fibonacci hashing (Knuth, The Art of Computer Programming, 6.4).
    gram.wrapping_mul(0x9E37_79B1) >> (32 - BITS)
}

/// Every four bytes of a literal, with where they end.
fn grams(literal: &str) -> impl Iterator<Item = (usize, u32)> {
    let bytes = literal.as_bytes();
    let bytes = &bytes[..bytes.len().min(WITHIN)];
    (4..).zip(bytes.windows(4).map(|four| four.iter().fold(0, |gram, byte| gram << 8 | u32::from(*byte))))
}

impl Grams {
    /// The table of `literals`, whose letters of ASCII are small.
    pub(crate) fn of<'l>(literals: impl Iterator<Item = &'l str> + Clone) -> Self {
        let mut counts = vec![0_u32; 1 << BITS];
        for literal in literals.clone() {
            grams(literal).for_each(|(_, gram)| counts[hash(gram) as usize] += 1);
        }
        let mut table = Self::default();
        let mut entries = Vec::new();
        for (number, literal) in (0_u32..).zip(literals) {
            let rarest = grams(literal).min_by_key(|(_, gram)| counts[hash(*gram) as usize]);
            match rarest {
                Some((end, gram)) => entries.push((hash(gram), gram, number << 8 | end as u32)),
                None => table.short.push(number),
            }
        }
        if entries.is_empty() {
            return table;
        }
        entries.sort_unstable();
        let mut seen = vec![0_u32; 1 << (BITS - 5)];
        let mut starts = vec![0_u32; (1 << BUCKET_BITS) + 1];
        for (hash, gram, place) in entries {
            seen[(hash >> 5) as usize] |= 1 << (hash & 31);
            starts[(hash >> (BITS - BUCKET_BITS)) as usize + 1] += 1;
            table.entries.push(gram);
            table.entries.push(place);
        }
        let mut start = 0;
        for count in starts {
            start += count;
            table.starts.push(start);
        }
        seen.into_iter().for_each(|bits| table.seen.push(bits));
        table
    }

    /// The numbers of the literals that are too short to be found here.
    pub(crate) fn short(&self) -> impl Iterator<Item = u32> {
        self.short.iter()
    }

    /// Calls `found` with each literal of the table that stands in `text`, letters of ASCII being equal in both cases,
    /// and where it begins. `literal` gives the literal of a number.
    pub(crate) fn find<'l>(
        &self,
        text: &str,
        literal: impl Fn(usize) -> &'l str,
        mut found: impl FnMut(usize, usize),
    ) {
        if self.entries.len() == 0 {
            return;
        }
        let text = text.as_bytes();
        let mut gram = 0_u32;
        for (at, byte) in text.iter().enumerate() {
            gram = gram << 8 | u32::from(byte.to_ascii_lowercase());
            let hash = hash(gram);
            if self.seen.at((hash >> 5) as usize) >> (hash & 31) & 1 == 0 {
                continue;
            }
            let bucket = (hash >> (BITS - BUCKET_BITS)) as usize;
            for entry in self.starts.at(bucket) as usize..self.starts.at(bucket + 1) as usize {
                if self.entries.at(2 * entry) != gram {
                    continue;
                }
                let place = self.entries.at(2 * entry + 1) as usize;
                let (number, end) = (place >> 8, place & 0xff);
                let literal = literal(number).as_bytes();
                let Some(start) = (at + 1).checked_sub(end) else { continue };
                let there = text.get(start..start + literal.len());
                if there.is_some_and(|there| there.eq_ignore_ascii_case(literal)) {
                    found(number, start);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_long_literal_is_compared_whole() {
        let long = "x".repeat(300) + "end";
        let table = Grams::of([long.as_str()].into_iter());
        let count = |text: &str| {
            let mut count = 0;
            table.find(text, |_| &long, |_, start| count += 1 + start);
            count
        };
        assert_eq!(count(&long.to_uppercase()), 1);
        assert_eq!(count(&"x".repeat(302)), 0);
    }

    proptest! {
        #[test]
        fn every_literal_is_found_at_every_place(
            literals in proptest::collection::btree_set("[ab é«]{1,7}", 0..12),
            text in "[abAB é«]{0,60}",
        ) {
            let literals: Vec<String> = literals.into_iter().collect();
            let table = Grams::of(literals.iter().map(String::as_str));
            let mut found = Vec::new();
            table.find(&text, |number| &literals[number], |number, start| found.push((number, start)));
            let short: Vec<u32> = table.short().collect();
            let mut expected = Vec::new();
            for (number, literal) in literals.iter().enumerate() {
                prop_assert_eq!(short.contains(&(number as u32)), literal.len() < 4);
                let fits = |start: &usize| {
                    text.as_bytes()[*start..].get(..literal.len()).is_some_and(|t| t.eq_ignore_ascii_case(literal.as_bytes()))
                };
                if literal.len() >= 4 {
                    expected.extend((0..text.len()).filter(fits).map(|start| (number, start)));
                }
            }
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
