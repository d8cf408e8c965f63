//! Quotations of a segment: what stands between quotation marks.

use crate::span::{Seg, Span};
use crate::text::word::is_word_char;

/// A region between an opening and a closing quotation mark of one segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotation {
    /// The region with its marks.
    pub span: Span<Seg>,
    /// The region between the marks; blanks inside the marks belong to it.
    pub inner: Span<Seg>,
    /// Number of words between the marks.
    pub words: usize,
    /// What the marks are.
    pub style: MarkStyle,
}

impl Quotation {
    /// Whether somebody speaks: four words or more. Fewer are a term or scare quotes.
    pub const fn is_speech(&self) -> bool {
        self.words >= 4
    }
}

/// What the marks of a quotation are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MarkStyle {
    /// “ and ”.
    Curly,
    /// ‘ and ’.
    Single,
    /// « and ».
    Guillemets,
    /// " and ".
    Straight,
    /// An opening mark of one style and a closing mark of another, or several marks in a row.
    Mixed,
    /// An opening mark only; the quotation runs to the end of the segment.
    Unclosed,
}

/// Which quotation marks and apostrophes a document writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QuoteStyle {
    /// “ ” and ’.
    Curly,
    /// " and '.
    Straight,
}

/// The quotations of `text`, by start, the outer before the inner.
///
/// Marks in a row without a blank (`“”`, `»»`, `’”`) count as one where they have the same role. A closing
/// mark ends the innermost quotation that was opened with its counterpart, else the innermost one of all
/// (`“ … »`). An opening mark that is never closed is dropped, but if it is the first mark of the text the
/// quotation runs to the end, as in quotations of several paragraphs. Straight single quotes are
/// apostrophes, and a curly one inside a word or before an elided word (`’em`) is, too.
pub fn quotations(text: &str) -> Vec<Quotation> {
    let mut found = Vec::new();
    let mut open: Vec<Mark> = Vec::new();
    let mut first = None;
    let mut at = 0;
    while let Some(offset) = text[at..].find(is_mark) {
        let start = at + offset;
        let single = matches!(text[start..].chars().next(), Some('‘' | '’'));
        let len = if single { '‘'.len_utf8() } else { group_len(&text[start..]) };
        let span = Span::new(start, start + len);
        at = span.end;
        let Some((role, style)) = role(text, span, &open) else { continue };
        let mark = Mark { span, style };
        first.get_or_insert((role, mark));
        match role {
            Role::Opens if open.len() < MAX_DEPTH => open.push(mark),
            Role::Opens => {}
            Role::Closes => close(text, &mut open, mark, &mut found),
        }
    }
    if let (Some((Role::Opens, mark)), Some(bottom)) = (first, open.first())
        && *bottom == mark
        && mark.style != MarkStyle::Single
    {
        let end = text.trim_end().len().max(mark.span.end);
        let rest = quotation(text, mark.span, Span::at(end), MarkStyle::Unclosed);
        // A lone mark before a full stop opens nothing.
        found.extend((rest.words > 0).then_some(rest));
    }
    found.sort_unstable_by_key(|q| (q.span.start, std::cmp::Reverse(q.span.end)));
    found
}

/// Deepest nesting that is followed; deeper opening marks are stray ones.
const MAX_DEPTH: usize = 8;

/// One mark, or several in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    span: Span<Seg>,
    style: MarkStyle,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Opens,
    Closes,
}

const fn is_mark(c: char) -> bool {
    is_double(c) || matches!(c, '‘' | '’')
}

const fn is_double(c: char) -> bool {
    matches!(c, '“' | '”' | '„' | '«' | '»' | '"')
}

/// Length of the double marks at the start of `text` that have one role together: up to an opening mark
/// that follows a closing one, as in `”“`.
fn group_len(text: &str) -> usize {
    let mut len = 0;
    let mut last = None;
    for c in text.chars().take_while(|&c| is_double(c)) {
        if matches!((last, c), (Some('”' | '»'), '“' | '«' | '„')) {
            break;
        }
        len += c.len_utf8();
        last = Some(c);
    }
    len
}

