//! `mtlint.toml`: what it may say, which values hold for a file, and every mistake in it drawn at its place.
//!
//! Here is the form of one file. [`chain`] reads a file with those that it extends, [`layer`] says which of all the
//! values wins, [`upward`] finds the nearest file. Whether a rule of that name exists is only known once rules are
//! loaded, in [`crate::commands`].

pub mod chain;
pub mod error;
pub mod layer;
pub mod template;
pub mod upward;
pub mod words;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

pub use error::ConfigError;
pub use template::TEMPLATE;

use crate::diagnostic::Severity;
use crate::format::Format;
use crate::session::{QuotePolicy, closest};

/// The name of the config file.
pub const FILE_NAME: &str = "mtlint.toml";

/// Extensions that are articles when a folder is walked, unless the config says otherwise.
pub const DEFAULT_EXTENSIONS: [&str; 8] = ["txt", "text", "article", "md", "markdown", "html", "htm", "docx"];

/// What `mtlint.toml` may say; every key may be left out.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Config {
    /// Another file of this form to begin with, relative to the folder of this one: its lists and tables are added to,
    /// its other values hold where this file is silent.
    #[schemars(with = "Option<String>")]
    pub extend: Option<Spanned<PathBuf>>,
    /// Language the texts were translated from, such as "fr", or "any". Rules for other languages are left out.
    #[schemars(with = "Option<String>")]
    pub source: Option<Spanned<String>>,
    /// Whether grammar is checked. Default: true.
    #[schemars(with = "Option<bool>")]
    pub grammar: Option<Spanned<bool>>,
    /// Exit with 1 if a finding has at least this severity. Default: warning.
    #[schemars(with = "Option<Severity>")]
    pub fail_on: Option<Spanned<Severity>>,
    /// Show nothing below this severity. Default: info.
    #[schemars(with = "Option<Severity>")]
    pub min_severity: Option<Spanned<Severity>>,
    /// A baseline, relative to the folder of this file: findings that it knows stay quiet. Default: none.
    #[schemars(with = "Option<String>")]
    pub baseline: Option<Spanned<PathBuf>>,
    /// Encoding of the files, such as "windows-1252". Default: what a byte order mark says, else UTF-8.
    #[schemars(with = "Option<String>")]
    pub encoding: Option<Spanned<String>>,
    /// Fields of JSON whose texts are read: keys ("body"), paths ("article.*.body"), with a format ("body:html").
    #[schemars(with = "Option<Vec<String>>")]
    pub fields: Option<Spanned<Vec<String>>>,
    /// What becomes of fixes between quotation marks. Default: suggest.
    #[schemars(with = "Option<QuotePolicy>")]
    pub quotes: Option<Spanned<QuotePolicy>>,
    /// Which rules run, and how severe they are.
    pub rules: RulesTable,
    /// Words and names in which nothing is found.
    pub words: WordsTable,
    /// Which files are read when a folder is named.
    pub files: FilesTable,
    /// Other values for some files. Of sections that name the same file, the later wins.
    #[schemars(with = "Vec<PerFile>")]
    pub per_file: Vec<Spanned<PerFile>>,
}

/// The table `[rules]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RulesTable {
    /// Run only these: rule ids, packs, or "tag:NAME". Empty: all.
    #[schemars(with = "Option<Vec<String>>")]
    pub select: Option<Vec<Spanned<String>>>,
    /// Do not run these: rule ids, packs, or "tag:NAME".
    #[schemars(with = "Vec<String>")]
    pub ignore: Vec<Spanned<String>>,
    /// Folders and files with rules of your own, relative to the folder of this file.
    #[schemars(with = "Vec<String>")]
    pub paths: Vec<Spanned<PathBuf>>,
    /// Another severity for a rule id, a pack, or "tag:NAME"; "off" switches it off.
    #[schemars(with = "BTreeMap<String, RuleLevel>")]
    pub severity: BTreeMap<Spanned<String>, RuleLevel>,
}

/// The table `[words]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct WordsTable {
    /// Words and names in which nothing is found, such as "Assemblée" or "Le Monde": whole words, written as here.
    #[schemars(with = "Vec<String>")]
    pub accept: Vec<Spanned<String>>,
    /// Files with more of them, one a line, relative to the folder of this file; "#" begins a comment.
    #[schemars(with = "Vec<String>")]
    pub files: Vec<Spanned<PathBuf>>,
}

