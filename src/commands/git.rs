//! What git knows: which files have changed, and what they were. Git itself is asked; nothing is written.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Failure;
use super::bytes::{self, Unread};

/// A repository with a work tree.
#[derive(Debug)]
pub(super) struct Repository {
    /// The folder of the work tree, absolute, without symbolic links.
    root: PathBuf,
}

/// The name of an object, as git prints it.
pub(super) type Object = String;

/// A file that differs from what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// The file, absolute.
    pub(super) path: PathBuf,
    /// What it was, perhaps under another name; `None` if it is new.
    pub(super) old: Option<Object>,
    /// What it is in the index; `None` if that is not known there.
    pub(super) new: Option<Object>,
}

impl Repository {
    /// The repository that `folder` is in.
    ///
    /// # Errors
    /// When it is in none, or git cannot be run.
    pub(super) fn of(folder: &Path) -> Result<Self, Failure> {
        // A hook in a linked work tree is told the repository, and git then takes any folder for the top.
        let is_told = std::env::var_os("GIT_DIR").is_some() && std::env::var_os("GIT_WORK_TREE").is_none();
        let asked = if is_told { Path::new(".") } else { folder };
        let output = run(asked, ["rev-parse", "--show-toplevel"])?;
        let failure = || {
            Failure::new(folder.display().to_string(), "is in no work tree of git")
                .help("leave --since and --staged out, or run mtlint in the repository of the articles")
        };
        let root = output.map_err(|why| failure().why(why))?;
        let root = root.strip_suffix(b"\n").unwrap_or(&root);
        let root = path(root).ok_or_else(failure)?;
        Ok(Self { root: std::fs::canonicalize(&root).unwrap_or(root) })
    }

    /// The files that differ from where `revision` and the present state parted, new ones included; ignored ones not.
    ///
    /// Where git does not know the place, as in a shallow clone, they are compared with `revision` itself.
    ///
    /// # Errors
    /// When there is no such revision.
    pub(super) fn since(&self, revision: &str) -> Result<Vec<Change>, Failure> {
        let commit = format!("{revision}^{{commit}}");
        let found = run(&self.root, ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])?;
        let commit = found.ok().and_then(|name| String::from_utf8(name).ok()).ok_or_else(|| {
            Failure::new("--since", format!("there is no revision `{revision}` here"))
                .why("git does not know it; a clone in CI often has the last commit only")
                .help("check the name, or fetch it: `git fetch origin BRANCH`, in GitHub Actions `fetch-depth: 0`")
        })?;
        let commit = commit.trim_end();
        let parted = run(&self.root, ["merge-base", commit, "HEAD"])?;
        let parted = parted.ok().and_then(|name| String::from_utf8(name).ok());
        let base = parted.as_deref().map_or(commit, str::trim_end);
        let mut changes = self.changes(&[base])?;
        let new = self.ask(&["ls-files", "--others", "--exclude-standard", "-z"])?;
        let new = new.split(|&byte| byte == 0).filter(|name| !name.is_empty());
        changes
            .extend(new.filter_map(|name| Some(Change { path: self.absolute(name)?, old: None, new: None })));
        Ok(changes)
    }

    /// The files that the next commit would change, as they are in the index.
    ///
    /// # Errors
    /// When git cannot say.
    pub(super) fn staged(&self) -> Result<Vec<Change>, Failure> {
        self.changes(&["--cached"])
    }

    /// The bytes of an object, of which there may be `most`.
    ///
    /// # Errors
    /// When git does not have it.
    pub(super) fn bytes(&self, object: &Object, most: usize) -> Result<Vec<u8>, Unread> {
        let mut git = command(&self.root, ["cat-file", "blob", object])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        // With its end of the pipe closed, git stops writing.
        let bytes =
            git.stdout.take().map_or_else(|| Ok(Vec::new()), |stdout| bytes::of_stream(stdout, 0, most));
        let output = git.wait_with_output()?;
        let bytes = bytes?;
        match output.status.success() {
            true => Ok(bytes),
            false => Err(io::Error::other(complaint(&output.stderr)).into()),
        }
    }

    /// What `git diff` names with these arguments: files that are there, no links and no submodules.
    fn changes(&self, arguments: &[&str]) -> Result<Vec<Change>, Failure> {
        let diff = [
            "diff",
            "--raw",
            "-z",
            "--no-abbrev",
            "--find-renames",
            "--diff-filter=ACMRT",
            "--ignore-submodules",
        ];
        let output = self.ask(&[&diff, arguments, &["--"]].concat())?;
        let mut fields = output.split(|&byte| byte == 0);
        let mut changes = Vec::new();
        // A head is `:100644 100644 <old> <new> R100`; a path follows, after a renaming the old one first.
        while let Some(head) =
            fields.next().and_then(|head| str::from_utf8(head).ok()).filter(|h| !h.is_empty())
        {
            let parts: Vec<&str> = head.split(' ').collect();
            let Some(mut name) = fields.next() else { break };
            let &[_, mode, old, new, status] = parts.as_slice() else { break };
            if status.starts_with(['R', 'C']) {
                let Some(renamed) = fields.next() else { break };
                name = renamed;
            }
            let known = |object: &str| object.contains(|c| c != '0').then(|| object.to_owned());
            if let (true, Some(path)) = (mode.starts_with("100"), self.absolute(name)) {
                changes.push(Change { path, old: known(old), new: known(new) });
            }
        }
        Ok(changes)
    }

    fn absolute(&self, name: &[u8]) -> Option<PathBuf> {
        Some(self.root.join(path(name)?))
    }

    fn ask(&self, arguments: &[&str]) -> Result<Vec<u8>, Failure> {
        run(&self.root, arguments)?.map_err(|why| {
            let command = arguments.first().copied().unwrap_or_default();
            Failure::new(format!("git {command}"), "has failed").why(why).help("run it by hand to see more")
        })
    }
}

/// What git prints, or what it complains of.
///
/// # Errors
/// When it cannot be run.
fn run<A: AsRef<OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = A>,
) -> Result<Result<Vec<u8>, String>, Failure> {
    let output = command(folder, arguments).output().map_err(|error| {
        Failure::new("git", "cannot be run")
            .why(error.to_string())
            .help("install git, or leave --since and --staged out")
    })?;
    Ok(if output.status.success() { Ok(output.stdout) } else { Err(complaint(&output.stderr)) })
}

/// Git, to be asked in `folder`.
fn command<A: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = A>) -> Command {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder).args(arguments);
    // Asking is not to write, not even a refreshed index.
    git.env("GIT_OPTIONAL_LOCKS", "0").stdin(Stdio::null());
    git
}

/// What git complains of last.
fn complaint(said: &[u8]) -> String {
    String::from_utf8_lossy(said).trim().lines().next_back().unwrap_or_default().to_owned()
}

/// A path as git prints it: bytes of any kind on Unix, UTF-8 elsewhere.
#[cfg(unix)]
fn path(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Some(OsStr::from_bytes(bytes).into())
}

/// A path as git prints it: bytes of any kind on Unix, UTF-8 elsewhere.
#[cfg(not(unix))]
fn path(bytes: &[u8]) -> Option<PathBuf> {
    Some(str::from_utf8(bytes).ok()?.into())
}
