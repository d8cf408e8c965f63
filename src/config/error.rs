//! Why a config could not be used, drawn at its place.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::PathBuf;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::span::border_before;

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
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.decor_style(DecorStyle::Ascii);
        match self {
            Self::Unreadable { path, error } => {
                let title = format!("{}: the config cannot be read: {error}", path.display());
                renderer.render(&[annotate_snippets::Group::with_title(
                    Level::ERROR.primary_title(title.as_str()),
                )])
            }
            Self::Invalid { path, text, span, what, help } => {
                let path = path.display().to_string();
                let mark = AnnotationKind::Primary.span(on_borders(text, span));
                let snippet = Snippet::source(text.as_str()).path(path.as_str()).annotation(mark);
                let mut group = Level::ERROR.primary_title(what.as_str()).element(snippet);
                if !help.is_empty() {
                    group = group.element(Level::HELP.message(help.as_str()));
                }
                renderer.render(&[group])
            }
        }
    }
}

/// `span`, moved to character borders inside `text`.
fn on_borders(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = border_before(text, span.start);
    start..border_before(text, span.end).max(start)
}
