//! The findings that were there before: a baseline, so that only new ones count.
//!
//! A baseline holds fingerprints by path and rule, each as often as it was found: a second copy of a known faulty
//! sentence is a new finding. What is known of a path that is gone counts for every other path, for the file may have
//! another name by now.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Fingerprint};

/// The name of a baseline where nothing else is said.
pub const FILE_NAME: &str = ".mtlint-baseline.json";

/// Largest size of a baseline, in bytes; a finding takes some forty.
pub const MAX_BYTES: u64 = 64 << 20;

/// The version of the form; another one is not read.
const VERSION: u32 = 1;

/// The fingerprints of one text by rule, sorted.
pub type ByRule = BTreeMap<String, Vec<Fingerprint>>;

/// What is known, by path and rule. Paths are relative to the folder of the baseline, with slashes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    version: u32,
    files: BTreeMap<String, ByRule>,
}

impl Default for Baseline {
    fn default() -> Self {
        Self { version: VERSION, files: BTreeMap::new() }
    }
}

/// Why a text is no baseline.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct BaselineError {
    /// Line of the mistake, from 1.
    pub line: usize,
    /// Column of the mistake in bytes, from 1.
    pub column: usize,
    /// What is wrong.
    pub what: String,
}

/// The fingerprints of findings by rule.
pub fn by_rule(diagnostics: &[Diagnostic]) -> ByRule {
    let mut rules = ByRule::new();
    for diagnostic in diagnostics {
        rules.entry(diagnostic.rule.to_string()).or_default().push(diagnostic.fingerprint);
    }
    rules.values_mut().for_each(|found| found.sort_unstable());
    rules
}

fn counted<'f>(fingerprints: impl Iterator<Item = &'f Fingerprint>) -> HashMap<Fingerprint, usize> {
    let mut counts = HashMap::new();
    for fingerprint in fingerprints {
        *counts.entry(*fingerprint).or_default() += 1;
    }
    counts
}

/// Takes one of what is counted; whether there was one.
fn take(counts: &mut HashMap<Fingerprint, usize>, fingerprint: Fingerprint) -> bool {
    match counts.get_mut(&fingerprint) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    }
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// When the text is no JSON, or says something else than a baseline of this version.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let baseline: Self = serde_json::from_str(text).map_err(|error| {
            let what = error.to_string();
            let what = what.rsplit_once(" at line ").map_or(what.as_str(), |(what, _)| what).to_owned();
            BaselineError { line: error.line().max(1), column: error.column().max(1), what }
        })?;
        if baseline.version != VERSION {
            let what = format!("this is a baseline of version {}, not {VERSION}", baseline.version);
            return Err(BaselineError { line: 1, column: 1, what });
        }
        Ok(baseline)
    }

    /// The text of the file: one fingerprint a line, all sorted, so that changes of two people merge.
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The paths that something is known of, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// How many findings are known.
    pub fn len(&self) -> usize {
        self.files.values().flat_map(BTreeMap::values).map(Vec::len).sum()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Forgets a path.
    pub fn remove(&mut self, path: &str) {
        self.files.remove(path);
    }

    /// All that is found at `path` is known from now on, and nothing else of it.
    pub fn replace(&mut self, path: &str, found: ByRule) {
        if found.is_empty() {
            self.remove(path);
        } else {
            self.files.insert(path.to_owned(), found);
        }
    }

    /// What is known of a path, by rule.
    pub fn of(&self, path: &str) -> impl Iterator<Item = (&String, &Vec<Fingerprint>)> {
        self.files.get(path).into_iter().flatten()
    }

    /// Knows this of a path besides.
    pub fn keep(&mut self, path: &str, known: impl IntoIterator<Item = (String, Vec<Fingerprint>)>) {
        let mut known = known.into_iter().peekable();
        if known.peek().is_some() {
            self.files.entry(path.to_owned()).or_default().extend(known);
        }
    }

    /// Of what is known of `path`, and of paths that are gone, keeps for `path` what was `found` there.
    pub fn prune(&mut self, path: &str, found: ByRule, gone: &HashMap<Fingerprint, usize>) {
        let mut known = self.known(path, gone);
        let kept = found.into_iter().map(|(rule, mut found)| {
            found.retain(|fingerprint| known.take(*fingerprint));
            (rule, found)
        });
        let kept: ByRule = kept.filter(|(_, found)| !found.is_empty()).collect();
        drop(known);
        self.replace(path, kept);
    }

    /// What is known of the paths for which `is_gone` holds.
    pub fn gone(&self, is_gone: impl Fn(&str) -> bool) -> HashMap<Fingerprint, usize> {
        let gone = self.files.iter().filter(|(path, _)| is_gone(path));
        counted(gone.flat_map(|(_, rules)| rules.values()).flatten())
    }

    /// What is known of `path`, and may be known under another name.
    pub fn known<'g>(&self, path: &str, gone: &'g HashMap<Fingerprint, usize>) -> Known<'g> {
        let own = self.files.get(path).into_iter().flat_map(BTreeMap::values).flatten();
        Known { own: counted(own), gone, taken: HashMap::new() }
    }
}

