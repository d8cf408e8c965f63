//! Reads YAML that a stranger may have written: within bounds that are set here on purpose.
//!
//! A few lines of aliases of aliases stand for more values than any memory holds; a deep nesting wants a deep stack.
//! Nothing that is read here needs either.

use std::ops::Range;

use serde::de::DeserializeOwned;
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::{Error, Location};

/// Lists and maps inside each other.
const DEPTH: usize = 32;
/// Texts, lists and maps of a document.
const VALUES: usize = 250_000;
/// Values that aliases stand for, where there may be aliases at all.
const REPLAYED: usize = 10_000;

/// Why a text cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct YamlError {
    /// The faulty bytes; empty and at the start if the place is not known.
    pub(crate) span: Range<usize>,
    /// What is wrong there, one line.
    pub(crate) what: String,
}

/// Reads one document, in which there are at most this many aliases.
pub(crate) fn read<T: DeserializeOwned>(text: &str, aliases: usize) -> Result<T, YamlError> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: DEPTH,
            flow_nesting_limit: DEPTH,
            max_documents: 1,
            max_nodes: VALUES,
            max_events: 4 * VALUES,
            max_aliases: aliases,
            max_anchors: VALUES,
            max_merge_keys: aliases,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: REPLAYED,
            max_replay_stack_depth: DEPTH,
        },
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let error = error.without_snippet();
        YamlError { span: error.location().map_or(0..0, place), what: what(error, aliases) }
    })
}

fn place(location: Location) -> Range<usize> {
    let span = location.span();
    let start = span.byte_offset().unwrap_or(0) as usize;
    start..start + span.byte_len().unwrap_or(0) as usize
}

fn what(error: &Error, aliases: usize) -> String {
    match error {
        Error::Budget { breach, .. } => match breach {
            BudgetBreach::Aliases { .. } if aliases == 0 => {
                "an alias, `*name`, may not stand here: write the value out".to_owned()
            }
            BudgetBreach::MergeKeys { .. } if aliases == 0 => {
                "a merge, `<<`, may not stand here: write the values out".to_owned()
            }
            BudgetBreach::Depth { .. } => format!("more than {DEPTH} lists and maps inside each other"),
            BudgetBreach::Nodes { .. } | BudgetBreach::Events { .. } => {
                format!("more than {VALUES} values in one file")
            }
            BudgetBreach::Documents { .. } => "more than one document in one file".to_owned(),
            other => format!("more than is allowed in one file ({other:?})"),
        },
        error => {
            let message = error.to_string();
            let first = message.lines().next().unwrap_or_default();
            first.split(" at line ").next().unwrap_or(first).to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn what<T: DeserializeOwned>(text: &str, aliases: usize) -> String {
        read::<T>(text, aliases).err().expect("refused").what
    }

    #[test]
    fn a_billion_laughs_are_refused_with_and_without_aliases() {
        let mut text = "a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
        for (name, last) in ('b'..='i').zip('a'..) {
            text.push_str(&format!("{name}: &{name} [{}]\n", vec![format!("*{last}"); 9].join(", ")));
        }
        assert!(what::<serde_json::Value>(&text, 0).starts_with("an alias"));
        assert!(!what::<serde_json::Value>(&text, 100).is_empty());
        let merged = "a: &a {x: 1}\nb: {<<: *a}\n";
        assert!(!what::<serde_json::Value>(merged, 0).is_empty());
        assert_eq!(read::<serde_json::Value>(merged, 100).expect("few aliases")["b"]["x"], 1);
    }

    #[test]
    fn a_deep_nesting_ends_in_an_error_and_not_the_stack() {
        for deep in ["[".repeat(100_000), "{a: ".repeat(100_000), "- ".repeat(100_000), "? ".repeat(100_000)]
        {
            assert!(!what::<serde_json::Value>(&deep, 0).is_empty());
        }
        let block: String = (0..2000).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
        assert!(!what::<serde_json::Value>(&block, 0).is_empty());
    }

    #[test]
    fn a_million_keys_and_a_key_twice_are_refused() {
        let keys: String = (0..1_000_000).map(|n| format!("a{n}: x\n")).collect();
        assert_eq!(what::<serde_json::Value>(&keys, 0), "more than 250000 values in one file");
        assert!(what::<serde_json::Value>("a: 1\na: 2\n", 0).contains("duplicate"));
    }
}
