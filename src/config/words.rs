//! Lists of words to accept: one entry a line, `#` comments; each entry is checked.

use std::collections::HashMap;
use std::ops::Range;

/// The longest entry, in characters.
pub const LONGEST: usize = 200;

/// An entry of a list, and the line it stands in, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The words, without blanks round them.
    pub text: String,
    /// The line.
    pub line: usize,
}

/// Why a list cannot be used, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
pub struct WordsError {
    /// The faulty bytes of the list.
    pub span: Range<usize>,
    /// What is wrong there.
    pub fault: WordFault,
}

/// What may be wrong with an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordFault {
    /// It has no letter and no digit.
    #[error("this entry has no letter and no digit")]
    Empty,
    /// It has a character that no text shows.
    #[error("U+{:04X} is a control character", u32::from(*.0))]
    Control(char),
    /// It is longer than [`LONGEST`].
    #[error("this entry has {0} characters; an entry has at most {LONGEST}")]
    Long(usize),
    /// It stands in the list already.
    #[error("this entry stands in line {0} already")]
    Twice(usize),
}

impl WordFault {
    /// What to do about it.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Empty => "write a word or a name, or leave the entry out",
            Self::Control(_) => "write one entry a line, with plain blanks between its words",
            Self::Long(_) => "write words and names, not sentences",
            Self::Twice(_) => "write each entry once",
        }
    }
}

/// Checks one entry: what is wrong, and which bytes of it.
///
/// # Errors
/// When it has no letter or digit, a control character, or too many characters.
pub fn check(entry: &str) -> Result<(), (Range<usize>, WordFault)> {
    if let Some((at, c)) = entry.char_indices().find(|(_, c)| c.is_control()) {
        return Err((at..at + c.len_utf8(), WordFault::Control(c)));
    }
    if !entry.contains(char::is_alphanumeric) {
        return Err((0..entry.len(), WordFault::Empty));
    }
    match entry.chars().count() {
        length if length > LONGEST => Err((0..entry.len(), WordFault::Long(length))),
        _ => Ok(()),
    }
}

/// The entries of a list. A `#` begins a comment at the start of a line or after a blank; empty lines are left out.
///
/// # Errors
/// With the first entry that is wrong.
pub fn parse(text: &str) -> Result<Vec<Entry>, WordsError> {
    let mut entries = Vec::new();
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut next = 0;
    for (index, whole) in text.split('\n').enumerate() {
        let line = index + 1;
        let begin = next;
        next += whole.len() + 1;
        let entry = without_comment(whole.strip_suffix('\r').unwrap_or(whole));
        let start = begin + (entry.len() - entry.trim_start_matches(' ').len());
        let entry = entry.trim_matches(' ');
        if entry.is_empty() {
            continue;
        }
        let twice = || seen.get(entry).map(|&first| (0..entry.len(), WordFault::Twice(first)));
        if let Some((span, fault)) = check(entry).err().or_else(twice) {
            return Err(WordsError { span: start + span.start..start + span.end, fault });
        }
        seen.insert(entry, line);
        entries.push(Entry { text: entry.to_owned(), line });
    }
    Ok(entries)
}

fn without_comment(line: &str) -> &str {
    let comment = line.match_indices('#').map(|(at, _)| at).find(|&at| {
        let before = line[..at].chars().next_back();
        before.is_none_or(char::is_whitespace)
    });
    comment.map_or(line, |at| &line[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> (&str, WordFault) {
        let error = parse(text).expect_err("a mistake");
        (&text[error.span], error.fault)
    }

    #[test]
    fn entries_stand_one_a_line_without_comments_and_blanks() {
        let entries = parse("# names\r\n\n  Le Monde  # a paper\r\nC#\nAssemblée").expect("a list");
        let found: Vec<(&str, usize)> = entries.iter().map(|e| (e.text.as_str(), e.line)).collect();
        assert_eq!(found, [("Le Monde", 3), ("C#", 4), ("Assemblée", 5)]);
        assert_eq!(parse(""), Ok(Vec::new()));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        assert_eq!(fault("a\nb\n a\n"), ("a", WordFault::Twice(1)));
        assert_eq!(parse("a\nb\n a\n").map_err(|e| e.span), Err(5..6));
        assert_eq!(fault("a\n  ’—\n"), ("’—", WordFault::Empty));
        assert_eq!(fault("é b\tc\n"), ("\t", WordFault::Control('\t')));
        assert_eq!(fault("\tc\n"), ("\t", WordFault::Control('\t')));
        let long = "é".repeat(LONGEST + 1);
        assert_eq!(fault(&format!("{long}\n")), (long.as_str(), WordFault::Long(LONGEST + 1)));
        assert!(parse(&"é".repeat(LONGEST)).is_ok());
    }
}
