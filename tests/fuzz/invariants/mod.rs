//! What must hold whatever comes in: one function a target, which panics where it does not.
//!
//! The fuzz targets in `targets/` and the ordinary test over the saved inputs, `main.rs`, share this module.

pub(crate) mod config;
pub(crate) mod fixing;
pub(crate) mod matching;
pub(crate) mod outline;
pub(crate) mod reading;
pub(crate) mod rules;
pub(crate) mod sections;
pub(crate) mod server;
pub(crate) mod text;

use mtlint::format::Format;

/// A target: its name and what it does with an input.
pub(crate) type Target = (&'static str, fn(&[u8]));

/// All targets.
pub(crate) const TARGETS: [Target; 12] = [
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
pub(crate) fn target(name: &str) -> fn(&[u8]) {
    TARGETS.iter().find(|(target, _)| *target == name).expect("a target of that name").1
}
