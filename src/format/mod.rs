//! File formats: which one a file has, and the readers that turn a source into a document.
//!
//! Each reader is a file of its own. Reading never fails: bad markup gives fewer segments, never an error.

use std::path::Path;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::document::Document;
use crate::docx::Docx;
use crate::encoding::Encoding;
use crate::source::{DecodeError, Source};

mod declared;
mod docx;
mod fields;
mod front_matter;
mod held;
mod html;
mod json;
mod markdown;
mod plain;
mod po;
mod prose;
mod xliff;

pub use fields::{DEFAULT_FIELDS, Field, FieldError, Fields};
pub use plain::MAX_SEGMENT;

/// How a file is marked up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
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
    /// JSON: the texts of chosen fields.
    Json,
    /// JSON Lines: one JSON value a line.
    #[serde(rename = "jsonl")]
    JsonLines,
    /// A message catalogue of gettext: its translations.
    Po,
    /// XLIFF 1.2 or 2: its translations.
    Xliff,
}

impl Format {
    /// The format that the extension of `path` names; plain text where it names none.
    pub fn from_path(path: &Path) -> Self {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        match extension.to_ascii_lowercase().as_str() {
            "md" | "markdown" | "mdown" | "mkd" => Self::Markdown,
            "html" | "htm" | "xhtml" => Self::Html,
            "docx" | "docm" | "dotx" => Self::Docx,
            "json" => Self::Json,
            "jsonl" | "ndjson" => Self::JsonLines,
            "po" | "pot" => Self::Po,
            "xlf" | "xliff" | "mqxliff" | "mxliff" | "sdlxliff" => Self::Xliff,
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
            Self::Json => "json",
            Self::JsonLines => "jsonl",
            Self::Po => "po",
            Self::Xliff => "xliff",
        }
    }
}

/// Decodes the bytes of a file of this format; `encoding` where they do not tell it themselves, else what the file
/// declares, else UTF-8.
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
        (_, None) => match declared::encoding(&bytes, format) {
            Some(encoding) => Source::decode(bytes, encoding),
            None => Source::from_bytes(bytes),
        },
    }
}

/// Reads the prose of `source`; of JSON, that of [`DEFAULT_FIELDS`].
pub fn read(source: &Source, format: Format) -> Document<'_> {
    read_fields(source, format, &Fields::default())
}

/// Reads the prose of `source`; of JSON, that of `fields`.
pub fn read_fields<'s>(source: &'s Source, format: Format, fields: &Fields) -> Document<'s> {
    match format {
        Format::Plain => plain::read(source),
        Format::Markdown => markdown::read(source),
        Format::Html => html::read(source),
        Format::Docx => docx::read(source),
        Format::Json => json::read(source, fields),
        Format::JsonLines => json::read_lines(source, fields),
        Format::Po => po::read(source),
        Format::Xliff => xliff::read(source),
    }
}

/// Whether a language tag, in small letters, is one of English: `en`, `en-gb` (BCP 47), `en_gb` (gettext).
fn is_english(lang: &str) -> bool {
    lang.split(['-', '_', '@', '.']).next() == Some("en")
}
