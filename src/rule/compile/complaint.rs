//! Collects the mistakes of one rule file with their places.

use std::ops::Range;
use std::sync::Arc;

use serde_saphyr::Spanned;

use crate::rule::error::RuleError;
use crate::rule::files::RuleFile;

/// Mistakes of one file that are drawn; the others are counted.
const DRAWN: usize = 20;

/// Collects the mistakes of one file.
pub(super) struct Complaints<'f> {
    file: &'f RuleFile,
    errors: Vec<RuleError>,
    /// The text of the file, once for all its mistakes.
    text: Option<Arc<str>>,
    more: usize,
}

impl<'f> Complaints<'f> {
    pub(super) const fn new(file: &'f RuleFile) -> Self {
        Self { file, errors: Vec::new(), text: None, more: 0 }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// All mistakes; of very many the first, and how many more there are.
    pub(super) fn into_errors(mut self) -> Vec<RuleError> {
        if self.more > 0 {
            let message = format!("and {} more mistakes in this file", self.more);
            let error = self.error(0..0, message, "", String::new());
            self.errors.push(error);
        }
        self.errors
    }

    fn error(&mut self, span: Range<usize>, message: String, label: &str, help: String) -> RuleError {
        let text = Arc::clone(self.text.get_or_insert_with(|| self.file.text.as_ref().into()));
        let (path, label) = (self.file.shown.clone().into_owned(), label.to_owned());
        RuleError { path, text, span, message, label, help }
    }

    pub(super) fn at(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
        label: &str,
        help: impl Into<String>,
    ) {
        if self.errors.len() == DRAWN {
            self.more += 1;
            return;
        }
        let error = self.error(span, message.into(), label, help.into());
        self.errors.push(error);
    }

    pub(super) fn on<T>(
        &mut self,
        node: &Spanned<T>,
        message: impl Into<String>,
        label: &str,
        help: impl Into<String>,
    ) {
        let span = place(node);
        self.at(span, message, label, help);
    }
}

/// Byte range of a YAML node.
pub(super) fn place<T>(node: &Spanned<T>) -> Range<usize> {
    let span = node.referenced.span();
    let start = span.byte_offset().unwrap_or(0) as usize;
    start..start + span.byte_len().unwrap_or(0) as usize
}
