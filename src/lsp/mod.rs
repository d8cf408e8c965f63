//! A language server: the engine, in an editor.
//!
//! [`serve`] speaks the Language Server Protocol over two byte streams. One thread holds the conversation and never
//! waits for a check; a second one checks with the rules alone after every change, a third one with grammar when
//! nothing has changed for a while. A result is shown only if it is about the text as it is now.
//!
//! Nothing here reads config or rules, or knows where they come from: that is the business of [`Checkers`].

mod actions;
mod answers;
mod checker;
mod client;
mod document;
mod edits;
mod findings;
mod ignore;
mod outbox;
mod position;
mod server;
mod settings;
mod show;
mod uri;
mod wire;
mod worker;

pub use checker::{Checker, Checkers, Stop, Stoppable};
pub use document::{Change, Document, Splice, Text};
pub use findings::{Findings, Revision};
pub use position::Encoding;
pub use server::{End, serve};
pub use settings::ClientSettings;

/// The longest text that is checked, in bytes.
pub const MAX_TEXT: usize = 8 << 20;

/// So many findings in one text are listed, the first of them: editors get slow with more.
pub const MAX_LISTED: usize = 2000;