/// What the marks at `span` do, told by their shape and their neighbours; `None` for an apostrophe, a
/// measure or an omission sign.
fn role(text: &str, span: Span<Seg>, open: &[Mark]) -> Option<(Role, MarkStyle)> {
    let marks = &text[span.range()];
    let before = text[..span.start].chars().next_back();
    let after = text[span.end..].chars().next();
    let shape = marks.chars().next()?;
    let apart_before =
        before.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '{' | '—' | '–' | '-' | '/'));
    let word_after = after.is_some_and(is_word_char);
    let apart_after =
        after.is_none_or(|c| !is_word_char(c) && !matches!(c, '(' | '[' | '$' | '€' | '£' | '…'));
    // The place decides where it is clear: a word on one side and none on the other.
    let place = match (apart_before, apart_after) {
        (true, false) => Some(Role::Opens),
        (false, true) => Some(Role::Closes),
        _ => None,
    };
    match shape {
        '‘' => {
            let opens = before.is_none_or(|c| !is_word_char(c)) && after.is_some_and(char::is_alphabetic);
            (opens && !is_elided(&text[span.end..])).then_some((Role::Opens, MarkStyle::Single))
        }
        '’' => {
            let closes = !word_after && open.iter().any(|mark| mark.style == MarkStyle::Single);
            // After a plural a possessive is as likely, but then another mark closes later.
            let possessive = before == Some('s') && after == Some(' ') && closes_later(&text[span.end..]);
            (closes && !possessive).then_some((Role::Closes, MarkStyle::Single))
        }
        '"' => {
            let inside = open.iter().any(|mark| mark.style != MarkStyle::Single);
            let measure =
                !inside && marks.len() == 1 && before.is_some_and(|c| c.is_ascii_digit()) && !word_after;
            let role = place.unwrap_or(if inside { Role::Closes } else { Role::Opens });
            // A closing place with nothing open is an opening mark with a blank too many or a stray one.
            (!measure).then_some((role, style_of(marks)))
        }
        _ => {
            let by_shape = match shape {
                '”' | '»' => Role::Closes,
                _ => Role::Opens,
            };
            let inside = open.iter().any(|mark| mark.style != MarkStyle::Single);
            let role = match (by_shape, place) {
                // `»word«` and `”word”`: an opening mark of another tradition or of a hasty typist.
                (Role::Closes, Some(Role::Opens)) if !inside => Role::Opens,
                // `„word“`.
                (Role::Opens, Some(Role::Closes)) if inside => Role::Closes,
                _ => by_shape,
            };
            Some((role, style_of(marks)))
        }
    }
}

/// Whether a ’ that surely closes comes before the next opening ‘ and within the sentence or so.
fn closes_later(rest: &str) -> bool {
    let mut chars = rest.chars().take(LOOK_AHEAD).peekable();
    let mut last = ' ';
    while let Some(c) = chars.next() {
        match c {
            '‘' => return false,
            '’' if chars.peek().is_none_or(|&n| !is_word_char(n)) && last != 's' => return true,
            _ => last = c,
        }
    }
    false
}

/// How far a possessive looks for the mark that really closes, in scalar values.
const LOOK_AHEAD: usize = 200;

/// Words that lose their first letters, after which ‘ is a wrong apostrophe.
fn is_elided(rest: &str) -> bool {
    let word = &rest[..rest.find(|c| !is_word_char(c)).unwrap_or(rest.len())];
    ["tis", "twas", "twill", "em", "til", "till", "n", "cause", "bout", "cos"]
        .iter()
        .any(|elided| word.eq_ignore_ascii_case(elided))
}

fn style_of(marks: &str) -> MarkStyle {
    let mut chars = marks.chars();
    match (chars.next(), chars.next()) {
        (_, Some(_)) | (None, _) => MarkStyle::Mixed,
        (Some('"'), None) => MarkStyle::Straight,
        (Some('«' | '»'), None) => MarkStyle::Guillemets,
        (Some('‘' | '’'), None) => MarkStyle::Single,
        (Some(_), None) => MarkStyle::Curly,
    }
}

/// Closes a quotation with `mark`, if one is open.
fn close(text: &str, open: &mut Vec<Mark>, mark: Mark, found: &mut Vec<Quotation>) {
    let same = open.iter().rposition(|m| m.style == mark.style);
    let any = open.iter().rposition(|m| m.style != MarkStyle::Single);
    let index = if mark.style == MarkStyle::Single { same } else { same.or(any) };
    let Some(index) = index else { return };
    let opening = open[index];
    open.truncate(index);
    let style = if opening.style == mark.style { mark.style } else { MarkStyle::Mixed };
    found.push(quotation(text, opening.span, mark.span, style));
}

fn quotation(text: &str, opening: Span<Seg>, closing: Span<Seg>, style: MarkStyle) -> Quotation {
    let inner = Span::new(opening.end, closing.start);
    let words = text[inner.range()].split_whitespace().filter(|w| w.contains(char::is_alphanumeric)).count();
    Quotation { span: opening.cover(closing), inner, words, style }
}

/// The style of the double quotation marks of one text: curly if it has a curly one, `None` if it has none.
pub fn written_quotes(text: &str) -> Option<QuoteStyle> {
    if text.contains(['“', '”']) {
        Some(QuoteStyle::Curly)
    } else {
        text.contains('"').then_some(QuoteStyle::Straight)
    }
}