/// A section `[[per-file]]`: what is different for some files.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PerFile {
    /// The files, written as in .gitignore, relative to the folder of this file: "news/fr/**".
    #[schemars(with = "Vec<String>")]
    pub files: Spanned<Vec<Spanned<String>>>,
    /// Language these texts were translated from, such as "fr", or "any".
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub source: Option<Spanned<String>>,
    /// Whether their grammar is checked.
    #[serde(default)]
    #[schemars(with = "Option<bool>")]
    pub grammar: Option<Spanned<bool>>,
    /// Exit with 1 if a finding in them has at least this severity.
    #[serde(default)]
    #[schemars(with = "Option<Severity>")]
    pub fail_on: Option<Spanned<Severity>>,
    /// Show nothing in them below this severity.
    #[serde(default)]
    #[schemars(with = "Option<Severity>")]
    pub min_severity: Option<Spanned<Severity>>,
    /// How they are marked up, where their names do not say it.
    #[serde(default)]
    #[schemars(with = "Option<Format>")]
    pub format: Option<Spanned<Format>>,
    /// Their encoding, such as "windows-1252".
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub encoding: Option<Spanned<String>>,
    /// Fields of JSON whose texts are read.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    pub fields: Option<Spanned<Vec<String>>>,
    /// What becomes of fixes between quotation marks in them.
    #[serde(default)]
    #[schemars(with = "Option<QuotePolicy>")]
    pub quotes: Option<Spanned<QuotePolicy>>,
    /// Which rules run in them, and how severe they are.
    #[serde(default)]
    pub rules: PerFileRules,
    /// Words and names in which nothing is found, besides those of the top level.
    #[serde(default)]
    pub words: WordsTable,
}

/// The table `rules` of a section `[[per-file]]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct PerFileRules {
    /// Run only these: rule ids, packs, or "tag:NAME". Empty: all.
    #[schemars(with = "Option<Vec<String>>")]
    pub select: Option<Vec<Spanned<String>>>,
    /// Do not run these either: rule ids, packs, or "tag:NAME".
    #[schemars(with = "Vec<String>")]
    pub ignore: Vec<Spanned<String>>,
    /// Another severity for a rule id, a pack, or "tag:NAME"; "off" switches it off.
    #[schemars(with = "BTreeMap<String, RuleLevel>")]
    pub severity: BTreeMap<Spanned<String>, RuleLevel>,
}

/// The table `[files]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct FilesTable {
    /// Files and folders to leave out when a folder is walked, written as in .gitignore.
    #[schemars(with = "Vec<String>")]
    pub exclude: Vec<Spanned<String>>,
    /// Extensions, without the dot, of the files to read in a folder. Default: txt, text, article, md, markdown,
    /// html, htm, docx.
    #[schemars(with = "Option<Vec<String>>")]
    pub extensions: Option<Spanned<Vec<String>>>,
}

/// A severity in the config, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RuleLevel {
    /// The rule does not run.
    Off,
    /// Worth a look.
    Info,
    /// Very probably wrong.
    Warning,
    /// Wrong.
    Error,
}

impl RuleLevel {
    /// The severity; `None` for off.
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Info => Some(Severity::Info),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

/// A config as it was read, with what is needed to draw a mistake in it.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// What it says.
    pub config: Config,
    /// Where it was read; empty if there is none.
    pub path: PathBuf,
    /// Its whole text.
    pub text: String,
}

impl Loaded {
    /// The folder that relative paths in the config start from; `None` if there is no config file.
    pub fn folder(&self) -> Option<&Path> {
        let folder = self.path.parent()?;
        Some(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })
    }

    /// The line of a byte, from 1.
    pub fn line(&self, byte: usize) -> usize {
        let head = self.text.as_bytes().get(..byte).unwrap_or(self.text.as_bytes());
        1 + head.iter().filter(|&&b| b == b'\n').count()
    }

    /// A mistake in this config, found after it was read.
    pub fn mistake(&self, span: Range<usize>, what: String, help: String) -> ConfigError {
        ConfigError::Invalid { path: self.path.clone(), text: self.text.clone(), span, what, help }
    }
}

