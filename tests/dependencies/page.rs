//! `docs/dependencies.md`: how many crates there are, and why each direct one is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use crate::cargo::{Everything, LINUX, ROOT};

/// How the table of numbers begins.
pub(crate) const COUNTS: &str = "| crates | how many |\n|---|---|\n";

/// The tables of `Cargo.toml`, and the sections of the page with their rows.
pub(crate) const SECTIONS: [(&str, &str); 3] = [
    ("dependencies", "## In the program"),
    ("build-dependencies", "## In the build script"),
    ("dev-dependencies", "## In the tests and benchmarks"),
];

/// The table of numbers as it should be.
pub(crate) fn counts(everything: &Everything) -> String {
    let mut table = COUNTS.to_owned();
    for (system, crates) in &everything.program {
        let _ = writeln!(table, "| in the program, `{system}` | {} |", crates.len());
    }
    let (build, tests) = (everything.build.len(), everything.tests.len());
    let _ = writeln!(table, "| to build it, `{LINUX}`: with macros and build scripts | {build} |");
    let _ = writeln!(table, "| to build and test it, `{LINUX}` | {tests} |");
    table
}

/// The table of numbers in `page`.
pub(crate) fn counts_in(page: &str) -> &str {
    let at = page.find(COUNTS).expect("the page has a table of numbers");
    let end = page[at..].find("\n\n").map_or(page.len(), |end| at + end + 1);
    &page[at..end]
}

/// The rows below `heading`: the crates that the first cell names, and the whole row.
pub(crate) fn rows<'a>(page: &'a str, heading: &str) -> BTreeMap<&'a str, &'a str> {
    let section = page.split_once(&format!("{heading}\n")).expect("the page has the section").1;
    let section = section.split("\n## ").next().unwrap_or_default();
    let mut rows = BTreeMap::new();
    for row in section.lines().filter(|line| line.starts_with("| `")) {
        let first = row.split('|').nth(1).unwrap_or_default();
        for name in first.split('`').skip(1).step_by(2) {
            assert!(rows.insert(name, row).is_none(), "{name} has two rows");
        }
    }
    rows
}

/// The direct dependencies in a table of `Cargo.toml`, with the features that are asked for.
pub(crate) fn direct(table: &str) -> BTreeMap<String, BTreeSet<String>> {
    let text = std::fs::read_to_string(Path::new(ROOT).join("Cargo.toml")).expect("readable");
    let manifest: toml::Table = toml::from_str(&text).expect("cargo has read it");
    let dependencies = manifest[table].as_table().expect("a table");
    let features = |dependency: &toml::Value| {
        let named = dependency.get("features").and_then(toml::Value::as_array).into_iter().flatten();
        named.filter_map(toml::Value::as_str).map(str::to_owned).collect()
    };
    dependencies.iter().map(|(name, dependency)| (name.clone(), features(dependency))).collect()
}
