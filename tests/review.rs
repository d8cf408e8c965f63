//! Runs `mtlint review` as somebody at a terminal would: keys through a pseudo-terminal, the screen read back from it.
//! And at a plain prompt, with answers from a file.
#![cfg(unix)]

use std::collections::HashSet;
use std::fs;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use mtlint::format::{Fields, Format};
use mtlint::review::{Key, Review};
use mtlint::rule;
use mtlint::session::{Session, Settings};
use mtlint::source::Source;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Nothing takes so long unless it hangs.
const HANGS: Duration = Duration::from_secs(120);

const RULES: &str = "message: \"“{0}” is a slip.\"\nseverity: error\nwhy: Fingers are quicker than eyes.\n\
                     match: {phrases: {\"teh\": \"the\", \"adn\": \"and\"}}\nfix: {safety: safe}\n\
                     examples: [{bad: \"In teh end.\", good: \"In the end.\"}, {ok: \"In the end.\"}]\n";

/// Four faults.
const TEXT: &str = "In teh end it was she adn he.\r\n\r\nNobody saw teh sea, adn nobody cared.\r\n";

/// A folder with one rule and an article `a.txt`.
fn folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rules = folder.path().join(".mtlint/rules/house");
    fs::create_dir_all(&rules).expect("made");
    fs::write(rules.join("slip.yml"), RULES).expect("written");
    fs::write(folder.path().join("mtlint.toml"), "grammar = false\n[rules]\nselect = ['house']\n")
        .expect("written");
    fs::write(folder.path().join("a.txt"), text).expect("written");
    folder
}

fn article(folder: &Path) -> String {
    fs::read_to_string(folder.join("a.txt")).expect("read")
}

/// The journals that are kept.
fn journals(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("cache/reviews")).into_iter().flatten();
    entries.map(|entry| entry.expect("read").path()).collect()
}

/// The program in a terminal.
struct AtTerminal {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
}

