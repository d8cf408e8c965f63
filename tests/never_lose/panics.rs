//! The program itself fails: a thread panics because the system gives it no random number, which std does not survive.

use std::fs;
use std::process::Stdio;

use crate::setup::{Desk, end, said};
use crate::strace::{can_trace, traced};

#[test]
fn a_panic_neither_hangs_nor_ends_without_a_word() {
    if !can_trace() {
        return;
    }
    let desk = Desk::new();
    let mut panics = 0;
    for index in 1..=4 {
        desk.write("a.txt", "In the the end.\n");
        let inject = format!("inject=getrandom:error=EIO:when={index}+");
        let log = desk.at("strace.log");
        let options = ["-e", "trace=getrandom", "-e", &inject];
        let mut command = traced(&desk, &options, &log, &["fix", "a.txt", "--no-cache", "--jobs", "2"]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
        let (code, said) = said(&end(child));
        let now = desk.read("a.txt");
        assert!(now == b"In the the end.\n" || now == b"In the end.\n", "half a file");
        assert!(desk.temporary_files(".").is_empty());
        if fs::read_to_string(log).expect("written").contains("(INJECTED)") && said.contains("panicked") {
            panics += 1;
            assert_eq!(code, Some(2), "{index}: {said}");
            assert!(said.contains("error: ") && said.contains("help: "), "{index}: {said}");
        }
    }
    assert!(panics > 0, "nothing panicked");
}
