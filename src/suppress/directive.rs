//! What a comment tells mtlint: `<!-- mtlint-disable-next-line fr-en/idioms, tag:x: the reason -->`.

use std::ops::Range;

/// What every word to mtlint begins with.
const PREFIX: &str = "mtlint-";

/// The words that are understood.
const WORDS: [(&str, Kind); 4] = [
    ("mtlint-disable-next-line", Kind::NextLine),
    ("mtlint-disable-file", Kind::File),
    ("mtlint-disable", Kind::Disable),
    ("mtlint-enable", Kind::Enable),
];

/// The longest word, in bytes, for which a similar one is looked for.
const LONGEST_SLIP: usize = 100;

/// How far a comment reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Over the block that follows, or the next line.
    NextLine,
    /// From here on.
    Disable,
    /// Ends what `Disable` began.
    Enable,
    /// Over the whole file.
    File,
}

/// A comment that is for mtlint.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Directive<'c> {
    pub(super) kind: Kind,
    /// What it names, with the place of each in the comment; empty: everything.
    pub(super) names: Vec<(&'c str, Range<usize>)>,
}

/// Why a comment for mtlint is not understood.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    pub(super) what: String,
    /// The word that was meant, and the place of the one that stands there.
    pub(super) meant: Option<(&'static str, Range<usize>)>,
}

/// What the whole comment, delimiters included, tells mtlint; `None` if it speaks to somebody else.
///
/// If it `suggests`, the word that was meant is looked for, which takes time.
pub(super) fn parse(comment: &str, suggests: bool) -> Option<Result<Directive<'_>, Malformed>> {
    let inside = comment.strip_prefix("<!--")?;
    let inside = inside.strip_suffix("-->").unwrap_or(inside);
    let start = "<!--".len() + (inside.len() - inside.trim_start().len());
    let text = inside.trim();
    if !text.starts_with(PREFIX) {
        return None;
    }
    let length = text.find(|c: char| c == ':' || c == ',' || c.is_whitespace()).unwrap_or(text.len());
    let word = &text[..length];
    let Some((_, kind)) = WORDS.iter().find(|(known, _)| *known == word) else {
        let words: Vec<&str> = WORDS.iter().map(|(known, _)| *known).collect();
        let suggests = suggests && word.len() <= LONGEST_SLIP;
        let near =
            suggests.then(|| similar::get_close_matches(word, &words, 1, 0.7)).into_iter().flatten().next();
        let meant = near.map(|near| (near, start..start + length));
        let what = match near {
            Some(near) => format!("“{word}” is not understood: write “{near}”."),
            None => format!("“{word}” is not understood: write “{}”.", words.join("”, “")),
        };
        return Some(Err(Malformed { what, meant }));
    };
    Some(names(&text[length..], start + length).map(|names| Directive { kind: *kind, names }))
}

/// The names before the colon that begins the reason; `text` stands at `at` in the comment.
fn names(text: &str, at: usize) -> Result<Vec<(&str, Range<usize>)>, Malformed> {
    // The colon of `tag:x` is part of a name.
    let is_tag = |colon: usize| {
        let before = &text[..colon];
        before.ends_with("tag")
            && !before[..before.len() - 3].ends_with(|c: char| c.is_alphanumeric() || c == '-')
    };
    let reason = text.match_indices(':').map(|(colon, _)| colon).find(|colon| !is_tag(*colon));
    let list = &text[..reason.unwrap_or(text.len())];
    if list.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    let mut from = 0;
    for piece in list.split(',') {
        let name = piece.trim();
        if name.is_empty() {
            let what = "There is a comma without a rule: write rules with a comma between them.".to_owned();
            return Err(Malformed { what, meant: None });
        }
        if name.contains(char::is_whitespace) {
            let what = "Rules are parted by commas, and a reason follows a colon.".to_owned();
            return Err(Malformed { what, meant: None });
        }
        let start = at + from + (piece.len() - piece.trim_start().len());
        names.push((name, start..start + name.len()));
        from += piece.len() + 1;
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(comment: &str) -> Option<Result<(Kind, Vec<&str>), String>> {
        let result = parse(comment, true)?;
        Some(match result {
            Ok(directive) => {
                for (name, place) in &directive.names {
                    assert_eq!(&comment[place.clone()], *name);
                }
                Ok((directive.kind, directive.names.iter().map(|(name, _)| *name).collect()))
            }
            Err(malformed) => Err(malformed.what),
        })
    }

    #[test]
    fn a_comment_names_rules_packs_and_tags_and_has_a_reason() {
        use Kind::{Disable, Enable, File, NextLine};
        let read = |comment| read(comment).expect("for mtlint").expect("understood");
        assert_eq!(
            read("<!-- mtlint-disable-next-line a/b, tag:x: as he said: so -->"),
            (NextLine, vec!["a/b", "tag:x"])
        );
        assert_eq!(read("<!--mtlint-disable a/b:reason-->"), (Disable, vec!["a/b"]));
        assert_eq!(read("<!--\nmtlint-enable\n  tag:x\n-->"), (Enable, vec!["tag:x"]));
        assert_eq!(read("<!-- mtlint-disable-file: generated, all of it -->"), (File, vec![]));
        assert_eq!(read("<!-- mtlint-disable : why -->"), (Disable, vec![]));
    }

    #[test]
    fn what_is_for_somebody_else_is_left_alone() {
        assert_eq!(read("<!-- mtlint is nice -->"), None);
        assert_eq!(read("<!-- prettier-ignore -->"), None);
        assert_eq!(read("<!-- see mtlint-disable -->"), None);
        assert_eq!(read("<!---->"), None);
    }

    #[test]
    fn what_is_not_understood_is_told_with_what_was_meant() {
        let what = |comment| read(comment).expect("for mtlint").expect_err("malformed");
        assert!(what("<!-- mtlint-disable-nextline a -->").contains("write “mtlint-disable-next-line”"));
        assert!(what("<!-- mtlint-xyz a -->").contains("“mtlint-disable-file”"));
        assert!(what("<!-- mtlint-disable a because -->").contains("colon"));
        assert!(what("<!-- mtlint-disable a,,b -->").contains("comma"));
    }
}
