//! Runs over a tree are killed and interrupted.

use std::fs;
use std::fs::File;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::setup::{Desk, article, belongings, end, rounds, said, send, set_mode, until};

/// Files of the tree.
const FILES: usize = 60;

fn name(number: usize) -> String {
    format!("tree/article-{number:02}.txt")
}

/// Starts `mtlint` with signals as they are for a program that somebody starts in a terminal.
fn start(desk: &Desk, ignored: Option<&str>, arguments: &[&str]) -> Child {
    let ignore = ignored.map(|signal| format!("--ignore-signal={signal}"));
    let mut all = vec!["--default-signal=INT,TERM,HUP"];
    all.extend(ignore.as_deref());
    all.push(crate::setup::PROGRAM);
    all.extend(arguments);
    let mut command = desk.command("env", &all);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs")
}

/// A row of numbers that is the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most.max(1)
    }
}

#[test]
fn a_run_that_is_killed_at_any_moment_leaves_every_text_whole() {
    let desk = Desk::new();
    let articles: Vec<(String, String)> = (0..FILES).map(|number| article(number, 1 + number)).collect();
    let fix = ["fix", "-q", "--no-cache", "--jobs", "4", "tree"];
    let lay_out = || {
        for (number, (old, _)) in articles.iter().enumerate() {
            desk.write(&name(number), old);
            set_mode(&desk.at(&name(number)), 0o664);
        }
    };
    lay_out();
    let begun = Instant::now();
    assert_eq!(desk.run(&fix).0, Some(0));
    let whole = begun.elapsed();
    let mut dice = Dice(2027);
    let (mut killed, mut left, mut fixed) = (0, 0, 0);
    for round in 0..rounds() {
        lay_out();
        let child = start(&desk, None, &fix);
        thread::sleep(Duration::from_micros(dice.below(whole.as_micros() as u64)));
        let signal = ["KILL", "KILL", "INT", "TERM", "HUP"][round % 5];
        send(signal, child.id());
        let output = end(child);
        let is_kill = signal == "KILL" && output.status.signal() == Some(9);
        // An interrupt that comes before the program has said what it does with one ends it too.
        let code = output.status.code();
        let ended = is_kill
            || matches!(code, Some(0 | 130))
            || (signal != "KILL" && output.status.signal().is_some());
        assert!(ended, "{signal}: {:?} {:?}", output.status, said(&output));
        killed += usize::from(code != Some(0));
        for (number, (old, new)) in articles.iter().enumerate() {
            let now = fs::read_to_string(desk.at(&name(number))).expect("there");
            assert!(now == *old || now == *new, "half a file: {now}");
            assert_eq!(belongings(&desk.at(&name(number))).0, 0o664);
            fixed += usize::from(now == *new);
        }
        let temporary = desk.temporary_files("tree");
        assert!(is_kill || temporary.is_empty(), "{signal} leaves {temporary:?}");
        left += temporary.len();
        // The next run does the rest, and reads nothing but the articles.
        let (code, said) = desk.run(&["fix", "--no-cache", "tree"]);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains(&format!("{FILES} files")), "{said}");
        for (number, (_, new)) in articles.iter().enumerate() {
            assert_eq!(desk.read(&name(number)), new.as_bytes());
        }
        temporary.iter().for_each(|file| fs::remove_file(file).expect("removed"));
        let done = round + 1;
        if done % 100 == 0 || done == rounds() {
            let texts = done * FILES;
            println!(
                "{done} rounds, {killed} ended early: {fixed} of {texts} texts were new by then, \
                 {left} temporary files were left"
            );
        }
    }
}

/// A run that has fixed `a.txt` and waits for the lock of `z.txt`.
fn waiting(ignored: Option<&str>) -> (Desk, File, Child) {
    let desk = Desk::new();
    desk.write("a.txt", "In the the end.\n");
    desk.write("z.txt", "In the the end.\n");
    let lock = File::open(desk.at("z.txt")).expect("there");
    lock.lock().expect("locked");
    let child = start(&desk, ignored, &["fix", "--no-cache", "--jobs", "1", "a.txt", "z.txt"]);
    until("the first text is fixed", || desk.read("a.txt") == b"In the end.\n");
    (desk, lock, child)
}

#[test]
fn an_interrupt_a_request_to_end_and_a_closed_terminal_end_a_run_with_130() {
    for signal in ["INT", "TERM", "HUP"] {
        let (desk, lock, child) = waiting(None);
        send(signal, child.id());
        let (code, said) = said(&end(child));
        assert_eq!(code, Some(130), "{signal}: {said}");
        assert_eq!(desk.read("z.txt"), b"In the the end.\n", "{signal}");
        assert!(desk.temporary_files(".").is_empty(), "{signal}");
        drop(lock);
    }
}

#[test]
fn a_run_under_nohup_goes_on_when_the_terminal_is_closed() {
    let (desk, lock, child) = waiting(Some("HUP"));
    send("HUP", child.id());
    lock.unlock().expect("unlocked");
    let (code, said) = said(&end(child));
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(desk.read("z.txt"), b"In the end.\n");
}

#[test]
fn a_lock_that_nobody_gives_back_is_told_and_does_not_hang() {
    let (desk, lock, child) = waiting(None);
    let (code, said) = said(&end(child));
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("z.txt: cannot be written") && said.contains("locked"), "{said}");
    assert_eq!(desk.read("z.txt"), b"In the the end.\n");
    drop(lock);
}

#[test]
fn an_interrupt_does_not_wait_for_whoever_is_to_read_a_report() {
    let desk = Desk::new();
    desk.write("a.txt", "In the the end.\n");
    assert!(Command::new("mkfifo").arg(desk.at("pipe")).status().expect("it runs").success());
    for arguments in [
        &["check", "a.txt", "--no-cache", "--output-format", "sarif=pipe"][..],
        &["check", "a.txt", "--no-cache", "--output-format", "summary=pipe"],
        &["report", "a.txt", "--no-cache", "-o", "pipe"],
    ] {
        let child = start(&desk, None, arguments);
        // All of it sleeps, and goes on sleeping: it waits for a reader.
        let stat = format!("/proc/{}/stat", child.id());
        let mut asleep = 0;
        until("it waits", || {
            let now = fs::read_to_string(&stat).expect("it runs");
            asleep = if now.contains(") S ") { asleep + 1 } else { 0 };
            asleep > 30
        });
        send("TERM", child.id());
        assert_eq!(said(&end(child)).0, Some(130), "{arguments:?}");
    }
}
