//! The decisions of a review that is not over, so that no interruption loses them.
//!
//! A journal tells of each decision the rule and the place that it is about, and what was decided. It is played back
//! on the same text only, and as far as the same is found there: another version of mtlint may find something else.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::round::{Decision, Round, Settled};
use super::{Asked, Review};
use crate::diagnostic::{Diagnostic, Edit};
use crate::source::Source;
use crate::span::Span;

/// What a journal is written as; another number is not understood.
const VERSION: u32 = 1;

/// The decisions about one text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    version: u32,
    /// The path of the article, for people.
    path: String,
    /// Names the text, with all that its format keeps beside it.
    text: String,
    off: Vec<String>,
    settled: Vec<Kept>,
    rounds: Vec<Vec<Decided>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    rule: String,
    start: usize,
    end: usize,
    reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Decided {
    rule: String,
    start: usize,
    end: usize,
    decision: What,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum What {
    Accept(Vec<Change>),
    Hand(Vec<Change>),
    Reject,
    Allow(String),
    Off,
}

/// Start, end, and the new text.
type Change = (usize, usize, String);

fn change(edit: &Edit) -> Change {
    (edit.span.start, edit.span.end, edit.text.clone())
}

/// Names bytes, as a journal does.
pub fn name(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Journal {
    /// Reads a journal about the text that [`name`] calls `text`; `None` if it is none, or about another one.
    pub fn read(json: &[u8], text: &str) -> Option<Self> {
        let journal: Self = serde_json::from_slice(json).ok()?;
        (journal.version == VERSION && journal.text == text).then_some(journal)
    }

    /// The journal as JSON.
    pub fn to_json(&self) -> Vec<u8> {
        // Strings and numbers can always be written.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// How many decisions it tells of.
    pub fn len(&self) -> usize {
        self.settled.len() + self.rounds.iter().map(Vec::len).sum::<usize>()
    }

    /// Whether it tells of no decision.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Review {
    /// The decisions so far, about the article at `path` whose bytes [`name`] calls `text`.
    pub fn journal(&self, path: &str, text: &str) -> Journal {
        let mut off: Vec<String> = self.off.iter().map(ToString::to_string).collect();
        off.sort();
        let kept = |settled: &Settled| Kept {
            rule: settled.rule.to_string(),
            start: settled.span.start,
            end: settled.span.end,
            reason: settled.reason.clone(),
        };
        let settled = self.rounds[0].settled.iter().map(kept).collect();
        let rounds = self.rounds.iter().map(Round::written).collect();
        Journal { version: VERSION, path: path.to_owned(), text: text.to_owned(), off, settled, rounds }
    }

    /// Takes over the decisions of a journal, asking `check` what is found in a changed text; gives how many those are.
    ///
    /// To be called before the first key.
    pub fn resume(&mut self, journal: &Journal, check: &mut dyn FnMut(&Source) -> Vec<Diagnostic>) -> usize {
        // What a rule had found before it was switched off was open then.
        let decided = || journal.rounds.iter().flatten().filter(|decided| decided.decision == What::Off);
        let before = journal.off.iter().filter(|&rule| !decided().any(|decided| decided.rule == *rule));
        self.off.extend(before.map(|rule| Arc::from(rule.as_str())));
        self.settle(&journal.settled);
        let mut taken = journal.settled.len();
        for (index, decisions) in journal.rounds.iter().enumerate() {
            if index > 0 {
                if !self.wants_check() {
                    break;
                }
                let found = check(&self.text());
                self.next_round(found);
            }
            taken += self.decide_all(decisions);
        }
        self.note.clear();
        self.show_from(0);
        self.is_over = self.is_over || (self.rounds[0].decisions.is_empty() && self.open_count() == 0);
        taken
    }

    /// Leaves out what was settled before.
    fn settle(&mut self, kept: &[Kept]) {
        if kept.is_empty() {
            return;
        }
        let settled = |kept: &Kept| Settled {
            rule: Arc::from(kept.rule.as_str()),
            span: Span::new(kept.start.min(kept.end), kept.end),
            reason: kept.reason.clone(),
        };
        let round = &mut self.rounds[0];
        let found = round.remarks.drain(..).map(|remark| remark.diagnostic).collect();
        let settled = kept.iter().map(settled).collect();
        *round = Round::new(round.source.clone(), self.format, &self.fields, found, settled, Vec::new());
        self.show_from(0);
    }

    /// Decides as was decided in one round, and gives how often that could be done.
    fn decide_all(&mut self, decisions: &[Decided]) -> usize {
        let before = self.round().decisions.len();
        let count =
            decisions.iter().filter(|decided| self.decide_again(decided, Self::decide_untried)).count();
        if self.round_mut().takes_all() {
            return count;
        }
        while self.round().decisions.len() > before {
            self.undo();
        }
        decisions.iter().filter(|decided| self.decide_again(decided, Self::decide)).count()
    }

    fn decide_again(&mut self, decided: &Decided, decide: fn(&mut Self, Decision) -> Asked) -> bool {
        let round = self.round();
        let is = |d: &Diagnostic| {
            *d.rule == *decided.rule && (d.span.start, d.span.end) == (decided.start, decided.end)
        };
        let first = round.remarks.partition_point(|remark| remark.diagnostic.span.start < decided.start);
        let here = (first..round.remarks.len())
            .take_while(|&remark| round.remarks[remark].diagnostic.span.start == decided.start);
        let mut here = here.filter(|&remark| is(&round.remarks[remark].diagnostic) && self.is_open(remark));
        let Some(remark) = here.next() else { return false };
        let decision = match &decided.decision {
            What::Accept(changes) => {
                let fixes = &round.remarks[remark].diagnostic.fixes;
                let same =
                    |fix: &crate::diagnostic::Fix| fix.edits.iter().map(change).eq(changes.iter().cloned());
                match fixes.iter().position(same) {
                    Some(fix) => Decision::Accept(fix),
                    None => return false,
                }
            }
            What::Hand(changes) => {
                let ordered = changes.iter().all(|(start, end, _)| start <= end);
                let edit = |(start, end, text): &Change| Edit {
                    span: Span::new(*start.min(end), *end),
                    text: text.clone(),
                };
                let edits: Vec<Edit> = changes.iter().map(edit).collect();
                if !ordered || !round.can_write(remark, &edits) {
                    return false;
                }
                Decision::Hand(edits)
            }
            What::Reject => Decision::Reject,
            What::Allow(reason) => Decision::Allow(reason.clone()),
            What::Off => Decision::Off,
        };
        self.current = remark;
        decide(self, decision) == Asked::Keep
    }
}

impl Round {
    fn written(&self) -> Vec<Decided> {
        let write = |(remark, decision): &(usize, Decision)| {
            let diagnostic = &self.remarks[*remark].diagnostic;
            let changes = || self.edits_of(*remark, decision).iter().map(change).collect();
            let what = match decision {
                Decision::Accept(_) => What::Accept(changes()),
                Decision::Hand(_) => What::Hand(changes()),
                Decision::Reject => What::Reject,
                Decision::Allow(reason) => What::Allow(reason.clone()),
                Decision::Off => What::Off,
            };
            let Span { start, end, .. } = diagnostic.span;
            Decided { rule: diagnostic.rule.to_string(), start, end, decision: what }
        };
        self.decisions.iter().map(write).collect()
    }
}
