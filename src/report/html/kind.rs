//! The kinds of faults: the dimensions of MQM (Multidimensional Quality Metrics), each with a letter for its marks.

use crate::diagnostic::Severity;
use crate::rule::RuleSet;

/// A dimension of MQM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Accuracy,
    Linguistic,
    Terminology,
    Style,
    Locale,
    Design,
    Other,
}

impl Kind {
    /// All of them, in the order in which they are shown.
    pub(super) const ALL: [Self; 7] = [
        Self::Accuracy,
        Self::Linguistic,
        Self::Terminology,
        Self::Style,
        Self::Locale,
        Self::Design,
        Self::Other,
    ];

    /// The dimension of a category such as `accuracy/mistranslation`.
    pub(super) fn of(category: &str) -> Self {
        match category.split('/').next().unwrap_or_default() {
            "accuracy" => Self::Accuracy,
            "linguistic-conventions" => Self::Linguistic,
            "terminology" => Self::Terminology,
            "style" => Self::Style,
            "locale-conventions" => Self::Locale,
            "design" | "design-and-markup" => Self::Design,
            _ => Self::Other,
        }
    }

    /// The letter that stands for it beside a mark and in the names of style classes.
    pub(super) const fn letter(self) -> &'static str {
        match self {
            Self::Accuracy => "A",
            Self::Linguistic => "L",
            Self::Terminology => "T",
            Self::Style => "S",
            Self::Locale => "C",
            Self::Design => "D",
            Self::Other => "O",
        }
    }

    /// The name of the dimension.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Accuracy => "Accuracy",
            Self::Linguistic => "Linguistic conventions",
            Self::Terminology => "Terminology",
            Self::Style => "Style",
            Self::Locale => "Locale conventions",
            Self::Design => "Design and markup",
            Self::Other => "Other",
        }
    }

    /// What belongs to it, for somebody who does not know MQM.
    pub(super) const fn gloss(self) -> &'static str {
        match self {
            Self::Accuracy => "the meaning suffered, or words were left in the other language",
            Self::Linguistic => "grammar, spelling, punctuation",
            Self::Terminology => "the wrong term, or two terms for one thing",
            Self::Style => "nobody would put it like this in English",
            Self::Locale => "dates, times, numbers and money in the manner of another country",
            Self::Design => "what is left of a page's markup or layout",
            Self::Other => "rules that name no category",
        }
    }
}

/// The MQM category of a rule; what grammar finds is grammar.
pub(super) fn category<'r>(rules: &'r RuleSet, id: &str) -> &'r str {
    match rules.get(id) {
        Some(rule) => rule.mqm().unwrap_or("other"),
        None if id.starts_with("grammar/") => "linguistic-conventions/grammar",
        None => "other",
    }
}

/// The letter of a severity in the names of style classes.
pub(super) const fn severity_letter(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "i",
        Severity::Warning => "w",
        Severity::Error => "e",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::{RuleFiles, load};

    #[test]
    fn every_builtin_rule_has_a_dimension_or_none_at_all() {
        let rules = load(&RuleFiles::builtin()).expect("the built-in rules load");
        for rule in rules.rules() {
            let kind = Kind::of(category(&rules, &rule.id));
            assert_eq!(kind == Kind::Other, rule.mqm().is_none(), "{} is {:?}", rule.id, rule.mqm());
        }
        assert_eq!(Kind::of(category(&rules, "grammar/HE_VERB_AGR")), Kind::Linguistic);
        assert_eq!(Kind::of(category(&rules, "house/unknown")), Kind::Other);
    }

    #[test]
    fn letters_differ() {
        let mut letters = Kind::ALL.map(Kind::letter).to_vec();
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), Kind::ALL.len());
    }
}
