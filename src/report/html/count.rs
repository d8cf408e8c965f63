//! Findings counted by severity and by kind, and the quality figure made of the counts.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use super::kind::Kind;
use crate::diagnostic::Severity;

/// Penalty points of a finding by severity: info, warning, error.
///
/// MQM weighs a neutral remark 0, a minor fault 1 and a major one 5; that our severities are taken for these is said
/// on the page.
pub(super) const WEIGHTS: [usize; 3] = [0, 1, 5];

/// Findings by severity: info, warning, error.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts(pub(super) [usize; 3]);

impl Counts {
    pub(super) fn add(&mut self, severity: Severity) {
        self.0[severity as usize] += 1;
    }

    pub(super) fn of(self, severity: Severity) -> usize {
        self.0[severity as usize]
    }

    /// All of them.
    pub(super) fn all(self) -> usize {
        self.0.iter().sum()
    }

    /// Errors and warnings: what is very probably wrong.
    pub(super) fn faults(self) -> usize {
        self.of(Severity::Error) + self.of(Severity::Warning)
    }

    /// Penalty points.
    pub(super) fn points(self) -> usize {
        self.0.iter().zip(WEIGHTS).map(|(count, weight)| count * weight).sum()
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        for (sum, more) in self.0.iter_mut().zip(other.0) {
            *sum += more;
        }
    }
}

/// Findings in some text by MQM category, with the words it has.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub(super) words: usize,
    pub(super) all: Counts,
    /// Findings by category, such as `accuracy/mistranslation`.
    pub(super) categories: BTreeMap<String, Counts>,
    /// Findings that `mtlint fix` repairs.
    pub(super) safe: usize,
}

impl Tally {
    pub(super) fn add(&mut self, category: &str, severity: Severity, safe: bool) {
        self.all.add(severity);
        self.safe += usize::from(safe);
        match self.categories.get_mut(category) {
            Some(counts) => counts.add(severity),
            None => self.categories.entry(category.to_owned()).or_default().add(severity),
        }
    }

    /// Adds the counts of another text.
    pub(super) fn join(&mut self, other: &Self) {
        self.words += other.words;
        self.all += other.all;
        self.safe += other.safe;
        for (category, counts) in &other.categories {
            *self.categories.entry(category.clone()).or_default() += *counts;
        }
    }

    /// Findings of one kind.
    pub(super) fn of(&self, kind: Kind) -> Counts {
        let mut sum = Counts::default();
        for (_, counts) in self.categories.iter().filter(|(category, _)| Kind::of(category) == kind) {
            sum += *counts;
        }
        sum
    }

    /// `number` for 1,000 words, with one digit after the point; a dash where there are no words.
    pub(super) fn per_thousand(&self, number: usize) -> String {
        if self.words == 0 {
            return "–".to_owned();
        }
        format!("{:.1}", number as f64 * 1000.0 / self.words as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_weighed_by_severity() {
        let mut tally = Tally { words: 200, ..Tally::default() };
        tally.add("accuracy/mistranslation", Severity::Error, true);
        tally.add("accuracy/untranslated", Severity::Warning, false);
        tally.add("style/unidiomatic-style", Severity::Info, false);
        assert_eq!((tally.all.points(), tally.all.faults(), tally.safe), (6, 2, 1));
        assert_eq!(tally.of(Kind::Accuracy), Counts([0, 1, 1]));
        assert_eq!(tally.per_thousand(tally.all.points()), "30.0");
        let mut both = tally.clone();
        both.join(&tally);
        assert_eq!((both.words, both.all.points(), both.of(Kind::Style).all()), (400, 12, 2));
        assert_eq!(Tally::default().per_thousand(3), "–");
    }
}
