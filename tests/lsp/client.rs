//! A client of `mtlint lsp` that does what a test tells it.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// A server that says nothing for so long has failed.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program, a folder that it works in, and what it has said.
pub(crate) struct Client {
    child: Child,
    input: Option<ChildStdin>,
    output: Receiver<Value>,
    /// Read, but not asked for yet.
    kept: VecDeque<Value>,
    last: i64,
    pub(crate) folder: TempDir,
}

impl Client {
    /// Starts the program with `options`, in a folder with these files.
    pub(crate) fn start(options: &[&str], files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("it is in the folder")).expect("made");
            std::fs::write(path, text).expect("written");
        }
        let mut child = Command::new(env!("CARGO_BIN_EXE_mtlint"))
            .arg("lsp")
            .args(options)
            .current_dir(folder.path())
            .env("MTLINT_CACHE_DIR", folder.path().join("cache"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let (send, receive) = channel();
        thread::spawn(move || read_all(output, |message| send.send(message).is_ok()));
        let input = child.stdin.take();
        Self { child, input, output: receive, kept: VecDeque::new(), last: 0, folder }
    }

    /// Starts it without grammar and initializes it as a client that can do `capabilities`.
    pub(crate) fn open(capabilities: &Value, files: &[(&str, &str)]) -> Self {
        let mut client = Self::start(&["--no-grammar"], files);
        client.initialize(capabilities);
        client
    }

    pub(crate) fn initialize(&mut self, capabilities: &Value) -> Value {
        let folders = json!([{"uri": self.uri(""), "name": "test"}]);
        let params = json!({"processId": null, "rootUri": null, "capabilities": capabilities, "workspaceFolders": folders});
        let answer = self.request("initialize", params);
        self.notify("initialized", json!({}));
        answer["result"].clone()
    }

    /// The number of its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// The name of a file in the folder.
    pub(crate) fn uri(&self, name: &str) -> String {
        let folder = self.folder.path().to_str().expect("Unicode").replace('\\', "/");
        format!("file://{}{folder}/{name}", if folder.starts_with('/') { "" } else { "/" })
            .trim_end_matches('/')
            .to_owned()
    }

    pub(crate) fn send(&mut self, message: &Value) {
        self.send_text(&message.to_string());
    }

    pub(crate) fn send_text(&mut self, body: &str) {
        let frame = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        self.send_bytes(frame.as_bytes());
    }

    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("open");
        input.write_all(bytes).and_then(|()| input.flush()).expect("the server listens");
    }

    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request; gives its id.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.last += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": self.last, "method": method, "params": params}));
        self.last
    }

    /// Sends a request and waits for the answer.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        self.answer(id)
    }

    pub(crate) fn answer(&mut self, id: i64) -> Value {
        self.wait(|message| message.get("method").is_none() && message["id"] == id)
    }

    /// The first message for which `wanted` holds; the others are kept.
    pub(crate) fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.kept.iter().position(&wanted) {
            return self.kept.remove(at).expect("it is there");
        }
        loop {
            let message =
                self.output.recv_timeout(PATIENCE).expect("the server has said nothing for too long");
            assert_eq!(message["jsonrpc"], "2.0");
            if wanted(&message) {
                return message;
            }
            self.kept.push_back(message);
        }
    }

    pub(crate) fn wait_for(&mut self, method: &str) -> Value {
        self.wait(|message| message["method"] == method)["params"].clone()
    }

    /// The diagnostics of a version of a document, as soon as there are some that `wanted` holds for.
    pub(crate) fn diagnostics(
        &mut self,
        name: &str,
        version: i64,
        wanted: impl Fn(&[Value]) -> bool,
    ) -> Vec<Value> {
        let uri = self.uri(name);
        let message = self.wait(|message| {
            let params = &message["params"];
            message["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == uri
                && params["version"] == version
                && params["diagnostics"].as_array().is_some_and(|all| wanted(all))
        });
        message["params"]["diagnostics"].as_array().cloned().expect("it is a list")
    }

    pub(crate) fn open_text(&mut self, name: &str, language: &str, text: &str) {
        let document = json!({"uri": self.uri(name), "languageId": language, "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    pub(crate) fn change(&mut self, name: &str, version: i64, changes: Value) {
        let document = json!({"uri": self.uri(name), "version": version});
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    }

    /// The actions at a place; `only` names kinds, null all.
    pub(crate) fn actions(&mut self, name: &str, line: u32, character: u32, only: &Value) -> Vec<Value> {
        let at = json!({"line": line, "character": character});
        let mut context = json!({"diagnostics": []});
        if !only.is_null() {
            context["only"] = only.clone();
        }
        let document = json!({"uri": self.uri(name)});
        let params = json!({"textDocument": document, "range": {"start": at, "end": at}, "context": context});
        let answer = self.request("textDocument/codeAction", params);
        answer["result"].as_array().cloned().unwrap_or_else(|| panic!("no actions: {answer}"))
    }

    /// Asks for the end and waits for it.
    pub(crate) fn shut_down(mut self) {
        assert_eq!(self.request("shutdown", Value::Null)["result"], Value::Null);
        self.notify("exit", Value::Null);
        assert_eq!(self.exit().code(), Some(0));
    }

    /// Closes the input and waits for the end.
    pub(crate) fn exit(&mut self) -> ExitStatus {
        drop(self.input.take());
        self.child.wait().expect("it ends")
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).expect("written");
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // A test that has failed leaves nothing behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_all(mut output: impl BufRead, mut take: impl FnMut(Value) -> bool) {
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if output.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                length = value.parse().expect("a number");
            }
        }
        let mut body = vec![0; length];
        if output.read_exact(&mut body).is_err() || !take(serde_json::from_slice(&body).expect("JSON")) {
            return;
        }
    }
}

