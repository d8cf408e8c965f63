//! The difference between a text and its fixed form.
//!
//! [`patch`] is a plain unified diff, byte for byte what `patch -p1` applies.
//! [`readable`] is for a person: the changed words stand out, and of a long paragraph only the surroundings
//! of a change are shown.

use std::io::{self, Write};
use std::ops::Range;

use colored::Colorize;
use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};
use unicode_segmentation::UnicodeSegmentation;

use super::escape::{is_hidden, visible};
use super::window::{head, tail};

/// Lines of context in a patch, as `diff -u` has.
const PATCH_CONTEXT: usize = 3;

/// Lines of context for a person: enough to see where one is, as a paragraph is one line.
const READABLE_CONTEXT: usize = 1;

/// Columns of unchanged text kept on each side of a change.
const WORDS_CONTEXT: usize = 36;

/// Columns of an unchanged line.
const LINE: usize = 90;

/// Writes a unified diff from `old` to `new`; nothing if they are equal.
///
/// # Errors
/// When `out` cannot be written.
pub fn patch(path: &str, old: &str, new: &str, out: &mut dyn Write) -> io::Result<()> {
    let (old, new) = (lines(old), lines(new));
    let mut header = true;
    for hunk in group_diff_ops(compare(&old, &new), PATCH_CONTEXT) {
        if std::mem::take(&mut header) {
            writeln!(out, "--- {}", header_path("a", path))?;
            writeln!(out, "+++ {}", header_path("b", path))?;
        }
        writeln!(out, "{}", hunk_header(&hunk))?;
        for op in &hunk {
            match op {
                DiffOp::Equal { .. } => write_lines(" ", &old[op.old_range()], out)?,
                _ => {
                    write_lines("-", &old[op.old_range()], out)?;
                    write_lines("+", &new[op.new_range()], out)?;
                }
            }
        }
    }
    Ok(())
}

/// The byte ranges of the lines of `new` that are not in `old`, in order; an empty one where lines were only taken out.
pub fn changed(old: &str, new: &str) -> Vec<Range<usize>> {
    let (old, new) = (lines(old), lines(new));
    let starts: Vec<usize> = std::iter::once(0)
        .chain(new.iter().scan(0, |at, line| {
            *at += line.len();
            Some(*at)
        }))
        .collect();
    let changes = compare(&old, &new).into_iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    changes.map(|op| starts[op.new_range().start]..starts[op.new_range().end]).collect()
}

fn write_lines(sign: &str, lines: &[&str], out: &mut dyn Write) -> io::Result<()> {
    for line in lines {
        write!(out, "{sign}{line}")?;
        if !line.ends_with('\n') {
            writeln!(out, "\n\\ No newline at end of file")?;
        }
    }
    Ok(())
}

/// Only LF ends a line here, as in `patch`: a CR stays in its line.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn compare(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    // Patience keeps unchanged paragraphs together, and stays fast when every line of a large file changes.
    capture_diff_slices(Algorithm::Patience, old, new)
}

/// `@@ -3,7 +3,7 @@`, as POSIX has it: the length is left out if it is 1, an empty range names the line before.
fn hunk_header(hunk: &[DiffOp]) -> String {
    let cover = |range: fn(&DiffOp) -> Range<usize>| match (hunk.first(), hunk.last()) {
        (Some(first), Some(last)) => range(first).start..range(last).end,
        _ => 0..0,
    };
    let show = |range: Range<usize>| match range.len() {
        1 => format!("{}", range.start + 1),
        0 => format!("{},0", range.start),
        length => format!("{},{length}", range.start + 1),
    };
    format!("@@ -{} +{} @@", show(cover(DiffOp::old_range)), show(cover(DiffOp::new_range)))
}

/// A path as the header of a patch has it: below `a/` or `b/`, in quotes where its characters need them, with
/// a tab at its end if it has a blank (as `git diff` writes it, so that `patch` knows where the name ends).
fn header_path(side: &str, path: &str) -> String {
    let path = path.replace('\\', if cfg!(windows) { "/" } else { "\\" });
    let path = path.trim_start_matches('/');
    let mut path = path;
    while let Some(rest) = path.strip_prefix("./") {
        path = rest;
    }
    if path.contains(|c: char| is_hidden(c) || c == '"' || c == '\\') {
        let mut quoted = String::new();
        for byte in path.bytes() {
            match byte {
                b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
                0x20..=0x7e => quoted.push(char::from(byte)),
                _ => quoted.push_str(&format!("\\{byte:03o}")),
            }
        }
        return format!("\"{side}/{quoted}\"");
    }
    let tab = if path.contains(' ') { "\t" } else { "" };
    format!("{side}/{path}{tab}")
}

