//! Names the state of the grammar, so that nothing cached outlives it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::{fs, io};

/// A hash of everything that decides what grammar finds in a sentence: code, model, rule list, versions.
pub(crate) fn grammar_fingerprint(package: &Path) -> io::Result<u64> {
    let mut files = Vec::new();
    for folder in ["src/grammar", "src/lexicon"] {
        println!("cargo::rerun-if-changed={folder}");
        super::collect(&package.join(folder), &mut files)?;
    }
    files.push(package.join("Cargo.lock"));
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in &files {
        match fs::read(file) {
            Ok(bytes) => {
                println!("cargo::rerun-if-changed={}", file.display());
                bytes.hash(&mut hasher);
            }
            // A package that is built as a part of another one has no lock file of its own.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(hasher.finish())
}
