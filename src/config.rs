//! `mtlint.toml`: what it may say, where it is found, and every mistake in it drawn at its place.
//!
//! Only reading. What the command line says against it is settled in [`crate::commands`];
//! whether a rule of that name exists is only known once rules are loaded.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use crate::diagnostic::Severity;
use crate::session::closest;
use crate::span::border_before;

/// The name of the config file.
pub const FILE_NAME: &str = "mtlint.toml";

/// Extensions that are articles when a folder is walked, unless the config says otherwise.
pub const DEFAULT_EXTENSIONS: [&str; 8] = ["txt", "text", "article", "md", "markdown", "html", "htm", "docx"];

/// What `mtlint.toml` may say; every key may be left out.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Config {
    /// Language the texts were translated from, such as "fr". Rules for other languages are left out.
    pub source: Option<String>,
    /// Whether grammar is checked. Default: true.
    pub grammar: Option<bool>,
    /// Exit with 1 if a finding has at least this severity. Default: warning.
    pub fail_on: Option<Severity>,
    /// Show nothing below this severity. Default: info.
    pub min_severity: Option<Severity>,
    /// A baseline, relative to the folder of this file: findings that it knows stay quiet. Default: none.
    pub baseline: Option<PathBuf>,
    /// Which rules run, and how severe they are.
    pub rules: RulesTable,
    /// Which files are read when a folder is named.
    pub files: FilesTable,
}

/// The table `[rules]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RulesTable {
    /// Run only these: rule ids, packs, or "tag:NAME".
    #[schemars(with = "Vec<String>")]
    pub select: Vec<Spanned<String>>,
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

/// The table `[files]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct FilesTable {
    /// Files and folders to leave out when a folder is walked, written as in .gitignore.
    #[schemars(with = "Vec<String>")]
    pub exclude: Vec<Spanned<String>>,
    /// Extensions, without the dot, of the files to read in a folder. Default: txt, text, article, md, markdown,
    /// html, htm, docx.
    pub extensions: Option<Vec<String>>,
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

    /// A mistake in this config, found after it was read.
    pub fn mistake(&self, span: Range<usize>, what: String, help: String) -> ConfigError {
        ConfigError::Invalid { path: self.path.clone(), text: self.text.clone(), span, what, help }
    }
}

/// Why a config could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The file says something it may not say.
    Invalid {
        /// The file.
        path: PathBuf,
        /// Its whole text.
        text: String,
        /// The faulty bytes of the text.
        span: Range<usize>,
        /// What is wrong, one line.
        what: String,
        /// What to do about it.
        help: String,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl ConfigError {
    /// The error for a person: what is wrong, `path:line:column`, the line drawn, and what to do.
    pub fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.decor_style(DecorStyle::Ascii);
        match self {
            Self::Unreadable { path, error } => {
                let title = format!("{}: the config cannot be read: {error}", path.display());
                renderer.render(&[annotate_snippets::Group::with_title(
                    Level::ERROR.primary_title(title.as_str()),
                )])
            }
            Self::Invalid { path, text, span, what, help } => {
                let path = path.display().to_string();
                let mark = AnnotationKind::Primary.span(on_borders(text, span));
                let snippet = Snippet::source(text.as_str()).path(path.as_str()).annotation(mark);
                let mut group = Level::ERROR.primary_title(what.as_str()).element(snippet);
                if !help.is_empty() {
                    group = group.element(Level::HELP.message(help.as_str()));
                }
                renderer.render(&[group])
            }
        }
    }
}

/// `span`, moved to character borders inside `text`.
fn on_borders(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = border_before(text, span.start);
    start..border_before(text, span.end).max(start)
}

/// The nearest `mtlint.toml` in `folder` or above it.
pub fn discover(folder: &Path) -> Option<PathBuf> {
    nearest(folder, FILE_NAME)
}

/// The nearest file of that name in `folder` or above it.
pub fn nearest(folder: &Path, name: &str) -> Option<PathBuf> {
    let folder = std::path::absolute(folder).ok()?;
    let found = folder.ancestors().map(|dir| dir.join(name)).find(|path| path.is_file())?;
    // Shown to people, so as short as it can be.
    match std::env::current_dir() {
        Ok(here) => Some(found.strip_prefix(&here).map_or_else(|_| found.clone(), Path::to_path_buf)),
        Err(_) => Some(found),
    }
}

/// Reads the config at `path`.
///
/// # Errors
/// When the file cannot be read, is no TOML, or says something unknown.
pub fn read(path: &Path) -> Result<Loaded, ConfigError> {
    let unreadable = |error| ConfigError::Unreadable { path: path.to_path_buf(), error };
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    parse(path, text)
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

/// What `mtlint init` writes: every key with its default, commented out.
pub const TEMPLATE: &str = r#"# Settings of mtlint for the texts in this folder and below.
# Every key may be left out; the values shown are the defaults.

# Language the texts were translated from; leaves out rules for other languages.
#source = "fr"

# Check grammar as well.
#grammar = true

# Show nothing below this severity: info, warning or error.
#min-severity = "info"

# Exit with 1 if a finding has at least this severity.
#fail-on = "warning"

# Findings that this file knows stay quiet; `mtlint baseline create` writes it.
#baseline = ".mtlint-baseline.json"

[rules]
# Rule ids ("typography/doubled-quote"), packs ("typography") or tags ("tag:calque").
#select = []
#ignore = []
# Rules of your own, besides those in .mtlint/rules.
#paths = ["house-rules"]

[rules.severity]
# Another severity, or "off".
#"typography/doubled-quote" = "error"

[files]
# Left out when a folder is read; written as in .gitignore.
#exclude = ["drafts/"]
#extensions = ["txt", "text", "article", "md", "markdown", "html", "htm", "docx"]
"#;

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
        assert_eq!(config.source.as_deref(), Some("fr"));
        assert_eq!((config.grammar, config.fail_on), (Some(false), Some(Severity::Error)));
        assert_eq!(config.rules.select[0].get_ref(), "typography");
        assert_eq!(config.rules.severity.values().next(), Some(&RuleLevel::Off));
        assert_eq!(config.files.extensions.as_deref(), Some(&["md".to_owned()][..]));
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
    fn the_template_is_a_valid_config_that_changes_nothing() {
        let plain = parse(Path::new("mtlint.toml"), TEMPLATE.to_owned()).expect("valid").config;
        assert_eq!(format!("{plain:?}"), format!("{:?}", Config::default()));
        let filled: String = TEMPLATE
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(key) if !key.starts_with(' ') => format!("{key}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        parse(Path::new("mtlint.toml"), filled).expect("every commented key is known");
    }

    #[test]
    fn the_schema_has_every_key() {
        let schema = json_schema().to_string();
        for key in ["fail-on", "min-severity", "select", "severity", "exclude", "extensions"] {
            assert!(schema.contains(&format!("\"{key}\"")), "{key}");
        }
    }
}
