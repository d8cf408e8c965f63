//! The conversation: what is open, what is being checked, what the client waits for.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use gen_lsp_types as lsp;
use gen_lsp_types::{MessageType, Uri};
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answers::{Fixing, Question};
use super::checker::{Checker, Checkers, Stop};
use super::client::Client;
use super::document::{Change, Document};
use super::findings::{Findings, Revision};
use super::outbox::{Outbox, outbox};
use super::settings::{ClientSettings, SECTION};
use super::show::Shown;
use super::uri;
use super::wire::{self, Incoming, Outgoing};
use super::worker::{Done, Job, Made, Task, Worker};
use super::{MAX_LISTED, MAX_TEXT};
use crate::config;
use crate::rule::Recall;

/// Messages that wait to be handled; more are left in the pipe.
const QUEUE: usize = 16;

/// Messages that are remembered, so that none is shown twice.
const MOST_SAID: usize = 1000;

/// Changes in one message that findings are moved along with.
const MOST_CHANGES: usize = 256;

/// How a conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The client asked for the end, and then for the exit.
    Orderly,
    /// The exit came first, or the client went away.
    Abrupt,
}

/// What happens.
enum Event {
    Incoming(Incoming),
    Done(Done),
    /// Nothing more will come in.
    Closed,
}

/// How far the conversation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Before `initialize`.
    New,
    Open,
    /// After `shutdown`.
    Shut,
}

/// An open document and what is known of it.
pub(super) struct Open {
    pub(super) document: Document,
    /// What checks it; `None` if nothing does.
    pub(super) checker: Option<Arc<Checker>>,
    /// The state of text and rules.
    pub(super) revision: Revision,
    pub(super) findings: Findings,
    /// What its checker knows of its paragraphs.
    recall: Arc<Recall>,
    /// When grammar is to be checked.
    grammar_due: Option<Instant>,
    /// The client does not know that there will be something else to show.
    unasked: bool,
}

pub(super) struct Server<C> {
    out: Outbox,
    pub(super) checkers: C,
    pub(super) client: Client,
    settings: ClientSettings,
    pause: Duration,
    phase: Phase,
    pub(super) documents: BTreeMap<String, Open>,
    last: Revision,
    /// Checks with the rules, and applies fixes.
    pub(super) quick: Worker,
    /// Checks with grammar.
    slow: Worker,
    pub(super) waiting: Vec<Question>,
    pub(super) fixing: Vec<Fixing>,
    pub(super) tickets: u64,
    /// How many requests the client has got.
    asked: i32,
    /// The request for its settings, until it is answered; what else is asked has no answer that tells anything.
    asked_for_settings: Option<RequestId>,
    /// What has been said already, so that it is said once.
    said: BTreeSet<String>,
}

/// Speaks the protocol until the client has had enough.
///
/// `checkers` gets the sign that its grammar is to look at, see [`Stoppable`](super::Stoppable); grammar is checked
/// when a document has not changed for `pause`, unless the client sets another.
///
/// # Errors
/// When the system gives no threads.
pub fn serve<C: Checkers>(
    mut input: impl BufRead + Send + 'static,
    mut output: impl Write + Send + 'static,
    checkers: impl FnOnce(Stop) -> C,
    pause: Duration,
) -> io::Result<End> {
    let (events, happens) = sync_channel(QUEUE);
    let reader = events.clone();
    // It stays behind when the conversation ends: nothing wakes a thread that waits for input.
    thread::Builder::new().name("lsp reader".to_owned()).spawn(move || read_all(&mut input, &reader))?;
    let (out, mut letters) = outbox();
    let writer = thread::Builder::new().name("lsp writer".to_owned());
    let writer = writer.spawn(move || letters.try_for_each(|one| wire::write(&mut output, &one)))?;
    let stop = Stop::default();
    let worker = |name, stop| {
        let events = events.clone();
        Worker::start(name, stop, move |done| {
            let _ = events.send(Event::Done(done));
        })
    };
    let server = Server {
        out,
        checkers: checkers(stop.clone()),
        client: Client::default(),
        settings: ClientSettings::default(),
        pause,
        phase: Phase::New,
        documents: BTreeMap::new(),
        last: Revision::default(),
        quick: worker("lsp rules", Stop::default())?,
        slow: worker("lsp grammar", stop)?,
        waiting: Vec::new(),
        fixing: Vec::new(),
        tickets: 0,
        asked: 0,
        asked_for_settings: None,
        said: BTreeSet::new(),
    };
    let end = server.run(&happens);
    // With the server its end of the queue is gone: what is left is written, if somebody takes it.
    let _ = writer.join();
    Ok(end)
}

