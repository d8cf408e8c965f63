//! Runs the program under strace: which system calls it makes, and what it does if one of them goes wrong.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use crate::setup::{Desk, PROGRAM, is_ci, skip};

/// The calls by which files are looked at, made, written and put in their place.
const CALLS: &str = "trace=?openat,?read,?write,?pwrite64,?copy_file_range,?sendfile,?fchown,?fchmod,?fsync,?fdatasync,\
                     ?flock,?rename,?renameat,?renameat2,?link,?linkat,?unlink,?unlinkat,?close,?lseek,?ftruncate,\
                     ?statx,?readlink,?getdents64,?mkdir";

/// Whether a program can be traced here.
pub(crate) fn can_trace() -> bool {
    static CAN: OnceLock<bool> = OnceLock::new();
    let can = *CAN.get_or_init(|| {
        let traced = Command::new("strace").args(["-o", "/dev/null", "true"]).output();
        traced.is_ok_and(|output| output.status.success())
    });
    if !can {
        skip("strace is not there, or may not trace (ptrace is forbidden)", is_ci());
    }
    can
}

/// One system call of a run: the `index`th of that `name` in its thread, counted from 1.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) index: usize,
    pub(crate) line: String,
}

/// `mtlint` under strace, with these options and the calls in `log`.
pub(crate) fn traced(desk: &Desk, options: &[&str], log: &Path, arguments: &[&str]) -> Command {
    let log = log.to_str().expect("UTF-8");
    let all = [&["-f", "-y", "-qq", "-o", log], options, &[PROGRAM], arguments].concat();
    desk.command("strace", &all)
}

/// The calls of a run that `is_about` tells by their line.
pub(crate) fn calls(log: &Path, is_about: impl Fn(&str) -> bool) -> Vec<Call> {
    let mut counts: std::collections::HashMap<(String, String), usize> = std::collections::HashMap::new();
    let mut calls = Vec::new();
    for line in fs::read_to_string(log).expect("written").lines() {
        let Some((thread, call)) = line.split_once(' ') else { continue };
        let Some((name, _)) = call.trim_start().split_once('(') else { continue };
        if !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
            continue;
        }
        let index = counts.entry((thread.to_owned(), name.to_owned())).or_default();
        *index += 1;
        if is_about(line) {
            calls.push(Call { name: name.to_owned(), index: *index, line: line.to_owned() });
        }
    }
    calls
}

/// The options that trace what is injected into.
pub(crate) fn watching() -> [&'static str; 2] {
    ["-e", CALLS]
}

/// A run that stands still at a system call.
pub(crate) struct Stopped {
    child: Child,
    log: PathBuf,
}

impl Stopped {
    /// Starts `mtlint`, which stops before the first call of that name, or the first that names this path.
    pub(crate) fn at(desk: &Desk, call: &str, path: Option<&Path>, arguments: &[&str]) -> Self {
        let log = desk.at("strace.log");
        let _ = fs::remove_file(&log);
        let (trace, inject) = (format!("trace={call}"), format!("inject={call}:signal=SIGSTOP:when=1"));
        let mut options = vec!["-e", &trace, "-e", &inject];
        if let Some(path) = path {
            options.extend(["-P", path.to_str().expect("UTF-8")]);
        }
        let mut command = traced(desk, &options, &log, arguments);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("strace runs");
        let stopped = Self { child, log };
        crate::setup::until("the call", || stopped.said().contains("stopped by SIGSTOP"));
        stopped
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Lets it go on; gives exit code and what it said.
    pub(crate) fn go_on(self) -> (Option<i32>, String) {
        let said = self.said();
        let thread = said.lines().find(|line| line.contains("stopped by SIGSTOP")).expect("it stopped");
        crate::setup::send("CONT", thread.split(' ').next().expect("a number").parse().expect("a number"));
        crate::setup::said(&crate::setup::end(self.child))
    }
}
