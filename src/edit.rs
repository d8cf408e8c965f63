//! Which edits a segment can take without harm to the markup that it stands in.

use crate::document::{Markup, Run, RunKind, Segment};
use crate::span::{Seg, Span, Src};

impl Markup {
    /// Whether `c` might be read as markup.
    fn reserves(self, c: char) -> bool {
        match self {
            Self::None => false,
            Self::Markdown => {
                matches!(c, '*' | '_' | '`' | '<' | '>' | '[' | ']' | '\\' | '|' | '#' | '&' | '~')
            }
            Self::Html => matches!(c, '<' | '>' | '&'),
            Self::Quoted(mark) => c == mark || c == '\\' || c.is_control(),
            Self::Message => matches!(c, '"' | '\\' | '%' | '{' | '}') || c.is_control(),
            Self::Unquoted => matches!(c, ':' | '#' | '"' | '\'') || c.is_control(),
            Self::Line => c.is_control(),
        }
    }
}

impl Segment<'_> {
    /// The bytes of the file to replace with `text` so that `span` of the segment reads so; `None` if that would cut
    /// markup, make some, or end some.
    pub fn edit(&self, span: Span<Seg>, text: &str) -> Option<Span<Src>> {
        let edit = self.map.edit(span)?;
        if text.contains(|c| self.carrier.reserves(c)) {
            return None;
        }
        // What looks like a tag or a place to be filled in may be one that only the program knows.
        if self.carrier == Markup::Message && self.slice(span).contains(['<', '>', '%', '{', '}']) {
            return None;
        }
        let fine = match self.markup {
            Markup::None => true,
            Markup::Line => !text.contains(|c| self.markup.reserves(c)),
            Markup::Unquoted => !text.contains(|c| self.markup.reserves(c)) && self.stays_a_value(span, text),
            // A bracket that opens no tag does so as soon as a letter comes after it.
            Markup::Html => !text.contains(|c| self.markup.reserves(c)) && !self.is_fragile(),
            _ => {
                !text.contains(|c| self.markup.reserves(c))
                    && self.keeps_borders(span, text)
                    && (self.markup != Markup::Markdown || self.begins_no_block(span, text))
                    && !self.is_fragile()
            }
        };
        fine.then_some(edit)
    }

    /// Whether a value of YAML without quotation marks is one still: a blank before `#` begins a comment, one after `:`
    /// ends a key, and some marks mean something at its start.
    fn stays_a_value(&self, span: Span<Seg>, text: &str) -> bool {
        let (before, after) = (&self.text[..span.start], &self.text[span.end..]);
        let near: String =
            before.chars().next_back().into_iter().chain(text.chars()).chain(after.chars().take(1)).collect();
        let begins_otherwise =
            before.trim().is_empty() && near.trim_start().starts_with(|c: char| c.is_ascii_punctuation());
        let ends_otherwise = after.trim().is_empty() && near.trim_end().ends_with(':');
        !near.contains(" #") && !near.contains(": ") && !begins_otherwise && !ends_otherwise
    }

    /// Whether the line does not begin with what makes an item, a heading or a rule of it, as `1..` does without one of
    /// its full stops.
    fn begins_no_block(&self, span: Span<Seg>, text: &str) -> bool {
        let might =
            |c: char| c.is_ascii_digit() || matches!(c, '.' | ')' | '-' | '+' | '*' | '=' | '_' | '#' | '>');
        let (before, after) = (&self.text[..span.start], &self.text[span.end..]);
        let start = before.trim_end_matches(might).len();
        let breaks = || self.map.runs().partition_point(|run| run.seg.end < start);
        let at_start = match before[..start].chars().next_back() {
            None => true,
            Some(c) => {
                c.is_whitespace()
                    && self.map.runs().get(breaks()).is_some_and(|run| run.kind == RunKind::Folded)
            }
        };
        let word = |parts: [&str; 3]| {
            let ends = |c: char| c.is_whitespace();
            let mut word = String::new();
            for part in parts {
                let end = part.find(ends);
                word.push_str(&part[..end.unwrap_or(part.len()).min(LONGEST_MARKER)]);
                if end.is_some() {
                    break;
                }
            }
            word
        };
        let head = &before[start..];
        if !at_start || head.len() >= LONGEST_MARKER {
            return !at_start;
        }
        let (old, new) = (word([head, self.slice(span), after]), word([head, text, after]));
        old == new || !is_marker(&new)
    }

    /// Whether there are marks in the text that an edit near them might bring to life.
    fn is_fragile(&self) -> bool {
        *self.fragile.get_or_init(|| match self.markup {
            Markup::Markdown => self.text.contains(is_loose),
            Markup::Html => self.has_loose_bracket(),
            _ => false,
        })
    }

    /// Whether `<` stands in the file as a character of the text.
    fn has_loose_bracket(&self) -> bool {
        self.text.contains('<')
            && self
                .map
                .runs()
                .iter()
                .any(|run| run.kind == RunKind::Exact && self.slice(run.seg).contains('<'))
    }

    /// Whether each run that the edit touches the border of begins and ends with the same kind of character after it.
    ///
    /// In Markdown that decides whether `**` opens, closes or is a mark of its own, and whether a line is an item.
    fn keeps_borders(&self, span: Span<Seg>, text: &str) -> bool {
        let runs = self.map.runs();
        let first = runs.get(runs.partition_point(|run| run.seg.end <= span.start)).or(runs.last());
        let last = runs.get(runs.partition_point(|run| run.seg.start < span.end).saturating_sub(1));
        let (Some(first), Some(last)) = (first, last) else { return false };
        let shown = |run: &Run| self.slice(run.seg);
        let starts = span.start > first.seg.start || {
            let after = if span.end < first.seg.end { self.text[span.end..].chars().next() } else { None };
            same(shown(first).chars().next(), text.chars().next().or(after))
        };
        let ends = span.end < last.seg.end || {
            let before =
                if span.start > last.seg.start { self.text[..span.start].chars().next_back() } else { None };
            same(shown(last).chars().next_back(), text.chars().next_back().or(before))
        };
        // What stands in brackets after a label might become its target.
        let target = first.seg.start > 0 && shown(first).starts_with(['(', '[']);
        starts && ends && !target
    }
}

