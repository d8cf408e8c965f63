//! One round: a text, what was found in it, and what was decided about that so far.
//!
//! Decisions lie on a stack. Edits that were taken never touch each other, and a remark that one of them touches is
//! passed over: what it says was said of another text. If it is still true it comes in the next round.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Edit};
use crate::document::{BlockKind, Document, Segment, SourceMap};
use crate::format::{self, Fields, Format};
use crate::source::{Edited, Source};
use crate::span::{Span, SpanSet, Src, border_after, border_before};

/// How far round a fault that stands in no one paragraph its lines are shown, in bytes.
const LINES: usize = 2048;

/// How many paragraphs before a fault are asked whether they hold it: a footnote may stand inside another one.
const NEAR: usize = 16;

/// What somebody decides about a remark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The correction of this number, from 0, is right.
    Accept(usize),
    /// These edits were made by hand.
    Hand(Vec<Edit>),
    /// The text stays as it is.
    Reject,
    /// The text stays as it is in later runs too, for this reason.
    Allow(String),
    /// No more remarks of this rule in this run.
    Off,
}

/// A finding, and where it is shown.
#[derive(Debug)]
pub struct Remark {
    /// What was found.
    pub diagnostic: Diagnostic,
    /// The number of its paragraph.
    paragraph: usize,
}

/// A stretch of the text as a reader sees it.
#[derive(Debug)]
pub(super) struct Paragraph {
    pub(super) segment: Segment<'static>,
    /// Whether the segment is one of the document; else it is a few lines as they stand, which may hold markup.
    pub(super) is_prose: bool,
}

/// A finding of an earlier round, or from before the last saving, that is to stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The rule that finds it.
    pub rule: Arc<str>,
    /// Where it stands in the text of this round.
    pub span: Span<Src>,
    /// Why it is to stay in later runs too, if it is, and if that is not written down yet.
    pub reason: Option<String>,
}

/// A text with its remarks and the decisions about them.
#[derive(Debug)]
pub(super) struct Round {
    pub(super) source: Source,
    pub(super) remarks: Vec<Remark>,
    paragraphs: Vec<Paragraph>,
    /// What was decided before this round.
    pub(super) settled: Vec<Settled>,
    /// What corrections that were accepted have made, with their rules: no rule remarks on its own corrections.
    pub(super) answered: Vec<(Arc<str>, Span<Src>)>,
    /// What was decided in this round, in that order.
    pub(super) decisions: Vec<(usize, Decision)>,
    decided: Vec<bool>,
    /// The edits that were taken, by place.
    taken: BTreeMap<(usize, usize), Edit>,
    /// The text with them, where it had to be made to find out whether it can be.
    made: Option<Source>,
}

impl Round {
    /// What was found in `source`, without what is settled and answered.
    pub(super) fn new(
        source: Source,
        format: Format,
        fields: &Fields,
        found: Vec<Diagnostic>,
        settled: Vec<Settled>,
        answered: Vec<(Arc<str>, Span<Src>)>,
    ) -> Self {
        let places: HashSet<(&str, Span<Src>)> = settled.iter().map(|s| (&*s.rule, s.span)).collect();
        let mut by_rule: HashMap<&str, Vec<Span<Src>>> = HashMap::new();
        for (rule, span) in &answered {
            by_rule.entry(rule).or_default().push(*span);
        }
        let own: HashMap<&str, SpanSet<Src>> =
            by_rule.into_iter().map(|(rule, spans)| (rule, SpanSet::new(spans.into_iter()))).collect();
        let is_own = |d: &Diagnostic| own.get(&*d.rule).is_some_and(|spans| spans.overlaps(d.span));
        let is_new = |d: &Diagnostic| !places.contains(&(&*d.rule, d.span)) && !is_own(d);
        let found: Vec<Diagnostic> = found.into_iter().filter(is_new).collect();
        let mut paragraphs = Paragraphs::default();
        let remarks: Vec<Remark> = {
            let document = format::read_fields(&source, format, fields);
            let of = |diagnostic: Diagnostic| {
                let paragraph = paragraphs.of(&document, &diagnostic);
                Remark { diagnostic, paragraph }
            };
            found.into_iter().map(of).collect()
        };
        let decided = vec![false; remarks.len()];
        let (decisions, taken) = (Vec::new(), BTreeMap::new());
        let made = None;
        Self {
            source,
            remarks,
            paragraphs: paragraphs.all,
            settled,
            answered,
            decisions,
            decided,
            taken,
            made,
        }
    }

    /// The paragraph of a remark.
    pub(super) fn paragraph(&self, remark: usize) -> &Paragraph {
        &self.paragraphs[self.remarks[remark].paragraph]
    }

