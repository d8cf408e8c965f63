//! A folder with files, and the program run in it.

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A program that has not ended by then never will: the slowest takes seconds.
pub(crate) const PATIENCE: Duration = Duration::from_secs(180);

/// What a run has come to.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: Vec<u8>,
    pub(crate) err: String,
}

impl Ended {
    pub(crate) fn out(&self) -> String {
        String::from_utf8_lossy(&self.out).into_owned()
    }

    /// The run was refused, with these words on standard error, and did not panic.
    #[track_caller]
    pub(crate) fn refused(&self, words: &[&str]) {
        assert_eq!(self.code, Some(2), "{self:?}");
        for word in words {
            assert!(self.err.contains(word), "“{word}” is not in {}", self.err);
        }
        // Somebody is to read it: not pages of it, and nothing that does harm.
        assert!(self.err.len() < 50_000, "{} bytes", self.err.len());
        assert!(!self.err.replace('\n', "").contains(char::is_control), "{:?}", self.err);
    }
}

pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().expect("a temporary folder"));
        files.iter().for_each(|(name, text)| folder.write(name, text));
        folder
    }

    /// A folder with an article and one rule, whose id is `house/rule`; `keys` is all of it but its message and examples.
    pub(crate) fn with_rule(keys: &str, article: &str) -> Self {
        Self::with(&[("rules/house/rule.yml", &rule(keys)), ("a.txt", article)])
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: impl AsRef<Path>, text: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("made");
        fs::write(path, text).expect("written");
    }

    pub(crate) fn read(&self, name: impl AsRef<Path>) -> String {
        fs::read_to_string(self.path().join(name)).expect("read")
    }

    /// A pipe that nobody writes to.
    #[cfg(unix)]
    pub(crate) fn pipe(&self, name: &str) {
        let made = Command::new("mkfifo").arg(self.path().join(name)).status();
        assert!(made.expect("mkfifo is there").success());
    }

    #[cfg(unix)]
    pub(crate) fn link(&self, name: &str, target: impl AsRef<Path>) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("made");
        std::os::unix::fs::symlink(target, path).expect("linked");
    }

    pub(crate) fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Ended {
        self.run_with(arguments, b"", &[])
    }

    /// `check` of these paths with the rules of the folder and no others.
    pub(crate) fn check(&self, arguments: &[&str]) -> Ended {
        let own = ["check", "--no-grammar", "--rules", "rules", "--select", "house"];
        self.run(own.iter().chain(arguments))
    }

    pub(crate) fn run_with<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
        input: &[u8],
        variables: &[(&str, &str)],
    ) -> Ended {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mtlint"))
            .args(arguments)
            .current_dir(self.path())
            .env("MTLINT_CACHE_DIR", concat!(env!("CARGO_BIN_EXE_mtlint"), "/cache"))
            .env_remove("GITHUB_ACTIONS")
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        // A program that refuses its arguments does not wait for its input.
        let _ = child.stdin.take().expect("piped").write_all(input);
        let out = drain(child.stdout.take().expect("piped"));
        let err = drain(child.stderr.take().expect("piped"));
        let code = wait(&mut child);
        let out = out.join().expect("read");
        let err = String::from_utf8(err.join().expect("read")).expect("errors are UTF-8");
        Ended { code, out, err }
    }
}

fn drain(mut from: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was written before a pipe broke is all there is.
        let _ = from.read_to_end(&mut bytes);
        bytes
    })
}

fn wait(child: &mut Child) -> Option<i32> {
    let start = Instant::now();
    loop {
        match child.try_wait().expect("it can be asked") {
            Some(status) => return status.code(),
            None if start.elapsed() > PATIENCE => {
                child.kill().expect("it can be ended");
                panic!("the program goes on for ever");
            }
            None => thread::sleep(Duration::from_millis(5)),
        }
    }
}

/// A rule with these keys besides its message and examples.
pub(crate) fn rule(keys: &str) -> String {
    format!("message: \"no: {{0}}\"\n{keys}\nexamples:\n  - {{bad: zz}}\n  - {{ok: fine}}\n")
}

/// A file in the folder as an argument.
#[cfg(unix)]
pub(crate) fn named(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    OsStr::from_bytes(bytes).into()
}

#[cfg(not(unix))]
pub(crate) fn named(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
