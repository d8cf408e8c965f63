//! Values of options, and what the engine calls them.

use clap::ValueEnum;

use crate::diagnostic::Severity;
use crate::fix::policy::QuotePolicy;
use crate::format::Format;

/// A file format on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// Plain text
    Plain,
    /// Markdown
    Markdown,
    /// HTML
    Html,
    /// JSON: the texts of chosen fields
    Json,
    /// JSON Lines: one JSON value a line
    Jsonl,
    /// A message catalogue of gettext: its translations
    Po,
    /// XLIFF: its translations
    Xliff,
    /// A word processor's document
    Docx,
}

impl From<FormatArg> for Format {
    fn from(arg: FormatArg) -> Self {
        match arg {
            FormatArg::Plain => Self::Plain,
            FormatArg::Markdown => Self::Markdown,
            FormatArg::Html => Self::Html,
            FormatArg::Json => Self::Json,
            FormatArg::Jsonl => Self::JsonLines,
            FormatArg::Po => Self::Po,
            FormatArg::Xliff => Self::Xliff,
            FormatArg::Docx => Self::Docx,
        }
    }
}

/// A severity on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SeverityArg {
    /// Worth a look
    Info,
    /// Very probably wrong
    Warning,
    /// Wrong
    Error,
}

impl From<SeverityArg> for Severity {
    fn from(arg: SeverityArg) -> Self {
        match arg {
            SeverityArg::Info => Self::Info,
            SeverityArg::Warning => Self::Warning,
            SeverityArg::Error => Self::Error,
        }
    }
}

/// What becomes of fixes between quotation marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum QuotesArg {
    /// In speech only typography counts as safe, unless a rule says otherwise
    Suggest,
    /// As safe as outside
    Fix,
    /// Never applied, only suggested
    Protect,
}

impl From<QuotesArg> for QuotePolicy {
    fn from(arg: QuotesArg) -> Self {
        match arg {
            QuotesArg::Suggest => Self::Suggest,
            QuotesArg::Fix => Self::Fix,
            QuotesArg::Protect => Self::Protect,
        }
    }
}
