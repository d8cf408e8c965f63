//! What the client tells without a question: of its documents, its settings, its files and folders.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use gen_lsp_types as lsp;
use gen_lsp_types::Uri;
use lsp_server::{Notification, RequestId};
use serde::Deserialize;
use serde_json::Value;

use super::{Open, Phase, Server, read};
use crate::config;
use crate::lsp::checker::Checkers;
use crate::lsp::document::{Change, Document};
use crate::lsp::findings::{Findings, Revision};
use crate::lsp::settings::ClientSettings;
use crate::lsp::uri;
use crate::lsp::worker::Task;

/// Changes in one message that findings are moved along with.
const MOST_CHANGES: usize = 256;

impl<C: Checkers> Server<C> {
    pub(super) fn notification(&mut self, note: Notification) {
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
                let sent = ClientSettings::read(params.get("settings").unwrap_or(&Value::Null));
                if !self.take_settings(sent) {
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
}

/// Whether what is checked depends on the file.
fn is_ours(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == config::FILE_NAME)
        || path.components().any(|part| part.as_os_str() == ".mtlint")
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
