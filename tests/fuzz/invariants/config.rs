//! Any config, allow file, baseline or list of words is read, or every mistake in it is told.

use std::cell::LazyCell;
use std::fs;
use std::path::Path;

use mtlint::allow::Allowed;
use mtlint::baseline::Baseline;
use mtlint::config::layer::Layer;
use mtlint::config::{self, chain, words};

use super::sections::sections;

thread_local! {
    /// Where a config is read from, one folder a thread.
    static FOLDER: LazyCell<tempfile::TempDir> =
        LazyCell::new(|| tempfile::tempdir().expect("a temporary folder"));
}

/// Reads each section as what its name says; a config where it says nothing else.
pub(crate) fn read(data: &[u8]) {
    let Some(sections) = sections(data) else { return };
    for (name, text) in sections {
        match name {
            "allow" => allow_file(text),
            "baseline" => baseline(text),
            "words" => {
                if let Err(error) = words::parse(text) {
                    assert!(!error.to_string().is_empty());
                }
            }
            _ => FOLDER.with(|folder| mtlint_toml(folder.path(), text)),
        }
    }
}

fn allow_file(text: &str) {
    match Allowed::parse("allow", text) {
        Ok(allowed) => assert!(allowed.without(&[]).is_none_or(|same| same == text)),
        Err(errors) => {
            assert!(!errors.is_empty(), "refused without a reason");
            for error in &errors {
                assert!(error.line_column().0 > 0 && !error.render(false).is_empty());
            }
        }
    }
}

fn baseline(text: &str) {
    let Ok(baseline) = Baseline::parse(text) else { return };
    let written = baseline.to_text();
    let again = Baseline::parse(&written).expect("what was written can be read");
    assert_eq!(again.to_text(), written, "a baseline is written as it is read");
}

fn mtlint_toml(folder: &Path, text: &str) {
    let told = |error: &config::ConfigError| {
        assert!(!error.render(false).is_empty() && !error.render(true).is_empty());
    };
    let path = folder.join(config::FILE_NAME);
    if let Err(error) = config::parse(&path, text.to_owned()) {
        told(&error);
    }
    fs::write(&path, text).expect("a temporary file");
    match chain::Reader::default().read(&path) {
        Ok(chain) => {
            let sections = chain.sections_of(&chain.in_folder(folder), Path::new("a.txt"));
            let _ = chain.effective(&sections, &Layer::default());
        }
        Err(error) => told(&error),
    }
}