/// What is known of one text and not found yet.
#[derive(Debug)]
pub struct Known<'g> {
    own: HashMap<Fingerprint, usize>,
    gone: &'g HashMap<Fingerprint, usize>,
    taken: HashMap<Fingerprint, usize>,
}

impl Known<'_> {
    /// Whether a finding is known, once more.
    pub fn take(&mut self, fingerprint: Fingerprint) -> bool {
        if take(&mut self.own, fingerprint) {
            return true;
        }
        let gone = self.gone.get(&fingerprint).copied().unwrap_or_default();
        let taken = self.taken.entry(fingerprint).or_default();
        let known = *taken < gone;
        *taken += usize::from(known);
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(number: u64) -> Fingerprint {
        Fingerprint(number)
    }

    fn rules(found: &[(&str, &[u64])]) -> ByRule {
        let of = |numbers: &[u64]| numbers.iter().map(|number| fingerprint(*number)).collect();
        found.iter().map(|(rule, numbers)| ((*rule).to_owned(), of(numbers))).collect()
    }

    #[test]
    fn a_second_copy_is_not_known() {
        let mut baseline = Baseline::default();
        baseline.replace("a.txt", rules(&[("x/y", &[1, 1, 2])]));
        let none = HashMap::new();
        let mut known = baseline.known("a.txt", &none);
        let found = [1, 2, 1, 1, 3].map(|number| known.take(fingerprint(number)));
        assert_eq!(found, [true, true, true, false, false]);
        assert!(!baseline.known("b.txt", &none).take(fingerprint(1)), "it is of another path");
    }

    #[test]
    fn what_is_known_of_a_path_that_is_gone_counts_for_any() {
        let mut baseline = Baseline::default();
        baseline.replace("old.txt", rules(&[("x/y", &[1])]));
        baseline.replace("new.txt", rules(&[("x/y", &[1, 2])]));
        let gone = baseline.gone(|path| path == "old.txt");
        let mut known = baseline.known("new.txt", &gone);
        assert_eq!([1, 1, 1, 2].map(|number| known.take(fingerprint(number))), [true, true, false, true]);
        baseline.prune("new.txt", rules(&[("x/y", &[1, 1, 1, 3])]), &gone);
        baseline.remove("old.txt");
        let mut left = Baseline::default();
        left.replace("new.txt", rules(&[("x/y", &[1, 1])]));
        assert_eq!(baseline, left);
    }

    #[test]
    fn the_file_is_read_as_it_was_written_and_mistakes_are_told() {
        let mut baseline = Baseline::default();
        baseline.replace("b/a.txt", rules(&[("x/y", &[1, 2])]));
        let text = baseline.to_text();
        assert!(text.contains("\n        \"0000000000000001\",\n"), "{text}");
        assert_eq!(Baseline::parse(&text), Ok(baseline));
        assert_eq!(Baseline::parse("{\"version\":2,\"files\":{}}").map_err(|e| e.line), Err(1));
        let wrong = Baseline::parse("{\"version\":1,\n\"files\":{\"a\":{\"r\":[\"1\"]}}}")
            .expect_err("no fingerprint");
        assert_eq!(wrong.line, 2);
        assert!(wrong.what.contains("16 digits"), "{}", wrong.what);
    }
}
