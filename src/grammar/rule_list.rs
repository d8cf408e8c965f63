//! Which of nlprule's rules run, and at which severity: the form of `rules.txt`.
//!
//! One line is `warning`, `info` or `off`, then a category, a group or one rule (`GRAMMAR`, `GRAMMAR/WAS_BEEN`,
//! `GRAMMAR/WAS_BEEN/1`), then `#` and the reason where it is not plain. The narrowest line that names a rule decides;
//! a rule that no line names is off. No I/O here, and nothing about how rules work.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::diagnostic::Severity;

/// The rules that run, with their severities.
#[derive(Debug, Clone)]
pub struct RuleList {
    /// Category, group or rule → severity; `None` is off.
    lines: HashMap<String, Option<Severity>>,
}

/// A line of a rule list that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the grammar rule list: {reason}")]
pub struct RuleListError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong and what to write.
    pub reason: String,
}

impl RuleList {
    /// The list that is built in.
    pub fn builtin() -> Self {
        Self::parse(include_str!("rules.txt")).expect("a test reads the built-in list")
    }

    /// Reads a list.
    ///
    /// # Errors
    /// The first line that has another form, or names what an earlier line named.
    pub fn parse(text: &str) -> Result<Self, RuleListError> {
        let mut lines = HashMap::new();
        for (index, line) in text.lines().enumerate() {
            let error = |reason: String| RuleListError { line: index + 1, reason };
            let entry = line.split('#').next().unwrap_or_default();
            let mut words = entry.split_whitespace();
            let Some(level) = words.next() else { continue };
            let level = match level {
                "off" => None,
                "info" => Some(Severity::Info),
                "warning" => Some(Severity::Warning),
                other => return Err(error(format!("“{other}” is no level: write warning, info or off"))),
            };
            let (Some(name), None) = (words.next(), words.next()) else {
                return Err(error("write one category, group or rule after the level".to_owned()));
            };
            if name.split('/').count() > 3 || name.split('/').any(str::is_empty) {
                return Err(error(format!("“{name}” is not of the form CATEGORY/GROUP/NUMBER")));
            }
            match lines.entry(name.to_owned()) {
                Entry::Vacant(free) => free.insert(level),
                Entry::Occupied(_) => return Err(error(format!("“{name}” is listed twice: keep one line"))),
            };
        }
        Ok(Self { lines })
    }

    /// The severity of a rule by its full id (`GRAMMAR/WAS_BEEN/1`); `None` if it is off.
    pub fn severity(&self, rule: &str) -> Option<Severity> {
        let mut name = rule;
        loop {
            if let Some(level) = self.lines.get(name) {
                return *level;
            }
            name = name.rsplit_once('/')?.0;
        }
    }

    /// What the list names, in no order.
    #[cfg(all(test, feature = "grammar"))]
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.lines.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrowest_line_decides() {
        let list =
            RuleList::parse("warning A\noff A/B # noisy\n\n# a remark\ninfo A/B/3\n").expect("a valid list");
        assert_eq!(list.severity("A/X/0"), Some(Severity::Warning));
        assert_eq!(list.severity("A/B/0"), None);
        assert_eq!(list.severity("A/B/3"), Some(Severity::Info));
        assert_eq!(list.severity("C/B/3"), None);
    }

    #[test]
    fn a_faulty_line_is_named() {
        for (text, line) in
            [("loud A", 1), ("off", 1), ("off A B", 1), ("off A\ninfo A//1", 2), ("off A\noff A", 2)]
        {
            assert_eq!(RuleList::parse(text).map(|_| ()).map_err(|e| e.line), Err(line), "{text}");
        }
    }

    #[test]
    fn the_builtin_list_is_valid() {
        assert!(RuleList::builtin().lines.len() > 10);
    }
}
