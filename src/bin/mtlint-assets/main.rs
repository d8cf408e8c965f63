//! The maintainer's tool.
fn main() {}
