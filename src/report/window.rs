//! A window of a few words round a fault, on one line, however long the paragraph is.
//!
//! Widths are columns of a terminal: combining marks take none, wide characters two.
//! Everything is escaped for showing; the line ends inside a fault become `\n`.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::report::escape::{is_hidden, push_visible, visible};
use crate::source::Source;
use crate::span::{Span, Src, border_after, border_before};

/// Columns of context on each side of the fault.
const CONTEXT: usize = 36;

/// How far on each side the ends of the line are looked for, in bytes: a line may be as long as the file.
const LOOK: usize = 2048;

/// So little is not worth cutting off.
const SLACK: usize = 12;

/// Columns of the fault itself; a longer one is shown by its beginning and its end.
const FAULT: usize = 72;

/// A fault in its surroundings, ready to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// What stands before the fault; begins with `…` if the line does not.
    pub before: String,
    /// The fault; empty where something is missing.
    pub fault: String,
    /// What stands after it; ends with `…` if the line does not.
    pub after: String,
}

impl Window {
    /// The window round `span`.
    pub fn new(source: &Source, span: Span<Src>) -> Self {
        let text = source.text();
        // Spans lie on character borders; one that does not is shown without its surroundings.
        let (head_text, tail_text) =
            (text.get(..span.start).unwrap_or_default(), text.get(span.end..).unwrap_or_default());
        let near = border_after(head_text, span.start.saturating_sub(LOOK));
        let line_break = head_text[near..].rfind(['\n', '\r']);
        let line_start = line_break.map_or(near, |at| near + at + 1);
        let line_start =
            if span.start >= source.body_start() { line_start.max(source.body_start()) } else { 0 };
        let before = head_text.get(line_start..).unwrap_or_default();
        let far = border_before(tail_text, LOOK);
        let after = &tail_text[..far];
        let line_end = after.find(['\n', '\r']);
        let (before, cut_before) = tail(before, CONTEXT);
        let (after, cut_after) = head(&after[..line_end.unwrap_or(far)], CONTEXT);
        let cut_before = cut_before || (line_break.is_none() && near > source.body_start());
        let cut_after = cut_after || (line_end.is_none() && far < tail_text.len());
        Self {
            before: format!("{}{}", if cut_before { "… " } else { "" }, visible(before)),
            fault: shorten(source.slice(span)),
            after: format!("{}{}", visible(after), if cut_after { " …" } else { "" }),
        }
    }

    /// Columns before the fault.
    pub fn indent(&self) -> usize {
        self.before.width()
    }
}

/// Columns that `text` takes once it is escaped.
pub fn shown_width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

fn char_width(c: char) -> usize {
    if is_hidden(c) {
        let mut shown = String::new();
        push_visible(&mut shown, c);
        return shown.len();
    }
    c.width().unwrap_or(0)
}

/// Whether `text` is at most `columns` wide once it is escaped; looks no further than it must.
fn fits(text: &str, columns: usize) -> bool {
    let widths = text.chars().scan(0, |width, c| {
        *width += char_width(c);
        Some(*width)
    });
    !widths.skip_while(|&width| width <= columns).any(|_| true)
}

/// The end of `text`, at most about `columns` wide, cut between words where it can be; and whether it was cut.
pub fn tail(text: &str, columns: usize) -> (&str, bool) {
    let mut width = 0;
    let mut start = text.len();
    if fits(text, columns + SLACK) {
        return (text, false);
    }
    for (at, c) in text.char_indices().rev() {
        width += char_width(c);
        if width > columns {
            let kept = &text[start..];
            // A word that is longer than the window is cut; what combines with a lost letter goes with it.
            let kept = match kept.find(' ') {
                Some(blank) if blank + 1 < kept.len() => &kept[blank + 1..],
                _ => kept.trim_start_matches(|c: char| c.width() == Some(0)),
            };
            return (kept, true);
        }
        start = at;
    }
    (text, false)
}

/// The beginning of `text`, at most about `columns` wide, cut between words where it can be; and whether it was cut.
pub fn head(text: &str, columns: usize) -> (&str, bool) {
    let mut width = 0;
    if fits(text, columns + SLACK) {
        return (text, false);
    }
    for (at, c) in text.char_indices() {
        width += char_width(c);
        if width > columns {
            let kept = &text[..at];
            let kept = match kept.rfind(' ') {
                Some(blank) if blank > 0 => &kept[..blank],
                _ => kept,
            };
            return (kept, true);
        }
    }
    (text, false)
}

/// `text` escaped, and shortened in its middle if it is too long for a line.
pub fn shorten(text: &str) -> String {
    if shown_width(text) <= FAULT {
        return visible(text).into_owned();
    }
    let (first, last) = (head(text, FAULT / 2).0, tail(text, FAULT / 2).0);
    format!("{} … {}", visible(first), visible(last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn window(text: &str, start: usize, end: usize) -> Window {
        Window::new(&Source::from_text(text).expect("short"), Span::new(start, end))
    }

    #[test]
    fn a_short_line_is_shown_whole() {
        let w = window("one\ntwo three four\nfive", 8, 13);
        assert_eq!((&*w.before, &*w.fault, &*w.after), ("two ", "three", " four"));
    }

    #[test]
    fn a_long_line_is_cut_between_words_on_both_sides() {
        let text = format!("{}fault {}", "words and ".repeat(60), "more words ".repeat(60));
        let w = window(&text, 600, 605);
        assert!(w.before.starts_with("… ") && w.before.ends_with("words and "), "{w:?}");
        assert!(w.after.starts_with(" more") && w.after.ends_with("words …"), "{w:?}");
        assert!(w.before.width() <= CONTEXT + 2 && w.after.width() <= CONTEXT + 2, "{w:?}");
    }

    #[test]
    fn a_fault_over_two_lines_is_shown_on_one() {
        let w = window("a b\nc d\n", 2, 5);
        assert_eq!((&*w.before, &*w.fault, &*w.after), ("a ", "b\\nc", " d"));
    }

    #[test]
    fn the_ends_of_a_text_have_no_context() {
        assert_eq!(window("", 0, 0), Window { before: "".into(), fault: "".into(), after: "".into() });
        let w = window("\u{feff}ab", 3, 4);
        assert_eq!((&*w.before, &*w.fault), ("", "a"));
        let w = window("\u{feff}ab", 0, 3);
        assert_eq!((&*w.before, &*w.fault, &*w.after), ("", "\\u{feff}", "ab"));
    }

    #[test]
    fn wide_and_combining_characters_are_measured_in_columns() {
        assert_eq!(window("日本x", 6, 7).indent(), 4);
        assert_eq!(window("e\u{301}x", 3, 4).indent(), 1);
        assert_eq!(window("\u{1b}x", 1, 2).indent(), 6);
    }

    proptest! {
        #[test]
        fn no_window_is_wider_than_a_terminal_or_holds_controls(
            text in "[a-c “é日\u{301}\u{1b}\r\n]{0,400}", a in 0usize..1200, b in 0usize..1200,
        ) {
            let (a, b) = (border_before(&text, a.min(b)), border_before(&text, a.max(b)));
            let w = window(&text, a, b);
            let line = format!("{}{}{}", w.before, w.fault, w.after);
            prop_assert!(!line.contains(is_hidden));
            prop_assert!(line.width() <= 2 * (CONTEXT + SLACK + 2) + FAULT + 2 * SLACK + 3);
        }
    }
}
