//! Every system call by which a file is written fails once, and the program is killed once at each of them.

use std::fs;
use std::io::{Cursor, Write};
use std::os::unix::fs::chown;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Output, Stdio};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::setup::{Desk, belongings, is_root, said, set_mode, temporary_files};
use crate::strace::{Call, calls, can_trace, traced, watching};

/// Texts without a fault that are read first. The calls of a thread are counted, and the thread that fixes is to be
/// ahead of the one that starts the program, so that an injected error hits the one and not the other.
const BALLAST: usize = 90;

/// A command that writes one file.
struct Case {
    arguments: &'static [&'static str],
    answers: &'static str,
    target: &'static str,
    old: Option<Vec<u8>>,
    desk: Desk,
    /// What a run without a fault leaves, and its exit code.
    new: Vec<u8>,
    code: Option<i32>,
    is_text: bool,
}

const OLD: &str = "She came to the the market on Monday.\r\n\r\nHe went to the the sea.";

impl Case {
    fn new(
        arguments: &'static [&'static str],
        answers: &'static str,
        target: &'static str,
        old: Option<&[u8]>,
        is_text: bool,
    ) -> Self {
        let desk = Desk::new();
        desk.write("z.txt", OLD);
        if is_text && arguments[0] == "fix" {
            (0..BALLAST).for_each(|i| desk.write(&format!("a{i:02}.txt"), "Nothing is wrong here.\n"));
        }
        let old = old.map(<[u8]>::to_vec);
        let mut case = Self { arguments, answers, target, old, desk, new: Vec::new(), code: None, is_text };
        case.reset();
        (case.code, _) = said(&case.run(&[]));
        case.new = case.desk.read(target);
        assert_ne!(case.old.as_ref(), Some(&case.new), "{arguments:?} writes");
        case
    }

    /// The desk as it was before the run.
    fn reset(&self) {
        let target = self.desk.at(self.target);
        for left in self.temporary_files() {
            fs::remove_file(left).expect("removed");
        }
        let _ = fs::remove_dir_all(self.desk.at("cache"));
        let _ = fs::remove_file(&target);
        if let Some(old) = &self.old {
            self.desk.write(self.target, old);
            if is_root() {
                chown(&target, Some(1234), Some(4321)).expect("given away");
            }
            set_mode(&target, 0o640);
        }
    }

    /// The temporary files beside the file.
    fn temporary_files(&self) -> Vec<PathBuf> {
        temporary_files(self.desk.at(self.target).parent().expect("it has one"))
    }

    fn run(&self, options: &[&str]) -> Output {
        let mut command = match options {
            [] => self.desk.mtlint(self.arguments),
            options => traced(&self.desk, options, &self.desk.at("strace.log"), self.arguments),
        };
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        // Whoever is killed does not read.
        let _ = child.stdin.take().expect("piped").write_all(self.answers.as_bytes());
        child.wait_with_output().expect("it ends")
    }

    /// Checks that the file is the old or the new one, and belongs to whom it belonged; gives whether it is new.
    fn is_new(&self, at: &str) -> bool {
        let target = self.desk.at(self.target);
        let now = fs::read(&target).ok();
        assert!(now == self.old || now.as_ref() == Some(&self.new), "{at}: half a file: {now:?}");
        if self.old.is_some() {
            let (mode, owner, group) = belongings(&target);
            assert_eq!(mode, 0o640, "{at}");
            assert!(!is_root() || group == 4321, "{at}");
            // A file of mtlint's own may get another owner where nobody may give it away.
            assert!(!is_root() || owner == 1234 || !self.is_text && at.contains(" at fchown"), "{at}");
        }
        now.as_ref() == Some(&self.new)
    }

    /// The calls that a run makes about the file and what stands beside it, from the first that is there to write.
    fn calls(&self) -> Vec<Call> {
        self.reset();
        self.run(&watching());
        let here = fs::canonicalize(self.desk.path()).expect("there").display().to_string();
        let target = format!("{here}/{}", self.target);
        let (relative, folder) = (format!("\"{}\"", self.target), format!("{here}>"));
        let is_beside = |line: &str| line.contains("/.mtlint-") && line.contains(".tmp");
        let is_about = |line: &str| {
            let is_folder = line.contains(&folder) && line.contains("fsync");
            is_beside(line) || is_folder || line.contains(&target) || line.contains(&relative)
        };
        let calls = calls(&self.desk.at("strace.log"), is_about);
        let writes = |call: &Call| call.line.contains("O_RDWR") || is_beside(&call.line);
        let first = calls.iter().position(writes).expect("it writes");
        calls[first..].to_vec()
    }

    /// Lets each call fail with each of `errors`, and the program be killed at it; gives how many of each were done.
    fn inject(&self) {
        let all = std::env::var("MTLINT_FAULTS").is_ok_and(|faults| faults == "all");
        let calls = self.calls();
        let named = |name: &str| calls.iter().any(|call| call.name.starts_with(name));
        for name in ["openat", "write", "fsync", "rename", "close"] {
            assert!(named(name), "there is no {name} in {calls:#?}");
        }
        assert!(!is_root() || self.old.is_none() || (named("fchown") && named("fchmod") && named("flock")));
        let (mut errors, mut kills, mut told) = (0, 0, 0);
        for call in &calls {
            // To look at something changes nothing.
            if !all && ["statx", "readlink", "lseek", "read"].contains(&&*call.name) {
                continue;
            }
            let usual = match call.name.as_str() {
                "openat" => "EACCES",
                "write" => "ENOSPC",
                "fchown" | "fchmod" => "EPERM",
                _ => "EIO",
            };
            let more: &[&str] =
                if all { &["ENOSPC", "EIO", "EACCES", "EROFS", "EDQUOT", "EINTR", "ENOMEM"] } else { &[] };
            for error in std::iter::once(&usual).chain(more) {
                told += usize::from(self.fail(call, error));
                errors += 1;
            }
            self.kill(call);
            kills += 1;
        }
        assert!(told > 0, "no error was told");
        println!("{:?}: {} calls, {errors} errors ({told} told), {kills} kills", self.arguments, calls.len());
    }

    fn injected(&self, call: &Call, what: &str) -> Output {
        self.reset();
        let inject = format!("inject={}:{what}:when={}", call.name, call.index);
        let trace = format!("trace={}", call.name);
        self.run(&["-e", &trace, "-e", &inject])
    }

    /// Lets a call fail; gives whether that was told as an error.
    fn fail(&self, call: &Call, error: &str) -> bool {
        let at = format!("{:?}, {error} at {} {}: {}", self.arguments, call.name, call.index, call.line);
        let output = self.injected(call, &format!("error={error}"));
        let log = fs::read_to_string(self.desk.at("strace.log")).expect("written");
        assert!(log.contains("(INJECTED)"), "{at}: it was not reached");
        let (code, said) = said(&output);
        let is_new = self.is_new(&at);
        if code == Some(127) && said.contains("shared libraries") {
            // The same call of the thread that starts the program: it never ran.
            assert!(!is_new, "{at}");
            return false;
        }
        let is_told = code == Some(2) && said.contains("error: ") && said.contains("help: ");
        assert!(is_told || (is_new && code == self.code), "{at}: {code:?}, new: {is_new}: {said}");
        let left = self.temporary_files();
        assert!(left.is_empty() || call.name.starts_with("unlink"), "{at}: {left:?}");
        is_told
    }

    /// Kills the program at a call; the next run does what this one did not.
    fn kill(&self, call: &Call) {
        let at = format!("{:?}, killed at {} {}: {}", self.arguments, call.name, call.index, call.line);
        let output = self.injected(call, "signal=SIGKILL");
        assert_eq!(output.status.signal(), Some(9), "{at}: {:?}", said(&output));
        let was_new = self.is_new(&at);
        assert!(self.temporary_files().len() <= 1, "{at}");
        let (code, said) = said(&self.run(&[]));
        assert!(self.is_new(&at) || was_new, "{at}: the next run says {code:?}: {said}");
        // Whoever makes a file anew is told that it is there.
        assert!(code == self.code || was_new || self.is_text, "{at}: the next run says {code:?}: {said}");
    }
}

