//! `.mtlint-allow.yml`: findings that somebody has looked at and wants to keep, for texts that cannot carry comments.
//!
//! Only reading and changing the text of the file; where it is found and written is the program's business. A change
//! touches the lines of the entry and no others, so that comments and order stay.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use jiff::civil::Date;
use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::diagnostic::{Diagnostic, Fingerprint};
use crate::glob;
use crate::rule::RuleError;
use crate::source::BOM;
use crate::yaml;

/// The name of the file.
pub const FILE_NAME: &str = ".mtlint-allow.yml";

/// Largest size of the file, in bytes.
pub const MAX_BYTES: u64 = 4 << 20;

/// Most entries whose path is a pattern: each is compiled on its own, and asked about each text.
const GLOBS: usize = 1_000;

/// An entry as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryYaml {
    rule: Spanned<String>,
    fingerprint: Spanned<String>,
    sentence: Option<String>,
    reason: Spanned<String>,
    until: Option<Spanned<String>>,
    path: Option<Spanned<String>>,
}

/// One finding that is allowed.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The rule that finds it.
    pub rule: String,
    /// What names it.
    pub fingerprint: Fingerprint,
    /// The sentence, for people.
    pub sentence: Option<String>,
    /// Why it is allowed.
    pub reason: String,
    /// The last day on which the entry holds.
    pub until: Option<Date>,
    /// The texts it is about, written as in `.gitignore`; `None`: all.
    pub path: Option<String>,
    /// The line of the file that the entry begins in, from 1.
    pub line: usize,
    glob: Option<Gitignore>,
}

impl Entry {
    /// Whether it has expired by `today`.
    pub fn has_expired(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }

    /// Whether it is about the text at `path`, relative to the folder of the file, with slashes.
    pub fn is_about(&self, path: &str) -> bool {
        let glob = |glob: &Gitignore| glob.matched_path_or_any_parents(Path::new(path), false).is_ignore();
        self.path.as_deref().is_none_or(|own| own == path) || self.glob.as_ref().is_some_and(glob)
    }

    /// Whether its path is a pattern.
    pub fn has_pattern(&self) -> bool {
        self.glob.is_some()
    }

    /// Whether it names this finding.
    pub fn names(&self, diagnostic: &Diagnostic) -> bool {
        self.fingerprint == diagnostic.fingerprint && self.rule == *diagnostic.rule
    }
}

/// A file of allowed findings.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    /// The entries, in their order.
    pub entries: Vec<Entry>,
    text: String,
    /// The byte order mark before the text, if it has one.
    mark: Option<char>,
}

fn place<T>(node: &Spanned<T>) -> Range<usize> {
    let span = node.referenced.span();
    let start = span.byte_offset().unwrap_or(0) as usize;
    start..start + span.byte_len().unwrap_or(0) as usize
}

