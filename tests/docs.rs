//! The pages under `docs/` say what the program does: every console block in them is run.
//!
//! A page `docs/NAME.md` runs in a copy of the folder `tests/docs/NAME`.

use std::fs;
use std::path::Path;

/// A folder for the cache that is never made: a case says what is found, not what is remembered.
const NO_CACHE: &str = concat!(env!("CARGO_BIN_EXE_mtlint"), "/cache");

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("readable");
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).expect("copied");
        }
    }
}

#[test]
fn what_the_pages_show_is_what_happens() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let pages = fs::read_dir(root.join("docs")).expect("there are docs");
    let mut found = 0;
    for page in pages.map(|entry| entry.expect("readable").path()) {
        if page.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let name = page.file_stem().expect("it has a name");
        fs::copy(&page, scratch.path().join(page.file_name().expect("it has one"))).expect("copied");
        let samples = root.join("tests/docs").join(name);
        if samples.is_dir() {
            let mut folder = name.to_os_string();
            folder.push(".in");
            copy(&samples, &scratch.path().join(folder));
        }
        found += 1;
    }
    assert!(found > 0, "no page was found");
    trycmd::TestCases::new()
        .env("NO_COLOR", "1")
        .env("MTLINT_CACHE_DIR", NO_CACHE)
        .case(scratch.path().join("*.md"));
}
