//! Comments that silence findings: `<!-- mtlint-disable-next-line ID: reason -->` and its kin.
//!
//! A comment names a rule, a pack, `tag:x` or `all`, several with commas between them; without a name it means all.
//! The nearest word about a finding counts: a comment for the next line, then the last `disable` or `enable` before it,
//! then one for the whole file. What silences nothing, or is not understood, is reported itself.
//!
//! Every comment is read once, and for a finding a few sorted lists are searched: the time is linear in the size of a
//! file, however many comments it has.

mod directive;
mod reach;

use std::collections::{BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::Arc;

use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Severity};
use crate::document::Document;
use crate::fingerprint::Fingerprint;
use crate::limit::{Excess, MAX_SILENCED, Unread};
use crate::source::Source;
use crate::span::{Span, Src};
use crate::unfinished::UNFINISHED;
use directive::{Directive, Kind, Malformed};
use reach::Blocks;

/// The pack of what is said about comments.
pub const PACK: &str = "mtlint";
/// A comment that silences nothing, or names what there is not.
pub const UNUSED: &str = "mtlint/unused-suppression";
/// A comment for mtlint that is not understood.
pub const MALFORMED: &str = "mtlint/malformed-suppression";

/// At most so many unknown names of one text get the name that was meant: looking for it takes time.
const SUGGESTIONS: usize = 16;

/// What mtlint says about comments, for `mtlint rule`: the id, the severity, one line, and a paragraph.
pub const ABOUT: [(&str, Severity, &str, &str); 3] = [
    (
        UNUSED,
        Severity::Info,
        "There is no finding for this comment to silence.",
        "A comment that silences nothing any more hides what comes later at the same place, and makes readers wonder.\n\
         The safe fix removes it, or those of its rules that have nothing to silence. It is reported only if all rules\n\
         that it names were run. Where a comment names a rule, pack or tag that does not exist, the finding is a warning.",
    ),
    (
        MALFORMED,
        Severity::Warning,
        "This comment for mtlint is not understood.",
        "A comment for mtlint begins with one of four words: mtlint-disable-next-line, mtlint-disable, mtlint-enable and\n\
         mtlint-disable-file. Then come rules, packs or tags with commas between them (none: all), then a colon and the\n\
         reason. A comment that is not understood silences nothing.",
    ),
    (
        UNFINISHED,
        Severity::Error,
        "There is too much in this text to read it to its end.",
        "A text is read until it has 500,000 findings, 1,000,000 paragraphs, or 100,000 comments for mtlint. What stands\n\
         after that is not checked, and the text is not fixed. No comment and no option silences this: split the text.",
    ),
];

/// What a name in a comment stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nothing is called so.
    Unknown,
    /// All rules of that name were run.
    Ran,
    /// Some rule of that name was not run, so nobody knows what it would have found.
    NotRun,
}

/// What there is to know about rules.
pub(crate) trait Rules {
    /// The names that select the rule of this id.
    fn names(&self, id: &str) -> Vec<String>;
    /// What `name` stands for.
    fn standing(&self, name: &str) -> Standing;
    /// The name that was probably meant.
    fn nearest(&self, name: &str) -> Option<String>;
    /// How severe a finding of [`PACK`] is; `None` if it is not wanted.
    fn severity(&self, id: &str, own: Severity) -> Option<Severity>;
}

/// A name in a comment: the number of the comment, and the number of the name in it.
type Slot = (usize, usize);

/// Where comments with one name stand.
#[derive(Debug, Default)]
struct Marks {
    /// Blocks and lines, by start.
    next: [Vec<(Span<Src>, Slot)>; 2],
    /// Where the name is silenced, or no longer, by place.
    turns: Vec<(usize, bool, Slot)>,
    /// The first comment that silences it in the whole file.
    file: Option<Slot>,
}

/// A comment that was understood.
struct Comment<'s> {
    span: Span<Src>,
    kind: Kind,
    names: Vec<Name<'s>>,
}

