//! Where the decisions of reviews that are not over are kept: in the folder `reviews` of the user's cache folder.
//!
//! A file a text, named by the path of the article and by its bytes, replaced in one step after every decision.

use std::fs::{self, DirBuilder};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::bounded;
use crate::commands::cache;
use crate::commands::write::{Access, Beside, WriteError};
use crate::review::journal::{Journal, name};

/// The name of the folder.
const FOLDER: &str = "reviews";

/// Most reviews that are kept; the ones that were not touched for longest go first.
const MOST: usize = 256;

/// Largest journal that is read, in bytes.
const MAX_BYTES: u64 = 64 << 20;

/// The decisions about one article.
pub(super) struct Shelf {
    folder: Option<PathBuf>,
    article: String,
    /// Whether there is a journal about the text as it is.
    keeps: bool,
}

impl Shelf {
    /// The place for decisions about the article at `path`.
    pub(super) fn of(path: &Path) -> Self {
        Self::in_folder(cache::folder().map(|folder| folder.join(FOLDER)), path)
    }

    fn in_folder(folder: Option<PathBuf>, path: &Path) -> Self {
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        Self { folder, article: name(path.as_os_str().as_encoded_bytes()), keeps: false }
    }

    /// The file about the text of this name.
    fn file(&self, text: &str) -> Option<PathBuf> {
        let (article, text) = (self.article.get(..16)?, text.get(..32)?);
        Some(self.folder.as_ref()?.join(format!("{article}-{text}.json")))
    }

    /// What was decided about the text of this name.
    pub(super) fn find(&mut self, text: &str) -> Option<Journal> {
        let file = self.file(text)?;
        let journal = Journal::read(&bounded::read(&file, MAX_BYTES).ok()?, text)?;
        self.keeps = !journal.is_empty();
        Some(journal)
    }

    /// Whether decisions about the text as it is are kept.
    pub(super) fn keeps(&self) -> bool {
        self.keeps
    }

    /// Keeps `journal`; an empty one is none.
    ///
    /// # Errors
    /// When the system refuses; what was kept before is kept still.
    pub(super) fn keep(&mut self, text: &str, journal: &Journal) -> Result<(), WriteError> {
        if journal.is_empty() {
            self.remove(text);
            return Ok(());
        }
        let no_folder = || io::Error::new(io::ErrorKind::NotFound, "you have no folder for a cache");
        let (Some(folder), Some(file)) = (&self.folder, self.file(text)) else {
            return Err(no_folder().into());
        };
        let mut maker = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut maker, 0o700);
        maker.recursive(true).create(folder)?;
        if !file.exists() {
            make_room(folder);
        }
        let mut written = Beside::new(folder, Access::Private)?;
        written.write_all(&journal.to_json())?;
        written.sync()?;
        written.replace(&file)?;
        self.keeps = true;
        Ok(())
    }

    /// Forgets what was decided about the text of this name.
    pub(super) fn remove(&mut self, text: &str) {
        self.keeps = false;
        if let Some(file) = self.file(text) {
            // What is not there need not be removed; what cannot be is about a text that is gone.
            let _ = fs::remove_file(file);
        }
    }
}

/// Removes the oldest journals if there are too many; what else is in the folder stays.
fn make_room(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let is_journal = |entry: &fs::DirEntry| entry.file_name().to_str().is_some_and(is_name);
    let age = |entry: fs::DirEntry| {
        // Not of what a link leads to.
        let meta = entry.metadata().ok().filter(fs::Metadata::is_file)?;
        Some((meta.modified().ok()?, entry.path()))
    };
    let mut files: Vec<_> = entries.flatten().filter(is_journal).filter_map(age).collect();
    files.sort();
    let most = files.len().saturating_sub(MOST - 1);
    for (_, file) in &files[..most] {
        let _ = fs::remove_file(file);
    }
}

/// Whether a file of this name is a journal, see [`Shelf::file`].
fn is_name(name: &str) -> bool {
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let parts = name.strip_suffix(".json").and_then(|name| name.split_once('-'));
    parts.is_some_and(|(article, text)| digits(article, 16) && digits(text, 32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_others_were_removed_to_make_room() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for number in 0..MOST + 10 {
            fs::write(folder.path().join(format!("film-{number}.json")), "").expect("written");
            fs::write(folder.path().join(format!("{number:016x}-{number:032x}.json")), "").expect("written");
        }
        make_room(folder.path());
        let left = fs::read_dir(folder.path()).expect("a folder").flatten();
        let (journals, others): (Vec<_>, Vec<_>) =
            left.partition(|entry| entry.file_name().to_str().is_some_and(is_name));
        assert_eq!((journals.len(), others.len()), (MOST - 1, MOST + 10));
    }

    #[test]
    fn a_journal_is_found_for_its_text_only_until_it_is_removed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let article = folder.path().join("a.txt");
        let shelf = || Shelf::in_folder(Some(folder.path().join("reviews")), &article);
        let (text, other) = (name(b"text"), name(b"other"));
        let json = format!(
            r#"{{"version":1,"path":"a.txt","text":"{text}","off":[],"settled":[],"rounds":
            [[{{"rule":"a/b","start":1,"end":2,"decision":"reject"}}]]}}"#
        );
        let journal = Journal::read(json.as_bytes(), &text).expect("it is one");
        shelf().keep(&text, &journal).expect("kept");
        assert_eq!(shelf().find(&text), Some(journal));
        assert_eq!(shelf().find(&other), None);
        shelf().remove(&text);
        assert_eq!(shelf().find(&text), None);
        assert!(Shelf::in_folder(None, &article).find(&text).is_none());
    }
}
