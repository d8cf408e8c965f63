//! What stays the same about a finding when the text around it changes: its fingerprint.
//!
//! A fingerprint is made of the rule and of the sentence that the finding stands in, not of its place. So it survives
//! paragraphs that move, neighbours that change, lines that are broken elsewhere, and another name or format of the
//! file; a sentence that is edited is another one. It is the same in every version and on every platform:
//!
//! > the first 8 bytes of the SHA-256 of `sentence LF rule LF match LF ordinal`, in UTF-8, as 16 hexadecimal digits.
//!
//! `sentence` is what the reader sees of the sentence in which the finding begins, without markup, and `match` what was
//! found; in both, each run of white space is one blank, with none at the ends, and case is kept. `ordinal` counts from
//! 0 the findings of the same rule, match and sentence, in their order, in decimal digits. A finding that belongs to no
//! sentence has an empty one.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

pub use crate::diagnostic::{Fingerprint, NoFingerprint};
use crate::document::Segment;
use crate::span::{Seg, Span};

impl Fingerprint {
    /// The fingerprint of something that stands in no sentence; `ordinal` tells it from its equals.
    pub fn alone(rule: &str, matched: &str, ordinal: usize) -> Self {
        Self::of("", rule, matched, ordinal)
    }

    /// The fingerprint of the finding number `ordinal`, from 0, of `rule` at `matched` in `sentence`.
    pub fn of(sentence: &str, rule: &str, matched: &str, ordinal: usize) -> Self {
        let mut state = Sha256::new();
        write(&mut state, sentence);
        write_finding(&mut state, rule, matched);
        numbered(state, ordinal)
    }
}

/// Gives the findings of one document their fingerprints, in their order.
#[derive(Debug, Default)]
pub(crate) struct Fingerprints {
    /// What a sentence, by its segment and start, has made of the hash: no sentence is hashed twice.
    sentences: HashMap<(usize, usize), Sha256>,
    /// How many findings there are of one rule and match in one sentence.
    equals: HashMap<(usize, usize, u64), usize>,
}

impl Fingerprints {
    /// The fingerprint of what `rule` finds at `span` in `segment`, which has the number `index` in its document.
    pub(crate) fn next(
        &mut self,
        rule: &str,
        index: usize,
        segment: &Segment<'_>,
        span: Span<Seg>,
    ) -> Fingerprint {
        let sentence = segment.sentence_at(span.start).unwrap_or(Span::at(span.start));
        let place = (index, sentence.start);
        let hashed = self.sentences.entry(place).or_insert_with(|| {
            let mut state = Sha256::new();
            write(&mut state, segment.slice(sentence));
            state
        });
        let mut state = hashed.clone();
        write_finding(&mut state, rule, segment.slice(span));
        let Fingerprint(unnumbered) = finish(state.clone());
        let ordinal = self.equals.entry((place.0, place.1, unnumbered)).or_default();
        *ordinal += 1;
        numbered(state, *ordinal - 1)
    }
}

/// Adds `text` with its white space folded, and a line feed, which no folded text has.
fn write(state: &mut Sha256, text: &str) {
    for (i, word) in text.split_whitespace().enumerate() {
        if i > 0 {
            state.update(b" ");
        }
        state.update(word.as_bytes());
    }
    state.update(b"\n");
}

fn write_finding(state: &mut Sha256, rule: &str, matched: &str) {
    write(state, rule);
    write(state, matched);
}

fn numbered(mut state: Sha256, ordinal: usize) -> Fingerprint {
    state.update(ordinal.to_string().as_bytes());
    finish(state)
}