/// Writes the difference for a person; nothing if the texts are equal.
///
/// # Errors
/// When `out` cannot be written.
pub fn readable(path: &str, old: &str, new: &str, out: &mut dyn Write) -> io::Result<()> {
    let (old, new) = (lines(old), lines(new));
    let mut header = true;
    for hunk in group_diff_ops(compare(&old, &new), READABLE_CONTEXT) {
        if std::mem::take(&mut header) {
            writeln!(out, "{}", format!("--- {}", header_path("a", path).trim_end()).bold())?;
            writeln!(out, "{}", format!("+++ {}", header_path("b", path).trim_end()).bold())?;
        }
        writeln!(out, "{}", hunk_header(&hunk).cyan())?;
        for op in &hunk {
            let (old, new) = (&old[op.old_range()], &new[op.new_range()]);
            if let DiffOp::Equal { .. } = op {
                for line in old {
                    let (kept, cut) = head(content(line), LINE);
                    let more = if cut { " …" } else { "" };
                    writeln!(out, " {}", format!("{}{more}", visible(kept)).dimmed())?;
                }
                continue;
            }
            // Lines in pairs, each beside what it became; what has no partner was deleted or added whole.
            let pairs = old.len().max(new.len());
            for i in 0..pairs {
                write_pair(old.get(i).copied(), new.get(i).copied(), out)?;
            }
        }
    }
    Ok(())
}

/// A line without its end.
fn content(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

/// A stretch of a line: unchanged, or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch<'a> {
    pub(super) old: &'a str,
    pub(super) new: &'a str,
    pub(super) changed: bool,
}

fn write_pair(old: Option<&str>, new: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    // Where only the line ends differ, they are shown.
    let same = content(old) == content(new);
    let (old_text, new_text) = if same { (old, new) } else { (content(old), content(new)) };
    let stretches = stretches(old_text, new_text);
    if !old.is_empty() {
        writeln!(out, "{}", side('-', &stretches))?;
    }
    if !new.is_empty() {
        writeln!(out, "{}", side('+', &stretches))?;
    }
    Ok(())
}