struct Name<'s> {
    text: &'s str,
    span: Option<Span<Src>>,
    used: bool,
}

/// Takes out of `found` what the comments of the document silence, and adds what is to be said about the comments.
///
/// Gives where comments begin that are not heeded, because there are too many before.
pub(crate) fn apply(
    document: &Document<'_>,
    rules: &dyn Rules,
    found: &mut Vec<Diagnostic>,
) -> Option<Unread> {
    let source = document.source;
    let mut comments: Vec<Comment<'_>> = Vec::new();
    let mut malformed: Vec<(Span<Src>, Malformed)> = Vec::new();
    let (mut heeded, mut unread) = (0, None);
    for &span in &document.comments {
        let Some(parsed) = directive::parse(source.slice(span), malformed.len() < SUGGESTIONS) else {
            continue;
        };
        heeded += 1 + parsed.as_ref().map_or(0, |directive| directive.names.len());
        if heeded > MAX_SILENCED {
            unread = Some(Unread { from: span.start, excess: Excess::Comments });
            break;
        }
        match parsed {
            Ok(directive) => comments.push(Comment::new(span, directive)),
            Err(wrong) => malformed.push((span, wrong)),
        }
    }
    if comments.is_empty() && malformed.is_empty() {
        return unread;
    }
    let marks = marks(&mut comments, document);
    let mut known: HashMap<Arc<str>, Vec<&Marks>> = HashMap::new();
    found.retain(|diagnostic| {
        let marks = known.entry(diagnostic.rule.clone()).or_insert_with(|| {
            rules.names(&diagnostic.rule).iter().filter_map(|name| marks.get(name.as_str())).collect()
        });
        let silenced = silencing(marks, diagnostic.span.start);
        if let Some((comment, name)) = silenced {
            comments[comment].names[name].used = true;
        }
        silenced.is_none()
    });
    let mut said: Vec<Diagnostic> = Vec::new();
    let mut suggestions = SUGGESTIONS;
    for comment in &comments {
        unused(comment, document, rules, &mut suggestions, &mut said);
    }
    said.extend(malformed.into_iter().map(|(span, wrong)| not_understood(span, wrong)));
    let mut equals: HashMap<(Arc<str>, &str), usize> = HashMap::new();
    for mut diagnostic in said {
        let Some(severity) = rules.severity(&diagnostic.rule, diagnostic.severity) else { continue };
        let names = [diagnostic.rule.as_ref(), PACK];
        let marks: Vec<&Marks> = names.iter().filter_map(|name| marks.get(name)).collect();
        if silencing(&marks, diagnostic.span.start).is_some() {
            continue;
        }
        let text = source.slice(diagnostic.span);
        let ordinal = equals.entry((diagnostic.rule.clone(), text)).or_default();
        diagnostic.fingerprint = Fingerprint::alone(&diagnostic.rule, text, *ordinal);
        diagnostic.severity = severity;
        *ordinal += 1;
        found.push(diagnostic);
    }
    unread
}

impl<'s> Comment<'s> {
    fn new(span: Span<Src>, directive: Directive<'s>) -> Self {
        let name = |(text, place): (&'s str, std::ops::Range<usize>)| {
            let place = Span::new(span.start + place.start, span.start + place.end);
            Name { text: text.trim_end_matches('/'), span: Some(place), used: false }
        };
        let mut names: Vec<Name<'_>> = directive.names.into_iter().map(name).collect();
        if names.is_empty() {
            names.push(Name { text: "all", span: None, used: false });
        }
        Self { span, kind: directive.kind, names }
    }
}

