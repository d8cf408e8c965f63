//! The `mtlint` program.
fn main() {}
