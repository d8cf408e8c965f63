//! Runs the program on files in other encodings and with other line ends: each is written back as it was read.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const RULE: &str = r#"
message: "“{0}”: the same word twice."
severity: error
tags: [typography]
match: {regex: '\bthe(?P<mark> the)\b'}
fix: {to: "", safety: safe}
examples:
  - {bad: "In the the end.", good: "In the end."}
  - {ok: "In the end."}
"#;

const NARROW: &str = r#"
message: "“{0}” needs a narrow blank."
severity: error
tags: [typography]
match: {regex: '\w(?P<mark>!)'}
fix: {to: "\u202f!", safety: safe}
examples:
  - {bad: "Ah!", good: "Ah\u202f!"}
  - {ok: "Ah."}
"#;

/// A folder with two rules in it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rules = folder.path().join(".mtlint/rules/house");
    fs::create_dir_all(&rules).expect("made");
    fs::write(rules.join("doubled-the.yml"), RULE).expect("written");
    fs::write(rules.join("lost-narrow-blank.yml"), NARROW).expect("written");
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mtlint"))
        .args(arguments)
        .args(["--select", "house", "--no-grammar", "--no-cache"])
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .expect("the program runs")
}

/// What becomes of a file with these bytes.
fn fixed(bytes: &[u8], arguments: &[&str]) -> (Vec<u8>, Output) {
    let folder = folder();
    fs::write(folder.path().join("a.txt"), bytes).expect("written");
    let output = run(folder.path(), &[&["fix", "a.txt"], arguments].concat());
    (fs::read(folder.path().join("a.txt")).expect("there"), output)
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn every_encoding_and_line_end_is_written_back_as_read() {
    let bad = "Caf\u{e9} “one”\r\nin the the end\rand\nso on the the way";
    let good = "Caf\u{e9} “one”\r\nin the end\rand\nso on the way";
    for mark in ["", "\u{feff}"] {
        let (bad, good) = (format!("{mark}{bad}"), format!("{mark}{good}"));
        let (bytes, output) = fixed(bad.as_bytes(), &[]);
        assert_eq!((bytes, output.status.code()), (good.clone().into_bytes(), Some(0)));
        for (name, order) in
            [("utf-16le", u16::to_le_bytes as fn(u16) -> [u8; 2]), ("utf-16be", u16::to_be_bytes)]
        {
            let arguments: &[&str] = if mark.is_empty() { &["--encoding", name] } else { &[] };
            let (bytes, output) = fixed(&utf16(&bad, order), arguments);
            assert_eq!((bytes, output.status.code()), (utf16(&good, order), Some(0)), "{name}");
        }
    }
    let windows = |text: &str| text.replace('\u{e9}', "\u{1}").replace('“', "\u{2}").replace('”', "\u{3}");
    let windows = |text: &str| {
        let bytes = windows(text).into_bytes().into_iter();
        bytes
            .map(|b| match b {
                1 => 0xe9,
                2 => 0x93,
                3 => 0x94,
                b => b,
            })
            .collect::<Vec<u8>>()
    };
    let (bytes, output) = fixed(&windows(bad), &["--encoding", "windows-1252"]);
    assert_eq!((bytes, output.status.code()), (windows(good), Some(0)));
}

#[test]
fn what_the_encoding_cannot_write_is_refused_and_the_file_stays() {
    let (bytes, output) = fixed(b"Caf\xe9! In the the end.", &["--encoding", "latin1"]);
    assert_eq!(bytes, b"Caf\xe9! In the the end.");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("a.txt:1:5") && said.contains("U+202F") && said.contains("windows-1252"), "{said}");
    assert!(said.contains("help: convert the file to UTF-8"), "{said}");
}

#[test]
fn bytes_are_counted_as_they_are_on_disk() {
    let folder = folder();
    fs::write(folder.path().join("a.txt"), b"\xe9\xe9 the the").expect("written");
    let output =
        run(folder.path(), &["check", "a.txt", "--encoding", "windows-1252", "--output-format", "jsonl"]);
    let record: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one line of JSON");
    assert_eq!((&record["start"]["byte"], &record["end"]["byte"]), (&6.into(), &10.into()));
    let edit = &record["fixes"][0]["edits"][0];
    assert_eq!((&edit["start"], &edit["end"]), (&6.into(), &10.into()));
}

#[test]
fn an_unknown_encoding_and_bytes_that_are_not_in_it_are_told() {
    let (_, output) = fixed(b"text", &["--encoding", "shift_jis"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("is no encoding that texts are read in"));
    let (_, output) = fixed(b"\0a\0", &["--encoding", "utf-16be"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("a.txt:1:2: byte 2 is not valid utf-16be"), "{said}");
}

/// A pipe gets the bytes in the encoding that it gave them in.
#[test]
fn standard_input_keeps_its_encoding() {
    use std::io::Write;
    use std::process::Stdio;
    let folder = folder();
    let mut child = Command::new(env!("CARGO_BIN_EXE_mtlint"))
        .args(["fix", "-", "--encoding", "windows-1252", "--select", "house", "--no-grammar", "--no-cache"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    child.stdin.take().expect("piped").write_all(b"\x93the the\x94").expect("written");
    assert_eq!(child.wait_with_output().expect("ends").stdout, b"\x93the\x94");
}
