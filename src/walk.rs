//! From the paths a user names to the ordered list of files to read.
//!
//! Folders are searched with the rules of `.gitignore`; a file that is named is always read.
//! Nothing is opened here except folders and files of patterns.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};

use ignore::WalkBuilder;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::config::upward;
use crate::glob;

/// A file like `.gitignore` for this program alone.
pub const IGNORE_FILE: &str = ".mtlintignore";

/// What is read in a folder.
#[derive(Debug)]
pub struct Filter {
    extensions: Vec<String>,
    exclude: Vec<Exclude>,
    /// Whether a file that is named is left out too if it is excluded.
    force: bool,
}

/// Lines as in `.gitignore`, and the folder that they are relative to.
#[derive(Debug)]
struct Exclude {
    root: PathBuf,
    lines: Gitignore,
}

impl Exclude {
    fn new(root: &Path, lines: &[&str]) -> Result<Self, (usize, String)> {
        // The builder strips `root` from absolute paths, so both must be absolute.
        let root = upward::absolute(root).unwrap_or_else(|| root.to_path_buf());
        let mut builder = GitignoreBuilder::new(&root);
        for (index, line) in lines.iter().enumerate() {
            glob::add(&mut builder, line).map_err(|why| (index, why))?;
        }
        let lines = builder.build().map_err(|error| (0, error.to_string()))?;
        Ok(Self { root, lines })
    }

    /// Whether a file at this absolute path is left out, or a folder that it is in; `None` if no line speaks of it.
    fn says(&self, path: &Path) -> Option<bool> {
        if self.lines.is_empty() || !path.starts_with(&self.root) {
            return None;
        }
        let found = self.lines.matched_path_or_any_parents(path, false);
        (!found.is_none()).then(|| found.is_ignore())
    }
}

impl Filter {
    /// Reads files with these `extensions` (without the dot), except what `exclude` names:
    /// lines as in `.gitignore`, relative to `root`.
    ///
    /// # Errors
    /// With the index of the first line of `exclude` that is no pattern, and why.
    pub fn new(extensions: Vec<String>, root: &Path, exclude: &[&str]) -> Result<Self, (usize, String)> {
        let exclude = vec![Exclude::new(root, exclude)?];
        let extensions = extensions.iter().map(|e| e.trim_start_matches('.').to_lowercase()).collect();
        Ok(Self { extensions, exclude, force: false })
    }

    /// The same, leaving out what `exclude` names as well, relative to `root`.
    ///
    /// # Errors
    /// With the index of the first line of `exclude` that is no pattern, and why.
    pub fn excluding(mut self, root: &Path, exclude: &[&str]) -> Result<Self, (usize, String)> {
        self.exclude.push(Exclude::new(root, exclude)?);
        Ok(self)
    }

    /// The same, for files that are named as well if `force`.
    #[must_use]
    pub fn forced(mut self, force: bool) -> Self {
        self.force = force;
        self
    }

    /// Whether a file that is found in a folder is read.
    ///
    /// # Errors
    /// When a `.mtlintignore` above it cannot be used.
    pub fn takes(&self, path: &Path) -> Result<bool, WalkError> {
        Ok(self.reads(path) && !self.excludes_named(path)?)
    }

    /// Whether a file is left out although it is named: by the patterns, or by a `.mtlintignore` above it.
    fn excludes_named(&self, path: &Path) -> Result<bool, WalkError> {
        let Some(path) = absolute(path) else { return Ok(false) };
        if let Some(said) = self.exclude.iter().rev().find_map(|exclude| exclude.says(&path)) {
            return Ok(said);
        }
        for folder in path.ancestors().skip(1) {
            if let Some(unusable) = glob::unusable(folder, &[IGNORE_FILE]) {
                return Err(cannot_be_used(unusable));
            }
            let file = folder.join(IGNORE_FILE);
            if !file.is_file() {
                continue;
            }
            // A line in it that is no pattern is left aside, as in a folder that is searched.
            let (lines, _) = Gitignore::new(&file);
            if let Some(said) = (Exclude { root: folder.to_path_buf(), lines }).says(&path) {
                return Ok(said);
            }
        }
        Ok(false)
    }

    fn reads(&self, path: &Path) -> bool {
        // What a word processor puts beside a document that is open there: no document.
        if path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"~$")) {
            return false;
        }
        let extension = path.extension().and_then(|e| e.to_str()).map(str::to_lowercase);
        extension.is_some_and(|extension| self.extensions.contains(&extension))
    }

    fn excludes(&self, path: &Path, is_folder: bool) -> bool {
        let any = self.exclude.iter().any(|exclude| !exclude.lines.is_empty());
        any && absolute(path).is_some_and(|path| {
            let said = self.exclude.iter().rev().map(|exclude| exclude.lines.matched(&path, is_folder));
            said.into_iter().find(|found| !found.is_none()).is_some_and(|found| found.is_ignore())
        })
    }
}

