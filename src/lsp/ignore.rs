//! Two ways to have a finding no more: a comment above its line, or the rule left out in `mtlint.toml`.

use ropey::Rope;
use toml_edit::{Array, DocumentMut, Item, Table, Value};

use crate::diagnostic::Diagnostic;
use crate::format::Format;

/// What is written for the reason, to be replaced by a person.
const REASON: &str = "say why";

/// A comment that has the line after it left out for one rule, and the byte to put it at.
///
/// `None` where a comment would be text, or would change how the document is read: in plain text, in the middle of a
/// paragraph of Markdown, in a tag.
pub(super) fn comment(text: &Rope, format: Format, found: &Diagnostic) -> Option<(usize, String)> {
    let line = text.byte_to_line(found.span.start.min(text.len_bytes()));
    let start = text.line_to_byte(line);
    let is_blank = |line: usize| text.line(line).chars().all(char::is_whitespace);
    let fits = match format {
        // There is no comment in these.
        Format::Plain | Format::Json | Format::JsonLines | Format::Po | Format::Xliff | Format::Docx => false,
        Format::Markdown => line == 0 || is_blank(line - 1),
        Format::Html => !is_in_tag(text, start),
    };
    if !fits {
        return None;
    }
    let content = text.line(line);
    // A byte order mark stays where it is.
    let mark = if content.chars().next() == Some('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let indent: String = content.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
    let comment = format!("<!-- mtlint-disable-next-line {}: {REASON} -->", found.rule);
    Some((start + mark, format!("{indent}{comment}{}", line_end(text))))
}

/// Whether the nearest angle bracket before `byte` opens something.
fn is_in_tag(text: &Rope, byte: usize) -> bool {
    let mut before = text.chars_at(text.byte_to_char(byte));
    before.reverse();
    before.find(|c| matches!(c, '<' | '>')) == Some('<')
}

/// The line end of the first line.
fn line_end(text: &Rope) -> &'static str {
    let first = text.line(0);
    let last = |back: usize| first.len_chars().checked_sub(back).map(|at| first.char(at));
    match (last(2), last(1)) {
        (Some('\r'), Some('\n')) => "\r\n",
        (_, Some('\r')) => "\r",
        _ => "\n",
    }
}

/// The text of a config with `rule` among the rules that are left out; comments and layout stay.
///
/// # Errors
/// With the reason, if `text` is no config that can be added to.
pub(super) fn in_config(text: &str, rule: &str) -> Result<String, String> {
    let mut config: DocumentMut = text
        .parse()
        .map_err(|error: toml_edit::TomlError| format!("mtlint.toml is not TOML: {}", error.message()))?;
    if !text.is_empty() && config.get("rules").is_none() {
        // At the end, so that no comment comes to stand in the new table.
        let end = if text.ends_with('\n') { "" } else { "\n" };
        return Ok(format!("{text}{end}\n{}", in_config("", rule)?));
    }
    let rules = config.entry("rules").or_insert_with(|| Item::Table(Table::new()));
    let rules = rules.as_table_like_mut().ok_or("`rules` in mtlint.toml is no table")?;
    let ignore = rules.entry("ignore").or_insert_with(|| Array::new().into());
    let ignore = ignore.as_array_mut().ok_or("`rules.ignore` in mtlint.toml is no list")?;
    if ignore.iter().any(|one| one.as_str() == Some(rule)) {
        return Ok(text.to_owned());
    }
    let mut value = Value::from(rule);
    // A list with one name a line goes on like that.
    let prefix = ignore.iter().last().and_then(|last| last.decor().prefix()?.as_str());
    match prefix.filter(|prefix| prefix.contains('\n')) {
        Some(prefix) => {
            let indent = prefix.rsplit('\n').next().unwrap_or_default();
            value.decor_mut().set_prefix(format!("\n{indent}"));
            ignore.push_formatted(value);
        }
        None => ignore.push(value),
    }
    Ok(config.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::span::Span;

    fn found(at: usize) -> Diagnostic {
        Diagnostic {
            rule: "a/b".into(),
            severity: Severity::Warning,
            message: "m".to_owned(),
            why_url: None,
            span: Span::at(at),
            fixes: Vec::new(),
            priority: 0,
            fingerprint: crate::diagnostic::Fingerprint::default(),
        }
    }

    fn commented(text: &str, format: Format, word: &str) -> Option<String> {
        let at = text.find(word).expect("it is there");
        let (byte, comment) = comment(&Rope::from_str(text), format, &found(at))?;
        Some(format!("{}{comment}{}", &text[..byte], &text[byte..]))
    }

    #[test]
    fn a_comment_stands_above_its_line() {
        let comment = "<!-- mtlint-disable-next-line a/b: say why -->";
        let cases = [
            ("x\n", format!("{comment}\nx\n")),
            ("a\r\n\r\n  x", format!("a\r\n\r\n  {comment}\r\n  x")),
            ("\u{feff}x\n", format!("\u{feff}{comment}\nx\n")),
        ];
        for (text, expected) in cases {
            assert_eq!(commented(text, Format::Markdown, "x"), Some(expected));
        }
    }

    #[test]
    fn a_comment_never_changes_how_the_document_is_read() {
        assert_eq!(commented("x", Format::Plain, "x"), None);
        assert_eq!(commented("a paragraph\nthat goes on: x", Format::Markdown, "x"), None);
        assert_eq!(commented("<img\nalt='x'>", Format::Html, "x"), None);
        assert!(commented("<p>a\nx</p>", Format::Html, "x").is_some());
    }

    #[test]
    fn a_config_keeps_its_comments() {
        let cases = [
            ("", "[rules]\nignore = [\"a/b\"]\n"),
            ("# mine\nsource = 'fr' # yes\n", "# mine\nsource = 'fr' # yes\n\n[rules]\nignore = [\"a/b\"]\n"),
            ("[rules]\nignore = ['x'] # why\n", "[rules]\nignore = ['x', \"a/b\"] # why\n"),
            ("rules.ignore = []\n", "rules.ignore = [\"a/b\"]\n"),
            (
                "[rules]\nignore = [\n  # first\n  'x',\n]\n",
                "[rules]\nignore = [\n  # first\n  'x',\n  \"a/b\",\n]\n",
            ),
            ("[rules]\nignore = ['a/b']\n", "[rules]\nignore = ['a/b']\n"),
        ];
        for (text, expected) in cases {
            assert_eq!(in_config(text, "a/b").as_deref(), Ok(expected));
        }
        let (template, rule) = (crate::config::TEMPLATE, "a/b");
        let added = in_config(template, rule).expect("a config");
        let read = crate::config::parse("mtlint.toml".as_ref(), added).expect("a config").config;
        assert_eq!(read.rules.ignore[0].get_ref(), rule);
        for wrong in ["rules = 3", "[rules]\nignore = 'x'", "="] {
            assert!(in_config(wrong, rule).is_err(), "{wrong}");
        }
    }
}
