//! Putting a fixed text in the place of a file: wholly or not at all.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Held from the making of a temporary file until it has become the file.
static WRITING: Mutex<()> = Mutex::new(());

/// Waits until no file is being replaced, and lets none be replaced while the guard lives.
///
/// For the end of an interrupted run, so that no temporary file is left behind.
pub fn finish_writing() -> MutexGuard<'static, ()> {
    WRITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Why a file was not replaced; it is as it was.
#[derive(Debug, thiserror::Error)]
pub(super) enum WriteError {
    /// It may not be written.
    #[error("the file is read-only")]
    ReadOnly,
    /// Somebody else wrote it after it was read.
    #[error("the file was changed by another program meanwhile")]
    Changed,
    /// The system refused.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl WriteError {
    /// What to do about it.
    pub(super) fn advice(&self) -> &'static str {
        match self {
            Self::ReadOnly => "make it writable, or see the changes with `mtlint diff`",
            Self::Changed => "run `mtlint fix` again",
            Self::Io(_) => {
                "the file is as it was; check the permissions of its folder and the space on the disk"
            }
        }
    }
}

/// Writes a file of mtlint's own, new or in place of the one that is there, in one step.
///
/// # Errors
/// [`WriteError`]; the file is as it was.
pub(super) fn create_or_replace(path: &Path, text: &str) -> Result<(), WriteError> {
    match fs::read(path) {
        Ok(old) => replace(path, &old, text.as_bytes()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let _guard = finish_writing();
            let folder = path.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let mut file = tempfile::Builder::new().prefix(".mtlint-").suffix(".tmp").tempfile_in(folder)?;
            file.write_all(text.as_bytes())?;
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                // A temporary file is for its owner alone; this one is shared, as far as its folder is.
                let mode = fs::metadata(folder)?.permissions().mode() & 0o666;
                file.as_file().set_permissions(fs::Permissions::from_mode(mode | 0o600))?;
            }
            file.as_file().sync_all()?;
            file.persist_noclobber(path).map_err(|error| error.error)?;
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// Replaces the bytes of the file at `path`, which were `old`, with `new`.
///
/// They are written beside the file and take its name in one step, with its permissions and, where the
/// system lets it, its owner. A symbolic link is followed: the file it leads to is replaced.
///
/// # Errors
/// [`WriteError`]; the file is as it was.
pub(super) fn replace(path: &Path, old: &[u8], new: &[u8]) -> Result<(), WriteError> {
    let target = fs::canonicalize(path)?;
    let meta = fs::metadata(&target)?;
    if meta.permissions().readonly() {
        return Err(WriteError::ReadOnly);
    }
    let folder = target.parent().unwrap_or(Path::new("."));
    let _guard = finish_writing();
    let mut file = tempfile::Builder::new().prefix(".mtlint-").suffix(".tmp").tempfile_in(folder)?;
    file.write_all(new)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        // Only root may give a file away; anybody else keeps it, as editors do.
        let _ = fchown(file.as_file(), Some(meta.uid()), Some(meta.gid()));
    }
    file.as_file().set_permissions(meta.permissions())?;
    file.as_file().sync_all()?;
    if fs::read(&target)? != old {
        return Err(WriteError::Changed);
    }
    file.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// Writes what `from` gives to the file at `path`, which may be there already: wholly or not at all.
///
/// A file that is replaced keeps its permissions; a symbolic link is followed.
///
/// # Errors
/// When the system refuses; what was there is as it was.
pub(super) fn put(path: &Path, from: &mut dyn Read) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    let _guard = finish_writing();
    let mut builder = tempfile::Builder::new();
    builder.prefix(".mtlint-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any program makes a file; the user's mask takes away what it should.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
    io::copy(from, &mut file)?;
    match fs::metadata(&target) {
        Ok(meta) if meta.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(meta) if meta.permissions().readonly() => {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
        }
        Ok(meta) => file.as_file().set_permissions(meta.permissions())?,
        Err(_) => {}
    }
    file.as_file().sync_all()?;
    file.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_is_made_and_an_old_one_replaced() {
        let folder = folder();
        let (new, old) = (folder.path().join("new.html"), folder.path().join("a.txt"));
        put(&new, &mut "page".as_bytes()).expect("made");
        put(&old, &mut "page".as_bytes()).expect("replaced");
        assert!([&new, &old].iter().all(|file| fs::read_to_string(file).expect("read") == "page"));
        assert_eq!(
            put(folder.path(), &mut "page".as_bytes()).expect_err("a folder").kind(),
            io::ErrorKind::IsADirectory
        );
        assert!(put(&folder.path().join("no/such/folder.html"), &mut "page".as_bytes()).is_err());
        assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 2, "no temporary file is left");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&new).expect("there").permissions().mode();
            assert_ne!(mode & 0o044, 0, "others may read it unless the mask forbids that");
        }
    }

    /// A folder with the file `a.txt`, whose text is `old`.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("a.txt"), "old").expect("written");
        folder
    }

    #[cfg(unix)]
    #[test]
    fn permissions_stay_and_links_are_followed() {
        use std::os::unix::fs::PermissionsExt;
        let folder = folder();
        let (file, link) = (folder.path().join("a.txt"), folder.path().join("link.txt"));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("set");
        std::os::unix::fs::symlink("a.txt", &link).expect("linked");
        replace(&link, b"old", b"new").expect("replaced");
        assert_eq!(fs::read_to_string(&file).expect("read"), "new");
        assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 2, "no temporary file is left");
    }

    #[test]
    fn a_file_that_changed_or_is_read_only_is_left_alone() {
        let folder = folder();
        let file = folder.path().join("a.txt");
        assert!(matches!(replace(&file, b"other", b"new"), Err(WriteError::Changed)));
        let mut permissions = fs::metadata(&file).expect("there").permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&file, permissions).expect("set");
        assert!(matches!(replace(&file, b"old", b"new"), Err(WriteError::ReadOnly)));
        assert_eq!(fs::read_to_string(&file).expect("read"), "old");
        assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 1);
    }
}
