//! Another program changes the file between the reading and the writing.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::setup::{Desk, set_mode};
use crate::strace::{Stopped, can_trace};

const OLD: &str = "She came to the the market.\n";

/// What another program does to the file, and what mtlint says then.
type Change = (&'static str, fn(&Path), &'static str);

/// The text that the other program writes.
const OTHERS: &[u8] = b"Somebody else wrote the the story anew.\n";

const CHANGES: &[Change] = &[
    ("overwritten", |file| fs::write(file, OTHERS).expect("written"), "changed by another program"),
    (
        "overwritten, as long as before",
        |file| fs::write(file, OLD.replace("She", "Hel")).expect("written"),
        "changed by another program",
    ),
    (
        "replaced",
        |file| {
            fs::write(file.with_extension("new"), OTHERS).expect("written");
            fs::rename(file.with_extension("new"), file).expect("renamed");
        },
        "changed by another program",
    ),
    ("truncated", |file| fs::write(file, "").expect("written"), "changed by another program"),
    (
        "added to",
        |file| fs::write(file, format!("{OLD}More.\n")).expect("written"),
        "changed by another program",
    ),
    ("deleted", |file| fs::remove_file(file).expect("removed"), "no longer there"),
    (
        "a folder",
        |file| {
            fs::remove_file(file).expect("removed");
            fs::create_dir(file).expect("made");
        },
        "",
    ),
    (
        "a pipe",
        |file| {
            fs::remove_file(file).expect("removed");
            assert!(Command::new("mkfifo").arg(file).status().expect("it runs").success());
        },
        "",
    ),
    (
        "a link to nothing",
        |file| {
            fs::remove_file(file).expect("removed");
            std::os::unix::fs::symlink("nowhere", file).expect("linked");
        },
        "",
    ),
    ("read-only", |file| set_mode(file, 0o444), ""),
];

/// What is there, in a word.
fn state(file: &Path) -> String {
    let Ok(meta) = fs::symlink_metadata(file) else { return "nothing".to_owned() };
    if meta.is_file() {
        format!("{:?}", String::from_utf8_lossy(&fs::read(file).expect("there")))
    } else {
        format!("{:?}", meta.file_type())
    }
}

/// Stops mtlint at a call, lets the other program do its work, and checks that it stays.
fn change_at(call: &str, names_the_file: bool) {
    if !can_trace() {
        return;
    }
    for (name, change, why) in CHANGES {
        let desk = Desk::new();
        desk.write("a.txt", OLD);
        let file = fs::canonicalize(desk.at("a.txt")).expect("there");
        let about = names_the_file.then_some(file.as_path());
        let stopped = Stopped::at(&desk, call, about, &["fix", "a.txt", "--no-cache"]);
        assert_eq!(desk.read("a.txt"), OLD.as_bytes(), "{name}: it is not written yet");
        change(&file);
        let before = state(&file);
        let (code, said) = stopped.go_on();
        assert_eq!(state(&file), before, "{name} at {call}: {said}");
        assert_eq!(code, Some(2), "{name} at {call}: {said}");
        assert!(said.contains("a.txt: cannot be written") && said.contains("help: "), "{name}: {said}");
        assert!(said.contains(why), "{name} at {call}: {said}");
        assert!(desk.temporary_files(".").is_empty(), "{name} at {call}");
    }
}

#[test]
fn a_file_that_was_changed_before_it_is_locked_stays_as_the_other_program_left_it() {
    // It is read by the name that it was given, and opened to be written by its whole path.
    change_at("openat", true);
}

#[test]
fn a_file_that_was_changed_while_the_new_one_is_written_stays_as_the_other_program_left_it() {
    change_at("fsync", false);
}

#[test]
fn an_entry_that_another_run_has_added_is_not_lost() {
    if !can_trace() {
        return;
    }
    let desk = Desk::new();
    desk.write("a.txt", "She came to the the market.\n\nHe went to the the sea.\n\nWe saw the the end.\n");
    let allow = |place| vec!["allow", place, "--reason", "so it is", "--no-cache"];
    let entries =
        || String::from_utf8(desk.read(".mtlint-allow.yml")).expect("UTF-8").matches("- rule").count();
    // There is no file yet: both would make it.
    let stopped = Stopped::at(&desk, "fsync", None, &allow("a.txt:1"));
    assert_eq!(desk.run(&allow("a.txt:3")).0, Some(0));
    let (code, said) = stopped.go_on();
    assert_eq!((code, entries()), (Some(2), 1), "{said}");
    assert!(said.contains("help: ") && said.contains("run the command again"), "{said}");
    assert_eq!(desk.run(&allow("a.txt:1")).0, Some(0));
    // There is one: both have read it.
    let file = fs::canonicalize(desk.at(".mtlint-allow.yml")).expect("there");
    let stopped = Stopped::at(&desk, "openat", Some(&file), &allow("a.txt:5"));
    fs::write(
        desk.at(".mtlint-allow.yml"),
        [desk.read(".mtlint-allow.yml"), b"# a note by hand\n".to_vec()].concat(),
    )
    .expect("written");
    let (code, said) = stopped.go_on();
    assert_eq!((code, entries()), (Some(2), 2), "{said}");
    assert!(String::from_utf8(desk.read(".mtlint-allow.yml")).expect("UTF-8").contains("a note by hand"));
    assert!(desk.temporary_files(".").is_empty());
}
