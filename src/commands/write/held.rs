//! The file that is to be replaced, open and locked, so that two runs of mtlint cannot both find it unchanged.
//!
//! The lock is advisory: other programs do not ask for it, and are found out by comparing the bytes. Between that
//! comparison and the rename nothing but the rename happens.

use std::fs::{self, File, Metadata, TryLockError};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::{Beside, WriteError};
use crate::walk::folder_of;

/// Whoever writes a text holds its lock for so long at most, unless something is wrong.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a file that is always another one by the time it is locked is looked for again.
const TRIES: usize = 20;

/// A file that is held until it is replaced or left as it is.
#[derive(Debug)]
pub(super) struct Held {
    /// Where it is, with links resolved.
    target: PathBuf,
    meta: Metadata,
    file: File,
}

impl Held {
    /// Opens and locks the file that `path` leads to, which must be one that may be written.
    ///
    /// # Errors
    /// [`WriteError`] if it is no file, may not be written, or is locked for too long.
    pub(super) fn open(path: &Path) -> Result<Self, WriteError> {
        for _ in 0..TRIES {
            let target = fs::canonicalize(path).map_err(gone)?;
            may_be_written(&fs::metadata(&target).map_err(gone)?)?;
            // To replace a file its folder must be writable; that its bytes may be written is asked as well.
            let file = File::options().read(true).write(true).open(&target).map_err(gone)?;
            lock(&file)?;
            let meta = file.metadata()?;
            let held = Self { target, meta, file };
            if held.is_in_place() {
                // It may have become something else since it was looked at.
                may_be_written(&held.meta)?;
                return Ok(held);
            }
        }
        Err(WriteError::Changed)
    }

    /// The folder that it is in.
    pub(super) fn folder(&self) -> &Path {
        folder_of(&self.target)
    }

    /// What was known of it when it was locked.
    pub(super) fn meta(&self) -> &Metadata {
        &self.meta
    }

    /// How many other names it has (hard links).
    pub(super) fn other_names(&self) -> u64 {
        #[cfg(unix)]
        return std::os::unix::fs::MetadataExt::nlink(&self.meta).saturating_sub(1);
        #[cfg(not(unix))]
        0
    }

    /// Its bytes as they are now: all, or one more than `most` if there are more.
    pub(super) fn bytes(&self, most: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(most + 1);
        let mut file = &self.file;
        file.rewind()?;
        file.take(most as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Whether its name leads to it still, and it belongs to whom it belonged.
    fn is_in_place(&self) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let file = |meta: &Metadata| (meta.dev(), meta.ino(), meta.mode(), meta.uid(), meta.gid());
            fs::symlink_metadata(&self.target).is_ok_and(|now| file(&now) == file(&self.meta))
        }
        #[cfg(not(unix))]
        self.target.is_file()
    }

    /// Lets `beside` take its place.
    ///
    /// # Errors
    /// [`WriteError`], among them that it is no longer in its place.
    pub(super) fn give_way_to(self, beside: Beside) -> Result<(), WriteError> {
        if !self.is_in_place() {
            return Err(if self.target.exists() { WriteError::Changed } else { WriteError::Gone });
        }
        let Self { target, file, .. } = self;
        // Locked until the other one is there. Windows replaces no file that is open.
        let locked = (!cfg!(windows)).then_some(file);
        let done = beside.replace(&target);
        drop(locked);
        done
    }
}

/// # Errors
/// When it is no file, or may only be read.
fn may_be_written(meta: &Metadata) -> Result<(), WriteError> {
    if !meta.is_file() {
        return Err(WriteError::NoFile);
    }
    // Root may write it all the same, but whoever made it so did not want that.
    if meta.permissions().readonly() { Err(WriteError::ReadOnly) } else { Ok(()) }
}

fn gone(error: io::Error) -> WriteError {
    match error.kind() {
        io::ErrorKind::NotFound => WriteError::Gone,
        io::ErrorKind::IsADirectory => WriteError::NoFile,
        _ => error.into(),
    }
}

/// Waits for the lock of a file, as long as somebody may need to write it.
///
/// # Errors
/// [`WriteError::Locked`] if it takes longer.
pub(super) fn lock(file: &File) -> Result<(), WriteError> {
    // There, a lock would keep others from reading.
    if cfg!(windows) {
        return Ok(());
    }
    let start = Instant::now();
    loop {
        match file.try_lock() {
            // Where there are no locks, what is left is the comparison.
            Ok(()) | Err(TryLockError::Error(_)) => return Ok(()),
            Err(TryLockError::WouldBlock) if start.elapsed() < PATIENCE => {
                thread::sleep(Duration::from_millis(5));
            }
            Err(TryLockError::WouldBlock) => return Err(WriteError::Locked),
        }
    }
}