fn read_all(input: &mut impl BufRead, events: &SyncSender<Event>) {
    while let Ok(Some(incoming)) = wire::read(input) {
        if events.send(Event::Incoming(incoming)).is_err() {
            return;
        }
    }
    let _ = events.send(Event::Closed);
}

impl<C: Checkers> Server<C> {
    fn run(mut self, happens: &Receiver<Event>) -> End {
        loop {
            let due = self.documents.values().filter_map(|open| open.grammar_due).min();
            let event = match due {
                Some(due) => happens.recv_timeout(due.saturating_duration_since(Instant::now())),
                None => happens.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match event {
                Ok(Event::Incoming(Incoming::Message(Message::Request(request)))) => self.request(request),
                Ok(Event::Incoming(Incoming::Message(Message::Response(response)))) => {
                    self.response(response);
                }
                Ok(Event::Incoming(Incoming::Message(Message::Notification(note)))) => {
                    if note.method == "exit" {
                        return if self.phase == Phase::Shut { End::Orderly } else { End::Abrupt };
                    }
                    self.notification(note);
                }
                Ok(Event::Incoming(Incoming::Unreadable(refusal))) => {
                    self.out.send(Outgoing::Refusal(refusal));
                }
                Ok(Event::Done(done)) => self.done(done),
                Ok(Event::Closed) | Err(RecvTimeoutError::Disconnected) => return End::Abrupt,
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.start_due();
        }
    }

    // What goes out.

    fn send(&self, message: impl Into<Message>) {
        // Where nobody listens any more, nothing more will come in either, and that is the end.
        self.out.send(Outgoing::Message(message.into()));
    }

    pub(super) fn answer(&self, id: RequestId, answer: impl Serialize) {
        self.send(Response::new_ok(id, answer));
    }

    pub(super) fn refuse(&self, id: RequestId, code: ErrorCode, why: impl Into<String>) {
        self.send(Response::new_err(id, code as i32, why.into()));
    }

    fn notify(&self, method: &str, params: impl Serialize) {
        self.send(Notification::new(method.to_owned(), params));
    }

    fn ask(&mut self, method: &str, params: impl Serialize) -> RequestId {
        let id = RequestId::from(self.asked);
        self.asked = self.asked.wrapping_add(1);
        self.send(Request::new(id.clone(), method.to_owned(), params));
        id
    }

    /// Shows the user a message, once.
    fn say(&mut self, kind: MessageType, message: &str) {
        if self.said.len() >= MOST_SAID {
            self.said.clear();
        }
        if self.said.insert(message.to_owned()) {
            let message = message.to_owned();
            self.notify("window/showMessage", lsp::ShowMessageParams { kind, message });
        }
    }

    pub(super) fn log(&self, message: String) {
        self.notify("window/logMessage", lsp::LogMessageParams { kind: MessageType::Warning, message });
    }

    // What comes in.

    fn request(&mut self, request: Request) {
        let Request { id, method, params } = request;
        match (self.phase, method.as_str()) {
            (Phase::New, "initialize") => self.initialize(id, &params),
            (Phase::New, _) => {
                self.refuse(id, ErrorCode::ServerNotInitialized, "the first request is to be `initialize`");
            }
            (Phase::Open, "shutdown") => {
                self.phase = Phase::Shut;
                self.cancel_all();
                self.answer(id, ());
            }
            (Phase::Open, "initialize") => {
                self.refuse(id, ErrorCode::InvalidRequest, "the server is initialized already");
            }
            (Phase::Open, method) => self.ask_about_document(id, method, params),
            (Phase::Shut, _) => self.refuse(id, ErrorCode::InvalidRequest, "the server is shut down"),
        }
    }

    fn initialize(&mut self, id: RequestId, params: &Value) {
        self.client = Client::new(params);
        self.phase = Phase::Open;
        let version = Some(env!("CARGO_PKG_VERSION").to_owned());
        let server_info = Some(lsp::ServerInfo { name: "mtlint".to_owned(), version });
        self.answer(id, lsp::InitializeResult { capabilities: self.client.capabilities(), server_info });
        if let Some(options) = params.get("initializationOptions") {
            self.take_settings(options);
        }
        self.checkers.reload(&self.settings);
    }

    fn initialized(&mut self) {
        if self.client.watches_files {
            let watchers = ["**/mtlint.toml", "**/.mtlint/**"].map(|glob| json!({"globPattern": glob}));
            let registration = json!({
                "id": "mtlint-files",
                "method": "workspace/didChangeWatchedFiles",
                "registerOptions": {"watchers": watchers},
            });
            self.ask("client/registerCapability", json!({"registrations": [registration]}));
        }
        self.ask_for_settings();
    }

    fn ask_for_settings(&mut self) {
        if self.client.configuration {
            let params = json!({"items": [{"section": SECTION}]});
            self.asked_for_settings = Some(self.ask("workspace/configuration", params));
        }
    }

    fn response(&mut self, response: Response) {
        let settings = self.asked_for_settings.take_if(|asked| *asked == response.id);
        if let (Some(_), Ok(answer)) = (settings, response.response_result) {
            let before = self.settings.clone();
            self.take_settings(answer.get(0).unwrap_or(&Value::Null));
            if self.settings != before {
                self.reload();
            }
        }
    }

    /// Takes settings from the client; what cannot be read is told, and leaves those that hold.
    fn take_settings(&mut self, value: &Value) -> bool {
        match ClientSettings::read(value) {
            Ok(Some(settings)) => {
                self.settings = settings;
                true
            }
            Ok(None) => false,
            Err(why) => {
                self.say(MessageType::Warning, &why);
                true
            }
        }
    }

    fn notification(&mut self, note: Notification) {
        if self.phase != Phase::Open {
            return;
        }
        let Notification { method, params } = note;
        let result = match method.as_str() {
            "initialized" => {
                self.initialized();
                Ok(())
            }
            "$/cancelRequest" => read(params).map(|params: Cancel| self.cancel(&params.id)),
            "textDocument/didOpen" => read(params).map(|params| self.open(params)),
            "textDocument/didChange" => read(params).map(|params| self.change(params)),
            "textDocument/didSave" => read(params).map(|params| self.saved(&params)),
            "textDocument/didClose" => read(params).map(|params| self.close(&params)),
            "workspace/didChangeConfiguration" => {
                if !self.take_settings(params.get("settings").unwrap_or(&Value::Null)) {
                    self.ask_for_settings();
                }
                self.reload();
                Ok(())
            }
            "workspace/didChangeWatchedFiles" => read(params).map(|params| self.files_changed(&params)),
            "workspace/didChangeWorkspaceFolders" => read(params).map(|params| self.folders_changed(params)),
            _ => Ok(()),
        };
        if let Err(error) = result {
            self.log(format!("mtlint: `{method}` is left aside, because it cannot be read: {error}"));
        }
    }

    fn open(&mut self, params: lsp::DidOpenTextDocumentParams) {
        let lsp::TextDocumentItem { uri, language_id, version, text } = params.text_document;
        let path = uri::to_path(&uri);
        let document = Document::new(uri.clone(), path, &language_id.to_string(), version, &text);
        let checker = self.checker(&document);
        let (findings, revision) = (Findings::default(), Revision::default());
        let recall = Arc::default();
        let open = Open { document, checker, revision, findings, recall, grammar_due: None, unasked: false };
        self.documents.insert(uri.to_string(), open);
        self.check(&uri, Duration::ZERO);
    }

    fn change(&mut self, params: DidChange) {
        let uri = params.text_document.uri;
        let Some(open) = self.documents.get_mut(uri.as_ref()) else {
            return self.log(format!("mtlint: a change of {uri}, which is not open, is left aside"));
        };
        open.document.version = params.text_document.version;
        // To move what is kept along with each of so many changes would take longer than to find it again.
        if params.content_changes.len() > MOST_CHANGES {
            open.findings.clear();
        }
        for change in &params.content_changes {
            match open.document.text.apply(change, self.client.encoding) {
                Some(splice) => open.findings.follow(&splice),
                None => open.findings.clear(),
            }
        }
        self.refuse_questions(&uri, "the document has changed");
        let pause = self.settings.pause(self.pause);
        self.check(&uri, pause);
    }

    fn saved(&mut self, params: &lsp::DidSaveTextDocumentParams) {
        let uri = &params.text_document.uri;
        // A client that does not watch files says at least this.
        if uri::to_path(uri).is_some_and(|path| is_ours(&path)) {
            self.reload();
        }
        if let Some(open) = self.documents.get_mut(uri.as_ref()) {
            open.grammar_due = open.grammar_due.map(|_| Instant::now());
        }
    }

    fn close(&mut self, params: &lsp::DidCloseTextDocumentParams) {
        let uri = &params.text_document.uri;
        self.quick.cancel(uri, Task::Rules);
        self.slow.cancel(uri, Task::All);
        if self.documents.remove(uri.as_ref()).is_some() && !self.client.pulls {
            let empty =
                lsp::PublishDiagnosticsParams { uri: uri.clone(), version: None, diagnostics: Vec::new() };
            self.publish(uri, empty);
        }
        self.refuse_questions(uri, "the document is closed");
        self.answer_waiting(uri);
    }

    fn files_changed(&mut self, params: &lsp::DidChangeWatchedFilesParams) {
        let path = |event: &lsp::FileEvent| uri::to_path(&event.uri);
        if params.changes.iter().filter_map(path).any(|path| is_ours(&path)) {
            self.reload();
        }
    }

    fn folders_changed(&mut self, params: lsp::DidChangeWorkspaceFoldersParams) {
        let paths = |folders: Vec<lsp::WorkspaceFolder>| -> Vec<PathBuf> {
            folders.iter().filter_map(|folder| uri::to_path(&folder.uri)).collect()
        };
        let removed = paths(params.event.removed);
        self.client.folders.retain(|folder| !removed.contains(folder));
        self.client.folders.extend(paths(params.event.added));
    }

    /// Reads config and rules anew, and checks everything with them.
    fn reload(&mut self) {
        self.said.clear();
        self.checkers.reload(&self.settings);
        let uris: Vec<Uri> = self.documents.values().map(|open| open.document.uri.clone()).collect();
        for uri in uris {
            let Some(document) = self.documents.get(uri.as_ref()).map(|open| open.document.clone()) else {
                continue;
            };
            let checker = self.checker(&document);
            if let Some(open) = self.documents.get_mut(uri.as_ref()) {
                open.checker = checker;
                open.findings.clear();
                open.recall = Arc::default();
                open.unasked = true;
            }
            self.check(&uri, Duration::ZERO);
        }
    }

    // Checking.

    /// What checks a document; a mistake in config or rules is shown.
    fn checker(&mut self, document: &Document) -> Option<Arc<Checker>> {
        let unnamed = || {
            self.client.folder_of(None).map_or_else(|| "untitled".into(), |folder| folder.join("untitled"))
        };
        let path = document.path.clone().unwrap_or_else(unnamed);
        if path.file_name().is_some_and(|name| name == config::FILE_NAME) {
            return None;
        }
        self.checkers.checker(&path).unwrap_or_else(|why| {
            self.say(MessageType::Error, &why);
            None
        })
    }

    /// Has the text, as it is now, checked with the rules, and after `pause` with grammar.
    fn check(&mut self, uri: &Uri, pause: Duration) {
        self.last = Revision(self.last.0 + 1);
        let revision = self.last;
        self.slow.cancel(uri, Task::All);
        let Some(open) = self.documents.get_mut(uri.as_ref()) else { return };
        open.revision = revision;
        open.grammar_due = None;
        let is_too_long = open.document.text.rope().is_none();
        match job(open, Task::Rules) {
            Some(job) => {
                open.grammar_due = job.checker.full.as_ref().map(|_| Instant::now() + pause);
                self.quick.add(job);
            }
            None => {
                self.quick.cancel(uri, Task::Rules);
                open.findings.set_rules(revision, Vec::new());
                self.show(uri);
                self.answer_waiting(uri);
            }
        }
        if is_too_long {
            let megabytes = MAX_TEXT >> 20;
            let what = format!(
                "mtlint: {uri} is not checked, because it is longer than {megabytes} MiB; split the file"
            );
            self.say(MessageType::Warning, &what);
        }
    }

    /// Starts the checks of grammar whose time has come.
    fn start_due(&mut self) {
        let now = Instant::now();
        for open in self.documents.values_mut() {
            if open.grammar_due.is_some_and(|due| due <= now) {
                open.grammar_due = None;
                if let Some(job) = job(open, Task::All) {
                    self.slow.add(job);
                }
            }
        }
    }

    fn done(&mut self, done: Done) {
        let Done { task, uri, revision, text, made } = done;
        if let Task::Fix(ticket) = task {
            return self.fixed(ticket, &text, made);
        }
        let Some(open) = self.documents.get_mut(uri.as_ref()).filter(|open| open.revision == revision) else {
            return;
        };
        let found = match made {
            Ok(Made::Findings(found)) => Ok(found),
            Ok(Made::Fixed(_)) => return,
            Err(why) => Err(why),
        };
        let failed = found.as_ref().err().cloned();
        let is_new = match (task, found) {
            (Task::Rules, found) => {
                open.findings.set_rules(revision, found.unwrap_or_default());
                true
            }
            (_, Ok(found)) => {
                let is_new = open.findings.set_all(revision, found);
                open.unasked |= is_new;
                is_new
            }
            (_, Err(_)) => false,
        };
        if is_new {
            self.show(&uri);
            self.answer_waiting(&uri);
        }
        if let Some(why) = failed {
            self.say(MessageType::Error, &format!("mtlint: {uri}: {why}"));
        }
        if let Some(why) = self.checkers.take_warning() {
            self.say(MessageType::Error, &why);
        }
    }

    /// Shows what is known of a document, or has the client ask for it.
    fn show(&mut self, uri: &Uri) {
        let Some(open) = self.documents.get_mut(uri.as_ref()) else { return };
        if self.client.pulls {
            if std::mem::take(&mut open.unasked) {
                self.ask("workspace/diagnostic/refresh", Value::Null);
            }
            return;
        }
        let version = self.client.diagnostic_version.then_some(open.document.version);
        let diagnostics = diagnostics(&self.client, open);
        let params = lsp::PublishDiagnosticsParams { uri: uri.clone(), version, diagnostics };
        self.publish(uri, params);
    }

    fn publish(&self, uri: &Uri, params: lsp::PublishDiagnosticsParams) {
        let note = Notification::new("textDocument/publishDiagnostics".to_owned(), params);
        self.out.send_findings(uri.clone(), Outgoing::Message(note.into()));
    }
}

/// Everything known of a document, in the words of the protocol.
pub(super) fn diagnostics(client: &Client, open: &Open) -> Vec<lsp::Diagnostic> {
    let Some(text) = open.document.text.rope() else { return Vec::new() };
    let shown = Shown { client, uri: &open.document.uri, text };
    let found = open.findings.shown();
    let (listed, others) = found.split_at_checked(MAX_LISTED).unwrap_or((found, &[]));
    listed.iter().map(|found| shown.diagnostic(found)).chain(shown.others(others)).collect()
}

/// Work on a document as it is now; `None` if there is nothing to check, or nothing to check it with.
pub(super) fn job(open: &Open, task: Task) -> Option<Job> {
    let (uri, revision, format) = (open.document.uri.clone(), open.revision, open.document.format);
    let (text, checker) = (open.document.text.rope()?.clone(), Arc::clone(open.checker.as_ref()?));
    Some(Job { task, uri, revision, text, format, checker, recall: Arc::clone(&open.recall) })
}

/// Whether what is checked depends on the file.
fn is_ours(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == config::FILE_NAME)
        || path.components().any(|part| part.as_os_str() == ".mtlint")
}

/// Reads parameters.
pub(super) fn read<P: DeserializeOwned>(params: Value) -> Result<P, serde_json::Error> {
    serde_json::from_value(params)
}

/// The parameters of `$/cancelRequest`.
#[derive(Debug, Deserialize)]
struct Cancel {
    id: RequestId,
}

/// The parameters of `textDocument/didChange`; see [`Change`] for why they are not the generated ones.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DidChange {
    text_document: Versioned,
    content_changes: Vec<Change>,
}

#[derive(Debug, Deserialize)]
struct Versioned {
    uri: Uri,
    version: i32,
}
