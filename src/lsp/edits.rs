//! Changes of documents as the protocol wants them.

use std::collections::HashMap;
use std::time::Duration;

use gen_lsp_types::{
    CreateFile, CreateFileOptions, DocumentChange, Edit, OptionalVersionedTextDocumentIdentifier,
    TextDocumentEdit, TextDocumentIdentifier, TextEdit, Uri, WorkspaceEdit,
};
use ropey::Rope;
use similar::{DiffTag, TextDiff};

use super::client::Client;

/// After so long two texts are compared less exactly: their edits are larger, and as right.
const PATIENCE: Duration = Duration::from_millis(200);

/// Edits of one document; a client that can is told for which version they are.
pub(super) fn of_document(
    client: &Client,
    uri: &Uri,
    version: Option<i32>,
    edits: Vec<TextEdit>,
) -> WorkspaceEdit {
    if !client.document_changes {
        return WorkspaceEdit {
            changes: Some(HashMap::from([(uri.clone(), edits)])),
            ..WorkspaceEdit::default()
        };
    }
    let changes = vec![DocumentChange::TextDocumentEdit(document_edit(uri, version, edits))];
    WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() }
}

/// A new file with a text; only for a client that creates files.
pub(super) fn of_new_file(uri: &Uri, text: String) -> WorkspaceEdit {
    let options = CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(true) };
    let create = CreateFile { options: Some(options), ..CreateFile::new(uri.clone(), None, None) };
    let edit = document_edit(uri, None, vec![TextEdit::new(gen_lsp_types::Range::default(), text)]);
    let changes = vec![DocumentChange::CreateFile(create), DocumentChange::TextDocumentEdit(edit)];
    WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() }
}

fn document_edit(uri: &Uri, version: Option<i32>, edits: Vec<TextEdit>) -> TextDocumentEdit {
    let text_document_identifier = TextDocumentIdentifier { uri: uri.clone() };
    let text_document = OptionalVersionedTextDocumentIdentifier { version, text_document_identifier };
    TextDocumentEdit { text_document, edits: edits.into_iter().map(Edit::TextEdit).collect() }
}

/// The edits that make `old` into `new`, each as small as it can be within its lines, so that cursors stay.
pub(super) fn between(client: &Client, old: &Rope, new: &str) -> Vec<TextEdit> {
    let text = old.to_string();
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(text.as_str(), new);
    // Where each line begins, and the end.
    let starts = |lines: &mut dyn Iterator<Item = usize>| {
        let mut at = vec![0];
        at.extend(lines.scan(0, |end, length| {
            *end += length;
            Some(*end)
        }));
        at
    };
    let old_at = starts(&mut diff.iter_old_slices().map(str::len));
    let new_at = starts(&mut diff.iter_new_slices().map(str::len));
    let changed = diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal);
    changed
        .map(|op| {
            let bytes = |at: &[usize], lines: std::ops::Range<usize>| at[lines.start]..at[lines.end];
            let (old_bytes, new_bytes) = (bytes(&old_at, op.old_range()), bytes(&new_at, op.new_range()));
            let (gone, come) = (&text[old_bytes.clone()], &new[new_bytes]);
            let (head, tail) = common(gone, come);
            let range = client.encoding.range(old, old_bytes.start + head..old_bytes.end - tail);
            TextEdit::new(range, come[head..come.len() - tail].to_owned())
        })
        .collect()
}

/// How many bytes both texts begin and end with, which do not overlap in either.
///
/// A CR LF is not cut: the protocol has no position inside one.
fn common(a: &str, b: &str) -> (usize, usize) {
    let head: usize = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum();
    let head = if a[..head].ends_with('\r') { head - 1 } else { head };
    let backwards = a[head..].chars().rev().zip(b[head..].chars().rev());
    let tail: usize = backwards.take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum();
    let cut =
        |text: &str| text[text.len() - tail..].starts_with('\n') && text[..text.len() - tail].ends_with('\r');
    (head, if tail > 0 && (cut(a) || cut(b)) { tail - 1 } else { tail })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn applied(client: &Client, old: &str, edits: &[TextEdit]) -> String {
        let rope = Rope::from_str(old);
        let mut out = old.to_owned();
        for edit in edits.iter().rev() {
            out.replace_range(client.encoding.bytes(&rope, edit.range), &edit.new_text);
        }
        out
    }

    #[test]
    fn an_edit_is_no_larger_than_what_has_changed() {
        let client = Client::default();
        let edits =
            between(&client, &Rope::from_str("one\ntwo the the end\nthree\n"), "one\ntwo the end\nthree\n");
        assert_eq!(edits.len(), 1);
        let range = edits[0].range;
        assert_eq!((range.start.line, range.end.line, edits[0].new_text.as_str()), (1, 1, ""));
        assert_eq!(range.end.character - range.start.character, 4);
    }

    proptest! {
        #[test]
        fn the_edits_make_the_new_text(old in "[ab\r\né😀]{0,24}", new in "[ab\r\né😀]{0,24}") {
            let client = Client::default();
            let edits = between(&client, &Rope::from_str(&old), &new);
            prop_assert_eq!(applied(&client, &old, &edits), new);
        }
    }
}
