//! Message catalogues of gettext (PO) to segments: the translations, each a text of its own.
//!
//! Read is what stands in `msgstr` and `msgstr[n]`. The strings of one message over several lines are one text, with
//! gaps between the lines. What stands for something else (`%s`, `%(name)s`, `{count}`) is shown as a placeholder, and
//! tags are read as HTML. Left out are messages that are fuzzy, obsolete or without a translation, the header, and the
//! whole catalogue if its header names another language than English.
//!
//! The parsers of PO that are kept up give values without places, so the lines are taken apart here. The format makes that
//! simple: a keyword, perhaps an index, and strings in double quotes with the escapes of C, one a line.

use std::sync::LazyLock;

use regex::Regex;

use super::held::Held;
use super::is_english;
use crate::document::{Document, Markup, Projection};
use crate::source::Source;
use crate::span::{Span, Src};

/// What a program puts something in the place of: the conversions of C and Python, the braces of Python, Qt and
/// JavaScript, the names of Ruby and Drupal.
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?x)
        % [a-z_]+ % | % (?: \d+\$ )? (?: \( [^)\s]* \) )? [-+\#0]* (?: \d+ | \* )? (?: \. (?: \d+ | \* ) )?
            (?: hh? | ll? | [qjztL] )? [diouxXeEfFgGaAcCsSpnm@]
        | % \{ [^}\s]* \} | % (?: L? \d+ ) | \$? \{ [^{}\n]* \} | %%
        | \B @ [a-z_]+ \b";
    Regex::new(pattern).expect("the pattern is a constant that a test compiles")
});

/// Reads a catalogue.
pub(super) fn read(source: &Source) -> Document<'_> {
    let mut reader = Reader {
        source,
        held: Held::new(source, Markup::Message),
        fuzzy: false,
        is_header: false,
        open: None,
        english: true,
    };
    let mut at = source.body_start();
    for line in source.text()[at..].split_inclusive('\n') {
        reader.line(at, line);
        if !reader.english {
            break;
        }
        at += line.len();
    }
    reader.end();
    if !reader.english {
        return Held::new(source, Markup::None).finish();
    }
    reader.held.finish()
}

struct Reader<'s> {
    source: &'s Source,
    held: Held<'s>,
    /// Whether the message that comes is marked as fuzzy.
    fuzzy: bool,
    /// Whether the message has an empty `msgid` and no context: the header.
    is_header: bool,
    open: Option<Open<'s>>,
    english: bool,
}

/// The strings that a keyword has so far.
enum Open<'s> {
    /// A text to be translated, of which it matters only whether it is empty.
    Original { empty: bool },
    /// A translation.
    Translation(Projection<'s>),
    /// Something else.
    Other,
}

impl<'s> Reader<'s> {
    fn line(&mut self, at: usize, line: &'s str) {
        let text = line.trim();
        let start = at + (line.len() - line.trim_start().len());
        if text.starts_with('"') {
            self.string(start, text);
            return;
        }
        // A comment or another keyword ends the strings of the last one; so does a blank line.
        let translated = matches!(self.open, Some(Open::Translation(_)));
        self.end();
        if translated && !text.starts_with("msgstr") {
            (self.fuzzy, self.is_header) = (false, false);
        }
        if let Some(comment) = text.strip_prefix('#') {
            if let Some(flags) = comment.strip_prefix(',') {
                self.fuzzy |= flags.split(',').any(|flag| flag.trim() == "fuzzy");
            }
            return;
        }
        let Some(quote) = text.find('"') else { return };
        let keyword = text[..quote].trim_end();
        self.open = Some(match keyword {
            "msgid" => Open::Original { empty: true },
            "msgctxt" | "msgid_plural" => Open::Other,
            _ if keyword.starts_with("msgstr") => Open::Translation(Projection::new(self.source)),
            _ => Open::Other,
        });
        self.string(start + quote, &text[quote..]);
    }

    /// A string with its marks. What is broken makes the text no translation: nobody knows where it would end.
    fn string(&mut self, start: usize, text: &str) {
        let inside = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).filter(|t| is_string(t));
        let Some(inside) = inside else {
            self.open = Some(Open::Other);
            return;
        };
        match &mut self.open {
            Some(Open::Original { empty }) => *empty &= inside.is_empty(),
            Some(Open::Translation(projection)) => {
                unescape(projection, Span::new(start + 1, start + 1 + inside.len()), inside);
            }
            Some(Open::Other) | None => {}
        }
    }

    /// Ends the strings of a keyword.
    fn end(&mut self) {
        match self.open.take() {
            Some(Open::Original { empty }) => self.is_header = empty,
            Some(Open::Translation(text)) if self.is_header => {
                let language = text.text().lines().find_map(|line| line.strip_prefix("Language:"));
                let language = language.unwrap_or_default().trim().to_ascii_lowercase();
                self.english = language.is_empty() || is_english(&language);
            }
            Some(Open::Translation(text)) if !self.fuzzy => self.held.text(text, None, None),
            _ => {}
        }
    }
}