/// Says which filter holds in a folder.
pub type Filters<'f> = dyn FnMut(&Path) -> Arc<Filter> + 'f;

/// Whether a file that is named is left out by a filter that holds in a folder above it.
fn is_excluded_by_force(path: &Path, filters: &mut Filters<'_>) -> Result<bool, WalkError> {
    let Some(absolute) = absolute(path) else { return Ok(false) };
    let nearest = filters(folder_of(path));
    if !nearest.force {
        return Ok(false);
    }
    let mut asked: Vec<Arc<Filter>> = Vec::new();
    for folder in std::iter::once(folder_of(path)).chain(absolute.ancestors().skip(2)) {
        let filter = filters(folder);
        if asked.iter().any(|other| Arc::ptr_eq(other, &filter)) {
            continue;
        }
        if filter.excludes_named(path)? {
            return Ok(true);
        }
        asked.push(filter);
    }
    Ok(false)
}

/// The path of a file from the root on, by which patterns are asked: without `..`, which no pattern is written with.
fn absolute(path: &Path) -> Option<PathBuf> {
    Some(upward::absolute(folder_of(path))?.join(path.file_name()?))
}

/// The folder that a file is in.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// One thing to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Standard input.
    Stdin,
    /// A file, by the path to open and to show.
    File(PathBuf),
    /// A file as it is in git's index, whatever it is on disk.
    Staged {
        /// The path to show.
        path: PathBuf,
        /// The name that git has for its bytes.
        object: String,
    },
}

/// Why a named path gives nothing to read.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// There is nothing at that path.
    #[error("{}: no such file or folder", .0.display())]
    Missing(PathBuf),
    /// It is neither a file nor a folder.
    #[error("{}: not a regular file", .0.display())]
    Special(PathBuf),
    /// The folder holds no article.
    #[error("{}: no article in this folder", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
        /// The extensions that were looked for.
        extensions: Vec<String>,
        /// Files in it with other extensions.
        others: usize,
    },
    /// The system refused.
    #[error("{}: cannot be read: {error}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl WalkError {
    /// The path at fault.
    pub fn path(&self) -> &Path {
        match self {
            Self::Missing(path) | Self::Special(path) => path,
            Self::Empty { path, .. } | Self::Io { path, .. } => path,
        }
    }

    /// What to do about it.
    pub fn advice(&self) -> String {
        match self {
            Self::Missing(_) => "check the spelling of the path".to_owned(),
            Self::Special(_) => "name a text file, or pipe the text in and write `-`".to_owned(),
            Self::Empty { extensions, others, .. } => {
                let found = match others {
                    0 => String::new(),
                    1 => "; 1 file has another extension".to_owned(),
                    n => format!("; {n} files have other extensions"),
                };
                format!(
                    "only .{} files are read in a folder{found}: name the files themselves, set \
                     files.extensions in mtlint.toml, or pass --allow-empty",
                    extensions.join(", .")
                )
            }
            Self::Io { error, .. } if error.kind() == io::ErrorKind::Other => {
                "mend it, or leave the folder out".to_owned()
            }
            Self::Io { .. } => "check the permissions".to_owned(),
        }
    }
}

/// Lists what `paths` name: files as they are named, folders with their articles in order of their path.
///
/// Each file comes once. An error stands where its path stood; the other paths are listed all the same.
/// In folders, hidden and ignored files are left out and symbolic links are not followed.
/// What else is left out there is said by `filters`, which are asked about the folder that a file or folder is in.
pub fn walk(paths: &[PathBuf], filters: &mut Filters<'_>) -> Vec<Result<Input, WalkError>> {
    let mut found = Vec::new();
    let mut seen = Seen::default();
    for path in paths {
        if path.as_os_str() == "-" {
            if !std::mem::replace(&mut seen.stdin, true) {
                found.push(Ok(Input::Stdin));
            }
            continue;
        }
        match fs::metadata(path) {
            Ok(meta) if meta.is_dir() => walk_folder(path, filters, &mut seen, &mut found),
            Ok(meta) if meta.is_file() => match is_excluded_by_force(path, filters) {
                Ok(false) if seen.first_time(path) => found.push(Ok(Input::File(path.clone()))),
                Ok(_) => {}
                Err(error) => found.push(Err(error)),
            },
            Ok(_) => found.push(Err(WalkError::Special(path.clone()))),
            // A dangling symbolic link is missing too; a loop of them has an error of its own.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                found.push(Err(WalkError::Missing(path.clone())));
            }
            Err(error) => found.push(Err(WalkError::Io { path: path.clone(), error })),
        }
    }
    found
}

