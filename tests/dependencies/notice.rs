//! `NOTICE`: the crates in the program, and the texts that their licences want to be passed on.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::cargo::{Crate, Everything, Package, ROOT};

/// Where the part begins that is written here; what stands before it is written by hand.
pub(crate) const BEGIN: &str = "Crates in the program\n=====================\n";

const INTRODUCTION: &str = "
MTLINT_WRITE_PAGES=1 cargo test --test dependencies writes this part.
The source of each crate is at https://crates.io/crates/NAME/VERSION.
Of several licences, this one is used: MIT if it is among them, else MIT-0, else Zlib, else Apache-2.0.

";

/// The licences whose texts are passed on; of several, the first that a crate offers is used.
const USED: [&str; 8] =
    ["MIT", "MIT-0", "Zlib", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MPL-2.0", "Unicode-3.0"];

/// Folders of a package that do not get into the program.
const NOT_LINKED: [&str; 5] = ["benches", "examples", "fuzz", "test", "tests"];

/// How a permission begins; what stands before it in a file of the MIT family is whose it is.
const PERMISSION: &str = "Permission is hereby granted";

/// The licences that are used out of `expression`.
fn used(expression: &str) -> Vec<&'static str> {
    let choose = |part: &str| {
        let offered: Vec<&str> = part.split([' ', '/', '(', ')']).filter(|word| !word.is_empty()).collect();
        let found = USED.into_iter().find(|licence| offered.contains(licence));
        found.unwrap_or_else(|| panic!("`{expression}` offers no licence that is known here"))
    };
    expression.split(" AND ").map(choose).collect()
}

/// What the name of a file that holds the text of `licence` has in it.
fn mark(licence: &str) -> &[&str] {
    match licence {
        "MIT-0" => &["MIT0", "MIT-0"],
        "Zlib" => &["ZLIB"],
        "Apache-2.0" => &["APACHE"],
        "BSD-2-Clause" => &["BSD-2"],
        "BSD-3-Clause" => &["BSD-3", "WHATWG"],
        "MPL-2.0" => &["MPL"],
        "Unicode-3.0" => &["UNICODE"],
        _ => &["MIT"],
    }
}

/// The files of a package whose texts are passed on: in each folder those of the used licences and of third parties,
/// else the one that is named after no licence.
fn files(folder: &Path, licences: &[&str]) -> Vec<PathBuf> {
    let walk = WalkBuilder::new(folder)
        .standard_filters(false)
        .filter_entry(|entry| !NOT_LINKED.iter().any(|name| entry.file_name() == *name))
        .sort_by_file_name(Ord::cmp)
        .build();
    let mut folders: BTreeMap<PathBuf, Vec<(String, PathBuf)>> = BTreeMap::new();
    for entry in walk {
        let path = entry.expect("a package is readable").into_path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        let folder =
            path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().to_uppercase();
        let named = folder.trim_start_matches('.') == "LICENSES"
            || ["LICENSE", "LICENCE", "COPYING", "NOTICE"].iter().any(|begin| name.starts_with(begin));
        if named && path.is_file() {
            folders
                .entry(path.parent().expect("it is in a folder").to_owned())
                .or_default()
                .push((name, path));
        }
    }
    let wanted: Vec<&str> = licences.iter().flat_map(|licence| mark(licence)).copied().collect();
    let mut found = Vec::new();
    for names in folders.into_values() {
        let is_wanted = |name: &str| wanted.iter().any(|mark| name.contains(mark));
        let (others, plain) = (["THIRD-PARTY", "NOTICE", "UNICODE"], ["LICENSE", "LICENCE", "COPYING"]);
        let marked = names.iter().any(|(name, _)| is_wanted(name));
        let stem = |name: &str| name.trim_end_matches(".MD").trim_end_matches(".TXT").to_owned();
        let unmarked = plain.iter().find(|plain| names.iter().any(|(name, _)| stem(name) == **plain));
        found.extend(names.iter().filter_map(|(name, path)| {
            let other = others.iter().any(|other| name.contains(other));
            let only = !marked && unmarked.is_some_and(|plain| stem(name) == *plain);
            (is_wanted(name) || other || only).then(|| path.clone())
        }));
    }
    found
}

/// A text that is passed on, with those whose it is.
#[derive(Debug, Default)]
struct Terms {
    text: String,
    /// Lines of copyright, and the crates that have them.
    owners: BTreeMap<Vec<String>, Vec<String>>,
}

/// The texts, by their words.
#[derive(Debug, Default)]
struct Texts(BTreeMap<String, Terms>);

