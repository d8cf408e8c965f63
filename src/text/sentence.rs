//! Sentences of a segment.
//!
//! The rules are those of the sentence bounds of UAX #29 (a full stop ends a sentence unless a lower-case
//! letter follows; closing quotation marks and brackets belong to the sentence they end), with the repairs
//! that English prose and translated prose need: titles, initials, abbreviations that may or may not end a
//! sentence, spaces lost after a full stop, closing marks that stand apart. The Unicode algorithm itself
//! is not run: it visits every character to find bounds, of which most repairs would then be undone, while
//! this one looks only at the marks that can end a sentence. Time is linear in the length of the text.

use crate::span::{Seg, Span};
use crate::text::abbreviation::is_abbreviation;
use crate::text::word::{is_dash_or_blank, is_opener, is_word_char};

/// The sentences of `text`, in order, not overlapping, without the blanks between them.
///
/// Text after the last full stop is a sentence too; a text of blanks has none. A line break in `text` ends
/// a sentence. A lower-case letter never begins one, not even after `?` or `!` (`Yahoo! shares`, `“Why?” he
/// asked`).
pub fn sentences(text: &str) -> Vec<Span<Seg>> {
    let mut found = Vec::new();
    let mut start = skip_blanks(text, 0);
    let mut at = start;
    let mut seen = Seen::default();
    while let Some(offset) = next_candidate(&text.as_bytes()[at..]) {
        let mark = at + offset;
        seen.read_to(text, mark);
        match sentence_end(text, start, mark, &mut seen) {
            Step::End(end) => {
                if end > start {
                    found.push(Span::new(start, end));
                }
                start = skip_blanks(text, end);
                at = start;
                seen.read_to(text, start);
                seen.word = false;
            }
            Step::Goes(on) => at = on,
        }
        debug_assert!(at > mark);
    }
    let end = start + text[start..].trim_end().len();
    if end > start {
        found.push(Span::new(start, end));
    }
    found
}

/// What a candidate turned out to be.
enum Step {
    /// The sentence ends here.
    End(usize),
    /// It goes on; the next candidate is at or after this offset.
    Goes(usize),
}

/// What has been read so far.
#[derive(Default)]
struct Seen {
    upto: usize,
    /// Whether a straight quotation mark is open: tells the opening from the closing ones.
    open: bool,
    /// Whether the sentence has a letter or digit yet.
    word: bool,
}

impl Seen {
    /// Reads on to `at`; does nothing if that has been read.
    fn read_to(&mut self, text: &str, at: usize) {
        if let Some(piece) = text.get(self.upto..at) {
            self.open ^= piece.bytes().filter(|&b| b == b'"').count() % 2 == 1;
            self.word = self.word || piece.contains(char::is_alphanumeric);
            self.upto = at;
        }
    }
}

/// Offset of the next byte at which a mark that can end a sentence may begin.
fn next_candidate(bytes: &[u8]) -> Option<usize> {
    bytes.iter().enumerate().position(|(i, b)| match b {
        b'.' | b'!' | b'?' | b'\n' | b'\r' => true,
        // … ‼ ⁇ ‽ and the line separators; 。 ！ ？
        0xe2 => {
            matches!(bytes[i + 1..], [0x80, 0xa6 | 0xbc | 0xbd | 0xa8 | 0xa9, ..] | [0x81, 0x87..=0x89, ..])
        }
        0xe3 => matches!(bytes[i + 1..], [0x80, 0x82, ..]),
        0xef => matches!(bytes[i + 1..], [0xbc, 0x81 | 0x9f | 0x8e, ..]),
        _ => false,
    })
}

const fn is_terminator(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '‼' | '‽' | '⁇'..='⁉' | '。' | '！' | '？' | '．')
}

const fn is_closer(c: char) -> bool {
    matches!(c, '”' | '’' | '»' | '›' | ')' | ']' | '}' | '″')
}

