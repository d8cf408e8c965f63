//! What is said where the reading of a text has ended too early; the bounds are in [`crate::limit`].

use crate::diagnostic::{Diagnostic, Severity};
use crate::fingerprint::Fingerprint;
use crate::limit::{Excess, MAX_FILE, MAX_SEGMENTS, MAX_SILENCED, Unread, grouped, mebibytes};
use crate::source::Source;
use crate::span::{Span, Src};

/// The id of what is said. It is no rule: no comment and no option silences it.
pub const UNFINISHED: &str = "mtlint/unfinished";

/// Whether these findings of a text are not all, because it was not read to its end.
pub fn is_unfinished(found: &[Diagnostic]) -> bool {
    found.last().is_some_and(|last| &*last.rule == UNFINISHED)
}

/// Takes out of `found` what stands in the part that was not read, and says at its end that there is one.
pub(crate) fn tell(unread: Unread, source: &Source, found: &mut Vec<Diagnostic>) {
    found.retain(|diagnostic| diagnostic.span.start < unread.from);
    let so_many = |number, what: &str| format!("There are more than {} {what} up to here", grouped(number));
    let what = match unread.excess {
        Excess::Findings(most) => so_many(most, "faults"),
        Excess::Said(most) => format!("There is more than {} to be said up to here", mebibytes(most as u64)),
        Excess::Segments => so_many(MAX_SEGMENTS, "paragraphs"),
        Excess::Comments => so_many(MAX_SILENCED, "comments for mtlint"),
        Excess::Length => format!("Here begins a text of more than {}", mebibytes(MAX_FILE as u64)),
    };
    found.push(Diagnostic {
        rule: UNFINISHED.into(),
        severity: Severity::Error,
        message: format!("{what}; what follows was not read: split the text."),
        why_url: None,
        span: first_character(source, unread.from),
        fixes: Vec::new(),
        priority: 0,
        fingerprint: Fingerprint::alone(UNFINISHED, "", 0),
    });
}

fn first_character(source: &Source, from: usize) -> Span<Src> {
    let length = source.text().get(from..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    Span::new(from, from + length)
}
