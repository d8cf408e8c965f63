//! Runs the program in repositories: what has changed, what is staged, what is excluded.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const FAULT: &str = "He went to the the market.\n";
const CLEAN: &str = "He went to the market.\n";

/// Runs git as if nobody had settings of their own.
fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=An Editor",
            "-c",
            "user.email=editor@example.org",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(["-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("it has one")).expect("made");
    fs::write(path, text).expect("written");
}

fn commit(folder: &Path) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message", "x"]);
}

/// A repository with one commit of these files.
fn repository(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    git(folder.path(), &["init", "--quiet"]);
    files.iter().for_each(|(name, text)| write(folder.path(), name, text));
    commit(folder.path());
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mtlint"))
        .args(arguments)
        .args(["--isolated", "--no-grammar", "--no-cache"])
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .expect("the program runs")
}

/// Where `mtlint check` with these arguments finds something, and its exit code.
fn check(folder: &Path, arguments: &[&str]) -> (Vec<String>, i32) {
    let arguments = [&["check", "--output-format=concise", "--quiet"], arguments].concat();
    let output = run(folder, &arguments);
    let places = String::from_utf8(output.stdout).expect("UTF-8");
    let place = |line: &str| line.split(": ").next().unwrap_or_default().to_owned();
    (places.lines().map(place).collect(), output.status.code().expect("it ends"))
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn since_a_revision_only_changed_and_new_files_are_read() {
    let long = "A text that is long enough to be known again when its name is another.\n".repeat(5);
    let moved = format!("{long}{FAULT}");
    let files = [("old.txt", FAULT), ("b/changed.txt", CLEAN), ("moved.txt", &moved), ("gone.txt", FAULT)];
    let repository = repository(&files);
    let folder = repository.path();
    assert_eq!(check(folder, &["--since", "HEAD"]), (vec![], 0), "nothing has changed");
    write(folder, "b/changed.txt", FAULT);
    write(folder, "new.txt", FAULT);
    write(folder, ".gitignore", "ignored.txt\n");
    write(folder, "ignored.txt", FAULT);
    git(folder, &["mv", "moved.txt", "b/moved.txt"]);
    fs::remove_file(folder.join("gone.txt")).expect("removed");
    let found = ["b/changed.txt:1:12", "b/moved.txt:6:12", "new.txt:1:12"].map(str::to_owned).to_vec();
    assert_eq!(check(folder, &["--since", "HEAD"]), (found.clone(), 1));
    assert_eq!(check(folder, &["--since", "HEAD", "b"]), (found[..2].to_vec(), 1), "of one folder");
    assert_eq!(
        check(folder, &["--since", "HEAD", "new.txt", "old.txt"]),
        (found[2..].to_vec(), 1),
        "of files"
    );
    let inside = ["changed.txt:1:12", "moved.txt:6:12"].map(str::to_owned).to_vec();
    assert_eq!(check(&folder.join("b"), &["--since", "HEAD"]), (inside, 1), "from inside");
    let lines = ["b/changed.txt:1:12", "new.txt:1:12"].map(str::to_owned).to_vec();
    assert_eq!(
        check(folder, &["--since", "HEAD", "--changed-lines"]),
        (lines, 1),
        "a moved line is an old one"
    );
}

#[test]
fn since_counts_from_where_a_branch_parted() {
    let repository = repository(&[("a.txt", CLEAN)]);
    let folder = repository.path();
    git(folder, &["switch", "--quiet", "--create", "mine"]);
    write(folder, "mine.txt", FAULT);
    commit(folder);
    git(folder, &["switch", "--quiet", "main"]);
    write(folder, "theirs.txt", FAULT);
    commit(folder);
    git(folder, &["switch", "--quiet", "mine"]);
    assert_eq!(check(folder, &["--since", "main"]), (vec!["mine.txt:1:12".to_owned()], 1));
}

#[test]
fn only_findings_in_changed_lines_count_and_are_fixed() {
    let repository = repository(&[("a.txt", &format!("{FAULT}\n{CLEAN}"))]);
    let folder = repository.path();
    write(folder, "a.txt", &format!("{FAULT}\n{FAULT}"));
    assert_eq!(check(folder, &["--since", "HEAD"]).0, ["a.txt:1:12", "a.txt:3:12"]);
    assert_eq!(check(folder, &["--since", "HEAD", "--changed-lines"]).0, ["a.txt:3:12"]);
    let fixed = run(folder, &["fix", "--since", "HEAD", "--changed-lines", "--exit-non-zero-on-fix"]);
    assert_eq!(fixed.status.code(), Some(1), "{fixed:?}");
    assert_eq!(fs::read_to_string(folder.join("a.txt")).expect("read"), format!("{FAULT}\n{CLEAN}"));
    let again = run(folder, &["fix", "--since", "HEAD", "--changed-lines", "--exit-non-zero-on-fix"]);
    assert_eq!(again.status.code(), Some(0), "{again:?}");
}

#[test]
fn staged_is_what_stands_in_the_index() {
    let repository = repository(&[("a.txt", CLEAN), ("b.txt", CLEAN), ("c.txt", FAULT)]);
    let folder = repository.path();
    write(folder, "a.txt", FAULT);
    write(folder, "with blank\u{e9}.txt", FAULT);
    write(folder, "notes.rst", FAULT);
    git(folder, &["add", "--all"]);
    write(folder, "a.txt", CLEAN);
    write(folder, "b.txt", FAULT);
    fs::remove_file(folder.join("with blank\u{e9}.txt")).expect("removed");
    let places = ["a.txt:1:12".to_owned(), "with blank\u{e9}.txt:1:12".to_owned()].to_vec();
    assert_eq!(check(folder, &["--staged"]), (places.clone(), 1));
    assert_eq!(check(folder, &["--staged", "--changed-lines", "."]), (places.clone(), 1));
    assert_eq!(check(folder, &["--staged", "with blank\u{e9}.txt"]), (places[1..].to_vec(), 1));
    let fix = run(folder, &["fix", "--staged"]);
    assert_eq!(fix.status.code(), Some(2));
    assert!(said(&fix).contains("mtlint diff --staged"), "{fix:?}");
    let diff = run(folder, &["diff", "--staged"]);
    assert!(String::from_utf8_lossy(&diff.stdout).contains("+He went to the market."), "{diff:?}");
}

#[test]
fn the_first_commit_is_staged_too() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    git(folder.path(), &["init", "--quiet"]);
    write(folder.path(), "a.txt", FAULT);
    git(folder.path(), &["add", "--all"]);
    assert_eq!(check(folder.path(), &["--staged"]), (vec!["a.txt:1:12".to_owned()], 1));
}

