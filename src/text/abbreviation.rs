//! Whether a full stop marks an abbreviation or ends the sentence.
//!
//! The lists are of English prose, with the French titles that translations keep.

use crate::text::word::{is_dash_or_blank, is_opener, is_word_char};

/// Abbreviations before a name or an explanation; never the end of a sentence when a blank follows.
const LEADING: &[&str] = &[
    "Adm", "Brig", "Capt", "Card", "Cdr", "Cie", "Cmdr", "Col", "Cpl", "Cpt", "Dr", "Drs", "Fr", "Ft", "Gen",
    "Gov", "Hon", "Insp", "Lieut", "Lt", "MM", "Maj", "Messrs", "Mgr", "Mlle", "Mme", "Mr", "Mrs", "Ms",
    "Msgr", "Mt", "Pfc", "Pr", "Pres", "Prof", "Pvt", "Rep", "Reps", "Rev", "Sen", "Sens", "Sgt", "Ste",
    "Supt", "St", "approx", "ca", "cf", "e.g", "eg", "esp", "i.e", "ibid", "ie", "incl", "resp", "viz", "vs",
];

/// Abbreviations before a number; the end of a sentence unless a digit follows.
const BEFORE_NUMBER: &[&str] = &[
    "Art", "Arts", "Ch", "Chap", "Eq", "Fig", "Figs", "No", "Nos", "Nr", "Op", "Par", "Pp", "Sec", "Vol",
    "Vols", "art", "arts", "ch", "chap", "eq", "fig", "figs", "n", "no", "nos", "op", "p", "par", "pp",
    "sec", "vol", "vols",
];

/// Abbreviations that may end a sentence; they do when a word follows that often begins one.
const AMBIGUOUS: &[&str] = &[
    "Ala", "Apr", "Ariz", "Ark", "Assn", "Aug", "Ave", "Blvd", "Bros", "Ca", "Cal", "Calif", "Co", "Colo",
    "Conn", "Corp", "Dec", "Del", "Dept", "Esq", "Feb", "Fla", "Ga", "Hwy", "Ill", "Inc", "Ind", "Jan", "Jr",
    "Kan", "Ky", "La", "Ltd", "Mar", "Mass", "Md", "Mich", "Minn", "Mo", "Mont", "Neb", "Nev", "Nov", "Oct",
    "Okla", "Ore", "Pa", "Penn", "Ph.D", "Rd", "Sep", "Sept", "Sq", "Sr", "Tenn", "Tex", "Univ", "Va", "Vt",
    "Wash", "Wis", "Wyo", "al", "etc",
];

/// Words that often begin a sentence and are not names.
#[rustfmt::skip]
const STARTERS: &[&str] = &[
    "A", "After", "All", "Although", "And", "Another", "As", "At", "Because", "Before", "Both", "But", "By",
    "Despite", "Each", "Even", "Every", "Few", "For", "From", "He", "Her", "Here", "His", "How", "However",
    "I", "If", "In", "Indeed", "Instead", "It", "Its", "Many", "Meanwhile", "Moreover", "Most", "My",
    "Neither", "No", "None", "Nor", "Nothing", "Now", "Of", "On", "Once", "One", "Only", "Or", "Other",
    "Our", "Perhaps", "She", "Since", "So", "Some", "Still", "Such", "That", "The", "Their", "Then",
    "There", "These", "They", "This", "Those", "Though", "Thus", "To", "Today", "Under", "Unlike", "Until",
    "We", "Well", "What", "When", "Where", "Whether", "Which", "While", "Who", "Why", "With", "Without",
    "Yes", "Yet", "You", "Your",
];

/// Whether the full stop after `head` marks an abbreviation and the sentence goes on with `tail`.
pub(super) fn is_abbreviation(head: &str, tail: &str) -> bool {
    let word_start =
        head.char_indices().rev().take(24).take_while(|&(_, c)| is_word_char(c) || c == '.').last();
    let Some((word_start, _)) = word_start else { return false };
    let word = &head[word_start..];
    let next = tail.trim_start_matches(|c| is_opener(c) || is_dash_or_blank(c));
    let next_word = &next[..next.find(|c| !is_word_char(c)).unwrap_or(next.len())];
    // A dash carries on: "OAKLAND, Calif. -- The".
    let dash = tail.starts_with(['-', '–', '—']);
    let starter = || !dash && STARTERS.contains(&next_word) && !next[next_word.len()..].starts_with('.');
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_decides_about_ambiguous_abbreviations() {
        assert!(is_abbreviation("Acme Inc", "Chairman Smith"));
        assert!(!is_abbreviation("Acme Inc", "The chairman"));
        assert!(is_abbreviation("See No", "5"));
        assert!(!is_abbreviation("He said no", "She left"));
        assert!(is_abbreviation("Mr", "The"));
        assert!(!is_abbreviation("He left", "Mr"));
        assert!(is_abbreviation("J. K", "Rowling"));
        assert!(is_abbreviation("J", "A. Smith"), "an initial, not the word “A”");
        assert!(!is_abbreviation("", "The"));
    }
}
