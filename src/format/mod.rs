//! File formats: which one a file has, and the readers that turn a source into a document.
//!
//! Each reader is a file of its own. Reading never fails: bad markup gives fewer segments, never an error.

use std::path::Path;

use crate::document::Document;
use crate::source::Source;

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
}

impl Format {
    /// The format that the extension of `path` names; plain text where it names none.
    pub fn from_path(path: &Path) -> Self {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        match extension.to_ascii_lowercase().as_str() {
            "md" | "markdown" | "mdown" | "mkd" => Self::Markdown,
            "html" | "htm" | "xhtml" => Self::Html,
            _ => Self::Plain,
        }
    }

    /// The lower-case name, as it stands in configuration and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }
}

/// Reads the prose of `source`.
pub fn read(source: &Source, format: Format) -> Document<'_> {
    match format {
        Format::Plain => plain::read(source),
        Format::Markdown => markdown::read(source),
        Format::Html => html::read(source),
    }
}