fn side(sign: char, stretches: &[Stretch<'_>]) -> String {
    let deleted = sign == '-';
    let paint = |text: &str, changed: bool| match (deleted, changed) {
        (true, true) => text.black().on_red().to_string(),
        (true, false) => text.red().to_string(),
        (false, true) => text.black().on_green().to_string(),
        (false, false) => text.green().to_string(),
    };
    let mut line = paint(&sign.to_string(), false);
    let last = stretches.len().saturating_sub(1);
    for (i, stretch) in stretches.iter().enumerate() {
        let text = if deleted { stretch.old } else { stretch.new };
        if text.is_empty() {
            continue;
        }
        let shown = if stretch.changed { visible(text).into_owned() } else { elide(text, i == 0, i == last) };
        line.push_str(&paint(&shown, stretch.changed));
    }
    line
}

/// Unchanged text, of which only what stands beside a change is kept.
fn elide(text: &str, first: bool, last: bool) -> String {
    let (left, cut_left) = if first { ("", true) } else { head(text, WORDS_CONTEXT) };
    let (right, cut_right) = if last { ("", true) } else { tail(text, WORDS_CONTEXT) };
    if (!first && !cut_left) || (!last && !cut_right) || left.len() + right.len() >= text.len() {
        return visible(text).into_owned();
    }
    match (first, last) {
        (true, _) => format!("… {}", visible(right)),
        (_, true) => format!("{} …", visible(left)),
        _ => format!("{} … {}", visible(left), visible(right)),
    }
}

/// Compares two lines word by word; changes with nothing but a blank between them are one.
pub(super) fn stretches<'a>(old: &'a str, new: &'a str) -> Vec<Stretch<'a>> {
    let (old_words, new_words) = (words(old), words(new));
    let texts = |words: &[(usize, &'a str)]| words.iter().map(|w| w.1).collect::<Vec<_>>();
    let ops = capture_diff_slices(Algorithm::Myers, &texts(&old_words), &texts(&new_words));
    let cut = |text: &'a str, words: &[(usize, &str)], range: Range<usize>| {
        let at = |index: usize| words.get(index).map_or(text.len(), |word| word.0);
        &text[at(range.start)..at(range.end)]
    };
    let mut stretches: Vec<Stretch<'a>> = Vec::new();
    let (mut old_at, mut new_at) = (0, 0);
    for op in ops {
        let (old_part, new_part) =
            (cut(old, &old_words, op.old_range()), cut(new, &new_words, op.new_range()));
        let changed = !matches!(op, DiffOp::Equal { .. });
        // Joins this change to the one before the blank.
        if let [.., before, blank] = &mut stretches[..]
            && changed
            && before.changed
            && !blank.changed
            && blank.old.trim().is_empty()
        {
            let start =
                (old_at - blank.old.len() - before.old.len(), new_at - blank.new.len() - before.new.len());
            before.old = &old[start.0..old_at + old_part.len()];
            before.new = &new[start.1..new_at + new_part.len()];
            stretches.pop();
        } else {
            match stretches.last_mut() {
                Some(last) if last.changed == changed => {
                    last.old = &old[old_at - last.old.len()..old_at + old_part.len()];
                    last.new = &new[new_at - last.new.len()..new_at + new_part.len()];
                }
                _ => stretches.push(Stretch { old: old_part, new: new_part, changed }),
            }
        }
        old_at += old_part.len();
        new_at += new_part.len();
    }
    stretches
}

fn words(text: &str) -> Vec<(usize, &str)> {
    text.split_word_bound_indices().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
        colored::control::set_override(false);
        let mut out = Vec::new();
        write(&mut out).expect("writing to memory");
        String::from_utf8(out).expect("diffs of text are UTF-8")
    }

    fn patch_of(path: &str, old: &str, new: &str) -> String {
        text(|out| patch(path, old, new, out))
    }

    #[test]
    fn a_patch_has_headers_context_and_the_newline_marker() {
        let want = "\
--- a/a.txt
+++ b/a.txt
@@ -1,2 +1,2 @@
 one
-two
\\ No newline at end of file
+2
\\ No newline at end of file
";
        assert_eq!(patch_of("./a.txt", "one\ntwo", "one\n2"), want);
        assert_eq!(patch_of("a.txt", "same", "same"), "");
    }

    #[test]
    fn paths_are_written_as_patch_reads_them() {
        assert_eq!(header_path("a", "/x/a b.txt"), "a/x/a b.txt\t");
        assert_eq!(header_path("b", "x\n\"é.txt"), r#""b/x\012\"\303\251.txt""#);
        assert_eq!(header_path("a", "été.txt"), "a/été.txt");
    }

    #[test]
    fn changes_with_a_blank_between_them_are_one() {
        let got = stretches("It is a marriage of reason now", "It is a union by choice now");
        let changed: Vec<_> = got.iter().filter(|s| s.changed).map(|s| (s.old, s.new)).collect();
        assert_eq!(changed, [("marriage of reason", "union by choice")]);
    }

    #[test]
    fn of_a_long_paragraph_only_the_surroundings_of_changes_are_shown() {
        let paragraph = |word: &str| {
            format!(
                "{}{word} {}{word}{}\n",
                "some words ".repeat(40),
                "more words ".repeat(40),
                " end".repeat(60)
            )
        };
        let shown = text(|out| readable("a.txt", &paragraph("the the"), &paragraph("the"), out));
        let longest = shown.lines().map(|line| line.chars().count()).max();
        assert!(longest < Some(200), "{shown}");
        assert_eq!(shown.matches("the the").count(), 2, "{shown}");
        assert_eq!(shown.matches('…').count(), 6, "{shown}");
    }

    #[test]
    fn a_change_of_line_ends_can_be_seen() {
        let shown = text(|out| readable("a.txt", "a\r\n", "a\n", out));
        assert!(shown.contains("-a\\r\\n\n+a\\n\n"), "{shown}");
    }

    proptest! {
        #[test]
        fn stretches_rebuild_both_lines(old in "[a-c ,“é]{0,40}", new in "[a-c ,“é]{0,40}") {
            let got = stretches(&old, &new);
            prop_assert_eq!(got.iter().map(|s| s.old).collect::<String>(), old.as_str());
            prop_assert_eq!(got.iter().map(|s| s.new).collect::<String>(), new.as_str());
            prop_assert!(got.iter().all(|s| s.changed || s.old == s.new));
        }
    }

    /// The real `patch` turns the old text into the new one, whatever the line ends are.
    #[test]
    fn patch_applies_it() {
        let old = "\u{feff}one\r\ntwo\r\n\nthree\rfour\nfive\nsix\nseven\neight\nlast";
        let cases = [
            (old, "\u{feff}one\r\n2\r\n\nthree\rfour\nfive\nsix\nseven\n8\nlast"),
            (old, "\u{feff}one\r\ntwo\r\n\nthree\rfour\nfive\nsix\nseven\neight\nlast\n"),
            ("a\n", "a\nb"),
            ("a\r\nb\r\n", "a\r\n"),
            ("a\n\u{c}\u{1b}b\u{2028}c\n", "a\n\u{c}\u{1b}b\u{2028}d\n"),
        ];
        let names = ["a.txt", "with blank.txt", "été.txt"];
        for (old, new) in cases {
            for name in names {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let file = folder.path().join(name);
                std::fs::write(&file, old).expect("written");
                std::fs::write(folder.path().join("p.patch"), patch_of(name, old, new)).expect("written");
                let run = std::process::Command::new("patch")
                    .args(["-p1", "-s", "-i", "p.patch"])
                    .current_dir(folder.path())
                    .output();
                // Not installed everywhere; the exact text is checked above.
                let Ok(run) = run else { return };
                assert!(run.status.success(), "{run:?}");
                assert_eq!(std::fs::read_to_string(&file).expect("read"), new, "{name}");
            }
        }
    }
}
