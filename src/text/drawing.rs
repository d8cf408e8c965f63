//! Draws a mistake at its place in a text: the line with a mark below it, and what to do.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::visible::{is_hidden, visible};
use crate::span::border_before;

/// Most bytes of a message, of the faulty place that is drawn, and of its line after it.
const MOST: usize = 2000;

/// A mistake in a text.
#[derive(Debug, Clone, Copy)]
pub struct Mistake<'m> {
    /// What is wrong, one line.
    pub what: &'m str,
    /// The file, as it is shown to people.
    pub path: &'m str,
    /// The file's whole text.
    pub text: &'m str,
    /// First and last of the faulty bytes of `text`, the last not included.
    pub span: (usize, usize),
    /// A word or two beside the marked place; may be empty.
    pub label: &'m str,
    /// What to do about it; may be empty.
    pub help: &'m str,
}

impl Mistake<'_> {
    /// The mistake for a person: what is wrong, `path:line:column`, the lines drawn, and help.
    ///
    /// Nothing in the text or in a name can move the cursor: what cannot be seen is drawn as a sign.
    pub fn draw(&self, color: bool) -> String {
        let piece = Piece::of(self.text, self.span.0..self.span.1);
        let (what, path) = (shown(self.what), visible(self.path));
        let (label, help) = (shown(self.label), shown(self.help));
        let mark = AnnotationKind::Primary.span(piece.mark);
        let mark = if label.is_empty() { mark } else { mark.label(&*label) };
        let snippet = Snippet::source(&*piece.text).line_start(piece.line).path(&*path).annotation(mark);
        let mut group = Level::ERROR.primary_title(&*what).element(snippet);
        if !help.is_empty() {
            group = group.element(Level::HELP.message(&*help));
        }
        render(group, color)
    }
}

/// A text that may quote what a stranger wrote: without controls, and no longer than anybody reads.
fn shown(text: &str) -> String {
    let end = border_before(text, MOST);
    let rest = if end < text.len() { " …" } else { "" };
    format!("{}{rest}", visible(&text[..end]))
}

/// A mistake without a place.
pub fn title(what: &str, color: bool) -> String {
    let what = visible(what);
    render(Group::with_title(Level::ERROR.primary_title(&*what)), color)
}

fn render(group: Group<'_>, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    renderer.decor_style(DecorStyle::Ascii).render(&[group])
}

/// The lines of a text that a mistake stands in.
struct Piece {
    text: String,
    /// The number of the first line, from 1.
    line: usize,
    mark: Range<usize>,
}

impl Piece {
    fn of(text: &str, span: Range<usize>) -> Self {
        let start = border_before(text, span.start);
        let end = border_before(text, span.end.max(start).min(start + MOST)).max(start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[end..].find('\n').map_or(text.len(), |at| end + at);
        let line_end = border_before(text, line_end.min(end + MOST)).max(end);
        let (before, marked, after) = (&text[line_start..start], &text[start..end], &text[end..line_end]);
        let mut shown = String::with_capacity(line_end - line_start + 16);
        push(&mut shown, before);
        let from = shown.len();
        push(&mut shown, marked);
        let to = shown.len();
        push(&mut shown, after);
        Self { text: shown, line: text[..start].matches('\n').count() + 1, mark: from..to }
    }
}

/// Appends `text`, its lines kept, and a sign for each character that cannot be seen, so that columns stay.
fn push(shown: &mut String, text: &str) {
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\n' | '\t' => shown.push(c),
            '\r' if matches!(rest.peek(), None | Some('\n')) => {}
            c if is_hidden(c) => shown.push(sign(c)),
            c => shown.push(c),
        }
    }
}

/// What is drawn for a character that cannot be seen: for the old controls the pictures that Unicode has of them.
fn sign(c: char) -> char {
    match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        _ => '\u{fffd}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_drawn_without_a_control_character() {
        let text = "one\r\n\u{1b}]8;;x\u{7}\u{9b}31m\u{202e}two three\r\nfour";
        let at = text.find("two").expect("it is there");
        let mistake = Mistake {
            what: "wrong\n::error::\u{1b}[2J",
            path: "a\u{1b}[31m\n.yml",
            text,
            span: (at, at + 3),
            label: "here\u{1b}",
            help: "mend\u{9b} it",
        };
        let drawn = mistake.draw(false);
        assert!(!drawn.replace('\n', "").contains(is_hidden), "{drawn}");
        assert!(drawn.contains("2 | ␛]8;;x␇\u{fffd}31m\u{fffd}two three"), "{drawn}");
        assert!(drawn.contains("a\\u{1b}[31m\\n.yml:2:13\n"), "{drawn}");
        let marks = drawn.lines().find(|line| line.contains("^^^")).expect("marked");
        let line = drawn.lines().find(|line| line.contains("two")).expect("drawn");
        let column = |line: &str, mark: &str| line.split(mark).next().map(|before| before.chars().count());
        assert_eq!(column(marks, "^^^"), column(line, "two"), "{drawn}");
    }
}
