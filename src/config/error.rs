//! Why a config could not be used, drawn at its place.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::PathBuf;

use crate::text::drawing::{self, Mistake};

/// Why a config could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The file says something it may not say.
    Invalid {
        /// The file.
        path: PathBuf,
        /// Its whole text.
        text: String,
        /// The faulty bytes of the text.
        span: Range<usize>,
        /// What is wrong, one line.
        what: String,
        /// What to do about it.
        help: String,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl ConfigError {
    /// The error for a person: what is wrong, `path:line:column`, the line drawn, and what to do.
    pub fn render(&self, color: bool) -> String {
        match self {
            Self::Unreadable { path, error } => {
                drawing::title(&format!("{}: the config cannot be read: {error}", path.display()), color)
            }
            Self::Invalid { path, text, span, what, help } => {
                let path = path.display().to_string();
                let span = (span.start, span.end);
                Mistake { what, path: &path, text, span, label: "", help }.draw(color)
            }
        }
    }
}
