//! Before and after: the paragraphs that fixes change, word by word.

use maud::{Markup, html};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::TEXT;
use super::text::prose;
use crate::document::Document;
use crate::limit::grouped;
use crate::report::count;
use crate::report::diff::{Stretch, stretches};

/// The changes from `before` to `after`, folded away until they are asked for.
pub(super) fn render(before: &Document<'_>, after: Result<&Document<'_>, &str>, fixes: &str) -> Markup {
    let rows = match after {
        Ok(after) => rows(before, after),
        Err(why) => return html! { p.notice { "There is no text with " (fixes) " to show: " (why) } },
    };
    let changed = rows.iter().filter(|row| matches!(row, Row::Changed { .. })).count();
    if changed == 0 {
        return html! { p.notice { "Before and after: " (fixes) " change nothing here." } };
    }
    let mut length = 0;
    html! {
        details.changes {
            summary { "Before and after: " (fixes) " change " (count(changed, "paragraph")) }
            div.pairs {
                div.side.head { "Before" }
                div.side.head { "After, with " (fixes) }
                @for row in &rows {
                    @match row {
                        Row::Same(number) => div.same {
                            @if *number == 1 { "1 paragraph stays as it was" }
                            @else { (grouped(*number)) " paragraphs stay as they were" }
                        },
                        Row::Changed { before, after } => {
                            @if { length += before.len() + after.len(); length <= 2 * TEXT } {
                                @let stretches = stretches(before, after);
                                div.side { (side(&stretches, false)) }
                                div.side { (side(&stretches, true)) }
                            }
                        }
                    }
                }
            }
            @if length > 2 * TEXT { p.notice { "More paragraphs change than fit here: see " code { "mtlint diff" } "." } }
        }
    }
}

/// One side of a changed paragraph.
fn side(stretches: &[Stretch<'_>], after: bool) -> Markup {
    html! {
        @for stretch in stretches {
            @match (stretch.changed, after) {
                (false, _) => (prose(stretch.old)),
                (true, false) => @if !stretch.old.is_empty() { del { (prose(stretch.old)) } },
                (true, true) => @if !stretch.new.is_empty() { ins { (prose(stretch.new)) } },
            }
        }
    }
}

/// A paragraph that changes, or how many stay.
#[derive(Debug, PartialEq, Eq)]
enum Row<'a> {
    Same(usize),
    Changed { before: &'a str, after: &'a str },
}

fn rows<'a>(before: &'a Document<'_>, after: &'a Document<'_>) -> Vec<Row<'a>> {
    let texts =
        |document: &'a Document<'_>| document.segments.iter().map(|s| &*s.text).collect::<Vec<&str>>();
    let (old, new) = (texts(before), texts(after));
    let mut rows = Vec::new();
    for op in capture_diff_slices(Algorithm::Patience, &old, &new) {
        if let DiffOp::Equal { len, .. } = op {
            rows.push(Row::Same(len));
            continue;
        }
        let (old, new) = (&old[op.old_range()], &new[op.new_range()]);
        for i in 0..old.len().max(new.len()) {
            let side = |texts: &[&'a str]| texts.get(i).copied().unwrap_or_default();
            rows.push(Row::Changed { before: side(old), after: side(new) });
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Format, read};
    use crate::source::Source;

    fn changes(before: &str, after: &str) -> String {
        let (before, after) =
            (Source::from_text(before).expect("short"), Source::from_text(after).expect("short"));
        let (before, after) = (read(&before, Format::Plain), read(&after, Format::Plain));
        render(&before, Ok(&after), "safe fixes").0
    }

    #[test]
    fn changed_words_stand_out_and_the_rest_is_told() {
        let shown = changes("One one <b>.\n\nSame here.\n\nLast.\n", "One two <b>.\n\nSame here.\n\nLast.\n");
        assert!(shown.contains("One <del>one</del> &lt;b&gt;."), "{shown}");
        assert!(shown.contains("One <ins>two</ins> &lt;b&gt;."), "{shown}");
        assert!(shown.contains("2 paragraphs stay"), "{shown}");
        assert!(changes("Same.\n", "Same.\n").contains("change nothing"));
    }
}
