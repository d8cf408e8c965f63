//! mtlint finds and fixes what machine translation leaves behind in English prose.
#![forbid(unsafe_code)]
#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod diagnostic;
pub mod grammar;
pub mod span;
