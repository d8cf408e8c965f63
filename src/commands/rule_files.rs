//! Reads the rules of a user from disk into [`RuleFiles`].
//!
//! A folder of rules holds packs (`house/lost-hyphen.yml`), or is a pack itself (`lost-hyphen.yml`);
//! a file is one rule of the pack that its folder is named after.
//!
//! Rules come from strangers too, so nothing but regular files below the folder is read: a link that leads out of it
//! could show a line of somebody's keys in an error message.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Failure;
use crate::bounded::{self, Refusal};
use crate::rule::RuleFiles;
use crate::walk::folder_of;

/// Where a user's rules are looked for, below a folder and those above it.
pub(super) const FOLDER: &str = ".mtlint/rules";

/// Largest rule file or word list, in bytes.
const MAX_FILE: u64 = 1 << 20;
/// Most files of one folder of rules.
const MAX_FILES: usize = 10_000;
/// Most bytes of them together.
const MAX_BYTES: usize = 64 << 20;

/// Adds the rules at `path`, a folder or a file, to `files`; gives the ids of the rules.
///
/// # Errors
/// When there is nothing at `path`, it cannot be read, or it is more than rules may be.
pub(super) fn add(path: &Path, files: &mut RuleFiles) -> Result<Vec<String>, Failure> {
    let meta = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    let mut found = Vec::new();
    let folder = if meta.is_file() {
        if !is_yaml(path) {
            return Err(Failure::new(shown(path), "is no rule: its name does not end in .yml")
                .help("name a rule file, or a folder of rules"));
        }
        let folder = folder_of(path);
        let pack = pack_name(folder)?;
        // The word lists and defaults of its pack belong to a rule.
        let mut below = Vec::new();
        collect(folder, &pack, &mut below)?;
        below.retain(|(root, at)| at == path || root.ends_with(".txt") || root.ends_with("/pack.yml"));
        found.extend(below);
        // A file that the folder does not list is read all the same.
        if !found.iter().any(|(_, at)| at == path) {
            found.push((format!("{pack}/{}", file_name(path)), path.to_path_buf()));
        }
        folder
    } else {
        let is_pack = entries(path)?.iter().any(|entry| entry.is_file() && is_yaml(entry));
        let pack = if is_pack { pack_name(path)? } else { String::new() };
        collect(path, &pack, &mut found)?;
        path
    };
    let home = fs::canonicalize(folder).map_err(|error| unreadable(folder, &error))?;
    let mut ids = Vec::new();
    let mut bytes = 0;
    let mut places: BTreeMap<String, PathBuf> = BTreeMap::new();
    for (root, at) in found {
        // The file that was named may be a link to anywhere: whoever named it wants it.
        let real = fs::canonicalize(&at).map_err(|error| unreadable(&at, &error))?;
        if at != path && !real.starts_with(&home) {
            return Err(Failure::new(shown(&at), "is a link that leads out of the folder of rules")
                .why("rules read nothing outside of their folder")
                .help("put the file into the folder, or name the folder that it is in with --rules or in rules.paths"));
        }
        let text = bounded::read_text(&at, MAX_FILE).map_err(|error| unreadable(&at, &error))?;
        bytes += text.len();
        if bytes > MAX_BYTES {
            let what = format!("holds more than {} MiB of rules and lists", MAX_BYTES >> 20);
            return Err(Failure::new(shown(path), what).help("name fewer of them"));
        }
        let root = match root.strip_suffix(".yaml") {
            Some(name) => format!("{name}.yml"),
            None => root,
        };
        if let Some(id) = root.strip_suffix(".yml").filter(|id| !id.ends_with("/pack")) {
            ids.push(id.to_owned());
        }
        if let Some(other) = places.get(&root) {
            return Err(Failure::new(shown(&at), format!("is the same rule as {}", shown(other)))
                .help("give one of them another name, or take it away"));
        }
        files.add(&root, &shown(&at), text);
        places.insert(root, at);
    }
    Ok(ids)
}

