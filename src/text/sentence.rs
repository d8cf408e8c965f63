//! Sentences of a segment.
//!
//! The rules are those of the sentence bounds of UAX #29 (a full stop ends a sentence unless a lower-case
//! letter follows; closing quotation marks and brackets belong to the sentence they end), with the repairs
//! that English prose and translated prose need: titles, initials, abbreviations that may or may not end a
//! sentence, spaces lost after a full stop, closing marks that stand apart. The Unicode algorithm itself
//! is not run: it visits every character to find bounds, of which most repairs would then be undone, while
//! this one looks only at the marks that can end a sentence. Time is linear in the length of the text.

use crate::span::{Seg, Span};
use crate::text::word::is_word_char;

/// Abbreviations before a name or an explanation; never the end of a sentence when a blank follows.
const LEADING: &[&str] = &[
    "Adm", "Brig", "Capt", "Card", "Cdr", "Cie", "Cmdr", "Col", "Cpl", "Cpt", "Dr", "Drs", "Fr", "Ft", "Gen",
    "Gov", "Hon", "Insp", "Lieut", "Lt", "MM", "Maj", "Me", "Messrs", "Mgr", "Mlle", "Mme", "Mr", "Mrs",
    "Ms", "Msgr", "Mt", "Pfc", "Pr", "Pres", "Prof", "Pvt", "Rep", "Reps", "Rev", "Sen", "Sens", "Sgt",
    "Ste", "Supt", "St", "approx", "ca", "cf", "e.g", "eg", "esp", "i.e", "ibid", "ie", "incl", "resp",
    "viz", "vs",
];

/// Abbreviations before a number; the end of a sentence unless a digit follows.
const BEFORE_NUMBER: &[&str] = &[
    "Art", "Arts", "Ch", "Chap", "Eq", "Fig", "Figs", "No", "Nos", "Nr", "Op", "Par", "Sec", "Vol", "Vols",
    "art", "arts", "ch", "chap", "eq", "fig", "figs", "n", "no", "nos", "op", "p", "par", "pp", "sec", "vol",
    "vols",
];

/// Abbreviations that may end a sentence; they do when a word follows that often begins one.
const AMBIGUOUS: &[&str] = &[
    "Apr", "Assn", "Aug", "Ave", "Blvd", "Bros", "Cal", "Co", "Conn", "Corp", "Dec", "Dept", "Esq", "Feb",
    "Fla", "Hon", "Hwy", "Inc", "Jan", "Jr", "Ltd", "Mar", "Mass", "Mich", "Minn", "Nov", "Oct", "Ph.D",
    "Pa", "Penn", "Rd", "Sept", "Sep", "Sq", "Sr", "Tenn", "Tex", "Univ", "Va", "Wash", "al", "etc",
];

/// Words that often begin a sentence and are not names.
const STARTERS: &[&str] = &[
    "A",
    "After",
    "All",
    "Although",
    "And",
    "Another",
    "As",
    "At",
    "Because",
    "Before",
    "Both",
    "But",
    "By",
    "Despite",
    "Each",
    "Even",
    "Every",
    "Few",
    "For",
    "From",
    "He",
    "Her",
    "Here",
    "His",
    "How",
    "However",
    "I",
    "If",
    "In",
    "Indeed",
    "Instead",
    "It",
    "Its",
    "Many",
    "Meanwhile",
    "Moreover",
    "Most",
    "My",
    "Neither",
    "No",
    "None",
    "Nor",
    "Nothing",
    "Now",
    "Of",
    "On",
    "Once",
    "One",
    "Only",
    "Or",
    "Other",
    "Our",
    "Perhaps",
    "She",
    "Since",
    "So",
    "Some",
    "Still",
    "Such",
    "That",
    "The",
    "Their",
    "Then",
    "There",
    "These",
    "They",
    "This",
    "Those",
    "Though",
    "Thus",
    "To",
    "Today",
    "Under",
    "Unlike",
    "Until",
    "We",
    "Well",
    "What",
    "When",
    "Where",
    "Whether",
    "Which",
    "While",
    "Who",
    "Why",
    "With",
    "Without",
    "Yes",
    "Yet",
    "You",
    "Your",
];

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

const fn is_opener(c: char) -> bool {
    matches!(c, '“' | '‘' | '«' | '‹' | '„' | '(' | '[' | '{' | '"' | '\'' | '¿' | '¡')
}

/// Decides about the mark at `mark` in the sentence that began at `start`.
fn sentence_end(text: &str, start: usize, mark: usize, seen: &mut Seen) -> Step {
    let is_line_break = |c: char| matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}');
    let rest = &text[mark..];
    if rest.starts_with(is_line_break) {
        return Step::End(start + text[start..mark].trim_end().len());
    }
    let cluster = &rest[..rest.find(|c| !is_terminator(c)).unwrap_or(rest.len())];
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

const fn is_dash_or_blank(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '―' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\t')
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

/// Whether the full stop after `head` marks an abbreviation and the sentence goes on with `tail`.
fn is_abbreviation(head: &str, tail: &str) -> bool {
    let word_start =
        head.char_indices().rev().take(24).take_while(|&(_, c)| is_word_char(c) || c == '.').last();
    let Some((word_start, _)) = word_start else { return false };
    let word = &head[word_start..];
    let next = tail.trim_start_matches(|c| is_opener(c) || is_dash_or_blank(c));
    let next_word = &next[..next.find(|c| !is_word_char(c)).unwrap_or(next.len())];
    let starter = || STARTERS.contains(&next_word) && !next[next_word.len()..].starts_with('.');
    let digit = next.starts_with(|c: char| c.is_ascii_digit());

    if LEADING.contains(&word) {
        // "St." after a capitalised word is a street, which can end a sentence.
        return !(word == "St" && after_capitalised(&head[..word_start]) && starter());
    }
    if BEFORE_NUMBER.contains(&word) {
        return digit;
    }
    if AMBIGUOUS.contains(&word) {
        return !starter();
    }
    // A list number at the start of a sentence: "1. The".
    if word_start == 0 && word.len() <= 3 && word.bytes().all(|b| b.is_ascii_digit()) {
        return true;
    }
    let mut parts = word.split('.').map(|part| part.chars().count());
    let dotted = word.contains('.');
    if parts.all(|len| (1..=2).contains(&len)) && word.chars().all(|c| c.is_alphabetic() || c == '.') {
        // Initials and "U.S.", "a.m.", "J.-P."; one letter or several with full stops between.
        return (dotted || word.chars().count() == 1 && word.chars().all(char::is_uppercase)) && !starter();
    }
    false
}

/// Whether the last word of `head` begins with a capital.
fn after_capitalised(head: &str) -> bool {
    let head = head.trim_end();
    let word = head.char_indices().rev().take(24).take_while(|&(_, c)| is_word_char(c)).last();
    word.is_some_and(|(_, c)| c.is_uppercase())
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
    }

    #[test]
    fn line_breaks_end_a_sentence() {
        check("One\n|two.\r\n|Three");
    }

    #[test]
    fn cost_is_linear_on_hostile_text() {
        for piece in [". ", "(.", "?\"", ". »", ".“ ", "a.", "A. ", ".[1]", "\".", "’."] {
            let text = piece.repeat(200_000 / piece.len());
            assert!(sentences(&text).len() <= text.len());
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
