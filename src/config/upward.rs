//! The nearest file or folder of a name at or above a folder; each folder is looked at once.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// A search upwards for one name.
#[derive(Debug)]
pub struct Upward {
    name: &'static str,
    fits: fn(&Path) -> bool,
    /// What is nearest to each absolute folder that has been looked at.
    known: HashMap<PathBuf, Option<Arc<Path>>>,
    here: PathBuf,
}

impl Upward {
    /// A search for a file called `name`.
    pub fn file(name: &'static str) -> Self {
        Self::new(name, Path::is_file)
    }

    /// A search for a folder called `name`, which may be a path below the folders that are looked at.
    pub fn folder(name: &'static str) -> Self {
        Self::new(name, Path::is_dir)
    }

    /// A search for what is called `name` and fits.
    pub fn new(name: &'static str, fits: fn(&Path) -> bool) -> Self {
        Self { name, fits, known: HashMap::new(), here: std::env::current_dir().unwrap_or_default() }
    }

    /// The nearest one at or above `folder`, by its path from the current folder if it lies below that.
    pub fn find(&mut self, folder: &Path) -> Option<Arc<Path>> {
        let folder = absolute(folder)?;
        let mut passed: Vec<&Path> = Vec::new();
        let mut found = None;
        for above in folder.ancestors() {
            if let Some(known) = self.known.get(above) {
                found = known.clone();
                break;
            }
            passed.push(above);
            let path = above.join(self.name);
            if (self.fits)(&path) {
                // Shown to people, so as short as it can be.
                found = Some(path.strip_prefix(&self.here).unwrap_or(&path).into());
                break;
            }
        }
        for above in passed {
            self.known.insert(above.to_path_buf(), found.clone());
        }
        found
    }
}

/// `folder` from the root on. Where it goes up by `..`, links are resolved first, for the folder above a link is not
/// the one that its path shows.
pub fn absolute(folder: &Path) -> Option<PathBuf> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    if folder.components().any(|part| part == Component::ParentDir)
        && let Ok(real) = std::fs::canonicalize(folder)
    {
        return Some(real);
    }
    std::path::absolute(folder).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_nearest_is_found_and_remembered() {
        let root = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir_all(root.path().join("a/b/c")).expect("created");
        fs::create_dir_all(root.path().join("d")).expect("created");
        fs::write(root.path().join("x.toml"), "").expect("written");
        fs::write(root.path().join("a/b/x.toml"), "").expect("written");
        let mut search = Upward::file("x.toml");
        let mut found = |below: &str| search.find(&root.path().join(below)).expect("found").to_path_buf();
        let (top, deep) = (root.path().join("x.toml"), root.path().join("a/b/x.toml"));
        assert_eq!((found("a/b/c"), found("a/b")), (deep.clone(), deep.clone()));
        assert_eq!((found("a"), found("d"), found("")), (top.clone(), top.clone(), top.clone()));
        assert_eq!(fs::canonicalize(found("a/b/../../d/..")).ok(), fs::canonicalize(&top).ok());
        // A folder that has been looked at is not looked at again.
        fs::remove_file(&deep).expect("removed");
        assert_eq!(found("a/b/c"), deep);
        assert_eq!(found("a/gone/deep"), top);
    }
}
