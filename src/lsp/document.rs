//! One open text: what the client has said of it, kept in step with every change.

use std::ops::Range as Bytes;
use std::path::PathBuf;

use gen_lsp_types::{Range, Uri};
use ropey::Rope;
use serde::Deserialize;

use super::MAX_TEXT;
use super::position::Encoding;
use crate::format::Format;

/// One change, as the client sends it.
///
/// The generated type would take a change whose range is broken for one of the whole text.
#[derive(Debug, Clone, Deserialize)]
pub struct Change {
    /// What is replaced; the whole text if there is none.
    pub range: Option<Range>,
    /// What stands there now.
    pub text: String,
}

/// Some bytes that were replaced by others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    /// The bytes that are gone, as they were counted before.
    pub old: Bytes<usize>,
    /// How many bytes stand there now.
    pub new: usize,
}

/// The text of a document, or that there is more of it than is checked.
#[derive(Debug, Clone)]
pub struct Text(Option<Rope>);

impl Text {
    /// Takes the text, unless it is longer than [`MAX_TEXT`].
    pub fn new(text: &str) -> Self {
        Self((text.len() <= MAX_TEXT).then(|| Rope::from_str(text)))
    }

    /// The text; `None` if it is too long.
    pub fn rope(&self) -> Option<&Rope> {
        self.0.as_ref()
    }

    /// Applies one change; gives what it has done, `None` if it was to a text that is, or becomes, too long.
    ///
    /// A text that has been given up comes back only with a change of the whole text.
    pub fn apply(&mut self, change: &Change, encoding: Encoding) -> Option<Splice> {
        let old_length = self.0.as_ref().map(Rope::len_bytes);
        let Some(range) = change.range else {
            *self = Self::new(&change.text);
            self.0.as_ref()?;
            return Some(Splice { old: 0..old_length.unwrap_or(0), new: change.text.len() });
        };
        let rope = self.0.as_mut()?;
        let old = encoding.bytes(rope, range);
        if rope.len_bytes() - old.len() + change.text.len() > MAX_TEXT {
            self.0 = None;
            return None;
        }
        let start = rope.byte_to_char(old.start);
        rope.remove(start..rope.byte_to_char(old.end));
        rope.insert(start, &change.text);
        Some(Splice { old, new: change.text.len() })
    }
}

/// An open document.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its name, as the client writes it.
    pub uri: Uri,
    /// The client's number for the state of the text.
    pub version: i32,
    /// Where it is on disk, if it is a file.
    pub path: Option<PathBuf>,
    /// How it is marked up.
    pub format: Format,
    /// What it says.
    pub text: Text,
}

impl Document {
    /// A document as it is opened; `language` is the client's name for what it is written in.
    pub fn new(uri: Uri, path: Option<PathBuf>, language: &str, version: i32, text: &str) -> Self {
        let format = format_of(language).unwrap_or_else(|| {
            let name = path.clone().unwrap_or_else(|| PathBuf::from(uri.as_ref()));
            Format::from_path(&name)
        });
        Self { uri, version, path, format, text: Text::new(text) }
    }
}

