//! From edits of the text to the XML of the parts.
//!
//! What an edit does is not wholly known before the part is read again: a blank may count from then on, or count no
//! more. So that is done, and fixes after which their lines do not read as they should are refused.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use quick_xml::escape::partial_escape;

use super::Docx;
use super::part::{Atom, Element};
use crate::diagnostic::Edit;
use crate::span::{Span, Src};

/// How often the parts are read again for the fixes of a pass.
const TRIES: usize = 64;

/// What an element drops at its ends unless it says that it counts.
const BLANKS: [char; 4] = [' ', '\n', '\r', '\t'];

/// A replacement in the XML of a part.
#[derive(Debug)]
struct Change {
    part: usize,
    raw: Range<usize>,
    /// Escaped already.
    text: String,
    /// The `t` element it lies in.
    element: Element,
}

impl Docx {
    /// The same with these fixes, and the indices of those that it does not take.
    ///
    /// All are tried together. Those in lines that then do not read as they should are tried again, one a line at a
    /// time, until [`TRIES`] are used up; what was not tried by then is refused.
    pub(super) fn with(&self, fixes: &[&[Edit]]) -> (Self, Vec<usize>) {
        let lines = Lines::of(&self.layout.text);
        let is_placed = |&index: &usize| fixes[index].iter().all(|edit| self.changes(edit).is_some());
        let mut group: BTreeSet<usize> = (0..fixes.len()).filter(is_placed).collect();
        let mut waiting = BTreeSet::new();
        let mut is_one_a_line = false;
        let (mut edited, mut taken) = (self.clone(), BTreeSet::new());
        for _ in 0..TRIES {
            if group.is_empty() {
                group = lines.one_each(fixes, &mut waiting);
                is_one_a_line = true;
            }
            if group.is_empty() {
                break;
            }
            let among: BTreeSet<usize> = taken.union(&group).copied().collect();
            let Some((attempt, wrong)) = self.attempt(fixes, &among, &lines) else { break };
            if wrong.is_empty() {
                (edited, taken) = (attempt, among);
                group.clear();
            } else {
                group.retain(|index| !wrong.contains(index));
                if !is_one_a_line {
                    waiting.extend(wrong);
                }
            }
        }
        let refused = (0..fixes.len()).filter(|index| !taken.contains(index)).collect();
        (edited, refused)
    }

    /// The same with those of `fixes` that are `among` these, and which of them stand in a line that then does not read
    /// as it should; `None` if a part cannot be read any more.
    fn attempt(
        &self,
        fixes: &[&[Edit]],
        among: &BTreeSet<usize>,
        lines: &Lines,
    ) -> Option<(Self, BTreeSet<usize>)> {
        let mut edits: Vec<&Edit> = among.iter().flat_map(|&index| fixes[index]).collect();
        edits.sort();
        let mut changes = Vec::new();
        let mut expected = String::with_capacity(self.layout.text.len() + 64);
        let mut at = 0;
        for edit in edits {
            changes.extend(self.changes(edit)?);
            expected.push_str(self.layout.text.get(at..edit.span.start)?);
            expected.push_str(&edit.text);
            at = edit.span.end;
        }
        expected.push_str(self.layout.text.get(at..)?);
        changes.sort_by_key(|change| (change.part, change.raw.start, change.raw.end));
        let mut parts = self.parts.clone();
        for of_part in changes.chunk_by(|a, b| a.part == b.part) {
            if let Some(part) = parts.get_mut(of_part[0].part) {
                part.xml = apply(&part.xml, of_part);
                part.changed = true;
            }
        }
        let edited = Self::read(Arc::clone(&self.bytes), parts).ok()?;
        if edited.layout.text == expected {
            return Some((edited, BTreeSet::new()));
        }
        // No edit makes or joins lines.
        let pairs = edited.layout.text.lines().zip(expected.lines());
        let right: Vec<bool> = pairs.map(|(is, should_be)| is == should_be).collect();
        let is_wrong = |&index: &usize| lines.of_fix(fixes[index]).any(|line| right.get(line) != Some(&true));
        let wrong = among.iter().copied().filter(is_wrong).collect();
        Some((edited, wrong))
    }

