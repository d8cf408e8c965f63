//! Runs the program: the cases of `tests/cmd`, and what such a file cannot say (standard input, colours, signals).

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A folder that cannot be made: nothing is remembered, and the user's own cache is left alone.
const NO_CACHE: &str = concat!(env!("CARGO_BIN_EXE_mtlint"), "/cache");

/// One case a file; `TRYCMD=overwrite cargo test --test cli` rewrites what they expect.
#[test]
fn commands() {
    trycmd::TestCases::new()
        .env("NO_COLOR", "1")
        .env("MTLINT_CACHE_DIR", NO_CACHE)
        .case("tests/cmd/*.trycmd");
}

/// A program that runs the rules of the `check` case.
fn mtlint(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mtlint"));
    command.args(arguments).current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd/check.in"));
    command.env("MTLINT_CACHE_DIR", NO_CACHE).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command
}

fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = mtlint(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that refuses its arguments does not wait for its input.
    let _ = child.stdin.take().expect("piped").write_all(input);
    child.wait_with_output().expect("the program ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("output is UTF-8")
}

#[test]
fn standard_input_is_checked_under_the_name_it_is_given() {
    let arguments = ["check", "-", "-q", "--output-format", "concise"];
    let output = run(&arguments, b"the the end");
    assert_eq!(
        text(&output.stdout),
        "<stdin>:1:1: error house/doubled-the “the the”: the same word twice.\n"
    );
    assert_eq!(output.status.code(), Some(1));
    let output = run(&[&arguments[..], &["--stdin-filename", "x/a.txt"]].concat(), b"the the end");
    assert!(text(&output.stdout).starts_with("x/a.txt:1:1: "));
    let output = run(&arguments, b"caf\xe9");
    assert!(text(&output.stderr).starts_with("error: <stdin>:1:4: byte 0xE9"));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn standard_input_is_fixed_to_standard_output_and_reported_on_standard_error() {
    let output = run(&["fix", "-"], b"\xef\xbb\xbfthe the blow of phone\r\n");
    assert_eq!(text(&output.stdout), "\u{feff}the blow of phone\r\n");
    assert!(text(&output.stderr).contains("1 finding fixed in 1 file"));
    assert_eq!(output.status.code(), Some(1), "a warning is left");
    let output = run(&["fix", "-", "--unsafe"], b"a blow of phone");
    assert_eq!((text(&output.stdout).as_str(), output.status.code()), ("a phone call", Some(0)));
}

#[test]
fn a_diff_of_standard_input_changes_nothing() {
    let output = run(&["diff", "-", "-q"], b"the the");
    let want = "--- a/<stdin>\n+++ b/<stdin>\n@@ -1 +1 @@\n-the the\n\\ No newline at end of file\n\
                +the\n\\ No newline at end of file\n";
    assert_eq!(text(&output.stdout), want);
}

#[test]
fn the_program_alone_prints_help_and_has_not_done_its_job() {
    let output = run(&[], b"");
    assert!(text(&output.stderr).contains("Usage: mtlint"));
    assert_eq!(output.status.code(), Some(2));
    let output = run(&["check", "--help"], b"");
    assert!(text(&output.stdout).contains("--fail-on"));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn colours_come_when_asked_for_and_not_in_a_pipe() {
    let colored =
        |command: &mut Command| command.stdout(Stdio::piped()).output().expect("run").stdout.contains(&0x1b);
    let check = ["check", "a.txt"];
    assert!(!colored(&mut mtlint(&check)));
    assert!(colored(&mut mtlint(&["check", "a.txt", "--color", "always"])));
    assert!(colored(mtlint(&check).env("CLICOLOR_FORCE", "1")));
    assert!(!colored(mtlint(&check).env("CLICOLOR_FORCE", "0")));
    assert!(!colored(mtlint(&check).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1")));
    assert!(!colored(mtlint(&["check", "a.txt", "--color", "never"]).env("CLICOLOR_FORCE", "1")));
}

#[test]
fn a_coloured_diff_shows_only_the_words_round_a_change_of_a_long_paragraph() {
    let output = run(&["diff", "b.article", "--unsafe", "-q", "--color", "always"], b"");
    let shown = text(&output.stdout);
    assert!(shown.contains("\u{1b}[41;30mblow of phone\u{1b}[0m"), "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() < 400), "{shown}");
    assert!(shown.contains('…'));
}

#[test]
fn control_characters_of_a_text_never_reach_the_terminal() {
    let text_with_escapes = "the the \u{1b}]0;title\u{7}\u{9b}2J\u{202e} the the".as_bytes();
    for format in ["full", "concise", "json", "jsonl", "github"] {
        let shown = text(&run(&["check", "-", "--output-format", format], text_with_escapes).stdout);
        assert!(shown.contains("doubled-the"), "{format}: {shown}");
        assert!(
            shown.chars().all(|c| c == '\n' || (!c.is_control() && c != '\u{202e}')),
            "{format}: {shown:?}"
        );
    }
}

#[test]
fn output_does_not_depend_on_the_number_of_threads() {
    let shown = |jobs| text(&run(&["check", "--jobs", jobs], b"").stdout);
    assert!(!shown("1").is_empty());
    assert_eq!(shown("1"), shown("8"));
}

#[test]
fn a_closed_pipe_is_the_end_and_no_error() {
    let mut child =
        mtlint(&["rules"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(text(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn schemas_completions_and_manual_pages_are_printed() {
    for of in ["rule", "config"] {
        let schema = run(&["schema", of], b"").stdout;
        let schema: serde_json::Value = serde_json::from_slice(&schema).expect("JSON");
        assert!(schema["properties"].is_object(), "{of}");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(text(&run(&["completions", shell], b"").stdout).contains("mtlint"), "{shell}");
    }
    assert!(text(&run(&["man"], b"").stdout).contains(".TH mtlint 1"));
    assert!(text(&run(&["man", "check"], b"").stdout).contains("fail\\-on"));
}

#[test]
fn verbose_says_what_took_how_long() {
    let said = text(&run(&["check", "-v", "clean.txt"], b"").stderr);
    for word in ["config:  mtlint.toml", "files:   1", "rules:   3 of", "checked: 1 file"] {
        assert!(said.contains(word), "{word}: {said}");
    }
}

/// A model that cannot be loaded is said once, before anything is done.
#[cfg(feature = "grammar")]
#[test]
fn a_wrong_model_folder_is_an_error() {
    let output = run(&["check", "--isolated", "--model-dir", "sub", "clean.txt"], b"");
    assert!(text(&output.stderr).contains("no grammar model in sub"), "{output:?}");
    assert_eq!(output.status.code(), Some(2));
}

/// A text with the given name in a folder of its own, with the rules of the `check` case.
fn folder(name: &str, content: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join(name), content).expect("written");
    folder
}

const RULES: [&str; 3] = ["--isolated", "--no-grammar", "--select=house"];

fn in_folder(folder: &Path, arguments: &[&str]) -> Output {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd/check.in/.mtlint/rules");
    let mut command = mtlint(arguments);
    command.args(RULES).arg("--rules").arg(rules).current_dir(folder).output().expect("run")
}

/// The files that a patch from `diff` names are fixed by the real `patch`.
#[test]
fn patch_applies_the_diff() {
    let folder = folder("with blank.txt", "one\r\nthe the\r\ntwo\n\nIn the the end");
    let diff = in_folder(folder.path(), &["diff", "."]).stdout;
    let patch = Command::new("patch")
        .args(["-p1", "-s"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut patch) = patch else { return }; // not installed everywhere
    patch.stdin.take().expect("piped").write_all(&diff).expect("patch reads");
    assert!(patch.wait_with_output().expect("patch ends").status.success());
    let fixed = fs::read_to_string(folder.path().join("with blank.txt")).expect("read");
    assert_eq!(fixed, "one\r\nthe\r\ntwo\n\nIn the end");
}

#[cfg(target_os = "linux")]
#[test]
fn what_the_system_refuses_is_an_error_and_the_rest_is_done() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder("a.txt", "the the");
    // A regular file that nobody can read from its start, not even root.
    symlink("/proc/self/mem", folder.path().join("mem.txt")).expect("linked");
    symlink("loop.txt", folder.path().join("loop.txt")).expect("linked");
    fs::create_dir(folder.path().join("folder.txt")).expect("created");
    let arguments =
        ["check", "-q", "--output-format=concise", "mem.txt", "loop.txt", "folder.txt", "/dev/null", "a.txt"];
    let output = in_folder(folder.path(), &arguments);
    let said = text(&output.stderr);
    for what in [
        "mem.txt: cannot be read",
        "loop.txt: cannot be read",
        "folder.txt: no article in this folder",
        "/dev/null: not a regular file",
    ] {
        assert!(said.contains(what), "{what}: {said}");
    }
    assert!(text(&output.stdout).starts_with("a.txt:1:1: error"));
    assert_eq!(output.status.code(), Some(2));

    fs::set_permissions(folder.path().join("a.txt"), fs::Permissions::from_mode(0o444)).expect("set");
    let output = in_folder(folder.path(), &["fix", "a.txt"]);
    assert!(text(&output.stderr).contains("why: the file is read-only"), "{output:?}");
    assert_eq!(output.status.code(), Some(2));

    fs::set_permissions(folder.path().join("a.txt"), fs::Permissions::from_mode(0o000)).expect("set");
    if fs::read(folder.path().join("a.txt")).is_err() {
        let output = in_folder(folder.path(), &["check", "a.txt"]);
        assert!(text(&output.stderr).contains("a.txt: cannot be read"), "{output:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_and_a_text_without_faults_is_not_written() {
    use std::os::unix::fs::symlink;
    let folder = folder("a.txt", "the the");
    fs::write(folder.path().join("clean.txt"), "clean").expect("written");
    symlink("a.txt", folder.path().join("link.txt")).expect("linked");
    let before = fs::metadata(folder.path().join("clean.txt")).expect("there");
    let output = in_folder(folder.path(), &["fix", "link.txt", "clean.txt"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(fs::symlink_metadata(folder.path().join("link.txt")).expect("there").is_symlink());
    assert_eq!(fs::read_to_string(folder.path().join("a.txt")).expect("read"), "the");
    let after = fs::metadata(folder.path().join("clean.txt")).expect("there");
    assert_eq!(std::os::unix::fs::MetadataExt::ino(&before), std::os::unix::fs::MetadataExt::ino(&after));
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_ends_with_130() {
    let mut child = mtlint(&["check", "-v", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // Once it says what it has loaded, it waits for its input.
    let mut said = std::io::BufReader::new(child.stderr.take().expect("piped"));
    let mut line = String::new();
    std::io::BufRead::read_line(&mut said, &mut line).expect("it says something");
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.is_ok_and(|status| status.success()));
    assert_eq!(child.wait().expect("the program ends").code(), Some(130));
}

/// The report on a text in `folder`, with the cache `folder/cache`, and what `-v` says of the cache.
#[cfg(feature = "grammar")]
fn check_with_cache(folder: &Path, cache: &str, arguments: &[&str]) -> (String, Option<String>) {
    let output = mtlint(&["check", "-v", "--isolated", "--select=grammar", "--output-format=concise"])
        .args(arguments)
        .env("MTLINT_CACHE_DIR", cache)
        .current_dir(folder)
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = text(&output.stderr);
    let known = said.lines().find_map(|line| line.strip_prefix("cache:   ")).map(str::to_owned);
    (text(&output.stdout), known)
}

/// Cold, warm, without, damaged, nowhere: the findings are the same.
#[cfg(feature = "grammar")]
#[test]
fn findings_are_the_same_with_and_without_a_cache() {
    let folder = folder("a.txt", "They have went home. He is here. This problems are not new.\n");
    let other = "He should of stayed. They have went home. The soldiers were here.\n";
    fs::write(folder.path().join("b.txt"), other).expect("written");
    let check = |cache, arguments: &[&str]| check_with_cache(folder.path(), cache, arguments);
    let [a, b] = ["a.txt", "b.txt"].map(|name| check("cache", &[name, "--no-cache"]));
    assert_eq!((a.0.matches("grammar/").count(), b.0.matches("grammar/").count()), (2, 2));
    assert_eq!((&a.1, folder.path().join("cache").exists()), (&None, false), "--no-cache writes nothing");

    let both_at_once = || {
        std::thread::scope(|scope| {
            let runs = ["a.txt", "b.txt"].map(|name| scope.spawn(move || check("cache", &[name])));
            runs.map(|run| run.join().expect("it runs"))
        })
    };
    let cold = both_at_once();
    assert_eq!((&cold[0].0, &cold[1].0), (&a.0, &b.0));
    let texts_known = Some("1 of 1 text known, 0 of 0 sentences known".to_owned());
    assert_eq!(both_at_once(), [(a.0.clone(), texts_known.clone()), (b.0.clone(), texts_known.clone())]);
    fs::remove_file(folder.path().join("cache/texts-young.bin")).expect("removed");
    let sentences_known = Some("0 of 1 text known, 3 of 3 sentences known".to_owned());
    assert_eq!(both_at_once(), [(a.0.clone(), sentences_known.clone()), (b.0.clone(), sentences_known)]);

    for name in ["grammar-young.bin", "texts-young.bin"] {
        fs::write(folder.path().join("cache").join(name), "damaged").expect("written");
    }
    let none_known = Some("0 of 1 text known, 0 of 3 sentences known".to_owned());
    assert_eq!(check("cache", &["a.txt"]), (a.0.clone(), none_known.clone()));
    assert_eq!(check("cache", &["a.txt"]), (a.0.clone(), texts_known));
    assert_eq!(check("a.txt/cache", &["a.txt"]), (a.0, none_known), "no folder can be made there");
}

#[test]
fn clean_removes_the_cache_and_says_how_much_it_was() {
    let folder = folder("cache", "no folder");
    let clean = |cache: &str| {
        let command = &mut mtlint(&["clean"]);
        command.env("MTLINT_CACHE_DIR", cache).current_dir(folder.path()).output().expect("it runs")
    };
    let output = clean("cache");
    assert!(text(&output.stderr).starts_with("error: cache: cannot be emptied\n"), "{output:?}");
    assert_eq!(output.status.code(), Some(2));
    fs::create_dir(folder.path().join("full")).expect("made");
    fs::write(folder.path().join("full/grammar-old.bin"), [0; 1500]).expect("written");
    assert_eq!(text(&clean("full").stdout), "removed 1 file, 2 KB, from full\n");
    let output = clean("full");
    assert_eq!(text(&output.stdout), "nothing to remove: no cache in full\n");
    assert_eq!(output.status.code(), Some(0));
}