fn finish(state: Sha256) -> Fingerprint {
    let hash = state.finalize();
    Fingerprint(hash.iter().take(8).fold(0, |bits, byte| bits << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENTENCE: &str = "They met at the the summit.";
    const RULE: &str = "house/doubled-the";

    /// Stored fingerprints must keep their meaning: these values may never change.
    #[test]
    fn the_recipe_is_pinned() {
        let of = |ordinal| Fingerprint::of(SENTENCE, RULE, "the the", ordinal).to_string();
        assert_eq!(of(0), "b235d839d063e698");
        assert_eq!(of(1), "86fb9e181a53e3e6");
        let alone = Fingerprint::alone("mtlint/unused-suppression", "<!-- x -->", 0);
        assert_eq!(alone.to_string(), "6710cb3a8482d956");
    }

    #[test]
    fn white_space_is_folded_and_case_is_not() {
        let of = |sentence: &str, matched: &str| Fingerprint::of(sentence, RULE, matched, 0);
        let one = of(SENTENCE, "the the");
        assert_eq!(of(" They met\r\nat the\n  the\tsummit. ", "the\nthe"), one);
        assert_ne!(of("they met at the the summit.", "the the"), one);
        assert_ne!(of(SENTENCE, "The the"), one);
        assert_ne!(Fingerprint::of(SENTENCE, "house/other", "the the", 0), one);
    }

    #[test]
    fn sixteen_digits_are_a_fingerprint_and_nothing_else_is() {
        let fingerprint: Fingerprint = "00fb9e181a53e3e6".parse().expect("one");
        assert_eq!(fingerprint.to_string(), "00fb9e181a53e3e6");
        for text in ["", "86FB9e181a53e3e6", "+6fb9e181a53e3e6", "86fb9e181a53e3e", "86fb9e181a53e3e60"] {
            assert_eq!(text.parse::<Fingerprint>(), Err(NoFingerprint), "{text}");
        }
    }
}

#[cfg(test)]
mod moved {
    //! Paragraphs in another order have the same fingerprints.

    use std::sync::{Arc, LazyLock};

    use proptest::prelude::*;

    use crate::format::Format;
    use crate::rule::{self, RuleFiles};
    use crate::session::{Session, Settings};
    use crate::source::Source;

    static SESSION: LazyLock<Session> = LazyLock::new(|| {
        let rules = Arc::new(rule::load(&RuleFiles::builtin()).expect("the built-in rules compile"));
        // No rule of these packs looks at more than its own paragraph.
        let select = ["repetition", "typography", "spacing"]
            .iter()
            .filter(|pack| rules.packs().iter().any(|known| known.name == **pack))
            .map(|pack| pack.parse().expect("a selector"));
        let settings = Settings { select: select.collect(), translated: true, ..Settings::default() };
        Session::new(Arc::clone(&rules), None, settings).expect("known packs")
    });

    fn fingerprints(text: &str, format: Format) -> Vec<String> {
        let found = SESSION.check(&Source::from_text(text).expect("short"), format);
        let mut found: Vec<String> = found.iter().map(|d| format!("{} {}", d.rule, d.fingerprint)).collect();
        found.sort();
        found
    }

    const PARAGRAPHS: [&str; 5] = [
        "They met at the the summit. Nobody came , and nobody left.",
        "The “ “house” ” is old. The the end; the the end.",
        "A clean paragraph with nothing in it.",
        "He said : “No”. She came from from Lyon to to stay.",
        "They met at the the summit.",
    ];

    proptest! {
        #[test]
        fn the_order_of_paragraphs_does_not_count(
            order in Just([0usize, 1, 2, 3, 4]).prop_shuffle(),
        ) {
            let join = |order: &[usize]| order.iter().map(|i| PARAGRAPHS[*i]).collect::<Vec<_>>().join("\n\n");
            let straight = join(&[0, 1, 2, 3, 4]);
            let first = fingerprints(&straight, Format::Plain);
            prop_assert!(first.len() > 4, "{first:?}");
            prop_assert_eq!(&fingerprints(&join(&order), Format::Plain), &first);
            prop_assert_eq!(&fingerprints(&join(&order), Format::Markdown), &first);
        }
    }
}
