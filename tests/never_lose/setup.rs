//! A folder with one rule and faulty texts, and the program in it.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};

use tempfile::TempDir;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_mtlint");

const RULE: &str = "message: \"“{0}”: twice.\"\nseverity: error\nmatch: {phrases: {\"the the\": \"the\"}}\n\
                    fix: {safety: safe}\nexamples: [{bad: \"In the the end.\", good: \"In the end.\"}, {ok: \"In the end.\"}]\n";

/// A folder with a rule against “the the”.
pub(crate) struct Desk(TempDir);

impl Desk {
    pub(crate) fn new() -> Self {
        let desk = Self(tempfile::tempdir().expect("a temporary folder"));
        desk.write(".mtlint/rules/house/twice.yml", RULE);
        desk.write("mtlint.toml", "grammar = false\n[rules]\nselect = ['house']\n");
        desk
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().expect("it has one")).expect("made");
        fs::write(path, text).expect("written");
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.at(name)).expect("there")
    }

    /// `program` in the folder.
    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.path())
            .env("NO_COLOR", "1")
            .env("MTLINT_TODAY", "2027-01-31");
        command.env("MTLINT_CACHE_DIR", self.at("cache"));
        command
    }

    /// `mtlint` in the folder.
    pub(crate) fn mtlint(&self, arguments: &[&str]) -> Command {
        self.command(PROGRAM, arguments)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        said(&self.mtlint(arguments).output().expect("it runs"))
    }

    /// The temporary files in a folder below this one.
    pub(crate) fn temporary_files(&self, folder: &str) -> Vec<PathBuf> {
        temporary_files(&self.at(folder))
    }
}

pub(crate) fn temporary_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("read").path());
    let is_temporary = |path: &PathBuf| {
        let name = path.file_name().expect("it has one").to_string_lossy().into_owned();
        name.starts_with(".mtlint-") && name.ends_with(".tmp")
    };
    entries.filter(is_temporary).collect()
}

/// The exit code, and all that was said.
pub(crate) fn said(output: &Output) -> (Option<i32>, String) {
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

/// A text of this many paragraphs, each with a fault; and what `fix` makes of it.
pub(crate) fn article(number: usize, paragraphs: usize) -> (String, String) {
    let old: Vec<String> = (0..paragraphs)
        .map(|p| format!("In article {number} the the paragraph {p} has a fault.\n"))
        .collect();
    let old = old.join("\n");
    let new = old.replace("the the", "the");
    (old, new)
}

/// What must stay: mode, owner and group.
pub(crate) fn belongings(path: &Path) -> (u32, u32, u32) {
    let meta = fs::metadata(path).expect("there");
    (meta.mode() & 0o7777, meta.uid(), meta.gid())
}

pub(crate) fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("set");
}

pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").expect("there").uid() == 0
}

/// Sends a signal.
pub(crate) fn send(signal: &str, to: u32) {
    let sent = Command::new("kill").args([format!("-{signal}"), to.to_string()]).output().expect("kill runs");
    // It may have ended already.
    drop(sent);
}

/// Waits for the end of what must not hang.
pub(crate) fn end(mut child: Child) -> Output {
    for _ in 0..6000 {
        if child.try_wait().expect("waited").is_some() {
            return child.wait_with_output().expect("it has ended");
        }
        pause();
    }
    child.kill().expect("killed");
    panic!("it hangs");
}

/// Waits until `done`, which must come.
pub(crate) fn until(what: &str, mut done: impl FnMut() -> bool) {
    for _ in 0..6000 {
        if done() {
            return;
        }
        pause();
    }
    panic!("it never came: {what}");
}

pub(crate) fn pause() {
    std::thread::sleep(std::time::Duration::from_millis(10));
}

/// How long the random parts are: 10, or what `MTLINT_KILLS` says.
pub(crate) fn rounds() -> usize {
    std::env::var("MTLINT_KILLS").ok().map_or(10, |rounds| rounds.parse().expect("a number"))
}

/// Says that a test cannot be done here; fails where it must be.
pub(crate) fn skip(what: &str, must: bool) {
    assert!(!must, "{what}: with CI set, this must be tested");
    eprintln!("skipped: {what}");
}

pub(crate) fn is_ci() -> bool {
    std::env::var_os("CI").is_some()
}
