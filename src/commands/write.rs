//! Putting a text in the place of a file: wholly or not at all.
//!
//! A text is written beside its place ([`Beside`]), gets the owner and the mode of the file that it replaces, is forced
//! to the disk, and takes the place in one step. Until that step the file is the old one, after it the new one.
//! The file that is replaced is open and locked meanwhile ([`Held`]), and compared with what was read of it.

mod beside;
mod error;
mod held;

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

pub(super) use beside::{Access, Beside, Owner, is_in_the_making};
pub(super) use error::WriteError;
use held::Held;

use crate::walk::folder_of;

/// Shared by those that write, from the making of a temporary file until it has become the file.
static WRITING: RwLock<()> = RwLock::new(());

/// Waits until no file is being replaced, and lets none be replaced while the guard lives.
///
/// For the end of an interrupted run, so that no temporary file is left behind.
pub fn finish_writing() -> RwLockWriteGuard<'static, ()> {
    WRITING.write().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps an interrupt waiting while the guard lives; not to be taken twice by one thread.
fn writing() -> RwLockReadGuard<'static, ()> {
    WRITING.read().unwrap_or_else(PoisonError::into_inner)
}

/// What came of replacing a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Replaced {
    /// Other names of the file (hard links), which keep the old text.
    pub(super) other_names: u64,
}

/// What is at a place before something is written there.
#[derive(Debug, Clone, Copy)]
pub(super) enum Before<'b> {
    /// There is no file, and none that has come meanwhile is replaced.
    Nothing,
    /// A file with these bytes; another one is not replaced.
    Was(&'b [u8]),
    /// Whatever it is, it is to go.
    Whatever,
}

/// Replaces the bytes of the text at `path`, which were `old`, with `new`.
///
/// The file keeps its mode, its owner and its group. A symbolic link is followed: the file it leads to is replaced.
/// If the bytes are `new` already, because another run was quicker, nothing is left to do.
///
/// # Errors
/// [`WriteError`]; the file is as it was, but for [`WriteError::NotSynced`].
pub(super) fn replace(path: &Path, old: &[u8], new: &[u8]) -> Result<Replaced, WriteError> {
    replace_kept(path, old, new, Owner::Stays)
}

fn replace_kept(path: &Path, old: &[u8], new: &[u8], owner: Owner) -> Result<Replaced, WriteError> {
    let held = Held::open(path)?;
    let mut beside = Beside::new(held.folder(), Access::Private)?;
    beside.write_all(new)?;
    beside.take_after(held.meta(), owner)?;
    beside.sync()?;
    let now = held.bytes(old.len().max(new.len()))?;
    if now != old {
        return if now == new { Ok(Replaced { other_names: 0 }) } else { Err(WriteError::Changed) };
    }
    let replaced = Replaced { other_names: held.other_names() };
    held.give_way_to(beside)?;
    Ok(replaced)
}

/// Writes a file of mtlint's own, such as a baseline: a new one, or one in place of what was there `before`.
///
/// A new one may be read and written by whoever may do so with its folder.
///
/// # Errors
/// As [`replace`].
pub(super) fn write_own(path: &Path, before: Before<'_>, text: &str) -> Result<(), WriteError> {
    match before {
        Before::Nothing => create(path, text, Access::AsFolder),
        Before::Was(old) => replace_kept(path, old, text.as_bytes(), Owner::MayChange).map(|_| ()),
        Before::Whatever => put_with(path, &mut text.as_bytes(), Access::AsFolder),
    }
}

/// Makes the file at `path`.
///
/// # Errors
/// [`WriteError::Exists`] if there is something of that name, or what the system says; then there is no file.
pub(super) fn create(path: &Path, text: &str, access: Access) -> Result<(), WriteError> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(WriteError::Exists);
    }
    let mut beside = Beside::new(folder_of(path), access)?;
    beside.write_all(text.as_bytes())?;
    beside.sync()?;
    beside.create(path)
}

/// Writes what `from` gives to the file at `path`, which may be there already: wholly or not at all.
///
/// A file that is replaced keeps its mode; a symbolic link is followed. A pipe or a device is written to, and stays.
///
/// # Errors
/// As [`replace`].
pub(super) fn put(path: &Path, from: &mut dyn Read) -> Result<(), WriteError> {
    put_with(path, from, Access::Usual)
}

fn put_with(path: &Path, from: &mut dyn Read, access: Access) -> Result<(), WriteError> {
    let is_link = fs::symlink_metadata(path).is_ok_and(|meta| meta.is_symlink());
    match fs::metadata(path) {
        Ok(meta) if meta.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory).into()),
        // Not guarded: an interrupt must not wait for whoever is to read it.
        Ok(meta) if !meta.is_file() => {
            io::copy(from, &mut OpenOptions::new().append(true).open(path)?)?;
            Ok(())
        }
        Ok(_) => {
            let held = Held::open(path)?;
            let mut beside = Beside::new(held.folder(), Access::Private)?;
            io::copy(from, &mut beside)?;
            beside.take_after(held.meta(), Owner::MayChange)?;
            beside.sync()?;
            held.give_way_to(beside)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound && is_link => Err(WriteError::DeadLink),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut beside = Beside::new(folder_of(path), access)?;
            io::copy(from, &mut beside)?;
            beside.sync()?;
            beside.replace(path)
        }
        Err(error) => Err(error.into()),
    }
}

