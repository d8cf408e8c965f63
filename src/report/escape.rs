//! Makes text from outside harmless to print: nothing in an article can move the cursor or turn letters round.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a terminal must not get this character, or a reader could not see it: controls, marks that turn the
/// direction of writing, characters without width, and the two that are none and that XML forbids.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}'
            | '\u{e0000}'..='\u{e007f}')
}

/// `text` with every hidden character written as an escape such as `\u{1b}` or `\n`.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        push_visible(&mut shown, c);
    }
    Cow::Owned(shown)
}

/// Appends `c`, or its escape if it is hidden.
pub fn push_visible(shown: &mut String, c: char) {
    match c {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        c if is_hidden(c) => {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c)); // writing to a String cannot fail
        }
        c => shown.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_shown_and_letters_are_left() {
        assert_eq!(visible("\u{1b}[31mred\u{9b}\u{202e}\r\n\t"), r"\u{1b}[31mred\u{9b}\u{202e}\r\n\t");
        assert!(matches!(visible("“naïve” cafe\u{301} 日本\u{a0}!"), Cow::Borrowed(_)));
    }
}
