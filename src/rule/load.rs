//! From files to a set of rules: the built-in ones out of their image, a user's out of YAML.

use std::collections::BTreeSet;

use super::builtin;
use super::compile::compile;
use super::error::RuleErrors;
use super::files::{RuleFile, RuleFiles};
use super::set::RuleSet;

/// Loads all rules of `files`.
///
/// # Errors
/// Every mistake in every file; a set with a mistake in it is not loaded at all.
pub fn load(files: &RuleFiles) -> Result<RuleSet, RuleErrors> {
    if !files.iter().any(|(_, file)| file.builtin) {
        return compile(files, 0, |_, _| true);
    }
    let set = builtin::rules();
    if files.iter().all(|(_, file)| file.builtin) {
        return Ok(set);
    }
    // A user's list or `pack.yml` changes built-in rules too: those are compiled anew.
    let mut packs = BTreeSet::new();
    let mut lists = false;
    for (path, _) in files.iter().filter(|(_, file)| !file.builtin) {
        match path.split_once('/') {
            Some(("lists", _)) => lists |= builtin::has(path),
            Some((pack, rest)) if rest == "pack.yml" || rest.starts_with("lists/") => {
                packs.insert(pack);
            }
            _ => {}
        }
    }
    let stays = |path: &str, file: &RuleFile| {
        file.builtin && !lists && path.split_once('/').is_some_and(|(pack, _)| !packs.contains(pack))
    };
    let more = compile(files, set.document_conditions, |path, file| !stays(path, file))?;
    Ok(set.with(more))
}