/// Understands the text of a config; `path` is for errors.
///
/// # Errors
/// When the text is no TOML, or says something unknown.
pub fn parse(path: &Path, text: String) -> Result<Loaded, ConfigError> {
    // A byte order mark is no mistake of the user's.
    let body = text.strip_prefix('\u{feff}').unwrap_or(&text);
    match toml::from_str::<Config>(body) {
        Ok(config) => Ok(Loaded { config, path: path.to_path_buf(), text: body.to_owned() }),
        Err(error) => {
            let what = error.message().lines().next().unwrap_or("this is not TOML").to_owned();
            Err(ConfigError::Invalid {
                path: path.to_path_buf(),
                text: body.to_owned(),
                span: error.span().unwrap_or(0..0),
                help: advice(&what),
                what,
            })
        }
    }
}

/// What to do about a message of the TOML reader: the nearest known word, if it names one it does not know.
fn advice(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    match quoted.next() {
        Some(word) if message.starts_with("unknown") => {
            let known: Vec<&str> = quoted.collect();
            match closest(word, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("use one of: {}", known.join(", ")),
            }
        }
        _ if message.starts_with("duplicate key") => "write each key once".to_owned(),
        _ if message.starts_with("invalid type") => {
            "`mtlint schema config` says what may stand here".to_owned()
        }
        _ => "see https://toml.io for how TOML is written; texts stand in \"quotation marks\"".to_owned(),
    }
}

/// The JSON Schema of `mtlint.toml`.
pub fn json_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Config);
    schema.insert("title".to_owned(), "mtlint.toml".into());
    schema.to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        let result = parse(Path::new("mtlint.toml"), text.to_owned());
        result.expect_err("a mistake").to_string()
    }

    #[test]
    fn all_keys_are_read() {
        let text = "source = 'fr'\ngrammar = false\nfail-on = 'error'\nmin-severity = 'warning'\n\
                    [rules]\nselect = ['typography']\nignore = ['tag:x']\npaths = ['r']\n\
                    [rules.severity]\n'a/b' = 'off'\n[files]\nexclude = ['*.old.txt']\nextensions = ['md']\n";
        let config = parse(Path::new("mtlint.toml"), text.to_owned()).expect("valid").config;
        assert_eq!(config.source.map(Spanned::into_inner).as_deref(), Some("fr"));
        assert_eq!(config.grammar.map(Spanned::into_inner), Some(false));
        assert_eq!(config.fail_on.map(Spanned::into_inner), Some(Severity::Error));
        assert_eq!(config.rules.select.expect("said")[0].get_ref(), "typography");
        assert_eq!(config.rules.severity.values().next(), Some(&RuleLevel::Off));
        assert_eq!(config.files.extensions.map(Spanned::into_inner), Some(vec!["md".to_owned()]));
    }

    #[test]
    fn an_unknown_key_is_drawn_with_what_was_meant() {
        let text = error("source = 'fr'\n\n[rules]\nselct = []\n");
        assert!(text.contains("mtlint.toml:4:1"), "{text}");
        assert!(text.contains("unknown field `selct`"), "{text}");
        assert!(text.contains("did you mean `select`?"), "{text}");
    }

    #[test]
    fn a_wrong_severity_is_drawn_with_what_was_meant() {
        let text = error("fail-on = 'warn'\n");
        assert!(text.contains("mtlint.toml:1:11"), "{text}");
        assert!(text.contains("did you mean `warning`?"), "{text}");
        assert!(error("[rules.severity]\n'a/b' = 'offf'\n").contains("did you mean `off`?"));
    }

    #[test]
    fn broken_toml_is_drawn_at_its_place() {
        assert!(error("source = \n").contains("mtlint.toml:1:"));
        assert!(error("source = 3\n").contains("mtlint.toml:1:10"));
        assert!(error("é = 'a").contains("mtlint.toml:1:"));
    }

    #[test]
    fn the_schema_has_every_key() {
        let schema = json_schema().to_string();
        for key in ["extend", "fail-on", "per-file", "quotes", "select", "severity", "accept", "exclude"] {
            assert!(schema.contains(&format!("\"{key}\"")), "{key}");
        }
    }
}
