//! Several runs of mtlint fix the same tree at once, while somebody reads it.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::setup::{Desk, article, end, pause, rounds, said};

/// Files of the tree.
const FILES: usize = 200;

fn name(number: usize) -> String {
    format!("tree/{:02}/article-{number:03}.txt", number % 5)
}

#[test]
fn runs_at_once_lose_no_text_and_leave_none_unfixed() {
    let desk = Desk::new();
    let articles: Vec<(String, String)> = (0..FILES).map(|number| article(number, 1 + number % 40)).collect();
    let (mut reads, all) = (0, (rounds() / 5).max(2));
    for round in 0..all {
        for (number, (old, _)) in articles.iter().enumerate() {
            desk.write(&name(number), old);
        }
        let done = AtomicBool::new(false);
        reads += thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let mut reads = 0;
                while !done.load(Ordering::Relaxed) {
                    for (number, (old, new)) in articles.iter().enumerate() {
                        let now =
                            fs::read_to_string(desk.at(&name(number))).expect("it is there at every moment");
                        assert!(now == *old || now == *new, "half a file: {now}");
                        reads += 1;
                    }
                    pause();
                }
                reads
            });
            let start = |backwards: bool| {
                let mut folders = ["tree/00", "tree/01", "tree/02", "tree/03", "tree/04"];
                if backwards {
                    folders.reverse();
                }
                let arguments = [&["fix", "-q", "--no-cache", "--jobs", "3"][..], &folders].concat();
                let mut command = desk.mtlint(&arguments);
                command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
                command.spawn().expect("it runs")
            };
            let runs: Vec<_> = (0..2 + round % 2).map(|run| start(run == 1 && round % 2 == 1)).collect();
            let ended: Vec<_> = runs.into_iter().map(|run| said(&end(run))).collect();
            done.store(true, Ordering::Relaxed);
            let reads = reader.join().expect("every file was whole");
            for (code, said) in ended {
                assert_eq!(code, Some(0), "{said}");
            }
            reads
        });
        for (number, (_, new)) in articles.iter().enumerate() {
            assert_eq!(desk.read(&name(number)), new.as_bytes(), "{}", name(number));
        }
        for folder in 0..5 {
            assert!(desk.temporary_files(&format!("tree/{folder:02}")).is_empty());
        }
    }
    println!("{all} rounds of 2 or 3 runs over {FILES} files, read {reads} times meanwhile");
}
