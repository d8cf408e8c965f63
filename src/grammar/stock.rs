//! A model run by nlprule alone, as its authors meant it to be.

use nlprule::types::Suggestion;
use nlprule::{Rules, Tokenizer};

use super::RuleList;
use crate::diagnostic::Severity;

/// A tokenizer and the rules that are on.
pub(super) struct Stock {
    tokenizer: Tokenizer,
    warnings: Rules,
    infos: Rules,
}

impl Stock {
    /// The rules that `list` turns on.
    pub(super) fn new(tokenizer: Tokenizer, rules: Rules, list: &RuleList) -> Self {
        let (mut warnings, mut infos) = (Vec::new(), Vec::new());
        for mut rule in rules {
            // Some rules are off in the file; the list alone decides.
            rule.enable();
            match list.severity(&rule.id().to_string()) {
                Some(Severity::Warning | Severity::Error) => warnings.push(rule),
                Some(Severity::Info) => infos.push(rule),
                None => {}
            }
        }
        Self { tokenizer, warnings: warnings.into_iter().collect(), infos: infos.into_iter().collect() }
    }

    /// The rules that are on: id, severity and nlprule's name for it, by severity.
    pub(super) fn rules(&self) -> impl Iterator<Item = (String, Severity, &str)> {
        let sets = [(Severity::Warning, &self.warnings), (Severity::Info, &self.infos)];
        sets.into_iter().flat_map(|(severity, set)| {
            set.rules().iter().map(move |rule| (rule.id().to_string(), severity, rule.name()))
        })
    }

    /// For each sentence that nlprule sees in `text` the suggestions at warning and at info.
    pub(super) fn check(&self, text: &str) -> Vec<[Vec<Suggestion>; 2]> {
        let sentences = self.tokenizer.pipe(text);
        sentences.map(|sentence| [self.warnings.apply(&sentence), self.infos.apply(&sentence)]).collect()
    }
}