/// Files that are listed already, whatever way they were named.
#[derive(Default)]
struct Seen {
    files: HashSet<PathBuf>,
    stdin: bool,
}

impl Seen {
    fn first_time(&mut self, path: &Path) -> bool {
        self.files.insert(fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf()))
    }
}

fn walk_folder(
    folder: &Path,
    filters: &mut Filters<'_>,
    seen: &mut Seen,
    found: &mut Vec<Result<Input, WalkError>>,
) {
    let mut articles = 0;
    let mut others = 0;
    let mut failed = false;
    // `mtlint check` without a path shows `a.txt`, not `./a.txt`.
    let strip = folder == Path::new(".");
    let above = upward::absolute(folder).unwrap_or_default();
    if let Some(unusable) = above.ancestors().find_map(|folder| glob::unusable(folder, &IGNORE_FILES)) {
        found.push(Err(cannot_be_used(unusable)));
        return;
    }
    let (sender, refused) = mpsc::channel();
    let walker = WalkBuilder::new(folder)
        .require_git(false)
        .add_custom_ignore_filename(IGNORE_FILE)
        .sort_by_file_name(std::ffi::OsStr::cmp)
        .filter_entry(move |entry| {
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            let file = if is_folder { glob::unusable(entry.path(), &IGNORE_FILES) } else { None };
            // Nobody has to wait for it any more where sending fails.
            file.is_none_or(|file| sender.send(file).is_err())
        })
        .build();
    let mut excluded: Option<PathBuf> = None;
    for entry in walker {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                failed = true;
                found.push(Err(from_ignore(folder, error)));
                continue;
            }
        };
        let path = entry.path();
        if excluded.as_ref().is_some_and(|excluded| path.starts_with(excluded)) {
            continue;
        }
        let Some(kind) = entry.file_type() else { continue };
        if entry.depth() == 0 {
            continue;
        }
        let filter = filters(folder_of(path));
        if filter.excludes(path, kind.is_dir()) {
            if kind.is_dir() {
                excluded = Some(path.to_path_buf());
            }
            continue;
        }
        if !kind.is_file() {
            continue;
        }
        if !filter.reads(path) {
            others += 1;
            continue;
        }
        articles += 1;
        if seen.first_time(path) {
            let shown = if strip { path.strip_prefix(".").unwrap_or(path) } else { path };
            found.push(Ok(Input::File(shown.to_path_buf())));
        }
    }
    for unusable in refused.try_iter() {
        failed = true;
        found.push(Err(cannot_be_used(unusable)));
    }
    if articles == 0 && !failed {
        let (path, extensions) = (folder.to_path_buf(), filters(folder).extensions.clone());
        found.push(Err(WalkError::Empty { path, extensions, others }));
    }
}

/// Files with patterns of what is left out.
const IGNORE_FILES: [&str; 4] = [".gitignore", ".ignore", IGNORE_FILE, ".git/info/exclude"];

fn cannot_be_used((path, why): (PathBuf, String)) -> WalkError {
    WalkError::Io { path, error: io::Error::other(why) }
}