/// What a modern editor can do.
pub(crate) fn everything() -> Value {
    json!({
        "general": {"positionEncodings": ["utf-16"]},
        "textDocument": {
            "publishDiagnostics": {
                "versionSupport": true, "relatedInformation": true, "codeDescriptionSupport": true,
                "dataSupport": true, "tagSupport": {"valueSet": [1, 2]},
            },
            "hover": {"contentFormat": ["markdown", "plaintext"]},
            "codeAction": {
                "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source"]}},
                "isPreferredSupport": true, "dataSupport": true, "resolveSupport": {"properties": ["edit"]},
            },
        },
        "workspace": {
            "workspaceEdit": {"documentChanges": true, "resourceOperations": ["create"]},
            "didChangeWatchedFiles": {"dynamicRegistration": true},
        },
    })
}

/// `text` after the edits of a `WorkspaceEdit` for `uri`, as a client that counts in UTF-16 applies them.
pub(crate) fn applied(text: &str, edit: &Value, uri: &str) -> String {
    let mut edits: Vec<&Value> = Vec::new();
    if let Some(changes) = edit["changes"][uri].as_array() {
        edits.extend(changes);
    }
    for change in edit["documentChanges"].as_array().into_iter().flatten() {
        if change["textDocument"]["uri"] == uri {
            edits.extend(change["edits"].as_array().expect("a list"));
        }
    }
    let mut spans: Vec<(usize, usize, &str)> = edits
        .iter()
        .map(|edit| {
            let at = |place: &str| byte(text, &edit["range"][place]);
            (at("start"), at("end"), edit["newText"].as_str().expect("a text"))
        })
        .collect();
    spans.sort_unstable();
    let mut out = text.to_owned();
    for (start, end, new) in spans.into_iter().rev() {
        out.replace_range(start..end, new);
    }
    out
}

/// The byte at a position that counts in UTF-16, where lines end with LF.
pub(crate) fn byte(text: &str, position: &Value) -> usize {
    let (line, column) =
        (position["line"].as_u64().expect("a line"), position["character"].as_u64().expect("a column"));
    let start: usize = text.split_inclusive('\n').take(line as usize).map(str::len).sum();
    let mut units = 0;
    let before = text[start..].chars().take_while(|c| {
        units += c.len_utf16() as u64;
        units <= column
    });
    start + before.map(char::len_utf8).sum::<usize>()
}
