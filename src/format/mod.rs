//! File formats: which one a file has, and the readers that turn a source into a document.
//!
//! Each reader is a file of its own. Reading never fails: bad markup gives fewer segments, never an error.

use std::path::Path;
use std::sync::Arc;

use crate::document::Document;
use crate::docx::Docx;
use crate::encoding::Encoding;
use crate::source::{DecodeError, Source};

mod docx;
mod front_matter;
mod html;
mod markdown;
mod plain;
mod prose;

pub use plain::MAX_SEGMENT;

/// How a file is marked up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// Plain text: blocks between blank lines, no markup.
    #[default]
    Plain,
    /// Markdown.
    Markdown,
    /// HTML.
    Html,
    /// A word processor's `.docx`.
    Docx,
}

impl Format {
    /// The format that the extension of `path` names; plain text where it names none.
    pub fn from_path(path: &Path) -> Self {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        match extension.to_ascii_lowercase().as_str() {
            "md" | "markdown" | "mdown" | "mkd" => Self::Markdown,
            "html" | "htm" | "xhtml" => Self::Html,
            "docx" | "docm" | "dotx" => Self::Docx,
            _ => Self::Plain,
        }
    }

    /// The lower-case name, as it stands in configuration and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Docx => "docx",
        }
    }
}

/// Decodes the bytes of a file of this format; `encoding` where they do not tell it themselves, else UTF-8.
///
/// # Errors
/// When they cannot be decoded.
pub fn decode(bytes: Vec<u8>, format: Format, encoding: Option<Encoding>) -> Result<Source, DecodeError> {
    match (format, encoding) {
        (Format::Docx, _) => {
            let docx = Docx::open(bytes).map_err(|error| DecodeError::package(error.to_string()))?;
            Source::from_package(Arc::new(docx))
        }
        (_, Some(encoding)) => Source::decode(bytes, encoding),
        (_, None) => Source::from_bytes(bytes),
    }
}

/// Reads the prose of `source`.
pub fn read(source: &Source, format: Format) -> Document<'_> {
    match format {
        Format::Plain => plain::read(source),
        Format::Markdown => markdown::read(source),
        Format::Html => html::read(source),
        Format::Docx => docx::read(source),
    }
}