/// Where each name is silenced. An `enable` that ends something counts as used.
fn marks<'s>(comments: &mut [Comment<'s>], document: &Document<'_>) -> HashMap<&'s str, Marks> {
    let mut marks: HashMap<&str, Marks> = HashMap::new();
    let mut blocks: Option<Blocks> = None;
    let mut open = Open::default();
    for (index, comment) in comments.iter_mut().enumerate() {
        let reach = (comment.kind == Kind::NextLine)
            .then(|| blocks.get_or_insert_with(|| Blocks::of(document)).after(comment.span, document));
        for (number, name) in comment.names.iter_mut().enumerate() {
            let marks = marks.entry(name.text).or_default();
            let slot = (index, number);
            match (comment.kind, reach) {
                (Kind::NextLine, Some(reach)) => {
                    let block = reach.start == comment.span.end;
                    marks.next[usize::from(!block)].push((reach, slot));
                }
                (Kind::File, _) => {
                    marks.file.get_or_insert(slot);
                }
                (Kind::Enable, _) => {
                    name.used = open.end(name.text);
                    marks.turns.push((comment.span.end, false, slot));
                }
                _ => {
                    open.names.insert(name.text);
                    marks.turns.push((comment.span.end, true, slot));
                }
            }
        }
    }
    marks
}

/// The names that are silenced at some place of a text.
#[derive(Default)]
struct Open<'s> {
    names: BTreeSet<&'s str>,
}

impl Open<'_> {
    /// Ends what `name` stands for; whether there was something to end.
    fn end(&mut self, name: &str) -> bool {
        if name == "all" {
            return !std::mem::take(&mut self.names).is_empty();
        }
        // What is silenced by its pack or a tag may be spoken of by itself.
        let tags = self.names.range("tag:"..).next().is_some_and(|tag| tag.starts_with("tag:"));
        let pack = name.split('/').next().unwrap_or_default();
        let around = self.names.contains("all") || (pack != name && self.names.contains(pack)) || tags;
        let below = format!("{name}/");
        let from = (Bound::Included(below.as_str()), Bound::Unbounded);
        let inside: Vec<&str> =
            self.names.range::<str, _>(from).take_while(|name| name.starts_with(&below)).copied().collect();
        let some = !self.names.is_empty() && name.starts_with("tag:");
        inside.iter().for_each(|inside| {
            self.names.remove(inside);
        });
        self.names.remove(name) || around || some || !inside.is_empty()
    }
}

/// The name in a comment that silences what is found at `byte`, of a rule that `marks` are about.
fn silencing(marks: &[&Marks], byte: usize) -> Option<Slot> {
    let next = marks.iter().flat_map(|marks| &marks.next).find_map(|regions| {
        let (region, slot) =
            regions.get(regions.partition_point(|(r, _)| r.start <= byte).checked_sub(1)?)?;
        (byte <= region.end).then_some(*slot)
    });
    if next.is_some() {
        return next;
    }
    let last = |marks: &&Marks| {
        let turns = &marks.turns;
        turns.get(turns.partition_point(|(place, ..)| *place <= byte).checked_sub(1)?).copied()
    };
    let turn = marks.iter().filter_map(last).max_by_key(|(place, ..)| *place);
    match turn {
        Some((_, true, slot)) => Some(slot),
        _ => marks.iter().find_map(|marks| marks.file),
    }
}

fn said(rule: &str, severity: Severity, span: Span<Src>, message: String, fix: Option<Fix>) -> Diagnostic {
    Diagnostic {
        rule: rule.into(),
        severity,
        message,
        why_url: None,
        span,
        fixes: fix.into_iter().collect(),
        priority: 0,
        fingerprint: Fingerprint::default(),
    }
}