/// Adds `text` to the end of the file at `path`, which is made if there is none; a pipe or a device is written to.
///
/// # Errors
/// When the system refuses; the file is then as long as it was.
pub(super) fn append(path: &Path, text: &[u8]) -> Result<(), WriteError> {
    let is_device = fs::metadata(path).is_ok_and(|meta| !meta.is_file());
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    if is_device {
        // Not guarded, as in `put`.
        return Ok(file.write_all(text)?);
    }
    held::lock(&file)?;
    let _guard = writing();
    let before = file.metadata()?.len();
    // What stands there already may lack its last line end.
    let gap: &[u8] = if before > 0 { b"\n" } else { b"" };
    file.write_all(&[gap, text].concat()).and_then(|()| file.sync_all()).map_err(|error| {
        // Half a report is none.
        let _ = file.set_len(before);
        error.into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with the file `a.txt`, whose text is `old`.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("a.txt"), "old").expect("written");
        folder
    }

    fn read(path: &Path) -> String {
        fs::read_to_string(path).expect("read")
    }

    fn files(folder: &Path) -> usize {
        fs::read_dir(folder).expect("read").count()
    }

    #[test]
    fn a_new_file_is_made_and_an_old_one_replaced() {
        let folder = folder();
        let (new, old) = (folder.path().join("new.html"), folder.path().join("a.txt"));
        put(&new, &mut "page".as_bytes()).expect("made");
        put(&old, &mut "page".as_bytes()).expect("replaced");
        assert!([&new, &old].iter().all(|file| read(file) == "page"));
        assert!(matches!(
            put(folder.path(), &mut "page".as_bytes()),
            Err(WriteError::Io(error)) if error.kind() == io::ErrorKind::IsADirectory
        ));
        assert!(put(&folder.path().join("no/such/folder.html"), &mut "page".as_bytes()).is_err());
        assert_eq!(files(folder.path()), 2, "no temporary file is left");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&new).expect("there").permissions().mode();
            assert_ne!(mode & 0o044, 0, "others may read it unless the mask forbids that");
        }
    }

    #[test]
    fn a_new_file_never_replaces_one_that_has_come_meanwhile() {
        let folder = folder();
        let file = folder.path().join("a.txt");
        assert!(matches!(create(&file, "new", Access::Usual), Err(WriteError::Exists)));
        assert!(matches!(write_own(&file, Before::Nothing, "new"), Err(WriteError::Exists)));
        // It comes after the look: the last step does not replace it either.
        let mut beside = Beside::new(folder.path(), Access::Usual).expect("made");
        beside.write_all(b"new").expect("written");
        assert!(matches!(beside.create(&file), Err(WriteError::Exists)));
        assert!(matches!(write_own(&file, Before::Was(b"other"), "new"), Err(WriteError::Changed)));
        assert_eq!(read(&file), "old");
        write_own(&file, Before::Was(b"old"), "new").expect("as it was");
        write_own(&file, Before::Whatever, "newer").expect("whatever");
        assert_eq!(read(&file), "newer");
        assert_eq!(files(folder.path()), 1, "no temporary file is left");
    }

    #[test]
    fn a_file_that_changed_or_is_read_only_is_left_alone() {
        let folder = folder();
        let file = folder.path().join("a.txt");
        assert!(matches!(replace(&file, b"other", b"new"), Err(WriteError::Changed)));
        // One that has only grown has changed too.
        assert!(matches!(replace(&file, b"ol", b"ne"), Err(WriteError::Changed)));
        let mut permissions = fs::metadata(&file).expect("there").permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&file, permissions).expect("set");
        assert!(matches!(replace(&file, b"old", b"new"), Err(WriteError::ReadOnly)));
        assert_eq!(read(&file), "old");
        assert_eq!(files(folder.path()), 1);
    }

    #[test]
    fn what_another_run_has_written_already_is_no_change_by_somebody_else() {
        let folder = folder();
        let file = folder.path().join("a.txt");
        replace(&file, b"a longer text", b"old").expect("it is so already");
        assert_eq!(read(&file), "old");
    }

    #[test]
    fn a_file_that_is_gone_or_a_folder_is_told() {
        let folder = folder();
        assert!(matches!(replace(&folder.path().join("b.txt"), b"old", b"new"), Err(WriteError::Gone)));
        assert!(matches!(replace(folder.path(), b"old", b"new"), Err(WriteError::NoFile)));
    }

    #[test]
    fn what_is_added_begins_on_a_line_of_its_own() {
        let folder = folder();
        let file = folder.path().join("a.txt");
        append(&file, b"more\n").expect("added");
        append(&folder.path().join("b.txt"), b"first\n").expect("made");
        assert_eq!(read(&file), "old\nmore\n");
        assert_eq!(read(&folder.path().join("b.txt")), "first\n");
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
        assert_eq!(read(&file), "new");
        assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o7777, 0o640);
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(files(folder.path()), 2, "no temporary file is left");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_nowhere_is_not_replaced_by_a_report() {
        let folder = folder();
        let link = folder.path().join("link.html");
        std::os::unix::fs::symlink("not-there.html", &link).expect("linked");
        assert!(matches!(put(&link, &mut "page".as_bytes()), Err(WriteError::DeadLink)));
        assert!(matches!(create(&link, "text", Access::Usual), Err(WriteError::Exists)));
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
    }

    #[cfg(unix)]
    #[test]
    fn another_name_of_a_file_keeps_the_old_text_and_is_counted() {
        let folder = folder();
        let (file, other) = (folder.path().join("a.txt"), folder.path().join("b.txt"));
        fs::hard_link(&file, &other).expect("linked");
        assert_eq!(replace(&file, b"old", b"new").expect("replaced"), Replaced { other_names: 1 });
        assert_eq!((read(&file).as_str(), read(&other).as_str()), ("new", "old"));
        assert_eq!(replace(&file, b"new", b"newer").expect("replaced"), Replaced { other_names: 0 });
    }
}
