//! The bytes of a file or a stream, unless there are too many of them: what is too large is never held.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use super::Failure;
use crate::bounded::{self, Refusal};
use crate::format::Format;
use crate::limit::{MAX_FILE, MAX_PACKAGE};
use crate::source::DecodeFault;

/// Why bytes were not read.
#[derive(Debug)]
pub(super) enum Unread {
    /// The system refused.
    System(io::Error),
    /// There are more than are read; how many, if that is known.
    TooLarge { bytes: Option<u64>, most: usize },
}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

impl Unread {
    /// The failure of what is called `place`.
    pub(super) fn failure(&self, place: &str) -> Failure {
        match self {
            Self::System(error) => {
                let help = match error.kind() {
                    io::ErrorKind::PermissionDenied => "ask for permission to read it, or leave it out",
                    _ => "check the file and the disk it is on",
                };
                Failure::new(place, "cannot be read").why(error.to_string()).help(help)
            }
            &Self::TooLarge { bytes, most } => too_large(place, &DecodeFault::TooLarge { bytes, most }),
        }
    }
}

/// The failure of a text that is too large, as `fault` says.
pub(super) fn too_large(place: &str, fault: &DecodeFault) -> Failure {
    Failure::new(place, "is too large to be read").why(fault.to_string()).help(fault.advice())
}

/// How many bytes are read of a file of this format.
pub(super) const fn most(format: Format) -> usize {
    match format {
        Format::Docx => MAX_PACKAGE,
        _ => MAX_FILE,
    }
}

/// The bytes of the regular file at `path`, of which there may be `most`.
pub(super) fn of_file(path: &Path, most: usize) -> Result<Vec<u8>, Unread> {
    bounded::read(path, most as u64).map_err(|error| match bounded::refusal(&error) {
        Some(Refusal::Large(_)) => {
            let bytes = fs::metadata(path).ok().map(|meta| meta.len());
            Unread::TooLarge { bytes, most }
        }
        _ => Unread::System(error),
    })
}

/// The bytes of a stream, of which there may be `most` and are probably `length`.
pub(super) fn of_stream(stream: impl Read, length: usize, most: usize) -> Result<Vec<u8>, Unread> {
    let mut bytes = Vec::with_capacity(length);
    // One more tells that there are too many.
    stream.take(most as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > most {
        return Err(Unread::TooLarge { bytes: None, most });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_without_end_is_refused() {
        let endless = of_stream(io::repeat(b'a'), 0, 1000);
        assert!(matches!(endless, Err(Unread::TooLarge { bytes: None, most: 1000 })));
        let whole = of_stream(io::repeat(b'a').take(1000), 7, 1000).expect("it fits");
        assert_eq!(whole.len(), 1000);
    }
}