/// Whether a text can stand between marks: every mark in it is escaped, and so is not the one after it.
fn is_string(text: &str) -> bool {
    let mut escaped = false;
    for byte in text.bytes() {
        match (escaped, byte) {
            (false, b'"') => return false,
            (_, b'\\') => escaped = !escaped,
            _ => escaped = false,
        }
    }
    !escaped
}

/// Adds the text of a string to `projection`.
fn unescape(projection: &mut Projection<'_>, span: Span<Src>, text: &str) {
    let mut at = 0;
    let place = |from: usize, to: usize| Span::new(span.start + from, span.start + to);
    let mut holes = PLACEHOLDER.find_iter(text).peekable();
    let escape_from = |at: usize| text[at..].find('\\').map_or(text.len(), |found| at + found);
    let mut escape = escape_from(0);
    while at < text.len() {
        while holes.next_if(|hole| hole.start() < at).is_some() {}
        // The next one stays the next one until it is behind: there may be very many holes before it.
        if escape < at {
            escape = escape_from(at);
        }
        let hole = holes.peek().map_or(text.len(), regex::Match::start);
        let plain = escape.min(hole);
        projection.exact(place(at, plain));
        at = plain;
        if at == text.len() {
            break;
        }
        if hole <= escape {
            let end = holes.next().map_or(text.len(), |hole| hole.end());
            match &text[at..end] {
                "%%" => projection.folded(place(at, end), "%"),
                _ => projection.opaque(place(at, end)),
            }
            at = end;
            continue;
        }
        let escaped = text[at + 1..].chars().next();
        let end = at + 1 + escaped.map_or(0, char::len_utf8);
        match escaped {
            Some('n') => projection.folded(place(at, end), "\n"),
            Some('t') => projection.folded(place(at, end), "\t"),
            Some(mark @ ('"' | '\\')) => projection.folded(place(at, end), mark.encode_utf8(&mut [0; 4])),
            _ => projection.opaque(place(at, end)),
        }
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        let source = Source::from_text(text).expect("short");
        read(&source).segments.iter().map(|s| s.text.to_string()).collect()
    }

    #[test]
    fn translations_are_read_and_nothing_else() {
        let text = r#"
# the the
msgid ""
msgstr ""
"Language: en_GB\n"
"Content-Type: text/plain; charset=UTF-8\n"

#. the the
#: a.c:1
#, c-format
msgctxt "menu"
msgid "Le le chat"
msgstr "The cat has %d %s"

msgid ""
"Un chien "
"et un chat"
msgid_plural "le le"
msgstr[0] ""
"A dog and "
"\"a\" cat.\n"
"It is late."
msgstr[1] "Dogs: 100%% {0}."

#, fuzzy, c-format
#| msgid "Chat"
msgid "Chien"
msgstr "Doubtful"

msgid "Vide"
msgstr ""

msgid "Chat"
msgstr "<b>Cat</b> &amp; it"

#~ msgid "Alt"
#~ msgstr "Old"
"#;
        let expected = [
            "The cat has \u{fffc} \u{fffc}",
            "A dog and \"a\" cat.",
            "It is late.",
            "Dogs: 100% \u{fffc}.",
            "Cat & it",
        ];
        assert_eq!(texts(text), expected);
        assert_eq!(texts(&text.replace("en_GB", "")), expected);
        assert!(texts(&text.replace("en_GB", "fr")).is_empty());
        assert_eq!(texts(&text.replace('\n', "\r\n")), expected);
    }

    #[test]
    fn placeholders_are_no_prose_and_percentages_are() {
        let one = |text: &str| texts(&format!("msgid \"x\"\nmsgstr \"{text}\"\n")).concat();
        assert_eq!(one("%(name)s of %1$s and %-5.2f, %{n}, ${x}, %1."), "￼ of ￼ and ￼, ￼, ￼, ￼.");
        assert_eq!(
            one("100 % of it, 5% off, @count, me@example.org"),
            "100 % of it, 5% off, ￼, me@example.org"
        );
    }

    /// Found by fuzzing: the mark was taken for one of the text, and its fix broke the string at another place.
    #[test]
    fn a_mark_that_is_not_escaped_was_taken_for_text() {
        assert!(texts("msgid \"a\"\nmsgstr \"the \"courage” of it\"\n").is_empty());
        assert!(texts("msgid \"a\"\nmsgstr \"The end\"\n\"the \"courage” of it\"\n").is_empty());
    }

    #[test]
    fn what_is_broken_gives_text_or_nothing() {
        assert!(
            texts("msgstr").is_empty()
                && texts("\"\n\"").is_empty()
                && texts("msgid \"a\nmsgstr \"b").is_empty()
        );
        assert_eq!(texts("msgid \"a\"\nmsgstr \"The end\\q\\\\\"").len(), 1);
        assert!(texts("msgid \"a\"\nmsgstr \"The end\\\"").is_empty());
        assert!(texts(&"\"a\"\n".repeat(50_000)).is_empty());
        assert!(!texts(&format!("msgid \"a\"\nmsgstr \"\"\n{}", "\"word \"\n".repeat(50_000))).is_empty());
    }
}
