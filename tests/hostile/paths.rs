//! Odd things in the place of articles: pipes, devices, links, folders with their names, names of any bytes.

use std::fs;
use std::os::unix::net::UnixListener;

use serde_json::Value;

use super::folder::{Folder, named};

const PHRASE: &str = "match: {phrases: {zz: yy}}\nfix: {safety: safe}";

const FIX: [&str; 6] = ["fix", "--no-grammar", "--rules", "rules", "--select", "house"];

#[test]
fn a_pipe_a_socket_or_a_device_is_refused_at_once_and_left_out_of_a_folder() {
    let folder = Folder::with_rule(PHRASE, "zz\n");
    fs::create_dir(folder.path().join("texts")).expect("made");
    folder.write("texts/a.txt", "zz\n");
    folder.pipe("texts/pipe.txt");
    let _socket = UnixListener::bind(folder.path().join("texts/socket.txt")).expect("bound");
    folder.link("texts/zero.txt", "/dev/zero");
    let ended = folder.check(&["texts", "--output-format", "concise", "-q"]);
    assert_eq!((ended.code, ended.err.as_str()), (Some(1), ""));
    assert!(ended.out().starts_with("texts/a.txt:1:1: "), "{}", ended.out());
    for path in
        ["texts/pipe.txt", "texts/socket.txt", "texts/zero.txt", "/dev/zero", "/dev/null", "/dev/stdin"]
    {
        folder.check(&[path]).refused(&[path, "not a regular file"]);
    }
}

#[test]
fn links_in_circles_to_nothing_and_out_of_the_tree_do_no_harm() {
    let folder = Folder::with_rule(PHRASE, "zz\n");
    folder.write("outside/b.txt", "zz\n");
    folder.write("texts/a.txt", "zz\n");
    folder.link("texts/loop.txt", "loop.txt");
    folder.link("texts/gone.txt", "nowhere.txt");
    folder.link("texts/up", "..");
    folder.link("texts/out.txt", "../outside/b.txt");
    let ended = folder.check(&["texts", "--output-format", "concise", "-q"]);
    assert_eq!((ended.out().lines().count(), ended.err.as_str()), (1, ""), "{}", ended.out());
    let ended = folder.check(&["texts/loop.txt", "texts/gone.txt", "texts/a.txt", "-q"]);
    ended.refused(&["texts/loop.txt", "texts/gone.txt"]);
    assert!(ended.out().contains("texts/a.txt:1:1"), "the others are checked all the same");
}

#[test]
fn folders_called_like_articles_and_options_are_folders() {
    let folder = Folder::with_rule(PHRASE, "fine\n");
    for name in ["t/a.txt", "t/b.docx", "t/-", "t/--help", "t/-q.txt"] {
        folder.write(format!("{name}/x.txt"), "zz\n");
    }
    let ended = folder.check(&["t", "--output-format", "concise", "-q"]);
    assert_eq!((ended.out().lines().count(), ended.err.as_str()), (5, ""), "{}", ended.out());
    folder.write("--help", "zz\n");
    folder.write("-q.txt", "zz\n");
    let ended = folder.check(&["--output-format", "concise", "--", "--help", "-q.txt"]);
    assert_eq!(ended.out().lines().filter(|line| line.contains(":1:1: ")).count(), 2, "{}", ended.out());
    folder.check(&[""]).refused(&["a value is required"]);
}

#[test]
fn a_file_of_any_name_is_checked_and_fixed() {
    let long = [vec![b'n'; 251], b".txt".to_vec()].concat();
    let names: [&[u8]; 7] = [
        b"a\nb.txt",
        b"a\tb.txt",
        b"\x1b[31m.txt",
        b"%0A'\"&<>.txt",
        b"\xff\xfe.txt",
        "\u{202e}txt.a.txt".as_bytes(),
        &long,
    ];
    for name in names {
        let folder = Folder::with_rule(PHRASE, "fine\n");
        folder.write(named(name), "zz\n");
        let ended = folder.check(&[".", "--output-format", "jsonl"]);
        let line: Value = serde_json::from_str(&ended.out()).expect("one finding");
        // A name that is no UTF-8 is shown with U+FFFD for each bad byte.
        assert_eq!(line["path"], String::from_utf8_lossy(name).as_ref());
        let fix = FIX.map(std::ffi::OsString::from).into_iter().chain([named(name).into_os_string()]);
        assert_eq!(folder.run(fix).err, "");
        assert_eq!(folder.read(named(name)), "yy\n");
    }
}

#[test]
fn a_path_that_is_longer_than_the_system_takes_is_an_error_and_no_panic() {
    let folder = Folder::with_rule(PHRASE, "fine\n");
    folder.check(&[&"x/".repeat(3000)]).refused(&["cannot be read"]);
    folder.check(&[&"x".repeat(300)]).refused(&["cannot be read"]);
}

#[test]
fn a_pipe_in_the_cache_was_waited_for() {
    let folder = Folder::with_rule(PHRASE, "zz\n");
    fs::create_dir(folder.path().join("cache")).expect("made");
    for name in ["lock", "texts-young.bin", "grammar-old.bin"] {
        folder.pipe(&format!("cache/{name}"));
    }
    let arguments = ["check", "--no-grammar", "--rules", "rules", "--select", "house", "a.txt"];
    let ended = folder.run_with(arguments, b"", &[("MTLINT_CACHE_DIR", "cache")]);
    assert_eq!((ended.code, ended.err.as_str()), (Some(1), ""));
}