#[test]
fn a_text_that_is_fixed_is_the_old_or_the_new_one_at_every_call() {
    if can_trace() {
        Case::new(&["fix", "--jobs", "1", "--no-cache", "."], "", "z.txt", Some(OLD.as_bytes()), true)
            .inject();
    }
}

#[test]
fn a_document_that_is_fixed_is_the_old_or_the_new_one_at_every_call() {
    if can_trace() {
        let xml = "<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>They met at the the summit.\
                   </w:t></w:r></w:p></w:body></w:document>";
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("word/document.xml", SimpleFileOptions::default()).expect("in memory");
        writer.write_all(xml.as_bytes()).expect("in memory");
        let bytes = writer.finish().expect("in memory").into_inner();
        let case = Case::new(&["fix", "--jobs", "1", "--no-cache", "."], "", "y.docx", Some(&bytes), true);
        fs::remove_file(case.desk.at("z.txt")).expect("removed");
        case.inject();
    }
}

#[test]
fn a_folder_was_not_synced_after_a_file_took_its_place_in_it() {
    if can_trace() {
        let case = Case::new(&["fix", "--no-cache", "z.txt"], "", "z.txt", Some(OLD.as_bytes()), true);
        let calls = case.calls();
        let last = |name: &str| calls.iter().rposition(|call| call.name.starts_with(name));
        let (renamed, synced) =
            (last("rename").expect("it is renamed"), last("fsync").expect("it is synced"));
        let folder = format!("{}>)", fs::canonicalize(case.desk.path()).expect("there").display());
        assert!(synced > renamed && calls[synced].line.contains(&folder), "{calls:#?}");
    }
}

