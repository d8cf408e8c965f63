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
//! pull quote instead. Of the parts of an article these are known by how they begin: a byline (`By Jane Doe`), a
//! question and an answer (`Q:`, `A:`), a note (`Photo:`, `Read also:`, `Translator’s note:`); and the deck, the one
//! line between headline and byline. All else is a paragraph.

use crate::document::{BlockKind, Document, Projection, Segment};
use crate::limit::{Excess, MAX_SEGMENTS, Unread};
use crate::source::Source;
use crate::span::{Span, Src, border_before};

/// Longest segment, in bytes.
pub const MAX_SEGMENT: usize = 64 * 1024;

/// Longest heading, in Unicode scalar values.
const MAX_HEADING: usize = 120;

/// Longest deck, in bytes.
const MAX_DECK: usize = 400;

/// Longest byline, in bytes.
const MAX_BYLINE: usize = 100;

/// What notes begin with, in small letters, before a colon.
const NOTES: [&str; 19] = [
    "also read",
    "caption",
    "correction",
    "credit",
    "credits",
    "editor's note",
    "editors' note",
    "image",
    "note",
    "photo",
    "photo credit",
    "photograph",
    "photos",
    "read also",
    "read more",
    "related",
    "see also",
    "source",
    "translator's note",
];

/// Widths, in Unicode scalar values, at which people and programs wrap prose.
const WRAP: std::ops::RangeInclusive<usize> = 50..=120;

