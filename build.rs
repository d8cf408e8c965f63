//! Lists the files below `rules/` so that the program carries its packs, and names the state of the grammar
//! so that nothing cached outlives it.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let package = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    println!("cargo::rustc-env=MTLINT_GRAMMAR_FINGERPRINT={:016x}", grammar_fingerprint(&package)?);
    let root = package.join("rules");
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.retain(|path| path.extension().is_some_and(|e| e == "yml" || e == "txt"));
    files.sort();
    let mut code = String::from("static BUILTIN_RULES: &[(&str, &str)] = &[\n");
    for file in &files {
        let path = file.strip_prefix(&root).expect("collected below it").to_string_lossy().replace('\\', "/");
        writeln!(code, "    ({path:?}, include_str!({:?})),", file.display().to_string())
            .expect("a String takes all");
    }
    code.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("builtin_rules.rs"), code)?;
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=rules");
    Ok(())
}

/// A hash of everything that decides what grammar finds in a sentence: code, model, rule list, versions.
fn grammar_fingerprint(package: &Path) -> io::Result<u64> {
    let mut files = Vec::new();
    for folder in ["src/grammar", "src/lexicon"] {
        collect(&package.join(folder), &mut files)?;
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

/// All files below `folder`.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
