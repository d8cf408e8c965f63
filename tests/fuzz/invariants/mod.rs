//! What must hold whatever comes in: one function a target, which panics where it does not.
//!
//! The fuzz targets in `targets/` and the ordinary test over the saved inputs, `main.rs`, share this module.

pub mod config;
pub mod fixing;
pub mod matching;
pub mod outline;
pub mod reading;
pub mod rules;
pub mod sections;
pub mod server;
pub mod text;

use mtlint::format::Format;

/// A target: its name and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 12] = [
    ("plain", |data| reading::read(Format::Plain, data)),
    ("markdown", |data| reading::read(Format::Markdown, data)),
    ("html", |data| reading::read(Format::Html, data)),
    ("json", |data| reading::json(data)),
    ("po", |data| reading::read(Format::Po, data)),
    ("xliff", |data| reading::read(Format::Xliff, data)),
    ("docx", |data| reading::docx(data)),
    ("rules", rules::load),
    ("matching", matching::both_ways),
    ("fixing", fixing::fix),
    ("config", config::read),
    ("server", server::converse),
];

/// The target of that name.
///
/// # Panics
/// If there is none.
#[allow(dead_code, reason = "the test over the corpus runs them all")]
pub fn target(name: &str) -> fn(&[u8]) {
    TARGETS.iter().find(|(target, _)| *target == name).expect("a target of that name").1
}
