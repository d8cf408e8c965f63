//! Remembers from where the rest of a pattern does not match, so that no way to a place is gone twice.
//!
//! A row of optional or alternative parts has as many ways through it as there are combinations of them. Whether the
//! rest matches depends on the part and the place alone: with the failures known, the ways are parts times places.

use std::collections::HashSet;

/// So many failures are not worth remembering: nearly every candidate fails at once.
const FREE: usize = 32;

/// Parts and places from which there is no match.
#[derive(Debug, Default)]
pub(crate) struct DeadEnds {
    failures: usize,
    known: HashSet<(usize, usize), foldhash::fast::RandomState>,
}

impl DeadEnds {
    /// Whether the pattern from `part` on is known not to match at `place`.
    pub(crate) fn has(&self, part: usize, place: usize) -> bool {
        !self.known.is_empty() && self.known.contains(&(part, place))
    }

    /// Notes that the pattern from `part` on does not match at `place`.
    pub(crate) fn add(&mut self, part: usize, place: usize) {
        self.failures += 1;
        if self.failures > FREE {
            self.known.insert((part, place));
        }
    }

    /// Forgets all, for another text.
    pub(crate) fn clear(&mut self) {
        self.failures = 0;
        self.known.clear();
    }
}