/// Bytes of a word that are looked at for whether it is the marker of a block; the edit of a longer one is refused.
const LONGEST_MARKER: usize = 1000;

/// Whether a line that begins with this word may be no paragraph: an item, a heading, the line under one, a quotation.
fn is_marker(word: &str) -> bool {
    let of = |marks: &[char]| word.trim_matches(marks).is_empty();
    let number = word.strip_suffix(['.', ')']).is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    number || of(&['-', '=', '*', '_']) || of(&['#']) || word == "+" || word.starts_with('>')
}

/// Whether `c`, shown as it is, is a mark that opens or closes nothing, and that an edit near it might make do so.
fn is_loose(c: char) -> bool {
    matches!(c, '*' | '_' | '`' | '<' | '[' | ']' | '~')
}

/// Whether `c` is punctuation for certain: of ASCII, the marks of Latin-1, and those of the block of that name.
const fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c, '¡' | '§' | '«' | '¶' | '·' | '»' | '¿')
        || matches!(c, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{2043}' | '\u{2045}'..='\u{2051}')
}

/// Whether two characters are of one kind as markup sees them; never if one is missing.
fn same(old: Option<char>, new: Option<char>) -> bool {
    let kind = |c: char| match c {
        _ if c.is_alphabetic() => 0,
        _ if c.is_numeric() => 1,
        _ if c.is_whitespace() => 2,
        '-' | '+' | '=' | '!' | '(' | ')' | ':' | '.' => 4 + u32::from(c),
        _ if is_punctuation(c) => 3,
        // Of what is left, markup may see some as punctuation and some not.
        _ => 4 + u32::from(c),
    };
    matches!((old, new), (Some(old), Some(new)) if kind(old) == kind(new))
}

#[cfg(test)]
mod tests {
    use crate::format::{self, Format};
    use crate::source::Source;
    use crate::span::Span;

    /// What the text is after `from`, as it is shown, is replaced by `to`; `None` if that is refused.
    fn edited(format: Format, text: &str, from: &str, to: &str) -> Option<String> {
        let source = Source::from_text(text).expect("short");
        let document = format::read(&source, format);
        let segment = document.segments.iter().find(|s| s.text.contains(from)).expect("it is shown");
        let start = segment.text.find(from).expect("it is shown");
        let edit = segment.edit(Span::new(start, start + from.len()), to)?;
        Some(format!("{}{to}{}", &text[..edit.start], &text[edit.end..]))
    }