/// The format that a language of the protocol, or of an editor, stands for; `None` where the file name knows better.
fn format_of(language: &str) -> Option<Format> {
    match language.to_ascii_lowercase().as_str() {
        "markdown" | "quarto" | "rmd" => Some(Format::Markdown),
        "html" | "xhtml" => Some(Format::Html),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use gen_lsp_types::Position;
    use proptest::prelude::*;

    use super::*;

    fn change(from: (u32, u32), to: (u32, u32), text: &str) -> Change {
        let at = |(line, character)| Position { line, character };
        Change { range: Some(Range { start: at(from), end: at(to) }), text: text.to_owned() }
    }

    fn shown(text: &Text) -> String {
        text.rope().map(ToString::to_string).unwrap_or_default()
    }

    #[test]
    fn changes_are_applied_one_after_the_other() {
        let mut text = Text::new("one\ntwo");
        let splice = text.apply(&change((0, 3), (1, 0), " "), Encoding::Utf16);
        assert_eq!(splice, Some(Splice { old: 3..4, new: 1 }));
        text.apply(&change((0, 7), (0, 7), "!"), Encoding::Utf16);
        assert_eq!(shown(&text), "one two!");
    }

    #[test]
    fn a_text_that_grows_too_long_is_given_up_until_it_is_sent_whole() {
        let mut text = Text::new(&"x".repeat(MAX_TEXT));
        assert!(text.rope().is_some());
        assert_eq!(text.apply(&change((0, 0), (0, 0), "x"), Encoding::Utf16), None);
        assert_eq!(text.apply(&change((0, 0), (0, 5), ""), Encoding::Utf16), None);
        assert!(text.rope().is_none());
        text.apply(&Change { range: None, text: "short".to_owned() }, Encoding::Utf16);
        assert_eq!(shown(&text), "short");
        assert!(Text::new(&"x".repeat(MAX_TEXT + 1)).rope().is_none());
    }

    #[test]
    fn the_language_says_the_format_and_the_name_where_it_does_not() {
        let format = |language, name: &str| {
            let uri = Uri::from(format!("file:///{name}"));
            Document::new(uri, Some(PathBuf::from(name)), language, 0, "").format
        };
        assert_eq!(format("markdown", "a.txt"), Format::Markdown);
        assert_eq!(format("plaintext", "a.md"), Format::Markdown);
        assert_eq!(format("plaintext", "a.txt"), Format::Plain);
        assert_eq!(format("HTML", "a"), Format::Html);
        let unnamed = Document::new("untitled:Untitled-1".into(), None, "plaintext", 0, "");
        assert_eq!(unnamed.format, Format::Plain);
    }

    /// What a client keeps: lines of characters with their ends, edited without any of the code above.
    #[derive(Debug, Clone)]
    struct Client(Vec<char>);

    impl Client {
        /// Where each line begins and where it ends without its line end, in characters.
        fn lines(&self) -> Vec<(usize, usize)> {
            let mut lines = Vec::new();
            let (mut start, mut at) = (0, 0);
            while at < self.0.len() {
                let end = match (self.0[at], self.0.get(at + 1)) {
                    ('\r', Some('\n')) => 2,
                    ('\r' | '\n', _) => 1,
                    _ => 0,
                };
                if end > 0 {
                    lines.push((start, at));
                    start = at + end;
                }
                at += end.max(1);
            }
            lines.push((start, self.0.len()));
            lines
        }

        fn position(&self, at: usize, encoding: Encoding) -> (Position, usize) {
            let lines = self.lines();
            let line = lines.partition_point(|(start, _)| *start <= at) - 1;
            // A cursor does not stand between CR and LF.
            let at = at.min(lines[line].1);
            let units = |c: &char| match encoding {
                Encoding::Utf8 => c.len_utf8(),
                Encoding::Utf16 => c.len_utf16(),
                Encoding::Utf32 => 1,
            };
            let column: usize = self.0[lines[line].0..at].iter().map(units).sum();
            (Position { line: line as u32, character: column as u32 }, at)
        }

        /// Replaces the characters between two places, given as shares of the whole, and says so as a change.
        fn edit(&mut self, places: (f64, f64), text: &str, encoding: Encoding) -> Change {
            let at = |share: f64| (share * self.0.len() as f64).round() as usize;
            let (a, b) = (at(places.0), at(places.1));
            let ((start, from), (end, to)) =
                (self.position(a.min(b), encoding), self.position(a.max(b), encoding));
            self.0.splice(from..to, text.chars());
            Change { range: Some(Range { start, end }), text: text.to_owned() }
        }
    }

    fn piece() -> impl Strategy<Value = String> {
        const PARTS: [&str; 12] =
            ["a", "word ", "é", "—", "😀", "👩‍👩‍👧", "\n", "\r\n", "\r", "\u{2028}", "e\u{301}", ""];
        prop::collection::vec(prop::sample::select(&PARTS[..]), 0..6).prop_map(|parts| parts.concat())
    }

    fn place() -> impl Strategy<Value = f64> {
        prop_oneof![Just(0.0), Just(1.0), 0.0..1.0]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

        /// 100 texts with 10 or more edits each: however they come, server and client have the same text.
        #[test]
        fn the_text_is_that_of_the_client(
            start in piece(),
            edits in prop::collection::vec(((place(), place()), piece()), 10..30),
            encoding in prop::sample::select(&[Encoding::Utf8, Encoding::Utf16, Encoding::Utf32][..]),
        ) {
            let mut client = Client(start.chars().collect());
            let mut text = Text::new(&start);
            for (places, piece) in edits {
                let before = shown(&text);
                let change = client.edit(places, &piece, encoding);
                let splice = text.apply(&change, encoding).expect("short");
                let after: String = client.0.iter().collect();
                prop_assert_eq!(shown(&text), after.as_str());
                // What is said to have changed has changed, and nothing else.
                let spliced = [&before[..splice.old.start], piece.as_str(), &before[splice.old.end..]].concat();
                prop_assert_eq!(spliced, after);
            }
        }
    }
}
