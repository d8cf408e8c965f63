//! Rules proved by their own examples: does each fire where it says, and only there, and does its fix hold?

mod failure;

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

pub use self::failure::ExampleFailure;
use super::phrase::Phrase;
use super::schema::ExampleFormat;
use super::{Example, Matcher, PhraseEntry, Rule, RuleSet};
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::fix::{self, FixError};
use crate::format::Format;
use crate::session::{Selector, Session, Settings, SettingsError};
use crate::source::Source;

/// Times that an example is said in one paragraph: more than passes may be.
const TIMES: usize = fix::MAX_PASSES + 2;

/// What became of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleVerdict {
    /// The rule's id.
    pub rule: Arc<str>,
    /// The file it is from.
    pub path: String,
    /// Number of examples run, generated ones included.
    pub examples: usize,
    /// What failed; empty if the rule holds.
    pub failures: Vec<ExampleFailure>,
}

/// Runs the examples of the rules that `wanted` names; the whole `set` takes part in the search for clashes.
///
/// # Errors
/// None in practice: the settings name only rules of the set.
pub fn test(
    set: &Arc<RuleSet>,
    wanted: impl Fn(&Rule) -> bool + Sync,
) -> Result<Vec<RuleVerdict>, SettingsError> {
    let everything = Session::new(Arc::clone(set), None, Settings::default())?;
    set.rules()
        .par_iter()
        .filter(|rule| wanted(rule))
        .map(|rule| {
            let only = rule.id.parse::<Selector>().map(|s| vec![s]).unwrap_or_default();
            // An example is a sentence or two: too little to show where it is from.
            let settings = Settings { select: only, translated: true, ..Settings::default() };
            let alone = Session::new(Arc::clone(set), None, settings)?;
            let mut trial = Trial {
                rule,
                alone,
                everything: &everything,
                examples: 0,
                failures: Vec::new(),
                reached: BTreeSet::new(),
            };
            trial.run();
            Ok(RuleVerdict {
                rule: rule.id.clone(),
                path: rule.path().to_owned(),
                examples: trial.examples,
                failures: trial.failures,
            })
        })
        .collect()
}

struct Trial<'t> {
    rule: &'t Rule,
    /// A session with this rule only.
    alone: Session,
    /// A session with all rules.
    everything: &'t Session,
    examples: usize,
    failures: Vec<ExampleFailure>,
    /// Phrases that some written example fires.
    reached: BTreeSet<usize>,
}