    #[test]
    fn markdown_keeps_its_markers() {
        let edit = |from, to| edited(Format::Markdown, "The **old** _market_ is 3\nmiles off.", from, to);
        assert_eq!(edit("old", "new").as_deref(), Some("The **new** _market_ is 3\nmiles off."));
        assert_eq!(edit("ld", "wn").as_deref(), Some("The **own** _market_ is 3\nmiles off."));
        assert_eq!(edit("old", ""), None, "four asterisks are no emphasis");
        assert_eq!(edit("old", "old "), None, "a blank before asterisks does not close");
        assert_eq!(edit("old market", "fair"), None, "it would cut both");
        assert_eq!(edit("is", "[is]"), None);
        assert_eq!(edit(" is", ", is"), None, "an underscore before a comma is another one");
        assert_eq!(edit("miles", "- miles"), None, "that would be an item");
        assert_eq!(
            edited(Format::Markdown, "[the](a.b/the the)", "the the", "the"),
            None,
            "that would be a link"
        );
        let label = "The [old market] and [it][old market].\n\n[old market]: x.y";
        assert_eq!(edited(Format::Markdown, label, "old", "new"), None, "that would be another link");
        assert!(edited(Format::Markdown, label, "it", "that").is_some());
        assert_eq!(edited(Format::Markdown, "[it](a the the)\n\n[it]: x.y", "the the", "the"), None);
        assert_eq!(edit("off", "away").as_deref(), Some("The **old** _market_ is 3\nmiles away."));
    }

    #[test]
    fn a_control_character_was_taken_for_a_mark_beside_an_asterisk() {
        let edit = |to| edited(Format::Markdown, "He a\"*\"\"\u{1}b\"* is", "\"\"\u{1}", to);
        assert_eq!(edit("\u{1}"), None, "the asterisk would open nothing");
        assert!(edit("\"\u{1}").is_some());
    }

    /// `1..` is a paragraph, and without one of its full stops an item of a list.
    #[test]
    fn an_edit_in_markdown_made_an_item_of_a_paragraph() {
        let edit = |text: &str, from: &str, to: &str| edited(Format::Markdown, text, from, to);
        assert_eq!(edit("1..", "..", "."), None);
        assert_eq!(edit("12 . The bridge", " .", "."), None);
        assert_eq!(edit("1.The bridge", ".The", ". The"), None);
        assert_eq!(edit("The bridge\n1.The bridge", ".The", ". The"), None);
        assert_eq!(edit("The bridge\n--the", "-the", "-"), None);
        assert_eq!(edit("The bridge\n=x=", "x", ""), None);
        assert!(edit("The bridge of 1..", "..", ".").is_some());
        assert!(edit("The the bridge", "The the", "The").is_some());
        assert!(edit("1.5 million is is much", "is is", "is").is_some());
        assert!(edit("1.5 milion", "milion", "million").is_some());
        assert!(edit("The **bridge** 1.. it", "..", ".").is_some());
    }

    /// It looks at no clock: before the mend it took 75 seconds, and a quarter of one after it.
    #[test]
    fn marks_in_markdown_were_looked_for_anew_at_each_edit() {
        let text = "a **b** ".repeat(8000);
        let source = Source::from_text(text).expect("it fits");
        let document = format::read(&source, Format::Markdown);
        let segment = &document.segments[0];
        assert_eq!(segment.text.len(), 32_000 - 1);
        let letters = (0..segment.text.len()).step_by(2);
        let edits = letters.flat_map(|at| ["c", "d", "e", "f", "g"].map(|new| (Span::new(at, at + 1), new)));
        assert!(edits.into_iter().all(|(span, new)| segment.edit(span, new).is_some()));
    }

    #[test]
    fn a_blank_before_a_number_sign_cut_a_title_of_yaml_off() {
        let edit = |title: &str, from: &str, to: &str| {
            edited(Format::Markdown, &format!("---\ntitle: {title}\n---\n\nText.\n"), from, to)
        };
        assert_eq!(edit("All out tonight!#strike", "!#", "! #"), None);
        assert_eq!(edit("The harbour:It is open", ":It", ": It"), None);
        assert_eq!(edit("The - harbour", "The ", ""), None);
        assert!(edit("The the harbour", "The the", "The").is_some());
    }

    #[test]
    fn html_keeps_its_tags() {
        let edit = |from, to| edited(Format::Html, "<p>The <b>old</b> market &amp; fair</p>", from, to);
        assert_eq!(edit("old", "").as_deref(), Some("<p>The <b></b> market &amp; fair</p>"));
        assert_eq!(edit("&", "and").as_deref(), Some("<p>The <b>old</b> market and fair</p>"));
        assert_eq!(edit("market", "R&D"), None);
        assert_eq!(edited(Format::Html, "<p>It is <{old} a", "{old} ", ""), None, "that would be a tag");
        assert_eq!(edit("e old", "e new"), None);
    }
}
