//! What the client can do, and what the server answers that it can do.

use std::path::PathBuf;

use gen_lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProvider, DiagnosticOptions, DiagnosticProvider,
    HoverProvider, PositionEncodingKind, Save, ServerCapabilities, TextDocumentSync, TextDocumentSyncKind,
    TextDocumentSyncOptions, Uri, WorkspaceFoldersServerCapabilities, WorkspaceOptions,
};
use serde_json::Value;

use super::position::Encoding;
use super::uri;

/// The kind of the action that applies all safe fixes.
pub(super) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.mtlint");

/// What the client said that it can do; what it did not say, it cannot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Client {
    /// What it counts in a line.
    pub(super) encoding: Encoding,
    /// It asks for diagnostics, and asks again when it is told to.
    pub(super) pulls: bool,
    /// It is to be told the version that diagnostics are about.
    pub(super) diagnostic_version: bool,
    pub(super) related_information: bool,
    pub(super) code_description: bool,
    pub(super) diagnostic_data: bool,
    pub(super) unnecessary_tag: bool,
    pub(super) hover_markdown: bool,
    /// It takes code actions, not only commands.
    pub(super) code_actions: bool,
    pub(super) preferred: bool,
    /// It asks for the edit of an action only when it is chosen.
    pub(super) resolves_edits: bool,
    /// Edits may be for one version of a document only.
    pub(super) document_changes: bool,
    pub(super) creates_files: bool,
    /// It can be asked for its settings.
    pub(super) configuration: bool,
    pub(super) watches_files: bool,
    /// Its folders.
    pub(super) folders: Vec<PathBuf>,
}

impl Client {
    /// Reads what `initialize` says, leaving aside what is not as the protocol has it.
    pub(super) fn new(params: &Value) -> Self {
        let at = |path: &str| params.pointer(&format!("/capabilities/{path}"));
        let can = |path: &str| at(path).and_then(Value::as_bool).unwrap_or(false);
        let list = |path: &str| at(path).and_then(Value::as_array).into_iter().flatten();
        let lists = |path: &str, word: &str| list(path).any(|one| one.as_str() == Some(word));
        let kinds = list("general/positionEncodings").filter_map(Value::as_str);
        let pulls = at("textDocument/diagnostic").is_some_and(Value::is_object)
            && can("workspace/diagnostics/refreshSupport");
        let of = |what: &str| match pulls {
            true => format!("textDocument/diagnostic/{what}"),
            false => format!("textDocument/publishDiagnostics/{what}"),
        };
        Self {
            encoding: Encoding::agree(kinds.map(|kind| PositionEncodingKind::from(kind.to_owned()))),
            pulls,
            diagnostic_version: can(&of("versionSupport")),
            related_information: can(&of("relatedInformation")),
            code_description: can(&of("codeDescriptionSupport")),
            diagnostic_data: can(&of("dataSupport")),
            unnecessary_tag: list(&of("tagSupport/valueSet")).any(|tag| tag.as_u64() == Some(1)),
            hover_markdown: lists("textDocument/hover/contentFormat", "markdown"),
            code_actions: at("textDocument/codeAction/codeActionLiteralSupport")
                .is_some_and(Value::is_object),
            preferred: can("textDocument/codeAction/isPreferredSupport"),
            resolves_edits: can("textDocument/codeAction/dataSupport")
                && lists("textDocument/codeAction/resolveSupport/properties", "edit"),
            document_changes: can("workspace/workspaceEdit/documentChanges"),
            creates_files: can("workspace/workspaceEdit/documentChanges")
                && lists("workspace/workspaceEdit/resourceOperations", "create"),
            configuration: can("workspace/configuration"),
            watches_files: can("workspace/didChangeWatchedFiles/dynamicRegistration"),
            folders: folders(params),
        }
    }

    /// One that can do everything, and counts in UTF-16.
    #[cfg(test)]
    pub(super) fn of_everything() -> Self {
        Self {
            encoding: Encoding::Utf16,
            pulls: true,
            diagnostic_version: true,
            related_information: true,
            code_description: true,
            diagnostic_data: true,
            unnecessary_tag: true,
            hover_markdown: true,
            code_actions: true,
            preferred: true,
            resolves_edits: true,
            document_changes: true,
            creates_files: true,
            configuration: true,
            watches_files: true,
            folders: Vec::new(),
        }
    }

