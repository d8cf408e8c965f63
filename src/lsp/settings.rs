//! What a client may set: the same as options of the command line, and how long a pause is.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::diagnostic::Severity;

/// The section of a client's settings that is ours.
pub(super) const SECTION: &str = "mtlint";

/// The settings of a client; every key may be left out, and unknown ones are left aside.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClientSettings {
    /// Milliseconds without a change after which grammar is checked.
    pub idle_delay: Option<u64>,
    /// Whether grammar is checked.
    pub grammar: Option<bool>,
    /// Language the texts were translated from.
    pub source: Option<String>,
    /// Findings below it are left out.
    pub min_severity: Option<Severity>,
    /// Rules to run, instead of those that the config selects.
    pub select: Vec<String>,
    /// Rules not to run, besides those that the config names.
    pub ignore: Vec<String>,
    /// The config to use instead of the nearest `mtlint.toml`.
    pub config: Option<PathBuf>,
}

impl ClientSettings {
    /// Reads settings that may stand in a section of their own, which sets nothing if it is empty; `None` if there
    /// are none.
    ///
    /// # Errors
    /// With what is wrong, for the user.
    pub fn read(value: &Value) -> Result<Option<Self>, String> {
        if is_empty(value) { Ok(None) } else { Self::read_section(value, &Self::default()) }
    }

    /// Reads the section itself; `otherwise` if it is empty, as some editors answer where there is none.
    ///
    /// # Errors
    /// With what is wrong, for the user.
    pub fn read_section(value: &Value, otherwise: &Self) -> Result<Option<Self>, String> {
        let section = value.get(SECTION).unwrap_or(value);
        if is_empty(section) {
            return Ok(Some(otherwise.clone()));
        }
        if !section.is_object() {
            return Ok(None);
        }
        Self::deserialize(section).map(Some).map_err(|error| {
            format!("mtlint: the editor's settings are left aside, because one is wrong: {error}")
        })
    }

    /// The pause before grammar is checked, `default` unless it is set; a minute at most.
    pub fn pause(&self, default: Duration) -> Duration {
        self.idle_delay.map_or(default, Duration::from_millis).min(Duration::from_secs(60))
    }
}

/// Whether there is nothing in it; from Lua an empty object may come as an empty list.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(entries) => entries.is_empty(),
        Value::Array(entries) => entries.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_are_read_with_and_without_their_section() {
        let some = ClientSettings { idle_delay: Some(5), grammar: Some(false), ..ClientSettings::default() };
        let bare = json!({"idleDelay": 5, "grammar": false, "other": 1});
        assert_eq!(ClientSettings::read(&bare), Ok(Some(some.clone())));
        assert_eq!(ClientSettings::read(&json!({"mtlint": bare, "files": {}})), Ok(Some(some)));
        for nothing in [json!(null), json!({}), json!({"mtlint": null}), json!([])] {
            assert_eq!(ClientSettings::read(&nothing), Ok(None), "{nothing}");
        }
        let wrong = ClientSettings::read(&json!({"minSeverity": "high"}));
        assert!(wrong.is_err_and(|why| why.contains("high") && why.contains("warning")));
    }

    #[test]
    fn a_setting_that_was_taken_out_stayed_because_its_section_was_empty() {
        let default = Ok(Some(ClientSettings::default()));
        let given = ClientSettings { grammar: Some(false), ..ClientSettings::default() };
        for empty in [json!({}), json!([])] {
            assert_eq!(ClientSettings::read(&json!({"mtlint": empty})), default, "{empty}");
            assert_eq!(ClientSettings::read_section(&empty, &given), Ok(Some(given.clone())), "{empty}");
            assert_eq!(ClientSettings::read(&empty), Ok(None), "there is no section: {empty}");
        }
        assert_eq!(ClientSettings::read_section(&json!(null), &given), Ok(None));
    }

    #[test]
    fn a_pause_is_not_endless() {
        let settings = ClientSettings { idle_delay: Some(u64::MAX), ..ClientSettings::default() };
        assert_eq!(settings.pause(Duration::ZERO), Duration::from_secs(60));
    }
}