impl Texts {
    fn add(&mut self, package: &Package, text: &str) {
        let at = text.find(PERMISSION).unwrap_or_default();
        let (owners, text) = text.split_at(at);
        let is_title = |line: &&str| {
            let words: Vec<&str> =
                line.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()).collect();
            matches!(
                words.join(" ").to_lowercase().as_str(),
                "" | "mit license" | "the mit license" | "the mit license mit"
            )
        };
        let owners =
            owners.lines().map(str::trim).filter(|line| !is_title(line)).map(str::to_owned).collect();
        self.add_owned(package, owners, text);
    }

    fn add_owned(&mut self, package: &Package, owners: Vec<String>, text: &str) {
        let words: Vec<&str> = text.split_whitespace().collect();
        let terms = self.0.entry(words.join(" ")).or_default();
        if terms.text.is_empty() {
            terms.text =
                text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_matches('\n').to_owned();
        }
        let name = format!("{} {}", package.name, package.version);
        let crates = terms.owners.entry(owners).or_default();
        if !crates.contains(&name) {
            crates.push(name);
        }
    }

    fn write(self, out: &mut String) {
        let mut texts: Vec<Terms> = self.0.into_values().collect();
        texts.sort_by_key(|terms| {
            let crates: Vec<&String> = terms.owners.values().flatten().collect();
            (Reverse(crates.len()), crates.into_iter().min().cloned())
        });
        for terms in texts {
            let mut owners: Vec<_> = terms.owners.into_iter().collect();
            owners.sort_by(|(_, a), (_, b)| a.cmp(b));
            out.push_str(&format!("\n{}\n\n", "-".repeat(100)));
            for (lines, crates) in owners {
                let _ = writeln!(out, "{}", crates.join(", "));
                for line in lines {
                    let _ = writeln!(out, "    {line}");
                }
            }
            let _ = writeln!(out, "\n{}", terms.text);
        }
    }
}

fn read(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.replace("\r\n", "\n").trim_start_matches('\u{feff}').to_owned()
}

/// The systems that a crate is on, if it is not on all.
fn only_on(everything: &Everything, name: &Crate) -> String {
    let has = |system: &str| {
        let mut programs = everything.program.iter().filter(|(triple, _)| triple.contains(system));
        programs.any(|(_, crates)| crates.contains(name))
    };
    let systems = [("linux", "Linux"), ("darwin", "macOS"), ("windows", "Windows")];
    let on: Vec<&str> = systems.into_iter().filter(|(system, _)| has(system)).map(|(_, name)| name).collect();
    if on.len() == systems.len() { String::new() } else { format!(", on {} only", on.join(" and ")) }
}

/// How the line of a crate begins.
pub(crate) fn line((name, version): &Crate) -> String {
    format!("{name} {version}: ")
}

/// The part of `NOTICE` that is written here.
pub(crate) fn written(everything: &Everything) -> String {
    let mut out = format!("{BEGIN}{INTRODUCTION}");
    let mut texts = Texts::default();
    let mut packages: Vec<&Package> = everything.packages.iter().collect();
    packages.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    for package in packages {
        let id = (package.name.clone(), package.version.clone());
        if package.name == env!("CARGO_PKG_NAME") {
            texts.add(package, &read(&Path::new(ROOT).join("LICENSE-MIT")));
        }
        if !everything.program.values().any(|crates| crates.contains(&id)) {
            continue;
        }
        let expression =
            package.license.as_deref().unwrap_or_else(|| panic!("{} has no licence", package.name));
        let _ = writeln!(out, "{}{expression}{}", line(&id), only_on(everything, &id));
        let licences = used(expression);
        let folder = package.manifest_path.parent().expect("it is in a folder");
        let files = files(folder, &licences);
        let files: Vec<String> = files.iter().map(|file| read(file)).collect();
        for text in &files {
            texts.add(package, text);
        }
        if licences.contains(&"MIT") && !files.iter().any(|text| text.contains(PERMISSION)) {
            let owners = match package.authors.join(", ") {
                authors if authors.is_empty() => "its authors".to_owned(),
                authors => authors,
            };
            let mit = read(&Path::new(ROOT).join("LICENSE-MIT"));
            let text = &mit[mit.find(PERMISSION).expect("it is MIT")..];
            texts.add_owned(package, vec![format!("Copyright (c) {owners}")], text);
        } else {
            assert!(!files.is_empty(), "{} comes without the text of its licence", package.name);
        }
    }
    texts.write(&mut out);
    let lgpl = read(&Path::new(ROOT).join("src/grammar/model/LICENSE-LGPL-2.1.txt"));
    let _ =
        writeln!(out, "\n{}\n\nGrammar model and lexicon\n\n{}", "-".repeat(100), lgpl.trim_matches('\n'));
    out
}
