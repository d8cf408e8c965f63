//! The conversation: what is open, what is being checked, what the client waits for.
//!
//! `notes` takes what the client tells, `checking` has documents checked and shows what was found.

mod checking;
mod notes;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use gen_lsp_types as lsp;
use gen_lsp_types::MessageType;
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub(super) use checking::{diagnostics, job};

use super::answers::{Fixing, Question};
use super::checker::{Checker, Checkers, Stop};
use super::client::Client;
use super::document::Document;
use super::findings::{Findings, Revision};
use super::outbox::{Outbox, outbox};
use super::settings::{ClientSettings, SECTION};
use super::wire::{self, Incoming, Outgoing};
use super::worker::{Done, Worker};
use crate::rule::Recall;

/// Messages that wait to be handled; more are left in the pipe.
const QUEUE: usize = 16;

/// Messages that are remembered, so that none is shown twice.
const MOST_SAID: usize = 1000;

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
    /// Those that the client began with, which hold where its configuration has none.
    given: ClientSettings,
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
        given: ClientSettings::default(),
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
            self.take_settings(ClientSettings::read(options));
            self.given = self.settings.clone();
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
            let section = answer.get(0).unwrap_or(&Value::Null);
            self.take_settings(ClientSettings::read_section(section, &self.given));
            if self.settings != before {
                self.reload();
            }
        }
    }

    /// Takes settings that the client has sent; what cannot be read is told, and leaves those that hold.
    fn take_settings(&mut self, sent: Result<Option<ClientSettings>, String>) -> bool {
        match sent {
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
}

/// Reads parameters.
pub(super) fn read<P: DeserializeOwned>(params: Value) -> Result<P, serde_json::Error> {
    serde_json::from_value(params)
}
