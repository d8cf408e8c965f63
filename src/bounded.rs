//! Reads what must be a regular file of a bounded size: a rule, a config, a baseline.
//!
//! A pipe or a device that stands in the place of such a file would be read for ever.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// Why a file is not read, beside what the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A pipe, a device, a socket, or a folder.
    #[error("it is not a regular file")]
    Special,
    /// More bytes than it may have.
    #[error("it is larger than {}", size(*.0))]
    Large(u64),
    /// It is no text.
    #[error("byte {0} is not valid UTF-8")]
    NotUtf8(usize),
}

impl From<Refusal> for io::Error {
    fn from(refusal: Refusal) -> Self {
        Self::other(refusal)
    }
}

/// Why a file was not read, if it was for what it is.
pub fn refusal(error: &io::Error) -> Option<&Refusal> {
    error.get_ref().and_then(|inner| inner.downcast_ref())
}

/// A number of bytes for people, in MiB where it is a whole number of them.
fn size(bytes: u64) -> String {
    match bytes >> 20 {
        mebibytes if mebibytes << 20 == bytes && mebibytes > 0 => format!("{mebibytes} MiB"),
        _ => format!("{bytes} bytes"),
    }
}

/// The bytes of the file at `path`, of which there are at most `most`.
///
/// # Errors
/// When it cannot be read, is not a regular file, or is larger.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    // Asked before it is opened: to open a pipe is to wait for its other end.
    let meta = fs::metadata(path)?;
    if !meta.is_file() {
        return Err(Refusal::Special.into());
    }
    let too_large = || Err(Refusal::Large(most).into());
    if meta.len() > most {
        return too_large();
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    // It may have grown since it was asked, and some files of the system have no length at all.
    if bytes.len() as u64 > most { too_large() } else { Ok(bytes) }
}

/// The same as text.
///
/// # Errors
/// As [`read`], and when it is not UTF-8.
pub fn read_text(path: &Path, most: u64) -> io::Result<String> {
    String::from_utf8(read(path, most)?)
        .map_err(|error| Refusal::NotUtf8(error.utf8_error().valid_up_to()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(path: &Path, most: u64) -> String {
        read_text(path, most).expect_err("refused").to_string()
    }

    #[test]
    fn only_regular_files_of_the_allowed_size_are_read() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("a");
        fs::write(&path, "four").expect("written");
        assert_eq!(read_text(&path, 4).expect("read"), "four");
        assert_eq!(error(&path, 3), "it is larger than 3 bytes");
        File::options().write(true).open(&path).and_then(|file| file.set_len(3 << 30)).expect("made longer");
        assert_eq!(error(&path, 1 << 20), "it is larger than 1 MiB");
        fs::write(&path, b"a\xff").expect("written");
        assert_eq!(error(&path, 4), "byte 1 is not valid UTF-8");
        assert_eq!(error(folder.path(), 4), "it is not a regular file");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_not_read_for_ever() {
        assert_eq!(error(Path::new("/dev/zero"), 4), "it is not a regular file");
    }
}