fn size(rows: u16, cols: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

fn number(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("not 0")
}

impl AtTerminal {
    fn start(folder: &Path, arguments: &[&str], rows: u16, cols: u16) -> Self {
        let pair = native_pty_system().openpty(size(rows, cols)).expect("a terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_mtlint"));
        command.args(arguments);
        command.cwd(folder);
        command.env("TERM", "xterm-256color");
        command.env_remove("NO_COLOR");
        command.env("MTLINT_CACHE_DIR", folder.join("cache"));
        let child = pair.slave.spawn_command(command).expect("the program starts");
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let keys = pair.master.take_writer().expect("a writer");
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            // Where the other side is closed, some systems say so with an error.
            while let Ok(read @ 1..) = reader.read(&mut bytes) {
                if sender.send(bytes[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        let screen = vt100::Parser::new(number(rows), number(cols), 0);
        Self { master: pair.master, keys, child, output, screen }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).and_then(|()| self.keys.flush()).expect("the terminal takes it");
    }

    fn contents(&self) -> String {
        self.screen.screen().contents()
    }

    /// Waits until the screen shows this.
    fn until(&mut self, shown: &str) {
        while !self.contents().contains(shown) {
            match self.output.recv_timeout(HANGS) {
                Ok(bytes) => self.screen.process(&bytes),
                Err(error) => panic!("{error}: {shown:?} is not on the screen:\n{}", self.contents()),
            }
        }
    }

    fn resize(&mut self, rows: u16, cols: u16) {
        self.screen.set_size(number(rows), number(cols));
        self.master.resize(size(rows, cols)).expect("resized");
    }

    /// Waits for the end; gives the exit code, with the screen as it was left.
    fn end(&mut self) -> u32 {
        let status = self.child.wait().expect("it ends");
        while let Ok(bytes) = self.output.recv_timeout(HANGS) {
            self.screen.process(&bytes);
        }
        assert!(!self.screen.screen().alternate_screen(), "the screen is as it was before");
        assert!(!self.screen.screen().hide_cursor(), "so is the cursor");
        status.exit_code()
    }
}

#[test]
fn keys_alone_review_an_article_and_only_saving_writes_it() {
    let folder = folder(TEXT);
    let folder = folder.path();
    let mut terminal = AtTerminal::start(folder, &["review", "a.txt"], 24, 80);
    terminal.until("1 of 4");
    terminal.until("+ In the end it was …");
    terminal.press("a");
    terminal.until("2 of 4");
    terminal.press("r");
    terminal.until("3 of 4");
    terminal.press("e");
    terminal.until("Edit the sentence.");
    terminal.press("\x7f\x7f\x7fthat\r");
    terminal.until("4 of 4");
    terminal.press("?");
    terminal.until("Fingers are quicker than eyes.");
    terminal.press("a");
    terminal.until("Nothing is left to decide.");
    assert_eq!(article(folder), TEXT, "nothing is written before it is saved");
    assert_eq!(journals(folder).len(), 1);
    terminal.press("\r");
    assert_eq!(terminal.end(), 0, "{}", terminal.contents());
    assert!(
        terminal.contents().contains("a.txt: 3 changes saved, 1 rejected, nothing left"),
        "{}",
        terminal.contents()
    );
    let want = "In the end it was she adn he.\r\n\r\nNobody saw that sea, and nobody cared.\r\n";
    assert_eq!(article(folder), want);
    assert!(journals(folder).is_empty(), "what is over is not kept");
}

/// The first correction wherever there is one, as the library does it: the text, the keys, and what number is shown
/// before each of them.
fn accept_all(text: &str) -> (String, String, Vec<String>) {
    let rules = Arc::new(rule::load(&rule::RuleFiles::builtin()).expect("the built-in rules"));
    let session = Session::new(rules, None, Settings::default()).expect("settings");
    let source = Source::from_text(text).expect("short");
    let found = session.check(&source, Format::Plain);
    let mut review = Review::new("a.txt", source, Format::Plain, Fields::default(), found, HashSet::new());
    let (mut keys, mut places) = (String::new(), Vec::new());
    while let Some(remark) = review.remark() {
        let key = if remark.diagnostic.fixes.is_empty() { 'r' } else { 'a' };
        assert!(keys.len() < 1000, "rules that undo each other");
        keys.push(key);
        let (number, of) = review.number();
        places.push(format!("{number} of {of}, "));
        review.press(Key::Char(key));
        while review.wants_check() {
            let found = session.check(&review.text(), Format::Plain);
            review.next_round(found);
        }
    }
    (review.text().text().to_owned(), keys, places)
}

#[test]
fn the_seed_article_is_reviewed_by_keys_alone() {
    let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/articles/seed.txt");
    let text = fs::read_to_string(seed).expect("the article");
    let scratch = tempfile::tempdir().expect("a temporary folder");
    fs::write(scratch.path().join("a.txt"), &text).expect("written");
    let (want, keys, places) = accept_all(&text);
    assert_ne!(want, text);
    let arguments = ["review", "a.txt", "--no-grammar", "--no-cache"];
    let mut terminal = AtTerminal::start(scratch.path(), &arguments, 30, 100);
    terminal.until("1 of ");
    terminal.press(&keys[..10]);
    terminal.until(&places[10]);
    // In the middle the window becomes as small as it may be, and larger again.
    terminal.resize(10, 40);
    terminal.until("e edit  h keys");
    terminal.press(&keys[10..20]);
    terminal.until(&places[20]);
    terminal.resize(50, 160);
    // A key that comes in the same moment as a change of size may wait for the next one, so the change is waited for.
    terminal.until("i ignore");
    terminal.press(&keys[20..]);
    terminal.until("Nothing is left to decide.");
    terminal.press("s");
    terminal.until("Saved: ");
    terminal.press("q");
    assert_eq!(terminal.end(), 0, "{}", terminal.contents());
    assert_eq!(article(scratch.path()), want);
}

#[test]
fn an_interrupt_asks_and_a_second_one_leaves_with_everything_kept() {
    let folder = folder(TEXT);
    let folder = folder.path();
    let mut terminal = AtTerminal::start(folder, &["review", "a.txt"], 24, 80);
    terminal.until("1 of 4");
    terminal.press("a");
    terminal.until("2 of 4");
    terminal.press("\x03");
    terminal.until("Save 1 accepted change?");
    terminal.press("c");
    terminal.until("a accept");
    terminal.press("\x03");
    terminal.until("Save 1 accepted change?");
    terminal.press("\x03");
    assert_eq!(terminal.end(), 130);
    assert!(terminal.contents().contains("the same command goes on from there"), "{}", terminal.contents());
    assert_eq!(article(folder), TEXT);

    let mut terminal = AtTerminal::start(folder, &["review", "a.txt"], 24, 80);
    terminal.until("Going on where you stopped: 1 decision is taken over");
    terminal.press("\x03");
    terminal.until("y: save");
    terminal.press("y");
    assert_eq!(terminal.end(), 1, "three are left");
    assert_eq!(article(folder), TEXT.replacen("teh", "the", 1));
}

#[test]
fn a_review_that_is_killed_goes_on_where_it_stopped() {
    let folder = folder(TEXT);
    let folder = folder.path();
    let mut terminal = AtTerminal::start(folder, &["review", "a.txt"], 24, 80);
    terminal.until("1 of 4");
    terminal.press("a");
    terminal.until("2 of 4");
    terminal.press("r");
    terminal.until("3 of 4");
    let id = terminal.child.process_id().expect("it runs").to_string();
    assert!(Command::new("kill").args(["-KILL", &id]).status().expect("kill runs").success());
    terminal.child.wait().expect("it ends");
    assert_eq!(article(folder), TEXT, "the old file is whole");
    let left: Vec<_> =
        fs::read_dir(folder).expect("read").map(|entry| entry.expect("read").file_name()).collect();
    assert_eq!(left.len(), 4, "no temporary file is left: {left:?}");

    let mut terminal = AtTerminal::start(folder, &["review", "a.txt"], 24, 80);
    terminal.until("2 decisions are taken over");
    terminal.until("3 of 4");
    terminal.press("aa");
    terminal.until("Nothing is left to decide.");
    terminal.press("\r");
    assert_eq!(terminal.end(), 0);
    let want = "In the end it was she adn he.\r\n\r\nNobody saw the sea, and nobody cared.\r\n";
    assert_eq!(article(folder), want);
}

#[test]
fn a_file_that_others_have_changed_is_not_overwritten() {
    let folder = folder(TEXT);
    let folder = folder.path();
    let mut terminal = AtTerminal::start(folder, &["review", "a.txt"], 24, 80);
    terminal.until("1 of 4");
    terminal.press("a");
    terminal.until("2 of 4");
    fs::write(folder.join("a.txt"), "New.\n").expect("written");
    terminal.press("s");
    terminal.until("Not saved: cannot be written: the file was changed");
    assert_eq!(article(folder), "New.\n");
    terminal.press("qn");
    assert_eq!(terminal.end(), 2, "{}", terminal.contents());
    // Back to the text as it was, the decision is still there.
    fs::write(folder.join("a.txt"), TEXT).expect("written");
    let mut terminal = AtTerminal::start(folder, &["review", "a.txt"], 24, 80);
    terminal.until("1 decision is taken over");
    terminal.press("qn");
    terminal.end();
}

#[test]
fn a_signal_leaves_the_terminal_as_it_was() {
    let folder = folder(TEXT);
    let mut terminal = AtTerminal::start(folder.path(), &["review", "a.txt"], 24, 80);
    terminal.until("1 of 4");
    let id = terminal.child.process_id().expect("it runs").to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill runs").success());
    assert_eq!(terminal.end(), 130);
}

/// Runs the program at a plain prompt; gives what it says and the exit code.
fn answer(folder: &Path, arguments: &[&str], answers: &str) -> (String, Option<i32>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mtlint"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("MTLINT_CACHE_DIR", folder.join("cache"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that refuses its arguments does not wait for its input.
    let _ = child.stdin.take().expect("piped").write_all(answers.as_bytes());
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    (format!("{}{}", text(&output.stdout), text(&output.stderr)), output.status.code())
}

#[test]
fn answers_from_a_file_do_what_keys_do() {
    let folder = folder(TEXT);
    let folder = folder.path();
    let (said, code) =
        answer(folder, &["review", "a.txt"], "a\nwhat\n?\nr\ne Nobody saw it, adn nobody cared.\na\ns\nq\n");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("“what” is no answer."), "{said}");
    assert!(said.contains("  | Fingers are quicker than eyes.\n"), "{said}");
    assert!(said.ends_with("a.txt: 3 changes saved, 1 rejected, nothing left\n"), "{said}");
    let want = "In the end it was she adn he.\r\n\r\nNobody saw it, and nobody cared.\r\n";
    assert_eq!(article(folder), want);
}

#[test]
fn the_end_of_the_answers_saves_nothing_and_keeps_the_decisions() {
    let folder = folder(TEXT);
    let folder = folder.path();
    let (said, code) = answer(folder, &["review", "a.txt"], "a\na\n");
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.ends_with("a.txt: 2 changes not saved, 2 left; the same command goes on from there\n"),
        "{said}"
    );
    assert_eq!(article(folder), TEXT);
    let (said, _) = answer(folder, &["review", "a.txt"], "a\na\ns\nq\n");
    assert!(said.starts_with("Going on where you stopped: 2 decisions are taken over"), "{said}");
    assert_eq!(article(folder), TEXT.replace("teh", "the").replace("adn", "and"));
    fs::write(folder.join("a.txt"), TEXT).expect("written");
    answer(folder, &["review", "a.txt"], "a\n");
    let (said, _) = answer(folder, &["review", "--restart", "a.txt"], "");
    assert!(said.starts_with("a.txt:1:4  1 of 4"), "{said}");
}

