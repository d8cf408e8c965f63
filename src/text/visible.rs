//! Makes text from outside harmless to print: nothing in an article can move the cursor or turn letters round, and
//! nothing in it is a command to the CI service that keeps the log.

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

/// Whether `url` is the address of a page on the web, written so that nothing in it ends a link.
///
/// Nothing else may be shown as a link: an address of another kind could run something.
pub fn is_web(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_graphic() && b != b'"'))
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

/// `text`, lines for people, with nothing in it that a CI service takes for a command.
///
/// GitHub obeys a line that begins with `::`, blanks left aside, and, like Azure, TeamCity and others, what follows
/// `##` and a name up to `[` anywhere in one. So one character of those marks is written as an escape.
pub fn harmless(text: &str) -> Cow<'_, str> {
    without_commands(text, "\\u{3a}", "\\u{23}")
}

/// `text` with the first colon of a `::` at the start of a line written as `colon`, and the second sign of a `##` that
/// begins a command as `hash`: so that a format that has escapes of its own keeps its meaning.
pub fn without_commands<'t>(text: &'t str, colon: &str, hash: &str) -> Cow<'t, str> {
    if !text.contains("::") && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive(['\n', '\r']) {
        let start = line.trim_start();
        let (blanks, mut rest) = line.split_at(line.len() - start.len());
        shown.push_str(blanks);
        if rest.starts_with("::") {
            shown.push_str(colon);
            rest = &rest[1..];
        }
        while let Some(at) = rest.find("##") {
            let (before, after) = rest.split_at(at + 1);
            shown.push_str(before);
            let name = after[1..].trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '-');
            rest = after;
            if name.starts_with('[') {
                shown.push_str(hash);
                rest = &after[1..];
            }
        }
        shown.push_str(rest);
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_ci_service_takes_for_a_command_is_broken_up() {
        let commands = [
            ("::error::x", "\\u{3a}:error::x"),
            ("a\n \u{a0} ::add-mask::x\r::y\n", "a\n \u{a0} \\u{3a}:add-mask::x\r\\u{3a}:y\n"),
            ("a ##[error]b", "a #\\u{23}[error]b"),
            ("####vso[task.x]", "###\\u{23}vso[task.x]"),
            ("##teamcity[##[x]]", "#\\u{23}teamcity[#\\u{23}[x]]"),
        ];
        for (text, shown) in commands {
            assert_eq!(harmless(text), shown);
        }
        for text in ["a ::b ::", "std::vec", "## Title [x]", "# [a]", "##", "", "### a##b c[0]"] {
            assert_eq!(harmless(text), text);
        }
        assert_eq!(without_commands("{\"a\":\"##[x]\"}", "", "\\u0023"), "{\"a\":\"#\\u0023[x]\"}");
    }

    #[test]
    fn only_a_page_on_the_web_may_be_a_link() {
        assert!(is_web("https://a/b") && is_web("http://a.example/b?c#d_(e)"));
        for other in ["javascript:x", "command:x", "https://a b", "https://", "https://a\"b", "//a/b", ""] {
            assert!(!is_web(other), "{other}");
        }
    }

    #[test]
    fn controls_are_shown_and_letters_are_left() {
        assert_eq!(visible("\u{1b}[31mred\u{9b}\u{202e}\r\n\t"), r"\u{1b}[31mred\u{9b}\u{202e}\r\n\t");
        assert!(matches!(visible("“naïve” cafe\u{301} 日本\u{a0}!"), Cow::Borrowed(_)));
    }
}
