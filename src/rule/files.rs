//! Rule files in memory: the built-in packs, and whatever a caller has read.
//!
//! Paths are relative to a rules root: `<pack>/<rule>.yml`, `<pack>/pack.yml`,
//! `<pack>/lists/<name>.txt`, and `lists/<name>.txt` for lists that packs share.
//! Nothing here touches the file system.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// One file below a rules root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFile {
    /// The path to show to people.
    pub shown: Cow<'static, str>,
    /// The whole text.
    pub text: Cow<'static, str>,
    /// Whether it is embedded in the program.
    pub builtin: bool,
}

/// A bag of rule files, ordered by their path below the root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleFiles {
    files: BTreeMap<Cow<'static, str>, RuleFile>,
}

impl RuleFiles {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a user's file; a file already at `path` is replaced, so that a user can override a built-in rule.
    pub fn add(&mut self, path: &str, shown: &str, text: String) {
        let file = RuleFile { shown: shown.to_owned().into(), text: text.into(), builtin: false };
        self.files.insert(path.replace('\\', "/").into(), file);
    }

    /// The files in order of their path below the root.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &RuleFile)> {
        self.files.iter().map(|(path, file)| (&**path, file))
    }

    /// The file at `path` below the root.
    pub fn get(&self, path: &str) -> Option<&RuleFile> {
        self.files.get(path)
    }

    /// The word list `name` as seen from `pack`: the pack's own first, then the shared one.
    pub fn list(&self, pack: &str, name: &str) -> Option<&RuleFile> {
        self.get(&format!("{pack}/lists/{name}.txt")).or_else(|| self.get(&format!("lists/{name}.txt")))
    }

    /// Whether the bag is empty.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

impl FromIterator<(Cow<'static, str>, RuleFile)> for RuleFiles {
    fn from_iter<I: IntoIterator<Item = (Cow<'static, str>, RuleFile)>>(files: I) -> Self {
        Self { files: files.into_iter().collect() }
    }
}

/// The entries of a word list: one a line, blanks trimmed; empty lines and `#` comments left out.
pub fn list_entries(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(|line| line.split('#').next().unwrap_or_default().trim()).filter(|line| !line.is_empty())
}
