//! Going through the remarks on one article, one by one, as one does with those of a colleague.
//!
//! No I/O here: [`Review`] is driven by [`Key`]s and says what it asks for, [`screen`] draws it, [`prompt`] writes it
//! for a plain terminal. Reading keys, checking a text again, writing files is the business of `commands`.
//!
//! A review has rounds. When all remarks of one are decided, the changed text is checked again, and what is new in it
//! is the next round. Taking decisions back goes through all rounds, down to the last saving.

mod hand;
pub mod journal;
mod keys;
mod passage;
pub mod prompt;
mod round;
pub mod screen;
mod wrap;

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::sync::Arc;

use tui_input::Input;

pub use hand::Refused;
pub use keys::Key;
pub use passage::{Passage, Piece};
use round::Round;
pub use round::{Decision, Remark, Settled};

use crate::diagnostic::{Diagnostic, Severity};
use crate::format::{Fields, Format};
use crate::report::correction::foremost;
use crate::report::count;
use crate::source::Source;

/// What a review asks of whoever drives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Nothing; the next key.
    Nothing,
    /// To keep the decisions, which have changed.
    Keep,
    /// To save the article and go on.
    Save,
    /// To leave the article.
    Leave {
        /// To save it first.
        save: bool,
        /// To leave the articles after it too.
        all: bool,
    },
    /// To leave at once, without saving; the decisions are kept.
    Abort,
}

/// What keys mean at the moment.
#[derive(Debug, Clone)]
enum Mode {
    /// A remark, or the end, is shown.
    Look,
    /// The sentence of the remark is edited.
    Hand(Input),
    /// The reason for a remark to be ignored here is written.
    Reason(Input),
    /// Whether to save is asked before leaving; then what comes back if it is not left.
    Leaving { all: bool, back: Box<Mode> },
    /// All keys are explained.
    Keys,
}

/// How many decisions of each kind there are, and how much is left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Changes that were accepted, or made by hand, and are not saved.
    pub accepted: usize,
    /// Remarks that were rejected.
    pub rejected: usize,
    /// Remarks that are to be ignored in later runs too.
    pub allowed: usize,
    /// Remarks that wait.
    pub open: usize,
}

/// The remarks on one article, and what was decided about them.
#[derive(Debug)]
pub struct Review {
    /// The article, as it is shown.
    name: String,
    format: Format,
    /// The fields of JSON that are read.
    fields: Fields,
    /// Never empty; the last one is current.
    rounds: Vec<Round>,
    /// Whether a check of the text as it is now has found nothing more.
    is_over: bool,
    /// Rules that are switched off.
    off: HashSet<Arc<str>>,
    /// The remark that is shown, a number in the current round.
    current: usize,
    /// The choice that is marked.
    choice: usize,
    mode: Mode,
    shows_why: bool,
    /// Lines that the lower part is moved up by.
    scroll: usize,
    /// One line about what the last key did.
    note: String,
}

impl Review {
    /// The review of the article that is shown as `name`, of JSON only `fields`; rules in `off` are switched off
    /// already.
    pub fn new(
        name: &str,
        source: Source,
        format: Format,
        fields: Fields,
        found: Vec<Diagnostic>,
        off: HashSet<Arc<str>>,
    ) -> Self {
        let round = Round::new(source, format, &fields, found, Vec::new(), Vec::new());
        let mut review = Self {
            name: name.to_owned(),
            format,
            fields,
            rounds: vec![round],
            is_over: false,
            off,
            current: 0,
            choice: 0,
            mode: Mode::Look,
            shows_why: false,
            scroll: 0,
            note: String::new(),
        };
        review.show_from(0);
        // What was found was found in the text as it is.
        review.is_over = review.open_count() == 0;
        review
    }

    fn round(&self) -> &Round {
        // There is always one.
        &self.rounds[self.rounds.len() - 1]
    }

    fn round_mut(&mut self) -> &mut Round {
        let last = self.rounds.len() - 1;
        &mut self.rounds[last]
    }

    /// The article, as it is shown.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The remark that is shown; `None` at the end.
    pub fn remark(&self) -> Option<&Remark> {
        self.is_open(self.current).then(|| &self.round().remarks[self.current])
    }

    /// The paragraph of the remark that is shown, as it reads now.
    pub fn passage(&self) -> Option<Passage> {
        self.remark().map(|_| self.round().passage(self.current))
    }

    /// What a choice would change; `None` if that does not show in one paragraph.
    pub fn change(&self, choice: usize) -> Option<Vec<Piece>> {
        let fix = self.remark()?.diagnostic.fixes.get(choice)?;
        self.round().change(self.current, fix)
    }

    /// Whether a choice can be taken: one that reaches into an accepted change cannot.
    pub fn can_take(&self, choice: usize) -> bool {
        self.remark().is_some() && self.round().can_take(self.current, choice)
    }

    /// The choice that is marked.
    pub fn choice(&self) -> usize {
        self.choice
    }