    /// The changes of XML that an edit of the text comes to; `None` if it cannot be made.
    fn changes(&self, edit: &Edit) -> Option<Vec<Change>> {
        if edit.text.contains(char::is_control) || self.layout.text.get(edit.span.range())?.contains('\n') {
            return None;
        }
        let touched = self.touched(edit.span);
        let mut text = Some(partial_escape(edit.text.as_str()).into_owned());
        let changes = touched.iter().map(|atom| {
            let (from, to) = (edit.span.start.max(atom.text.start), edit.span.end.min(atom.text.end));
            let whole = from == atom.text.start && to == atom.text.end;
            let raw = match atom.exact {
                true => atom.raw.start + (from - atom.text.start)..atom.raw.start + (to - atom.text.start),
                false if edit.span.is_empty() && from == atom.text.start => atom.raw.start..atom.raw.start,
                false if edit.span.is_empty() && from == atom.text.end => atom.raw.end..atom.raw.end,
                false if whole => atom.raw.clone(),
                false => return None,
            };
            Some(Change {
                part: atom.part,
                raw,
                text: text.take().unwrap_or_default(),
                element: atom.element.clone(),
            })
        });
        changes.collect::<Option<Vec<_>>>().filter(|changes| !changes.is_empty())
    }

    /// The atoms that a span of the text touches; for an empty one that after which something is to be put, or before
    /// which at the start of a line.
    fn touched(&self, span: Span<Src>) -> &[Atom] {
        let first = self.atoms.partition_point(|atom| atom.text.end <= span.start);
        if !span.is_empty() {
            let end = self.atoms.partition_point(|atom| atom.text.start < span.end);
            return &self.atoms[first..end.max(first)];
        }
        let ending = self.atoms[..first].last().filter(|atom| atom.text.end == span.start);
        let index = match (ending, self.atoms.get(first)) {
            // In the middle of an atom, or after one.
            (_, Some(atom)) if atom.text.start < span.start => first,
            (Some(_), _) => first - 1,
            (None, Some(atom)) if atom.text.start == span.start => first,
            _ => return &[],
        };
        &self.atoms[index..=index]
    }
}

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }

    /// The numbers of the lines that a fix stands in, from 0.
    fn of_fix(&self, edits: &[Edit]) -> impl Iterator<Item = usize> {
        edits.iter().map(|edit| self.0.partition_point(|&start| start <= edit.span.start) - 1)
    }

    /// Takes fixes out of these, no two of which stand in one line.
    fn one_each(&self, fixes: &[&[Edit]], of: &mut BTreeSet<usize>) -> BTreeSet<usize> {
        let mut lines = BTreeSet::new();
        let is_first = |&index: &usize| {
            let is_first = self.of_fix(fixes[index]).all(|line| !lines.contains(&line));
            if is_first {
                lines.extend(self.of_fix(fixes[index]));
            }
            is_first
        };
        let (one_each, others) = std::mem::take(of).into_iter().partition(is_first);
        *of = others;
        one_each
    }
}

/// `xml` with `changes`, which are sorted. A `t` element that begins or ends with a blank from now on says that it counts;
/// blanks at its ends that did not count until then go.
fn apply(xml: &str, changes: &[Change]) -> String {
    let mut out = String::with_capacity(xml.len() + 64);
    let mut at = 0;
    for of_element in changes.chunk_by(|a, b| a.element == b.element) {
        let Element { tag, end } = of_element[0].element.clone();
        out.push_str(&xml[at..tag.start]);
        at = end;
        let old = &xml[tag.end..end];
        let says_what_counts = xml[tag.clone()].contains("xml:space");
        let counts = match says_what_counts {
            true => tag.end..end,
            false => end - old.trim_start_matches(BLANKS).len()..tag.end + old.trim_end_matches(BLANKS).len(),
        };
        let mut content = String::new();
        let mut from = counts.start;
        for change in of_element {
            content.push_str(&xml[from..change.raw.start]);
            content.push_str(&change.text);
            from = change.raw.end;
        }
        content.push_str(&xml[from..counts.end]);
        if !says_what_counts && (content.starts_with(BLANKS) || content.ends_with(BLANKS)) {
            out.push_str(&xml[tag.start..tag.end - ">".len()]);
            out.push_str(" xml:space=\"preserve\">");
            out.push_str(&content);
        } else {
            out.push_str(&xml[tag.start..counts.start]);
            out.push_str(&content);
            out.push_str(&xml[counts.end..end]);
        }
    }
    out.push_str(&xml[at..]);
    out
}
