//! Where nlprule's tokenizer sees borders of sentences inside a text.

use std::ops::Range;
use std::sync::OnceLock;

use srx::Rules;

/// The rules for borders; compiled when a text first needs them.
pub(super) struct Borders {
    stored: Vec<u8>,
    rules: OnceLock<Rules>,
}

impl Borders {
    pub(super) fn new(stored: Vec<u8>) -> Self {
        Self { stored, rules: OnceLock::new() }
    }

    /// The sentences of `text`, without gaps; one of blanks alone is joined with the next.
    pub(super) fn split(&self, text: &str) -> Vec<Range<usize>> {
        if !may_split(text) {
            return std::iter::once(0..text.len()).collect();
        }
        let mut sentences: Vec<Range<usize>> = Vec::new();
        for range in self.rules().split_ranges(text) {
            match sentences.last_mut() {
                Some(last) if text[last.clone()].trim().is_empty() => last.end = range.end,
                _ => sentences.push(range),
            }
        }
        sentences
    }

    /// The compiled rules.
    pub(super) fn rules(&self) -> &Rules {
        self.rules
            .get_or_init(|| bincode::deserialize(&self.stored).expect("a test decodes the embedded rules"))
    }
}

/// Whether a rule can see a border: each of them asks for the end of a sentence with something behind it,
/// or for one of the marks that translation memories and subtitles have.
fn may_split(text: &str) -> bool {
    if text.contains(['\u{2029}', '{', '}', '\n']) {
        return true;
    }
    let mut after_end = false;
    for c in text.chars() {
        if after_end
            && !matches!(c, '.' | '!' | '?' | '…')
            && !c.is_lowercase()
            && !c.is_ascii_digit()
            && c != ','
        {
            return true;
        }
        after_end = matches!(c, '.' | '!' | '?' | '…');
    }
    false
}

#[cfg(test)]
mod tests {
    use super::may_split;

    #[test]
    fn a_border_needs_an_end_and_more() {
        for (text, may) in [
            ("He is here.", false),
            ("He is here...", false),
            ("About 3.5 per cent, e.g., of www.example.com.", false),
            ("He left. She stayed.", true),
            ("He left.” She stayed.", true),
            ("He left.She stayed.", true),
            ("00:00:01,000\n", true),
        ] {
            assert_eq!(may_split(text), may, "{text}");
        }
    }
}