    /// What the server can do for it.
    pub(super) fn capabilities(&self) -> ServerCapabilities {
        let sync = TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::Incremental),
            save: Some(Save::Bool(true)),
            ..TextDocumentSyncOptions::default()
        };
        let actions = CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QuickFix, FIX_ALL]),
            resolve_provider: Some(self.resolves_edits),
            ..CodeActionOptions::default()
        };
        let diagnostics =
            DiagnosticOptions { identifier: Some("mtlint".to_owned()), ..DiagnosticOptions::default() };
        let folders = WorkspaceFoldersServerCapabilities {
            supported: Some(true),
            change_notifications: Some(true.into()),
        };
        ServerCapabilities {
            position_encoding: Some(self.encoding.kind()),
            text_document_sync: Some(TextDocumentSync::Options(sync)),
            hover_provider: Some(HoverProvider::Bool(true)),
            code_action_provider: self.code_actions.then_some(CodeActionProvider::CodeActionOptions(actions)),
            diagnostic_provider: self.pulls.then_some(DiagnosticProvider::DiagnosticOptions(diagnostics)),
            workspace: Some(WorkspaceOptions {
                workspace_folders: Some(folders),
                ..WorkspaceOptions::default()
            }),
            ..ServerCapabilities::default()
        }
    }

    /// The innermost folder of the client that `path` is in, else its first folder.
    pub(super) fn folder_of(&self, path: Option<&std::path::Path>) -> Option<&PathBuf> {
        let around = path.and_then(|path| {
            self.folders
                .iter()
                .filter(|folder| path.starts_with(folder))
                .max_by_key(|folder| folder.as_os_str().len())
        });
        around.or(self.folders.first())
    }
}

/// The folders that the client works in: `workspaceFolders`, else `rootUri`, else the older `rootPath`.
fn folders(params: &Value) -> Vec<PathBuf> {
    let path = |uri: &Value| uri::to_path(&Uri::from(uri.as_str()?));
    let many = params.get("workspaceFolders").and_then(Value::as_array).into_iter().flatten();
    let mut folders: Vec<PathBuf> = many.filter_map(|folder| path(folder.get("uri")?)).collect();
    if folders.is_empty() {
        let root = params.get("rootUri").and_then(path);
        let older = || params.get("rootPath").and_then(Value::as_str).map(PathBuf::from);
        folders.extend(root.or_else(older));
    }
    folders
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_said_cannot_be_done() {
        for params in [json!(null), json!({}), json!({"capabilities": {"textDocument": 3, "general": []}})] {
            assert_eq!(Client::new(&params), Client::default(), "{params}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn folders_are_found_where_clients_write_them() {
        let new = json!({"workspaceFolders": [{"uri": "file:///a", "name": "a"}, {"uri": "file:///a/b", "name": "b"}]});
        let client = Client::new(&new);
        let of = |path: &str| client.folder_of(Some(path.as_ref())).cloned();
        assert_eq!(
            [of("/a/b/c.txt"), of("/a/c.txt"), of("/c.txt")],
            ["/a/b", "/a", "/a"].map(|f| Some(f.into()))
        );
        assert_eq!(
            Client::new(&json!({"workspaceFolders": null, "rootUri": "file:///r"})).folders,
            ["/r"].map(PathBuf::from)
        );
        assert_eq!(
            Client::new(&json!({"rootUri": null, "rootPath": "/p"})).folders,
            ["/p"].map(PathBuf::from)
        );
    }

    #[test]
    fn diagnostics_are_pulled_only_by_clients_that_can_be_told_to() {
        let mut params = json!({"capabilities": {"textDocument": {"diagnostic": {}}}});
        assert!(!Client::new(&params).pulls);
        params["capabilities"]["workspace"] = json!({"diagnostics": {"refreshSupport": true}});
        assert!(Client::new(&params).pulls);
    }
}
