//! mtlint finds and fixes what machine translation leaves behind in English prose.
//!
//! [`session::Session`] is the whole engine for one text; everything else serves it.
//! ```
//! use std::sync::Arc;
//! use mtlint::{format::Format, rule, session::{Session, Settings}, source::Source};
//!
//! let rules = Arc::new(rule::load(&rule::RuleFiles::builtin())?);
//! let session = Session::new(rules, None, Settings::default())?;
//! let source = Source::from_text("They met at the the summit.")?;
//! let found = session.check(&source, Format::Plain);
//! assert_eq!(source.slice(found[0].span), "the the");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]
#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod accept;
pub mod allow;
pub mod baseline;
pub mod bounded;
pub mod cache;
pub mod cli;
pub mod commands;
pub mod config;
pub mod diagnostic;
pub mod document;
pub mod docx;
pub mod edit;
pub mod encoding;
pub mod examined;
pub mod fingerprint;
pub mod fix;
pub mod format;
mod glob;
pub mod grammar;
pub mod lexicon;
pub mod limit;
pub mod lsp;
pub mod package;
pub mod report;
pub mod review;
pub mod rule;
pub mod session;
pub mod source;
pub mod span;
pub mod suppress;
pub mod text;
pub mod unfinished;
pub mod walk;
mod yaml;
