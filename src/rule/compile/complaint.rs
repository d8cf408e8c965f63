//! Collects the mistakes of one rule file with their places.

use std::ops::Range;

use serde_saphyr::Spanned;

use crate::rule::error::RuleError;
use crate::rule::files::RuleFile;

/// Collects the mistakes of one file.
pub(super) struct Complaints<'f> {
    pub(super) file: &'f RuleFile,
    pub(super) errors: Vec<RuleError>,
}

impl Complaints<'_> {
    pub(super) fn at(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
        label: &str,
        help: impl Into<String>,
    ) {
        self.errors.push(RuleError {
            path: self.file.shown.clone().into_owned(),
            text: self.file.text.as_ref().into(),
            span,
            message: message.into(),
            label: label.to_owned(),
            help: help.into(),
        });
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
