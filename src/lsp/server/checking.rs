//! What is checked when, and what is shown of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use gen_lsp_types as lsp;
use gen_lsp_types::{MessageType, Uri};
use lsp_server::Notification;
use serde_json::Value;

use super::{Open, Server};
use crate::config;
use crate::lsp::checker::{Checker, Checkers};
use crate::lsp::client::Client;
use crate::lsp::document::Document;
use crate::lsp::findings::Revision;
use crate::lsp::show::Shown;
use crate::lsp::wire::Outgoing;
use crate::lsp::worker::{Done, Job, Made, Task};
use crate::lsp::{MAX_LISTED, MAX_TEXT};

impl<C: Checkers> Server<C> {
    /// Reads config and rules anew, and checks everything with them.
    pub(super) fn reload(&mut self) {
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

    /// What checks a document; a mistake in config or rules is shown.
    pub(super) fn checker(&mut self, document: &Document) -> Option<Arc<Checker>> {
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
    pub(super) fn check(&mut self, uri: &Uri, pause: Duration) {
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
    pub(super) fn start_due(&mut self) {
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

    pub(super) fn done(&mut self, done: Done) {
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

    pub(super) fn publish(&self, uri: &Uri, params: lsp::PublishDiagnosticsParams) {
        let note = Notification::new("textDocument/publishDiagnostics".to_owned(), params);
        self.out.send_findings(uri.clone(), Outgoing::Message(note.into()));
    }
}

/// Everything known of a document, in the words of the protocol.
pub(in crate::lsp) fn diagnostics(client: &Client, open: &Open) -> Vec<lsp::Diagnostic> {
    let Some(text) = open.document.text.rope() else { return Vec::new() };
    let shown = Shown { client, uri: &open.document.uri, text };
    let found = open.findings.shown();
    let (listed, others) = found.split_at_checked(MAX_LISTED).unwrap_or((found, &[]));
    listed.iter().map(|found| shown.diagnostic(found)).chain(shown.others(others)).collect()
}

/// Work on a document as it is now; `None` if there is nothing to check, or nothing to check it with.
pub(in crate::lsp) fn job(open: &Open, task: Task) -> Option<Job> {
    let (uri, revision, format) = (open.document.uri.clone(), open.revision, open.document.format);
    let (text, checker) = (open.document.text.rope()?.clone(), Arc::clone(open.checker.as_ref()?));
    Some(Job { task, uri, revision, text, format, checker, recall: Arc::clone(&open.recall) })
}