/// The style of most double quotation marks of some texts; of most apostrophes if there are no marks;
/// curly if that does not decide.
pub fn dominant_quotes<'t>(texts: impl Iterator<Item = &'t str>) -> QuoteStyle {
    let (mut marks, mut apostrophes) = ([0usize; 2], [0usize; 2]);
    for text in texts {
        let bytes = text.as_bytes();
        for (i, byte) in bytes.iter().enumerate() {
            match byte {
                b'"' => marks[1] += 1,
                b'\'' => apostrophes[1] += 1,
                // U+2018 to U+201D begin with these two bytes.
                0xe2 if bytes.get(i + 1) == Some(&0x80) => match bytes.get(i + 2) {
                    Some(0x9c | 0x9d) => marks[0] += 1,
                    Some(0x98 | 0x99) => apostrophes[0] += 1,
                    _ => {}
                },
                _ => {}
            }
        }
    }
    let order = marks[0].cmp(&marks[1]).then(apostrophes[0].cmp(&apostrophes[1]));
    if order.is_lt() { QuoteStyle::Straight } else { QuoteStyle::Curly }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn inner(text: &str) -> Vec<&str> {
        quotations(text).iter().map(|q| &text[q.inner.range()]).collect()
    }

    #[test]
    fn every_style_of_marks() {
        assert_eq!(
            inner("He said “go on” and \"so\", « Quoi » or ‘why not’."),
            ["go on", "so", " Quoi ", "why not"]
        );
        let styles: Vec<_> = quotations("“a” \"b\" «c» ‘d’").iter().map(|q| q.style).collect();
        use MarkStyle::{Curly, Guillemets, Single, Straight};
        assert_eq!(styles, [Curly, Straight, Guillemets, Single]);
    }

    #[test]
    fn what_translation_leaves_behind() {
        assert_eq!(
            inner("“” As part of the roads, it weaves ties »»"),
            [" As part of the roads, it weaves ties "]
        );
        assert_eq!(
            inner("a “policy of influence » and \" more of it ” here"),
            ["policy of influence ", " more of it "]
        );
        assert_eq!(inner("a ”word” and »word« and „word“"), ["word", "word", "word"]);
        assert_eq!(inner("“so”“no”"), ["so", "no"]);
        assert_eq!(quotations("“a »")[0].style, MarkStyle::Mixed);
    }

    #[test]
    fn nested_quotations_come_outer_first() {
        assert_eq!(inner("“He said ‘no’ and “yes” again”"), ["He said ‘no’ and “yes” again", "no", "yes"]);
        assert_eq!(inner("“He said: ‘No.’”"), ["He said: ‘No.’", "No."]);
        assert_eq!(inner("\"He said ‘no’.\""), ["He said ‘no’.", "no"]);
    }

    #[test]
    fn apostrophes_and_measures_are_no_quotations() {
        assert_eq!(inner("Don’t take the workers’ ‘90s hits, ’tis not rock ‘n’ roll"), [""; 0]);
        assert_eq!(inner("‘the workers’ rights are gone’ he said"), ["the workers’ rights are gone"]);
        assert_eq!(inner("a 5\" disc and a 7\" one"), [""; 0]);
    }

    #[test]
    fn an_opening_mark_without_its_close_runs_to_the_end_if_it_is_the_first() {
        let text = "“It goes on and on. ";
        assert_eq!(inner(text), ["It goes on and on."]);
        assert_eq!(quotations(text)[0].style, MarkStyle::Unclosed);
        assert_eq!(inner("“a” then “b"), ["a"]);
        assert_eq!(inner("‘a b"), [""; 0]);
        assert_eq!(inner("\"?"), [""; 0]);
    }

    #[test]
    fn four_words_are_speech() {
        assert!(quotations("“one two three four”")[0].is_speech());
        assert!(!quotations("“one – two three”")[0].is_speech());
    }

    #[test]
    fn the_style_of_most_marks_is_dominant() {
        let style = |text: &str| dominant_quotes(std::iter::once(text));
        assert_eq!(style("“a” \"b"), QuoteStyle::Curly);
        assert_eq!(style("“ \"b\""), QuoteStyle::Straight);
        assert_eq!(style("It's"), QuoteStyle::Straight);
        assert_eq!(style("It’s the boys’ 'thing"), QuoteStyle::Curly);
        assert_eq!(style("Its"), QuoteStyle::Curly);
    }

    #[test]
    fn long_hostile_text_gives_nested_spans() {
        for piece in ["“", "\" ", "“a ", "‘a s’ ", "” ", "«»", "‘a "] {
            let found = quotations(&piece.repeat(100_000 / piece.len()));
            let apart = |a: Span<Seg>, b: Span<Seg>| a.contains(b) || a.end <= b.start;
            assert!(found.windows(2).all(|pair| apart(pair[0].span, pair[1].span)));
        }
    }

    proptest! {
        #[test]
        fn spans_are_sorted_and_nest(text in "([“”„«»\"‘’ .,(5]|[a-cs]{1,3}){0,40}") {
            let found = quotations(&text);
            for pair in found.windows(2) {
                let (a, b) = (pair[0].span, pair[1].span);
                prop_assert!(a.start < b.start, "two quotations never share their opening mark");
                prop_assert!(a.contains(b) || a.end <= b.start, "{a:?} and {b:?} cross");
            }
            for q in &found {
                prop_assert!(text.get(q.span.range()).is_some() && text.get(q.inner.range()).is_some());
                prop_assert!(q.span.contains(q.inner));
            }
        }
    }
}
