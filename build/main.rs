//! Compiles the rules below `rules/` with the program's own code, so that the program finds them ready,
//! and names the state of the program.
//!
//! A mistake in a rule ends the build, drawn at its place.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    unused_imports,
    reason = "these are the modules of the program, of which the build needs a part"
)]

#[path = "../src/diagnostic.rs"]
mod diagnostic;
#[path = "../src/document/mod.rs"]
mod document;
#[path = "../src/encoding.rs"]
mod encoding;
mod fingerprint;
#[path = "../src/lexicon/mod.rs"]
mod lexicon;
#[path = "../src/limit.rs"]
mod limit;
#[path = "../src/package.rs"]
mod package;
mod rule;
#[path = "../src/source/mod.rs"]
mod source;
#[path = "../src/span.rs"]
mod span;
#[path = "../src/text/mod.rs"]
mod text;
#[path = "../src/yaml.rs"]
mod yaml;

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use rule::files::{RuleFile, RuleFiles};

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), Box<dyn Error>> {
    let home = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo sets it")?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets it")?);
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rustc-env=MTLINT_FINGERPRINT={:016x}", fingerprint::fingerprint(&home)?);
    let root = home.join("rules");
    let mut paths = Vec::new();
    collect(&root, &mut paths)?;
    paths.retain(|path| path.extension().is_some_and(|e| e == "yml" || e == "txt"));
    let mut files = Vec::new();
    for path in paths {
        let below = path.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        files.push((below, path));
    }
    files.sort();
    fs::write(out.join("rule_files.rs"), table(&files)?)?;
    fs::write(out.join("rules.image"), image(&files)?)?;
    Ok(())
}

/// The table of the embedded files: path below the root, path to show, text.
fn table(files: &[(String, PathBuf)]) -> Result<String, Box<dyn Error>> {
    let mut code = String::from("static FILES: &[(&str, &str, &str)] = &[\n");
    for (below, path) in files {
        let shown = format!("rules/{below}");
        writeln!(code, "    ({below:?}, {shown:?}, include_str!({:?})),", path.display().to_string())?;
    }
    code.push_str("];\n");
    Ok(code)
}

fn image(files: &[(String, PathBuf)]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut all = Vec::new();
    for (below, path) in files {
        // Checked as strictly as a user's own.
        let (shown, text) = (format!("rules/{below}").into(), fs::read_to_string(path)?.into());
        all.push((below.clone().into(), RuleFile { shown, text, builtin: false }));
    }
    let set = rule::compile::compile(&RuleFiles::from_iter(all), 0, |_, _| true)?;
    Ok(rule::image::write(&set)?)
}

/// All files below `folder`.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
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
