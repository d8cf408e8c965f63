//! What readers see of the front matter of a Markdown file: title, description and summary.

use serde::Deserialize;

use super::prose::Prose;
use crate::document::{BlockKind, Markup};
use crate::source::Source;
use crate::span::{Span, Src};
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
