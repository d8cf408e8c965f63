//! Front matter of a page: where it ends, and what readers see of that of a Markdown file (title, description and
//! summary).

use serde::Deserialize;

use super::prose::Prose;
use crate::document::{BlockKind, Markup};
use crate::source::Source;
use crate::span::{Span, Src, border_before};
use crate::yaml;

/// Aliases that front matter may have.
const ALIASES: usize = 100;

/// The values that are prose; whatever else there is has no say.
#[derive(Deserialize)]
struct FrontMatter {
    title: Option<String>,
    description: Option<String>,
    summary: Option<String>,
}

/// The longest front matter that is read, in bytes.
const LONGEST: usize = 256 << 10;

/// Adds the prose of the front matter at `span`, its delimiters included, to `prose`.
///
/// A value counts if it stands in the line of its key as it is read: no escapes, no lines folded into one.
pub(super) fn read(source: &Source, span: Span<Src>, prose: &mut Prose<'_>) {
    if span.len() > LONGEST {
        return;
    }
    let text = source.slice(span);
    let inside = text.trim_end().get(3..).and_then(|text| text.get(..text.len().saturating_sub(3)));
    let inside = inside.unwrap_or_default();
    let values = match text.starts_with('+') {
        true => toml::from_str::<FrontMatter>(inside).ok(),
        false => yaml::read::<FrontMatter>(inside, ALIASES).ok(),
    };
    let Some(FrontMatter { title, description, summary }) = values else { return };
    let markup = prose.markup;
    let mut at = span.start;
    for line in text.split_inclusive('\n') {
        let keys = [("title", &title), ("description", &description), ("summary", &summary)];
        for (key, value) in keys {
            let after = line.strip_prefix(key).filter(|rest| rest.trim_start().starts_with([':', '=']));
            let (Some(after), Some(value)) = (after, value.as_deref()) else { continue };
            // To look for a long value in each of many short lines would take long.
            if after.len() < value.len() {
                continue;
            }
            let found = after.find(value).filter(|_| !value.trim().is_empty());
            let Some(found) = found else { continue };
            let start = at + key.len() + found;
            prose.markup = match after[..found].chars().next_back() {
                Some(mark @ ('"' | '\'')) => Markup::Quoted(mark),
                _ => Markup::Unquoted,
            };
            prose.kind = if key == "title" { BlockKind::Heading } else { BlockKind::Paragraph };
            prose.exact(Span::new(start, start + value.len()));
            prose.end();
        }
        at += line.len();
    }
    prose.markup = markup;
    prose.kind = BlockKind::Paragraph;
}

/// Where the text of a page begins that may have front matter: lines between two of `---` or `+++`, or a value of JSON.
pub(super) fn end(source: &Source) -> usize {
    let start = source.body_start();
    let text = &source.text()[start..];
    let end = if text.starts_with('{') { json_end(text) } else { lines_end(text) };
    start + end.filter(|&end| end <= LONGEST).unwrap_or(0)
}

/// The end of a JSON object that begins a text and fills its lines.
fn json_end(text: &str) -> Option<usize> {
    let within = &text[..border_before(text, text.len().min(LONGEST))];
    let mut values = serde_json::Deserializer::from_str(within).into_iter::<serde::de::IgnoredAny>();
    values.next()?.ok()?;
    let end = values.byte_offset();
    let rest = &text[end..];
    let line = rest.find('\n').unwrap_or(rest.len());
    rest[..line].trim().is_empty().then_some(end + line)
}

/// The end of the lines between two marks, if the first of them has a key.
fn lines_end(text: &str) -> Option<usize> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next()?;
    let mark = Some(first.trim_end()).filter(|mark| matches!(*mark, "---" | "+++"))?;
    let mut at = first.len();
    let mut has_key = false;
    for line in lines {
        let shown = line.trim_end();
        at += line.len();
        if at > LONGEST {
            return None;
        }
        if shown == mark || (mark == "---" && shown == "...") {
            return has_key.then_some(at);
        }
        if !has_key && !shown.is_empty() && !shown.starts_with('#') {
            let key = shown.split([':', '=']).next().map(str::trim_end).filter(|key| key.len() < shown.len());
            let is_key = |key: &str| key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
            has_key = key.is_some_and(|key| !key.is_empty() && is_key(key));
            if !has_key {
                return None;
            }
        }
    }
    None
}
