//! The program itself fails: a thread panics because the system gives it no random number, which std does not survive.

use std::fs;
use std::process::Stdio;

use crate::setup::{Desk, end, said};
use crate::strace::{can_trace, traced};

const OLD: &[u8] = b"In the the end.\n";
const NEW: &[u8] = b"In the end.\n";

/// Three texts; exit code, what was said, and which of them are fixed, if each thread's call of that number fails.
fn without_random_numbers(call: usize) -> (Option<i32>, String, Vec<bool>) {
    let desk = Desk::new();
    let names = ["a.txt", "b.txt", "c.txt"];
    names.iter().for_each(|name| desk.write(name, OLD));
    let inject = format!("inject=getrandom:error=EIO:when={call}");
    let log = desk.at("strace.log");
    let options = ["-e", "trace=getrandom", "-e", &inject];
    let mut command = traced(&desk, &options, &log, &["fix", "--no-cache", "--jobs", "1", "."]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let (code, said) = said(&end(child));
    assert!(fs::read_to_string(log).expect("written").contains("(INJECTED)"), "it was not reached");
    assert!(said.contains("panicked"), "{said}");
    assert!(desk.temporary_files(".").is_empty());
    let fixed = names.iter().map(|name| match desk.read(name) {
        now if now == NEW => true,
        now if now == OLD => false,
        now => panic!("half a file: {now:?}"),
    });
    let fixed = fixed.collect();
    (code, said, fixed)
}

#[test]
fn a_check_that_panics_is_told_and_the_other_texts_are_fixed() {
    if can_trace() {
        // The first call of the main thread is one that may fail.
        let (code, said, fixed) = without_random_numbers(1);
        assert_eq!(code, Some(2), "{said}");
        assert_eq!(fixed.iter().filter(|fixed| **fixed).count(), 2, "{said}");
        assert!(said.contains(".txt: could not be done because of a fault in mtlint itself"), "{said}");
        assert!(said.contains("why: ") && said.contains("help: "), "{said}");
    }
}

#[test]
fn a_command_that_panics_ends_with_2() {
    if can_trace() {
        let (code, said, fixed) = without_random_numbers(2);
        assert_eq!((code, fixed), (Some(2), vec![false; 3]), "{said}");
        assert!(said.contains("error: ") && said.contains("a fault in mtlint itself"), "{said}");
    }
}