    /// The number of the remark that is shown, from 1, and how many there are in this round.
    pub fn number(&self) -> (usize, usize) {
        (self.current + 1, self.round().remarks.len())
    }

    /// The number of the round, from 1.
    pub fn round_number(&self) -> usize {
        self.rounds.len()
    }

    /// One line about what the last key did; empty if there is nothing to say.
    pub fn note(&self) -> &str {
        &self.note
    }

    /// Shows a line.
    pub fn say(&mut self, note: impl Into<String>) {
        self.note = note.into();
    }

    /// Whether the reason of the rule is shown.
    pub fn shows_why(&self) -> bool {
        self.shows_why
    }

    /// Whether there is nothing left to decide.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// Whether the text is to be checked again, for [`Review::next_round`].
    pub fn wants_check(&self) -> bool {
        !self.is_over && self.open_count() == 0
    }

    /// The text with everything that was accepted.
    pub fn text(&self) -> Source {
        self.round().edited()
    }

    /// The format of the article.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The rules that are switched off.
    pub fn off(&self) -> &HashSet<Arc<str>> {
        &self.off
    }

    fn is_open(&self, remark: usize) -> bool {
        let round = self.round();
        let is_on = |remark: &Remark| !self.off.contains(&remark.diagnostic.rule);
        !self.is_over && round.remarks.get(remark).is_some_and(is_on) && round.is_open(remark)
    }

    fn open_count(&self) -> usize {
        (0..self.round().remarks.len()).filter(|&remark| self.is_open(remark)).count()
    }

    /// What was decided, in all rounds since the last saving.
    fn decisions(&self) -> impl Iterator<Item = (&Round, usize, &Decision)> {
        let of = |round| Round::decisions_of(round);
        self.rounds.iter().flat_map(of)
    }

    /// How far the review is.
    pub fn progress(&self) -> Progress {
        let mut progress = Progress { open: self.open_count(), ..Progress::default() };
        for (_, _, decision) in self.decisions() {
            match decision {
                Decision::Accept(_) | Decision::Hand(_) => progress.accepted += 1,
                Decision::Reject => progress.rejected += 1,
                Decision::Allow(_) => progress.allowed += 1,
                Decision::Off => {}
            }
        }
        progress.allowed += self.rounds[0].settled.iter().filter(|settled| settled.reason.is_some()).count();
        progress
    }

    /// What saving would write.
    pub fn unsaved_in_words(&self) -> String {
        let Progress { accepted, allowed, .. } = self.progress();
        match (accepted, allowed) {
            (_, 0) => count(accepted, "accepted change"),
            (0, _) => count(allowed, "ignored place"),
            _ => format!("{} and {}", count(accepted, "accepted change"), count(allowed, "ignored place")),
        }
    }

    /// Whether saving would write anything.
    pub fn is_unsaved(&self) -> bool {
        let Progress { accepted, allowed, .. } = self.progress();
        accepted + allowed > 0
    }

    /// What is in the article still if it is left now with (`saved`) or without saving.
    pub fn left(&self, saved: bool) -> Vec<&Diagnostic> {
        let round = self.round();
        let open = (0..round.remarks.len()).filter(|&remark| self.is_open(remark));
        let mut left: Vec<&Diagnostic> = open.map(|remark| &round.remarks[remark].diagnostic).collect();
        if !saved {
            let accepted =
                self.decisions().filter(|(_, _, d)| matches!(d, Decision::Accept(_) | Decision::Hand(_)));
            left.extend(accepted.map(|(round, remark, _)| &round.remarks[remark].diagnostic));
        }
        left
    }

    /// What was found when the text was checked again; what is new in it is shown next.
    pub fn next_round(&mut self, found: Vec<Diagnostic>) {
        let (settled, answered) = (self.round().carried(), self.round().carried_answers());
        let round = Round::new(self.text(), self.format, &self.fields, found, settled, answered);
        self.rounds.push(round);
        if self.open_count() == 0 {
            self.rounds.pop();
            self.is_over = true;
            return;
        }
        self.note = format!("{} new in the changed text.", count(self.open_count(), "remark"));
        self.show_from(0);
    }

    /// The article was saved, and `found` is what a check finds in it now; what is decided is settled.
    pub fn saved(&mut self, found: Vec<Diagnostic>) {
        let position = self.remark().map_or(0, |remark| remark.diagnostic.span.start);
        let (settled, answered) = (self.round().carried(), self.round().carried_answers());
        let round = Round::new(self.text(), self.format, &self.fields, found, settled, answered);
        self.rounds = vec![round];
        self.is_over = false;
        self.is_over = self.open_count() == 0;
        let next = self.round().remarks.partition_point(|remark| remark.diagnostic.span.start < position);
        self.show_from(next);
    }

