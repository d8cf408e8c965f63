//! Breaking text into rows of a screen, with marks on some of its characters.

use std::borrow::Cow;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::document::PLACEHOLDER;
use crate::report::escape::visible;

/// How a line end is shown where it matters.
const LINE_END: &str = "↵";

/// How something that is not prose, such as code, is shown.
const NO_PROSE: &str = "□";

/// What a reader sees as one character, ready to draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell<'t, M> {
    pub(super) shown: Cow<'t, str>,
    /// Columns that it takes.
    pub(super) width: usize,
    pub(super) mark: M,
    /// Where the text has it, in characters from its start.
    pub(super) at: usize,
}

impl<M> Cell<'_, M> {
    fn is_blank(&self) -> bool {
        self.shown == " "
    }
}

/// `text` as cells, each with the mark that `mark` gives for the byte it begins with; line ends show if `shows_ends`
/// says so for their byte.
pub(super) fn cells<M>(
    text: &str,
    mark: impl Fn(usize) -> M,
    shows_ends: impl Fn(usize) -> bool,
) -> Vec<Cell<'_, M>> {
    let mut chars = 0;
    let cells = text.grapheme_indices(true).map(|(byte, grapheme)| {
        let shown = match grapheme {
            "\n" | "\r\n" | "\r" if shows_ends(byte) => Cow::Borrowed(LINE_END),
            "\n" | "\r\n" | "\r" | "\t" => Cow::Borrowed(" "),
            _ if grapheme.contains(PLACEHOLDER) => Cow::Borrowed(NO_PROSE),
            _ => visible(grapheme),
        };
        let at = chars;
        chars += grapheme.chars().count();
        Cell { width: shown.width(), shown, mark: mark(byte), at }
    });
    cells.collect()
}

/// The rows of `cells` where a row has `width` columns: broken after blanks, and within a word only if it must be.
///
/// Blanks at the end of a row may stand beyond its width.
pub(super) fn rows<M>(cells: &[Cell<'_, M>], width: usize) -> Vec<Range<usize>> {
    let mut rows = Vec::new();
    let (mut start, mut used, mut after_blank) = (0, 0, 0);
    for (index, cell) in cells.iter().enumerate() {
        while used + cell.width > width && index > start && !cell.is_blank() {
            let end = if after_blank > start { after_blank } else { index };
            rows.push(start..end);
            start = end;
            used = cells[start..index].iter().map(|cell| cell.width).sum();
        }
        used += cell.width;
        if cell.is_blank() {
            after_blank = index + 1;
        }
    }
    if start < cells.len() || rows.is_empty() {
        rows.push(start..cells.len());
    }
    rows
}

/// `text` as rows of at most `width` columns.
pub(super) fn lines(text: &str, width: usize) -> Vec<String> {
    let cells = cells(text, |_| (), |_| false);
    let line = |row: Range<usize>| {
        let line: String = cells[row].iter().map(|cell| cell.shown.as_ref()).collect();
        line.trim_end().to_owned()
    };
    rows(&cells, width.max(1)).into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rows_break_after_blanks_and_wide_characters_take_two_columns() {
        assert_eq!(lines("one two three", 8), ["one two", "three"]);
        assert_eq!(lines("abcdefgh ij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(lines("日本語 e\u{301}e\u{301}", 4), ["日本", "語", "e\u{301}e\u{301}"]);
        assert_eq!(lines("", 4), [""]);
        assert_eq!(lines("a\u{1b}b\tc\u{fffc}\n", 40), ["a\\u{1b}b c□"]);
    }

    proptest! {
        #[test]
        fn rows_are_all_of_the_text_and_none_is_too_wide(text in "[a-c é日\u{301}\n]{0,80}", width in 2usize..20) {
            let cells = cells(&text, |_| (), |_| true);
            let rows = rows(&cells, width);
            prop_assert_eq!(rows[0].start, 0);
            prop_assert_eq!(rows[rows.len() - 1].end, cells.len());
            prop_assert!(rows.windows(2).all(|pair| pair[0].end == pair[1].start && !pair[0].is_empty()));
            for line in lines(&text, width) {
                prop_assert!(line.width() <= width, "{line}");
            }
        }
    }
}
