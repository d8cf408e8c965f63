//! The ready files for CI call the program as it is: every command line in them is understood.

use std::fs;
use std::path::Path;

use clap::Parser;
use mtlint::cli::Cli;

#[test]
fn every_command_of_the_ci_files_is_understood() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let mut commands = 0;
    for file in ["ci/github-actions.yml", "ci/gitlab-ci.yml", "ci.md", "../.pre-commit-hooks.yaml"] {
        let text = fs::read_to_string(folder.join(file)).expect("readable");
        for line in text.lines() {
            let line = line.trim().trim_start_matches("- ");
            let line =
                line.trim_start_matches("run: ").trim_start_matches("entry: ").trim_start_matches("exec ");
            if !line.starts_with("mtlint ") {
                continue;
            }
            let words = line.replace('"', "");
            let parsed = Cli::try_parse_from(words.split_whitespace());
            assert!(parsed.is_ok(), "{file}: {line}: {}", parsed.expect_err("not understood"));
            commands += 1;
        }
    }
    assert!(commands >= 8, "only {commands} commands were found");
}

#[test]
fn the_ci_files_are_yaml() {
    for file in ["docs/ci/github-actions.yml", "docs/ci/gitlab-ci.yml", ".pre-commit-hooks.yaml"] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("readable");
        let read: Result<serde_json::Value, _> = serde_saphyr::from_str(&text);
        assert!(read.is_ok(), "{file}: {:?}", read.err());
    }
}