    /// What is to be ignored in later runs, and why: the findings that stand in `found`, a check of the text as it is
    /// now.
    pub fn to_allow<'f>(&self, found: &'f [Diagnostic]) -> Vec<(&'f Diagnostic, String)> {
        let wanted = self.round().carried();
        let is = |settled: &Settled, d: &Diagnostic| settled.rule == d.rule && settled.span == d.span;
        let wanted = wanted.into_iter().filter_map(|settled| Some((settled.reason.clone()?, settled)));
        let named = wanted.filter_map(|(reason, settled)| {
            let diagnostic = found.iter().find(|diagnostic| is(&settled, diagnostic))?;
            Some((diagnostic, reason))
        });
        named.collect()
    }

    /// All that was to be ignored in later runs is written down.
    pub fn allowed(&mut self) {
        for round in &mut self.rounds {
            round.settled.iter_mut().for_each(|settled| settled.reason = None);
        }
    }

    /// Limits how far the lower part is moved up.
    pub fn limit_scroll(&mut self, most: usize) {
        self.scroll = self.scroll.min(most);
    }

    /// Shows the first open remark from this number on, or from the start.
    fn show_from(&mut self, remark: usize) {
        let all = self.round().remarks.len();
        let open = (remark..all).chain(0..remark.min(all)).find(|&remark| self.is_open(remark));
        self.show(open.unwrap_or(0));
    }

    /// Shows the nearest open remark before this number, or the last one.
    fn show_before(&mut self, remark: usize) {
        let all = self.round().remarks.len();
        let open = (0..remark).rev().chain((remark..all).rev()).find(|&remark| self.is_open(remark));
        self.show(open.unwrap_or(0));
    }

    fn show(&mut self, remark: usize) {
        (self.current, self.choice, self.scroll, self.mode) = (remark, 0, 0, Mode::Look);
        self.shows_why = false;
        if let Some(remark) = self.remark() {
            let diagnostic = &remark.diagnostic;
            let first = foremost(diagnostic);
            let choice = diagnostic.fixes.iter().position(|fix| first.is_some_and(|f| std::ptr::eq(f, fix)));
            let choice = choice.filter(|&choice| self.can_take(choice));
            let other = || (0..diagnostic.fixes.len()).find(|&choice| self.can_take(choice));
            self.choice = choice.or_else(other).unwrap_or(0);
        }
    }

    /// Decides about the remark that is shown, and goes on to the next one.
    fn decide(&mut self, decision: Decision) -> Asked {
        let asked = self.decide_untried(decision);
        if asked == Asked::Keep && !self.round_mut().takes_all() {
            self.undo();
            self.note = Refused::File.to_string();
            return Asked::Nothing;
        }
        asked
    }

    /// The same, without a look at whether the file takes it.
    fn decide_untried(&mut self, decision: Decision) -> Asked {
        let current = self.current;
        let Some(remark) = self.remark() else { return Asked::Nothing };
        let (rule, is_off) = (Arc::clone(&remark.diagnostic.rule), decision == Decision::Off);
        let said = match &decision {
            Decision::Accept(_) => "Accepted.".to_owned(),
            Decision::Hand(_) => "Changed by hand.".to_owned(),
            Decision::Reject => "Rejected: the text stays as it is.".to_owned(),
            Decision::Allow(_) => "Ignored here, in later runs too.".to_owned(),
            Decision::Off => format!("“{}” is switched off for this run.", title(&rule)),
        };
        if !self.round_mut().decide(current, decision) {
            self.note = "That reaches into a change that you have accepted; it comes again later.".to_owned();
            return Asked::Nothing;
        }
        if is_off {
            self.off.insert(rule);
        }
        self.note = said;
        self.show_from(current + 1);
        Asked::Keep
    }

    /// Takes the last decision back and shows its remark.
    fn undo(&mut self) -> Asked {
        while self.rounds.len() > 1 && self.round().decisions.is_empty() {
            self.rounds.pop();
        }
        let Some((remark, decision)) = self.round_mut().undo() else {
            self.note = "There is nothing to take back.".to_owned();
            return Asked::Nothing;
        };
        self.is_over = false;
        if decision == Decision::Off {
            let rule = Arc::clone(&self.round().remarks[remark].diagnostic.rule);
            self.off.remove(&rule);
        }
        self.show(remark);
        self.note = "Taken back.".to_owned();
        Asked::Keep
    }
}

impl Round {
    fn decisions_of(&self) -> impl Iterator<Item = (&Self, usize, &Decision)> {
        self.decisions.iter().map(move |(remark, decision)| (self, *remark, decision))
    }
}

/// The plain title of a rule: `typography/doubled-quote` is “Doubled quote”.
pub fn title(rule: &str) -> String {
    let name = rule.rsplit('/').next().unwrap_or(rule).replace(['-', '_'], " ").to_lowercase();
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A severity in words.
pub fn in_words(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "Worth a look",
        Severity::Warning => "Very probably wrong",
        Severity::Error => "Wrong",
    }
}
