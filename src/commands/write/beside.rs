//! A file in the making: beside its place, under a name of its own, until it takes the place in one step.

use std::collections::HashSet;
use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLockReadGuard};
use std::time::Duration;

use tempfile::NamedTempFile;

use super::{WriteError, writing};
use crate::walk::folder_of;

/// How the names of files in the making begin and end; six letters or digits stand between.
const NAME: (&str, &str) = (".mtlint-", ".tmp");

/// No file is so long in the making: whoever made it was killed.
const LEFT_BEHIND: Duration = Duration::from_secs(24 * 60 * 60);

/// Who may read and write a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum Access {
    /// Its owner alone.
    Private,
    /// As for any file that a program makes: the user's mask takes away what it should.
    Usual,
    /// Who may do so with its folder, since it is shared as that is.
    AsFolder,
}

/// What is done if a file that takes the place of another cannot have its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum Owner {
    /// The other one stays.
    Stays,
    /// Whoever writes it becomes its owner, as with an editor.
    MayChange,
}

/// A file in the making; it is removed unless it takes a place.
#[derive(Debug)]
pub(in crate::commands) struct Beside {
    // In this order: gone before an interrupt may end the program.
    file: NamedTempFile,
    _guard: RwLockReadGuard<'static, ()>,
}

impl Beside {
    /// An empty file in `folder`.
    ///
    /// # Errors
    /// What the system says.
    pub(in crate::commands) fn new(folder: &Path, access: Access) -> io::Result<Self> {
        let guard = writing();
        remove_left_behind(folder);
        let mut builder = tempfile::Builder::new();
        builder.prefix(NAME.0).suffix(NAME.1);
        #[cfg(unix)]
        if access == Access::Usual {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(folder)?;
        #[cfg(not(unix))]
        let _ = access;
        #[cfg(unix)]
        if access == Access::AsFolder {
            use std::os::unix::fs::PermissionsExt;
            let mode = mode_in(fs::metadata(folder)?.permissions().mode());
            file.as_file().set_permissions(fs::Permissions::from_mode(mode))?;
        }
        Ok(Self { file, _guard: guard })
    }

    /// Takes over the mode, the owner and the group of another file.
    ///
    /// # Errors
    /// When they cannot be had.
    pub(super) fn take_after(&self, other: &Metadata, owner: Owner) -> Result<(), WriteError> {
        let file = self.file.as_file();
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt, fchown};
            let mine = file.metadata()?;
            let (uid, gid) = (other.uid(), other.gid());
            if (mine.uid(), mine.gid()) != (uid, gid) && fchown(file, Some(uid), Some(gid)).is_err() {
                // Only root may give a file away; whoever may not can choose the group at least.
                let _ = fchown(file, None, Some(gid));
            }
            // After that, since a new owner takes away some bits.
            let mode = |meta: &Metadata| meta.mode() & 0o7777;
            if mode(&file.metadata()?) != mode(other) {
                file.set_permissions(other.permissions())?;
            }
            let mine = file.metadata()?;
            if mine.gid() != gid || (owner == Owner::Stays && mine.uid() != uid) {
                return Err(WriteError::NotKept("owner and group"));
            }
            if mode(&mine) != mode(other) {
                return Err(WriteError::NotKept("permissions"));
            }
        }
        #[cfg(not(unix))]
        {
            let _ = owner;
            file.set_permissions(other.permissions())?;
        }
        Ok(())
    }

    /// Forces what was written to the disk.
    ///
    /// # Errors
    /// What the system says.
    pub(in crate::commands) fn sync(&self) -> io::Result<()> {
        self.file.as_file().sync_all()
    }

    /// Takes the place `target`, whatever is there.
    ///
    /// # Errors
    /// What the system says; what is there is as it was, but for [`WriteError::NotSynced`].
    pub(in crate::commands) fn replace(self, target: &Path) -> Result<(), WriteError> {
        self.file.persist(target).map_err(|error| error.error)?;
        sync_folder(folder_of(target)).map_err(WriteError::NotSynced)
    }

    /// Takes the place `target` if nothing is there.
    ///
    /// # Errors
    /// [`WriteError::Exists`], or as [`Beside::replace`].
    pub(super) fn create(self, target: &Path) -> Result<(), WriteError> {
        self.file.persist_noclobber(target).map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => WriteError::Exists,
            _ => error.error.into(),
        })?;
        sync_folder(folder_of(target)).map_err(WriteError::NotSynced)
    }

    /// Takes the place `target` without waiting for the disk, for what may be lost with the power.
    ///
    /// # Errors
    /// What the system says; what is there is as it was.
    pub(in crate::commands) fn replace_lazily(self, target: &Path) -> io::Result<()> {
        self.file.persist(target).map_err(|error| error.error)?;
        Ok(())
    }
}

