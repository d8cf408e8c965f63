//! JSON and JSON Lines to segments: the strings of chosen fields (see [`Fields`]), each a text of its own.
//!
//! The values are found by `jsonc-parser`, which keeps places, set to plain JSON; it ends at a depth of 512. A file that
//! is no JSON has no prose, but control characters in a string need not be escaped: many a program writes line breaks as
//! they are. Of JSON Lines each line stands for itself. Escapes are shown as what they stand for, and a blank line in a text
//! parts its paragraphs. A text that looks like HTML is read as such.

use jsonc_parser::ast::Value;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::fields::{self, Fields};
use super::held::Held;
use crate::document::{Document, Markup, Projection};
use crate::source::Source;
use crate::span::{Span, Src};

/// Plain JSON and nothing else.
const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Reads JSON.
pub(super) fn read<'s>(source: &'s Source, fields: &Fields) -> Document<'s> {
    let mut held = Held::new(source, Markup::Quoted('"'));
    value(source, Span::new(source.body_start(), source.text().len()), fields, &mut held);
    held.finish()
}

/// Reads JSON Lines: one value a line.
pub(super) fn read_lines<'s>(source: &'s Source, fields: &Fields) -> Document<'s> {
    let mut held = Held::new(source, Markup::Quoted('"'));
    let mut at = source.body_start();
    for line in source.text()[at..].split_inclusive('\n') {
        value(source, Span::new(at, at + line.len()), fields, &mut held);
        at += line.len();
    }
    held.finish()
}

/// Reads the one value at `span`.
fn value<'s>(source: &'s Source, span: Span<Src>, fields: &Fields, held: &mut Held<'s>) {
    let Ok(parsed) = parse_to_ast(source.slice(span), &CollectOptions::default(), &STRICT) else { return };
    if let Some(value) = &parsed.value {
        Walk { source, base: span.start, fields, held }.value(value, &mut Vec::new());
    }
}

struct Walk<'w, 's> {
    source: &'s Source,
    /// Where in the file the value begins that places are relative to.
    base: usize,
    fields: &'w Fields,
    held: &'w mut Held<'s>,
}

impl Walk<'_, '_> {
    /// Follows `value` at `path`; as deep as the parser goes.
    fn value<'v>(&mut self, value: &'v Value<'_>, path: &mut Vec<&'v str>) {
        match value {
            Value::Object(object) => {
                for property in &object.properties {
                    path.push(property.name.as_str());
                    self.value(&property.value, path);
                    path.pop();
                }
            }
            // An array is the same field, several times.
            Value::Array(array) => array.elements.iter().for_each(|element| self.value(element, path)),
            Value::StringLit(string) => {
                if let Some(format) = self.fields.choose(path) {
                    let kind = path.last().and_then(|key| fields::kind(key));
                    // Without the marks around it.
                    let (start, end) = (self.base + string.range.start + 1, self.base + string.range.end - 1);
                    let text = unescaped(self.source, Span::new(start, end));
                    self.held.text(text, format, kind);
                }
            }
            Value::NumberLit(_) | Value::BooleanLit(_) | Value::NullKeyword(_) => {}
        }
    }
}

/// The text of a string, without its marks.
fn unescaped(source: &Source, span: Span<Src>) -> Projection<'_> {
    let mut text = Projection::new(source);
    let mut at = span.start;
    while at < span.end {
        let rest = source.slice(Span::new(at, span.end));
        let plain = rest.find('\\').unwrap_or(rest.len());
        text.exact(Span::new(at, at + plain));
        let (length, shown) = match escape(&rest[plain..]) {
            Some(escape) => escape,
            None => break,
        };
        let place = Span::new(at + plain, at + plain + length);
        match shown {
            Some(shown) => text.folded(place, &shown),
            None => text.opaque(place),
        }
        at = place.end;
    }
    text
}