#[test]
fn an_ignored_place_is_not_found_again() {
    let folder = folder(TEXT);
    let folder = folder.path();
    let (said, _) = answer(folder, &["review", "a.txt"], "a\ni\ni She says so.\nr\nr\ns\nq\n");
    assert!(said.contains("Write it on the same line: i and the reason."), "{said}");
    assert!(said.ends_with("a.txt: 1 change saved, 2 rejected, 1 ignored, nothing left\n"), "{said}");
    let entries = fs::read_to_string(folder.join(".mtlint-allow.yml")).expect("it was made");
    assert!(
        entries.contains("reason: \"She says so.\"") && entries.contains("In the end it was she adn he."),
        "{entries}"
    );
    let (said, _) = answer(folder, &["check", "-q", "--output-format", "concise", "a.txt"], "");
    assert_eq!(
        said.lines().map(|line| line.split(": ").next().unwrap_or_default()).collect::<Vec<_>>(),
        ["a.txt:3:12", "a.txt:3:21"]
    );
}

/// It could not be edited by hand either, and nothing told what was ignored.
#[test]
fn a_field_that_was_named_was_shown_as_json() {
    let folder = folder(TEXT);
    let folder = folder.path();
    let json = |first: &str| format!("{{\"chapeau\": \"In {first} end it was she. Nobody saw teh sea.\"}}\n");
    fs::write(folder.join("a.json"), json("teh")).expect("written");
    let arguments = ["review", "a.json", "--fields", "chapeau"];
    let (said, code) = answer(folder, &arguments, "e In that end it was she.\ni She says so.\ns\nq\n");
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(fs::read_to_string(folder.join("a.json")).expect("read"), json("that"), "{said}");
    let entries = fs::read_to_string(folder.join(".mtlint-allow.yml")).expect("it was made");
    assert!(entries.contains("Nobody saw teh sea."), "{entries}");
}

