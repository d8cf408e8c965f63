//! Names the state of the program, so that nothing cached outlives it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::{fs, io};

/// What is in `src` and has no say in what is found in a text.
const OUTSIDE: [&str; 8] = ["bin", "cli.rs", "commands", "lib.rs", "lsp", "main.rs", "report", "walk.rs"];

/// A hash of everything that decides what is found in a text: code, rules, model, data, versions.
pub(crate) fn fingerprint(package: &Path) -> io::Result<u64> {
    let mut files = Vec::new();
    for entry in fs::read_dir(package.join("src"))? {
        let entry = entry?;
        if OUTSIDE.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        println!("cargo::rerun-if-changed={}", entry.path().display());
        if entry.path().is_dir() {
            super::collect(&entry.path(), &mut files)?;
        } else {
            files.push(entry.path());
        }
    }
    super::collect(&package.join("rules"), &mut files)?;
    let lock = package.join("Cargo.lock");
    // A package that is built as a part of another one has no lock file of its own.
    if lock.exists() {
        println!("cargo::rerun-if-changed={}", lock.display());
        files.push(lock);
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in &files {
        fs::read(file)?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}
