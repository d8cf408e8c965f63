//! Bounds on patterns of paths, as `.gitignore` has them: what compiles them goes down one level of its stack for each
//! brace inside a brace, and a text of a few kilobytes would end the program.

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

/// A file of patterns in `folder`, of these names, that cannot be used.
pub(crate) fn unusable(folder: &Path, names: &[&str]) -> Option<PathBuf> {
    let unusable = |path: &PathBuf| match bounded::read(path, FILE) {
        Ok(bytes) => {
            String::from_utf8_lossy(&bytes).lines().any(|line| line.len() > LONGEST || nests_deeply(line))
        }
        // What is not there or cannot be read has no patterns; what is too large may have any.
        Err(error) => bounded::refusal(&error).is_some() && path.is_file(),
    };
    names.iter().map(|name| folder.join(name)).find(unusable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_without_end_are_refused_before_they_are_compiled() {
        let add = |pattern: &str| add(&mut GitignoreBuilder::new(""), pattern);
        assert_eq!(add("a/{b,{c,d}}/*.txt"), Ok(()));
        assert!(add(&"{a,".repeat(20)).is_err_and(|why| why.contains("braces inside each other")));
        assert!(add(&"{a,".repeat(100_000)).is_err_and(|why| why.contains("longer")));
    }
}
