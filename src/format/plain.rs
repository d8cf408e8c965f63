//! Plain text to segments: blank lines, hard-wrapped paragraphs, headings, list items.
//!
//! # What becomes a segment
//! - Blank lines separate blocks of lines. A line is blank if it holds nothing but blanks.
//! - A block is decided as a whole. It is one hard-wrapped paragraph if a greedy line breaker could have
//!   made it: its longest line is 50 to 120 characters wide, the first word of each line would not have
//!   fitted on the line before within that width, and at least one line after the first begins with a
//!   lower-case letter. Its line breaks, with the blanks round them, are then shown as one blank (a folded
//!   run), or as nothing after a hyphen between letters. Otherwise each line is a segment.
//! - Blanks at either end of a line, and the bullet of a list item, lie outside the segment. Everything
//!   inside a line, no-break spaces included, stays as it is.
//! - A segment of more than [`MAX_SEGMENT`] bytes is split after a sentence or at a blank, so that all later
//!   work on one segment is bounded.
//!
//! # Kinds
//! A bullet (`-`, `*`, `•` and a blank) makes a list item. A line that stands alone in its block or is the
//! first of the file is a heading if it has at most [`MAX_HEADING`] characters, does not begin with a
//! lower-case letter and does not end like a sentence; if it stands wholly between quotation marks it is a
//! pull quote instead. All else is a paragraph.

use crate::document::{BlockKind, Document, Projection, Segment};
use crate::source::Source;
use crate::span::{Span, Src};

/// Longest segment, in bytes.
pub const MAX_SEGMENT: usize = 64 * 1024;

/// Longest heading, in Unicode scalar values.
const MAX_HEADING: usize = 120;

/// Widths, in Unicode scalar values, at which people and programs wrap prose.
const WRAP: std::ops::RangeInclusive<usize> = 50..=120;

/// Reads plain text.
pub(super) fn read(source: &Source) -> Document<'_> {
    let mut segments = Vec::new();
    let mut block: Vec<Span<Src>> = Vec::new();
    let mut first = true;
    for line in Lines::new(source) {
        if line.is_empty() {
            end_block(source, &mut block, &mut first, &mut segments);
        } else {
            block.push(line);
        }
    }
    end_block(source, &mut block, &mut first, &mut segments);
    Document { source, segments }
}

/// The lines of a source without their ends and without the blanks at either end.
struct Lines<'s> {
    source: &'s Source,
    at: usize,
}

impl<'s> Lines<'s> {
    fn new(source: &'s Source) -> Self {
        Self { source, at: source.body_start() }
    }
}

impl Iterator for Lines<'_> {
    type Item = Span<Src>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.source.text()[self.at..];
        if rest.is_empty() {
            return None;
        }
        let len = rest.bytes().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(rest.len());
        let line = &rest[..len];
        let end_len = match rest.as_bytes()[len..] {
            [b'\r', b'\n', ..] => 2,
            [_, ..] => 1,
            [] => 0,
        };
        let start = self.at + (line.len() - line.trim_start().len());
        self.at += len + end_len;
        Some(Span::new(start, start + line.trim().len()))
    }
}

/// Turns the lines of one block into segments and empties the block.
fn end_block<'s>(
    source: &'s Source,
    block: &mut Vec<Span<Src>>,
    first: &mut bool,
    segments: &mut Vec<Segment<'s>>,
) {
    if block.is_empty() {
        return;
    }
    if is_wrapped(source, block) {
        wrapped(source, block, segments);
    } else {
        for (i, &line) in block.iter().enumerate() {
            let alone = block.len() == 1 || (*first && i == 0);
            let (kind, span) = classify(source, line, alone);
            split(source, span, |piece| {
                segments.push(Segment::new(
                    kind,
                    source.slice(piece),
                    crate::document::SourceMap::exact(piece),
                ));
            });
        }
    }
    *first = false;
    block.clear();
}

/// Whether a greedy line breaker could have made these lines out of one paragraph.
fn is_wrapped(source: &Source, lines: &[Span<Src>]) -> bool {
    // A line of more than 4 bytes for each character of the widest wrap cannot be a wrapped one.
    if lines.len() < 2 || lines.iter().any(|line| line.len() > WRAP.end() * 4) {
        return false;
    }
    let width = |line: &Span<Src>| source.slice(*line).chars().count();
    let widest = lines.iter().map(width).max().unwrap_or(0);
    let first_word = |line: &Span<Src>| {
        source.slice(*line).split_whitespace().next().map_or(0, |word| word.chars().count())
    };
    let follows_in_lower_case =
        |line: &Span<Src>| source.slice(*line).chars().next().is_some_and(char::is_lowercase);
    WRAP.contains(&widest)
        && lines.windows(2).all(|pair| width(&pair[0]) + 1 + first_word(&pair[1]) > widest)
        && lines[1..].iter().any(follows_in_lower_case)
}

