//! A review at a plain prompt: for programs, for terminals that can do no more, and for screen readers.
//!
//! Each answer is a line that begins with one letter, the keys of the full screen. `e` and `i` take the rest of the
//! line: the new sentence, the reason.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use super::screen::choice_text;
use super::{Key, Review, in_words, title};
use crate::report::count;
use crate::report::escape::visible;
use crate::report::window::Window;

/// What is asked about a remark.
pub const ANSWERS: &str = "a accept, r reject, e NEW SENTENCE, i REASON ignore here, o rule off, u undo, ? why, n next, \
                           s save, q quit";

/// The remark that is shown, or the end, and what is asked.
pub fn write(review: &Review, why: Option<&str>) -> String {
    let mut text = String::new();
    if !review.note().is_empty() {
        push(&mut text, review.note());
    }
    if let Some(question) = review.question() {
        push(&mut text, &question);
        return text;
    }
    let Some(remark) = review.remark() else {
        push(&mut text, "Nothing is left to decide.");
        if review.is_unsaved() {
            push(&mut text, &format!("Not saved yet: {}. s save, u undo, q quit", review.unsaved_in_words()));
        }
        return text;
    };
    let diagnostic = &remark.diagnostic;
    let source = &review.round().source;
    let (number, of) = review.number();
    let at = source.position(diagnostic.span.start);
    let what =
        format!("{}: {} ({})", in_words(diagnostic.severity), title(&diagnostic.rule), diagnostic.rule);
    push(&mut text, &format!("{}:{at}  {number} of {of}  {what}", review.name()));
    let window = Window::new(source, diagnostic.span);
    push(&mut text, &format!("  {}{}{}", window.before, window.fault, window.after));
    let marks = "^".repeat(window.fault.width().max(1));
    push(&mut text, &format!("  {}{marks}", " ".repeat(window.indent())));
    push(&mut text, &format!("  {}", diagnostic.message));
    for (index, fix) in diagnostic.fixes.iter().enumerate() {
        let sign = if index == review.choice() { '>' } else { ' ' };
        push(&mut text, &format!("{sign} {} {}", index + 1, choice_text(review, fix)));
    }
    if review.shows_why() {
        let why = why.unwrap_or("The rule gives no reason beyond its message.");
        why.trim().lines().for_each(|line| push(&mut text, &format!("  | {line}")));
    }
    let choices = match diagnostic.fixes.len() {
        0 | 1 => String::new(),
        all => format!("1-{} or ", all.min(9)),
    };
    push(&mut text, &format!("{choices}{ANSWERS}"));
    text
}

/// Adds a line.
fn push(text: &mut String, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}", visible(line.trim_end()));
}

/// The keys that an answer stands for; none for an empty line, and an error message for what is no answer.
///
/// `e` and `i` are pressed here already, since what comes with them is to be written only where they ask for it.
///
/// # Errors
/// What can be answered, or why nothing can be written there.
pub fn keys(review: &mut Review, answer: &str) -> Result<Vec<Key>, String> {
    let answer = answer.trim();
    let mut letters = answer.chars();
    let Some(letter) = letters.next() else { return Ok(Vec::new()) };
    let rest = letters.as_str().trim();
    if review.question().is_some() {
        return match letter.to_ascii_lowercase() {
            letter @ ('y' | 'n' | 'c') if rest.is_empty() => Ok(vec![Key::Char(letter)]),
            _ => Err("Answer y, n or c.".to_owned()),
        };
    }
    match (letter, rest) {
        ('a' | 'r' | 'o' | 'u' | '?' | 'n' | 'p' | 's' | 'q' | 'N' | '1'..='9', "") => {
            Ok(vec![Key::Char(letter)])
        }
        ('e' | 'i', "") => Err(format!(
            "Write it on the same line: {letter} and {}.",
            match letter {
                'e' => "the new sentence",
                _ => "the reason",
            }
        )),
        ('e' | 'i', rest) => {
            begin_writing(review, letter)?;
            Ok(vec![Key::DeleteLine, Key::Paste(rest.to_owned()), Key::Enter])
        }
        _ => Err(format!("“{}” is no answer. Answer with one of: {ANSWERS}.", visible(answer))),
    }
}

/// Presses `letter`, after which something is to be written.
///
/// # Errors
/// Why nothing is; Enter would then accept a correction, or leave the article.
fn begin_writing(review: &mut Review, letter: char) -> Result<(), String> {
    review.press(Key::Char(letter));
    if review.writing().is_some() {
        return Ok(());
    }
    Err(match review.note() {
        "" => "Nothing is left to decide.".to_owned(),
        note => visible(note).into_owned(),
    })
}

/// How a review ended, in one line.
pub fn outcome(changes: usize, rejected: usize, allowed: usize, open: usize, saved: bool) -> String {
    let mut parts = Vec::new();
    parts.push(match (changes, saved) {
        (0, _) => "nothing changed".to_owned(),
        (changes, true) => format!("{} saved", count(changes, "change")),
        (changes, false) => format!("{} not saved", count(changes, "change")),
    });
    if rejected > 0 {
        parts.push(format!("{rejected} rejected"));
    }
    if allowed > 0 {
        parts.push(format!("{allowed} ignored"));
    }
    parts.push(if open == 0 { "nothing left".to_owned() } else { format!("{open} left") });
    parts.join(", ")
}
