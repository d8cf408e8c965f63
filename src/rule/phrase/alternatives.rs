//! The alternatives of a group, and which of them stand at a place.
//!
//! A group has a few, which are compared one by one. A list may have thousands: those are kept in the order
//! of their texts, so that each character that is read leaves fewer of them.

use std::ops::Deref;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::Alternative;
use super::fold::{match_text, match_text_back, readings, take_blanks};

/// More alternatives than that are not compared one by one.
const FEW: usize = 32;

/// Alternatives, longest first.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Alternatives {
    all: Box<[Alternative]>,
    /// By their texts, and by their texts read backwards; made when many are first asked for.
    #[serde(skip)]
    sorted: [OnceLock<Sorted>; 2],
}

impl FromIterator<Alternative> for Alternatives {
    fn from_iter<I: IntoIterator<Item = Alternative>>(all: I) -> Self {
        Self { all: all.into_iter().collect(), sorted: Default::default() }
    }
}

impl Deref for Alternatives {
    type Target = [Alternative];

    fn deref(&self) -> &[Alternative] {
        &self.all
    }
}

impl Alternatives {
    /// Those that begin in `text` at `at`, in their order, each with where it ends.
    ///
    /// Of those with the same text only the first is given, if there are many alternatives.
    pub(super) fn beginning_at(
        &self,
        text: &str,
        at: usize,
        exact: bool,
    ) -> impl Iterator<Item = (&Alternative, usize)> {
        let rest = || text.get(at..).unwrap_or_default().chars();
        let many = self.sorted(false).map(|sorted| sorted.find(&self.all, rest(), exact));
        let few: &[Alternative] = if many.is_some() { &[] } else { &self.all };
        let of_many = many.into_iter().flatten().map(move |(number, taken)| (&self.all[number], at + taken));
        of_many.chain(few.iter().filter_map(move |a| Some((a, match_text(text, at, &a.text, exact)?))))
    }

    /// The same for those that end in `text` at `at`, each with where it begins.
    pub(super) fn ending_at(
        &self,
        text: &str,
        at: usize,
        exact: bool,
    ) -> impl Iterator<Item = (&Alternative, usize)> {
        let rest = || text.get(..at).unwrap_or_default().chars().rev();
        let many = self.sorted(true).map(|sorted| sorted.find(&self.all, rest(), exact));
        let few: &[Alternative] = if many.is_some() { &[] } else { &self.all };
        let of_many = many.into_iter().flatten().map(move |(number, taken)| (&self.all[number], at - taken));
        of_many.chain(few.iter().filter_map(move |a| Some((a, match_text_back(text, at, &a.text, exact)?))))
    }

    /// All of them in the order of their texts, if there are many.
    fn sorted(&self, backwards: bool) -> Option<&Sorted> {
        let sort = || Sorted::new(&self.all, backwards);
        (self.all.len() > FEW).then(|| self.sorted[usize::from(backwards)].get_or_init(sort))
    }
}

/// Alternatives in the order of their texts, so that those that begin alike stand together.
#[derive(Debug)]
struct Sorted {
    /// Their numbers; of those with the same text the first.
    numbers: Box<[usize]>,
    /// Whether the texts are read from their ends.
    backwards: bool,
}

impl Sorted {
    fn new(all: &[Alternative], backwards: bool) -> Self {
        let mut numbers: Vec<usize> = (0..all.len()).collect();
        let text = |number: usize| -> &str { &all[number].text };
        // Equal texts stay in the order of their numbers.
        if backwards {
            numbers.sort_by(|a, b| text(*a).chars().rev().cmp(text(*b).chars().rev()));
        } else {
            numbers.sort_by(|a, b| text(*a).cmp(text(*b)));
        }
        numbers.dedup_by(|next, last| text(*next) == text(*last));
        Self { numbers: numbers.into(), backwards }
    }

    /// The numbers of those that `characters` begin with, in their order, each with the bytes that it takes.
    fn find(
        &self,
        all: &[Alternative],
        characters: impl Iterator<Item = char> + Clone,
        exact: bool,
    ) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        // Texts with the same beginning, its bytes, those that it takes of the characters, and the rest.
        let mut ways = vec![(&*self.numbers, 0, 0, characters)];
        while let Some((mut row, begun, taken, mut rest)) = ways.pop() {
            // A text that is nothing but the beginning comes before all others.
            if let Some((&first, others)) = row.split_first()
                && all[first].text.len() == begun
            {
                found.push((first, taken));
                row = others;
            }
            let Some(c) = rest.next().filter(|_| !row.is_empty()) else { continue };
            for reading in readings(c, exact) {
                let next = |number: &usize| self.character(&all[*number].text, begun);
                let start = row.partition_point(|number| next(number) < Some(reading));
                let length = row[start..].partition_point(|number| next(number) == Some(reading));
                if length > 0 {
                    let mut rest = rest.clone();
                    let blanks = if reading == ' ' { take_blanks(&mut rest) } else { 0 };
                    let row = &row[start..start + length];
                    ways.push((row, begun + reading.len_utf8(), taken + c.len_utf8() + blanks, rest));
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// The character of `text` that follows its first `begun` bytes, in the direction of reading.
    fn character(&self, text: &str, begun: usize) -> Option<char> {
        if self.backwards {
            text[..text.len() - begun].chars().next_back()
        } else {
            text[begun..].chars().next()
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Without those whose text another one before them has.
    fn each_once<'a>(found: impl Iterator<Item = (&'a Alternative, usize)>) -> Vec<(&'a Alternative, usize)> {
        let mut once: Vec<(&Alternative, usize)> = Vec::new();
        for (alternative, place) in found {
            if once.iter().all(|(known, _)| known.text != alternative.text) {
                once.push((alternative, place));
            }
        }
        once
    }

    proptest! {
        #[test]
        fn of_many_those_stand_at_a_place_that_do_if_compared_one_by_one(
            entries in proptest::collection::vec("[abAéÉİσς' -]{1,4}", FEW + 1..3 * FEW),
            text in "[abAéÉİσςΣ'’ \u{a0}\u{85}\t–-]{0,12}",
            exact in any::<bool>(),
        ) {
            let all: Alternatives = entries.iter().map(|entry| Alternative::plain(entry, exact)).collect();
            for at in (0..=text.len()).filter(|&at| text.is_char_boundary(at)) {
                let found: Vec<_> = all.beginning_at(&text, at, exact).collect();
                let compared = all.iter().filter_map(|a| Some((a, match_text(&text, at, &a.text, exact)?)));
                prop_assert_eq!(found, each_once(compared));
                let found: Vec<_> = all.ending_at(&text, at, exact).collect();
                let back = |text: &str, a: &Alternative| match_text_back(text, at, &a.text, exact);
                let compared = all.iter().filter_map(|a| Some((a, back(&text, a)?)));
                prop_assert_eq!(found, each_once(compared));
            }
        }
    }
}