#[test]
fn a_shallow_clone_works_as_far_as_it_goes() {
    let repository = repository(&[("a.txt", FAULT)]);
    write(repository.path(), "b.txt", FAULT);
    commit(repository.path());
    let above = tempfile::tempdir().expect("a temporary folder");
    let url = format!("file://{}", repository.path().display());
    git(above.path(), &["clone", "--quiet", "--depth", "1", &url, "clone"]);
    let clone = above.path().join("clone");
    write(&clone, "c.txt", FAULT);
    assert_eq!(check(&clone, &["--since", "origin/main"]), (vec!["c.txt:1:12".to_owned()], 1));
    let unknown = run(&clone, &["check", "--since", "HEAD~1"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(said(&unknown).contains("there is no revision `HEAD~1` here"), "{unknown:?}");
    // Fetched without its history: where the two parted is not known, so the revision itself counts.
    git(repository.path(), &["branch", "side", "HEAD~1"]);
    git(&clone, &["fetch", "--quiet", "--depth", "1", "origin", "side"]);
    let found = ["b.txt:1:12", "c.txt:1:12"].map(str::to_owned).to_vec();
    assert_eq!(check(&clone, &["--since", "FETCH_HEAD"]), (found, 1));
}

#[test]
fn without_a_repository_it_is_said() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), "a.txt", FAULT);
    for option in [&["--staged"][..], &["--since", "HEAD"], &["--since", "--output=/tmp/x"]] {
        let output = run(folder.path(), &[&["check"], option].concat());
        assert_eq!(output.status.code(), Some(2), "{output:?}");
    }
    let output = run(folder.path(), &["check", "--staged"]);
    assert!(said(&output).contains("is in no work tree of git"), "{output:?}");
    assert_eq!(
        run(folder.path(), &["check", "--changed-lines"]).status.code(),
        Some(2),
        "changed since when?"
    );
}

#[test]
fn what_is_excluded_is_left_out() {
    let repository = repository(&[("a.txt", FAULT), ("wire/b.txt", FAULT), ("raw/c.txt", FAULT)]);
    let folder = repository.path();
    write(folder, ".mtlintignore", "raw/\n");
    let all = ["a.txt", "wire/b.txt", "raw/c.txt"];
    assert_eq!(check(folder, &["--exclude", "wire/"]).0, ["a.txt:1:12"]);
    assert_eq!(
        check(folder, &[&["--exclude", "wire/"], &all[..]].concat()).0.len(),
        3,
        "named files are read"
    );
    let forced = [&["--force-exclude", "--exclude", "wire/"], &all[..]].concat();
    assert_eq!(check(folder, &forced).0, ["a.txt:1:12"]);
    assert_eq!(
        check(folder, &["--force-exclude", "raw/c.txt"]),
        (vec![], 0),
        "nothing is left, and that is fine"
    );
    assert_eq!(check(folder, &["--exclude", "a{"]).1, 2);
}

#[test]
fn files_of_a_second_repository_were_passed_over() {
    let (one, two) = (repository(&[("a.txt", CLEAN)]), repository(&[("b.txt", CLEAN)]));
    write(two.path(), "b.txt", FAULT);
    let other = two.path().to_str().expect("UTF-8");
    assert_eq!(check(one.path(), &["--since", "HEAD", other]), (vec![format!("{other}/b.txt:1:12")], 1));
    for paths in [[".", other], [other, "a.txt"]] {
        let output = run(one.path(), &[&["check", "--since", "HEAD"], &paths[..]].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains("is not in the repository that"), "{}", said(&output));
    }
}

#[test]
fn a_hook_in_a_linked_work_tree_was_told_of_files_that_are_not_there() {
    let repository = repository(&[("sub/a.txt", CLEAN)]);
    git(repository.path(), &["worktree", "add", "--quiet", "linked"]);
    let linked = repository.path().join("linked");
    write(&linked, "sub/a.txt", FAULT);
    git(&linked, &["add", "--all"]);
    let output = Command::new(env!("CARGO_BIN_EXE_mtlint"))
        .args(["check", "--staged", "sub", "--output-format=concise", "-q"])
        .args(["--isolated", "--no-grammar", "--no-cache"])
        .current_dir(&linked)
        .env("GIT_DIR", repository.path().join(".git/worktrees/linked"))
        .output()
        .expect("the program runs");
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(out.starts_with("sub/a.txt:1:12"), "{out}{}", said(&output));
}
