//! What the client asks about a document: what was found, why, and what can be done.
//!
//! A question about a text that is still being checked waits for the result, unless it is cancelled, or the text
//! changes first.

use std::path::PathBuf;

use gen_lsp_types as lsp;
use gen_lsp_types::{CodeAction, CodeActionParams, HoverParams, TextEdit, Uri, WorkspaceEdit};
use lsp_server::{ErrorCode, RequestId};
use ropey::Rope;
use serde_json::Value;

use super::actions::{self, Deed, Offer, Promise, Scene};
use super::checker::Checkers;
use super::server::{self, Open, Server, diagnostics, job};
use super::show::Shown;
use super::worker::{Made, Task};
use super::{edits, ignore, uri};
use crate::config;
use crate::diagnostic::Diagnostic;

/// What is to be answered as soon as the text has been checked.
#[derive(Debug)]
pub(super) struct Question {
    id: RequestId,
    uri: Uri,
    about: About,
}

#[derive(Debug)]
enum About {
    Diagnostics,
    Hover(Box<HoverParams>),
    Actions(Box<CodeActionParams>),
}

/// An action that is to apply all safe fixes, while these are made.
#[derive(Debug)]
pub(super) struct Fixing {
    ticket: u64,
    id: RequestId,
    uri: Uri,
    version: i32,
    action: CodeAction,
    /// The other actions of the list; `None` if the action alone was asked for.
    others: Option<Vec<CodeAction>>,
}

/// Findings that corrections are offered for at a time: nobody reads a longer list.
const MOST_OFFERED: usize = 100;

/// Why a request is refused.
type Refused = (ErrorCode, String);

impl<C: Checkers> Server<C> {
    /// Answers a request about a document, now or later.
    pub(super) fn ask_about_document(&mut self, id: RequestId, method: &str, params: Value) {
        let question = match method {
            "textDocument/hover" => server::read(params).map(|params: HoverParams| {
                let uri = params.text_document_position_params.text_document.uri.clone();
                (uri, About::Hover(Box::new(params)))
            }),
            "textDocument/codeAction" => server::read(params).map(|params: CodeActionParams| {
                (params.text_document.uri.clone(), About::Actions(Box::new(params)))
            }),
            "textDocument/diagnostic" => server::read(params)
                .map(|params: lsp::DocumentDiagnosticParams| (params.text_document.uri, About::Diagnostics)),
            "codeAction/resolve" => {
                return match server::read(params) {
                    Ok(action) => self.resolve(id, action),
                    Err(error) => self.refuse(id, ErrorCode::InvalidParams, error.to_string()),
                };
            }
            _ => {
                let why = format!("mtlint does not know `{method}`");
                return self.refuse(id, ErrorCode::MethodNotFound, why);
            }
        };
        match question {
            Ok((uri, about)) => {
                self.waiting.push(Question { id, uri: uri.clone(), about });
                self.answer_waiting(&uri);
            }
            Err(error) => self.refuse(id, ErrorCode::InvalidParams, error.to_string()),
        }
    }

    /// Answers what was asked about a document, if it has been checked as it is now, or is not open.
    pub(super) fn answer_waiting(&mut self, uri: &Uri) {
        let open = self.documents.get(uri.as_ref());
        if open.is_some_and(|open| open.findings.at() != Some(open.revision)) {
            return;
        }
        for question in self.waiting.extract_if(.., |question| question.uri == *uri).collect::<Vec<_>>() {
            let Question { id, uri, about } = question;
            match about {
                About::Diagnostics => self.answer(id, self.report(&uri)),
                About::Hover(params) => self.answer(id, self.hover(&uri, &params)),
                About::Actions(params) => self.actions(id, &uri, &params),
            }
        }
    }

    /// Refuses what was asked about a place in a document that is no longer what it was.
    pub(super) fn refuse_questions(&mut self, uri: &Uri, why: &str) {
        let stale =
            |question: &mut Question| question.uri == *uri && !matches!(question.about, About::Diagnostics);
        let questions: Vec<RequestId> =
            self.waiting.extract_if(.., stale).map(|question| question.id).collect();
        let fixing: Vec<Fixing> = self.fixing.extract_if(.., |fixing| fixing.uri == *uri).collect();
        for fixing in &fixing {
            self.quick.cancel(uri, Task::Fix(fixing.ticket));
        }
        for id in questions.into_iter().chain(fixing.into_iter().map(|fixing| fixing.id)) {
            self.refuse(id, ErrorCode::ContentModified, why);
        }
    }

