//! Real disks: full ones, and ones that may only be read.

use std::fs;
use std::process::Command;

use crate::setup::{Desk, is_ci, is_root, said};

/// A text that is too large for the disk to hold twice.
fn large() -> (String, String) {
    let old = "In the the end it was the sea that won, and nobody had seen it come.\n\n".repeat(3000);
    let new = old.replace("the the", "the");
    (old, new)
}

/// Runs a script where it may mount what it likes; what it mounts is gone at its end.
fn with_mounts(desk: &Desk, script: &str) -> Option<String> {
    let spaces: &[&str] = if is_root() { &["--mount"] } else { &["--user", "--map-root-user", "--mount"] };
    let arguments = [spaces, &["sh", "-eu", "-c", script, "sh", crate::setup::PROGRAM]].concat();
    let can = Command::new("unshare").args(spaces).args(["sh", "-c", "mount -t tmpfs none /mnt"]).output();
    if !can.is_ok_and(|output| output.status.success()) {
        crate::setup::skip("a disk cannot be mounted", is_ci() && is_root());
        return None;
    }
    let (code, said) = said(&desk.command("unshare", &arguments).output().expect("it runs"));
    assert_eq!(code, Some(0), "{said}");
    Some(said)
}

#[test]
fn a_full_disk_leaves_every_file_as_it_was() {
    let desk = Desk::new();
    let (old, new) = large();
    desk.write("old.txt", &old);
    fs::create_dir(desk.at("disk")).expect("made");
    fs::create_dir(desk.at("kept")).expect("made");
    // The disk has room for the text and a half; then it is made larger.
    let script = r#"
        mount -t tmpfs -o size=336k none disk
        cp old.txt disk/a.txt
        printf 'In the the end.\n' > disk/b.txt
        code=0; "$1" fix --no-cache disk || code=$?
        echo "fix: $code"
        cp disk/a.txt disk/b.txt kept/
        code=0; "$1" report b-is-small.txt disk/a.txt -o disk/page.html --no-cache || code=$?
        echo "report: $code"
        printf '%04000d\n' 1 > disk/summary.md
        for i in 1 2 3 4 5 6 7 8; do dd if=/dev/zero of=disk/fill.$i bs=4096 count=100 2>/dev/null || true; done
        code=0; "$1" check old.txt --no-cache -q --output-format concise,summary=disk/summary.md > printed || code=$?
        echo "summary: $code"
        cp disk/summary.md kept/
        cd disk; code=0; "$1" init || code=$?; cd ..
        echo "init: $code"
        ls -A disk | sed 's/^/there: /'
        rm disk/fill.*
        mount -o remount,size=4m disk
        code=0; "$1" fix --no-cache disk || code=$?
        echo "fix: $code"
        cp disk/a.txt kept/fixed.txt
    "#;
    desk.write("b-is-small.txt", "In the the end.\n");
    let Some(said) = with_mounts(&desk, script) else { return };
    assert!(said.contains("fix: 2") && said.contains("fix: 0"), "{said}");
    assert!(said.contains("a.txt: cannot be written") && said.contains("No space left"), "{said}");
    assert!(said.contains("make room on the disk"), "{said}");
    for what in ["report: 2", "summary: 2", "init: 2"] {
        assert!(said.contains(what), "{what}: {said}");
    }
    assert_eq!(desk.read("kept/summary.md"), format!("{:04000}\n", 1).as_bytes(), "half a report was added");
    let there: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("there: ")).collect();
    assert!(
        !there
            .iter()
            .any(|name| name.starts_with(".mtlint") || name.contains(".html") || name.contains(".toml"))
    );
    assert_eq!(desk.read("kept/a.txt"), old.as_bytes());
    // A small file beside it found its place.
    assert_eq!(desk.read("kept/b.txt"), b"In the end.\n");
    assert_eq!(desk.read("kept/fixed.txt"), new.as_bytes());
}

#[test]
fn a_disk_that_may_only_be_read_is_told() {
    let desk = Desk::new();
    desk.write("disk/a.txt", "In the the end.\n");
    desk.write("file/a.txt", "In the the end.\n");
    // A folder, and a file alone.
    let script = r#"
        mount --bind disk disk; mount -o remount,bind,ro disk
        mount --bind file/a.txt file/a.txt; mount -o remount,bind,ro file/a.txt
        for where in disk file; do
            code=0; "$1" fix --no-cache $where/a.txt || code=$?
            echo "$where: $code"
        done
        code=0; "$1" baseline create --baseline disk/known.json --no-cache disk || code=$?
        echo "baseline: $code"
    "#;
    let Some(said) = with_mounts(&desk, script) else { return };
    for place in ["disk: 2", "file: 2", "baseline: 2"] {
        assert!(said.contains(place), "{said}");
    }
    assert!(said.contains("Read-only file system") && said.contains("help: the file is as it was"), "{said}");
    for folder in ["disk", "file"] {
        assert_eq!(desk.read(&format!("{folder}/a.txt")), b"In the the end.\n");
        assert!(desk.temporary_files(folder).is_empty());
    }
}
