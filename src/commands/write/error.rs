//! Why a file was not written, and what to do about it.

use std::io;

/// Why a file was not replaced; it is as it was, but for [`WriteError::NotSynced`].
#[derive(Debug, thiserror::Error)]
pub(in crate::commands) enum WriteError {
    /// It may not be written.
    #[error("the file is read-only")]
    ReadOnly,
    /// Somebody else wrote it after it was read.
    #[error("the file was changed by another program meanwhile")]
    Changed,
    /// Somebody else removed it after it was read, or gave it another name.
    #[error("the file is no longer there")]
    Gone,
    /// A folder, a pipe or a device.
    #[error("it is not a regular file")]
    NoFile,
    /// There is something of that name where nothing was.
    #[error("there is a file of that name by now")]
    Exists,
    /// A symbolic link to nothing.
    #[error("it is a symbolic link that leads nowhere")]
    DeadLink,
    /// Somebody has locked it and does not let go.
    #[error("another program has locked the file")]
    Locked,
    /// What a file in its place would not have.
    #[error("its {0} cannot be kept")]
    NotKept(&'static str),
    /// It was replaced, but the disk does not say that it stays so.
    #[error("it was written, but the disk does not confirm it: {0}")]
    NotSynced(io::Error),
    /// The system refused.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl WriteError {
    /// What to do about it.
    pub(in crate::commands) fn advice(&self) -> &'static str {
        match self {
            Self::ReadOnly => "make it writable, or see the changes with `mtlint diff`",
            Self::Changed | Self::Exists => "nothing was overwritten; run the command again",
            Self::Gone => "check where it has gone, and run the command again",
            Self::NoFile => "name a file",
            Self::DeadLink => "make what it leads to, or remove the link",
            Self::Locked => "the file is as it was; close the other program, and run the command again",
            Self::NotKept(_) => "the file is as it was; run mtlint as the owner of the file",
            Self::NotSynced(_) => "check the disk, and that the file is what it should be",
            Self::Io(error) => match error.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    "the file is as it was; make room on the disk, and run the command again"
                }
                io::ErrorKind::NotFound => "make its folder, or name another",
                io::ErrorKind::IsADirectory => "name a file in it",
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    "the file is as it was; ask for permission to write to it and to its folder"
                }
                _ => "the file is as it was; check the permissions of its folder and the space on the disk",
            },
        }
    }
}
