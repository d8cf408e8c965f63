//! What a file is: its owner, its mode, its other names; devices and pipes; what is there already.

use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt, chown};
use std::process::{Command, Stdio};

use crate::setup::{Desk, belongings, end, is_ci, is_root, said, set_mode, skip};

const OLD: &str = "She came to the the market.\n";
const NEW: &str = "She came to the market.\n";

#[test]
fn mode_owner_and_group_stay() {
    let desk = Desk::new();
    for mode in [0o600, 0o640, 0o664, 0o666, 0o755, 0o4755, 0o2664, 0o1644] {
        desk.write("a.txt", OLD);
        let file = desk.at("a.txt");
        if is_root() {
            chown(&file, Some(1234), Some(4321)).expect("given away");
        }
        set_mode(&file, mode);
        let before = belongings(&file);
        assert_eq!(desk.run(&["fix", "a.txt", "--no-cache"]).0, Some(0));
        assert_eq!(desk.read("a.txt"), NEW.as_bytes());
        assert_eq!(belongings(&file), before, "{mode:o}");
        fs::remove_file(file).expect("removed");
    }
}

#[test]
fn a_file_that_is_read_only_is_left_alone_by_root_too() {
    let desk = Desk::new();
    desk.write("a.txt", OLD);
    set_mode(&desk.at("a.txt"), 0o444);
    let (code, said) = desk.run(&["fix", "a.txt", "--no-cache"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("a.txt: cannot be written") && said.contains("read-only"), "{said}");
    assert_eq!(desk.read("a.txt"), OLD.as_bytes());
}

#[test]
fn another_name_of_a_file_keeps_the_old_text_and_that_is_said() {
    let desk = Desk::new();
    desk.write("a.txt", OLD);
    fs::hard_link(desk.at("a.txt"), desk.at("copy.bak")).expect("linked");
    let (code, said) = desk.run(&["fix", "a.txt", "--no-cache"]);
    assert_eq!(code, Some(0));
    assert!(said.contains("note: a.txt: the file has 1 other name, which kept the old text"), "{said}");
    assert_eq!((desk.read("a.txt"), desk.read("copy.bak")), (NEW.into(), OLD.into()));
    // Both names in one run: each is fixed, and none is lost.
    desk.write("b.txt", OLD);
    fs::hard_link(desk.at("b.txt"), desk.at("c.txt")).expect("linked");
    assert_eq!(desk.run(&["fix", "b.txt", "c.txt", "--no-cache"]).0, Some(0));
    assert_eq!((desk.read("b.txt"), desk.read("c.txt")), (NEW.into(), NEW.into()));
}

/// Runs `mtlint` as a user who is not root; `None` if that cannot be tested here.
fn as_nobody(desk: &Desk, arguments: &[&str]) -> Option<(Option<i32>, String)> {
    if !is_root() {
        skip("root is needed to become somebody else", false);
        return None;
    }
    // The program may stand where nobody else may go.
    let program = desk.at("bin/mtlint");
    if !program.exists() {
        fs::create_dir_all(desk.at("bin")).expect("made");
        fs::hard_link(crate::setup::PROGRAM, &program)
            .or_else(|_| fs::copy(crate::setup::PROGRAM, &program).map(|_| ()))
            .expect("copied");
        set_mode(desk.path(), 0o755);
    }
    let who = ["--reuid=65534", "--regid=65534", "--groups=4321", program.to_str().expect("UTF-8")];
    let output = desk.command("setpriv", &[&who[..], arguments].concat()).output();
    let Ok(output) = output else {
        skip("setpriv is not there", is_ci());
        return None;
    };
    Some(said(&output))
}

#[test]
fn whoever_lacks_a_permission_is_told_and_changes_nothing() {
    let desk = Desk::new();
    // Where it is, whose it is, its mode and that of its folder; what is said.
    for (name, owner, mode, folder_mode, why) in [
        ("folder-is-read-only", 65534, 0o644, 0o555, "Permission denied"),
        ("file-of-another", 0, 0o644, 0o777, "Permission denied"),
        ("file-of-another-for-all", 0, 0o666, 0o777, "owner and group cannot be kept"),
        ("cannot-be-read", 0, 0o600, 0o777, "Permission denied"),
        ("read-only", 65534, 0o444, 0o777, "read-only"),
    ] {
        let file = format!("{name}/a.txt");
        desk.write(&file, OLD);
        chown_if_root(&desk, &file, owner);
        set_mode(&desk.at(&file), mode);
        set_mode(&desk.at(name), folder_mode);
        let before = belongings(&desk.at(&file));
        let Some((code, said)) = as_nobody(&desk, &["fix", &file, "--no-cache"]) else { return };
        assert_eq!(code, Some(2), "{name}: {said}");
        assert!(said.contains(&file) && said.contains(why) && said.contains("help: "), "{name}: {said}");
        assert_eq!(desk.read(&file), OLD.as_bytes(), "{name}");
        assert_eq!(belongings(&desk.at(&file)), before, "{name}");
        assert!(desk.temporary_files(name).is_empty(), "{name}");
    }
    // Whose own it is, all is well.
    desk.write("own/a.txt", OLD);
    chown_if_root(&desk, "own", 65534);
    chown_if_root(&desk, "own/a.txt", 65534);
    let (code, said) = as_nobody(&desk, &["fix", "own/a.txt", "--no-cache"]).expect("as before");
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(desk.read("own/a.txt"), NEW.as_bytes());
}

fn chown_if_root(desk: &Desk, name: &str, owner: u32) {
    if is_root() {
        chown(desk.at(name), Some(owner), Some(owner)).expect("given away");
    }
}

#[test]
fn the_group_of_a_file_stays_where_its_owner_cannot() {
    let desk = Desk::new();
    desk.write("shared/a.txt", OLD);
    desk.write("shared/.mtlint-baseline.json", "");
    let baseline = desk.at("shared/.mtlint-baseline.json");
    if is_root() {
        chown(&baseline, Some(1234), Some(4321)).expect("given away");
    }
    set_mode(&baseline, 0o660);
    set_mode(&desk.at("shared"), 0o777);
    let create = [
        "baseline",
        "create",
        "--force",
        "--baseline",
        "shared/.mtlint-baseline.json",
        "--no-cache",
        "shared",
    ];
    let Some((code, said)) = as_nobody(&desk, &create) else { return };
    assert_eq!(code, Some(0), "{said}");
    let meta = fs::metadata(&baseline).expect("there");
    assert_eq!((meta.gid(), meta.mode() & 0o7777), (4321, 0o660));
    assert!(meta.len() > 0);
}

#[test]
fn an_entry_for_an_isolated_run_does_not_take_the_place_of_all_others() {
    let desk = Desk::new();
    desk.write("a.txt", "She came to the the market.\n\nHe went to the the sea.\n");
    assert_eq!(desk.run(&["allow", "a.txt:1", "--reason", "so it is", "--no-cache"]).0, Some(0));
    let before = desk.read(".mtlint-allow.yml");
    let (code, said) = desk.run(&["allow", "a.txt:3", "--isolated", "--reason", "so it is", "--no-cache"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("--isolated") && said.contains("help: "), "{said}");
    assert_eq!(desk.read(".mtlint-allow.yml"), before);
}

#[test]
fn a_pipe_that_a_page_or_a_baseline_goes_to_stays_a_pipe() {
    for (arguments, shows) in [
        (&["report", "a.txt", "-o", "pipe", "--no-cache"][..], "<html"),
        (&["check", "a.txt", "--output-format", "sarif=pipe", "--no-cache"], "sarif"),
        (&["baseline", "create", "--force", "--baseline", "pipe", "--no-cache", "a.txt"], "house/twice"),
    ] {
        let desk = Desk::new();
        desk.write("a.txt", OLD);
        let pipe = desk.at("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().expect("it runs").success());
        let reader = Command::new("timeout").args(["60", "cat"]).arg(&pipe).stdout(Stdio::piped()).spawn();
        let mut command = desk.mtlint(arguments);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
        let run = said(&end(child));
        let read = reader.expect("it runs").wait_with_output().expect("it ends");
        assert!(run.0 < Some(2), "{arguments:?}: {}", run.1);
        assert!(fs::symlink_metadata(&pipe).expect("there").file_type().is_fifo(), "{arguments:?}");
        assert!(String::from_utf8_lossy(&read.stdout).contains(shows), "{arguments:?}");
    }
}

#[test]
fn a_report_or_a_baseline_does_not_take_the_place_of_a_text_it_is_about() {
    let desk = Desk::new();
    desk.write("a.txt", OLD);
    std::os::unix::fs::symlink("a.txt", desk.at("link.out")).expect("linked");
    for arguments in [
        &["check", "--output-format", "sarif=a.txt"][..],
        &["check", "a.txt", "--output-format", "concise,json=link.out"],
        &["fix", "--output-format", "concise=./a.txt"],
        &["report", "-o", "a.txt"],
        &["baseline", "create", "--force", "--baseline", "a.txt", "a.txt"],
    ] {
        let (code, said) = desk.run(&[arguments, &["--no-cache"]].concat());
        assert_eq!(code, Some(2), "{arguments:?}: {said}");
        assert!(said.contains("would overwrite a text it is about") && said.contains("help: "), "{said}");
        assert_eq!(desk.read("a.txt"), OLD.as_bytes(), "{arguments:?}");
    }
    // What is added to overwrites nothing.
    assert_eq!(desk.run(&["check", "a.txt", "--no-cache", "--output-format", "summary=a.txt"]).0, Some(1));
    assert!(desk.read("a.txt").starts_with(OLD.as_bytes()));
}

#[test]
fn files_after_the_one_at_which_the_reader_went_away_were_not_fixed() {
    let desk = Desk::new();
    let names: Vec<String> = (0..300).map(|number| format!("t/{number}.txt")).collect();
    names.iter().for_each(|name| desk.write(name, OLD));
    let mut fix = desk.mtlint(&["fix", "t", "--no-cache", "--show-fixes"]);
    let mut fix = fix.stdout(Stdio::piped()).spawn().expect("it starts");
    drop(fix.stdout.take());
    assert_eq!(fix.wait().expect("it ends").code(), Some(0));
    assert!(names.iter().all(|name| desk.read(name) == NEW.as_bytes()));
}