/// The same for a path that the user has named, which must hold a rule.
///
/// # Errors
/// As [`add`], and when there is no rule at `path`.
pub(super) fn add_named(path: &Path, files: &mut RuleFiles) -> Result<Vec<String>, Failure> {
    let ids = add(path, files)?;
    if ids.is_empty() {
        return Err(Failure::new(shown(path), "no rule in this folder")
            .why("rules are files PACK/NAME.yml")
            .help("`mtlint new rule PACK/NAME` writes a first one"));
    }
    Ok(ids)
}

/// Lists the rule files and word lists below `folder`, with their paths below the rules root.
fn collect(folder: &Path, root: &str, found: &mut Vec<(String, PathBuf)>) -> Result<(), Failure> {
    for path in entries(folder)? {
        let name = file_name(&path);
        if name.starts_with('.') {
            continue;
        }
        let below = if root.is_empty() { name.clone() } else { format!("{root}/{name}") };
        if path.is_dir() {
            // `pack/lists` is the deepest folder there is; this also ends loops of links.
            if below.matches('/').count() < 2 {
                collect(&path, &below, found)?;
            }
        } else if is_yaml(&path) || (name.ends_with(".txt") && is_list(&below)) {
            // What is no regular file is told when it is read.
            found.push((below, path));
        }
        if found.len() > MAX_FILES {
            return Err(Failure::new(shown(folder), format!("more than {MAX_FILES} rules and lists"))
                .help("name a folder of rules, or fewer of them"));
        }
    }
    Ok(())
}

/// What is in a folder, in order.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let read = || {
        let listed = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
        listed.collect::<io::Result<Vec<_>>>()
    };
    let mut entries = read().map_err(|error| unreadable(folder, &error))?;
    entries.sort();
    Ok(entries)
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml")
}

fn is_list(below: &str) -> bool {
    below.rsplit('/').nth(1) == Some("lists")
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The pack a folder is, by its name.
fn pack_name(folder: &Path) -> Result<String, Failure> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let named = fs::canonicalize(folder).map_err(|error| unreadable(folder, &error))?;
    match file_name(&named) {
        name if name.is_empty() => Err(Failure::new(shown(folder), "is no pack: it has no name")),
        name => Ok(name),
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let what = match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder of rules".to_owned(),
        _ => format!("cannot be read: {error}"),
    };
    let text = matches!(bounded::refusal(error), Some(Refusal::NotUtf8(_)));
    Failure::new(shown(path), what).help(match text {
        true => "convert the file to UTF-8",
        false => "check the path given with --rules, or in rules.paths of mtlint.toml",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(root: &Path, path: &str) -> Result<Vec<String>, String> {
        add_named(&root.join(path), &mut RuleFiles::new()).map_err(|failure| failure.summary())
    }

    #[test]
    fn a_root_a_pack_and_a_file_give_the_same_ids() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().join("rules");
        for file in ["house/b.yml", "house/a.yaml", "house/pack.yml", "house/lists/x.txt", "lists/y.txt"] {
            let path = root.join(file);
            fs::create_dir_all(path.parent().expect("inside the folder")).expect("created");
            fs::write(path, "").expect("written");
        }
        let both = vec!["house/a".to_owned(), "house/b".to_owned()];
        assert_eq!(ids(&root, ""), Ok(both.clone()));
        assert_eq!(ids(&root, "house"), Ok(both));
        assert_eq!(ids(&root, "house/b.yml"), Ok(vec!["house/b".to_owned()]));
        assert_eq!(ids(&root, "gone"), Err("no such file or folder of rules".to_owned()));
        assert!(ids(&root, "house/lists").is_err_and(|e| e.starts_with("no rule")));
        assert!(ids(&root, "lists/y.txt").is_err_and(|e| e.starts_with("is no rule")));
    }

    #[test]
    fn the_lists_of_a_pack_come_with_one_of_its_rules() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let pack = folder.path().join("house");
        fs::create_dir_all(pack.join("lists")).expect("created");
        fs::write(pack.join("a.yml"), "").expect("written");
        fs::write(pack.join("lists/x.txt"), "word").expect("written");
        let mut files = RuleFiles::new();
        add(&pack.join("a.yml"), &mut files).expect("a rule");
        assert!(files.list("house", "x").is_some());
    }
}
