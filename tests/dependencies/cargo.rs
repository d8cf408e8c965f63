//! What cargo says of the packages, without a network.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

/// The repository.
pub(crate) const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The system whose crates are counted for the build and the tests.
pub(crate) const LINUX: &str = "x86_64-unknown-linux-gnu";

/// What links into the program: no macros, no build scripts.
const PROGRAM: &str = "normal,no-proc-macro";

/// A crate by its name and version.
pub(crate) type Crate = (String, String);

/// A package as `cargo metadata` describes it.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
    /// Its licence, an SPDX expression or the older form with a slash.
    pub(crate) license: Option<String>,
    /// Who wrote it, as far as it says so.
    pub(crate) authors: Vec<String>,
    /// Its `Cargo.toml`, in the folder of its sources.
    pub(crate) manifest_path: PathBuf,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

/// The crates on every system that the program is built for.
#[derive(Debug)]
pub(crate) struct Everything {
    /// By system, what links into the program there.
    pub(crate) program: BTreeMap<String, BTreeSet<Crate>>,
    /// On Linux: what links into the program, and the macros and build scripts that make it.
    pub(crate) build: BTreeSet<Crate>,
    /// On Linux: all that, and what the tests and benchmarks need.
    pub(crate) tests: BTreeSet<Crate>,
    /// The packages.
    pub(crate) packages: Vec<Package>,
}

impl Everything {
    /// What cargo says; an error if packages of another system are not on this machine.
    pub(crate) fn offline() -> Result<Self, String> {
        let systems = systems();
        let program = systems
            .iter()
            .map(|system| Ok((system.clone(), tree(PROGRAM, Some(system))?)))
            .collect::<Result<_, String>>()?;
        let mut arguments = vec!["metadata", "--format-version=1"];
        arguments.extend(systems.iter().flat_map(|system| ["--filter-platform", system]));
        let metadata: Metadata =
            serde_json::from_str(&cargo(&arguments)?).map_err(|error| error.to_string())?;
        Ok(Self {
            program,
            build: tree("normal,build", Some(LINUX))?,
            tests: tree("normal,build,dev", Some(LINUX))?,
            packages: metadata.packages,
        })
    }
}

/// The systems that `deny.toml` names.
fn systems() -> Vec<String> {
    #[derive(Deserialize)]
    struct Deny {
        graph: Graph,
    }
    #[derive(Deserialize)]
    struct Graph {
        targets: Vec<String>,
    }
    let text = std::fs::read_to_string(Path::new(ROOT).join("deny.toml")).expect("deny.toml is readable");
    toml::from_str::<Deny>(&text).expect("deny.toml names systems").graph.targets
}

/// The crates that link into the program on the system that the tests run on.
pub(crate) fn linked_here() -> BTreeSet<Crate> {
    tree(PROGRAM, None).expect("the tests were built from these packages")
}

/// The crates that are reached over `edges`, mtlint itself left out.
fn tree(edges: &str, system: Option<&str>) -> Result<BTreeSet<Crate>, String> {
    let mut arguments = vec!["tree", "--edges", edges, "--prefix=none", "--format={p}"];
    arguments.extend(system.iter().flat_map(|system| ["--target", system]));
    let listed = cargo(&arguments)?;
    let crates = listed.lines().filter_map(|line| {
        let mut words = line.split(' ');
        let (name, version) = (words.next()?, words.next()?);
        Some((name.to_owned(), version.trim_start_matches('v').to_owned()))
    });
    Ok(crates.filter(|(name, _)| name != env!("CARGO_PKG_NAME")).collect())
}

fn cargo(arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .args(["--locked", "--offline"])
        .current_dir(ROOT)
        .output()
        .map_err(|error| format!("cargo does not run: {error}"))?;
    if output.status.success() {
        String::from_utf8(output.stdout).map_err(|error| error.to_string())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}