/// The mode of a new file that is shared as its folder is, which has the mode `folder`.
///
/// Where nobody may remove what others have made, as in `/tmp`, nobody may change it either.
#[cfg(unix)]
const fn mode_in(folder: u32) -> u32 {
    let is_sticky = folder & 0o1000 != 0;
    let shared = if is_sticky { 0o644 } else { 0o666 };
    (folder & shared) | 0o600
}

impl Write for Beside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_file_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_file_mut().flush()
    }
}

/// Forces to the disk which names are in `folder`, where the system can do that.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    // One may be allowed to write to a folder and not to read it.
    let Ok(folder) = File::open(folder) else { return Ok(()) };
    let cannot = |error: &io::Error| {
        // EBADF on some network disks.
        matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported)
            || error.raw_os_error() == Some(9)
    };
    match folder.sync_all() {
        Err(error) if !cannot(&error) => Err(error),
        _ => Ok(()),
    }
}

/// Whether this is the name of a file in the making, or of one that was left behind.
pub(in crate::commands) fn is_in_the_making(name: &str) -> bool {
    let middle = name.strip_prefix(NAME.0).and_then(|name| name.strip_suffix(NAME.1));
    middle.is_some_and(|middle| middle.len() == 6 && middle.chars().all(|c| c.is_ascii_alphanumeric()))
}

/// Removes what runs that were killed have left in `folder`; each folder is looked at once.
fn remove_left_behind(folder: &Path) {
    static LOOKED_AT: Mutex<Option<HashSet<PathBuf>>> = Mutex::new(None);
    let mut looked_at = LOOKED_AT.lock().unwrap_or_else(PoisonError::into_inner);
    if !looked_at.get_or_insert_default().insert(folder.to_owned()) {
        return;
    }
    drop(looked_at);
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(is_in_the_making) && is_left_behind(&entry) {
            // Whoever may not remove it leaves it there.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_left_behind(entry: &fs::DirEntry) -> bool {
    let meta = entry.metadata().ok().filter(Metadata::is_file);
    let age = meta.and_then(|meta| meta.modified().ok()?.elapsed().ok());
    age.is_some_and(|age| age > LEFT_BEHIND)
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_new_file_in_a_folder_where_all_may_write_and_none_remove_could_be_changed_by_all() {
        use std::os::unix::fs::PermissionsExt;
        let modes = [
            (0o1777, 0o644),
            (0o1770, 0o640),
            (0o3775, 0o644),
            (0o777, 0o666),
            (0o2775, 0o664),
            (0o755, 0o644),
            (0o700, 0o600),
        ];
        for (of_folder, expected) in modes {
            let folder = tempfile::tempdir().expect("a temporary folder");
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(of_folder)).expect("set");
            let set = fs::metadata(folder.path()).expect("read").permissions().mode() & 0o1777;
            assert_eq!(set, of_folder & 0o1777, "the folder is as it should be");
            let beside = Beside::new(folder.path(), Access::AsFolder).expect("made");
            let mode = beside.file.as_file().metadata().expect("read").permissions().mode();
            assert_eq!(mode & 0o7777, expected, "in a folder of {of_folder:o}");
        }
    }

    #[test]
    fn what_a_killed_run_left_is_removed_a_day_later_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let old = SystemTime::now() - 2 * LEFT_BEHIND;
        for (name, is_old) in [
            (".mtlint-aB3xY9.tmp", true),
            (".mtlint-fresh1.tmp", false),
            (".mtlint-baseline.json", true),
            (".mtlint-notes.tmp", true),
            ("a.tmp", true),
        ] {
            let file = File::create(folder.path().join(name)).expect("made");
            if is_old {
                file.set_modified(old).expect("set");
            }
        }
        drop(Beside::new(folder.path(), Access::Private).expect("made"));
        let mut left: Vec<_> =
            fs::read_dir(folder.path()).expect("read").map(|e| e.expect("read").file_name()).collect();
        left.sort();
        assert_eq!(left, [".mtlint-baseline.json", ".mtlint-fresh1.tmp", ".mtlint-notes.tmp", "a.tmp"]);
    }
}