/// The walker's own error as ours: the path it names and the system's reason.
fn from_ignore(folder: &Path, error: ignore::Error) -> WalkError {
    fn path_of(error: &ignore::Error) -> Option<PathBuf> {
        match error {
            ignore::Error::WithPath { path, .. } => Some(path.clone()),
            ignore::Error::WithLineNumber { err, .. } | ignore::Error::WithDepth { err, .. } => path_of(err),
            _ => None,
        }
    }
    let path = path_of(&error).unwrap_or_else(|| folder.to_path_buf());
    let text = error.to_string();
    let error = error.into_io_error().unwrap_or_else(|| io::Error::other(text));
    WalkError::Io { path, error }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(root: &Path, exclude: &[&str]) -> Filter {
        Filter::new(vec!["txt".into(), "article".into()], root, exclude).expect("valid patterns")
    }

    /// A folder with these empty files.
    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().expect("inside the folder")).expect("created");
            fs::write(path, "").expect("written");
        }
        folder
    }

    /// What is found below `root`, relative to it; errors as their text.
    fn names(root: &Path, paths: &[&str], exclude: &[&str]) -> Vec<String> {
        let paths: Vec<_> = paths.iter().map(|path| root.join(path)).collect();
        let show = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
        let filter = Arc::new(filter(root, exclude));
        walk(&paths, &mut |_| Arc::clone(&filter))
            .into_iter()
            .map(|found| match found {
                Ok(Input::File(path)) => show(&path),
                Ok(Input::Stdin | Input::Staged { .. }) => "-".to_owned(),
                Err(error) => format!("{error:?}").split(['(', ' ']).next().unwrap_or_default().to_owned(),
            })
            .collect()
    }

    #[test]
    fn folders_are_read_in_order_without_hidden_ignored_and_other_files() {
        let root = folder(&["b.txt", "a/z.TXT", "a.article", "c.md", ".hidden.txt", "skip.txt", "raw/x.txt"]);
        fs::write(root.path().join(".gitignore"), "skip.txt\n").expect("written");
        fs::write(root.path().join(IGNORE_FILE), "raw/\n").expect("written");
        assert_eq!(names(root.path(), &[""], &[]), ["a/z.TXT", "a.article", "b.txt"]);
    }

    #[test]
    fn a_named_file_is_always_read_and_only_once() {
        let root = folder(&["notes.md", ".hidden.txt", "a.txt"]);
        let paths = ["notes.md", ".hidden.txt", "a.txt", "./a.txt", ""];
        assert_eq!(names(root.path(), &paths, &["*.txt"]), ["notes.md", ".hidden.txt", "a.txt", "Empty"]);
    }

    #[test]
    fn what_is_excluded_is_left_out_by_force_even_if_it_is_named() {
        let root = folder(&["drafts/deep/a.txt", "b.txt", "c.txt", "raw/d.txt", "raw/keep.txt"]);
        fs::write(root.path().join(IGNORE_FILE), "c.txt\nraw/*\n").expect("written");
        fs::write(root.path().join("raw").join(IGNORE_FILE), "!keep.txt\n").expect("written");
        let all = ["drafts/deep/a.txt", "b.txt", "c.txt", "raw/d.txt", "raw/keep.txt"];
        let paths: Vec<_> = all.iter().map(|path| root.path().join(path)).collect();
        let read = |force| {
            let filter = filter(root.path(), &["*.old.txt"]).excluding(root.path(), &["drafts/"]);
            let filter = Arc::new(filter.expect("valid patterns").forced(force));
            walk(&paths, &mut |_| Arc::clone(&filter)).len()
        };
        assert_eq!(read(false), 5);
        assert_eq!(read(true), 2, "b.txt and raw/keep.txt");
    }

    #[test]
    fn what_is_excluded_was_read_by_a_path_that_goes_up() {
        let root = folder(&["drafts/a.txt", "sub/b.txt", "c.txt"]);
        let up = |below: &str| root.path().join("sub/..").join(below);
        for filter_root in [root.path().to_path_buf(), up("")] {
            let filter = filter(&filter_root, &["drafts/", "sub/*.txt"]);
            let filter = Arc::new(filter.forced(true));
            for paths in [vec![up("")], vec![up("drafts/a.txt"), up("sub/b.txt"), up("c.txt")]] {
                let found: Vec<_> =
                    walk(&paths, &mut |_| Arc::clone(&filter)).into_iter().flatten().collect();
                assert_eq!(found, [Input::File(up("c.txt"))]);
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_of_patterns_without_an_end_was_read_for_ever() {
        let root = folder(&["a.txt"]);
        std::os::unix::fs::symlink("/dev/zero", root.path().join(".gitignore")).expect("linked");
        assert_eq!(names(root.path(), &[""], &[]), ["Io"]);
        fs::remove_file(root.path().join(".gitignore")).expect("removed");
        fs::create_dir_all(root.path().join(".git/info")).expect("made");
        fs::write(root.path().join(".git/info/exclude"), "{a,".repeat(50_000)).expect("written");
        assert_eq!(names(root.path(), &[""], &[]), ["Io"]);
    }

    #[test]
    fn excluded_folders_and_files_are_left_out() {
        let root = folder(&["drafts/deep/a.txt", "a.old.txt", "keep/drafts.txt"]);
        assert_eq!(names(root.path(), &[""], &["drafts/", "*.old.txt"]), ["keep/drafts.txt"]);
    }

    #[test]
    fn what_cannot_be_read_does_not_stop_the_rest() {
        let root = folder(&["empty/readme.md", "a.txt"]);
        assert_eq!(names(root.path(), &["gone.txt", "empty", "a.txt"], &[]), ["Missing", "Empty", "a.txt"]);
    }

    #[cfg(unix)]
    #[test]
    fn link_loops_and_devices_are_not_read() {
        use std::os::unix::fs::symlink;
        let root = folder(&["d/a.txt"]);
        symlink("loop", root.path().join("loop")).expect("linked");
        symlink("..", root.path().join("d/up")).expect("linked");
        symlink("a.txt", root.path().join("d/link.txt")).expect("linked");
        assert_eq!(names(root.path(), &["loop", "d"], &[]), ["Io", "d/a.txt"]);
        assert_eq!(names(root.path(), &["/dev/null"], &[]), ["Special"]);
    }
}
