//! A name for a finding that stays the same while the text around it grows and shrinks.
//!
//! It is made of the rule, the path, the fault and the words around it, and not of the line number, so that a
//! service that compares two runs sees which findings are new.

use std::collections::HashMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::path::slashed;
use crate::diagnostic::Diagnostic;
use crate::source::Source;
use crate::span::{border_after, border_before};

/// How much of the line on each side of the fault counts, in bytes: more would change the name for edits far away.
const CONTEXT: usize = 80;

/// Makes the fingerprints of the findings of one file, in order.
#[derive(Debug)]
pub struct Fingerprints<'a> {
    path: String,
    source: &'a Source,
    /// How often a finding has come up that nothing but its place tells from others.
    seen: HashMap<[u8; 32], u32>,
}

impl<'a> Fingerprints<'a> {
    /// For the findings in `source`, which is shown as `path`.
    pub fn new(path: &str, source: &'a Source) -> Self {
        Self { path: slashed(path), source, seen: HashMap::new() }
    }

    /// The next finding's fingerprint: 64 hexadecimal digits.
    pub fn next(&mut self, diagnostic: &Diagnostic) -> String {
        let text = self.source.text();
        let (start, end) = (diagnostic.span.start, diagnostic.span.end);
        let (head, tail) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
        let before = &head[border_after(head, start.saturating_sub(CONTEXT))..];
        let before = before.rsplit(['\n', '\r']).next().unwrap_or_default();
        let after = &tail[..border_before(tail, CONTEXT)];
        let after = after.split(['\n', '\r']).next().unwrap_or_default();
        let name = digest(&[&diagnostic.rule, &self.path, self.source.slice(diagnostic.span), before, after]);
        let ordinal = self.seen.entry(name).or_default();
        *ordinal += 1;
        match *ordinal {
            1 => hex(&name),
            n => hex(&digest(&[&hex(&name), &n.to_string()])),
        }
    }
}

/// The fingerprint of a file that could not be checked.
pub fn of_failure(path: &str) -> String {
    hex(&digest(&["failed", &slashed(path)]))
}

/// The lengths are hashed too, so that no two lists of parts give the same bytes.
fn digest(parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::finding;

    fn prints(text: &str, faults: &[&str]) -> Vec<String> {
        let source = Source::from_text(text).expect("short");
        let mut prints = Fingerprints::new("a.txt", &source);
        faults.iter().map(|fault| prints.next(&finding(text, fault, &[]))).collect()
    }

    #[test]
    fn lines_that_come_and_go_elsewhere_change_nothing() {
        let old = prints("one\nof the the end\n", &["the the"]);
        let new = prints("zero\n\nof the the end\nmore", &["the the"]);
        assert_eq!(old, new);
        assert_eq!(old[0].len(), 64);
        assert_ne!(old, prints("at the the end", &["the the"]));
    }

    #[test]
    fn equal_findings_are_told_apart_by_their_order() {
        let twice = prints("the the", &["the the", "the the"]);
        assert_ne!(twice[0], twice[1]);
        assert_eq!(twice[0], prints("the the", &["the the"])[0]);
    }

    #[test]
    fn no_text_is_too_long_or_cut_in_a_character() {
        let text = format!("{}fault{}", "“é".repeat(400), "日本".repeat(400));
        assert_eq!(prints(&text, &["fault"]), prints(&format!("x{text}"), &["fault"]));
    }
}
