//! `NOTICE` names the crates that are in the program, with the texts of their licences, and `docs/dependencies.md`
//! counts them and says why each direct one is there. Both are what cargo says today.
//!
//! `MTLINT_WRITE_PAGES=1 cargo test --test dependencies` writes them anew, but for what a person has to say.

mod cargo;
mod notice;
mod page;

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use cargo::{Everything, ROOT};

fn path(name: &str) -> PathBuf {
    Path::new(ROOT).join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(path(name)).expect("readable")
}

/// Whether the files are to be written anew.
fn writes() -> bool {
    env::var_os("MTLINT_WRITE_PAGES").is_some()
}

/// `None` if packages of other systems are not on this machine; in CI they have to be.
fn everything() -> Option<&'static Everything> {
    static EVERYTHING: LazyLock<Result<Everything, String>> = LazyLock::new(Everything::offline);
    match &*EVERYTHING {
        Ok(everything) => Some(everything),
        Err(error) if env::var_os("CI").is_some() || writes() => {
            panic!("run `cargo fetch --locked` first, for the packages of all systems: {error}")
        }
        Err(error) => {
            eprintln!("other systems are left out; `cargo fetch --locked` gets their packages: {error}");
            None
        }
    }
}

/// Whether `there` is what the file called `name` should say; it does when files are written anew.
fn check(name: &str, there: &str, now: &str) {
    if writes() {
        fs::write(path(name), now).expect("written");
    } else {
        assert!(there == now, "{name} is old: run MTLINT_WRITE_PAGES=1 cargo test --test dependencies");
    }
}

#[test]
fn the_notice_is_what_the_packages_say() {
    let Some(everything) = everything() else { return };
    let there = read("NOTICE");
    let head = there.split(notice::BEGIN).next().unwrap_or_default();
    check("NOTICE", &there, &format!("{head}{}", notice::written(everything)));
}

#[test]
fn the_program_prints_the_notice() {
    let output = Command::new(env!("CARGO_BIN_EXE_mtlint")).arg("licences").output().expect("it runs");
    // A notice that is being written gets into the program when it is built again.
    if !writes() {
        assert!(String::from_utf8(output.stdout).expect("UTF-8") == read("NOTICE"), "not the notice");
    }
}

#[test]
fn the_notice_names_what_is_linked_here() {
    let notice = read("NOTICE");
    let listed: Vec<&str> = notice.lines().collect();
    for linked in cargo::linked_here() {
        let begin = notice::line(&linked);
        let is_named = writes() || listed.iter().any(|line| line.starts_with(&begin));
        assert!(is_named, "NOTICE does not name {linked:?}");
    }
}

#[test]
fn the_page_of_dependencies_counts_the_crates() {
    let Some(everything) = everything() else { return };
    let there = read("docs/dependencies.md");
    let now = there.replace(page::counts_in(&there), &page::counts(everything));
    check("docs/dependencies.md", &there, &now);
}

#[test]
fn every_direct_dependency_has_a_reason() {
    let page = read("docs/dependencies.md");
    for (table, heading) in page::SECTIONS {
        let rows = page::rows(&page, heading);
        let direct = page::direct(table);
        let names: BTreeSet<&str> = direct.keys().map(String::as_str).collect();
        let explained: BTreeSet<&str> = rows.keys().copied().collect();
        assert_eq!(names, explained, "[{table}] of Cargo.toml, and the rows below `{heading}`");
        for (name, features) in &direct {
            let row = rows[name.as_str()];
            let unexplained: Vec<_> = features.iter().filter(|f| !row.contains(&format!("`{f}`"))).collect();
            assert!(unexplained.is_empty(), "the row of {name} does not name its features {unexplained:?}");
        }
    }
}
