//! *A* or *an*: the choice by the sound of the next word.
//!
//! Spelling decides except for the words listed here: a silent *h*, a vowel letter that sounds like *you* or
//! *won*, numbers, and acronyms, which are spelled out unless they are listed as read like words.

/// The indefinite articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Article {
    /// Before a consonant sound.
    A,
    /// Before a vowel sound.
    An,
}

impl Article {
    /// `a` or `an`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::An => "an",
        }
    }

    const fn an_if(vowel: bool) -> Self {
        if vowel { Self::An } else { Self::A }
    }
}

/// Acronyms of five letters or fewer that are read like words and begin with a letter whose name and sound
/// ask for different articles; the others are right either way.
const READ_AS_WORDS: &[&str] = &[
    "FAO", "FARA", "FARC", "FEMA", "FIFA", "FISA", "HALO", "HAMAS", "HEPA", "HUD", "LAN", "LASER", "LEED",
    "LIBOR", "LIDAR", "MAD", "MAGA", "MENA", "MERS", "MIDI", "MIRV", "MOAB", "MOMA", "MOOC", "NAFTA", "NAND",
    "NASA", "NATO", "NICE", "NIMBY", "NOAA", "NORAD", "RADAR", "RAM", "REIT", "ROM", "SAARC", "SALT", "SAM",
    "SARS", "SCUBA", "SEAL", "SIM", "SONAR", "SPAC", "START", "SWAT", "SWIFT", "UNRWA",
];

/// Longest acronym that is spelled out when it is not listed; longer ones in capitals are words.
const MAX_SPELLED: usize = 5;

/// Beginnings with a silent h.
const SILENT_H: &[&str] = &["hour", "honest", "honor", "honour", "heir", "hors d"];

/// Beginnings with a vowel letter and the sound of *you* or *w*. An entry that ends in `$` is a whole word.
const CONSONANT_SOUND: &[&str] = &[
    "eu", "ewe", "once", "one$", "ones$", "oneself", "oneness", "onetime", "ouija", "ubiq", "ufo", "uga",
    "uigh", "uk$", "ukr", "ukul", "un$", "unanim", "unesco", "uni", "ura", "ure", "uri", "uro", "uru", "usa",
    "use", "usi", "usu", "uta", "ute", "uti", "uto", "utr", "uvul", "uyg",
];

/// Beginnings that look like the ones above and sound as they are spelled.
const VOWEL_SOUND: &[&str] =
    &["unideal", "unidentif", "unidiom", "unignor", "unillu", "unim", "unin", "uniron", "unissued", "urat"];

/// The article that the sound of `next_word` asks for.
///
/// `next_word` may be longer than a word; what stands after the first blank or hyphen is not looked at, and
/// neither are quotation marks, brackets and currency signs before it. *Historic*, *herb* and the like take
/// *a*. A text without letters and digits gives *a*.
pub fn indefinite_article(next_word: &str) -> Article {
    let word = next_word.trim_start_matches(|c: char| !c.is_alphanumeric());
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        return before_number(word);
    }
    let ends = |c: char| !c.is_alphanumeric() && !matches!(c, '.' | '&' | '\'' | '’');
    let word = &word[..word.find(ends).unwrap_or(word.len())];
    let word = word.strip_suffix('s').and_then(|w| w.strip_suffix(['\'', '’'])).unwrap_or(word);
    match acronym(word) {
        Some(letters) if is_spelled(&letters) => before_letter(letters.chars().next()),
        _ => before_word(&word.to_lowercase()),
    }
}

/// The letters of an acronym: `NGO`, `NGOs`, `U.S.`, `F`, `mRNA`; `None` for a word.
fn acronym(word: &str) -> Option<String> {
    let letters: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
    let mut chars = letters.chars();
    let (first, second) = (chars.next()?, chars.next());
    let Some(second) = second else { return Some(letters) };
    let small_first = first.is_lowercase() && matches!(first, 'm' | 'n' | 's' | 'r' | 'h' | 'x');
    let plural = letters.strip_suffix('s').filter(|_| second.is_uppercase()).unwrap_or(&letters);
    let rest_is_capital = plural.chars().skip(1).all(|c| c.is_uppercase() || c.is_numeric());
    let capital = first.is_uppercase() || (small_first && second.is_uppercase());
    (capital && rest_is_capital).then(|| plural.to_uppercase())
}

/// Whether an acronym is read letter by letter.
fn is_spelled(letters: &str) -> bool {
    let len = letters.chars().count();
    let vowels = letters.chars().any(|c| matches!(c, 'A' | 'E' | 'I' | 'O' | 'U' | 'Y'));
    (len <= MAX_SPELLED || !vowels) && !READ_AS_WORDS.contains(&letters)
}