/// Says which names of `comment` stand for nothing, and which have nothing to silence.
fn unused(
    comment: &Comment<'_>,
    document: &Document<'_>,
    rules: &dyn Rules,
    suggestions: &mut usize,
    out: &mut Vec<Diagnostic>,
) {
    let (mut idle, mut kept) = (Vec::new(), Vec::new());
    for name in &comment.names {
        match rules.standing(name.text) {
            Standing::Ran if !name.used => idle.push(name),
            Standing::Ran | Standing::NotRun => kept.push(name.text),
            Standing::Unknown => {
                kept.push(name.text);
                let near = (*suggestions > 0).then(|| rules.nearest(name.text)).flatten();
                *suggestions = suggestions.saturating_sub(1);
                let span = name.span.unwrap_or(comment.span);
                let mut message = format!("No rule, pack or tag is called “{}”", name.text);
                message.push_str(
                    &near.as_ref().map_or(".".to_owned(), |near| format!("; did you mean “{near}”?")),
                );
                let fix = near.map(|near| Fix {
                    title: format!("write “{near}”"),
                    applicability: Applicability::Suggest,
                    edits: vec![Edit { span, text: near }],
                });
                out.push(said(UNUSED, Severity::Warning, span, message, fix));
            }
        }
    }
    let (Some(first), Some(last)) = (comment.names.first(), comment.names.last()) else { return };
    if idle.is_empty() {
        return;
    }
    let names: Vec<String> =
        idle.iter().filter(|n| n.span.is_some()).map(|n| format!("“{}”", n.text)).collect();
    let names = names.join(", ");
    let message = match (comment.kind, names.is_empty()) {
        (Kind::Enable, true) => "There is nothing that this comment would end.".to_owned(),
        (Kind::Enable, false) => format!("{names} is not silenced here, so there is nothing to end."),
        (_, true) => "There is no finding for this comment to silence.".to_owned(),
        (_, false) => format!("There is no finding of {names} for this comment to silence."),
    };
    let list = first.span.zip(last.span).map(|(first, last)| Span::new(first.start, last.end));
    let (title, edit) = match list.filter(|_| !kept.is_empty()) {
        Some(span) => (format!("remove {names}"), Edit { span, text: kept.join(", ") }),
        None => ("remove the comment".to_owned(), removal(document.source, comment.span)),
    };
    let fix = Fix { title, applicability: Applicability::Safe, edits: vec![edit] };
    out.push(said(UNUSED, Severity::Info, comment.span, message, Some(fix)));
}

fn not_understood(comment: Span<Src>, wrong: Malformed) -> Diagnostic {
    let fix = wrong.meant.map(|(word, place)| Fix {
        title: format!("write “{word}”"),
        applicability: Applicability::Suggest,
        edits: vec![Edit {
            span: Span::new(comment.start + place.start, comment.start + place.end),
            text: word.to_owned(),
        }],
    });
    said(MALFORMED, Severity::Warning, comment, wrong.what, fix)
}

/// Takes a comment away: with its line if it stands alone, with a blank if it stands between two.
///
/// Between two lines that are not blank an empty line stays, for the comment parted them.
fn removal(source: &Source, comment: Span<Src>) -> Edit {
    let text = source.text();
    let (first, last) = (source.position(comment.start).line, source.position(comment.end).line);
    let whole = |line: usize| source.line_span(line).unwrap_or(Span::at(text.len()));
    let (start, end) = (whole(first).start, whole(last).end);
    // From the comment on, and no further than to what is no blank: there may be many comments in a long line.
    let blank =
        |from: usize, to: usize| text.get(from..to).is_none_or(|text| text.chars().all(char::is_whitespace));
    let begins_line =
        text.get(start..comment.start).is_none_or(|text| text.chars().rev().all(char::is_whitespace));
    let delete = |start, end| Edit { span: Span::new(start, end), text: String::new() };
    if begins_line && blank(comment.end, end) {
        let next = source.line_span(last + 1);
        let is_blank = |line: Option<Span<Src>>| line.is_none_or(|line| blank(line.start, line.end));
        let parts =
            !is_blank(first.checked_sub(1).and_then(|line| source.line_span(line))) && !is_blank(next);
        return delete(start, if parts { end } else { next.map_or(end, |next| next.start) });
    }
    let spaced = text[..comment.start].ends_with(' ') && text[comment.end..].starts_with([' ', '\n', '\r']);
    delete(comment.start - usize::from(spaced), comment.end)
}

#[cfg(test)]
mod tests;
