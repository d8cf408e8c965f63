//! Every fuzz target: which one is said by the name of the program.

#![no_main]

mod invariants;

use std::sync::OnceLock;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    static TARGET: OnceLock<fn(&[u8])> = OnceLock::new();
    TARGET.get_or_init(|| {
        let program = std::env::current_exe().expect("a program has a path");
        invariants::target(&program.file_stem().unwrap_or_default().to_string_lossy())
    })(data)
});
