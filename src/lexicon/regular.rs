//! Regular English inflection, for lemmas the lexicon does not list.
//!
//! Spelling rules only (Quirk et al., A Comprehensive Grammar of the English Language, 1985, 3.5-3.10 and 5.79-5.81);
//! what is irregular stands in the lexicon.

use super::forms::Form;
use super::pos::Pos;

/// The regular forms of `lemma` as a verb (`VB` …), a noun (`NN`, `NNS`) or an adjective (`JJ`, `JJR`, `JJS`),
/// whichever `like` is one of; empty for other parts of speech and for an empty lemma.
///
/// A name (`NNP`) gives `NNP` and `NNPS`. The final consonant is doubled in words of one syllable only.
#[must_use]
pub fn regular_forms(lemma: &str, like: Pos) -> Vec<Form> {
    if lemma.is_empty() {
        return Vec::new();
    }
    let form = |text: String, pos| Form { text, pos };
    let same = || lemma.to_owned();
    if like.is_verb() {
        let past = with_ed(lemma, "ed");
        vec![
            form(same(), Pos::VB),
            form(past.clone(), Pos::VBD),
            form(with_ing(lemma), Pos::VBG),
            form(past, Pos::VBN),
            form(same(), Pos::VBP),
            form(with_s(lemma), Pos::VBZ),
        ]
    } else if like.is_name() {
        // Names keep their y: the Kennedys.
        let plural = if ends_in_hiss(lemma) { format!("{lemma}es") } else { format!("{lemma}s") };
        vec![form(same(), Pos::NNP), form(plural, Pos::NNPS)]
    } else if like.is_noun() {
        vec![form(same(), Pos::NN), form(with_s(lemma), Pos::NNS)]
    } else if like.is_adjective() {
        vec![
            form(same(), Pos::JJ),
            form(with_ed(lemma, "er"), Pos::JJR),
            form(with_ed(lemma, "est"), Pos::JJS),
        ]
    } else {
        Vec::new()
    }
}

/// box -> boxes, city -> cities, boy -> boys.
fn with_s(lemma: &str) -> String {
    match consonant_y(lemma) {
        Some(stem) => format!("{stem}ies"),
        None if ends_in_hiss(lemma) => format!("{lemma}es"),
        None => format!("{lemma}s"),
    }
}

/// like + ed -> liked, carry -> carried, stop -> stopped; `ending` begins with e.
fn with_ed(lemma: &str, ending: &str) -> String {
    if let Some(stem) = lemma.strip_suffix('e') {
        return format!("{stem}{ending}");
    }
    match consonant_y(lemma) {
        Some(stem) => format!("{stem}i{ending}"),
        None => format!("{lemma}{}{ending}", doubled(lemma)),
    }
}

/// make -> making, die -> dying, see -> seeing, stop -> stopping.
fn with_ing(lemma: &str) -> String {
    if let Some(stem) = lemma.strip_suffix("ie") {
        return format!("{stem}ying");
    }
    match lemma.strip_suffix('e') {
        Some(stem) if !stem.is_empty() && !stem.ends_with(['e', 'o', 'y']) => format!("{stem}ing"),
        _ => format!("{lemma}{}ing", doubled(lemma)),
    }
}

/// The final consonant again, if the word is one consonant group, one vowel letter and one consonant.
fn doubled(lemma: &str) -> String {
    let mut letters = lemma.chars().rev();
    let (last, middle, before) = (letters.next(), letters.next(), letters.next());
    let (Some(last), Some(middle), Some(before)) = (last, middle, before) else { return String::new() };
    let one_syllable = lemma.chars().filter(|c| is_vowel(*c)).count() == 1;
    let doubles = !is_vowel(last) && !matches!(last, 'w' | 'x' | 'y' | 'h') && last.is_ascii_lowercase();
    if one_syllable && doubles && is_vowel(middle) && !is_vowel(before) {
        last.to_string()
    } else {
        String::new()
    }
}

fn consonant_y(lemma: &str) -> Option<&str> {
    let stem = lemma.strip_suffix('y')?;
    stem.ends_with(|c: char| c.is_alphabetic() && !is_vowel(c)).then_some(stem)
}

fn ends_in_hiss(lemma: &str) -> bool {
    ["s", "x", "z", "ch", "sh"].iter().any(|end| lemma.ends_with(end))
}

fn is_vowel(c: char) -> bool {
    matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verb(lemma: &str) -> String {
        let wanted = [Pos::VBZ, Pos::VBG, Pos::VBD];
        let forms = regular_forms(lemma, Pos::VB);
        wanted
            .map(|pos| forms.iter().find(|form| form.pos == pos).map_or("", |form| &form.text).to_owned())
            .join(" ")
    }

    #[test]
    fn spelling_of_regular_verbs() {
        assert_eq!(verb("walk"), "walks walking walked");
        assert_eq!(verb("stop"), "stops stopping stopped");
        assert_eq!(verb("carry"), "carries carrying carried");
        assert_eq!(verb("die"), "dies dying died");
        assert_eq!(verb("agree"), "agrees agreeing agreed");
        assert_eq!(verb("fix"), "fixes fixing fixed");
        assert_eq!(verb("visit"), "visits visiting visited");
        assert_eq!(verb("rain"), "rains raining rained");
    }

    #[test]
    fn plurals_and_comparison() {
        let plural = |lemma| regular_forms(lemma, Pos::NN)[1].text.clone();
        assert_eq!(["city", "boy", "church", "box"].map(plural), ["cities", "boys", "churches", "boxes"]);
        assert_eq!(regular_forms("Kennedy", Pos::NNP)[1].text, "Kennedys");
        assert_eq!(regular_forms("big", Pos::JJ)[2].text, "biggest");
        assert!(regular_forms("", Pos::NN).is_empty() && regular_forms("of", Pos::IN).is_empty());
    }
}