/// The escape that `text` begins with: its length, and what it stands for if that is a character.
fn escape(text: &str) -> Option<(usize, Option<String>)> {
    let unit = |text: &str| text.starts_with("\\u").then_some(6).filter(|end| text.is_char_boundary(*end));
    let decoded = |length: usize| {
        let written = text.get(..length)?;
        serde_json::from_str::<String>(&format!("\"{written}\"")).ok()
    };
    let kind = text.chars().nth(1)?;
    let Some(length) = unit(text) else { return Some((1 + kind.len_utf8(), decoded(2))) };
    if let Some(shown) = decoded(length) {
        return Some((length, Some(shown)));
    }
    // The first half of a character beyond U+FFFF.
    let pair = text.get(length..).and_then(unit).map(|second| length + second);
    let shown = pair.and_then(decoded);
    Some((pair.filter(|_| shown.is_some()).unwrap_or(length), shown))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::BlockKind;
    use proptest::prelude::*;

    fn shown(text: &str, chosen: &[&str]) -> Vec<(BlockKind, String)> {
        let fields =
            Fields::new(&chosen.iter().map(ToString::to_string).collect::<Vec<_>>()).expect("fields");
        let source = Source::from_text(text).expect("short");
        read(&source, &fields).segments.iter().map(|s| (s.kind, s.text.to_string())).collect()
    }

    fn texts(text: &str, chosen: &[&str]) -> Vec<String> {
        shown(text, chosen).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn chosen_fields_are_read_and_nothing_else() {
        let text = r#"{"title": "The old market", "id": "the the", "article": {"body": ["One is here.", "Two."], "n": 1}}"#;
        assert_eq!(texts(text, &[]), ["The old market", "One is here.", "Two."]);
        assert_eq!(texts(text, &["article.body"]), ["One is here.", "Two."]);
        assert_eq!(texts(text, &["id"]), ["the the"]);
        assert_eq!(shown(text, &[])[0].0, BlockKind::Heading);
    }

    #[test]
    fn escapes_are_shown_as_what_they_stand_for() {
        let text = r#"{"text": "The \u201cold\u201d caf\u00e9 \ud83d\ude00 \"is\" here.\n\nIt \\ was.\t!"}"#;
        assert_eq!(texts(text, &[]), ["The “old” café 😀 \"is\" here.", "It \\ was.\t!"]);
        assert!(texts(r#"{"text": "Half \ud83d a pair."}"#, &[]).is_empty(), "that is no JSON to the reader");
    }

    /// Without the doubled word the file became JSON, which was taken for damage.
    #[test]
    fn a_line_break_that_is_not_escaped_went_with_a_doubled_word() {
        let text = "{\"text\": \"The court heard the mayor, who said that he had not seen as many people in\nin the \
                    market of the old town before that day.\"}";
        assert_eq!(texts(text, &[]).len(), 1);
        let source = Source::from_text(text).expect("short");
        let document = read(&source, &Fields::default());
        let segment = &document.segments[0];
        let doubled = segment.text.find(" in in").map(|at| Span::new(at + 3, at + 6));
        let place = doubled.and_then(|span| segment.edit(span, ""));
        assert_eq!(place.map(|place| source.slice(place)), Some("\nin"));
    }

    #[test]
    fn a_text_may_be_html_or_markdown() {
        let text = r#"{"body": "<p>The <b>old</b>\nmarket</p><p>&amp; \"it\".</p>"}"#;
        assert_eq!(texts(text, &[]), ["The old market", "& \"it\"."]);
        assert_eq!(texts(r#"{"body": "The *old* one."}"#, &["body:markdown"]), ["The old one."]);
        assert_eq!(texts(r#"{"body": "The *old* one."}"#, &["body"]), ["The *old* one."]);
    }

    #[test]
    fn each_line_of_json_lines_stands_for_itself() {
        let text = "\u{feff}{\"text\": \"One is here.\"}\n\n{broken\n{\"text\": \"Two is here.\"}";
        let source = Source::from_text(text).expect("short");
        let document = read_lines(&source, &Fields::default());
        let texts: Vec<(&str, usize)> = document.segments.iter().map(|s| (&*s.text, s.part)).collect();
        assert_eq!(texts, [("One is here.", 0), ("Two is here.", 1)]);
    }

    #[test]
    fn what_is_broken_or_deep_gives_nothing() {
        assert!(texts("{\"text\": \"One", &[]).is_empty());
        assert!(texts("{'text': 'One is here.'}", &[]).is_empty());
        assert!(texts("", &[]).is_empty());
        assert!(texts(&"[".repeat(100_000), &["*"]).is_empty());
        assert!(texts(&"{\"text\":".repeat(100_000), &["*"]).is_empty());
    }

    proptest! {
        #[test]
        fn strings_are_read_as_another_parser_reads_them(value in "[a-e\"\\\\/é“😀\t{}]{0,20}", ascii in any::<bool>()) {
            let mut written = serde_json::to_string(&value).expect("a string");
            if ascii {
                let unit = |c: char| match c.is_ascii() {
                    true => c.to_string(),
                    false => c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
                };
                written = written.chars().map(unit).collect();
            }
            let source = Source::from_text(written.clone()).expect("short");
            let text = unescaped(&source, Span::new(1, written.len() - 1));
            prop_assert_eq!(text.text(), value);
        }
    }
}
