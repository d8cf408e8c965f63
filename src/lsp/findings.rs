//! What is known of one document: the findings of the rules, and those of grammar, which come later.
//!
//! Grammar is checked only after a pause. Until then what it found before is kept, moved with the text, so that it does
//! not go and come back with each keystroke; what an edit touches is dropped.

use std::ops::Range as Bytes;

use super::document::Splice;
use crate::diagnostic::{self, Diagnostic};
use crate::span::{Span, SpanSet, Src};

/// Counts the states of all documents; a result that was made for another state is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Revision(pub u64);

/// The findings in one document.
#[derive(Debug, Default)]
pub struct Findings {
    shown: Vec<Diagnostic>,
    grammar: Vec<Diagnostic>,
    /// The state that `shown` is about.
    at: Option<Revision>,
}

impl Findings {
    /// Everything found, sorted by place and rule, in the state of [`Findings::at`].
    pub fn shown(&self) -> &[Diagnostic] {
        &self.shown
    }

    /// The state that they are about; `None` before the first check.
    pub fn at(&self) -> Option<Revision> {
        self.at
    }

    /// Moves what is kept of grammar along with a change of the text.
    pub fn follow(&mut self, splice: &Splice) {
        self.grammar.retain_mut(|found| {
            moved(found, splice).is_some_and(|there| {
                *found = there;
                true
            })
        });
    }

    /// Takes what the rules have found.
    pub fn set_rules(&mut self, at: Revision, rules: Vec<Diagnostic>) {
        // What a rule has found, it says better.
        let said = SpanSet::new(rules.iter().map(|found| found.span));
        self.grammar.retain(|found| !said.overlaps(found.span));
        self.shown = rules;
        self.shown.extend(self.grammar.iter().cloned());
        diagnostic::sort(&mut self.shown);
        diagnostic::drop_covered(&mut self.shown);
        self.at = Some(at);
    }

    /// Takes what rules and grammar have found; says whether that is something else than what was known of this state.
    pub fn set_all(&mut self, at: Revision, all: Vec<Diagnostic>) -> bool {
        let is_new = self.at != Some(at) || self.shown != all;
        self.grammar = all.iter().filter(|found| is_grammar(found)).cloned().collect();
        self.shown = all;
        self.at = Some(at);
        is_new
    }

    /// Forgets everything, as for other rules.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The findings that overlap `bytes` or touch them: a cursor behind a word asks for it too.
    pub fn within(&self, bytes: Bytes<usize>) -> impl Iterator<Item = &Diagnostic> {
        let asked = Span::<Src>::from(bytes);
        self.shown.iter().filter(move |found| found.span.touches(asked))
    }
}

fn is_grammar(found: &Diagnostic) -> bool {
    found.rule.starts_with("grammar/")
}

/// The finding where it stands after the change; `None` if the change touches it or one of its edits.
fn moved(found: &Diagnostic, splice: &Splice) -> Option<Diagnostic> {
    let to = |span: Span<Src>| {
        if span.end < splice.old.start {
            Some(span)
        } else if splice.old.end < span.start {
            let by = |at: usize| at - splice.old.len() + splice.new;
            Some(Span::new(by(span.start), by(span.end)))
        } else {
            None
        }
    };
    let mut there = found.clone();
    there.span = to(found.span)?;
    for edit in there.fixes.iter_mut().flat_map(|fix| &mut fix.edits) {
        edit.span = to(edit.span)?;
    }
    Some(there)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Applicability, Edit, Fix, Severity};

    fn found(rule: &str, bytes: Bytes<usize>) -> Diagnostic {
        let span = Span::from(bytes);
        let edits = vec![Edit { span, text: String::new() }];
        Diagnostic {
            rule: rule.into(),
            severity: Severity::Warning,
            message: "m".to_owned(),
            why_url: None,
            span,
            fixes: vec![Fix { title: "t".to_owned(), applicability: Applicability::Unsafe, edits }],
            priority: 0,
            fingerprint: crate::diagnostic::Fingerprint::default(),
        }
    }

    fn shown(findings: &Findings) -> Vec<(&str, Bytes<usize>)> {
        findings.shown().iter().map(|found| (&*found.rule, found.span.range())).collect()
    }

    #[test]
    fn grammar_is_kept_and_moves_with_the_text() {
        let mut findings = Findings::default();
        findings.set_all(
            Revision(1),
            vec![found("a/b", 0..3), found("grammar/X", 10..12), found("grammar/Y", 20..22)],
        );
        findings.follow(&Splice { old: 4..5, new: 4 });
        findings.follow(&Splice { old: 23..23, new: 1 });
        findings.set_rules(Revision(2), vec![found("a/c", 1..2)]);
        assert_eq!(shown(&findings), [("a/c", 1..2), ("grammar/X", 13..15)]);
        assert_eq!(findings.shown()[1].fixes[0].edits[0].span, Span::new(13, 15));
        assert_eq!(findings.at(), Some(Revision(2)));
    }

    #[test]
    fn a_rule_says_it_better() {
        let mut findings = Findings::default();
        let all = vec![found("grammar/X", 10..12)];
        assert!(findings.set_all(Revision(1), all.clone()));
        assert!(!findings.set_all(Revision(1), all));
        findings.set_rules(Revision(2), vec![found("a/b", 11..14)]);
        assert_eq!(shown(&findings), [("a/b", 11..14)]);
    }

    #[test]
    fn a_cursor_beside_a_finding_asks_for_it() {
        let mut findings = Findings::default();
        findings.set_rules(Revision(1), vec![found("a/b", 3..6)]);
        let asked = [2..2, 3..3, 6..6, 7..7, 0..9].map(|bytes| findings.within(bytes).count());
        assert_eq!(asked, [0, 1, 1, 0, 1]);
    }
}