/// Decides about the mark at `mark` in the sentence that began at `start`.
fn sentence_end(text: &str, start: usize, mark: usize, seen: &mut Seen) -> Step {
    let is_line_break = |c: char| matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}');
    let rest = &text[mark..];
    if rest.starts_with(is_line_break) {
        return Step::End(start + text[start..mark].trim_end().len());
    }
    let cluster = &rest[..cluster_len(rest)];
    let after_marks = mark + cluster.len();
    let sentence_has_word = seen.word;
    let end = skip_closers(text, after_marks, seen);
    let before = text[start..mark].chars().next_back();
    let (Some(before), Some(next)) = (before, text[end..].chars().next()) else {
        // At the very start there is no sentence to end yet; at the very end there is no choice.
        return if end == text.len() { Step::End(end) } else { Step::Goes(end) };
    };
    // "[…]" and "(...)" are omissions, "(?)" a doubt: no end by themselves.
    if is_opener(before) && end > after_marks {
        return Step::Goes(end);
    }
    if !sentence_has_word {
        return Step::Goes(end);
    }
    let full_stop = cluster == ".";
    if !next.is_whitespace() {
        return if ends_without_blank(text, mark, end, full_stop, seen) {
            Step::End(end)
        } else {
            Step::Goes(end)
        };
    }
    let follows = skip_blanks(text, end);
    if text[end..follows].contains(is_line_break) {
        return Step::End(end);
    }
    let Some(letter) = text[follows..].chars().find(|&c| !(is_opener(c) || is_dash_or_blank(c))) else {
        return Step::End(end);
    };
    let goes_on = letter.is_lowercase()
        || (matches!(letter, ',' | ';' | ':') && text[follows..].starts_with(letter))
        || (full_stop
            && !text[after_marks..end].contains(|c| !matches!(c, ')' | ']'))
            && is_abbreviation(&text[start..mark], &text[follows..]));
    if goes_on { Step::Goes(end) } else { Step::End(end) }
}

/// Length of the marks at the start of `text`; those that stand apart belong to them, as in `. . .` and in
/// the French `… ?`.
fn cluster_len(text: &str) -> usize {
    let mut len = 0;
    loop {
        len += text[len..].find(|c| !is_terminator(c)).unwrap_or(text.len() - len);
        let mut chars = text[len..].chars();
        let blank = chars.next().filter(|&c| c.is_whitespace() && !matches!(c, '\n' | '\r'));
        match (blank, chars.next()) {
            (Some(blank), Some(mark)) if is_terminator(mark) => len += blank.len_utf8(),
            _ => return len,
        }
    }
}

/// Skips closing marks, also where a blank stands before them as in French (`fin. »`), and note numbers in
/// brackets (`end.[12]`).
fn skip_closers(text: &str, from: usize, seen: &mut Seen) -> usize {
    let mut at = from;
    loop {
        let rest = &text[at..];
        let Some(c) = rest.chars().next() else { return at };
        seen.read_to(text, at);
        let after = rest[c.len_utf8()..].chars().next();
        let ends_word = after.is_none_or(|a| !is_word_char(a));
        match c {
            '”' | '»' | '›' | ')' | ']' | '}' | '″' => at += c.len_utf8(),
            '’' | '\'' if ends_word => at += c.len_utf8(),
            '"' if seen.open => at += 1,
            '"' if ends_word && !after.is_some_and(is_opener) => at += 1,
            '[' => match note_number(rest) {
                Some(len) => at += len,
                None => return at,
            },
            _ if c.is_whitespace() && !matches!(c, '\n' | '\r') => {
                let closer = rest.trim_start();
                let blanks = rest.len() - closer.len();
                let mut chars = closer.chars();
                let apart = matches!(chars.next(), Some('»' | '”' | '›'))
                    && chars
                        .next()
                        .is_none_or(|n| n.is_whitespace() || is_closer(n) || matches!(n, '.' | ',' | ';'));
                if !apart || blanks > 8 {
                    return at;
                }
                at += blanks;
            }
            _ => return at,
        }
    }
}

/// Length of a note number in brackets, `[12]`, at the start of `text`.
fn note_number(text: &str) -> Option<usize> {
    let digits = text[1..].bytes().take(4).take_while(u8::is_ascii_digit).count();
    (digits > 0 && text[1 + digits..].starts_with(']')).then_some(digits + 2)
}

/// Whether the sentence ends at `end` although no blank follows: before an opening quotation mark, or where
/// the blank between two sentences was lost (`the end.The next`).
fn ends_without_blank(text: &str, mark: usize, end: usize, full_stop: bool, seen: &Seen) -> bool {
    let tail = &text[end..];
    let mut chars = tail.chars();
    let (next, second) = (chars.next(), chars.next());
    let begins_word = second.is_some_and(|c| is_word_char(c) || is_opener(c));
    let small_before = || {
        let mut back = text[..mark].chars().rev().take_while(|c| is_word_char(*c));
        back.next().is_some_and(char::is_lowercase) && back.next().is_some_and(char::is_lowercase)
    };
    match next {
        Some('“' | '«' | '„') => begins_word || second.is_some_and(char::is_whitespace),
        Some('‘') => begins_word,
        Some('"') => !seen.open && begins_word,
        Some('。' | '！' | '？') => false,
        Some(c) if ('\u{2e80}'..='\u{9fff}').contains(&c) => true,
        Some(c) if c.is_uppercase() => {
            // Not in names of sites and products: "Booking.Com", "Node.JS", "Yahoo!Mail" are rare in prose.
            second.is_some_and(|s| s.is_lowercase() || s.is_whitespace())
                && (end > mark + 1 || !full_stop || small_before())
                && !tail.starts_with("Com")
        }
        _ => false,
    }
}