    /// The edits that were taken inside `span`, in order.
    pub(super) fn taken_in(&self, span: Span<Src>) -> impl Iterator<Item = &Edit> {
        let range = (span.start, 0)..=(span.end, usize::MAX);
        self.taken.range(range).map(|(_, edit)| edit).filter(move |edit| span.contains(edit.span))
    }

    /// Whether an edit that was taken overlaps `span` or stands beside it.
    pub(super) fn is_touched(&self, span: Span<Src>) -> bool {
        // No two of them touch, so that the last one that begins before its end reaches farthest.
        let before = self.taken.range(..=(span.end, usize::MAX)).next_back();
        before.is_some_and(|(&(_, end), _)| end >= span.start)
    }

    /// Whether a correction can still be taken.
    pub(super) fn can_take(&self, remark: usize, fix: usize) -> bool {
        let fix = self.remarks.get(remark).and_then(|remark| remark.diagnostic.fixes.get(fix));
        fix.is_some_and(|fix| !fix.edits.is_empty() && !fix.edits.iter().any(|e| self.is_touched(e.span)))
    }

    /// Whether a remark waits for a decision, switched-off rules left aside.
    pub(super) fn is_open(&self, remark: usize) -> bool {
        let diagnostic = &self.remarks[remark].diagnostic;
        let has_choice =
            diagnostic.fixes.is_empty() || (0..diagnostic.fixes.len()).any(|fix| self.can_take(remark, fix));
        !self.decided[remark] && has_choice && !self.is_touched(diagnostic.span)
    }

    /// Puts a decision on the stack; not if it cannot be carried out.
    pub(super) fn decide(&mut self, remark: usize, decision: Decision) -> bool {
        let edits = match &decision {
            Decision::Accept(fix) if !self.can_take(remark, *fix) => return false,
            _ => self.edits_of(remark, &decision).to_vec(),
        };
        if edits.iter().any(|edit| self.is_touched(edit.span)) {
            return false;
        }
        if !edits.is_empty() {
            self.made = None;
        }
        self.taken.extend(edits.into_iter().map(|edit| ((edit.span.start, edit.span.end), edit)));
        self.decided[remark] = true;
        self.decisions.push((remark, decision));
        true
    }

    /// Whether the file takes all that was decided: a package may not, and only making it tells.
    pub(super) fn takes_all(&mut self) -> bool {
        if self.taken.is_empty() || self.made.is_some() || self.source.layout().is_none() {
            return true;
        }
        let Edited { source, refused } = self.source.edited(&self.fixes());
        let takes_all = refused.is_empty();
        self.made = takes_all.then_some(source);
        takes_all
    }

    /// Takes the last decision back.
    pub(super) fn undo(&mut self) -> Option<(usize, Decision)> {
        let (remark, decision) = self.decisions.pop()?;
        for edit in self.edits_of(remark, &decision).to_vec() {
            self.taken.remove(&(edit.span.start, edit.span.end));
            self.made = None;
        }
        self.decided[remark] = false;
        Some((remark, decision))
    }

    /// The edits that a decision makes.
    pub(super) fn edits_of<'r>(&'r self, remark: usize, decision: &'r Decision) -> &'r [Edit] {
        match decision {
            Decision::Accept(fix) => &self.remarks[remark].diagnostic.fixes[*fix].edits,
            Decision::Hand(edits) => edits,
            Decision::Reject | Decision::Allow(_) | Decision::Off => &[],
        }
    }

    /// The text with all edits that were taken.
    pub(super) fn edited(&self) -> Source {
        match &self.made {
            Some(made) => made.clone(),
            None if self.taken.is_empty() => self.source.clone(),
            None => self.source.edited(&self.fixes()).source,
        }
    }

    /// The edits of each decision that makes some.
    fn fixes(&self) -> Vec<&[Edit]> {
        let edits = self.decisions.iter().map(|(remark, decision)| self.edits_of(*remark, decision));
        edits.filter(|edits| !edits.is_empty()).collect()
    }

    /// What is to stay as it is, with its places in the edited text.
    pub(super) fn carried(&self) -> Vec<Settled> {
        let shift = Shift::new(self.taken.values());
        let decided = self.decisions.iter().filter_map(|(remark, decision)| {
            let reason = match decision {
                Decision::Reject => None,
                Decision::Allow(reason) => Some(reason.clone()),
                Decision::Accept(_) | Decision::Hand(_) | Decision::Off => return None,
            };
            let Diagnostic { rule, span, .. } = &self.remarks[*remark].diagnostic;
            Some(Settled { rule: Arc::clone(rule), span: *span, reason })
        });
        let carry = |settled: Settled| Some(Settled { span: shift.of(settled.span)?, ..settled });
        self.settled.iter().cloned().chain(decided).filter_map(carry).collect()
    }

