//! mtlint finds and fixes what machine translation leaves behind in English prose.
#![forbid(unsafe_code)]
#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod cli;
pub mod config;
pub mod diagnostic;
pub mod report;
pub mod source;
pub mod span;
pub mod walk;
