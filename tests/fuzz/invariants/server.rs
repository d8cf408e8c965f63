//! Any bytes that an editor sends end in a conversation in which every answer has a question.

use std::collections::HashSet;
use std::io::{self, BufReader, Cursor, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use mtlint::lsp::{self, Checker, Checkers, ClientSettings};
use mtlint::rule::{self, RuleFiles};
use mtlint::session::{Session, Settings};
use serde_json::Value;

struct One(Arc<Checker>);

impl Checkers for One {
    fn checker(&mut self, path: &Path) -> Result<Option<Arc<Checker>>, String> {
        match path.extension().is_some_and(|extension| extension == "exe") {
            true => Ok(None),
            false => Ok(Some(Arc::clone(&self.0))),
        }
    }

    fn reload(&mut self, _: &ClientSettings) {}

    fn config_text(&self, _: &Path) -> Option<String> {
        None
    }
}

fn checker() -> Arc<Checker> {
    static CHECKER: OnceLock<Arc<Checker>> = OnceLock::new();
    let made = CHECKER.get_or_init(|| {
        let rules = Arc::new(rule::load(&RuleFiles::builtin()).unwrap_or_else(|error| panic!("{error}")));
        let quick = Session::new(Arc::clone(&rules), None, Settings::default()).expect("no selectors");
        Arc::new(Checker { rules, quick, full: None, config: None })
    });
    Arc::clone(made)
}

/// What the server has written.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panics with it").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Lines are messages, put into frames; an input that begins with `C` is a stream as it is.
pub(crate) fn converse(data: &[u8]) {
    let mut input = Vec::new();
    if data.starts_with(b"C") {
        input.extend_from_slice(data);
    } else {
        let hello = br#"{"jsonrpc":"2.0","id":"hello","method":"initialize","params":{"capabilities":{}}}"#;
        let bye = [
            &br#"{"jsonrpc":"2.0","id":"bye","method":"shutdown"}"#[..],
            br#"{"jsonrpc":"2.0","method":"exit"}"#,
        ];
        for line in std::iter::once(&hello[..]).chain(data.split(|&b| b == b'\n')).chain(bye) {
            input.extend_from_slice(format!("Content-Length: {}\r\n\r\n", line.len()).as_bytes());
            input.extend_from_slice(line);
        }
    }
    let stream = data.starts_with(b"C");
    let asked = asked(&input);
    let written = Written::default();
    let reader = BufReader::new(Cursor::new(input));
    lsp::serve(reader, written.clone(), |_| One(checker()), Duration::from_secs(3600)).expect("threads");
    let bytes = written.0.lock().expect("nobody panics with it").clone();
    // What is a message in a broken stream is for the server to say.
    if !stream {
        answered(&asked, &bytes);
    }
}

/// The ids that anything in the stream carries, as they are written.
fn asked(input: &[u8]) -> HashSet<String> {
    let mut reader = BufReader::new(input);
    let mut all = HashSet::from([Value::Null.to_string()]);
    while let Ok(Some(value)) = frame(&mut reader) {
        if let Some(id) = value.get("id") {
            all.insert(id.to_string());
        }
    }
    all
}

/// The JSON of the next frame that holds some.
fn frame(reader: &mut impl io::BufRead) -> io::Result<Option<Value>> {
    let mut length = 0;
    loop {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        if line.trim_end_matches(['\r', '\n']).is_empty() {
            let mut body = vec![0; length];
            reader.read_exact(&mut body)?;
            match serde_json::from_slice(&body) {
                Ok(value) => return Ok(Some(value)),
                Err(_) => continue,
            }
        }
        if let Some((name, value)) = line.split_once(':')
            && name.trim().eq_ignore_ascii_case("Content-Length")
        {
            length = value.trim().parse().unwrap_or(0).min(1 << 20);
        }
    }
}

/// What was written is well formed, and answers nothing that was not asked.
fn answered(asked: &HashSet<String>, bytes: &[u8]) {
    let mut reader = BufReader::new(bytes);
    while let Some(message) = frame(&mut reader).expect("what is written can be read") {
        if message.get("method").is_none() {
            let id = message["id"].to_string();
            assert!(asked.contains(&id), "{id} was not asked");
        }
    }
}
