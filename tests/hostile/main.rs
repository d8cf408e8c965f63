//! Rules, texts, configs and names that a stranger has made to do harm: what came of them.
//!
//! Each test is named after what went wrong, or would. A program that waits for ever or takes all ways through a
//! pattern is ended after [`folder::PATIENCE`] and fails its test; no other clock is read.

mod config;
mod folder;
mod output;
#[cfg(unix)]
mod paths;
mod rules;