impl Allowed {
    /// Reads the text of a file that is shown as `shown`.
    ///
    /// # Errors
    /// Every mistake in it, or the first if it is no YAML.
    pub fn parse(shown: &str, text: &str) -> Result<Self, Vec<RuleError>> {
        let (text, mark) = match text.strip_prefix(BOM) {
            Some(text) => (text, Some(BOM)),
            None => (text, None),
        };
        let whole: Arc<str> = text.into();
        let mistake = |span: Range<usize>, message: String, help: &str| RuleError {
            path: shown.to_owned(),
            text: Arc::clone(&whole),
            span,
            message,
            label: String::new(),
            help: help.to_owned(),
        };
        if text.lines().all(|line| line.trim_start().is_empty() || line.trim_start().starts_with('#')) {
            return Ok(Self { entries: Vec::new(), text: text.to_owned(), mark });
        }
        let read: Vec<Spanned<EntryYaml>> = yaml::read(text, 0).map_err(|error| {
            let help = "an entry has rule, fingerprint and reason, and may have sentence, until and path; \
                        `mtlint allow` writes one";
            vec![mistake(error.span, error.what, help)]
        })?;
        let mut mistakes = Vec::new();
        let mut entries = Vec::new();
        let mut globs = 0;
        for node in &read {
            let yaml = &node.value;
            let fingerprint = yaml.fingerprint.value.parse::<Fingerprint>();
            if let Err(error) = &fingerprint {
                mistakes.push(mistake(place(&yaml.fingerprint), error.to_string(), "copy it from there"));
            }
            let until = yaml.until.as_ref().map(|until| until.value.parse::<Date>());
            if let (Some(Err(_)), Some(until)) = (&until, &yaml.until) {
                let what = format!("“{}” is no date", until.value);
                mistakes.push(mistake(place(until), what, "write it as 2027-01-31"));
            }
            if yaml.reason.value.trim().is_empty() {
                let help = "say why the finding is to stay";
                mistakes.push(mistake(place(&yaml.reason), "the reason is empty".to_owned(), help));
            }
            let glob = yaml.path.as_ref().filter(|path| path.value.contains(['*', '?', '[']));
            let glob = glob.and_then(|path| {
                globs += 1;
                let mut builder = GitignoreBuilder::new("");
                let added = if globs > GLOBS {
                    Err(format!("more than {GLOBS} entries have one"))
                } else {
                    glob::add(&mut builder, &path.value)
                };
                added
                    .and_then(|()| builder.build().map_err(|error| error.to_string()))
                    .map_err(|why| {
                        let what = format!("this is no pattern: {why}");
                        mistakes.push(mistake(place(path), what, "write it as in .gitignore"));
                    })
                    .ok()
            });
            let start = text.get(..place(node).start).unwrap_or_default();
            if let Ok(fingerprint) = fingerprint {
                entries.push(Entry {
                    rule: yaml.rule.value.clone(),
                    fingerprint,
                    sentence: yaml.sentence.clone(),
                    reason: yaml.reason.value.clone(),
                    until: until.and_then(Result::ok),
                    path: yaml.path.as_ref().map(|path| path.value.clone()),
                    line: start.matches('\n').count() + 1,
                    glob,
                });
            }
        }
        if mistakes.is_empty() { Ok(Self { entries, text: text.to_owned(), mark }) } else { Err(mistakes) }
    }

    /// A text of the file, with the mark that other programs may need.
    fn marked(&self, text: &str) -> String {
        self.mark.into_iter().chain(text.chars()).collect()
    }

    /// The text with one more entry at its end; `None` if the list is not written with one `-` a line.
    pub fn with(&self, entry: &NewEntry<'_>) -> Option<String> {
        let first = self.entries.first().map(|entry| self.text.lines().nth(entry.line - 1));
        let indent = match first {
            Some(line) => {
                let line = line.filter(|line| line.trim_start().starts_with("- "))?;
                line[..line.len() - line.trim_start().len()].to_owned()
            }
            None => String::new(),
        };
        let mut text = self.text.clone();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        for (index, (key, value)) in entry.lines().into_iter().enumerate() {
            // A string of JSON is one of YAML.
            let value = serde_json::to_string(&value).unwrap_or_default();
            let mark = if index == 0 { "- " } else { "  " };
            text.push_str(&format!("{indent}{mark}{key}: {value}\n"));
        }
        let read = Self::parse("", &text).ok()?;
        (read.entries.len() == self.entries.len() + 1).then(|| self.marked(&text))
    }

    /// The text without the entries at these indices, comments left where they are; `None` as for [`Self::with`].
    pub fn without(&self, gone: &[usize]) -> Option<String> {
        let lines: Vec<&str> = self.text.split_inclusive('\n').collect();
        let mut stays = vec![true; lines.len()];
        for &index in gone {
            let start = self.entries.get(index)?.line - 1;
            lines.get(start)?.trim_start().strip_prefix('-')?;
            let end = self.entries.get(index + 1).map_or(lines.len(), |next| next.line - 1);
            let quiet = |line: &&str| line.trim().is_empty() || line.trim_start().starts_with('#');
            let after = lines[start..end].iter().rev().take_while(|line| quiet(line)).count();
            stays[start..end - after].fill(false);
        }
        let left =
            lines.iter().zip(stays).filter_map(|(line, stays)| stays.then_some(*line)).collect::<String>();
        let read = Self::parse("", &left).ok()?;
        (read.entries.len() + gone.len() == self.entries.len()).then(|| self.marked(&left))
    }
}

/// An entry to be written.
#[derive(Debug, Clone)]
pub struct NewEntry<'a> {
    /// The rule.
    pub rule: &'a str,
    /// What names the finding.
    pub fingerprint: Fingerprint,
    /// The sentence, for people.
    pub sentence: &'a str,
    /// Why it is allowed.
    pub reason: &'a str,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// The text it is about.
    pub path: &'a str,
}

