//! The rules that are embedded in the program: their files, and the image that the build made of them.

use std::borrow::Cow;

use super::files::{RuleFile, RuleFiles};
use super::image;
use super::set::RuleSet;

// `FILES`: the path below the rules root, the path to show and the text of each file, in order of their paths.
include!(concat!(env!("OUT_DIR"), "/rule_files.rs"));

static IMAGE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.image"));

/// The built-in rules; none of them is decoded yet.
pub(super) fn rules() -> RuleSet {
    image::open(IMAGE).expect("the build wrote it, and a test opens it")
}

/// Whether a file at `path` below the rules root is embedded.
pub(super) fn has(path: &str) -> bool {
    FILES.binary_search_by(|(known, ..)| (*known).cmp(path)).is_ok()
}

impl RuleFiles {
    /// The packs that are embedded in the program.
    pub fn builtin() -> Self {
        let file = |&(path, shown, text): &(&'static str, &'static str, &'static str)| {
            let file = RuleFile { shown: Cow::Borrowed(shown), text: Cow::Borrowed(text), builtin: true };
            (Cow::Borrowed(path), file)
        };
        FILES.iter().map(file).collect()
    }
}