#[test]
fn a_text_that_is_reviewed_is_the_old_or_the_new_one_at_every_call() {
    if can_trace() {
        Case::new(&["review", "z.txt"], "a\na\ns\n", "z.txt", Some(OLD.as_bytes()), true).inject();
    }
}

#[test]
fn allowed_findings_are_the_old_or_the_new_ones_at_every_call() {
    if can_trace() {
        let arguments = &["allow", "z.txt:1", "--reason", "he said so", "--no-cache"];
        let old = "# what he said\n- rule: 'house/twice'\n  fingerprint: '0123456789abcdef'\n  reason: 'it stays'\n";
        Case::new(arguments, "", ".mtlint-allow.yml", Some(old.as_bytes()), false).inject();
        Case::new(arguments, "", ".mtlint-allow.yml", None, false).inject();
    }
}

#[test]
fn a_baseline_is_the_old_or_the_new_one_at_every_call() {
    if can_trace() {
        let create = &["baseline", "create", "--no-cache", "z.txt"];
        let case = Case::new(create, "", ".mtlint-baseline.json", None, false);
        case.inject();
        let old = case.new.clone();
        let update = &["baseline", "update", "--no-cache", "z.txt"];
        let text = String::from_utf8(old).expect("UTF-8").replace("house/twice", "house/other");
        Case::new(update, "", ".mtlint-baseline.json", Some(text.as_bytes()), false).inject();
    }
}

#[test]
fn a_report_is_the_old_or_the_new_one_at_every_call() {
    if can_trace() {
        let page = &["report", "z.txt", "-o", "page.html", "--no-cache"];
        Case::new(page, "", "page.html", Some(b"an old page"), false).inject();
        let sarif = &["check", "z.txt", "--output-format", "sarif=z.sarif", "--no-cache"];
        Case::new(sarif, "", "z.sarif", Some(b"{}"), false).inject();
    }
}

#[test]
fn a_config_that_cannot_be_written_whole_is_not_there() {
    if can_trace() {
        let case = Case::new(&["new", "rule", "house/new"], "", ".mtlint/rules/house/new.yml", None, false);
        for call in &case.calls() {
            case.fail(call, if call.name == "write" { "ENOSPC" } else { "EIO" });
            case.injected(call, "signal=SIGKILL");
            case.is_new(&call.line);
        }
    }
}