/// Reads plain text.
pub(super) fn read(source: &Source) -> Document<'_> {
    let mut segments = Vec::new();
    let mut block: Vec<Span<Src>> = Vec::new();
    let mut first = true;
    let mut unread = None;
    for line in Lines::new(source) {
        if segments.len() + block.len() >= MAX_SEGMENTS && !line.is_empty() {
            unread = Some(Unread { from: line.start, excess: Excess::Segments });
            break;
        }
        if line.is_empty() {
            end_block(source, &mut block, &mut first, &mut segments);
        } else {
            block.push(line);
        }
    }
    end_block(source, &mut block, &mut first, &mut segments);
    if let [headline, deck, byline, ..] = &mut segments[..]
        && (headline.kind, byline.kind) == (BlockKind::Heading, BlockKind::Byline)
        && deck.kind == BlockKind::Paragraph
        && deck.text.len() <= MAX_DECK
    {
        deck.kind = BlockKind::Deck;
    }
    Document { source, segments, comments: Vec::new(), unread }
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
    let kind = if let Some(kind) = part_of_an_article(text) {
        kind
    } else if !alone || text.len() > MAX_HEADING * 4 || text.chars().count() > MAX_HEADING {
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

/// The kind of a line that says by its first words what it is.
fn part_of_an_article(text: &str) -> Option<BlockKind> {
    let begins = |mark: &str| {
        let rest = text.strip_prefix(mark).filter(|rest| rest.starts_with(char::is_whitespace));
        rest.is_some_and(|rest| rest.trim_start().starts_with(|c: char| !c.is_lowercase()))
    };
    if begins("Q:") || begins("Q.") || begins("Question:") {
        return Some(BlockKind::Question);
    }
    // “A.” may be an initial.
    if begins("A:") || begins("Answer:") {
        return Some(BlockKind::Answer);
    }
    let head = text.trim_start_matches(['(', '[']);
    let label = head.char_indices().take(24).find(|(_, c)| *c == ':').map(|(at, _)| &head[..at]);
    let label = label.map(|label| label.trim().to_lowercase().replace('’', "'"));
    if label.is_some_and(|label| NOTES.contains(&&*label)) {
        return Some(BlockKind::Note);
    }
    is_byline(text).then_some(BlockKind::Byline)
}

/// Whether the line names an author: `By`, and names with capitals, with nothing like a sentence after them.
fn is_byline(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("By ").or_else(|| text.strip_prefix("BY ")) else { return false };
    let small =
        ["and", "in", "for", "of", "the", "from", "with", "de", "van", "von", "der", "la", "le", "du", "bin"];
    let named = |word: &str| word.starts_with(char::is_uppercase) || small.contains(&word);
    text.len() <= MAX_BYLINE
        && !ends_like_a_sentence(text)
        && rest.starts_with(char::is_uppercase)
        && rest.split_whitespace().all(named)
        && rest.split_whitespace().nth(1).is_some()
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
    let limit = border_before(text, MAX_SEGMENT);
    let tail_start = border_before(text, MAX_SEGMENT / 4 * 3);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::RunKind;
    use crate::span::Seg;
    use proptest::prelude::*;

    fn shown(text: &str) -> Vec<(BlockKind, String)> {
        let source = Source::from_text(text).expect("short");
        read(&source).segments.into_iter().map(|s| (s.kind, s.text.into_owned())).collect()
    }

    fn texts(text: &str) -> Vec<String> {
        shown(text).into_iter().map(|(_, text)| text).collect()
    }

    const WRAPPED: &str = "The quick brown fox jumps over the lazy dog and then it goes\n\
                           away from the river, because it wants to be alone for a while\n\
                           and rest.";

    #[test]
    fn blank_lines_separate_and_each_line_is_a_segment() {
        assert_eq!(texts("One.\n\n \u{a0}\nTwo.\nThree.\n"), ["One.", "Two.", "Three."]);
        assert_eq!(texts(""), [""; 0]);
        assert_eq!(texts("\u{feff}\r\n"), [""; 0]);
    }

    #[test]
    fn ends_of_lines_and_byte_order_mark_lie_outside() {
        assert_eq!(
            texts("\u{feff}  One.\t\r\n\u{a0}Two\u{a0}: 2.\rThree. "),
            ["One.", "Two\u{a0}: 2.", "Three."]
        );
    }

    #[test]
    fn a_hard_wrapped_paragraph_is_one_segment_with_folded_breaks() {
        let source = Source::from_text(WRAPPED.replace('\n', " \r\n  ")).expect("short");
        let document = read(&source);
        let [segment] = &document.segments[..] else { panic!("one segment") };
        assert!(segment.text.contains("it goes away from"));
        let fold = segment.text.find(" away").expect("there");
        let edit = segment.map.edit(Span::new(fold, fold + 1)).expect("a whole folded run");
        assert_eq!(source.slice(edit), " \r\n  ");
    }

    #[test]
    fn lines_that_are_not_greedily_wrapped_stay_apart() {
        let lists = WRAPPED.replace("while\nand", "while\nMy word\nand");
        assert_eq!(texts(&lists).len(), 4, "“My” would fit, “word” leaves room for “and”");
        let capitals = WRAPPED.replace("\naway", "\nAway").replace("\nand", "\nAnd");
        assert_eq!(texts(&capitals).len(), 3, "no line begins in lower case");
        assert_eq!(texts("a short verse of mine\nthat nobody will read").len(), 2);
    }

    #[test]
    fn a_break_after_a_hyphen_shows_nothing() {
        let text = WRAPPED.replace("it goes\naway", "far-\naway");
        assert!(texts(&text)[0].contains("far-away from"));
    }

    #[test]
    fn kinds() {
        use BlockKind::{Heading, ListItem, Paragraph, Quote};
        let kinds = |text| shown(text).into_iter().map(|(kind, _)| kind).collect::<Vec<_>>();
        assert_eq!(kinds("Europe\n\nThe war: “it goes on”\n\nIt is late.\n"), [Heading, Heading, Paragraph]);
        assert_eq!(kinds("Europe\nIt is late.\nMore"), [Heading, Paragraph, Paragraph]);
        assert_eq!(kinds("“As part of the roads, it weaves ties”\n"), [Quote]);
        assert_eq!(kinds("and so on\n\n***"), [Paragraph, Paragraph]);
        assert_eq!(shown("- one item"), [(ListItem, "one item".to_owned())]);
        assert_eq!(kinds(&"Word ".repeat(40)), [Paragraph]);
    }

    #[test]
    fn parts_of_an_article() {
        use BlockKind::{Answer, Byline, Deck, Heading, Note, Paragraph, Question};
        let kinds = |text| shown(text).into_iter().map(|(kind, _)| kind).collect::<Vec<_>>();
        let article = "The war goes on\n\nIn the capital, nobody sleeps.\n\nBy Jane Doe and Ali van Dijk\n\nIt is late.\n\n\
                       Q: Who are you?\n\nA: Nobody.\n\n(Photo: AFP)\n\nTranslator’s note: the word is rare.\n";
        assert_eq!(kinds(article), [Heading, Deck, Byline, Paragraph, Question, Answer, Note, Note]);
        assert_eq!(
            kinds("By Monday the war was over\n\nA. Smith came.\n\nBy Tuesday, it rained."),
            [Heading, Paragraph, Paragraph]
        );
        assert_eq!(
            kinds("War\n\nIn the capital, nobody sleeps.\n\nIt is late."),
            [Heading, Paragraph, Paragraph]
        );
    }

    #[test]
    fn long_segments_are_split_after_a_sentence_or_at_a_blank() {
        let long = "Five words make one sentence. ".repeat(6000);
        let pieces = texts(&long);
        assert_eq!(pieces.len(), 3);
        assert!(pieces.iter().all(|p| p.len() <= MAX_SEGMENT && p.ends_with('.') && p.starts_with("Five")));
        let blanks = "word ".repeat(20_000);
        assert!(texts(&blanks).iter().all(|p| p.len() <= MAX_SEGMENT && p.ends_with("word")));
        let solid = "é".repeat(70_000);
        assert_eq!(texts(&solid).concat(), solid);
        let wrapped = format!("{}\n", &WRAPPED[..122]).repeat(2000);
        let pieces = texts(&wrapped);
        assert!(pieces.len() > 2 && pieces.iter().all(|p| p.len() <= MAX_SEGMENT));
    }

    fn prose() -> impl Strategy<Value = String> {
        let line = "[ \t]?([-•*] )?([a-d“”«»\"‘’.?!é,\u{a0}\u{202f}-]{1,7} ){0,16}[a-z]{0,5}\\.?";
        let end = prop_oneof![Just("\n"), Just("\r\n"), Just("\r"), Just("\n\n"), Just(" \n")];
        ("\u{feff}?", proptest::collection::vec((line, end), 0..12))
            .prop_map(|(bom, lines)| lines.into_iter().fold(bom, |all, (line, end)| all + &line + end))
    }

    proptest! {
        #[test]
        fn segments_map_back_to_the_source(text in prop_oneof![prose(), ".*"]) {
            let source = Source::from_text(text.clone()).expect("short");
            let document = read(&source);
            let mut rebuilt = String::new();
            let mut at = 0;
            for segment in &document.segments {
                prop_assert!(!segment.text.trim().is_empty());
                prop_assert_eq!(segment.map.len(), segment.text.len());
                for run in segment.map.runs() {
                    prop_assert!(run.src.start >= at);
                    let gap = &text[at..run.src.start];
                    let outside = |c: char| c.is_whitespace() || "\u{feff}-*•".contains(c);
                    prop_assert!(gap.chars().all(outside), "{gap:?} is not prose");
                    rebuilt.push_str(gap);
                    let bytes = &text[run.src.range()];
                    match run.kind {
                        RunKind::Exact => prop_assert_eq!(bytes, &segment.text[run.seg.range()]),
                        _ => prop_assert!(bytes.trim().is_empty() && &segment.text[run.seg.range()] == " "),
                    }
                    rebuilt.push_str(bytes);
                    at = run.src.end;
                }
                for (i, c) in segment.text.char_indices() {
                    let one = Span::<Seg>::new(i, i + c.len_utf8());
                    prop_assert_eq!(segment.map.edit(one), Some(segment.map.cover(one)));
                }
                for span in segment.sentences() {
                    prop_assert!(segment.text.get(span.range()).is_some());
                }
                for quotation in segment.quotations() {
                    prop_assert!(segment.text.get(quotation.inner.range()).is_some());
                    prop_assert!(quotation.span.contains(quotation.inner));
                }
            }
            rebuilt.push_str(&text[at..]);
            prop_assert_eq!(rebuilt, text);
        }
    }
}