    /// What corrections have made, with its places in the edited text.
    pub(super) fn carried_answers(&self) -> Vec<(Arc<str>, Span<Src>)> {
        let shift = Shift::new(self.taken.values());
        let accepted = self.decisions.iter().filter_map(|(remark, decision)| {
            let Decision::Accept(_) = decision else { return None };
            let (first, rest) = self.edits_of(*remark, decision).split_first()?;
            let span = rest.iter().fold(first.span, |span, edit| span.cover(edit.span));
            Some((Arc::clone(&self.remarks[*remark].diagnostic.rule), span))
        });
        let before = self.answered.iter().cloned();
        before.chain(accepted).map(|(rule, span)| (rule, shift.cover(span))).collect()
    }
}

/// Where places of a text are after its edits.
struct Shift {
    /// Of each edit: what it replaced, and what it made, in the text after all of them.
    edits: Vec<(Span<Src>, Span<Src>)>,
}

impl Shift {
    fn new<'e>(edits: impl Iterator<Item = &'e Edit>) -> Self {
        let (mut old, mut new) = (0, 0);
        let edits = edits.map(|edit| {
            let start = new + edit.span.start - old;
            (old, new) = (edit.span.end, start + edit.text.len());
            (edit.span, Span::new(start, new))
        });
        Self { edits: edits.collect() }
    }

    /// Where a place is; `None` if an edit has changed what stood there.
    fn of(&self, span: Span<Src>) -> Option<Span<Src>> {
        let next = self.edits.partition_point(|(edit, _)| edit.end <= span.start);
        let changed = self.edits.get(next).is_some_and(|(edit, _)| edit.start < span.end);
        (!changed).then(|| Span::new(self.border(span.start, next), self.border(span.end, next)))
    }

    /// Where a place is, with all that edits have made in it.
    fn cover(&self, span: Span<Src>) -> Span<Src> {
        let first = self.edits.partition_point(|(edit, _)| edit.end < span.start);
        let last = self.edits.partition_point(|(edit, _)| edit.start <= span.end);
        match (self.edits.get(first), last.checked_sub(1)) {
            (Some((old_first, new_first)), Some(last)) if first <= last => {
                let (old_last, new_last) = self.edits[last];
                let start = if old_first.start <= span.start {
                    new_first.start
                } else {
                    self.border(span.start, first)
                };
                let end =
                    if old_last.end >= span.end { new_last.end } else { self.border(span.end, last + 1) };
                Span::new(start, end)
            }
            _ => Span::new(self.border(span.start, first), self.border(span.end, first)),
        }
    }

    /// Where a border is that stands behind `edits` edits.
    fn border(&self, at: usize, edits: usize) -> usize {
        edits.checked_sub(1).map_or(at, |last| self.edits[last].1.end + at - self.edits[last].0.end)
    }
}

/// The paragraphs that remarks stand in, each once.
#[derive(Default)]
struct Paragraphs {
    all: Vec<Paragraph>,
    by_segment: HashMap<usize, usize>,
}

impl Paragraphs {
    /// The number of the paragraph that shows all that a finding is about.
    fn of(&mut self, document: &Document<'_>, diagnostic: &Diagnostic) -> usize {
        let edits = diagnostic.fixes.iter().flat_map(|fix| &fix.edits);
        let reach = edits.fold(diagnostic.span, |reach, edit| reach.cover(edit.span));
        let next = document.segments.partition_point(|s| s.source_span().start <= reach.start);
        let near = (next.saturating_sub(NEAR)..next).rev();
        let holds = |&index: &usize| document.segments[index].source_span().contains(reach);
        let Some(index) = near.into_iter().find(holds) else {
            self.all.push(lines(document.source, reach));
            return self.all.len() - 1;
        };
        *self.by_segment.entry(index).or_insert_with(|| {
            let segment = &document.segments[index];
            let text = segment.text.clone().into_owned();
            let mut copy = Segment::new(segment.kind, text, segment.map.clone()).within(segment.markup);
            copy.carrier = segment.carrier;
            self.all.push(Paragraph { segment: copy, is_prose: true });
            self.all.len() - 1
        })
    }
}

/// The lines round `reach`, as they stand.
fn lines(source: &Source, reach: Span<Src>) -> Paragraph {
    let text = source.text();
    let reach: Span<Src> = Span::new(border_before(text, reach.start), border_after(text, reach.end));
    let near = border_before(text, reach.start.saturating_sub(LINES)).max(source.body_start());
    let far = border_after(text, (reach.end + LINES).min(text.len()));
    let is_end = |c: char| c == '\n' || c == '\r';
    let start = text.get(near..reach.start).and_then(|before| before.rfind(is_end));
    let start = start.map_or(near.min(reach.start), |at| near + at + 1);
    let end = text[reach.end..far].find(is_end).map_or(far, |at| reach.end + at);
    let span = Span::new(start, end);
    let segment = Segment::new(BlockKind::Paragraph, text[span.range()].to_owned(), SourceMap::exact(span));
    Paragraph { segment, is_prose: false }
}