fn before_letter(letter: Option<char>) -> Article {
    Article::an_if(letter.is_some_and(|c| "AEFHILMNORSX".contains(c.to_ascii_uppercase())))
}

/// `an 8`, `an 11`, `an 18`, `an 1848`, `an 80,000`; `a 110`, `a 1`.
fn before_number(word: &str) -> Article {
    let number = &word[..word.find(|c: char| !c.is_ascii_digit() && c != ',').unwrap_or(word.len())];
    let digits: Vec<u8> = number.bytes().filter(u8::is_ascii_digit).collect();
    // How many digits are read first: "eighteen thousand", "eighteen forty-eight", "eight hundred".
    let lead = match (digits.len(), number.contains(',')) {
        (4, false) => 2,
        (len, _) if len % 3 == 0 => 3,
        (len, _) => len % 3,
    };
    let eleven_or_eighteen = lead == 2 && matches!(digits[..], [b'1', b'1' | b'8', ..]);
    Article::an_if(digits.first() == Some(&b'8') || eleven_or_eighteen)
}

/// The article before a word in lower case.
fn before_word(word: &str) -> Article {
    let begins = |list: &[&str]| {
        list.iter().any(|entry| match entry.strip_suffix('$') {
            Some(whole) => word == whole,
            None => word.starts_with(entry),
        })
    };
    let mut chars = word.chars();
    match (chars.next(), chars.next()) {
        (Some('h'), _) => Article::an_if(begins(SILENT_H)),
        // "Yves", "Ypres", "yttrium", but "yes" and "Yugoslav".
        (Some('y'), Some(c)) => Article::an_if(!matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'ü')),
        (Some(c), _) if is_vowel(c) => Article::an_if(!begins(CONSONANT_SOUND) || begins(VOWEL_SOUND)),
        _ if word == "unrwa" => Article::An,
        _ => Article::A,
    }
}

/// Whether a small letter is a vowel, with or without an accent.
const fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'à'..='æ' | 'è'..='ï' | 'ò'..='ö' | 'ø'..='ü' | 'ā' | 'ē' | 'ī' | 'ō'
        | 'ū' | 'œ' | 'ő' | 'ı')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(article: Article, words: &str) {
        for word in words.split_whitespace() {
            assert_eq!(indefinite_article(word), article, "{word}");
        }
    }

    #[test]
    fn words_by_sound() {
        all(
            Article::A,
            "cat house historic European euro one once one-sided unit united university unique unilateral used \
             useful usual utopia Ukrainian Ugandan Uyghur unanimous uranium Uruguayan ewe yes Yugoslav eulogy \
             ubiquitous uterus utensil USB-stick oneself hotel L'Oréal's one's d’Estaing",
        );
        all(
            Article::An,
            "apple hour hourly honest heir honour honorary umbrella uninformed unimportant unidentified uncle \
             urban urgent usher utter onerous only émigré élan œuvre Île Yves x-ray Uzbek ultimatum uneven \
             ulterior unissued Italian “Alliance (empty",
        );
    }

    #[test]
    fn acronyms_by_the_name_of_their_first_letter() {
        all(
            Article::An,
            "NGO NGOs EU SCO MP MPs F-16 FBI X HIV EU’s NGO's O'Brien M&A OSCE UNRWA IMF mRNA ASEAN N.G.O. S-300 A LGBT",
        );
        all(
            Article::A,
            "UN UK U.S. NATO NASA UNESCO UNICEF UFO BRICS CIA GDP T-shirt U-turn PhD NAFTA REIT UAE USSR",
        );
    }

    #[test]
    fn numbers_as_they_are_read() {
        all(
            Article::An,
            "8 11 18 80 800 8,000 18,000 11th 18th 1848 8.5 $8 €11m 80-year-old 18-month 11,000,000",
        );
        all(Article::A, "1 10 110 180 1,800 2019 7 19 118 100,000 5-year 1914 0.8");
    }

    #[test]
    fn words_in_capitals_are_words() {
        all(Article::A, "MERCOSUR EUROPEAN HOUSES");
        all(Article::An, "HONEST");
        assert_eq!(indefinite_article(""), Article::A);
    }

    proptest! {
        #[test]
        fn marks_before_a_word_do_not_change_its_article(word in "[^\\x00]*") {
            prop_assert_eq!(indefinite_article(&format!("“({word}")), indefinite_article(&word));
        }
    }
}