impl Trial<'_> {
    fn run(&mut self) {
        for example in self.rule.examples() {
            match example {
                Example::Bad { bad, good, format } => self.bad(bad, good.as_deref(), of(*format)),
                Example::Ok { ok, format } => self.right(ok, of(*format)),
            }
        }
        if let Matcher::Phrases(entries) = self.rule.matcher() {
            for (index, entry) in entries.iter().enumerate() {
                self.phrase(index, entry);
            }
        }
    }

    fn bad(&mut self, bad: &str, good: Option<&str>, format: Format) {
        self.examples += 1;
        let found = check(&self.alone, bad, format);
        if found.is_empty() {
            self.failures.push(ExampleFailure::Missing { bad: bad.to_owned() });
            return;
        }
        self.note_reached(bad, &found);
        let Some(once) = self.settled(bad, format) else { return };
        let changes = once != bad;
        match good {
            None if changes => {
                self.failures.push(ExampleFailure::NoGood { bad: bad.to_owned(), got: once.clone() });
            }
            Some(good) if good != once => {
                let (bad, expected) = (bad.to_owned(), good.to_owned());
                self.failures.push(ExampleFailure::Wrong { bad, expected, got: once.clone() });
            }
            _ => {}
        }
        if changes {
            if let Some(twice) = self.settled(&once, format).filter(|twice| *twice != once) {
                self.failures.push(ExampleFailure::Unstable {
                    bad: bad.to_owned(),
                    once: once.clone(),
                    twice,
                });
            }
            self.right(&once, format);
            self.many_times(bad, format);
        }
        self.overlaps(bad, &found, format);
    }

    /// The example after its first choices; `None` if they come to no end.
    fn settled(&mut self, bad: &str, format: Format) -> Option<String> {
        match first_choices(&self.alone, bad, format) {
            Ok(text) => Some(text),
            Err(error) => {
                self.failures.push(ExampleFailure::Endless { bad: bad.to_owned(), times: 1, error });
                None
            }
        }
    }

    /// A fault that stands many times in a paragraph is fixed as one that stands there once: a safe fix that waits
    /// for the one before it needs as many passes as there are faults, and `fix` leaves the file as it was.
    fn many_times(&mut self, bad: &str, format: Format) {
        let Ok(source) = Source::from_text([bad; TIMES].join(" ")) else { return };
        if let Err(error) = self.alone.fix(&source, format, Applicability::Safe) {
            self.failures.push(ExampleFailure::Endless { bad: bad.to_owned(), times: TIMES, error });
        }
    }

    /// A text in which this rule must be silent, and every other rule at warning or above.
    fn right(&mut self, text: &str, format: Format) {
        self.examples += 1;
        let found = |d: &Diagnostic| text.get(d.span.range()).unwrap_or_default().to_owned();
        for d in check(&self.alone, text, format) {
            let found = found(&d);
            self.failures.push(ExampleFailure::Noisy { text: text.to_owned(), found });
        }
        let others = check(self.everything, text, format).into_iter().filter(|d| d.rule != self.rule.id);
        for d in others.filter(|d| d.severity >= Severity::Warning) {
            let found = found(&d);
            self.failures.push(ExampleFailure::Clash { text: text.to_owned(), other: d.rule, found });
        }
    }

    fn overlaps(&mut self, bad: &str, own: &[Diagnostic], format: Format) {
        let safe = |d: &Diagnostic| {
            d.unattended_fix(Applicability::Safe).map(|f| f.edits.clone()).unwrap_or_default()
        };
        let mine: Vec<_> = own.iter().flat_map(safe).collect();
        if mine.is_empty() {
            return;
        }
        for other in check(self.everything, bad, format).iter().filter(|d| d.rule != self.rule.id) {
            let clash = safe(other).iter().any(|e| {
                mine.iter().any(|m| m.span.overlaps(e.span) && !(m.span == e.span && m.text == e.text))
            });
            if clash && other.priority == self.rule.priority {
                self.failures
                    .push(ExampleFailure::Overlap { bad: bad.to_owned(), other: other.rule.clone() });
            }
        }
    }

    /// Tries every alternative of a phrase; what the generated texts do not reach, a written example must.
    fn phrase(&mut self, index: usize, entry: &PhraseEntry) {
        let conditional = !entry.conditions.when.is_empty()
            || !self.rule.conditions().when.is_empty()
            || !entry.conditions.unless.is_empty()
            || !self.rule.conditions().unless.is_empty();
        for text in specimens(&entry.phrase) {
            self.examples += 1;
            if !check(&self.alone, &text, Format::Plain).is_empty() {
                if self.settled(&text, Format::Plain).is_none() {
                    return;
                }
                continue;
            }
            if !(conditional && self.reached.contains(&index)) {
                self.failures.push(ExampleFailure::Unreached { phrase: entry.written.clone(), tried: text });
                return;
            }
        }
    }

    fn note_reached(&mut self, text: &str, found: &[Diagnostic]) {
        let Matcher::Phrases(entries) = self.rule.matcher() else { return };
        for d in found {
            let matched = text.get(d.span.range()).unwrap_or_default();
            let here = |e: &PhraseEntry| {
                e.phrase.anchor.literals.iter().any(|l| {
                    matched.to_lowercase().match_indices(&*l.text.to_lowercase()).any(|(at, _)| {
                        l.piece_start(matched, at, e.phrase.is_exact())
                            .and_then(|start| e.phrase.match_around(matched, e.phrase.anchor.piece, start))
                            .is_some_and(|m| m.span == (0..matched.len()))
                    })
                })
            };
            self.reached.extend(entries.iter().enumerate().filter(|(_, e)| here(e)).map(|(i, _)| i));
        }
    }
}

/// A phrase in a sentence, once for each of its alternatives.
fn specimens(phrase: &Phrase) -> Vec<String> {
    phrase.specimens().into_iter().map(|text| format!("Today {text} again.")).collect()
}

/// The format of an example.
const fn of(format: ExampleFormat) -> Format {
    match format {
        ExampleFormat::Plain => Format::Plain,
        ExampleFormat::Markdown => Format::Markdown,
        ExampleFormat::Html => Format::Html,
    }
}

fn check(session: &Session, text: &str, format: Format) -> Vec<Diagnostic> {
    Source::from_text(text).map(|s| session.check(&s, format)).unwrap_or_default()
}

/// The text after taking the first choice of every finding, repeatedly.
///
/// A suggestion is applied too: an example shows what the editor would get. A text that is too long for a source
/// has no findings, and stays.
fn first_choices(session: &Session, text: &str, format: Format) -> Result<String, FixError> {
    let Ok(source) = Source::from_text(text) else { return Ok(text.to_owned()) };
    let fixed = fix::fix::<FixError>(&source, Applicability::Safe, |source| {
        let mut found = session.check(source, format);
        for d in &mut found {
            d.fixes.truncate(1);
            d.fixes.iter_mut().for_each(|f| f.applicability = Applicability::Safe);
        }
        Ok(found)
    });
    fixed.map(|f| f.source.into_text())
}
