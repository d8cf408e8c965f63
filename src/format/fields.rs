//! Which values of a JSON file are prose: paths of keys.

use std::str::FromStr;

use super::Format;
use crate::document::BlockKind;

/// What is read if nobody says otherwise: the names that content systems give to what readers see.
pub const DEFAULT_FIELDS: [&str; 10] =
    ["title", "headline", "subtitle", "deck", "description", "summary", "body", "text", "content", "caption"];

/// A chosen field: a name at any depth (`body`), or a path from the top (`article.*.body`), with the format of its
/// text if that is not to be guessed (`body:html`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Field {
    keys: Vec<String>,
    format: Option<Format>,
}

/// Why a text names no field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” names no field: write a key (body), a path of keys (article.body, items.*.text), or either with \
     a format (body:html, body:markdown, body:plain)"
)]
pub struct FieldError(String);

impl FromStr for Field {
    type Err = FieldError;

    fn from_str(written: &str) -> Result<Self, FieldError> {
        let wrong = || FieldError(written.to_owned());
        let (path, format) = match written.trim().rsplit_once(':') {
            Some((path, format)) => (path, Some(format)),
            None => (written.trim(), None),
        };
        let format = match format {
            None => None,
            Some("html") => Some(Format::Html),
            Some("markdown") => Some(Format::Markdown),
            Some("plain") => Some(Format::Plain),
            Some(_) => return Err(wrong()),
        };
        let keys: Vec<String> = path.split('.').map(str::to_owned).collect();
        if keys.iter().any(String::is_empty) {
            return Err(wrong());
        }
        Ok(Self { keys, format })
    }
}

/// The chosen fields of JSON files, the first that fits first.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fields(Vec<Field>);

impl Default for Fields {
    fn default() -> Self {
        let named = |name: &str| Field { keys: vec![name.to_owned()], format: None };
        Self(DEFAULT_FIELDS.map(named).to_vec())
    }
}

impl Fields {
    /// The fields that are written so, or [`DEFAULT_FIELDS`] if there are none.
    ///
    /// # Errors
    /// With the first that names no field.
    pub fn new(written: &[String]) -> Result<Self, FieldError> {
        if written.is_empty() {
            return Ok(Self::default());
        }
        written.iter().map(|field| field.parse()).collect::<Result<_, _>>().map(Self)
    }

    /// The format of a value at this path of keys, if it is chosen.
    pub(super) fn choose(&self, path: &[&str]) -> Option<Option<Format>> {
        let is = |wanted: &String, key: &&str| wanted == "*" || wanted == key;
        let fits = |field: &&Field| match &field.keys[..] {
            [name] => path.last().is_some_and(|key| is(name, key)),
            keys => keys.len() == path.len() && keys.iter().zip(path).all(|(wanted, key)| is(wanted, key)),
        };
        self.0.iter().find(fits).map(|field| field.format)
    }
}

/// What kind of block the value of a key is, if its name says so.
pub(super) fn kind(key: &str) -> Option<BlockKind> {
    match key {
        "title" | "headline" => Some(BlockKind::Heading),
        "subtitle" | "deck" | "standfirst" => Some(BlockKind::Deck),
        "caption" => Some(BlockKind::Caption),
        "byline" => Some(BlockKind::Byline),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(written: &[&str]) -> Fields {
        Fields::new(&written.iter().map(ToString::to_string).collect::<Vec<_>>()).expect("fields")
    }

    #[test]
    fn names_fit_at_any_depth_and_paths_from_the_top() {
        let chosen = fields(&["body", "article.*.text:html"]);
        assert_eq!(chosen.choose(&["a", "b", "body"]), Some(None));
        assert_eq!(chosen.choose(&["article", "x", "text"]), Some(Some(Format::Html)));
        assert_eq!(chosen.choose(&["article", "text"]), None);
        assert_eq!(chosen.choose(&["x", "article", "x", "text"]), None);
        assert_eq!(chosen.choose(&[]), None);
        assert_eq!(fields(&[]).choose(&["caption"]), Some(None));
        assert_eq!(fields(&["*"]).choose(&["a", "b"]), Some(None));
    }

    #[test]
    fn what_names_no_field_is_refused() {
        for wrong in ["", "a..b", ".a", "body:pdf", ":html"] {
            assert!(wrong.parse::<Field>().is_err(), "{wrong}");
        }
    }
}
