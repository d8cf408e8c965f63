//! The inputs that fuzzing has found, run again: the corpus of each target, and every input that showed a defect.
//!
//! `corpus/TARGET.zip` holds what reaches different code; `found/TARGET/` holds, one file a defect and named after it,
//! what once went wrong.

mod invariants;

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};
use rayon::prelude::*;
use zip::ZipArchive;

fn main() {
    let arguments = Arguments::from_args();
    let trials = invariants::TARGETS.iter().flat_map(|&(name, target)| {
        let corpus = Trial::test(format!("{name}::corpus"), move || corpus(name, target));
        let found = found(name).into_iter().map(move |path| {
            let title = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            Trial::test(format!("{name}::{title}"), move || {
                target(&fs::read(&path)?);
                Ok(())
            })
        });
        found.chain([corpus]).collect::<Vec<_>>()
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz")
}

/// The inputs of `found/TARGET`, in order.
fn found(target: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder().join("found").join(target));
    let mut all: Vec<PathBuf> = entries.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    all.sort();
    all
}

/// Runs every input of a corpus; a failure names the input.
fn corpus(name: &str, target: fn(&[u8])) -> Result<(), Failed> {
    let path = folder().join("corpus").join(name).with_extension("zip");
    let mut archive = ZipArchive::new(File::open(&path)?)?;
    let mut inputs = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        inputs.push((entry.name()?.into_owned(), bytes));
    }
    if inputs.is_empty() {
        return Err(format!("{} holds nothing", path.display()).into());
    }
    let failed: Vec<&str> = inputs
        .par_iter()
        .filter(|(_, bytes)| std::panic::catch_unwind(|| target(bytes)).is_err())
        .map(|(name, _)| name.as_str())
        .collect();
    if failed.is_empty() { Ok(()) } else { Err(format!("these inputs fail: {}", failed.join(", ")).into()) }
}
