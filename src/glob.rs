//! Bounds on patterns of paths, as `.gitignore` has them: what compiles them goes down one level of its stack for each
//! brace inside a brace, and a text of a few kilobytes would end the program.

use std::io;
use std::path::{Path, PathBuf};

use ignore::gitignore::GitignoreBuilder;

use crate::bounded;

/// Braces inside each other.
const NESTED: usize = 8;
/// Bytes of a pattern.
const LONGEST: usize = 4_000;
/// Bytes of a file of patterns.
const FILE: u64 = 1 << 20;

/// Adds a pattern.
///
/// # Errors
/// Why it is none, or more than it may be.
pub(crate) fn add(builder: &mut GitignoreBuilder, pattern: &str) -> Result<(), String> {
    if pattern.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    if nests_deeply(pattern) {
        return Err(format!("more than {NESTED} braces inside each other"));
    }
    builder.add_line(None, pattern).map(|_| ()).map_err(|error| error.to_string())
}

fn nests_deeply(pattern: &str) -> bool {
    let mut depth = 0_usize;
    pattern.bytes().any(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > NESTED
    })
}

/// A file of patterns in `folder`, of these names, that cannot be used, and why.
pub(crate) fn unusable(folder: &Path, names: &[&str]) -> Option<(PathBuf, String)> {
    let unusable = |path: PathBuf| {
        let why = match bounded::read_text(&path, FILE) {
            Ok(text) if text.lines().any(nests_deeply) => {
                format!("it has more than {NESTED} braces inside each other")
            }
            Ok(text) if text.lines().any(|line| line.len() > LONGEST) => {
                format!("it has a line of more than {LONGEST} bytes")
            }
            Ok(_) => return None,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return None;
            }
            // A folder of that name has no patterns; anything else may have any.
            Err(_) if path.is_dir() => return None,
            Err(error) => error.to_string(),
        };
        Some((path, why))
    };
    names.iter().map(|name| folder.join(name)).find_map(unusable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_in_another_encoding_were_left_aside_from_there_on() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let unusable = || unusable(folder.path(), &["a", "b/c"]).map(|(_, why)| why);
        assert_eq!(unusable(), None);
        std::fs::write(folder.path().join("a"), b"caf\xe9.txt\ndrafts/\n").expect("written");
        assert_eq!(unusable().as_deref(), Some("byte 3 is not valid UTF-8"));
        std::fs::remove_file(folder.path().join("a")).expect("removed");
        std::fs::create_dir(folder.path().join("a")).expect("made");
        assert_eq!(unusable(), None);
    }

    #[test]
    fn braces_without_end_are_refused_before_they_are_compiled() {
        let add = |pattern: &str| add(&mut GitignoreBuilder::new(""), pattern);
        assert_eq!(add("a/{b,{c,d}}/*.txt"), Ok(()));
        assert!(add(&"{a,".repeat(20)).is_err_and(|why| why.contains("braces inside each other")));
        assert!(add(&"{a,".repeat(100_000)).is_err_and(|why| why.contains("longer")));
    }
}
