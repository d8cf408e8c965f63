//! What a keystroke in an editor costs: applying it, checking 100 KB again, and the way through the whole server.

use std::io::{BufRead, BufReader, Write, pipe};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use divan::Bencher;
use mtlint::format::Format;
use mtlint::lsp::{self, Change, Checker, Checkers, ClientSettings, Encoding, Text};
use mtlint::rule::{self, Recall, RuleFiles};
use mtlint::session::{Session, Settings};
use mtlint::source::Source;
use serde_json::{Value, json};

/// Raw machine translation, where findings are dense.
const FAULTY: &str = include_str!("../fixtures/articles/seed.txt");
/// Edited English, as most texts are.
const CLEAN: &str = include_str!("../README.md");

/// What a text is made of.
#[derive(Debug, Clone, Copy)]
enum Prose {
    Faulty,
    Clean,
}

/// Bytes of a text.
const LENGTH: usize = 100_000;

fn main() {
    divan::main();
}

/// A text of [`LENGTH`] bytes in which no two paragraphs are the same.
fn text(of: Prose) -> String {
    let of = match of {
        Prose::Faulty => FAULTY,
        Prose::Clean => CLEAN,
    };
    let paragraphs = of.split("\n\n").cycle().enumerate();
    let mut text = String::new();
    for (number, paragraph) in paragraphs {
        if text.len() > LENGTH {
            break;
        }
        text.push_str(&format!("{paragraph} ({number})\n\n"));
    }
    text
}

fn checker() -> Arc<Checker> {
    let rules = Arc::new(rule::load(&RuleFiles::builtin()).unwrap_or_else(|error| panic!("{error}")));
    let quick = Session::new(Arc::clone(&rules), None, Settings::default()).expect("no selectors");
    Arc::new(Checker { rules, quick, full: None, config: None })
}

/// A keystroke in the middle of the text.
fn keystroke() -> Change {
    let change = json!({"range": {"start": {"line": 200, "character": 3}, "end": {"line": 200, "character": 3}}, "text": "x"});
    serde_json::from_value(change).expect("a change")
}

#[divan::bench]
fn apply_a_keystroke(bencher: Bencher<'_, '_>) {
    let (mut text, change) = (Text::new(&text(Prose::Faulty)), keystroke());
    bencher.bench_local(|| text.apply(&change, Encoding::Utf16));
}

#[divan::bench(args = [Prose::Faulty, Prose::Clean])]
fn check_the_text_anew(bencher: Bencher<'_, '_>, of: Prose) {
    let checker = checker();
    let source = Source::from_text(text(of)).expect("short");
    bencher.bench_local(|| checker.quick.check(&source, Format::Plain).len());
}

#[divan::bench(args = [Prose::Faulty, Prose::Clean])]
fn check_after_a_keystroke(bencher: Bencher<'_, '_>, of: Prose) {
    let (checker, recall, change) = (checker(), Recall::default(), keystroke());
    let mut text = Text::new(&text(of));
    let mut check = || {
        text.apply(&change, Encoding::Utf16);
        let source =
            Source::from_text(text.rope().map(ToString::to_string).unwrap_or_default()).expect("short");
        checker.quick.check_again(&source, Format::Plain, &recall).len()
    };
    check();
    bencher.bench_local(check);
}

/// From the bytes of the notification to those of the diagnostics.
#[divan::bench(args = [Prose::Faulty, Prose::Clean])]
fn keystroke_to_diagnostics(bencher: Bencher<'_, '_>, of: Prose) {
    let ((input, mut keyboard), (screen, output)) = (pipe().expect("a pipe"), pipe().expect("a pipe"));
    let mut screen = BufReader::new(screen);
    let server = thread::spawn(move || {
        let pause = Duration::from_secs(60);
        lsp::serve(BufReader::new(input), output, |_| One(checker()), pause)
    });
    let mut send = |message: Value| {
        let body = message.to_string();
        write!(keyboard, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("it reads");
    };
    let notify = |method: &str, params: Value| json!({"jsonrpc": "2.0", "method": method, "params": params});
    send(json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}));
    receive(&mut screen);
    let document = json!({"uri": "file:///a.txt", "languageId": "plaintext", "version": 1, "text": text(of)});
    send(notify("textDocument/didOpen", json!({"textDocument": document})));
    receive(&mut screen);
    let place = json!({"line": 200, "character": 3});
    let change = json!({
        "textDocument": {"uri": "file:///a.txt", "version": 2},
        "contentChanges": [{"range": {"start": place, "end": place}, "text": "x"}],
    });
    bencher.bench_local(|| {
        send(notify("textDocument/didChange", change.clone()));
        receive(&mut screen)
    });
    drop(keyboard);
    let _ = server.join();
}

/// Reads one message; gives its length.
fn receive(screen: &mut impl BufRead) -> usize {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(screen.read_line(&mut head).expect("it writes") > 0, "the server has ended");
    }
    let length = head
        .trim()
        .strip_prefix("Content-Length: ")
        .and_then(|length| length.parse().ok())
        .expect("a length");
    let mut body = vec![0; length];
    screen.read_exact(&mut body).expect("it writes");
    length
}

/// One checker for every text.
struct One(Arc<Checker>);

impl Checkers for One {
    fn checker(&mut self, _: &Path) -> Result<Option<Arc<Checker>>, String> {
        Ok(Some(Arc::clone(&self.0)))
    }

    fn reload(&mut self, _: &ClientSettings) {}

    fn config_text(&self, _: &Path) -> Option<String> {
        None
    }
}