fn skip_blanks(text: &str, from: usize) -> usize {
    text.len() - text[from..].trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `|` marks the bounds that are expected.
    fn check(marked: &str) {
        let text = marked.replace('|', "");
        let found: Vec<&str> = sentences(&text).iter().map(|s| &text[s.range()]).collect();
        let expected: Vec<&str> = marked.split('|').map(str::trim).filter(|s| !s.is_empty()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn plain_sentences() {
        check("One. |Two! |Three? |Four");
        check("Yahoo! shares fell? and rose.");
        check("  Alone  ");
        check("");
        check("He paid 3.5 million. |In 2019. |Then 4.");
        check("Wait… |He left... |She said: \"No.\"");
    }

    #[test]
    fn abbreviations_do_not_end_a_sentence() {
        check("Mr. Smith met Dr. Jones and Mme. Dupont. |They left.");
        check("Rules, e.g. This one, i.e. That one, vs. Others.");
        check("M. Macron met J. K. Rowling and George W. Bush. |Good.");
        check("See No. 5 and p. 12 of vol. 3. |End.");
        check("He said no. |She left.");
        check("St. John walked down Wall St. |The end.");
        check("Acme Inc. Chairman John left Acme Inc. |He won.");
        check("On Jan. 5, Martin Jr. Smith left.");
    }

    #[test]
    fn acronyms_with_full_stops_end_a_sentence_before_a_common_first_word() {
        check("The U.S. Senate met in the U.S. |The House did not.");
        check("At 5 p.m. Monday he left at 6 p.m. |He was late.");
    }

    #[test]
    fn a_list_number_belongs_to_its_sentence() {
        check("1. The first. |2. The second.");
    }

    #[test]
    fn closing_marks_belong_to_the_sentence() {
        check("“Go.” |He went. |(It was late.) |Then.");
        check("He said \"go.\" |Then \"stop.\" |Yes.");
        check("« Fin. » |Then ties. »» |Next.");
        check("It is so.[12] |Next.");
        check("‘Go.’ |He went.");
    }

    #[test]
    fn lower_case_goes_on() {
        check("“Why?” he asked. |“Stop!” she cried.");
        check("It was… not so. |He... well. |Yes.");
        check("« Quoi ? » demanda-t-il.");
        check("“Why?” – asked Ann.");
    }

    #[test]
    fn lost_blanks() {
        check("It is over.|“Not yet,” he said.");
        check("He said so.|\"Not yet,\" he said.");
        check("He said \"so.\"|Not yet.");
        check("It is the end.|The next one.");
        check("Is it so?|The next one.");
        check("See www.example.org and Node.js and U.S.A. now.");
    }

    #[test]
    fn omissions_and_doubts_do_not_end_a_sentence() {
        check("He came […] The rest (?) Then went (...) Home.");
        check("... And then.");
        check("The Rev. Mr. Hill of Columbus, Ga. |He spoke (in the U.S.) Monday.");
        check("The cash . . . here is it. . . . |At the end … ? |Yes.");
        check("OAKLAND, Calif. -- The city.");
    }

    #[test]
    fn line_breaks_end_a_sentence() {
        check("One\n|two.\r\n|Three");
    }

    #[test]
    fn long_hostile_text_gives_valid_spans() {
        for piece in [". ", "(.", "?\"", ". »", ".“ ", "a.", "A. ", ".[1]", "\".", "’."] {
            let text = piece.repeat(200_000 / piece.len());
            let found = sentences(&text);
            assert!(found.windows(2).all(|pair| pair[0].end <= pair[1].start));
            assert!(found.iter().all(|s| text.get(s.range()).is_some_and(|t| t == t.trim())));
        }
    }

    proptest! {
        #[test]
        fn spans_are_sorted_trimmed_and_hold_every_visible_character(
            text in "([.!?…\"“”’'«»()\\[\\] \u{a0}\n]|[a-cA-CéMr0-9]|Mr\\. |U\\.S\\. |。|文){0,60}"
        ) {
            let mut at = 0;
            for span in sentences(&text) {
                prop_assert!(span.start >= at && span.end > span.start);
                prop_assert!(text[at..span.start].trim().is_empty());
                prop_assert_eq!(text[span.range()].trim(), &text[span.range()]);
                at = span.end;
            }
            prop_assert!(text[at..].trim().is_empty());
        }
    }
}
