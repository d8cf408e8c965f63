//! Any rule files are loaded, or every mistake in them is drawn at its place; their examples can be tried.

use std::sync::Arc;

use mtlint::format::Format;
use mtlint::rule::{self, examples};
use mtlint::session::{Session, Settings};

use super::reading::source;
use super::sections::rules_and_text;
use super::text::mended_by_any;

/// Loads the rules, tries their examples, and has them check and fix the text.
pub(crate) fn load(data: &[u8]) {
    let Some((files, text)) = rules_and_text(data) else { return };
    let rules = match rule::load(&files) {
        Ok(rules) => Arc::new(rules),
        Err(errors) => {
            assert!(!errors.0.is_empty(), "refused without a reason");
            for error in &errors.0 {
                let (line, column) = error.line_column();
                assert!(line > 0 && column > 0, "a mistake at no place");
                assert!(!error.render(false).is_empty() && !error.render(true).is_empty());
            }
            return;
        }
    };
    let verdicts = examples::test(&rules, |_| true).expect("no selectors");
    assert!(
        verdicts.iter().flat_map(|verdict| &verdict.failures).all(|failure| !failure.to_string().is_empty())
    );
    let session = Session::new(rules, None, Settings { translated: true, ..Settings::default() })
        .expect("no selectors");
    let Some(source) = source(text.as_bytes()) else { return };
    mended_by_any(&session, Format::Plain, &source);
}