#[test]
fn several_articles_come_one_after_the_other() {
    let folder = folder(TEXT);
    let folder = folder.path();
    fs::write(folder.join("b.txt"), "All is well.\n").expect("written");
    fs::write(folder.join("c.txt"), "She adn he.\n").expect("written");
    let (said, code) = answer(folder, &["review", "."], "N\na\ns\nq\n");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("a.txt: nothing changed, 4 left\n"), "{said}");
    assert!(
        said.contains("b.txt: nothing found\n") && said.contains("c.txt: 1 change saved, nothing left\n"),
        "{said}"
    );
    assert_eq!(fs::read_to_string(folder.join("c.txt")).expect("read"), "She and he.\n");
    let (said, code) = answer(folder, &["review", "-"], "a\n");
    assert_eq!(code, Some(2));
    assert!(said.contains("cannot read the article from standard input"), "{said}");
}

#[test]
fn the_name_of_a_folder_coloured_the_screen() {
    let folder = folder(TEXT);
    let name = "d\u{1b}[31mX";
    fs::create_dir(folder.path().join(name)).expect("made");
    fs::write(folder.path().join(name).join("mtlint.toml"), "grammar = false\n").expect("written");
    fs::write(folder.path().join(name).join("a.txt"), "He went to the the market.\n").expect("written");
    let article = format!("{name}/a.txt:1");
    let allow = ["allow", &article, "--rule", "repetition/small-word-doubled", "--reason", "so"];
    for arguments in [&["baseline", "create", "--no-grammar", name][..], &allow] {
        let mut terminal = AtTerminal::start(folder.path(), arguments, 24, 200);
        assert_eq!(terminal.end(), 0, "{}", terminal.contents());
        assert!(terminal.contents().starts_with("d\\u{1b}[31mX/.mtlint-"), "{}", terminal.contents());
    }
}