impl NewEntry<'_> {
    fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = vec![
            ("rule", self.rule.to_owned()),
            ("fingerprint", self.fingerprint.to_string()),
            ("sentence", self.sentence.split_whitespace().collect::<Vec<_>>().join(" ")),
            ("reason", self.reason.to_owned()),
        ];
        lines.extend(self.until.map(|until| ("until", until.to_string())));
        lines.push(("path", self.path.to_owned()));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Ours.\n- rule: a/b\n  fingerprint: \"1234567890123456\"\n  reason: it is so\n  until: 2027-01-31\n\n\
                        # The second.\n- rule: a/c\n  fingerprint: abcdefabcdefabcd\n  reason: r\n  path: old/*.txt\n# End.\n";

    fn parse(text: &str) -> Allowed {
        Allowed::parse(FILE_NAME, text).unwrap_or_else(|errors| panic!("{}", errors[0]))
    }

    #[test]
    fn entries_hold_until_their_day_and_for_their_path() {
        let allowed = parse(TEXT);
        let day = |text: &str| text.parse::<Date>().expect("a date");
        assert_eq!(allowed.entries.iter().map(|entry| entry.line).collect::<Vec<_>>(), [2, 8]);
        assert!(!allowed.entries[0].has_expired(day("2027-01-31")));
        assert!(allowed.entries[0].has_expired(day("2027-02-01")));
        assert!(allowed.entries[0].is_about("x/y.txt"));
        assert!(allowed.entries[1].is_about("old/y.txt"));
        assert!(!allowed.entries[1].is_about("y.txt"));
        assert!(parse("# nothing yet\n").entries.is_empty());
    }

    #[test]
    fn a_change_leaves_the_other_lines_alone() {
        let allowed = parse(TEXT);
        let entry = NewEntry {
            rule: "a/d",
            fingerprint: Fingerprint::default(),
            sentence: "He said:\n“no: \"never\"”.",
            reason: "so",
            until: None,
            path: "a.txt",
        };
        let text = allowed.with(&entry).expect("appended");
        assert!(text.starts_with(TEXT));
        let more = parse(&text);
        assert_eq!(more.entries[2].sentence.as_deref(), Some("He said: “no: \"never\"”."));
        assert_eq!(more.without(&[2]).as_deref(), Some(TEXT));
        let left = more.without(&[0, 1]).expect("removed");
        assert!(left.starts_with("# Ours.\n\n# The second.\n# End.\n- rule: \"a/d\"\n"), "{left}");
        let indented = parse("  - rule: a/b\n    fingerprint: abcdefabcdefabcd\n    reason: r");
        assert!(indented.with(&entry).expect("appended").contains("r\n  - rule: \"a/d\"\n    finger"));
        assert_eq!(parse("[{rule: a, fingerprint: abcdefabcdefabcd, reason: r}]").with(&entry), None);
        assert!(parse("").with(&entry).is_some());
    }

    #[test]
    fn a_byte_order_mark_was_lost_with_a_change() {
        let marked = format!("{BOM}{TEXT}");
        let allowed = parse(&marked);
        let more = allowed.with(&NewEntry {
            rule: "a/d",
            fingerprint: Fingerprint::default(),
            sentence: "",
            reason: "so",
            until: None,
            path: "a.txt",
        });
        assert!(more.expect("appended").starts_with(&marked));
        assert_eq!(allowed.without(&[]), Some(marked));
        assert_eq!(parse("\u{feff}").without(&[]).as_deref(), Some("\u{feff}"));
        let first = TEXT.trim_start_matches("# Ours.\n");
        let left = parse(&format!("{BOM}{first}")).without(&[0]).expect("removed");
        assert!(left.starts_with(&format!("{BOM}\n# The second.")), "{left}");
    }

    #[test]
    fn mistakes_are_drawn_at_their_place() {
        let error = |text: &str| Allowed::parse(FILE_NAME, text).expect_err("a mistake")[0].render(false);
        assert!(error(&TEXT.replace("2027-01-31", "next year")).contains(".mtlint-allow.yml:5:10"));
        assert!(error(&TEXT.replace("abcdef", "xyz")).contains("16 digits"));
        assert!(error(&TEXT.replace("reason: r\n", "resaon: r\n")).contains("resaon"));
        assert!(error(&TEXT.replace("reason: r\n", "reason: ''\n")).contains("the reason is empty"));
        assert!(error("rule: a").contains(".mtlint-allow.yml:1:"));
    }
}