/// Joins the lines of a hard-wrapped paragraph.
fn wrapped<'s>(source: &'s Source, lines: &[Span<Src>], segments: &mut Vec<Segment<'s>>) {
    let (kind, first) = classify(source, lines[0], false);
    let mut projection = Projection::new(source);
    projection.exact(first);
    for pair in lines.windows(2) {
        let (before, after) = (source.slice(pair[0]), source.slice(pair[1]));
        if projection.text().len() + 1 + after.len() > MAX_SEGMENT {
            let full = std::mem::replace(&mut projection, Projection::new(source));
            segments.extend(full.finish(kind));
        } else if !breaks_word(before, after) {
            projection.folded(Span::new(pair[0].end, pair[1].start), " ");
        }
        projection.exact(pair[1]);
    }
    segments.extend(projection.finish(kind));
}

/// Whether a line break stands after the hyphen of a compound: `long-` and `term`.
fn breaks_word(before: &str, after: &str) -> bool {
    let mut back = before.chars().rev();
    back.next() == Some('-')
        && back.next().is_some_and(char::is_alphabetic)
        && after.starts_with(char::is_lowercase)
}

/// The kind of a line and the part of it that is prose. `alone` lines may be headings.
fn classify(source: &Source, line: Span<Src>, alone: bool) -> (BlockKind, Span<Src>) {
    let text = source.slice(line);
    if let Some(rest) = text.strip_prefix(['-', '*', '•']) {
        let item = rest.trim_start();
        if item.len() < rest.len() && !item.is_empty() {
            return (BlockKind::ListItem, Span::new(line.end - item.len(), line.end));
        }
    }
    let kind = if !alone || text.len() > MAX_HEADING * 4 || text.chars().count() > MAX_HEADING {
        BlockKind::Paragraph
    } else if is_between_marks(text) {
        BlockKind::Quote
    } else if ends_like_a_sentence(text) || !begins_like_a_heading(text) {
        BlockKind::Paragraph
    } else {
        BlockKind::Heading
    };
    (kind, line)
}

const CLOSING: [char; 5] = ['”', '»', '"', '’', '\''];

fn is_between_marks(text: &str) -> bool {
    text.starts_with(['“', '«', '"', '‘', '”', '»']) && text.ends_with(CLOSING) && text.chars().count() > 2
}

fn ends_like_a_sentence(text: &str) -> bool {
    text.trim_end_matches(|c: char| CLOSING.contains(&c) || matches!(c, ')' | ']') || c.is_whitespace())
        .ends_with(['.', '!', '?', '…', ':', ';', ','])
}

fn begins_like_a_heading(text: &str) -> bool {
    text.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| !c.is_lowercase())
}

/// Gives `span` in pieces of at most [`MAX_SEGMENT`] bytes, without the blanks between them.
fn split(source: &Source, span: Span<Src>, mut piece: impl FnMut(Span<Src>)) {
    let mut start = span.start;
    while start < span.end {
        let rest = source.slice(Span::new(start, span.end));
        let cut = cut(rest);
        let trimmed = rest[..cut].trim_end();
        if !trimmed.is_empty() {
            piece(Span::new(start, start + trimmed.len()));
        }
        let after = &rest[cut..];
        start += cut + (after.len() - after.trim_start().len());
    }
}

/// Where to cut a text that may be too long: at the last sentence end in the last quarter of what fits, else
/// at the last blank in it, else between two characters.
fn cut(text: &str) -> usize {
    if text.len() <= MAX_SEGMENT {
        return text.len();
    }
    let border = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let limit = border(MAX_SEGMENT);
    let tail_start = border(MAX_SEGMENT / 4 * 3);
    let tail = &text[tail_start..limit];
    let blank = |at: usize| text[at..].starts_with(char::is_whitespace);
    let sentence = tail.rmatch_indices(['.', '!', '?', '”', '"', '»']).find_map(|(i, mark)| {
        let end = tail_start + i + mark.len();
        let ends = blank(end) && (mark.len() == 1 || tail[..i].ends_with(['.', '!', '?', '…']));
        let follows = text[end..].trim_start().chars().next();
        (ends && follows.is_some_and(|c| !c.is_lowercase())).then_some(end)
    });
    sentence
        .or_else(|| text[..limit].char_indices().rev().find(|(_, c)| c.is_whitespace()).map(|(i, _)| i))
        .filter(|&at| at > 0)
        .unwrap_or(limit)
}