    /// Leaves a request unanswered no longer than its sender wants.
    pub(super) fn cancel(&mut self, id: &RequestId) {
        self.cancel_those(|other| other == id);
    }

    /// Answers all that wait, before the end.
    pub(super) fn cancel_all(&mut self) {
        self.cancel_those(|_| true);
    }

    fn cancel_those(&mut self, which: impl Fn(&RequestId) -> bool) {
        let questions: Vec<_> =
            self.waiting.extract_if(.., |question| which(&question.id)).map(|q| q.id).collect();
        let fixing: Vec<Fixing> = self.fixing.extract_if(.., |fixing| which(&fixing.id)).collect();
        for fixing in &fixing {
            self.quick.cancel(&fixing.uri, Task::Fix(fixing.ticket));
        }
        for id in questions.into_iter().chain(fixing.into_iter().map(|fixing| fixing.id)) {
            self.refuse(id, ErrorCode::RequestCanceled, "cancelled");
        }
    }

    fn report(&self, uri: &Uri) -> lsp::DocumentDiagnosticReport {
        let items = self.documents.get(uri.as_ref()).map(|open| diagnostics(&self.client, open));
        let full = lsp::FullDocumentDiagnosticReport { result_id: None, items: items.unwrap_or_default() };
        let full = lsp::RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: full,
        };
        lsp::DocumentDiagnosticReport::RelatedFullDocumentDiagnosticReport(full)
    }

    fn hover(&self, uri: &Uri, params: &HoverParams) -> Option<lsp::Hover> {
        let open = self.documents.get(uri.as_ref())?;
        let (text, checker) = (open.document.text.rope()?, open.checker.as_ref()?);
        let at = self.client.encoding.byte(text, params.text_document_position_params.position);
        let found: Vec<&Diagnostic> = open.findings.within(at..at).collect();
        Shown { client: &self.client, uri, text }.hover(&found, &checker.rules)
    }

    fn actions(&mut self, id: RequestId, uri: &Uri, params: &CodeActionParams) {
        let Some((offers, version)) = self.offers(uri, params) else {
            return self.answer(id, Vec::<CodeAction>::new());
        };
        let mut actions = Vec::with_capacity(offers.len());
        let mut fix_all = None;
        for (mut action, deed) in offers {
            if let Some(deed) = deed {
                let promise = Promise { uri: uri.clone(), version, deed };
                if self.client.resolves_edits {
                    action.data = serde_json::to_value(promise).ok();
                } else if promise.deed == Deed::FixAll {
                    fix_all = Some(action);
                    continue;
                } else {
                    match self.edit_of(&promise) {
                        Ok(edit) => action.edit = Some(edit),
                        Err(_) => continue,
                    }
                }
            }
            actions.push(action);
        }
        match fix_all {
            Some(action) => self.fix_all(id, uri, action, Some(actions)),
            None => self.answer(id, actions),
        }
    }

    fn offers(&self, uri: &Uri, params: &CodeActionParams) -> Option<(Vec<Offer>, i32)> {
        let open = self.documents.get(uri.as_ref()).filter(|_| self.client.code_actions)?;
        let text = open.document.text.rope()?;
        let here: Vec<&Diagnostic> =
            open.findings.within(self.client.encoding.bytes(text, params.range)).take(MOST_OFFERED).collect();
        let scene = Scene {
            client: &self.client,
            document: &open.document,
            all: open.findings.shown(),
            shown: Shown { client: &self.client, uri, text },
            can_ignore: self.config_of(open).is_some(),
        };
        Some((actions::offers(scene, &here, params.context.only.as_deref()), open.document.version))
    }

    fn resolve(&mut self, id: RequestId, mut action: CodeAction) {
        let promise = action.data.clone().map(serde_json::from_value::<Promise>);
        let promise = match promise {
            Some(Ok(promise)) => promise,
            // A single fix has its edit already.
            None => return self.answer(id, action),
            Some(Err(error)) => return self.refuse(id, ErrorCode::InvalidParams, error.to_string()),
        };
        let open = self.documents.get(promise.uri.as_ref());
        if open.is_none_or(|open| open.document.version != promise.version) {
            return self.refuse(id, ErrorCode::ContentModified, "the document has changed");
        }
        if promise.deed == Deed::FixAll {
            return self.fix_all(id, &promise.uri, action, None);
        }
        match self.edit_of(&promise) {
            Ok(edit) => {
                action.edit = Some(edit);
                self.answer(id, action);
            }
            Err((code, why)) => self.refuse(id, code, why),
        }
    }

    /// The edit of an action that needs no check.
    fn edit_of(&self, promise: &Promise) -> Result<WorkspaceEdit, Refused> {
        let gone = || (ErrorCode::ContentModified, "the document has changed".to_owned());
        let open = self.documents.get(promise.uri.as_ref()).ok_or_else(gone)?;
        match &promise.deed {
            Deed::FixRule(rule) => {
                let text = open.document.text.rope().ok_or_else(gone)?;
                let shown = Shown { client: &self.client, uri: &promise.uri, text };
                let fixes = shown.edits(&actions::fixes_of_rule(open.findings.shown(), rule));
                Ok(edits::of_document(&self.client, &promise.uri, Some(promise.version), fixes))
            }
            Deed::IgnoreRule(rule) => self.ignore_in_config(open, rule),
            Deed::FixAll => Err((ErrorCode::InternalError, "these fixes are made by a check".to_owned())),
        }
    }

    /// The config that a rule is to be left out in: the one that holds, or a new one if the client makes files.
    fn config_of(&self, open: &Open) -> Option<Uri> {
        let checker = open.checker.as_ref()?;
        match &checker.config {
            Some(path) => uri::from_path(path),
            None if self.client.creates_files => {
                let path = open.document.path.as_deref();
                let folder = self.client.folder_of(path).map(PathBuf::as_path);
                uri::from_path(&folder.or_else(|| path?.parent())?.join(config::FILE_NAME))
            }
            None => None,
        }
    }

    fn ignore_in_config(&self, open: &Open, rule: &str) -> Result<WorkspaceEdit, Refused> {
        let failed = |why: String| (ErrorCode::RequestFailed, why);
        let config =
            self.config_of(open).ok_or_else(|| failed("there is no place for an mtlint.toml".to_owned()))?;
        // What the editor holds counts more than what is on disk.
        let edited = self.documents.get(config.as_ref());
        let version = edited.map(|edited| edited.document.version);
        let text = match edited.and_then(|edited| edited.document.text.rope()) {
            Some(text) => Some(text.to_string()),
            None => uri::to_path(&config).and_then(|path| self.checkers.config_text(&path)),
        };
        let Some(text) = text else {
            let text = ignore::in_config("", rule).map_err(failed)?;
            return Ok(edits::of_new_file(&config, text));
        };
        let new = ignore::in_config(&text, rule).map_err(failed)?;
        let edits = edits::between(&self.client, &Rope::from_str(&text), &new);
        Ok(edits::of_document(&self.client, &config, version, edits))
    }

    /// Has all safe fixes of a document made, and then answers with the action.
    fn fix_all(&mut self, id: RequestId, uri: &Uri, action: CodeAction, others: Option<Vec<CodeAction>>) {
        self.tickets += 1;
        let ticket = self.tickets;
        let open = self.documents.get(uri.as_ref());
        let Some((job, version)) =
            open.and_then(|open| Some((job(open, Task::Fix(ticket))?, open.document.version)))
        else {
            return self.refuse(id, ErrorCode::ContentModified, "the document is not checked any more");
        };
        self.fixing.push(Fixing { ticket, id, uri: uri.clone(), version, action, others });
        self.quick.add(job);
    }

    /// Takes a text with all safe fixes.
    pub(super) fn fixed(&mut self, ticket: u64, old: &Rope, made: Result<Made, String>) {
        let Some(at) = self.fixing.iter().position(|fixing| fixing.ticket == ticket) else { return };
        let Fixing { id, uri, version, mut action, others, .. } = self.fixing.swap_remove(at);
        let fixes: Result<Vec<TextEdit>, String> = match made {
            Ok(Made::Fixed(new)) => Ok(edits::between(&self.client, old, &new)),
            Ok(Made::Findings(_)) => Err("a check came instead of fixes".to_owned()),
            Err(why) => Err(why),
        };
        match (fixes, others) {
            (Ok(fixes), others) => {
                action.edit = Some(edits::of_document(&self.client, &uri, Some(version), fixes));
                match others {
                    Some(mut all) => {
                        all.push(action);
                        self.answer(id, all);
                    }
                    None => self.answer(id, action),
                }
            }
            (Err(why), Some(all)) => {
                self.log(format!("mtlint: {uri}: {why}"));
                self.answer(id, all);
            }
            (Err(why), None) => self.refuse(id, ErrorCode::RequestFailed, why),
        }
    }
}
